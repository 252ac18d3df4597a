"""The dual-carbon index: each part by arithmetic of its own on a small road, and what is said where it cannot be told."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.small_road import CO2, ENERGY, OUT, YEARS, observed, road_data, small_road, tree_data

from tanheng.errors import PackInvalid
from tanheng.pathways import dual_carbon_index
from tanheng.pathways.forecast import Series, futures
from tanheng.pathways.index import Choices, IndexInvalid
from tanheng.pathways.tree.problems import TreeNoNumber

ROOT = Path(__file__).parents[2]
SICHUAN = ROOT / "examples" / "sichuan-road" / "road.yaml"
SIGMA = 0.04 / 1.959963984540054
AT_20, AT_22 = YEARS.index(2020), YEARS.index(2022)
E_20, E_21, E_22 = (CO2["a"][at] + CO2["b"][at] for at in range(AT_20, AT_22 + 1))
P_21, P_22 = 209 - 59 / 6, 209 - 59 / 3


def half(z: float) -> float:
    return 2 ** -(z * z)


def test_path_consistency_by_hand() -> None:
    part = dual_carbon_index(small_road()).path_consistency
    over, over_sum = E_22 - P_22, E_20 + E_21 + E_22 - 209 - P_21 - P_22
    path = 209 + P_21 + P_22
    tau = max(1.28 * E_22 * SIGMA / P_22, 0.02)
    tau_sum = max(1.28 * (E_20 + E_21 + E_22) * SIGMA / path, 0.02)
    assert part.deviation == pytest.approx(over / P_22)
    assert part.overshoot == pytest.approx(over_sum / path)
    assert part.value == pytest.approx(50 * (half(over / P_22 / tau) + half(over_sum / path / tau_sum)))
    assert part.chance == pytest.approx(0.5 * math.erfc(over / (E_22 * SIGMA) / math.sqrt(2)))
    assert part.verdict == "off path"
    assert part.banked == 0


def test_errors_that_years_do_not_share_add_up_less() -> None:
    apart = dual_carbon_index(small_road(index={"common": 0})).path_consistency
    spread = SIGMA * math.sqrt(E_20**2 + E_21**2 + E_22**2)
    assert apart.tolerance_sum == pytest.approx(max(1.28 * spread, 0.02 * (209 + P_21 + P_22)))


def test_what_lies_under_the_path_is_banked_and_scores_no_more_than_100() -> None:
    road = small_road(path={"marks": {"2020": 230, "2026": 200}})
    part = dual_carbon_index(road).path_consistency
    assert part.value == 100
    assert part.banked == pytest.approx(230 + 225 + 220 - E_20 - E_21 - E_22)
    assert part.verdict == "on path"


def test_a_deviation_below_the_uncertainty_cannot_be_told() -> None:
    road = small_road(path={"marks": {"2020": 209, "2026": 193}})
    found = dual_carbon_index(road)
    assert abs(E_22 - (209 - 16 / 3)) < 1.28 * E_22 * SIGMA
    assert found.to_dict()["verdict"] == "cannot tell"


def test_realised_degree_and_its_split_by_hand() -> None:
    part = dual_carbon_index(small_road()).realised_degree
    gdp_20, gdp_22 = OUT["a"][AT_20] + OUT["b"][AT_20], OUT["a"][AT_22] + OUT["b"][AT_22]
    frozen = E_20 * gdp_22 / gdp_20  # all but GDP frozen: every cell grows with it
    assert part.frozen == pytest.approx(frozen)
    assert part.value == pytest.approx(100 * (frozen - E_22) / (frozen - P_22))
    assert part.windfall == pytest.approx(E_20 - frozen)
    expected = {"structure": 0.0, "intensity": 0.0, "factor": 0.0}
    for cell in ("a", "b"):
        old = CO2[cell][AT_20] * gdp_22 / gdp_20
        new = CO2[cell][AT_22]
        mean = (old - new) / math.log(old / new)
        shares = OUT[cell][AT_20] / gdp_20, OUT[cell][AT_22] / gdp_22
        per = ENERGY[cell][AT_20] / OUT[cell][AT_20], ENERGY[cell][AT_22] / OUT[cell][AT_22]
        each = CO2[cell][AT_20] / ENERGY[cell][AT_20], CO2[cell][AT_22] / ENERGY[cell][AT_22]
        for kind, (before, after) in zip(expected, (shares, per, each), strict=True):
            expected[kind] -= mean * math.log(after / before)
    assert part.kinds == pytest.approx(expected)
    assert sum(part.kinds.values()) == pytest.approx(frozen - E_22, abs=1e-9)


def test_nothing_to_realise_is_said_and_the_whole_is_of_three_parts() -> None:
    road = small_road(path={"marks": {"2020": 250, "2026": 240}})
    found = dual_carbon_index(road)
    told = found.to_dict()
    assert told["parts"]["realised_degree"]["value"] is None
    assert (
        "nothing" in told["parts"]["realised_degree"]["reason"]
        or "没有" in told["parts"]["realised_degree"]["reason"]
    )
    assert told["scored"] == ["path_consistency", "reachable_space", "forecast_consistency"]
    scores = [told["parts"][name]["value"] for name in told["scored"]]
    assert told["overall"] == pytest.approx(math.prod(scores) ** (1 / 3))


def test_sinks_count_by_themselves() -> None:
    table = observed(co2_b=[*[-10] * 14, -11, -12])
    road = small_road(table, path={"marks": {"2020": 120, "2026": 100}})
    part = dual_carbon_index(road).realised_degree
    gdp = (OUT["a"][AT_22] + OUT["b"][AT_22]) / (OUT["a"][AT_20] + OUT["b"][AT_20])
    assert part.kinds["sink"] == pytest.approx(-10 * gdp + 12)
    assert sum(part.kinds.values()) == pytest.approx(part.frozen - part.emission, abs=1e-9)


def test_reachable_space_by_hand() -> None:
    part = dual_carbon_index(small_road()).reachable_space
    assert (part.reference, part.least) == (pytest.approx(200), pytest.approx(200 * 0.7 * 0.8))
    assert part.space == pytest.approx(88 / 50)
    assert part.value == 100
    near = dual_carbon_index(small_road(path={"marks": {"2020": 209, "2026": 100}})).reachable_space
    assert near.space == pytest.approx(0.88)
    assert near.value == pytest.approx(100 * 0.88 / 1.25)
    assert near.gap == pytest.approx(12)
    told = near.to_dict()
    assert {one["name"] for one in told["binding"]} == {"save", "switch"}
    assert told["relaxation"]["levers"]
    assert told["supply"][-1]["space"] == pytest.approx(0.88, abs=1e-5)
    prices = [row["price"] for row in told["supply"]]
    assert prices[0] == pytest.approx(0, abs=1e-6)
    assert prices[-2] > 50


def test_a_budget_limits_what_can_be_reached() -> None:
    # saving costs 50 CNY for each of the 60 t that it saves alone: 3,000 CNY in full
    road = small_road(index={"budget": 1500, "budget_source": "a test"})
    assert dual_carbon_index(road).reachable_space.least == pytest.approx(200 * (1 - 0.3 * 0.5))


def test_headroom_where_the_reference_meets_the_target() -> None:
    part = dual_carbon_index(small_road(path={"marks": {"2020": 209, "2026": 230}})).reachable_space
    assert part.value == 100
    assert part.space is None
    spread = math.hypot(0.06, 0.04) / 1.959963984540054
    assert part.headroom == pytest.approx(230 - 200 * (1 + 1.2816 * spread), rel=0.01)


def test_adjustable_direction_by_hand() -> None:
    found = dual_carbon_index(small_road())
    part = found.adjustable_direction
    assert part.gradient == pytest.approx({"save": -60, "switch": -40})
    assert part.elasticities == pytest.approx({"use": 1, "factor": 1})
    told = part.to_dict()
    by = {row["lever"]: row for row in told["levers"]}
    assert by["save"]["depth"] == pytest.approx(50 / 60)
    assert by["switch"]["depth"] == 0
    assert told["dual"] == pytest.approx(50, rel=1e-4)
    drawn = np.quantile(found.forecast_consistency.at_target, (np.arange(20) + 0.5) / 20)
    assert part.frequency["save"] == pytest.approx((drawn > 150 + 1e-3).mean())
    # switching only where saving in full is not enough
    assert part.frequency["switch"] == pytest.approx((drawn > 210 + 1e-3).mean(), abs=0.05)


def test_gap_cost_and_dual_have_intervals_over_the_forecast() -> None:
    found = dual_carbon_index(small_road())
    told = found.adjustable_direction.to_dict()
    assert told["gap"] == pytest.approx(50)
    drawn = found.forecast_consistency.at_target
    assert drawn is not None
    gaps = np.quantile(np.maximum(drawn - 150, 0), (0.05, 0.95))
    assert (told["gap_p5"], told["gap_p95"]) == pytest.approx(tuple(gaps))
    middles = np.quantile(drawn, (np.arange(20) + 0.5) / 20)
    costs = 50 * np.clip(middles - 150, 0, None)  # saving alone costs 50 CNY/t and suffices up to 60 t
    assert middles[1] < 210
    assert told["cost_p5"] == pytest.approx(costs[:2].mean(), abs=1e-3)
    assert told["dual_p5"] == pytest.approx(np.where(middles > 150, 50, 0)[:2].mean(), rel=1e-3)
    assert told["beyond_levers"] == pytest.approx((middles > 150 + 88).mean())
    assert told["value"] is None
    assert told["no_score"]


def test_draws_that_no_lever_can_meet_leave_the_upper_end_open() -> None:
    road = small_road(path={"marks": {"2020": 209, "2026": 120}})
    told = dual_carbon_index(road).adjustable_direction.to_dict()
    assert told["beyond_levers"] >= 0.1
    assert (told["cost_p95"], told["dual_p95"]) == (None, None)
    assert told["gap_p95"] > told["gap_p5"]


def test_forecast_consistency_by_counting() -> None:
    found = dual_carbon_index(small_road(path={"marks": {"2020": 209, "2026": 200}}), draws=400, seed=3)
    part = found.forecast_consistency
    values = np.array([sum(pair) for pair in zip(CO2["a"], CO2["b"], strict=True)], float)
    drawn = futures([Series(("small",), 2007, values)], 4, draws=400, seed=3)[0].draws
    good = 0
    for row in drawn:
        path = dict(zip(range(2007, 2027), [*values, *row], strict=True))
        good += max(path, key=lambda year: path[year]) <= 2021 and path[2026] <= 200
    assert part.value == pytest.approx(100 * good / 400)
    assert 0 < part.value < 100
    assert part.to_dict()["backtest"]["points"] > 0


def test_a_horizon_longer_than_the_backtest_is_said() -> None:
    part = dual_carbon_index(small_road(path={"marks": {"2020": 209, "2030": 150}})).forecast_consistency
    assert part.beyond
    assert part.found is not None
    assert part.found.covered < 2030
    assert part.to_dict()["beyond_backtest"] is True


def test_the_whole_is_the_geometric_mean_and_its_draws_are_joint() -> None:
    found = dual_carbon_index(small_road(path={"marks": {"2020": 209, "2026": 190}}))
    scores = found.scores
    clipped = min(max(scores["realised_degree"], 1), 100)
    product = (
        scores["path_consistency"] * clipped * scores["reachable_space"] * scores["forecast_consistency"]
    )
    assert found.value == pytest.approx(product**0.25)
    joint = found.joint
    again = (
        joint["path_consistency"] * np.clip(joint["realised_degree"], 1, 100) * joint["reachable_space"] * joint["forecast_consistency"]
    ) ** 0.25  # fmt: skip
    np.testing.assert_allclose(found.draws, again)
    low, high = np.quantile(again, (0.05, 0.95))
    assert found.to_dict()["p5"] == pytest.approx(low)
    assert found.to_dict()["p95"] == pytest.approx(high)
    assert low <= found.value <= high


def test_no_number_of_grade_e_and_none_without_activity() -> None:
    told = dual_carbon_index(small_road(observed={"grade": "E"})).to_dict()
    assert (told["overall"], told["p5"], told["grade"]) == (None, None, "E")
    assert told["withheld"]
    factors = {
        "gdp": {"formula": "gdp", "kind": "other"},
        "each": {"formula": "co2/gdp", "kind": "intensity"},
    }
    told = dual_carbon_index(small_road(observed={"factors": factors})).to_dict()
    assert told["overall"] is None
    assert told["parts"]["path_consistency"]["value"] is not None


def test_a_grade_that_nobody_stated_is_that_of_unverified_data() -> None:
    data = road_data()
    del data["observed"]["grade"], data["observed"]["grade_source"]
    from tanheng.pathways import road_of, tree_of

    found = dual_carbon_index(road_of(data, tree=tree_of(tree_data()), observed=observed()))
    assert found.grade.letter == "D"


def test_the_same_seed_gives_the_same_answer() -> None:
    one, other = (dual_carbon_index(small_road(), seed=4, draws=300).to_dict() for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"index": {"year": 2035}}, ("2035", "cannot be judged")),
        ({"index": {"year": 2013}}, ("2013", "cannot be judged")),
        ({"path": {"marks": {"2020": 209, "2045": 100}}}, ("2045", "no target year")),
        ({"path": {"marks": {"2020": 209, "2026": 1e13}}}, ("more than the world",)),
        ({"observed": {"uncertainty": 150}}, ("150%", "above 100 %")),
    ],
)
def test_what_cannot_be_judged_is_said(more: dict[str, object], words: tuple[str, ...]) -> None:
    with pytest.raises(IndexInvalid) as caught:
        dual_carbon_index(small_road(**more))
    for word in words:
        assert word in caught.value.message("en")
    assert caught.value.message("zh").startswith("[L-160] 路径")


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"index": {"scenario": "none"}}, "index.scenario"),
        ({"index": {"common": 120}}, "index.common"),
        ({"index": {"budget": -1, "budget_source": "x"}}, "index.budget"),
        ({"index": {"budget": 5}}, "index.budget_source"),
        ({"index": {"budget": 5, "budget_unit": "t", "budget_source": "x"}}, "index.budget_unit"),
        ({"index": {"tau": 0.5}}, "index.tau"),
        ({"observed": {"uncertainty": -4}}, "observed.uncertainty"),
        ({"observed": {"grade_source": None}}, "observed.grade_source"),
        ({"observed": {"where": {"cell": "z"}}}, "observed.where"),
    ],
)
def test_settings_that_cannot_be_name_their_key(more: dict[str, object], key: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        dual_carbon_index(small_road(**more))
    assert f"'{key}'" in caught.value.message("en")


def test_a_year_missing_since_the_base_is_named() -> None:
    table = {name: [value for at, value in enumerate(column) if at % len(YEARS) != AT_20 + 1] for name, column in observed().items()}  # fmt: skip
    with pytest.raises(IndexInvalid, match="2021"):
        dual_carbon_index(small_road(table))


def test_too_few_years_keep_the_whole_back_but_not_the_parts() -> None:
    table = {name: [value for at, value in enumerate(column) if at % len(YEARS) >= AT_20] for name, column in observed().items()}  # fmt: skip
    told = dual_carbon_index(small_road(table)).to_dict()
    assert told["overall"] is None
    assert told["parts"]["forecast_consistency"]["reason"]
    assert told["parts"]["path_consistency"]["value"] > 0


def test_a_forecast_that_the_past_does_not_bear_out_is_withheld_unless_the_file_asks() -> None:
    grown = [60, 66, 71, 78, 86, 95, 101, 106, 109, 110, 108, 109, 107, 105, 104]
    table = observed(co2_a=[0, *grown], co2_b=[0.0] * 16)
    table = {name: [one for at, one in enumerate(column) if at % 16] for name, column in table.items()}
    path = {"marks": {"2020": 105, "2026": 100}}
    told = dual_carbon_index(small_road(table, path=path), draws=200).to_dict()
    part = told["parts"]["forecast_consistency"]
    assert (told["overall"], part["value"]) == (None, None)
    assert part["reason"] in told["withheld"]
    assert "index.forecast" in part["reason"]
    asked = dual_carbon_index(small_road(table, path=path, index={"forecast": "growth"}), draws=200)
    part = asked.to_dict()["parts"]["forecast_consistency"]
    assert (part["backtest"]["model"], part["loses_to_naive"], part["asked"]) == ("growth", True, True)
    assert part["value"] is not None
    assert asked.value is not None


def test_parts_open_to_rows_cells_and_leaves() -> None:
    told = dual_carbon_index(small_road()).to_dict()["parts"]
    at_20, at_22 = AT_20 + 1, AT_22 + 1  # rows of a table in memory count from 1
    assert told["path_consistency"]["years"][0]["rows"] == [at_20, at_20 + len(YEARS)]
    assert [one["rows"] for one in told["realised_degree"]["cells"]] == [
        [at_20, at_22], [at_20 + len(YEARS), at_22 + len(YEARS)],
    ]  # fmt: skip
    assert told["realised_degree"]["cells"][1]["cell"] == {"cell": "b"}
    leaf = told["adjustable_direction"]["elasticities"][0]
    assert (leaf["leaf"], leaf["value"], leaf["source"]) == ("use", 100, "a test")


def test_without_its_own_uncertainty_the_interval_is_that_of_the_tree_alone() -> None:
    found = dual_carbon_index(small_road(observed={"uncertainty": 0}))
    assert np.ptp(found.path_consistency.draws) == 0
    assert found.path_consistency.chance in {0.0, 1.0}


def test_choices_change_only_what_they_say() -> None:
    road = small_road(path={"marks": {"2020": 209, "2026": 100}})
    usual, strict = dual_carbon_index(road), dual_carbon_index(road, choices=Choices(ample=2.0))
    assert strict.reachable_space.value == pytest.approx(usual.reachable_space.value * 1.25 / 2)
    assert strict.path_consistency.value == usual.path_consistency.value


@pytest.mark.parametrize(
    ("more", "word"), [({"draws": 10}, "too few"), ({"draws": 10**11}, "too many"), ({"seed": -1}, "seed -1")]
)
def test_draws_and_seeds_that_cannot_be(more: dict[str, int], word: str) -> None:
    with pytest.raises(IndexInvalid) as caught:
        dual_carbon_index(small_road(), **more)  # type: ignore[arg-type]
    assert word in caught.value.message("en")


def test_a_tree_that_gives_no_number_is_told_by_its_node() -> None:
    nodes = {"total": {"title": {"zh": "小", "en": "Small"}, "unit": "tCO2", "formula": "use * factor / (use - use) * use"}}  # fmt: skip
    with pytest.raises(TreeNoNumber, match="total"):
        dual_carbon_index(small_road(tree=tree_data(nodes=nodes)))


def test_growth_beyond_numbers_keeps_the_forecast_back() -> None:
    table = observed(co2_a=[1e-300 if year % 2 else 100.0 for year in YEARS[:-1]] + [100.0])
    table["energy"] = table["co2"]
    told = dual_carbon_index(small_road(table)).to_dict()
    assert told["overall"] is None or 0 <= told["overall"] <= 100


def test_a_scenario_with_levers_is_the_reference() -> None:
    said = {"zh": "小", "en": "Small"}
    tree = tree_data(scenarios={"some": {"title": said, "levers": {"save": 0.5}}})
    part = dual_carbon_index(small_road(tree=tree, index={"scenario": "some"})).reachable_space
    assert part.reference == pytest.approx(200 * (1 - 0.3 * 0.5))
    assert part.least == pytest.approx(200 * 0.7 * 0.8)


def test_a_lever_that_is_taken_whole_is_taken_whole() -> None:
    levers = {name: {**one, "whole": True} for name, one in tree_data()["levers"].items()}
    found = dual_carbon_index(small_road(tree=tree_data(levers=levers))).adjustable_direction
    assert {name: float(depth[0]) for name, depth in found.cheapest.depths.items()} == {
        "save": 1.0,
        "switch": 0.0,
    }
    assert found.cheapest.total == pytest.approx(140)


def test_the_target_year_itself_is_judged_by_what_was_observed() -> None:
    road = small_road(path={"marks": {"2020": 209, "2022": 204}, "peak": 2021})
    part = dual_carbon_index(road).forecast_consistency
    assert part.meets == 1.0  # 203 t against 204 t
    assert part.value == pytest.approx(100 * part.peak_by)
