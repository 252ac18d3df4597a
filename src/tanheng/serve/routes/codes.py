"""Codes and places: code lists, regions with what lies below and above them, entities of the tenant."""

from __future__ import annotations

import functools
from dataclasses import asdict
from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Query, Response

from tanheng.access.areas import may_see
from tanheng.access.roles import permission_words
from tanheng.codes import Region, code_lists, codelist, match_regions, normalise, region_chain
from tanheng.codes import region as region_of
from tanheng.codes import regions as regions_of
from tanheng.codes.wording import parameter_name, parameter_names, unit_name
from tanheng.factors import load_factors
from tanheng.inventory import load_method, method_files
from tanheng.quantities import read_rows
from tanheng.record.tables import DATASET, RUN, UPLOAD
from tanheng.serve.asking import Here, Reader, Signed
from tanheng.serve.tables import Table, answer, listed

router = APIRouter(tags=["codes"])
Words = Annotated[str, Query(max_length=100, description="part of a code or name")]
Year = Annotated[int | None, Query(ge=1949, le=2200, description="as of this year; today unless told")]


@router.get("/codes")
def codes(viewer: Signed, asked: Table) -> Response:
    """The code lists that ship."""
    rows = [{"name": name, "codes": len(codelist(name))} for name in code_lists()]
    return answer(pl.DataFrame(rows), asked, "codes")


@router.get("/codes/{name}")
def code_list(
    name: str,
    viewer: Signed,
    asked: Table,
    q: Words = "",
    under: Annotated[str, Query(max_length=80, description="only what lies directly below this code")] = "",
) -> Response:
    """One code list with parents and names in both languages."""
    held = codelist(name)
    rows = held.children(under) if under else held.rows
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else held.to_polars().clear()
    below = {row.get("parent") for row in held.rows}
    marked = frame.with_columns(pl.col("code").is_in(list(below - {None, ""})).alias("has_children"))
    return answer(_holding(marked, q), asked, name)


@router.get("/words")
def words(viewer: Signed) -> dict[str, dict[str, dict[str, str]]]:
    """What permissions, and units and parameters of factors and methods, are called, in both languages."""
    return _words()


@functools.cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    rules = [rule for name in method_files() for rule in load_method(name).rules]
    units = {one.unit for one in load_factors()} | {row["unit"] for row in read_rows("units.csv")}
    units |= {unit for rule in rules for one in rule.parameters.values() for unit in one.units}
    parameters = {*parameter_names(), *(name for rule in rules for name in rule.parameters)}
    return {
        "permissions": permission_words(),
        "units": {unit: asdict(unit_name(unit)) for unit in sorted(units) if unit},
        "parameters": {name: asdict(parameter_name(name)) for name in sorted(parameters)},
    }


@router.get("/regions")
def regions(
    viewer: Signed,
    asked: Table,
    q: Words = "",
    level: Annotated[str | None, Query(max_length=40, description="province, city, district, grid …")] = None,
    under: Annotated[str | None, Query(max_length=40, description="only regions below this one")] = None,
    code: Annotated[list[str], Query(max_length=2000, description="only these codes, repeatable")] = [],  # noqa: B006
    on: Year = None,
) -> Response:
    """Regions as of a year; a whole name or code is found first."""
    found = regions_of(level or None, under=under or None, on=on)
    exact = {one.code for one in match_regions(q, on)} if q else set()
    wanted = normalise(q)
    only = set(code)
    rows = [
        _row(one)
        for one in found
        if (not only or one.code in only) and (not q or one.code in exact or _has(one, wanted))
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_REGION, pl.String))
    order = pl.col("code").is_in(list(exact))
    return answer(frame.sort(order, descending=True, maintain_order=True), asked, "regions")


@router.get("/regions/{name}")
def region(name: str, viewer: Signed, on: Year = None) -> dict[str, Any]:
    """One region by code or name: the chain along which factors are looked up, and what lies directly below."""
    found = region_of(name, on)
    below = [_row(one) for one in regions_of(under=found.code, on=on) if one.parent == found.code]
    chain = [asdict(step) for step in region_chain(found.code, on)]
    return {**_row(found), "chain": chain, "children": below}


@router.get("/entities")
def entities(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Parks and enterprises of which the viewer may see files, data sets or runs, with how many there are."""
    parts = [
        sa.select(table.c.entity, table.c.region, sa.literal(table.name).label("kind"), sa.func.count().label("count"))
        .where(may_see(viewer, table), table.c.entity != "")
        .group_by(table.c.entity, table.c.region)
        for table in (UPLOAD, DATASET, RUN)
    ]  # fmt: skip
    union = sa.union_all(*parts).subquery()
    query = sa.select(union).order_by(union.c.entity, union.c.kind)
    with platform.reading() as connection:
        return listed(connection, query, asked, "entities")


_REGION = ("code", "level", "name_zh", "name_en", "parent", "gb2260", "valid_from", "valid_to")


def _row(one: Region) -> dict[str, str]:
    return {key: getattr(one, key) for key in _REGION}


def _has(one: Region, wanted: str) -> bool:
    texts = (one.code, one.name_zh, one.name_en, one.gb2260, *one.aliases)
    return any(wanted in normalise(text) for text in texts if text)


def _holding(frame: pl.DataFrame, q: str) -> pl.DataFrame:
    """Rows of which the code, a name or another spelling holds a text."""
    wanted = normalise(q)
    if not wanted:
        return frame
    names = [name for name in ("code", "name_zh", "name_en", "aliases") if name in frame.columns]
    here = [
        any(wanted in normalise(str(row[name] or "")) for name in names)
        for row in frame.iter_rows(named=True)
    ]
    return frame.filter(pl.Series(here, dtype=pl.Boolean))
