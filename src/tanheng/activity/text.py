"""Characters: full-width forms become ASCII, and what a user typed becomes safe to show on one line."""

from __future__ import annotations

import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet may take for a formula; some editors take full width for these."""
_NARROW: dict[int, int | None] = {0xFF01 + n: 0x21 + n for n in range(94)}
_NARROW.update({0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D, 0x200B: None, 0xFEFF: None})
"""Full-width digits and marks, the minus sign and spaces; footnote signs such as ① and ² stay what they are."""


def narrow(text: str) -> str:
    """Text with full-width forms as ASCII; unlike NFKC it leaves ``5②`` no number.

    Examples
    --------
    >>> narrow("２０２１年"), narrow("5②")
    ('2021年', '5②')
    """
    return text if text.isascii() else text.translate(_NARROW)


def one_line(value: object, limit: int = 120) -> str:
    r"""A value as it may stand in a message: on one line, without control characters, cut at ``limit``.

    Examples
    --------
    >>> one_line("a\nb\x1b[31m"), one_line("x" * 9, 5)
    ('a b [31m', 'xxxxx…')
    """
    text = str(value)[: limit * 4]
    plain = text if text.isprintable() else "".join(_seen(char) for char in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= limit and len(text) == len(str(value)) else f"{plain[:limit]}…"


def guarded(text: str) -> str:
    """A text for a cell of CSV that no spreadsheet takes for a formula: an apostrophe stands before it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("＝1+1"), guarded("煤"), unguarded(guarded("=1+1"))
    ("'=1+1", "'＝1+1", '煤', '=1+1')
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """A text as it was before `guarded`."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(FORMULA) else text


def _seen(char: str) -> str:
    return " " if unicodedata.category(char) in _UNSEEN else char


_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, formatting (direction marks), surrogate and line separators."""
