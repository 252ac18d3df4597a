"""清单 Inventory: methods, coefficient sheets, accounting, uncertainty, comparison and proof.

Uses `activity`, `factors`, `engine`, `codes`, `quantities`. `account` is the door.
"""

from tanheng.inventory.accounting import account
from tanheng.inventory.comparison import Comparison, compare
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.method import Method, load_method, method_files
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.proof import Proof
from tanheng.inventory.runs import find_run, load_run, save_run
from tanheng.inventory.table import Table

__all__ = [
    "ArgumentInvalid",
    "Comparison",
    "Inventory",
    "Method",
    "Proof",
    "Table",
    "account",
    "compare",
    "find_run",
    "load_method",
    "load_run",
    "method_files",
    "save_run",
]
