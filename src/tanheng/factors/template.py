"""An empty user pack to fill in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tanheng.errors import InputUnreadable
from tanheng.factors.model import columns


def write_template(path: Path) -> Path:
    """Write a CSV or XLSX pack: a header in Chinese, required columns starred, and an example line marked with #.

    Raises
    ------
    InputUnreadable
        When the file exists or has another ending.
    """
    writers = {".csv": _csv, ".xlsx": _xlsx}
    if path.exists() or path.suffix.lower() not in writers:
        taken = path.exists()
        raise InputUnreadable(
            file=str(path),
            sheet="",
            detail_zh="文件已存在，不会覆盖" if taken else "模板只能写成 .csv 或 .xlsx",
            detail_en="the file exists and is not overwritten"
            if taken
            else "a template is a .csv or .xlsx file",
            mend_zh="请换一个文件名。",
            mend_en="Choose another file name.",
        )
    path.write_bytes(writers[path.suffix.lower()]())
    return path


def _lines() -> list[list[str]]:
    heads = [f"{column.zh}*" if column.need == "required" else column.zh for column in columns().values()]
    example = [column.example for column in columns().values()]
    return [heads, [f"# 示例：{example[0]}", *example[1:]]]


def _csv() -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_lines())
    return text.getvalue().encode("utf-8-sig")


def _xlsx() -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("因子")
        bold, grey = (
            book.add_format({"bold": True}),
            book.add_format({"italic": True, "font_color": "#808080"}),
        )
        heads, example = _lines()
        sheet.write_row(0, 0, heads, bold)
        sheet.write_row(1, 0, example, grey)
        for place, column in enumerate(columns().values()):
            sheet.write_comment(0, place, f"{column.meaning_zh}\n{column.meaning_en}")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 16)
    return stream.getvalue()
