"""What every route asks for first: the platform, and who is there with which permission.

A route declares its permission by what it depends on: ``allowed("…")``, `Signed`, `Entered`, or nothing, which makes it
public. `declared` reads it back; a test compares every route with the table of permissions.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from tanheng.access.areas import Viewer
from tanheng.access.people import By
from tanheng.access.problems import CsrfMissing, NotYet, SessionNeeded, SignedOut
from tanheng.access.sessions import Rules, who
from tanheng.access.sources import network
from tanheng.access.tokens import who_by_token
from tanheng.record.platform import Platform
from tanheng.serve.limits import Limits
from tanheng.serve.settings import Settings

COOKIE = "tanheng_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_FIRST_STEPS = {
    "password": ("更改密码（POST /session/password）", "set a new password (POST /session/password)"),
    "second_factor": (
        "设置第二因子（POST /session/second-factor）",
        "set up the second factor (POST /session/second-factor)",
    ),
}


def platform_of(request: Request) -> Platform:
    """The data of this server."""
    found: Platform = request.app.state.platform
    return found


def settings_of(request: Request) -> Settings:
    """Its settings."""
    found: Settings = request.app.state.settings
    return found


def limits_of(request: Request) -> Limits:
    """Its counts of requests."""
    found: Limits = request.app.state.limits
    return found


def rules_of(settings: Settings) -> Rules:
    """Limits of sign-in as set."""
    return Rules(
        settings.failures,
        settings.locked_minutes,
        settings.idle_minutes,
        settings.longest_hours,
        settings.source_failures,
        settings.password_days,
        settings.require_second_factor,
    )


def source_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def by(viewer: Viewer) -> By:
    """The viewer as who changes something."""
    return By(viewer.login, viewer.source, viewer.person)


def cookie_name(settings: Settings, name: str = COOKIE) -> str:
    """The name of a cookie; over HTTPS browsers hold it to this host alone."""
    return f"__Host-{name}" if settings.secure else name


def keep_session(response: Response, secret: str, settings: Settings) -> None:
    """Give the browser its session: for no script, no other site and no longer than it lasts."""
    response.set_cookie(
        cookie_name(settings), secret, httponly=True, secure=settings.secure, samesite="strict", path="/",
        max_age=settings.longest_hours * 3600,
    )  # fmt: skip


def own_page(request: Request) -> None:
    """Refuse what the page of another site sent.

    Raises
    ------
    CsrfMissing
    """
    origin, fetched = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
    public = urlsplit(settings_of(request).public_url).netloc
    ours = {request.headers.get("host", ""), *([public] if public else [])}
    if fetched not in ("none", "same-origin") or (origin and urlsplit(origin).netloc not in ours):
        raise CsrfMissing


async def per_source(request: Request) -> None:
    """Count a request of an address, before anything else is looked at.

    Raises
    ------
    TooMany
    """
    limits_of(request).take("source", network(source_of(request)), settings_of(request).rate_source)


def entered_of(request: Request) -> Viewer:
    """Who asks, by a token or by the session's cookie, even where something is still to be done first.

    Raises
    ------
    SignedOut, CsrfMissing, TooMany
    """
    known = getattr(request.state, "admitted", None)
    if isinstance(known, Viewer):
        return known
    settings = settings_of(request)
    rules, source = rules_of(settings), source_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        viewer = who_by_token(platform_of(request), token.strip(), source=source, rules=rules)
    else:
        secret = request.cookies.get(cookie_name(settings), "")
        if not secret:
            raise SignedOut
        viewer = who(platform_of(request), secret, source=source, rules=rules)
    request.state.viewer = viewer
    _count(request, viewer, settings)
    if not viewer.token and request.method not in _SAFE:
        own_page(request)
        if not hmac.compare_digest(request.headers.get("x-csrf-token", "").encode(), viewer.csrf.encode()):
            raise CsrfMissing
    request.state.admitted = viewer
    return viewer


def viewer_of(request: Request) -> Viewer:
    """Who asks, with nothing left to be done first.

    Raises
    ------
    NotYet, SignedOut, CsrfMissing, TooMany
    """
    viewer = entered_of(request)
    if viewer.pending:
        zh, en = _FIRST_STEPS[viewer.pending[0]]
        raise NotYet(todo_zh=zh, todo_en=en)
    return viewer


def in_person(viewer: Annotated[Viewer, Depends(entered_of)]) -> Viewer:
    """Somebody who signed in, not a program with a token.

    Raises
    ------
    SessionNeeded
    """
    if viewer.token:
        raise SessionNeeded
    return viewer


def allowed(permission: str) -> Callable[[Viewer], Viewer]:
    """A dependency: somebody who has a permission."""

    def check(viewer: Annotated[Viewer, Depends(viewer_of)]) -> Viewer:
        viewer.must(permission)
        return viewer

    check.__dict__["permission"] = permission
    return check


def declared(dependant: Any) -> str:
    """The permission that a route declares: a permission, ``person`` (no token), ``signed``, ``entered`` or ``public``."""
    calls = list(_calls(dependant))
    named = [call.permission for call in calls if hasattr(call, "permission")]
    if named:
        return str(named[0])
    return next((word for call, word in _WORDS if call in calls), "public")


_WORDS = ((in_person, "person"), (viewer_of, "signed"), (entered_of, "entered"))


def _calls(dependant: Any) -> Iterator[Any]:
    for below in dependant.dependencies:
        yield below.call
        yield from _calls(below)


def _count(request: Request, viewer: Viewer, settings: Settings) -> None:
    limits = limits_of(request)
    if viewer.token:
        limits.take("token", viewer.token, settings.rate_person)
    limits.take("person", viewer.person, settings.rate_person)
    if request.query_params.get("format", "json") != "json":
        limits.take("export", viewer.person, settings.rate_exports)


Here = Annotated[Platform, Depends(platform_of)]
Set = Annotated[Settings, Depends(settings_of)]
Entered = Annotated[Viewer, Depends(entered_of)]
InPerson = Annotated[Viewer, Depends(in_person)]
Signed = Annotated[Viewer, Depends(viewer_of)]
Reader = Annotated[Viewer, Depends(allowed("data.read"))]
Writer = Annotated[Viewer, Depends(allowed("data.write"))]
Accountant = Annotated[Viewer, Depends(allowed("run.create"))]
