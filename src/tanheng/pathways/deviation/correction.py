"""Correction 调整与模拟: the cheapest levers that lead back under the remaining path, and the factor tree run again with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.cap.result import CapPlan
from tanheng.pathways.cap.solver import solve_cap
from tanheng.pathways.deviation.levels import number_of, settings_of
from tanheng.pathways.deviation.rebase import OFF, rebased
from tanheng.pathways.road import Road
from tanheng.pathways.scenarios.wedges import wedges
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import BASELINE, Cap, Scenario, Tree

DRAWS = 500
"""Draws of the simulation, unless the file or the caller asks for another number."""
MOST_DRAWS = 100_000
"""More draws than this are refused: they would fill the memory and tell nothing more."""
_CLOSE = 1e-6
"""Share of the path within which a total is taken to keep it: the tolerance of the cap solver."""
_SEEN = 1e-7


@dataclass(frozen=True, eq=False)
class Correction:
    """调整 What would lead back to the path from the next year on.

    ``plan`` is solved on the tree that begins in the observed year; ``effects`` (lever to years,) what each lever takes off, by
    Shapley's value, which sum to what the plan saves; ``chance`` (years,) the share of draws in which the path is kept with the
    levers, ``chance_without`` without. Amounts in the unit of the road.
    """

    plan: CapPlan
    path: Floats
    effects: Mapping[str, Floats]
    chance: Floats
    chance_without: Floats
    off_tree: float
    draws: int

    @property
    def years(self) -> list[int]:
        """From the observed year to the target year."""
        return [int(year) for year in self.plan.tree.years]

    @property
    def back(self) -> int | None:
        """The first year from which on the road with the levers stays at or under the path; None where it never does."""
        return back_in(self.years, self.plan.emission, self.path)

    def table(self) -> Table:
        """By year: ``year``, ``path``, ``without``, ``corrected``, ``gap`` [unit], ``cost`` [CNY], ``chance``."""
        frame = pl.DataFrame(
            {
                "year": self.years, "path": self.path, "without": self.plan.baseline, "corrected": self.plan.emission,
                "gap": self.plan.gap, "cost": self.plan.cost.sum(axis=0), "chance": self.chance,
            }
        )  # fmt: skip
        return Table(frame, self.plan.tree.title[language()])

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the plan as ``tanheng cap`` prints it, and the road with it."""
        years = [str(year) for year in self.years]

        def by_year(values: Floats, digits: int = 4) -> dict[str, float]:
            return {year: round(float(value), digits) for year, value in zip(years, values, strict=True)}

        return {
            **self.plan.to_dict(),
            "path": by_year(self.path),
            "effects": {name: by_year(values) for name, values in self.effects.items()},
            "back_on_path": self.back,
            "chance": by_year(self.chance), "chance_without": by_year(self.chance_without), "draws": self.draws,
            "off_tree": round(self.off_tree, 4),
        }  # fmt: skip


def correction_of(road: Road, *, draws: int | None = None, seed: int = 2021) -> Correction | tuple[str, str]:
    """The correction from the year after the last observed one; or why there is none, in both languages.

    Raises
    ------
    PackInvalid, NotFound, LibraryMissing

    Notes
    -----
    The cap of each year is the path; the tree is re-based, see `rebased`. Nothing is asked to make up for what was emitted above
    the path before.
    """
    new = ahead_of(road)
    if not isinstance(new, Tree):
        return new
    plan = solve_cap(new)
    path = np.asarray(road.path.at(new.years))
    count = draws or draws_of(road)
    drawn = new.evaluate(draws=count, seed=seed).total
    corrected = new.evaluate(levers=plan.depths, draws=count, seed=seed).total
    return Correction(
        plan, path, effects_of(new, plan.depths), kept(corrected, path), kept(drawn, path), off_tree(new), count,
    )  # fmt: skip


def ahead_of(road: Road) -> Tree | tuple[str, str]:
    """The tree begun again in the last observed year, under the path; or why there is none, in both languages.

    Raises
    ------
    PackInvalid
    """
    year, tree = road.observed.last, road.tree
    until = min(road.path.target, int(tree.years[-1]))
    if year >= until:
        return (
            f"{year} 年之后路径或因子树没有年份，没有可调整的",
            f"neither path nor tree has a year after {year} in common, so there is nothing to correct",
        )
    if year < tree.years[0]:
        return (
            f"因子树从 {tree.years[0]:.0f} 年开始，晚于末次核查的 {year} 年",
            f"the tree begins in {tree.years[0]:.0f}, after the last observed year {year}",
        )
    cap = tree.cap
    marks = {one: float(road.path.at(one)) for one in range(year + 1, until + 1)}
    return rebased(
        tree, year, float(road.observed.total[-1]), done=done_of(road), until=until,
        cap=Cap(marks, cap.discount if cap else 0.0), scenario=scenario_of(road),
    )  # fmt: skip


def draws_of(road: Road) -> int:
    """Draws of the simulation that the file tells, or the usual number."""
    return int(number_of(road, "draws", DRAWS, least=1, most=MOST_DRAWS, whole=True))


def kept(drawn: Floats, path: Floats) -> Floats:
    """Share (years,) of draws (draws, years) that keep the path."""
    return np.asarray((drawn <= path * (1 + _CLOSE)).mean(axis=0))


def back_in(years: Sequence[int], emission: Floats, path: Floats) -> int | None:
    """The first year from which on emissions stay at or under the path; None where they never do."""
    over = np.flatnonzero(emission > path * (1 + _CLOSE))
    first = int(over[-1]) + 1 if over.size else 0
    return years[first] if first < len(years) else None


def effects_of(tree: Tree, depths: Mapping[str, Floats]) -> dict[str, Floats]:
    """What each of some levers takes off the total (years,), by Shapley's value."""
    taken = {name: values for name, values in depths.items() if np.any(values > _SEEN)}
    named = Scenario("decided", tree.title, taken)  # type: ignore[arg-type]
    each = replace(
        tree, scenarios={"decided": named}, levers={name: replace(one, wedge=name) for name, one in tree.levers.items()}
    )  # fmt: skip
    return dict(wedges(each, "decided").parts)


def done_of(road: Road) -> dict[str, float]:
    """Depth of each lever that the file says was reached in the last observed year."""
    done = settings_of(road).get("done", {})
    for name, share in done.items():
        if name not in road.tree.levers:
            raise road.checker.error(
                ("deviation", "done", name), ("因子树没有这个杠杆", "the tree has no such lever"),
                (f"可用：{', '.join(road.tree.levers) or '–'}。", f"Known: {', '.join(road.tree.levers) or '–'}."),
            )  # fmt: skip
        if not 0 <= share <= 1:
            raise road.checker.error(
                ("deviation", "done", name), (f"{share:g} 不在 0 到 1 之间", f"{share:g} is not between 0 and 1"),
                ("0 为没有做，1 为已做满。", "0 is not at all, 1 is in full."),
            )  # fmt: skip
    return dict(done)


def scenario_of(road: Road) -> str:
    """The scenario whose courses go on without a correction.

    Raises
    ------
    PackInvalid
        For one that the tree does not have.
    """
    tree = road.tree
    name = str(settings_of(road).get("scenario", tree.cap.scenario if tree.cap else BASELINE))
    known = list(dict.fromkeys([BASELINE, *tree.scenarios]))
    if name not in known:
        raise road.checker.error(
            ("deviation", "scenario"), (f"因子树没有情景“{name}”", f"the tree has no scenario '{name}'"),
            (f"可用：{', '.join(known)}。", f"Known: {', '.join(known)}."),
        )  # fmt: skip
    return name


def off_tree(tree: Tree) -> float:
    """What was observed beyond the tree, in the unit of the total."""
    return next(leaf.base for name, leaf in tree.leaves.items() if name.rstrip("_") == OFF)
