"""Signing in and out, and the first set-up of an empty server."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer
from tanheng.access.people import add_person, tenant_id
from tanheng.access.problems import NotAllowed
from tanheng.access.roles import roles
from tanheng.access.sessions import sign_in, sign_out
from tanheng.record.tables import PERSON
from tanheng.serve.asking import COOKIE, Here, Set, Signed, rules_of, source_of

router = APIRouter(tags=["session"])
Text = Annotated[str, Field(min_length=1, max_length=200)]


class SignIn(BaseModel):
    """Login and password, with the code of a second factor where one is set."""

    login: Text
    password: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=12)] = ""


class Setup(BaseModel):
    """The tenant and its first system administrator."""

    tenant: Text
    login: Text
    name: Text
    password: Annotated[str, Field(max_length=256)]


class Me(BaseModel):
    """Who is signed in, what they may do, and the mark that writes must bear."""

    login: str
    name: str
    roles: list[dict[str, str]]
    permissions: list[str]
    areas: list[dict[str, str]]
    csrf: str


@router.post("/setup", status_code=201)
def setup(asked: Setup, request: Request, platform: Here) -> dict[str, str]:
    """Make the first person; refused as soon as there is one."""
    with platform.writing() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar():
            raise NotAllowed(permission="setup")
        person = add_person(
            connection, tenant=tenant_id(connection, asked.tenant), login=asked.login, name=asked.name,
            password=asked.password, roles=("system_admin",), by=asked.login, source=source_of(request),
        )  # fmt: skip
    return {"id": person}


@router.post("/session", status_code=201)
def enter(asked: SignIn, request: Request, response: Response, platform: Here, settings: Set) -> Me:
    """Open a session; the cookie is for the browser alone."""
    secret, viewer = sign_in(
        platform, asked.login, asked.password, source=source_of(request),
        agent=request.headers.get("user-agent", ""), rules=rules_of(settings),
    )  # fmt: skip
    response.set_cookie(
        COOKIE, secret, httponly=True, secure=settings.secure, samesite="strict", path="/",
        max_age=settings.longest_hours * 3600,
    )  # fmt: skip
    return _me(viewer)


@router.get("/session")
def me(viewer: Signed) -> Me:
    """Who is signed in."""
    return _me(viewer)


@router.delete("/session", status_code=204)
def leave(request: Request, response: Response, viewer: Signed, platform: Here) -> None:
    """End the session."""
    sign_out(platform, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/")


def _me(viewer: Viewer) -> Me:
    known: dict[str, Any] = roles()
    return Me(
        login=viewer.login,
        name=viewer.name,
        roles=[
            {"role": one, "zh": known[one].zh, "en": known[one].en} for one in viewer.roles if one in known
        ],
        permissions=sorted(viewer.permissions),
        areas=[{"kind": kind, "code": code} for kind, code in viewer.areas],
        csrf=viewer.csrf,
    )
