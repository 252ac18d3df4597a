"""The same rows give the same digest: in any order, partitioning, number of threads and kind of file."""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tanheng as th
from tanheng.activity.reading import delimited
from tanheng.engine import open_engine

METHOD = "sichuan-park-2022"
RELAXED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = ["entity", "period", "item", "amount", "unit", "sector", "城市"]
AMOUNT = st.one_of(
    st.floats(min_value=0, max_value=1e8, allow_nan=False, allow_subnormal=False),
    st.integers(min_value=0, max_value=10**8).map(float),
    st.decimals(min_value=0, max_value=10**6, places=3).map(float),
).map(lambda value: float(f"{value:.15g}"))
"""Fifteen digits: what a spreadsheet keeps of a number."""
ROW = st.tuples(
    st.sampled_from(["四川省", "成都市", "甲厂"]),
    st.sampled_from(["2021", "2020年", "2022-06", "2022年第一季度"]),
    st.sampled_from(["煤品", "石油", "电力", "天然气", "独角兽"]),
    AMOUNT,
    st.sampled_from(["t", "万吨", "kg", "万kWh", "MWh", "万m3"]),
    st.sampled_from(["", "工业", "建筑业"]),
    st.sampled_from(["a", "b", 'c"d', "'"]),
)
TABLE = st.lists(ROW, min_size=1, max_size=15, unique=True).map(
    lambda rows: pl.DataFrame(
        rows, schema={name: pl.Float64 if name == "amount" else pl.String for name in NAMES}, orient="row"
    )
)


def outcome(source: Any, **options: Any) -> tuple[str, float, int, int]:
    """What must not depend on how the rows came in."""
    inventory = th.account(source, METHOD, **options)
    return inventory.digest, inventory.total, inventory.rows_read, len(inventory.unmatched)


def as_csv(table: pl.DataFrame, folder: Path, encoding: str = "utf-8") -> Path:
    path = folder / f"{encoding}.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([table.columns, *table.rows()])
    return path


def as_workbook(table: pl.DataFrame, folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (tuple(table.columns), *table.rows()):
        book.active.append(row)
    book.save(folder / "表.xlsx")
    return folder / "表.xlsx"


def as_parts(table: pl.DataFrame, folder: Path, by: list[str]) -> Path:
    shutil.rmtree(folder / "parts", ignore_errors=True)
    table.write_parquet(folder / "parts", partition_by=by, mkdir=True)
    return folder / "parts"


@RELAXED
@given(table=TABLE)
def test_every_kind_of_file_gives_the_same(table: pl.DataFrame, tmp_path: Path) -> None:
    expected = outcome(table)
    table.write_parquet(tmp_path / "表.parquet")
    assert outcome(as_csv(table, tmp_path)) == expected
    assert outcome(as_csv(table, tmp_path, "gb18030")) == expected
    assert outcome(as_workbook(table, tmp_path)) == expected
    assert outcome(tmp_path / "表.parquet") == expected
    assert outcome(table.to_dict(as_series=False)) == expected
    assert outcome(table.to_pandas()) == expected
    assert outcome(table.to_arrow()) == expected


@RELAXED
@given(table=TABLE, seed=st.integers(0, 1000), by=st.sampled_from([["period"], ["item", "unit"], ["entity"]]))
def test_order_and_partitions_do_not_matter(
    table: pl.DataFrame, seed: int, by: list[str], tmp_path: Path
) -> None:
    expected = outcome(table)
    assert outcome(table.sample(fraction=1, shuffle=True, seed=seed)) == expected
    assert (
        outcome(table.select(random.Random(seed).sample(table.columns, len(table.columns))))[1:]
        == expected[1:]
    )
    assert outcome(as_parts(table, tmp_path, by)) == expected


@RELAXED
@given(table=TABLE)
def test_threads_do_not_matter(table: pl.DataFrame) -> None:
    found = set()
    for threads in (1, 2, 4):
        engine = open_engine("duckdb", threads=threads)
        try:
            found.add(outcome(table, engine=engine))
        finally:
            engine.close()
    assert len(found) == 1


@RELAXED
@given(table=TABLE, seed=st.integers(0, 1000))
def test_bad_rows_change_nothing_but_their_own_count(table: pl.DataFrame, seed: int) -> None:
    bad = pl.DataFrame(
        [
            ("四川省", "2021", "煤品", -1.0, "t", "", "a"),
            ("四川省", "去年", "煤品", 1.0, "t", "", "a"),
            ("四川省", "2021", "煤品", 1.0, "袋", "", "a"),
        ],
        schema=table.schema,
        orient="row",
    )
    mixed = pl.concat([table, bad]).sample(fraction=1, shuffle=True, seed=seed)
    assert outcome(mixed) == outcome(table)
    assert th.account(mixed, METHOD).refused == th.account(table, METHOD).refused + 3


@RELAXED
@given(table=TABLE, seed=st.integers(0, 1000))
def test_uncertainty_does_not_depend_on_the_order_of_rows(table: pl.DataFrame, seed: int) -> None:
    spread = table.with_columns(uncertainty=pl.Series([(n % 7) + 0.1 for n in range(table.height)]))
    mixed = spread.sample(fraction=1, shuffle=True, seed=seed)
    one, other = th.account(spread, METHOD, by=["item"]), th.account(mixed, METHOD, by=["item"])
    assert one.emissions.equals(other.emissions)


ANY_ROW = st.tuples(
    st.sampled_from(["四川省", "甲厂", "合 计", "ｔｏｔａｌ", "", " ", "计划处"]),
    st.sampled_from(["2021", "2020年", "去年", "2021.1", "", None]),
    st.sampled_from(["煤品", "电力", "独角兽", "小计", "", " "]),
    st.sampled_from(
        [0.0, 1.0, 12.5, 1e-9, 1e-30, -1.0, -1e-9, 9e12, 9.1e12, 1e300, None]
        + [float("nan"), float("inf"), float("-inf")]
    ),
    st.sampled_from(["t", "t", "万吨", "kWh", "亿t", "袋", "", " ", None]),
    st.sampled_from(["", "工业", "怪"]),
    st.sampled_from(["", "CN-51", "火星", " "]),
    st.sampled_from(["", "ncv=20.9 GJ/t", "胡说"]),
)
ANY_TABLE = st.lists(ANY_ROW, min_size=1, max_size=12)


def verdict(source: Path, **options: Any) -> tuple[Any, ...]:
    """What is said of bad rows must not depend on the kind of file; findings are listed singly in tables only."""
    try:
        inventory = th.account(source, METHOD, **options)
    except th.TanhengError as error:
        return error.code, error.fields["detail_zh"]
    counts: Counter[str] = Counter()
    for one in inventory.findings:
        if one.severity == "error" or one.code == "A-107":
            counts[one.code] += one.count
    lone = {one.fields["item"] for one in inventory.findings if one.code == "A-179"}
    return inventory.refused, inventory.rows_read, inventory.total, inventory.digest, counts, lone


@RELAXED
@given(rows=ANY_TABLE, by=st.sampled_from([None, ["item"], ["sector", "period"]]), quick=st.booleans())
def test_bad_rows_are_refused_alike_in_text_and_in_parquet(
    rows: list[tuple[Any, ...]], by: list[str] | None, quick: bool, tmp_path: Path
) -> None:
    names = ["entity", "period", "item", "amount", "unit", "sector", "region", "parameters"]
    table = pl.DataFrame(
        rows,
        schema={name: pl.Float64 if name == "amount" else pl.String for name in names},
        orient="row",
    )
    # A note that differs in every row: tables refuse a row that repeats another, Parquet data are not searched for them.
    table = table.with_columns(note=pl.int_range(table.height).cast(pl.String))
    table.write_parquet(tmp_path / "表.parquet")
    (tmp_path / "表").mkdir(exist_ok=True)
    for at in range(2):
        table.gather_every(2, at).write_parquet(tmp_path / "表" / f"{at}.parquet")
    as_csv(table.with_columns(pl.all().cast(pl.String).fill_null("")), tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        if quick:
            patch.setattr(delimited, "SMALL", 0)
        expected = verdict(tmp_path / "utf-8.csv", by=by)
    assert verdict(tmp_path / "表.parquet", by=by) == expected
    assert verdict(tmp_path / "表", by=by) == expected
