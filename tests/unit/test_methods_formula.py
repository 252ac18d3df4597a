"""Formulas: arithmetic and its limits, units, and how much each parameter weighs."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tanheng.inventory.methods.formula import Formula, FormulaError, ratio

FUEL = {"ncv": "GJ/t", "carbon_content": "tC/TJ", "oxidation": "percent", "c_to_co2": "tCO2/tC"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", 14.0),
        ("(a + b) * c", 20.0),
        ("-a + b", 1.0),
        ("a ** 2 / b", 4 / 3),
        ("min(a, b, c) + max(a, b, c)", 6.0),
        ("exp(-a) * c", 4 * math.exp(-2)),
        ("a * 44/12", 2 * 44 / 12),
    ],
)
def test_arithmetic(text: str, expected: float) -> None:
    assert Formula(text).evaluate({"a": 2, "b": 3, "c": 4}) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "a; b", "a = 1", "a if b else c", "a.b", "a[0]", "'a'", "f(a)", "__import__('os')", "lambda: 1", "[a]",
        "a < b", "a and b", "not a", "min(a)", "max()", "exp(a, b)", "exp(x=a)", "True", "a % b", "a // b", "a @ b", "é\0",
    ],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        Formula(text)
    assert error.value.zh
    assert str(error.value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a / b", {"a": 1, "b": 0}),
        ("a ** 0.5", {"a": -1}),
        ("exp(a)", {"a": 1e6}),
        ("a * b", {"a": 1e308, "b": 10}),
    ],
)
def test_what_gives_no_number_is_an_error(text: str, values: dict[str, float]) -> None:
    with pytest.raises(FormulaError, match="no number"):
        Formula(text).evaluate(values)


def test_units_are_checked_once_and_scaled() -> None:
    formula = Formula("ncv * carbon_content * oxidation * c_to_co2")
    scale = formula.scale(FUEL, "tCO2/t")
    value = formula.evaluate({"ncv": 20.908, "carbon_content": 26.37, "oxidation": 98, "c_to_co2": 44 / 12})
    assert value * scale == pytest.approx(1.9812, abs=5e-5)


@pytest.mark.parametrize(
    ("text", "units", "target"),
    [
        ("a + b", {"a": "t", "b": "kg"}, "t"),
        ("a + b", {"a": "tCO2/t", "b": "tC/t"}, "tCO2/t"),
        ("1 - a", {"a": "percent"}, "fraction"),
        ("min(a, b, c)", {"a": "t", "b": "m3", "c": "t"}, "t"),
        ("exp(a)", {"a": "t"}, "fraction"),
        ("a", {"a": "tC/t"}, "tCO2/t"),
        ("a", {"a": "tCO2/m3"}, "tCO2/Nm3"),
        ("a ** b", {"a": "fraction", "b": "fraction"}, "fraction"),
    ],
)
def test_units_that_do_not_fit_are_refused(text: str, units: dict[str, str], target: str) -> None:
    with pytest.raises(FormulaError):
        Formula(text).scale(units, target)


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.05, 0.9))
def test_elasticity_is_the_share_of_change(a: float, b: float, r: float) -> None:
    values = {"a": a, "b": b, "r": r}
    exact = {
        "a * b / r": {"a": 1, "b": 1, "r": -1},
        "a * (1 - r)": {"a": 1, "r": -r / (1 - r)},
        "a + b": {"a": a / (a + b), "b": b / (a + b)},
        "a ** 3 * b": {"a": 3, "b": 1},
    }
    for text, slopes in exact.items():
        for name, slope in slopes.items():
            assert Formula(text).elasticity(name, values) == pytest.approx(slope, abs=1e-4, rel=1e-4)


@given(st.integers(-50, 50), st.integers(1, 50))
def test_a_fraction_is_a_number(above: int, below: int) -> None:
    assert ratio(f"{above}/{below}") == above / below
    assert ratio(above) == above


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_itself(value: float) -> None:
    assume(abs(value) < 1e300)
    assert ratio(value) == value


@pytest.mark.parametrize("value", ["a", "1/0", "", ".nan", float("nan"), float("inf"), True, None])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(FormulaError):
        ratio(value)  # type: ignore[arg-type]


def test_powers_of_powers_overflow_instead_of_growing_without_end() -> None:
    with pytest.raises(FormulaError):
        Formula("((((((((9**8)**8)**8)**8)**8)**8)**8)**8)**8").evaluate({})
