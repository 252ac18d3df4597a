"""People of a tenant with their roles and areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tanheng.access.passwords import check_password, hashed
from tanheng.access.problems import LoginTaken
from tanheng.access.roles import check_roles
from tanheng.errors import NotFound
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.tables import AREA, GRANT, PERSON, TENANT


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
    password: str,
    roles: Sequence[str],
    areas: Iterable[tuple[str, str]] = (("all", ""),),
    by: str = "",
    source: str = "",
) -> str:
    """Add somebody; the audit chain tells it in the same transaction.

    Returns
    -------
    str
        The id of the person.

    Raises
    ------
    LoginTaken, PasswordWeak, RoleUnknown, RolesApart
    """
    login = login.strip().casefold()
    check_password(password, login)
    check_roles(roles, name)
    if connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).scalar():
        raise LoginTaken(login=login)
    person = new_id()
    row = {"id": person, "tenant": tenant, "login": login, "name": name, "password": hashed(password)}
    connection.execute(sa.insert(PERSON), {**row, "password_at": now(), "made_at": now()})
    connection.execute(sa.insert(GRANT), [{"person": person, "role": role} for role in dict.fromkeys(roles)])
    kept = list(dict.fromkeys(areas))
    if kept:
        connection.execute(
            sa.insert(AREA), [{"person": person, "kind": kind, "code": code} for kind, code in kept]
        )
    after = {"login": login, "name": name, "roles": sorted(roles), "areas": sorted(kept)}
    append(connection, "person.add", login, tenant=tenant, login=by, source=source, after=after, detail=after)
    return person


def find_person(connection: sa.Connection, login: str) -> Any:
    """The row of a login.

    Raises
    ------
    NotFound
    """
    row = connection.execute(sa.select(PERSON).where(PERSON.c.login == login.strip().casefold())).first()
    if row is None:
        raise NotFound(what_zh="用户", what_en="user", name=login, known="–")
    return row


def held(connection: sa.Connection, person: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Roles and areas of a person."""
    roles = connection.execute(sa.select(GRANT.c.role).where(GRANT.c.person == person)).scalars()
    areas = connection.execute(sa.select(AREA.c.kind, AREA.c.code).where(AREA.c.person == person))
    return tuple(sorted(roles)), tuple(sorted((row.kind, row.code) for row in areas))
