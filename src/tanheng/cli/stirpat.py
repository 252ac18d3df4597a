"""``tanheng stirpat``: elasticities of an impact by ridge regression."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, say, table
from tanheng.cli.options import listed, pairs, shared_options, tell, write_page


@click.command(
    help=say(
        "STIRPAT：排放对各因子的弹性，岭回归，留一年法选 λ，附 VIF。",
        "STIRPAT: elasticities of an impact by ridge regression, lambda by leaving one year out, with VIF.",
    )
)
@click.argument("file", type=PATH)
@click.option("--impact", required=True, metavar="COLUMN", help=say("排放列", "column of the impact"))
@click.option(
    "--factors",
    required=True,
    metavar="A,B/C",
    help=say("因子：列或两列之商", "factors: columns or quotients"),
)
@shared_options("period", "from", "to", "where", "real", "nominal", "deflator", "break", "html")
@common_options
def stirpat(
    file: Path, *, impact: str, factors: str, period: str, first: str | None, last: str | None, where: Sequence[str],
    real: Sequence[str], nominal: Sequence[str], deflator: Sequence[str], breaks: Sequence[str], html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print the fit."""
    from tanheng.charts import grid
    from tanheng.drivers import stirpat as fit

    found = fit(
        file, impact=impact, factors=listed(factors), period=period, first=first, last=last, where=pairs("--where", where),
        real=real, nominal=nominal, deflators=pairs("--deflator", deflator), breaks=breaks,
    )  # fmt: skip
    heads = {
        "factor": say("因子", "Factor"), "elasticity": say("弹性（岭）", "Elasticity (ridge)"),
        "range": say("各年留一的范围", "Range with a year left out"), "ols": say("最小二乘", "Least squares"), "vif": "VIF",
    }  # fmt: skip
    rows = [
        {
            "factor": name, "elasticity": f"{one['elasticity']:.4f}", "range": f"{one['low']:.4f} … {one['high']:.4f}",
            "ols": f"{one['ols']:.4f}", "vif": f"{one['vif']:.4g}",
        }
        for name, one in found.coefficients.items()
    ]  # fmt: skip
    cells = [[row[key] for key in heads] for row in rows]
    write_page(
        html,
        f"STIRPAT · {impact}",
        lambda: [found.chart(), grid(list(heads.values()), cells)],
        found.findings,
    )
    if as_json:
        emit_json(found.to_dict())
        return OK
    table(rows, heads, title=found.table().title, right=tuple(heads)[1:])
    click.echo(
        say(
            f"{found.rows} 行，{found.years} 年；R² {found.r2:.4f}，留一年 R² {found.r2_out:.4f}",
            f"{found.rows} rows, {found.years} years; R² {found.r2:.4f}, with the year left out {found.r2_out:.4f}",
        )
    )
    tell(found.findings)
    return OK
