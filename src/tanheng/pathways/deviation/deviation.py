"""偏差 The loop of a road: where a place stands against its path, whether it has left it, why, and what would lead back."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.deviation.cause import Cause, cause_of
from tanheng.pathways.deviation.correction import Correction, correction_of
from tanheng.pathways.deviation.cusum import (
    Alarm,
    FalseAlarms,
    RunLength,
    alarm_chance,
    named,
    run_length,
    said_of,
)
from tanheng.pathways.deviation.levels import SCHEMA, TELL, VERDICTS, Level, annual_levels
from tanheng.pathways.deviation.months import Months, months_of
from tanheng.pathways.deviation.outlook import Outlook, outlook_of
from tanheng.pathways.index.settings import common_of
from tanheng.pathways.road import Road
from tanheng.pathways.road.observed import NORMAL_95
from tanheng.pathways.tree.arithmetic import Floats


@dataclass(frozen=True, eq=False)
class Deviation:
    """偏差 A road as it stands in the last observed year.

    ``levels`` are the total and its cells by year, ``run`` how long it takes to a false alarm where errors are independent, ``months`` the same by month where the file
    has months, ``outlook`` where the observed total is going by itself, ``correction`` what would lead back, or in both languages why there is none.
    """

    road: Road
    levels: tuple[Level, ...]
    run: RunLength
    cause: Cause | None
    correction: Correction | tuple[str, str]
    outlook: Outlook
    months: Months | None = None

    @property
    def total(self) -> Level:
        """The total by year."""
        return self.levels[0]

    @property
    def verdict(self) -> str:
        """Of the last year: ``over``, ``under``, ``on`` or ``cannot tell``."""
        return self.total.verdict()

    @property
    def alarm(self) -> Alarm | None:
        """The alarm of the total that stands."""
        return self.total.cusum.standing

    @functools.cached_property
    def false_alarms(self) -> FalseAlarms:
        """The chance of an alarm by the last year though the road is kept, for errors as ``index.common`` of the file says."""
        total, common = self.total, common_of(self.road)
        shared = common * (total.sigma / total.scale) ** 2
        independent = alarm_chance(total.k, total.h, (0.0,) * shared.size)
        chance = alarm_chance(total.k, total.h, tuple(shared.tolist())) if common else independent
        return FalseAlarms(shared.size, common, chance, independent)

    def table(self) -> Table:
        """All levels by year: ``level``, ``period``, ``emission``, ``path``, ``deviation`` [unit], ``share``, ``cumulated``, ``verdict``, sums."""
        rows = [row for one in self.levels for row in one.rows()]
        return Table(pl.DataFrame(rows, schema=SCHEMA), f"{self.road.title[language()]} ({self.road.unit})")

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng deviation --json`` prints it."""
        alarm, road = self.alarm, self.road
        return {
            "road": road.id, "title": dict(road.title), "unit": road.unit, "synthetic": road.observed.synthetic,
            "year": int(self.total.periods[-1]), "verdict": self.verdict, "cannot_tell_within": TELL,
            "alarm": None if alarm is None else named(alarm, self.total.periods),
            "cusum": {
                "k": self.total.k, "h": self.total.h, "false_alarm": self.run.to_dict(),
                "false_alarm_chance": self.false_alarms.to_dict(),
                "found_of_one_deviation": run_length(self.total.k, self.total.h, shift=1.0).to_dict(),
            },
            "levels": [one.to_dict() for one in self.levels],
            "months": None if self.months is None else self.months.to_dict(),
            "cause": None if self.cause is None else self.cause.to_dict(),
            "forecast": self.outlook.to_dict(),
            "correction": self.correction.to_dict() if isinstance(self.correction, Correction) else None,
            "no_correction": None if isinstance(self.correction, Correction) else dict(zip(("zh", "en"), self.correction, strict=True)),
            "findings": [one.to_dict() for one in self.findings],
            "sources": {"path": dict(road.path.source), "observed": dict(road.observed.source)},
        }  # fmt: skip

    def __repr__(self) -> str:
        zh = language() == "zh"
        row = self.total.rows()[-1]
        share = "–" if row["share"] is None else f"{row['share']:+.1%}"
        state = VERDICTS[row["verdict"]][0 if zh else 1]
        alarm = "" if self.alarm is None else ("，警报" if zh else ", alarm")
        return f"{self.road.id} {row['period']}: {share} {state}{alarm}"

    def chart(self) -> str:
        """Observed emissions with their 95 % interval, the path, and the road with and without the correction, as an SVG."""
        zh, road = language() == "zh", self.road
        years = np.arange(road.path.base, road.path.target + 1.0)
        observed = _placed(years, road.observed.years, road.observed.total)
        half = _placed(years, road.observed.years, NORMAL_95 * road.observed.sigma)
        lines = [
            Line("核查" if zh else "Observed", observed, observed - half, observed + half),
            Line("路径" if zh else "Path", road.path.at(years), dashed=True),
        ]
        ahead = self.outlook
        if (
            ahead.value is not None
            and ahead.low is not None
            and ahead.high is not None
            and ahead.years[0] <= years[-1]
        ):
            low, high = (_placed(years, np.array(ahead.years, float), one) for one in (ahead.low, ahead.high))
            value = _placed(years, np.array(ahead.years, float), ahead.value)
            lines.append(Line("预测" if zh else "Forecast", value, low, high))
        if isinstance(self.correction, Correction):
            plan = self.correction.plan
            lines += [
                Line("不调整" if zh else "Uncorrected", _placed(years, plan.tree.years, plan.baseline)),
                Line("调整后" if zh else "Corrected", _placed(years, plan.tree.years, plan.emission)),
            ]
        return chart(self.road.title[language()], unit_of(road), years, lines)

    @property
    def findings(self) -> list[Finding]:
        """Warnings: money at current prices, cells whose cause is Shapley's."""
        return [*self.road.observed.findings, *(self.cause.findings if self.cause is not None else [])]

    @property
    def alarms_stand(self) -> bool:
        """Whether an alarm of the total stands, by year or by month."""
        monthly = None if self.months is None else self.months.total.cusum.standing
        return self.alarm is not None or monthly is not None

    def charts(self) -> list[str]:
        """All charts of the place, from top to bottom."""
        found = [self.chart(), self.sums_chart()]
        if self.cause is not None:
            title = (
                f"原因，{self.cause.since}–{self.cause.year}"
                if language() == "zh"
                else f"Cause, {self.cause.since} to {self.cause.year}"
            )
            found.append(self.cause.chart(title, unit_of(self.road), float(self.total.path[-1])))
        if self.months is not None:
            title = self.road.title[language()] + (" · 月度" if language() == "zh" else " · by month")
            found += [
                self.months.chart(title, unit_of(self.road)),
                sums_chart(self.months.total, self.months.years),
            ]
        return [one for one in found if one]

    def sums_chart(self) -> str:
        """The CUSUM of the total with its heights, as an SVG; empty for a single year."""
        return sums_chart(self.total, np.array([float(year) for year in self.total.periods]))

    def _repr_html_(self) -> str:
        return "".join(self.charts()) + self.table()._repr_html_()


def deviation_of(
    road: Road, *, correct: bool | None = None, draws: int | None = None, seed: int = 2021
) -> Deviation:
    """Where a place stands against its path, whether an alarm stands, why, and what would lead back.

    Parameters
    ----------
    road : Road
    correct : bool, optional
        Whether a correction is looked for; unless told, where the last year is told to be over the path or an alarm of that side stands.
    draws, seed : int, optional
        Of the simulation of the correction; draws that the file tells, or 500, unless told here.

    Returns
    -------
    Deviation

    Raises
    ------
    DeviationInvalid
        For years that are missing, and an uncertainty that is not above zero.
    PackInvalid
        For settings of the file that cannot be, with line and key.
    LibraryMissing
        Without highspy, where a correction is looked for.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> from tanheng.pathways.road import road_of
    >>> road = road_of(
    ...     {"format": "tanheng-road/1", "id": "small", "title": {"zh": "小", "en": "Small"}, "tree": "given",
    ...      "path": {"unit": "万t", "marks": {2021: 37000, 2030: 34000}, "source": "example"},
    ...      "observed": {"file": "given", "period": "year", "total": "co2", "unit": "万t", "uncertainty": 5, "source": "example"}},
    ...     tree=load_tree("examples/sichuan-road/tree.yaml"),
    ...     observed={"year": [2021, 2022, 2023], "co2": [37000.0, 38500.0, 39800.0]})
    >>> found = deviation_of(road, correct=False)
    >>> found.verdict, round(float(found.total.share[-1]), 4), found.alarm.side
    ('over', 0.0954, 'over')
    """
    levels = annual_levels(road)
    total = levels[0]
    months = months_of(road)
    standing = [total.cusum.standing, None if months is None else months.total.cusum.standing]
    over = total.verdict() == "over" or any(one is not None and one.side == "over" for one in standing)
    wanted = over if correct is None else correct
    found: Correction | tuple[str, str] = (
        "末次核查没有超出路径，没有求调整",
        "the last year is not over the path, so no correction was looked for",
    )
    if correct is False:
        found = ("没有要求求调整", "no correction was asked for")
    if wanted:
        found = correction_of(road, draws=draws, seed=seed)
    return Deviation(
        road, levels, run_length(total.k, total.h), cause_of(road, levels), found, outlook_of(road), months
    )


def sums_chart(level: Level, years: Floats) -> str:
    """Both sums of a level with the height of an alarm, as an SVG; empty for a single period."""
    if len(level.periods) < 2:
        return ""
    zh, sums = language() == "zh", level.cusum
    height = np.full(years.size, level.h)
    lines = [
        Line("上侧累积和" if zh else "Upper sum", sums.high),
        Line("下侧累积和" if zh else "Lower sum", -sums.low),
        Line("警报高度" if zh else "Alarm", height, dashed=True),
        Line("警报高度" if zh else "Alarm", -height, dashed=True),
    ]
    name = level.name or ("总量" if zh else "Total")
    if "-" in level.periods[0]:
        name += " · 月度" if zh else " · by month"
    return chart(f"CUSUM · {name}", "σ", years, lines)


def unit_of(road: Road) -> str:
    """The unit of a road in the language of the run."""
    return unit_said(road.unit)


def _placed(years: Floats, known: Floats, values: Floats) -> Floats:
    """Values at some years, not a number where they are not known."""
    found = np.full(years.size, np.nan)
    at = {float(year): place for place, year in enumerate(known)}
    for place, year in enumerate(years):
        if float(year) in at:
            found[place] = values[at[float(year)]]
    return found


def said_alarm(found: Deviation) -> tuple[str, str]:
    """The alarm in words, in both languages, with how often one is false."""
    false, within = said_of(found.run), found.false_alarms.said()
    k, h = f"k = {found.total.k:g}", f"h = {found.total.h:g}"
    one = float(found.total.scale[-1])
    size = (
        f"{one / abs(float(found.total.path[-1])):.1%}"
        if found.total.path[-1]
        else f"{one:,.6g} {unit_of(found.road)}"
    )
    soon = run_length(found.total.k, found.total.h, shift=1.0).mean
    if soon is not None:
        false = (
            f"{false[0]}，{within[0]}；持续偏离一个标准差（{size}）平均 {soon:.1f} 期发现",
            f"{false[1]}, {within[1]}; a lasting deviation of one standard deviation ({size}) is found after {soon:.1f} periods",
        )
    if found.alarm is None:
        return f"没有警报（CUSUM，{k}，{h}；{false[0]}）", f"No alarm stands (CUSUM, {k}, {h}; {false[1]})"
    told = named(found.alarm, found.total.periods)
    side = {"over": ("超出路径", "over the path"), "under": ("低于路径", "under the path")}[told["side"]]
    return (
        f"警报：{side[0]}，{told['first']} 首次越过，估计自 {told['start']} 开始（CUSUM，{k}，{h}；{false[0]}）",
        f"Alarm: {side[1]}, first crossed in {told['first']}, begun in {told['start']} as estimated (CUSUM, {k}, {h}; {false[1]})",
    )


def joint(found: Sequence[Deviation]) -> Level | None:
    """All places together, for the years that all of them have, in tonnes; None for one place or no common year.

    Inventories of places are taken to err independently. Allowance and height are those of the first place.
    """
    common = [one for one in found[0].total.periods if all(one in other.total.periods for other in found)]
    if len(found) < 2 or not common:
        return None

    def sums(name: str, power: int = 1) -> Floats:
        rows = []
        for one in found:
            at = [one.total.periods.index(period) for period in common]
            rows.append((getattr(one.total, name)[at] * tonnes_of(one.road.unit)) ** power)
        return np.asarray(np.sum(rows, axis=0) ** (1 / power))

    return Level(
        "", tuple(common), sums("emission"), sums("path"), sums("sigma", 2), sums("scale", 2), found[0].total.k, found[0].total.h
    )  # fmt: skip


def together(found: Sequence[Deviation]) -> Table:
    """One row for each place, and one of all: ``place``, ``title``, ``year``, ``share``, ``cumulated``, ``verdict``, ``alarm``, ``main`` cause."""
    rows = []
    for one in found:
        main = "" if one.cause is None or one.cause.main is None else one.cause.called(one.cause.main[0])
        rows.append(_place(one.road.id, one.road.title[language()], one.total, main))
    every = joint(found)
    if every is not None:
        rows.append(_place("together", "各地合计" if language() == "zh" else "Together", every, ""))
    schema = {"place": pl.String, "title": pl.String, "year": pl.String, "share": pl.Float64, "cumulated": pl.Float64,
              "verdict": pl.String, "alarm": pl.String, "main": pl.String}  # fmt: skip
    return Table(pl.DataFrame(rows, schema=schema))


def _place(name: str, title: str, level: Level, main: str) -> dict[str, Any]:
    row, standing = level.rows()[-1], level.cusum.standing
    return {
        "place": name, "title": title, "year": row["period"], "share": row["share"], "cumulated": row["cumulated"],
        "verdict": row["verdict"], "alarm": "" if standing is None else standing.side, "main": main,
    }  # fmt: skip
