"""The library of factors: search, comparison, the chain of resolution, documents, releases and what changed between them."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Depends, Query, Response

from tanheng.access.areas import Viewer
from tanheng.codes.wording import passage
from tanheng.errors import NotFound, language
from tanheng.factors import diff
from tanheng.factors.gwp import gwp_sets
from tanheng.factors.release import releases
from tanheng.inventory.methods.method import document_facts
from tanheng.serve.asking import allowed
from tanheng.serve.shelf import document_address, library, shelf
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["library"])
FactorReader = Annotated[Viewer, Depends(allowed("factors.read"))]
Release = Annotated[str, Query(max_length=40, description="a release of the factors; the newest unless told")]
_API = "/api/v1"
_REMARKS = ("activity", "notes", "source_locator", "source_ref")
"""Fields of a factor that are texts of its pack, not codes."""


@router.get("/factors")
def factors(
    viewer: FactorReader,
    asked: Table,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str | None, Query(max_length=40)] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    release: Release = "",
) -> Response:
    """Search names, items, ids and documents, in Chinese and English; ``unverified`` marks what nobody has seen in its document."""
    found = library(release).search(q, region=region or None, year=year, limit=None)
    return answer(found.with_columns((pl.col("check") == "recalled").alias("unverified")), asked, "factors")


@router.get("/factors/compare")
def compare(
    viewer: FactorReader,
    asked: Table,
    factor: Annotated[list[str], Query(min_length=1, max_length=20, description="ids, repeatable")],
    release: Release = "",
) -> Response:
    """Factors beside one another: one row for each field, one column for each factor."""
    held = library(release)
    rows = {name: held.get(name).to_dict() for name in dict.fromkeys(factor)}
    flat = {
        name: {**row, **{f"source_{key}": value for key, value in row["source"].items()}}
        for name, row in rows.items()
    }
    fields = [key for key in next(iter(flat.values())) if key != "source"]
    table = {"field": fields} | {
        name: [(_said if key in _REMARKS else _text)(row.get(key)) for key in fields]
        for name, row in flat.items()
    }
    same = [len({row.get(key) for row in flat.values()}) == 1 for key in fields]
    return answer(pl.DataFrame(table).with_columns(pl.Series("same", same)), asked, "factors-compared")


@router.get("/factors/answer")
def resolve(
    viewer: FactorReader,
    item: Annotated[str, Query(min_length=1, max_length=100)],
    region: Annotated[str, Query(min_length=1, max_length=40)],
    date: Annotated[str, Query(min_length=4, max_length=10)],
    activity: Annotated[str | None, Query(max_length=100)] = None,
    gas: Annotated[str | None, Query(max_length=20)] = None,
    property: Annotated[str, Query(max_length=60)] = "emission_factor",
    sector: Annotated[str | None, Query(max_length=100)] = None,
    equipment: Annotated[str | None, Query(max_length=100)] = None,
    source: Annotated[str | None, Query(max_length=200)] = None,
    origin: Annotated[str | None, Query(max_length=20)] = None,
    release: Release = "",
) -> dict[str, Any]:
    """The factor that applies at a place and a day, with the chain that was tried and why it was chosen."""
    narrow = {
        "activity": activity,
        "gas": gas,
        "sector": sector,
        "equipment": equipment,
        "source": source,
        "origin": origin,
    }
    found = library(release).lookup(
        item, region, date, property=property, **{key: value or None for key, value in narrow.items()}
    )
    return {**found.to_dict(), **_addresses(found.id, found.source), "said": _words(found.source)}


@router.get("/factors/{name}")
def factor(name: str, viewer: FactorReader, release: Release = "") -> dict[str, Any]:
    """One factor with its document, and the other rows for the same thing."""
    held = library(release)
    row = held.get(name)
    same = ("item", "property", "activity", "gas", "sector", "equipment")
    others = [
        {"id": one.id, "region": one.region, "year_from": one.year_from, "year_to": one.year_to, "text": one.text, "unit": one.unit, "check": one.check}
        for one in held
        if one.id != row.id and all(getattr(one, key) == getattr(row, key) for key in same)
    ]  # fmt: skip
    return {
        **row.to_dict(),
        **_addresses(row.id, row.source),
        "said": {"activity": _said(row.activity), "notes": _said(row.notes), **_words(row.source)},
        "release": held.release.name,
        "others": others[:500],
    }


@router.get("/factor-releases")
def factor_releases(viewer: FactorReader, asked: Table) -> Response:
    """Releases of the factors, newest last."""
    rows = [
        {"name": held.name, "rows": len(held), "hash": held.release.hash, "unverified": sum(one.unverified for one in held)}
        for held in map(library, releases())
    ]  # fmt: skip
    return answer(pl.DataFrame(rows), asked, "factor-releases")


@router.get("/factor-releases/diff")
def factor_changes(
    viewer: FactorReader,
    asked: Table,
    old: Annotated[str, Query(max_length=40)],
    new: Annotated[str, Query(max_length=40)],
) -> Response:
    """What changed from one release to another, cell by cell."""
    return answer(diff(library(old), library(new)).to_polars(), asked, "factor-changes")


@router.get("/gwp-sets")
def gwps(viewer: FactorReader, asked: Table, release: Release = "") -> Response:
    """Global warming potentials by set, horizon [years] and gas, kg CO2e per kg, each with its factor."""
    held = library(release)
    rows = [
        {"set": name, "horizon": horizon, "gas": gas, "value": found.values[gas], "factor": found.ids[gas],
         "unverified": gas in found.unverified}
        for name, horizon in sorted(gwp_sets(held))
        for found in [held.gwp(name, horizon=horizon)]
        for gas in sorted(found.ids)
    ]  # fmt: skip
    return answer(pl.DataFrame(rows), asked, "gwp-sets")


@router.get("/documents")
def documents(viewer: FactorReader, asked: Table) -> Response:
    """Documents of factors and methods, with how much stands on each."""
    rows = [
        {"id": one["id"], "title": one["title"], "publisher": one["publisher"], "year": _text(one["year"]),
         "factors": len(one["factors"]), "unverified": sum(row["check"] == "recalled" for row in one["factors"]),
         "methods": ", ".join(row["id"] for row in one["methods"])}
        for one in shelf().values()
    ]  # fmt: skip
    return answer(pl.DataFrame(rows, infer_schema_length=None), asked, "documents")


@router.get("/documents/{name}")
def document(name: str, viewer: FactorReader) -> dict[str, Any]:
    """One document: its licence, through what it was read, and the factors and methods that stand on it."""
    if name not in shelf():
        raise NotFound(what_zh="文件", what_en="document", name=name, known="–")
    found = shelf()[name]
    return {
        **found,
        "said": {key: _said(found.get(key)) for key in ("licence", "read_through")},
        "factors": [
            {**one, "locator_said": _said(one["locator"]), "address": f"{_API}/factors/{one['id']}"}
            for one in found["factors"]
        ],
        "methods": [{**one, "address": f"{_API}/methods/{one['id']}"} for one in found["methods"]],
    }


def _said(text: Any) -> str:
    """A text of a pack in the language of the request."""
    both = passage(_text(text))
    return both.zh if language() == "zh" else both.en


def _words(source: dict[str, Any]) -> dict[str, str]:
    """The document of a factor as it is cited, the place in it, and through what it was read."""
    mark = "，" if language() == "zh" else ", "
    return {
        "cited": mark.join(document_facts(source, language())),
        "locator": _said(source.get("locator")),
        "ref": _said(source.get("ref")),
    }


def _addresses(name: str, source: dict[str, Any]) -> dict[str, str | None]:
    return {"address": f"{_API}/factors/{name}", "document_address": document_address(source)}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
