"""Findings: what a check or a reader has to say about data, with a stable code and the mend."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from tanheng.activity.text import one_line
from tanheng.codes.wording import unit_name
from tanheng.errors import Lang, fill, language, mend

SEVERITIES = ("error", "warning", "note")
_LONGEST = 4000
_OF_AMOUNT = (("} {unit}", "} {unit_name}"), ("({unit})", "({unit_name})"))
"""The unit of an amount is named in English there; one that a sentence quotes stays as it was written."""


@functools.cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every finding's code with severity, sentence and mend in both languages.

    Examples
    --------
    >>> catalogue()["A-102"]["severity"]
    'error'
    """
    with (files("tanheng.packs") / "rules" / "findings.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


@dataclass(frozen=True)
class Finding:
    """One finding.

    ``fields`` fill the sentence; ``rows`` are the first offending rows, as read; ``count`` is how many there are.
    """

    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    count: int = 1

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return catalogue()[self.code]["severity"]

    def message(self, lang: Lang | None = None) -> str:
        """What was found, where, what was expected and the mend, on one line.

        Examples
        --------
        >>> Finding("A-121", {"file": "a.csv", "value": "GB18030"}).message("en")
        '[A-121] a.csv was read as GB18030.'
        """
        chosen: Lang = lang or language()
        entry = catalogue()[self.code]
        fields = {key: _in(value, chosen) for key, value in self.fields.items()}
        fields["unit_name"] = unit_name(str(fields.get("unit", ""))).en
        said = entry[chosen]
        for plain, named in _OF_AMOUNT if chosen == "en" else ():
            said = said.replace(plain, named)
        text = fill(said, fields)
        remedy = fill(mend(self.code, chosen, entry[f"remedy_{chosen}"]), fields)
        more = ""
        if self.count > 1:
            more = f"（同类共 {self.count} 处）" if chosen == "zh" else f" ({self.count} of this kind)"
        whole = f"[{self.code}] {text}{' ' if remedy and chosen == 'en' else ''}{remedy}{more}"
        return one_line(whole, _LONGEST)

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message(),
            "message_zh": self.message("zh"),
            "message_en": self.message("en"),
            "count": self.count,
            "rows": [dict(row) for row in self.rows],
        }


def _in(value: Any, lang: Lang) -> Any:
    """A field may hold a pair (zh, en)."""
    if isinstance(value, tuple) and len(value) == 2:
        return value[0] if lang == "zh" else value[1]
    return value


def place(file: str = "", sheet: str = "", row: int | None = None) -> tuple[str, str]:
    """Where something stands, as the opening words of a message in both languages.

    Examples
    --------
    >>> place("a.xlsx", "表1", 7)[1]
    "a.xlsx, sheet '表1', row 7: "
    """
    zh = f"{file} " if file else ""
    zh += f"工作表“{sheet}” " if sheet else ""
    zh += f"第 {row} 行：" if row is not None else ""
    en = ", ".join(
        part
        for part in (file, f"sheet '{sheet}'" if sheet else "", f"row {row}" if row is not None else "")
        if part
    )
    return zh, f"{en}: " if en else ""


def worst(findings: Iterable[Finding]) -> str:
    """The heaviest severity among findings, or an empty text.

    Examples
    --------
    >>> worst([])
    ''
    """
    present = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in present), "")
