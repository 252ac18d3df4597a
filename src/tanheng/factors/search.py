"""Search of the library in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from tanheng.codes import items, normalise, region_chain
from tanheng.factors.model import CHECKS, Factor

#: what a word found in each field is worth: a whole item name first, then a part of one, then the label, id, document
_WEIGHTS = {"item": 8.0, "name": 4.0, "id": 3.0, "kind": 2.0, "source": 1.0}
_WHOLE_ITEM = 20.0
_ZONES = ("grid", "farming_region", "n2o_zone")
_ZONES = ("grid", "farming_region", "n2o_zone")

_SCHEMA = {
    "id": pl.String,
    "name_zh": pl.String,
    "name_en": pl.String,
    "item": pl.String,
    "property": pl.String,
    "activity": pl.String,
    "gas": pl.String,
    "value": pl.Float64,
    "text": pl.String,
    "unit": pl.String,
    "region": pl.String,
    "year_from": pl.Int64,
    "year_to": pl.Int64,
    "sector": pl.String,
    "equipment": pl.String,
    "check": pl.String,
    "source_title": pl.String,
    "pack": pl.String,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its searchable texts, squeezed, by field."""

    row: Factor
    names: frozenset[str]
    texts: Mapping[str, str]


def entries(rows: Iterable[Factor]) -> list[Entry]:
    """Searchable texts of every row."""
    spelled = {item.code: (item.code, item.name_zh, item.name_en, *item.aliases) for item in items()}
    made = []
    for row in rows:
        names = spelled.get(row.item, (row.item,))
        texts = {
            "item": " ".join(map(normalise, names)),
            "name": f"{normalise(row.name_zh)} {normalise(row.name_en)}",
            "id": normalise(row.id),
            "kind": " ".join(
                map(normalise, (row.activity, row.property, row.gas, row.sector, row.equipment))
            ),
            "source": f"{normalise(row.source_title)} {normalise(row.source_publisher)}",
        }
        made.append(Entry(row, frozenset(map(normalise, names)), texts))
    return made


def search(
    found_in: list[Entry],
    text: str,
    *,
    region: str | None = None,
    year: int | None = None,
    limit: int | None = 20,
) -> pl.DataFrame:
    """Rows that hold every word of a text; see `FactorLibrary.search`."""
    steps = region_chain(region, year=year, zones=_ZONES) if region else []
    places = {step.code: rank for rank, step in enumerate(steps)}
    ranked = []
    for entry in found_in:
        row = entry.row
        worth = _worth(entry, text)
        if worth is not None and (not region or row.region in places):
            key = (-worth, places.get(row.region, 0), _years(row, year), CHECKS[row.check], row.id)
            ranked.append((key, row))
    rows = [row for _, row in sorted(ranked, key=lambda one: one[0])]
    return pl.DataFrame(
        [{name: getattr(row, name) for name in _SCHEMA} for row in rows[:limit]], schema=_SCHEMA
    )


def _worth(entry: Entry, text: str) -> float | None:
    """Worth of a row for a text, or None when it lacks a word of it."""
    scores = [_score(entry, word) for word in map(normalise, text.split()) if word]
    phrase = _WHOLE_ITEM if normalise(text) in entry.names else 0.0
    return sum(scores) + phrase if all(scores) else None


def _score(entry: Entry, word: str) -> float:
    """Worth of a word in a row; a Chinese word of several parts may be found in pieces of two characters."""
    if word in entry.names:
        return _WHOLE_ITEM
    whole = max(_WEIGHTS[field] * (word in text) for field, text in entry.texts.items())
    return whole or _pieces(entry, word)


def _pieces(entry: Entry, word: str) -> float:
    if word.isascii() or len(word) < 3:
        return 0.0
    pieces = [word[start : start + 2] for start in range(len(word) - 1)]
    everything = " ".join(entry.texts.values())
    share = sum(piece in everything for piece in pieces) / len(pieces)
    return share if share > 0.5 else 0.0


def _years(row: Factor, year: int | None) -> tuple[int, int]:
    """Rows that cover the year first, then earlier ones, newest first, then later ones."""
    if year is None:
        return 0, -row.year_from
    if row.covers(year):
        return 0, -row.year_from
    return (1, -row.year_from) if row.year_from < year else (2, row.year_from)
