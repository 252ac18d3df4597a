"""Applying a confirmed mapping: every row and cell is read, refused with a reason, or told as not used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace
from pathlib import Path

import polars as pl

from tanheng.activity.activity import Activity, checked_sheets, sha256
from tanheng.activity.cells import Cells, read_cells
from tanheng.activity.clean import is_blank
from tanheng.activity.findings import Finding
from tanheng.activity.formulas import unstored
from tanheng.activity.mapping import (
    FOLDER,
    KEEP,
    Column,
    Mapping,
    MappingWrong,
    SheetMapping,
    fingerprint,
    joined_headings,
    load_mapping,
    wrong,
)
from tanheng.activity.schema import BASE, columns, extra_names
from tanheng.activity.sheets import ROW, Sheet
from tanheng.activity.text import one_line
from tanheng.errors import TanhengError


def apply_mapping(path: str | Path, mapping: Mapping | str | Path) -> Activity:
    r"""Read a file by a confirmed mapping.

    Parameters
    ----------
    path : path
        Excel or CSV.
    mapping : Mapping or path
        From `suggest_mapping`, confirmed; or its YAML file.

    Returns
    -------
    Activity
        Checked like any other table. Columns, cells and sheets that the mapping leaves out are told with their counts.

    Raises
    ------
    MappingWrong
        When it is not confirmed, leaves a needed column open, or the headings of the file are others.
    InputUnreadable
        When the file is no table.

    Examples
    --------
    >>> import tempfile
    >>> from tanheng.activity.suggest import suggest_mapping
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text("单位名称,燃料种类,2021年（吨）,2022年（吨）\n甲厂,柴油,5,6\n乙厂,汽油,7,8", encoding="utf-8")
    ...     apply_mapping(file, suggest_mapping(file).confirm()).frame.select("entity", "period", "amount").row(1)
    ('甲厂', '2022', 6.0)
    """
    chosen = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    file = Path(path)
    name = Path(chosen.path).name or "mapping"
    if not chosen.confirmed:
        raise wrong(
            name,
            ("还没有确认", "it is not confirmed"),
            ("请核对后把 confirmed 改为 true。", "Check it and set confirmed: true."),
        )
    if not chosen.used:
        raise wrong(
            name,
            ("没有要读的工作表", "it reads no sheet"),
            ("请把要读的工作表的 use 改为 true。", "Set use: true where a sheet is wanted."),
        )
    pages = {page.sheet: page for page in read_cells(file)}
    formulas = unstored(file)
    sheets = []
    read = set()
    for one in chosen.used:
        page = _page(one, pages, name)
        read.add(page.sheet)
        sheets.append(_sheet(one, page, name, formulas.get(page.sheet, set())))
    notes = [
        _not_read(page)
        for page in pages.values()
        if page.sheet not in read and any(any(cells) for _, cells in page.rows)
    ]
    recipe = {"form": "mapping", "mapping": chosen.to_dict()}
    found = checked_sheets(file.name, sheets, {file.name: sha256(file)})
    return replace(found, findings=[*notes, *found.findings], source=file.absolute(), recipe=recipe)


def fitting_mapping(path: str | Path, folder: str | Path = FOLDER) -> Mapping | None:
    """The confirmed mapping of a folder whose headings are those of a file; None where none fits."""
    place = Path(folder)
    if not place.is_dir():
        return None
    try:
        pages = {page.sheet: page for page in read_cells(Path(path))}
    except TanhengError:
        return None
    for file in sorted(place.glob("*.yaml")):
        try:
            mapping = load_mapping(file)
            for one in mapping.used:
                _page(one, pages, file.name)
        except MappingWrong:
            continue
        if mapping.confirmed and mapping.used:
            return mapping
    return None


def _headings(one: SheetMapping, page: Cells) -> list[str]:
    lines = dict(page.rows)
    row = [cell.strip() for cell in lines.get(one.header, [])]
    above = lines.get(one.header - 1, [])
    return joined_headings(above, row) if one.joined else row


def _fits(one: SheetMapping, page: Cells) -> bool:
    headings = _headings(one, page)
    named = [headings[column.column - 1] if column.column <= len(headings) else "" for column in one.columns]
    return fingerprint([one_line(text, 80) for text in named]) == one.fingerprint


def _page(one: SheetMapping, pages: Dict[str, Cells], name: str) -> Cells:
    """The sheet that a mapping means: of its name, or another one with the same headings."""
    own = pages.get(one.sheet)
    if own is not None and _fits(one, own):
        return own
    others = [page for page in pages.values() if not page.hidden and _fits(one, page)]
    if len(others) == 1:
        return others[0]
    raise wrong(
        name,
        (
            f"文件中没有表头与“{one.sheet}”相同的工作表",
            f"the file has no sheet with the headings of '{one.sheet}'",
        ),
        ("请用 `tanheng map` 为这种表另做映射。", "Make a mapping for this form with `tanheng map`."),
    )


def _sheet(one: SheetMapping, page: Cells, name: str, formulas: set[tuple[int, int]]) -> Sheet:
    if one.missing:
        told = "、".join(f"{columns()[column]['name_zh']} {column}" for column in one.missing)
        raise wrong(
            name,
            (f"工作表“{one.sheet}”还缺 {told}", f"sheet '{one.sheet}' still lacks {', '.join(one.missing)}"),
            ("请指定一列，或在 fixed 下写一个值。", "Name a column, or write a value under fixed."),
        )
    kept = [column for column in one.columns if column.use == KEEP]
    own = dict(
        zip([column.column for column in kept], extra_names([column.heading for column in kept]), strict=True)
    )
    headings = list(
        dict.fromkeys(
            [
                *BASE,
                *(column.use for column in one.columns if column.use not in {"", KEEP}),
                *one.fixed,
                *own.values(),
            ]
        )
    )
    blank = 0
    empty: list[tuple[int, str]] = []
    rows: list[list[object]] = []
    wide = len(one.amounts) > 1
    for number, cells in page.rows:
        if number <= one.header or not any(not is_blank(cell) for cell in cells):
            continue
        base = _base(one, cells, own)
        texts = [_cell(cells, column) for column in one.amounts]
        if (
            wide
            and all(map(is_blank, texts))
            and not any((number, column.column) in formulas for column in one.amounts)
        ):
            empty.append((number, next(cell for cell in cells if not is_blank(cell))))
            continue
        for column in one.amounts:
            text = _cell(cells, column)
            if wide and is_blank(text) and (number, column.column) not in formulas:
                blank += 1
                continue
            rows.append([number, *(_row(base, column, text).get(heading, "") for heading in headings)])
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(headings))}}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    findings = list(_told(one, page, blank))
    if empty:
        where = (f" 的工作表“{page.sheet}”", f" sheet '{page.sheet}'") if page.sheet else ("", "")
        about = {
            "file": page.file,
            "sheet": where,
            "count": len(empty),
            "row": empty[0][0],
            "value": one_line(empty[0][1]),
        }
        findings.append(
            Finding(
                "A-120",
                about,
                tuple({"row": row, "text": one_line(text)} for row, text in empty[:5]),
                len(empty),
            )
        )
    return Sheet(page.file, page.sheet, headings, frame, findings)


def _base(one: SheetMapping, cells: Sequence[str], own: Dict[int, str]) -> dict[str, str]:
    """What all amounts of a row share."""
    row = {name: value for name, value in one.fixed.items() if value}
    for column in one.columns:
        text = _cell(cells, column)
        if column.use == KEEP:
            row[own[column.column]] = text
        elif column.use and column.use != "amount":
            row[column.use] = text
    row.setdefault("entity", row.get("region", ""))
    row["item"] = one.items.get(row.get("item", ""), "") or row.get("item", "")
    if "sector" in row:
        row["sector"] = one.sectors.get(row["sector"], "") or row["sector"]
    return row


def _row(base: Dict[str, str], column: Column, text: str) -> dict[str, str]:
    stated = {name: value for name in ("item", "period") if (value := getattr(column, name))}
    row = {**base, **stated, "amount": text}
    if column.unit and not base.get("unit"):
        row["unit"] = column.unit
    return row


def _cell(cells: Sequence[str], column: Column) -> str:
    return cells[column.column - 1].strip() if column.column <= len(cells) else ""


def _told(one: SheetMapping, page: Cells, blank: int) -> Iterator[Finding]:
    """What is not read of a sheet."""
    about = {"file": page.file, "sheet": page.sheet}
    listed = {column.column for column in one.columns}
    for column in one.columns:
        filled = sum(
            1 for number, cells in page.rows if number > one.header and not is_blank(_cell(cells, column))
        )
        if not column.use and filled:
            yield Finding("A-165", {**about, "value": column.heading or str(column.column), "count": filled})
    beyond = sum(
        1 for number, cells in page.rows if number > one.header
        for at, cell in enumerate(cells, 1) if at not in listed and not is_blank(cell)
    )  # fmt: skip
    if beyond:
        yield Finding("A-165", {**about, "value": "–", "count": beyond})
    if blank:
        yield Finding("A-166", {**about, "count": blank})


def _not_read(page: Cells) -> Finding:
    filled = sum(1 for _, cells in page.rows if any(not is_blank(cell) for cell in cells))
    return Finding("A-167", {"file": page.file, "value": page.sheet, "count": filled})
