"""Layers of the carbon map: emissions by region, point and cell over the years, drivers of a place, what-if, alarms."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Response

from tanheng.access.areas import Viewer, below, may_see
from tanheng.atlas import Layer, by_place, cells_of, outlines_of, years_across
from tanheng.atlas.rolling import LEVELS, levels_of
from tanheng.codes import match_regions
from tanheng.drivers import Change, trace, what_if
from tanheng.errors import language
from tanheng.inventory.views import explore
from tanheng.inventory.views.cube import Cube
from tanheng.record.platform import Platform
from tanheng.record.tables import PLACE, RELEASE, RUN
from tanheng.serve.alarms import alarms as every_alarm
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import cube_of, one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.routes.explorer import Cells, Gwp, cell_of
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["layers"])
Level = Literal["", "province", "city", "district"]
Runs = Annotated[list[str] | None, Query(max_length=40, description="runs of different years, repeatable")]
Releases = Annotated[list[str] | None, Query(max_length=40, description="releases instead of runs, by id")]
Positive = Annotated[float, Query(gt=0, allow_inf_nan=False)]
Name = Annotated[str, Query(max_length=80)]
_CUTS = ("sector", "gas")


class Shown:
    """What a layer is made of: runs of different years, of one cell, in one set of weights."""

    def __init__(
        self,
        viewer: Reader,
        platform: Here,
        run: Runs = None,
        release: Releases = None,
        cell: Cells = None,
        gwp: Gwp = None,
    ) -> None:
        self.cell, self.gwp = cell_of(cell), gwp or None
        self.rows = list(_runs(viewer, platform, run or [], release or []))
        self.cubes = [cube_of(platform, row.manifest) for row in self.rows]
        if len({row.unit for row in self.rows}) != 1:
            raise RequestInvalid(detail="run, release: " + ", ".join(row.unit for row in self.rows))

    def sums(self, *names: str) -> pl.DataFrame:
        """Emissions [10^-9 t] by year and some dimensions; a row that names no region lies in that of its run."""
        parts, seen = [], set[str]()
        for row, cube in zip(self.rows, self.cubes, strict=True):
            found = cube.sums(cube.columns([*names, "period"]), cell=self.cell, gwp=self.gwp)
            dated = found.with_columns(pl.col("period").cast(pl.String).str.slice(0, 4).alias("year"))
            years = set(dated["year"].to_list())
            _refuse_twice(seen, years)
            seen |= years
            if "region" in names:
                dated = dated.with_columns(_region(row.region))
            parts.append(dated.select(*names, "year", pl.col("emission_nano").cast(pl.Int128)))
        return pl.concat(parts).group_by(*names, "year").agg(pl.col("emission_nano").sum())

    def activity(self, region: str, years: list[str]) -> pl.DataFrame:
        """Amounts and emissions of a region with all below it, by year, sector and item."""
        parts, seen = [], set[str]()
        for row, cube in zip(self.rows, self.cubes, strict=True):
            found = cube.activity(["region", "period", "sector", "item"], cell=self.cell, gwp=self.gwp)
            dated = found.with_columns(
                pl.col("period").str.slice(0, 4).alias("year"), _region(row.region)
            ).filter(
                pl.col("year").is_in(years),
                (pl.col("region") == region) | pl.col("region").str.starts_with(below(region))
                if region
                else True,
            )
            here = set(dated["year"].to_list())
            _refuse_twice(seen, here)
            seen |= here
            parts.append(dated)
        keys = ["year", "sector", "item", "unit"]
        return pl.concat(parts).group_by(keys).agg(pl.col("amount", "emission").sum()).sort(keys)

    @property
    def years(self) -> list[str]:
        """Years of all runs, also those in which the cell has nothing."""
        dated = [cube.sums(cube.columns(["period"]), gwp=self.gwp)["period"] for cube in self.cubes]
        return sorted({str(period)[:4] for periods in dated for period in periods.to_list()})

    @property
    def regions(self) -> list[str]:
        """Regions of all runs, also those where the cell has nothing."""
        parts = [
            cube.sums(cube.columns(["region"]), gwp=self.gwp).select(_region(row.region))
            for row, cube in zip(self.rows, self.cubes, strict=True)
        ]
        return pl.concat(parts)["region"].unique().to_list()

    @property
    def choices(self) -> dict[str, list[dict[str, str]]]:
        """Sectors and gases of the runs with their names: what a layer can be cut to."""
        found: dict[str, dict[str, str]] = {name: {} for name in _CUTS}
        for name, cube in itertools.product(_CUTS, self.cubes):
            if name in cube.frame.dimensions:
                codes = cube.sums([name], gwp=self.gwp)[name].cast(pl.String).drop_nulls().to_list()
                found[name] |= {code: explore.name_of(cube, name, code) for code in sorted(codes) if code}
        return {
            name: [{"code": code, "name": said} for code, said in named.items()]
            for name, named in found.items()
        }

    @property
    def about(self) -> dict[str, Any]:
        """Which runs, and in which unit."""
        first = self.rows[0]
        told = [{key: getattr(row, key) for key in ("id", "name", "digest")} for row in self.rows]
        return {"unit": first.unit, "gwp": self.gwp or first.gwp, "runs": told, "cell": self.cell,
                "synthetic": any(row.synthetic for row in self.rows)}  # fmt: skip


Layered = Annotated[Shown, Depends()]


@router.get("/maps/values")
def values(asked: Table, shown: Layered, *, level: Level = "", by: Name = "") -> Response:
    """Emissions [t] of every region of a level, with a column for each year; the finest level there is, unless told.

    ``by`` keeps a dimension apart, such as the sector; ``cell`` cuts the layer to a part, and ``choices`` tells the sectors and
    gases that there are. What is stated only for wider regions is ``rest``: regions and rest
    sum to ``total``.
    """
    keys = shown.cubes[0].columns([by]) if by else []
    sums = shown.sums("region", *[key for key in keys if key != "region"])
    levels = levels_of(shown.regions)
    chosen = level or (levels[-1] if levels else LEVELS[0])
    layer = by_place(sums, chosen, [key for key in keys if key != "region"], shown.years)
    return _answer(layer, asked, shown, "values", level=chosen, levels=levels, choices=shown.choices)


@router.get("/maps/points")
def points(
    viewer: Reader,
    platform: Here,
    asked: Table,
    shown: Layered,
    *,
    placed: Annotated[Literal["yes", "no"], Query(description="no: those without coordinates")] = "yes",
) -> Response:
    """Emissions [t] of parks and enterprises with coordinates, with a column for each year; the others are ``rest``."""
    joined = _placed(viewer, platform, shown.sums("entity"))
    known = pl.col("longitude").is_not_null()
    keys, here = (
        (["entity", "name", "longitude", "latitude"], known) if placed == "yes" else (["entity"], ~known)
    )
    return _answer(years_across(joined, keys, here=here, years=shown.years), asked, shown, "points")


@router.get("/maps/cells")
def cells(
    viewer: Reader,
    platform: Here,
    asked: Table,
    shown: Layered,
    *,
    size: Annotated[float, Query(ge=1, le=500, description="width of a cell in km")] = 25,
    shape: Literal["hexagon", "square"] = "hexagon",
) -> Response:
    """Point sources [t] in cells of equal area, with a column for each year; cells and ``rest`` sum to ``total``."""
    joined = _placed(viewer, platform, shown.sums("entity"))
    spots = joined.select(pl.col("longitude", "latitude").fill_null(0.0)).to_numpy()
    numbers = cells_of(spots[:, 0], spots[:, 1], size, shape)
    inside = pl.col("longitude").is_not_null()
    celled = joined.with_columns(
        pl.when(inside).then(pl.Series("column", numbers[:, 0])).alias("column"),
        pl.when(inside).then(pl.Series("row", numbers[:, 1])).alias("row"),
    )
    layer = years_across(celled, ["column", "row"], here=inside, years=shown.years)
    count = celled.filter(inside).group_by("column", "row").agg(pl.col("entity").n_unique().alias("sources"))
    rows = layer.rows.join(count, on=["column", "row"], how="left", maintain_order="left")
    _, rings = outlines_of(rows.select("column", "row").to_numpy(), size, shape)
    outlined = rows.with_columns(
        pl.Series("outline", rings.round(5).tolist(), dtype=pl.List(pl.List(pl.Float64)))
    )
    drawn = Layer(outlined, layer.years, layer.total, layer.rest)
    return _answer(drawn, asked, shown, "cells", size=size, shape=shape)


@router.get("/maps/drivers")
def drivers(
    asked: Table,
    shown: Layered,
    *,
    start: Annotated[str, Query(pattern=r"^[0-9]{4}$")],
    end: Annotated[str, Query(pattern=r"^[0-9]{4}$")],
    region: Name = "",
    gdp_start: Positive | None = None,
    gdp_end: Positive | None = None,
    population_start: Positive | None = None,
    population_end: Positive | None = None,
) -> Response:
    """Why the emissions of a region changed between two years (LMDI-I); output must be at constant prices."""
    gdp, population = _pair("gdp", gdp_start, gdp_end), _pair("population", population_start, population_end)
    found = trace(shown.activity(region, [start, end]), start, end, gdp=gdp, population=population)
    share = pl.col("effect") / (found.before or 1.0) * 100
    told = found.drivers.with_columns(share.alias("percent"))
    about = {**shown.about, "before": found.before, "after": found.after, "residual": found.residual}
    return answer(told, asked, "drivers", about=about)


@router.get("/maps/what-if")
def supposed(
    asked: Table,
    shown: Layered,
    *,
    year: Annotated[str, Query(pattern=r"^[0-9]{4}$")],
    region: Name = "",
    by: Literal["sector", "item"] = "sector",
    change: Annotated[
        list[str] | None,
        Query(max_length=40, description="CODE:ACTIVITY%:FACTOR%, such as power:-10:0; * for all"),
    ] = None,
) -> Response:
    """What changes of activity or emission per activity would do to a region in a year: a supposition that is not kept."""
    rows = shown.activity(region, [year]).group_by(by).agg(pl.col("emission").sum()).sort(by)
    found = what_if(rows, [_change(by, text) for text in change or []])
    before, after = float(rows["emission"].sum()), float(found["what_if"].sum())
    about = {**shown.about, "supposed": True, "before": before, "after": after}
    named = explore.named(shown.cubes[0], found.sort("emission", by, descending=[True, False]))
    return answer(named, asked, "what-if", about=about)


@router.get("/maps/alarms")
def alarms(viewer: Reader, platform: Here, asked: Table) -> Response:
    """How many alarms every region has, by their weight; for pins on the map. What an alarm is, `/alarms` says."""
    levels = [(pl.col("level") == level).sum().alias(f"{level}s") for level in ("error", "warning")]
    found = every_alarm(platform, viewer).group_by("region").agg(pl.len().alias("alarms"), *levels)
    called = pl.Series("region_name", [_called(code) for code in found["region"]], dtype=pl.String)
    return answer(found.with_columns(called).sort("region"), asked, "alarms")


def _called(code: str | None) -> str:
    places = match_regions(code) if code else ()
    return str(getattr(places[0], f"name_{language()}")) if places else code or ""


def _runs(viewer: Viewer, platform: Platform, names: list[str], releases: list[str]) -> Iterator[Any]:
    if not names and not releases:
        raise RequestInvalid(detail="run, release")
    with platform.reading() as connection:
        sealed = [one(connection, viewer, RELEASE, name).run for name in releases]
        for name in dict.fromkeys([*names, *sealed]):
            yield one(connection, viewer, RUN, name)


def _region(of_run: str) -> pl.Expr:
    stated = pl.col("region").cast(pl.String).fill_null("")
    return pl.when(stated == "").then(pl.lit(of_run or "")).otherwise(stated).alias("region")


def _refuse_twice(seen: set[str], years: set[str]) -> None:
    """Runs of one year are not added up."""
    if twice := sorted(seen & years):
        raise RequestInvalid(detail=f"run: {', '.join(twice)} ×2")


def _placed(viewer: Viewer, platform: Platform, sums: pl.DataFrame) -> pl.DataFrame:
    """Sums of entities with the coordinates that are known."""
    query = sa.select(PLACE.c.entity, PLACE.c.name, PLACE.c.longitude, PLACE.c.latitude)
    with platform.reading() as connection:
        known = connection.execute(query.where(may_see(viewer, PLACE))).all()
    schema = {"entity": pl.String, "name": pl.String, "longitude": pl.Float64, "latitude": pl.Float64}
    places = pl.DataFrame([tuple(row) for row in known], schema=schema, orient="row")
    return sums.with_columns(pl.col("entity").cast(pl.String)).join(places, on="entity", how="left")


def _pair(name: str, start: float | None, end: float | None) -> tuple[float, float] | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise RequestInvalid(detail=f"{name}_start, {name}_end")
    return start, end


def _change(by: str, text: str) -> Change:
    code, *given = text.rsplit(":", 2)
    try:
        activity, factor = (float(one) for one in given)
    except ValueError as error:
        raise RequestInvalid(detail=f"change={text!r}; CODE:ACTIVITY%:FACTOR%") from error
    if not (-100 <= activity <= 1000 and -100 <= factor <= 1000):
        raise RequestInvalid(detail=f"change={text!r}; -100 … 1000")
    return Change({} if code == "*" else {by: code}, activity, factor)


def _answer(layer: Layer, asked: Table, shown: Shown, name: str, **more: Any) -> Response:
    cube: Cube = shown.cubes[0]
    about = {**shown.about, **more, "years": layer.years, "whole": layer.total, "rest": layer.rest}
    return answer(layer.rows, asked, name, dress=lambda page: explore.named(cube, page), about=about)
