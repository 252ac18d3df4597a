"""The choices of the index, each a convention that its audit varies, and the scores that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from tanheng.pathways.tree.arithmetic import Floats

PARTS = ("path_consistency", "realised_degree", "reachable_space", "forecast_consistency")
"""The parts that have a score; the fifth, adjustable direction, tells what to do."""


@dataclass(frozen=True)
class Choices:
    """约定 What the index fixes by convention; none is tuned, and `tanheng index --audit` varies them.

    ``tell`` standard deviations from the path are needed for a verdict: 1.28, the 90th percentile of a normal distribution
    (part 1). ``floor`` is the least tolerance of a deviation, 2 % of the path (part 1); ``times`` multiplies both tolerances.
    ``ample`` reachable space, 1.25 times what is needed, has the full score (part 3). ``shown`` are the ends between which the
    realised degree is shown, -50 to 150 % (part 2), ``kept`` those between which it enters the whole, 1 to 100 (part 6).
    ``mean`` joins the parts: geometric, so that none makes up in full for another (part 6); ``without`` is a part left out.

    Examples
    --------
    >>> scores = {"path_consistency": 100.0, "realised_degree": 50.0, "reachable_space": 80.0, "forecast_consistency": 25.0}
    >>> round(Choices().whole(scores), 9)
    56.234132519
    >>> Choices(mean="arithmetic", without="forecast_consistency").whole({"path_consistency": 90.0, "realised_degree": -20.0})
    45.5
    """

    tell: float = 1.28
    floor: float = 0.02
    times: float = 1.0
    ample: float = 1.25
    shown: tuple[float, float] = (-50.0, 150.0)
    kept: tuple[float, float] = (1.0, 100.0)
    mean: Literal["geometric", "arithmetic"] = "geometric"
    without: str = ""

    def tolerance(self, path: ArrayLike, sigma: ArrayLike) -> Floats:
        """How far emissions may lie above a path before half of its score is lost [unit of both].

        Examples
        --------
        >>> Choices().tolerance([100.0, 100.0], [1.0, 5.0]).tolist()
        [2.0, 6.4]
        """
        return self.times * np.maximum(self.tell * np.asarray(sigma), self.floor * np.abs(path))

    def path_score(self, over: ArrayLike, tolerance: ArrayLike) -> Floats:
        """g(z) = 1 for z <= 0, else 2^(-z²), z being what lies over the path by the tolerance.

        Examples
        --------
        >>> Choices().path_score([-3.0, 0.0, 2.0, 4.0], 2.0).tolist()
        [1.0, 1.0, 0.5, 0.0625]
        """
        above = np.maximum(np.asarray(over, dtype=np.float64), 0.0)
        limit = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), above.shape)
        z = np.divide(above, limit, where=limit > 0, out=np.where(above > 0, np.inf, 0.0))
        return np.asarray(2.0 ** -(z**2))

    def space_score(self, reference: ArrayLike, least: ArrayLike, target: float) -> Floats:
        """100 min(1, H / ``ample``), H = (reference - least) / (reference - target); 100 where the reference meets the target.

        Examples
        --------
        >>> Choices().space_score([100.0, 100.0, 70.0], [75.0, 90.0, 70.0], 80.0).tolist()
        [100.0, 40.0, 100.0]
        """
        high, low = np.broadcast_arrays(np.asarray(reference, float), np.asarray(least, float))
        need = high - target
        share = np.divide(high - low, need, where=need > 0, out=np.full(need.shape, np.inf))
        return np.asarray(100 * np.clip(share / self.ample, 0.0, 1.0))

    def whole(self, scores: Mapping[str, Any]) -> Any:
        """The overall score of some parts (0 to 100, the realised degree in %), numbers or draws; not a number is left out.

        Where nothing is there, the result is not a number.
        """
        kept = [
            np.clip(value, *self.kept) if name == "realised_degree" else np.asarray(value, dtype=np.float64)
            for name, value in scores.items()
            if name != self.without
        ]
        every = np.stack(np.broadcast_arrays(*kept))
        known = np.isfinite(every)
        count = known.sum(axis=0)
        if self.mean == "arithmetic":
            joined = np.where(known, every, 0.0).sum(axis=0) / np.maximum(count, 1)
        else:
            joined = np.where(known, every, 1.0).prod(axis=0) ** (1 / np.maximum(count, 1))
        found = np.where(count > 0, joined, np.nan)
        return float(found) if found.ndim == 0 else found


def interval(draws: Sequence[float] | Floats) -> tuple[float | None, float | None]:
    """5th and 95th percentile of the draws that are numbers; None where there are none.

    Examples
    --------
    >>> interval([1.0, 2.0, float("nan"), 3.0])
    (1.1, 2.9)
    """
    known = np.asarray(draws, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return None, None
    low, high = np.quantile(known, (0.05, 0.95))
    return float(low), float(high)
