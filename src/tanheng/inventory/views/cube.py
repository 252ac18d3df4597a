"""A kept run as a cube: tables by any dimension and the proof of any number in moments, however many rows it has."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.inventory.categories.scope_lists import following
from tanheng.inventory.cells import (
    canonical,
    memo_columns,
    not_there,
    summed,
    unmatched_of,
    with_categories,
)
from tanheng.inventory.coded import uncoded
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.names import column_of
from tanheng.inventory.releases.runs import FORMAT, exact, find_run, inventory_of
from tanheng.inventory.table import Table
from tanheng.inventory.views.proof import SHOWN, Proof, asked_as, chain, present
from tanheng.inventory.weights import NANO, known_set, weights_of
from tanheng.record import read_version

_SURE = 9e18
"""Sums below this fit 64 bits."""
_KEPT, _KEPT_ROWS = 16, 300_000
"""How many answers are kept, each of at most so many rows: screens ask one question many times, page by page."""
_DECIDING = ("coefficient_row", "rule", "scope", "gas", "memo")


class Cube:
    """The emissions of a run by its dimensions, read column by column as they are asked for.

    Parameters
    ----------
    folder : Path
        Of a run; its parts must have the hashes of the manifest.

    Attributes
    ----------
    frame : Inventory
        The inventory without its rows: method, coefficients, unmatched activity, findings, and which values there are.

    Raises
    ------
    NotFound, VersionAltered
        As `load_run`.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"] * 2, "period": ["2021"] * 2, "item": ["煤品", "电力"], "amount": [1, 2], "unit": ["t", "MWh"]}
    >>> made = th.account(table, "sichuan-park-2022")
    >>> cube = Cube(made.save(tempfile.mkdtemp()))
    >>> cube.by("item").to_dicts() == made.by("item").to_dicts(), cube.proof({"item": "煤品"}).value
    (True, 1.9812)
    """

    def __init__(self, folder: Path) -> None:
        self._kept = read_version(find_run(folder), FORMAT)
        self._file = self._kept.folder / "emissions.parquet"
        self._scan = pl.scan_parquet(self._file)
        self._columns: dict[str, pl.Series] = {}
        self._answers: dict[tuple[object, ...], pl.DataFrame] = {}
        self._lock = threading.Lock()
        names = self._scan.collect_schema().names()
        uniques = [self._unique(name) for name in names]
        height = max(map(len, uniques), default=0)
        self.frame: Inventory = inventory_of(
            self._kept,
            emissions=exact(pl.DataFrame([_padded(values, height) for values in uniques])),
            rows=pl.DataFrame(),
        )
        self.height = int(self._scan.select(pl.len()).collect().item())

    @property
    def category_lists(self) -> list[str]:
        """Category lists by which its tables can be seen, also those that follow from scopes."""
        return [*self.frame.category_lists, *following(self.frame)]

    @property
    def method(self) -> Mapping[str, Any]:
        """The method of the run."""
        return self.frame.method

    @property
    def digest(self) -> str:
        """The digest of the run."""
        return str(self._kept.about["digest"])

    def by(self, *names: str, cell: Mapping[str, str] | None = None, gwp: str | None = None, memo: bool = False) -> Table:  # fmt: skip
        """Emissions by any dimension or category list; the same figures as `Inventory.by` gives.

        Parameters
        ----------
        *names : str
            Dimensions or category lists, in either language.
        cell : mapping, optional
            Only of this cell; see `Inventory.select`.
        gwp : str, optional
            Another GWP set than the run's.
        memo : bool
            The memo items instead of the total's, as `Inventory.by` gives them: rules apart, no share.

        Returns
        -------
        Table
            The dimensions, ``emission`` [t], ``share`` [% of what is shown] and, where asked by gas, ``mass`` [t].

        Raises
        ------
        CellNotFound, AmbiguousName, ArgumentInvalid, NotFound
            For a dimension, a value or a GWP set that there is not.
        """
        asked = memo_columns(self.frame, self.columns(names)) if memo else self.columns(names)
        title = f"{self.frame.method['id']}: t {self.frame.gas} / {', '.join(asked) or 'total'}"
        found = summed(self.sums(asked, cell=cell, gwp=gwp, memo=memo), asked)
        return Table(found.drop("share") if memo else found, title)

    def sums(
        self,
        names: Sequence[str],
        *,
        cell: Mapping[str, str] | None = None,
        gwp: str | None = None,
        memo: bool = False,
    ) -> pl.DataFrame:
        """What `by` shows, in no order: the dimensions, ``nano`` and ``emission_nano`` [10^-9 t], one row for each group."""
        key = (tuple(names), tuple(sorted((cell or {}).items())), gwp, memo)
        with self._lock:
            found = self._answers.pop(key, None)
        if found is None:
            found = self._reduced(names, self._wanted(cell), gwp, memo=memo)
        if found.height <= _KEPT_ROWS:
            with self._lock:
                self._answers[key] = found
                if len(self._answers) > _KEPT:
                    del self._answers[next(iter(self._answers))]
        return found

    def activity(
        self, names: Sequence[str], *, cell: Mapping[str, str] | None = None, gwp: str | None = None
    ) -> pl.DataFrame:
        """Amount, its unit and emission [t] by some dimensions; an amount from which several gases follow counts once."""
        keys = list(dict.fromkeys([*self.columns(names), "unit"]))
        rows = pl.DataFrame(
            {name: self._column(name) for name in [*keys, "cell", "amount"]}
            | {"emission_nano": self._emission(gwp)}
        )
        mask = _both(self._mask(self._wanted(cell)), ~self._column("memo"))
        once = rows.filter(mask).group_by([*keys, "cell"])
        each = once.agg(pl.col("amount").first(), pl.col("emission_nano").sum().cast(pl.Int128))
        sums = each.group_by(keys).agg(pl.col("amount", "emission_nano").sum())
        tonnes = (pl.col("emission_nano") / NANO).alias("emission")
        return uncoded(sums).with_columns(tonnes).drop("emission_nano").sort(keys)

    def columns(self, names: Sequence[str]) -> list[str]:
        """The dimensions and category lists that names mean, each once."""
        return list(dict.fromkeys(column_of(self.frame, name) for name in names))

    def unmatched(self, *names: str, cell: Mapping[str, str] | None = None) -> pl.DataFrame:
        """How many cells of the activity have no coefficient, by those of the dimensions that they state."""
        left = unmatched_of(self.frame, self._wanted(cell))
        stated = [name for name in self.columns(names) if name in left.columns and name != "gas"]
        if not stated:
            return pl.DataFrame({"unmatched": [left.height]})
        keys = [pl.col(name).cast(pl.String).fill_null("") for name in stated]
        return left.group_by(keys).agg(pl.len().cast(pl.Int64).alias("unmatched")).sort(stated)

    def part(self, cell: Mapping[str, str], *, gwp: str | None = None) -> Inventory:
        """The inventory of one cell, with all that it emits."""
        wanted = self._wanted(cell)
        emissions = self._rows(self._mask(wanted))
        return replace(self._set(gwp), emissions=emissions, unmatched=unmatched_of(self.frame, wanted))

    def count(self, cell: Mapping[str, str] | None = None) -> int:
        """How many emission rows a cell has."""
        mask = self._mask(self._wanted(cell))
        return self.height if mask is None else int(mask.sum())

    def collapsed(self) -> Inventory:
        """The inventory with one row for each coefficient: enough to tell which categories have a figure."""
        columns = pl.DataFrame({name: self._column(name) for name in ("coefficient_row", "cell", "nano")})
        totals = columns.group_by("coefficient_row").agg(
            pl.col("cell").first(), pl.col("nano").cast(pl.Int128).sum()
        )
        firsts = self._rows(None, totals.get_column("cell")).unique("coefficient_row", keep="first")
        known = firsts.drop("nano").join(totals.select("coefficient_row", "nano"), on="coefficient_row")
        whole = known.select(self.frame.emissions.columns)
        return replace(self.frame, emissions=whole.sort("coefficient_row"))

    def proof(self, cell: Mapping[str, str], *, gwp: str | None = None) -> Proof:
        """The chain behind a number; see `Inventory.proof`.

        Raises
        ------
        CellNotFound, AmbiguousName, ArgumentInvalid
            As `Inventory.proof`.
        """
        wanted = self._wanted(cell)
        mask = self._mask(wanted)
        figures = self._figures(mask, gwp)
        left = unmatched_of(self.frame, wanted)
        if not figures.height and not left.height:
            raise not_there(self.frame, cell)
        inside = figures.filter(~pl.col("memo"))
        counted = inside if inside.height else figures
        shown = self._rows(mask, counted.get_column("cell").head(SHOWN))
        held = replace(self._set(gwp), emissions=shown, activity=self._activity(shown))
        found = chain(held, wanted, with_categories(self.frame, wanted, held.rows), left, digest=self.digest)
        here = {name: self._values(name, mask) for name in wanted}
        nano = counted.get_column("emission_nano").cast(pl.Int128).sum()
        return replace(
            found,
            cell={name: asked_as(held, name, values, here[name]) for name, values in wanted.items()},
            value=int(nano) / NANO if counted.height else None,
            step_count=counted.height,
            cell_count=counted.get_column("cell").n_unique(),
            memo_count=figures.height - inside.height,
            below={name: present(wanted[name], here[name], name) for name in found.below},
        )

    def _wanted(self, cell: Mapping[str, str] | None) -> dict[str, list[str]]:
        return canonical(self.frame, cell) if cell else {}

    def _set(self, gwp: str | None) -> Inventory:
        known_set(gwp, self.frame.gwp_values)
        return replace(self.frame, gwp_name=gwp or self.frame.gwp_name)

    def _reduced(
        self, names: Sequence[str], wanted: Mapping[str, list[str]], gwp: str | None, *, memo: bool
    ) -> pl.DataFrame:
        """Exact sums by some dimensions; a category list is added up by what decides it, then by its codes."""
        lists = [name for name in names if name in self.category_lists]
        own = [name for name in names if name not in lists]
        keys = list(dict.fromkeys([*own, *(["coefficient_row", "scope", "rule"] if lists else [])]))
        figures = {"nano": self._column("nano"), "emission_nano": self._emission(gwp)}
        rows = pl.DataFrame({name: self._column(name) for name in keys} | figures)
        mask = self._mask(wanted)
        aside = self._column("memo")
        if memo or aside.any():
            mask = _both(mask, aside if memo else ~aside)
        chosen = rows if mask is None else rows.filter(mask)
        sums = [pl.col(name).sum().cast(pl.Int128) for name in figures]
        found = uncoded(chosen.group_by(keys).agg(sums) if keys else chosen.select(sums))
        if not lists:
            return found
        placed = with_categories(self.frame, names, found)
        return placed.group_by(names).agg(pl.col(name).sum() for name in figures)

    def _figures(self, mask: pl.Series | None, gwp: str | None) -> pl.DataFrame:
        frame = pl.DataFrame(
            {
                "cell": self._column("cell"),
                "memo": self._column("memo"),
                "emission_nano": self._emission(gwp),
            }
        )
        return frame if mask is None else frame.filter(mask)

    def _values(self, name: str, mask: pl.Series | None) -> pl.DataFrame:
        """The values that a column has in a cell."""
        deciding = self._deciding(name)
        columns = pl.DataFrame({one: self._column(one) for one in deciding})
        distinct = (columns if mask is None else columns.filter(mask)).unique()
        return with_categories(self.frame, [name], uncoded(distinct)).select(pl.col(name).unique())

    def _deciding(self, name: str) -> list[str]:
        """The columns from which one follows: its own, or those that decide a category."""
        if name not in self.category_lists:
            return [name]
        return ["coefficient_row"] if name in self.frame.category_lists else ["scope", "rule"]

    def _mask(self, wanted: Mapping[str, list[str]]) -> pl.Series | None:
        """Which rows are of a cell; None for all."""
        tests = (self._is_in(name, values) for name, values in wanted.items())
        return functools.reduce(_both, tests, None)

    def _is_in(self, name: str, values: Sequence[str]) -> pl.Series:
        deciding = self._deciding(name)
        columns = pl.DataFrame({one: self._column(one) for one in deciding})
        if deciding == [name] and isinstance(kind := columns.schema[name], pl.Enum):
            named = pl.Series(list(values), dtype=pl.String)
            held = named.filter(named.is_in(kind.categories.implode())).cast(kind)
            return columns.get_column(name).is_in(held.implode())
        distinct = columns.unique()
        read = with_categories(self.frame, [name], uncoded(distinct)).get_column(name).cast(pl.String)
        chosen = distinct.filter(read.is_in(list(values))).with_columns(pl.lit(value=True).alias("__fits"))
        found = columns.join(chosen, on=deciding, how="left", maintain_order="left")
        return found.get_column("__fits").fill_null(value=False)

    def _rows(self, mask: pl.Series | None, cells: pl.Series | None = None) -> pl.DataFrame:
        """Emission rows as they were computed, of some activity cells only where they are named."""
        own = self._column("cell")
        here = mask if cells is None else _both(mask, own.is_in(cells.unique().implode()))
        if here is None:
            return exact(self._scan.collect())
        keys = pl.DataFrame({"cell": own, "coefficient_row": self._column("coefficient_row")}).filter(here)
        least, most = keys.get_column("cell").min(), keys.get_column("cell").max()
        near = pl.col("cell").is_between(pl.lit(least, pl.Int64), pl.lit(most, pl.Int64))
        among = pl.col("cell").is_in(keys.get_column("cell").unique().implode())
        rows = self._scan.filter(near, among).collect()
        return exact(
            rows.join(keys.unique(), on=["cell", "coefficient_row"], how="semi", maintain_order="left")
        )

    def _activity(self, shown: pl.DataFrame) -> Any:
        """The activity with the rows of the cells that are shown; what stays on disk as it is."""
        activity = self.frame.activity
        if not self._kept.has("activity"):
            return replace(activity, frame=None)
        scan = pl.scan_parquet(self._kept.folder / "activity.parquet")
        known = scan.collect_schema().names()
        same = [
            pl.col(name).is_in(shown.get_column(name).fill_null("").unique().implode())
            for name in ("entity", "period", "item", "sector")
            if name in known and name in shown.columns
        ]
        return replace(activity, frame=scan.filter(*same).collect())

    def _unique(self, name: str) -> pl.Series:
        found = self._scan.select(pl.col(name).unique()).collect().get_column(name)
        return found if name in (*_DECIDING, *_texts(self._scan)) else found.head(1)

    def _column(self, name: str) -> pl.Series:
        """A column of all rows, texts as codes; read once."""
        if name not in self._columns:
            self._columns[name] = _compact(self._scan.select(name).collect().get_column(name))
        return self._columns[name]

    def _emission(self, gwp: str | None) -> pl.Series:
        """Emission of each row [10^-9 t], rounded as `Inventory.rows` does it."""
        held = self._set(gwp)
        key = f"emission {held.gwp_name}"
        if key not in self._columns:
            gas = self._column("gas")
            present_ = [str(one) for one in gas.unique().to_list()]
            weights = weights_of(present_, held.gas, held.gwp_values, held.gwp_name) or {"": 0.0}
            weight = (
                gas.replace_strict(weights, return_dtype=pl.Float64) if gas.len() else gas.cast(pl.Float64)
            )
            product = (self._column("nano").cast(pl.Float64) * weight).round(0)
            self._columns[key] = _compact(product.cast(pl.Int128))
        return self._columns[key]


def _both(mask: pl.Series | None, other: pl.Series) -> pl.Series:
    """Rows of which both hold; a mask of None holds for all."""
    return other if mask is None else mask & other


def _compact(column: pl.Series) -> pl.Series:
    """Texts as numbers of a list, integers in 64 bits where their sum fits."""
    if column.dtype == pl.String:
        return column.cast(pl.Enum(column.unique().drop_nulls().sort()))
    if column.dtype in (pl.Int128, pl.Decimal):
        whole = column.cast(pl.Int128)
        size = float(whole.cast(pl.Float64).abs().sum() or 0.0)
        return whole.cast(pl.Int64) if size < _SURE else whole
    return column


def _texts(scan: pl.LazyFrame) -> list[str]:
    return [name for name, kind in scan.collect_schema().items() if kind == pl.String]


def _padded(values: pl.Series, height: int) -> pl.Series:
    """Values repeated to a length, so that columns of different numbers of values stand in one frame."""
    if not values.len():
        return pl.Series(values.name, [None] * height, dtype=values.dtype)
    return values.gather([place % values.len() for place in range(height)])
