"""Single worked cases with printed answers: UK METS tests (F1-F11, CEMS, V1) and IPCC 2006 equations (M4, C2, M1).

Amounts are added up in millionths of a tonne, so an amount of 11.49 t printed to 10^-10 t is taken to one gram: the
printed answers are met within half a printed digit plus that gram.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import tanheng as th

PACKS = Path(__file__).parent / "packs"
AMOUNT = 11.4897652311
GRAM = 0.5e-6 / AMOUNT


def account(pack: str, activity: str, amount: float, unit: str, parameters: str) -> th.Inventory:
    row = {
        "entity": "plant",
        "region": "CN",
        "period": "2023",
        "item": "柴油",
        "activity": activity,
        "amount": amount,
        "unit": unit,
        "parameters": parameters,
    }
    return th.account(pl.DataFrame([row]), PACKS / f"{pack}.yaml")


def memo(inventory: th.Inventory) -> float | None:
    rows = inventory.by("gas", memo=True).to_dicts()
    return rows[0]["mass"] if rows else None


def printed(value: float, digits: int) -> object:
    return pytest.approx(value, abs=0.5 * 10**-digits + GRAM * value)


BIOMASS = "biomass=45.57 %"


@pytest.mark.parametrize(
    ("activity", "unit", "parameters", "fossil", "biomass"),
    [
        pytest.param("combustion_with_biomass", "t", f"ef=55.92 tCO2/t; oxidation_factor=1.01; {BIOMASS}", 353.21409, 295.71865, id="F1"),
        pytest.param("combustion_by_energy_with_biomass", "t", f"ef=55.92 tCO2/TJ; oxidation_factor=1.01; ncv=0.03470698 GJ/t; {BIOMASS}", 0.01226, 0.01026, id="F2"),
        pytest.param("combustion_by_energy", "t", "ef=55.92 tCO2/TJ; oxidation_factor=1.01; ncv=0.03470698 GJ/t", 0.02252, None, id="F3"),
        pytest.param("mass_balance", "t", f"carbon=188.034 tC/t; {BIOMASS}", 4308.65121, 3607.29810, id="F6"),
        pytest.param("given_co2", "t", f"ef=188.034 tCO2/t; {BIOMASS}", 1175.94192, 984.52459, id="F7"),
        pytest.param("mass_balance", "t", "carbon=188.034 tC/t", 7915.94931, 0, id="F8"),
        pytest.param("given_co2", "Nm3", f"ef=55.92 tCO2/Nm3; {BIOMASS}", 349.71693, 292.79075, id="F9"),
        pytest.param("given_co2", "Nm3", "ef=55.92 tCO2/Nm3", 642.50767, 0, id="F10"),
    ],
)  # fmt: skip
def test_uk_ets(activity: str, unit: str, parameters: str, fossil: float, biomass: float | None) -> None:
    inventory = account("uk-ets", activity, AMOUNT, unit, parameters)
    assert inventory.complete, inventory.findings
    assert inventory.total == printed(fossil, 5)
    assert memo(inventory) == (None if biomass is None else printed(biomass, 5))


def test_the_constant_is_the_methods_own() -> None:
    inventory = account("uk-ets", "mass_balance", AMOUNT, "t", "carbon=188.034 tC/t")
    constant = next(
        one for one in inventory.proof(item="diesel").steps[0]["inputs"] if one["name"] == "c_to_co2"
    )
    assert (constant["value"], constant["check"]) == (3.664, "exact")
    assert inventory.total * (44 / 12) / 3.664 == pytest.approx(7921.71056, abs=1e-3)


def test_f4_an_amount_that_does_not_fit_the_calorific_value_is_refused() -> None:
    inventory = account(
        "uk-ets",
        "combustion_by_energy",
        AMOUNT,
        "Nm3",
        "ef=55.92 tCO2/TJ; oxidation_factor=1.01; ncv=0.03470698 GJ/t",
    )
    assert (inventory.total, inventory.unmatched.get_column("code").to_list()) == (0, ["I-104"])


def test_f5_a_missing_oxidation_factor_is_not_taken_as_one() -> None:
    inventory = account(
        "uk-ets", "combustion_by_energy", AMOUNT, "t", "ef=55.92 tCO2/TJ; ncv=0.03470698 GJ/t"
    )
    assert (inventory.total, inventory.unmatched.get_column("code").to_list()) == (0, ["I-103"])
    assert "oxidation_factor" in inventory.findings[0].message("en")


@pytest.mark.parametrize(
    ("biomass", "reportable", "told"),
    [("fallback_declared_biomass", 150, []), ("fallback_biomass_not_declared", 100, ["I-122"])],
)
def test_f11_fallback_counts_biomass_only_where_declared(
    biomass: str, reportable: float, told: list[str]
) -> None:
    rows = [
        {"entity": "plant", "region": "CN", "period": "2023", "item": "co2", "activity": activity, "amount": amount, "unit": "t"}
        for activity, amount in (("fallback_fossil", 100), (biomass, 50))
    ]  # fmt: skip
    inventory = th.account(pl.DataFrame(rows), PACKS / "uk-ets.yaml")
    assert inventory.complete
    assert inventory.total == reportable
    assert [finding.code for finding in inventory.findings] == told


@pytest.mark.parametrize(("biomass", "fossil", "biogenic"), [("", 2.0, 0.0), ("; biomass=25 %", 1.5, 0.5)])
def test_cems(biomass: str, fossil: float, biogenic: float) -> None:
    stated = f"hours=10 h/count; flow=10 千Nm3/h; concentration=20 gCO2/Nm3{biomass}"
    inventory = account("by-mass", "measured_concentration", 1, "count", stated)
    assert inventory.total == pytest.approx(fossil, abs=5e-6)
    assert memo(inventory) == pytest.approx(biogenic, abs=5e-6)


@pytest.mark.parametrize(
    ("flights", "factor", "fuel", "emission"),
    [
        pytest.param((1000.123, 2500.567), 3.15, 3500.690, 11027.174, id="kerosene"),
        pytest.param((1500.234, 3000.145), 3.10, 4500.379, 13951.175, id="jet gasoline"),
        pytest.param((2000.345, 3500.268), 3.10, 5500.613, 17051.900, id="aviation gasoline"),
    ],
)
def test_v1_flights_are_added_up_before_rounding(
    flights: tuple[float, float], factor: float, fuel: float, emission: float
) -> None:
    rows = [
        {"entity": "airline", "region": "CN", "period": "2023", "item": "航煤", "activity": "flight", "amount": amount, "unit": "t", "parameters": f"ef={factor} tCO2/t"}
        for amount in flights
    ]  # fmt: skip
    inventory = th.account(pl.DataFrame(rows), PACKS / "by-mass.yaml")
    assert inventory.cells().get_column("amount").to_list() == [fuel]
    assert round(inventory.total + 1e-9, 3) == emission


@pytest.mark.parametrize(
    ("amount", "parameters", "emission"),
    [
        pytest.param(
            1000, "ef=0.47732 tCO2/t; adjustment=95%", 453.454, id="M4 dolomite, IPCC 2006 vol 3 eq. 2.3"
        ),
        pytest.param(
            100_000, "ef=1.73 tCO2/t; adjustment=130 %", 224_900, id="C2 ethylene, IPCC 2006 vol 3 eq. 3.15"
        ),
        pytest.param(670_000, "ef=0.52 tCO2/t", 348_400, id="M3 clinker, IPCC 2006 vol 3 eq. 2.1"),
    ],
)
def test_ipcc_process_equations(amount: float, parameters: str, emission: float) -> None:
    assert account("by-mass", "output", amount, "t", parameters).total == pytest.approx(emission, abs=1e-6)


@pytest.mark.parametrize(("amount", "unit", "total"), [(10, "h", 1000), (1, "h", 100), (90, "min", 150)])
def test_hours_are_added_up_without_loss(amount: float, unit: str, total: float, tmp_path: Path) -> None:
    pack = tmp_path / "hours.yaml"
    pack.write_text(
        """format: tanheng-method/1
id: hours
version: "1"
title: {zh: 按小时, en: By the hour}
document: {title: 示例, publisher: 示例, year: 2020, locator: 示例, check: read}
levels: [enterprise]
gas: CO2
rules:
  - id: burning
    title: {zh: 燃烧, en: Burning}
    clause: 示例
    gases: [CO2]
    when: {items: [diesel], measure: h}
    formula: ef
    parameters:
      ef: {unit: tCO2/h}
""",
        encoding="utf-8",
    )
    row = {"entity": "厂", "period": "2021", "item": "柴油", "amount": amount, "unit": unit, "parameters": "ef=100 tCO2/h"}  # fmt: skip
    assert th.account(pl.DataFrame([row]), pack, region="CN").total == total
