"""Small files with something wrong in them, and what is said about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from tanheng.activity import Activity

HEAD = "地区,年份,品种,数量,单位\n"
GOOD = "四川省,2021,煤品,100,t\n"
HEADINGS = ("地区", "年份", "品种", "数量", "单位")
ROW = ("四川省", 2021, "煤品", 100, "t")


def text(folder: Path, content: str | bytes, name: str = "表.csv") -> Path:
    """Write a text file, as UTF-8 unless bytes are given."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(
    folder: Path,
    *sheets: tuple[str, Sequence[Sequence[Any]], Sequence[str]],
    change: Callable[[Any], None] | None = None,
) -> Path:
    """Write a workbook: sheets of title, rows and merged ranges."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, merges in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)
    if change:
        change(book)
    path = folder / "表.xlsx"
    book.save(path)
    return path


def codes(activity: Activity) -> list[str]:
    """Codes of the findings, errors first as they came."""
    return [finding.code for finding in activity.findings]


def counted(activity: Activity) -> int:
    """Rows that are accounted for: good, refused, and skipped as blank, notes or headers."""
    assert activity.frame is not None
    skipped = sum(finding.count for finding in activity.findings if finding.code == "A-120")
    return activity.frame.height + activity.refused.height + skipped


def said(activity: Activity, code: str) -> tuple[str, str]:
    """The first message of a code in both languages; it stands on one line."""
    finding = next(finding for finding in activity.findings if finding.code == code)
    zh, en = finding.message("zh"), finding.message("en")
    assert "\n" not in zh + en
    assert "–" not in zh.split("]", 1)[1], f"a place of the sentence was left empty: {zh}"
    return zh, en
