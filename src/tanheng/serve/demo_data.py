"""What the demonstration shows: tables of packs/demo, and series that are made by fixed rules and marked as synthetic."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from tanheng.atlas.places import Place
from tanheng.codes import region

YEARS = range(2014, 2024)
_SWING = 0.05
"""How far an amount may lie from its trend, as a share: enough for the steps of a waterfall to differ."""
_HEADS = ("entity", "region", "period", "sector", "item", "activity", "amount", "unit", "equipment", "source")
_SAID = "合成数据，非真实 / synthetic, not real"
_PLANTS = "Global Power Plant Database, World Resources Institute, CC BY 4.0"
PACK = Path(str(files("tanheng.packs") / "demo"))


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a table of the pack.

    Examples
    --------
    >>> rows("contents")[0]["name"]
    '四川省 2021'
    """
    with (PACK / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def synthetic(name: str, entity: str = "") -> str:
    """A synthetic table of activity as CSV: ``cities`` or ``enterprises``, of one alone where it is named; the same bytes at every call.

    Examples
    --------
    >>> synthetic("cities") == synthetic("cities"), synthetic("enterprises").count("合成") > 100
    (True, True)
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADS)
    made = _cities() if name == "cities" else _enterprises()
    writer.writerows(row for row in made if entity in ("", row[0]))
    return text.getvalue()


def places() -> list[Place]:
    """Where the synthetic enterprises are said to be, and where power plants of three provinces are, without emissions.

    Examples
    --------
    >>> sum("合成" in one.source for one in places()), len(places()) > 300
    (9, True)
    """
    made_up = [
        Place(
            one["entity"],
            one["entity"],
            float(one["longitude"]),
            float(one["latitude"]),
            one["region"],
            _SAID,
        )
        for one in rows("synthetic_enterprises")
    ]
    seen: Counter[str] = Counter()
    plants = []
    for one in rows("power_plants"):
        seen[one["name"]] += 1
        name = f"{one['name']} {seen[one['name']]}" if seen[one["name"]] > 1 else one["name"]
        plants.append(Place(name, name, float(one["lon"]), float(one["lat"]), one["region"], _PLANTS))
    return [*made_up, *plants]


def _cities() -> Iterator[tuple[str, ...]]:
    for city in rows("synthetic_cities"):
        for kind in (one for one in rows("synthetic_sectors") if one["table"] == "cities"):
            shift = float(city["industry"]) if kind["sector"] in {"industry", "steel"} else 1.0
            base = float(kind["amount"]) * float(city["weight"]) * shift
            yield from _series(
                region(city["region"]).name_zh, city["region"], kind, base, float(city["growth"])
            )


def _enterprises() -> Iterator[tuple[str, ...]]:
    for one in rows("synthetic_enterprises"):
        for kind in rows("synthetic_sectors"):
            if (kind["table"], kind["sector"]) == ("enterprises", one["sector"]):
                yield from _series(
                    one["entity"], one["region"], kind, float(kind["amount"]) * float(one["weight"]), 0.0
                )


def _series(
    entity: str, place: str, kind: dict[str, str], base: float, growth: float
) -> Iterator[tuple[str, ...]]:
    for year in YEARS:
        key = f"{entity}/{kind['sector']}/{kind['item']}/{year}"
        swing = _SWING * (2 * hashlib.sha256(key.encode()).digest()[0] / 255 - 1)
        amount = base * (1 + float(kind["growth"]) + growth) ** (year - YEARS[0]) * (1 + swing)
        yield (
            entity,
            place,
            str(year),
            kind["sector"],
            kind["item"],
            kind["activity"],
            f"{amount:.0f}",
            kind["unit"],
            kind["equipment"],
            _SAID,
        )
