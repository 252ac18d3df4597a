"""The marginal cost curve of a year as the dual of its cap: swept from the baseline down to what all levers reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from tanheng.charts import Curve, Point, points
from tanheng.charts.frame import scaled
from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, language
from tanheng.inventory.table import Pictured
from tanheng.pathways.cap.program import Question
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.cap.search import search
from tanheng.pathways.cap.solver import question_of
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import BASELINE, Tree, evaluate_total


def cost_curve(tree: Tree, year: int, *, points: int = 25, scenario: str = BASELINE) -> Pictured:
    """What the next tonne costs in a year, and all tonnes before it.

    Parameters
    ----------
    tree : Tree
    year : int
        Levers go as deep as their courses allow by then, whatever other years need.
    points : int
        Caps between the baseline and the least that levers reach.
    scenario : str
        Whose courses of leaves hold.

    Returns
    -------
    Pictured
        ``saved`` and ``total`` [unit of the total], ``price`` [CNY per unit]: the dual of the cap, ``cost`` [CNY a year] and
        ``levers`` that are taken.

    Raises
    ------
    NotFound
        For a year that the tree does not have.

    Notes
    -----
    Bars sorted by CNY per tonne neglect that levers act on the same leaves; the dual does not. Levers that save money are
    taken before the first cap. As levers multiply, the dual may dip a little where one more makes another worth less.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> curve = cost_curve(load_tree("examples/sichuan-road/tree.yaml"), 2040, points=5).to_polars()
    >>> curve.get_column("price").is_sorted(), curve.height
    (True, 5)
    """
    only, question, arrays = single_year(tree, year, scenario)
    baseline = float(evaluate_total(only, arrays, {})[0])
    free, start = search(only, question, arrays)
    most, least = search(only, replace(question, cap=start - 10 * abs(baseline) - 1.0), arrays)
    rows, before = [], free.depths
    for cap in np.linspace(float(start[0]), float(least[0]), points):
        # A hair above, so that the last cap is met within rounding.
        own = replace(question, cap=np.array([cap + 1e-7 * abs(baseline)]))
        found, total = search(only, own, arrays, [before, most.depths])
        before = found.depths
        price = next(-dual for kind, _, _, dual in found.program.bound(found.solved.duals) if kind == "cap")
        taken = [name for name, depth in zip(only.levers, found.depths[:, 0], strict=True) if depth > 1e-6]
        rows.append(
            {
                "saved": baseline - float(total[0]),
                "total": float(total[0]),
                "price": price * found.cost_scale / found.total_scale + 0.0,
                "cost": float((question.cost * found.depths).sum()),
                "levers": ", ".join(taken),
            }
        )
    frame = pl.DataFrame(rows)
    return Pictured(
        frame,
        f"{tree.title[language()]} · {year} ({unit_said(tree.unit)})",
        lambda: _picture(tree, year, frame),
    )


def _picture(tree: Tree, year: int, frame: pl.DataFrame) -> str:
    """The price of the next unit against what is saved already."""
    zh = language() == "zh"
    factor, shown_in = scaled(unit_said(tree.unit), float(frame["saved"].abs().max() or 0.0))  # type: ignore[arg-type]
    saved = frame["saved"].to_numpy() / factor
    name = f"{year} 年的边际减排成本" if zh else f"Marginal cost of saving in {year}"
    across = f"{'减少' if zh else 'saved'} ({shown_in})"
    price = frame["price"].to_numpy() / tonnes_of(tree.unit)
    marks = [Point("", float(x), float(y)) for x, y in zip(saved, price, strict=True)]
    way = Curve("上限的对偶值" if zh else "dual of the cap", saved, price)
    return points(name, (across, "元/t" if zh else "CNY/t"), marks, [way])


def single_year(
    tree: Tree, year: int, scenario: str = BASELINE, *, budget: float = float("inf"), in_parts: bool = True
) -> tuple[Tree, Question, dict[str, Floats]]:
    """One year of a tree by itself: levers may go as deep as their courses allow by then.

    Parameters
    ----------
    tree : Tree
    year : int
    scenario : str
    budget : float
        What all levers may cost in the year [CNY].
    in_parts : bool
        Whether levers that are taken whole may be taken in parts.

    Returns
    -------
    (Tree, Question, dict)
        The tree of that year, the question without a cap, and the arrays (1, 1) of its leaves.

    Raises
    ------
    NotFound
        For a year that the tree does not have.
    """
    if year not in tree.years.astype(int):
        known = f"{tree.years[0]:.0f}–{tree.years[-1]:.0f}"
        raise NotFound(what_zh="年份", what_en="year", name=str(year), known=known)
    at = int(year - tree.years[0])
    only = replace(
        tree,
        years=tree.years[at : at + 1],
        levers={name: replace(one, whole=one.whole and not in_parts) for name, one in tree.levers.items()},
    )
    arrays = {
        name: values[:, at : at + 1] for name, values in tree.leaf_arrays(tree.scenario(scenario)).items()
    }
    question = question_of(tree, scenario, np.full(tree.years.size, np.inf), 0.0)
    question = replace(
        question, levers=only.levers, years=only.years, cap=np.array([np.inf]), cost=question.cost[:, at : at + 1],
        ramp=question.ramp[:, at : at + 1], budget=budget,
    )  # fmt: skip
    return only, question, arrays
