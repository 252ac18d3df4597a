"""Notation keys: why a category of a reported inventory has no number."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tanheng.codes import CodeList, codelist
from tanheng.errors import UnknownCode

LIST = "notation_keys"
_NONE = {"", "-", "--", "—", "——", "–", "/"}
_TOKEN = re.compile(r"[A-Z0-9]+(?:\.[A-Za-z0-9]+)+")


def notation_key(text: str) -> str | None:
    """The key that a text means: empty where there is none, None where it is no key.

    Examples
    --------
    >>> notation_key("ne"), notation_key("列于他处"), notation_key("—"), notation_key("RN")
    ('NE', 'IE', '', None)
    """
    text = text.strip()
    if text in _NONE:
        return ""
    found = codelist(LIST).match(text)
    return found[0] if len(found) == 1 else None


def user_keys(mapping: Mapping[str, str]) -> dict[str, str]:
    """The meaning that a user gave to keys of a file, each one of the list's.

    Parameters
    ----------
    mapping : mapping of str to str
        Key as the file has it to key of the list; case does not matter on either side.

    Returns
    -------
    dict
        Case-folded key to key of the list.

    Raises
    ------
    UnknownCode
        When a meaning is no notation key.

    Examples
    --------
    >>> user_keys({"RN": "ne"})
    {'rn': 'NE'}
    """
    found = {}
    for read, meant in mapping.items():
        key = notation_key(meant)
        if not key:
            raise UnknownCode(codelist=LIST, code=meant, near=", ".join(codelist(LIST)))
        found[read.strip().casefold()] = key
    return found


def place_in(reason: str, codes: CodeList) -> str:
    """The first category of a list that a reason names, or nothing: where an IE category is included.

    Examples
    --------
    >>> place_in("计入 I.3.1 制造业", codelist("gpc"))
    'I.3.1'
    """
    return next((token for token in _TOKEN.findall(reason) if token in codes), "")


def names_place(key: str) -> bool:
    """Whether a key must name the category that includes the emission.

    Examples
    --------
    >>> names_place("IE"), names_place("NO")
    (True, False)
    """
    return codelist(LIST).get(key)["names_place"] == "yes"
