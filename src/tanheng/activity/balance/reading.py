"""The energy balance 能源平衡表 as activity: what is burnt, used as material, lost, and sent in and out."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import polars as pl

from tanheng.activity.activity import Activity, checked_sheets, sha256
from tanheng.activity.balance.sums import check_sums, parts_of, remainder
from tanheng.activity.balance.table import ROWS, BalanceTable, Number, read_tables, row_name
from tanheng.activity.findings import Finding
from tanheng.activity.periods import parse_period
from tanheng.activity.reading.sheets import APART, ROW, Sheet, unreadable
from tanheng.activity.text import one_line
from tanheng.codes import codelist, items, mapping
from tanheng.errors import NotFound

_HEADINGS = (
    "entity",
    "period",
    "item",
    "amount",
    "unit",
    "sector",
    "activity",
    "parameters",
    "source",
    "note",
)
_TRADE, _FINAL = "trade", "final"
_INDUSTRY = "B4.2"
"""The row whose part used as feedstock and material is no combustion."""


@dataclass(frozen=True)
class Kind:
    """A kind of activity of a balance.

    ``optional``: a method may leave it out, as a balance holds more than any one method accounts; ``used``: it is what
    firms use of an energy item, so that their sums can be held against it.
    """

    activity: str
    name_zh: str
    name_en: str
    optional: bool
    used: bool


@functools.cache
def balance_kinds() -> dict[str, Kind]:
    """Kinds of activity that a balance has, from packs/rules/balance_kinds.csv.

    Examples
    --------
    >>> balance_kinds()["loss"].name_en, balance_kinds()["combustion"].optional
    ('loss', False)
    """
    return {
        row["activity"]: Kind(
            row["activity"], row["name_zh"], row["name_en"], row["optional"] == "yes", row["used"] == "yes"
        )
        for row in _rules("balance_kinds.csv")
    }


def read_balance(
    path: str | Path,
    region: str,
    year: str | int | None = None,
    *,
    sheet: str | None = None,
    electricity: str = "trade",
    parameters: Mapping[str, str] | None = None,
) -> Activity:
    r"""Read an energy balance as yearbooks print it.

    Parameters
    ----------
    path : path
        Excel or CSV: balance items on the left, energy items on top, units in the head.
    region : str
        Whose balance it is.
    year : str or int, optional
        Its year; by default the one that sheet or title names. Sheets of other years are left out and told.
    sheet : str, optional
        One sheet only.
    electricity : {"trade", "final"}
        Which electricity counts as purchased: what crosses the border (provincial guideline), or what each sector uses
        in the end (cities, parks), with heat.
    parameters : mapping of str to str, optional
        Measured parameters by item, such as the kinds of raw coal.

    Returns
    -------
    Activity
        Final consumption by sector and fuel input of power and heat as ``combustion``; ``non_energy_use``, ``loss``,
        ``purchased_electricity``, ``electricity_export``; transformation in and out under its own name. Sums are checked
        and not added: only what a sum of final consumption holds beyond its parts, where a part is not printed, is taken
        without a sector (A-163). What cannot be read is refused and counts as missing. A table in standard coal is read
        where there is none in physical units.

    Raises
    ------
    InputUnreadable
        When there is no balance, no year that can be read, or several balances of one year.
    NotFound
        When ``electricity`` is neither trade nor final.

    Notes
    -----
    Industry is final consumption less what is used as feedstock. A number must have a sign that its row takes. Supply + transformation - loss - final consumption -
    statistical difference = 0 for each item, within the rounding of what is printed.
    Source: energy balance of the China Energy Statistical Yearbook; packs/codes/energy_balance_rows.csv,
    packs/rules/balance_activity.csv and balance_kinds.csv.

    Examples
    --------
    >>> import tempfile
    >>> rows = ["项目,原煤（万吨）,电力（亿千瓦时）", "1.一次能源生产量,10,", "1.火力发电,-4,8", "三、损失量,,1", "四、终端消费量,6,7"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "2021.csv"
    ...     _ = file.write_text("\n".join([*rows, "2.工业,6,7"]), encoding="utf-8")
    ...     read_balance(file, "四川省", 2021).frame.select("item", "activity", "sector", "amount").row(0)
    ('raw_coal', 'combustion', 'power', 4.0)
    """
    if electricity not in (_TRADE, _FINAL):
        raise NotFound(
            what_zh="用电口径",
            what_en="way to count electricity",
            name=electricity,
            known=f"{_TRADE}, {_FINAL}",
        )
    file = Path(path)
    tables, unread = read_tables(file, sheet)
    period, chosen, notes = _chosen(file, tables, None if year is None else str(year))
    sheets = [_sheet(table, region, period, electricity, dict(parameters or {})) for table in chosen]
    read = checked_sheets(file.name, sheets, {file.name: sha256(file)})
    recipe = {
        "form": "energy-balance",
        "region": region,
        "year": period,
        "electricity": electricity,
        "parameters": dict(parameters or {}),
    }
    found = [*unread, *notes, *read.findings]
    return replace(read, findings=found, source=file.absolute(), sheet=sheet, recipe=recipe)


def _chosen(
    file: Path, tables: Sequence[BalanceTable], year: str | None
) -> tuple[str, list[BalanceTable], list[Finding]]:
    """The period, the tables of it in physical units, and what is said of the others."""
    wanted = parse_period(year) if year else None
    if year and wanted is None:
        raise unreadable(
            file.name,
            (f"年份“{one_line(year, 20)}”无法识别", f"the year '{one_line(year, 20)}' is not understood"),
            ("请写四位年份，如 --year 2021", "Give four digits, such as --year 2021"),
        )
    named = {one for table in tables for one in table.years}
    if wanted is None and len(named) != 1:
        raise unreadable(
            file.name,
            ("看不出是哪一年的平衡表", "it does not say which year it is for"),
            ("请用 --year 给出年份", "Give --year"),
        )
    period = wanted or next(iter(named))
    notes = []
    of_year = []
    for table in tables:
        if table.years and period[:4] not in table.years:
            notes.append(
                Finding(
                    "A-155",
                    {
                        "file": file.name,
                        "value": table.sheet,
                        "year": ", ".join(sorted(table.years)),
                        "wanted": period,
                    },
                )
            )
        else:
            of_year.append(table)
    if not of_year:
        raise unreadable(
            file.name,
            (
                f"没有 {period} 年的平衡表，只有 {'、'.join(sorted(named))}",
                f"it has no balance of {period}, only {', '.join(sorted(named))}",
            ),
            ("请核对 --year", "Check --year"),
        )
    physical = [table for table in of_year if not table.in_coal]
    for table in [one for one in of_year if one.in_coal and physical]:
        notes.append(Finding("A-162", {"file": file.name, "value": table.sheet}))
    chosen = physical or of_year
    if len(chosen) > 1:
        raise unreadable(
            file.name,
            (
                f"有几张 {period} 年的平衡表（{'、'.join(one.sheet for one in chosen)}），同时读会重复计算",
                f"it has several balances of {period} ({', '.join(one.sheet for one in chosen)}); together they would count twice",
            ),
            ("请用 --sheet 指定一张", "Name one with --sheet"),
        )
    return period, chosen, notes


def _rules(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def _activities() -> dict[tuple[str, str, str], str]:
    return {
        (row["row"], row["sign"], kind): row["activity"]
        for row in _rules("balance_activity.csv")
        for kind in row["items"].split("|")
    }


def _activity(code: str, item: str, sign: str) -> str:
    """Kind of activity of a number; nothing for supply, stocks and sums."""
    kinds = (item, items().get(item).kind, "any")
    return next((found for kind in kinds if (found := _activities().get((code, sign, kind)))), "")


@functools.cache
def _sector(code: str) -> str:
    """Sector of a row: its own, else that of the row above it in the list."""
    pairs = mapping("sectors", ROWS)
    found = [one for one in codelist("sectors") for target in pairs.targets(one) if target.code == code]
    parent = codelist(ROWS).get(code)["parent"]
    return found[0] if found else (_sector(parent) if parent else "")


def _sheet(
    table: BalanceTable, region: str, period: str, electricity: str, parameters: Mapping[str, str]
) -> Sheet:
    """The rows of activity of a table, with what it tells."""
    rows: list[list[object]] = []
    aside: dict[str, int] = {}
    units = {column.item: column.unit for column in table.columns}
    for (code, item), number in sorted(table.numbers.items(), key=lambda pair: (pair[1].row, pair[1].column)):
        if number.value == 0:
            continue
        activity = _activity(code, item, "+" if number.value > 0 else "-")
        if not activity:
            if not _refused(table, code, item, number):
                aside[code] = aside.get(code, 0) + 1
            continue
        amount, why = _amount(table, code, item, number)
        if amount <= 0:
            continue
        about = f"{code} {codelist(ROWS).get(code)['name_zh']} {number.cell}{why}"
        rows.append(
            [
                number.row,
                region,
                period,
                item,
                f"{amount:.15g}",
                _counted(units[item], item),
                _sector(code),
                _bought(activity, electricity),
                parameters.get(item, ""),
                f"{table.file} {table.sheet}".strip(),
                about,
            ]
        )
    findings = [*table.findings, *check_sums(table), *_told(table, aside, units)]
    place = {"entity": region, "period": period}
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(_HEADINGS))}}
    return Sheet(
        table.file,
        table.sheet,
        list(_HEADINGS),
        pl.DataFrame(rows, schema=schema, orient="row"),
        [replace(one, rows=tuple({**place, **row} for row in one.rows)) for one in findings],
        pl.DataFrame(table.bad, schema=APART, orient="row"),
        amounts={item: number.column for (_, item), number in table.numbers.items()},
    )


def _refused(table: BalanceTable, code: str, item: str, number: Number) -> bool:
    """Refuse a number of the wrong sign, and a sum of transformation whose parts, some of them burnt, are not printed."""
    sign, other = ("+", "-") if number.value > 0 else ("-", "+")
    parts = parts_of(code)
    printed = any((one, item) in table.numbers or (one, item) in table.unread for one in parts)
    kinds = {_activity(one, item, sign) for one in parts} - {""}
    if _activity(code, item, other):
        why = "A-159"
    elif not printed and not all(balance_kinds()[kind].optional for kind in kinds):
        why = "A-181"
    else:
        return False
    table.refuse(table.of_number(why, code, item, number), number.row, f"{code} {item} {number.value:g}")
    return True


def _amount(table: BalanceTable, code: str, item: str, number: Number) -> tuple[float, str]:
    """Size of a number: of industry without its feedstock, of a sum what no part of it holds."""
    if parts_of(code):
        rest = remainder(table, code, item)
        if rest:
            table.findings.append(table.of_number("A-163", code, item, number, rest=f"{rest:.10g}"))
        return rest, f" = {rest:.10g}"
    feedstock = table.numbers.get((f"{code}a", item)) if code == _INDUSTRY else None
    if feedstock is None or not feedstock.value:
        return abs(number.value), ""
    left, why = round(number.value - feedstock.value, 6), f" - {feedstock.cell} 用作原料、材料"
    if left < 0:
        table.refuse(
            table.of_number("A-164", code, item, number), number.row, f"{code} {item} {number.value:g}{why}"
        )
    return left, why


def _bought(activity: str, electricity: str) -> str:
    """What is purchased: what crosses the border, or what is used in the end; never both."""
    if electricity == _FINAL:
        traded = {"purchased_electricity": "electricity_import"}
        return "consumption" if activity == "final_consumption" else traded.get(activity, activity)
    return activity


def _told(table: BalanceTable, aside: Mapping[str, int], units: Mapping[str, str]) -> list[Finding]:
    """How much serves the check alone, and which volumes are taken at standard conditions."""
    found = []
    if count := sum(aside.values()):
        names = [row_name(code) for code in aside]
        told = "、".join(zh for zh, _ in names), "; ".join(en for _, en in names)
        found.append(table.finding("A-150", count=count, value=told))
    gases = [items().get(item) for item, unit in units.items() if _counted(unit, item) != unit]
    if gases:
        told = "、".join(one.name_zh for one in gases), ", ".join(one.name_en for one in gases)
        found.append(table.finding("A-158", value=told))
    return found


def _counted(unit: str, item: str) -> str:
    """Volumes of gas in statistics are at standard conditions: the item's own unit says so."""
    if items().get(item).unit != "Nm3":
        return unit
    return (
        unit.replace("标准立方米", "立方米")
        .replace("立方米", "Nm3")
        .replace("m³", "m3")
        .replace("Nm3", "m3")
        .replace("m3", "Nm3")
    )
