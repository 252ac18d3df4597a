"""Documents of the factor tree, scenarios and the cap: what the command line tells stands in them, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.shared import SHARED, needs_shared
from tests.small_road import tree_data
from tests.unit.test_cap import two_levers

from tanheng.cli import cli
from tanheng.errors import NotFound, use_language
from tanheng.inventory.methods.yaml_lines import load_with_lines
from tanheng.pathways import load_tree
from tanheng.serve.roads.cap import CapUnreadable, years_said
from tanheng.serve.roads.document import Document
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.options import chosen
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.telling import amount_said

pytestmark = pytest.mark.usefixtures("reads_beside")

SICHUAN = Path("examples/sichuan-road")
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("zh")


def of(kind: str, folder: Path = SICHUAN, **asked: Any) -> Document:
    files = [one.name for one in folder.iterdir()]
    return KINDS[kind].make(Opened(folder, files), chosen(KINDS[kind].options, asked, files))


def alone(folder: Path, data: Mapping[str, Any]) -> Path:
    (folder / "tree.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return folder


def sheet(found: Document, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in next(one for one in found.sheets if one.name == name).rows]


def printed(*words: str) -> Any:
    return json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)


def test_the_tree_opens_to_what_show_evaluate_and_levers_print() -> None:
    found = of("tree", scenario="general", levers={"clean-power": 1}, nodes="power_use，coal_all", draws=200)
    file = str(SICHUAN / "tree.yaml")
    told = printed(
        "tree", "evaluate", file, "--scenario", "general", "--lever", "clean-power=1", "--draws", "200",
        "--node", "power_use", "--node", "coal_all",
    )  # fmt: skip
    assert {key: found.result[key] for key in told} == told
    assert found.result["about"] == printed("tree", "show", file)
    assert found.result["listed"] == printed("tree", "levers", file)["levers"]
    assert [(row["year"], row["value"], row["p5"], row["p95"]) for row in sheet(found, "total")] == [
        (row["year"], row["value"], row["p5"], row["p95"]) for row in told["total"]
    ]
    parts = sheet(found, "parts")
    assert list(parts[0]) == [
        "year",
        "energy_emission",
        "processes",
        "agriculture",
        "waste",
        "sinks",
        "total",
    ]
    for row in parts:
        assert sum(value for name, value in row.items() if name not in ("year", "total")) == pytest.approx(row["total"])  # fmt: skip
    taken = {row["lever"]: row["depth"] for row in sheet(found, "levers")}
    assert (taken["clean-power"], taken["coal-saving"], taken["retrofit"]) == (1.0, 0.6, 0.4)
    assert len(sheet(found, "leaves")) == 50
    assert len(sheet(found, "asked")) == 2 * 40
    assert found.synthetic
    assert not found.alarm


def test_a_node_that_the_tree_lacks_is_refused() -> None:
    with pytest.raises(NotFound, match="nowhere"):
        of("tree", nodes="nowhere")


def test_a_tree_alone_is_enough(tmp_path: Path) -> None:
    found = of("tree", alone(tmp_path, tree_data()), levers={"save": 1}, draws=0)
    assert found.headline == "小 · 基准：2020 年 200 t CO₂，2030 年 140 t CO₂（-30.0%）"
    rows = sheet(found, "total")
    assert [row["value"] for row in rows[:3]] == pytest.approx([200, 170, 140])
    assert [row["less"] for row in rows[:3]] == pytest.approx([0, 30, 60])
    assert next(one.value for one in found.figures if one.unit == "元") == pytest.approx(50 * 60)
    assert sheet(found, "levers")[0]["saves"] == pytest.approx(60)


def test_scenarios_stand_side_by_side_and_wedges_add_up_exactly() -> None:
    found, file = of("scenarios", draws=100, year=2040), str(SICHUAN / "tree.yaml")
    assert found.result["rows"] == printed("scenario", "compare", file, "--draws", "100")["rows"]
    for one in found.result["wedges"]:
        told = printed("scenario", "wedges", file, one["scenario"], "--year", "2040")
        assert {key: one[key] for key in told if key != "tree"} == {
            key: told[key] for key in told if key != "tree"
        }
        assert sum(row["less"] for row in one["wedges"]) == pytest.approx(one["less"], rel=1e-12)
    rows = [row for row in sheet(found, "wedges") if row["scenario"] == "一般政策"]
    assert sum(row["share"] for row in rows[:-1]) == pytest.approx(1.0)
    assert rows[-1]["wedge"] == "合计"
    iamc = sheet(found, "iamc")
    assert {row["scenario"] for row in iamc} == {"baseline", "general", "strong"}
    whole = next(
        row for row in iamc if row["variable"] == "Emissions|Kyoto Gases" and row["scenario"] == "baseline"
    )
    assert whole["2021"] * 1e6 == pytest.approx(load_tree(file).evaluate().total[0, 0])
    strong = next(row for row in sheet(found, "levers") if row["title"] == "工业煤改电")
    assert (strong["baseline"], strong["general"], strong["strong"]) == (0.0, 0.0, 0.8)


def test_without_iamc_names_the_page_says_why_there_is_no_table(tmp_path: Path) -> None:
    data = tree_data(scenarios={"half": {"title": {"zh": "一半", "en": "Half"}, "levers": {"save": 0.5}}})
    found = of("scenarios", alone(tmp_path, data), draws=0)
    assert "iamc" not in [one.name for one in found.sheets]
    assert any("IAMC" in one for one in found.warnings)
    assert found.headline == "2030 年：基准 200 t CO₂；一半 170 t CO₂（-15.0%）"


@needs_shared
def test_a_scenario_of_eps_china_stands_beside_the_tree(tmp_path: Path) -> None:
    import csv

    with (SHARED / "eps_china_low_bau_2024" / "co2_by_sector_g.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.reader(stream))
    years = [at for at, head in enumerate(rows[0]) if head.strip().isdigit()]
    totals = [sum(float(row[at] or 0) for row in rows[1:]) / 1e12 for at in years]
    head = ["model", "scenario", "region", "variable", "unit", *(rows[0][at] for at in years)]
    told = ["EPS China", "BAU", "China", "Emissions|Kyoto Gases", "Mt CO2-equiv/yr", *map(str, totals)]
    data, _ = load_with_lines(SICHUAN / "tree.yaml")
    data["inventories"] = {
        name: {**one, "activity": str((SICHUAN / one["activity"]).resolve())} for name, one in data["inventories"].items()
    }  # fmt: skip
    alone(tmp_path, data)
    (tmp_path / "eps.csv").write_text("\n".join([",".join(head), ",".join(told)]), encoding="utf-8")
    found = of("scenarios", tmp_path, other="eps.csv", beside="strong", draws=0)
    beside = sheet(found, "against")
    assert {row["model"] for row in beside} == {"Tanheng", "EPS China"}
    first = min(row["year"] for row in beside if row["model"] == "EPS China")
    assert [row["index"] for row in beside if row["year"] == first] == [1.0, 1.0]
    assert {row["scenario"] for row in beside} == {"strong", "BAU"}


def test_a_cap_that_can_be_kept(tmp_path: Path) -> None:
    found = of("cap", alone(tmp_path, two_levers()))
    assert not found.alarm
    assert "可以达到" in found.headline
    assert sorted(row["depth"] for row in sheet(found, "levers")) == pytest.approx([0.2, 1.0])
    rows = {row["year"]: row for row in sheet(found, "years")}
    assert rows[2021]["price"] == pytest.approx(50)
    assert rows[2024]["price"] == pytest.approx(400)
    assert rows[2024]["emission"] == pytest.approx(rows[2024]["cap"])
    depth = sheet(found, "depths")
    assert depth[1]["cheap"] == pytest.approx(0.5)
    curve = sheet(found, "curve")
    prices = [round(row["price"]) for row in curve[1:]]
    assert prices == sorted(prices)
    assert set(prices) == {50, 400}


def test_a_cap_out_of_reach_is_an_alarm_with_gap_bounds_and_relaxation(tmp_path: Path) -> None:
    found = of("cap", alone(tmp_path, two_levers()), marks="2024=100e3")
    assert found.alarm
    assert found.result["gap_t"]["2024"] == pytest.approx(40)
    assert sorted(row["worth"] for row in sheet(found, "binding")) == pytest.approx([0.6, 2.0])
    relaxed = sheet(found, "relaxation")
    assert [(row["bound"], row["more"]) for row in relaxed] == [
        ("超过原定幅度", pytest.approx(2 / 3, abs=1e-5))
    ]
    assert any("缺口" in one for one in found.warnings)
    assert next(row for row in sheet(found, "years") if row["year"] == 2024)["gap"] == pytest.approx(
        40e3, rel=1e-5
    )


def test_the_cap_may_be_the_path_of_the_road() -> None:
    found = of("cap", of="path")
    capped = {row["year"]: row["cap"] for row in sheet(found, "years") if np.isfinite(row["cap"])}
    assert min(capped) == 2025
    assert capped[2030] == pytest.approx(415e6)
    assert capped[2028] == pytest.approx(413e6)
    own = of("cap", discount=3, curve=2040)
    told = printed("cap", str(SICHUAN / "tree.yaml"), "--discount", "3")
    assert {key: own.result[key] for key in told} == told
    curve = printed("cap", str(SICHUAN / "tree.yaml"), "--curve", "2040")
    assert own.result["curve"] == {key: one for key, one in curve.items() if key != "tree"}


@pytest.mark.parametrize("text", ["2030", "2030=much", "2030=1e400", "2030=nan", "1990=5", "x=5"])
def test_a_cap_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(CapUnreadable) as caught:
        of("cap", marks=text)
    assert caught.value.code == "W-073"


def test_a_cap_is_read_as_people_write_it() -> None:
    found = of("cap", marks="2030=4.3e8， 2040＝4e8")
    rows = {row["year"]: row["cap"] for row in sheet(found, "years")}
    assert (rows[2030], rows[2035], rows[2040]) == (430e6, 415e6, 400e6)


@pytest.mark.parametrize("kind", ["tree", "scenarios", "cap"])
def test_a_document_is_english_in_english_and_plain_data(kind: str) -> None:
    use_language("en")
    found = of(kind, marks="2030=2e8") if kind == "cap" else of(kind)
    told = json.loads(json.dumps(found.to_dict() | {"result": None}, allow_nan=False))
    for one in told["sheets"]:
        one["rows"] = [
            {key: value for key, value in row.items() if key != "from"} for row in one["rows"]
        ]  # cells of data
    said = json.dumps(told, ensure_ascii=False)
    assert not HAN.search(said)
    names = [one.name for one in found.sheets]
    assert len(set(names)) == len(names)
    for one in found.sheets:
        keys = {column.key for column in one.columns}
        assert one.rows
        assert all(keys <= set(row) for row in one.rows), one.name


def test_years_and_amounts_are_said_as_people_do() -> None:
    assert years_said((2030, 2024, 2025)) == "2024–2025, 2030"
    assert amount_said(863698.3, "tCO2e") == "86.37 万 t CO₂e"
    use_language("en")
    assert amount_said(863698.3, "tCO2e") == "863.7 kt CO₂e"
    assert amount_said(-71787395.7, "tCO2e") == "-71.79 Mt CO₂e"
