"""An activity table that was read and checked: good rows, refused rows, findings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.findings import Finding
from tanheng.activity.reading.doubles import doubles, set_apart, undecided
from tanheng.activity.reading.filled import Filled, together
from tanheng.activity.reading.frames import read_table
from tanheng.activity.reading.grids import read_sheets, sheetless
from tanheng.activity.reading.layout import FILE, SHEET, column_missing, missing, named, naming_mapping
from tanheng.activity.reading.parquet import OnDisk, read_parquet
from tanheng.activity.reading.reasons import ASIDE
from tanheng.activity.reading.refusals import check_rows
from tanheng.activity.reading.sheets import CODE, Sheet, settled, unreadable
from tanheng.activity.reading.workbooks import Progress, quiet
from tanheng.activity.schema import columns, map_header
from tanheng.engine import Parquet
from tanheng.errors import ColumnMissing, TanhengError

_NOT_DIMENSIONS = {"amount", "uncertainty", "note"}


@dataclass
class Activity:
    """Activity that can be accounted for.

    Either ``frame`` holds the good rows with canonical columns (text columns are never null, ``amount`` is in
    ``unit``), with ``__file``, ``__sheet`` and ``__row`` saying where each stood; or ``parquet`` names data on disk,
    maybe larger than memory, whose columns ``mapping`` translates. ``headings`` says which heading was read as which
    column, ``letters`` by sheet in which column of the file the amounts stand (of an item, of a period, or of all under the
    empty text); ``filled`` is what a filled template answers beside its rows; ``recipe`` how a file that is no table of
    activity was read (see `read_again`).
    """

    name: str
    frame: pl.DataFrame | None = None
    parquet: Parquet | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: pl.DataFrame = field(default_factory=pl.DataFrame)
    files: dict[str, str] = field(default_factory=dict)
    source: Path | None = None
    sheet: str | None = None
    filled: Filled | None = None
    headings: dict[str, str] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)

    @property
    def dimensions(self) -> list[str]:
        """Columns by which rows are told apart: all but the amount, its uncertainty and the note."""
        present = self.frame.columns if self.frame is not None else self.mapping
        return [name for name in columns() if name in present and name not in _NOT_DIMENSIONS] + self.extra

    @property
    def missing(self) -> int:
        """Refused rows that a total lacks: a row of totals (A-107) or a part (A-193) that was set aside is not missing."""
        if CODE not in self.refused.columns:
            return self.refused.height
        return self.refused.filter(~pl.col(CODE).is_in(ASIDE)).height

    def to_polars(self) -> pl.DataFrame:
        """The good rows as a Polars frame; Parquet data are read whole."""
        if self.frame is not None:
            return self.frame
        assert self.parquet is not None
        return pl.read_parquet(self.parquet.files(), hive_partitioning=self.parquet.path.is_dir())


def read_activity(
    source: Any, *, sheet: str | None = None, name: str | None = None, progress: Progress | None = None
) -> Activity:
    """Read a table of activity and check every row of it.

    Parameters
    ----------
    source : path or table
        CSV (UTF-8, GBK, UTF-16), Excel, Parquet (a file or a folder of parts), or any table that speaks Arrow
        (Polars, pandas, pyarrow, DuckDB). Columns ``entity, period, item, amount, unit`` under their English or
        Chinese names; others are optional (see the reference of tables).
    sheet : str, optional
        Sheet of a workbook; by default every visible sheet that has the header.
    name : str, optional
        How an in-memory table is called in messages.
    progress : callable, optional
        Called with (zh, en) while a large workbook is read.

    Returns
    -------
    Activity
        Good rows are kept; a bad row is set apart in ``refused`` with a finding that names file, sheet, row, column,
        what was expected and the mend. Blank rows, notes and repeated headers are counted in a note.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When there is no table to read.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"地区": ["四川省"], "年份": ["2021年"], "品种": ["电力"], "数量": ["1,000"], "单位": ["万千瓦时"]})
    >>> read_activity(table).frame.select("entity", "period", "item", "amount").row(0)
    ('四川省', '2021', 'electricity', 1000.0)
    """
    if isinstance(source, Activity):
        return source
    if isinstance(source, str) and not source.strip():
        raise unreadable(
            "“”", ("路径是空的", "the path is empty"), ("请给出文件或文件夹", "Name a file or a folder")
        )
    if not isinstance(source, str | Path):
        if sheet is not None:
            raise sheetless(name or "table", sheet)
        return checked_sheets(name or "table", [read_table(source, name or "table")], {})
    try:
        return replace(
            _from_path(Path(source), sheet, progress or quiet), source=Path(source).absolute(), sheet=sheet
        )
    except ColumnMissing as error:
        raise naming_mapping(error, Path(source)) from None
    except OSError as cause:
        said = cause.strerror or type(cause).__name__
        raise unreadable(
            Path(source).name,
            (f"打不开（{said}）", f"it cannot be opened ({said})"),
            ("请核对路径与权限", "Check path and permissions"),
        ) from cause


def _from_path(path: Path, sheet: str | None, tell: Progress) -> Activity:
    if path.is_dir() or path.suffix.lower() in {".parquet", ".pq"}:
        if sheet is not None:
            raise sheetless(path.name, sheet)
        found = read_parquet(path)
        if isinstance(found, OnDisk):
            files = {_below(part, path): "" for part in found.parquet.files()}
            return Activity(
                path.name, None, found.parquet, found.mapping, found.extra, found.findings, files=files,
                headings=found.mapping,
            )  # fmt: skip
        return checked_sheets(
            path.name, found, {_below(part, path): sha256(part) for part in Parquet(path).files()}
        )
    return checked_sheets(path.name, read_sheets(path, sheet, tell), {path.name: sha256(path)})


def _below(part: Path, root: Path) -> str:
    return part.name if part == root else part.relative_to(root).as_posix()


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def checked_sheets(name: str, sheets: Sequence[Sheet], files: dict[str, str]) -> Activity:
    """All sheets under one set of columns, checked row by row; a sheet that lacks a column is refused whole.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When no sheet has the columns that every activity table needs.
    """
    frames: list[pl.DataFrame] = []
    refused = [
        one.apart.with_columns(pl.lit(one.file).alias(FILE), pl.lit(one.sheet).alias(SHEET)) for one in sheets
    ]
    findings: list[Finding] = []
    extra: list[str] = []
    errors: list[TanhengError] = []
    headings: dict[str, str] = {}
    letters: dict[str, dict[str, str]] = {}
    for one in map(settled, sheets):
        frame, own, notes = named(one)
        lacking = missing(frame)
        findings += one.findings
        if doubt := undecided(one, doubles(one.headings, map_header(one.headings))):
            refused.append(set_apart(frame))
            findings.append(doubt[0])
            errors.append(doubt[1])
            continue
        if lacking is None:
            frames.append(frame)
            for column, at in map_header(one.headings).items():
                headings.setdefault(column, one.headings[at])
            letters.setdefault(one.sheet, {}).update(one.letters)
            extra += own
            findings += notes
            continue
        errors.append(column_missing(one, lacking))
        if "amount" not in frame.columns and one.sheet:
            findings.append(Finding("A-122", {"file": one.file, "value": one.sheet}))
            continue
        refused.append(frame.with_columns(pl.lit("A-126").alias(CODE)))
        described = (f"{columns()[lacking]['name_zh']} {lacking}", lacking)
        about = {"file": one.file, "sheet": one.where, "column": described, "count": frame.height}
        findings.append(Finding("A-126", about, count=frame.height))
    if not frames:
        raise errors[0]
    checked = check_rows(pl.concat(frames, how="diagonal").with_columns(pl.col(pl.String).fill_null("")))
    return Activity(
        name=name,
        frame=checked.good,
        extra=list(dict.fromkeys(extra)),
        findings=findings + checked.findings,
        refused=pl.concat([checked.refused, *refused], how="diagonal"),
        files=files,
        filled=together([one.filled for one in sheets if one.filled is not None]),
        headings=headings,
        letters=letters,
    )
