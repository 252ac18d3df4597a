"""Decisions on the deviation of a road, and what became of them: a log that is only added to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer
from tanheng.codes.wording import unit_name
from tanheng.errors import NotFound, language
from tanheng.pathways.deviation.decisions import shown
from tanheng.pathways.deviation.levels import VERDICTS
from tanheng.record.platform import Platform
from tanheng.record.tables import ROAD, ROAD_ANALYSIS
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, allowed
from tanheng.serve.holdings import one
from tanheng.serve.roads.decisions import DECISION, REVIEW, By, add_entry, checked_log, log_of, refused
from tanheng.serve.roads.laid import refuse_laid_over
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["road-decisions"])
Approver = Annotated[Viewer, Depends(allowed("release.approve"))]
Number = Annotated[int, Path(ge=1, le=10**9)]
_SCHEMA: dict[str, Any] = {
    "number": pl.Int64, "at": pl.String, "who": pl.String, "login": pl.String, "version": pl.Int64, "year": pl.Int64, "unit": pl.String,
    "deviation": pl.Float64, "share": pl.Float64, "verdict": pl.String, "levers": pl.String, "expected_year": pl.Int64, "expected": pl.Float64,
    "present_value": pl.Float64, "note": pl.String, "state": pl.String, "reviewed_in": pl.Int64, "delivered": pl.Float64, "review_note": pl.String,
    "reviewed_by": pl.String, "reviewed_at": pl.String, "analysis": pl.String, "review": pl.String, "hash": pl.String,
}  # fmt: skip
"""A row for each decision; ``deviation`` and ``expected`` [unit], ``present_value`` [CNY], ``share`` and ``delivered`` as shares of 1."""


class NewDecision(BaseModel):
    """What was decided on a deviation; all levers of its correction unless some are named, or ``nothing`` is done.

    ``who`` is the body or person that decided; unless told, who is signed in. Who is signed in is kept in any case.
    """

    analysis: Annotated[str, Field(max_length=32)]
    who: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    levers: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=500)] | None = None  # fmt: skip
    nothing: bool = False


class NewReview(BaseModel):
    """What became of a decision, as an analysis of kind review found it."""

    analysis: Annotated[str, Field(max_length=32)]
    who: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""


class Entered(BaseModel):
    """An entry as it stands: its number and its hash, to be kept elsewhere."""

    number: int
    hash: str


@router.post("/roads/{name}/decisions", status_code=202)
def decide(name: str, asked: NewDecision, request: Request, viewer: Approver, platform: Here) -> jobs.Queued:
    """Enter a decision on an analysis of the deviation, as a job that computes the effect that is expected of the levers."""
    if asked.nothing and asked.levers is not None:
        raise refused(
            ("既写了杠杆又写了不采取行动", "levers are named, and nothing is done"), ("请只写其一。", "Give one of them.")
        )  # fmt: skip
    _refuse_hidden(asked.who)
    with platform.writing() as connection:
        road, analysis = _analysed(connection, viewer, platform, name, asked.analysis, "deviation")
        if not asked.nothing:
            _refuse_levers(_result(platform, analysis), asked.levers)
        checked_log(connection, road.tenant, road.name)
        told = {**asked.model_dump(), "analysis": analysis.id, "road": road.id, "source": viewer.source}
        job = jobs.enqueue(connection, viewer, "road-decision", told, region=road.region, entity=road.entity)
    request.app.state.runner.wake()
    return jobs.Queued(job=job)


@router.get("/roads/{name}/decisions")
def decisions(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Decisions on any version of a road, the newest first; ``state`` is waiting, due or reviewed. ``broken`` tells the first entry that was altered."""
    with platform.reading() as connection:
        road = one(connection, viewer, ROAD, name)
        found = log_of(connection, road.tenant, road.name)
        last = connection.scalar(
            sa.select(ROAD.c.last)
            .where(ROAD.c.tenant == road.tenant, ROAD.c.name == road.name)
            .order_by(ROAD.c.number.desc())
            .limit(1)
        )
    rows = [_row(line, found.lines, last) for line in found.lines if line["kind"] == DECISION]
    head = found.lines[-1] if found.lines else None
    about = {
        "road": road.name, "last": last, "entries": len(found.lines), "head": None if head is None else {"number": head["number"], "hash": head["hash"]},
        "broken": None if found.broken is None else found.broken.to_dict(),
    }  # fmt: skip
    return answer(pl.DataFrame(rows[::-1], schema=_SCHEMA), asked, "decisions", about=about)


@router.get("/roads/{name}/decisions/{number}")
def decision(name: str, number: Number, viewer: Reader, platform: Here) -> dict[str, Any]:
    """An entry of the log, decision or review, as it was hashed."""
    with platform.reading() as connection:
        road = one(connection, viewer, ROAD, name)
        lines = checked_log(connection, road.tenant, road.name)
    return dict(_entry(lines, number))


@router.post("/roads/{name}/decisions/{number}/review", status_code=201)
def review(name: str, number: Number, asked: NewReview, viewer: Approver, platform: Here) -> Entered:
    """Enter what became of a decision, as an analysis of kind review of this road found it."""
    _refuse_hidden(asked.who)
    with platform.writing() as connection:
        road, analysis = _analysed(connection, viewer, platform, name, asked.analysis, REVIEW)
        version = one(connection, viewer, ROAD, analysis.road)
        lines = checked_log(connection, road.tenant, road.name)
        decided = _entry(lines, number)
        outcome = next((found for found in _result(platform, analysis)["outcomes"] if found["number"] == number), None)  # fmt: skip
        if decided["kind"] != DECISION or outcome is None:
            raise refused(
                (f"这次回看没有第 {number} 条决策", f"this review does not tell of decision {number}"),
                ("请在新的核查年上重做回看。", "Make the review again on a version with a later observed year."),
            )  # fmt: skip
        entry = {"of": number, "who": shown(asked.who) or viewer.name or viewer.login, "note": shown(asked.note), "outcome": outcome}  # fmt: skip
        by = By(viewer.person, viewer.login, viewer.source)
        line = add_entry(connection, version, REVIEW, entry, analysis=analysis.id, by=by)
    return Entered(number=line["number"], hash=line["hash"])


def _analysed(
    connection: sa.Connection, viewer: Viewer, platform: Platform, name: str, analysis: str, kind: str
) -> tuple[Any, Any]:
    """A road, and an analysis of some kind of any of its versions, of what the version holds."""
    road = one(connection, viewer, ROAD, name)
    found = one(connection, viewer, ROAD_ANALYSIS, analysis)
    version = one(connection, viewer, ROAD, found.road)
    if (version.tenant, version.name) != (road.tenant, road.name) or found.kind != kind:
        what = {"deviation": ("偏差", "deviation"), REVIEW: ("回看", "review")}[kind]
        raise refused(
            (f"所选分析不是这条路径的{what[0]}", f"the analysis is no {what[1]} of this road"),
            (f"请先在这条路径上做一次{what[0]}分析。", f"Make an analysis of kind {what[1]} of this road first."),
        )  # fmt: skip
    refuse_laid_over(found, _result(platform, found))
    return road, found


def _refuse_hidden(who: str) -> None:
    if who and not shown(who):
        raise refused(
            ("名字里没有看得见的字", "the name has no character that is seen"),
            ("请写姓名或机构，或留空。", "Name a person or a body, or leave it out."),
        )


def _result(platform: Platform, analysis: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(platform.store.objects.read(analysis.zh))["result"]
    return found


def _refuse_levers(result: Mapping[str, Any], levers: Sequence[str] | None) -> None:
    correction = result["correction"]
    if correction is None:
        why = result["no_correction"]
        raise refused(
            (f"没有可决策的调整：{why['zh']}", f"there is no correction to decide on: {why['en']}"),
            ("请把“求调整”设为“求”再做一次偏差分析，或记录不采取行动。", "Make the analysis again with a correction looked for, or record that nothing is done."),
        )  # fmt: skip
    known = [found["lever"] for found in correction["levers"]]
    for lever in levers or ():
        if lever not in known:
            raise NotFound(
                what_zh="调整里的杠杆",
                what_en="lever of the correction",
                name=lever,
                known=", ".join(known) or "–",
            )


def _entry(lines: Sequence[Mapping[str, Any]], number: int) -> Mapping[str, Any]:
    if number > len(lines):
        raise NotFound(what_zh="决策", what_en="decision", name=str(number), known=f"1–{len(lines)}" if lines else "–")  # fmt: skip
    return lines[number - 1]


def _row(line: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], last: int | None) -> dict[str, Any]:
    lang, expected, place = language(), line["expected"] or {}, int(language() != "zh")
    reviews = [found for found in lines if found["kind"] == REVIEW and found["of"] == line["number"]]
    newest: Mapping[str, Any] = max(reviews, key=lambda found: (found["outcome"]["year"], found["number"]), default={})  # fmt: skip
    later = last is not None and last > line["year"]
    until = max(map(int, expected["with"])) if expected else None
    plan = (newest.get("outcome") or {}).get("against_plan") or {}
    return {
        "number": line["number"], "at": line["at"], "who": line["who"], "login": line["login"], "version": line["version"], "year": line["year"],
        "unit": str(getattr(unit_name(line["unit"]), lang)), "deviation": line["deviation"]["deviation"], "share": line["deviation"]["share"],
        "verdict": VERDICTS[line["deviation"]["verdict"]][place],
        "levers": ("、" if lang == "zh" else ", ").join(lever["title"][lang] for lever in line["levers"]), "expected_year": until,
        "expected": expected["without"][str(until)] - expected["with"][str(until)] if expected else None,
        "present_value": expected.get("present_value"), "note": line["note"], "state": "reviewed" if reviews and not _stale(newest, last) else "due" if later else "waiting",
        "reviewed_in": (newest.get("outcome") or {}).get("year"), "delivered": plan.get("delivered"), "review_note": newest.get("note"),
        "reviewed_by": newest.get("who"), "reviewed_at": newest.get("at"), "analysis": line["analysis"], "review": newest.get("analysis"),
        "hash": line["hash"],
    }  # fmt: skip


def _stale(review: Mapping[str, Any], last: int | None) -> bool:
    """Whether a year was observed after the review: it is due again."""
    return last is not None and last > review["outcome"]["year"]
