"""Columns of an activity table: their names, the spellings that are taken, what is required."""

from __future__ import annotations

import csv
import functools
import unicodedata
from importlib.resources import files

BASE = ("entity", "period", "item", "amount", "unit")


@functools.cache
def columns(table: str = "activity") -> dict[str, dict[str, str]]:
    """Description of every column of a table, in order.

    Examples
    --------
    >>> columns()["amount"]["required"]
    'yes'
    """
    with (files("tanheng.packs") / "schemas" / "tables.csv").open(encoding="utf-8") as stream:
        return {row["column"]: row for row in csv.DictReader(stream) if row["table"] == table}


def squeeze(text: str) -> str:
    """A heading without spaces, width, case, brackets and the unit written in them."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for mark in ("(", "["):
        text = text.split(mark)[0] if text.split(mark)[0].strip() else text
    return "".join(text.split()).strip(":*")


@functools.cache
def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, row in columns().items():
        for spelling in (name, row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if spelling:
                found.setdefault(squeeze(spelling), name)
    return found


def canonical_column(heading: str) -> str | None:
    """The activity column that a heading means, if any.

    Examples
    --------
    >>> canonical_column("消费量（吨）")
    'amount'
    """
    return _spellings().get(squeeze(heading)) if heading else None


def map_header(headings: list[str]) -> dict[str, int]:
    """Place of each activity column in a header; the first heading that fits wins.

    Examples
    --------
    >>> map_header(["地区", "年份", "能源品种", "消费量", "单位"])
    {'entity': 0, 'period': 1, 'item': 2, 'amount': 3, 'unit': 4}
    """
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = canonical_column(heading)
        if name is not None and name not in found:
            found[name] = place
    if "entity" not in found and "region" in found:
        found["entity"] = found["region"]
    return found
