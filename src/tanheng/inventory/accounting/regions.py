"""The region of every row: what it states, else where its entity stands."""

from __future__ import annotations

import polars as pl

from tanheng.activity import last_day
from tanheng.activity.clean import region_of
from tanheng.codes import EntityTree
from tanheng.codes import region as find_region
from tanheng.errors import UnknownCode


def with_region(
    frame: pl.DataFrame, dimensions: list[str], default: str | None, entities: EntityTree | None
) -> pl.DataFrame:
    """The region that a row states, else that of its entity, else the default, else China."""
    stated = pl.col("region") if "region" in dimensions else pl.lit("")
    own = pl.lit("")
    if "entity" in dimensions and frame.select((stated == "").any()).item():
        pairs = frame.select("entity", "period").unique()
        found = [_home(entity, period, entities) for entity, period in pairs.rows()]
        frame = frame.join(
            pairs.with_columns(pl.Series("__home", found, dtype=pl.String)),
            on=["entity", "period"],
            how="left",
        )
        own = pl.col("__home")
    fallback = find_region(default).code if default else ""
    chosen = pl.when(stated != "").then(stated).when(own != "").then(own).otherwise(pl.lit(fallback))
    return frame.with_columns(chosen.alias("region")).with_columns(
        (pl.col("region") == "").alias("__nowhere"),
        pl.when(pl.col("region") == "").then(pl.lit("CN")).otherwise(pl.col("region")).alias("region"),
    )


def _home(entity: str, period: str, entities: EntityTree | None) -> str:
    """Region of an entity: from the tree as of the period, else the entity is itself a region."""
    if entities is not None and entity in entities:
        try:
            home = entities.region_of(entity, last_day(period))
        except UnknownCode:
            return ""
        return home.code if home else ""
    return region_of(entity) or ""
