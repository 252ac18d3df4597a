"""What counts once: activity that a method leaves out knowingly, alternatives for one thing, and rules that need another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.inventory.accounting.amounts import Amounts
from tanheng.inventory.accounting.coefficients import Coefficient, Unresolved
from tanheng.inventory.accounting.unmatched import unmatched
from tanheng.inventory.methods.matching import equipment_of, known_item, matches
from tanheng.inventory.methods.method import Method
from tanheng.quantities import parse_unit

LEFT, ALTERNATIVE, ALONE = "I-122", "I-123", "I-124"
_WHERE = ("entity", "period")


def leave_of(method: Method, row: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What a method says of activity that no rule takes, under its key ``leaves``; None where it does not know it.

    Examples
    --------
    >>> from tanheng.inventory import load_method
    >>> row = {"item": "electricity", "unit": "MWh", "sector": "industry", "activity": "消费"}
    >>> leave_of(load_method("cn-provincial-2011"), row)["reason"]["zh"][:6]
    '省级指南只计'
    """
    for leave in method.data.get("leaves", ()):
        if matches(
            leave["when"],
            known_item(row["item"]),
            parse_unit(row["unit"]).dimension,
            row["sector"],
            row["activity"],
        ):
            return dict(leave)
    return None


def places_asked(method: Method, kept: Sequence[str] | None) -> Sequence[str] | None:
    """The dimensions to keep: the entity too, where what counts depends on what else an entity has."""
    whole = method.data.get("alternatives") or method.data.get("needs")
    whole = whole or any(leave.get("counted_by") for leave in method.data.get("leaves", ()))
    return kept if kept is None or not whole or "entity" in kept else [*kept, "entity"]


def settle(
    method: Method,
    table: Activity,
    amounts: Amounts,
    coefficients: Sequence[Coefficient],
    missing: Sequence[Unresolved],
    emissions: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, list[Finding]]:
    """The emissions that count, what is unmatched, and what is told of either.

    Parameters
    ----------
    method : Method
        Its keys ``leaves``, ``alternatives`` and ``needs`` decide.
    table : Activity
    amounts : Amounts
        With keys.
    coefficients : sequence of Coefficient
    missing : sequence of Unresolved
        Those with the code `LEFT` are activity that no rule takes and ``leaves`` knows.
    emissions : DataFrame
        One row per cell, part and gas.

    Returns
    -------
    tuple of DataFrame, DataFrame and list of Finding
        Emissions without alternatives that stand behind another and without rules that lack what they need; unmatched
        cells, as `unmatched` gives them, with activity left to rules none of which counts it; findings, among them I-122
        (left out knowingly), I-123 (alternatives) and I-124 (a rule alone).

    Notes
    -----
    All is decided for each entity and period by itself; amounts of zero decide nothing.
    """
    findings: list[Finding] = []

    def listed(
        cells: pl.DataFrame, code: str, reason: Mapping[str, str]
    ) -> tuple[pl.DataFrame, list[Finding]]:
        keys = [amounts.keys[number] for number in cells.get_column("key").unique().sort()]
        said = {"detail_zh": reason["zh"], "detail_en": reason["en"]}
        part = replace(amounts, cells=cells)
        return unmatched(part, [Unresolved(key, "", code, said) for key in keys], [], method.id, table)

    frames = []
    left = [one for one in missing if one.code == LEFT]
    found, said = unmatched(
        amounts, [one for one in missing if one.code != LEFT], coefficients, method.id, table
    )
    frames.append(found)
    findings += said
    for leave in method.data.get("leaves", ()) if left else ():
        keys = {one.key for one in left if one.fields["reason"] == leave["reason"]["zh"]}
        numbers = [number for number, key in enumerate(amounts.keys) if key in keys]
        cells = amounts.cells.filter(pl.col("key").is_in(numbers))
        apart = cells.clear()
        if "counted_by" in leave:
            here = _places(emissions, leave["counted_by"])
            apart, cells = _split(cells, here)
        if cells.height:
            findings += listed(cells, LEFT, leave["reason"])[1]
        if apart.height:
            found, said = listed(apart, "I-102", leave["reason"])
            frames.append(found)
            findings += said
    for entry in method.data.get("alternatives", ()):
        emissions, dropped = _first(emissions, entry)
        if dropped:
            cells = amounts.cells.filter(pl.col("cell").is_in(dropped))
            findings += listed(cells, ALTERNATIVE, entry["reason"])[1]
    for entry in method.data.get("needs", ()):
        own = emissions.filter((pl.col("rule") == entry["rule"]) & (pl.col("amount_micro") != 0))
        alone, _ = _split(own, _places(emissions, entry["one_of"]))
        if alone.height:
            numbers = alone.get_column("cell").unique().to_list()
            cells = amounts.cells.filter(pl.col("cell").is_in(numbers))
            findings += listed(cells, ALONE, entry["reason"])[1]
            if entry["otherwise"] == "left_out":
                emissions = emissions.filter(
                    (pl.col("rule") != entry["rule"]) | ~pl.col("cell").is_in(numbers)
                )
    filled = [frame for frame in frames if frame.height]
    rest = (
        pl.concat(filled, how="diagonal_relaxed").sort("cell", maintain_order=True) if filled else frames[0]
    )
    return emissions, rest, findings


def _places(emissions: pl.DataFrame, rules: Iterable[str], by: Sequence[str] = ()) -> pl.DataFrame:
    """Entities and periods (and what else is asked) in which rules have an amount."""
    names = [name for name in (*_WHERE, *by) if name in emissions.columns]
    there = emissions.filter(pl.col("rule").is_in(list(rules)) & (pl.col("amount_micro") != 0))
    return there.select(names).unique()


def _split(cells: pl.DataFrame, places: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells elsewhere, and cells at the places."""
    on = places.columns
    return (
        cells.join(places, on=on, how="anti", maintain_order="left"),
        cells.join(places, on=on, how="semi", maintain_order="left"),
    )


def _by_code(emissions: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The rows with the equipment by its code, where it is asked for: one may be written by several names."""
    if "equipment" not in by or "equipment" not in emissions.columns:
        return emissions
    written = emissions.get_column("equipment").unique()
    codes = {name: equipment_of(name) for name in written.drop_nulls()}
    return emissions.with_columns(
        pl.col("equipment").replace_strict(codes, default="", return_dtype=pl.String)
    )


def _first(emissions: pl.DataFrame, entry: Mapping[str, Any]) -> tuple[pl.DataFrame, list[int]]:
    """Emissions with the first of some alternatives at each place, and the cells of the others."""
    dropped: list[int] = []
    by = entry.get("by", ())
    for at, rule in enumerate(entry["rules"][1:], 1):
        places = _places(_by_code(emissions, by), entry["rules"][:at], by)
        own = _by_code(emissions.filter(pl.col("rule") == rule), by)
        _, beaten = _split(own, places)
        if beaten.height:
            numbers = beaten.get_column("cell").unique().to_list()
            emissions = emissions.filter((pl.col("rule") != rule) | ~pl.col("cell").is_in(numbers))
            dropped += numbers
    return emissions, dropped
