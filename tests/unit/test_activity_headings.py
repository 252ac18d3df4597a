"""Headings as tables have them: units in brackets, two columns of one meaning, years side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_input import codes, said, text
from tanheng.activity import read_activity
from tanheng.errors import ColumnMissing, InputUnreadable

HEADERS = {
    "unit in brackets": ("地区,年份,品种,消费量（万吨）\n四川省,2021,煤品,1\n", "万吨"),
    "unit behind a slash": ("地区,年份,品种,消费量/万吨\n四川省,2021,煤品,1\n", "万吨"),
    "unit below": ("地区,年份,品种,消费量\n,,,（万吨）\n四川省,2021,煤品,1\n", "万吨"),
    "unit above": ("2021年能源消费,,,\n单位：万吨,,,\n地区,年份,品种,消费量\n四川省,2021,煤品,1\n", "万吨"),
    "two rows": ("基本信息,,能源,,\n地区,年份,品种,数量,单位\n四川省,2021,煤品,1,t\n", "t"),
    "English": ("Company,Year,Fuel type,Consumption,Unit\n四川省,2021,coal,1,t\n", "t"),
}


@pytest.mark.parametrize(("content", "unit"), HEADERS.values(), ids=HEADERS.keys())
def test_headers_as_tables_have_them(content: str, unit: str, tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, content))
    assert activity.frame is not None
    assert activity.frame.select("item", "amount", "unit").rows() == [("coal", 1.0, unit)]


def test_brackets_without_a_unit_are_no_unit(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="单位"):
        read_activity(text(tmp_path, "地区,年份,品种,消费量（实物量）\n四川省,2021,煤品,1\n"))


def test_two_units_that_disagree_are_told(tmp_path: Path) -> None:
    activity = read_activity(
        text(tmp_path, "地区,年份,品种,消费量（万吨）,单位\n四川省,2021,煤品,1,t\n四川省,2021,石油,1,10⁴t\n")
    )
    assert said(activity, "A-131")[1].startswith(
        "[A-131] 表.csv, row 2: the unit column says 't', the heading of the amount '万吨'"
    )
    assert codes(activity).count("A-131") == 1


def test_a_column_without_a_heading_is_told(tmp_path: Path) -> None:
    activity = read_activity(
        text(
            tmp_path,
            "地区,年份,品种,数量,单位,,城市\n四川省,2021,煤品,1,t,\n四川省,2021,煤品,2,t,lost,成都\n",
        )
    )
    assert "表.csv, row 3: column 6 has no heading" in said(activity, "A-130")[1]


def test_region_and_enterprise_are_told_apart(tmp_path: Path) -> None:
    rows = "四川省,甲厂,2021,煤品,1,t\n四川省,乙厂,2021,煤品,1,t\n"
    activity = read_activity(text(tmp_path, "地区,企业名称,年份,品种,数量,单位\n" + rows))
    assert activity.frame is not None
    assert activity.frame.select("entity", "region").rows() == [("甲厂", "CN-51"), ("乙厂", "CN-51")]


def test_a_second_column_of_one_meaning_is_kept_and_told(tmp_path: Path) -> None:
    months = read_activity(
        text(tmp_path, "地区,年份,月份,品种,数量,单位\n四川省,2021,1,煤品,1,t\n四川省,2021,2,煤品,1,t\n")
    )
    assert (months.extra, codes(months)) == (["月份"], ["A-128"])


def test_years_side_by_side_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"时期写在列名里（2021, 2022年）.*每个时期写一行"):
        read_activity(text(tmp_path, "地区,品种,2021,2022年,单位\n四川省,煤品,1,2,t\n"))


DOUBLE: dict[str, tuple[str, str]] = {
    # headings and rows, the heading that was left
    "amounts": ("地区,年份,品种,数量,消费量,单位\n四川省,2021,煤品,1,1,t\n四川省,2022,煤品,1,2,t\n", "消费量"),
    "amounts in turn": ("地区,年份,品种,数量,消费量,单位\n四川省,2021,煤品,1,,t\n四川省,2022,煤品,,2,t\n", "消费量"),
    "units": ("地区,年份,品种,数量,单位,计量单位\n四川省,2021,煤品,1,t,t\n四川省,2022,煤品,1,t,万t\n", "计量单位"),
    "items": ("地区,年份,品种,燃料,数量,单位\n四川省,2021,煤品,煤品,1,t\n四川省,2022,煤品,石油,1,t\n", "燃料"),
    "periods": ("地区,时期,年份,品种,数量,单位\n四川省,2021,2021,煤品,1,t\n四川省,2022,2020,煤品,1,t\n", "年份"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "left"), DOUBLE.values(), ids=DOUBLE.keys())
def test_two_columns_of_one_meaning_that_differ_are_refused(content: str, left: str, tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_activity(text(tmp_path, content))
    zh, en = caught.value.message("zh"), caught.value.message("en")
    assert f"与“{left}”都可作" in zh
    assert "第 3 行" in zh
    assert f"and '{left}' may both be" in en


ALIKE: dict[str, tuple[str, list[str], list[str]]] = {
    "blank": ("地区,年份,品种,数量,消费量,单位\n四川省,2021,煤品,1,,t\n四川省,2022,煤品,2,—,t\n", ["A-134"], []),
    "the same number": ("地区,年份,品种,数量,消费量,单位\n四川省,2021,煤品,1000,\"1,000.0\",t\n", ["A-134"], []),
    "the same unit": ("地区,年份,品种,数量,单位,计量单位\n四川省,2021,煤品,1,t,吨\n", ["A-134"], []),
    "a label beside the item": ("地区,年份,品种,项目,数量,单位\n四川省,2021,煤品,二期工程,1,t\n", ["A-128"], ["项目"]),
    "a month in its year": ("地区,年份,月份,品种,数量,单位\n四川省,2021,2021-03,煤品,1,t\n", ["A-128"], ["月份"]),
    "two entities": ("企业,对象,年份,品种,数量,单位\n甲厂,锅炉,2021,煤品,1,t\n", ["A-128"], ["对象"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected", "extra"), ALIKE.values(), ids=ALIKE.keys())
def test_two_columns_of_one_meaning_that_agree_are_told(
    content: str, expected: list[str], extra: list[str], tmp_path: Path
) -> None:
    activity = read_activity(text(tmp_path, content))
    assert (codes(activity), activity.extra) == (expected, extra)
    said(activity, expected[0])


def test_the_heading_of_activities_is_read_as_such(tmp_path: Path) -> None:
    head = "主体,时期,品种,活动,数量,单位\n"
    activity = read_activity(text(tmp_path, head + "甲厂,2021,电力,外供电力,100,MWh\n"))
    assert (codes(activity), activity.frame["activity"].to_list()) == ([], ["外供电力"])
    alone = read_activity(text(tmp_path, head.replace("品种,", "") + "甲厂,2021,电力,100,MWh\n"))
    assert alone.frame["item"].to_list() == ["electricity"]
    both = read_activity(
        text(tmp_path, head.replace("品种", "活动类型") + "甲厂,2021,外供电力,电力,100,MWh\n")
    )
    assert both.frame.select("item", "activity").row(0) == ("electricity", "外供电力")


def test_a_mapping_beside_a_file_is_named_where_a_column_is_missing(tmp_path: Path) -> None:
    file = text(tmp_path, "单位详细名称,品种,数量,单位\n甲厂,柴油,1,t\n")
    with pytest.raises(ColumnMissing) as without:
        read_activity(file)
    assert "period" in without.value.message("en")
    assert "mapping" not in without.value.message("en")
    file.with_name(f"{file.name}.mapping.yaml").write_text("confirmed: false\n", encoding="utf-8")
    with pytest.raises(ColumnMissing) as beside:
        read_activity(file)
    assert "--mapping" in beside.value.message("zh")
    assert f"{file.name}.mapping.yaml: check it, set confirmed: true" in beside.value.message("en")
