"""``tanheng account``: from a table of activity to an inventory."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    Usage,
    common_options,
    emit_json,
    packs_option,
    say,
    table,
    writing,
)
from tanheng.cli.inputs import TABLE, Source, input_options, known_region, read_input
from tanheng.cli.outputs import write_files
from tanheng.schemas import gwp_sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanheng.inventory import Inventory, Method

_SHOWN = 40


def method_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say by which values a method accounts."""
    options = (
        click.option(
            "--gwp",
            type=click.Choice(gwp_sets()),
            help=say("以哪组 GWP 折算", "GWP set for CO2e"),
        ),
        click.option("--region", help=say("未写地区的行按此地区查找因子", "region of rows that name none")),
        click.option(
            "--entities",
            type=PATH,
            help=say("实体表（层级、地区、有效期）", "table of entities: tree, regions, validity"),
        ),
        click.option("--sheet", help=say("工作表名", "sheet of a workbook")),
        packs_option,
        click.option("--release", default="latest", help=say("因子库版本", "factor release")),
        click.option(
            "--set",
            "overrides",
            multiple=True,
            metavar="RULE.PARAM=VALUE UNIT; SOURCE",
            help=say("以实测值代替方法参数", "measured value in place of a parameter"),
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(help=say("由活动水平表 FILE 得到清单。", "From the table of activity FILE to an inventory."))
@click.argument("file", type=PATH)
@click.option(
    "--method", "-m", required=True, help=say("方法编号或方法包文件", "id of a method, or a pack file")
)
@click.option(
    "--by",
    help=say("大数据集保留的维度（中英文列名），逗号分隔", "dimensions to keep of large data, with commas"),
)
@click.option(
    "--parts",
    type=PATH,
    help=say("分项表，用于核对，不计入合计", "table of parts: checked, never added"),
)
@click.option(
    "--claims",
    type=PATH,
    help=say("正文陈述表，用于核对", "table of printed statements to check"),
)
@click.option("--engine", default="duckdb", show_default=True, help=say("计算引擎", "engine"))
@click.option(
    "--strict", is_flag=True, help=say("有行被拒绝或未匹配即失败", "fail on refused or unmatched rows")
)
@click.option(
    "--out",
    type=PATH,
    help=say(
        "另存 xlsx、parquet、html、docx 和本次运行到此文件夹",
        "folder for xlsx, parquet, html, docx and the run",
    ),
)
@click.option(
    "--no-save",
    is_flag=True,
    help=say("不保存运行（则不能再用 proof）", "do not keep the run (proof will not find it)"),
)
@method_options
@input_options
@common_options
def account(
    file: Path, *, as_json: bool, no_save: bool, out: Path | None, form: str, mapping: Path | None, year: str | None,
    electricity: str, stated: tuple[str, ...], parameter_table: Path | None, **options: Any,
) -> int:  # fmt: skip
    """Run the account and print it."""
    source = Source(form, mapping, year, electricity, stated, parameter_table)
    inventory = run(file, source=source, **options)
    if not no_save:
        kept = Path("tanheng-runs") / str(inventory.run["id"])
        with writing(kept):
            inventory.save(kept)
    if out is not None:
        write_files(inventory, out)
    from tanheng.inventory.categories.answers import template_answers

    if as_json:
        emit_json({**inventory.to_dict(), **template_answers(inventory)})
    else:
        show(inventory)
        if not no_save:
            click.echo(
                say(
                    f"证据链：tanheng proof {inventory.run['id']} --cell item=…",
                    f"Proof: tanheng proof {inventory.run['id']} --cell item=…",
                )
            )
    return exit_code(inventory)


def run(
    file: Path,
    *,
    method: str,
    packs: tuple[Path, ...] = (),
    release: str = "latest",
    overrides: tuple[str, ...] = (),
    by: str | None = None,
    sheet: str | None = None,
    parts: Path | None = None,
    claims: Path | None = None,
    entities: Path | None = None,
    source: Source | None = None,
    region: str | None = None,
    **options: Any,
) -> Inventory:
    """Account a file, with progress on standard error."""
    from tanheng.codes import EntityTree
    from tanheng.factors import load_factors
    from tanheng.inventory import load_method
    from tanheng.inventory.quality.checked import account_checked

    started = time.perf_counter()

    def tell(zh: str, en: str) -> None:
        click.echo(f"  {time.perf_counter() - started:5.1f} s  {say(zh, en)} …", err=True)

    chosen = _overridden(load_method(method), overrides)
    library = load_factors(release, packs)
    tell("读取活动数据", "Reading the activity")
    how = source or Source()
    activity = read_input(file, how, sheet=sheet, region=region, tell=tell)
    return account_checked(
        activity, chosen, library=library, parts=parts, claims=claims, parameters=how.table, by=by,
        entities=EntityTree(entities) if entities else None,
        region=region if how.form == TABLE else known_region(region), progress=tell, **options,
    )  # fmt: skip


def _overridden(method: Method, overrides: tuple[str, ...]) -> Method:
    from tanheng.activity.clean import parse_parameters

    for text in overrides:
        setting, _, source = text.partition(";")
        target, _, value = setting.partition("=")
        rule, _, parameter = target.strip().rpartition(".")
        found = parse_parameters(f"{parameter}={value}")
        if not rule or not found:
            raise Usage(
                f"--set “{text}”应为 规则.参数=数值 单位; 出处",
                f"--set '{text}' should be RULE.PARAM=VALUE UNIT; SOURCE",
            )
        name, (number, unit, half_width) = next(iter(found.items()))
        name = (
            name if any(name in rule_.parameters for rule_ in method.rules if rule_.id == rule) else parameter
        )
        method = method.with_parameter(
            rule,
            name,
            value=number,
            unit=unit,
            source=source.strip() or say("用户给定", "given by the user"),
            uncertainty=None if half_width is None else half_width * 100,
        )
    return method


def exit_code(inventory: Inventory) -> int:
    """1 where rows were refused or unmatched, or a check failed; notes leave 0."""
    failed = any(finding.severity != "note" for finding in inventory.findings)
    return CHECK_FAILED if failed or not inventory.complete else OK


def show(inventory: Inventory) -> None:
    """Print the inventory for people."""
    from tanheng.codes import item_name
    from tanheng.errors import language
    from tanheng.inventory.quality.grades import unverified_share
    from tanheng.inventory.views.export import json_rows, unknown
    from tanheng.inventory.views.listings import periods
    from tanheng.inventory.views.tables import label

    title = inventory.method["title"][language()]
    gwp = say("，", ", ") + str(inventory.gwp_name) if inventory.gas == "CO2e" else ""
    rows = json_rows(inventory)
    shown = [
        {
            **row,
            "item": item_name(row["item"]),
            **({"sector": label("sector", row["sector"])} if row.get("sector") else {}),
            "amount": f"{row['amount']:,.15g}",
            "coefficient": "" if row.get("coefficient") is None else f"{row['coefficient']:.6g}",
            "emission": f"{row['emission']:,.2f}",
            "share": f"{row['share']:.2f}",
        }
        for row in rows[:_SHOWN]
    ]
    heads = {
        "entity": say("主体", "Entity"), "period": say("时期", "Period"), "sector": say("部门", "Sector"), "item": say("品种", "Item"),
        "amount": say("数量", "Amount"), "unit": say("单位", "Unit"), "coefficient": say("系数", "Coefficient"),
        "emission": say(f"排放量 t {inventory.gas}", f"Emission t {inventory.gas}"), "share": say("占比 %", "Share %"),
    }  # fmt: skip
    used = {key: head for key, head in heads.items() if any(row.get(key) for row in shown)}
    table(
        shown,
        used,
        title=title + say("（{}）", " ({})").format(inventory.method["id"] + gwp),
        right=("amount", "coefficient", "emission", "share"),
    )
    if len(rows) > _SHOWN:
        rest = f"{sum(row['emission'] for row in rows[_SHOWN:]):,.2f} t"
        click.echo(
            say(
                f"… 另有 {len(rows) - _SHOWN} 行，共 {rest}，见导出文件",
                f"… {len(rows) - _SHOWN} more rows, {rest} together, see the exported files",
            )
        )
    _show_memo(inventory)
    total = "–" if unknown(inventory) else f"{inventory.total:,.2f} t {inventory.gas}"
    years = sorted({period[:4] for period in periods(inventory)})
    several = len(years) > 1
    zh = f"（{years[0]}–{years[-1]} 年中 {len(years)} 年之和）" if several else ""
    en = f" of {len(years)} years, {years[0]} to {years[-1]}" if several else ""
    click.echo(say(f"合计{zh}：{total}", f"Total{en}: {total}"))
    if not inventory.complete:
        click.secho(
            say(
                f"清单不完整：{inventory.unmatched.height} 项没有系数，{inventory.refused} 行被拒绝。合计不含它们。",
                f"INCOMPLETE: {inventory.unmatched.height} without a coefficient, {inventory.refused} rows refused. The total leaves them out.",
            ),
            fg="red",
        )
    if share := unverified_share(inventory):
        click.echo(
            say(
                f"未经核实：{share:.1f} % 的排放（按绝对值）所依据的因子没有人核对过原文。",
                f"Unverified: {share:.1f} % of emissions (by absolute value) rest on factors that nobody checked.",
            )
        )
    for finding in inventory.findings:
        click.echo(finding.message(), err=finding.severity != "note" and not sys.stdout.isatty())


def _show_memo(inventory: Inventory) -> None:
    """Print what the method reports beside its total, such as CO2 of biomass."""
    import polars as pl

    from tanheng.codes import item_name
    from tanheng.errors import language

    memo = inventory.rows.filter(pl.col("memo"))
    if memo.height == 0:
        return
    rows = [
        {
            **row,
            "item": item_name(row["item"]),
            "rule": inventory.records[row["coefficient_row"]]["title"][language()],
            "amount": f"{row['amount']:,.15g}",
            "coefficient": f"{row['coefficient']:.6g}",
            "mass": f"{row['mass']:,.2f}",
        }
        for row in memo.sort(pl.col("emission").abs(), descending=True, maintain_order=True)
        .head(_SHOWN)
        .iter_rows(named=True)
    ]
    heads = {
        "entity": say("主体", "Entity"), "period": say("时期", "Period"), "item": say("品种", "Item"), "rule": say("规则", "Rule"),
        "amount": say("数量", "Amount"), "unit": say("单位", "Unit"), "coefficient": say("系数", "Coefficient"), "gas": say("气体", "Gas"), "mass": say("质量 t", "Mass t"),
    }  # fmt: skip
    table(
        rows,
        heads,
        title=say("信息项，不计入合计", "Memo items, not in the total"),
        right=("amount", "coefficient", "mass"),
    )
    if memo.height > _SHOWN:
        click.echo(say(f"… 另有 {memo.height - _SHOWN} 行", f"… {memo.height - _SHOWN} more rows"))
