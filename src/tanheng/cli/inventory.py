"""``tanheng inventory``: read what others reported, and look at a run: its views, key categories, completeness, doubts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    Usage,
    common_options,
    emit_json,
    group,
    say,
    table,
    writing,
)
from tanheng.cli.inventory_quality import completeness, doubts, key_categories
from tanheng.cli.inventory_views import ecrf, gpc, official, show_totals

if TYPE_CHECKING:
    from tanheng.inventory.reported.reading import Reported


inventory = group(
    "inventory",
    "清单：读取别人报告的，看一次运行的 GPC 合计、官方表、关键类别、完整性与疑点。",
    "Inventories: read what others reported; GPC totals, official tables, key categories, completeness and doubts of a run.",
)


for one in (gpc, ecrf, official, key_categories, completeness, doubts):
    inventory.add_command(one)


@inventory.command(
    help=say(
        "读取按 GPC 报告的城市清单 FILE，逐行检查并合计。",
        "Read the city inventory FILE, reported by the GPC: every row is checked, then totalled.",
    )
)
@click.argument("file", type=PATH)
@click.option(
    "--format",
    "form",
    metavar="citycatalyst-csv|ecrf-xlsx|long|ceads",
    help=say("文件格式；不写则按表头判断", "format of the file; told by its header unless given"),
)
@click.option(
    "--map-key",
    "mapped",
    multiple=True,
    metavar="KEY=NO|NE|IE|C",
    help=say("未知标记符号的含义，可重复", "what an unknown notation key means, repeatable"),
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    help=say(
        "读哪个工作表；有几个时必须写，可重复", "which sheet; needed where there are several, repeatable"
    ),
)
@click.option("--year", help=say("读哪一年；有几年时必须写", "which year; needed where there are several"))
@click.option("--out", type=PATH, help=say("另存为 eCRF 工作簿", "write an eCRF workbook as well"))
@common_options
def read(
    file: Path,
    form: str | None,
    mapped: tuple[str, ...],
    sheets: tuple[str, ...],
    year: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """Read a reported inventory and print its totals."""
    if form == "ceads":
        from tanheng.cli.ceads import show_ceads

        return show_ceads(file, as_json=as_json)
    from tanheng.inventory.reported.reading import read_reported

    found = read_reported(file, format=form, map_keys=_pairs(mapped), sheet=sheets, year=year)
    if out is not None:
        from tanheng.filings.ecrf import write_ecrf

        with writing(out, keep=[file]):
            write_ecrf(found, out)
    if as_json:
        emit_json(found.to_dict())
    else:
        show(found)
    failed = found.refused.height or any(finding.severity == "error" for finding in found.findings)
    return CHECK_FAILED if failed else OK


def _pairs(mapped: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in mapped:
        key, sign, meaning = text.partition("=")
        if not (key.strip() and sign and meaning.strip()):
            raise Usage(f"--map-key “{text}”应为 符号=NE", f"--map-key '{text}' should be KEY=NE")
        pairs[key.strip()] = meaning.strip()
    return pairs


def show(found: Reported) -> None:
    """Print totals, subsectors and findings for people."""
    from tanheng.inventory.categories.gpc import total_rows

    show_totals(f"{found.name} ({found.format})", found.totals(), total_rows(found.frame))
    _show_subsectors(found)
    counted = say(
        f"读入 {found.rows_read} 行：计入 {found.frame.height}，拒绝 {found.refused.height}，未答 {found.unanswered}，汇总行 {found.total_rows}。",
        f"{found.rows_read} rows read: {found.frame.height} kept, {found.refused.height} refused, {found.unanswered} unanswered, {found.total_rows} of totals.",
    )
    click.secho(counted, fg="red" if found.refused.height else None)
    for finding in [*found.findings, *found.coverage().findings]:
        click.echo(finding.message(), err=finding.severity != "note" and not sys.stdout.isatty())


def _show_subsectors(found: Reported) -> None:
    from tanheng.inventory.categories.covering import ESTIMATED, UNANSWERED, UNMATCHED, states

    rows = [
        {
            **{key: value or "" for key, value in row.items()},
            "name": f"{row['group']} {row['name']}",
            "emission": "" if row["emission"] is None else f"{row['emission']:,.3f}",
        }
        for row in found.coverage().by_group().to_dicts()
    ]
    said = {ESTIMATED: say("已估算", "Estimated"), UNANSWERED: say("未答", "Unanswered")}
    heads = {
        "name": say("子部门", "Subsector"),
        "emission": say("排放量 t CO2e", "Emission t CO2e"),
        "cells": say("类别", "Categories"),
        **{state: said.get(state, state) for state in states() if state != UNMATCHED},
    }
    table(rows, heads, title=say("各子部门的完整性", "Completeness by subsector"), right=tuple(heads)[1:])
