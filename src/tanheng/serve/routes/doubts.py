"""Doubts: what the checks found, as a worklist with state, owner and reason."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see
from tanheng.codes import codelist
from tanheng.errors import language
from tanheng.record.tables import DOUBT, PERSON, RUN
from tanheng.serve.alarms import doubts_of_run, newest_doubts
from tanheng.serve.asking import Here, Reader, allowed
from tanheng.serve.holdings import one
from tanheng.serve.tables import Table, listed
from tanheng.serve.worklists import Answer, answer_doubt

router = APIRouter(tags=["doubts"])
Clearer = Annotated[Viewer, Depends(allowed("doubt.clear"))]
_SHOWN = [DOUBT.c[name] for name in ("id", "dataset", "run", "source_check", "region", "entity", "finding", "code", "level", "state", "reason", "facts", "changed_at")]  # fmt: skip


class DoubtChange(BaseModel):
    """What is said of a doubt; a part that is left out stays. ``seen`` is ``changed_at`` as it was read, against lost answers."""

    state: Literal["open", "explained", "corrected", "accepted"] | None = None
    owner: Annotated[str | None, Field(max_length=120, description="login; empty for nobody")] = None
    reason: Annotated[str | None, Field(max_length=40, description="a code of doubt_reasons")] = None
    note: Annotated[str | None, Field(max_length=2000)] = None
    seen: Annotated[str, Field(max_length=40)] = ""


class DoubtChanges(DoubtChange):
    """The same said of several doubts: all of them are changed, or none."""

    doubts: Annotated[list[Annotated[str, Field(max_length=32)]], Field(min_length=1, max_length=500)]


class Answered(BaseModel):
    """A doubt as it stands now."""

    id: str
    state: str
    owner: str
    reason: str
    note: str
    changed_at: str


class Word(BaseModel):
    """An entry of a list, in the language of the request."""

    code: str
    name: str
    meaning: str
    state: str = ""
    explains: list[str] = []


class Words(BaseModel):
    """States that a doubt can have, and reasons that can be given."""

    states: list[Word]
    reasons: list[Word]


def doubts_of(viewer: Viewer) -> sa.Select[Any]:
    """Doubts that a viewer may see, the heaviest and oldest first."""
    owner = sa.select(PERSON.c.login).where(PERSON.c.id == DOUBT.c.owner).scalar_subquery()
    weight = sa.case({"error": 0, "warning": 1}, value=DOUBT.c.level, else_=2)
    query = sa.select(*_SHOWN, sa.func.coalesce(owner, "").label("owner")).where(may_see(viewer, DOUBT))
    return query.order_by(weight, DOUBT.c.changed_at, DOUBT.c.id)


@router.get("/doubts")
def doubts(
    viewer: Reader,
    platform: Here,
    asked: Table,
    run: Annotated[
        str, Query(max_length=32, description="only of this run and the data set it was made from")
    ] = "",
) -> Response:
    """Doubts of the newest version of every data set, and of the newest run and check of sources of every name; or of one run with its data set."""
    with platform.reading() as connection:
        chosen = doubts_of_run(one(connection, viewer, RUN, run)) if run else newest_doubts(viewer.tenant)
        return listed(connection, doubts_of(viewer).where(chosen), asked, "doubts")


@router.get("/doubts/words")
def words(viewer: Reader) -> Words:
    """States and reasons, for forms."""
    return Words(states=_words("doubt_states"), reasons=_words("doubt_reasons"))


@router.get("/doubts/{name}")
def doubt(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One doubt with the first rows that it is about."""
    with platform.reading() as connection:
        one(connection, viewer, DOUBT, name)
        return dict(connection.execute(doubts_of(viewer).where(DOUBT.c.id == name)).one()._mapping)


@router.post("/doubts/{name}")
def change(name: str, asked: DoubtChange, viewer: Clearer, platform: Here) -> Answered:
    """Change state, owner, reason or note; who closes a doubt gives a reason or a note."""
    with platform.writing() as connection:
        return _changed(connection, viewer, name, asked)


@router.post("/doubts")
def change_several(asked: DoubtChanges, viewer: Clearer, platform: Here) -> list[Answered]:
    """Change several doubts alike: all of them, or none."""
    with platform.writing() as connection:
        return [_changed(connection, viewer, name, asked) for name in dict.fromkeys(asked.doubts)]


def _changed(connection: sa.Connection, viewer: Viewer, name: str, asked: DoubtChange) -> Answered:
    row = one(connection, viewer, DOUBT, name)
    answer = Answer(asked.state, asked.owner, asked.reason, asked.note)
    said = answer_doubt(connection, viewer, row, answer, seen=asked.seen)
    login = connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == said["owner"])).scalar() or ""
    return Answered(id=name, **{**said, "owner": login})


def _words(name: str) -> list[Word]:
    lang = language()
    return [
        Word(
            code=row["code"], name=row[f"name_{lang}"], meaning=row[f"meaning_{lang}"], state=row.get("state", ""),
            explains=row.get("explains", "").split("|") if row.get("explains") else [],
        )
        for row in codelist(name).rows
    ]  # fmt: skip
