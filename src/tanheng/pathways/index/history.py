"""An index over the years: each year judged by what was known of the series then, on the same path and the same goalposts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart, grid
from tanheng.inventory.table import Table
from tanheng.pathways.index.choices import interval
from tanheng.pathways.index.overall import DualCarbonIndex, dual_carbon_index
from tanheng.pathways.index.problems import index_wrong
from tanheng.pathways.index.wording import place_named, say, score, span
from tanheng.pathways.road import Road


@dataclass(frozen=True, eq=False)
class IndexHistory:
    """历年的双碳指数 The index of successive years; no year is rescaled by another, so that they can be compared."""

    indices: tuple[DualCarbonIndex, ...]

    def table(self) -> Table:
        """``year``, ``overall``, ``p5``, ``p95``, the score of each part, ``grade`` and ``verdict``."""
        rows = []
        for one in self.indices:
            low, high = (None, None) if one.withheld else interval(one.draws)
            parts = {name: float(value) if np.isfinite(value) else None for name, value in one.scores.items()}
            rows.append(
                {"year": one.year, "overall": one.value, "p5": low, "p95": high, **parts, "grade": one.grade.letter,
                 "verdict": one.path_consistency.verdict}
            )  # fmt: skip
        return Table(pl.DataFrame(rows, infer_schema_length=None), place_named(self.indices[0].road))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"road": self.indices[0].road.id, "years": self.table().to_dicts()}

    def chart(self) -> str:
        """The whole over the years with its interval, as an SVG; empty where fewer than two years have a number."""
        known = [row for row in self.table().to_dicts() if row["overall"] is not None]
        if len(known) < 2:
            return ""
        years, value, low, high = (
            np.array([float(row[key]) for row in known]) for key in ("year", "overall", "p5", "p95")
        )
        title = f"{place_named(self.indices[0].road)} · {say('双碳指数', 'Dual-carbon index')}"
        return chart(title, "0–100", years, [Line(say("总分", "Overall"), value, low, high)])

    def _repr_html_(self) -> str:
        return self.chart() + grid(self.heads(), self.rows())

    def heads(self) -> list[str]:
        """What the columns of `rows` are called."""
        return [say("年", "Year"), say("总分", "Overall"), "p5–p95", say("路径", "Path"), say("实现", "Realised"), say("可达", "Reachable"),
                say("预测", "Forecast"), say("数据", "Data")]  # fmt: skip

    def rows(self) -> list[list[str]]:
        """Texts of each year: year, whole, interval, the four scores, grade."""
        return [
            [str(one.year), score(one.value), "–" if one.withheld else span(one.draws), *map(score, one.scores.values()), one.grade.letter]
            for one in self.indices
        ]  # fmt: skip


def index_history(road: Road, *, until: int | None = None, draws: int = 2000, seed: int = 1) -> IndexHistory:
    """The index of every year after the base year that can be judged.

    Parameters
    ----------
    road : Road
    until : int, optional
        The last year, instead of the file's or the last that was observed.
    draws, seed : int
        As in `dual_carbon_index`.

    Returns
    -------
    IndexHistory

    Raises
    ------
    IndexInvalid
        As `dual_carbon_index`, and where no year follows the base year.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> history = index_history(load_road("examples/sichuan-road/road.yaml"), draws=200)
    >>> [one.year for one in history.indices]
    [2021, 2022, 2023, 2024]
    """
    last = dual_carbon_index(road, year=until, draws=draws, seed=seed)
    if last.year == road.path.base:
        raise index_wrong(
            road.id,
            (f"基准年 {last.year} 之后没有核查年份", f"no year after the base year {last.year} was observed"),
            ("请补上以后的年份。", "Add later years."),
        )
    before = [
        dual_carbon_index(road, year=year, draws=draws, seed=seed)
        for year in range(road.path.base + 1, last.year)
    ]
    return IndexHistory((*before, last))
