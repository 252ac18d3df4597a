"""What moved: an index beside that of another version of the road, such as before a base year was restated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import grid
from tanheng.inventory.table import Table
from tanheng.pathways.index.overall import NAMES, DualCarbonIndex
from tanheng.pathways.index.problems import index_wrong
from tanheng.pathways.index.wording import amount, place_named, say, score

_STILL = 1e-9


@dataclass(frozen=True, eq=False)
class IndexChange:
    """重算前后 Two versions of one index of one year: scores, and the inputs behind them that are not the same."""

    before: DualCarbonIndex
    after: DualCarbonIndex

    def table(self) -> Table:
        """``quantity``, ``year`` where it has one, ``before``, ``after``, ``change``: the whole, parts, then inputs that moved."""
        pairs: list[tuple[str, int | None, float | None, float | None]] = [
            ("overall", None, self.before.value, self.after.value)
        ]
        pairs += [
            (name, None, self.before.scores[name], self.after.scores[name]) for name in self.before.scores
        ]
        inputs = zip(_inputs(self.before), _inputs(self.after), strict=True)
        pairs += [
            (name, year, old, new)
            for (name, year, old), (_, _, new) in inputs
            if not np.isclose(old, new, rtol=_STILL, atol=0.0, equal_nan=True)
        ]
        rows = [
            {"quantity": name, "year": year, "before": _known(old), "after": _known(new),
             "change": None if _known(old) is None or _known(new) is None else _known(new - old)}  # type: ignore[operator]
            for name, year, old, new in pairs
        ]  # fmt: skip
        return Table(pl.DataFrame(rows, infer_schema_length=None), place_named(self.after.road))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"year": self.after.year, "unit": self.after.road.unit, "changes": self.table().to_dicts()}

    def heads(self) -> list[str]:
        """What the columns of `rows` are called."""
        return [
            say("量", "Quantity"),
            say("年", "Year"),
            say("以前", "Before"),
            say("现在", "Now"),
            say("变化", "Change"),
        ]

    def rows(self) -> list[list[str]]:
        """The table as texts."""
        found = []
        for row in self.table().to_dicts():
            said = score if row["quantity"] in {"overall", *NAMES} else amount
            ends = [("–" if row[key] is None else said(row[key])) for key in ("before", "after")]
            moved = "–" if row["change"] is None else ("+" if row["change"] > 0 else "") + said(row["change"])
            found.append([_named(row["quantity"]), str(row["year"] or "–"), *ends, moved])
        return found

    def _repr_html_(self) -> str:
        return grid(self.heads(), self.rows())


def index_change(before: DualCarbonIndex, after: DualCarbonIndex) -> IndexChange:
    """Hold two versions of an index side by side.

    Parameters
    ----------
    before, after : DualCarbonIndex
        Of one year, base year and unit.

    Returns
    -------
    IndexChange

    Raises
    ------
    IndexInvalid
        For indices of other years or another unit.

    Examples
    --------
    >>> from tanheng.pathways import dual_carbon_index, load_road
    >>> own = dual_carbon_index(load_road("examples/sichuan-road/road.yaml"), draws=200)
    >>> index_change(own, own).table().to_dicts()[0]["change"]
    0.0
    """
    one, two = (
        (own.year, own.road.path.base, own.road.path.target, own.road.unit) for own in (before, after)
    )
    if one != two:
        raise index_wrong(
            after.road.id,
            (f"与 {before.road.id} 的年份或单位不同（{one}，{two}）", f"its years or unit are not those of {before.road.id} ({one}, {two})"),
            ("请比较同一评价年、基准年、目标年与单位的两个版本。", "Compare two versions of one year, base year, target year and unit."),
        )  # fmt: skip
    return IndexChange(before, after)


def _inputs(index: DualCarbonIndex) -> list[tuple[str, int | None, float]]:
    path, space = index.path_consistency, index.reachable_space
    found: list[tuple[str, int | None, float]] = []
    for at, year in enumerate(path.years.astype(int).tolist()):
        found += [
            ("emission", year, float(path.emission[at])), ("path", year, float(path.path[at])), ("sigma", year, float(path.sigma[at])),
        ]  # fmt: skip
    return [
        *found, ("frozen", index.year, index.realised_degree.frozen), ("reference", space.year, space.reference),
        ("least", space.year, space.least), ("target", space.year, space.path),
    ]  # fmt: skip


def _named(quantity: str) -> str:
    names = {
        **NAMES, "overall": ("总分", "Overall"), "emission": ("排放", "Emission"), "path": ("路径", "Path"),
        "sigma": ("标准不确定度", "Standard uncertainty"), "frozen": ("冻结基准 B", "B, all but activity frozen"),
        "reference": ("参照", "Reference"), "least": ("全部杠杆", "All levers"), "target": ("目标", "Target"),
    }  # fmt: skip
    return say(*names[quantity])


def _known(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)
