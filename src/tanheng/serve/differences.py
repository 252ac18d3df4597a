"""Two versions of a data set set against each other, row by row."""

from __future__ import annotations

import polars as pl

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_VALUES = ("amount", "unit", "uncertainty", "parameters", "note", "source")
_PLACE = ("__file", "__sheet", "__row")


def difference(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Rows added, removed and changed.

    Parameters
    ----------
    new, old : DataFrame
        Good rows of two versions.

    Returns
    -------
    DataFrame
        ``change`` (added, removed, changed); what tells rows apart; each of amount, unit, uncertainty, parameters, note and
        source with ``_new`` and ``_old``; where each row stood (``__row_new``, ``__row_old`` …). Rows that are alike in all
        that tells them apart are paired: first those that say the same, then in order.

    Examples
    --------
    >>> old = pl.DataFrame({"item": ["coal", "oil"], "amount": [1.0, 2.0], "unit": ["t", "t"]})
    >>> new = pl.DataFrame({"item": ["coal", "gas"], "amount": [3.0, 4.0], "unit": ["t", "t"]})
    >>> difference(new, old).select("change", "item", "amount_new", "amount_old").rows()
    [('changed', 'coal', 3.0, 1.0), ('added', 'gas', 4.0, None), ('removed', 'oil', None, 2.0)]
    """
    columns = list(dict.fromkeys([*new.columns, *old.columns]))
    keys = [name for name in columns if name not in {*_VALUES, *_PLACE}]
    values = [name for name in _VALUES if name in columns]
    places = [name for name in _PLACE if name in columns]
    kinds = {**old.schema, **new.schema}
    new, old = (_whole(frame, columns, kinds) for frame in (new, old))
    left_new, left_old = _unlike(new, old, [*keys, *values]), _unlike(old, new, [*keys, *values])
    number = (
        pl.int_range(pl.len()).over(keys).alias("__number")
        if keys
        else pl.int_range(pl.len()).alias("__number")
    )
    joined = left_new.with_columns(number, __new=True).join(
        left_old.with_columns(number, __old=True), on=[*keys, "__number"], how="full", coalesce=True,
        suffix="_old", nulls_equal=True,
    )  # fmt: skip
    there = pl.col("__new").is_not_null(), pl.col("__old").is_not_null()
    change = pl.when(there[0] & there[1]).then(pl.lit(CHANGED)).when(there[0]).then(pl.lit(ADDED))
    shown = [
        one
        for name in [*values, *places]
        for one in (pl.col(name).alias(f"{name}_new"), pl.col(f"{name}_old"))
    ]
    found = joined.select(change.otherwise(pl.lit(REMOVED)).alias("change"), *keys, *shown)
    return found.sort([*keys, "change"], nulls_last=True, maintain_order=True)


def _whole(frame: pl.DataFrame, columns: list[str], kinds: dict[str, pl.DataType]) -> pl.DataFrame:
    """All columns of both; a column that one version lacks is empty in it, as a text column is where nothing was written."""
    lacking = [
        pl.lit("" if kinds[name] == pl.String else None, kinds[name]).alias(name)
        for name in columns
        if name not in frame.columns
    ]
    return frame.with_columns(lacking).select(
        pl.col(name).cast(kinds[name], strict=False) for name in columns
    )


def _unlike(frame: pl.DataFrame, other: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Rows that do not stand, as often, in the other frame too."""
    again = pl.int_range(pl.len()).over(names).alias("__again")
    there = other.select(names).with_columns(again)
    return (
        frame.with_columns(again)
        .join(there, on=[*names, "__again"], how="anti", nulls_equal=True)
        .drop("__again")
    )
