"""What a composite index cannot be made of: one class a kind, each with its mend."""

from __future__ import annotations

from typing import Any

from tanheng.errors import TanhengError


class CompositeInvalid(TanhengError):
    """A framework of indicators, a table of units or a setting that cannot be understood."""

    code = "L-170"
    zh = "综合指数{place_zh}：{detail_zh}。"
    en = "Composite index{place_en}: {detail_en}."
    remedy_zh = "{mend_zh}。"
    remedy_en = "{mend_en}."


class ValuesMissing(TanhengError):
    """Gaps in the data for which no rule was chosen, or that the chosen rule cannot fill."""

    code = "L-171"
    zh = "指标数据有 {count} 处缺失（首处：{unit} 的“{indicator}”），{reason_zh}。"
    en = "The indicators have {count} gaps (first: '{indicator}' of {unit}); {reason_en}."
    remedy_zh = "请补上数据，或选择缺失规则：{rules}。"
    remedy_en = "Fill them in, or choose a rule for gaps: {rules}."


class MethodUnfit(TanhengError):
    """A method that these numbers do not allow: a logarithm of zero, a spread that is none, a target that is not stated."""

    code = "L-172"
    zh = "“{method}”不适用于{what_zh}：{detail_zh}。"
    en = "'{method}' does not suit {what_en}: {detail_en}."
    remedy_zh = "{mend_zh}。"
    remedy_en = "{mend_en}."


class JudgementsInconsistent(TanhengError):
    """Pairwise judgements that contradict one another too much to be weights."""

    code = "L-173"
    zh = "判断矩阵（{names}）的一致性比率为 {ratio}，不小于 {limit}，不能作权重。"
    en = "The judgements on {names} have a consistency ratio of {ratio}, not below {limit}; they are no weights."
    remedy_zh = "请与专家复核最矛盾的一对：{worst}。"
    remedy_en = "Go over the pair that contradicts the others most with the experts: {worst}."


def composite_invalid(
    place: tuple[str, str] = ("", ""),
    detail: tuple[str, str] = ("", ""),
    mend: tuple[str, str] = ("", ""),
    **more: Any,
) -> CompositeInvalid:
    """The error for one place, detail and mend, each in Chinese and English."""
    return CompositeInvalid(place=place, detail=detail, mend=mend, **more)


def method_unfit(
    method: str, what: tuple[str, str], detail: tuple[str, str] = ("", ""), mend: tuple[str, str] = ("", "")
) -> MethodUnfit:
    """The error for one method and what it does not suit."""
    return MethodUnfit(method=method, what=what, detail=detail, mend=mend)
