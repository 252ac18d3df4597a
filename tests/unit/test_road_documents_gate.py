"""What the gate, the projects and their money say on the platform: the same numbers as the library, in both languages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tanheng.errors import Lang, use_language
from tanheng.pathways import load_road
from tanheng.pathways.gate import Claim, Lot, judge, load_project
from tanheng.pathways.projects import finance, load_projects, loan_schedule, roll_up
from tanheng.serve.roads.document import Document, Sheet
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.options import OptionWrong, chosen
from tanheng.serve.roads.places import Opened

pytestmark = pytest.mark.usefixtures("reads_beside")

EXAMPLE = Path("examples/sichuan-road")
FEW = {"draws": 200}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def opened(folder: Path = EXAMPLE, **more: Any) -> Opened:
    return Opened(folder, sorted(one.name for one in folder.iterdir()), **more)


def made(kind: str, place: Opened | None = None, lang: Lang = "en", **asked: Any) -> Document:
    place = place or opened()
    use_language(lang)
    return KINDS[kind].make(place, chosen(KINDS[kind].options, asked, place.files))


def sheet(found: Document, name: str) -> Sheet:
    return next(one for one in found.sheets if one.name == name)


@pytest.mark.parametrize(("kind", "asked"), [("gate", FEW), ("projects", {}), ("finance", {})])
def test_every_cell_of_every_table_is_told_in_both_languages(kind: str, asked: dict[str, Any]) -> None:
    zh, en = made(kind, lang="zh", **asked), made(kind, lang="en", **asked)
    assert zh.headline != en.headline
    assert [one.name for one in zh.sheets] == [one.name for one in en.sheets]
    assert len({one.name for one in en.sheets}) == len(en.sheets)
    for one in [*zh.sheets, *en.sheets]:
        keys = {column.key for column in one.columns}
        assert one.rows, one.name
        assert all(keys <= set(row) for row in one.rows), one.name
    assert len(en.charts) >= 1
    assert all(one.startswith("<svg") for one in en.charts)
    for one, other in zip(zh.sheets, en.sheets, strict=True):
        assert [column.title for column in one.columns] != [column.title for column in other.columns]
    json.dumps(zh.to_dict(), allow_nan=False)
    assert zh.result == en.result or kind != "gate"


def test_the_verdict_is_that_of_the_library() -> None:
    road = load_road(EXAMPLE / "road.yaml")
    expected = judge(road, load_project(EXAMPLE / "project.yaml", road), **FEW)
    found = made("gate", **FEW)
    assert expected.plan is not None
    assert found.headline.startswith("Chemical park, first stage → Sichuan: Admitted with offsets")
    assert not found.alarm
    assert found.synthetic
    assert found.result["verdict"] == "admitted-with-offsets"
    assert found.result["lots"] == [
        {"option": one.option, "vintage": one.vintage, "tonnes": one.tonnes, "issued": one.issued} for one in expected.plan.lots()
    ]  # fmt: skip
    path = sheet(found, "test-1")
    assert [row["certainty"] for row in path.rows] == expected.checks[0].table().to_polars()[
        "certainty"
    ].to_list()
    views = next(one.steam for one in expected.project.options if one.steam is not None).views(expected.years)
    together = [row for row in sheet(found, "steam-1").rows if row["term"] == "Together"]
    assert [row["city"] for row in together] == pytest.approx(views.city.tolist())
    assert all(row["firm"] + row["plant"] == pytest.approx(row["city"]) for row in together)
    assert any(row["lacks"].startswith("not additional") for row in sheet(found, "offsets").rows)


def test_what_others_hold_is_not_there_and_ones_own_is() -> None:
    free = made("gate", **FEW)
    year = free.result["lots"][0]["vintage"]
    lots = [Lot(one["option"], one["vintage"], one["tonnes"], one["issued"]) for one in free.result["lots"]]
    theirs = [
        Claim(at, "", "mill", "elsewhere", lot)
        for at, lot in enumerate(lots, 1)
        if lot.option == "steam-supply"
    ]
    mine = [Claim(one.id, "", "chemical-park", free.result["road"], one.lot) for one in theirs]
    held = made("gate", opened(claims=theirs), **FEW)
    assert held.result["offsets"]["cost_cny"] > free.result["offsets"]["cost_cny"]
    assert held.result["claimed"][f"steam-supply {year}"] == lots[0].tonnes
    assert any("claimed by others" in row["lacks"] for row in sheet(held, "offsets").rows)
    assert made("gate", opened(claims=mine), **FEW).result["lots"] == free.result["lots"]


def test_a_project_that_is_refused_says_why_and_claims_nothing(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "road")
    data = yaml.safe_load((folder / "project.yaml").read_text())
    data["changes"][0]["amount"] = 9000
    (folder / "large.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    shutil.copytree(EXAMPLE.parent / "sichuan-2021", tmp_path / "sichuan-2021")
    found = made("gate", opened(folder), file="large.yaml", **FEW)
    assert found.alarm
    assert found.result["lots"] == []
    assert "Refused; Target path: over in" in found.headline
    assert any("Offsets do not suffice" in one for one in found.warnings)
    assert any(one.label == "Offsets cover at most" for one in found.figures)


def test_projects_are_those_of_the_library() -> None:
    rolled = roll_up(load_projects(EXAMPLE / "projects.yaml"))
    found = made("projects")
    assert [row["with_projects"] for row in sheet(found, "totals").rows] == rolled.expected.total[0].tolist()
    assert "Not reported: Electric buses 2025, expected 5,333 t (not counted)" in found.warnings
    assert sum("2025" in one and "eported" in one for one in found.warnings) == 1
    assert found.alarm
    by_kind = made("projects", by="kind", including=["proposed"], as_of=2024)
    assert {row["name"] for row in sheet(by_kind, "realised").rows} >= {"节能", "交通", "All"}
    assert not any("kiln-capture" in one for one in by_kind.warnings)
    assert by_kind.result["effects"]["as_of"] == 2024


def test_projects_without_a_tree_say_so(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "road")
    (folder / "tree.yaml").unlink()
    (folder / "road.yaml").unlink()
    data = yaml.safe_load((EXAMPLE / "projects.yaml").read_text())
    del data["tree"]
    (folder / "projects.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    found = made("projects", opened(folder))
    assert "The set has no factor tree: nothing is put into one." in found.warnings
    assert "totals" not in {one.name for one in found.sheets}
    shutil.copy(EXAMPLE / "tree.yaml", folder)
    shutil.copytree(EXAMPLE.parent / "sichuan-2021", tmp_path / "sichuan-2021")
    assert sheet(made("projects", opened(folder)), "totals").rows


def test_money_is_that_of_the_library() -> None:
    pipeline = load_projects(EXAMPLE / "projects.yaml")
    expected = finance(pipeline, discount=0.04, carbon=80, growth=0.02)
    found = made("finance", discount=4, carbon=80, growth=2, prices="0，100")
    assert found.figures[0].value == pytest.approx(expected.npv / 1e4)
    assert [row["npv"] for row in sheet(found, "worth").rows] == [one.npv for one in expected.worths]
    assert [row["p1"] for row in sheet(found, "sensitivity").rows] == expected.at([100.0]).to_polars()[
        "npv"
    ].to_list()
    assert len(sheet(found, "cash").rows) == expected.cash_flows().to_polars().height
    payments = loan_schedule(pipeline, "green").to_dicts()
    assert [row["interest"] for row in sheet(found, "loan-1").rows] == [
        float(row["interest"]) for row in payments
    ]
    assert "4,000 CNY less than without targets" in found.figures[-1].note
    one = made("finance", projects="bus-fleet", prices="50")
    assert [row["project"] for row in sheet(one, "worth").rows] == ["bus-fleet"]
    assert [column.title for column in sheet(one, "sensitivity").columns] == ["Project", "At 50 CNY/t"]


@pytest.mark.parametrize("prices", ["much", "-1", "1e9", ",".join(map(str, range(13))), "nan"])
def test_prices_that_cannot_be_are_refused(prices: str) -> None:
    with pytest.raises(OptionWrong) as caught:
        made("finance", prices=prices)
    assert "prices" in caught.value.message("en")
