"""The analyses of a road: each makes a document of the files of a set and of what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tanheng.serve.roads import (
    allocate,
    benchmark,
    cap,
    classes,
    composite,
    decoupling,
    deviation,
    drivers,
    finance,
    forecast,
    gate,
    index,
    projects,
    review,
    scenarios,
    stirpat,
    tree,
)
from tanheng.serve.roads.document import Document
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

Make = Callable[[Opened, Mapping[str, Any]], Document]


@dataclass(frozen=True)
class Kind:
    """One analysis: its words, the tab on which it stands, its options, what makes it, and what the set must hold for it.

    ``needs`` is ``road`` (road.yaml), ``tree`` (road.yaml or tree.yaml), or ``file`` (any file, which an option names).
    """

    zh: str
    en: str
    tab: str
    options: Sequence[Option]
    make: Make
    needs: Literal["road", "tree", "file"] = "road"


KINDS: Mapping[str, Kind] = {
    "deviation": Kind("偏差", "Deviation", "deviation", deviation.OPTIONS, deviation.document),
    "review": Kind("决策回看", "Review of decisions", "deviation", review.OPTIONS, review.document),
    "index": Kind("双碳指数", "Dual-carbon index", "index", index.OPTIONS, index.document),
    "tree": Kind("因子树", "Factor tree", "tree", tree.OPTIONS, tree.document, "tree"),
    "scenarios": Kind("情景", "Scenarios", "tree", scenarios.OPTIONS, scenarios.document, "tree"),
    "cap": Kind("上限", "Cap", "tree", cap.OPTIONS, cap.document, "tree"),
    "gate": Kind("新项目准入", "New-project gate", "gate", gate.OPTIONS, gate.document),
    "projects": Kind("减排项目", "Reduction projects", "projects", projects.OPTIONS, projects.document, "file"),
    "finance": Kind("绿色金融", "Green finance", "projects", finance.OPTIONS, finance.document, "file"),
    "forecast": Kind("预测", "Forecast", "forecast", forecast.OPTIONS, forecast.document),
    "peak": Kind("达峰年的概率", "Chances of the peak", "forecast", forecast.PEAK_OPTIONS, forecast.peak_document),
    "drivers": Kind("变化的动因", "Why it changed", "forecast", drivers.OPTIONS, drivers.document),
    "decoupling": Kind("是否脱钩", "Decoupling", "forecast", decoupling.OPTIONS, decoupling.document),
    "table-forecast": Kind("单列预测", "Forecast of a column", "tables", forecast.TABLE_OPTIONS, forecast.table_document, "file"),
    "table-peak": Kind("单列达峰年", "Peak of a column", "tables", forecast.TABLE_PEAK_OPTIONS, forecast.table_peak_document, "file"),
    "table-drivers": Kind("单列变化的动因", "Why a column changed", "tables", drivers.TABLE_OPTIONS, drivers.table_document, "file"),
    "place-drivers": Kind("地区差异的动因", "Why places differ", "tables", drivers.PLACES_OPTIONS, drivers.places_document, "file"),
    "table-decoupling": Kind("单列是否脱钩", "Decoupling of a column", "tables", decoupling.TABLE_OPTIONS, decoupling.table_document, "file"),
    "stirpat": Kind("STIRPAT 弹性", "STIRPAT elasticities", "tables", stirpat.OPTIONS, stirpat.document, "file"),
    "benchmark": Kind("前沿对标", "Benchmark by a frontier", "tables", benchmark.OPTIONS, benchmark.document, "file"),
    "classes": Kind("城市类型与聚类", "Classes and clusters of cities", "tables", classes.OPTIONS, classes.document, "file"),
    "allocate": Kind("分配总量", "Share a cap", "tables", allocate.OPTIONS, allocate.document, "file"),
    "composite": Kind("综合指数", "Composite index", "tables", composite.OPTIONS, composite.document, "file"),
}  # fmt: skip
