"""A reconciliation as one sheet of Excel: what it is, what it lacks, its lines under names, and their total."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.codes import term
from tanheng.errors import language
from tanheng.inventory.views.comparison import cause_name
from tanheng.inventory.writing import PLAIN_TEXT, writing

if TYPE_CHECKING:
    from tanheng.inventory.views.reconciling import Reconciliation

_DIGITS = "#,##0.00"
_WIDTH = {"category": 14, "name": 30, "stands": 12, "reason": 60}
_NUMBER = 18


def write_reconciliation(found: Reconciliation, path: str | Path) -> Path:
    """Write the lines of a reconciliation [t] in the language of the run.

    Parameters
    ----------
    found : Reconciliation
    path : str or Path
        The ``.xlsx`` to write; what is there is replaced.

    Raises
    ------
    CannotWrite
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> from tanheng.inventory import reconcile
    >>> table = {"entity": ["示例市"], "period": ["2021"], "region": ["福建省"], "item": ["柴油"], "amount": [1], "unit": ["t"]}
    >>> one = th.account(table, "cn-energy-2011")
    >>> write_reconciliation(reconcile(one, one, by="item"), Path(tempfile.mkdtemp()) / "r.xlsx").name
    'r.xlsx'
    """
    import xlsxwriter

    from tanheng.inventory.views.reconciling import CAUSES, reasons

    words = {code: row[language()] for code, row in reasons().items()}
    sides = [
        (f"{part}_{mark}", f"{name} {term('category', language()) if part == 'category' else words[part]}", _WIDTH[part])
        for mark, name in (("a", found.a), ("b", found.b))
        for part in ("category", "name", "stands")
    ]  # fmt: skip
    masses = [
        ("amount_a", found.a, found.total_a),
        ("amount_b", found.b, found.total_b),
        ("difference", words["difference"], found.total_b - found.total_a),
        *((f"due_{cause}", cause_name(cause), found.causes[cause]) for cause in CAUSES),
    ]
    heads = [head for _, head, _ in sides] + [f"{head} (t)" for _, head, _ in masses]
    with writing(path) as file, xlsxwriter.Workbook(str(file), PLAIN_TEXT) as book:
        page = book.add_worksheet(words["title"])
        bold, red = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#B00020"})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        number = book.add_format({"num_format": _DIGITS})
        total = book.add_format({"bold": True, "num_format": _DIGITS, "top": 1})
        page.write_string(0, 0, f"{words['title']} {found.a} → {found.b}", bold)
        page.write_string(1, 0, words["about"])
        for at, sentence in enumerate(found.incomplete(), 2):
            page.write_string(at, 0, sentence, red)
        top = 2 + len(found.incomplete())
        page.write_row(top, 0, [*heads, term("reason", language())], head)
        for line, row in enumerate(found.lines.iter_rows(named=True), top + 1):
            for at, (name, _, _) in enumerate(sides):
                page.write_string(
                    line, at, words[row[name]] if name.startswith("stands") else row[name] or ""
                )
            for at, (name, _, _) in enumerate(masses, len(sides)):
                page.write_number(line, at, row[name], number)
            page.write_string(line, len(heads), row["reason"])
        last = top + found.lines.height + 1
        page.write_string(last, 0, words["total"], total)
        page.write_row(last, len(sides), [value for *_, value in masses], total)
        for at, (*_, width) in enumerate(sides):
            page.set_column(at, at, width)
        page.set_column(len(sides), len(heads) - 1, _NUMBER)
        page.set_column(len(heads), len(heads), _WIDTH["reason"])
        page.freeze_panes(top + 1, 0)
        page.autofilter(top, 0, max(last - 1, top), len(heads))
    return file
