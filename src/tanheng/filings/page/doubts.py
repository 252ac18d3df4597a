"""What stands against a total: activity that is not counted, and what the checks found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.codes.wording import Both
from tanheng.filings.chapters import missing
from tanheng.filings.grids import draw
from tanheng.filings.numbers import DASH, figure, full
from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.page.proofs import column_name
from tanheng.filings.page.tables import SHOWN, Column, table
from tanheng.filings.page.view import View, section
from tanheng.filings.words import COLON, name_of, said, word
from tanheng.inventory.views.listings import finding_rows, unmatched_rows

SEVERITIES = ("error", "warning", "note")


def incomplete(view: View) -> Markup | None:
    """What is not counted, before any chart: entries of one item and one reason together, then one by one."""
    inventory = view.inventory
    if inventory.complete:
        return None
    rows = unmatched_rows(inventory)
    return section(
        "incomplete",
        said("incomplete"),
        tag("p", said("incomplete_why", unmatched=len(rows), refused=inventory.refused)),
        draw(grid, view.scale) if (grid := missing(view)) else Markup(""),
        tag("details", tag("summary", said("one_by_one")), _entries(rows), class_="data")
        if len(rows) > 1
        else Markup(""),
        class_="alarm",
    )


def _entries(rows: Sequence[Mapping[str, Any]]) -> Markup:
    names = [
        name
        for name in dict.fromkeys(key for row in rows for key in row)
        if name not in {"reason_zh", "reason_en"}
    ]
    names = [name for name in names if any(row.get(name) not in (None, "") for row in rows)]
    heads = [Column(column_name(name), "number" if name == "amount" else "text") for name in names]
    return table(
        heads,
        [[shown_value(name, row.get(name)) for name in names] for row in rows[:SHOWN]],
        more=len(rows) - SHOWN,
    )


def shown_value(name: str, value: Any) -> Content:
    """A value of a dimension by its name, an amount in short."""
    if value is None or value == "":
        return DASH
    if isinstance(value, float):
        return tag("span", figure(value), title=full(value)) if name == "amount" else full(value)
    return name_of(name, str(value))


def findings(view: View) -> Markup:
    """Findings by severity, each with its mend and the first offending rows."""
    rows = finding_rows(view.inventory.findings)
    if not rows:
        return section("findings", said("findings"), tag("p", said("no_findings")))
    groups = []
    for severity in SEVERITIES:
        found = [row for row in rows if row["severity"] == severity]
        if found:
            groups.append(
                tag(
                    "h3",
                    said(severity),
                    tag("span", f" {len(found)}", class_="count"),
                    class_=f"severity sev-{severity}",
                )
            )
            groups.append(tag("ul", [_finding(row) for row in found[:SHOWN]], class_="findings"))
            if len(found) > SHOWN:
                groups.append(tag("p", said("rows_more", count=len(found) - SHOWN), class_="more"))
    return section("findings", said("findings"), *groups)


def _finding(row: Mapping[str, Any]) -> Markup:
    shown = [tag("code", json.dumps(one, ensure_ascii=False, default=str)) for one in row["rows"]]
    return tag(
        "li",
        tag("code", row["code"]),
        tag("p", Both(row["message_zh"], row["message_en"])),
        tag("p", word("remedy"), COLON, Both(row["mend_zh"], row["mend_en"]), class_="mend")
        if row["mend_zh"]
        else None,
        tag("p", said("of_this_kind", count=row["count"]), class_="mend") if row["count"] > 1 else None,
        tag("details", tag("summary", said("offending_rows")), tag("ul", [tag("li", one) for one in shown]))
        if shown
        else None,
    )
