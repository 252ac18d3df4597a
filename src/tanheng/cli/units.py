"""``tanheng units``: what units are known, and conversion."""

from __future__ import annotations

import math
from decimal import Decimal

import click

from tanheng.cli.common import OK, Usage, common_options, emit_json, say, table


@click.command(
    context_settings={"ignore_unknown_options": True},  # an amount may be negative
    help=say(
        "列出可用的单位；给出 数量 单位 目标单位 则换算。", "List the units; with AMOUNT FROM TO, convert."
    ),
)
@click.argument("query", nargs=-1)
@common_options
def units(query: tuple[str, ...], *, as_json: bool) -> int:
    """List or convert."""
    from tanheng.errors import language
    from tanheng.quantities import parse_unit, read_rows

    if query:
        return _convert(query, as_json=as_json)
    rows = [
        {
            "unit": row["unit"],
            "name": row[f"name_{language()}"],
            "kind": row["kind"],
            "aliases": row["aliases"].replace("|", " "),
            "canonical": parse_unit(row["unit"]).canonical,
            "factor": parse_unit(row["unit"]).factor,
        }
        for row in read_rows("units.csv")
    ]
    if as_json:
        emit_json({"units": rows})
        return OK
    heads = {
        "symbol": say("单位", "Unit"),
        "name": say("名称", "Name"),
        "aliases": say("其他写法", "Also"),
        "factor": say("折合", "Is"),
        "canonical": say("规范单位", "Canonical unit"),
    }
    table(
        [row | {"symbol": row["unit"], "factor": _plain(parse_unit(row["unit"]).factor)} for row in rows],
        heads,
        right=("factor",),
    )
    click.echo(
        say(
            "单位前可加 十、百、千、万、亿、10^n；可组成 tCO2/万kWh 这样的比值。",
            "Powers may stand before: 万, 亿, 10^n; quotients such as tCO2/万kWh are understood.",
        )
    )
    return OK


def _plain(factor: float) -> str:
    """A factor without powers of ten."""
    return f"{Decimal(f'{factor:.10g}'):f}"


def _convert(query: tuple[str, ...], *, as_json: bool) -> int:
    from tanheng.activity.clean import number_of
    from tanheng.quantities import convert as to

    if len(query) != 3:
        raise Usage(
            "换算请写：数量 单位 目标单位，例如 tanheng units 1 万吨标煤 GJ。",
            "To convert, write AMOUNT FROM TO, such as: tanheng units 1 万kWh MWh.",
        )
    amount = number_of(query[0])
    if amount is None:
        raise Usage(f"“{query[0]}”不是数", f"'{query[0]}' is not a number")
    if not math.isfinite(amount):
        raise Usage(f"“{query[0]}”不是有限的数", f"'{query[0]}' is not a finite number")
    result = to(amount, query[1], query[2])
    if not math.isfinite(result):
        raise Usage(f"“{query[0]}”换算后过大", f"'{query[0]}' is too large to convert")
    if as_json:
        emit_json({"amount": amount, "unit": query[1], "result": result, "target": query[2]})
    else:
        click.echo(f"{amount:.15g} {query[1]} = {result:.15g} {query[2]}")
    return OK
