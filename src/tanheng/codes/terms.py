"""The catalogue of terms: one Chinese and one English word for each thing that users see."""

from __future__ import annotations

from functools import lru_cache

from tanheng.codes.codelist import CodeList
from tanheng.codes.pack import read_rows
from tanheng.errors import Lang, language


@lru_cache(maxsize=1)
def terms() -> CodeList:
    """All terms; ``code`` is the English key that columns and interfaces use.

    Examples
    --------
    >>> terms().find("排放量")["code"]
    'emission'
    """
    rows = [
        {"code": row["term"], "name_zh": row["zh"], "name_en": row["en"], **row}
        for row in read_rows("terms.csv")
    ]
    return CodeList("terms", rows)


def term(code: str, lang: Lang | None = None) -> str:
    """The word for a thing.

    Parameters
    ----------
    code : str
        Key of the term, as ``emission``.
    lang : {"zh", "en"}, optional
        Language; the language of messages unless told.

    Returns
    -------
    str
        The word in that language.

    Raises
    ------
    UnknownCode
        The catalogue has no such term.

    Examples
    --------
    >>> term("emission", "zh"), term("emission", "en")
    ('排放量', 'emission')
    """
    row = terms().get(code)
    return row["name_zh"] if (lang or language()) == "zh" else row["name_en"]
