"""A cap shared among regions or firms, to the tonne, by one way or several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.charts import Bar, bars
from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.pathways.allocation.methods import METHODS, AllocationInvalid, Participants, method_name
from tanheng.pathways.allocation.whole import whole_tonnes


@dataclass(frozen=True)
class Allocation:
    """Whole tonnes for every participant by each method, adding up to the cap, with the terms of the method."""

    cap: int
    names: tuple[str, ...]
    past: tuple[float, ...] | None
    tonnes: Mapping[str, tuple[int, ...]]
    terms: Mapping[str, Mapping[str, Any]]

    def rows(self) -> list[dict[str, Any]]:
        """A row for each participant: name, past emissions [t] and tonnes by method."""
        return [
            {"name": name, "past_t": None if self.past is None else self.past[at]}
            | {method: own[at] for method, own in self.tonnes.items()}
            for at, name in enumerate(self.names)
        ]

    def table(self) -> Table:
        """The rows of `rows` as a table."""
        return Table(pl.DataFrame(self.rows()), f"{self.cap:,} t")

    def chart(self) -> str:
        """Past emissions and what each method gives, by participant, as an SVG."""
        zh = language() == "zh"
        past = {} if self.past is None else {"历史排放" if zh else "past emissions": self.past}
        series = past | {method_name(method): own for method, own in self.tonnes.items()}
        rows = [
            Bar(name, {one: float(own[at]) for one, own in series.items()})
            for at, name in enumerate(self.names)
        ]
        return bars(f"总量 {self.cap:,} 吨的分配" if zh else f"A cap of {self.cap:,} t shared", "t", rows)

    def _repr_html_(self) -> str:
        return self.chart() + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "cap_t": self.cap,
            "allocations": self.rows(),
            "terms": {name: dict(own) for name, own in self.terms.items()},
        }


def allocate(who: Participants, cap: int, methods: Sequence[str] = ("grandfathering",)) -> Allocation:
    """Share a cap.

    Parameters
    ----------
    who : Participants
    cap : int
        Whole tonnes, above 0.
    methods : sequence of str
        Of ``grandfathering``, ``benchmark``, ``entropy``, ``shapley``, ``zsg-dea``.

    Returns
    -------
    Allocation

    Raises
    ------
    AllocationInvalid
        For a table that a method cannot share by.
    NotFound
        For an unknown method.

    Examples
    --------
    >>> import numpy as np
    >>> firms = Participants(("甲", "乙", "丙"), np.array([100.0, 200, 300]))
    >>> allocate(firms, 200, ["grandfathering", "shapley"]).tonnes
    {'grandfathering': (33, 67, 100), 'shapley': (34, 83, 83)}
    """
    if cap <= 0:
        raise AllocationInvalid(
            method=", ".join(methods), detail_zh="总量应大于零", detail_en="the cap should be above 0"
        )
    tonnes, terms = {}, {}
    for name in methods:
        if name not in METHODS:
            raise NotFound(
                what_zh="分配方法", what_en="method of allocation", name=name, known=", ".join(METHODS)
            )
        shares = METHODS[name](who, cap)
        tonnes[name] = tuple(whole_tonnes(shares.values.tolist(), cap))
        terms[name] = shares.terms
    past = None if who.emissions is None else tuple(map(float, who.emissions))
    return Allocation(cap, who.names, past, tonnes, terms)
