"""Tables in the layout of a document: every row of its list with sums upward, memo rows below, chapters apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.codes import CodeList, codelist, item_name
from tanheng.errors import LANGS, CellNotFound, Lang, language
from tanheng.inventory.accounting.records import told
from tanheng.inventory.categories.answers import Answer, Cell, notation_of, uncounted
from tanheng.inventory.categories.placing import (
    GPC,
    family_of,
    gases_of,
    main_root,
    names_gases,
    not_placed,
    placed,
)
from tanheng.inventory.coded import uncoded
from tanheng.inventory.part import one_part
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

BY_MASS = ("CO2", "CH4", "N2O")
"""Gases that a summary table of a guideline gives in mass of the gas."""
UNPLACED, MEMO = "unplaced", "memo"
"""Codes of the rows below the list: what is in the total and has no category, and memo items that stand in no memo row."""
_KINDS = 6
_BELOW = {
    UNPLACED: ("未归类（在合计内，本表没有它的类别）", "Outside the list (in the total, without a category here)"),
    MEMO: ("方法的信息项（不计入合计）", "Memo items of the method (in no total)"),
}  # fmt: skip


def official_table(
    inventory: Inventory,
    name: str = "provincial2011",
    *,
    weighted: bool = False,
    entity: str | None = None,
    period: str | None = None,
    notation: pl.DataFrame | None = None,
) -> Table:
    """Every row of a category list, in its printed order, by gas.

    Parameters
    ----------
    inventory : Inventory
    name : str
        A category list that names the gases of each row.
    weighted : bool
        CO2, CH4 and N2O in t CO2e as well.
    entity, period : str, optional
        Whose table and of which year, where the inventory holds several; see `one_part`.
    notation : DataFrame, optional
        Keys of the user: ``category``, ``notation``, ``reason`` and maybe ``gas``; see `notation_of`.

    Returns
    -------
    Table
        ``code``, ``name``; CO2, CH4 and N2O [t of the gas]; the other gases and ``total`` [t CO2e]; ``notation``, such
        as ``CH4: NE``, for gases that the user or the method leaves open. Rows above others hold their sum; removals and
        deductions are negative. A gas with neither emission nor key is null: unknown is never zero. Below the list, where
        there is any: ``unplaced``, which with the row of the total and what counts in the memo rows makes the total of the
        inventory, and ``memo``, memo items of the method whose category is no memo row of the list; they are in no sum.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in the list, or the list names no gases.
    SeveralInventories
        When several entities or years are left to choose from.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> rows = official_table(th.account(table, "cn-provincial-2011")).to_polars()
    >>> [(row["code"], row["CO2"]) for row in rows.iter_rows(named=True) if row["CO2"]]
    [('P0', 683.0), ('P2', 683.0), ('P2.2', 683.0)]
    """
    check_list(inventory, name)
    one = one_part(inventory, entity=entity, period=period)
    codes = codelist(name)
    columns = list(dict.fromkeys(gas for row in codes.rows for gas in gases_of(row)))
    sums = _sums(one, name, codes)
    keys = {cell: answer.key for cell, answer in table_keys(one, name, notation=notation).items()}
    by_mass = () if weighted else BY_MASS
    below = [
        {"code": code, "name_zh": zh, "name_en": en}
        for code, (zh, en) in _BELOW.items()
        if sums.get((code, "total"))
    ]
    rows = [_row(row, columns, sums, keys, by_mass) for row in [*codes.rows, *below]]
    schema: dict[str, Any] = {"code": pl.String, "name": pl.String}
    schema |= dict.fromkeys(columns, pl.Float64) | {"total": pl.Float64, "notation": pl.String}
    mixed = ("CO2、CH4、N2O 以 t 计，其余以 t CO2e 计", "CO2, CH4, N2O in t of the gas, all else in t CO2e")
    note = "t CO2e" if weighted else mixed[0 if language() == "zh" else 1]
    title = f"{inventory.method['title'][language()]} ({note}; {inventory.gwp_name or 'CO2'})"
    return Table(pl.DataFrame(rows, schema=schema, orient="row"), title)


def check_list(inventory: Inventory, name: str | None) -> str:
    """The list, where the method places its emissions in it and it names the gases of each row.

    Raises
    ------
    CellNotFound
        Otherwise, naming the lists that will do.
    """
    known = [one for one in inventory.category_lists if names_gases(one)]
    if name is None:
        raise not_placed(inventory, None)
    if name not in known:
        raise CellNotFound(cell=name, columns=", ".join(known) or "–")
    return name


def official_list(inventory: Inventory) -> str | None:
    """The category list of an output table of the method whose rows name their gases, as the summary table of a guideline does.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> official_list(th.account(table, "cn-provincial-2011"))
    'provincial2011'
    """
    tables = [
        str(one["rows"]) for one in inventory.method["tables"] if one["rows"] in inventory.category_lists
    ]
    return next((name for name in tables if names_gases(name)), None)


def table_keys(
    inventory: Inventory, name: str, *, notation: pl.DataFrame | None = None
) -> dict[Cell, Answer]:
    """Notation keys of the cells of an official table: those of the leaves, and of each row above leaves that all say the same.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> keys = pl.DataFrame({"category": ["P3"], "notation": ["NO"], "reason": ["没有农业"]})
    >>> table_keys(th.account(table, "cn-provincial-2011"), "provincial2011", notation=keys)["P3", "CH4"].key
    'NO'
    """
    codes = codelist(name)
    found = notation_of(inventory, name, notation=notation)
    for row in reversed(codes.rows):
        below = [child["code"] for child in codes.children(row["code"])]
        for gas in gases_of(row) if below else ():
            inside = [code for code in below if gas in gases_of(codes.get(code))]
            answers = [found.get((code, gas)) for code in inside]
            first = answers[0] if answers else None
            if first and all(one is not None and one.key == first.key for one in answers):
                found[row["code"], gas] = first
    return found


def table_gaps(inventory: Inventory, name: str) -> set[Cell]:
    """Cells of an official table for which there is activity without a coefficient: what they hold is not all.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["沥青"], "amount": [1], "unit": ["t"], "activity": ["非能源利用"]}
    >>> sorted(table_gaps(th.account(table, "cn-provincial-2011"), "provincial2011"))
    [('P0', 'CO2'), ('P1', 'CO2'), ('P1.5', 'CO2')]
    """
    codes = codelist(name)
    return {
        (place, gas)
        for code, gas in uncounted(inventory, name)
        for place in (code, *(above["code"] for above in codes.ancestors(code)))
    }


def outside_lists(inventory: Inventory) -> Iterator[Finding]:
    """Say what the total holds that no category of the method's tables does, list by list.

    A list of gases by category, or the GPC, makes up the total; of another list only a category that the sector should have
    told is missed, as a view may leave things out. I-219 warns that the categories are only a part of the total; I-222 notes
    that there are none at all.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["柴油"], "amount": [1000], "unit": ["t"]}
    >>> [one.code for one in outside_lists(th.account(table, "cn-energy-2011"))]
    ['I-222']
    """
    titles = {
        str(one["rows"]): (one["title"]["zh"], one["title"]["en"]) for one in inventory.method["tables"]
    }
    for name, title in titles.items():
        if name not in inventory.category_lists:
            continue
        whole = names_gases(name) or name == GPC
        stated = told(inventory.records, lambda one: one["category"])
        places = [at for at, codes in enumerate(stated) if not codes.get(name) and (whole or name in codes)]
        rows = inventory.emissions.filter(~pl.col("memo") & pl.col("coefficient_row").is_in(places))
        if (rows.get_column("nano") != 0).any():
            left = inventory.rows.filter(~pl.col("memo") & pl.col("coefficient_row").is_in(places))
            nano = int(left.get_column("emission_nano").sum() or 0)
            shown = {
                "list": title,
                "emission": f"{nano / NANO:,.2f}",
                "gas": inventory.gas,
                "value": _kinds(rows),
            }
            whole_of_it = rows.height == inventory.emissions.filter(~pl.col("memo")).height
            code = "I-222" if whole_of_it else "I-219"
            yield Finding(code, shown, (), rows.get_column("cell").n_unique())


def _kinds(rows: pl.DataFrame) -> tuple[str, str]:
    """The first few items with their sectors, in both languages."""
    known = [name for name in ("item", "sector") if name in rows.columns]
    kinds = rows.select(known).unique(maintain_order=True).rows(named=True)
    end = " …" if len(kinds) > _KINDS else ""
    zh, en = (", ".join(_kind(row, lang) for row in kinds[:_KINDS]) + end for lang in LANGS)
    return zh, en


def _kind(row: Mapping[str, str], lang: Lang) -> str:
    sectors, sector = codelist("sectors"), row.get("sector") or ""
    named = sectors.label(sector, lang) if sector in sectors else sector
    return f"{item_name(row.get('item') or '', lang)} ({named or '–'})"


def _sums(inventory: Inventory, name: str, codes: CodeList) -> dict[Cell, tuple[int, int]]:
    """Mass and emission [10^-9 t] of each code and gas group, with those below it; what stands below the list has its own code."""
    root = main_root(name)
    found: dict[Cell, tuple[int, int]] = {}
    for code, gas, memo, nano, emission in (
        placed(inventory, name).select("category", "gas", "memo", "nano", "emission_nano").iter_rows()
    ):
        above: Sequence[str] = [row["code"] for row in codes.ancestors(code)] if code else []
        if not code and memo:
            continue
        if not code:
            places = [UNPLACED]
        elif memo and (root == code or root in above):
            places = [MEMO]
        else:
            places = [code, *above]
        for place in places:
            for key in ((place, family_of(gas)), (place, "total")):
                held = found.get(key, (0, 0))
                found[key] = (held[0] + int(nano), held[1] + int(emission))
    return found


def _row(
    row: Mapping[str, str],
    columns: list[str],
    sums: Mapping[Cell, tuple[int, int]],
    keys: Mapping[Cell, str],
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


def chapters_of(inventory: Inventory) -> list[str]:
    """Chapters outside the total that hold something, in the order of the method's rules; see `chapter_table`."""
    used = set(inventory.emissions.get_column("rule").unique())
    rules = inventory.method["rules"]
    return list(dict.fromkeys(one["chapter"] for one in rules if one.get("chapter") and one["id"] in used))


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
    rows = uncoded(inventory.rows.filter(pl.col("rule").is_in(rules)))
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
