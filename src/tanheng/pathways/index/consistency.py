"""Part 1, path consistency: how far a year and all years since the base lie above the path, with what was saved shown beside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.index.choices import Choices, interval
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

ON, OFF, UNTOLD = "on path", "off path", "cannot tell"
_SAID = {ON: ("在路径之内", "within the path"), OFF: ("超出路径", "above the path"), UNTOLD: ("无法判断", "cannot tell")}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Errors:
    """Errors of the inventories of some years, in standard deviations, drawn together.

    ``drawn`` (draws, years); ``common`` is the share [1] of their variance that all years have in common.
    """

    drawn: Floats
    common: float

    def of_sum(self, sigma: Floats) -> float:
        """Standard deviation of a sum of years from that of each (years,).

        Examples
        --------
        >>> Errors(np.zeros((0, 2)), 1.0).of_sum(np.array([3.0, 4.0])), Errors(np.zeros((0, 2)), 0.0).of_sum(np.array([3.0, 4.0]))
        (7.0, 5.0)
        """
        return math.sqrt(self.common * sigma.sum() ** 2 + (1 - self.common) * (sigma**2).sum())


def errors_of(years: int, common: float, draws: int, seed: int) -> Errors:
    """Draw errors; the same seed gives the same."""
    stream = np.random.default_rng([seed, 1])
    shared, own = stream.standard_normal((draws, 1)), stream.standard_normal((draws, years))
    return Errors(math.sqrt(common) * shared + math.sqrt(1 - common) * own, common)


@dataclass(frozen=True, eq=False)
class PathConsistency:
    """路径一致性 Arrays (years,) from the base year to the year judged, in ``unit``.

    ``deviation`` d and ``overshoot`` D as shares of the path, None where the path is not above zero; ``tolerance`` and
    ``tolerance_sum`` are those of the year and of the sum [unit]; ``chance`` [1] of lying within the path; ``value`` 0 to 100 with
    its draws; ``banked`` [unit] lay under the path in all and is shown, and no score is above 100 for it;
    ``rows`` are those of each year in ``file``.
    """

    years: Floats
    emission: Floats
    path: Floats
    sigma: Floats
    tolerance: float
    tolerance_sum: float
    chance: float
    verdict: str
    verdict_sum: str
    value: float
    draws: Floats
    unit: str
    file: str
    rows: Mapping[int, tuple[int, ...]]

    @property
    def deviation(self) -> float | None:
        """d_t = (E_t - P_t) / P_t of the year judged [1]."""
        return _share(self.emission[-1] - self.path[-1], self.path[-1])

    @property
    def overshoot(self) -> float | None:
        """D_t = Σ(E - P) / ΣP since the base year, which counts [1]."""
        return _share((self.emission - self.path).sum(), self.path.sum())

    @property
    def banked(self) -> float:
        """What was emitted less than the path in all years together [unit]."""
        return max(0.0, float((self.path - self.emission).sum()))

    def to_dict(self) -> dict[str, Any]:
        """Value, interval and every number behind them."""
        low, high = interval(self.draws)
        return {
            "value": self.value, "p5": low, "p95": high, "deviation": self.deviation, "overshoot": self.overshoot,
            "tolerance": self.tolerance, "tolerance_of_sum": self.tolerance_sum, "chance_within": self.chance,
            "verdict": self.verdict, "verdict_of_sum": self.verdict_sum, "banked": self.banked, "unit": self.unit, "file": self.file,
            "years": [
                {"year": int(year), "emission": emission, "path": path, "sigma": sigma, "rows": list(self.rows[int(year)])}
                for year, emission, path, sigma in zip(
                    self.years, self.emission.tolist(), self.path.tolist(), self.sigma.tolist(), strict=True
                )
            ],
        }  # fmt: skip


def path_consistency(road: Road, year: int, errors: Errors, choices: Choices) -> PathConsistency:
    """Hold the years from the base to ``year`` against the path of a road.

    Notes
    -----
    PC = 100 (g(d/τ) + g(D/τ_D)) / 2 with τ = max(1.28 u / P, 0.02), and τ_D the same of the sums; g(z) = 1 for z <= 0, else
    2^(-z²). Both quotients are computed in tonnes, so that a path that reaches zero has a score.
    """
    observed = road.observed
    span = slice(observed.at(road.path.base), observed.at(year) + 1)
    years, emission, sigma = observed.years[span], observed.total[span], observed.sigma[span]
    path = road.path.at(years)
    tolerance = float(choices.tolerance(path[-1], sigma[-1]))
    spread = errors.of_sum(sigma)
    tolerance_sum = float(choices.tolerance(path.sum(), spread))

    def scored(drawn: Floats) -> Floats:
        over = drawn - path
        of_year = choices.path_score(over[..., -1], tolerance)
        return np.asarray(50 * (of_year + choices.path_score(over.sum(axis=-1), tolerance_sum)))

    over, over_sum = float(emission[-1] - path[-1]), float((emission - path).sum())
    return PathConsistency(
        years=years, emission=emission, path=path, sigma=sigma, tolerance=tolerance, tolerance_sum=tolerance_sum,
        chance=within(over, float(sigma[-1])), verdict=_verdict(over, float(sigma[-1]), choices),
        verdict_sum=_verdict(over_sum, spread, choices), value=float(scored(emission)),
        draws=scored(emission + sigma * errors.drawn), unit=road.unit, file=observed.file,
        rows={int(one): tuple(sorted(row for (own, _), row in observed.rows.items() if own == one)) for one in years},
    )  # fmt: skip


def within(over: float, sigma: float) -> float:
    """The chance [1] that what lies ``over`` a limit as measured does not in truth, its error being normal.

    Examples
    --------
    >>> within(0.0, 1.0), round(within(1.28, 1.0), 2), within(1.0, 0.0), within(0.0, 0.0)
    (0.5, 0.1, 0.0, 1.0)
    """
    if sigma <= 0:
        return 1.0 if over <= 0 else 0.0
    return 0.5 * math.erfc(over / sigma / math.sqrt(2))


def verdict_named(verdict: str) -> str:
    """What a verdict is called in the language of the run."""
    return _SAID[verdict][0 if language() == "zh" else 1]


def _verdict(over: float, sigma: float, choices: Choices) -> str:
    if abs(over) < choices.tell * sigma:
        return UNTOLD
    return ON if over <= 0 else OFF


def _share(over: Any, whole: Any) -> float | None:
    return float(over / whole) if whole > 0 else None
