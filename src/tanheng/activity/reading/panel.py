"""Panels: numbers by period and by what each row is about, such as provinces over years; each fault by row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.scan import folded
from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.reading.small_tables import SmallTable
from tanheng.errors import TanhengError
from tanheng.workbooks import column_letters

PERIODS = ("period", "year", "时期", "年份", "年度", "年")
MOST = 200_000
_YEAR = re.compile(r"((?:18|19|20|21)\d{2})(?:\.0+|年)?")


class PanelInvalid(TanhengError):
    """A table over years of which cells cannot be read."""

    code = "A-010"
    zh = "“{file}”有 {count} 处读不了：{detail_zh}。"
    en = "'{file}' has {count} cells that cannot be read: {detail_en}."
    remedy_zh = "请按所列的行与列改正；缺少的数不要留空或写 0，请删去该行或补上来源明确的数。"
    remedy_en = "Correct them by row and column; do not leave a missing number blank or write 0: take the row out, or fill in a number that has a source."


class PanelUnclear(TanhengError):
    """A table whose columns can be understood in several ways, or that lacks one that was asked for."""

    code = "A-011"
    zh = "“{file}”的列不明确：{detail_zh}。该表的列有：{columns}。"
    en = "The columns of '{file}' are not clear: {detail_en}. It has the columns {columns}."
    remedy_zh = "请写明时期、数值与分组各是哪一列。"
    remedy_en = "Say which columns hold the period, the numbers and the groups."


@dataclass(frozen=True)
class Panel:
    """Numbers by row: ``years`` (n), ``groups`` (n, each a tuple over ``by``) and ``values`` by column (n), as written.

    ``rows`` are the numbers of the rows in the file.
    """

    file: str
    period: str
    by: tuple[str, ...]
    years: NDArray[np.int64]
    groups: tuple[tuple[str, ...], ...]
    values: Mapping[str, NDArray[np.float64]]
    rows: tuple[int, ...]


def read_panel(
    path: Path, *, values: Sequence[str] = (), by: Sequence[str] = (), period: str = "", dated: bool = True
) -> Panel:
    """A table over years from CSV or Excel: the first visible sheet, its first row being the heads.

    Parameters
    ----------
    path : Path
        CSV (any common encoding) or Excel.
    values : sequence of str, optional
        Columns of numbers; without any, every column that holds nothing but numbers.
    by : sequence of str, optional
        Columns that tell what a row is about; without any and without ``values``, every other column.
    period : str, optional
        The column of years; without it, one that is called year, period, 年份 … .
    dated : bool
        Whether rows are of years; without, all years are 0 and a group has one row.

    Raises
    ------
    PanelInvalid
        For cells that are no year or no number, and for a group that has one year twice.
    PanelUnclear
        For columns that are missing or can be understood in several ways.
    InputUnreadable
        For what is no table.
    """
    page = next((one for one in read_cells(path) if not one.hidden and one.rows), None)
    if page is None or len(page.rows) < 2:
        raise unreadable(
            path.name,
            ("没有数据行", "it has no row of data"),
            ("应有一行列名，其后每行一个时期", "It should have a row of heads, then a row for each period"),
        )
    heads = [cell.strip() for cell in page.rows[0][1]]
    body = [(number, cells) for number, cells in page.rows[1:] if not all(map(is_blank, cells))]
    if len(body) > MOST:
        raise unreadable(
            path.name,
            (
                f"有 {len(body):,} 行，最多 {MOST:,} 行",
                f"it has {len(body):,} rows, at most {MOST:,} are taken",
            ),
            ("请分成几个文件", "Split it into several files"),
        )
    place = _Places(path.name, heads)
    at_period = None if not dated else place.of(period) if period else place.period()
    named = [place.of(name) for name in by]
    if values:
        numbers = [place.of(name) for name in values]
    else:
        rest = [at for at, head in enumerate(heads) if head and at not in {at_period, *named}]
        numbers = [at for at in rest if _numeric(body, at)]
        named = named or [at for at in rest if at not in numbers]
    return _read(path.name, page, heads, body, at_period, named, numbers)


@dataclass(frozen=True)
class _Places:
    file: str
    heads: list[str]

    def of(self, name: str) -> int:
        found = [at for at, head in enumerate(self.heads) if folded(head) == folded(name)]
        if len(found) != 1:
            times = ("有两列叫", "two columns are called") if found else ("没有列", "there is no column")
            raise self.unclear(f"{times[0]}“{name}”", f"{times[1]} '{name}'")
        return found[0]

    def period(self) -> int:
        found = [at for at, head in enumerate(self.heads) if folded(head) in map(folded, PERIODS)]
        if len(found) != 1:
            zh = "没有年份列" if not found else "年份列不止一个"
            raise self.unclear(
                zh, "there is no column of years" if not found else "there are several columns of years"
            )
        return found[0]

    def unclear(self, zh: str, en: str) -> PanelUnclear:
        columns = ", ".join(head for head in self.heads if head)[:300]
        return PanelUnclear(file=self.file, detail_zh=zh, detail_en=en, columns=columns)


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _numeric(body: Sequence[tuple[int, list[str]]], at: int) -> bool:
    return all(number_of(_cell(cells, at)) is not None for _, cells in body)


def _read(
    file: str, page: Cells, heads: list[str], body: Sequence[tuple[int, list[str]]], period: int | None,
    named: Sequence[int], numbers: Sequence[int],
) -> Panel:  # fmt: skip
    columns = {
        str(at): f"{column_letters(at + 1)} {heads[at]}"
        for at in (period, *named, *numbers)
        if at is not None
    }
    told = SmallTable(file, page.sheet, [], columns)
    years, groups, kept = [], [], []
    sums: dict[int, list[float]] = {at: [] for at in numbers}
    seen: dict[tuple[int, tuple[str, ...]], int] = {}
    for number, cells in body:
        year = "" if period is None else _cell(cells, period)
        match = _YEAR.fullmatch(year)
        if period is not None and match is None:
            told.fault(number, str(period), year, "四位年份", "a year of four digits")
            continue
        group = tuple(_cell(cells, at) for at in named)
        key = (int(match[1]) if match else 0, group)
        if seen.setdefault(key, number) != number:
            once = (
                ("每组每年一行", "one row for each group and year")
                if match
                else ("每组一行", "one row for each group")
            )
            where = named[0] if period is None and named else period
            told.fault(number, str(where), " / ".join(group) if period is None else year,
                       f"{once[0]}（第 {seen[key]} 行已有；分组列须写明）",
                       f"{once[1]} (row {seen[key]} has it; name the columns of the groups)")  # fmt: skip
            continue
        for at in numbers:
            value = None if page.why_hollow(number, at + 1) else number_of(_cell(cells, at))
            if value is None or not np.isfinite(value):
                told.fault(number, str(at), _cell(cells, at), "一个数", "a number")
            sums[at].append(np.nan if value is None else value)
        years.append(key[0])
        groups.append(group)
        kept.append(number)
    if told.faults:
        raise PanelInvalid(**told.first())
    return Panel(
        file, "" if period is None else heads[period], tuple(heads[at] for at in named), np.array(years, np.int64), tuple(groups),
        {heads[at]: np.array(sums[at], float) for at in numbers}, tuple(kept),
    )  # fmt: skip
