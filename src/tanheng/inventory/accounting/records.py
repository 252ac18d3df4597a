"""Records of coefficients: all that led to each, with what many have in common kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

from tanheng.inventory.accounting.coefficients import KEY, Coefficient

Record = dict[str, Any]
Found = TypeVar("Found")
_REGION = KEY.index("region")


class Records(Sequence[Record]):
    """Records in the order of the coefficient sheet; each is put together when it is asked for.

    Parameters
    ----------
    bodies : list of dict
        Records without their region and without the places that were tried.
    steps : list of dict
        Places where a factor was looked for, each with its outcome.
    tries : list of list of list of int
        Steps of every input of a record.
    regions : list of str
        Regions of the activity.
    rows : list
        Numbers of body, tries and region of each record.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲", "乙"], "region": ["510104", "510105"], "period": ["2020"] * 2, "item": ["柴油"] * 2,
    ...          "sector": ["工业"] * 2, "amount": [1, 1], "unit": ["t"] * 2}
    >>> records = th.account(table, "gpc-cn").records
    >>> len(records), len(records.bodies), sorted({one["region"] for one in records})
    (6, 3, ['CN-510104', 'CN-510105'])
    """

    def __init__(
        self,
        bodies: list[Record],
        steps: list[Record],
        tries: list[Any],
        regions: list[str],
        rows: Sequence[Sequence[int]],
    ) -> None:
        self.bodies, self.steps, self.tries, self.regions, self.rows = bodies, steps, tries, regions, rows

    @classmethod
    def of(cls, coefficients: Sequence[Coefficient]) -> Records:
        """The records of coefficients."""
        bodies, steps, tries, regions = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        rows = []
        for one in coefficients:
            tried = tuple(tuple(steps.of(id(step), step) for step in given.tried) for given in one.inputs)
            same = one.like or one
            region = one.key[_REGION]
            rows.append((bodies.of(id(same), same), tries.of(tried, tried), regions.of(region, region)))
        return cls([_body(one) for one in bodies.kept], steps.kept, tries.kept, regions.kept, rows)

    @classmethod
    def read(cls, document: Any) -> Sequence[Record]:
        """The records of a document: one written by `to_document`, or a list of whole records as runs had before."""
        return document if isinstance(document, list) else cls(**document)

    def to_document(self) -> dict[str, Any]:
        """The parts as plain data for JSON."""
        return {name: getattr(self, name) for name in ("bodies", "steps", "tries", "regions", "rows")}

    def some(self, places: Iterable[int]) -> Records:
        """The records at some places."""
        rows = [self.rows[place] for place in places]
        return Records(self.bodies, self.steps, self.tries, self.regions, rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return (self._whole(row) for row in self.rows)

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...

    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self._whole(row) for row in self.rows[place]]
        return self._whole(self.rows[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]

    def _whole(self, row: Sequence[int]) -> Record:
        body, tries = self.bodies[row[0]], self.tries[row[1]]
        inputs = [
            {**given, "source": dict(given["source"]), "tried": [dict(self.steps[step]) for step in tried]}
            for given, tried in zip(body["inputs"], tries, strict=True)
        ]
        own = {"title": dict(body["title"]), "category": dict(body["category"]), "inputs": inputs}
        return {**body, "region": self.regions[row[2]], **own}


def told(records: Sequence[Record], function: Callable[[Record], Found]) -> list[Found]:
    """What a function makes of every record, done once for those that differ in region and tried places alone.

    Parameters
    ----------
    records : sequence of dict
    function : callable
        It must look neither at the region nor at the places tried.

    Examples
    --------
    >>> told([{"rule": "a"}, {"rule": "b"}], lambda record: record["rule"])
    ['a', 'b']
    """
    if not isinstance(records, Records):
        return [function(record) for record in records]
    used = {row[0] for row in records.rows}
    found = {place: function(records.bodies[place]) for place in used}
    return [found[row[0]] for row in records.rows]


def some(records: Sequence[Record], places: Iterable[int]) -> Sequence[Record]:
    """The records at some places."""
    return records.some(places) if isinstance(records, Records) else [records[place] for place in places]


class _Numbers:
    """Things with their numbers in the order in which they came; they are kept, so that no id is given twice."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self._number: dict[Any, int] = {}

    def of(self, mark: Any, thing: Any) -> int:
        number = self._number.setdefault(mark, len(self.kept))
        if number == len(self.kept):
            self.kept.append(thing)
        return number


def _body(one: Coefficient) -> Record:
    whole = one.to_dict()
    return {**whole, "region": "", "inputs": [{**given, "tried": []} for given in whole["inputs"]]}


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)
