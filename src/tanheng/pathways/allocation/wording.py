"""What stands behind an allocation, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.errors import language


def terms_told(terms: Mapping[str, Any]) -> list[str]:
    """What stands behind the shares of a method, a sentence for each term.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> terms_told({"factor": 0.5})
    ['one factor corrects all: 0.500000']
    """
    found = []
    if "needed_t" in terms:
        found.append(
            (
                f"产量乘基准值合计 {terms['needed_t']:,.0f} 吨",
                f"outputs times benchmarks are {terms['needed_t']:,.0f} t together",
            )
        )
    if "factor" in terms:
        found.append((f"修正系数 {terms['factor']:.6f}", f"one factor corrects all: {terms['factor']:.6f}"))
    for name, one in terms.get("indicators", {}).items():
        found.append(
            (
                f"“{name}”熵 {one['entropy']:.6f}，权重 {one['weight']:.6f}",
                f"'{name}' has entropy {one['entropy']:.6f}, weight {one['weight']:.6f}",
            )
        )
    if "rounds" in terms:
        found.append((f"{terms['rounds']} 轮后全部有效", f"all are efficient after {terms['rounds']} rounds"))
    if terms.get("standard_error_t"):
        found.append(
            (
                f"次序为抽样，标准误最大 {terms['standard_error_t']:,.0f} 吨",
                f"orders are drawn; the largest standard error is {terms['standard_error_t']:,.0f} t",
            )
        )
    return [zh if language() == "zh" else en for zh, en in found]
