"""The decision log of a road on the platform: rows that are only added, chained by hashes, and told to the audit chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tanheng.errors import TanhengError
from tanheng.pathways.journal import JournalBroken, check_line, linked
from tanheng.record.chain import alone, append, told
from tanheng.record.platform import new_id
from tanheng.record.tables import AUDIT, ROAD_DECISION

DECISION, REVIEW = "decision", "review"
TOLD = {DECISION: "road.decide", REVIEW: "road.review"}
"""What the audit chain calls an entry."""


class DecisionRefused(TanhengError):
    """A decision, or a review of one, that rests on nothing."""

    code = "W-072"
    zh = "不能记入决策日志：{detail_zh}。"
    en = "This cannot be entered in the decision log: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


def refused(detail: tuple[str, str], mend: tuple[str, str]) -> DecisionRefused:
    """The error, in both languages."""
    return DecisionRefused(detail=detail, mend=mend)


@dataclass(frozen=True)
class By:
    """Who adds an entry, as the audit chain tells it."""

    person: str
    login: str
    source: str = ""


@dataclass(frozen=True)
class Log:
    """Entries of a log in order, up to the first that is not as it was written; that one is ``broken``."""

    lines: Sequence[Mapping[str, Any]]
    broken: JournalBroken | None = None


def log_of(connection: sa.Connection, tenant: str, road: str) -> Log:
    """The log of a road, each entry held against its hash, the one before it and the audit chain.

    Parameters
    ----------
    connection : Connection
    tenant, road : str
        The tenant's id and the name of the road.

    Returns
    -------
    Log
    """
    before = _told(connection, tenant, road)
    rows = connection.execute(
        sa.select(ROAD_DECISION)
        .where(ROAD_DECISION.c.tenant == tenant, ROAD_DECISION.c.name == road)
        .order_by(ROAD_DECISION.c.number)
    ).all()
    known = _told(connection, tenant, road)  # an entry added since the first look stands in both
    lines: list[Mapping[str, Any]] = []
    for row in rows:
        line = {**(row.content if isinstance(row.content, dict) else {}), "number": row.number, "previous": row.previous, "hash": row.hash}  # fmt: skip
        try:
            check_line(line, lines[-1] if lines else None, road)
        except JournalBroken as broken:
            return Log(lines, broken)
        held = {"kind": row.kind, "analysis": row.analysis or "", "person": row.made_by, "at": row.made_at, "set": row.name}  # fmt: skip
        if any(line.get(key) != value for key, value in held.items()):
            return Log(lines, _broken(road, row.number, "被修改过", "it was edited"))
        if known.get(row.number) != row.hash:
            return Log(lines, _broken(road, row.number, "与审计链所记不符", "the audit chain tells another"))
        lines.append(line)
    if missing := sorted(before.keys() - {row.number for row in rows}):
        return Log(lines, _broken(road, missing[0], "被删去", "it was deleted"))
    return Log(lines)


def checked_log(connection: sa.Connection, tenant: str, road: str) -> Sequence[Mapping[str, Any]]:
    """All entries.

    Raises
    ------
    JournalBroken
    """
    found = log_of(connection, tenant, road)
    if found.broken is not None:
        raise found.broken
    return found.lines


def add_entry(
    connection: sa.Connection, road: Any, kind: str, entry: Mapping[str, Any], *, analysis: str, by: By
) -> Mapping[str, Any]:
    """Add an entry after all that stand, in the transaction of the caller, and tell the audit chain.

    Parameters
    ----------
    connection : Connection
        With the right to write: one writer at a time, so that two entries follow one another.
    road : row of ``road``
    kind : str
        ``decision`` or ``review``.
    entry : mapping
        Plain data.
    analysis : str
        Id of the analysis that it rests on.
    by : By

    Raises
    ------
    JournalBroken
        Where the log is not as it was written; nothing is added then.
    """
    alone(connection)
    lines = checked_log(connection, road.tenant, road.name)
    own = {"kind": kind, "analysis": analysis, "person": by.person, "login": by.login, "set": road.name, "version": road.number}  # fmt: skip
    line = linked({**entry, **own}, lines[-1] if lines else None)
    content = {key: value for key, value in line.items() if key not in ("number", "previous", "hash")}
    row = {
        "id": new_id(), "tenant": road.tenant, "region": road.region, "entity": road.entity, "name": road.name, "number": line["number"],
        "analysis": analysis, "kind": kind, "content": content, "previous": line["previous"], "hash": line["hash"],
        "made_by": by.person, "made_at": line["at"],
    }  # fmt: skip
    connection.execute(sa.insert(ROAD_DECISION), row)
    append(connection, TOLD[kind], row["id"], tenant=road.tenant, person=by.person, login=by.login, source=by.source, after=line,
           detail={"road": road.name, "number": line["number"], "hash": line["hash"]})  # fmt: skip
    return line


def broken_logs(connection: sa.Connection, tenant: str | None = None) -> list[JournalBroken]:
    """Every log, of a tenant or of all, that is not as it was written, at its first wrong entry: its road is ``file``, ``line`` the number."""
    names = {(row.tenant, row.name) for row in connection.execute(sa.select(ROAD_DECISION.c.tenant, ROAD_DECISION.c.name).distinct())}  # fmt: skip
    for one in connection.scalars(
        sa.select(AUDIT.c.tenant).where(AUDIT.c.action.in_(TOLD.values())).distinct()
    ):
        details = [entry["detail"] for entry in told(connection, TOLD.values(), tenant=one)]
        names |= {(one, detail["road"]) for detail in details if detail is not None}
    wanted = sorted(one for one in names if tenant in (None, one[0]))
    found = [log_of(connection, *one).broken for one in wanted]
    return [one for one in found if one is not None]


def _told(connection: sa.Connection, tenant: str, road: str) -> dict[int, str]:
    """Number to hash of every entry, as the audit chain tells."""
    details = [one["detail"] for one in told(connection, TOLD.values(), tenant=tenant)]
    return {one["number"]: one["hash"] for one in details if one is not None and one["road"] == road}


def _broken(road: str, number: int, zh: str, en: str) -> JournalBroken:
    return JournalBroken(file=road, line=number, detail=(zh, en))
