"""Reference pages of the documentation made from the code: errors, command line, rooms, Python API."""

from __future__ import annotations

import contextvars
import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import docs_analyses
from docs_text import code, grid, say

import tanheng
from tanheng.errors import Lang, TanhengError, use_language

ROOT = Path(__file__).parents[1]


def pages(lang: Lang) -> dict[str, str]:
    """Pages made from the code: path below the language's folder, and Markdown."""
    made = {
        "reference/errors.md": errors(lang),
        "reference/cli.md": cli(lang),
        "reference/rooms.md": rooms(lang),
        "reference/api.md": api(lang),
        "reference/analyses.md": docs_analyses.page(lang),
    }
    return made | (
        {f"reference/api-{room}.md": api_room(room) for room in public_rooms()} if lang == "en" else {}
    )


def room_names() -> list[str]:
    """Rooms from top to bottom, in the order of the import contract; a room that holds nothing yet is left out."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contract["contracts"][0]["layers"]
    named = [one.strip() for layer in layers for one in layer.split("|")]
    return [one.removeprefix("tanheng.") for one in named if importlib.import_module(one).__file__]


def public_rooms() -> list[str]:
    """Rooms with names for use in Python: all but the command line."""
    return [room for room in room_names() if room != "cli"]


def public_names(room: str) -> list[str]:
    """Names that a room offers; of `errors`, the classes and functions that stand in it."""
    module = importlib.import_module(f"tanheng.{room}")
    own = [name for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__]
    return list(getattr(module, "__all__", [name for name in own if not name.startswith("_")]))


def error_classes() -> list[type[TanhengError]]:
    """Every error class of every room, by code."""
    for module in pkgutil.walk_packages(tanheng.__path__, "tanheng."):
        if not module.name.startswith(("tanheng.packs", "tanheng.__main__")):
            importlib.import_module(module.name)
    found = [TanhengError]
    for cls in found:
        found += [one for one in cls.__subclasses__() if one not in found]
    return sorted(filter(_stands, found), key=lambda one: one.code)


def _stands(one: type[TanhengError]) -> bool:
    """Whether a class is the one of its module: the command line's modules may have been imported anew."""
    return getattr(sys.modules.get(one.__module__), one.__name__, None) is one


def errors(lang: Lang) -> str:
    """Every error with code, sentence, mend and exit code."""
    heads = (
        ["代码", "类", "说明", "改法", "退出码"]
        if lang == "zh"
        else ["Code", "Class", "Sentence", "Mend", "Exit"]
    )
    rows = [
        (
            code(one.code),
            code(one.__name__),
            one.zh if lang == "zh" else one.en,
            one.remedy_zh if lang == "zh" else one.remedy_en,
            one.exit_code,
        )
        for one in error_classes()
    ]
    text = say(
        lang,
        "# 错误\n\n错误使工作停下；发现（见[发现](findings.md)）只记录数据的问题。所有错误都是 `TanhengError`，有稳定的代码、中英文句子与改法，"
        "`message(\"zh\")`、`message(\"en\")`、`to_dict()` 可取；命令行以一行文字报出，不打印 traceback。",
        "# Errors\n\nAn error ends the work; a [finding](findings.md) only records what is wrong with data. Every error is a "
        "`TanhengError` with a stable code, a sentence and a mend in both languages (`message(\"zh\")`, `message(\"en\")`, "
        "`to_dict()`). The command line prints one line and no traceback.",
    )  # fmt: skip
    return f"{text}\n\n{grid(heads, rows)}"


def cli(lang: Lang) -> str:
    """Every command with its arguments and options, as a user of a language gets it."""
    return contextvars.copy_context().run(_cli, lang)


def _cli(lang: Lang) -> str:
    """Help is written when the command line's modules are imported: they are imported anew for the language."""
    text = say(
        lang,
        "# 命令行\n\n退出码：0 正常；1 检查未通过，或有行被拒绝、未匹配；2 用法错误或输入无法读取。仅有提示时为 0。"
        "每条命令都有 `--help`；`tanheng --version` 给出版本；`python -m tanheng` 与 `tanheng` 相同。",
        "# Command line\n\nExit codes: 0 in order; 1 a check failed, or rows were refused or unmatched; 2 usage, or input that "
        "cannot be read. Mere notes leave 0. Every command has `--help`; `tanheng --version` tells the version; "
        "`python -m tanheng` is the same as `tanheng`.",
    )
    use_language(lang)
    kept = {name: sys.modules.pop(name) for name in _loaded()}
    try:
        group: click.Group = importlib.import_module("tanheng.cli").cli
        return "\n\n".join([text, *_command(lang, group, None, "tanheng")])
    finally:
        for name in _loaded():
            del sys.modules[name]
        sys.modules.update(kept)


def _loaded() -> list[str]:
    return [name for name in sys.modules if name.split(".")[:2] == ["tanheng", "cli"]]


def _command(lang: Lang, command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    path = context.command_path
    if parent is not None:
        yield f"{'##' if parent.parent is None else '###'} {path} {{#{path.replace(' ', '-')}}}"
    yield f"```text\n{path} {' '.join(command.collect_usage_pieces(context))}\n```"
    yield (command.help or "").replace("\b", "").strip()
    rows = [_parameter(lang, one, context) for one in command.params if not one.is_eager]
    if rows:
        heads = (
            ["参数", "取值", "默认", "说明"] if lang == "zh" else ["Parameter", "Takes", "Default", "Meaning"]
        )
        yield grid(heads, rows)
    for below in command.list_commands(context) if isinstance(command, click.Group) else []:
        found = command.get_command(context, below)  # type: ignore[attr-defined]
        yield from _command(lang, found, context, below)


def _parameter(lang: Lang, one: click.Parameter, context: click.Context) -> tuple[str, ...]:
    need = say(lang, "必填。", "Required. ") if one.required else ""
    if not isinstance(one, click.Option):
        return code(one.make_metavar(context)), "", "", need
    choices = "|".join(one.type.choices) if isinstance(one.type, click.Choice) else ""
    takes = (
        "" if one.is_flag else code((choices or one.make_metavar(context)) + (" …" if one.multiple else ""))
    )
    default = str(one.default) if isinstance(one.default, str | int | Path) and not one.is_flag else ""
    return code(", ".join(one.opts)), takes, default, f"{need}{one.help or ''}"


def rooms(lang: Lang) -> str:
    """What each room is for, from its own docstring."""
    text = say(
        lang,
        "# 房间\n\n一个房间是 `src/tanheng` 的一个文件夹。自上而下排列：房间只可引入排在它下面的房间，测试保证这一点。说明取自各房间的 `__init__.py`。",
        "# Rooms\n\nA room is a folder of `src/tanheng`. From top to bottom: a room may import only rooms below it, and a test "
        "holds that. The words are those of each room's `__init__.py`.",
    )
    parts = [text]
    for room in room_names():
        module = importlib.import_module(f"tanheng.{room}")
        parts += [f"## {code(room)} {{#{room}}}", _prose(inspect.getdoc(module) or "")]
        if room != "cli":
            parts.append(", ".join(code(name) for name in public_names(room)))
    return "\n\n".join(parts)


def _prose(docstring: str) -> str:
    """A docstring as Markdown: paragraphs that are doctests become code."""
    paragraphs = docstring.split("\n\n")
    return "\n\n".join(f"```pycon\n{one}\n```" if one.startswith(">>>") else one for one in paragraphs)


def api(lang: Lang) -> str:
    """Public names with their first sentence, and where the whole text stands."""
    place = "" if lang == "en" else "../../en/reference/"
    parts = [
        say(
            lang,
            "# Python 接口\n\n`import tanheng as th` 只引入名字，用到时才载入各房间。下表列出全部公开名字；完整说明（参数、单位、返回、异常、公式、示例）"
            "取自文档字符串，为英文，点名字即到。",
            "# Python API\n\n`import tanheng as th` brings in names only; rooms are loaded when first used. A name leads to its "
            "full text: parameters, units, returns, errors, formulas, examples.",
        )
    ]
    top = [name for name in tanheng.__all__ if not name.startswith("_")]
    homes = {name: tanheng._PUBLIC[name].removeprefix("tanheng.") for name in top}
    heads = ["名字", "用途"] if lang == "zh" else ["Name", "What it is"]
    parts += ["## `tanheng`", _names(heads, [(name, homes[name]) for name in top], place)]
    for room in public_rooms():
        parts += [f"## `tanheng.{room}`", _names(heads, [(name, room) for name in public_names(room)], place)]
    return "\n\n".join(parts)


def _names(heads: list[str], names: list[tuple[str, str]], place: str) -> str:
    rows = []
    for name, room in names:
        found = getattr(importlib.import_module(f"tanheng.{room}"), name)
        first = (
            (inspect.getdoc(found) or "").split("\n\n")[0].replace("\n", " ")
            if callable(found)
            else repr(found)
        )
        rows.append(f"| [`{name}`]({place}api-{room}.md#tanheng.{room}.{name}) | {_plain(first)} |")
    return "\n".join([f"| {' | '.join(heads)} |", "| --- | --- |", *rows]) + "\n"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[").replace("<", "&lt;").replace("``", "`")


def api_room(room: str) -> str:
    """The public names of a room, written out from their docstrings."""
    parts = [f"# tanheng.{room}"]
    parts += [f"::: tanheng.{room}.{name}" for name in public_names(room)]
    return "\n\n".join(parts)
