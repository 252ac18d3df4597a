"""The reference page of the analyses of roads on the platform, made of their table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from docs_text import code, grid, say

from tanheng.errors import Lang
from tanheng.serve.roads.kinds import KINDS, Kind
from tanheng.serve.roads.options import Option

WORDS = Path(__file__).parents[1] / "web" / "src" / "i18n"
NEEDS = {
    "road": ("路径文件 road.yaml", "the road's file, road.yaml"), "tree": ("因子树：road.yaml 或 tree.yaml", "a factor tree: road.yaml or tree.yaml"),
    "file": ("选项所指的文件", "the file that an option names"),
}  # fmt: skip
OF = {
    "year": ("年份", "year"), "count": ("整数", "whole number"), "number": ("数", "number"), "choice": ("其一", "one of"), "choices": ("其中若干", "some of"),
    "file": ("文件集里的文件", "file of the set"), "levers": ("各杠杆的深度 0–1", "depths of levers, 0 to 1"), "yes": ("是否", "yes or no"), "text": ("文字", "text"),
    "texts": ("若干文字，列表或以逗号分隔", "texts, as a list or with commas"), "pairs": ("若干 名=值，列表或以逗号分隔", "NAME=VALUE, as a list or with commas"),
}  # fmt: skip


def page(lang: Lang) -> str:
    """Every analysis with its tab, what it needs and its options."""
    text = say(
        lang,
        "# 路径的分析\n\n平台“路径”各页上的分析；程序用 `POST /api/v1/roads/{id}/analyses` 以 `{\"kind\": …, \"options\": {…}}` 启动，"
        "本表由服务器所用的同一张表生成，`GET /api/v1/road-kinds` 也给出它。",
        "# Analyses of roads\n\nThe analyses on the pages of roads. Programs start one by `POST /api/v1/roads/{id}/analyses` with "
        "`{\"kind\": …, \"options\": {…}}`. This page is made of the table that the server uses; `GET /api/v1/road-kinds` tells it as well.",
    )  # fmt: skip
    return "\n\n".join([text, *(part for name, kind in KINDS.items() for part in _kind(lang, name, kind))])


def _kind(lang: Lang, name: str, kind: Kind) -> Iterator[str]:
    at = 0 if lang == "zh" else 1
    tab = json.loads((WORDS / lang / "roads.json").read_text(encoding="utf-8"))["tab"][kind.tab]
    yield f"## {(kind.zh, kind.en)[at]} {{#{name}}}"
    yield say(
        lang, f"`{name}`，在“{tab}”页；需要{NEEDS[kind.needs][at]}。",
        f"`{name}`, on the tab “{tab}”; needs {NEEDS[kind.needs][at]}.",
    )  # fmt: skip
    if kind.options:
        heads = [
            say(lang, "选项", "Option"),
            say(lang, "取值", "Takes"),
            say(lang, "默认", "Default"),
            say(lang, "说明", "Meaning"),
        ]
        yield grid(heads, [_option(lang, one) for one in kind.options]).rstrip()


def _option(lang: Lang, one: Option) -> tuple[str, str, str, str]:
    at = 0 if lang == "zh" else 1
    takes = OF[one.of][at]
    if one.choices:
        takes += say(lang, "：", ": ") + ", ".join(f"`{value}`" for value, *_ in one.choices)
    elif one.least is not None and one.most is not None:
        takes += f" {_number(one.least)} – {_number(one.most)}"
    given = ", ".join(one.default) if isinstance(one.default, list | tuple) else one.default
    usual = (
        say(lang, "必填", "needed")
        if one.needed
        else ""
        if given is None or given is False or given == ""
        else code(given)
    )
    return code(one.name), takes, usual, (one.zh, one.en)[at]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"
