"""``tanheng proof``: open the chain behind a number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, Usage, common_options, emit_json, say
from tanheng.cli.release import find_release, store_option
from tanheng.schemas import gwp_sets

if TYPE_CHECKING:
    from tanheng.inventory import Inventory


@click.command(
    help=say(
        "打开一次运行或一个发布版 RUN 中某个数的证据链。",
        "Open the chain behind a number of a run or a release.",
    )
)
@click.argument("run")
@click.option(
    "--cell",
    "cells",
    multiple=True,
    required=True,
    metavar="KEY=VALUE",
    help=say(
        "单元格，如 品种=煤品、部门=工业、ipcc2006=1.A（含其下各类）；可重复",
        "the cell, such as item=coal, sector=industry, ipcc2006=1.A (with all below it); repeatable",
    ),
)
@store_option
@click.option("--gwp", type=click.Choice(gwp_sets()), help=say("以哪组 GWP 折算", "GWP set for CO2e"))
@common_options
def proof(run: str, cells: tuple[str, ...], *, store: Path, gwp: str | None, as_json: bool) -> int:
    """Print the chain of one cell."""
    chosen: dict[str, str] = {}
    for cell in cells:
        key, equals, value = cell.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise Usage(f"--cell “{cell}”应为 名=值", f"--cell '{cell}' should be KEY=VALUE")
        if key in chosen:
            raise Usage(
                f"--cell “{key}”给出了两次；一次只看一个值，不同的键才可并用",
                f"--cell '{key}' is given twice; look at one value at a time, only different keys go together",
            )
        chosen[key] = value
    inventory = open_inventory(run, store)
    found = (inventory.with_gwp(gwp) if gwp else inventory).proof(**chosen)
    if as_json:
        emit_json(found.to_dict())
    else:
        click.echo(found.text())
    return OK


def open_inventory(name: str, store: Path) -> Inventory:
    """A run, or a release: by ``NAME@NUMBER``, or the newest of a series that no run has the name of.

    Raises
    ------
    NotFound
        Listing the runs and releases that there are.
    """
    from tanheng.errors import NotFound
    from tanheng.inventory import load_run

    kept = (store / "catalogue.sqlite").is_file()
    if "@" in name and kept:
        return _release(name, store)
    try:
        return load_run(name)
    except NotFound as no_run:
        if not kept:
            raise
        try:
            return _release(name, store)
        except NotFound as no_release:
            known = [one.fields["known"] for one in (no_run, no_release) if one.fields["known"] != "–"]
            raise NotFound(
                what_zh="运行或发布版", what_en="run or release", name=name, known=", ".join(known) or "–"
            ) from no_release


def _release(name: str, store: Path) -> Inventory:
    from tanheng.inventory.releases.releases import open_release
    from tanheng.record.store import Store

    kept = Store(store)
    return open_release(find_release(kept, name), kept)
