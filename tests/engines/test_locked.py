"""DuckDB is locked: whatever stands in names or SQL reads, writes and loads nothing but the registered files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

import tanheng as th
from tanheng.engine import Engine, Parquet, open_engine
from tanheng.errors import EngineUnavailable


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Engine]:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "mine.parquet")
    pl.DataFrame({"a": [2]}).write_parquet(tmp_path / "another.parquet")
    (tmp_path / "link.parquet").symlink_to(tmp_path / "another.parquet")
    runner = open_engine("duckdb")
    runner.register("mine", Parquet(tmp_path / "mine.parquet"))
    yield runner
    runner.close()


@pytest.mark.parametrize(
    "attack",
    [
        "select * from read_csv('/etc/passwd')",
        "select content from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from '{folder}/another.parquet'",
        "select * from read_parquet('{folder}/*.parquet')",
        "select * from read_parquet('{folder}/link.parquet')",
        "select * from read_parquet('{own}/../../../../../../etc/passwd')",
        "select * from read_parquet('https://example.invalid/a.parquet')",
        "select * from read_parquet('s3://bucket/a.parquet')",
        "attach '{folder}/made.db' as made",
        "copy (select 1 as a) to '{folder}/made.csv'",
        "copy (select 1 as a) to '{folder}/mine.csv'",
        "export database '{folder}/made'",
        "import database '{folder}'",
        "install httpfs",
        "load httpfs",
        "load '{folder}/made.duckdb_extension'",
        "install spatial from community",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set autoload_known_extensions = true",
        "set lock_configuration = false",
        "reset lock_configuration",
        "set temp_directory = '{folder}'",
        "create persistent secret s (type s3)",
        "select * from frame_of_the_caller",
    ],
)
def test_an_attack_in_sql_is_refused(locked: Engine, tmp_path: Path, attack: str) -> None:
    frame_of_the_caller = pl.DataFrame({"secret": [1]})  # noqa: F841
    before = sorted(tmp_path.iterdir())
    own = locked._folder  # type: ignore[attr-defined]
    with pytest.raises(duckdb.Error):
        locked.query(f"select 1 as a; {attack.format(folder=tmp_path, own=own)}")
    assert sorted(tmp_path.iterdir()) == before
    assert locked.query("select m.a as a from mine as m").item() == 1


def test_the_lock_stands_after_clearing_and_forgets_the_files(locked: Engine, tmp_path: Path) -> None:
    locked.clear()
    with pytest.raises(duckdb.Error, match="disabled by configuration"):
        locked.query(f"select * from read_parquet('{tmp_path}/mine.parquet')")
    locked.register("mine", Parquet(tmp_path / "another.parquet"))
    assert locked.query("select m.a as a from mine as m").item() == 2


def test_further_files_are_read_and_earlier_names_stay(locked: Engine, tmp_path: Path) -> None:
    locked.register("frame", pl.DataFrame({"a": [3]}))
    locked.register("other", Parquet(tmp_path / "another.parquet"))
    sql = "select m.a + o.a + f.a as a from mine as m cross join other as o cross join frame as f"
    assert locked.query(sql).item() == 6
    locked.create("kept", sql)
    locked.register("again", Parquet(tmp_path / "mine.parquet"))
    assert locked.query("select k.a as a from kept as k").item() == 6
    pl.DataFrame({"a": [4]}).write_parquet(tmp_path / "late.parquet")
    with pytest.raises(EngineUnavailable, match=r"late\.parquet"):
        locked.register("late", Parquet(tmp_path / "late.parquet"))
    assert locked.query("select k.a as a from kept as k").item() == 6


@pytest.mark.parametrize(
    "name", ["x[1]", "a*", "what?", "it's", '"quoted"', "四川 2021", "x'); attach 'y' --"]
)
def test_a_name_of_a_file_stands_for_that_file_alone(tmp_path: Path, name: str) -> None:
    for folder in (tmp_path, tmp_path / "linked"):
        folder.mkdir(exist_ok=True)
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / f"{name}.parquet")
    for other in ("x1", "ab", "whatx"):
        pl.DataFrame({"a": [9]}).write_parquet(tmp_path / f"{other}.parquet")
    runner = open_engine("duckdb")
    try:
        runner.register("t", Parquet(tmp_path / f"{name}.parquet"))
        assert runner.query("select t.a as a from t").to_dicts() == [{"a": 1}]
        assert runner.rows_at("t", "a = 1", 5).get_column("row").to_list() == [1]
    finally:
        runner.close()


def test_parts_in_a_linked_folder_and_by_a_relative_path_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / "real" / "period=2021"
    parts.mkdir(parents=True)
    pl.DataFrame({"a": [1]}).write_parquet(parts / "0.parquet")
    (tmp_path / "linked").symlink_to(tmp_path / "real", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    runner = open_engine("duckdb")
    try:
        for path in (Path("real"), Path("linked"), Path("./real/../linked"), tmp_path / "linked"):
            runner.register("t", Parquet(path))
            assert runner.query("select t.a as a, t.period as p from t").to_dicts() == [{"a": 1, "p": "2021"}]
    finally:
        runner.close()


SQL_IN_NAMES = [
    "'; attach '{folder}/made.db' as made; --",
    "\" from t; copy (select 1) to '{folder}/made.csv'; --",
    "四川' or '1'='1",
    "(select content from read_text('/etc/passwd'))",
    "$part ${{part}} {{}} %s ? :a @a",
    "\\' \\\" /* */ --",
]


@pytest.mark.parametrize("shape", ["frame", "parquet"])
@pytest.mark.parametrize("text", SQL_IN_NAMES)
def test_sql_in_names_is_text(tmp_path: Path, shape: str, text: str) -> None:
    name = text.format(folder=tmp_path)
    data = pl.DataFrame(
        {"entity": [name, "二"], "period": ["2021"] * 2, "item": ["煤品", name], "amount": [100.0, 1.0],
         "unit": ["t", name], name: [name, "x"]}
    )  # fmt: skip
    if shape == "parquet":
        data.write_parquet(tmp_path / "activity.parquet")
    before = sorted(tmp_path.iterdir())
    table = data if shape == "frame" else tmp_path / "activity.parquet"
    found = th.account(table, "sichuan-park-2022", by=["entity", name])
    assert found.total == pytest.approx(198.12)
    assert found.refused == 1
    assert found.emissions.select("entity", name).unique().rows() == [(name, name)]
    assert sorted(tmp_path.iterdir()) == before
