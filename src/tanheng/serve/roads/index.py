"""The dual-carbon index of a road, each part opening to its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.pathways import dual_carbon_index
from tanheng.pathways.index.consistency import verdict_named
from tanheng.pathways.index.overall import NAMES
from tanheng.pathways.index.wording import place_named, say, score, sentence
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

OPTIONS = (
    Option("year", "year", "评价年", "year that is judged", least=1900, most=2200),
    Option("draws", "count", "抽样次数", "number of draws", default=2000, least=100, most=20_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=1, least=0, most=2**31 - 1),
)


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The five parts, the whole with p5 to p95, the grade and the verdict."""
    found = dual_carbon_index(opened.road, year=asked["year"], draws=asked["draws"], seed=asked["seed"])
    place = int(say("0", "1"))
    rows = [
        {"part": NAMES[name][place], "score": getattr(found, name).value if name in found.scores else None, "said": sentence(found, name)}
        for name in NAMES
    ]  # fmt: skip
    columns = (
        Column("part", say("部分", "Part")), Column("score", say("分", "Score"), "score"), Column("said", say("说明", "What it says"))
    )  # fmt: skip
    said = verdict_named(found.path_consistency.verdict)
    return Document(
        headline=f"{place_named(found.road)} {found.year}: {score(found.value)} · {said}",
        figures=(Figure(say("总分", "Overall"), found.value, shown="score"),),
        charts=(found.chart(),),
        sheets=(Sheet("parts", say("五个部分", "Five parts"), columns, rows),),
        synthetic=found.road.observed.synthetic,
        result=found.to_dict(),
    )
