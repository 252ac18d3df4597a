"""What can go wrong with factors alone; the general errors stand in `tanheng.errors`."""

from __future__ import annotations

from tanheng.errors import TanhengError


class DateUnreadable(TanhengError):
    """A date from which no year can be read."""

    code = "F-003"
    zh = "日期“{date}”无法识别，应为 2021、2021-06-30 或 2021年6月30日。"
    en = "Date '{date}' cannot be read; expected 2021 or 2021-06-30."
    remedy_zh = "请改写日期。"
    remedy_en = "Write the date in one of these forms."
