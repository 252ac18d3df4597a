"""What is to be said of projects besides their numbers: what nobody reported, what is late, what is counted twice or left out."""

from __future__ import annotations

from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.index.wording import say
from tanheng.pathways.projects.effect import Effects
from tanheng.pathways.projects.roll_up import RollUp
from tanheng.pathways.projects.states import state_named


def effect_remarks(found: Effects) -> list[str]:
    """What is missing, late, or without a plan."""
    told = (
        [
            say(
                "没有任何实测值，也没有写 as_of：无从判断哪些应已报告。",
                "Nothing was measured and as_of is not given: what should be reported cannot be told.",
            )
        ]
        if found.until is None
        else []
    )
    told += [
        say(
            f"没有报告：{one.project.title['zh']} {one.year} 年，预期 {one.expected:,.0f} t（不计入）",
            f"Not reported: {one.project.title['en']} {one.year}, expected {one.expected:,.0f} t (not counted)",
        )
        for one in found.missing
    ]
    told += [
        say(
            f"逾期：{one.project.title['zh']} 计划 {one.planned} 年见效，至今{state_named(one.project.state)}（已 {one.years} 年）",
            f"Late: {one.project.title['en']} was to work in {one.planned} and is {state_named(one.project.state)} (years late: {one.years})",
        )
        for one in found.late
    ]
    return told + [say(f"没有监测方案：{one.title['zh']}", f"No measurement plan: {one.title['en']}") for one in found.without_plan]  # fmt: skip


def roll_up_remarks(found: RollUp, *, whole: bool = True) -> list[str]:
    """What is counted twice or beyond a lever, and what is left out; ``whole``: also what of the scenario projects bring, and what was
    not reported.
    """
    names = {
        "within": say("已含在另一项目中", "within another project"),
        "acts-on-nothing": say("没有写作用于什么", "acts on nothing that is named"),
    }

    def called(name: str) -> str:
        return found.pipeline.projects[name].title[language()]

    left = [
        say(
            f"未计入：{called(name)}（{_reason(why, names)}）",
            f"Not counted: {called(name)} ({_reason(why, names)})",
        )
        for name, why in found.uncounted.items()
    ]
    outside = [
        say(
            f"因子树没有这些年份：{called(name)} {years[0]}–{years[-1]}",
            f"The tree has no such years: {called(name)} {years[0]} to {years[-1]}",
        )
        for name, years in found.outside.items()
    ]
    missing = [
        say(f"没有报告：{called(name)} {year} 年", f"Not reported: {called(name)} {year}")
        for name, year in found.missing
    ]
    faults = _faults(found)
    return [*faults, *coverage(found), *left, *outside, *missing] if whole else [*faults, *left, *outside]


def coverage(found: RollUp) -> list[str]:
    """How much of the scenario's levers projects bring: in the year of their most, and levers that have none."""
    bare = [found.named(one.lever) for one in found.covered if not one.projects.any()]
    scenario = found.tree.scenario(found.scenario).title[language()]
    told = []
    for one in found.covered:
        if one.projects.any():
            at = int(one.projects.argmax())
            year, planned, brought = int(found.tree.years[at]), one.planned[at], one.projects[at]
            told.append(say(f"情景“{scenario}”的{found.named(one.lever)}：{year} 年计划深度 {planned:.2%}，项目达到 {brought:.2%}",
                            f"{found.named(one.lever)} of scenario '{scenario}': {planned:.2%} deep in {year}, projects bring {brought:.2%}"))  # fmt: skip
    if bare:
        told.append(
            say(
                f"情景“{scenario}”中没有项目的杠杆：{'、'.join(bare)}",
                f"Levers of scenario '{scenario}' without projects: {', '.join(bare)}",
            )
        )
    return told


def _faults(found: RollUp) -> list[str]:
    beyond: dict[tuple[str, str], list[Any]] = {}
    for one in found.excesses:
        beyond.setdefault((one.on, one.side), []).append(one)
    told = []
    for (on, side), years in beyond.items():
        most = max(years, key=lambda one: one.wanted - one.possible)
        unit, over = unit_said(found.tree.unit), f"{most.wanted - most.possible:,.0f}"
        what = say("预期", "expected") if side == "expected" else say("实测", "measured")
        told.append(say(f"超出杠杆：{found.named(on)}，{what}，{len(years)} 个年份，最多超出 {over} {unit}（{most.year} 年），未计入；项目 {', '.join(most.projects)}",
                        f"More than it can: {found.named(on)}, {what}, in {len(years)} years, at most {over} {unit} ({most.year}), not counted; projects {', '.join(most.projects)}"))  # fmt: skip
    for two in found.doubles:
        what = say("设施", "facility") if two.why == "facility" else say("叶", "leaf")
        told.append(say(f"可能重复：{two.projects[0]} 与 {two.projects[1]} 作用于同一{what} {two.name}，至多 {two.most_t:,.0f} t；若已包含请写 within",
                        f"Counted twice perhaps: {two.projects[0]} and {two.projects[1]} act on the same {what} {two.name}, at most {two.most_t:,.0f} t; write within where one includes the other"))  # fmt: skip
    return told


def _reason(why: str, names: dict[str, str]) -> str:
    return names[why] if why in names else state_named(why)
