"""The sheets of a form: groups of lines by the chapters of the method's category list."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from tanheng.codes import codelist
from tanheng.errors import language
from tanheng.factors import FactorLibrary
from tanheng.filings.form.asked import Asked
from tanheng.filings.form.lines import Chapter, Group, category_list, say, table
from tanheng.inventory.methods.method import Method

_SMALL, _FEW = 60, 200
"""Up to so many lines stand on one sheet; so many where the categories have one root."""
_LONGEST = 31
_SUMS = re.compile(r"^[\d.、\s]+|(总计|合计|小计|, total)$")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def chapters(method: Method, library: FactorLibrary, *, region: str = "", year: str = "") -> list[Chapter]:
    """The sheets that a method's rules ask for.

    Parameters
    ----------
    method : Method
    library : FactorLibrary
        Names the equipment by which its factors differ, and decides what must be measured.
    region : str
        Code of the region that the form is for; without one, what some province has a factor for need not be measured.
    year : str
        The period; the newest factors without one.

    Returns
    -------
    list of Chapter
        One line for each item, sector and kind of activity that some rule takes, grouped by category.

    Examples
    --------
    >>> from tanheng.factors import load_factors
    >>> from tanheng.inventory import load_method
    >>> sheets = chapters(load_method("sichuan-park-2022"), load_factors())
    >>> len(sheets), len(sheets[0].lines)
    (2, 22)
    """
    codes = category_list(method)
    groups = _ordered(Asked(method, library, region, year).groups(), codes)
    sheets: dict[str, list[Group]] = {}
    for group, place in zip(groups, _places(groups, codes), strict=True):
        sheets.setdefault(place, []).append(group)
    aside = {
        say("memo"),
        *(say(row["key"]) for row in table("sentences.csv") if row["key"].startswith("chapter_")),
    }
    if len(sheets.keys() - aside) > 1 and say("data") in sheets:
        sheets = {say("others") if title == say("data") else title: found for title, found in sheets.items()}
    return [Chapter(_name(title), tuple(found)) for title, found in sheets.items()]


def digest_of(sheets: Iterable[Chapter]) -> str:
    """SHA-256 of all lines: the same for the same method, release and language."""
    told = json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _ordered(groups: Sequence[Group], codes: str) -> list[Group]:
    """Groups in the order of the list; those that are no part of the total come last."""
    order = {code: at for at, code in enumerate(codelist(codes))} if codes else {}
    return sorted(groups, key=lambda group: (group.kind != "", order.get(group.code, len(order))))


def _places(groups: Sequence[Group], codes: str) -> list[str]:
    """The sheet of each group: the highest level of the list at which groups part, or one sheet for a few lines."""
    paths = [_path(group.code, codes) for group in groups]
    counted = [path for group, path in zip(groups, paths, strict=True) if path and not group.kind]
    depth = 0
    while (
        counted
        and len({tuple(path[: depth + 1]) for path in counted}) == 1
        and min(map(len, counted)) > depth + 1
    ):
        depth += 1
    lines = sum(len(group.lines) for group in groups)
    if depth and lines <= _FEW and all(depth + 1 == len(path) for path in counted):
        depth -= 1
    return [
        _place(group, path, depth if lines > _SMALL else -1, codes)
        for group, path in zip(groups, paths, strict=True)
    ]


def _path(code: str, codes: str) -> list[str]:
    """Codes from the root of a list to one; nothing where the list lacks it."""
    if not codes or code not in codelist(codes):
        return []
    return [*(str(row["code"]) for row in reversed(codelist(codes).ancestors(code))), code]


def _place(group: Group, path: Sequence[str], depth: int, codes: str) -> str:
    if group.kind:
        return say("memo" if group.kind == "memo" else f"chapter_{group.kind}")
    if not path or depth < 0:
        return say("data")
    return codelist(codes).label(path[min(depth, len(path) - 1)], language())


def _name(title: str) -> str:
    """A title as the name of a sheet."""
    return _NOT_IN_NAMES.sub(" ", _SUMS.sub("", title))[:_LONGEST].strip()
