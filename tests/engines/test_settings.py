"""What an engine leaves behind and what it refuses: settings, folders, and a caller's Spark session."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from tanheng.engine import Engine, open_engine
from tanheng.errors import EngineUnavailable


@pytest.mark.parametrize("settings", [{"memory": "lots"}, {"memory": "5 apples"}, {"threads": 0}])
def test_bad_settings_are_told_and_leave_no_folder(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(EngineUnavailable) as error:
        open_engine("duckdb", **settings)
    assert f"{next(iter(settings))}={next(iter(settings.values()))!r}" in error.value.message("en")
    assert "1200MB" in error.value.message("zh")
    assert list(tmp_path.iterdir()) == []


def test_duckdb_fetches_no_extension() -> None:
    runner = open_engine("duckdb")
    try:
        names = ("autoinstall_known_extensions", "autoload_known_extensions")
        asked = ", ".join(f"current_setting('{name}') as {name}" for name in names)
        assert runner.query(f"select {asked}").to_dicts() == [dict.fromkeys(names, False)]
    finally:
        runner.close()


@pytest.mark.spark
def test_a_callers_session_keeps_its_views_and_settings(spark_session: Any) -> None:
    spark_session.sql("select 'mine' as owner").createOrReplaceTempView("activity")
    spark_session.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
    runner = open_engine("spark", session=spark_session)
    runner.register("activity", pl.DataFrame({"owner": ["theirs"]}))
    runner.create("kept", "select a.owner as owner from activity as a")
    assert runner.query("select k.owner as owner from kept as k").item() == "theirs"
    inner = runner._session  # type: ignore[attr-defined]
    runner.close()
    assert [row.owner for row in spark_session.table("activity").collect()] == ["mine"]
    assert spark_session.conf.get("spark.sql.session.timeZone") == "Asia/Shanghai"
    assert not inner.catalog.tableExists("kept")
    assert spark_session.sparkContext._jsc.sc().getPersistentRDDs().isEmpty()
    spark_session.catalog.dropTempView("activity")
    spark_session.conf.set("spark.sql.session.timeZone", "UTC")


def test_a_cleared_engine_forgets_its_tables_and_goes_on(engine: Engine) -> None:
    engine.register("one", pl.DataFrame({"a": [1]}))
    engine.create("two", "select o.a as a from one as o")
    engine.clear()
    with pytest.raises(Exception, match="two"):
        engine.query("select t.a as a from two as t")
    engine.register("one", pl.DataFrame({"a": [3]}))
    assert engine.query("select o.a as a from one as o").item() == 3


def test_an_engine_that_is_named_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def opening(name: str) -> Engine:
        opened.append(name)
        return open_engine("duckdb")

    monkeypatch.setattr("tanheng.inventory.accounting.account.open_engine", opening)
    table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [100], "unit": ["t"]}
    assert th.account(table, "sichuan-park-2022", engine="spark").total == pytest.approx(198.12)
    assert opened == ["spark"]
