"""The loop of a road: where it stands against its path, alarms, cause, correction, and levers that a person tries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tanheng.charts import Bar, Line, bars, chart
from tanheng.pathways import deviation_of
from tanheng.pathways.deviation import Deviation, Simulation, simulate
from tanheng.pathways.deviation.correction import Correction, draws_of
from tanheng.pathways.deviation.cusum import named
from tanheng.pathways.deviation.deviation import sums_chart, unit_of
from tanheng.pathways.deviation.levels import VERDICTS
from tanheng.pathways.deviation.wording import cautions, standing
from tanheng.pathways.index.wording import place_named, say
from tanheng.serve.roads.deviation_sheets import MONEY, SIDES, level_name, sheets_of
from tanheng.serve.roads.document import Document, Figure
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.room import refuse_vast

OPTIONS = (
    Option(
        "correct", "choice", "求调整", "look for a correction", default="auto",
        choices=(("auto", "超出路径时", "where the path is exceeded"), ("yes", "求", "yes"), ("no", "不求", "no")),
    ),
    Option("levers", "levers", "模拟所选杠杆：0 不做，1 按其走势做满", "levers to simulate: 0 is not at all, 1 is along its course in full"),
    Option("draws", "count", "抽样次数；不填取路径文件里的，否则 500", "number of draws; unless told those of the road's file, else 500", least=1, most=10_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=2021, least=0, most=2**31 - 1),
)  # fmt: skip
_CORRECT = {"auto": None, "yes": True, "no": False}
_P95 = 1.6448536269514722
"""Standard deviations from the mean to the 95th percentile of a normal value."""


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Deviation by level and year, CUSUM, alarms, cause, correction and the simulation of chosen levers."""
    found = found_of(opened, asked)
    tried = _tried(opened, asked)
    return Document(
        headline=_headline(found),
        figures=_figures(found, tried),
        charts=_charts(found, tried),
        sheets=sheets_of(found, tried),
        warnings=cautions(found),
        alarm=found.alarms_stand,
        synthetic=found.road.observed.synthetic,
        result={**found.to_dict(), "simulation": None if tried is None else tried.to_dict()},
    )


@once
def found_of(opened: Opened, asked: Mapping[str, Any]) -> Deviation:
    """The deviation that was asked for: the same whenever it is asked of the same files."""
    refuse_vast(opened.road.tree, asked["draws"] or draws_of(opened.road))
    return deviation_of(
        opened.road, correct=_CORRECT[asked["correct"]], draws=asked["draws"], seed=asked["seed"]
    )


@once
def _tried(opened: Opened, asked: Mapping[str, Any]) -> Simulation | None:
    levers = {name: depth for name, depth in (asked["levers"] or {}).items() if depth}
    return simulate(opened.road, levers, draws=asked["draws"], seed=asked["seed"]) if levers else None


def _headline(found: Deviation) -> str:
    told = [f"{place_named(found.road)} {standing(found)}"]
    if found.alarm is not None:
        told.append(say("年度警报：", "alarm: ") + SIDES[found.alarm.side]())
    monthly = None if found.months is None else found.months.total.cusum.standing
    if monthly is not None:
        told.append(say("月度警报：", "alarm by month: ") + SIDES[monthly.side]())
    if not found.alarms_stand:
        told.append(say("总量没有警报", "no alarm of the total stands"))
    cells = [*found.levels[1:], *([] if found.months is None else found.months.levels[1:])]
    if count := sum(one.cusum.standing is not None for one in cells):
        told.append(say(f"分项有 {count} 个未解除的警报", f"alarms of cells that stand: {count}"))
    return say("；", "; ").join(told)


def _figures(found: Deviation, tried: Simulation | None) -> list[Figure]:
    total, unit, row = found.total, unit_of(found.road), found.total.rows()[-1]
    year, verdict = row["period"], say(*VERDICTS[row["verdict"]])
    half = _P95 * row["sigma"]
    share = None if row["share"] is None else half / row["path"]
    told = [
        Figure(
            say(f"{year} 年偏差", f"Deviation in {year}"), row["share"], shown="share", note=verdict,
            low=None if share is None else row["share"] - share, high=None if share is None else row["share"] + share,
        ),
        Figure(say("与路径之差", "Off the path"), row["deviation"], unit, low=row["deviation"] - half, high=row["deviation"] + half),
        Figure(say(f"{total.periods[0]} 年以来累计", f"Cumulated since {total.periods[0]}"), row["cumulated"], shown="share"),
        Figure(
            say("CUSUM 累积和", "CUSUM"), max(row["high"], row["low"]), "σ",
            note=say(f"警报高度 {total.h:g}", f"an alarm above {total.h:g}"),
        ),
        Figure(say("年度警报", "Alarm by year"), text=_alarm(found.alarm, total.periods)),
    ]  # fmt: skip
    false = found.false_alarms
    told.append(
        Figure(
            say(f"{false.periods} 年内误报的概率", f"Chance of a false alarm in {false.periods} years"), false.chance, shown="share",
            note=say(f"误差 {false.common:.0%} 为各年共有；独立时 {false.independent:.1%}", f"errors {false.common:.0%} in common; {false.independent:.1%} if independent"),
        )
    )  # fmt: skip
    if found.months is not None:
        months = found.months.total
        told.append(Figure(say("月度警报", "Alarm by month"), text=_alarm(months.cusum.standing, months.periods), note=say(f"至 {months.periods[-1]}", f"up to {months.periods[-1]}")))  # fmt: skip
    if found.cause is not None and found.cause.main is not None:
        factor, cell, effect = found.cause.main
        factor, where = found.cause.called(factor), "" if cell == "total" else f" · {cell}"
        told.append(Figure(say("主要原因：", "Main cause: ") + factor + where, effect, unit, note=f"{found.cause.since}–{found.cause.year}"))  # fmt: skip
    if found.outlook.withheld is None:
        leaves = found.outlook.leaves
        never = say(f"到 {found.outlook.years[-1]} 年不高于", f"not up to {found.outlook.years[-1]}")
        told.append(Figure(say("预测高于路径自", "Forecast above the path from"), leaves, shown="year", text="" if leaves else never))  # fmt: skip
    if isinstance(found.correction, Correction):
        told += _of_correction(found.correction)
    return told + ([] if tried is None else _of_simulation(tried))


def _alarm(alarm: Any, periods: tuple[str, ...]) -> str:
    if alarm is None:
        return say("没有", "none")
    told = named(alarm, periods)
    side = SIDES[told["side"]]()
    return say(
        f"{side}，{told['first']} 越过，估计自 {told['start']}",
        f"{side}, crossed in {told['first']}, begun in {told['start']} as estimated",
    )


def _of_correction(found: Correction) -> list[Figure]:
    back, last = found.back, found.years[-1]
    chance = say(f"不调整为 {found.chance_without[-1]:.0%}", f"{found.chance_without[-1]:.0%} without")
    return [
        Figure(say("调整的费用现值", "Cost of the correction, present value"), found.plan.present_value / MONEY, say("亿元", "10⁸ CNY"), "money"),
        Figure(say("调整后回到路径", "Back on the path with it"), back, shown="year", text="" if back else say("直到目标年仍在其上", "not up to the target year")),
        Figure(say(f"调整后 {last} 年守住路径的概率", f"Chance to keep the path in {last} with it"), float(found.chance[-1]), shown="share", note=chance),
    ]  # fmt: skip


def _of_simulation(found: Simulation) -> list[Figure]:
    back, last = found.back, found.years[-1]
    return [
        Figure(say("模拟：费用现值", "Simulation: cost, present value"), found.present_value / MONEY, say("亿元", "10⁸ CNY"), "money"),
        Figure(say("模拟：回到路径", "Simulation: back on the path"), back, shown="year", text="" if back else say("直到目标年仍在其上", "not up to the target year")),
        Figure(say(f"模拟：{last} 年守住路径的概率", f"Simulation: chance to keep the path in {last}"), float(found.chance[-1]), shown="share"),
    ]  # fmt: skip


def _charts(found: Deviation, tried: Simulation | None) -> list[str]:
    drawn = found.charts()
    annual = np.array([float(year) for year in found.total.periods])
    drawn += [sums_chart(one, annual) for one in found.levels[1:] if one.cusum.alarms]
    if found.months is not None:
        drawn += [sums_chart(one, found.months.years) for one in found.months.levels[1:] if one.cusum.alarms]
    cells = [one for one in found.levels[1:] if np.isfinite(one.deviation[-1])]
    if cells:
        year = found.total.periods[-1]
        title = say(
            f"{year} 年各分项与路径之差（横线 p5–p95）", f"Cells off their paths in {year} (bars p5 to p95)"
        )
        series = say("与路径之差", "Off the path")
        rows = [
            Bar(level_name(one), {series: float(one.deviation[-1])}, {series: _span(one)}) for one in cells
        ]
        drawn.append(bars(title, unit_of(found.road), rows))
    if isinstance(found.correction, Correction):
        drawn.append(_chance(say("守住路径的概率，调整前后", "Chance to keep the path, with and without the correction"), found.correction))  # fmt: skip
    if tried is not None:
        drawn += [
            tried.chart(),
            _chance(
                say(
                    "守住路径的概率，模拟前后",
                    "Chance to keep the path, with and without the simulated levers",
                ),
                tried,
            ),
        ]
    return drawn


def _span(one: Any) -> tuple[float, float]:
    half = _P95 * float(one.sigma[-1])
    return float(one.deviation[-1]) - half, float(one.deviation[-1]) + half


def _chance(title: str, found: Correction | Simulation) -> str:
    names = (
        say("调整后", "Corrected") if isinstance(found, Correction) else say("模拟", "Simulated"),
        say("不调整", "Uncorrected"),
    )
    values = (100 * found.chance, 100 * found.chance_without)
    lines = [Line(name, value) for name, value in zip(names, values, strict=True)]
    return chart(title, "%", np.array(found.years, float), lines)
