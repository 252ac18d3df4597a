"""What can be wrong with a question put to an inventory."""

from __future__ import annotations

from tanheng.errors import TanhengError


class ArgumentInvalid(TanhengError):
    """An argument that the call cannot work with."""

    code = "I-002"
    zh = "参数 {name} 的值“{value}”不可用，应为{expected_zh}。"
    en = "Argument {name}: '{value}' cannot be used; expected {expected_en}."


def invalid(name: str, value: object, zh: str, en: str) -> ArgumentInvalid:
    """The error for an argument, with what was expected in both languages.

    Examples
    --------
    >>> invalid("draws", 0, "正整数", "a positive whole number").message("en")
    "[I-002] Argument draws: '0' cannot be used; expected a positive whole number."
    """
    shown = f"{value}" if isinstance(value, str | int | float) else type(value).__name__
    return ArgumentInvalid(name=name, value=shown[:80], expected_zh=zh, expected_en=en)
