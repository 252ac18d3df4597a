"""Places of a table against the frontier of the best, with peers of like structure; no league table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.codes.wording import column_said
from tanheng.drivers import Frontier, benchmark
from tanheng.drivers.tables import read_frame
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.asked import EACH_PLACE, FILE, NEAREST, SEED, SHARES, WHERE, listed, paired, said
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option, OptionWrong
from tanheng.serve.roads.places import Opened, once

_EDGE = 1 - 1e-6
_MOST = 200_000
"""Draws by places that are computed: about a minute."""

OPTIONS = (
    FILE, EACH_PLACE,
    Option("emission", "text", "排放列", "column of the emission", needed=True, source="columns"),
    Option("outputs", "texts", "产出列", "columns of outputs", needed=True, source="columns"),
    Option("inputs", "texts", "其他投入列，如人口", "columns of other inputs, such as population", default="", source="columns"),
    SHARES, NEAREST,
    Option("returns", "choice", "规模报酬不变或可变", "returns to scale", default="constant", choices=[("constant", "不变", "constant"), ("variable", "可变", "variable")]),
    Option("quantile", "number", "排放的分位", "quantile of emissions", default=0.25, least=0.01, most=0.99),
    Option("draws", "count", "抽样次数", "number of draws", default=100, least=2, most=10_000),
    WHERE, SEED,
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Efficiencies with their ranges, models on the frontier, distance from the quantile, peers."""
    found = _compared(opened, asked)
    leading = [one.place for one in found.ranked if one.efficiency > _EDGE]
    last = found.ranked[-1]
    return Document(
        headline=say(
            f"{len(found.places)} 个地区，{len(leading)} 个在前沿上（{'、'.join(leading[:5])}{'…' if len(leading) > 5 else ''}）；离前沿最远的是{last.place}，效率 {last.efficiency:.3f}（p5–p95 {last.low:.3f}–{last.high:.3f}）。",
            f"{len(found.places)} places, {len(leading)} on the frontier ({', '.join(leading[:5])}{'…' if len(leading) > 5 else ''}); {last.place} is farthest from it, efficiency {last.efficiency:.3f} (p5 to p95 {last.low:.3f} to {last.high:.3f}).",
        ),
        figures=(Figure(say("地区", "Places"), len(found.places), shown="count"), Figure(say("在前沿上", "On the frontier"), len(leading), shown="count")),
        charts=found.charts(),
        sheets=(_places(found), _line(found)),
        warnings=said(found.findings),
        result=found.to_dict(),
    )  # fmt: skip


@once
def _compared(opened: Opened, asked: Mapping[str, Any]) -> Frontier:
    where = paired("where", listed(asked["where"]))
    _refuse_long(opened.path(asked["file"]), asked["place"], where, asked["draws"])
    return benchmark(
        opened.path(asked["file"]), place=asked["place"], emission=asked["emission"], outputs=listed(asked["outputs"]),
        inputs=listed(asked["inputs"]), shares=listed(asked["shares"]), where=where,
        nearest=asked["nearest"], returns=asked["returns"], quantile=asked["quantile"], draws=asked["draws"], seed=asked["seed"],
    )  # fmt: skip


def _refuse_long(file: Path, place: str, where: Mapping[str, str], draws: int) -> None:
    frame = read_frame(file, [place, *where])
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    if draws * frame.height <= _MOST:
        return
    most = _MOST // frame.height
    if most < 2:
        raise OptionWrong(
            name="where",
            detail_zh=f"有 {frame.height:,} 个地区，最多 {_MOST // 2:,} 个",
            detail_en=f"there are {frame.height:,} places, at most {_MOST // 2:,} are compared",
        )
    raise OptionWrong(
        name="draws",
        detail_zh=f"{frame.height:,} 个地区最多抽 {most:,} 次，所要的是 {draws:,} 次",
        detail_en=f"{frame.height:,} places may have {most:,} draws at most, {draws:,} are asked for",
    )


def _places(found: Frontier) -> Sheet:
    rows = [
        {**one.to_dict(), "models": ", ".join(name for name in one.models if name != one.place), "peers": ", ".join(one.peers),
         "ranks": f"{one.rank_low}–{one.rank_high}"}
        for one in found.ranked
    ]  # fmt: skip
    heads = [
        Column("place", say("地区", "Place")), Column("efficiency", say("效率", "Efficiency"), "amount"),
        Column("low", "p5", "amount"), Column("high", "p95", "amount"), Column("ranks", say("名次范围", "Ranks")),
        Column("models", say("前沿上的榜样", "Models")), Column("excess", say(f"比 {found.quantile:.0%} 分位多排", f"Above the {found.quantile:.0%} quantile"), "share"),
    ]  # fmt: skip
    if any(one.peers for one in found.places.values()):
        heads += [
            Column("beyond_peers", say("比同类中位多排", "Above its peers"), "share"), Column("peers", say("构成最近的同类", "Peers by structure")),
            Column("among_peers", say("同类中的效率", "Efficiency among peers"), "amount"),
        ]  # fmt: skip
    heads += [
        Column("leading", say("抽样中在前沿上", "On the frontier in draws"), "share"), Column("emission", column_said(found.emission), "amount"),
        Column("intensity", column_said(f"{found.emission}/{found.outputs[0]}"), "amount"),
    ]  # fmt: skip
    note = say(
        "不是排行榜：名次范围是换一批地区时的 p5–p95。",
        "No league table: ranks are p5 to p95 over other sets of places.",
    )
    return Sheet("places", say("各地区与前沿", "Places and the frontier"), heads, rows, note)


def _line(found: Frontier) -> Sheet:
    named = {"constant": say("常数", "constant")}
    rows = [
        {"term": named.get(name) or column_said(name), "value": value} for name, value in found.line.items()
    ]
    heads = [
        Column("term", say("项", "Term")),
        Column("value", say("系数（对数）", "Coefficient (of logarithms)"), "amount"),
    ]
    return Sheet(
        "line", say(f"{found.quantile:.0%} 分位线", f"Line of the {found.quantile:.0%} quantile"), heads, rows
    )
