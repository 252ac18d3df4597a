"""From statements and tables to the conditions between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tanheng.activity.checks.base import Pair
from tanheng.activity.claims.conditions import (
    FAILS,
    Condition,
    Limits,
    by_coefficient,
    difference,
    extreme,
    growth,
    growth_by_change,
    ratio,
    same,
    share,
)
from tanheng.activity.claims.model import (
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
from tanheng.activity.claims.subjects import Subject
from tanheng.activity.claims.sums import share_sums, sum_of, value_sums
from tanheng.activity.claims.tables import TableFacts
from tanheng.activity.claims.units import MASS, claim_unit
from tanheng.activity.claims.words import words_of

_MOST = 40
"""Pairs of figures tried for one statement."""


class Builder:
    """Builds every condition that a ledger and the tables allow."""

    def __init__(self, ledger: Ledger, tables: TableFacts, limits: Limits) -> None:
        self.ledger = ledger
        self.tables = tables
        self.limits = limits

    def tests(self) -> list[Condition]:
        """All conditions."""
        made: list[Condition] = []
        for fact, figures in self.ledger.figures.items():
            made += self._twice(figures)
            if fact.form == VALUE:
                made += self._against_table(fact, figures)
                made += self._by_coefficient(fact, figures)
        for statement in self.ledger.statements:
            made += self._by_form(statement)
            made += self._by_role(statement)
        return [*made, *share_sums(self), *value_sums(self)]

    def figures(self, fact: Fact) -> list[Figure]:
        """Figures of a value that may be computed with: printed ones first, then the tables'."""
        table = self.tables.figure(fact)
        usable = [one for one in self.ledger.of(fact) if not one.number.bound]
        return [*usable, *([table] if table else [])]

    def values(self, fact: Fact) -> list[Fact]:
        """The value that a share or growth is about, in each measure and dimension in which figures exist."""
        options = [("emission", MASS)]
        options += [
            ("amount", kind) for place in fact.subject.places for kind in self.tables.dimensions(place)
        ]
        options += [(known.measure, known.dimension) for known in self.ledger.figures if known.form == VALUE]
        wanted = [option for option in dict.fromkeys(options) if fact.measure in {"", option[0]}]
        return [Fact(fact.subject, fact.period, measure, dimension=kind) for measure, kind in wanted]

    def _twice(self, figures: list[Figure]) -> Iterator[Condition]:
        for one, other in itertools.combinations(figures, 2):
            fields = {
                "quantity": one.fact.quantity(),
                "section": one.by.section_or_row,
                "other_section": other.by.section_or_row,
            }
            yield Condition("Q-021", (one, other), same, fields, same=True)

    def _against_table(self, fact: Fact, figures: list[Figure]) -> Iterator[Condition]:
        table = self.tables.figure(fact)
        if table is None:
            return
        for one in figures:
            shown = one.by.say(table.number.value)
            because = (f"表中为 {shown}", f"the tables give {shown}")
            is_same = fact.measure == "amount"
            yield Condition("Q-025", (one, table), same, {"actual": shown}, because, same=is_same)

    def _by_coefficient(self, fact: Fact, figures: list[Figure]) -> Iterator[Condition]:
        place = fact.subject.place
        if fact.measure != "amount" or fact.subject.several or not place.item:
            return
        found = self.tables.coefficient(place.item, fact.dimension)
        if found is None:
            return
        span, unit, per_unit = found
        emissions = self.ledger.of(replace(fact, measure="emission", dimension=MASS))
        for one, emission in itertools.product(figures, emissions):
            result = emission.by.say(one.number.value * span.middle)
            text = f"{one.shown()} × {per_unit:.6g} t/{unit} = {result}"
            sides = by_coefficient(span)
            yield Condition(
                "Q-025", (emission, one), sides, {"actual": result}, (text, text), table=True, by=emission.by
            )

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
        """Tests in the first measure in which they hold (emissions before amounts), else in the first that has any.

        Where the tables alone decide, they do: what printed figures add to that may be wrong itself.
        """
        found = [tests for tests in map(list, options) if tests]
        told = [(tests, [test for test in tests if test.by_table_alone]) for tests in found]
        good = [tests for tests in found if self._hold(tests)]
        good += [tests for tests, tables in told if tables and self._hold(tables)]
        return (good or found or [[]])[0]

    def _hold(self, tests: Iterable[Condition]) -> bool:
        return all(test.verdict(self.limits) != FAILS for test in tests)

    def _shares(self, own: Figure, value: Fact, whole: Subject) -> Iterator[Condition]:
        for part, all_of_it in _pairs(self.figures(value), self.figures(value.value_of(whole))):
            unit = part.statement.unit if part.statement else claim_unit("t")
            names = whole.label()
            result = say(own.number.value * all_of_it.number.value, unit)
            because = (
                f"{own.by.printed()} × {names[0]} {all_of_it.shown()} = {result}",
                f"{own.by.printed()} × {names[1]} {all_of_it.shown()} = {result}",
            )
            yield Condition("Q-024", (part, all_of_it, own), share, {"other": names}, because, by=own.by)

    def _moves(self, own: Figure, value: Fact) -> Iterator[Condition]:
        """Growth, change and ratio against the two values they are about."""
        fact, statement = own.fact, own.by
        before = value.value_of(fact.other, fact.since or fact.period)
        known = fact.other is not None or bool(fact.since)
        pairs = _pairs(self.figures(value), self.figures(before)) if known else []
        sides = {GROWTH: growth, CHANGE: difference}.get(fact.form)
        code = {GROWTH: "Q-027", CHANGE: "Q-023", RATIO: "Q-032"}[fact.form]
        for now, then in pairs:
            because = _change_words(own, then)
            rival = _rival_name(then.fact, value)
            fields = {"other_period": rival, "other": rival}
            yield Condition(
                code,
                (now, then, own),
                sides(statement.sign) if sides else ratio,
                fields,
                because,
                by=statement,
            )
        if fact.form == GROWTH and fact.other is None:
            yield from self._growth_by_change(own, value)

    def _growth_by_change(self, own: Figure, value: Fact) -> Iterator[Condition]:
        changes = self.ledger.of(replace(value, form=CHANGE, since=own.fact.since))
        if not changes or not own.by.sign:
            return
        for now, change in itertools.islice(itertools.product(self.figures(value), changes), _MOST):
            shown = f"{change.by.printed()} / ({now.shown()} − {change.by.printed()})"
            fields = {"other_period": own.fact.since or "–"}
            yield Condition("Q-027", (now, change, own), growth_by_change, fields, (shown, shown), by=own.by)

    def _by_role(self, statement: Statement) -> Iterator[Condition]:
        role = statement.role
        if role == "sum_of" and statement.rivals and statement.number is not None:
            parts = [self.one(rival) for rival in statement.rivals]
            if all(parts):
                own = Figure(statement.fact, statement.number, statement)
                yield sum_of(own, [part for part in parts if part], complete=True)
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
                    fields = {
                        "relation": (word.zh, word.en),
                        "other": _rival_name(rival, fact),
                        "other_value": figure.shown(),
                    }
                    yield Condition(
                        "Q-028", (own, figure), extreme(sign), fields, by=statement, one_sided=True
                    )

    def one(self, fact: Fact) -> Figure | None:
        """One figure for a fact: the printed ones together where there are several, else the tables'."""
        found = [one for one in self.ledger.of(fact) if not one.number.bound]
        if len(found) <= 1:
            return found[0] if found else self.tables.figure(fact)
        low = min(one.interval.low for one in found)
        high = max(one.interval.high for one in found)
        number = replace(found[0].number, value=(low + high) / 2, half=(high - low) / 2, upper=None)
        return replace(found[0], number=number)


def _pairs(one: list[Figure], other: list[Figure]) -> list[tuple[Figure, Figure]]:
    """Pairs of figures, those of the tables first, and no more than are worth trying."""
    pairs = sorted(
        itertools.product(one, other), key=lambda pair: sum(not figure.from_table for figure in pair)
    )
    return pairs[:_MOST]


def _rival_name(rival: Fact, fact: Fact) -> Any:
    """What tells a rival from the fact: its period, else its subject."""
    return rival.period if rival.subject == fact.subject else rival.subject.label()


def _change_words(own: Figure, then: Figure) -> Pair:
    sign = {GROWTH: "× (1 + {})", CHANGE: "{:+}", RATIO: "× {}"}[own.fact.form]
    value = {
        GROWTH: then.number.value * (1 + own.number.value),
        CHANGE: then.number.value + own.number.value,
        RATIO: then.number.value * own.number.value,
    }[own.fact.form]
    unit = then.statement.unit if then.statement else claim_unit("t")
    shown = sign.replace("{:+}", f"+ ({own.by.printed()})").replace("{}", own.by.printed())
    text = f"{then.shown()} {shown} = {say(value, unit)}"
    return text, text
