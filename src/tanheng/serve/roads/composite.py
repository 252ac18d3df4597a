"""A composite index from a framework and data of the set: ranks, weights, what was done to the data, and the audit of its ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanheng.inventory.table import Table
from tanheng.pathways import composite as room
from tanheng.pathways.composite.choices import MEANT, WAYS
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.asked import FILE, SEED, lines, listed, said
from tanheng.serve.roads.composite_sheets import sheets_of
from tanheng.serve.roads.document import Document, Figure
from tanheng.serve.roads.options import Option, OptionWrong
from tanheng.serve.roads.places import Opened, once

_SETTINGS = tuple(
    Option(name, "text", zh, en, default=default, choices=[(way, way, way) for way in dict.fromkeys([default, *WAYS[name]])])
    for name, (zh, en) in MEANT.items() for default in [getattr(room.Settings, name)]
)  # fmt: skip

OPTIONS = (
    FILE,
    Option("meta", "file", "指标表；不写则在数据文件的另一张工作表中找", "framework; without, another sheet of the data", source="tables"),
    *_SETTINGS,
    Option("year", "year", "只看这一年", "this year only", least=1900, most=2200),
    Option("judgements", "texts", "判断矩阵的文件；一致性比率不小于 0.1 即拒绝", "files of pairwise judgements; refused from a consistency ratio of 0.1", default="", source="tables"),
    Option("wealth", "text", "与此列（如 GDP/Population）求相关：指数是否只是财富", "correlate with this column, such as GDP/Population: is it only wealth?", default="", source="columns"),
    Option("against", "text", "与另一种做法比较名次，如 normalisation=z-score，以分号分隔", "compare ranks with another way, such as normalisation=z-score; with semicolons", default=""),
    Option("leave_out", "count", "逐一去掉该层的元素（1 为指标）", "leave out the elements of a level one by one (1 is the indicators)", least=1, most=20),
    Option("coupling", "yes", "最高一层各部分的耦合协调度（2021 年修正式）", "coupling coordination of the parts of the index (corrected formula of 2021)", default=False),
    Option("least_data", "number", "只留已知指标占比不低于此的单元，如 0.9", "keep units of which at least this share of indicators is known, such as 0.9", default=0.0, least=0, most=1),
    Option("audit", "yes", "稳健性审计", "audit", default=False),
    Option("assume", "text", "审计中变动的假设，如 aggregation=arithmetic|geometric、noise=0.25、leave-out=no，以分号分隔；不写则取通常的", "what the audit varies, such as aggregation=arithmetic|geometric; noise=0.25; leave-out=no, with semicolons; the usual unless told", default=""),
    Option("of", "text", "审计中再给出此单元名次的 Sobol 指数", "in the audit, Sobol indices of the rank of this unit as well", default=""),
    Option("runs", "count", "审计至少运行的次数", "runs of the audit, at least", default=10_000, least=16, most=1_000_000),
    SEED,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Judged:
    """An index with all that was asked about it."""

    made: room.Composite
    diagnosis: room.Diagnosis
    told: Sequence[room.Judgements] = ()
    rewritten: room.Rewriting | None = None
    dropped: Sequence[str] = ()
    compared: Sequence[tuple[str, Table]] = field(default_factory=tuple)
    left: Table | None = None
    coupled: room.Coupling | None = None
    audit: room.Audit | None = None
    unit: str = ""


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Ranks and scores, weights, diagnosis and what else was asked for."""
    found = _made(opened, asked)
    own, title = found.made, found.made.framework.nodes[found.made.framework.top].name
    rows = own.table().to_dicts()
    best = next((row for row in rows if row["rank"] == 1), rows[0])
    units = len(set(own.units.codes))
    headline = say(
        f"{title}：{units} 个单元、{len(own.framework.indicators)} 个指标，第一是{_named(own, best)}（{best[own.framework.top]:.2f}）。",
        f"{title}: {units} units, {len(own.framework.indicators)} indicators; {_named(own, best)} comes first ({best[own.framework.top]:.2f}).",
    )
    figures = [
        Figure(say("单元", "Units"), units, shown="count"), Figure(say("指标", "Indicators"), len(own.framework.indicators), shown="count"),
    ]  # fmt: skip
    charts = [own.chart()] if found.audit is None else [found.audit.chart(), found.audit.sensitivity.chart()]
    if found.audit is not None:
        shift = float(found.audit.shifts.mean())
        figures.append(
            Figure(
                say("审计中名次平均变动", "Mean shift of ranks in the audit"),
                shift,
                shown="amount",
                note=say(f"{found.audit.runs:,} 次", f"{found.audit.runs:,} runs"),
            )
        )
    dropped = (
        [
            say(
                f"数据不足未列入：{'、'.join(found.dropped)}。",
                f"Left out for want of data: {', '.join(found.dropped)}.",
            )
        ]
        if found.dropped
        else []
    )
    return Document(
        headline=headline,
        figures=figures,
        charts=charts,
        sheets=sheets_of(found),
        warnings=[*said([*own.findings, *found.diagnosis.findings]), *dropped],
        result=_result(found),
    )  # fmt: skip


def _named(own: room.Composite, row: Mapping[str, Any]) -> str:
    return f"{row['name']} {row['year']}" if len(own.units.span) > 1 else str(row["name"])


@once
def _made(opened: Opened, asked: Mapping[str, Any]) -> Judged:
    if (asked["assume"] or asked["of"]) and not asked["audit"]:
        raise OptionWrong(name="audit", detail_zh="“变动的假设”与“此单元”用于审计，请勾选审计", detail_en="assumptions and a unit go with the audit: ask for it")  # fmt: skip
    settings = room.Settings(**{name: asked[name].strip() for name in WAYS if asked[name]})
    others = [(text, room.other_settings(settings, text)) for text in lines(asked["against"])]
    data = opened.path(asked["file"])
    meta = opened.path(asked["meta"]) if asked["meta"] else data
    framework, told = room.judged(
        room.read_framework(meta), [_file(opened, name) for name in listed(asked["judgements"])]
    )
    read = room.read_units(data, framework)
    units = read.covering(framework, asked["least_data"])
    rewritten = None
    if asked["year"] is None:
        rewritten = room.rewriting(units, framework, settings)
    else:
        units = units.of_year(asked["year"])
    made = room.composite_index(units, framework, settings)
    return Judged(
        made, room.diagnose(made, asked["wealth"].strip()), told, rewritten,
        [code for code in dict.fromkeys(read.codes) if code not in units.codes],
        [(text, room.compare(made, room.composite_index(units, framework, other))) for text, other in others],
        room.leave_out(made, level=asked["leave_out"]) if asked["leave_out"] is not None else None,
        room.coupling_of(made) if asked["coupling"] else None,
        room.audit_composite(units, framework, settings, room.assumed(lines(asked["assume"])), runs=asked["runs"], seed=asked["seed"])
        if asked["audit"] else None,
        asked["of"].strip(),
    )  # fmt: skip


def _file(opened: Opened, name: str) -> Path:
    if name not in opened.files:
        known = ", ".join(opened.files)
        raise OptionWrong(
            name="judgements",
            detail_zh=f"文件集里没有 {name}；有 {known}",
            detail_en=f"the set has no file {name}; it has {known}",
        )
    return opened.path(name)


def _result(found: Judged) -> dict[str, Any]:
    """The same as the command prints as JSON."""
    answer: dict[str, Any] = found.made.to_dict() | {"dropped": list(found.dropped)}
    answer["ahp"] = [one.to_dict() for one in found.told]
    answer["diagnosis"] = found.diagnosis.to_dict()
    if found.rewritten is not None:
        answer["rewriting"] = found.rewritten.to_dict()
    answer["comparisons"] = [{"against": text, "ranks": table.to_dicts()} for text, table in found.compared]
    if found.left is not None:
        answer["left_out"] = found.left.to_dicts()
    if found.coupled is not None:
        answer["coupling"] = found.coupled.to_dict()
    if found.audit is not None:
        answer["audit"] = {key: value for key, value in found.audit.to_dict().items() if key != "index"}
        if found.unit:
            answer["audit"]["sensitivity_of"] = {"unit": found.unit} | found.audit.sensitivity_of(
                found.unit
            ).to_dict()
    return answer
