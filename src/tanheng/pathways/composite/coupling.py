"""耦合协调度 The degree of coupling coordination of subsystems, with the corrected formula of 2021."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.composite.problems import composite_invalid, method_unfit
from tanheng.pathways.tree.arithmetic import Floats

Form = Literal["corrected", "original"]


@dataclass(frozen=True, eq=False)
class Coupling:
    """Coupling ``c``, development ``t`` and coordination ``d`` of units (n), each 0 to 1, by the ``form`` of the formula."""

    codes: tuple[str, ...]
    form: Form
    c: Floats
    t: Floats
    d: Floats

    def table(self) -> Table:
        """``code``, ``C``, ``T``, ``D``; the highest D first."""
        named = {
            "corrected": ("2021 年修正式", "corrected formula of 2021"),
            "original": ("原式", "original formula"),
        }[self.form]
        zh = language() == "zh"
        frame = pl.DataFrame({"code": self.codes, "C": self.c, "T": self.t, "D": self.d})
        title = f"耦合协调度（{named[0]}）" if zh else f"Coupling coordination ({named[1]})"
        return Table(frame.sort("D", "code", descending=[True, False]), title)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"form": self.form, "units": self.table().to_dicts()}

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def coupling(
    scores: Any,
    codes: Sequence[str] | None = None,
    *,
    weights: Sequence[float] | None = None,
    form: Form = "corrected",
) -> Coupling:
    """Degree of coupling coordination.

    Parameters
    ----------
    scores : array (n, m)
        Of two or more subsystems, between 0 and 1.
    codes : sequence of str, optional
        Of the units.
    weights : sequence of float, optional
        Of the subsystems in T; equal without.
    form : str
        ``corrected`` or ``original``: the original is near 1 for nearly all and tells little.

    Returns
    -------
    Coupling

    Raises
    ------
    MethodUnfit
        For scores that are not between 0 and 1, and for fewer than two subsystems.
    CompositeInvalid
        For weights that do not fit.

    Notes
    -----
    Corrected: C = sqrt((1 - mean |U_i - U_j|) (prod U_i / max U)^(1 / (m - 1))); original: C = m (prod U)^(1/m) / sum U; T = sum a U;
    D = sqrt(C T). Source: Wang S.J. et al. (2021), Journal of Natural Resources 36(3), 793-810; the form for m subsystems as in the R
    package mathmodels, ``type = "adjusted"``.

    Examples
    --------
    >>> own = coupling([[0.0162, 0.2720, 0.2655], [0.9875, 0.5573, 0.8984]], weights=[0.4, 0.3, 0.3])
    >>> own.c.round(3), own.d.round(3)
    (array([0.447, 0.715]), array([0.274, 0.771]))
    """
    own = np.asarray(scores, float)
    if own.ndim != 2 or own.shape[1] < 2 or not np.isfinite(own).all() or own.min() < 0 or own.max() > 1:
        raise method_unfit(
            "coupling", ("这些得分", "these scores"), ("应为两个以上子系统、0 到 1 之间的得分", "expected scores of two subsystems or more, between 0 and 1"),
            ("请标准化到 0–1（或 0–100 后除以 100）", "Normalise to 0 to 1"),
        )  # fmt: skip
    size = own.shape[1]
    share = np.full(size, 1 / size) if weights is None else np.asarray(weights, float)
    if share.shape != (size,) or (share < 0).any() or not share.sum() > 0:
        raise composite_invalid(("的耦合协调度", ", coupling"), ("权重与子系统不符", "the weights do not fit the subsystems"), ("每个子系统一个不小于 0 的权重", "One weight of 0 or more for each"))  # fmt: skip
    most, whole = own.max(axis=1), own.sum(axis=1)
    live = most > 0
    if form == "corrected":
        apart = np.mean(
            [np.abs(own[:, one] - own[:, other]) for one, other in combinations(range(size), 2)], axis=0
        )
        even = np.prod(own / np.where(live, most, 1.0)[:, None], axis=1) ** (1 / (size - 1))
        c = np.sqrt((1 - apart) * even)
    else:
        c = size * np.prod(own, axis=1) ** (1 / size) / np.where(live, whole, 1.0)
    t = own @ (share / share.sum())
    named = tuple(codes) if codes is not None else tuple(str(at + 1) for at in range(len(own)))
    return Coupling(named, form, c, t, np.sqrt(c * t))
