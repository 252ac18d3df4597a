"""报表 Filings: what leaves the house. The self-contained HTML report and the comparison with published figures.

Takes an `Inventory` and writes files; may use every room from `inventory` down. It computes no emission of its own.

>>> from tanheng.filings import cases
>>> "sichuan-2021" in cases()
True
"""

from tanheng.filings.comparison import cases, compare_published
from tanheng.filings.report import html_report

__all__ = ["cases", "compare_published", "html_report"]
