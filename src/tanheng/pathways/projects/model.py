"""What is known of reduction projects: their state, what they act on, what they are expected to do, what was measured, money."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import polars as pl

from tanheng.activity import Finding
from tanheng.charts import grid
from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.pathways.projects.loan import Loan
from tanheng.pathways.projects.states import check_change, state_named, states

Basis = Literal["real", "nominal"]


@dataclass(frozen=True)
class Measured:
    """实测 The reduction of a year: ``amount`` [t], ``half`` width of its 95 % interval as a share (None: unknown), its file."""

    amount: float
    half: float | None = None
    file: str = ""

    @property
    def width(self) -> float | None:
        """Half width of the 95 % interval [t]; None where it is unknown."""
        return None if self.half is None else abs(self.amount) * self.half


@dataclass(frozen=True)
class Plan:
    """监测方案 What is measured, how often, by which method, against which baseline, and by whom."""

    what: str
    often: str
    method: str
    baseline: str
    responsible: str


@dataclass(frozen=True)
class Money:
    """Payments of a project by year [CNY]: constant prices of ``prices`` where the basis is real."""

    basis: Basis
    prices: int | None
    investment: Mapping[int, float] = field(default_factory=dict)
    running_cost: Mapping[int, float] = field(default_factory=dict)
    income: Mapping[int, float] = field(default_factory=dict)

    @property
    def years(self) -> list[int]:
        """Years of which anything is told."""
        return sorted({*self.investment, *self.running_cost, *self.income})

    def net(self, year: int) -> float:
        """Income less investment and running cost [CNY]."""
        return self.income.get(year, 0.0) - self.investment.get(year, 0.0) - self.running_cost.get(year, 0.0)


@dataclass(frozen=True)
class Terms:
    """What money means in a pipeline: basis, price year, discount rate (a share), and what turns older prices into that year's."""

    basis: Basis
    prices: int | None = None
    discount: float | None = None
    deflators: Mapping[int, float] = field(default_factory=dict)
    source: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Project:
    """项目 One reduction project.

    ``acts_on`` maps levers or leaves of the tree to shares of the reduction; ``expected`` [t] and ``measured`` are by year,
    ``expected_half`` is the half width of the 95 % interval of what is expected, as a share; ``within`` names the project whose
    reduction includes this one.
    """

    id: str
    title: Mapping[str, str]
    state: str
    place: str = ""
    owner: str = ""
    kind: str = ""
    facility: str = ""
    history: Mapping[str, int] = field(default_factory=dict)
    acts_on: Mapping[str, float] = field(default_factory=dict)
    within: str = ""
    expected: Mapping[int, float] = field(default_factory=dict)
    expected_half: float | None = None
    money: Money | None = None
    plan: Plan | None = None
    measured: Mapping[int, Measured] = field(default_factory=dict)

    @property
    def first(self) -> int | None:
        """First year with a reduction that is expected."""
        return min((year for year, amount in self.expected.items() if amount), default=None)

    @property
    def last(self) -> int | None:
        """Last such year."""
        return max((year for year, amount in self.expected.items() if amount), default=None)

    def promised(self, year: int) -> float:
        """What is expected of a year [t]; nothing from the year in which it was stopped."""
        if self.state == "stopped" and year >= self.history.get("stopped", 0):
            return 0.0
        return self.expected.get(year, 0.0)

    def changed(self, state: str, year: int) -> Project:
        """The same project in its next state.

        Raises
        ------
        ChangeForbidden

        Examples
        --------
        >>> project = Project("p1", {"zh": "一", "en": "One"}, "building")
        >>> project.changed("running", 2024).state
        'running'
        """
        check_change(self.id, self.state, state)
        return replace(self, state=state, history={**self.history, state: year})

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": self.id, "title": dict(self.title), "state": self.state, "may_become": list(states()[self.state].following),
            "history": dict(self.history), "place": self.place, "owner": self.owner, "kind": self.kind, "facility": self.facility,
            "acts_on": dict(self.acts_on), "within": self.within,
            "expected_t": {str(year): amount for year, amount in self.expected.items()},
            "expected_uncertainty_percent": None if self.expected_half is None else round(self.expected_half * 100, 9),
            "measured": {
                str(year): {"t": one.amount, "uncertainty_percent": None if one.half is None else round(one.half * 100, 9), "file": one.file}
                for year, one in self.measured.items()
            },
            "plan": None if self.plan is None else dict(vars(self.plan)),
            "money": None if self.money is None else {
                "basis": self.money.basis, "prices": self.money.prices, "unit": "CNY",
                **{name: {str(year): amount for year, amount in getattr(self.money, name).items()}
                   for name in ("investment", "running_cost", "income")},
            },
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pipeline:
    """项目库 Projects by id, the money they are told in, loans, and the last year whose measurements should be there.

    ``findings`` are what is doubtful and was read all the same.
    """

    id: str
    title: Mapping[str, str]
    projects: Mapping[str, Project]
    terms: Terms | None = None
    loans: Mapping[str, Loan] = field(default_factory=dict)
    as_of: int | None = None
    tree: str = ""
    notes: Mapping[str, str] | None = None
    findings: tuple[Finding, ...] = ()

    def __getitem__(self, name: str) -> Project:
        """A project by its id.

        Raises
        ------
        NotFound
        """
        if name not in self.projects:
            raise NotFound(
                what_zh="项目", what_en="project", name=name, known=", ".join(self.projects) or "–"
            )
        return self.projects[name]

    @property
    def until(self) -> int | None:
        """The last year whose measurements should be there: as stated, else the last that was measured."""
        measured = [year for one in self.projects.values() for year in one.measured]
        return self.as_of if self.as_of is not None else max(measured, default=None)

    def table(self) -> Table:
        """One row per project: who, where, state, what it acts on, its years, reduction and investment."""
        lang = language()
        rows = [
            {
                "project": one.id, "title": one.title[lang], "place": one.place, "owner": one.owner, "kind": one.kind,
                "state": one.state, "acts_on": ", ".join(one.acts_on), "first": one.first, "last": one.last,
                "largest_t": max(one.expected.values(), default=None), "measured_years": len(one.measured),
                "investment": sum(one.money.investment.values()) if one.money else None,
            }
            for one in self.projects.values()
        ]  # fmt: skip
        kinds = {"first": pl.Int64, "last": pl.Int64, "largest_t": pl.Float64, "investment": pl.Float64}
        return Table(pl.DataFrame(rows, schema_overrides=kinds), self.title[lang])

    def to_dict(self) -> dict[str, Any]:
        """As plain data: all that is known of every project."""
        return {
            "id": self.id, "title": dict(self.title), "notes": self.notes and dict(self.notes), "as_of": self.until, "tree": self.tree,
            "projects": [one.to_dict() for one in self.projects.values()],
            "loans": list(self.loans), "findings": [one.to_dict() for one in self.findings],
        }  # fmt: skip

    def __repr__(self) -> str:
        counts = [
            f"{state_named(code)} {sum(one.state == code for one in self.projects.values())}"
            for code in states()
        ]
        return f"{self.title[language()]}: {', '.join(counts)}"

    def _repr_html_(self) -> str:
        rows = [
            [row["title"], row["owner"], state_named(row["state"]), row["acts_on"]]
            for row in self.table().to_dicts()
        ]
        zh = language() == "zh"
        heads = ["项目", "责任单位", "状态", "作用于"] if zh else ["Project", "Owner", "State", "Acts on"]
        return f"<p><b>{html.escape(repr(self))}</b></p>" + grid(heads, rows)
