"""Parts of an amount, such as 其中：用于原材料: taken out of it, and rows of their own kind; the sum stays."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tanheng.activity.balance.reading import balance_kinds
from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.mapping.fitting import named
from tanheng.activity.mapping.sheet import Column
from tanheng.activity.reading.cells import Cells
from tanheng.activity.reading.sheets import SHOWN
from tanheng.activity.reading.titles import units_differ
from tanheng.activity.text import one_line
from tanheng.errors import TanhengError
from tanheng.quantities import multiplier

Row = Dict[str, str]


def without_parts(row: Row, parts: Sequence[tuple[Column, str]]) -> list[dict[str, str]] | None:
    """The row less its parts, and a row for each part.

    Parameters
    ----------
    row : mapping of str to str
        With ``amount`` and ``unit`` as they stand in the sheet.
    parts : sequence of (Column, str)
        Columns that are a part of the amount, and what stands in their cells; in the unit of the column, else of the row.

    Returns
    -------
    list of dict of str to str, or None
        Amounts in the unit of the row that add up to what was written. None where a part is no number, is negative, or
        where the parts together are more than the amount. An amount that is no number is left to the checks of rows.

    Examples
    --------
    >>> used = Column(4, "其中：用于原材料", use="part", activity="non_energy_use")
    >>> [(one["amount"], one.get("activity", "")) for one in without_parts({"amount": "8600", "unit": "万Nm3"}, [(used, "2100")])]
    [('6500', ''), ('2100', 'non_energy_use')]
    >>> without_parts({"amount": "1", "unit": "t"}, [(used, "2")]) is None
    True
    """
    stated = [(column, text) for column, text in parts if not is_blank(text)]
    whole = _exact(row["amount"])
    if not stated or whole is None:
        return [dict(row)]
    sizes = [_size(column, text, row["unit"]) for column, text in stated]
    known = [one for one in sizes if one is not None and one >= 0]
    rest = whole - sum(known)
    if len(known) < len(sizes) or rest < 0:
        return None
    made = [{**row, "amount": _shown(rest)}] if rest or not any(known) else []
    for (column, _), size in zip(stated, known, strict=True):
        if size:
            about = f"{column.heading} {_shown(size)} / {_shown(whole)}"
            note = "; ".join(filter(None, (row.get("note", ""), about)))
            made.append({**row, "amount": _shown(size), "activity": column.activity, "note": note})
    return made


class Parting:
    """Takes the parts of a sheet out of its amounts, and keeps what was taken and what could not be.

    ``refused`` are rows (number, code of the finding, text) whose parts do not fit their amount.
    """

    def __init__(self, page: Cells) -> None:
        self.page = page
        self.refused: list[tuple[int, str, str]] = []
        self._why: list[Finding] = []
        self._taken: dict[str, list[dict[str, Any]]] = {}

    def rows(self, number: int, row: Row, parts: Sequence[tuple[Column, str]]) -> list[dict[str, str]]:
        """The rows that a row makes; none where it is refused."""
        made = without_parts(row, parts)
        if made is None:
            self._refuse(number, row, [(one, text) for one, text in parts if not is_blank(text)])
            return []
        for column, text in parts:
            if _exact(text) and _exact(row["amount"]) is not None:
                about = {"row": number, "item": row["item"], "amount": row["amount"], "unit": row["unit"]}
                about |= {"part": f"{text} {column.unit}".strip(), "activity": column.activity}
                self._taken.setdefault(column.heading, []).append(about)
        return made

    def findings(self) -> list[Finding]:
        """What was taken out of amounts, by column, and each row that was refused."""
        about = {"file": self.page.file, "sheet": self.page.sheet}
        beyond = max(len(self._why) - SHOWN, 0)
        why = self._why[:SHOWN]
        if beyond:
            why[-1] = replace(why[-1], count=beyond + 1)
        taken = [
            Finding(
                "A-169",
                {
                    **rows[0],
                    **named(self.page),
                    "value": one_line(heading, 60),
                    "activity": _kind(rows[0]["activity"]),
                },
                tuple({**about, **row} for row in rows[:SHOWN]),
                len(rows),
            )
            for heading, rows in self._taken.items()
        ]
        return [*why, *taken]

    def _refuse(self, number: int, row: Row, parts: Sequence[tuple[Column, str]]) -> None:
        told = "; ".join(f"{one_line(column.heading, 60)} {one_line(text, 20)}" for column, text in parts)
        shown = {"file": self.page.file, "sheet": self.page.sheet, "row": number, "text": told}
        fields = {"where": place(self.page.file, self.page.sheet, number), "value": told}
        self._why.append(Finding("A-170", {**fields, "amount": row["amount"], "unit": row["unit"]}, (shown,)))
        self.refused.append((number, "A-170", f"{row['item']} {row['amount']}; {told}"))


def _kind(activity: str) -> tuple[str, str]:
    """A kind of activity in both languages."""
    kind = balance_kinds().get(activity)
    return (kind.name_zh, kind.name_en) if kind else (activity, activity)


def _size(column: Column, text: str, unit: str) -> Decimal | None:
    """A part in the unit of its row."""
    size = _exact(text)
    if size is None or not units_differ(column.unit, unit):
        return size
    try:
        return size * Decimal(repr(multiplier(column.unit, unit)))
    except TanhengError:
        return None


def _exact(text: str) -> Decimal | None:
    number = number_of(text)
    return None if number is None else Decimal(repr(number))


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"
