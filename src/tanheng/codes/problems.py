"""What can go wrong with codes alone; the general errors stand in `tanheng.errors`."""

from __future__ import annotations

from tanheng.errors import TanhengError, UnknownCode


class AmbiguousName(UnknownCode):
    """A name that several codes of one list share."""

    code = "C-002"
    zh = "代码表“{codelist}”中“{name}”指向多个代码：{near}。"
    en = "In code list '{codelist}' the name '{name}' belongs to several codes: {near}."
    remedy_zh = "请改用代码，或写明上级，例如“辽宁省朝阳市”。"
    remedy_en = "Use the code, or name the place above it as well."


class EntitiesInvalid(TanhengError):
    """A table of entities that makes no tree: all its faults, the first ones as rows."""

    code = "C-003"
    zh = "主体表{file}有 {count} 处错误，首处：第 {row} 行，{detail_zh}。"
    en = "The table of entities{file} has {count} faults; the first: row {row}, {detail_en}."
    remedy_zh = "请改正后重试。"
    remedy_en = "Mend them and try again."
