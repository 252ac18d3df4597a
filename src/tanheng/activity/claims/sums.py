"""Sums of printed figures: shares of one whole, and values of parts side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from tanheng.activity.checks.base import Pair, percent
from tanheng.activity.claims.conditions import Condition, at_most_total, total, whole_share
from tanheng.activity.claims.model import SHARE, VALUE, Fact, Figure, Ledger, say
from tanheng.activity.claims.subjects import Place, Subject, disjoint, labels
from tanheng.activity.claims.tables import TableFacts
from tanheng.activity.claims.units import claim_unit
from tanheng.codes import codelist, items


class Figures(Protocol):
    """Where figures are found: printed ones and the tables'."""

    ledger: Ledger
    tables: TableFacts

    def figures(self, fact: Fact) -> list[Figure]:
        """Every figure of a value."""

    def one(self, fact: Fact) -> Figure | None:
        """One figure of a fact."""


def sum_of(own: Figure, parts: list[Figure], *, complete: bool) -> Condition:
    """The condition that a whole equals its parts, or is no less than those that are known."""
    fields = {"names": labels(part.fact.subject for part in parts)}
    sides = total if complete else at_most_total
    return Condition("Q-031", (own, *parts), sides, fields, _sum_words(own, parts), one_sided=not complete)


def share_sums(found: Figures) -> Iterator[Condition]:
    """Shares of one whole that name sectors, items or entities side by side."""
    wholes: dict[tuple[Any, ...], list[Fact]] = {}
    for fact in found.ledger.figures:
        if fact.form != SHARE or fact.other is None or fact.subject.several or fact.other.several:
            continue
        if kind := _kind(fact.subject.place, fact.other.place):
            wholes.setdefault((fact.other, fact.period, fact.measure, kind), []).append(fact)
    for (whole, period, _, kind), facts in wholes.items():
        chosen = _side_by_side(facts)
        figures = [one for one in map(found.one, chosen) if one is not None]
        if len(figures) < 2:
            continue
        complete = _complete(found, whole.place, period, kind, chosen)
        made = sum(one.number.value for one in figures)
        if kind == "name" and not 0.9 <= made <= 1.1:
            continue
        fields = {
            "names": labels(one.fact.subject for one in figures),
            "subject": whole.label(),
            "actual": percent(made),
        }
        yield Condition(
            "Q-026", tuple(figures), whole_share(complete=complete), fields, one_sided=not complete
        )


def _complete(found: Figures, whole: Place, period: str, kind: str, facts: list[Fact]) -> bool:
    """Whether the shares name every sector or item that the activity has."""
    if kind not in {"sector", "item"}:
        return False
    listed = found.tables.listed(whole, period, kind)
    return bool(listed) and set(listed) <= {getattr(fact.subject.place, kind) for fact in facts}


def value_sums(found: Figures) -> Iterator[Condition]:
    """Values of parts side by side are no more than their whole; equal to it where they are complete."""
    groups: dict[Fact, dict[str, list[Fact]]] = {}
    values = [fact for fact in found.ledger.figures if fact.form == VALUE and not fact.subject.several]
    for fact in values:
        for whole in _wholes(fact):
            if whole in found.ledger.figures or found.tables.figure(whole):
                kind = _kind(fact.subject.place, whole.subject.place)
                groups.setdefault(whole, {}).setdefault(kind, []).append(fact)
    for whole, kinds in groups.items():
        for kind, facts in kinds.items():
            chosen = _side_by_side(facts)
            parts = [one for one in map(found.one, chosen) if one is not None]
            if kind in {"", "name"} or not parts:
                continue
            complete = _complete(found, whole.subject.place, whole.period, kind, chosen)
            for own in found.figures(whole):
                yield sum_of(own, parts, complete=complete)
    for fact in [fact for fact in found.ledger.figures if fact.form == VALUE and fact.subject.several]:
        known = [found.one(fact.value_of(Subject((place,)))) for place in fact.subject.places]
        parts = [one for one in known if one]
        if len(parts) == len(fact.subject.places):
            for own in found.ledger.of(fact):
                yield sum_of(own, parts, complete=True)


def _kind(part: Place, whole: Place) -> str:
    """The one column in which a part is narrower than its whole; empty if there is none or several."""
    names = ("entity", "sector", "item", "name")
    differs = [name for name in names if getattr(part, name) != getattr(whole, name)]
    return differs[0] if len(differs) == 1 and not getattr(whole, differs[0]) else ""


def _wholes(fact: Fact) -> list[Fact]:
    place = fact.subject.place
    if place.name:
        return []
    columns = [name for name in ("sector", "item", "entity") if getattr(place, name)]
    return [fact.value_of(Subject((replace(place, **{name: ""}),))) for name in columns]


def _side_by_side(facts: list[Fact]) -> list[Fact]:
    """Facts whose subjects certainly do not overlap; of two that may, the wider or earlier one counts."""
    chosen: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: _depth(fact.subject.place)):
        place = fact.subject.place
        if all(place.name or disjoint(other.subject.place, place) for other in chosen):
            chosen.append(fact)
    return [fact for fact in facts if fact in chosen]


def _depth(place: Place) -> int:
    depth = 0
    for code, listed in ((place.sector, codelist("sectors")), (place.item, items().codes)):
        depth += 1 + len(listed.ancestors(code)) if code in listed else bool(code)
    return depth


def _sum_words(own: Figure, parts: list[Figure]) -> Pair:
    unit = own.by.unit if own.statement else claim_unit("t")
    text = " + ".join(part.shown() for part in parts[:4]) + (" + …" if len(parts) > 4 else "")
    text = f"{text} = {say(sum(part.number.value for part in parts), unit)}"
    return text, text
