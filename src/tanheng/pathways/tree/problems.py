"""What can go wrong with a tree that is well formed."""

from __future__ import annotations

from tanheng.errors import TanhengError


class LeverInvalid(TanhengError):
    """A setting of levers that cannot be."""

    code = "K-001"
    zh = "杠杆“{lever}”：{detail_zh}。"
    en = "Lever '{lever}': {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class CapInvalid(TanhengError):
    """A cap that no total can be held to."""

    code = "K-004"
    zh = "上限 {year}: {value} 不能用：{detail_zh}。"
    en = "Cap {year}: {value} cannot be used: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


class TreeNoNumber(TanhengError):
    """A node without a finite number in some year."""

    code = "K-002"
    zh = "节点“{node}”在 {year} 年算不出数（{formula}）。"
    en = "Node '{node}' gives no number in {year} ({formula})."
    remedy_zh = "请检查除数是否为零，以及叶的走势。"
    remedy_en = "Look for a division by zero, and at the paths of the leaves."


class ExchangeInvalid(TanhengError):
    """An IAMC table that cannot be read, or would not add up."""

    code = "K-003"
    zh = "IAMC 表 {file}：{detail_zh}。"
    en = "IAMC table {file}: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


def exchange_wrong(file: str, detail: tuple[str, str], mend: tuple[str, str]) -> ExchangeInvalid:
    """The error for one table of scenarios."""
    return ExchangeInvalid(file=file, detail=detail, mend=mend)


def lever_wrong(lever: str, detail: tuple[str, str], mend: tuple[str, str]) -> LeverInvalid:
    """The error for one lever."""
    return LeverInvalid(lever=lever, detail=detail, mend=mend)
