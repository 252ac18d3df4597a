"""What keeps an index from being told at all."""

from __future__ import annotations

from tanheng.errors import TanhengError


class IndexInvalid(TanhengError):
    """A road whose index cannot be told."""

    code = "L-160"
    zh = "路径“{road}”的双碳指数无法计算：{detail_zh}。"
    en = "The dual-carbon index of road '{road}' cannot be told: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


def index_wrong(road: str, detail: tuple[str, str], mend: tuple[str, str]) -> IndexInvalid:
    """The error for one road."""
    return IndexInvalid(road=road, detail=detail, mend=mend)
