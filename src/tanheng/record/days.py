"""Days and times by which versions are found."""

from __future__ import annotations

import datetime as dt

from tanheng.errors import TanhengError


class DayUnreadable(TanhengError):
    """A text that is no day, where versions are asked for by one."""

    code = "R-006"
    zh = "“{value}”不是日期，应为 {expected}。"
    en = "'{value}' is no day; expected {expected}."
    remedy_zh = "请写成年-月-日。"
    remedy_en = "Write year-month-day."


def day(text: str) -> str:
    """A day of the calendar.

    Raises
    ------
    DayUnreadable

    Examples
    --------
    >>> day("2021-06-30")
    '2021-06-30'
    """
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as cause:
        raise DayUnreadable(value=text, expected="2021-06-30") from cause


def until(text: str) -> str:
    """The last moment (UTC) of a day, or a moment, as manifests write it; a moment without a zone is of UTC.

    Raises
    ------
    DayUnreadable

    Examples
    --------
    >>> until("2021-06-30"), until("2021-06-30T08:00+08:00")
    ('2021-06-30T23:59:59.999999+00:00', '2021-06-30T00:00:00.000000+00:00')
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as cause:
        raise DayUnreadable(value=text, expected="2021-06-30 / 2021-06-30T12:00") from cause
    if len(text) <= len("2021-06-30"):
        moment = dt.datetime.combine(moment.date(), dt.time.max)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return zoned.astimezone(dt.UTC).isoformat(timespec="microseconds")
