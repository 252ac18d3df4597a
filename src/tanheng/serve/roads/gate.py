"""The gate: whether a new project is let in, by which test not, the offsets at least cost, and steam in three views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.gate import Verdict, judge, load_project
from tanheng.pathways.gate.claims import taken
from tanheng.pathways.gate.showing import scope_named
from tanheng.pathways.gate.verdict import OUTCOMES, Check
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.gate_steam import steam_sheets
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.room import refuse_vast
from tanheng.serve.roads.telling import money_said

OPTIONS = (
    Option("file", "file", "项目文件", "file of the project", default="project.yaml"),
    Option(
        "scenario",
        "text",
        "因子树的情景（代替路径文件的）",
        "scenario of the tree (instead of the road's)",
        source="scenarios",
    ),
    Option("draws", "count", "抽样次数", "number of draws", default=1000, least=2, most=20_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=2021, least=0, most=2**31 - 1),
)


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The verdict, every test by year, what the project adds, its offsets and its supplies of steam."""
    found, held = _judged(opened, asked)
    place = int(say("0", "1"))
    return Document(
        headline=_headline(found, place),
        figures=_figures(found, place),
        charts=tuple(filter(None, (found.chart(), found.headroom_chart()))),
        sheets=_sheets(found),
        warnings=[one[place] for one in [*found.reasons(), *found.doubts()]],
        alarm=not found.admitted,
        synthetic=opened.synthetic or found.road.observed.synthetic or found.project.synthetic,
        result={**found.to_dict(), "claimed": {f"{name} {year}": tonnes for (name, year), tonnes in held.items()}, "lots": lots(found)},
    )  # fmt: skip


@once
def _judged(opened: Opened, asked: Mapping[str, Any]) -> tuple[Verdict, dict[tuple[str, int], int]]:
    """The verdict, and what others have claimed by option and year [t]."""
    road = opened.road
    refuse_vast(road.tree, asked["draws"])
    project = load_project(opened.path(asked["file"]), road)
    held = taken(opened.claims, without=(project.id, road.id))
    scenario, draws, seed = asked["scenario"] or None, asked["draws"], asked["seed"]
    return judge(road, project, scenario=scenario, draws=draws, seed=seed, taken=held), held


def lots(found: Verdict) -> list[dict[str, Any]]:
    """What a project that is let in with offsets is to claim: whole tonnes by option and year; nothing for any other."""
    if found.outcome != "admitted-with-offsets" or found.plan is None:
        return []
    return [{"option": one.option, "vintage": one.vintage, "tonnes": one.tonnes, "issued": one.issued} for one in found.plan.lots()]  # fmt: skip


def _headline(found: Verdict, place: int) -> str:
    lang = language()
    told = [
        f"{found.project.title[lang]} → {found.road.title[lang]}{say('：', ': ')}{OUTCOMES[found.outcome][place]}"
    ]
    reasons = found.reasons()
    if not found.admitted and reasons:
        told.append(reasons[0][place])
    elif found.plan is not None and found.plan.covered.any():
        cost = money_said(found.plan.cost)
        told.append(say(f"抵消至少需 {cost}", f"offsets cost at least {cost}"))
    return say("；", "; ").join(told)


def _figures(found: Verdict, place: int) -> list[Figure]:
    added = found.added.mean(axis=0)[-found.years.size :]
    most = int(np.argmax(np.abs(added)))
    path = found.checks[0]
    assert path.certainty is not None
    least = int(np.argmin(path.certainty))
    figures = [
        Figure(say("判定", "Verdict"), text=OUTCOMES[found.outcome][place]),
        Figure(say("守住路径的把握（最低年份）", "Certainty of the path (lowest year)"), float(path.certainty[least]), shown="share",
               note=say(f"{path.years[least]:.0f} 年；要求 {found.rules.certainty:.0%}", f"{path.years[least]:.0f}; {found.rules.certainty:.0%} is asked for")),
        Figure(say("项目增加的排放（最多的一年）", "The project adds (most in a year)"), float(added[most]), unit_said(found.road.unit),
               note=f"{found.years[most]:.0f}"),
    ]  # fmt: skip
    if found.offset is not None and found.offset.certainty is not None:
        after = int(np.argmin(found.offset.certainty))
        figures.append(Figure(say("抵消后的把握（最低年份）", "Certainty after offsets (lowest year)"), float(found.offset.certainty[after]),
                              shown="share", note=f"{found.years[after]:.0f}"))  # fmt: skip
    if found.plan is not None and found.plan.need.any():
        plan = found.plan
        figures += [
            Figure(say("应抵消（各年合计）", "To offset (all years)"), float(plan.need.sum()), "t",
                   note=say(f"每增加 1 t 抵消 {found.rules.coverage:g} t", f"{found.rules.coverage:g} t for each tonne added")),
            Figure(say("最少费用", "Least cost"), plan.cost / 1e4, say("万元", "10⁴ CNY"), shown="money"),
        ]  # fmt: skip
        if not plan.complete:
            figures.append(
                Figure(say("最多能抵消所需的", "Offsets cover at most"), plan.share, shown="share")
            )
    return figures


def _sheets(found: Verdict) -> list[Sheet]:
    sheets = [_overview(found), _added(found)]
    sheets += [_test(f"test-{at}", one, found) for at, one in enumerate(found.checks, 1)]
    if found.offset is not None:
        sheets.append(_test("test-offset", found.offset, found))
    sheets.append(_test("place-alone", found.alone, found))
    if found.plan is not None and found.plan.options:
        sheets += [_offsets(found), _covered(found), _used(found)]
    return [*sheets, *steam_sheets(found), _changes(found), *_activity(found)]


def _overview(found: Verdict) -> Sheet:
    rows = [
        {"test": one.called, "state": say("通过", "passed") if one.passed else say("未通过", "failed"),
         "failed": ", ".join(f"{year:.0f}" for year in one.years[one.failed]) or "–",
         "over": float(one.over[one.failed].max()) if one.failed.any() else None, "unit": unit_said(one.unit), "source": one.source.get(language(), "")}
        for one in [*found.checks, *([found.offset] if found.offset is not None else [])]
    ]  # fmt: skip
    columns = (
        Column("test", say("检验", "Test")), Column("state", say("结果", "Result")), Column("failed", say("超出的年份", "Years over")),
        Column("over", say("最多超出", "Most over"), "amount"), Column("unit", say("单位", "Unit")), Column("source", say("限值的出处", "Source of the limit")),
    )  # fmt: skip
    return Sheet("tests", say("各项检验", "All tests"), columns, rows)


def _added(found: Verdict) -> Sheet:
    unit = unit_said(found.road.unit)
    rows = [
        {**row, **{f"scope_{name}": float(values[at]) for name, values in found.scopes.items()}}
        for at, row in enumerate(found.summary().to_dicts())
    ]
    columns = [_year(), *(Column(key, title, "amount", unit) for key, title in (
        ("path", say("目标路径", "Target path")), ("without", say("没有项目", "Without it")), ("added", say("项目增加", "It adds")),
        *((f"scope_{name}", scope_named(name)) for name in found.scopes), ("with", say("有项目", "With it")),
    ))]  # fmt: skip
    return Sheet("added", say("项目增加的排放", "What the project adds"), columns, rows)


def _test(name: str, one: Check, found: Verdict) -> Sheet:
    value = say("值", "Value") if one.certainty is None else f"P{found.rules.certainty * 100:g}"
    unit = unit_said(one.unit)
    columns = [_year(), Column("value", value, "amount", unit), Column("limit", say("限值", "Limit"), "amount", unit),
               Column("over", say("超出", "Over"), "amount", unit)]  # fmt: skip
    columns += [] if one.certainty is None else [Column("certainty", say("守住的把握", "Certainty"), "share")]
    source = one.source.get(language(), "")
    said = (
        "" if one is found.alone else f" · {say('通过', 'passed') if one.passed else say('未通过', 'failed')}"
    )
    return Sheet(
        name,
        one.called + said,
        [*columns, Column("state", say("结果", "Result"))],
        one.table().to_dicts(),
        say(f"限值：{source}", f"Limit: {source}") if source else "",
    )


def _offsets(found: Verdict) -> Sheet:
    plan = found.plan
    assert plan is not None
    lang = language()
    lacking: dict[str, list[str]] = {}
    for name, zh, en in plan.lacks():
        lacking.setdefault(name, []).append(say(zh, en))
    rows = [
        {**row, "cost": row["cost"] / 1e4, "most": one.most, "taken": float(plan.taken[place].sum()), "available": one.available, "until": one.until,
         "discount": one.discount, "lacks": say("；", "; ").join(lacking.get(one.name, [])) or "–", "reason": one.reason[lang],
         "source": one.source[lang]}
        for place, (row, one) in enumerate(zip(plan.table().to_dicts(), plan.options, strict=True))
    ]  # fmt: skip
    columns = (
        Column("title", say("选项", "Option")), Column("units", say("采用份数", "Units taken"), "amount"), Column("most", say("最多份数", "Units at most"), "amount"),
        Column("cost", say("费用", "Cost"), "money", say("万元", "10⁴ CNY")), Column("tonnes", say("所用", "Used"), "amount", "t"),
        Column("taken", say("他人占用", "Claimed by others"), "amount", "t"), Column("state", say("状态", "State")),
        Column("lacks", say("为何不能更多", "Why not more")), Column("available", say("始于", "From"), "year"), Column("until", say("止于", "Until"), "year"),
        Column("discount", say("汇的折扣", "Discount of a sink"), "share"), Column("reason", say("额外性的理由", "Why additional")),
        Column("source", say("出处", "Source")), Column("option", say("编号", "Id")),
    )  # fmt: skip
    return Sheet("offsets", say("最便宜的抵消", "Cheapest offsets"), columns, rows)


def _covered(found: Verdict) -> Sheet:
    plan = found.plan
    assert plan is not None
    rows = [
        {"year": int(year), "need": float(need), "covered": float(done), "gap": float(gap)}
        for year, need, done, gap in zip(plan.years, plan.need, plan.covered, plan.gap, strict=True)
    ]
    columns = [_year(), *(Column(key, title, "amount", "t") for key, title in (
        ("need", say("应抵消", "To offset")), ("covered", say("已抵消", "Offset")), ("gap", say("缺口", "Gap"))))]  # fmt: skip
    return Sheet("covered", say("逐年抵消", "Offsets by year"), columns, rows)


def _used(found: Verdict) -> Sheet:
    plan = found.plan
    assert plan is not None
    keys = {one.name: f"o{place}" for place, one in enumerate(plan.options) if plan.used[place].any()}
    rows = [
        {"year": int(year)} | {key: float(plan.used[int(key[1:]), at]) for key in keys.values()}
        for at, year in enumerate(plan.years)
    ]
    titles = {one.name: one.title[language()] for one in plan.options}
    columns = [_year(), *(Column(key, titles[name], "amount", "t") for name, key in keys.items())]
    return Sheet("used", say("逐年所用的抵消", "Offsets used by year"), columns, rows, say("汇的折扣已扣除。", "The discount of sinks is taken off."))  # fmt: skip


def _changes(found: Verdict) -> Sheet:
    lang, tree = language(), found.road.tree
    rows = []
    for one in found.project.changes:
        place = tree.leaves.get(one.leaf) or tree.nodes[one.leaf]
        share = one.kind == "relative"
        rows.append({"leaf": place.title[lang], "scope": scope_named(one.scope), "amount": one.amount * 100 if share else one.amount,
                     "unit": "%" if share else unit_said(place.unit), "from": one.start, "build": one.build, "until": one.until,
                     "uncertainty": one.uncertainty, "source": one.source[lang]})  # fmt: skip
    columns = (
        Column("leaf", say("改变什么", "What it changes")), Column("scope", say("范围", "Scope")), Column("amount", say("数量", "Amount"), "amount"),
        Column("unit", say("单位", "Unit")), Column("from", say("始于", "From"), "year"), Column("build", say("建设年数", "Years to build"), "count"),
        Column("until", say("止于", "Until"), "year"), Column("uncertainty", "±", "share"), Column("source", say("出处", "Source")),
    )  # fmt: skip
    return Sheet("changes", say("项目文件：改变", "The project: changes"), columns, rows)


def _activity(found: Verdict) -> Sequence[Sheet]:
    rows = [
        {"activity": name, "year": year or None, "value": value, "unit": unit_said(one.unit), "source": one.source[language()]}
        for name, one in found.project.activity.items()
        for year, value in one.course.marks.items()
    ]  # fmt: skip
    columns = (
        Column("activity", say("产出", "Activity")), Column("year", say("年（空：满产时）", "Year (none: in full operation)"), "year"),
        Column("value", say("值", "Value"), "amount"), Column("unit", say("单位", "Unit")), Column("source", say("出处", "Source")),
    )  # fmt: skip
    return [Sheet("activity", say("项目文件：产出", "The project: activity"), columns, rows)] if rows else []


def _year() -> Column:
    return Column("year", say("年", "Year"), "year")
