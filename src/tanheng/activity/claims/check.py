"""claims 陈述: printed statements against one another and against the tables.

A statement is one number in a text: who, when, what, how much, in which unit, how it relates to what, where it stands.
Every printed number is an interval as wide as its last digit; what must hold between statements and tables is tested
on intervals; the statements that explain the failing tests become findings, one for each contradiction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.checks.base import CheckTables, Spec, setting
from tanheng.activity.claims.blame import contradictions, judge
from tanheng.activity.claims.build import Builder
from tanheng.activity.claims.conditions import Limits
from tanheng.activity.claims.fit import unit_tests
from tanheng.activity.claims.model import Ledger
from tanheng.activity.claims.parse import Unusable, parse_statement
from tanheng.activity.claims.report import finding, notes, unchecked
from tanheng.activity.claims.tables import TableFacts
from tanheng.activity.findings import Finding
from tanheng.activity.reading.grids import ROW, Sheet, read_sheets
from tanheng.activity.schema import columns, squeeze
from tanheng.errors import ColumnMissing

COLUMNS = ("subject", "period", "quantity", "value", "unit", "relation", "other", "section")


def read_claims(source: Any) -> tuple[pl.DataFrame, list[Finding]]:
    """Read a table of printed statements.

    Parameters
    ----------
    source : path or table
        CSV or Excel, or a Polars frame, with the columns subject, period, quantity, value, unit, relation, other and
        section under their English or Chinese names; subject and value are required.

    Returns
    -------
    tuple of DataFrame and list of Finding
        One row a statement, all as text, with ``__file``, ``__sheet`` and ``__row``; and notes of the reader.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When there is no such table.

    Examples
    --------
    >>> table = pl.DataFrame({"对象": ["工业"], "时期": ["2021"], "量": ["排放量"], "数值": ["2.3"], "单位": ["亿吨"]})
    >>> read_claims(table)[0].select("subject", "value", "unit").row(0)
    ('工业', '2.3', '亿吨')
    """
    if isinstance(source, str | Path):
        sheets = read_sheets(Path(source))
        fitting = [sheet for sheet in sheets if {"subject", "value"} <= set(_places(sheet.headings))]
        parts = [_from_sheet(sheet) for sheet in fitting or sheets[:1]]
    else:
        frame = source if isinstance(source, pl.DataFrame) else pl.DataFrame(source, strict=False)
        parts = [_from_sheet(_as_sheet(frame))]
    return pl.concat([frame for frame, _ in parts]), [found for _, more in parts for found in more]


def _as_sheet(frame: pl.DataFrame) -> Sheet:
    text = frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        *(
            pl.col(name).cast(pl.String, strict=False).fill_null("").alias(f"c{at}")
            for at, name in enumerate(frame.columns)
        ),
    )
    return Sheet("claims", "", list(frame.columns), text, [])


def _places(headings: list[str]) -> dict[str, int]:
    """Place of each column in a header; the first heading that fits wins."""
    spelled: dict[str, str] = {}
    for name, row in columns("claims").items():
        for spelling in (name, row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if spelling:
                spelled.setdefault(squeeze(spelling), name)
    found: dict[str, int] = {}
    exact = {heading: at for at, heading in enumerate(headings) if heading in COLUMNS}
    for at, heading in enumerate(headings):
        if heading and squeeze(heading) in spelled:
            found.setdefault(spelled[squeeze(heading)], at)
    return {**found, **exact}


def _from_sheet(sheet: Sheet) -> tuple[pl.DataFrame, list[Finding]]:
    places = _places(sheet.headings)
    for name in ("subject", "value"):
        if name not in places:
            described = columns("claims")[name]
            raise ColumnMissing(
                file=sheet.file,
                sheet=f"[{sheet.sheet}]" if sheet.sheet else "",
                column=f"{described['name_zh']} {name}",
                header=" | ".join(heading for heading in sheet.headings if heading),
                names=", ".join([name, described["name_zh"], *described["aliases"].split("|")]),
            )
    frame = sheet.frame.select(
        pl.lit(sheet.file).alias("__file"),
        pl.lit(sheet.sheet).alias("__sheet"),
        ROW,
        *(
            (
                pl.col(f"c{places[name]}").fill_null("").str.strip_chars() if name in places else pl.lit("")
            ).alias(name)
            for name in COLUMNS
        ),
    ).filter(pl.any_horizontal(pl.col(name) != "" for name in COLUMNS))
    used = set(places.values())
    unused = [heading for at, heading in enumerate(sheet.headings) if heading and at not in used]
    more = [Finding("Q-091", {"file": sheet.file, "value": heading}) for heading in unused]
    return frame, [*sheet.findings, *more]


def check_claims(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Contradictions between printed statements, and between statements and tables.

    Parameters
    ----------
    spec : mapping
        ``tolerance``: of text against tables, a fraction; ``slack``: between printed figures beyond rounding.
    tables : CheckTables
        ``claims`` as `read_claims` gives them; the others as they are.

    Returns
    -------
    list of Finding
        Q-021 one fact stated twice; Q-022 a unit that does not fit; Q-023 a difference, Q-024 a share, Q-027 a growth,
        Q-032 a multiple against the figures; Q-025 text against tables; Q-026 share sums; Q-028 extremes; Q-031 sums;
        Q-029 and Q-030 notes; Q-090 a row that cannot be used; Q-092 rows that nothing can be held against. One contradiction is one finding.

    Examples
    --------
    >>> table = pl.DataFrame({"subject": ["工业"] * 2, "period": ["2021"] * 2, "quantity": ["排放量"] * 2, "value": ["2.3", "2.2"],
    ...                       "unit": ["亿吨"] * 2, "section": ["1", "3.2"]})
    >>> activity = pl.DataFrame(schema=["entity", "period", "item", "amount", "unit"])
    >>> found = check_claims({"tolerance": 0.02}, CheckTables(activity, claims=read_claims(table)[0]))
    >>> [finding.code for finding in found]
    ['Q-021']
    """
    if tables.claims is None or not tables.claims.height:
        return []
    limits = Limits(float(spec["tolerance"]), float(setting(spec, "claims", "slack")))
    facts = TableFacts(tables)
    ledger, unusable = _ledger(tables.claims, facts)
    tests = [*unit_tests(ledger, facts, limits), *Builder(ledger, facts, limits).tests()]
    verdicts = judge(tests, limits)
    found = contradictions(verdicts, limits)
    said = [finding(one, verdicts, limits) for one in found]
    more = notes(verdicts, [one.statement for one in found])
    return [*said, *more, *unusable, *unchecked(ledger.statements, tests)]


def _ledger(claims: pl.DataFrame, facts: TableFacts) -> tuple[Ledger, list[Finding]]:
    ledger = Ledger()
    unusable: list[Finding] = []
    for row in claims.to_dicts():
        try:
            ledger.add(parse_statement(row, facts.context))
        except Unusable as reason:
            fields = {"file": row.get("__file", ""), "row": row["__row"], "detail": reason.pair}
            shown = {key.removeprefix("__"): value for key, value in row.items() if value}
            unusable.append(Finding("Q-090", fields, (shown,)))
    return ledger, unusable
