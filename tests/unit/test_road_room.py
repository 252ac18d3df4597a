"""Draws of trees and tables are bounded by the memory and the time that they take; numbers keep to what they are of."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import NormalDist

import pytest
import yaml
from benchmarks.tree import synthetic

from documents import made, rows
from tanheng.errors import LANGS, Lang, use_language
from tanheng.pathways import tree_of
from tanheng.serve.roads.deviation import _P95
from tanheng.serve.roads.options import OptionWrong
from tanheng.serve.roads.room import refuse_vast
from tanheng.serve.routes.road_analyses import frame_of

pytestmark = pytest.mark.usefixtures("reads_beside")

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


@pytest.mark.parametrize("lang", LANGS)
def test_series_of_different_last_years_have_each_its_own_year_of_the_peak(
    tmp_path: Path, lang: Lang
) -> None:
    table = [
        f"{city},{year},{100 + 3 * (year - 2000) + 5 * (year % 3)}"
        for city, last in (("A", 2024), ("B", 2018))
        for year in range(2000, last + 1)
    ]
    (tmp_path / "cities.csv").write_text("\n".join(["city,year,co2", *table]), encoding="utf-8")
    found = made(
        tmp_path, "table-peak", lang, file="cities.csv", value="co2", by="city", uncertainty=3, horizon=5
    )
    assert {row["series"]: row["last"] for row in rows(found, "verdicts")} == {"A": 2029, "B": 2023}
    verdicts = next(one for one in found.sheets if one.name == "verdicts")
    assert not any("20" in one.title for one in verdicts.columns)
    told = {one["not_before"]["year"]: one["not_before"]["chance"] for one in found.result["series"]}
    assert [row["later"] for row in rows(found, "verdicts")] == [told[2029], told[2023]]
    drawn = found.to_dict()["charts"][0]
    until = {
        line["name"]: max(
            year for year, value in zip(drawn["x"], line["values"], strict=True) if value is not None
        )
        for line in drawn["lines"]
    }
    assert until == {"A": 2028, "B": 2022}


def test_a_cap_beyond_measure_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("city,co2\na,1\nb,2\n", encoding="utf-8")
    with pytest.raises(OptionWrong, match="cap"):
        made(tmp_path, "allocate", "en", file="cities.csv", by="city", emissions="co2", cap=10**400)


def test_whole_numbers_beyond_the_largest_of_a_column_stay_numbers() -> None:
    sheet = {"columns": [{"key": "t"}, {"key": "n"}], "rows": [{"t": 2**63, "n": 2**62}, {"t": 1, "n": None}]}
    found = frame_of(sheet)
    assert found["t"].to_list() == [2.0**63, 1.0]
    assert found["n"].to_list() == [2**62, None]


def test_cells_off_their_paths_have_the_interval_of_the_figures() -> None:
    found = made(SICHUAN, "deviation", "en", correct="no")
    assert any("bars p5 to p95" in one for one in found.charts)
    assert pytest.approx(NormalDist().inv_cdf(0.95)) == _P95
