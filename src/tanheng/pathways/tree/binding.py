"""Leaves bound to cells of an inventory: the value, its uncertainty and where its proof opens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.errors import TanhengError
from tanheng.inventory import Inventory
from tanheng.quantities import multiplier

TAKES = ("emission", "amount", "coefficient")
_NO_VALUE = (
    ("单元格的数量为零，没有系数", "the cell has no amount, so no coefficient"),
    ("请换一个单元格。", "Name another cell."),
)
Refuse = Callable[[tuple[str, str], tuple[str, str]], TanhengError]


@dataclass(frozen=True)
class Bound:
    """What a cell says: ``value`` in the unit asked for, the relative half width of its 95 % interval, and its proof."""

    value: float
    uncertainty: float | None
    draw: str
    proof: Mapping[str, Any]


def bound(inventory: Inventory, cell: Mapping[str, Any], unit: str, refuse: Refuse) -> Bound:
    """The value of a cell.

    Parameters
    ----------
    inventory : Inventory
    cell : mapping
        ``take`` emission [t], amount or coefficient [t by unit of the amount]; the other keys are columns and values, as
        `Inventory.select` takes them.
    unit : str
        Unit of the leaf.
    refuse : callable
        Makes the error for what cannot be, from detail and mend.

    Raises
    ------
    CellNotFound, AmbiguousName
        Where the inventory has no such cell.
    IncompatibleUnit
        Where the leaf has another unit than the cell.
    """
    take = str(cell.get("take", "emission"))
    if take not in TAKES:
        raise refuse(
            (f"take 不能是“{take}”", f"take cannot be '{take}'"),
            (f"可用：{', '.join(TAKES)}。", f"Known: {', '.join(TAKES)}."),
        )
    asked = {name: str(value) for name, value in cell.items() if name not in {"of", "take"}}
    rows = inventory.select(asked).filter(~pl.col("memo"))
    if rows.height == 0:
        raise refuse(
            ("单元格只含备忘项", "the cell holds memo items only"),
            ("请换一个单元格。", "Name another cell."),
        )
    own = rows.group_by("unit", maintain_order=True).agg(pl.col("emission").sum())
    emission = float(rows.get_column("emission").sum())
    proof = {
        "run": inventory.run.get("id", ""),
        "method": inventory.method["id"],
        "digest": inventory.digest,
        "cell": asked,
        "take": take,
    }
    if take == "emission":
        part = dataclasses.replace(
            inventory, emissions=inventory.emissions.join(rows, on=_KEYS, how="semi", nulls_equal=True)
        )
        relative = part.uncertainty().relative
        scale = multiplier(f"t{inventory.gas}", unit)
        return Bound(emission * scale, None if relative is None else abs(relative) / 100, "", proof)
    amounts = rows.unique(["cell", "unit"], maintain_order=True)
    if take == "amount":
        scaled = [row["amount"] * multiplier(row["unit"], unit) for row in amounts.to_dicts()]
        return Bound(sum(scaled), _joined(scaled, _column(amounts, "activity_uncertainty")), "", proof)
    per = own.get_column("unit").to_list()
    amount = sum(row["amount"] * multiplier(row["unit"], per[0]) for row in amounts.to_dicts())
    if not amount:
        raise refuse(*_NO_VALUE)
    scale = multiplier(f"t{inventory.gas}/({per[0]})", unit)
    factors = rows.get_column("factors").unique().to_list()
    relative = _shared(rows.get_column("emission").to_list(), _column(rows, "uncertainty"))
    return Bound(emission / amount * scale, relative, factors[0] if len(factors) == 1 else "", proof)


_KEYS = ["cell", "rule", "part", "gas"]


def _column(rows: pl.DataFrame, name: str) -> list[float | None]:
    return rows.get_column(name).to_list() if name in rows.columns else [None] * rows.height


def _joined(values: list[float], half_widths: list[float | None]) -> float | None:
    """Relative half width of a sum of independent values; unknown where one is unknown."""
    known = [width for width in half_widths if width is not None]
    whole = abs(sum(values))
    if len(known) < len(values) or not whole:
        return None
    return (
        float(np.sqrt(sum((value * width) ** 2 for value, width in zip(values, known, strict=True)))) / whole
    )


def _shared(values: list[float], half_widths: list[float | None]) -> float | None:
    """Relative half width of a sum of values that err together."""
    known = [width for width in half_widths if width is not None]
    whole = abs(sum(values))
    if len(known) < len(values) or not whole:
        return None
    return sum(abs(value) * width for value, width in zip(values, known, strict=True)) / whole
