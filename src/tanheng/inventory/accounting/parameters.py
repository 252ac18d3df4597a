"""Values of parameters: the unit and the range that they must fit, and what is said where there is none to use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanheng.activity.clean import Stated, parameter_range
from tanheng.codes import codelist
from tanheng.codes.wording import unit_name
from tanheng.errors import GwpMissing, Lang
from tanheng.inventory.accounting.coefficients import Retell
from tanheng.inventory.methods.matching import sector_path, share
from tanheng.inventory.methods.method import Parameter
from tanheng.inventory.weights import weights_of
from tanheng.quantities import gases, multiplier, parse_unit


class MissingError(Exception):
    """Ends the resolution of one gas of one key; becomes an `Unresolved`."""

    def __init__(self, code: str, fields: Mapping[str, Any], retell: Retell | None = None) -> None:
        super().__init__(code)
        self.code, self.fields, self.retell = code, fields, retell


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
        said = unit_name(unit)
        zh = f"{name}={value:g} {said.zh} 超出 {low:g}–{high:g} {said.zh}。"
        en = f"{name}={value:g} {said.en} is outside {low:g} to {high:g} {said.en}."
        raise MissingError("I-114", {"parameter": name, "detail_zh": zh, "detail_en": en})


def check_at_most_one(names: Sequence[str], measured: Mapping[str, Stated]) -> None:
    """Shares of one whole that a row states may not add up to more than 1."""
    stated = [name for name in names if name in measured]
    whole = sum(share(name, measured[name]).value for name in stated)
    if whole > 1 + 1e-9:
        listed = ", ".join(stated)
        said = {
            "detail_zh": f"占比 {listed} 合计为 {whole:g}，不得超过 1。",
            "detail_en": f"The shares {listed} add up to {whole:g}; they may not exceed 1.",
        }
        raise MissingError("I-114", {"parameter": listed, **said})


def check_gwp(gas: str, values: Mapping[str, float] | None) -> None:
    """A gas without a value in the set of the total cannot enter it."""
    if values is None:
        return
    try:
        weights_of([gas], "CO2e", {"": values}, "")
    except GwpMissing:
        raise lacking(
            "GWP",
            (f"所选的 GWP 组没有 {gas} 的取值。", f"The GWP set in use has no value of {gas}."),
            (
                "请用 --gwp 换一组有该气体的 GWP（如 AR5）再核算。",
                "Account it with a set that has it, such as --gwp AR5.",
            ),
        ) from None


def choose_equipment(parameter: str, codes: Iterable[str]) -> MissingError:
    """What is said where a value depends on the equipment, which the row does not state or by no name of the list."""
    return lacking(
        parameter,
        (
            "它随设备（工艺、方式）而异，该行没有写明，或写的不在其中。",
            "It depends on the equipment (technology), which the row does not state or not by these names.",
        ),
        _equipment_mend(codes),
    )


def choose_sector(parameter: str, stated: str, codes: Iterable[str]) -> MissingError:
    """What is said where a value depends on a narrower sector than the row states."""
    zh, en = _names("sectors", codes, "zh"), _names("sectors", codes, "en")
    wide = _names("sectors", [stated], "zh")[0], _names("sectors", [stated], "en")[0]
    return lacking(
        parameter,
        (f"它随部门而异，“{wide[0]}”太宽。", f"It depends on the sector, and '{wide[1]}' is too wide."),
        (f"请把部门写到：{'、'.join(zh)}。", f"Write one of these as the sector: {'; '.join(en)}."),
    )


def wrong_equipment(stated: str, codes: Sequence[str]) -> MissingError:
    """What is said where the equipment of a row does not go with its kind of activity."""
    return lacking(
        "equipment",
        (
            f"设备“{stated}”与该活动类型不符。",
            f"Equipment '{stated}' does not go with this kind of activity.",
        ),
        _equipment_mend(codes),
    )


def narrower(stated: str, taken: Iterable[str], activity: str = "") -> dict[str, str]:
    """The hint for a row whose sector is too wide for the rules that would take it: the narrower sectors that they take.

    Where sectors are no reason, the kind of activity that the row states.
    """
    below = [one for one in dict.fromkeys(taken) if one and stated in sector_path(one)[1:]]
    shown = below or [one for one in dict.fromkeys(taken) if one]
    if not shown and not activity:
        return {"detail_zh": "", "detail_en": ""}
    if not shown:
        return {
            "detail_zh": f"所写活动类型为“{activity}”。",
            "detail_en": f"It is stated as '{activity}'.",
        }
    zh, en = _names("sectors", shown, "zh"), _names("sectors", shown, "en")
    return {
        "detail_zh": f"方法要求写明部门：{'、'.join(zh)}。",
        "detail_en": f"The method needs one of these sectors: {'; '.join(en)}.",
    }


def _equipment_mend(codes: Iterable[str]) -> tuple[str, str]:
    zh, en = _names("equipment", codes, "zh"), _names("equipment", codes, "en")
    return f"请在“设备”列填写：{'、'.join(zh)}。", f"Write one of these as the equipment: {'; '.join(en)}."


def _names(listed: str, codes: Iterable[str], lang: Lang) -> list[str]:
    known = codelist(listed)
    return [known.label(one, lang) if one in known else one for one in dict.fromkeys(codes)]
