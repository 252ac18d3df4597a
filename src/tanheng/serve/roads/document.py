"""What an analysis of a road says, for its page: a sentence, figures, charts, tables and warnings, in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tanheng.charts.picture import Picture

Shown = Literal["text", "amount", "count", "share", "year", "score", "money"]
"""How a column or a figure is shown: ``amount`` in its unit, ``share`` as a percentage of 1, ``year`` without separators."""


@dataclass(frozen=True)
class Figure:
    """One number that stands at the top, or a word in ``text``; ``low`` and ``high`` are its p5 and p95, ``note`` a short remark."""

    label: str
    value: float | None = None
    unit: str = ""
    shown: Shown = "amount"
    text: str = ""
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, its title in the language, how it is shown, its unit."""

    key: str
    title: str
    shown: Shown = "text"
    unit: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: ``name`` is plain letters for its address; rows map keys to texts or numbers; ``note`` stands below."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""


@dataclass(frozen=True)
class Document:
    """The page of one analysis.

    ``headline`` is one sentence that says what was found; ``warnings`` are said at the top; ``alarm`` marks a result that calls for
    action. ``result`` is the plain data that the command line prints with ``--json``.
    """

    headline: str
    figures: Sequence[Figure] = ()
    charts: Sequence[str] = ()
    sheets: Sequence[Sheet] = ()
    warnings: Sequence[str] = ()
    alarm: bool = False
    synthetic: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data; numbers that JSON has not are None."""
        told = {
            "headline": self.headline,
            "figures": [vars(one) for one in self.figures],
            "charts": [dict(one.data) for one in self.charts if isinstance(one, Picture)],
            "sheets": [
                {**vars(one), "columns": [vars(column) for column in one.columns], "rows": [dict(row) for row in one.rows]}
                for one in self.sheets
            ],
            "warnings": list(self.warnings),
            "alarm": self.alarm,
            "synthetic": self.synthetic,
            "result": dict(self.result),
        }  # fmt: skip
        found: dict[str, Any] = finite(told)
        return found


def finite(value: Any) -> Any:
    """The same as plain data, without numbers that JSON has not and NUL, which no database takes in a text."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {finite(str(name)): finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
