"""Files that come in: safe names, limits, quota, and the mapping assistant."""

from __future__ import annotations

import http.client
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from old_excel import locked
from serving import SICHUAN, add, enter, job, server
from shared import SHARED, needs_shared
from tanheng.serve.bodies import safe_name
from tanheng.serve.idempotent import boundary_of

ODD = "单位名称,燃料种类,2021年（吨）,2022年（吨）,年初库存\n甲厂,柴油,5,6,1\n乙厂,汽油,7,8,2\n".encode()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path / "data", upload_mb=1, quota_mb=2) as found:
        add(found, "wang", ["analyst"], [("region", "CN-51")])
        found.headers.update(enter(found, "wang"))
        yield found


def send(client: TestClient, name: str, content: bytes, **data: str) -> Any:
    return client.post("/api/v1/uploads", files={"file": (name, content)}, data=data)


def kept(client: TestClient, name: str, content: bytes) -> str:
    answer = send(client, name, content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_file_comes_back_as_it_was_and_no_browser_shows_it(client: TestClient) -> None:
    name = kept(client, "x.svg", b"<svg onload=alert(1)>")
    back = client.get(f"/api/v1/uploads/{name}/file")
    assert back.content == b"<svg onload=alert(1)>"
    assert back.headers["content-disposition"] == 'attachment; filename="x.svg"'
    assert (back.headers["x-content-type-options"], back.headers["content-type"]) == (
        "nosniff",
        "application/octet-stream",
    )
    assert "sandbox" in back.headers["content-security-policy"]
    assert client.get(f"/api/v1/uploads/{name}").json()["size"] == 21


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("../../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("a\x00b\r\n.csv", "ab.csv"),
        ("\u202evsc.exe", "vsc.exe"), ("....", "upload"), ("", "upload"), ("CON.xlsx", "_CON.xlsx"), ("a:b*?.csv", "a_b__.csv"),
        ("表" * 300 + ".xlsx", "表" * 65 + ".xlsx"), ("四川 2021.xlsx", "四川 2021.xlsx"),
    ],
)  # fmt: skip
def test_names_are_safe(said: str, plain: str) -> None:
    assert safe_name(said) == plain
    assert len(safe_name(said).encode()) <= 200


NAUGHTY = ("../../../x", "..\\..\\x", "<script>alert(1)</script>.csv", "=cmd|' /C calc'!A0", "'; drop table upload; --", "%2e%2e%2fx",
           "\u202etxt.exe", "a\u200bb", "👾 🙇 💁.csv", "NUL", "/dev/null", "file:///etc/passwd", "{{7*7}}", "$(touch x)", "\ufeff")  # fmt: skip


def test_naughty_names_stay_in_their_folder(client: TestClient) -> None:
    platform = client.app.state.platform
    for name in NAUGHTY:
        upload = kept(client, name, SICHUAN.read_bytes())
        assert client.get(f"/api/v1/uploads/{upload}/mapping").status_code == 200
        job(client, client.post("/api/v1/datasets", json={"upload": upload, "name": name}))
    assert {one.name for one in platform.folder.parent.iterdir()} == {platform.folder.name}
    assert all(one.resolve().is_relative_to(platform.folder) for one in platform.folder.rglob("*"))


@needs_shared
@pytest.mark.shared
def test_the_list_of_naughty_strings_makes_safe_names(tmp_path: Path) -> None:
    assert SHARED is not None
    for said in json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8")):
        name = safe_name(said)
        (tmp_path / name).write_bytes(b"")
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()


def test_what_is_too_large_is_refused(client: TestClient) -> None:
    over = send(client, "x.csv", b"x" * (1 << 20) + b"y" * (1 << 17))
    assert (over.status_code, over.json()["code"]) == (413, "W-005")
    body = b'{"a": "' + b"x" * (9 << 20) + b'"}'
    small = client.post("/api/v1/datasets", content=body, headers={"content-type": "application/json"})
    assert (small.status_code, small.json()["code"]) == (413, "W-005")

    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(200))

    streamed = client.post(
        "/api/v1/uploads", content=pieces(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert streamed.status_code in (413, 422)
    assert not list(client.app.state.platform.folder.glob(".upload-*"))
    assert client.get("/api/v1/uploads").json()["total"] == 0


def test_a_quota_holds_for_the_tenant(client: TestClient) -> None:
    for number in range(2):
        kept(client, f"{number}.csv", bytes([number]) * 1_000_000)
    full = send(client, "3.csv", b"z" * 1_000_000)
    assert (full.status_code, full.json()["code"]) == (507, "W-010")
    assert client.get("/api/v1/uploads").json()["total"] == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"), ("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"garbage"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="region"\r\n\r\nCN-51\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="region"\r\n\r\n\xff\xfe\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n'),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(client: TestClient, kind: str, body: bytes) -> None:
    found = client.post("/api/v1/uploads", content=body, headers={"content-type": kind})
    assert (found.status_code, found.json()["code"]) == (422, "W-002")
    assert not list(client.app.state.platform.folder.glob(".upload-*"))


def test_bombs_and_other_files_are_told_by_the_reader(client: TestClient) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    for name, content, said in (
        ("a.xlsx", bomb.getvalue(), "zip"), ("a.csv", b"%PDF-1.7", "PDF"), ("a.csv", b"", "empty"),
        ("a.csv", b"<html><body>", "web page"), ("a.xlsx", locked(), "password"),
    ):  # fmt: skip
        upload = kept(client, name, content)
        english = {"accept-language": "en"}
        found = client.get(f"/api/v1/uploads/{upload}/mapping", headers=english)
        assert found.status_code == 422, found.text
        assert said in found.json()["detail"]
        failed = job(client, client.post("/api/v1/datasets", json={"upload": upload, "name": name}), "failed")
        assert said in failed["error"]["message"]["en"]


def test_a_mapping_is_suggested_confirmed_and_used_again(client: TestClient) -> None:
    upload = kept(client, "odd.csv", ODD)
    found = client.get(f"/api/v1/uploads/{upload}/mapping", headers={"accept-language": "en"}).json()
    assert [one["use"] for one in found["mapping"]["sheets"][0]["columns"]][:4] == [
        "entity",
        "item",
        "amount",
        "amount",
    ]
    assert [one["key"] for one in found["losses"]] == ["年初库存"]
    assert found["sample"][0]["rows"][1] == {"row": 2, "cells": ["甲厂", "柴油", "5", "6", "1"]}
    assert (found["kept"], found["ready"]) == (None, False)

    lossy = client.post(f"/api/v1/uploads/{upload}/mapping", json={"mapping": found["mapping"]})
    assert (lossy.status_code, lossy.json()["code"]) == (422, "W-019")
    assert lossy.json()["where"]["losses"] == ["年初库存"]
    asked = {"mapping": found["mapping"], "accepted": ["年初库存"], "name": "两年表"}
    kept_one = client.post(f"/api/v1/uploads/{upload}/mapping", json=asked)
    assert kept_one.status_code == 201, kept_one.text
    assert (kept_one.json()["rows"], kept_one.json()["preview"][0]["entity"]) == (4, "甲厂")
    listed = client.get("/api/v1/mappings").json()["rows"]
    assert [(one["name"], one["made_by"]) for one in listed] == [("两年表", "wang")]
    assert client.get(f"/api/v1/mappings/{listed[0]['id']}").json()["mapping"]["confirmed"] is True

    asked = {"upload": upload, "name": "油品", "mapping": listed[0]["id"]}
    first = job(client, client.post("/api/v1/datasets", json=asked))
    assert first["rows"] == 4
    again = kept(client, "next.csv", ODD.replace(b"5,6,1", b"9,9,1"))
    assert client.get(f"/api/v1/uploads/{again}/mapping").json()["kept"]["name"] == "两年表"
    second = job(client, client.post("/api/v1/datasets", json={"upload": again, "name": "油品"}))
    assert (second["rows"], second["number"]) == (4, 2)
    run = {"dataset": second["dataset"], "method": "sichuan-park-2022", "name": "油品"}
    assert job(client, client.post("/api/v1/runs", json=run))["digest"]


def test_a_large_file_is_proposed_for_by_its_first_rows_and_counted_in_a_job(client: TestClient) -> None:
    rows = "".join(f"甲厂,柴油,{at},{at + 1},1\n" for at in range(12_000)) + "乙厂,某物,7,8,2\n"
    upload = kept(client, "large.csv", (ODD.decode().splitlines()[0] + "\n" + rows).encode())
    found = client.get(f"/api/v1/uploads/{upload}/mapping").json()
    assert (found["sampled"], found["ready"]) == (10_000, False)
    assert found["mapping"]["sheets"][0]["rows"] == 9_999
    assert [one["key"] for one in found["losses"]] == ["年初库存"]
    asked = {"mapping": found["mapping"], "accepted": ["年初库存"], "name": "大表"}
    early = client.post(f"/api/v1/uploads/{upload}/mapping", json=asked)
    assert (early.status_code, early.json()["code"]) == (422, "W-023")
    english = {"accept-language": "en"}
    count = {"mapping": found["mapping"]}
    counted = job(client, client.post(f"/api/v1/uploads/{upload}/mapping/count", json=count, headers=english))
    assert counted["mapping"]["sheets"][0]["rows"] == 12_001
    assert [one["key"] for one in counted["losses"]] == ["年初库存", "某物"]
    assert "is not recognised" in counted["losses"][1]["what"]
    asked = {"mapping": counted["mapping"], "accepted": ["年初库存", "某物"], "name": "大表"}
    taken = client.post(f"/api/v1/uploads/{upload}/mapping", json=asked).json()
    assert (taken["sampled"], taken["rows"]) == (10_000, 19_998)
    made = job(
        client,
        client.post("/api/v1/datasets", json={"upload": upload, "name": "大表", "mapping": taken["id"]}),
    )
    assert made["rows"] + made["refused"] == 24_002


def test_counting_is_cancelled_between_batches(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from tanheng.activity.mapping import counting

    upload = kept(client, "large.csv", ODD + "甲厂,柴油,1,6,1\n".encode() * 12_000)
    found = client.get(f"/api/v1/uploads/{upload}/mapping").json()["mapping"]
    add, batches = counting.Counts.add, []
    queued = threading.Event()

    def slow(self: Any, rows: Any) -> None:
        add(self, rows)
        batches.append(len(rows))
        queued.wait(10)

    monkeypatch.setattr(counting, "_BATCH", 100)
    monkeypatch.setattr(counting.Counts, "add", slow)
    monkeypatch.setattr("tanheng.serve.jobs._TELL", 0.0)
    answer = client.post(f"/api/v1/uploads/{upload}/mapping/count", json={"mapping": found})
    client.post(f"/api/v1/jobs/{answer.json()['job']}/cancel").raise_for_status()
    queued.set()
    job(client, answer, "cancelled")
    assert len(batches) < 10


def test_a_mapping_too_large_to_lay_out_is_refused(tmp_path: Path) -> None:
    with server(tmp_path, mapping_mb=1) as client:
        add(client, "wang", ["analyst"])
        client.headers.update(enter(client, "wang"))
        upload = kept(client, "a.csv", b"x" * 1_200_000)
        found = client.get(f"/api/v1/uploads/{upload}/mapping")
        assert (found.status_code, found.json()["code"]) == (413, "W-018")


def test_the_boundary_of_a_form_is_found() -> None:
    assert boundary_of('multipart/form-data; boundary="abc"') == b"abc"
    assert boundary_of("application/json") == b""


@pytest.mark.slow
def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    import uvicorn

    from tanheng.serve import Settings, create_app

    app = create_app(Settings(data=tmp_path))
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.05)
    port = running.servers[0].sockets[0].getsockname()[1]
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.putrequest("POST", "/api/v1/uploads")
    line.putheader("Content-Length", str(2 << 30))
    line.putheader("Content-Type", "multipart/form-data; boundary=b")
    line.endheaders()
    line.send(b"x" * 500_000)
    answer = line.getresponse()
    assert (answer.status, answer.getheader("content-type")) == (413, "application/problem+json")
    line.close()
    running.should_exit = True
    thread.join(10)


def test_a_file_is_marked_as_synthetic_when_its_data_set_is(client: TestClient) -> None:
    head = dict(client.headers)
    real, made = (kept(client, name, SICHUAN.read_bytes()) for name in ("real.csv", "made.csv"))
    for name, synthetic in ((real, False), (made, True)):
        asked = {"upload": name, "name": name, "synthetic": synthetic}
        job(client, client.post("/api/v1/datasets", headers=head, json=asked))
    marks = {row["id"]: row["synthetic"] for row in client.get("/api/v1/uploads").json()["rows"]}
    assert marks == {real: False, made: True}
    assert [client.get(f"/api/v1/uploads/{one}").json()["synthetic"] for one in (real, made)] == [False, True]
    kinds = client.get("/api/v1/catalogue", params={"where": "kind=upload"}).json()["rows"]
    assert {row["id"]: row["synthetic"] for row in kinds} == marks
    nodes = client.get(f"/api/v1/catalogue/upload/{made}/lineage").json()["nodes"]
    assert {one["kind"] for one in nodes if one["synthetic"]} == {"upload", "dataset"}
