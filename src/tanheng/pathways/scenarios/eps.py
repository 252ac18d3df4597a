"""Scenarios of the Energy Policy Simulator 能源政策模拟器 for China, from its tables of CO2 by sector as it writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tanheng.activity.clean import is_blank, number_of
from tanheng.pathways.tree.problems import exchange_wrong
from tanheng.quantities import multiplier

MODEL, REGION, UNIT, EQUIVALENT = "EPS China", "CHN", "Mt CO2/yr", "Mt CO2-equiv/yr"
CO2, KYOTO = "Emissions|CO2", "Emissions|Kyoto Gases"
_TITLE = re.compile(r"Scope (1\+2|1) CO2 Emission by Sector")
_GRAMS = re.compile(r"(BAU )?Total Pollutant Emissions by Sector\[(.+?)(?: sector)?,CO2\]")
_BUILDINGS = "Energy|Buildings"
_SECTORS = {
    "transportation": "Energy|Transport", "electricity": "Energy|Electricity", "electricity export": "Energy|Electricity Exports",
    "residential bldg": f"{_BUILDINGS}|Residential", "residential buildings": f"{_BUILDINGS}|Residential",
    "commercial bldg": f"{_BUILDINGS}|Commercial", "commercial buildings": f"{_BUILDINGS}|Commercial",
    "industry": "Industry", "industrial fuel": "Energy|Industry", "industrial process": "Industrial Processes",
    "heating and h2": "Energy|Heat and Hydrogen", "district heat and hydrogen": "Energy|Heat and Hydrogen",
    "lulucf": "Sinks", "geo-engineering": "Geoengineering", "geoengineering": "Geoengineering",
}  # fmt: skip
_WHOLES = {"co2 emission": CO2, "subtotal": CO2, "co2e emission": KYOTO}
_CLOSE = 1e-4
Rows = Sequence[tuple[int, Sequence[str]]]
Series = dict[int, float]


def eps_rows(rows: Rows, *, file: str = "") -> dict[tuple[str, ...], float] | None:
    """Values of a table of EPS in the IAMC form, or None where it is none of its tables.

    Parameters
    ----------
    rows : sequence of (number, cells)
        As `read_cells` gives them: CO2 by sector in g (``Total Pollutant Emissions by Sector[…]``), or in 100 Mt, of scope 1
        or of scope 1 and 2.
    file : str
        What messages call it.

    Returns
    -------
    dict or None
        Model, scenario, region, variable, unit and year to the value [Mt/yr]. ``Emissions|CO2`` is the sum of the sectors,
        sinks with it. The CO2e that the table in g says is left out: it counts heat and hydrogen twice.

    Raises
    ------
    ExchangeInvalid
        When the sectors do not add up to the total that stands in the table.

    Source
    ------
    Energy Innovation and iGDP: EPS China, outputs of ``Low BAU`` 2024 (repository Smart-Trans/eps-china2019-smart-trans).

    Examples
    --------
    >>> head = "BAU Total Pollutant Emissions by Sector[{} sector,CO2] : MostRecentRun"
    >>> rows = [(1, ["Time (Year)", "2023"]), (2, [head.format("transportation"), "2e12"]), (3, [head.format("LULUCF"), "-5e11"])]
    >>> {key[3]: value for key, value in eps_rows(rows).items()}["Emissions|CO2"]
    1.5
    """
    rows = [row for row in rows if row[1]]
    title = next((found for _, cells in rows[:3] for cell in cells if (found := _TITLE.search(cell))), None)
    if title is not None:
        held, note, scale = _of_report(rows), f" (scope {title[1]})", multiplier("100MtCO2", "MtCO2")
    else:
        held, note, scale = _of_run(rows), "", multiplier("gCO2", "MtCO2")
    if not held:
        return None
    return {
        (MODEL, scenario + note, REGION, variable, EQUIVALENT if variable == KYOTO else UNIT, str(year)): value * scale
        for scenario, series in held.items()
        for variable, values in _summed(scenario, series, file).items()
        for year, value in values.items()
    }  # fmt: skip


def _of_run(rows: Rows) -> dict[str, dict[str, Series]]:
    """The table in g, as the model writes it."""
    found: dict[str, dict[str, Series]] = {}
    years: dict[int, int] = {}
    for _, cells in rows:
        years = _years(cells) or years
        if (named := _GRAMS.match(cells[0].strip())) and (sector := _SECTORS.get(named[2].casefold())):
            found.setdefault(_scenario(named[1]), {})[f"{CO2}|{sector}"] = _values(cells, years)
    return found


def _of_report(rows: Rows) -> dict[str, dict[str, Series]]:
    """The table in 100 Mt: the parts of scope 1 and 2 that follow its first block are left out."""
    found: dict[str, dict[str, Series]] = {}
    years: dict[int, int] = {}
    for _, cells in rows:
        label = cells[0].strip()
        if new := _years(cells):
            if years and label:
                break
            years = new
            continue
        name = label.removeprefix("BAU ").casefold()
        name = "industrial fuel" if name == "industry" else name
        variable = _WHOLES.get(name) or (f"{CO2}|{_SECTORS[name]}" if name in _SECTORS else "")
        if variable and (values := _values(cells, years)):
            found.setdefault(_scenario(label[: -len(name)]), {}).setdefault(variable, values)
    return found


def _scenario(prefix: str | None) -> str:
    return "BAU" if prefix else "Policy"


def _years(cells: Sequence[str]) -> dict[int, int]:
    """Years by column of a row that holds nothing else; those between two that are told are filled in."""
    told = {at: cell.strip() for at, cell in enumerate(cells) if at and not is_blank(cell)}
    if len(told) < 1 or not all(re.fullmatch(r"(19|20|21)\d\d", text) for text in told.values()):
        return {}
    first = min(told)
    found = {at: int(told[first]) + at - first for at in range(first, max(told) + 1)}
    return found if all(found[at] == int(text) for at, text in told.items()) else {}


def _values(cells: Sequence[str], years: Mapping[int, int]) -> Series:
    found = {year: number_of(cells[at]) for at, year in years.items() if at < len(cells)}
    return {year: value for year, value in found.items() if value is not None}


def _summed(scenario: str, series: Mapping[str, Series], file: str) -> dict[str, Series]:
    """The series with the sums of their sectors, held against the total that stands in the table."""
    parts = {name: values for name, values in series.items() if name not in (CO2, KYOTO)}
    # industry with its processes cannot be told apart, so that there is no whole of energy
    wholes = [CO2, f"{CO2}|{_BUILDINGS}", *([] if f"{CO2}|Industry" in parts else [f"{CO2}|Energy"])]
    found = {name: values for name, values in series.items() if name != CO2}
    for whole in wholes:
        inside = [values for name, values in parts.items() if name.startswith(f"{whole}|")]
        if inside:
            years = set.intersection(*(set(values) for values in inside))
            found[whole] = {year: sum(values[year] for values in inside) for year in sorted(years)}
    for year, told in series.get(CO2, {}).items():
        total = found.get(CO2, {}).get(year, told)
        if abs(total - told) > _CLOSE * max(abs(total), abs(told)):
            raise exchange_wrong(
                file,
                (f"EPS 情景 {scenario} {year} 年各部门之和 {total:.6g} 与表中合计 {told:.6g} 不等", f"EPS scenario {scenario}, {year}: the sectors add up to {total:.6g}, the table says {told:.6g}"),
                ("请核对是否缺少部门。", "See whether a sector is missing."),
            )  # fmt: skip
    return found
