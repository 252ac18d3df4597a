"""The rules of a pack, the same for a release and for what a user loads over it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from tanheng.codes import items, region
from tanheng.errors import PackInvalid, TanhengError
from tanheng.factors.model import columns
from tanheng.factors.tables import Row
from tanheng.quantities import gases, parse_unit

Cells = Mapping[str, str]
#: what is wrong with a cell, in Chinese and English; None when nothing is
Fault = tuple[str, str] | None

_ID = re.compile(r"[^\s,;|\"']+")
_YEARS = range(1900, 2201)
#: category whose factors may be below zero: growing land takes carbon up
_SINK = "land_use"


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, what and how to mend it."""

    rule: str
    row: Row
    column: str
    zh: str
    en: str

    def error(self) -> PackInvalid:
        """The problem as the error that refuses the pack."""
        column = columns()[self.column]
        return PackInvalid(
            file=self.row.file,
            line=self.row.line,
            key=self.column,
            detail_zh=f"{column.zh}：{self.zh}",
            detail_en=self.en,
            mend_zh=f"应为：{column.meaning_zh}。",
            mend_en=f"Expected: {column.meaning_en}.",
            rows=[{name: text for name, text in self.row.cells.items() if text}],
        )

    def to_dict(self) -> dict[str, str | int]:
        """The problem as plain data."""
        return {
            "rule": self.rule,
            "file": self.row.file,
            "line": self.row.line,
            "id": self.row.cells.get("id", ""),
            "column": self.column,
            "value": self.row.cells.get(self.column, ""),
            "zh": self.zh,
            "en": self.en,
        }


#: names of the rules that a row may break
RULES = (
    "required", "choice", "id", "number", "year", "range", "unit", "gas", "region", "item", "property", "duplicate"
)  # fmt: skip


def problems(
    rows: Iterable[Row], *, taken: Mapping[str, str] | None = None, properties: Collection[str] = ()
) -> list[Problem]:
    """Every broken rule of a pack's rows.

    Parameters
    ----------
    rows : iterable of Row
        Rows with all columns of `columns`.
    taken : mapping, optional
        Ids that other packs hold, to the name of the pack: a row never replaces another.
    properties : collection of str
        Properties that are known; a row of another one would never be found. Empty: not checked.

    Returns
    -------
    list of Problem
        In the order of the rows; each names one of `RULES`.
    """
    seen = dict(taken or {})
    found: list[Problem] = []
    for row in rows:
        found += _cell_problems(row)
        found += _row_problems(row)
        if properties and row.cells["property"] not in properties:
            found.append(_property_problem(row, properties))
        identity = row.cells["id"]
        if identity in seen:
            zh = f"编号“{identity}”已在{seen[identity]}中，已有的行不会被覆盖"
            en = f"id '{identity}' stands in {seen[identity]} already, and nothing is overwritten"
            found.append(Problem("duplicate", row, "id", zh, en))
        seen.setdefault(identity, f"{row.file}:{row.line}")
    return found


def _cell_problems(row: Row) -> list[Problem]:
    found = []
    for name, column in columns().items():
        text = row.cells.get(name, "")
        if not text:
            if column.need == "required":
                found.append(Problem("required", row, name, "未填写", "is empty"))
        elif column.choices:
            if text not in column.choices:
                listed = ", ".join(column.choices)
                found.append(
                    Problem(
                        "choice", row, name, f"“{text}”不在 {listed} 之中", f"'{text}' is none of {listed}"
                    )
                )
        elif (check := _CHECKS.get(column.kind)) and (fault := check(text, row.cells)):
            found.append(Problem(column.kind, row, name, *fault))
    return found


def _row_problems(row: Row) -> list[Problem]:
    """Rules between cells: range, order of the years, a gas for an emission factor, an origin for methane only."""
    found = []
    value, low, high = (_number(row.cells.get(name, "")) for name in ("value", "low", "high"))
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        span = f"[{row.cells.get('low') or '-∞'}, {row.cells.get('high') or '∞'}]"
        found.append(
            Problem("range", row, "value", f"{value} 不在区间 {span} 内", f"{value} is outside {span}")
        )
    first, last = (_number(row.cells.get(name, "")) for name in ("year_valid_from", "year_valid_to"))
    if first is not None and last is not None and last < first:
        found.append(Problem("year", row, "year_valid_to", "早于起始年", "is before the first year"))
    if row.cells.get("property") == "emission_factor":
        found += _emission_factor_problems(row, value)
    if row.cells.get("origin") and row.cells.get("gas") != "CH4":
        found.append(Problem("gas", row, "origin", "只有甲烷分来源", "only methane has an origin"))
    return found


def _emission_factor_problems(row: Row, value: float | None) -> list[Problem]:
    """An emission factor has a gas, is below zero only where land takes carbon up, and is per energy for electricity."""
    cells = row.cells
    found = []
    if not cells.get("gas"):
        found.append(Problem("gas", row, "gas", "排放因子未写明气体", "an emission factor names no gas"))
    if value is not None and value < 0 and cells.get("category") != _SINK:
        found.append(
            Problem(
                "range",
                row,
                "value",
                f"排放因子 {value} 小于 0，只有类别 {_SINK} 可以",
                f"emission factor {value} is below 0, which only category {_SINK} may be",
            )
        )
    if _is_electricity(cells.get("item", "")) and not _per_energy(
        cells.get("unit", ""), cells.get("gas", "")
    ):
        found.append(
            Problem(
                "unit",
                row,
                "unit",
                f"电力的因子应以能量为分母（如 tCO2/MWh），而不是“{cells.get('unit', '')}”",
                f"a factor of electricity is per energy (such as tCO2/MWh), not '{cells.get('unit', '')}'",
            )
        )
    return found


def _is_electricity(item: str) -> bool:
    return item in items() and items().get(item).kind == "electricity"


def _per_energy(unit: str, gas: str) -> bool:
    """Whether a unit is per energy; one that cannot be read is told of elsewhere."""
    try:
        return parse_unit(unit, gas).dimension.endswith("/ [energy]")
    except TanhengError:
        return True


def _property_problem(row: Row, properties: Collection[str]) -> Problem:
    text = row.cells["property"]
    near = ", ".join(difflib.get_close_matches(text, sorted(properties), n=3)) or ", ".join(
        sorted(properties)[:8]
    )
    return Problem(
        "property", row, "property", f"“{text}”未知，相近项：{near}", f"'{text}' is not known; near: {near}"
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number_fault(text: str, _: Cells) -> Fault:
    return None if _number(text) is not None else (f"“{text}”不是数", f"'{text}' is not a number")


def _year_fault(text: str, _: Cells) -> Fault:
    good = text.isascii() and text.isdigit() and int(text) in _YEARS
    return None if good else (f"“{text}”不是年份", f"'{text}' is not a year")


def _id_fault(text: str, _: Cells) -> Fault:
    return (
        None
        if _ID.fullmatch(text)
        else (f"“{text}”含空格、逗号或引号", f"'{text}' holds a space, comma or quote")
    )


def _gas_fault(text: str, _: Cells) -> Fault:
    return None if text in gases() else (f"气体“{text}”未知", f"gas '{text}' is not known")


def _raised(call: Callable[[], object]) -> Fault:
    """What an error of a lower room says of a cell."""
    try:
        call()
    except TanhengError as error:
        return error.message("zh").rstrip("。"), error.message("en").rstrip(".")
    return None


_CHECKS: dict[str, Callable[[str, Cells], Fault]] = {
    "id": _id_fault,
    "number": _number_fault,
    "year": _year_fault,
    "gas": _gas_fault,
    "unit": lambda text, cells: _raised(lambda: parse_unit(text, cells.get("gas", ""))),
    "region": lambda text, _: _raised(lambda: region(text)),
    "item": lambda text, _: None if text.startswith("x_") else _raised(lambda: items().get(text)),
}
