"""活动 Activity: getting data in, checking every row, and the vocabulary of checks. Uses `codes`, `engine` and below."""

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.balance import read_balance
from tanheng.activity.findings import Finding, place, worst
from tanheng.activity.mapped import apply_mapping
from tanheng.activity.mapping import Mapping, load_mapping
from tanheng.activity.periods import last_day, parse_period
from tanheng.activity.suggest import suggest_mapping

__all__ = [
    "Activity",
    "Finding",
    "Mapping",
    "apply_mapping",
    "last_day",
    "load_mapping",
    "parse_period",
    "place",
    "read_activity",
    "read_balance",
    "suggest_mapping",
    "worst",
]
