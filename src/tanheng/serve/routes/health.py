"""Whether the server is ready."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter

from tanheng import __version__
from tanheng.record.tables import PERSON
from tanheng.serve.asking import Here

router = APIRouter(tags=["health"])


@router.get("/health")
def health(platform: Here) -> dict[str, str | bool]:
    """Ready, once the database answers; ``setup`` is true as long as nobody can sign in."""
    with platform.reading() as connection:
        people = connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar()
    return {"status": "ok", "version": __version__, "setup": not people}
