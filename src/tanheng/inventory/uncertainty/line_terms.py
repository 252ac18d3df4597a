"""An inventory by category and gas: what each line emits, and the uncertain terms behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanheng.codes import codelist
from tanheng.errors import CellNotFound
from tanheng.inventory.accounting.records import some, told
from tanheng.inventory.categories.placing import family_of
from tanheng.inventory.uncertainty.terms import Floats, Ints, Terms, terms_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Line = tuple[str, str]
_GENERAL = "ipcc2006"
_TERM = {"cell", "coefficient_row", "item", "period", "gas", "memo", "nano", "activity_uncertainty"}


@dataclass(frozen=True)
class LineTerms:
    """Lines (category, gas) with their terms; a factor or an amount in several lines is one variable.

    ``emission``, ``fixed`` (l,) t: all of the line, and what is exact; ``known_share`` (l,) % whose inputs all have an
    uncertainty, by absolute value. ``terms`` are those of all lines one after another and ``line`` (n,) says whose each is.
    """

    keys: list[Line]
    emission: Floats
    fixed: Floats
    known_share: Floats
    terms: Terms
    line: Ints


def own_list(inventory: Inventory) -> str:
    """The category list of the method's own first table, else the IPCC's where it places its emissions there, else any.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> own_list(th.account(table, "cn-provincial-2011"))
    'provincial2011'
    """
    tables = [table["rows"] for table in inventory.method["tables"]]
    known = [*tables, _GENERAL, *inventory.category_lists]
    return next((str(name) for name in known if name in inventory.category_lists), _GENERAL)


def lines_of(inventory: Inventory, by: str, at: Sequence[str] = ()) -> pl.DataFrame:
    """The rows of the total with their ``line_category`` and ``line_gas``.

    Parameters
    ----------
    inventory : Inventory
    by : str
        A category list in which the method places its emissions.
    at : sequence of str
        Categories that are taken whole: a code below one of them is counted with it, the nearest first.

    Raises
    ------
    CellNotFound
        When the method does not know the list.
    UnknownCode
        When the list does not hold one of ``at``.
    """
    if by not in inventory.category_lists:
        raise CellNotFound(cell=by, columns=", ".join(inventory.category_lists))
    whole = {codelist(by).get(code)["code"] for code in at}
    codes = enumerate(told(inventory.records, lambda one: str(one["category"].get(by, ""))))
    category = {place: _within(code, by, whole) for place, code in codes}
    rows = inventory.rows.filter(~pl.col("memo"))
    gas = {one: family_of(one) for one in rows.get_column("gas").unique().to_list()}
    return rows.with_columns(
        pl.col("coefficient_row")
        .replace_strict(category or {0: ""}, return_dtype=pl.String)
        .alias("line_category"),
        pl.col("gas").replace_strict(gas or {"": ""}, return_dtype=pl.String).alias("line_gas"),
    )


def _within(code: str, by: str, whole: Collection[str]) -> str:
    listed = codelist(by)
    if not whole or code not in listed:
        return code
    path = [code, *(row["code"] for row in listed.ancestors(code))]
    return next((one for one in path if one in whole), code)


def line_terms(inventory: Inventory, by: str, at: Sequence[str] = ()) -> LineTerms:
    """Terms of an inventory, line by line; see `lines_of`."""
    rows = lines_of(inventory, by, at).select(pl.col("line_category", "line_gas"), *_held(inventory))
    parts = {
        (str(category), str(gas)): _part(inventory, part)
        for (category, gas), part in sorted(
            rows.partition_by("line_category", "line_gas", as_dict=True).items()
        )
    }
    found = {key: terms_of(part) for key, part in parts.items()}
    emission = np.array([float(part.rows.get_column("emission").sum()) for part in parts.values()])
    fixed = np.array([one.fixed for one in found.values()])
    known = np.array([one.known_share for one in found.values()])
    joined = _join(terms_of(inventory), list(found.values()))
    line = _repeated([part.emission.size for part in found.values()])
    return LineTerms(list(parts), emission, fixed, known, joined, line)


def _held(inventory: Inventory) -> list[str]:
    """The columns of emissions of which terms are made."""
    return [name for name in inventory.emissions.columns if name in _TERM]


def _part(inventory: Inventory, rows: pl.DataFrame) -> Inventory:
    """The inventory of some of its rows, with the coefficients that they need."""
    used = rows.get_column("coefficient_row").unique().sort().to_list()
    number = {old: new for new, old in enumerate(used)}
    kept = rows.select(_held(inventory)).with_columns(
        pl.col("coefficient_row").replace_strict(number, return_dtype=pl.Int64)
    )
    return replace(inventory, emissions=kept, records=some(inventory.records, used))


def _join(whole: Terms, parts: list[Terms]) -> Terms:
    """Terms of the lines one after another, with the variables of the whole inventory in its order."""
    numbers = {name: number for number, name in enumerate(whole.names)}
    sizes = np.cumsum([0, *(part.emission.size for part in parts)])
    places = np.cumsum([0, *(part.term.size for part in parts)])
    empty = np.array([], dtype=np.int64)
    variable = [
        np.array([numbers[name] for name in part.names], dtype=np.int64)[part.variable] for part in parts
    ]
    return replace(
        whole,
        emission=np.concatenate([np.array([]), *(part.emission for part in parts)]),
        term=np.concatenate([empty, *(part.term + sizes[at] for at, part in enumerate(parts))]),
        variable=np.concatenate([empty, *variable]),
        power=np.concatenate([np.array([]), *(part.power for part in parts)]),
        linear=np.concatenate([empty, *(part.linear + places[at] for at, part in enumerate(parts))]),
    )


def _repeated(sizes: list[int]) -> Ints:
    return np.repeat(np.arange(len(sizes)), sizes).astype(np.int64)
