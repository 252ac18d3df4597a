"""Tables in memory: Polars, pandas, Arrow, DuckDB, plain Python; every kind of column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bad_input import codes, counted
from tanheng.activity import read_activity
from tanheng.errors import ColumnMissing, InputUnreadable

BASE: dict[str, Any] = {
    "entity": ["四川省", "四川省"], "period": [2021, 2022], "item": ["煤品", "石油"], "amount": [100.0, 200.5], "unit": ["t", "t"],
}  # fmt: skip
EXPECTED = [("四川省", "2021", "coal", 100.0, "t"), ("四川省", "2022", "petroleum", 200.5, "t")]
LIBRARIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "dict": lambda table: table,
    "list of rows": lambda table: [
        dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
    ],
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "pandas strings": lambda table: pd.DataFrame(table).astype({"item": "string"}),
    "pandas categories": lambda table: pd.DataFrame(table).astype({"item": "category"}),
    "pyarrow": pa.table,
    "arrow reader": lambda table: pa.table(table).to_reader(),
    "arrow dictionary": lambda table: pa.table(
        {**table, "item": pa.array(table["item"]).dictionary_encode()}
    ),
    "duckdb": lambda table: duckdb.from_arrow(pa.table(table)),
}


@pytest.mark.parametrize("make", LIBRARIES.values(), ids=LIBRARIES.keys())
def test_every_library_gives_the_same(make: Callable[[dict[str, Any]], Any]) -> None:
    activity = read_activity(make(BASE))
    assert activity.frame is not None
    assert activity.frame.select("entity", "period", "item", "amount", "unit").rows() == EXPECTED
    assert codes(activity) == []


COLUMNS: dict[str, tuple[str, Any]] = {
    "integers": ("amount", pl.Series([100, 200])),
    "small integers": ("amount", pl.Series([100, 200], dtype=pl.UInt8)),
    "decimals": ("amount", [Decimal("1.50"), Decimal("2.25")]),
    "single floats": ("amount", pl.Series([0.5, 2.25], dtype=pl.Float32)),
    "numbers and text": ("amount", pl.Series(["1,000", "2"])),
    "categories": ("item", pl.Series(["煤品", "石油"], dtype=pl.Categorical)),
    "dates": ("period", [dt.date(2021, 6, 30), dt.date(2022, 1, 1)]),
    "times": ("period", [dt.datetime(2021, 6, 30, 12, 30), dt.datetime(2022, 1, 1)]),  # noqa: DTZ001
    "zoned times": (
        "period",
        [dt.datetime(2021, 6, 30, tzinfo=dt.UTC), dt.datetime(2022, 1, 1, tzinfo=dt.UTC)],
    ),
    "float years": ("period", [2021.0, 2022.0]),
    "float codes": ("region", [510000.0, None]),
    "lists": ("x", [[1], [2, 3]]),
    "structs": ("x", [{"a": 1}, {"a": 2}]),
    "bytes": ("x", [b"\xff", b"a"]),
    "objects": ("x", pl.Series([{1}, {2}], dtype=pl.Object)),
    "booleans": ("x", [True, None]),
    "nothing": ("sector", [None, None]),
    "durations": ("x", [dt.timedelta(1), None]),
}


@pytest.mark.parametrize(("name", "column"), COLUMNS.values(), ids=COLUMNS.keys())
def test_every_kind_of_column_is_read(name: str, column: Any) -> None:
    activity = read_activity(pl.DataFrame(BASE).with_columns(pl.Series(name, column)))
    assert activity.frame is not None
    assert (activity.frame.height, activity.refused.height) == (2, 0)
    assert activity.frame.get_column(name).dtype == (pl.Float64 if name == "amount" else pl.String)


def test_float_codes_are_codes() -> None:
    activity = read_activity(pl.DataFrame(BASE).with_columns(region=pl.Series([510000.0, None])))
    assert activity.frame is not None
    assert activity.frame.get_column("region").to_list() == ["CN-51", ""]


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("amount", [None, 2.0], ["A-103"]),
        ("amount", [float("nan"), float("inf")], ["A-103", "A-101"]),
        ("amount", [True, False], ["A-101", "A-101"]),
        ("unit", ["t", None], ["A-106"]),
        ("period", [None, 2021], ["A-106"]),
        ("entity", ["", None], ["A-106", "A-106"]),
    ],
)
def test_bad_cells_name_their_row(column: str, cells: list[Any], found: list[str]) -> None:
    activity = read_activity(pl.DataFrame({**BASE, column: pl.Series(cells)}), name="内存表")
    assert codes(activity) == found
    assert activity.findings[0].message("zh").startswith(f"[{found[0]}] 内存表 第 ")
    assert counted(activity) == 2


def test_pandas_cells_of_every_kind() -> None:
    frame = pd.DataFrame(
        {**BASE, "period": [pd.Timestamp("2021-06-30"), pd.NaT], "amount": pd.array([1, None], dtype="Int64")}
    )
    activity = read_activity(frame)
    assert codes(activity) == ["A-106"]
    assert activity.frame is not None
    assert activity.frame.get_column("period").to_list() == ["2021-06-30"]
    years = read_activity(pd.DataFrame({**BASE, "period": pd.period_range("2021", periods=2, freq="Y")}))
    assert years.frame is not None
    assert years.frame.get_column("period").to_list() == ["2021", "2022"]


def test_blank_rows_are_notes_and_unheaded_units_come_from_the_heading() -> None:
    table = {
        "entity": ["四川省", None],
        "period": ["2021", None],
        "item": ["煤品", None],
        "消费量（万吨）": [1, None],
    }
    activity = read_activity(table)
    assert activity.frame is not None
    assert activity.frame.get_column("unit").to_list() == ["万吨"]
    assert (codes(activity), counted(activity)) == (["A-120"], 2)


TWICE = pd.DataFrame(BASE)
TWICE.insert(4, "amount", [5, 6], allow_duplicates=True)
NO_TABLE: dict[str, Any] = {
    "None": None,
    "a number": 5,
    "bytes": b"abc",
    "a list of lists": [["四川省", 2021]],
    "unequal columns": {**BASE, "amount": [1]},
    "a name twice in pandas": TWICE,
    "a name twice in Arrow": pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["amount", "amount"]),
    "a lazy frame of a lost file": pl.scan_csv("/nope.csv"),
}


@pytest.mark.parametrize("table", NO_TABLE.values(), ids=NO_TABLE.keys())
def test_what_is_no_table(table: Any) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_activity(table)
    assert "\n" not in caught.value.message("en") + caught.value.message("zh")
    assert "{" not in caught.value.message("en")


@pytest.mark.parametrize("table", [[], {}, pl.DataFrame(), pl.DataFrame({"amount": [1]})])
def test_a_table_without_columns(table: Any) -> None:
    with pytest.raises(ColumnMissing):
        read_activity(table)


def test_floats_come_through_text_unchanged() -> None:
    values = [0.1 + 0.2, 1e-7, 123456789.123456789, 2.0**52 + 0.5, 1e15, 1e22 / 1e12, 5e-324, 0.0, 1 / 3]
    table = pl.DataFrame(
        {
            "entity": "四川省",
            "period": [str(1990 + n) for n in range(len(values))],
            "item": "煤品",
            "amount": values,
            "unit": "t",
        }
    )
    activity = read_activity(table)
    assert activity.frame is not None
    assert activity.frame.get_column("amount").to_list() == [value for value in values if value <= 9e12]
