"""What a road's past says by itself: its series for a forecast, why the total changed, and whether it decoupled from an activity."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tanheng.activity.reading.panel import Panel
from tanheng.drivers.decomposition import decompose_series
from tanheng.drivers.decoupling import decouple
from tanheng.drivers.draws import Spread
from tanheng.drivers.lmdi import DriversInvalid, Form, Method
from tanheng.drivers.results import Decomposition
from tanheng.errors import language
from tanheng.inventory.table import Pictured
from tanheng.pathways.road.reading import Road

TOTAL = "total"


def panel_of(road: Road, *, cells: bool = False, factors: bool = False) -> Panel:
    """Observed emission by year in the unit of the road, for `tanheng.pathways.forecast.series_of`.

    Parameters
    ----------
    road : Road
    cells : bool
        A series for each cell instead of the whole.
    factors : bool
        The factors as well, whose product is the emission; of the whole only where it is one cell.

    Raises
    ------
    DriversInvalid
        For factors of a whole of several cells.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> panel = panel_of(load_road("examples/sichuan-road/road.yaml"), cells=True, factors=True)
    >>> list(panel.values), panel.groups[0], panel.years[:2].tolist()
    (['total', 'gdp', 'structure', 'intensity', 'factor'], ('交通',), [2005, 2006])
    """
    held, observed = road.observed.series, road.observed
    if factors and not cells and len(held.cells) > 1:
        raise DriversInvalid(
            detail_zh="各分项因子之积不等于合计", detail_en="the factors of cells do not multiply to the whole",
            mend_zh="请按分项计算，或不用因子。", mend_en="Take the cells one by one, or no factors.",
        )  # fmt: skip
    years = observed.years.astype(np.int64)
    columns: dict[str, Any] = {
        TOTAL: (held.total[0] if cells else held.total[0].sum(axis=1, keepdims=True)) * observed.scale
    }
    if factors:
        own = held.values()[0]
        columns |= {
            name: own[:, at] * (observed.scale if at == 0 else 1) for at, name in enumerate(held.names)
        }
    groups = held.cells if cells else [()]
    return Panel(
        observed.file, "", held.by if cells else (), np.tile(years, len(groups)), tuple(group for group in groups for _ in years),
        {name: values.T.ravel() for name, values in columns.items()}, tuple(range(len(years) * len(groups))),
    )  # fmt: skip


def drivers_of(
    road: Road, *, first: int | None = None, last: int | None = None, method: Method = "lmdi-1", form: Form = "additive",
    nominal: Collection[str] = (), breaks: Collection[str] = (), uncertainty: Mapping[str, Spread | float] | None = None,
    draws: int = 2000, seed: int = 0,
) -> Decomposition:  # fmt: skip
    """Why what was observed changed, as effects of the factors of the road in its unit.

    Parameters
    ----------
    road : Road
        With ``observed.factors``.
    first, last : int, optional
        Years from and to which is looked; all that were observed unless told.
    method, form, breaks, uncertainty, draws, seed
        As of `tanheng.drivers.decompose`.
    nominal : collection of str
        Columns taken at current prices all the same, beside those of the road.

    Raises
    ------
    DriversInvalid
        For a road without factors, and fewer than two years.
    NominalMoney, SeriesBreak
        As of `tanheng.drivers.decompose`.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> found = drivers_of(load_road("examples/sichuan-road/road.yaml"), first=2020)
    >>> step = found.chained[""]
    >>> abs(sum(step.effects.values()) - step.change) < 1.0, step.start
    (True, '2020')
    """
    observed = road.observed
    if not observed.kinds:
        raise DriversInvalid(
            detail_zh="路径没有写因子", detail_en="the road names no factors",
            mend_zh="请在 road.yaml 的 observed.factors 写明相乘等于排放的因子。",
            mend_en="Name factors that multiply to the emission in observed.factors of road.yaml.",
        )  # fmt: skip
    held = observed.series.between(*(None if one is None else str(one) for one in (first, last)))
    found = decompose_series(
        held, total=emission_named(), method=method, form=form, real=_priced(road, "real"), nominal=[*_priced(road, "nominal"), *nominal],
        breaks=breaks, uncertainty=uncertainty, draws=draws, seed=seed,
    )  # fmt: skip
    return replace(found.times(observed.scale), titles=observed.titles)


def decoupling_of(
    road: Road, *, factor: str = "", first: int | None = None, last: int | None = None, nominal: Collection[str] = (),
    breaks: Collection[str] = (),
) -> tuple[Pictured, list[Any]]:  # fmt: skip
    """Whether what was observed decoupled from an activity, as `tanheng.drivers.decouple` tells it.

    Parameters
    ----------
    road : Road
    factor : str
        A factor of kind ``activity``; the first of the road unless told.
    first, last, nominal, breaks
        As of `drivers_of`.

    Raises
    ------
    DriversInvalid
        Where there is no such factor.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> found, _ = decoupling_of(load_road("examples/sichuan-road/road.yaml"), first=2020)
    >>> found.to_polars()["to"].to_list()
    ['2021', '2022', '2023', '2024', '2024']
    """
    observed = road.observed
    known = [name for name, kind in observed.kinds.items() if kind == "activity"]
    if not known or (factor and factor not in known):
        told = ", ".join(known) or "–"
        raise DriversInvalid(
            detail_zh=f"路径没有活动量因子“{factor or '–'}”", detail_en=f"the road has no factor of activity '{factor or '–'}'",
            mend_zh=f"活动量因子：{told}。", mend_en=f"Factors of activity: {told}.",
        )  # fmt: skip
    held = observed.series
    name = factor or known[0]
    own = next(one for one in held.factors if one.name == name)
    values = held.columns[own.above][0]
    whole = values[:, 0] if own.above in held.common else values.sum(axis=1)
    if own.below:
        below = held.columns[own.below][0]
        whole = whole / (below[:, 0] if own.below in held.common else below.sum(axis=1))
    emission, column = emission_named(), own.above
    return decouple(
        {"year": held.periods, emission: observed.total.tolist(), column: whole.tolist()}, emission=emission, output=column, period="year",
        first=None if first is None else str(first), last=None if last is None else str(last), breaks=breaks,
        real=_priced(road, "real"), nominal=[*_priced(road, "nominal"), *nominal],
    )  # fmt: skip


def emission_named() -> str:
    """What the emission of a road is called in tables that are made of it."""
    return "排放" if language() == "zh" else "emission"


def _priced(road: Road, kind: str) -> list[str]:
    return [name for name, one in road.observed.prices.items() if one == kind]
