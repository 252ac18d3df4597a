"""Roads on the platform: sets of files as versions, and analyses as documents in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from a_road import EXAMPLE, add_road, analysed, flat
from serving import add, enter
from tanheng.pathways import dual_carbon_index, load_road

PEOPLE = {"wang": ["analyst"]}
FEW = {"draws": 200}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def sichuan(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, region="CN-51", why="初稿")


@pytest.fixture(scope="module")
def index(client: TestClient, head: dict[str, str], sichuan: str) -> str:
    return analysed(client, head, sichuan, **FEW)


def get(client: TestClient, path: str, lang: str = "zh", **params: Any) -> Any:
    answer = client.get(f"/api/v1{path}", headers={"accept-language": lang}, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_set_becomes_a_version_that_says_what_it_holds(client: TestClient, sichuan: str) -> None:
    found = get(client, f"/roads/{sichuan}")
    road = load_road(EXAMPLE / "road.yaml")
    assert (found["base"], found["target"], found["last"]) == (road.path.base, road.path.target, road.observed.last)  # fmt: skip
    assert (found["region"], found["number"], found["newest"], found["synthetic"], found["why"]) == ("CN-51", 1, True, True, "初稿")  # fmt: skip
    facts = found["facts"]
    assert (facts["title"], facts["unit"]) == ("四川省", road.unit)
    assert [one["id"] for one in facts["levers"]] == list(road.tree.levers)
    assert facts["scenarios"][0]["id"] == "baseline"
    assert {one["name"] for one in found["files"]} == set(flat())
    assert get(client, f"/roads/{sichuan}", "en")["facts"]["title"] == "Sichuan"
    sent = client.get(f"/api/v1/roads/{sichuan}/files/road.yaml")
    assert sent.content == flat()["road.yaml"]


def test_the_index_is_that_of_the_library_in_both_languages(client: TestClient, index: str) -> None:
    expected = dual_carbon_index(load_road(EXAMPLE / "road.yaml"), draws=200)
    for lang, words in (("zh", "路径一致性"), ("en", "Path consistency")):
        found = get(client, f"/road-analyses/{index}", lang)
        document = found["document"]
        assert document["result"]["overall"] == expected.to_dict()["overall"]
        assert (found["version"], document["synthetic"], document["result"]["bound"]) == (1, True, {})
        assert document["sheets"][0]["rows"][0]["part"] == words


def test_somebody_of_another_area_sees_nothing(client: TestClient, sichuan: str, index: str) -> None:
    add(client, "far", ["analyst"], [("region", "CN-12")])
    far = TestClient(client.app)
    head = enter(far, "far")
    for path in (f"/roads/{sichuan}", f"/roads/{sichuan}/analyses", f"/road-analyses/{index}", f"/road-analyses/{index}/sheets/parts"):  # fmt: skip
        assert far.get(f"/api/v1{path}").status_code == 404, path
    assert far.get("/api/v1/roads").json()["total"] == 0
    asked = {"kind": "index", "options": FEW}
    assert far.post(f"/api/v1/roads/{sichuan}/analyses", headers=head, json=asked).status_code == 404
