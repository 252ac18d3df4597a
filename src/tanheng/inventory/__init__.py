"""清单 Inventory: methods, coefficient sheets, accounting, uncertainty, comparison and proof.

Uses `activity`, `factors`, `engine`, `codes`, `quantities`. `account` is the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanheng.inventory.accounting.account import account
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.methods.loading import load_method, method_files
from tanheng.inventory.methods.method import Method
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.table import Table
from tanheng.lazy import lazily

if TYPE_CHECKING:
    from tanheng.inventory.categories.covering import Coverage as Coverage
    from tanheng.inventory.categories.covering import coverage as coverage
    from tanheng.inventory.categories.covering import inventory_coverage as inventory_coverage
    from tanheng.inventory.categories.gpc_view import gpc_totals as gpc_totals
    from tanheng.inventory.categories.official import chapter_table as chapter_table
    from tanheng.inventory.categories.official import official_table as official_table
    from tanheng.inventory.methods.models import first_order_decay as first_order_decay
    from tanheng.inventory.quality.estimated_share import Completeness as Completeness
    from tanheng.inventory.quality.estimated_share import completeness as completeness
    from tanheng.inventory.quality.qa import run_qa as run_qa
    from tanheng.inventory.releases.releases import create_release as create_release
    from tanheng.inventory.releases.releases import open_release as open_release
    from tanheng.inventory.releases.releases import restatement as restatement
    from tanheng.inventory.releases.releases import verify_release as verify_release
    from tanheng.inventory.releases.runs import find_run as find_run
    from tanheng.inventory.releases.runs import load_run as load_run
    from tanheng.inventory.releases.runs import save_run as save_run
    from tanheng.inventory.reported.ceads import read_ceads as read_ceads
    from tanheng.inventory.reported.reading import Reported as Reported
    from tanheng.inventory.reported.reading import read_reported as read_reported
    from tanheng.inventory.rounding import official_figures as official_figures
    from tanheng.inventory.rounding import rounded as rounded
    from tanheng.inventory.uncertainty.key_analysis import KeyCategories as KeyCategories
    from tanheng.inventory.uncertainty.key_analysis import key_categories as key_categories
    from tanheng.inventory.uncertainty.key_analysis import key_categories_of as key_categories_of
    from tanheng.inventory.uncertainty.shares import category_uncertainty as category_uncertainty
    from tanheng.inventory.views.bridging import bridge as bridge
    from tanheng.inventory.views.bridging import remainder as remainder
    from tanheng.inventory.views.comparison import Comparison as Comparison
    from tanheng.inventory.views.comparison import compare as compare
    from tanheng.inventory.views.proof import Proof as Proof
    from tanheng.inventory.views.reconciling import reconcile as reconcile

_LATER = {
    "Comparison": "tanheng.inventory.views.comparison",
    "Completeness": "tanheng.inventory.quality.estimated_share",
    "Coverage": "tanheng.inventory.categories.covering",
    "KeyCategories": "tanheng.inventory.uncertainty.key_analysis",
    "Proof": "tanheng.inventory.views.proof",
    "Reported": "tanheng.inventory.reported.reading",
    "bridge": "tanheng.inventory.views.bridging",
    "category_uncertainty": "tanheng.inventory.uncertainty.shares",
    "chapter_table": "tanheng.inventory.categories.official",
    "compare": "tanheng.inventory.views.comparison",
    "completeness": "tanheng.inventory.quality.estimated_share",
    "coverage": "tanheng.inventory.categories.covering",
    "create_release": "tanheng.inventory.releases.releases",
    "find_run": "tanheng.inventory.releases.runs",
    "first_order_decay": "tanheng.inventory.methods.models",
    "gpc_totals": "tanheng.inventory.categories.gpc_view",
    "inventory_coverage": "tanheng.inventory.categories.covering",
    "key_categories": "tanheng.inventory.uncertainty.key_analysis",
    "key_categories_of": "tanheng.inventory.uncertainty.key_analysis",
    "load_run": "tanheng.inventory.releases.runs",
    "official_figures": "tanheng.inventory.rounding",
    "official_table": "tanheng.inventory.categories.official",
    "open_release": "tanheng.inventory.releases.releases",
    "read_ceads": "tanheng.inventory.reported.ceads",
    "read_reported": "tanheng.inventory.reported.reading",
    "reconcile": "tanheng.inventory.views.reconciling",
    "remainder": "tanheng.inventory.views.bridging",
    "restatement": "tanheng.inventory.releases.releases",
    "rounded": "tanheng.inventory.rounding",
    "run_qa": "tanheng.inventory.quality.qa",
    "save_run": "tanheng.inventory.releases.runs",
    "verify_release": "tanheng.inventory.releases.releases",
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
    "create_release",
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
    "open_release",
    "read_ceads",
    "read_reported",
    "reconcile",
    "remainder",
    "restatement",
    "rounded",
    "run_qa",
    "save_run",
    "verify_release",
]

__getattr__ = lazily(__name__, _LATER)
