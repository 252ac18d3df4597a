"""The proof of a number: rows, coefficient, factors, documents, method and run."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity.grids import ROW
from tanheng.errors import language
from tanheng.inventory.amounts import MICRO, _with_region
from tanheng.inventory.runs import part_mark, part_path
from tanheng.quantities import parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO = 1_000_000_000
_SHOWN = 200


@dataclass(frozen=True)
class Proof:
    """The chain behind one cell; ``steps`` has one entry per emission row, the first 200 of ``step_count``."""

    cell: Mapping[str, str]
    value: float
    unit: str
    steps: list[dict[str, Any]]
    step_count: int
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
            "step_count": self.step_count,
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
            if step["gwp"] != 1 and step["gwp_source"]:
                source = step["gwp_source"]
                lines.append(f"    GWP ({source['check']}) {source['factor']} {source['source']['title']}")
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
        if self.step_count > len(self.steps):
            left = self.step_count - len(self.steps)
            lines.append(f"  … 另有 {left} 步未列出" if zh else f"  … and {left} more steps")
        lines.extend(f"  {line}" for line in _lost(self.steps, zh=zh))
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
    parts = _parts(inventory)
    steps = [_step(inventory, row, parts) for row in counted.head(_SHOWN).iter_rows(named=True)]
    return Proof(
        cell=dict(cell),
        value=int(counted.get_column("emission_nano").sum()) / NANO,
        unit=f"t {inventory.gas}",
        steps=steps,
        step_count=counted.height,
        method=inventory.method,
        run=inventory.run,
        digest=inventory.digest,
        gwp=inventory.gwp_name if inventory.gas == "CO2e" else None,
    )


def _step(inventory: Inventory, row: Mapping[str, Any], parts: list[dict[str, Any]] | None) -> dict[str, Any]:
    record = inventory.records[row["coefficient_row"]]
    if parts is None:
        rows, count = _rows(inventory, row, record["gas"])
    else:
        rows, count = parts[:_SHOWN], len(parts)
    dims = {name: row[name] for name in inventory.dimensions if row.get(name)}
    return {
        **dims,
        "amount": row["amount"],
        "mass": row["mass"],
        "gwp": row["gwp"],
        "gwp_source": inventory.gwp_sources.get(inventory.gwp_name or "", {}).get(row["gas"]),
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
    """The activity rows of a cell with file, sheet and row number.

    ``asked`` is the gas that the activity asked for, which is not the gas of the emission.
    """
    activity = inventory.activity
    assert activity.frame is not None
    match = [
        pl.col(name) == (cell[name] or "")
        for name in activity.dimensions
        if name in cell and name not in {"region", "gas"}
    ]
    if "gas" in activity.frame.columns:
        match.append(pl.col("gas") == asked)
    rows = activity.frame.filter(*match)
    rows = _of_region(inventory, cell, rows)
    shown = rows.sort(ROW).head(_SHOWN).to_dicts()
    return [
        {key.removeprefix("__"): value for key, value in row.items() if value not in {"", None}}
        for row in shown
    ], rows.height


def _of_region(inventory: Inventory, cell: Mapping[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """Of the rows that fit a cell in all but the region: those that state its region, or state none and belong there.

    An entity tree may have placed rows elsewhere than the rule without it does, and trees are not kept with runs: so
    the amount of the cell decides between the rows that the rule places here, all that state no region, and none.
    """
    known = rows if "region" in rows.columns else rows.with_columns(pl.lit("").alias("region"))
    stated = known.filter(pl.col("region") == cell["region"])
    silent = known.filter(pl.col("region") == "")
    if not silent.height:
        return stated.select(rows.columns)
    placed = _with_region(silent, inventory.activity.dimensions, inventory.run.get("region"), None)
    here = placed.filter(pl.col("region") == cell["region"]).with_columns(pl.lit("").alias("region"))
    short = int(cell["amount_micro"]) - _micro(stated, cell["unit"])
    choices = (here.select(known.columns), silent, silent.clear())
    best = min(choices, key=lambda choice: abs(short - _micro(choice, cell["unit"])))
    return pl.concat([stated, best]).select(rows.columns)


def _micro(rows: pl.DataFrame, unit: str) -> int:
    """Amount of rows in millionths of the canonical unit, each rounded as the account does."""
    scaled = rows.get_column("amount") * (parse_unit(unit).factor * MICRO)
    return int(scaled.round(0, mode="half_away_from_zero").cast(pl.Int128).sum() or 0)


def _parts(inventory: Inventory) -> list[dict[str, Any]] | None:
    """The files of Parquet data and how they stand now against when the run was saved; None for other data."""
    activity = inventory.activity
    if activity.frame is not None or activity.parquet is None:
        return None
    kept = inventory.run.get("parts", {})
    return [
        {
            "file": name,
            **(kept.get(name) or {}),
            "state": _state(kept.get(name), part_mark(part_path(activity.parquet, name))),
        }
        for name in activity.files
    ]


def _state(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if now is None:
        return "gone"
    if then is None:
        return "unmarked"
    return "same" if dict(then) == dict(now) else "changed"


def _lost(steps: list[dict[str, Any]], *, zh: bool) -> list[str]:
    """A line for each Parquet part that is no longer as it was; all steps name the same parts."""
    said = {
        "gone": ("已不在原处", "is no longer there"),
        "changed": ("在运行保存之后被改动", "was changed after the run was saved"),
    }
    rows = steps[0]["rows"] if steps else []
    return [
        f"数据文件 {row['file']} {said[row['state']][0]}"
        if zh
        else f"part {row['file']} {said[row['state']][1]}"
        for row in rows
        if row.get("state") in said
    ]
