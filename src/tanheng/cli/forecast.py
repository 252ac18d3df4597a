"""``tanheng forecast``: where series are going, with the record of every model."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.errors import language
from tanheng.filings.numbers import figure

if TYPE_CHECKING:
    from tanheng.activity.reading.panel import Panel
    from tanheng.pathways.forecast import Forecast, Score

_MOST = 50


@click.command(
    help=say(
        "预测 FILE（CSV 或 Excel，每行一个年份）中的序列。每个候选模型都与“沿用末值”在过去各年比较，输给它的不采用，除非用 --model 指定。",
        "Forecast the series of FILE (CSV or Excel, a row for each year). Every candidate is tried on all past years against the last "
        "value; one that loses is withheld unless --model asks for it.",
    )
)
@click.argument("file", type=PATH)
@click.option("--horizon", type=click.IntRange(1, 50), required=True, help=say("预测的年数", "years ahead"))
@click.option(
    "--value",
    help=say("要预测的列；只有一列数时可不写", "column that is forecast; not needed where one holds numbers"),
)
@click.option("--by", help=say("分组的列，以逗号分隔", "columns of the groups, separated by commas"))
@click.option("--period", default="", help=say("年份列", "column of years"))
@click.option(
    "--model",
    default="",
    help=say("指定模型，即使它输给沿用末值", "a model, even one that loses to the last value"),
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.99),
    default=0.8,
    show_default=True,
    help=say("区间的置信水平", "of the intervals"),
)
@click.option(
    "--break",
    "breaks",
    type=int,
    multiple=True,
    help=say(
        "口径改变后的第一年，可重复；此前的年份不用",
        "first year of a new definition, repeatable; years before it are not used",
    ),
)
@click.option("--until", type=int, help=say("只用到这一年的数据", "use data up to this year only"))
@click.option(
    "--statistical",
    is_flag=True,
    help=say("也试 ETS 与 ARIMA（可选组件 forecast）", "also try ETS and ARIMA (extra forecast)"),
)
@common_options
def forecast(
    file: Path, horizon: int, *, value: str | None, by: str | None, period: str, model: str, level: float,
    breaks: tuple[int, ...], until: int | None, statistical: bool, as_json: bool,
) -> int:  # fmt: skip
    """Print points, intervals and the backtest."""
    from tanheng.activity.reading.panel import read_panel
    from tanheng.pathways.forecast import forecast as make
    from tanheng.pathways.forecast import series_of

    groups = [one.strip() for one in (by or "").split(",") if one.strip()]
    panel = read_panel(file, values=[value] if value else (), by=groups, period=period)
    column = value or _only(panel)
    series = series_of(panel, _spelled(panel, column), breaks=breaks, until=until)
    found = make(series, horizon, model=model, level=level, statistical=statistical)
    if as_json:
        emit_json(
            {"file": file.name, "value": column, "by": list(panel.by), "period": panel.period}
            | found.to_dict()
        )
    else:
        _show(found)
    return OK


def _spelled(panel: Panel, column: str) -> str:
    return next(name for name in panel.values if name.lower() == column.strip().lower())


def _only(panel: Panel) -> str:
    names = list(panel.values)
    if len(names) == 1:
        return names[0]
    told = ", ".join(names) or say("无", "none")
    raise Usage(
        f"请用 --value 写明要预测哪一列（数值列：{told}）",
        f"say by --value which column is forecast (columns of numbers: {told})",
    )


def _show(found: Forecast) -> None:
    own = found.score
    click.echo(_verdict(found, own))
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
    _record(found)


def _verdict(found: Forecast, own: Score) -> str:
    first, last = found.origins
    skill = 1 - own.mase / own.mase_naive if own.mase_naive else 0.0
    zh = f"模型 {_called(own.model)}：在 {first} 至 {last} 年起的 {own.points} 次回测中，误差比沿用末值{'小' if skill >= 0 else '大'} {abs(skill):.0%}"
    en = f"Model {_called(own.model)}: in {own.points} backtests from {first} to {last} its error was {abs(skill):.0%} {'smaller' if skill >= 0 else 'larger'} than that of the last value"
    if own.covered:
        zh += f"；{found.level:.0%} 区间实际包含 {own.coverage:.0%}（{own.covered} 次）"
        en += f"; {found.level:.0%} intervals held {own.coverage:.0%} ({own.covered} times)"
    return say(zh + "。", en + ".")


def _called(model: str) -> str:
    from tanheng.pathways.forecast.names import model_name

    name = getattr(model_name(model), language())
    return f"{name} {model}" if language() == "zh" else name


def _record(found: Forecast) -> None:
    def told(one: float, *, share: bool = False) -> str:
        return "–" if isnan(one) else f"{one:.1%}" if share else f"{one:.3f}"

    rows = [
        {"model": _called(one.model), "points": one.points, "mape": told(one.mape, share=True), "mase": told(one.mase),
         "naive": told(one.mase_naive), "coverage": told(one.coverage, share=True),
         "state": say("不采用：输给沿用末值", "withheld: loses to the last value") if one.model in found.withheld
         else say("采用", "used") if one.model == found.chosen else ""}
        for one in found.scores
    ]  # fmt: skip
    heads = {"model": say("模型", "Model"), "points": say("回测次数", "Backtests"), "mape": "MAPE", "mase": "MASE",
             "naive": say("沿用末值的 MASE", "MASE of the last value"), "coverage": say("区间覆盖率", "Coverage"), "state": say("结论", "Verdict")}  # fmt: skip
    table(
        rows,
        heads,
        title=say("回测：各模型在过去的表现", "Backtest: how each model would have done"),
        right=("points", "mape", "mase", "naive", "coverage"),
    )
