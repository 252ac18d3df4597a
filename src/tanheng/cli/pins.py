"""What ``tanheng methods check`` asks of every pinned factor, before a run would refuse it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.errors import NotFound, PackInvalid

if TYPE_CHECKING:
    from tanheng.factors import Factor, FactorLibrary
    from tanheng.inventory.method import Method, Parameter, Rule

#: what is wrong and the mend, each in Chinese and English
Fault = tuple[str, str, str, str]


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
    """
    count = 0
    for rule in method.rules:
        for parameter in rule.parameters.values():
            for item, pinned in parameter.pin.items():
                count += 1
                fault = next(_faults(rule, parameter, item, pinned, library), None)
                if fault is not None:
                    raise _invalid(file, pinned, f"{rule.id}.{parameter.name}", fault)
    return count


def _invalid(file: Path, pinned: str, key: str, fault: Fault) -> PackInvalid:
    zh, en, mend_zh, mend_en = fault
    return PackInvalid(
        file=file.name,
        line=_line(file, pinned),
        key=key,
        detail_zh=zh,
        detail_en=en,
        mend_zh=mend_zh,
        mend_en=mend_en,
    )


def _line(file: Path, word: str) -> int | str:
    """Line on which an id stands; a pin of the pack that is extended stands in another file."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])")
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, text in enumerate(lines, 1) if whole.search(text)), "–")


def _faults(
    rule: Rule, parameter: Parameter, item: str, pinned: str, library: FactorLibrary
) -> Iterator[Fault]:
    try:
        factor = library.get(pinned)
    except NotFound as missing:
        near = missing.fields["known"]
        yield (
            f"因子库没有编号“{pinned}”",
            f"the factor library has no id '{pinned}'",
            f"相近的编号：{near}。",
            f"Near: {near}.",
        )
        return
    yield from _gas_faults(rule, factor)
    if factor.item != item and not parameter.reason:
        yield (
            f"因子 {pinned} 属于“{factor.item}”，却指定给“{item}”，且没有说明理由",
            f"factor {pinned} is of '{factor.item}' but is pinned for '{item}', and no reason is given",
            "请换成该品种的因子，或为参数写 reason。",
            "Pin a factor of the item, or give the parameter a reason.",
        )
    yield from _unit_faults(rule, parameter, factor)


def _gas_faults(rule: Rule, factor: Factor) -> Iterator[Fault]:
    from tanheng.quantities import gases

    known = gases()
    own = known.get(factor.gas, {}).get("family", factor.gas)
    wrong = [gas for gas in rule.gases if factor.gas and known[gas]["family"] != own]
    if wrong:
        yield (
            f"因子 {factor.id} 是 {factor.gas} 的，规则要的是 {'、'.join(wrong)}",
            f"factor {factor.id} is of {factor.gas}, but the rule is for {', '.join(wrong)}",
            "请指定同一种气体的因子，或把规则按气体拆开。",
            "Pin a factor of that gas, or write one rule per gas.",
        )


def _unit_faults(rule: Rule, parameter: Parameter, factor: Factor) -> Iterator[Fault]:
    from tanheng.quantities import gases, parse_unit

    for gas in rule.gases if parameter.gas else (factor.gas,):
        family = gases()[gas]["family"] if gas in gases() else ""
        fitting = {parse_unit(unit, family).dimension for unit in parameter.units}
        if parse_unit(factor.unit, family).dimension not in fitting:
            units = ", ".join(parameter.units)
            yield (
                f"因子 {factor.id} 的单位 {factor.unit} 与参数的单位 {units} 量纲不符",
                f"unit {factor.unit} of factor {factor.id} does not fit the parameter's {units}",
                "请指定单位相符的因子，或改参数的 units。",
                "Pin a factor whose unit fits, or change the parameter's units.",
            )
