"""From statements and tables to the tests between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tanheng.activity.check_base import Pair, percent
from tanheng.activity.claims_model import (
    CHANGE,
    GROWTH,
    RATIO,
    SHARE,
    VALUE,
    Fact,
    Figure,
    Ledger,
    Statement,
    say,
)
from tanheng.activity.claims_subjects import Place, Subject, disjoint
from tanheng.activity.claims_tables import TableFacts
from tanheng.activity.claims_conditions import (
    FAILS,
    Limits,
    Condition,
    at_most_total,
    by_coefficient,
    difference,
    extreme,
    growth,
    growth_by_change,
    ratio,
    same,
    share,
    total,
    whole_share,
)
from tanheng.activity.claims_units import MASS, claim_unit
from tanheng.activity.claims_words import words_of
from tanheng.codes import codelist, items

_MOST = 40
"""Pairs of figures tried for one statement."""


class Builder:
    """Builds every test that a ledger and the tables allow."""

    def __init__(self, ledger: Ledger, tables: TableFacts, limits: Limits) -> None:
        self.ledger = ledger
        self.tables = tables
        self.limits = limits

    def tests(self) -> list[Condition]:
        """All tests."""
        made: list[Condition] = []
        for fact, figures in self.ledger.figures.items():
            made += self._twice(figures)
            if fact.form == VALUE:
                made += self._against_table(fact, figures)
                made += self._by_coefficient(fact, figures)
        for statement in self.ledger.statements:
            made += self._by_form(statement)
            made += self._by_role(statement)
        made += self._share_sums()
        made += self._value_sums()
        return made

    def figures(self, fact: Fact) -> list[Figure]:
        """Figures of a value that may be computed with: printed ones first, then the tables'."""
        table = self.tables.figure(fact)
        usable = [one for one in self.ledger.of(fact) if not one.number.bound]
        return [*usable, *([table] if table else [])]

    def values(self, fact: Fact) -> list[Fact]:
        """The value that a share or growth is about, in each measure and dimension in which figures exist."""
        options = [("emission", MASS)]
        options += [("amount", kind) for place in fact.subject.places for kind in self.tables.dimensions(place)]
        options += [(known.measure, known.dimension) for known in self.ledger.figures if known.form == VALUE]
        wanted = [option for option in dict.fromkeys(options) if fact.measure in {"", option[0]}]
        return [Fact(fact.subject, fact.period, measure, dimension=kind) for measure, kind in wanted]

    def _twice(self, figures: list[Figure]) -> Iterator[Condition]:
        for one, other in itertools.combinations(figures, 2):
            assert one.statement and other.statement
            fields = {"quantity": one.fact.quantity(), "section": one.statement.section, "other_section": other.statement.section}
            yield Condition("Q-021", (one, other), same, fields, same=True)

    def _against_table(self, fact: Fact, figures: list[Figure]) -> Iterator[Condition]:
        table = self.tables.figure(fact)
        for one in figures if table else ():
            assert one.statement and table
            shown = one.statement.say(table.number.value)
            because = (f"表中为 {shown}", f"the tables give {shown}")
            is_same = fact.measure == "amount"
            yield Condition("Q-025", (one, table), same, {"actual": shown}, because, same=is_same)

    def _by_coefficient(self, fact: Fact, figures: list[Figure]) -> Iterator[Condition]:
        place = fact.subject.place
        if fact.measure != "amount" or fact.subject.several or not place.item:
            return
        found = self.tables.coefficient(place.item, fact.dimension)
        for one in figures if found else ():
            assert found
            for emission in self.ledger.of(replace(fact, measure="emission", dimension=MASS)):
                assert one.statement and emission.statement
                result = emission.statement.say(one.number.value * found[0].middle)
                text = f"{one.shown()} × {found[2]:.6g} t/{found[1]} = {result}"
                yield Condition("Q-025", (emission, one), _turned(by_coefficient(found[0])), {"actual": result}, (text, text), table=True)

    def _by_form(self, statement: Statement) -> Iterator[Condition]:
        fact, number = statement.fact, statement.number
        if fact.form == VALUE or number is None:
            return
        own = Figure(fact, number, statement)
        if fact.form == SHARE and fact.other is not None:
            yield from self._best(self._shares(own, value, fact.other) for value in self.values(fact))
        elif fact.form in {GROWTH, CHANGE, RATIO}:
            yield from self._best(self._moves(own, value) for value in self._moved(fact))

    def _moved(self, fact: Fact) -> list[Fact]:
        if fact.dimension:
            return [Fact(fact.subject, fact.period, fact.measure, dimension=fact.dimension)]
        return self.values(fact)

    def _best(self, options: Iterable[Iterator[Condition]]) -> list[Condition]:
        """Tests in the first measure in which they hold (emissions before amounts), else in the first that has any."""
        found = [tests for tests in map(list, options) if tests]
        good = (tests for tests in found if all(test.verdict(self.limits) != FAILS for test in tests))
        return next(good, found[0] if found else [])

    def _shares(self, own: Figure, value: Fact, whole: Subject) -> Iterator[Condition]:
        assert own.statement
        pairs = itertools.product(self.figures(value), self.figures(value.value_of(whole)))
        for part, all_of_it in itertools.islice(pairs, _MOST):
            unit = part.statement.unit if part.statement else claim_unit("t")
            names = whole.label()
            result = say(own.number.value * all_of_it.number.value, unit)
            because = (
                f"{own.statement.printed()} × {names[0]} {all_of_it.shown()} = {result}",
                f"{own.statement.printed()} × {names[1]} {all_of_it.shown()} = {result}",
            )
            yield Condition("Q-024", (part, all_of_it, own), share, {"other": names, "statement": own.statement}, because)

    def _moves(self, own: Figure, value: Fact) -> Iterator[Condition]:
        """Growth, change and ratio against the two values they are about."""
        fact, statement = own.fact, own.statement
        assert statement
        before = value.value_of(fact.other) if fact.other is not None else value.value_of(period=fact.since)
        known = fact.other is not None or bool(fact.since)
        pairs = itertools.product(self.figures(value), self.figures(before)) if known else iter(())
        sides = {GROWTH: growth, CHANGE: difference}.get(fact.form)
        code = {GROWTH: "Q-027", CHANGE: "Q-023", RATIO: "Q-032"}[fact.form]
        for now, then in itertools.islice(pairs, _MOST):
            because = _change_words(own, then)
            fields = {"other_period": _rival_name(then.fact, value), "statement": statement}
            yield Condition(code, (now, then, own), sides(statement.sign) if sides else ratio, fields, because)
        if fact.form == GROWTH and fact.other is None:
            yield from self._growth_by_change(own, value)

    def _growth_by_change(self, own: Figure, value: Fact) -> Iterator[Condition]:
        assert own.statement
        changes = self.ledger.of(replace(value, form=CHANGE, since=own.fact.since))
        if not changes or not own.statement.sign:
            return
        for now, change in itertools.islice(itertools.product(self.figures(value), changes), _MOST):
            assert change.statement
            shown = f"{change.statement.printed()} / ({now.shown()} − {change.statement.printed()})"
            fields = {"other_period": own.fact.since, "statement": own.statement}
            yield Condition("Q-027", (now, change, own), growth_by_change, fields, (shown, shown))

    def _by_role(self, statement: Statement) -> Iterator[Condition]:
        role = statement.role
        if role == "sum_of" and statement.rivals and statement.number is not None:
            parts = [self._one(rival) for rival in statement.rivals]
            if all(parts):
                own = Figure(statement.fact, statement.number, statement)
                yield self._sum(own, [part for part in parts if part], complete=True)
        elif role in {"max", "min", "greater", "less"}:
            yield from self._extremes(statement, int(words_of("relation")[role].value))

    def _extremes(self, statement: Statement, sign: int) -> Iterator[Condition]:
        fact = statement.fact
        rivals: Iterable[Fact] = statement.rivals or [
            other for other in self.ledger.figures
            if replace(other, period=fact.period) == fact and other.period != fact.period
        ]  # fmt: skip
        word = words_of("relation")[statement.role]
        for own in self.figures(fact):
            for rival in rivals:
                for figure in self.figures(rival) if rival != fact else ():
                    fields = {"relation": (word.zh, word.en), "other": _rival_name(rival, fact), "statement": statement}
                    yield Condition("Q-028", (own, figure), extreme(sign), {**fields, "other_value": figure.shown()})

    def _one(self, fact: Fact) -> Figure | None:
        """One figure for a fact: the printed ones together where there are several, else the tables'."""
        found = [one for one in self.ledger.of(fact) if not one.number.bound]
        if len(found) <= 1:
            return found[0] if found else self.tables.figure(fact)
        low = min(one.interval.low for one in found)
        high = max(one.interval.high for one in found)
        number = replace(found[0].number, value=(low + high) / 2, half=(high - low) / 2, upper=None)
        return replace(found[0], number=number)

    def _sum(self, own: Figure, parts: list[Figure], *, complete: bool) -> Condition:
        names = [part.fact.subject.label() for part in parts]
        fields = {"names": ("、".join(zh for zh, _ in names), ", ".join(en for _, en in names))}
        return Condition("Q-031", (own, *parts), total if complete else at_most_total, fields, _sum_words(own, parts))

    def _share_sums(self) -> Iterator[Condition]:
        """Shares of one whole that name sectors, items or entities side by side."""
        wholes: dict[tuple[Any, ...], list[Fact]] = {}
        for fact in self.ledger.figures:
            if fact.form == SHARE and fact.other is not None and not fact.subject.several and not fact.other.several:
                kind = _kind(fact.subject.place, fact.other.place)
                if kind:
                    wholes.setdefault((fact.other, fact.period, fact.measure, kind), []).append(fact)
        for (whole, period, _, kind), facts in wholes.items():
            chosen = _side_by_side(facts)
            figures = [one for one in map(self._one, chosen) if one is not None]
            if len(figures) < 2:
                continue
            complete = self._complete(whole.place, period, kind, chosen)
            made = sum(one.number.value for one in figures)
            if kind == "name" and not 0.9 <= made <= 1.1:
                continue
            names = [one.fact.subject.label() for one in figures]
            listed: Pair = ("、".join(zh for zh, _ in names), ", ".join(en for _, en in names))
            fields = {"names": listed, "subject": whole.label(), "actual": percent(made)}
            yield Condition("Q-026", tuple(figures), whole_share(complete=complete), fields)

    def _complete(self, whole: Place, period: str, kind: str, facts: list[Fact]) -> bool:
        """Whether the shares name every sector or item that the activity has."""
        if kind not in {"sector", "item"}:
            return False
        listed = self.tables.listed(whole, period, kind)
        return bool(listed) and set(listed) <= {getattr(fact.subject.place, kind) for fact in facts}

    def _value_sums(self) -> Iterator[Condition]:
        """Values of parts side by side are no more than their whole; equal to it where they are complete."""
        groups: dict[Fact, dict[str, list[Fact]]] = {}
        values = [fact for fact in self.ledger.figures if fact.form == VALUE and not fact.subject.several]
        for fact in values:
            for whole in _wholes(fact):
                if whole in self.ledger.figures or self.tables.figure(whole):
                    kind = _kind(fact.subject.place, whole.subject.place)
                    groups.setdefault(whole, {}).setdefault(kind, []).append(fact)
        for whole, kinds in groups.items():
            for kind, facts in kinds.items():
                chosen = _side_by_side(facts)
                parts = [one for one in map(self._one, chosen) if one is not None]
                if kind in {"", "name"} or not parts:
                    continue
                complete = self._complete(whole.subject.place, whole.period, kind, chosen)
                for own in self.figures(whole):
                    yield self._sum(own, parts, complete=complete)
        for fact in [fact for fact in self.ledger.figures if fact.form == VALUE and fact.subject.several]:
            parts = [one for one in (self._one(fact.value_of(Subject((place,)))) for place in fact.subject.places) if one]
            if len(parts) == len(fact.subject.places):
                for own in self.ledger.of(fact):
                    yield self._sum(own, parts, complete=True)


def _turned(sides: Any) -> Any:
    """Figures come as emission, amount; the emission is the one that the message is about."""
    return lambda seen: sides((seen[1], seen[0]))


def _kind(part: Place, whole: Place) -> str:
    """The one column in which a part is narrower than its whole; empty if there is none or several."""
    differs = [name for name in ("entity", "sector", "item", "name") if getattr(part, name) != getattr(whole, name)]
    return differs[0] if len(differs) == 1 and getattr(part, differs[0]) and not getattr(whole, differs[0]) else ""


def _wholes(fact: Fact) -> list[Fact]:
    place = fact.subject.place
    if place.name:
        return []
    wider = [replace(place, **{column: ""}) for column in ("sector", "item", "entity") if getattr(place, column)]
    return [fact.value_of(Subject((one,))) for one in wider]


def _side_by_side(facts: list[Fact]) -> list[Fact]:
    """Facts whose subjects do not overlap; a subject within another one is left to it."""
    chosen: list[Fact] = []
    for fact in facts:
        place = fact.subject.place
        others = [other for other in facts if other is not fact]
        inside = any(_contains(other.subject.place, place) for other in others)
        if not inside:
            chosen.append(fact)
    return chosen


def _contains(outer: Place, inner: Place) -> bool:
    return not inner.name and not disjoint(outer, inner) and _depth(outer) < _depth(inner)


def _depth(place: Place) -> int:
    depth = 0
    for code, listed in ((place.sector, codelist("sectors")), (place.item, items().codes)):
        depth += 1 + len(listed.ancestors(code)) if code in listed else bool(code)
    return depth


def _rival_name(rival: Fact, fact: Fact) -> Any:
    """What tells a rival from the fact: its period, else its subject."""
    return rival.period if rival.subject == fact.subject else rival.subject.label()


def _change_words(own: Figure, then: Figure) -> Pair:
    assert own.statement
    sign = {GROWTH: "× (1 + {})", CHANGE: "{:+}", RATIO: "× {}"}[own.fact.form]
    value = {
        GROWTH: then.number.value * (1 + own.number.value),
        CHANGE: then.number.value + own.number.value,
        RATIO: then.number.value * own.number.value,
    }[own.fact.form]
    unit = then.statement.unit if then.statement else claim_unit("t")
    shown = sign.replace("{:+}", f"+ ({own.statement.printed()})").replace("{}", own.statement.printed())
    text = f"{then.shown()} {shown} = {say(value, unit)}"
    return text, text


def _sum_words(own: Figure, parts: list[Figure]) -> Pair:
    unit = own.statement.unit if own.statement else claim_unit("t")
    text = " + ".join(part.shown() for part in parts[:4]) + (" + …" if len(parts) > 4 else "")
    text = f"{text} = {say(sum(part.number.value for part in parts), unit)}"
    return text, text

