"""An inventory as an Excel workbook: every table of it, with Chinese and English heads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter

from tanheng.errors import LANGS
from tanheng.inventory.categories.answers import notation_rows
from tanheng.inventory.categories.official import chapter_table, chapters_of
from tanheng.inventory.methods.method import document_facts
from tanheng.inventory.paper import on_paper
from tanheng.inventory.quality.cell_grades import grade_of, with_scores
from tanheng.inventory.quality.grades import grade
from tanheng.inventory.views.listings import (
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
from tanheng.inventory.views.spreadsheet import DASH, ROWS, TEXT, Row, Sheet, Writer
from tanheng.inventory.writing import PLAIN_TEXT

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_MANY, _BREAKDOWN = 50_000, 200
_LAST = [
    "amount", "unit", "gas", "coefficient", "mass", "gwp", "emission", "share", "factors", "check", "carried", "uncertainty", "grade",
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
_INCOMPLETE = "不完整 INCOMPLETE"


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
        检查 Findings, 被拒行 Refused, 单列的章 Chapters apart with their range where there are any, 标记符号 Notation keys where the user or the method gives any and, with a comparison,
        对照 Comparison. Unknown values are a dash, never 0.

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
        **PLAIN_TEXT,
        "constant_memory": inventory.emissions.height > _MANY,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {"title": f"{inventory.method['id']} {inventory.digest[:12]}", "created": _started(inventory)}
        )
        writer = Writer(book, inventory.gas)
        _summary(writer, inventory)
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
    keys = notation_rows(inventory)
    if keys:
        yield _of_rows("标记符号 Notation keys", keys, list(keys[0]))
    found = [chapter_table(inventory, code).to_polars() for code in chapters_of(inventory)]
    if found:
        yield _of_frame("单列的章 Chapters apart", pl.concat(found, how="diagonal"))
    if inventory.collected.height:
        yield _of_frame("收集数据 Collected", inventory.collected)
    if comparison is not None:
        yield _of_frame("对照 Comparison", comparison)


def _emissions(inventory: Inventory) -> Sheet:
    rows = inventory.rows
    first = [name for name in rows.columns if name not in (*_LAST, *_UNSEEN)]
    columns = [*_stated(rows, first), *_LAST]
    share = pl.col("emission") / (inventory.total or None) * 100
    frame = with_scores(rows.head(ROWS + 1)).with_columns(
        grade_of(pl.col("score")).alias("grade"),
        pl.when(~pl.col("memo")).then(share).alias("share"),
        pl.col("uncertainty") * 100,
    )
    return Sheet("明细 Emissions", columns, frame.select(columns).iter_rows(named=True), rows.height)


def _coefficients(inventory: Inventory) -> Sheet:
    frame = inventory.sheet.drop("coefficient_row", "key", "inputs", strict=False)
    stated = _stated(frame, frame.columns)
    return _of_frame("系数表 Coefficients", frame.with_columns(pl.col("uncertainty") * 100).select(stated))


def _stated(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Columns, without those of text that no row fills in."""
    return [
        name
        for name in names
        if frame.schema[name] not in (pl.String, pl.Enum)
        or not frame.height
        or any(frame.get_column(name).unique())
    ]


def _of_frame(title: str, frame: pl.DataFrame) -> Sheet:
    return Sheet(title, frame.columns, frame.iter_rows(named=True), frame.height)


def _of_rows(title: str, rows: Sequence[Row], first: Sequence[str]) -> Sheet:
    """Rows with the columns that are always there, and those that some row has before them."""
    more = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in first]
    return Sheet(title, [*more, *first], rows, len(rows))


def _summary(writer: Writer, inventory: Inventory) -> None:
    """The first sheet: the total, how good it is, where it comes from, and its breakdowns."""
    page = writer.book.add_worksheet("汇总 Summary")
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 26)
    page.set_column(2, 2, 12)
    on_paper(page, (44, 26, 12))
    who, when = "、".join(entities(inventory)[:3]), "、".join(periods(inventory)[:6])
    title = inventory.method["title"]
    page.write_string(0, 0, f"{who} {when} 温室气体清单 Greenhouse-gas inventory", writer.title)
    page.write_string(1, 0, f"{title['zh']} {title['en']}", writer.plain)
    line = 3
    for name, value, shape in _facts(inventory):
        page.write_string(line, 0, name, writer.heading)
        if isinstance(value, float):
            page.write_number(line, 1, value, writer.fact(shape))
        else:
            page.write_string(
                line, 1, value[:TEXT], writer.alarm if value.startswith(_INCOMPLETE) else writer.plain
            )
        line += 1
    for dimension in ("item", "sector", "period", "scope", "gas", "entity"):
        line = _breakdown(writer, page, inventory, dimension, line + 1)


def _breakdown(writer: Writer, page: Any, inventory: Inventory, dimension: str, line: int) -> int:
    """Emissions by one dimension; the line after it."""
    rows = inventory.by(dimension).to_dicts() if dimension in inventory.emissions.columns else []
    if not any(row[dimension] for row in rows):
        return line - 1
    for place, name in enumerate((dimension, "emission", "share")):
        page.write_string(line, place, head(name, inventory.gas), writer.heading)
    page.set_row(line, 32)
    for row in rows[:_BREAKDOWN]:
        line += 1
        page.write_string(line, 0, label(dimension, row[dimension]) or DASH, writer.plain)
        writer.cell(page, line, 1, row["emission"], "emission")
        writer.cell(page, line, 2, row["share"], "share")
    if len(rows) > _BREAKDOWN:
        line += 1
        page.write_string(line, 0, f"另有 {len(rows) - _BREAKDOWN} 项 more: 明细 Emissions", writer.alarm)
    return line + 1


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
        " / ".join(dict.fromkeys(", ".join(document_facts(document, lang)) for lang in LANGS)),
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
