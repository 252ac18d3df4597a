"""Mappings: how a file of any shape is read, suggested by us, confirmed by the user, and kept for files of its headings."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see
from tanheng.activity import Mapping, apply_mapping, suggest_mapping
from tanheng.activity.mapping.files import mapping_of
from tanheng.activity.mapping.losses import Loss, losses, unaccepted
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.shortened import SAMPLE
from tanheng.activity.template import form_of
from tanheng.codes import region as region_named
from tanheng.errors import TanhengError, language
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import MAPPING, PERSON, UPLOAD
from tanheng.serve.asking import Here, Reader, Set, Writer
from tanheng.serve.holdings import file_of, one
from tanheng.serve.jobs import Queued, enqueue
from tanheng.serve.problems import MappingTooLarge
from tanheng.serve.settings import Settings
from tanheng.serve.tables import Table, listed
from tanheng.serve.work import kept_mapping

router = APIRouter(tags=["mappings"])
_SHOWN = [MAPPING.c[name] for name in ("id", "name", "upload", "fingerprint", "region", "entity", "made_at")]
_SAMPLE, _FINDINGS, _PREVIEW, MOST = 12, 50, 20, 50
Sheet = Annotated[str | None, Query(max_length=200, description="this sheet only")]


class MappingLossy(TanhengError):
    """A mapping that would lose or guess something that nobody accepted."""

    code = "W-019"
    zh = "照此映射有 {count} 项不读、待填或是猜测：{keys}。"
    en = "With this mapping {count} things are not read, open or guesses: {keys}."
    remedy_zh = "请改正映射，或在 accepted 中逐项写明接受。"
    remedy_en = "Correct the mapping, or name in accepted what you take knowingly."


class MappingUncounted(TanhengError):
    """A mapping of a large file of which only the first rows were looked at."""

    code = "W-023"
    zh = "建议只看了每张工作表的前 {rows_seen} 行，全表会有哪些内容不读还没有清点。"
    en = "The suggestion looked at the first {rows_seen} rows of each sheet; what the whole file would lose is not counted yet."
    remedy_zh = "请先“清点全部行”（POST /uploads/{{id}}/mapping/count），再确认。"
    remedy_en = "Count all rows first (POST /uploads/{{id}}/mapping/count), then confirm."


class Lost(BaseModel):
    """One thing that is not read, or (``read``) whose meaning is open or guessed; ``key`` is what it is accepted by."""

    key: str
    what: str
    read: bool


class Row(BaseModel):
    """A row as it stands in the file."""

    row: int
    cells: list[str]


class Sample(BaseModel):
    """The first rows of a sheet."""

    sheet: str
    hidden: bool
    rows: list[Row]


class Kept(BaseModel):
    """A mapping that was confirmed for the same headings."""

    id: str
    name: str
    made_by: str
    made_at: str


class Form(BaseModel):
    """What a filled template says of itself."""

    method: str
    entity: str
    period: str
    region: str


class Suggestion(BaseModel):
    """How a file would be read; ``ready`` where nothing is missing, open, lost or guessed.

    One of our templates (``template``) is read as it stands: no mapping of it is suggested, and none is of use.

    Of a large file the first rows alone were looked at, ``sampled`` of each sheet (0: all of it): before such a mapping is
    confirmed, ``POST /uploads/{id}/mapping/count`` counts in a job what it would lose.
    """

    mapping: dict[str, Any]
    losses: list[Lost]
    sample: list[Sample]
    kept: Kept | None
    ready: bool
    sampled: int
    template: Form | None = None


class Counting(BaseModel):
    """A mapping as the user wants it (as suggested where it is left out), whose losses are to be counted over all rows."""

    mapping: dict[str, Any] | None = None
    sheet: Annotated[str | None, Field(max_length=200)] = None


class Confirmation(BaseModel):
    """A mapping as the user wants it (as suggested where it is left out), and the losses that are taken knowingly."""

    mapping: dict[str, Any] | None = None
    sheet: Annotated[str | None, Field(max_length=200)] = None
    accepted: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=1000)] = []
    name: Annotated[str, Field(max_length=200)] = ""


class Confirmed(BaseModel):
    """The mapping that is kept, and what the file gives by it; of a large file what its first rows give (``sampled``)."""

    id: str
    name: str
    rows: int
    refused: int
    findings: list[dict[str, Any]]
    preview: list[dict[str, Any]]
    sampled: int


@router.get("/uploads/{name}/mapping")
def suggestion(
    name: str, viewer: Reader, platform: Here, settings: Set, *, sheet: Sheet = None
) -> Suggestion:
    """How the file would be read, what would be lost, and its first rows; nothing follows it until it is confirmed."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, name)
        known = mappings_for(connection, viewer)
    _refuse_large(row, settings)
    file = file_of(platform, row.sha256, row.name)
    every = read_cells(file, rows=SAMPLE)
    pages = [page for page in every if sheet in (None, page.sheet)]
    if form := form_of((page.sheet, [cells for _, cells in page.rows]) for page in every):
        form["region"] = _code(form["region"])
        shown = [_sample(page.sheet, page.hidden, page.rows) for page in pages if not page.hidden]
        empty = {"format": "", "file": row.name, "confirmed": False, "accepted": [], "sheets": []}
        return Suggestion(mapping=empty, losses=[], sample=shown, kept=None, ready=False, sampled=0, template=Form(**form))  # fmt: skip
    found = suggest_mapping(file, sheet=sheet, rows=SAMPLE)
    fitting, lossy = kept_mapping(pages, known, sheet), losses(found)
    return Suggestion(
        mapping=found.to_dict(),
        losses=[_lost(loss) for loss in lossy],
        sample=[_sample(page.sheet, page.hidden, page.rows) for page in pages],
        kept=_kept(platform, fitting) if fitting else None,
        ready=bool(found.used)
        and not lossy
        and not found.partial
        and not any(used.missing for used in found.used),
        sampled=SAMPLE if found.partial else 0,
    )


@router.post("/uploads/{name}/mapping/count", status_code=202)
def count(
    asked: Counting, name: str, request: Request, viewer: Writer, platform: Here, settings: Set
) -> Queued:
    """Count over all rows what a mapping would lose, in a job whose ``done`` has the ``mapping`` and its ``losses``."""
    with platform.writing() as connection:
        row = one(connection, viewer, UPLOAD, name)
        _refuse_large(row, settings)
        if asked.mapping is not None:
            mapping_of(asked.mapping)
        job = enqueue(connection, viewer, "mapping", {"upload": row.id, **asked.model_dump(), "lang": language()}, region=row.region, entity=row.entity)  # fmt: skip
    request.app.state.runner.wake()
    return Queued(job=job)


@router.post("/uploads/{name}/mapping", status_code=201)
def confirm(asked: Confirmation, name: str, viewer: Writer, platform: Here, settings: Set) -> Confirmed:
    """Keep a mapping after it was tried on the file; refused where it loses what was not accepted."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, name)
    _refuse_large(row, settings)
    file = file_of(platform, row.sha256, row.name)
    stated = (
        suggest_mapping(file, sheet=asked.sheet, rows=SAMPLE)
        if asked.mapping is None
        else mapping_of(asked.mapping)
    )
    if stated.partial:
        raise MappingUncounted(rows_seen=SAMPLE)
    chosen = replace(stated, file=row.name, sha256=row.sha256, path="")
    if standing := unaccepted(chosen, asked.accepted):
        keys = [loss.key for loss in standing]
        raise MappingLossy(
            rows=[{"key": loss.key, "what": loss.what} for loss in standing],
            count=len(keys),
            keys=", ".join(keys[:10]),
            losses=keys,
        )
    chosen = chosen.confirm(asked.accepted)
    activity = apply_mapping(file, chosen, sheet=asked.sheet, rows=SAMPLE)
    title = asked.name.strip() or row.name
    kept = _keep(platform, viewer, row, chosen, title)
    good = activity.to_polars()
    return Confirmed(
        id=kept, name=title, rows=good.height, refused=activity.refused.height,
        findings=[finding.to_dict() for finding in activity.findings[:_FINDINGS]],
        preview=good.head(_PREVIEW).to_dicts(),
        sampled=SAMPLE if not all(page.whole for page in read_cells(file, rows=SAMPLE)) else 0,
    )  # fmt: skip


@router.get("/mappings")
def mappings(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Mappings that were confirmed, newest first, with who and when."""
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == MAPPING.c.made_by)
    query = query.where(may_see(viewer, MAPPING)).order_by(MAPPING.c.made_at.desc(), MAPPING.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "mappings")


@router.get("/mappings/{name}")
def mapping(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One mapping, whole."""
    with platform.reading() as connection:
        row = one(connection, viewer, MAPPING, name)
    return {**{column.name: getattr(row, column.name) for column in _SHOWN}, "mapping": row.content}


def mappings_for(connection: sa.Connection, viewer: Viewer) -> list[Any]:
    """The newest mappings that the viewer may see, one for each set of headings and titles."""
    query = (
        sa.select(MAPPING).where(may_see(viewer, MAPPING)).order_by(MAPPING.c.made_at.desc(), MAPPING.c.id)
    )
    newest: dict[str, Any] = {}
    for row in connection.execute(query.limit(4 * MOST)):
        newest.setdefault(row.fingerprint, row)
    return list(newest.values())[:MOST]


def _keep(platform: Platform, viewer: Viewer, upload: Any, chosen: Mapping, title: str) -> str:
    row = {
        "id": new_id(), "tenant": upload.tenant, "region": upload.region, "entity": upload.entity, "name": title,
        "upload": upload.id, "fingerprint": chosen.fingerprint, "content": chosen.to_dict(),
        "made_by": viewer.person, "made_at": now(),
    }  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.insert(MAPPING), row)
        append(
            connection, "mapping.confirm", row["id"], tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, after=row["content"], detail={"name": title, "accepted": list(chosen.accepted)},
        )  # fmt: skip
    return str(row["id"])


def _kept(platform: Platform, row: Any) -> Kept:
    with platform.reading() as connection:
        login = connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == row.made_by)).scalar_one()
    return Kept(id=row.id, name=row.name, made_by=login, made_at=row.made_at)


def _refuse_large(row: Any, settings: Settings) -> None:
    if row.size > settings.mapping_mb << 20:
        raise MappingTooLarge(size=round(row.size / (1 << 20), 1), limit=settings.mapping_mb)


def _lost(loss: Loss) -> Lost:
    return Lost(**vars(loss))


def _code(region: str) -> str:
    """The code of a region that a file names; empty where it is none."""
    try:
        return region_named(region).code if region else ""
    except TanhengError:
        return ""


def _sample(sheet: str, hidden: bool, rows: list[tuple[int, list[str]]]) -> Sample:  # noqa: FBT001
    shown = [Row(row=number, cells=cells[:200]) for number, cells in rows if any(cells)][:_SAMPLE]
    return Sample(sheet=sheet, hidden=hidden, rows=shown)
