"""The energy balance 能源平衡表 as activity: what is burnt, used as material, lost, and sent in and out."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import polars as pl

from tanheng.activity.activity import Activity, checked_sheets, sha256
from tanheng.activity.balance_check import check_balance, parts_of
from tanheng.activity.balance_table import ROWS, BalanceTable, Number, read_tables
from tanheng.activity.findings import Finding
from tanheng.activity.periods import parse_period
from tanheng.activity.sheets import APART, ROW, Sheet, unreadable
from tanheng.codes import codelist, items, mapping

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
_CARRIERS = {"electricity", "heat"}
_SECTORS_OF_INPUT = {"B2.1": "power", "B2.2": "heat_supply", "B2.4": "coking", "B2.5": "petroleum_refining"}
SIDE = frozenset(
    {
        "loss",
        "transformation_input",
        "transformation_output",
        "energy_recovery",
        "final_consumption",
        "non_energy_use",
    }
    | {"purchased_electricity", "electricity_export"}
)
"""Kinds of activity that a method may leave out: a balance holds more than any one method accounts."""


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
        Which electricity and heat count as purchased: what crosses the border (provincial guideline), or what each
        sector uses in the end (cities, parks).
    parameters : mapping of str to str, optional
        Measured parameters by item, such as the kinds of raw coal.

    Returns
    -------
    Activity
        Final consumption by sector and fuel input of power and heat as ``combustion``; ``non_energy_use``, ``loss``,
        ``purchased_electricity``, ``electricity_export``; transformation in and out under its own name. Sums are checked
        and never added.

    Raises
    ------
    InputUnreadable
        When there is no balance, no year, or none in physical units and standard coal beside each other.

    Notes
    -----
    Industry is final consumption less what is used as feedstock. Supply + transformation - loss - final consumption -
    statistical difference = 0 for each item, within the rounding of what is printed.
    Source: energy balance of the China Energy Statistical Yearbook; packs/codes/energy_balance_rows.csv and
    packs/rules/balance_activity.csv.

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
    file = Path(path)
    tables = read_tables(file, sheet)
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
    found = [*notes, *read.findings]
    return replace(read, findings=found, source=file.absolute(), sheet=sheet, recipe=recipe)


def _chosen(
    file: Path, tables: Sequence[BalanceTable], year: str | None
) -> tuple[str, list[BalanceTable], list[Finding]]:
    """The period, the tables of it in physical units, and what is said of the others."""
    wanted = parse_period(year) if year else None
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


@functools.cache
def _activities() -> dict[tuple[str, str, str], str]:
    with (files("tanheng.packs") / "rules" / "balance_activity.csv").open(encoding="utf-8") as stream:
        return {(row["row"], row["sign"], row["items"]): row["activity"] for row in csv.DictReader(stream)}


def _activity(code: str, item: str, value: float) -> str:
    """Kind of activity of a number; nothing for supply, stocks and sums."""
    sign = "+" if value > 0 else "-"
    kinds = [item, "carrier" if item in _CARRIERS else "fuel", "any"]
    return next((found for kind in kinds if (found := _activities().get((code, sign, kind)))), "")


@functools.cache
def _sector(code: str) -> str:
    if code in _SECTORS_OF_INPUT:
        return _SECTORS_OF_INPUT[code]
    if code.startswith("B2"):
        return "energy_industries"
    pairs = mapping("sectors", ROWS)
    base = code.removesuffix("a") if code == "B4.2a" else code
    found = [
        one
        for one in codelist("sectors")
        for target in pairs.targets(one)
        if target.code == base and target.relation == "1:1"
    ]
    return found[0] if found else ""


def _sheet(
    table: BalanceTable, region: str, period: str, electricity: str, parameters: Mapping[str, str]
) -> Sheet:
    """The rows of activity of a table, with what it tells."""
    rows: list[list[object]] = []
    aside: dict[str, int] = {}
    findings = [*table.findings, *check_balance(table)]
    units = {column.item: column.unit for column in table.columns}
    bad: list[tuple[int, str, str, int]] = []
    for (code, item), number in sorted(table.numbers.items(), key=lambda pair: (pair[1].row, pair[1].column)):
        if number.value == 0 or _doubled(table, code, item):
            continue
        alone = _alone(table, code, item)
        activity = _bought(
            _activity("B4.6" if alone and code == "B4" else code, item, number.value), electricity
        )
        if alone:
            findings.append(_finding("A-163", table, code, item, number))
        if not activity:
            aside[code] = aside.get(code, 0) + 1
            if _misplaced(code, item, number):
                findings.append(_finding("A-159", table, code, item, number))
                bad.append((number.row, "A-159", f"{code} {item} {number.value:g}", 0))
            continue
        amount, why = _amount(table, code, item, number)
        if amount < 0:
            findings.append(_finding("A-164", table, code, item, number))
            bad.append((number.row, "A-164", f"{code} {item} {number.value:g}{why}", 0))
        if amount > 0:
            about = f"{code} {codelist(ROWS).get(code)['name_zh']} {number.cell}{why}"
            unit = _counted(units[item], item)
            rows.append(
                [
                    number.row,
                    region,
                    period,
                    item,
                    f"{amount:.15g}",
                    unit,
                    _sector(code),
                    activity,
                    parameters.get(item, ""),
                    f"{table.file} {table.sheet}".strip(),
                    about,
                ]
            )
    if aside:
        told = "、".join(codelist(ROWS).get(code)["name_zh"] for code in aside)
        findings.append(
            Finding(
                "A-150",
                {"file": table.file, "sheet": table.sheet, "count": sum(aside.values()), "value": told},
            )
        )
    gases = [item for item, unit in units.items() if _counted(unit, item) != unit]
    if gases:
        findings.append(
            Finding(
                "A-158", {"file": table.file, "value": "、".join(items().get(one).name_zh for one in gases)}
            )
        )
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(_HEADINGS))}}
    return Sheet(
        table.file,
        table.sheet,
        list(_HEADINGS),
        pl.DataFrame(rows, schema=schema, orient="row"),
        findings,
        _refused(bad),
    )


def _refused(bad: Iterable[tuple[int, str, str, int]]) -> pl.DataFrame:
    return pl.DataFrame([row[:3] for row in bad], schema=APART, orient="row")


def _alone(table: BalanceTable, code: str, item: str) -> bool:
    """Whether a sum is printed for an item and none of its parts."""
    return code in {"B2", "B4"} and not any((part, item) in table.numbers for part in parts_of(code))


def _bought(activity: str, electricity: str) -> str:
    """What is purchased: what crosses the border, or what is used in the end; never both."""
    if electricity == "final":
        traded = {"purchased_electricity": "electricity_import", "electricity_export": "electricity_export"}
        return "consumption" if activity == "final_consumption" else traded.get(activity, activity)
    return activity


def _doubled(table: BalanceTable, code: str, item: str) -> bool:
    """Whether the parts of a row are stated too: then the row itself is their sum."""
    parts = [f"{code}a", f"{code}b"] if code == "B4.7" else []
    return any((part, item) in table.numbers and table.numbers[part, item].value for part in parts)


def _amount(table: BalanceTable, code: str, item: str, number: Number) -> tuple[float, str]:
    """Size of a number; industry is less what it uses as feedstock and material."""
    feedstock = table.numbers.get(("B4.2a", item))
    if code != "B4.2" or feedstock is None or item in _CARRIERS or not feedstock.value:
        return abs(number.value), ""
    left = round(number.value - feedstock.value, 6)
    return left, f" - {feedstock.cell} 用作原料、材料"


def _misplaced(code: str, item: str, number: Number) -> bool:
    """A number whose sign its row does not have: a negative consumption."""
    return code.startswith(("B3", "B4")) and code not in {"B4", "B3a"} and number.value < 0


def _finding(code: str, table: BalanceTable, row: str, item: str, number: Number) -> Finding:
    about = {"file": table.file, "sheet": table.sheet, "cell": number.cell, "value": f"{number.value:g}"}
    return Finding(
        code, {**about, "row": codelist(ROWS).get(row)["name_zh"], "item": items().get(item).name_zh}
    )


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
