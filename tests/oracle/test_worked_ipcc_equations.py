"""Worked cases of the IPCC guidelines (waste, minerals, metals, chemicals, land), each written as a rule of a pack.

Answers: tests of bonsai-ipcc 0.5.3 and of UK METS, CETS-AG-03.01-V01-2024, and the equations themselves where nothing
was printed. Tolerance is half of the last printed digit.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import tanheng as th

PACK = Path(__file__).parent / "packs" / "ipcc-equations.yaml"


def account(*rows: tuple[str, float, str, str, str], gwp: str = "AR5", gas: str = "") -> th.Inventory:
    """Rows of item, amount, unit, kind of activity and parameters."""
    names = ("item", "amount", "unit", "activity", "parameters")
    table = pl.DataFrame(
        [
            {
                "entity": "case",
                "region": "CN",
                "period": "2021",
                "gas": gas,
                **dict(zip(names, row, strict=True)),
            }
            for row in rows
        ]
    )
    inventory = th.account(table, PACK, gwp=gwp)
    assert inventory.complete, [finding.message("en") for finding in inventory.findings]
    return inventory


def tonnes(inventory: th.Inventory) -> dict[str, float]:
    return {row["gas"]: row["mass"] for row in inventory.by("gas").to_dicts()}


@pytest.mark.parametrize(
    ("gdp", "rate", "kind", "burned", "technology", "dm", "cf", "fcf", "of", "gigagrams"),
    [
        (38e6, 0.0012, 0.1, 0.37, 0.9, 0.86, 0.67, 0.32, 1, 1026.60585984),
        (36e6, 0.0018, 0.07, 0.38, 0.99, 0.89, 0.66, 0.33, 1, 1212.86133017),
        (39e6, 0.0018, 0.08, 0.36, 0.98, 0.86, 0.64, 0.34, 0.98, 1332.326064),
        (32e6, 0.0012, 0.05, 0.35, 0.97, 0.88, 0.67, 0.37, 0.99, 516.18672484),
    ],
)
def test_w4_industrial_rubber_incinerated(
    gdp: float,
    rate: float,
    kind: float,
    burned: float,
    technology: float,
    dm: float,
    cf: float,
    fcf: float,
    of: float,
    gigagrams: float,
) -> None:
    stated = f"gdp={gdp} MUSD/year; rate={rate} Gg/MUSD; type_share={kind}; incinerated={burned}; technology={technology}; dm={dm}; cf={cf}; fcf={fcf}; oxidised={of}"
    inventory = account(("x_industry", 1, "year", "", stated))
    assert inventory.total / 1000 == pytest.approx(gigagrams, abs=1e-8)


@pytest.mark.parametrize(
    ("amount", "dm", "cf", "fcf", "gigagrams"),
    [pytest.param(10, 1, 0.75, 1, 27.5, id="plastics"), pytest.param(100, 0.4, 0.38, 0, 0, id="food")],
)
def test_w5_fossil_co2_of_incineration(
    amount: float, dm: float, cf: float, fcf: float, gigagrams: float
) -> None:
    stated = f"type_share=1; incinerated=1; technology=1; dm={dm}; cf={cf}; fcf={fcf}; oxidised=1"
    assert account(("x_incinerated", amount, "Gg", "", stated)).total == pytest.approx(gigagrams * 1000)


@pytest.mark.parametrize(("gas", "kilograms", "gigagrams"), [("CH4", 6, 0.06), ("N2O", 50, 0.5)])
def test_w6_ch4_and_n2o_of_open_burning(gas: str, kilograms: float, gigagrams: float) -> None:
    found = account(("x_burned", 10_000, "Gg", "", f"ef={kilograms} kg/Gg"), gas=gas)
    assert tonnes(found) == {gas: pytest.approx(gigagrams * 1000)}


def test_w7_domestic_wastewater() -> None:
    stated = "bod=60 g/(person*day); industry=1.25; b0=0.6 kgCH4/kg; mcf=0.8"
    assert tonnes(account(("x_people", 1_000_000, "person", "ch4", stated))) == {"CH4": pytest.approx(13_140)}


def test_w8_n2o_of_wastewater_plants() -> None:
    stated = (
        "protein=27.2 kg/person; f_npr=0.16; n_hh=1.1; f_non_con=1.1; f_ind_com=1.25; u=0.5; t=0.6; ef=0.016"
    )
    found = tonnes(account(("x_people", 1_000_000, "person", "n2o", stated)))
    assert found == {"N2O": pytest.approx(49.6501029, abs=5e-8)}
    all_of_it = stated.replace("u=0.5; t=0.6; ef=0.016", "u=1; t=1; ef=1")
    nitrogen = tonnes(account(("x_people", 1_000_000, "person", "n2o", all_of_it)))["N2O"] * 28 / 44
    assert nitrogen == pytest.approx(6582.4, abs=5e-5)


@pytest.mark.parametrize(
    ("weight", "recomputed", "printed"),
    [
        pytest.param(100.0869, 0.439713, 0.43971, id="CaCO3"),
        pytest.param(84.3139, 0.521972, 0.52197, id="MgCO3"),
        pytest.param(184.4008, 0.477324 / 2, 0.47732 / 2, id="CaMg(CO3)2, per carbonate ion"),
    ],
)
def test_m1_carbonates_by_molar_mass(weight: float, recomputed: float, printed: float) -> None:
    total = account(("x_carbonate", 1_000_000, "t", "", f"co2_weight=44.0095; weight={weight}")).total / 1e6
    assert total == pytest.approx(recomputed, abs=5e-7)
    assert total == pytest.approx(printed, abs=5e-6)


def test_m2_clinker_by_its_lime() -> None:
    stated = "cao=65%; cao_in_carbonate=0.5603; carbonate=0.43971"
    assert account(("x_clinker", 1e6, "t", "lime", stated)).total == pytest.approx(510_104, abs=0.5)
    with_dust = account(("x_clinker", 1e6, "t", "lime", f"{stated}; dust=2%"))
    assert with_dust.total == pytest.approx(520_306, abs=0.5)


@pytest.mark.parametrize(
    ("by", "stated", "emission", "digit"),
    [
        pytest.param("factor", "ef=0.52 tCO2/t", 348_400, 1, id="factor as printed"),
        pytest.param(
            "lime",
            "cao=65%; cao_in_carbonate=0.5603; carbonate=0.43971; dust=2%",
            348_605.3527,
            1e-4,
            id="factor unrounded",
        ),
    ],
)
def test_m3_clinker_of_cement(by: str, stated: str, emission: float, digit: float) -> None:
    found = account(
        ("x_cement", 1_000_000, "t", by, f"{stated}; share=75%"),
        ("x_cement", 100_000, "t", f"{by}_imported", stated),
        ("x_cement", 20_000, "t", f"{by}_exported", stated),
    )
    assert found.total == pytest.approx(emission, abs=digit / 2)


def test_m5_clinker_dust_not_recycled() -> None:
    stated = "dust=20000 t; clinker=1000000 t; c_d=1; f_d=0.8; carbonate=0.43971; carbonate_share=0.85; ef_clinker=0.5101"
    total = account(("x_clinker", 1e6, "t", "dust", stated)).total
    assert total / 1e6 == pytest.approx(1.0117233, abs=5e-8)


def test_a1_slope_method_of_uk_mets() -> None:
    stated = "slope=1 kg/(t*min); minutes=100 min; weight_fraction=10"
    found = account(("primary_aluminium", 1, "t", "", stated), gwp="AR4")
    assert {row["gas"]: (row["mass"], row["emission"]) for row in found.by("gas").to_dicts()} == {
        "CF4": (pytest.approx(0.1), pytest.approx(739.0)),
        "C2F6": (pytest.approx(1.0), pytest.approx(12_200.0)),
    }
    reported = account(("primary_aluminium", 1, "t", "", f"{stated}; collected=10%"), gwp="AR4")
    assert reported.total == pytest.approx(129_390.0, abs=5e-6)


def test_a2_default_slope_of_ipcc() -> None:
    stated = "slope=0.143 kg/(t*min); minutes=0.5 min; weight_fraction=0.121"
    found = account(("primary_aluminium", 200_000, "t", "", stated))
    assert tonnes(found) == {"CF4": pytest.approx(14.3), "C2F6": pytest.approx(1.7303)}
    assert found.total == pytest.approx(114_015.33, abs=5e-3)


def test_a3_carbon_balance_of_coke() -> None:
    found = account(("x_input", 1000, "t", "", "carbon=0.73"), ("x_output", 750, "t", "", "carbon=0.83"))
    assert found.total == pytest.approx(394.1667, abs=5e-5)


def test_a4_anode_baking() -> None:
    found = account(
        ("x_input", 100_000, "t", "", "carbon=1"),
        ("x_output", 100_000, "t", "hydrogen", "carbon=0.5%"),
        ("x_output", 98_000, "t", "baked", "carbon=1"),
        ("x_output", 100_000, "t", "tar", "carbon=0.5%"),
    )
    assert found.total == pytest.approx(3_666.6667, abs=5e-5)


def test_a5_ferroalloy_balance() -> None:
    sides = [("x_co2_in", amount) for amount in (1000, 200, 50)] + [("x_co2_out", 30), ("x_co2_out", 20)]
    assert account(*((item, amount, "t", "", "") for item, amount in sides)).total == 1200


def test_a6_coal_tar() -> None:
    total = account(("煤焦油", 1000, "t", "", "ncv=33.453 GJ/t; carbon_content=0.022 tC/GJ")).total
    assert total == pytest.approx(2698.542, abs=5e-4)
    assert round(total / 1000, 3) == 2.699


@pytest.mark.parametrize(("balance", "content", "ef"), [(0.92, 0.54, 0.03888), (0.92, 0.81, 0.05832)])
def test_c1_hfc23_of_hcfc22(balance: float, content: float, ef: float) -> None:
    found = tonnes(account(("hcfc22", 1000, "t", "", f"balance={balance}; loss=0.9; content={content}")))
    assert found == {"HFC23": pytest.approx(ef * 1000)}


def test_l1_mineral_soils() -> None:
    land = [
        (400_000, "start", 1.0, 0.92), (600_000, "start", 1.0, 1.0),
        (200_000, "end", 1.0, 0.92), (700_000, "end", 1.08, 1.0), (100_000, "end", 1.15, 1.0),
    ]  # fmt: skip
    rows = [
        (
            "x_soil",
            area,
            "ha",
            when,
            f"soc_ref=88 t/ha; land_use=0.69; management={management}; input={level}",
        )
        for area, when, management, level in land
    ]
    by_time = {row["activity"]: row["emission"] for row in account(*rows).by("activity").to_dicts()}
    carbon = {when: value * 12 / 44 * 20 for when, value in by_time.items()}
    assert carbon == {"start": pytest.approx(58_776_960), "end": pytest.approx(-64_059_600)}
    assert sum(carbon.values()) / 20 == pytest.approx(-264_132)
    assert sum(carbon.values()) / 20 == pytest.approx(-264_000, rel=1e-3)


@pytest.mark.parametrize(
    ("de", "rem", "reg"), [(55, 0.470183, 0.239767), (65, 0.513824, 0.308478), (75, 0.540771, 0.351908)]
)
def test_l2_energy_ratios(de: float, rem: float, reg: float) -> None:
    for use, ratio in (("maintenance", rem), ("growth", reg)):
        total = account(("x_feed", 1_000_000, "t", use, f"de={de}%")).total
        assert total / 1e6 == pytest.approx(ratio, abs=5e-7)


REM_AT_70 = 0.528877


def cow(kind: str, more: str, **changed: float) -> float:
    """CH4 of the cow of L3, kg/head/yr, with some of what it does changed."""
    does = {"ca": 0.17, "pregnancy": 0.10, "milk": 20, **changed}
    stated = f"weight=600 kg/head; cfi=0.386 MJ/(kg*day); ca={does['ca']}; pregnancy={does['pregnancy']}; milk={does['milk']} kg/(head*day); fat=4%; de=70%; {more}"
    return tonnes(account(("x_cow", 100_000, "头", kind, stated)))["CH4"] / 100


def gross_energy(**changed: float) -> float:
    """MJ/head/day, from the CH4 by equation 10.21."""
    return cow("whole_enteric", "ym=6.5%", **changed) * 55.65 / 365 / 0.065


def test_l3_lactating_cow() -> None:
    assert cow("whole_enteric", "ym=6.5%") == pytest.approx(139.1434, abs=5e-5)
    assert gross_energy() == pytest.approx(326.3785, abs=5e-5)
    manure = cow("whole_manure", "ue=0.04; ash=0.08; b0=0.24 m3/kg; mcf=2%")
    assert manure == pytest.approx(6.495324, abs=5e-7)
    assert manure / (365 * 0.24 * 0.67 * 0.02) == pytest.approx(5.533398, abs=5e-7)


def test_l3_net_energy_of_each_use() -> None:
    rest = {"ca": 0.0, "pregnancy": 0.0, "milk": 0.0}
    maintenance = gross_energy(**rest)
    uses = [
        gross_energy(**{**rest, **use}) - maintenance
        for use in ({"ca": 0.17}, {"milk": 20}, {"pregnancy": 0.10})
    ]
    net = [energy * REM_AT_70 * 0.7 for energy in (maintenance, *uses)]
    assert net == pytest.approx([46.79514, 7.95517, 61.4, 4.67951], rel=2e-6)
    rem = account(("x_feed", 1_000_000, "t", "maintenance", "de=70%")).total / 1e6
    assert rem == pytest.approx(REM_AT_70, abs=5e-7)


def test_l3_from_the_printed_steps() -> None:
    enteric = account(("x_cow", 1000, "头", "enteric", "ge=326.3785 MJ/(head*day); ym=6.5%"))
    assert tonnes(enteric) == {"CH4": pytest.approx(139.1434, abs=5e-5)}
    manure = account(("x_cow", 1000, "头", "manure", "vs=5.533398 kg/(head*day); b0=0.24 m3/kg; mcf=2%"))
    assert tonnes(manure) == {"CH4": pytest.approx(6.495324, abs=1e-6)}


def test_l4_enteric_by_gross_energy() -> None:
    found = tonnes(account(("x_cow", 1000, "头", "enteric", "ge=250 MJ/(head*day); ym=6.5%")))
    assert found == {"CH4": pytest.approx(106.581312, abs=5e-7)}


def test_l5_direct_n2o_of_manure() -> None:
    found = tonnes(account(("x_cow", 100, "头", "nitrogen", "nex=60 kg/head; share=1; ef=0.005")))
    assert found == {"N2O": pytest.approx(0.047142857, abs=5e-10)}


def test_l6_direct_n2o_of_soils() -> None:
    found = tonnes(account(("nitrogen_applied", 150_000, "kg", "", "ef=0.01")))
    assert found == {"N2O": pytest.approx(2.357142857, abs=5e-10)}
