"""A cap split into whole tonnes that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def whole_tonnes(shares: Sequence[float], cap: int) -> list[int]:
    """Whole tonnes by the method of largest remainders 最大余数法: they add up to the cap exactly.

    Parameters
    ----------
    shares : sequence of float
        Not negative, of any sum above 0.
    cap : int
        Tonnes.

    Returns
    -------
    list of int
        In the order of the shares; of equal remainders the first is served first.

    Examples
    --------
    >>> whole_tonnes([1, 1, 1], 100)
    [34, 33, 33]
    """
    exact = [Fraction(float(share)) for share in shares]
    total = sum(exact)
    quotas = [share * cap / total for share in exact]
    found = [int(quota) for quota in quotas]
    order = sorted(range(len(found)), key=lambda at: (found[at] - quotas[at], at))
    for at in order[: cap - sum(found)]:
        found[at] += 1
    return found
