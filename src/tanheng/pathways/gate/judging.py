"""Judging a new project: the path with certainty, intensity, energy, and offsets where the path is missed."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.inventory.uncertainty.draws import Z95
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.gate.offsets import Option, Taken, cheapest
from tanheng.pathways.gate.problems import GateInvalid
from tanheng.pathways.gate.project import Activity, Change, Project
from tanheng.pathways.gate.rules import (
    SCOPES,
    Energy,
    Limit,
    PlaceIntensity,
    Rules,
    halves,
    in_unit,
    rules_of,
)
from tanheng.pathways.gate.verdict import Check, Verdict
from tanheng.pathways.index.settings import LARGEST
from tanheng.pathways.road.reading import Road
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.evaluation import Evaluation

DRAWS = 1000
"""Draws of the tree unless told: the standard error of a certainty of 90 % is then 1 percentage point."""
_NOTHING = 1e-9
"""Share of a limit below which what is added is rounding."""


def judge(
    road: Road,
    project: Project,
    *,
    scenario: str | None = None,
    draws: int = DRAWS,
    seed: int = 2021,
    taken: Taken | None = None,
) -> Verdict:
    """Whether a new project is let in, by which test not and by how much, and what would offset it.

    Parameters
    ----------
    road : Road
        Target path, tree and the section ``gate`` of a place.
    project : Project
    scenario : str, optional
        Of the tree, instead of the one that the road names.
    draws : int
        Draws of the uncertain leaves of the tree.
    seed : int
        The same seed gives the same verdict.
    taken : mapping, optional
        Tonnes by offset option and year that other claims hold: `ClaimRegister.taken`.

    Returns
    -------
    Verdict

    Raises
    ------
    GateInvalid
        Where path, tree and project have no year in common, or a limit finds no activity.
    PackInvalid
        For a rule of the road.
    NotFound
        For an unknown scenario.
    LeverInvalid, TreeNoNumber
        Where the tree gives no number with the project.
    LibraryMissing
        Without highspy, where offsets are needed.

    Notes
    -----
    A year holds where Pr(E + D <= P) >= certainty over the draws, D being what the project adds. Where the place misses its path
    even without the project, a project that adds nothing in that year is not what fails: the year is told as neutral. The
    scopes of D are told by Shapley's value, so that they add up.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> from tanheng.pathways.gate import project_of
    >>> from tanheng.pathways.road import road_of
    >>> road = road_of(
    ...     {"format": "tanheng-road/1", "id": "small", "title": {"zh": "小", "en": "Small"}, "tree": "given",
    ...      "path": {"unit": "万t", "marks": {"2021": 52000, "2035": 52000}, "source": "example"},
    ...      "observed": {"file": "given", "period": "year", "total": "co2", "unit": "万t", "uncertainty": 10, "source": "example"}},
    ...     tree=load_tree("examples/sichuan-road/tree.yaml"), observed={"year": [2021], "co2": [33500.0]})
    >>> plant = project_of(
    ...     {"format": "tanheng-project/1", "id": "plant", "title": {"zh": "厂", "en": "Plant"},
    ...      "changes": [{"leaf": "waste_burnt", "scope": 1, "kind": "relative", "amount": 0.1, "from": 2030, "source": "example"}]}, road)
    >>> found = judge(road, plant, draws=200)
    >>> found.outcome, len(found.years)
    ('admitted', 6)
    """
    rules = rules_of(road, scenario)
    tree, changes = project.joined(road.tree)
    years = _years(road, project)
    at = np.searchsorted(tree.years, years)
    without = tree.evaluate(rules.scenario, draws=draws, seed=seed)
    depths = {name: one.depth(name, tree.years, draws, seed) for name, one in changes.items()}
    joined = without.move(**depths)
    _possible(project, without, joined)
    before, after = _drawn(without, draws), _drawn(joined, draws)
    shown = (tree.years >= road.path.base) & (tree.years <= years[-1])
    all_before, all_added = before[:, shown], (after - before)[:, shown]
    before, after = before[:, at], after[:, at]
    added = after - before
    path = _certain(
        "path", after, road.path.at(years), added.mean(axis=0), years, rules, road.unit, road.path.source
    )
    scopes = _scopes(without, depths, changes, at)
    checks = [path]
    energy = None if rules.energy is None else _energy(rules.energy, without, joined, draws)[..., at]
    if rules.energy is not None and energy is not None:
        more = (energy[1] - energy[0]).mean(axis=0)
        checks.append(_certain("energy", energy[1], rules.energy.total.at(years), more, years, rules, rules.energy.unit,
                               rules.energy.source))  # fmt: skip
    if rules.intensity is not None:
        totals, outputs = (before, after), _outputs(rules.intensity, without, joined, project, years, at)
        shares = [total * rules.intensity.times[0] / own for total, own in zip(totals, outputs, strict=True)]
        more = (shares[1] - shares[0]).mean(axis=0)
        checks.append(_certain("place-intensity", shares[1], rules.intensity.limit.at(years), more, years, rules,
                               rules.intensity.unit, rules.intensity.source))  # fmt: skip
    for limit in _limits(rules, project):
        if limit.of == "emission":
            amount, unit = (
                sum((scopes[one] for one in limit.scopes if one in scopes), np.zeros(years.size)),
                road.unit,
            )
        else:
            assert energy is not None
            assert rules.energy is not None
            amount, unit = (energy[1] - energy[0]).mean(axis=0), rules.energy.unit
        checks.append(_intensity(limit, amount, unit, project, years))
    plan, offset = None, None
    tonnes = tonnes_of(road.unit)
    if rules.always or path.failed.any():
        need = rules.coverage * np.maximum(added.mean(axis=0), 0.0) * tonnes
        plan = cheapest(_counting(project, without), years, need, taken)
        net = added.mean(axis=0) - plan.covered / tonnes
        offset = _certain(
            "offset", after - plan.covered / tonnes, road.path.at(years), net, years, rules, road.unit
        )
    alone = _certain(
        "place", before, road.path.at(years), np.ones(years.size), years, rules, road.unit, road.path.source
    )
    return Verdict(
        road=road, project=project, rules=rules, span=tree.years[shown], years=years, before=all_before, added=all_added,
        scopes=scopes, checks=tuple(checks), alone=alone, plan=plan, offset=offset, draws=draws, seed=seed,
    )  # fmt: skip


def _limits(rules: Rules, project: Project) -> list[Limit]:
    """The limits that hold for a project: those of the place, and of its sector, which it must tell where there are any."""
    sectors = list(dict.fromkeys(one.sector for one in rules.limits if one.sector))
    if sectors and not project.sector:
        known = ", ".join(sectors)
        raise _refused(
            project,
            (
                "本地有分行业的限值，项目没有写 sector",
                "the place has limits by sector, and the project tells none",
            ),
            (f"请写明行业；有限值的：{known}。", f"Tell its sector; those with limits: {known}."),
        )
    return [one for one in rules.limits if one.sector in {"", project.sector}]


def _counting(project: Project, without: Evaluation) -> list[Option]:
    """The options, those not additional that are levers which the scenario takes already."""
    return [
        dataclasses.replace(
            one, additional=False,
            reason={"zh": f"情景“{without.scenario.title['zh']}”已计入杠杆“{without.tree.levers[one.lever].title['zh']}”",
                    "en": f"scenario '{without.scenario.title['en']}' takes the lever '{without.tree.levers[one.lever].title['en']}' already"},
        )
        if one.additional and np.any(without.depths.get(one.lever, 0.0))
        else one
        for one in project.options
    ]  # fmt: skip


def _years(road: Road, project: Project) -> Floats:
    """The years to test: from the first change to the target year."""
    first, last = project.start, road.path.target
    if first > last or first < road.path.base:
        raise _refused(
            project,
            (f"首年 {first} 不在目标路径 {road.path.base}–{last} 之内", f"its first year {first} lies outside the target path {road.path.base} to {last}"),
            ("请改正项目的年份，或延长路径。", "Mend the years of the project, or make the path longer."),
        )  # fmt: skip
    if first < road.tree.years[0] or last > road.tree.years[-1]:
        span = f"{road.tree.years[0]:.0f}–{road.tree.years[-1]:.0f}"
        raise _refused(
            project,
            (f"因子树只到 {span}，不含 {first}–{last} 各年", f"the tree has {span} and not all of {first} to {last}"),
            ("请延长因子树，或改正项目的年份。", "Make the tree longer, or mend the years of the project."),
        )  # fmt: skip
    return np.arange(float(first), last + 1.0)


def _possible(project: Project, without: Evaluation, joined: Evaluation) -> None:
    """Refuse a project that takes more off than there is, or goes over the bounds of a leaf, which would hide what it adds."""
    leaves, years = without.tree.leaves, without.tree.years
    if not np.abs(joined.total).max() * tonnes_of(joined.tree.unit) < LARGEST:
        raise _refused(
            project,
            ("排放会多于全世界的排放", "emissions would be more than the world emits"),
            ("请核对数量与单位。", "Check amounts and units."),
        )
    for name in dict.fromkeys(one.leaf for one in project.changes):
        before, after = without[name], joined[name]
        bounds = [leaves[name].low, leaves[name].high] if name in leaves else []
        cut = sum(((after == one) & (before != one)).any(axis=0) for one in bounds if one is not None)
        below = (after.mean(axis=0) < 0) & (before.mean(axis=0) >= 0)
        for wrong, zh, en in (
            (below, "为负", "negative"),
            (cut, "超出叶的上下限", "go over the bounds of the leaf"),
        ):
            if np.any(wrong):
                year = int(years[int(np.argmax(wrong))])
                raise _refused(
                    project,
                    (f"它使 {name} 在 {year} 年{zh}", f"it makes {name} {en} in {year}"),
                    ("请核对数量与单位；减少的量不能超过原有的量。", "Check amount and unit; no more can go than there is."),
                )  # fmt: skip


def _drawn(state: Evaluation, draws: int) -> Floats:
    return np.broadcast_to(state.total, (max(draws, 1), state.tree.years.size))


def _certain(
    name: str, values: Floats, limit: Floats, more: Floats, years: Floats, rules: Rules, unit: str, source: Mapping[str, str] | None = None
) -> Check:  # fmt: skip
    """Values (draws, years) against a limit (years,): the certainty, and by how much they are over at the certainty asked for."""
    share = (values <= limit).mean(axis=0)
    order = np.sort(values, axis=0)
    place = max(math.ceil(rules.certainty * values.shape[0] - 1e-9) - 1, 0)
    at = order[place]
    missed = at > limit
    failed = missed & (more > np.abs(limit) * _NOTHING)
    neutral = missed & ~failed
    over = np.maximum(at - limit, 0.0)
    errs = Z95 * math.sqrt(rules.certainty * (1 - rules.certainty) / values.shape[0])
    close = (np.abs(share - rules.certainty) < errs) & (np.ptp(values, axis=0) > 0)
    return Check(
        name,
        {},
        unit,
        years,
        at,
        limit,
        failed,
        neutral,
        over,
        share,
        np.ones(years.size, dtype=bool),
        source or {},
        close=close,
    )


def _intensity(limit: Limit, amount: Floats, unit: str, project: Project, years: Floats) -> Check:
    """What the project emits or uses per unit of its activity against a limit, in the years of full operation."""
    one = project.activity.get(limit.per)
    if one is None:
        raise _refused(
            project,
            (f"限值“{limit.title['zh']}”按 {limit.per} 计，项目没有写 activity.{limit.per}",
             f"the limit '{limit.title['en']}' is per {limit.per}, and the project tells no activity.{limit.per}"),
            ("请在项目文件中补上。", "Add it to the file of the project."),
        )  # fmt: skip
    per = one.course.at(years)
    tested = _tested(one, project, years) & (per > 0)
    if not tested.any():
        raise _refused(
            project,
            (f"各年的 activity.{limit.per} 都不大于零，或项目在目标年前未建成",
             f"activity.{limit.per} is above 0 in no year, or the project is not built before the target year"),
            ("请给出大于零的数；目标年前未建成的，用 points 写各年的数。", "Give numbers above 0; by points where it is not built before the target year."),
        )  # fmt: skip
    own: Path_ = ("activity", limit.per, "unit")
    upper, lower = halves(limit.unit, project.checker, own)
    times = in_unit(unit, upper, project.checker, own) / in_unit(one.unit, lower, project.checker, own)
    found = np.full(years.size, np.nan)
    found[tested] = amount[tested] / per[tested] * times
    most = limit.limit.at(years)
    over = np.where(tested, np.maximum(found - most, 0.0), 0.0)
    failed = tested & (over > np.abs(most) * _NOTHING)
    name = f"{limit.of}-intensity"
    return Check(name, limit.title, limit.unit, years, found, most, failed, np.zeros(years.size, dtype=bool), over, None, tested,
                 limit.source, limit.sector)  # fmt: skip


def _outputs(
    told: PlaceIntensity, without: Evaluation, joined: Evaluation, project: Project, years: Floats, at: Any
) -> tuple[Floats, Floats]:
    """The output of the place without and with the project (draws or 1, years), its own activity where it runs [lower half of the unit]."""
    own = project.activity.get(told.adds)
    added = np.zeros(years.size)
    if own is not None:
        times = in_unit(own.unit, told.lower, project.checker, ("activity", told.adds, "unit"))
        added = np.where(_tested(own, project, years), own.course.at(years), 0.0) * times
    last = without.tree.years.size
    before, after = (
        np.atleast_2d(np.broadcast_to(one[told.node], (*one[told.node].shape[:-1], last)))[:, at]
        * told.times[1]
        for one in (without, joined)
    )
    if (wrong := (before <= 0) | (after + added <= 0)).any():
        year = int(years[int(np.argmax(wrong.any(axis=0)))])
        raise _refused(
            project,
            (f"本地产出 {told.node} 在 {year} 年不大于零", f"the output {told.node} of the place is not above zero in {year}"),
            ("请核对因子树与项目的变化。", "Check the tree and the changes of the project."),
        )  # fmt: skip
    return before, after + added


def _tested(one: Activity, project: Project, years: Floats) -> Any:
    return project.running(years) if one.full else np.ones(years.size, dtype=bool)


def _energy(energy: Energy, without: Evaluation, joined: Evaluation, draws: int) -> Floats:
    """The energy of the place without and with the project (2, draws, years) [its unit]."""
    found = []
    for state in (without, joined):
        whole = sum(state[name] * times for name, times in energy.factors.items())
        found.append(np.broadcast_to(whole, (max(draws, 1), state.tree.years.size)))
    return np.stack(found)


def _scopes(
    without: Evaluation, depths: Mapping[str, Any], changes: Mapping[str, Change], at: Any
) -> dict[str, Floats]:
    """What each scope adds (years,) [unit of the total], the mean over all orders in which scopes can come."""
    told = {one.scope for one in changes.values()}
    names = [one for one in SCOPES if one in told]
    start = without.total.mean(axis=0)[at]
    totals = {frozenset[str](): start}
    for size in range(1, len(names) + 1):
        for chosen in itertools.combinations(names, size):
            own = {name: depths[name] for name, one in changes.items() if one.scope in chosen}
            totals[frozenset(chosen)] = without.move(**own).total.mean(axis=0)[at]
    found = {name: np.zeros(at.size) for name in names}
    for name in names:
        others = [one for one in names if one != name]
        for size in range(len(names)):
            weight = math.factorial(size) * math.factorial(len(names) - size - 1) / math.factorial(len(names))
            for chosen in itertools.combinations(others, size):
                found[name] = found[name] + weight * (
                    totals[frozenset({*chosen, name})] - totals[frozenset(chosen)]
                )
    return found


def _refused(project: Project, detail: tuple[str, str], mend: tuple[str, str]) -> GateInvalid:
    return GateInvalid(project=project.id, detail=detail, mend=mend)
