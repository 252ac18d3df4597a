"""Units as Chinese analysts write them; substances told apart; every unit of the packs is understood."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tanheng
from tanheng.errors import IncompatibleUnit, UnknownUnit
from tanheng.quantities import convert, gases, multiplier, parse_unit, read_rows
from tanheng.quantities.units import canonical_units

PACKS = Path(tanheng.__file__).parent / "packs"

SAME = [
    ("吨", "t", 1), ("万吨", "t", 1e4), ("亿吨", "t", 1e8), ("百万吨", "Mt", 1), ("千吨", "t", 1e3), ("公斤", "kg", 1), ("克", "g", 1),
    ("万千瓦时", "kWh", 1e4), ("亿千瓦时", "MWh", 1e5), ("千瓦·时", "kWh", 1), ("千瓦.时", "kWh", 1), ("kW·h", "kWh", 1), ("度", "kWh", 1),
    ("万度", "MWh", 10), ("KWH", "kWh", 1), ("萬千瓦時", "kWh", 1e4), ("兆瓦时", "MWh", 1), ("亿立方米", "m3", 1e8), ("万m³", "m3", 1e4),
    ("10⁴m³", "m3", 1e4), ("10^4 m3", "m3", 1e4), ("1e4m3", "m3", 1e4), ("10**4m3", "m3", 1e4), ("万立方", "m3", 1e4), ("m^3", "m3", 1),
    ("万Nm³", "Nm3", 1e4), ("万标立方米", "Nm3", 1e4), ("亿标方", "Nm3", 1e8), ("m3(标态)", "Nm3", 1), ("立方米（标况）", "Nm3", 1), ("Nm^3", "Nm3", 1),
    ("tce", "GJ", 29.3076), ("万吨标准煤", "TJ", 293.076), ("万吨标煤", "tce", 1e4), ("吨（标准煤）", "tce", 1), ("kgce", "MJ", 29.3076),
    ("toe", "GJ", 41.868), ("大卡", "kJ", 4.1868), ("千焦", "kJ", 1), ("PJ", "TJ", 1e3), ("EJ", "PJ", 1e3), ("GWh", "GJ", 3600),
    ("亿元", "元", 1e8), ("万元", "CNY", 1e4), ("万吨公里", "tkm", 1e4), ("吨·千米", "tkm", 1), ("t·km", "tkm", 1), ("亿人公里", "pkm", 1e8),
    ("人千米", "pkm", 1), ("车公里", "vkm", 1), ("万头", "head", 1e4), ("只", "head", 1), ("万辆", "vehicle", 1e4), ("人次", "person", 1),
    ("平方公里", "ha", 100), ("km²", "m2", 1e6), ("公顷", "m2", 1e4), ("hm2", "ha", 1), ("亩", "m2", 10000 / 15), ("cm2", "m2", 1e-4),
    ("km3", "m3", 1e9), ("dm3", "L", 1), ("cm3", "L", 1e-3), ("升", "m3", 1e-3), ("分钟", "h", 1 / 60), ("%", "fraction", 0.01), ("‰", "%", 0.1),
    ("１０００ｔ", "t", 1000), ("tCO2/万kWh", "kgCO2/MWh", 100), ("kgCO2/kWh", "tCO2/MWh", 1), ("tC/TJ", "kgC/GJ", 1), ("GJ/t", "MJ/kg", 1),
    ("t CO₂", "tCO2", 1), ("吨二氧化碳当量", "tCO2e", 1), ("kg CO2 eq", "tCO2e", 1e-3), ("MtCO2", "tCO2", 1e6), ("GJ/(t/h)", "GJ*h/t", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "factor"), SAME, ids=[f"{one}={other}" for one, other, _ in SAME]
)
def test_spellings(source: str, target: str, factor: float) -> None:
    assert multiplier(source, target) == pytest.approx(factor, rel=1e-13)


APART = [
    ("tCO2", "t"), ("tCO2", "tC"), ("tC", "t"), ("tCO2", "tCO2e"), ("tCH4", "tCO2e"), ("tCH4", "t"), ("tN2O", "tCH4"), ("kgSF6", "kg"),
    ("m3", "Nm3"), ("万m3", "万Nm3"), ("t", "m3"), ("kWh", "t"), ("tkm", "t"), ("pkm", "vkm"), ("head", "person"), ("元", "t"), ("tCO2/t", "tC/t"),
    ("vehicle", "head"), ("%", "t"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target"), APART)
def test_substances_and_dimensions_are_told_apart(source: str, target: str) -> None:
    for one, other in ((source, target), (target, source)):
        with pytest.raises(IncompatibleUnit) as caught:
            multiplier(one, other, where="a.csv 第 3 行：")
        for lang in ("zh", "en"):
            message = caught.value.message(lang)
            assert message.startswith("[U-002] a.csv")
            assert one in message
            assert other in message


def test_the_mend_for_gas_volumes_names_the_state() -> None:
    with pytest.raises(IncompatibleUnit) as caught:
        multiplier("万m3", "Nm3")
    assert "标准状态" in caught.value.message("zh")
    assert "万Nm³" in caught.value.message("en")


UNKNOWN = [
    "", " ", "　", "袋", "吨吨", "t t", "t;", "5", "MT", "mt", "mtCO2e", "MTCO2e", "0t", "0.0 t", "-t", "t**9", "t**999", "t/", "nan t", "inf", "pi",
    "__import__('os')", "t①", "mm2", "mm3", "9**9**9**9 t", "10^99*10^99*10^99*10^99 t", "1e-3 t", "(t", "t)", "t t/h", "None", "NaN", "单位", "a b",
    "/" * 3000, "(" * 5000, "t*" * 2000 + "t", "万" * 70 + "吨", "x" * 100_000, "\0", "t\0",
]  # fmt: skip


@pytest.mark.parametrize("text", UNKNOWN, ids=[repr(text[:20]) for text in UNKNOWN])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnknownUnit) as caught:
        parse_unit(text)
    assert caught.value.fields["unit"] == text


def test_methane_in_the_numerator_is_what_the_gas_says() -> None:
    assert parse_unit("kg/TJ", gas="CH4").dimension == "[mass_CH4] / [energy]"
    assert (
        parse_unit("kg/TJ", gas="CH4_fossil").dimension == parse_unit("kg/TJ", gas="CH4_biogenic").dimension
    )
    assert parse_unit("kg/TJ", gas="CO2").dimension == parse_unit("kgCO2/TJ").dimension
    assert multiplier("kg/TJ", "gCH4/GJ", gas="CH4") == 1.0
    assert parse_unit("GJ/t", gas="CO2").dimension == "[energy] / [mass]"
    origins = {code: row["origin"] for code, row in gases().items() if row["family"] == "CH4"}
    assert origins == {"CH4": "unknown", "CH4_fossil": "fossil", "CH4_biogenic": "biogenic"}


@pytest.mark.parametrize("row", read_rows("units.csv"), ids=lambda row: row["unit"])
def test_every_unit_of_the_pack_in_every_spelling(row: dict[str, str]) -> None:
    unit = parse_unit(row["unit"])
    assert 0 < unit.factor < float("inf")
    assert unit.canonical in canonical_units()
    for spelling in (row["name_zh"], row["name_en"], *filter(None, row["aliases"].split("|"))):
        found = parse_unit(spelling)
        assert (found.canonical, found.factor) == (unit.canonical, unit.factor), spelling


def test_no_spelling_means_two_units() -> None:
    spelled: dict[str, str] = {}
    for row in read_rows("units.csv"):
        for spelling in {
            row["unit"],
            row["name_zh"],
            row["name_en"],
            *filter(None, row["aliases"].split("|")),
        }:
            assert spelled.setdefault(spelling, row["unit"]) == row["unit"]


def _factor_units() -> list[tuple[str, str]]:
    pairs = set()
    for path in sorted((PACKS / "factors").glob("*/*.csv")):
        with path.open(encoding="utf-8") as stream:
            pairs |= {
                (row["unit"], row.get("gas") or "") for row in csv.DictReader(stream) if row.get("unit")
            }
    return sorted(pairs)


def test_every_unit_of_the_factors_is_understood_with_its_gas() -> None:
    pairs = _factor_units()
    assert len(pairs) > 100
    for unit, gas in pairs:
        found = parse_unit(unit, gas if gas in gases() else "")
        assert found.dimension
        if gas in gases() and "[mass]" in parse_unit(unit).dimension.split("/")[0]:
            assert f"[mass_{gases()[gas]['family']}]" in found.dimension, (unit, gas)


def test_canonical_units_are_their_own() -> None:
    for text in canonical_units():
        assert parse_unit(text).factor == 1.0


def test_conversion_is_exact_where_powers_of_ten_are() -> None:
    assert convert(32862777.7, "万kWh", "MWh") == 328627777.0
    assert convert(1, "万吨标准煤", "TJ") == 293.076
    assert parse_unit("亿立方米").factor == 1e8
