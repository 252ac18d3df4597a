"""What ``tanheng composite`` prints and draws."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import click

from tanheng.charts import grid
from tanheng.cli.common import say, table
from tanheng.cli.options import tell
from tanheng.pathways.composite.asking import sentences

if TYPE_CHECKING:
    from tanheng.inventory import Table
    from tanheng.pathways.composite import (
        Audit,
        Composite,
        Coupling,
        Diagnosis,
        Judgements,
        Rewriting,
        Sensitivity,
    )

_MOST = 60


def show(
    made: Composite, diagnosis: Diagnosis, judged: list[Judgements], rewritten: Rewriting | None
) -> None:
    """Print ranks and scores, then what is to be said of them."""
    rows, heads = _ranking(made)
    table(rows[:_MOST], heads, title=made.framework.nodes[made.framework.top].name, right=[key for key in heads if key not in {"code", "name"}])  # fmt: skip
    _more(len(rows))
    for sentence in sentences(diagnosis, judged, rewritten):
        click.echo(sentence)
    tell([*made.findings, *diagnosis.findings])


def _ranking(made: Composite) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The index and its parts; levels further down stand in the JSON."""
    names, top = made.framework.nodes, made.framework.top
    groups = [code for code in (top, *made.framework.children[top]) if code in made.scores]
    found = made.table().to_dicts()
    shown = ["rank", "code", *groups]
    shown += ["name"] if any(row["code"] != row["name"] for row in found) else []
    shown += ["year"] if len(made.units.span) > 1 else []
    rows = [
        {
            key: f"{row[key]:.2f}" if key in groups and row[key] is not None else row[key]
            for key in row
            if key in shown
        }
        for row in found
    ]
    said = {
        "rank": say("名次", "Rank"),
        "code": say("代码", "Code"),
        "name": say("名称", "Name"),
        "year": say("年份", "Year"),
    }
    heads = {key: said.get(key) or names[key].name for key in rows[0]} if rows else {}
    order = ["year", "rank", "code", "name"]
    return rows, {
        key: heads[key]
        for key in [*(one for one in order if one in heads), *(one for one in heads if one not in order)]
    }


def show_compared(text: str, compared: Table) -> None:
    """Print how ranks shift."""
    rows = compared.to_dicts()
    heads = {
        "code": say("代码", "Code"),
        "name": say("名称", "Name"),
        "first": say("本指数", "Index"),
        "second": text,
        "shift": say("变动", "Shift"),
    }
    moved = [{**row, "shift": f"{row['shift']:+d}"} for row in rows if row["shift"]]
    title = say(f"与 {text} 相比：{len(moved)} 个名次变动", f"Against {text}: ranks that shift: {len(moved)}")
    if not moved:
        click.echo(title)
        return
    table(moved[:_MOST], heads, title=title, right=("first", "second", "shift"))


def show_left(left: Table) -> None:
    """Print what leaving out does."""
    heads = {"code": say("代码", "Code"), "name": say("去掉", "Left out"), "mean_shift": say("平均名次变动", "Mean shift"),
             "largest_shift": say("最大", "Largest"), "unit": say("其单元", "Unit")}  # fmt: skip
    rows = [{**row, "mean_shift": f"{row['mean_shift']:.3f}"} for row in left.to_dicts()]
    table(rows[:_MOST], heads, title=left.title, right=("mean_shift", "largest_shift"))


def show_coupled(coupled: Coupling) -> None:
    """Print coupling coordination."""
    rows = [{key: f"{value:.4f}" if key in {"C", "T", "D"} else value for key, value in row.items()} for row in coupled.table().to_dicts()]  # fmt: skip
    heads = {
        "code": say("代码", "Code"),
        "C": say("耦合度 C", "Coupling C"),
        "T": say("发展度 T", "Development T"),
        "D": say("耦合协调度 D", "Coordination D"),
    }
    table(rows[:_MOST], heads, title=coupled.table().title, right=("C", "T", "D"))


def show_audit(found: Audit, unit: str | None) -> None:
    """Print rank intervals and Sobol indices, those of one unit as well where it is named."""
    rows, heads = _intervals(found)
    table(rows[:_MOST], heads, title=say(f"名次区间（{found.runs:,} 次）", f"Intervals of ranks ({found.runs:,} runs)"), right=("rank", "p5", "median", "p95"))  # fmt: skip
    _more(len(rows))
    table(*_sobol(found.sensitivity), title=found.sensitivity.table().title, right=("S1", "ST"))
    if unit:
        own = found.sensitivity_of(unit)
        table(
            *_sobol(own),
            title=say(f"{unit} 的名次：Sobol 指数", f"The rank of {unit}: Sobol indices"),
            right=("S1", "ST"),
        )
    click.echo(
        say(
            f"平均名次变动 {found.shifts.mean():.2f}", f"Ranks shift by {found.shifts.mean():.2f} on the mean"
        )
    )


def _intervals(found: Audit) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rows = [
        {**row, "p5": f"{row['p5']:g}", "median": f"{row['median']:g}", "p95": f"{row['p95']:g}"} for row in found.table().to_dicts()
    ]  # fmt: skip
    heads = {
        "rank": say("名次", "Rank"),
        "code": say("代码", "Code"),
        "name": say("名称", "Name"),
        "p5": "p5",
        "median": say("中位数", "Median"),
        "p95": "p95",
    }
    if all(row["code"] == row["name"] for row in rows):
        heads.pop("name")
    return rows, heads


def _sobol(found: Sensitivity) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rows = [
        {"name": row["name"], "S1": f"{row['S1']:.3f} ± {row['S1_within']:.3f}", "ST": f"{row['ST']:.3f} ± {row['ST_within']:.3f}"}
        for row in found.table().to_dicts()
    ]  # fmt: skip
    return rows, {
        "name": say("假设", "Assumption"),
        "S1": say("S1 单独", "S1, alone"),
        "ST": say("ST 含交互", "ST, with interactions"),
    }


def _more(count: int) -> None:
    if count > _MOST:
        click.echo(
            say(
                f"另有 {count - _MOST} 行，用 --json 查看全部。",
                f"{count - _MOST} more rows; --json has all.",
            )
        )


def page_parts(made: Composite, found: Audit | None, diagnosis: Diagnosis, said: list[str]) -> list[str]:
    """The ranking for a page, with intervals and Sobol indices where it was audited, indicators and sentences below."""
    rows, heads = _ranking(made)
    parts = [made.chart()] if found is None else [found.chart(), found.sensitivity.chart()]
    own = [
        {**row, "weight": f"{row['weight']:.3g}", "effective": f"{row['effective']:.2%}", "correlation": f"{row['correlation']:.2f}"}
        for row in diagnosis.indicators.to_dicts()
    ]  # fmt: skip
    titles = {"name": say("指标", "Indicator"), "parent": say("所属", "Part of"), "weight": say("权重", "Weight"),
              "effective": say("有效权重", "Effective weight"), "correlation": say("与指数的相关", "Correlation with the index")}  # fmt: skip
    return [
        *parts,
        _grid(rows, heads),
        _grid(own, titles),
        *(f"<p>{escape(sentence)}</p>" for sentence in said),
    ]


def _grid(rows: list[dict[str, Any]], heads: dict[str, str]) -> str:
    return grid(
        list(heads.values()), [["–" if row[key] is None else str(row[key]) for key in heads] for row in rows]
    )
