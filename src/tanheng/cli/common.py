"""What every command shares: ``--json`` and ``--lang``, one line per error, tables, exit codes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from tanheng.errors import TanhengError, language, use_language

OK, CHECK_FAILED, USAGE = 0, 1, 2


def say(zh: str, en: str) -> str:
    """The sentence in the language of the run."""
    return zh if language() == "zh" else en


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


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let ``--lang`` stand before or after a group's name; it was read when the process began."""
    option = click.option(
        "--lang", type=click.Choice(["zh", "en"]), help=say("语言", "language"), expose_value=False
    )
    return option(command)


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


def table(
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, str],
    *,
    title: str = "",
    right: Sequence[str] = (),
) -> None:
    """Print rows as a table; ``columns`` maps keys to heads, keys in ``right`` are set flush right."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    grid = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for key, head in columns.items():
        grid.add_column(head, justify="right" if key in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*("–" if row.get(key) in (None, "") else str(row[key]) for key in columns))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    console.print(grid)
