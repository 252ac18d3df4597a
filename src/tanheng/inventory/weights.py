"""Masses of gases and what they weigh: integers of 10^-9 t, and the GWP set by which they are added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import polars as pl

from tanheng.errors import GwpMissing, NotFound
from tanheng.quantities import gases

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
NANO = 1_000_000_000
"""Masses are kept as integers of 10^-9 t, so that sums are exact in any order."""
DIGITS = 12
"""Significant digits of a coefficient that is shown; beyond them lies the noise of converting units in binary."""

Sets = Mapping[str, Mapping[str, float]]


def weights_of(present: Iterable[str], gas: str, values: Sets, name: str | None) -> dict[str, float]:
    """What a tonne of each gas counts in a total of CO2 (by mass) or of CO2e (by a GWP set).

    Raises
    ------
    GwpMissing
        When the set lacks a gas; it is never taken as zero.

    Examples
    --------
    >>> weights_of(["CO2", "CH4_fossil"], "CO2", {}, None)
    {'CO2': 1.0, 'CH4_fossil': 0.0}
    """
    if gas == "CO2":
        return {one: 1.0 if gases()[one]["family"] == "CO2" else 0.0 for one in present}
    chosen = values.get(name or "", {})
    return {one: _weight(one, chosen, name) for one in present}


def weighted(emissions: Frame, weights: Mapping[str, float]) -> Frame:
    """Emission rows with ``mass`` [t of the gas], ``gwp``, ``emission_nano`` [10^-9 t] and ``emission`` [t CO2 or t CO2e]."""
    weight = pl.col("gas").replace_strict(weights or {"": 0.0}, return_dtype=pl.Float64)
    return emissions.with_columns(
        (pl.col("nano").cast(pl.Int128) / NANO).alias("mass"),
        weight.alias("gwp"),
        (pl.col("nano").cast(pl.Int128).cast(pl.Float64) * weight)
        .round(0)
        .cast(pl.Int128)
        .alias("emission_nano"),
    ).with_columns((pl.col("emission_nano") / NANO).alias("emission"))


def known_set(name: str | None, values: Sets) -> None:
    """Refuse a GWP set that there is not.

    Raises
    ------
    NotFound
        Naming the sets that there are.
    """
    if name is not None and name not in values:
        raise NotFound(what_zh="GWP 组", what_en="GWP set", name=name, known=", ".join(values))


def _weight(gas: str, values: Mapping[str, float], name: str | None) -> float:
    if gas == "CO2e":
        return 1.0
    if gas == "CO2_biogenic":
        return values.get("CO2", 1.0)
    for code in (gas, gases()[gas]["family"] if gas in gases() else gas):
        if code in values:
            return values[code]
    raise GwpMissing(gwp=name, gas=gas)
