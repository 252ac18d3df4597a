"""Charts: true lengths, nothing drawn over the edge, safe words, and hostile numbers that break none."""

from __future__ import annotations

import copy
import json
import pickle
import re

import numpy as np
import pytest

from tanheng.charts import Bar, Curve, Line, Picture, Point, bars, chart, grid, page, points, waterfall
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
        json.dumps(picture.data, allow_nan=False)
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


def test_lines_carry_all_that_they_show() -> None:
    use_language("zh")
    years = np.array([2020.0, 2021.0, 2022.0])
    lines = [
        Line("核查", np.array([30_000.0, np.nan, 34_000.0]), np.array([29_000.0, np.nan, 33_000.0]), np.array([31_000.0, np.nan, 35_000.0])),
        Line("空", np.full(3, np.nan)),
        Line("路径", np.array([30_000.0, 29_000.0, 28_000.0]), dashed=True, points=True),
    ]  # fmt: skip
    picture = chart("某市", "万t", years, lines, {"煤": np.array([1.0, 2.0, 3.0])})
    assert "某市 (亿t)" in picture
    assert picture.data == {
        "kind": "lines", "title": "某市", "unit": "万t", "factor": 1e4, "scaled": "亿t", "monthly": False, "x": [2020.0, 2021.0, 2022.0],
        "lines": [
            {"name": "核查", "values": [30_000.0, None, 34_000.0], "dashed": False, "points": False,
             "low": [29_000.0, None, 33_000.0], "high": [31_000.0, None, 35_000.0]},
            {"name": "路径", "values": [30_000.0, 29_000.0, 28_000.0], "dashed": True, "points": True, "low": None, "high": None},
        ],
        "stacked": [{"name": "煤", "values": [1.0, 2.0, 3.0]}],
    }  # fmt: skip
    assert chart("a", "", 2020 + np.arange(4) / 12, lines[:0]).data["monthly"] is True


def test_bars_points_and_waterfalls_carry_all_that_they_show() -> None:
    use_language("en")
    rows = [Bar("x", {"past": 3e6, "share": float("nan")}, {"past": (2e6, 4e6)})]
    assert bars("a", "t", rows, stacked=True).data == {
        "kind": "bars", "title": "a", "unit": "t", "factor": 1e6, "scaled": "10⁶ t", "stacked": True, "percent": False, "colour": 0,
        "series": ["past", "share"], "rows": [{"name": "x", "values": {"past": 3e6, "share": None}, "ranges": {"past": [2e6, 4e6]}}],
    }  # fmt: skip
    found = points("a", ("x, t", "y, %"), [Point("p", 1.0, 2.0, "g")], [Curve("c", np.array([1.0]), np.array([np.nan]))], percent=True)  # fmt: skip
    assert found.data["axes"] == ["x, t", "y, %"]
    assert found.data["points"] == [{"name": "p", "group": "g", "x": 1.0, "y": 2.0}]
    assert found.data["curves"] == [{"name": "c", "x": [1.0], "y": [None]}]
    assert found.data["percent"] is True
    fall = waterfall("a", 10_000.0, 12_000.0, {"people": 3000.0, "each": -1000.0}, ends=("2015", "2020"), unit="t")  # fmt: skip
    assert "a (10⁴ t)" in fall
    assert ">1.2<" in fall
    assert fall.data == {
        "kind": "waterfall", "title": "a", "unit": "t", "factor": 1e4, "scaled": "10⁴ t", "ends": ["2015", "2020"], "start": 10_000.0,
        "end": 12_000.0, "effects": [{"name": "people", "value": 3000.0}, {"name": "each", "value": -1000.0}],
    }  # fmt: skip


def test_a_picture_keeps_its_numbers_where_it_is_copied_or_sent() -> None:
    picture = bars("a", "t", [Bar("x", {"y": 1.0})])
    for again in (copy.deepcopy(picture), pickle.loads(pickle.dumps(picture))):
        assert isinstance(again, Picture)
        assert (again, again.data) == (picture, picture.data)
