"""YAML with the line of every key, so that an error in a pack can say where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tanheng.errors import PackInvalid

Path_ = tuple[str | int, ...]
_MOST = 100_000
_DEEPEST = 20


def load_with_lines(path: Path) -> tuple[Any, dict[Path_, int]]:
    """Plain data of a YAML file, and the line on which each key stands.

    Raises
    ------
    PackInvalid
        When the file is not YAML, or a key stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as cause:
        raise _invalid(
            path, 1, (),
            ("不是 UTF-8 编码的文本", "it is not UTF-8 text"),
            ("请另存为 UTF-8。", "Save it as UTF-8."),
        ) from cause  # fmt: skip
    except (yaml.YAMLError, OSError) as cause:
        mark = getattr(cause, "problem_mark", None)
        detail = getattr(cause, "problem", None) or str(cause)
        raise _invalid(
            path, mark.line + 1 if mark else 1, (),
            (f"不是有效的 YAML（{detail}）", f"it is not valid YAML ({detail})"),
            ("请检查缩进、冒号与引号。", "Check indentation, colons and quotes."),
        ) from cause  # fmt: skip
    lines: dict[Path_, int] = {(): 1}
    return (_plain(node, (), lines, path) if node is not None else None), lines


def _invalid(path: Path, line: int, at: Path_, detail: tuple[str, str], mend: tuple[str, str]) -> PackInvalid:
    key = ".".join(str(step) for step in at) or "–"
    return PackInvalid(
        file=path.name, line=line, key=key, detail_zh=detail[0], detail_en=detail[1], mend_zh=mend[0], mend_en=mend[1]
    )  # fmt: skip


def _plain(node: yaml.Node, at: Path_, lines: dict[Path_, int], path: Path) -> Any:
    lines[at] = node.start_mark.line + 1
    if len(at) > _DEEPEST or len(lines) > _MOST:
        raise _invalid(
            path, lines[at], at[:3],
            ("层级过深或引用了自己", "it is nested too deep, or refers to itself"),
            ("请拆开写。", "Write it out."),
        )  # fmt: skip
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
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
