"""What a rule's parameters need: the units that they may have, and which of them must be measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tanheng.activity.reading.titles import units_differ
from tanheng.filings.form.lines import EITHER, OPTIONAL, REQUIRED, Need
from tanheng.inventory.methods.build import formula_unit
from tanheng.inventory.methods.formula import FormulaError
from tanheng.inventory.methods.method import Method, Parameter, Rule
from tanheng.quantities import gases, parse_unit

_VOLUMES = ("m3", "Nm3")
Per = Callable[[Rule], Mapping[str, Mapping[str, str]]]
"""Canonical units that a rule's formula may be per, with the unit that each parameter then has."""


def per_units(method: Method, rule: Rule) -> dict[str, Mapping[str, str]]:
    """Canonical units that the formula may be per, with the unit that each parameter then has."""
    family = gases()[rule.gases[0]]["family"]
    of_gas = {name for name, one in rule.parameters.items() if one.gas}
    fixed = {name: one.unit for name, one in method.constants.items() if name in rule.formula.names}
    found: dict[str, Mapping[str, str]] = {}
    for choice in range(max((len(one.units) for one in rule.parameters.values()), default=1)):
        units = {name: one.units[min(choice, len(one.units) - 1)] for name, one in rule.parameters.items()}
        try:
            per, _ = formula_unit(rule.formula, {**units, **fixed}, family, of_gas)
        except FormulaError:
            continue
        found.setdefault(per, units)
    return found


def needs_of(units: Per, rules: Iterable[Rule], per: str, item: str) -> list[Need]:
    """Parameters of the rules; one that several gases would share under one name is left out unless it is required."""
    uses: dict[str, list[tuple[Rule, Parameter]]] = {}
    found: dict[str, Need] = {}
    for rule in rules:
        for name in rule.split.get(item, {}).values():
            found[name] = Need(name, "fraction", REQUIRED)
        for name, parameter in rule.parameters.items():
            uses.setdefault(name, []).append((rule, parameter))
    for name, pairs in uses.items():
        emitted = [gas for rule, parameter in pairs if parameter.gas for gas in rule.gases]
        stated = [parameter.measured for _, parameter in pairs]
        required = "required" in stated and all("stated" not in rule.when for rule, _ in pairs)
        if "forbidden" not in stated and (len(emitted) < 2 or required):
            rule, parameter = pairs[0]
            unit = units(rule).get(per, {}).get(name, parameter.units[0])
            gas = emitted[0] if len(emitted) == 1 else ""
            found[name] = Need(name, unit, REQUIRED if required else OPTIONAL, gas)
    return list(found.values())


def usual_first(units: Sequence[str], needs: Sequence[Need]) -> tuple[str, ...]:
    """The units that a line offers, first the volume that its parameters are stated per: both are then of one size.

    Examples
    --------
    >>> usual_first(["立方米", "万立方米"], [Need("ef", "tCO2/万m3")])
    ('万立方米', '立方米')
    """
    usual = parse_unit(units[0]).canonical if units else ""
    stated = [need.unit.rpartition("/")[2] for need in needs if "/" in need.unit and usual in _VOLUMES]
    same = [one for one in units if parse_unit(one).canonical == usual]
    first = [one for per in stated for one in same if not units_differ(one, per)]
    return tuple(dict.fromkeys([*first[:1], *units]))


def asked(needs: Sequence[Need], needed: frozenset[str], rules: Sequence[Rule]) -> list[Need]:
    """The parameters with what each is: needed, one of several that would do, or free."""
    others = [rule for rule in rules if "stated" in rule.when and _instead(rule, rules)]
    ways = [
        {*one.when["stated"], *(n for n, p in one.parameters.items() if p.measured == "required")}
        for one in others
    ]
    always = (
        set.intersection(*(set(one.parameters) - way for one, way in zip(others, ways, strict=True)))
        if others
        else set()
    )
    free = {name for name in needed - always if not name.startswith("share_")} if others else set()
    either = free.union(*ways) if free else set()
    return [
        replace(need, state=EITHER if need.name in either else REQUIRED if need.name in needed else OPTIONAL)
        for need in needs
    ]


def _instead(rule: Rule, rules: Sequence[Rule]) -> bool:
    """Whether a rule for rows that state a parameter stands in for another one, and is no addition to it."""
    return any(
        "stated" not in one.when
        and (one.stream, one.gases, one.scope) == (rule.stream, rule.gases, rule.scope)
        for one in rules
    )
