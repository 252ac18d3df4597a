"""Methods: declarative packs that say how an activity becomes an emission. Adding one needs no Python."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.codes import items
from tanheng.errors import NotFound, PackInvalid, UnknownCode
from tanheng.inventory.formula import Formula, FormulaError, ratio
from tanheng.inventory.pack_format import PackChecker
from tanheng.inventory.yaml_lines import Path_, load_with_lines
from tanheng.quantities import gases

PACKS = Path(str(files("tanheng.packs") / "methods"))


@dataclass(frozen=True)
class Parameter:
    """One parameter of a formula: where its value comes from, and in which units the formula takes it."""

    name: str
    units: tuple[str, ...]
    property: str = "emission_factor"
    activity: str | None = None
    gas: bool = False
    by_sector: bool = False
    by_equipment: bool = False
    region: str | None = None
    source: str | None = None
    pin: Mapping[str, str] = field(default_factory=dict)
    value: float | None = None
    reason: str = ""
    measured: str = "allowed"
    uncertainty: float | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """From one kind of activity to the coefficients of its gases."""

    id: str
    title: Mapping[str, str]
    clause: str
    when: Mapping[str, Any]
    gases: tuple[str, ...]
    formula: Formula
    parameters: Mapping[str, Parameter]
    scope: str = ""
    origin: str = ""
    memo: bool = False
    category: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Constant:
    """A constant of the method, with its source."""

    value: float
    text: str
    unit: str
    source: str


@dataclass(frozen=True)
class Method:
    """A method pack that passed every check."""

    id: str
    version: str
    title: Mapping[str, str]
    document: Mapping[str, Any]
    gas: str
    gwp: str | None
    rules: tuple[Rule, ...]
    constants: Mapping[str, Constant]
    sectors: Mapping[str, Mapping[str, Any]]
    checks: tuple[Mapping[str, Any], ...]
    tables: tuple[Mapping[str, Any], ...]
    notes: Mapping[str, str]
    levels: tuple[str, ...]
    digest: str
    file: str
    overridden: tuple[str, ...] = ()

    def with_parameter(self, rule: str, parameter: str, *, value: float, unit: str, source: str, uncertainty: float | None = None) -> Method:
        """The same method with one parameter measured by the user instead of looked up.

        Parameters
        ----------
        rule, parameter : str
            Ids in the pack.
        value : float
            In ``unit``; it holds for every item of the rule.
        source : str
            Who measured it, when and how: the proof shows it.
        uncertainty : float, optional
            Half width of the 95 % interval, %.

        Examples
        --------
        >>> method = load_method("cn-energy-2011")
        >>> method.with_parameter("combustion-co2", "oxidation", value=99, unit="percent", source="2021 test").overridden
        ('combustion-co2.oxidation=99 percent (2021 test)',)
        """
        found = next((one for one in self.rules if one.id == rule), None)
        if found is None or parameter not in found.parameters:
            known = ", ".join(f"{one.id}.{name}" for one in self.rules for name in one.parameters)
            raise NotFound(what_zh="方法参数", what_en="parameter of the method", name=f"{rule}.{parameter}", known=known)
        changed = replace(
            found.parameters[parameter], units=(unit,), pin={}, value=value, reason=source, measured="allowed", uncertainty=uncertainty
        )
        parameters = {**found.parameters, parameter: changed}
        rules = tuple(replace(one, parameters=parameters) if one.id == rule else one for one in self.rules)
        note = f"{rule}.{parameter}={value:g} {unit} ({source})"
        digest = hashlib.sha256(f"{self.digest}|{note}".encode()).hexdigest()
        return replace(self, rules=rules, digest=digest, overridden=(*self.overridden, note))

    def to_dict(self) -> dict[str, Any]:
        """What the method is, as plain data."""
        return {
            "id": self.id,
            "version": self.version,
            "title": dict(self.title),
            "document": dict(self.document),
            "gas": self.gas,
            "gwp": self.gwp,
            "levels": list(self.levels),
            "notes": dict(self.notes),
            "digest": self.digest,
            "overridden": list(self.overridden),
            "rules": [
                {
                    "id": rule.id,
                    "title": dict(rule.title),
                    "clause": rule.clause,
                    "when": dict(rule.when),
                    "gases": list(rule.gases),
                    "scope": rule.scope,
                    "memo": rule.memo,
                    "formula": rule.formula.text,
                    "parameters": {name: _shown(one) for name, one in rule.parameters.items()},
                }
                for rule in self.rules
            ],
            "checks": [dict(check) for check in self.checks],
        }


def _shown(parameter: Parameter) -> dict[str, Any]:
    return {
        "units": list(parameter.units),
        "property": parameter.property,
        "pin": dict(parameter.pin),
        "value": parameter.value,
        "source": parameter.source,
        "reason": parameter.reason,
        "measured": parameter.measured,
    }


def method_files() -> dict[str, Path]:
    """Every method that ships or that an installed package offers under ``tanheng.methods``, by id.

    Examples
    --------
    >>> sorted(method_files())
    ['cn-energy-2011', 'ipcc-2006-stationary', 'sichuan-park-2022']
    """
    found = {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}
    for point in entry_points(group="tanheng.methods"):
        for path in point.load()():
            found.setdefault(Path(path).stem, Path(path))
    return found


def load_method(name: str | Path | Method) -> Method:
    """Load a method by id, or from a pack file of your own.

    Raises
    ------
    NotFound
        When no method has the id.
    PackInvalid
        With file, line, key and the mend.

    Examples
    --------
    >>> load_method("sichuan-park-2022").gas
    'CO2'
    """
    if isinstance(name, Method):
        return name
    text = str(name)
    path = Path(text)
    if path.suffix in {".yaml", ".yml"}:
        if not path.is_file():
            raise NotFound(what_zh="方法包文件", what_en="method pack", name=text, known=", ".join(method_files()))
    else:
        known = method_files()
        if text not in known:
            raise NotFound(what_zh="方法", what_en="method", name=text, known=", ".join(known))
        path = known[text]
    return _read(path)


def _read(path: Path) -> Method:
    data, lines = load_with_lines(path)
    checker = PackChecker(path.name, lines)
    if isinstance(data, dict) and "extends" in data:
        data = _extended(path, data, checker)
    checker.check(data)
    return _build(path, data, checker)


def _extended(path: Path, data: dict[str, Any], checker: PackChecker) -> dict[str, Any]:
    known = method_files()
    base_path = known.get(str(data["extends"])) or path.parent / f"{data['extends']}.yaml"
    if not base_path.is_file() or base_path == path:
        raise checker.error(("extends",), ("没有这个方法", "there is no such method"), (f"可用：{'、'.join(known)}。", f"Known: {', '.join(known)}."))
    base, base_lines = load_with_lines(base_path)
    PackChecker(base_path.name, base_lines).check(base)
    merged = copy.deepcopy(base)
    for key, value in data.items():
        if key == "rules":
            merged["rules"] = _merge_rules(merged["rules"], value)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return dict(merged)


def _merge_rules(base: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {rule["id"]: rule for rule in base}
    for change in changes if isinstance(changes, list) else []:
        found = by_id.get(change.get("id", ""))
        if found is None:
            base.append(change)
            continue
        parameters = {**found.get("parameters", {}), **change.get("parameters", {})}
        found.update(change)
        found["parameters"] = parameters
    return base


def _build(path: Path, data: dict[str, Any], checker: PackChecker) -> Method:
    if data["id"] != path.stem:
        raise checker.error(("id",), (f"“{data['id']}”与文件名不同", f"'{data['id']}' differs from the file name"), ("请改成一致。", "Make them the same."))
    constants = {
        name: Constant(ratio(row["value"]), str(row["value"]), row["unit"], row["source"]) for name, row in data.get("constants", {}).items()
    }
    rules = tuple(_rule(rule, ("rules", at), constants, checker) for at, rule in enumerate(data["rules"]))
    seen: set[str] = set()
    for at, rule in enumerate(rules):
        if rule.id in seen:
            raise checker.error(("rules", at, "id"), ("编号重复", "the id stands twice"), ("请改名。", "Rename one."))
        seen.add(rule.id)
    from tanheng.activity.checks import check_specs

    check_specs(data.get("checks", []), lambda at, detail, mend: checker.error(("checks", *at), detail, mend))
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return Method(
        id=data["id"],
        version=data["version"],
        title=data["title"],
        document=data["document"],
        gas=data["gas"],
        gwp=data.get("gwp"),
        rules=rules,
        constants=constants,
        sectors=data.get("sectors", {}),
        checks=tuple(data.get("checks", [])),
        tables=tuple(data.get("tables", [])),
        notes=data.get("notes", {"zh": "", "en": ""}),
        levels=tuple(data.get("levels", [])),
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
        file=path.name,
    )


def _rule(data: dict[str, Any], at: Path_, constants: Mapping[str, Constant], checker: PackChecker) -> Rule:
    formula = Formula(data["formula"])
    parameters = {
        name: Parameter(
            name=name,
            units=tuple(row["unit"] if isinstance(row["unit"], list) else [row["unit"]]),
            value=ratio(row["value"]) if "value" in row else None,
            **{key: value for key, value in row.items() if key not in {"unit", "value"}},
        )
        for name, row in data["parameters"].items()
    }
    missing = formula.names - set(parameters) - set(constants)
    if missing:
        raise checker.error((*at, "formula"), (f"参数 {', '.join(sorted(missing))} 没有定义", f"parameter {', '.join(sorted(missing))} is not defined"), ("请在 parameters 或 constants 中给出。", "Give it under parameters or constants."))
    unused = set(parameters) - formula.names
    if unused:
        name = sorted(unused)[0]
        raise checker.error((*at, "parameters", name), ("公式没有用到", "the formula does not use it"), ("请删去或写入公式。", "Delete it or use it."))
    for place, gas in enumerate(data["gases"]):
        if gas not in gases():
            raise checker.error((*at, "gases", place), (f"没有气体“{gas}”", f"there is no gas '{gas}'"), ("请用气体表中的代码。", "Use a code of the list of gases."))
    _check_items(data, at, checker)
    _check_units(formula, parameters, constants, data["gases"], at, checker)
    return Rule(
        id=data["id"],
        title=data["title"],
        clause=data["clause"],
        when=data["when"],
        gases=tuple(data["gases"]),
        formula=formula,
        parameters=parameters,
        scope=str(data.get("scope", "")),
        origin=data.get("origin", ""),
        memo=data.get("memo", False),
        category=data.get("category", {}),
        split=data.get("split", {}),
    )


def _check_items(data: dict[str, Any], at: Path_, checker: PackChecker) -> None:
    catalogue = items()
    named: list[tuple[Path_, str]] = [((*at, "when", key, n), code) for key in ("items", "under", "except") for n, code in enumerate(data["when"].get(key, []))]
    named += [((*at, "parameters", name, "pin", code), code) for name, row in data["parameters"].items() for code in row.get("pin", {})]
    named += [((*at, "split", item, code), code) for item, parts in data.get("split", {}).items() for code in (item, *parts)]
    for place, code in named:
        if code not in catalogue:
            try:
                near = catalogue.find(code).code
            except UnknownCode as error:
                near = str(error.fields.get("near", ""))
            raise checker.error(place, (f"品种表中没有“{code}”", f"the catalogue has no item '{code}'"), (f"相近：{near}。", f"Near: {near}."))


def _check_units(
    formula: Formula, parameters: Mapping[str, Parameter], constants: Mapping[str, Constant], gas_codes: list[str], at: Path_, checker: PackChecker
) -> None:
    """Every choice of units gives the mass of a gas; which activity unit it is per, shows at resolution."""
    widest = max((len(one.units) for one in parameters.values()), default=1)
    for choice in range(widest):
        units = {name: one.units[min(choice, len(one.units) - 1)] for name, one in parameters.items()}
        units |= {name: one.unit for name, one in constants.items() if name in formula.names}
        family = gases()[gas_codes[0]]["family"]
        try:
            formula_unit(formula, units, family, {name for name, one in parameters.items() if one.gas})
        except FormulaError as error:
            raise checker.error((*at, "formula"), (error.zh, str(error)), ("请核对各参数的单位。", "Check the units of the parameters.")) from error


def formula_unit(formula: Formula, units: Mapping[str, str], family: str, of_gas: set[str]) -> tuple[str, float]:
    """Canonical activity unit that the formula's result is per, and its scale to t gas per that unit.

    Raises
    ------
    FormulaError
        When the result is no mass of the gas per canonical unit of activity.
    """
    from tanheng.quantities.units import _canonical

    bound = {name: with_gas(unit, family) if name in of_gas else unit for name, unit in units.items()}
    for canonical, _ in _canonical().values():
        try:
            return canonical, formula.scale(bound, f"t{family}/({canonical})")
        except FormulaError as error:
            if "结果的量纲" not in error.zh:
                raise
    raise FormulaError(f"结果不是每单位活动的 {family} 质量", f"the result is no mass of {family} per unit of activity")


def with_gas(unit: str, family: str) -> str:
    """A unit whose plain numerator mass is the mass of a gas."""
    from tanheng.quantities import parse_unit

    return parse_unit(unit, family).expression


__all__ = ["Constant", "Method", "PackInvalid", "Parameter", "Rule", "formula_unit", "load_method", "method_files", "with_gas"]
