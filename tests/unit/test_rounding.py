"""Rounding for printed figures: exact, against `decimal`; and what a pack may say of it."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tanheng as th
from tanheng.errors import NotFound, ValueOutOfRange
from tanheng.inventory import official_figures, rounded

NUMBERS = st.decimals(min_value=Decimal(-(10**15)), max_value=Decimal(10**15), allow_nan=False, places=9)


@given(NUMBERS, st.integers(min_value=-3, max_value=8))
def test_half_up_is_decimals_own(number: Decimal, digits: int) -> None:
    assert rounded(number, digits) == number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@given(NUMBERS, st.integers(min_value=-3, max_value=8))
def test_half_even_is_decimals_own(number: Decimal, digits: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    assert rounded(number, digits, way="half_even") == expected


@given(NUMBERS, st.integers(min_value=0, max_value=6), st.sampled_from(["half_up", "half_even"]))
def test_never_off_by_more_than_half_a_digit(number: Decimal, digits: int, way: str) -> None:
    kept = rounded(number, digits, way=way)
    assert abs(Fraction(kept) - Fraction(number)) <= Fraction(1, 2 * 10**digits)
    assert rounded(kept, digits, way=way) == kept
    assert not (kept == 0 and kept.is_signed())


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_half_goes_away_from_zero_or_to_the_even_digit(whole: int) -> None:
    half = Decimal(whole) + (Decimal("0.5") if whole >= 0 else Decimal("-0.5"))
    away = whole + (1 if whole >= 0 else -1)
    assert rounded(half, 0) == away
    assert rounded(half, 0, way="half_even") == (whole if whole % 2 == 0 else away)


def test_a_float_is_the_decimal_that_it_prints() -> None:
    assert [str(rounded(value, 2)) for value in (2.675, 1.005, -2.675)] == ["2.68", "1.01", "-2.68"]
    assert round(2.675, 2) == 2.67


def test_unknown_way_and_infinite_number_are_refused() -> None:
    with pytest.raises(NotFound):
        rounded(1, 0, way="up")
    with pytest.raises(ValueOutOfRange):
        rounded(float("inf"), 0)


def test_a_method_without_rounding_has_no_official_figures() -> None:
    table = pl.DataFrame(
        {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1.0], "unit": ["t"]}
    )
    with pytest.raises(NotFound):
        official_figures(th.account(table, "sichuan-park-2022"))


def test_printed_figures_leave_the_masses_exact() -> None:
    table = {"entity": ["厂"] * 3, "period": ["2024"] * 3, "item": ["粗钢", "粗钢", "粗钢"], "activity": ["产量"] * 3,
             "amount": [0.135, 0.135, 0.135], "unit": ["t"] * 3, "sector": ["steel", "ferroalloy", "power"]}  # fmt: skip
    inventory = th.account(table, "cn-enterprise-steel")
    lines = official_figures(inventory).to_dicts()
    assert [line["emission"] for line in lines] == ["-0.01", "-0.01", "-0.01", "0"], (
        "of 0.14 t each, as printed"
    )
    assert [line["amount"] for line in lines[:3]] == ["0.14"] * 3
    assert inventory.total == pytest.approx(-3 * 0.135 * 0.037, abs=1e-12)
