"""Files that were made by hand to hang a server, to fill its memory, or to write where nothing of them belongs."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from serving import add, enter, server
from tanheng.record.archive import BackupUnreadable
from tanheng.record.restore import restore

_HEAD = struct.Struct("<7sB11Q6B4iB2i")
_LAYERS = b'{"vector_layers":[{"id":"l","fields":{"code":"String"}}]}'


@pytest.fixture
def wang(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        add(found, "wang", ["analyst"])
        found.headers.update(enter(found, "wang"))
        yield found


def varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found, number = found + bytes([number & 127 | 128]), number >> 7
    return found + bytes([number])


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def entry(run: int, size: int) -> bytes:
    """A directory of one entry; run 0 stands for a directory below it."""
    return varint(1) + varint(0) + varint(run) + varint(size) + varint(1)


def tiles(root: bytes, leaf: bytes = b"", tile: bytes = b"", *, packed: bool = False) -> bytes:
    def pack(content: bytes) -> bytes:
        if not packed:
            return content
        made = zlib.compressobj(9, zlib.DEFLATED, 31)
        return made.compress(content) + made.flush()

    root, layers = pack(root), pack(_LAYERS)
    at = [_HEAD.size]
    for part in (root, layers, leaf):
        at.append(at[-1] + len(part))
    bounds = [int(one * 1e7) for one in (70, 10, 130, 50)]
    head = _HEAD.pack(
        b"PMTiles", 3, at[0], len(root), at[1], len(layers), at[2], len(leaf), at[3], len(tile), 0, 0, 0, 1,
        2 if packed else 1, 1, 1, 0, 5, *bounds, 0, 0, 0,
    )  # fmt: skip
    return head + root + layers + leaf + tile


def loaded(wang: TestClient, content: bytes) -> Any:
    upload = wang.post("/api/v1/uploads", files={"file": ("x.pmtiles", content)}).json()["id"]
    asked = {"name": "x", "upload": upload, "publisher": "x", "licence": "x"}
    return wang.post("/api/v1/maps", json=asked)


def test_directories_that_lead_to_themselves_do_not_hang_the_server(wang: TestClient) -> None:
    circle = entry(0, 5)
    answer = loaded(wang, tiles(circle, leaf=circle))
    assert (answer.status_code, answer.json()["code"]) == (422, "M-001")


def test_a_vast_directory_is_refused(wang: TestClient) -> None:
    answer = loaded(wang, tiles(b"\xff\x7f" + bytes(20 << 20), packed=True))
    assert (answer.status_code, answer.json()["code"]) == (422, "M-001")


@pytest.mark.parametrize(
    "tile",
    [
        field(3, field(3, b"code") + field(4, field(3, b"ab"))),
        field(3, varint(3 << 3) + varint(7)),
        varint(3 << 3) + varint(7),
    ],
    ids=["a number cut off", "a key that is a number", "a layer that is a number"],
)
def test_a_damaged_tile_is_told(wang: TestClient, tile: bytes) -> None:
    answer = loaded(wang, tiles(entry(1, len(tile)), tile=tile))
    assert (answer.status_code, answer.json()["code"]) == (422, "M-001")


def test_a_form_is_refused_before_its_heads_fill_the_memory(wang: TestClient) -> None:
    heads = {"content-type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\nx\r\n'
    long = part % (b"file", b'; filename="' + b"a" * 9000 + b'"')
    for body in (long, (part % (b"a", b"")) * 17):
        answer = wang.post("/api/v1/uploads", content=body + b"--b--\r\n", headers=heads)
        assert (answer.status_code, answer.json()["code"]) == (422, "W-002")


@pytest.mark.parametrize("name", ["../../../../{place}", "..{place}", "ab/../../{place}"])
def test_a_backup_writes_nothing_beside_the_folder_that_it_is_restored_into(
    tmp_path: Path, name: str
) -> None:
    place = tmp_path / "taken"
    named = name.format(place=place)
    said = {"format": "tanheng-backup/1", "schema": "0001", "program": "x", "made_at": "x", "database": "sqlite",
            "audit": "0:", "key": "", "tables": {}, "objects": {named: 1}, "damaged": []}  # fmt: skip
    file = tmp_path / "evil.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(said))
        archive.writestr(f"objects/{named}", b"evil")
    with pytest.raises(BackupUnreadable):
        restore(file, tmp_path / "data")
    assert not place.exists()
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["evil.zip"]


def test_an_upload_whose_sender_goes_away_leaves_nothing(wang: TestClient, tmp_path: Path) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\n' + b"x" * 2_500_000
    )
    heads = {**wang.headers, "content-type": "multipart/form-data; boundary=b", "content-length": "4000000"}
    heads["cookie"] = "; ".join(f"{name}={value}" for name, value in wang.cookies.items())
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/api/v1/uploads", "raw_path": b"/api/v1/uploads", "root_path": "", "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in heads.items()],
        "client": ("testclient", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    said: list[int] = []
    parts: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": body, "more_body": True}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        said.append(message.get("status", 0))

    with contextlib.suppress(ClientDisconnect):
        asyncio.run(wang.app(scope, receive, send))
    assert not [status for status in said if 200 <= status < 400 or status == 500]
    assert wang.get("/api/v1/uploads").json()["total"] == 0
    assert not list(tmp_path.glob(".upload-*"))


def test_an_entity_in_a_workbook_reads_no_file_of_the_server(wang: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secrets.key"
    secret.write_text("TOPSECRET", encoding="utf-8")
    whole = io.BytesIO()
    pl.DataFrame(
        {"entity": ["PLACE"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    ).write_excel(whole)
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if b"PLACE" in part:
                head, _, rest = part.partition(b"?>")
                entity = f'<!DOCTYPE d [<!ENTITY z SYSTEM "{secret.as_uri()}">]>'.encode()
                part = head + b"?>" + entity + rest.replace(b"PLACE", b"&z;")
            target.writestr(name, part)
    assert b"&z;" in made.getvalue()
    file = wang.post("/api/v1/uploads", files={"file": ("x.xlsx", made.getvalue())}).json()["id"]
    queued = wang.post("/api/v1/datasets", json={"upload": file, "name": "x"}).json()["job"]
    while (state := wang.get(f"/api/v1/jobs/{queued}").json())["state"] in ("waiting", "running"):
        pass
    seen = [wang.get(f"/api/v1/uploads/{file}/mapping").text, str(state)]
    if name := state["done"].get("dataset"):
        seen += [wang.get(f"/api/v1/datasets/{name}/{part}").text for part in ("rows", "refused", "doubts")]
    assert "TOPSECRET" not in "".join(seen)
