"""The lines of a form: what a method's rules ask for, by category."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from tanheng.codes import codelist, items
from tanheng.errors import language
from tanheng.factors import Factor, FactorLibrary
from tanheng.inventory.coefficients import KEY
from tanheng.inventory.formula import FormulaError
from tanheng.inventory.matching import known_item, matches, sector_path
from tanheng.inventory.method import Method, Parameter, Rule
from tanheng.inventory.method_build import formula_unit
from tanheng.inventory.resolve import Resolver
from tanheng.quantities import gases, parse_unit

OPEN = 5
"""Empty lines for a rule that takes any item."""
COLLECTED = "collected"
"""Kind of the group of data that a method collects and makes no emission of."""
_TODAY = "2099"
"""A period after all factors: the newest of each is looked at, only for the unit that it is per."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
Key = tuple[str, str, str]
"""Item, sector and kind of activity."""


@functools.cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file of the form's pack."""
    with (files("tanheng.packs") / "templates" / "activity" / name).open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))


@dataclass(frozen=True)
class Need:
    """A measured parameter that a line may or must state, in a unit."""

    name: str
    unit: str
    label: str
    required: bool


@dataclass(frozen=True)
class Line:
    """One line of the form; ``item`` is empty where the user chooses it."""

    id: str
    item: str
    sector: str
    activity: str
    units: tuple[str, ...]
    equipment: tuple[str, ...]
    needs: tuple[Need, ...]
    titles: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The lines of one category; ``kind`` is memo, a chapter of its own or collected where it is no part of the total."""

    code: str
    title: str
    lines: tuple[Line, ...]
    kind: str = ""


@dataclass(frozen=True)
class Chapter:
    """One sheet of the form."""

    title: str
    groups: tuple[Group, ...]

    @property
    def lines(self) -> list[Line]:
        """All lines of the sheet."""
        return [line for group in self.groups for line in group.lines]

    @property
    def needs(self) -> list[Need]:
        """Parameters of all lines, once each by name and unit."""
        return list({(need.name, need.unit): need for line in self.lines for need in line.needs}.values())


class Asked:
    """What the rules of a method ask for, line by line."""

    def __init__(self, method: Method, library: FactorLibrary) -> None:
        self.method, self.library = method, library
        self.codes = category_list(method)
        self._per = functools.cache(self._per_units)
        self._resolver = Resolver(method, library)
        self._found: dict[str, dict[Key, tuple[Rule, ...]]] = {}
        for rule in method.rules:
            for key in self._keys(rule):
                self._add(rule, key)

    def groups(self) -> list[Group]:
        """The groups in the order of the rules."""
        return [*(self._group(code) for code in self._found), *collected(self.method)]

    def _keys(self, rule: Rule) -> list[Key]:
        by_sector = any("{" in text for text in rule.category.values())
        stated = list(rule.when.get("sectors", ()))
        placed = [one for one in self.method.sectors if not stated or set(sector_path(one)) & set(stated)]
        sectors = (placed if by_sector else []) or stated
        return [(item, sector, _activity(rule)) for sector in sectors or [""] for item in self._items(rule)]

    def _items(self, rule: Rule) -> list[str]:
        when = rule.when
        if "items" in when:
            return [one for one in when["items"] if one not in when.get("except", ())]
        if "kind" not in when and "under" not in when:
            return [""]
        alone = {name: when[name] for name in ("kind", "under", "except") if name in when}
        fitting = (one for one in items() if matches(alone, one, "", "", ""))
        return [one.code for one in fitting if parse_unit(one.unit).canonical in self._per(rule)]

    def _add(self, rule: Rule, key: Key) -> None:
        held = next((one for one in self._found.values() if key in one), None)
        if held is not None:
            held[key] = (*held[key], rule)
        else:
            scope = rule.scope if self.codes == "scopes" and not rule.memo else ""
            code = self._category(rule, key[1]) or rule.chapter or scope or rule.id
            self._found.setdefault(code, {})[key] = (rule,)

    def _category(self, rule: Rule, sector: str) -> str:
        stated = next(
            (self.method.sectors[one] for one in sector_path(sector) if one in self.method.sectors), {}
        )
        text = rule.category.get(self.codes, "")
        for name, code in stated.get("category", {}).items():
            text = text.replace("{" + name + "}", code)
        return "" if "{" in text else text

    def _group(self, code: str) -> Group:
        lines: list[Line] = []
        for key, rules in self._found[code].items():
            for _ in range(1 if key[0] else OPEN):
                lines.append(self._line(f"{code}#{len(lines) + 1}", key, rules))
        first = next(iter(self._found[code].values()))[0]
        listed = self.codes and code in codelist(self.codes)
        title = codelist(self.codes).label(code, language()) if listed else first.title[language()]
        return Group(code, title, tuple(lines), first.chapter or ("memo" if first.memo else ""))

    def _line(self, number: str, key: Key, rules: tuple[Rule, ...]) -> Line:
        item, sector, activity = key
        pers = list(dict.fromkeys(per for rule in rules for per in self._units(rule, item)))
        taking = self._taking(key, pers) if item else rules
        return Line(
            id=number,
            item=item,
            sector=sector,
            activity=activity,
            units=tuple(dict.fromkeys(one for per in pers for one in _menu(per))),
            equipment=tuple(dict.fromkeys(self._equipment(taking, item))),
            needs=tuple(self._needs(taking, pers[0] if pers else "", item)),
            titles=tuple(dict.fromkeys(rule.title[language()] for rule in taking)),
            clauses=tuple(dict.fromkeys(_clause(rule) for rule in taking)),
        )

    def _taking(self, key: Key, pers: list[str]) -> tuple[Rule, ...]:
        """The rules that take a row of the line, also those that another rule's line stands for."""
        item, sector, activity = key
        dimensions = {parse_unit(per).dimension for per in pers}
        return tuple(
            rule
            for rule in self.method.rules
            if any(matches(rule.when, known_item(item), one, sector, activity) for one in dimensions)
        )

    def _units(self, rule: Rule, item: str) -> list[str]:
        """Canonical units of activity of a rule's line: that of the item where the formula takes it."""
        per = list(self._per(rule))
        if "measure" in rule.when:
            return [parse_unit(rule.when["measure"]).canonical]
        own = parse_unit(known_item(item).unit).canonical if item and known_item(item).unit else ""
        first = own if own in per or not per else per[0]
        if len(per) < 2 or not item:
            return [first] if own in per else per
        return [self._counted_in(rule, item, first, per)]

    def _counted_in(self, rule: Rule, item: str, own: str, per: list[str]) -> str:
        """A unit unless the factors that the library has for the item are per another one that the formula takes."""
        sector = next(iter(rule.when.get("sectors", ())), "")
        known = {"item": item, "unit": own, "activity": _activity(rule), "sector": sector, "period": _TODAY}
        _, missing = self._resolver.resolve([tuple(known.get(name, "") for name in KEY)])
        wanted = [one.fields.get("expected") for one in missing if one.code == "I-104"]
        return next((str(one) for one in wanted if one in per), own)

    def _per_units(self, rule: Rule) -> dict[str, Mapping[str, str]]:
        """Canonical units that the formula may be per, with the unit that each parameter then has."""
        family = gases()[rule.gases[0]]["family"]
        of_gas = {name for name, one in rule.parameters.items() if one.gas}
        fixed = {name: one.unit for name, one in self.method.constants.items() if name in rule.formula.names}
        found: dict[str, Mapping[str, str]] = {}
        for choice in range(max((len(one.units) for one in rule.parameters.values()), default=1)):
            units = {
                name: one.units[min(choice, len(one.units) - 1)] for name, one in rule.parameters.items()
            }
            try:
                per, _ = formula_unit(rule.formula, {**units, **fixed}, family, of_gas)
            except FormulaError:
                continue
            found.setdefault(per, units)
        return found

    def _needs(self, rules: Iterable[Rule], per: str, item: str) -> list[Need]:
        """Parameters of the rules; one that several gases would share under one name is left out unless it is required."""
        uses: dict[str, list[tuple[Rule, Parameter]]] = {}
        found: dict[str, Need] = {}
        for rule in rules:
            for name in rule.split.get(item, {}).values():
                found[name] = Need(name, "fraction", label(name), required=True)
            for name, parameter in rule.parameters.items():
                uses.setdefault(name, []).append((rule, parameter))
        for name, pairs in uses.items():
            by_gas = sum(len(rule.gases) for rule, parameter in pairs if parameter.gas)
            stated = [parameter.measured for _, parameter in pairs]
            required = "required" in stated and all("stated" not in rule.when for rule, _ in pairs)
            if "forbidden" not in stated and (by_gas < 2 or required):
                rule, parameter = pairs[0]
                unit = self._per(rule).get(per, {}).get(name, parameter.units[0])
                found[name] = Need(name, unit, label(name), required=required)
        return list(found.values())

    def _equipment(self, rules: Iterable[Rule], item: str) -> list[str]:
        return [
            row.equipment
            for rule in rules
            for parameter in rule.parameters.values()
            if parameter.by_equipment and not parameter.equipment
            for row in self.library
            if row.equipment and _offers(row, parameter, item, rule)
        ]


def collected(method: Method) -> list[Group]:
    """The lines of the data that a method collects and makes no emission of."""
    found = [known_item(code) for code in method.data.get("collects", ())]
    lines = tuple(
        Line(
            id=f"{COLLECTED}#{number}",
            item=one.code,
            sector="",
            activity="",
            units=tuple(dict.fromkeys([one.unit, *_menu(parse_unit(one.unit).canonical)])),
            equipment=(),
            needs=(),
            titles=(one.name_zh if language() == "zh" else one.name_en,),
            clauses=(),
        )
        for number, one in enumerate(found, 1)
    )
    titles = [row[language()] for row in table("sentences.csv") if row["key"] == COLLECTED]
    return [Group(COLLECTED, titles[0], lines, COLLECTED)] if lines else []


def category_list(method: Method) -> str:
    """The category list by which the form is ordered: the one that most rules name, the provincial one of equals.

    Examples
    --------
    >>> from tanheng.inventory import load_method
    >>> category_list(load_method("cn-provincial-2011"))
    'provincial2011'
    """
    named = [name for rule in method.rules for name in rule.category]
    return max(
        dict.fromkeys(named), key=lambda name: (named.count(name), name == "provincial2011"), default=""
    )


@functools.cache
def _labels() -> dict[str, tuple[str, str]]:
    with (files("tanheng.packs") / "codes" / "parameters.csv").open(encoding="utf-8") as stream:
        rows = [*table("parameters.csv"), *csv.DictReader(stream)]
    return {row["parameter"]: (row["name_zh"], row["name_en"]) for row in rows}


def label(parameter: str) -> str:
    """Name of a measured parameter in the language of the run; one without a name is its own.

    Examples
    --------
    >>> label("oxidation")
    '碳氧化率'
    """
    zh, en = _labels().get(parameter, (parameter, parameter))
    return zh if language() == "zh" else en


def _activity(rule: Rule) -> str:
    named = rule.when.get("activity", "")
    listed = [named] if isinstance(named, str) else [str(one) for one in named]
    chinese = (one for one in listed if _CHINESE.search(one))
    return next(chinese, listed[0]) if language() == "zh" else listed[0]


def _clause(rule: Rule) -> str:
    return rule.clause if language() == "zh" else rule.clause_en


@functools.cache
def _menus() -> dict[str, tuple[str, ...]]:
    return {parse_unit(row["unit"]).canonical: tuple(row["menu"].split("|")) for row in table("units.csv")}


def _menu(canonical: str) -> tuple[str, ...]:
    return _menus().get(canonical, (canonical,))


def _offers(row: Factor, parameter: Parameter, item: str, rule: Rule) -> bool:
    families = {gases()[gas]["family"] for gas in rule.gases}
    return (
        row.property == parameter.property
        and row.item == (parameter.item or item)
        and parameter.activity in (None, row.activity)
        and (not parameter.gas or row.gas in families or row.gas in rule.gases)
    )
