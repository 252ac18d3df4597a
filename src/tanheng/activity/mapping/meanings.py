"""What the texts of a sheet seem to mean: items and sectors by their codes, and which of them are guesses."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable

from tanheng.codes import CodeList, codelist, items, mapping, normalise

_NAME = 0.8
"""How alike a text and a name must be: more than 黑色金属 and 有色金属 are."""


def meanings(
    of_items: Iterable[str], of_sectors: Iterable[str]
) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Texts of items and of sectors with the codes that they seem to mean, and which of them are guesses.

    Those that are codes or names need none.

    Examples
    --------
    >>> meanings(["柴油", "原  煤（洗前）", "某物"], [])
    ({'原  煤（洗前）': 'raw_coal', '某物': ''}, {}, ('原  煤（洗前）',))
    """
    named, guessed = _meant(of_items, items().codes)
    sectors, more = _meant(of_sectors, codelist("sectors"))
    for text in [one for one, code in sectors.items() if not code]:
        if code := _of_division(text):
            sectors[text] = code
            more.append(text)
    return named, sectors, (*guessed, *more)


@functools.lru_cache(maxsize=1024)
def _of_division(text: str) -> str:
    """The sector of the divisions of GB/T 4754 whose name begins with a text, such as 黑色金属冶炼; where it is one.

    Examples
    --------
    >>> _of_division("化学原料"), _of_division("黑色金属")
    ('chemicals', '')
    """
    bare = normalise(text)
    names = [row for row in codelist("industries").rows if row["level"] == "2"]
    fitting = [row["code"] for row in names if len(bare) > 2 and normalise(row["name_zh"]).startswith(bare)]
    above = mapping("sectors", "industries").inverse()
    sectors = {one.code for code in fitting for one in above.targets(code)}
    return sectors.pop() if len(sectors) == 1 else ""


def _meant(texts: Iterable[str], listed: CodeList) -> tuple[dict[str, str], list[str]]:
    """What texts seem to mean, and those that are a guess; the codes and first names of the list need no word."""
    found: dict[str, str] = {}
    guessed = []
    for text in texts:
        codes = listed.match(text)
        if len(codes) != 1:
            found[text] = _near(text, listed)
            guessed += [text] if found[text] else []
        elif normalise(text) not in {normalise(name) for name in _names_of(codes[0], listed)[:3]}:
            found[text] = str(codes[0])
    return found, guessed


def _names_of(code: str, listed: CodeList) -> list[str]:
    row = listed.get(code)
    names = (code, row.get("name_zh", ""), row.get("name_en", ""), *row.get("aliases", "").split("|"))
    return [name for name in names if name]


def _near(text: str, listed: CodeList) -> str:
    """The code whose name is close to a text; nothing where none is. What brackets say more closely goes first."""
    inside = re.findall(r"[(（\[](.*?)[)）\]]", text)
    bare = normalise(re.sub(r"[(（\[].*?[)）\]]", "", text))
    for part in (*inside, bare):
        if len(codes := listed.match(part)) == 1:
            return str(codes[0])
    for code in listed.near(text, count=1):
        ratio = max(
            difflib.SequenceMatcher(None, normalise(text), normalise(name)).ratio()
            for name in _names_of(code, listed)
        )
        if ratio >= _NAME:
            return code
    return ""
