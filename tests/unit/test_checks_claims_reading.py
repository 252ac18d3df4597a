"""Statements are read from files; what says nothing is named and left out."""

from __future__ import annotations

import polars as pl
import pytest

from claims import HEAD, check, claims
from tanheng.activity.checks.runner import read_claims
from tanheng.activity.claims.parse import Unusable, parse_statement
from tanheng.activity.claims.subjects import Context
from tanheng.errors import ColumnMissing, InputUnreadable


def test_claims_are_read_from_chinese_files_with_gbk_and_notes(tmp_path):
    file = tmp_path / "陈述.csv"
    file.write_bytes(
        '某报告,,,,,,,,\n主体,年份,指标,数值,计量单位,关系,参照,章节,备注\n工业,2021年,排放量,"2,200",万吨,约,,3.2,x\n'.encode(
            "gbk"
        )
    )
    frame, found = read_claims(file)
    assert frame.select(HEAD).row(0) == ("工业", "2021年", "排放量", "2,200", "万吨", "约", "", "3.2")
    assert frame.get_column("__row").item() == 3
    assert {"A-121", "Q-091"} <= {one.code for one in found}
    assert "备注" in next(one for one in found if one.code == "Q-091").message("zh")


def test_claims_from_a_workbook(tmp_path):
    file = tmp_path / "claims.xlsx"
    pl.DataFrame({name: ["x" if name == "subject" else "2.5"] for name in HEAD}).write_excel(file)
    frame, _ = read_claims(str(file))
    assert frame.select("subject", "value").row(0) == ("x", "2.5")


def test_claims_that_cannot_be_read(tmp_path):
    with pytest.raises(ColumnMissing, match="value"):
        read_claims(pl.DataFrame({"subject": ["a"], "unit": ["t"]}))
    with pytest.raises(InputUnreadable):
        read_claims(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ("工业;2021;emission;abc;t", "“abc”不是数", "'abc' is not a number"),
        ("工业;2021;emission;;t", "没有数值", "it has no value"),
        ("工业;2021;emission;2;t;resembles", "关系“resembles”无法识别", "relation 'resembles' is not known"),
        ("工业;2021;emission;2;furlong", "单位“furlong”无法识别", "unit 'furlong' is not known"),
        ("工业;2021;emission;2;t;share_of", "占比的单位应为 %", "a share is in %"),
        ("工业;2021;share;2;百分点;increase;2020", "百分点", "changes in percentage points"),
        ("工业;2021;emission;2;倍;times", "倍数需要", "a multiple needs"),
    ],
)
def test_a_row_that_says_nothing_is_named_and_left_out(line, zh, en):
    found = check(line, "工业;2021;emission;5;t")
    assert [(one.code, one.severity) for one in found] == [("Q-090", "warning")]
    assert f"第 1 行无法使用：{zh}" in found[0].message("zh")
    assert f"row 1 cannot be used: {en}" in found[0].message("en")


@pytest.mark.parametrize("relation", ["", "equals", "约", "about", "达到", "=", "约为", "rose to", "下降至"])
def test_words_for_a_plain_value(relation):
    statement = parse_statement(claims(f"工业;2021;emission;5;万吨;{relation}").row(0, named=True), Context())
    assert (statement.fact.form, statement.fact.measure, statement.number and statement.number.value) == (
        "value",
        "emission",
        5e4,
    )


@pytest.mark.parametrize(
    "relation",
    [
        "difference",
        "相差",
        "apart from",
        "gap_to",
        "higher than",
        "比…增加",
        "increase_from",
        "激增",
        "vs",
        "高于",
    ],
)
def test_words_for_a_difference(relation):
    statement = parse_statement(
        claims(f"工业;2021;emission;5;万吨;{relation};2020").row(0, named=True), Context()
    )
    assert (statement.fact.form, statement.fact.since) == ("change", "2020")


def test_a_change_may_be_named_by_its_quantity_its_value_or_a_range():
    for line in (
        "工业;2021;增长率;5;%;;2017",
        "工业;2021;排放量;增长5%;;;2017",
        "工业;2017-2021;排放量;5;%;涨幅",
        "工业;2021;排放量;5;%;增长;2017年",
    ):
        fact = parse_statement(claims(line).row(0, named=True), Context()).fact
        assert (fact.form, fact.period, fact.since) == ("growth", "2021", "2017")
    assert (
        parse_statement(claims("工业;2021;排放量;5;%;同比增长;上年").row(0, named=True), Context()).fact.since
        == "2020"
    )


def test_unusable_carries_both_languages():
    with pytest.raises(Unusable) as caught:
        parse_statement(claims("工业;2021;emission;x;t").row(0, named=True), Context())
    assert caught.value.pair == ("“x”不是数", "'x' is not a number")
