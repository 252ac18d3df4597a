"""Draws of terms: what is independent, normal and under one set of factors is summed first, exactly; the rest is drawn one by one."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from tanheng.inventory.uncertainty.terms import Flags, Floats, Ints, Terms
from tanheng.steps import step

Z95 = 1.959963984540054
NEVER_CUT = 1 / 6
"""Largest standard deviation of a normal variable of mean 1 that is taken to stay above zero: six of them away, once in 10^9."""
_BLOCK = 4_000_000


@functools.cache
def lognormal_above() -> float:
    """Relative half width above which a variable is drawn as lognormal.

    Source
    ------
    packs/rules/distributions.csv: 2006 IPCC Guidelines, volume 1, 3.2.2.4 (recalled).

    Examples
    --------
    >>> lognormal_above()
    0.6
    """
    with (files("tanheng.packs") / "rules" / "distributions.csv").open(encoding="utf-8") as stream:
        return next(float(row["value"]) for row in csv.DictReader(stream) if row["code"] == "lognormal_above")


@dataclass(frozen=True)
class Pool:
    """Amounts that stand under the same sets of factors: their joint contribution is normal.

    ``slots`` (k,) and ``root`` (k, k) t, the symmetric root of the covariance.
    """

    slots: Ints
    root: Floats


@dataclass(frozen=True)
class Slots:
    """Terms by slot: one slot for each line and set of factors.

    ``line`` (s,) ascends; ``mean`` (s,) t is the emission of each slot. ``factors`` are terms (s,) of the factors alone.
    ``single`` are the terms, by slot, whose amounts are drawn one by one: their slot, variable and emission [t].
    """

    line: Ints
    mean: Floats
    factors: Terms
    pools: list[Pool]
    single_slot: Ints
    single_variable: Ints
    single_emission: Floats

    @functools.cached_property
    def shared(self) -> list[Pool]:
        """Pools of several slots."""
        return [pool for pool in self.pools if pool.slots.size > 1]

    @functools.cached_property
    def lone(self) -> tuple[Ints, Floats]:
        """Slots of the pools of one slot each, with their standard deviation [t]."""
        alone = [pool for pool in self.pools if pool.slots.size == 1]
        places = np.array([pool.slots[0] for pool in alone], dtype=np.int64)
        return places, np.array([float(pool.root[0, 0]) for pool in alone])


def slots_of(terms: Terms, line: Ints | None = None) -> Slots:
    """Sum up, exactly, what can be summed before drawing.

    Parameters
    ----------
    terms : Terms
    line : (n,) int, optional
        Terms of different lines stay apart; all are of one line unless told.

    Notes
    -----
    Given the factors, the total is sum over slots s of F_s Z_s with Z_s = sum of E a over its terms. Amounts a that are
    normal, of mean 1 and standard deviation up to `NEVER_CUT`, and independent, have normal Z: its mean is the sum of E, and
    amounts that stand in the same slots (k of them, as one amount may emit several gases) have the covariance
    sum over amounts of sd^2 w w', w (k,) being the emission of the amount in each slot. One draw of k normals then stands
    for all of them: the distribution of the total is the same.
    """
    line = np.zeros(terms.emission.size, dtype=np.int64) if line is None else line
    own = terms.is_amount[terms.variable] & (terms.power == 1.0)
    own[terms.linear] = False
    slot, first = _alike(terms, ~own, line)
    amount = np.full(terms.emission.size, -1, dtype=np.int64)
    amount[terms.term[own]] = terms.variable[own]
    pooled = terms.half_width / Z95 <= NEVER_CUT
    alone = np.flatnonzero((amount >= 0) & ~pooled[amount]) if pooled.size else np.array([], dtype=np.int64)
    alone = alone[np.argsort(slot[alone], kind="stable")]
    joined = np.flatnonzero((amount >= 0) & pooled[amount]) if pooled.size else alone
    return Slots(
        line=line[first],
        mean=np.asarray(np.bincount(slot, terms.emission, first.size), dtype=np.float64),
        factors=_only(terms, ~own, first),
        pools=_pools(
            amount[joined], slot[joined], terms.emission[joined], terms.half_width / Z95, first.size
        ),
        single_slot=slot[alone],
        single_variable=amount[alone],
        single_emission=terms.emission[alone],
    )


def _alike(terms: Terms, factor: Flags, line: Ints) -> tuple[Ints, Ints]:
    """Slot of each term, numbered along the lines, and the first term of each slot."""
    linear = np.zeros(terms.term.size, dtype=np.bool_)
    linear[terms.linear] = True
    entries = pl.DataFrame({"variable": terms.variable, "power": terms.power, "linear": linear})
    number = entries.select(pl.struct("variable", "power", "linear").rank("dense")).to_series().to_numpy()
    group = _same_sets(terms.term[factor], number[factor].astype(np.int64), terms.emission.size)
    order = np.lexsort((group, line))
    changed = (np.diff(line[order], prepend=-1) != 0) | (np.diff(group[order], prepend=-1) != 0)
    slot = np.empty(line.size, dtype=np.int64)
    slot[order] = np.cumsum(changed) - 1
    return slot, order[changed]


def _same_sets(row: Ints, member: Ints, rows: int) -> Ints:
    """Rows that hold the same members get the same number; ``row`` ascends."""
    held = np.bincount(row, minlength=rows)
    place = np.arange(row.size) - np.repeat(np.cumsum(held) - held, held)
    columns = np.full((max(int(held.max(initial=0)), 1), rows), -1, dtype=np.int64)
    columns[place, row] = member
    frame = pl.DataFrame({f"c{at}": column for at, column in enumerate(columns)})
    return frame.select(pl.struct(pl.all()).rank("dense")).to_series().to_numpy().astype(np.int64)


def _only(terms: Terms, factor: Flags, first: Ints) -> Terms:
    """The factors of the first term of each slot, which are those of all its terms."""
    slot = np.full(terms.emission.size, -1, dtype=np.int64)
    slot[first] = np.arange(first.size)
    kept = np.flatnonzero(factor & (slot[terms.term] >= 0))
    kept = kept[np.argsort(slot[terms.term[kept]], kind="stable")]
    where = np.full(terms.term.size, -1, dtype=np.int64)
    where[kept] = np.arange(kept.size)
    linear = where[terms.linear]
    return Terms(
        np.ones(first.size), slot[terms.term[kept]], terms.variable[kept], terms.power[kept], terms.names,
        terms.half_width, 0.0, 0.0, linear=np.sort(linear[linear >= 0]),
    )  # fmt: skip


def _pools(amount: Ints, slot: Ints, emission: Floats, deviation: Floats, slots: int) -> list[Pool]:
    """Amounts by the slots in which they stand, with the covariance of what they bring to each."""
    pairs, place = np.unique(amount * max(slots, 1) + slot, return_inverse=True)
    effect = np.bincount(place, emission, pairs.size) * deviation[pairs // max(slots, 1)]
    at, row = pairs % max(slots, 1), np.unique(pairs // max(slots, 1), return_inverse=True)[1]
    rows = int(row.max(initial=-1)) + 1
    profile = _same_sets(row, at, rows)[row]
    order = np.argsort(profile, kind="stable")
    heads = np.flatnonzero(np.diff(profile[order], prepend=-1))
    pools = []
    for here in np.split(order, heads[1:]) if order.size else []:
        members = np.unique(at[here])
        effects = effect[here].reshape(-1, members.size)
        pools.append(Pool(members, _root(np.einsum("ci,cj->ij", effects, effects))))
    return pools


def _root(covariance: Floats) -> Floats:
    """The symmetric root, which is unique also where the covariance is singular."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, dtype=np.float64)


def blocks(slots: Slots, draws: int, seed: int) -> Iterator[tuple[slice, Floats, Floats]]:
    """Draws in blocks that fit the memory: where they stand, amounts Z [t] and factors F (s, size) of each slot.

    The same seed gives the same draws, whatever the block and the number of threads; factors and amounts have a stream each.
    """
    streams = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(3)]
    factors = slots.factors
    power = factors.power.copy()
    power[factors.linear] = 1.0
    wide = factors.half_width > lognormal_above()
    wide[factors.variable[power < 0]] = True
    used, variable = np.unique(factors.variable, return_inverse=True)
    alone, single = np.unique(slots.single_variable, return_inverse=True)
    normals = sum(pool.slots.size for pool in slots.pools)
    size = max(
        1, _BLOCK // max(used.size + factors.term.size, alone.size + single.size, normals, slots.mean.size, 1)
    )
    for first in range(0, draws if slots.mean.size else 0, size):
        step()
        here = slice(first, min(first + size, draws))
        count = here.stop - here.start
        values = _values(streams[0], factors.half_width[used], count, wide[used])
        amounts = _pooled(slots, streams[1], normals, count)
        if alone.size:
            drawn = _values(streams[2], factors.half_width[alone], count, wide[alone])[single]
            drawn -= 1.0
            drawn *= slots.single_emission[:, None]
            heads = _heads(slots.single_slot)
            amounts[slots.single_slot[heads]] += np.add.reduceat(drawn, heads, axis=0)
        yield here, amounts, _products(factors, power, values[variable])


def _pooled(slots: Slots, random: np.random.Generator, normals: int, count: int) -> Floats:
    """Amounts of every slot, those that are drawn one by one at their value."""
    amounts = np.repeat(slots.mean[:, None], count, axis=1)
    drawn = random.standard_normal((count, normals)).T
    own, deviation = slots.lone
    amounts[own] += deviation[:, None] * drawn[: own.size]
    first = own.size
    for pool in slots.shared:
        last = first + pool.slots.size
        amounts[pool.slots] += pool.root @ drawn[first:last]
        first = last
    return amounts


def _values(random: np.random.Generator, half_width: Floats, count: int, wide: Flags) -> Floats:
    """Relative values of each variable, mean 1, lognormal where ``wide``: (v, count)."""
    normal = np.ascontiguousarray(random.standard_normal((count, half_width.size)).T)
    sigma = half_width / Z95
    log_sigma = np.sqrt(np.log1p(sigma[wide] ** 2))[:, None]
    heavy = np.exp(normal[wide] * log_sigma - log_sigma**2 / 2) if wide.any() else None
    normal *= sigma[:, None]
    normal += 1.0
    np.maximum(normal, 0.0, out=normal)
    if heavy is not None:
        normal[wide] = heavy
    return normal


def _products(terms: Terms, power: Floats, chosen: Floats) -> Floats:
    """Each term relative to its emission: (n, count); see `monte_carlo` for variables in a sum."""
    products = np.ones((terms.emission.size, chosen.shape[1]))
    if not terms.term.size:
        return products
    slopes = (chosen[terms.linear] - 1.0) * terms.power[terms.linear, None]
    for place in np.flatnonzero(power != 1.0):
        chosen[place] **= power[place]
    if terms.linear.size:
        heads = _heads(terms.term[terms.linear])
        chosen[terms.linear] = 1.0
        chosen[terms.linear[heads]] += np.add.reduceat(slopes, heads, axis=0)
    heads = _heads(terms.term)
    products[terms.term[heads]] = np.multiply.reduceat(chosen, heads, axis=0)
    return products


def _heads(numbers: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.diff(numbers, prepend=-1))
