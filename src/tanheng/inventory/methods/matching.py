"""Which rules of a method an activity meets, and how a stated split shares it out."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from tanheng.activity.clean import Stated, parameter_names
from tanheng.codes import Item, codelist, items
from tanheng.errors import IncompatibleUnit
from tanheng.inventory.accounting.coefficients import Input
from tanheng.quantities import gases, multiplier, parse_unit

OWN = "x_"
"""Codes that begin so are the user's own items: no catalogue, but factor packs and methods may name them."""


def known_item(code: str) -> Item:
    """The item of a code of the catalogue, or of the user's own.

    Raises
    ------
    UnknownCode
        When the catalogue lacks it.

    Examples
    --------
    >>> known_item("x_slag").code, known_item("diesel").kind
    ('x_slag', 'fuel')
    """
    if code.startswith(OWN) and code not in items():
        return Item(code, code, code, "", "", "", "", "", ())
    return items().get(code)


@functools.lru_cache(maxsize=4096)
def near_items(code: str) -> str | None:
    """Items that a code comes near to, where neither the catalogue nor the user has it; None where one has."""
    return (
        None if code in items() or code.startswith(OWN) else str(items().codes.unknown(code).fields["near"])
    )


def sector_path(code: str) -> list[str]:
    """A sector and the wider ones above it, nearest first; an unknown one stands alone."""
    sectors = codelist("sectors")
    return [code, *(str(row["code"]) for row in sectors.ancestors(code))] if code in sectors else [code]


def matches(when: Mapping[str, Any], item: Item, dimension: str, sector: str, activity: str) -> bool:
    """Whether a rule's conditions hold; a condition that it does not state holds."""
    if item.code in when.get("except", ()):
        return False
    if "items" in when and item.code not in when["items"]:
        return False
    if "kind" in when and item.kind != when["kind"]:
        return False
    if "under" in when and not _under(item, when["under"]):
        return False
    if "sectors" in when and not any(one in when["sectors"] for one in sector_path(sector)):
        return False
    if activity and activity not in _listed(when.get("activity", ())):
        return False
    if not activity and when.get("explicit"):
        return False
    return "measure" not in when or parse_unit(when["measure"]).dimension == dimension


def _listed(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _under(item: Item, tops: list[str]) -> bool:
    above = {one.code for one in items().family(item.code)} if item.code in items() else {item.code}
    return any(top in above for top in tops)


def equipment_of(text: str) -> str:
    """Code of an equipment or technology by its name; a name that the list lacks stays as it is.

    Examples
    --------
    >>> equipment_of("早稻"), equipment_of("heavy_diesel_18t_truck")
    ('double_season_early', 'heavy_diesel_18t_truck')
    """
    found = codelist("equipment").match(text) if text else []
    return found[0] if len(found) == 1 else text


def gas_fits(wanted: str, emitted: str) -> bool:
    """Whether a gas, with its origin, is what the activity row asks for; CO2e or nothing asks for all.

    Examples
    --------
    >>> gas_fits("CH4", "CH4_fossil"), gas_fits("CH4_biogenic", "CH4_fossil")
    (True, False)
    """
    return wanted in {"", "CO2e", emitted, gases()[emitted]["family"]}


def shares_problem(shares: Mapping[str, str], measured: Mapping[str, Stated]) -> tuple[str, str] | None:
    """What is wrong with the shares that a row states, in both languages; None when they add up to 1."""
    names = ", ".join(shares.values())
    named = "、".join(parameter_names().get(name, (name, name))[0] for name in shares.values())
    if any(name not in measured for name in shares.values()):
        return (
            f"需在“参数”列给出占比 {named}（合计为 1）。",
            f"State the shares {names} (adding up to 1) in the parameters column.",
        )
    try:
        found = [share(name, measured[name]).value for name in shares.values()]
    except IncompatibleUnit as error:
        return error.message("zh"), error.message("en")
    if min(found) < 0 or abs(sum(found) - 1) > 1e-6:
        return (
            f"占比 {names} 合计为 {sum(found):g}，应为非负且合计为 1。",
            f"The shares {names} add up to {sum(found):g}; they must be 0 or more and add up to 1.",
        )
    return None


def share(name: str, measured: Stated) -> Input:
    """A stated share as an input of the coefficient."""
    value = measured.value * multiplier(measured.unit, "fraction")
    return Input(
        name, value, "fraction", "measured", published=str(measured), uncertainty=measured.half_width
    )
