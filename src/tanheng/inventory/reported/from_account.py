"""An inventory that was accounted here, in the form of a reported one: GPC rows with gases, keys and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng import __version__
from tanheng.activity import Finding
from tanheng.codes import codelist, item_name
from tanheng.errors import UnknownCode
from tanheng.inventory.categories.answers import notation_of
from tanheng.inventory.categories.gpc import Category, category_of, near_references
from tanheng.inventory.categories.notation import LIST, notation_key
from tanheng.inventory.categories.placing import GPC, family_of, placed
from tanheng.inventory.part import one_part
from tanheng.inventory.reported.reading import Reported, refused_schema, schema
from tanheng.inventory.views.listings import entities, periods, refused_rows, unmatched_rows
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_SPLIT = ("co2", "ch4", "n2o")
_BIOGENIC = "CO2_biogenic"
_NANO_IN_GRAM = 1_000


def from_inventory(
    inventory: Inventory,
    *,
    notation: Mapping[str, tuple[str, str]] | None = None,
    entity: str | None = None,
    period: str | None = None,
) -> Reported:
    """The GPC rows of an inventory, one per category, with notation keys for categories that it does not estimate.

    Parameters
    ----------
    inventory : Inventory
        Its method must place emissions in the category list ``gpc``.
    notation : mapping of str to (str, str), optional
        Category to its key (NO, NE, IE, C) and the reason; they win over those of a filled template and of the method.
    entity, period : str, optional
        Whose inventory and of which year, where there are several; ``*`` takes all entities together.

    Returns
    -------
    Reported
        Emission and gases in whole grams CO2e by the inventory's GWP set; F-gases together as other gases; biogenic CO2
        beside them [g CO2]. Its totals are those of `gpc_totals`. ``refused`` has the activity that is not counted, with its
        amount and reason; ``findings`` are those of the inventory too.

    Raises
    ------
    CellNotFound
        When the method places nothing in the GPC.
    SeveralInventories
        When several entities or years are left to choose from.
    UnknownCode
        When a category or a notation key is unknown.
    """
    one = one_part(inventory, entity=entity, period=period)
    rows, findings = _rows(one)
    own = pl.DataFrame(
        [[_known(code).code, _key(key), reason] for code, (key, reason) in (notation or {}).items()],
        schema=dict.fromkeys(("category", "notation", "reason"), pl.String),
        orient="row",
    )
    for (code, _), answer in notation_of(one, GPC, notation=own).items():
        category = category_of(code)
        if isinstance(category, Category):
            row = rows.setdefault(category.code, _row(category))
            row |= {"notation": answer.key, "reason": answer.reason}
    for code, (key, reason) in (notation or {}).items():
        rows[_known(code).code] |= {"notation": _key(key), "reason": reason}
    columns = schema()
    blank = {name: "" if kind == pl.String else None for name, kind in columns.items()}
    left = _left_out(one)
    if left:
        counts = {"unmatched": one.unmatched.height, "refused": one.refused}
        findings.insert(0, Finding("I-220", counts, (), len(left)))
    frame = pl.DataFrame([{**blank, **row} for row in rows.values()], schema=columns)
    return Reported(
        name=str(inventory.method["id"]),
        format="inventory",
        frame=frame,
        refused=pl.DataFrame(left, schema=refused_schema()),
        findings=[*findings, *one.findings],
        rows_read=frame.height + len(left),
        about=_about(one),
    )


def _rows(inventory: Inventory) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """A row per category, and findings on what has none."""
    rows: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for found in placed(inventory, GPC).iter_rows(named=True):
        category = category_of(found["category"]) if found["category"] else None
        biogenic = found["memo"] and found["gas"] == _BIOGENIC
        if isinstance(category, Category) and (found["counts"] or biogenic):
            row = rows.setdefault(category.code, {**_row(category), "emission_g": 0, "gas_check": "sums"})
            gas = "biogenic_g" if biogenic else _column(found["gas"])
            mass = _grams(found["nano" if biogenic else "emission_nano"])
            row[gas] = (row.get(gas) or 0) + mass
            row["emission_g"] += 0 if biogenic else mass
        elif found["category"] and found["counts"]:
            shown = f"{found['emission_nano'] / NANO:,.3f}"
            findings.append(Finding("I-217", {"list": GPC, "value": found["category"], "emission": shown}))
    return rows, findings


def _left_out(inventory: Inventory) -> list[dict[str, Any]]:
    """Activity without a coefficient, and rows that were refused: what it is in place of a reference, amount and unit, and why."""
    found = [
        {
            "row": None, "sheet": "", "code": row["code"], "reference": item_name(str(row.get("item") or "")),
            "notation": "", "emission": f"{row['amount']:.15g}", "unit": str(row.get("unit") or ""),
            "reason_zh": row["reason_zh"], "reason_en": row["reason_en"],
        }
        for row in unmatched_rows(inventory)
    ]  # fmt: skip
    return found + [
        {
            "row": row.get("row"), "sheet": str(row.get("sheet") or ""), "code": row["code"],
            "reference": str(row.get("item") or ""), "notation": "", "emission": str(row.get("amount") or ""),
            "unit": str(row.get("unit") or ""), "reason_zh": row["reason_zh"], "reason_en": row["reason_en"],
        }
        for row in refused_rows(inventory)
    ]  # fmt: skip


def _row(category: Category) -> dict[str, Any]:
    return {
        "reference": category.code, "category": category.code, "subsector": category.subsector, "sector": category.sector,
        "scope": category.scope, "level": category.level, "gas_check": "none",
    }  # fmt: skip


def _known(reference: str) -> Category:
    found = category_of(reference)
    if not isinstance(found, Category):
        raise UnknownCode(codelist="gpc", code=reference, near=", ".join(near_references(reference)) or "–")
    return found


def _key(text: str) -> str:
    key = notation_key(text)
    if not key:
        raise UnknownCode(codelist=LIST, code=text, near=", ".join(codelist(LIST)))
    return key


def _column(gas: str) -> str:
    family = family_of(gas).split("_")[0].lower()
    return f"{family}_g" if family in _SPLIT else "other_gases_g"


def _grams(nano: int) -> int:
    return int((Decimal(int(nano)) / _NANO_IN_GRAM).to_integral_value(ROUND_HALF_EVEN))


def _about(inventory: Inventory) -> dict[str, str]:
    gases = "、".join(sorted(inventory.emissions.get_column("gas").unique().to_list()))
    found = {
        "city": "、".join(entities(inventory)),
        "year": "、".join(dict.fromkeys(one[:4] for one in periods(inventory))),
        "tool": f"Tanheng {__version__}",
        "gases": gases,
        "gwp": inventory.gwp_name or "",
        "method": f"{inventory.method['id']} {inventory.method['version']}",
    }
    return {key: value for key, value in found.items() if value}
