"""Runs that make one series: the years of one place, accounted one after the other by the same method."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer, may_see
from tanheng.record.tables import RUN

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
