"""``tanheng projects``: a pipeline of reduction projects, measured against expected, in the factor tree, and what they are worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli import projects_money as money
from tanheng.cli import projects_tables as shown
from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    Group,
    Usage,
    common_options,
    emit_json,
    group,
    say,
    writing,
)
from tanheng.cli.options import shared_options, tell, write_page
from tanheng.errors import language

if TYPE_CHECKING:
    from tanheng.inventory.table import Table
    from tanheng.pathways.projects import Pipeline


class FileFirst(Group):
    """A group whose commands may follow the file that they read: FILE COMMAND as well as COMMAND FILE."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command before its file."""
        place = next((at for at, one in enumerate(args) if one in self.commands), 0)
        if place:
            args = [args[place], *args[:place], *args[place + 1 :]]
        return super().parse_args(ctx, args)


projects = group(
    "projects",
    "项目库：列表、实测与预期、汇入因子树、净现值与贷款。写法：tanheng projects FILE 命令，或 tanheng projects 命令 FILE",
    "Reduction projects: list them, measured against expected, in the factor tree, their worth and loans. Write tanheng projects "
    "FILE COMMAND, or tanheng projects COMMAND FILE",
    kind=FileFirst,
    meant="list",
)
_FILE = click.argument("file", type=PATH)
_HTML = shared_options("html")
_OUT = shared_options("out")


@projects.command("list", help=say("列出项目库 FILE（YAML、CSV 或 Excel）的项目", "List the projects of FILE (YAML, CSV or Excel)"))  # fmt: skip
@_FILE
@_OUT
@common_options
def list_(file: Path, *, out: Path | None, as_json: bool) -> int:
    """Print one row per project."""
    found = _read(file, out)
    _written(found.table(), out)
    if as_json:
        emit_json(found.to_dict())
    else:
        shown.show_list(found)
    return OK


@projects.command(help=say("显示一个项目：状态与允许的下一状态、预期、监测方案、实测", "Show one project: state and what may follow, expectation, plan, measurements"))  # fmt: skip
@_FILE
@click.argument("project")
@common_options
def show(file: Path, project: str, *, as_json: bool) -> int:
    """Print what is known of one project."""
    found = _read(file)[project]
    if as_json:
        emit_json(found.to_dict())
    else:
        shown.show_project(found)
    return OK


@projects.command(
    help=say(
        "实测与预期：逐年之比与区间、兑现率、没有报告的年份、逾期的项目。没有测量的年份不用预期值代替。",
        "Measured against expected: ratio and interval by year, realisation, years that nobody reported, late projects. An expectation "
        "never takes the place of a measurement.",
    )
)
@_FILE
@click.option("--as-of", "until", type=click.IntRange(1900, 2200), help=say("应已有实测值的最后一年；代替文件里的", "last year whose measurements should be there; instead of the file's"))  # fmt: skip
@click.option("--by", type=click.Choice(["project", "owner", "kind", "place"]), default="owner", show_default=True, help=say("兑现率按什么合计", "what realisation is summed up by"))  # fmt: skip
@_HTML
@_OUT
@common_options
def effect(
    file: Path, *, until: int | None, by: str, html: Path | None, out: Path | None, as_json: bool
) -> int:
    """Print years, realisation, what is missing and late."""
    from tanheng.pathways.projects import effects

    found = effects(_read(file, out, html), until=until)
    _written(found.table(), out)
    write_page(
        html,
        found.pipeline.title[language()],
        lambda: [found._repr_html_(), shown.years_grid(found)],
        found.pipeline.findings,
    )
    if as_json:
        emit_json(found.to_dict())
    else:
        shown.show_effects(found, by)
    return OK


@projects.command(
    help=say(
        "汇入因子树：各项目使其杠杆达到的深度、预期与实测之后的合计、离上限的缺口；重复计算或超出杠杆时退出码 1。",
        "Into the factor tree: how deep projects take its levers, the total with what is expected and with what was measured, the gap to "
        "the cap; exit code 1 where tonnes are counted twice or a lever is asked for more than it can.",
    )
)
@_FILE
@click.option(
    "--tree", "tree", type=PATH, help=say("因子树文件；代替文件里的", "factor tree; instead of the file's")
)
@click.option("--scenario", default="baseline", show_default=True, help=say("采用其活动走势的情景；它的杠杆不计入", "scenario whose courses hold; its levers are set aside"))  # fmt: skip
@click.option("--including", multiple=True, metavar="STATE", help=say("也计入该状态的项目，如 proposed，可重复", "count projects of this state too, such as proposed, repeatable"))  # fmt: skip
@_HTML
@_OUT
@common_options
def rollup(
    file: Path, *, tree: Path | None, scenario: str, including: tuple[str, ...], html: Path | None, out: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Print totals, depths, double counts and gaps."""
    from tanheng.pathways import load_tree
    from tanheng.pathways.projects import roll_up

    found = roll_up(
        _read(file, out, html),
        None if tree is None else load_tree(tree),
        scenario=scenario,
        including=including,
    )
    _written(found.by_year(), out)
    write_page(
        html,
        found.pipeline.title[language()],
        lambda: [found.reductions(), found.chart(), shown.depth_grid(found)],
        found.pipeline.findings,
    )
    if as_json:
        emit_json(found.to_dict())
    else:
        shown.show_roll_up(found)
    return OK if found.sound else CHECK_FAILED


@projects.command(
    help=say(
        "绿色金融：净现值、内部收益率、回收期、吨成本、碳价敏感性；--loan 给出利率与目标挂钩的贷款。",
        "Green finance: present value, rates of return, payback, cost of a tonne, sensitivity to a carbon price; --loan for a loan whose "
        "interest follows targets.",
    )
)
@_FILE
@click.option(
    "--project", "ids", multiple=True, help=say("只看该项目，可重复", "this project only, repeatable")
)
@click.option("--discount", type=click.FloatRange(-99, 100), help=say("折现率，%；代替文件里的", "discount rate, %; instead of the file's"))  # fmt: skip
@click.option("--carbon-price", "carbon", type=click.FloatRange(0, 1e6), multiple=True, help=say("碳价，元/t，可重复作敏感性；首个计入现金流", "carbon price, CNY/t, repeatable for sensitivity; the first enters the cash flow"))  # fmt: skip
@click.option("--carbon-growth", "growth", type=click.FloatRange(-99, 100), default=0.0, show_default=True, help=say("碳价年增长率，%", "growth of the carbon price a year, %"))  # fmt: skip
@click.option("--loan", help=say("显示这笔贷款的还款表", "show the payments of this loan"))
@_HTML
@_OUT
@common_options
def finance(
    file: Path, *, ids: tuple[str, ...], discount: float | None, carbon: tuple[float, ...], growth: float, loan: str | None,
    html: Path | None, out: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print what projects are worth, or the payments of a loan."""
    from tanheng.pathways.projects import finance as value
    from tanheng.pathways.projects import loan_schedule

    pipeline = _read(file, out, html)
    if loan is not None:
        if html is not None or ids or carbon or discount is not None:
            raise Usage("--loan 只与 --out 同用", "--loan goes with --out alone")
        payments, without = (loan_schedule(pipeline, loan, linked=linked) for linked in (True, False))
        _written(payments, out)
        if as_json:
            title = dict(pipeline.loans[loan].title)
            emit_json({"loan": loan, "title": title, "unit": "CNY", "payments": payments.to_dicts(),
                       "interest": money.interest(payments), "interest_without_targets": money.interest(without)})  # fmt: skip
        else:
            money.show_loan(pipeline, loan, payments, without)
        return OK
    found = value(
        pipeline, ids, discount=None if discount is None else discount / 100, carbon=carbon[0] if carbon else 0.0, growth=growth / 100
    )  # fmt: skip
    if out is not None:
        with writing(out):
            money.write_cash_flows(found, out)
    write_page(
        html,
        pipeline.title[language()],
        lambda: [found._repr_html_(), money.price_grid(found, carbon)],
        pipeline.findings,
    )
    if as_json:
        emit_json(found.to_dict() | {"sensitivity": found.at(carbon).to_dicts() if carbon else [], "cash_flows": found.cash_flows().to_dicts()})  # fmt: skip
    else:
        money.show_finance(found, carbon)
    return OK


@projects.command(help=say("写一份待填的项目表（Excel，中文或英文表头）", "Write the table of projects to fill in (Excel, headings in Chinese or English)"))  # fmt: skip
@click.option("--out", required=True, type=PATH, help=say("要写的 .xlsx 文件", ".xlsx file to write"))
@common_options
def template(*, out: Path, as_json: bool) -> int:
    """Write the template."""
    from tanheng.pathways.projects import write_template

    written = write_template(out)
    if as_json:
        emit_json({"file": str(written)})
    else:
        click.echo(say(f"已写出 {written}。填好后运行：tanheng projects {written} list", f"Wrote {written}. When filled: tanheng projects {written} list"))  # fmt: skip
    return OK


def _read(file: Path, *written: Path | None) -> Pipeline:
    """The pipeline, after what is doubtful in it was said; it is not written over."""
    from tanheng.pathways.projects import load_projects

    for path in filter(None, written):
        with writing(path, keep=[file]):
            pass
    found = load_projects(file)
    tell(found.findings)
    return found


def _written(found: Table, out: Path | None) -> None:
    if out is not None:
        with writing(out):
            found.write(out)
