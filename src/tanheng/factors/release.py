"""Releases of the library: immutable, verified by hash on load; user packs are laid over them."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanheng.errors import NotFound, PackInvalid
from tanheng.factors.library import FactorLibrary
from tanheng.factors.model import ITEM_COLUMNS, PACK, Factor, factor
from tanheng.factors.tables import Row
from tanheng.factors.userpack import BESIDE, load_pack


@dataclass(frozen=True)
class Release:
    """A verified release: its descriptor, its tables as text, and the factors made of them."""

    descriptor: dict[str, Any]
    tables: dict[str, list[dict[str, str]]]
    rows: tuple[Row, ...]
    factors: tuple[Factor, ...]
    folder: Path

    @property
    def name(self) -> str:
        """Version of the release."""
        return str(self.descriptor["version"])

    @property
    def hash(self) -> str:
        """Content hash that the descriptor states; loading verifies the files, the audit computes it anew."""
        return str(self.descriptor["content_hash"])

    @property
    def files(self) -> dict[str, Path]:
        """The files of the release by name; in another folder they make the same release."""
        names = ("datapackage.json", *(one["path"] for one in self.descriptor["resources"]))
        return {name: self.folder / name for name in names}

    @property
    def items(self) -> list[dict[str, str]]:
        """Rows of `items.csv`: what every id is about, also ids whose rows do not ship."""
        return self.tables["items.csv"]

    @property
    def sources(self) -> list[dict[str, str]]:
        """Rows of `sources.csv`, one a document."""
        return self.tables["sources.csv"]

    @property
    def exceptions(self) -> list[dict[str, str]]:
        """Rows of `exceptions.csv` (check, id, reason_zh, reason_en): known findings of the audit; usually none."""
        return self.tables.get("exceptions.csv", [])

    def content_hash(self) -> str:
        """SHA-256 of the content, computed anew: sorted canonical JSON rows of factors and items."""
        lines = sorted(
            json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            for name, rows in self.tables.items()
            if name != "sources.csv"
            for row in rows
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def releases() -> list[str]:
    """Versions of the releases that ship, oldest first.

    Examples
    --------
    >>> "2026.11" in releases()
    True
    """
    return sorted((file.parent.name for file in PACK.glob("*/datapackage.json")), key=_version)


def _version(name: str) -> list[int]:
    return [int(part) for part in name.split(".") if part.isdigit()]


def load_factors(release: str | Path = "latest", packs: Sequence[str | Path] = ()) -> FactorLibrary:
    """Load a release of the factor library, with packs of your own laid over it.

    Parameters
    ----------
    release : str or Path
        Version of a release that ships, ``latest``, or a folder that holds one.
    packs : sequence of str or Path
        User packs: CSV or XLSX files, or folders with factor files and an ``items.csv``. A pack that is loaded is a
        pick: at equal region, category and coverage its row is chosen and the chain says so.

    Returns
    -------
    FactorLibrary
        Rows of the release and the packs side by side.

    Raises
    ------
    NotFound
        When there is no such release or pack.
    PackInvalid
        When a release was altered, or a pack row breaks a rule or uses an id that is taken.

    Examples
    --------
    >>> load_factors().lookup("electricity", "CN-51", 2021).text
    '0.1255'
    """
    library = _library(_folder(release))
    for pack in packs:
        own = load_pack(Path(pack), over=library)
        library = FactorLibrary([*library, *own], release=library.release)
    return library


@functools.lru_cache(maxsize=8)
def _library(folder: Path) -> FactorLibrary:
    base = open_release(folder)
    return FactorLibrary(base.factors, release=base)


def _folder(release: str | Path) -> Path:
    """Folder of a release by version or path."""
    versions = releases()
    if release == "latest" and versions:
        return PACK / versions[-1]
    for folder in (PACK / str(release), Path(release)):
        if (folder / "datapackage.json").is_file():
            return folder.resolve()
    raise NotFound(
        what_zh="因子发布版", what_en="factor release", name=str(release), known=", ".join(versions) or "–"
    )


@functools.lru_cache(maxsize=8)
def open_release(folder: Path) -> Release:
    """Read a release and verify that every file is as it was when it was released.

    Raises
    ------
    PackInvalid
        When a file is missing or its SHA-256 is not the descriptor's.
    """
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {one["path"]: _verified(folder, one) for one in descriptor["resources"]}
    items = {row["factor_id"]: row for row in tables["items.csv"]}
    names = (name for name in tables if name not in BESIDE)
    rows = tuple(row for name in names for row in _rows(name, tables[name], items))
    factors = tuple(factor(row.cells, pack=descriptor["version"]) for row in rows)
    return Release(descriptor, tables, rows, factors, folder)


def _verified(folder: Path, resource: dict[str, Any]) -> list[dict[str, str]]:
    """Rows of a file of a release whose hash is the descriptor's."""
    path = folder / resource["path"]
    raw = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(raw).hexdigest() != resource["sha256"]:
        raise PackInvalid(
            file=str(path),
            line="–",
            key="sha256",
            detail_zh="发布版的文件缺失或被改动，哈希与 datapackage.json 不符",
            detail_en="a file of the release is missing or altered: its hash differs from datapackage.json",
            mend_zh="请重新安装；要改值请另建自有因子包，用 --pack 叠加。",
            mend_en="Install it again; to change a value make a pack of your own and load it with --pack.",
        )
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))


def _rows(name: str, table: list[dict[str, str]], items: dict[str, dict[str, str]]) -> Iterator[Row]:
    for line, cells in enumerate(table, start=2):
        described = items.get(cells["id"], {})
        yield Row(name, line, {**cells, **{column: described.get(column, "") for column in ITEM_COLUMNS}})
