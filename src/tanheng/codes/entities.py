"""Trees of entities as of a date: province, city, district, park, enterprise, facility, meter, product, fleet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import polars as pl

from tanheng.codes.codelist import CodeList
from tanheng.codes.entity_rules import faults_between, findings_between
from tanheng.codes.entity_table import (
    EARLIEST,
    LATEST,
    Entity,
    EntityFault,
    parse_rows,
    read_table,
    rename_columns,
)
from tanheng.codes.gazetteer import Region
from tanheng.codes.problems import EntitiesInvalid
from tanheng.codes.regions import region, region_within
from tanheng.errors import UnknownCode

When = dt.date | int | None


class EntityTree:
    """Entities with their parents over time.

    One id may have several rows, one for each span in which its name, parent or region differ.

    Parameters
    ----------
    data : path, sequence of mapping, or table
        Columns ``id, kind`` and optionally ``name_zh, name_en, parent, region, industry, valid_from, valid_to``;
        Chinese names of the columns and of the kinds work too. Dates are days, months or years; both ends belong
        to the span; empty is open.
    first_row : int, optional
        Number of the first row in messages; 2 unless told, as in a sheet with a header.

    Attributes
    ----------
    findings : list of EntityFault
        What is doubtful but no fault: an entity that stands longer than the entity above it, or than its region.

    Raises
    ------
    EntitiesInvalid
        The rows make no tree: an unknown parent, a parent of a kind that is not allowed, a ring, spans of one id
        that overlap, an unknown kind, region or industry, a date that is none. All faults are counted, the first
        five attached.
    ColumnMissing, InputUnreadable
        The table lacks a column; the file cannot be read.

    Notes
    -----
    Source: kinds and allowed parents stand in ``entity_kinds.csv``.

    Examples
    --------
    >>> tree = EntityTree([
    ...     {"id": "p", "kind": "园区", "region": "成都市", "name_zh": "示范园区"},
    ...     {"id": "e", "kind": "企业", "parent": "p", "name_zh": "示范企业"},
    ... ])
    >>> tree.region_of("e").code, [entity.id for entity in tree.path("e")]
    ('CN-5101', ['p', 'e'])
    """

    def __init__(self, data: Any, *, first_row: int = 2) -> None:
        raw, file = read_table(data)
        self.entities, faults = parse_rows(rename_columns(raw, file), first_row)
        faults += faults_between(self.entities)
        if faults:
            raise _invalid(sorted(faults, key=lambda fault: fault.row), file)
        self.findings: list[EntityFault] = findings_between(self.entities)
        self._spans: dict[str, list[Entity]] = {}
        self._below: dict[str, list[str]] = {}
        for entity in sorted(self.entities, key=lambda entity: entity.span):
            self._spans.setdefault(entity.id, []).append(entity)
        for name, spans in self._spans.items():
            for parent in dict.fromkeys(entity.parent for entity in spans):
                self._below.setdefault(parent, []).append(name)

    def to_rows(self) -> list[dict[str, str]]:
        """The entities as rows that make the same tree again."""
        return [
            {key: "" if value is None else str(value) for key, value in asdict(one).items() if key != "row"}
            for one in self.entities
        ]

    def __len__(self) -> int:
        return len(self._spans)

    def __contains__(self, name: object) -> bool:
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def get(self, name: str, on: When = None) -> Entity:
        """One entity as it stands on a day.

        Parameters
        ----------
        name : str
            Identifier.
        on : date or int, optional
            A day, or a year in which it stands at any time (its last state in that year); its newest state unless
            told.

        Returns
        -------
        Entity

        Raises
        ------
        UnknownCode
            No such entity, or none on that day; its spans are named.
        """
        entity = self._state(name, on)
        if entity is None:
            raise self._unknown(name)
        return entity

    def find(self, text: str, on: When = None) -> Entity:
        """One entity by identifier or name.

        Raises
        ------
        UnknownCode
            Nothing fits on that day.
        AmbiguousName
            Several entities carry the name.
        """
        if text in self._spans:
            return self.get(text, on)
        states = [state for name in self._spans if (state := self._state(name, on))]
        rows = [{"code": s.id, "name_zh": s.name_zh, "name_en": s.name_en, "parent": ""} for s in states]
        return self.get(CodeList("entities", rows).find(text)["code"], on)

    def roots(self, on: When = None) -> list[Entity]:
        """Entities with nothing above them."""
        return self._standing("", on)

    def children(self, name: str, on: When = None) -> list[Entity]:
        """Entities directly below one.

        Parameters
        ----------
        name, on
            As `get`.

        Returns
        -------
        list of Entity
            In the order of the table; only those that stand on that day.

        Raises
        ------
        UnknownCode
            As `get`.
        """
        self.get(name, on)
        return self._standing(name, on)

    def ancestors(self, name: str, on: When = None) -> list[Entity]:
        """Entities above one.

        Parameters
        ----------
        name, on
            As `get`.

        Returns
        -------
        list of Entity
            Nearest first; the line ends where the entity above does not stand on that day.

        Raises
        ------
        UnknownCode
            As `get`.
        """
        above: list[Entity] = []
        entity: Entity | None = self.get(name, on)
        while entity and entity.parent:
            entity = self._state(entity.parent, on)
            if entity is None or entity in above:
                break
            above.append(entity)
        return above

    def path(self, name: str, on: When = None) -> list[Entity]:
        """Entities from the root down to one; parameters and errors as `ancestors`."""
        return [*reversed(self.ancestors(name, on)), self.get(name, on)]

    def subtree(self, name: str, on: When = None) -> list[Entity]:
        """One entity and all below it on a day.

        Parameters
        ----------
        name, on
            As `get`.

        Returns
        -------
        list of Entity
            Each before what is below it.

        Raises
        ------
        UnknownCode
            As `get`.

        Examples
        --------
        >>> tree = EntityTree([{"id": "e", "kind": "enterprise"}, {"id": "f", "kind": "facility", "parent": "e"}])
        >>> [entity.id for entity in tree.subtree("e")]
        ['e', 'f']
        """
        found: list[Entity] = []
        stack = [self.get(name, on)]
        while stack:
            entity = stack.pop()
            found.append(entity)
            stack.extend(reversed(self._standing(entity.id, on)))
        return found

    def region_of(self, name: str, on: When = None) -> Region | None:
        """Region of an entity: its own, else that of the nearest entity above that has one.

        A region that was abolished while the entity stands is given as it last stood; `findings` says so.

        Parameters
        ----------
        name, on
            As `get`.

        Returns
        -------
        Region or None
            None where neither the entity nor any above it has a region.

        Raises
        ------
        UnknownCode
            As `get`.
        """
        bearer = self._bearer(name, on, "region")
        if bearer is None:
            return None
        with suppress(UnknownCode):
            return region(bearer.region, on)
        return region_within(bearer.region, bearer.valid_from, bearer.valid_to)

    def industry_of(self, name: str, on: When = None) -> str | None:
        """GB/T 4754 code of an entity: its own, else that of the nearest entity above that has one."""
        bearer = self._bearer(name, on, "industry")
        return bearer.industry if bearer else None

    def to_polars(self) -> pl.DataFrame:
        """The table, one row a span of an entity; dates are dates, empty text where nothing is given."""
        columns = (
            "id",
            "name_zh",
            "name_en",
            "kind",
            "parent",
            "region",
            "industry",
            "valid_from",
            "valid_to",
        )
        schema: dict[str, Any] = dict.fromkeys(columns, pl.String)
        schema |= {"valid_from": pl.Date, "valid_to": pl.Date}
        values = {column: [getattr(entity, column) for entity in self.entities] for column in columns}
        return pl.DataFrame(values, schema=schema)

    def _state(self, name: str, on: When) -> Entity | None:
        spans = self._spans.get(name, [])
        if on is None:
            return spans[-1] if spans else None
        start, end = _days(on)
        return next((entity for entity in reversed(spans) if entity.stands(start, end)), None)

    def _standing(self, parent: str, on: When) -> list[Entity]:
        states = (self._state(name, on) for name in self._below.get(parent, []))
        found = [state for state in states if state and state.parent == parent]
        return sorted(found, key=lambda entity: entity.row)

    def _bearer(self, name: str, on: When, column: str) -> Entity | None:
        line = [self.get(name, on), *self.ancestors(name, on)]
        return next((entity for entity in line if getattr(entity, column)), None)

    def _unknown(self, name: str) -> UnknownCode:
        spans = self._spans.get(name, [])
        periods = [f"{e.id} ({e.valid_from or '…'} – {e.valid_to or '…'})" for e in spans]
        if not periods:
            rows = [{"code": name, "name_zh": spans[-1].name_zh} for name, spans in self._spans.items()]
            return CodeList("entities", rows).unknown(name)
        return UnknownCode(codelist="entities", code=name, near=", ".join(periods))


def _days(on: dt.date | int) -> tuple[dt.date, dt.date]:
    if isinstance(on, int):
        return dt.date(on, 1, 1), dt.date(on, 12, 31)
    return max(on, EARLIEST), min(on, LATEST)


def _invalid(faults: list[EntityFault], file: str) -> EntitiesInvalid:
    first = faults[0]
    return EntitiesInvalid(
        rows=[{"row": f.row, "id": f.id, "fault": f.key, "zh": f.zh, "en": f.en} for f in faults],
        file=f" {file} " if file else "",
        count=len(faults),
        row=first.row,
        detail_zh=first.zh,
        detail_en=first.en,
    )
