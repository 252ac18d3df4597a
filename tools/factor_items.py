"""Say of every factor what its activity amount measures: the rows of `items.csv`.

The mapping is data. `item_rules/<file>.csv` holds, in order, the rules of one factor file: a regular
expression for the whole `id`, optionally one to be found in `name_en`, and the fields they give. The first
rule that fits a row is its rule. `{group}` in a field stands for what the group caught: the code that
`item_rules/words.csv` gives to this text in this group, else the text itself in snake_case. An empty
`equipment` is the general row; an empty `sector` fits any.

`property` is one of `PROPERTIES`. `origin` is the origin of the methane in rows of CH4 (fossil, biogenic,
unknown): what the rule says, else the carbon origin of the item in the catalogue `packs/codes/items.csv`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

RULES = Path(__file__).parent / "item_rules"
CATALOGUE = Path(__file__).parents[1] / "src" / "tanheng" / "packs" / "codes" / "items.csv"

COLUMNS = ("factor_id", "item", "sector", "property", "equipment", "origin")

METHANE_ORIGIN = {"fossil": "fossil", "biogenic": "biogenic"}

KEY = ("activity", "gas", "region", "year_valid_from", "year_valid_to", "source_check")

PROPERTIES = {
    "adjustment_factor": "geographic adjustment of another factor",
    "allocation_share": "share of verified emissions or output that is allocated",
    "anode_consumption": "net anode consumed per output",
    "annual_increment": "mean annual growth of stem volume per area",
    "annual_mileage": "distance per vehicle and year",
    "balance_value": "emission per output at which an allocation scheme balances",
    "benchmark": "emission per output that an allocation scheme grants",
    "biomass_density": "biomass per area",
    "biomass_expansion_factor": "biomass of a part or of the tree per stem biomass",
    "c2f6_to_cf4_ratio": "mass of C2F6 per mass of CF4",
    "carbon_accumulation_rate": "carbon taken up per area and year after restoration",
    "carbon_burial_rate": "carbon buried per area and year",
    "carbon_content": "carbon per heat content or per mass",
    "carbon_density": "carbon stock per area",
    "carbon_fraction": "carbon share of a waste or biomass",
    "carbon_stock": "total carbon stock",
    "clinker_fraction": "clinker share of cement",
    "correction_factor": "correction of an allocation",
    "cullet_ratio": "cullet share of the glass batch",
    "degradable_organic_carbon": "DOC share of a waste",
    "destruction_rate": "share of a gas destroyed by abatement",
    "doc_decomposed_fraction": "share of the degradable organic carbon that decomposes (DOCf)",
    "dry_matter": "dry share of a waste",
    "dust_correction": "correction for kiln dust",
    "emission_factor": "emission per amount of the item",
    "energy_requirement": "fuel and feedstock energy per output",
    "feedstock_consumption": "feedstock mass per output",
    "feedstock_energy": "feedstock energy per output",
    "fossil_carbon_fraction": "fossil share of the carbon of a waste",
    "fuel_intensity": "fuel per turnover",
    "growing_stock": "stem volume per area",
    "gwp": "global warming potential",
    "leaching_fraction": "share of nitrogen that leaches",
    "limit": "upper limit within a trading scheme",
    "methane_capacity": "largest methane yield of organic matter (B0)",
    "methane_conversion": "share of feed energy turned into methane (Ym)",
    "methane_correction_factor": "MCF of a landfill or of wastewater treatment",
    "methane_fraction": "methane share of landfill gas (F)",
    "methane_generation_rate": "decay rate of landfilled waste (k)",
    "methane_oxidation": "share of methane oxidised in the cover of a landfill (OX)",
    "ncv": "net calorific value",
    "nitrogen_excretion": "nitrogen excreted per head and year",
    "organic_amendment_conversion": "CFOA of rice paddies",
    "oxidation_rate": "share of carbon that is oxidised",
    "preseason_scaling": "SFp of rice paddies",
    "root_shoot_ratio": "root biomass per shoot biomass",
    "specific_fuel_consumption": "fuel per engine output",
    "standard_coal_coefficient": "standard coal per amount of the item",
    "target": "target value of an indicator",
    "utilisation_rate": "share of time that abatement works",
    "volatile_solids": "volatile solids excreted per head and day",
    "volatilisation_fraction": "share of nitrogen that volatilises",
    "water_content": "water share of a product",
    "water_regime_scaling": "SFw of rice paddies",
    "wood_density": "dry mass per stem volume",
}


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV file as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(text: str) -> str:
    """`text` in snake_case.

    Examples
    --------
    >>> slug("200,000+ dwt"), slug("100% Laden")
    ('200000_plus_dwt', '100_percent_laden')
    """
    plain = re.sub(r"(?<=\d),(?=\d)", "", text.lower()).replace("+", " plus ").replace("%", " percent ")
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def load_words() -> dict[tuple[str, str], str]:
    """The code of a text within a group."""
    return {(row["group"], row["text"].lower()): row["code"] for row in read_csv(RULES / "words.csv")}


def fill(template: str, caught: Mapping[str, str | None], words: Mapping[tuple[str, str], str]) -> str:
    """`template` with each `{group}` replaced by the code of what the group caught."""

    def code(found: re.Match[str]) -> str:
        group = found[1]
        text = caught[group] or ""
        return words.get((group, text.lower())) or slug(text)

    return re.sub(r"\{(\w+)\}", code, template)


def caught_by(rule: Mapping[str, str], row: Mapping[str, str]) -> dict[str, str | None] | None:
    """What the groups of a rule catch in a factor row, or None where the rule does not fit."""
    by_id = re.fullmatch(rule["id"], row["id"])
    by_name = re.search(rule["name"], row["name_en"])
    if by_id is None or by_name is None:
        return None
    return by_id.groupdict() | by_name.groupdict()


def item_rows(stem: str, factors: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows of `items.csv` for the factor rows of the file `stem`.csv."""
    rules = read_csv(RULES / f"{stem}.csv")
    words = load_words()
    carbon = {item["code"]: item["carbon_origin"] for item in read_csv(CATALOGUE)}
    return [item_row(row, rules, words, carbon) for row in factors]


def item_row(
    row: Mapping[str, str],
    rules: Iterable[Mapping[str, str]],
    words: Mapping[tuple[str, str], str],
    carbon: Mapping[str, str],
) -> dict[str, str]:
    """The row of `items.csv` for one factor row."""
    for rule in rules:
        caught = caught_by(rule, row)
        if caught is None:
            continue
        fields = {name: fill(rule[name], caught, words).strip("_") for name in COLUMNS[1:]}
        if row["gas"] == "CH4" and not fields["origin"]:
            fields["origin"] = METHANE_ORIGIN.get(carbon[fields["item"]], "unknown")
        if row["gas"] != "CH4":
            fields["origin"] = ""
        return {"factor_id": row["id"]} | fields
    message = f"no rule of {RULES} fits {row['id']}"
    raise LookupError(message)


def equal_candidates(
    factors: Iterable[Mapping[str, str]], items: Iterable[Mapping[str, str]]
) -> list[list[str]]:
    """The ids that nothing tells apart: transcriptions of one thing that disagree, or a rule that is missing."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for factor, item in zip(factors, items, strict=True):
        key = (*(factor[name] for name in KEY), *(item[name] for name in COLUMNS[1:]))
        groups[key].append(factor["id"])
    return [ids for ids in groups.values() if len(ids) > 1]
