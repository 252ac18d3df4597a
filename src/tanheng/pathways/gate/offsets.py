"""抵消 Offsets: the cheapest of what is offered that covers what a project adds in every year, or what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.gate.claims import Lot
from tanheng.pathways.gate.rules import Course
from tanheng.pathways.gate.steam import Steam
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.programs import Program

_SEEN = 1e-6
"""Tonnes, and shares, below which the solver's numbers are nothing."""
_LOOSE = 1e-9
Taken = Mapping[tuple[str, int], int]


@dataclass(frozen=True, eq=False)
class Option:
    """抵消选项 One way to offset. One unit of it brings ``yearly`` [t a year] from ``available`` to ``until``, or what ``steam`` saves.

    ``cost`` [CNY] of a unit, or of a tonne where ``per_tonne``; ``most`` units can be had; ``discount`` is taken off where a sink
    may not last. Options that are not ``additional`` would have come anyway, and do not count; nor does one that is a ``lever`` of the
    tree which the scenario takes already.
    """

    name: str
    title: Mapping[str, str]
    cost: float
    per_tonne: bool
    yearly: Course
    steam: Steam | None
    available: int
    until: int | None
    most: float
    whole: bool
    additional: bool
    reason: Mapping[str, str]
    discount: float
    source: Mapping[str, str]
    lever: str = ""

    def tonnes(self, years: Floats) -> Floats:
        """What a unit brings (years,) [t], before any discount."""
        full = self.yearly.at(years) if self.steam is None else self.steam.views(years).saved
        there = (years >= self.available) & (years <= (np.inf if self.until is None else self.until))
        return np.where(there, full, 0.0)

    def issued(self, year: int) -> int:
        """The whole tonnes that all its units bring in a year, before any discount: what can be claimed at most."""
        return int(np.floor(float(self.tonnes(np.array([float(year)]))[0]) * self.most + _SEEN))


@dataclass(frozen=True, eq=False)
class OffsetPlan:
    """抵消方案 ``units`` of each option and the tonnes that are ``used`` (options, years), after the discount [t].

    ``need`` (years,) is what is to be covered [t], ``gap`` what cannot be; ``share`` is the largest share of the need that could be
    covered in every year; ``cost`` in CNY. ``taken`` (options, years) are tonnes that other claims hold.
    """

    options: tuple[Option, ...]
    years: Floats
    need: Floats
    units: Floats
    used: Floats
    gap: Floats
    cost: float
    share: float
    taken: Floats

    @property
    def complete(self) -> bool:
        """Whether every year is covered."""
        return not self.gap.any()

    @property
    def covered(self) -> Floats:
        """What is covered (years,) [t]."""
        return np.asarray(self.used.sum(axis=0))

    def lots(self) -> list[Lot]:
        """What is to be claimed, before the discount: whole tonnes, rounded up."""
        found = []
        for place, one in enumerate(self.options):
            for at in np.flatnonzero(self.used[place] > _SEEN):
                gross = self.used[place, at] / (1 - one.discount)
                year = int(self.years[at])
                found.append(Lot(one.name, year, int(np.ceil(gross - _SEEN)), one.issued(year)))
        return found

    def lacks(self) -> list[tuple[str, str, str]]:
        """Why options do not bring more: their name and the reason in both languages."""
        found = []
        for place, one in enumerate(self.options):
            if not one.additional:
                found.append(
                    (one.name, f"不具额外性：{one.reason['zh']}", f"not additional: {one.reason['en']}")
                )
                continue
            if one.available > self.years[0]:
                found.append((one.name, f"{one.available} 年起才有", f"available from {one.available} only"))
            if one.until is not None and one.until < self.years[-1]:
                found.append((one.name, f"{one.until} 年后不再有", f"ends in {one.until}"))
            if self.taken[place].any():
                most = self.taken[place].max()
                found.append((one.name, f"其他项目已占用，最多一年 {most:,.0f} t", f"claimed by others, up to {most:,.0f} t in a year"))  # fmt: skip
            if self.units[place] >= one.most * (1 - _SEEN):
                found.append((one.name, f"已用足（{one.most:g} 份）", f"used in full (units: {one.most:g})"))
        return found

    def table(self) -> Table:
        """One row per option: ``option``, ``title``, ``units``, ``cost`` [CNY], ``tonnes`` used in all years, ``state``."""
        lang = language()
        said = {True: ("可用", "counts"), False: ("不具额外性", "not additional")}
        rows = [
            {"option": one.name, "title": one.title[lang], "units": float(units), "cost": float(units) * self._price(place),
             "tonnes": float(self.used[place].sum()), "state": said[one.additional][0 if lang == "zh" else 1]}
            for place, (one, units) in enumerate(zip(self.options, self.units, strict=True))
        ]  # fmt: skip
        return Table(pl.DataFrame(rows), "抵消" if lang == "zh" else "Offsets")

    def _price(self, place: int) -> float:
        return float(prices(self.options, self.years)[place])

    def to_dict(self) -> dict[str, Any]:
        """As plain data; tonnes by year, money in CNY."""
        years = self.years.astype(int).tolist()

        def named(values: Floats) -> dict[str, float]:
            return {str(year): round(float(value), 3) for year, value in zip(years, values, strict=True)}

        return {
            "complete": self.complete,
            "cost_cny": round(self.cost, 2),
            "need_t": named(self.need),
            "covered_t": named(self.covered),
            "gap_t": named(self.gap),
            "share_covered": round(self.share, 6),
            "options": [
                {"option": one.name, "title": dict(one.title), "units": round(float(self.units[place]), 9), "most": one.most,
                 "cost_cny": round(float(self.units[place]) * self._price(place), 2), "used_t": named(self.used[place]),
                 "taken_t": named(self.taken[place]), "additional": one.additional, "reason": dict(one.reason),
                 "sink_discount": one.discount, "available": one.available, "source": dict(one.source)}
                | ({"steam": one.steam.views(self.years).to_dict()} if one.steam is not None else {})
                for place, one in enumerate(self.options)
            ],
            "missing": None if self.complete else {
                "years": [year for year, gap in zip(years, self.gap, strict=True) if gap > 0],
                "most_t": round(float(self.gap.max()), 3),
                "sum_t": round(float(self.gap.sum()), 3),
                "why": [{"option": name, "zh": zh, "en": en} for name, zh, en in self.lacks()],
            },
        }  # fmt: skip


def prices(options: Sequence[Option], years: Floats) -> Floats:
    """What a unit of each option costs [CNY]; one that is paid by the tonne costs all tonnes of these years, discounted or not."""
    return np.array(
        [one.cost * (float(one.tonnes(years).sum()) if one.per_tonne else 1.0) for one in options]
    )  # fmt: skip


def cheapest(
    options: Sequence[Option], years: Floats, need: Floats, taken: Taken | None = None
) -> OffsetPlan:
    """The cheapest units of options that cover a need in every year; where they cannot, the smallest gap, and then the cheapest.

    Parameters
    ----------
    options : sequence of Option
    years, need : ndarray
        Years (n,), and the tonnes to cover in each [t].
    taken : mapping, optional
        Tonnes by option and year that other claims hold, before any discount.

    Returns
    -------
    OffsetPlan

    Raises
    ------
    LibraryMissing
        Without highspy.

    Notes
    -----
    min sum c_o y_o, where sum_o u_o,t + gap_t = need_t, 0 <= u_o,t <= r_o,t y_o, u_o,t <= what others leave of the option in t, and
    0 <= y_o <= most_o, whole or in part. First sum gap_t is made smallest.

    Examples
    --------
    >>> wood = Option("wood", {}, 100.0, False, Course({0: 10.0}), None, 2026, None, 5.0, False, True, {}, 0.2, {})
    >>> found = cheapest([wood], np.array([2025.0, 2026.0]), np.array([4.0, 16.0]))
    >>> found.units.round(6).tolist(), found.gap.round(6).tolist(), round(found.cost, 6)
    ([2.0], [4.0, 0.0], 200.0)
    """
    count, size = len(options), years.size
    held = np.array(
        [[float((taken or {}).get((one.name, int(year)), 0)) for year in years] for one in options]
    )
    held = held.reshape(count, size)
    keeps = np.array([1 - one.discount for one in options])[:, None]
    rate = np.array([one.tonnes(years) for one in options]).reshape(count, size) * keeps
    free = (
        np.array([[one.issued(int(year)) for year in years] for one in options]).reshape(count, size) - held
    )
    free = np.maximum(free, 0.0) * keeps * np.array([one.additional for one in options])[:, None]
    need = np.where(need > _SEEN, need, 0.0)
    question = _Question(tuple(options), years, need, rate, np.minimum(free, need), prices(options, years))
    gap = question.solved(least="gap")[2]
    _, used, gap, _ = question.solved(least="cost", gap=float(gap.sum()))
    units = _just(question, used)
    gap = np.where(gap > _SEEN * max(1.0, float(question.need.max(initial=0.0))), gap, 0.0)
    share = 1.0 if not gap.any() else max(0.0, question.solved(least="share")[3])
    return OffsetPlan(
        question.options, years, question.need, units, used, gap, float(units @ question.price), share, held
    )


def _just(question: _Question, used: Floats) -> Floats:
    """The units that bring just what is used: the solver may take more of what costs nothing."""
    rate = question.rate
    part = np.divide(used, rate, out=np.zeros_like(used), where=(rate > 0) & (used > _SEEN))
    units = part.max(axis=1, initial=0.0)
    whole = np.array([one.whole for one in question.options], dtype=bool)
    return np.asarray(np.where(whole, np.ceil(units - _SEEN), units))


@dataclass(frozen=True, eq=False)
class _Question:
    options: tuple[Option, ...]
    years: Floats
    need: Floats
    rate: Floats
    free: Floats
    price: Floats

    def solved(self, least: str, gap: float = 0.0) -> tuple[Floats, Floats, Floats, float]:
        """Units, tonnes used, gaps, and the share of the need that is met; least gap, least cost at a sum of gaps, or most share.

        Columns are units of each option, its use in each year, the gap of each year and the share; tonnes are scaled.
        """
        count, size = self.rate.shape
        scale = float(self.need.max(initial=0.0)) or 1.0
        money = float(self.price.max(initial=0.0)) or 1.0
        use = (count + np.arange(count * size)).reshape(count, size)
        gaps = count + count * size + np.arange(size)
        share = count + count * size + size
        most = np.array([one.most for one in self.options])
        upper = np.concatenate([most, (self.free / scale).ravel(), self.need / scale, [1.0]])
        lower, cost = np.zeros(upper.size), np.zeros(upper.size)
        if least == "share":
            upper[gaps] = 0.0
            cost[share] = -1.0
        else:
            lower[share] = 1.0
            cost[gaps] = 1.0 if least == "gap" else 0.0
            cost[:count] = self.price / money if least == "cost" else 0.0
        whole = tuple(place for place, one in enumerate(self.options) if one.whole)
        program = Program(lower, upper, cost, whole)
        every = np.arange(size)
        for place in range(count):
            columns = np.stack([use[place], np.full(size, place)], axis=1)
            weights = np.stack([np.ones(size), -self.rate[place] / scale], axis=1)
            program.add("rate", self.options[place].name, every, columns, weights, -np.inf, 0.0)
        columns = np.concatenate([use.T, gaps[:, None], np.full((size, 1), share)], axis=1)
        weights = np.concatenate([np.ones((size, count + 1)), -self.need[:, None] / scale], axis=1)
        program.add("need", "", every, columns, weights, 0.0, 0.0)
        if least == "cost":
            room = gap / scale * (1 + _LOOSE) + _LOOSE
            program.add("gap", "", [0], gaps[None, :], 1.0, -np.inf, room)
        found = program.solve()
        if found is None:
            raise AssertionError("no use and all gaps always fit")
        values = found.values
        return values[:count], values[use] * scale, values[gaps] * scale, float(values[share])
