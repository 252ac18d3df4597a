"""The proof of a number: rows, coefficient, factors, documents, method and run."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity.grids import ROW
from tanheng.errors import language

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO = 1_000_000_000
_SHOWN = 200


@dataclass(frozen=True)
class Proof:
    """The chain behind one cell; ``steps`` has one entry per emission row of the cell."""

    cell: Mapping[str, str]
    value: float
    unit: str
    steps: list[dict[str, Any]]
    method: Mapping[str, Any]
    run: Mapping[str, Any]
    digest: str
    gwp: str | None

    def to_dict(self) -> dict[str, Any]:
        """The chain as plain data."""
        return {
            "cell": dict(self.cell),
            "value": self.value,
            "unit": self.unit,
            "gwp": self.gwp,
            "steps": self.steps,
            "method": {
                key: self.method[key]
                for key in ("id", "version", "title", "document", "digest", "overridden")
            },
            "run": dict(self.run),
            "digest": self.digest,
        }

    def text(self) -> str:
        """The chain as text in the language of the run."""
        zh = language() == "zh"
        cell = ", ".join(f"{key}={value}" for key, value in self.cell.items())
        lines = [f"{cell} = {self.value:,.9g} {self.unit}"]
        for step in self.steps:
            lines.append(
                f"  {step['mass']:.9g} t {step['gas']} = {step['amount']:.15g} {step['unit']} × {step['coefficient']:.9g} t{step['gas']}/{step['unit']}"
                + (f" × GWP {step['gwp']:g}" if step["gwp"] != 1 else "")
            )
            lines.append(f"    {step['formula']}  [{step['rule']}; {step['clause']}]")
            for one in step["inputs"]:
                source = one["source"]
                document = ", ".join(
                    str(source[key]) for key in ("title", "publisher", "year", "locator") if source.get(key)
                )
                lines.append(
                    f"      {one['name']} = {one['value']:.9g} {one['unit']}  ({one['check']}) {one['factor']} {document}".rstrip()
                )
                if one["why_zh"]:
                    lines.append(f"        {one['why_zh'] if zh else one['why_en']}")
            lines.append(f"    {'原始行' if zh else 'rows'}: {step['row_count']}")
            for row in step["rows"][:10]:
                lines.append("      " + ", ".join(f"{key}={value}" for key, value in row.items()))
        document = self.method["document"]
        lines.append(
            f"  {'方法' if zh else 'method'}: {self.method['id']} {self.method['version']} — {document['title']} ({document['publisher']}, {document['year']})"
        )
        lines.extend(f"    {'改用' if zh else 'override'}: {note}" for note in self.method["overridden"])
        lines.append(f"  {'运行' if zh else 'run'}: {self.run.get('id')} · digest {self.digest}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"


def prove(inventory: Inventory, cell: Mapping[str, str]) -> Proof:
    """Open the chain behind a cell of an inventory.

    Raises
    ------
    CellNotFound
        When the cell does not exist.
    """
    found = inventory.select(cell)
    counted = found.filter(~pl.col("memo")) if found.filter(~pl.col("memo")).height else found
    steps = [_step(inventory, row) for row in counted.head(_SHOWN).iter_rows(named=True)]
    return Proof(
        cell=dict(cell),
        value=int(counted.get_column("emission_nano").sum()) / NANO,
        unit=f"t {inventory.gas}",
        steps=steps,
        method=inventory.method,
        run=inventory.run,
        digest=inventory.digest,
        gwp=inventory.gwp_name if inventory.gas == "CO2e" else None,
    )


def _step(inventory: Inventory, row: Mapping[str, Any]) -> dict[str, Any]:
    record = inventory.records[row["coefficient_row"]]
    rows, count = _rows(inventory, row, record["gas"])
    dims = {name: row[name] for name in inventory.dimensions if row.get(name)}
    return {
        **dims,
        "amount": row["amount"],
        "mass": row["mass"],
        "gwp": row["gwp"],
        "emission": row["emission"],
        "coefficient": row["coefficient"],
        "formula": record["formula"],
        "clause": record["clause"],
        "title": record["title"],
        "category": record["category"],
        "inputs": record["inputs"],
        "row_count": count,
        "rows": rows,
    }


def _rows(inventory: Inventory, cell: Mapping[str, Any], asked: str) -> tuple[list[dict[str, Any]], int]:
    """The activity rows of a cell with file, sheet and row number; Parquet data name their files.

    ``asked`` is the gas that the activity asked for, which is not the gas of the emission.
    """
    activity = inventory.activity
    if activity.frame is None:
        return [
            {"file": name, "sha256": digest} for name, digest in list(activity.files.items())[:_SHOWN]
        ], len(activity.files)
    match = [
        pl.col(name) == (cell[name] or "")
        for name in activity.dimensions
        if name in cell and name not in {"region", "gas"}
    ]
    if "gas" in activity.frame.columns:
        match.append(pl.col("gas") == asked)
    if "region" in activity.frame.columns:
        match.append((pl.col("region") == cell["region"]) | (pl.col("region") == ""))
    rows = activity.frame.filter(*match)
    shown = rows.sort(ROW).head(_SHOWN).to_dicts()
    return [
        {key.removeprefix("__"): value for key, value in row.items() if value not in {"", None}}
        for row in shown
    ], rows.height
