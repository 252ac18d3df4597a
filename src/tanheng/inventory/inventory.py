"""The inventory: emissions by cell with everything that led to them."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.clean import CLEANERS
from tanheng.errors import CellNotFound, GwpMissing, NotFound
from tanheng.inventory.table import Table
from tanheng.quantities import gases

if TYPE_CHECKING:
    from tanheng.codes import EntityTree
    from tanheng.inventory.comparison import Comparison
    from tanheng.inventory.proof import Proof
    from tanheng.inventory.uncertainty import MonteCarlo, Uncertainty

NANO = 1_000_000_000
_NOT_DIMENSIONS = {
    "cell", "amount", "amount_micro", "coefficient", "nano", "factors", "check", "carried", "uncertainty",
    "activity_uncertainty", "category", "coefficient_row", "memo", "parameters",
}  # fmt: skip


@dataclass(frozen=True)
class Inventory:
    """Emissions of one activity by one method.

    ``emissions`` has one row per cell, part and gas: its dimensions, ``amount`` in ``unit``, ``coefficient`` [t gas per
    unit], ``nano`` [10^-9 t of the gas, an integer]. Masses are kept per gas; the GWP set is chosen when reporting.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> inventory = th.account(table, "sichuan-park-2022")
    >>> inventory.total, inventory.complete
    (19812.0, True)
    """

    method: Mapping[str, Any]
    gwp_values: Mapping[str, Mapping[str, float]]
    activity: Activity
    emissions: pl.DataFrame
    sheet: pl.DataFrame
    records: list[dict[str, Any]]
    unmatched: pl.DataFrame
    findings: list[Finding]
    refused: int
    rows_read: int
    gwp_name: str | None
    run: dict[str, Any] = field(default_factory=dict)
    gwp_sources: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gas(self) -> str:
        """What the total is expressed in: CO2 (by mass) or CO2e."""
        return str(self.method["gas"])

    @property
    def complete(self) -> bool:
        """Whether every row read has a coefficient for every gas of the method, and no row was refused."""
        return self.unmatched.height == 0 and self.refused == 0

    def with_gwp(self, name: str) -> Inventory:
        """The same inventory weighted by another GWP set; masses do not change."""
        known_set(name, self.gwp_values)
        findings = [finding for finding in self.findings if finding.code != "I-115"]
        return replace(self, gwp_name=name, findings=findings).with_gwp_notes()

    def with_gwp_notes(self) -> Inventory:
        """The same inventory with a note for each unverified GWP that its total uses."""
        used = self.gwp_sources.get(self.gwp_name or "", {}) if self.gas == "CO2e" else {}
        notes = [
            Finding("I-115", {"gwp": self.gwp_name, "gas": gas, "id": source["factor"]})
            for gas, source in used.items()
            if source["check"] == "recalled"
        ]
        return replace(self, findings=[*self.findings, *notes])

    def _weights(self) -> dict[str, float]:
        present = self.emissions.get_column("gas").unique().to_list()
        if self.gas == "CO2":
            return {gas: 1.0 if gases()[gas]["family"] == "CO2" else 0.0 for gas in present}
        values = self.gwp_values.get(self.gwp_name or "", {})
        return {gas: _weight(gas, values, self.gwp_name) for gas in present}

    @functools.cached_property
    def rows(self) -> pl.DataFrame:
        """`emissions` with ``mass`` [t of the gas], ``gwp`` and ``emission`` [t CO2 or t CO2e]."""
        weights = self._weights() or {"": 0.0}
        weight = pl.col("gas").replace_strict(weights, return_dtype=pl.Float64)
        return self.emissions.with_columns(
            (pl.col("nano") / NANO).alias("mass"),
            weight.alias("gwp"),
            (pl.col("nano").cast(pl.Float64) * weight).round(0).cast(pl.Int128).alias("emission_nano"),
        ).with_columns((pl.col("emission_nano") / NANO).alias("emission"))

    @functools.cached_property
    def total(self) -> float:
        """Total without memo items, t CO2 or t CO2e."""
        return int(self.rows.filter(~pl.col("memo")).get_column("emission_nano").sum() or 0) / NANO

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the sorted canonical rows: the same for the same input, whatever threads, order or engine."""
        dims = sorted(self.dimensions)
        fields = [*dims, "amount_micro", "memo", "coefficient", "nano", "factors"]
        lines = self.emissions.select(
            pl.concat_str([_written(self.emissions, name) for name in fields], separator="\x1f")
        ).to_series()
        missing = [
            json.dumps(
                {k: v for k, v in row.items() if k not in {"cell", "reason"}}, sort_keys=True, default=str
            )
            for row in self.unmatched.to_dicts()
        ]
        text = "\n".join(["\x1f".join(fields), *lines.sort().to_list(), *sorted(missing)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def dimensions(self) -> list[str]:
        """Columns that `by` takes, besides the category lists of the method."""
        return [name for name in self.emissions.columns if name not in _NOT_DIMENSIONS]

    @functools.cached_property
    def category_lists(self) -> list[str]:
        """Category lists in which the method places its emissions."""
        return sorted({name for record in self.records for name in record["category"]})

    def _with_categories(self, names: list[str]) -> pl.DataFrame:
        frame = self.rows
        for name in names:
            if name in self.category_lists:
                table = {record["_row"]: record["category"].get(name, "") for record in self._numbered()}
                frame = frame.with_columns(
                    pl.col("coefficient_row").replace_strict(table, return_dtype=pl.String).alias(name)
                )
            elif name not in frame.columns:
                raise CellNotFound(cell=name, columns=", ".join([*self.dimensions, *self.category_lists]))
        return frame

    def _numbered(self) -> list[dict[str, Any]]:
        return [{**record, "_row": place} for place, record in enumerate(self.records)]

    def by(self, *dimensions: str, memo: bool = False) -> Table:
        """Emissions by any dimension or category list.

        Parameters
        ----------
        *dimensions : str
            Such as ``item``, ``sector``, ``period``, ``gas``, ``scope``, ``ipcc2006``.
        memo : bool
            Show the memo items instead of the total's.

        Returns
        -------
        Table
            The dimensions, ``emission`` [t], ``share`` [%] and, where asked by gas, ``mass`` [t of the gas].
        """
        frame = self._with_categories(list(dimensions)).filter(pl.col("memo") == memo)
        whole = int(frame.get_column("emission_nano").sum() or 0)
        mass = [(pl.col("nano").sum() / NANO).alias("mass")] if "gas" in dimensions else []
        grouped = (
            frame.group_by(list(dimensions)).agg(*mass, pl.col("emission_nano").sum())
            if dimensions
            else frame.select(*mass, pl.col("emission_nano").sum())
        )
        table = (
            grouped.with_columns(
                (pl.col("emission_nano") / NANO).alias("emission"),
                (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
            )
            .sort("emission_nano", *dimensions, descending=[True] + [False] * len(dimensions))
            .drop("emission_nano")
        )
        return Table(
            table, f"{self.method['id']}: t {self.gas}{self._set()} / {', '.join(dimensions) or 'total'}"
        )

    def _set(self) -> str:
        return f" ({self.gwp_name})" if self.gas == "CO2e" and self.gwp_name else ""

    def cells(self) -> pl.DataFrame:
        """One row per activity cell: amount, unit, coefficient and emission over all gases, and share [%]."""
        dims = [name for name in self.dimensions if name not in {"gas", "rule", "part", "scope"}]
        frame = self.rows.filter(~pl.col("memo"))
        whole = int(frame.get_column("emission_nano").sum() or 0)
        return (
            frame.group_by("cell", *dims, "amount", maintain_order=True)
            .agg(pl.col("emission_nano").sum())
            .with_columns(
                (pl.col("emission_nano") / NANO).alias("emission"),
                (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
            )
            .with_columns((pl.col("emission") / pl.col("amount")).alias("coefficient"))
            .drop("emission_nano")
        )

    def select(self, cell: Mapping[str, str]) -> pl.DataFrame:
        """Emission rows of a cell named by dimensions or categories.

        Raises
        ------
        CellNotFound
            When a column does not exist or nothing fits.
        """
        frame = self._with_categories(list(cell))
        for name, value in cell.items():
            frame = frame.filter(pl.col(name).cast(pl.String).is_in(_spellings(name, str(value))))
        if frame.height == 0:
            shown = ", ".join(f"{name}={value}" for name, value in cell.items())
            raise CellNotFound(cell=shown, columns=", ".join([*self.dimensions, *self.category_lists]))
        return frame

    def proof(self, **cell: str) -> Proof:
        """The chain from a number to rows, coefficient, factors, documents and method.

        Examples
        --------
        >>> import tanheng as th
        >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
        >>> th.account(table, "sichuan-park-2022").proof(item="coal").value
        1.9812
        """
        from tanheng.inventory.proof import prove

        return prove(self, cell)

    def compare(self, other: Inventory) -> Comparison:
        """Differences to another inventory, cell by cell, each split by cause; see `Comparison`."""
        from tanheng.inventory.comparison import compare

        return compare(self, other)

    def uncertainty(self) -> Uncertainty:
        """IPCC approach 1: propagation in which a factor used in many rows is one variable."""
        from tanheng.inventory.uncertainty import approach_1

        return approach_1(self)

    def monte_carlo(self, *, draws: int = 10_000, seed: int = 2021) -> MonteCarlo:
        """IPCC approach 2 with correlated factors; the same seed gives the same draws."""
        from tanheng.inventory.uncertainty import monte_carlo

        return monte_carlo(self, draws=draws, seed=seed)

    def quality(self) -> Table:
        """Share of the total by check state of its factors, with the grade; see packs/rules/quality.csv."""
        from tanheng.inventory.quality import quality

        return quality(self)

    def table(self, name: str) -> Table:
        """One of the output tables that the method declares, such as ``by-item``."""
        from tanheng.inventory.views import output_table

        return output_table(self, name)

    def roll_up(self, tree: EntityTree, kind: str) -> Table:
        """Emissions by the ancestors of one kind (``district``, ``park`` …) along an entity tree."""
        from tanheng.inventory.views import roll_up

        return roll_up(self, tree, kind)

    def to_dict(self) -> dict[str, Any]:
        """The inventory in the form that ``tanheng account --json`` prints."""
        from tanheng.inventory.export import as_dict

        return as_dict(self)

    def to_xlsx(self, path: str | Path) -> Path:
        """Write a workbook: summary, cells, emissions, coefficient sheet, factors, unmatched, findings."""
        from tanheng.inventory.workbook import write_workbook

        return write_workbook(self, Path(path))

    def to_parquet(self, path: str | Path) -> Path:
        """Write the emission rows as Parquet."""
        self.rows.drop("emission_nano").with_columns(
            pl.col("nano", "amount_micro").cast(pl.Decimal(38, 0))
        ).write_parquet(path)
        return Path(path)

    def to_csv(self, path: str | Path) -> Path:
        """Write the emission rows as CSV."""
        self.rows.drop("emission_nano", "nano").write_csv(path, include_bom=True)
        return Path(path)

    def to_iamc(self, *, model: str = "Tanheng", scenario: str | None = None) -> pl.DataFrame:
        """IAMC form: model, scenario, region, variable, unit and one column per year."""
        from tanheng.inventory.export import as_iamc

        return as_iamc(self, model, scenario or str(self.method["id"]))

    def save(self, folder: str | Path) -> Path:
        """Keep the run, so that `load_run` and ``tanheng proof`` open it later."""
        from tanheng.inventory.runs import save_run

        return save_run(self, Path(folder))

    def __repr__(self) -> str:
        state = (
            "complete"
            if self.complete
            else f"INCOMPLETE: {self.unmatched.height} unmatched, {self.refused} refused"
        )
        return (
            f"Inventory {self.method['id']} {self.method['version']}: {self.total:,.2f} t {self.gas}{self._set()} ({state}; "
            f"{len(self.findings)} findings; digest {self.digest[:12]})"
        )

    def _repr_html_(self) -> str:
        from tanheng.inventory.export import as_html

        return as_html(self)


def _written(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text that is the same everywhere and holds no separator; floats in full as hexadecimal."""
    column = pl.col(name)
    if frame.schema[name] == pl.Float64:
        table = {value: value.hex() for value in frame.get_column(name).unique().drop_nulls().to_list()}
        return column.replace_strict(table, default="", return_dtype=pl.String)
    if frame.schema[name] == pl.String:
        return column.fill_null("").str.replace_many(["\\", "\x1f", "\n"], ["\\\\", "\\u", "\\n"])
    return column.cast(pl.String).fill_null("")


def _spellings(name: str, value: str) -> list[str]:
    """A cell's value as written, by its code, and for a gas with every origin."""
    coded = CLEANERS[name](value) if name in CLEANERS else None
    origins = [code for code, row in gases().items() if row["family"] == value] if name == "gas" else []
    return [value, *([coded] if coded else []), *origins]


def known_set(name: str | None, values: Mapping[str, Mapping[str, float]]) -> None:
    """Refuse a GWP set that there is not.

    Raises
    ------
    NotFound
        Naming the sets that there are.
    """
    if name is not None and name not in values:
        raise NotFound(what_zh="GWP 组", what_en="GWP set", name=name, known=", ".join(values))


def _weight(gas: str, values: Mapping[str, float], name: str | None) -> float:
    if gas == "CO2e":
        return 1.0
    if gas == "CO2_biogenic":
        return values.get("CO2", 1.0)
    for code in (gas, gases()[gas]["family"] if gas in gases() else gas):
        if code in values:
            return values[code]
    raise GwpMissing(gwp=name, gas=gas)
