"""Documents of the loop: what the command line tells of a deviation and of a review stands on the page, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.a_town import town
from tests.unit.test_tree import lever

from tanheng.errors import LANGS, NotFound, language, use_language
from tanheng.pathways.deviation import decide, deviation_of, simulate
from tanheng.pathways.deviation.problems import DeviationInvalid
from tanheng.pathways.deviation.wording import sentences
from tanheng.pathways.journal import lines_of
from tanheng.pathways.tree.problems import LeverInvalid
from tanheng.serve.roads import deviation, review
from tanheng.serve.roads.options import chosen
from tanheng.serve.roads.places import Opened

pytestmark = pytest.mark.usefixtures("reads_beside")

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    known = language()
    yield
    use_language(known)


def opened(folder: Path, files: dict[str, bytes]) -> Opened:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Opened(folder, sorted(files))


def told(found: Opened, **asked: Any) -> dict[str, Any]:
    document = deviation.document(found, chosen(deviation.OPTIONS, asked, found.files)).to_dict()
    json.dumps(document, allow_nan=False)
    return document


def sheet(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = next(one for one in document["sheets"] if one["name"] == name)
    for row in found["rows"]:
        assert {column["key"] for column in found["columns"]} <= set(row)
    return list(found["rows"])


@pytest.mark.parametrize("lang", LANGS)
def test_all_that_the_command_line_says_stands_on_the_page(tmp_path: Path, lang: Any) -> None:
    use_language(lang)
    found = opened(tmp_path, town())
    document = told(found, draws=20)
    expected = deviation_of(found.road, draws=20)
    assert document["alarm"] is True
    assert ("警报" if lang == "zh" else "alarm") in document["headline"]
    assert {*document["warnings"], *(row["said"] for row in sheet(document, "said"))} == set(
        sentences(expected)
    )
    assert {key: value for key, value in document["result"].items() if key != "simulation"} == json.loads(
        json.dumps(expected.to_dict())
    )
    total = sheet(document, "total")
    assert [row["period"] for row in total] == ["2020", "2021", "2022", "2023"]
    assert total[-1]["deviation"] == pytest.approx(expected.total.deviation[-1])
    assert sum(row["deviation"] for row in sheet(document, "cells")) == pytest.approx(total[-1]["deviation"])
    assert sum(row["effect"] for row in sheet(document, "cause")) == pytest.approx(total[-1]["deviation"])
    assert sum(row["deviation"] for row in sheet(document, "causes")) == pytest.approx(total[-1]["deviation"])
    assert sheet(document, "alarms")[0]["state"] == ("未解除" if lang == "zh" else "standing")
    years = sheet(document, "correction")
    saved = years[-1]["without"] - years[-1]["corrected"]
    assert sum(row["less"] for row in sheet(document, "levers")) == pytest.approx(saved)
    drawn = [one["kind"] for one in document["charts"]]
    assert drawn.count("waterfall") == 1
    assert drawn.count("bars") == 1
    cusum = next(one for one in document["charts"] if one["title"].startswith("CUSUM"))
    assert [line["name"] for line in cusum["lines"]].count("警报高度" if lang == "zh" else "Alarm") == 2


def test_no_language_is_left_in_the_other() -> None:
    use_language("en")
    document = told(Opened(EXAMPLES / "sichuan-road", ["road.yaml"]), correct="yes", draws=20)
    words = [document["headline"], *(one["label"] + one["note"] + one["text"] for one in document["figures"])]
    words += [
        one["title"] + one["note"] + "".join(column["title"] for column in one["columns"])
        for one in document["sheets"]
    ]
    mixed = [word.replace("工业", "") for word in words]
    assert not [word for word in mixed if any("\u4e00" <= letter <= "\u9fff" for letter in word)]
    assert document["synthetic"] is True
    assert "(synthetic)" in document["headline"]


def test_months_and_the_alarms_of_cells() -> None:
    document = told(Opened(EXAMPLES / "sichuan-months", ["road.yaml"]))
    assert document["alarm"] is False
    assert {(row["level"], row["grain"], row["start"]) for row in sheet(document, "alarms")} == {
        ("ground_transport", "月", "2020-01"),
        ("power", "月", "2020-05"),
    }
    assert "分项有 2 个未解除的警报" in document["headline"]
    assert len(sheet(document, "months")) == 48
    assert [one["title"] for one in document["charts"]].count("CUSUM · power · 月度") == 1
    assert any("没有预测" in line for line in document["warnings"])


def test_levers_that_a_person_chooses_are_simulated(tmp_path: Path) -> None:
    found = opened(tmp_path, town())
    document = told(found, correct="no", levers={"save": 1.0, "clean": 0.0}, draws=20)
    assert document["result"]["correction"] is None
    assert [row["lever"] for row in sheet(document, "simulated")] == ["save"]
    years = sheet(document, "simulation")
    assert years[0]["year"] == 2023
    expected = simulate(found.road, {"save": 1.0}, draws=20)
    assert years[-1]["simulated"] == pytest.approx(expected.emission[-1])
    assert years[-1]["without"] - years[-1]["simulated"] == pytest.approx(
        sheet(document, "simulated")[0]["less"]
    )
    assert expected.present_value == pytest.approx(sum(row["cost"] for row in years) * 1e8)
    assert all(row["low"] <= row["simulated"] <= row["high"] for row in years)
    with pytest.raises(NotFound):
        told(found, levers={"nothing": 1.0})


def test_levers_that_need_one_another_are_refused_alone(tmp_path: Path) -> None:
    tree = {
        "needing": lever(
            "coal", -0.1, cost=1, cost_unit="元/tCO2", needs=["save"], **{"from": 2022, "build": 4}
        )
    }
    found = opened(tmp_path, town(tree=tree))
    with pytest.raises(LeverInvalid):
        simulate(found.road, {"needing": 1.0}, draws=5)
    assert simulate(found.road, {"needing": 0.5, "save": 0.5}, draws=5).effects.keys() == {"needing", "save"}


def test_a_road_whose_path_is_over_has_nothing_to_simulate(tmp_path: Path) -> None:
    path = {"unit": "t", "marks": {"2020": 500, "2023": 480}, "source": "a test"}
    found = opened(tmp_path, town(path=path))
    assert told(found, correct="yes")["result"]["correction"] is None
    with pytest.raises(DeviationInvalid):
        told(found, levers={"save": 1.0})


@pytest.mark.parametrize("lang", LANGS)
def test_a_review_tells_what_became_of_decisions(tmp_path: Path, lang: Any) -> None:
    use_language(lang)
    found = opened(tmp_path, town())
    log = tmp_path / "decisions.jsonl"
    decide(deviation_of(found.road, draws=5), log, who="发展改革委", levers=["save"])
    before = replace(found, decisions=lines_of(log))
    waits = review.document(before, {}).to_dict()
    assert waits["warnings"]
    assert sheet(waits, "years") == []
    later = replace(opened(tmp_path, town(later=True)), decisions=lines_of(log))
    document = review.document(later, {}).to_dict()
    assert "2024" in document["headline"]
    assert [(row["year"], row["observed"]) for row in sheet(document, "years")] == [(2024, 558.8)]
    assert [(row["factor"], row["cell"], row["levers"]) for row in sheet(document, "levers")] == [
        ("use", "coal", found.road.tree.levers["save"].title[lang])
    ]
    assert document["result"]["outcomes"][0]["levers"][0]["delivered"] is not None
    assert len(document["charts"]) == 1
    with pytest.raises(NotFound):
        review.document(replace(later, decisions=()), {})
