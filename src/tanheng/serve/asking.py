"""What every route asks for first: the platform, and who is there with which permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from tanheng.access.areas import Viewer
from tanheng.access.problems import CsrfMissing, SignedOut
from tanheng.access.sessions import Rules, who
from tanheng.record.platform import Platform
from tanheng.serve.settings import Settings

COOKIE = "tanheng_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


def platform_of(request: Request) -> Platform:
    """The data of this server."""
    found: Platform = request.app.state.platform
    return found


def settings_of(request: Request) -> Settings:
    """Its settings."""
    found: Settings = request.app.state.settings
    return found


def rules_of(settings: Settings) -> Rules:
    """Limits of sign-in as set."""
    return Rules(settings.failures, settings.locked_minutes, settings.idle_minutes, settings.longest_hours)


def source_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def viewer_of(request: Request) -> Viewer:
    """Who asks, by the session's cookie; a write must bear the session's mark.

    Raises
    ------
    SignedOut, CsrfMissing
    """
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise SignedOut
    viewer = who(
        platform_of(request), secret, source=source_of(request), rules=rules_of(settings_of(request))
    )
    if request.method not in _SAFE and request.headers.get("x-csrf-token") != viewer.csrf:
        raise CsrfMissing
    return viewer


def allowed(permission: str) -> Callable[[Viewer], Viewer]:
    """A dependency: somebody who has a permission."""

    def check(viewer: Annotated[Viewer, Depends(viewer_of)]) -> Viewer:
        viewer.must(permission)
        return viewer

    return check


Here = Annotated[Platform, Depends(platform_of)]
Set = Annotated[Settings, Depends(settings_of)]
Signed = Annotated[Viewer, Depends(viewer_of)]
Reader = Annotated[Viewer, Depends(allowed("data.read"))]
Writer = Annotated[Viewer, Depends(allowed("data.write"))]
Accountant = Annotated[Viewer, Depends(allowed("run.create"))]
