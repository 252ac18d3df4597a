"""``tanheng allocate``: a cap shared among regions or firms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from tanheng.activity.clean import number_of
from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.options import shared_options, write_page

if TYPE_CHECKING:
    from tanheng.activity.reading.panel import Panel
    from tanheng.pathways.allocation import Allocation

_METHODS = ("grandfathering", "benchmark", "entropy", "shapley", "zsg-dea")


@click.command(
    help=say(
        "把总量分给 FILE 中的地区或企业，精确到吨，合计等于总量；--method 可重复，各法并列。"
        "历史排放法与 Shapley 值用 --emissions，基准线法用 --benchmark，熵权法用 --indicator，零和 DEA 用 --emissions 与 --output。",
        "Share a cap among the regions or firms of FILE, to the tonne and adding up to it; --method may be repeated, side by side. "
        "grandfathering and shapley need --emissions, benchmark --benchmark, entropy --indicator, zsg-dea --emissions and --output.",
    )
)
@click.argument("file", type=PATH)
@click.option("--cap", type=click.IntRange(1), required=True, help=say("总量，吨", "the cap in t"))
@click.option("--by", required=True, help=say("参与者的列", "column of the participants"))
@click.option(
    "--method", "methods", multiple=True, type=click.Choice(_METHODS), default=("grandfathering",), show_default=True,
    help=say("分配方法，可重复", "method, repeatable"),
)  # fmt: skip
@click.option("--emissions", help=say("历史排放的列，吨", "column of past emissions in t"))
@click.option(
    "--base",
    metavar="YEAR[-YEAR]",
    help=say(
        "历史排放的基准年，取均值；文件须有年份列",
        "base years, whose mean is taken; the file has a column of years",
    ),
)
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    metavar="COLUMN=VALUE",
    help=say(
        "产量列与基准值（吨每单位，数或列名），可重复",
        "column of output and its benchmark in t per unit, a number or a column; repeatable",
    ),
)
@click.option(
    "--indicator",
    "indicators",
    multiple=True,
    metavar="COLUMN[:+|:-]",
    help=say(
        "指标列，+ 越大分得越多，- 相反；可重复",
        "column of an indicator, + the more the more, - the reverse; repeatable",
    ),
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="COLUMN",
    help=say("零和 DEA 的产出列，可重复", "column of an output of ZSG-DEA, repeatable"),
)
@shared_options("html")
@common_options
def allocate(
    file: Path, cap: int, *, by: str, methods: tuple[str, ...], emissions: str | None, base: str | None,
    benchmarks: tuple[str, ...], indicators: tuple[str, ...], outputs: tuple[str, ...], html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print the tonnes of every participant."""
    from tanheng.activity.reading.panel import read_panel
    from tanheng.pathways.allocation import Participants
    from tanheng.pathways.allocation import allocate as share

    rates = dict(map(_rate, benchmarks))
    signs = dict(map(_sign, indicators))
    rated = [value for value in rates.values() if isinstance(value, str)]
    wanted = dict.fromkeys([*([emissions] if emissions else []), *rates, *rated, *signs, *outputs])
    if not wanted:
        raise Usage("请写明所用的列，如 --emissions", "say which columns are used, such as --emissions")
    panel = read_panel(file, values=list(wanted), by=[by], dated=base is not None)
    names, columns = _of_base(panel, base)
    own = dict(zip(wanted, columns.values(), strict=True))
    who = Participants(names, own[emissions] if emissions else None, own, rates, outputs, signs)
    found = share(who, cap, methods)
    write_page(html, say(f"总量 {cap:,} 吨的分配", f"A cap of {cap:,} t shared"), lambda: [found.chart()])
    if as_json:
        emit_json({"file": file.name} | found.to_dict())
    else:
        _show(found)
    return OK


def _rate(text: str) -> tuple[str, float | str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise Usage(f"“{text}”应为 产量列=基准值", f"'{text}' should be COLUMN=VALUE")
    number = number_of(value)
    return name.strip(), value.strip() if number is None else number


def _sign(text: str) -> tuple[str, int]:
    name, _, sign = text.strip().rpartition(":")
    if sign in {"+", "-"} and name:
        return name.strip(), 1 if sign == "+" else -1
    return text.strip(), 1


def _of_base(panel: Panel, base: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    names = tuple(dict.fromkeys(group[0] for group in panel.groups))
    own = np.array([group[0] for group in panel.groups])
    taken = np.ones(len(own), bool)
    if base is not None:
        match = re.fullmatch(r"\s*(\d{4})\s*(?:[-~至]\s*(\d{4})\s*)?", base)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise Usage(f"基准年“{base}”应如 2018-2020", f"base years '{base}' should be such as 2018-2020")
        first, last = int(match[1]), int(match[2] or match[1])
        taken = (panel.years >= first) & (panel.years <= last)
        for name in names:
            if int(taken[own == name].sum()) != last - first + 1:
                raise Usage(
                    f"“{name}”缺少基准年 {base} 的数据", f"'{name}' lacks data of the base years {base}"
                )
    return names, {
        column: np.array([values[taken & (own == name)].mean() for name in names])
        for column, values in panel.values.items()
    }


def _show(found: Allocation) -> None:
    from tanheng.pathways.allocation.methods import method_name

    labels = {method: method_name(method) for method in found.tonnes}
    rows = [
        {key: f"{value:,.0f}" if isinstance(value, (int, float)) else value for key, value in row.items()}
        for row in found.rows()
    ]
    rows.append(
        {"name": say("合计", "Total"), "past_t": f"{sum(found.past):,.0f}" if found.past else None}
        | {method: f"{sum(own):,}" for method, own in found.tonnes.items()}
    )
    heads = {"name": say("参与者", "Participant")}
    if found.past is not None:
        heads["past_t"] = say("历史排放 吨", "Past emissions t")
    table(rows, heads | {method: f"{label} {say('吨', 't')}" for method, label in labels.items()},
          title=say(f"总量 {found.cap:,} 吨的分配", f"A cap of {found.cap:,} t shared"), right=["past_t", *labels])  # fmt: skip
    for method, terms in found.terms.items():
        for zh, en in _told(terms):
            click.echo(f"{labels[method]}{say('：', ': ')}{say(zh, en)}")


def _told(terms: Any) -> list[tuple[str, str]]:
    found = []
    if "needed_t" in terms:
        found.append(
            (
                f"产量乘基准值合计 {terms['needed_t']:,.0f} 吨",
                f"outputs times benchmarks are {terms['needed_t']:,.0f} t together",
            )
        )
    if "factor" in terms:
        found.append((f"修正系数 {terms['factor']:.6f}", f"one factor corrects all: {terms['factor']:.6f}"))
    for name, one in terms.get("indicators", {}).items():
        found.append(
            (
                f"“{name}”熵 {one['entropy']:.6f}，权重 {one['weight']:.6f}",
                f"'{name}' has entropy {one['entropy']:.6f}, weight {one['weight']:.6f}",
            )
        )
    if "rounds" in terms:
        found.append((f"{terms['rounds']} 轮后全部有效", f"all are efficient after {terms['rounds']} rounds"))
    if terms.get("standard_error_t"):
        found.append(
            (
                f"次序为抽样，标准误最大 {terms['standard_error_t']:,.0f} 吨",
                f"orders are drawn; the largest standard error is {terms['standard_error_t']:,.0f} t",
            )
        )
    return found
