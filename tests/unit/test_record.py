"""Versions on disk: a manifest that was cut, edited or written for something else is refused, and never half there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanheng.record import MANIFEST, VersionAltered, read_version, write_version

KIND = "demo/1"


def written(folder: Path) -> Path:
    about = {"refused": 3, "findings": ["煤"], "document": {"title": "指南"}, "value": 0.1}
    return write_version(folder, KIND, {"t": pl.DataFrame({"n": [1]})}, {"d": {"a": 1}}, about)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    version = read_version(written(tmp_path), KIND)
    assert (version.table("t").item(), version.document("d")) == (1, {"a": 1})
    assert (version.about["refused"], version.about["findings"], version.about["value"]) == (3, ["煤"], 0.1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.json", MANIFEST, "t.parquet"]


def test_layout_of_the_manifest_does_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path) / MANIFEST
    plain = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(dict(reversed(plain.items()))), encoding="utf-8")
    assert read_version(tmp_path, KIND).about["refused"] == 3


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a number": lambda plain: plain.update(refused=0),
    "findings away": lambda plain: plain.update(findings=[]),
    "a title": lambda plain: plain["document"].update(title="FORGED"),
    "a key more": lambda plain: plain.update(more=1),
    "a key less": lambda plain: plain.pop("refused"),
    "no parts": lambda plain: plain.pop("parts"),
    "a part less": lambda plain: plain["parts"].pop("t.parquet"),
    "no hash": lambda plain: plain.pop("manifest_sha256"),
    "no format": lambda plain: plain.pop("format"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_manifest_is_refused(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    path = written(tmp_path) / MANIFEST
    plain = json.loads(path.read_text(encoding="utf-8"))
    edit(plain)
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(VersionAltered, match=MANIFEST):
        read_version(tmp_path, KIND)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": "demo/1"}'])
def test_a_manifest_that_is_none_is_refused(text: bytes, tmp_path: Path) -> None:
    (written(tmp_path) / MANIFEST).write_bytes(text)
    with pytest.raises(VersionAltered, match=MANIFEST):
        read_version(tmp_path, KIND)


def test_a_cut_manifest_or_another_kind_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path) / MANIFEST
    with pytest.raises(VersionAltered, match=MANIFEST):
        read_version(tmp_path, "demo/2")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(VersionAltered, match=MANIFEST):
        read_version(tmp_path, KIND)


def test_no_manifest_is_left_when_writing_it_breaks_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        written(tmp_path)
    assert not (tmp_path / MANIFEST).exists()
