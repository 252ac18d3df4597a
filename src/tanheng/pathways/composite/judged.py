"""Reading pairwise judgements: a square table whose heads and first column are the same codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.reading.cells import read_cells
from tanheng.pathways.composite.problems import CompositeInvalid, composite_invalid
from tanheng.pathways.composite.weighing import Judgements, ahp


def read_judgements(path: Path) -> Judgements:
    """Judgements from CSV or the first sheet of Excel; a cell is a number or a fraction such as ``1/3``, one half may be empty.

    Parameters
    ----------
    path : Path
        A first row and a first column with the same codes in the same order.

    Raises
    ------
    CompositeInvalid
        For a table that is no such square.
    InputUnreadable
        For what is no table.
    """
    page = next((one for one in read_cells(path) if not one.hidden and one.rows), None)
    rows = [] if page is None else [(at, cells) for at, cells in page.rows if not all(map(is_blank, cells))]
    names = [cell.strip() for cell in rows[0][1][1:] if cell.strip()] if rows else []
    sides = [cells[0].strip() for _, cells in rows[1:]]
    if not names or sides != names:
        raise _wrong(
            path, ("行名与列名不是同样的代码、同样的次序", "its rows and columns are not named by the same codes in the same order"),
            ("首行与首列写同样的代码", "Name the first row and the first column alike"),
        )  # fmt: skip
    own = np.full((len(names), len(names)), np.nan)
    for row, (number, cells) in enumerate(rows[1:]):
        for column in range(len(names)):
            text = cells[column + 1].strip() if column + 1 < len(cells) else ""
            if not is_blank(text):
                own[row, column] = _judgement(path, number, names[column], text)
    np.fill_diagonal(own, np.where(np.isnan(own.diagonal()), 1.0, own.diagonal()))
    mirrored = np.where(np.isnan(own), 1 / own.T, own)
    return ahp(mirrored, names)


def _judgement(path: Path, row: int, column: str, text: str) -> float:
    over, slash, under = text.partition("/")
    one, other = number_of(over), number_of(under) if slash else 1.0
    if one is None or other is None or other == 0:
        raise _wrong(
            path, (f"第 {row} 行“{column}”列“{text}”不是判断值", f"row {row}, column '{column}', '{text}' is no judgement"),
            ("应为 1 到 9 的数或其倒数，如 3 或 1/3", "Expected a number of 1 to 9 or its reciprocal, such as 3 or 1/3"),
        )  # fmt: skip
    return one / other


def _wrong(path: Path, detail: tuple[str, str], mend: tuple[str, str]) -> CompositeInvalid:
    return composite_invalid((f"的判断矩阵“{path.name}”", f", judgements '{path.name}'"), detail, mend)
