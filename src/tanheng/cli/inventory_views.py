"""``tanheng inventory gpc | ecrf | official``: what a run comes to by the GPC, its eCRF workbook, its official tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, common_options, emit_json, say, table
from tanheng.cli.proof import open_inventory
from tanheng.cli.release import store_option

if TYPE_CHECKING:
    from tanheng.inventory import Inventory

Command = TypeVar("Command", bound=Callable[..., Any])


def _part_options(command: Command) -> Command:
    """Which entity and year of a run."""
    whose = click.option(
        "--entity",
        help=say(
            "哪个主体；有几个时必须写，* 为全部相加（如一市各区）",
            "which entity; needed where there are several, * adds up all, as the districts of a city",
        ),
    )
    when = click.option(
        "--period", help=say("哪一年；有几年时必须写", "which year; needed where there are several")
    )
    return whose(when(command))


def _out(command: Command) -> Command:
    return click.option(
        "--out",
        type=PATH,
        required=True,
        help=say("要写的 Excel 工作簿", "the Excel workbook to write"),
    )(command)


@click.command(
    help=say(
        "一次运行或一个发布版 RUN 按 GPC 的合计：BASIC、BASIC+、属地、各范围。",
        "Totals of a run or a release RUN by the GPC: BASIC, BASIC+, territorial, by scope.",
    )
)
@click.argument("run")
@_part_options
@store_option
@common_options
def gpc(run: str, *, entity: str | None, period: str | None, store: Path, as_json: bool) -> int:
    """Print the GPC totals of a run."""
    from tanheng.inventory.categories.gpc import total_rows
    from tanheng.inventory.categories.gpc_view import gpc_totals
    from tanheng.inventory.reported.from_account import from_inventory

    held = open_inventory(run, store)
    found = gpc_totals(held, entity=entity, period=period)
    reported = from_inventory(held, entity=entity, period=period)
    if as_json:
        emit_json(
            {
                **{key: value for key, value in reported.to_dict().items() if key not in _OF_FILES},
                **found,
                "complete": not reported.refused.height,
            }
        )
    else:
        show_totals(f"{run} ({held.method['id']})", found, total_rows(reported.frame))
        if found["unplaced_t"]:
            click.secho(say(f"没有 GPC 类别：{found['unplaced_t']:,.3f} t CO2e", f"Outside the GPC: {found['unplaced_t']:,.3f} t CO2e"), fg="red")  # fmt: skip
        _tell(reported.findings)
    return CHECK_FAILED if reported.refused.height or found["unplaced_t"] else OK


_OF_FILES = {"file", "format", "rows", "kept", "doubtful_t", "unanswered_rows", "total_rows", "refused_notation_keys", "blank_references"}  # fmt: skip
"""What of a reported inventory speaks of the file that it was read from."""


@click.command(
    help=say(
        "把一次运行或一个发布版 RUN 写成 eCRF 工作簿（GPC）。",
        "Write a run or a release RUN as an eCRF workbook (GPC).",
    )
)
@click.argument("run")
@_out
@_part_options
@store_option
@common_options
def ecrf(run: str, *, out: Path, entity: str | None, period: str | None, store: Path, as_json: bool) -> int:
    """Write the eCRF of a run."""
    from tanheng.filings.ecrf import write_ecrf
    from tanheng.inventory.reported.from_account import from_inventory

    reported = from_inventory(open_inventory(run, store), entity=entity, period=period)
    write_ecrf(reported, out)
    if as_json:
        emit_json({"out": str(out), **reported.totals(), "not_counted": reported.refused.height})
    else:
        click.echo(str(out))
        _tell(reported.findings)
    return CHECK_FAILED if reported.refused.height else OK


@click.command(
    help=say(
        "把一次运行或一个发布版 RUN 写成官方表工作簿：汇总表、各部门活动与因子、标记符号。",
        "Write the official tables of a run or a release RUN: summary, sectors with activity and factors, notation keys.",
    )
)
@click.argument("run")
@_out
@_part_options
@click.option("--by", help=say("类别表；不写则用方法的", "list of categories; the method's unless given"))
@click.option(
    "--unit", default="t", show_default=True, help=say("质量单位，如 万吨", "unit of mass, such as kt")
)
@store_option
@common_options
def official(
    run: str, *, out: Path, entity: str | None, period: str | None, by: str | None, unit: str, store: Path, as_json: bool
) -> int:  # fmt: skip
    """Write the official tables of a run."""
    from tanheng.errors import language
    from tanheng.filings.official.workbook import write_official
    from tanheng.inventory.part import one_part

    part = one_part(open_inventory(run, store), entity=entity, period=period)
    write_official(part, out, lang=language(), by=by, unit=unit, entity="*")
    if as_json:
        emit_json({"out": str(out), "total": part.total, "gas": part.gas, "complete": part.complete})
    else:
        click.echo(str(out))
        _incomplete(part)
    return OK if part.complete else CHECK_FAILED


def _incomplete(part: Inventory) -> None:
    if not part.complete:
        click.secho(
            say(
                f"不完整：{part.unmatched.height} 项活动没有系数，{part.refused} 行被拒绝。",
                f"Incomplete: {part.unmatched.height} activities without a coefficient, {part.refused} rows refused.",
            ),
            fg="red",
            err=True,
        )


def _tell(findings: Any) -> None:
    for finding in findings:
        click.echo(finding.message(), err=finding.severity != "note" and not sys.stdout.isatty())


def show_totals(title: str, totals: Mapping[str, float], rows: Mapping[str, int]) -> None:
    """Print GPC totals for people; a total of no row is unknown and left blank."""
    from tanheng.errors import language
    from tanheng.inventory.categories.gpc import total_names

    lang = language()
    lines = [
        {
            "name": rule[f"name_{lang}"],
            "value": f"{totals[rule['total']]:,.3f}" if rows[rule["total"]] else "",
            "meaning": rule[f"meaning_{lang}"],
        }
        for rule in total_names()
    ]
    heads = {"name": say("合计", "Total"), "value": "t CO2e", "meaning": say("包括", "Holds")}
    table(lines, heads, title=title, right=("value",))
