"""Periods as they are written in China: 2021, 2021年, 2021年6月, 2021-06-30, 2021年第一季度."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年度?)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
_QUARTER = re.compile(r"^(\d{4})年?度?[-]?(?:Q([1-4])|第?([一二三四1-4])季度?)$", re.IGNORECASE)
_ZH_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NTH = {"一": "1", "二": "2", "三": "3", "四": "4"}


def parse_period(text: str) -> str | None:
    """The canonical text of a period: ``2021``, ``2021-Q1``, ``2021-06`` or ``2021-06-30``; None if unreadable.

    Examples
    --------
    >>> parse_period("2021年6月"), parse_period("２０２１年"), parse_period("二〇二一年"), parse_period("2021年第一季度")
    ('2021-06', '2021', '2021', '2021-Q1')
    >>> parse_period("去年") is None
    True
    """
    text = "".join(unicodedata.normalize("NFKC", str(text)).split())
    text = re.sub(r"(?:T|00:00).*$", "", text) if re.match(r"^\d{4}-\d{2}-\d{2}", text) else text
    text = re.sub(r"\.0+$", "", text) if re.match(r"^\d{4}\.0+$", text) else text
    if match := _QUARTER.match(text):
        quarter = match[2] or _NTH.get(match[3], match[3])
        return f"{match[1]}-Q{quarter}" if _year_fits(match[1]) else None
    if re.match(r"^[〇零一二三四五六七八九]{4}年", text):
        text = text[:4].translate(_ZH_DIGITS) + text[4:]
    match = _DATE.match(text) or _COMPACT.match(text)
    if not match or not _year_fits(match[1]):
        return None
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        return f"{year:04d}"
    try:
        date = dt.date(year, int(month), int(day or 1))
    except ValueError:
        return None
    return date.isoformat() if day else date.isoformat()[:7]


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
