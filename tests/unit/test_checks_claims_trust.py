"""Tables are stronger than statements, and what cannot be checked is said."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import polars as pl
import pytest

from tanheng.activity.checks.runner import CheckTables, read_claims, run_checks

HEAD = ("subject", "period", "quantity", "value", "unit", "relation", "other", "section")
DIESEL = pl.DataFrame(
    {
        "entity": ["某市"] * 2,
        "period": ["2020", "2021"],
        "item": ["diesel"] * 2,
        "amount": [100.0, 110.0],
        "unit": ["万吨"] * 2,
    }
)
TRUE = "柴油;2021;消费量;10;%;增长;2020"
WRONG = [
    "柴油;2021;消费量;12;%;增长;2020",
    "柴油;2021;消费量;150;万吨",
    "柴油;2020;消费量;120;万吨",
    "全市;2021;消费量;130;万吨",
]


def found(*lines: str, activity: pl.DataFrame = DIESEL):
    cells = [line.split(";") for line in lines]
    rows = [dict(zip(HEAD, row + [""] * (len(HEAD) - len(row)), strict=True)) for row in cells]
    emissions = activity.with_columns(emission=pl.col("amount") * 31_000)
    claims = read_claims(pl.DataFrame(rows))[0]
    tables = CheckTables(activity, claims=claims, emissions=emissions)
    return run_checks([{"claims": {"tolerance": 0.02}}], tables)


@pytest.mark.parametrize("at", range(len(WRONG) + 1))
def test_a_statement_that_agrees_with_the_tables_is_never_blamed(at):
    lines = [*WRONG[:at], TRUE, *WRONG[at:]]
    errors = [one for one in found(*lines) if one.severity == "error"]
    blamed = {one.rows[0]["row"] for one in errors if one.code != "Q-021"}
    assert at + 1 not in blamed
    assert {lines.index(line) + 1 for line in WRONG[1:3]} <= blamed
    growth = next(one for one in errors if one.code in {"Q-021", "Q-027"})
    assert "110" in growth.message("zh") or "10%" in growth.message("zh")
    assert "150" not in growth.message("zh")
    assert "120 万吨" not in growth.message("zh")


def test_without_the_wrong_ones_the_true_one_is_silent():
    assert found(TRUE) == []


def test_evidence_is_the_tables():
    (one,) = (one for one in found(*WRONG[:3]) if one.code == "Q-027")
    assert "由数值算得 10%" in one.message("zh")
    assert "change from 2020 to 2021 stated as 12%; the figures give 10%" in one.message("en")
    assert not re.search("[\u4e00-\u9fff]", one.message("en").replace("万吨", ""))


def test_an_unknown_quantity_is_a_warning():
    (one,) = found("柴油;2021;心情;5;分")
    assert (one.code, one.severity) == ("Q-090", "warning")
    assert "第 1 行" in one.message("zh")
    assert "“心情”无法识别" in one.message("zh")


@pytest.mark.parametrize("line", ["汽油;2021;消费量;5;万吨", "柴油;1999;消费量;5;万吨"])
def test_what_nothing_can_be_held_against_is_noted(line):
    (one,) = found(line)
    assert (one.code, one.severity) == ("Q-092", "note")
    assert "无从核对" in one.message("zh")
    assert "row 1 " in one.message("en")


def test_statements_without_a_section_stand_in_the_text():
    (one,) = found("柴油;2021;消费量;150;万吨")
    assert "（文中）" in one.message("zh")
    assert "(the text)" in one.message("en")


def test_shares_are_listed_as_paths():
    lines = [
        f"居民生活/{item};2021;碳排放量;{share};%;占比;居民生活"
        for item, share in (("石油", 43), ("天然气", 36), ("电力", 17))
    ]
    (one,) = (one for one in found(*lines) if one.code == "Q-029")
    assert "(Residential/Petroleum; Residential/Natural gas; Residential/" in one.message("en")
    assert "居民生活/天然气" in one.message("zh")


def test_every_row_of_the_catalogue_is_whole():
    text = (files("tanheng.packs") / "rules" / "findings.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == ["code", "severity", "zh", "en", "remedy_zh", "remedy_en"]
    units = re.compile("万t|万kWh|万m³")
    han = re.compile("[\u4e00-\u9fff]")
    for row in rows[1:]:
        code, severity, zh, en, mend_zh, mend_en = row
        assert severity in {"error", "warning", "note"}, code
        assert han.search(zh), code
        assert not han.search(units.sub("", en + mend_en)), code
        assert bool(mend_zh) == bool(mend_en), code
        assert not mend_zh or mend_zh.startswith("{") or han.search(mend_zh), code
        fields = [set(re.findall(r"{(\w+)}", sentence)) for sentence in (zh, en)]
        assert {name.removesuffix("_zh") for name in fields[0]} == {
            name.removesuffix("_en") for name in fields[1]
        }, code


def overlap(**columns):
    count = len(columns["entity"])
    rows = {"item": ["coal"] * count, "amount": [5.0] * count, "unit": ["t"] * count, **columns}
    return run_checks([{"overlap": {"by": ["item", "sector"]}}], CheckTables(pl.DataFrame(rows)))


@pytest.mark.parametrize(
    ("entities", "periods"),
    [
        (["某园区"] * 2, ["2021", "2021-06"]),
        (["某园区"] * 2, ["2021-Q2", "2021-06"]),
        (["某园区"] * 2, ["2021-06-30", "2021-06"]),
        (["四川省", "成都市"], ["2021"] * 2),
        (["成都市", "全国"], ["2021"] * 2),
        (["成都市", "四川省"], ["2021-01", "2021"]),
    ],
)
def test_a_whole_beside_its_part_is_counted_twice(entities, periods):
    (one,) = overlap(entity=entities, period=periods)
    assert (one.code, one.severity) == ("Q-033", "warning")
    assert "可能重复计入" in one.message("zh")
    assert "possible double counting" in one.message("en")


@pytest.mark.parametrize(
    ("entities", "periods", "items"),
    [
        (["某园区"] * 2, ["2021", "2022-06"], ["coal"] * 2),
        (["某园区"] * 2, ["2021-05", "2021-06"], ["coal"] * 2),
        (["某园区"] * 2, ["2021-Q1", "2021-06"], ["coal"] * 2),
        (["某园区", "另一园区"], ["2021", "2021-06"], ["coal"] * 2),
        (["云南省", "成都市"], ["2021"] * 2, ["coal"] * 2),
        (["四川省", "成都市"], ["2021", "2020"], ["coal"] * 2),
        (["四川省", "成都市"], ["2021"] * 2, ["coal", "electricity"]),
    ],
)
def test_rows_apart_are_no_overlap(entities, periods, items):
    assert overlap(entity=entities, period=periods, item=items) == []
