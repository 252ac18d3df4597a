"""Which matching rules a row's period and stated parameters admit, with the document's own default values put in."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tanheng.activity.clean import parse_parameters
from tanheng.codes import items
from tanheng.codes.wording import english
from tanheng.errors import TanhengError
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.matching import OWN, equipment_of
from tanheng.inventory.methods.method import Parameter, Rule
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.quantities import multiplier, parse_unit

REQUIRED = "required"


@dataclass(frozen=True, eq=False)
class Defaults:
    """A table of default values that a document prints, by item: number and unit as printed."""

    name: str
    title: str
    title_en: str
    check: str
    values: Mapping[str, tuple[float, str]]
    since: int | None = None
    until: int | None = None

    def of(self, item: str, year: int) -> tuple[float, str] | None:
        """Value and unit for an item in a year, or nothing."""
        return self.values.get(item) if _within(year, self.since, self.until) else None


def admitted(rules: Iterable[Rule], row: Mapping[str, str]) -> tuple[Rule, ...]:
    """Rules whose conditions on period and stated parameters hold, with default values put in.

    Parameters
    ----------
    rules : iterable of Rule
        Those that match item, unit, sector and kind of activity.
    row : mapping of str to str
        The key of the activity: ``item``, ``period``, ``parameters`` and the others.

    Returns
    -------
    tuple of Rule
        In the order of the method. A parameter for which no table in force has the item must be measured, unless it
        names a ``source`` to look it up in.
    """
    year = int(row["period"][:4] or 0)  # a key without a period meets no rule that asks for years
    stated = parse_parameters(row["parameters"]) or {}
    return tuple(
        _filled(rule, row["item"], year)
        for rule in rules
        if set(rule.when.get("stated", ())) <= set(stated)
        and _of_equipment(rule, row["equipment"])
        and _within(year, rule.when.get("since"), rule.when.get("until"))
    )


def _of_equipment(rule: Rule, stated: str) -> bool:
    """Whether a rule is for an equipment; one that is not stated is left to the rule's parameters to ask for."""
    return not stated or "equipment" not in rule.when or equipment_of(stated) in rule.when["equipment"]


def with_defaults(rules: tuple[Rule, ...], data: Mapping[str, Any], checker: PackChecker) -> tuple[Rule, ...]:
    """The rules of a pack with each parameter bound to the tables of default values that it names.

    Raises
    ------
    PackInvalid
        For a table that is not there, an unknown item, or a value whose unit does not fit.
    """
    tables = {name: _table(name, one, checker) for name, one in data.get("defaults", {}).items()}
    return tuple(_bound(rule, ("rules", at), tables, checker) for at, rule in enumerate(rules))


def _within(year: int, since: float | None, until: float | None) -> bool:
    return (since is None or year >= since) and (until is None or year <= until)


@functools.lru_cache(maxsize=4096)
def _filled(rule: Rule, item: str, year: int) -> Rule:
    changed = {
        name: _value(one, item, year)
        for name, one in rule.parameters.items()
        if one.defaults and one.value is None
    }
    return replace(rule, parameters={**rule.parameters, **changed}) if changed else rule


def _value(parameter: Parameter, item: str, year: int) -> Parameter:
    found = [(table, table.of(parameter.item_of(item), year)) for table in parameter.defaults]
    for table, entry in found:
        if entry is None:
            continue
        value, unit = entry
        fits = next(one for one in parameter.units if _same_kind(unit, one))
        others = [one for one in parameter.units if one != fits]
        return replace(
            parameter, value=float(f"{value * multiplier(unit, fits):.15g}"), units=(fits, *others),
            reason=table.title, reason_en=table.title_en, stated=table.check,
        )  # fmt: skip
    return parameter if parameter.source else replace(parameter, measured=REQUIRED)


def _same_kind(unit: str, other: str) -> bool:
    return parse_unit(unit).dimension == parse_unit(other).dimension


def _table(name: str, data: Mapping[str, Any], checker: PackChecker) -> Defaults:
    at: Path_ = ("defaults", name, "items")
    values = {}
    for item, text in data["items"].items():
        if item not in items() and not item.startswith(OWN):
            raise checker.error(
                (*at, item),
                (f"品种表中没有“{item}”", f"the catalogue has no item '{item}'"),
                ("请用品种代码。", "Use the code of an item."),
            )
        values[item] = _printed(text, (*at, item), checker)
    titles = f"{data['source']}，{data['locator']}", f"{english(data, 'source')}, {english(data, 'locator')}"
    return Defaults(name, *titles, data["check"], values, data.get("since"), data.get("until"))


def _printed(text: str, at: Path_, checker: PackChecker) -> tuple[float, str]:
    number, _, unit = text.partition(" ")
    try:
        parse_unit(unit.strip())
        return float(number), unit.strip()
    except (ValueError, TanhengError) as error:
        raise checker.error(
            at,
            (f"“{text}”不是数值和单位", f"'{text}' is no number with a unit"),
            ("请写作 25.024 GJ/t。", "Write it as 25.024 GJ/t."),
        ) from error


def _bound(rule: Rule, at: Path_, tables: Mapping[str, Defaults], checker: PackChecker) -> Rule:
    changed = {}
    for name, parameter in rule.parameters.items():
        named = [parameter.defaults] if isinstance(parameter.defaults, str) else list(parameter.defaults)
        place = (*at, "parameters", name, "defaults")
        for one in named:
            if one not in tables:
                known = ", ".join(tables) or "–"
                raise checker.error(
                    place,
                    (f"没有缺省值表“{one}”", f"there is no table of defaults '{one}'"),
                    (f"可用：{known}。", f"Known: {known}."),
                )
            _check_units(parameter, tables[one], place, checker)
        if named and (parameter.pin or rule.split):
            raise checker.error(
                place,
                ("缺省值表不能与 pin 或 split 并用", "a table of defaults excludes pin and split"),
                ("请只用一种。", "Use one of them."),
            )
        if named:
            changed[name] = replace(parameter, defaults=tuple(tables[one] for one in named))
    return replace(rule, parameters={**rule.parameters, **changed}) if changed else rule


def _check_units(parameter: Parameter, table: Defaults, at: Path_, checker: PackChecker) -> None:
    for item, (_, unit) in table.values.items():
        if not any(_same_kind(unit, one) for one in parameter.units):
            raise checker.error(
                at,
                (f"{table.name} 中“{item}”的单位 {unit} 与 {'、'.join(parameter.units)} 不符",
                 f"unit {unit} of '{item}' in {table.name} does not fit {', '.join(parameter.units)}"),
                ("请在 unit 中加上这种单位。", "Add that unit under unit."),
            )  # fmt: skip
