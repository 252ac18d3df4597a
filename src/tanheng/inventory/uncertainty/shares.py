"""Uncertainty of each category and gas, and what each brings to the variance of the total: by propagation or by draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.draws import blocks, slots_of
from tanheng.inventory.uncertainty.line_terms import LineTerms, line_terms, own_list
from tanheng.inventory.uncertainty.terms import Floats, Ints

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_SCHEMA: dict[str, Any] = {"category": pl.String, "gas": pl.String} | dict.fromkeys(
    (
        "emission",
        "uncertainty",
        "low",
        "high",
        "known_share",
        "variance_share",
        "from_activity",
        "from_factors",
    ),
    pl.Float64,
)


def category_uncertainty(
    inventory: Inventory,
    by: str | None = None,
    *,
    at: Sequence[str] = (),
    approach: int = 1,
    draws: int = 10_000,
    seed: int = 2021,
) -> Table:
    """Uncertainty and contribution to variance of every category and gas.

    Parameters
    ----------
    inventory : Inventory
    by : str, optional
        A category list in which the method places its emissions, such as ``ipcc2006``, ``provincial2011``, ``gpc``; the
        method's own unless told.
    at : sequence of str
        Categories that are taken whole, with all below them.
    approach : int
        1: propagation; 2: Monte Carlo.
    draws, seed : int
        Of approach 2; with the same seed the factors have the draws of `Inventory.monte_carlo`, the amounts draws of
        their own.

    Returns
    -------
    Table
        One row per category and gas: ``emission`` [t]; ``uncertainty``, half width of the 95 % interval [% of the
        emission]; ``low`` and ``high`` [t]; ``known_share`` [% of the line whose inputs all have an uncertainty];
        ``variance_share`` [% of the variance of the total] with the parts ``from_activity`` and ``from_factors``. Where
        an input has none, the uncertainty is null, and the shares are of the known part of the total.

    Raises
    ------
    CellNotFound
        When the method does not know the list.
    ArgumentInvalid
        When the approach is neither 1 nor 2, or there are fewer than 2 draws.

    Notes
    -----
    The share of a line x of the total X is cov(x, X) / var(X): the shares add up to 100 % also where lines share a factor
    and one offsets another (a share may then be negative). In approach 2 ``from_activity`` and ``from_factors`` are the
    same with only the amounts, or only the factors, drawn; what is left of ``variance_share`` is their interaction, which
    approach 1 leaves out.

    Source: IPCC 2006, volume 1, chapter 3, equations 3.1 and 3.2 and section 3.2.3.2.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["汽油"], "amount": [1], "unit": ["t"], "sector": ["交通运输业"]}
    >>> row = category_uncertainty(th.account(table, "cn-energy-2011")).to_dicts()[0]
    >>> row["category"], row["gas"], row["uncertainty"]
    ('P1.1.4', 'CO2', None)
    """
    if approach not in (1, 2):
        raise invalid("approach", approach, "1 或 2", "1 or 2")
    if draws < 2:
        raise invalid("draws", draws, "不小于 2 的整数", "a whole number of at least 2")
    by = by or own_list(inventory)
    lines = line_terms(inventory, by, at)
    found = _propagated(lines) if approach == 1 else _drawn(lines, draws, seed)
    known = lines.known_share
    rows = [
        (
            *key,
            float(lines.emission[place]),
            *_spread(lines, found, place),
            float(known[place]),
            *found.shares(place),
        )
        for place, key in enumerate(lines.keys)
    ]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    order = [pl.col("emission").abs(), pl.col("category"), pl.col("gas")]
    return Table(
        frame.sort(order, descending=[True, False, False]), f"{inventory.method['id']}: {by}, {approach}"
    )


class _Found:
    """Interval of each line [t, of its known part] and its share of the variance by source."""

    def __init__(
        self, low: Floats, high: Floats, covariance: Floats, sources: Floats, variance: float
    ) -> None:
        self.low, self.high = low, high
        self._covariance, self._sources, self._variance = covariance, sources, variance

    def shares(self, place: int) -> tuple[float | None, float | None, float | None]:
        """Of the total's variance, %: all, from the activity, from factors."""
        if not self._variance > 0:
            return None, None, None
        whole = (self._covariance[place], *self._sources[:, place])
        all_, activity, factors = (float(one) / self._variance * 100 for one in whole)
        return all_, activity, factors


def _spread(lines: LineTerms, found: _Found, place: int) -> tuple[float | None, float | None, float | None]:
    """Half width in % of the emission, and the interval; unknown where any input is."""
    emission = float(lines.emission[place])
    if lines.known_share[place] < 100:
        return None, None, None
    low, high = float(found.low[place]), float(found.high[place])
    return (high - low) / 2 / abs(emission) * 100 if emission else None, low, high


def _propagated(lines: LineTerms) -> _Found:
    terms = lines.terms
    effect = terms.emission[terms.term] * terms.power * terms.half_width[terms.variable]
    line = lines.line[terms.term]
    total = np.bincount(terms.variable, effect, len(terms.names))
    product = effect * total[terms.variable]
    is_amount = terms.is_amount[terms.variable]
    sources = [np.bincount(line, product * (is_amount == kind), len(lines.keys)) for kind in (1, 0)]
    half = _half_widths(line, terms.variable, effect, lines)
    return _Found(
        lines.emission - half,
        lines.emission + half,
        np.asarray(np.bincount(line, product, len(lines.keys)), dtype=np.float64),
        np.array(sources),
        float((total**2).sum()),
    )


def _half_widths(line: Ints, variable: Ints, effect: Floats, lines: LineTerms) -> Floats:
    """Within a line the effects of one variable add up, those of different ones in squares."""
    pairs, place = np.unique(line * max(len(lines.terms.names), 1) + variable, return_inverse=True)
    sums = np.bincount(place, effect, pairs.size)
    squares = np.bincount(pairs // max(len(lines.terms.names), 1), sums**2, len(lines.keys))
    return np.asarray(np.sqrt(squares), dtype=np.float64)


def _drawn(lines: LineTerms, draws: int, seed: int) -> _Found:
    slots = slots_of(lines.terms, lines.line)
    heads = np.flatnonzero(np.diff(slots.line, prepend=-1))
    present = slots.line[heads]
    sums = np.zeros((3, len(lines.keys), draws))
    for here, amounts, factors in blocks(slots, draws, seed):
        alone = amounts, slots.mean[:, None] * factors
        for kind, drawn in enumerate((amounts * factors, *alone)):
            sums[kind, present, here] = np.add.reduceat(drawn, heads, axis=0)
    total = sums[0].sum(axis=0)
    away = total - total.mean()
    covariance = np.einsum("kld,d->kl", sums - sums.mean(axis=2, keepdims=True), away) / (draws - 1)
    low, high = np.quantile(sums[0], [0.025, 0.975], axis=1) + lines.fixed
    variance = float(away @ away) / (draws - 1)
    return _Found(low, high, covariance[0], covariance[1:], variance)
