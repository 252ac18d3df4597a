"""Cause by month 逐月原因: why the months of an alarm are off their path, against the same months of the base year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tanheng.drivers import contributions
from tanheng.drivers.lmdi import by_shapley
from tanheng.drivers.series import Series, settled
from tanheng.pathways.deviation.cause import Cause
from tanheng.pathways.deviation.levels import Level


def months_cause(
    held: Series, kinds: Mapping[str, str], scale: float, unit: str, base: int, levels: tuple[Level, ...]
) -> Cause | None:
    """The cause of the deviation in the months of the last alarm of the total; None without factors or an alarm.

    Parameters
    ----------
    held : Series
        Months by cells with their factors; ``scale`` turns them into ``unit``.
    kinds : mapping
        Kind of each factor; empty where none are told.
    base : int
        The last base year.
    levels : tuple of Level
        The total and its cells after the base years.

    Notes
    -----
    E_m - P_m = (sum of LMDI-I effects from the same month m' of the base year to m) + (E_m' - P_m), by cell and summed over the months;
    the last term is what the path asked for since then.
    """
    total, cells = levels[0], levels[1:] or levels[:1]
    if not kinds or not total.cusum.alarms:
        return None
    alarm = total.cusum.alarms[-1]
    months = total.periods[alarm.start : alarm.last + 1]
    values, emission = held.values()[0], held.total[0]
    effects, asked = np.zeros(values.shape[1:]), np.zeros(len(cells))
    shapley = np.zeros(len(cells), bool)
    for at, month in enumerate(months, alarm.start):
        now, then = held.periods.index(month), held.periods.index(f"{base:04d}{month[4:]}")
        sides = settled(values[then], values[now])
        effects += contributions(*sides) * scale
        shapley |= np.asarray(by_shapley(*sides), bool)
        asked += emission[then] * scale - np.array([one.path[at] for one in cells])
    names = tuple(one.name or "total" for one in cells)
    return Cause(
        since=base, year=months[0] if len(months) == 1 else f"{months[0]}–{months[-1]}", unit=unit, factors=tuple(held.names), kinds=kinds,
        cells=names, effects=effects, asked=asked, stood=np.zeros(len(cells)),
        shapley=tuple(name for name, by in zip(names, shapley, strict=True) if by),
    )  # fmt: skip
