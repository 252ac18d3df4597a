"""One year of a run on disk, without reading the others: what a question about quality needs of a run of many rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from tanheng.activity import parse_period
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.part import absent, one_year
from tanheng.inventory.releases.runs import FORMAT, exact, find_run, inventory_of, part_of
from tanheng.record import Version, read_version

_EMISSIONS, _UNMATCHED, _ACTIVITY = "emissions", "unmatched", "activity"


def load_year(name: str | Path, period: str = "") -> tuple[Inventory, str]:
    """The inventory of one year of a saved run, all its entities together, and which year that is.

    Parameters
    ----------
    name : str or Path
        A run, as of `load_run`.
    period : str
        A year, or a part of one; the latest of several unless told.

    Returns
    -------
    tuple of Inventory and str
        As `one_year(load_run(name), period)` gives them.

    Raises
    ------
    NotFound
        When there is no such run or period.
    VersionAltered
        When a part or the manifest was changed.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> folder = th.account(table, "cn-provincial-2011").save(tempfile.mkdtemp() + "/run")
    >>> found, year = load_year(folder)
    >>> round(found.total, 3), year, found.emissions.height
    (1.366, '2021', 1)
    """
    kept = read_version(find_run(name), FORMAT)
    known = years_in(kept)
    year = (parse_period(period) or period)[:4] if period else known[-1] if len(known) > 1 else ""
    if not year:
        return one_year(inventory_of(kept))
    must_have(kept, year)
    return one_year(of_year(kept, year), period or year)


def of_year(kept: Version, year: str) -> Inventory:
    """What a run holds of a year, nothing where it does not have it."""
    return inventory_of(
        kept,
        emissions=exact(_of(kept, _EMISSIONS, year)),
        unmatched=_of(kept, _UNMATCHED, year),
        rows=_of(kept, _ACTIVITY, year) if kept.has(_ACTIVITY) else None,
    )


def columns_of_year(
    kept: Version, held: Inventory, year: str, columns: Callable[[Iterable[str]], list[str]]
) -> Inventory:
    """What a run, held without its rows, has of a year in some columns of its emissions."""
    emissions = _of(kept, _EMISSIONS, year, columns)
    return replace(held, emissions=exact(emissions), unmatched=_of(kept, _UNMATCHED, year))


def must_have(kept: Version, year: str) -> None:
    """Refuse a year that a run does not have.

    Raises
    ------
    NotFound
    """
    if year not in years_in(kept):
        raise absent(None, year, _pairs(kept))


def years_in(kept: Version) -> list[str]:
    """The years of a run, counted or not, in order; empty is that of rows without a period."""
    return sorted({*_years(kept, _EMISSIONS).values(), *_years(kept, _UNMATCHED).values()})


def years_of(name: str | Path) -> list[str]:
    """The years of a saved run, in order.

    Raises
    ------
    NotFound, VersionAltered
    """
    return sorted(set(_years(read_version(find_run(name), FORMAT), _EMISSIONS).values()))


def _scan(kept: Version, part: str) -> pl.LazyFrame:
    if not kept.has(part):
        return kept.table(part).lazy()
    return part_of(kept, part)


def _year(text: str) -> str:
    return (parse_period(text.strip()) or "")[:4]


_PERIOD = pl.col("period").cast(pl.String).fill_null("")


def _years(kept: Version, part: str) -> dict[str, str]:
    """The year of each period as it is spelt in a part."""
    scan = _scan(kept, part)
    if "period" not in scan.collect_schema():
        return {}
    return {text: _year(text) for text in scan.select(_PERIOD.unique()).collect().to_series()}


def _of(
    kept: Version, part: str, year: str, columns: Callable[[Iterable[str]], list[str]] = list
) -> pl.DataFrame:
    texts = [text for text, one in _years(kept, part).items() if one == year]
    scan = _scan(kept, part)
    names = scan.collect_schema().names()
    found = scan.filter(_PERIOD.is_in(texts)) if "period" in names else scan
    return found.select(columns(names)).collect()


def _pairs(kept: Version) -> list[tuple[str, str]]:
    entity = pl.col("entity").cast(pl.String).fill_null("")
    seen = _scan(kept, _EMISSIONS).select(entity, _PERIOD).unique().collect()
    return sorted({(who, _year(text)) for who, text in seen.iter_rows()})
