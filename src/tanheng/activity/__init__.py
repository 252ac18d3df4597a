"""活动 Activity: getting data in, checking every row, and the vocabulary of checks. Uses `codes`, `engine` and below."""

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.findings import Finding, place, worst
from tanheng.activity.periods import last_day, parse_period

__all__ = ["Activity", "Finding", "last_day", "parse_period", "place", "read_activity", "worst"]
