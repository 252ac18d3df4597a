"""Cells of an inventory by their dimensions: names of columns and values as people write them, roll-up along code lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from tanheng.activity.clean import CLEANERS
from tanheng.activity.schema import canonical_column, squeeze
from tanheng.activity.schema import columns as schema_of
from tanheng.codes import code_lists, codelist
from tanheng.codes.pack import descriptor
from tanheng.errors import CellNotFound
from tanheng.inventory.weights import DIGITS, NANO
from tanheng.quantities import gases

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_CODED = {"part": "item"}
_LISTS = {"scope": "scopes", "item": "items", "sector": "sectors", "part": "items"}


def column_of(inventory: Inventory, name: str) -> str:
    """The dimension or category list that a name means, in either language.

    Raises
    ------
    CellNotFound
        Naming the columns that there are.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> column_of(th.account(table, "sichuan-park-2022"), "品种")
    'item'
    """
    return _columns_of(inventory, name)[0]


def _columns_of(inventory: Inventory, name: str) -> list[str]:
    """All columns that a name may mean: 地区 is a name of the entity as well as of the region."""
    known = [*inventory.dimensions, *inventory.category_lists, *inventory.rows.columns]
    if name in known:
        return [name]
    named = [column for column in dict.fromkeys(known) if squeeze(name) in _names(column)]
    first = canonical_column(name)
    if not named:
        raise CellNotFound(cell=name, columns=_columns(inventory))
    return sorted(named, key=lambda column: column != first)


def _names(column: str) -> set[str]:
    """A column's names in both languages, and its other spellings."""
    titles = [part["title"].values() for part in descriptor()["resources"] if part["name"] == column]
    found = {squeeze(text) for text in (column, *(text for title in titles for text in title))}
    for table in ("emission", "activity"):
        row = schema_of(table).get(column)
        if row:
            names = (row["name_zh"], row["name_en"], *row["aliases"].split("|"))
            found |= {squeeze(text) for text in names if text}
    return found


def _columns(inventory: Inventory) -> str:
    return ", ".join([*inventory.dimensions, *inventory.category_lists])


def with_categories(inventory: Inventory, names: Iterable[str]) -> pl.DataFrame:
    """The rows of an inventory with the category lists among ``names`` as columns."""
    frame = inventory.rows
    for name in names:
        if name in inventory.category_lists:
            table = {
                place: record["category"].get(name, "") for place, record in enumerate(inventory.records)
            }
            frame = frame.with_columns(
                pl.col("coefficient_row").replace_strict(table, return_dtype=pl.String).alias(name)
            )
    return frame


def canonical(inventory: Inventory, cell: Mapping[str, str]) -> dict[str, list[str]]:
    """A cell as people write it: column to the values that are meant.

    A code of a category list means all codes below it too; other columns mean just what they say.

    Raises
    ------
    CellNotFound
        When there is no such column.
    """
    wanted: dict[str, list[str]] = {}
    for name, value in cell.items():
        choices = {
            column: _spellings(inventory, column, str(value)) for column in _columns_of(inventory, name)
        }
        first = next(iter(choices))
        held = (one for one, values in choices.items() if _holds(inventory, one, values))
        column = first if len(choices) == 1 else next(held, first)
        meant = choices[column]
        wanted[column] = [one for one in wanted.get(column, meant) if one in meant]
    return wanted


def _holds(inventory: Inventory, column: str, values: list[str]) -> bool:
    return (
        rows_of(inventory, {column: values}).height > 0
        or unmatched_of(inventory, {column: values}).height > 0
    )


def _spellings(inventory: Inventory, column: str, value: str) -> list[str]:
    """A cell's value as written, by its code; for a gas with every origin, for a category with all that lie below."""
    if column in inventory.category_lists:
        return _below(inventory, column, value)
    cleaner = CLEANERS.get(_CODED.get(column, column))
    coded = cleaner(value) if cleaner else None
    listed = codelist(_LISTS[column]).match(value) if column in _LISTS else []
    origins = (
        [code for code, row in gases().items() if row["family"] == (coded or value)]
        if column == "gas"
        else []
    )
    return list(dict.fromkeys([value, *([coded] if coded else []), *listed, *origins]))


def _below(inventory: Inventory, name: str, value: str) -> list[str]:
    """The code of a category that a code or name means, then those of the inventory that lie below it."""
    listed = codelist(name) if name in code_lists() else None
    meant = (listed.match(value) if listed else []) or [value]
    present = {record["category"].get(name, "") for record in inventory.records}
    below = (
        code
        for code in sorted(present)
        if listed and code in listed and any(one in listed and listed.is_under(code, one) for one in meant)
    )
    return list(dict.fromkeys([*meant, *below]))


def rows_of(inventory: Inventory, wanted: Mapping[str, list[str]]) -> pl.DataFrame:
    """Emission rows of a cell; see `canonical`."""
    frame = with_categories(inventory, wanted)
    return frame.filter(*(pl.col(name).cast(pl.String).is_in(values) for name, values in wanted.items()))


def unmatched_of(inventory: Inventory, wanted: Mapping[str, list[str]]) -> pl.DataFrame:
    """Activity of a cell that has no coefficient."""
    frame = inventory.unmatched
    for name, values in wanted.items():
        frame = frame.filter(_fits(frame, name, values))
    return frame


def _fits(frame: pl.DataFrame, name: str, values: list[str]) -> pl.Expr:
    """Whether an unmatched row belongs to a cell; where no gas is named, every gas is missing."""
    here = pl.col(name).cast(pl.String).fill_null("") if name in frame.columns else pl.lit("")
    if name == "gas":
        return (here == "") | here.str.split(", ").list.eval(pl.element().is_in(values)).list.any()
    return here.is_in(values)


def not_there(inventory: Inventory, cell: Mapping[str, str]) -> CellNotFound:
    """The error for a cell that the inventory lacks."""
    shown = ", ".join(f"{name}={value}" for name, value in cell.items())
    return CellNotFound(cell=shown, columns=_columns(inventory))


def cells_of(inventory: Inventory) -> pl.DataFrame:
    """One row per activity cell; see `Inventory.cells`."""
    dims = [name for name in inventory.dimensions if name not in {"gas", "rule", "part", "scope"}]
    frame = inventory.rows.filter(~pl.col("memo"))
    whole = int(frame.get_column("emission_nano").sum() or 0)
    return (
        frame.group_by("cell", *dims, "amount", maintain_order=True)
        .agg(
            pl.col("emission_nano").sum(),
            (pl.col("coefficient") * pl.col("gwp")).sum().round_sig_figs(DIGITS).alias("coefficient"),
        )
        .with_columns(
            (pl.col("emission_nano") / NANO).alias("emission"),
            (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
        )
        .select("cell", *dims, "amount", "emission", "share", "coefficient")
    )
