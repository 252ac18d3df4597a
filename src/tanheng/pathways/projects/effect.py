"""What was measured against what was expected: ratios with their intervals, what nobody reported, what is late."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart, grid
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.projects.model import Pipeline, Project
from tanheng.pathways.projects.ratio import Ratio, interval, joined, ratio, verdict
from tanheng.pathways.projects.states import states

UNIT = "tCO2e"
_NAMES = {
    "above": ("高于预期", "above"),
    "below": ("低于预期", "below"),
    "cannot-tell": ("无法判断", "cannot tell"),
    "no-interval": ("无法判断：不确定性未知", "cannot tell: uncertainty unknown"),
    "not-reported": ("没有报告", "not reported"),
    "not-expected": ("当年没有预期", "nothing was expected"),
}


def verdict_named(code: str) -> str:
    """What a verdict is called in the language of the run."""
    return _NAMES[code][0 if language() == "zh" else 1]


@dataclass(frozen=True)
class YearEffect:
    """One year of a project: ``expected`` and ``measured`` [t], half widths of their 95 % intervals, and the verdict."""

    project: Project
    year: int
    expected: float
    measured: float | None
    width: float | None
    expected_width: float
    verdict: str

    @property
    def ratio(self) -> Ratio:
        """Measured over expected."""
        if self.measured is None:
            return Ratio(None)
        return ratio(self.measured, self.expected, self.width, self.expected_width)


@dataclass(frozen=True)
class Realised:
    """兑现率 of some projects: sums [t] over the years that were measured and had an expectation; ``unreported`` [t] is apart."""

    name: str
    projects: int
    years: int
    due: int
    expected: float
    measured: float
    width: float | None
    expected_width: float
    unreported: float

    @property
    def ratio(self) -> Ratio:
        """Measured over expected."""
        return (
            ratio(self.measured, self.expected, self.width, self.expected_width)
            if self.years
            else Ratio(None)
        )

    @property
    def verdict(self) -> str:
        """As for one year; ``not-reported`` where no year was measured."""
        return (
            verdict(self.measured, self.expected, self.width, self.expected_width)
            if self.years
            else "not-reported"
        )


@dataclass(frozen=True)
class Late:
    """A project that should reduce by now and is not running: since when, by how many years."""

    project: Project
    planned: int
    years: int


@dataclass(frozen=True, eq=False)
class Effects:
    """核查与预期 Every year of every project that is due or was measured; a year without a measurement stays without a number."""

    pipeline: Pipeline
    until: int | None
    rows: tuple[YearEffect, ...]
    late: tuple[Late, ...]

    @property
    def missing(self) -> list[YearEffect]:
        """Years that were due and that nobody reported."""
        return [one for one in self.rows if one.verdict == "not-reported"]

    @property
    def without_plan(self) -> list[Project]:
        """Projects that are approved or further and have no measurement plan."""
        return [
            one for one in self.pipeline.projects.values() if states()[one.state].counted and one.plan is None
        ]

    @property
    def whole(self) -> Realised:
        """All projects together; those within another are not added."""
        return realised(self.pipeline.title[language()], self.rows)

    def by(self, column: str) -> list[Realised]:
        """Realisation by ``project``, ``owner``, ``kind`` or ``place``; projects within another are not added.

        Examples
        --------
        >>> from tanheng.pathways.projects.reading import load_projects
        >>> found = effects(load_projects("examples/sichuan-road/projects.yaml"))
        >>> [(one.name, one.verdict) for one in found.by("project")][0]
        ('kiln-heat', 'below')
        """
        key: Callable[[Project], str] = (
            (lambda one: one.id) if column == "project" else lambda one: str(getattr(one, column))
        )
        names = dict.fromkeys(key(one.project) for one in self.rows if not one.project.within)
        return [realised(name, [one for one in self.rows if key(one.project) == name]) for name in names]

    def table(self) -> Table:
        """``project``, ``year``, ``expected_t``, ``measured_t``, ``half_width_t``, ``ratio``, ``low``, ``high``, ``verdict``, ``file``."""
        rows = [
            {
                "project": one.project.id, "title": one.project.title[language()], "owner": one.project.owner, "year": one.year,
                "expected_t": one.expected, "measured_t": one.measured, "half_width_t": one.width, "ratio": one.ratio.value,
                "low": one.ratio.low, "high": one.ratio.high, "verdict": one.verdict,
                "file": one.project.measured[one.year].file if one.measured is not None else "",
            }
            for one in self.rows
        ]  # fmt: skip
        numbers = ("expected_t", "measured_t", "half_width_t", "ratio", "low", "high")
        kinds: dict[str, Any] = {
            "project": pl.String,
            "title": pl.String,
            "owner": pl.String,
            "year": pl.Int64,
        }
        kinds |= dict.fromkeys(numbers, pl.Float64) | {"verdict": pl.String, "file": pl.String}
        return Table(pl.DataFrame(rows, schema=kinds), self.pipeline.title[language()])

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng projects FILE effect --json`` prints it."""
        return {
            "id": self.pipeline.id, "as_of": self.until, "unit": "t CO2e",
            "whole": realised_dict(self.whole),
            **{f"by_{column}": [realised_dict(one) for one in self.by(column)] for column in ("project", "owner", "kind")},
            "years": self.table().to_dicts(),
            "not_reported": [{"project": one.project.id, "year": one.year, "expected_t": one.expected} for one in self.missing],
            "late": [{"project": one.project.id, "state": one.project.state, "planned": one.planned, "years": one.years} for one in self.late],
            "without_plan": [one.id for one in self.without_plan],
            "findings": [one.to_dict() for one in self.pipeline.findings],
            "within": {one.id: one.within for one in self.pipeline.projects.values() if one.within},
        }  # fmt: skip

    def __repr__(self) -> str:
        whole = self.whole
        told = interval(whole.ratio)
        if language() == "zh":
            return f"{whole.name}：兑现率 {told}，{verdict_named(whole.verdict)}；{len(self.missing)} 项次没有报告，{len(self.late)} 个项目逾期"
        return f"{whole.name}: realised {told}, {verdict_named(whole.verdict)}; not reported: {len(self.missing)}, late: {len(self.late)}"

    def chart(self) -> str:
        """What is expected by year against what was measured, with its interval, as an SVG."""
        zh = language() == "zh"
        counted = [
            one for one in self.pipeline.projects.values() if not one.within and states()[one.state].counted
        ]
        years = np.array(span([year for one in counted for year in (*one.expected, *one.measured)]), float)
        if not years.size:
            return ""
        expected = np.array([sum(one.expected.get(int(year), 0.0) for one in counted) for year in years])
        lines = [Line("预期" if zh else "Expected", expected, dashed=True)]
        told = {year: realised("", [one for one in self.rows if one.year == year]) for year in years}
        covered = np.array([told[year].expected if told[year].years else np.nan for year in years])
        measured = np.array([told[year].measured if told[year].years else np.nan for year in years])
        if np.isfinite(measured).any():
            width = np.array([told[year].width if told[year].years else None for year in years], float)
            lines.append(
                Line(
                    "已测项目的预期" if zh else "Expected of those measured",
                    covered,
                    dashed=True,
                    points=True,
                )
            )
            lines.append(
                Line("实测" if zh else "Measured", measured, measured - width, measured + width, points=True)
            )
        return chart(
            "预期与实测的减排" if zh else "Reduction expected and measured", unit_said(UNIT), years, lines
        )

    def _repr_html_(self) -> str:
        zh = language() == "zh"
        heads = (
            ["责任单位", "预期 t", "实测 t", "兑现率", "判断"]
            if zh
            else ["Owner", "Expected t", "Measured t", "Realised", "Verdict"]
        )
        rows = [
            [one.name or "–", f"{one.expected:,.0f}", f"{one.measured:,.0f}" if one.years else "–", interval(one.ratio), verdict_named(one.verdict)]
            for one in self.by("owner")
        ]  # fmt: skip
        return f"<p><b>{html.escape(repr(self))}</b></p>" + self.chart() + grid(heads, rows)


def effects(pipeline: Pipeline, *, until: int | None = None) -> Effects:
    """Hold what was measured against what was expected.

    Parameters
    ----------
    pipeline : Pipeline
    until : int, optional
        The last year whose measurements should be there; as the pipeline tells.

    Returns
    -------
    Effects
        Years up to ``until`` of projects that run or ran and had an expectation, and every year that was measured.

    Examples
    --------
    >>> from tanheng.pathways.projects.reading import load_projects
    >>> found = effects(load_projects("examples/sichuan-road/projects.yaml"))
    >>> [(one.project.id, one.year) for one in found.missing], [one.project.id for one in found.late]
    ([('bus-fleet', 2025)], ['mill-heat-pump'])
    """
    until = pipeline.until if until is None else until
    rows, late = [], []
    for one in pipeline.projects.values():
        state = states()[one.state]
        due = {
            year
            for year in one.expected
            if one.promised(year) and until is not None and year <= until and state.works
        }
        rows += [_year(one, year) for year in sorted(due | set(one.measured))]
        if until is not None and one.first is not None and one.first <= until and not state.works:
            late.append(Late(one, one.first, until - one.first + 1))
    return Effects(pipeline, until, tuple(rows), tuple(late))


def _year(one: Project, year: int) -> YearEffect:
    expected = one.expected.get(year, 0.0)
    spread = abs(expected) * (one.expected_half or 0.0)
    found = one.measured.get(year)
    if found is None:
        return YearEffect(one, year, expected, None, None, spread, "not-reported")
    said = verdict(found.amount, expected, found.width, spread)
    return YearEffect(one, year, expected, found.amount, found.width, spread, said)


def realised(name: str, rows: Iterable[YearEffect]) -> Realised:
    """The sums of some years of projects.

    Notes
    -----
    A convention of ours: errors of one project are those of one instrument and one baseline and add up over its years; those of
    several projects are independent and join as squares. One unknown uncertainty makes that of the sum unknown.
    """
    held = [one for one in rows if not one.project.within]
    both = [one for one in held if one.measured is not None and one.expected]
    missing = [one for one in held if one.verdict == "not-reported"]
    widths = joined((one.project.id, one.width) for one in both)
    spread = joined((one.project.id, one.expected_width) for one in both)
    return Realised(
        name, len({one.project.id for one in held}), len(both), len(both) + len(missing), sum(one.expected for one in both),
        sum(one.measured or 0.0 for one in both), widths, spread or 0.0, sum(one.expected for one in missing),
    )  # fmt: skip


def realised_dict(one: Realised) -> dict[str, Any]:
    """Realisation as plain data."""
    found = one.ratio
    return {
        "name": one.name, "projects": one.projects, "years_measured": one.years, "years_due": one.due, "expected_t": one.expected,
        "measured_t": one.measured if one.years else None, "half_width_t": one.width if one.years else None, "ratio": found.value,
        "low": found.low, "high": found.high, "verdict": one.verdict, "not_reported_t": one.unreported,
    }  # fmt: skip


def span(years: Sequence[int]) -> list[int]:
    """All years from the first to the last, two at least so that there is an axis.

    Examples
    --------
    >>> span([2024, 2026]), span([2024])
    ([2024, 2025, 2026], [2024, 2025])
    """
    if not years:
        return []
    return list(range(min(years), max(*years, min(years) + 1) + 1))
