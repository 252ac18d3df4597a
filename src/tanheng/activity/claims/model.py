"""Facts that statements are about, and the statements themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng.activity.checks.base import Pair, figure, percent
from tanheng.activity.claims.numbers import Interval, Printed
from tanheng.activity.claims.subjects import TOTAL, Subject
from tanheng.activity.claims.units import PERCENT, POINTS, TIMES, ClaimUnit
from tanheng.activity.claims.words import words_of

VALUE, SHARE, GROWTH, CHANGE, RATIO = "value", "share", "growth", "change", "ratio"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number about the world, whoever states it.

    ``form`` says what kind: the value itself, a share of ``other``, a growth or change since ``since`` (or against
    ``other``), a ratio to ``other``. ``measure`` is what is measured; ``dimension`` keeps kinds of units apart.
    """

    subject: Subject
    period: str
    measure: str
    form: str = VALUE
    other: Subject | None = None
    since: str = ""
    dimension: str = ""

    def value_of(self, subject: Subject | None = None, period: str | None = None) -> Fact:
        """The value itself that this fact speaks of, or that of another subject or period."""
        chosen = self.subject if subject is None else subject
        return Fact(chosen, self.period if period is None else period, self.measure, dimension=self.dimension)

    def quantity(self) -> Pair:
        """What it is called in both languages."""
        word = words_of("measure").get(self.measure)
        zh, en = (word.zh, word.en) if word else (self.measure, self.measure)
        ends = {
            SHARE: ("占比", "share of "),
            GROWTH: ("增幅", "growth of "),
            CHANGE: ("变化量", "change of "),
            RATIO: ("倍数", "multiple of "),
        }
        more = ends.get(self.form, ("", ""))
        return zh + more[0], more[1] + en


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    """One row of the claims, understood.

    ``number`` is in canonical units (a share or growth as a fraction); ``unit`` is the printed one. ``role`` says what
    more the row claims: ``max`` or ``min`` over ``rivals``, ``sum_of`` them, ``greater`` or ``less`` than the first.
    """

    row: Mapping[str, Any]
    fact: Fact
    number: Printed | None
    unit: ClaimUnit
    relation: str = ""
    sign: int = 0
    role: str = ""
    rivals: tuple[Fact, ...] = ()

    @property
    def section(self) -> Pair:
        """Where it is printed, in both languages."""
        text = str(self.row.get("section") or "")
        if not text:
            return "文中", "the text"
        if text[:1].isdigit():
            return f"第 {text} 节", f"section {text}"
        return f"“{text}”", f"'{text}'"

    @property
    def section_or_row(self) -> Pair:
        """Where it is printed; the row of the file where no section is given: it tells two statements apart."""
        if self.row.get("section"):
            return self.section
        return f"第 {self.row['__row']} 行", f"row {self.row['__row']}"

    def printed(self) -> str:
        """The number with its unit as printed."""
        text = self.number.text if self.number else "–"
        return (
            text
            if self.unit.text in text
            else f"{text}{'' if self.unit.text == '%' else ' '}{self.unit.text}"
        )

    def say(self, value: float) -> str:
        """A value in the printed unit, with as many digits as make sense."""
        return say(value, self.unit)


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """A number for a fact: from a statement, or from the tables (then ``statement`` is None)."""

    fact: Fact
    number: Printed
    statement: Statement | None = None
    exact: bool = False

    @property
    def interval(self) -> Interval:
        """What it may stand for."""
        return self.number.interval

    @property
    def by(self) -> Statement:
        """The statement that gives it; only for figures that are printed."""
        assert self.statement is not None
        return self.statement

    @property
    def from_table(self) -> bool:
        """Whether the tables give it."""
        return self.statement is None

    def shown(self) -> str:
        """As printed, or as computed."""
        return (
            self.statement.printed()
            if self.statement
            else f"{figure(round(self.number.value, 2))} {self.fact.dimension}"
        )


def say(value: float, unit: ClaimUnit) -> str:
    """A canonical value in a unit, to four digits.

    Examples
    --------
    >>> from tanheng.activity.claims.units import claim_unit
    >>> say(229655214.87, claim_unit("亿吨"))
    '2.297 亿吨'
    """
    if unit.dimension in {PERCENT, POINTS}:
        return percent(value)
    scaled = value / unit.factor
    text = f"{scaled:,.4g}" if abs(scaled) < 10_000 else f"{scaled:,.0f}"
    return f"{text} {unit.text}".rstrip() if unit.dimension != TIMES else f"{text} {unit.text}"


@dataclass
class Ledger:
    """Every statement, and every figure by the fact it is for."""

    statements: list[Statement] = field(default_factory=list)
    figures: dict[Fact, list[Figure]] = field(default_factory=dict)

    def add(self, statement: Statement) -> None:
        """Take a statement in."""
        self.statements.append(statement)
        if statement.number is not None:
            self.figures.setdefault(statement.fact, []).append(
                Figure(statement.fact, statement.number, statement)
            )

    def of(self, fact: Fact) -> list[Figure]:
        """Figures that statements give for a fact."""
        return self.figures.get(fact, [])


__all__ = [
    "CHANGE",
    "GROWTH",
    "RATIO",
    "SHARE",
    "TOTAL",
    "VALUE",
    "Fact",
    "Figure",
    "Ledger",
    "Statement",
    "say",
]
