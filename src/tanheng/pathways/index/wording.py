"""What each part of an index says, as a sentence in the language of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tanheng.charts.frame import scaled
from tanheng.codes.wording import unit_said
from tanheng.errors import counted, language
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.forecast.wording import step_told
from tanheng.pathways.index.choices import interval
from tanheng.pathways.index.consistency import UNTOLD, verdict_named
from tanheng.pathways.index.direction import NO_SCORE, AdjustableDirection, standing
from tanheng.pathways.road.kinds import kind_named

if TYPE_CHECKING:
    from tanheng.pathways.forecast import Futures
    from tanheng.pathways.index.overall import DualCarbonIndex
    from tanheng.pathways.road import Road


def say(zh: str, en: str) -> str:
    """The sentence in the language of the run."""
    return zh if language() == "zh" else counted(en)


def place_named(road: Road) -> str:
    """What a place is called, with the mark of synthetic data."""
    return road.title[language()] + (say("（合成数据）", " (synthetic)") if road.observed.synthetic else "")


def amount(value: float) -> str:
    """A number as tables show it."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"


def size(value: float) -> str:
    """A number in a sentence: four digits, large ones in a myriad of myriads or in millions.

    Examples
    --------
    >>> size(412_223_884.75), size(5_120_000.0), size(80.0)
    ('4.122 亿', '512 万', '80')
    """
    for least, zh, en in ((1e8, (1e8, "亿"), (1e6, "million")), (1e6, (1e4, "万"), (1e6, "million"))):
        if abs(value) >= least:
            by, name = zh if language() == "zh" else en
            return f"{value / by:,.4g} {name}"
    return amount(value)


def sized(value: float, unit: str, *, signed: bool = False) -> str:
    """An amount in a sentence, in a size that can be read; charts and tables of the same amounts take the same.

    Examples
    --------
    >>> sized(412_223_884.75, "tCO2e"), sized(-1234.5, "万t"), sized(30.0, "t", signed=True)
    ('4.122 亿 t CO₂e', '-1,234 万吨', '+30 t')
    """
    factor, name = scaled(unit_said(unit), abs(value))
    value /= factor
    told = format(value, ",.0f" if abs(value) >= 1000 else ".4g")
    return f"{'+' if signed and value > 0 else ''}{told} {'× ' if name.startswith('10') else ''}{name}"


def percent(share: float | None) -> str:
    """A share with its sign, in percent."""
    return "–" if share is None else f"{share:+.1%}"


def score(value: float | None) -> str:
    """A score of 0 to 100, or a dash."""
    return "–" if value is None or not np.isfinite(value) else f"{value:.1f}"


def span(draws: np.ndarray) -> str:
    """5th to 95th percentile of scores."""
    low, high = interval(draws)
    return "–" if low is None else f"{score(low)}–{score(high)}"


def sentence(index: DualCarbonIndex, part: str) -> str:
    """What a part says, with the numbers that matter most."""
    return _SENTENCES[part](index)


def _path(index: DualCarbonIndex) -> str:
    one, year = index.path_consistency, index.year
    emission, path = size(one.emission[-1]), size(one.path[-1])
    told = say(
        f"{year} 年排放 {emission}，路径 {path}（{percent(one.deviation)}），{one.years[0]:.0f} 年以来累计 {percent(one.overshoot)}；"
        f"在路径之内的概率 {one.chance:.0%}：{verdict_named(one.verdict)}",
        f"{emission} in {year}, the path says {path} ({percent(one.deviation)}), {percent(one.overshoot)} since {one.years[0]:.0f}; "
        f"chance of being within the path {one.chance:.0%}: {verdict_named(one.verdict)}",
    )
    if one.verdict == UNTOLD:
        told += say(
            "，偏差小于清单的不确定性", ", the deviation is smaller than the uncertainty of the inventory"
        )
    if one.banked:
        told += say(f"；结余 {size(one.banked)}", f"; {size(one.banked)} banked")
    return told


def _realised(index: DualCarbonIndex) -> str:
    one = index.realised_degree
    if one.reason:
        return one.reason[language() != "zh"]
    parts = say("、", ", ").join(
        f"{kind_named(kind)} {size(value)}" for kind, value in one.kinds.items() if abs(value) > 0
    )
    return say(
        f"以实际活动、其余同 {one.base} 年为 {size(one.frozen)}：须减 {size(one.frozen - one.path)}，已减 {size(one.frozen - one.emission)}"
        f"（{parts or '–'}）；活动偶得 {size(one.windfall)}，不计",
        f"{size(one.frozen)} with the actual activity and all else as in {one.base}: {size(one.frozen - one.path)} to be done, "
        f"{size(one.frozen - one.emission)} done ({parts or '–'}); windfall of activity {size(one.windfall)}, not counted",
    )


def _space(index: DualCarbonIndex) -> str:
    one = index.reachable_space
    if one.headroom is not None:
        return say(
            f"{one.year} 年参照 {size(one.reference)} 已在目标 {size(one.path)} 之内，新项目余量 {size(one.headroom)}",
            f"the reference of {one.year}, {size(one.reference)}, meets the target {size(one.path)}; headroom for new projects {size(one.headroom)}",
        )
    told = say(
        f"{one.year} 年参照 {size(one.reference)}，全部杠杆可到 {size(one.least)}，目标 {size(one.path)}：可达为所需的 {one.space:.2f} 倍",
        f"reference {size(one.reference)} in {one.year}, all levers reach {size(one.least)}, target {size(one.path)}: {one.space:.2f} times what is needed",
    )
    if one.gap:
        told += say(f"；仍缺 {size(one.gap)}", f"; {size(one.gap)} are missing")
    if one.gap and one.unlimited <= one.path:
        told += say("，因预算所限", ", for want of money")
    return told


def _direction(index: DualCarbonIndex) -> str:
    one, lang = index.adjustable_direction, language()
    if not one.target.only.levers:
        return say("因子树没有杠杆", "the tree has no levers")
    groups: dict[str, list[str]] = {"robust": [], "contingent": []}
    for name, share in one.frequency.items():
        groups.setdefault(standing(share), []).append(one.target.only.levers[name].title[lang])
    price = one.cheapest.price
    told = say(
        f"稳健：{'、'.join(groups['robust']) or '–'}；视情况：{'、'.join(groups['contingent']) or '–'}",
        f"robust: {', '.join(groups['robust']) or '–'}; contingent: {', '.join(groups['contingent']) or '–'}",
    )
    if np.isfinite(price):
        price /= tonnes_of(one.target.tree.unit)
        told += say(f"；影子价格 {price:,.0f} 元/t", f"; shadow price {price:,.0f} CNY/t")
    if one.gaps.size:
        gap, cost, dual = (f"p5–p95 {low} – {high}" for _, _, low, high in direction_rows(one))
        told += say(
            f"；按预测：缺口 {gap} {unit_said(one.target.tree.unit)}，年费用 {cost} 亿元，影子价格 {dual} 元/t",
            f"; by the forecast: gap {gap} {unit_said(one.target.tree.unit)}, cost a year {cost} x 10⁸ CNY, shadow price {dual} CNY/t",
        )
    if one.beyond:
        told += say(
            f"；{one.beyond:.0%} 的抽样中全部杠杆也不够",
            f"; in {one.beyond:.0%} of the draws all levers do not suffice",
        )
    return f"{told}{say('。', '. ')}{NO_SCORE[lang != 'zh']}"


def direction_rows(one: AdjustableDirection) -> list[tuple[str, str, str, str]]:
    """Gap, cost a year and shadow price: what it is, at the reference, and p5 and p95 over the forecast, as texts."""
    tonnes, ends = tonnes_of(one.target.tree.unit), one.intervals
    cost, dual = (one.cheapest.cost, one.cheapest.price) if one.cheapest.reached else (None, None)
    told: tuple[tuple[str, str, float | None, Callable[[float], str]], ...] = (
        ("gap", say("缺口", "Gap"), one.gap, size),
        ("cost", say("年费用（亿元）", "Cost a year (10⁸ CNY)"), cost, lambda value: f"{value / 1e8:,.1f}"),
        ("dual", say("影子价格（元/t）", "Shadow price (CNY/t)"), dual, lambda value: f"{value / tonnes:,.0f}"),
    )  # fmt: skip

    def text(value: float | None, shown: Callable[[float], str]) -> str:
        return say("达不到", "not reached") if value is None else shown(value)

    return [
        (title, text(own, shown), *((text(ends[name][0], shown), text(ends[name][1], shown)) if one.gaps.size else ("–", "–")))
        for name, title, own, shown in told
    ]  # fmt: skip


def _forecast(index: DualCarbonIndex) -> str:
    one = index.forecast_consistency
    if one.reason:
        return one.reason[language() != "zh"]
    told = say(
        f"{one.peak} 年前达峰的概率 {one.peak_by:.0%}，{one.target} 年达标的概率 {one.meets:.0%}",
        f"chance of a peak by {one.peak} {one.peak_by:.0%}, of meeting the target of {one.target} {one.meets:.0%}",
    )
    if one.target == one.year:
        told = say(
            f"目标年 {one.target} 已核查，是否达标见路径一致性；{one.peak} 年前达峰的概率 {one.peak_by:.0%}",
            f"the target year {one.target} was observed: see path consistency; chance of a peak by {one.peak} {one.peak_by:.0%}",
        )
    if one.found is not None and one.found.score.covered:
        record = one.found.score
        told += say(
            f"；回测 {record.points} 次，误差 {record.mape:.1%}，80 % 区间盖住 {record.coverage:.0%}",
            f"; tried {record.points} times on the past: error {record.mape:.1%}, 80 % intervals held {record.coverage:.0%}",
        )
    if one.found is not None and one.beyond:
        at = one.found.score.checked + 1
        told += say(
            f"；{one.found.covered} 年以后的区间在过去试得太少或包含得太少（{one.found.covered + 1} 年：{step_told(one.found.score, at)}），不足为凭",
            f"; intervals after {one.found.covered} were tried too seldom or held too little on the past to rely on ({one.found.covered + 1}: {step_told(one.found.score, at)})",
        )
    if one.found is not None:
        told += earned(one.found)
    return told


def earned(found: Futures) -> str:
    """Where the model is the last value or loses to it, that it is so; else empty."""
    if found.score.loses:
        return say("；该模型在过去不如沿用末值，按要求采用", "; in the past the last value did better than this model, used as asked")  # fmt: skip
    if found.score.model == "naive" and not found.asked:
        return say("；没有模型胜过沿用末值，因此沿用末值", "; no model does better than the last value, so it goes on")  # fmt: skip
    return ""


_SENTENCES: dict[str, Callable[[DualCarbonIndex], str]] = {
    "path_consistency": _path,
    "realised_degree": _realised,
    "reachable_space": _space,
    "adjustable_direction": _direction,
    "forecast_consistency": _forecast,
}
