"""Draws of trees and tables are bounded by the memory and the time that they take."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from benchmarks.tree import synthetic

from documents import made
from tanheng.errors import LANGS, Lang, use_language
from tanheng.pathways import tree_of
from tanheng.serve.roads.options import OptionWrong
from tanheng.serve.roads.room import refuse_vast

SICHUAN = Path(__file__).parents[2] / "examples" / "sichuan-road"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", ["tree", "scenarios", "gate"])
def test_draws_that_would_fill_the_memory_are_refused(kind: str, lang: Lang) -> None:
    with pytest.raises(OptionWrong, match="draws") as refused:
        made(SICHUAN, kind, lang, draws=20_000)
    # 64e6 numbers, twice 34 nodes and 41 uncertain leaves over 40 years
    assert "10,666" in refused.value.message(lang)


def test_draws_of_the_file_of_a_road_are_bounded_too(tmp_path: Path) -> None:
    for name in ("sichuan-road", "sichuan-2021"):
        shutil.copytree(SICHUAN.parent / name, tmp_path / name)
    folder = tmp_path / "sichuan-road"
    road = yaml.safe_load((folder / "road.yaml").read_text(encoding="utf-8"))
    road.setdefault("deviation", {})["draws"] = 50_000
    (folder / "road.yaml").write_text(yaml.safe_dump(road, allow_unicode=True), encoding="utf-8")
    with pytest.raises(OptionWrong, match="10,666"):
        made(folder, "deviation", "en")


def test_a_larger_tree_has_room_for_fewer_draws() -> None:
    use_language("en")
    tree = tree_of(synthetic())
    refuse_vast(tree, 984)
    with pytest.raises(OptionWrong, match="984 draws at most, 985 are asked for"):
        refuse_vast(tree, 985)


@pytest.mark.parametrize(("places", "draws", "told"), [(120, 2000, "1,666"), (100_001, 2, "100,000")])
def test_a_frontier_of_many_places_and_draws_is_refused(
    tmp_path: Path, places: int, draws: int, told: str
) -> None:
    table = "\n".join(["city,co2,gdp", *(f"c{at},{at + 5},{at + 3}" for at in range(places))])
    (tmp_path / "cities.csv").write_text(table, encoding="utf-8")
    asked = {"file": "cities.csv", "place": "city", "emission": "co2", "outputs": "gdp"}
    with pytest.raises(OptionWrong, match=told):
        made(tmp_path, "benchmark", "en", draws=draws, **asked)


def test_a_frontier_has_at_most_ten_thousand_draws(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("city,co2,gdp\na,1,1\nb,2,1\nc,3,1\n", encoding="utf-8")
    asked = {"file": "cities.csv", "place": "city", "emission": "co2", "outputs": "gdp"}
    with pytest.raises(OptionWrong, match="10000"):
        made(tmp_path, "benchmark", "en", draws=10_001, **asked)
