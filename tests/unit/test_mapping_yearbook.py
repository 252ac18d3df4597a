"""Sheets in the shapes of energy statistics yearbooks: heads of several rows, units in heads and in names, years side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bad_input import workbook
from tanheng.activity.mapping.files import mapping_of
from tanheng.activity.mapping.fitting import fitting
from tanheng.activity.mapping.losses import losses
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.activity.reading.cells import read_cells

FUEL_OVER_UNIT = [
    ("5-4 分地区能源消费量(2020年)",),
    ("地 区", "煤炭", "焦炭", "汽油", "天然气", "电力"),
    ("Region", "Coal", "Coke", "Gasoline", "Natural Gas", "Electricity"),
    (None, "(万吨)", "(万吨)", "(万吨)", "(亿立方米)", "(亿千瓦小时)"),
    ("北京", 135.1, 0.2, 441.5, 189.4, 1140.0),
    ("天津", 3648.0, 861.2, 262.3, 118.5, 875.0),
    ("河北", 27612.0, 9512.3, 494.0, 175.1, 3934.0),
]
FUEL_AND_UNIT_OVER_YEARS = [
    ("四川省各市能源消费",),
    ("市州", "煤炭（万吨）", None, "天然气（亿立方米）", None, "电力（亿千瓦时）", None),
    (None, 2019, 2020, 2019, 2020, 2019, 2020),
    ("成都市", 500, 480, 60.5, 63.1, 700, 720),
    ("攀枝花市", 900, 910, 3, 3.1, 120, 125),
]
YEARS_OVER_FUELS = [
    ("各市能源消费",),
    ("市州", "2019年", None, "2020年", None),
    (None, "煤炭(万吨)", "汽油(万吨)", "煤炭(万吨)", "汽油(万吨)"),
    ("成都市", 500, 80, 480, 81),
    ("攀枝花市", 900, 9, 910, 9.5),
]
YEARS_OVER_FUELS_OVER_UNITS = [
    YEARS_OVER_FUELS[0],
    YEARS_OVER_FUELS[1],
    (None, "煤炭", "汽油", "煤炭", "汽油"),
    (None, "万吨", "万吨", "万吨", "万吨"),
    *YEARS_OVER_FUELS[3:],
]
UNITS_IN_NAMES = [
    ("四川省主要能源品种消费量",),
    ("品种", "2018", "2019", "2020"),
    ("原煤（万吨）", 7000, 7100, 6900),
    ("汽油（万吨）", 900, 910, 850),
    ("天然气（亿立方米）", 237, 254, 263),
    ("电力（亿千瓦时）", 2459, 2636, 2865),
]
YEARS_BELOW = [
    ("四川省能源消费",),
    ("年份", "原煤（万吨）", "天然气（亿立方米）"),
    (2018, 7000, 237),
    (2019, 7100, 254),
    (2020, 6900, 263),
]
FUEL_IN_TITLE = [
    ("4-12 分地区煤炭消费量",),
    ("单位：万吨",),
    ("地区", "2018", "2019", "2020"),
    ("北京", 276, 183, 135),
    ("天津", 3833, 3766, 3648),
]
_MERGES = {
    "FUEL_AND_UNIT_OVER_YEARS": ["B2:C2", "D2:E2", "F2:G2", "A2:A3"],
    "YEARS_OVER_FUELS": ["B2:C2", "D2:E2", "A2:A3"],
    "YEARS_OVER_FUELS_OVER_UNITS": ["B2:C2", "D2:E2", "A2:A4"],
}


def rows(path: Path, mapping: Any) -> set[tuple[Any, ...]]:
    found = apply_mapping(path, mapping)
    assert found.refused.height == 0, found.refused
    return set(found.to_polars().select("entity", "period", "item", "amount", "unit").rows())


@pytest.mark.parametrize(
    ("name", "heads", "count", "row"),
    [
        ("FUEL_OVER_UNIT", 3, 15, ("河北", "2020", "natural_gas", 175.1, "亿立方米")),
        ("FUEL_AND_UNIT_OVER_YEARS", 2, 12, ("攀枝花市", "2020", "natural_gas", 3.1, "亿立方米")),
        ("YEARS_OVER_FUELS", 2, 8, ("攀枝花市", "2020", "gasoline", 9.5, "万吨")),
        ("YEARS_OVER_FUELS_OVER_UNITS", 3, 8, ("攀枝花市", "2020", "gasoline", 9.5, "万吨")),
        ("UNITS_IN_NAMES", 1, 12, ("四川省", "2020", "natural_gas", 263.0, "亿立方米")),
        ("YEARS_BELOW", 1, 6, ("四川省", "2019", "natural_gas", 254.0, "亿立方米")),
        ("FUEL_IN_TITLE", 1, 6, ("天津", "2019", "coal", 3766.0, "万吨")),
    ],
)
def test_shapes_of_yearbooks_are_suggested_and_lose_nothing(
    tmp_path: Path, name: str, heads: int, count: int, row: tuple[Any, ...]
) -> None:
    path = workbook(tmp_path, ("表", globals()[name], _MERGES.get(name, [])))
    found = suggest_mapping(path)
    one = found.sheets[0]
    assert (one.use, one.heads, one.missing, one.doubts) == (True, heads, [], ())
    open_ones = losses(found)
    assert all("猜" in loss.what for loss in open_ones), open_ones
    read = rows(path, found.confirm([loss.key for loss in open_ones]))
    assert len(read) == count
    assert row in read
    kept = mapping_of(found.confirm([loss.key for loss in open_ones]).to_dict())
    assert fitting([kept], {page.sheet: page for page in read_cells(path)}) is kept
    assert rows(path, kept) == read


def test_heads_that_differ_above_are_another_form(tmp_path: Path) -> None:
    coal = workbook(tmp_path, ("表", FUEL_AND_UNIT_OVER_YEARS, _MERGES["FUEL_AND_UNIT_OVER_YEARS"]))
    kept = suggest_mapping(coal).confirm()
    (tmp_path / "next").mkdir()
    swapped = [
        row if at != 1 else ("市州", "汽油（万吨）", *row[2:])
        for at, row in enumerate(FUEL_AND_UNIT_OVER_YEARS)
    ]
    other = workbook(tmp_path / "next", ("表", swapped, _MERGES["FUEL_AND_UNIT_OVER_YEARS"]))
    assert fitting([kept], {page.sheet: page for page in read_cells(other)}) is None


def test_a_fuel_of_a_title_holds_for_that_title(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", FUEL_IN_TITLE, []))
    found = suggest_mapping(path)
    assert (found.sheets[0].fixed["item"], found.sheets[0].titles["item"]) == ("coal", "煤炭")
    (tmp_path / "next").mkdir()
    oil = workbook(tmp_path / "next", ("表", [("4-13 分地区汽油消费量",), *FUEL_IN_TITLE[1:]], []))
    with pytest.raises(ValueError, match="item"):
        apply_mapping(oil, found.confirm([loss.key for loss in losses(found)]))


def test_what_is_lacking_is_said_with_what_to_do(tmp_path: Path) -> None:
    bare = [("分地区消费量",), *FUEL_IN_TITLE[1:]]
    found = suggest_mapping(workbook(tmp_path, ("表", bare, [])))
    assert found.sheets[0].missing == ["item"]
    (doubt,) = found.sheets[0].doubts
    assert "品种" in doubt
    assert "整表" in doubt
