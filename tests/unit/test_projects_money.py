"""Green finance of projects: kinds of money, returns, cost of a tonne, loans that follow what was measured."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from tests.unit.test_projects import EXAMPLE

from tanheng.errors import NotFound, PackInvalid
from tanheng.pathways.projects import Pipeline, finance, load_projects, loan_schedule, projects_of
from tanheng.pathways.projects.finance import MoneyMixed, rates_told
from tanheng.pathways.projects.loan import Loan, met_said, schedule
from tanheng.pathways.projects.worth import (
    FlowsInvalid,
    Payback,
    cost_of_tonne,
    internal_rates,
    net_present_value,
    payback,
)

REAL = {"basis": "real", "prices": 2020, "discount": 10}


def paying(*net: float, first: int = 2020, **more: Any) -> dict[str, Any]:
    """A project of which each year pays or earns, and reduces 10 t from its second year."""
    years = range(first, first + len(net))
    money = {
        "investment": {year: -one for year, one in zip(years, net, strict=True) if one < 0},
        "income": {year: max(one, 0.0) for year, one in zip(years, net, strict=True)},
        **more.pop("money", {}),
    }  # fmt: skip
    told = {"state": "running", "expected": dict.fromkeys(list(years)[1:], 10), "money": {key: value for key, value in money.items() if value}}  # fmt: skip
    return {key: value for key, value in (told | more).items() if value}


def held(money: dict[str, Any] | None = None, **projects: Any) -> Pipeline:
    return projects_of(
        {
            "format": "tanheng-projects/1",
            "id": "any",
            "title": {"zh": "库", "en": "Any"},
            "money": money or REAL,
            "projects": projects,
        }
    )


def test_worth_returns_payback_and_cost_of_a_tonne() -> None:
    found = finance(held(p=paying(-1000, 500, 500, 500))).worths[0]
    assert found.npv == pytest.approx(243.4260, abs=1e-4)
    assert found.rates.single == pytest.approx(0.233752, abs=1e-6)
    assert found.back.plain == pytest.approx(3)
    assert found.cost is not None
    tonnes = sum(10 / 1.1**at for at in (1, 2, 3))
    assert found.cost.levelised == pytest.approx(-243.4260 / tonnes, abs=1e-4)
    assert found.break_even == pytest.approx(found.cost.levelised)
    assert found.earns


def test_those_that_earn_come_first_by_value_and_the_others_by_cost() -> None:
    found = finance(
        held(
            dear=paying(-1000, 100, 100),
            cheap=paying(-1000, 500, 500),
            small=paying(-10, 20, 20),
            big=paying(-1000, 900, 900),
        )
    )
    assert [one.project.id for one in found.worths] == ["big", "small", "cheap", "dear"]
    ranks = [row["cost_per_t"]["ranks"] for row in found.to_dict()["projects"]]
    assert ranks == [False, False, True, True]


def test_a_later_project_is_discounted_to_the_first_year_of_all() -> None:
    found = finance(held(p=paying(-1000, 500, 500, 500), q=paying(-1000, 500, 500, 500, first=2022)))
    assert found.npv == pytest.approx(243.4260 * (1 + 1.1**-2), abs=1e-3)
    assert found.first == 2020
    table = found.cash_flows().to_polars()
    assert table.filter(table["project"] == "q")["present_summed"][-1] == 243.43


def test_a_carbon_price_is_told_by_price_and_the_break_even_price_is_worth_nothing() -> None:
    asked = held(p=paying(-1000, 100, 100, 100))
    found = finance(asked)
    price = found.worths[0].break_even
    assert price is not None
    assert finance(asked, carbon=price).npv == pytest.approx(0, abs=1e-9)
    rows = found.at([0, price, 2 * price]).to_dicts()
    assert [row["npv"] for row in rows] == pytest.approx([found.npv, 0, -found.npv], abs=1e-9)
    growing = finance(asked, growth=0.05).worths[0].break_even
    assert growing is not None
    assert growing < price
    assert finance(asked, carbon=growing, growth=0.05).npv == pytest.approx(0, abs=1e-9)


def test_a_carbon_price_that_grows_is_the_same_in_a_year_for_every_project() -> None:
    found = finance(
        held(p=paying(-1000, 100, 100, 100), q=paying(-1000, 100, 100, first=2022)), carbon=50, growth=0.1
    )
    table = found.cash_flows().to_polars()
    in_2023 = table.filter(table["year"] == 2023)
    assert in_2023["carbon"].to_list() == pytest.approx([500 * 1.1**3] * 2)


def test_discounted_payments_beyond_all_numbers_are_refused() -> None:
    with pytest.raises(FlowsInvalid, match="过大"):
        net_present_value([1.0] * 300, -0.99)
    with pytest.raises(FlowsInvalid, match="过大"):
        payback([-1.0] * 300, -0.99)


def test_several_rates_are_told_as_such() -> None:
    found = finance(held(p=paying(-100, 230, -132))).worths[0]
    assert found.rates.single is None
    assert found.rates.rates == pytest.approx((0.1, 0.2))
    assert rates_told(found.rates) == "有 2 个：10.00%, 20.00%"
    assert rates_told(internal_rates([1, 2])) == "无"


def test_payback_counts_a_later_outlay_and_may_never_come() -> None:
    assert payback([-100, 150, -100, 80], 0).plain == pytest.approx(3 + 50 / 80)
    assert payback([-100, 10], 0.1) == Payback(None, None)
    assert payback([100, 10], 0.1) == Payback(0.0, 0.0)


@pytest.mark.parametrize(
    ("own", "zh", "en"),
    [
        ({"basis": "nominal"}, "现价", "current prices"),
        ({"basis": "real", "prices": 2015}, "2015 年不变价", "constant prices of 2015"),
    ],
)
def test_other_money_is_refused(own: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(MoneyMixed) as caught:
        finance(held(p=paying(-10, 20), q=paying(-10, 20, money=own)))
    assert "项目“q”" in caught.value.message("zh")
    assert zh in caught.value.message("zh")
    assert en in caught.value.message("en")


def test_a_deflator_turns_other_prices() -> None:
    terms = {**REAL, "deflators": {2015: 1.2, "source": "示例"}}
    found = finance(
        held(terms, p=paying(-10, 20), q=paying(-10, 20, money={"basis": "real", "prices": 2015}))
    )
    one, other = sorted(found.worths, key=lambda worth: worth.project.id)
    np.testing.assert_allclose(other.net, one.net * 1.2)


@pytest.mark.parametrize(
    ("terms", "zh"),
    [
        ({"basis": "real", "discount": 5}, "不变价须写价格年"),
        ({"basis": "nominal", "prices": 2020}, "不变价须写价格年"),
        ({**REAL, "deflators": {2015: 1.2}}, "没有出处"),
        ({**REAL, "deflators": {2015: "much", "source": "x"}}, "不是大于零的倍数"),
        ({**REAL, "discount": 600}, "超出 -100 到 100"),
    ],
)
def test_money_that_is_not_told_well(terms: dict[str, Any], zh: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        held(terms, p=paying(-10, 20))
    assert zh in caught.value.message("zh")


def test_years_without_money_and_a_missing_rate_are_refused() -> None:
    with pytest.raises(FlowsInvalid, match="缺少 2021 年的金额"):
        finance(held(p=paying(-10, 20, money={"income": {2022: 20}, "investment": {2020: 10}}, expected={})))
    with pytest.raises(FlowsInvalid, match="2030 年有减排量却没有金额"):
        finance(held(p=paying(-10, 20, expected={2030: 5})))
    with pytest.raises(NotFound, match="折现率"):
        finance(held({"basis": "real", "prices": 2020}, p=paying(-10, 20)))
    with pytest.raises(NotFound, match="有金额的项目"):
        finance(held(p={"state": "running"}))


def test_numbers_that_are_none_are_refused() -> None:
    for flows in ([], [float("nan")], [float("inf"), 1], ["a", 1], [[1.0]], [1e300, -1e300]):
        with pytest.raises(FlowsInvalid):
            net_present_value(flows, 0.1)  # type: ignore[arg-type]
    for rate in (-1, -2, float("nan"), float("inf")):
        with pytest.raises(FlowsInvalid):
            net_present_value([1, 2], rate)
    with pytest.raises(FlowsInvalid):
        cost_of_tonne([-1, 2], [0, 0], 0.1)
    with pytest.raises(FlowsInvalid):
        cost_of_tonne([-1, 2], [1], 0.1)


def test_a_project_without_tonnes_has_no_cost_of_a_tonne() -> None:
    tiny = finance(held(p=paying(-10, 20, expected={2021: 1e-320})))
    assert tiny.worths[0].break_even is None
    with pytest.raises(FlowsInvalid, match="减排量过小"):
        cost_of_tonne([-10, 20], [0, 1e-320], 0.1)
    found = finance(held(p=paying(-10, 20, expected={}))).worths[0]
    assert found.cost is None
    assert found.break_even is None
    assert found.to_dict()["cost_per_t"] is None


LOAN = Loan(
    Decimal(1000), Decimal("0.04"), 2023, 3, targets={2024: Decimal(10), 2025: Decimal(10)}, down=20, up=30,
    unmeasured="missed",
)  # fmt: skip


def test_the_interest_follows_what_was_measured() -> None:
    rows = schedule(LOAN, {2024: Decimal(10)})
    assert [(row["year"], row["met"], str(row["rate"])) for row in rows] == [
        (2024, None, "0.04"),
        (2025, True, "0.038"),
        (2026, False, "0.043"),
    ]
    assert [str(row["interest"]) for row in rows] == ["40.00", "25.33", "14.33"]
    assert [str(row["repaid"]) for row in rows] == ["333.33", "333.33", "333.34"]


def test_grace_pays_interest_alone() -> None:
    rows = schedule(Loan(Decimal(100), Decimal("0.05"), 2023, 1, grace=2), {})
    assert [(str(row["interest"]), str(row["repaid"])) for row in rows] == [
        ("5.00", "0.00"),
        ("5.00", "0.00"),
        ("5.00", "100.00"),
    ]


def test_equal_payments_are_found_anew_when_the_rate_moves() -> None:
    rows = schedule(
        Loan(Decimal(1000), Decimal("0.04"), 2023, 4, targets={2025: Decimal(1)}, up=100, repay="annuity"),
        {2025: Decimal(0)},
    )
    assert rows[0]["paid"] == rows[1]["paid"]
    assert rows[2]["paid"] > rows[1]["paid"]
    assert rows[-1]["balance"] == 0


@pytest.mark.parametrize(
    "terms",
    [{"principal": Decimal(0)}, {"years": 0}, {"rate": Decimal("-0.1")}, {"rate": Decimal(2)}, {"down": 500}, {"up": -1}, {"times": 5}, {"grace": -1}],
)  # fmt: skip
def test_terms_that_make_no_loan(terms: dict[str, Any]) -> None:
    from dataclasses import replace

    with pytest.raises(FlowsInvalid):
        schedule(replace(LOAN, **terms), {})


def test_the_loan_of_the_example_counts_measurements_only() -> None:
    found = load_projects(EXAMPLE)
    rows = {row["year"]: row for row in loan_schedule(found, "green").to_dicts()}
    assert (rows[2025]["met"], rows[2026]["met"]) == (True, False)
    assert (rows[2027]["target_t"], rows[2027]["met"], rows[2027]["rate"]) == (
        11000,
        None,
        "0.042",
    )  # 2026 is not over
    from dataclasses import replace

    later = {row["year"]: row for row in loan_schedule(replace(found, as_of=2026), "green").to_dicts()}
    assert (later[2027]["reduced_t"], later[2027]["met"], later[2027]["rate"]) == (None, False, "0.0435")
    assert rows[2025]["doubtful"]  # 11 300 ± 904 against 10 500
    assert (rows[2025]["rate"], rows[2026]["rate"]) == ("0.0405", "0.0435")
    plain = loan_schedule(found, "green", linked=False).to_dicts()
    assert {row["rate"] for row in plain} == {"0.042"}
    assert [row["repaid"] for row in plain] == [row["repaid"] for row in rows.values()]
    with pytest.raises(NotFound):
        loan_schedule(found, "none")


@pytest.mark.parametrize(
    ("measured", "terms", "sums", "met", "rate", "doubtful", "said"),
    [
        ({"a": 150}, {}, 150, True, "0.038", True, "是（未测：b）"),
        ({"a": 110}, {}, 110, None, "0.04", True, "未知，利率不变（未测：b）"),
        ({"a": 110}, {"unmeasured": "missed"}, 110, False, "0.041", True, "否（未测：b）"),
        ({}, {}, None, None, "0.04", True, "未知，利率不变（未测：a, b）"),
        ({"a": 90, "b": 20}, {}, 110, False, "0.041", False, "否"),
    ],
)
def test_what_nobody_measured_moves_the_rate_only_as_the_contract_says(
    measured: dict[str, float], terms: dict[str, str], sums: float | None, met: bool | None, rate: str, doubtful: bool, said: str
) -> None:  # fmt: skip
    projects = {
        name: {"state": "running", "expected": {2024: 100}, **({"measured": {2024: {"t": measured[name], "uncertainty": 1}}} if name in measured else {})}
        for name in "ab"
    }  # fmt: skip
    loan = {
        "projects": ["a", "b"],
        "principal": 1000000,
        "rate": 4,
        "first": 2023,
        "years": 3,
        "targets": {2024: 120},
        "down": 20,
        "up": 10,
        **terms,
    }
    told = projects_of(
        {"format": "tanheng-projects/1", "id": "p", "title": {"zh": "库", "en": "Any"}, "as_of": 2024, "projects": projects, "loans": {"l": loan}}
    )  # fmt: skip
    row = next(one for one in loan_schedule(told, "l").to_dicts() if one["year"] == 2025)
    assert (row["reduced_t"], row["met"], row["rate"], row["doubtful"]) == (sums, met, rate, doubtful)
    assert met_said(row) == said


def test_a_loan_of_projects_that_are_not_there() -> None:
    data = {
        "format": "tanheng-projects/1",
        "id": "any",
        "title": {"zh": "库", "en": "Any"},
        "projects": {"p": {"state": "running"}},
    }
    loan = {"projects": ["q"], "principal": 1, "rate": 4, "first": 2023, "years": 1}
    with pytest.raises(PackInvalid, match="没有项目“q”"):
        projects_of({**data, "loans": {"l": loan}})
    with pytest.raises(PackInvalid, match="同一减排量列了两次"):
        projects_of({**data, "loans": {"l": {**loan, "projects": ["p", "p"]}}})
    with pytest.raises(PackInvalid, match="不是整数"):
        projects_of({**data, "loans": {"l": {**loan, "projects": ["p"], "years": 1.5}}})


def test_cash_flows_leave_as_text_that_is_no_formula(tmp_path: Path) -> None:
    found = finance(held(**{"=1+1": paying(-10, 20)}))
    file = found.cash_flows().write(tmp_path / "flows.csv")
    with file.open(encoding="utf-8-sig") as stream:
        assert {row["project"] for row in csv.DictReader(stream)} == {"'=1+1"}
    book = load_workbook(found.cash_flows().write(tmp_path / "flows.xlsx"))
    assert book.active["A2"].data_type == "s"
