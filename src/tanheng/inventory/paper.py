"""Sheets of Excel as they come out of a printer: A4 across, in as many pages side by side as keep them legible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_A4, _MARGIN = 9, 0.5
_LEGIBLE = 190
"""Letters of 10 points that an A4 page across holds when it is printed at 70 %."""


def on_paper(page: Any, widths: Sequence[float], *, head: int = 0, fixed: int = 1) -> None:
    """Lay out a sheet for A4: rows of heads, and the first columns where several pages stand side by side, are repeated.

    Parameters
    ----------
    page : xlsxwriter worksheet
    widths : sequence of float
        Of its columns, in letters.
    head : int
        The row of heads, counted from 0; it and nothing above it is repeated.
    fixed : int
        How many first columns tell what a row is.
    """
    across = max(1, math.ceil(sum(widths) / _LEGIBLE))
    page.set_paper(_A4)
    page.set_landscape()
    page.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN + 0.2)
    page.fit_to_pages(across, 0)
    page.repeat_rows(head)
    if across > 1:
        page.repeat_columns(0, fixed - 1)
    page.set_footer("&L&8&A&R&8&P / &N")
