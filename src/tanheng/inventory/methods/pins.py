"""Pinned factors: what a method's own choice of a factor must fit, the same for a run and for ``methods check``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tanheng.errors import NotFound, PackInvalid
from tanheng.factors import Factor, FactorLibrary
from tanheng.inventory.methods.method import Method, Parameter
from tanheng.quantities import gases


@dataclass(frozen=True)
class PinFault:
    """What is wrong with a pin and the mend, in both languages."""

    zh: str
    en: str
    mend_zh: str
    mend_en: str


def pinned(parameter: Parameter, item: str, gas: str, library: FactorLibrary) -> Factor | PinFault:
    """The factor that a parameter pins for an item, or what is wrong with it.

    Parameters
    ----------
    parameter : Parameter
        With a pin for the item.
    item, gas : str
        Codes of what is accounted for.
    library : FactorLibrary
        The release and packs of the run.

    Returns
    -------
    Factor or PinFault
        A fault where the id is not there, or is of another gas, item or unit than the parameter needs.
    """
    try:
        factor = library.get(parameter.pin[item])
    except NotFound as missing:
        return _missing(parameter.pin[item], str(missing.fields["known"]))
    return (
        _gas_fault(factor, gas)
        or _item_fault(parameter, factor, item)
        or _unit_fault(parameter, factor, gas)
        or factor
    )


def _missing(name: str, near: str) -> PinFault:
    return PinFault(
        f"因子库没有编号“{name}”",
        f"the factor library has no id '{name}'",
        f"相近的编号：{near}。",
        f"Near: {near}.",
    )


def _gas_fault(factor: Factor, gas: str) -> PinFault | None:
    own = gases().get(factor.gas, {}).get("family", factor.gas)
    if not own or own == gases()[gas]["family"]:
        return None
    return PinFault(
        f"因子 {factor.id} 是 {factor.gas} 的，规则要的是 {gas}",
        f"factor {factor.id} is of {factor.gas}, but the rule is for {gas}",
        "请指定同一种气体的因子，或把规则按气体拆开。",
        "Pin a factor of that gas, or write one rule per gas.",
    )


def _item_fault(parameter: Parameter, factor: Factor, item: str) -> PinFault | None:
    if factor.item == item or parameter.reason:
        return None
    return PinFault(
        f"因子 {factor.id} 属于“{factor.item}”，却指定给“{item}”，且没有说明理由",
        f"factor {factor.id} is of '{factor.item}' but is pinned for '{item}', and no reason is given",
        "请换成该品种的因子，或为参数写 reason。",
        "Pin a factor of the item, or give the parameter a reason.",
    )


def _unit_fault(parameter: Parameter, factor: Factor, gas: str) -> PinFault | None:
    if parameter.fitting(factor.unit, gas if parameter.gas else factor.gas) is not None:
        return None
    units = ", ".join(parameter.units)
    return PinFault(
        f"因子 {factor.id} 的单位 {factor.unit} 与参数的单位 {units} 量纲不符",
        f"unit {factor.unit} of factor {factor.id} does not fit the parameter's {units}",
        "请指定单位相符的因子，或改参数的 unit。",
        "Pin a factor whose unit fits, or change the parameter's unit.",
    )


def check_pins(method: Method, library: FactorLibrary, file: Path) -> int:
    """Check every pin of a method against the library.

    Parameters
    ----------
    method : Method
        As loaded from ``file``.
    library : FactorLibrary
        The release and packs that a run would use.
    file : Path
        The pack file, searched for the line of a faulty pin.

    Returns
    -------
    int
        How many pins there are.

    Raises
    ------
    PackInvalid
        At the first pin that does not exist, or is of another gas, item or unit than its rule needs.

    Examples
    --------
    >>> from tanheng.factors import load_factors
    >>> from tanheng.inventory import load_method
    >>> check_pins(load_method("sichuan-park-2022"), load_factors(), Path("sichuan-park-2022.yaml"))
    4
    """
    pins = [
        (rule, parameter, item)
        for rule in method.rules
        for parameter in rule.parameters.values()
        for item in parameter.pin
    ]
    for rule, parameter, item in pins:
        for gas in rule.gases:
            found = pinned(parameter, item, gas, library)
            if isinstance(found, PinFault):
                raise PackInvalid(
                    file=file.name,
                    line=_line(file, parameter.pin[item]),
                    key=f"{rule.id}.{parameter.name}",
                    detail_zh=found.zh,
                    detail_en=found.en,
                    mend_zh=found.mend_zh,
                    mend_en=found.mend_en,
                )
    return len(pins)


def _line(file: Path, word: str) -> int | str:
    """Line on which an id stands; a pin of the pack that is extended stands in another file."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])")
    lines = file.read_text(encoding="utf-8-sig").splitlines() if file.is_file() else []
    return next((number for number, text in enumerate(lines, 1) if whole.search(text)), "–")
