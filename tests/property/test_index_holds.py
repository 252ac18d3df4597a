"""What holds of the dual-carbon index of any small place."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.small_road import CO2, YEARS, observed, small_road

from tanheng.pathways import dual_carbon_index
from tanheng.pathways.index import Choices
from tanheng.pathways.index.consistency import Errors, path_consistency
from tanheng.pathways.index.realised import realised_degree

LESS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
courses = st.lists(st.floats(0.9, 1.12), min_size=16, max_size=16)
BASE, LAST = YEARS.index(2020), len(YEARS) - 1


def grown(first: float, rates: list[float]) -> list[float]:
    return list(first * np.cumprod(rates))


@LESS
@given(courses, st.floats(0.5, 20))
def test_exactly_on_the_path_has_the_full_score_and_cannot_be_told(rates: list[float], width: float) -> None:
    own = grown(100.0, rates)
    rest = [209 - value for value in own]
    table = observed(co2_a=own, co2_b=rest)
    assume(all(value > 0 for value in rest))
    road = small_road(table, path={"marks": {"2020": 209, "2026": 209}}, observed={"uncertainty": width})
    part = path_consistency(road, 2022, Errors(np.zeros((1, 3)), 1.0), Choices())
    assert abs(part.value - 100) < 1e-9
    assert part.verdict == "cannot tell"
    assert abs(part.chance - 0.5) < 1e-9


@LESS
@given(st.floats(0, 200), st.floats(0, 100), st.floats(0.1, 30))
def test_more_emission_never_scores_more(least: float, more: float, width: float) -> None:
    found = []
    for extra in (least, least + more):
        table = observed(co2_a=[*CO2["a"][:-1], extra])
        road = small_road(table, observed={"uncertainty": width})
        errors = Errors(np.zeros((1, 3)), 1.0)
        # the tolerance follows the uncertainty of the year: it is held, as the score is of emissions alone
        choices = Choices(tell=0.0)
        found.append(
            (path_consistency(road, 2022, errors, choices).value, realised_degree(road, 2022, errors, choices).exact)
        )  # fmt: skip
    assert found[1][0] <= found[0][0] + 1e-9
    if found[0][1] is not None and found[1][1] is not None:
        assert found[1][1] <= found[0][1] + 1e-9


@LESS
@given(courses, courses, st.floats(-30, 30))
def test_what_was_done_splits_exactly(one: list[float], other: list[float], sink: float) -> None:
    table = observed(co2_a=grown(100, one), energy_a=grown(50, other), co2_b=[sink] * 16)
    road = small_road(table)
    part = realised_degree(road, 2022, Errors(np.zeros((1, 3)), 1.0), Choices())
    whole = part.frozen - part.emission
    assert abs(sum(part.kinds.values()) - whole) < 1e-9 * max(1.0, abs(part.frozen), abs(part.emission))
    for cell in part.cells:
        start, end = cell["emission_base"], cell["emission"]
        assert abs(start - cell["windfall"] - sum(cell["achieved"].values()) - end) < 1e-9 * max(
            1.0, abs(start), abs(end)
        )


@LESS
@given(courses, st.floats(60, 260), st.floats(0, 15), st.floats(0, 100))
def test_the_value_lies_within_its_interval(
    rates: list[float], target: float, width: float, common: float
) -> None:
    table = observed(co2_a=grown(100, rates))
    road = small_road(
        table,
        path={"marks": {"2020": 200, "2026": target}},
        observed={"uncertainty": width},
        index={"common": common},
    )
    told = dual_carbon_index(road, draws=400).to_dict()
    for part in [told | {"value": told["overall"]}, *told["parts"].values()]:
        if part.get("p5") is not None and part["value"] is not None:
            assert part["p5"] - 1e-9 <= part["value"] <= part["p95"] + 1e-9
    assert told["overall"] is None or 0 <= told["overall"] <= 100
