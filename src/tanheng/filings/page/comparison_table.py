"""The section that sets the published figures against ours, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import Both
from tanheng.filings.comparison import AGREES, DIFFERS, NOT_COMPARABLE
from tanheng.filings.numbers import DASH, figure, full, percent
from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.page.tables import Column, table
from tanheng.filings.page.view import View, section
from tanheng.filings.words import said, word

_KINDS = {AGREES: "agrees", DIFFERS: "differs", NOT_COMPARABLE: "not_comparable"}


def comparison_section(view: View) -> Markup | None:
    """Published figures in the order of the publication; what differs stands out and comes with its reason."""
    if view.comparison is None:
        return None
    rows = view.comparison.to_dicts()
    count = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in _KINDS}
    heads = [
        Column(word("name"), "name"), Column(word("verdict")), Column(word("printed")), Column(word("published"), "number"),
        Column(word("computed"), "number"), Column(word("unit"), "unit"), Column([word("relative_difference"), " ", tag("small", "%")], "number"),
        Column(word("section"), "unit"), Column(word("note"), "wide"),
    ]  # fmt: skip
    return section(
        "comparison",
        said("comparison"),
        tag(
            "p",
            said(
                "comparison_count",
                all=len(rows),
                agrees=count[AGREES],
                differs=count[DIFFERS],
                none=count[NOT_COMPARABLE],
            ),
            class_="lead",
        ),
        table(heads, [_row(view, row) for row in rows]),
        tag("p", said("comparison_how"), class_="source"),
    )


def _row(view: View, row: Mapping[str, Any]) -> list[Content]:
    how: Content = tag("code", row["expression"]) if row["expression"] else None
    return [
        Both(row["name_zh"], row["name_en"]),
        tag("span", word(_KINDS[row["verdict"]]), class_=f"verdict {_KINDS[row['verdict']]}"),
        tag("q", row["printed"], lang="zh-Hant"),
        _number(view, row["printed_value"], row["unit"]),
        _number(view, row["ours"], row["unit"]),
        _unit(view, row["unit"]),
        _signed(row["relative"]),
        row["section"] or DASH,
        [Both(row["note_zh"], row["note_en"]), tag("small", how, class_="block") if how else None],
    ]


def _number(view: View, value: float | None, unit: str) -> Markup:
    if unit == "t":
        return view.scale.mass(value)
    return tag("span", figure(value), title=full(value) if value is not None else None)


def _unit(view: View, unit: str) -> Content:
    return (
        view.scale.unit
        if unit == "t"
        else {"percent": Both("%", "%"), "count": said("pieces")}.get(unit, unit)
    )


def _signed(value: float | None) -> str:
    if value is None:
        return DASH
    text = percent(value)
    return text if re.match(r"^[−<>]", text) or float(text) == 0 else f"+{text}"
