"""The Shapley value: the mean of what each adds, over all orders in which they may come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT = 20
"""Players up to which every coalition is looked at."""
_ORDERS = 20_000


def shapley(worth: Callable[[NDArray[np.bool_]], Floats], players: int) -> Floats:
    """The Shapley value of a game, exact.

    Parameters
    ----------
    worth : callable
        Of coalitions, shape (coalitions, players), to their worth (coalitions,); the empty coalition has none.
    players : int
        At most 20.

    Returns
    -------
    ndarray
        Shape (players,); it adds up to the worth of all together.

    Notes
    -----
    Source: Shapley, L.S. (1953), A value for n-person games, Annals of Mathematics Studies 28, 307-317 (recalled).

    Examples
    --------
    >>> saved = {0: 0, 1: 10, 2: 20, 4: 30, 3: 40, 5: 50, 6: 70, 7: 100}
    >>> def worth(who):
    ...     return np.array([saved[int(one @ [1, 2, 4])] for one in who.astype(int)], float)
    >>> shapley(worth, 3).round(9).tolist()
    [20.0, 35.0, 45.0]
    """
    codes = np.arange(1 << players)
    member = (codes[:, None] >> np.arange(players) & 1).astype(bool)
    values = worth(member)
    sizes = member.sum(axis=1)
    weights = np.array(
        [factorial(size) * factorial(players - size - 1) / factorial(players) for size in range(players)]
    )
    found = np.zeros(players)
    for player in range(players):
        without = codes[~member[:, player]]
        found[player] = np.sum(weights[sizes[without]] * (values[without | (1 << player)] - values[without]))
    return found


def of_claims(claims: Sequence[float], estate: float, *, seed: int = 1) -> tuple[Floats, float]:
    """What an estate gives to claims that exceed it, when each in turn takes all it claims from what is left.

    Parameters
    ----------
    claims : sequence of float
        Not negative, with a sum of at least the estate.
    estate : float
        In the unit of the claims.
    seed : int
        For the orders that are drawn where there are more than 20 claims.

    Returns
    -------
    (ndarray, float)
        What each has, shape (claims,), and the largest standard error of it: 0 where all coalitions were looked at.

    Notes
    -----
    It is the Shapley value of the game v(S) = max(0, estate - claims of those outside S). Source: O'Neill, B. (1982), A problem of rights
    arbitration from the Talmud, Mathematical Social Sciences 2, 345-371 (recalled).

    Examples
    --------
    >>> of_claims([100, 200, 300], 200)[0].round(4).tolist()
    [33.3333, 83.3333, 83.3333]
    """
    own = np.asarray(claims, float)
    if len(own) <= EXACT:
        return shapley(lambda who: np.maximum(estate - (~who) @ own, 0.0), len(own)), 0.0
    random = np.random.default_rng(seed)
    orders = random.permuted(np.tile(np.arange(len(own)), (_ORDERS, 1)), axis=1)
    left = estate - np.cumsum(own[orders], axis=1) + own[orders]
    taken = np.empty_like(left)
    np.put_along_axis(taken, orders, np.clip(left, 0.0, own[orders]), axis=1)
    return taken.mean(axis=0), float((taken.std(axis=0) / np.sqrt(_ORDERS)).max())
