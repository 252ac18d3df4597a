"""What holds for any pipeline: schedules to the fen, NPV at IRR, the tree with the same depths, the order of rows."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.test_tree_cap import trees

from tanheng.pathways import Tree
from tanheng.pathways.projects import effects, projects_of, roll_up
from tanheng.pathways.projects.loan import Loan, schedule
from tanheng.pathways.projects.ratio import ratio, verdict
from tanheng.pathways.projects.table import projects_of_table
from tanheng.pathways.projects.worth import cost_of_tonne, internal_rates, net_present_value

LESS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
amount = st.floats(-1e9, 1e9, allow_nan=False).map(lambda one: round(one, 2))


@LESS
@given(
    st.decimals("0.01", "99999999999", places=2), st.decimals("0", "0.3", places=4), st.integers(1, 30), st.integers(0, 5),
    st.sampled_from(["equal-principal", "annuity"]), st.sampled_from([1, 2, 4, 12]), st.integers(0, 50), st.booleans(),
)  # fmt: skip
def test_a_schedule_pays_the_principal_back_to_the_fen(
    principal: Decimal, rate: Decimal, years: int, grace: int, repay: Any, times: int, up: int, met: bool
) -> None:
    targets = {2025 + at: Decimal(10) for at in range(years)}
    loan = Loan(principal, rate, 2024, years, grace, targets, 0, up, repay, times)
    rows = schedule(loan, dict.fromkeys(targets, Decimal(12)) if met else {})
    assert sum(row["repaid"] for row in rows) == principal
    assert rows[-1]["balance"] == 0
    assert len(rows) == (years + grace) * times
    balance = principal
    for row in rows:
        assert row["repaid"] >= 0
        assert row["interest"] == (balance * row["rate"] / times).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert row["paid"] == row["interest"] + row["repaid"]
        balance -= row["repaid"]
        assert row["balance"] == balance >= 0
        assert row["paid"].as_tuple().exponent == -2


@LESS
@given(st.lists(amount, min_size=2, max_size=40))
def test_the_present_value_at_every_rate_of_return_is_nothing(flows: list[float]) -> None:
    for rate in internal_rates(flows).rates:
        size = net_present_value([abs(one) for one in flows], rate)
        assert abs(net_present_value(flows, rate)) <= 1e-6 * size


@LESS
@given(st.floats(1, 1e9), st.lists(st.floats(0, 1e9), min_size=1, max_size=40).filter(any))
def test_payments_that_change_their_sign_once_have_one_rate(outlay: float, income: list[float]) -> None:
    found = internal_rates([-outlay, *income])
    low, high = -0.9, 1e5
    signs = [net_present_value([-outlay, *income], one) > 0 for one in (low, high)]
    assert len(found.rates) <= 1
    if signs[0] != signs[1]:
        assert found.single is not None


@LESS
@given(st.lists(amount, min_size=3, max_size=20), st.floats(0.01, 0.2), st.floats(1, 1e6))
def test_at_its_levelised_cost_as_carbon_price_a_project_is_worth_nothing(
    flows: list[float], rate: float, tonnes: float
) -> None:
    reduced = [0.0, *[tonnes] * (len(flows) - 1)]
    price = cost_of_tonne(flows, reduced, rate).levelised
    sold = [flow + price * one for flow, one in zip(flows, reduced, strict=True)]
    assert abs(net_present_value(sold, rate)) <= 1e-9 * sum(map(abs, flows)) + 1e-9


@LESS
@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0, 1), st.floats(0, 0.99))
def test_the_interval_of_a_ratio_holds_one_just_where_nothing_can_be_told(
    measured: float, expected: float, half: float, spread: float
) -> None:
    width, wide = measured * half, expected * spread
    found = ratio(measured, expected, width, wide)
    assert found.low is not None and found.high is not None and found.value is not None  # noqa: PT018
    assert found.low <= found.value * (1 + 1e-9)
    assert found.value <= found.high * (1 + 1e-9)
    if min(abs(found.low - 1), abs(found.high - 1)) > 1e-6:
        assert (found.low <= 1 <= found.high) == (verdict(measured, expected, width, wide) == "cannot-tell")


@LESS
@given(
    trees(),
    st.lists(
        st.tuples(st.sampled_from(["save", "clean", "plant", "use", "sink"]), st.floats(0.001, 0.3)),
        min_size=1,
        max_size=5,
    ),
)
def test_a_roll_up_is_the_tree_with_the_same_depths(tree: Tree, wanted: list[tuple[str, float]]) -> None:
    base = float(abs(tree.evaluate().total[0]).max()) + 1.0
    data = _pipeline({
        f"p{at}": {"acts_on": on, "state": "running", "expected": {2024: base * share, 2025: base * share}, "measured": {2024: {"t": base * share / 2, "uncertainty": 5}}}
        for at, (on, share) in enumerate(wanted)
    })  # fmt: skip
    found = roll_up(projects_of(data), tree)
    again = found.tree.evaluate(levers=found.expected.depths).total[0]
    np.testing.assert_allclose(again, found.expected.total[0], rtol=1e-12, atol=1e-9)
    assert not found.tonnes["expected"][:4].any()
    np.testing.assert_allclose(found.expected.total[0][:4], found.reference[:4], rtol=1e-12)
    over = found.tonnes["expected"] - found.counted
    told = np.zeros(tree.years.size)
    for one in (each for each in found.excesses if each.side == "expected"):
        told[int(one.year - tree.years[0])] += one.wanted - one.possible
    np.testing.assert_allclose(over, told, atol=1e-5 * base)
    for name, depth in found.expected.depths.items():
        if not name.startswith("leaf:"):
            assert (depth <= tree.levers[name].ramp(tree.years) + 1e-9).all()


@LESS
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 5))
def test_the_order_of_rows_does_not_matter(chance: random.Random, projects: int, years: int) -> None:
    rows = [
        {"编号": f"p{one}", "状态": "运行中" if at == 0 else "", "年份": str(2024 + at), "预期减排量": str(10 * one + at + 1), "实测减排量": str(9 * one + at) if at % 2 else "",
         "实测不确定性": "10"}
        for one in range(projects) for at in range(years)
    ]  # fmt: skip
    for row in rows:
        if not row["实测减排量"]:
            row["实测不确定性"] = ""
    mixed = chance.sample(rows, len(rows))
    told = []
    for listed in (rows, mixed):
        table = {name: [row[name] for row in listed] for name in listed[0]}
        pipeline = projects_of(_pipeline(projects_of_table(table)[0]))
        found = effects(pipeline).to_dict()
        told.append({key: _sorted(value) for key, value in found.items()})
    assert told[0] == told[1]


def _sorted(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _pipeline(projects: dict[str, Any]) -> dict[str, Any]:
    return {"format": "tanheng-projects/1", "id": "any", "title": {"zh": "任意", "en": "Any"}, "projects": projects}  # fmt: skip
