"""What a deviation and the review of a decision say, as sentences in the language of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.errors import language
from tanheng.pathways.deviation.correction import Correction
from tanheng.pathways.deviation.deviation import said_alarm
from tanheng.pathways.deviation.levels import VERDICTS
from tanheng.pathways.deviation.months import said_months
from tanheng.pathways.index.wording import percent, say, sized

if TYPE_CHECKING:
    from tanheng.pathways.deviation import Deviation, Review
    from tanheng.pathways.deviation.review import Outcome

__all__ = ["number", "outcome_sentences", "percent", "say", "sentences", "signed", "waiting"]


def sentences(found: Deviation) -> list[str]:
    """What is to be said of a place, in words; cautions among them."""
    return [text for _, text in _told(found)]


def cautions(found: Deviation) -> list[str]:
    """What limits the result, in words."""
    return [text for warns, text in _told(found) if warns]


def plain_sentences(found: Deviation) -> list[str]:
    """What is to be said of a place without the cautions."""
    return [text for warns, text in _told(found) if not warns]


def _told(found: Deviation) -> list[tuple[bool, str]]:
    """Each sentence, and whether it is a caution."""
    zh, unit = 0 if language() == "zh" else 1, found.road.unit
    told = [(False, standing(found)), (False, said_alarm(found)[zh])]
    if found.total.verdict(0) in {"over", "under"}:
        told.append((True, say("基准年就不在路径上：路径与核查可能不是同一口径", "The base year itself lies off the path: path and inventory may not be of one kind")))  # fmt: skip
    if found.road.observed.last > found.road.path.target:
        target = found.road.path.target
        told.append((True, say(f"目标年 {target} 之后的核查不在其内", f"Years after the target year {target} are left out")))  # fmt: skip
    told += [(False, line) for line in _monthly(found)]
    if found.cause is not None and found.cause.main is not None:
        factor, cell, effect = found.cause.main
        factor, where = found.cause.called(factor), "" if cell == "total" else f" · {cell}"
        told.append((False, say(f"主要原因：{factor}{where} {sized(effect, unit, signed=True)}", f"Main cause: {factor}{where}, {sized(effect, unit, signed=True)}")))  # fmt: skip
    told += [(True, one.message()) for one in found.findings]
    told.append((found.outlook.withheld is not None, _capital(found.outlook.said()[zh])))
    if not isinstance(found.correction, Correction):
        return [*told, (False, _capital(found.correction[zh]))]
    return told + _corrected(found.correction, unit)


def standing(found: Deviation) -> str:
    """Deviation of the last year, what has piled up, and the verdict."""
    row = found.total.rows()[-1]
    share, cumulated, (zh, en) = percent(row["share"]), percent(row["cumulated"]), VERDICTS[row["verdict"]]
    return say(f"{row['period']} 年偏差 {share}，累计 {cumulated}：{zh}", f"{row['period']}: deviation {share}, cumulated {cumulated}: {en}")  # fmt: skip


def _corrected(found: Correction, unit: str) -> list[tuple[bool, str]]:
    plan, back, off = found.plan, found.back, sized(found.off_tree, unit, signed=True)
    cost, gap = f"{plan.present_value / 1e8:,.1f}", sized(float(plan.gap.sum()), unit)
    told = [
        (
            False,
            say(f"调整的费用现值 {cost} 亿元", f"Cost of the correction, present value: {cost} × 10⁸ CNY"),
        )
    ]
    if plan.gap.any():
        told.append((True, say(f"调整后仍有缺口，合计 {gap}", f"Gaps remain, {gap} together")))
    told += [
        (not back, say(f"{back} 年起回到路径之内", f"Back under the path from {back} on") if back else say("直到目标年仍在路径之上", "Above the path up to the target year")),
        (False, say(f"因子树以核查总量校准，差额 {off} 保持不变", f"The tree is re-based to the observed total; the {off} that it does not hold stay as they are")),
    ]  # fmt: skip
    return [*told, *([(True, plan.tree.notes[language()])] if plan.tree.notes else [])]


def _monthly(found: Deviation) -> list[str]:
    """What months say, in words."""
    months = found.months
    if months is None:
        return []
    zh = 0 if language() == "zh" else 1
    spread = (
        say("由基准年估计", "estimated from the base years") if months.estimated else say("给定", "given")
    )
    last = months.total.periods[-1]
    told = [
        say(f"月度（至 {last}）：占年度核查 {months.covers:.1%}，月离散程度 {months.spread:.1%}（{spread}）", f"Months up to {last}: they hold {months.covers:.1%} of the annual total, spread {months.spread:.1%} ({spread})"),
        *(line[zh] for line in said_months(months)),
    ]  # fmt: skip
    excess = months.excess()
    if len(excess) > 1:
        parts = say("，", ", ").join(
            f"{name or say('总量', 'Total')} {sized(value, found.road.unit, signed=True)}"
            for name, value in excess.items()
        )
        told.append(
            say(
                f"末次月度警报期间与路径之差：{parts}",
                f"Off the path in the months of the last alarm: {parts}",
            )
        )
    if months.cause is not None and months.cause.main is not None:
        cause, (factor, cell, effect) = months.cause, months.cause.main
        factor, where = cause.called(factor), "" if cell == "total" else f" · {cell}"
        told_as = sized(effect, found.road.unit, signed=True)
        parts = ", ".join(
            f"{cause.called(name)} {sized(value, found.road.unit, signed=True)}"
            for name, value in cause.by_factor.items()
        )
        told.append(say(
            f"末次月度警报的主要原因（{cause.year}，对 {cause.since} 年同月）：{factor}{where} {told_as}；各因子 {parts}",
            f"Main cause of the last alarm by month ({cause.year} against the same months of {cause.since}): {factor}{where}, {told_as}; by factor {parts}",
        ))  # fmt: skip
    elif not months.factors and months.total.cusum.alarms:
        told.append(
            say("月度数据没有写因子（deviation.monthly.factors），原因只按年度给出", "The months tell no factors (deviation.monthly.factors): the cause is that of the year alone")
        )  # fmt: skip
    return told


def outcome_sentences(one: Outcome) -> list[str]:
    """What became of a decision, in words."""
    skill = say("没有预测可比", "no forecast to compare") if one.skill is None else f"{one.skill:+.0%}"
    inside = (
        ""
        if one.inside is None
        else say(
            f"，{one.inside:.0%} 的年份落在区间内", f", {one.inside:.0%} of the years within the interval"
        )
    )
    told = [
        say(
            f"预测技巧（对沿用末值）：{skill}{inside}",
            f"Skill of the forecast against the last value: {skill}{inside}",
        )
    ]
    plan = one.against_plan
    if plan is not None:
        share = "–" if plan["delivered"] is None else f"{plan['delivered']:.0%}"
        zh, en = VERDICTS[plan["verdict"]]
        told.append(
            say(
                f"{plan['year']} 年与计划相比：{zh}，兑现 {share}",
                f"{plan['year']} against the plan: {en}, delivered {share}",
            )
        )
    if one.restated is not None:
        told.append(
            say(
                f"{one.decided} 年的核查此后重算过：{one.restated:+.2%}",
                f"The total of {one.decided} has been restated since: {one.restated:+.2%}",
            )
        )
    if one.changed:
        files = ", ".join(one.changed)
        told.append(say(f"决策以来变动过的文件：{files}", f"Files that changed since the decision: {files}"))
    if one.unmapped:
        names = ", ".join(one.unmapped)
        told.append(
            say(
                f"未写明显现在哪个因子（deviation.levers）：{names}",
                f"Not told in which factor they show (deviation.levers): {names}",
            )
        )
    return told


def waiting(found: Review) -> str:
    """How many decisions have no later year yet."""
    return say(
        f"{found.waiting} 条决策之后还没有核查", f"{found.waiting} decisions wait for a later observed year"
    )


def number(value: float) -> str:
    """A number as tables show it."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.6g}"


def signed(value: float) -> str:
    """A number with its sign."""
    return ("+" if value > 0 else "") + number(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
