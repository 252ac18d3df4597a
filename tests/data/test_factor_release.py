"""The factor release and the item catalogue: complete, consistent, rebuilt to the byte from the collected files."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from shared import SHARED, needs_shared
from tanheng.inventory import load_method, method_files

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "factor_release.py"
PACKS = ROOT / "src" / "tanheng" / "packs"
RELEASE = PACKS / "factors" / "2026.11"
CATALOGUE = PACKS / "codes" / "items.csv"

FACTOR_COLUMNS = [
    "id", "name_zh", "name_en", "category", "activity", "gas", "value", "unit", "region", "year_valid_from",
    "year_valid_to", "low", "high", "source_title", "source_publisher", "source_year", "source_locator",
    "source_ref", "source_check", "notes",
]  # fmt: skip
CATEGORIES = {
    "stationary_combustion", "mobile_combustion", "electricity", "heat", "industrial_process", "agriculture",
    "land_use", "waste", "fugitive", "transport_activity", "product", "gwp", "property",
}  # fmt: skip
KINDS = {
    "fuel", "electricity", "heat", "material", "product", "livestock", "land", "waste", "transport", "gas",
    "indicator", "other",
}  # fmt: skip
NOT_FACTORS = {"items", "sources", "exceptions"}
SOURCE_KEY = ("source_title", "source_publisher", "source_year")

# The guideline of 2011 in two transcriptions that disagree (98 and 99 %): both are kept, the user picks.
DISAGREEING = {frozenset({"cn_prov2011_refinery_gas_of", "cn_prov2011_refinery_gas_of_99"})}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_efdb(factor_id: str) -> bool:
    return "efdb" in factor_id


FILES = {path.stem: read(path) for path in sorted(RELEASE.glob("*.csv")) if path.stem not in NOT_FACTORS}
FACTORS = [row for rows in FILES.values() for row in rows]
ITEMS = read(RELEASE / "items.csv")
CATALOGUE_ROWS = read(CATALOGUE)
PACKAGE = json.loads((RELEASE / "datapackage.json").read_text(encoding="utf-8"))


def build(out: Path, *flags: str) -> Path:
    subprocess.run([sys.executable, TOOL, *flags, SHARED / "factors", out], check=True)
    return out


@pytest.fixture(scope="module")
def efdb_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("pack") / "efdb", "--efdb")


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("factor_items", ROOT / "tools" / "factor_items.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def collected() -> dict[str, list[dict[str, str]]]:
    folder = SHARED / "factors"
    return {path.stem: read(path) for path in sorted(folder.glob("*.csv")) if path.stem != "sources"}


# --- the release as built ------------------------------------------------------------------------------------


@needs_shared
def test_release_is_rebuilt_to_the_byte(tmp_path: Path) -> None:
    built = build(tmp_path / "release")
    names = {path.name for path in built.iterdir()}
    assert len(names) == 14
    for name in names:
        assert (built / name).read_bytes() == (RELEASE / name).read_bytes(), name


@needs_shared
def test_shipped_and_efdb_rows_are_the_collected_rows(efdb_pack: Path) -> None:
    everything = [row for rows in collected().values() for row in rows]
    efdb = read(efdb_pack / "factors.csv")
    assert len(everything) == 2897
    assert len(efdb) == 375
    assert all(is_efdb(row["id"]) for row in efdb)
    by_id = {row["id"]: row for row in FACTORS + efdb}
    assert by_id == {row["id"]: row for row in everything}


@needs_shared
def test_efdb_pack_carries_its_part_of_the_item_table(efdb_pack: Path) -> None:
    assert read(efdb_pack / "items.csv") == [row for row in ITEMS if is_efdb(row["factor_id"])]
    package = json.loads((efdb_pack / "datapackage.json").read_text(encoding="utf-8"))
    assert {entry["path"]: entry["rows"] for entry in package["resources"]} == {
        "factors.csv": 375,
        "items.csv": 375,
    }


def test_no_efdb_row_ships() -> None:
    assert len(FACTORS) == 2897 - 375
    assert [row["id"] for row in FACTORS if is_efdb(row["id"])] == []


def test_datapackage_tells_the_truth() -> None:
    assert PACKAGE["version"] == "2026.11"
    assert PACKAGE["parent"] is None
    assert set(PACKAGE["title"]) == {"zh", "en"}
    assert all(licence["name"] for licence in PACKAGE["licences"])
    listed = {entry["path"] for entry in PACKAGE["resources"]}
    assert listed == {f"{stem}.csv" for stem in [*FILES, "items", "sources"]}
    for entry in PACKAGE["resources"]:
        data = (RELEASE / entry["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["path"]
        assert len(read(RELEASE / entry["path"])) == entry["rows"], entry["path"]


def test_content_hash_is_that_of_the_sorted_canonical_rows() -> None:
    rows = [*FACTORS, *ITEMS]
    lines = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows)
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == PACKAGE["content_hash"]


# --- schema of every factor file -----------------------------------------------------------------------------


@pytest.mark.parametrize("stem", FILES)
def test_factor_file_keeps_the_schema(stem: str) -> None:
    with (RELEASE / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == FACTOR_COLUMNS
    for row in FILES[stem]:
        where = row["id"]
        assert None not in row, where
        assert re.fullmatch(r"[a-z0-9_]+|cn_ets_\w+", row["id"]), where
        assert row["name_zh"], where
        assert row["name_en"], where
        assert row["unit"], where
        assert row["category"] in CATEGORIES, where
        assert row["source_check"] in {"read", "recalled", "derived"}, where
        assert all(row[name] for name in SOURCE_KEY), where
        assert re.fullmatch(r"CN|CN-\d\d|CN-(GRID|AGR|AGRN2O)-\w+|IPCC-\w+|GLOBAL|[A-Z]{2}", row["region"]), (
            where
        )
        assert Decimal(row["value"]).is_finite(), where
        bounds = [Decimal(row[name]) for name in ("low", "high") if row[name]]
        assert bounds == sorted(bounds), where
        assert 1990 <= int(row["year_valid_from"]) <= 2026, where
        assert not row["year_valid_to"] or int(row["year_valid_to"]) >= int(row["year_valid_from"]), where


def test_factor_ids_are_unique() -> None:
    assert [key for key, n in Counter(row["id"] for row in FACTORS).items() if n > 1] == []


def test_sources_count_what_ships() -> None:
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    files: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for stem, rows in FILES.items():
        for row in rows:
            key = tuple(row[name] for name in SOURCE_KEY)
            counted[key][row["source_check"]] += 1
            files[key].add(stem)
    listed = {tuple(row[name] for name in SOURCE_KEY): row for row in read(RELEASE / "sources.csv")}
    assert set(listed) == set(counted)
    for key, row in listed.items():
        assert int(row["rows"]) == counted[key].total(), key
        assert int(row["rows_read"]) == counted[key]["read"], key
        assert int(row["rows_recalled"]) == counted[key]["recalled"], key
        assert set(row["files"].split()) == files[key], key
        assert row["licence_note"], key


# --- items of the factors ------------------------------------------------------------------------------------


def test_every_factor_has_one_item_row() -> None:
    ids = [row["factor_id"] for row in ITEMS]
    assert len(ids) == len(set(ids)) == 2897
    assert {row["id"] for row in FACTORS} == {key for key in ids if not is_efdb(key)}


def test_item_rows_use_known_words(rules: ModuleType) -> None:
    snake = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
    assert {row["property"] for row in ITEMS} == set(rules.PROPERTIES)
    for row in ITEMS:
        assert snake.fullmatch(row["item"]), row
        for name in ("sector", "equipment"):
            assert not row[name] or snake.fullmatch(row[name]), row


def test_methane_rows_and_only_they_have_an_origin() -> None:
    gas = {row["id"]: row["gas"] for row in FACTORS}
    for row in ITEMS:
        if row["factor_id"] in gas:
            allowed = {"fossil", "biogenic", "unknown"} if gas[row["factor_id"]] == "CH4" else {""}
            assert row["origin"] in allowed, row


@pytest.mark.parametrize(
    ("factor_id", "item", "sector", "property_", "equipment", "origin"),
    [
        ("cn_elec_prov_51_2021", "electricity", "", "emission_factor", "", ""),
        ("cn_51_pilot_coal", "coal", "", "emission_factor", "", ""),
        ("cn_51_pilot_petroleum", "petroleum", "", "emission_factor", "", ""),
        ("cn_51_pilot_natural_gas", "natural_gas", "", "emission_factor", "", ""),
        ("cn_51_pilot_electricity", "electricity", "", "emission_factor", "", ""),
        ("cn_gbt2589_raw_coal_ncv", "raw_coal", "", "ncv", "", ""),
        ("cn_prov2011_coke_cc_29p42", "coke", "", "carbon_content", "two_decimals", ""),
        ("cn_meeind_solid_of_power_boiler", "solid_fuel", "power", "oxidation_rate", "power_boiler", ""),
        ("ipcc06_co2_motor_gasoline", "gasoline", "", "emission_factor", "", ""),
        ("ipcc06_ncv_coke_oven_coke_and_lignite_coke", "coke", "", "ncv", "", ""),
        ("ipcc06_cc_residual_fuel_oil", "fuel_oil", "", "carbon_content", "", ""),
        ("ipcc06_ch4_energy_industries_other_biogas", "biogas", "energy_industries", "emission_factor", "", "biogenic"),
        ("ipcc06_ch4_road_diesel_oil", "diesel", "road", "emission_factor", "", "fossil"),
        ("gwp100_ar6_ch4", "ch4", "", "gwp", "", "unknown"),
        ("gwp100_ar6_ch4_fossil_methane", "ch4", "", "gwp", "", "fossil"),
        ("gwp100_ar6_ch4_non_fossil_methane", "ch4", "", "gwp", "", "biogenic"),
        ("cn_prov2011_coal_ch4_surface", "raw_coal", "coal_mining", "emission_factor", "surface", "fossil"),
        ("cn_prov2011_enteric_dairy_grazing", "dairy_cattle", "", "emission_factor", "grazing", "biogenic"),
        ("ipcc06_mcf_unmanaged_deep", "municipal_solid_waste", "landfill", "methane_correction_factor",
         "unmanaged_deep", "biogenic"),
        ("cn_gbt51366_heavy_diesel_18t", "road_freight", "road", "emission_factor", "heavy_diesel_18t_truck", ""),
    ],
)  # fmt: skip
def test_item_of(factor_id: str, item: str, sector: str, property_: str, equipment: str, origin: str) -> None:
    (row,) = [row for row in ITEMS if row["factor_id"] == factor_id]
    assert list(row.values())[1:] == [item, sector, property_, equipment, origin]


@needs_shared
def test_only_true_alternatives_share_a_key() -> None:
    items = {row["factor_id"]: row for row in ITEMS}
    groups: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in (row for rows in collected().values() for row in rows):
        item = items[row["id"]]
        names = ("activity", "gas", "region", "year_valid_from", "year_valid_to", "source_check")
        groups[(*(row[name] for name in names), *list(item.values())[1:])].add(row["id"])
    assert {frozenset(ids) for ids in groups.values() if len(ids) > 1} == DISAGREEING


@needs_shared
def test_every_rule_and_every_word_is_used(rules: ModuleType) -> None:
    words = rules.load_words()
    used: set[tuple[str, str]] = set()
    for stem, rows in collected().items():
        table = rules.read_csv(rules.RULES / f"{stem}.csv")
        first = set()
        for row in rows:
            index, caught = next(
                (i, c) for i, rule in enumerate(table) if (c := rules.caught_by(rule, row)) is not None
            )
            first.add(index)
            used |= {(group, (text or "").lower()) for group, text in caught.items()}
        assert [rule for i, rule in enumerate(table) if i not in first] == [], stem
    assert set(words) - used == set()


# --- the item catalogue --------------------------------------------------------------------------------------


def folded(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in wide if unicodedata.category(char)[0] in "LN")


def names_of(row: dict[str, str]) -> list[str]:
    return [row["code"], row["name_zh"], row["name_en"], *filter(None, row["aliases"].split("|"))]


NAMED: dict[str, set[str]] = defaultdict(set)
for _row in CATALOGUE_ROWS:
    for _name in names_of(_row):
        NAMED[folded(_name)].add(_row["code"])


def test_catalogue_holds_the_items_of_the_factors_the_methods_and_the_energy_columns() -> None:
    codes = [row["code"] for row in CATALOGUE_ROWS]
    used = {row["item"] for row in ITEMS}
    assert len(codes) == len(set(codes))
    assert used - set(codes) == set()
    methods = [load_method(name) for name in method_files()]
    used |= {code for method in methods for rule in method.rules for code in rule.when.get("items", ())}
    used |= {code for method in methods for code in method.data.get("collects", ())}
    assert [row["code"] for row in CATALOGUE_ROWS if row["code"] not in used and not row["energy_item"]] == []


def test_catalogue_rows_are_complete() -> None:
    codes = {row["code"]: row for row in CATALOGUE_ROWS}
    assert {row["kind"] for row in CATALOGUE_ROWS} == KINDS
    for row in CATALOGUE_ROWS:
        assert re.search(r"[\u4e00-\u9fff]", row["name_zh"]), row["code"]
        assert row["name_en"].isascii(), row["code"]
        assert row["unit"], row["code"]
        assert row["carbon_origin"] in {"fossil", "biogenic", "mixed", "none"}, row["code"]
        ancestors = [row["code"]]
        while codes[ancestors[-1]]["parent"]:
            ancestors.append(codes[ancestors[-1]]["parent"])
            assert len(ancestors) == len(set(ancestors)), ancestors


def test_every_name_means_one_item() -> None:
    assert {name: codes for name, codes in NAMED.items() if len(codes) > 1} == {}
    assert "" not in NAMED
    for row in CATALOGUE_ROWS:
        spelled = [unicodedata.normalize("NFKC", name).casefold() for name in names_of(row)[3:]]
        assert len(spelled) == len(set(spelled)), row["code"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("煤品", "coal"), ("煤品合计", "coal"), ("煤炭", "coal"), ("原煤", "raw_coal"), ("烟煤", "bituminous_coal"),
        ("石油", "petroleum"), ("油品", "petroleum"), ("石油制品合计", "petroleum"), ("汽油", "gasoline"),
        ("motor gasoline", "gasoline"), ("Gas/Diesel Oil", "diesel"), ("柴油", "diesel"), ("一般煤油", "kerosene"),
        ("喷气煤油", "jet_kerosene"), ("液化石油气", "lpg"), ("天然氣", "natural_gas"), ("天然气", "natural_gas"),
        ("液化天然气", "lng"), ("NGL", "natural_gas_liquids"), ("焦炉煤气", "coke_oven_gas"),
        ("高炉煤气", "blast_furnace_gas"), ("电力", "electricity"), ("電力", "electricity"), ("电", "electricity"),
        ("用电量", "electricity"), ("外购电力", "electricity"), ("热力", "heat"), ("蒸汽", "steam"),
        ("patent fuel", "briquette"), ("residual fuel oil", "fuel_oil"), ("标准煤", "standard_coal"),
    ],
)  # fmt: skip
def test_names_of_the_field_resolve(name: str, code: str) -> None:
    assert NAMED[folded(name)] == {code}


@needs_shared
def test_thirty_energy_columns_are_covered() -> None:
    by_column = {row["energy_item"]: row["code"] for row in CATALOGUE_ROWS if row["energy_item"]}
    columns = read(SHARED / "codes" / "energy_items_30.csv")
    assert sum(bool(row["energy_item"]) for row in CATALOGUE_ROWS) == 30
    assert sorted(by_column) == [column["code"] for column in columns]
    for column in columns:
        for name in (column["name_zh"], column["name_en"]):
            assert NAMED[folded(name)] == {by_column[column["code"]]}, column
