"""Conditions between figures: what must hold if the statements and the tables are all true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng.activity.checks.base import Pair
from tanheng.activity.claims.model import Figure, Statement
from tanheng.activity.claims.numbers import Interval, Printed

Sides = Callable[[Sequence[Interval]], tuple[Interval, Interval] | None]
HOLDS, NEAR, FAILS = "holds", "near", "fails"


@dataclass(frozen=True)
class Limits:
    """How far text may be from the tables, and printed figures from one another beyond rounding."""

    tolerance: float
    slack: float


@dataclass(frozen=True, eq=False)
class Condition:
    """One thing that must hold between figures.

    ``sides`` turns the figures' intervals into what is stated and what follows; ``same`` marks two figures for one
    fact, whose printed values must not differ by more than the coarser one's rounding. ``fields`` fill the finding;
    ``because`` says the computation in words; ``code`` is the finding's; ``table`` says that the tables take part
    otherwise than by a figure; ``by`` is the statement that claims it; ``one_sided`` conditions bound a figure only.
    """

    code: str
    figures: tuple[Figure, ...]
    sides: Sides
    fields: dict[str, Any] = field(default_factory=dict)
    because: Pair = ("", "")
    same: bool = False
    table: bool = False
    by: Statement | None = None
    one_sided: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Statements that take part."""
        found = [*(figure.statement for figure in self.figures), self.by]
        return tuple(dict.fromkeys(statement for statement in found if statement))

    @property
    def with_table(self) -> bool:
        """Whether a figure of the tables takes part."""
        return self.table or any(figure.from_table for figure in self.figures)

    @property
    def by_table_alone(self) -> bool:
        """Whether it sets one statement against nothing but the tables."""
        return len(self.statements) == 1 and self.with_table and not self.one_sided

    def derived(self) -> Interval:
        """What follows from the figures."""
        sides = self.sides([figure.interval for figure in self.figures])
        return sides[1] if sides else Interval(0.0, 0.0)

    def verdict(self, limits: Limits) -> str:
        """``holds``, ``near`` (beyond rounding but within the tolerance) or ``fails``."""
        if self.same and not any(one.number.bound or one.number.upper for one in self.figures):
            return self._same(limits)
        strict = self.sides([figure.number.interval for figure in self.figures])
        loose = self.sides([figure.number.loose for figure in self.figures])
        if strict is None or loose is None:
            return HOLDS
        largest = max(abs(strict[0].middle), abs(strict[1].middle), 1e-300)
        if strict[0].gap(strict[1]) <= 1e-9 * largest or loose[0].gap(loose[1]) <= 1e-9 * largest:
            return HOLDS
        allowed = limits.tolerance if self.with_table else limits.slack
        return NEAR if strict[0].gap(strict[1]) <= allowed * largest else FAILS

    def _same(self, limits: Limits) -> str:
        one, other = (figure.number for figure in self.figures)
        apart, coarse = abs(one.value - other.value), max(one.half, other.half)
        largest = max(abs(one.value), abs(other.value), 1e-300)
        hair = 1e-9 * coarse + 1e-12 * largest
        if apart <= coarse + hair:
            return HOLDS
        cut_off = one.loose.gap(other.loose) <= hair and apart <= 2 * coarse + hair
        if cut_off and apart <= limits.tolerance * largest:
            return HOLDS
        exact = all(figure.exact or figure.statement for figure in self.figures)
        return NEAR if self.with_table and not exact and apart <= limits.tolerance * largest else FAILS

    def residual(self) -> float:
        """How far, relatively, the middle of what is stated is from the middle of what follows."""
        sides = self.sides([figure.interval for figure in self.figures])
        if sides is None:
            return 0.0
        one, other = sides[0].middle, sides[1].middle
        return abs(one - other) / max(abs(one), abs(other), 1e-300)

    def excess(self) -> float:
        """What is stated beyond what follows, by their middles."""
        sides = self.sides([figure.interval for figure in self.figures])
        return sides[0].middle - sides[1].middle if sides else 0.0

    def with_number(self, statement: Statement, number: Printed) -> Condition:
        """The same condition, had a statement printed another number."""
        changed = tuple(
            replace(figure, number=number) if figure.statement is statement else figure
            for figure in self.figures
        )
        return replace(self, figures=changed)


def same(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
    """Two figures for one fact."""
    return seen[0], seen[1]


def share(seen: Sequence[Interval]) -> tuple[Interval, Interval] | None:
    """Share against part / whole: figures part, whole, share."""
    part = seen[0] / seen[1]
    return (seen[2], part) if part else None


def difference(sign: int) -> Sides:
    """Change against now - before: figures now, before, change; without a sign only its size counts."""

    def sides(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
        moved = seen[0] - seen[1]
        return (seen[2].magnitude(), moved.magnitude()) if sign == 0 else (seen[2], moved)

    return sides


def growth(sign: int) -> Sides:
    """Growth against now / before - 1: figures now, before, growth."""

    def sides(seen: Sequence[Interval]) -> tuple[Interval, Interval] | None:
        ratio = seen[0] / seen[1]
        if ratio is None:
            return None
        grown = ratio - Interval(1.0, 1.0)
        return (seen[2].magnitude(), grown.magnitude()) if sign == 0 else (seen[2], grown)

    return sides


def growth_by_change(seen: Sequence[Interval]) -> tuple[Interval, Interval] | None:
    """Growth against change / (now - change): figures now, change, growth."""
    times = seen[0] / seen[1]
    one = Interval(1.0, 1.0)
    grown = one / (times - one) if times else None
    return (seen[2], grown) if grown else None


def ratio(seen: Sequence[Interval]) -> tuple[Interval, Interval] | None:
    """Ratio against this / other: figures this, other, ratio."""
    found = seen[0] / seen[1]
    return (seen[2], found) if found else None


def total(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
    """A whole against the sum of its parts: figures whole, parts ..."""
    return seen[0], sum(seen[2:], start=seen[1])


def at_most_total(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
    """Parts that need not be complete: their sum is no more than the whole."""
    whole, parts = total(seen)
    return whole, whole if parts.low <= whole.high else parts


def whole_share(*, complete: bool) -> Sides:
    """Shares of one whole: they make 1, or no more than that if some may be missing."""

    def sides(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
        one, made = Interval(1.0, 1.0), sum(seen[1:], start=seen[0])
        return one, made if complete or made.low > 1 else one

    return sides


def extreme(sign: int) -> Sides:
    """An extreme against a rival: figures this, rival; this is no less (1) or no more (-1)."""

    def sides(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
        this, rival = seen[0], seen[1]
        beaten = this.high < rival.low if sign > 0 else this.low > rival.high
        return this, rival if beaten else this

    return sides


def by_coefficient(coefficient: Interval) -> Sides:
    """An emission against amount x coefficient: figures emission, amount."""

    def sides(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
        return seen[0], seen[1] * coefficient

    return sides


def never(seen: Sequence[Interval]) -> tuple[Interval, Interval]:
    """A statement that cannot be right, whatever its number."""
    return Interval(0.0, 0.0), Interval(1.0, 1.0)
