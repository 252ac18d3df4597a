"""Tables of socio-economic data: the template that is filled in, and its reading, each fault by row and column."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.activity.clean import number_of
from tanheng.activity.reading.small_tables import SmallTable, read_small
from tanheng.activity.text import guarded
from tanheng.codes import match_regions, normalise
from tanheng.errors import TanhengError, language

COLUMNS = {
    "region": ("region", "区域", "地区"),
    "entity": ("entity", "园区", "企业", "单位名称"),
    "period": ("period", "year", "时期", "年份"),
    "quantity": ("quantity", "指标"),
    "value": ("value", "数值"),
    "unit": ("unit", "计量单位"),
    "source": ("source", "来源", "出处"),
    "base_year": ("base_year", "基准年"),
    "clause": ("clause", "条款"),
    "synthetic": ("synthetic", "合成"),
}
_NEEDED = ("region", "period", "quantity", "value", "unit", "source")
MOST = 2000
_LARGEST = 1e12
_YES = {
    "yes": True,
    "true": True,
    "1": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "否": False,
    "": False,
}


class SocioInvalid(TanhengError):
    """A table of socio-economic data of which cells cannot be read; nothing of it was kept."""

    code = "W-022"
    zh = "社会经济数据表“{file}”有 {count} 处错误，一行也没有保存：{detail_zh}。"
    en = "The table of socio-economic data '{file}' has {count} faults, and no row was kept: {detail_en}."
    remedy_zh = "请按所列的行与列改正后重新上传；列名、指标与单位见模板。"
    remedy_en = "Correct them by row and column and upload it again; the template has the columns, quantities and units."


@functools.cache
def quantities() -> dict[str, dict[str, str]]:
    """Quantities with their names, units and an example, from packs/rules/socio_quantities.csv.

    Examples
    --------
    >>> quantities()["gdp"]["unit_zh"]
    '亿元'
    """
    with (files("tanheng.packs") / "rules" / "socio_quantities.csv").open(encoding="utf-8") as stream:
        return {row["quantity"]: row for row in csv.DictReader(stream)}


def read_socio(path: Path, only: Collection[str] = ()) -> list[dict[str, Any]]:
    """The rows of a table, each value in the unit of its quantity; of some quantities alone where they are named.

    Raises
    ------
    SocioInvalid
        When cells cannot be read: each with its row and column.
    InputUnreadable
        For what is no table, or has no such columns.
    """
    table = read_small(path, COLUMNS, _NEEDED, most=MOST)
    found, seen = [], dict[tuple[str, ...], int]()
    for number, own in table.rows:
        before = len(table.faults)
        made = _row(table, number, own, only or quantities())
        key = tuple(str(made[name]) for name in ("region", "entity", "period", "quantity"))
        if len(table.faults) == before and seen.setdefault(key, number) != number:
            table.fault(number, "quantity", own["quantity"], f"只出现一次（同一地区年份指标已在第 {seen[key]} 行）",
                        f"it once only (the same place, year and quantity stand in row {seen[key]})")  # fmt: skip
        found.append(made)
    if table.faults:
        raise SocioInvalid(**table.first())
    if not found:
        raise SocioInvalid(
            file=path.name, count=1, detail_zh="没有一行数据", detail_en="it has no row of data"
        )
    return found


def _row(table: SmallTable, row: int, own: Mapping[str, str], taken: Collection[str]) -> dict[str, Any]:
    codes = match_regions(own["region"]) if own["region"] else ()
    entity = own.get("entity", "")
    if len(codes) != 1 and (own["region"] or not entity):
        table.fault(
            row, "region", own["region"], "一个区域的代码或全名", "the code or full name of one region"
        )
    period, base_year = (_year(own.get(name, "")) for name in ("period", "base_year"))
    if not _IS_YEAR(period):
        table.fault(row, "period", own["period"], "四位年份", "a year of four digits")
    if base_year and not (_IS_YEAR(base_year) and base_year < period):
        table.fault(
            row,
            "base_year",
            own["base_year"],
            "目标年之前的四位年份",
            "a year of four digits before the target's",
        )
    synthetic = _YES.get(own.get("synthetic", "").casefold())
    if synthetic is None:
        table.fault(row, "synthetic", own["synthetic"], "是或否", "yes or no")
    quantity = _quantity(own["quantity"])
    if quantity not in taken:
        known = [quantities()[one]["name_zh" if language() == "zh" else "quantity"] for one in taken]
        table.fault(row, "quantity", own["quantity"], "、".join(known), ", ".join(known))
    value = number_of(own["value"])
    amount = value if not quantity else in_unit(quantity, value or 0.0, own["unit"] or "–")
    if amount is None and quantity:
        one = quantities()[quantity]
        table.fault(row, "unit", own["unit"], one["unit_zh"], one["unit_en"])
        amount = value
    if value is None or not 0 < (amount or 0.0) <= _LARGEST:
        table.fault(row, "value", own["value"], "大于 0 的数", "a number above 0")
    if not own["source"] or len(own["source"]) > 500:
        table.fault(row, "source", own["source"], "出处，至多 500 字", "the source, at most 500 characters")
    return {"region": codes[0].code if codes else "", "entity": entity[:200], "period": period, "quantity": quantity,
            "value": amount, "source": own["source"], "base_year": base_year, "clause": own.get("clause", "")[:200],
            "synthetic": synthetic}  # fmt: skip


def _year(text: str) -> str:
    return re.sub(r"年$", "", text)


_IS_YEAR = re.compile(r"(19|20)[0-9]{2}").fullmatch


def _quantity(text: str) -> str:
    wanted = normalise(text)
    named = {
        normalise(name): code
        for code, row in quantities().items()
        for name in (code, row["name_zh"], row["name_en"], *row["aliases"].split("|"))
    }
    return named.get(wanted, "")


def in_unit(quantity: str, value: float, unit: str) -> float | None:
    """A value in the unit that its quantity is kept in; None where the quantity knows no such unit.

    Examples
    --------
    >>> in_unit("emission_target", 1.2, "亿吨"), in_unit("emission_target", 5.0, ""), in_unit("gdp", 1.0, "吨")
    (120000000.0, 5.0, None)
    """
    pairs = (one.split("=") for one in quantities()[quantity]["units"].split("|"))
    size = {normalise(name): float(size) for name, size in pairs}.get(normalise(unit)) if unit else 1.0
    return None if size is None else float(f"{value * size:.15g}")


def template(form: str, only: Collection[str] = ()) -> bytes:
    """The table to fill in, with an example for each quantity, or for some, as ``xlsx`` (with notes) or ``csv``."""
    zh = language() == "zh"
    heads = [spelled[-1] if zh else spelled[0] for spelled in COLUMNS.values()]
    place = "四川省" if zh else "CN-51"
    taken = [quantities()[one] for one in only or quantities()]
    rows = [
        [place, "", "2019", one["name_zh" if zh else "quantity"], float(one["example"]), one["unit_zh" if zh else "unit_en"],
         "示例：请改为真实出处" if zh else "example: name the real source", "", "", "是" if zh else "yes"]
        for one in taken
    ]  # fmt: skip
    if form == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([heads, *([guarded(str(cell)) for cell in row] for row in rows)])
        return ("\ufeff" + text.getvalue()).encode()
    return _workbook(heads, rows, [one["name_zh" if zh else "quantity"] for one in taken], zh)


def _workbook(heads: list[str], rows: list[list[Any]], names: list[str], zh: bool) -> bytes:  # noqa: FBT001
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        bold, wrap = (
            book.add_format({"bold": True, "bg_color": "#E8EEF4"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet = book.add_worksheet("数据" if zh else "data")
        sheet.write_row(0, 0, heads, bold)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row)
        sheet.set_column(0, len(heads) - 1, 18)
        sheet.freeze_panes(1, 0)
        sheet.data_validation(1, 3, MOST, 3, {"validate": "list", "source": names})
        notes = book.add_worksheet("说明" if zh else "notes")
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 70)
        for at, (name, said) in enumerate(_notes(zh)):
            notes.write(at, 0, name, bold)
            notes.write(at, 1, said, wrap)
    return target.getvalue()


def _notes(zh: bool) -> list[tuple[str, str]]:  # noqa: FBT001
    units = [(one["name_zh"], f"单位 {one['unit_zh']}；也可用 {one['units']}（等号后为换算系数）") if zh else
             (one["quantity"], f"unit {one['unit_en']}; also {one['units']} (with their factors)") for one in quantities().values()]  # fmt: skip
    if zh:
        return [("地区", "区域代码（CN-51、510100）或全名；填园区、企业时可空"), ("年份", "四位年份"), *units,
                ("目标", "只有有审批权限的人可以上传；出处写明文件，条款写明所在条款；基准年可空，目标路径自该年起"), ("合成", "是或否；空为否。合成、测试数据须填是，凡用到它的图表都会标明"), ("同一地区、年份、指标", "只写一行；已有的以新上传的为准，旧的保留在审计链中")]  # fmt: skip
    return [("region", "code (CN-51, 510100) or full name; may be empty where an entity is named"), ("period", "a year of four digits"),
            *units, ("targets", "only who may approve can upload it; the source names the document, clause where it stands there; base_year may be empty: the path begins there"),
            ("synthetic", "yes or no, empty is no: every chart that uses such data says so"),
            ("the same place, year and quantity", "one row; a newer upload counts, the older stays in the audit chain")]  # fmt: skip
