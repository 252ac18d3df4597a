"""How documents of a tree say amounts and money: in the language of the run, in sizes that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanheng.charts.picture import Picture
from tanheng.codes.wording import unit_said
from tanheng.errors import IncompatibleUnit, language
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column

_MONEY = ((1e8, "亿元", "10⁸ CNY"), (1e4, "万元", "10⁴ CNY"), (1.0, "元", "CNY"))
_CHINESE, _ENGLISH = ((1e8, "亿 "), (1e4, "万 "), (1.0, "")), ((1e6, "M"), (1e3, "k"), (1.0, ""))


def amount_said(value: float, unit: str) -> str:
    """An amount of a gas in a sentence, four digits of it: 4.122 亿 t CO₂e, 412.2 Mt CO₂e.

    Examples
    --------
    >>> amount_said(41222.4, "万tCO2e"), amount_said(0.0, "tCO2")
    ('4.122 亿 t CO₂e', '0 t CO₂')
    """
    try:
        tonnes = value * tonnes_of(unit)
    except IncompatibleUnit:
        return f"{_digits(value)} {unit_said(unit)}"
    gas = next((one for one in ("CO2e", "CO2") if one in unit), "")
    sizes = _CHINESE if language() == "zh" else _ENGLISH
    factor, name = next((one for one in sizes if abs(tonnes) >= one[0]), sizes[-1])
    return f"{_digits(tonnes / factor)} {name}{unit_said(f't{gas}')}"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def change_said(value: float, start: float) -> str:
    """A change against a start in percent, in brackets; nothing where the start is zero.

    Examples
    --------
    >>> change_said(80.0, 100.0)
    '（-20.0%）'
    """
    if not start:
        return ""
    share = f"{(value - start) / abs(start):+.1%}"
    return say(f"（{share}）", f" ({share})")


def money(most: float) -> tuple[float, str]:
    """What CNY of this size are divided by, and the unit that then holds.

    Examples
    --------
    >>> money(3.2e9), money(12.0)
    ((100000000.0, '亿元'), (1.0, '元'))
    """
    factor, zh, en = next((one for one in _MONEY if abs(most) >= one[0]), _MONEY[-1])
    return factor, say(zh, en)


def money_said(value: float) -> str:
    """CNY in a sentence, four digits of them.

    Examples
    --------
    >>> money_said(229_730_000_000.0), money_said(4000.0)
    ('2,297 亿元', '4,000 元')
    """
    factor, name = money(value)
    return f"{value / factor:,.4g} {'× ' if name.startswith('10') else ''}{name}"


def by_year(years: Iterable[float], columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a sheet, one for each year, from arrays by column."""
    return [{"year": int(year), **{key: values[at] for key, values in columns.items()}} for at, year in enumerate(years)]  # fmt: skip


def year_column() -> Column:
    """The first column of a sheet by year."""
    return Column("year", say("年", "Year"), "year")


def titled(picture: str, title: str) -> str:
    """A chart of the library under a title of the page, its unit as people write it."""
    if not isinstance(picture, Picture):
        return picture
    unit = str(picture.data.get("unit", ""))
    shown = {"title": title, "unit": unit_said(unit)}
    if "scaled" in picture.data:
        shown["scaled"] = str(picture.data["scaled"]).replace(unit, unit_said(unit)) if unit else ""
    return Picture(str(picture), {**picture.data, **shown})
