"""Global warming potentials: one set of a report, at one horizon, chosen when masses are added up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tanheng.errors import FactorAmbiguous, GwpMissing, NotFound
from tanheng.factors.model import CHECKS, Factor
from tanheng.quantities import gases

_SET = re.compile(r"GWP(?P<horizon>\d+)_(?P<name>\w+)")


@dataclass(frozen=True, slots=True)
class GwpSet:
    """GWP values of one assessment report, kg CO2e per kg of gas.

    Parameters
    ----------
    name : str
        SAR, AR4, AR5, AR5_CCF (with climate-carbon feedbacks) or AR6.
    horizon : int
        Years: 20, 100 or 500.
    values : dict of str to float
        By gas code; methane by origin too (``CH4_fossil``, ``CH4_biogenic``) where the report tells them apart.
    ids : dict of str to str
        Factor id behind each value.
    unverified : frozenset of str
        Gas codes whose value nobody has seen in the report.
    """

    name: str
    horizon: int
    values: dict[str, float]
    ids: dict[str, str]
    unverified: frozenset[str]

    def code(self, gas: str) -> str:
        """The gas code whose value applies: the gas itself, else its family (``CH4_fossil`` to ``CH4``).

        Raises
        ------
        GwpMissing
            When the set values neither.
        """
        for code in (gas, gases().get(gas, {}).get("family", "")):
            if code in self.values:
                return code
        raise GwpMissing(gwp=f"{self.name} (GWP{self.horizon})", gas=gas)

    def value(self, gas: str) -> float:
        """GWP of a gas, kg CO2e per kg.

        Parameters
        ----------
        gas : str
            Gas code. CO2e counts as already weighted: its value is 1 whatever the set, so amounts that come as CO2e keep
            the set that their document used.

        Raises
        ------
        GwpMissing
            When the set has no value for the gas; it is never taken as zero.

        Examples
        --------
        >>> from tanheng.factors import load_factors
        >>> ar6 = load_factors().gwp("AR6")
        >>> ar6.value("CH4_fossil"), ar6.value("CH4_biogenic"), ar6.value("CH4")
        (29.8, 27.0, 27.9)
        """
        return self.values[self.code(gas)]

    def is_unverified(self, gas: str) -> bool:
        """Whether the value that applies to a gas has not been seen in the report."""
        return self.code(gas) in self.unverified


def gwp_sets(rows: Iterable[Factor]) -> dict[tuple[str, int], list[Factor]]:
    """GWP rows by set and horizon."""
    sets: dict[tuple[str, int], list[Factor]] = {}
    for row in rows:
        found = _SET.fullmatch(row.activity) if row.property == "gwp" else None
        if found:
            sets.setdefault((found["name"], int(found["horizon"])), []).append(row)
    return sets


def gwp_set(rows: Iterable[Factor], name: str, *, horizon: int = 100) -> GwpSet:
    """One set out of the rows of a library; see `FactorLibrary.gwp`."""
    sets = gwp_sets(rows)
    key = (name.upper().replace("-", "_"), horizon)
    if key not in sets:
        known = ", ".join(f"{one} ({years})" for one, years in sorted(sets))
        raise NotFound(what_zh="GWP 组", what_en="GWP set", name=f"{name} ({horizon})", known=known)
    chosen = {code: _only([row for row in sets[key] if row.gas_code == code]) for code in _codes(sets[key])}
    # by definition of the potential: carbon dioxide is the reference gas, and CO2e is weighted already
    values = {"CO2": 1.0, "CO2e": 1.0} | {code: row.value for code, row in chosen.items()}
    return GwpSet(
        name=key[0],
        horizon=horizon,
        values=values,
        ids={code: row.id for code, row in chosen.items()},
        unverified=frozenset(code for code, row in chosen.items() if row.unverified),
    )


def _codes(rows: list[Factor]) -> list[str]:
    return list(dict.fromkeys(row.gas_code for row in rows))


def _only(rows: list[Factor]) -> Factor:
    """The one row of a gas: a user's row is a pick, a seen row beats a recalled one, a tie is an error."""
    picked = [row for row in rows if row.user] or rows
    surest = min(CHECKS[row.check] for row in picked)
    picked = [row for row in picked if CHECKS[row.check] == surest]
    if len(picked) > 1:
        ids = ", ".join(row.id for row in picked)
        raise FactorAmbiguous(
            ids=ids, item=picked[0].gas_code, region=picked[0].region, date=picked[0].activity
        )
    return picked[0]
