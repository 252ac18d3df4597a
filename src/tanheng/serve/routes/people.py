"""People of the tenant: who there is, their roles, areas, passwords and locks.

The system administrator adds people and lets them in; the security administrator says what they may do and where. Neither
can do both, and nobody does either to themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from tanheng.access import second
from tanheng.access.areas import Viewer
from tanheng.access.oidc import Provider
from tanheng.access.people import (
    add_person,
    change_person,
    end_sessions,
    held,
    holders,
    people_of,
    person_of,
    set_areas,
    set_password,
    set_roles,
    set_subject,
    unlock,
)
from tanheng.access.problems import IdentityTied, Oneself, ShellNeeded
from tanheng.access.roles import administrators, roles
from tanheng.access.sessions import sessions_of
from tanheng.record.chain import append
from tanheng.serve.asking import Here, Set, Signed, allowed, by, source_of
from tanheng.serve.routes.session import Login, OpenSession
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["people"])
Seer = Annotated[Viewer, Depends(allowed("people.read"))]
Manager = Annotated[Viewer, Depends(allowed("people.manage"))]
RoleManager = Annotated[Viewer, Depends(allowed("roles.manage"))]
AreaManager = Annotated[Viewer, Depends(allowed("areas.manage"))]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Area = tuple[Literal["all", "region", "entity"], Annotated[str, Field(max_length=200)]]
Areas = Annotated[list[Area], Field(max_length=100)]
Roles = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=10)]
_FIRST = "security_admin"


class NewPerson(BaseModel):
    """Somebody to be added; without a password one is made up. Areas and administrators are the security administrator's."""

    login: Login
    name: Text
    password: Annotated[str, Field(max_length=256)] = ""
    roles: Roles = []
    areas: Areas = []


class Change(BaseModel):
    """A new name, or letting somebody in or out."""

    name: Text | None = None
    state: Literal["active", "suspended"] | None = None


class Person(BaseModel):
    """Somebody, without anything secret."""

    id: str
    login: str
    name: str
    tenant: str
    state: str
    roles: list[str]
    areas: list[str]
    subject: str
    second_factor: bool
    must_change: bool
    locked_until: str
    password_at: str
    made_at: str


class Added(BaseModel):
    """Who was added, or whose password was set; the password where it was made up, shown this once."""

    id: str
    password: str = ""


class GivenRoles(BaseModel):
    """The roles that somebody shall have, and no other."""

    roles: Roles


class GivenAreas(BaseModel):
    """The areas that somebody shall have, and no other: pairs of all, region or entity and a code."""

    areas: Areas


class GivenSubject(BaseModel):
    """The subject (``sub``) by which the identity provider knows somebody; empty for none."""

    subject: Annotated[str, Field(max_length=255)]


class GivenPassword(BaseModel):
    """A first password, made up where it is left out; their tokens are taken back unless they are to be kept."""

    password: Annotated[str, Field(max_length=256)] = ""
    keep_tokens: bool = False


@router.get("/roles")
def all_roles(viewer: Signed) -> list[dict[str, Any]]:
    """Roles with their names and permissions."""
    return [
        {"role": one.role, "zh": one.zh, "en": one.en, "permissions": sorted(one.permissions)}
        for one in roles().values()
    ]


@router.get("/people")
def people(viewer: Seer, platform: Here, asked: Table) -> Response:
    """Everybody of the tenant, without anything secret."""
    with platform.reading() as connection:
        found = people_of(connection, viewer.tenant)
    names = list(Person.model_fields)
    return answer(pl.DataFrame({name: [one[name] for one in found] for name in names}), asked, "people")


@router.post("/people", status_code=201)
def add(asked: NewPerson, request: Request, viewer: Manager, platform: Here) -> Added:
    """Add somebody, who must set another password when they first sign in."""
    made_up = "" if asked.password else secrets.token_urlsafe(15)
    if asked.areas:
        viewer.must("areas.manage")
    with platform.writing() as connection:
        if administrators(asked.roles) and not _first(connection, viewer, asked.roles):
            viewer.must("roles.manage")
        person = add_person(
            connection, tenant=viewer.tenant, login=asked.login, name=asked.name, password=asked.password or made_up,
            roles=asked.roles, areas=asked.areas, by=viewer.login, source=source_of(request), must_change=True,
        )  # fmt: skip
    return Added(id=person, password=made_up)


@router.get("/people/{name}")
def person(name: str, viewer: Seer, platform: Here) -> Person:
    """One person."""
    with platform.reading() as connection:
        return _shown(connection, viewer, name)


@router.patch("/people/{name}")
def change(name: str, asked: Change, viewer: Manager, platform: Here) -> Person:
    """Change a name, or let somebody in or out, which ends their sessions."""
    with platform.writing() as connection:
        row = person_of(connection, viewer.tenant, name)
        change_person(connection, row, by(viewer), name=asked.name, state=asked.state)
        return _shown(connection, viewer, name)


@router.put("/people/{name}/roles")
def give_roles(name: str, asked: GivenRoles, viewer: RoleManager, platform: Here) -> Person:
    """Give somebody roles; their sessions end. Nobody becomes an administrator with an identity that was tied here."""
    with platform.writing() as connection:
        row = person_of(connection, viewer.tenant, name)
        if row.subject and not set(administrators(asked.roles)) <= set(held(connection, row.id)[0]):
            raise IdentityTied(name=row.name)
        set_roles(connection, row, asked.roles, by(viewer))
        return _shown(connection, viewer, name)


@router.put("/people/{name}/areas")
def give_areas(name: str, asked: GivenAreas, viewer: AreaManager, platform: Here) -> Person:
    """Give somebody areas of responsibility."""
    with platform.writing() as connection:
        set_areas(connection, person_of(connection, viewer.tenant, name), asked.areas, by(viewer))
        return _shown(connection, viewer, name)


@router.put("/people/{name}/subject")
def give_subject(
    name: str, asked: GivenSubject, viewer: RoleManager, platform: Here, settings: Set
) -> Person:
    """Tie somebody to a subject of the identity provider that is set; an administrator is tied on the server alone."""
    provider = Provider(settings.oidc_issuer, settings.oidc_client_id, "")
    subject = provider.subject(asked.subject) if asked.subject else ""
    with platform.writing() as connection:
        row = _other(connection, viewer, name)
        if administrators(held(connection, row.id)[0]):
            raise ShellNeeded(name=row.name, what_zh="关联身份", what_en="another identity", command="tie")
        set_subject(connection, row, subject, by(viewer))
        return _shown(connection, viewer, name)


@router.post("/people/{name}/password")
def reset_password(name: str, asked: GivenPassword, viewer: Manager, platform: Here) -> Added:
    """Set a first password, to be changed at the next sign-in; sessions and tokens end and a lock is taken off.

    That of an administrator who has no second factor is set on the server alone: whoever sets it could sign in as them.
    """
    made_up = "" if asked.password else secrets.token_urlsafe(15)
    with platform.writing() as connection:
        row = _other(connection, viewer, name)
        if administrators(held(connection, row.id)[0]) and not row.second_factor:
            raise ShellNeeded(name=row.name, what_zh="重设密码", what_en="a new password", command="reset")
        set_password(
            connection,
            row,
            asked.password or made_up,
            by(viewer),
            must_change=True,
            keep_tokens=asked.keep_tokens,
        )
    return Added(id=name, password=made_up)


@router.post("/people/{name}/unlock")
def take_off_lock(name: str, viewer: Manager, platform: Here) -> Person:
    """Take off the lock that failures of signing in put on."""
    with platform.writing() as connection:
        unlock(connection, _other(connection, viewer, name), by(viewer))
        return _shown(connection, viewer, name)


@router.get("/people/{name}/sessions")
def sessions(name: str, viewer: Manager, platform: Here) -> list[OpenSession]:
    """Somebody's open sessions."""
    with platform.reading() as connection:
        person_of(connection, viewer.tenant, name)
        return [OpenSession(**one) for one in sessions_of(connection, name, viewer.session)]


@router.delete("/people/{name}/sessions", status_code=204)
def sign_somebody_out(name: str, viewer: Manager, platform: Here) -> None:
    """End every session of somebody."""
    with platform.writing() as connection:
        row = person_of(connection, viewer.tenant, name)
        ended = end_sessions(connection, row.id)
        append(
            connection, "person.sign_out", row.login, tenant=row.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, detail={"sessions": ended},
        )  # fmt: skip


@router.delete("/people/{name}/second-factor", status_code=204)
def reset_second_factor(name: str, viewer: RoleManager, platform: Here) -> None:
    """Turn off the second factor of somebody who lost it; their sessions end."""
    with platform.writing() as connection:
        second.reset(connection, _other(connection, viewer, name), by(viewer))


def _first(connection: Any, viewer: Viewer, wanted: Sequence[str]) -> bool:
    """Whether the tenant's first security administrator is to be added, whom nobody else could add."""
    return administrators(wanted) == [_FIRST] and not holders(connection, viewer.tenant, _FIRST)


def _other(connection: Any, viewer: Viewer, name: str) -> Any:
    if name == viewer.person:
        raise Oneself
    return person_of(connection, viewer.tenant, name)


def _shown(connection: Any, viewer: Viewer, name: str) -> Person:
    person_of(connection, viewer.tenant, name)
    (found,) = people_of(connection, viewer.tenant, name)
    return Person(**found)
