"""Applying a confirmed mapping: every row and cell is read, refused with a reason, or told as not used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from tanheng.activity.activity import Activity, checked_sheets, sha256
from tanheng.activity.clean import is_blank, item_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.mapping.files import load_mapping
from tanheng.activity.mapping.fitting import named, pages_for, unstated
from tanheng.activity.mapping.mapping import Mapping, wrong
from tanheng.activity.mapping.parts import Parting
from tanheng.activity.mapping.sheet import KEEP, PART, Column, SheetMapping
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.reasons import HOLLOW
from tanheng.activity.reading.sheets import APART, ROW, Sheet, apart, hollow
from tanheng.activity.reading.titles import units_differ
from tanheng.activity.schema import BASE, columns, extra_names
from tanheng.activity.text import one_line


def apply_mapping(
    path: str | Path, mapping: Mapping | str | Path, *, sheet: str | None = None, rows: int | None = None
) -> Activity:
    r"""Read a file by a confirmed mapping.

    Parameters
    ----------
    path : path
        Excel or CSV.
    mapping : Mapping or path
        From `suggest_mapping`, confirmed; or its YAML file.
    sheet : str, optional
        Read this sheet of the workbook alone.
    rows : int, optional
        Read the first rows of each sheet alone, to try a mapping.

    Returns
    -------
    Activity
        Checked like any other table. Columns, cells and sheets that the mapping leaves out are told with their counts.

    Raises
    ------
    MappingWrong
        When it is not confirmed, leaves a needed column open, or the headings or titles of the file are others.
    InputUnreadable
        When the file is no table, or has no such sheet.

    Examples
    --------
    >>> import tempfile
    >>> from tanheng.activity.mapping.suggest import suggest_mapping
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
    pages = {page.sheet: page for page in read_cells(file, rows=rows)}
    pairs = pages_for(chosen, pages, file.name, sheet)
    read = {page.sheet for _, page in pairs}
    notes = [
        _not_read(page)
        for page in pages.values()
        if page.sheet not in read and any(any(cells) for _, cells in page.rows)
    ]
    digest = sha256(file)
    if chosen.sha256 != digest:
        notes += [told for one, page in pairs for told in unstated(one, page, name)]
    kept = replace(chosen, sheets=tuple(replace(one, sheet=page.sheet) for one, page in pairs))
    found = checked_sheets(file.name, [_sheet(one, page, name) for one, page in pairs], {file.name: digest})
    recipe = {"form": "mapping", "mapping": kept.to_dict()}
    return replace(found, findings=[*notes, *found.findings], source=file.absolute(), recipe=recipe)


def _sheet(one: SheetMapping, page: Cells, name: str) -> Sheet:
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
    uses = [column.use for column in one.columns if column.use not in {"", KEEP, PART}]
    parted = ["activity", "note"] if any(column.use == PART for column in one.columns) else []
    headings = list(dict.fromkeys([*BASE, *uses, *parted, *one.fixed, *own.values()]))
    made = _rows(one, page, own)
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(headings))}}
    frame = pl.DataFrame(
        [[number, *(row.get(heading, "") for heading in headings)] for number, row in made.rows],
        schema=schema,
        orient="row",
    )
    torn = [row for row in page.bad if row[0] > one.header]
    lost, told_lost = hollow(page.file, page.sheet, made.hollow)
    split, told_split = apart(page.file, page.sheet, torn, len(one.columns))
    findings = [
        *page.findings,
        *told_split,
        *told_lost,
        *made.findings,
        *made.parting.findings(),
        *_told(one, page, made.blank),
    ]
    unparted = pl.DataFrame(made.parting.refused, schema=APART, orient="row")
    refused = pl.concat([split, lost, unparted])
    found = Sheet(page.file, page.sheet, headings, frame, findings, refused, titles=page.titles(one.header), amounts=_places(one))  # fmt: skip
    if made.empty:
        about = {"file": page.file, "sheet": found.where, "count": len(made.empty)}
        about |= {"row": made.empty[0][0], "value": one_line(made.empty[0][1])}
        shown = tuple({"row": row, "text": one_line(text)} for row, text in made.empty[:5])
        found.findings.append(Finding("A-120", about, shown, len(made.empty)))
    return found


def _places(one: SheetMapping) -> dict[str, int]:
    """The column of each amount, by the item or the period that it stands for; not told where parts are taken out of amounts."""
    if any(column.use == PART for column in one.columns):
        return {}
    return {item_of(column.item) if column.item else column.period: column.column for column in one.amounts}


@dataclass
class _Made:
    """Rows of a sheet by a mapping; rows without any amount, rows with a cell that has no value, empty cells."""

    parting: Parting
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    empty: list[tuple[int, str]] = field(default_factory=list)
    hollow: list[tuple[int, str, str, str]] = field(default_factory=list)
    blank: int = 0
    findings: list[Finding] = field(default_factory=list)


def _rows(one: SheetMapping, page: Cells, own: Dict[int, str]) -> _Made:
    made = _Made(Parting(page))
    wide = len(one.amounts) > 1
    others = [column for column in one.columns if column.use not in {"", "amount"}]
    missing = page.hollow
    differing: dict[tuple[int, str], int] = {}
    for number, cells in page.rows:
        if number <= one.header:
            continue
        no_amount = {column.column for column in one.amounts if (number, column.column) in missing}
        lost = next(
            (
                column
                for column in others
                if (number, column.column) in (missing if column.use == PART else page.unstored)
            ),
            None,
        )
        if not no_amount and lost is None and all(map(is_blank, cells)):
            continue
        texts = {
            column: page.why_hollow(number, column.column) or _cell(cells, column) for column in one.amounts
        }
        parts = {
            column: [(part, _cell(cells, part)) for part in one.parts_of(column)] for column in one.amounts
        }
        stated = {column for column, found in parts.items() if not all(is_blank(text) for _, text in found)}
        if wide and not no_amount and not stated and all(map(is_blank, texts.values())):
            made.empty.append((number, next((cell for cell in cells if not is_blank(cell)), "")))
            continue
        if lost is not None:
            why = HOLLOW[page.why_hollow(number, lost.column)]
            made.hollow.append((number, lost.heading or str(lost.column), " | ".join(cells), why))
            continue
        base = _base(one, cells, own)
        for column, text in texts.items():
            if wide and is_blank(text) and column.column not in no_amount and column not in stated:
                made.blank += 1
                continue
            row, contrary = _row(one, base, column, text)
            made.rows += [(number, made_row) for made_row in made.parting.rows(number, row, parts[column])]
            if contrary and differing.setdefault((column.column, contrary), number) == number:
                about = {"where": place(page.file, page.sheet, number), "value": one_line(column.heading, 60)}
                code = "A-136" if row["unit"] == column.unit else "A-131"
                made.findings.append(Finding(code, {**about, "unit": one_line(contrary)}))
    return made


def _base(one: SheetMapping, cells: Sequence[str], own: Dict[int, str]) -> dict[str, str]:
    """What all amounts of a row share; a unit that holds for all rows is left to `_row`."""
    row = {name: value for name, value in one.fixed.items() if value and name != "unit"}
    for column in one.columns:
        text = _cell(cells, column)
        if column.use == KEEP:
            row[own[column.column]] = text
        elif column.use not in {"", "amount", PART}:
            row[column.use] = text
    row.setdefault("entity", row.get("region", ""))
    if unit := one.units.get(row.get("item", "")):
        row.setdefault("unit", unit)
    row["item"] = one.items.get(row.get("item", ""), "") or row.get("item", "")
    if "sector" in row:
        row["sector"] = one.sectors.get(row["sector"], "") or row["sector"]
    return row


def _row(one: SheetMapping, base: Dict[str, str], column: Column, text: str) -> tuple[dict[str, str], str]:
    """One row, and the text of the unit column where it contradicts the unit of the column.

    The unit of a column that stands for one item goes before that of the row, else the row's; a title's comes last.
    """
    stated = {name: value for name in ("item", "period") if (value := getattr(column, name))}
    own, row = column.unit, base.get("unit", "")
    chosen = (own or row) if column.item else (row or own)
    contrary = row if own and row and units_differ(own, row) else ""
    return {**base, **stated, "amount": text, "unit": chosen or one.fixed.get("unit", "")}, contrary


def _cell(cells: Sequence[str], column: Column) -> str:
    return cells[column.column - 1].strip() if column.column <= len(cells) else ""


def _told(one: SheetMapping, page: Cells, blank: int) -> Iterator[Finding]:
    """What is not read of a sheet."""
    about = named(page)
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
