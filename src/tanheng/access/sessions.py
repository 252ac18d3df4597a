"""Signing in: sessions kept on the server, known by the hash of a random secret; lock-out after failures."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.passwords import fits
from tanheng.access.people import held
from tanheng.access.problems import SignedOut, SignInRefused
from tanheng.access.roles import permissions_of
from tanheng.record.chain import append
from tanheng.record.platform import Platform, now
from tanheng.record.tables import PERSON, SESSION


@dataclass(frozen=True)
class Rules:
    """Limits of sign-in; settings may change them."""

    failures: int = 5
    locked_minutes: int = 15
    idle_minutes: int = 30
    longest_hours: int = 12


def sign_in(
    platform: Platform, login: str, password: str, *, source: str, agent: str = "", rules: Rules | None = None
) -> tuple[str, Viewer]:
    """Open a session; a new secret each time, so that none can be planted beforehand.

    Returns
    -------
    tuple of str and Viewer
        The secret for the cookie, which is kept nowhere, and who it is.

    Raises
    ------
    SignInRefused
        Always in the same words.
    """
    limits = rules or Rules()
    login = login.strip().casefold()
    with platform.reading() as connection:
        row = connection.execute(sa.select(PERSON).where(PERSON.c.login == login)).first()
    fitting = fits(row.password if row else "", password)
    locked = row is not None and row.locked_until > now()
    if row is None or not fitting or locked or row.state != "active":
        with platform.writing() as connection:
            _failed(connection, row, login, source, limits, counts=not locked)
        raise SignInRefused(limit=limits.failures, minutes=limits.locked_minutes)
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    began = dt.datetime.now(dt.UTC)
    ends = began + dt.timedelta(hours=limits.longest_hours)
    with platform.writing() as connection:
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(failures=0, locked_until=""))
        connection.execute(
            sa.insert(SESSION),
            {"hash": _hash(secret), "person": row.id, "csrf": csrf, "source": source, "agent": agent[:300],
             "made_at": began.isoformat(), "seen_at": began.isoformat(), "ends_at": ends.isoformat()},
        )  # fmt: skip
        append(
            connection, "session.open", login, tenant=row.tenant, person=row.id, login=login, source=source
        )
    return secret, who(platform, secret, source=source, rules=limits)


def who(platform: Platform, secret: str, *, source: str = "", rules: Rules | None = None) -> Viewer:
    """Who a session belongs to.

    Raises
    ------
    SignedOut
        When it does not exist, is over, or was idle for too long.
    """
    limits = rules or Rules()
    idle = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=limits.idle_minutes)).isoformat()
    query = sa.select(SESSION, PERSON.c.login, PERSON.c.name, PERSON.c.tenant, PERSON.c.state).join(PERSON)
    with platform.reading() as connection:
        row = connection.execute(query.where(SESSION.c.hash == _hash(secret))).first()
        if row is None or row.ends_at < now() or row.seen_at < idle or row.state != "active":
            raise SignedOut
        roles, areas = held(connection, row.person)
    if row.seen_at < (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)).isoformat():
        with platform.writing() as connection:
            connection.execute(
                sa.update(SESSION).where(SESSION.c.hash == _hash(secret)).values(seen_at=now())
            )
    return Viewer(
        row.person,
        row.login,
        row.name,
        row.tenant,
        permissions_of(roles),
        areas,
        roles,
        row.csrf,
        None,
        source,
    )


def sign_out(platform: Platform, secret: str) -> None:
    """End a session."""
    with platform.writing() as connection:
        connection.execute(sa.delete(SESSION).where(SESSION.c.hash == _hash(secret)))


def _failed(
    connection: sa.Connection,
    row: sa.Row[tuple[object, ...]] | None,
    login: str,
    source: str,
    limits: Rules,
    *,
    counts: bool,
) -> None:
    """Count a failure; after too many in a row the account is locked for a while."""
    known = row is not None
    if row is not None and counts:
        failures = int(row.failures) + 1
        over = failures >= limits.failures
        until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=limits.locked_minutes)
        connection.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == row.id)
            .values(failures=0 if over else failures, locked_until=until.isoformat() if over else "")
        )
    append(
        connection,
        "session.refused",
        login[:120],
        tenant=str(row.tenant) if row is not None else "",
        login=login[:120],
        source=source,
        detail={"known": known},
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
