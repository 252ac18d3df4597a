"""报表 Filings: what leaves the house. Reports in HTML and Word, official tables, the comparison with published figures.

Takes an `Inventory` and writes files; may use every room from `inventory` down. It computes no emission of its own.

>>> from tanheng.filings import cases
>>> "sichuan-2021" in cases()
True
"""

from tanheng.filings.comparison import cases, compare_published
from tanheng.filings.ecrf import write_ecrf
from tanheng.filings.form.write import write_template
from tanheng.filings.official.workbook import write_official
from tanheng.filings.page.report import html_report
from tanheng.filings.word.report import docx_report

__all__ = [
    "cases",
    "compare_published",
    "docx_report",
    "html_report",
    "write_ecrf",
    "write_official",
    "write_template",
]
