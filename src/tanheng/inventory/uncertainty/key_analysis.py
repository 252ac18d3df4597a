"""Key categories: those that make most of the total, of its change, or of their uncertainty."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.reading.named_tables import read_named
from tanheng.codes import codelist
from tanheng.codes.wording import list_name
from tanheng.errors import language
from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.line_terms import lines_of, own_list
from tanheng.inventory.uncertainty.shares import category_uncertainty
from tanheng.inventory.uncertainty.terms import least_share
from tanheng.inventory.uncertainty.trend import left_out, same_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

Kind = Literal["level", "trend", "either"]
_LINE = ["category", "gas"]
_SHARES = ["variance_share", "from_activity", "from_factors"]
_COLUMNS = [
    *_LINE, "name", "base", "emission", "uncertainty",
    "level", "level_share", "level_cumulative", "level_key",
    "trend", "trend_share", "trend_cumulative", "trend_key", *_SHARES,
]  # fmt: skip
_YEARS = (("基年", "the base year"), ("当年", "the year"))
_SHOWN = 8
_EQUAL = 1e-12
"""A cumulative share this near the line has reached it: sums of doubles are no sharper."""


@dataclass(frozen=True)
class KeyCategories:
    """Every category and gas with what it weighs, and whether it is key.

    ``lines`` has ``base`` and ``emission`` [t], ``uncertainty`` [%, half width at 95 %], ``level`` and ``trend`` (equations
    4.1 and 4.2, fractions); ``level_share``, ``trend_share`` by which they are ranked, their running sums and the verdicts
    ``level_key``, ``trend_key``; and the shares of the variance of the total [%]. Null is unknown. ``threshold`` is the
    share that the key categories make together.
    """

    lines: pl.DataFrame
    approach: int
    threshold: float
    title: str = ""
    findings: list[Finding] = field(default_factory=list)

    def keys(self, kind: Kind = "either") -> list[tuple[str, str]]:
        """Category and gas of the key categories, the heaviest first."""
        verdicts = {"level": [pl.col("level_key")], "trend": [pl.col("trend_key")]}
        wanted = verdicts.get(kind, [pl.col("level_key"), pl.col("trend_key")])
        chosen = self.lines.filter(pl.any_horizontal(column.fill_null(value=False) for column in wanted))
        if kind == "trend":
            chosen = chosen.sort("trend_share", *_LINE, descending=[True, False, False])
        return [(str(category), str(gas)) for category, gas in chosen.select(_LINE).iter_rows()]

    def table(self) -> Table:
        """The lines as a table."""
        return Table(self.lines, self.title)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "approach": self.approach,
            "threshold": self.threshold,
            "level_key": [list(key) for key in self.keys("level")],
            "trend_key": [list(key) for key in self.keys("trend")],
            "lines": self.lines.to_dicts(),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __repr__(self) -> str:
        return f"{self.title}\n{self.lines}"


@functools.cache
def _approaches() -> dict[int, dict[str, str]]:
    with (files("tanheng.packs") / "rules" / "key_categories.csv").open(encoding="utf-8") as stream:
        return {int(row["approach"]): row for row in csv.DictReader(stream)}


def key_categories(
    inventory: Inventory,
    base: Inventory | None = None,
    *,
    by: str | None = None,
    at: Sequence[str] = (),
    approach: int = 1,
) -> KeyCategories:
    """Key categories of an inventory, by level and, with a base year, by trend.

    Parameters
    ----------
    inventory, base : Inventory
        The year and the base year, in the same gas and GWP set.
    by : str, optional
        A category list in which the method places its emissions; the method's own unless told.
    at : sequence of str
        Categories that are taken whole, with all below them, such as ``["1.A.1", "1.A.3"]``.
    approach : int
        1: by share; 2: by share times uncertainty.

    Returns
    -------
    KeyCategories
        Memo items are left out; removals count by absolute value; the origins of a gas are one gas. ``findings`` tell what
        is no part of the assessment: activity that is not counted, and categories of one year only.

    Raises
    ------
    CellNotFound
        When the method does not know the list.
    ArgumentInvalid
        When the approach is neither 1 nor 2, or the base year is in another unit.

    Notes
    -----
    See `key_categories_of` for the formulas. The uncertainties are those of `category_uncertainty`, by propagation.

    Examples
    --------
    >>> import tanheng as th
    >>> def year(period, coal):
    ...     rows = {"item": ["煤品", "煤品"], "amount": [coal, 30], "sector": ["工业", "农业"], "unit": ["t"] * 2}
    ...     return th.account(rows | {"entity": ["四川省"] * 2, "period": [period] * 2}, "sichuan-park-2022")
    >>> found = key_categories(year("2021", 100), year("2020", 40))
    >>> found.keys("level"), found.keys("trend")
    ([('1.A.2', 'CO2'), ('1.A.4.c', 'CO2')], [('1.A.2', 'CO2'), ('1.A.4.c', 'CO2')])
    """
    by = by or own_list(inventory)
    if base is not None:
        same_unit(inventory, base)
    spread = category_uncertainty(inventory, by, at=at).to_polars()
    lines = spread.rename({"emission": "current"}).drop("low", "high", "known_share")
    findings = _incomplete(inventory, base)
    if base is None:
        lines = lines.with_columns(pl.lit(None, dtype=pl.Float64).alias("base"))
    else:
        before = lines_of(base, by, at).group_by(
            pl.col("line_category", "line_gas").name.map(lambda name: name[5:])
        )
        lines = lines.join(
            before.agg(pl.col("emission").sum().alias("base")), on=_LINE, how="full", coalesce=True
        )
        findings += _in_one_year_only(lines)
        lines = lines.with_columns(pl.col("base", "current").fill_null(0.0))
    return _assessed(lines, approach, f"{inventory.method['id']}: {_list(by)}", by, findings)


def key_categories_of(table: Any, *, approach: int = 1, by: str = "ipcc2006") -> KeyCategories:
    """Key categories of a table of emissions, such as an inventory that was reported.

    Parameters
    ----------
    table : path or table
        ``category``, ``gas``, ``base`` and ``current`` [t CO2e], ``uncertainty`` [%, half width at 95 %], under their
        Chinese or English names; only category and current are required. Rows of one category and gas are added up.
    approach : int
        1: by share; 2: by share times uncertainty.
    by : str
        The list of which the categories are, for their names.

    Returns
    -------
    KeyCategories
        The categories are taken as independent in the shares of the variance, which know no sources.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When the table cannot be read.
    ArgumentInvalid
        When the approach is neither 1 nor 2, or a category with an uncertainty stands in several rows.

    Notes
    -----
    Level L = |E_t| / sum |E_t|. Trend T = |E_0| / sum |E_0| x |(E_t - E_0) / |E_0| - (sum E_t - sum E_0) / |sum E_0||,
    and |E_t| / sum |E_0| where E_0 is zero, which is its limit. Approach 2 ranks by L x U and T x U. In descending order,
    categories are key until they make 95 % (approach 2: 90 %) together; the one that crosses the line is key. A category
    of unknown emission enters no sum; one of unknown uncertainty is not ranked by approach 2, which gives no verdict where
    those that are ranked make too little of the total (`least_share`).

    Source: IPCC 2006, volume 1, chapter 4, equations 4.1 to 4.5 and section 4.3 (recalled; packs/rules/key_categories.csv).

    Examples
    --------
    >>> found = key_categories_of({"category": ["1.A.1", "1.A.3", "4.A"], "current": [90, 8, 2], "base": [90, 4, 2]})
    >>> found.keys("level"), found.keys("trend")
    ([('1.A.1', ''), ('1.A.3', '')], [('1.A.3', ''), ('1.A.1', '')])
    """
    told: list[Finding] = []
    rows = read_named(table, "categories", told=told)
    lines = _added(rows)
    squares = (pl.col("current") * pl.col("uncertainty")) ** 2
    lines = lines.with_columns(
        (squares / squares.sum() * 100).fill_nan(None).alias("variance_share"),
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in _SHARES[1:]),
    )
    return _assessed(lines, approach, _list(by), by, [*told, *_unknown(rows, lines)])


def _added(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per category and gas; a sum with an unknown part is unknown."""
    twice = rows.filter(pl.struct(_LINE).is_duplicated() & pl.col("uncertainty").is_not_null())
    if twice.height:
        category = " ".join(filter(None, twice.select(_LINE).row(0)))
        raise invalid(
            "table",
            category,
            "每一类别和气体只有一行（不确定性无从合并）",
            "one row per category and gas, as uncertainties cannot be added up here",
        )
    unknown = [
        pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)
        for name in ("base", "current")
    ]
    return rows.group_by(_LINE, maintain_order=True).agg(*unknown, pl.col("uncertainty").first())


def _incomplete(inventory: Inventory, base: Inventory | None) -> list[Finding]:
    years = ((base, _YEARS[0]), (inventory, _YEARS[1]))
    return [
        Finding("I-235", {"year": year, "number": left_out(one)})
        for one, year in years
        if one is not None and not one.complete
    ]


def _unknown(rows: pl.DataFrame, lines: pl.DataFrame) -> list[Finding]:
    """Categories of a table that enter no assessment, as their emission in a year is unknown."""
    with_base = rows.get_column("base").is_not_null().any()
    kinds = (("趋势", "trend"), ("水平和趋势", "level and trend") if with_base else ("水平", "level"))
    found = []
    for name, year, what in zip(("base", "current"), _YEARS, kinds, strict=True):
        left = lines.filter(pl.col(name).is_null())
        if left.height and (with_base or name == "current"):
            fields = {"categories": _listed(left), "year": year, "what": what}
            found.append(Finding("I-236", fields, (), left.height))
    return found


def _listed(lines: pl.DataFrame) -> str:
    named = ", ".join(" ".join(filter(None, row)) for row in lines.select(_LINE).head(_SHOWN).iter_rows())
    return named + (" …" if lines.height > _SHOWN else "")


def _in_one_year_only(lines: pl.DataFrame) -> list[Finding]:
    found = []
    for name, year in zip(("base", "current"), _YEARS, strict=True):
        absent = lines.filter(pl.col(name).is_null())
        if absent.height:
            found.append(Finding("I-230", {"year": year, "categories": _listed(absent)}, (), absent.height))
    return found


def _list(name: str) -> str:
    return str(getattr(list_name(name), language()))


def _assessed(
    lines: pl.DataFrame, approach: int, title: str, by: str, findings: list[Finding]
) -> KeyCategories:
    rule = _approaches().get(approach)
    if rule is None:
        known = ", ".join(map(str, _approaches()))
        raise invalid("approach", approach, f"{known} 之一", f"one of {known}")
    threshold = float(rule["threshold"])
    weighted = rule["ranks_by"] == "uncertainty"
    lines = lines.with_columns(_level().alias("level"), _trend().alias("trend"))
    if lines.get_column("base").is_not_null().any() and lines.get_column("trend").is_null().all():
        findings = [*findings, Finding("I-237", {})]
    for name in ("level", "trend"):
        lines = _ranked(lines, name, threshold, weighted=weighted)
    names = pl.col("category").map_elements(lambda code: _name(by, code), return_dtype=pl.String)
    ordered = lines.with_columns(names.alias("name")).rename({"current": "emission"}).select(_COLUMNS)
    ordered = ordered.sort(
        "level_share", "level", *_LINE, descending=[True, True, False, False], nulls_last=True
    )
    if weighted:
        ordered, more = _as_far_as_known(ordered)
        findings = [*findings, *more]
    lang = language()
    words = f"{rule[f'document_{lang}']}", f"{rule[f'clause_{lang}']}", f"{threshold:.0%}"
    said = "{}（{}，{}：{}）" if lang == "zh" else "{} ({}, {}: {})"
    return KeyCategories(ordered, approach, threshold, said.format(title, *words), findings)


def _level() -> pl.Expr:
    size = pl.col("current").abs()
    return pl.when(size.sum() > 0).then(size / size.sum())


def _trend() -> pl.Expr:
    """Equation 4.2 multiplied out, so that it holds for a base of zero as well (equation 4.3)."""
    both = pl.col("base").is_not_null() & pl.col("current").is_not_null()
    base, current = (pl.when(both).then(pl.col(name)) for name in ("base", "current"))
    change = (current.sum() - base.sum()) / base.sum().abs()
    trend = (current - base - base.abs() * change).abs() / base.abs().sum()
    return pl.when(base.sum() != 0).then(trend)


def _ranked(lines: pl.DataFrame, name: str, threshold: float, *, weighted: bool) -> pl.DataFrame:
    """Share of each line in the sum of what ranks them, the running sum, and whether the line is key."""
    weight = pl.col(name) * pl.col("uncertainty") if weighted else pl.col(name)
    share, running, before = (
        f"{name}_share",
        f"{name}_cumulative",
        pl.col(f"{name}_cumulative") - pl.col(f"{name}_share"),
    )
    key = (before < threshold - _EQUAL) & (pl.col(share) > 0)
    return (
        lines.with_columns(pl.when(weight.sum() > 0).then(weight / weight.sum()).alias(share))
        .sort(share, *_LINE, descending=[True, False, False], nulls_last=True)
        .with_columns(pl.when(pl.col(share).is_not_null()).then(pl.col(share).cum_sum()).alias(running))
        .with_columns(key.alias(f"{name}_key"))
    )


def _as_far_as_known(lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Lines of approach 2, without verdicts where too little of the total is ranked."""
    left = lines.filter(pl.col("uncertainty").is_null() & pl.col("level").is_not_null())
    if not left.height:
        return lines, []
    share = float(left.get_column("level").sum())
    enough = 100 * (1 - share) >= least_share("ranked_share_percent")
    verdict = ("", "") if enough else ("有不确定性的太少，不判定关键类别。", " Too few have one: no verdict.")
    fields = {"categories": _listed(left), "share": f"{share:.1%}", "verdict": verdict}
    none = pl.lit(None, dtype=pl.Boolean)
    kept = lines if enough else lines.with_columns(none.alias(f"{name}_key") for name in ("level", "trend"))
    return kept, [Finding("I-231", fields, (), left.height)]


def _name(by: str, code: str) -> str:
    listed = codelist(by)
    return listed.told_apart(code, language()) if code in listed else code
