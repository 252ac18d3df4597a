"""Words of the library under the command line: click speaks English, a Chinese user is told in Chinese."""

from __future__ import annotations

import contextlib
import csv
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import IO, Any

import click

from tanheng.cli.common import say
from tanheng.errors import fill, language

_MARK = re.compile(r"\[(?=[^\]]*(?:default: |required|[<>]))(?P<marks>[^\]]*)\]$")
_NAMES = re.compile(r"(?:--?[\w-]+,? ?)+")
_PIECE = re.compile(r"(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。；：、）？]*\s*")


@functools.cache
def _catalogue() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of English sentences with their Chinese; a place in braces holds any text."""
    with (files("tanheng.packs") / "templates" / "command_line.csv").open(encoding="utf-8") as stream:
        return [(_pattern(row["en"]), row["zh"]) for row in csv.DictReader(stream)]


def _pattern(sentence: str) -> re.Pattern[str]:
    places = re.split(r"{(\w+)}", sentence)
    parts = [f"(?P<{one}>.+?)" if at % 2 else re.escape(one) for at, one in enumerate(places)]
    return re.compile("".join(parts), re.DOTALL)


def in_chinese(text: str) -> str:
    """A text of click in Chinese; one that the catalogue does not hold stays as it is.

    Parameters
    ----------
    text : str
        A heading, a metavar or a message; what stands after its colon is turned as well.

    Returns
    -------
    str

    Examples
    --------
    >>> in_chinese("Invalid value for '--limit': 'x' is not a valid integer.")
    "'--limit' 的取值有误：'x' 不是整数。"
    >>> in_chinese("disk on fire")
    'disk on fire'
    """
    for pattern, chinese in _catalogue():
        found = pattern.fullmatch(text)
        if found:
            return fill(
                chinese, {k: in_chinese(v) if k == "message" else v for k, v in found.groupdict().items()}
            )
    return text


def _turned(text: str) -> str:
    return in_chinese(text) if language() == "zh" else text


class Told(click.UsageError):
    """A usage error of click or of a command, in both languages."""

    def __init__(self, error: click.UsageError) -> None:
        told = " ".join(error.format_message().split())
        self.zh, self.en = getattr(error, "zh", in_chinese(told)), getattr(error, "en", told)
        super().__init__(say(self.zh, self.en), error.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print usage, where help stands, and the error."""
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file=file, err=file is None)
            helped = f"{self.ctx.command_path} --help"
            click.echo(say(f"帮助：{helped}\n", f"Help: {helped}\n"), file=file, err=file is None)
        click.echo(say(f"错误：{self.zh}", f"Error: {self.en}"), file=file, err=file is None)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn usage errors; help that click shows for want of arguments passes through."""
    try:
        yield
    except click.UsageError as error:
        if isinstance(error, Told | click.exceptions.NoArgsIsHelpError):
            raise
        raise Told(error) from error


class Formatter(click.HelpFormatter):
    """Writes help with click's own words in the language of the run."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        pieces = ("[OPTIONS]", "COMMAND [ARGS]...")
        for piece in pieces:
            args = args.replace(piece, _turned(piece))
        super().write_usage(prog, args, say(in_chinese("Usage:"), prefix or "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{_turned(heading)}{say('：', ':')}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands with what they mean; a Chinese character takes two columns."""
        shown = [(_option(one), _meaning(text)) for one, text in rows]
        first = min(max(columns(one) for one, _ in shown), col_max) + col_spacing
        indent = " " * self.current_indent
        for one, text in shown:
            lines = list(_lines(text, max(self.width - self.current_indent - first, 20))) or [""]
            if columns(one) + col_spacing > first:
                self.write(f"{indent}{one}\n")
            else:
                lines[0] = one + " " * (first - columns(one)) + lines[0]
            for place, line in enumerate(lines):
                own = place == 0 and line.startswith(one)
                self.write(f"{indent}{'' if own else ' ' * first}{line}".rstrip() + "\n")


def columns(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _lines(text: str, width: int) -> Iterator[str]:
    """Lines of a width; Chinese text breaks after any character, but not before a stop."""
    line = ""
    for piece in _PIECE.findall(text):
        if line and columns(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def _option(text: str) -> str:
    """An option with its metavar."""
    found = _NAMES.match(text)
    return f"{found[0]}{_turned(text[found.end() :])}" if found else text


def _meaning(text: str) -> str:
    """What an option means, with its marks: default, required."""
    found = _MARK.search(text)
    if not found:
        return _turned(text)
    marks = say("；", "; ").join(_turned(mark) for mark in found["marks"].split("; "))
    return f"{_turned(text[: found.start()].rstrip())}  [{marks}]"


class Context(click.Context):
    """A context whose help is written by `Formatter`."""

    formatter_class = Formatter


def speaking(command: click.Command) -> click.Command:
    """The command, and those below it, with help in the language of the run."""
    command.context_class = Context
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        speaking(below)
    return command
