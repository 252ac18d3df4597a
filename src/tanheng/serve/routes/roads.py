"""Roads: sets of files with a target path, what was observed and a factor tree; every correction is a new version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see, place_for, seen_with
from tanheng.errors import LANGS, NotFound, TanhengError, language
from tanheng.record.tables import PERSON, RELEASE, ROAD, ROAD_ANALYSIS, RUN, UPLOAD
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, Writer
from tanheng.serve.holdings import is_synthetic, newest_of_name, one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.roads.restated import Bound, newer_releases, warnings
from tanheng.serve.tables import Table, kept, listed
from tanheng.serve.work import refuse_elsewhere
from tanheng.serve.work_releases import released

router = APIRouter(tags=["roads"])
SHOWN = [ROAD.c[name] for name in ("id", "name", "number", "region", "entity", "holds", "base", "target", "last", "synthetic", "manifest", "made_at")]  # fmt: skip
Id = Annotated[str, Field(max_length=32)]
_YEAR = re.compile(r"[0-9]{4}")


class RunsApart(TanhengError):
    """Runs or files elsewhere than the road that takes them: whoever sees the road would learn of them."""

    code = "W-076"
    zh = "“{name}”不在路径所在的地区之内；看得到路径的人都会看到它。"
    en = "'{name}' lies outside the place of the road; who sees the road would see it."
    remedy_zh = "请把路径建在包含它的地区，或只用本地区的核算和文件。"
    remedy_en = "Add the road in a region that holds it, or take runs and files of the road's own place."


class NewRoad(BaseModel):
    """Uploads that are the files of a road, or one zip of them; ``inventories`` binds years to runs or releases by their ids.

    The same name again is the next version. ``synthetic`` says that the numbers are made up.
    """

    name: Annotated[
        str,
        Field(
            min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
        ),
    ]
    files: Annotated[list[Id], Field(min_length=1, max_length=100)]
    region: Annotated[str, Field(max_length=40)] = ""
    entity: Annotated[str, Field(max_length=200)] = ""
    why: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    synthetic: bool = False
    inventories: Annotated[
        dict[str, Annotated[list[Id], Field(min_length=1, max_length=20)]], Field(max_length=100)
    ] = {}


class RoadFile(BaseModel):
    """A file of a set, bytes."""

    name: str
    size: int
    sha256: str


class RoadVersion(BaseModel):
    """A version of the same road."""

    id: str
    number: int
    made_by: str
    made_at: str
    why: str


class BoundRun(BaseModel):
    """A run or a release that a year is bound to; ``run`` is the run that the release froze, ``newest`` the release that now stands."""

    year: str
    kind: str
    id: str
    name: str
    number: int
    newest: int
    run: str


class NewestAnalysis(BaseModel):
    """The newest analysis of a kind, perhaps of another version of the road."""

    id: str
    kind: str
    road: str
    version: int
    headline: str
    alarm: bool
    made_at: str


class Road(BaseModel):
    """A version of a road.

    ``holds`` is ``road``, ``tree`` or ``file``. ``facts`` tell, where the set holds it: title, base, target, last observed year,
    unit, levers, scenarios, path, warnings and proofs of bound years; words are in the language of the request.
    """

    id: str
    name: str
    number: int
    region: str
    entity: str
    holds: str
    base: int | None
    target: int | None
    last: int | None
    synthetic: bool
    manifest: str
    made_at: str
    made_by: str
    why: str
    newest: bool
    facts: dict[str, Any]
    inventories: list[BoundRun]
    files: list[RoadFile]
    versions: list[RoadVersion]
    analyses: list[NewestAnalysis]


@router.post("/roads", status_code=202)
def make(asked: NewRoad, request: Request, viewer: Writer, platform: Here) -> jobs.Queued:
    """Check a set of files and keep it as a job; the same name again is the next version."""
    wanted = list(dict.fromkeys(asked.files))
    with platform.writing() as connection:
        uploads = [one(connection, viewer, UPLOAD, name) for name in wanted]
        region, entity = place_for(
            viewer, asked.region or uploads[0].region, asked.entity or uploads[0].entity
        )
        refuse_elsewhere(connection, viewer.tenant, asked.name, region, entity, ROAD)
        refuse_apart((region, entity), uploads)
        bound, synthetic = _bound(connection, viewer, asked, (region, entity))
        synthetic |= any(is_synthetic(connection, upload, UPLOAD) for upload in uploads)
        told = {"files": wanted, "region": region, "entity": entity, "inventories": bound, "synthetic": asked.synthetic or synthetic}  # fmt: skip
        name = jobs.enqueue(
            connection, viewer, "road", {**asked.model_dump(), **told}, region=region, entity=entity
        )
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get("/roads")
def roads(
    viewer: Reader,
    platform: Here,
    asked: Table,
    newest: Annotated[bool, Query(description="only the newest version of each name")] = True,  # noqa: FBT002
) -> Response:
    """Roads that the viewer may see, newest first, with the headline of their index or of what was analysed last."""
    lang = language()
    made = ROAD_ANALYSIS.alias("made")
    first = (sa.case((made.c.kind == "index", 0), else_=1), made.c.made_at.desc())
    headline = (
        sa.select(made.c[f"headline_{lang}"])
        .where(made.c.road == ROAD.c.id, ~made.c.laid_over)
        .order_by(*first)
        .limit(1)
    )
    counted = sa.select(sa.func.count()).where(made.c.road == ROAD.c.id)
    title = ROAD.c.about[("facts", "title", lang)].as_string().label("title")
    query = sa.select(
        *SHOWN, title, headline.scalar_subquery().label("headline"), _alarms().label("alarm"),
        counted.scalar_subquery().label("analyses"), PERSON.c.login.label("made_by"),
    ).join(PERSON, PERSON.c.id == ROAD.c.made_by)  # fmt: skip
    if newest:
        query = query.where(newest_of_name(ROAD))
    query = query.where(may_see(viewer, ROAD)).order_by(ROAD.c.made_at.desc(), ROAD.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "roads")


@router.get("/roads/{name}")
def road(name: str, viewer: Reader, platform: Here) -> Road:
    """One version: its files, what it says of itself, its other versions and the newest analysis of each kind."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD, name)
        versions = _versions(connection, viewer, row)
        analyses = _newest(connection, viewer, row)
        newer = newer_releases(connection, row.about["inventories"])
    about, objects = row.about, platform.store.objects
    bound: Bound = about["inventories"]
    facts = {**about["facts"], "warnings": [*about["facts"].get("warnings", ()), *warnings(bound, newer)]}
    parts = platform.store.entry(row.manifest).parts
    here = next(found for found in versions if found.id == row.id)
    return Road(
        **{column.name: getattr(row, column.name) for column in SHOWN}, made_by=here.made_by, why=about["why"],
        newest=versions[0].id == row.id, facts=_in_language(facts), versions=versions, analyses=analyses,
        files=[RoadFile(name=part, size=objects.size(sha256), sha256=sha256) for part, sha256 in sorted(parts.items())],
        inventories=[
            BoundRun(year=year, newest=newer.get(found["id"]) or found["number"], **{key: found[key] for key in ("kind", "id", "name", "number", "run")})
            for year, ones in sorted(bound.items()) for found in ones
        ],
    )  # fmt: skip


@router.get(
    "/roads/{name}/files/{file}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def file(name: str, file: str, viewer: Reader, platform: Here) -> Response:
    """A file of the set, to be saved; no browser shows it."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD, name)
    parts = platform.store.entry(row.manifest).parts
    if file not in parts:
        raise NotFound(what_zh="文件", what_en="file", name=file, known=", ".join(sorted(parts)))
    return kept(platform.store.objects.path(parts[file]), file)


def refuse_apart(here: tuple[str, str], uploads: Iterable[Any]) -> None:
    """Refuse files of another place than the road; those that were uploaded to no place come into its own.

    Raises
    ------
    RunsApart
    """
    for upload in uploads:
        place = (upload.region, upload.entity)
        if any(place) and not seen_with(here, place):
            raise RunsApart(name=upload.name)


def _bound(
    connection: sa.Connection, viewer: Viewer, asked: NewRoad, here: tuple[str, str]
) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """What years are bound to, seen to be the viewer's and within the place of the road; whether any of it is synthetic."""
    found: dict[str, list[dict[str, Any]]] = {}
    synthetic = False
    for year, names in asked.inventories.items():
        if not _YEAR.fullmatch(year):
            raise RequestInvalid(detail=f"inventories: {year!r}")
        for name in dict.fromkeys(names):
            is_run = connection.execute(sa.select(RUN.c.id).where(RUN.c.id == name)).first() is not None
            row = one(connection, viewer, RUN if is_run else RELEASE, name)
            if not is_run:
                released(row)
            run = row if is_run else connection.execute(sa.select(RUN).where(RUN.c.id == row.run)).one()
            if not seen_with(here, (run.region, run.entity)):
                raise RunsApart(name=row.name)
            synthetic |= run.synthetic
            told = {"kind": "run" if is_run else "release", "id": name, "name": row.name, "number": 0 if is_run else row.number}  # fmt: skip
            found.setdefault(year, []).append(
                {**told, "run": run.id, "manifest": row.manifest, "run_manifest": run.manifest}
            )
    return found, synthetic


def _versions(connection: sa.Connection, viewer: Viewer, row: Any) -> list[RoadVersion]:
    shown = (ROAD.c.id, ROAD.c.number, ROAD.c.made_at, ROAD.c.about["why"].as_string().label("why"))
    query = sa.select(*shown, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == ROAD.c.made_by)
    query = query.where(may_see(viewer, ROAD), ROAD.c.name == row.name).order_by(ROAD.c.number.desc())
    return [RoadVersion(**found._mapping) for found in connection.execute(query)]


def _newest(connection: sa.Connection, viewer: Viewer, row: Any) -> list[NewestAnalysis]:
    made = ROAD_ANALYSIS.c
    shown = (made.id, made.kind, made.road, ROAD.c.number.label("version"), made[f"headline_{language()}"].label("headline"), made.alarm, made.made_at)  # fmt: skip
    query = sa.select(*shown).join(ROAD, ROAD.c.id == made.road)
    query = query.where(may_see(viewer, ROAD), ROAD.c.name == row.name, ~made.laid_over)
    found: dict[str, NewestAnalysis] = {}
    for one_ in connection.execute(query.order_by(made.made_at.desc(), made.id)):
        found.setdefault(one_.kind, NewestAnalysis(**one_._mapping))
    return list(found.values())


def _alarms() -> sa.ColumnElement[bool]:
    """Whether the newest analysis of some kind calls for action; those with files laid over do not count."""
    made, later = ROAD_ANALYSIS.alias("alarmed"), ROAD_ANALYSIS.alias("after")
    same = sa.and_(
        later.c.road == made.c.road,
        later.c.kind == made.c.kind,
        later.c.made_at > made.c.made_at,
        ~later.c.laid_over,
    )
    return sa.exists().where(
        made.c.road == ROAD.c.id, made.c.alarm, ~made.c.laid_over, ~sa.exists().where(same)
    )


def _in_language(value: Any) -> Any:
    """Facts with words in the language of the request."""
    if isinstance(value, dict):
        if value.keys() == set(LANGS):
            return value[language()]
        return {key: _in_language(found) for key, found in value.items()}
    return [_in_language(found) for found in value] if isinstance(value, list) else value
