"""Breaks of a series: years between which the factors come from another document, and how much of the change that makes."""

from __future__ import annotations

import csv
import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.checks.base import figure, percent
from tanheng.codes import item_name
from tanheng.inventory.accounting.records import Record, told
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

BROKEN, EXPIRED = "Q-045", "Q-046"
_SERIES = ("item", "unit", "sector", "activity", "gas", "equipment", "part", "emitted")
_OWN = {"measured", "exact"}
"""States of values that come from no document: they may change from year to year."""
_TEXTS = dict.fromkeys((*_SERIES, "year", "documents", "inputs"), pl.String)
_BREAK = {
    "item": pl.String, "earlier": pl.String, "later": pl.String, "effect": pl.Float64, "share": pl.Float64,
    **dict.fromkeys(("parameter", "before", "before_en", "after", "after_en", "value_before", "value_after"), pl.String),
}  # fmt: skip


@functools.cache
def kinds() -> dict[str, dict[str, str]]:
    """Kinds of alarms with their words, limits and sources (packs/rules/alarm_kinds.csv).

    Examples
    --------
    >>> kinds()["factor_break"]["findings"], kinds()["factor_break"]["unit"]
    ('Q-045', '%')
    """
    with (files("tanheng.packs") / "rules" / "alarm_kinds.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def limit(kind: str) -> float:
    """The limit of a kind of alarm, in its unit."""
    return float(kinds()[kind]["limit"])


def used(sums: pl.DataFrame, records: Sequence[Record]) -> pl.DataFrame:
    """Emissions of a run by what makes a series of factors, with the documents that these came from.

    Parameters
    ----------
    sums : DataFrame
        ``coefficient_row``, ``emission_nano`` [10^-9 t] and, where rows name it, ``region``.
    records : sequence of dict
        The run's coefficients.

    Returns
    -------
    DataFrame
        The columns of a series, ``region``, ``year``, ``documents`` (one text, to compare), ``inputs`` (JSON), ``emission``
        [t] and ``amount`` (that divided by the coefficient).
    """
    facts = pl.DataFrame(
        told(records, _facts), schema={**_TEXTS, "coefficient": pl.Float64}, orient="row"
    ).with_row_index("coefficient_row")
    place = pl.col("region").cast(pl.String).fill_null("") if "region" in sums.columns else pl.lit("")
    rows = sums.select(
        pl.col("coefficient_row").cast(pl.UInt32),
        place.alias("region"),
        (pl.col("emission_nano").cast(pl.Float64) / NANO).alias("emission"),
    )
    joined = rows.join(facts, on="coefficient_row", how="inner")
    amount = (pl.col("emission") / pl.col("coefficient")).alias("amount")
    return joined.with_columns(amount).drop("coefficient_row", "coefficient")


def breaks(uses: pl.DataFrame) -> pl.DataFrame:
    """Where a series goes on with factors of another document, and what that alone does to the later year.

    Titles that differ in nothing but their numbers, as those of yearly announcements do, are one document. The effect is
    what the activity of the later year emits beyond what it would with the coefficient of the earlier one.

    Parameters
    ----------
    uses : DataFrame
        Of one run, or of several of one series, as `used` gives them.

    Returns
    -------
    DataFrame
        ``item``, ``earlier`` and ``later`` year, ``effect`` [t], ``share`` [% of the later year's total], and of its
        largest part ``parameter``, ``before`` and ``after`` (documents; ``_en`` where they have an English title),
        ``value_before`` and ``value_after``; those beyond the limit of packs/rules/alarm_kinds.csv, by year, the largest first.
    """
    totals = dict(uses.group_by("year").agg(pl.col("emission").sum()).iter_rows())
    series = [*_SERIES, "region"]
    yearly = (
        uses.filter(pl.col("amount").is_finite() & (pl.col("emission") != 0))
        .group_by(*series, "year")
        .agg(
            pl.col("emission", "amount").sum(),
            pl.col("documents").unique().sort(),
            pl.col("inputs").sort().first(),
        )
        .filter(pl.col("amount") != 0)
        .sort(*series, "year")
    )
    found: dict[tuple[str, str, str], list[tuple[float, str, str]]] = {}
    for _, group in yearly.group_by(series, maintain_order=True):
        for old, new in itertools.pairwise(group.iter_rows(named=True)):
            if old["documents"] != new["documents"]:
                effect = new["emission"] - new["amount"] * old["emission"] / old["amount"]
                key = (new["item"], old["year"], new["year"])
                found.setdefault(key, []).append((effect, old["inputs"], new["inputs"]))
    rows = []
    for (item, earlier, later), parts in found.items():
        effect = sum(one for one, _, _ in parts)
        share = effect / totals[later] * 100 if totals[later] else 0.0
        if abs(share) >= limit("factor_break"):
            _, before, after = max(parts, key=lambda part: abs(part[0]))
            rows.append((item, earlier, later, effect, share, *_changed(before, after)))
    order = [pl.col("later"), pl.col("effect").abs(), pl.col("item")]
    return pl.DataFrame(rows, schema=_BREAK, orient="row").sort(order, descending=[False, True, False])


def series_doubts(inventory: Inventory) -> list[Finding]:
    """Breaks between the years of an inventory, and factors past their years in the latest of them.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["沈阳市"] * 2, "region": ["CN-2101"] * 2, "period": ["2020", "2021"], "item": ["电力"] * 2,
    ...          "sector": ["商业"] * 2, "activity": ["终端消费"] * 2, "amount": [100, 100], "unit": ["MWh"] * 2}
    >>> [(one.code, one.fields["value"], one.fields["change"][1]) for one in series_doubts(th.account(table, "gpc-cn"))]
    [('Q-045', '0.5876 tCO2/MWh', '32.24 t CO2e less')]
    """
    keys = [name for name in ("coefficient_row", "region") if name in inventory.emissions.columns]
    counted = inventory.rows.filter(~pl.col("memo"))
    if not counted.height:
        return []
    sums = counted.group_by(keys).agg(pl.col("emission_nano").cast(pl.Int128).sum())
    found = breaks(used(sums, inventory.records)).iter_rows(named=True)
    return [
        *(break_told(row, inventory.gas) for row in found),
        *expired(sums, inventory.records, inventory.gas),
    ]


def break_told(row: Mapping[str, Any], gas: str) -> Finding:
    """A break as a finding."""
    amount, unit = figure(float(f"{abs(row['effect']):.4g}")), f"t {gas}"
    more = (f"多算 {amount} {unit}", f"{amount} {unit} more")
    less = (f"少算 {amount} {unit}", f"{amount} {unit} less")
    before, after = ((row[name], row[f"{name}_en"] or row[name]) for name in ("before", "after"))
    fields = {
        "subject": (item_name(row["item"], "zh"), item_name(row["item"], "en")), "period": row["later"],
        "other_period": row["earlier"], "other": before, "expected": after,
        "other_value": row["value_before"] or "–", "value": row["value_after"] or "–",
        "change": more if row["effect"] > 0 else less,
        "share": percent(abs(row["share"]) / 100), "limit": percent(limit("factor_break") / 100),
    }  # fmt: skip
    shown = {"item": row["item"], "period": row["later"], "previous_period": row["earlier"]}
    return Finding(
        BROKEN, fields, (shown | {name: row[name] for name in ("effect", "share", "before", "after")},)
    )


def expired(rows: pl.DataFrame, records: Sequence[Record], gas: str) -> list[Finding]:
    """Factors past the last year that they are of, as far as the latest year of an inventory rests on them.

    Parameters
    ----------
    rows : DataFrame
        ``coefficient_row`` and ``emission_nano`` [10^-9 t].
    records : sequence of dict
    gas : str
        Of the total.
    """
    facts = told(records, _carried)
    dated = [
        (*facts[place], int(nano))
        for place, nano in rows.select("coefficient_row", "emission_nano").iter_rows()
    ]
    year = max(one for one, _, _ in dated)
    last = [(carried, nano) for one, carried, nano in dated if one == year]
    total, amount = sum(nano for _, nano in last), sum(nano for carried, nano in last if carried)
    if total <= 0 or abs(amount / total) * 100 < limit("factor_expired"):
        return []
    weights: Counter[tuple[str, int]] = Counter()
    for carried, nano in last:
        weights.update(dict.fromkeys(carried, abs(nano)))
    old = [one for one, _ in weights.most_common(5)]
    fields = {
        "period": year, "count": len(weights),
        "names": ("、".join(f"{name}（{until}）" for name, until in old[:3]), ", ".join(f"{name} ({until})" for name, until in old[:3])),
        "value": figure(float(f"{amount / NANO:.4g}")), "unit": f"t {gas}", "share": percent(amount / total),
    }  # fmt: skip
    shown = tuple({"factor": name, "carried_from": until, "period": year} for name, until in old)
    return [Finding(EXPIRED, fields, shown)]


def _facts(record: Record) -> tuple[Any, ...]:
    outside = [one for one in record["inputs"] if one["check"] not in _OWN]
    documents = "|".join(sorted(f"{one['name']}={_family(one['source'])}" for one in outside))
    inputs = [
        [one["name"], _family(one["source"]), one["source"].get("title"), one["source"].get("title_en"), one["published"]]
        for one in outside
    ]  # fmt: skip
    series = (str(record.get(name) or "") for name in _SERIES)
    return (*series, str(record["period"])[:4], documents, json.dumps(inputs), record["coefficient"] or None)


def _carried(record: Record) -> tuple[str, tuple[tuple[str, int], ...]]:
    old = ((one["factor"], one["carried_from"]) for one in record["inputs"] if one.get("carried_from"))
    return str(record["period"])[:4], tuple(dict.fromkeys(old))


def _family(source: Mapping[str, Any]) -> str:
    """A document without its numbers: those of a series of announcements are one."""
    return re.sub(r"[\d\W_]+", "", f"{source.get('title') or ''}{source.get('publisher') or ''}")


def _changed(old: str, new: str) -> list[str]:
    """Of the first parameter whose document changed: its name, documents in both languages, and values."""
    before, after = ({name: facts for name, *facts in json.loads(text)} for text in (old, new))
    nothing = [""] * 4
    names = (one for one in (*after, *before) if before.get(one, nothing)[0] != after.get(one, nothing)[0])
    name = next(names, "")
    sides = (before.get(name, nothing), after.get(name, nothing))
    titles = [str(one or "") for _, title, title_en, _ in sides for one in (title or "–", title_en)]
    return [name, *titles, *(str(side[3] or "") for side in sides)]
