"""Tables of the loop: levels, alarms, cause, forecast, correction, simulation, and on what they rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tanheng.errors import language
from tanheng.pathways.deviation import Deviation, Months, Simulation
from tanheng.pathways.deviation.cause import ASKED, NAMES, STOOD, Cause
from tanheng.pathways.deviation.correction import Correction
from tanheng.pathways.deviation.cusum import named
from tanheng.pathways.deviation.deviation import unit_of
from tanheng.pathways.deviation.levels import TELL, VERDICTS, Level
from tanheng.pathways.deviation.outlook import Outlook
from tanheng.pathways.deviation.wording import plain_sentences
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column, Sheet, Shown

MONEY = 1e8
"""CNY in a unit of money that is shown."""
SIDES: Mapping[str, Callable[[], str]] = {
    "over": lambda: say("超出路径", "over the path"),
    "under": lambda: say("低于路径", "under the path"),
}
_SEEN = 1e-7


def sheets_of(found: Deviation, tried: Simulation | None) -> list[Sheet]:
    """All tables of a deviation, those that are read first at the top."""
    unit, year = unit_of(found.road), found.total.periods[-1]
    parts = [
        Sheet("said", say("结论逐条", "What it says"), (Column("said", say("说明", "Sentence")),), [{"said": line} for line in plain_sentences(found)]),
        Sheet("total", say("总量逐年", "Total by year"), _levels(unit)[1:], [_row(found.total, at) for at in range(len(found.total.periods))]),
    ]  # fmt: skip
    if len(found.levels) > 1:
        cells = [_row(one, -1) for one in found.levels[1:]]
        parts.append(
            Sheet(
                "cells",
                say(f"{year} 年各分项", f"Cells in {year}"),
                (_levels(unit)[0], *_levels(unit)[2:]),
                cells,
            )
        )
        parts.append(Sheet("levels", say("各分项逐年", "Cells by year"), _levels(unit), [_row(one, at) for one in found.levels[1:] for at in range(len(one.periods))]))  # fmt: skip
    parts.append(_alarms(found))
    if found.cause is not None:
        parts += _cause(found.cause, unit)
    if found.months is not None:
        parts += _months(found.months, unit)
    if found.outlook.withheld is None:
        parts.append(_forecast(found.outlook, unit))
    if isinstance(found.correction, Correction):
        parts += _correction(found.correction, unit)
    if tried is not None:
        parts += _simulation(tried, unit)
    return [*parts, _basis(found)]


def level_name(level: Level) -> str:
    """A cell by its name, the total by its word."""
    return level.name or say("总量", "Total")


def _column(key: str, zh: str, en: str, shown: Shown = "text", unit: str = "") -> Column:
    return Column(key, say(zh, en), shown, unit)


def _levels(unit: str) -> tuple[Column, ...]:
    return (
        _column("level", "分项", "Cell"), _column("period", "时期", "Period"), _column("emission", "核查", "Observed", "amount", unit),
        _column("path", "路径", "Path", "amount", unit), _column("deviation", "与路径之差", "Off the path", "amount", unit),
        _column("share", "偏差", "Deviation", "share"), _column("cumulated", "累计", "Cumulated", "share"),
        _column("verdict", "判断", "Verdict"), _column("sigma", "清单标准差", "Inventory's deviation, 1σ", "amount", unit),
        _column("z", "标准化偏差", "Standardised", "amount", "σ"), _column("high", "上侧累积和", "Upper sum", "amount", "σ"),
        _column("low", "下侧累积和", "Lower sum", "amount", "σ"),
    )  # fmt: skip


def _row(level: Level, at: int) -> dict[str, Any]:
    row = level.rows()[at]
    return {**row, "level": level_name(level), "verdict": say(*VERDICTS[row["verdict"]])}


def _alarms(found: Deviation) -> Sheet:
    rows = [_alarm(one, say("年", "year"), level) for level in found.levels for one in level.cusum.alarms]
    if found.months is not None:
        rows += [_alarm(one, say("月", "month"), level) for level in found.months.levels for one in level.cusum.alarms]  # fmt: skip
    columns = (
        _column("level", "分项", "Cell"), _column("grain", "按", "By"), _column("side", "方向", "Side"),
        _column("start", "估计自", "Begun, as estimated"), _column("first", "首次越过", "First crossed"), _column("last", "最后一期", "Last above"),
        _column("state", "状态", "State"),
    )  # fmt: skip
    note = say(
        "总量的警报计入警报状态；分项的警报供查找原因。",
        "Alarms of the total count; those of cells help to find the cause.",
    )
    return Sheet("alarms", say("警报，含已解除的", "Alarms, those that are over too"), columns, rows, note)


def _alarm(alarm: Any, grain: str, level: Level) -> dict[str, Any]:
    told = named(alarm, level.periods)
    state = say("未解除", "standing") if told["stands"] else say("已解除", "over")
    return {**told, "level": level_name(level), "grain": grain, "side": SIDES[told["side"]](), "state": state}


def _cause(found: Cause, unit: str, name: str = "") -> list[Sheet]:
    span, place = f"{found.since}–{found.year}", int(language() != "zh")
    if isinstance(found.year, str):
        span = say(
            f"{found.year} 对 {found.since} 年同月", f"{found.year} against the same months of {found.since}"
        )
    effect = _column("effect", "效应", "Effect", "amount", unit)
    columns = (_column("part", "因子", "Factor"), _column("kind", "类别", "Kind"), effect)
    parts = {name: f"factor{at}" for at, name in enumerate(found.factors)}
    wide = (
        _column("cell", "分项", "Cell"), _column("deviation", "与路径之差", "Off the path", "amount", unit),
        *(Column(key, found.called(name), "amount", unit) for name, key in parts.items()),
        *(Column(name, NAMES[name][place], "amount", unit) for name in (ASKED, STOOD)),
    )  # fmt: skip
    rows = [
        {
            "cell": say("总量", "Total") if cell == "total" else cell, "deviation": found.by_cell[cell],
            **{key: float(found.effects[row, at]) for row, key in enumerate(parts.values())},
            ASKED: float(found.asked[at]), STOOD: float(found.stood[at]),
        }
        for at, cell in enumerate(found.cells)
    ]  # fmt: skip
    return [
        Sheet(f"{name}cause", say(f"原因，{span}", f"Cause, {span}"), columns, found.table().to_dicts(), say("各项相加恰为与路径之差。", "All together they are what lies off the path.")),
        Sheet(f"{name}causes", say(f"原因按分项与因子，{span}", f"Cause by cell and factor, {span}"), wide, rows),
    ]  # fmt: skip


def _months(found: Months, unit: str) -> list[Sheet]:
    rows = [_row(one, at) for one in found.levels for at in range(len(one.periods))]
    parts = [Sheet("months", say("逐月", "By month"), _levels(unit), rows)]
    if excess := found.excess():
        columns = (
            _column("level", "分项", "Cell"),
            _column("excess", "与路径之差", "Off the path", "amount", unit),
        )
        held = [{"level": name or say("总量", "Total"), "excess": value} for name, value in excess.items()]
        parts.append(
            Sheet("excess", say("末次月度警报期间", "In the months of the last alarm"), columns, held)
        )
    if found.cause is not None:
        parts += _cause(found.cause, unit, "months-")
    return parts


def _forecast(found: Outlook, unit: str) -> Sheet:
    columns = (
        _column("year", "年", "Year", "year"), _column("value", "预测", "Forecast", "amount", unit), _column("low", "下界", "Low", "amount", unit),
        _column("high", "上界", "High", "amount", unit), _column("path", "路径", "Path", "amount", unit),
    )  # fmt: skip
    name, skill = (
        say(*_both(model_name(found.model))),
        "–" if found.skill is None else f"{found.skill:+.0%}",
    )
    note = say(
        f"{name}；对沿用末值的技巧 {skill}；区间 {found.level:.0%}",
        f"{name}; skill against the last value {skill}; interval of {found.level:.0%}",
    )
    return Sheet("forecast", say("预测", "Forecast"), columns, found.to_dict()["points"], note)


def _both(words: Any) -> tuple[str, str]:
    return str(words.zh), str(words.en)


def _correction(found: Correction, unit: str) -> list[Sheet]:
    lang, last, money = language(), found.years[-1], say("亿元", "10⁸ CNY")
    taken = [
        {"lever": one["lever"], "title": one["title"][lang], "from": one["from"], "depth": one["depth"],
         "less": float(found.effects[one["lever"]][-1]), "cost": one["present_value"] / MONEY}
        for one in found.plan.to_dict()["levers"]
        if one["lever"] in found.effects
    ]  # fmt: skip
    columns = (
        _column("title", "杠杆", "Lever"), _column("from", "起始年", "From", "year"), _column("depth", "最大深度", "Deepest", "share"),
        _column("less", f"{last} 年减少", f"Less in {last}", "amount", unit), _column("cost", "费用现值", "Cost, present value", "money", money),
        _column("lever", "标识", "Id"),
    )  # fmt: skip
    rows = [
        {**row, "cost": row["cost"] / MONEY, "without_chance": float(before)}
        for row, before in zip(found.table().to_dicts(), found.chance_without, strict=True)
    ]  # fmt: skip
    by_year = (
        _column("year", "年", "Year", "year"), _column("path", "路径", "Path", "amount", unit), _column("without", "不调整", "Uncorrected", "amount", unit),
        _column("corrected", "调整后", "Corrected", "amount", unit), _column("gap", "缺口", "Gap", "amount", unit), _column("cost", "费用", "Cost", "money", money),
        _column("chance", "调整后守住路径的概率", "Chance to keep the path", "share"), _column("without_chance", "不调整的概率", "Chance without", "share"),
    )  # fmt: skip
    names = {row["lever"]: row["title"] for row in taken}
    return [
        Sheet("levers", say("建议的调整", "Proposed correction"), columns, taken),
        Sheet("correction", say("调整前后逐年", "With and without the correction, by year"), by_year, rows, say(f"概率由 {found.draws} 次抽样得出。", f"Chances by {found.draws} draws.")),
        _by_lever("depths", say("调整的杠杆逐年", "Levers of the correction by year"), found.years, found.plan.depths, found.effects, names, unit),
    ]  # fmt: skip


def _simulation(found: Simulation, unit: str) -> list[Sheet]:
    money, lang, last = say("亿元", "10⁸ CNY"), language(), found.years[-1]
    names = {name: found.tree.levers[name].title[lang] for name in found.depths}
    levers = [
        {"title": names[name], "asked": found.asked[name], "depth": float(found.depths[name].max()), "cost": found.worth(name) / MONEY,
         "less": float(found.effects[name][-1]) if name in found.effects else 0.0, "lever": name}
        for name in found.depths
    ]  # fmt: skip
    columns = (
        _column("title", "杠杆", "Lever"), _column("asked", "所选深度", "Chosen depth", "share"), _column("depth", "到末年的深度", "Depth by the last year", "share"),
        _column("less", f"{last} 年减少", f"Less in {last}", "amount", unit), _column("cost", "费用现值", "Cost, present value", "money", money), _column("lever", "标识", "Id"),
    )  # fmt: skip
    by_year = (
        _column("year", "年", "Year", "year"), _column("path", "路径", "Path", "amount", unit), _column("without", "不调整", "Uncorrected", "amount", unit),
        _column("simulated", "模拟", "Simulated", "amount", unit), _column("low", "p5", "p5", "amount", unit), _column("high", "p95", "p95", "amount", unit),
        _column("cost", "费用", "Cost", "money", money), _column("chance", "守住路径的概率", "Chance to keep the path", "share"),
        _column("chance_without", "不调整的概率", "Chance without", "share"),
    )  # fmt: skip
    rows = [{**row, "cost": row["cost"] / MONEY} for row in found.table().to_dicts()]
    note = say(f"由 {found.draws} 次抽样得出。", f"By {found.draws} draws.")
    return [
        Sheet("simulated", say("模拟的杠杆", "Simulated levers"), columns, levers),
        Sheet("simulation", say("模拟逐年", "Simulation by year"), by_year, rows, note),
        _by_lever("effects", say("模拟的杠杆逐年", "Simulated levers by year"), found.years, found.depths, found.effects, names, unit),
    ]  # fmt: skip


def _by_lever(
    name: str, title: str, years: Sequence[int], depths: Mapping[str, Any], effects: Mapping[str, Any], names: Mapping[str, str], unit: str
) -> Sheet:  # fmt: skip
    columns = (
        _column("title", "杠杆", "Lever"), _column("year", "年", "Year", "year"), _column("depth", "深度", "Depth", "share"),
        _column("less", "减少", "Less", "amount", unit),
    )  # fmt: skip
    rows = [
        {"title": title, "year": year, "depth": float(depths[lever][at]), "less": float(effects[lever][at]) if lever in effects else 0.0}
        for lever, title in names.items()
        for at, year in enumerate(years)
        if depths[lever][at] > _SEEN
    ]  # fmt: skip
    return Sheet(
        name,
        title,
        columns,
        rows,
        say(
            "减少按 Shapley 值分，相加为合计。",
            "What each takes off is shared by Shapley's value and sums to the whole.",
        ),
    )


def _basis(found: Deviation) -> Sheet:
    lang, total, road = language(), found.total, found.road
    rows = [
        (say("路径的出处", "Source of the path"), road.path.source[lang]),
        (say("核查的出处", "Source of what was observed"), road.observed.source[lang]),
        (say("CUSUM 参考值 k 与警报高度 h（标准差）", "CUSUM allowance k and height h of an alarm, in standard deviations"), f"{total.k:g}, {total.h:g}"),
        (say("无法判断的范围（标准差）", "Cannot be told from the path within, in standard deviations"), f"{TELL:g}"),
        (say("路径覆盖", "Path"), f"{road.path.base}–{road.path.target}"),
    ]  # fmt: skip
    if found.months is not None:
        rows.append((say("月度数据的出处", "Source of the months"), found.months.source[lang]))
    columns = (_column("what", "项", "What"), _column("value", "内容", "Value"))
    return Sheet(
        "basis",
        say("依据", "What it rests on"),
        columns,
        [{"what": what, "value": value} for what, value in rows],
    )
