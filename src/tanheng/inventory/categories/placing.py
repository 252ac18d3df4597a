"""Where the emissions of an inventory stand in a category list, and which of its memo items count there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tanheng.codes import code_lists, codelist
from tanheng.errors import CellNotFound, ListNotPlaced
from tanheng.inventory.categories.gpc import Category, category_of
from tanheng.inventory.cells import with_categories
from tanheng.inventory.methods.loading import load_method, method_files

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory
    from tanheng.inventory.methods.method import Method

GPC = "gpc"
_TERRITORIAL = "territorial"


def placed(inventory: Inventory, codes: str) -> pl.DataFrame:
    """Emissions by category of a list and gas.

    Parameters
    ----------
    inventory : Inventory
    codes : str
        A category list in which the method places its emissions.

    Returns
    -------
    DataFrame
        ``category`` (empty where the method gives none), ``gas``, ``memo``, ``counts``, ``nano`` [10^-9 t of the gas] and
        ``emission_nano`` [10^-9 t CO2 or CO2e]. What the method's total holds counts; a memo item counts only where the list
        has a view of its own for it: I.4.4 and III.x.3 of the GPC, in the territorial totals alone.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in the list.

    Source
    ------
    GPC 1.1, chapter 4 (recalled); packs/codes/gpc.csv, column ``reporting_level``.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["示例市"], "period": ["2021"], "region": ["福建省"], "sector": ["发电"], "item": ["柴油"],
    ...          "amount": [1], "unit": ["t"]}
    >>> rows = placed(th.account(table, "gpc-cn"), "gpc")
    >>> rows.filter(pl.col("gas") == "CO2").select("category", "memo", "counts").row(0)
    ('I.4.4', True, True)
    """
    rows = placed_rows(inventory, codes)
    found = rows.group_by("category", "gas", "memo", "counts").agg(pl.col("nano", "emission_nano").sum())
    columns = ["category", "gas", "memo", "nano", "emission_nano", "counts"]
    return found.select(columns).sort("category", "gas", "memo")


def placed_rows(inventory: Inventory, codes: str) -> pl.DataFrame:
    """The rows of an inventory with their ``category`` of a list, and whether they count there; see `placed`.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["示例市"], "period": ["2021"], "region": ["福建省"], "sector": ["工业"], "item": ["柴油"],
    ...          "amount": [1], "unit": ["t"]}
    >>> placed_rows(th.account(table, "gpc-cn"), "gpc").select("item", "category", "counts").row(0)
    ('diesel', 'I.3.1', True)
    """
    if codes not in inventory.category_lists:
        raise not_placed(inventory, codes)
    rows = with_categories(inventory, [codes]).with_columns(pl.col(codes).alias("category"))
    inside = [code for code in rows.get_column("category").unique().to_list() if _counts_as_memo(codes, code)]
    counts = ~pl.col("memo") | pl.col("category").is_in(inside)
    return rows.with_columns(counts.alias("counts"))


def not_placed(inventory: Inventory, codes: str | None) -> CellNotFound:
    """The error for a list that the method does not have, with the methods that do; None means a list that names gases.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> not_placed(th.account(table, "sichuan-park-2022"), "gpc").fields["methods"]
    'gpc-cn, ipcc-2006-landfill, reported-gpc'
    """
    having = [name for name in method_files() if _has(load_method(name), codes)]
    if not having:
        return CellNotFound(cell=str(codes or "gases"), columns=", ".join(inventory.category_lists) or "–")
    what = ("分气体的官方表", "official table by gas") if codes is None else (f"类别表“{codes}”", f"category list '{codes}'")  # fmt: skip
    return ListNotPlaced(method=str(inventory.method["id"]), what=what, methods=", ".join(having))


def _has(method: Method, codes: str | None) -> bool:
    if codes is not None:
        return any(codes in rule.category for rule in method.rules)
    tables = method.data["tables"]
    return any(one.get("groups") or (one["rows"] in code_lists() and names_gases(one["rows"])) for one in tables)  # fmt: skip


def _counts_as_memo(codes: str, code: str) -> bool:
    category = category_of(code) if codes == GPC and code else None
    return isinstance(category, Category) and category.level == _TERRITORIAL


def family_of(gas: str) -> str:
    """The gas or group of gases of which the tables of the standards speak.

    Examples
    --------
    >>> family_of("HFC134a"), family_of("CH4_fossil"), family_of("CO2")
    ('HFCs', 'CH4', 'CO2')
    """
    listed = codelist("gases")
    above = listed.ancestors(gas) if gas in listed else []
    return above[-1]["code"] if above else gas


def names_gases(codes: str) -> bool:
    """Whether a list says which gases each of its categories has, as the summary table of a guideline does.

    Examples
    --------
    >>> names_gases("provincial2011"), names_gases("gpc")
    (True, False)
    """
    return "gases" in codelist(codes).rows[0]


def main_root(codes: str) -> str:
    """The category of a list that is its total; other roots, such as bunkers, stand beside it. Empty where several make it up.

    Examples
    --------
    >>> main_root("provincial2011"), main_root("gpc")
    ('P0', '')
    """
    return codelist(codes).rows[0]["code"] if names_gases(codes) else ""


def gases_of(row: Mapping[str, str]) -> list[str]:
    """The gases that a category of a list has."""
    return [gas for gas in row.get("gases", "").split("|") if gas]
