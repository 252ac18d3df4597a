"""What stands behind an official table: activity, factor and emission of each category, and fuels by sector."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import codelist, items
from tanheng.inventory.categories.answers import uncounted
from tanheng.inventory.categories.official import UNPLACED
from tanheng.inventory.categories.placing import main_root
from tanheng.inventory.cells import with_categories
from tanheng.inventory.methods.matching import OWN
from tanheng.inventory.quality.cell_grades import grade_of, mean_score, with_scores
from tanheng.inventory.weights import NANO
from tanheng.quantities import parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

COUNTED, MEMO_ITEM, UNMATCHED = "counted", "memo", "unmatched"
_KEYS = ("item", "sector", "activity", "equipment", "unit", "source", "quality", "memo")
Line = dict[str, Any]


@functools.cache
def sheets_of(codes: str) -> list[dict[str, str]]:
    """The sheets in which the sectors of a list are shown, ours and no guideline's (packs/rules/official_sheets.csv).

    Examples
    --------
    >>> [row["sheet"] for row in sheets_of("provincial2011")][:2]
    ['energy', 'processes']
    """
    with (files("tanheng.packs") / "rules" / "official_sheets.csv").open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["list"] == codes]


def sector_lines(inventory: Inventory, codes: str, tops: Sequence[str]) -> list[Line]:
    """Activity, factors and emissions of the categories at or below some, in the order of the list.

    Parameters
    ----------
    inventory : Inventory
        Of one entity and one year; see `one_part`.
    codes : str
        A category list.
    tops : sequence of str
        Categories of the list, or ``unplaced`` for what the total holds without a category.

    Returns
    -------
    list of dict
        ``category``; ``item``, ``sector``, ``activity``, ``equipment``; ``amount`` in ``unit``; ``masses``: gas to t of the
        gas and t CO2e; ``emission`` [t CO2e]; ``state`` (counted, memo, unmatched); ``check``, ``grade``, ``source`` of the
        activity, ``records``: places of its coefficients, and ``reason`` where it is unmatched. The factor of a gas is its mass ÷ amount.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> (line,) = sector_lines(th.account(table, "cn-provincial-2011"), "provincial2011", ["P2"])
    >>> line["category"], line["amount"], line["masses"]
    ('P2.2', 1000.0, {'CO2': (683.0, 683.0)})
    """
    listed = codelist(codes)
    unplaced = (pl.col(codes) == "") & ~pl.col("memo")
    frame = with_categories(inventory, [codes]).with_columns(
        pl.when(unplaced).then(pl.lit(UNPLACED)).otherwise(pl.col(codes)).alias("__category")
    )
    wanted = {code for code in listed if any(top in listed and listed.is_under(code, top) for top in tops)}
    wanted |= {UNPLACED} & set(tops)
    found = list(counted_lines(frame.filter(pl.col("__category").is_in(sorted(wanted)))))
    found += [line for line in _uncounted(inventory, codes) if line["category"] in wanted]
    order = {code: at for at, code in enumerate(listed)}
    return sorted(
        found, key=lambda line: (order.get(line["category"], len(order)), line["state"] == UNMATCHED)
    )


def counted_lines(frame: pl.DataFrame) -> Iterator[Line]:
    """Rows of an inventory as lines, by their ``__category``; see `sector_lines`."""
    if not frame.height:
        return
    keys = ["__category", *(name for name in _KEYS if name in frame.columns)]
    amounts = (
        frame.unique(["cell", *keys], maintain_order=True)
        .group_by(keys, maintain_order=True)
        .agg(pl.col("amount").sum())
    )
    about = with_scores(frame).group_by(keys).agg(
        mean_score().alias("score"),
        pl.col("emission_nano").sum(),
        pl.col("check").unique().sort(),
        pl.col("coefficient_row").unique().sort(),
    ).with_columns(grade_of(pl.col("score")).alias("grade"))  # fmt: skip
    masses: dict[tuple[Any, ...], dict[str, tuple[float, float]]] = {}
    sums = frame.group_by([*keys, "gas"]).agg(pl.col("nano").sum(), pl.col("emission_nano").sum())
    for *key, gas, nano, emission in sums.sort("gas").iter_rows():
        masses.setdefault(tuple(key), {})[gas] = (nano / NANO, emission / NANO)
    joined = amounts.join(about, on=keys, how="left", maintain_order="left", nulls_equal=True)
    for row in joined.iter_rows(named=True):
        yield {
            **{name: row.get(name) or "" for name in _KEYS if name != "memo"},
            "category": row["__category"],
            "amount": row["amount"],
            "masses": masses[tuple(row[name] for name in keys)],
            "emission": row["emission_nano"] / NANO,
            "state": MEMO_ITEM if row["memo"] else COUNTED,
            "check": "; ".join(row["check"]),
            "grade": row["grade"],
            "records": row["coefficient_row"],
            "reason": ("", ""),
        }


def _uncounted(inventory: Inventory, codes: str) -> Iterator[Line]:
    """Activity that waits for a coefficient, once for each category."""
    seen: set[tuple[str, int]] = set()
    for (category, _), rows in uncounted(inventory, codes).items():
        for row in rows:
            if (category, row["cell"]) not in seen:
                seen.add((category, row["cell"]))
                yield {
                    **{name: row.get(name) or "" for name in _KEYS if name != "memo"},
                    "category": category,
                    "amount": row["amount"],
                    "masses": {},
                    "emission": None,
                    "state": UNMATCHED,
                    "check": "",
                    "grade": "",
                    "records": [],
                    "reason": (row["reason_zh"], row["reason_en"]),
                }


def fuels_by_category(inventory: Inventory, codes: str, top: str) -> pl.DataFrame:
    """Fuels against the categories right below one: amounts and CO2.

    Returns
    -------
    DataFrame
        ``item``, ``unit`` (that of the catalogue where the amount can be given in it), ``category``, ``amount`` in the unit,
        ``mass`` [t CO2]; one row each that has activity.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"] * 2, "period": ["2021"] * 2, "item": ["柴油"] * 2, "amount": [1, 2], "unit": ["t", "万吨"],
    ...          "sector": ["居民生活"] * 2}
    >>> fuels_by_category(th.account(table, "cn-energy-2011"), "provincial2011", "P1.1").select("item", "category", "amount").rows()
    [('diesel', 'P1.1.6', 20001.0)]
    """
    listed = codelist(codes)
    frame = with_categories(inventory, [codes])
    inside = [code for code in frame.get_column(codes).unique().to_list() if code and code in listed and listed.is_under(code, top)]  # fmt: skip
    rows = frame.filter(pl.col(codes).is_in(inside))
    pairs = rows.select("item", "unit").unique().rows()
    schema = {"item": pl.String, "unit": pl.String, "__unit": pl.String, "__scale": pl.Float64}
    scales = pl.DataFrame([(item, unit, *_scale(item, unit)) for item, unit in pairs], schema=schema, orient="row")  # fmt: skip
    found = rows.join(scales, on=["item", "unit"], how="left")
    amounts = found.unique(["cell", codes]).group_by("item", "__unit", codes).agg((pl.col("amount") * pl.col("__scale")).sum())  # fmt: skip
    co2 = found.filter(pl.col("gas") == "CO2").group_by("item", "__unit", codes).agg(pl.col("nano").sum())
    joined = amounts.join(co2, on=["item", "__unit", codes], how="left")
    return joined.select(
        "item",
        pl.col("__unit").alias("unit"),
        pl.col(codes).alias("category"),
        pl.col("amount").round_sig_figs(15),
        (pl.col("nano") / NANO).alias("mass"),
    ).sort("item", "unit", "category")


def _scale(item: str, unit: str) -> tuple[str, float]:
    """The unit of an item in the catalogue and how many of it a unit is; the unit as it is where they differ in kind."""
    own = "" if item.startswith(OWN) and item not in items() else items().get(item).unit
    given = parse_unit(unit)
    if own and parse_unit(own).dimension == given.dimension:
        return own, given.factor / parse_unit(own).factor
    return unit, 1.0


def totals(frame: pl.DataFrame, codes: str) -> list[tuple[str, dict[str, float | None]]]:
    """Totals with and without land use, from an official table in CO2e.

    Parameters
    ----------
    frame : DataFrame
        As ``official_table(..., weighted=True)`` gives it.
    codes : str
        Its list.

    Returns
    -------
    list of (str, dict)
        Key of the line (``with_land_use``, ``land_use``, ``without_land_use``, then the codes of the memo rows and of the
        rows below the list) and its gases and ``total`` [t CO2e].

    Examples
    --------
    >>> import tanheng as th
    >>> from tanheng.inventory import official_table
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> frame = official_table(th.account(table, "cn-provincial-2011"), weighted=True).to_polars()
    >>> [(key, row["total"]) for key, row in totals(frame, "provincial2011")][:3]
    [('with_land_use', 683.0), ('land_use', None), ('without_land_use', 683.0)]
    """
    names = [name for name in frame.columns if name not in {"code", "name", "notation"}]
    rows = {row["code"]: {name: row[name] for name in names} for row in frame.to_dicts()}
    land = [code for one in sheets_of(codes) if one["land_use"] for code in one["categories"].split("|")]
    root = main_root(codes)
    whole = rows[root]
    part = {name: _sum([rows[code][name] for code in land]) for name in names}
    rest = {name: None if whole[name] is None else whole[name] - (part[name] or 0.0) for name in names}
    listed = codelist(codes)
    others = [
        code for code in rows if code != root and not (code in listed and listed.get(code).get("parent"))
    ]
    return [("with_land_use", whole), ("land_use", part), ("without_land_use", rest), *((code, rows[code]) for code in others)]  # fmt: skip


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
