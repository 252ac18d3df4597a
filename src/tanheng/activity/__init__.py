"""活动 Activity: getting data in, checking every row, and the vocabulary of checks. Uses `codes`, `engine` and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.findings import Finding, place, worst
from tanheng.activity.periods import first_day, last_day, parse_period
from tanheng.lazy import lazily

if TYPE_CHECKING:
    from tanheng.activity.balance import read_balance as read_balance
    from tanheng.activity.mapped import apply_mapping as apply_mapping
    from tanheng.activity.mapping import Mapping as Mapping
    from tanheng.activity.mapping import load_mapping as load_mapping
    from tanheng.activity.parameter_table import with_parameters as with_parameters
    from tanheng.activity.suggest import suggest_mapping as suggest_mapping

_LATER = {
    "Mapping": "tanheng.activity.mapping",
    "apply_mapping": "tanheng.activity.mapped",
    "load_mapping": "tanheng.activity.mapping",
    "read_balance": "tanheng.activity.balance",
    "suggest_mapping": "tanheng.activity.suggest",
    "with_parameters": "tanheng.activity.parameter_table",
}
__all__ = [
    "Activity",
    "Finding",
    "Mapping",
    "apply_mapping",
    "first_day",
    "last_day",
    "load_mapping",
    "parse_period",
    "place",
    "read_activity",
    "read_balance",
    "suggest_mapping",
    "with_parameters",
    "worst",
]

__getattr__ = lazily(__name__, _LATER)
