"""Finding the header of an activity table among titles, notes and two-row heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.reading.titles import is_unit, stated_unit
from tanheng.activity.schema import BASE, map_header
from tanheng.activity.text import one_line

HEAD_ROWS = 40
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]")
_BEHIND = re.compile(r"[/／,，]\s*([^/／,，]+)$")


def unit_in(heading: str) -> str:
    """The unit that a heading states: 消费量（万吨）, 用电量/万kWh; empty if there is none.

    Examples
    --------
    >>> unit_in("消费量（万吨）"), unit_in("消费量/t"), unit_in("消费量（实物量）")
    ('万吨', 't', '')
    """
    found = [*_BRACKETS.findall(heading), *_BEHIND.findall(heading)]
    return next((text.strip() for text in found if is_unit(text)), "")


def best_header(rows: Sequence[Sequence[str]]) -> tuple[int, int, list[str]]:
    """How many base columns the best header has, the place of its last row, and its headings.

    A two-row header is joined; a unit that stands below a heading or in a line above the header, as 单位：万吨, is written
    into the heading of the amount.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    for at, row in enumerate(rows[:HEAD_ROWS]):
        single = [cell.strip() for cell in row]
        options = [single, joined_headings(rows[at - 1], single, known=True)] if at else [single]
        for headings in options:
            fit = _fit(headings)
            if fit > best[0]:
                best = (fit, at, headings)
    fit, at, headings = best
    stated = stated_unit(cell for row in rows[:at] for cell in row)
    places = map_header(headings)
    if "amount" in places and "unit" not in places and stated and not unit_in(headings[places["amount"]]):
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
            (
                "请加上表头，或用 `tanheng map` 说明哪列是什么",
                "Add the header, or say which column is what with `tanheng map`",
            ),
            sheet,
        )
    return at, headings


def _fit(headings: Sequence[str]) -> int:
    places = map_header(headings)
    stated = "unit" not in places and "amount" in places and bool(unit_in(headings[places["amount"]]))
    return len(set(BASE) & set(places)) + stated


def joined_headings(above: Sequence[str], low: Sequence[str], *, known: bool = False) -> list[str]:
    """Headings of two rows as one: a unit goes behind what stands above it, else the lower one names the column.

    With ``known`` the upper one does where an activity table has such a column and none that is called like the lower.

    Examples
    --------
    >>> joined_headings(["区县", "柴油", "油品"], ["", "（吨）", "汽油"])
    ['区县', '柴油（吨）', '汽油']
    >>> joined_headings(["品种"], ["大类"], known=True)
    ['品种']
    """
    width = max(len(above), len(low))
    pairs = zip([*above, *[""] * (width - len(above))], [*low, *[""] * (width - len(low))], strict=True)
    return [_heading(up.strip(), down.strip(), known=known) for up, down in pairs]


def stacked_headings(rows: Sequence[Sequence[str]]) -> list[str]:
    """Headings of rows that stand above one another, with all that they say; a unit goes behind what stands above it.

    Examples
    --------
    >>> stacked_headings([["地区", "煤炭", "煤炭"], ["", "2019", "2020"], ["", "万吨", "万吨"]])
    ['地区', '煤炭 / 2019（万吨）', '煤炭 / 2020（万吨）']
    """
    width = max(map(len, rows), default=0)
    return [_stacked([row[at].strip() for row in rows if at < len(row)]) for at in range(width)]


def _stacked(parts: Sequence[str]) -> str:
    found: list[str] = []
    for part in filter(None, parts):
        bare = part.strip("()（）[]【】")
        if found and is_unit(bare):
            found[-1] += f"（{bare}）"
        elif not found or found[-1] != part:
            found.append(part)
    return " / ".join(found)


def _heading(up: str, low: str, *, known: bool) -> str:
    if not up or not low or up == low:
        return up or low
    bare = low.strip("()（）[]【】")
    if is_unit(bare):
        return f"{up}（{bare}）"
    return up if known and map_header([up]) and not map_header([low]) else low
