"""Which column of a sheet is which: activity columns, the user's own, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tanheng.activity.doubles import NUMBERS, doubles
from tanheng.activity.findings import Finding, place
from tanheng.activity.headers import unit_in
from tanheng.activity.periods import parse_period
from tanheng.activity.schema import BASE, columns, extra_names, map_header
from tanheng.activity.sheets import ROW, Sheet, unreadable
from tanheng.activity.text import one_line
from tanheng.activity.titles import units_differ
from tanheng.errors import ColumnMissing, TanhengError

FILE, SHEET = "__file", "__sheet"


def named(sheet: Sheet) -> tuple[pl.DataFrame, list[str], list[Finding]]:
    """A sheet's rows under canonical column names with ``__file`` and ``__sheet``, the user's own columns, and notes."""
    places = map_header(sheet.headings)
    chosen = [pl.col(f"c{at}").fill_null("").alias(name) for name, at in places.items()]
    stated = unit_in(sheet.headings[places["amount"]]) if "amount" in places else ""
    if stated and "unit" not in places:
        chosen.append(pl.lit(stated).alias("unit"))
    own, findings = extras(sheet.headings, places, sheet.file, sheet.where)
    findings += _unheaded(sheet) + (
        _two_units(sheet, stated, places["unit"]) if stated and "unit" in places else []
    )
    chosen += [pl.col(f"c{at}").fill_null("").alias(name) for at, name in own.items()]
    frame = sheet.frame.select(pl.lit(sheet.file).alias(FILE), pl.lit(sheet.sheet).alias(SHEET), ROW, *chosen)
    return frame, list(own.values()), findings


def missing(frame: pl.DataFrame) -> str | None:
    """The first column that every activity table needs and this one lacks."""
    return next((name for name in BASE if name not in frame.columns), None)


def column_missing(sheet: Sheet, name: str) -> TanhengError:
    """The error for a sheet without a column that it needs."""
    years = [heading for heading in sheet.headings if parse_period(heading)]
    if years and name in {"period", "amount"}:
        shown = one_line(", ".join(years), 80)
        return unreadable(
            sheet.file,
            (f"时期写在列名里（{shown}）", f"its periods stand in the header ({shown})"),
            (
                "请每个时期写一行，列名用 时期、数量",
                "Write one row for each period, under the headings period and amount",
            ),
            sheet.sheet,
        )
    described = columns()[name]
    return ColumnMissing(
        file=sheet.file,
        sheet=f"[{sheet.sheet}]" if sheet.sheet else "",
        column=f"{described['name_zh']} {name}",
        header=one_line(" | ".join(heading for heading in sheet.headings if heading), 300),
        names=", ".join([name, described["name_zh"], *described["aliases"].split("|")]),
    )


def extras(
    headings: Sequence[str], places: Mapping[str, int], file: str, where: tuple[str, str] = ("", "")
) -> tuple[dict[int, str], list[Finding]]:
    """Columns that no activity column claims: place to name, and what to say of each.

    Examples
    --------
    >>> extras(["年份", "月份", "城市", ""], {"period": 0}, "a.csv")[0]
    {1: '月份', 2: '城市'}
    """
    twice = {one.left: one for one in doubles(headings, places)}
    same = [at for at, one in twice.items() if one.column in NUMBERS]
    own = [
        at
        for at, heading in enumerate(headings)
        if heading.strip() and at not in places.values() and at not in same
    ]
    names = dict(zip(own, extra_names([headings[at] for at in own]), strict=True))
    about = {"file": file, "sheet": where}
    findings = [Finding("A-134", {**about, **twice[at].fields}) for at in same]
    for at, name in names.items():
        fields = {**about, "value": one_line(headings[at]), "name": one_line(name)}
        findings.append(
            Finding("A-128", {**fields, **twice[at].fields}) if at in twice else Finding("A-123", fields)
        )
    return names, findings


def _unheaded(sheet: Sheet) -> list[Finding]:
    """Columns without a heading that hold text are not read; say so."""
    found = []
    for at, heading in enumerate(sheet.headings):
        if not heading.strip():
            cells = sheet.frame.filter(pl.col(f"c{at}").fill_null("").str.strip_chars() != "").select(
                ROW, f"c{at}"
            )
            if cells.height:
                row, value = cells.row(0)
                where = place(sheet.file, sheet.sheet, row)
                found.append(
                    Finding("A-130", {"where": where, "column": at + 1, "value": one_line(value, 40)})
                )
    return found


def _two_units(sheet: Sheet, stated: str, at: int) -> list[Finding]:
    """Units of the unit column that differ from the one in the amount's heading."""
    found = []
    for text in sheet.frame.get_column(f"c{at}").drop_nulls().unique(maintain_order=True).to_list():
        if units_differ(stated, text):
            row = sheet.frame.filter(pl.col(f"c{at}") == text).item(0, ROW)
            fields = {"where": place(sheet.file, sheet.sheet, row), "value": stated, "unit": one_line(text)}
            found.append(Finding("A-131", fields))
    return found
