"""Checks of a pack beyond the format table: notation keys, chapters, and rules with a model over years."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from tanheng.codes import code_lists, codelist, items
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_

AGE = "age"
"""Parameter of a rule with a model: whole years from the activity to the emission."""


def check_additions(data: Mapping[str, Any], checker: PackChecker) -> None:
    """Check what the format table cannot: codes of the notation, memo of a chapter, years of a model.

    Raises
    ------
    PackInvalid
        With the line and the mend.
    """
    for at, rule in enumerate(data["rules"]):
        _check_rule(rule, ("rules", at), checker)
    for at, one in enumerate(data.get("notation", [])):
        _check_notation(one, ("notation", at), checker)
    _check_together(data, checker)
    _check_groups(data, checker)
    counted = {code for rule in data["rules"] for code in rule["when"].get("items", ())}
    for at, code in enumerate(data.get("collects", [])):
        _check_collected(code, counted, ("collects", at), checker)


def _check_together(data: Mapping[str, Any], checker: PackChecker) -> None:
    """Rules that ``leaves``, ``alternatives`` and ``needs`` name are there; items of ``leaves`` are in the catalogue."""
    known = [rule["id"] for rule in data["rules"]]
    named: list[tuple[Path_, str]] = []
    for at, leave in enumerate(data.get("leaves", [])):
        named += [(("leaves", at, "counted_by"), one) for one in leave.get("counted_by", [])]
        for code in leave["when"]["items"]:
            if code not in items():
                raise checker.error(("leaves", at, "when", "items"), *_no_code("items", code))
    for at, entry in enumerate(data.get("alternatives", [])):
        named += [(("alternatives", at, "rules"), one) for one in entry["rules"]]
    for at, entry in enumerate(data.get("needs", [])):
        named += [(("needs", at, "rule"), entry["rule"])]
        named += [(("needs", at, "one_of"), one) for one in entry["one_of"]]
    for place, one in named:
        if one not in known:
            near = ", ".join(difflib.get_close_matches(one, known, n=3)) or "–"
            raise checker.error(
                place,
                (f"没有规则“{one}”", f"there is no rule '{one}'"),
                (f"相近：{near}。", f"Near: {near}."),
            )


def _check_groups(data: Mapping[str, Any], checker: PackChecker) -> None:
    """Emission sources that rules name are those of a table."""
    known = [name for table in data.get("tables", []) for name in table.get("groups", {})]
    for at, rule in enumerate(data["rules"]):
        if rule.get("group") and rule["group"] not in known:
            listed = ", ".join(known) or "–"
            raise checker.error(
                ("rules", at, "group"),
                (f"没有排放源“{rule['group']}”", f"there is no emission source '{rule['group']}'"),
                (f"tables[].groups 中有：{listed}。", f"Known in tables[].groups: {listed}."),
            )


def _check_rule(rule: Mapping[str, Any], at: Path_, checker: PackChecker) -> None:
    if rule.get("chapter") and not rule.get("memo"):
        raise checker.error(
            (*at, "chapter"),
            ("单列的章不得计入合计", "a chapter of its own may not enter the total"),
            ("请写 memo: true。", "Write memo: true."),
        )
    for place, code in enumerate(rule["when"].get("equipment", ())):
        if code not in codelist("equipment"):
            raise checker.error((*at, "when", "equipment", place), *_no_code("equipment", code))
    years = rule["parameters"].get(AGE)
    if rule.get("model") and (years is None or years.get("measured") != "required"):
        raise checker.error(
            (*at, "model"),
            ("逐年模型的公式须用参数 age", "the formula of a model over years needs the parameter age"),
            ("请加 age: {unit: year, measured: required}。", "Add age: {unit: year, measured: required}."),
        )
    for name, row in rule["parameters"].items():
        if "sector" in row and row["sector"] not in codelist("sectors"):
            raise checker.error((*at, "parameters", name, "sector"), *_no_code("sectors", row["sector"]))
        if "as_of" in row and not (float(row["as_of"]).is_integer() and 1900 <= row["as_of"] <= 2200):
            raise checker.error(
                (*at, "parameters", name, "as_of"),
                (f"“{row['as_of']}”不是年份", f"'{row['as_of']}' is no year"),
                ("请写四位年份，例如 2011。", "Write a year, such as 2011."),
            )


def _check_collected(code: str, counted: set[str], at: Path_, checker: PackChecker) -> None:
    if code not in items():
        raise checker.error(at, *_no_code("items", code))
    if code in counted:
        raise checker.error(
            at,
            (f"“{code}”已由规则计入排放", f"a rule makes an emission of '{code}'"),
            ("请从 collects 或该规则中删去。", "Take it out of collects or out of the rule."),
        )


def _check_notation(one: Mapping[str, Any], at: Path_, checker: PackChecker) -> None:
    for name, code in one["category"].items():
        if name not in code_lists():
            known = ", ".join(code_lists())
            raise checker.error(
                (*at, "category", name),
                ("没有这个分类表", "there is no such code list"),
                (f"可用：{known}。", f"Known: {known}."),
            )
        if code not in codelist(name):
            raise checker.error((*at, "category", name), *_no_code(name, code))
    for place, gas in enumerate(one["gases"]):
        if gas not in codelist("gases"):
            raise checker.error((*at, "gases", place), *_no_code("gases", gas))


def _no_code(name: str, code: str) -> tuple[tuple[str, str], tuple[str, str]]:
    near = ", ".join(codelist(name).near(code)) or "–"
    return (
        (f"代码表 {name} 中没有“{code}”", f"code list {name} has no '{code}'"),
        (f"相近：{near}。", f"Near: {near}."),
    )
