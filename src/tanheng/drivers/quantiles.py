"""Quantile regression 分位数回归: the line below which a share of the places lies, by a linear program."""

from __future__ import annotations

import numpy as np

from tanheng.drivers.lmdi import Floats
from tanheng.programs import Program


def quantile_line(design: Floats, response: Floats, quantile: float) -> Floats:
    """Constant and slopes of the conditional quantile of a response.

    Parameters
    ----------
    design : ndarray
        Shape (rows, columns).
    response : ndarray
        Shape (rows,).
    quantile : float
        Between 0 and 1.

    Returns
    -------
    ndarray
        Shape (columns + 1,): the constant, then a slope for each column.

    Raises
    ------
    LibraryMissing
        Without highspy.

    Notes
    -----
    min sum_i (q u_i + (1 - q) v_i) with a + x_i b + u_i - v_i = y_i, u, v >= 0. Source: Koenker, R. and Bassett, G. (1978), Regression
    quantiles, Econometrica 46, 33-50 (recalled).

    Examples
    --------
    >>> x = np.arange(5.0)[:, None]
    >>> quantile_line(x, 1 + 2 * x[:, 0] + np.array([0.0, 0, 0, 0, 90]), 0.5).round(6).tolist()
    [1.0, 2.0]
    """
    rows, columns = design.shape
    middle, spread = design.mean(axis=0), np.where(np.ptp(design, axis=0) > 0, design.std(axis=0), 1.0)
    scaled = np.column_stack([np.ones(rows), (design - middle) / spread])
    free = np.full(columns + 1, np.inf)
    program = Program(
        np.concatenate([-free, np.zeros(2 * rows)]), np.full(columns + 1 + 2 * rows, np.inf),
        np.concatenate([np.zeros(columns + 1), np.full(rows, quantile), np.full(rows, 1 - quantile)]),
    )  # fmt: skip
    at = np.arange(rows)
    places = np.column_stack(
        [np.tile(np.arange(columns + 1), (rows, 1)), columns + 1 + at, columns + 1 + rows + at]
    )
    values = np.column_stack([scaled, np.ones(rows), -np.ones(rows)])
    program.add("row", "", at, places, values, response, response)
    solved = program.solve()
    if solved is None:  # an always feasible, bounded program: only numbers beyond the solver's reach get here
        return np.full(columns + 1, np.nan)
    slopes = solved.values[1 : columns + 1] / spread
    return np.append(solved.values[0] - middle @ slopes, slopes)
