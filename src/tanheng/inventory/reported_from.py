"""An inventory that was accounted here, in the form of a reported one: GPC rows with gases, keys and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng import __version__
from tanheng.activity import Finding
from tanheng.codes import codelist
from tanheng.errors import CellNotFound, UnknownCode
from tanheng.inventory.gpc import GRAMS, Category, category_of, near_references
from tanheng.inventory.listings import entities, periods
from tanheng.inventory.notation import LIST, notation_key
from tanheng.inventory.reported import Reported, schema

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_SPLIT = ("co2", "ch4", "n2o")


def from_inventory(
    inventory: Inventory, *, notation: Mapping[str, tuple[str, str]] | None = None
) -> Reported:
    """The GPC rows of an inventory, one per category, with notation keys for categories that it does not estimate.

    Parameters
    ----------
    inventory : Inventory
        Its method must place emissions in the category list ``gpc``.
    notation : mapping of str to (str, str), optional
        Category to its key (NO, NE, IE, C) and the reason.

    Returns
    -------
    Reported
        Emission and gases in whole grams CO2e by the inventory's GWP set; F-gases together as other gases.

    Raises
    ------
    CellNotFound
        When the method places nothing in the GPC.
    UnknownCode
        When a category or a notation key is unknown.
    """
    if "gpc" not in inventory.category_lists:
        raise CellNotFound(cell="gpc", columns=", ".join(inventory.category_lists))
    rows: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for found in inventory.by("gpc", "gas").to_dicts():
        category = category_of(found["gpc"])
        if isinstance(category, Category):
            row = rows.setdefault(category.code, {**_row(category), "emission_g": 0, "gas_check": "sums"})
            mass = _grams(found["emission"])
            gas = _column(found["gas"])
            row[gas] = (row.get(gas) or 0) + mass
            row["emission_g"] += mass
        else:
            emission = f"{found['emission']:,.3f}"
            findings.append(
                Finding("I-217", {"list": "gpc", "value": found["gpc"] or "–", "emission": emission})
            )
    for reference, (key, reason) in (notation or {}).items():
        row = rows.setdefault(reference, _row(_known(reference)))
        row |= {"notation": _key(key), "reason": reason}
    columns = schema()
    blank = {name: "" if kind == pl.String else None for name, kind in columns.items()}
    frame = pl.DataFrame([{**blank, **row} for row in rows.values()], schema=columns)
    return Reported(
        name=str(inventory.method["id"]),
        format="inventory",
        frame=frame,
        findings=findings,
        rows_read=frame.height,
        about=_about(inventory),
    )


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
    listed = codelist("gases")
    above = listed.ancestors(gas) if gas in listed else []
    family = (above[-1]["code"] if above else gas).split("_")[0].lower()
    return f"{family}_g" if family in _SPLIT else "other_gases_g"


def _grams(tonnes: float) -> int:
    return int((Decimal(repr(tonnes)) * GRAMS).to_integral_value(ROUND_HALF_EVEN))


def _about(inventory: Inventory) -> dict[str, str]:
    gases = "、".join(sorted(inventory.emissions.get_column("gas").unique().to_list()))
    found = {
        "city": "、".join(entities(inventory)[:3]),
        "year": "、".join(periods(inventory)[:6]),
        "tool": f"Tanheng {__version__}",
        "gases": gases,
        "gwp": inventory.gwp_name or "",
        "method": f"{inventory.method['id']} {inventory.method['version']}",
    }
    return {key: value for key, value in found.items() if value}
