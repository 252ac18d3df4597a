"""The coefficient sheet: what was resolved, as a table that can be read, compared and hashed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from tanheng.inventory.accounting.coefficients import KEY, Coefficient

SCHEMA = {
    "coefficient_row": pl.Int64,
    "key": pl.Int64,
    **dict.fromkeys(KEY, pl.String),
    "rule": pl.String,
    "part": pl.String,
    "scope": pl.String,
    "memo": pl.Boolean,
    "emitted": pl.String,
    "coefficient": pl.Float64,
    "coefficient_unit": pl.String,
    "canonical": pl.Float64,
    "formula": pl.String,
    "factors": pl.String,
    "check": pl.String,
    "carried": pl.Boolean,
    "uncertainty": pl.Float64,
    "category": pl.String,
    "inputs": pl.String,
}
"""`gas` is the gas that the activity asked for (part of the key), `emitted` the gas of the coefficient."""


def sheet_of(coefficients: Sequence[Coefficient], keys: Sequence[tuple[str, ...]]) -> pl.DataFrame:
    """The sheet as a table: one row per key, part and gas.

    Returns
    -------
    DataFrame
        ``coefficient`` is t of the gas per ``unit`` as written, ``canonical`` t per canonical unit.
    """
    number = {key: place for place, key in enumerate(keys)}
    alike: dict[int, tuple[Any, ...]] = {}
    for one in coefficients:
        if one.like is None:
            alike[id(one)] = _told(one)
    rows = [
        (place, number[one.key], *one.key, *alike[id(one.like or one)])
        for place, one in enumerate(coefficients)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _told(one: Coefficient) -> tuple[Any, ...]:
    """What the sheet tells of a coefficient beside its key."""
    inputs = [
        {
            "name": i.name,
            "value": i.value,
            "unit": i.unit,
            "check": i.check,
            "factor": i.factor,
            "published": i.published,
        }
        for i in one.inputs
    ]
    return (
        one.rule.id, one.part, one.rule.scope, one.rule.memo or one.gas == "CO2_biogenic",
        one.gas, one.shown, f"t{one.gas}/{one.key[1]}", one.value, one.rule.formula.text,
        ";".join(dict.fromkeys(i.factor for i in one.inputs if i.factor)), one.check,
        any(i.carried_from is not None for i in one.inputs), one.uncertainty,
        json.dumps(dict(one.category), ensure_ascii=False, sort_keys=True), json.dumps(inputs, ensure_ascii=False),
    )  # fmt: skip
