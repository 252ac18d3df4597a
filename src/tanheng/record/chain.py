"""The audit chain: who did what, when, from where, with a hash over every entry and the one before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tanheng.errors import TanhengError
from tanheng.record.tables import AUDIT

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_HASHED = tuple(column.name for column in AUDIT.columns if column.name != "hash")


class HeadInvalid(TanhengError):
    """A text that names no entry of the chain."""

    code = "R-007"
    zh = "“{value}”不是审计链的链头，应为 编号:哈希（64 位十六进制）。"
    en = "'{value}' is no head of the audit chain; expected NUMBER:HASH (64 hex digits)."
    remedy_zh = "请用 `tanheng audit verify` 给出的链头。"
    remedy_en = "Use the head that `tanheng audit verify` tells."


@dataclass(frozen=True)
class Broken:
    """An entry that is not as it was written, or that is missing."""

    number: int
    problem: str


@dataclass(frozen=True)
class Head:
    """The number and hash of an entry.

    Examples
    --------
    >>> Head.read("7:" + "ab" * 32).number
    7
    """

    number: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Head:
        """A head as it is written: the number, a colon, the hash.

        Raises
        ------
        HeadInvalid
        """
        found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip(), re.ASCII)
        if found is None:
            raise HeadInvalid(value=text)
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Verified:
    """What a check of the chain found: how many entries there are, the newest one, and what is broken."""

    entries: int
    head: Head
    broken: tuple[Broken, ...]


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
        With the right to write: SQLite has one writer; elsewhere the chain is locked until the transaction ends, so
        that it is best told last.
    action, what : str
        What was done, as ``release.approve``, and to which object.
    before, after : object
        States of the object as plain data; their hashes are kept, never the states.

    Returns
    -------
    int
        The number of the entry.
    """
    alone(connection)
    last = connection.execute(
        sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).first()
    entry = {
        "number": last.number + 1 if last else 1,
        "at": dt.datetime.now(dt.UTC).isoformat(),
        "tenant": tenant,
        "person": person,
        "login": _plain(login),
        "source": source,
        "action": action,
        "object": _plain(what),
        "before": state_hash(before),
        "after": state_hash(after),
        "detail": json.loads(_canonical(dict(detail or {}))),
        "previous": last.hash if last else "",
    }
    connection.execute(sa.insert(AUDIT), {**entry, "hash": _hash(entry)})
    return int(entry["number"])


def alone(connection: sa.Connection) -> None:
    """Nobody else adds to the chain before this transaction ends: what was read of it still stands when it is added to."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("lock table audit in exclusive mode")


def told(connection: sa.Connection, actions: Collection[str], *, tenant: str) -> list[dict[str, Any]]:
    """Entries of some actions of a tenant in their order; ``detail`` is None where an entry is not as it was written.

    Entries that were left out or put in are found by `verify` alone.
    """
    query = sa.select(*_columns()).where(AUDIT.c.action.in_(actions), AUDIT.c.tenant == tenant)
    found = []
    for row in connection.execute(query.order_by(AUDIT.c.number)).mappings():
        whole = _hash_of_row(dict(row)) == row["hash"]
        found.append({**row, "detail": json.loads(row["detail"]) if whole else None})
    return found


def _plain(text: str) -> str:
    """A text without what would end its line or turn its direction where entries are listed."""
    return "".join("\ufffd" if unicodedata.category(one) in _HIDDEN else one for one in text)


def verify(connection: sa.Connection, kept: Head | None = None) -> Verified:
    """Check every entry: those that were edited, left out or put in.

    Parameters
    ----------
    connection : sa.Connection
    kept : Head, optional
        A head that was kept elsewhere: against it a chain is found that was cut short, or written anew as a whole.

    Examples
    --------
    >>> engine = sa.create_engine("sqlite://")
    >>> AUDIT.metadata.create_all(engine)
    >>> with engine.begin() as connection:
    ...     first, second = append(connection, "a", "x"), append(connection, "b", "y")
    ...     edited = connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 1).values(object="z"))
    ...     [(one.number, one.problem) for one in verify(connection).broken]
    [(1, 'edited')]
    """
    broken: list[Broken] = []
    last, entries, met = Head(0, ""), 0, kept is None or kept.number == 0
    query = sa.select(*_columns()).order_by(AUDIT.c.number).execution_options(yield_per=1000)
    for row in connection.execute(query).mappings():
        number, entries = int(row["number"]), entries + 1
        if number != last.number + 1:
            broken.append(Broken(last.number + 1, "missing"))
        elif row["previous"] != last.hash:
            broken.append(Broken(number, "not linked"))
        if _hash_of_row(dict(row)) != row["hash"]:
            broken.append(Broken(number, "edited"))
        if kept is not None and kept.number == number:
            met = True
            broken += [Broken(number, "not the kept head")] if kept.hash != row["hash"] else []
        last = Head(number, str(row["hash"]))
    if kept is not None and not met:
        broken.append(Broken(kept.number, "missing"))
    return Verified(entries, last, tuple(broken))


def head(connection: sa.Connection) -> Head:
    """The newest entry, to be kept elsewhere: against it a chain that was cut short is found."""
    row = connection.execute(
        sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).first()
    return Head(row.number, row.hash) if row else Head(0, "")


def state_hash(state: object) -> str:
    """The hash of a state; empty for none."""
    return "" if state is None else hashlib.sha256(_canonical(state).encode()).hexdigest()


def _columns() -> list[sa.ColumnElement[Any]]:
    """The columns, details as their text: what is no longer data is found too."""
    return [sa.cast(one, sa.Text).label(one.name) if one is AUDIT.c.detail else one for one in AUDIT.c]


def _hash_of_row(row: Mapping[str, Any]) -> str:
    """The hash of an entry as it stands; empty where its details are no longer data."""
    try:
        detail = json.loads(row["detail"])
    except ValueError:
        return ""
    return _hash({name: detail if name == "detail" else row[name] for name in _HASHED})


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(entry).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
