"""YAML with the line of every key, so that an error in a pack can say where it stands."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import yaml

from tanheng.errors import PackInvalid, PackUnreadable

Path_ = tuple[str | int, ...]
_SAVE = ("请用编辑器另存为 UTF-8。", "Save it as UTF-8 in an editor.")
_COPY = (
    "例如方法包 tanheng-method/1（可用 extends 改写 `tanheng methods list` 中的方法）、因子树 tanheng-tree/1、路径 tanheng-road/1。",
    "Such as tanheng-method/1 for a method (`extends:` takes one of `tanheng methods list`), tanheng-tree/1, tanheng-road/1.",
)
_BINARY = (
    ("是二进制文件，不是文本", "it is a binary file, not text"),
    ("请给出文本文件。", "Name a text file."),
)
_MOST = 100_000
_DEEPEST = 20


def load_with_lines(path: Path) -> tuple[Any, dict[Path_, int]]:
    """Plain data of a YAML file, and the line on which each key stands.

    Raises
    ------
    PackUnreadable
        When the file is no text in UTF-8, or empty.
    PackInvalid
        When the text is not YAML, or a key stands twice.
    """
    text = _text(path)
    try:
        _refuse_deep(path, text)
        node = _composed(text)
    except yaml.YAMLError as cause:
        mark = getattr(cause, "problem_mark", None)
        detail = getattr(cause, "problem", None) or str(cause)
        raise _invalid(
            path, mark.line + 1 if mark else 1, (),
            (f"不是有效的 YAML（{detail}）", f"it is not valid YAML ({detail})"),
            ("请检查缩进、冒号与引号。", "Check indentation, colons and quotes."),
        ) from cause  # fmt: skip
    lines: dict[Path_, int] = {(): 1}
    return (_plain(node, (), lines, path) if node is not None else None), lines


def _refuse_deep(path: Path, text: str) -> None:
    """Refuse what is deeper or longer than any pack, before nodes are made of it: libyaml does that by calling itself."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    deep = 0
    with contextlib.suppress(yaml.YAMLError):  # told by `_composed`
        for count, event in enumerate(yaml.parse(text, Loader=loader)):
            deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if deep > _DEEPEST or count > 3 * _MOST:
                raise _too_deep(path, event.start_mark.line + 1 if event.start_mark else 1, ())


def _too_deep(path: Path, line: int, at: Path_) -> PackInvalid:
    return _invalid(
        path, line, at, ("层级过深、内容过多或引用了自己", "it is nested too deep, too long, or refers to itself"),
        ("请拆开写。", "Write it out."),
    )  # fmt: skip


def _composed(text: str) -> yaml.Node | None:
    """The nodes of a text, by libyaml where it is there: ten times as fast, but its words for mistakes are others."""
    with contextlib.suppress(AttributeError, yaml.YAMLError):
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as cause:
        why = cause.strerror or str(cause)
        raise unreadable(
            path,
            (f"系统拒绝（{why}）", f"the system refuses ({why})"),
            ("请检查权限。", "Check the permissions."),
        ) from cause
    if not raw.strip():
        raise unreadable(path, ("文件是空的", "the file is empty"), _COPY)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise unreadable(path, *_encoding(raw)) from cause
    if "\0" in text:
        raise unreadable(path, *_BINARY)
    return text


def _encoding(raw: bytes) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a file that is no UTF-8 seems to be, and the mend."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("编码是 UTF-16", "it is in UTF-16"), _SAVE
    try:
        found = raw.decode("gb18030")
    except UnicodeDecodeError:
        return _BINARY
    if any(ord(one) < 32 and one not in "\t\r\n" for one in found):
        return _BINARY
    return ("编码像是 GBK", "its encoding seems to be GBK"), _SAVE


def unreadable(path: Path, detail: tuple[str, str], mend: tuple[str, str]) -> PackUnreadable:
    """The error for a file that is no pack at all."""
    return PackUnreadable(file=str(path), detail=detail, mend=mend)


def _invalid(path: Path, line: int, at: Path_, detail: tuple[str, str], mend: tuple[str, str]) -> PackInvalid:
    key = ".".join(str(step) for step in at) or "–"
    return PackInvalid(file=path.name, line=line, key=key, detail=detail, mend=mend)


def _refuse_nul(text: str, node: yaml.Node, at: Path_, path: Path) -> None:
    """Refuse what a database cannot keep and no editor shows: an escape in quotes may write it."""
    if "\0" in text:
        raise _invalid(
            path, node.start_mark.line + 1, at,
            ("含有空字符（\\0）", "it holds a NUL (\\0)"),
            ("请删去它。", "Delete it."),
        )  # fmt: skip


def _plain(node: yaml.Node, at: Path_, lines: dict[Path_, int], path: Path) -> Any:
    lines[at] = node.start_mark.line + 1
    if len(at) > _DEEPEST or len(lines) > _MOST:
        raise _too_deep(path, lines[at], at[:3])
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            _refuse_nul(key, key_node, at, path)
            if key in found:
                raise _invalid(
                    path, key_node.start_mark.line + 1, (*at, key),
                    ("同一键出现两次", "the key stands twice"),
                    ("请合并或删去一处。", "Join them or delete one."),
                )  # fmt: skip
            found[key] = _plain(value_node, (*at, key), lines, path)
            lines[(*at, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*at, place), lines, path) for place, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    _refuse_nul(node.value, node, at, path)
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as cause:
        raise _invalid(
            path, lines[at], at,
            (f"“{node.value}”读不成值", f"'{node.value}' cannot be read as a value"),
            ("请改为普通的文字或数。", "Write plain text or a number."),
        ) from cause  # fmt: skip
    finally:
        loader.dispose()
