"""What a file is, by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

from tanheng.activity.reading.sheets import unreadable

_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHERS = (
    (b"%PDF", ("是 PDF 文件", "it is a PDF"), ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX")),
    (
        b"PAR1",
        ("是 Parquet 文件", "it is a Parquet file"),
        ("请把扩展名改为 .parquet", "Rename it to .parquet"),
    ),
    (b"\x1f\x8b", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"Rar!", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"7z\xbc\xaf", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"\x89PNG", ("是图片", "it is a picture"), ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX")),
    (
        b"\xff\xd8\xff",
        ("是图片", "it is a picture"),
        ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX"),
    ),
)
_WEB = (b"<html", b"<!doctype", b"<table", b"<?xml", b"mime-version")


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook; else it may be text.

    Raises
    ------
    InputUnreadable
        When it is missing, empty or of another kind.
    """
    if not path.exists():
        raise unreadable(path.name, ("文件不存在", "it does not exist"), ("请核对路径", "Check the path"))
    if not path.is_file():
        raise unreadable(path.name, ("不是文件", "it is not a file"), ("请给出文件", "Name a file"))
    with path.open("rb") as stream:
        start = stream.read(512)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        raise unreadable(
            path.name, ("文件为空", "it is empty"), ("请提供带表头的数据", "Give data with a header")
        )
    for signature, what, mend in _OTHERS:
        if start.startswith(signature):
            raise unreadable(path.name, what, mend)
    if text.lower().startswith(_WEB):
        raise unreadable(
            path.name,
            ("其实是网页（HTML 或 XML）", "it is really a web page (HTML or XML)"),
            ("请用 Excel 打开后另存为 .xlsx", "Open it in Excel and save it as .xlsx"),
        )
    return start.startswith(_WORKBOOK)
