"""Tables of numbers by period and place, from a file or from memory; what is missing is named and never taken for zero."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.clean import number_of
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.frames import read_table
from tanheng.activity.reading.sheets import ROW
from tanheng.drivers.lmdi import DriversInvalid
from tanheng.errors import ColumnMissing, NotFound

_SHOWN = 5
_DIGIT = re.compile("[0-9]")


def read_frame(
    table: Any,
    needed: Sequence[str],
    *,
    numbers: Sequence[str] = (),
    positive: bool = False,
    name: str = "table",
) -> pl.DataFrame:
    """A table from a file or from memory: ``needed`` as texts, ``numbers`` as numbers, ``__row`` as counted in the file.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When it is no table or lacks a column.
    DriversInvalid
        For a number that is missing or is none, or is not above zero where they are to be ``positive``.

    Examples
    --------
    >>> read_frame({"year": [2019, 2020], "co2": ["1,200", "1300"]}, ["year"], numbers=["co2"])["co2"].to_list()
    [1200.0, 1300.0]
    """
    name = name_of(table) if isinstance(table, str | Path) else name
    frame = _file(Path(table)) if isinstance(table, str | Path) else _memory(table)
    for column in dict.fromkeys([*needed, *numbers]):
        if column not in frame.columns:
            heads = [one for one in frame.columns if one != "__row"]
            raise ColumnMissing(
                file=name, sheet="", column=column, header=", ".join(heads), names=", ".join(heads)
            )
    frame = frame.with_columns(
        pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in dict.fromkeys(needed)
    )
    for column in dict.fromkeys(numbers):
        frame = frame.with_columns(_numbers(frame, column, name, positive=positive))
    return frame


def _file(path: Path) -> pl.DataFrame:
    pages = [page for page in read_cells(path) if not page.hidden and page.rows]
    if not pages:
        raise NotFound(what_zh="数据表", what_en="table", name=path.name, known="–")
    (_, head), *rows = pages[0].rows
    names = [cell.strip() for cell in head]
    _refuse_misfits(path.name, names, rows)
    wide = len(names)
    body = [[*cells, *[""] * (wide - len(cells))][:wide] for _, cells in rows]
    filled = [at for at, cells in enumerate(body) if any(cell.strip() for cell in cells)]
    data = {name: [body[at][place] for at in filled] for place, name in enumerate(names) if name}
    return pl.DataFrame(
        {**data, "__row": [rows[at][0] for at in filled]}, schema_overrides={"__row": pl.Int64}
    )


def _refuse_misfits(file: str, names: list[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """A column that is there twice and a row that is longer than the head: which number was meant cannot be known."""
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise DriversInvalid(
            detail_zh=f"{file} 有两列“{twice[0]}”", detail_en=f"{file} has two columns '{twice[0]}'",
            mend_zh="请改名或删去一列。", mend_en="Rename or leave out one of them.",
        )  # fmt: skip
    for row, cells in rows:
        if any(cell.strip() for cell in cells[len(names) :]):
            raise DriversInvalid(
                detail_zh=f"{file} 第 {row} 行有 {len(cells)} 格，表头只有 {len(names)} 列",
                detail_en=f"{file}, row {row} has {len(cells)} cells, the head has {len(names)} columns",
                mend_zh="请补上表头；数里的千分位逗号请去掉，或给数加引号。",
                mend_en="Complete the head; leave out commas within numbers, or quote the numbers.",
            )


def _memory(table: Any) -> pl.DataFrame:
    if isinstance(table, pl.DataFrame):
        return table if "__row" in table.columns else table.with_row_index("__row", offset=1)
    if isinstance(table, Mapping):
        with contextlib.suppress(pl.exceptions.PolarsError, TypeError, ValueError, OverflowError):
            return pl.DataFrame(dict(table), strict=False).with_row_index("__row", offset=1)
    sheet = read_table(table, "table")
    cells = [name for name in sheet.frame.columns if name != ROW]
    return (
        sheet.frame.select(cells)
        .rename(dict(zip(cells, sheet.headings, strict=True)))
        .with_row_index("__row", offset=1)
    )


def _numbers(frame: pl.DataFrame, column: str, file: str, *, positive: bool) -> pl.Series:
    held = frame.get_column(column)
    if held.dtype.is_numeric():
        found = held.cast(pl.Float64)
    else:
        found = pl.Series(column, [number_of(text or "") for text in held.cast(pl.String)], dtype=pl.Float64)
    bad = frame.filter(
        found.is_null() | ~found.is_finite() | (found <= 0 if positive else pl.Series([False]))
    )
    if bad.height:
        first = bad.row(0, named=True)
        zh, en = ("不是正数", "is not above zero") if positive else ("不是数", "is no number")
        raise DriversInvalid(
            rows=shown_rows(bad),
            detail_zh=f"{file} 第 {first['__row']} 行，列“{column}”的“{first[column]}”{zh}",
            detail_en=f"{file}, row {first['__row']}, column '{column}': '{first[column]}' {en}",
            mend_zh="请补上数值，或删去该行；未知不等于零。",
            mend_en="Give the number or leave the row out; unknown is not zero.",
        )
    return found


def order(values: list[str]) -> list[str]:
    """Periods in the order of time, where all are whole numbers, else of the alphabet.

    Examples
    --------
    >>> order(["10", "9"]), order(["2020-02", "2020-01"])
    (['9', '10'], ['2020-01', '2020-02'])
    """
    return (
        sorted(values, key=int) if all(value.lstrip("-").isdecimal() for value in values) else sorted(values)
    )


def within(period: str, first: str | None, last: str | None) -> bool:
    """Whether a period lies between two, each as long as it is written: 2020-05 lies within 2020 and 2020.

    Examples
    --------
    >>> within("2020-05", "2020", "2020"), within("2021", "2019", "2020"), within("5", None, "10")
    (True, False, True)
    """

    def before(one: str, two: str) -> bool:
        return (
            int(one) < int(two) if one.isdecimal() and two.isdecimal() else one[: len(two)] < two[: len(one)]
        )

    return not (first is not None and before(period, first)) and not (
        last is not None and before(last, period)
    )


def between(frame: pl.DataFrame, period: str, first: str | None, last: str | None) -> pl.DataFrame:
    """The rows whose period lies between two, see `within`.

    Raises
    ------
    DriversInvalid
        For an end that is written like no period of the table.

    Examples
    --------
    >>> between(pl.DataFrame({"year": ["2019", "2020"]}), "year", "2020", None)["year"].to_list()
    ['2020']
    """
    check_periods([end for end in (first, last) if end is not None], frame[period].unique().to_list())
    return frame.filter([within(text, first, last) for text in frame[period]])


def check_periods(asked: Iterable[str], periods: Collection[str]) -> None:
    """Refuse what is written like no period of the table, for it cannot be set before or after one.

    Raises
    ------
    DriversInvalid

    Examples
    --------
    >>> check_periods(["2018", "2018-06"], ["2019-01", "2020-01"])
    >>> check_periods(["二零一五"], ["2010", "2020"])
    Traceback (most recent call last):
    tanheng.drivers.lmdi.DriversInvalid: ...
    """
    shapes = {_DIGIT.sub("0", period) for period in periods}
    for text in asked:
        own = _DIGIT.sub("0", text)
        alike = text.isdecimal() and any(period.isdecimal() for period in periods)
        if periods and not (
            alike or (own and any(one.startswith(own) or own.startswith(one) for one in shapes))
        ):
            known = ", ".join(order(list(periods))[:_SHOWN])
            raise DriversInvalid(
                detail_zh=f"“{text}”不是表中那样的时期（{known}…）", detail_en=f"'{text}' is not written like a period of the table ({known} …)",
                mend_zh="请照表中的写法写时期。", mend_en="Write periods as the table does.",
            )  # fmt: skip


def deflated(
    frame: pl.DataFrame, deflators: Mapping[str, str], used: Collection[str], name: str
) -> pl.DataFrame:
    """The table with columns of money divided by the column of their price index (any base, above zero).

    Raises
    ------
    ColumnMissing
        When there is no such index.
    DriversInvalid
        For money that is not ``used``, and an index that is not above zero.

    Examples
    --------
    >>> rows = pl.DataFrame({"gdp": [5.0, 6.6], "index": [1.0, 1.1], "__row": [2, 3]})
    >>> deflated(rows, {"gdp": "index"}, ["gdp"], "t")["gdp"].round(6).to_list()
    [5.0, 6.0]
    """
    if odd := next((column for column in deflators if column not in used), None):
        raise DriversInvalid(
            detail_zh=f"平减的列“{odd}”没有用到", detail_en=f"the column '{odd}' is deflated, but not used",
            mend_zh=f"用到的列：{'、'.join(used)}。", mend_en=f"Columns that are used: {', '.join(used)}.",
        )  # fmt: skip
    frame = read_frame(frame, [], numbers=list(deflators.values()), positive=True, name=name)
    return frame.with_columns(pl.col(column) / frame[index] for column, index in deflators.items())


def one_each(frame: pl.DataFrame, period: str) -> dict[str, dict[str, Any]]:
    """The row of each period.

    Raises
    ------
    DriversInvalid
        When a period has two.

    Examples
    --------
    >>> list(one_each(pl.DataFrame({"year": ["2019"], "co2": [1.0]}), "year"))
    ['2019']
    """
    twice = frame.filter(frame[period].is_duplicated())
    if twice.height:
        raise said_twice(twice, [period])
    return {row[period]: row for row in frame.iter_rows(named=True)}


def said_twice(rows: pl.DataFrame, keys: Sequence[str]) -> DriversInvalid:
    """The error for rows that say the same."""
    told = ", ".join(str(rows.row(0, named=True)[key]) for key in keys)
    return DriversInvalid(
        rows=shown_rows(rows),
        detail_zh=f"“{told}”有两行", detail_en=f"two rows say '{told}'",
        mend_zh="请用分项或地区的列（by、place）区分，或先汇总。",
        mend_en="Tell them apart by a column of cells or places (by, place), or sum them up first.",
    )  # fmt: skip


def shown_rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The first rows of a message, with their number in the file.

    Examples
    --------
    >>> shown_rows(pl.DataFrame({"__row": [3], "co2": [""]}))
    [{'row': 3, 'co2': ''}]
    """
    shown = rows.head(_SHOWN)
    return shown.select(
        pl.col("__row").alias("row"), *(name for name in shown.columns if name != "__row")
    ).to_dicts()


def name_of(table: Any) -> str:
    """How messages call a table.

    Examples
    --------
    >>> name_of("a/b.csv"), name_of({})
    ('b.csv', 'table')
    """
    return Path(table).name if isinstance(table, str | Path) else "table"
