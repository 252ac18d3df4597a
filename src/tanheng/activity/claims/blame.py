"""Which statement explains the most: one contradiction becomes one finding, however many tests it breaks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from tanheng.activity.claims.conditions import FAILS, NEAR, Condition, Limits
from tanheng.activity.claims.model import Statement
from tanheng.activity.claims.numbers import Printed

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
    then the later row); what it explains is set aside. Tables are stronger than statements: of the statements of a
    condition only those that stand worst against the tables alone can be blamed, and never one that agrees with them. A statement explains the conditions that it claims itself, and
    of those that only use its number as many as would hold with one other number.

    Source
    ------
    Minimal hitting set of conflicts: Reiter 1987, A theory of diagnosis from first principles.
    """
    standing = _standing(verdicts)
    suspects = {test: _suspects(test, standing) for test in verdicts.fails}
    left = [test for test, blamed in suspects.items() if blamed]
    holds = _counts((*verdicts.holds, *verdicts.near))
    explains: dict[Statement, list[Condition]] = {}
    while left:
        open_to = {one: [test for test in left if one in suspects[test]] for one in _counts(left)}
        explained = {one: _explained(one, tests, limits) for one, tests in open_to.items() if tests}
        blamed = max(explained, key=lambda one: _suspicion(one, len(explained[one]), holds))
        explains.setdefault(blamed, []).extend(explained[blamed])
        left = [test for test in left if test not in explained[blamed]]
    found = [
        Contradiction(one, tuple(sorted(tests, key=lambda test: _telling(test, one, explains))))
        for one, tests in explains.items()
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.tests[0].code), one.statement.row["__row"]))


def _standing(verdicts: Verdicts) -> dict[Statement, int]:
    """How statements stand against the tables alone: 2 they agree, 1 nearly, -1 they do not; 0 (left out) if untold."""
    found: dict[Statement, int] = {}
    for mark, tests in ((2, verdicts.holds), (1, verdicts.near), (-1, verdicts.fails)):
        for test in tests:
            if test.by_table_alone:
                found[test.statements[0]] = min(mark, found.get(test.statements[0], mark))
    return found


def _suspects(test: Condition, standing: dict[Statement, int]) -> tuple[Statement, ...]:
    """Statements of a failing condition that may be wrong.

    That a statement's own number agrees says nothing of the bound that it claims over others (the most, no less than).
    """
    marks = {one: 0 if test.one_sided and test.by is one else standing.get(one, 0) for one in test.statements}
    worst = min(marks.values())
    return tuple(one for one, mark in marks.items() if mark == worst) if worst < 2 else ()


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


def _telling(
    test: Condition, blamed: Statement, wrong: Collection[Statement]
) -> tuple[bool, int, bool, float]:
    """What tells most comes first; what leans on statements that are wrong themselves comes last."""
    leaning = any(one in wrong for one in test.statements if one is not blamed)
    derived = test.derived()
    width = derived.high - derived.low
    relative = width / max(abs(derived.middle), 1e-300) if math.isfinite(width) else 0.0
    return leaning, ORDER.index(test.code), not test.by_table_alone, relative


def _counts(tests: Sequence[Condition]) -> dict[Statement, int]:
    counts: dict[Statement, int] = {}
    for test in tests:
        for statement in test.statements:
            counts[statement] = counts.get(statement, 0) + 1
    return counts
