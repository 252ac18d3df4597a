"""Measured values with their uncertainty in the parameters column: how they are written, carried and shown."""

from __future__ import annotations

import math

import polars as pl
import pytest

import tanheng as th
from small import activity, use
from tanheng.activity import read_activity
from tanheng.activity.clean import canonical_parameters, parse_parameters
from tanheng.inventory import Inventory


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("ncv=20 GJ/t ±3%", 0.03),
        ("低位发热量＝20 GJ/t ± 3 ％", 0.03),
        ("ncv=20±3% GJ/t", 0.03),
        ("ncv=20 GJ/t +-3%", 0.03),
        ("ncv=20 GJ/t +/- 3%", 0.03),
        ("ncv=20 ±0.6 GJ/t", 0.03),
        ("ncv=20 GJ/t ±.6", 0.03),
        ("ncv=20 GJ/t ±0%", 0.0),
        ("ncv=20 GJ/t", None),
    ],
)
def test_ways_to_write_a_half_width(text: str, half: float | None) -> None:
    found = parse_parameters(text)
    assert found is not None
    assert tuple(found["ncv"]) == (20.0, "GJ/t", half)


@pytest.mark.parametrize(
    "text", ["ncv=20 GJ/t ±", "ncv=20 GJ/t ±3% ±4%", "ncv=20 GJ/t ±-3%", "ncv=0 GJ/t ±0.5", "ncv=±3%"]
)
def test_what_is_not_understood_is_refused_and_never_dropped(text: str) -> None:
    assert parse_parameters(text) is None
    found = read_activity(activity(use("柴油", 1, "t", sector="工业", parameters=text)))
    assert [finding.code for finding in found.findings if finding.severity == "error"] == ["A-112"]


def test_one_spelling_makes_one_key() -> None:
    spellings = ("ncv=20 GJ/t ±3%", "低位发热量=20.0±0.6 GJ/t", " ncv = 20 GJ/t +- 3.0 % ")
    assert {canonical_parameters(one) for one in spellings} == {"ncv=20.0 GJ/t ±3.0%"}
    again = canonical_parameters("ncv=20.0 GJ/t ±3.0%")
    assert again == "ncv=20.0 GJ/t ±3.0%", "the canonical text reads back as itself"
    assert canonical_parameters("ncv=20 GJ/t") != again


def account(*rows: dict[str, object]) -> Inventory:
    return th.account(activity(*rows), "ipcc-2006-stationary")


def test_a_measured_spread_enters_the_uncertainty() -> None:
    row = use("柴油", 100, "t", sector="工业", gas="CO2", uncertainty=4)
    plain = account({**row, "parameters": "ncv=42 GJ/t"})
    told = account({**row, "parameters": "ncv=42 GJ/t ±3%"})
    assert plain.uncertainty().half_width is None, "a measured value without one stays unknown"
    assert told.total == plain.total
    factor = account(row).sheet.row(0, named=True)
    assert factor["uncertainty"] is not None
    ef = 1500 / 74100
    assert told.uncertainty().relative == pytest.approx(100 * math.hypot(0.04, 0.03, ef))
    assert told.sheet.get_column("uncertainty").item() == pytest.approx(math.hypot(0.03, ef))
    names = [name for name, _ in told.uncertainty().contributions]
    assert "measured:diesel.ncv=42 GJ/t ±3%" in names


def test_one_measurement_is_one_variable_for_all_gases_and_rows() -> None:
    rows = [
        use("柴油", 100, "t", sector="工业", uncertainty=0, parameters="ncv=42 GJ/t ±3%"),
        use("柴油", 50, "t", sector="居民", uncertainty=0, parameters="ncv=42.0±3% GJ/t"),
    ]
    found = account(*rows)
    effect = {
        name: value for name, value in found.uncertainty().contributions if name.startswith("measured:")
    }
    assert list(effect.values()) == [pytest.approx(found.total * 0.03)]


def test_the_spread_is_in_the_proof_and_in_the_sheet() -> None:
    found = account(
        use("柴油", 100, "t", sector="工业", gas="CO2", uncertainty=4, parameters="ncv=42 GJ/t +-3%")
    )
    assert "42 GJ/t ±3%" in found.proof(item="diesel").text()
    assert "42 GJ/t ±3%" in found.sheet.get_column("inputs").item()
    assert found.sheet.get_column("parameters").item() == "ncv=42.0 GJ/t ±3.0%"


def test_shares_with_a_spread_are_drawn() -> None:
    shares = "share_anthracite=20% ±10%; share_bituminous_coal=70% ±5%; share_lignite=10%"
    found = th.account(activity(use("原煤", 100, "t", sector="工业", parameters=shares)), "cn-energy-2011")
    by_part = found.rows.select("part", "uncertainty")
    record = {one["part"]: one["inputs"] for one in found.records}
    told = {
        part: [one["uncertainty"] for one in inputs if one["name"].startswith("share")]
        for part, inputs in record.items()
    }
    assert told == {"anthracite": [0.1], "bituminous_coal": [0.05], "lignite": [None]}
    assert by_part.filter(pl.col("uncertainty").is_not_null()).height == 0, (
        "the factors of this method have none"
    )
