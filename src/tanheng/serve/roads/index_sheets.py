"""Tables of an index: the numbers behind each part, the data that it rests on, its history and its audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways import DualCarbonIndex
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.forecast.wording import called
from tanheng.pathways.index import IndexAudit, IndexHistory
from tanheng.pathways.index.audit_showing import SAID, value_named
from tanheng.pathways.index.consistency import verdict_named
from tanheng.pathways.index.direction import NO_SCORE, standing_named
from tanheng.pathways.index.overall import NAMES
from tanheng.pathways.index.showing import by_step, rows_said
from tanheng.pathways.index.wording import direction_rows, say
from tanheng.pathways.road.kinds import kind_named
from tanheng.serve.roads.document import Column, Sheet, Shown
from tanheng.serve.roads.telling import money, year_column

Bound = Mapping[int, Mapping[str, Mapping[str, Any]]]
_AMOUNT: Shown = "amount"


def part_sheets(found: DualCarbonIndex, bound: Bound) -> list[Sheet]:
    """Every part opened to its numbers, then the data that they rest on."""
    told = found.to_dict()
    parts, unit = told["parts"], unit_said(found.road.unit)
    return [
        one for one in (
            _path(parts["path_consistency"], unit), _steps(parts["realised_degree"], unit),
            _cells(found, parts["realised_degree"], unit), _space(found, parts["reachable_space"], unit),
            _supply(parts["reachable_space"], unit), _direction(found), _levers(parts["adjustable_direction"], unit),
            _leaves(parts["adjustable_direction"]), _fan(parts["forecast_consistency"], unit),
            _record(parts["forecast_consistency"]), _proofs(told["ledger"], bound, unit), _grades(told), _sources(told),
        ) if one.rows
    ]  # fmt: skip


def history_sheet(past: IndexHistory) -> Sheet:
    """The whole and its parts, year by year."""
    place = int(language() != "zh")
    rows = [{**row, "verdict": verdict_named(row["verdict"])} for row in past.table().to_dicts()]
    parts = [Column(name, NAMES[name][place], "score") for name in NAMES if rows and name in rows[0]]
    columns = [
        year_column(), Column("overall", say("总分", "Overall"), "score"), Column("p5", "p5", "score"), Column("p95", "p95", "score"), *parts,
        Column("grade", say("数据质量", "Data quality")), Column("verdict", say("对照路径", "Against the path")),
    ]  # fmt: skip
    note = say("每年按当年已知的序列评价，路径与标尺不变。", "Each year is judged by what was known then, on the same path and goalposts.")  # fmt: skip
    return Sheet("history", say("历年的指数", "The index over the years"), columns, rows, note)


def audit_sheets(audited: IndexAudit) -> list[Sheet]:
    """How far the whole depends on the conventions: one after another, and as shares of its variance."""
    place = int(language() != "zh")
    told = audited.to_dict()
    convention = Column("choice", say("约定", "Convention"))
    changes = [
        {"choice": SAID[one["choice"]][place], "value": value_named(one["value"]), "overall": one["overall"], "change": one["change"]}
        for one in told["one_at_a_time"]
    ]  # fmt: skip
    shares = [
        {"choice": SAID[one["choice"]][place], "first": one["first"], "total": one["total"]}
        for one in told["importance"]
    ]
    whole = told["places"][0]
    note = say(
        f"{told['combinations']} 种组合下总分 p5–p95：{whole['p5']:.1f}–{whole['p95']:.1f}",
        f"p5–p95 of the whole over {told['combinations']} combinations: {whole['p5']:.1f}–{whole['p95']:.1f}",
    )
    return [
        Sheet(
            "audit", say("敏感性：逐一变动各项约定", "Sensitivity: one convention after another"),
            (convention, Column("value", say("改为", "Changed to")), Column("overall", say("总分", "Overall"), "score"),
             Column("change", say("变化", "Change"), "score")),
            changes, note,
        ),
        Sheet(
            "importance", say("敏感性：占总分方差的份额", "Sensitivity: shares in the variance of the whole"),
            (convention, Column("first", say("单独", "By itself"), "share"), Column("total", say("连同交互", "With interaction"), "share")),
            shares,
        ),
        Sheet(
            "weights", say("敏感性：权重上下 25 %", "Sensitivity: weights up and down by 25 %"),
            (Column("mean", say("平均", "Mean")), Column("overall", say("等权的总分", "Whole of equal weights"), "score"), Column("p5", "p5", "score"), Column("p95", "p95", "score")),
            [{**row, "mean": value_named(row["mean"])} for row in told["weights"]], told["not_varied"] or "",
        ),
    ]  # fmt: skip


def _path(part: Mapping[str, Any], unit: str) -> Sheet:
    rows = [
        {**one, "deviation": one["emission"] / one["path"] - 1 if one["path"] > 0 else None, "rows": rows_said(one["rows"])}
        for one in part["years"]
    ]  # fmt: skip
    columns = (
        year_column(), Column("emission", say("排放", "Emission"), _AMOUNT, unit), Column("path", say("路径", "Path"), _AMOUNT, unit),
        Column("deviation", say("偏差", "Deviation"), "share"), Column("sigma", say("标准不确定度", "Standard uncertainty"), _AMOUNT, unit),
        Column("rows", say(f"{part['file']} 的行", f"Rows of {part['file']}")),
    )  # fmt: skip
    return Sheet("path", say("路径一致性：各年", "Path consistency: years"), columns, rows)


def _steps(part: Mapping[str, Any], unit: str) -> Sheet:
    rows = []
    if "achieved" in part:
        steps = [
            (say(f"{part['base']} 年排放", f"Emission of {part['base']}"), part["emission_base"]),
            (say("活动偶得（不计）", "Windfall of activity (not counted)"), part["windfall"]),
            (say("只有活动变动时的排放", "All but activity as in the base year"), part["frozen"]),
            *((say(f"已减：{kind_named(kind)}", f"Done: {kind_named(kind)}"), value) for kind, value in part["achieved"].items()),
            (say(f"{part['year']} 年排放", f"Emission of {part['year']}"), part["emission"]),
            (say("路径", "Path"), part["path"]),
        ]  # fmt: skip
        rows = [{"step": step, "amount": value} for step, value in steps]
    columns = (
        Column("step", say("量", "Quantity")),
        Column("amount", say("排放", "Emission"), _AMOUNT, unit),
    )
    return Sheet(
        "realised", say("实现度：从基准年到评价年", "Realised degree: from the base year"), columns, rows
    )


def _cells(found: DualCarbonIndex, part: Mapping[str, Any], unit: str) -> Sheet:
    cells, titles = part.get("cells") or [], found.road.observed.titles
    names = [one for one in found.road.observed.series.names if cells and one in cells[0]["achieved"]]
    rows = [
        {"cell": " / ".join(one["cell"].values()) or "–", "base": one["emission_base"], "windfall": one["windfall"],
         **{f"done_{name}": one["achieved"][name] for name in names}, "emission": one["emission"], "rows": rows_said(one["rows"])}
        for one in cells
    ]  # fmt: skip
    columns = (
        Column("cell", say("分项", "Cell")), Column("base", say(f"{part['base']} 年", str(part["base"])), _AMOUNT, unit),
        Column("windfall", say("偶得", "Windfall"), _AMOUNT, unit),
        *(Column(f"done_{name}", say("已减：", "Done: ") + titles.get(name, {}).get(language(), name), _AMOUNT, unit) for name in names),
        Column("emission", say(f"{part['year']} 年", str(part["year"])), _AMOUNT, unit), Column("rows", say("行", "Rows")),
    )  # fmt: skip
    return Sheet("cells", say("实现度：各分项", "Realised degree: cells"), columns, rows)


def _space(found: DualCarbonIndex, part: Mapping[str, Any], unit: str) -> Sheet:
    scenario = found.road.tree.scenario(part["scenario"]).title[language()]
    told = [
        (say(f"{part['year']} 年参照情景：{scenario}", f"Reference ({scenario}) in {part['year']}"), part["reference"]),
        (say("参照 p5", "Reference, p5"), part["reference_p5"]), (say("参照 p95", "Reference, p95"), part["reference_p95"]),
        (say("全部杠杆可到", "All levers reach"), part["least"]), (say("目标", "Target"), part["target"]),
        (say("新项目余量", "Headroom for new projects"), part["headroom"]), (say("缺口", "Gap"), part["gap"] or None),
    ]  # fmt: skip
    rows = [{"quantity": name, "amount": value} for name, value in told if value is not None]
    columns = (Column("quantity", say("量", "Quantity")), Column("amount", say("排放", "Emission"), _AMOUNT, unit))  # fmt: skip
    relaxed = part["relaxation"]["levers"] if part["relaxation"] else []
    titles = say("、", ", ").join(one["title"][language()] for one in relaxed)
    note = say(f"最便宜的放宽：{titles}", f"Cheapest to relax: {titles}") if titles else ""
    return Sheet("space", say("可达空间", "Reachable space"), columns, rows, note)


def _supply(part: Mapping[str, Any], unit: str) -> Sheet:
    factor, name = money(max((abs(one["cost"]) for one in part["supply"]), default=0.0))
    tonnes = tonnes_of(part["unit"])
    rows = [
        {
            "price": one["price"] / tonnes,
            "total": one["total"],
            "cost": one["cost"] / factor,
            "space": one["space"],
        }
        for one in part["supply"]
    ]
    columns = (
        Column("price", say("边际成本至多", "Marginal cost at most"), "money", say("元/t", "CNY/t")),
        Column("total", say("可到", "Reaches"), _AMOUNT, unit), Column("cost", say("年费用", "Cost a year"), "money", name),
        Column("space", say("为所需的倍数", "Times what is needed")),
    )  # fmt: skip
    return Sheet("supply", say("可达空间：供给曲线", "Reachable space: supply"), columns, [{**row, "space": None if row["space"] is None else round(row["space"], 2)} for row in rows])  # fmt: skip


def _direction(found: DualCarbonIndex) -> Sheet:
    columns = (
        Column("quantity", say("量", "Quantity")), Column("reference", say("按参照情景", "By the reference")),
        Column("p5", say("按预测 p5", "By the forecast, p5")), Column("p95", say("按预测 p95", "By the forecast, p95")),
    )  # fmt: skip
    part = found.adjustable_direction
    rows = [dict(zip((one.key for one in columns), row, strict=True)) for row in direction_rows(part)]
    note = NO_SCORE[language() != "zh"] + say("。", ".")
    if part.beyond:
        note += say(
            f"{part.beyond:.0%} 的抽样中全部杠杆也不够。",
            f" In {part.beyond:.0%} of the draws all levers do not suffice.",
        )
    return Sheet("direction", say("可调方向：缺口、费用与影子价格", "Adjustable direction: gap, cost and shadow price"), columns, rows if part.target.only.levers else [], note)  # fmt: skip


def _levers(part: Mapping[str, Any], unit: str) -> Sheet:
    rows = [
        {**{key: one[key] for key in ("title", "depth", "gradient", "frequency")}, "standing": None if one["standing"] is None else standing_named(one["standing"])}
        for one in part["levers"]
    ]  # fmt: skip
    columns = (
        Column("title", say("杠杆", "Lever")), Column("depth", say("最便宜的解中的深度", "Depth in the cheapest solution"), "share"),
        Column("gradient", say("做满的效果", "Effect in full"), _AMOUNT, unit),
        Column("frequency", say("抽样中被选", "Taken in draws"), "share"), Column("standing", say("判断", "Standing")),
    )  # fmt: skip
    return Sheet("levers", say("可调方向：杠杆", "Adjustable direction: levers"), columns, rows)


def _leaves(part: Mapping[str, Any]) -> Sheet:
    rows = [
        {"title": one["title"], "elasticity": one["elasticity"], "value": one["value"], "unit": "" if one["unit"] == "1" else unit_said(one["unit"]), "from": _from(one)}
        for one in part["elasticities"]
    ]  # fmt: skip
    columns = (
        Column("title", say("因子（叶）", "Factor (leaf)")), Column("elasticity", say("弹性", "Elasticity"), _AMOUNT),
        Column("value", say("基准年的值", "Value in the base year"), _AMOUNT), Column("unit", say("单位", "Unit")),
        Column("from", say("出处", "From")),
    )  # fmt: skip
    note = say("弹性：该因子变动 1 %，目标年排放变动百分之几。", "Elasticity: per cent of the target year's emission for one per cent of the factor.")  # fmt: skip
    return Sheet(
        "leaves", say("可调方向：因子的弹性", "Adjustable direction: elasticities"), columns, rows, note
    )


def _from(leaf: Mapping[str, Any]) -> str:
    proof = leaf["proof"]
    if proof is None:
        return str(leaf["source"] or "–")
    cell = ", ".join(f"{key}={value}" for key, value in proof["cell"].items())
    return f"{proof['inventory']}: {cell} · {proof['digest'][:12]}"


def _fan(part: Mapping[str, Any], unit: str) -> Sheet:
    columns = (year_column(), *(Column(name, name, _AMOUNT, unit) for name in ("p5", "p50", "p95")))
    rows = [{**one, "year": int(one["year"])} for one in part.get("fan") or []]
    note = say(
        f"{part['peak_year']} 年前达峰的概率 {part['chance_peak_by']:.0%}，{part['target_year']} 年达标的概率 {part['chance_target']:.0%}",
        f"Chance of a peak by {part['peak_year']} {part['chance_peak_by']:.0%}, of meeting the target of {part['target_year']} {part['chance_target']:.0%}",
    ) if rows else ""  # fmt: skip
    return Sheet("forecast", say("预测一致性：预测", "Forecast consistency: forecast"), columns, rows, note)


def _record(part: Mapping[str, Any]) -> Sheet:
    record, rows = part.get("backtest"), []
    if record and "fan" in part:
        covered = record["coverage"]
        told = [
            (say("模型", "Model"), called(record["model"])), (say("所用年份", "Years used"), f"{part['from']}–{part['until']}"),
            (say("回测次数", "Forecasts tried"), str(record["points"])), (say("平均误差", "Mean error"), f"{record['mape']:.1%}"),
            (say("80 % 区间的实际覆盖", "Coverage of 80 % intervals"), "–" if covered is None else f"{covered:.0%}"),
            (say("逐年的覆盖", "Coverage by year ahead"), by_step(record)),
            (say("误差与沿用末值之比", "Error against the last value"), f"{record['mase'] / record['mase_naive']:.2f}" if record["mase_naive"] else "–"),
            (say("区间可凭到", "Intervals borne out to"), str(part["checked_to"])),
        ]  # fmt: skip
        rows = [{"quantity": name, "value": value} for name, value in told]
    columns = (Column("quantity", say("量", "Quantity")), Column("value", say("值", "Value")))
    return Sheet("backtest", say("预测一致性：回测", "Forecast consistency: back-test"), columns, rows)


def _proofs(ledger: Mapping[str, Any], bound: Bound, unit: str) -> Sheet:
    rows = [
        {**{key: one[key] for key in ("inventory", "method", "digest", "total", "uncertainty", "rows", "grade")},
         "year": int(year), "run": bound.get(int(year), {}).get(one["inventory"], {}).get("run") or one["run"] or None}
        for year, found in ledger.items() for one in found
    ]  # fmt: skip
    columns = (
        year_column(), Column("inventory", say("清单", "Inventory")), Column("total", say("合计", "Total"), _AMOUNT, unit),
        Column("uncertainty", say("不确定性", "Uncertainty"), _AMOUNT, "±%"), Column("grade", say("等级", "Grade")), Column("method", say("方法", "Method")),
        Column("rows", say("行", "Rows"), "count"), Column("run", say("核算编号", "Run")), Column("digest", say("指纹", "Digest")),
    )  # fmt: skip
    note = say("没有核算编号的清单由文件集中的活动数据算出。", "An inventory without a run was computed from activity of the set.") if any(row["run"] is None for row in rows) else ""  # fmt: skip
    return Sheet("proofs", say("绑定的清单", "Inventories that years are bound to"), columns, rows, note)


def _grades(told: Mapping[str, Any]) -> Sheet:
    columns = (year_column(), Column("grade", say("等级", "Grade")), Column("from", say("依据", "From")))
    return Sheet("grades", say("数据质量", "Data quality"), columns, told["grade_detail"]["years"])


def _sources(told: Mapping[str, Any]) -> Sheet:
    rows = [
        {"item": say("核查", "Observed"), "source": told["source"]},
        {"item": say("目标路径", "Target path"), "source": told["path_source"]},
        {"item": say("抽样", "Draws"), "source": say(f"{told['draws']} 次，种子 {told['seed']}", f"{told['draws']}, seed {told['seed']}")},
    ]  # fmt: skip
    return Sheet("sources", say("出处", "Sources"), (Column("item", say("项", "Item")), Column("source", say("出处", "Source"))), rows)  # fmt: skip
