"""A version on disk: a folder of Parquet and JSON parts that never change, and a manifest with their hashes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.errors import TanhengError

MANIFEST = "manifest.json"
_SEAL = "manifest_sha256"


class VersionExists(TanhengError):
    """A folder that holds a version already; nothing is overwritten."""

    code = "R-001"
    zh = "文件夹 {folder} 中已有保存的结果，不会覆盖。"
    en = "Folder {folder} holds a saved result already, and nothing is overwritten."
    remedy_zh = "请换一个文件夹。"
    remedy_en = "Choose another folder."


class VersionAltered(TanhengError):
    """A saved version whose parts are not what its manifest says, or whose manifest is not as it was written."""

    code = "R-002"
    zh = "文件 {file} 与清单所记的哈希不符，已缺失或被改动。"
    en = "Part {file} differs from the manifest's hash: it is missing or was changed."
    remedy_zh = "请重新核算。"
    remedy_en = "Run the account again."
    exit_code = 1


@dataclass(frozen=True)
class Version:
    """A version whose parts have the hashes of its manifest; ``about`` is what its writer said of it."""

    folder: Path
    about: dict[str, Any]
    parts: dict[str, str]

    def has(self, table: str) -> bool:
        """Whether the version holds a table."""
        return f"{table}.parquet" in self.parts

    def table(self, name: str) -> pl.DataFrame:
        """One table; empty where the version holds none of the name."""
        return pl.read_parquet(self.folder / f"{name}.parquet") if self.has(name) else pl.DataFrame()

    def document(self, name: str) -> Any:
        """One JSON document."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_version(
    folder: Path,
    kind: str,
    tables: Mapping[str, pl.DataFrame],
    documents: Mapping[str, Any],
    about: Mapping[str, Any],
) -> Path:
    """Write parts first and the manifest last and whole: without a manifest there is no version.

    The manifest holds its own hash, ``manifest_sha256``. That protects against accidents and careless edits, not
    against a forger, who can compute it anew: signatures come with releases.

    Parameters
    ----------
    folder : Path
    kind : str
        What is kept and its format, such as ``tanheng-run/1``.
    tables, documents : mapping
        By name; written as Parquet and JSON. A table without columns is left out.
    about : mapping
        What else the manifest says.

    Raises
    ------
    VersionExists
        When the folder already holds a version.

    Examples
    --------
    >>> import tempfile
    >>> folder = write_version(Path(tempfile.mkdtemp()), "demo/1", {"t": pl.DataFrame({"n": [1]})}, {}, {"why": "shown"})
    >>> read_version(folder, "demo/1").table("t").item()
    1
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST).exists():
        raise VersionExists(folder=str(folder))
    written: list[Path] = []
    for name, table in tables.items():
        if table.width:
            written.append(folder / f"{name}.parquet")
            table.write_parquet(written[-1])
    for name, document in documents.items():
        written.append(folder / f"{name}.json")
        written[-1].write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    parts = {path.name: file_sha256(path) for path in written}
    # Through JSON once, so that what is hashed is what will be read back.
    manifest = json.loads(json.dumps({"format": kind, **about, "parts": parts}, default=str))
    half = folder / f".{MANIFEST}.{os.getpid()}"
    half.write_text(_sealed(manifest), encoding="utf-8")
    half.replace(folder / MANIFEST)
    return folder


def manifest_with(kept: Version, **about: Any) -> bytes:
    """The manifest of a version that says some things otherwise, such as where its files stand now; its parts are the same.

    Examples
    --------
    >>> import tempfile
    >>> folder = write_version(Path(tempfile.mkdtemp()), "demo/1", {"t": pl.DataFrame({"n": [1]})}, {}, {"why": "shown"})
    >>> kept = read_version(folder, "demo/1")
    >>> manifest_with(kept) == (folder / MANIFEST).read_bytes(), b"moved" in manifest_with(kept, why="moved")
    (True, True)
    """
    plain = {key: value for key, value in kept.about.items() if key != _SEAL}
    return _sealed(json.loads(json.dumps({**plain, **about}, default=str))).encode()


def _sealed(manifest: Mapping[str, Any]) -> str:
    return json.dumps({**manifest, _SEAL: _seal(manifest)}, ensure_ascii=False, indent=1)


def _seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a manifest without its own hash."""
    plain = {key: value for key, value in manifest.items() if key != _SEAL}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_version(folder: Path, kind: str) -> Version:
    """Open a version; the manifest must have its own hash, and every part the hash of the manifest.

    This finds accidents and careless edits; it is no signature.

    Raises
    ------
    VersionAltered
        When a part or the manifest is missing or was changed, or the folder holds something of another kind.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sound = (
            manifest[_SEAL] == _seal(manifest)
            and manifest["format"] == kind
            and isinstance(manifest["parts"], dict)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise VersionAltered(file=str(folder / MANIFEST)) from cause
    if not sound:
        raise VersionAltered(file=str(folder / MANIFEST))
    for part, digest in manifest["parts"].items():
        if not (folder / part).is_file() or file_sha256(folder / part) != digest:
            raise VersionAltered(file=str(folder / part))
    return Version(folder, manifest, manifest["parts"])
