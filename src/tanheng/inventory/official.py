"""Tables in the layout of a document: every row of its list with sums upward, memo rows below, chapters apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import CodeList, codelist
from tanheng.errors import CellNotFound, language
from tanheng.inventory.table import Table

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO = 1_000_000_000
_BY_MASS = ("CO2", "CH4", "N2O")


def official_table(inventory: Inventory, name: str = "provincial2011", *, weighted: bool = False) -> Table:
    """Every row of a category list, in its printed order, by gas.

    Parameters
    ----------
    inventory : Inventory
    name : str
        A category list that names the gases of each row.
    weighted : bool
        CO2, CH4 and N2O in t CO2e as well.

    Returns
    -------
    Table
        ``code``, ``name``; CO2, CH4 and N2O [t of the gas]; the other gases and ``total`` [t CO2e]; ``notation``, such
        as ``CH4: NE``, for gases that the method leaves open. Rows above others hold their sum; removals and deductions
        are negative. A gas with neither emission nor key is null: unknown is never zero. Memo items stand in the memo
        rows of the list and in no sum of others.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in the list.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> rows = official_table(th.account(table, "cn-provincial-2011")).to_polars()
    >>> [(row["code"], row["CO2"]) for row in rows.iter_rows(named=True) if row["CO2"]]
    [('P0', 683.0), ('P2', 683.0), ('P2.2', 683.0)]
    """
    if name not in inventory.category_lists:
        raise CellNotFound(cell=name, columns=", ".join(inventory.category_lists))
    codes = codelist(name)
    columns = list(dict.fromkeys(gas for row in codes.rows for gas in row["gases"].split("|")))
    sums = _sums(inventory, name, codes)
    keys = _keys(inventory, name)
    by_mass = () if weighted else _BY_MASS
    rows = [_row(row, columns, sums, keys, by_mass) for row in codes.rows]
    schema: dict[str, Any] = {"code": pl.String, "name": pl.String}
    schema |= dict.fromkeys(columns, pl.Float64) | {"total": pl.Float64, "notation": pl.String}
    mixed = ("CO2、CH4、N2O 以 t 计，其余以 t CO2e 计", "CO2, CH4, N2O in t of the gas, all else in t CO2e")
    note = "t CO2e" if weighted else mixed[0 if language() == "zh" else 1]
    title = f"{inventory.method['title'][language()]} ({note}; {inventory.gwp_name or 'CO2'})"
    return Table(pl.DataFrame(rows, schema=schema, orient="row"), title)


def _sums(inventory: Inventory, name: str, codes: CodeList) -> dict[tuple[str, str], tuple[int, int]]:
    """Mass and emission [10^-9 t] of each code and gas group, with those below it."""
    records = {place: record["category"].get(name, "") for place, record in enumerate(inventory.records)}
    groups = codelist("gases")
    found: dict[tuple[str, str], tuple[int, int]] = {}
    lines = inventory.rows.group_by("coefficient_row", "gas").agg(pl.col("nano", "emission_nano").sum())
    for row in lines.iter_rows(named=True):
        code = records[row["coefficient_row"]]
        if not code:
            continue
        gas = groups.get(row["gas"]).get("parent") or row["gas"]
        for place in (code, *(above["code"] for above in codes.ancestors(code))):
            for key in ((place, gas), (place, "total")):
                mass, emission = found.get(key, (0, 0))
                found[key] = (mass + int(row["nano"]), emission + int(row["emission_nano"]))
    return found


def _keys(inventory: Inventory, name: str) -> dict[tuple[str, str], str]:
    return {
        (one["category"][name], gas): one["key"]
        for one in inventory.method.get("notation", [])
        if name in one["category"]
        for gas in one["gases"]
    }


def _row(
    row: Mapping[str, str],
    columns: list[str],
    sums: Mapping[tuple[str, str], tuple[int, int]],
    keys: Mapping[tuple[str, str], str],
    by_mass: tuple[str, ...],
) -> list[Any]:
    code = row["code"]
    open_ = [gas for gas in columns if (code, gas) in keys and (code, gas) not in sums]
    values = [_value(sums.get((code, gas)), mass=gas in by_mass) for gas in columns]
    label = row["name_zh"] if language() == "zh" else row["name_en"]
    total = _value(sums.get((code, "total")), mass=False)
    return [code, label, *values, total, "; ".join(f"{gas}: {keys[code, gas]}" for gas in open_)]


def _value(sums: tuple[int, int] | None, *, mass: bool) -> float | None:
    return None if sums is None else (sums[0] if mass else sums[1]) / NANO


def chapter_table(inventory: Inventory, chapter: str) -> Table:
    """What a chapter outside the total holds, each line with its range.

    Parameters
    ----------
    inventory : Inventory
    chapter : str
        Name that the rules of the method give, such as ``wetland``.

    Returns
    -------
    Table
        ``entity``, ``period``, ``item``, ``amount`` in ``unit``, ``emission`` [t], ``low`` and ``high`` [t] from the range
        of the factor (null where it has none), ``factors``, ``check``. Sinks are negative.

    Raises
    ------
    CellNotFound
        When the method has no such chapter.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["盘锦市"], "period": ["2021"], "item": ["碱蓬盐沼"], "amount": [1000], "unit": ["公顷"]}
    >>> row = chapter_table(th.account(table, "cn-provincial-2011"), "wetland").to_polars().row(0, named=True)
    >>> round(row["low"]), round(row["emission"]), round(row["high"])
    (-35017, -17637, -257)
    """
    rules = [rule["id"] for rule in inventory.method["rules"] if rule.get("chapter") == chapter]
    if not rules:
        known = sorted({rule["chapter"] for rule in inventory.method["rules"] if rule.get("chapter")})
        raise CellNotFound(cell=chapter, columns=", ".join(known))
    rows = inventory.rows.filter(pl.col("rule").is_in(rules))
    spread = pl.col("emission").abs() * pl.col("uncertainty")
    shown = [
        name
        for name in ("entity", "period", "item", "activity", "amount", "unit", "emission")
        if name in rows.columns
    ]
    table = rows.select(
        *shown,
        (pl.col("emission") - spread).alias("low"),
        (pl.col("emission") + spread).alias("high"),
        "factors",
        "check",
    )
    return Table(table.sort(shown[:3]), f"{inventory.method['id']}: {chapter}")
