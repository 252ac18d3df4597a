"""The inventory: emissions by cell with everything that led to them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.inventory.accounting.digest import digest_of
from tanheng.inventory.accounting.records import told
from tanheng.inventory.cells import (
    canonical,
    cells_of,
    memo_columns,
    not_there,
    rows_of,
    summed,
    sums_of,
)
from tanheng.inventory.methods.method import RULE_COLUMNS
from tanheng.inventory.names import column_of
from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO, known_set, weighted, weights_of
from tanheng.inventory.writing import as_text, writing

if TYPE_CHECKING:
    from tanheng.codes import EntityTree
    from tanheng.inventory.categories.covering import Coverage
    from tanheng.inventory.quality.estimated_share import Completeness
    from tanheng.inventory.uncertainty.approaches import MonteCarlo, Uncertainty
    from tanheng.inventory.uncertainty.key_analysis import KeyCategories
    from tanheng.inventory.uncertainty.trend import Trend
    from tanheng.inventory.views.comparison import Comparison
    from tanheng.inventory.views.proof import Proof

NOT_DIMENSIONS = {
    "cell", "amount", "amount_micro", "coefficient", "nano", "factors", "check", "carried", "uncertainty",
    "activity_uncertainty", "category", "coefficient_row", "memo", "parameters",
}  # fmt: skip
"""Columns of emissions by which they are not told apart."""

_OF_GWP = {"I-115", "I-219", "I-222"}


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
    records: Sequence[dict[str, Any]]
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

    @property
    def collected(self) -> pl.DataFrame:
        """Data that the method collects and makes no emission of, such as those of a park's indicators; see `set_aside`."""
        return pl.DataFrame(self.circumstances.get("collected", []), infer_schema_length=None)

    def with_gwp(self, name: str) -> Inventory:
        """The same inventory weighted by another GWP set; masses do not change."""
        known_set(name, self.gwp_values)
        findings = [finding for finding in self.findings if finding.code not in _OF_GWP]
        return replace(self, gwp_name=name, findings=findings).with_gwp_notes()

    def with_gwp_notes(self) -> Inventory:
        """The same inventory with a note for each unverified GWP that its total uses, and for what no table of it holds."""
        from tanheng.inventory.categories.official import outside_lists

        used = self.gwp_sources.get(self.gwp_name or "", {}) if self.gas == "CO2e" else {}
        notes = [
            Finding("I-115", {"gwp": self.gwp_name, "gas": gas, "id": source["factor"]})
            for gas, source in used.items()
            if source["check"] == "recalled"
        ]
        return replace(self, findings=[*self.findings, *notes, *outside_lists(self)])

    @functools.cached_property
    def rows(self) -> pl.DataFrame:
        """`emissions` with ``mass`` [t of the gas], ``gwp`` and ``emission`` [t CO2 or t CO2e]."""
        present = self.emissions.get_column("gas").unique().to_list()
        return weighted(self.emissions, weights_of(present, self.gas, self.gwp_values, self.gwp_name))

    @functools.cached_property
    def total(self) -> float:
        """Total without memo items, t CO2 or t CO2e."""
        return int(self.rows.filter(~pl.col("memo")).get_column("emission_nano").sum() or 0) / NANO

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the sorted canonical rows: the same for the same input, whatever threads, order or engine."""
        return digest_of(self.emissions, self.unmatched, self.dimensions)

    @property
    def dimensions(self) -> list[str]:
        """Columns that `by` takes, besides the category lists of the method."""
        return [name for name in self.emissions.columns if name not in NOT_DIMENSIONS]

    @functools.cached_property
    def category_lists(self) -> list[str]:
        """Category lists in which the method places its emissions."""
        stated = told(self.records, lambda record: record["category"])
        lists = {name for names in (self.method.get("outcomes", {}), *stated) for name in names}
        return sorted(lists.difference(RULE_COLUMNS))

    def by(self, *dimensions: str, memo: bool = False) -> Table:
        """Emissions by any dimension or category list.

        Parameters
        ----------
        *dimensions : str
            Such as ``item``, ``sector``, ``period``, ``gas``, ``scope``, ``ipcc2006``; Chinese names of columns, such as
            品种 and 部门, mean the same.
        memo : bool
            Show the memo items instead of the total's, each rule by itself unless asked by categories of the method:
            location and market are never added.

        Returns
        -------
        Table
            The dimensions, ``emission`` [t], ``share`` [%] and, where asked by gas, ``mass`` [t of the gas]. Memo items
            have no share: they are parts of nothing.

        Raises
        ------
        CellNotFound
            For a dimension that there is not, naming those that there are.
        ArgumentInvalid
            For what is no name.
        """
        names = list(dict.fromkeys(column_of(self, name) for name in dimensions))
        names = memo_columns(self, names) if memo else names
        found = summed(sums_of(self, names, memo=memo), names)
        return Table(
            found.drop("share") if memo else found,
            f"{self.method['id']}: t {self.gas}{self._set()} / {', '.join(names) or 'total'}",
        )

    def _set(self) -> str:
        return f" ({self.gwp_name})" if self.gas == "CO2e" and self.gwp_name else ""

    def cells(self) -> pl.DataFrame:
        """One row per activity cell: its dimensions, amount, emission over all gases [t], share [%], coefficient and grade."""
        return cells_of(self)

    def select(self, cell: Mapping[str, str]) -> pl.DataFrame:
        """Emission rows of a cell named by dimensions or categories.

        Parameters
        ----------
        cell : mapping
            Column to value, each by its code or its name. A code of a category list, such as ``ipcc2006``, takes in all
            codes below it.

        Raises
        ------
        CellNotFound
            When a column does not exist or nothing fits.
        AmbiguousName
            When a name belongs to several codes of a list.
        ArgumentInvalid
            When a value is empty.
        """
        found = rows_of(self, canonical(self, cell))
        if found.height == 0:
            raise not_there(self, cell)
        return found

    def proof(self, **cell: str) -> Proof:
        """The chain from a number to rows, coefficient, factors, documents and method; see `select` for the cell.

        Activity of the cell that has no coefficient is told with its amount and the reason.

        Examples
        --------
        >>> import tanheng as th
        >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
        >>> th.account(table, "sichuan-park-2022").proof(item="coal").value
        1.9812
        """
        from tanheng.inventory.views.proof import prove

        return prove(self, cell)

    def compare(self, other: Inventory) -> Comparison:
        """Differences to another inventory, cell by cell, each split by cause; see `Comparison`."""
        from tanheng.inventory.views.comparison import compare

        return compare(self, _inventory("other", other))

    def uncertainty(self) -> Uncertainty:
        """IPCC approach 1: propagation in which a factor used in many rows is one variable."""
        from tanheng.inventory.uncertainty.approaches import approach_1

        return approach_1(self)

    def trend(self, base: Inventory) -> Trend:
        """Change since the inventory of a base year with its uncertainty by IPCC approach 1; see `trend_of`."""
        from tanheng.inventory.uncertainty.trend import trend_of

        return trend_of(self, _inventory("base", base))

    def monte_carlo(self, *, draws: int = 10_000, seed: int = 2021) -> MonteCarlo:
        """IPCC approach 2 with correlated factors; the same seed gives the same draws."""
        from tanheng.inventory.uncertainty.approaches import monte_carlo

        return monte_carlo(self, draws=draws, seed=seed)

    def category_uncertainty(
        self,
        by: str | None = None,
        *,
        at: Sequence[str] = (),
        approach: int = 1,
        draws: int = 10_000,
        seed: int = 2021,
    ) -> Table:
        """Uncertainty of each category and gas, and its part in the variance of the total; see `category_uncertainty`."""
        from tanheng.inventory.uncertainty.shares import category_uncertainty

        return category_uncertainty(self, by, at=at, approach=approach, draws=draws, seed=seed)

    def key_categories(
        self,
        base: Inventory | None = None,
        *,
        by: str | None = None,
        at: Sequence[str] = (),
        approach: int = 1,
    ) -> KeyCategories:
        """Categories that make most of the total or, with a base year, of its change; see `key_categories`."""
        from tanheng.inventory.uncertainty.key_analysis import key_categories

        chosen = None if base is None else _inventory("base", base)
        return key_categories(self, chosen, by=by, at=at, approach=approach)

    def completeness(
        self,
        *,
        by: str | None = None,
        within: str | None = None,
        notation: pl.DataFrame | None = None,
        estimates: Any = None,
    ) -> Completeness:
        """Share of the emissions that the inventory covers, and what is missing; see `completeness`."""
        from tanheng.inventory.quality.estimated_share import completeness

        return completeness(self, by=by, within=within, notation=notation, estimates=estimates)

    def coverage(self, codes: str, *, notation: pl.DataFrame | None = None) -> Coverage:
        """Which categories of a list are estimated, have a notation key, or are unanswered; see `inventory_coverage`."""
        from tanheng.inventory.categories.covering import inventory_coverage

        return inventory_coverage(self, codes, notation=notation)

    def quality(self, *by: str) -> Table:
        """Share of the total by check state of its factors, with the grade; or the grade by dimensions; see `quality_by`."""
        from tanheng.inventory.quality.grades import quality, quality_by

        return (
            quality_by(self, [column_of(self, name) for name in dict.fromkeys(by)]) if by else quality(self)
        )

    def table(self, name: str) -> Table:
        """One of the output tables that the method declares, such as ``by-item``."""
        from tanheng.inventory.views.tables import output_table

        return output_table(self, name)

    def roll_up(self, tree: EntityTree, kind: str) -> Table:
        """Emissions by the ancestors of one kind (``district``, ``park`` …) along an entity tree."""
        from tanheng.inventory.views.tables import roll_up

        return roll_up(self, tree, kind)

    def to_dict(self) -> dict[str, Any]:
        """The inventory in the form that ``tanheng account --json`` prints."""
        from tanheng.inventory.views.export import as_dict

        return as_dict(self)

    def to_xlsx(self, path: str | Path) -> Path:
        """Write a workbook: summary, emissions, coefficient sheet, factors, unmatched, findings, refused rows."""
        from tanheng.inventory.views.workbook import write_workbook

        with writing(path) as file:
            return write_workbook(self, file)

    def to_parquet(self, path: str | Path) -> Path:
        """Write the emission rows as Parquet."""
        exact = pl.col("nano", "amount_micro").cast(pl.Decimal(38, 0))
        with writing(path) as file:
            self.rows.drop("emission_nano").with_columns(exact).write_parquet(file)
        return file

    def to_csv(self, path: str | Path) -> Path:
        """Write the emission rows as CSV."""
        with writing(path) as file:
            as_text(self.rows.drop("emission_nano", "nano")).write_csv(file, include_bom=True)
        return file

    def to_iamc(
        self, path: str | Path | None = None, *, model: str = "Tanheng", scenario: str | None = None,
        region: str | None = None, form: Literal["wide", "long"] = "wide",
    ) -> pl.DataFrame:  # fmt: skip
        """IAMC form: model, scenario, region, variable, unit and one column per year, or ``year`` and ``value``.

        Parameters
        ----------
        path : path, optional
            Where to write it too: CSV, or Excel where the name ends in ``.xlsx``.
        model, scenario : str
            Names in the table; the scenario is the method's id unless told.
        region, form : str, optional
            See `as_iamc`: one name for all entities, each a region unless told; ``wide`` or ``long``.

        Returns
        -------
        DataFrame
            Gases by mass (CO2 and CH4 in Mt, others in kt) as ``Emissions|GAS`` and ``Emissions|GAS|ITEM``; where there
            are several, ``Emissions|Kyoto Gases`` [Mt CO2-equiv] by the set in use, and one such row for each set.
        """
        from tanheng.inventory.views.iamc import as_iamc, write_iamc

        table = as_iamc(self, model, scenario or str(self.method["id"]), region=region, form=form)
        if path is not None:
            write_iamc(table, path)
        return table

    def save(self, folder: str | Path) -> Path:
        """Keep the run, so that `load_run` and ``tanheng proof`` open it later."""
        from tanheng.inventory.releases.runs import save_run

        with writing(folder) as place:
            return save_run(self, place)

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
        from tanheng.inventory.views.export import as_html

        return as_html(self)


def _inventory(name: str, value: object) -> Inventory:
    if not isinstance(value, Inventory):
        raise invalid(name, value, "一份清单（account 的结果）", "an inventory (a result of account)")
    return value
