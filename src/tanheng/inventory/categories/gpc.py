"""GPC references and totals: which category a reference means, and what counts where.

The categories stand in packs/codes/gpc.csv; packs/rules/gpc_references.csv adds those that the list lacks and says
which deeper references join a category; packs/rules/gpc_totals.csv says what makes up each total.
"""

from __future__ import annotations

import csv
import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import polars as pl

from tanheng.codes import codelist

GRAMS = 1_000_000
"""Grams in a tonne: emissions of reported inventories are whole grams, so that sums are exact."""


@dataclass(frozen=True)
class Category:
    """What a GPC reference means: its category, scope and the view in which it counts."""

    code: str
    scope: int
    level: str
    removals: bool = False

    @property
    def subsector(self) -> str:
        """The subsector that holds the category, such as ``I.1`` or ``V.2``."""
        return ".".join(self.code.split(".")[:2])

    @property
    def sector(self) -> str:
        """The sector that holds the category, such as ``I``."""
        return self.code.split(".")[0]


@functools.cache
def _rules(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def _known() -> dict[str, Category]:
    listed = {
        row["code"]: Category(row["code"], int(row["scope"]), row["reporting_level"])
        for row in codelist("gpc").rows
        if row["scope"] and row["reporting_level"]
    }
    added = {
        row["prefix"]: Category(row["category"], int(row["scope"]), row["level"], row["removals"] == "yes")
        for row in _rules("gpc_references")
    }
    return {**listed, **added}


@functools.cache
def _open_ended() -> tuple[str, ...]:
    return tuple(row["prefix"] for row in _rules("gpc_references") if row["below"] == "yes")


def clean_reference(text: str) -> str:
    """A reference in one spelling.

    Examples
    --------
    >>> clean_reference(" Ⅱ．１.1 "), clean_reference("v.2.")
    ('II.1.1', 'V.2')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().strip(".")


def category_of(reference: str) -> Category | Literal["heading"] | None:
    """The category that a reference means, ``heading`` for a sector or subsector, None where there is none.

    Parameters
    ----------
    reference : str
        As `clean_reference` gives it. A deeper reference joins its category in IV, V and VI only.

    Source
    ------
    GPC 1.1, table 4.1 and the sectors' chapters (recalled), by the code list of packs/codes/gpc.csv.

    Examples
    --------
    >>> category_of("I.4.4").level, category_of("V.1.2").code, category_of("I.1"), category_of("I.9.1")
    ('territorial', 'V.1', 'heading', None)
    """
    found = _known().get(reference)
    if found is not None:
        return found
    for prefix in _open_ended():
        if reference.startswith(f"{prefix}."):
            return _known()[prefix]
    return "heading" if reference in codelist("gpc") else None


def leaves() -> list[Category]:
    """The 43 sub-categories and the subsectors of IV and V: what a GPC inventory has to answer.

    Examples
    --------
    >>> len(leaves()), sum(category.level == "basic" for category in leaves())
    (48, 32)
    """
    codes = codelist("gpc")
    known = (_known().get(code) for code in codes if not codes.children(code))
    return [category for category in known if category is not None and category.level != "other"]


def near_references(reference: str) -> list[str]:
    """References that a text may have meant: those below a heading, else those that look alike."""
    codes = codelist("gpc")
    if reference in codes:
        below = [code for code in _known() if code.startswith(f"{reference}.")]
        return below[:4]
    return codes.near(reference, count=4)


def totals(rows: pl.DataFrame) -> dict[str, float]:
    """The GPC totals of rows of a reported inventory.

    Parameters
    ----------
    rows : DataFrame
        ``scope`` (1, 2, 3), ``level`` (basic, basic+, territorial, other) and ``emission_g`` [g CO2e], one row a report.

    Returns
    -------
    dict of str to float
        Name of a total (``basic_t``, ``basic_plus_additions_t``, ``territorial_only_t``, ``scope1_t`` …) to t CO2e.

    Source
    ------
    GPC 1.1, chapter 4 (recalled); packs/rules/gpc_totals.csv.

    Examples
    --------
    >>> rows = pl.DataFrame({"scope": [1, 1], "level": ["basic", "territorial"], "emission_g": [1_000_000, 500_000]})
    >>> found = totals(rows)
    >>> found["basic_t"], found["territorial_only_t"], found["territorial_t"]
    (1.0, 0.5, 1.5)
    """
    masses = {name: part.get_column("emission_g").drop_nulls().to_list() for name, part in _parts(rows)}
    return {name: sum(mass) / GRAMS for name, mass in masses.items()}


def total_rows(rows: pl.DataFrame) -> dict[str, int]:
    """How many rows with an emission make up each total: a total of none is unknown, not zero.

    Examples
    --------
    >>> rows = pl.DataFrame({"scope": [1], "level": ["basic"], "emission_g": [0]})
    >>> total_rows(rows)["basic_t"], total_rows(rows)["scope2_t"]
    (1, 0)
    """
    return {name: part.get_column("emission_g").drop_nulls().len() for name, part in _parts(rows)}


def _parts(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for rule in _rules("gpc_totals"):
        scopes = [int(scope) for scope in rule["scopes"].split("|")]
        levels = rule["levels"].split("|")
        yield rule["total"], rows.filter(pl.col("scope").is_in(scopes) & pl.col("level").is_in(levels))


def counts_in(category: Category) -> list[str]:
    """The totals that a category counts in.

    Examples
    --------
    >>> found = category_of("I.4.4")
    >>> counts_in(found) if isinstance(found, Category) else None
    ['territorial_only_t', 'territorial_t', 'scope1_t']
    """
    return [
        rule["total"]
        for rule in _rules("gpc_totals")
        if str(category.scope) in rule["scopes"].split("|") and category.level in rule["levels"].split("|")
    ]


def total_names() -> list[dict[str, str]]:
    """Each total with its name and what it holds, in both languages.

    Examples
    --------
    >>> total_names()[0]["name_en"]
    'BASIC'
    """
    return _rules("gpc_totals")
