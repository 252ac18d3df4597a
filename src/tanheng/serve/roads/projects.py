"""The pipeline of reduction projects: their states, measured against expected, and what they make of the factor tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.pathways.index.wording import say
from tanheng.pathways.projects import Effects, Pipeline, RollUp, effects, load_projects, roll_up
from tanheng.pathways.projects.effect import Realised, verdict_named
from tanheng.pathways.projects.remarks import effect_remarks, roll_up_remarks
from tanheng.serve.roads.document import Document, Figure
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.projects_sheets import (
    depth_sheet,
    effect_sheet,
    list_sheet,
    plan_sheet,
    realised_sheet,
    state_sheet,
    total_sheet,
)
from tanheng.serve.roads.sets import ROAD, TREE

OPTIONS = (
    Option("file", "file", "项目库文件", "file of projects", default="projects.yaml"),
    Option("as_of", "year", "应已有实测值的最后一年（代替文件里的）", "last year whose measurements should be there (instead of the file's)", least=1900, most=2200),
    Option("by", "choice", "兑现率按什么合计", "realisation summed up by", default="owner", choices=(
        ("project", "项目", "project"), ("owner", "责任单位", "owner"), ("kind", "类型", "kind"), ("place", "地区", "place"))),
    Option("scenario", "text", "因子树的情景：采用其活动走势，它的杠杆不计入", "scenario of the tree whose courses hold; its levers are set aside", default="baseline", source="scenarios"),
    Option("including", "choices", "也计入这些状态的项目", "count projects of these states too", default=[], choices=(
        ("proposed", "拟议", "proposed"), ("stopped", "已停止", "stopped"))),
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Every project, its years measured and expected, realisation, and totals in the tree."""
    seen, rolled = _computed(opened, asked)
    pipeline = seen.pipeline
    sheets = [
        list_sheet(pipeline),
        effect_sheet(seen),
        realised_sheet(seen, asked["by"]),
        plan_sheet(pipeline),
        state_sheet(pipeline),
    ]
    warnings = [*said_of(pipeline), *effect_remarks(seen)]
    charts: list[str] = [seen.chart()]
    result: dict[str, Any] = {"pipeline": pipeline.to_dict(), "effects": seen.to_dict()}
    if rolled is None:
        warnings.append(
            say("文件集里没有因子树：没有汇入。", "The set has no factor tree: nothing is put into one.")
        )
    else:
        sheets[3:3] = [total_sheet(rolled), depth_sheet(rolled)]
        warnings += roll_up_remarks(rolled, whole=False)
        charts += [rolled.reductions(), rolled.chart()]
        result["roll_up"] = rolled.to_dict()
    return Document(
        headline=repr(seen),
        figures=_figures(seen, rolled),
        charts=tuple(filter(None, charts)),
        sheets=sheets,
        warnings=warnings,
        alarm=seen.whole.verdict == "below" or bool(seen.late) or (rolled is not None and not rolled.sound),
        synthetic=synthetic(opened),
        result=result,
    )  # fmt: skip


def pipeline_of(opened: Opened, file: str) -> Pipeline:
    """The projects of a file of the set."""
    return load_projects(opened.path(file))


def synthetic(opened: Opened) -> bool:
    """Whether the set, or what was observed of its road, is made up."""
    return opened.synthetic or (ROAD in opened.files and opened.road.observed.synthetic)


def said_of(pipeline: Pipeline) -> list[str]:
    """Notes of a pipeline and what is doubtful in it."""
    notes = [pipeline.notes[language()]] if pipeline.notes else []
    return [*notes, *(one.message() for one in pipeline.findings)]


@once
def _computed(opened: Opened, asked: Mapping[str, Any]) -> tuple[Effects, RollUp | None]:
    pipeline = pipeline_of(opened, asked["file"])
    seen = effects(pipeline, until=asked["as_of"])
    if not pipeline.tree and not {ROAD, TREE} & set(opened.files):
        return seen, None
    tree, including = None if pipeline.tree else opened.tree, tuple(asked["including"] or ())
    return seen, roll_up(pipeline, tree, scenario=asked["scenario"], including=including)


def _figures(seen: Effects, rolled: RollUp | None) -> Sequence[Figure]:
    whole = seen.whole
    figures = [
        Figure(say("项目", "Projects"), len(seen.pipeline.projects), shown="count"),
        _realisation(whole),
        Figure(say("没有报告（项目·年）", "Not reported (project-years)"), len(seen.missing), shown="count",
               note=f"{whole.unreported:,.0f} t" if whole.unreported else ""),
        Figure(say("逾期的项目", "Late projects"), len(seen.late), shown="count"),
    ]  # fmt: skip
    if rolled is not None:
        at = int(np.argmax(rolled.counted))
        figures.append(Figure(say("预期减少（最多的一年）", "Expected less (most in a year)"), float(rolled.counted[at]), unit_said(rolled.tree.unit),
                              note=f"{rolled.tree.years[at]:.0f}"))  # fmt: skip
        if np.isfinite(rolled.gap).any():
            worst = int(np.nanargmax(rolled.gap))
            figures.append(Figure(say("离上限的缺口（最大的年份）", "Gap to the cap (largest)"), float(rolled.gap[worst]), unit_said(rolled.tree.unit),
                                  note=f"{rolled.tree.years[worst]:.0f}"))  # fmt: skip
    return figures


def _realisation(whole: Realised) -> Figure:
    found = whole.ratio
    told = verdict_named(whole.verdict)
    known = found.low is not None and found.high is not None
    width = (
        say(
            f"（95 % 区间 {found.low:.0%}–{found.high:.0%}）",
            f" (95 % interval {found.low:.0%} to {found.high:.0%})",
        )
        if known
        else ""
    )
    return Figure(say("兑现率", "Realised"), found.value, shown="share", note=told + width)
