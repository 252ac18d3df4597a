"""The command line speaks the language that is asked for: help, usage errors, and every message of click in use."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from importlib.resources import files

import click
import pytest
from click.testing import CliRunner

from tanheng.cli import cli
from tanheng.cli.words import Formatter, Told, columns, in_chinese
from tanheng.errors import use_language

WALK = """
import click, json, sys
from click.testing import CliRunner
from tanheng.errors import use_language
use_language(sys.argv[1])
from tanheng.cli import cli

def walk(command, path):
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), [*path, name])

shown = {}
for path in walk(cli, []):
    result = CliRunner().invoke(cli, [*path, "--help", "--lang", sys.argv[1]], prog_name="tanheng")
    assert result.exit_code == 0, result.output
    shown[" ".join(path)] = result.stdout
print(json.dumps(shown))
"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OF_CLICK = re.compile(
    r"Options:|Commands:|Show this|Show the version|\[OPTIONS\]|required|default:|-\S+ (?:TEXT|PATH|INTEGER)"
)


def helps(lang: str) -> dict[str, str]:
    done = subprocess.run([sys.executable, "-c", WALK, lang], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_help_is_chinese_in_chinese() -> None:
    shown = helps("zh")
    assert {"", "account", "demo", "factors search", "methods check", "proof", "units"} <= set(shown)
    for command, text in shown.items():
        assert not OF_CLICK.search(text), f"{command}\n{text}"
        assert "选项：" in text
        meanings = re.findall(r"^  -[^\n]*?  +(\S[^\n]*)$", text, re.M)
        assert meanings
        assert all(CHINESE.search(meaning) for meaning in meanings), f"{command}\n{text}"


def test_help_is_english_in_english() -> None:
    for command, text in helps("en").items():
        assert not CHINESE.search(text.replace("语言 / language", "")), f"{command}\n{text}"
        assert "Options:" in text


SAID = [
    (("nothing",), "没有命令 'nothing'。", "No such command 'nothing'."),
    (("--nope",), "没有选项 '--nope'。", "No such option '--nope'."),
    (("factors", "serach", "x"), "是否为 'search'？", "Did you mean 'search'?"),
    (("factors", "show", "--itme", "x"), "是否为其中之一", "Did you mean one of"),
    (("account",), "缺少参数 'FILE'。", "Missing argument 'FILE'."),
    (("account", "x"), "缺少选项 '--method' / '-m'。", "Missing option '--method' / '-m'."),
    (("account", "x", "-m"), "选项 '-m' 后须写取值。", "Option '-m' requires an argument."),
    (("account", "x", "-m", "y", "--gwp", "AR9"), "'AR9' 不在", "'AR9' is not one of"),
    (("methods", "show", "a", "b"), "多出参数 b。", "Got unexpected extra argument (b)"),
    (("factors", "search", "a", "--limit", "x"), "'x' 不是整数。", "'x' is not a valid integer"),
    (("factors", "search", "a", "--limit", "0"), "0 不在 x>=1 的范围内。", "0 is not in the range x>=1."),
    (("factors", "show", "--json=3"), "选项 '--json' 不带取值。", "Option '--json' does not take a value."),
    (("units", "one", "t", "kg"), "“one”不是数", "'one' is not a number"),
]


@pytest.mark.parametrize(("arguments", "zh", "en"), SAID, ids=[" ".join(one[0]) for one in SAID])
def test_a_usage_error_is_told_in_either_language(arguments: tuple[str, ...], zh: str, en: str) -> None:
    for lang, words, other in (("zh", zh, en), ("en", en, zh)):
        use_language("zh" if lang == "zh" else "en")
        result = CliRunner().invoke(cli, list(arguments), prog_name="tanheng")
        assert result.exit_code == 2
        assert words in result.stderr
        assert other not in result.stderr
        assert ("错误：" in result.stderr) == (lang == "zh")


def test_json_holds_a_usage_error_in_both_languages() -> None:
    result = CliRunner().invoke(cli, ["account", "--json"], prog_name="tanheng")
    message = json.loads(result.stdout)["error"]["message"]
    assert message["zh"].endswith("缺少参数 'FILE'。")
    assert message["en"].endswith("Missing argument 'FILE'.")


def test_the_catalogue_fills_every_place() -> None:
    with (files("tanheng.packs") / "templates" / "command_line.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["en"] for row in rows}) == len(rows)
    for row in rows:
        assert set(re.findall(r"{(\w+)}", row["zh"])) == set(re.findall(r"{(\w+)}", row["en"]))
        filled = re.sub(r"{\w+}", "X", row["en"])
        assert in_chinese(filled) != filled, row["en"]


def test_what_the_catalogue_lacks_stays_and_an_error_is_told_once() -> None:
    assert in_chinese("An odd new message") == "An odd new message"
    told = Told(click.UsageError("Missing argument 'X'."))
    assert (told.zh, told.en) == ("缺少参数 'X'。", "Missing argument 'X'.")


def test_columns_stand_in_line_where_words_are_chinese() -> None:
    use_language("zh")
    formatter = Formatter(width=40)
    formatter.write_dl([("--out PATH", "很长的说明" * 6 + "。"), ("-q", "short [required]")])
    lines = formatter.getvalue().splitlines()
    assert all(columns(line) <= 40 for line in lines)
    starts = {columns(re.match(r"(?:\S+ ?\S*)?  +", line)[0]) for line in lines}  # type: ignore[index]
    assert len(starts) == 1, lines
    assert lines[-1].endswith("[必填]")
