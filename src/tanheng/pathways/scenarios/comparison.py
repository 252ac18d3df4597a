"""Scenarios side by side: totals by year with their intervals, and what lies between each and the baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.inventory.table import Pictured
from tanheng.pathways.tree.model import BASELINE, Tree


def compare_scenarios(tree: Tree, names: Sequence[str] = (), *, draws: int = 0, seed: int = 2021) -> Pictured:
    """Totals of scenarios by year.

    Parameters
    ----------
    tree : Tree
    names : sequence of str, optional
        Scenarios; the baseline and all of the tree unless told.
    draws, seed : int
        Draws of the uncertain leaves, the same in every scenario, so that differences are those of the scenarios.

    Returns
    -------
    Pictured
        ``scenario``, ``title``, ``year``, ``total`` [unit of the total], with draws ``p5`` and ``p95``, ``less`` than the
        baseline, and ``cumulated``: the total summed up since the base year.

    Raises
    ------
    NotFound

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> found = compare_scenarios(load_tree("examples/sichuan-road/tree.yaml")).to_polars()
    >>> found.filter(pl.col("year") == 2060).select("scenario", (pl.col("less") / 1e6).round(0)).rows()
    [('baseline', 0.0), ('general', 70.0), ('strong', 247.0)]
    """
    lang = language()
    baseline = tree.evaluate(BASELINE, draws=draws, seed=seed).total
    frames = []
    for name in names or dict.fromkeys([BASELINE, *tree.scenarios]):
        total = tree.evaluate(name, draws=draws, seed=seed).total
        low, high = np.quantile(total, (0.05, 0.95), axis=0)
        columns = {"year": tree.years.astype(int), "total": total.mean(axis=0)}
        columns |= {"p5": low, "p95": high} if draws else {}
        columns |= {"less": (baseline - total).mean(axis=0), "cumulated": np.cumsum(total.mean(axis=0))}
        shown = pl.DataFrame(columns)
        title = tree.scenario(name).title[lang]
        frames.append(shown.select(pl.lit(name).alias("scenario"), pl.lit(title).alias("title"), pl.all()))
    title = f"{tree.title[lang]} ({tree.unit})"
    frame = pl.concat(frames)
    return Pictured(frame, title, lambda: _picture(tree, frame))


def _picture(tree: Tree, frame: pl.DataFrame) -> str:
    """Totals of the scenarios, with their intervals."""
    lang = language()
    lines = []
    for name in frame["scenario"].unique(maintain_order=True):
        own = frame.filter(pl.col("scenario") == name)
        low, high = (own["p5"].to_numpy(), own["p95"].to_numpy()) if "p5" in own.columns else (None, None)
        lines.append(Line(tree.scenario(name).title[lang], own["total"].to_numpy(), low, high))
    return chart(tree.title[lang], unit_said(tree.unit), tree.years, lines)
