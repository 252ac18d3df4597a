"""Coverage: which categories of a list are estimated, which have a notation key, and which nobody answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.codes import CodeList, codelist
from tanheng.errors import UnknownCode, language
from tanheng.inventory.categories.notation import LIST, names_place, notation_key, place_in
from tanheng.inventory.categories.placing import family_of, gases_of, placed
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

ESTIMATED, UNMATCHED, UNANSWERED = "estimated", "unmatched", "unanswered"
_WITHOUT = ("没有类别的部分", "what has no category")
_KEYS = ("category", "gas", "notation", "reason")
_CELLS = {
    "category": pl.String, "gas": pl.String, "group": pl.String, "state": pl.String, "notation": pl.String,
    "emission": pl.Float64, "reason": pl.String, "place": pl.String,
}  # fmt: skip


def states() -> list[str]:
    """What a cell may be: estimated, one of the notation keys, unmatched (activity without a coefficient), unanswered.

    Examples
    --------
    >>> states()
    ['estimated', 'NO', 'NE', 'IE', 'C', 'unmatched', 'unanswered']
    """
    return [ESTIMATED, *codelist(LIST), UNMATCHED, UNANSWERED]


@dataclass(frozen=True)
class Coverage:
    """Every cell (category, or category and gas) of a list with its state.

    ``cells`` has ``category``, ``gas``, ``group``, ``state``, ``notation``, ``emission`` [t], ``reason`` and ``place``
    (the category that includes an IE cell); ``findings`` name keys without a reason or a place.
    """

    codes: str
    cells: pl.DataFrame
    findings: list[Finding]

    def counts(self) -> dict[str, int]:
        """Cells by state; every state is there, also with none."""
        held = dict(self.cells.group_by("state").len().iter_rows())
        return {state: int(held.get(state, 0)) for state in states()}

    def by_group(self) -> Table:
        """One row per group: ``cells``, one column per state, and ``emission`` [t], null where nothing is estimated."""
        counted = [(pl.col("state") == state).sum().cast(pl.Int64).alias(state) for state in states()]
        known = pl.when(pl.col("emission").count() > 0).then(pl.col("emission").sum().round(6))
        frame = self.cells.group_by("group", maintain_order=True).agg(
            pl.len().cast(pl.Int64).alias("cells"), *counted, known.alias("emission")
        )
        names = {code: _name(self.codes, code) for code in frame.get_column("group").to_list()} or {"": ""}
        named = pl.col("group").replace_strict(names, return_dtype=pl.String).alias("name")
        return Table(frame.select("group", named, pl.exclude("group")), self.codes)

    def to_polars(self) -> pl.DataFrame:
        """The cells as a Polars frame."""
        return self.cells


def coverage(
    values: pl.DataFrame,
    codes: str,
    *,
    notation: pl.DataFrame | None = None,
    categories: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
    waiting: Collection[tuple[str, str]] = (),
) -> Coverage:
    """Set every leaf of a category list against values and notation keys.

    Parameters
    ----------
    values : DataFrame
        ``category`` and ``emission`` [t]; with ``gas`` the cells are category by gas, where the list says which gases a
        category has.
    codes : str
        Name of the category list, such as ``gpc`` or ``provincial2011``.
    notation : DataFrame, optional
        ``category``, ``notation`` and ``reason``, and ``gas`` where a key is for one gas only.
    categories : sequence of str, optional
        The categories to answer; the leaves of the list unless told.
    groups : mapping of str to str, optional
        Group of each category; its parent in the list unless told.
    waiting : collection of (str, str)
        Categories and gases for which there is activity without a coefficient.

    Returns
    -------
    Coverage
        One row per cell: a value answers it as estimated, also where a key stands beside it; else the key; else it is
        unmatched where activity waits for a coefficient, or unanswered.

    Raises
    ------
    UnknownCode
        When a key is none of the list of notation keys.

    Examples
    --------
    >>> values = pl.DataFrame({"category": ["I.1.1"], "emission": [12.0]})
    >>> keys = pl.DataFrame({"category": ["I.1.2"], "notation": ["IE"], "reason": ["in I.2.2"]})
    >>> found = coverage(values, "gpc", notation=keys)
    >>> found.counts()["estimated"], found.counts()["IE"], found.cells.filter(pl.col("place") == "I.2.2").height
    (1, 1, 1)
    """
    listed = codelist(codes)
    wanted = list(categories) if categories is not None else [c for c in listed if not listed.children(c)]
    by_gas = "gas" in values.columns and any("gases" in row for row in listed.rows)
    known = _values(values, by_gas=by_gas)
    keys = _keys(notation)
    rows = []
    for category in wanted:
        group = groups[category] if groups else listed.get(category).get("parent") or category
        gases = _gases(listed, category, known) if by_gas else [""]
        rows += [_cell(category, gas, group, known, keys, listed, waiting) for gas in gases]
    beyond = [Finding("I-217", {"list": codes, "value": category or _WITHOUT, "emission": f"{emission:,.3f}"})
              for (category, _), emission in known.items() if category not in set(wanted)]  # fmt: skip
    cells = pl.DataFrame(rows, schema=_CELLS, orient="row")
    return Coverage(codes, cells, [*_unexplained(rows), *beyond])


def inventory_coverage(inventory: Inventory, codes: str, *, notation: pl.DataFrame | None = None) -> Coverage:
    """Coverage of a category list by an inventory that was accounted here.

    Parameters
    ----------
    inventory : Inventory
        Its method must place emissions in the list.
    codes : str
        Name of the list.
    notation : DataFrame, optional
        ``category``, ``notation``, ``reason`` and maybe ``gas``, from the user, beside those of a filled template: they win
        over the keys of the method; see `notation_of`.

    Raises
    ------
    CellNotFound
        When the method does not know the list.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["汽油"], "amount": [1], "unit": ["t"], "sector": ["交通运输业"]}
    >>> inventory_coverage(th.account(table, "cn-energy-2011"), "provincial2011").counts()["estimated"]
    1
    """
    from tanheng.inventory.categories.answers import notation_of, uncounted

    values = _estimated(inventory, codes)
    answers = notation_of(inventory, codes, notation=notation)
    rows = [[category, gas, one.key, one.reason] for (category, gas), one in answers.items()]
    keys = pl.DataFrame(rows, schema=dict.fromkeys(_KEYS, pl.String), orient="row")
    return coverage(values, codes, notation=keys, waiting=uncounted(inventory, codes))


def _estimated(inventory: Inventory, codes: str) -> pl.DataFrame:
    """Emissions by category and gas; memo items where the category has nothing that counts, such as bunkers."""
    rows = placed(inventory, codes).with_columns((pl.col("emission_nano") / NANO).alias("emission"))
    counted, memo = rows.filter(pl.col("counts")), rows.filter(~pl.col("counts"))
    beside = memo.filter(~pl.col("category").is_in(counted.get_column("category").unique().to_list()))
    return pl.concat([counted, beside]).select("category", "gas", "emission")


def _values(values: pl.DataFrame, *, by_gas: bool) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for row in values.iter_rows(named=True):
        if row["emission"] is not None:
            key = (row["category"], family_of(row["gas"]) if by_gas else "")
            found[key] = found.get(key, 0.0) + row["emission"]
    return found


def _gases(listed: CodeList, category: str, known: Mapping[tuple[str, str], float]) -> list[str]:
    """The gases that the list has for a category, and any other that was estimated."""
    stated = gases_of(listed.get(category))
    return list(dict.fromkeys([*stated, *(gas for code, gas in known if code == category)])) or [""]


def _keys(notation: pl.DataFrame | None) -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in notation.iter_rows(named=True) if notation is not None else ():
        key = notation_key(row["notation"])
        if key is None:
            raise UnknownCode(codelist=LIST, code=row["notation"], near=", ".join(codelist(LIST)))
        if key:
            found.setdefault((row["category"], row.get("gas") or ""), (key, row.get("reason") or ""))
    return found


def _cell(
    category: str,
    gas: str,
    group: str,
    known: Mapping[tuple[str, str], float],
    keys: Mapping[tuple[str, str], tuple[str, str]],
    listed: CodeList,
    waiting: Collection[tuple[str, str]],
) -> tuple[Any, ...]:
    emission = known.get((category, gas))
    key, reason = keys.get((category, gas)) or keys.get((category, "")) or ("", "")
    open_ = UNMATCHED if (category, gas) in waiting else UNANSWERED
    state = ESTIMATED if emission is not None else key or open_
    place = place_in(reason, listed) if key and names_place(key) else ""
    return category, gas, group, state, key, emission, reason, place


def _unexplained(rows: Sequence[tuple[Any, ...]]) -> list[Finding]:
    """Keys that stand for a cell without the reason, or without the place, that they need."""
    found: dict[tuple[str, str], list[str]] = {}
    for category, gas, _, state, key, _, reason, place in rows:
        if state == key and names_place(key) and not place:
            found.setdefault(("I-213", key), []).append(f"{category} {gas}".strip())
        elif state == key and not reason:
            found.setdefault(("I-214", key), []).append(f"{category} {gas}".strip())
    return [
        Finding(
            code,
            {"where": (f"{cells[0]}：", f"{cells[0]}: "), "value": key},
            tuple({"category": cell} for cell in cells[:5]),
            len(cells),
        )
        for (code, key), cells in found.items()
    ]


def _name(codes: str, code: str) -> str:
    listed = codelist(codes)
    return listed.told_apart(code, language()) if code in listed else code
