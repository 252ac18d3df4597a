"""Bottom-up against top-down: what enterprises report beside what a balance or yearbook says, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.balance.reading import balance_kinds
from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    capped,
    factor_of,
    figure,
    label,
    percent,
    with_values,
)
from tanheng.activity.findings import Finding
from tanheng.errors import ColumnMissing, NotFound, TanhengError

_ACTIVITY = "activity"
_CODES = {"excess": "Q-050", "unlisted": "Q-051", "uncovered": "Q-052", "short": "Q-053", "units": "Q-054"}
_ROUNDING = 1e-9


class ActivityMixed(TanhengError):
    """Rows of several kinds of activity that would be added up in one cell."""

    code = "A-009"
    zh = "{side_zh}的同一格里有几种活动（{kinds}），相加没有意义。"
    en = "{side_en} has several kinds of activity in one cell ({kinds}); their sum means nothing."
    remedy_zh = "请用 {option} 写明取哪几种，或把 activity 放进对照的列（by）。"
    remedy_en = "Name those that count with {option}, or compare by activity."


@dataclass(frozen=True)
class BottomUp:
    """Both sources side by side; neither is changed and nothing is added to a total."""

    table: pl.DataFrame
    findings: list[Finding]


def bottom_up(
    activity: Any,
    balance: Any,
    *,
    by: Sequence[str] = ("period", "item"),
    activities: Sequence[str] = (),
    reported: Sequence[str] = (),
    tolerance: float = 0.05,
) -> BottomUp:
    """Hold sums of enterprises' rows against a balance or yearbook, cell by cell.

    Parameters
    ----------
    activity : Activity, path or table, or a list of these
        Rows of enterprises, facilities or meters, in any unit of the item's dimension. Parquet is read whole and checked
        like any table.
    balance : Activity, path or table
        Rows of the balance or yearbook; several rows of one cell are added up.
    by : sequence of str
        Columns of a cell, such as ``("period", "item", "sector")``.
    activities : sequence of str
        Kinds of activity of the balance that count. By default what firms use of an energy balance (burnt, feedstock,
        final consumption, input of transformation: ``used`` in packs/rules/balance_kinds.csv), and all rows of another
        table.
    reported : sequence of str
        Kinds of activity of the enterprises that count; by default all.
    tolerance : float
        Largest difference that agrees, as a fraction of the balance.

    Returns
    -------
    BottomUp
        ``table`` with the columns of ``by``, ``unit`` (the balance's, where it has the cell), ``enterprises`` and
        ``balance`` in it, ``rows`` (of enterprises), ``difference`` (enterprises minus balance), ``share``
        (difference as a fraction of the balance) and ``verdict``: agrees, excess, short, uncovered (balance only),
        unlisted (enterprises only), units (dimensions differ, not compared). ``findings`` holds those of reading both
        sources, what was left out of the balance (Q-059), and one for each cell that does not agree.

    Raises
    ------
    ColumnMissing
        When a source lacks a column of ``by``.
    ActivityMixed
        When a source has several kinds of activity in one cell and none was named.
    NotFound
        When a source has no row of a kind that was named.

    Examples
    --------
    >>> head = {"entity": ["A", "B"], "period": ["2021"] * 2, "item": ["diesel"] * 2, "unit": ["t"] * 2}
    >>> plants = pl.DataFrame(head | {"amount": [700.0, 400.0]})
    >>> whole = pl.DataFrame({"entity": ["城"], "period": ["2021"], "item": ["diesel"], "amount": [0.1], "unit": ["万t"]})
    >>> found = bottom_up(plants, whole)
    >>> found.table.select("enterprises", "balance", "verdict").row(0)
    (0.11, 0.1, 'excess')
    """
    below = [read_activity(one, name="enterprises") for one in _several(activity)]
    above = read_activity(balance, name="balance")
    keys = list(by)
    read = [_rows(one) for one in (*below, above)]
    firms = pl.concat([frame for frame, _ in read[:-1]], how="diagonal_relaxed")
    whole, left = _used(read[-1][0], above, keys, activities)
    cells = _cells(_one_kind(firms, keys, reported, "enterprises"), keys, "enterprises").join(
        _cells(_one_kind(whole, keys, activities, "balance"), keys, "balance"),
        on=[*keys, DIMENSION],
        how="full",
        coalesce=True,
    )
    rows = [_compared(row, tolerance) for row in _ordered(cells, keys).to_dicts()]
    shown = [*keys, "unit", "enterprises", "balance", "rows", "difference", "share", "verdict"]
    kinds: dict[str, Any] = dict.fromkeys(keys, pl.String) | {
        "unit": pl.String,
        "rows": pl.Int64,
        "verdict": pl.String,
    }
    schema = {name: kinds.get(name, pl.Float64) for name in shown}
    made = [_finding(row, keys, tolerance) for row in rows if row["verdict"] in _CODES]
    made = [found for code in _CODES.values() for found in capped([one for one in made if one.code == code])]
    told = [finding for _, findings in read for finding in findings]
    return BottomUp(pl.DataFrame(rows, schema=schema), [*told, *left, *made])


def _several(source: Any) -> list[Any]:
    """The sources of a list; a list of rows is one table."""
    several = isinstance(source, list | tuple) and not all(isinstance(one, Mapping) for one in source)
    return list(source) if several else [source]


def _rows(source: Activity) -> tuple[pl.DataFrame, list[Finding]]:
    """Checked rows under canonical names, with what reading them told; Parquet has names of its own, and is checked here."""
    if source.frame is not None:
        return source.frame, source.findings
    named = source.to_polars().select(pl.col(there).alias(name) for name, there in source.mapping.items())
    checked = read_activity(named, name=source.name)
    assert checked.frame is not None
    return checked.frame, [*source.findings, *checked.findings]


def _used(
    frame: pl.DataFrame, source: Activity, keys: list[str], named: Sequence[str]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Of an energy balance the kinds that firms use, with a note of the others; another table as it is."""
    if named or _ACTIVITY in keys or source.recipe.get("form") != "energy-balance":
        return frame, []
    kinds = balance_kinds()
    used = pl.col(_ACTIVITY).is_in([name for name, kind in kinds.items() if kind.used])
    left = frame.filter(~used)
    if not left.height:
        return frame, []
    names = [kinds[name] for name in left.get_column(_ACTIVITY).unique(maintain_order=True)]
    told = "、".join(one.name_zh for one in names), ", ".join(one.name_en for one in names)
    return frame.filter(used), [Finding("Q-059", {"names": told, "number": left.height})]


def _one_kind(frame: pl.DataFrame, keys: list[str], named: Sequence[str], side: str) -> pl.DataFrame:
    """The rows whose kinds of activity count."""
    if _ACTIVITY not in frame.columns or _ACTIVITY in keys:
        return frame
    if named:
        there = frame.get_column(_ACTIVITY).unique().sort().to_list()
        if unknown := [one for one in named if one not in there]:
            raise NotFound(
                what_zh="活动类型",
                what_en="kind of activity",
                name=unknown[0],
                known=", ".join(filter(None, there)),
            )
        return frame.filter(pl.col(_ACTIVITY).is_in(list(named)))
    kinds = balance_kinds()
    stated = frame.filter(pl.col(_ACTIVITY) != "").with_columns(
        pl.col(_ACTIVITY).replace({name: "used" for name, kind in kinds.items() if kind.used}).alias("__kind")
    )
    cell = [name for name in keys if name in frame.columns]
    mixed = stated.filter(pl.col("__kind").n_unique().over(cell) > 1) if cell else stated.clear()
    if mixed.height:
        names = {"enterprises": ("企业数据", "The enterprises' table"), "balance": ("平衡表", "The balance")}
        listed = ", ".join(sorted(mixed.get_column(_ACTIVITY).unique()))
        option = "activities (--activity)" if side == "balance" else "reported (--reported)"
        raise ActivityMixed(side_zh=names[side][0], side_en=names[side][1], kinds=listed, option=option)
    return frame


def _cells(frame: pl.DataFrame, keys: list[str], side: str) -> pl.DataFrame:
    """One row a cell and dimension: its sum in canonical units, how many rows, the unit of the first."""
    for name in keys:
        if name not in frame.columns:
            raise ColumnMissing(
                file=side, sheet="", column=name, header=" | ".join(frame.columns), names=", ".join(keys)
            )
    texts = frame.with_columns(pl.col(keys).cast(pl.String).fill_null(""))
    return (
        with_values(texts)
        .group_by([*keys, DIMENSION], maintain_order=True)
        .agg(
            pl.col(VALUE).sum().alias(side),
            pl.len().cast(pl.Int64).alias(f"rows_{side}"),
            pl.col("unit").first().alias(f"unit_{side}"),
        )
    )


def _ordered(cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Cells in order, and whether each is present in another dimension on the other side."""
    both = (pl.col("enterprises").is_not_null().any() & pl.col("balance").is_not_null().any()).over(keys)
    alone = pl.col("enterprises").is_null() | pl.col("balance").is_null()
    return cells.with_columns((both & alone).alias("apart")).sort([*keys, DIMENSION])


def _compared(row: dict[str, Any], tolerance: float) -> dict[str, Any]:
    unit = row["unit_balance"] or row["unit_enterprises"]
    below, above = (
        None if row[side] is None else row[side] / factor_of(unit) for side in ("enterprises", "balance")
    )
    gap = None if below is None or above is None else below - above
    compared = {
        "unit": unit,
        "enterprises": below,
        "balance": above,
        "rows": row["rows_enterprises"] or 0,
        "difference": gap,
        "share": gap / above if gap is not None and above else None,
        "verdict": _verdict(below, above, tolerance) if not row["apart"] else "units",
    }
    return row | compared


def _verdict(below: float | None, above: float | None, tolerance: float) -> str:
    if below is None:
        return "uncovered"
    if above is None:
        return "unlisted"
    if abs(below - above) <= abs(above) * (tolerance + _ROUNDING):
        return "agrees"
    return "excess" if below > above else "short"


def _finding(row: dict[str, Any], keys: list[str], tolerance: float) -> Finding:
    shown = {
        key: figure(row[key]) for key in ("enterprises", "balance", "difference") if row[key] is not None
    }
    fields: dict[str, Any] = shown | {
        "subject": label(row, keys),
        "unit": row["unit"],
        "share": percent(row["share"]) if row["share"] is not None else "–",
        "covered": percent(row["enterprises"] / row["balance"])
        if row["verdict"] == "short" and row["balance"]
        else "–",
        "limit": percent(tolerance),
        "number": row["rows"],
    }
    kept = {key: row[key] for key in [*keys, "unit", "enterprises", "balance"] if row[key] is not None}
    return Finding(_CODES[row["verdict"]], fields, (kept,))
