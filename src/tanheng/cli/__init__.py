"""命令 The command line. Rooms are imported when a command runs, so that help answers at once."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from tanheng import __version__
from tanheng.cli.common import Group, say
from tanheng.cli.words import Context, speaking, told

_PURPOSE = (
    "碳衡：由活动水平数据得到可追溯的温室气体清单。",
    "Tanheng: from a table of activity to a greenhouse-gas inventory with its proof.",
)
_COMMANDS = {
    "demo": ("用随包的四川 2021 数据跑一遍主流程", "Run the main job on the Sichuan 2021 data that ship"),
    "account": ("由活动水平表得到清单", "From a table of activity to an inventory"),
    "template": ("为方法写一份待填的 Excel 模板", "A workbook to fill in for a method"),
    "map": ("为陌生的表建议映射：哪列是什么", "Suggest how an unknown table is read"),
    "balance": ("把能源平衡表变为活动表", "An energy balance as a table of activity"),
    "inventory": (
        "清单：读取已报告的，看关键类别、完整性与疑点",
        "Inventories: read reported ones; key categories, completeness, doubts",
    ),
    "factors": (
        "因子库：检索、查看、审核、比较、校验",
        "Factor library: search, show, audit, diff, validate",
    ),
    "methods": ("方法包：列表、查看、检查", "Method packs: list, show, check"),
    "proof": ("打开清单中一个数的证据链", "Open the proof of one number"),
    "reconcile": ("用两个方法核算，解释合计之差", "Account by two methods and explain the difference"),
    "sources": (
        "数据源之间的核对：企业与平衡表、计量",
        "Sources against each other: firms and balance, meters",
    ),
    "drivers": (
        "总量为何变化、地区为何不同：因子分解",
        "Why a total changed, why places differ: effects of factors",
    ),
    "decoupling": ("排放与产出是否脱钩（Tapio）", "Whether emissions decouple from output (Tapio)"),
    "stirpat": ("排放对各因子的弹性：岭回归", "Elasticities of an impact by ridge regression"),
    "classes": ("城市类型、聚类与同类地区", "Classes of cities, clusters and peers"),
    "benchmark": ("前沿对标：同样排放下谁做得最好", "Benchmark by a frontier: who does best with the same"),
    "forecast": ("预测序列，带误差记录与区间", "Forecast series, with the record of errors and intervals"),
    "allocate": ("把总量分给地区或企业", "Share a cap among regions or firms"),
    "allowances": ("按配额方案核算配额与结转", "Allowances and carry-over by a plan"),
    "tree": ("因子树：叶、公式与杠杆", "Factor tree: leaves, formulas and levers"),
    "scenario": ("情景：运行、比较、归因、IAMC 交换", "Scenarios: run, compare, wedges, IAMC exchange"),
    "cap": ("由上限求最便宜的杠杆", "The cheapest levers under a cap"),
    "gate": ("新项目准入与抵消登记", "Whether a new project is let in; register of offsets"),
    "deviation": (
        "对照路径：偏差、警报与原因、调整、决策日志与回看",
        "Against the path: deviation, alarms with their cause, correction, decisions and their review",
    ),
    "projects": (
        "项目库：实测与预期、汇总、金融",
        "Reduction projects: measured and expected, roll-up, finance",
    ),
    "index": ("双碳指数：五个部分、总分与区间", "Dual-carbon index: five parts, the whole, its interval"),
    "composite": (
        "综合指数：合成、排名与稳健性审计",
        "Composite indices: scores, ranks and the audit of them",
    ),
    "release": ("冻结、比较、校验发布版", "Freeze, compare and verify releases"),
    "serve": ("启动网页应用与接口", "Start the web application and its API"),
    "user": ("用户：添加、列表、重设密码、解锁", "People: add, list, reset a password, unlock"),
    "token": ("接口令牌：生成、列表、收回", "API tokens: create, list, revoke"),
    "audit": ("校验审计链", "Check the audit chain"),
    "backup": ("备份数据库与全部文件", "Back up the database and every file"),
    "restore": ("把备份恢复到空的位置", "Restore a backup into an empty place"),
    "doctor": ("检查安装、数据与服务", "Check installation, data and server"),
    "units": ("可用的单位，以及换算", "Units that are known, and conversion"),
}


class Rooms(Group):
    """A group whose commands live in one module each and are imported on demand."""

    context_class = Context

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the root's own options."""
        with told():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read and run a command."""
        with told():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"tanheng.cli.{cmd_name}"), cmd_name)
        return speaking(command)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the whole is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(*_PURPOSE))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, say(*text)) for name, text in _COMMANDS.items()])


@click.group(
    cls=Rooms,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_PURPOSE[1],
)
@click.version_option(__version__, prog_name="tanheng", message="%(prog)s %(version)s")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="语言 / language", expose_value=False)
def cli() -> None:
    """Root of the command line."""


def main() -> None:
    """Entry point: no traceback reaches a user."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli.main(prog_name="tanheng")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
