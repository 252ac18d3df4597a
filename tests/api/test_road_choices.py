"""What options of analyses are chosen from: columns of a table of the set, and what the set itself names."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from a_road import EXAMPLE, add_road, analysed, sent
from serving import add, enter
from tanheng.pathways import load_road
from tanheng.serve.roads.kinds import KINDS

PEOPLE = {"wang": ["analyst"]}
HEADS = ["城市", "年份", "排放", "消费,其他", "产值_不变价"]
ROWS = [[city, year, 10.5 + at + year % 7, 3.5 + at, 20.5 + at + year % 5] for at, city in enumerate("甲乙丙") for year in (2021, 2019, 2020)]  # fmt: skip


def written(rows: list[list[Any]]) -> bytes:
    quoted = [",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row) for row in rows]
    return ("\n".join(quoted) + "\n").encode("gb18030")


def workbook(rows: list[list[Any]]) -> bytes:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    hidden = made.active
    hidden.title, hidden.sheet_state = "说明", "hidden"
    hidden.append(["这里", "没有", "数"])
    sheet = made.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    made.save(kept)
    return kept.getvalue()


SET = {
    "城市.csv": written([HEADS, *ROWS]), "城市.xlsx": workbook([HEADS, *ROWS]), "broken.xlsx": b"PK\x03\x04 no workbook",
    "empty.csv": b"", "bytes.csv": bytes(range(256)) * 40,
}  # fmt: skip


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def tables(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, SET, name="城市表", region="CN-51")


@pytest.fixture(scope="module")
def sichuan(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, region="CN-51")


def choices(client: TestClient, road: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/roads/{road}/choices", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("file", ["城市.csv", "城市.xlsx"])
def test_columns_of_a_table_with_their_first_values(client: TestClient, tables: str, file: str) -> None:
    found = {one["name"]: one["values"] for one in choices(client, tables, file=file)["columns"]}
    assert list(found) == HEADS
    assert found["城市"] == ["甲", "乙", "丙"]
    assert found["年份"] == ["2019", "2020", "2021"]


@pytest.mark.parametrize("file", ["broken.xlsx", "empty.csv"])
def test_what_is_no_table_has_no_columns(client: TestClient, tables: str, file: str) -> None:
    assert choices(client, tables, file=file)["columns"] == []


def test_bytes_are_no_fault_of_the_server(client: TestClient, tables: str) -> None:
    assert len(choices(client, tables, file="bytes.csv")["columns"]) <= 300


def test_what_a_set_names_is_in_the_language_of_the_request(client: TestClient, sichuan: str) -> None:
    road = load_road(EXAMPLE / "road.yaml")
    for lang in ("zh", "en"):
        listed = client.get(f"/api/v1/roads/{sichuan}/choices", headers={"accept-language": lang}).json()[
            "listed"
        ]
        nodes = {**road.tree.nodes, **road.tree.leaves}
        assert {one["value"]: one["word"] for one in listed["nodes"]} == {
            name: one.title[lang] for name, one in nodes.items()
        }
        assert [one["value"] for one in listed["scenarios"]] == list(dict.fromkeys(["baseline", *road.tree.scenarios]))  # fmt: skip
    assert [one["value"] for one in listed["observed"]] == [str(int(year)) for year in road.observed.years]
    assert [one["value"] for one in listed["modelled"]] == [str(int(year)) for year in road.tree.years]
    assert [one["value"] for one in listed["series"]] == list(road.observed.series.columns)
    assert {one["value"] for one in listed["activities"]} == {
        name for name, kind in road.observed.kinds.items() if kind == "activity"
    }


def test_every_source_that_an_option_names_is_served(client: TestClient, sichuan: str) -> None:
    known = {"", "tables", "columns", *choices(client, sichuan)["listed"]}
    for kind in KINDS.values():
        names = {one.name for one in kind.options}
        for one in kind.options:
            source, _, other = one.source.partition(":")
            assert source in {*known, "values"}, (one.name, one.source)
            assert not other or other in names, (one.name, one.source)
            assert one.then in ("", "columns", "values")


def test_uploads_that_are_laid_over_are_read_first(
    client: TestClient, head: dict[str, str], tables: str
) -> None:
    own = written([["region", "co2"], ["A", 1], ["B", 2]])
    upload = sent(client, head, {"own.csv": own, "城市.csv": own}, region="CN-51")
    for file in ("own.csv", "城市.csv"):
        found = choices(client, tables, file=file, files=upload)["columns"]
        assert [one["name"] for one in found] == ["region", "co2"]
    answer = client.get(f"/api/v1/roads/{tables}/choices", params={"file": "own.csv"})
    assert answer.status_code == 404
    assert "城市.csv" in answer.json()["message"]["zh"]


@pytest.mark.parametrize("file", ["../../settings.toml", "/etc/passwd", "road.yaml", "."])
def test_only_files_of_the_set_are_read(client: TestClient, tables: str, file: str) -> None:
    assert client.get(f"/api/v1/roads/{tables}/choices", params={"file": file}).status_code == 404


def test_a_set_and_an_upload_of_others_are_as_if_they_were_not(
    client: TestClient, head: dict[str, str], tables: str
) -> None:
    upload = sent(client, head, {"own.csv": b"a,b\n1,2\n"}, region="CN-51")
    add(client, "tianjin", ["analyst"], tenant="天津市生态环境局")
    add(client, "guang", ["analyst"], [("region", "CN-44")])
    for login in ("tianjin", "guang"):
        other = TestClient(client.app)
        own = enter(other, login)
        asked = {"file": "城市.csv"}
        assert other.get(f"/api/v1/roads/{tables}/choices", params=asked).status_code == 404
        mine = add_road(other, own, {"t.csv": b"c,d\n1,2\n"}, name=login, region="CN-44" if login == "guang" else "CN-12")  # fmt: skip
        over = {"file": "own.csv", "files": upload}
        assert other.get(f"/api/v1/roads/{mine}/choices", params=over).status_code == 404


def test_names_may_be_sent_as_a_list_and_then_hold_commas(
    client: TestClient, head: dict[str, str], tables: str
) -> None:
    asked = {
        "file": "城市.csv",
        "impact": "排放",
        "period": "年份",
        "factors": ["消费,其他"],
        "where": ["城市=甲"],
    }
    answer = client.post(f"/api/v1/roads/{tables}/analyses", headers=head, json={"kind": "stirpat", "options": {**asked, "factors": [1]}})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "W-071")
    answer = client.post(f"/api/v1/roads/{tables}/analyses", headers=head, json={"kind": "stirpat", "options": {**asked, "factors": []}})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "W-071")
    allocate = {"file": "城市.csv", "by": "城市", "cap": 100, "base": "2020", "indicators": ["消费,其他:-"], "methods": ["entropy"]}  # fmt: skip
    made = analysed(client, head, tables, "allocate", **allocate)
    found = client.get(f"/api/v1/road-analyses/{made}").json()
    assert found["options"]["indicators"] == ["消费,其他:-"]
    assert sum(row["entropy"] for row in found["document"]["sheets"][0]["rows"][:3]) == 100
