"""The review of decisions: what became of the forecast and of the levers in the years since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.codes.wording import unit_name
from tanheng.errors import language
from tanheng.pathways.deviation import Review, review_of
from tanheng.pathways.deviation.levels import VERDICTS
from tanheng.pathways.deviation.review import Outcome
from tanheng.pathways.deviation.wording import outcome_sentences, waiting
from tanheng.pathways.index.wording import place_named, say
from tanheng.pathways.road import Road
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

OPTIONS: Sequence[Option] = ()


def document(opened: Opened, _asked: Mapping[str, Any]) -> Document:
    """What was observed beside the forecast of then, the last value and the plan; skill; what levers delivered."""
    if opened.broken is not None:
        raise opened.broken
    found = review_of(opened.road, opened.decisions)
    return Document(
        headline=f"{place_named(opened.road)} {_headline(found)}",
        figures=[figure for one in found.outcomes for figure in _figures(one)],
        charts=found.charts(),
        sheets=_sheets(found, opened.road),
        warnings=[waiting(found)] if found.waiting else [],
        alarm=any((one.against_plan or {}).get("verdict") == "over" for one in found.outcomes),
        synthetic=opened.road.observed.synthetic,
        result=found.to_dict(),
    )


def _headline(found: Review) -> str:
    if not found.outcomes:
        return waiting(found)
    newest = found.outcomes[-1]
    told = say(
        f"到 {newest.year} 年回看 {len(found.outcomes)} 条决策",
        f"decisions reviewed in {newest.year}: {len(found.outcomes)}",
    )
    return f"{told}{say('；', '; ')}{outcome_sentences(newest)[1 if newest.against_plan else 0]}"


def _figures(one: Outcome) -> list[Figure]:
    of = say(f"决策 {one.number}：", f"Decision {one.number}: ")
    inside = "" if one.inside is None else say(f"{one.inside:.0%} 的年份落在区间内", f"{one.inside:.0%} of the years within the interval")  # fmt: skip
    none = "" if one.skill is not None else say("没有预测可比", "no forecast to compare")
    found = [Figure(of + say("预测对沿用末值的技巧", "skill of the forecast against the last value"), one.skill, shown="share", text=none, note=inside)]  # fmt: skip
    plan = one.against_plan
    if plan is not None:
        verdict = say(*VERDICTS[plan["verdict"]])
        found.append(Figure(of + say(f"{plan['year']} 年兑现", f"delivered in {plan['year']}"), plan["delivered"], shown="share", note=verdict))  # fmt: skip
    return found


def _sheets(found: Review, road: Road) -> list[Sheet]:
    named = str(getattr(unit_name(road.unit), language()))
    decision = Column("decision", say("决策", "Decision"), "year")
    years = (
        decision, Column("year", say("年", "Year"), "year"), Column("observed", say("核查", "Observed"), "amount", named),
        Column("forecast", say("当时的预测", "Forecast then"), "amount", named), Column("low", say("区间下界", "Low"), "amount", named),
        Column("high", say("区间上界", "High"), "amount", named), Column("naive", say("沿用末值", "Last value"), "amount", named),
        Column("expected", say("计划", "Plan"), "amount", named),
    )  # fmt: skip
    levers = (
        decision, Column("factor", say("因子", "Factor")), Column("cell", say("分项", "Cell")), Column("levers", say("杠杆", "Levers")),
        Column("expected", say("预期", "Expected"), "amount", named), Column("measured", say("实测", "Measured"), "amount", named),
        Column("usual", say("以往趋势", "Usual trend"), "amount", named), Column("delivered", say("兑现", "Delivered"), "share"),
    )  # fmt: skip
    said = [
        {"decision": one.number, "who": one.who, "decided": one.decided, "said": line}
        for one in found.outcomes
        for line in outcome_sentences(one)
    ]
    columns = (
        decision, Column("who", say("决策者", "Who")), Column("decided", say("决策依据年", "Year it rests on"), "year"), Column("said", say("说明", "Sentence")),
    )  # fmt: skip
    delivered = [
        {
            "decision": one.number,
            **row,
            "factor": road.observed.titles.get(row["factor"], {}).get(language(), row["factor"]),
            "cell": say("总量", "Total") if row["cell"] == "total" else row["cell"],
            "levers": say("、", ", ").join(_titled(road, lever) for lever in row["levers"]),
        }
        for one in found.outcomes
        for row in one.levers
    ]
    note = say(
        "杠杆的兑现 =（实测 − 以往趋势）/ 预期；按因子对照，不能证明因果。",
        "A lever delivers (measured - usual) / expected; this compares by factor and proves no cause.",
    )
    return [
        Sheet("said", say("回看逐条", "What became of them"), columns, said),
        Sheet(
            "years",
            say("预测、计划与核查", "Forecast, plan and what was observed"),
            years,
            found.table().to_dicts(),
        ),
        Sheet("levers", say("杠杆的兑现", "Delivery of levers"), levers, delivered, note),
    ]


def _titled(road: Road, lever: str) -> str:
    """What a lever is called; its id where the tree has it no more."""
    found = road.tree.levers.get(lever)
    return lever if found is None else found.title[language()]
