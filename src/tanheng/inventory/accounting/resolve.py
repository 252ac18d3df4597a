"""Resolving: each distinct key of the activity becomes coefficients, one per gas, with where they come from."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tanheng.activity.clean import Stated, parse_parameters
from tanheng.codes import Item
from tanheng.errors import TanhengError
from tanheng.factors import FactorLibrary
from tanheng.inventory.accounting.coefficients import EXACT, KEY, Coefficient, Input, Unresolved
from tanheng.inventory.accounting.counted_once import LEFT, leave_of
from tanheng.inventory.accounting.lookups import Asked, Lookups
from tanheng.inventory.accounting.parameters import (
    MissingError,
    check_at_most_one,
    check_gwp,
    check_range,
    declared,
    lacking,
    narrower,
    wrong_equipment,
)
from tanheng.inventory.methods.applicable import admitted
from tanheng.inventory.methods.build import formula_unit
from tanheng.inventory.methods.formula import FormulaError
from tanheng.inventory.methods.matching import (
    equipment_of,
    gas_fits,
    known_item,
    matches,
    near_items,
    sector_path,
    share,
    shares_problem,
)
from tanheng.inventory.methods.method import Method, Parameter, Rule, categories_of
from tanheng.inventory.rounding import rounded
from tanheng.quantities import gases, multiplier, parse_unit

_KIND = ("item", "unit", "sector", "activity")


class Resolver:
    """Turns keys into coefficients by a method and a factor library.

    Parameters
    ----------
    method : Method
    library : FactorLibrary
    gwp : mapping of str to float, optional
        The set in which the total is shown: a gas that it lacks is left unresolved, as the total could not hold it.
    """

    def __init__(
        self, method: Method, library: FactorLibrary, gwp: Mapping[str, float] | None = None
    ) -> None:
        self.method = method
        self.library = library
        self.gwp = gwp if method.gas == "CO2e" else None
        self._digits = method.data.get("rounding", {}).get("parameters", {})
        self._matching = functools.lru_cache(maxsize=None)(self._rules_for)
        self._lookups = Lookups(library)
        self._look = functools.lru_cache(maxsize=None)(self._lookups.value)
        self._looked_up = functools.lru_cache(maxsize=None)(self._asked)

    def resolve(self, keys: Iterable[tuple[str, ...]]) -> tuple[list[Coefficient], list[Unresolved]]:
        """Coefficients of every key, and what could not be resolved."""
        found: list[Coefficient] = []
        missing: list[Unresolved] = []
        alike: dict[tuple[Any, ...], list[Coefficient | Unresolved]] = {}
        for key in keys:
            mark = self._lookups.mark(key, self._looked_up(*(key[KEY.index(name)] for name in _KIND)))
            if mark in alike:
                here = [self._lookups.moved(one, key) for one in alike[mark]]
            else:
                here = list(self._key(key))
                if mark is not None:
                    alike[mark] = here
            found += [one for one in here if isinstance(one, Coefficient)]
            missing += [one for one in here if isinstance(one, Unresolved)]
        return found, missing

    def _asked(self, item: str, unit: str, sector: str, activity: str) -> Asked:
        """Parameters that are looked up by the region of a kind of activity, each with the item whose value it takes."""
        if near_items(item) is not None:
            return ()
        code = known_item(item).code
        asked = {
            (parameter.property, parameter.item_of(one), parameter.as_of): parameter
            for rule in self._matching(code, unit, sector, activity)
            for parameter in rule.parameters.values()
            if not parameter.pin and parameter.value is None and parameter.region is None
            for one in (code, *rule.split.get(code, ()))
        }
        return tuple((property, item, parameter) for (property, item, _), parameter in asked.items())

    def decides(self, item: str, unit: str, sector: str, activity: str) -> set[str]:
        """Which of region and period may change the coefficients of a kind of activity; at most both.

        A value that the method states or pins is the same everywhere and always, unless its rule holds for some years only.
        """
        if near_items(item) is not None:
            return set()
        found: set[str] = set()
        for rule in self._matching(known_item(item).code, unit, sector, activity):
            looked_up = [one for one in rule.parameters.values() if not one.pin and one.value is None]
            if looked_up or {"since", "until"} & set(rule.when):
                found.add("period")
            if any(one.region is None for one in looked_up):
                found.add("region")
        return found

    def _key(self, key: tuple[str, ...]) -> Iterable[Coefficient | Unresolved]:
        row = dict(zip(KEY, key, strict=True))
        near = near_items(row["item"])
        if near is not None:
            yield Unresolved(key, "", "I-101", {"near": near})
            return
        item = known_item(row["item"])
        matching = self._matching(item.code, row["unit"], row["sector"], row["activity"])
        rules = admitted(matching, row)
        wanted = [
            (rule, gas)
            for rule in rules
            for gas in rule.gases
            if gas_fits(row["gas"], _origin(rule, gas, item))
        ]
        if not wanted:
            yield self._unplaced(key, row, matching, rules)
            return
        done: set[tuple[str, str]] = set()
        for rule, gas in wanted:
            if (rule.stream, gas) in done:
                continue
            done.add((rule.stream, gas))
            yield from self._gas(key, row, item, rule, gas)

    def _unplaced(
        self, key: tuple[str, ...], row: Mapping[str, str], matching: Iterable[Rule], rules: Iterable[Rule]
    ) -> Unresolved:
        """Why no rule takes a key: the method leaves it knowingly, its equipment or its gas is another, or it has no place."""
        leave = leave_of(self.method, row)
        if leave is not None and not matching:
            return Unresolved(key, "", LEFT, {"reason": leave["reason"]["zh"]})
        named = [one for rule in matching for one in rule.when.get("equipment", ())]
        if named and not rules:
            said = wrong_equipment(row["equipment"], named)
            return Unresolved(key, "", said.code, said.fields)
        if not rules and not matching:
            told = narrower(row["sector"], self._sectors_taken(row), row["activity"])
            return Unresolved(key, "", "I-102", told)
        return Unresolved(key, "", "I-102", _only_these(row["gas"], rules))

    def _sectors_taken(self, row: Mapping[str, str]) -> list[str]:
        """Sectors of the rules that would take a row if it were of another sector."""
        item, dimension = known_item(row["item"]), parse_unit(row["unit"]).dimension
        others = [rule.when for rule in self.method.rules if "sectors" in rule.when]
        return [
            sector
            for when in others
            for sector in when["sectors"]
            if matches({**when, "sectors": [row["sector"]]}, item, dimension, row["sector"], row["activity"])
        ]

    def _rules_for(self, item: str, unit: str, sector: str, activity: str) -> tuple[Rule, ...]:
        dimension = parse_unit(unit).dimension
        return tuple(
            rule
            for rule in self.method.rules
            if matches(rule.when, known_item(item), dimension, sector, activity)
        )

    def _gas(
        self, key: tuple[str, ...], row: Mapping[str, str], item: Item, rule: Rule, gas: str
    ) -> Iterable[Coefficient | Unresolved]:
        measured = parse_parameters(row["parameters"]) or {}
        try:
            check_at_most_one(rule.at_most_one, measured)
            check_gwp(_origin(rule, gas, item), self.gwp)
        except MissingError as missing:
            yield Unresolved(key, gas, missing.code, missing.fields, missing.retell)
            return
        parts = {item.code: Input("share", 1.0, "fraction", EXACT)}
        if item.code in rule.split:
            shares = rule.split[item.code]
            problem = shares_problem(shares, measured)
            if problem:
                said = {"detail_zh": problem[0], "detail_en": problem[1]}
                yield Unresolved(key, gas, "I-102", {"parameter": ", ".join(shares.values()), **said})
                return
            parts = {
                part: share(name, measured[name]) for part, name in shares.items() if measured[name].value > 0
            }
        try:
            yield from [
                self._coefficient(key, row, known_item(code), rule, gas, part, measured)
                for code, part in parts.items()
            ]
        except MissingError as missing:
            yield Unresolved(key, gas, missing.code, missing.fields, missing.retell)

    def _coefficient(
        self,
        key: tuple[str, ...],
        row: Mapping[str, str],
        item: Item,
        rule: Rule,
        gas: str,
        portion: Input,
        measured: Mapping[str, Stated],
    ) -> Coefficient:
        family = gases()[gas]["family"]
        bound: dict[str, Input] = {}
        for name, parameter in rule.parameters.items():
            bound[name] = self._input(parameter, row, item, rule, gas, measured.get(name))
        for name, constant in self.method.constants.items():
            if name in rule.formula.names:
                bound[name] = Input(
                    name,
                    constant.value,
                    constant.unit,
                    EXACT,
                    published=constant.text,
                    source={"title": constant.source},
                )
        units = {name: one.unit for name, one in bound.items()}
        per, scale = _formula_unit(rule, units, family)
        unit = parse_unit(row["unit"])
        if unit.canonical != per:
            raise MissingError("I-104", _unit_mend(rule, units, row["unit"], per, family))
        values = {name: one.value for name, one in bound.items()}
        value = _number(rule, values) * scale * portion.value
        stated = [one for one in bound.values() if one.check == "measured"]
        if value < 0 and stated:
            shown = ", ".join(f"{one.name}={one.published}" for one in stated)
            zh, en = f"{shown} 使系数为负。", f"{shown} make the coefficient negative."
            raise MissingError("I-114", {"parameter": stated[0].name, "detail_zh": zh, "detail_en": en})
        signed = value * rule.sign or 0.0  # no minus zero
        inputs = [_with_elasticity(rule, values, one) for one in bound.values()]
        if portion.check != EXACT:
            inputs.append(portion)
        sector = self._sector(row["sector"])
        category = categories_of(rule, sector)
        part = "" if item.code == row["item"] else item.code
        return Coefficient(
            key, rule, part, _origin(rule, gas, item), signed, signed * unit.factor, tuple(inputs), category
        )

    def _sector(self, code: str) -> Mapping[str, Any]:
        """What the method says of a sector, or of the nearest sector above it."""
        stated = self.method.sectors
        return next((stated[one] for one in sector_path(code) if one in stated), {})

    def _input(
        self,
        parameter: Parameter,
        row: Mapping[str, str],
        item: Item,
        rule: Rule,
        gas: str,
        measured: Stated | None,
    ) -> Input:
        if measured is not None and parameter.measured != "forbidden":
            value, unit, half_width = measured
            shown = f"{parameter.name}={value:g} {unit}"
            at, factor = declared(
                parameter, unit, gas, (f"“参数”列给出 {shown}", f"The parameters column gives {shown}")
            )
            check_range(parameter.name, value, unit)
            return Input(
                parameter.name,
                self._prescribed(parameter.name, value * factor),
                at,
                "measured",
                published=str(measured),
                uncertainty=half_width,
            )
        if parameter.measured == "required":
            raise lacking(
                parameter.name,
                ("方法要求实测值。", "The method requires a measured value."),
                ("请在“参数”列给出。", "Give it in the parameters column."),
            )
        if parameter.value is not None:
            return Input(
                parameter.name, parameter.value, parameter.units[0], parameter.stated, published=f"{parameter.value:g}",
                source={"title": parameter.reason, "title_en": parameter.reason_en} if parameter.reason else self.method.document,
                uncertainty=None if parameter.uncertainty is None else parameter.uncertainty / 100,
            )  # fmt: skip
        sector = parameter.sector or (
            self._sector(row["sector"]).get("factor_sector", row["sector"]) if parameter.by_sector else None
        )
        equipment = parameter.equipment or (
            equipment_of(row["equipment"]) if parameter.by_equipment else None
        )
        if parameter.by_sector and not sector:
            raise lacking(
                parameter.name,
                ("该因子随部门而异，请填“部门”列。", "It depends on the sector: fill the sector column."),
            )
        where, when = ("", "") if parameter.pin else (row["region"], row["period"])
        return self._look(
            parameter.name, rule, parameter.item_of(item.code), where, when, gas, sector or None, equipment or None
        )  # fmt: skip

    def _prescribed(self, name: str, value: float) -> float:
        """A stated value with the decimals that the document prescribes, in the unit of the formula."""
        digits, way = self._digits.get(name), self.method.data.get("rounding", {}).get("way", "")
        return value if digits is None else float(rounded(f"{value:.15g}", int(digits), way=way))


def _formula_unit(rule: Rule, units: Mapping[str, str], family: str) -> tuple[str, float]:
    of_gas = {name for name, one in rule.parameters.items() if one.gas}
    try:
        return formula_unit(rule.formula, units, family, of_gas)
    except FormulaError as error:
        raise lacking("–", (error.zh, str(error))) from error


def _only_these(asked: str, rules: Iterable[Rule]) -> dict[str, str]:
    """Which gases the rules are for, where the activity asks for another."""
    there = ", ".join(dict.fromkeys(gas for rule in rules for gas in rule.gases))
    return {
        "detail_zh": f"活动要求 {asked}，方法对它只核算 {there}。" if there else "",
        "detail_en": f"The activity asks for {asked}, the method has {there} for it." if there else "",
    }


def _origin(rule: Rule, gas: str, item: Item) -> str:
    origin = item.carbon_origin if rule.origin == "item" else rule.origin
    if gas == "CH4" and origin in {"fossil", "biogenic"}:
        return f"CH4_{origin}"
    return "CO2_biogenic" if gas == "CO2" and origin == "biogenic" else gas


def _number(rule: Rule, values: Mapping[str, float]) -> float:
    """The formula's number; a measured value that it cannot take leaves the row unmatched."""
    try:
        return rule.formula.evaluate(values)
    except FormulaError as error:
        given = "; ".join(f"{name}={value:g}" for name, value in values.items())
        raise lacking(
            ", ".join(rule.parameters), (f"{error.zh}（{given}）。", f"{error} ({given}).")
        ) from error


def _with_elasticity(rule: Rule, values: Mapping[str, float], one: Input) -> Input:
    if one.check == EXACT or not one.value:
        return one
    elasticity = rule.formula.elasticity(one.name, values)
    return one if elasticity == one.elasticity else replace(one, elasticity=elasticity)


def _unit_mend(rule: Rule, units: Mapping[str, str], given: str, per: str, family: str) -> dict[str, Any]:
    """The unit that was expected and the mend: another unit, or a measured value that fits this one."""
    several = {name: one.units for name, one in rule.parameters.items() if len(one.units) > 1}
    for choice in range(max((len(known) for known in several.values()), default=0)):
        other = {name: known[min(choice, len(known) - 1)] for name, known in several.items()}
        fits, _ = _formula_unit(rule, {**units, **other}, family)
        if fits == parse_unit(given).canonical:
            needed = ", ".join(f"{name} [{text}]" for name, text in other.items())
            return {
                "expected": per,
                "mend_zh": f"请在“参数”列给出实测的 {needed}，或把数量换算为 {per}。",
                "mend_en": f"Give a measured {needed} in the parameters column, or state the amount in {per}.",
            }
    try:
        multiplier(given, per)
    except TanhengError as error:
        return {"expected": per, **{name: error.fields.get(name, "") for name in ("mend_zh", "mend_en")}}
    return {"expected": per, "mend_zh": "", "mend_en": ""}
