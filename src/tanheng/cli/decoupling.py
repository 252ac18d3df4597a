"""``tanheng decoupling``: whether emissions decouple from output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, say, table
from tanheng.cli.drivers import tell


@click.command(
    help=say(
        "排放与产出是否脱钩：逐期与首末的 Tapio 弹性和状态。",
        "Whether emissions decouple from output: Tapio's elasticity and state of each step and of the whole span.",
    )
)
@click.argument("file", type=PATH)
@click.option("--emission", required=True, metavar="COLUMN", help=say("排放列", "column of the emission"))
@click.option(
    "--output",
    required=True,
    metavar="COLUMN",
    help=say("产出列（不变价）", "column of output, at constant prices"),
)
@click.option("--period", required=True, metavar="COLUMN", help=say("时期列", "column of the period"))
@click.option("--place", default="", metavar="COLUMN", help=say("地区列", "column of the place"))
@click.option("--from", "first", help=say("起始时期", "first period"))
@click.option("--to", "last", help=say("终止时期", "last period"))
@click.option(
    "--real",
    multiple=True,
    metavar="COLUMN",
    help=say("不变价的金额列", "column of money at constant prices"),
)
@click.option(
    "--nominal",
    multiple=True,
    metavar="COLUMN",
    help=say("仍按现价计算的金额列，结果注明", "column of money taken at current prices; the result says so"),
)
@click.option(
    "--break",
    "breaks",
    multiple=True,
    metavar="PERIOD",
    help=say("断点：新序列的首个时期", "break: first period of a new series"),
)
@click.option("--out", type=PATH, help=say("另存为 .xlsx 或 .csv", "write as .xlsx or .csv"))
@common_options
def decoupling(
    file: Path, *, emission: str, output: str, period: str, place: str, first: str | None, last: str | None,
    real: Sequence[str], nominal: Sequence[str], breaks: Sequence[str], out: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print elasticities and states."""
    from tanheng.drivers import decouple

    found, told = decouple(
        file, emission=emission, output=output, period=period, place=place, first=first, last=last, real=real,
        nominal=nominal, breaks=breaks,
    )  # fmt: skip
    if out is not None:
        found.write(out)
    if as_json:
        emit_json({"steps": found.to_dicts(), "findings": [one.to_dict() for one in told]})
        return OK
    heads = {
        "place": say("地区", "Place"), "span": say("时期", "Periods"), "emission_change": emission, "output_change": output,
        "elasticity": say("弹性", "Elasticity"), "state": say("状态", "State"), "name": "",
    }  # fmt: skip
    rows = [
        {
            **row, "span": f"{row['from']}–{row['to']}" + (say("（首末）", " (span)") if row["kind"] == "span" else ""),
            **{name: f"{row[name]:+.2%}" for name in ("emission_change", "output_change")},
            "elasticity": None if row["elasticity"] is None else f"{row['elasticity']:.3f}",
        }
        for row in found.to_dicts()
    ]  # fmt: skip
    shown = heads if place else {key: head for key, head in heads.items() if key != "place"}
    table(
        rows,
        shown,
        title=say("脱钩状态", "Decoupling"),
        right=("emission_change", "output_change", "elasticity"),
    )
    tell(told)
    return OK
