"""What factors of a road and their kinds are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import column_name
from tanheng.errors import language

_KINDS = {
    "activity": ("活动", "activity"), "structure": ("结构", "structure"), "intensity": ("强度", "intensity"),
    "fuel": ("能源品种", "fuel"), "factor": ("排放因子", "emission factor"), "sink": ("碳汇", "sinks"), "other": ("其他", "other"),
}  # fmt: skip
_VAGUE = ("activity", "other")


def kind_named(kind: str) -> str:
    """What a kind of factor is called in the language of the run."""
    return _KINDS[kind][language() != "zh"]


def factor_titles(factors: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """What each factor is called: as the file says, else by its kind where that tells it from the others, else by its name.

    Examples
    --------
    >>> factor_titles({"gdp": {"kind": "activity"}, "rate": {"kind": "intensity"}, "mix": {"kind": "fuel", "title": "煤的占比"}})
    {'gdp': {'zh': '地区生产总值', 'en': 'gross domestic product'}, 'rate': {'zh': '强度', 'en': 'intensity'}, 'mix': {'zh': '煤的占比', 'en': '煤的占比'}}
    """
    kinds = [one["kind"] for one in factors.values()]
    return {name: _title(name, one, alone=kinds.count(one["kind"]) == 1) for name, one in factors.items()}


def _title(name: str, factor: Mapping[str, Any], *, alone: bool) -> dict[str, str]:
    title, kind = factor.get("title"), factor["kind"]
    if title:
        return dict(title) if isinstance(title, Mapping) else {"zh": str(title), "en": str(title)}
    if alone and name.isascii() and kind not in _VAGUE:
        return dict(zip(("zh", "en"), _KINDS[kind], strict=True))
    said = column_name(name)
    return {"zh": said.zh, "en": said.en}
