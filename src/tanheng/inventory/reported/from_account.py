"""An inventory that was accounted here, in the form of a reported one: GPC rows with gases, keys and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng import __version__
from tanheng.activity import Finding
from tanheng.codes import codelist, item_name, region
from tanheng.errors import UnknownCode, language
from tanheng.inventory.categories.answers import notation_of
from tanheng.inventory.categories.gpc import Category, category_of, leaves, near_references
from tanheng.inventory.categories.notation import LIST, notation_key
from tanheng.inventory.categories.placing import GPC, family_of, placed
from tanheng.inventory.part import one_part
from tanheng.inventory.reported.own_rows import category_row, own_rows
from tanheng.inventory.reported.reading import Reported, refused_schema, schema
from tanheng.inventory.views.listings import entities, periods, refused_rows, unmatched_rows
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


def from_inventory(
    inventory: Inventory,
    *,
    notation: Mapping[str, tuple[str, str]] | None = None,
    entity: str | None = None,
    period: str | None = None,
) -> Reported:
    """The GPC rows of an inventory, one per category and kind of activity, with notation keys for categories that it does not estimate.

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
        beside them [g CO2]; amount, factors and their documents of each kind of activity. Its totals are those of `gpc_totals`. ``refused`` has the activity that is not counted, with its
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
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in own_rows(one):
        rows.setdefault(row["category"], []).append(row)
    findings = _outside(one)
    own = pl.DataFrame(
        [[_known(code).code, _key(key), reason] for code, (key, reason) in (notation or {}).items()],
        schema=dict.fromkeys(("category", "notation", "reason"), pl.String),
        orient="row",
    )
    for (code, _), answer in notation_of(one, GPC, notation=own).items():
        category = category_of(code)
        if isinstance(category, Category):
            for row in rows.setdefault(category.code, [category_row(category)]):
                row |= {"notation": answer.key, "reason": answer.reason}
    for code, (key, reason) in (notation or {}).items():
        for row in rows[_known(code).code]:
            row |= {"notation": _key(key), "reason": reason}
    columns = schema()
    blank = {name: "" if kind == pl.String else None for name, kind in columns.items()}
    left = _left_out(one)
    if left:
        counts = {"unmatched": one.unmatched.height, "refused": one.refused}
        findings.insert(0, Finding("I-220", counts, (), len(left)))
    flat = [{**blank, **row} for found in rows.values() for row in found]
    frame = pl.DataFrame(flat, schema=columns)
    return Reported(
        name=str(inventory.method["id"]),
        format="inventory",
        frame=frame,
        refused=pl.DataFrame(left, schema=refused_schema()),
        findings=[*findings, *one.findings],
        rows_read=frame.height + len(left),
        about=_about(one, frame),
    )


def _outside(inventory: Inventory) -> list[Finding]:
    """A finding on each category of the total that the GPC has not."""
    return [
        Finding("I-217", {"list": GPC, "value": row["category"], "emission": f"{row['emission_nano'] / NANO:,.3f}"})
        for row in placed(inventory, GPC).iter_rows(named=True)
        if row["category"] and row["counts"] and not isinstance(category_of(row["category"]), Category)
    ]  # fmt: skip


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
            "reference": str(row.get("reference") or row.get("item") or ""), "notation": str(row.get("notation") or ""),
            "emission": str(row.get("emission") or row.get("amount") or ""),
            "unit": str(row.get("unit") or ""), "reason_zh": row["reason_zh"], "reason_en": row["reason_en"],
        }
        for row in refused_rows(inventory)
    ]  # fmt: skip


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


def _about(inventory: Inventory, frame: pl.DataFrame) -> dict[str, str]:
    listed = codelist("gases")
    held = {family_of(gas) for gas in inventory.emissions.filter(~pl.col("memo")).get_column("gas")}
    found = {
        "city": "、".join(entities(inventory)),
        **_place(inventory),
        "year": "、".join(dict.fromkeys(one[:4] for one in periods(inventory))),
        "tool": f"Tanheng {__version__}",
        "level": _level(frame),
        "gases": "、".join(gas for gas in listed if gas in held),
        "gwp": inventory.gwp_name or "",
        "method": f"{inventory.method['id']} {inventory.method['version']}",
    }
    return {key: value for key, value in found.items() if value}


def _place(inventory: Inventory) -> dict[str, str]:
    """Country and region of the activity, where it is of one region."""
    codes = [code for code in inventory.emissions.get_column("region").unique().to_list() if code]
    if len(codes) != 1:
        return {}
    try:
        path = [region(codes[0])]
        while path[0].level != "country" and path[0].parent:
            path.insert(0, region(path[0].parent))
    except UnknownCode:
        return {}
    names = [one.name_zh if language() == "zh" else one.name_en or one.name_zh for one in path]
    return {"country": names[0], "region": " ".join(names[1:])}


def _level(frame: pl.DataFrame) -> str:
    """The level of reporting that the rows reach: every category of a level has a number or a notation key."""
    answered = set(frame.get_column("category"))
    left = {level: [one.code for one in leaves() if one.level == level and one.code not in answered] for level in ("basic", "basic+")}  # fmt: skip
    if not left["basic"]:
        return "BASIC" if left["basic+"] else "BASIC+"
    count = len(left["basic"])
    zh = f"未达到 BASIC：{count} 个类别没有数，也没有标记符号（{', '.join(left['basic'])}）"
    en = f"BASIC is not reached: {count} categories have neither a number nor a notation key ({', '.join(left['basic'])})"
    return zh if language() == "zh" else en
