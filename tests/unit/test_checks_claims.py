"""Statements of a text against each other and against tables."""

from __future__ import annotations

import polars as pl
import pytest

from claims import check, codes, park
from tanheng.activity.checks.runner import CheckTables
from tanheng.activity.findings import catalogue


def test_one_fact_stated_twice_with_the_evidence_for_one_of_them():
    found = check(
        "钢铁;2020;碳排放量;4.6;亿吨;;;1", "钢铁;2020;碳排放量;4.4;亿吨;;;5.1", "全国;2020;碳排放量;20.05;亿吨", "钢铁;2020;碳排放量;22.9;%;占比;全国",
    )  # fmt: skip
    assert [one.code for one in found] == ["Q-021"]
    assert (
        "第 1 节作 4.6 亿吨，第 5.1 节作 4.4 亿吨。22.9% × 全国 20.05 亿吨 = 4.591 亿吨，与第 1 节相符"
        in found[0].message("zh")
    )
    assert "stated twice, 4.6 亿吨 in section 1 and 4.4 亿吨 in section 5.1" in found[0].message("en")
    assert [row["row"] for row in found[0].rows] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5亿", "154,456,210"),
        ("982万", "9,825,075.35"),
        ("9820000", "9825075.35"),
        ("1 073万", "10737727.64"),
        ("约50万", "48万"),
        ("2.3亿", "2.26亿"),
        ("超过2亿", "2.2亿"),
    ],
)
def test_roundings_of_one_figure_do_not_contradict(one, other):
    assert codes(f"工业;2021;emission;{one};吨", f"工业;2021;emission;{other};吨") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2.2亿", "2.3亿"),
        ("约2.3亿", "2.2亿"),
        ("77,960,937.81", "77,960,973.81"),
        ("982万", "928万"),
        ("超过2亿", "1.8亿"),
        ("2.3亿", "2.3万"),
    ],
)
def test_figures_that_no_rounding_explains_do(one, other):
    assert codes(f"工业;2021;emission;{one};吨", f"工业;2021;emission;{other};吨") == ["Q-021"]


def test_other_periods_measures_and_subjects_are_other_facts():
    assert (
        codes(
            "工业;2021;emission;2;吨",
            "工业;2020;emission;3;吨",
            "农业;2021;emission;4;吨",
            "煤品;2021;产量;9;吨",
            "煤品;2021;消费量;5;吨",
        )
        == []
    )


def test_a_unit_of_another_dimension_with_the_unit_that_would_fit():
    found = check(
        "居民生活天然气;2021;消费量;0.1;万吨;;;3", "居民生活天然气;2021;排放量;2.1;万吨", tables=park()
    )
    assert [one.code for one in found] == ["Q-022"]
    zh, en = found[0].message("zh"), found[0].message("en")
    assert "消费量 0.1 万吨（第 3 节）：单位“万吨”不符，应为 千万m3" not in zh
    assert "应为 亿m3。1,000 万m3 × 21 t/万m3 = 2.1 万吨，与文中的排放 2.1 万吨 相符" in zh
    assert (
        "unit '万吨' does not fit; expected 亿m3. 1,000 万m3 × 21 t/万m3 = 2.1 万吨, which agrees with 2.1 万吨 in the text."
        in en
    )


@pytest.mark.parametrize(
    "line",
    [
        "工业用电;2021;用电量;2;万吨",
        "工业煤品;2021;消费量;10;万立方米",
        "工业;2021;排放量;32;万千瓦时",
        "工业煤品;2021;消费量;10;吨",
        "工业;2021;排放量;32;吨",
    ],
)
def test_units_that_cannot_be_right(line):
    assert codes(line, tables=park()) == ["Q-022"]


@pytest.mark.parametrize(
    "line",
    [
        "工业用电;2021;用电量;2;亿千瓦时",
        "工业用电;2021;用电量;200;GWh",
        "工业煤品;2021;消费量;7;万吨标准煤",
        "居民生活天然气;2021;消费量;1000;万Nm3",
        "工业煤品;2021;产量;3;万立方米",
    ],
)
def test_units_that_may_be_right(line):
    assert codes(line, tables=park()) == []


def test_without_tables_the_other_statements_tell_the_unit():
    lines = [
        "天然气;2021;消费量;28;亿立方米",
        "居民生活天然气;2021;消费量;5;亿立方米",
        "工业天然气;2021;消费量;9;万吨",
    ]
    assert codes(*lines) == ["Q-022"]
    assert codes(*lines[:2]) == []


def test_a_difference_that_lacks_a_digit():
    found = check(
        "物流;2019;emission;5,123,456.78;t;;;2",
        "物流;2020;emission;548,901.23;t;;;2",
        "物流;2020;emission;36;万吨;增加;2019;2",
    )
    assert [one.code for one in found] == ["Q-023"]
    assert "548,901.23 t' may lack a digit: 5,48?,901.23" in found[0].message(
        "en"
    ) or "5,4?8,901.23" in found[0].message("en")
    assert "可能漏印一位" in found[0].message("zh")
    assert {row["row"] for row in found[0].rows} == {1, 2, 3}


def test_differences_and_growths_that_hold():
    lines = ["物流;2019;emission;512;万吨", "物流;2020;emission;548;万吨"]
    assert (
        codes(
            *lines,
            "物流;2020;emission;36;万吨;增加;2019",
            "物流;2020;emission;7;%;增长;2019",
            "物流;2019;emission;36;万吨;低于;2020",
        )
        == []
    )
    assert codes(*lines, "物流;2020;emission;1.07;倍;倍;2019", "物流;2020;emission;;;高于;2019") == []
    assert codes(*lines, "物流;2020;emission;36;万吨;减少;2019") == ["Q-023"]
    assert codes(*lines, "物流;2020;emission;9;%;增长;2019") == ["Q-027"]
    assert codes(*lines, "物流;2020;emission;1.7;倍;倍;2019") == ["Q-032"]
    assert codes(*lines, "物流;2020;emission;;;低于;2019") == ["Q-028"]


def test_a_growth_is_checked_by_the_increase_where_the_earlier_value_is_not_given():
    lines = [
        "电力;2021;emission;3388;万吨",
        "电力;2021;emission;1100;万吨;约;2017",
        "电力;2021;emission;1 100;万吨;增加;2017",
    ]
    assert codes(lines[0], lines[2], "电力;2021;emission;约50;%;增长;2017") == []
    assert codes(lines[0], lines[2], "电力;2021;emission;32;%;增长;2017") == ["Q-027"]


def test_subjects_are_compared_with_each_other():
    lines = ["工业;2021;emission;500;t", "交通;2021;emission;200;t"]
    assert (
        codes(
            *lines,
            "工业;2021;emission;300;t;多;交通",
            "工业;2021;emission;2.5;倍;倍;交通",
            "工业;2021;emission;;;最高;交通|工业",
        )
        == []
    )
    assert codes(*lines, "工业;2021;emission;400;t;多;交通") == ["Q-023"]
    assert codes(*lines, "交通;2021;emission;;;最高;交通|工业") == ["Q-028"]


def test_shares_against_figures():
    lines = ["total;2021;emission;1001;t", "工业;2021;emission;695;t"]
    assert codes(*lines, "工业;2021;emission;69.5;%;share_of", "工业;2021;占比;约70;%") == []
    found = check(*lines, "工业;2021;emission;65.9;%;share_of;total;4")
    assert [one.code for one in found] == ["Q-024"]
    assert "（第 4 节）占“合计”的比例称 65.9%，由数值算得" in found[0].message("zh")
    assert "share of 'total' stated as 65.9%" in found[0].message("en")


def test_a_share_within_a_sector_and_of_amounts():
    lines = [
        "交通/柴油;2021;消费量;80;万吨",
        "柴油;2021;消费量;100;万吨",
        "交通;2021;emission;300;万吨",
        "交通/柴油;2021;emission;248;万吨",
    ]
    assert codes(*lines, "交通;2021;消费量;80;%;占比;柴油", "柴油;2021;emission;82.7;%;占比;交通") == []
    assert codes(*lines, "交通;2021;消费量;60;%;占比;柴油") == ["Q-024"]
    assert codes(*lines, "柴油;2021;emission;72.7;%;占比;交通") == ["Q-024"]


def test_share_sums():
    lines = ["工业;2021;占比;60;%", "交通;2021;占比;30;%", "农业;2021;占比;{};%"]
    assert codes(*lines[:2], lines[2].format("10.0")) == []
    over = check(*lines[:2], lines[2].format("14"))
    assert [one.code for one in over] == ["Q-026"]
    assert "（工业、交通运输业、农业）之和为 104%" in over[0].message("zh")
    assert codes(*lines[:2], lines[2].format("5"), notes=True) == ["Q-029"]
    assert codes("工业;2021;占比;97;%", "电力生产;2021;占比;40;%", "发电;2021;占比;40;%") == []
    assert codes("甲车间;2021;占比;55;%", "乙车间;2021;占比;50;%") == ["Q-026"]


def test_shares_of_all_sectors_of_the_tables_must_be_complete():
    lines = ["工业;2021;占比;93.8;%", "居民生活;2021;占比;{};%"]
    assert codes(lines[0], lines[1].format("6.2"), tables=park()) == []
    assert codes(lines[0], lines[1].format("6.15"), tables=park(), notes=True) == []
    assert codes(lines[0], lines[1].format("5.5"), tables=park()) == ["Q-024"]
    silent = CheckTables(park().activity)
    assert codes(lines[0], lines[1].format("5.5"), tables=silent) == ["Q-026"]


def test_text_against_tables():
    assert (
        codes(
            "工业;2021;emission;32;万吨",
            "合计;2021;emission;34.1;万吨",
            "煤品;2021;消费量;10;万吨",
            "煤品;2021;排放因子;2.0;tCO2/t",
            tables=park(),
        )
        == []
    )
    found = check("工业;2021;emission;37.5;万吨;;;2", tables=park())
    assert [one.code for one in found] == ["Q-025"]
    assert "排放量称 37.5 万吨，由表得 32 万吨" in found[0].message("zh")
    assert "emissions stated as 37.5 万吨; the tables give 32 万吨" in found[0].message("en")
    assert codes("煤品;2021;排放因子;2.8;tCO2/t", tables=park()) == ["Q-025"]
    assert codes("煤品;2021;消费量;100,100.5;吨", tables=park()) == ["Q-025"]
    assert codes("工业;2021;emission;32.3;万吨", tables=park(), notes=True) == ["Q-030"]


def test_what_the_tables_do_not_hold_whole_is_not_compared():
    tables = park()
    cut = CheckTables(
        tables.activity,
        emissions=tables.emissions.filter(pl.col("item") != "coal"),
        coefficients=tables.coefficients,
    )
    assert codes("工业;2021;emission;77;万吨", "合计;2021;emission;99;万吨", tables=cut) == []
    loose = CheckTables(
        tables.activity.with_columns(sector=pl.lit("")),
        emissions=tables.emissions.with_columns(sector=pl.lit("")),
    )
    assert codes("工业;2021;emission;20;万吨", tables=loose) == []
    assert codes("工业;2021;emission;77;万吨", tables=loose) == ["Q-031"]


def test_extremes_over_the_years():
    tables = park("2019", "2020", "2021")
    assert codes("工业;2021;emission;;;最高;2019-2021", "工业;2019;emission;;;最低", tables=tables) == []
    found = check("工业;2020;emission;;;最高;2019-2021;6", tables=tables)
    assert [one.code for one in found] == ["Q-028"]
    assert "称为最高，但“2021”为" in found[0].message("zh")
    assert "is said to be highest, but '2021' has" in found[0].message("en")
    assert codes("工业;2019;emission;5;t;最高", "工业;2020;emission;7;t") == ["Q-028"]


def test_sums():
    lines = ["石油;2021;emission;80.3;万吨", "天然气;2021;emission;61.8;万吨"]
    assert (
        codes(
            *lines, "石油和天然气;2021;emission;1.42;百万吨", "合计;2021;emission;142;万吨;之和;石油|天然气"
        )
        == []
    )
    found = check(*lines, "石油和天然气;2021;emission;152;万吨")
    assert [one.code for one in found] == ["Q-031"]
    assert "各项（天然气、石油）之和为 142.1 万吨" in found[0].message("zh")
    assert codes(*lines, "合计;2021;emission;152;万吨;之和;石油|天然气") == ["Q-031"]
    assert codes(*lines, "合计;2021;emission;100;万吨") == ["Q-031"]
    assert codes(*lines, "合计;2021;emission;300;万吨") == []


def test_one_wrong_figure_is_one_finding():
    lines = ["total;2021;emission;1000;t", "工业;2021;emission;659;t", "工业;2020;emission;600;t"]
    more = [
        "工业;2021;emission;69.5;%;share_of",
        "工业;2021;emission;95;t;增加;2020",
        "工业;2021;emission;15.8;%;增长;2020",
        "工业;2021;emission;695;t;;;5",
    ]
    found = check(*lines, *more)
    assert [one.code for one in found] == ["Q-021"]
    assert {row["row"] for row in found[0].rows} == {2, 7}


def test_two_wrong_figures_are_two_findings():
    lines = [
        "total;2021;emission;1001;t",
        "工业;2021;emission;695;t",
        "交通;2021;emission;205;t",
        "工业;2021;占比;65.9;%",
        "交通;2021;占比;25.0;%",
    ]
    assert codes(*lines) == ["Q-024", "Q-024"]


def test_entities_are_told_apart():
    lines = ["甲市;2021;emission;500;t", "乙市;2021;emission;300;t", "甲市/工业;2021;emission;600;t"]
    frame = pl.DataFrame(
        {
            "entity": ["甲市", "乙市"],
            "period": ["2021"] * 2,
            "item": ["coal"] * 2,
            "sector": ["industry"] * 2,
            "amount": [250.0, 150.0],
            "unit": ["t"] * 2,
        }
    )
    tables = CheckTables(frame, emissions=frame.with_columns(emission=pl.col("amount") * 2))
    assert codes(*lines[:2], "合计;2021;emission;800;t", tables=tables) == []
    assert codes(*lines, tables=tables) == ["Q-025"]


def test_severities_follow_the_catalogue():
    assert {code: row["severity"] for code, row in catalogue().items() if code in {"Q-021", "Q-030", "Q-090"}} == {
        "Q-021": "error", "Q-030": "note", "Q-090": "warning",
    }  # fmt: skip
