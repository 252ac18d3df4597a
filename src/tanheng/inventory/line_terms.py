"""An inventory by category and gas: what each line emits, and the uncertain terms behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanheng.codes import codelist
from tanheng.errors import CellNotFound
from tanheng.inventory.terms import Floats, Ints, Terms, terms_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Line = tuple[str, str]


@dataclass(frozen=True)
class LineTerms:
    """Lines (category, gas) with their terms; a factor or an amount in several lines is one variable.

    ``emission``, ``fixed``, ``unknown`` (l,) t: all of the line, what is exact, and what has an input of unknown
    uncertainty. ``terms`` are those of all lines one after another and ``line`` (n,) says whose each is.
    """

    keys: list[Line]
    emission: Floats
    fixed: Floats
    unknown: Floats
    terms: Terms
    line: Ints

    @property
    def known_share(self) -> Floats:
        """Share [%] of each line whose inputs all have an uncertainty, by absolute value."""
        known = np.bincount(self.line, np.abs(self.terms.emission), len(self.keys)) + np.abs(self.fixed)
        whole = known + self.unknown
        return np.divide(known * 100, whole, out=np.zeros_like(known), where=whole > 0)


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
    codes = enumerate(record["category"].get(by, "") for record in inventory.records)
    category = {place: _within(code, by, whole) for place, code in codes}
    rows = inventory.rows.filter(~pl.col("memo"))
    gas = {one: _gas(one) for one in rows.get_column("gas").unique().to_list()}
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


def _gas(gas: str) -> str:
    """Gases of one kind are one line, whatever their origin: CH4_fossil is CH4, HFC134a is HFCs."""
    listed = codelist("gases")
    above = listed.ancestors(gas) if gas in listed else []
    return str(above[-1]["code"]) if above else gas


def line_terms(inventory: Inventory, by: str, at: Sequence[str] = ()) -> LineTerms:
    """Terms of an inventory, line by line; see `lines_of`."""
    rows = lines_of(inventory, by, at)
    parts = {
        (str(category), str(gas)): _part(inventory, part)
        for (category, gas), part in sorted(
            rows.partition_by("line_category", "line_gas", as_dict=True).items()
        )
    }
    found = {key: terms_of(part) for key, part in parts.items()}
    signed = [part.rows.get_column("emission") for part in parts.values()]
    emission = np.array([float(one.sum()) for one in signed])
    fixed = np.array([one.fixed for one in found.values()])
    unknown = np.array([_unknown(one, all_) for one, all_ in zip(found.values(), signed, strict=True)])
    joined = _join(terms_of(inventory), list(found.values()))
    line = _repeated([part.emission.size for part in found.values()])
    return LineTerms(list(parts), emission, fixed, unknown, joined, line)


def _unknown(terms: Terms, emission: pl.Series) -> float:
    """Absolute emission whose uncertainty is unknown; sums that cancel out must not hide it."""
    known = float(np.abs(terms.emission).sum()) + abs(terms.fixed)
    return max(float(emission.abs().sum()) - known, 0.0) if terms.unknown else 0.0


def _part(inventory: Inventory, rows: pl.DataFrame) -> Inventory:
    """The inventory of some of its rows, with the coefficients that they need."""
    used = rows.get_column("coefficient_row").unique().sort().to_list()
    number = {old: new for new, old in enumerate(used)}
    kept = rows.select(inventory.emissions.columns).with_columns(
        pl.col("coefficient_row").replace_strict(number, return_dtype=pl.Int64)
    )
    return replace(inventory, emissions=kept, records=[inventory.records[place] for place in used])


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
