"""What ``tanheng forecast`` prints: a verdict first, then points, the record of every model, chances of the peak."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import say, table
from tanheng.filings.numbers import figure
from tanheng.pathways.forecast.wording import called, peak_record, peaked, state_of, verdict

if TYPE_CHECKING:
    from tanheng.pathways.forecast import Forecast, Peak, Score

_MOST = 50


def show(found: Forecast) -> None:
    """Print a verdict, the points and the record of every model."""
    click.echo(verdict(found))
    rows: list[dict[str, Any]] = [
        row | {"name": " / ".join(row["group"]), "value": figure(row["value"]), "low": figure(row["low"]),
               "high": figure(row["high"]), "note": say("外推", "drawn on") if row["drawn_on"] else ""}
        for row in found.points[:_MOST]
    ]  # fmt: skip
    percent = f"{found.level:.0%}"
    heads = {"name": say("序列", "Series"), "year": say("年份", "Year"), "value": say("预测值", "Forecast"),
             "low": say(f"{percent} 下限", f"{percent} low"), "high": say(f"{percent} 上限", f"{percent} high"), "note": say("说明", "Note")}  # fmt: skip
    if not any(row["note"] for row in rows):
        heads.pop("note")
    if not any(row["name"] for row in rows):
        heads.pop("name")
    table(rows, heads, right=("value", "low", "high"))
    if len(found.points) > _MOST:
        click.echo(
            say(
                f"另有 {len(found.points) - _MOST} 行，用 --json 查看全部。",
                f"{len(found.points) - _MOST} more rows; --json has all.",
            )
        )
    heads, rows = record_of(found)
    table(rows, heads, title=record_title(), right=("points", "mape", "mase", "naive", "coverage"))


def record_of(found: Forecast) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Heads, and a row for each model that was tried."""

    def told(one: float, *, share: bool = False) -> str:
        return "–" if isnan(one) else f"{one:.1%}" if share else f"{one:.3f}"

    rows = [
        {"model": called(one.model), "points": str(one.points), "mape": told(one.mape, share=True), "mase": told(one.mase),
         "naive": told(one.mase_naive), "coverage": told(one.coverage, share=True),
         "state": state_of(found, one)}
        for one in found.scores
    ]  # fmt: skip
    heads = {"model": say("模型", "Model"), "points": say("回测次数", "Backtests"), "mape": "MAPE", "mase": "MASE",
             "naive": say("沿用末值的 MASE", "MASE of the last value"), "coverage": say("区间覆盖率", "Coverage"), "state": say("结论", "Verdict")}  # fmt: skip
    return heads, rows


def record_title() -> str:
    """What the record is called."""
    return say("回测：各模型在过去的表现", "Backtest: how each model would have done")


def show_peaks(found: Sequence[Peak], own: Score, horizon: int) -> None:
    """Print for each series whether it has peaked, and by when it will have, with the record of the model."""
    last = found[0].last
    shown = sorted({*range(last - horizon, last, max(horizon // 3, 1)), last - 1})
    rows: list[dict[str, Any]] = [
        {"name": " / ".join(one.group), "later": f"{one.not_before:.0%}", "verdict": peaked(one)}
        | {str(year): f"{one.by(year):.0%}" for year in shown}
        for one in found[:_MOST]
    ]  # fmt: skip
    heads = {"name": say("序列", "Series")} if any(row["name"] for row in rows) else {}
    heads |= {"verdict": say("是否已达峰", "Peaked?")}
    heads |= {str(year): say(f"{year} 年及以前", f"By {year}") for year in shown}
    heads["later"] = say(f"{last} 年或以后", f"{last} or later")
    title = say("达峰年的概率", "Chances of the year of the peak")
    table(rows, heads, title=title, right=[*map(str, shown), "later"])
    for one in found[:_MOST]:
        name = " / ".join(one.group)
        click.echo(
            say(f"{name}：" if name else "", f"{name}: " if name else "")
            + say(f"{one.already.zh}。", f"{one.already.en}.")
        )
    click.echo(peak_record(own))
