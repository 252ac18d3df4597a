"""The inventory of one entity in one year: what a table of a standard speaks of, however much an activity table holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import parse_period
from tanheng.errors import NotFound, SeveralInventories

if TYPE_CHECKING:
    from tanheng.activity import Activity
    from tanheng.inventory.inventory import Inventory

TOGETHER = "*"
"""As an entity: all of them together, as the districts of a city are."""
_SHOWN = 12


def parts_of(inventory: Inventory) -> list[tuple[str, str]]:
    """Entity and year of each inventory that an activity table holds, in order.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲市", "甲市", "乙市"], "period": ["2020", "2021-03", "2021"], "item": ["柴油"] * 3,
    ...          "amount": [1, 1, 1], "unit": ["t"] * 3, "sector": ["工业"] * 3, "region": ["福建省"] * 3}
    >>> parts_of(th.account(table, "gpc-cn"))
    [('乙市', '2021'), ('甲市', '2020'), ('甲市', '2021')]
    """
    frames = [_marked(frame) for frame in (inventory.emissions, inventory.unmatched) if frame.height]
    pairs = [frame.select("__entity", "__year").unique(maintain_order=True) for frame in frames]
    return sorted({(who, year) for frame in pairs for who, year in frame.iter_rows()})


def one_part(inventory: Inventory, *, entity: str | None = None, period: str | None = None) -> Inventory:
    """The inventory of one entity in one year.

    Parameters
    ----------
    inventory : Inventory
    entity : str, optional
        Needed where there are several; ``*`` takes them together, as the districts of a city.
    period : str, optional
        A year, or a part of one; needed where there are several years.

    Returns
    -------
    Inventory
        With the emissions, the unmatched activity and the refused rows of that entity and year. A refused row that does
        not tell whose it is stays with each.

    Raises
    ------
    NotFound
        When there is no such entity or period, naming those that there are.
    SeveralInventories
        When several entities or years are left.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> found = th.account(table, "cn-provincial-2011")
    >>> round(one_part(found, period="2021年").total, 3)
    1.366
    """
    wanted = None if period is None else parse_period(period) or period
    known = parts_of(inventory)
    left = [
        (who, year)
        for who, year in known
        if entity in {None, TOGETHER, who} and (wanted is None or year == wanted[:4])
    ]
    if known and not left:
        raise absent(entity, period, known)
    several = {
        "entity": entity is None and len({who for who, _ in left}) > 1,
        "period": len({year for _, year in left}) > 1,
    }
    if any(several.values()):
        options = [f"--{name}" for name, many in several.items() if many]
        raise SeveralInventories(
            entities=_named(who for who, _ in left),
            periods=_named(year for _, year in left),
            options=", ".join(options),
        )
    if (entity in {None, TOGETHER} and wanted is None) or not known:
        return inventory
    return _only(inventory, None if entity == TOGETHER else entity, wanted)


def one_year(inventory: Inventory, period: str = "") -> tuple[Inventory, str]:
    """The inventory of one year, all its entities together, and which year that is.

    Parameters
    ----------
    inventory : Inventory
    period : str
        A year, or a part of one; the latest of several unless told.

    Raises
    ------
    NotFound
        When there is no such period, naming those that there are.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> found, year = one_year(th.account(table, "cn-provincial-2011"))
    >>> round(found.total, 3), year
    (1.366, '2021')
    """
    if period:
        return one_part(inventory, entity=TOGETHER, period=period), period
    years = sorted({year for _, year in parts_of(inventory)})
    if len(years) < 2:
        return inventory, "".join(years)
    return one_part(inventory, entity=TOGETHER, period=years[-1]), years[-1]


def absent(entity: str | None, period: str | None, known: Iterable[tuple[str, str]]) -> NotFound:
    """That there is no such entity or period, naming those that there are."""
    asked = " ".join(str(one) for one in (entity, period) if one)
    held = _named(f"{who} {year}" for who, year in known)
    return NotFound(what_zh="主体或时期", what_en="entity or period", name=asked, known=held)


def _named(values: Iterable[str]) -> str:
    listed = [value or "–" for value in dict.fromkeys(values)]
    return ", ".join(listed[:_SHOWN]) + (f" … ({len(listed)})" if len(listed) > _SHOWN else "")


def _only(inventory: Inventory, entity: str | None, period: str | None) -> Inventory:
    refused = _of(inventory.activity.refused, entity, period, strict=False)
    others = inventory.activity.refused.height - refused.height
    return replace(
        inventory,
        emissions=_of(inventory.emissions, entity, period),
        unmatched=_of(inventory.unmatched, entity, period),
        activity=_activity(inventory.activity, refused, entity, period),
        refused=inventory.refused - others,
    )


def _activity(activity: Activity, refused: pl.DataFrame, entity: str | None, period: str | None) -> Activity:
    frame = None if activity.frame is None else _of(activity.frame, entity, period)
    return replace(activity, frame=frame, refused=refused)


def _of(frame: pl.DataFrame, entity: str | None, period: str | None, *, strict: bool = True) -> pl.DataFrame:
    """Rows of an entity and a period; those that do not tell theirs only where it is not strict."""
    if not frame.height:
        return frame
    marked = _marked(frame)
    unsaid: Any = pl.lit(value=False) if strict else pl.lit(value=True)
    if entity is not None:
        own = pl.col("__entity") == entity
        marked = marked.filter(own | (unsaid & (pl.col("__entity") == "")))
    if period is not None:
        within = [pl.col("__period").str.starts_with(f"{period}{mark}") for mark in "-T"]
        own = pl.any_horizontal(pl.col("__period") == period, *within)
        marked = marked.filter(own | (unsaid & (pl.col("__period") == "")))
    return marked.drop("__entity", "__period", "__year")


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with entity, canonical period and year as texts, empty where it does not tell them."""
    entity, period = (
        pl.col(name).cast(pl.String).fill_null("").str.strip_chars() if name in frame.columns else pl.lit("")
        for name in ("entity", "period")
    )
    read = frame.with_columns(entity.alias("__entity"), period.alias("__period"))
    spelt = {text: parse_period(text) or "" for text in read.get_column("__period").unique().to_list()}
    canonical = pl.col("__period").replace_strict(spelt or {"": ""}, return_dtype=pl.String)
    return read.with_columns(canonical.alias("__period")).with_columns(
        pl.col("__period").str.slice(0, 4).alias("__year")
    )
