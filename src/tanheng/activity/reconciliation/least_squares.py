"""Weighted least squares with linear constraints, and the chi-square distribution that judges it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RANK = 1e-9
"""Below this share of the largest singular value a direction counts as absent; rows and columns have unit norm."""
_TERMS, _SMALLEST = 100_000, 1e-300


@dataclass(frozen=True)
class Solved:
    """A solution of `solve`, every array in the order of the variables that came in.

    ``values`` and ``deviations`` (standard deviations) are NaN for what is not determined; ``residuals`` are
    normalised and NaN where no constraint checks a measurement; ``redundancy`` is the share of a measurement's
    variance that the constraints check, 0 to 1; ``objective`` is chi-square with ``freedom`` degrees; ``conflict`` is
    the
    largest gap of a constraint against the flows in it: more than rounding only where no values fulfil all.
    """

    values: Array
    deviations: Array
    covariance: Array
    residuals: Array
    redundancy: Array
    objective: float
    freedom: int
    conflict: float


def solve(measured: Array, sigma: Array, matrix: Array, constants: Array) -> Solved:
    """Values nearest to the measurements that fulfil ``matrix @ x = constants``.

    Parameters
    ----------
    measured : array of shape (n,)
        Measurements, one unit a constraint; NaN is not measured.
    sigma : array of shape (n,)
        Standard uncertainties in the same units; 0 holds a measurement fixed, NaN where nothing is measured.
    matrix : array of shape (m, n)
        Coefficients of the constraints.
    constants : array of shape (m,)
        Their right-hand sides.

    Returns
    -------
    Solved
        Minimum of sum(((x - y) / sigma)²) under the constraints.

    Notes
    -----
    Unmeasured variables are projected out with the left null space of their columns; with z = (x - y) / sigma the
    rest is the shortest z that fulfils G z = r, z = G⁺ r. P = G⁺ G projects onto what the constraints check:
    cov(x) = S (1 - P) S, normalised residual z / √P_ii, chi-square z'z with rank(G) degrees of freedom.

    Source: S. Narasimhan, C. Jordache, Data Reconciliation and Gross Error Detection (2000), chapters 3 and 7
    (projection matrix, global and measurement test).

    Examples
    --------
    >>> found = solve(np.array([10.0, 20.0, 33.0]), np.ones(3), np.array([[1.0, 1.0, -1.0]]), np.zeros(1))
    >>> found.values.round(9).tolist(), round(found.objective, 9), found.freedom
    ([11.0, 21.0, 32.0], 3.0, 1)
    """
    known = ~np.isnan(measured)
    y, s = measured[known], sigma[known]
    scale = _scales(np.hstack([matrix[:, known] * s, matrix[:, ~known]]))
    a, b = matrix[:, known] / scale[:, None], matrix[:, ~known] / scale[:, None]
    b_scale = _scales(b.T)
    b = b / b_scale
    right = constants / scale
    left, b_inverse, free = _split(b)
    checked = left.T @ (a * s)
    inverse = np.linalg.pinv(checked, rcond=RANK)
    z = inverse @ (left.T @ (right - a @ y))
    z = z + inverse @ (left.T @ (right - a @ (y + s * z)))
    x = y + s * z
    projector = inverse @ checked
    redundancy = np.clip(np.diag(projector), 0.0, 1.0)
    redundancy = np.where(redundancy < RANK, 0.0, redundancy)
    covariance = s[:, None] * (np.eye(y.size) - projector) * s
    through = -b_inverse @ a
    unmeasured = b_inverse @ (right - a @ x)
    with np.errstate(invalid="ignore", divide="ignore"):
        residuals = np.where(redundancy > 0, -z / np.sqrt(redundancy), np.nan)
    order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
    # dx_u = B⁺ (-A) dx, so one map carries the covariance of the measured over to everything.
    carried = np.vstack([np.eye(y.size), through / b_scale[:, None]])
    whole = carried @ covariance @ carried.T
    deviations = np.sqrt(np.clip(np.diag(whole), 0.0, None))
    deviations[y.size :][free] = np.nan
    nothing = np.full(int((~known).sum()), np.nan)
    back = np.argsort(order)
    off = np.abs(a @ x + b @ unmeasured - right)
    size = np.abs(a) @ np.abs(x) + np.abs(b) @ np.abs(unmeasured) + np.abs(right)
    unmeasured[free] = np.nan
    return Solved(
        values=np.concatenate([x, unmeasured / b_scale])[back],
        deviations=deviations[back],
        covariance=whole[np.ix_(back, back)],
        residuals=np.concatenate([residuals, nothing])[back],
        redundancy=np.concatenate([redundancy, nothing])[back],
        objective=float(z @ z),
        freedom=round(float(np.trace(projector))),
        conflict=float(np.max(off / np.where(size > 0, size, 1.0), initial=0.0)),
    )


def _scales(rows: Array) -> Array:
    """Norm of each row, 1 where it is empty."""
    norms = np.sqrt((rows**2).sum(axis=1))
    return np.where(norms > 0, norms, 1.0)


def _split(b: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Left null space, pseudo-inverse, and which columns are not determined."""
    if not b.size:
        return np.eye(b.shape[0]), np.zeros((b.shape[1], b.shape[0])), np.zeros(b.shape[1], dtype=bool)
    u, d, vt = np.linalg.svd(b, full_matrices=True)
    rank = int((d > RANK * d[0]).sum()) if d[0] > 0 else 0
    inverse = vt[:rank].T @ (u[:, :rank].T / d[:rank, None])
    free = (vt[rank:] ** 2).sum(axis=0) > RANK
    return u[:, rank:], inverse, free


def chi_square(value: float, freedom: int) -> float:
    """Probability that chi-square stays at or below a value.

    Parameters
    ----------
    value : float
        Chi-square, dimensionless.
    freedom : int
        Degrees of freedom, 1 or more.

    Returns
    -------
    float
        P(freedom / 2, value / 2), the regularised lower incomplete gamma function.

    Notes
    -----
    Power series below a + 1, Legendre's continued fraction (Lentz's way) above.

    Source: NIST Digital Library of Mathematical Functions, 8.7.1 (series) and 8.9.2 (continued fraction).

    Examples
    --------
    >>> round(chi_square(3.841458821, 1), 9), round(chi_square(7.814727903, 3), 9)
    (0.95, 0.95)
    """
    a, x = freedom / 2, value / 2
    if x <= 0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    return _series(a, x) * front if x < a + 1 else 1.0 - _fraction(a, x) * front


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for n in range(1, _TERMS):
        term *= x / (a + n)
        total += term
        if term < total * 1e-17:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1.0 - a
    c, d = 1.0 / _SMALLEST, 1.0 / b
    found = d
    for n in range(1, _TERMS):
        an = n * (a - n)
        b += 2.0
        d = an * d + b
        d = 1.0 / (d if abs(d) > _SMALLEST else _SMALLEST)
        c = b + an / c
        c = c if abs(c) > _SMALLEST else _SMALLEST
        found *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return found


def chi_square_quantile(probability: float, freedom: int) -> float:
    """The value that chi-square stays below with a given probability, by bisection of `chi_square`.

    Parameters
    ----------
    probability : float
        Above 0 and below 1.
    freedom : int
        Degrees of freedom, 1 or more.

    Returns
    -------
    float
        The quantile, dimensionless.

    Examples
    --------
    >>> round(chi_square_quantile(0.95, 2), 9)
    5.991464547
    """
    low, high = 0.0, float(freedom)
    while chi_square(high, freedom) < probability:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if chi_square(middle, freedom) < probability else (low, middle)
    return (low + high) / 2
