"""Tables over years: what is taken, and how each fault is told."""

from pathlib import Path

import pytest

from tanheng.activity.reading.panel import PanelInvalid, PanelUnclear, read_panel


def _file(folder: Path, text: str, name: str = "表.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_found_by_what_they_hold(tmp_path: Path) -> None:
    panel = read_panel(_file(tmp_path, '地区,年份,排放\n辽宁,2010年,"1,000"\n辽宁,2011,1100\n天津,2010,5\n'))
    assert panel.period == "年份"
    assert panel.by == ("地区",)
    assert panel.years.tolist() == [2010, 2011, 2010]
    assert panel.groups == (("辽宁",), ("辽宁",), ("天津",))
    assert panel.values["排放"].tolist() == [1000.0, 1100.0, 5.0]
    assert panel.rows == (2, 3, 4)


def test_named_columns_are_taken_alone(tmp_path: Path) -> None:
    panel = read_panel(_file(tmp_path, "t,co2,gdp,note\n2010,1,x,a\n"), values=["co2"], period="t")
    assert list(panel.values) == ["co2"]
    assert panel.by == ()
    assert panel.groups == ((),)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("year,co2\n2010,5\n2011,x\n2012,\n", [(3, "B co2", "x"), (4, "B co2", "")]),
        ("year,co2\n2010,5\n2010,6\n", [(3, "A year", "2010")]),
        ("year,co2\n10,5\n", [(2, "A year", "10")]),
    ],
)
def test_each_fault_is_named_by_row_and_column(
    tmp_path: Path, text: str, cells: list[tuple[int, str, str]]
) -> None:
    with pytest.raises(PanelInvalid) as told:
        read_panel(_file(tmp_path, text), values=["co2"])
    assert [(row["row"], row["column"], row["value"]) for row in told.value.rows] == cells


@pytest.mark.parametrize(
    "text", ["a,co2\n1,2\n", "year,年份,co2\n1,1,2\n", "year,co2,co2\n2010,1,2\n", "year,ch4\n2010,1\n"]
)
def test_unclear_columns_are_refused_with_those_there_are(tmp_path: Path, text: str) -> None:
    with pytest.raises(PanelUnclear) as told:
        read_panel(_file(tmp_path, text), values=["co2"])
    assert ", ".join(text.split("\n", maxsplit=1)[0].split(",")) in told.value.message()


def test_a_table_without_years_has_one_row_for_each_group(tmp_path: Path) -> None:
    panel = read_panel(_file(tmp_path, "企业,排放\n甲,5\n乙,6\n"), values=["排放"], by=["企业"], dated=False)
    assert panel.groups == (("甲",), ("乙",))
    assert panel.years.tolist() == [0, 0]
    with pytest.raises(PanelInvalid, match="第 3 行 A 企业 列“甲”"):
        read_panel(_file(tmp_path, "企业,排放\n甲,5\n甲,6\n"), values=["排放"], by=["企业"], dated=False)
