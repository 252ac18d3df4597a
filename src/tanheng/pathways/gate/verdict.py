"""What the gate answers: each test with its years, the verdict, its reasons, and the road with and without the project."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from tanheng.charts import Line, chart, page
from tanheng.codes.wording import unit_name, unit_said
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.terms import Flags
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.gate.offsets import OffsetPlan
from tanheng.pathways.gate.project import Project
from tanheng.pathways.gate.rules import Rules
from tanheng.pathways.gate.showing import amount, grids
from tanheng.pathways.road.reading import Road
from tanheng.pathways.tree.arithmetic import Floats

Outcome = Literal["admitted", "admitted-with-offsets", "refused"]
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "admitted": ("准入", "Admitted"),
    "admitted-with-offsets": ("抵消后准入", "Admitted with offsets"),
    "refused": ("不予准入", "Refused"),
}
_CHECKS = {
    "path": ("目标路径", "Target path"),
    "offset": ("抵消后的目标路径", "Target path after offsets"),
    "place": ("没有项目时的目标路径", "Target path without the project"),
    "energy": ("能耗总量", "Total energy"),
    "place-intensity": ("本地碳排放强度", "Emission intensity of the place"),
    "emission-intensity": ("碳排放强度", "Emission intensity"),
    "energy-intensity": ("能耗强度", "Energy intensity"),
}
_STATES = {"within": ("满足", "holds"), "neutral": ("项目未增加", "nothing added"), "over": ("超出", "over"), "untested": ("未建成", "not running")}  # fmt: skip
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, eq=False)
class Check:
    """检验 One test by year, in ``unit``: ``value`` against ``limit``; arrays are (years,).

    For the path, total energy and the intensity of the place ``value`` is what is not exceeded with the certainty asked for, and ``certainty`` the share of
    draws within the limit. ``neutral`` years miss it, but not by the project. ``over`` is by how much. In ``close`` years the certainty differs from
    that asked for by less than what drawing makes it err.
    """

    name: str
    title: Mapping[str, str]
    unit: str
    years: Floats
    value: Floats
    limit: Floats
    failed: Flags
    neutral: Flags
    over: Floats
    certainty: Floats | None
    tested: Flags
    source: Mapping[str, str]
    sector: str = ""
    close: Flags | None = None

    @property
    def passed(self) -> bool:
        """Whether no year fails."""
        return not self.failed.any()

    @property
    def called(self) -> str:
        """What it is called in the language of the run."""
        place = 0 if language() == "zh" else 1
        return (
            f"{_CHECKS[self.name][place]}{'：' if place == 0 else ': '}{self.title[language()]}"
            if self.title
            else _CHECKS[self.name][place]
        )

    def states(self) -> list[str]:
        """By year: within, neutral, over, untested."""
        return [
            "untested" if not tested else "over" if failed else "neutral" if neutral else "within"
            for tested, failed, neutral in zip(self.tested, self.failed, self.neutral, strict=True)
        ]

    def table(self) -> Table:
        """``year``, ``value``, ``limit`` and ``over`` [unit], ``certainty`` where it is a matter of draws, ``state``."""
        place = 0 if language() == "zh" else 1
        frame = pl.DataFrame(
            {"year": self.years.astype(int), "value": self.value, "limit": self.limit, "over": self.over}
            | ({} if self.certainty is None else {"certainty": self.certainty})
            | {"state": [_STATES[one][place] for one in self.states()]}
        ).fill_nan(None)
        return Table(frame, f"{self.called} ({self.unit})")

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        rows = [
            {"year": int(year), "value": _number(value), "limit": _number(limit), "over": _number(over), "state": state}
            for year, value, limit, over, state in zip(
                self.years, self.value, self.limit, self.over, self.states(), strict=True
            )
        ]  # fmt: skip
        if self.certainty is not None:
            rows = [
                row | {"certainty": round(float(one), 6)}
                for row, one in zip(rows, self.certainty, strict=True)
            ]
        return {"test": self.name, "title": dict(self.title), "sector": self.sector, "unit": self.unit, "passed": self.passed,
                "source": dict(self.source), "failed_years": [int(year) for year in self.years[self.failed]],
                "close_years": [] if self.close is None else [int(year) for year in self.years[self.close]], "years": rows}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Verdict:
    """判定 What the gate says of a project; emissions in the unit of the road's tree.

    ``before`` is the place without the project and ``added`` what it adds, (draws, span), ``span`` being the years of the path and
    ``years`` those that are tested, its last ones; ``scopes`` split the mean of what is added (years,). ``alone`` is the path test of the place without the project, ``offset`` that after the ``plan`` of offsets.
    """

    road: Road
    project: Project
    rules: Rules
    span: Floats
    years: Floats
    before: Floats
    added: Floats
    scopes: Mapping[str, Floats]
    checks: tuple[Check, ...]
    alone: Check
    plan: OffsetPlan | None
    offset: Check | None
    draws: int
    seed: int

    @property
    def outcome(self) -> Outcome:
        """Admitted, admitted with offsets, or refused: offsets mend the path, nothing else."""
        if not all(one.passed for one in self.checks if one.name != "path"):
            return "refused"
        if self.plan is None or self.offset is None:
            return "admitted"
        good = self.plan.complete and self.offset.passed
        return ("admitted-with-offsets" if self.plan.need.any() else "admitted") if good else "refused"

    @property
    def admitted(self) -> bool:
        """Whether the project is let in, with offsets or without."""
        return self.outcome != "refused"

    def notes(self) -> list[tuple[str, str]]:
        """Sentences in both languages: what is asked for, the cost of offsets, and which files are made up."""
        rules = self.rules
        scenario = self.road.tree.scenario(rules.scenario).title
        found = [(
            f"要求各年以 {rules.certainty:.0%} 的把握守住路径；情景“{scenario['zh']}”，{self.draws:,} 次抽样。",
            f"Every year is to keep to the path with a certainty of {rules.certainty:.0%}; scenario '{scenario['en']}', {self.draws:,} draws.",
        )]  # fmt: skip
        if self.plan is not None and self.plan.covered.any():
            cost = f"{self.plan.cost / 1e4:,.0f}"
            found.append((f"每增加一吨抵消 {rules.coverage:g} 吨，最便宜的费用 {cost} 万元。",
                          f"{rules.coverage:g} t are offset for each tonne added, at {cost} × 10⁴ CNY at least."))  # fmt: skip
        if rules.intensity is None:
            found.append(("路径没有写本地的产出与强度限值（gate.intensity），没有检验本地强度。",
                          "The road tells no output and limit of the place (gate.intensity): its intensity was not tested."))  # fmt: skip
        found += self.doubts()
        if self.road.observed.synthetic:
            found.append(("核查数据是虚构的示例。", "What was observed is made up for the example."))
        if self.project.synthetic:
            found.append(("项目是虚构的示例。", "The project is made up for the example."))
        return found

    def doubts(self) -> list[tuple[str, str]]:
        """What the verdict leaves open: years close to the certainty, years without a path, a tree that is not what was observed."""
        found = []
        for one in self.checks:
            if one.close is not None and one.close.any():
                years, names = _span(one.years[one.close]), _CHECKS[one.name]
                found.append((f"{names[0]}：{years} 年与所要求的把握之差在抽样误差之内，请增加抽样次数复核。",
                              f"{names[1]}: in {years} the certainty differs from that asked for by less than drawing errs; use more draws."))  # fmt: skip
        if any(one.until is None or one.until > self.years[-1] for one in self.project.changes):
            last = f"{self.years[-1]:.0f}"
            found.append((f"目标路径止于 {last} 年，此后未检验。", f"The path ends in {last}; later years are not tested."))  # fmt: skip
        seen = self.road.observed
        at = np.flatnonzero(self.span == seen.last)
        if at.size:
            off = float(self.before[:, at[0]].mean() / seen.total[-1] - 1) if seen.total[-1] else np.inf
            if abs(off) > seen.half[-1]:
                found.append((f"因子树在 {seen.last} 年比核查值{'高' if off > 0 else '低'} {abs(off):.1%}，超出其不确定性。",
                              f"The tree is {abs(off):.1%} {'above' if off > 0 else 'below'} what was observed in {seen.last}, more than its uncertainty."))  # fmt: skip
        return found

    def reasons(self) -> list[tuple[str, str]]:
        """Sentences in both languages: what fails, in which years and by how much, and what is missing."""
        found = []
        for one in self.checks:
            if not one.passed:
                worst = int(np.argmax(np.where(one.failed, one.over, -1.0)))
                years, most, unit = (
                    _span(one.years[one.failed]),
                    amount(float(one.over[worst])),
                    unit_name(one.unit),
                )
                title = {
                    lang: f"（{text}）" if lang == "zh" else f" ({text})" for lang, text in one.title.items()
                }
                names = _CHECKS[one.name]
                found.append((f"{names[0]}{title.get('zh', '')}：{years} 年超出，最多 {most} {unit.zh}（{one.years[worst]:.0f} 年）",
                              f"{names[1]}{title.get('en', '')}: over in {years}, by {most} {unit.en} at most ({one.years[worst]:.0f})"))  # fmt: skip
        if self.alone.failed.any():
            years = _span(self.years[self.alone.failed])
            found.append((f"没有这个项目，本地 {years} 年也超出路径", f"The place misses its path in {years} without the project, too"))  # fmt: skip
        if self.plan is not None and not self.plan.complete:
            gap = self.plan.gap
            worst, years = int(np.argmax(gap.round(3))), _span(self.years[gap > 0])
            found.append((
                f"抵消不足：{years} 年有缺口，最多 {gap[worst]:,.0f} t（{self.years[worst]:.0f} 年）；所列选项最多抵消所需的 {self.plan.share:.1%}",
                f"Offsets do not suffice: gaps in {years}, {gap[worst]:,.0f} t at most ({self.years[worst]:.0f}); those listed cover at most {self.plan.share:.1%} of the need",
            ))  # fmt: skip
            titles = {one.name: one.title for one in self.plan.options}
            found += [
                (f"{titles[name]['zh']}：{zh}", f"{titles[name]['en']}: {en}")
                for name, zh, en in self.plan.lacks()
            ]
            if not self.plan.options:
                found.append(("项目没有列出抵消选项", "The project lists no offsets"))
        return found

    def summary(self) -> Table:
        """By year: ``path``, ``without``, ``added``, ``with`` and ``covered`` by offsets, means over draws [unit of the tree]."""
        before, added = (one.mean(axis=0)[-self.years.size :] for one in (self.before, self.added))
        covered = (
            np.zeros(self.years.size) if self.plan is None else self.plan.covered / tonnes_of(self.road.unit)
        )
        frame = pl.DataFrame(
            {"year": self.years.astype(int), "path": self.road.path.at(self.years), "without": before, "added": added,
             "with": before + added, "covered": covered}
        )  # fmt: skip
        return Table(
            frame, f"{self.project.title[language()]} · {self.road.title[language()]} ({self.road.unit})"
        )

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng gate --json`` prints it."""
        rows = self.summary().to_dicts()
        for at, row in enumerate(rows):
            row["scopes"] = {name: _number(values[at]) for name, values in self.scopes.items()}
        return {
            "road": self.road.id,
            "project": self.project.id,
            "asked": self.project.to_dict(),
            "verdict": self.outcome,
            "admitted": self.admitted,
            "unit": self.road.unit,
            "certainty": self.rules.certainty,
            "coverage": self.rules.coverage,
            "scenario": self.rules.scenario,
            "draws": self.draws,
            "seed": self.seed,
            "synthetic": self.road.observed.synthetic or self.project.synthetic,
            "reasons": [{"zh": zh, "en": en} for zh, en in self.reasons()],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes()],
            "years": rows,
            "tests": [one.to_dict() for one in self.checks],
            "place_alone": self.alone.to_dict(),
            "offsets": None if self.plan is None else self.plan.to_dict(),
            "after_offsets": None if self.offset is None else self.offset.to_dict(),
        }

    @property
    def _unit(self) -> str:
        return unit_said(self.road.unit)

    def __repr__(self) -> str:
        said = OUTCOMES[self.outcome][0 if language() == "zh" else 1]
        return f"{self.project.id} → {self.road.id}: {said}"

    def chart(self) -> str:
        """The path, and the place without the project, with it and after offsets, with the range of its draws, as an SVG."""
        zh = language() == "zh"
        before, after = self.before.mean(axis=0), self.before + self.added
        low, high = np.quantile(after, (_LOW, _HIGH), axis=0)
        lines = [
            Line("没有项目" if zh else "Without the project", before),
            Line("有项目（5–95 %）" if zh else "With it (5–95 %)", after.mean(axis=0), low, high),
        ]
        if self.plan is not None and self.plan.covered.any():
            net = after.mean(axis=0)
            net[-self.years.size :] -= self.plan.covered / tonnes_of(self.road.unit)
            lines.append(Line("抵消后" if zh else "After offsets", net))
        lines.append(Line("目标路径" if zh else "Target path", self.road.path.at(self.span), dashed=True))
        return chart(self.project.title[language()], self._unit, self.span, lines)

    def headroom_chart(self) -> str:
        """What the place leaves below its path at the certainty asked for, what the project adds, and what of it is not offset."""
        if self.years.size < 2:
            return ""
        zh = language() == "zh"
        added = self.added.mean(axis=0)[-self.years.size :]
        lines = [
            Line("余量" if zh else "Headroom", self.alone.limit - self.alone.value, dashed=True),
            Line("项目增加" if zh else "The project adds", added),
        ]
        if self.plan is not None and self.plan.covered.any():
            lines.append(
                Line(
                    "抵消后" if zh else "After offsets", added - self.plan.covered / tonnes_of(self.road.unit)
                )
            )
        sure = f"{self.rules.certainty:.0%}"
        title = f"余量（把握 {sure}）与项目" if zh else f"Headroom at a certainty of {sure}, and the project"
        return chart(title, self._unit, self.years, lines)

    def page(self) -> str:
        """A page of its own: verdict, reasons, chart and tables; it loads nothing."""
        return page(f"{self.project.title[language()]} · {self.road.title[language()]}", [self._body()])

    def _repr_html_(self) -> str:
        return self._body()

    def _body(self) -> str:
        place = 0 if language() == "zh" else 1
        said = OUTCOMES[self.outcome][place]
        items = "".join(f"<li>{html.escape(one[place])}</li>" for one in [*self.reasons(), *self.notes()])
        tables = "".join(grids(self))
        return f"<p><b>{said}</b></p><ul>{items}</ul>{self.chart()}{self.headroom_chart()}{tables}"


def _span(years: Floats) -> str:
    """Years as ranges: 2027–2030, 2035.

    Examples
    --------
    >>> _span(np.array([2027.0, 2028.0, 2030.0]))
    '2027–2028, 2030'
    """
    found: list[list[int]] = []
    for year in years.astype(int).tolist():
        if found and year == found[-1][1] + 1:
            found[-1][1] = year
        else:
            found.append([year, year])
    return ", ".join(f"{first}–{last}" if first < last else str(first) for first, last in found)


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
