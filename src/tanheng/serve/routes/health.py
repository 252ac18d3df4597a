"""Whether the server is ready."""

from __future__ import annotations

from fastapi import APIRouter, Request

from tanheng import __version__
from tanheng.serve import first
from tanheng.serve.asking import Here, Set, source_of

router = APIRouter(tags=["health"])


@router.get("/health")
def health(request: Request, platform: Here, settings: Set) -> dict[str, str | bool]:
    """Ready, once the database answers.

    ``setup`` is true as long as nobody can sign in, ``setup_code`` where the set-up asks for the code of the console,
    ``oidc`` where a provider is set.
    """
    with platform.reading() as connection:
        empty = first.nobody(connection)
    return {
        "status": "ok", "version": __version__, "setup": empty,
        "setup_code": empty and first.asks(settings, source_of(request)), "oidc": bool(settings.oidc_issuer),
    }  # fmt: skip
