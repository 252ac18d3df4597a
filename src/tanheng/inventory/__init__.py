"""清单 Inventory: methods, coefficient sheets, accounting, uncertainty, comparison and proof.

Uses `activity`, `factors`, `engine`, `codes`, `quantities`. `account` is the door.
"""

from tanheng.inventory.accounting import account
from tanheng.inventory.bridge import bridge, remainder
from tanheng.inventory.comparison import Comparison, compare
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.method import Method, load_method, method_files
from tanheng.inventory.models import first_order_decay
from tanheng.inventory.official import chapter_table, official_table
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.proof import Proof
from tanheng.inventory.rounding import official_figures, rounded
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
    "bridge",
    "chapter_table",
    "compare",
    "find_run",
    "first_order_decay",
    "load_method",
    "load_run",
    "method_files",
    "official_figures",
    "official_table",
    "remainder",
    "rounded",
    "save_run",
]
