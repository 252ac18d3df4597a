"""Projects in the factor tree: what they act on goes as deep as they reduce together, and the tree tells what is left to do."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.cap.solver import cap_of
from tanheng.pathways.projects.depth import depth_for, leaf_lever
from tanheng.pathways.projects.doubles import Double, doubles, lever_of
from tanheng.pathways.projects.effect import effects
from tanheng.pathways.projects.model import Pipeline, Project
from tanheng.pathways.projects.ratio import joined
from tanheng.pathways.projects.states import states
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.evaluation import Evaluation
from tanheng.pathways.tree.model import Tree, evaluate_total
from tanheng.pathways.tree.reading import load_tree

_SEEN = 1e-6
"""Shares of what is wanted below this are rounding."""
_NOISE = 1e-12
"""Differences of totals below this share of them are rounding."""
Side = Literal["expected", "measured"]
SIDES: tuple[Side, Side] = ("expected", "measured")


@dataclass(frozen=True)
class Excess:
    """Projects on one lever or leaf that reduce more than it can in a year: ``wanted``, ``possible`` [unit of the total]; ``side`` tells
    whether it is what was expected or measured.
    """

    on: str
    year: int
    wanted: float
    possible: float
    projects: tuple[str, ...]
    side: Side


@dataclass(frozen=True)
class Covered:
    """A lever of the scenario: its depth in the last year, what projects bring of it, both as shares of fully done."""

    lever: str
    planned: Floats
    projects: Floats


@dataclass(frozen=True, eq=False)
class RollUp:
    """汇总 Totals by year [unit of the total]: ``reference`` has the scenario's courses of leaves and none of its levers.

    ``expected`` and ``measured`` are the tree with projects as deep as is expected or was measured; ``half`` (years,) is the half
    width of the 95 % interval of what was measured, nan where unknown; ``tonnes`` (years,) is what projects reduce together and
    ``parts`` what of it counts, by lever; ``known`` tells the years that were measured.
    """

    pipeline: Pipeline
    tree: Tree
    scenario: str
    reference: Floats
    planned: Floats
    expected: Evaluation
    measured: Evaluation
    tonnes: Mapping[Side, Floats]
    parts: Mapping[Side, Mapping[str, Floats]]
    half: Floats
    known: Floats
    excesses: tuple[Excess, ...]
    doubles: tuple[Double, ...]
    covered: tuple[Covered, ...]
    uncounted: Mapping[str, str]
    outside: Mapping[str, tuple[int, ...]]
    missing: tuple[tuple[str, int], ...]

    @property
    def cap(self) -> Floats:
        """The cap of the tree (years,), not a number where there is none."""
        if self.tree.cap is None:
            return np.full(self.tree.years.size, np.nan)
        found = cap_of(self.tree.cap, self.tree.years)
        return np.where(np.isfinite(found), found, np.nan)

    @property
    def gap(self) -> Floats:
        """What the total with projects lies above the cap (years,), 0 where it does not."""
        over: Floats = self.expected.total[0] - self.cap
        return np.where(np.isfinite(over), np.maximum(over, 0.0), np.nan)

    @property
    def counted(self) -> Floats:
        """What is expected of projects and counts (years,), each lever alone."""
        return sum(self.parts["expected"].values(), np.zeros(self.tree.years.size))

    @property
    def sound(self) -> bool:
        """Whether nothing is counted twice and no lever is asked for more than it can."""
        return not self.excesses and not self.doubles

    def by_year(self) -> Table:
        """``year``, totals [unit of the total], reductions counted, ``interaction`` of levers, ``cap`` and ``gap``."""
        total, seen = self.expected.total[0], self.measured.total[0]
        blank = np.where(self.known > 0, seen, np.nan)
        frame = pl.DataFrame(
            {
                "year": self.tree.years.astype(int), "reference": self.reference, "planned": self.planned, "with_projects": total,
                "with_measured": blank, "measured_low": blank - self.half, "measured_high": blank + self.half,
                "expected_reduction": self.tonnes["expected"], "counted_reduction": self.counted,
                "interaction": self.reference - total - self.counted, "cap": self.cap, "gap": self.gap,
            }
        )  # fmt: skip
        return Table(frame.fill_nan(None), self.pipeline.title[language()])

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng projects FILE rollup --json`` prints it."""
        years = self.tree.years.astype(int).tolist()
        return {
            "id": self.pipeline.id, "tree": self.tree.id, "scenario": self.scenario, "unit": self.tree.unit, "sound": self.sound,
            "years": self.by_year().to_dicts(),
            "depths": {
                side: {name: dict(zip(map(str, years), np.ravel(depth).round(9).tolist(), strict=True)) for name, depth in held.depths.items()}
                for side, held in (("expected", self.expected), ("measured", self.measured))
            },
            "excess": [{"on": one.on, "year": one.year, "wanted": one.wanted, "possible": one.possible, "side": one.side, "projects": list(one.projects)} for one in self.excesses],
            "double": [{"projects": list(one.projects), "why": one.why, "name": one.name, "years": list(one.years), "most_t": one.most_t} for one in self.doubles],
            "scenario_levers": [{"lever": one.lever, "planned": _named(years, one.planned), "projects": _named(years, one.projects)} for one in self.covered],
            "not_counted": dict(self.uncounted), "outside_years": {name: list(held) for name, held in self.outside.items()},
            "not_reported": [{"project": name, "year": year} for name, year in self.missing],
        }  # fmt: skip

    def __repr__(self) -> str:
        last, unit = int(self.tree.years[-1]), self.tree.unit
        ends = self.reference[-1], self.expected.total[0, -1]
        if language() == "zh":
            return f"{self.pipeline.title['zh']}：{last} 年 {ends[0]:,.0f} → {ends[1]:,.0f} {unit}"
        return f"{self.pipeline.title['en']}: {ends[0]:,.0f} to {ends[1]:,.0f} {unit} in {last}"

    def chart(self) -> str:
        """Without projects, with what is expected of them, with what was measured, and the cap, as an SVG."""
        zh = language() == "zh"
        lines = [
            Line("没有项目" if zh else "Without projects", self.reference),
            Line("计入预期" if zh else "With what is expected", self.expected.total[0]),
        ]
        if np.any(self.known):
            seen = np.where(self.known > 0, self.measured.total[0], np.nan)
            lines.append(
                Line(
                    "计入实测" if zh else "With what was measured",
                    seen,
                    seen - self.half,
                    seen + self.half,
                    points=True,
                )
            )
        if self.tree.cap is not None:
            lines.append(Line("上限" if zh else "Cap", self.cap, dashed=True))
        return chart("合计" if zh else "Total", unit_said(self.tree.unit), self.tree.years, lines)

    def named(self, lever: str) -> str:
        """What a lever or leaf is called in the language of the run; a leaf with the unit of its depth."""
        one = self.tree.levers[lever]
        title = one.title[language()]
        return f"{title} ({self.tree.leaves[one.leaf].unit})" if lever.startswith("leaf:") else title

    def reductions(self) -> str:
        """What is expected to be reduced by lever, over the years of the projects, and what was measured, as an SVG."""
        zh = language() == "zh"
        seen = np.where(
            self.known > 0, sum(self.parts["measured"].values(), np.zeros(self.known.size)), np.nan
        )
        used = np.flatnonzero(self.counted.astype(bool) | np.isfinite(seen))
        if not used.size:
            return ""
        held = slice(int(used[0]), min(int(used[-1]) + 2, self.known.size))
        lines = [
            Line(
                "实测" if zh else "Measured",
                seen[held],
                (seen - self.half)[held],
                (seen + self.half)[held],
                points=True,
            )
        ]
        lines.append(Line("零" if zh else "Zero", np.zeros(self.known.size)[held], dashed=True))
        piles = {
            self.tree.levers[name].title[language()]: values[held]
            for name, values in self.parts["expected"].items()
        }
        title = "项目的减排，按杠杆" if zh else "Reduction of projects by lever"
        return chart(title, unit_said(self.tree.unit), self.tree.years[held], lines, piles)

    def _repr_html_(self) -> str:
        return (
            f"<p><b>{html.escape(repr(self))}</b></p>"
            + self.reductions()
            + self.chart()
            + self.by_year()._repr_html_()
        )


def roll_up(
    pipeline: Pipeline,
    tree: Tree | None = None,
    *,
    scenario: str = "baseline",
    including: Collection[str] = (),
) -> RollUp:
    """Put projects into the factor tree.

    Parameters
    ----------
    pipeline : Pipeline
    tree : Tree, optional
        Instead of the one that the pipeline names.
    scenario : str
        Its courses of leaves hold. Its levers are set aside, as projects are what they are made of; how much of them projects
        cover is told apart.
    including : collection of str
        States that count besides those that count by packs/rules/project_states.csv, such as ``proposed``.

    Returns
    -------
    RollUp
        Depths are those with which `Tree.evaluate` gives the totals again.

    Raises
    ------
    NotFound
        Without a tree, and for a lever, leaf, scenario or state that is not there.
    LeverInvalid
        For levers that cannot be taken so together.

    Examples
    --------
    >>> from tanheng.pathways.projects.reading import load_projects
    >>> found = roll_up(load_projects("examples/sichuan-road/projects.yaml"))
    >>> found.sound, sorted(found.uncounted)
    (True, ['kiln-capture', 'kiln-heat-part'])
    """
    if tree is None:
        if not pipeline.tree:
            raise NotFound(
                what_zh="因子树", what_en="factor tree", name=pipeline.id, known="–",
                mend_zh="请写 tree: 文件，或用 --tree。", mend_en=" Write tree: FILE, or use --tree.",
            )  # fmt: skip
        tree = load_tree(pipeline.tree)
    if unknown := [one for one in including if one not in states()]:
        raise NotFound(what_zh="状态", what_en="state", name=unknown[0], known=", ".join(states()))
    chosen = tree.scenario(scenario)
    before = tree.leaf_arrays(chosen)
    before = {name: values[0] for name, values in before.items()}
    held, uncounted = _counted(pipeline, tree, including)
    tree = _with_leaves(tree, held, before)
    reference = evaluate_total(tree, before, {})
    off = dict.fromkeys(chosen.levers, 0.0)
    none = np.zeros(tree.years.size)
    sums = {side: _sums(held, tree, side) for side in SIDES}
    depths: dict[Side, dict[str, Floats]] = {side: {} for side in SIDES}
    parts: dict[Side, dict[str, Floats]] = {side: {} for side in SIDES}
    excesses: list[Excess] = []
    for side, targets in sums.items():
        for name, wanted in targets.items():
            found = depth_for(tree, tree.levers[name], wanted, before)
            depths[side][name] = found.depth
            parts[side][name] = found.reduced
            excesses += _excess(name, wanted, found.reduced, held, tree, _NOISE * np.abs(reference), side)
    half, known = _spread(held, tree)
    return RollUp(
        pipeline=pipeline, tree=tree, scenario=scenario, reference=reference, planned=tree.evaluate(scenario).total[0],
        expected=tree.evaluate(scenario, levers={**off, **depths["expected"]}),
        measured=tree.evaluate(scenario, levers={**off, **depths["measured"]}),
        tonnes={side: sum(targets.values(), none) for side, targets in sums.items()},
        parts=parts, half=half, known=known, excesses=tuple(excesses), doubles=tuple(doubles(held, tree)),
        covered=tuple(
            Covered(name, share * tree.levers[name].ramp(tree.years), depths["expected"].get(name, none))
            for name, share in chosen.levers.items()
        ),
        uncounted=uncounted, outside=_outside(held, tree),
        missing=tuple((one.project.id, one.year) for one in effects(pipeline).missing if one.project.id in held),
    )  # fmt: skip


def _counted(
    pipeline: Pipeline, tree: Tree, including: Collection[str]
) -> tuple[dict[str, Project], dict[str, str]]:
    """Projects that count, and why others do not."""
    held, apart = {}, {}
    for name, one in pipeline.projects.items():
        for on in one.acts_on:
            if on not in tree.levers and on not in tree.leaves:
                raise NotFound(
                    what_zh=f"项目 {name} 所作用的杠杆或叶", what_en=f"lever or leaf that project {name} acts on", name=on,
                    known=", ".join([*tree.levers, *tree.leaves]),
                )  # fmt: skip
        if one.within:
            apart[name] = "within"
        elif not (states()[one.state].counted or one.state in including or one.measured):
            apart[name] = one.state
        elif not one.acts_on:
            apart[name] = "acts-on-nothing"
        else:
            held[name] = one
    return held, apart


def _with_leaves(tree: Tree, held: Mapping[str, Project], before: Mapping[str, Floats]) -> Tree:
    """The tree with a lever for each leaf that projects act on directly."""
    leaves = dict.fromkeys(on for one in held.values() for on in one.acts_on if on not in tree.levers)
    added = {f"leaf:{leaf}": leaf_lever(tree, leaf, before) for leaf in leaves}
    return replace(tree, levers={**tree.levers, **added}) if added else tree


def _sums(held: Mapping[str, Project], tree: Tree, side: Side) -> dict[str, Floats]:
    """Reduction (years,) [unit of the total] by lever."""
    found: dict[str, Floats] = {}
    for one in held.values():
        amounts = _amounts(one, tree, side)
        for on, share in one.acts_on.items():
            name = lever_of(on, tree).name
            found[name] = found.get(name, np.zeros(tree.years.size)) + share * amounts
    return {name: values for name, values in found.items() if values.any()}


def _amounts(one: Project, tree: Tree, side: Side) -> Floats:
    years = tree.years.astype(int).tolist()
    if side == "measured":
        told = [one.measured[year].amount if year in one.measured else 0.0 for year in years]
    else:
        told = [one.promised(year) for year in years]
    return np.array(told) / tonnes_of(tree.unit)


def _excess(
    name: str,
    wanted: Floats,
    reduced: Floats,
    held: Mapping[str, Project],
    tree: Tree,
    noise: Floats,
    side: Side,
) -> list[Excess]:
    who = [key for key, one in held.items() if any(lever_of(on, tree).name == name for on in one.acts_on)]
    return [
        Excess(name, int(year), float(asked), float(able), tuple(who), side)
        for year, asked, able, near in zip(tree.years, wanted, reduced, noise, strict=True)
        if asked - able > _SEEN * abs(asked) + near
    ]


def _spread(held: Mapping[str, Project], tree: Tree) -> tuple[Floats, Floats]:
    """Half width of what was measured by year [unit of the total], and in which years anything was."""
    half, known = np.full(tree.years.size, np.nan), np.zeros(tree.years.size)
    for at, year in enumerate(tree.years.astype(int).tolist()):
        told = [(name, one.measured[year].width) for name, one in held.items() if year in one.measured]
        if told:
            width = joined(told)
            half[at], known[at] = np.nan if width is None else width / tonnes_of(tree.unit), 1.0
    return half, known


def _outside(held: Mapping[str, Project], tree: Tree) -> dict[str, tuple[int, ...]]:
    """Years of projects that the tree does not have."""
    years = set(tree.years.astype(int).tolist())
    told = {name: tuple(sorted({*one.expected, *one.measured} - years)) for name, one in held.items()}
    return {name: held_years for name, held_years in told.items() if held_years}


def _named(years: list[int], values: Floats) -> dict[str, float]:
    return {str(year): round(float(value), 9) for year, value in zip(years, values, strict=True) if value}
