"""What every command shares: ``--json`` and ``--lang``, one line per error, tables, exit codes."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from tanheng.errors import TanhengError, counted, language, use_language

OK, CHECK_FAILED, USAGE = 0, 1, 2
_SHORT, _GUTTER, _ENDLESS = 12, 3, 100_000


class UsageWrong(TanhengError):
    """A command line that cannot be understood."""

    code = "T-001"
    zh = "命令用法有误：{detail_zh}"
    en = "The command is not understood: {detail_en}"


class Unforeseen(TanhengError):
    """Something that no error of ours describes."""

    code = "T-999"
    zh = "意外错误 {kind}：{detail}。"
    en = "Unexpected {kind}: {detail}."
    remedy_zh = "这是程序的缺陷，请报告；设 TANHENG_DEBUG=1 可看到出处。"
    remedy_en = "This is a bug, please report it; TANHENG_DEBUG=1 shows where it happened."


class Usage(click.UsageError):
    """A usage error that is said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(say(zh, en))
        self.zh, self.en = zh, en


class Group(click.Group):
    """A group whose errors are one line, and one JSON object where ``--json`` is asked; ``meant`` is its command where none is named."""

    meant = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options of the command that is meant may stand before its files."""
        known = {*self.commands, *ctx.help_option_names, "--lang"}
        if self.meant and args and args[0].partition("=")[0] not in known:
            args = [self.meant, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """What is no command is the file of the one that is meant."""
        if self.meant and args[0] not in self.commands:
            args = [self.meant, *args]
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run the command line; no traceback reaches a user."""
        arguments = list(sys.argv[1:] if args is None else args)
        language_from(arguments)
        as_json = "--json" in arguments
        try:
            code = super().main(arguments, *more, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            if as_json:
                emit_json({"error": _as_usage(error).to_dict()})
            error.show()
            sys.exit(USAGE)
        except click.Abort:
            click.echo(say("已中止", "Aborted"), err=True)
            sys.exit(CHECK_FAILED)
        except TanhengError as error:
            fail(error, as_json=as_json)
        except BrokenPipeError:
            raise
        except Exception as error:
            if os.environ.get("TANHENG_DEBUG"):
                raise
            detail = " ".join(str(error).split())
            fail(Unforeseen(kind=type(error).__name__, detail=detail), as_json=as_json)
        else:
            sys.exit(code if isinstance(code, int) else OK)


def _as_usage(error: click.ClickException) -> UsageWrong:
    detail = " ".join(error.format_message().split())
    return UsageWrong(detail_zh=getattr(error, "zh", detail), detail_en=getattr(error, "en", detail))


def language_from(arguments: Sequence[str]) -> None:
    """Set the language before help is written: ``--lang`` may stand anywhere."""
    for place, argument in enumerate(arguments):
        chosen = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            chosen = arguments[place + 1]
        if chosen == "zh":
            use_language("zh")
        elif chosen == "en":
            use_language("en")


def writing(path: Path, *, keep: Iterable[Path] = ()) -> AbstractContextManager[Path]:
    """Turn what the system says against writing into one clear line; see `tanheng.inventory.writing`."""
    from tanheng.inventory.writing import writing as guard

    return guard(path, keep=keep)


class FilledPath(click.Path):
    """A path that is not empty: an empty one would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, unless there is none."""
        if isinstance(value, str) and not value.strip():
            name = param.get_error_hint(ctx) if param is not None and ctx is not None else "path"
            raise Usage(f"{name} 是空的，应为路径", f"{name} is empty; expected a path")
        return super().convert(value, param, ctx)


PATH = FilledPath(path_type=Path)


def say(zh: str, en: str) -> str:
    """The sentence in the language of the run."""
    return zh if language() == "zh" else counted(en)


def emit_json(value: Any) -> None:
    """Print one JSON object; nothing else goes to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return str(value)


def fail(error: TanhengError, *, as_json: bool) -> None:
    """Say what went wrong on one line and leave with the error's exit code."""
    if as_json:
        emit_json({"error": error.to_dict()})
    click.echo(error.message(), err=True)
    for row in error.rows:
        click.echo("    " + ", ".join(f"{key}={value}" for key, value in row.items()), err=True)
    sys.exit(error.exit_code)


def packs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--pack``, for a command that reads factors."""
    told = say("自有因子包，可重复", "factor pack of your own, repeatable")
    return click.option("--pack", "packs", multiple=True, type=PATH, help=told)(command)


def group(name: str, zh: str, en: str, *, kind: type[Group] = Group, meant: str = "") -> Group:
    """An empty group of commands; ``--lang`` may stand before or after its name, and was read when the process began."""
    lang = click.Option(
        ["--lang"], type=click.Choice(["zh", "en"]), help=say("语言", "language"), expose_value=False
    )
    made = kind(name, params=[lang], help=say(zh, en))
    made.meant = meant
    return made


def common_options(command: Callable[..., int | None]) -> Callable[..., None]:
    """Add ``--json`` and ``--lang``; the command returns its exit code and may raise any `TanhengError`."""

    @functools.wraps(command)
    @click.option("--json", "as_json", is_flag=True, help=say("输出一个 JSON 对象", "print one JSON object"))
    @click.option("--lang", type=click.Choice(["zh", "en"]), help=say("语言", "language"))
    def run(*args: Any, as_json: bool, lang: str | None, **kwargs: Any) -> None:
        if lang is not None:
            use_language("zh" if lang == "zh" else "en")
        try:
            code = command(*args, as_json=as_json, **kwargs)
        except TanhengError as error:
            fail(error, as_json=as_json)
        else:
            sys.exit(code or OK)

    return run


def unit_here(unit: str) -> str:
    """The name of a unit in the language of the run."""
    from tanheng.codes.wording import unit_said

    return unit_said(unit)


def table(
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, str],
    *,
    title: str = "",
    right: Sequence[str] = (),
) -> None:
    """Print rows as a table; ``columns`` maps keys to heads, keys in ``right`` are set flush right.

    The values of ``unit`` are named in the language of the run.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    def cell(key: str, value: Any) -> str:
        if value in (None, ""):
            return "–"
        return unit_here(str(value)) if key == "unit" else str(value)

    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    for key, head in columns.items():
        grid.add_column(head, justify="right" if key in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(cell(key, row.get(key)) for key in columns))
    console = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 140)
    if title:
        console.print(title, soft_wrap=True)
    if grid.__rich_measure__(console, console.options.update(max_width=_ENDLESS)).maximum > console.width:
        console.width = max(console.width, _fix_widths(grid, console.width))
    console.print(grid)


def _fix_widths(grid: Any, room: int) -> int:
    """Keep numbers and short texts of a table that is too wide in one piece, the others share the room; what the table then takes."""
    from rich.cells import cell_len

    long = []
    for column in grid.columns:
        column.width = max(map(cell_len, column.cells), default=0)
        if column.justify == "right":
            column.width = max(column.width, min(cell_len(column.header), _SHORT))
        elif column.width > _SHORT:
            long.append(column)
    gutters = _GUTTER * len(grid.columns) + 1
    left = room - gutters - sum(column.width for column in grid.columns if column not in long)
    for column in sorted(long, key=lambda column: int(column.width)):
        column.width = min(column.width, max(left // len(long), _SHORT))
        left, long = left - column.width, long[1:]
    return gutters + sum(int(column.width) for column in grid.columns)
