"""What a filled template says beside its rows: answers without an amount, and lines that nobody answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

ANSWERS = ("category", "item", "sector", "activity", "notation", "reason", "sheet", "row")
UNANSWERED = ("category", "item", "sector", "activity", "sheet", "row")


def _empty(names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={name: pl.Int64 if name == "row" else pl.String for name in names})


@dataclass(frozen=True)
class Filled:
    """A filled template of ``method``, made with its ``version`` and ``method_digest``.

    ``answers`` has the notation keys with their reasons, one row for each line or, where ``item`` is empty, for a whole
    category of the list ``codes``; ``unanswered`` the lines with neither an amount nor a key; ``stated`` the categories
    that have an amount.
    """

    method: str = ""
    version: str = ""
    method_digest: str = ""
    template_hash: str = ""
    codes: str = ""
    answers: pl.DataFrame = field(default_factory=lambda: _empty(ANSWERS))
    unanswered: pl.DataFrame = field(default_factory=lambda: _empty(UNANSWERED))
    stated: frozenset[str] = frozenset()

    def notation(self) -> pl.DataFrame:
        """Keys of whole categories, as coverage and completeness take them.

        Returns
        -------
        DataFrame
            ``category``, ``notation`` and ``reason``: the key of the heading, or the one key that all lines of a category
            share. A category with an amount, a line left open or several keys has none.
        """
        rows: dict[str, tuple[str, str]] = {}
        open_lines = set(self.unanswered.get_column("category").to_list())
        for (category,), group in self.answers.group_by("category", maintain_order=True):
            if category in self.stated:
                continue
            whole = group.filter(pl.col("item") == "")
            keys = group.get_column("notation").unique().to_list()
            if whole.height or (len(keys) == 1 and category not in open_lines):
                first = (whole if whole.height else group).row(0, named=True)
                rows[str(category)] = (first["notation"], first["reason"])
        return pl.DataFrame(
            [[category, *found] for category, found in rows.items()],
            schema={"category": pl.String, "notation": pl.String, "reason": pl.String},
            orient="row",
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "method": self.method,
            "version": self.version,
            "method_digest": self.method_digest,
            "template_hash": self.template_hash,
            "codes": self.codes,
            "stated": sorted(self.stated),
            "answers": self.answers.to_dicts(),
            "unanswered": self.unanswered.to_dicts(),
        }

    @staticmethod
    def from_dict(kept: Mapping[str, Any]) -> Filled:
        """From the data that `to_dict` gives."""
        named = ("method", "version", "method_digest", "template_hash", "codes")
        return Filled(
            **{name: str(kept.get(name, "")) for name in named},
            answers=framed(kept.get("answers", ()), ANSWERS),
            unanswered=framed(kept.get("unanswered", ()), UNANSWERED),
            stated=frozenset(kept.get("stated", ())),
        )


def together(parts: Sequence[Filled]) -> Filled | None:
    """The sheets of one template as one; None where there are none."""
    if not parts:
        return None
    first = parts[0]
    return Filled(
        first.method, first.version, first.method_digest, first.template_hash, first.codes,
        pl.concat([one.answers for one in parts]), pl.concat([one.unanswered for one in parts]),
        frozenset().union(*(one.stated for one in parts)),
    )  # fmt: skip


def framed(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pl.DataFrame:
    """Rows as a frame of ``ANSWERS`` or ``UNANSWERED``."""
    empty = _empty(names)
    return pl.DataFrame([[row[name] for name in names] for row in rows], schema=empty.schema, orient="row")
