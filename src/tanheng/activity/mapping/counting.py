"""What a mapping would leave out of a file: every row is counted, a batch at a time, so that a large file is never held whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tanheng.activity.activity import sha256
from tanheng.activity.clean import is_blank, is_total, number_of
from tanheng.activity.mapping.fitting import other_headings
from tanheng.activity.mapping.guesses import is_data, said
from tanheng.activity.mapping.mapping import Mapping
from tanheng.activity.mapping.meanings import meanings
from tanheng.activity.mapping.sheet import Column, SheetMapping
from tanheng.activity.reading.headers import unit_in
from tanheng.activity.reading.scan import Bad, Row, scan_cells
from tanheng.activity.schema import columns
from tanheng.activity.text import one_line

Progress = Callable[[str, str], None]
_BATCH = 20_000
_MEANINGS, _LONGEST = 500, 40
"""Texts of a column whose meaning is looked for, and how long such a text may be."""


def count_mapping(path: str | Path, mapping: Mapping, tell: Progress = lambda zh, en: None) -> Mapping:
    r"""Count over all rows what a mapping that was made of the first ones leaves out.

    Parameters
    ----------
    path : path
        The file.
    mapping : Mapping
        As `suggest_mapping` made it, or as the user changed it: what columns are and what names mean stays.
    tell : callable, optional
        Told (zh, en) how far it is, after each batch of rows; what it raises ends the count.

    Returns
    -------
    Mapping
        With the cells, numbers and names of the whole file, and no longer ``partial``.

    Raises
    ------
    InputUnreadable, MappingWrong
        When the file is no table, or has no such sheet.

    Examples
    --------
    >>> import tempfile
    >>> from tanheng.activity.mapping.suggest import suggest_mapping
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text("企业,品种,年份,数量（吨）\n" + "甲,柴油,2021,5\n" * 50 + "乙,某物,2021,x", encoding="utf-8")
    ...     first = suggest_mapping(file, rows=20)
    ...     whole = count_mapping(file, first)
    >>> first.partial, whole.partial, whole.sheets[0].rows, whole.sheets[0].items
    (True, False, 51, {'某物': ''})
    """
    file = Path(path)
    wanted = {one.sheet: one for one in mapping.sheets}
    found: dict[str, SheetMapping] = {}
    for name, rows, bad in scan_cells(file):
        if name in wanted:
            counts = Counts(wanted[name])
            while batch := list(itertools.islice(rows, _BATCH)):
                counts.add(batch)
                number = batch[-1][0]
                tell(f"已清点 {number:,} 行", f"{number:,} rows counted")
            found[name] = counts.sheet(bad)
    if missing := [name for name in wanted if name not in found]:
        raise other_headings(Path(mapping.path).name or "mapping", missing[0])
    return replace(mapping, sheets=tuple(found[name] for name in wanted), sha256=sha256(file))


_BLANK, _TEXT, _NUMBER = 0, 1, 2


def _kind(text: str) -> int:
    if is_blank(text):
        return _BLANK
    return _TEXT if number_of(text) is None else _NUMBER


class Counts:
    """What the rows of a sheet hold, by the columns of its mapping."""

    def __init__(self, found: SheetMapping) -> None:
        self._found = found
        self._rows, self._all, self._numbers = 0, 0, 0
        self._cells = {one.column: [0, 0] for one in found.columns}
        self._texts: dict[str, dict[str, None]] = {"item": {}, "sector": {}}
        self._above: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        """Count rows; those above the headings are counted for the sheet and not for its columns."""
        header = self._found.header
        self._above += [
            (number, cells)
            for number, cells in itertools.takewhile(lambda row: row[0] < self._found.top, rows)
            if is_data(cells, [cells])
        ]
        kinds = {text: _kind(text) for text in {cell for _, cells in rows for cell in cells}}
        known = [(number, [kinds[cell] for cell in cells], cells) for number, cells in rows]
        filled = [any(held) for _, held, _ in known]
        self._all += sum(filled)
        self._numbers += sum(1 for _, held, _ in known if _NUMBER in held)
        below = [(held, cells) for number, held, cells in known if number > header]
        self._rows += sum(filled[len(rows) - len(below) :])
        for one in self._found.columns:
            at = one.column - 1
            column = [held[at] for held, _ in below if at < len(held)]
            count = self._cells[one.column]
            count[0] += len(column) - column.count(_BLANK)
            count[1] += column.count(_NUMBER)
            if one.use in self._texts:
                texts = (cells[at] for held, cells in below if at < len(held) and held[at])
                self._note(self._texts[one.use], texts)

    def _note(self, known: dict[str, None], texts: Iterable[str]) -> None:
        for text in dict.fromkeys(map(str.strip, texts)):
            if len(known) < _MEANINGS and text and len(text) <= _LONGEST and not is_total(text):
                known.setdefault(text)

    def sheet(self, bad: Bad, *, partial: bool = False) -> SheetMapping:
        """The mapping of the sheet with what was counted; meanings that it has already stay."""
        one = self._found
        if not one.columns:
            return replace(one, rows=self._all, numbers=self._numbers, partial=partial)
        named, sectors, guessed = meanings(self._texts["item"], self._texts["sector"])
        known = {**one.items, **one.sectors}
        units = {} if one.states("unit") else {text: unit_in(text) for text in self._texts["item"]}
        found = replace(
            one,
            rows=self._rows,
            numbers=self._numbers,
            partial=partial,
            columns=tuple(self._counted(column) for column in one.columns),
            items={**named, **one.items},
            sectors={**sectors, **one.sectors},
            units={text: unit for text, unit in units.items() if unit},
            guessed=tuple(text for text in guessed if text not in known or text in one.guessed),
            beyond=(*(row[0] for row in self._above), *(row[0] for row in bad)),
        )
        return replace(found, doubts=tuple(self._doubts(found, bad)))

    def _counted(self, column: Column) -> Column:
        filled, numbers = self._cells[column.column]
        return replace(column, filled=filled, numbers=numbers)

    def _doubts(self, found: SheetMapping, bad: Bad) -> Iterator[str]:
        for name in found.missing:
            title = columns()[name]
            yield said(
                f"缺少{title['name_zh']} {name}：请为某一列选这一含义，或写下对整表都成立的值（fixed）",
                f"missing: {name}. Give a column this meaning, or write a value that holds for the whole sheet (fixed)",
            )
        names = {text: ("品种未认出", "unknown item") for text, code in found.items.items() if not code}
        names |= {text: ("部门未认出", "unknown sector") for text, code in found.sectors.items() if not code}
        for text, (zh, en) in names.items():
            yield said(f"{zh}：{text}", f"{en}: {text}")
        for number, cells in self._above[:1]:
            shown, count = one_line(" | ".join(filter(None, cells)), 60), len(self._above)
            yield said(
                f"表头之上有 {count} 行像数据，不读（首个：第 {number} 行 {shown}）",
                f"{count} rows above the headings look like data and are not read (first: row {number}, {shown})",
            )
        for number, _, text, _ in bad:
            yield said(
                f"第 {number} 行无法分列：{one_line(text, 60)}",
                f"row {number} is no row of cells: {one_line(text, 60)}",
            )
