"""An inventory as an Excel workbook: every table of it, with Chinese and English heads.

Text is written as text, so that a cell of the input that begins with ``=`` is never a formula.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import xlsxwriter

from tanheng.activity import Finding
from tanheng.activity.findings import catalogue
from tanheng.activity.schema import columns as schema_of
from tanheng.codes import codelist, term
from tanheng.errors import Lang, UnknownCode, fill
from tanheng.inventory.export import item_name
from tanheng.inventory.quality import grade

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Row: TypeAlias = Mapping[str, Any]
DASH = "–"
ROWS = 1_000_000
"""Rows that one sheet takes; Excel ends at 1,048,576."""
_MANY = 50_000
_TEXT = 32_000
_NUMBERS = {
    "amount": "#,##0.00####", "coefficient": "0.0000####", "canonical": "0.00E+00", "mass": "#,##0.00####", "gwp": "0.##",
    "emission": "#,##0.00####", "share": "0.00", "value": "0.######", "uncertainty": "0.0", "count": "0", "row": "0",
    "printed_value": "#,##0.00##", "ours": "#,##0.00##", "difference": "#,##0.00##", "relative": "0.00",
}  # fmt: skip
_UNITS = {"mass": "t", "share": "%", "uncertainty": "±%", "relative": "%"}
_WIDEST, _LEAST, _SAMPLE = 60, 8, 300


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
        book.set_properties({"title": f"{inventory.method['id']} {inventory.digest[:12]}", "created": _started(inventory)})
        writer = _Writer(book, inventory.gas)
        writer.summary(inventory)
        for sheet in _sheets(inventory, comparison):
            writer.sheet(sheet)
    return path


def _started(inventory: Inventory) -> dt.datetime:
    """The time of the run, so that the same run gives the same bytes."""
    text = inventory.run.get("started")
    return dt.datetime.fromisoformat(text).replace(tzinfo=None) if text else dt.datetime(2000, 1, 1)


def _sheets(inventory: Inventory, comparison: pl.DataFrame | None) -> Iterator[Sheet]:
    yield _emissions(inventory)
    yield _of_frame("系数表 Coefficients", inventory.sheet.drop("coefficient_row", "key", "inputs", strict=False).with_columns(pl.col("uncertainty") * 100))
    yield _of_rows("因子与文件 Factors", factor_rows(inventory), FACTOR_COLUMNS)
    yield _of_rows("未计入 Unmatched", unmatched_rows(inventory), ["item", "amount", "unit", "gas", "code", "reason_zh", "reason_en"])
    yield _of_rows("检查 Findings", finding_rows(inventory.findings), FINDING_COLUMNS)
    yield _of_frame("被拒行 Refused", inventory.activity.refused.rename(lambda name: name.removeprefix("__")))
    if comparison is not None:
        yield _of_frame("对照 Comparison", comparison)


def _emissions(inventory: Inventory) -> Sheet:
    whole = inventory.total
    frame = inventory.rows.drop("cell", "amount_micro", "nano", "emission_nano", "coefficient_row", "category", "activity_uncertainty", strict=False)
    share = pl.when(~pl.col("memo")).then(pl.col("emission") / whole * 100) if whole else pl.lit(None, dtype=pl.Float64)
    last = ["amount", "unit", "gas", "coefficient", "mass", "gwp", "emission", "share", "factors", "check", "carried", "uncertainty", "rule", "part", "scope", "memo"]
    frame = frame.with_columns(share.alias("share"), pl.col("uncertainty") * 100)
    dims = [name for name in frame.columns if name not in last]
    names = {code: f"{item_name(code, 'zh')} {item_name(code, 'en')}" for code in frame.get_column("item").unique().to_list()}
    named = frame.with_columns(pl.col("item").replace_strict(names, return_dtype=pl.String)) if names else frame
    return _of_frame("明细 Emissions", named.select(*dims, *last))


def _of_frame(title: str, frame: pl.DataFrame) -> Sheet:
    return Sheet(title, frame.columns, frame.iter_rows(named=True), frame.height)


def _of_rows(title: str, rows: Sequence[Row], first: Sequence[str]) -> Sheet:
    """Rows with the columns that are always there, and those that some row has before them."""
    more = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in first]
    return Sheet(title, [*more, *first], rows, len(rows))


FACTOR_COLUMNS = ["factor", "name", "value", "unit", "published", "check", "title", "publisher", "year", "locator", "pack"]
FINDING_COLUMNS = ["severity", "code", "message_zh", "mend_zh", "message_en", "mend_en", "count", "rows"]


def factor_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Each value that entered a coefficient once: what it is, its document and its check state.

    Returns
    -------
    list of dict
        ``factor`` (id, empty for measured and fixed values), ``name`` of the parameter, ``value``, ``unit``,
        ``published``, ``check``, ``title``, ``publisher``, ``year``, ``locator``, ``pack``.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in inventory.records:
        for one in record["inputs"]:
            source = {key: one["source"].get(key) for key in ("title", "publisher", "year", "locator", "pack")}
            row = {**{key: one[key] for key in ("factor", "name", "value", "unit", "published", "check")}, **source}
            found.setdefault((row["factor"], row["name"], row["value"], row["unit"]), row)
    return sorted(found.values(), key=lambda row: (str(row["factor"] or "~"), str(row["name"]), row["value"]))


def unmatched_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Activity that is not counted, with its amount and the reason in both languages."""
    reasons = {finding.message(lang): finding for finding in inventory.findings for lang in ("zh", "en")}
    rows = []
    for row in inventory.unmatched.to_dicts():
        text = str(row.get("reason") or "")
        finding = reasons.get(text)
        kept = {key: value for key, value in row.items() if key not in {"cell", "reason"}}
        rows.append({**kept, "reason_zh": finding.message("zh") if finding else text, "reason_en": finding.message("en") if finding else text})
    return rows


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings with sentence and mend apart, in both languages, the heaviest first."""
    order = {"error": 0, "warning": 1, "note": 2}
    rows = [_finding_row(finding) for finding in findings]
    return sorted(rows, key=lambda row: order[row["severity"]])


def _finding_row(finding: Finding) -> dict[str, Any]:
    entry = catalogue()[finding.code]
    texts: dict[str, str] = {}
    langs: tuple[Lang, Lang] = ("zh", "en")
    for place, lang in enumerate(langs):
        fields = {key: value[place] if isinstance(value, tuple) and len(value) == 2 else value for key, value in finding.fields.items()}
        texts[f"message_{lang}"] = fill(entry[lang], fields)
        texts[f"mend_{lang}"] = fill(entry[f"remedy_{lang}"], fields) if entry[f"remedy_{lang}"] else ""
    return {"severity": finding.severity, "code": finding.code, **texts, "count": finding.count, "rows": [dict(row) for row in finding.rows]}


def entities(inventory: Inventory) -> list[str]:
    """Whom the inventory is about, also where nothing of it has a coefficient."""
    return _seen(inventory, "entity")


def periods(inventory: Inventory) -> list[str]:
    """The periods of the inventory, in order."""
    return sorted(_seen(inventory, "period"))


def _seen(inventory: Inventory, column: str) -> list[str]:
    frames = [inventory.emissions, inventory.unmatched, inventory.activity.refused]
    values = [frame.get_column(column).cast(pl.String) for frame in frames[:2] if column in frame.columns and frame.height]
    values = values or [frames[2].get_column(column).cast(pl.String)] if column in frames[2].columns else values
    return [value for value in pl.concat(values).unique(maintain_order=True).to_list() if value] if values else []


def head(column: str, gas: str) -> str:
    """Head of a column in both languages, with its unit."""
    unit = f"t {gas}" if column == "emission" else _UNITS.get(column, "")
    return f"{_name(column, 'zh')}{f'（{unit}）' if unit else ''}\n{_name(column, 'en')}{f' [{unit}]' if unit else ''}"


def _name(column: str, lang: Lang) -> str:
    base, _, ending = column.rpartition("_")
    if base and ending in {"zh", "en"}:
        return f"{_name(base, lang)}（{'中文' if ending == 'zh' else '英文'}）" if lang == "zh" else f"{_name(base, lang)} ({ending})"
    for table in ("emission", "activity"):
        known = schema_of(table).get(column)
        if known:
            return known[f"name_{lang}"]
    try:
        return term(column, lang)
    except UnknownCode:
        return column


class _Writer:
    """Writes sheets into one workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook, gas: str) -> None:
        self.book, self.gas = book, gas
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.text = book.add_format({**base, "text_wrap": True})
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.heading = book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#E8EDF3", "bottom": 1, "valign": "vcenter"})
        self.alarm = book.add_format({**base, "bold": True, "font_color": "#B00020", "text_wrap": True})
        self.dash = book.add_format({**base, "align": "right", "font_color": "#777777"})
        self.number: Callable[[str], Any] = _remembered(lambda shape: book.add_format({**base, "num_format": shape}))

    def sheet(self, sheet: Sheet) -> None:
        """One table: frozen head, filter, widths after the first rows."""
        page = self.book.add_worksheet(sheet.title)
        rows, sample = _peek(sheet.rows, _SAMPLE)
        for place, name in enumerate(sheet.columns):
            page.set_column(place, place, _width(head(name, self.gas), (row.get(name) for row in sample)))
        page.set_row(0, 32)
        for place, name in enumerate(sheet.columns):
            page.write_string(0, place, head(name, self.gas), self.heading)
        page.freeze_panes(1, 0)
        written = 0
        for line, row in enumerate(rows, start=1):
            if line > ROWS:
                page.write_string(line, 0, f"另有 {sheet.count - ROWS} 行，见 Parquet。{sheet.count - ROWS} more rows: see the Parquet file.", self.alarm)
                break
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
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            page.write_string(line, place, text[:_TEXT], self.text)

    def summary(self, inventory: Inventory) -> None:
        """The first sheet: the total, how good it is, where it comes from, and its breakdowns."""
        page = self.book.add_worksheet("汇总 Summary")
        page.set_column(0, 0, 30)
        page.set_column(1, 1, 46)
        page.set_column(2, 2, 14)
        title = inventory.method["title"]
        page.write_string(0, 0, f"{'、'.join(entities(inventory)[:3])} {'、'.join(periods(inventory)[:6])} 温室气体清单 Greenhouse-gas inventory", self.title)
        page.write_string(1, 0, f"{title['zh']} {title['en']}", self.text)
        line = 3
        for name, value, shape in _facts(inventory):
            page.write_string(line, 0, name, self.heading)
            alarm = name.startswith("完整性") and not inventory.complete
            if isinstance(value, float):
                page.write_number(line, 1, value, self.number(shape))
            else:
                page.write_string(line, 1, value[:_TEXT], self.alarm if alarm else self.text)
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
        for row in rows[:200]:
            line += 1
            page.write_string(line, 0, label(dimension, row[dimension]), self.text)
            self.cell(page, line, 1, row["emission"], "emission")
            self.cell(page, line, 2, row["share"], "share")
        return line + 1


def label(dimension: str, code: str) -> str:
    """A code's name in both languages, where a list has it."""
    if dimension == "item":
        return f"{item_name(code, 'zh')} {item_name(code, 'en')}"
    listed = {"sector": "sectors", "scope": "scopes", "gas": "gases"}.get(dimension)
    if listed and code in codelist(listed):
        return f"{codelist(listed).label(code, 'zh')} {codelist(listed).label(code, 'en')}"
    return code or DASH


def _facts(inventory: Inventory) -> Iterator[tuple[str, str | float, str]]:
    """Name, value and number format of the lines of the summary."""
    spread = inventory.uncertainty()
    empty = inventory.emissions.height == 0
    missing = f"不完整 INCOMPLETE：{inventory.unmatched.height} 项未计入 unmatched，{inventory.refused} 行被拒 refused"
    run, release = inventory.run, inventory.run.get("release") or {}
    document = inventory.method["document"]
    yield f"合计 total [t {inventory.gas}]", DASH if empty else inventory.total, "#,##0.00####"
    yield "完整性 completeness", "完整 complete" if inventory.complete else missing, ""
    yield "读入行 rows read", float(inventory.rows_read), "#,##0"
    yield "质量等级 quality grade", grade(inventory), ""
    yield "不确定性 uncertainty [±%, 95 %]", DASH if spread.relative is None else spread.relative, "0.0"
    yield "不确定性覆盖 share of the total with known uncertainty [%]", spread.known_share, "0.0"
    yield "GWP", inventory.gwp_name if inventory.gas == "CO2e" and inventory.gwp_name else DASH, ""
    yield "方法 method", f"{inventory.method['id']} {inventory.method['version']} ({str(inventory.method['digest'])[:12]})", ""
    yield "文件 document", ", ".join(str(document[key]) for key in ("title", "publisher", "year", "locator") if document.get(key)), ""
    yield "改用 overrides", "; ".join(inventory.method["overridden"]) or DASH, ""
    yield "因子发布版 factor release", f"{release.get('name', DASH)} {release.get('hash', '')}", ""
    yield "摘要 digest", inventory.digest, ""
    yield "运行 run", f"{run.get('id', DASH)}, {run.get('started', DASH)}, {run.get('engine', DASH)}, Tanheng {run.get('version', DASH)}", ""
    for name, digest in list((run.get("files") or {}).items())[:50]:
        yield f"文件 file {name}", f"SHA-256 {digest or DASH}", ""


def _remembered(make: Callable[[str], Any]) -> Callable[[str], Any]:
    known: dict[str, Any] = {}
    return lambda key: known[key] if key in known else known.setdefault(key, make(key))


def _peek(rows: Iterable[Row], count: int) -> tuple[Iterator[Row], list[Row]]:
    """The rows again, and the first of them."""
    stream = iter(rows)
    first = [row for _, row in zip(range(count), stream, strict=False)]

    def again() -> Iterator[Row]:
        yield from first
        yield from stream

    return again(), first


def _width(heading: str, values: Iterable[Any]) -> float:
    texts = [*heading.split("\n"), *(f"{value:,.4f}" if isinstance(value, float) else str(value) for value in values if value is not None)]
    longest = max(sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[:_WIDEST]) for text in texts)
    return float(min(max(longest + 2, _LEAST), _WIDEST))
