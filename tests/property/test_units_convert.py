"""Units: conversion there and back, through a third unit, and of quotients; any text is a unit or an error of ours."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.errors import UnknownUnit
from tanheng.quantities import multiplier, parse_unit, read_rows

UNITS = [row["unit"] for row in read_rows("units.csv")]
KINDS: dict[str, list[str]] = {}
for _unit in UNITS:
    KINDS.setdefault(parse_unit(_unit).dimension, []).append(_unit)
POWERS = {
    "": 1.0,
    "十": 1e1,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "亿": 1e8,
    "万亿": 1e12,
    "10^3 ": 1e3,
    "10⁴": 1e4,
    "1000": 1e3,
}
ALIKE = st.sampled_from(list(KINDS.values())).flatmap(lambda units: st.tuples(*[st.sampled_from(units)] * 3))


@given(ALIKE)
def test_there_and_back_and_through_a_third(units: tuple[str, str, str]) -> None:
    one, other, third = units
    assert multiplier(one, other) * multiplier(other, one) == pytest.approx(1, rel=1e-12)
    assert multiplier(one, other) * multiplier(other, third) == pytest.approx(
        multiplier(one, third), rel=1e-12
    )
    assert multiplier(one, one) == 1.0
    assert parse_unit(one).factor / parse_unit(other).factor == pytest.approx(
        multiplier(one, other), rel=1e-12
    )


@given(st.sampled_from(UNITS), st.sampled_from(sorted(POWERS)))
def test_a_power_before_a_unit_multiplies_it(unit: str, power: str) -> None:
    if unit[0] in "克千" or (unit == "fraction" and power):
        return
    assert multiplier(f"{power}{unit}", unit) == pytest.approx(POWERS[power], rel=1e-12)


@given(ALIKE, ALIKE)
def test_quotients_convert_as_their_parts(above: tuple[str, str, str], below: tuple[str, str, str]) -> None:
    source, target = f"{above[0]}/{below[0]}", f"{above[1]}/{below[1]}"
    expected = multiplier(above[0], above[1]) / multiplier(below[0], below[1])
    assert multiplier(source, target) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40), st.text(alphabet="吨万亿kKmMtTGgJWhCO2NSF/*^()·×.%0123456789 e+-³", max_size=20)
    )
)
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    named = text
    try:
        unit = parse_unit(text)
    except UnknownUnit as error:
        named = error.fields["unit"]
    else:
        assert 0 < unit.factor < math.inf
        assert parse_unit(unit.canonical).dimension == unit.dimension
    assert named == text
