"""Options of an analysis, as a table: the page makes its form of it, and the server checks what was asked against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tanheng.errors import TanhengError, language

Of = Literal[
    "year", "count", "number", "choice", "choices", "file", "levers", "yes", "text", "texts", "pairs"
]
_MOST_TEXT = 2000


class OptionWrong(TanhengError):
    """An option that an analysis has not, or a value that it cannot be."""

    code = "W-071"
    zh = "分析选项“{name}”：{detail_zh}。"
    en = "Option '{name}' of the analysis: {detail_en}."
    remedy_zh = "请按选项说明改正。"
    remedy_en = "Mend it as the options say."


@dataclass(frozen=True)
class Option:
    """One option: ``of`` is its kind; ``choices`` are values with their words in Chinese and English; ``least`` and ``most`` bound it.

    ``file`` names a file of the set, ``levers`` a mapping of levers to a depth of 0 to 1, ``choices`` several of the choices,
    ``texts`` several texts, as a list or with commas, ``pairs`` the same of names and values with ``joint`` between them.

    ``source`` tells where a page finds what there is to choose: ``columns`` of the chosen table, ``values:OPTION`` of the columns
    that another option names, ``tables`` of the set, or a list that the set itself names (see `listed_of`). The
    values of pairs come from ``then``, where ``values`` are those of the column in front. Other texts are taken as well.
    """

    name: str
    of: Of
    zh: str
    en: str
    default: Any = None
    least: float | None = None
    most: float | None = None
    choices: Sequence[tuple[str, str, str]] = ()
    needed: bool = False
    source: str = ""
    then: str = ""
    joint: str = "="

    def to_dict(self) -> dict[str, Any]:
        """As plain data, its words in the language of the request."""
        place = 0 if language() == "zh" else 1
        return {
            "name": self.name, "of": self.of, "word": (self.zh, self.en)[place], "default": self.default, "least": self.least,
            "most": self.most, "needed": self.needed, "source": self.source, "then": self.then, "joint": self.joint,
            "choices": [{"value": value, "word": words[place]} for value, *words in self.choices],
        }  # fmt: skip


def chosen(options: Sequence[Option], asked: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """Every option with what was asked or its default.

    Parameters
    ----------
    options : sequence of Option
    asked : mapping
        By the names of the options.
    files : sequence of str
        Names of the files of the set.

    Raises
    ------
    OptionWrong
    """
    known = {one.name: one for one in options}
    for name in asked:
        if name not in known:
            raise OptionWrong(
                name=name,
                detail_zh=f"没有这一选项；可用：{'、'.join(known) or '–'}",
                detail_en=f"there is no such option; known: {', '.join(known) or '–'}",
            )
    found = {}
    for name, one in known.items():
        value = asked.get(name)
        if value is None or value in ("", []):
            if one.needed:
                raise OptionWrong(name=name, detail_zh="必填", detail_en="it is needed")
            found[name] = one.default
            continue
        found[name] = _checked(one, value, files)
    return found


def _checked(one: Option, value: Any, files: Sequence[str]) -> Any:
    words = [value for value, *_ in one.choices]
    if one.of in ("year", "count"):
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(one, "应为整数", "it should be a whole number")
    elif one.of == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(one, "应为数字", "it should be a number")
    elif one.of == "yes":
        if not isinstance(value, bool):
            raise _wrong(one, "应为 true 或 false", "it should be true or false")
    elif one.of == "choice":
        if value not in words:
            raise _wrong(one, f"应为 {'、'.join(words)} 之一", f"it should be one of {', '.join(words)}")
    elif one.of == "choices":
        if not isinstance(value, list) or any(item not in words for item in value):
            raise _wrong(one, f"应取自 {'、'.join(words)}", f"they should be of {', '.join(words)}")
    elif one.of == "file":
        if value not in files:
            raise _wrong(one, f"文件集里没有 {str(value)[:80]}；有 {'、'.join(files)}", f"the set has no file {str(value)[:80]}; it has {', '.join(files)}")  # fmt: skip
    elif one.of == "levers":
        if not isinstance(value, Mapping) or any(
            isinstance(depth, bool) or not isinstance(depth, int | float) or not 0 <= depth <= 1 for depth in value.values()
        ):  # fmt: skip
            raise _wrong(one, "应写明各杠杆的深度（0 到 1）", "it should map levers to depths of 0 to 1")
    elif one.of in ("texts", "pairs") and isinstance(value, list):
        if any(not isinstance(item, str) for item in value) or sum(map(len, value)) > _MOST_TEXT:
            raise _wrong(
                one,
                f"应为共不超过 {_MOST_TEXT} 字的若干文字",
                f"they should be texts of at most {_MOST_TEXT} letters in all",
            )
    elif not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise _wrong(
            one, f"应为不超过 {_MOST_TEXT} 字的文字", f"it should be a text of at most {_MOST_TEXT} letters"
        )
    low, high = one.least, one.most
    if one.of in ("year", "count", "number") and not (
        (low is None or value >= low) and (high is None or value <= high)
    ):
        raise _wrong(one, f"应在 {low} 到 {high} 之间", f"it should be from {low} to {high}")
    return value


def _wrong(one: Option, zh: str, en: str) -> OptionWrong:
    return OptionWrong(name=one.name, detail_zh=zh, detail_en=en)
