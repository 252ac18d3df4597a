"""A verdict as tables of texts, for a terminal and for a page alike."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanheng.charts import grid
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.gate.steam import NUMBERS

if TYPE_CHECKING:
    from tanheng.pathways.gate.steam import Steam
    from tanheng.pathways.gate.verdict import Check, Verdict

_SCOPES = {"1": ("范围一", "Scope 1"), "2": ("范围二", "Scope 2"), "induced": ("带动", "Induced")}


@dataclass(frozen=True)
class Shown:
    """A table of texts: its title, heads, rows, and where its limits come from."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    source: str = ""


def shown(verdict: Verdict) -> list[Shown]:
    """What the project adds by scope, each test by year, the offsets, and each supply of steam."""
    found = [_added(verdict), *(_test(one, verdict) for one in verdict.checks)]
    if verdict.offset is not None:
        found.append(_test(verdict.offset, verdict))
    if verdict.plan is not None and verdict.plan.options:
        found += [_offsets(verdict), _covered(verdict)]
    return found + _steam(verdict)


def grids(verdict: Verdict) -> list[str]:
    """The same as HTML."""
    return [
        f"<h3>{html.escape(one.title)}</h3>{grid(one.heads, one.rows)}{f'<p>{html.escape(one.source)}</p>' if one.source else ''}"
        for one in shown(verdict)
    ]


def _say(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def amount(value: float | None) -> str:
    """A number for reading: whole from 1000 on, else four digits."""
    if value is None or math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _added(verdict: Verdict) -> Shown:
    rows = [
        [str(row["year"]), amount(row["without"]), amount(row["added"]), *(amount(float(one[at])) for one in verdict.scopes.values()),
         amount(row["path"])]
        for at, row in enumerate(verdict.summary().to_dicts())
    ]  # fmt: skip
    heads = [_say("年", "Year"), _say("没有项目", "Without it"), _say("项目增加", "It adds"), *map(scope_named, verdict.scopes),
             _say("目标路径", "Target path")]  # fmt: skip
    return Shown(
        _say("项目增加的排放", "What the project adds") + f" ({_unit(verdict.road.unit)})",
        heads,
        rows,
    )


def _test(one: Check, verdict: Verdict) -> Shown:
    rows = []
    for row in one.table().to_dicts():
        chance = [] if one.certainty is None else [f"{row['certainty']:.1%}"]
        rows.append([str(row["year"]), amount(row["value"]), amount(row["limit"]), amount(row["over"]) if row["over"] else "", *chance, row["state"]])  # fmt: skip
    value = _say("值", "Value") if one.certainty is None else f"P{verdict.rules.certainty * 100:g}"
    heads = [_say("年", "Year"), value, _say("限值", "Limit"), _say("超出", "Over")]
    heads += [] if one.certainty is None else [_say("守住的把握", "Certainty")]
    said = _say("通过", "passed") if one.passed else _say("未通过", "failed")
    source = one.source.get(language(), "")
    told = _say(f"限值：{source}", f"Limit: {source}") if source else ""
    return Shown(f"{one.called} ({_unit(one.unit)}) · {said}", [*heads, _say("结果", "Result")], rows, told)


def _offsets(verdict: Verdict) -> Shown:
    assert verdict.plan is not None
    rows = [
        [
            row["title"],
            f"{row['units']:.4g}",
            f"{row['cost'] / 1e4:,.0f}",
            f"{row['tonnes']:,.0f}",
            row["state"],
        ]
        for row in verdict.plan.table().to_dicts()
    ]
    heads = [_say("选项", "Option"), _say("份数", "Units"), _say("费用（万元）", "Cost (10⁴ CNY)"), _say("所用（t）", "Used (t)"),
             _say("状态", "State")]  # fmt: skip
    total = f"{verdict.plan.cost / 1e4:,.0f}"
    return Shown(_say(f"最便宜的抵消：{total} 万元", f"Cheapest offsets: {total} × 10⁴ CNY"), heads, rows)


def _covered(verdict: Verdict) -> Shown:
    plan = verdict.plan
    assert plan is not None
    rows = [
        [f"{year:.0f}", amount(need), amount(done), amount(gap) if gap else ""]
        for year, need, done, gap in zip(plan.years, plan.need, plan.covered, plan.gap, strict=True)
    ]
    heads = [_say("年", "Year"), _say("应抵消", "To offset"), _say("已抵消", "Offset"), _say("缺口", "Gap")]
    return Shown(_say("逐年抵消（t）", "Offsets by year (t)"), heads, rows)


def _steam(verdict: Verdict) -> list[Shown]:
    found = []
    heads = [
        _say("项", "Term"),
        _say("年", "Year"),
        _say("用汽企业", "Firm"),
        _say("电厂", "Plant"),
        _say("城市", "City"),
    ]
    for one in verdict.project.options:
        if one.steam is None:
            continue
        years = verdict.years[[0, -1]] if verdict.years.size > 1 else verdict.years
        views = one.steam.views(years)
        rows = [
            [row["term"], str(row["year"]), *(amount(row[key]) for key in ("firm", "plant", "city"))]
            for row in views.terms().to_dicts()
        ]
        for at, year in enumerate(years):
            rows.append([_say("合计", "Together"), f"{year:.0f}", *(amount(float(each[at])) for each in (views.firm, views.plant, views.city))])  # fmt: skip
        found.append(Shown(f"{one.title[language()]} · {views.terms().title}", heads, rows))
        found += [
            _even(one.title[language()], views.break_even()),
            _numbers(one.title[language()], one.steam),
        ]
    return found


def _numbers(title: str, steam: Steam) -> Shown:
    heads = [_say("数", "Number"), _say("值", "Value"), _say("单位", "Unit"), _say("出处", "Source")]
    rows = []
    for name, one in steam.said.items():
        value = one["value"]
        shown = (
            "; ".join(f"{year}: {each:g}" for year, each in value.items())
            if isinstance(value, dict)
            else f"{value:g}"
        )
        rows.append([_say(*NUMBERS[name]), shown, _unit(one["unit"]), one["source"][language()]])
    return Shown(_say(f"{title} · 所用的数", f"{title} · its numbers"), heads, rows)


def _even(title: str, rows: Sequence[dict[str, Any]]) -> Shown:
    heads = [_say("年", "Year"), _say("管损", "Pipe loss"), _say("电力因子 (t CO₂/MWh)", "Power factor (t CO₂/MWh)"), _say("距离（km）", "Distance (km)")]  # fmt: skip

    def text(value: float | None, pattern: str) -> str:
        return "–" if value is None else format(value, pattern)

    told = [[str(row["year"]), text(row["loss"], ".1%"), text(row["factor"], ".3f"), text(row["km"], ".1f")] for row in rows]  # fmt: skip
    return Shown(_say(f"{title} · 不再节约的界限", f"{title} · where nothing is saved"), heads, told)


def _unit(unit: str) -> str:
    return unit_said(unit)


def scope_named(name: str) -> str:
    """What a scope is called in the language of the run."""
    return _say(*_SCOPES[name])
