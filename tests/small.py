"""A few lines of activity, for tests of one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

PLANT = {"entity": "示例厂", "region": "四川省", "period": "2021"}
COAL = "share_anthracite=0.2; share_bituminous_coal=0.7; share_lignite=0.1"


def activity(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Rows of item, amount and unit; entity, region and period are those of a plant in Sichuan unless told."""
    return pl.DataFrame([PLANT | dict(row) for row in rows], infer_schema_length=None)


def use(item: str, amount: float, unit: str, **more: object) -> dict[str, object]:
    """One row."""
    return {"item": item, "amount": amount, "unit": unit, **more}
