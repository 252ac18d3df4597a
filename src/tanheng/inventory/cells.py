"""Cells of an inventory by their dimensions: values as people write them, roll-up along code lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tanheng.activity.clean import CLEANERS, region_of, unit_of
from tanheng.codes import code_lists, codelist
from tanheng.errors import CellNotFound
from tanheng.inventory.accounting.records import told
from tanheng.inventory.categories.scope_lists import category_of_scope, following
from tanheng.inventory.coded import uncoded
from tanheng.inventory.methods.method import RULE_COLUMNS
from tanheng.inventory.names import columns_of
from tanheng.inventory.problems import invalid
from tanheng.inventory.quality.cell_grades import grade_of, with_scores
from tanheng.inventory.weights import DIGITS, NANO
from tanheng.quantities import gases

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_CODED = {"part": "item"}
_LISTS = {"scope": "scopes", "item": "items", "sector": "sectors", "part": "items"}


def with_categories(
    inventory: Inventory, names: Iterable[str], rows: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The rows of an inventory, or sums of them, with the category lists among ``names`` as columns."""
    frame = inventory.rows if rows is None else rows
    for name in names:
        if name in inventory.category_lists:
            placed = told(inventory.records, lambda one: one["category"])
            table = {place: str(codes.get(name, "")) for place, codes in enumerate(placed)}
            frame = frame.with_columns(
                pl.col("coefficient_row").replace_strict(table or {0: ""}, return_dtype=pl.String).alias(name)
            )
        elif name in following(inventory):
            frame = frame.with_columns(category_of_scope(inventory, name))
    return frame


def sums_of(inventory: Inventory, names: Sequence[str], *, memo: bool = False) -> pl.DataFrame:
    """``nano`` and ``emission_nano`` [10^-9 t] by some dimensions and category lists; memo items, or all that is none.

    Categories are told of sums by what decides them, not row by row.
    """
    lists = [name for name in names if name in [*inventory.category_lists, *following(inventory)]]
    keys = [name for name in names if name not in lists]
    keys = list(dict.fromkeys([*keys, *(["coefficient_row", "scope", "rule"] if lists else [])]))
    sums = pl.col("nano", "emission_nano").sum()
    rows = inventory.rows.lazy().filter(pl.col("memo") == memo)
    found = uncoded((rows.group_by(keys).agg(sums) if keys else rows.select(sums)).collect())
    return with_categories(inventory, lists, found).group_by(names).agg(sums) if lists else found


def memo_columns(inventory: Inventory, names: Sequence[str]) -> list[str]:
    """Columns by which memo items are shown: also their rule, as two rules may be alternatives for one thing.

    Categories of the method tell such alternatives apart, as scope 2 by location and by market.
    """
    apart = {"rule", *inventory.category_lists}
    return [*names] if apart & set(names) else [*names, "rule"]


def summed(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Rows added up by some columns: ``emission`` [t], ``share`` [%] and, where asked by gas, ``mass`` [t]; largest first."""
    whole = int(rows.get_column("emission_nano").sum() or 0)
    mass = [(pl.col("nano").sum() / NANO).alias("mass")] if "gas" in names else []
    sums = [*mass, pl.col("emission_nano").sum()]
    grouped = rows.group_by(names).agg(sums) if names else rows.select(sums)
    return (
        grouped.with_columns(
            (pl.col("emission_nano") / NANO).alias("emission"),
            (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
        )
        .sort("emission_nano", *names, descending=[True] + [False] * len(names))
        .drop("emission_nano")
    )


def canonical(inventory: Inventory, cell: Mapping[str, str]) -> dict[str, list[str]]:
    """A cell as people write it: column to the values that are meant.

    A code of a category list means all codes below it too; other columns mean just what they say.

    Raises
    ------
    CellNotFound
        When there is no such column.
    ArgumentInvalid
        When a value is empty, and no row leaves the column empty.
    AmbiguousName
        When a name belongs to several codes of a list; none is guessed.
    """
    wanted: dict[str, list[str]] = {}
    for name, value in cell.items():
        text = "" if value is None else str(value).strip()
        columns = ["cell"] if name == "cell" else columns_of(inventory, name)
        if not text:
            wanted[columns[0]] = _unstated(inventory, columns[0], name)
            continue
        choices = {column: _spellings(inventory, column, text) for column in columns}
        first = columns[0]
        held = (one for one, values in choices.items() if _holds(inventory, one, values))
        column = first if len(choices) == 1 else next(held, first)
        meant = choices[column]
        wanted[column] = [one for one in wanted.get(column, meant) if one in meant]
    return wanted


def _unstated(inventory: Inventory, column: str, name: str) -> list[str]:
    """The empty value, where some rows do not state a column: what the tables show without a name can be opened."""
    texts = [
        frame.get_column(column)
        for frame in (inventory.emissions, inventory.unmatched)
        if column in frame.columns
    ]
    if column == "cell" or not any((one.cast(pl.String) == "").any() for one in texts):
        raise invalid(name, "", "一个值", "a value")
    return [""]


def _holds(inventory: Inventory, column: str, values: list[str]) -> bool:
    return (
        rows_of(inventory, {column: values}).height > 0
        or unmatched_of(inventory, {column: values}).height > 0
    )


def _spellings(inventory: Inventory, column: str, value: str) -> list[str]:
    """A cell's value as written, by its code; for a gas with every origin, for a category with all that lie below."""
    if column in inventory.category_lists:
        return _below(inventory, column, value)
    if column in _SAME:
        return _alike(_present(inventory, column), value, _SAME[column])
    cleaner = CLEANERS.get(_CODED.get(column, column))
    coded = cleaner(value) if cleaner else None
    by_name = column in _LISTS and value not in _present(inventory, column)
    listed = _listed(_LISTS[column], value) if by_name else []
    origins = (
        [code for code, row in gases().items() if row["family"] == (coded or value)]
        if column == "gas"
        else []
    )
    return list(dict.fromkeys([value, *([coded] if coded else []), *listed, *origins]))


def _listed(name: str, value: str) -> list[str]:
    """The one code of a list that a text means, if any; a name of several codes is an error."""
    listed = codelist(name)
    return [listed.find(value)["code"]] if listed.match(value) else []


def _present(inventory: Inventory, column: str) -> list[str]:
    """The values of a column, counted or not."""
    frames = [frame for frame in (inventory.emissions, inventory.unmatched) if column in frame.columns]
    values = [
        value for frame in frames for value in frame.get_column(column).cast(pl.String).unique().to_list()
    ]
    return sorted({value for value in values if value})


def _alike(present: list[str], value: str, meaning: Callable[[str], object]) -> list[str]:
    """The value as written where it is there, else those that mean the same."""
    wanted = meaning(value)
    if value in present or wanted is None:
        return [value]
    return [value, *(one for one in present if meaning(one) == wanted)]


def _unit(text: str) -> tuple[float, str] | None:
    found = unit_of(text)
    return (found.factor, found.canonical) if found else None


_SAME: dict[str, Callable[[str], object]] = {"unit": _unit, "entity": region_of}
"""Columns whose values stay as they are written, and what makes two of them the same: 吨 and t, 510000 and 四川省."""


def _below(inventory: Inventory, name: str, value: str) -> list[str]:
    """The code of a category that a code or name means, then those of the inventory and its method that lie below it."""
    if name not in code_lists():
        return [value]
    listed = codelist(name)
    meant = next(iter(_listed(name, value)), value)
    known = {*told(inventory.records, lambda one: one["category"].get(name, ""))} | _given(inventory, name)
    below = (
        code for code in sorted(known) if code in listed and meant in listed and listed.is_under(code, meant)
    )
    return list(dict.fromkeys([meant, *below]))


def rows_of(inventory: Inventory, wanted: Mapping[str, list[str]]) -> pl.DataFrame:
    """Emission rows of a cell; see `canonical`."""
    frame = with_categories(inventory, wanted)
    return frame.filter(*(pl.col(name).cast(pl.String).is_in(values) for name, values in wanted.items()))


def unmatched_of(inventory: Inventory, wanted: Mapping[str, list[str]]) -> pl.DataFrame:
    """Activity without a coefficient that is of a cell, or may be: where a rule decides a column, any value may come."""
    frame = inventory.unmatched
    for name, values in wanted.items():
        if decided_by_rule(inventory, name):
            frame = frame.filter(pl.lit(value=not _given(inventory, name).isdisjoint(values)))
        else:
            frame = frame.filter(_fits(frame, name, values))
    return frame


def decided_by_rule(inventory: Inventory, name: str) -> bool:
    """Whether activity lacks a column until a rule of the method gives it: a category, scope, rule or part."""
    return name in RULE_COLUMNS or name in inventory.category_lists


def _given(inventory: Inventory, name: str) -> set[str]:
    """What the rules of the method may give in a column that they decide."""
    return set(inventory.method.get("outcomes", {}).get(name, []))


def _fits(frame: pl.DataFrame, name: str, values: list[str]) -> pl.Expr:
    """Whether an unmatched row states one of some values; where no gas is named, every gas is missing."""
    here = pl.col(name).cast(pl.String).fill_null("") if name in frame.columns else pl.lit("")
    if name == "gas":
        return (here == "") | here.str.split(", ").list.eval(pl.element().is_in(values)).list.any()
    return here.is_in(values)


def not_there(inventory: Inventory, cell: Mapping[str, str]) -> CellNotFound:
    """The error for a cell that the inventory lacks."""
    shown = ", ".join(f"{name}={value}" for name, value in cell.items())
    columns = ", ".join([*inventory.dimensions, *inventory.category_lists])
    return CellNotFound(cell=shown, columns=columns)


def cells_of(inventory: Inventory, dimensions: Collection[str] | None = None) -> pl.DataFrame:
    """One row per activity cell; see `Inventory.cells`. With some of its dimensions where they are named."""
    dims = [
        name
        for name in inventory.dimensions
        if name not in {"gas", "rule", "part", "scope"} and (dimensions is None or name in dimensions)
    ]
    scored = {"check", "carried", "quality", "uncertainty", "activity_uncertainty"}
    needed = {"cell", *dims, "amount", "memo", "coefficient", "gwp", "emission_nano", *scored}
    rows = inventory.rows
    # Only what is needed, as all columns of many rows are large.
    frame = with_scores(rows.select(name for name in rows.columns if name in needed).filter(~pl.col("memo")))
    whole = int(frame.get_column("emission_nano").sum() or 0)
    return (
        frame.group_by("cell", maintain_order=True)
        .agg(
            pl.col(*dims, "amount").first(),
            pl.col("emission_nano").sum(),
            (pl.col("coefficient") * pl.col("gwp")).sum().round_sig_figs(DIGITS).alias("coefficient"),
            grade_of(pl.col("score").min()).alias("grade"),
        )
        .with_columns(
            (pl.col("emission_nano") / NANO).alias("emission"),
            (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
        )
        .select("cell", *dims, "amount", "emission", "share", "coefficient", "grade")
    )
