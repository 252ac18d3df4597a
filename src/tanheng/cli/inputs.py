"""Inputs that are no plain table of activity: energy balances, and sheets that a mapping explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import PATH, Usage, say

if TYPE_CHECKING:
    from tanheng.activity import Activity

TABLE, BALANCE = "table", "energy-balance"


@dataclass(frozen=True)
class Source:
    """How a file is read."""

    form: str = TABLE
    mapping: Path | None = None
    year: str | None = None
    electricity: str = "trade"
    stated: tuple[str, ...] = ()
    table: Path | None = None


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say what kind of file the input is."""
    options = (
        click.option(
            "--format", "form", type=click.Choice([TABLE, BALANCE]), default=TABLE, show_default=True,
            help=say("输入是活动表还是能源平衡表", "a table of activity or an energy balance"),
        ),
        click.option("--mapping", type=PATH, help=say("已确认的映射文件（见 tanheng map）", "confirmed mapping (see tanheng map)")),
        click.option(
            "--parameter-table", "parameter_table", type=PATH,
            help=say("参数表：按时期、主体、品种等给出的参数，如逐时电网因子", "table of parameters by period, entity, item: hourly grid factors, say"),
        ),
        *balance_options(),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def balance_options() -> tuple[Callable[[Any], Any], ...]:
    """Options of an energy balance."""
    return (
        click.option("--year", help=say("能源平衡表的年份", "year of an energy balance")),
        click.option(
            "--electricity", type=click.Choice(["trade", "final"]), default="trade", show_default=True,
            help=say("平衡表的外购电：调入调出，或终端消费", "purchased electricity of a balance: trade or final consumption"),
        ),
        click.option(
            "--parameters", "stated", multiple=True, metavar=say("品种: 参数", "ITEM: PARAMETERS"),
            help=say("平衡表中某品种的实测参数，可重复", "measured parameters of an item of a balance, repeatable"),
        ),
    )  # fmt: skip


def read_input(
    file: Path,
    source: Source,
    *,
    sheet: str | None,
    region: str | None,
    tell: Callable[[str, str], None] | None = None,
) -> Activity:
    """Read a file: a balance, a sheet with a mapping (given, or kept for its headings), or a table of activity."""
    found = _read(file, source, sheet=sheet, region=region, tell=tell)
    if source.table is None:
        return found
    from tanheng.activity import with_parameters

    return with_parameters(found, source.table)


def _read(
    file: Path,
    source: Source,
    *,
    sheet: str | None,
    region: str | None,
    tell: Callable[[str, str], None] | None = None,
) -> Activity:
    from tanheng.activity import Finding, read_activity
    from tanheng.activity.mapping.fitting import fitting_mapping
    from tanheng.activity.mapping.mapped import apply_mapping

    if source.form == BALANCE:
        return read_as_balance(file, source, sheet=sheet, region=region)
    mapping = source.mapping or fitting_mapping(file, sheet=sheet)
    if mapping is None:
        return read_activity(file, sheet=sheet, progress=tell)
    found = apply_mapping(file, mapping, sheet=sheet)
    name = str(mapping if isinstance(mapping, Path) else mapping.path)
    return replace(found, findings=[Finding("A-168", {"file": file.name, "value": name}), *found.findings])


def read_as_balance(file: Path, source: Source, *, sheet: str | None, region: str | None) -> Activity:
    """Read an energy balance.

    Raises
    ------
    Usage
        When no region is named, or parameters are not understood.
    """
    from tanheng.activity.balance.reading import read_balance

    if not region:
        raise Usage("能源平衡表要用 --region 给出地区", "an energy balance needs --region")
    stated = dict(_parameters(text) for text in source.stated)
    return read_balance(
        file, region, source.year, sheet=sheet, electricity=source.electricity, parameters=stated
    )


def known_region(region: str | None) -> str | None:
    """The region where the list of regions has it: a balance may be of a place of any name."""
    from tanheng.activity.clean import region_of

    return region if region and region_of(region) is not None else None


def _parameters(text: str) -> tuple[str, str]:
    from tanheng.activity.clean import item_of, parse_parameters
    from tanheng.codes import items

    name, _, stated = text.replace("：", ":").partition(":")
    code = item_of(name)
    if code not in items() or not parse_parameters(stated):
        raise Usage(
            f"--parameters “{text}”应为 品种: 参数=数值 单位; …",
            f"--parameters '{text}' should be ITEM: PARAMETER=VALUE UNIT; …",
        )
    return code, stated.strip()
