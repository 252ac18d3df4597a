"""Alarms: what is wrong with the newest inventories and the releases, each computed when it is asked for.

The kinds stand in packs/rules/alarm_kinds.csv; the overview, the big screen and the pins of the map all read them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import polars as pl
import sqlalchemy as sa

from tanheng.access.areas import Viewer, may_see
from tanheng.activity import Finding
from tanheng.activity.checks.base import figure, percent
from tanheng.activity.periods import is_whole_year
from tanheng.drivers import intensities
from tanheng.errors import fill, language
from tanheng.inventory.quality.breaks import kinds, limit
from tanheng.record.platform import Platform
from tanheng.record.tables import DOUBT, JOB, RELEASE, RUN, SOCIO_ECONOMIC
from tanheng.serve.holdings import cube_of
from tanheng.serve.series import own_doubts, seams_of, series_of
from tanheng.serve.worklists import OF

OPEN = "open"
TARGETS = ("intensity_target", "emission_target")
_PATHS = {
    "intensity_above_path": ("per_gdp", "intensity_path"),
    "total_above_path": ("emission", "emission_path"),
}
_ID = (*OF, "release")
SCHEMA = {
    **dict.fromkeys(("kind", "level", "name", "region", "entity", *_ID, "what", "message", "address", "source"), pl.String),
    "count": pl.Int64, "limit": pl.Float64, "unit": pl.String, "synthetic": pl.Boolean,
}  # fmt: skip


def alarms(platform: Platform, viewer: Viewer, run: Any = None) -> pl.DataFrame:
    """The alarms that a viewer may see, or those of one inventory: of its run, its data set, its place's targets, its releases.

    Parameters
    ----------
    platform : Platform
    viewer : Viewer
    run : row of ``run``, optional
        That the viewer may see; without one the newest of every name and place are looked at.

    Returns
    -------
    DataFrame
        ``kind``, ``level`` (error, warning), ``name``, where (``region``, ``entity``), of what (``run``, ``dataset``,
        ``release``, ``what``), ``message`` and ``address`` of the page where it is mended, ``count``, and the ``limit`` with
        its ``unit`` and ``source``; errors first. Words are in the language of the request.
    """
    with platform.reading() as connection:
        found = [
            *_of_doubts(connection, viewer, run),
            *_of_releases(connection, viewer, run),
            *_of_targets(platform, connection, viewer, run),
            *_of_series(platform, connection, viewer, run),
        ]
    order = list(kinds())
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    place = pl.col("kind").replace_strict({name: at for at, name in enumerate(order)}, return_dtype=pl.Int64)
    return frame.sort(pl.col("level") != "error", place, "region", "what", maintain_order=True)


def doubts_of_run(run: Any) -> sa.ColumnElement[bool]:
    """The condition on doubts of a run and of the data set that it was made from."""
    return sa.or_(DOUBT.c.run == run.id, DOUBT.c.dataset == run.dataset)


def newest_doubts(tenant: str) -> sa.ColumnElement[bool]:
    """The condition on doubts of the newest version of every data set, and of the newest run and check of sources of every name."""
    return sa.or_(
        *(
            DOUBT.c[of].in_(sa.select(table.c.id).where(table.c.tenant == tenant, _newest(table)))
            for of, table in OF.items()
        )
    )


def _newest(table: sa.Table) -> sa.ColumnElement[bool]:
    other = table.alias()
    same = [other.c[key] == table.c[key] for key in ("tenant", "name", "region", "entity")]
    last: sa.ScalarSelect[Any] = sa.select(sa.func.max(other.c.made_at)).where(*same).scalar_subquery()
    return table.c.made_at == last


def _of_doubts(connection: sa.Connection, viewer: Viewer, run: Any) -> Iterator[tuple[Any, ...]]:
    """Open doubts by kind, and by the run or data set that they are of."""
    codes = {code: kind for kind, one in kinds().items() for code in one["findings"].split("|") if code not in ("", "*")}  # fmt: skip
    (rest,) = (kind for kind, one in kinds().items() if one["findings"] == "*")
    kind = sa.case(codes, value=DOUBT.c.code, else_=rest).label("kind")
    of = [DOUBT.c[name] for name in OF]
    query = (
        sa.select(kind, *of, sa.func.count().label("count"), sa.func.min(DOUBT.c.id).label("first"))
        .where(
            may_see(viewer, DOUBT), DOUBT.c.state == OPEN, doubts_of_run(run) if run is not None else newest_doubts(viewer.tenant),
            sa.or_(DOUBT.c.code.in_(codes), DOUBT.c.level == "error"),
        )
        .group_by(kind, *of)
    )  # fmt: skip
    groups = connection.execute(query).all()
    firsts = {row.id: row for row in _rows_of(connection, DOUBT, [group.first for group in groups])}
    for name, table in OF.items():
        chosen = [group for group in groups if getattr(group, name)]
        named = {
            row.id: row for row in _rows_of(connection, table, [getattr(group, name) for group in chosen])
        }
        for group in chosen:
            first, held = firsts[group.first], named[getattr(group, name)]
            said = str(first.facts.get(f"message_{language()}", "")).removeprefix(f"[{first.code}] ")
            fields = {"what": held.name, "count": group.count, "message": said}
            yield _alarm(group.kind, held, fields, **{name: held.id})


def _of_releases(connection: sa.Connection, viewer: Viewer, run: Any) -> Iterator[tuple[Any, ...]]:
    """Releases of which the last verification said that they are not as they were frozen."""
    known = sa.select(RELEASE).where(may_see(viewer, RELEASE), RELEASE.c.number > 0)
    if run is not None:
        known = known.where(RELEASE.c.run == run.id)
    releases = {row.id: row for row in connection.execute(known)}
    jobs = sa.select(JOB.c.asked, JOB.c.done).where(
        JOB.c.tenant == viewer.tenant, JOB.c.kind == "verification", JOB.c.state == "done"
    )
    last = {job.asked.get("release"): job.done for job in connection.execute(jobs.order_by(JOB.c.made_at))}
    synthetic = {
        row.id: row.synthetic for row in _rows_of(connection, RUN, [one.run for one in releases.values()])
    }
    for name, done in last.items():
        if name in releases and not done.get("ok", True):
            row = releases[name]
            fields = {"what": f"{row.name} #{row.number}", "message": _faults(done), "count": 1}
            yield _alarm(
                "release_altered", row, fields, run=row.run, release=row.id, synthetic=synthetic[row.run]
            )


def _of_targets(
    platform: Platform, connection: sa.Connection, viewer: Viewer, run: Any
) -> Iterator[tuple[Any, ...]]:
    """Latest years of the newest inventories of places with a target that lie above its path."""
    stored = [SOCIO_ECONOMIC.c.quantity.in_(TARGETS), may_see(viewer, SOCIO_ECONOMIC)]
    places = sa.select(SOCIO_ECONOMIC.c.region, SOCIO_ECONOMIC.c.entity).where(*stored).distinct()
    for region, entity in connection.execute(places).all():
        here = [RUN.c.region == region, RUN.c.entity == entity, may_see(viewer, RUN)]
        chosen = RUN.c.id == run.id if run is not None else _newest(RUN)
        for row in connection.execute(sa.select(RUN).where(*here, chosen)).all():
            series = series_of(connection, viewer, row)
            if run is not None or all(one.last_day <= row.last_day for one in series):
                yield from _above(row, intensity_of(platform, connection, viewer, series))


def _of_series(
    platform: Platform, connection: sa.Connection, viewer: Viewer, run: Any
) -> Iterator[tuple[Any, ...]]:
    """Series whose years stand in several runs that do not join; and what the checks of today say of a run that never had them."""
    newest = (
        sa.select(RUN).where(may_see(viewer, RUN), _newest(RUN)).order_by(RUN.c.last_day.desc(), RUN.c.id)
    )
    seen: set[str] = set()
    for row in [run] if run is not None else connection.execute(newest).all():
        if row.id in seen:
            continue
        series = series_of(connection, viewer, row)
        seen |= {one.id for one in series}
        if found := seams_of(platform, series):
            fields = {"what": row.name, "count": len(found), "message": _said(found[0])}
            yield _alarm("series_seam", row, fields, run=row.id)
    if run is not None:
        known = sa.select(DOUBT.c.code).where(DOUBT.c.run == run.id).distinct()
        codes = set(connection.execute(known).scalars())
        if left := [one for one in own_doubts(platform, run) if one.code not in codes]:
            fields = {"what": run.name, "count": len(left), "message": _said(left[0])}
            yield _alarm("unrecorded", run, fields, run=run.id, dataset=run.dataset)


def _said(finding: Finding) -> str:
    return finding.message(language()).removeprefix(f"[{finding.code}] ")


def intensity_of(
    platform: Platform, connection: sa.Connection, viewer: Viewer, runs: Sequence[Any]
) -> pl.DataFrame:
    """Intensities of the whole years of runs of one place; of a year that several hold the first is taken."""
    emissions: dict[str, float] = {}
    for row in runs:
        for year, tonnes in years_of(platform, row.manifest).items():
            emissions.setdefault(year, tonnes)
    first = runs[0]
    given = sa.select(SOCIO_ECONOMIC).where(
        may_see(viewer, SOCIO_ECONOMIC), SOCIO_ECONOMIC.c.region == first.region, SOCIO_ECONOMIC.c.entity == first.entity
    )  # fmt: skip
    ordered = given.order_by(SOCIO_ECONOMIC.c.made_at, SOCIO_ECONOMIC.c.id)
    newest = {(row.quantity, row.period): row for row in connection.execute(ordered)}
    found = intensities(
        emissions,
        {key: row.value for key, row in newest.items()},
        {key: row.base_year for key, row in newest.items()},
    )
    made_up = sorted(
        {year for (quantity, year), row in newest.items() if row.synthetic and quantity not in TARGETS}
    )
    return found.with_columns(
        pl.col("year").is_in(made_up).alias("synthetic_data"),
        pl.lit(any(row.synthetic for (quantity, _), row in newest.items() if quantity in TARGETS)).alias(
            "synthetic_target"
        ),
    )


def years_of(platform: Platform, manifest: str) -> dict[str, float]:
    """Total [t] of each year of a run of which no day is left out: some months over the GDP of a year are no intensity."""
    sums = cube_of(platform, manifest).by("period").to_polars().with_columns(pl.col("period").cast(pl.String))
    dated = sums.filter(pl.col("period").str.contains(r"^[0-9]{4}")).group_by(
        pl.col("period").str.slice(0, 4)
    )
    years = dated.agg(pl.col("emission").sum(), pl.col("period").alias("periods"))
    return {year: tonnes for year, tonnes, periods in years.iter_rows() if is_whole_year(int(year), periods)}


def _above(run: Any, found: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    for kind, (value, path) in _PATHS.items():
        known = found.filter(pl.col("year") <= run.last_day[:4]).drop_nulls([value, path])
        if not known.height:
            continue
        last = known.row(-1, named=True)
        over = last[value] / last[path] - 1 if last[path] > 0 else 0.0
        if over * 100 > limit(kind):
            fields = {"what": run.name, "period": last["year"], "count": 1, "value": _short(last[value]),
                      "expected": _short(last[path]), "share": percent(over)}  # fmt: skip
            made_up = last["synthetic_target"] or (kind == "intensity_above_path" and last["synthetic_data"])
            yield _alarm(kind, run, fields, run=run.id, synthetic=run.synthetic or made_up)


def _alarm(kind: str, of: Any, fields: Mapping[str, Any], **ids: Any) -> tuple[Any, ...]:
    said, lang = kinds()[kind], language()
    place = {"region": of.region, "entity": of.entity}
    known = {name: ids.get(name) or "" for name in _ID}
    first = next((name, value) for name, value in known.items() if value)
    parts = {**place, **known, **dict(zip(("of", "id"), first, strict=True))}
    address = said["address"].format_map({name: quote(value, safe="") for name, value in parts.items()})
    synthetic = ids.get("synthetic", getattr(of, "synthetic", False))
    return (
        kind, said["level"], said[f"name_{lang}"], of.region, of.entity, *known.values(), fields["what"],
        fill(said[f"says_{lang}"], dict(fields)), address, said[f"source_{lang}"],
        fields["count"], float(said["limit"]) if said["limit"] else None, said["unit"], bool(synthetic),
    )  # fmt: skip


def _faults(done: Mapping[str, Any]) -> str:
    """What a verification said: the first bytes or records that changed, else that computing anew gave another figure."""
    problems = done.get("problems") or []
    if problems:
        first = problems[0]
        return str(first.get(f"message_{language()}") or first.get("message") or first)
    return f"{figure(done['total'])} → {figure(done['recomputed_total'])} t"


def _short(value: float) -> str:
    return figure(float(f"{value:.4g}"))


def _rows_of(connection: sa.Connection, table: sa.Table, names: Sequence[str | None]) -> Sequence[Any]:
    wanted = [name for name in names if name]
    return connection.execute(sa.select(table).where(table.c.id.in_(wanted))).all() if wanted else []
