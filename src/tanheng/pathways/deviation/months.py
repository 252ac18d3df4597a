"""Months 月度: monthly emissions against the path, whose year is spread over the months as the base years were."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tanheng.charts import Line, chart
from tanheng.drivers.prices import check_money
from tanheng.drivers.series import Factor, Series, parse_factors, read_series
from tanheng.drivers.tables import read_frame
from tanheng.errors import language
from tanheng.inventory.methods.beside import beside
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.pathways.deviation.cause import Cause
from tanheng.pathways.deviation.cusum import H, K, RunLength, named, run_length, said_of
from tanheng.pathways.deviation.levels import Level, number_of, settings_of
from tanheng.pathways.deviation.months_cause import months_cause
from tanheng.pathways.deviation.problems import invalid
from tanheng.pathways.road import Road
from tanheng.pathways.road.reading import mass_scale
from tanheng.pathways.tree.arithmetic import Floats

_AT: Path_ = ("deviation", "monthly")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_MONTHS = 12
_TWO = 2


@dataclass(frozen=True, eq=False)
class Months:
    """月度 Total and cells by month after the base years.

    ``covers`` is what the monthly data hold of the annual total in the base years, by which the path is scaled; ``spread`` [share of
    the path] the standard deviation of a month about it, ``estimated`` whether that comes from the base years. ``cause`` is that of the
    months of the last alarm, None without one or without monthly factors, which ``factors`` tells.
    """

    levels: tuple[Level, ...]
    base: tuple[int, ...]
    covers: float
    spread: float
    estimated: bool
    run: RunLength
    run_correlated: RunLength | None
    source: Mapping[str, str]
    factors: bool = False
    cause: Cause | None = None

    @property
    def total(self) -> Level:
        """The total by month."""
        return self.levels[0]

    def excess(self) -> dict[str, float]:
        """Sum of E - P of each cell over the months of the last alarm; empty without one."""
        alarms = self.total.cusum.alarms
        if not alarms:
            return {}
        span = slice(alarms[-1].start, alarms[-1].last + 1)
        return {one.name: float(one.deviation[span].sum()) for one in self.levels[1:] or self.levels}

    def chart(self, title: str, unit: str) -> str:
        """Months and their path, as an SVG."""
        zh = language() == "zh"
        lines = [
            Line("核查" if zh else "Observed", self.total.emission),
            Line("路径" if zh else "Path", self.total.path, dashed=True),
        ]
        return chart(title, unit, self.years, lines)

    @property
    def years(self) -> Floats:
        """Months as fractions of years, for charts."""
        return np.array([int(one[:4]) + (int(one[5:]) - 1) / _MONTHS for one in self.total.periods])

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        alarm = self.total.cusum.standing
        return {
            "base_years": list(self.base), "covers": round(self.covers, 6), "spread": round(self.spread, 6),
            "spread_estimated": self.estimated, "false_alarm": self.run.to_dict(),
            "false_alarm_correlated": None if self.run_correlated is None else self.run_correlated.to_dict(),
            "alarm": None if alarm is None else named(alarm, self.total.periods),
            "levels": [one.to_dict() for one in self.levels],
            "excess_of_alarm": {name or "total": round(value, 6) for name, value in self.excess().items()},
            "cause": None if self.cause is None else self.cause.to_dict(),
            "cause_grain": "month" if self.factors else "year", "source": dict(self.source),
        }  # fmt: skip


def months_of(road: Road, table: Any = None) -> Months | None:
    """The months of a road against its path; None where the file has none.

    Parameters
    ----------
    road : Road
    table : table, optional
        Rows instead of the file that ``deviation.monthly`` names.

    Raises
    ------
    DeviationInvalid, PackInvalid, InputUnreadable, ColumnMissing, DriversInvalid

    Notes
    -----
    P_(y,m,c) = P_y covers w_(m,c): w is the mean share of the month and cell in the base years, by days so that a leap year has a longer
    February. With several base years the spread is sqrt(sum r² / ((n - 1) (12 - 1))), r being E/P - 1 of their months with the year's
    own total; with one it must be told. A month's scale is P spread sqrt(1 + 1/n): the shares are known from n years only. Cells have
    the spread of the total times sqrt(cells' weight), so that independent ones together have that of the total.
    """
    told = settings_of(road).get("monthly")
    if told is None:
        return None
    held = _read(road, told, table)
    factor = mass_scale(told["unit"], road.unit, road.checker, (*_AT, "unit"))
    emission = held.total[0] * factor
    base = _base(road, told, held.periods)
    in_base = {year: [at for at, one in enumerate(held.periods) if int(one[:4]) == year] for year in base}
    rates = np.mean(
        [_rates(emission[rows], year) / emission[rows].sum() for year, rows in in_base.items()], axis=0
    )
    covers = float(np.mean([emission[rows].sum() / _observed(road, year) for year, rows in in_base.items()]))
    later = [
        at
        for at, one in enumerate(held.periods)
        if int(one[:4]) > base[-1] and road.path.base <= int(one[:4]) <= road.path.target
    ]
    if not later:
        raise invalid(
            road.id, ("基准年之后没有月度数据", "no months after the base years"),
            ("请给出基准年之后、目标年之前的月份。", "Give months after the base years, up to the target year."),
        )  # fmt: skip
    names = [held.periods[at] for at in later]
    _follow(road, names)
    path = np.array([_weights(rates, name)[int(name[5:]) - 1] for name in names])
    path *= np.array([float(road.path.at(int(name[:4]))) * covers for name in names])[:, None]
    spread = _spread(road, told, emission, in_base, rates)
    scale = np.abs(path) * spread * np.sqrt(1 + 1 / len(base))
    k, h = number_of(road, "k", K, least=0.0), number_of(road, "h", H, least=0.0, above=True)
    kinds = {name: str(one["kind"]) for name, one in told.get("factors", {}).items()}
    levels = _levels(held, names, emission[later], path, scale, k, h)
    correlated = levels[0].cusum.autocorrelation
    return Months(
        levels, base, covers, spread, "spread" not in told, run_length(k, h),
        run_length(k, h, autocorrelation=round(correlated, 2)) if correlated is not None and correlated > 0 else None,
        told["source"] if isinstance(told["source"], Mapping) else {"zh": told["source"], "en": told["source"]},
        bool(kinds), months_cause(held, kinds, factor, road.unit, base[-1], levels),
    )  # fmt: skip


def _read(road: Road, told: Mapping[str, Any], table: Any) -> Series:
    where, by, month = told.get("where", {}), told.get("by", []), told["month"]
    if table is None:
        table = beside(road.folder, told["file"], (*_AT, "file"), road.checker.error)
    frame = read_frame(table, [month, *by, *where])
    for name, value in where.items():
        frame = frame.filter(frame[name] == str(value))
    factors = [Factor(told["total"], told["total"])]
    if "factors" in told:
        factors = parse_factors(
            [f"{name}={one['formula']}" for name, one in told["factors"].items()], frame.columns
        )
    columns = list(dict.fromkeys(name for one in factors for name in one.columns))
    frame = read_frame(
        frame, [month, *by], numbers=list(dict.fromkeys([told["total"], *columns])), name=told["file"]
    )
    if wrong := next((one for one in frame[month].to_list() if not _MONTH.fullmatch(one)), None):
        raise road.checker.error(
            (*_AT, "month"), (f"“{wrong}”不是月份", f"'{wrong}' is no month"),
            ("请写 2020-01 这样的月份，逐月一行。", "Write months such as 2020-01, one in a row."),
        )  # fmt: skip
    if frame.is_empty():
        raise road.checker.error(
            (*_AT, "where"), ("没有符合条件的行", "no row fits"), ("请核对列与值。", "Check columns and values.")
        )  # fmt: skip
    if "factors" in told:
        prices = road.observed.prices
        check_money(
            columns, sorted({one[:4] for one in frame[month].to_list()}),
            **{kind: [name for name in columns if prices.get(name) == kind] for kind in ("real", "nominal")},
        )  # fmt: skip
    return read_series(frame, total=told["total"], factors=factors, period=month, by=by)


def _base(road: Road, told: Mapping[str, Any], periods: list[str]) -> tuple[int, ...]:
    """The base years: each must have twelve months and an annual total."""
    found = []
    for text in told["base_years"]:
        year = int(text) if str(text).isdigit() else 0
        if (
            year not in road.observed.years
            or sum(one.startswith(f"{year:04d}-") for one in periods) != _MONTHS
        ):
            raise road.checker.error(
                (*_AT, "base_years"),
                (f"{text} 年没有齐全的十二个月与年度核查", f"{text} lacks one of its twelve months or its annual total"),
                ("请写月度与年度都齐全的年份。", "Name years whose months and annual total are all there."),
            )  # fmt: skip
        found.append(year)
    return tuple(sorted(set(found)))


def _observed(road: Road, year: int) -> float:
    return float(road.observed.total[int(np.flatnonzero(road.observed.years == year)[0])])


def _follow(road: Road, names: list[str]) -> None:
    """Months follow one another."""
    numbers = [int(one[:4]) * _MONTHS + int(one[5:]) - 1 for one in names]
    for last, following in pairwise(numbers):
        if following != last + 1:
            gap = f"{(last + 1) // _MONTHS}-{(last + 1) % _MONTHS + 1:02d}"
            raise invalid(
                road.id, (f"月度数据缺 {gap}", f"month {gap} is missing"),
                ("请补上该月；CUSUM 不能跨过缺口。", "Give that month; sums are not carried over a gap."),
            )  # fmt: skip


def _days(year: int) -> Floats:
    return np.array([float(calendar.monthrange(year, month)[1]) for month in range(1, _MONTHS + 1)])


def _rates(emission: Floats, year: int) -> Floats:
    return np.asarray(emission / _days(year)[:, None])


def _weights(rates: Floats, month: str) -> Floats:
    """Share of each month and cell (12, cells) in the year of a month."""
    found = rates * _days(int(month[:4]))[:, None]
    return np.asarray(found / found.sum())


def _spread(
    road: Road, told: Mapping[str, Any], emission: Floats, in_base: Mapping[int, list[int]], rates: Floats
) -> float:
    if "spread" in told:
        found = float(told["spread"]) / 100
    elif len(in_base) < _TWO:
        raise road.checker.error(
            (*_AT, "spread"),
            ("只有一个基准年，月度的离散程度估不出来", "with one base year the spread of months cannot be estimated"),
            ("请写 spread（月排放对路径的标准差，%），或再给一个基准年。", "Give spread (standard deviation of a month about its path, %), or another base year."),
        )  # fmt: skip
    else:
        off = [
            emission[rows].sum(axis=1)
            / (emission[rows].sum() * _weights(rates, f"{year:04d}-01").sum(axis=1))
            - 1
            for year, rows in in_base.items()
        ]
        found = float(np.sqrt((np.array(off) ** 2).sum() / ((len(in_base) - 1) * (_MONTHS - 1))))
    if not (np.isfinite(found) and found > 0):
        raise road.checker.error(
            (*_AT, "spread"), (f"{found * 100:g} % 不可用", f"{found * 100:g} % cannot be"),
            ("应大于零。", "It must be above zero."),
        )  # fmt: skip
    return found


def _levels(
    held: Series, names: list[str], emission: Floats, path: Floats, scale: Floats, k: float, h: float
) -> tuple[Level, ...]:
    periods, whole = tuple(names), scale.sum(axis=1)
    total = Level("", periods, emission.sum(axis=1), path.sum(axis=1), whole, whole, k, h)
    if len(held.cells) < _TWO:
        return (total,)
    norm = np.sqrt((scale**2).sum(axis=1, keepdims=True))
    own = np.divide(scale, norm, where=norm > 0, out=np.zeros_like(scale)) * whole[:, None]
    return (
        total,
        *(
            Level(" / ".join(cell), periods, emission[:, at], path[:, at], own[:, at], own[:, at], k, h)
            for at, cell in enumerate(held.cells)
        ),
    )


def said_months(found: Months) -> list[tuple[str, str]]:
    """Alarms of the months in words, in both languages, with how often one is false."""
    told = [
        _said_alarm(named(alarm, level.periods), level.name) for level in found.levels for alarm in level.cusum.alarms
    ]  # fmt: skip
    usual = said_of(found.run)
    told.append((f"月度 CUSUM：{usual[0]}", f"CUSUM by month: {usual[1]}"))
    if found.run_correlated is not None:
        run, said = found.run_correlated, said_of(found.run_correlated)
        told.append(
            (f"月度偏差自相关 {run.autocorrelation:.2f}，计入后{said[0]}", f"Months are correlated ({run.autocorrelation:.2f}); with that, {said[1]}")
        )  # fmt: skip
    return told


def _said_alarm(alarm: Mapping[str, Any], name: str) -> tuple[str, str]:
    side = {"over": ("超出路径", "over the path"), "under": ("低于路径", "under the path")}[alarm["side"]]
    until = ("至今", "standing") if alarm["stands"] else (f"到 {alarm['last']}", f"up to {alarm['last']}")
    of = (
        (f"（{name}，不计入总量的警报）", f" ({name}, not counted as one of the total)") if name else ("", "")
    )
    return (
        f"月度警报{of[0]}：{side[0]}，{alarm['first']} 首次越过，估计自 {alarm['start']} 开始，{until[0]}",
        f"Alarm by month{of[1]}: {side[1]}, first crossed in {alarm['first']}, begun in {alarm['start']} as estimated, {until[1]}",
    )
