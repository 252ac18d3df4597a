"""The additive logarithmic mean Divisia index (LMDI-I): a change as exact contributions of factors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanheng.errors import TanhengError

Floats = NDArray[np.float64]


class DriversInvalid(TanhengError):
    """Factors that cannot be decomposed."""

    code = "D-001"
    zh = "无法分解：{detail_zh}。"
    en = "This cannot be decomposed: {detail_en}."
    remedy_zh = "请核对两年的数据；负值（碳汇）与缺值须分开处理。"
    remedy_en = "Check the data of both years; negative values (removals) and missing ones are handled apart."


def log_mean(first: ArrayLike, second: ArrayLike) -> Floats:
    """Logarithmic mean 对数平均 of two non-negative values: (a - b) / ln(a / b), a where both are equal, 0 where one is 0.

    Parameters
    ----------
    first, second : array_like
        Of one shape, any unit, not negative.

    Returns
    -------
    ndarray
        Of the same shape and unit.

    Examples
    --------
    >>> log_mean([10.0, 2.0, 0.0], [10.0, 1.0, 5.0]).round(6).tolist()
    [10.0, 1.442695, 0.0]
    """
    one, two = np.asarray(first, float), np.asarray(second, float)
    found = np.zeros(np.broadcast(one, two).shape)
    both = (one > 0) & (two > 0)
    gap = np.log(one, where=both, out=np.zeros_like(found)) - np.log(
        two, where=both, out=np.zeros_like(found)
    )
    near = (
        np.abs(gap) < 1e-6
    )  # the quotient loses its digits there: sqrt(a b) (1 + gap²/24) is exact to 1e-24
    middle = np.sqrt(one * two) * (1 + gap**2 / 24)
    quotient = np.divide(one - two, gap, where=both & ~near, out=np.zeros_like(found))
    return np.where(both, np.where(near, middle, quotient), 0.0)


def additive_lmdi(before: ArrayLike, after: ArrayLike) -> Floats:
    """Contribution of each factor to the change of a sum of products, exact also where factors are zero.

    Parameters
    ----------
    before, after : array_like
        Factors by cells, shape ``(factors, cells)``: each cell is the product of its factors; not negative, none missing.

    Returns
    -------
    ndarray
        Shape ``(factors, cells)``, in the unit of the product. All together they are the change of the sum.

    Raises
    ------
    DriversInvalid
        For other shapes, and for negative or missing factors.

    Notes
    -----
    With V the product, factor k of a cell contributes L(V1, V0) ln(x1k / x0k), L the logarithmic mean. Where V is zero in
    one of the years, the limit of vanishing small factors is taken: the factors that are zero there share the whole change
    equally, the others have none.

    Source: Ang, B.W. (2005): The LMDI approach to decomposition analysis: a practical guide. Energy Policy 33, 867-871;
    zeros: Ang, B.W. and Liu, N. (2007): Handling zero values in the logarithmic mean Divisia index decomposition approach.
    Energy Policy 35, 238-246 (recalled).

    Examples
    --------
    >>> additive_lmdi([[2.0], [5.0]], [[4.0], [2.5]]).round(4).tolist()
    [[6.9315], [-6.9315]]
    >>> additive_lmdi([[2.0], [0.0]], [[4.0], [3.0]]).tolist()
    [[0.0], [12.0]]
    """
    old, new = np.asarray(before, float), np.asarray(after, float)
    if old.ndim != 2 or old.shape != new.shape:
        raise DriversInvalid(
            detail_zh=f"形状 {old.shape} 与 {new.shape}", detail_en=f"shapes {old.shape} and {new.shape}"
        )
    for values in (old, new):
        if not np.isfinite(values).all() or (values < 0).any():
            raise DriversInvalid(detail_zh="有负值或缺值", detail_en="negative or missing factors")
    start, end = old.prod(axis=0), new.prod(axis=0)
    known = (old > 0) & (new > 0)
    ratio = np.log(
        np.divide(new, old, where=known, out=np.ones_like(old)), where=known, out=np.zeros_like(old)
    )
    usual = log_mean(end, start) * ratio
    gone = np.where(end > 0, old == 0, new == 0)
    gone = gone | ~gone.any(axis=0)  # a product so small that it is 0 without a factor that is
    shared = gone / np.maximum(gone.sum(axis=0), 1) * (end - start)
    one_is_zero = (start == 0) != (end == 0)
    found: Floats = np.where(one_is_zero, shared, np.where((start > 0) & (end > 0), usual, 0.0))
    return found
