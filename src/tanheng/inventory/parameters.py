"""Values of parameters: the unit and the range that they must fit, and what is said where there is none to use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.activity.clean import parameter_range
from tanheng.inventory.method import Parameter
from tanheng.quantities import gases, multiplier, parse_unit


class MissingError(Exception):
    """Ends the resolution of one gas of one key; becomes an `Unresolved`."""

    def __init__(self, code: str, fields: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code, self.fields = code, fields


def lacking(
    parameter: str,
    detail: tuple[str, str],
    mend: tuple[str, str] = (
        "请在“参数”列给出实测值，或用 --pack 载入因子。",
        "Give a measured value in the parameters column, or load a factor with --pack.",
    ),
) -> MissingError:
    """What a parameter has no value for, with the mend."""
    said = {"detail_zh": detail[0], "detail_en": detail[1], "mend_zh": mend[0], "mend_en": mend[1]}
    return MissingError("I-103", {"parameter": parameter, **said})


def declared(parameter: Parameter, unit: str, gas: str, who: tuple[str, str]) -> tuple[str, float]:
    """The declared unit that ``unit`` fits, and the factor to it; ``who`` gives the value, in both languages."""
    family = gases()[gas]["family"] if gas in gases() else ""
    fits = parameter.fitting(unit, gas)
    if fits is not None:
        return fits, multiplier(unit, fits, gas=family)
    given = parse_unit(unit, family).dimension
    wanted = list(dict.fromkeys(parse_unit(one, family).dimension for one in parameter.units))
    raise lacking(
        parameter.name,
        (
            f"{who[0]}：单位 {unit} 与 {'、'.join(parameter.units)} 量纲不符（{given}，应为 {' 或 '.join(wanted)}）。",
            f"{who[1]}. Unit {unit} does not fit {', '.join(parameter.units)} ({given}; expected {' or '.join(wanted)}).",
        ),
        (
            f"请改为以 {'、'.join(parameter.units)} 或同量纲单位计的值。",
            f"Give a value in {', '.join(parameter.units)}, or in a unit of the same dimension.",
        ),
    )


def check_range(name: str, value: float, unit: str) -> None:
    """A measured value outside what is possible is not used."""
    low, high = parameter_range(name, unit)
    if not low <= value <= high:
        zh = f"{name}={value:g} {unit} 超出 {low:g}–{high:g} {unit}。"
        en = f"{name}={value:g} {unit} is outside {low:g} to {high:g} {unit}."
        raise MissingError("I-114", {"parameter": name, "detail_zh": zh, "detail_en": en})
