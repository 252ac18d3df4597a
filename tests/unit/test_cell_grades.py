"""The grade of a cell is that of the worst of its factors, its activity and its uncertainty."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import tanheng as th
from tanheng.inventory.quality.cell_grades import with_scores
from tanheng.inventory.quality.grades import grade

GOOD = {
    "check": "measured",
    "carried": False,
    "quality": "A",
    "uncertainty": 0.01,
    "activity_uncertainty": 0.01,
}


def rows(**more: list[Any]) -> dict[str, list[Any]]:
    many = len(next(iter(more.values())))
    names = ["煤品", "电力", "天然气"][:many]
    units = ["t", "MWh", "万m3"][:many]
    return {"entity": ["甲厂"] * many, "period": ["2023"] * many, "item": names, "amount": [10.0] * many, "unit": units, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, 5),
        ({"check": "read"}, 4),
        ({"check": "read", "carried": True}, 3),
        ({"check": "recalled", "carried": True}, 2),
        ({"quality": "d "}, 2),
        ({"quality": "E"}, 1),
        ({"quality": ""}, 5),
        ({"quality": "?"}, 5),
        ({"uncertainty": 0.03, "activity_uncertainty": 0.04}, 5),
        ({"uncertainty": 0.05, "activity_uncertainty": 0.05}, 4),
        ({"uncertainty": None, "activity_uncertainty": 0.3}, 3),
        ({"uncertainty": 0.31, "activity_uncertainty": None}, 2),
        ({"uncertainty": None, "activity_uncertainty": None}, 5),
    ],
)
def test_the_worst_of_what_is_known_decides(change: dict[str, Any], score: int) -> None:
    schema = {"uncertainty": pl.Float64, "activity_uncertainty": pl.Float64}
    frame = pl.DataFrame([{**GOOD, **change}], schema_overrides=schema)
    assert with_scores(frame).get_column("score").to_list() == [score]


def test_cells_have_grades_and_the_numbers_stay() -> None:
    plain = th.account(rows(note=["", "", ""]), "sichuan-park-2022")
    told = th.account(rows(quality=["A", "D", ""], uncertainty=[50.0, None, None]), "sichuan-park-2022")
    assert set(plain.cells().select("item", "grade").rows()) == {
        ("coal", "B"), ("electricity", "B"), ("natural_gas", "B")
    }  # fmt: skip
    assert set(told.cells().select("item", "grade").rows()) == {
        ("coal", "D"), ("electricity", "D"), ("natural_gas", "B")
    }  # fmt: skip
    assert told.total == plain.total


def test_grades_by_a_dimension_are_weighted_by_emission() -> None:
    inventory = th.account(rows(quality=["E", "A"]), "sichuan-park-2022")
    by_item = {row["item"]: row["grade"] for row in inventory.quality("品种").to_dicts()}
    assert by_item == {"coal": "E", "electricity": "B"}
    (whole,) = inventory.quality("entity").to_dicts()
    assert whole["grade"] == "E", "19.8 t of E and 1.0 t of B"
    assert whole["emission"] == pytest.approx(inventory.total)
    assert whole["share"] == pytest.approx(100)


def test_the_grade_of_the_whole_is_that_of_its_cells() -> None:
    inventory = th.account(rows(quality=["E", "A"]), "sichuan-park-2022")
    assert grade(inventory) == "E", "19.8 t of E and 1.0 t of B"
    assert inventory.to_dict()["quality"] == "E"
    assert inventory.quality().title == "grade E"
    part = th.account(
        rows(amount=[1.0, 10.0], quality=["A", "A"], item=["煤品", "怪煤"]), "sichuan-park-2022"
    )
    assert grade(part) == "C", "incomplete"
    assert grade(th.account(rows(item=["怪煤"]), "sichuan-park-2022")) == "E"


def test_what_cancels_out_still_weighs() -> None:
    """Emission and removal of one size, whose factors nobody verified, are most of the inventory."""
    inventory = th.account(rows(note=["", ""]), "sichuan-park-2022")
    coal = inventory.emissions.filter(pl.col("item") == "coal").with_columns(check=pl.lit("recalled"))
    back = coal.with_columns(pl.col("nano") * -1)
    found = dataclasses.replace(
        inventory, emissions=pl.concat([inventory.emissions.filter(pl.col("item") != "coal"), coal, back])
    )
    shares = {row["state"]: row["share"] for row in found.quality().to_dicts()}
    assert shares["recalled"] > 95
    assert grade(found) == "D"


def test_a_column_of_the_users_named_grade_stays_the_users() -> None:
    inventory = th.account(rows(grade=["x", "y"], score=["p", "q"]), "sichuan-park-2022")
    assert inventory.cells().get_column("grade").to_list() == ["B", "B"]
    assert {"x", "y"} <= {value for column in inventory.cells().iter_columns() for value in column.to_list()}


def test_the_workbook_shows_the_grade(tmp_path: Path) -> None:
    inventory = th.account(rows(quality=["E", "A"]), "sichuan-park-2022")
    sheet = openpyxl.load_workbook(inventory.to_xlsx(tmp_path / "i.xlsx"))["明细 Emissions"]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(row for row in table if any("grade" in str(one).split("\n") for one in row))
    place = next(at for at, one in enumerate(head) if "grade" in str(one).split("\n"))
    assert {row[place] for row in table[table.index(head) + 1 :]} >= {"E", "B"}
