"""Rows of the GPC out of an inventory of our own: one for each category and kind of activity, with its amount, factors and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import codelist, item_name
from tanheng.errors import language
from tanheng.inventory.categories.gpc import Category, category_of
from tanheng.inventory.categories.placing import GPC, family_of, placed_rows
from tanheng.inventory.methods.method import document_facts
from tanheng.inventory.quality.cell_grades import grade_of, mean_score, with_scores
from tanheng.inventory.views.listings import label
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_KIND = ("item", "sector", "activity", "equipment", "unit")
_SPLIT = ("co2", "ch4", "n2o")
_BIOGENIC = "CO2_biogenic"
_NANO_IN_GRAM = 1_000
_OXIDATION = "oxidation"


def category_row(category: Category) -> dict[str, Any]:
    """A row of a category without anything in it."""
    return {
        "reference": category.code, "category": category.code, "subsector": category.subsector, "sector": category.sector,
        "scope": category.scope, "level": category.level, "gas_check": "none",
    }  # fmt: skip


def own_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Rows of a reported inventory: category, activity, factors, and gases in whole grams CO2e.

    Notes
    -----
    Grams are rounded so that the rows of a category add up to its rounded sum by gas. A factor is the mass of the gas, or the
    CO2e of all, per unit of the activity as written.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"], "period": ["2021"], "region": ["福建省"], "sector": ["工业"], "item": ["柴油"], "amount": [10], "unit": ["t"]}
    >>> row = own_rows(th.account(table, "gpc-cn"))[0]
    >>> row["category"], row["activity_amount"], row["activity_unit"], round(row["ef_co2"], 3), row["ef_unit"]
    ('I.3.1', 10.0, 't', 3.096, 't/t')
    """
    frame = placed_rows(inventory, GPC).filter(pl.col("counts") | (pl.col("gas") == _BIOGENIC))
    frame = frame.filter(pl.col("category").map_elements(_known, pl.Boolean))
    kinds = ["category", *(name for name in _KIND if name in frame.columns)]
    return list(_rows(inventory, frame, kinds)) if frame.height else []


def _known(code: str) -> bool:
    return bool(code) and isinstance(category_of(code), Category)


def _rows(inventory: Inventory, frame: pl.DataFrame, kinds: list[str]) -> Iterator[dict[str, Any]]:
    amounts = frame.unique(["cell", *kinds]).group_by(kinds).agg(pl.col("amount").sum())
    about = with_scores(frame).group_by(kinds).agg(
        grade_of(mean_score()).alias("grade"), pl.col("check", "period").unique().sort(), pl.col("coefficient_row").unique().sort(),
        *([pl.col("source").unique().sort()] if "source" in frame.columns else []),
    )  # fmt: skip
    sums = frame.group_by([*kinds, "gas"]).agg(pl.col("nano", "emission_nano").sum()).sort(*kinds, "gas")
    masses: dict[tuple[str, ...], dict[str, tuple[int, int]]] = {}
    for *kind, gas, nano, emission in sums.iter_rows():
        masses.setdefault(tuple(kind), {})[gas] = (int(nano), int(emission))
    held: dict[tuple[str, str], int] = {}
    for row in amounts.join(about, on=kinds, nulls_equal=True).sort(kinds).iter_rows(named=True):
        category = category_of(row["category"])
        assert isinstance(category, Category)
        found = masses[tuple(row[name] for name in kinds)]
        yield {
            **category_row(category),
            "year": "; ".join(dict.fromkeys(one[:4] for one in row["period"])),
            **_grams(row["category"], found, held),
            **_activity(row),
            **_factors(row["amount"], found, str(row["unit"])),
            **_documents([inventory.records[place] for place in row["coefficient_row"]]),
            "ef_quality": "; ".join(label("check", one) for one in row["check"]),
            "gas_check": "sums",
        }


def _grams(
    category: str, masses: Mapping[str, tuple[int, int]], held: dict[tuple[str, str], int]
) -> dict[str, int]:
    """Gases of one row in grams; ``held`` has what came before it in the category, 10^-9 t."""
    nanos: dict[str, int] = {}
    for gas, (nano, emission) in masses.items():
        name = "biogenic_g" if gas == _BIOGENIC else _column(gas)
        nanos[name] = nanos.get(name, 0) + (nano if gas == _BIOGENIC else emission)
    grams = {}
    for name, nano in nanos.items():
        before = held.get((category, name), 0)
        held[category, name] = before + nano
        grams[name] = _rounded(before + nano) - _rounded(before)
    return {**grams, "emission_g": sum(mass for name, mass in grams.items() if name != "biogenic_g")}


def _rounded(nano: int) -> int:
    return int((Decimal(nano) / _NANO_IN_GRAM).to_integral_value(ROUND_HALF_EVEN))


def _column(gas: str) -> str:
    family = family_of(gas).split("_")[0].lower()
    return f"{family}_g" if family in _SPLIT else "other_gases_g"


def _activity(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was done, how much of it, and where that comes from."""
    listed = codelist("sectors"), codelist("equipment")
    sector, equipment = (
        codes.label(row[name], language()) if row.get(name) in codes else row.get(name)
        for name, codes in zip(("sector", "equipment"), listed, strict=True)
    )
    words = (item_name(row["item"]), sector, row.get("activity"), equipment)
    return {
        "activity_type": " · ".join(filter(None, words)),
        "activity_amount": float(f"{row['amount']:.15g}"),
        "activity_unit": str(row["unit"]),
        "source": "; ".join(filter(None, row.get("source") or [])),
        "activity_quality": row["grade"] or "",
    }


def _factors(amount: float, masses: Mapping[str, tuple[int, int]], unit: str) -> dict[str, Any]:
    """Mass of each gas, and CO2e of all, per unit of the activity; none where there is no amount."""
    if not amount:
        return {}
    tonnes: dict[str, float] = {}
    for gas, (nano, emission) in masses.items():
        name = "biogenic" if gas == _BIOGENIC else _column(gas).removesuffix("_g")
        if name != "other_gases":
            tonnes[name] = tonnes.get(name, 0.0) + nano / NANO
        if gas != _BIOGENIC:
            tonnes["co2e"] = tonnes.get("co2e", 0.0) + emission / NANO
    return {"ef_unit": f"t/{unit}", **{f"ef_{name}": float(f"{mass / amount:.12g}") for name, mass in tonnes.items()}}  # fmt: skip


def _documents(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Rules, factors and documents behind some coefficients, each once."""
    inputs = [one for record in records for one in record["inputs"]]
    cited = [one for one in inputs if one["check"] not in {"exact", "method", "measured"} and one["source"].get("title")]  # fmt: skip
    oxidation = {one["value"] for one in inputs if one["name"] == _OXIDATION}
    return {
        "method": "; ".join(dict.fromkeys(record["title"][language()] for record in records)),
        "ef_oxidation": float(f"{oxidation.pop():.12g}") if len(oxidation) == 1 else None,
        "ef_year": "; ".join(sorted({str(one["source"]["year"]) for one in cited if one["source"].get("year")})),
        "ef_description": "; ".join(dict.fromkeys(one["factor"] or f"{one['name']}={one['published']}" for one in inputs if one["check"] != "exact")),
        "ef_source": "; ".join(dict.fromkeys(", ".join(document_facts(one["source"], language())) for one in cited)),
    }  # fmt: skip
