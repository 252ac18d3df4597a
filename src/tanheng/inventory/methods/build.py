"""Building a method from a pack's data: what the format table cannot check is checked here."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tanheng.activity.checks.runner import check_specs
from tanheng.activity.schema import columns
from tanheng.codes import code_lists, codelist, items
from tanheng.codes.wording import english
from tanheng.errors import UnknownCode
from tanheng.inventory.categories.gpc import Category, category_of
from tanheng.inventory.methods.additions import check_additions
from tanheng.inventory.methods.applicable import with_defaults
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.formula import Formula, FormulaError, WrongDimensionError, ratio
from tanheng.inventory.methods.matching import OWN
from tanheng.inventory.methods.method import Constant, Method, Parameter, Rule
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.quantities import gases
from tanheng.quantities.units import canonical_units, parse_unit


def build(path: Path, data: dict[str, Any], checker: PackChecker) -> Method:
    """The method that a checked pack describes.

    Raises
    ------
    PackInvalid
        For an id, item, gas, category, check or unit that does not fit, with its line.
    """
    if data["id"] != path.stem:
        raise checker.error(
            ("id",),
            (f"“{data['id']}”与文件名不同", f"'{data['id']}' differs from the file name"),
            ("请改成一致。", "Make them the same."),
        )
    constants = {
        name: Constant(ratio(row["value"]), str(row["value"]), row["unit"], row["source"])
        for name, row in data.get("constants", {}).items()
    }
    rules = tuple(_rule(rule, ("rules", at), constants, checker) for at, rule in enumerate(data["rules"]))
    rules = with_defaults(rules, data, checker)
    for sector, row in data.get("sectors", {}).items():
        _check_code("sectors", sector, ("sectors", sector), checker)
        _check_categories(row.get("category", {}), ("sectors", sector, "category"), checker)
    seen: set[str] = set()
    for at, rule in enumerate(rules):
        if rule.id in seen:
            raise checker.error(
                ("rules", at, "id"), ("编号重复", "the id stands twice"), ("请改名。", "Rename one.")
            )
        seen.add(rule.id)
    _check_total(data, checker)
    check_additions(data, checker)
    for place, table in enumerate(data.get("tables", [])):
        _check_table(table, ("tables", place), checker)
    check_specs(data.get("checks", []), lambda at, detail, mend: checker.error(("checks", *at), detail, mend))
    return Method(
        id=data["id"],
        version=data["version"],
        title=data["title"],
        document=_both(data["document"], "title", "publisher", "locator"),
        gas=data["gas"],
        gwp=data.get("gwp"),
        rules=rules,
        constants=constants,
        sectors=data.get("sectors", {}),
        checks=tuple(data.get("checks", [])),
        tables=tuple(data.get("tables", [])),
        notes=data.get("notes", {"zh": "", "en": ""}),
        levels=tuple(data.get("levels", [])),
        digest=digest_of(data),
        file=path.name,
        notation=tuple(
            {**one, "key": "NO" if one["key"] is False else one["key"]} for one in data.get("notation", [])
        ),
        data=data,
    )


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of a pack's data, whatever the order of its keys."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _both(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The data with each text under its name and, in English, under ``name_en``: a plain text by the catalogue."""
    made = dict(data)
    for name in names:
        if name in data:
            text = data[name]
            pair = text if isinstance(text, dict) else {"zh": text, "en": english({name: text}, name)}
            made |= {name: pair["zh"], f"{name}_en": pair["en"]}
    return made


def _check_total(data: Mapping[str, Any], checker: PackChecker) -> None:
    """A total of CO2 holds CO2 alone; a total of CO2e names its GWP set."""
    if data["gas"] == "CO2e" and "gwp" not in data:
        raise checker.error(
            ("gas",),
            ("缺少 gwp", "gwp is missing"),
            ("请写默认的 GWP 组，例如 gwp: AR5。", "Name the default set, such as gwp: AR5."),
        )
    for at, rule in enumerate(data["rules"]):
        others = [gas for gas in rule["gases"] if gases()[gas]["family"] != "CO2"]
        if data["gas"] == "CO2" and others and not rule.get("memo"):
            raise checker.error(
                ("rules", at, "gases"),
                (
                    f"合计为 CO2 的方法不能计入 {others[0]}",
                    f"a method whose total is CO2 cannot hold {others[0]}",
                ),
                ("请把 gas 写作 CO2e，或设 memo: true。", "Write gas: CO2e, or memo: true."),
            )


def _check_table(table: Mapping[str, Any], at: Path_, checker: PackChecker) -> None:
    known = [*columns("emission"), *code_lists()]
    for name in ("rows", "columns"):
        if name in table and table[name] not in known:
            raise checker.error(
                (*at, name),
                (f"“{table[name]}”不是清单的列或分类表", f"'{table[name]}' is no column or code list"),
                (f"可用：{', '.join(known)}。", f"Known: {', '.join(known)}."),
            )


def _rule(data: dict[str, Any], at: Path_, constants: Mapping[str, Constant], checker: PackChecker) -> Rule:
    formula = Formula(data["formula"])
    parameters = {
        name: Parameter(
            name=name,
            units=tuple(row["unit"] if isinstance(row["unit"], list) else [row["unit"]]),
            value=ratio(row["value"]) if "value" in row else None,
            **{key: value for key, value in _both(row, "reason").items() if key not in {"unit", "value"}},
        )
        for name, row in data["parameters"].items()
    }
    _check_parameters(data["parameters"], constants, at, checker)
    missing = formula.names - set(parameters) - set(constants)
    if missing:
        raise checker.error(
            (*at, "formula"),
            (
                f"参数 {', '.join(sorted(missing))} 没有定义",
                f"parameter {', '.join(sorted(missing))} is not defined",
            ),
            ("请在 parameters 或 constants 中给出。", "Give it under parameters or constants."),
        )
    unused = set(parameters) - formula.names
    if unused:
        name = sorted(unused)[0]
        raise checker.error(
            (*at, "parameters", name),
            ("公式没有用到", "the formula does not use it"),
            ("请删去或写入公式。", "Delete it or use it."),
        )
    for place, gas in enumerate(data["gases"]):
        if gas not in gases():
            raise checker.error(
                (*at, "gases", place),
                (f"没有气体“{gas}”", f"there is no gas '{gas}'"),
                ("请用气体表中的代码。", "Use a code of the list of gases."),
            )
    _check_when(data["when"], (*at, "when"), checker)
    _check_items(data, at, checker)
    _check_categories(data.get("category", {}), (*at, "category"), checker)
    _check_units(formula, parameters, constants, data["gases"], at, checker)
    said = _both({"clause": data["clause"]}, "clause")
    return Rule(
        id=data["id"],
        title=data["title"],
        clause=said["clause"],
        clause_en=said["clause_en"],
        when=data["when"],
        gases=tuple(data["gases"]),
        formula=formula,
        parameters=parameters,
        scope=str(data.get("scope", "")),
        origin=data.get("origin", ""),
        memo=data.get("memo", False),
        category=data.get("category", {}),
        split=data.get("split", {}),
        effect=data.get("effect", "emission"),
        stream=data.get("stream", ""),
        chapter=data.get("chapter", ""),
        group=data.get("group", ""),
        model=data.get("model", ""),
        at_most_one=tuple(data.get("at_most_one", ())),
    )


def _check_parameters(
    rows: Mapping[str, Any], constants: Mapping[str, Constant], at: Path_, checker: PackChecker
) -> None:
    for name, row in rows.items():
        if name in constants:
            raise checker.error(
                (*at, "parameters", name),
                ("与 constants 中的常数同名", "a constant has the same name"),
                ("请改名。", "Rename one."),
            )
        if "pin" in row and "value" in row:
            raise checker.error(
                (*at, "parameters", name),
                ("value 与 pin 只能有一个", "value and pin exclude each other"),
                ("请删去一个（extends 时写 null）。", "Delete one (with extends write null)."),
            )


def _check_items(data: dict[str, Any], at: Path_, checker: PackChecker) -> None:
    catalogue = items()
    named: list[tuple[Path_, str]] = [
        ((*at, "when", key, n), code)
        for key in ("items", "under", "except")
        for n, code in enumerate(data["when"].get(key, []))
    ]
    named += [
        ((*at, "parameters", name, "pin", code), code)
        for name, row in data["parameters"].items()
        for code in row.get("pin", {})
    ]
    named += [
        ((*at, "parameters", name, "instead", code), one)
        for name, row in data["parameters"].items()
        for code, other in row.get("instead", {}).items()
        for one in (code, other)
    ]
    named += [
        ((*at, "parameters", name, "item"), row["item"])
        for name, row in data["parameters"].items()
        if "item" in row
    ]
    named += [
        ((*at, "split", item, code), code)
        for item, parts in data.get("split", {}).items()
        for code in (item, *parts)
    ]
    for place, code in named:
        if code not in catalogue and not code.startswith(OWN):
            try:
                near = catalogue.find(code).code
            except UnknownCode as error:
                near = str(error.fields.get("near", ""))
            raise checker.error(
                place,
                (f"品种表中没有“{code}”", f"the catalogue has no item '{code}'"),
                (f"相近：{near}。", f"Near: {near}."),
            )


def _check_categories(category: Mapping[str, str], at: Path_, checker: PackChecker) -> None:
    """Category codes must stand in their lists; ``{list}`` is filled from the sector later."""
    for name, code in category.items():
        if name not in code_lists():
            known = ", ".join(code_lists())
            raise checker.error(
                (*at, name),
                ("没有这个分类表", "there is no such code list"),
                (f"可用：{known}。", f"Known: {known}."),
            )
        for needed in re.findall(r"{([^}]*)}", code):
            if needed not in code_lists():
                raise checker.error(
                    (*at, name),
                    (f"花括号中的“{needed}”不是分类表", f"'{needed}' in braces is no code list"),
                    (f"可用：{', '.join(code_lists())}。", f"Known: {', '.join(code_lists())}."),
                )
        if "{" not in code:
            _check_code(name, code, (*at, name), checker)


def _check_code(name: str, code: str, at: Path_, checker: PackChecker) -> None:
    if code not in codelist(name) and not (name == "gpc" and isinstance(category_of(code), Category)):
        near = ", ".join(codelist(name).near(code)) or "–"
        raise checker.error(
            at,
            (f"代码表 {name} 中没有“{code}”", f"code list {name} has no '{code}'"),
            (f"相近：{near}。", f"Near: {near}."),
        )


def _check_when(when: Mapping[str, Any], at: Path_, checker: PackChecker) -> None:
    for place, sector in enumerate(when.get("sectors", [])):
        if sector:
            _check_code("sectors", sector, (*at, "sectors", place), checker)
    kinds = sorted({item.kind for item in items()})
    if "kind" in when and when["kind"] not in kinds:
        raise checker.error(
            (*at, "kind"),
            (f"品种没有种类“{when['kind']}”", f"no item is of kind '{when['kind']}'"),
            (f"可用：{'、'.join(kinds)}。", f"Known: {', '.join(kinds)}."),
        )


def _check_units(
    formula: Formula,
    parameters: Mapping[str, Parameter],
    constants: Mapping[str, Constant],
    gas_codes: list[str],
    at: Path_,
    checker: PackChecker,
) -> None:
    """Every choice of units gives the mass of a gas; which activity unit it is per, shows at resolution."""
    widest = max((len(one.units) for one in parameters.values()), default=1)
    for choice in range(widest):
        units = {name: one.units[min(choice, len(one.units) - 1)] for name, one in parameters.items()}
        units |= {name: one.unit for name, one in constants.items() if name in formula.names}
        for family in dict.fromkeys(gases()[gas]["family"] for gas in gas_codes):
            try:
                formula_unit(formula, units, family, {name for name, one in parameters.items() if one.gas})
            except FormulaError as error:
                raise checker.error(
                    (*at, "formula"),
                    (error.zh, str(error)),
                    ("请核对各参数的单位。", "Check the units of the parameters."),
                ) from error


def formula_unit(
    formula: Formula, units: Mapping[str, str], family: str, of_gas: Collection[str]
) -> tuple[str, float]:
    """Canonical activity unit that the formula's result is per, and its scale to t gas per that unit.

    Raises
    ------
    FormulaError
        When the result is no mass of the gas per canonical unit of activity.
    """
    bound = {name: with_gas(unit, family) if name in of_gas else unit for name, unit in units.items()}
    return _mass_per(formula, tuple(bound.items()), family)


@functools.lru_cache(maxsize=4096)
def _mass_per(formula: Formula, bound: tuple[tuple[str, str], ...], family: str) -> tuple[str, float]:
    for canonical in canonical_units():
        try:
            return canonical, formula.scale(dict(bound), f"t{family}/({canonical})")
        except FormulaError as error:
            if not isinstance(error, WrongDimensionError):
                raise
    raise FormulaError(
        f"结果不是每单位活动的 {family} 质量", f"the result is no mass of {family} per unit of activity"
    )


def with_gas(unit: str, family: str) -> str:
    """A unit whose plain numerator mass is the mass of a gas."""
    return parse_unit(unit, family).expression
