"""Finding the header of an activity table among titles, notes and two-row heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tanheng.activity.clean import unit_of
from tanheng.activity.schema import BASE, map_header
from tanheng.activity.sheets import unreadable
from tanheng.activity.text import one_line

HEAD_ROWS = 40
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]")
_BEHIND = re.compile(r"[/／,，]\s*([^/／,，]+)$")
_STATED = re.compile(r"^(?:计量)?单位\s*[:：]\s*(\S+)$")


def unit_in(heading: str) -> str:
    """The unit that a heading states: 消费量（万吨）, 用电量/万kWh; empty if there is none.

    Examples
    --------
    >>> unit_in("消费量（万吨）"), unit_in("消费量/t"), unit_in("消费量（实物量）")
    ('万吨', 't', '')
    """
    found = [*_BRACKETS.findall(heading), *_BEHIND.findall(heading)]
    return next((text.strip() for text in found if _is_unit(text)), "")


def _is_unit(text: str) -> bool:
    text = text.strip()
    return bool(text) and not text[0].isdigit() and unit_of(text) is not None


def best_header(rows: Sequence[Sequence[str]]) -> tuple[int, int, list[str]]:
    """How many base columns the best header has, the place of its last row, and its headings.

    A two-row header is joined; a unit that stands below a heading or in a line above the header, as 单位：万吨, is written
    into the heading of the amount.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    for at, row in enumerate(rows[:HEAD_ROWS]):
        single = [cell.strip() for cell in row]
        options = [single, _joined(rows[at - 1], single)] if at else [single]
        for headings in options:
            fit = _fit(headings)
            if fit > best[0]:
                best = (fit, at, headings)
    fit, at, headings = best
    stated = next(
        (match[1] for row in rows[:at] for cell in row if (match := _STATED.match(cell.strip()))), ""
    )
    places = map_header(headings)
    if (
        "amount" in places
        and "unit" not in places
        and _is_unit(stated)
        and not unit_in(headings[places["amount"]])
    ):
        headings[places["amount"]] += f"（{stated}）"
    return best


def find_header(file: str, sheet: str, rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Place of the header's last row and its headings.

    Raises
    ------
    InputUnreadable
        When none of the first rows has two columns of an activity table.
    """
    fit, at, headings = best_header(rows)
    if fit < 2:
        shown = one_line(" | ".join(cell for cell in rows[0] if cell) if rows else "")
        raise unreadable(
            file,
            (
                f"前 {HEAD_ROWS} 行没有活动表的表头（主体、时期、品种、数量、单位），首行为“{shown}”",
                f"no header of an activity table (entity, period, item, amount, unit) in the first {HEAD_ROWS} rows; the first is '{shown}'",
            ),
            ("请加上表头", "Add the header"),
            sheet,
        )
    return at, headings


def _fit(headings: Sequence[str]) -> int:
    places = map_header(headings)
    stated = "unit" not in places and "amount" in places and bool(unit_in(headings[places["amount"]]))
    return len(set(BASE) & set(places)) + stated


def _joined(above: Sequence[str], low: Sequence[str]) -> list[str]:
    """One heading from two cells: the lower where it says more, the upper with the lower's unit, else either."""
    width = max(len(above), len(low))
    pairs = zip([*above, *[""] * (width - len(above))], [*low, *[""] * (width - len(low))], strict=True)
    return [_heading(up.strip(), down) for up, down in pairs]


def _heading(up: str, low: str) -> str:
    if not up or not low:
        return up or low
    bare = low.strip("()（）[]【】")
    if map_header([up]).keys() == {"amount"} and _is_unit(bare):
        return f"{up}（{bare}）"
    return low if map_header([low]) or not map_header([up]) else up
