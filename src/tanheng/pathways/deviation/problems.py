"""What can go wrong with a deviation."""

from __future__ import annotations

from tanheng.errors import TanhengError


class DeviationInvalid(TanhengError):
    """A road whose deviation cannot be told."""

    code = "L-180"
    zh = "“{name}”的偏差算不出：{detail_zh}。"
    en = "The deviation of '{name}' cannot be told: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


def invalid(name: str, detail: tuple[str, str], mend: tuple[str, str]) -> DeviationInvalid:
    """The error for one road or series."""
    return DeviationInvalid(name=name, detail=detail, mend=mend)
