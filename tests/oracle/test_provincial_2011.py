"""The provincial guideline of 2011 on a made-up city: rows of every sector recomputed by hand from factors of the library."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng as th
from tanheng.codes import codelist
from tanheng.inventory.categories.official import chapter_table, official_table

FILE = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"
METHOD = "cn-provincial-2011"
CO2, N2O, CH4_PER_C = 44 / 12, 44 / 28, 16 / 12
SAR = {"CO2": 1, "CH4": 21, "N2O": 310, "HFC23": 11_700, "SF6": 23_900, "CF4": 6_500, "C2F6": 9_200}


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    return th.account(FILE, METHOD)


def factor(name: str) -> float:
    """Value of a factor as published."""
    return th.load_factors().get(name).value


def mass(city: th.Inventory, gas: str, **cell: str) -> float:
    """Tonnes of a gas in a cell."""
    rows = city.select(cell)
    found = [row for row in rows.iter_rows(named=True) if row["gas"].split("_")[0] == gas]
    return float(sum(row["mass"] for row in found))


def one(item: str, amount: float, unit: str, **more: str) -> th.Inventory:
    row = {"entity": "示例市", "region": "福建省", "period": "2021", "item": item, "unit": unit} | more
    return th.account({name: [value] for name, value in row.items()} | {"amount": [amount]}, METHOD)


def test_the_city_is_complete(city: th.Inventory) -> None:
    assert city.complete, [finding.message() for finding in city.findings if finding.severity == "error"]
    assert city.gwp_name == "SAR"
    table = {row["code"]: row for row in official_table(city).to_dicts()}
    assert table["P0"]["total"] == pytest.approx(city.total)
    sectors = [table[code]["total"] for code in ("P1", "P2", "P3", "P4", "P5")]
    assert sum(sectors) == pytest.approx(city.total)
    assert table["P4"]["total"] < 0 < min(table[code]["total"] for code in ("P1", "P2", "P3", "P5"))


def test_unverified_factors_are_named(city: th.Inventory) -> None:
    noted = next(finding for finding in city.findings if finding.code == "I-110")
    assert "cn_prov2011_adipic" in noted.message("zh")
    states = {row["state"]: row["share"] for row in city.quality().to_dicts()}
    assert states["recalled"] > 20


# —— numbers worked out by hand, with the values as printed and not as the library has them ——


@pytest.mark.parametrize(
    ("item", "amount", "unit", "more", "by_hand"),
    [
        ("烟煤", 1000, "t", {"sector": "工业"}, 1741.75),
        ("柴油", 1000, "t", {"sector": "工业"}, 42.652 * 20.2 * 0.98 * CO2),
        ("石灰", 1000, "t", {"activity": "产量"}, 683),
        ("电石", 1000, "t", {"activity": "产量"}, 1154),
        ("己二酸", 1000, "t", {"activity": "产量"}, 293 * 310),
        ("化肥氮", 1000, "t", {"activity": "施用", "parameters": "淋溶比例=20%"},
         1000 * (0.0109 + 0.1 * 0.01 + 0.2 * 0.0075) * N2O * 310),
        ("乔木林蓄积量", 1000, "m3", {"parameters": "生长率=5%"}, -1000 * 0.05 * 0.462 * 1.787 * 0.5 * CO2),
        ("城市生活垃圾", 1000, "t", {"activity": "焚烧"}, 1000 * 0.20 * 0.39 * 0.95 * CO2),
        ("危险废物", 1000, "t", {"activity": "焚烧"}, 1000 * 0.01 * 0.90 * 0.97 * CO2),
        ("生活污水BOD", 1000, "t", {}, 1000 * 0.6 * 0.165 * 21),
    ],
)  # fmt: skip
def test_printed_numbers(item: str, amount: float, unit: str, more: dict[str, str], by_hand: float) -> None:
    found = one(item, amount, unit, region="四川省", **more)
    assert found.total == pytest.approx(by_hand, rel=5e-6)


# —— energy ——


def test_energy_power_plant_coal(city: th.Inventory) -> None:
    shares = {"anthracite": 0.10, "bituminous_coal": 0.85, "lignite": 0.05}
    co2 = sum(
        4_200_000 * share * factor(f"cn_gbt32151_{coal}_ncv") * factor(f"cn_prov2011_{coal}_cc") / 1000
        * factor(f"cn_prov2011_{coal}_of") / 100 * CO2
        for coal, share in shares.items()
    )  # fmt: skip
    assert mass(city, "CO2", item="raw_coal", sector="power") == pytest.approx(co2)
    kinds = {"anthracite": "anthracite", "bituminous_coal": "other_bituminous_coal", "lignite": "lignite"}
    n2o = sum(
        4_200_000 * share * factor(f"cn_gbt32151_{coal}_ncv") * 1e-3
        * factor(f"ipcc06_n2o_energy_industries_{kinds[coal]}") * 1e-3
        for coal, share in shares.items()
    )  # fmt: skip
    assert mass(city, "N2O", item="raw_coal", sector="power") == pytest.approx(n2o)


def test_energy_road_diesel(city: th.Inventory) -> None:
    energy = 390_000 * factor("cn_gbt32151_diesel_ncv") * 1e-3
    assert mass(city, "CH4", item="diesel", sector="road") == pytest.approx(
        energy * factor("ipcc06_ch4_road_diesel_oil") * 1e-3
    )
    assert mass(city, "N2O", item="diesel", sector="road") == pytest.approx(
        energy * factor("ipcc06_n2o_road_diesel_oil") * 1e-3
    )


def test_energy_coal_mining(city: th.Inventory) -> None:
    cubic_metres = (
        1_200_000 * factor("cn_prov2011_coal_ch4_under_state_key")
        + 350_000 * factor("cn_prov2011_coal_ch4_under_township")
        + 500_000 * factor("cn_prov2011_coal_ch4_post_high")
        + 1_050_000 * factor("cn_prov2011_coal_ch4_post_low")
        - 1_500_000
    )
    assert mass(city, "CH4", provincial2011="P1.3") == pytest.approx(cubic_metres * 0.67e-3)


def test_electricity_is_a_memo_item_net_of_what_is_sent_out(city: th.Inventory) -> None:
    table = {row["code"]: row for row in official_table(city).to_dicts()}
    grid = th.load_factors().lookup("electricity", "福建省", 2021).value
    assert table["M2"]["CO2"] == pytest.approx((86 - 31) * 100_000 * grid)


# —— industrial processes ——


def test_industry_clinker(city: th.Inventory) -> None:
    expected = 4_800_000 * (1 - 0.03) * factor("cn_prov2011_clinker")
    assert mass(city, "CO2", provincial2011="P2.1") == pytest.approx(expected)


def test_industry_steel(city: th.Inventory) -> None:
    carbon = 2_100_000 * factor("cn_prov2011_pig_iron_carbon") - 2_350_000 * factor(
        "cn_prov2011_steel_carbon"
    )
    stones = 520_000 * factor("cn_prov2011_steel_limestone") + 180_000 * factor("cn_prov2011_steel_dolomite")
    assert mass(city, "CO2", provincial2011="P2.3") == pytest.approx(stones + carbon / 100 * CO2)


def test_industry_fluorinated_gases(city: th.Inventory) -> None:
    table = {row["code"]: row for row in official_table(city).to_dicts()}
    prebake = sum(
        110_000 * factor(f"cn_prov2011_al_{gas.lower()}_point_feed_prebake") / 1000 * SAR[gas]
        for gas in ("CF4", "C2F6")
    )
    assert table["P2.7"]["PFCs"] == pytest.approx(prebake)
    assert table["P2.9"]["SF6"] == pytest.approx(
        26 * factor("cn_prov2011_power_equip_sf6") / 100 * SAR["SF6"]
    )
    hfc23 = 9_000 * factor("cn_prov2011_hcfc22_hfc23") / 1000
    assert table["P2.11"]["HFCs"] == pytest.approx(hfc23 * SAR["HFC23"])


# —— agriculture ——


def test_agriculture_rice(city: th.Inventory) -> None:
    kilograms = (
        46_000 * factor("cn_prov2011_rice_east_single")
        + 19_000 * factor("cn_prov2011_rice_east_early")
        + 21_000 * factor("cn_prov2011_rice_east_late")
    )
    assert mass(city, "CH4", provincial2011="P3.1") == pytest.approx(kilograms / 1000)


def test_agriculture_cropland_adds_its_three_streams(city: th.Inventory) -> None:
    direct = 38_000 * factor("cn_prov2011_cropland_n2o_zone5")
    deposition = 38_000 * factor("ipcc06_fracgasf") * factor("ipcc06_ef4_volatilisation")
    leaching = 38_000 * 0.20 * factor("ipcc06_ef5_leaching")
    found = mass(city, "N2O", item="synthetic_fertiliser_nitrogen")
    assert found == pytest.approx((direct + deposition + leaching) * N2O)


def test_agriculture_dairy_cattle_digest_and_leave_manure(city: th.Inventory) -> None:
    enteric, manure = (
        factor("cn_prov2011_enteric_dairy_intensive"),
        factor("cn_gbt32151_manure_ch4_east_dairy"),
    )
    assert mass(city, "CH4", item="dairy_cattle") == pytest.approx(9_000 * (enteric + manure) / 1000)
    assert mass(city, "CH4", item="dairy_cattle", provincial2011="P3.4") == pytest.approx(9 * manure)
    n2o = 9 * factor("cn_gbt32151_manure_n2o_east_dairy")
    assert mass(city, "N2O", item="dairy_cattle") == pytest.approx(n2o)


# —— land use and forestry ——


def carbon_per_stem() -> float:
    parts = ("cn_prov2011_forest_svd_national", "cn_prov2011_forest_bef_national", "cn_prov2011_forest_cf")
    return factor(parts[0]) * factor(parts[1]) * factor(parts[2])


def test_forest_growth_is_a_removal(city: th.Inventory) -> None:
    taken = 26_000_000 * 0.06 * carbon_per_stem() * CO2
    assert mass(city, "CO2", provincial2011="P4.1.1") == pytest.approx(-taken)
    assert city.proof(item="乔木林蓄积量").value == pytest.approx(-taken)


def test_forest_consumption_and_areas(city: th.Inventory) -> None:
    assert mass(city, "CO2", provincial2011="P4.1.6") == pytest.approx(620_000 * carbon_per_stem() * CO2)
    share = factor("cn_prov2011_forest_cf") * CO2
    assert mass(city, "CO2", provincial2011="P4.1.3") == pytest.approx(
        -850 * factor("cn_prov2011_forest_bamboo") * share
    )
    assert mass(city, "CO2", provincial2011="P4.1.2") == pytest.approx(
        300 * factor("cn_prov2011_forest_economic") * share
    )


def test_forest_conversion(city: th.Inventory) -> None:
    burned = 120 * 85 * 0.20 * 0.90 * factor("cn_prov2011_forest_cf")
    assert mass(city, "CO2", provincial2011="P4.2.1") == pytest.approx(burned * CO2)
    assert mass(city, "CH4", provincial2011="P4.2.1") == pytest.approx(burned * 0.012 * CH4_PER_C)
    assert mass(city, "N2O", provincial2011="P4.2.1") == pytest.approx(burned * 0.01 * 0.007 * N2O)
    assert mass(city, "CO2", provincial2011="P4.2.2") == pytest.approx(120 * 85 * 0.15 * 0.5 * CO2)


# —— waste ——


def test_waste_landfill_by_mass_balance(city: th.Inventory) -> None:
    shares = {"food": 0.52, "paper": 0.09, "textile": 0.03, "wood": 0.03, "garden": 0.02}
    doc = sum(share * factor(f"cn_prov2011_landfill_doc_{name}") / 100 for name, share in shares.items())
    formed = (
        740_000 * factor("cn_prov2011_landfill_mcf_a") * doc * factor("cn_prov2011_landfill_docf")
        * factor("cn_prov2011_landfill_f_ch4") * CH4_PER_C
    )  # fmt: skip
    left = (formed - 6_200) * (1 - factor("cn_prov2011_landfill_ox"))
    assert mass(city, "CH4", provincial2011="P5.1") == pytest.approx(left)


def test_waste_incineration(city: th.Inventory) -> None:
    def fossil(kind: str) -> float:
        ccw, fcf, eff = (factor(f"cn_prov2011_incin_{kind}_{part}") / 100 for part in ("ccw", "fcf", "eff"))
        return ccw * fcf * eff * CO2

    expected = 1_180_000 * fossil("msw") + 14_000 * fossil("hazardous")
    assert mass(city, "CO2", provincial2011="P5.1") == pytest.approx(expected)


def test_waste_water(city: th.Inventory) -> None:
    domestic = 36_000 * factor("cn_ww_b0_bod") * factor("cn_prov2011_ww_mcf_national")
    industrial = 11_000 * factor("cn_ww_b0_cod") * factor("cn_ww_mcf_anaerobic_industrial")
    assert mass(city, "CH4", provincial2011="P5.2") == pytest.approx(domestic + industrial)
    n2o = 7_000 * factor("ipcc06_ww_n2o_effluent") * N2O
    assert mass(city, "N2O", provincial2011="P5.2") == pytest.approx(n2o)


# —— the wetland chapter ——


def test_wetland_is_shown_apart_with_its_range(city: th.Inventory) -> None:
    rows = {row["item"]: row for row in chapter_table(city, "wetland").to_dicts()}
    burial = th.load_factors().get("cn_saltmarsh_burial_range")
    tonnes = 900 * burial.value / 100 * CO2
    assert rows["salt_marsh"]["emission"] == pytest.approx(-tonnes)
    assert rows["salt_marsh"]["low"] == pytest.approx(-900 * burial.high / 100 * CO2)
    assert rows["salt_marsh"]["high"] == pytest.approx(-900 * burial.low / 100 * CO2)
    assert rows["mangrove"]["emission"] == pytest.approx(-140 * factor("ipccws_rewet_mangrove") * CO2)
    sheet = city.rows.filter(city.rows.get_column("item").is_in(list(rows)))
    assert sheet.get_column("memo").all(), "never in the total"


def test_reed_needs_a_measured_rate() -> None:
    assert one("芦苇湿地", 100, "公顷").unmatched.get_column("code").to_list() == ["I-103"]
    measured = one("芦苇", 100, "公顷", parameters="rate=2 tC/(ha*year)")
    assert measured.complete
    assert measured.total == 0
    assert chapter_table(measured, "wetland").to_dicts()[0]["emission"] == pytest.approx(-200 * CO2)


# —— what the method asks for, and what it leaves open ——


@pytest.mark.parametrize(
    ("item", "amount", "unit", "more", "lacks"),
    [
        ("天然气", 100, "万Nm3", {"activity": "油气开采"}, "ef"),
        ("六氟化硫", 1, "t", {"activity": "半导体制造"}, "ef"),
        ("HFC-134a", 1, "t", {"activity": "生产"}, "ef"),
        ("石脑油", 1, "万吨", {"activity": "非能源利用"}, "fixed_carbon"),
        ("乔木林蓄积量", 1, "万立方米", {}, "growth_rate"),
        ("硝酸", 1, "万吨", {}, "ef"),
        ("原煤", 1, "万吨", {"activity": "煤炭开采"}, "ef"),
        ("城市生活垃圾", 1, "万吨", {"activity": "填埋"}, "share_food"),
    ],
)
def test_what_has_no_default_is_asked_for(
    item: str, amount: float, unit: str, more: dict[str, str], lacks: str
) -> None:
    found = one(item, amount, unit, **more)
    assert found.total == 0
    assert not found.complete
    assert set(found.unmatched.get_column("code")) == {"I-103"}
    assert lacks in " ".join(finding.message("en") for finding in found.findings)


def test_a_fuel_without_a_stated_kind_of_activity_is_burned_and_not_mined() -> None:
    found = one("原煤", 1, "万吨", parameters="share_anthracite=1; share_bituminous_coal=0; share_lignite=0")
    assert {row["rule"] for row in found.by("rule").to_dicts()} == {"combustion-co2"}


def test_periods_before_the_document_use_its_own_table() -> None:
    row = {
        "entity": "示例市",
        "region": "福建省",
        "period": "2005",
        "item": "早稻",
        "amount": 1000,
        "unit": "公顷",
    }
    found = th.account({name: [value] for name, value in row.items()}, METHOD)
    assert found.complete
    assert found.by("gas").to_dicts()[0]["mass"] == pytest.approx(factor("cn_prov2011_rice_east_early"))


def test_every_leaf_of_the_summary_table_has_a_rule_or_a_notation_key() -> None:
    method = th.load_method(METHOD)
    placed = {rule.category.get("provincial2011", "") for rule in method.rules}
    placed |= {row["category"]["provincial2011"] for row in method.sectors.values()}
    named = {one["category"]["provincial2011"] for one in method.notation}
    codes = codelist("provincial2011")
    leaves = {code for code in codes if not codes.children(code)}
    assert leaves - placed - named == set()


def test_notation_keys_are_data_of_the_method() -> None:
    keys = {
        (one["category"]["provincial2011"], gas): one["key"]
        for one in th.load_method(METHOD).to_dict()["notation"]
        for gas in one["gases"]
    }
    assert keys["P2.12", "HFCs"] == "NE"
    rows = {row["code"]: row["notation"] for row in official_table(one("石灰", 1, "t")).to_dicts()}
    assert (rows["P1.4"], rows["P2.10"]) == ("CH4: NE", "HFCs: NE; PFCs: NE; SF6: NE")


def test_a_removal_may_leave_a_negative_total() -> None:
    found = one("乔木林蓄积量", 1, "万立方米", parameters="生长率=5%", uncertainty="10")
    assert found.total == pytest.approx(-10_000 * 0.05 * carbon_per_stem() * CO2)
    assert found.by("item").to_dicts()[0]["share"] == pytest.approx(100)
    again = th.account(found.activity, METHOD)
    assert again.digest == found.digest
    assert th.account(found.activity, "cn-provincial-2011", gwp="AR5").total == found.total


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_the_state_of_every_category(city: th.Inventory, lang: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / lang / "provincial.md").read_text(encoding="utf-8")
    lines = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| ")}
    for one in th.load_method(METHOD).notation:
        for gas in one["gases"]:
            assert gas in lines[one["category"]["provincial2011"]].split("|")[6]
    words = (
        {"recalled": "凭了解", "read": "已见出处"}
        if lang == "zh"
        else {"recalled": "recalled", "read": "read"}
    )
    for record in city.records:
        code = record["category"].get("provincial2011")
        for entry in record["inputs"]:
            if code and entry["check"] in words:
                assert words[entry["check"]] in lines[code].split("|")[4], (code, entry["factor"])
