"""parts 分项: parts against their whole, inside one table or in a table of parts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Spec,
    factor_of,
    figure,
    label,
    names_of,
    percent,
    present,
    setting,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.claims.words import is_total
from tanheng.activity.findings import Finding
from tanheng.codes import CodeList, codelist, items

Group = tuple[Any, ...]


@dataclass
class Side:
    """Rows of one group and dimension with their sum in the canonical unit."""

    value: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Take one more row in."""
        self.value += row[VALUE]
        self.rows.append(row)


@dataclass(frozen=True)
class Pairing:
    """Parts and whole of one group in one dimension."""

    whole: Side
    parts: Side
    inside: bool


def check_parts(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Parts that exceed their whole, miss something of it, or cannot be compared with it.

    Parameters
    ----------
    spec : mapping
        ``by``: columns by which parts and whole are compared; ``of``: the column that holds the parts; ``tolerance``: of
        the whole, a fraction; ``complete``: whether the parts are meant to be all of it.
    tables : CheckTables
        Rows of the activity whose ``of`` is empty or a word for the total are wholes; without any, all rows of the
        group are. Parts stand in the activity itself and in the table of parts.

    Returns
    -------
    list of Finding
        Q-003 parts beyond the whole; Q-004 complete parts that fall short; Q-005 partial coverage; Q-047 a stated total that
        is counted beside its parts, Q-008 what seems to be one; Q-009 another dimension.

    Examples
    --------
    >>> whole = pl.DataFrame({"item": ["coal"], "sector": [""], "amount": [5.0], "unit": ["t"]})
    >>> parts = pl.DataFrame({"item": ["coal"], "sector": ["industry"], "amount": [6.0], "unit": ["t"]})
    >>> spec = {"by": ["item"], "of": "sector", "tolerance": 0.01}
    >>> [finding.code for finding in check_parts(spec, CheckTables(whole, parts))]
    ['Q-003']
    """
    of = str(spec["of"])
    by = [name for name in present(spec["by"], tables.activity) if name != of]
    parts = tables.parts if tables.parts is not None else tables.activity.clear()
    totals, inner = _split(_in_question(tables.activity, parts, by, of), by, of)
    outer = _split(parts, by, of)[1]
    findings: list[Finding] = []
    for group, wholes in totals.items():
        findings += _group(spec, by, wholes, inner.get(group, {}), inside=True)
    for group, pieces in outer.items():
        findings += _group(spec, by, totals.get(group) or inner.get(group, {}), pieces, inside=False)
    return findings


def _in_question(activity: pl.DataFrame, parts: pl.DataFrame, by: list[str], of: str) -> pl.DataFrame:
    """Activity rows of groups that have a total beside parts, here or in the table of parts; often none."""
    if not by or not activity.height:
        return activity
    keys = [parts.select(by).unique()] if parts.height and set(by) <= set(parts.columns) else []
    if of in activity.columns:
        totals = [text for text in activity.get_column(of).unique().to_list() if is_total(text or "")]
        whole = pl.col(of).fill_null("").is_in([text or "" for text in totals])
        mixed = activity.filter(whole).join(activity.filter(~whole), on=by, how="semi")
        keys.append(mixed.select(by).unique())
    return activity.join(pl.concat(keys).unique(), on=by, how="semi") if keys else activity.clear()


def _split(
    frame: pl.DataFrame, by: list[str], of: str
) -> tuple[dict[Group, dict[str, Side]], dict[Group, dict[str, Side]]]:
    """Wholes and parts by group and dimension; a part whose parent stands beside it is left to its parent."""
    totals: dict[Group, dict[str, Side]] = {}
    parts: dict[Group, dict[str, Side]] = {}
    if not frame.height:
        return totals, parts
    if of not in frame.columns:
        frame = frame.with_columns(pl.lit("").alias(of))
    rows = with_values(frame).to_dicts()
    codes = _tree(of)
    seen: dict[Group, set[str]] = {}
    for row in rows:
        seen.setdefault(_key(row, by), set()).add(str(row[of]))
    for row in rows:
        group, name = _key(row, by), str(row[of])
        if is_total(name):
            totals.setdefault(group, {}).setdefault(row[DIMENSION], Side()).add(row)
        elif not _under_another(name, seen[group], codes):
            parts.setdefault(group, {}).setdefault(row[DIMENSION], Side()).add(row)
    return totals, parts


def _key(row: dict[str, Any], by: list[str]) -> Group:
    return tuple(row.get(name, "") for name in by)


def _tree(of: str) -> CodeList | None:
    if of == "sector":
        return codelist("sectors")
    return items().codes if of == "item" else None


def _under_another(name: str, names: set[str], codes: CodeList | None) -> bool:
    if codes is None or name not in codes:
        return False
    return any(row["code"] in names for row in codes.ancestors(name))


def _group(
    spec: Spec, by: list[str], wholes: dict[str, Side], parts: dict[str, Side], *, inside: bool
) -> Iterator[Finding]:
    for dimension, side in parts.items():
        if dimension in wholes:
            yield from _compare(spec, by, Pairing(wholes[dimension], side, inside))
        elif wholes:
            expected = next(iter(wholes.values())).rows[0]["unit"]
            for row in side.rows:
                yield _other_dimension(row, by, str(spec["of"]), expected)


def _compare(spec: Spec, by: list[str], pair: Pairing) -> Iterator[Finding]:
    whole, parts, tolerance = pair.whole.value, pair.parts.value, float(spec["tolerance"])
    explicit = any(str(row.get(spec["of"]) or "") for row in pair.whole.rows)
    fields = _fields(spec, by, pair)
    rows = shown_rows([*pair.whole.rows, *pair.parts.rows], most=20)
    if pair.inside and (explicit or abs(parts - whole) <= tolerance * whole):
        yield Finding("Q-047" if explicit else "Q-008", {**fields, "where": where(pair.whole.rows[0])}, rows)
    if parts > whole * (1 + tolerance):
        yield Finding("Q-003", fields, rows)
    elif parts < whole * (1 - tolerance):
        yield Finding("Q-004" if setting(spec, "parts", "complete") else "Q-005", fields, rows)


def _fields(spec: Spec, by: list[str], pair: Pairing) -> dict[str, Any]:
    first, of = pair.whole.rows[0], str(spec["of"])
    factor = factor_of(first["unit"])
    return {
        "subject": label(first, by),
        "names": names_of(of, dict.fromkeys(str(row[of]) for row in pair.parts.rows)),
        "parts": figure(pair.parts.value / factor),
        "whole": figure(pair.whole.value / factor),
        "unit": first["unit"],
        "gap": figure(abs(pair.parts.value - pair.whole.value) / factor),
        "share": percent(pair.parts.value / pair.whole.value) if pair.whole.value else "–",
        "limit": percent(float(spec["tolerance"])),
    }


def _other_dimension(row: dict[str, Any], by: list[str], of: str, expected: str) -> Finding:
    fields = {
        "where": where(row),
        "subject": label(row, [*by, of]),
        "unit": row["unit"],
        "expected": expected,
    }
    return Finding("Q-009", fields, shown_rows([row]))
