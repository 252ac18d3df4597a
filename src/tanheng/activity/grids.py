"""Files as grids of text: CSV in any common encoding, Excel with merged cells. Nothing is interpreted here."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.findings import Finding, place
from tanheng.activity.schema import BASE, map_header
from tanheng.errors import InputUnreadable

SMALL = 8_000_000
_HEAD_ROWS = 40
ROW = "__row"


@dataclass(frozen=True)
class Sheet:
    """One sheet as text: its column headings and a frame with ``__row`` (as counted in the file) and c0, c1, ..."""

    file: str
    sheet: str
    headings: list[str]
    frame: pl.DataFrame
    findings: list[Finding]


def read_sheets(path: Path, sheet: str | None = None) -> list[Sheet]:
    """Every sheet of a file that has the header of an activity table.

    Raises
    ------
    InputUnreadable
        When the file is missing, empty, damaged or of an unknown kind, or no sheet has a header.
    """
    if not path.is_file():
        raise _unreadable(path, "文件不存在", "it does not exist", "请核对路径", "Check the path")
    if path.stat().st_size == 0:
        raise _unreadable(path, "文件为空", "it is empty", "请提供带表头的数据", "Give data with a header")
    kind = path.suffix.lower()
    if kind in {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}:
        return _excel(path, sheet)
    if kind in {".csv", ".tsv", ".txt", ""}:
        return [_csv(path)]
    raise _unreadable(
        path,
        f"不支持 {kind} 文件",
        f"{kind} files are not read",
        "请存为 CSV、XLSX 或 Parquet",
        "Save it as CSV, XLSX or Parquet",
    )


def _unreadable(
    path: Path, zh: str, en: str, mend_zh: str, mend_en: str, sheet: str = ""
) -> InputUnreadable:
    return InputUnreadable(
        file=path.name,
        sheet=f"[{sheet}]" if sheet else "",
        detail_zh=zh,
        detail_en=en,
        mend_zh=f"{mend_zh}。",
        mend_en=f"{mend_en}.",
    )


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is valid UTF-8, else GB18030 if it is valid there."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(b"PK") or start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable(
            path,
            "这是 Excel 文件而非 CSV",
            "this is an Excel file, not CSV",
            "请把扩展名改为 .xlsx",
            "Rename it to .xlsx",
        )
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise _unreadable(
        path,
        "既不是 UTF-8 也不是 GBK 编码",
        "it is neither UTF-8 nor GBK",
        "请另存为 UTF-8 的 CSV",
        "Save it as UTF-8 CSV",
    )


def _csv(path: Path) -> Sheet:
    encoding = _encoding(path)
    findings = (
        [] if encoding == "utf-8-sig" else [Finding("A-121", {"file": path.name, "value": encoding.upper()})]
    )
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(65536)
    if "\x00" in sample:
        raise _unreadable(
            path,
            "内容不是文本",
            "it is not text",
            "请存为 CSV、XLSX 或 Parquet",
            "Save it as CSV, XLSX or Parquet",
        )
    delimiter = max(",\t;|，", key=lambda mark: sum(line.count(mark) for line in sample.splitlines()[:20]))
    head = list(_rows(sample.splitlines(keepends=True), delimiter))[:_HEAD_ROWS]
    start, headings = _find_header(path, "", [row for _, row in head])
    first = head[start][0]
    if path.stat().st_size > SMALL and encoding == "utf-8-sig":
        quick = _large(path, delimiter, first, len(headings))
        if quick is not None:
            return Sheet(path.name, "", headings, quick, findings)
    with path.open(encoding=encoding, newline="") as stream:
        frame, ragged, skipped = _collect(_rows(stream, delimiter), first, len(headings), path.name)
    return Sheet(path.name, "", headings, frame, findings + ragged + _skipped(path.name, "", skipped))


def _rows(stream: Any, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line on which each one ends."""
    reader = csv.reader(stream, delimiter=delimiter)
    for row in reader:
        yield reader.line_num, row


def _large(path: Path, delimiter: str, header_line: int, width: int) -> pl.DataFrame | None:
    """The quick way for big files; None where a row does not fit, so that the exact way finds it."""
    try:
        frame = pl.read_csv(
            path, has_header=False, skip_lines=header_line, separator=delimiter, infer_schema=False, quote_char='"',
            new_columns=[f"c{n}" for n in range(width)], row_index_name=ROW, row_index_offset=header_line + 1,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.width == width + 1 else None


def _collect(
    rows: Iterator[tuple[int, list[str]]], header_line: int, width: int, file: str
) -> tuple[pl.DataFrame, list[Finding], list[tuple[int, str]]]:
    """Rows below the header as a frame; rows of another width and notes are set apart.

    Rows go through a temporary file rather than a list: ten million of them must not fill the memory.
    """
    ragged: list[Finding] = []
    skipped: list[tuple[int, str]] = []
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv", delete=False) as kept:
        writer = csv.writer(kept)
        writer.writerow([ROW, *(f"c{n}" for n in range(width))])
        for line, row in rows:
            if line <= header_line:
                continue
            while len(row) > width and not row[-1].strip():
                row.pop()
            filled = [cell for cell in row if cell.strip()]
            if len(set(filled)) <= 1:
                skipped.append((line, filled[0] if filled else ""))
            elif len(row) > width:
                zh, en = place(file, "", line)
                ragged.append(
                    Finding(
                        "A-110",
                        {"where": (zh, en), "value": len(row), "expected": width},
                        ({"row": line, "text": ",".join(row)[:200]},),
                    )
                )
            else:
                writer.writerow([line, *row, *[""] * (width - len(row))])
    try:
        frame = pl.read_csv(kept.name, infer_schema=False).with_columns(pl.col(ROW).cast(pl.Int64))
    finally:
        Path(kept.name).unlink()
    return frame, ragged, skipped


def _skipped(file: str, sheet: str, skipped: list[tuple[int, str]]) -> list[Finding]:
    said = [(row, text) for row, text in skipped if text]
    if not said:
        return []
    row, text = said[0]
    where = f"工作表“{sheet}”" if sheet else "", f" sheet '{sheet}'" if sheet else ""
    return [
        Finding(
            "A-120",
            {"file": file, "sheet": where, "count": len(said), "row": row, "value": text[:40]},
            tuple({"row": r, "text": t[:80]} for r, t in said[:5]),
        )
    ]


def _find_header(path: Path, sheet: str, rows: list[list[str]]) -> tuple[int, list[str]]:
    """Place of the header's last row and its headings; a two-row header with merged cells is joined."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        single = [cell.strip() for cell in row]
        options = [single]
        if at > 0:
            above = [cell.strip() for cell in rows[at - 1]]
            above += [""] * (len(single) - len(above))
            options.append(
                [
                    low if low and (map_header([low]) or not map_header([up])) else up or low
                    for low, up in zip(single, above, strict=False)
                ]
            )
        for headings in options:
            fit = len(set(BASE) & set(map_header(headings)))
            if fit > best[0]:
                best = (fit, at, headings)
    if best[0] < 2:
        shown = " | ".join(cell for cell in rows[0] if cell)[:120] if rows else ""
        raise _unreadable(
            path, f"前 {_HEAD_ROWS} 行没有活动表的表头（主体、时期、品种、数量、单位），首行为“{shown}”",
            f"no header of an activity table (entity, period, item, amount, unit) in the first {_HEAD_ROWS} rows; the first is '{shown}'",
            "请加上表头", "Add the header", sheet,
        )  # fmt: skip
    return best[1], best[2]


def _excel(path: Path, wanted: str | None) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as cause:
        raise _unreadable(
            path,
            "不是有效的 Excel 文件或已加密",
            "it is not a valid Excel file, or it is encrypted",
            "请用 Excel 重新另存",
            "Save it again from Excel",
        ) from cause
    names = book.sheet_names
    if wanted is not None and wanted not in names:
        raise _unreadable(
            path,
            f"没有工作表“{wanted}”，只有{'、'.join(names)}",
            f"it has no sheet '{wanted}', only {', '.join(names)}",
            "请核对 --sheet",
            "Check --sheet",
        )
    found: list[Sheet] = []
    skipped: list[Finding] = []
    problem: InputUnreadable | None = None
    for name in [wanted] if wanted is not None else names:
        grid = _grid(book, name)
        try:
            if not any(any(row) for row in grid):
                raise _unreadable(
                    path,
                    "工作表为空",
                    "the sheet is empty",
                    "请提供带表头的数据",
                    "Give data with a header",
                    name,
                )
            found.append(_sheet(path, name, grid))
        except InputUnreadable as error:
            problem = problem or error
            skipped.append(Finding("A-122", {"file": path.name, "value": name}))
    if not found and problem is not None:
        raise problem
    found[0].findings.extend(skipped)
    return found


def _sheet(path: Path, name: str, grid: list[list[str]]) -> Sheet:
    start, headings = _find_header(path, name, grid)
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    numbered = ((at + 1, row) for at, row in enumerate(grid))
    frame, ragged, skipped = _collect(numbered, start + 1, width, path.name)
    return Sheet(path.name, name, headings, frame, ragged + _skipped(path.name, name, skipped))


def _grid(book: Any, name: str) -> list[list[str]]:
    """Cells of a sheet as text; a merged range shows its value in each of its cells."""
    sheet = book.get_sheet_by_name(name)
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top < len(grid) and left < len(grid[top]):
            value = grid[top][left]
            for row in range(top, min(bottom + 1, len(grid))):
                for column in range(left, min(right + 1, len(grid[row]))):
                    grid[row][column] = value
    return grid


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()
