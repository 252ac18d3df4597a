"""People of a tenant with their roles and areas, and every change to them, each told in the audit chain."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer, checked_areas
from tanheng.access.passwords import REMEMBERED, check_password, hashed
from tanheng.access.problems import LastAdministrator, LoginTaken, Oneself, StateUnknown
from tanheng.access.roles import administrators, check_roles, permissions_of, roles
from tanheng.errors import NotFound
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.tables import AREA, GRANT, PERSON, SESSION, TENANT, TOKEN

ACTIVE, SUSPENDED = "active", "suspended"
_SHOWN = ("id", "login", "name", "state", "subject", "must_change", "locked_until", "password_at", "made_at")


@dataclass(frozen=True)
class By:
    """Who changes something, and from where."""

    login: str = ""
    source: str = ""
    person: str = ""


def plain_login(login: str) -> str:
    """A login as it is kept: small letters, and no full-width or other look-alike form of the same one.

    Examples
    --------
    >>> plain_login(" Ｗａｎｇ "), plain_login("WANG")
    ('wang', 'wang')
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login).casefold()).strip()


def tenant_id(connection: sa.Connection, name: str) -> str:
    """The id of a tenant, made where there is none of the name."""
    found = connection.execute(sa.select(TENANT.c.id).where(TENANT.c.name == name)).scalar()
    if found is None:
        found = new_id()
        connection.execute(sa.insert(TENANT), {"id": found, "name": name, "made_at": now()})
    return str(found)


def add_person(
    connection: sa.Connection,
    *,
    tenant: str,
    login: str,
    name: str,
    password: str = "",
    roles: Sequence[str] = (),
    areas: Iterable[tuple[str, str]] = (("all", ""),),
    by: str = "",
    source: str = "",
    must_change: bool = False,
    subject: str = "",
) -> str:
    """Add somebody; the audit chain tells it in the same transaction.

    Parameters
    ----------
    password : str
        May be left out for somebody who signs in by an identity provider alone, as ``subject``.
    must_change : bool
        Whether they must set another password when they first sign in.

    Returns
    -------
    str
        The id of the person.

    Raises
    ------
    LoginTaken, PasswordWeak, RoleUnknown, RolesApart, AreaInvalid
    """
    login = plain_login(login)
    if password or not subject:
        check_password(password, login)
    check_roles(roles, name)
    kept = checked_areas(areas)
    if connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).scalar():
        raise LoginTaken(login=login)
    person = new_id()
    row = {
        "id": person, "tenant": tenant, "login": login, "name": name, "subject": subject, "must_change": must_change,
        "password": hashed(password) if password else "", "password_at": now(), "made_at": now(),
    }  # fmt: skip
    connection.execute(sa.insert(PERSON), row)
    _set_grants(connection, person, roles)
    _set_areas(connection, person, kept)
    after = {"login": login, "name": name, "roles": sorted(set(roles)), "areas": kept}
    append(connection, "person.add", login, tenant=tenant, login=by, source=source, after=after, detail=after)
    return person


def find_person(connection: sa.Connection, login: str) -> Any:
    """The row of a login.

    Raises
    ------
    NotFound
    """
    row = connection.execute(sa.select(PERSON).where(PERSON.c.login == plain_login(login))).first()
    if row is None:
        raise NotFound(what_zh="用户", what_en="user", name=login, known="–")
    return row


def person_of(connection: sa.Connection, tenant: str, person: str) -> Any:
    """The row of somebody of a tenant; another tenant's person is as one who does not exist.

    Raises
    ------
    NotFound
    """
    row = connection.execute(
        sa.select(PERSON).where(PERSON.c.id == person, PERSON.c.tenant == tenant)
    ).first()
    if row is None:
        raise NotFound(what_zh="用户", what_en="user", name=person, known="–")
    return row


def held(connection: sa.Connection, person: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Roles and areas of a person."""
    roles = connection.execute(sa.select(GRANT.c.role).where(GRANT.c.person == person)).scalars()
    areas = connection.execute(sa.select(AREA.c.kind, AREA.c.code).where(AREA.c.person == person))
    return tuple(sorted(roles)), tuple(sorted((row.kind, row.code) for row in areas))


def standing(connection: sa.Connection, person: str) -> Viewer:
    """Somebody as they stand now, without a session: who is not let in may do nothing."""
    row = connection.execute(sa.select(PERSON).where(PERSON.c.id == person)).one()
    granted, areas = held(connection, person)
    may = permissions_of(granted) if row.state == ACTIVE else frozenset()
    return Viewer(person, row.login, row.name, row.tenant, may, areas, granted)


def people_of(
    connection: sa.Connection, tenant: str | None, person: str | None = None
) -> list[dict[str, Any]]:
    """People with their roles and areas, nothing secret; of every tenant for None."""
    query = sa.select(PERSON, TENANT.c.name.label("tenant_name")).join(TENANT).order_by(PERSON.c.login)
    if tenant is not None:
        query = query.where(PERSON.c.tenant == tenant)
    if person is not None:
        query = query.where(PERSON.c.id == person)
    found = []
    for row in connection.execute(query).all():
        granted, areas = held(connection, row.id)
        found.append(
            {
                **{name: getattr(row, name) for name in _SHOWN},
                "tenant": row.tenant_name,
                "second_factor": bool(row.second_factor),
                "roles": list(granted),
                "areas": [f"{kind}:{code}" if code else kind for kind, code in areas],
            }
        )
    return found


def change_person(
    connection: sa.Connection, row: Any, by: By, *, name: str | None = None, state: str | None = None
) -> None:
    """Change a name, or let somebody in or out; a change of state ends the sessions.

    Raises
    ------
    Oneself, LastAdministrator, StateUnknown
    """
    if state is not None and state not in (ACTIVE, SUSPENDED):
        raise StateUnknown(state=state, known=f"{ACTIVE}, {SUSPENDED}")
    moved = state is not None and state != row.state
    if moved and by.person == row.id:
        raise Oneself
    if state == SUSPENDED:
        _keep_administrators(connection, row, [])

    def apply() -> None:
        values = {"name": name or row.name, "state": state or row.state}
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
        if moved:
            end_sessions(connection, row.id)

    _told(connection, "person.change", row, by, apply)


def set_roles(connection: sa.Connection, row: Any, roles: Sequence[str], by: By) -> None:
    """Give somebody these roles and no other; their sessions end.

    Raises
    ------
    Oneself, LastAdministrator, RoleUnknown, RolesApart
    """
    if by.person == row.id:
        raise Oneself
    check_roles(roles, row.name)
    _keep_administrators(connection, row, roles)

    def apply() -> None:
        _set_grants(connection, row.id, roles)
        end_sessions(connection, row.id)

    _told(connection, "person.roles", row, by, apply)


def set_areas(connection: sa.Connection, row: Any, areas: Iterable[tuple[str, str]], by: By) -> None:
    """Give somebody these areas of responsibility and no other.

    Raises
    ------
    Oneself, AreaInvalid
    """
    if by.person == row.id:
        raise Oneself
    kept = checked_areas(areas)
    _told(connection, "person.areas", row, by, lambda: _set_areas(connection, row.id, kept))


def set_subject(connection: sa.Connection, row: Any, subject: str, by: By) -> None:
    """Tie somebody to a subject of the identity provider; their sessions end.

    Raises
    ------
    Oneself, LoginTaken
    """
    if by.person == row.id:
        raise Oneself
    taken = sa.select(PERSON.c.login).where(PERSON.c.subject == subject, PERSON.c.id != row.id)
    if subject and connection.execute(taken).scalar():
        raise LoginTaken(login=subject)

    def apply() -> None:
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(subject=subject))
        end_sessions(connection, row.id)

    _told(connection, "person.subject", row, by, apply)


def set_password(
    connection: sa.Connection, row: Any, password: str, by: By, *, must_change: bool, keep_tokens: bool
) -> None:
    """Set a password, which none of the last ones may be; sessions end and a lock is taken off.

    Parameters
    ----------
    keep_tokens : bool
        Whether the tokens of their programs stay good.

    Raises
    ------
    PasswordWeak
    """
    used = [one for one in (row.password, *row.old_passwords) if one]
    check_password(password, row.login, used)
    values = {
        "password": hashed(password), "old_passwords": used[: REMEMBERED - 1], "password_at": now(),
        "must_change": must_change, "failures": 0, "locked_until": "",
    }  # fmt: skip

    def apply() -> None:
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(**values))
        end_sessions(connection, row.id)

    _told(connection, "person.password", row, by, apply)
    if not keep_tokens and (ended := end_tokens(connection, row.id)):
        append(
            connection, "token.revoke", row.login, tenant=row.tenant, person=by.person, login=by.login,
            source=by.source, detail={"of": row.login, "tokens": ended},
        )  # fmt: skip


def unlock(connection: sa.Connection, row: Any, by: By) -> None:
    """Take off the lock that too many failures put on."""

    def apply() -> None:
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(failures=0, locked_until=""))

    _told(connection, "person.unlock", row, by, apply)


def end_sessions(connection: sa.Connection, person: str) -> int:
    """End every session of somebody; how many there were."""
    return connection.execute(sa.delete(SESSION).where(SESSION.c.person == person)).rowcount


def end_tokens(connection: sa.Connection, person: str) -> list[str]:
    """Take back every token of somebody; which."""
    good = sa.and_(TOKEN.c.person == person, TOKEN.c.revoked_at == "", TOKEN.c.ends_at > now())
    names = list(connection.execute(sa.select(TOKEN.c.id).where(good).order_by(TOKEN.c.id)).scalars())
    connection.execute(sa.update(TOKEN).where(good).values(revoked_at=now()))
    return names


def holders(connection: sa.Connection, tenant: str, role: str) -> set[str]:
    """People of a tenant who hold a role and are let in."""
    query = sa.select(PERSON.c.id).join(GRANT, GRANT.c.person == PERSON.c.id)
    return set(
        connection.execute(
            query.where(PERSON.c.tenant == tenant, PERSON.c.state == ACTIVE, GRANT.c.role == role)
        ).scalars()
    )


def _keep_administrators(connection: sa.Connection, row: Any, roles_after: Sequence[str]) -> None:
    """Two who take each other's role at once wait for one another: the tenant's row is locked."""
    connection.execute(sa.select(TENANT.c.id).where(TENANT.c.id == row.tenant).with_for_update())
    for role in administrators(held(connection, row.id)[0]):
        if role not in roles_after and holders(connection, row.tenant, role) == {row.id}:
            raise LastAdministrator(name=row.name, role_zh=roles()[role].zh, role_en=roles()[role].en)


def _set_grants(connection: sa.Connection, person: str, roles: Sequence[str]) -> None:
    connection.execute(sa.delete(GRANT).where(GRANT.c.person == person))
    if roles:
        connection.execute(
            sa.insert(GRANT), [{"person": person, "role": role} for role in dict.fromkeys(roles)]
        )


def _set_areas(connection: sa.Connection, person: str, areas: Sequence[tuple[str, str]]) -> None:
    connection.execute(sa.delete(AREA).where(AREA.c.person == person))
    if areas:
        connection.execute(
            sa.insert(AREA), [{"person": person, "kind": kind, "code": code} for kind, code in areas]
        )


def _told(connection: sa.Connection, action: str, row: Any, by: By, apply: Callable[[], None]) -> None:
    """Do something to somebody and tell it, with the state before and after."""
    (before,) = people_of(connection, row.tenant, row.id)
    apply()
    (after,) = people_of(connection, row.tenant, row.id)
    changed = {key: after[key] for key in after if after[key] != before[key]}
    append(
        connection, action, row.login, tenant=row.tenant, person=by.person, login=by.login, source=by.source,
        before=before, after=after, detail=changed,
    )  # fmt: skip
