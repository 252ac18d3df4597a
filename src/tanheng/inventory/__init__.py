"""清单 Inventory: methods, coefficient sheets, accounting, uncertainty, comparison and proof.

Uses `activity`, `factors`, `engine`, `codes`, `quantities`. `account` is the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.inventory.accounting import account
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.loading import load_method, method_files
from tanheng.inventory.method import Method
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.table import Table
from tanheng.lazy import lazily

if TYPE_CHECKING:
    from tanheng.inventory.bridging import bridge as bridge
    from tanheng.inventory.bridging import remainder as remainder
    from tanheng.inventory.ceads import read_ceads as read_ceads
    from tanheng.inventory.comparison import Comparison as Comparison
    from tanheng.inventory.comparison import compare as compare
    from tanheng.inventory.covering import Coverage as Coverage
    from tanheng.inventory.covering import coverage as coverage
    from tanheng.inventory.covering import inventory_coverage as inventory_coverage
    from tanheng.inventory.estimated_share import Completeness as Completeness
    from tanheng.inventory.estimated_share import completeness as completeness
    from tanheng.inventory.gpc_view import gpc_totals as gpc_totals
    from tanheng.inventory.key_analysis import KeyCategories as KeyCategories
    from tanheng.inventory.key_analysis import key_categories as key_categories
    from tanheng.inventory.key_analysis import key_categories_of as key_categories_of
    from tanheng.inventory.models import first_order_decay as first_order_decay
    from tanheng.inventory.official import chapter_table as chapter_table
    from tanheng.inventory.official import official_table as official_table
    from tanheng.inventory.proof import Proof as Proof
    from tanheng.inventory.reconciling import reconcile as reconcile
    from tanheng.inventory.reported import Reported as Reported
    from tanheng.inventory.reported import read_reported as read_reported
    from tanheng.inventory.rounding import official_figures as official_figures
    from tanheng.inventory.rounding import rounded as rounded
    from tanheng.inventory.runs import find_run as find_run
    from tanheng.inventory.runs import load_run as load_run
    from tanheng.inventory.runs import save_run as save_run
    from tanheng.inventory.uncertainty_shares import category_uncertainty as category_uncertainty

_LATER = {
    "Comparison": "tanheng.inventory.comparison",
    "Completeness": "tanheng.inventory.estimated_share",
    "Coverage": "tanheng.inventory.covering",
    "KeyCategories": "tanheng.inventory.key_analysis",
    "Proof": "tanheng.inventory.proof",
    "Reported": "tanheng.inventory.reported",
    "bridge": "tanheng.inventory.bridging",
    "category_uncertainty": "tanheng.inventory.uncertainty_shares",
    "chapter_table": "tanheng.inventory.official",
    "compare": "tanheng.inventory.comparison",
    "completeness": "tanheng.inventory.estimated_share",
    "coverage": "tanheng.inventory.covering",
    "find_run": "tanheng.inventory.runs",
    "first_order_decay": "tanheng.inventory.models",
    "gpc_totals": "tanheng.inventory.gpc_view",
    "inventory_coverage": "tanheng.inventory.covering",
    "key_categories": "tanheng.inventory.key_analysis",
    "key_categories_of": "tanheng.inventory.key_analysis",
    "load_run": "tanheng.inventory.runs",
    "official_figures": "tanheng.inventory.rounding",
    "official_table": "tanheng.inventory.official",
    "read_ceads": "tanheng.inventory.ceads",
    "read_reported": "tanheng.inventory.reported",
    "reconcile": "tanheng.inventory.reconciling",
    "remainder": "tanheng.inventory.bridging",
    "rounded": "tanheng.inventory.rounding",
    "save_run": "tanheng.inventory.runs",
}
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

__getattr__ = lazily(__name__, _LATER)
