"""The audit chain of the tenant, for its audit administrator: what was done, and whether the chain stands."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from tanheng.access.areas import Viewer
from tanheng.errors import language
from tanheng.record.chain import Head, verify
from tanheng.record.tables import AUDIT, TENANT
from tanheng.serve.asking import Here, allowed
from tanheng.serve.roads.decisions import broken_logs
from tanheng.serve.tables import Table, listed

router = APIRouter(tags=["audit"])
Auditor = Annotated[Viewer, Depends(allowed("audit.read"))]
Text = Annotated[str, Query(max_length=200)]
_SHOWN = [AUDIT.c[name] for name in ("number", "at", "login", "source", "action", "object", "detail", "before", "after", "hash")]  # fmt: skip


class BrokenEntry(BaseModel):
    """An entry that is not as it was written, or that is missing."""

    number: int
    problem: str


class BrokenDecision(BaseModel):
    """The first entry of the decision log of a road that is not as it was written, or that is missing."""

    road: str
    number: int
    problem: str


class Verification(BaseModel):
    """Whether the chain and the decision logs of the tenant's roads stand; the newest entry is to be kept elsewhere."""

    ok: bool
    entries: int
    number: int
    hash: str
    broken: list[BrokenEntry]
    decisions: list[BrokenDecision]


@router.get("/audit")
def audit(
    viewer: Auditor,
    platform: Here,
    asked: Table,
    action: Text = "",
    login: Text = "",
    since: Annotated[str, Query(max_length=40, description="from this time (UTC, ISO 8601)")] = "",
    until: Annotated[str, Query(max_length=40, description="before this time (UTC, ISO 8601)")] = "",
) -> Response:
    """What was done in the tenant, newest first; on a server of one tenant, sign-ins by unknown logins too."""
    with platform.reading() as connection:
        tenants = connection.execute(sa.select(sa.func.count()).select_from(TENANT)).scalar_one()
        mine = [viewer.tenant, ""] if tenants == 1 else [viewer.tenant]
        query = sa.select(*_SHOWN).where(AUDIT.c.tenant.in_(mine)).order_by(AUDIT.c.number.desc())
        for wanted, condition in (
            (action, AUDIT.c.action == action),
            (login, AUDIT.c.login == login),
            (since, AUDIT.c.at >= since),
            (until, AUDIT.c.at < until),
        ):
            query = query.where(condition) if wanted else query
        return listed(connection, query, asked, "audit")


@router.get("/audit/verification")
def verification(
    viewer: Auditor,
    platform: Here,
    head: Annotated[
        str,
        Query(
            max_length=90, pattern=r"^([0-9]{1,18}:[0-9a-f]{64})?$", description="NUMBER:HASH that was kept"
        ),
    ] = "",
) -> Verification:
    """Check the whole chain, against a head that was kept where one is given, and the decision logs of the tenant's roads."""
    with platform.reading() as connection:
        found = verify(connection, Head.read(head) if head else None)
        logs = broken_logs(connection, viewer.tenant)
    return Verification(
        ok=not found.broken and not logs,
        entries=found.entries,
        number=found.head.number,
        hash=found.head.hash,
        broken=[BrokenEntry(number=one.number, problem=one.problem) for one in found.broken],
        decisions=[
            BrokenDecision(
                road=one.fields["file"],
                number=one.fields["line"],
                problem=one.fields[f"detail_{language()}"],
            )
            for one in logs
        ],
    )
