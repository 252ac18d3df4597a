"""overlap 重叠: a whole and a part of it in one table (a year and its month, a province and its city)."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Pair,
    Spec,
    factor_of,
    figure,
    label,
    present,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.findings import Finding
from tanheng.activity.schema import squeeze
from tanheng.codes import match_regions, region_chain

_PLACES = ("__file", "__sheet", "__row")
_WITHIN = "__within_"
_NAMED = 5
_WHOLE = re.compile(
    r"^(?:全(?:[国省市州县區区旗镇乡村厂园司院校行]|部|体|集团|公司|园区|行业|社会)|all)$|汇总$|彙總$"
)
"""Names of a whole that say not of which: all of the province, all works."""


def check_overlap(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Rows whose period or region holds that of another row of the same thing.

    Parameters
    ----------
    spec : mapping
        ``by``: columns that must agree, besides entity and period, for two rows to count the same thing.
    tables : CheckTables
        Activity rows.

    Returns
    -------
    list of Finding
        Q-033, one for each whole beside its parts. 全省 and the like hold every other
        entity; else an entity that is no region holds nothing but itself.

    Examples
    --------
    >>> rows = pl.DataFrame({"entity": ["四川省", "成都市"], "period": ["2021"] * 2, "item": ["coal"] * 2,
    ...                      "amount": [5.0, 2.0], "unit": ["t"] * 2})
    >>> [finding.code for finding in check_overlap({"by": ["item"]}, CheckTables(rows))]
    ['Q-033']
    """
    frame = tables.activity
    if not frame.height or not {"entity", "period"} <= set(frame.columns):
        return []
    by = [name for name in present(spec["by"], frame) if name not in {"entity", "period"}]
    key = [*by, DIMENSION]
    needed = dict.fromkeys([*by, "entity", "period", "amount", "unit", *present(_PLACES, frame)])
    cells = (
        with_values(frame.select(*needed))
        .group_by([*key, "entity", "period"], maintain_order=True)
        .agg(
            pl.col(VALUE).sum(),
            pl.col("unit").first(),
            *(pl.col(name).first() for name in present(_PLACES, frame)),
        )
    )
    wholes = cells.with_row_index("__at")
    parts = cells.join(_holders(cells, "entity"), on="entity").join(_holders(cells, "period"), on="period")
    itself = (pl.col("entity") == pl.col(f"{_WITHIN}entity")) & (
        pl.col("period") == pl.col(f"{_WITHIN}period")
    )
    inside = wholes.select("__at", *key, "entity", "period").join(
        parts.filter(~itself),
        left_on=[*key, "entity", "period"],
        right_on=[*key, f"{_WITHIN}entity", f"{_WITHIN}period"],
        nulls_equal=True,
        suffix="_part",
    )
    found = inside.sort("__at", maintain_order=True).group_by("__at", maintain_order=True)
    return [_finding(by, wholes.row(int(str(at)), named=True), group) for (at,), group in found]


def _finding(by: list[str], whole: dict[str, Any], parts: pl.DataFrame) -> Finding:
    factor = factor_of(whole["unit"])
    rows = [{**row, "entity": row["entity_part"], "period": row["period_part"]} for row in parts.to_dicts()]
    fields = {
        "where": where(whole),
        "subject": label(whole, ["entity", "period", *by]),
        "whole": figure(whole[VALUE] / factor),
        "unit": whole["unit"],
        "names": _names(rows),
        "count": len(rows),
        "parts": figure(sum(row[VALUE] for row in rows) / factor),
    }
    kept = ["entity", "period", *by, "unit", *_PLACES]
    return Finding(
        "Q-033",
        fields,
        shown_rows([{name: row.get(name) for name in kept} for row in [whole, *rows]], most=20),
    )


def _names(rows: list[dict[str, Any]]) -> Pair:
    named = list(dict.fromkeys(f"{row['entity']} {row['period']}" for row in rows))
    more = len(named) > _NAMED
    zh, en = "、".join(named[:_NAMED]), ", ".join(named[:_NAMED])
    return zh + (" 等" if more else ""), en + (" ..." if more else "")


def _holders(cells: pl.DataFrame, column: str) -> pl.DataFrame:
    """Each text of a column with itself and every other text of the column that holds it."""
    known = [
        str(text) for text in cells.get_column(column).drop_nulls().unique(maintain_order=True).to_list()
    ]
    pairs = _regions(known) if column == "entity" else _periods(known)
    pairs += [(text, text) for text in known]
    return pl.DataFrame(pairs, schema=[column, f"{_WITHIN}{column}"], orient="row")


def _regions(entities: list[str]) -> list[tuple[str, str]]:
    codes: dict[str, list[str]] = {}
    for entity in entities:
        matched = match_regions(entity)
        if len(matched) == 1:
            codes.setdefault(matched[0].code, []).append(entity)
    wholes = [entity for entity in entities if _WHOLE.search(squeeze(entity))]
    pairs = [
        (part, whole)
        for code, named in codes.items()
        for step in region_chain(code)[1:]
        for whole in codes.get(step.code, [])
        for part in named
    ]
    pairs += [(part, whole) for whole in wholes for part in entities if part not in wholes]
    return list(dict.fromkeys(pairs))


def _periods(periods: list[str]) -> list[tuple[str, str]]:
    known = set(periods)
    return [(part, whole) for part in periods for whole in _above(part) if whole in known]


def _above(period: str) -> list[str]:
    """Month, quarter and year that hold a period."""
    year, _, rest = period.partition("-")
    month = rest[:2] if rest[:2].isdigit() else ""
    above = [period[:7], f"{year}-Q{(int(month) + 2) // 3}"] if month else []
    return [wider for wider in (*above, year) if wider != period]
