"""Reading a framework and its data: the pair of tables that COINr takes (iMeta and iData), as CSV or as two sheets of Excel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.scan import folded
from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.reading.small_tables import SmallTable
from tanheng.pathways.composite.framework import Framework, Node
from tanheng.pathways.composite.problems import composite_invalid
from tanheng.pathways.composite.units import VAST, Units
from tanheng.workbooks import column_letters

MOST = 200_000
"""Rows that are taken at most."""
_META = {
    "code": ("iCode", "code", "indicator", "代码", "指标代码", "指标"),
    "name": ("iName", "name", "名称", "指标名称"),
    "direction": ("Direction", "方向"),
    "weight": ("Weight", "权重"),
    "parent": ("Parent", "上级", "所属"),
    "type": ("Type", "类型"),
    "unit": ("Unit", "单位"),
    "denominator": ("Denominator", "分母"),
    "target": ("Target", "目标", "目标值"),
    "low": ("goalpost_lower", "low", "下限"),
    "high": ("goalpost_upper", "high", "上限"),
}
_UNIT = ("uCode", "unit", "region", "place", "代码", "地区", "城市", "单元", "企业", "园区")
_NAME = ("uName", "name", "名称")
_YEAR = ("Time", "year", "年份", "年度", "年")
_TYPES = {
    "indicator": "indicator", "指标": "indicator", "aggregate": "aggregate", "汇总": "aggregate",
    "group": "group", "分组": "group", "denominator": "denominator", "分母": "denominator", "other": "other", "其他": "other",
}  # fmt: skip
_SIGNS = {"+": 1, "正": 1, "正向": 1, "-": -1, "负": -1, "逆": -1, "负向": -1, "逆向": -1}


def read_framework(path: Path) -> Framework:
    """A framework of indicators from CSV or a sheet of Excel, in the columns of COINr's iMeta or their Chinese names.

    Parameters
    ----------
    path : Path
        A row for each indicator and group: ``iCode``, ``Direction`` (1 or -1), and optionally ``iName``, ``Weight``, ``Parent``,
        ``Type``, ``Unit``, ``Denominator``, ``Target``, ``goalpost_lower``, ``goalpost_upper``. Without parents the index is the mean of all.

    Returns
    -------
    Framework

    Raises
    ------
    CompositeInvalid
        For a cell that cannot be understood, by row and column, and for a structure that is no tree.
    InputUnreadable
        For what is no such table.
    """
    for page in _pages(path):
        heads = _heads(page)
        places = {name: _place(heads, spelled) for name, spelled in _META.items()}
        if places["code"] is not None and places["direction"] is not None:
            return _framework(
                path.name, page, heads, {name: at for name, at in places.items() if at is not None}
            )
    raise unreadable(
        path.name,
        ("没有指标表：应有代码（iCode）与方向（Direction）两列", "it has no table of indicators: columns iCode and Direction"),
        ("请写明每个指标的方向：1 越大越好，-1 越小越好", "State the direction of every indicator: 1 more is better, -1 less is better"),
    )  # fmt: skip


def read_units(path: Path, framework: Framework) -> Units:
    """The data of a framework from CSV or a sheet of Excel: a row for each unit (and year), a column for each indicator.

    Parameters
    ----------
    path : Path
    framework : Framework
        Its indicators, denominators and groups are read; columns that hold nothing but numbers come along.

    Returns
    -------
    Units

    Raises
    ------
    CompositeInvalid
        For columns that are missing, cells that are no number, units that stand twice.
    InputUnreadable
        For what is no table.
    """
    needed = {one.code for one in framework.indicators} | {
        one.denominator for one in framework.indicators
    } - {""}
    pages = _pages(path)
    best = max(pages, key=lambda page: len(needed & set(_heads(page))), default=None)
    if best is None or len(best.rows) < 2:
        raise unreadable(
            path.name,
            ("没有数据行", "it has no row of data"),
            ("应有一行列名，其后每个单元一行", "It should have a row of heads, then a row for each unit"),
        )
    return _units(path.name, best, _heads(best), framework)


def _pages(path: Path) -> list[Cells]:
    return [page for page in read_cells(path, rows=MOST) if not page.hidden and page.rows]


def _heads(page: Cells) -> list[str]:
    return [cell.strip() for cell in page.rows[0][1]]


def _place(heads: Sequence[str], spelled: Sequence[str]) -> int | None:
    own = [folded(head) for head in heads]
    return next((own.index(folded(one)) for one in spelled if folded(one) in own), None)


def _body(page: Cells) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in page.rows[1:] if not all(map(is_blank, cells))]


def _cell(cells: Sequence[str], at: int | None) -> str:
    text = cells[at].strip() if at is not None and at < len(cells) else ""
    return "" if is_blank(text) else text


def _table(file: str, page: Cells, heads: Sequence[str]) -> SmallTable:
    return SmallTable(
        file, page.sheet, [], {str(at): f"{column_letters(at + 1)} {head}" for at, head in enumerate(heads)}
    )


def _refuse(table: SmallTable) -> None:
    if table.faults:
        told = table.first()
        more = (f"（共 {told['count']} 处）", f" ({told['count']} in all)") if told["count"] > 1 else ("", "")
        raise composite_invalid(
            (f"“{table.file}”", f" '{table.file}'"),
            (told["detail_zh"] + more[0], told["detail_en"] + more[1]),
            ("请按所列的行与列改正", "Correct them by row and column"),
            rows=told["rows"],
        )


def _framework(file: str, page: Cells, heads: Sequence[str], places: Mapping[str, int]) -> Framework:
    table = _table(file, page, heads)
    rows = [
        (number, {name: _cell(cells, at) for name, at in places.items()}) for number, cells in _body(page)
    ]
    parents = {row.get("parent", "") for _, row in rows}
    kinds = [_kind(table, number, row, places, parents) for number, row in rows]
    found: dict[str, list[Node]] = {"indicator": [], "aggregate": []}
    scope: dict[str, str] = {}
    for (number, row), kind in zip(rows, kinds, strict=True):
        if not row["code"]:
            table.fault(number, str(places["code"]), "", "一个代码", "a code")
        elif kind in found:
            found[kind].append(_node(table, number, row, places, kind))
        else:
            scope[row["code"]] = kind
    _refuse(table)
    return Framework(tuple(found["indicator"]), tuple(found["aggregate"]), scope, file)


def _kind(
    table: SmallTable, number: int, row: Mapping[str, str], places: Mapping[str, int], parents: set[str]
) -> str:
    stated = row.get("type", "")
    if not stated:
        return "aggregate" if row["code"] in parents else "indicator"
    if stated.lower() not in _TYPES:
        table.fault(number, str(places["type"]), stated, "指标、汇总、分组、分母或其他", "Indicator, Aggregate, Group, Denominator or Other")  # fmt: skip
    return _TYPES.get(stated.lower(), "other")


def _node(
    table: SmallTable, number: int, row: Mapping[str, str], places: Mapping[str, int], kind: str
) -> Node:
    def value(name: str) -> float | None:
        text = row.get(name, "")
        if not text:
            return None
        one = number_of(text)
        if one is None or not abs(one) <= VAST:
            table.fault(number, str(places[name]), text, "不大于 1e100 的一个数", "a number up to 1e100")
            return None
        return one

    weight = value("weight")
    if "weight" in places and weight is None and not row["weight"]:
        table.fault(
            number, str(places["weight"]), "", "一个数（各行同权写 1）", "a number (1 for equal weights)"
        )
    sign = 0
    if kind == "indicator":
        said = row["direction"]
        one = _SIGNS.get(said, number_of(said))
        if one not in {1, -1}:
            table.fault(number, str(places["direction"]), said, "1（越大越好）或 -1（越小越好）", "1 (more is better) or -1 (less is better)")  # fmt: skip
        sign = 1 if one == 1 else -1
    return Node(
        row["code"], row.get("name") or row["code"], 1.0 if weight is None else weight, row.get("parent", ""), sign,
        row.get("unit", ""), row.get("denominator", "") if kind == "indicator" else "",
        value("target"), value("low"), value("high"),
    )  # fmt: skip


def _units(file: str, page: Cells, heads: Sequence[str], framework: Framework) -> Units:
    table, body = _table(file, page, heads), _body(page)
    if len(body) > MOST or not page.whole:
        raise unreadable(
            file,
            (f"过大，最多 {MOST:,} 行", f"it is too large: at most {MOST:,} rows"),
            ("请分成几个文件", "Split it"),
        )
    needed = list(dict.fromkeys([one.code for one in framework.indicators] + [one.denominator for one in framework.indicators if one.denominator]))  # fmt: skip
    for name in needed:
        if heads.count(name) != 1:
            times = (
                ("有两列叫", "two columns are called") if name in heads else ("没有列", "there is no column")
            )
            raise composite_invalid(
                (f"数据“{file}”", f", data '{file}'"), (f"{times[0]}“{name}”", f"{times[1]} '{name}'"),
                ("每个指标与分母各有一列，列名与指标表的代码相同", "Each indicator and denominator has one column, named by its code"),
            )  # fmt: skip
    at_unit, at_name, at_year = _place(heads, _UNIT), _place(heads, _NAME), _place(heads, _YEAR)
    if at_unit is None:
        raise composite_invalid(
            (f"数据“{file}”", f", data '{file}'"), ("没有单元代码列", "there is no column of units"),
            (f"列名应为 {'、'.join(_UNIT)} 之一", f"Name it one of {', '.join(_UNIT)}"),
        )  # fmt: skip
    grouped = [name for name, kind in framework.scope.items() if kind == "group" and name in heads]
    numeric = needed + [
        head for at, head in enumerate(heads)
        if head and heads.count(head) == 1 and head not in {*needed, *grouped} and at not in {at_unit, at_name, at_year}
        and all(number_of(_cell(cells, at)) is not None for _, cells in body)
    ]  # fmt: skip
    years = _years(table, body, at_year)
    codes = [_cell(cells, at_unit) for _, cells in body]
    seen: dict[tuple[str, int], int] = {}
    for (number, _), code, year in zip(body, codes, years or [0] * len(body), strict=True):
        if not code:
            table.fault(number, str(at_unit), "", "一个单元", "a unit")
        elif seen.setdefault((code, year), number) != number:
            table.fault(number, str(at_unit), code, f"每个单元（与年份）一行（第 {seen[code, year]} 行已有）",
                        f"one row for each unit (and year); row {seen[code, year]} has it")  # fmt: skip
    columns = {name: _numbers(table, page, body, heads.index(name)) for name in numeric}
    _refuse(table)
    return Units(
        tuple(codes), tuple(_cell(cells, at_name) or code for (_, cells), code in zip(body, codes, strict=True)), columns,
        {name: tuple(_cell(cells, heads.index(name)) for _, cells in body) for name in grouped},
        None if years is None else np.array(years, np.int64), file,
    )  # fmt: skip


def _years(table: SmallTable, body: Sequence[tuple[int, list[str]]], at: int | None) -> list[int] | None:
    if at is None:
        return None
    found = []
    for number, cells in body:
        match = re.fullmatch(r"((?:18|19|20|21)\d{2})(?:\.0+|年)?", _cell(cells, at))
        if match is None:
            table.fault(number, str(at), _cell(cells, at), "四位年份", "a year of four digits")
        found.append(int(match[1]) if match else 0)
    return found


def _numbers(table: SmallTable, page: Cells, body: Sequence[tuple[int, list[str]]], at: int) -> Any:
    found = np.full(len(body), np.nan)
    for place, (number, cells) in enumerate(body):
        text = _cell(cells, at)
        if not text and not page.why_hollow(number, at + 1):
            continue
        value = None if page.why_hollow(number, at + 1) else number_of(text)
        if value is None or not abs(value) <= VAST:
            table.fault(
                number, str(at), text, "不大于 1e100 的一个数，或留空表示缺失",
                "a number up to 1e100, or nothing where it is missing",
            )  # fmt: skip
        found[place] = np.nan if value is None else value
    return found
