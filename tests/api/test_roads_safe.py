"""Roads keep to their place, carry the marks of what they are made of, and no file of theirs stops a list."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import GPC, dataset

from a_road import flat, sent, zipped
from serving import enter, job
from tanheng.errors import PackInvalid
from tanheng.inventory.methods.yaml_lines import load_with_lines
from tanheng.serve.roads.document import finite
from tanheng.serve.roads.sets import SetWrong, lay

PEOPLE = {"wang": ["analyst"]}
TABLE = b"name,co2\nA,10\nB,20\n"
ALLOCATE = {"kind": "allocate", "options": {"cap": 20, "by": "name", "emissions": "co2"}}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


def asked(client: TestClient, head: dict[str, str], files: list[str], **more: Any) -> Any:
    told = {"name": "表", "files": files, "region": "CN-51", **more}
    return client.post("/api/v1/roads", headers=head, json=told)


def test_files_of_another_place_are_not_carried_into_a_road(client: TestClient, head: dict[str, str]) -> None:
    elsewhere = sent(client, head, {"guangdong.csv": TABLE}, region="CN-44")
    answer = asked(client, head, elsewhere)
    assert (answer.status_code, answer.json()["code"]) == (422, "W-076")
    assert "guangdong.csv" in answer.json()["message"]["en"]
    within = sent(client, head, {"chengdu.csv": TABLE}, region="CN-5101")
    road = job(client, asked(client, head, within))["road"]
    over = client.post(f"/api/v1/roads/{road}/analyses", headers=head, json={**ALLOCATE, "files": elsewhere})
    assert (over.status_code, over.json()["code"]) == (422, "W-076")


def test_files_that_name_no_place_are_marked_where_the_road_has_one(
    client: TestClient, head: dict[str, str]
) -> None:
    loose = sent(client, head, {"loose.csv": TABLE})
    placed = sent(client, head, {"placed.csv": TABLE}, region="CN-51")
    done = job(client, asked(client, head, loose + placed, name="无地区"))
    facts = client.get(f"/api/v1/roads/{done['road']}", headers={"accept-language": "en"}).json()["facts"]
    assert facts["warnings"] == ["Uploaded to no place and taken as of the road's own: loose.csv"]
    road = job(client, asked(client, head, placed, name="有地区"))["road"]
    assert client.get(f"/api/v1/roads/{road}").json()["facts"]["warnings"] == []
    over = client.post(f"/api/v1/roads/{road}/analyses", headers=head, json={**ALLOCATE, "files": loose})
    shown = client.get(f"/api/v1/road-analyses/{job(client, over)['analysis']}").json()
    assert "上传时没有注明地区，按本路径所在地区采用：loose.csv" in shown["document"]["warnings"]
    country = job(client, asked(client, head, loose, name="全国", region=""))["road"]
    assert client.get(f"/api/v1/roads/{country}").json()["facts"]["warnings"] == []


def test_an_archive_is_not_laid_over(client: TestClient, head: dict[str, str]) -> None:
    road = job(client, asked(client, head, sent(client, head, {"t.csv": TABLE})))["road"]
    files = sent(client, head, {"over.zip": zipped({"t.csv": TABLE})})
    answer = client.post(f"/api/v1/roads/{road}/analyses", headers=head, json={**ALLOCATE, "files": files})
    assert (answer.status_code, answer.json()["code"]) == (422, "W-002")
    assert "over.zip is an archive" in answer.json()["message"]["en"]


def test_made_up_files_mark_the_road_and_its_analyses(client: TestClient, head: dict[str, str]) -> None:
    dataset(client, head, GPC, "合成", region="CN-51", method="gpc-cn", synthetic=True)
    rows = client.get("/api/v1/uploads").json()["rows"]
    upload = next(one["id"] for one in rows if one["name"] == "activity.csv")
    road = job(client, asked(client, head, [upload], name="合成"))["road"]
    assert client.get(f"/api/v1/roads/{road}").json()["synthetic"] is True
    plain = job(client, asked(client, head, sent(client, head, {"t.csv": TABLE}), name="真实"))["road"]
    assert client.get(f"/api/v1/roads/{plain}").json()["synthetic"] is False
    told = {**ALLOCATE, "options": {**ALLOCATE["options"], "file": "t.csv"}, "files": [upload]}
    found = job(client, client.post(f"/api/v1/roads/{plain}/analyses", headers=head, json=told))["analysis"]
    shown = client.get(f"/api/v1/road-analyses/{found}").json()
    assert (shown["synthetic"], shown["document"]["synthetic"]) == (True, True)


@pytest.mark.parametrize("wrong", [{"name": "n\0"}, {"why": "w\0"}, {"inventories": {"２０２１": ["x"]}}])
def test_fields_that_no_database_keeps_are_refused(
    client: TestClient, head: dict[str, str], wrong: dict[str, Any]
) -> None:
    answer = asked(client, head, sent(client, head, {"t.csv": TABLE}), **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "W-002")


@pytest.mark.parametrize("line", ['title: "a\\0"', '"a\\0": b', 'a: [x, "\\0"]'])
def test_nul_in_yaml_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.yaml").write_text(f"format: x\n{line}\n", encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_with_lines(tmp_path / "a.yaml")
    assert caught.value.fields["line"] == 2


def test_documents_hold_no_nul() -> None:
    assert finite({"a\0": ["b\0c"]}) == {"a": ["bc"]}


def test_a_title_with_nul_is_the_failure_of_the_job(client: TestClient, head: dict[str, str]) -> None:
    files = flat()
    text = files["tree.yaml"].decode()
    line = next(one for one in text.splitlines() if one.startswith("title:"))
    files["tree.yaml"] = text.replace(line, 'title: {zh: "四川\\0", en: "Sichuan"}').encode()
    answer = asked(client, head, sent(client, head, files), name="空")
    found = client.get("/api/v1/roads").status_code, job(client, answer, "failed")["error"]["code"]
    assert (found, client.get("/api/v1/roads").status_code) == ((200, "P-001"), 200)


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_broken_archives_are_refused(tmp_path: Path, way: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as archive:
        archive.writestr("a.csv", json.dumps(list(range(500))))
    raw = bytearray(made.getvalue())
    raw[35:60] = bytes(255 - one for one in raw[35:60])
    (tmp_path / "x.zip").write_bytes(raw)
    (tmp_path / "out").mkdir()
    with pytest.raises(SetWrong):
        lay([("x.zip", tmp_path / "x.zip")], tmp_path / "out")
