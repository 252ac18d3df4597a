"""Whether the server is ready."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter

from tanheng import __version__
from tanheng.record.tables import PERSON
from tanheng.serve.asking import Here, Set

router = APIRouter(tags=["health"])


@router.get("/health")
def health(platform: Here, settings: Set) -> dict[str, str | bool]:
    """Ready, once the database answers; ``setup`` is true as long as nobody can sign in, ``oidc`` where a provider is set."""
    with platform.reading() as connection:
        people = connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar()
    return {"status": "ok", "version": __version__, "setup": not people, "oidc": bool(settings.oidc_issuer)}
