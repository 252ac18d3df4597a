"""Paths of cells: shares of the total's target that the file tells, the rest as in the base year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

_ROUNDING = 1e-6


def cell_paths(
    road: Road, cells: list[str], years: Floats, first: Floats, target: Floats, told: Mapping[str, Any]
) -> Floats:
    """Paths (years, cells) that sum to the target (years,).

    Parameters
    ----------
    road : Road
    cells : list of str
    years, target : ndarray
        Years and what may be emitted in them (years,).
    first : ndarray
        Emission (cells,) of the base year, by which what the told shares leave is shared.
    told : mapping
        Cell to its share [%] of the total's target by year, straight between.

    Raises
    ------
    PackInvalid
        For cells that are not there, years that are not told, and shares that do not come to 100 %.
    """
    shares, free = np.zeros((years.size, len(cells))), np.ones(len(cells), bool)
    for name, marks in told.items():
        at: Path_ = ("deviation", "cells", name)
        if name not in cells:
            raise road.checker.error(
                at, ("核查数据里没有这个分项", "what was observed has no such cell"),
                (f"可用：{', '.join(cells)}。", f"Known: {', '.join(cells)}."),
            )  # fmt: skip
        order = sorted(marks) if all(str(year).isdigit() for year in marks) else []
        if not order or int(order[0]) > years[0] or int(order[-1]) < years[-1]:
            raise road.checker.error(
                at, (f"份额应从 {years[0]:.0f} 年写到 {years[-1]:.0f} 年", f"shares must reach from {years[0]:.0f} to {years[-1]:.0f}"),
                ("首末两年都要写。", "Give both ends."),
            )  # fmt: skip
        place = cells.index(name)
        shares[:, place] = np.interp(years, [int(year) for year in order], [marks[year] for year in order])
        free[place] = False
    rest, base = 100 - shares.sum(axis=1), float(first[free].sum())
    if np.abs(rest).max() > _ROUNDING and not base:
        raise road.checker.error(
            ("deviation", "cells"),
            (f"各分项的份额相加与 100 % 差 {np.abs(rest).max():.4g} 个百分点", f"shares of cells are {np.abs(rest).max():.4g} points off 100 %"),
            ("请使之相加为 100，或留一个基准年有排放的分项不写。", "Let them sum to 100, or leave a cell untold that emitted in the base year."),
        )  # fmt: skip
    usual = np.sign(base) * np.sign(float(first.sum()))
    if told and (rest * usual).min() < -_ROUNDING:
        raise road.checker.error(
            ("deviation", "cells"),
            (f"各分项的份额超过 100 %，其余分项只剩 {rest.min():.4g} %", f"shares exceed 100 % and leave {rest.min():.4g} % for the other cells"),
            ("请减少份额，或把其余分项也写出。", "Make them smaller, or tell the shares of the others too."),
        )  # fmt: skip
    if base:
        shares[:, free] = rest[:, None] * first[free] / base
    return np.asarray(shares / 100 * target[:, None])
