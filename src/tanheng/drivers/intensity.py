"""Emission intensity: emission by GDP and by head of each year, held against the path of a target."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_SCALE = 1e4
"""10^8 CNY in 10^4 CNY, and 10^4 persons in persons."""
_SCHEMA = {
    "year": pl.String, "emission": pl.Float64, "gdp": pl.Float64, "population": pl.Float64, "per_gdp": pl.Float64,
    "per_head": pl.Float64, "intensity_path": pl.Float64, "emission_path": pl.Float64,
}  # fmt: skip


def intensities(
    emissions: Mapping[str, float],
    data: Mapping[tuple[str, str], float],
    bases: Mapping[tuple[str, str], str] | None = None,
) -> pl.DataFrame:
    """Emission by GDP and by head of each year, and where the targets would have it.

    Parameters
    ----------
    emissions : mapping
        Year to emission [t].
    data : mapping
        (quantity, year) to ``gdp`` [10^8 CNY], ``population`` [10^4 persons], ``intensity_target`` [t per 10^4 CNY] and
        ``emission_target`` [t].
    bases : mapping, optional
        (quantity, year) of a target to the base year that it names.

    Returns
    -------
    DataFrame
        ``year``, ``emission`` [t], ``gdp``, ``population``, ``per_gdp`` [t per 10^4 CNY], ``per_head`` [t],
        ``intensity_path`` [t per 10^4 CNY] and ``emission_path`` [t], by year; what is unknown is null.

    Examples
    --------
    >>> found = intensities({"2019": 240e6, "2020": 250e6}, {("gdp", "2019"): 25000.0, ("intensity_target", "2021"): 0.46})
    >>> found.select("year", "per_gdp", "intensity_path").rows()
    [('2019', 0.96, 0.96), ('2020', None, 0.71)]
    """
    years = sorted(emissions)
    given: dict[str, dict[str, float]] = {}
    for (quantity, year), value in data.items():
        given.setdefault(quantity, {})[year] = value
    per = {
        quantity: {year: emissions[year] / (amount * _SCALE) for year, amount in given.get(quantity, {}).items() if year in emissions}
        for quantity in ("gdp", "population")
    }  # fmt: skip

    def wanted(quantity: str, known: Mapping[str, float]) -> dict[str, float]:
        targets = given.get(quantity, {})
        return path(targets, known, years, (bases or {}).get((quantity, min(targets, default="")), ""))

    intensity, total = wanted("intensity_target", per["gdp"]), wanted("emission_target", emissions)
    rows = [
        (year, emissions[year], given.get("gdp", {}).get(year), given.get("population", {}).get(year),
         per["gdp"].get(year), per["population"].get(year), intensity.get(year), total.get(year))
        for year in years
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def path(
    targets: Mapping[str, float], known: Mapping[str, float], years: list[str], base: str = ""
) -> dict[str, float]:
    """Where the targets would have a quantity in each year.

    Straight between the targets; before the first one straight from its base year, or where it names none from the first
    known year, if that is earlier; after the last one level. Where the value of the base year is not known, there is no path
    before the first target. A convention of ours, stated in packs/rules/alarm_kinds.csv.

    Examples
    --------
    >>> path({"2025": 80.0}, {"2020": 100.0, "2021": 99.0}, ["2020", "2022", "2030"])
    {'2020': 100.0, '2022': 92.0, '2030': 80.0}
    >>> path({"2025": 80.0}, {"2020": 100.0, "2021": 99.0}, ["2020", "2021", "2023"], "2021")
    {'2021': 99.0, '2023': 89.5}
    >>> path({"2025": 80.0}, {"2020": 100.0}, ["2020", "2025"], "2015")
    {'2025': 80.0}
    """
    if not targets:
        return {}
    marks = {int(year): value for year, value in targets.items()}
    first = base or min(known, default="")
    if first in known and int(first) < min(marks):
        marks[int(first)] = known[first]
    order = sorted(marks)
    found = {}
    for year in years:
        at = int(year)
        before, after = [one for one in order if one <= at], [one for one in order if one >= at]
        if before and after:
            low, high = before[-1], after[0]
            step = (marks[high] - marks[low]) / (high - low) if high > low else 0.0
            found[year] = marks[low] + step * (at - low)
        elif before:
            found[year] = marks[before[-1]]
    return found
