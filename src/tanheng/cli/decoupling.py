"""``tanheng decoupling``: whether emissions decouple from output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, say, table
from tanheng.cli.options import pairs, shared_options, tell, write_page


@click.command(
    help=say(
        "排放与产出是否脱钩：逐期与首末的 Tapio 弹性和状态。",
        "Whether emissions decouple from output: Tapio's elasticity and state of each step and of the whole span.",
    )
)
@click.argument("file", type=PATH)
@shared_options("emission")
@click.option(
    "--output",
    required=True,
    metavar="COLUMN",
    help=say("产出列（不变价）", "column of output, at constant prices"),
)
@shared_options("period", "place", "from", "to", "real", "nominal", "deflator", "break", "out", "html")
@common_options
def decoupling(
    file: Path, *, emission: str, output: str, period: str, place: str, first: str | None, last: str | None,
    real: Sequence[str], nominal: Sequence[str], deflator: Sequence[str], breaks: Sequence[str], out: Path | None, html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print elasticities and states."""
    from tanheng.charts import grid
    from tanheng.drivers import decouple

    found, told = decouple(
        file, emission=emission, output=output, period=period, place=place, first=first, last=last, real=real,
        nominal=nominal, deflators=pairs("--deflator", deflator), breaks=breaks,
    )  # fmt: skip
    if out is not None:
        found.write(out)
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
    title = say("脱钩状态", "Decoupling")
    cells = [[row[key] or "–" for key in shown] for row in rows]
    write_page(html, title, lambda: [found.chart(), grid(list(shown.values()), cells)], told)
    if as_json:
        emit_json({"steps": found.to_dicts(), "findings": [one.to_dict() for one in told]})
        return OK
    table(rows, shown, title=title, right=("emission_change", "output_change", "elasticity"))
    tell(told)
    return OK
