"""Signing in and out, one's own password, second factor and sessions, and the first set-up of an empty server."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.access import second
from tanheng.access.areas import Viewer
from tanheng.access.people import add_person, tenant_id
from tanheng.access.roles import lacks, roles
from tanheng.access.sessions import (
    change_password,
    confirm_oneself,
    end_session,
    sessions_of,
    sign_in,
    sign_out,
    who,
)
from tanheng.access.sources import network
from tanheng.record.tables import PERSON
from tanheng.serve import first
from tanheng.serve.asking import (
    Entered,
    Here,
    InPerson,
    Set,
    by,
    cookie_name,
    keep_session,
    limits_of,
    own_page,
    rules_of,
    source_of,
)

router = APIRouter(tags=["session"])
Text = Annotated[str, Field(min_length=1, max_length=200)]
Login = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^\s*[\w.@+-]+\s*$")]
Password = Annotated[str, Field(max_length=256)]


class SignIn(BaseModel):
    """Login and password, with the code of a second factor (or a recovery code) where one is set."""

    login: Text
    password: Password
    code: Annotated[str, Field(max_length=40)] = ""


class Setup(BaseModel):
    """The tenant and its first system administrator, with the code of the console where `GET /setup` says so."""

    tenant: Text
    login: Login
    name: Text
    password: Password
    code: Annotated[str, Field(max_length=40)] = ""


class NewPassword(BaseModel):
    """The present password and the one that is to be, and whether the tokens of one's programs are taken back."""

    old: Password
    new: Password
    revoke_tokens: bool = False


class Again(BaseModel):
    """The own password once more."""

    password: Password


class Code(BaseModel):
    """A code of the authenticator."""

    code: Annotated[str, Field(min_length=6, max_length=12)]


class Enrolment(BaseModel):
    """The secret for an authenticator, shown this once; it counts when a code of it was confirmed."""

    secret: str
    uri: str


class Recovery(BaseModel):
    """Codes for the day the device is lost, each good for one sign-in, shown this once."""

    recovery: list[str]


class OpenSession(BaseModel):
    """An open session."""

    id: str
    source: str
    agent: str
    made_at: str
    seen_at: str
    ends_at: str
    present: bool


class Me(BaseModel):
    """Who is signed in, what they may do, the mark that writes must bear, and what is to be done first."""

    id: str
    login: str
    name: str
    roles: list[dict[str, str]]
    permissions: list[str]
    areas: list[dict[str, str]]
    csrf: str
    pending: list[str]


@router.post("/setup", status_code=201)
def setup(asked: Setup, request: Request, platform: Here, settings: Set) -> dict[str, str]:
    """Make the first person; refused as soon as there is one."""
    own_page(request)
    _guess(request, settings)
    with platform.writing() as connection:
        if not first.nobody(connection):
            raise lacks("setup")
        if first.asks(settings, source_of(request)):
            first.check_code(platform.folder, asked.code)
        person = add_person(
            connection, tenant=tenant_id(connection, asked.tenant), login=asked.login, name=asked.name,
            password=asked.password, roles=("system_admin",), by=asked.login, source=source_of(request),
        )  # fmt: skip
    first.used(platform.folder)
    return {"id": person}


@router.post("/session", status_code=201)
def enter(asked: SignIn, request: Request, response: Response, platform: Here, settings: Set) -> Me:
    """Open a session; the cookie is for the browser alone, and an earlier session of the browser ends."""
    own_page(request)
    _guess(request, settings)
    secret, viewer = sign_in(
        platform, asked.login, asked.password, asked.code, source=source_of(request),
        agent=request.headers.get("user-agent", ""), rules=rules_of(settings),
    )  # fmt: skip
    if earlier := request.cookies.get(cookie_name(settings)):
        sign_out(platform, earlier, source=source_of(request))
    keep_session(response, secret, settings)
    return _me(viewer)


@router.get("/session")
def me(viewer: Entered) -> Me:
    """Who is signed in."""
    return _me(viewer)


@router.delete("/session", status_code=204)
def leave(request: Request, response: Response, viewer: InPerson, platform: Here, settings: Set) -> None:
    """End the session."""
    sign_out(platform, request.cookies[cookie_name(settings)], source=viewer.source)
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="strict"
    )


@router.post("/session/password")
def set_own_password(
    asked: NewPassword, request: Request, response: Response, viewer: InPerson, platform: Here, settings: Set
) -> Me:
    """Change one's own password; every session ends, and a new one begins."""
    _guess(request, settings)
    secret = change_password(
        platform, viewer, asked.old, asked.new, rules=rules_of(settings), agent=request.headers.get("user-agent", ""),
        keep_tokens=not asked.revoke_tokens,
    )  # fmt: skip
    keep_session(response, secret, settings)
    return _me(who(platform, secret, source=viewer.source, rules=rules_of(settings)))


@router.post("/session/second-factor")
def enrol(asked: Again, request: Request, viewer: InPerson, platform: Here, settings: Set) -> Enrolment:
    """Begin a second factor: the secret for an authenticator, as text and as the address of its QR code."""
    _guess(request, settings)
    confirm_oneself(platform, viewer, asked.password, rules_of(settings))
    with platform.writing() as connection:
        secret, uri = second.enrol(connection, _row(connection, viewer), by(viewer), platform.secrets)
    return Enrolment(secret=secret, uri=uri)


@router.post("/session/second-factor/confirm")
def confirm(asked: Code, request: Request, viewer: InPerson, platform: Here, settings: Set) -> Recovery:
    """Turn the second factor on with a first code; the other sessions end."""
    _guess(request, settings)
    with platform.writing() as connection:
        codes = second.confirm(
            connection, _row(connection, viewer), asked.code, by(viewer), viewer.session, platform.secrets
        )
    return Recovery(recovery=codes)


@router.get("/sessions")
def own_sessions(viewer: InPerson, platform: Here) -> list[OpenSession]:
    """One's own open sessions."""
    with platform.reading() as connection:
        return [OpenSession(**one) for one in sessions_of(connection, viewer.person, viewer.session)]


@router.delete("/sessions/{name}", status_code=204)
def end_own_session(name: str, viewer: InPerson, platform: Here) -> None:
    """End one of one's own sessions."""
    with platform.writing() as connection:
        end_session(connection, viewer, name)


def _guess(request: Request, settings: Set) -> None:
    limits_of(request).take("sign_in", network(source_of(request)), settings.rate_sign_in)


def _row(connection: sa.Connection, viewer: Viewer) -> Any:
    return connection.execute(sa.select(PERSON).where(PERSON.c.id == viewer.person).with_for_update()).one()


def _me(viewer: Viewer) -> Me:
    known: dict[str, Any] = roles()
    return Me(
        id=viewer.person,
        login=viewer.login,
        name=viewer.name,
        roles=[
            {"role": one, "zh": known[one].zh, "en": known[one].en} for one in viewer.roles if one in known
        ],
        permissions=sorted(one for one in viewer.permissions if viewer.may(one)),
        areas=[{"kind": kind, "code": code} for kind, code in viewer.areas],
        csrf=viewer.csrf,
        pending=list(viewer.pending),
    )
