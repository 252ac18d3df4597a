"""Which row applies in a place and a year, what was tried on the way and why it was chosen."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tanheng.codes import RegionStep, codelist, region, region_chain
from tanheng.errors import FactorAmbiguous, FactorNotFound, UnknownCode
from tanheng.factors.model import CHECKS, FIELDS, Factor
from tanheng.factors.query import Query

Step = dict[str, Any]

#: properties of an activity; an NCV or a carbon content is one of the item, whatever the activity of its row
_OF_ACTIVITY = {"emission_factor", "gwp"}
_SHOWN = ("id", "text", "unit", "region", "activity", "gas", "sector", "equipment", "check")
_FARMING = ("farming_region", "n2o_zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAnswer(Factor):
    """The row that applies, with the look-ups that led to it.

    ``carried_from`` is the last year of a row that no longer covers the date, else None. ``tried`` lists every place
    looked at, nearest first: region, level, category, outcome (none, later_only, chosen), ids, others (rows of the same
    place that rank lower or hold for something else) and a note in both languages.
    """

    carried_from: int | None
    why_zh: str
    why_en: str
    tried: list[Step] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, for ``--json`` and proofs."""
        chain = {"why_zh": self.why_zh, "why_en": self.why_en, "tried": self.tried}
        return Factor.to_dict(self) | {"carried_from": self.carried_from} | chain


class FactorIndex:
    """Rows by (property, item) and region, so that a look-up reads only what it needs."""

    def __init__(self, rows: Iterable[Factor]) -> None:
        self._rows: dict[tuple[str, str], dict[str, list[Factor]]] = defaultdict(lambda: defaultdict(list))
        self._zones: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: dict[str, set[str]] = {"sector": {""}, "equipment": {""}}
        for row in rows:
            self._rows[row.property, row.item][row.region].append(row)
            for column, names in self._names.items():
                names.add(getattr(row, column))

    def rows(self, query: Query) -> Mapping[str, Sequence[Factor]]:
        """Rows of the query's item and property, by region."""
        return self._rows.get((query.property, query.item), {})

    def chain(self, query: Query) -> Sequence[RegionStep]:
        """Regions to look in: farming zones stand in the chain only where the item has rows for them."""
        return self._chain(query.property, query.item, query.region, query.year)

    def _chain(self, property: str, item: str, place: str, year: int) -> Sequence[RegionStep]:
        key = (property, item)
        if key not in self._zones:
            levels = {region(code).level for code in self._rows.get(key, {})}
            self._zones[key] = ("grid", *(zone for zone in _FARMING if zone in levels))
        return region_chain(place, year=year, zones=self._zones[key])

    def with_rows(self, property: str, item: str, place: str, year: int) -> tuple[str, ...]:
        """Regions of the chain of a place that have rows: places with the same ones have the same answers."""
        rows = self._rows.get((property, item), {})
        return tuple(step.code for step in self._chain(property, item, place, year) if step.code in rows)

    def retold(
        self, tried: Sequence[Mapping[str, Any]], property: str, item: str, place: str, year: int
    ) -> tuple[Mapping[str, Any], ...]:
        """The steps of an answer as another place with the same regions `with_rows` has them."""
        known = {step["region"]: step for step in tried}
        rows = self._rows.get((property, item), {})
        found: list[Mapping[str, Any]] = []
        for step in self._chain(property, item, place, year):
            found.append(known[step.code] if step.code in rows else _no_row(step))
            if step.code == tried[-1]["region"]:
                break
        return tuple(found)

    def check(self, query: Query) -> None:
        """Refuse a sector or an equipment that no row and no code list names: it would be passed over silently."""
        sector, equipment = query.categories[0]
        if sector not in self._names["sector"] and sector not in codelist("sectors"):
            raise unknown("sector", str(sector), {*self._names["sector"], *codelist("sectors")})
        if equipment not in self._names["equipment"]:
            raise unknown("equipment", str(equipment), self._names["equipment"])


def unknown(column: str, text: str, names: Iterable[str]) -> UnknownCode:
    """The error for a name that no row and no code list has, with those that come near."""
    return UnknownCode(codelist=column, code=text, near=", ".join(get_close_matches(text, names)) or "–")


def lookup(index: FactorIndex, query: Query) -> FactorAnswer:
    """Answer a question; `FactorLibrary.lookup` tells the order of choice."""
    index.check(query)
    by_region = index.rows(query)
    chain = index.chain(query)
    _one_activity(query, [row for place in chain for row in by_region.get(place.code, ())])
    tried: list[Step] = []
    for place in chain:
        rows = by_region.get(place.code)
        if not rows:
            tried.append(_no_row(place))
            continue
        answer = _in_region(query, rows, _step(place), tried)
        if answer:
            return answer
    raise FactorNotFound(
        item=query.item,
        activity=_asked(query),
        property=query.property,
        gas=query.gas or "",
        region=query.region,
        date=query.year,
        **told_tried(tried),
        tried=tuple(tried),
        rows=[{name: step[name] for name in ("region", "outcome", "ids")} for step in tried if step["ids"]],
    )


def told_tried(tried: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Where a value was looked for and what was there, as the fields of a message."""
    return {
        "tried_zh": "；".join(f"{step['region']}：{step['note_zh']}" for step in tried),
        "tried_en": "; ".join(f"{step['region']}: {step['note_en']}" for step in tried),
    }


def _step(place: RegionStep) -> Step:
    told = {name: getattr(place, name) for name in ("level", "name_zh", "name_en")}
    return {**told, "region": place.code}


@functools.lru_cache(maxsize=65536)
def _no_row(place: RegionStep) -> Step:
    """The step of a region that has no row at all: one and the same in every answer."""
    return _failed(_step(place), 0, (), [])


def _asked(query: Query) -> str:
    """What is asked of the item: the property, the gas and the activity."""
    named = [one for one in query.activities if "*" not in one] or list(query.activities)
    return ", ".join(filter(None, (query.property, query.gas, "|".join(named))))


def _one_activity(query: Query, rows: list[Factor]) -> None:
    """Refuse to choose between activities that the question leaves open, near ones or far ones."""
    if query.activities or query.property not in _OF_ACTIVITY:
        return
    asked = [row for row in rows if query.admits(row) and any(one.holds(row) for one in query.categories)]
    first = {row.activity: row for row in reversed(asked) if row.year_from <= query.year}
    if len(first) > 1:
        raise _ambiguous(query, [first[name] for name in sorted(first)])


def _in_region(query: Query, rows: Sequence[Factor], step: Step, tried: list[Step]) -> FactorAnswer | None:
    """The row of one region, or None with the failed steps added to ``tried``."""
    admitted = [row for row in rows if query.admits(row)]
    later: list[Factor] = []
    for category in query.categories:
        members = [row for row in admitted if category.holds(row)]
        covering = [row for row in members if row.covers(query.year)]
        fitting = covering or [row for row in members if row.year_from <= query.year]
        if fitting:
            chosen = _best(query, fitting)
            others = [row.id for row in admitted if row is not chosen]
            place = step | {"category": str(category), "others": others}
            return _answer(query, place, chosen, None if covering else chosen.year_to, tried)
        later += members
    tried.append(_failed(step, query.year, rows, later))
    return None


def _best(query: Query, rows: list[Factor]) -> Factor:
    """The first by user pack, vintage and check state; a tie is an error."""
    picked = [row for row in rows if row.user] or rows
    if len({_subject(row) for row in picked}) == 1:
        newest = max(_vintage(row, query.year) for row in picked)
        picked = [row for row in picked if _vintage(row, query.year) == newest]
        surest = min(CHECKS[row.check] for row in picked)
        picked = [row for row in picked if CHECKS[row.check] == surest]
    if len(picked) == 1:
        return picked[0]
    raise _ambiguous(query, picked)


def _ambiguous(query: Query, rows: list[Factor]) -> FactorAmbiguous:
    return FactorAmbiguous(
        ids=", ".join(row.id for row in rows),
        item=f"{query.item} / {_asked(query)}",
        property=query.property,
        gas=query.gas or "",
        region=query.region,
        date=query.year,
        rows=[{name: getattr(row, name) for name in _SHOWN} for row in rows],
    )


def _subject(row: Factor) -> tuple[str, ...]:
    """Rows that differ here answer different questions: none of them ranks above the other."""
    activity = row.activity if row.property in _OF_ACTIVITY else ""
    return activity, row.gas, row.sector, row.equipment, row.origin


def _vintage(row: Factor, year: int) -> tuple[int, int]:
    """The last year that counts, then the first: rows that cover the year share the former."""
    return min(row.year_to or year, year), row.year_from


def _answer(query: Query, step: Step, row: Factor, carried: int | None, tried: list[Step]) -> FactorAnswer:
    zh, en = _reason(query.year, row, carried)
    chosen = step | {"outcome": "chosen", "ids": [row.id], "note_zh": zh, "note_en": en}
    return FactorAnswer(
        **{name: getattr(row, name) for name in FIELDS},
        carried_from=carried,
        why_zh=f"{step['name_zh']}：{zh}",
        why_en=f"{step['name_en']}: {en}",
        tried=[*tried, chosen],
    )


def _reason(year: int, row: Factor, carried: int | None) -> tuple[str, str]:
    """Why a row was chosen, in both languages."""
    zh = f"沿用 {carried} 年的值（无覆盖 {year} 年的行）" if carried else f"覆盖 {year} 年"
    en = f"carried from {carried} (no row covers {year})" if carried else f"covers {year}"
    if row.user:
        zh, en = f"用户数据包 {row.pack}，{zh}", f"user pack {row.pack}, {en}"
    if row.unverified:
        zh, en = f"{zh}；未核实", f"{en}; unverified"
    return zh, en


def _failed(step: Step, year: int, rows: Sequence[Factor], later: list[Factor]) -> Step:
    """What a region without an answer held."""
    if later:
        outcome, zh, en = "later_only", f"只有晚于 {year} 年的行", f"only rows later than {year}"
    elif rows:
        outcome, zh, en = (
            "none",
            "有行，但属其他活动、气体、部门或来源",
            "rows of another activity, gas, sector or source",
        )
    else:
        outcome, zh, en = "none", "没有行", "no row"
    ids = [row.id for row in later]
    others = [row.id for row in rows if row.id not in ids]
    return step | {
        "category": "",
        "outcome": outcome,
        "ids": ids,
        "others": others,
        "note_zh": zh,
        "note_en": en,
    }
