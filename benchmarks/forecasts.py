"""The backtest of forecasts on real provinces, beside ETS and ARIMA of statsforecast in the same run."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import numpy as np

from tanheng.activity.reading.panel import read_panel
from tanheng.pathways.forecast import Series, peaks, series_of
from tanheng.pathways.forecast.backtest import Past, Score, past_of, score
from tanheng.pathways.forecast.models import MODELS
from tanheng.pathways.forecast.statistical import STATISTICAL, statistical_model

SHARED = Path(os.environ.get("TANHENG_SHARED", Path(__file__).parents[2] / "shared" / "data"))
CEADS = SHARED / "ceads_china_co2"
PROVINCES, EARLIER, STEPS, LEVEL = (2008, 2016), (2004, 2007), 3, 0.8


def provinces(until: int | None = None) -> list[Series]:
    panel = read_panel(
        CEADS / "provinces_30_by_fuel_1997_2019.csv", values=["Scope_1_Total_mtco2"], by=["province"]
    )
    return series_of(panel, "Scope_1_Total_mtco2", until=until)


def cities() -> list[Series]:
    """Cities with an unbroken series of at least fifteen years."""
    panel = read_panel(CEADS / "cities_290_total_1997_2019.csv", values=["co2_mt"], by=["city_zh"])
    years = {
        group: sorted(int(year) for year, own in zip(panel.years, panel.groups, strict=True) if own == group)
        for group in set(panel.groups)
    }
    whole = {group for group, own in years.items() if len(own) >= 15 and own[-1] - own[0] + 1 == len(own)}
    kept = [at for at, group in enumerate(panel.groups) if group in whole]
    smaller = type(panel)(
        panel.file, panel.period, panel.by, panel.years[kept], tuple(panel.groups[at] for at in kept),
        {"co2_mt": panel.values["co2_mt"][kept]}, tuple(panel.rows[at] for at in kept),
    )  # fmt: skip
    return series_of(smaller, "co2_mt")


def tried(series: list[Series], names: list[str]) -> dict[str, tuple[Past, float]]:
    found = {}
    for name in names:
        model = statistical_model(name) if name in STATISTICAL else MODELS[name]
        model(series[0].values, 1)
        began = time.process_time()
        past = past_of(series, model, STEPS)
        found[name] = (past, time.process_time() - began)
    return found


def _row(name: str, one: Score, cpu: float) -> str:
    verdict = "withheld" if one.loses else ""
    return f"| {name} | {one.mape:.2%} | {one.mae:.2f} | {one.mase:.3f} | {one.mase_naive:.3f} | {one.coverage:.3f} | {one.points} | {cpu:.2f} | {verdict} |"


def section() -> list[str]:
    if not CEADS.is_dir():
        return [
            "## Forecasts in the past",
            "",
            f"Not run: there is no {CEADS.name} in the folder of shared data.",
            "",
        ]
    series = provinces()
    names = [*MODELS, *STATISTICAL]
    found = tried(series, names)
    lines = [
        "## Forecasts in the past",
        "",
        "`python benchmarks/forecasts.py`: 30 provinces (CEADs scope 1, 1997-2019), forecasts one to three years ahead made from every year with what was known then. CPU seconds are those of all origins from 2001 on.",
        "",
    ]
    for title, origins in (
        ("origins 2008 to 2016 (the bar)", PROVINCES),
        ("origins 2004 to 2007, when growth was fastest", EARLIER),
    ):
        lines += [
            f"### {title[0].upper()}{title[1:]}",
            "",
            "| model | MAPE | MAE Mt | MASE | MASE of naive | 80 % intervals held | points | CPU s | |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
        ]
        scores = {
            name: score(name, past, found["naive"][0], level=LEVEL, origins=origins)
            for name, (past, _) in found.items()
        }
        lines += [_row(name, one, found[name][1]) for name, one in scores.items() if one.points]
        lines.append("")
    own = score("combination", found["combination"][0], found["naive"][0], level=LEVEL, origins=PROVINCES)
    lines += [
        f"- Bar: one model with a MAPE of at most 7.7 % and 80 % intervals that hold 0.75 to 0.87: the combination has **{own.mape:.2%}** and **{own.coverage:.3f}** (by step {', '.join(f'{one:.2f}' for one in own.by_step)}). The intervals have no constant that was tuned: all past errors count alike.",
    ]
    urban = tried(cities(), ["naive", "combination"])
    told = score("combination", urban["combination"][0], urban["naive"][0], level=LEVEL)
    lines += [
        f"- The same on {len(urban['naive'][0].forecasts)} cities with 15 or more unbroken years, all origins ({told.points} points): MAPE {told.mape:.2%}, MASE {told.mase:.3f} against {told.mase_naive:.3f} of naive{' (withheld)' if told.loses else ''}, intervals hold {told.coverage:.3f} of {told.covered}.",
        *_reliability(series),
        "",
    ]
    return lines


def _reliability(series: list[Series]) -> list[str]:
    said, came = [], []
    for year in range(2008, 2015):
        for one, whole in zip(peaks(provinces(year), 5)[0], series, strict=True):
            at = year - whole.first
            said.append(one.by(year))
            came.append(whole.values[at + 1 : at + 6].max() <= whole.values[: at + 1].max())
    chance, event = np.array(said), np.array(came, float)
    usual = event.mean()
    edges = [0.0, 0.05, 0.2, 0.4, 1.01]
    bins = [(chance >= low) & (chance < high) for low, high in itertools.pairwise(edges)]
    table = "; ".join(
        f"said {chance[one].mean():.2f}, came {event[one].mean():.2f} ({one.sum()} times)"
        for one in bins
        if one.any()
    )
    return [
        f"- Chances of the peak, checked: “no year of the next five is higher than the highest so far”, 30 provinces from 2008 to 2014 ({len(event)} times): Brier score {np.mean((chance - event) ** 2):.3f}, always saying the mean ({usual:.2f}) would have {usual * (1 - usual):.3f}. {table[0].upper()}{table[1:]}. The chances were too low: growth ended sooner than the past had told.",
    ]


if __name__ == "__main__":
    print("\n".join(section()))
