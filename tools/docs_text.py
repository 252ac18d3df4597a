"""Pieces of Markdown, and files of the packs, for the generated pages of the documentation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from importlib.resources import files
from io import StringIO

from tanheng.errors import Lang

PACKS = files("tanheng.packs")


def say(lang: Lang, zh: str, en: str) -> str:
    """The sentence in the language of the page."""
    return zh if lang == "zh" else en


def grid(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; cells that open with a backtick are code and stay as they are."""
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [" | ".join(_cell(str(cell)) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    text = " ".join(text.split())
    if text.startswith("`"):
        return text
    pieces = text.split("`") if text.count("`") % 2 == 0 else [text]
    return "`".join(one if at % 2 else _plain(one) for at, one in enumerate(pieces)) or "–"


def _plain(text: str) -> str:
    for mark in "\\|*[]_`":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;")


def code(text: object) -> str:
    """Text as code, or nothing."""
    return f"`{text}`" if str(text) else ""


def read(*path: str) -> list[dict[str, str]]:
    """Rows of a CSV file of the packs."""
    return list(csv.DictReader(StringIO(text_of(*path))))


def text_of(*path: str) -> str:
    """Text of a file of the packs."""
    found = PACKS
    for step in path:
        found = found / step
    return found.read_text(encoding="utf-8")
