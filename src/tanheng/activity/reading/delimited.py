"""Text files with separators: CSV in any common encoding, row by row or, when large, in columns at once."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from tanheng.activity.findings import Finding
from tanheng.activity.reading.headers import HEAD_ROWS, best_header, find_header
from tanheng.activity.reading.sheets import ROW, Sheet, apart, unreadable
from tanheng.activity.reading.titles import read_titles

SMALL = 8_000_000
"""Files up to this many bytes are read row by row; larger ones in columns, where that is exact."""
_SAMPLE = 65_536
_BATCH = 100_000
_FEW = 1_000
DELIMITERS = (",", "\t", ";", "|", "，", "；")
LOST = "\ufffd"
"""What stands for a byte that is not of the file's encoding."""
_Apart = tuple[int, str, str, int]


def read_delimited(path: Path) -> Sheet:
    """The sheet of a text file.

    Raises
    ------
    InputUnreadable
        When it is not text or has no header.
    """
    encoding, lossy = encoding_of(path)
    with open_text(path, encoding) as stream:
        sample = stream.read(_SAMPLE)
    delimiter, numbers, head = _head(sample)
    if "\x00" in sample and best_header(head)[0] < 2:
        raise unreadable(
            path.name,
            ("内容不是文本", "it is not text"),
            ("请存为 CSV、XLSX 或 Parquet", "Save it as CSV, XLSX or Parquet"),
        )
    at, headings = find_header(path.name, "", head)
    found = None
    if path.stat().st_size > SMALL:
        with _as_utf8(path, encoding) as plain:
            found = _quick(plain, delimiter, numbers[at], len(headings))
    if found is None:
        with open_text(path, encoding) as stream:
            found = _exact(stream, delimiter, numbers[at], len(headings))
    frame, misfits = found
    if lossy:
        frame, misfits = _undecoded(frame, misfits, len(headings), delimiter)
    rows, findings = apart(path.name, "", sorted(misfits), len(headings))
    told = (
        [Finding("A-121", {"file": path.name, "value": encoding.upper()})] if encoding != "utf-8-sig" else []
    )
    titles = read_titles(cell for row in head[:at] for cell in row)
    return Sheet(path.name, "", headings, frame, told + findings, rows, titles=titles)


def encoding_of(path: Path, most: int | None = None) -> tuple[str, bool]:
    """The encoding, and whether some bytes do not fit it; those rows are refused later. ``most`` bytes are looked at."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    if start.count(0) > len(start) // 8:
        return ("utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"), True
    if _decodes(path, "utf-8-sig", most):
        return "utf-8-sig", False
    if _mostly_utf8(path):
        return "utf-8-sig", True
    return "gb18030", not _decodes(path, "gb18030", most)


def _decodes(path: Path, encoding: str, most: int | None = None) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while (most is None or stream.tell() < most) and (block := stream.read(1 << 20)):
                decoder.decode(block)
            ended = not stream.read(1)
        decoder.decode(b"", final=ended)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(path: Path) -> bool:
    """Whether most lines that tell encodings apart are UTF-8: then some rows were pasted from a GBK file."""
    votes = 0
    with path.open("rb") as stream:
        for line in itertools.islice((line for line in stream if not line.isascii()), 10_000):
            votes += 1 if _is_utf8(line) else -1
    return votes > 0


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """A text file to read from; bytes that do not fit the encoding become ``LOST``."""
    return path.open(encoding=encoding, newline="", errors="replace")


@contextmanager
def _as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """The file itself where it is UTF-8, else a copy in UTF-8."""
    if encoding == "utf-8-sig" and _decodes(path, encoding):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        copy = Path(folder) / "utf8.csv"
        with open_text(path, encoding) as stream, copy.open("w", encoding="utf-8", newline="") as kept:
            while block := stream.read(1 << 20):
                kept.write(block)
        yield copy


def _head(sample: str) -> tuple[str, list[int], list[list[str]]]:
    """The delimiter that gives the best header, with the first rows and the lines on which they end."""
    best: tuple[int, str, list[int], list[list[str]]] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = [(reader.line_num, row) for row in itertools.islice(reader, HEAD_ROWS)]
        fit = best_header([row for _, row in rows])[0]
        if best is None or fit > best[0]:
            best = (fit, delimiter, [number for number, _ in rows], [row for _, row in rows])
    assert best is not None
    return best[1:]


def split_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | None, str]]:
    """Rows with the line on which each begins; where a quote never closes, the line alone is given back as text."""
    source = iter(lines)
    waiting: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            line = waiting.popleft() if waiting else next(source, None)
            if line is None:
                return
            taken.append(line)
            yield line

    number = 1
    while True:
        try:
            for row in csv.reader(feed(), delimiter=delimiter):
                if len(taken) > 1 or '"' in taken[0]:
                    _refuse_open(taken, delimiter)
                yield number, row, ""
                number += len(taken)
                taken.clear()
        except csv.Error:
            yield number, None, taken[0]
            waiting.extendleft(reversed(taken[1:]))
            number += 1
            taken.clear()
            continue
        return


def _refuse_open(taken: list[str], delimiter: str) -> None:
    """Raise where the file ended inside a quote: one more line would be swallowed."""
    if "".join(taken).count('"') % 2 and len(list(csv.reader([*taken, "x"], delimiter=delimiter))) == 1:
        raise csv.Error


def _exact(
    lines: Iterable[str], delimiter: str, header: int, width: int
) -> tuple[pl.DataFrame, list[_Apart]]:
    """Row by row: rows of another width and rows with an open quote are set apart."""
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(width)}}
    frames = [pl.DataFrame(schema=schema)]
    batch: list[list[object]] = []
    misfits: list[_Apart] = []
    for number, row, text in split_rows(lines, delimiter):
        if number <= header:
            continue
        if row is None:
            misfits.append((number, "A-116", text, 0))
        elif len(row) > width and any(cell.strip() for cell in row[width:]):
            misfits.append((number, "A-110", delimiter.join(row), len(row)))
        else:
            batch.append([number, *row[:width], *[""] * (width - len(row))])
        if len(batch) == _BATCH:
            frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch = []
    return pl.concat([*frames, pl.DataFrame(batch, schema=schema, orient="row")]), misfits


def _quick(path: Path, delimiter: str, header: int, width: int) -> tuple[pl.DataFrame, list[_Apart]] | None:
    """In columns at once; None where a cell holds a line break or the text is malformed, so that row and line differ."""
    names = [f"c{at}" for at in range(width + 2)]
    try:
        frame = pl.read_csv(
            path, has_header=False, skip_lines=header, separator=delimiter, quote_char='"', infer_schema=False, glob=False,
            schema=dict.fromkeys(names, pl.String), missing_columns="insert",
            row_index_name=ROW, row_index_offset=header + 1,
        )  # fmt: skip
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return None
    if frame.height != _lines(path) - header:
        return None
    over = pl.any_horizontal(pl.col(name).is_not_null() for name in names[width:])
    numbers = frame.lazy().filter(over).select(ROW).collect().to_series().to_list()
    frame = frame.select(pl.col(ROW).cast(pl.Int64), *names[:width])
    if len(numbers) > _FEW:
        return None
    return frame.filter(~pl.col(ROW).is_in(numbers)) if numbers else frame, _at(
        path, delimiter, numbers, width
    )


def _at(path: Path, delimiter: str, numbers: list[int], width: int) -> list[_Apart]:
    """The rows that stand on some lines, read singly."""
    wanted = set(numbers)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = [(n, line) for n, line in enumerate(stream, 1) if n in wanted] if wanted else []
    rows = [(number, next(csv.reader([line], delimiter=delimiter))) for number, line in lines]
    return [(number, "A-110", delimiter.join(row), len(row)) for number, row in rows]


def _lines(path: Path) -> int:
    """How many lines a file has; -1 where a bare carriage return may end one."""
    count, last = 0, b"\n"
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            count += block.count(b"\n")
            joined = last + block
            if joined.count(b"\r") - joined.count(b"\r\n") - block.endswith(b"\r"):
                return -1
            last = block[-1:]
    return -1 if last == b"\r" else count + (last != b"\n")


def _undecoded(
    frame: pl.DataFrame, misfits: list[_Apart], width: int, delimiter: str
) -> tuple[pl.DataFrame, list[_Apart]]:
    """Set apart rows with bytes that are not of the file's encoding."""
    cells = [f"c{at}" for at in range(width)]
    marked = frame.select(
        pl.any_horizontal(pl.col(cell).str.contains(LOST, literal=True) for cell in cells)
    ).to_series()
    bad = frame.filter(marked.fill_null(value=False))
    more = [(row[0], "A-115", delimiter.join(cell or "" for cell in row[1:]), 0) for row in bad.iter_rows()]
    return frame.filter(~marked.fill_null(value=False)), [*misfits, *more]
