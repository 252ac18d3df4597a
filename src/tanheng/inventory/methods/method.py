"""Methods: declarative packs that say how an activity becomes an emission. Adding one needs no Python."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng.activity import last_day
from tanheng.activity.clean import parameter_range
from tanheng.codes.wording import chinese, english
from tanheng.errors import Lang, NotFound, ValueOutOfRange
from tanheng.inventory.methods.formula import Formula
from tanheng.quantities import gases, multiplier, parse_unit


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
    reason_en: str = ""
    measured: str = "allowed"
    uncertainty: float | None = None
    stated: str = "method"
    item: str | None = None
    instead: Mapping[str, str] = field(default_factory=dict)
    sector: str | None = None
    equipment: str | None = None
    as_of: int | None = None
    defaults: Any = ()

    def date(self, period: str) -> dt.date:
        """The day as of which a value for a period is looked up: not before the document came out.

        Examples
        --------
        >>> Parameter("ef", ("t/t",), as_of=2011).date("2005").isoformat()
        '2011-12-31'
        """
        day = last_day(period)
        return day if self.as_of is None else max(day, dt.date(int(self.as_of), 12, 31))

    def item_of(self, item: str) -> str:
        """The item whose value serves for an item of the activity."""
        return self.item or self.instead.get(item, item)

    def fitting(self, unit: str, gas: str = "") -> str | None:
        """The first of the parameter's units that ``unit`` turns into; None where there is none.

        Examples
        --------
        >>> Parameter("ncv", ("GJ/t", "GJ/Nm3")).fitting("kcal/kg"), Parameter("ncv", ("GJ/t",)).fitting("tC/t")
        ('GJ/t', None)
        """
        family = gases()[gas]["family"] if gas in gases() else ""
        given = parse_unit(unit, family).dimension
        return next((one for one in self.units if parse_unit(one, family).dimension == given), None)


RULE_COLUMNS = ("rule", "scope", "part")
"""Columns of an emission that its rule decides, besides the category lists."""


@dataclass(frozen=True, eq=False)
class Rule:
    """From one kind of activity to the coefficients of its gases."""

    id: str
    title: Mapping[str, str]
    clause: str
    clause_en: str
    when: Mapping[str, Any]
    gases: tuple[str, ...]
    formula: Formula
    parameters: Mapping[str, Parameter]
    scope: str = ""
    origin: str = ""
    memo: bool = False
    category: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    effect: str = "emission"
    stream: str = ""
    chapter: str = ""
    group: str = ""
    model: str = ""
    at_most_one: tuple[str, ...] = ()

    @property
    def sign(self) -> int:
        """1 for an emission, -1 for a removal or a deduction."""
        return 1 if self.effect == "emission" else -1


def categories_of(rule: Rule, sector: Mapping[str, Any]) -> dict[str, str]:
    """The code of each category list that a rule gives to activity of a sector; empty where the sector has none."""
    stated = sector.get("category", {})
    return {name: _filled(text, stated) for name, text in rule.category.items()}


def _filled(text: str, codes: Mapping[str, str]) -> str:
    for name, code in codes.items():
        text = text.replace("{" + name + "}", code)
    return "" if "{" in text else text


def document_facts(document: Mapping[str, Any], lang: Lang) -> list[str]:
    """Title, publisher, year and locator of a document in a language."""
    names = ("title", "publisher", "year", "locator")
    found = (
        english(document, name) if lang == "en" else chinese(str(document.get(name) or "")) for name in names
    )
    return [one for one in found if one]


@dataclass(frozen=True)
class Constant:
    """A constant of the method, with its source."""

    value: float
    text: str
    unit: str
    source: str


@dataclass(frozen=True)
class Method:
    """A method pack that passed every check.

    ``document`` holds title, publisher and locator as the pack names them, in Chinese where it has both languages, and
    in English as ``title_en``, ``publisher_en`` and ``locator_en``.
    """

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
    overrides: tuple[Mapping[str, Any], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    notation: tuple[Mapping[str, Any], ...] = ()

    @property
    def overridden(self) -> tuple[str, ...]:
        """Parameters that the user measured, as text."""
        return tuple(_note(one) for one in self.overrides)

    def with_parameter(
        self,
        rule: str,
        parameter: str,
        *,
        value: float,
        unit: str,
        source: str,
        uncertainty: float | None = None,
    ) -> Method:
        """The same method with one parameter measured by the user instead of looked up.

        Parameters
        ----------
        rule, parameter : str
            Ids in the pack.
        value : float
            In ``unit``, which the parameter must take; it holds for every item of the rule.
        source : str
            Who measured it, when and how: the proof shows it.
        uncertainty : float, optional
            Half width of the 95 % interval, %.

        Raises
        ------
        NotFound
            When the method has no such parameter.
        IncompatibleUnit
            When the parameter is of another dimension or substance.
        ValueOutOfRange
            When the value is impossible, such as a rate above 1.

        Examples
        --------
        >>> from tanheng.inventory import load_method
        >>> method = load_method("cn-energy-2011")
        >>> method.with_parameter("combustion-co2", "oxidation", value=99, unit="percent", source="2021 test").overridden
        ('combustion-co2.oxidation=99 percent (2021 test)',)
        """
        found = next((one for one in self.rules if one.id == rule), None)
        if found is None or parameter not in found.parameters:
            known = ", ".join(f"{one.id}.{name}" for one in self.rules for name in one.parameters)
            raise NotFound(
                what_zh="方法参数", what_en="parameter of the method", name=f"{rule}.{parameter}", known=known
            )
        declared, factor = _declared(found, found.parameters[parameter], unit)
        low, high = parameter_range(parameter, unit)
        if not low <= value <= high:
            raise ValueOutOfRange(
                name=f"{rule}.{parameter}", value=f"{value:g} {unit}", low=f"{low:g}", high=f"{high:g} {unit}"
            )
        changed = replace(
            found.parameters[parameter],
            units=(declared,),
            pin={},
            value=value * factor,
            reason=source,
            measured="allowed",
            uncertainty=uncertainty,
            stated="measured",
        )
        parameters = {**found.parameters, parameter: changed}
        rules = tuple(replace(one, parameters=parameters) if one.id == rule else one for one in self.rules)
        override = {
            "rule": rule,
            "parameter": parameter,
            "value": value,
            "unit": unit,
            "source": source,
            "uncertainty": uncertainty,
        }
        digest = hashlib.sha256(f"{self.digest}|{_note(override)}".encode()).hexdigest()
        return replace(self, rules=rules, digest=digest, overrides=(*self.overrides, override))

    def document_facts(self, lang: Lang) -> list[str]:
        """Title, publisher, year and locator of the document, as far as they are stated.

        Examples
        --------
        >>> from tanheng.inventory import load_method
        >>> load_method("sichuan-park-2022").document_facts("en")[0]
        'Work plan for pilot near-zero-carbon parks in Sichuan Province'
        """
        return document_facts(self.document, lang)

    def outcomes(self) -> dict[str, list[str]]:
        """What its rules may place an emission in: ``rule``, ``scope``, ``part`` and the codes of each category list.

        Examples
        --------
        >>> from tanheng.inventory import load_method
        >>> load_method("ipcc-2006-stationary").outcomes()["ipcc2006"]
        ['1.A.1', '1.A.2', '1.A.4.a', '1.A.4.b', '1.A.4.c']
        """
        found: dict[str, set[str]] = {name: set() for name in RULE_COLUMNS}
        for rule in self.rules:
            found["rule"].add(rule.id)
            found["scope"].add(rule.scope)
            found["part"] |= {part for shares in rule.split.values() for part in shares}
            for sector in ({}, *self.sectors.values()):
                for name, code in categories_of(rule, sector).items():
                    found.setdefault(name, set()).add(code)
        return {name: sorted(codes - {""}) for name, codes in found.items()}

    def to_dict(self) -> dict[str, Any]:
        """What the method is, as plain data of the caller's own."""
        plain = {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "document": self.document,
            "gas": self.gas,
            "gwp": self.gwp,
            "levels": list(self.levels),
            "notes": self.notes,
            "digest": self.digest,
            "overridden": list(self.overridden),
            "outcomes": self.outcomes(),
            "rules": [
                {
                    "id": rule.id,
                    "title": rule.title,
                    "clause": rule.clause,
                    "clause_en": rule.clause_en,
                    "when": rule.when,
                    "gases": list(rule.gases),
                    "scope": rule.scope,
                    "memo": rule.memo,
                    "effect": rule.effect,
                    "stream": rule.stream,
                    "chapter": rule.chapter,
                    "group": rule.group,
                    "model": rule.model,
                    "at_most_one": list(rule.at_most_one),
                    "formula": rule.formula.text,
                    "parameters": {name: _shown(one) for name, one in rule.parameters.items()},
                }
                for rule in self.rules
            ],
            "checks": list(self.checks),
            "tables": list(self.tables),
            "notation": list(self.notation),
            **{name: list(self.data.get(name, ())) for name in ("leaves", "alternatives", "needs")},
        }
        return copy.deepcopy(plain)


def _note(override: Mapping[str, Any]) -> str:
    return "{rule}.{parameter}={value:g} {unit} ({source})".format(**override)


def _declared(rule: Rule, parameter: Parameter, unit: str) -> tuple[str, float]:
    """The unit of the parameter that ``unit`` fits, and the factor to it."""
    gas = rule.gases[0] if parameter.gas else ""
    declared = parameter.fitting(unit, gas) or parameter.units[0]
    family = gases()[gas]["family"] if gas else ""
    return declared, multiplier(unit, declared, gas=family, where=f"{rule.id}.{parameter.name}: ")


def _shown(parameter: Parameter) -> dict[str, Any]:
    return {
        "units": list(parameter.units),
        "property": parameter.property,
        "pin": dict(parameter.pin),
        "value": parameter.value,
        "source": parameter.source,
        "reason": parameter.reason,
        "measured": parameter.measured,
        "defaults": [table.title for table in parameter.defaults],
    }
