"""Weights: stated, equal, from pairwise judgements (AHP), or from how data are spread (entropy, CRITIC, PCA)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.pathways.composite.choices import SPREAD, Choice
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.limits import limit, random_index
from tanheng.pathways.composite.problems import (
    CompositeInvalid,
    JudgementsInconsistent,
    composite_invalid,
    method_unfit,
)
from tanheng.pathways.tree.arithmetic import Floats


def entropy_weights(scores: Floats) -> Floats:
    """熵权 Weights by how unevenly a column is shared among units.

    Parameters
    ----------
    scores : array (n, k)
        Not negative, of which more is better: directions are applied before.

    Returns
    -------
    array (k,)
        Together 1; equal where no column differs.

    Raises
    ------
    MethodUnfit
        For negative scores, a column of zeros or a single unit.

    Notes
    -----
    p = x / sum x, e = -sum p ln p / ln n (0 ln 0 is 0), w proportional to 1 - e. The weights say how data are spread and not what
    matters. Source: Shannon, C.E. (1948), Bell System Technical Journal 27 (recalled).

    Examples
    --------
    >>> own = np.array([[100, 50, 3], [200, 40, 2], [300, 90, 5], [400, 20, 4.0]])
    >>> entropy_weights(own).round(6)
    array([0.370556, 0.44647 , 0.182974])
    """
    if len(scores) < 2 or np.min(scores) < 0 or not (scores.sum(axis=0) > 0).all():
        raise method_unfit(
            "entropy", ("这些数据", "these data"),
            ("要两个以上单元、没有负值、每列不全为零", "it takes two units or more, no negative score, no column of zeros"),
            ("请换一种赋权法", "Take other weights"),
        )  # fmt: skip
    parts = scores / scores.sum(axis=0)
    told = np.where(parts > 0, parts * np.log(np.where(parts > 0, parts, 1.0)), 0.0).sum(axis=0)
    return _shared(np.maximum(1 + told / np.log(len(scores)), 0.0))


def critic_weights(scores: Floats) -> Floats:
    """CRITIC Weights by the spread of a column and its conflict with the others.

    Parameters
    ----------
    scores : array (n, k)
        Between 0 and 1, of which more is better: a column that was not turned round has its correlations reversed, and the weights
        come out wrong (published tests of libraries make this mistake).

    Returns
    -------
    array (k,)
        Together 1.

    Notes
    -----
    C_j = s_j sum_i (1 - r_ij), w proportional to C. They say how data are spread and not what matters.
    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22, 763-770 (recalled).

    Examples
    --------
    >>> critic_weights(np.array([[0.2, 1], [0.6, 1 / 3], [0, 2 / 3], [1, 0.0]])).round(4)
    array([0.5075, 0.4925])
    """
    spread = scores.std(axis=0, ddof=1) if len(scores) > 1 else np.zeros(scores.shape[1])
    return _shared(spread * (1 - correlations(scores)).sum(axis=0))


def pca_weights(scores: Floats) -> Floats:
    """主成分权重 Weights by the first principal component of the correlations: squared loadings, which are never negative.

    Notes
    -----
    The squares together are 1. A loading below 0 means that a column moves against the others; look at the flags of correlations.
    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    Examples
    --------
    >>> pca_weights(np.array([[0, 0.0], [1, 1], [2, 2]])).round(6)
    array([0.5, 0.5])
    """
    return loadings(scores) ** 2


def loadings(scores: Floats) -> Floats:
    """Loadings of the first principal component of the correlations, their sum not negative.

    Examples
    --------
    >>> loadings(np.array([[0, 0.0], [1, 1], [2, 2]])).round(6)
    array([0.707107, 0.707107])
    """
    _, vectors = np.linalg.eigh(correlations(scores))
    first: Floats = vectors[:, -1]
    return first if first.sum() >= 0 else -first


def correlations(scores: Floats) -> Floats:
    """Pearson correlations of columns over the units that both have; 0 for a column that does not differ, 1 with itself.

    Examples
    --------
    >>> correlations(np.array([[1, 2.0, np.nan], [2, 1, 3], [3, 0, 5]])).round(6)
    array([[ 1., -1.,  1.],
           [-1.,  1., -1.],
           [ 1., -1.,  1.]])
    """
    known = ~np.isnan(scores)
    kept = np.where(known, scores - np.nanmean(scores, axis=0), 0.0)
    kept = kept / np.maximum(np.abs(kept).max(axis=0, initial=0.0), 1e-300)
    both = known.astype(float)
    count = np.maximum(both.T @ both, 1.0)
    sums = kept.T @ both
    cross = kept.T @ kept - sums * sums.T / count
    squares = (kept**2).T @ both
    apart = squares - sums**2 / count
    apart = np.where(apart > _SAME * np.maximum(squares, 1e-300), apart, 0.0)
    scale = np.sqrt(apart * apart.T)
    found = np.clip(np.where(scale > 0, cross / np.where(scale > 0, scale, 1.0), 0.0), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found


_SAME = 1e-12
"""Share of the sum of squares below which the rest is rounding: such a column does not differ."""


def _shared(sizes: Floats) -> Floats:
    whole = sizes.sum()
    return sizes / whole if whole > 0 else np.full(sizes.size, 1 / sizes.size)


@dataclass(frozen=True, eq=False)
class Judgements:
    """层次分析法 Weights from pairwise judgements, and whether these agree with one another.

    ``ratio`` is the consistency ratio, None where no random index of the size is known; ``worst`` the pair that contradicts the
    others most.
    """

    names: tuple[str, ...]
    weights: Floats
    largest: float
    index: float
    ratio: float | None
    worst: tuple[str, str]

    @property
    def consistent(self) -> bool:
        """Whether the ratio is below the limit."""
        return self.ratio is not None and self.ratio < limit("consistency")

    def agreed(self) -> dict[str, float]:
        """Weights by name.

        Raises
        ------
        JudgementsInconsistent
            When the judgements contradict one another too much.
        """
        if not self.consistent:
            raise JudgementsInconsistent(
                names=", ".join(self.names), limit=f"{limit('consistency'):g}", worst=" / ".join(self.worst),
                ratio="–" if self.ratio is None else f"{self.ratio:.4f}",
            )  # fmt: skip
        return dict(zip(self.names, self.weights.tolist(), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "weights": dict(zip(self.names, self.weights.tolist(), strict=True)), "lambda_max": self.largest,
            "consistency_index": self.index, "consistency_ratio": self.ratio, "consistent": self.consistent, "worst": list(self.worst),
        }  # fmt: skip


def ahp(matrix: Any, names: Sequence[str] | None = None) -> Judgements:
    """Weights from a matrix of pairwise judgements: its principal eigenvector, with the consistency ratio.

    Parameters
    ----------
    matrix : array (k, k)
        How many times more a row matters than a column: positive, 1 on the diagonal, reciprocal.
    names : sequence of str, optional

    Returns
    -------
    Judgements

    Raises
    ------
    CompositeInvalid
        For what is no such matrix.

    Notes
    -----
    CI = (lambda_max - k) / (k - 1), CR = CI / RI with RI in packs/rules/ahp_random_index.csv; two things never contradict.
    Source: Saaty, T.L. (1980), The Analytic Hierarchy Process (recalled).

    Examples
    --------
    >>> found = ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]], ["a", "b", "c"])
    >>> found.weights.round(4), round(found.ratio, 4), found.consistent
    (array([0.6483, 0.2297, 0.122 ]), 0.0032, True)
    """
    own = np.asarray(matrix, float)
    size = len(own)
    called = tuple(names) if names is not None else tuple(str(at + 1) for at in range(size))
    _check(own, called)
    values, vectors = np.linalg.eig(own)
    at = int(np.argmax(values.real))
    largest, weights = float(values[at].real), _shared(np.abs(vectors[:, at].real))
    index = max(0.0, (largest - size) / (size - 1)) if size > 1 else 0.0
    random = random_index(size)
    ratio = 0.0 if size < 3 else None if random is None else index / random
    off = np.abs(np.log(own * weights[None, :] / weights[:, None]))
    row, column = divmod(int(np.argmax(off)), size)
    return Judgements(called, weights, largest, index, ratio, (called[row], called[column]))


def _check(own: Floats, names: tuple[str, ...]) -> None:
    def wrong(zh: str, en: str) -> CompositeInvalid:
        return composite_invalid(
            ("的判断矩阵", ", judgements"), (zh, en),
            ("应为方阵：对角为 1，其余大于零，对称位置互为倒数", "Expected a square of positive numbers with 1 on the diagonal and reciprocals across it"),
        )  # fmt: skip

    if own.ndim != 2 or own.shape[0] != own.shape[1] or own.shape[0] != len(names) or not len(own):
        raise wrong("不是方阵，或与名称个数不符", "it is no square, or the names are more or fewer")
    if not np.isfinite(own).all() or (own <= 0).any():
        raise wrong("有不大于零的数或缺失", "it holds gaps or numbers that are not above 0")
    off = np.abs(own * own.T - 1)
    if off.max() > _ROUNDED:
        row, column = divmod(int(np.argmax(off)), len(own))
        raise wrong(
            f"“{names[row]}”对“{names[column]}”为 {own[row, column]:g}，反过来为 {own[column, row]:g}，不是倒数",
            f"'{names[row]}' to '{names[column]}' is {own[row, column]:g} and the reverse {own[column, row]:g}, no reciprocal",
        )


_ROUNDED = 0.05
"""How far a product of two reciprocals may be off 1, since 1/3 is written as 0.33 and 1/7 as 0.14: a convention of ours."""


def weigh(scores: Floats, framework: Framework, choice: Choice) -> dict[str, float]:
    """Local weights of every element by a way: data-driven ones for the indicators of each group, the groups above as stated.

    Parameters
    ----------
    scores : array (n, k)
        Normalised indicators; a gap counts as the mean of its indicator here.
    """
    weights = {code: node.weight for code, node in framework.nodes.items()}
    if choice.name == "equal":
        return dict.fromkeys(weights, 1.0)
    if choice.name not in SPREAD:
        return weights
    scaled = _unit_range(scores)
    place = {one.code: at for at, one in enumerate(framework.indicators)}
    for children in framework.children.values():
        leaves = [code for code in children if code in place]
        if len(leaves) > 1:
            own = _WAYS[choice.name](scaled[:, [place[code] for code in leaves]])
            share = sum(weights[code] for code in leaves)
            weights |= {code: float(one) * share for code, one in zip(leaves, own, strict=True)}
    return weights


def _unit_range(scores: Floats) -> Floats:
    own = np.where(np.isnan(scores), np.nanmean(scores, axis=0), scores)
    low, high = own.min(axis=0), own.max(axis=0)
    return np.where(high > low, (own - low) / np.where(high > low, high - low, 1.0), 1.0)


_WAYS: Mapping[str, Callable[[Floats], Floats]] = {
    "entropy": entropy_weights,
    "critic": critic_weights,
    "pca": pca_weights,
}
