"""An inventory as an Excel workbook: every table of it, with Chinese and English heads.

Text is written as text, so that a cell of the input that begins with ``=`` is never a formula.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import xlsxwriter

from tanheng.inventory.listings import (
    FACTOR_COLUMNS,
    FINDING_COLUMNS,
    REFUSED_COLUMNS,
    UNMATCHED_COLUMNS,
    entities,
    factor_rows,
    finding_rows,
    head,
    label,
    periods,
    refused_rows,
    unmatched_rows,
)
from tanheng.inventory.quality import grade

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Row: TypeAlias = Mapping[str, Any]
DASH = "–"
ROWS = 1_000_000
"""Rows that one sheet takes; Excel ends at 1,048,576."""
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_MANY = 50_000
_TEXT = 32_000
_NUMBERS = {
    "amount": "#,##0.00####", "coefficient": "0.0000####", "canonical": "0.00E+00", "mass": "#,##0.00####", "gwp": "0.##",
    "emission": "#,##0.00####", "share": "0.00", "value": "0.######", "uncertainty": "0.0", "count": "0", "row": "0",
    "printed_value": "#,##0.00##", "ours": "#,##0.00##", "difference": "#,##0.00##", "relative": "0.00",
}  # fmt: skip
_LAST = [
    "amount", "unit", "gas", "coefficient", "mass", "gwp", "emission", "share", "factors", "check", "carried", "uncertainty",
    "rule", "part", "scope", "memo",
]  # fmt: skip
_UNSEEN = [
    "cell",
    "amount_micro",
    "nano",
    "emission_nano",
    "coefficient_row",
    "category",
    "activity_uncertainty",
]
_WIDEST, _LEAST, _SAMPLE = 60, 8, 300
_LINE, _TALL, _FITTED, _BREAKDOWN = 14, 12, 5_000, 200
_INCOMPLETE = "不完整 INCOMPLETE"


@dataclass(frozen=True)
class Sheet:
    """One sheet: names of its columns and its rows as mappings."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Row]
    count: int


def write_workbook(inventory: Inventory, path: Path, *, comparison: pl.DataFrame | None = None) -> Path:
    """Write the inventory as a workbook.

    Parameters
    ----------
    inventory : Inventory
    path : Path
        The file to write; what is there is replaced.
    comparison : DataFrame, optional
        Published figures against this inventory, one row each.

    Returns
    -------
    Path
        The file. Sheets: 汇总 Summary, 明细 Emissions, 系数表 Coefficients, 因子与文件 Factors, 未计入 Unmatched,
        检查 Findings, 被拒行 Refused and, with a comparison, 对照 Comparison. Unknown values are a dash, never 0.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_workbook(th.account(table, "sichuan-park-2022"), folder / "inventory.xlsx").name
    'inventory.xlsx'
    """
    options = {
        "constant_memory": inventory.emissions.height > _MANY, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {"title": f"{inventory.method['id']} {inventory.digest[:12]}", "created": _started(inventory)}
        )
        writer = _Writer(book, inventory.gas)
        writer.summary(inventory)
        for sheet in _sheets(inventory, comparison):
            writer.sheet(sheet)
    return path


def _started(inventory: Inventory) -> dt.datetime:
    """The time of the run, so that the same run gives the same bytes."""
    text = inventory.run.get("started")
    return dt.datetime.fromisoformat(text).replace(tzinfo=None) if text else _NO_TIME


def _sheets(inventory: Inventory, comparison: pl.DataFrame | None) -> Iterator[Sheet]:
    yield _emissions(inventory)
    yield _coefficients(inventory)
    yield _of_rows("因子与文件 Factors", factor_rows(inventory), FACTOR_COLUMNS)
    yield _of_rows("未计入 Unmatched", unmatched_rows(inventory), UNMATCHED_COLUMNS)
    yield _of_rows("检查 Findings", finding_rows(inventory.findings), FINDING_COLUMNS)
    yield _of_rows("被拒行 Refused", refused_rows(inventory), REFUSED_COLUMNS)
    if comparison is not None:
        yield _of_frame("对照 Comparison", comparison)


def _emissions(inventory: Inventory) -> Sheet:
    frame = inventory.rows.drop(_UNSEEN, strict=False)
    share = pl.col("emission") / (inventory.total or None) * 100
    frame = frame.with_columns(
        pl.when(~pl.col("memo")).then(share).alias("share"), pl.col("uncertainty") * 100
    )
    first = [name for name in frame.columns if name not in _LAST]
    return _of_frame("明细 Emissions", frame.select(*_stated(frame, first), *_LAST))


def _coefficients(inventory: Inventory) -> Sheet:
    frame = inventory.sheet.drop("coefficient_row", "key", "inputs", strict=False)
    stated = _stated(frame, frame.columns)
    return _of_frame("系数表 Coefficients", frame.with_columns(pl.col("uncertainty") * 100).select(stated))


def _stated(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Columns, without those of text that no row fills in."""
    return [
        name
        for name in names
        if not (
            frame.schema[name] == pl.String
            and frame.height
            and (frame.get_column(name).fill_null("") == "").all()
        )
    ]


def _of_frame(title: str, frame: pl.DataFrame) -> Sheet:
    return Sheet(title, frame.columns, frame.iter_rows(named=True), frame.height)


def _of_rows(title: str, rows: Sequence[Row], first: Sequence[str]) -> Sheet:
    """Rows with the columns that are always there, and those that some row has before them."""
    more = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in first]
    return Sheet(title, [*more, *first], rows, len(rows))


class _Writer:
    """Writes sheets into one workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook, gas: str) -> None:
        self.book, self.gas = book, gas
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.text = book.add_format({**base, "text_wrap": True})
        self.plain = book.add_format(base)
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.heading = book.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": "#E8EDF3", "bottom": 1, "valign": "vcenter"}
        )
        self.alarm = book.add_format({**base, "bold": True, "font_color": "#B00020", "text_wrap": True})
        self.dash = book.add_format({**base, "align": "right", "font_color": "#777777"})
        self.number = functools.cache(lambda shape: book.add_format({**base, "num_format": shape}))
        self.fact = functools.cache(
            lambda shape: book.add_format({**base, "num_format": shape, "align": "left", "bold": True})
        )
        self.label = functools.lru_cache(maxsize=4096)(label)

    def sheet(self, sheet: Sheet) -> None:
        """One table: frozen head, filter, widths after the first rows."""
        page = self.book.add_worksheet(sheet.title)
        rows, sample = _peek(sheet.rows, _SAMPLE)
        widths = [
            _width(head(name, self.gas), (self.shown(name, row.get(name)) for row in sample))
            for name in sheet.columns
        ]
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.set_row(0, 2.3 * _LINE)
        for place, name in enumerate(sheet.columns):
            page.write_string(0, place, head(name, self.gas), self.heading)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        _on_paper(page)
        written = 0
        for line, row in enumerate(rows, start=1):
            if line > ROWS:
                more = sheet.count - ROWS
                page.write_string(
                    line,
                    0,
                    f"另有 {more} 行，见 Parquet。{more} more rows: see the Parquet file.",
                    self.alarm,
                )
                break
            if sheet.count <= _FITTED:
                texts = (self.shown(name, row.get(name)) for name in sheet.columns)
                lines = max(map(_lines, texts, widths), default=1)
                if lines > 1:
                    page.set_row(line, _LINE * min(lines, _TALL))
            for place, name in enumerate(sheet.columns):
                self.cell(page, line, place, row.get(name), name)
            written = line
        if sheet.columns:
            page.autofilter(0, 0, max(written, 1), len(sheet.columns) - 1)
        if not written:
            page.write_string(1, 0, "无 none", self.text)

    def cell(self, page: Any, line: int, place: int, value: Any, column: str) -> None:
        """One value: a number as a number, everything else as text."""
        if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
            shown = DASH if column in _NUMBERS else ""
            page.write_string(line, place, shown, self.dash)
        elif isinstance(value, bool):
            page.write_string(line, place, "是 yes" if value else "", self.text)
        elif isinstance(value, int | float):
            page.write_number(line, place, value, self.number(_NUMBERS.get(column, "General")))
        else:
            page.write_string(line, place, self.shown(column, value)[:_TEXT], self.text)

    def shown(self, column: str, value: Any) -> str:
        """A value as text."""
        if value is None or isinstance(value, int | float):
            return "" if value is None else f"{value:,.4f}"
        if column == "scope":
            return str(value)
        return self.label(
            column, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )

    def summary(self, inventory: Inventory) -> None:
        """The first sheet: the total, how good it is, where it comes from, and its breakdowns."""
        page = self.book.add_worksheet("汇总 Summary")
        page.set_column(0, 0, 44)
        page.set_column(1, 1, 26)
        page.set_column(2, 2, 12)
        _on_paper(page)
        who, when = "、".join(entities(inventory)[:3]), "、".join(periods(inventory)[:6])
        title = inventory.method["title"]
        page.write_string(0, 0, f"{who} {when} 温室气体清单 Greenhouse-gas inventory", self.title)
        page.write_string(1, 0, f"{title['zh']} {title['en']}", self.plain)
        line = 3
        for name, value, shape in _facts(inventory):
            page.write_string(line, 0, name, self.heading)
            if isinstance(value, float):
                page.write_number(line, 1, value, self.fact(shape))
            else:
                page.write_string(
                    line, 1, value[:_TEXT], self.alarm if value.startswith(_INCOMPLETE) else self.plain
                )
            line += 1
        for dimension in ("item", "sector", "period", "scope", "gas", "entity"):
            line = self.breakdown(page, inventory, dimension, line + 1)

    def breakdown(self, page: Any, inventory: Inventory, dimension: str, line: int) -> int:
        """Emissions by one dimension; the line after it."""
        rows = inventory.by(dimension).to_dicts() if dimension in inventory.emissions.columns else []
        if not any(row[dimension] for row in rows):
            return line - 1
        for place, name in enumerate((dimension, "emission", "share")):
            page.write_string(line, place, head(name, inventory.gas), self.heading)
        page.set_row(line, 32)
        for row in rows[:_BREAKDOWN]:
            line += 1
            page.write_string(line, 0, label(dimension, row[dimension]) or DASH, self.plain)
            self.cell(page, line, 1, row["emission"], "emission")
            self.cell(page, line, 2, row["share"], "share")
        if len(rows) > _BREAKDOWN:
            line += 1
            page.write_string(line, 0, f"另有 {len(rows) - _BREAKDOWN} 项 more: 明细 Emissions", self.alarm)
        return line + 1


def _on_paper(page: Any) -> None:
    """A4 across, as wide as the sheet."""
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _facts(inventory: Inventory) -> Iterator[tuple[str, str | float, str]]:
    """Name, value and number format of the lines of the summary."""
    spread = inventory.uncertainty()
    empty = inventory.emissions.height == 0
    missing = (
        f"{_INCOMPLETE}：{inventory.unmatched.height} 项未计入 unmatched，{inventory.refused} 行被拒 refused"
    )
    run, release = inventory.run, inventory.run.get("release") or {}
    document = inventory.method["document"]
    yield f"合计 total [t {inventory.gas}]", DASH if empty else inventory.total, "#,##0.00####"
    yield "完整性 completeness", "完整 complete" if inventory.complete else missing, ""
    yield "读入行 rows read", float(inventory.rows_read), "#,##0"
    yield "质量等级 quality grade", grade(inventory), ""
    yield "不确定性 uncertainty [±%, 95 %]", DASH if spread.relative is None else spread.relative, "0.0"
    yield (
        "不确定性覆盖 uncertainty known for [% of total]",
        DASH if empty else spread.known_share,
        "0.0",
    )
    yield "GWP", inventory.gwp_name if inventory.gas == "CO2e" and inventory.gwp_name else DASH, ""
    yield (
        "方法 method",
        f"{inventory.method['id']} {inventory.method['version']} ({str(inventory.method['digest'])[:12]})",
        "",
    )
    yield (
        "文件 document",
        ", ".join(
            str(document[key]) for key in ("title", "publisher", "year", "locator") if document.get(key)
        ),
        "",
    )
    yield "改用 overrides", "; ".join(inventory.method["overridden"]) or DASH, ""
    yield "因子发布版 factor release", f"{release.get('name', DASH)} {release.get('hash', '')}", ""
    yield "摘要 digest", inventory.digest, ""
    yield (
        "运行 run",
        f"{run.get('id', DASH)}, {run.get('started', DASH)}, {run.get('engine', DASH)}, Tanheng {run.get('version', DASH)}",
        "",
    )
    for name, digest in list((run.get("files") or {}).items())[:50]:
        yield f"文件 file {name}", f"SHA-256 {digest or DASH}", ""


def _peek(rows: Iterable[Row], count: int) -> tuple[Iterator[Row], list[Row]]:
    """The rows again, and the first of them."""
    stream = iter(rows)
    first = [row for _, row in zip(range(count), stream, strict=False)]

    def again() -> Iterator[Row]:
        yield from first
        yield from stream

    return again(), first


def _width(heading: str, values: Iterable[str]) -> float:
    longest = max(_letters(text[:_WIDEST]) for text in (*heading.split("\n"), *values))
    return float(min(max(longest + 2, _LEAST), _WIDEST))


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column."""
    return sum(max(1, math.ceil(_letters(part) / (width - 1))) for part in text.split("\n"))


def _letters(text: str) -> int:
    """Width of a text in Latin letters; Chinese ones take two."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    )
