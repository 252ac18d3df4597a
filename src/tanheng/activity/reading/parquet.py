"""Parquet data: left on disk where the engine can read them as they are, else read as tables part by part."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tanheng.activity.findings import Finding
from tanheng.activity.reading.doubles import Double, contradiction, differs, doubles
from tanheng.activity.reading.frames import as_sheet, unique
from tanheng.activity.reading.layout import extras
from tanheng.activity.reading.sheets import ROW, Sheet, unreadable
from tanheng.activity.schema import BASE, map_header
from tanheng.engine import Parquet

_NULL = "__HIVE_DEFAULT_PARTITION__"
_CLAIMED = {"filename", "file_row_number", "file", "row"}
"""Names by which an engine says where a row stands: columns of these names are read as tables."""
_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".pq"}


@dataclass(frozen=True)
class OnDisk:
    """Parquet that stays where it is: ``mapping`` is from names of activity columns, and of extra ones, to those on disk."""

    parquet: Parquet
    mapping: dict[str, str]
    extra: list[str]
    findings: list[Finding]


def read_parquet(path: Path) -> OnDisk | list[Sheet]:
    """Parquet data as they lie on disk, or as sheets of text, one for each part.

    Parts stay on disk if they name each activity column alike and hold amounts as numbers.

    Raises
    ------
    InputUnreadable
        When there is no part, or one is damaged.
    """
    data = Parquet(path)
    if not path.exists():
        raise unreadable(path.name, ("文件不存在", "it does not exist"), ("请核对路径", "Check the path"))
    parts = data.files()
    if not parts:
        raise unreadable(
            path.name,
            (
                ("它是核算结果，不是活动数据", "it holds the results of an account, no activity")
                if data.results()
                else ("文件夹中没有 Parquet 文件", "the folder holds no Parquet file")
            ),
            (
                "请给出单个文件，或 Parquet 分区所在的文件夹",
                "Name a single file, or a folder of Parquet parts",
            ),
        )
    findings = _unread(data, parts)
    schemas = {
        part: {**_schema(part, path), **dict.fromkeys(_hive(part, path), pl.String())} for part in parts
    }
    mapping = _mapping(list(schemas.values()))
    if mapping is None:
        sheets = [_as_sheet(part, path) for part in parts]
        sheets[0].findings.extend(findings)
        return sheets
    names = list(dict.fromkeys(name for schema in schemas.values() for name in schema))
    places = {name: names.index(column) for name, column in mapping.items()}
    for one in doubles(names, places):
        for part in parts:
            if set(one.headings) <= set(schemas[part]):
                _agree(part, path, one)
    own, told = extras(names, places, path.name)
    findings = [Finding("A-124"), *findings, *told]
    if "uncertainty" in mapping:
        findings.append(Finding("A-133", {"file": path.name}))
    return OnDisk(data, mapping | {name: names[at] for at, name in own.items()}, list(own.values()), findings)


def _unread(data: Parquet, parts: list[Path]) -> list[Finding]:
    """What stands in the folder and is not read: other tables, and results of accounts."""
    root = data.path
    if not root.is_dir():
        return []
    results = data.results()
    taken = set(parts)
    others = sorted(
        one
        for one in root.rglob("*")
        if one.suffix.lower() in _TABLES
        and one not in taken
        and one.is_file()
        and not any(
            name.startswith((".", "_", "~$")) and "=" not in name for name in one.relative_to(root).parts
        )
        and results.isdisjoint((one, *one.parents))
    )
    return [
        Finding(
            code,
            {"file": root.name, "count": len(found), "value": found[0].relative_to(root).as_posix()},
            tuple({"file": one.relative_to(root).as_posix()} for one in found[:5]),
        )
        for code, found in (("A-138", others), ("A-139", sorted(one for one in results if one.is_dir())))
        if found
    ]


def _agree(part: Path, root: Path, one: Double) -> None:
    """Raise where two columns of one meaning differ; only rows in which they do are held in memory."""
    hive = [pl.lit(value, dtype=pl.String).alias(key) for key, value in _hive(part, root).items()]
    taken, left = (pl.col(name).cast(pl.String) for name in one.headings)
    numbers = taken.cast(pl.Float64, strict=False) != left.cast(pl.Float64, strict=False)
    cells = pl.scan_parquet(part, glob=False, hive_partitioning=False).with_columns(hive)
    found = (
        cells.with_row_index(ROW, 1)
        .select(ROW, taken.fill_null("").alias("taken"), left.alias("left"), numbers.alias("numbers"))
        .filter(pl.col("left").is_not_null() & pl.col("numbers").fill_null(pl.col("taken") != pl.col("left")))
        .unique(["taken", "left"], keep="any")
        .sort(ROW)
        .select(ROW, "taken", "left")
        .collect(engine="streaming")
    )
    if pair := differs(one.column, found.iter_rows()):
        raise contradiction(part.name if part == root else f"{root.name}/{part.relative_to(root)}", one, pair)


def _schema(part: Path, root: Path) -> dict[str, pl.DataType]:
    try:
        with part.open("rb") as stream:
            return dict(pl.read_parquet_schema(stream))
    except (pl.exceptions.PolarsError, OSError) as cause:
        name = root.name if part == root else f"{root.name}/{part.relative_to(root)}"
        raise unreadable(
            name,
            ("不是有效的 Parquet，或已损坏", "it is not valid Parquet, or it is damaged"),
            ("请重新导出该文件", "Export the file again"),
        ) from cause


def _hive(part: Path, root: Path) -> dict[str, str | None]:
    """Columns that the folders between root and part state, as in ``period=2021``."""
    folders = part.relative_to(root).parts[:-1] if part != root else ()
    pairs = [folder.partition("=") for folder in folders if "=" in folder]
    return {key: None if value == _NULL else urllib.parse.unquote(value) for key, _, value in pairs}


def _mapping(schemas: list[Mapping[str, pl.DataType]]) -> dict[str, str] | None:
    """Activity column to column on disk; None where parts differ, or a table must be made of them."""
    found: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for schema in schemas:
        names = list(schema)
        mapping = {name: names[at] for name, at in map_header(names).items()}
        if not set(BASE) <= set(mapping):
            return None
        if (_kind(schema[mapping["amount"]]), _kind(schema[mapping["unit"]])) != ("number", "text"):
            return None
        if any(found.setdefault(name, column) != column for name, column in mapping.items()):
            return None
        if any(kinds.setdefault(name, _kind(dtype)) != _kind(dtype) for name, dtype in schema.items()):
            return None
    usable = (
        unique(list(kinds))
        and not _CLAIMED & {name.casefold() for name in kinds}
        and "\x00" not in "".join(kinds)
    )
    return found if usable else None


def _kind(dtype: pl.DataType) -> str:
    """Types of one kind are read together; others only as text."""
    if dtype.is_numeric():
        return "number"
    return "text" if dtype in (pl.String, pl.Categorical, pl.Enum) else str(dtype)


def _as_sheet(part: Path, root: Path) -> Sheet:
    name = str(part.relative_to(root)) if part != root else part.name
    try:
        with part.open("rb") as stream:
            frame = pl.read_parquet(stream)
    except (pl.exceptions.PolarsError, OSError) as cause:
        raise unreadable(
            name,
            ("不是有效的 Parquet，或已损坏", "it is not valid Parquet, or it is damaged"),
            ("请重新导出该文件", "Export the file again"),
        ) from cause
    hive = [pl.lit(value, dtype=pl.String).alias(key) for key, value in _hive(part, root).items()]
    return as_sheet(frame.with_columns(hive), name)
