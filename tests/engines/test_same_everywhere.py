"""A million rows: the same totals and digest on every engine, with any threads and any partitioning."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from tanheng.engine import Engine, open_engine

ROOT = Path(__file__).parents[2]
BY = ["city", "period", "item"]


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import generate

    yield generate.write(tmp_path_factory.mktemp("million"), 1_000_000, parts=4)
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def reference(million: Path) -> th.Inventory:
    return th.account(million, "cn-energy-2011", by=BY)


def test_the_reference_counts_every_row(reference: th.Inventory) -> None:
    assert reference.rows_read == 1_000_000
    assert reference.complete
    assert reference.emissions.height > 70_000


def test_every_engine_gives_the_same_digest(engine: Engine, million: Path, reference: th.Inventory) -> None:
    found = th.account(million, "cn-energy-2011", by=BY, engine=engine)
    assert (found.total, found.digest, found.rows_read) == (reference.total, reference.digest, 1_000_000)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_do_not_matter(threads: int, million: Path, reference: th.Inventory) -> None:
    runner = open_engine("duckdb", threads=threads)
    try:
        assert th.account(million, "cn-energy-2011", by=BY, engine=runner).digest == reference.digest
    finally:
        runner.close()


def test_order_and_partitioning_do_not_matter(million: Path, reference: th.Inventory, tmp_path: Path) -> None:
    frame = pl.read_parquet(million / "*.parquet").sample(fraction=1.0, shuffle=True, seed=3)
    frame.write_parquet(tmp_path / "one.parquet")
    assert th.account(tmp_path / "one.parquet", "cn-energy-2011", by=BY).digest == reference.digest
    frame.write_parquet(tmp_path / "parts", partition_by=["region", "unit"])
    assert th.account(tmp_path / "parts", "cn-energy-2011", by=BY).digest == reference.digest
