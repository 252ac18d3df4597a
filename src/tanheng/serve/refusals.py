"""What was refused at a route: told in the audit chain, and answered as every other problem."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response

from tanheng.access.areas import Viewer
from tanheng.access.problems import (
    CsrfMissing,
    IdentityTied,
    LastAdministrator,
    NotAllowed,
    NotYet,
    OidcFailed,
    Oneself,
    OutsideArea,
    PasswordWrong,
    ScopeInvalid,
    SessionNeeded,
    ShellNeeded,
    SignedOut,
)
from tanheng.errors import TanhengError
from tanheng.record.chain import append
from tanheng.record.platform import Platform
from tanheng.serve.limits import TooMany
from tanheng.serve.problems import FourEyes, problem

_LOG = logging.getLogger("tanheng.serve")
_TOLD: tuple[type[TanhengError], ...] = (
    NotAllowed,
    OutsideArea,
    CsrfMissing,
    Oneself,
    SessionNeeded,
    ShellNeeded,
    IdentityTied,
    FourEyes,
)
_OUT: tuple[type[TanhengError], ...] = (SignedOut, OidcFailed)
_FORBIDDEN: tuple[type[TanhengError], ...] = (NotYet, ScopeInvalid, LastAdministrator, PasswordWrong)


def install(app: FastAPI) -> None:
    """Answer refusals; those of somebody who is known are told in the audit chain."""

    def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, TanhengError)
        viewer = getattr(request.state, "viewer", None)
        if isinstance(viewer, Viewer):
            _tell(app.state.platform, request, viewer, error)
        return problem(request, error, 403)

    def forbidden(request: Request, error: Exception) -> Response:
        assert isinstance(error, TanhengError)
        return problem(request, error, 403)

    def signed_out(request: Request, error: Exception) -> Response:
        assert isinstance(error, TanhengError)
        answer = problem(request, error, 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def too_many(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooMany)
        answer = problem(request, error, 429)
        answer.headers["Retry-After"] = str(error.fields["seconds"])
        return answer

    for kinds, answer in ((_TOLD, told), (_FORBIDDEN, forbidden), (_OUT, signed_out), ((TooMany,), too_many)):
        for kind in kinds:
            app.add_exception_handler(kind, answer)


def _tell(platform: Platform, request: Request, viewer: Viewer, error: TanhengError) -> None:
    """A refusal is answered even where it cannot be told."""
    try:
        with platform.writing() as connection:
            append(
                connection, "permission.refused", f"{request.method} {request.url.path}"[:300], tenant=viewer.tenant,
                person=viewer.person, login=viewer.login, source=viewer.source,
                detail={"code": error.code, "token": viewer.token, **_where(error)},
            )  # fmt: skip
    except TanhengError as failed:
        _LOG.error("audit: %s", failed.message("en"))


def _where(error: TanhengError) -> dict[str, str]:
    return {key: str(error.fields[key])[:200] for key in ("permission", "place") if key in error.fields}
