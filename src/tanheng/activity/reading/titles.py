"""What stands above a table: the unit, the year and the region that hold for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tanheng.activity.clean import item_of, region_of, unit_of
from tanheng.activity.periods import parse_period
from tanheng.activity.text import narrow
from tanheng.codes import items

_STATED = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s)）]+)")
_AMOUNT = re.compile(r"(?!10(?:\^|\*\*|[⁰¹²³⁴-⁹]))\d")
"""A number that is no power of ten: 10^4 t is a unit, 10 t is an amount."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


_DATE = re.compile(r"(?:19|20)\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}")
"""A day, such as that on which a table was made: no period of data."""
_EDITION = re.compile(
    r"[A-Z/]+\s*\d{3,}[\d.]*\s*[-—–]\s*(?:19|20)\d{2}(?!\d)|IPCC\s*(?:19|20)\d{2}|(?:19|20)\d{2}\s*年?\s*(?:版|指南|修订|修正|不变价|可比价|价格)"
)
"""The year of a standard, a guideline or prices, as GB/T 4754-2017: no period of data either."""
_PART = re.compile(r"(?:19|20)\d{2}\s*年度?\s*(?:\d{1,2}\s*月(?!\s*[-—–~至到])|第?[一二三四1-4]\s*季度?)")
_SPAN = re.compile(r"年度?\s*(\d{1,2})\s*月?\s*[-—–~至到]\s*(\d{1,2})\s*月")


def is_unit(text: str) -> bool:
    """Whether a text names a unit and is no amount with one.

    Examples
    --------
    >>> is_unit("万吨"), is_unit("10^4 t"), is_unit("10 t"), is_unit("实物量")
    (True, True, False, False)
    """
    text = text.strip()
    return bool(text) and not _AMOUNT.match(text) and unit_of(text) is not None


def units_differ(one: str, other: str) -> bool:
    """Whether two texts name units that are not the same one.

    Examples
    --------
    >>> units_differ("t", "吨"), units_differ("t", "万吨"), units_differ("t", "颜色")
    (False, True, False)
    """
    first, second = unit_of(one), unit_of(other)
    if first is None or second is None:
        return False
    return (first.factor, first.canonical) != (second.factor, second.canonical)


def sizes_differ(one: str, other: str) -> bool:
    """Whether two texts name units of the same kind and another size.

    Examples
    --------
    >>> sizes_differ("t", "万吨"), sizes_differ("t", "万kWh"), sizes_differ("t", "吨")
    (True, False, False)
    """
    first, second = unit_of(one), unit_of(other)
    return bool(first and second and first.canonical == second.canonical and first.factor != second.factor)


def stated_unit(texts: Iterable[str]) -> str:
    """The unit that a title states, as 单位：万吨; empty if there is none.

    Examples
    --------
    >>> stated_unit(["2021年能源消费", "（计量单位：万吨）"]), stated_unit(["填报单位：市统计局"])
    ('万吨', '')
    """
    found = (match[1] for text in texts for match in _STATED.finditer(narrow(text)))
    return next((text for text in found if is_unit(text)), "")


def years_in(texts: Iterable[str]) -> list[str]:
    """Every year that texts speak of, once.

    Examples
    --------
    >>> years_in(["2021年能源消费", "2021—2022"])
    ['2021', '2022']
    """
    return list(dict.fromkeys(year for text in texts for year in _YEAR.findall(narrow(text))))


def period_in(texts: Iterable[str]) -> str:
    """The one period that titles speak of; empty if there is none, or a part of a year that is no month or quarter.

    Examples
    --------
    >>> period_in(["2021年6月用能"]), period_in(["2021年1—12月"]), period_in(["2021年1-6月"]), period_in(["2021、2022年"])
    ('2021-06', '2021', '', '')
    """
    lines = [_EDITION.sub("", _DATE.sub("", narrow(text))) for text in texts]
    spans = {match.groups() for line in lines for match in _SPAN.finditer(line)}
    if spans - {("1", "12"), ("01", "12")}:
        return ""
    parts = {parse_period(text) for line in lines for text in _PART.findall(line)}
    found = list(parts) if parts else years_in(lines)
    return (found[0] or "") if len(found) == 1 and len(years_in(lines)) == 1 else ""


def read_titles(texts: Iterable[str]) -> dict[str, str]:
    """Period, unit and entity that titles state for a whole table; a name is left out where they do not.

    Examples
    --------
    >>> read_titles(["四川省", "2021年能源消费", "单位：吨", "制表日期：2022.3.5"])
    {'period': '2021', 'unit': '吨', 'entity': '四川省'}
    """
    lines = list(texts)
    found = {
        "period": period_in(lines),
        "unit": stated_unit(lines),
        "entity": next((text for text in lines if region_of(text)), ""),
    }
    return {name: value for name, value in found.items() if value}


_NUMBERED = re.compile(r"^(?:附?表|table)?[\s\d.\-—–、:：]*", re.IGNORECASE)
_AMOUNTS = re.compile(r"(?:终端|最终|实物)?(?:消费|消耗|使用|用)量?|consumption", re.IGNORECASE)
_LONGEST_NAME = 12


def title_words(texts: Iterable[str]) -> dict[str, str]:
    """The item and the place that the words of titles speak of, where no column has them: 四川省煤炭消费量.

    Examples
    --------
    >>> title_words(["4-12 分地区煤炭消费量"]), title_words(["表1 四川省主要能源品种消费量"])
    ({'item': '煤炭'}, {'entity': '四川省'})
    """
    lines = [_NUMBERED.sub("", narrow(text).strip()) for text in texts]
    found = {
        "item": next(filter(None, map(_item_before_amounts, lines)), ""),
        "entity": next(filter(None, map(_place_first, lines)), ""),
    }
    return {name: value for name, value in found.items() if value}


def _item_before_amounts(line: str) -> str:
    for word in _AMOUNTS.finditer(line):
        before = line[: word.start()].strip()
        for at in range(max(len(before) - _LONGEST_NAME, 0), len(before) - 1):
            if item_of(before[at:]) in items():
                return before[at:]
    return ""


def _place_first(line: str) -> str:
    for end in range(min(len(line), _LONGEST_NAME), 1, -1):
        code = region_of(line[:end])
        if code and (line[end - 1] in "省市区县州盟旗" or len(code) == len("CN-51")):
            return line[:end]
    return ""
