"""An activity table that was read and checked: good rows, refused rows, findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.clean import CLEANERS
from tanheng.activity.findings import Finding
from tanheng.activity.grids import ROW, Sheet, read_sheets
from tanheng.activity.refusals import Checked, check_rows
from tanheng.activity.schema import canonical_column, columns, map_header
from tanheng.engine import Parquet
from tanheng.errors import ColumnMissing, InputUnreadable

FILE, SHEET = "__file", "__sheet"


@dataclass
class Activity:
    """Activity that can be accounted for.

    Either ``frame`` holds the good rows with canonical columns (text columns are never null, ``amount`` is in
    ``unit``), with ``__file``, ``__sheet`` and ``__row`` saying where each stood; or ``parquet`` names data on disk,
    maybe larger than memory, whose columns ``mapping`` translates.
    """

    name: str
    frame: pl.DataFrame | None = None
    parquet: Parquet | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: pl.DataFrame = field(default_factory=pl.DataFrame)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> list[str]:
        """Columns by which rows are told apart: all but the amount, its uncertainty and the note."""
        known = [name for name in columns() if name not in {"amount", "uncertainty", "note"}]
        if self.frame is not None:
            return [name for name in known if name in self.frame.columns] + self.extra
        return [name for name in known if name in self.mapping] + self.extra

    def to_polars(self) -> pl.DataFrame:
        """The good rows as a Polars frame; Parquet data are read whole."""
        if self.frame is not None:
            return self.frame
        assert self.parquet is not None
        return pl.read_parquet(self.parquet.files())


def read_activity(source: Any, *, sheet: str | None = None, name: str | None = None) -> Activity:
    """Read a table of activity and check every row of it.

    Parameters
    ----------
    source : path or table
        CSV (UTF-8, GBK, UTF-16), Excel, Parquet (a file or a folder of parts), or any table that speaks Arrow
        (Polars, pandas, pyarrow, DuckDB). Columns ``entity, period, item, amount, unit`` under their English or
        Chinese names; others are optional (see the reference of tables).
    sheet : str, optional
        Sheet of a workbook; by default every sheet that has the header.
    name : str, optional
        How an in-memory table is called in messages.

    Returns
    -------
    Activity
        Good rows are kept; a bad row is set apart in ``refused`` with a finding that names file, sheet, row, column,
        what was expected and the mend.

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
    if isinstance(source, str | Path):
        path = Path(source)
        if path.is_dir() or path.suffix.lower() in {".parquet", ".pq"}:
            return _parquet(path)
        sheets = read_sheets(path, sheet)
        return _join(path.name, (_from_sheet(one) for one in sheets), {path.name: sha256(path)})
    frame = _as_frame(source)
    return _join(name or "table", [_from_sheet(_as_sheet(frame, name or "table"))], {})


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _as_frame(table: Any) -> pl.DataFrame:
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, pl.DataFrame):
        return table
    if hasattr(table, "to_dict") and hasattr(table, "iloc"):
        return pl.DataFrame(
            {str(key): list(value) for key, value in table.to_dict("list").items()}, strict=False
        )
    if hasattr(table, "__arrow_c_stream__") or isinstance(table, dict | list):
        return pl.DataFrame(table)
    raise InputUnreadable(
        file=type(table).__name__,
        sheet="",
        detail_zh="不是路径，也不是支持 Arrow 的表",
        detail_en="it is neither a path nor a table that speaks Arrow",
        mend_zh="请给出文件路径或 Polars、pandas、pyarrow 表。",
        mend_en="Give a path, or a Polars, pandas or pyarrow table.",
    )


def _as_sheet(frame: pl.DataFrame, name: str) -> Sheet:
    text = frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        *(
            pl.col(column).cast(pl.String, strict=False).fill_null("").alias(f"c{n}")
            for n, column in enumerate(frame.columns)
        ),
    )
    return Sheet(name, "", [str(column) for column in frame.columns], text, [])


def _from_sheet(sheet: Sheet) -> tuple[Checked, list[str], list[Finding]]:
    """Columns under their canonical names, checked row by row."""
    places = map_header(sheet.headings)
    chosen = [pl.col(f"c{at}").fill_null("").alias(name) for name, at in places.items()]
    if "unit" not in places and "amount" in places:
        unit = _unit_in(sheet.headings[places["amount"]])
        if unit:
            chosen.append(pl.lit(unit).alias("unit"))
            places["unit"] = -1
    for name, description in columns().items():
        if description["required"] == "yes" and name not in places:
            raise ColumnMissing(
                file=sheet.file,
                sheet=f"[{sheet.sheet}]" if sheet.sheet else "",
                column=f"{description['name_zh']} {name}",
                header=" | ".join(heading for heading in sheet.headings if heading),
                names=", ".join([name, description["name_zh"], *description["aliases"].split("|")]),
            )
    used = set(places.values())
    extra: list[str] = []
    findings = list(sheet.findings)
    where = (f"工作表“{sheet.sheet}”", f" sheet '{sheet.sheet}'") if sheet.sheet else ("", "")
    for at, heading in enumerate(sheet.headings):
        if heading and at not in used and canonical_column(heading) is None and heading not in extra:
            extra.append(heading)
            chosen.append(pl.col(f"c{at}").fill_null("").alias(heading))
            findings.append(Finding("A-123", {"file": sheet.file, "sheet": where, "value": heading}))
    frame = sheet.frame.select(pl.lit(sheet.file).alias(FILE), pl.lit(sheet.sheet).alias(SHEET), ROW, *chosen)
    return check_rows(frame, sheet.file, sheet.sheet), extra, findings


def _unit_in(heading: str) -> str:
    """The unit in a heading's brackets: 消费量（万吨）."""
    for opening, closing in (("（", "）"), ("(", ")"), ("[", "]")):
        if opening in heading and closing in heading:
            return heading.split(opening, 1)[1].split(closing, 1)[0]
    return ""


def _join(
    name: str, parts: Iterable[tuple[Checked, list[str], list[Finding]]], files: dict[str, str]
) -> Activity:
    found = list(parts)
    findings = [finding for checked, _, more in found for finding in (*more, *checked.findings)]
    extra = list(dict.fromkeys(heading for _, headings, _ in found for heading in headings))
    frame = pl.concat([checked.good for checked, _, _ in found], how="diagonal")
    text = [column for column, dtype in frame.schema.items() if dtype == pl.String]
    return Activity(
        name=name,
        frame=frame.with_columns(pl.col(text).fill_null("")),
        extra=extra,
        findings=findings,
        refused=pl.concat([checked.refused for checked, _, _ in found], how="diagonal"),
        files=files,
    )


def _parquet(path: Path) -> Activity:
    """Parquet stays on disk; its columns are mapped by name. Amounts stored as text are read as a table."""
    data = Parquet(path)
    parts = data.files()
    if not parts or not all(part.is_file() for part in parts):
        raise InputUnreadable(
            file=path.name, sheet="", detail_zh="没有 Parquet 文件", detail_en="there is no Parquet file", mend_zh="请核对路径。", mend_en="Check the path."
        )  # fmt: skip
    try:
        schema = dict(pl.scan_parquet(parts, hive_partitioning=path.is_dir()).collect_schema())
    except (pl.exceptions.PolarsError, OSError) as cause:
        raise InputUnreadable(
            file=path.name,
            sheet="",
            detail_zh="不是有效的 Parquet",
            detail_en="it is not valid Parquet",
            mend_zh="请重新导出。",
            mend_en="Export it again.",
        ) from cause
    names = list(schema)
    mapping = {name: names[at] for name, at in map_header(names).items()}
    missing = next(
        (name for name in ("entity", "period", "item", "amount", "unit") if name not in mapping), None
    )
    if missing is None and not schema[mapping["amount"]].is_numeric():
        frame = pl.read_parquet(parts, hive_partitioning=path.is_dir())
        return _join(path.name, [_from_sheet(_as_sheet(frame, path.name))], {})
    if missing is not None:
        description = columns()[missing]
        raise ColumnMissing(
            file=path.name, sheet="", column=missing, header=" | ".join(names), names=", ".join([missing, description["name_zh"]])
        )  # fmt: skip
    used = set(mapping.values())
    return Activity(
        name=path.name,
        parquet=data,
        mapping=mapping,
        extra=[name for name in names if name not in used and canonical_column(name) is None],
        findings=[Finding("A-124")],
        files={str(part.relative_to(path) if path.is_dir() else part.name): "" for part in parts},
    )


__all__ = ["CLEANERS", "Activity", "read_activity", "sha256"]
