"""Runs that make one series: the years of one place, accounted one after the other by the same method."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.access.areas import Viewer, may_see
from tanheng.activity import Finding
from tanheng.codes import region
from tanheng.errors import language
from tanheng.inventory.quality.breaks import break_told, breaks, expired, used
from tanheng.inventory.quality.seams import points_of, seams
from tanheng.record.platform import Platform
from tanheng.record.tables import RUN
from tanheng.serve.holdings import cube_of

ALIKE = ("method", "region", "entity", "gwp", "unit", "synthetic")


def series_of(connection: sa.Connection, viewer: Viewer, run: Any) -> list[Any]:
    """A run, and of every other year of its series the newest run that the viewer may see.

    Parameters
    ----------
    run : row of ``run``
        That the viewer may see; one of no known place stands alone.

    Returns
    -------
    list of row of ``run``
        The run first, then the others, the newest first; no two of them hold the same year.
    """
    if not run.region + run.entity:
        return [run]
    same = [RUN.c[name] == getattr(run, name) for name in ALIKE]
    query = sa.select(RUN).where(may_see(viewer, RUN), *same, RUN.c.id != run.id)
    found, taken = [run], _years(run)
    for one in connection.execute(query.order_by(RUN.c.made_at.desc(), RUN.c.id)).all():
        own = _years(one)
        if own and not own & taken:
            taken |= own
            found.append(one)
    return found


def _years(run: Any) -> set[int]:
    """The years from the first that a run holds to its last."""
    first, last = run.first_day[:4], run.last_day[:4]
    return set(range(int(first), int(last) + 1)) if first.isdigit() and last.isdigit() else set()


def uses_of(platform: Platform, runs: Sequence[Any]) -> list[pl.DataFrame]:
    """Emissions of each run by what makes a series of factors, see `used`; of a year that several hold the first is taken."""
    found: list[pl.DataFrame] = []
    for one in runs:
        own = _summed(platform.store.folder, platform, one.manifest)[0]
        taken = [year for frame in found for year in frame.get_column("year").unique()]
        found.append(own.filter(~pl.col("year").is_in(taken)))
    return found


def seams_of(platform: Platform, runs: Sequence[Any]) -> list[Finding]:
    """What does not fit where the years of the runs of a series meet; see `seams`."""
    chosen: list[Any] = []
    taken: set[int] = set()
    for one in runs:
        if not _years(one) & taken:
            chosen.append(one)
            taken |= _years(one)
    runs = chosen
    if len(runs) < 2:
        return []
    first = runs[0]
    label = first.entity or str(getattr(region(first.region), f"name_{language()}")) or first.name
    points = [_points(platform.store.folder, platform, one.manifest) for one in runs]
    uses = uses_of(platform, runs)
    cube = cube_of(platform, first.manifest)
    return seams(points, uses, cube.method, label=label, gas=cube.frame.gas)


def own_doubts(platform: Platform, run: Any) -> list[Finding]:
    """Breaks between the years of a run, and factors past their years, by the checks of today."""
    uses, past = _summed(platform.store.folder, platform, run.manifest)
    gas = run.unit.removeprefix("t ")
    return [*(break_told(row, gas) for row in breaks(uses).iter_rows(named=True)), *past]


@functools.lru_cache(maxsize=256)
def _summed(_folder: Path, platform: Platform, manifest: str) -> tuple[pl.DataFrame, list[Finding]]:
    cube = cube_of(platform, manifest)
    keys = [name for name in ("coefficient_row", "region") if name in cube.frame.emissions.columns]
    sums = cube.sums(keys)
    if not sums.height:
        return used(sums, cube.frame.records), []
    return used(sums, cube.frame.records), expired(sums, cube.frame.records, cube.frame.gas)


@functools.lru_cache(maxsize=256)
def _points(_folder: Path, platform: Platform, manifest: str) -> dict[str, pl.DataFrame]:
    return points_of(cube_of(platform, manifest))
