"""First-order decay: IPCC 2006 vol 5 spreadsheet "Food" (W1, as kept by bonsai-ipcc 0.5.3) by function and by a method pack.

W2 (test_C_balance) and W3 (test_msw_to_swds) are tests of the same program.
"""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tanheng as th
from tanheng.inventory.methods.models import first_order_decay

PACK = Path(__file__).parent / "packs" / "landfill-decay.yaml"
DEPOSIT = 2300.322
STATED = "doc=0.15; docf=0.7; mcf=0.705; k=0.185 1/year; methane=0.5"
FACTORS = {"doc": 0.15, "docf": 0.7, "mcf": 0.705, "k": 0.185, "f": 0.5}

PUBLISHED = {
    1950: (170.281336, 0.0, 0.0),
    1951: (311.802884, 28.759788, 19.173192),
    1952: (429.422049, 52.662171, 35.108114),
    1953: (527.175840, 72.527544, 48.351696),
    1954: (608.419435, 89.037741, 59.358494),
    1955: (675.941335, 102.759436, 68.506291),
    1956: (732.059075, 114.163596, 76.109064),
    1957: (778.698769, 123.641642, 82.427761),
    1958: (817.461219, 131.518886, 87.679258),
    1959: (849.676857, 138.065698, 92.043799),
}


def deposits(*extra: dict[str, object], unit: str = "Gg") -> pl.DataFrame:
    """Deposits of W1, with more rows."""
    rows: list[dict[str, object]] = [
        {"entity": "landfill", "region": "CN", "period": str(year), "item": "food_waste", "activity": "landfill", "amount": DEPOSIT, "unit": unit, "parameters": STATED}
        for year in PUBLISHED
    ]  # fmt: skip
    return pl.DataFrame([*rows, *extra])


def test_w1_state_of_the_landfill() -> None:
    found = first_order_decay(dict.fromkeys(PUBLISHED, DEPOSIT), **FACTORS)
    assert {one.year: (one.stored, one.decomposed, one.emitted) for one in found} == {
        year: pytest.approx(row, abs=5.1e-7) for year, row in PUBLISHED.items()
    }


def test_w1_by_a_method_pack() -> None:
    inventory = th.account(deposits(), PACK)
    assert inventory.complete
    by_year = {int(row["period"]): row["mass"] / 1000 for row in inventory.by("period", "gas").to_dicts()}
    assert by_year == {year: pytest.approx(ch4, abs=5.1e-7) for year, (_, _, ch4) in PUBLISHED.items()}


def test_w1_by_the_method_that_ships() -> None:
    """DOC of food waste is the method's own; what W1 takes otherwise is stated."""
    stated = pl.lit("docf=0.7; mcf=0.705; k=0.185 1/year").alias("parameters")
    rows = deposits().with_columns(stated, pl.lit("填埋").alias("activity"))
    inventory = th.account(rows, "ipcc-2006-landfill")
    assert inventory.complete
    by_year = {int(row["period"]): row["mass"] / 1000 for row in inventory.by("period", "gas").to_dicts()}
    assert by_year == {year: pytest.approx(ch4, abs=5.1e-7) for year, (_, _, ch4) in PUBLISHED.items()}


def test_the_method_that_ships_asks_for_the_decay_rate() -> None:
    inventory = th.account(deposits().with_columns(pl.lit("").alias("parameters")), "ipcc-2006-landfill")
    assert set(inventory.unmatched.get_column("code")) == {"I-103"}
    assert "k" in inventory.findings[-1].message("en")


def test_years_of_emission_are_those_of_the_other_rows() -> None:
    recovered = {"entity": "landfill", "region": "CN", "period": "1959", "item": "甲烷", "activity": "landfill_recovery", "amount": 12_000.0, "unit": "t", "parameters": "oxidised=10%"}  # fmt: skip
    rows = deposits(recovered).with_columns(
        pl.col("parameters").str.replace(r"methane=0.5", "methane=0.5; oxidised=10%")
    )
    inventory = th.account(rows, PACK)
    assert {row["period"] for row in inventory.by("period").to_dicts()} == {"1959"}
    emitted = sum(row["mass"] for row in inventory.by("gas").to_dicts())
    assert emitted == pytest.approx((92_043.799 - 12_000) * 0.9, abs=5e-4)


def test_the_proof_opens_to_the_deposit() -> None:
    steps = th.account(deposits(), PACK).proof(period="1959").steps
    assert len(steps) == 10, "one for each year of deposit"
    assert sum(step["mass"] for step in steps) == pytest.approx(92_043.799, abs=5e-4)
    first = next(step for step in steps if "age=9.0 year" in step["rows"][0]["parameters"])
    assert first["rows"][0]["row"] == 1, "the place of the 1950 deposit in the table as read"


def test_the_model_needs_a_table(tmp_path: Path) -> None:
    deposits(unit="t").write_parquet(tmp_path / "deposits.parquet")
    with pytest.raises(th.errors.InputUnreadable, match="A-001"):
        th.account(tmp_path / "deposits.parquet", PACK)


@given(
    deposit=st.floats(1, 1e6),
    k=st.floats(0.01, 0.5),
    f=st.floats(0.3, 0.7),
    oxidation=st.floats(0, 1),
    recovered=st.floats(0, 1),
    years=st.integers(1, 60),
)
def test_w2_carbon_balance(
    deposit: float, k: float, f: float, oxidation: float, recovered: float, years: int
) -> None:
    """Carbon of CH4 emitted, oxidised and recovered, of CO2 formed beside it, and what is still stored: all that came in."""
    found = first_order_decay(
        {2000: deposit}, doc=1, docf=1, mcf=1, k=k, f=f, oxidation=oxidation, recovered=recovered, until=2000 + years
    )  # fmt: skip
    methane = sum(one.emitted + one.oxidised + one.recovered for one in found) * 12 / 16
    beside = sum(one.decomposed for one in found) * (1 - f)
    assert math.isclose(methane + beside + found[-1].stored, deposit, rel_tol=1e-9)


def test_w2_as_published() -> None:
    one = first_order_decay(
        {0: 100.0}, doc=1, docf=1, mcf=1, k=50, f=0.5, oxidation=0.1, recovered=0.1, until=1
    )[1]
    carbon = (one.emitted + one.oxidised + one.recovered) * 12 / 16 + one.decomposed * 0.5
    assert carbon == pytest.approx(100, abs=1e-9)


def test_w2_by_the_method_that_ships() -> None:
    """R and OX of a tenth each: of 100 t of carbon, 50 t is in CH4, of which 5 t is recovered and 4.5 t oxidised."""
    base = {"entity": "landfill", "region": "CN", "unit": "t"}
    rows = [
        {**base, "period": "2000", "item": "food_waste", "activity": "填埋", "amount": 100.0, "parameters": "doc=1; docf=1; mcf=1; methane=0.5; k=50 1/year; oxidised=0.1"},
        {**base, "period": "2001", "item": "甲烷", "activity": "填埋气回收", "amount": 100 * 0.5 * 16 / 12 * 0.1, "parameters": "oxidised=0.1"},
    ]  # fmt: skip
    inventory = th.account(pl.DataFrame(rows), "ipcc-2006-landfill")
    assert inventory.complete
    emitted = sum(row["mass"] for row in inventory.by("gas").to_dicts()) * 12 / 16
    assert emitted == pytest.approx(100 - 50 - 5 - 4.5, abs=1e-5)


def test_w3_waste_of_a_population() -> None:
    """200 people, 0.5 t each, half of it landfilled, half of that the component (bonsai test_msw_to_swds): 25 t.

    All its carbon decomposes in the first year, half of it to CH4, so that the deposit shows in the CH4.
    """
    stated = "doc=1; docf=1; mcf=1; k=50 1/year; methane=0.5"
    base = {"entity": "landfill", "region": "CN", "activity": "landfill"}
    rate = "waste=0.5 t/person; landfilled=0.5; component=0.5"
    people = {
        **base,
        "item": "x_people",
        "amount": 200.0,
        "unit": "person",
        "parameters": f"{rate}; {stated}",
    }
    deposit = {**base, "item": "food_waste", "amount": 25.0, "unit": "t", "parameters": stated}
    by_year = []
    for row in (people, deposit):
        rows = pl.DataFrame([{**row, "period": "2000"}, {**row, "period": "2001", "amount": 0.0}])
        inventory = th.account(rows, PACK)
        assert inventory.complete
        by_year.append({one["period"]: one["mass"] for one in inventory.by("period", "gas").to_dicts()})
    assert by_year[0] == by_year[1]
    assert sum(by_year[0].values()) * 12 / 16 / 0.5 == pytest.approx(25, abs=1e-5)
