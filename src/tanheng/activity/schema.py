"""Columns of an activity table: their names, the spellings that are taken, what is required."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Sequence

from tanheng.codes import code_lists
from tanheng.schemas import schema_rows

BASE = ("entity", "period", "item", "amount", "unit")
_BEHIND_NAME = "([/,"
"""What stands from one of these marks on is no part of a heading's name: the unit, a remark."""
_RESERVED = frozenset(
    (
        "cell",
        "key",
        "rule",
        "part",
        "scope",
        "memo",
        "gas",
        "coefficient",
        "amount_micro",
        "mass",
        "gwp",
        "nano",
        "emission",
    )
    + (
        "emission_nano",
        "share",
        "factors",
        "check",
        "carried",
        "activity_uncertainty",
        "category",
        "coefficient_row",
        "good",
    )
    + (
        "reason",
        "reason_zh",
        "reason_en",
        "grade",
        "score",
        "code",
        "file",
        "sheet",
        "row",
        "filename",
        "file_row_number",
        "model",
        "scenario",
        "variable",
        "year",
        "index",
    )
    + (
        "factor",
        "canonical",
        "formula",
        "inputs",
        "emitted",
        "coefficient_unit",
        "scaled",
        "hi",
        "lo",
        "micro",
        "upper",
    )
)
"""Columns of the tables that are made from an activity table: a heading of this name gets another one."""


@functools.cache
def columns(table: str = "activity") -> dict[str, dict[str, str]]:
    """Description of every column of a table, in order.

    Examples
    --------
    >>> columns()["amount"]["required"]
    'yes'
    """
    return {row["column"]: row for row in schema_rows("tables.csv") if row["table"] == table}


def squeeze(text: str) -> str:
    """A heading without spaces, width, case, brackets and the unit written in them."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for mark in _BEHIND_NAME:
        text = text.split(mark)[0] if text.split(mark)[0].strip() else text
    return "".join(text.split()).strip(":*")


@functools.cache
def _spellings() -> dict[str, dict[str, int]]:
    """What a squeezed heading may mean, and how far down the list of a column's names it stands."""
    found: dict[str, dict[str, int]] = {}
    for name, row in columns().items():
        names = (name, row["name_zh"], row["name_en"], *row["aliases"].split("|"))
        for rank, spelling in enumerate(names):
            if spelling:
                found.setdefault(squeeze(spelling), {}).setdefault(name, rank)
    return found


def canonical_column(heading: str) -> str | None:
    """The activity column that a heading means first of all, if any.

    Examples
    --------
    >>> canonical_column("消费量（吨）")
    'amount'
    """
    return next(iter(meanings(heading)), None)


def meanings(heading: str) -> list[str]:
    """The activity columns that a heading may mean, the first of all first.

    Examples
    --------
    >>> meanings("地区"), meanings("颜色")
    (['entity', 'region'], [])
    """
    return list(_spellings().get(squeeze(heading), {}))


def map_header(headings: Sequence[str]) -> dict[str, int]:
    """Place of each activity column in a header.

    The heading that stands first among a column's names wins, then the leftmost. A heading that may mean two columns
    takes the one that no other heading claims: 地区 is the region where 企业名称 is the entity.

    Examples
    --------
    >>> map_header(["地区", "年份", "能源品种", "消费量", "单位"])
    {'entity': 0, 'period': 1, 'item': 2, 'amount': 3, 'unit': 4}
    >>> map_header(["地区", "企业名称", "年份"])
    {'entity': 1, 'period': 2, 'region': 0}
    """
    meant = [_spellings().get(squeeze(heading), {}) for heading in headings]
    claims = sorted(
        (len(names) > 1, choice, rank, place, name)
        for place, names in enumerate(meant)
        for choice, (name, rank) in enumerate(names.items())
    )
    found: dict[str, int] = {}
    for *_, place, name in claims:
        if name not in found and place not in found.values():
            found[name] = place
    if "entity" not in found and "region" in found:
        found["entity"] = found["region"]
    return {name: found[name] for name in columns() if name in found}


def extra_names(headings: Iterable[str]) -> list[str]:
    """Names for columns of the user's own: none twice (in any case), none that other tables need.

    Examples
    --------
    >>> extra_names(["城市", "City", "city", "cell", "__row"])
    ['城市', 'City', 'city_', 'cell_', 'row_']
    """
    taken = {*columns(), *_RESERVED, *code_lists()}
    names: list[str] = []
    for heading in headings:
        name = " ".join(heading.replace("\x00", " ").split()).lstrip("_") or "column"
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names.append(name)
    return names
