"""活动 Activity: getting data in, checking every row, and the vocabulary of checks. Uses `codes`, `engine` and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.findings import Finding, place, worst
from tanheng.activity.periods import first_day, last_day, parse_period
from tanheng.lazy import lazily

if TYPE_CHECKING:
    from tanheng.activity.balance.reading import read_balance as read_balance
    from tanheng.activity.checks.runner import CheckTables as CheckTables
    from tanheng.activity.checks.series import check_series as check_series
    from tanheng.activity.mapping.files import load_mapping as load_mapping
    from tanheng.activity.mapping.mapped import apply_mapping as apply_mapping
    from tanheng.activity.mapping.mapping import Mapping as Mapping
    from tanheng.activity.mapping.suggest import suggest_mapping as suggest_mapping
    from tanheng.activity.parameter_table import with_parameters as with_parameters
    from tanheng.activity.reconciliation.bottom_up import bottom_up as bottom_up
    from tanheng.activity.reconciliation.measurements import reconcile_measurements as reconcile_measurements
    from tanheng.activity.worklist import Worklist as Worklist
    from tanheng.activity.worklist import read_worklist as read_worklist

_LATER = {
    "CheckTables": "tanheng.activity.checks.runner",
    "Mapping": "tanheng.activity.mapping.mapping",
    "Worklist": "tanheng.activity.worklist",
    "apply_mapping": "tanheng.activity.mapping.mapped",
    "bottom_up": "tanheng.activity.reconciliation.bottom_up",
    "check_series": "tanheng.activity.checks.series",
    "load_mapping": "tanheng.activity.mapping.files",
    "read_balance": "tanheng.activity.balance.reading",
    "read_worklist": "tanheng.activity.worklist",
    "reconcile_measurements": "tanheng.activity.reconciliation.measurements",
    "suggest_mapping": "tanheng.activity.mapping.suggest",
    "with_parameters": "tanheng.activity.parameter_table",
}
__all__ = [
    "Activity",
    "CheckTables",
    "Finding",
    "Mapping",
    "Worklist",
    "apply_mapping",
    "bottom_up",
    "check_series",
    "first_day",
    "last_day",
    "load_mapping",
    "parse_period",
    "place",
    "read_activity",
    "read_balance",
    "read_worklist",
    "reconcile_measurements",
    "suggest_mapping",
    "with_parameters",
    "worst",
]

__getattr__ = lazily(__name__, _LATER)
