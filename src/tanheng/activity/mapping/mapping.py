"""Mappings: how a sheet of any shape becomes a table of activity, suggested by us and confirmed by the user."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tanheng.activity.mapping.sheet import SheetMapping, sheet_data
from tanheng.errors import TanhengError

FORMAT = "tanheng-mapping/1"
FOLDER = "tanheng-mappings"


class MappingWrong(TanhengError):
    """A mapping that cannot be read or does not say what it must."""

    code = "A-004"
    zh = "映射文件 {file}：{detail_zh}。"
    en = "Mapping {file}: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


@dataclass(frozen=True)
class Mapping:
    """How a file is read; it is applied once the user has confirmed it.

    ``file`` and ``sha256`` are the name and the bytes of the file that it was made for; ``accepted`` is what the user
    took knowingly when confirming it, see `tanheng.activity.mapping.losses`.

    Examples
    --------
    >>> Mapping("a.xlsx", ()).confirmed
    False
    """

    file: str
    sheets: tuple[SheetMapping, ...]
    confirmed: bool = False
    path: str = ""
    sha256: str = ""
    accepted: tuple[str, ...] = ()

    @property
    def used(self) -> list[SheetMapping]:
        """Sheets that are read."""
        return [one for one in self.sheets if one.use]

    @property
    def partial(self) -> bool:
        """Whether only the first rows of the file were counted, see `count_mapping`."""
        return any(one.partial for one in self.sheets)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the headings and titles of all sheets that are read."""
        told = [[one.fingerprint, sorted(one.titles.items())] for one in self.used]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def confirm(self, accepted: Sequence[str] = ()) -> Mapping:
        """The same mapping, confirmed, with the losses that are accepted, each by its key (see `losses`).

        Raises
        ------
        MappingWrong
            When something would be lost, or is a guess, that is not accepted; or when not all rows were counted.
        NotFound
            When something is accepted that is no loss.
        """
        from tanheng.activity.mapping.losses import unaccepted

        if self.partial:
            raise wrong(
                Path(self.path).name or self.file,
                (
                    "只看了前面的行，还不知道会损失什么",
                    "only the first rows were looked at: what it would lose is not known",
                ),
                ("请先清点全部行（count_mapping）。", "Count all rows first (count_mapping)."),
            )
        if left := unaccepted(self, accepted):
            keys = ", ".join(one.key for one in left)
            told = "; ".join(one.what for one in left[:_TOLD])
            raise wrong(
                Path(self.path).name or self.file,
                (f"照此确认会有损失：{told}", f"confirmed as it stands it would lose or guess: {told}"),
                (
                    f"请改正，或写明接受：confirm([…])，可接受 {keys}。",
                    f"Mend it, or accept by name, confirm([...]): {keys}.",
                ),
            )
        return replace(self, confirmed=True, accepted=tuple(accepted))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, as it stands in the YAML file."""
        return {
            "format": FORMAT,
            "file": self.file,
            "sha256": self.sha256,
            "confirmed": self.confirmed,
            "accepted": list(self.accepted),
            "fingerprint": self.fingerprint,
            "sheets": [sheet_data(one) for one in self.sheets],
        }

    def save(self, path: str | Path) -> Path:
        """Write the YAML file that the user edits."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(self.to_dict(), allow_unicode=True, sort_keys=False, width=200)
        file.write_text(_HEAD + text, encoding="utf-8")
        return file


_TOLD = 5
"""Losses that a refusal says in full."""
_HEAD = """# 映射：每一列是什么。改正后把 confirmed 改为 true，再运行 tanheng account 文件 --mapping 本文件 --method …
# What each column is. Correct it, set confirmed: true, then: tanheng account FILE --mapping THIS --method …
# use：entity period item amount unit region sector activity …；keep 保留为维度；'' 不读
#      part 是数量中的一部分（其中：……）：of 写数量列的列号，activity 写它的活动类型，从数量中分出
# use: entity period item amount unit region sector activity …; keep: as a dimension; '': not read
#      part: a part of an amount; of is the number of that column, activity the kind of the part
"""


def wrong(file: str, what: tuple[str, str], mend: tuple[str, str]) -> MappingWrong:
    """The error for a mapping, from (zh, en) pairs."""
    return MappingWrong(file=file, detail=what, mend=mend)
