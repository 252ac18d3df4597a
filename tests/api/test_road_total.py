"""Levers moved on the page: what the API answers is what the library computes, at once."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from benchmarks.tree import synthetic
from fastapi.testclient import TestClient
from tests.small_road import tree_data

from a_road import EXAMPLE, add_road
from serving import add, enter
from tanheng.pathways import Tree, load_road, solve_cap, wedges
from tanheng.serve.roads.moving import DRAWS, draws_for

PEOPLE = {"wang": ["analyst"]}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def sichuan(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, region="CN-51")


@pytest.fixture(scope="module")
def small(client: TestClient, head: dict[str, str]) -> str:
    lever = tree_data()["levers"]["save"]
    levers = {
        "save": {**lever, "group": "use"},
        "swap": {**lever, "group": "use"},
        "more": {**lever, "needs": ["save"]},
    }
    return add_road(client, head, {"tree.yaml": json.dumps(tree_data(levers=levers)).encode()}, "小")


@pytest.fixture(scope="module")
def tree() -> Tree:
    return load_road(EXAMPLE / "road.yaml").tree


def move(
    client: TestClient, head: dict[str, str], road: str, status: int = 200, what: str = "total", **asked: Any
) -> Any:
    answer = client.post(f"/api/v1/roads/{road}/{what}", headers=head, json=asked)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_panel_tells_levers_with_bounds_and_costs(client: TestClient, sichuan: str, tree: Tree) -> None:
    found = client.get(f"/api/v1/roads/{sichuan}/levers").json()
    assert [one["id"] for one in found["levers"]] == list(tree.levers)
    gas = next(one for one in found["levers"] if one["id"] == "coal-to-gas")
    assert (gas["begins"], gas["done"], gas["group"], gas["most"], gas["bound"]) == (2024, 2033, "industry-heat", "40%", "互斥组 industry-heat")  # fmt: skip
    assert (found["years"], found["target"], found["tonnes"], found["gas"]) == (
        [2021, 2060],
        2030,
        1.0,
        "CO₂e",
    )
    assert [one["id"] for one in found["scenarios"]] == ["baseline", "general", "strong"]
    told = client.get(f"/api/v1/roads/{sichuan}/levers", headers={"accept-language": "en"}).json()
    assert told["levers"][1]["bound"] == "exclusive group industry-heat"


def test_a_move_is_what_the_library_computes(client: TestClient, head: dict[str, str], sichuan: str, tree: Tree) -> None:  # fmt: skip
    for levers in ({"clean-power": 0.5}, {"clean-power": 1.0, "retrofit": 0.25}, {}, {"retrofit": 0.25}):
        found = move(client, head, sichuan, scenario="general", levers=levers)
        expected = tree.evaluate("general", levers=levers, draws=DRAWS).total
        np.testing.assert_allclose(found["total"], expected.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found["p95"], np.quantile(expected, 0.95, axis=0), rtol=1e-12)
    assert found["draws"] == DRAWS
    np.testing.assert_allclose(found["baseline"], tree.evaluate(draws=DRAWS).total.mean(axis=0), rtol=1e-12)
    path = load_road(EXAMPLE / "road.yaml").path
    assert found["path"][:10] == [pytest.approx(path.at(year)) for year in range(2021, 2031)]
    assert found["path"][10:] == [None] * 30
    kept = tree.evaluate("general", levers=levers, draws=DRAWS).total[:, 9] <= path.at(2030) * (1 + 1e-6)
    assert found["chance"] == pytest.approx(kept.mean())
    assert found["warnings"][0].startswith("2025–2030 年高于目标路径")


def test_effects_and_costs_of_levers_are_told(client: TestClient, head: dict[str, str], sichuan: str, tree: Tree) -> None:  # fmt: skip
    found = move(client, head, sichuan, levers={"clean-power": 0.5, "capture-hub": 1})
    by_lever = {one["id"]: one for one in found["levers"]}
    assert set(by_lever) == {"clean-power", "capture-hub"}
    without = tree.evaluate(levers={"capture-hub": 1}).total[0] - tree.evaluate(levers={"clean-power": 0.5, "capture-hub": 1}).total[0]  # fmt: skip
    np.testing.assert_allclose(by_lever["clean-power"]["less"], without, atol=1e-3)
    assert by_lever["capture-hub"]["cost"][-1] == pytest.approx(18e9)
    assert sum(one["cost"][-1] for one in found["levers"]) == pytest.approx(found["cost"][-1])


def test_the_depths_of_a_plan_give_its_emission_again(client: TestClient, head: dict[str, str], sichuan: str, tree: Tree) -> None:  # fmt: skip
    plan = solve_cap(tree)
    levers = {name: plan.depths[name].round(6).tolist() for name in plan.chosen}
    found = move(client, head, sichuan, levers=levers)
    expected = tree.evaluate(levers={name: np.array(one) for name, one in levers.items()}, draws=DRAWS).total
    np.testing.assert_allclose(found["total"], expected.mean(axis=0), rtol=1e-4)


def test_wedges_of_a_move_add_up_exactly(client: TestClient, head: dict[str, str], sichuan: str, tree: Tree) -> None:  # fmt: skip
    found = move(client, head, sichuan, what="wedges", scenario="strong", levers={})
    expected = wedges(tree, "strong")
    assert {one["wedge"] for one in found["parts"]} == set(expected.parts)
    whole = np.sum([one["less"] for one in found["parts"]], axis=0)
    np.testing.assert_allclose(whole, np.array(found["baseline"]) - found["total"], atol=1e-3)
    np.testing.assert_allclose(found["total"], expected.total, rtol=1e-12)


@pytest.mark.parametrize(
    ("levers", "code"),
    [
        ({"nothing": 0.5}, "W-073"),
        ({"clean-power": 1.5}, "W-073"),
        ({"clean-power": -0.1}, "W-073"),
        ({"clean-power": [1.0] * 40}, "W-073"),
        ({"clean-power": [0.0] * 39}, "W-073"),
        ({"clean-power": "much"}, "W-002"),
        ({"capture-hub": 0.5}, "K-001"),
    ],
)
def test_levers_that_cannot_be_so_are_refused(
    client: TestClient, head: dict[str, str], sichuan: str, levers: Any, code: str
) -> None:
    assert move(client, head, sichuan, 422, levers=levers)["code"] == code


def test_exclusive_and_needed_levers_are_told_as_the_library_does(client: TestClient, head: dict[str, str], small: str) -> None:  # fmt: skip
    assert "互斥组 use" in move(client, head, small, 422, levers={"save": 0.7, "swap": 0.6})["detail"]
    assert "save" in move(client, head, small, 422, levers={"more": 0.5})["detail"]
    found = move(client, head, small, levers={"save": 0.5, "more": 0.5})
    # 200 t · 0.85 · 0.85; without save none of it is left
    assert found["total"][-1] == pytest.approx(200 * 0.85**2, rel=0.02)
    assert {one["id"]: round(one["less"][-1], 6) for one in found["levers"]} == {"save": 55.5, "more": 25.5}
    assert (found["path"], found["chance"], found["warnings"]) == ([None] * 11, None, [])


def test_a_scenario_that_is_not_there_and_a_set_without_a_tree(client: TestClient, head: dict[str, str], sichuan: str) -> None:  # fmt: skip
    assert "baseline, general, strong" in move(client, head, sichuan, 404, scenario="nowhere")["detail"]
    table = add_road(client, head, {"table.csv": b"a,b\n1,2\n"}, "表")
    assert move(client, head, table, 422)["code"] == "W-075"


def test_somebody_of_another_area_moves_nothing(client: TestClient, sichuan: str) -> None:
    add(client, "away", ["analyst"], [("region", "CN-12")])
    away = TestClient(client.app)
    head = enter(away, "away")
    assert away.get(f"/api/v1/roads/{sichuan}/levers").status_code == 404
    for what in ("total", "wedges"):
        move(away, head, sichuan, 404, what)


def test_a_tree_of_five_hundred_nodes_answers_within_a_fifth_of_a_second(client: TestClient, head: dict[str, str]) -> None:  # fmt: skip
    data = synthetic()
    road = add_road(client, head, {"tree.yaml": json.dumps(data).encode()}, "合成")
    assert move(client, head, road, levers=dict.fromkeys(data["levers"], 0.5))["draws"] == DRAWS
    taken = []
    for depth in (0.6, 0.7, 0.8):
        began = time.perf_counter()
        move(client, head, road, levers={**dict.fromkeys(data["levers"], 0.5), "clean": depth})
        taken.append(time.perf_counter() - began)
    assert min(taken) < 1.0  # the bar of 0.2 s is measured on a quiet machine: benchmarks/tree.py


def test_a_tree_too_large_for_the_memory_has_fewer_draws(tree: Tree) -> None:
    from tanheng.pathways import tree_of

    assert draws_for(tree) == DRAWS
    assert 100 <= draws_for(tree_of(synthetic(sectors=400))) < DRAWS
