"""One year of a kept run is what the whole run gives of that year, and no other year is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

import tanheng as th
from tanheng.errors import NotFound
from tanheng.inventory import load_run
from tanheng.inventory.part import one_year
from tanheng.inventory.quality.grades import quality_by, quality_by_years
from tanheng.inventory.releases.years import load_year, years_of
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.tables import output_table

TABLE = """entity,period,region,sector,item,amount,unit
甲市,2019,福建省,工业,柴油,3,t
甲市,2020年,福建省,工业,原煤,5,t
甲市,2020-07,福建省,工业,原煤,2,t
乙市,2021,福建省,商业,电力,30,MWh
乙市,2021-03,福建省,工业,汽油,4,t
乙市,2021,福建省,工业,神秘,4,t
乙市,20a1,福建省,工业,汽油,4,t
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("years")
    (place / "a.csv").write_text(TABLE, encoding="utf-8")
    return th.account(place / "a.csv", "gpc-cn").save(place / "run")


def told(inventory: Any) -> tuple[Any, ...]:
    frames = (inventory.emissions, inventory.unmatched, inventory.activity.frame, inventory.activity.refused)
    return (*[frame.to_dicts() for frame in frames], inventory.refused, inventory.total, inventory.complete)


@pytest.mark.parametrize("period", ["", "2019", "2020", "2020-07", "2021", "2021-03", "2021年"])
def test_a_year_is_as_the_whole_run_gives_it(folder: Path, period: str) -> None:
    (part, year), (expected, same) = load_year(folder, period), one_year(load_run(folder), period)
    assert (year, told(part)) == (same, told(expected))
    assert part.category_uncertainty().to_dicts() == expected.category_uncertainty().to_dicts()


def test_a_period_that_is_not_there_is_told_with_those_that_are(folder: Path) -> None:
    with pytest.raises(NotFound, match="2019"):
        load_year(folder, "1999")


def test_a_run_of_one_year_is_whole(tmp_path: Path) -> None:
    table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    place = th.account(table, "sichuan-park-2022").save(tmp_path / "run")
    found, year = load_year(place)
    assert (found.total, year) == (load_run(place).total, "2021")


def test_grades_and_tables_by_period_are_those_of_the_whole(folder: Path) -> None:
    whole = load_run(folder)
    names = ["period", "item"]
    years = quality_by_years((load_year(folder, year)[0] for year in years_of(folder)), names)
    expected = quality_by(whole, names)
    assert (years.title, years.to_dicts()) == (expected.title, expected.to_dicts())
    for one in whole.method["tables"]:
        assert_frame_equal(
            output_table(Cube(folder), one["id"]).to_polars(), whole.table(one["id"]).to_polars()
        )
