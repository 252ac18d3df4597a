"""An inventory in other forms: the JSON contract, IAMC, a notebook's table."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import items
from tanheng.errors import language
from tanheng.inventory.quality import grade

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO = 1_000_000_000
_MANY = 10_000


def as_dict(inventory: Inventory) -> dict[str, Any]:
    """The object that ``tanheng account --json`` prints."""
    return {
        "total": inventory.total,
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
            {key: value for key, value in row.items() if key != "cell" and value is not None}
            for row in inventory.unmatched.to_dicts()
        ],
        "refused": inventory.refused,
        "findings": [finding.to_dict() for finding in inventory.findings],
        "quality": grade(inventory),
        "uncertainty": inventory.uncertainty().to_dict(),
        "digest": inventory.digest,
        "run": inventory.run,
    }


def json_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """Cells as plain rows; more than ten thousand are shown by item and unit."""
    cells = inventory.cells()
    if cells.height > _MANY:
        cells = (
            cells.group_by("item", "unit")
            .agg(pl.col("amount").sum(), pl.col("emission").sum(), pl.col("share").sum())
            .with_columns((pl.col("emission") / pl.col("amount")).alias("coefficient"))
        )
    order = [name for name in cells.columns if name not in {"emission", "share", "coefficient", "amount"}]
    rows = cells.sort("emission", *order, descending=[True] + [False] * len(order)).to_dicts()
    return [
        {key: _finite(value) for key, value in row.items() if key != "cell" and value != ""} for row in rows
    ]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def as_iamc(inventory: Inventory, model: str, scenario: str) -> pl.DataFrame:
    """IAMC wide form; variables are ``Emissions|GAS|ITEM`` and ``Emissions|GAS``, gases by mass in Mt."""
    rows = inventory.rows.filter(~pl.col("memo")).with_columns(
        pl.col("period").str.slice(0, 4).alias("year"),
        pl.col("gas").str.replace("_(fossil|biogenic)$", "").alias("gas"),
        pl.col("item").replace_strict(
            {code: item_name(code, "en") for code in inventory.rows.get_column("item").unique()},
            return_dtype=pl.String,
        ),
    )
    detailed = rows.with_columns(
        pl.concat_str(pl.lit("Emissions|"), "gas", pl.lit("|"), "item").alias("variable")
    )
    summed = rows.with_columns(pl.concat_str(pl.lit("Emissions|"), "gas").alias("variable"))
    long = (
        pl.concat([summed, detailed])
        .group_by("region", "variable", "gas", "year")
        .agg((pl.col("nano").sum() / NANO / 1e6).alias("mass"))
        .with_columns(
            pl.lit(model).alias("model"),
            pl.lit(scenario).alias("scenario"),
            pl.concat_str(pl.lit("Mt "), "gas", pl.lit("/yr")).alias("unit"),
        )
        .sort("year")
    )
    wide = long.pivot(on="year", index=["model", "scenario", "region", "variable", "unit"], values="mass")
    return wide.sort("region", "variable")


def item_name(code: str, lang: str | None = None) -> str:
    """Name of an item in a language; a code that the catalogue lacks is its own name."""
    if code not in items():
        return code
    item = items().get(code)
    return item.name_zh if (lang or language()) == "zh" else item.name_en


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
