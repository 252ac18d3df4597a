"""What can be found wrong in a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """Something in the store that is not as it was written."""

    version: str
    what: str
    zh: str
    en: str

    def to_dict(self) -> dict[str, str]:
        """As plain data."""
        return {"version": self.version, "what": self.what, "message_zh": self.zh, "message_en": self.en}


def altered(version: str, part: str, path: Path) -> Problem:
    """A part, or a manifest, that is missing or has other bytes.

    Examples
    --------
    >>> altered("park@1", "rows.csv", Path("objects/ab/cd")).en
    'rows.csv of park@1 is missing or was changed (objects/ab/cd)'
    """
    return Problem(
        version,
        part,
        f"{version} 的 {part} 缺失或被改动（{path}）",
        f"{part} of {version} is missing or was changed ({path})",
    )


def misfiled(version: str) -> Problem:
    """A version of which the catalogue says otherwise than its manifest."""
    return Problem(
        version,
        "catalogue",
        f"目录中 {version} 的记录与其清单文件不符",
        f"the catalogue's record of {version} differs from its manifest",
    )


def dropped(version: str) -> Problem:
    """A version whose manifest is kept and which the catalogue does not list."""
    return Problem(
        version,
        "catalogue",
        f"{version} 的清单文件还在，目录里却没有它：目录被改动过，或冻结时中断",
        f"the manifest of {version} is kept, but the catalogue does not list it: it was edited, or freezing was cut off",
    )


def renumbered(said: Sequence[int], format: int) -> Problem:
    """A catalogue whose number of its own format was edited; nothing is read by it, and somebody wrote there.

    Examples
    --------
    >>> renumbered([7], 1).en
    'the catalogue says format 7 of itself instead of 1: its table about was edited'
    """
    shown = ", ".join(map(str, said)) or "–"
    return Problem(
        "catalogue.sqlite",
        "about.format",
        f"目录自称格式 {shown}，应为 {format}：其 about 表被改动过",
        f"the catalogue says format {shown} of itself instead of {format}: its table about was edited",
    )
