"""Leaves bound to cells of a run: value, uncertainty, shared factors and proof come from the inventory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.unit.test_tree import ROOT, said, small

import tanheng as th
from tanheng.errors import PackInvalid
from tanheng.inventory import load_run
from tanheng.pathways import Tree, load_tree, tree_of

CITY = ROOT / "examples" / "provincial-city" / "activity.csv"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return th.account(CITY, "cn-provincial-2011").save(tmp_path_factory.mktemp("runs") / "city")


def bound(unit: str, **cell: str) -> dict[str, object]:
    return {"title": said("绑定"), "unit": unit, "cell": cell}


def tree(run: Path, **leaves: dict[str, object]) -> Tree:
    data = small(inventories={"city": {"run": str(run)}})
    data["leaves"] |= leaves
    return tree_of(data)


def test_value_uncertainty_and_proof_are_those_of_the_run(run: Path) -> None:
    inventory = load_run(run)
    found = tree(
        run,
        clinker=bound("万吨", item="clinker", take="amount"),
        factor=bound("tCO2e/t", item="clinker", take="coefficient"),
        process=bound("tCO2e", item="clinker", take="emission"),
        energy=bound("ktCO2e", ipcc2006="1.A", take="emission"),
    )
    leaves = found.leaves
    assert leaves["clinker"].base == pytest.approx(480)
    assert leaves["clinker"].uncertainty == pytest.approx(0.02)
    assert leaves["clinker"].base * 1e4 * leaves["factor"].base == pytest.approx(leaves["process"].base)
    assert leaves["energy"].base == pytest.approx(
        inventory.select({"ipcc2006": "1.A"}).filter(~pl.col("memo"))["emission"].sum() / 1000
    )
    proof = leaves["process"].proof
    assert (proof["run"], proof["digest"]) == (inventory.run["id"], inventory.digest)
    assert inventory.proof(**proof["cell"]).value == pytest.approx(leaves["process"].base)


def test_several_cells_err_apart_and_one_factor_errs_together(run: Path) -> None:
    found = tree(
        run,
        diesel=bound("万吨", item="diesel", take="amount"),
        one=bound("tCO2e/t", item="diesel", sector="agriculture", take="coefficient"),
        other=bound("tCO2e/t", item="diesel", sector="agriculture", take="coefficient"),
    )
    leaves = found.leaves
    rows = load_run(run).select({"item": "diesel"}).unique("cell")
    spread = np.sqrt(((rows["amount"] * rows["activity_uncertainty"]) ** 2).sum()) / rows["amount"].sum()
    assert leaves["diesel"].base == pytest.approx(rows["amount"].sum())
    assert leaves["diesel"].uncertainty == pytest.approx(spread)
    assert leaves["one"].draw == leaves["other"].draw != ""


def test_what_is_unknown_stays_unknown_and_a_wrong_take_is_told(run: Path) -> None:
    found = tree(run, pigs=bound("tCO2e/head", item="pig", take="coefficient"))
    leaf = found.leaves["pigs"]
    assert leaf.uncertainty is None
    assert leaf.drawn(np.arange(2020.0, 2025.0), 50, 1).shape == (1, 5)
    with pytest.raises(PackInvalid, match="take"):
        tree(run, pigs=bound("head", item="pig", take="heads"))
    with pytest.raises(PackInvalid, match="nowhere"):
        tree(run, pigs=bound("head", item="pig", take="amount", of="nowhere"))


def test_an_inventory_that_is_made_here_names_no_run_and_is_the_same_twice() -> None:
    one, other = (load_tree(ROOT / "examples/sichuan-road/tree.yaml") for _ in range(2))
    proofs = [[leaf.proof for leaf in tree.leaves.values() if leaf.proof] for tree in (one, other)]
    assert proofs[0] == proofs[1]
    assert {proof["run"] for proof in proofs[0]} == {""}
