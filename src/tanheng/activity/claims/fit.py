"""Units that do not fit what they count, and the unit or digit that would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tanheng.activity.checks.base import Pair, figure
from tanheng.activity.claims.conditions import FAILS, Condition, Limits, never
from tanheng.activity.claims.model import VALUE, Figure, Ledger, Statement
from tanheng.activity.claims.numbers import Interval, Printed, repair
from tanheng.activity.claims.tables import TableFacts
from tanheng.activity.claims.units import MASS, PERCENT, POINTS, TIMES, ClaimUnit, claim_unit, scaled_units

_FREE = {"", PERCENT, POINTS, TIMES, "tce", "GJ"}
"""Dimensions in which any fuel may be stated (energy content, coal equivalent), or that are no amount."""


def unit_tests(ledger: Ledger, tables: TableFacts, limits: Limits) -> Iterator[Condition]:
    """A failing test for each value whose unit cannot count what it is about."""
    for statement in ledger.statements:
        fact = statement.fact
        if statement.number is None or fact.form != VALUE or not statement.unit.known:
            continue
        own = Figure(fact, statement.number, statement)
        if fact.measure == "emission" and fact.dimension not in {MASS, "tC", *_FREE - {"GJ", "tce"}}:
            expected = ("tCO2", "tCO2")
            yield Condition("Q-022", (own,), never, {"expected": expected, "evidence": ("", "")})
        if fact.measure == "amount" and fact.subject.place.item and not fact.subject.several:
            dimensions = _expected(statement, ledger, tables)
            if dimensions and fact.dimension not in dimensions and fact.dimension not in _FREE:
                yield Condition("Q-022", (own,), never, _mended(statement, ledger, tables, limits))


def _expected(statement: Statement, ledger: Ledger, tables: TableFacts) -> list[str]:
    """Dimensions in which the tables count the item, else those of most other statements about it."""
    place = statement.fact.subject.place
    known = [kind for kind in tables.dimensions(place) if kind]
    if known:
        return known
    others = Counter(
        other.fact.dimension for other in ledger.statements
        if other is not statement and other.fact.measure == "amount" and other.fact.form == VALUE
        and other.fact.subject.place.item == place.item and other.fact.dimension not in _FREE
    )  # fmt: skip
    return [kind for kind, count in others.items() if count > 1 or len(others) == 1][:1]


def _mended(statement: Statement, ledger: Ledger, tables: TableFacts, limits: Limits) -> dict[str, Pair]:
    """The unit that would fit, and the computation that shows it."""
    place = statement.fact.subject.place
    units = tables.units(place) or [
        other.unit.text for other in ledger.statements
        if other.fact.subject.place.item == place.item and other.fact.dimension in _expected(statement, ledger, tables)
    ]  # fmt: skip
    for unit in units:
        for candidate in scaled_units(unit):
            said = _supported(statement, candidate, unit, ledger, tables, limits)
            if said is not None:
                return {"expected": (candidate.text, candidate.text), "evidence": said}
    shown = " / ".join(dict.fromkeys(units))
    return {"expected": (shown, shown), "evidence": ("", "")}


def _supported(
    statement: Statement, candidate: ClaimUnit, unit: str, ledger: Ledger, tables: TableFacts, limits: Limits
) -> Pair | None:
    """Why a unit would fit: the emission that is stated, or the amount that the tables give; None if it does not."""
    assert statement.number
    number = statement.number.times(candidate.factor / statement.unit.factor)
    amount = replace(statement.fact, dimension=candidate.dimension)
    shown = f"{figure(number.value / claim_unit(unit).factor)} {unit}"
    found = tables.coefficient(amount.subject.place.item, candidate.dimension)
    emission = replace(amount, measure="emission", dimension=MASS)
    table = tables.figure(emission)
    for stated in [*ledger.of(emission), *([table] if table else [])] if found else []:
        assert found
        made = number.interval * found[0]
        if _meet(made, stated.interval, limits):
            words = (
                stated.statement.say(number.value * found[0].middle)
                if stated.statement
                else f"{figure(made.middle)} t"
            )
            text = f"{shown} × {found[2]:.6g} t/{unit} = {words}"
            place = stated.statement.section if stated.statement else ("表", "the tables")
            return (
                f"{text}，与{place[0]}的排放 {stated.shown()} 相符。",
                f" {text}, which agrees with {stated.shown()} in {place[1]}.",
            )
    known = tables.figure(amount)
    if known is not None and _meet(number.interval, known.interval, limits):
        return f"表中为 {shown}。", f" The tables give {shown}."
    return None


def _meet(one: Interval, other: Interval, limits: Limits) -> bool:
    return one.gap(other) <= limits.tolerance * max(abs(one.middle), abs(other.middle))


def fitting_unit(statement: Statement, tests: Sequence[Condition], limits: Limits) -> ClaimUnit | None:
    """The unit of another power of ten with which every test of a statement would hold."""
    if (
        statement.number is None
        or not statement.unit.known
        or statement.unit.dimension in _FREE - {"GJ", "tce"}
    ):
        return None
    if all(test.one_sided for test in tests):
        return None
    for candidate in scaled_units(statement.unit.text):
        if candidate.factor == statement.unit.factor:
            continue
        number = statement.number.times(candidate.factor / statement.unit.factor)
        if all(test.with_number(statement, number).verdict(limits) != FAILS for test in tests):
            return candidate
    return None


_FACTOR: tuple[str, str] = (
    "“{text}”若为 {shown} 倍（约 {like}）则相符。",
    " '{text}' would agree if it were {shown} times as much (about {like}).",
)
_SLIPS: dict[str, Pair] = {
    "power": _FACTOR,
    "point": _FACTOR,
    "missing": (
        "“{text}”可能漏印一位：{shown}（约 {like}）则相符。",
        " '{text}' may lack a digit: {shown} (about {like}) would agree.",
    ),
    "extra": (
        "“{text}”可能多印一位：{shown}（约 {like}）则相符。",
        " '{text}' may have a digit too many: {shown} (about {like}) would agree.",
    ),
    "swapped": (
        "“{text}”可能有两位互换：{shown}（约 {like}）则相符。",
        " '{text}' may have two digits swapped: {shown} (about {like}) would agree.",
    ),
}


def slip(statement: Statement, tests: Sequence[Condition], limits: Limits) -> Pair | None:
    """The slip of the pen that would explain a statement's failing tests, in both languages."""
    mine = [test for test in tests if statement in test.statements]
    if statement.number is None or all(test.one_sided for test in mine):
        return None

    def misfit(number: Printed) -> float | None:
        changed = [test.with_number(statement, number) for test in mine]
        if any(test.verdict(limits) == FAILS for test in changed):
            return None
        return max(test.residual() for test in changed)

    found = repair(statement.number, misfit)
    if found is None:
        return None
    kind, shown, number = found
    like = statement.say(float(f"{number.value:.2g}") if "?" in shown else number.value)
    zh, en = (words.format(text=statement.printed(), shown=shown, like=like) for words in _SLIPS[kind])
    return zh, en
