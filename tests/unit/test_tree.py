"""Factor trees: courses, units, levers, moving one lever, and what a file says wrongly."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from tanheng.cli import cli
from tanheng.errors import NotFound, PackInvalid
from tanheng.pathways import Tree, load_tree, tree_of
from tanheng.pathways.tree.problems import LeverInvalid, TreeNoNumber

ROOT = Path(__file__).parents[2]
SICHUAN = ROOT / "examples" / "sichuan-road" / "tree.yaml"


def said(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": zh}


def leaf(value: float, unit: str = "t", **more: Any) -> dict[str, Any]:
    return {"title": said("叶"), "unit": unit, "value": value, "source": "a test", **more}


def lever(leaf: str, most: float, **more: Any) -> dict[str, Any]:
    return {
        "title": said("杠杆"), "leaf": leaf, "kind": "relative", "most": most, "from": 2021, "build": 1, "source": "a test", **more,
    }  # fmt: skip


def small(**more: Any) -> dict[str, Any]:
    return {
        "format": "tanheng-tree/1", "id": "small", "title": said("小"), "years": {"from": 2020, "to": 2024}, "total": "emission",
        "leaves": {"coal": leaf(100), "gas": leaf(10, "万m3"), "coal_factor": leaf(2, "tCO2/t"), "gas_factor": leaf(20, "tCO2/万m3")},
        "nodes": {
            "emission": {"title": said("排放"), "unit": "kgCO2", "formula": "coal_part + gas * gas_factor"},
            "coal_part": {"title": said("煤"), "unit": "tCO2", "formula": "coal * coal_factor"},
        },
        **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def sichuan() -> Tree:
    return load_tree(SICHUAN)


def test_the_base_year_is_the_inventory_to_the_last_digit(sichuan: Tree) -> None:
    start = sichuan.evaluate()
    assert start["energy_emission"][0, 0] == pytest.approx(330391619.7248363, abs=1e-6)
    assert len(sichuan.leaves) + len(sichuan.nodes) >= 60
    coal = sichuan.leaves["coal_all"]
    assert coal.proof is not None
    assert (coal.proof["method"], coal.proof["cell"]) == ("sichuan-park-2022", {"item": "coal"})
    assert coal.base == 77960937.81
    sectors = {one.sector for one in sichuan.leaves.values()}
    assert {"energy", "industry", "transport", "buildings", "agriculture", "waste", "sinks"} <= sectors


def test_formulas_convert_between_units_of_one_dimension() -> None:
    assert tree_of(small()).evaluate().total.tolist() == [[400_000.0] * 5]


def test_moving_levers_one_by_one_is_computing_all_again(sichuan: Tree) -> None:
    state = sichuan.evaluate(draws=50, seed=7)
    settings: dict[str, float] = {}
    for step, name in enumerate(sichuan.levers):
        one = sichuan.levers[name]
        share = 1.0 if one.whole else 0.3 if one.needs else 0.4
        settings |= dict.fromkeys(one.needs, 0.4) | {name: share}
        state = state.move(**dict.fromkeys(one.needs, 0.4)).move(**{name: share})
        if step % 5 == 4:
            again = sichuan.evaluate(levers=settings, draws=50, seed=7)
            np.testing.assert_allclose(state.total, again.total, rtol=1e-12)
    state = state.move(**dict.fromkeys(settings, 0.0))
    np.testing.assert_array_equal(state.total, sichuan.evaluate(draws=50, seed=7).total)


def test_the_same_seed_gives_the_same_draws_and_another_leaf_changes_none() -> None:
    data = small()
    data["leaves"]["coal"]["uncertainty"] = 10
    one = tree_of(data).evaluate(draws=200, seed=3)["coal"]
    data["leaves"]["another"] = leaf(5, uncertainty=30)
    np.testing.assert_array_equal(one, tree_of(data).evaluate(draws=200, seed=3)["coal"])
    assert one.std() == pytest.approx(100 * 0.1 / 1.96, rel=0.2)


def test_a_wide_uncertainty_is_drawn_without_negative_values() -> None:
    data = small()
    data["leaves"]["coal"]["uncertainty"] = 150
    drawn = tree_of(data).evaluate(draws=20_000)["coal"][:, 0]
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(100, rel=0.03)


def test_move_takes_from_one_leaf_and_adds_to_the_other() -> None:
    data = small(
        levers={"switch": lever("coal", 0.5, kind="move", to="gas", ratio=0.05, ratio_unit="万m3/t")}
    )
    found = tree_of(data).evaluate(levers={"switch": 1})
    assert found["coal"][0].tolist() == [100, 50, 50, 50, 50]
    assert found["gas"][0].tolist() == [10, 12.5, 12.5, 12.5, 12.5]


def test_the_gradient_is_the_slope_of_the_tree(sichuan: Tree) -> None:
    scenario = sichuan.scenario("baseline")
    before = sichuan.leaf_arrays(scenario)
    generator = np.random.default_rng(1)
    depths = {name: generator.uniform(0.05, 0.4, sichuan.years.size) for name in sichuan.levers}
    _, slope = sichuan.gradient(before, depths)
    from tanheng.pathways.tree.model import evaluate_total

    for place, name in enumerate(sichuan.levers):
        up = evaluate_total(sichuan, before, {**depths, name: depths[name] + 1e-3})
        down = evaluate_total(sichuan, before, {**depths, name: depths[name] - 1e-3})
        np.testing.assert_allclose(slope[place], (up - down) / 2e-3, rtol=1e-6, atol=1.0)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"none": 1}, "T-002"),
        ({"a": 1.5}, "K-001"),
        ({"a": 0.7, "b": 0.7}, "K-001"),
        ({"c": 0.5}, "K-001"),
        ({"w": 0.5}, "K-001"),
    ],
)
def test_levers_that_cannot_be_together_are_refused(settings: dict[str, float], code: str) -> None:
    data = small(
        levers={
            "a": lever("coal", -0.2, group="g"), "b": lever("coal", -0.2, group="g"),
            "c": lever("gas", -0.2, needs=["a"]), "w": lever("gas", -0.1, whole=True),
        }
    )  # fmt: skip
    with pytest.raises((LeverInvalid, NotFound)) as caught:
        tree_of(data).evaluate(levers=settings)
    assert caught.value.code == code
    assert caught.value.message("zh")
    assert caught.value.message("en")


def test_more_cannot_move_than_there_is() -> None:
    more = {"kind": "move", "to": "gas", "ratio": 0.05, "ratio_unit": "万m3/t"}
    data = small(levers={"a": lever("coal", 0.6, **more), "b": lever("coal", 0.6, **more)})
    with pytest.raises(LeverInvalid, match="100"):
        tree_of(data).evaluate(levers={"a": 1, "b": 1})


def test_a_division_by_zero_names_node_and_year() -> None:
    data = small()
    data["leaves"]["gas"]["points"] = {"2023": 0}
    data["nodes"]["emission"]["formula"] = "coal_part * gas_factor / (gas_factor * gas) * gas_one"
    data["leaves"]["gas_one"] = leaf(1, "万m3")
    with pytest.raises(TreeNoNumber) as caught:
        tree_of(data).evaluate()
    assert caught.value.fields["node"] == "emission"
    assert caught.value.fields["year"] == 2023


WRONG: list[tuple[tuple[str, ...], Any, str]] = [
    (("nodes", "emission", "formula"), "coal_part + gas", "单位不同"),
    (("nodes", "emission", "formula"), "coal_part + nothing", "nothing"),
    (("nodes", "emission", "formula"), "__import__('os')", "不允许"),
    (("nodes", "coal_part", "formula"), "emission * 1", "循环"),
    (("nodes", "emission", "unit"), "t", "量纲"),
    (("total",), "none", "没有节点"),
    (("leaves", "coal", "value"), "many", "应为数"),
    (("leaves", "coal", "growth"), {"1990": 2}, "1990"),
    (("leaves", "coal", "unit"), "glorp", "无法识别"),
    (("leaves", "coal"), {"title": said("叶"), "unit": "t", "value": 3}, "没有出处"),
    (("leaves", "coal"), {"title": said("叶"), "unit": "t"}, "value 或 cell"),
    (("leaves", "2x"), leaf(3), "公式里的名称"),
    (("years", "to"), 2019, "不是年份范围"),
    (("levers", "a"), lever("nothing", -0.1), "没有叶"),
    (("levers", "a"), lever("coal", -1.5), "超出范围"),
    (("levers", "a"), lever("coal", -0.1, to="gas"), "只有 move"),
    (("levers", "a"), lever("coal", 0.1, kind="move", to="gas"), "单位不符"),
    (("levers", "a"), lever("coal", -0.1, cost=3, cost_unit="元/m2"), "不合"),
    (("levers", "a"), lever("coal", -0.1, cost=3, price_year=2015), "平减指数"),
    (("levers", "a"), lever("coal", -0.1, needs=["b"]), "没有杠杆"),
    (("scenarios", "x"), {"title": said("x"), "levers": {"none": 1}}, "没有定义"),
    (("cap",), {"years": {"2050": 3}}, "2050"),
    (("inventories", "x"), {"activity": "a.csv"}, "缺少 run"),
]


@pytest.mark.parametrize(
    ("at", "value", "message"), WRONG, ids=[".".join(at) + f"-{m}" for at, _, m in WRONG]
)
def test_a_mistake_is_told_with_file_line_key_and_mend(
    at: tuple[str, ...], value: Any, message: str, tmp_path: Path
) -> None:
    data = copy.deepcopy(small())
    place = data
    for key in at[:-1]:
        place = place.setdefault(key, {})
    place[at[-1]] = value
    file = tmp_path / "tree.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_tree(file)
    told = caught.value
    assert message in told.message("zh")
    assert told.fields["file"] == "tree.yaml"
    assert told.fields["line"] > 0
    assert told.fields["key"].startswith(at[0])
    assert told.fields["mend_zh"]
    assert told.fields["mend_en"]


def test_a_cell_that_the_inventory_lacks_is_told_at_its_leaf(tmp_path: Path) -> None:
    data = small(
        inventories={
            "own": {
                "activity": str(ROOT / "examples/sichuan-2021/activity.csv"),
                "method": "sichuan-park-2022",
            }
        }
    )
    data["leaves"]["coal"] = {"title": said("煤"), "unit": "t", "cell": {"item": "coke", "take": "amount"}}
    with pytest.raises(PackInvalid) as caught:
        tree_of(data)
    assert caught.value.fields["key"] == "leaves.coal.cell"
    data["leaves"]["coal"] = {"title": said("煤"), "unit": "MWh", "cell": {"item": "coal", "take": "amount"}}
    with pytest.raises(PackInvalid, match="U-002"):
        tree_of(data)


def test_the_commands_show_evaluate_and_list_levers() -> None:
    run = CliRunner()
    shown = run.invoke(cli, ["tree", "show", str(SICHUAN), "--json"])
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.stdout)
    assert found["total"] == "emission"
    assert {leaf["name"] for leaf in found["leaves"]} >= {"coal_all", "planting" and "forest_uptake"}
    moved = json.loads(
        run.invoke(
            cli, ["tree", "evaluate", str(SICHUAN), "--lever", "clean-power=50%", "--draws", "100", "--json"]
        ).stdout
    )
    assert [row["year"] for row in moved["total"]] == list(range(2021, 2061))
    assert all(row["p5"] < row["value"] < row["p95"] for row in moved["total"])
    listed = json.loads(run.invoke(cli, ["tree", "levers", str(SICHUAN), "--json"]).stdout)
    assert {row["lever"] for row in listed["levers"]} >= {"clean-power", "capture-hub"}
    for language in ("zh", "en"):
        for command in ("show", "evaluate", "levers"):
            text = run.invoke(cli, ["tree", command, str(SICHUAN), "--lang", language])
            assert text.exit_code == 0, text.output
    refused = run.invoke(cli, ["tree", "evaluate", str(SICHUAN), "--lever", "clean-power=2"])
    assert refused.exit_code == 2
