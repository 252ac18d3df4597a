"""Redundant measurements against flows that must balance."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tanheng.activity.reconciliation.constraints import ReconciliationInvalid, parse_constraint
from tanheng.activity.reconciliation.least_squares import chi_square, chi_square_quantile, solve
from tanheng.activity.reconciliation.measurements import Reconciled, reconcile_measurements
from tanheng.errors import ColumnMissing, IncompatibleUnit, InputUnreadable, UnknownUnit

NETWORK = ["in = a + b", "a = c + d", "b + d = out", "c + out = sold"]
TRUTH = {"in": 100.0, "a": 60.0, "b": 40.0, "c": 25.0, "d": 35.0, "out": 75.0, "sold": 100.0}


def meters(*rows: tuple[str, float | None, str, float | None]) -> pl.DataFrame:
    schema = {"name": pl.String, "value": pl.Float64, "unit": pl.String, "uncertainty": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def network(rng: np.random.Generator, **errors: float) -> pl.DataFrame:
    """The network measured with a standard uncertainty of 1 %, plus planted errors in these."""
    return meters(
        *(
            (name, value * (1 + 0.01 * (rng.standard_normal() + errors.get(name, 0.0))), "t", 0.01 * value)
            for name, value in TRUTH.items()
        )
    )


def row(found: Reconciled, name: str) -> dict[str, object]:
    return found.table.filter(pl.col("name") == name).row(0, named=True)


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, upper critical values of chi-square.
    [
        (0.95, 1, 3.841),
        (0.95, 2, 5.991),
        (0.95, 3, 7.815),
        (0.95, 10, 18.307),
        (0.99, 5, 15.086),
        (0.90, 30, 40.256),
        (0.95, 100, 124.342),
        (0.999, 20, 45.315),
    ],
)
def test_quantiles_are_those_of_the_printed_table(probability: float, freedom: int, value: float) -> None:
    assert chi_square_quantile(probability, freedom) == pytest.approx(value, abs=5.1e-4)
    assert chi_square(chi_square_quantile(probability, freedom), freedom) == pytest.approx(
        probability, abs=1e-12
    )


def test_two_degrees_of_freedom_have_a_closed_form() -> None:
    values = np.array([1e-6, 0.5, 2.0, 4.1, 9.0, 50.0])
    assert [chi_square(x, 2) for x in values] == pytest.approx((1 - np.exp(-values / 2)).tolist(), rel=1e-9)


def test_two_meters_and_a_total_by_hand() -> None:
    """x = y - V A' (A V A')^-1 A y with A = (1, 1, -1), in exact fractions."""
    y = [Fraction(10), Fraction(20), Fraction(33)]
    u = [Fraction(1), Fraction(2), Fraction(3)]
    signs = [1, 1, -1]
    gap = y[0] + y[1] - y[2]
    spread = sum(one**2 for one in u)
    expected = [value - sign * one**2 * gap / spread for value, one, sign in zip(y, u, signs, strict=True)]
    found = reconcile_measurements(
        meters(("a", 10, "t", 1), ("b", 20, "t", 2), ("total", 33, "t", 3)), ["a + b = total"]
    )
    assert found.table.get_column("adjusted").to_list() == pytest.approx(
        [float(x) for x in expected], rel=1e-14
    )
    assert found.chi_square == pytest.approx(float(gap**2 / spread), rel=1e-12)
    variances = [float(one**2 - one**4 / spread) for one in u]
    assert np.diag(found.covariance).tolist() == pytest.approx(variances, rel=1e-12)
    residual = float(abs(gap)) / float(spread) ** 0.5
    shown = found.table.get_column("normalised_residual").to_list()
    assert shown == pytest.approx([-residual, -residual, residual], rel=1e-12)
    assert (found.freedom, found.consistent, found.suspects) == (1, True, [])


def test_units_are_converted_and_answers_stand_in_each_ones_own() -> None:
    same = reconcile_measurements(
        meters(("a", 10, "t", 1), ("b", 20_000, "kg", 2000), ("total", 0.0033, "万t", 0.0003)),
        ["a + b = total"],
    )
    assert same.table.get_column("adjusted").to_list() == pytest.approx(
        [10 + 3 / 14, 20_000 + 12_000 / 14, (33 - 27 / 14) / 1e4], rel=1e-12
    )
    assert same.covariance[1, 1] == pytest.approx((4 - 16 / 14) * 1e6)


@pytest.mark.parametrize("seed", range(20))
def test_constraints_hold_whatever_the_scales(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 9))
    matrix = rng.integers(-2, 3, (int(rng.integers(1, size)), size)).astype(float)
    scales = 10.0 ** rng.integers(-4, 7, size)
    truth = rng.uniform(0.5, 2, size) * scales
    constants = matrix @ truth
    measured, sigma = truth * (1 + 0.05 * rng.standard_normal(size)), 0.05 * truth
    measured[rng.random(size) < 0.2] = np.nan
    found = solve(measured, sigma, matrix, constants)
    values = np.nan_to_num(found.values)
    fit = ~(np.abs(matrix[:, np.isnan(found.values)]) > 0).any(axis=1)
    against = np.abs(matrix) @ np.abs(values) + np.abs(constants) + 1e-300
    assert (np.abs(matrix @ values - constants) / against)[fit].max(initial=0.0) < 1e-9
    assert found.conflict < 1e-9


def test_adjusted_values_are_unbiased_and_as_uncertain_as_said() -> None:
    rng = np.random.default_rng(7)
    truth = np.array(list(TRUTH.values()))
    names = list(TRUTH)
    matrix = np.array([[parse_constraint(text, names).terms.get(n, 0.0) for n in names] for text in NETWORK])
    runs = [
        solve(truth * (1 + 0.01 * rng.standard_normal(7)), 0.01 * truth, matrix, np.zeros(4))
        for _ in range(2000)
    ]
    values = np.array([run.values for run in runs])
    said = runs[0].deviations
    assert np.abs((values.mean(axis=0) - truth) / said).max() < 4 / 2000**0.5
    assert values.std(axis=0) / said == pytest.approx(np.ones(7), abs=0.08)
    assert (said <= 0.01 * truth).all()
    assert np.mean([run.objective for run in runs]) == pytest.approx(runs[0].freedom, abs=0.3)


def test_false_alarms_are_as_rare_as_asked_for() -> None:
    rng = np.random.default_rng(11)
    alarms = sum(bool(reconcile_measurements(network(rng), NETWORK).suspects) for _ in range(600))
    assert 0.03 < alarms / 600 < 0.075


@pytest.mark.parametrize("name", ["a", "b", "d", "out"])
def test_a_planted_gross_error_is_named_and_sized(name: str) -> None:
    rng = np.random.default_rng(3)
    named = sized = 0
    for _ in range(40):
        found = reconcile_measurements(network(rng, **{name: 15.0}), NETWORK)
        first = found.suspects[0]
        named += first.name == name
        sized += first.name == name and abs(first.size - 0.15 * TRUTH[name]) < 3 * first.uncertainty
    assert named >= 36
    assert sized >= 34


def test_a_gross_error_of_six_sigma_is_found_and_nothing_is_changed() -> None:
    exact = meters(*((name, value, "t", 1.0) for name, value in TRUTH.items()))
    wrong = exact.with_columns(value=pl.when(pl.col("name") == "a").then(66.0).otherwise(pl.col("value")))
    before = wrong.clone()
    found = reconcile_measurements(wrong, NETWORK)
    assert wrong.equals(before)
    assert [one.name for one in found.suspects] == ["a"]
    assert found.suspects[0].size == pytest.approx(6.0, rel=1e-9)
    assert row(found, "a")["measured"] == 66.0
    assert row(found, "a")["suspect"] is True
    assert found.table.get_column("without_suspects").to_list() == pytest.approx(list(TRUTH.values()))
    assert {one.code for one in found.findings} == {"Q-055", "Q-056"}
    assert "'a' is suspect: a gross error of about 6 ±" in found.findings[1].message("en")


def shifted(**planted: float) -> pl.DataFrame:
    return meters(*((name, value + planted.get(name, 0.0), "t", 1.0) for name, value in TRUTH.items()))


def test_two_gross_errors_are_both_sized_from_what_is_left() -> None:
    found = reconcile_measurements(shifted(a=20.0, sold=-12.0), NETWORK)
    sizes = {one.name: one.size for one in found.suspects}
    assert sizes == {"a": pytest.approx(20.0), "sold": pytest.approx(-12.0)}


def test_two_gross_errors_in_a_loop_name_their_equal() -> None:
    """Around the loop a, b, d the pair (a + 20, d - 10) leaves the same gaps as (a + 30, b - 10)."""
    found = reconcile_measurements(shifted(a=20.0, d=-10.0), NETWORK)
    assert found.suspects[0].name == "a"
    assert {found.suspects[1].name, *found.suspects[1].alike} == {"b", "d"}


def test_what_no_data_can_tell_apart_is_said() -> None:
    found = reconcile_measurements(
        meters(("a", 10, "t", 1), ("b", 20, "t", 1), ("total", 50, "t", 1)), ["a + b = total"]
    )
    (suspect,) = found.suspects
    assert {suspect.name, *suspect.alike} == {"a", "b", "total"}
    assert "无从区分" in found.findings[1].message("zh")


def test_unmeasured_flows_are_computed_where_the_constraints_allow_it() -> None:
    table = meters(
        ("in", 100, "t", 1),
        ("x", None, "t", None),
        ("out", 60, "t", 2),
        ("p", None, "t", None),
        ("q", None, "t", None),
        ("lone", 5, "t", 1),
    )
    found = reconcile_measurements(table, ["in = x + out", "p + q = lone"])
    assert found.table.get_column("status").to_list() == [
        "unchecked",
        "observable",
        "unchecked",
        "unobservable",
        "unobservable",
        "unchecked",
    ]
    assert row(found, "x")["adjusted"] == pytest.approx(40.0)
    assert row(found, "x")["adjusted_uncertainty"] == pytest.approx(5**0.5)
    assert row(found, "p")["adjusted"] is None
    assert (found.freedom, found.p, found.consistent) == (0, 1.0, True)
    assert [one.code for one in found.findings] == ["Q-057", "Q-058"]


def test_an_uncertainty_of_nought_holds_a_value() -> None:
    found = reconcile_measurements(
        meters(("a", 10, "t", 1), ("b", 20, "t", 0), ("total", 33, "t", 0)), ["a + b = total"]
    )
    assert found.table.get_column("adjusted").to_list() == pytest.approx([13.0, 20.0, 33.0])
    assert found.table.get_column("status").to_list() == ["adjusted", "fixed", "fixed"]
    assert row(found, "a")["adjusted_uncertainty"] == pytest.approx(0.0)


def test_constraints_that_contradict_each_other_are_refused() -> None:
    table = meters(("a", 10, "t", 1), ("b", 20, "t", 1))
    with pytest.raises(ReconciliationInvalid, match="A-008"):
        reconcile_measurements(table, ["a + b = 30", "a + b = 31"])
    with pytest.raises(ReconciliationInvalid, match="A-008"):
        reconcile_measurements(meters(("a", 10, "t", 0), ("b", 20, "t", 0)), ["a = b"])


def test_the_same_constraint_twice_counts_once() -> None:
    table = meters(("a", 10, "t", 1), ("b", 20, "t", 1), ("total", 33, "t", 1))
    once, twice = (reconcile_measurements(table, ["a + b = total"] * n) for n in (1, 2))
    assert twice.freedom == once.freedom == 1
    assert twice.chi_square == pytest.approx(once.chi_square)


def test_equations_are_read() -> None:
    names = ["进厂 煤", "meter-1", "b"]
    found = parse_constraint("－进厂 煤 ＋ 2*b − 3 ＝ 0.5 × meter-1 - 1", names)
    assert found.terms == {"进厂 煤": -1.0, "b": 2.0, "meter-1": -0.5}
    assert found.constant == 2.0


@pytest.mark.parametrize(
    "text", ["a + b", "a = b = a", "a + typo = b", "a + = b", "a = a", "2 = 2", "a-b = 0", "= a"]
)
def test_an_equation_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ReconciliationInvalid, match="A-008"):
        parse_constraint(text, ["a", "b"])


@pytest.mark.parametrize(
    "table",
    [
        meters(("a", 1, "t", None)),
        meters(("a", 1, "t", -1)),
        meters(("a", 1, "t", 1), ("a", 1, "t", 1)),
        meters(("a", 1, "", 1)),
        meters(("", 1, "t", 1)),
    ],
)
def test_measurements_that_cannot_be_used_are_refused(table: pl.DataFrame) -> None:
    with pytest.raises(ReconciliationInvalid, match=r"第 [12] 行"):
        reconcile_measurements(table, ["a = 1"])


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(ColumnMissing, match="uncertainty"):
        reconcile_measurements(meters(("a", 1, "t", 1)).drop("uncertainty"), ["a = 1"])
    with pytest.raises(InputUnreadable, match="约5"):
        reconcile_measurements({"名称": ["a"], "数值": ["约5"], "单位": ["t"], "不确定度": [1]}, ["a = 1"])


def test_any_table_and_any_spelling_of_numbers(tmp_path: Path) -> None:
    table = meters(("a", 10, "t", 1), ("b", 20_000, "kg", 2000), ("c", float("nan"), "t", None))
    said = ["1.5e+1 * a + c = b"]
    adjusted = reconcile_measurements(table, said).table.get_column("adjusted").to_list()
    assert adjusted == pytest.approx([10.0, 20_000.0, -130.0])
    assert reconcile_measurements(table.to_pandas(), said).table.get_column("adjusted").to_list() == adjusted
    text = '名称,数值,单位,不确定度\na,10,t,1\nb,"20,000",kg,2000\nc,,t,\n'
    (tmp_path / "meters.csv").write_text(text, encoding="gb18030")
    found = reconcile_measurements(tmp_path / "meters.csv", said)
    assert found.table.get_column("adjusted").to_list() == adjusted


def test_a_flow_that_turns_negative_is_told() -> None:
    found = reconcile_measurements(
        meters(("a", 1, "t", 5), ("b", 20, "t", 1), ("c", 10, "t", 1)), ["a + c = b - 11"]
    )
    assert [one.message("en") for one in found.findings if one.code == "Q-060"] == [
        "[Q-060] 'a' is adjusted to -0.851851851852 t: a negative flow. Check its measurement and uncertainty, and the "
        "direction of the constraints."
    ]


def test_units_that_do_not_fit_are_refused() -> None:
    with pytest.raises(IncompatibleUnit):
        reconcile_measurements(meters(("a", 1, "t", 1), ("b", 1, "kWh", 1)), ["a = b"])
    with pytest.raises(UnknownUnit):
        reconcile_measurements(meters(("a", 1, "丈", 1)), ["a = 1"])


def test_no_constraint_and_no_level_are_refused() -> None:
    with pytest.raises(ReconciliationInvalid):
        reconcile_measurements(meters(("a", 1, "t", 1)), [])
    with pytest.raises(ReconciliationInvalid):
        reconcile_measurements(meters(("a", 1, "t", 1)), ["a = 1"], level=1.0)
