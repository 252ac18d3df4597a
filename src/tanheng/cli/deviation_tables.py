"""What ``tanheng deviation`` prints, and its page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from tanheng.charts import grid, page
from tanheng.charts.frame import scaled
from tanheng.cli.common import say, table
from tanheng.errors import language
from tanheng.pathways.deviation.correction import Correction
from tanheng.pathways.deviation.deviation import together, unit_of
from tanheng.pathways.deviation.levels import VERDICTS, Level
from tanheng.pathways.deviation.wording import number, percent, sentences, signed

if TYPE_CHECKING:
    from tanheng.pathways.deviation import Deviation

_SHOWN = 12


def show_one(found: Deviation) -> None:
    """Print one place."""
    lang = language()
    made_up = say("（示例数据）", " (made-up data)") if found.road.observed.synthetic else ""
    for title, heads, rows in _tables(found):
        table(rows, heads, title=title, right=tuple(heads)[1:])
    click.echo(found.road.title[lang] + made_up)
    for line in sentences(found):
        click.echo("  " + line)


def show_places(found: Sequence[Deviation]) -> None:
    """Print a row for each place."""
    heads, rows = _places(found)
    table(rows, heads, title=say("各地", "Places"), right=("share", "cumulated"))


def page_of(found: Sequence[Deviation]) -> str:
    """Charts, tables and words of some places on a page of their own."""
    lang = language()
    parts = []
    if len(found) > 1:
        heads, rows = _places(found)
        parts.append(grid(list(heads.values()), [[str(row[key] or "") for key in heads] for row in rows]))
    for one in found:
        title = html.escape(one.road.title[lang])
        made_up = say("（示例数据）", " (made-up data)") if one.road.observed.synthetic else ""
        parts.append(f"<h2>{title}{made_up}</h2>{''.join(one.charts())}")
        parts.append("<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in sentences(one)) + "</ul>")
        parts += [
            f"<h3>{html.escape(head)}</h3>" + grid(list(heads.values()), [[str(row[key] or "") for key in heads] for row in rows])
            for head, heads, rows in _tables(one)
        ]  # fmt: skip
        parts.append(f"<p>{html.escape(_sources(one))}</p>")
    return page(say("偏差", "Deviation"), parts)


def _tables(found: Deviation) -> list[tuple[str, dict[str, str], list[dict[str, Any]]]]:
    factor, unit = scaled(unit_of(found.road), float(np.abs([found.total.emission, found.total.path]).max()))
    rows = [_row(row, row["period"], factor) for row in found.total.rows()]
    parts = [(say(f"总量（{unit}）", f"Total ({unit})"), _heads(), rows)]
    if len(found.levels) > 1:
        year = found.total.periods[-1]
        parts.append((say(f"{year} 年各分项（{unit}）", f"Cells in {year} ({unit})"), _heads(cells=True), [_last(one, factor) for one in found.levels[1:]]))  # fmt: skip
    if found.cause is not None:
        rows = [{**row, "effect": signed(row["effect"] / factor)} for row in found.cause.table().to_dicts()]
        title = say(f"原因，{found.cause.since}–{found.cause.year}（{unit}）", f"Cause, {found.cause.since} to {found.cause.year} ({unit})")  # fmt: skip
        parts.append(
            (
                title,
                {"part": say("因子", "Factor"), "kind": say("类别", "Kind"), "effect": say("效应", "Effect")},
                rows,
            )
        )
    if isinstance(found.correction, Correction):
        parts += _corrected(found.correction, factor, unit)
    return parts


def _corrected(
    found: Correction, factor: float, unit: str
) -> list[tuple[str, dict[str, str], list[dict[str, Any]]]]:
    lang = language()
    last = found.years[-1]
    levers = [
        {"title": one["title"][lang], "from": one["from"], "depth": f"{one['depth']:.0%}", "less": number(float(found.effects[one["lever"]][-1]) / factor),
         "cost": f"{one['present_value'] / 1e8:,.1f}"}
        for one in found.plan.to_dict()["levers"]
        if one["lever"] in found.effects
    ]  # fmt: skip
    heads = {"title": say("杠杆", "Lever"), "from": say("起始年", "From"), "depth": say("最大深度", "Deepest"),
             "less": say(f"{last} 年减少（{unit}）", f"Less in {last} ({unit})"), "cost": say("费用现值（亿元）", "Cost, present value (10⁸ CNY)")}  # fmt: skip
    years = [
        {"year": row["year"], **{key: number(row[key] / factor) for key in ("path", "without", "corrected")},
         "gap": number(row["gap"] / factor) if row["gap"] else "", "chance": f"{row['chance']:.0%}"}
        for row in found.table().to_dicts()
    ]  # fmt: skip
    step = -(-len(years) // _SHOWN)
    by_year = {"year": say("年", "Year"), "path": say("路径", "Path"), "without": say("不调整", "Uncorrected"), "corrected": say("调整后", "Corrected"),
               "gap": say("缺口", "Gap"), "chance": say("达到的概率", "Chance to keep it")}  # fmt: skip
    return [
        (say("建议的调整", "Proposed correction"), heads, levers),
        (
            say(f"模拟（{unit}）", f"Simulation ({unit})"),
            by_year,
            [row for at, row in enumerate(years) if at % step == 0 or at == len(years) - 1],
        ),
    ]


def _sources(found: Deviation) -> str:
    lang = language()
    return (
        say("路径：", "Path: ")
        + found.road.path.source[lang]
        + say("；核查：", "; observed: ")
        + found.road.observed.source[lang]
    )


def _heads(*, cells: bool = False) -> dict[str, str]:
    return {
        "period": say("分项", "Cell") if cells else say("时期", "Period"), "emission": say("核查", "Observed"), "path": say("路径", "Path"),
        "share": say("偏差", "Deviation"), "cumulated": say("累计", "Cumulated"), "sums": "CUSUM", "verdict": say("判断", "Verdict"),
    }  # fmt: skip


def _row(row: dict[str, Any], name: str, factor: float) -> dict[str, Any]:
    return {
        "period": name, "emission": number(row["emission"] / factor), "path": number(row["path"] / factor), "share": percent(row["share"]),
        "cumulated": percent(row["cumulated"]), "sums": f"{_sum('+', row['high'])} / {_sum('-', row['low'])}",
        "verdict": VERDICTS[row["verdict"]][0 if language() == "zh" else 1],
    }  # fmt: skip


def _sum(sign: str, value: float) -> str:
    text = f"{value:.2f}"
    return text if float(text) == 0 else sign + text


def _last(level: Level, factor: float) -> dict[str, Any]:
    return _row(level.rows()[-1], level.name, factor)


def _places(found: Sequence[Deviation]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    at = 0 if language() == "zh" else 1
    sides = {"over": ("超出", "over"), "under": ("低于", "under"), "": ("–", "–")}
    heads = {"title": say("地区", "Place"), "year": say("年", "Year"), "share": say("偏差", "Deviation"), "cumulated": say("累计", "Cumulated"),
             "verdict": say("判断", "Verdict"), "alarm": say("警报", "Alarm"), "main": say("主要原因", "Main cause")}  # fmt: skip
    rows = [
        {**row, "share": percent(row["share"]), "cumulated": percent(row["cumulated"]), "verdict": VERDICTS[row["verdict"]][at],
         "alarm": sides[row["alarm"]][at]}
        for row in together(found).to_dicts()
    ]  # fmt: skip
    return heads, rows
