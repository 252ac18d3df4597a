"""Trees at hand for the page: nobody waits for a road of somebody else, and none fills the memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from benchmarks.tree import synthetic

from tanheng.errors import LANGS, use_language
from tanheng.pathways import tree_of
from tanheng.serve.roads.cap import CapUnreadable
from tanheng.serve.roads.moving import RoadBusy, Trees, draws_for, panel
from tanheng.serve.roads.places import Opened

pytestmark = pytest.mark.usefixtures("reads_beside")

SICHUAN = Path("examples/sichuan-road")
FILES = ["road.yaml", "tree.yaml"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def test_a_road_that_opens_holds_up_no_other_and_its_own_wait_ends() -> None:
    trees, began, go = Trees(wait=0.2), threading.Event(), threading.Event()
    slow, other = "slow", next(name for name in "abcdef" if hash(name) % 64 != hash("slow") % 64)

    def find() -> Opened:
        began.set()
        go.wait(30)
        return Opened(SICHUAN, FILES)

    thread = threading.Thread(target=trees.opened, args=(slow, find))
    thread.start()
    try:
        assert began.wait(10)
        found = trees.total(other, lambda: Opened(SICHUAN, FILES), "baseline", {})
        assert found["scenario"] == "baseline"
        start = time.monotonic()
        with pytest.raises(RoadBusy, match="opening the road") as refused:
            trees.opened(slow, find)
        assert time.monotonic() - start < 10
        assert (refused.value.code, refused.value.status) == ("W-077", 503)
        assert all("0.2" in refused.value.message(lang) for lang in LANGS)
    finally:
        go.set()
        thread.join(60)
    kept = trees.opened(slow, find)
    assert kept is trees.opened(slow, find)


def test_a_road_that_cannot_be_opened_is_tried_again() -> None:
    trees = Trees()

    def broken() -> Opened:
        raise CapUnreadable(what_zh="", what_en="", detail_zh="", detail_en="", mend_zh="", mend_en="")

    with pytest.raises(CapUnreadable):
        trees.opened("one", broken)
    assert trees.opened("one", lambda: Opened(SICHUAN, FILES)).tree.levers


def test_inventories_are_let_go_once_the_tree_is_read() -> None:
    found = Opened(SICHUAN, FILES)
    road = found.road
    vars(found)["inventories"] = {2021: {"one": None}}
    lean = found.lean()
    assert (lean.inventories, lean.road, lean.tree) == ({}, road, road.tree)


def test_a_tree_without_room_for_a_hundred_draws_is_refused() -> None:
    tree = replace(tree_of(synthetic()), years=np.arange(500.0))
    with pytest.raises(CapUnreadable, match="too large"):
        draws_for(tree)


def test_the_chance_is_of_a_year_that_the_tree_has(tmp_path: Path) -> None:
    from test_road_documents_forecast import town

    folder = town(tmp_path, 2010, 2020)
    road = yaml.safe_load((folder / "road.yaml").read_text(encoding="utf-8"))
    road["path"]["marks"][2040] = 50
    (folder / "road.yaml").write_text(yaml.safe_dump(road, allow_unicode=True), encoding="utf-8")
    opened = Opened(folder, ["road.yaml", "tree.yaml", "observed.csv"])
    assert (opened.road.path.target, panel(opened)["target"]) == (2040, 2030)
