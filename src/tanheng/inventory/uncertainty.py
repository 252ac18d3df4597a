"""Uncertainty: IPCC approach 1 by propagation, approach 2 by Monte Carlo; shared factors are one variable."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.inventory.coefficients import EXACT
from tanheng.inventory.problems import invalid

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Z95 = 1.959963984540054
LOGNORMAL_ABOVE = 0.6
"""Half width above which a variable is taken as lognormal: a normal one would fall below zero too often (IPCC 2006, 1.3.2.2.4)."""
AMOUNT = "amount:"
"""How the names of variables begin that are amounts of the activity."""
_BLOCK = 4_000_000
_MOST = 10_000_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """Emissions of the total as a sum of terms, each a product of variables to a power.

    ``emission`` (n,) t; ``term``, ``variable``, ``power`` (m,) say which variables each term holds; ``half_width`` (v,)
    relative at 95 %. Terms with an unknown variable are counted in ``unknown`` [t] and left out. ``linear`` are the places
    in ``term`` of variables that stand in a sum of their formula, for which ``power`` is only the slope at the value. ``line`` (n,) is the
    item and gas of each term.
    """

    emission: Floats
    term: Ints
    variable: Ints
    power: Floats
    names: list[str]
    half_width: Floats
    fixed: float
    unknown: float
    linear: Ints = field(default_factory=lambda: np.array([], dtype=np.int64))
    line: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Uncertainty:
    """Half width of the 95 % interval of the total.

    ``relative`` is in % of the part of the total whose inputs all have an uncertainty; ``known_share`` [%] says how
    large that part is. Both are None where nothing is known: unknown is never zero.
    """

    total: float
    half_width: float | None
    relative: float | None
    known_share: float
    contributions: list[tuple[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "approach": 1,
            "total": self.total,
            "half_width_t": self.half_width,
            "relative_percent": self.relative,
            "known_share_percent": self.known_share,
            "contributions": [
                {"variable": name, "half_width_t": value} for name, value in self.contributions[:20]
            ],
        }


@dataclass(frozen=True)
class MonteCarlo:
    """Draws of the known part of the total [t], with percentiles; ``known_share`` as in `Uncertainty`."""

    draws: Floats
    total: float
    known_share: float

    @property
    def mean(self) -> float:
        """Mean of the draws, t."""
        return float(self.draws.mean())

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Central interval of the draws, t, for the known part of the total; None where nothing is known."""
        if not self.known_share:
            return None
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail])
        return float(low), float(high)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        low, high = self.interval() or (None, None)
        return {
            "approach": 2,
            "draws": int(self.draws.size),
            "mean_t": self.mean if self.known_share else None,
            "low_t": low,
            "high_t": high,
            "known_share_percent": self.known_share,
        }


def terms_of(inventory: Inventory) -> Terms:
    """Split the total into terms and variables; a factor id, or an amount, is one variable wherever it stands.

    Of several widths stated for one variable the widest holds.
    """
    numbers: dict[str, int] = {}
    widths: list[float] = []
    emission: list[float] = []
    term: list[int] = []
    variable: list[int] = []
    power: list[float] = []
    linear: list[int] = []
    line: list[tuple[str, str]] = []
    fixed = unknown = 0.0

    def number(name: str, width: float) -> int:
        if name not in numbers:
            numbers[name] = len(widths)
            widths.append(width)
        widths[numbers[name]] = max(widths[numbers[name]], width)
        return numbers[name]

    own = "activity_uncertainty" in inventory.rows.columns
    inputs = [_variables(record) for record in inventory.records]
    for row in inventory.rows.filter(~inventory.rows.get_column("memo")).iter_rows(named=True):
        value = row["emission"]
        amount = row["activity_uncertainty"] if own else None
        named = inputs[row["coefficient_row"]]
        if amount is None or named is None:
            unknown += value
            continue
        if not named and amount == 0:
            fixed += value
            continue
        here = len(emission)
        emission.append(value)
        line.append((row["item"], row["gas"]))
        for name, width, exponent, in_sum in [
            (f"{AMOUNT}{row['item']}/{row['period']}#{row['cell']}", amount, 1.0, False),
            *named,
        ]:
            if in_sum:
                linear.append(len(term))
            term.append(here)
            variable.append(number(name, width))
            power.append(exponent)
    return Terms(
        np.array(emission), np.array(term, dtype=np.int64), np.array(variable, dtype=np.int64), np.array(power),
        list(numbers), np.array(widths), fixed, unknown, np.array(linear, dtype=np.int64), line,
    )  # fmt: skip


def _variables(record: dict[str, Any]) -> list[tuple[str, float, float, bool]] | None:
    """Name, half width, power and whether in a sum, of each uncertain input; None when one is unknown."""
    found = []
    summed = _summed(record["formula"])
    for one in record["inputs"]:
        if one["check"] == EXACT:
            continue
        if one["uncertainty"] is None:
            return None
        name = (
            f"factor:{one['factor']}" if one["factor"] else f"{record['rule']}.{one['name']}={one['value']!r}"
        )
        found.append((name, one["uncertainty"], one["elasticity"], one["name"] in summed))
    return found


@functools.cache
def _summed(formula: str) -> frozenset[str]:
    """Names that stand in a sum or a function, so that the result is no power of them."""
    sums = (
        node
        for node in ast.walk(ast.parse(formula, mode="eval"))
        if isinstance(node, ast.Call)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub))
    )
    return frozenset(name.id for node in sums for name in ast.walk(node) if isinstance(name, ast.Name))


def approach_1(inventory: Inventory) -> Uncertainty:
    """IPCC 2006, volume 1, chapter 3, equations 3.1 and 3.2, with correlated factors added linearly.

    Notes
    -----
    The half width of the total is the root of the sum over variables of (sum over terms of E x power x u)^2.
    """
    terms = terms_of(inventory)
    known = float(terms.emission.sum()) + terms.fixed
    share = _share(known, terms.unknown)
    if terms.emission.size == 0 and terms.fixed == 0:
        return Uncertainty(inventory.total, None, None, share, [])
    effect = np.zeros(len(terms.names))
    np.add.at(effect, terms.variable, terms.emission[terms.term] * terms.power)
    effect = np.abs(effect) * terms.half_width
    half = float(np.sqrt((effect**2).sum()))
    order = np.argsort(-effect)
    ranked = [(terms.names[place], float(effect[place])) for place in order]
    return Uncertainty(inventory.total, half, half / abs(known) * 100 if known else None, share, ranked)


def monte_carlo(inventory: Inventory, *, draws: int, seed: int) -> MonteCarlo:
    """Draw every variable once per draw and add up the terms.

    Raises
    ------
    ArgumentInvalid
        When ``draws`` or ``seed`` is no number that can be drawn with.

    Notes
    -----
    Normal with standard deviation u / 1.96, cut at zero; lognormal with the same mean and standard deviation above 60 %
    and for what a formula divides by, which may not come near zero. A term is its emission x the product of value^power;
    variables in a sum of the formula, such as r in ef x (1 - r), enter together as 1 + sum of power x (value - 1). That
    is exact where the sum is linear and a factor of the formula, else of first order.
    """
    if not _whole(draws) or not 2 <= draws <= _MOST:
        raise invalid("draws", draws, f"2 至 {_MOST} 的整数", f"a whole number from 2 to {_MOST}")
    if not _whole(seed) or seed < 0:
        raise invalid("seed", seed, "不小于 0 的整数", "a whole number of 0 or more")
    return simulate(terms_of(inventory), total=inventory.total, draws=draws, seed=seed)


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def simulate(terms: Terms, *, total: float, draws: int, seed: int) -> MonteCarlo:
    """Monte Carlo of terms, in blocks that fit the memory; see `monte_carlo`."""
    random = np.random.default_rng(seed)
    known = float(terms.emission.sum()) + terms.fixed
    sums = np.full(draws, terms.fixed)
    count = max(len(terms.names), 1)
    power = terms.power.copy()
    power[terms.linear] = 1.0
    plain = bool(np.all(power == 1.0))
    wide = terms.half_width > LOGNORMAL_ABOVE
    wide[terms.variable[power < 0]] = True
    starts, heads = _heads(terms.term), _heads(terms.term[terms.linear])
    block = max(1, _BLOCK // count)
    for first in range(0, draws if terms.emission.size else 0, block):
        size = min(block, draws - first)
        values = _draw(random, terms.half_width, size, wide)
        chosen = values[terms.variable]
        slopes = (chosen[terms.linear] - 1.0) * terms.power[terms.linear, None]
        if not plain:
            chosen = chosen ** power[:, None]
        if terms.linear.size:
            chosen[terms.linear] = 1.0
            chosen[terms.linear[heads]] += np.add.reduceat(slopes, heads, axis=0)
        products = np.multiply.reduceat(chosen, starts, axis=0)
        sums[first : first + size] += terms.emission @ products
    return MonteCarlo(sums, total, _share(known, terms.unknown))


def _heads(term: Ints) -> Ints:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.diff(term, prepend=-1))


def _draw(random: np.random.Generator, half_width: Floats, size: int, wide: npt.NDArray[np.bool_]) -> Floats:
    """Relative values of each variable, mean 1, lognormal where ``wide``: (v, size)."""
    normal = random.standard_normal((half_width.size, size))
    sigma = half_width / Z95
    values = normal * sigma[:, None]
    values += 1.0
    np.maximum(values, 0.0, out=values)
    if wide.any():
        log_sigma = np.sqrt(np.log1p(sigma[wide] ** 2))
        values[wide] = np.exp(normal[wide] * log_sigma[:, None] - (log_sigma**2 / 2)[:, None])
    return values


def _share(known: float, unknown: float) -> float:
    whole = abs(known) + abs(unknown)
    return round(abs(known) / whole * 100, 6) if whole else 0.0
