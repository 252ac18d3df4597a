"""Analyses of roads: what there is to choose from, jobs that make documents, the documents and their tables."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see
from tanheng.errors import NotFound, language
from tanheng.record.platform import Platform
from tanheng.record.tables import PERSON, ROAD, ROAD_ANALYSIS, UPLOAD
from tanheng.record.versions import VersionAltered
from tanheng.serve import jobs
from tanheng.serve.asking import Accountant, Here, Reader
from tanheng.serve.holdings import file_of, one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.roads.about import refuse_lacking
from tanheng.serve.roads.choices import columns_of, listed_of
from tanheng.serve.roads.kinds import KINDS, Kind
from tanheng.serve.roads.options import chosen
from tanheng.serve.routes.roads import refuse_apart
from tanheng.serve.tables import Table, answer, listed, marked

router = APIRouter(tags=["road-analyses"])


class RoadOption(BaseModel):
    """An option of an analysis; ``of`` is its kind, ``choices`` what can be chosen, ``source`` where more of it is found in a set.

    ``then`` is the source of the values of pairs, which are sent as one text with ``joint`` between name and value.
    """

    name: str
    of: str
    word: str
    default: Any = None
    least: float | None = None
    most: float | None = None
    needed: bool = False
    choices: list[dict[str, str]] = []
    source: str = ""
    then: str = ""
    joint: str = "="


class RoadChoice(BaseModel):
    """Something that can be chosen, and its word."""

    value: str
    word: str


class RoadColumn(BaseModel):
    """A column of a table and different values of its first rows."""

    name: str
    values: list[str]


class RoadChoices(BaseModel):
    """What options of analyses can be chosen from: columns of the file that was asked for, and by source what the set names."""

    columns: list[RoadColumn]
    listed: dict[str, list[RoadChoice]]


class RoadKind(BaseModel):
    """An analysis that can be asked for: its word, the tab on which it stands, what the set must hold (``needs``), its options."""

    kind: str
    word: str
    tab: str
    needs: str
    options: list[RoadOption]


class NewRoadAnalysis(BaseModel):
    """An analysis of a road; options that are left out have their defaults.

    ``files`` are uploads that are laid over the files of the version, for this analysis alone; the only one of them is the ``file``
    of the options unless told.
    """

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    files: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=20)] = []
    options: Annotated[dict[Annotated[str, Field(max_length=80)], Any], Field(max_length=60)] = {}


class RoadAnalysis(BaseModel):
    """An analysis with its document in the language of the request; ``version`` is the number of the road's version."""

    id: str
    road: str
    name: str
    version: int
    kind: str
    word: str
    options: dict[str, Any]
    alarm: bool
    synthetic: bool
    made_by: str
    made_at: str
    document: dict[str, Any]


@router.get("/road-kinds")
def kinds(viewer: Reader) -> list[RoadKind]:
    """Every analysis with its options, in the language of the request."""
    return [
        RoadKind(kind=name, word=_word(name), tab=kind.tab, needs=kind.needs, options=[RoadOption(**one.to_dict()) for one in kind.options])
        for name, kind in KINDS.items()
    ]  # fmt: skip


@router.post("/roads/{name}/analyses", status_code=202)
def analyse(
    name: str, asked: NewRoadAnalysis, request: Request, viewer: Accountant, platform: Here
) -> jobs.Queued:
    """Analyse a version of a road as a job, which makes the document in both languages."""
    with platform.writing() as connection:
        row = one(connection, viewer, ROAD, name)
        if asked.kind not in KINDS:
            raise NotFound(what_zh="分析", what_en="analysis", name=asked.kind, known=", ".join(KINDS))
        kind = KINDS[asked.kind]
        refuse_lacking(kind, row.holds)
        over = _laid_over(connection, viewer, asked.files, (row.region, row.entity))
        files = sorted({*platform.store.entry(row.manifest).parts, *over})
        options = chosen(kind.options, asked_options(kind, asked.options, over), files)
        told = {"road": row.id, "kind": asked.kind, "options": options, "files": list(over.values())}
        made = jobs.enqueue(connection, viewer, "road-analysis", told, region=row.region, entity=row.entity)
    request.app.state.runner.wake()
    return jobs.Queued(job=made)


def asked_options(kind: Kind, options: Mapping[str, Any], over: Collection[str]) -> dict[str, Any]:
    """The options; the only file that is laid over is the one that is meant, where an option names a file."""
    plain = [name for name in over if not name.casefold().endswith(".zip")]
    meant = len(over) == 1 and plain and any(option.name == "file" for option in kind.options)
    return {**({"file": plain[0]} if meant else {}), **options}


def _laid_over(
    connection: sa.Connection, viewer: Viewer, names: Sequence[str], here: tuple[str, str]
) -> dict[str, str]:
    """Uploads of the viewer by the names under which they are laid over a version, which lies ``here``."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        upload = one(connection, viewer, UPLOAD, name)
        refuse_apart(here, [upload])
        if upload.name.casefold().endswith(".zip"):
            raise RequestInvalid(
                detail_zh=f"files：{upload.name} 是压缩包，请逐个上传其中的文件",
                detail_en=f"files: {upload.name} is an archive, upload its files one by one",
            )
        if upload.name in found:
            raise RequestInvalid(detail=f"files: {upload.name}")
        found[upload.name] = upload.id
    return found


@router.get("/roads/{name}/choices")
def choices(
    name: str,
    viewer: Reader,
    platform: Here,
    file: Annotated[str, Query(max_length=200, description="a table of the set, or laid over it")] = "",
    files: Annotated[list[str] | None, Query(max_length=20, description="uploads that are laid over the set, repeatable")] = None,
) -> RoadChoices:  # fmt: skip
    """Columns of a file and lists of the set, from which the options of an analysis are chosen; none of a file that is no table."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD, name)
        over = _laid_over(connection, viewer, files or [], (row.region, row.entity))
        laid = {key: one(connection, viewer, UPLOAD, upload).sha256 for key, upload in over.items()}
    held = {**platform.store.entry(row.manifest).parts, **laid}
    if file and file not in held:
        raise NotFound(what_zh="文件", what_en="file", name=file, known=", ".join(sorted(held)))
    columns = columns_of(file_of(platform, held[file], file)) if file else {}
    return RoadChoices(
        columns=[RoadColumn(name=head, values=values) for head, values in columns.items()],
        listed={source: [RoadChoice(value=value, word=word) for value, word in found] for source, found in listed_of(row.about["facts"]).items()},
    )  # fmt: skip


@router.get("/roads/{name}/analyses")
def analyses(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Analyses of every version of a road, newest first."""
    made = ROAD_ANALYSIS.c
    shown = (made.id, made.kind, made.made_at, PERSON.c.login.label("made_by"), made[f"headline_{language()}"].label("headline"),
             made.alarm, ROAD.c.number.label("version"), made.road, made.options, made.synthetic, made.laid_over)  # fmt: skip
    query = (
        sa.select(*shown)
        .join(ROAD, ROAD.c.id == made.road)
        .join(PERSON, PERSON.c.id == made.made_by)
        .order_by(made.made_at.desc(), made.id)
    )
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD, name)
        here = query.where(may_see(viewer, ROAD_ANALYSIS), may_see(viewer, ROAD), ROAD.c.name == row.name)
        return listed(connection, here, asked, "analyses")


@router.get("/road-analyses/{name}", response_model=RoadAnalysis)
def analysis(name: str, request: Request, viewer: Reader, platform: Here) -> Response:
    """One analysis with its document in the language of the request."""
    row, road, login = _opened(platform, viewer, name)
    found = RoadAnalysis(
        **{key: getattr(row, key) for key in ("id", "road", "kind", "options", "alarm", "synthetic", "made_at")},
        name=road.name, version=road.number, word=_word(row.kind), made_by=login, document=document_of(platform, row),
    )  # fmt: skip
    response = JSONResponse(found.model_dump())
    response.headers["Vary"] = "Accept-Language"
    return marked(request, response)


@router.get("/road-analyses/{name}/sheets/{sheet}")
def sheet(name: str, sheet: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """A table of the document; ``columns`` tell title, unit and how each is shown."""
    row, road, _ = _opened(platform, viewer, name)
    found, frame = _sheet(platform, row.kind, row.id, getattr(row, language()), sheet)
    about = {
        "title": found["title"],
        "note": found["note"],
        "version": road.number,
        "columns": [{**column, "code": column["key"], "name": _head(column)} for column in found["columns"]],
    }
    return answer(frame, asked, f"{row.kind}-{sheet}", about=about)


@functools.lru_cache(maxsize=8)
def _sheet(platform: Platform, kind: str, name: str, sha256: str, sheet: str) -> tuple[Any, pl.DataFrame]:
    """A table of a document, read and held against its hash once for all its pages."""
    sheets = {found["name"]: found for found in _document(platform, kind, name, sha256)["sheets"]}
    if sheet not in sheets:
        raise NotFound(what_zh="表", what_en="table", name=sheet, known=", ".join(sheets) or "–")
    found = sheets[sheet]
    return {key: found[key] for key in ("title", "note", "columns")}, frame_of(found)


def document_of(platform: Platform, row: Any) -> dict[str, Any]:
    """The document of an analysis in the language of the request.

    Raises
    ------
    VersionAltered
    """
    return _document(platform, row.kind, row.id, getattr(row, language()))


def _document(platform: Platform, kind: str, name: str, sha256: str) -> dict[str, Any]:
    objects = platform.store.objects
    if not objects.sound(sha256):
        raise VersionAltered(file=f"{kind}: {name}")
    found: dict[str, Any] = json.loads(objects.read(sha256))
    return found


def frame_of(sheet: dict[str, Any]) -> pl.DataFrame:
    """The rows of a table: a column of numbers where all of them are, else of texts."""
    columns = {}
    for column in sheet["columns"]:
        values = [row.get(column["key"]) for row in sheet["rows"]]
        plain = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)  # fmt: skip
        if plain and any(value is not None for value in values):
            whole = all(value is None or (isinstance(value, int) and abs(value) < 2**63) for value in values)
            columns[column["key"]] = pl.Series(values, dtype=pl.Int64 if whole else pl.Float64, strict=False)
        else:
            columns[column["key"]] = pl.Series([_text(value) for value in values], dtype=pl.String)
    return pl.DataFrame(columns)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _head(column: dict[str, Any]) -> str:
    """A title with its unit, as the head of a sheet has it."""
    unit = column["unit"]
    if not unit:
        return str(column["title"])
    return f"{column['title']}（{unit}）" if language() == "zh" else f"{column['title']} [{unit}]"


def _word(kind: str) -> str:
    known = KINDS.get(kind)
    return kind if known is None else (known.zh if language() == "zh" else known.en)


def _opened(platform: Platform, viewer: Viewer, name: str) -> tuple[Any, Any, str]:
    """An analysis that the viewer may see, its road, and the login of who made it."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD_ANALYSIS, name)
        road = one(connection, viewer, ROAD, row.road)
        login = connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == row.made_by)).scalar_one()
    return row, road, str(login)
