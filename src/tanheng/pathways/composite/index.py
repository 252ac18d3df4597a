"""The index: from a framework and its data to scores and ranks, with what was done to the data told beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity.findings import Finding
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.composite import charts
from tanheng.pathways.composite.aggregating import aggregate, ranks
from tanheng.pathways.composite.choices import FLAT, RELATIVE, SPREAD, Choice, Settings
from tanheng.pathways.composite.filling import Filled, fill
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.normalising import normalise
from tanheng.pathways.composite.problems import composite_invalid
from tanheng.pathways.composite.treating import Treated, treat
from tanheng.pathways.composite.units import Units
from tanheng.pathways.composite.weighing import weigh
from tanheng.pathways.tree.arithmetic import Floats


@dataclass(frozen=True, eq=False)
class Composite:
    """综合指数 An index of units.

    ``normalised`` (n, k) are scores of indicators, ``scores`` (n) those of each group by code, ``weights`` local weights by code.
    """

    framework: Framework
    units: Units
    settings: Settings
    values: Floats
    normalised: Floats
    weights: Mapping[str, float]
    scores: Mapping[str, Floats]
    filled: tuple[Filled, ...]
    treated: tuple[Treated, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def index(self) -> Floats:
        """Scores of the index (n)."""
        return self.scores[self.framework.top]

    @cached_property
    def ranks(self) -> Floats:
        """Ranks by the index (n), 1 the highest, within each year."""
        return self.ranked(self.framework.top)

    def ranked(self, code: str) -> Floats:
        """Ranks by a group or an indicator (n), 1 the best, within each year."""
        values = self.scores[code] if code in self.scores else self.normalised[:, self._place(code)]
        return yearly_ranks(values, self.units)

    def _place(self, code: str) -> int:
        return [one.code for one in self.framework.indicators].index(code)

    @property
    def effective(self) -> dict[str, float]:
        """Effective weights: the share of each indicator in the index, all together 1."""
        return self.framework.effective(self.weights)

    @property
    def headline(self) -> bool:
        """Whether this may be the index that is published: its weights do not merely tell how data are spread."""
        return Choice.read(self.settings.weights).name not in SPREAD

    def table(self) -> Table:
        """One row for each unit, the first by rank: ``code``, ``name``, ``year`` where stated, ``rank``, then scores by group."""
        levels = self.framework.levels
        downward = sorted(self.framework.children, key=lambda code: -levels[code])
        columns: dict[str, Any] = {"code": self.units.codes, "name": self.units.names}
        if self.units.years is not None:
            columns["year"] = self.units.years
        columns |= {"rank": self.ranks} | {code: self.scores[code] for code in downward}
        frame = pl.DataFrame(columns).with_columns(pl.col("rank").fill_nan(None).cast(pl.Int64))
        keys = ["year", "rank", "code"] if self.units.years is not None else ["rank", "code"]
        frame = frame.sort(keys, descending=[key == "year" for key in keys], nulls_last=True)
        return Table(frame.fill_nan(None), self.framework.nodes[self.framework.top].name)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        gaps = [
            {"unit": self.units.codes[one.row], "indicator": one.indicator, "value": one.value} for one in self.filled
        ]  # fmt: skip
        return {
            "index": self.framework.top,
            "settings": dict(vars(self.settings)),
            "headline": self.headline,
            "units": self.table().to_dicts(),
            "weights": dict(self.weights),
            "effective_weights": self.effective,
            "filled": gaps,
            "treated": [_plain(one) for one in self.treated],
            "findings": [one.to_dict() for one in self.findings],
        }

    def __repr__(self) -> str:
        first = self.table().to_dicts()[:3]
        return f"{self.framework.top}: " + ", ".join(f"{row['rank']} {row['code']}" for row in first) + " …"

    def chart(self) -> str:
        """The index of every unit, as an SVG."""
        return charts.scores(self)

    def _repr_html_(self) -> str:
        return self.chart() + self.table()._repr_html_()


def _plain(one: Treated) -> dict[str, Any]:
    def told(pair: tuple[float, float]) -> list[float | None]:
        return [float(value) if np.isfinite(value) else None for value in pair]

    return dict(vars(one)) | {"skew": told(one.skew), "kurtosis": told(one.kurtosis)}


def composite_index(units: Units, framework: Framework, settings: Settings | None = None) -> Composite:
    """Make an index.

    Parameters
    ----------
    units : Units
        Several years are normalised together, so that they can be compared with one another, and ranked year by year.
    framework : Framework
    settings : Settings, optional
        In the order in which it is done: denominators, gaps, outliers, normalisation, weights, aggregation.

    Returns
    -------
    Composite

    Raises
    ------
    CompositeInvalid
        For fewer than two units, and for indicators without a column.
    ValuesMissing
        For gaps without a rule.
    MethodUnfit
        For a method that these numbers do not allow.

    Examples
    --------
    >>> from tanheng.pathways.composite import flat, units_of
    >>> cities = [{"city": "A", "green": 40, "co2": 9}, {"city": "B", "green": 30, "co2": 5}, {"city": "C", "green": 20, "co2": 6}]
    >>> own = flat({"green": 1, "co2": -1})
    >>> composite_index(units_of(cities, unit="city", columns=["green", "co2"]), own).index
    array([50. , 75. , 37.5])
    """
    chosen = settings or Settings()
    values = units.matrix(framework)
    _enough(units)
    filled, gaps = fill(values, units, framework, Choice.read(chosen.missing))
    codes = tuple(one.code for one in framework.indicators)
    treated, told = treat(filled, codes, Choice.read(chosen.treatment))
    scores = normalise(treated, framework, Choice.read(chosen.normalisation), units.codes)
    weights = weigh(scores, framework, Choice.read(chosen.weights))
    runs = {code: np.array([weight]) for code, weight in weights.items()}
    found = aggregate(scores, framework, runs, [Choice.read(one) for one in chosen.steps("aggregation")])
    return Composite(
        framework, units, chosen, filled, scores, weights, {code: own[0] for code, own in found.items()}, gaps, told,
        tuple(_told(units, chosen, gaps, told)),
    )  # fmt: skip


def _enough(units: Units) -> None:
    if len(set(units.codes)) < 2:
        raise composite_invalid(
            ("的数据", ", data"), ("只有一个单元，没有可比的", "there is one unit and nothing to compare it with"),
            ("至少要两个单元", "At least two units are needed"),
        )  # fmt: skip


def _told(
    units: Units, settings: Settings, gaps: tuple[Filled, ...], treated: tuple[Treated, ...]
) -> list[Finding]:
    found = []
    way = Choice.read(settings.weights).name
    if way in SPREAD:
        found.append(Finding("L-174", {"way": way}))
    if len(units.span) > 1 and (
        Choice.read(settings.normalisation).name in RELATIVE
        or way in SPREAD
        or Choice.read(settings.aggregation).name in FLAT
    ):
        found.append(
            Finding("L-175", {"way": settings.normalisation, "first": units.span[0], "last": units.span[-1]})
        )
    if gaps:
        found.append(Finding("L-176", {"number": len(gaps), "rule": settings.missing}))
    if treated:
        names = ", ".join(one.indicator for one in treated)
        found.append(Finding("L-177", {"number": len(treated), "names": names}))
    return found


def yearly_ranks(values: Floats, units: Units) -> Floats:
    """Ranks (n), within each year where there are several."""
    if units.years is None:
        return ranks(values)
    found = np.empty(len(values))
    for year in units.span:
        rows = units.years == year
        found[rows] = ranks(values[rows])
    return found


def compare(first: Composite, second: Composite) -> Table:
    """How ranks shift between two ways of making an index.

    Returns
    -------
    Table
        ``code``, ``name``, ``first``, ``second`` [rank], ``shift`` (positive: better in the second), the largest shifts first; units
        that both hold.
    """
    other = dict(zip(_keys(second.units), second.ranks, strict=True))
    rows = [
        (code[0], name, int(own), int(other[code]), int(own - other[code]))
        for code, name, own in zip(_keys(first.units), first.units.names, first.ranks, strict=True)
        if code in other and np.isfinite(own) and np.isfinite(other[code])
    ]
    frame = pl.DataFrame(rows, schema=["code", "name", "first", "second", "shift"], orient="row")
    title = "名次变动" if language() == "zh" else "Shifts of ranks"
    return Table(frame.sort(pl.col("shift").abs(), "code", descending=[True, False]), title)


def _keys(units: Units) -> list[tuple[str, int]]:
    years = [0] * len(units) if units.years is None else units.years.tolist()
    return list(zip(units.codes, years, strict=True))


def leave_out(own: Composite, *, level: int = 1) -> Table:
    """What the ranking would be without one element of a level: by how many ranks units move on the mean, and at most.

    Returns
    -------
    Table
        ``code``, ``name``, ``mean_shift``, ``largest_shift`` [ranks], ``unit`` that moves most, None where none does;
        the largest mean first.

    Raises
    ------
    CompositeInvalid
        For a level that the framework does not have below its index.
    """
    highest = own.framework.levels[own.framework.top] - 1
    if not 1 <= level <= highest:
        raise composite_invalid(
            ("的层次", ", level"), (f"没有第 {level} 层可去掉", f"there is no level {level} to leave out of"),
            (f"应为 1（指标）至 {highest}", f"Expected 1 (indicators) to {highest}"),
        )  # fmt: skip
    rows = []
    for code in [code for code, at in own.framework.levels.items() if at == level]:
        runs = {one: np.array([0.0 if one == code else weight]) for one, weight in own.weights.items()}
        ways = [Choice.read(one) for one in own.settings.steps("aggregation")]
        scores = aggregate(own.normalised, own.framework, runs, ways)[own.framework.top][0]
        if np.isnan(scores).all():
            continue
        shifts = np.abs(yearly_ranks(scores, own.units) - own.ranks)
        at = int(np.nanargmax(shifts))
        name = own.framework.nodes[code].name
        mover = own.units.codes[at] if shifts[at] > 0 else None
        rows.append((code, name, float(np.nanmean(shifts)), int(shifts[at]), mover))
    frame = pl.DataFrame(rows, schema=["code", "name", "mean_shift", "largest_shift", "unit"], orient="row")
    title = "逐一去掉" if language() == "zh" else "Left out one by one"
    return Table(frame.sort("mean_shift", "code", descending=[True, False]), title)
