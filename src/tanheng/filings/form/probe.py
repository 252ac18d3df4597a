"""What a line of the form lacks before it can be accounted: found by asking the resolver as an account would."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tanheng.activity.clean import parameter_range
from tanheng.codes import regions
from tanheng.factors import Factor, FactorLibrary
from tanheng.filings.form.lines import REQUIRED, Need
from tanheng.inventory.accounting.coefficients import KEY, Coefficient, Input
from tanheng.inventory.accounting.resolve import Resolver
from tanheng.inventory.methods.matching import sector_path
from tanheng.inventory.methods.method import Method, Parameter, Rule
from tanheng.quantities import gases

LATEST = "2099"
"""A period after all factors, for forms that name none: the newest of each holds."""
_COUNTRY, _OTHER_UNIT = "CN", "I-104"


@dataclass(frozen=True)
class Place:
    """A row of the form as far as it is prefilled."""

    item: str
    sector: str
    activity: str
    unit: str


@dataclass(frozen=True)
class Gap:
    """What must be measured and what cannot be had at all, for which gases, and the equipment that this holds for."""

    needed: frozenset[str]
    lacking: frozenset[str]
    equipment: str = ""
    gases: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """The smaller the better."""
        return len(self.lacking), len(self.needed)


class Probe:
    """Accounts one imagined row after another.

    Parameters
    ----------
    method : Method
    library : FactorLibrary
    region : str
        Where the form is for; where it is empty, what any province has is enough.
    period : str
        The year; the newest factors where it is empty.
    """

    def __init__(self, method: Method, library: FactorLibrary, region: str = "", period: str = "") -> None:
        self._resolver = Resolver(method, library)
        self._library = library
        self._of_id = {row.id: row for row in library}
        self._period = period or LATEST
        self._regions = (region,) if region else (_COUNTRY, *_provinces())

    def gap(self, place: Place, needs: Sequence[Need], equipment: Sequence[str] = ()) -> Gap:
        """What the row lacks at best: without equipment where that does, in the whole country, else in a province."""
        best = self._gap(place, needs, "", self._regions[0])
        least = sum(need.state == REQUIRED for need in needs)
        for region in self._regions:
            for kind in ("", *equipment):
                if best.size <= (0, least):
                    return best
                found = self._gap(place, needs, kind, region)
                best = min(best, found, key=lambda one: one.size)
        return best

    def equipment(self, place: Place, rules: Iterable[Rule], needs: Sequence[Need]) -> list[str]:
        """Equipment and technologies of which a factor would be used for the row."""
        found = [
            row
            for rule in rules
            for parameter in rule.parameters.values()
            if parameter.by_equipment and not parameter.equipment
            for row in self._library
            if row.equipment and _offers(row, parameter, place, rule)
        ]
        return [
            kind for kind in dict.fromkeys(row.equipment for row in found) if self._counts(place, kind, needs)
        ]

    def wanted_unit(self, place: Place, given: Mapping[str, Need] | None = None) -> str:
        """The unit that the factors of the library are per, where it is another than the row's; else nothing."""
        _, missing = self._resolver.resolve([self._key(place, given=given)])
        wanted = (one.fields.get("expected") for one in missing if one.code == _OTHER_UNIT)
        return str(next((one for one in wanted if one), ""))

    def _counts(self, place: Place, kind: str, needs: Sequence[Need]) -> bool:
        given = {need.name: need for need in needs if need.state == REQUIRED}
        for region in self._regions:
            found, _ = self._resolver.resolve([self._key(place, region, kind, given)])
            if any(
                kind == self._of_id[one.factor].equipment
                for one in _inputs(found)
                if one.factor in self._of_id
            ):
                return True
        return False

    def _gap(self, place: Place, needs: Sequence[Need], equipment: str, region: str) -> Gap:
        """Parameters are given one after another until nothing is missing or no more can be given."""
        offered = {need.name: need for need in needs}
        given = {name: need for name, need in offered.items() if need.state == REQUIRED}
        while True:
            _, missing = self._resolver.resolve([self._key(place, region, equipment, given)])
            names = {str(one.fields.get("parameter", "")) for one in missing}
            if any(one.code == _OTHER_UNIT for one in missing):
                names |= self._mends_unit(place, offered, given)
            if not (more := {name: offered[name] for name in names if name in offered and name not in given}):
                gas = tuple(dict.fromkeys(one.gas for one in missing if one.gas))
                return Gap(frozenset(given), frozenset(names), equipment, gas)
            given |= more

    def _mends_unit(self, place: Place, offered: Mapping[str, Need], given: Mapping[str, Need]) -> set[str]:
        """Parameters that, measured in the unit of the form, make the factors fit the unit of the row."""
        free = (need for name, need in offered.items() if name not in given)
        return {need.name for need in free if not self.wanted_unit(place, {**given, need.name: need})}

    def _key(
        self,
        place: Place,
        region: str = _COUNTRY,
        equipment: str = "",
        given: Mapping[str, Need] | None = None,
    ) -> tuple[str, ...]:
        row = {
            **vars(place),
            "period": self._period,
            "region": region,
            "equipment": equipment,
            "parameters": _assumed((given or {}).values()),
        }
        return tuple(row.get(name, "") for name in KEY)


@functools.cache
def _provinces() -> tuple[str, ...]:
    return tuple(one.code for one in regions(level="province"))


def _inputs(found: Iterable[Coefficient]) -> list[Input]:
    return [one for coefficient in found for one in coefficient.inputs]


def _assumed(needs: Iterable[Need]) -> str:
    """Some possible values, so that the next parameter is asked for; shares add up to 1."""
    known = list(needs)
    shares = [need for need in known if need.name.startswith("share_")]
    found = []
    for need in known:
        low, high = parameter_range(need.name, need.unit)
        value = (
            1 / len(shares)
            if need in shares
            else low
            if low > 0
            else high / 4
            if math.isfinite(high)
            else 1.0
        )
        found.append(f"{need.name}={value!r} {need.unit}")
    return "; ".join(found)


def _offers(row: Factor, parameter: Parameter, place: Place, rule: Rule) -> bool:
    """Whether a factor may be meant: of the property, item, gas, sector and activity that the rule looks up."""
    families = {gases()[gas]["family"] for gas in rule.gases}
    sector = parameter.sector or (place.sector if parameter.by_sector else "")
    return (
        row.property == parameter.property
        and row.item == (parameter.item or place.item)
        and parameter.activity in (None, row.activity)
        and row.sector in ("", *sector_path(sector))
        and (not parameter.gas or row.gas in families or row.gas in rule.gases)
    )
