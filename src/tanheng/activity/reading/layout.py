"""Which column of a sheet is which: activity columns, the user's own, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from tanheng.activity.findings import Finding, place
from tanheng.activity.periods import parse_period, parse_periods
from tanheng.activity.reading.doubles import NUMBERS, doubles
from tanheng.activity.reading.headers import unit_in
from tanheng.activity.reading.sheets import ROW, Sheet, unreadable
from tanheng.activity.reading.titles import sizes_differ, stated_unit, units_differ
from tanheng.activity.schema import BASE, columns, extra_names, map_header
from tanheng.activity.text import one_line
from tanheng.errors import ColumnMissing, InputUnreadable, TanhengError

FILE, SHEET = "__file", "__sheet"
_WITH_UNITS = ("amount", "uncertainty", "parameters")
"""Columns whose headings may state a unit of their own; that of the amount is told of in words of its own."""
MOST_OWN = 200
"""Columns of the user's own that a table may have: each is a dimension by which every result is told apart."""


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
    findings += [*_other_units(sheet, places), *_other_years(sheet, places)]
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


def naming_mapping(error: ColumnMissing, path: Path) -> ColumnMissing:
    """The error with the mapping that `tanheng map` made of the file, where one lies here or beside it."""
    made = f"{path.name}.mapping.yaml"
    found = next((one for one in (Path(made), path.with_name(made)) if one.is_file()), None)
    if found is None:
        return error
    said = {
        "mapping_zh": f"该文件有映射 {found}：核对后把其中 confirmed 改为 true，再加 --mapping {found} 运行。",
        "mapping_en": f" It has a mapping, {found}: check it, set confirmed: true in it and run with --mapping {found}.",
    }
    return ColumnMissing(**{**error.fields, **said})


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
    if len(own) > MOST_OWN:
        raise _too_many([headings[at] for at in own], file)
    names = dict(zip(own, extra_names([headings[at] for at in own]), strict=True))
    about = {"file": file, "sheet": where}
    findings = [Finding("A-134", {**about, **twice[at].fields}) for at in same]
    for at, name in names.items():
        fields = {**about, "value": one_line(headings[at]), "name": one_line(name)}
        findings.append(
            Finding("A-128", {**fields, **twice[at].fields}) if at in twice else Finding("A-123", fields)
        )
    return names, findings


def _too_many(own: Sequence[str], file: str) -> InputUnreadable:
    shown = one_line(", ".join(own[:5]), 80)
    return unreadable(
        file,
        (
            f"有 {len(own)} 列不是活动表的列（{shown} ...），最多 {MOST_OWN} 列",
            f"{len(own)} of its columns are none of an activity table ({shown} ...), at most {MOST_OWN} may be",
        ),
        (
            "请删去多余的列；各列是品种或时期时用 `tanheng map` 读取",
            "Delete those that are not needed; where they are items or periods read it with `tanheng map`",
        ),
    )


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


def _texts(sheet: Sheet, at: int) -> list[str]:
    return sheet.frame.get_column(f"c{at}").drop_nulls().unique(maintain_order=True).to_list()


def _first(sheet: Sheet, at: int, text: str) -> tuple[str, str]:
    """Where a text of a column stands for the first time."""
    return place(sheet.file, sheet.sheet, sheet.frame.filter(pl.col(f"c{at}") == text).item(0, ROW))


def _two_units(sheet: Sheet, stated: str, at: int) -> list[Finding]:
    """Units of the unit column that differ from the one in the amount's heading."""
    return [
        Finding("A-131", {"where": _first(sheet, at, text), "value": stated, "unit": one_line(text)})
        for text in _texts(sheet, at)
        if units_differ(stated, text)
    ]


def _other_units(sheet: Sheet, places: Mapping[str, int]) -> list[Finding]:
    """Units of the unit column that differ, in size alone, from the one of a title or of another heading."""
    if "unit" not in places:
        return []
    headings = [sheet.headings[at] for name, at in places.items() if name not in _WITH_UNITS]
    said = {heading: stated_unit([heading]) or unit_in(heading) for heading in headings}
    said |= {sheet.titles["unit"]: sheet.titles["unit"]} if "unit" in sheet.titles else {}
    at = places["unit"]
    return [
        Finding(
            "A-145", {"where": _first(sheet, at, text), "value": one_line(heading), "unit": one_line(text)}
        )
        for heading, stated in said.items()
        if stated
        for text in _texts(sheet, at)
        if sizes_differ(stated, text)
    ]


def _other_years(sheet: Sheet, places: Mapping[str, int]) -> list[Finding]:
    """Rows of another year than the one that the title or the name of the sheet states."""
    stated = sheet.titles.get("period", "")[:4]
    if not stated or "period" not in places:
        return []
    at = places["period"]
    found = parse_periods(_texts(sheet, at))
    others = [text for text, period in found.items() if period and period[:4] != stated]
    if not others:
        return []
    rows = sheet.frame.filter(pl.col(f"c{at}").is_in(others)).select(ROW, f"c{at}")
    shown = tuple(
        {"file": sheet.file, "sheet": sheet.sheet, "row": row, "period": text}
        for row, text in rows.head(5).iter_rows()
    )
    about = {
        "where": place(sheet.file, sheet.sheet, shown[0]["row"]),
        "value": stated,
        "period": one_line(shown[0]["period"]),
    }
    return [Finding("A-146", about, shown, rows.height)]
