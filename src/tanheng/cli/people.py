"""What the commands for people, tokens and the audit chain share: the data folder, its database, and who acts."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import PATH, Usage, say
from tanheng.errors import NotFound

if TYPE_CHECKING:
    from tanheng.access.people import By
    from tanheng.record.platform import Platform


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--data`` and ``--database``, as `tanheng serve` has them."""
    command = click.option(
        "--database",
        help=say(
            "数据库地址，缺省为数据文件夹中的 SQLite", "database URL; SQLite in the data folder by default"
        ),
    )(command)
    return click.option("--data", type=PATH, help=say("数据文件夹", "data folder"))(command)


def open_platform(data: Path | None, database: str | None, *, make: bool = False) -> Platform:
    """The platform of a data folder, as the settings of the environment and the command line name it.

    Raises
    ------
    NotFound
        Where nothing has been kept yet, unless it may be made.
    """
    from tanheng.record.platform import Platform
    from tanheng.serve.settings import load_settings

    settings = load_settings(None, data=data, database=database)
    if not make and not settings.database and not (settings.data / "store" / "catalogue.sqlite").is_file():
        raise NotFound(
            what_zh="数据文件夹",
            what_en="data folder",
            name=str(settings.data),
            known="–",
            mend_zh="请用 --data 指定 `tanheng serve` 所用的文件夹。",
            mend_en="Name with --data the folder that `tanheng serve` uses.",
        )
    return Platform(settings.data, settings.database or None, key=settings.secret_key)


def operator() -> By:
    """Who works at the command line, as the audit chain tells it."""
    from tanheng.access.people import By

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "?"
    return By(login=f"{name}@shell", source="shell")


def read_password(*, from_stdin: bool) -> str:
    """A password: the first line of standard input, or asked for twice without showing it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Usage(
            "没有终端可输入密码，请用 --password-stdin", "there is no terminal to ask; use --password-stdin"
        )
    return str(click.prompt(say("密码", "Password"), hide_input=True, confirmation_prompt=True))
