"""``tanheng allocate``: a cap shared among regions or firms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.options import shared_options, write_page

if TYPE_CHECKING:
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
    from tanheng.pathways.allocation import allocate as share
    from tanheng.pathways.allocation.reading import rate_of, read_participants, sign_of

    if not (emissions or benchmarks or indicators or outputs):
        raise Usage("请写明所用的列，如 --emissions", "say which columns are used, such as --emissions")
    who = read_participants(
        file, by=by, emissions=emissions or "", base=base or "", benchmarks=dict(map(rate_of, benchmarks)),
        indicators=dict(map(sign_of, indicators)), outputs=outputs,
    )  # fmt: skip
    found = share(who, cap, methods)
    write_page(html, say(f"总量 {cap:,} 吨的分配", f"A cap of {cap:,} t shared"), lambda: [found.chart()])
    if as_json:
        emit_json({"file": file.name} | found.to_dict())
    else:
        _show(found)
    return OK


def _show(found: Allocation) -> None:
    from tanheng.pathways.allocation.methods import method_name
    from tanheng.pathways.allocation.wording import terms_told

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
        for told in terms_told(terms):
            click.echo(f"{labels[method]}{say('：', ': ')}{told}")
