"""Data envelopment with a fixed total of emissions (ZSG-DEA): what one gives up the others take, until all are efficient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tanheng.drivers.envelopment import envelop
from tanheng.errors import TanhengError

Floats = NDArray[np.float64]

_EFFICIENT = 1e-9
_ROUNDS = 10_000


class NotSettled(TanhengError):
    """Emissions that did not settle in the rounds that are allowed."""

    code = "L-141"
    zh = "ZSG-DEA 在 {rounds} 轮后仍未收敛，最低效率 {least}。"
    en = "ZSG-DEA has not settled after {rounds} rounds; the least efficiency is {least}."
    remedy_zh = "请核对产出列：是否有相差过于悬殊的参与者。"
    remedy_en = "Check the columns of outputs for participants that are too far apart."


def efficiencies(emissions: Floats, outputs: Floats) -> Floats:
    """Input-oriented efficiency at constant returns (CCR): the least share of its emissions with which others would make as much.

    Parameters
    ----------
    emissions : ndarray
        Shape (participants,), positive.
    outputs : ndarray
        Shape (participants, outputs), not negative, each participant with one above 0.

    Returns
    -------
    ndarray
        Shape (participants,), in (0, 1].

    Notes
    -----
    min sum_j lambda_j x_j / x_0 with sum_j lambda_j y_j >= y_0, lambda >= 0. Source: Charnes, A., Cooper, W.W. and Rhodes, E. (1978),
    Measuring the efficiency of decision making units, European Journal of Operational Research 2, 429-444 (recalled).

    Examples
    --------
    >>> efficiencies(np.array([100.0, 150, 200, 250]), np.array([[50.0], [90], [110], [100]])).round(6).tolist()
    [0.833333, 1.0, 0.916667, 0.666667]
    """
    return envelop(emissions[:, None], outputs, direction="input").efficiency


def zero_sum(emissions: Floats, outputs: Floats) -> tuple[Floats, int]:
    """Emissions of the same sum at which every participant is efficient.

    Returns
    -------
    (ndarray, int)
        Emissions, shape (participants,), and the rounds that it took.

    Raises
    ------
    NotSettled

    Notes
    -----
    In a round participant j gives up (1 - h_j) x_j and each other i takes x_i / sum_(k != j) x_k of it. Source: Gomes, E.G. and Lins, M.P.E.
    (2008), Modelling undesirable outputs with zero sum gains data envelopment analysis models, Journal of the Operational Research
    Society 59, 616-623 (proportional strategy; recalled). Where a round leaves the least efficient no better off, as it does where two
    far apart hand their emissions to and fro, half of the next step is taken (ours): where all are efficient stays the same.

    Examples
    --------
    >>> zero_sum(np.array([100.0, 150, 200, 250]), np.array([[50.0], [90], [110], [100]]))[0].round(4).tolist()
    [100.0, 180.0, 220.0, 200.0]
    """
    found, step, least = emissions.astype(float), 1.0, 0.0
    for done in range(_ROUNDS):
        efficiency = efficiencies(found, outputs)
        if (efficiency > 1 - _EFFICIENT).all():
            return found * (emissions.sum() / found.sum()), done
        step = step / 2 if efficiency.min() <= least else min(1.0, 2 * step)
        least = float(efficiency.min())
        found = found + step * (one_round(found, efficiency) - found)
    raise NotSettled(rounds=_ROUNDS, least=f"{efficiency.min():.6f}")


def one_round(emissions: Floats, efficiency: Floats) -> Floats:
    """What is left after each has given up its inefficiency and the others have taken it by their emissions.

    Examples
    --------
    >>> one_round(np.array([100.0, 150, 200, 250]), np.array([5 / 6, 1, 11 / 12, 2 / 3])).round(4).tolist()
    [105.1852, 186.9444, 225.9259, 181.9444]
    """
    given = emissions * (1 - efficiency)
    rates = given / (emissions.sum() - emissions)
    found: Floats = emissions - given + emissions * (rates.sum() - rates)
    return found
