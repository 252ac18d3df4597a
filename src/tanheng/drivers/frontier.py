"""Benchmark by a frontier 前沿对标: who does best with the same, who is alike in structure, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Bar, Curve, Point, bars, points
from tanheng.codes.wording import column_said
from tanheng.drivers.classes import shares_of
from tanheng.drivers.clusters import distances
from tanheng.drivers.envelopment import Envelope, Returns, envelop
from tanheng.drivers.limits import limit
from tanheng.drivers.lmdi import DriversInvalid, Floats
from tanheng.drivers.quantiles import quantile_line
from tanheng.drivers.tables import name_of, one_each, read_frame, shown_rows
from tanheng.errors import language
from tanheng.inventory import Table

QUANTILE = 0.25
"""Quantile of emissions that is taken for the frontier unless told: a convention of ours; a quarter of the places do better."""
NEAREST = 5
"""Peers of a place unless told: a convention of ours."""
_EDGE = 1 - 1e-6
_APART = 1e12
"""Times that the largest amount of a column may be the least: beyond it units are mixed up, and a program has no digits left."""
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Benchmarked:
    """A place against the frontier.

    ``efficiency`` in (0, 1] is 1 over how many times as much output the best make with the same inputs; ``low`` and ``high`` are its
    p5 and p95 where places are drawn with replacement, ``rank_low`` and ``rank_high`` those of its rank, ``leading`` [1] the share of
    draws in which it is on the frontier. ``models`` are the places of the frontier before it, with their weights. ``excess`` [1] is
    its emission over that of the quantile frontier at the same output, less 1. ``peers`` are the places nearest in structure,
    ``among_peers`` its efficiency against them alone, ``beyond_peers`` [1] its emission over what it would be at the middle
    intensity of its peers, less 1; None without a structure.
    """

    place: str
    emission: float
    intensity: float
    efficiency: float
    low: float
    high: float
    rank: int
    rank_low: int
    rank_high: int
    leading: float
    models: dict[str, float]
    excess: float
    peers: tuple[str, ...] = ()
    among_peers: float | None = None
    beyond_peers: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return dict(vars(self)) | {"peers": list(self.peers)}


@dataclass(frozen=True)
class Frontier:
    """Places against the frontier of the best; emissions and outputs in the units of the table.

    ``line`` are constant and slopes of the quantile frontier in logarithms of emission and outputs.
    """

    emission: str
    outputs: list[str]
    inputs: list[str]
    returns: Returns
    quantile: float
    draws: int
    places: dict[str, Benchmarked]
    line: dict[str, float]
    values: Mapping[str, Floats]
    findings: list[Finding] = field(default_factory=list)

    def table(self) -> Table:
        """One row for each place, the most efficient first; columns as of `Benchmarked`."""
        rows = [
            one.to_dict() | {"models": ", ".join(one.models), "peers": ", ".join(one.peers)}
            for one in self.ranked
        ]
        return Table(
            pl.DataFrame(rows, infer_schema_length=None), f"{self.emission} / {', '.join(self.outputs)}"
        )

    @property
    def ranked(self) -> list[Benchmarked]:
        """The places, the most efficient first."""
        return sorted(self.places.values(), key=lambda one: (one.rank, one.place))

    def charts(self) -> list[str]:
        """Efficiencies with their range, and emission against output with the frontiers where there is one output, as SVG."""
        zh = language() == "zh"
        name = "效率（p5–p95）" if zh else "efficiency (p5 to p95)"
        rows = [Bar(one.place, {name: one.efficiency}, {name: (one.low, one.high)}) for one in self.ranked]
        title = "与前沿的距离：1 为在前沿上" if zh else "Distance from the frontier: 1 is on it"
        found: list[str] = [bars(title, "", rows)]
        return found if len(self.outputs) > 1 else [self._across(), *found]

    def _across(self) -> str:
        zh = language() == "zh"
        output, emission = self.values[self.outputs[0]], self.values[self.emission]
        on, off = ("在前沿上", "其余") if zh else ("on the frontier", "the rest")
        found = [
            Point(one.place, float(across), float(up), on if one.efficiency > _EDGE else off)
            for one, across, up in zip(self.places.values(), output, emission, strict=True)
        ]
        reach = np.linspace(output.min() * 0.5, output.max() * 1.1, 60)
        constant, slope = self.line["constant"], self.line[self.outputs[0]]
        name = f"{self.quantile:.0%} 分位线" if zh else f"{self.quantile:.0%} quantile"
        curves = [Curve(name, reach, np.exp(constant + slope * np.log(reach)))]
        if not self.inputs and self.returns == "constant":
            curves.append(
                Curve("前沿" if zh else "frontier", reach, reach * float((emission / output).min()))
            )
        emitted, made = column_said(self.emission), column_said(self.outputs[0])
        title = f"{emitted}与{made}" if zh else f"{emitted} and {made}"
        return points(title, (made, emitted), sorted(found, key=lambda one: one.group != on), curves)

    def _repr_html_(self) -> str:
        return "".join(self.charts()) + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "emission": self.emission, "outputs": self.outputs, "inputs": self.inputs, "returns": self.returns,
            "quantile": self.quantile, "draws": self.draws, "quantile_line": self.line,
            "places": [one.to_dict() for one in self.ranked],
            "findings": [one.to_dict() for one in self.findings],
        }  # fmt: skip


def benchmark(
    table: Any,
    *,
    place: str,
    emission: str,
    outputs: Sequence[str],
    inputs: Sequence[str] = (),
    shares: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    nearest: int = NEAREST,
    returns: Returns = "constant",
    quantile: float = QUANTILE,
    draws: int = 100,
    seed: int = 0,
) -> Frontier:
    """Hold places against the frontier that the best of them make, not into a league table.

    Parameters
    ----------
    table : path or table
        One row for each place, of one period.
    place : str
        Column of the place.
    emission : str
        Column above zero, any unit: what should be small.
    outputs : sequence of str
        Columns above zero of what is made, such as value added; of one period, so that current prices compare.
    inputs : sequence of str
        Further columns above zero of what is used, such as population or energy.
    shares : sequence of str
        Columns of the structure (see `peers`): amounts of one unit, or shares.
    where : mapping of str to str, optional
        Columns and the value that rows must have.
    nearest : int
        How many peers a place has.
    returns : str
        To scale: ``constant`` or ``variable``.
    quantile : float
        Of emissions at given outputs that is taken for the frontier.
    draws, seed : int
        Samples of the places, and where they begin.

    Returns
    -------
    Frontier
        Findings warn of too few places for so many columns, and of a quantile that rests on few of them.

    Raises
    ------
    InputUnreadable, ColumnMissing, DriversInvalid
        For a table that cannot be used.
    LibraryMissing
        Without highspy.

    Notes
    -----
    `envelop` with emission and ``inputs`` used and ``outputs`` made, output-oriented; `quantile_line` of ln emission on ln outputs.
    In each draw the places drawn, and the place itself, make the frontier: the range tells how far an efficiency depends on who is
    in the table. It is no confidence interval, as the bootstrap of a frontier is not consistent (Simar, L. and Wilson, P.W. (1998),
    Management Science 44, 49-61; recalled).

    Examples
    --------
    >>> data = {"city": list("abcdef"), "co2": [10.0, 12, 20, 31, 45, 50], "gdp": [10.0, 11, 16, 20, 30, 45]}
    >>> found = benchmark(data, place="city", emission="co2", outputs=["gdp"], draws=20)
    >>> [(one.place, round(one.efficiency, 3)) for one in found.ranked][:3]
    [('a', 1.0), ('b', 0.917), ('f', 0.9)]
    >>> found.places["d"].models
    {'a': 3.1}
    """
    _check(nearest, quantile, draws)
    frame = read_frame(table, [place, *(where or {})])
    for column, value in (where or {}).items():
        frame = frame.filter(pl.col(column) == value)
    columns = [emission, *outputs, *inputs]
    if not outputs or len(set(columns)) < len(columns):
        raise DriversInvalid(
            detail_zh=f"排放、产出与投入的列重复或没有产出：{'、'.join(columns)}",
            detail_en=f"columns of emission, outputs and inputs are named twice, or there is no output: {', '.join(columns)}",
            mend_zh="每列只写一次，至少一列产出。", mend_en="Name each once, and at least one output.",
        )  # fmt: skip
    frame = read_frame(frame, [place], numbers=columns, positive=True, name=name_of(table))
    frame = read_frame(frame, [place], numbers=list(shares), name=name_of(table))
    names = list(one_each(frame, place))
    if len(names) < 3:
        raise DriversInvalid(
            detail_zh=f"只有 {len(names)} 个地区", detail_en=f"there are {len(names)} places",
            mend_zh="前沿至少要三个地区；请核对所取的行。", mend_en="A frontier needs three at least; check which rows are taken.",
        )  # fmt: skip
    values = {column: frame[column].to_numpy() for column in columns}
    for column, amounts in values.items():
        if not amounts.max() <= _APART * amounts.min():
            raise DriversInvalid(
                rows=shown_rows(frame.filter(frame[column].is_in([amounts.max(), amounts.min()])).select("__row", place, column)),
                detail_zh=f"列“{column}”的最大值是最小值的 10¹² 倍以上", detail_en=f"the largest of '{column}' is more than 10¹² times the least",
                mend_zh="请核对单位。", mend_en="Check the units.",
            )  # fmt: skip
    used = np.column_stack([values[one] for one in (emission, *inputs)])
    made = np.column_stack([values[one] for one in outputs])
    whole = envelop(used, made, returns=returns)
    spread = _drawn(used, made, whole, returns, draws, seed)
    logs = np.log(made)
    line = quantile_line(logs, np.log(values[emission]), quantile)
    excess = values[emission] / np.exp(line[0] + logs @ line[1:]) - 1
    alike = _alike(frame, shares, nearest) if shares else None
    ranks = _ranks(whole.efficiency)
    intensity = values[emission] / made[:, 0]
    places = {}
    for at, name in enumerate(names):
        own: dict[str, Any] = {}
        if alike is not None:
            near = alike[at]
            best = envelop(
                used[[at]], made[[at]], reference=(used[[at, *near]], made[[at, *near]]), returns=returns
            )
            own = {"peers": tuple(names[one] for one in near), "among_peers": float(best.efficiency[0]),
                   "beyond_peers": float(intensity[at] / np.median(intensity[near]) - 1)}  # fmt: skip
        models = {
            names[one]: round(float(whole.weights[at, one]), 6) for one in np.flatnonzero(whole.weights[at])
        }
        places[name] = Benchmarked(
            name, float(values[emission][at]), float(intensity[at]), float(whole.efficiency[at]), **spread[at], rank=int(ranks[at]),
            models=models, excess=float(excess[at]), **own,
        )  # fmt: skip
    told = _warned(len(names), len(columns), quantile)
    named = dict(zip(["constant", *outputs], map(float, line), strict=True))
    return Frontier(
        emission, list(outputs), list(inputs), returns, quantile, draws, places, named, values, told
    )


def _check(nearest: int, quantile: float, draws: int) -> None:
    if nearest < 1 or draws < 2 or not 0 < quantile < 1:
        raise DriversInvalid(
            detail_zh=f"同类个数 {nearest}、抽样 {draws} 或分位数 {quantile:g} 超出范围",
            detail_en=f"{nearest} peers, {draws} draws or the quantile {quantile:g} are out of range",
            mend_zh="同类至少 1，抽样至少 2，分位数在 0 与 1 之间。", mend_en="At least 1 peer and 2 draws, a quantile between 0 and 1.",
        )  # fmt: skip


def _drawn(
    used: Floats, made: Floats, whole: Envelope, returns: Returns, draws: int, seed: int
) -> list[dict[str, Any]]:
    """Range of efficiency and rank of every place over samples of the places, and how often it is on the frontier."""
    generator = np.random.default_rng(seed)
    count = len(used)
    models = whole.weights > 0
    found, ranks = np.empty((draws, count)), np.empty((draws, count))
    for draw in range(draws):
        kept = np.unique(generator.integers(0, count, count))
        there = np.zeros(count, bool)
        there[kept] = True
        # Where all models of a place were drawn, no frontier of the sample lies nearer: its efficiency stays.
        same = np.asarray((~models | there | np.eye(count, dtype=bool)).all(axis=1))
        found[draw] = whole.efficiency
        inner = kept[~same[kept]]
        found[draw, inner] = envelop(used[inner], made[inner], reference=(used[kept], made[kept]), returns=returns).efficiency  # fmt: skip
        edge = kept[found[draw, kept] > _EDGE]
        for at in np.flatnonzero(~same & ~there):
            best = np.append(edge, at)
            found[draw, at] = envelop(used[[at]], made[[at]], reference=(used[best], made[best]), returns=returns).efficiency[0]  # fmt: skip
        ranks[draw] = _ranks(found[draw])
    low, high = np.quantile(found, (_LOW, _HIGH), axis=0)
    first, last = np.quantile(ranks, (_LOW, _HIGH), axis=0, method="nearest")
    leading = (found > _EDGE).mean(axis=0)
    return [
        {"low": float(low[at]), "high": float(high[at]), "rank_low": int(first[at]), "rank_high": int(last[at]),
         "leading": float(leading[at])}
        for at in range(count)
    ]  # fmt: skip


def _ranks(efficiency: Floats) -> np.ndarray:
    """1 for the most efficient; equals share the best rank."""
    shown = efficiency.round(9)
    return np.array([1 + int((shown > one).sum()) for one in shown])


def _alike(frame: pl.DataFrame, shares: Sequence[str], nearest: int) -> list[list[int]]:
    """The places nearest in structure to each, nearest first."""
    structures = np.sqrt(shares_of(frame, list(shares)).to_numpy())
    found = []
    for at in range(len(structures)):
        order = np.argsort(distances(structures, at), kind="stable")
        found.append([int(one) for one in order if one != at][:nearest])
    return found


def _warned(places: int, columns: int, quantile: float) -> list[Finding]:
    found = []
    least = int(limit("places_per_column")) * columns
    if places < least:
        found.append(Finding("D-111", {"places": places, "columns": columns, "least": least}))
    below, wanted = int(places * min(quantile, 1 - quantile)), int(limit("quantile_places"))
    if below < wanted:
        found.append(Finding("D-112", {"quantile": f"{quantile:g}", "below": below, "least": wanted}))
    return found
