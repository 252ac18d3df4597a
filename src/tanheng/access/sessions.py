"""Signing in: sessions kept on the server, known by the hash of a random secret; lock-out after failures."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tanheng.access import second
from tanheng.access.areas import Viewer
from tanheng.access.passwords import fits
from tanheng.access.people import ACTIVE, By, held, plain_login, set_password
from tanheng.access.problems import PasswordWrong, SignedOut, SignInRefused
from tanheng.access.roles import administrators, permissions_of
from tanheng.access.sources import network
from tanheng.errors import NotFound
from tanheng.record.chain import append
from tanheng.record.platform import Platform, now
from tanheng.record.secrets import Secrets
from tanheng.record.tables import AUDIT, PERSON, SESSION

_SHOWN = 16
PASSWORD, SECOND_FACTOR = "password", "second_factor"
"""What may have to be done before anything else."""


@dataclass(frozen=True)
class Rules:
    """Limits of sign-in; settings may change them.

    ``failures`` lock a login and ``source_failures`` an address for ``locked_minutes``; a password is to be changed
    after ``password_days`` (never for 0); with ``require_second_factor`` administrators must set one up.
    """

    failures: int = 5
    locked_minutes: int = 15
    idle_minutes: int = 30
    longest_hours: int = 12
    source_failures: int = 50
    password_days: int = 0
    require_second_factor: bool = False


def sign_in(
    platform: Platform,
    login: str,
    password: str,
    code: str = "",
    *,
    source: str,
    agent: str = "",
    rules: Rules | None = None,
) -> tuple[str, Viewer]:
    """Open a session; a new secret each time, so that none can be planted beforehand.

    Returns
    -------
    tuple of str and Viewer
        The secret for the cookie, which is kept nowhere, and who it is.

    Raises
    ------
    SignInRefused
        Always in the same words and after the same work.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from tanheng.access import add_person
    >>> from tanheng.access.people import tenant_id
    >>> platform = Platform(Path(tempfile.mkdtemp()))
    >>> with platform.writing() as connection:
    ...     bureau = tenant_id(connection, "示例局")
    ...     wang = add_person(
    ...         connection, tenant=bureau, login="wang", name="王工", password="a long phrase", roles=["approver"]
    ...     )
    >>> secret, viewer = sign_in(platform, "wang", "a long phrase", source="10.0.0.7")
    >>> viewer.may("release.approve"), who(platform, secret).login
    (True, 'wang')
    >>> sign_out(platform, secret)
    """
    limits = rules or Rules()
    login = plain_login(login.replace("\0", "\ufffd"))
    with platform.reading() as connection:
        kept = connection.execute(sa.select(PERSON.c.password).where(PERSON.c.login == login)).scalar() or ""
    fitting = fits(kept, password)
    secret = ""
    with platform.writing() as connection:
        row = connection.execute(sa.select(PERSON).where(PERSON.c.login == login).with_for_update()).first()
        fitting = fitting and row is not None and row.password == kept
        why = _why_not(connection, row, code, source, limits, platform.secrets, fitting=fitting)
        if why:
            _refused(connection, row, login, source, limits, why)
        elif row is not None:
            secret = open_session(
                connection, row, source=source, agent=agent, rules=limits, by_second=bool(row.second_factor)
            )
    if not secret:
        raise SignInRefused(limit=limits.failures, minutes=limits.locked_minutes)
    return secret, who(platform, secret, source=source, rules=limits)


def open_session(
    connection: sa.Connection, row: Any, *, source: str, agent: str, rules: Rules, by_second: bool, how: str = "password"
) -> str:  # fmt: skip
    """A new session of somebody who has shown who they are; its secret, which is kept nowhere."""
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    began = dt.datetime.now(dt.UTC)
    ends = began + dt.timedelta(hours=rules.longest_hours)
    connection.execute(sa.delete(SESSION).where(SESSION.c.ends_at < began.isoformat()))
    connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(failures=0, locked_until=""))
    connection.execute(
        sa.insert(SESSION),
        {"hash": _hash(secret), "person": row.id, "csrf": csrf, "source": source, "agent": agent[:300], "second": by_second,
         "made_at": began.isoformat(), "seen_at": began.isoformat(), "ends_at": ends.isoformat()},
    )  # fmt: skip
    append(
        connection, "session.open", row.login, tenant=row.tenant, person=row.id, login=row.login, source=source,
        detail={"how": how, "second_factor": by_second},
    )  # fmt: skip
    return secret


def who(platform: Platform, secret: str, *, source: str = "", rules: Rules | None = None) -> Viewer:
    """Who a session belongs to.

    Raises
    ------
    SignedOut
        When it does not exist, is over, or was idle for too long.
    """
    limits = rules or Rules()
    name = _hash(secret)
    idle = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=limits.idle_minutes)).isoformat()
    query = sa.select(SESSION, *(column for column in PERSON.c if column.name not in SESSION.c)).join(PERSON)
    with platform.reading() as connection:
        row = connection.execute(query.where(SESSION.c.hash == name)).first()
        if row is None or row.ends_at < now() or row.seen_at < idle or row.state != ACTIVE:
            raise SignedOut
        found = viewer_of(connection, row, row.person, limits, by_second=row.second, source=source)
    if row.seen_at < (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)).isoformat():
        with platform.writing() as connection:
            connection.execute(sa.update(SESSION).where(SESSION.c.hash == name).values(seen_at=now()))
    return replace(found, csrf=row.csrf, session=name)


def viewer_of(
    connection: sa.Connection, row: Any, person: str, rules: Rules, *, by_second: bool, source: str
) -> Viewer:
    """Somebody with what they hold now, and what they have to do first."""
    roles, areas = held(connection, person)
    todo = [PASSWORD] if _to_be_changed(row, rules) else []
    if rules.require_second_factor and administrators(roles) and not by_second:
        todo.append(SECOND_FACTOR)
    return Viewer(
        person, row.login, row.name, row.tenant, permissions_of(roles), areas, roles,
        source=source, pending=tuple(todo),
    )  # fmt: skip


def sign_out(platform: Platform, secret: str, *, source: str = "") -> None:
    """End a session."""
    with platform.writing() as connection:
        row = connection.execute(
            sa.select(PERSON).join(SESSION).where(SESSION.c.hash == _hash(secret))
        ).first()
        if row is not None:
            connection.execute(sa.delete(SESSION).where(SESSION.c.hash == _hash(secret)))
            append(
                connection, "session.close", row.login, tenant=row.tenant, person=row.id, login=row.login, source=source
            )  # fmt: skip


def sessions_of(connection: sa.Connection, person: str, present: str = "") -> list[dict[str, Any]]:
    """Somebody's open sessions; which of them is the present one."""
    query = sa.select(SESSION).where(SESSION.c.person == person, SESSION.c.ends_at > now())
    return [
        {
            "id": row.hash[:_SHOWN],
            "source": row.source,
            "agent": row.agent,
            "made_at": row.made_at,
            "seen_at": row.seen_at,
            "ends_at": row.ends_at,
            "present": row.hash == present,
        }
        for row in connection.execute(query.order_by(SESSION.c.made_at.desc()))
    ]


def end_session(connection: sa.Connection, viewer: Viewer, name: str) -> None:
    """End one of the viewer's own sessions.

    Raises
    ------
    NotFound
    """
    mine = sa.select(SESSION.c.hash).where(SESSION.c.person == viewer.person)
    full = next((one for one in connection.execute(mine).scalars() if one[:_SHOWN] == name), None)
    if full is None:
        raise NotFound(what_zh="会话", what_en="session", name=name, known="–")
    connection.execute(sa.delete(SESSION).where(SESSION.c.hash == full))
    append(
        connection, "session.end", name, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
        source=viewer.source,
    )  # fmt: skip


def confirm_oneself(platform: Platform, viewer: Viewer, password: str, rules: Rules) -> None:
    """The own password once more, before something that whoever holds the session alone must not do.

    Raises
    ------
    PasswordWrong
        It counts as a failure of signing in.
    """
    with platform.reading() as connection:
        kept = connection.execute(
            sa.select(PERSON.c.password).where(PERSON.c.id == viewer.person)
        ).scalar_one()
    fitting = fits(kept, password)
    with platform.writing() as connection:
        row = connection.execute(
            sa.select(PERSON).where(PERSON.c.id == viewer.person).with_for_update()
        ).one()
        locked = row.locked_until > now()
        fitting = fitting and not locked
        if not fitting:
            why = "locked" if locked else "password"
            _refused(connection, row, row.login, viewer.source, rules, why)
    if not fitting:
        raise PasswordWrong


def change_password(
    platform: Platform, viewer: Viewer, old: str, new: str, *, rules: Rules, agent: str = "", keep_tokens: bool = True
) -> str:  # fmt: skip
    """Set one's own password: every session ends, and a new one begins; its secret.

    Parameters
    ----------
    keep_tokens : bool
        Whether the tokens of one's programs stay good.

    Raises
    ------
    PasswordWrong, PasswordWeak
    """
    confirm_oneself(platform, viewer, old, rules)
    with platform.writing() as connection:
        row = connection.execute(
            sa.select(PERSON).where(PERSON.c.id == viewer.person).with_for_update()
        ).one()
        present = connection.execute(
            sa.select(SESSION.c.second).where(SESSION.c.hash == viewer.session)
        ).scalar()
        mine = By(viewer.login, viewer.source, viewer.person)
        set_password(connection, row, new, mine, must_change=False, keep_tokens=keep_tokens)
        return open_session(
            connection, row, source=viewer.source, agent=agent, rules=rules, by_second=bool(present)
        )


def _why_not(
    connection: sa.Connection, row: Any, code: str, source: str, limits: Rules, kept: Secrets, *, fitting: bool
) -> str:  # fmt: skip
    """Why somebody is not let in; a code is used up only where all else fits."""
    if _barred(connection, source, limits):
        return "source"
    if row is None:
        return "login"
    if row.locked_until > now():
        return "locked"
    if not fitting:
        return "password"
    if row.state != ACTIVE:
        return "state"
    if row.second_factor and not second.spend(connection, row, code, kept):
        return "code"
    return ""


def _barred(connection: sa.Connection, source: str, limits: Rules) -> bool:
    """Whether too many refusals of an address, or of its network, stand in the audit chain of the last while."""
    if not source:
        return False
    since = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=limits.locked_minutes)).isoformat()
    here = network(source)
    query = sa.select(AUDIT.c.source, sa.func.count()).group_by(AUDIT.c.source)
    query = query.where(AUDIT.c.action == "session.refused", AUDIT.c.at > since)
    query = (
        query.where(AUDIT.c.source == source) if here == source else query.where(AUDIT.c.source.contains(":"))
    )
    counts = connection.execute(query)
    return sum(int(count) for other, count in counts if network(other) == here) >= limits.source_failures


def _refused(connection: sa.Connection, row: Any, login: str, source: str, limits: Rules, why: str) -> None:
    """Tell a refusal, and count it where it was a guess; after too many in a row the login is locked for a while."""
    if row is not None and why in ("password", "code"):
        failures = int(row.failures) + 1
        over = failures >= limits.failures
        until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=limits.locked_minutes)
        connection.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == row.id)
            .values(
                failures=0 if over else failures, locked_until=until.isoformat() if over else row.locked_until
            )
        )
    append(
        connection,
        "session.barred" if why in ("source", "locked") else "session.refused",
        login[:120],
        tenant=row.tenant if row is not None else "",
        login=login[:120],
        source=source,
        detail={"why": why},
    )


def _to_be_changed(row: Any, rules: Rules) -> bool:
    if row.must_change:
        return True
    oldest = (dt.datetime.now(dt.UTC) - dt.timedelta(days=rules.password_days)).isoformat()
    return bool(rules.password_days and row.password) and row.password_at < oldest


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
