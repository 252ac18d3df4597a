"""Tables of a pipeline of projects: the list, years, realisation, totals in the tree, depths, plans and states."""

from __future__ import annotations

from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.index.wording import say
from tanheng.pathways.projects import Effects, Pipeline, Project, RollUp
from tanheng.pathways.projects.effect import Realised, verdict_named
from tanheng.pathways.projects.remarks import coverage
from tanheng.pathways.projects.states import measurement_options, state_named, states
from tanheng.serve.roads.document import Column, Sheet

T = "t CO₂e"


def list_sheet(pipeline: Pipeline) -> Sheet:
    """One row per project."""
    rows = [
        {**row, "state": state_named(row["state"]), "within": pipeline[row["project"]].within or "–"} for row in pipeline.table().to_dicts()
    ]  # fmt: skip
    columns = (
        Column("title", say("项目", "Project")), Column("state", say("状态", "State")), Column("owner", say("责任单位", "Owner")),
        Column("place", say("地区", "Place")), Column("kind", say("类型", "Kind")), Column("acts_on", say("作用于", "Acts on")),
        Column("first", say("始于", "From"), "year"), Column("last", say("止于", "Until"), "year"), Column("largest_t", say("每年最多", "Most a year"), "amount", T),
        Column("measured_years", say("已测年数", "Years measured"), "count"), Column("investment", say("投资", "Investment"), "money", say("元", "CNY")),
        Column("within", say("包含于", "Within")), Column("project", say("编号", "Id")),
    )  # fmt: skip
    return Sheet("projects", say("项目库", "Projects"), columns, rows)


def effect_sheet(seen: Effects) -> Sheet:
    """Years of projects, measured against expected."""
    rows = [{**row, "verdict": verdict_named(row["verdict"])} for row in seen.table().to_dicts()]
    columns = (
        Column("title", say("项目", "Project")), Column("year", say("年", "Year"), "year"), Column("expected_t", say("预期", "Expected"), "amount", T),
        Column("measured_t", say("实测", "Measured"), "amount", T), Column("half_width_t", say("实测的 ±（95 %）", "± of the measurement (95 %)"), "amount", T),
        Column("ratio", say("实测／预期", "Measured / expected"), "share"), Column("low", say("区间下限", "Interval from"), "share"),
        Column("high", say("区间上限", "Interval to"), "share"), Column("verdict", say("判断", "Verdict")), Column("owner", say("责任单位", "Owner")),
        Column("file", say("证据", "Evidence")), Column("project", say("编号", "Id")),
    )  # fmt: skip
    note = say("没有测量的年份不用预期值代替。", "An expectation never takes the place of a measurement.")
    return Sheet("effects", say("实测与预期", "Measured against expected"), columns, rows, note)


def realised_sheet(seen: Effects, by: str) -> Sheet:
    """Realisation by a column, and of all projects together."""
    titles = (
        {one.id: one.title[language()] for one in seen.pipeline.projects.values()} if by == "project" else {}
    )
    head = {"project": say("项目", "Project"), "owner": say("责任单位", "Owner"), "kind": say("类型", "Kind"), "place": say("地区", "Place")}[by]  # fmt: skip
    rows = [_realised(one, titles.get(one.name, one.name)) for one in seen.by(by)]
    rows.append(_realised(seen.whole, say("全部", "All")))
    columns = (
        Column("name", head), Column("due", say("应测", "Due"), "count"), Column("years", say("已测", "Measured"), "count"),
        Column("expected", say("预期（已测年份）", "Expected (years measured)"), "amount", T), Column("measured", say("实测", "Measured"), "amount", T),
        Column("ratio", say("兑现率", "Realised"), "share"), Column("low", say("区间下限", "Interval from"), "share"), Column("high", say("区间上限", "Interval to"), "share"),
        Column("verdict", say("判断", "Verdict")), Column("unreported", say("没有报告的预期", "Expected, not reported"), "amount", T),
    )  # fmt: skip
    note = say("已含在另一项目中的不重复计入。", "Projects within another are not added.")
    return Sheet("realised", say("兑现率", "Realisation"), columns, rows, note)


def _realised(one: Realised, name: str) -> dict[str, Any]:
    found = one.ratio
    return {"name": name or "–", "due": one.due, "years": one.years, "expected": one.expected, "measured": one.measured if one.years else None,
            "ratio": found.value, "low": found.low, "high": found.high, "verdict": verdict_named(one.verdict), "unreported": one.unreported}  # fmt: skip


def total_sheet(found: RollUp) -> Sheet:
    """Totals by year, without projects, with what is expected of them and with what was measured."""
    unit = unit_said(found.tree.unit)
    columns = [Column("year", say("年", "Year"), "year"), *(Column(key, title, "amount", unit) for key, title in (
        ("reference", say("没有项目", "Without projects")), ("with_projects", say("计入预期", "With what is expected")),
        ("counted_reduction", say("预期减少", "Expected less")), ("with_measured", say("计入实测", "With what was measured")),
        ("measured_low", say("区间下限", "Interval from")), ("measured_high", say("区间上限", "Interval to")),
        ("interaction", say("杠杆间的相互作用", "Interaction of levers")), ("planned", say("情景（连同其杠杆）", "Scenario with its levers")),
    ))]  # fmt: skip
    if found.tree.cap is not None:
        columns += [
            Column("cap", say("上限", "Cap"), "amount", unit),
            Column("gap", say("缺口", "Gap"), "amount", unit),
        ]
    return Sheet("totals", say("汇入因子树", "In the factor tree"), columns, found.by_year().to_dicts(), " ".join(coverage(found)))  # fmt: skip


def depth_sheet(found: RollUp) -> Sheet:
    """How deep projects take their levers, by year."""
    years = found.tree.years.astype(int).tolist()
    rows = [
        {"lever": found.named(name), "year": year, "depth": None if name.startswith("leaf:") else float(depth[at]), "amount": float(depth[at]) if name.startswith("leaf:") else None,
         "reduced": float(found.parts["expected"][name][at])}
        for name, depth in found.expected.depths.items() if name in found.parts["expected"]
        for at, year in enumerate(years) if depth[at]
    ]  # fmt: skip
    columns = (
        Column("lever", say("杠杆或叶", "Lever or leaf")), Column("year", say("年", "Year"), "year"), Column("depth", say("深度", "Depth"), "share"),
        Column("amount", say("叶的减少（叶的单位）", "Less of the leaf (its unit)"), "amount"),
        Column("reduced", say("单独减少", "It reduces alone"), "amount", unit_said(found.tree.unit)),
    )  # fmt: skip
    return Sheet(
        "depths",
        say("项目使杠杆达到的深度（预期）", "How deep projects take their levers (expected)"),
        columns,
        rows,
    )


def plan_sheet(pipeline: Pipeline) -> Sheet:
    """Who measures what, how often, by which method and against which baseline."""
    known, lang = measurement_options(), language()
    rows = []
    for one in pipeline.projects.values():
        plan = one.plan
        method = "" if plan is None else known[plan.method][lang] if plan.method in known else plan.method
        rows.append({"title": one.title[lang], "what": say("没有监测方案", "no measurement plan") if plan is None else plan.what,
                     "often": plan.often if plan else "–", "method": method or "–", "baseline": plan.baseline if plan else "–",
                     "responsible": plan.responsible if plan else "–", "facility": one.facility or "–"})  # fmt: skip
    columns = (
        Column("title", say("项目", "Project")), Column("what", say("测什么", "What is measured")), Column("often", say("频次", "How often")),
        Column("method", say("方法", "Method")), Column("baseline", say("基线", "Baseline")), Column("responsible", say("监测单位", "Who measures")),
        Column("facility", say("设施", "Facility")),
    )  # fmt: skip
    return Sheet("plans", say("监测方案", "Measurement plans"), columns, rows)


def state_sheet(pipeline: Pipeline) -> Sheet:
    """How far each project is, since when, and what may follow."""
    joint = say("、", ", ")

    def row(one: Project) -> dict[str, Any]:
        return {
            "title": one.title[language()],
            "state": state_named(one.state),
            "history": say("；", "; ").join(
                f"{state_named(state)} {year}" for state, year in one.history.items()
            )
            or "–",
            "following": joint.join(map(state_named, states()[one.state].following)) or say("无", "none"),
        }

    columns = (
        Column("title", say("项目", "Project")), Column("state", say("状态", "State")), Column("history", say("进程", "History")),
        Column("following", say("可变为", "May become")),
    )  # fmt: skip
    return Sheet("states", say("状态与进程", "States"), columns, [row(one) for one in pipeline.projects.values()])  # fmt: skip
