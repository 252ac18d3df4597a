"""Part 6, the whole: five parts, their joint draws, the grade of the data beside them, and whether a number is given at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.index.choices import PARTS, Choices, interval
from tanheng.pathways.index.consistency import PathConsistency, errors_of, path_consistency
from tanheng.pathways.index.direction import AdjustableDirection, adjustable_direction
from tanheng.pathways.index.grading import DataGrade, data_grade
from tanheng.pathways.index.outlook import ForecastConsistency, forecast_consistency
from tanheng.pathways.index.realised import RealisedDegree, realised_degree
from tanheng.pathways.index.settings import settings_of
from tanheng.pathways.index.space import ReachableSpace, reachable_space, target_of
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

NAMES = {
    "path_consistency": ("路径一致性", "Path consistency"), "realised_degree": ("实现度", "Realised degree"),
    "reachable_space": ("可达空间", "Reachable space"), "adjustable_direction": ("可调方向", "Adjustable direction"),
    "forecast_consistency": ("预测一致性", "Forecast consistency"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class DualCarbonIndex:
    """双碳指数 The five parts of one place and year, the whole with its joint draws, and the grade of the data, which is never mixed in.

    ``value`` is None where ``withheld`` says why; ``joint`` holds the draws of each part that has a score.
    """

    road: Road
    year: int
    choices: Choices
    path_consistency: PathConsistency
    realised_degree: RealisedDegree
    reachable_space: ReachableSpace
    adjustable_direction: AdjustableDirection
    forecast_consistency: ForecastConsistency
    grade: DataGrade
    tree_gap: Mapping[str, Any] | None
    common: float
    seed: int

    @property
    def scores(self) -> dict[str, float]:
        """The score of each part, not a number where it has none."""
        return {name: np.nan if (one := getattr(self, name).value) is None else one for name in PARTS}

    @property
    def joint(self) -> dict[str, Floats]:
        """The draws of each part that has a score, of one and the same error of the inventories."""
        return {name: getattr(self, name).draws for name in PARTS}

    @property
    def withheld(self) -> tuple[str, str] | None:
        """Why no number is given."""
        if self.grade.letter == "E":
            return ("数据质量为 E 级，不给总分", "the data are of grade E: no number is given")
        if self.realised_degree.lacking and self.realised_degree.reason:
            zh, en = self.realised_degree.reason
            return (f"实现度算不出：{zh}", f"realised degree is lacking: {en}")
        if self.forecast_consistency.reason:
            zh, en = self.forecast_consistency.reason
            return (f"预测一致性不给出：{zh}", f"forecast consistency is lacking: {en}")
        return None

    @property
    def value(self) -> float | None:
        """DCI, 0 to 100."""
        return None if self.withheld else float(self.choices.whole(self.scores))

    @property
    def draws(self) -> Floats:
        """DCI (draws,)."""
        return np.asarray(self.choices.whole(self.joint))

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng index --json`` prints it."""
        low, high = (None, None) if self.withheld else interval(self.draws)
        lang, road = language(), self.road
        return {
            "road": road.id, "title": dict(road.title), "year": self.year, "base": road.path.base, "target_year": road.path.target,
            "unit": road.unit, "synthetic": road.observed.synthetic, "source": road.observed.source[lang],
            "path": {str(year): mark for year, mark in road.path.marks.items()}, "path_source": road.path.source[lang], "overall": self.value, "p5": low, "p95": high,
            "grade": self.grade.letter, "grade_detail": self.grade.to_dict(), "verdict": self.path_consistency.verdict,
            "withheld": None if self.withheld is None else self.withheld[lang != "zh"],
            "scored": [name for name, value in self.scores.items() if np.isfinite(value)],
            "parts": {name: getattr(self, name).to_dict() for name in NAMES},
            "ledger": {str(year): [dict(one) for one in found] for year, found in road.observed.proofs.items()},
            "findings": [one.to_dict() for one in road.observed.findings], "tree_and_observed": self.tree_gap, "draws": int(self.draws.size), "seed": self.seed, "common_error": self.common,
        }  # fmt: skip

    def __repr__(self) -> str:
        value = "–" if self.value is None else f"{self.value:.1f}"
        return (
            f"{self.road.id} {self.year}: {value}, grade {self.grade.letter}, {self.path_consistency.verdict}"
        )

    def chart(self) -> str:
        """What was observed, the path, the forecast and the reference of the tree over the years, as an SVG."""
        from tanheng.pathways.index.showing import chart_of

        return chart_of(self)

    def _repr_html_(self) -> str:
        from tanheng.pathways.index.showing import parts_of

        return "".join(parts_of(self))


def dual_carbon_index(
    road: Road, *, year: int | None = None, draws: int = 2000, seed: int = 1, choices: Choices | None = None
) -> DualCarbonIndex:
    """The dual-carbon index of a place.

    Parameters
    ----------
    road : Road
        Its section ``index`` may set the year, the scenario for reference, a budget and how far errors of years are common.
    year : int, optional
        The year judged, instead of the file's or the last that was observed.
    draws : int
        Joint draws, 100 to 100,000.
    seed : int
        The same seed gives the same answer.
    choices : Choices, optional
        Other conventions than those of the definition.

    Returns
    -------
    DualCarbonIndex

    Raises
    ------
    IndexInvalid
        For a year that cannot be judged, years that are missing since the base, and a tree that does not reach the target year.
    PackInvalid
        For a setting of the file that cannot be.
    LibraryMissing
        Without highspy (extra ``road``).

    Notes
    -----
    DCI = (PC RD⁺ RS FC)^(1/4), RD⁺ clipped to 1 to 100; where there is nothing to realise (B <= P), the mean of the other three. The
    interval is that of joint draws: errors of the inventories shift E, B and the forecast together, leaves of the tree are
    drawn by themselves. Definition: reference of the city capability, section 4.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> found = dual_carbon_index(load_road("examples/sichuan-road/road.yaml"), draws=500)
    >>> found.grade.letter, found.path_consistency.verdict
    ('D', 'cannot tell')
    """
    own = choices or Choices()
    asked = settings_of(road, year, draws, seed)
    span = road.observed.at(asked.year) - road.observed.at(road.path.base) + 1
    errors = errors_of(span, asked.common, draws, seed)
    target = target_of(road, asked.scenario, asked.budget, draws, seed)
    outlook = forecast_consistency(road, asked.year, errors, draws, seed, asked.forecast)
    return DualCarbonIndex(
        road=road, year=asked.year, choices=own,
        path_consistency=path_consistency(road, asked.year, errors, own),
        realised_degree=realised_degree(road, asked.year, errors, own),
        reachable_space=reachable_space(target, road.path.target, draws, own, asked.budget_source),
        adjustable_direction=adjustable_direction(target, outlook.at_target),
        forecast_consistency=outlook, grade=data_grade(road, asked.year), tree_gap=_tree_gap(road, asked.year, asked.scenario, own),
        common=asked.common, seed=seed,
    )  # fmt: skip


def _tree_gap(road: Road, year: int, scenario: str, choices: Choices) -> dict[str, Any] | None:
    """The tree beside what was observed in the year judged, where it has that year."""
    tree, observed = road.tree, road.observed
    if year not in tree.years:
        return None
    at = observed.at(year)
    said = float(tree.evaluate(scenario).total[0, int(year - tree.years[0])])
    seen = float(observed.total[at])
    return {
        "year": year, "tree": said, "observed": seen, "unit": road.unit,
        "apart": bool(abs(said - seen) > choices.tolerance(seen, observed.sigma[at])),
    }  # fmt: skip
