"""Data envelopment 数据包络: how far each unit lies from the frontier that the best of them make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tanheng.drivers.lmdi import Floats
from tanheng.programs import Program

Direction = Literal["input", "output"]
Returns = Literal["constant", "variable"]
_SEEN = 1e-9


@dataclass(frozen=True)
class Envelope:
    """Efficiency (units,), in (0, 1], and the ``weights`` (units, reference) of those that make the frontier before each."""

    efficiency: Floats
    weights: Floats


def envelop(
    inputs: Floats,
    outputs: Floats,
    *,
    reference: tuple[Floats, Floats] | None = None,
    direction: Direction = "output",
    returns: Returns = "constant",
) -> Envelope:
    """Efficiency of every unit against the frontier of the reference.

    Parameters
    ----------
    inputs : ndarray
        Shape (units, inputs), positive: what should be small, such as emissions.
    outputs : ndarray
        Shape (units, outputs), not negative, each unit with one above 0.
    reference : tuple of ndarray, optional
        Inputs and outputs of the units that make the frontier; the units themselves unless told. A unit that the reference
        does not reach is on the frontier.
    direction : str
        ``output``: 1 over how many times as much output the frontier makes with the same inputs; ``input``: the share of its
        inputs with which the frontier makes the same outputs.
    returns : str
        To scale: ``constant`` (CCR) or ``variable`` (BCC).

    Returns
    -------
    Envelope

    Raises
    ------
    LibraryMissing
        Without highspy.

    Notes
    -----
    Output: max phi with sum_j lambda_j x_j <= x_0, sum_j lambda_j y_j >= phi y_0; input: min theta with sum_j lambda_j x_j <=
    theta x_0, sum_j lambda_j y_j >= y_0; lambda >= 0, with variable returns sum_j lambda_j = 1. Source: Charnes, A., Cooper, W.W.
    and Rhodes, E. (1978), European Journal of Operational Research 2, 429-444; Banker, R.D., Charnes, A. and Cooper, W.W. (1984),
    Management Science 30, 1078-1092 (recalled).

    Examples
    --------
    >>> made = np.array([[1.0], [4.0], [6.0], [4.0]])
    >>> used = np.array([[1.0], [2.0], [4.0], [4.0]])
    >>> envelop(used, made).efficiency.round(4).tolist()
    [0.5, 1.0, 0.75, 0.5]
    >>> envelop(used, made, returns="variable").efficiency.round(4).tolist()
    [1.0, 1.0, 1.0, 0.6667]
    """
    best = (inputs, outputs) if reference is None else reference
    found = [_solved(*best, one, two, direction, returns) for one, two in zip(inputs, outputs, strict=True)]
    weights = np.array([weights for _, weights in found]).reshape(len(found), len(best[0]))
    return Envelope(np.array([one for one, _ in found], float), weights)


def _solved(
    across: Floats, up: Floats, used: Floats, made: Floats, direction: Direction, returns: Returns
) -> tuple[float, Floats]:
    """One program, in multiples of the unit's own amounts; the last column is how far it moves."""
    own = np.where(made > 0, made, np.maximum(up.max(axis=0), 1.0))
    across, up, used, made = across / used, up / own, np.ones_like(used), made / own
    stretch = (
        np.maximum(across.max(axis=1), up.max(axis=1)) if returns == "constant" else np.ones(len(across))
    )
    across, up = across / stretch[:, None], up / stretch[:, None]
    count = len(across)
    outward = direction == "output"
    cost = np.append(np.zeros(count), -1.0 if outward else 1.0)
    program = Program(np.zeros(count + 1), np.full(count + 1, np.inf), cost)
    still = np.zeros
    rows = np.tile(np.arange(count + 1), (len(used), 1))
    program.add("input", "", still(len(used)), rows, np.column_stack([across.T, still(len(used)) if outward else -used]),
                -np.inf, used if outward else 0.0)  # fmt: skip
    rows = np.tile(np.arange(count + 1), (len(made), 1))
    program.add("output", "", still(len(made)), rows, np.column_stack([up.T, -made if outward else still(len(made))]),
                0.0 if outward else made, np.inf)  # fmt: skip
    if returns == "variable":
        program.add("scale", "", [0], [np.arange(count)], [np.ones(count)], 1.0, 1.0)
    solved = program.solve()
    if solved is None:
        return 1.0, np.zeros(count)
    moved = float(solved.values[-1])
    efficiency = 1 / max(moved, _SEEN) if outward else moved
    return float(min(efficiency, 1.0)), np.where(
        solved.values[:-1] > _SEEN, solved.values[:-1] / stretch, 0.0
    )
