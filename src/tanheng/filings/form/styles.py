"""How the form looks: its colours, and formats that are made once each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import xlsxwriter

INK, BAND, BLOCK, GIVEN = "#1F3A5F", "#C9DBEF", "#EAF1F8", "#F3F4F6"
ASKED, NEEDED, EITHER_OF, FREE, UNUSED = "#FFF4B8", "#FFC98A", "#FFE8CC", "#FFFFFF", "#E3E5E8"
LEGEND = (
    ("colour_asked", ASKED),
    ("colour_needed", NEEDED),
    ("colour_either", EITHER_OF),
    ("colour_free", FREE),
    ("colour_unused", UNUSED),
    ("colour_band", BAND),
)
"""What each colour of a cell says, by the key of its sentence."""
NUMBER = "#,##0.######"
_LINE = "#C8CDD4"
Style = Callable[..., Any]


def styles(book: xlsxwriter.Workbook) -> Style:
    """Formats of a workbook by what they add to the plain one."""
    made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(**more: Any) -> Any:
        key = tuple(sorted(more.items()))
        if key not in made:
            made[key] = book.add_format(
                {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", **more}
            )
        return made[key]

    return style


def cell(style: Style, colour: str, **more: Any) -> Any:
    """A bordered cell of a colour."""
    return style(bg_color=colour, border=1, border_color=_LINE, **more)
