"""Notation keys of a template in another category list: where all that a category of it is fed by has the same key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tanheng.activity.reading.filled import Filled
from tanheng.codes import CodeList, codelist
from tanheng.inventory.categories.notation import names_place
from tanheng.inventory.methods.method import categories_of

if TYPE_CHECKING:
    from tanheng.inventory.methods.method import Method

Stated = dict[str, tuple[str, str]]
"""Category to its notation key and the reason."""


def carried(filled: Filled, method: Method, codes: str) -> tuple[Stated, Stated]:
    """Keys of a template for the categories of another list, and those that have no place there.

    Parameters
    ----------
    filled : Filled
        What the template says; its own list is ``filled.codes``.
    method : Method
        Its rules place activity in both lists: they are the crosswalk.
    codes : str
        The list to carry to, such as ``gpc``.

    Returns
    -------
    (dict, dict)
        Category of ``codes`` to key and reasons: where every category of the template's list from which a rule leads to it
        has this key, and nothing else does. Then what was not carried, by category of the template's list: it goes to
        nowhere, into a wider category, or its key names a category of its own list (IE).

    Examples
    --------
    >>> import polars as pl
    >>> from tanheng.activity.reading.filled import ANSWERS, framed
    >>> from tanheng.inventory import load_method
    >>> said = [{"category": code, "item": "", "sector": "", "activity": "", "notation": "NO", "reason": "无", "sheet": "", "row": 1}
    ...         for code in ("P1.3", "P2.2")]
    >>> carried(Filled(codes="provincial2011", answers=framed(said, ANSWERS)), load_method("gpc-cn"), "gpc")
    ({'I.7.1': ('NO', '无 (P1.3)')}, {'P2.2': ('NO', '无')})
    """
    listed = codelist(filled.codes)
    stated = {
        category: (key, reason, category)
        for category, key, reason in filled.notation().iter_rows()
        if not names_place(key)
    }
    own = dict(_spread(stated, listed))
    found: Stated = {}
    used: set[str] = set()
    for target, sources in _sources(method, filled.codes, codes).items():
        answers = [own.get(source) for source in sorted(sources)]
        same = {one[0] if one else "" for one in answers}
        if len(same) == 1 and "" not in same:
            said = dict.fromkeys(f"{reason} ({at})".strip() for _, reason, at in filter(None, answers))
            found[target] = (same.pop(), "; ".join(said))
            used |= {at for _, _, at in filter(None, answers)}
    left = {
        category: (key, reason)
        for category, key, reason in filled.notation().iter_rows()
        if category not in used
    }
    return found, left


def _spread(stated: dict[str, tuple[str, str, str]], listed: CodeList) -> Iterator[tuple[str, tuple[str, str, str]]]:  # fmt: skip
    """Leaves with the key of the nearest category that has one: wider ones come first and give way."""
    for category in sorted(stated, key=lambda code: len(listed.ancestors(code)) if code in listed else 0):
        inside = [code for code in listed if listed.is_under(code, category)] if category in listed else [category]  # fmt: skip
        yield from ((code, stated[category]) for code in inside)


def _pairs(method: Method, origin: str, target: str) -> set[tuple[str, str]]:
    """Category of the one list (empty for none) and of the other to which a rule gives the same activity."""
    pairs = set()
    for rule in method.rules:
        for name in rule.when.get("sectors") or ["", *method.sectors]:
            codes = categories_of(rule, method.sectors.get(name, {}))
            if codes.get(target):
                pairs.add((codes.get(origin) or "", codes[target]))
    return pairs


def _sources(method: Method, origin: str, target: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for source, code in _pairs(method, origin, target):
        found.setdefault(code, set()).add(source)
    return found
