"""What is told of a run on disk without its rows in memory is what the inventory tells, to the last digit."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import tanheng as th
from small import activity, use
from tanheng.filings import html_report
from tanheng.filings.word.report import docx_report
from tanheng.inventory import Inventory, load_run
from tanheng.inventory.releases.releases import create_release, freeze_run
from tanheng.inventory.releases.runs import load_coded
from tanheng.inventory.views.compared_runs import compare_runs
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.iamc import as_iamc
from tanheng.inventory.weights import NANO
from tanheng.record.store import Store

METHODS = ("cn-energy-2011", "ipcc-2006-stationary", "gpc-cn", "cn-provincial-2011")
ROWS = st.lists(
    st.tuples(
        st.sampled_from([("柴油", "t"), ("汽油", "t"), ("原煤", "t"), ("天然气", "万Nm3"), ("电力", "MWh"), ("神秘", "t")]),
        st.sampled_from(["industry", "agriculture", ""]),
        st.sampled_from(["2019", "2020", "2021"]),
        st.sampled_from(["甲厂", "乙厂", "510104"]),
        st.sampled_from(["", "东区", "=西区"]),
        st.decimals(min_value=0, max_value=10**5, places=3),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def inventory(rows: Any, method: str, gwp: str) -> Inventory:
    made = [
        use(
            item, float(amount), unit, sector=sector, period=period, entity=entity, site=site, region="四川省"
        )
        for (item, unit), sector, period, entity, site, amount in rows
    ]
    return th.account(activity(*made), method, gwp=gwp)


def side(made: Inventory, dims: list[str]) -> dict[tuple[str, ...], tuple[int, str]]:
    """Emission [10^-9 t] and factors of each cell and gas, row by row."""
    found: dict[tuple[str, ...], Any] = defaultdict(lambda: [0, set()])
    for row in made.rows.iter_rows(named=True):
        if not row["memo"]:
            gas = re.sub("_(fossil|biogenic)$", "", row["gas"])
            held = found[(*(row[name] for name in dims), gas)]
            held[0] += int(row["emission_nano"])
            held[1].add(row["factors"])
    return {key: (nano, "; ".join(sorted(texts))) for key, (nano, texts) in found.items()}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    one=ROWS,
    other=ROWS,
    methods=st.tuples(*[st.sampled_from(METHODS)] * 2),
    gwp=st.sampled_from(["AR5", "AR6"]),
)
def test_comparisons(one: Any, other: Any, methods: tuple[str, str], gwp: str, tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    place = tmp_path_factory.mktemp("compared")
    old, new = inventory(one, methods[0], "AR4"), inventory(other, methods[1], gwp)
    found = new.compare(old)
    dims = [name for name in found.cells.columns[: found.cells.columns.index("old")] if name != "gas"]
    before, after = side(old, dims), side(new, dims)
    told = {tuple(row[name] for name in (*dims, "gas")): row for row in found.cells.iter_rows(named=True)}
    assert told.keys() == before.keys() | after.keys()
    for key, row in told.items():
        for held, end in ((before, "old"), (after, "new")):
            nano, factors = held.get(key, (0, ""))
            assert (row[end], row[f"factors_{end}"]) == (nano / NANO, factors)
    assert found.totals == (old.total, new.total)
    folders = [made.save(place / name) for made, name in ((new, "new"), (old, "old"))]
    runs = compare_runs(*folders, place / "cells.parquet")
    keys = [*dims, "gas"]
    assert_frame_equal(runs.cells.collect().sort(keys), found.cells.sort(keys), check_exact=True)
    assert (runs.totals, runs.old, runs.new) == (found.totals, found.old, found.new)
    assert runs.causes == found.causes
    assert sum(found.causes.values()) == pytest.approx(new.total - old.total, abs=1e-6)
    for period in set(old.rows.get_column("period")) & set(new.rows.get_column("period")):
        year = compare_runs(*folders, place / f"{period}.parquet", period=period).cells.collect()
        own = found.cells.filter(pl.col("period") == period)
        assert_frame_equal(year.sort(keys), own.sort(keys), check_exact=True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, method=st.sampled_from(METHODS))
def test_filings(rows: Any, method: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("filed")
    folder = inventory(rows, method, "AR6").save(place / "run")
    whole, light = load_run(folder), load_coded(folder)
    assert (light.total, light.digest, light.complete) == (whole.total, whole.digest, whole.complete)
    assert_frame_equal(
        as_iamc(Cube(folder), "m", "s"), whole.to_iamc(model="m", scenario="s"), check_exact=True
    )
    for name, write in {
        "a.docx": docx_report,
        "a.html": html_report,
        "a.xlsx": lambda made, file: made.to_xlsx(file),
    }.items():
        files = [write(made, place / f"{number}-{name}") for number, made in enumerate((whole, light))]
        assert files[0].read_bytes() == files[1].read_bytes(), name


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=ROWS, other=ROWS, method=st.sampled_from(METHODS))
def test_restatements(one: Any, other: Any, method: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("restated")
    old, new = (inventory(rows, method, "AR6") for rows in (one, other))
    runs = compare_runs(new.save(place / "new"), old.save(place / "old"), place / "cells.parquet")
    files = [
        html_report(new, place / f"{number}.html", previous=previous)
        for number, previous in enumerate((old, runs))
    ]
    one, other = (file.read_text(encoding="utf-8").splitlines() for file in files)
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, method=st.sampled_from(METHODS))
def test_what_is_frozen(rows: Any, method: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("frozen")
    made = inventory(rows, method, "AR6")
    folder = made.save(place / "run")
    stores = [Store(place / name) for name in ("a", "b")]
    first = create_release(load_run(folder), stores[0], "甲", by="王", why="初稿")
    with stores[1].publishing(by="王", why="初稿") as batch:
        second = freeze_run(folder, batch, "甲")
    assert (first.about, first.valid_from, first.valid_to) == (
        second.about,
        second.valid_from,
        second.valid_to,
    )
    assert first.about["digest"] == made.digest
    for role in first.parents.keys() | second.parents.keys():
        one, other = (
            store.entry(entry.parents[role]) for store, entry in zip(stores, (first, second), strict=True)
        )
        assert one.parts == other.parts, role
