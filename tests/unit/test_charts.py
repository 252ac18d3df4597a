"""Charts: true lengths, nothing drawn over the edge, safe words, and hostile numbers that break none."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tanheng.charts import Bar, Curve, Line, Point, bars, chart, grid, page, points, waterfall
from tanheng.errors import use_language

NASTY = '<script>alert("x")</script> & 煤'
NUMBER = r"-?\d+(?:\.\d+)?"


def widths(picture: str) -> list[float]:
    return [float(one) for one in re.findall(rf'<rect class="bar"[^>]* width="({NUMBER})"', picture)]


def test_bars_have_true_lengths_from_zero() -> None:
    found = widths(
        bars("a", "t", [Bar("one", {"x": 4.0}), Bar("two", {"x": 1.0}), Bar("three", {"x": -2.0})])
    )
    assert found[0] / found[1] == pytest.approx(4, rel=0.01)
    assert found[2] / found[1] == pytest.approx(2, rel=0.01)


def test_stacked_bars_are_as_long_as_their_sum_and_negatives_go_the_other_way() -> None:
    one, two, three = widths(bars("a", "t", [Bar("x", {"a": 3.0, "b": 1.0, "c": -2.0})], stacked=True))
    assert one / two == pytest.approx(3, rel=0.01)
    assert three / two == pytest.approx(2, rel=0.01)


def test_ranges_and_names_of_several_series_are_drawn() -> None:
    picture = bars("a", "t", [Bar("x", {"ridge": 1.0, "plain": 1.2}, {"ridge": (0.8, 1.1)})])
    assert picture.count("<path") == 1
    assert ">ridge<" in picture
    assert ">plain<" in picture


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "values",
    [[0.0, 0.0], [1e-12, 2e-12], [1e15, 3e15], [-5.0, -1.0], [np.nan, 1.0], [np.nan, np.nan], [7.0, 7.0]],
)
def test_hostile_numbers_make_a_chart_all_the_same(values: list[float], lang: str) -> None:
    use_language("en" if lang == "en" else "zh")
    made = np.array(values)
    known = [one for one in values if np.isfinite(one)] or [0.0]
    pictures = [
        chart("a", "t", np.array([2020.0, 2021.0]), [Line("x", made, made, made)]),
        bars("a", "t", [Bar(str(at), {"x": one}) for at, one in enumerate(known)]),
        points(
            "a",
            ("x", "y"),
            [Point(str(at), one, one) for at, one in enumerate(known)],
            [Curve("c", made, made)],
        ),
        waterfall("a", known[0], sum(known), dict(enumerate_names(known[1:])), ends=("0", "1")),
    ]
    for picture in pictures:
        assert picture.startswith("<svg")
        assert not re.search(r'(?:x|y|width|height|cx|cy|x1|y1)="(?:nan|inf)', picture)


def enumerate_names(values: list[float]) -> list[tuple[str, float]]:
    return [(f"e{at}", one) for at, one in enumerate(values)]


def test_one_year_and_no_lines_are_charts() -> None:
    assert "<circle" in chart("a", "", np.array([2020.0]), [Line("x", np.array([3.0]))])
    assert chart("a", "", np.array([2020.0, 2021.0]), []).startswith("<svg")
    assert bars("a", "", []).startswith("<svg")
    assert points("a", ("x", "y"), []).startswith("<svg")


def test_words_are_text_and_never_markup() -> None:
    values = np.array([1.0, 2.0])
    pictures = [
        chart(NASTY, NASTY, np.array([1.0, 2.0]), [Line(NASTY, values)]),
        bars(NASTY, NASTY, [Bar(NASTY, {NASTY: 1.0, "b": 2.0})]),
        points(NASTY, (NASTY, NASTY), [Point(NASTY, 1.0, 2.0, NASTY)], [Curve(NASTY, values, values)]),
        waterfall(NASTY, 1.0, 2.0, {NASTY: 1.0}, ends=(NASTY, "b")),
        page(NASTY, [grid([NASTY], [[NASTY]])], [NASTY]),
    ]
    for picture in pictures:
        assert "<script" not in picture


def test_a_page_runs_nothing_loads_nothing_and_tells_its_language() -> None:
    use_language("en")
    text = page("a", [])
    assert 'lang="en"' in text
    assert "default-src 'none'" in text
    use_language("zh")
    assert 'lang="zh-CN"' in page("a", [])


def test_names_beside_points_do_not_lie_over_one_another() -> None:
    random = np.random.default_rng(1)
    found = [Point(f"place {at}", *random.uniform(0, 1, 2)) for at in range(40)]
    picture = points("a", ("x", "y"), found)
    boxes = [
        (float(x), float(y)) for x, y in re.findall(rf'<text x="({NUMBER})" y="({NUMBER})">place', picture)
    ]
    assert len(boxes) > 10
    for at, (x, y) in enumerate(boxes):
        assert all(abs(y - other) >= 11 or abs(x - across) >= 40 for across, other in boxes[:at])
