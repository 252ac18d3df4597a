"""Analyses of a version with files laid over it: what they found is of no version, so that nothing can rest on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.errors import TanhengError


class LaidOver(TanhengError):
    """A decision, a review or a claim on an analysis of files that no version holds."""

    code = "W-079"
    status = 409
    zh = "这次分析临时替换了文件：{files}。"
    en = "The analysis laid files over the version: {files}."
    remedy_zh = "请把它们存为新版本，再分析新版本。"
    remedy_en = "Keep them as a new version and analyse it."


def refuse_laid_over(analysis: Any, result: Mapping[str, Any]) -> None:
    """Refuse an analysis with files laid over; a verdict may have laid over the project that it judges.

    Parameters
    ----------
    analysis : row of ``road_analysis``
    result : mapping
        Of its document.

    Raises
    ------
    LaidOver
    """
    own = analysis.options.get("file") if analysis.kind == "gate" else None
    files = [one["file"] for one in result.get("laid_over") or () if one["file"] != own]
    if files:
        raise LaidOver(files=", ".join(files))


def unplaced(files: list[str]) -> dict[str, str]:
    """What a road, and what is analysed of it, says of files that were uploaded to no place."""
    return {
        "zh": f"上传时没有注明地区，按本路径所在地区采用：{'、'.join(files)}",
        "en": f"Uploaded to no place and taken as of the road's own: {', '.join(files)}",
    }


def warning(files: list[str]) -> dict[str, str]:
    """What a document says of files that were laid over."""
    return {
        "zh": f"本分析临时替换了文件：{'、'.join(files)}",
        "en": f"Files laid over for this analysis alone: {', '.join(files)}",
    }
