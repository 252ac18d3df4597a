"""The path that a place has set itself: marks by year, straight between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tanheng.pathways.tree.arithmetic import Floats


@dataclass(frozen=True)
class TargetPath:
    """目标路径 What may be emitted in each year, from the base year (the first mark) to the target year (the last).

    ``marks`` maps years to an amount in ``unit``; ``peak`` is the year in which emissions are to have peaked at the latest.
    ``source`` tells document and clause in both languages.
    """

    marks: Mapping[int, float]
    unit: str
    peak: int
    source: Mapping[str, str]

    @property
    def base(self) -> int:
        """The base year."""
        return min(self.marks)

    @property
    def target(self) -> int:
        """The target year."""
        return max(self.marks)

    def at(self, years: ArrayLike) -> Floats:
        """What may be emitted in some years [unit], not a number outside base and target year.

        Examples
        --------
        >>> path = TargetPath({2020: 100.0, 2030: 80.0}, "t", 2030, {"zh": "示例", "en": "example"})
        >>> path.at([2019, 2020, 2025, 2031]).tolist()
        [nan, 100.0, 90.0, nan]
        """
        order = sorted(self.marks)
        wanted = np.asarray(years, float)
        found: Floats = np.interp(
            wanted, order, [self.marks[year] for year in order], left=np.nan, right=np.nan
        )
        return found
