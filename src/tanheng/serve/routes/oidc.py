"""Signing in by the identity provider that is set: leaving for it, and coming back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from tanheng.access.oidc import Journey, Provider, arrive, leave, sign_in_by
from tanheng.access.problems import OidcFailed
from tanheng.access.sources import network
from tanheng.serve.asking import Here, Set, cookie_name, keep_session, limits_of, rules_of, source_of
from tanheng.serve.settings import Settings

router = APIRouter(tags=["session"])
_COOKIE = "tanheng_oidc"
_PATH = "/api/v1/session/oidc"
_SECONDS = 600


@router.get("/session/oidc", status_code=303, response_class=RedirectResponse)
def begin(request: Request, settings: Set) -> RedirectResponse:
    """Send the browser to the identity provider."""
    provider = _provider(request, settings)
    journey = Journey.new()
    response = RedirectResponse(leave(provider, journey, _back(request, settings)), 303)
    response.set_cookie(
        cookie_name(settings, _COOKIE), f"{journey.state}.{journey.nonce}.{journey.verifier}", httponly=True,
        secure=settings.secure, samesite="lax", path="/", max_age=_SECONDS,
    )  # fmt: skip
    return response


@router.get("/session/oidc/callback", status_code=303, response_class=RedirectResponse)
def come_back(
    request: Request,
    platform: Here,
    settings: Set,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Open a session for whom the identity provider vouches; each journey is good once."""
    provider = _provider(request, settings)
    kept = request.cookies.get(cookie_name(settings, _COOKIE), "").split(".")
    if len(kept) != len(("state", "nonce", "verifier")) or not code:
        raise OidcFailed(
            detail_zh="登录未从本站开始，或已过期", detail_en="it did not begin here, or is over"
        )
    claims = arrive(provider, Journey(*kept), _back(request, settings), code=code, state=state)
    secret, _ = sign_in_by(
        platform, provider, claims, source=source_of(request), agent=request.headers.get("user-agent", ""),
        rules=rules_of(settings),
    )  # fmt: skip
    response = RedirectResponse("/", 303)
    keep_session(response, secret, settings)
    response.delete_cookie(
        cookie_name(settings, _COOKIE), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )
    return response


def _provider(request: Request, settings: Settings) -> Provider:
    limits_of(request).take("sign_in", network(source_of(request)), settings.rate_sign_in)
    if not settings.oidc_issuer or not settings.oidc_client_id:
        raise OidcFailed(detail_zh="本服务未设置身份提供方", detail_en="no identity provider is set")
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_secret)


def _back(request: Request, settings: Settings) -> str:
    return (settings.public_url or str(request.base_url)).rstrip("/") + _PATH + "/callback"
