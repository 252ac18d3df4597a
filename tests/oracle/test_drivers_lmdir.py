"""LMDI as published: the cases of LMDIR (MatthewHeun/LMDIR, MIT) and its table of zeros (Ang, Zhang and Choi 1998)."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.drivers import DriversInvalid, contributions, decompose, log_mean

# LMDIR, tests/testthat: create_simple_LMDI, three factors of two cells in four years
YEARS = {
    "1971": [[1, 10, 2], [4, 5, 3]],
    "1972": [[4, 5, 3], [5, 6, 4]],
    "1973": [[8, 2, 4], [5, 7, 5]],
    "1974": [[10, 1, 5], [6, 8, 6]],
}
CHANGES = [
    (100, [69.79006598, -9.455125793, 39.66505981]),
    (59, [42.96021467, -34.31902656, 50.3588119]),
    (99, [54.01064234, -9.021284671, 54.01064234]),
]
RATIOS = [
    (2.25, [1.761117821, 0.926191306, 1.379410116]),
    (1.327777778, [1.229284572, 0.847970248, 1.273773912]),
    (1.414225941, [1.208140223, 0.968911503, 1.208140223]),
]
CELLS = [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]]


def table() -> dict[str, list[object]]:
    rows = [
        (year, f"cell {at}", *cell, np.prod(cell))
        for year, cells in YEARS.items()
        for at, cell in enumerate(cells)
    ]
    names = ["year", "cell", "a", "b", "c", "v"]
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


@pytest.mark.parametrize(("form", "expected"), [("additive", CHANGES), ("multiplicative", RATIOS)])
def test_the_example_of_lmdir(form: str, expected: list[tuple[float, list[float]]]) -> None:
    found = decompose(table(), total="v", factors=["a", "b", "c"], period="year", by=["cell"], form=form)
    for step, (change, effects) in zip(found.steps[""], expected, strict=True):
        assert step.change == pytest.approx(change, rel=1e-9)
        assert list(step.effects.values()) == pytest.approx(effects, rel=1e-8)
        assert abs(step.residual) < 1e-9
    over = sum if form == "additive" else np.prod
    assert found.chained[""].change == pytest.approx(over([change for change, _ in expected]), rel=1e-8)
    for at, name in enumerate("abc"):
        assert found.chained[""].effects[name] == pytest.approx(
            over([one[at] for _, one in expected]), rel=1e-8
        )


def test_each_cell_of_the_example() -> None:
    old, new = (np.array(YEARS[year], float).T for year in ("1971", "1972"))
    assert pytest.approx(np.array(CELLS), rel=1e-8) == contributions(old, new).T


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([0, 1], [9999, 42 / 9999], [42, 0]),  # 1
        ([9999, 42 / 9999], [0, 1], [-42, 0]),  # 2
        ([9999, 0], [9999, 1], [0, 9999]),  # 3, of the first factor
        ([9999, 1], [9999, 0], [0, -9999]),  # 4
        ([9999, 0], [9999, 0], [0, 0]),  # 5
        ([0, 0], [0, 0], [0, 0]),  # 6
        ([9999, 0], [0, 0], [0, 0]),  # 7
        ([0, 0], [9999, 0], [0, 0]),  # 8
    ],
)
@pytest.mark.parametrize("method", ["lmdi-1", "lmdi-2"])
def test_the_eight_cases_of_zeros(
    before: list[float], after: list[float], expected: list[float], method: str
) -> None:
    # Ang, Zhang and Choi 1998, table 2; a second cell that does not change keeps the sum above zero
    old, new = (np.array([[one, 3.0] for one in side]) for side in (before, after))
    found = contributions(old, new, method=method)
    if method == "lmdi-1":
        assert found[:, 0] == pytest.approx(expected)
        assert found[:, 1] == pytest.approx([0, 0])
    change = np.prod(after) - np.prod(before)
    assert found.sum() == pytest.approx(change)
    assert np.sign(found.sum(axis=1)) == pytest.approx(np.sign(expected))


def test_a_zero_among_the_factors_of_the_example() -> None:
    # LMDIR, test_util.R: X0[1, 1] = 0, then XT[2, 3] = 0
    old, new = (np.array(YEARS[year], float).T for year in ("1971", "1972"))
    gone = old.copy()
    gone[0, 0] = 0
    assert contributions(gone, new)[:, 0] == pytest.approx([60, 0, 0])
    assert contributions(gone, new)[:, 1] == pytest.approx(CELLS[1])
    lost = new.copy()
    lost[2, 1] = 0
    assert contributions(old, lost)[:, 1] == pytest.approx([0, 0, -60])


def test_two_sectors_by_both_versions_of_lmdi() -> None:
    # the two-sector case of Ang's guides (recalled), worked here by the printed formulas of Ang 2005 and 2015
    energy, output = np.array([[30, 20], [80, 16]], float), np.array([[10, 40], [40, 40]], float)
    sides = [np.array([np.full(2, q.sum()), q / q.sum(), e / q]) for e, q in zip(energy, output, strict=True)]
    logs = np.log(sides[1] / sides[0])
    one = (log_mean(energy[1], energy[0]) * logs).sum(axis=1)
    assert contributions(*sides).sum(axis=1) == pytest.approx(one)
    assert one == pytest.approx([32.38, 38.28, -24.67], abs=0.02)
    shares = log_mean(energy[1] / energy[1].sum(), energy[0] / energy[0].sum())
    two = (shares / shares.sum() * logs).sum(axis=1) * log_mean(96, 50)
    assert contributions(*sides, method="lmdi-2").sum(axis=1) == pytest.approx(two)
    assert one.sum() == pytest.approx(46)
    assert two.sum() == pytest.approx(46)


def test_equal_totals_still_have_effects() -> None:
    # PyLMDI gives 0 here
    data = {"year": ["1", "2"], "x1": [1.0, 2.0], "x2": [10.0, 5.0], "v": [10.0, 10.0]}
    for method in ("lmdi-1", "lmdi-2"):
        found = decompose(data, total="v", factors=["x1", "x2"], period="year", method=method)
        assert [round(one, 4) for one in found.chained[""].effects.values()] == [6.9315, -6.9315]


def test_lmdi_2_has_no_limit_where_nothing_stays() -> None:
    with pytest.raises(DriversInvalid, match="lmdi-1"):
        contributions([[1.0, 0.0], [2.0, 2.0]], [[0.0, 1.0], [2.0, 2.0]], method="lmdi-2")
