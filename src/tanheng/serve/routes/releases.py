"""Releases: proposed by one person, decided on by another, then numbered, frozen, verified and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see
from tanheng.inventory.releases.releases import release_doubts
from tanheng.inventory.views import explore
from tanheng.inventory.views.proof_words import worded
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.store import Entry
from tanheng.record.tables import AUDIT, PERSON, RELEASE, RUN
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, allowed
from tanheng.serve.compared import compared
from tanheng.serve.holdings import one
from tanheng.serve.problems import FourEyes, NameElsewhere, ReleaseDecided
from tanheng.serve.routes.comparisons import Changed
from tanheng.serve.routes.explorer import Names, Part, view_about
from tanheng.serve.routes.proofs import addressed, made_of
from tanheng.serve.tables import Table, answer, listed
from tanheng.serve.work_releases import (
    PROPOSED,
    REJECTED,
    cube_of_release,
    released,
    undecided,
    worklist_of,
)

router = APIRouter(tags=["releases"])
Proposer = Annotated[Viewer, Depends(allowed("release.propose"))]
Approver = Annotated[Viewer, Depends(allowed("release.approve"))]
_SHOWN = [RELEASE.c[name] for name in ("id", "name", "number", "run", "state", "region", "entity", "why", "said", "manifest", "made_by", "made_at", "decided_by", "decided_at")]  # fmt: skip
_API = "/api/v1"


class Proposal(BaseModel):
    """A run to be released under a name; the next release of a name gets the next number."""

    run: Annotated[str, Field(max_length=32)]
    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f@/]*[^\x00-\x1f\x7f@/\s][^\x00-\x1f\x7f@/]*$",
        ),
    ]
    why: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Decision(BaseModel):
    """What an approver says."""

    said: Annotated[str, Field(max_length=500)] = ""


class Refusal(BaseModel):
    """Why a proposal is rejected."""

    said: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/releases", status_code=201)
def propose(asked: Proposal, viewer: Proposer, platform: Here) -> dict[str, Any]:
    """Propose a run for release; somebody else decides."""
    with platform.writing() as connection:
        run = one(connection, viewer, RUN, asked.run)
        same = sa.select(RELEASE).where(RELEASE.c.tenant == viewer.tenant, RELEASE.c.name == asked.name)
        for other in connection.execute(same):
            if (other.region, other.entity) != (run.region, run.entity):
                raise NameElsewhere(name=asked.name)
            if other.state == PROPOSED and other.run == run.id:
                raise ReleaseDecided(name=other.name, state=other.state)
        row = {"id": new_id(), "tenant": viewer.tenant, "region": run.region, "entity": run.entity, "name": asked.name,
               "number": 0, "run": run.id, "state": PROPOSED, "manifest": "", "why": asked.why,
               "made_by": viewer.person, "made_at": now()}  # fmt: skip
        connection.execute(sa.insert(RELEASE), row)
        _tell(connection, viewer, "release.propose", row["id"], after={"run": run.id, "digest": run.digest, "name": asked.name})  # fmt: skip
        return _shown(one(connection, viewer, RELEASE, row["id"]))


@router.get("/releases")
def releases(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Releases and proposals that the viewer may see, newest first."""
    run = [RUN.c.total, RUN.c.unit, RUN.c.gwp, RUN.c.method, RUN.c.complete, RUN.c.digest, RUN.c.first_day, RUN.c.last_day, RUN.c.synthetic]  # fmt: skip
    query = sa.select(*_SHOWN, *run).join(RUN, RUN.c.id == RELEASE.c.run).where(may_see(viewer, RELEASE))
    with platform.reading() as connection:
        return listed(connection, query.order_by(RELEASE.c.made_at.desc(), RELEASE.c.id), asked, "releases")


@router.get("/releases/{name}")
def release(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One release: who proposed and who decided, its doubts as they stand or stood, what it was made from."""
    with platform.reading() as connection:
        row = one(connection, viewer, RELEASE, name)
        run = connection.execute(sa.select(RUN).where(RUN.c.id == row.run)).one()
        people = {one_.id: one_.name for one_ in connection.execute(
            sa.select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_([row.made_by, row.decided_by]))
        )}  # fmt: skip
        told = sa.select(AUDIT.c.number, AUDIT.c.at, AUDIT.c.login, AUDIT.c.action, AUDIT.c.detail)
        told = told.where(AUDIT.c.tenant == row.tenant, AUDIT.c.object == row.id).order_by(AUDIT.c.number)
        entries = [dict(entry._mapping) for entry in connection.execute(told)]
        open_now = worklist_of(connection, run.id)
    found: dict[str, Any] = {
        **_shown(row),
        "proposed_by": people.get(row.made_by, ""),
        "decided_by_name": people.get(row.decided_by, ""),
        "may_decide": row.state == PROPOSED and viewer.may("release.approve") and viewer.person != row.made_by,
        "run_name": run.name, "total": run.total, "unit": run.unit, "gwp": run.gwp, "method": run.method,
        "complete": run.complete, "digest": run.digest, "synthetic": run.synthetic,
        "doubts": open_now.counts(), "open_errors": _open_errors(open_now), "audit": entries,
        "run_address": f"{_API}/runs/{run.id}",
    }  # fmt: skip
    if row.manifest:
        entry = platform.store.entry(row.manifest)
        found |= {
            "doubts": entry.about["doubts"], "open_errors": entry.about["open_errors"], "about": dict(entry.about),
            "previous": entry.previous, "known_from": entry.known_from,
            "made_from": [{"kind": part.kind, "sha256": part.sha256, "number": part.number, "known_from": part.known_from}
                          for part in platform.store.ancestors(entry)],
        }  # fmt: skip
    return found


@router.post("/releases/{name}/approve", status_code=202)
def approve(name: str, asked: Decision, request: Request, viewer: Approver, platform: Here) -> jobs.Queued:
    """Approve a proposal: a job freezes it; of two approvals at once one makes the release and the other is told so."""
    with platform.writing() as connection:
        row = _to_decide(connection, viewer, name)
        job = jobs.enqueue(
            connection, viewer, "release", {"release": row.id, "said": asked.said, "source": viewer.source},
            region=row.region, entity=row.entity,
        )  # fmt: skip
    request.app.state.runner.wake()
    return jobs.Queued(job=job)


@router.post("/releases/{name}/reject")
def reject(name: str, asked: Refusal, viewer: Approver, platform: Here) -> dict[str, Any]:
    """Reject a proposal with the reason."""
    with platform.writing() as connection:
        row = _to_decide(connection, viewer, name)
        changed = connection.execute(
            sa.update(RELEASE)
            .where(RELEASE.c.id == row.id, RELEASE.c.state == PROPOSED)
            .values(state=REJECTED, decided_by=viewer.person, decided_at=now(), said=asked.said)
        )
        if changed.rowcount != 1:
            undecided(one(connection, viewer, RELEASE, name))
        _tell(connection, viewer, "release.reject", row.id, before={"state": PROPOSED}, after={"state": REJECTED, "said": asked.said})  # fmt: skip
        return _shown(one(connection, viewer, RELEASE, name))


@router.post("/releases/{name}/verify", status_code=202)
def verify(name: str, request: Request, viewer: Reader, platform: Here) -> jobs.Queued:
    """Hash every byte that the release stands on and compute its figures anew, as a job."""
    with platform.writing() as connection:
        row = one(connection, viewer, RELEASE, name)
        released(row)
        job = jobs.enqueue(
            connection, viewer, "verification", {"release": row.id, "source": viewer.source},
            region=row.region, entity=row.entity,
        )  # fmt: skip
    request.app.state.runner.wake()
    return jobs.Queued(job=job)


@router.get("/releases/{name}/table")
def table(
    name: str, viewer: Reader, platform: Here, asked: Table, part: Part, *, by: Names = None
) -> Response:
    """Released emissions by any dimension."""
    cube = cube_of_release(platform, _released(platform, viewer, name).manifest)
    found = explore.seen(cube, by or [], cell=part.cell, gwp=part.gwp)
    return answer(found, asked, "table", dress=lambda page: explore.named(cube, page), about=view_about(cube, part))  # fmt: skip


@router.get("/releases/{name}/proof")
def proof(name: str, viewer: Reader, platform: Here, part: Part) -> dict[str, Any]:
    """What stands behind a released figure, from the release alone."""
    row = _released(platform, viewer, name)
    cube = cube_of_release(platform, row.manifest)
    with platform.reading() as connection:
        made = made_of(connection, connection.execute(sa.select(RUN).where(RUN.c.id == row.run)).one())
    found = worded(cube.proof(part.cell, gwp=part.gwp).to_dict(), cube)
    here = f"{_API}/releases/{row.id}"
    steps = addressed(found, here, made["dataset"]["upload"], cube.frame.activity.headings)
    sealed = {
        "id": row.id,
        "name": row.name,
        "number": row.number,
        "manifest": row.manifest,
        "at": row.decided_at,
    }
    return {**found, **steps, "made": made, "release": sealed}


@router.get("/releases/{name}/doubts")
def doubts(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """The worklist as it was frozen with the release."""
    entry = platform.store.entry(_released(platform, viewer, name).manifest)
    return answer(release_doubts(entry, platform.store).frame, asked, "doubts")


@router.get("/releases/{name}/diff")
def diff(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    old: Annotated[
        str, Query(max_length=32, description="the release before; the one of the number before unless told")
    ] = "",
    *,
    changed: Changed = True,
) -> Response:
    """The restatement: what this release says otherwise than an earlier one, cell by cell with the cause, t."""
    row = _released(platform, viewer, name)
    before = _released(platform, viewer, old) if old else _previous(platform, viewer, row)
    new, other = platform.store.entry(row.manifest), platform.store.entry(before.manifest)
    with platform.reading() as connection:
        runs = [
            connection.execute(sa.select(RUN.c.manifest).where(RUN.c.id == one.run)).scalar_one()
            for one in (row, before)
        ]
    found = compared(platform, *runs)
    about = {"old": _sealed(before, other), "new": _sealed(row, new), "causes": found.causes}
    return answer(found.restated(whole=not changed), asked, "restatement", about=about)


def _previous(platform: Here, viewer: Reader, row: Any) -> Any:
    earlier = sa.select(RELEASE.c.id).where(
        RELEASE.c.tenant == row.tenant, RELEASE.c.name == row.name, RELEASE.c.number > 0, RELEASE.c.number < row.number
    )  # fmt: skip
    with platform.reading() as connection:
        found = connection.execute(earlier.order_by(RELEASE.c.number.desc()).limit(1)).scalar()
        return one(connection, viewer, RELEASE, str(found or f"{row.name}@{row.number - 1}"))


def _released(platform: Here, viewer: Reader, name: str) -> Any:
    with platform.reading() as connection:
        row = one(connection, viewer, RELEASE, name)
    released(row)
    return row


def _to_decide(connection: sa.Connection, viewer: Viewer, name: str) -> Any:
    row = one(connection, viewer, RELEASE, name)
    undecided(row)
    if row.made_by == viewer.person:
        raise FourEyes(name=row.name)
    return row


def _shown(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in _SHOWN}


def _sealed(row: Any, entry: Entry) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "number": row.number,
        "total": entry.about["total"],
        "why": row.why,
    }


def _open_errors(worklist: Any) -> int:
    waiting = worklist.open()
    return int((waiting.get_column("severity") == "error").sum())


def _tell(connection: sa.Connection, viewer: Viewer, action: str, what: str, *, after: Mapping[str, Any], before: Any = None) -> None:  # fmt: skip
    append(connection, action, what, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
           source=viewer.source, before=before, after=after, detail=after)  # fmt: skip
