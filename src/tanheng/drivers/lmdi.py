"""Contributions of factors to the change of a sum of products: LMDI-I and -II, Shapley/Sun, Laspeyres."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanheng.errors import TanhengError

Floats = NDArray[np.float64]
Method = Literal["lmdi-1", "lmdi-2", "shapley", "laspeyres"]
Form = Literal["additive", "multiplicative"]
METHODS: tuple[Method, ...] = ("lmdi-1", "lmdi-2", "shapley", "laspeyres")
FORMS: tuple[Form, ...] = ("additive", "multiplicative")
_RESIDUAL = 1e-9


class DriversInvalid(TanhengError):
    """Data that drivers cannot use."""

    code = "D-001"
    zh = "数据用不了：{detail_zh}。"
    en = "The data cannot be used: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"

    def __init__(self, **fields: object) -> None:
        usual = {
            "mend_zh": "请核对各期的数据；未知不等于零。",
            "mend_en": "Check the data of each period; unknown is not zero.",
        }
        super().__init__(**{**usual, **fields})  # type: ignore[arg-type]


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
    middle = np.sqrt(np.where(near, one * two, 0.0)) * (1 + gap**2 / 24)
    quotient = np.divide(one - two, gap, where=both & ~near, out=np.zeros_like(found))
    return np.where(both, np.where(near, middle, quotient), 0.0)


def contributions(before: ArrayLike, after: ArrayLike, *, method: Method = "lmdi-1") -> Floats:
    """Contribution of each factor to the change of a sum of products, exact also where factors are zero or negative.

    Parameters
    ----------
    before, after : array_like
        Factors by cells, shape ``(..., factors, cells)``: each cell is the product of its factors; none missing. What
        stands in front (places, steps, draws) is decomposed one by one.
    method : str
        ``lmdi-1``, ``lmdi-2``, ``shapley`` (the same as Sun's refined Laspeyres), or ``laspeyres``, which leaves a residual.

    Returns
    -------
    ndarray
        Of the same shape, in the unit of the product. All together they are the change of the sum. Cells with a negative
        factor (sinks, net exports) are decomposed by ``shapley`` whatever the method; see `by_shapley`.

    Raises
    ------
    DriversInvalid
        For other shapes, for missing factors, and where LMDI-II has no limit.

    Notes
    -----
    With V the product, factor k of a cell contributes w ln(x1k / x0k). LMDI-I: w = L(V1, V0), L the logarithmic mean.
    LMDI-II: w = L(V1, V0) of the sums, times L(s1, s0) / Σ L(s1, s0), s the share of the cell. Where the product is zero
    in one of the periods, the limit of vanishing small factors is taken: the factors that are zero there share the whole
    change equally, the others have none. Shapley: the change of factor k times the mean product of the others along the
    straight line between the periods, which Gauss and Legendre's rule gives exactly.

    Source: Ang, B.W. (2005): The LMDI approach to decomposition analysis: a practical guide. Energy Policy 33, 867-871;
    Ang, B.W. (2015): LMDI decomposition approach: a guide for implementation. Energy Policy 86, 233-238; zeros: Ang, B.W.,
    Zhang, F.Q. and Choi, K.-H. (1998): Energy 23, 489-495, table 2; Wood, R. and Lenzen, M. (2006): Energy Policy 34,
    1326-1331; Sun, J.W. (1998): Energy Economics 20, 85-100 (recalled, but for the table of zeros).

    Examples
    --------
    >>> contributions([[2.0], [5.0]], [[4.0], [2.5]]).round(4).tolist()
    [[6.9315], [-6.9315]]
    >>> contributions([[2.0], [0.0]], [[4.0], [3.0]]).tolist()
    [[0.0], [12.0]]
    >>> contributions([[2.0], [-5.0]], [[4.0], [-6.0]]).round(9).tolist()
    [[-11.0], [-3.0]]
    """
    old, new = _checked(before, after)
    if method == "laspeyres":
        return np.asarray((new - old) * _others(old))
    signed = by_shapley(old, new)
    if method == "shapley" or signed.all():
        return _shapley(old, new)
    start, end = (np.where(signed, 0.0, values.prod(axis=-2)) for values in (old, new))
    weight, change, scale = log_mean(end, start), end - start, np.ones(start.shape[:-1])
    if method == "lmdi-2":
        start, end, weight, change, scale = _in_shares(start, end)
    known = (old > 0) & (new > 0)
    ratio = np.log(
        np.divide(new, old, where=known, out=np.ones_like(old)), where=known, out=np.zeros_like(old)
    )
    gone = np.where((end > 0)[..., None, :], old == 0, new == 0)
    gone = gone | ~gone.any(
        axis=-2, keepdims=True
    )  # a product so small that it is 0 without a factor that is
    shared = gone / np.maximum(gone.sum(axis=-2, keepdims=True), 1) * change[..., None, :]
    one_is_zero = ((start == 0) != (end == 0))[..., None, :]
    found = np.where(one_is_zero, shared, weight[..., None, :] * ratio) * scale[..., None, None]
    return np.where(signed[..., None, :], _shapley(old, new), found) if signed.any() else found


def by_shapley(before: ArrayLike, after: ArrayLike) -> NDArray[np.bool_]:
    """Cells with a negative factor, which have no logarithm: shape ``(..., cells)``.

    Examples
    --------
    >>> by_shapley([[2.0, 1.0], [5.0, -3.0]], [[4.0, 1.0], [2.5, -2.0]]).tolist()
    [False, True]
    """
    return np.asarray(((np.asarray(before) < 0) | (np.asarray(after) < 0)).any(axis=-2))


def as_ratios(parts: Floats, start: Floats, end: Floats, *, method: Method = "lmdi-1") -> Floats:
    """Multiplicative effects from additive ones: their product is the ratio of the totals.

    Parameters
    ----------
    parts : ndarray
        Additive contributions, shape ``(..., n)``.
    start, end : ndarray
        Totals of both periods, shape ``(...)``.
    method : str

    Returns
    -------
    ndarray
        exp(part / L(end, start)), of the shape of ``parts``; 1 + part / start for ``laspeyres``.

    Raises
    ------
    DriversInvalid
        When a total is not positive.

    Examples
    --------
    >>> as_ratios(np.array([6.9315, -6.9315]), np.array(10.0), np.array(10.0)).round(4).tolist()
    [2.0, 0.5]
    """
    if not (np.all(start > 0) and np.all(end > 0)):
        raise DriversInvalid(
            detail_zh="乘法形式要求各期合计为正",
            detail_en="the multiplicative form needs positive totals",
            mend_zh="请用加法形式（additive）。",
            mend_en="Use the additive form.",
        )
    if method == "laspeyres":
        return np.asarray(1 + parts / start[..., None])
    return np.asarray(np.exp(parts / log_mean(end, start)[..., None]))


def residuals(change: Floats, effects: Floats, scale: Floats, method: Method, *, ratio: bool) -> Floats:
    """What the effects leave of the change; more than 10⁻⁹ of the total is an error, but for Laspeyres.

    Parameters
    ----------
    change : ndarray
        Of the total, or its ratio, shape ``(n)``.
    effects : ndarray
        Shape ``(n, factors)``.
    scale : ndarray
        The larger total, shape ``(n)``.
    method : str
    ratio : bool
        Whether effects multiply.

    Raises
    ------
    DriversInvalid
        For a larger one.

    Examples
    --------
    >>> residuals(np.array([2.0]), np.array([[1.5, 0.5]]), np.array([9.0]), "lmdi-1", ratio=False).tolist()
    [0.0]
    """
    rest = np.asarray(change - (effects.prod(axis=1) if ratio else effects.sum(axis=1)))
    most = np.maximum(np.abs(change), 1.0) if ratio else np.maximum(scale, 1.0)
    if method != "laspeyres" and (np.abs(rest) > _RESIDUAL * most).any():
        worst = float(np.abs(rest / most).max())
        raise DriversInvalid(
            detail_zh=f"残差 {worst:.3g} 超过 {_RESIDUAL:g}",
            detail_en=f"a residual of {worst:.3g} is above {_RESIDUAL:g}",
        )
    return rest


def _checked(before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats]:
    old, new = np.asarray(before, float), np.asarray(after, float)
    if old.ndim < 2 or old.shape != new.shape:
        raise DriversInvalid(
            detail_zh=f"形状 {old.shape} 与 {new.shape}", detail_en=f"shapes {old.shape} and {new.shape}"
        )
    if not (np.isfinite(old).all() and np.isfinite(new).all()):
        raise DriversInvalid(detail_zh="有缺值", detail_en="missing factors")
    return old, new


def _in_shares(start: Floats, end: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Shares of the cells in both periods, their weights and changes, and the scale that makes tonnes of them."""
    whole = [values.sum(axis=-1, keepdims=True) for values in (start, end)]
    one, two = (
        np.divide(values, sums, where=sums > 0, out=np.zeros_like(values))
        for values, sums in zip((start, end), whole, strict=True)
    )
    weight = log_mean(two, one)
    both, among = log_mean(whole[1], whole[0])[..., 0], weight.sum(axis=-1)
    if ((among == 0) & (np.maximum(*whole)[..., 0] > 0)).any():
        raise DriversInvalid(
            detail_zh="没有一个分项在两期都不为零，LMDI-II 在此没有极限",
            detail_en="no cell is above zero in both periods, where LMDI-II has no limit",
            mend_zh="请改用 lmdi-1。",
            mend_en="Use lmdi-1.",
        )
    scale = np.divide(both, among, where=among > 0, out=np.zeros_like(among))
    return one, two, weight, two - one, scale


def _others(values: Floats) -> Floats:
    """For each factor the product of all others, without a division."""
    ones = np.ones_like(values[..., :1, :])
    left = np.concatenate([ones, values[..., :-1, :]], axis=-2).cumprod(axis=-2)
    right = np.concatenate([ones, values[..., :0:-1, :]], axis=-2).cumprod(axis=-2)[..., ::-1, :]
    return np.asarray(left * right)


def _shapley(old: Floats, new: Floats) -> Floats:
    nodes, weights = np.polynomial.legendre.leggauss((old.shape[-2] + 1) // 2)
    middle = sum(
        weight / 2 * _others(old + (node + 1) / 2 * (new - old))
        for node, weight in zip(nodes, weights, strict=True)
    )
    return np.asarray((new - old) * middle)
