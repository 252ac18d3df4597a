"""Whether the server is ready, and how it is signed in to."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from pydantic import BaseModel

from tanheng.record.tables import TENANT
from tanheng.serve import first
from tanheng.serve.asking import Here, Set, source_of

router = APIRouter(tags=["health"])


class Ways(BaseModel):
    """``needed`` as long as nobody can sign in; ``code`` where the set-up asks for the code of the console; ``oidc`` where a provider is set."""

    needed: bool
    code: bool
    oidc: bool


@router.get("/health")
def health(platform: Here) -> dict[str, str]:
    """Ready, once the database answers: ``{"status": "ok"}`` and nothing else."""
    with platform.reading() as connection:
        connection.execute(sa.select(TENANT.c.id).limit(1)).first()
    return {"status": "ok"}


@router.get("/setup")
def ways(request: Request, platform: Here, settings: Set) -> Ways:
    """How this server is signed in to, for the page that does it."""
    with platform.reading() as connection:
        empty = first.nobody(connection)
    asks = empty and first.asks(settings, source_of(request))
    return Ways(needed=empty, code=asks, oidc=bool(settings.oidc_issuer))
