"""What a change of some drivers would do to emissions 假设: the rows are scaled, nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from tanheng.drivers.lmdi import DriversInvalid


@dataclass(frozen=True)
class Change:
    """A supposed change of what some rows are of: their activity and their emission per activity, each in percent.

    ``of`` names column and value, such as ``{"sector": "power"}``; empty means all rows.

    Examples
    --------
    >>> Change({"sector": "power"}, activity=-10).scale
    0.9
    """

    of: dict[str, str] = field(default_factory=dict)
    activity: float = 0.0
    factor: float = 0.0

    @property
    def scale(self) -> float:
        """By what the emission is multiplied."""
        return (1 + self.activity / 100) * (1 + self.factor / 100)


def what_if(rows: pl.DataFrame, changes: Sequence[Change]) -> pl.DataFrame:
    """Emissions as they would be under some changes; those that concern a row are applied one after the other.

    Parameters
    ----------
    rows : DataFrame
        Any columns and ``emission`` [t].
    changes : sequence of Change

    Returns
    -------
    DataFrame
        The rows with ``what_if`` and ``difference`` [t]. An unknown emission stays unknown.

    Raises
    ------
    DriversInvalid
        For a column that is not there, or a change below -100 %.

    Notes
    -----
    Emission = activity · factor, so that a change of either scales the row. A supposition, not an inventory.

    Examples
    --------
    >>> rows = pl.DataFrame({"sector": ["power", "industry"], "emission": [100.0, 40.0]})
    >>> what_if(rows, [Change({"sector": "power"}, activity=-50, factor=-50)])["what_if"].to_list()
    [25.0, 40.0]
    """
    scale = pl.lit(1.0)
    for change in changes:
        missing = [name for name in change.of if name not in rows.columns]
        if missing or min(change.activity, change.factor) < -100:
            said = ", ".join(missing) or f"{change.activity} %, {change.factor} %"
            raise DriversInvalid(detail_zh=f"不可能的变化 {said}", detail_en=f"an impossible change: {said}")
        here = [pl.col(name).cast(pl.String) == value for name, value in change.of.items()]
        fits = pl.all_horizontal(here) if here else pl.lit(value=True)
        scale = scale * pl.when(fits.fill_null(value=False)).then(change.scale).otherwise(1.0)
    supposed = pl.col("emission") * scale
    return rows.with_columns(supposed.alias("what_if"), (supposed - pl.col("emission")).alias("difference"))
