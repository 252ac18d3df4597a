"""``tanheng forecast``: where series are going, with the record of every model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.activity.clean import percent_of
from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say
from tanheng.cli.options import listed, shared_options, tell, write_page

if TYPE_CHECKING:
    from tanheng.activity.reading.panel import Panel
    from tanheng.pathways.forecast import Forecast, Peak


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
    "--peak", is_flag=True, help=say("给出达峰年的概率", "tell the chances of the year of the peak")
)
@click.option(
    "--peak-model",
    default="",
    help=say(
        "达峰概率所用的模型，即使它输给沿用末值",
        "model of those chances, even one that loses to the last value",
    ),
)
@click.option(
    "--factors",
    default="",
    metavar="A,B,C",
    help=say(
        "相乘等于该列的因子列：核对乘积与金额口径；各因子的增长与误差合起来就是该列的，概率不变",
        "columns whose product is the value: checked for that and for money; their growth and errors add up to those of the value, so chances stay the same",
    ),
)
@click.option(
    "--uncertainty",
    metavar="PERCENT",
    help=say("清单各年的标准不确定度，如 3%", "standard uncertainty of the inventory of a year, such as 3%"),
)
@click.option(
    "--statistical",
    is_flag=True,
    help=say("也试 ETS 与 ARIMA（可选组件 forecast）", "also try ETS and ARIMA (extra forecast)"),
)
@shared_options("real", "nominal", "html")
@common_options
def forecast(
    file: Path, horizon: int, *, value: str | None, by: str | None, period: str, model: str, level: float,
    breaks: tuple[int, ...], until: int | None, peak: bool, peak_model: str, factors: str, uncertainty: str | None, statistical: bool,
    real: Sequence[str], nominal: Sequence[str],
    html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print points, intervals and the backtest."""
    from tanheng.activity.reading.panel import read_panel
    from tanheng.cli.forecast_tables import show, show_peaks
    from tanheng.pathways.forecast import check_prices, peaks, series_of
    from tanheng.pathways.forecast import forecast as make

    groups, columns = listed(by or ""), listed(factors)
    panel = read_panel(file, values=[value, *columns] if value else (), by=groups, period=period)
    column = _spelled(panel, value or _only(panel))
    series = series_of(
        panel, column, factors=[_spelled(panel, one) for one in columns], breaks=breaks, until=until
    )
    priced = check_prices(
        series, [column, *(_spelled(panel, one) for one in columns)], real=real, nominal=nominal
    )
    found = make(series, horizon, model=model, level=level, statistical=statistical)
    turns = (
        peaks(series, horizon, uncertainty=_share(uncertainty), model=peak_model)
        if peak or peak_model or columns or uncertainty
        else None
    )
    write_page(html, column, lambda: _parts(found, turns[0] if turns else [], column), priced)
    tell(priced)
    if as_json:
        told = {
            "file": file.name,
            "value": column,
            "by": list(panel.by),
            "period": panel.period,
            "findings": [one.to_dict() for one in priced],
        } | found.to_dict()
        if turns is not None:
            told["peak"] = {"series": [one.to_dict() for one in turns[0]], "backtest": turns[1].to_dict()}
        emit_json(told)
    else:
        show(found)
        if turns is not None:
            show_peaks(*turns, horizon)
    return OK


def _parts(found: Forecast, turns: Sequence[Peak], column: str) -> list[str]:
    """Charts, and the record of every model."""
    from tanheng.charts import grid
    from tanheng.cli.forecast_tables import record_of

    heads, rows = record_of(found)
    cells = [[row[key] for key in heads] for row in rows]
    charts = [*found.charts(column), *(one.chart() for one in turns)]
    return [*charts, grid(list(heads.values()), cells)]


def _share(text: str | None) -> float | None:
    if text is None:
        return None
    number = percent_of(text)
    if number is None or not 0 < number < 100:
        raise Usage(
            f"不确定度“{text}”应为百分数，如 3%",
            f"the uncertainty '{text}' should be a percentage such as 3%",
        )
    return number / 100


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
