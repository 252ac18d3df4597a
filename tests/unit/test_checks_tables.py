"""Checks on tables: each finds what is wrong, says it in both languages, and leaves good data alone."""

from __future__ import annotations

import polars as pl
import pytest

from tanheng.activity.checks.base import SHOWN, figure, percent
from tanheng.activity.checks.runner import CheckTables, run_checks


def table(*rows, columns=("entity", "period", "item", "sector", "amount", "unit")) -> pl.DataFrame:
    frame = pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows])
    return frame.with_columns(
        pl.col("amount").cast(pl.Float64), __file=pl.lit("a.csv"), __sheet=pl.lit("")
    ).with_row_index("__row", 2)


def run(name, spec, activity, parts=None):
    return run_checks([{name: spec}], CheckTables(activity, parts))


def codes(found):
    return [one.code for one in found]


def both(one):
    zh, en = one.message("zh"), one.message("en")
    assert "{" not in zh + en
    assert "–" not in en
    return zh, en


COAL = ("甲市", "2021", "coal", "industry", 5.0, "万吨")


def test_range_converts_units_and_shows_the_row():
    found = run(
        "range", {"item": "coal", "low": 1, "high": 40000, "unit": "t", "source": "年鉴"}, table(COAL)
    )
    assert codes(found) == ["Q-001"]
    zh, en = both(found[0])
    assert (
        zh
        == "[Q-001] a.csv 第 2 行：“甲市 2021 工业 煤炭” 50,000 t 超出范围 1–40,000 t。（界限出处：年鉴）请核对数值与单位。"
    )
    assert (
        "a.csv, row 2: '甲市, 2021, Industry, Coal' 50,000 t is outside 1 to 40,000 t. (Bounds: 年鉴.)" in en
    )
    assert found[0].rows[0]["row"] == 2


@pytest.mark.parametrize(
    "spec",
    [
        {"item": "coal", "high": 6, "unit": "万吨"},
        {"item": "natural_gas", "high": 1, "unit": "t"},
        {"sector": "transport", "high": 1, "unit": "t"},
        {"high": 1, "unit": "kWh"},
        {"low": 5, "unit": "万吨"},
    ],
)
def test_range_leaves_other_rows_alone(spec):
    assert run("range", spec, table(COAL)) == []


def test_range_looks_at_parts_as_well():
    assert codes(run("range", {"high": 1, "unit": "t"}, table(COAL), table(COAL))) == ["Q-001", "Q-001"]


def test_range_without_the_column_it_asks_for_finds_nothing():
    frame = table(("甲市", "2021", "coal", 5, "t"), columns=("entity", "period", "item", "amount", "unit"))
    assert run("range", {"sector": "industry", "high": 1, "unit": "t"}, frame) == []


JUMP = {"by": ["entity", "item", "sector"], "limit": 0.5}


def series(*pairs, unit="t"):
    return table(*(("甲市", period, "coal", "", amount, unit) for period, amount in pairs))


def test_jump_between_years_and_across_a_gap():
    found = run("jump", JUMP, series(("2015", 20.9), ("2017", 38.7), ("2018", 39.0), ("2019", 10.0)))
    assert codes(found) == ["Q-002", "Q-002"]
    zh, en = both(found[0])
    assert "“甲市 煤炭”由 2015 的 20.9 变为 2017 的 38.7 t（+85.2%），超过 ±50%" in zh
    assert "went from 20.9 in 2015 to 38.7 t in 2017 (+85.2%), beyond ±50%" in en
    assert "-74.4%" in found[1].message("en")


def test_jump_compares_months_with_the_same_month():
    steady = series(("2020-01", 100), ("2020-07", 20), ("2021-01", 110), ("2021-07", 22))
    assert run("jump", JUMP, steady) == []
    assert codes(run("jump", JUMP, series(("2020-07", 20), ("2021-01", 110), ("2021-07", 90)))) == ["Q-002"]


def test_jump_adds_up_a_period_and_converts_units():
    rows = [
        ("甲市", "2020", "coal", "", 1, "万吨"),
        ("甲市", "2021", "coal", "", 6000, "t"),
        ("甲市", "2021", "coal", "", 5000, "t"),
    ]
    assert run("jump", JUMP, table(*rows)) == []


def test_jump_from_zero_is_a_jump_and_zero_to_zero_is_none():
    found = run("jump", JUMP, series(("2019", 0), ("2020", 0), ("2021", 5)))
    assert codes(found) == ["Q-002"]
    assert "由零起" in found[0].message("zh")


def test_jump_keeps_series_apart():
    rows = [("甲市", "2020", "coal", "", 1, "t"), ("乙市", "2021", "coal", "", 9, "t")]
    assert run("jump", JUMP, table(*rows)) == []


PARTS = {"by": ["entity", "period", "item"], "of": "sector", "tolerance": 0.01}
WHOLE = ("甲市", "2021", "coal", "", 100, "t")


def part(sector, amount, unit="t", item="coal"):
    return ("甲市", "2021", item, sector, amount, unit)


def test_parts_beyond_the_whole():
    found = run("parts", PARTS, table(WHOLE), table(part("industry", 90), part("transport", 12)))
    assert codes(found) == ["Q-003"]
    zh, en = both(found[0])
    assert "各分项之和 102 t 大于合计 100 t（多 2 t）" in zh
    assert "add up to 102 t, more than the whole 100 t (by 2 t)" in en
    assert len(found[0].rows) == 3


def test_parts_that_cover_some_are_noted_and_complete_ones_warned_about():
    some = table(part("industry", 60), part("transport", 10))
    noted = run("parts", PARTS, table(WHOLE), some)
    assert [(one.code, one.severity) for one in noted] == [("Q-005", "note")]
    assert "工业、交通运输业" in noted[0].message("zh")
    assert "70%" in noted[0].message("en")
    warned = run("parts", {**PARTS, "complete": True}, table(WHOLE), some)
    assert [(one.code, one.severity) for one in warned] == [("Q-004", "warning")]


def test_parts_within_the_tolerance_are_fine():
    assert (
        run("parts", PARTS, table(WHOLE), table(part("industry", 0.0095, "万吨"), part("transport", 5.5)))
        == []
    )


def test_a_part_within_a_part_counts_once():
    nested = table(part("industry", 90), part("steel", 60), part("transport", 10))
    assert run("parts", PARTS, table(WHOLE), nested) == []


def test_parts_against_an_activity_that_is_split_already():
    split = table(part("industry", 60), part("transport", 40))
    assert codes(run("parts", PARTS, split, table(part("industry", 101), part("transport", 9)))) == ["Q-003"]


def test_a_total_beside_its_parts_is_counted_twice():
    for word in ("", "合计", "total"):
        rows = table(("甲市", "2021", "coal", word, 100, "t"), part("industry", 60), part("transport", 40))
        found = run("parts", PARTS, rows)
        assert codes(found) == ["Q-047" if word else "Q-008"]
        assert found[0].severity == ("error" if word else "warning")
        assert "重复计入" in found[0].message("zh")
        assert "counted twice" in found[0].message("en")


def test_unallocated_rows_beside_sectors_are_noted_only():
    assert codes(run("parts", PARTS, table(WHOLE, part("industry", 30)))) == ["Q-005"]


def test_a_part_in_another_dimension_is_an_error_of_its_own():
    gas = table(("甲市", "2021", "natural_gas", "", 100, "万m3"))
    found = run("parts", PARTS, gas, table(part("residential", 56, "万吨", "natural_gas")))
    assert codes(found) == ["Q-009"]
    assert "万吨" in both(found[0])[0]
    assert "cannot be compared with the whole's '万m3'" in found[0].message("en")


def test_parts_of_items_that_the_activity_lacks_are_left_alone():
    assert run("parts", PARTS, table(WHOLE), table(part("industry", 5, "t", "diesel"))) == []


BALANCE = {
    "by": ["entity", "period", "item"],
    "inflow": ["生产", "进口", "期初库存"],
    "outflow": ["消费", "出口", "期末库存"],
    "tolerance": 0.02,
}
FLOWS = ("entity", "period", "item", "activity", "amount", "unit")


def flows(**amounts):
    return table(
        *(("甲市", "2021", "coal", name, amount, "万吨") for name, amount in amounts.items()), columns=FLOWS
    )


def test_balance_that_holds_and_one_that_does_not():
    assert (
        run("balance", BALANCE, flows(生产=80, 进口=30, 期初库存=10, 消费=100, 出口=5, 期末库存=15.5)) == []
    )
    found = run("balance", BALANCE, flows(生产=80, 进口=30, 期初库存=10, 消费=130, 期末库存=15))
    assert codes(found) == ["Q-007"]
    zh, en = both(found[0])
    assert "收入 120 与支出 145 万吨 不平衡，差 25 万吨（17.24%）。表中没有：出口。" in zh
    assert (
        "inflow 120 and outflow 145 10⁴ t do not balance, 25 10⁴ t apart (17.24%). Not in the table: 出口."
        in en
    )


def test_balance_needs_both_sides_and_the_column():
    assert run("balance", BALANCE, flows(生产=80, 进口=30)) == []
    assert run("balance", BALANCE, table(WHOLE)) == []
    assert run("balance", BALANCE, flows(生产=80, 调出=30)) == []


def test_balance_over_items():
    spec = {
        "by": ["entity"],
        "of": "item",
        "inflow": ["coal"],
        "outflow": ["coke", "lignite"],
        "tolerance": 0.1,
    }
    rows = [("甲厂", "2021", "coal", "", 100, "t"), ("甲厂", "2021", "coke", "", 50, "t")]
    assert codes(run("balance", spec, table(*rows))) == ["Q-007"]


SHARES = {"by": ["entity", "period", "item"], "tolerance": 0.005}


def test_shares_make_a_whole():
    good = table(part("industry", 69.5, "%"), part("transport", 0.305, "fraction"))
    assert run("shares", SHARES, good) == []
    found = run("shares", SHARES, table(part("industry", 69.5, "%"), part("transport", 35.5, "%")))
    assert codes(found) == ["Q-026"]
    assert "（工业、交通运输业）之和为 105%，应为 100%" in both(found[0])[0]
    assert "add up to 105%, not 100 %" in found[0].message("en")


def test_shares_leave_amounts_alone():
    assert run("shares", SHARES, table(WHOLE)) == []


def test_many_findings_are_capped_and_counted():
    rows = pl.DataFrame(
        {"item": ["coal"] * (SHOWN + 7), "amount": [9.0] * (SHOWN + 7), "unit": ["t"] * (SHOWN + 7)}
    )
    found = run("range", {"high": 1, "unit": "t"}, rows)
    assert len(found) == SHOWN
    assert sum(one.count for one in found) == SHOWN + 7
    assert "(8 of this kind)" in found[-1].message("en")


def test_empty_tables_give_nothing():
    empty = table(COAL).clear()
    specs = [
        {"range": {"high": 1, "unit": "t"}}, {"jump": JUMP}, {"parts": PARTS}, {"balance": BALANCE}, {"shares": SHARES},
        {"unit_slip": {"by": ["item"], "factors": [10], "tolerance": 0.3}}, {"claims": {"tolerance": 0.02}},
    ]  # fmt: skip
    assert run_checks(specs, CheckTables(empty, empty)) == []


def test_numbers_are_shown_in_full_but_not_longer():
    assert [figure(value) for value in (0.1 + 0.2, 1e15, 77960937.81, 0.0)] == [
        "0.3",
        "1e+15",
        "77,960,937.81",
        "0",
    ]
    assert [percent(value) for value in (0.5, 0.12346, 1.0)] == ["50%", "12.35%", "100%"]
