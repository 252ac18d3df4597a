"""Which statement explains the most: one contradiction becomes one finding, however many tests it breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.activity.claims_conditions import FAILS, NEAR, Condition, Limits
from tanheng.activity.claims_model import Statement

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


def contradictions(verdicts: Verdicts) -> list[Contradiction]:
    """The fewest statements that explain all failing tests.

    Notes
    -----
    Greedy: the statement of whose tests the largest part fails goes first (then the one with more failing tests, then
    the later row); the tests that it takes part in are then explained and set aside.

    Source
    ------
    Minimal hitting set of conflicts: Reiter 1987, A theory of diagnosis from first principles.
    """
    left = list(verdicts.fails)
    good = [*verdicts.holds, *verdicts.near]
    found: list[Contradiction] = []
    while left:
        fails = _counts(left)
        holds = _counts(good)
        blamed = max(
            fails,
            key=lambda one: (fails[one] / (fails[one] + holds.get(one, 0)), fails[one], one.row["__row"]),
        )
        mine = [test for test in left if blamed in test.statements]
        found.append(Contradiction(blamed, tuple(sorted(mine, key=_telling))))
        left = [test for test in left if blamed not in test.statements]
    return sorted(found, key=lambda one: (ORDER.index(one.tests[0].code), one.statement.row["__row"]))


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
