"""What ``tanheng deviation decisions`` and ``review`` print, and the page of a review."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tanheng.charts import grid, page
from tanheng.charts.frame import scaled
from tanheng.cli.common import say, table, unit_here
from tanheng.errors import language
from tanheng.pathways.deviation.wording import number, outcome_sentences, percent, signed, waiting

if TYPE_CHECKING:
    from tanheng.pathways.deviation import Review
    from tanheng.pathways.deviation.review import Outcome

_SHOWN = 2
_Told = tuple[str, dict[str, str], list[dict[str, Any]]]


def show_decisions(lines: Sequence[dict[str, Any]]) -> None:
    """Print entries of the log."""
    lang = language()
    rows = [
        {"number": one["number"], "at": one["at"][:10], "who": one["who"], "road": one["road"], "year": one["year"],
         "share": percent(one["deviation"]["share"]), "levers": _some([lever["title"][lang] for lever in one["levers"]]), "note": one["note"]}
        for one in lines
        if one.get("kind") == "decision"
    ]  # fmt: skip
    heads = {"number": say("序号", "No"), "at": say("日期", "Date"), "who": say("决策者", "Who"), "road": say("路径", "Road"), "year": say("核查年", "Observed"),
             "share": say("偏差", "Deviation"), "levers": say("杠杆", "Levers"), "note": say("说明", "Note")}  # fmt: skip
    table(rows, heads, title=say("决策", "Decisions"), right=("share",))


def show_review(found: Review) -> None:
    """Print what became of decisions."""
    for one in found.outcomes:
        for title, heads, rows in _tables(one):
            table(
                rows,
                heads,
                title=title,
                right=[key for key in heads if key not in {"factor", "cell", "levers"}],
            )
        for line in outcome_sentences(one):
            click.echo("  " + line)
    if found.waiting:
        click.echo(waiting(found))


def review_page(found: Review) -> str:
    """Charts, tables and words of a review on a page of its own."""
    parts = found.charts()
    for one in found.outcomes:
        parts += [
            f"<h3>{html.escape(title)}</h3>" + grid(list(heads.values()), [[str(row[key]) for key in heads] for row in rows])
            for title, heads, rows in _tables(one)
        ]  # fmt: skip
        parts.append(
            "<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in outcome_sentences(one)) + "</ul>"
        )
    notes = [waiting(found)] if found.waiting else []
    return page(f"{say('决策的回看', 'Review of decisions')} · {found.title[language()]}", parts, notes)


def _some(names: Sequence[str]) -> str:
    """The first few of some names, and how many there are."""
    first = ", ".join(names[:_SHOWN])
    return (
        first
        if len(names) <= _SHOWN
        else first + say(f" 等 {len(names)} 个", f" and {len(names) - _SHOWN} more")
    )


def _tables(one: Outcome) -> list[_Told]:
    keys = ("observed", "forecast", "naive", "expected")
    factor, unit = scaled(unit_here(one.unit), max((abs(row[key]) for row in one.forecasts for key in keys if row[key] is not None), default=0.0))  # fmt: skip
    years = [
        {"year": row["year"], **{key: "" if row[key] is None else number(row[key] / factor) for key in keys}}
        for row in one.forecasts
    ]
    heads = {"year": say("年", "Year"), "observed": say("核查", "Observed"), "forecast": say("当时的预测", "Forecast then"),
             "naive": say("沿用末值", "Last value"), "expected": say("计划", "Plan")}  # fmt: skip
    title = say(
        f"决策 {one.number}（{one.who}，{one.decided} 年）· {unit}",
        f"Decision {one.number} ({one.who}, {one.decided}), {unit}",
    )
    levers = [
        {**row, "levers": ", ".join(row["levers"]), "expected": signed(row["expected"] / factor), "measured": signed(row["measured"] / factor),
         "usual": "" if row["usual"] is None else signed(row["usual"] / factor), "delivered": "" if row["delivered"] is None else f"{row['delivered']:.0%}"}
        for row in one.levers
    ]  # fmt: skip
    names = {"factor": say("因子", "Factor"), "cell": say("分项", "Cell"), "levers": say("杠杆", "Levers"), "expected": say("预期", "Expected"),
             "measured": say("实测", "Measured"), "usual": say("以往趋势", "Usual trend"), "delivered": say("兑现", "Delivered")}  # fmt: skip
    return [
        (title, heads, years),
        *([(say(f"杠杆的兑现（{unit}）", f"Delivery of levers ({unit})"), names, levers)] if levers else []),
    ]
