"""Charts and colours: true lengths from zero, and colours that everyone can tell apart."""

import itertools
import re

import pytest

from tanheng.codes import codelist, items
from tanheng.codes.wording import Both
from tanheng.filings.colours import INKS, Colours, contrast, ink, palette
from tanheng.filings.numbers import Scale, figure, full, percent
from tanheng.filings.page.charts import Mark, bars, columns, strip
from tanheng.quantities import gases

GROUNDS = {"light": "#ffffff", "dark": "#161a20"}
MAIN = ["coal", "petroleum", "natural_gas", "electricity", "heat", "biogas"]
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1."""


def lab(colour, vision):
    linear = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in linear]
    red, green, blue = (
        min(1, max(0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in VISION[vision]
    )
    whole = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in whole)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", ["items", "sectors", "scopes", "series"])
def test_colours_of_one_list_can_be_told_apart(name, vision, ground):
    colours = [
        getattr(one, ground)
        for (listed, code), one in palette().items()
        if listed == name and (name != "items" or code in MAIN)
    ]
    assert len(colours) >= 3
    for one, other in itertools.combinations(colours, 2):
        distance = sum((a - b) ** 2 for a, b in zip(lab(one, vision), lab(other, vision), strict=True)) ** 0.5
        assert distance > 14, (one, other)


def test_every_colour_can_be_seen_and_written_on():
    for key, colour in palette().items():
        for ground, paper in GROUNDS.items():
            shown = getattr(colour, ground)
            assert contrast(shown, paper) >= 3, key
            assert contrast(ink(shown), shown) >= 4.5, key
    assert {ink("#000000"), ink("#ffffff")} == set(INKS)


def test_the_palette_names_codes_that_exist():
    known = {
        "items": items(),
        "sectors": codelist("sectors"),
        "gases": {*codelist("gases"), *gases()},
        "scopes": codelist("scopes"),
    }
    for listed, code in palette():
        if listed in known:
            assert code in known[listed], (listed, code)


def test_an_item_keeps_its_colour_and_borrows_from_above():
    colours = Colours()
    first = colours.of("items", ["coal", "electricity"])
    again = colours.of("items", ["electricity", "steam", "coal"])
    assert first == {code: again[code] for code in first}
    assert colours.of("items", ["raw_coal"])["raw_coal"] == first["coal"]
    together = colours.of("items", ["coal", "raw_coal", "其他"])
    assert len(set(together.values())) == 3
    many = colours.of("entity", [f"e{n}" for n in range(12)])
    assert list(many.values()).count(colours.rest()) == 4


def marks(*values):
    known = sum(value or 0 for value in values)
    return [
        Mark(
            Both(f"项{n}", f"item {n}"),
            value,
            None if value is None or not known else value / known * 100,
            "k0",
        )
        for n, value in enumerate(values)
    ]


def lengths(svg, attribute="width"):
    return [float(found) for found in re.findall(rf'<rect class="k0"[^>]* {attribute}="([\d.]+)', svg)]


def test_bars_start_at_zero_and_are_true():
    assert lengths(bars(marks(300.0, 150.0, 0.0), Scale(450))) == [100, 50, 0]
    assert lengths(bars(marks(300.0, 150.0), Scale(450)), "x") == [0, 0]


def test_negative_bars_go_left_of_zero():
    drawn = bars(marks(300.0, -100.0), Scale(200))
    assert lengths(drawn) == [75, 25]
    assert lengths(drawn, "x") == [25, 0]


def test_columns_are_true_and_unknown_is_a_dash():
    drawn = columns(marks(50.0, None, 100.0), Scale(150))
    assert lengths(drawn, "height") == [6.5, 0, 13]
    assert ">–<" in drawn
    assert ">0<" not in drawn


def test_a_line_breaks_where_nothing_is_known():
    drawn = columns(marks(*[1.0] * 10, None, *[2.0] * 10), Scale(30))
    assert drawn.count("<polyline") == 2
    assert lengths(drawn) == []


def test_a_strip_fills_its_width():
    drawn = strip(marks(60.0, 30.0, 10.0))
    widths = [float(found) for found in re.findall(r'class="part k0"[^>]* width="([\d.]+)%"', drawn)]
    assert widths == [60, 30, 10]
    assert "60.0 %" in drawn


def test_marks_carry_every_unit_and_the_full_figure():
    drawn = bars(marks(330391619.72), Scale(330391619.72))
    assert 'data-t="330,400,000" data-w="33,040" data-y="3.304"' in drawn
    assert "330,391,619.72 t" in drawn


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (float("nan"), "–"), (0.0, "0"), (-1234.5, "−1,234"), (99996.0, "100,000"), (1e-9, "1×10⁻⁹"), (2.5e16, "2.5×10¹⁶"), (0.00012, "0.00012"), (46.7494, "46.75")],
)  # fmt: skip
def test_numbers_are_short_and_unknown_is_a_dash(value, shown):
    assert figure(value) == shown


def test_full_and_percent():
    assert full(float("inf")) == percent(float("nan")) == "–"
    assert percent(-3.456) == "−3.46"
    assert full(-2.0) == "−2"


@pytest.mark.parametrize(("total", "key"), [(0.0, "t"), (99_999.0, "t"), (100_000.0, "w"), (5e9, "w")])
def test_a_report_opens_in_the_unit_that_suits_it(total, key):
    assert Scale(total).key == key
