"""The mapping assistant: which column of an unknown sheet is what, by its heading and by what stands below it."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Named
from dataclasses import replace
from pathlib import Path

from tanheng.activity.activity import sha256
from tanheng.activity.clean import is_blank, is_total, number_of
from tanheng.activity.mapping.guesses import guess_columns, is_data, said
from tanheng.activity.mapping.mapping import KEEP, Column, Mapping, SheetMapping
from tanheng.activity.reading.books import no_sheet
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.grids import sheetless
from tanheng.activity.reading.headers import HEAD_ROWS, joined_headings
from tanheng.activity.text import one_line
from tanheng.codes import CodeList, codelist, items, mapping, normalise

_SAMPLE = 2000
"""Rows that are looked at for what a column holds; all rows are counted."""
_NAME = 0.8
"""How alike a text and a name must be: more than 黑色金属 and 有色金属 are."""
_TORN = 0.3
"""What a header loses where a second row of headings seems to follow."""
_LEAST, _ENOUGH = 0.9, 1.5
"""How much a header must say for its columns to be shown, and for the sheet to be read."""


def suggest_mapping(path: str | Path, *, sheet: str | None = None) -> Mapping:
    r"""Suggest how a file of any shape is read as a table of activity.

    Parameters
    ----------
    path : path
        Excel or CSV.
    sheet : str, optional
        One sheet only.

    Returns
    -------
    Mapping
        For every sheet its header, what each column is with a confidence (0 to 1) and the reason, units, names of items
        and sectors with the codes that they seem to mean; `SheetMapping.lost` is what would not be read. It is not
        confirmed: the user does that.

    Raises
    ------
    InputUnreadable
        When the file is no table, or has no such sheet.

    Notes
    -----
    Reasons and doubts are in the language of messages, see `use_language`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text("单位名称,燃料种类,2021年（吨）,2022年（吨）\n甲厂,柴油,5,6\n乙厂,汽油,7,8", encoding="utf-8")
    ...     [one.use for one in suggest_mapping(file).sheets[0].columns]
    ['entity', 'item', 'amount', 'amount']
    """
    file = Path(path)
    pages = {one.sheet: one for one in read_cells(file)}
    if sheet is None:
        return Mapping(file.name, tuple(_sheet(page) for page in pages.values()), sha256=sha256(file))
    if sheet not in pages:
        raise sheetless(file.name, sheet) if list(pages) == [""] else no_sheet(file.name, sheet, pages)
    return Mapping(file.name, (_sheet(replace(pages[sheet], hidden=False)),), sha256=sha256(file))


def _sheet(page: Cells) -> SheetMapping:
    grid = [cells for _, cells in page.rows]
    filled = sum(1 for cells in grid if any(not is_blank(cell) for cell in cells))
    numbers = sum(1 for cells in grid if any(number_of(cell) is not None for cell in cells))
    if page.hidden:
        reason = said("隐藏的工作表", "hidden sheet")
        return SheetMapping(page.sheet, use=False, reason=reason, rows=filled, numbers=numbers)
    best: tuple[float, int, bool, list[Column]] | None = None
    for at, cells in enumerate(grid[:HEAD_ROWS]):
        below = grid[at + 1 : at + 1 + _SAMPLE]
        if is_data(cells, below):
            continue
        for joined in (False, True) if at else (False,):
            above = grid[at - 1] if joined else []
            headings = joined_headings(above, cells) if joined else [cell.strip() for cell in cells]
            made = guess_columns(headings, above, below)
            score = _score(made) - _TORN * _heads_go_on(made, below)
            if best is None or score > best[0] + 1e-9:
                best = (score, at, joined, made)
    if best is None or best[0] < _LEAST:
        reason = said("没有认出表头", "no headings were recognised")
        return SheetMapping(page.sheet, use=False, reason=reason, rows=filled, numbers=numbers)
    _, at, joined, made = best
    below = grid[at + 1 :]
    counted = tuple(_counted(one, below) for one in made)
    header = page.rows[at][0]
    has_amounts = any(one.use == "amount" for one in counted)
    read = best[0] >= _ENOUGH and has_amounts
    unclear = said("看不出是活动水平表", "it does not seem to be a table of activity")
    titles = page.titles(header)
    named, sectors, guessed = _names(counted, below)
    found = SheetMapping(
        sheet=page.sheet,
        use=read,
        reason="" if read else unclear if has_amounts else said("没有数量列", "no column of amounts"),
        header=header,
        joined=joined,
        rows=sum(1 for cells in below if any(not is_blank(cell) for cell in cells)),
        columns=counted,
        fixed=_fixed(titles, counted),
        titles=titles,
        items=named,
        sectors=sectors,
        numbers=numbers,
        beyond=tuple(number for number, _ in _above(page, header - joined))
        + tuple(row[0] for row in page.bad),
        guessed=guessed,
    )
    return replace(found, doubts=tuple(_doubts(found, page)))


def _doubts(found: SheetMapping, page: Cells) -> Iterator[str]:
    names = dict.fromkeys(found.missing, ("缺少", "missing"))
    names |= {text: ("品种未认出", "unknown item") for text, code in found.items.items() if not code}
    names |= {text: ("部门未认出", "unknown sector") for text, code in found.sectors.items() if not code}
    for text, (zh, en) in names.items():
        yield said(f"{zh}：{text}", f"{en}: {text}")
    above = _above(page, found.header - found.joined)
    for number, cells in above[:1]:
        shown = one_line(" | ".join(filter(None, cells)), 60)
        yield said(
            f"表头之上有 {len(above)} 行像数据，不读（首个：第 {number} 行 {shown}）",
            f"{len(above)} rows above the headings look like data and are not read (first: row {number}, {shown})",
        )
    for number, _, text, _ in page.bad:
        yield said(
            f"第 {number} 行无法分列：{one_line(text, 60)}",
            f"row {number} is no row of cells: {one_line(text, 60)}",
        )


def _above(page: Cells, top: int) -> list[tuple[int, list[str]]]:
    """Rows above the headings that look like data."""
    return [(number, cells) for number, cells in page.rows if number < top and is_data(cells, [cells])]


def _score(made: Sequence[Column]) -> float:
    """How much a header says: each meaning once, amounts of a wide table a little more."""
    best: dict[str, float] = {}
    for one in made:
        if one.use and one.use != KEEP:
            best[one.use] = max(best.get(one.use, 0.0), one.confidence)
    wide = sum(1 for one in made if one.use == "amount" and (one.item or one.period))
    return sum(best.values()) + min(wide, 10) * 0.1


def _heads_go_on(made: Sequence[Column], below: Sequence[Sequence[str]]) -> bool:
    """Whether the row below the headings has a text where an amount should stand."""
    first = below[0] if below else []
    texts = [first[one.column - 1] for one in made if one.use == "amount" and one.column <= len(first)]
    return any(not is_blank(text) and number_of(text) is None for text in texts)


def _counted(one: Column, below: Sequence[Sequence[str]]) -> Column:
    """A column with how many of its cells hold something, and a number."""
    at = one.column - 1
    texts = [cells[at] for cells in below if at < len(cells) and not is_blank(cells[at])]
    return replace(one, filled=len(texts), numbers=sum(1 for text in texts if number_of(text) is not None))


def _fixed(titles: Named[str, str], made: Sequence[Column]) -> dict[str, str]:
    """Values that hold for every row where no column has them, as titles state them."""
    uses = {one.use for one in made}
    amounts = [one for one in made if one.use == "amount"]
    lacking = [
        name
        for name in ("period", "unit", "item")
        if name not in uses and not all(getattr(one, name) for one in amounts)
    ]
    lacking += [] if uses & {"entity", "region"} else ["entity"]
    return {name: titles.get(name, "") for name in lacking}


def _names(
    made: Sequence[Column], below: Sequence[Sequence[str]]
) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Texts of items and of sectors with the codes that they seem to mean, and which of them are guesses.

    Those that are codes or names need none.
    """
    named, guessed = _meant(_texts(made, below, "item"), items().codes)
    sectors, more = _meant(_texts(made, below, "sector"), codelist("sectors"))
    for text in [one for one, code in sectors.items() if not code]:
        if code := _of_division(text):
            sectors[text] = code
            more.append(text)
    return named, sectors, (*guessed, *more)


@functools.lru_cache(maxsize=1024)
def _of_division(text: str) -> str:
    """The sector of the divisions of GB/T 4754 whose name begins with a text, such as 黑色金属冶炼; where it is one.

    Examples
    --------
    >>> _of_division("化学原料"), _of_division("黑色金属")
    ('chemicals', '')
    """
    bare = normalise(text)
    names = [row for row in codelist("industries").rows if row["level"] == "2"]
    fitting = [row["code"] for row in names if len(bare) > 2 and normalise(row["name_zh"]).startswith(bare)]
    above = mapping("sectors", "industries").inverse()
    sectors = {one.code for code in fitting for one in above.targets(code)}
    return sectors.pop() if len(sectors) == 1 else ""


def _texts(made: Sequence[Column], below: Sequence[Sequence[str]], use: str) -> list[str]:
    place = next((one.column - 1 for one in made if one.use == use), None)
    if place is None:
        return []
    found = (cells[place].strip() for cells in below if place < len(cells))
    return [text for text in dict.fromkeys(found) if text and not is_total(text) and len(text) <= 40]


def _meant(texts: Sequence[str], listed: CodeList) -> tuple[dict[str, str], list[str]]:
    """What texts seem to mean, and those that are a guess; the codes and first names of the list need no word."""
    found: dict[str, str] = {}
    guessed = []
    for text in texts[:500]:
        codes = listed.match(text)
        if len(codes) != 1:
            found[text] = _near(text, listed)
            guessed += [text] if found[text] else []
        elif normalise(text) not in {normalise(name) for name in _names_of(codes[0], listed)[:3]}:
            found[text] = str(codes[0])
    return found, guessed


def _names_of(code: str, listed: CodeList) -> list[str]:
    row = listed.get(code)
    names = (code, row.get("name_zh", ""), row.get("name_en", ""), *row.get("aliases", "").split("|"))
    return [name for name in names if name]


def _near(text: str, listed: CodeList) -> str:
    """The code whose name is close to a text; nothing where none is. What brackets say more closely goes first."""
    inside = re.findall(r"[(（\[](.*?)[)）\]]", text)
    bare = normalise(re.sub(r"[(（\[].*?[)）\]]", "", text))
    for part in (*inside, bare):
        if len(codes := listed.match(part)) == 1:
            return str(codes[0])
    for code in listed.near(text, count=1):
        ratio = max(
            difflib.SequenceMatcher(None, normalise(text), normalise(name)).ratio()
            for name in _names_of(code, listed)
        )
        if ratio >= _NAME:
            return code
    return ""
