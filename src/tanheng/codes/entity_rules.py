"""What a table of entities must keep so that it is a tree on every day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tanheng.codes.codelist import codelist
from tanheng.codes.entity_table import LATEST, Entity, EntityFault
from tanheng.codes.regions import region
from tanheng.errors import UnknownCode


def faults_between(entities: Sequence[Entity]) -> list[EntityFault]:
    """Faults that show only between rows: unknown or unfit parents, overlapping spans, rings."""
    named = [entity for entity in entities if entity.id]
    spans = by_id(named)
    return [*_overlaps(spans), *_parents(named, spans), *_rings(spans)]


def findings_between(entities: Sequence[Entity]) -> list[EntityFault]:
    """Entities that stand on days on which the entity above, or their region, does not."""
    spans = by_id(entities)
    found = []
    for entity in entities:
        above = spans.get(entity.parent, [])
        gap = _uncovered(entity.span, above) if above else None
        if gap:
            zh = f"{entity.id} 存续到上级 {entity.parent} 的有效期之外（自 {_day(gap)} 起没有上级）"
            en = f"{entity.id} stands outside the span of {entity.parent} (nothing above it from {_day(gap)})"
            found.append(EntityFault("outlives_parent", entity.row, entity.id, zh, en))
        if entity.region and _is_gone(entity):
            zh = f"{entity.id} 的地区 {entity.region} 在其有效期内已撤销"
            en = f"the region {entity.region} of {entity.id} was abolished while it stands"
            found.append(EntityFault("outlives_region", entity.row, entity.id, zh, en))
    return found


def _is_gone(entity: Entity) -> bool:
    try:
        region(entity.region, entity.valid_to)
    except UnknownCode:
        return True
    return False


def by_id(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Spans of each id in the order of time."""
    spans: dict[str, list[Entity]] = {}
    for entity in sorted(entities, key=lambda entity: entity.span):
        spans.setdefault(entity.id, []).append(entity)
    return spans


def _day(day: dt.date) -> str:
    return "…" if day == dt.date.min else day.isoformat()


def _uncovered(span: tuple[dt.date, dt.date], above: Sequence[Entity]) -> dt.date | None:
    """First day of a span on which none of the spans above stands."""
    day, last = span
    for entity in above:
        start, end = entity.span
        if start <= day <= end:
            if end >= last or end == LATEST:
                return None
            day = end + dt.timedelta(days=1)
    return day


def _overlaps(spans: dict[str, list[Entity]]) -> list[EntityFault]:
    faults = []
    for name, states in spans.items():
        for earlier, later in pairwise(states):
            if later.span[0] <= earlier.span[1]:
                zh = f"{name} 的有效期与第 {earlier.row} 行重叠"
                en = f"the span of {name} overlaps with row {earlier.row}"
                faults.append(EntityFault("overlap", later.row, name, zh, en))
    return faults


def _parents(entities: Sequence[Entity], spans: dict[str, list[Entity]]) -> list[EntityFault]:
    faults = []
    for entity in entities:
        if not entity.parent:
            continue
        above = spans.get(entity.parent)
        if above is None:
            zh, en = f"上级 {entity.parent} 不在表中", f"the parent {entity.parent} is not in the table"
            faults.append(EntityFault("unknown_parent", entity.row, entity.id, zh, en))
            continue
        allowed = codelist("entity_kinds").get(entity.kind)["parents"].split("|") if entity.kind else []
        for parent in above:
            if parent.stands(*entity.span) and entity.kind and parent.kind and parent.kind not in allowed:
                zh = (
                    f"{_kind(entity.kind, 'zh')}不能放在{_kind(parent.kind, 'zh')} {parent.id} 之下，可用："
                    + "、".join(_kind(kind, "zh") for kind in allowed if kind)
                )
                en = f"a {entity.kind} cannot stand below the {parent.kind} {parent.id}; allowed: {', '.join(allowed)}"
                faults.append(EntityFault("parent_kind", entity.row, entity.id, zh, en))
                break
    return faults


def _kind(kind: str, lang: str) -> str:
    return codelist("entity_kinds").get(kind)[f"name_{lang}"]


def _rings(spans: dict[str, list[Entity]]) -> list[EntityFault]:
    """Rings, looked for on each day on which a span of a suspect begins.

    Ids that can be taken off from the top, whatever the day, make no ring; only the rest is walked by day.
    """
    suspects = _without_top({name: {e.parent for e in states} for name, states in spans.items()})
    found: dict[str, EntityFault] = {}
    for day in sorted({entity.span[0] for name in suspects for entity in spans[name]}):
        standing = (entity for name in suspects for entity in spans[name] if entity.stands(day, day))
        for ring in _rings_of({entity.id: entity for entity in standing}):
            first = min(ring, key=lambda entity: entity.row)
            line = " → ".join([*(entity.id for entity in ring), ring[0].id])
            zh, en = f"上级关系成环：{line}", f"the parents make a ring: {line}"
            found.setdefault(first.id, EntityFault("cycle", first.row, first.id, zh, en))
    return list(found.values())


def _rings_of(standing: dict[str, Entity]) -> Iterator[list[Entity]]:
    """Rings among the entities of one day, each once."""
    done: set[str] = set()
    for start in standing:
        walk: dict[str, Entity] = {}
        entity = standing.get(start)
        while entity is not None and entity.id not in walk and entity.id not in done:
            walk[entity.id] = entity
            entity = standing.get(entity.parent)
        if entity is not None and entity.id in walk:
            line = list(walk)
            yield [walk[name] for name in line[line.index(entity.id) :]]
        done |= walk.keys()


def _without_top(parents: dict[str, set[str]]) -> list[str]:
    """Ids that remain when ids without a remaining parent are taken off again and again."""
    left = {name: {p for p in above if p in parents} for name, above in parents.items()}
    below: dict[str, list[str]] = {}
    for name, above in left.items():
        for parent in above:
            below.setdefault(parent, []).append(name)
    free = [name for name, above in left.items() if not above]
    while free:
        name = free.pop()
        left.pop(name, None)
        for child in below.get(name, []):
            if child in left:
                left[child].discard(name)
                if not left[child]:
                    free.append(child)
    return sorted(left)
