"""Mappings between code lists: pairs of codes with their relation and source, usable in both directions."""

from __future__ import annotations

from collections.abc import Mapping as Rows
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import polars as pl

from tanheng.codes.codelist import codelist
from tanheng.codes.pack import descriptor, read_rows
from tanheng.errors import NotFound

_TURNED = {"1:1": "1:1", "n:1": "1:n", "1:n": "n:1", "n:m": "n:m", "partial": "partial"}


class Target(NamedTuple):
    """One code that a code maps to.

    ``relation`` is seen from the code that was asked for: 1:1; n:1 (other codes share the target); 1:n (the code is
    spread over several targets); n:m; partial (only a part of the code belongs to the target).
    """

    code: str
    relation: str
    source: str
    note: str


class Mapping:
    """Pairs of codes of two lists.

    Parameters
    ----------
    rows : sequence of mapping
        Rows with ``from_list, from_code, to_list, to_code, relation, source, note``, all of one pair of lists.

    Examples
    --------
    >>> [target.code for target in mapping("ceads_sectors", "ipcc2006").targets("42")]
    ['1.A.2.k']
    """

    def __init__(self, rows: Sequence[Rows[str, str]]) -> None:
        self.rows = list(rows)
        self.origin = rows[0]["from_list"]
        self.target = rows[0]["to_list"]

    def __repr__(self) -> str:
        return f"Mapping({self.origin!r}, {self.target!r}, {len(self.rows)} pairs)"

    @cached_property
    def _targets(self) -> dict[str, list[Target]]:
        index: dict[str, list[Target]] = {}
        for row in self.rows:
            target = Target(row["to_code"], row["relation"], row["source"], row["note"])
            index.setdefault(row["from_code"], []).append(target)
        return index

    def targets(self, code: str) -> list[Target]:
        """Codes that a code maps to.

        Parameters
        ----------
        code : str
            A code of the list that the mapping starts from.

        Returns
        -------
        list of Target
            Empty where the mapping is silent about the code.

        Raises
        ------
        UnknownCode
            The list does not hold the code.

        Examples
        --------
        >>> mapping("sectors", "energy_balance_rows").targets("construction")[0].code
        'B4.3'
        """
        codelist(self.origin).get(code)
        return list(self._targets.get(code, []))

    def inverse(self) -> Mapping:
        """The same pairs read the other way round.

        Examples
        --------
        >>> mapping("ceads_sectors", "ipcc2006").inverse().targets("1.A.2.k")[0].code
        '42'
        """
        return Mapping(
            [
                {
                    "from_list": row["to_list"],
                    "from_code": row["to_code"],
                    "to_list": row["from_list"],
                    "to_code": row["from_code"],
                    "relation": _TURNED[row["relation"]],
                    "source": row["source"],
                    "note": row["note"],
                }
                for row in self.rows
            ]
        )

    def to_polars(self) -> pl.DataFrame:
        """The pairs as a table of text columns.

        Examples
        --------
        >>> mapping("ipcc1996", "ipcc2006").to_polars().columns[:2]
        ['from_list', 'from_code']
        """
        return pl.DataFrame([dict(row) for row in self.rows])


def mappings() -> list[tuple[str, str]]:
    """Pairs of lists between which a mapping ships, as they are stored.

    Examples
    --------
    >>> ("ipcc1996", "ipcc2006") in mappings()
    True
    """
    names = [part["name"] for part in descriptor()["resources"] if part["kind"] == "mapping"]
    return [(origin, target) for origin, _, target in (name.partition("__") for name in names)]


@lru_cache(maxsize=64)
def mapping(origin: str, target: str) -> Mapping:
    """The mapping from one code list to another; a stored mapping is turned round where needed.

    Parameters
    ----------
    origin, target : str
        Names of code lists.

    Returns
    -------
    Mapping
        The pairs, seen from ``origin``.

    Raises
    ------
    NotFound
        No mapping between the two lists ships; the known pairs are named.

    Examples
    --------
    >>> mapping("ipcc2006", "ceads_sectors").targets("1.A.4.a")[0].relation
    '1:n'
    """
    pairs = mappings()
    if (origin, target) in pairs:
        return Mapping(read_rows(f"mappings/{origin}__{target}.csv"))
    if (target, origin) in pairs:
        return mapping(target, origin).inverse()
    known = ", ".join(f"{a} – {b}" for a, b in pairs)
    raise NotFound(what_zh="对照表", what_en="mapping", name=f"{origin} – {target}", known=known)
