"""Which sheet a mapping is for: that of the same headings, whose titles do not speak of another year, unit or place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any

from tanheng.activity.clean import item_of, region_of
from tanheng.activity.findings import Finding
from tanheng.activity.mapping.files import load_mapping
from tanheng.activity.mapping.mapping import FOLDER, Mapping, MappingWrong, wrong
from tanheng.activity.mapping.sheet import LONGEST, SheetMapping, fingerprint
from tanheng.activity.periods import parse_period
from tanheng.activity.reading.books import no_sheet
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.grids import sheetless
from tanheng.activity.reading.headers import joined_headings, stacked_headings
from tanheng.activity.reading.shortened import SAMPLE
from tanheng.activity.reading.titles import title_words, units_differ
from tanheng.activity.text import one_line
from tanheng.errors import TanhengError

Pages = Dict[str, Cells]


def fitting_mapping(
    path: str | Path, folder: str | Path = FOLDER, *, sheet: str | None = None
) -> Mapping | None:
    """The confirmed mapping of a folder whose headings, and where possible titles, are those of a file.

    Parameters
    ----------
    path : path
        Excel or CSV.
    folder : path
        Where confirmed mappings are kept.
    sheet : str, optional
        The sheet that is asked for.

    Returns
    -------
    Mapping or None
        None where no headings fit. Where only the titles differ, one that `apply_mapping` refuses with the reason.
    """
    place = Path(folder)
    if not place.is_dir():
        return None
    try:
        pages = {page.sheet: page for page in read_cells(Path(path), rows=SAMPLE)}
    except TanhengError:
        return None
    return fitting((_loaded(file) for file in sorted(place.glob("*.yaml"))), pages, sheet)


def _loaded(file: Path) -> Mapping | None:
    try:
        return load_mapping(file)
    except MappingWrong:
        return None


def fitting(mappings: Iterable[Mapping | None], pages: Pages, sheet: str | None = None) -> Mapping | None:
    """The first of confirmed mappings whose headings, and where possible titles, are those of sheets; see `fitting_mapping`."""
    wanted = {name: page for name, page in pages.items() if sheet in (None, name)}
    second = None
    for mapping in mappings:
        try:
            pairs = _pairs(mapping, wanted, "", sheet) if mapping else []
        except MappingWrong:
            continue
        if mapping and mapping.confirmed and pairs:
            if not any(_contradicted(one, page) for one, page in pairs):
                return mapping
            second = second or mapping
    return second


def pages_for(
    mapping: Mapping, pages: Pages, file: str, sheet: str | None
) -> list[tuple[SheetMapping, Cells]]:
    """The sheets that a mapping reads of a file, or the one that is asked for, each with its part of the mapping.

    Raises
    ------
    MappingWrong
        When no sheet has the headings, or the titles of one say something else than the fixed values.
    InputUnreadable
        When the file has no such sheet.
    """
    if sheet is not None and sheet not in pages:
        raise sheetless(file, sheet) if list(pages) == [""] else no_sheet(file, sheet, pages)
    wanted = pages if sheet is None else {sheet: pages[sheet]}
    name = Path(mapping.path).name or "mapping"
    pairs = _pairs(mapping, wanted, name, sheet)
    for one, page in pairs:
        for column, value, said in _contradicted(one, page):
            raise _other_title(name, page, (column, value, said))
    return pairs


def _pairs(mapping: Mapping, pages: Pages, name: str, sheet: str | None) -> list[tuple[SheetMapping, Cells]]:
    if sheet is None:
        return [(one, _page(one, pages, name)) for one in mapping.used]
    fitting = [(one, page) for page in pages.values() for one in mapping.used if _fits(one, page)]
    own = [(one, page) for one, page in fitting if one.sheet == page.sheet]
    if not fitting:
        raise other_headings(name, mapping.used[0].sheet)
    return (own or fitting)[:1]


def _page(one: SheetMapping, pages: Pages, name: str) -> Cells:
    """The sheet that a mapping means: of its name, or another one with the same headings."""
    own = pages.get(one.sheet)
    if own is not None and _fits(one, own):
        return own
    others = [page for page in pages.values() if not page.hidden and _fits(one, page)]
    if len(others) == 1:
        return others[0]
    raise other_headings(name, one.sheet)


def _fits(one: SheetMapping, page: Cells) -> bool:
    at = next((at for at, (number, _) in enumerate(page.rows) if number == one.header), None)
    if at is None:
        return False
    heads = [cells for _, cells in page.rows[max(at + 1 - (2 if one.joined else one.heads), 0) : at + 1]]
    headings = (joined_headings if one.joined and at else _stacked)(*heads)
    named = [headings[column.column - 1] if column.column <= len(headings) else "" for column in one.columns]
    return fingerprint([one_line(text, LONGEST) for text in named]) == one.fingerprint


def _stacked(*heads: Sequence[str]) -> list[str]:
    return stacked_headings(heads)


MORE_TITLES = ("item", "entity")
"""What the words of a title may speak of beside a period and a unit; see `title_words`."""


def stated_titles(page: Cells, header: int) -> dict[str, str]:
    """What the titles above a table state and speak of."""
    above = [page.sheet, *(cell for number, cells in page.rows if number < header for cell in cells if cell)]
    return {**title_words(above), **page.titles(header)}


def _contradicted(one: SheetMapping, page: Cells) -> list[tuple[str, str, str]]:
    """Fixed values that are neither what the titles of a page say nor set by the user against the same title."""
    said = page.titles(one.header)
    spoken = stated_titles(page, one.header)
    said |= {name: spoken.get(name, "") for name in MORE_TITLES if name in one.titles and name not in said}
    return [
        (name, value, said.get(name, ""))
        for name, value in one.fixed.items()
        if value
        and not any(_same(name, said.get(name, ""), text) for text in (value, one.titles.get(name, "")))
    ]


def _same(name: str, said: str, text: str) -> bool:
    """Whether two titles say one thing, whatever its spelling."""
    if said == text or not said or not text:
        return said == text
    if name == "unit":
        return not units_differ(said, text)
    meant = {"period": parse_period, "item": item_of}.get(name, region_of)
    return meant(said) is not None and meant(said) == meant(text)


def other_headings(name: str, sheet: str) -> MappingWrong:
    """The error for a file without the sheet that a mapping is for."""
    return wrong(
        name,
        (
            f"文件中没有表头与“{sheet}”相同的工作表",
            f"the file has no sheet with the headings of '{sheet}'",
        ),
        ("请用 `tanheng map` 为这种表另做映射。", "Make a mapping for this form with `tanheng map`."),
    )


def _other_title(name: str, page: Cells, at: tuple[str, str, str]) -> MappingWrong:
    column, value, said = at
    zh = f" 的工作表“{page.sheet}”" if page.sheet else " "
    en = f", sheet '{page.sheet}'," if page.sheet else ""
    found = (f"写“{said}”", f"states '{said}'") if said else ("没有写", "does not state it")
    return wrong(
        name,
        (
            f"它把 {column} 定为“{value}”，而 {page.file}{zh}表上{found[0]}",
            f"it fixes {column} as '{value}', but {page.file}{en} {found[1]} above the table",
        ),
        (
            f"请用 `tanheng map {page.file}` 为这个文件另做映射，或改正映射的 fixed。",
            f"Make a mapping for this file with `tanheng map {page.file}`, or correct fixed in the mapping.",
        ),
    )


def unstated(one: SheetMapping, page: Cells, name: str) -> list[Finding]:
    """Say which fixed values no title of a page states: they were given for another file."""
    said = page.titles(one.header)
    given = [f"{key} = {value}" for key, value in one.fixed.items() if value and key not in said]
    if not given:
        return []
    return [Finding("A-137", {**named(page), "name": name, "value": "; ".join(given)})]


def named(page: Cells) -> dict[str, Any]:
    """How findings name a sheet: the file, and the sheet in both languages where there is one."""
    sheet = (f" 的工作表“{page.sheet}”", f", sheet '{page.sheet}'") if page.sheet else ("", "")
    return {"file": page.file, "sheet": sheet}
