"""抵消登记 Claims: one tonne, one claim. What a claim is, which cannot be, and which tonnes are taken already."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tanheng.pathways.gate.problems import ClaimTaken, claim_wrong

_MOST = 10**15
ID = re.compile(r"^[a-z0-9][a-z0-9._-]*$")
"""Ids of offsets: plain letters, so that no two look alike."""


@dataclass(frozen=True)
class Lot:
    """一批抵消量 Whole tonnes of an option and vintage year that are to be claimed.

    ``issued`` is how many tonnes of that option and year there are; ``serials`` are the first and last number of a range, where the
    registry of the offset gives numbers; it then holds as many as there are tonnes.
    """

    option: str
    vintage: int
    tonnes: int
    issued: int
    serials: tuple[int, int] | None = None


@dataclass(frozen=True)
class Claim:
    """登记 Tonnes that a project of a place holds; ``released`` tells why, where it was given up.

    ``by`` is who claimed it, ``about`` what else was told with it; ``released_at`` and ``released_by`` go with ``released``.
    """

    id: int
    at: str
    project: str
    place: str
    lot: Lot
    released: str = ""
    by: str = ""
    released_at: str = ""
    released_by: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        lot = self.lot
        return {"claim": self.id, "at": self.at, "project": self.project, "place": self.place, "option": lot.option, "vintage": lot.vintage,
                "tonnes": lot.tonnes, "issued": lot.issued, "serials": list(lot.serials) if lot.serials else None,
                "released": self.released or None}  # fmt: skip


def check(lot: Lot) -> None:
    """Refuse what is no lot: amounts are whole tonnes above 0, not above what there is."""
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (lot.tonnes, lot.issued, lot.vintage, *(lot.serials or ())))  # fmt: skip
    faults = [
        (not whole, "吨数、年份与序号应为整数", "tonnes, year and numbers should be whole"),
        (whole and not 0 < lot.tonnes <= _MOST, f"吨数 {lot.tonnes} 应大于零", f"{lot.tonnes} t should be above 0"),
        (whole and not 1000 <= lot.vintage <= 9999, f"“{lot.vintage}”不是年份", f"'{lot.vintage}' is no year"),
        (whole and lot.tonnes > lot.issued, f"{lot.tonnes} t 超过该年的 {lot.issued} t", f"{lot.tonnes} t are more than the {lot.issued} t of that year"),
        (ID.match(lot.option) is None, "编号应为小写字母、数字、点和连字符", "its id should be lower-case letters, digits, dots and hyphens"),
        (whole and lot.serials is not None and lot.serials[1] - lot.serials[0] + 1 != lot.tonnes,
         "序号区间与吨数不符", "the range of numbers has another size than the tonnes"),
        (whole and lot.serials is not None and lot.serials[0] < 0, "序号为负", "a number is negative"),
    ]  # fmt: skip
    for wrong, zh, en in faults:
        if wrong:
            raise claim_wrong(
                (f"“{lot.option}”：{zh}", f"'{lot.option}': {en}"),
                ("请改正数量。", "Mend the amount."),
            )


def refuse(
    lot: Lot, held: Sequence[Claim], who: tuple[str, str], seen: Callable[[Claim], Claim] = lambda one: one
) -> None:
    """Refuse a lot whose tonnes others hold, or which the same project claims again; ``seen`` is what of a claim may be said."""
    alike = [one for one in held if (one.lot.option, one.lot.vintage) == (lot.option, lot.vintage)]
    for held_one in alike:
        one, (zh, en) = seen(held_one), _named(seen(held_one))
        if one.lot.issued != lot.issued:
            raise claim_wrong(
                (f"“{lot.option}”{lot.vintage} 年，{zh}记为共 {one.lot.issued} t，这里写 {lot.issued} t",
                 f"{en} tells {one.lot.issued} t of '{lot.option}' in {lot.vintage}, this one {lot.issued} t"),
                ("同一抵消量只能有一个上限：请核对项目文件。", "One offset has one limit: check the files of the projects."),
            )  # fmt: skip
        if (held_one.project, held_one.place) == who and not (lot.serials and one.lot.serials):
            raise _taken(lot, f"本项目已有{zh}（{one.lot.tonnes} t）", f"this project holds {en} of it ({one.lot.tonnes} t)")  # fmt: skip
        if overlaps(lot, one.lot):
            first, last = one.lot.serials or (0, 0)
            raise _taken(lot, f"{zh}（{one.project}，{one.place}）持有序号 {first}–{last}",
                         f"{en} ({one.project}, {one.place}) holds the numbers {first} to {last}")  # fmt: skip
    rest = lot.issued - sum(one.lot.tonnes for one in alike)
    if lot.tonnes > rest:
        alike = [seen(one) for one in alike]
        whose = "、".join(f"{one.project}（{one.place}）{one.lot.tonnes} t" for one in alike[:5])
        theirs = ", ".join(f"{one.project} ({one.place}) {one.lot.tonnes} t" for one in alike[:5])
        raise _taken(lot, f"要 {lot.tonnes} t，只剩 {rest} t；{whose}", f"{lot.tonnes} t are asked for, {rest} t are left; {theirs}")  # fmt: skip


def overlaps(one: Lot, other: Lot) -> bool:
    """Whether two ranges of numbers have one in common.

    Examples
    --------
    >>> overlaps(Lot("a", 2030, 3, 9, (1, 3)), Lot("a", 2030, 2, 9, (3, 4)))
    True
    """
    if one.serials is None or other.serials is None:
        return False
    return max(one.serials[0], other.serials[0]) <= min(one.serials[1], other.serials[1])


def taken(claims: Iterable[Claim], *, without: tuple[str, str] | None = None) -> dict[tuple[str, int], int]:
    """Tonnes that claims hold by option and year, those of one project and place left out.

    Examples
    --------
    >>> taken([Claim(1, "", "plant", "here", Lot("wood", 2030, 3, 9)), Claim(2, "", "mill", "here", Lot("wood", 2030, 4, 9))])
    {('wood', 2030): 7}
    """
    found: dict[tuple[str, int], int] = {}
    for one in claims:
        if not one.released and (one.project, one.place) != without:
            key = (one.lot.option, one.lot.vintage)
            found[key] = found.get(key, 0) + one.lot.tonnes
    return found


def doubled(held: Sequence[Claim]) -> Iterator[str]:
    """Options and years of which more is held than there is, or a number twice."""
    groups: dict[tuple[str, int], list[Claim]] = {}
    for one in held:
        groups.setdefault((one.lot.option, one.lot.vintage), []).append(one)
    for (option, vintage), own in groups.items():
        twice = any(overlaps(one.lot, other.lot) for at, one in enumerate(own) for other in own[at + 1 :])
        if twice or sum(one.lot.tonnes for one in own) > min(one.lot.issued for one in own):
            yield f"{option} {vintage}"


def _named(one: Claim) -> tuple[str, str]:
    return (f"登记 {one.id}", f"claim {one.id}") if one.id else ("登记", "a claim")


def _taken(lot: Lot, zh: str, en: str) -> ClaimTaken:
    return ClaimTaken(option=lot.option, vintage=lot.vintage, detail_zh=zh, detail_en=en)
