"""The proof of a number: rows, coefficient, factors, documents, method and run."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity.reading.grids import ROW
from tanheng.codes.wording import english
from tanheng.inventory.accounting.amounts import MICRO
from tanheng.inventory.accounting.regions import with_region
from tanheng.inventory.cells import canonical, decided_by_rule, not_there, rows_of, unmatched_of
from tanheng.inventory.releases.runs import part_mark, part_path
from tanheng.inventory.views.listings import unmatched_rows
from tanheng.inventory.views.proof_text import proof_text
from tanheng.inventory.weights import DIGITS, NANO
from tanheng.quantities import parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

SHOWN = 200
"""Steps, rows and unmatched cells that a proof lists."""


@dataclass(frozen=True)
class Proof:
    """The chain behind one cell; ``steps`` has one entry per emission row, the first 200 of ``step_count``.

    ``value`` is None where nothing of the cell has a coefficient. ``cell_count`` says how many cells of the activity are
    in the sum, ``below`` which codes of a category they have, ``memo`` that it stands outside the total, ``unmatched`` what of the cell is not counted and why, the first 200 of ``unmatched_count``; for the columns in
    ``undecided`` it has no value yet, as a rule gives it, so it is listed for every value that the method has.
    """

    cell: Mapping[str, str]
    value: float | None
    unit: str
    steps: list[dict[str, Any]]
    step_count: int
    cell_count: int
    below: Mapping[str, list[str]]
    memo: bool
    memo_count: int
    unmatched: list[dict[str, Any]]
    unmatched_count: int
    undecided: list[str]
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
            "memo": self.memo,
            "memo_count": self.memo_count,
            "cell_count": self.cell_count,
            "below": dict(self.below),
            "unmatched": self.unmatched,
            "unmatched_count": self.unmatched_count,
            "undecided": self.undecided,
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
        return proof_text(self)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text())}</pre>"


def prove(inventory: Inventory, cell: Mapping[str, str]) -> Proof:
    """Open the chain behind a cell of an inventory.

    Raises
    ------
    CellNotFound
        When the inventory has no such cell, neither counted nor unmatched.
    AmbiguousName, ArgumentInvalid
        When a value may mean several codes, or is empty.
    """
    wanted = canonical(inventory, cell)
    found = rows_of(inventory, wanted)
    missing = unmatched_of(inventory, wanted)
    if found.height == 0 and missing.height == 0:
        raise not_there(inventory, cell)
    return chain(inventory, wanted, found, missing, digest=inventory.digest)


def chain(
    inventory: Inventory,
    wanted: Mapping[str, list[str]],
    found: pl.DataFrame,
    missing: pl.DataFrame,
    *,
    digest: str,
) -> Proof:
    """The proof of a cell whose emission rows and unmatched activity were found already."""
    inside, aside = found.filter(~pl.col("memo")), found.filter(pl.col("memo"))
    counted = inside if inside.height else aside
    parts = _parts(inventory)
    shown = counted.head(SHOWN)
    activity = None if parts is not None else _Rows(inventory, shown)
    steps = [_step(inventory, row, parts, activity) for row in shown.iter_rows(named=True)]
    return Proof(
        cell={name: asked_as(inventory, name, values, counted) for name, values in wanted.items()},
        value=int(counted.get_column("emission_nano").sum()) / NANO if counted.height else None,
        unit=f"t {inventory.gas}",
        steps=steps,
        step_count=counted.height,
        below={
            name: present(values, counted, name)
            for name, values in wanted.items()
            if name in inventory.category_lists
        },
        cell_count=counted.get_column("cell").n_unique(),
        memo=counted.height > 0 and not inside.height,
        memo_count=aside.height,
        unmatched=unmatched_rows(inventory, missing.head(SHOWN)),
        unmatched_count=missing.height,
        undecided=[name for name in wanted if decided_by_rule(inventory, name)],
        method=inventory.method,
        run=inventory.run,
        digest=digest,
        gwp=inventory.gwp_name if inventory.gas == "CO2e" else None,
    )


def asked_as(inventory: Inventory, name: str, values: list[str], counted: pl.DataFrame) -> str:
    """How the cell is named: a category by its code, anything else by the values that are counted."""
    if name in inventory.category_lists:
        return values[0]
    return ", ".join(present(values, counted, name) or values[:1])


def present(values: list[str], found: pl.DataFrame, name: str) -> list[str]:
    """Those of some values that a column has."""
    here = set(found.get_column(name).cast(pl.String)) if name in found.columns else set()
    return [value for value in values if value in here]


def _step(
    inventory: Inventory, row: Mapping[str, Any], parts: list[dict[str, Any]] | None, activity: _Rows | None
) -> dict[str, Any]:
    record = inventory.records[row["coefficient_row"]]
    if activity is not None:
        rows, count = activity.of(row, record["gas"])
    else:
        rows, count = (parts or [])[:SHOWN], len(parts or [])
    dims = {name: row[name] for name in inventory.dimensions if row.get(name)}
    return {
        **dims,
        "amount": row["amount"],
        "mass": row["mass"],
        "gwp": row["gwp"],
        "gwp_source": inventory.gwp_sources.get(inventory.gwp_name or "", {}).get(row["gas"]),
        "emission": row["emission"],
        "coefficient": _shown(row["coefficient"]),
        "formula": record["formula"],
        "clause": record["clause"],
        "clause_en": english(record, "clause"),
        "title": record["title"],
        "category": record["category"],
        "inputs": [
            {**one, "value": _shown(one["value"]), "why_en": _told(one["why_en"])} for one in record["inputs"]
        ],
        "row_count": count,
        "rows": rows,
    }


def _told(why: str) -> str:
    """Why a factor was taken, with the reason of the method in English."""
    return "; ".join(english({"part": part}, "part") for part in why.split("; "))


def _shown(value: float) -> float:
    """A figure without the noise of its last binary digits; what is computed keeps them."""
    return float(f"{value:.{DIGITS}g}")


class _Rows:
    """The activity rows of the cells that a proof shows, with file, sheet and row number."""

    def __init__(self, inventory: Inventory, cells: pl.DataFrame) -> None:
        frame = inventory.activity.frame
        assert frame is not None
        self._inventory = inventory
        self._names = [
            name
            for name in inventory.activity.dimensions
            if name in cells.columns and name not in {"region", "gas"}
        ]
        fits = [
            pl.col(name).is_in(cells.get_column(name).cast(pl.String).fill_null("").unique().implode())
            for name in self._names
        ]
        self._none = frame.clear()
        near = frame.filter(*fits)
        self._groups: dict[tuple[Any, ...], pl.DataFrame] = {(): near}
        if self._names:
            self._groups = dict(near.partition_by(self._names, as_dict=True))

    def of(self, cell: Mapping[str, Any], asked: str) -> tuple[list[dict[str, Any]], int]:
        """The first rows of a cell, and how many there are.

        ``asked`` is the gas that the activity asked for, which is not the gas of the emission.
        """
        rows = self._groups.get(tuple(cell[name] or "" for name in self._names), self._none)
        if "gas" in rows.columns:
            rows = rows.filter(pl.col("gas") == asked)
        rows = _of_region(self._inventory, cell, rows)
        shown = (rows if rows.height < 2 else rows.sort(ROW).head(SHOWN)).to_dicts()
        told = [
            {key.removeprefix("__"): value for key, value in row.items() if value not in {"", None}}
            for row in shown
        ]
        return told, rows.height


def _of_region(inventory: Inventory, cell: Mapping[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """Of the rows that fit a cell in all but the region: those that state its region, or state none and belong there.

    An entity tree may have placed rows elsewhere than the rule without it does, and trees are not kept with runs: so
    the amount of the cell decides between the rows that the rule places here, all that state no region, and none.
    """
    if "region" in rows.columns and set(rows.get_column("region")) == {cell["region"]}:
        return rows
    known = rows if "region" in rows.columns else rows.with_columns(pl.lit("").alias("region"))
    stated = known.filter(pl.col("region") == cell["region"])
    silent = known.filter(pl.col("region") == "")
    if not silent.height:
        return stated.select(rows.columns)
    placed = with_region(silent, inventory.activity.dimensions, inventory.run.get("region"), None)
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
