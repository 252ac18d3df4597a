"""One spelling for matching: full-width, traditional characters, spaces and brackets do not matter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tanheng.codes.pack import PACK, read_rows

_DROPPED = " \t\r\n\u3000\u00a0\ufeff\u200b()[]{}<>《》〈〉【】〔〕「」『』“”‘’\"'`,，、。;；:：·•・_-—–−/\\"


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(char): None for char in _DROPPED}
    if (PACK / "characters.csv").is_file():
        table.update({ord(row["traditional"]): row["simplified"] for row in read_rows("characters.csv")})
    return table


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Bring a name to the form in which names are compared.

    Parameters
    ----------
    text : str
        A name in Chinese or English.

    Returns
    -------
    str
        NFKC form, lower case, simplified characters, without spaces, brackets and punctuation.

    Examples
    --------
    >>> normalise("Natural  Gas（干气）")
    'naturalgas干气'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_table())
