"""Texts of many rows as places in one sorted list: a few bytes for each, and many times faster to group, join and sort by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

_BLANK = pl.Series([""])
"""Always in a list, so that columns can be asked for what is blank."""


def coded(frames: Sequence[pl.DataFrame], names: Iterable[str]) -> list[pl.DataFrame]:
    """Frames with some of their columns, where they have them, as codes of a list that they share; null stays null.

    Examples
    --------
    >>> one, two = coded([pl.DataFrame({"item": ["b", "a"]}), pl.DataFrame({"item": ["c"]})], ["item"])
    >>> one.schema == two.schema, one.sort("item").get_column("item").to_list()
    (True, ['a', 'b'])
    """
    kinds = {}
    for name in names:
        texts = [
            frame.get_column(name).cast(pl.String).unique().alias("")
            for frame in frames
            if name in frame.columns
        ]
        kinds[name] = pl.Enum(pl.concat([_BLANK, *texts]).unique().drop_nulls().sort())
    return [
        frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items() if name in frame.columns)
        for frame in frames
    ]


def uncoded(frame: pl.DataFrame) -> pl.DataFrame:
    """Codes as texts again."""
    return frame.with_columns(
        pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if isinstance(kind, pl.Enum)
    )
