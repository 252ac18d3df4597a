"""A tree from a table of cells: the base year is the table, and what does not fit is told."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.drivers import DriversInvalid
from tanheng.errors import NotFound, PackInvalid
from tanheng.pathways import solve_cap, to_iamc, tree_of_cells, wedges

BOTH = {"zh": "例", "en": "Example"}
PLAN = {
    "format": "tanheng-tree/1", "id": "town", "title": BOTH, "years": {"from": 2019, "to": 2030}, "prices": 2019,
    "groups": {
        "power": {"title": {"zh": "电力", "en": "Power"}, "sector": "energy", "activity": {"growth": {2030: 2}, "source": "example"}},
        "works": {"title": {"zh": "工业", "en": "Works"}, "sector": "industry", "intensity": {"index": {2030: 0.8}, "source": "example"}},
    },
    "fuels": {"coal": {"title": {"zh": "煤", "en": "coal"}}, "gas": {"title": {"zh": "气", "en": "gas"}}},
    "levers": {"clean": {"title": BOTH, "leaf": "power_intensity", "kind": "relative", "most": -0.5, "from": 2021, "build": 4, "cost": 100,
                         "cost_unit": "元/tCO2", "source": "example"}},
    "scenarios": {"strong": {"title": BOTH, "levers": {"clean": 1}}},
    "cap": {"years": {2030: 90}},
}  # fmt: skip
ROWS = {"group": ["power", "power", "works"], "fuel": ["coal", "gas", "coal"], "mt": [60.0, 10.0, 30.0]}
HOW = {
    "group": "group",
    "fuel": "fuel",
    "value": "mt",
    "unit": "MtCO2",
    "source": "example",
    "uncertainty": 10,
}


def test_the_base_year_is_the_sum_of_the_cells_and_groups_go_their_way() -> None:
    tree = tree_of_cells(ROWS, PLAN, **HOW)
    found = tree.evaluate()
    assert found.total[0, 0] == pytest.approx(100)
    assert found["power"][0, -1] == pytest.approx(70 * 1.02**11)
    assert found["works"][0, -1] == pytest.approx(24)
    assert set(tree.leaves) >= {"power_coal", "power_gas", "works_coal", "power_activity", "works_intensity"}
    assert tree.leaves["power_coal"].uncertainty == pytest.approx(0.1)
    assert tree.leaves["power_coal"].source == {"zh": "example", "en": "example"}


def test_it_is_a_tree_like_any_other() -> None:
    tree = tree_of_cells(ROWS, PLAN, **HOW)
    split = wedges(tree, "strong")
    assert np.allclose(sum(split.parts.values()), split.baseline - split.total)
    assert solve_cap(tree).emission[-1] <= 90 + 1e-6
    assert to_iamc(tree).height > 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"group": ["power", "power", "mines"]}, NotFound, "mines"),
        ({"fuel": ["coal", "peat", "coal"]}, NotFound, "peat"),
        ({"fuel": ["coal", "coal", "coal"]}, DriversInvalid, "power"),
        ({"mt": ["60", "", "30"]}, DriversInvalid, "mt"),
        ({"mt": ["60", "约 10", "30"]}, DriversInvalid, "约 10"),
    ],
)
def test_cells_that_do_not_fit_are_told(change: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        tree_of_cells({**ROWS, **change}, PLAN, **HOW)
    for lang in ("zh", "en"):
        assert words in caught.value.message(lang)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"years": {"from": 2030, "to": 2019}}, "years.to"),
        (
            {
                "groups": {
                    **PLAN["groups"],
                    "power": {**PLAN["groups"]["power"], "activity": {"growth": {2050: 1}, "source": "x"}},
                }
            },
            "2050",
        ),
        ({"groups": {**PLAN["groups"], "power": {**PLAN["groups"]["power"], "sector": "magic"}}}, "magic"),
        ({"more": 1}, "more"),
        ({"leaves": {}}, "leaves"),
        ({"groups": {"power": {"sector": "energy"}}}, "groups.power.title"),
        ({"groups": {"power": {**PLAN["groups"]["power"], "growth": {2030: 1}}}}, "groups.power.growth"),
        ({"fuels": {"coal": {"title": {"zh": "煤"}}}}, "fuels.coal.title"),
        ({"groups": {"power": {**PLAN["groups"]["power"], "activity": 2}}}, "groups.power.activity"),
        ({"fuels": {"coal": "煤"}}, "fuels.coal"),
    ],
)
def test_a_plan_that_is_wrong_is_told_by_its_key(change: dict, words: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        tree_of_cells(ROWS, {**PLAN, **change}, **HOW)
    for lang in ("zh", "en"):
        assert words in caught.value.message(lang)
