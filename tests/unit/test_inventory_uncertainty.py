"""Uncertainty against formulas on paper: shared factors, unknown inputs, and draws that agree with propagation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tanheng as th
from small import activity, pack, use
from tanheng.errors import use_language
from tanheng.inventory import Inventory
from tanheng.inventory.problems import ArgumentInvalid

RULES = """
  - id: shared
    title: {{zh: 同一因子, en: One factor}}
    clause: "1"
    when: {{items: [coal, coke, lignite]}}
    gases: [CO2]
    formula: {formula}
    parameters:
      ef: {{unit: tCO2/t, value: 2, uncertainty: {ef}}}
{more}
"""
DIVISOR = "      output: {{unit: fraction, value: 0.5, uncertainty: {0}}}"
TWICE = """
  - id: works
    title: {{zh: 工业, en: Industry}}
    clause: "1"
    when: {{items: [diesel], sectors: [industry]}}
    gases: [CO2]
    formula: ncv * ef
    parameters:
      ncv: {{property: ncv, unit: GJ/t, source: 2006 IPCC, region: GLOBAL, uncertainty: {0}}}
      ef: {{unit: tCO2/GJ, value: 0.07, uncertainty: 0}}
  - id: homes
    title: {{zh: 居民, en: Homes}}
    clause: "2"
    when: {{items: [diesel], sectors: [residential]}}
    gases: [CO2]
    formula: ncv * ef
    parameters:
      ncv: {{property: ncv, unit: GJ/t, source: 2006 IPCC, region: GLOBAL, uncertainty: {1}}}
      ef: {{unit: tCO2/GJ, value: 0.07, uncertainty: 0}}
"""


def account(
    folder: Path, rows: Any, *, ef: float = 10, formula: str = "ef", divisor: float | None = None
) -> Inventory:
    more = "" if divisor is None else DIVISOR.format(divisor)
    return th.account(rows, pack(folder, "spread", RULES.format(formula=formula, ef=ef, more=more)))


def test_a_factor_in_many_rows_is_one_variable(tmp_path: Path) -> None:
    rows = activity(use("煤品", 100, "t", uncertainty=5), use("焦炭", 300, "t", uncertainty=5))
    found = account(tmp_path, rows).uncertainty()
    half = math.hypot(0.10 * 800, 0.05 * 200, 0.05 * 600)
    assert found.half_width == pytest.approx(half)
    assert found.relative == pytest.approx(half / 800 * 100)
    assert found.known_share == 100
    assert [(name.split("#")[0], round(value, 6)) for name, value in found.contributions] == [
        ("shared.ef=2.0", 80), ("amount:coke/2021", 30), ("amount:coal/2021", 10),
    ]  # fmt: skip


def test_factors_of_their_own_are_independent() -> None:
    rows = activity(
        use("柴油", 100, "t", sector="industry", uncertainty=0, gas="CO2"),
        use("汽油", 100, "t", sector="industry", uncertainty=0, gas="CO2"),
    )
    found = th.account(rows, "ipcc-2006-stationary").uncertainty()
    diesel = 4300 * 0.0741
    gasoline = 4430 * 0.0693
    parts = [diesel * 1.6 / 43.0, diesel * 1500 / 74100, gasoline * 1.8 / 44.3, gasoline * 3700 / 69300]
    assert found.half_width == pytest.approx(math.hypot(*parts))


def test_amounts_of_one_cell_are_independent_rows(tmp_path: Path) -> None:
    rows = activity(use("煤品", 100, "t", uncertainty=5), use("煤品", 300, "t", uncertainty=5))
    found = account(tmp_path, rows, ef=0).uncertainty()
    assert found.half_width == pytest.approx(math.hypot(0.05 * 200, 0.05 * 600))


def test_a_divisor_counts_with_its_power(tmp_path: Path) -> None:
    rows = activity(use("煤品", 100, "t", uncertainty=0))
    inventory = account(tmp_path, rows, formula="ef / output ** 2", ef=3, divisor=4)
    found = inventory.uncertainty()
    assert inventory.total == 800
    assert found.relative == pytest.approx(math.hypot(3, 2 * 4), rel=1e-4)


def test_what_is_known_exactly_has_no_spread(tmp_path: Path) -> None:
    found = account(tmp_path, activity(use("煤品", 100, "t", uncertainty=0)), ef=0).uncertainty()
    assert (found.half_width, found.relative, found.known_share) == (0, 0, 100)


def test_unknown_is_never_zero(tmp_path: Path) -> None:
    rows = activity(use("煤品", 100, "t", uncertainty=5), use("焦炭", 300, "t"))
    inventory = account(tmp_path, rows)
    found = inventory.uncertainty()
    assert (found.known_share, found.known_total) == pytest.approx((25, 200))
    assert found.known_half_width == pytest.approx(math.hypot(0.10 * 200, 0.05 * 200))
    assert found.known_relative == pytest.approx(found.known_half_width / 200 * 100)
    assert (found.half_width, found.relative) == (None, None), (
        "a quarter of the total says nothing of the whole"
    )
    assert "25 %" in found.reason
    assert "25 %" in found.to_dict()["reason"]
    nothing = th.account(activity(use("柴油", 1, "t", uncertainty=1)), "cn-energy-2011").uncertainty()
    assert (nothing.half_width, nothing.relative, nothing.known_share) == (None, None, 0)
    assert nothing.to_dict()["relative_percent"] is None
    draws = inventory.monte_carlo(draws=100)
    assert draws.known_share == pytest.approx(25)
    assert (draws.mean, draws.interval()) == (None, None)
    low, high = draws.known_interval() or (0.0, 0.0)
    assert low < draws.known_total < high < inventory.total


def test_an_interval_of_nearly_all_is_that_of_the_whole(tmp_path: Path) -> None:
    rows = activity(use("煤品", 95, "t", uncertainty=5), use("焦炭", 5, "t"))
    inventory = account(tmp_path, rows)
    found, draws = inventory.uncertainty(), inventory.monte_carlo(draws=2000)
    assert found.known_share == pytest.approx(95)
    assert found.relative == pytest.approx(found.known_half_width / inventory.total * 100)
    low, high = draws.interval() or (0.0, 0.0)
    assert low < inventory.total < high
    assert draws.mean == pytest.approx(inventory.total, rel=0.01)
    assert (found.reason, draws.reason) == ("", "")


@pytest.mark.parametrize(("coal", "share"), [(5.0, 20.0), (None, 0.0)])
def test_unknown_terms_that_cancel_out_are_still_unknown(
    tmp_path: Path, coal: float | None, share: float
) -> None:
    text = RULES.format(formula="ef", ef=10, more="").replace("[coal, coke, lignite]", "[coal, coke]")
    back = text.replace("id: shared", "id: back").replace("coal, coke", "lignite")
    path = pack(tmp_path, "spread", text + back.replace("    gases", "    effect: removal\n    gases"))
    rows = activity(use("煤品", 50, "t", uncertainty=coal), use("焦炭", 100, "t"), use("褐煤", 100, "t"))
    inventory = th.account(rows, path)
    assert inventory.total == 100
    assert inventory.uncertainty().known_share == pytest.approx(share)
    assert inventory.monte_carlo(draws=10).known_share == pytest.approx(share)
    assert inventory.trend(inventory).known_shares == pytest.approx((share, share))
    assert inventory.uncertainty().relative is None


def test_a_measured_value_without_a_spread_is_unknown(tmp_path: Path) -> None:
    rows = activity(use("煤品", 100, "t", uncertainty=5, parameters="ef=2.1 tCO2/t"))
    assert account(tmp_path, rows).uncertainty().half_width is None


@pytest.mark.parametrize(("ef", "amount"), [(5, 10), (30, 10), (50, 2)])
def test_draws_agree_with_propagation(tmp_path: Path, ef: float, amount: float) -> None:
    rows = activity(
        use("煤品", 100, "t", uncertainty=amount),
        use("焦炭", 300, "t", uncertainty=amount),
        use("褐煤", 50, "t", uncertainty=amount),
    )
    inventory = account(tmp_path, rows, ef=ef)
    paper, draws = inventory.uncertainty(), inventory.monte_carlo(draws=40_000)
    assert paper.half_width is not None
    sigma = paper.half_width / 1.959964
    assert draws.mean == pytest.approx(
        inventory.total, abs=5 * sigma / math.sqrt(40_000) + 0.001 * inventory.total
    )
    low, high = draws.interval()
    assert (high - low) / 2 == pytest.approx(paper.half_width, rel=0.03)
    assert float(draws.draws.std()) == pytest.approx(sigma, rel=0.02)


def test_draws_repeat_by_seed(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(use("煤品", 100, "t", uncertainty=5)))
    one, same, other = (inventory.monte_carlo(draws=500, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one.draws, same.draws)
    assert not np.array_equal(one.draws, other.draws)
    assert one.to_dict() == same.to_dict()


def test_wide_factors_are_lognormal_and_never_negative(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(use("煤品", 100, "t", uncertainty=0)), ef=150)
    draws = inventory.monte_carlo(draws=40_000).draws
    assert draws.min() > 0
    assert float(np.mean(draws)) == pytest.approx(200, rel=0.02)
    assert float(np.median(draws)) < 0.9 * float(np.mean(draws))


def test_a_wide_divisor_never_comes_to_zero(tmp_path: Path) -> None:
    inventory = account(
        tmp_path, activity(use("煤品", 100, "t", uncertainty=0)), formula="ef / output", ef=0, divisor=58
    )
    draws = inventory.monte_carlo(draws=40_000).draws
    assert np.isfinite(draws).all()
    assert draws.min() > 0


def test_what_stands_in_a_sum_is_drawn_as_a_sum(tmp_path: Path) -> None:
    """Of ef x (1 - r) with r = 0.9 and 10 %, the part let through is 0.1 with an interval from 0.01 to 0.19."""
    rows = activity(use("煤品", 100, "t", uncertainty=0))
    formula = "ef * (1 - 1.8 * output)"
    inventory = account(tmp_path, rows, ef=0, formula=formula, divisor=10)
    draws = inventory.monte_carlo(draws=100_000)
    whole = 100 * 2
    assert inventory.total == pytest.approx(0.1 * whole)
    assert draws.mean / whole == pytest.approx(0.1, abs=0.001)
    assert [bound / whole for bound in draws.interval()] == pytest.approx([0.01, 0.19], abs=0.003)
    both = account(tmp_path, rows, ef=30, formula=formula, divisor=10).monte_carlo(draws=100_000)
    sigma = math.sqrt((1 + (0.3 / 1.96) ** 2) * (1 + (0.9 / 1.96) ** 2) - 1)
    assert float(both.draws.std()) == pytest.approx(sigma * 0.1 * whole, rel=0.02), "a product of two"


def test_what_a_sum_halves_is_not_taken_for_a_divisor(tmp_path: Path) -> None:
    """At r = 0.5 the slope of 1 - r is -1, as of a divisor; the draws lie evenly to both sides all the same."""
    inventory = account(
        tmp_path,
        activity(use("煤品", 100, "t", uncertainty=0)),
        ef=0, formula="ef * (1 - output)", divisor=50,
    )  # fmt: skip
    draws = inventory.monte_carlo(draws=100_000)
    assert draws.mean == pytest.approx(100, rel=0.005)
    assert draws.interval() == pytest.approx((50, 150), rel=0.02)


def test_the_widest_spread_of_one_factor_holds(tmp_path: Path) -> None:
    for first, second in ((5, 40), (40, 5)):
        path = pack(tmp_path, "twice", TWICE.format(first, second))
        rows = activity(
            use("柴油", 100, "t", uncertainty=0, sector="industry"),
            use("柴油", 300, "t", uncertainty=0, sector="residential"),
        )
        inventory = th.account(rows, path)
        found = inventory.uncertainty()
        assert len([name for name, _ in found.contributions if name.startswith("factor:")]) == 1
        assert found.relative == pytest.approx(40)


def test_an_empty_inventory_has_no_draws() -> None:
    inventory = th.account(activity(use("蒸汽", 1, "t")), "cn-energy-2011")
    assert inventory.monte_carlo(draws=10).draws.tolist() == [0.0] * 10
    assert inventory.monte_carlo(draws=10).known_share == 0


def test_the_trend_takes_a_factor_of_both_years_as_one(tmp_path: Path) -> None:
    def year(period: str, coal: float, coke: float) -> Inventory:
        rows = [
            use("煤品", coal, "t", uncertainty=4, period=period),
            use("焦炭", coke, "t", uncertainty=6, period=period),
        ]
        return account(tmp_path, activity(*rows))

    base, now = year("2015", 300, 200), year("2021", 330, 240)
    found = now.trend(base)
    assert found.change == pytest.approx(14)
    # one factor for everything does not move the trend: its sensitivities add up to nothing but the step of 1 %
    activity_part = math.hypot(330 / 500 * 4, 240 / 500 * 6) * math.sqrt(2)
    assert found.half_width == pytest.approx(activity_part, rel=1e-6)
    random = np.random.default_rng(7)

    def amounts(coal: float, coke: float) -> Any:
        drawn = random.standard_normal((2, 200_000)) / 1.959964
        return coal * (1 + 0.04 * drawn[0]) + coke * (1 + 0.06 * drawn[1])

    factor = 1 + 0.10 * random.standard_normal(200_000) / 1.959964
    drawn = (amounts(330, 240) * factor / (amounts(300, 200) * factor) - 1) * 100
    assert float(drawn.std()) * 1.959964 == pytest.approx(found.half_width, rel=0.06)


def test_the_trend_of_unlike_inventories_is_refused(tmp_path: Path) -> None:
    one = account(tmp_path, activity(use("煤品", 1, "t")))
    nothing = account(tmp_path, activity(use("煤品", 0, "t")))
    other = th.account(activity(use("柴油", 1, "t", sector="industry")), "ipcc-2006-stationary")
    for base, zh, en in ((other, "CO2e AR5", "the same unit"), (nothing, "不为零", "not zero")):
        with pytest.raises(ArgumentInvalid) as error:
            one.trend(base)
        assert zh in error.value.message("zh")
        assert en in error.value.message("en")
    unknown = one.trend(one)
    assert (unknown.change, unknown.half_width, unknown.known_share) == (0, None, 0)


def year(
    folder: Path, period: str, coal: float, *more: dict[str, object], spread: float | None = 5
) -> Inventory:
    stated = {} if spread is None else {"uncertainty": spread}
    return account(folder, activity(use("煤品", coal, "t", period=period, **stated), *more))


def test_a_trend_knows_no_more_than_either_year(tmp_path: Path) -> None:
    known, unknown = year(tmp_path, "2015", 100), year(tmp_path, "2021", 120, spread=None)
    for now, base, shares in ((unknown, known, (100, 0)), (known, unknown, (0, 100))):
        found = now.trend(base)
        assert (found.half_width, found.known_shares) == (None, shares)
        assert 40 < found.known_share < 60
        assert "±" in repr(found)
    assert year(tmp_path, "2021", 120).trend(known).known_shares == (100, 100)


def test_amounts_of_two_inventories_are_never_one_variable(tmp_path: Path) -> None:
    base = year(tmp_path, "2021", 100)
    apart = year(tmp_path, "2022", 120).trend(base)
    same = year(tmp_path, "2021", 120).trend(base)
    assert same.half_width == pytest.approx(apart.half_width)
    assert same.half_width == pytest.approx(1.2 * math.sqrt(2) * 5, rel=1e-2)
    narrow = year(tmp_path, "2021", 120, spread=1).trend(base)
    assert narrow.half_width == pytest.approx(1.2 * math.sqrt(2), rel=1e-2)


def test_a_trend_says_what_either_year_leaves_out(tmp_path: Path) -> None:
    base = year(tmp_path, "2015", 100, use("焦炭", 50, "t", period="2015"))
    coke = use("焦炭", 50, "m3", period="2021")
    part = year(tmp_path, "2021", 120, coke).trend(base)
    assert part.change == pytest.approx(-20)
    assert (part.complete, part.left_out) == (False, (0, 1))
    lines = {row["item"]: row["current"] for row in part.lines.to_dicts()}
    assert lines == {"coal": 240, "coke": None}
    none = account(tmp_path, activity(coke)).trend(base)
    assert (none.change, none.half_width, none.current) == (None, None, 0)
    told = none.to_dict()
    assert (told["complete"], told["left_out"], told["change_percent"]) == (
        False,
        {"base": 0, "current": 1},
        None,
    )
    use_language("zh")
    assert "当年清单不完整：1 项未计入" in repr(none)
    use_language("en")
    assert "the year is incomplete: 1 not counted" in repr(part)
    use_language("zh")
    assert year(tmp_path, "2021", 120).trend(base).complete
    assert none.table().title == "–"
