"""Parameters of many rows from a table of their own: what fits, what goes first, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import tanheng as th
from tanheng.activity import Activity, read_activity
from tanheng.activity.parameter_table import with_parameters
from tanheng.activity.periods import parse_period, wider_periods
from tanheng.activity.reading.again import read_again
from tanheng.cli import cli
from tanheng.errors import ColumnMissing, InputUnreadable

ROWS = {
    "entity": ["甲厂", "甲厂", "乙厂"],
    "period": ["2023-05-01 08:00", "2023-05-01 09:00", "2023-05"],
    "item": ["电力", "电力", "烟煤"],
    "amount": [3, 5, 7],
    "unit": ["MWh", "MWh", "t"],
}


def table(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    names = ("主体", "时期", "品种", "参数", "数值", "单位")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def given(*rows: tuple[Any, ...], activity: dict[str, list[Any]] = ROWS) -> Activity:
    return with_parameters(read_activity(activity), table(*rows))


def texts(activity: Activity) -> list[str]:
    assert activity.frame is not None
    return activity.frame.get_column("parameters").to_list()


def codes(activity: Activity) -> list[str]:
    return [one.code for one in activity.findings]


def test_a_closer_row_goes_first_and_an_own_parameter_before_all() -> None:
    rows = [
        ("", "2023", "电力", "ef", 0.6, "tCO2/MWh"),
        ("", "2023-05-01 08:00", "电力", "ef", 0.51, "tCO2/MWh"),
        ("", "", "电力", "ef", 0.7, "tCO2/MWh"),
        ("乙厂", "2023年", "烟煤", "低位发热量", 23, "GJ/t"),
    ]
    assert texts(given(*rows)) == ["ef=0.51 tCO2/MWh", "ef=0.6 tCO2/MWh", "ncv=23.0 GJ/t"]
    own = {**ROWS, "parameters": ["ef=0.1 tCO2/MWh", "", "oxidation=98 %"]}
    assert texts(given(*rows, activity=own)) == [
        "ef=0.1 tCO2/MWh",
        "ef=0.6 tCO2/MWh",
        "ncv=23.0 GJ/t; oxidation=98.0 %",
    ]


def test_hours_without_a_value_and_rows_without_use_are_told() -> None:
    found = given(
        ("", "2023-05-01 08:00", "电力", "ef", 0.51, "tCO2/MWh"),
        ("", "2023-05-01 23:00", "电力", "ef", 0.44, "tCO2/MWh"),
    )
    assert texts(found) == ["ef=0.51 tCO2/MWh", "", ""]
    assert codes(found) == ["A-190", "A-191", "A-192"]
    assert found.findings[1].count == 1
    assert "2023-05-01T09" in found.findings[1].message("zh")
    assert "row 2" in found.findings[2].message("en")


def test_equal_rows_that_differ_are_refused() -> None:
    one = ("甲厂", "", "", "ef", 0.5, "tCO2/MWh")
    with pytest.raises(InputUnreadable, match="第 1 行与第 2 行"):
        given(one, ("", "", "电力", "ef", 0.6, "tCO2/MWh"))
    assert texts(given(one, one))[0] == "ef=0.5 tCO2/MWh"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "去年", "电力", "ef", 0.5, "tCO2/MWh"), "第 1 行“时期”列的“去年”"),
        (("", "", "电力", "ef", 0.5, "斗"), "第 1 行“参数”列的“ef = 0.5 斗”"),
        (("", "", "电力", "ef", None, "tCO2/MWh"), "第 1 行“参数”列"),
        (("", "", "电力", "ef", "约5", "tCO2/MWh"), "“约5”不是数"),
    ],
)
def test_a_cell_that_is_not_understood_names_its_row(row: tuple[Any, ...], said: str) -> None:
    with pytest.raises(InputUnreadable, match=said):
        given(row)


def test_a_table_without_values_and_data_on_disk_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="数值"):
        with_parameters(read_activity(ROWS), {"参数": ["ef"], "单位": ["tCO2/MWh"]})
    kept = read_activity({**ROWS, "period": ["2023"] * 3}).to_polars().drop("__file", "__sheet", "__row")
    kept.write_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputUnreadable, match="Parquet"):
        with_parameters(read_activity(tmp_path / "a.parquet"), table(("", "", "", "ef", 1, "tCO2/MWh")))


def test_a_file_is_read_again_with_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "主体,时期,品种,活动,数量,单位\n甲厂,2023-05-01 00:00,电力,外购电力,2,MWh\n甲厂,2023-05-01 01:00,电力,外购电力,4,MWh\n",
        encoding="utf-8",
    )
    (tmp_path / "ef.csv").write_text(
        "时间,品种,参数,数值,单位,来源\n2023-05-01 00:00,电力,ef,0.5,tCO2/MWh,电网公司\n2023-05-01 01:00,电力,ef,0.25,tCO2/MWh,电网公司\n",
        encoding="utf-8",
    )
    activity = with_parameters(read_activity(tmp_path / "a.csv"), tmp_path / "ef.csv")
    assert activity.recipe["stated"]["rows"][0]["source"] == "电网公司"
    again = read_again(tmp_path / "a.csv", activity.recipe)
    first, second = (th.account(one, "cn-enterprise-other", region="CN-51") for one in (activity, again))
    assert first.total == 2.0
    assert first.digest == second.digest


def test_a_release_of_hours_is_computed_anew(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "主体,时期,品种,活动,数量,单位\n甲厂,2023-05-01 00:00,电力,外购电力,2,MWh\n甲厂,2023-05-01 01:00,电力,外购电力,4,MWh\n",
        encoding="utf-8",
    )
    (tmp_path / "ef.csv").write_text(
        "时间,品种,参数,数值,单位\n2023-05-01 00:00,电力,ef,0.5,tCO2/MWh\n2023-05-01 01:00,电力,ef,0.25,tCO2/MWh\n",
        encoding="utf-8",
    )
    runner, store, out = CliRunner(), str(tmp_path / "store"), str(tmp_path / "o")
    words = [
        "account",
        str(tmp_path / "a.csv"),
        "--method",
        "cn-enterprise-other",
        "--region",
        "CN-51",
        "--json",
    ]
    made = runner.invoke(
        cli, [*words, "--parameter-table", str(tmp_path / "ef.csv"), "--out", out, "--no-save"]
    )
    assert json.loads(made.stdout)["total"] == 2.0
    frozen = runner.invoke(cli, ["release", "create", out, "--name", "甲厂", "--store", store, "--json"])
    assert frozen.exit_code == 0, frozen.output
    assert runner.invoke(cli, ["release", "verify", "甲厂", "--store", store]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2021-06-30 08:00", "2021-06-30T08"),
        ("2021-06-30T08:15:00Z", "2021-06-30T08"),
        ("2021年6月30日8时", "2021-06-30T08"),
        ("2021-06-30T00", "2021-06-30T00"),
        ("2021-06-30 00:00:00", "2021-06-30"),
        ("2021-06-30 24:00", None),
        ("2021-06 08:00", None),
        ("2021-06-30 08:61", None),
    ],
)
def test_times_name_hours(text: str, period: str | None) -> None:
    assert parse_period(text) == period


def test_midnight_is_an_hour_where_other_rows_name_hours() -> None:
    used = {**ROWS, "period": ["2023-05-01 00:00:00", "2023-05-01 01:00:00", "2023-05-02 00:00:00"]}
    frame = read_activity(used).to_polars()
    assert frame.get_column("period").to_list() == ["2023-05-01T00", "2023-05-01T01", "2023-05-02T00"]
    dated = read_activity({**used, "period": ["2023-05-01 00:00:00"] * 3}).to_polars()
    assert set(dated.get_column("period")) == {"2023-05-01"}


def test_wider_periods_end_with_the_year() -> None:
    assert wider_periods("2023-Q2") == ["2023-Q2", "2023"]
    assert wider_periods("2023-12") == ["2023-12", "2023-Q4", "2023"]
    assert wider_periods("2023") == ["2023"]
