"""Removals in the report: apart from the emissions, below zero, under one colour, with shares that say of what."""

import html
import re
from pathlib import Path

import pytest

import tanheng as th
from small import activity, use
from tanheng.filings import html_report
from tanheng.filings.colours import palette
from tanheng.filings.page.charts import bars
from tanheng.filings.page.figures import _marks, figures, overview
from tanheng.filings.page.markup import render
from tanheng.filings.page.view import View

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"


@pytest.fixture(scope="module")
def city():
    return View(th.account(CITY, "cn-provincial-2011", region="福建省"))


def test_gross_and_removed_add_up_to_the_total(city):
    assert city.removed is not None
    assert city.removed.total < 0
    assert city.gross.total + city.removed.total == pytest.approx(city.inventory.total, rel=1e-12)


@pytest.mark.parametrize("dimension", ["item", "sector", "gas"])
def test_removals_are_never_among_the_others(city, dimension):
    rows = city.rows_by(dimension)
    marks = _marks(city, dimension, rows)
    removed = [mark for mark in marks if mark.removal]
    assert sum(mark.value for mark in removed) == pytest.approx(city.removed.total)
    assert sum(mark.value for mark in marks) == pytest.approx(city.inventory.total)
    assert sum(mark.share for mark in marks if not mark.removal) == pytest.approx(100)
    assert all(mark.share == pytest.approx(mark.value / city.gross.total * 100) for mark in marks)
    assert {mark.shade for mark in removed} == {city.colours.removal()}
    assert all(mark.name.zh.startswith(("清除：", "其余")) and "emoval" in mark.name.en for mark in removed)
    others = next((mark for mark in marks if mark.name.zh.startswith("其余") and not mark.removal), None)
    assert others is None or others.value > 0


def test_co2_taken_up_stands_beside_co2_emitted(city):
    rows = city.rows_by("gas").to_dicts()
    co2 = [(row["removal"], row["emission"] > 0) for row in rows if row["gas"] == "CO2"]
    assert co2 == [(False, True), (True, False)]


def test_bars_of_removals_lie_left_of_zero(city):
    marks = _marks(city, "gas", city.rows_by("gas"))
    drawn = str(bars(marks, city.scale))
    shapes = re.findall(r'<rect class="(k\d+)" x="([\d.]+)%" [^>]*width="([\d.]+)%"', drawn)
    zero = {float(x) for shade, x, _ in shapes if shade != city.colours.removal()}
    (removal,) = [(float(x), float(width)) for shade, x, width in shapes if shade == city.colours.removal()]
    assert len(zero) == 1
    assert removal[0] == 0
    assert removal[0] + removal[1] == pytest.approx(zero.pop(), abs=0.01)


def test_the_page_says_what_the_shares_are_of(city, tmp_path):
    page = html.unescape(html_report(city.inventory, tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.count("清除单列，在零以下") == 4, "the strip and the charts by category, gas and item"
    assert "emitted before removals" in page
    assert "清除：CO₂" in page
    assert "Removal: CO₂" in page


def test_a_page_without_removals_is_as_it_was():
    view = View(
        th.account(
            activity(use("柴油", 3, "t", sector="工业"), use("汽油", 1, "t", sector="居民")), "cn-energy-2011"
        )
    )
    assert view.removed is None
    assert view.gross is view.inventory
    drawn = str(render([overview(view), *figures(view)]))
    assert "清除" not in drawn
    assert (palette()["removal", "removal"].light) not in view.colours.style("light")


def test_the_whole_as_a_strip_lists_removals_beside_it():
    rows = activity(
        use("柴油", 300, "t", sector="工业", activity="燃烧"),
        use("竹林", 10, "公顷", activity="面积增加"),
    )
    view = View(th.account(rows, "cn-provincial-2011"))
    assert view.removed is not None
    drawn = html.unescape(str(overview(view)))
    assert "清除合计" in drawn
    assert drawn.count('class="part') == 1, "only what is emitted is a part of the whole"
