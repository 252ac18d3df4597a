"""The audit chain: who did what, when, from where, with a hash over every entry and the one before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tanheng.record.tables import AUDIT

_HASHED = tuple(column.name for column in AUDIT.columns if column.name != "hash")


@dataclass(frozen=True)
class Broken:
    """An entry that is not as it was written, or that is missing."""

    number: int
    problem: str


def append(
    connection: sa.Connection,
    action: str,
    what: str,
    *,
    tenant: str = "",
    person: str = "",
    login: str = "",
    source: str = "",
    before: object = None,
    after: object = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry in the transaction of what it tells of; both stand or neither.

    Parameters
    ----------
    connection : sa.Connection
        With the right to write: SQLite has one writer; elsewhere the chain is locked until the transaction ends.
    action, what : str
        What was done, as ``release.approve``, and to which object.
    before, after : object
        States of the object as plain data; their hashes are kept, never the states.

    Returns
    -------
    int
        The number of the entry.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("lock table audit in exclusive mode")
    last = connection.execute(
        sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).first()
    entry = {
        "number": last.number + 1 if last else 1,
        "at": dt.datetime.now(dt.UTC).isoformat(),
        "tenant": tenant,
        "person": person,
        "login": login,
        "source": source,
        "action": action,
        "object": what,
        "before": state_hash(before),
        "after": state_hash(after),
        "detail": json.loads(_canonical(dict(detail or {}))),
        "previous": last.hash if last else "",
    }
    connection.execute(sa.insert(AUDIT), {**entry, "hash": _hash(entry)})
    return int(entry["number"])


def verify(connection: sa.Connection) -> list[Broken]:
    """Entries that were edited, left out or put in; the newest entries cut off are found against a kept head.

    Examples
    --------
    >>> engine = sa.create_engine("sqlite://")
    >>> AUDIT.metadata.create_all(engine)
    >>> with engine.begin() as connection:
    ...     first, second = append(connection, "a", "x"), append(connection, "b", "y")
    ...     edited = connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 1).values(object="z"))
    ...     [one.number for one in verify(connection)]
    [1]
    """
    found: list[Broken] = []
    previous, expected = "", 1
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number)).mappings():
        if row["number"] != expected:
            found.append(Broken(expected, "missing"))
        if row["previous"] != previous and row["number"] == expected:
            found.append(Broken(row["number"], "not linked"))
        if _hash({name: row[name] for name in _HASHED}) != row["hash"]:
            found.append(Broken(row["number"], "edited"))
        previous, expected = row["hash"], row["number"] + 1
    return found


def head(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the newest entry, to be kept elsewhere: against it a chain that was cut short is found."""
    row = connection.execute(
        sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).first()
    return (row.number, row.hash) if row else (0, "")


def state_hash(state: object) -> str:
    """The hash of a state; empty for none."""
    return "" if state is None else hashlib.sha256(_canonical(state).encode()).hexdigest()


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(entry).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
