"""Places: where parks and enterprises lie, from a table with coordinates."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see, place_for
from tanheng.atlas.datum import SHIFTED
from tanheng.atlas.places import Place, outside, read_places
from tanheng.atlas.problems import PlacesOutside
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import MAP, PLACE, UPLOAD
from tanheng.serve.asking import Here, Reader, Writer
from tanheng.serve.holdings import one, small_file_of
from tanheng.serve.problems import NameElsewhere
from tanheng.serve.tables import Table, listed

router = APIRouter(tags=["places"])
_SHOWN = [PLACE.c[name] for name in ("id", "entity", "name", "longitude", "latitude", "region", "source", "made_at")]  # fmt: skip


class NewPlaces(BaseModel):
    """An uploaded table of places; ``source`` is said of rows that name none.

    ``system`` is that of its coordinates: GCJ02 (AMap, Tencent) and BD09 (Baidu) are converted to WGS84, and only where they are
    stated here. Places outside the outline of their region are refused unless ``accept_outside``.
    """

    upload: Annotated[str, Field(max_length=32)]
    source: Annotated[str, Field(max_length=300)] = ""
    system: Literal["WGS84", "CGCS2000", "GCJ02", "BD09"] = "WGS84"
    accept_outside: bool = False


class Taken(BaseModel):
    """How many places were kept, and how many of them were there before."""

    places: int
    replaced: int


@router.post("/places", status_code=201)
def load(asked: NewPlaces, viewer: Writer, platform: Here) -> Taken:
    """Keep the places of a table: all rows, or none; an entity that is there already gets the new coordinates."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, asked.upload)
    found = read_places(small_file_of(platform, row), system=asked.system, region=row.region)
    if not asked.accept_outside:
        _refuse_outside(platform, viewer, found, row.name)
    if asked.system in SHIFTED:
        told = f"{asked.system} → WGS84"
        found = [
            replace(place, source=f"{place.source or asked.source or row.name}; {told}") for place in found
        ]
    return keep(platform, viewer, found, asked.source or row.name, region=row.region)


def _refuse_outside(platform: Platform, viewer: Viewer, found: list[Place], file: str) -> None:
    """Refuse places outside their regions, by the newest map of outlines that the viewer sees; without one none is refused.

    Raises
    ------
    PlacesOutside
    """
    newest = (
        sa.select(MAP).where(may_see(viewer, MAP), MAP.c.kind == "geojson").order_by(MAP.c.made_at.desc())
    )
    with platform.reading() as connection:
        row = connection.execute(newest.limit(1)).first()
    if row is None:
        return
    features = json.loads(platform.store.objects.path(row.sha256).read_bytes())["features"]
    outlines = {
        one["properties"]["code"]: one["geometry"]["coordinates"]
        for one in features
        if one["properties"]["code"]
    }
    if beyond := outside(found, outlines):
        rows = [{"row": one.row, **_told(one)} for one in beyond]
        names = ", ".join(f"{one.entity} ({one.row})" for one in beyond[:5])
        raise PlacesOutside(rows=rows, file=file, count=len(beyond), map=row.name, names=names)


@router.get("/places")
def places(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Places that the viewer may see."""
    query = sa.select(*_SHOWN).where(may_see(viewer, PLACE)).order_by(PLACE.c.entity)
    with platform.reading() as connection:
        return listed(connection, query, asked, "places")


@router.delete("/places/{name}", status_code=204)
def drop(name: str, viewer: Writer, platform: Here) -> Response:
    """Forget where an entity lies."""
    with platform.writing() as connection:
        row = one(connection, viewer, PLACE, name)
        connection.execute(sa.delete(PLACE).where(PLACE.c.id == row.id))
        append(
            connection, "place.drop", row.id, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, before=_told(row), detail={"entity": row.entity},
        )  # fmt: skip
    return Response(status_code=204)


def keep(platform: Platform, viewer: Viewer, found: list[Place], source: str, *, region: str = "") -> Taken:
    """Keep places in one transaction.

    Raises
    ------
    OutsideArea
        For a place outside the viewer's areas.
    NameElsewhere
        When an entity is another's.
    """
    rows: list[dict[str, Any]] = []
    for place in found:
        lies, entity = place_for(viewer, region=place.region or region, entity=place.entity)
        rows.append({"id": new_id(), "tenant": viewer.tenant, "region": lies, "entity": entity or place.entity,
                     "name": place.name, "longitude": place.longitude, "latitude": place.latitude,
                     "source": place.source or source, "made_by": viewer.person, "made_at": now()})  # fmt: skip
    names = [row["entity"] for row in rows]
    with platform.writing() as connection:
        old = connection.execute(
            sa.select(PLACE).where(PLACE.c.tenant == viewer.tenant, PLACE.c.entity.in_(names))
        ).all()
        mine = sa.select(PLACE.c.id).where(may_see(viewer, PLACE), PLACE.c.entity.in_(names))
        own = set(connection.execute(mine).scalars())
        if others := [row.entity for row in old if row.id not in own]:
            raise NameElsewhere(name=others[0])
        if own:
            connection.execute(sa.delete(PLACE).where(PLACE.c.id.in_(own)))
        connection.execute(sa.insert(PLACE), rows)
        append(
            connection, "place.add", source[:200], tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, before=[_told(row) for row in old], after=names,
            detail={"places": len(rows), "replaced": len(old), "source": source},
        )  # fmt: skip
    return Taken(places=len(rows), replaced=len(old))


def _told(row: Any) -> dict[str, Any]:
    return {
        name: getattr(row, name) for name in ("entity", "name", "longitude", "latitude", "region", "source")
    }
