"""清单 Inventory: methods, coefficient sheets, accounting, uncertainty, comparison and proof.

Uses `activity`, `factors`, `engine`, `codes`, `quantities`. `account` is the door.
"""

from tanheng.inventory.accounting import account
from tanheng.inventory.bridge import bridge, remainder
from tanheng.inventory.category_uncertainty import category_uncertainty
from tanheng.inventory.ceads import read_ceads
from tanheng.inventory.comparison import Comparison, compare
from tanheng.inventory.completeness import Completeness, completeness
from tanheng.inventory.coverage import Coverage, coverage, inventory_coverage
from tanheng.inventory.gpc_view import gpc_totals
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.key_categories import KeyCategories, key_categories, key_categories_of
from tanheng.inventory.method import Method, load_method, method_files
from tanheng.inventory.models import first_order_decay
from tanheng.inventory.official import chapter_table, official_table
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.proof import Proof
from tanheng.inventory.reconcile import reconcile
from tanheng.inventory.reported import Reported, read_reported
from tanheng.inventory.rounding import official_figures, rounded
from tanheng.inventory.runs import find_run, load_run, save_run
from tanheng.inventory.table import Table

__all__ = [
    "ArgumentInvalid",
    "Comparison",
    "Completeness",
    "Coverage",
    "Inventory",
    "KeyCategories",
    "Method",
    "Proof",
    "Reported",
    "Table",
    "account",
    "bridge",
    "category_uncertainty",
    "chapter_table",
    "compare",
    "completeness",
    "coverage",
    "find_run",
    "first_order_decay",
    "gpc_totals",
    "inventory_coverage",
    "key_categories",
    "key_categories_of",
    "load_method",
    "load_run",
    "method_files",
    "official_figures",
    "official_table",
    "read_ceads",
    "read_reported",
    "reconcile",
    "remainder",
    "rounded",
    "save_run",
]
