"""Where series are going, with the record of every model, and the chances of the year of the peak; of a road, or of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tanheng.activity import Finding
from tanheng.activity.reading.panel import Panel, read_panel
from tanheng.charts import Line, chart
from tanheng.codes.wording import column_said, unit_said
from tanheng.pathways.forecast import Forecast, Peak, Score, Series, check_prices, peaks, series_of
from tanheng.pathways.forecast import forecast as make
from tanheng.pathways.forecast.futures import WAYS
from tanheng.pathways.forecast.models import MODELS
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.forecast.statistical import STATISTICAL
from tanheng.pathways.forecast.wording import called, peak_record, peaked, state_of, verdict
from tanheng.pathways.index.wording import place_named, say
from tanheng.pathways.road.observed import NORMAL_95
from tanheng.pathways.road.past import TOTAL, panel_of
from tanheng.serve.roads.asked import DRAWN, FILE, NOMINAL, REAL, SEED, listed, more_drawn, year_of
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option, OptionWrong
from tanheng.serve.roads.places import Opened, once

_MODELS = Option(
    "model", "choice", "指定模型，即使它输给沿用末值", "a model, even one that loses to the last value", default="",
    choices=[(name, model_name(name).zh, model_name(name).en) for name in (*MODELS, *STATISTICAL)],
)  # fmt: skip
_WAYS = Option(
    "model", "choice", "指定模型，即使它输给沿用末值", "a model, even one that loses to the last value", default="",
    choices=[(name, model_name(name).zh, model_name(name).en) for name in WAYS],
)  # fmt: skip
_HORIZON = Option("horizon", "count", "预测的年数", "years ahead", default=10, least=1, most=50)
_UNTIL = Option(
    "until",
    "year",
    "只用到这一年的数据",
    "use data up to this year only",
    least=1900,
    most=2200,
    source="observed",
)
_BREAKS = Option("breaks", "texts", "口径改变后的第一年；此前的年份不用", "first years of a new definition; years before are not used", default="", source="observed")  # fmt: skip
_LEVEL = Option(
    "level", "number", "区间的置信水平", "level of the intervals", default=0.8, least=0.5, most=0.99
)
_STATISTICAL = Option("statistical", "yes", "也试 ETS 与 ARIMA（可选组件 forecast）", "also try ETS and ARIMA (extra forecast)", default=False)  # fmt: skip
_UNCERTAINTY = Option("uncertainty", "number", "清单各年的标准不确定度（%）", "standard uncertainty of the inventory of a year (%)", least=0.01, most=99)  # fmt: skip
_DRAWS = Option("draws", "count", "抽样次数", "number of draws", default=2000, least=100, most=100_000)
_CELLS = Option("cells", "yes", "按分项分别计算", "each cell by itself", default=False)
_FACTORS_OF_ROAD = Option("factors", "yes", "核对因子之积等于排放（概率不变）", "check that the factors multiply to the emission (chances stay the same)", default=False)  # fmt: skip
_VALUE = Option("value", "text", "要预测的列；只有一列数时可不写", "column that is forecast; not needed where one holds numbers", default="", source="columns")  # fmt: skip
_BY = Option("by", "texts", "分组的列", "columns of the groups", default="", source="columns")
_ONLY = Option("only", "texts", "只取这些组", "only these groups", default="", source="values:by")
_YEARS = Option("period", "text", "年份列", "column of years", default="", source="columns")
_FACTORS = Option(
    "factors",
    "texts",
    "相乘等于该列的因子列（核对乘积，概率不变）",
    "columns whose product is the value (checked; chances stay the same)",
    default="",
    source="columns",
)
_OF_TABLE = [replace(one, source="values:period") for one in (_UNTIL, _BREAKS)]

OPTIONS = (_HORIZON, _MODELS, _LEVEL, _CELLS, _UNTIL, _BREAKS, _STATISTICAL)
PEAK_OPTIONS = (_HORIZON, _WAYS, _CELLS, _FACTORS_OF_ROAD, _UNCERTAINTY, _UNTIL, _BREAKS, _DRAWS, SEED)
TABLE_OPTIONS = (
    FILE,
    _VALUE,
    _BY,
    _ONLY,
    _YEARS,
    _HORIZON,
    _MODELS,
    _LEVEL,
    *_OF_TABLE,
    _STATISTICAL,
    REAL,
    NOMINAL,
)
TABLE_PEAK_OPTIONS = (
    FILE,
    _VALUE,
    _BY,
    _ONLY,
    _YEARS,
    _HORIZON,
    _WAYS,
    _FACTORS,
    REAL,
    NOMINAL,
    _UNCERTAINTY,
    *_OF_TABLE,
    _DRAWS,
    SEED,
)


@dataclass(frozen=True)
class _Asked:
    """Series, what their quantity is called, its unit, and whether they are synthetic."""

    series: Sequence[Series]
    name: str
    unit: str = ""
    synthetic: bool = False
    findings: Sequence[Finding] = ()


_Of = Callable[[Opened, Mapping[str, Any]], _Asked]
"""Where series come from: the road, or a table of the set."""


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Points, intervals and the backtest of what the road has observed."""
    return _forecast(opened, asked, _of_road)


def peak_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Chances of the year of the peak of what the road has observed; the uncertainty is the road's unless asked otherwise."""
    share, note = asked["uncertainty"], ""
    if share is None and not asked["cells"]:
        share = 100 * float(opened.road.observed.half.max()) / NORMAL_95
        note = say(
            "取各年中最大的，按 95 % 区间半宽除以 1.96",
            "the largest of all years: the half width of the 95 % interval by 1.96",
        )
    return _peak(opened, asked, _of_road, share, note, opened.road.path.peak)


def table_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The same of a column of a table."""
    return _forecast(opened, asked, _of_table)


def table_peak_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Chances of the year of the peak of a column of a table."""
    return _peak(opened, asked, _of_table, asked["uncertainty"], "", None)


def _of_road(opened: Opened, asked: Mapping[str, Any]) -> _Asked:
    road = opened.road
    panel = panel_of(road, cells=asked["cells"], factors=asked.get("factors", False))
    names = [name for name in panel.values if name != TOTAL]
    series = series_of(panel, TOTAL, factors=names, breaks=_years(asked), until=asked["until"])
    return _Asked(
        series,
        f"{place_named(road)} · {say('排放', 'emission')}",
        unit_said(road.unit),
        road.observed.synthetic,
    )


def _of_table(opened: Opened, asked: Mapping[str, Any]) -> _Asked:
    value, factors = asked["value"].strip(), listed(asked.get("factors", ""))
    panel = read_panel(
        opened.path(asked["file"]), values=[value, *factors] if value else (), by=listed(asked["by"]), period=asked["period"]
    )  # fmt: skip
    panel = _chosen(panel, listed(asked["only"]))
    column = _spelled(panel, value) if value else _only(panel)
    named = [_spelled(panel, one) for one in factors]
    series = series_of(panel, column, factors=named, breaks=_years(asked), until=asked["until"])
    priced = check_prices(
        series, [column, *named], real=listed(asked["real"]), nominal=listed(asked["nominal"])
    )
    return _Asked(series, column_said(column), findings=priced)


def _chosen(panel: Panel, names: Sequence[str]) -> Panel:
    """The panel of some of its groups, which are called by any of their parts."""
    known = {part for group in panel.groups for part in group}
    for name in names:
        if name not in known:
            told = ", ".join(sorted(known)[:30]) or "–"
            raise OptionWrong(name="only", detail_zh=f"没有组“{name}”；有 {told}", detail_en=f"there is no group '{name}'; there are {told}")  # fmt: skip
    kept = [at for at, group in enumerate(panel.groups) if not names or set(group) & set(names)]
    return replace(
        panel, years=panel.years[kept], groups=tuple(panel.groups[at] for at in kept), rows=tuple(panel.rows[at] for at in kept),
        values={column: values[kept] for column, values in panel.values.items()},
    )  # fmt: skip


def _years(asked: Mapping[str, Any]) -> list[int]:
    return [year_of("breaks", text) for text in listed(asked["breaks"])]


def _spelled(panel: Panel, column: str) -> str:
    found = next((name for name in panel.values if name.lower() == column.lower()), None)
    if found is None:
        known = ", ".join(panel.values) or "–"
        raise OptionWrong(name="factors", detail_zh=f"没有数值列“{column}”；有 {known}", detail_en=f"there is no column of numbers '{column}'; there are {known}")  # fmt: skip
    return found


def _only(panel: Panel) -> str:
    names = list(panel.values)
    if len(names) != 1:
        told = ", ".join(names) or say("无", "none")
        raise OptionWrong(
            name="value", detail_zh=f"请写明要预测哪一列（数值列：{told}）",
            detail_en=f"say which column is forecast (columns of numbers: {told})",
        )  # fmt: skip
    return names[0]


@once
def _made(opened: Opened, asked: Mapping[str, Any], of: _Of) -> Forecast:
    model, level, statistical = asked["model"] or "", asked["level"], asked["statistical"]
    return make(of(opened, asked).series, asked["horizon"], model=model, level=level, statistical=statistical)


def _forecast(opened: Opened, asked: Mapping[str, Any], of: _Of) -> Document:
    held, found = of(opened, asked), _made(opened, asked, of)
    own = found.score
    figures = [
        Figure(say("模型", "Model"), text=called(found.chosen), note=say("按要求采用", "as asked") if found.asked else ""),
        _gain(own),
        Figure(say(f"{found.level:.0%} 区间实际包含", f"Held by {found.level:.0%} intervals"), own.coverage, shown="share", note=say(f"{own.covered} 次", f"of {own.covered}")),
    ]  # fmt: skip
    if len(held.series) == 1:
        figures += [
            _point(row, held.unit, found.level)
            for row in {row["year"]: row for row in (found.points[0], found.points[-1])}.values()
        ]
    warnings = [
        *([say(f"{model_name(found.chosen).zh}在过去输给沿用末值，按要求仍采用。", f"{model_name(found.chosen).en} loses to the last value on the past; it is used because it was asked for.")] if found.asked and own.loses else []),
        *(one.message() for one in held.findings),
        *more_drawn(len(held.series)),
    ]  # fmt: skip
    return Document(
        headline=f"{held.name}{say('：', ': ')}{verdict(found)}",
        figures=figures,
        charts=found.charts(held.name, held.unit)[:DRAWN],
        sheets=(_points(found, held), _record(found)),
        warnings=warnings,
        synthetic=held.synthetic,
        result=found.to_dict(),
    )


def _gain(own: Score) -> Figure:
    """By how much the error is smaller or larger than that of the last value."""
    gain = own.skill
    note = say(f"回测 {own.points} 次", f"{own.points} backtests")
    if gain is not None and gain < 0:
        return Figure(
            say("误差比沿用末值大", "Error above that of the last value"), -gain, shown="share", note=note
        )
    return Figure(
        say("误差比沿用末值小", "Error below that of the last value"), gain, shown="share", note=note
    )


def _point(row: Mapping[str, Any], unit: str, level: float) -> Figure:
    """A year of a series; its interval in per cent of it, for the page picks the unit of tonnes."""
    ends = [row["low"], row["high"]]
    known = all(one is not None for one in ends) and row["value"]
    told = " … ".join(f"{one / row['value'] - 1:+.1%}" for one in ends) if known else ""
    note = say(f"{level:.0%} 区间：{told}", f"{level:.0%} interval: {told}") if told else ""
    return Figure(str(row["year"]), row["value"], unit, note=note)


def _points(found: Forecast, held: _Asked) -> Sheet:
    percent = f"{found.level:.0%}"
    rows = [
        {"series": " / ".join(row["group"]), "year": row["year"], "value": row["value"], "low": row["low"], "high": row["high"],
         "note": say("外推", "drawn on") if row["drawn_on"] else ""}
        for row in found.points
    ]  # fmt: skip
    series = [Column("series", say("序列", "Series"))] if any(row["series"] for row in rows) else []
    note = say(
        "外推：回测没有覆盖这么远，区间按以前各步延伸。",
        "Drawn on: no backtest reaches so far, the interval is carried on.",
    )
    drawn_on = any(row["note"] for row in rows)
    return Sheet(
        "points", say("预测值", "Forecast"),
        [*series, Column("year", say("年份", "Year"), "year"), Column("value", say("预测值", "Forecast"), "amount", held.unit),
         Column("low", say(f"{percent} 下限", f"{percent} low"), "amount", held.unit), Column("high", say(f"{percent} 上限", f"{percent} high"), "amount", held.unit),
         *([Column("note", say("说明", "Note"))] if drawn_on else [])],
        rows, note if drawn_on else "",
    )  # fmt: skip


def _record(found: Forecast) -> Sheet:
    rows = [
        {"model": called(one.model), "points": one.points, "mape": one.mape, "mase": one.mase, "naive": one.mase_naive, "skill": one.skill,
         "coverage": one.coverage, "state": state_of(found, one)}
        for one in found.scores
    ]  # fmt: skip
    heads = [
        Column("model", say("模型", "Model")), Column("state", say("结论", "Verdict")), Column("points", say("回测次数", "Backtests"), "count"),
        Column("mape", "MAPE", "share"), Column("mase", "MASE", "amount"), Column("naive", say("沿用末值的 MASE", "MASE, last value"), "amount"),
        Column("skill", say("技巧", "Skill"), "share"), Column("coverage", say("区间覆盖率", "Coverage"), "share"),
    ]  # fmt: skip
    note = say(
        "MASE 是误差与历年变动之比；技巧是误差比沿用末值小的份额，负的即输给它。",
        "MASE is the error by the usual change of a year; skill the share by which the error is below that of the last value, negative where it loses.",
    )
    return Sheet(
        "backtest",
        say("回测：各模型在过去的表现", "Backtest: how each model would have done"),
        heads,
        rows,
        note,
    )


@once
def _peaks(
    opened: Opened, asked: Mapping[str, Any], of: _Of, percent: float | None
) -> tuple[Sequence[Peak], Score]:
    held = of(opened, asked).series
    above = [one for one in held if (one.values > 0).all()]
    uncertainty = None if percent is None else percent / 100
    return peaks(above or held, asked["horizon"], uncertainty=uncertainty, model=asked["model"] or "", draws=asked["draws"], seed=asked["seed"])  # fmt: skip


def _peak(
    opened: Opened, asked: Mapping[str, Any], of: _Of, percent: float | None, note: str, target: int | None
) -> Document:
    held = of(opened, asked)
    found, own = _peaks(opened, asked, of, percent)
    left = [one.name for one in held.series if not (one.values > 0).all()]
    alone = found[0] if len(found) == 1 else None
    figures = []
    if alone is not None:
        year = target if target is not None and target < alone.last else alone.last - 1
        figures = [
            Figure(say("是否已达峰", "Peaked?"), text=peaked(alone)),
            Figure(say("最大值的年份", "Year of the largest value"), alone.already.year, shown="year", note=say(f"之后 {alone.already.years_since} 年", f"{alone.already.years_since} years since")),
            Figure(say(f"{year} 年及以前达峰的概率", f"Chance of the peak by {year}"), alone.by(year), shown="share"),
            Figure(say(f"{alone.last} 年或以后的概率", f"Chance of {alone.last} or later"), alone.not_before, shown="share"),
        ]  # fmt: skip
    figures.append(Figure(say("清单的标准不确定度", "Standard uncertainty of the inventory"), None if percent is None else percent / 100, shown="share", note=note))  # fmt: skip
    told = (
        say(f"{peaked(alone)}：{alone.already.zh}", f"{peaked(alone)}: {alone.already.en}")
        if alone
        else _counted(found)
    )
    return Document(
        headline=f"{held.name}{say('：', ': ')}{told}{say('。', '.')}",
        figures=figures,
        charts=[alone.chart() if alone else _together(found[:DRAWN], held.name)],
        sheets=(_verdicts(found, peak_record(own)), _chances(found)),
        warnings=[*_left(left), *(one.message() for one in held.findings), *more_drawn(len(found))],
        synthetic=held.synthetic,
        result={"series": [one.to_dict() for one in found], "backtest": own.to_dict(), "uncertainty_percent": percent},
    )  # fmt: skip


def _together(found: Sequence[Peak], name: str) -> str:
    """The chance that each series has its peak in a year or before it."""
    years = np.arange(min(min(one.chances) for one in found), max(one.last for one in found), dtype=float)
    lines = [
        Line(
            " / ".join(one.group),
            np.array([100 * one.by(int(year)) if year < one.last else np.nan for year in years]),
        )
        for one in found
    ]
    return chart(say(f"{name}：该年及以前达峰的概率", f"{name}: chance of a peak by then"), "%", years, lines)


def _left(names: Sequence[str]) -> list[str]:
    told = ", ".join(names)
    return (
        [
            say(
                f"有零或负值、没有达峰可言，未列入：{told}。",
                f"Left out, for zeros or negative values have no peak: {told}.",
            )
        ]
        if names
        else []
    )


def _counted(found: Sequence[Peak]) -> str:
    sure = sum(one.already.verdict == "peaked" for one in found)
    return say(
        f"{len(found)} 个序列中 {sure} 个已达峰，其余无法判断",
        f"{sure} of {len(found)} series have peaked, the rest cannot be told",
    )


def _verdicts(found: Sequence[Peak], note: str) -> Sheet:
    rows = [
        {"series": " / ".join(one.group), "verdict": peaked(one), "year": one.already.year, "since": one.already.years_since,
         "chance": one.already.chance, "beyond": one.already.later, "last": one.last, "later": one.not_before, "why": say(one.already.zh, one.already.en)}
        for one in found
    ]  # fmt: skip
    heads = [
        *([Column("series", say("序列", "Series"))] if any(row["series"] for row in rows) else []),
        Column("verdict", say("是否已达峰", "Peaked?")), Column("year", say("最大值的年份", "Year of the largest value"), "year"),
         Column("chance", say("最大值确在五年以前的概率", "Chance that it lies five years back"), "share"),
         Column("beyond", say("以后超过的概率", "Chance of a higher year later"), "share"),
        Column("last", say("预测到", "Forecast up to"), "year"), Column("later", say("该年或以后达峰的概率", "Chance of that year or later"), "share"), Column("why", say("理由", "Because")),
    ]  # fmt: skip
    return Sheet("verdicts", say("是否已达峰", "Whether it has peaked"), heads, rows, note)


def _chances(found: Sequence[Peak]) -> Sheet:
    rows = [
        {"series": " / ".join(one.group), "year": year, "chance": chance, "by": one.by(year)}
        for one in found
        for year, chance in one.chances.items()
        if chance > 0 and year < one.last
    ]
    heads = [
        *([Column("series", say("序列", "Series"))] if any(row["series"] for row in rows) else []),
        Column("year", say("年份", "Year"), "year"), Column("chance", say("该年达峰的概率", "Chance of this year"), "share"),
        Column("by", say("该年及以前达峰的概率", "Chance by this year"), "share"),
    ]  # fmt: skip
    return Sheet("chances", say("达峰年的概率", "Chances of the year of the peak"), heads, rows)
