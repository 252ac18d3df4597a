"""An inventory in other forms: the JSON contract and a notebook's table."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import item_name
from tanheng.errors import language
from tanheng.inventory.cells import cells_of
from tanheng.inventory.quality.grades import grade, unverified_share
from tanheng.inventory.views.listings import unmatched_rows
from tanheng.inventory.weights import DIGITS

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_MANY = 10_000


def as_dict(inventory: Inventory) -> dict[str, Any]:
    """The object that ``tanheng account --json`` prints."""
    reason = f"reason_{language()}"
    return {
        "total": None if unknown(inventory) else inventory.total,
        "unit": "t",
        "gas": inventory.gas,
        "gwp": inventory.gwp_name if inventory.gas == "CO2e" else None,
        "method": {
            "id": inventory.method["id"],
            "version": inventory.method["version"],
            "overridden": inventory.method["overridden"],
        },
        "rows": json_rows(inventory),
        "gases": inventory.by("gas").to_dicts(),
        "memo": inventory.by("item", "gas", memo=True).to_dicts(),
        "complete": inventory.complete,
        "unmatched": [
            {key: value for key, value in row.items() if value is not None} | {"reason": row[reason]}
            for row in unmatched_rows(inventory)
        ],
        "refused": inventory.refused,
        "findings": [finding.to_dict() for finding in inventory.findings],
        "quality": grade(inventory),
        "unverified_share": unverified_share(inventory),
        "uncertainty": inventory.uncertainty().to_dict(),
        "digest": inventory.digest,
        "run": inventory.run,
    }


def unknown(inventory: Inventory) -> bool:
    """Whether nothing was computed of what was read: the total is then not known, and not zero."""
    counted = (
        inventory.emissions.select((~pl.col("memo")).any()).item() if inventory.emissions.height else False
    )
    return not counted and not inventory.complete


def json_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Cells as plain rows, the largest emission or removal first; more than ten thousand are shown by item and unit."""
    counted = inventory.rows.select("cell", "memo").filter(~pl.col("memo")).get_column("cell").n_unique()
    if counted <= _MANY:
        cells = inventory.cells()
    else:
        cells = (
            cells_of(inventory, ["item", "unit"])
            .group_by("item", "unit")
            .agg(pl.col("amount").sum(), pl.col("emission").sum(), pl.col("share").sum())
            .with_columns((pl.col("emission") / pl.col("amount")).round_sig_figs(DIGITS).alias("coefficient"))
        )
    order = [name for name in cells.columns if name not in {"emission", "share", "coefficient", "amount"}]
    largest = pl.col("emission").abs()
    rows = cells.sort(largest, *order, descending=[True] + [False] * len(order)).to_dicts()
    return [
        {key: _finite(value) for key, value in row.items() if key != "cell" and value != ""} for row in rows
    ]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def as_html(inventory: Inventory) -> str:
    """A short table for notebooks."""
    zh = language() == "zh"
    heads = (
        ("品种", "数量", "单位", "系数", "排放量 t", "占比 %")
        if zh
        else ("Item", "Amount", "Unit", "Coefficient", "Emission t", "Share %")
    )
    body = "".join(
        f"<tr><td>{html.escape(item_name(row['item']))}</td><td>{row.get('amount', 0):,.6g}</td><td>{html.escape(row.get('unit', ''))}</td>"
        f"<td>{(row.get('coefficient') or 0):.5g}</td><td>{row['emission']:,.2f}</td><td>{row['share']:.2f}</td></tr>"
        for row in json_rows(inventory)[:30]
    )
    head = "".join(f"<th>{text}</th>" for text in heads)
    return f"<p><b>{html.escape(repr(inventory))}</b></p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
