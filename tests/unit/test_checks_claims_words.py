"""Numbers, subjects and units of statements as they are printed."""

from __future__ import annotations

import pytest

from tanheng.activity.claims.numbers import Interval, Printed, parse_printed, repair
from tanheng.activity.claims.subjects import Context, Place, disjoint, parse_subject
from tanheng.activity.claims.units import base_of, claim_unit


@pytest.mark.parametrize(
    ("text", "low", "high", "rest"),
    [
        ("2.2", 2.15, 2.25, ""),
        ("2.2亿吨", 2.15e8, 2.25e8, "吨"),
        ("868 729.81", 868729.805, 868729.815, ""),
        ("9,825,075.35 t", 9825075.345, 9825075.355, "t"),
        ("７６４６", 7645.5, 7646.5, ""),
        ("230000000", 2.25e8, 2.35e8, ""),
        ("3390", 3385, 3395, ""),
        ("50 %", 49.5, 50.5, "%"),
        ("约50%", 45, 55, "%"),
        ("约10%左右", 9, 11, "%"),
        ("约为2.3", 2.225, 2.375, ""),
        ("2.3e8", 2.25e8, 2.35e8, ""),
        ("2.3×10^8 t", 2.25e8, 2.35e8, "t"),
        ("1.2 million t", 1.15e6, 1.25e6, "t"),
        ("3 千万", 2.5e7, 3.5e7, ""),
        ("2.2–2.3 亿吨", 2.15e8, 2.35e8, "吨"),
        ("-12.3", -12.35, -12.25, ""),
        ("17家", 16.5, 17.5, "家"),
        ("超过2亿吨", 2e8, float("inf"), "吨"),
        ("at most 30", float("-inf"), 30, ""),
    ],
)
def test_a_printed_number_is_an_interval(text, low, high, rest):
    found = parse_printed(text)
    assert found is not None
    assert (found[0].interval.low, found[0].interval.high) == pytest.approx((low, high))
    assert found[1] == rest


@pytest.mark.parametrize("text", ["", "三分之一", "1,5", "1,23,4", "-", "n/a", "2.3-2.2", "½ x"])
def test_what_is_no_number(text):
    assert parse_printed(text) is None


def number(text: str) -> Printed:
    found = parse_printed(text)
    assert found is not None
    return found[0]


def test_intervals_keep_every_value():
    one, other = Interval(-1, 2), Interval(3, 4)
    assert one - other == Interval(-5, -1)
    assert one * other == Interval(-4, 8)
    assert other / one is None
    assert (other / Interval(2, 4), one.magnitude(), other.gap(one)) == (Interval(0.75, 2), Interval(0, 2), 1)


@pytest.mark.parametrize(
    ("printed", "target", "kind", "shown"),
    [
        ("868,729.81", 8_625_000, "missing", "8,6?8,729.81"),
        ("12,171", 121.71, "point", "1/100"),
        ("12.17", 121_700, "power", "10,000"),
        ("98225075", 9_825_075, "extra", "9,825,075"),
        ("45671", 46_571, "swapped", "46,571"),
    ],
)
def test_a_slip_of_the_pen(printed, target, kind, shown):
    found = repair(
        number(printed),
        lambda other: abs(other.value / target - 1) if abs(other.value / target - 1) < 0.006 else None,
    )
    assert found is not None
    assert found[:2] == (kind, shown)


def test_a_short_number_has_no_missing_digit():
    assert repair(number("12"), lambda other: 0.0 if other.value == 122 else None) is None


# subjects and units


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("total", Place()),
        ("全省", Place()),
        ("四川省", Place()),
        ("四川", Place()),
        ("工業", Place(sector="industry")),
        ("四川省工业碳排放", Place(sector="industry")),
        ("residential/natural_gas", Place(sector="residential", item="natural_gas")),
        ("residential:natural_gas", Place(sector="residential", item="natural_gas")),
        ("居民生活天然气", Place(sector="residential", item="natural_gas")),
        ("natural gas consumption in households", Place(sector="residential", item="natural_gas")),
        ("家庭用气", Place(sector="residential", item="natural_gas")),
        ("商業（批發、零售業和住宿、餐飲業）", Place(sector="commerce")),
        ("industry/steel", Place(sector="steel")),
        ("Industrial coal use", Place(sector="industry", item="coal")),
        ("Boiler house 3", Place(name="Boiler house 3")),
    ],
)
def test_subjects(text, place):
    assert parse_subject(text, Context(("四川省",)))[0].places == (place,)


def test_subjects_joined_and_of_several_entities():
    joined, _ = parse_subject("石油和天然气")
    assert {place.item for place in joined.places} == {"petroleum", "natural_gas"}
    assert joined.label() == ("天然气＋石油", "Natural gas + Petroleum")
    assert parse_subject("乙市/工业", Context(("甲市", "乙市")))[0].place == Place(
        entity="乙市", sector="industry"
    )


def test_a_name_of_a_sector_and_an_item_follows_the_tables():
    assert parse_subject("水泥")[0].place.sector == "cement"
    assert parse_subject("水泥", Context(items=frozenset({"cement"})))[0].place.item == "cement"


def test_overlap_is_never_taken_for_disjoint():
    assert not disjoint(Place(sector="industry"), Place(sector="power"))
    assert not disjoint(Place(name="A"), Place(name="B"))
    assert disjoint(Place(sector="industry"), Place(sector="transport"))
    assert disjoint(Place(entity="甲"), Place(entity="乙"))


@pytest.mark.parametrize(
    ("text", "factor", "dimension"),
    [
        ("万噸", 1e4, "t"),
        ("million tonnes", 1e6, "t"),
        ("亿吨二氧化碳", 1e8, "tCO2"),
        ("万吨CO2", 1e4, "tCO2"),
        ("万立方米", 1e4, "m3"),
        ("万Nm3", 1e4, "m3"),
        ("万吨标准煤", 293076, "tce"),
        ("个百分点", 0.01, "points"),
        ("×10⁴ t", 1e4, "t"),
        ("10,000 tons of CO2", 1e4, "tCO2"),
        ("hundred million cubic metres", 1e8, "m3"),
        ("万吨/年", 1e4, "t"),
        ("percent of total", 0.01, "%"),
        ("亿", 1e8, ""),
        ("million", 1e6, ""),
        ("万家", 1e4, "?家"),
        ("", 1, ""),
    ],
)
def test_printed_units(text, factor, dimension):
    unit = claim_unit(text)
    assert (unit.factor, unit.dimension) == (factor, dimension)


def test_the_base_of_a_unit():
    assert [base_of(unit) for unit in ("亿千瓦时", "万m3", "10^4 t", "Mt", "million t")] == [
        "千瓦时",
        "m3",
        "t",
        "t",
        "t",
    ]
