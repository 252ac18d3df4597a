"""Draws that are summed first against draws one by one: the same moments and quantiles, and the variance by formula."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import tanheng as th
from small import activity, use
from tanheng.inventory.uncertainty.approaches import simulate
from tanheng.inventory.uncertainty.draws import NEVER_CUT, Z95, lognormal_above, slots_of
from tanheng.inventory.uncertainty.terms import AMOUNT, Terms, terms_of

DRAWS = 40_000


def terms(
    cells: list[tuple[float, dict[str, float], float]],
    factors: dict[str, tuple[float, float]],
    linear: frozenset[str] = frozenset(),
) -> Terms:
    """Cells (half width of the amount, factor to emission of its term), factors (half width, power)."""
    names = [f"{AMOUNT}{n}" for n in range(len(cells))] + list(factors)
    rows = [
        (n, name, emission * scale)
        for n, (_, held, scale) in enumerate(cells)
        for name, emission in held.items()
    ]
    entries = [
        (at, number, power, False) for at, (n, name, _) in enumerate(rows) for number, power in [(n, 1.0)]
    ]
    for at, (_, name, _) in enumerate(rows):
        for one in name.split("+"):
            entries.append((at, names.index(one), factors[one][1], one in linear))
    entries.sort(key=lambda entry: entry[0])
    return Terms(
        emission=np.array([emission for _, _, emission in rows]),
        term=np.array([entry[0] for entry in entries]),
        variable=np.array([entry[1] for entry in entries]),
        power=np.array([entry[2] for entry in entries]),
        names=names,
        half_width=np.array([one[0] for one in cells] + [one[0] for one in factors.values()]),
        fixed=7.0,
        unknown=0.0,
        linear=np.flatnonzero([entry[3] for entry in entries]),
    )


def one_by_one(found: Terms, draws: int, seed: int) -> np.ndarray:
    """Every variable of every term drawn on its own, in plain loops over the terms."""
    random = np.random.default_rng(seed)
    sigma = found.half_width / Z95
    power = found.power.copy()
    power[found.linear] = 1.0
    wide = found.half_width > lognormal_above()
    wide[found.variable[power < 0]] = True
    spread = np.sqrt(np.log1p(sigma**2))
    values = [
        np.exp(random.standard_normal(draws) * spread[v] - spread[v] ** 2 / 2)
        if wide[v]
        else np.maximum(1 + random.standard_normal(draws) * sigma[v], 0)
        for v in range(sigma.size)
    ]
    summed = set(found.linear.tolist())
    total = np.full(draws, found.fixed)
    for n, emission in enumerate(found.emission):
        product, slope = np.ones(draws), np.zeros(draws)
        for place in np.flatnonzero(found.term == n):
            value = values[found.variable[place]]
            if place in summed:
                slope += found.power[place] * (value - 1)
            else:
                product *= value ** found.power[place]
        total += emission * product * (1 + slope)
    return total


CASES = {
    "many amounts, one factor": terms([(0.05 + n % 7 / 50, {"f": 10.0 + n}, 1.0) for n in range(60)], {"f": (0.1, 1.0)}),
    "several gases of one amount": terms(
        [(0.2, {"co2": 100.0 + n, "ch4": 3.0 + n % 3, "n2o": 1.0}, 1.0) for n in range(40)],
        {"co2": (0.05, 1.0), "ch4": (0.5, 1.0), "n2o": (1.5, 1.0)},
    ),
    "removals and emissions": terms(
        [(0.3, {"f": 50.0}, 1.0), (0.3, {"f": -48.0}, 1.0), (0.1, {"g": -20.0}, 1.0)], {"f": (0.2, 1.0), "g": (0.4, 1.0)}
    ),
    "wide and cut amounts stay single": terms(
        [(0.9, {"f": 10.0}, 1.0), (0.5, {"f": 20.0}, 1.0), (0.1, {"f": 30.0}, 1.0), (1.4, {"g": 5.0}, 1.0)],
        {"f": (0.1, 1.0), "g": (0.2, 1.0)},
    ),
    "divisors, powers and sums": terms(
        [(0.1, {"f+g+h": 10.0 + n, "g": 4.0}, 1.0) for n in range(10)],
        {"f": (0.2, 2.0), "g": (0.3, -1.0), "h": (0.4, -0.7)},
        frozenset({"h"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_draws_have_the_distribution_of_those_one_by_one(name: str) -> None:
    found = CASES[name]
    brute = one_by_one(found, DRAWS, seed=3)
    draws = simulate(found, total=float(found.emission.sum()), draws=DRAWS, seed=11).draws
    error = float(brute.std()) / math.sqrt(DRAWS)
    assert float(draws.mean()) == pytest.approx(float(brute.mean()), abs=6 * error)
    # relative error of a standard deviation: half that of a variance, with the kurtosis of the draws
    away = brute - brute.mean()
    kurtosis = float((away**4).mean() / (away**2).mean() ** 2)
    deviation = 0.5 * math.sqrt((kurtosis - 1) / DRAWS)
    assert float(draws.std()) == pytest.approx(float(brute.std()), rel=7 * deviation)
    for level in (0.025, 0.25, 0.5, 0.75, 0.975):
        low, high = np.quantile(brute, [max(level - 0.01, 0), min(level + 0.01, 1)])
        assert low <= np.quantile(draws, level) <= high


def test_the_variance_of_what_is_summed_is_that_of_its_parts_exactly() -> None:
    for name in ("many amounts, one factor", "several gases of one amount", "removals and emissions"):
        found = CASES[name]
        slots = slots_of(found)
        sigma = found.half_width / Z95
        amount = {
            n: v for n, v in zip(found.term, found.variable, strict=True) if found.names[v].startswith(AMOUNT)
        }
        whole = {
            v: sum(e for n, e in enumerate(found.emission) if amount[n] == v) for v in set(amount.values())
        }
        expected = sum((emission * sigma[v]) ** 2 for v, emission in whole.items())
        assert not slots.single_slot.size
        assert sum(float((pool.root @ pool.root).sum()) for pool in slots.pools) == pytest.approx(
            expected, rel=1e-12
        )
        assert slots.mean.sum() == pytest.approx(found.emission.sum(), rel=1e-12)


def test_one_normal_stands_for_many_cells() -> None:
    slots = slots_of(CASES["many amounts, one factor"])
    assert [pool.slots.tolist() for pool in slots.pools] == [[0]]
    several = slots_of(CASES["several gases of one amount"])
    assert [pool.slots.size for pool in several.pools] == [3]
    assert np.linalg.matrix_rank(several.pools[0].root) > 1, "amounts with other ratios of their gases"


def test_only_what_is_never_cut_is_summed() -> None:
    limit = NEVER_CUT * Z95
    slots = slots_of(terms([(limit, {"f": 1.0}, 1.0), (limit * 1.01, {"f": 1.0}, 1.0)], {"f": (0.1, 1.0)}))
    assert (len(slots.pools), slots.single_slot.size) == (1, 1)
    slots = slots_of(terms([(lognormal_above() * 1.01, {"f": 1.0}, 1.0)], {"f": (0.1, 1.0)}))
    assert (len(slots.pools), slots.single_slot.size) == (0, 1)


def test_lines_stay_apart_and_add_up() -> None:
    found = CASES["many amounts, one factor"]
    line = np.arange(60) % 3
    slots = slots_of(found, line)
    assert slots.line.tolist() == [0, 1, 2]
    assert slots.mean == pytest.approx([found.emission[line == one].sum() for one in range(3)])
    gases = CASES["several gases of one amount"]
    by_firm = slots_of(gases, np.arange(gases.emission.size) // 3 % 2)
    assert by_firm.line.tolist() == [0, 0, 0, 1, 1, 1], "three sets of factors in each of two lines"


def test_the_same_seed_gives_the_same_draws_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    found = CASES["wide and cut amounts stay single"]
    whole = simulate(found, total=0.0, draws=1000, seed=5).draws
    monkeypatch.setattr("tanheng.inventory.uncertainty.draws._BLOCK", 700)
    assert np.array_equal(simulate(found, total=0.0, draws=1000, seed=5).draws, whole)
    assert np.array_equal(simulate(found, total=0.0, draws=400, seed=5).draws, whole[:400])
    assert not np.array_equal(simulate(found, total=0.0, draws=1000, seed=6).draws, whole)


def test_the_order_of_rows_does_not_change_what_is_drawn(tmp_path: Path) -> None:
    rows = [
        use("柴油", 10.0 + n, "t", sector="工业", uncertainty=8.0, entity=f"企业{n}", gas="CO2")
        for n in range(30)
    ]
    one, other = (th.account(activity(*some), "ipcc-2006-stationary") for some in (rows, rows[::-1]))
    assert np.array_equal(one.monte_carlo(draws=200).draws, other.monte_carlo(draws=200).draws)
    assert len(slots_of(terms_of(one)).pools) == 1, "thirty firms, one set of factors, one normal"


def test_twenty_thousand_cells_are_as_one_hundred() -> None:
    """The draws of one factor group do not depend on how many cells it has, but through the sum of their variances."""
    whole, width = 1e6, 0.2
    spread = []
    for cells in (100, 20_000):
        found = terms([(width, {"f": whole / cells}, 1.0) for _ in range(cells)], {"f": (0.05, 1.0)})
        draws = simulate(found, total=whole, draws=5_000, seed=1).draws - found.fixed
        own, shared = width / Z95 / math.sqrt(cells), 0.05 / Z95
        expected = whole * math.sqrt(own**2 + shared**2 + (own * shared) ** 2)
        spread.append(float(draws.std()) / expected)
    assert spread == pytest.approx([1, 1], abs=0.04)


def test_terms_of_rows_of_one_cell_share_the_amount() -> None:
    rows = activity(use("柴油", 100, "t", sector="工业", uncertainty=10))
    inventory = th.account(rows, "ipcc-2006-stationary")
    found = terms_of(inventory)
    gases = inventory.rows.filter(~pl.col("memo")).height
    assert (found.emission.size, int(found.is_amount.sum())) == (gases, 1)
    empty = dataclasses.replace(inventory, emissions=inventory.emissions.head(0))
    assert terms_of(empty).emission.size == 0
