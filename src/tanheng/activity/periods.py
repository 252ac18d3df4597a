"""Periods as they are written in China: 2021, 2021年, 2021年6月, 2021-06-30, 2021年第一季度."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from tanheng.activity.text import narrow

_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年度?)?$", re.ASCII)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})?$", re.ASCII)
_QUARTER = re.compile(r"^(\d{4})年?度?[-]?(?:Q([1-4])|第?([一二三四1-4])季度?)$", re.IGNORECASE | re.ASCII)
_TIME = re.compile(
    r"(?<=[\d日])(?:T|\s*)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?|[时時点點])\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
    r"|(?<=\d)T(\d{2})$"
)
_WHOLE = re.compile(r"^(\d{4,8})\.0+$", re.ASCII)
_ZH_YEAR = re.compile(r"^[〇零○一二三四五六七八九]{4}年")
_DAY = len("2021-06-30")
_ZH_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_ZH_NUMBER = re.compile(r"([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])")
_NTH = {"一": "1", "二": "2", "三": "3", "四": "4"}


def parse_period(text: str) -> str | None:
    """The canonical text of a period: ``2021``, ``2021-Q1``, ``2021-06``, ``2021-06-30`` or ``2021-06-30T08``.

    None if it is unreadable. A time names the hour that it lies in; midnight in digits, as spreadsheets write every date,
    names the day (see `parse_periods`). ``2021.1`` is refused: a spreadsheet makes it of 2021.10 as well.

    Examples
    --------
    >>> parse_period("2021年6月"), parse_period("２０２１年"), parse_period("二〇二一年十二月"), parse_period("2021年第一季度")
    ('2021-06', '2021', '2021-12', '2021-Q1')
    >>> parse_period("去年") is None, parse_period("2021.1") is None
    (True, True)
    """
    text = narrow(str(text)).strip()
    if time := _TIME.search(text):
        return _hour_of(text[: time.start()], time)
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


def _hour_of(day: str, time: re.Match[str]) -> str | None:
    """The hour of a day, or the day itself for a time of midnight in digits."""
    found = parse_period(day)
    hour = int(time[1] or time[4])
    if found is None or len(found) != _DAY or hour > 23 or int(time[2] or 0) > 59:
        return None
    return found if _is_midnight(time) else f"{found}T{hour:02d}"


def _is_midnight(time: re.Match[str]) -> bool:
    return time[2] is not None and not any(int(part or 0) for part in time.groups()[:3])


def parse_periods(texts: Iterable[str]) -> dict[str, str | None]:
    """The canonical text of every period of a column; where some name an hour, midnight is one too.

    Examples
    --------
    >>> parse_periods(["2023-01-01 00:00", "2023-01-01 01:00"])
    {'2023-01-01 00:00': '2023-01-01T00', '2023-01-01 01:00': '2023-01-01T01'}
    >>> parse_periods(["2023-01-01 00:00:00"])
    {'2023-01-01 00:00:00': '2023-01-01'}
    """
    found = {text: parse_period(text) for text in texts}
    if not any(period is not None and "T" in period for period in found.values()):
        return found
    midnights = {text: _TIME.search(narrow(text).strip()) for text, period in found.items() if period}
    hours = {text: f"{found[text]}T00" for text, time in midnights.items() if time and _is_midnight(time)}
    return found | hours


def wider_periods(period: str) -> list[str]:
    """The period and those that hold it, narrowest first.

    Examples
    --------
    >>> wider_periods("2023-05-01T08")
    ['2023-05-01T08', '2023-05-01', '2023-05', '2023-Q2', '2023']
    """
    wider = [period]
    if "T" in period:
        wider.append(period.partition("T")[0])
    if "-Q" not in period and period.count("-") == 2:
        wider.append(period[:7])
    if "-Q" not in period and "-" in period:
        wider.append(f"{period[:4]}-Q{(int(period[5:7]) + 2) // 3}")
    return [*wider, period[:4]] if "-" in period else wider


def _zh_number(text: str) -> int:
    """A number up to 39 in Chinese: 十二, 二十一."""
    tens, ten, ones = text.rpartition("十")
    digit = int(ones.translate(_ZH_DIGITS)) if ones else 0
    return digit + (10 * (int(tens.translate(_ZH_DIGITS)) if tens else 1) if ten else 0)


def _year_fits(year: str) -> bool:
    return 1900 <= int(year) <= 2200


def place_of(period: str) -> tuple[str, int]:
    """Kind of a canonical period (year, quarter, month, day, hour) and its place in the run of its kind.

    Examples
    --------
    >>> place_of("2021"), place_of("2021-Q1"), place_of("2021-01")
    (('year', 2021), ('quarter', 8084), ('month', 24252))
    """
    year, _, rest = period.partition("-")
    if not rest:
        return "year", int(year)
    if rest.startswith("Q"):
        return "quarter", int(year) * 4 + int(rest[1:]) - 1
    if "-" not in rest:
        return "month", int(year) * 12 + int(rest) - 1
    day, _, hour = period.partition("T")
    days = dt.date.fromisoformat(day).toordinal()
    return ("hour", days * 24 + int(hour)) if hour else ("day", days)


def period_at(kind: str, place: int) -> str:
    """The canonical period at a place, as `place_of` counts.

    Examples
    --------
    >>> period_at("quarter", 8084), period_at("month", 24252), period_at(*place_of("2020-02-29T07"))
    ('2021-Q1', '2021-01', '2020-02-29T07')
    """
    if kind == "year":
        return f"{place:04d}"
    if kind == "quarter":
        return f"{place // 4:04d}-Q{place % 4 + 1}"
    if kind == "month":
        return f"{place // 12:04d}-{place % 12 + 1:02d}"
    day, hour = divmod(place, 24) if kind == "hour" else (place, None)
    date = dt.date.fromordinal(day).isoformat()
    return date if hour is None else f"{date}T{hour:02d}"


def last_day(period: str) -> dt.date:
    """The last day of a canonical period: the date as of which factors are looked up.

    Examples
    --------
    >>> last_day("2021"), last_day("2021-Q1"), last_day("2020-02-01T08")
    (datetime.date(2021, 12, 31), datetime.date(2021, 3, 31), datetime.date(2020, 2, 1))
    """
    period = period.partition("T")[0]
    if "-Q" in period:
        year, quarter = period.split("-Q")
        return _month_end(int(year), int(quarter) * 3)
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    return _month_end(parts[0], parts[1] if len(parts) == 2 else 12)


def first_day(period: str) -> dt.date:
    """The first day of a canonical period.

    Examples
    --------
    >>> first_day("2021"), first_day("2021-Q2"), first_day("2020-02")
    (datetime.date(2021, 1, 1), datetime.date(2021, 4, 1), datetime.date(2020, 2, 1))
    """
    period = period.partition("T")[0]
    if "-Q" in period:
        of, quarter = period.split("-Q")
        return dt.date(int(of), int(quarter) * 3 - 2, 1)
    year, month, day = (*(int(part) for part in period.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def _month_end(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def is_whole_year(year: int, periods: Iterable[str]) -> bool:
    """Whether canonical periods leave no day of a year out.

    Examples
    --------
    >>> is_whole_year(2021, ["2021-Q1", "2021-Q2", "2021-Q3"]), is_whole_year(2021, ["2021"])
    (False, True)
    """
    following = dt.date(year, 1, 1)
    for first, last in sorted((first_day(one), last_day(one)) for one in periods):
        if first > following:
            return False
        following = max(following, last + dt.timedelta(days=1))
    return following.year > year
