"""Values of parameters from the factor library: looked up as of the period along the regions, or pinned by the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tanheng.codes import item_name, region
from tanheng.codes.wording import Both, gas_name
from tanheng.errors import FactorAmbiguous, FactorNotFound, TanhengError, UnknownCode
from tanheng.factors import Factor, FactorLibrary
from tanheng.factors.lookup import told_tried
from tanheng.factors.query import resolve_item
from tanheng.inventory.accounting.coefficients import KEY, Coefficient, Input, Unresolved
from tanheng.inventory.accounting.parameters import (
    MissingError,
    choose_equipment,
    choose_sector,
    declared,
    lacking,
)
from tanheng.inventory.methods.matching import known_item, sector_path
from tanheng.inventory.methods.method import Parameter, Rule
from tanheng.inventory.methods.pins import PinFault, pinned
from tanheng.quantities import gases

Asked = tuple[tuple[str, str, Parameter], ...]
"""Property and item of each value that is looked up by the region, with its parameter."""
_ITEM, _PERIOD, _REGION = (KEY.index(name) for name in ("item", "period", "region"))


class Lookups:
    """What a factor library has for the parameters of rules.

    Parameters
    ----------
    library : FactorLibrary
    """

    def __init__(self, library: FactorLibrary) -> None:
        self.library = library

    def mark(self, key: tuple[str, ...], asked: Asked) -> tuple[Any, ...] | None:
        """What keys have in common whose coefficients differ in the region and in the places tried alone; None for a key by itself.

        In place of the region stand, for each value that is looked up by it, the nearest regions that have any factor for it.
        """
        period, region = key[_PERIOD], key[_REGION]
        try:
            places = tuple(
                self._places(property, item, region, parameter.date(period).year)
                for property, item, parameter in asked
            )
        except TanhengError:
            return None
        return *key[:_REGION], *key[_REGION + 1 :], places

    def _places(self, property: str, item: str, region: str, year: int) -> tuple[str, ...]:
        return self.library.index.with_rows(property, resolve_item(item)[0], region, year)

    def moved(self, one: Coefficient | Unresolved, key: tuple[str, ...]) -> Coefficient | Unresolved:
        """What was found for a key, for another one with the same `mark`: it names the places that were tried from there."""
        if isinstance(one, Unresolved):
            return replace(one, key=key, fields=one.retell(key[_REGION]) if one.retell else one.fields)
        inputs = tuple(self._moved(given, one, key) for given in one.inputs)
        return replace(one, key=key, inputs=inputs, like=one)

    def _moved(self, given: Input, one: Coefficient, key: tuple[str, ...]) -> Input:
        parameter = one.rule.parameters.get(given.name)
        if not given.tried or parameter is None or parameter.region is not None:
            return given
        item = resolve_item(parameter.item_of(one.part or known_item(key[_ITEM]).code))[0]
        year = parameter.date(key[_PERIOD]).year
        tried = self.library.index.retold(given.tried, parameter.property, item, key[_REGION], year)
        return replace(given, tried=tried)

    def value(
        self,
        name: str,
        rule: Rule,
        item: str,
        region: str,
        period: str,
        emitted: str,
        sector: str | None,
        equipment: str | None,
    ) -> Input:
        """The value of a parameter of a rule, where it comes from and why.

        Raises
        ------
        MissingError
            When there is none, or several that nothing tells apart.
        """
        parameter = rule.parameters[name]
        gas = emitted if parameter.gas else None
        found: Any
        if parameter.pin:
            found = self._pinned(parameter, item, emitted)
            why = (
                "方法指定该因子编号（文件自己的表），未按日期查找",
                "Pinned by the method (its document's own table); not looked up by date",
            )
            carried, tried = None, ()
        else:
            try:
                found = self.library.lookup(
                    item, parameter.region or region, parameter.date(period), activity=parameter.activity, property=parameter.property,
                    gas=gas, sector=sector, equipment=equipment, source=parameter.source,
                )  # fmt: skip
            except (FactorNotFound, FactorAmbiguous, UnknownCode) as error:
                raise self._choice_missing(rule, parameter, (item, gas, sector), error) from error
            why = found.why_zh, found.why_en
            carried, tried = found.carried_from, tuple(found.tried)
        why = _with_reason(why, parameter)
        at, factor = declared(
            parameter, found.unit, gas or found.gas, (f"库中因子 {found.id} 以 {found.unit} 计", f"Factor {found.id} is in {found.unit}")
        )  # fmt: skip
        return Input(
            name, found.value * factor, at, "user" if found.user and found.check != "recalled" else found.check, factor=found.id,
            published=f"{found.text} {found.unit}", source={**found.source, "pack": found.pack}, uncertainty=_half_width(found, parameter),
            carried_from=carried, why_zh=why[0], why_en=why[1], tried=tried,
        )  # fmt: skip

    def _choice_missing(
        self,
        rule: Rule,
        parameter: Parameter,
        asked: tuple[str, str | None, str | None],
        error: TanhengError,
    ) -> MissingError:
        """No factor, or several: where the equipment or a narrower sector decides, the names to choose from."""
        item, gas, sector = asked
        allowed = rule.when.get("equipment")
        rows = [
            row
            for row in self.library.rows_of(item, parameter.property)
            if parameter.activity in (None, row.activity)
            and (gas is None or gases().get(row.gas, {}).get("family") == gases()[gas]["family"])
            and (parameter.source is None or parameter.source in str(row.source.get("title", "")))
        ]
        if parameter.by_equipment and not parameter.equipment:
            above = sector_path(sector or "")
            here = [row.equipment for row in rows if not row.sector or row.sector in above]
            named = [one for one in here if one and (allowed is None or one in allowed)]
            if named:
                return choose_equipment(parameter.name, named)
        if parameter.by_sector and sector:
            below = [row.sector for row in rows if sector in sector_path(row.sector)[1:]]
            if below:
                return choose_sector(parameter.name, sector, below)
        made = lacking(parameter.name, self._said(parameter, gas, error, error.fields.get("region", "")))
        if parameter.region is None and not isinstance(error, UnknownCode):
            made.retell = lambda place: (
                lacking(parameter.name, self._said(parameter, gas, error, place)).fields
            )
        return made

    def _said(
        self, parameter: Parameter, gas: str | None, error: TanhengError, place: str
    ) -> tuple[str, str]:
        """Why there is no value in a place, in both languages, by the look-up in that place or one like it."""
        asked = {**error.fields, "region": place}
        if not isinstance(error, FactorNotFound):
            told = type(error)(rows=error.rows, **asked) if place else error
            return told.message("zh"), told.message("en")
        tried = self.library.index.retold(
            asked["tried"], parameter.property, asked["item"], place, asked["date"]
        )
        return _not_found(gas, {**asked, **told_tried(tried)})

    def _pinned(self, parameter: Parameter, item: str, gas: str) -> Factor:
        """The factor that the method pins for an item."""
        if item not in parameter.pin:
            raise lacking(
                parameter.name,
                (
                    f"方法没有为“{item_name(item, 'zh')}”指定因子。",
                    f"The method pins no factor for '{item_name(item, 'en')}'.",
                ),
                ("请在“参数”列给出实测值。", "Give a measured value in the parameters column."),
            )
        found = pinned(parameter, item, gas, self.library)
        if isinstance(found, PinFault):
            raise lacking(
                parameter.name,
                (f"方法包的指定有误：{found.zh}。", f"The method's pin is wrong: {found.en}."),
                (found.mend_zh, found.mend_en),
            )
        return found


def _not_found(gas: str | None, asked: Mapping[str, Any]) -> tuple[str, str]:
    """That the library has no value of a parameter, by the names of what was asked, and where it was looked for."""
    place, of = region(asked["region"]), gas_name(gas) if gas else Both("", "")
    zh = f"库中没有{place.name_zh} {asked['date']} 年适用的值{of.zh and f'（{of.zh}）'}。已查找：{asked['tried_zh']}。"
    en = f"The library has no value for {place.name_en} in {asked['date']}{of.en and f' ({of.en})'}. Looked in: {asked['tried_en']}."
    return zh, en


def _with_reason(why: tuple[str, str], parameter: Parameter) -> tuple[str, str]:
    """Why a value was chosen, with what the method says of it."""
    if not parameter.reason:
        return why
    return f"{why[0]}；{parameter.reason}", f"{why[1]}; {parameter.reason_en}"


def _half_width(found: Any, parameter: Parameter) -> float | None:
    if parameter.uncertainty is not None:
        return parameter.uncertainty / 100
    if found.low is None or found.high is None or not found.value:
        return None
    return float(max(found.high - found.value, found.value - found.low) / abs(found.value))
