"""CUSUM: the example of the NIST handbook, run lengths against published tables and an independent method, bad values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tanheng.pathways.deviation import cusum, run_length
from tanheng.pathways.deviation.cusum import alarm_chance
from tanheng.pathways.deviation.problems import DeviationInvalid

# NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.3: subgroup means, target 325, k = 0.3175, h = 4.1959, with the
# printed columns S_hi and S_lo (recalled; the table agrees with itself in each of its 40 sums)
NIST = [324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600, 324.625, 325.150, 328.325, 327.250,
        327.825, 328.500, 326.675, 327.775, 326.875, 328.350]  # fmt: skip
HIGH = [0, 0, 0, 0, 0.03, 0, 0, 0, 0, 0, 0, 0, 3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04]
LOW = [0, 0.01, 0, 0.33, 0, 0, 0.56, 0.72, 0.17, 0.25, 0.31, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def test_the_example_of_the_handbook() -> None:
    found = cusum(np.array(NIST) - 325, k=0.3175, h=4.1959)
    np.testing.assert_allclose(found.high, HIGH, atol=0.011)
    np.testing.assert_allclose(found.low, LOW, atol=0.011)
    (alarm,) = found.alarms
    assert (alarm.side, alarm.first + 1, alarm.start + 1, alarm.stands) == ("over", 14, 13, True)


# Lucas, J.M. and Crosier, R.B. (1982), Technometrics 24, 199-205, table 1: two-sided, k = 0.5, h = 4, without a head start
LUCAS = {
    0.0: 168,
    0.25: 74.2,
    0.5: 26.6,
    0.75: 13.3,
    1.0: 8.38,
    1.5: 4.75,
    2.0: 3.34,
    2.5: 2.62,
    3.0: 2.19,
    4.0: 1.71,
    5.0: 1.31,
}


@pytest.mark.parametrize(("shift", "mean"), LUCAS.items())
def test_run_lengths_are_those_of_lucas_and_crosier(shift: float, mean: float) -> None:
    found = run_length(0.5, 4.0, shift=shift)
    assert found.mean is not None
    assert found.error is not None
    assert abs(found.mean - mean) < 4 * found.error + 0.005 * mean


def by_integral(k: float, h: float, nodes: int = 60) -> float:
    """Two-sided run length of values that are on the path, by the integral equation of one side (Goel and Wu 1971)."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    x, w = (x + 1) * h / 2, w * h / 2

    def below(value: float) -> float:
        return 0.5 * (1 + math.erf(value / math.sqrt(2)))

    def density(value: float) -> float:
        return math.exp(-value * value / 2) / math.sqrt(2 * math.pi)

    # L(z) = 1 + L(0) F(k - z) + integral over 0..h of L(y) f(y + k - z)
    matrix = np.zeros((nodes + 1, nodes + 1))
    at = [0.0, *x]
    for row, z in enumerate(at):
        matrix[row, 0] = below(k - z)
        for column in range(nodes):
            matrix[row, column + 1] = w[column] * density(x[column] + k - z)
    one_sided = np.linalg.solve(np.eye(nodes + 1) - matrix, np.ones(nodes + 1))[0]
    return float(one_sided) / 2


@pytest.mark.parametrize(
    ("k", "h", "printed"), [(0.5, 4.0, 168), (0.5, 5.0, 465), (0.25, 4.0, None), (1.0, 2.52, 370)]
)
def test_false_alarms_are_as_rare_as_an_integral_equation_has_it(
    k: float, h: float, printed: float | None
) -> None:
    # h = 5: Montgomery, Introduction to Statistical Quality Control, table of ARLs (recalled); k = 1: Hawkins, D.M. (1993), for 370
    exact = by_integral(k, h)
    assert printed is None or abs(exact - printed) < 0.01 * printed
    found = run_length(k, h)
    assert found.mean is not None
    assert found.error is not None
    assert abs(found.mean - exact) < 4 * found.error


def test_correlated_values_give_more_false_alarms() -> None:
    alone, together = run_length(), run_length(autocorrelation=0.4)
    assert alone.mean is not None
    assert together.mean is not None
    assert together.mean < alone.mean / 3


def test_what_never_alarms_is_told_so() -> None:
    assert run_length(0.5, 40.0, runs=100, longest=100).mean is None


def test_both_sides_and_an_alarm_that_ends() -> None:
    found = cusum([0, 3, 3, 0, 0, -3, -3, -3, -3, 0], k=0.5, h=4)
    told = [(one.side, one.start, one.first, one.last, one.stands) for one in found.alarms]
    assert told == [("over", 1, 2, 3, False), ("under", 5, 6, 9, True)]
    assert found.standing is found.alarms[1]


def test_autocorrelation_is_told_from_enough_calm_periods_only() -> None:
    assert cusum([0.1, -0.1, 0.2]).autocorrelation is None
    waves = [0.4, -0.4] * 6
    assert cusum(waves).autocorrelation == pytest.approx(-11 / 12)
    assert cusum([0.3] * 12).autocorrelation is None


@pytest.mark.parametrize("values", [[1.0, float("nan")], [float("inf")], [[1.0]]])
def test_what_is_no_series_is_refused(values: list[float]) -> None:
    with pytest.raises(DeviationInvalid) as caught:
        cusum(values)
    assert "缺失或不是数" in caught.value.message("zh")
    assert "missing or no number" in caught.value.message("en")


@pytest.mark.parametrize(("k", "h"), [(-0.1, 4.0), (0.5, 0.0), (0.5, float("nan"))])
def test_settings_that_cannot_be_are_refused(k: float, h: float) -> None:
    with pytest.raises(DeviationInvalid, match="L-180"):
        cusum([0.0], k=k, h=h)


@pytest.mark.parametrize("periods", [5, 8, 15])
def test_errors_in_common_make_false_alarms_as_often_as_one_error_is_large(periods: int) -> None:
    # n alike values z have an alarm exactly where n (|z| - k) > h
    exact = math.erfc((4 / periods + 0.5) / math.sqrt(2))
    assert alarm_chance(0.5, 4.0, (1.0,) * periods) == pytest.approx(exact, abs=0.012)


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_the_chance_of_a_false_alarm_is_that_of_counting_alarms(shared: float) -> None:
    stream = np.random.default_rng(3)
    common, own = stream.standard_normal((2000, 1)), stream.standard_normal((2000, 10))
    alarms = [bool(cusum(z).alarms) for z in np.sqrt(shared) * common + np.sqrt(1 - shared) * own]
    assert alarm_chance(0.5, 4.0, (shared,) * 10) == pytest.approx(np.mean(alarms), abs=0.035)
