"""Tokens for programs: a random secret told once, some of its person's permissions, an end, and taking it back."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.people import ACTIVE, By, held
from tanheng.access.problems import ScopeInvalid, SignedOut
from tanheng.access.roles import permissions_of
from tanheng.access.sessions import Rules, viewer_of
from tanheng.errors import NotFound
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import PERSON, TOKEN

PREFIX = "tanheng_"
LONGEST_DAYS = 366


def create_token(
    connection: sa.Connection, person: Any, name: str, scopes: Sequence[str], days: int, by: By
) -> tuple[str, str]:
    """A token of somebody.

    Parameters
    ----------
    scopes : sequence of str
        Permissions that the person has; all of them where none is named.
    days : int
        How long it is good, day.

    Returns
    -------
    tuple of str
        Its id, and the secret, which is kept nowhere.

    Raises
    ------
    ScopeInvalid
    """
    own = permissions_of(held(connection, person.id)[0])
    wanted = sorted(set(scopes)) or sorted(own)
    for scope in wanted:
        if scope not in own:
            raise ScopeInvalid(scope=scope, known=", ".join(sorted(own)) or "–")
    token, secret = new_id(), PREFIX + secrets.token_urlsafe(32)
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=min(max(days, 1), LONGEST_DAYS))
    connection.execute(
        sa.insert(TOKEN),
        {"id": token, "hash": _hash(secret), "person": person.id, "name": name, "scopes": wanted, "made_at": now(),
         "ends_at": ends.isoformat()},
    )  # fmt: skip
    _tell(connection, "token.create", token, person, by, name=name, scopes=wanted, ends_at=ends.isoformat())
    return token, secret


def who_by_token(platform: Platform, secret: str, *, source: str, rules: Rules) -> Viewer:
    """Who a token belongs to: never more than they may do now, and never more than its scopes.

    Raises
    ------
    SignedOut
        When there is no such token, it is over or was taken back (which the audit chain tells), or its person is not
        let in.
    """
    query = sa.select(
        TOKEN.c.id.label("token"), TOKEN.c.scopes, TOKEN.c.ends_at, TOKEN.c.revoked_at, TOKEN.c.used_at,
        *PERSON.c,
    ).join(PERSON)  # fmt: skip
    with platform.reading() as connection:
        row = connection.execute(query.where(TOKEN.c.hash == _hash(secret))).first()
        if row is None:
            raise SignedOut
        over = row.revoked_at or row.ends_at < now() or row.state != ACTIVE
        found = viewer_of(
            connection, row, row.id, replace(rules, password_days=0), by_second=bool(row.second_factor), source=source
        )  # fmt: skip
    if over:
        with platform.writing() as connection:
            _tell(connection, "token.refused", row.token, row, By(row.login, source, row.id))
        raise SignedOut
    if row.used_at < (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)).isoformat():
        with platform.writing() as connection:
            connection.execute(sa.update(TOKEN).where(TOKEN.c.id == row.token).values(used_at=now()))
    return replace(found, scopes=frozenset(row.scopes), token=row.token)


def tokens_of(
    connection: sa.Connection, tenant: str | None, person: str | None = None
) -> list[dict[str, Any]]:
    """Tokens of a tenant or of one person, newest first, without what they are known by; of everybody for None."""
    columns = [
        TOKEN.c[name] for name in ("id", "name", "scopes", "made_at", "used_at", "ends_at", "revoked_at")
    ]
    query = sa.select(*columns, PERSON.c.login).join(PERSON).order_by(TOKEN.c.made_at.desc())
    if tenant is not None:
        query = query.where(PERSON.c.tenant == tenant)
    if person is not None:
        query = query.where(TOKEN.c.person == person)
    return [dict(row) for row in connection.execute(query).mappings()]


def revoke_token(connection: sa.Connection, found: Any, by: By) -> None:
    """Take a token back; it stays in the list, and whoever shows it again is told of in the audit chain."""
    connection.execute(
        sa.update(TOKEN).where(TOKEN.c.id == found.token, TOKEN.c.revoked_at == "").values(revoked_at=now())
    )
    _tell(connection, "token.revoke", found.token, found, by)


def find_token(
    connection: sa.Connection, token: str, *, tenant: str | None = None, person: str | None = None
) -> Any:
    """A token with its person.

    Raises
    ------
    NotFound
    """
    query = sa.select(TOKEN.c.id.label("token"), *PERSON.c).join(PERSON).where(TOKEN.c.id == token)
    if tenant is not None:
        query = query.where(PERSON.c.tenant == tenant)
    if person is not None:
        query = query.where(PERSON.c.id == person)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(what_zh="令牌", what_en="token", name=token, known="–")
    return row


def _tell(connection: sa.Connection, action: str, token: str, person: Any, by: By, **detail: Any) -> None:
    append(
        connection, action, token, tenant=person.tenant, person=by.person, login=by.login, source=by.source,
        detail={"of": person.login, **detail},
    )  # fmt: skip


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
