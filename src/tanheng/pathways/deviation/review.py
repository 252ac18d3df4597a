"""Review 回看: what became of decisions, from the log and the road as it is now: skill of the forecast, delivery of the levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.pathways.deviation.cause import effects_between
from tanheng.pathways.deviation.decisions import hashes_of
from tanheng.pathways.deviation.levels import TELL, settings_of
from tanheng.pathways.journal import lines_of
from tanheng.pathways.road import Road

_SAME = 1e-9
_COLUMNS = ("observed", "forecast", "low", "high", "naive", "expected")


@dataclass(frozen=True)
class Outcome:
    """What became of one decision by ``year``.

    ``forecasts`` are rows ``year``, ``observed``, ``forecast``, ``low``, ``high``, ``naive``, ``expected``; ``skill`` is 1 - the mean error of the forecast
    over that of naive, None without either; ``inside`` the share of years within the interval. ``last`` is the total when it was decided. ``levers`` are rows of a factor:
    ``factor``, ``cell``, ``levers``, ``expected``, ``measured``, ``usual``, ``delivered``.
    ``restated`` is the share by which the total of the year of the decision has been restated since, None where it stands or is
    gone; ``changed`` are files that are not what they were.
    """

    number: int
    at: str
    who: str
    decided: int
    year: int
    unit: str
    last: float
    forecasts: tuple[dict[str, Any], ...]
    skill: float | None
    inside: float | None
    against_plan: dict[str, Any] | None
    levers: tuple[dict[str, Any], ...]
    unmapped: tuple[str, ...]
    restated: float | None
    changed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "number": self.number, "at": self.at, "who": self.who, "decided": self.decided, "year": self.year, "unit": self.unit,
            "skill": self.skill, "inside": self.inside, "forecasts": list(self.forecasts), "against_plan": self.against_plan,
            "levers": list(self.levers), "unmapped": list(self.unmapped), "restated": self.restated, "changed": list(self.changed),
        }  # fmt: skip


@dataclass(frozen=True)
class Review:
    """回看 Outcomes of the decisions of a road for which a later year was observed; ``waiting`` counts the others."""

    road: str
    title: Mapping[str, str]
    outcomes: tuple[Outcome, ...]
    waiting: int

    def table(self) -> Table:
        """By decision and year: observed beside forecast, naive and plan."""
        rows = [{"decision": one.number, **row} for one in self.outcomes for row in one.forecasts]
        schema: dict[str, Any] = {"decision": pl.Int64, "year": pl.Int64} | dict.fromkeys(
            _COLUMNS, pl.Float64
        )
        return Table(pl.DataFrame(rows, schema=schema), self.title[language()])

    def deliveries(self) -> Table:
        """By decision and factor: expected, measured and usual effect, and the share that was delivered."""
        rows = [
            {"decision": one.number, **row, "levers": ", ".join(row["levers"])} for one in self.outcomes for row in one.levers
        ]  # fmt: skip
        schema: dict[str, Any] = {"decision": pl.Int64} | dict.fromkeys(
            ["factor", "cell", "levers"], pl.String
        )
        schema |= dict.fromkeys(["expected", "measured", "usual", "delivered"], pl.Float64)
        return Table(pl.DataFrame(rows, schema=schema), self.title[language()])

    def charts(self) -> list[str]:
        """For each decision what was observed beside the forecast of then with its interval, the last value and the plan, as SVG."""
        zh = language() == "zh"
        drawn: list[str] = []
        for one in self.outcomes:
            rows = [{"year": one.decided, **dict.fromkeys(_COLUMNS, one.last)}, *one.forecasts]
            years = np.array([row["year"] for row in rows], float)
            held = {
                key: np.array([np.nan if row[key] is None else row[key] for row in rows], float)
                for key in _COLUMNS
            }
            lines = [
                Line("核查" if zh else "Observed", held["observed"]),
                Line("当时的预测" if zh else "Forecast then", held["forecast"], held["low"], held["high"]),
                Line("沿用末值" if zh else "Last value", held["naive"], dashed=True),
                Line("计划" if zh else "Plan", held["expected"]),
            ]
            name = (
                f"决策 {one.number}（{one.who}，{one.decided} 年）"
                if zh
                else f"Decision {one.number} ({one.who}, {one.decided})"
            )
            unit = unit_said(one.unit)
            drawn.append(chart(f"{self.title[language()]} · {name}", unit, years, lines))
        return drawn

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng deviation review --json`` prints it."""
        return {
            "road": self.road, "title": dict(self.title), "outcomes": [one.to_dict() for one in self.outcomes], "waiting": self.waiting,
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return "".join(self.charts()) + self.table()._repr_html_() + self.deliveries()._repr_html_()


def review(road: Road, path: str | Path) -> Review:
    """Hold decisions of a log against what was observed since.

    Parameters
    ----------
    road : Road
        As it is now, with later years than when was decided.
    path : path
        The log.

    Returns
    -------
    Review

    Raises
    ------
    NotFound
        When there is no log, or none of its entries is of this road.
    JournalBroken
    PackInvalid
        For a mapping of levers to factors that are not there.

    Notes
    -----
    Skill is 1 - MAE of the forecast / MAE of naive (the last value then), over the years that both know. A factor delivers
    (measured - usual) / expected: measured is its LMDI-I effect since the decision, usual its mean yearly effect before the decision
    times the years gone, expected what the levers that act on it were to take off. Which factor a lever shows in is told by
    ``deviation.levers`` of the road's file.
    """
    return review_of(road, [one for one in lines_of(path) if one.get("road") == road.id])


def review_of(road: Road, lines: Sequence[Mapping[str, Any]]) -> Review:
    """The same of entries that are at hand, checked already; those that are no decisions are left out."""
    entries = [one for one in lines if one.get("kind") == "decision"]
    if not entries:
        raise NotFound(what_zh="该路径的决策", what_en="decisions on this road", name=road.id, known="–")
    mapped = _mapped(road)
    outcomes = [_outcome(road, one, mapped) for one in entries if one["year"] < road.observed.last]
    return Review(road.id, road.title, tuple(outcomes), len(entries) - len(outcomes))


def _outcome(road: Road, entry: Mapping[str, Any], mapped: Mapping[str, tuple[str, str]]) -> Outcome:
    rows = _forecasts(road, entry)
    both = [row for row in rows if row["forecast"] is not None]
    errors = np.array([abs(row["observed"] - row["forecast"]) for row in both])
    naive = np.array([abs(row["observed"] - row["naive"]) for row in both])
    held = [row["low"] <= row["observed"] <= row["high"] for row in both if row["low"] is not None]
    rows_of_levers, unmapped = _levers(road, entry, mapped)
    return Outcome(
        entry["number"], entry["at"], entry["who"], entry["year"], road.observed.last, road.unit,
        float(entry["forecast"]["last"]), tuple(rows),
        skill=round(float(1 - errors.mean() / naive.mean()), 6) if both and naive.mean() > 0 else None,
        inside=round(sum(held) / len(held), 6) if held else None,
        against_plan=_against(road, entry), levers=tuple(rows_of_levers), unmapped=tuple(unmapped),
        restated=_restated(road, entry), changed=tuple(_changed(road, entry)),
    )  # fmt: skip


def _restated(road: Road, entry: Mapping[str, Any]) -> float | None:
    then = float(entry["deviation"]["emission"])
    if entry["year"] not in road.observed.years or not then:
        return None
    moved = float(road.observed.total[road.observed.at(entry["year"])]) / then - 1
    return round(moved, 6) if abs(moved) > _SAME else None


def _changed(road: Road, entry: Mapping[str, Any]) -> list[str]:
    now = hashes_of(road)
    return [name for name, known in entry["files"].items() if now.get(name) != known]


def _forecasts(road: Road, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = {row["year"]: row for row in entry["forecast"].get("points", [])}
    planned = (entry.get("expected") or {}).get("with", {})
    found = []
    for year, observed in zip(
        road.observed.years.astype(int).tolist(), road.observed.total.tolist(), strict=True
    ):
        if year > entry["year"]:
            point = said.get(year, {})
            found.append(
                {"year": year, "observed": observed, "forecast": point.get("value"), "low": point.get("low"), "high": point.get("high"),
                 "naive": entry["forecast"]["last"], "expected": planned.get(str(year))}
            )  # fmt: skip
    return found


def _against(road: Road, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """The last year against the plan, and whether the difference can be told from the inventory's uncertainty."""
    expected, year = entry.get("expected"), str(road.observed.last)
    if not expected or year not in expected["with"]:
        return None
    observed, sigma = float(road.observed.total[-1]), float(road.observed.sigma[-1])
    wanted, without = expected["with"][year], expected["without"][year]
    off = observed - wanted
    saved = without - wanted
    return {
        "year": int(year), "observed": observed, "with": wanted, "without": without, "difference": round(off, 6),
        "verdict": "cannot tell" if abs(off) < TELL * sigma else "over" if off > 0 else "under" if off < 0 else "on",
        "delivered": round((without - observed) / saved, 6) if saved > 0 else None,
    }  # fmt: skip


def _mapped(road: Road) -> dict[str, tuple[str, str]]:
    """Lever to the factor and the cell (or none) of the observed series in which it shows."""
    names = road.observed.series.names
    cells = [" / ".join(cell) for cell in road.observed.series.cells]
    found = {}
    for lever, one in settings_of(road).get("levers", {}).items():
        for key, value, known in (
            ("factor", one["factor"], names),
            ("cell", one.get("cell", ""), ["", *cells]),
        ):
            if value not in known:
                raise road.checker.error(
                    ("deviation", "levers", lever, key), (f"核查数据里没有“{value}”", f"what was observed has no '{value}'"),
                    (f"可用：{', '.join(filter(None, known))}。", f"Known: {', '.join(filter(None, known))}."),
                )  # fmt: skip
        if lever not in road.tree.levers:
            raise road.checker.error(
                ("deviation", "levers", lever), ("因子树没有这个杠杆", "the tree has no such lever"),
                (f"可用：{', '.join(road.tree.levers) or '–'}。", f"Known: {', '.join(road.tree.levers) or '–'}."),
            )  # fmt: skip
        found[lever] = (str(one["factor"]), str(one.get("cell", "")))
    return found


def _levers(
    road: Road, entry: Mapping[str, Any], mapped: Mapping[str, tuple[str, str]]
) -> tuple[list[dict[str, Any]], list[str]]:
    decided, year = entry["year"], road.observed.last
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    unmapped = []
    for lever in entry["levers"]:
        if lever["lever"] in mapped:
            groups.setdefault(mapped[lever["lever"]], []).append(lever)
        else:
            unmapped.append(lever["lever"])
    if not groups or decided not in road.observed.years:
        return [], unmapped
    since = effects_between(road, decided, year)
    first = int(road.observed.years[0])
    before = (
        effects_between(road, first, decided) / (decided - first) * (year - decided)
        if first < decided
        else None
    )
    names = road.observed.series.names
    cells = [" / ".join(cell) for cell in road.observed.series.cells]
    found = []
    for (factor, cell), levers in groups.items():
        row, span = names.index(factor), [cells.index(cell)] if cell else list(range(len(cells)))
        expected = -sum(float(one["effect"].get(str(year), 0.0)) for one in levers)
        measured = float(since[row, span].sum())
        usual = None if before is None else float(before[row, span].sum())
        found.append(
            {"factor": factor, "cell": cell, "levers": [one["lever"] for one in levers], "expected": round(expected, 6),
             "measured": round(measured, 6), "usual": None if usual is None else round(usual, 6),
             "delivered": None if usual is None or not expected else round((measured - usual) / expected, 6)}
        )  # fmt: skip
    return found, unmapped
