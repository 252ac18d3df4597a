"""Whether emissions decouple from output, step by step and over the whole span; of a road, or of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tanheng.activity import Finding
from tanheng.codes.wording import column_said
from tanheng.drivers import decouple
from tanheng.inventory.table import Pictured
from tanheng.pathways.index.wording import place_named, say
from tanheng.pathways.road.past import decoupling_of
from tanheng.serve.roads.asked import (
    BREAKS,
    DEFLATOR,
    FILE,
    FIRST,
    FIRST_YEAR,
    LAST,
    LAST_YEAR,
    NOMINAL,
    PERIOD,
    PLACE,
    REAL,
    listed,
    paired,
    said,
)
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

_FACTOR = Option(
    "factor",
    "text",
    "活动量因子；不写取路径的第一个",
    "factor of activity; the first of the road unless told",
    default="",
    source="activities",
)
_EMISSION = Option("emission", "text", "排放列", "column of the emission", needed=True, source="columns")
_OUTPUT = Option(
    "output",
    "text",
    "产出列（不变价）",
    "column of output, at constant prices",
    needed=True,
    source="columns",
)

OPTIONS = (
    _FACTOR,
    FIRST_YEAR,
    LAST_YEAR,
    replace(NOMINAL, source="series"),
    replace(BREAKS, source="observed"),
)
TABLE_OPTIONS = (FILE, _EMISSION, _OUTPUT, PERIOD, PLACE, FIRST, LAST, REAL, NOMINAL, DEFLATOR, BREAKS)


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """States of what the road has observed against an activity."""
    found, told = decoupling_of(
        opened.road, factor=asked["factor"].strip(), first=asked["from"], last=asked["to"], nominal=listed(asked["nominal"]),
        breaks=listed(asked["breaks"]),
    )  # fmt: skip
    return _document(found, told, place_named(opened.road), synthetic=opened.road.observed.synthetic)


def table_document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """States of the places of a table."""
    found, told = decouple(
        opened.path(asked["file"]), emission=asked["emission"], output=asked["output"], period=asked["period"], place=asked["place"],
        first=asked["from"] or None, last=asked["to"] or None, real=listed(asked["real"]), nominal=listed(asked["nominal"]),
        deflators=paired("deflator", listed(asked["deflator"])), breaks=listed(asked["breaks"]),
    )  # fmt: skip
    return _document(found, told, "", synthetic=False)


def _document(found: Pictured, told: Sequence[Finding], name: str, *, synthetic: bool) -> Document:
    steps = found.to_dicts()
    emission, output = (column_said(one) for one in found.title.rsplit(" / ", 1))
    span = _whole(steps)
    several = len({row["place"] for row in steps}) > 1
    head = say(f"{name}：" if name else "", f"{name}: " if name else "")
    if several:
        headline = _states(steps)
    else:
        elasticity = "–" if span["elasticity"] is None else f"{span['elasticity']:.3f}"
        headline = say(
            f"{span['from']}–{span['to']} 年{span['name']}：{emission} {span['emission_change']:+.1%}，{output} {span['output_change']:+.1%}，弹性 {elasticity}。",
            f"{span['from']} to {span['to']}: {span['name']}; {emission} {span['emission_change']:+.1%}, {output} {span['output_change']:+.1%}, elasticity {elasticity}.",
        )  # fmt: skip
    return Document(
        headline=head + headline,
        figures=[] if several else [
            Figure(say("状态", "State"), text=span["name"], note=span["state"]), Figure(say("弹性", "Elasticity"), span["elasticity"], shown="amount"),
            Figure(emission, span["emission_change"], shown="share"), Figure(output, span["output_change"], shown="share"),
        ],
        charts=[found.chart()],
        sheets=[_sheet(steps, emission, output, several=several)],
        warnings=said(told),
        synthetic=synthetic,
        result={"steps": steps, "findings": [one.to_dict() for one in told]},
    )  # fmt: skip


def _whole(steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The whole span, or the only step."""
    return next((row for row in steps if row["kind"] == "span"), steps[-1])


def _states(steps: Sequence[Mapping[str, Any]]) -> str:
    """How many places are in each state over their whole span."""
    wholes = [
        _whole([row for row in steps if row["place"] == place])
        for place in dict.fromkeys(row["place"] for row in steps)
    ]
    counts: dict[str, int] = {}
    for row in wholes:
        counts[row["name"]] = counts.get(row["name"], 0) + 1
    told = say("，", ", ").join(
        f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: -one[1])
    )
    return say(
        f"{len(wholes)} 个地区首末相比：{told}。", f"{len(wholes)} places, last against first: {told}."
    )


def _sheet(steps: Sequence[Mapping[str, Any]], emission: str, output: str, *, several: bool) -> Sheet:
    rows = [
        {
            **row,
            "span": f"{row['from']}–{row['to']}",
            "kind": say("首末", "Span") if row["kind"] == "span" else say("逐期", "Step"),
        }
        for row in sorted(steps, key=lambda row: row["kind"] != "span")
    ]
    heads = [
        *([Column("place", say("地区", "Place"))] if several else []), Column("span", say("时期", "Periods")), Column("kind", say("比较", "Compared")),
        Column("emission_change", say(f"{emission}变化", f"Change of {emission}"), "share"), Column("output_change", say(f"{output}变化", f"Change of {output}"), "share"),
        Column("elasticity", say("弹性", "Elasticity"), "amount"), Column("name", say("状态", "State")), Column("state", say("代号", "Code")),
    ]  # fmt: skip
    return Sheet("steps", say("脱钩状态", "Decoupling"), heads, rows)
