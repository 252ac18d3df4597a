"""Rows of Parquet data that the sum leaves out: how many, why, and where the first ones stand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, place
from tanheng.activity.clean import MICRO, unit_of
from tanheng.activity.reading.lone_totals import LONE, LONE_PART, lone_parts, lone_totals, told
from tanheng.activity.reading.reasons import (
    AMOUNTS,
    ASIDE,
    ORDER,
    PART,
    TOTAL,
    amount_reason,
    code_of,
    coded,
    first_reason,
    refusal,
    unknown_sectors,
    wrong_texts,
)
from tanheng.activity.reading.refusals import canonical
from tanheng.activity.reading.sheets import SHOWN
from tanheng.activity.reading.total_sums import differing, listed, total_sums
from tanheng.engine import Engine, quote

_EVIDENCE = 5
_CODE, _COLUMN, _TEXT, _AMOUNT = "__code", "__column", "__text", "__amount"


def refuse(
    activity: Activity, engine: Engine, summed: pl.DataFrame, raw: Mapping[str, str], rows: int
) -> tuple[pl.DataFrame, list[Finding]]:
    """Refuse groups whose coded texts are not understood, and find the rows that the sum left out.

    Parameters
    ----------
    activity : Activity
        On disk, registered as ``activity``; its units as ``units`` (unit, micro).
    engine : Engine
    summed : DataFrame
        Groups with their texts as read and ``good``, the rows in each.
    raw : mapping
        Dimension to column on disk.
    rows : int
        All rows on disk.

    Returns
    -------
    tuple of DataFrame and list of Finding
        The groups that stay; findings that are no warning count every row that is left out, once.
    """
    search = _Search(activity, engine, raw)
    groups = summed
    if rows > int(summed.get_column("good").sum() or 0):
        groups = pl.concat([summed, search.left_out()], how="diagonal")
    codes = {name: code_of(name, wrong) for name, wrong in wrong_texts(groups, coded(list(raw))).items()}
    if _AMOUNT in groups.columns:
        codes["amount"] = pl.col(_AMOUNT)
    code, column = first_reason(codes)
    groups = groups.with_columns(code.alias(_CODE), column.alias(_COLUMN))
    bad = groups.filter(pl.col(_CODE).is_not_null())
    summed = groups.filter(pl.col(_CODE).is_null()).select(summed.columns)
    findings = [*search.refusals(bad), *search.set_aside(groups)]
    return summed, [*findings, *search.too_small(summed), *search.unknown_sectors(summed)]


class _Search:
    """Looks for the rows of groups; texts reach the engine as a table and never as SQL."""

    def __init__(self, activity: Activity, engine: Engine, raw: Mapping[str, str]) -> None:
        self._activity, self._engine, self._raw = activity, engine, raw
        self._amount = quote(activity.mapping["amount"])
        self._tables = itertools.count()
        self._texts = [f"coalesce(cast({quote(column)} as varchar), '')" for column in raw.values()]

    def left_out(self) -> pl.DataFrame:
        """Groups of the rows that are in no sum, with the reason that lies in their amount."""
        own = [f"d{n}" for n in range(len(self._raw))]
        reason = amount_reason(f"a.{self._amount}", "u.micro")
        columns = ", ".join(f"a.{quote(column)} as d{n}" for n, column in enumerate(self._raw.values()))
        unit = quote(self._activity.mapping["unit"])
        sql = f"""
            select {", ".join(f"coalesce(cast(m.{one} as varchar), '') as {one}" for one in own)},
                   m.reason as reason, m.good as good
            from (
              select {", ".join(f"b.{one} as {one}" for one in own)}, b.reason as reason, count(*) as good
              from (
                select {columns}, {reason} as reason, u.micro as micro
                from activity as a left join units as u on a.{unit} = u.unit
              ) as b
              where b.reason is not null or b.micro is null
              group by {", ".join(f"b.{one}" for one in own)}, b.reason
            ) as m"""
        names = dict(zip(own, self._raw, strict=True))
        return self._engine.query(sql).rename({**names, "reason": _AMOUNT}).cast({"good": pl.Int64})

    def refusals(self, bad: pl.DataFrame) -> list[Finding]:
        """One finding for each reason and text; the last one of a reason counts the rest."""
        texts = [pl.when(pl.col(_COLUMN) == name).then(pl.col(name)) for name in coded(list(self._raw))]
        large = pl.when(pl.col(_CODE) == "A-109").then(pl.col("unit"))
        bad = bad.with_columns(pl.coalesce(*texts, large, pl.lit("")).alias(_TEXT))
        kinds: dict[tuple[str, str], list[str]] = {}
        for code, column, text in sorted(bad.select(_CODE, _COLUMN, _TEXT).unique().rows(), key=_rank):
            kinds.setdefault((code, column), []).append(text)
        return [
            finding
            for (code, column), listed in kinds.items()
            for finding in self._of_kind(
                bad.filter((pl.col(_CODE) == code) & (pl.col(_COLUMN) == column)), code, column, listed
            )
        ]

    def _of_kind(self, bad: pl.DataFrame, code: str, column: str, texts: Sequence[str]) -> list[Finding]:
        found = []
        for at, text in enumerate(texts[:SHOWN]):
            own = bad.filter(pl.col(_TEXT) == text)
            rest = bad.filter(pl.col(_TEXT).is_in(list(texts[at:]))) if at == SHOWN - 1 else own
            micro = unit.factor * MICRO if (unit := unit_of(text)) is not None else 0.0
            holds = (
                AMOUNTS[code].format(amount=self._amount, micro=_double(micro)) if column == "amount" else ""
            )
            found.append(self._finding(code, column, own, holds, int(rest.get_column("good").sum())))
        return found

    def set_aside(self, groups: pl.DataFrame) -> list[Finding]:
        """Warnings of what rows of totals and parts leave to doubt; as for rows in memory, see `refusals`."""
        code, column = groups.get_column(_CODE).fill_null(""), groups.get_column(_COLUMN).fill_null("")
        if not code.is_in(ASIDE).any():
            return []
        known = canonical(canonical(groups.with_row_index("__at"), "item"), "period")
        counts = pl.col("amount_micro") > 0
        if _AMOUNT in known.columns:
            counts |= pl.col("amount_micro").is_null() & pl.col(_AMOUNT).fill_null("A-109").eq("A-109")
        others = _in_units(known.filter(~code.is_in(ASIDE)))
        totals = known.filter((code == TOTAL) & (column == "entity")).filter(counts)
        found = [
            made for one in lone_totals(totals, others) for made in self._alone(groups, one, "entity", LONE)
        ]
        for name in ("entity", "item"):
            single = _in_units(known.filter((code == TOTAL) & (column == name) & (groups["good"] == 1)))
            differ = total_sums(single.filter(pl.col("amount") > 0), name, others)
            found += listed([self._differing(groups, row, name) for row in differ])
        for name in ("entity", "sector"):
            parts = _in_units(known.filter((code == PART) & (column == name)))
            alone = lone_parts(parts.filter(pl.col("amount") > 0), others, name) if parts.height else ()
            found += listed([made for one in alone for made in self._alone(groups, one, name, LONE_PART)])
        return found

    def _alone(self, groups: pl.DataFrame, alone: pl.DataFrame, column: str, code: str) -> Iterator[Finding]:
        """The warning, unless no row has an amount: without a known unit only the rows tell."""
        own = groups[alone.get_column("__at")]
        aside = TOTAL if code == LONE else PART
        first = self._finding(aside, column, own, f"{self._amount} > 0", int(own.get_column("good").sum()))
        if first.rows:
            amount = first.rows[0][self._activity.mapping["amount"]]
            fields = {**first.fields, "amount": f"{amount:,.15g}"}
            yield told(alone, fields, first.rows, first.count, code)

    def _differing(self, groups: pl.DataFrame, row: Mapping[str, Any], column: str) -> Finding:
        first = self._finding(TOTAL, column, groups[[row["__at"]]], "", 1)
        return differing(row, str(first.fields["value"]), first.fields["where"], first.rows[0])

    def too_small(self, summed: pl.DataFrame) -> list[Finding]:
        """Rows above zero whose group came to nothing, as each rounds to zero millionths of the canonical unit."""
        nothing = summed.filter(pl.col("amount_micro") == 0)
        if not nothing.height:
            return []
        count = self._above_zero(nothing)
        return [self._finding("A-132", "amount", nothing, f"{self._amount} > 0", count)] if count else []

    def unknown_sectors(self, summed: pl.DataFrame) -> list[Finding]:
        """Sectors that are kept as they are."""
        wrong = unknown_sectors(summed) if "sector" in self._raw else []
        groups = {text: summed.filter(pl.col("sector") == text) for text in wrong[:SHOWN]}
        return [
            self._finding("A-125", "sector", own, "", int(own.get_column("good").sum()))
            for own in groups.values()
        ]

    def _sought(self, groups: pl.DataFrame) -> str:
        """The name of a new table of the groups' texts: an engine may still remember the last one."""
        table = f"sought_{next(self._tables)}"
        names = {name: f"d{n}" for n, name in enumerate(self._raw)}
        self._engine.register(table, groups.select(list(self._raw)).rename(names))
        return table

    def _above_zero(self, groups: pl.DataFrame) -> int:
        same = (
            f"coalesce(cast(a.{quote(column)} as varchar), '') = s.d{n}"
            for n, column in enumerate(self._raw.values())
        )
        sql = f"select count(*) as n from activity as a join {self._sought(groups)} as s on {' and '.join(same)} where a.{self._amount} > 0"
        return int(self._engine.query(sql).item())

    def _finding(self, code: str, column: str, groups: pl.DataFrame, holds: str, count: int) -> Finding:
        """The finding for some groups, with the first of their rows for which ``holds`` is true."""
        sought = ", ".join(f"s.d{n} as d{n}" for n in range(len(self._raw)))
        where = f"({', '.join(self._texts)}) in (select {sought} from {self._sought(groups)} as s)"
        where += f" and ({holds})" if holds else ""
        rows = [
            {key: _plain(value) for key, value in row.items()}
            for row in self._engine.rows_at("activity", where, _EVIDENCE).to_dicts()
        ]
        for row in rows:
            row["file"] = self._part(str(row.get("file") or ""))
        first = rows[0] if rows else {}
        heading = self._activity.mapping[column]
        return refusal(
            code,
            column,
            rows,
            where=place(first.get("file", self._activity.name), "", first.get("row")),
            value=first.get(heading),
            unit=first.get(self._activity.mapping["unit"]),
            amount=first.get(self._activity.mapping["amount"]),
            heading=heading,
            count=count,
        )

    def _part(self, file: str) -> str:
        """A file as messages name it: its path below the folder of parts."""
        root = self._activity.parquet.path.name if self._activity.parquet else ""
        _, below, rest = file.partition(f"/{root}/")
        return (rest if below else file.rpartition("/")[2]) or self._activity.name


def _in_units(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups with their ``amount`` in their unit; null where it is in no sum."""
    units = {text: unit_of(text) for text in groups.get_column("unit").unique().to_list()}
    micro = {text: unit.factor * MICRO if unit else None for text, unit in units.items()} or {"": None}
    per = pl.col("unit").replace_strict(micro, return_dtype=pl.Float64)
    return groups.with_columns(
        (pl.col("amount_micro").cast(pl.Float64) / per).round_sig_figs(15).alias("amount")
    )


def _rank(kind: tuple[str, str, str]) -> tuple[int, int, str]:
    code, column, text = kind
    return ORDER.index(column), list(AMOUNTS).index(code) if column == "amount" else 0, text


def _double(value: float) -> str:
    """A number as SQL that every engine reads to the last digit."""
    return f"cast('{value!r}' as double)"


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
