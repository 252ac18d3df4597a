"""What a backup is: the form of the archive, what its manifest says, and what can be wrong with one."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from tanheng.errors import TanhengError

FORMAT = "tanheng-backup/1"
MANIFEST = "manifest.json"
NAMED = re.compile(rb'"([0-9a-f]{64})"')
"""A hash in the text of a row: how rows name objects."""
_NAME = re.compile(r"[0-9a-f]{64}")
PIECE = 1 << 20
LEFT_OUT = frozenset({"alembic_version", "session"})
"""Tables that no backup holds: nobody is signed in after a restore."""
Progress = Callable[[str, str, float], None]


class BackupUnreadable(TanhengError):
    """A file that is no backup, was cut off, or is not as it was written."""

    code = "R-010"
    zh = "{file} 不是完整的备份：{detail_zh}。"
    en = "{file} is no whole backup: {detail_en}."
    remedy_zh = "请换一份备份；什么也没有恢复。"
    remedy_en = "Use another backup; nothing was restored."
    exit_code = 1


class PlaceTaken(TanhengError):
    """A restore into a place where something stands already, or a backup over a file that is there."""

    code = "R-011"
    zh = "{place} 不是空的：{found}。"
    en = "{place} is not empty: {found}."
    remedy_zh = "请换一个空的位置；原有内容没有改动。"
    remedy_en = "Choose an empty place; what is there was left as it is."


class KeyMisfit(TanhengError):
    """A key file that does not open the secrets of a backup."""

    code = "R-012"
    zh = "密钥文件 {file} 不是做备份时所用的密钥。"
    en = "The key file {file} is not the key that was in use when the backup was made."
    remedy_zh = "请用原数据文件夹中的 secrets.key；没有它时不带 --key 恢复，第二因子须重设。"
    remedy_en = "Use secrets.key of the former data folder; without it restore without --key and reset second factors."


class KeyUnreadable(TanhengError):
    """A key file that is not there, or holds no key."""

    code = "R-015"
    zh = "密钥文件 {file} 读不出来：{detail_zh}。"
    en = "The key file {file} cannot be read: {detail_en}."
    remedy_zh = (
        "请核对 --key 的路径；应为原数据文件夹中的 secrets.key。没有它时不带 --key 恢复，第二因子须重设。"
    )
    remedy_en = "Check the path given to --key: it is secrets.key of the former data folder. Without it restore without --key and reset second factors."


@dataclass(frozen=True)
class TableKept:
    """One table of a backup."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; ``damaged`` are hashes of objects that were broken or missing when it was made."""

    schema: str
    program: str
    made_at: str
    database: str
    audit: str
    key: str
    tables: Mapping[str, TableKept]
    objects: Mapping[str, int]
    damaged: tuple[str, ...] = ()
    format: str = field(default=FORMAT)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """What a list of backups shows."""
        return {
            "schema": self.schema, "program": self.program, "made_at": self.made_at, "database": self.database,
            "audit": self.audit, "rows": sum(one.rows for one in self.tables.values()),
            "objects": len(self.objects), "bytes": sum(self.objects.values()), "damaged": list(self.damaged),
        }  # fmt: skip


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup.

    Raises
    ------
    BackupUnreadable
    """
    try:
        with zipfile.ZipFile(file) as archive:
            found = json.loads(archive.read(MANIFEST))
        if found.get("format") != FORMAT:
            said = str(found.get("format"))
            raise BackupUnreadable(file=str(file), detail_zh=f"格式 {said}", detail_en=f"format {said}")
        if odd := [name for name in found["objects"] if not _NAME.fullmatch(name)]:
            raise ValueError(f"objects/{odd[0]}")
        tables = {name: TableKept(**one) for name, one in found.pop("tables").items()}
        return Manifest(tables=tables, **{**found, "damaged": tuple(found["damaged"])})
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BackupUnreadable):
            raise
        said = " ".join(str(error).split())
        raise BackupUnreadable(file=str(file), detail_zh=said, detail_en=said) from error


def plain(column: sa.Column[Any], value: Any) -> Any:
    """A value of a column as JSON has it."""
    return value.hex() if isinstance(column.type, sa.LargeBinary) and value is not None else value


def kept(column: sa.Column[Any], value: Any) -> Any:
    """A value of JSON as the column has it."""
    return bytes.fromhex(value) if isinstance(column.type, sa.LargeBinary) and value is not None else value


def copied(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy a stream, and return the hash of what was copied."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()
