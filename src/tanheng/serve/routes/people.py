"""People of the tenant, and the roles that there are."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer
from tanheng.access.people import add_person
from tanheng.access.roles import roles
from tanheng.record.tables import PERSON
from tanheng.serve.asking import Here, Signed, allowed, source_of
from tanheng.serve.tables import Table, answer, rows_of

router = APIRouter(tags=["people"])
Manager = Annotated[Viewer, Depends(allowed("people.manage"))]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class NewPerson(BaseModel):
    """Somebody to be added; ``areas`` are pairs of all, region or entity and a code."""

    login: Text
    name: Text
    password: Annotated[str, Field(max_length=256)]
    roles: Annotated[list[str], Field(min_length=1, max_length=10)]
    areas: Annotated[list[tuple[str, str]], Field(max_length=100)] = [("all", "")]


@router.get("/roles")
def all_roles(viewer: Signed) -> list[dict[str, object]]:
    """Roles with their names and permissions."""
    return [
        {"role": one.role, "zh": one.zh, "en": one.en, "permissions": sorted(one.permissions)}
        for one in roles().values()
    ]


@router.get("/people")
def people(viewer: Manager, platform: Here, asked: Table) -> Response:
    """Everybody of the tenant, without anything secret."""
    shown = (
        PERSON.c.id,
        PERSON.c.login,
        PERSON.c.name,
        PERSON.c.state,
        PERSON.c.locked_until,
        PERSON.c.made_at,
    )
    with platform.reading() as connection:
        frame = rows_of(connection, sa.select(*shown).where(PERSON.c.tenant == viewer.tenant))
    return answer(frame, asked, "people")


@router.post("/people", status_code=201)
def add(asked: NewPerson, request: Request, viewer: Manager, platform: Here) -> dict[str, str]:
    """Add somebody."""
    with platform.writing() as connection:
        person = add_person(
            connection, tenant=viewer.tenant, login=asked.login, name=asked.name, password=asked.password,
            roles=asked.roles, areas=asked.areas, by=viewer.login, source=source_of(request),
        )  # fmt: skip
    return {"id": person}
