"""Whether an energy balance balances: sums of its parts, and what is left over for each item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tanheng.activity.balance_table import ROWS, BalanceTable, Number
from tanheng.activity.findings import Finding
from tanheng.codes import codelist, items

_RANGE = re.compile(r"(B[\d.]+)\.(\d+)\.\.B[\d.]+\.(\d+)")
_SIGNS = {"B1": 1, "B2": 1, "B3": -1, "B4": -1, "B5": -1}


def check_balance(table: BalanceTable) -> list[Finding]:
    """Sums that differ from their parts, and items whose balance does not close.

    Parameters
    ----------
    table : BalanceTable

    Returns
    -------
    list of Finding
        A-152 for a printed sum that its parts do not make, A-151 for supply + transformation - loss - final consumption -
        statistical difference other than 0; each beyond half a unit of the last printed digit for every number involved.
    """
    found: list[Finding] = []
    for column in table.columns:
        found += _sums(table, column.item)
        found += _residual(table, column.item)
    return found


def parts_of(code: str) -> list[str]:
    """Rows that a sum row adds up, from the list's own rule.

    Examples
    --------
    >>> parts_of("B4")[:2], parts_of("B4.7")
    (['B4.1', 'B4.2'], ['B4.7a', 'B4.7b'])
    """
    rule = codelist(ROWS).get(code)["rule"]
    match = _RANGE.fullmatch(rule)
    if match:
        return [f"{match[1]}.{at}" for at in range(int(match[2]), int(match[3]) + 1)]
    if rule and re.fullmatch(r"B[\w.]+(\+B[\w.]+)*", rule):
        return rule.split("+")
    below = [str(row["code"]) for row in codelist(ROWS).children(code) if not row["rule"].startswith("memo")]
    return below if codelist(ROWS).get(code)["sign"] == "sum" else []


def _sums(table: BalanceTable, item: str) -> Iterator[Finding]:
    for code in codelist(ROWS):
        parts = [table.numbers[one, item] for one in parts_of(code) if (one, item) in table.numbers]
        whole = table.numbers.get((code, item))
        if whole is None or not parts:
            continue
        added = sum(one.value for one in parts)
        if abs(added - whole.value) > _slack([*parts, whole]):
            about = {
                "file": table.file,
                "sheet": table.sheet,
                "cell": whole.cell,
                "item": items().get(item).name_zh,
            }
            shown = {
                "row": codelist(ROWS).get(code)["name_zh"],
                "value": f"{whole.value:g}",
                "sum": f"{added:.10g}",
            }
            yield Finding("A-152", {**about, **shown})


def _residual(table: BalanceTable, item: str) -> Iterator[Finding]:
    terms = {code: _value(table, code, item) for code in _SIGNS}
    if terms["B4"] is None or terms["B1"] is None:
        return
    used = [number for (code, one), number in table.numbers.items() if one == item and code in _SIGNS]
    left = sum(sign * (terms[code] or 0.0) for code, sign in _SIGNS.items())
    if abs(left) > _slack(used):
        about = {"file": table.file, "sheet": table.sheet, "item": items().get(item).name_zh}
        yield Finding("A-151", {**about, "value": f"{left:.6g}"})


def _value(table: BalanceTable, code: str, item: str) -> float | None:
    """The printed number, else the sum of its parts; None where there is neither."""
    if (code, item) in table.numbers:
        return table.numbers[code, item].value
    parts = [found for one in parts_of(code) if (found := _value(table, one, item)) is not None]
    return sum(parts) if parts else None


def _slack(numbers: Sequence[Number]) -> float:
    """What rounding of the printed numbers may make."""
    digits = min((one.decimals for one in numbers), default=0)
    return 0.5 * 10.0**-digits * max(len(numbers), 1) + 1e-9
