"""Years, amounts and shares as a file of projects writes them; what cannot be is told with its line, key and mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_

WHOLE = 100.0
"""Percent that make a whole."""
LARGEST = 1e15
"""No project reduces so many t or costs so many CNY."""
_FIRST, _LAST = 1900, 2200


def amount_of(value: float, at: Path_, checker: PackChecker, *, least: float = 0.0) -> float:
    """An amount of t or CNY, 0 or above unless less is allowed."""
    if not least <= value <= LARGEST:
        raise checker.error(
            at,
            (f"{value} 小于 0", f"{value} is below 0") if value > -LARGEST and value < 0 else ("数过大", "the number is too large"),
            ("请核对数与单位（t、元）。", "Check the number and its unit (t, CNY)."),
        )  # fmt: skip
    return float(value)


def share_of(value: float | None, at: Path_, checker: PackChecker) -> float | None:
    """A percentage as a share, None where there is none."""
    if value is None:
        return None
    if value < 0:
        raise checker.error(
            at,
            (f"{value} 小于 0", f"{value} is below 0"),
            ("请写 95 % 区间的半宽，%。", "Write the half width of the 95 % interval, in %."),
        )
    return float(value) / WHOLE


def year_of(value: Any, at: Path_, checker: PackChecker) -> int:
    """A year of four digits."""
    text = str(value).removesuffix(".0")
    year = int(text) if text.isdecimal() else 0
    if not _FIRST <= year <= _LAST:
        raise checker.error(
            at,
            (f"“{value}”不是年份", f"'{value}' is no year"),
            ("请写四位年份，如 2024。", "Write a year of four digits, such as 2024."),
        )
    return year


def both(said: Any) -> dict[str, str]:
    """Words in both languages, the same where one is told."""
    return dict(said) if isinstance(said, Mapping) else {"zh": str(said), "en": str(said)}
