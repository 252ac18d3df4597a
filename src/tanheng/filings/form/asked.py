"""What a method asks for: its rules as lines of the form, by category, sector and item."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tanheng.codes import codelist, item_name, items
from tanheng.errors import language
from tanheng.factors import FactorLibrary
from tanheng.filings.form.lines import (
    COLLECTED,
    LEFT,
    Group,
    Line,
    blocks_of,
    category_list,
    is_chinese,
    menu,
    say,
    table,
    unit_word,
)
from tanheng.filings.form.needs import asked, needs_of, per_units, usual_first
from tanheng.filings.form.probe import Place, Probe
from tanheng.inventory.methods.matching import known_item, matches, sector_path
from tanheng.inventory.methods.method import Method, Rule
from tanheng.quantities import parse_unit

OPEN, FEW_OPEN = 5, 2
"""Empty lines for a rule that takes any item; after the usual items of a sector."""
Key = tuple[str, str, str]
"""Item, sector and kind of activity."""


class Asked:
    """What the rules of a method ask for, line by line.

    Parameters
    ----------
    method : Method
    library : FactorLibrary
    region : str
        Code of the region that the form is for.
    period : str
        Its year.
    """

    def __init__(self, method: Method, library: FactorLibrary, region: str = "", period: str = "") -> None:
        self.method = method
        self.codes = category_list(method)
        self._listed = set(codelist(self.codes)) if self.codes else set()
        self._per = functools.cache(functools.partial(per_units, method))
        self._probe = Probe(method, library, region, period)
        self._anywhere = Probe(method, library)
        self._found: dict[str, dict[Key, tuple[Rule, ...]]] = {}
        self._fed: dict[str, list[str]] = {}
        for rule in sorted(method.rules, key=lambda one: "stated" in one.when):
            for key in self._keys(rule):
                self._add(rule, key)

    def groups(self) -> list[Group]:
        """The groups in the order of the rules; those without lines of their own tell whose lines they are made from."""
        own = [self._group(code) for code in self._found]
        fed = [self._without_lines(code) for code in self._fed if code in self._listed - self._found.keys()]
        return [*own, *fed, *left(self.method, self.codes), *collected(self.method)]

    def _keys(self, rule: Rule) -> list[Key]:
        activity = _activity(rule)
        sectors = self._sectors(rule) or [""]
        found: dict[Key, None] = {}
        for item in self._items(rule):
            fitting = [one for one in sectors if not item or self._works(rule, item, one, activity)]
            for sector in fitting or [""]:
                usual = _usual(self.codes).get(sector)
                found[item if not usual or item in usual else "", sector, activity] = None
        return list(found)

    def _sectors(self, rule: Rule) -> list[str]:
        """The sectors that a rule parts its lines by, as fine as the form asks for them."""
        stated = list(rule.when.get("sectors", ()))
        parted = any("{" in text for text in rule.category.values()) or (
            not stated and any(one.by_sector for one in rule.parameters.values())
        )
        placed = [one for one in self.method.sectors if not stated or set(sector_path(one)) & set(stated)]
        wide = (placed if parted else []) or stated
        finer = _finer(self.codes)
        return list(dict.fromkeys(fine for one in wide for fine in finer.get(one, [one])))

    def _works(self, rule: Rule, item: str, sector: str, activity: str) -> bool:
        """Whether a rule whose factors differ by sector has them for this one; others always do."""
        if rule.when.get("sectors") or not any(one.by_sector for one in rule.parameters.values()):
            return True
        unit = next(iter(self._units(rule, item)), "")
        needs = needs_of(self._per, [rule], unit, item)
        return not self._anywhere.gap(Place(item, sector, _code(activity), unit), needs).lacking

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
        code = self._place(rule, key[1])
        held = next((name for name, one in self._found.items() if key in one), None)
        if held is None:
            self._found.setdefault(code, {})[key] = (rule,)
            return
        self._found[held][key] = (*self._found[held][key], rule)
        if key[0] and code != held and held not in self._fed.setdefault(code, []):
            self._fed[code].append(held)

    def _place(self, rule: Rule, sector: str) -> str:
        """The group that a rule's line stands in: its category, else its chapter or scope, else the rule alone."""
        scope = rule.scope if self.codes == "scopes" and not rule.memo else ""
        return self._category(rule, sector) or rule.chapter or scope or rule.id

    def _category(self, rule: Rule, sector: str) -> str:
        stated = next(
            (self.method.sectors[one] for one in sector_path(sector) if one in self.method.sectors), {}
        )
        text = rule.category.get(self.codes, "")
        for name, code in stated.get("category", {}).items():
            text = text.replace("{" + name + "}", code)
        return "" if "{" in text else text

    def _group(self, code: str) -> Group:
        lines = [
            self._line(key, rules)
            for key, rules in sorted(
                self._found[code].items(), key=lambda pair: (pair[0][1] != "", not pair[0][0])
            )
            for _ in range(1 if key[0] else FEW_OPEN if _usual(self.codes).get(key[1]) else OPEN)
        ]
        kept = [line for line in lines if not _said_by_parts(line, lines)]
        blocks = blocks_of(kept)
        numbered = iter(range(1, len(kept) + 1))
        first = next(iter(self._found[code].values()))[0]
        return Group(
            code,
            self._title(code, first),
            tuple(
                replace(one, lines=tuple(replace(line, id=f"{code}#{next(numbered)}") for line in one.lines))
                for one in blocks
            ),
            _kind(first),
            tuple(
                self._name(other)
                for other, held in self._fed.items()
                if code in held and other in self._listed
            ),
            (*_wholes(kept), *self._alternatives(code), *self._from_elsewhere(code)),
        )

    def _without_lines(self, code: str) -> Group:
        held = next(iter(self._found[self._fed[code][0]].values()))[0]
        return Group(code, self._title(code), (), _kind(held), (), tuple(self._from_elsewhere(code)))

    def _from_elsewhere(self, code: str) -> list[str]:
        """Which lines of other categories are accounted here too, and must not be filled in again."""
        return [
            say("from", category=self._name(held), items=_named(self._shared(code, held)))
            for held in self._fed.get(code, ())
        ]

    def _alternatives(self, code: str) -> list[str]:
        """What the method says of lines that stand for one another."""
        here = {rule.id: rule for rules in self._found[code].values() for rule in rules}
        found = []
        for one in self.method.data.get("alternatives", ()):
            titles = [here[rule].title[language()] for rule in one["rules"] if rule in here]
            if len(titles) > 1:
                told = " / ".join(dict.fromkeys(titles))
                found.append(say("instead", titles=told, reason=one["reason"][language()]))
        return found

    def _shared(self, code: str, held: str) -> list[str]:
        return [
            item
            for (item, sector, _), rules in self._found[held].items()
            if item and any(self._place(rule, sector) == code for rule in rules)
        ]

    def _name(self, code: str) -> str:
        return f"{code} {self._title(code)}" if code in self._listed else self._title(code)

    def _title(self, code: str, rule: Rule | None = None) -> str:
        """The category's name, with the name above it where several categories are called the same."""
        if code not in self._listed:
            chapter = f"chapter_{code}"
            named = any(row["key"] == chapter for row in table("sentences.csv"))
            return say(chapter) if named else rule.title[language()] if rule else code
        listed = codelist(self.codes)
        name = listed.label(code, language())
        above = next(iter(listed.ancestors(code)), None)
        if above is None or _names(self.codes, language())[name] == 1:
            return name
        return f"{listed.label(str(above['code']), language())}{'：' if language() == 'zh' else ': '}{name}"

    def _line(self, key: Key, rules: tuple[Rule, ...]) -> Line:
        item, sector, activity = key
        own = parse_unit(known_item(item).unit).canonical if item and known_item(item).unit else ""
        pers = sorted(
            dict.fromkeys(per for rule in rules for per in self._units(rule, item)),
            key=lambda per: per != own,
        )
        taking = self._taking(key, pers) if item else rules
        per = pers[0] if pers else ""
        needs = needs_of(self._per, taking, per, item)
        place = Place(item, sector, _code(activity), per)
        equipment = self._probe.equipment(place, taking, needs) if item else []
        gap = self._probe.gap(place, needs, equipment) if item else None
        told = say("open_row") if not item else ""
        return Line(
            id="",
            item=item,
            sector=sector,
            activity=activity,
            units=usual_first([one for known in pers for one in menu(known, item)], needs),
            equipment=tuple(equipment),
            equipment_needed=bool(gap and gap.equipment),
            needs=tuple(asked(needs, gap.needed if gap else frozenset(), taking)),
            titles=tuple(dict.fromkeys(filter(None, (told, *(rule.title[language()] for rule in taking))))),
            clauses=tuple(dict.fromkeys(filter(None, map(_clause, taking)))),
            lacking=gap.gases if gap else (),
            choices=() if item else tuple(dict.fromkeys(one for rule in rules for one in self._items(rule))),
        )

    def _taking(self, key: Key, pers: Sequence[str]) -> tuple[Rule, ...]:
        """The rules that take a row of the line, also those that another rule's line stands for."""
        item, sector, activity = key
        dimensions = {parse_unit(per).dimension for per in pers}
        return tuple(
            rule
            for rule in self.method.rules
            if any(matches(rule.when, known_item(item), one, sector, _code(activity)) for one in dimensions)
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
        sector = next(iter(rule.when.get("sectors", ())), "")
        wanted = self._anywhere.wanted_unit(Place(item, sector, _code(_activity(rule)), first))
        return [wanted if wanted in per else first]


def collected(method: Method) -> list[Group]:
    """The lines of the data that a method collects and makes no emission of."""
    found = [known_item(code) for code in method.data.get("collects", ())]
    lines = tuple(
        Line(
            id=f"{COLLECTED}#{number}",
            item=one.code,
            sector="",
            activity="",
            units=tuple(
                dict.fromkeys([unit_word(one.unit), *menu(parse_unit(one.unit).canonical, one.code)])
            ),
            titles=(one.name_zh if language() == "zh" else one.name_en,),
        )
        for number, one in enumerate(found, 1)
    )
    return [Group(COLLECTED, say(COLLECTED), blocks_of(lines), COLLECTED)] if lines else []


def left(method: Method, codes: str) -> list[Group]:
    """The lines of activity that a method knowingly leaves to others: one form then serves them all."""
    lines: list[Line] = []
    for row in table("left.csv"):
        item, unit = known_item(row["item"]), parse_unit(known_item(row["item"]).unit)
        for sector in row["sectors"].split("|") if row["list"] == codes else ():
            whens = (one["when"] for one in method.data.get("leaves", ()))
            if any(matches(when, item, unit.dimension, sector, row["activity"]) for when in whens):
                activity = row["activity_zh"] if language() == "zh" else row["activity"]
                number = f"{LEFT}#{len(lines) + 1}"
                lines.append(Line(number, item.code, sector, activity, menu(unit.canonical, item.code)))
    return [Group(LEFT, say(LEFT), blocks_of(lines), LEFT)] if lines else []


def _said_by_parts(line: Line, lines: Sequence[Line]) -> bool:
    """A whole that is told apart by equipment, where each of its parts has a line: 稻田 beside 单季稻, 早稻 and 晚稻."""
    parts = [
        one
        for one in lines
        if one.item and line.item and known_item(one.item).parent == line.item
        and (one.sector, one.activity) == (line.sector, line.activity) and not one.equipment
    ]  # fmt: skip
    return bool(line.equipment) and len(parts) >= len(line.equipment)


def _wholes(lines: Sequence[Line]) -> list[str]:
    """A sentence for each item that stands beside its own parts: one amount is written once."""
    asked = {line.item for line in lines if line.item}
    parts: dict[str, list[str]] = {}
    for item in dict.fromkeys(line.item for line in lines if line.item in items()):
        above = [one.code for one in items().family(item) if one.code != item and one.code in asked]
        for whole in above:
            parts.setdefault(whole, []).append(item)
    return [say("whole", whole=item_name(whole), parts=_named(found)) for whole, found in parts.items()]


def _kind(rule: Rule) -> str:
    """What the lines of a rule are beside the total: a chapter of their own, memo, or part of it."""
    return rule.chapter or ("memo" if rule.memo else "")


def _named(found: Sequence[str]) -> str:
    comma = "、" if language() == "zh" else ", "
    return comma.join(item_name(one) for one in dict.fromkeys(found))


@functools.cache
def _names(codes: str, lang: str) -> Counter[str]:
    listed = codelist(codes)
    return Counter(listed.label(code, "zh" if lang == "zh" else "en") for code in listed)


@functools.cache
def _finer(codes: str) -> dict[str, list[str]]:
    """The sectors that the form asks for in the place of a wide one."""
    found: dict[str, list[str]] = {}
    for row in table("sectors.csv"):
        if row["list"] == codes and row["wide"]:
            found.setdefault(row["wide"], []).append(row["sector"])
    return found


@functools.cache
def _usual(codes: str) -> dict[str, tuple[str, ...]]:
    """The items that have a line of their own in a sector; others have open lines."""
    return {
        row["sector"]: tuple(row["items"].split("|"))
        for row in table("sectors.csv")
        if row["list"] == codes and row["items"]
    }


def _activity(rule: Rule) -> str:
    """The kind of activity as the form writes it: a Chinese word, or the code with spaces."""
    named = rule.when.get("activity", "")
    listed = [named] if isinstance(named, str) else [str(one) for one in named]
    if language() == "zh":
        return next((one for one in listed if is_chinese(one)), listed[0])
    return listed[0].replace("_", " ")


def _code(activity: str) -> str:
    return activity if is_chinese(activity) else activity.replace(" ", "_")


def _clause(rule: Rule) -> str:
    return rule.clause if language() == "zh" else rule.clause_en
