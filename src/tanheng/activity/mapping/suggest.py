"""The mapping assistant: which column of an unknown sheet is what, by its heading and by what stands below it."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tanheng.activity.activity import sha256
from tanheng.activity.clean import is_blank, item_of, number_of
from tanheng.activity.mapping.counting import Counts
from tanheng.activity.mapping.fitting import MORE_TITLES, stated_titles
from tanheng.activity.mapping.guesses import guess_columns, is_data, said
from tanheng.activity.mapping.mapping import Mapping
from tanheng.activity.mapping.sheet import KEEP, Column, SheetMapping
from tanheng.activity.reading.books import no_sheet
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.grids import sheetless
from tanheng.activity.reading.headers import HEAD_ROWS

MOST_HEADS = 4
"""Rows of headings that may stand above one another: a year, a fuel, its English name, its unit."""
_SAMPLE = 2000
"""Rows that are looked at for what a column holds; all rows are counted."""
_TORN = 0.3
"""What a header loses where a second row of headings seems to follow."""
_SPLIT = 0.05
"""What headings lose above which others seem to stand."""
_LEAST, _ENOUGH = 0.9, 1.5
"""How much a header must say for its columns to be shown, and for the sheet to be read."""


def suggest_mapping(path: str | Path, *, sheet: str | None = None, rows: int | None = None) -> Mapping:
    r"""Suggest how a file of any shape is read as a table of activity.

    Parameters
    ----------
    path : path
        Excel or CSV.
    sheet : str, optional
        One sheet only.
    rows : int, optional
        Look at so many rows of each sheet, such as `SAMPLE`, and of a very large file at fewer: in little time and
        memory. What columns are is judged by the first 2,000 rows in any case; what would be lost is then counted in
        these rows alone, the mapping is ``partial``, and `count_mapping` counts the rest.

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
    pages = {one.sheet: one for one in read_cells(file, rows=rows)}
    if sheet is None:
        return Mapping(file.name, tuple(_sheet(page) for page in pages.values()), sha256=sha256(file))
    if sheet not in pages:
        raise sheetless(file.name, sheet) if list(pages) == [""] else no_sheet(file.name, sheet, pages)
    return Mapping(file.name, (_sheet(replace(pages[sheet], hidden=False)),), sha256=sha256(file))


def _sheet(page: Cells) -> SheetMapping:
    counts = Counts(_headed(page))
    counts.add(page.rows)
    return counts.sheet(page.bad, partial=not page.whole)


def _headed(page: Cells) -> SheetMapping:
    """The headings of a sheet and what its columns are, not yet counted."""
    grid = [cells for _, cells in page.rows[: HEAD_ROWS + _SAMPLE]]
    if page.hidden:
        reason = said("隐藏的工作表", "hidden sheet")
        return SheetMapping(page.sheet, use=False, reason=reason)
    best: tuple[float, float, int, int, list[Column]] | None = None
    for at, cells in enumerate(grid[:HEAD_ROWS]):
        below = grid[at + 1 : at + 1 + _SAMPLE]
        if is_data(cells, below):
            continue
        for heads in range(1, min(at + 1, MOST_HEADS) + 1):
            if heads > 2 and len({*grid[at + 1 - heads]} - {""}) < 2:
                break
            made = guess_columns(grid[at + 1 - heads : at + 1], below)
            score = _score(made) - _TORN * _heads_go_on(made, below)
            rank = score + _known(made) - _SPLIT * _heads_go_up(made, grid[: at + 1 - heads])
            if best is None or rank > best[0] + 1e-9:
                best = (rank, score, at, heads, made)
    if best is None or best[1] < _LEAST:
        empty = not any(any(cells) for cells in grid)
        reason = (
            said("工作表为空，请提供带表头的数据", "the sheet is empty; give data with a header")
            if empty
            else said("没有认出表头", "no headings were recognised")
        )
        return SheetMapping(page.sheet, use=False, reason=reason)
    _, score, at, heads, made = best
    header = page.rows[at][0]
    has_amounts = any(one.use == "amount" for one in made)
    read = score >= _ENOUGH and has_amounts
    unclear = said("看不出是活动水平表", "it does not seem to be a table of activity")
    titles = stated_titles(page, header)
    found = SheetMapping(
        sheet=page.sheet,
        use=read,
        reason="" if read else unclear if has_amounts else said("没有数量列", "no column of amounts"),
        header=header,
        heads=heads,
        columns=tuple(made),
    )
    fixed = _fixed(titles, found)
    spoken = {name: text for name, text in titles.items() if name in fixed or name not in MORE_TITLES}
    return replace(found, titles=spoken, fixed=fixed)


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


def _heads_go_up(made: Sequence[Column], above: Sequence[Sequence[str]]) -> bool:
    """Whether the row above the headings names columns of amounts too, each by another text."""
    last = above[-1] if above else []
    texts = {last[one.column - 1] for one in made if one.use == "amount" and one.column <= len(last)}
    return len(texts - {""}) > 1


def _known(made: Sequence[Column]) -> float:
    """What each column of amounts says of itself: of two ways to read headings the one that says more is right."""
    found = SheetMapping("", use=True, reason="", columns=tuple(made))
    return sum(0.2 for name in ("item", "period", "unit") if found.states(name))


def _fixed(titles: Named[str, str], found: SheetMapping) -> dict[str, str]:
    """Values that hold for every row where no column has them, as titles state them."""
    lacking = [name for name in ("period", "unit", "item") if not found.states(name)]
    lacking += [] if {one.use for one in found.columns} & {"entity", "region"} else ["entity"]
    values = {name: titles.get(name, "") for name in lacking}
    return {name: item_of(value) if name == "item" and value else value for name, value in values.items()}
