"""The register of claims of a tenant: one tonne of an offset, one claim, across all its roads; kept in the audit chain.

Claims bind the offsets of the whole tenant: they are locked and released by who may approve releases.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see
from tanheng.errors import NotFound, TanhengError, language
from tanheng.pathways.gate import Claim, Lot
from tanheng.pathways.gate.entries import Writer, claims_of, lock, release
from tanheng.record.tables import ROAD, ROAD_ANALYSIS
from tanheng.serve.asking import Here, Reader, allowed
from tanheng.serve.holdings import one
from tanheng.serve.roads.laid import refuse_laid_over
from tanheng.serve.routes.road_analyses import document_of
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["road-claims"])
Approver = Annotated[Viewer, Depends(allowed("release.approve"))]
REGISTER = "audit"
_SCHEMA: dict[str, Any] = {
    "id": pl.Int64, "option": pl.String, "option_title": pl.String, "vintage": pl.Int64, "tonnes": pl.Int64, "issued": pl.Int64,
    "serials": pl.String, "project": pl.String, "project_title": pl.String, "road": pl.String, "road_name": pl.String, "place": pl.String, "by": pl.String,
    "at": pl.String, "analysis": pl.String, "holds": pl.Boolean, "released": pl.String, "released_by": pl.String, "released_at": pl.String,
    "synthetic": pl.Boolean,
}  # fmt: skip


class NothingToClaim(TanhengError):
    """A claim on an analysis that chose no offsets."""

    code = "W-074"
    status = 409
    zh = "这次分析没有选用抵消（{kind}，{verdict}），没有可登记的量。"
    en = "This analysis chose no offsets ({kind}, {verdict}): there is nothing to claim."
    remedy_zh = "只有判定为“抵消后准入”的新项目才需登记抵消；请打开那一次判定。"
    remedy_en = "Only a new project that is admitted with offsets claims any: open that verdict."


class Released(BaseModel):
    """Why a claim is given up."""

    why: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]  # fmt: skip


class ClaimShown(BaseModel):
    """A claim: whole tonnes of an offset (``option``) and year (``vintage``) that a project holds; ``released`` says why it was given up.

    Of a claim on a road that lies outside of the viewer's areas only the offset and its tonnes are told.
    """

    id: int
    option: str
    option_title: str | None = None
    vintage: int
    tonnes: int
    issued: int
    serials: str | None = None
    project: str | None = None
    project_title: str | None = None
    road: str | None = None
    road_name: str | None = None
    place: str | None = None
    by: str | None = None
    at: str
    analysis: str | None = None
    holds: bool
    released: str | None = None
    released_by: str | None = None
    released_at: str | None = None
    synthetic: bool = False


class ClaimsMade(BaseModel):
    """Claims that were locked together."""

    claims: list[ClaimShown]
    tonnes: int


@router.get("/claims")
def claims(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Every claim of the tenant, newest first, also those that were released."""
    with platform.reading() as connection:
        found = claims_of(connection, tenant=viewer.tenant, name=REGISTER)
        known = _seen(connection, viewer)
    rows = [_shown(one_, known=known(one_)).model_dump() for one_ in reversed(found)]
    held = sum(one_.lot.tonnes for one_ in found if not one_.released)
    return answer(pl.DataFrame(rows, schema=_SCHEMA), asked, "claims", about={"held": held})


@router.post("/road-analyses/{name}/claims", status_code=201)
def claim(name: str, viewer: Approver, platform: Here) -> ClaimsMade:
    """Claim all offsets that a verdict chose for its project, or none."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD_ANALYSIS, name)
        road = one(connection, viewer, ROAD, row.road)
    document = document_of(platform, row)
    result = document["result"]
    wanted = result.get("lots") or []
    if not wanted:
        raise NothingToClaim(kind=row.kind, verdict=result.get("verdict", "–"))
    refuse_laid_over(row, result)
    lots = [Lot(each["option"], each["vintage"], each["tonnes"], each["issued"]) for each in wanted]
    titles = {each["option"]: each["title"] for each in result["offsets"]["options"]}
    about = {"analysis": row.id, "road": road.id, "road_name": road.name, "project_title": result["asked"]["title"],
             "titles": {each.option: titles[each.option] for each in lots}, "synthetic": row.synthetic}  # fmt: skip
    with platform.writing() as connection:
        known = _seen(connection, viewer)
        made = lock(connection, lots, project=result["project"], place=result["road"], by=_writer(viewer), about=about, name=REGISTER,
                    seen=lambda each: each if known(each) else dataclasses.replace(each, id=0, project="–", place="–"))  # fmt: skip
    return _made(made)


@router.post("/claims/{number}/release")
def give_up(
    number: Annotated[int, Path(ge=1, le=2**53)], asked: Released, viewer: Approver, platform: Here
) -> ClaimShown:
    """Give a claim up, with the reason: its tonnes are free again, and the claim stays in the chain."""
    with platform.writing() as connection:
        known = _seen(connection, viewer)
        found = {each.id: each for each in claims_of(connection, tenant=viewer.tenant, name=REGISTER)}
        if number not in found or not known(found[number]):
            raise NotFound(what_zh="抵消登记", what_en="claim", name=str(number), known="–")
        return _shown(
            release(connection, number, asked.why, by=_writer(viewer), name=REGISTER, known=known), known=True
        )


def _seen(connection: sa.Connection, viewer: Viewer) -> Callable[[Claim], bool]:
    """Whether the viewer may see the road of a claim."""
    names = set(connection.execute(sa.select(ROAD.c.name).where(may_see(viewer, ROAD))).scalars())
    return lambda each: each.about.get("road_name") in names


def _writer(viewer: Viewer) -> Writer:
    return Writer(viewer.login, viewer.tenant, viewer.person, viewer.source)


def _made(found: Sequence[Claim]) -> ClaimsMade:
    return ClaimsMade(
        claims=[_shown(each, known=True) for each in found], tonnes=sum(each.lot.tonnes for each in found)
    )


def _shown(each: Claim, *, known: bool) -> ClaimShown:
    lot, about, lang = each.lot, each.about, language()
    plain = ClaimShown(id=each.id, option=lot.option, vintage=lot.vintage, tonnes=lot.tonnes, issued=lot.issued, at=each.at, holds=not each.released)  # fmt: skip
    if not known:
        return plain
    titles = about.get("titles", {}).get(lot.option, {})
    return plain.model_copy(update={
        "option_title": titles.get(lang), "serials": "–".join(map(str, lot.serials)) if lot.serials else None, "project": each.project,
        "project_title": about.get("project_title", {}).get(lang), "road": about.get("road"), "road_name": about.get("road_name"), "place": each.place,
        "by": each.by, "analysis": about.get("analysis"), "released": each.released or None, "released_by": each.released_by or None,
        "released_at": each.released_at or None, "synthetic": bool(about.get("synthetic")),
    })  # fmt: skip
