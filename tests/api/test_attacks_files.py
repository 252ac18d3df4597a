"""Files that were made by hand to hang a server, to fill its memory, or to write where nothing of them belongs."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

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
