"""YAML with the line of every key, so that an error in a pack can say where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tanheng.errors import PackInvalid

Path_ = tuple[str | int, ...]


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
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as cause:
        mark = getattr(cause, "problem_mark", None)
        detail = getattr(cause, "problem", None) or str(cause)
        raise PackInvalid(
            file=path.name,
            line=(mark.line + 1) if mark else 1,
            key="–",
            detail_zh=f"不是有效的 YAML（{detail}）",
            detail_en=f"it is not valid YAML ({detail})",
            mend_zh="请检查缩进、冒号与引号。",
            mend_en="Check indentation, colons and quotes.",
        ) from cause
    lines: dict[Path_, int] = {(): 1}
    return (_plain(node, (), lines, path) if node is not None else None), lines


def _plain(node: yaml.Node, at: Path_, lines: dict[Path_, int], path: Path) -> Any:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise PackInvalid(
                    file=path.name,
                    line=key_node.start_mark.line + 1,
                    key=".".join(str(step) for step in (*at, key)),
                    detail_zh="同一键出现两次",
                    detail_en="the key stands twice",
                    mend_zh="请合并或删去一处。",
                    mend_en="Join them or delete one.",
                )
            found[key] = _plain(value_node, (*at, key), lines, path)
            lines[(*at, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*at, place), lines, path) for place, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    finally:
        loader.dispose()
