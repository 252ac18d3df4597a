"""What a reported inventory says of itself: the first sheet of the eCRF, as pairs of a label and a text."""

from __future__ import annotations

import csv
import functools
import itertools
import unicodedata
from collections.abc import Sequence
from importlib.resources import files

from tanheng.activity.reading.cells import Cells
from tanheng.activity.text import one_line

_TEXT = 30_000


@functools.cache
def about_fields() -> list[dict[str, str]]:
    """Fields of the first sheet in order: ``key``, ``name_zh``, ``name_en``.

    Examples
    --------
    >>> about_fields()[0]["key"]
    'city'
    """
    with (files("tanheng.packs") / "schemas" / "ecrf_about.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def _labels() -> dict[str, str]:
    return {_folded(row[name]): row["key"] for row in about_fields() for name in ("name_zh", "name_en")}


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def read_about(sheets: Sequence[Cells]) -> dict[str, str]:
    """Pairs of a known label and the text in the cell after it, from sheets that hold no rows of the inventory."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for _, row in sheet.rows:
            for label, value in itertools.pairwise(row):
                key = next(
                    (_labels()[part] for part in map(_folded, label.split("\n")) if part in _labels()), None
                )
                if key and value.strip():
                    found.setdefault(key, one_line(value, _TEXT))
    return found
