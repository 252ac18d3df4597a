"""The dual-carbon index of a road, each part opening to its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.pathways import DualCarbonIndex, dual_carbon_index
from tanheng.pathways.index import IndexAudit, IndexHistory, audit_conventions, index_history
from tanheng.pathways.index.choices import interval
from tanheng.pathways.index.consistency import OFF, verdict_named
from tanheng.pathways.index.overall import NAMES
from tanheng.pathways.index.wording import earned, place_named, say, score, sentence, size, span
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.index_sheets import audit_sheets, history_sheet, part_sheets
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once

OPTIONS = (
    Option("year", "year", "评价年；空为文件里的或最后核查年", "year that is judged; the file's or the last observed unless told", least=1900, most=2200, source="observed"),
    Option("history", "yes", "同时给出基准年以来各年的指数", "also the index of every year since the base year", default=False),
    Option("audit", "yes", "同时审计总分对各项约定的敏感性", "also audit how far the whole depends on the conventions", default=False),
    Option("draws", "count", "抽样次数", "number of draws", default=2000, least=100, most=20_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=1, least=0, most=2**31 - 1),
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The five parts, the whole with p5 to p95, the grade and the verdict; an alarm where the year lies above the path."""
    found, past, audited = _judged(opened, asked)
    charts, result = [found.chart()], found.to_dict()
    sheets = [_parts(found), *part_sheets(found, opened.bound)]
    if past is not None:
        charts.append(past.chart())
        sheets.insert(1, history_sheet(past))
        result["history"] = past.to_dict()
    if audited is not None:
        sheets += audit_sheets(audited)
        result["audit"] = audited.to_dict()
    return Document(
        headline=_headline(found),
        figures=_figures(found),
        charts=charts,
        sheets=sheets,
        warnings=_warnings(found),
        alarm=found.path_consistency.verdict == OFF,
        synthetic=opened.made_up,
        result=result,
    )


@once
def _judged(
    opened: Opened, asked: Mapping[str, Any]
) -> tuple[DualCarbonIndex, IndexHistory | None, IndexAudit | None]:
    draws, seed = asked["draws"], asked["seed"]
    found = dual_carbon_index(opened.road, year=asked["year"], draws=draws, seed=seed)
    earlier = asked["history"] and found.year > found.road.path.base
    past = index_history(opened.road, until=asked["year"], draws=draws, seed=seed) if earlier else None
    return found, past, audit_conventions([found]) if asked["audit"] else None


def _headline(found: DualCarbonIndex) -> str:
    said = verdict_named(found.path_consistency.verdict)
    whole = (
        score(found.value)
        if found.withheld
        else score(found.value) + say(f"（p5–p95 {span(found.draws)}）", f" (p5–p95 {span(found.draws)})")
    )
    return say(
        f"{place_named(found.road)} {found.year} 年双碳指数 {whole}，数据质量 {found.grade.letter}，对照路径：{said}",
        f"{place_named(found.road)} {found.year}: dual-carbon index {whole}, data quality {found.grade.letter}, against the path: {said}",
    )


def _figures(found: DualCarbonIndex) -> list[Figure]:
    place = int(say("0", "1"))
    low, high = (None, None) if found.withheld else interval(found.draws)
    withheld = found.withheld[place] if found.withheld else ""
    figures = [
        Figure(say("总分", "Overall"), found.value, shown="score", text="" if found.value is not None else "–", low=low, high=high, note=withheld),
        Figure(say("对照路径", "Against the path"), text=verdict_named(found.path_consistency.verdict)),
        Figure(say("数据质量", "Data quality"), text=found.grade.letter, note=say("A 至 E，不计入总分", "A to E, no part of the number")),
    ]  # fmt: skip
    for name in NAMES:
        if name in found.joint:
            value = getattr(found, name).value
            ends = interval(found.joint[name])
            figures.append(Figure(NAMES[name][place], value, shown="score", text="" if value is not None else "–", low=ends[0], high=ends[1]))  # fmt: skip
    return figures


def _parts(found: DualCarbonIndex) -> Sheet:
    place = int(say("0", "1"))
    rows = []
    for name in NAMES:
        low, high = interval(found.joint[name]) if name in found.joint else (None, None)
        value = getattr(found, name).value if name in found.scores else None
        rows.append({"part": NAMES[name][place], "score": value, "low": low, "high": high, "said": sentence(found, name)})  # fmt: skip
    unit = unit_said(found.road.unit)
    columns = (
        Column("part", say("部分", "Part")), Column("score", say("分", "Score"), "score"),
        Column("low", "p5", "score"), Column("high", "p95", "score"),
        Column("said", say(f"说明（排放按 {unit}）", f"What it says (emissions in {unit})")),
    )  # fmt: skip
    note = say(
        "总分是路径、实现、可达、预测四项的几何平均（实现度限于 1–100）；可调方向不计分。",
        "The whole is the geometric mean of path, realised, reachable and forecast (realised degree kept to 1–100); direction has no score.",
    )
    return Sheet("parts", say("五个部分", "Five parts"), columns, rows, note)


def _warnings(found: DualCarbonIndex) -> Sequence[str]:
    place = int(say("0", "1"))
    said = [one.message() for one in found.road.observed.findings]
    if found.withheld:
        said.append(found.withheld[place])
    gap = found.tree_gap
    if gap and gap["apart"]:
        said.append(say(
            f"因子树在 {gap['year']} 年为 {size(gap['tree'])} {unit_said(gap['unit'])}，核查为 {size(gap['observed'])}：请先校准因子树。",
            f"In {gap['year']} the tree says {size(gap['tree'])} {unit_said(gap['unit'])}, observed were {size(gap['observed'])}: calibrate the tree first.",
        ))  # fmt: skip
    held = found.forecast_consistency.found
    if held is not None and (told := earned(held).lstrip("；; ")):
        said.append(say(f"预测一致性：{told}。", f"Forecast consistency: {told}."))
    return said
