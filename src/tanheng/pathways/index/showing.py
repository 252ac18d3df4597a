"""An index as a page: the whole, the chart, and each part opened to the numbers behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tanheng.charts import Line, chart, grid, page
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.forecast.wording import called
from tanheng.pathways.index.audit_showing import MEANS
from tanheng.pathways.index.consistency import verdict_named
from tanheng.pathways.index.direction import standing_named
from tanheng.pathways.index.wording import (
    amount,
    direction_rows,
    percent,
    place_named,
    say,
    score,
    sentence,
    span,
)
from tanheng.pathways.road.observed import NORMAL_95

if TYPE_CHECKING:
    from tanheng.pathways.index.overall import DualCarbonIndex

_MOST = 12


def chart_of(index: DualCarbonIndex) -> str:
    """What was observed with its 95 % interval, the path, the forecast with 5 to 95 %, and the reference of the tree."""
    road, outlook = index.road, index.forecast_consistency
    observed = road.observed
    years = np.arange(observed.years[0], road.path.target + 1)
    seen = _on(years, observed.years, observed.total)
    half = _on(years, observed.years, observed.sigma * NORMAL_95)
    lines = [
        Line(say("已核查", "Observed"), seen, seen - half, seen + half),
        Line(say("目标路径", "Target path"), road.path.at(years), dashed=True),
    ]
    if outlook.found is not None:
        ahead = {key: np.array([row[key] for row in outlook.fan]) for key in ("year", "p5", "p50", "p95")}
        start = float(observed.total[observed.at(index.year)])
        at = np.append(index.year, ahead["year"])
        low, middle, high = (_on(years, at, np.append(start, ahead[key])) for key in ("p5", "p50", "p95"))
        lines.append(Line(say("预测", "Forecast"), middle, low, high))
    tree = index.reachable_space.target.tree
    if tree.years.size > 1:
        lines.append(Line(say("因子树参照", "Reference of the tree"), _on(years, tree.years, tree.evaluate(index.reachable_space.target.scenario).total[0])))  # fmt: skip
    return chart(_titled(index), unit_said(road.unit), years, lines)


def page_of(indices: Sequence[DualCarbonIndex], more: Mapping[str, str] | None = None) -> str:
    """A page of its own that loads nothing: one place, or several side by side and one after another; ``more`` are pieces by title."""
    title = say("双碳指数", "Dual-carbon index")
    pieces = [f"<h2>{html.escape(head)}</h2>{body}" for head, body in (more or {}).items()]
    if len(indices) == 1:
        return page(f"{_titled(indices[0])} · {title}", [*parts_of(indices[0]), *pieces])
    places = [f"<h2>{html.escape(_titled(one))}</h2>{''.join(parts_of(one))}" for one in indices]
    rows = [[one[key] for key in compared_heads()] for one in compared(indices)]
    return page(title, [_wide(list(compared_heads().values()), rows), *pieces, *places])


def compared(indices: Sequence[DualCarbonIndex]) -> list[dict[str, str]]:
    """A row of texts for each place, the best first; those without a number come last."""
    return [
        {"place": place_named(one.road), "year": str(one.year),
         "whole": score(one.value), "span": "–" if one.withheld else span(one.draws), **{name: score(value) for name, value in one.scores.items()},
         "grade": one.grade.letter, "verdict": verdict_named(one.path_consistency.verdict)}
        for one in sorted(indices, key=lambda one: -1.0 if one.value is None else one.value, reverse=True)
    ]  # fmt: skip


def compared_heads() -> dict[str, str]:
    """What the columns of `compared` are called."""
    parts = {
        "path_consistency": say("路径", "Path"), "realised_degree": say("实现", "Realised"),
        "reachable_space": say("可达", "Reachable"), "forecast_consistency": say("预测", "Forecast"),
    }  # fmt: skip
    return {"place": say("地区", "Place"), "year": say("年", "Year"), "whole": say("总分", "Overall"), "span": "p5–p95", **parts,
            "grade": say("数据", "Data"), "verdict": say("判断", "Verdict")}  # fmt: skip


def parts_of(index: DualCarbonIndex) -> list[str]:
    """The pieces of a page or of a notebook: the whole, the chart, the parts, their numbers."""
    from tanheng.pathways.index.overall import NAMES

    lang = language()
    rows = [
        [NAMES[name][lang != "zh"], score(getattr(index, name).value if name in index.scores else None),
         span(index.joint[name]) if name in index.joint else "–", sentence(index, name)]
        for name in NAMES
    ]  # fmt: skip
    pieces = [_headline(index), index.chart(), _wide([say("部分", "Part"), say("分", "Score"), "p5–p95", say("说明", "What it says")], rows)]  # fmt: skip
    for title, body in _opened(index):
        pieces.append(f"<details open><summary><b>{html.escape(title)}</b></summary>{body}</details>")
    return pieces


def _titled(index: DualCarbonIndex) -> str:
    return f"{place_named(index.road)} {index.year}"


def _headline(index: DualCarbonIndex) -> str:
    value = say("双碳指数", "Dual-carbon index") + f" <b>{score(index.value)}</b>"
    if index.withheld:
        value += f" ({html.escape(index.withheld[language() != 'zh'])})"
    else:
        value += f" (p5–p95 {span(index.draws)})"
    told = [
        value,
        say("数据质量", "Data quality") + f" <b>{index.grade.letter}</b>",
        html.escape(verdict_named(index.path_consistency.verdict)),
    ]
    notes = ""
    if index.road.observed.synthetic:
        notes += f"<p>{say('核查序列是合成的示例数据，不是任何地方的统计。', 'What was observed is made up for the example and no statistics of any place.')}</p>"  # fmt: skip
    for finding in index.road.observed.findings:
        notes += f"<p>{html.escape(finding.message())}</p>"
    if index.tree_gap and index.tree_gap["apart"]:
        gap = index.tree_gap
        notes += "<p>" + say(
            f"因子树在 {gap['year']} 年为 {amount(gap['tree'])}，核查为 {amount(gap['observed'])}：请先校准因子树。",
            f"In {gap['year']} the tree says {amount(gap['tree'])}, observed were {amount(gap['observed'])}: calibrate the tree first.",
        ) + "</p>"  # fmt: skip
    return f"<p>{' · '.join(told)}</p>{notes}"


def _opened(index: DualCarbonIndex) -> list[tuple[str, str]]:
    """Title and tables of each part's numbers."""
    from tanheng.pathways.index.overall import NAMES

    told = index.to_dict()
    parts: Mapping[str, Any] = told["parts"]
    place = int(language() != "zh")
    bodies = {
        "path_consistency": _path(parts["path_consistency"]),
        "realised_degree": _realised(index, parts["realised_degree"]),
        "reachable_space": _space(parts["reachable_space"]),
        "adjustable_direction": _direction(index, parts["adjustable_direction"]),
        "forecast_consistency": _forecast(parts["forecast_consistency"]),
    }
    return [(NAMES[name][place], body) for name, body in bodies.items()] + [
        (say("数据与出处", "Data and sources"), _sources(index, told))
    ]


def _path(part: Mapping[str, Any]) -> str:
    rows = [
        [str(one["year"]), amount(one["emission"]), amount(one["path"]), percent(one["emission"] / one["path"] - 1 if one["path"] > 0 else None), amount(one["sigma"]), rows_said(one["rows"])]
        for one in part["years"]
    ]  # fmt: skip
    heads = [say("年", "Year"), say("排放", "Emission"), say("路径", "Path"), say("偏差", "Deviation"), say("标准不确定度", "Standard uncertainty"), say(f"{part['file']} 的行", f"Rows of {part['file']}")]  # fmt: skip
    ends = [
        [say("容差 τ（吨位）", "Tolerance τ (as an amount)"), amount(part["tolerance"])],
        [say("累计的容差", "Tolerance of the sum"), amount(part["tolerance_of_sum"])],
        [say("结余", "Banked"), amount(part["banked"])],
    ]
    return grid(heads, rows) + grid([say("量", "Quantity"), part["unit"]], ends)


def _realised(index: DualCarbonIndex, part: Mapping[str, Any]) -> str:
    from tanheng.pathways.road.kinds import kind_named

    if "achieved" not in part:
        return f"<p>{html.escape(part['reason'])}</p>"
    names = [one for one in index.road.observed.series.names if part["cells"] and one in part["cells"][0]["achieved"]]  # fmt: skip
    ends = [
        [say(f"{part['base']} 年排放", f"Emission of {part['base']}"), amount(part["emission_base"])],
        [say("活动偶得（不计）", "Windfall of activity (not counted)"), amount(part["windfall"])],
        [say("冻结基准 B", "B, all but activity frozen"), amount(part["frozen"])],
        *[
            [say(f"已减：{kind_named(kind)}", f"Done: {kind_named(kind)}"), amount(value)]
            for kind, value in part["achieved"].items()
        ],
        [say("排放 E", "Emission E"), amount(part["emission"])],
        [say("路径 P", "Path P"), amount(part["path"])],
    ]
    rows = [
        [" / ".join(one["cell"].values()) or "–", amount(one["emission_base"]), amount(one["windfall"]),
         *(amount(one["achieved"][name]) for name in names), amount(one["emission"]), rows_said(one["rows"])]
        for one in part["cells"]
    ]  # fmt: skip
    heads = [say("分项", "Cell"), say(f"{part['base']} 年", str(part["base"])), say("偶得", "Windfall"), *names, str(part["year"]), say("行", "Rows")]  # fmt: skip
    return grid([say("量", "Quantity"), part["unit"]], ends) + grid(heads, rows)


def _space(part: Mapping[str, Any]) -> str:
    ends = [
        [say("参照", "Reference"), amount(part["reference"])],
        ["p5–p95", f"{amount(part['reference_p5'])} – {amount(part['reference_p95'])}"],
        [say("全部杠杆", "All levers"), amount(part["least"])],
        [say("目标", "Target"), amount(part["target"])],
    ]
    if part["headroom"] is not None:
        ends.append([say("新项目余量", "Headroom for new projects"), amount(part["headroom"])])
    if part["gap"]:
        ends.append([say("缺口", "Gap"), amount(part["gap"])])
    rows = [
        [f"{one['price'] / tonnes_of(part['unit']):,.4g}", amount(one["total"]), f"{one['cost'] / 1e8:,.1f}", "–" if one["space"] is None else f"{one['space']:.2f}"]
        for one in part["supply"]
    ]  # fmt: skip
    heads = [say("至多 元/t", "At most CNY/t"), say("可到", "Reaches"), say("年费用（亿元）", "Cost a year (10⁸ CNY)"), "H"]  # fmt: skip
    said = ""
    if part["relaxation"]:
        titles = [one["title"][language()] for one in part["relaxation"]["levers"]]
        said = f"<p>{say('最便宜的放宽：', 'Cheapest to relax: ')}{html.escape(', '.join(titles) or '–')}</p>"
    return grid([say("量", "Quantity"), part["unit"]], ends) + (grid(heads, rows) if rows else "") + said


def _direction(index: DualCarbonIndex, part: Mapping[str, Any]) -> str:
    ends = grid(
        [say("量", "Quantity"), say("参照", "Reference"), "p5", "p95"],
        direction_rows(index.adjustable_direction),
    )
    rows = [
        [one["title"], f"{one['depth']:.0%}", amount(one["gradient"]), "–" if one["frequency"] is None else f"{one['frequency']:.0%}",
         "–" if one["standing"] is None else standing_named(one["standing"])]
        for one in part["levers"]
    ]  # fmt: skip
    heads = [say("杠杆", "Lever"), say("最便宜的解中的深度", "Depth in the cheapest solution"), say("做满的效果", "Effect in full"),
             say("抽样中被选", "Taken in draws"), say("判断", "Standing")]  # fmt: skip
    leaves = [
        [
            one["title"],
            f"{one['elasticity']:+.3f}",
            f"{amount(one['value'])} {one['unit']}".removesuffix(" 1"),
            _from(one),
        ]
        for one in part["elasticities"][:_MOST]
    ]
    return ends + (grid(heads, rows) if rows else "") + _wide([say("因子（叶）", "Factor (leaf)"), say("弹性", "Elasticity"), say("基准年的值", "Value in the base year"), say("出处", "From")], leaves)  # fmt: skip


def _from(leaf: Mapping[str, Any]) -> str:
    if leaf["proof"] is None:
        return str(leaf["source"] or "–")
    cell = ", ".join(f"{key}={value}" for key, value in leaf["proof"]["cell"].items())
    return f"{leaf['proof']['inventory']}: {cell} ({leaf['proof']['take']}) · {leaf['proof']['digest'][:12]}"


def rows_said(numbers: Sequence[int | None]) -> str:
    """Numbers of rows, those that follow one another as a span."""
    known = sorted({one for one in numbers if one is not None})
    if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
        return f"{known[0]}–{known[-1]}"
    return ", ".join(map(str, known)) or "–"


def _forecast(part: Mapping[str, Any]) -> str:
    if part["reason"]:
        return f"<p>{html.escape(part['reason'])}</p>"
    if "fan" not in part:
        return f"<p>{say('目标年已核查，无须预测。', 'The target year was observed: nothing had to be forecast.')}</p>"
    rows = [
        [f"{one['year']:.0f}", *(amount(one[key]) for key in ("p5", "p50", "p95"))] for one in part["fan"]
    ]
    record = part["backtest"]
    ends = [
        [say("模型", "Model"), called(record["model"])],
        [say("所用年份", "Years used"), f"{part['from']}–{part['until']}"],
        [say("回测次数", "Forecasts tried"), str(record["points"])],
        [say("平均误差", "Mean error"), f"{record['mape']:.1%}"],
        [say("80 % 区间的实际覆盖", "Coverage of 80 % intervals"), "–" if record["coverage"] is None else f"{record['coverage']:.0%}"],
        [say("逐年的覆盖", "Coverage by year ahead"), by_step(record)],
        [say("相对沿用末值", "Against the last value"), f"{record['mase']:.2f} / {record['mase_naive']:.2f}"],
        [say("区间可凭到", "Intervals borne out to"), str(part["checked_to"])],
    ]  # fmt: skip
    return grid([say("年", "Year"), "p5", "p50", "p95"], rows) + grid([say("量", "Quantity"), say("值", "Value")], ends)  # fmt: skip


def by_step(record: Mapping[str, Any]) -> str:
    """How many intervals held of those that were tried, for each year ahead that was tried."""
    pairs = zip(record["coverage_by_step"], record["coverage_points_by_step"], strict=True)
    return " · ".join(f"{round(held * count)}/{count}" for held, count in pairs if count) or "–"


def _sources(index: DualCarbonIndex, told: Mapping[str, Any]) -> str:
    observed = index.road.observed
    rows = [
        [say("核查", "Observed"), f"{observed.file} · {told['source']}"],
        [say("目标路径", "Target path"), told["path_source"]],
        [
            say("各部分的约定", "Conventions"),
            f"{index.choices.tell} u, {index.choices.floor:.0%}, H/{index.choices.ample}, {MEANS[index.choices.mean][language() != 'zh']}",
        ],
    ]
    grades = [[str(one["year"]), one["grade"], one["from"]] for one in told["grade_detail"]["years"]]
    ledger = [
        [year, one["inventory"], one["run"] or "–", one["method"], one["digest"][:12], amount(one["total"]),
         "–" if one["uncertainty"] is None else f"{one['uncertainty']:.3g}", str(one["rows"]), one["grade"]]
        for year, found in told["ledger"].items() for one in found
    ]  # fmt: skip
    heads = [say("年", "Year"), say("清单", "Inventory"), say("运行", "Run"), say("方法", "Method"), say("指纹", "Digest"), say("合计", "Total"), "± %", say("行", "Rows"), say("等级", "Grade")]  # fmt: skip
    return (
        _wide([say("项", "Item"), say("出处", "Source")], rows)
        + _wide([say("年", "Year"), say("等级", "Grade"), say("依据", "From")], grades)
        + (_wide(heads, ledger) if ledger else f"<p>{say('没有绑定清单。', 'No inventory is bound.')}</p>")
    )


def _wide(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns are text; the last one breaks its lines, the others do not."""
    told = grid(heads, rows).replace("<td>", '<td style="text-align:left;white-space:nowrap">')
    told = told.replace("<th>", '<th style="text-align:left;white-space:nowrap">')
    return re.sub(r"white-space:nowrap(\">[^<]*</td></tr>)", r"white-space:normal\1", told)


def _on(years: np.ndarray, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    found = np.full(years.size, np.nan)
    places = {float(year): place for place, year in enumerate(years)}
    for year, value in zip(at, values, strict=True):
        if float(year) in places:
            found[places[float(year)]] = value
    return found
