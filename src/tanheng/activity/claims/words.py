"""Words of printed statements: relations, measures, words for the total, scales; all from packs/rules/relations.csv."""

from __future__ import annotations

import csv
import functools
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from tanheng.codes import normalise


@dataclass(frozen=True)
class Word:
    """One entry of the vocabulary with its number, if it has one, and its names."""

    kind: str
    code: str
    value: float
    zh: str
    en: str
    spellings: tuple[str, ...]


@functools.cache
def vocabulary() -> tuple[Word, ...]:
    """Every word of the vocabulary in the order of the file.

    Examples
    --------
    >>> next(word.value for word in vocabulary() if word.code == "about") > 1
    True
    """
    with (files("tanheng.packs") / "rules" / "relations.csv").open(encoding="utf-8") as stream:
        return tuple(
            Word(
                row["kind"],
                row["code"],
                float(row["value"] or 0),
                row["zh"],
                row["en"],
                tuple(filter(None, (row["code"], row["zh"], row["en"], *row["aliases"].split("|")))),
            )
            for row in csv.DictReader(stream)
        )


def squeezed(text: str) -> str:
    """A word without width, case, spaces and punctuation; a sign such as ``>=`` stays.

    Examples
    --------
    >>> squeezed("Share of"), squeezed("≥")
    ('shareof', '≥')
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    return normalise(text) if any(char.isalnum() for char in bare) else bare


@functools.cache
def spellings(kind: str) -> dict[str, str]:
    """Every squeezed spelling of a kind's words to their code; the longest come first."""
    found: dict[str, str] = {}
    for word in vocabulary():
        if word.kind == kind:
            for spelling in word.spellings:
                found.setdefault(squeezed(spelling), word.code)
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))


def find_word(kind: str, text: str) -> str | None:
    """Code of the word of a kind that a text is.

    Examples
    --------
    >>> find_word("relation", "占比"), find_word("relation", "nonsense")
    ('share_of', None)
    """
    return spellings(kind).get(squeezed(text))


def is_total(text: str) -> bool:
    """Whether a text is empty or a word for the total.

    Examples
    --------
    >>> is_total(""), is_total("合计"), is_total("工业")
    (True, True, False)
    """
    return not text.strip() or find_word("total", text) is not None


@functools.cache
def words_of(kind: str) -> dict[str, Word]:
    """Words of a kind by code."""
    return {word.code: word for word in vocabulary() if word.kind == kind}


def long_enough(spelling: str) -> bool:
    """Whether a spelling may be looked for inside a longer text: short Latin words stand in many others."""
    return len(spelling) >= (5 if spelling.isascii() else 2)


def take_out(kind: str, text: str) -> tuple[list[str], str]:
    """Codes of a kind's words inside a squeezed text, longest first, and what is left of it.

    Examples
    --------
    >>> take_out("measure", squeezed("工业碳排放量"))
    (['emission'], '工业')
    """
    codes: list[str] = []
    for spelling, code in spellings(kind).items():
        if spelling in text and (long_enough(spelling) or spelling == text):
            text = text.replace(spelling, "", 1)
            codes.append(code)
    return codes, text
