"""Which statement explains the most: one contradiction becomes one finding, however many tests it breaks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tanheng.activity.claims_conditions import FAILS, NEAR, Condition, Limits
from tanheng.activity.claims_model import Statement
from tanheng.activity.claims_numbers import Printed

ORDER = ("Q-022", "Q-021", "Q-025", "Q-023", "Q-027", "Q-024", "Q-026", "Q-031", "Q-028", "Q-032")
"""Findings from the most to the least telling."""


@dataclass(frozen=True)
class Contradiction:
    """A statement that cannot be right beside the others, and the tests that it breaks, the most telling first."""

    statement: Statement
    tests: tuple[Condition, ...]


@dataclass(frozen=True)
class Verdicts:
    """Every test by what came of it."""

    holds: tuple[Condition, ...]
    near: tuple[Condition, ...]
    fails: tuple[Condition, ...]


def judge(tests: Sequence[Condition], limits: Limits) -> Verdicts:
    """Evaluate every test once."""
    verdicts = [(test, test.verdict(limits)) for test in tests]
    return Verdicts(
        tuple(test for test, verdict in verdicts if verdict not in {NEAR, FAILS}),
        tuple(test for test, verdict in verdicts if verdict == NEAR),
        tuple(test for test, verdict in verdicts if verdict == FAILS),
    )


def contradictions(verdicts: Verdicts, limits: Limits) -> list[Contradiction]:
    """The fewest statements that explain all failing conditions.

    Notes
    -----
    Greedy: the statement of whose conditions the largest part fails goes first (then the one that explains more of them,
    then the later row); what it explains is set aside. A statement explains the conditions that it claims itself, and
    of those that only use its number as many as would hold with one other number.

    Source
    ------
    Minimal hitting set of conflicts: Reiter 1987, A theory of diagnosis from first principles.
    """
    left = list(verdicts.fails)
    holds = _counts((*verdicts.holds, *verdicts.near))
    found: list[Contradiction] = []
    while left:
        explained = {one: _explained(one, left, limits) for one in _counts(left)}
        blamed = max(explained, key=lambda one: _suspicion(one, len(explained[one]), holds))
        found.append(Contradiction(blamed, tuple(sorted(explained[blamed], key=_telling))))
        left = [test for test in left if test not in explained[blamed]]
    return sorted(found, key=lambda one: (ORDER.index(one.tests[0].code), one.statement.row["__row"]))


def _suspicion(statement: Statement, fails: int, holds: dict[Statement, int]) -> tuple[float, int, int]:
    return fails / (fails + holds.get(statement, 0)), fails, int(statement.row["__row"])


def _explained(statement: Statement, failing: Sequence[Condition], limits: Limits) -> list[Condition]:
    """Failing conditions of a statement that would not fail, were this one statement wrong."""
    mine = [test for test in failing if statement in test.statements]
    claimed = [test for test in mine if test.by is statement]
    using = [test for test in mine if test.by is not statement]
    if len(using) < 2 or statement.number is None:
        return mine
    best: list[Condition] = using[:1]
    for test in using:
        for number in _solutions(statement, statement.number, test):
            held = [other for other in using if other.with_number(statement, number).verdict(limits) != FAILS]
            best = max(best, held, key=len)
    return [*claimed, *best]


def _solutions(statement: Statement, number: Printed, test: Condition) -> Iterator[Printed]:
    """The numbers with which a condition would hold exactly: where its excess changes sign, found by halving."""

    def off(power: float) -> float:
        return test.with_number(statement, number.times(10.0**power)).excess()

    steps = [step / 4 for step in range(-36, 37)]
    values = [off(power) for power in steps]
    for at in range(len(steps) - 1):
        if values[at] * values[at + 1] > 0:
            continue
        low, high = steps[at], steps[at + 1]
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if values[at] * off(middle) > 0 else (low, middle)
        yield replace(number.times(10.0**high), half=number.half)


def _telling(test: Condition) -> tuple[int, float]:
    derived = test.derived()
    width = derived.high - derived.low
    return ORDER.index(test.code), width / max(abs(derived.middle), 1e-300) if math.isfinite(width) else 0.0


def _counts(tests: Sequence[Condition]) -> dict[Statement, int]:
    counts: dict[Statement, int] = {}
    for test in tests:
        for statement in test.statements:
            counts[statement] = counts.get(statement, 0) + 1
    return counts
