"""Rules for gaps: none is filled unless a rule was chosen, and every number that was filled in is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanheng.pathways.composite.choices import WAYS, Choice
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.problems import ValuesMissing, composite_invalid
from tanheng.pathways.composite.units import Units
from tanheng.pathways.tree.arithmetic import Floats


@dataclass(frozen=True)
class Filled:
    """A number that stands in a gap: row of the table, code of the indicator, value in its unit."""

    row: int
    indicator: str
    value: float


def fill(
    values: Floats, units: Units, framework: Framework, choice: Choice
) -> tuple[Floats, tuple[Filled, ...]]:
    """Fill the gaps of indicators by a rule.

    Parameters
    ----------
    values : array (n, k)
        Indicators in their units, NaN where missing.
    choice : Choice
        ``refuse``; ``available``, which leaves gaps and lets the others of a group speak for them; ``mean`` or ``median`` of the
        indicator; ``group-mean:COLUMN`` or ``group-median:COLUMN`` among units of one group
        (a unit without one is not filled); ``panel``, the unit's own other years,
        straight between two known ones and the last known one after them.

    Raises
    ------
    ValuesMissing
        For gaps without a rule, or where the rule finds nothing to fill them with.
    CompositeInvalid
        For a group column that is not there.
    """
    gaps = np.isnan(values)
    if not gaps.any():
        return values, ()
    if choice.name == "refuse":
        raise _missing(gaps, units, framework, ("没有选择缺失规则", "no rule for gaps was chosen"))
    if choice.name == "available":
        empty = np.asarray(gaps.all(axis=1))
        if empty.any():
            raise _missing(
                gaps & empty[:, None],
                units,
                framework,
                ("该单元没有任何数据", "this unit has no data at all"),
            )
        return values, ()
    filled = _panel(values, units, framework) if choice.name == "panel" else _middle(values, units, choice)
    if np.isnan(filled).any():
        raise _missing(
            np.isnan(filled),
            units,
            framework,
            ("所选规则没有可用的数", "the chosen rule finds no number for it"),
        )
    return filled, tuple(
        Filled(int(row), framework.indicators[at].code, float(filled[row, at]))
        for row, at in np.argwhere(gaps)
    )


def _middle(values: Floats, units: Units, choice: Choice) -> Floats:
    filled = values.copy()
    for rows in _parts(units, choice):
        part = values[rows]
        known = ~np.isnan(part).all(axis=0)
        middle = np.full(part.shape[1], np.nan)
        take = np.nanmedian if choice.name.endswith("median") else np.nanmean
        middle[known] = take(part[:, known], axis=0)
        filled[rows] = np.where(np.isnan(part), middle, part)
    return filled


def _parts(units: Units, choice: Choice) -> list[NDArray[np.intp]]:
    if not choice.word:
        return [np.flatnonzero(np.ones(len(units)))]
    if choice.word not in units.groups:
        known = ", ".join(units.groups) or "–"
        raise composite_invalid(
            ("的缺失规则", ", rule for gaps"), (f"没有分组列“{choice.word}”，有 {known}", f"there is no group '{choice.word}'; there are {known}"),
            ("请在指标表中以类型“分组”写明该列", "State the column in the framework with type Group"),
        )  # fmt: skip
    words = np.array(units.groups[choice.word])
    return [np.flatnonzero(words == one) for one in dict.fromkeys(words.tolist()) if one]


def _panel(values: Floats, units: Units, framework: Framework) -> Floats:
    """Fill from the other years; where one year was taken out of a table, from all years of that table."""
    source = units.whole or units
    filled = values.copy() if source is units else source.matrix(framework)
    if source.years is None or units.years is None:
        return filled
    codes = np.array(source.codes)
    for code in dict.fromkeys(units.codes):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(source.years[rows])]
        years = source.years[rows]
        for at in range(filled.shape[1]):
            known = ~np.isnan(filled[rows, at])
            if known.any():
                after = years >= years[known][0]
                filled[rows[after], at] = np.interp(years[after], years[known], filled[rows[known], at])
    if source is units:
        return filled
    place = {key: at for at, key in enumerate(zip(source.codes, source.years.tolist(), strict=True))}
    return filled[[place[key] for key in zip(units.codes, units.years.tolist(), strict=True)]]


def _missing(
    gaps: NDArray[np.bool_], units: Units, framework: Framework, reason: tuple[str, str]
) -> ValuesMissing:
    places = np.argwhere(gaps)
    rows = [
        {"unit": units.codes[row], "indicator": framework.indicators[at].code}
        | ({} if units.years is None else {"year": int(units.years[row])})
        for row, at in places[:5]
    ]
    return ValuesMissing(
        count=len(places), unit=rows[0]["unit"], indicator=rows[0]["indicator"], reason=reason,
        rules=", ".join(WAYS["missing"][1:]), rows=rows,
    )  # fmt: skip
