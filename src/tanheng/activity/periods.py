"""Periods as they are written in China: 2021, 2021年, 2021年6月, 2021-06-30, 2021年第一季度."""

from __future__ import annotations

import datetime as dt
import re

from tanheng.activity.text import narrow

_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年度?)?$", re.ASCII)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})?$", re.ASCII)
_QUARTER = re.compile(r"^(\d{4})年?度?[-]?(?:Q([1-4])|第?([一二三四1-4])季度?)$", re.IGNORECASE | re.ASCII)
_TIME = re.compile(
    r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$", re.ASCII
)
_WHOLE = re.compile(r"^(\d{4,8})\.0+$", re.ASCII)
_ZH_YEAR = re.compile(r"^[〇零○一二三四五六七八九]{4}年")
_ZH_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_ZH_NUMBER = re.compile(r"([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])")
_NTH = {"一": "1", "二": "2", "三": "3", "四": "4"}


def parse_period(text: str) -> str | None:
    """The canonical text of a period: ``2021``, ``2021-Q1``, ``2021-06`` or ``2021-06-30``; None if unreadable.

    The time of a day is left out. ``2021.1`` is refused: a spreadsheet makes it of 2021.10 as well.

    Examples
    --------
    >>> parse_period("2021年6月"), parse_period("２０２１年"), parse_period("二〇二一年十二月"), parse_period("2021年第一季度")
    ('2021-06', '2021', '2021-12', '2021-Q1')
    >>> parse_period("去年") is None, parse_period("2021.1") is None
    (True, True)
    """
    text = _TIME.sub("", narrow(str(text)).strip())
    text = _WHOLE.sub(r"\1", "".join(text.split()))
    if match := _QUARTER.match(text):
        quarter = match[2] or _NTH.get(match[3], match[3])
        return f"{match[1]}-Q{quarter}" if _year_fits(match[1]) else None
    if _ZH_YEAR.match(text):
        text = text[:4].translate(_ZH_DIGITS) + _ZH_NUMBER.sub(
            lambda found: str(_zh_number(found[1])), text[4:]
        )
    match = _DATE.match(text) or _COMPACT.match(text)
    if not match or not _year_fits(match[1]) or text[4:] == ".1":
        return None
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        return f"{year:04d}"
    try:
        date = dt.date(year, int(month), int(day or 1))
    except ValueError:
        return None
    return date.isoformat() if day else date.isoformat()[:7]


def _zh_number(text: str) -> int:
    """A number up to 39 in Chinese: 十二, 二十一."""
    tens, ten, ones = text.rpartition("十")
    digit = int(ones.translate(_ZH_DIGITS)) if ones else 0
    return digit + (10 * (int(tens.translate(_ZH_DIGITS)) if tens else 1) if ten else 0)


def _year_fits(year: str) -> bool:
    return 1900 <= int(year) <= 2200


def last_day(period: str) -> dt.date:
    """The last day of a canonical period: the date as of which factors are looked up.

    Examples
    --------
    >>> last_day("2021"), last_day("2021-Q1"), last_day("2020-02")
    (datetime.date(2021, 12, 31), datetime.date(2021, 3, 31), datetime.date(2020, 2, 29))
    """
    if "-Q" in period:
        year, quarter = period.split("-Q")
        return _month_end(int(year), int(quarter) * 3)
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    return _month_end(parts[0], parts[1] if len(parts) == 2 else 12)


def _month_end(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
