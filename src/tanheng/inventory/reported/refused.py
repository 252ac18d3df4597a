"""The sheet of an eCRF workbook that lists what is not counted: its columns, and how it is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.activity.reading.cells import Cells

SHEET = "Refused"
HEADS = {
    "row": ("原行号", "Row of the file"),
    "sheet": ("原工作表", "Sheet of the file"),
    "code": ("代码", "Code"),
    "reference": ("所写编号或品种", "Reference or item as written"),
    "notation": ("所写符号", "Key as written"),
    "emission": ("所写数值", "Value as written"),
    "unit": ("所写单位", "Unit as written"),
    "reason_zh": ("为何未计入（中文）", "Why not counted (Chinese)"),
    "reason_en": ("为何未计入（英文）", "Why not counted (English)"),
}
"""Columns of the sheet in order, with their headings in both languages."""


def refused_back(sheets: Sequence[Cells]) -> list[dict[str, Any]]:
    """Rows that an eCRF workbook of our own lists as not counted, as they were before; none where it has no such sheet.

    Examples
    --------
    >>> refused_back([])
    []
    """
    headings = [f"{zh}\n{en}" for zh, en in HEADS.values()]
    for page in sheets:
        if page.sheet == SHEET and page.rows and page.rows[0][1][: len(HEADS)] == headings:
            return [_row(cells) for _, cells in page.rows[1:] if any(cells)]
    return []


def _row(cells: Sequence[str]) -> dict[str, Any]:
    padded = [*cells, *[""] * len(HEADS)]
    row: dict[str, Any] = dict(zip(HEADS, padded, strict=False))
    return {**row, "row": int(row["row"]) if row["row"].isdigit() else None}
