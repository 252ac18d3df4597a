"""What would be lost, or is only a guess, if a suggested mapping were confirmed as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tanheng.activity.mapping.guesses import said
from tanheng.activity.mapping.mapping import Mapping
from tanheng.activity.mapping.sheet import Column, SheetMapping
from tanheng.activity.text import one_line
from tanheng.codes import codelist, item_name
from tanheng.errors import NotFound, language

_SERIAL = re.compile(
    r"序号|行次|行号|编号|编码|代码|电话|手机|传真|邮编|身份证|^no\.?$|\bcode\b|\bphone\b|\btel\b",
    re.IGNORECASE,
)
"""Headings of numbers that count nothing."""


@dataclass(frozen=True)
class Loss:
    """One thing that is not read, or whose meaning is open: ``key`` is what the user accepts it by, ``what`` says it.

    ``read`` tells a name that has no meaning yet, or a guessed one, whose rows are read, from numbers that are not.
    """

    key: str
    what: str
    read: bool = False


def losses(mapping: Mapping) -> list[Loss]:
    """What the user takes by confirming a mapping as it was suggested.

    Parameters
    ----------
    mapping : Mapping

    Returns
    -------
    list of Loss
        Columns of numbers and sheets with numbers that are not read, rows of data that cannot be read, names without a
        meaning and names whose meaning is a guess; what is said of them is in the language of messages. Serial numbers,
        codes and telephone numbers are no loss.

    Examples
    --------
    >>> column = Column(3, "年初库存", filled=2, numbers=2)
    >>> [one.key for one in losses(Mapping("a.xlsx", (SheetMapping("表", use=True, reason="", columns=(column,)),)))]
    ['年初库存']
    """
    found: dict[str, Loss] = {}
    for sheet in mapping.sheets:
        for one in _of_sheet(sheet):
            found.setdefault(one.key, one)
    return list(found.values())


def unaccepted(mapping: Mapping, accepted: Sequence[str]) -> list[Loss]:
    """The losses that are not among those that the user accepts.

    Raises
    ------
    NotFound
        When something is accepted that is no loss: perhaps a slip in a name.
    """
    found = losses(mapping)
    keys = [one.key for one in found]
    for name in accepted:
        if name not in keys:
            raise NotFound(
                what_zh="要接受的损失", what_en="loss to accept", name=name, known=", ".join(keys) or "–"
            )
    return [one for one in found if one.key not in accepted]


def _of_sheet(sheet: SheetMapping) -> Iterator[Loss]:
    if not sheet.use:
        if sheet.numbers:
            zh = f"工作表“{sheet.sheet}”不读（{sheet.reason}），其中 {sheet.numbers} 行有数"
            en = f"sheet '{sheet.sheet}' is not read ({sheet.reason}); {sheet.numbers} of its rows hold numbers"
            yield Loss(sheet.sheet, said(zh, en))
        return
    for column in filter(_counts, sheet.lost):
        zh = f"列“{column.heading}”不读，其中 {column.numbers} 格是数"
        en = f"column '{column.heading}' is not read; {column.numbers} of its cells are numbers"
        yield Loss(_key(column), said(zh, en))
    for number in sheet.beyond:
        yield Loss(f"R{number}", said(f"第 {number} 行不读", f"row {number} is not read"))
    for text in [*sheet.items, *sheet.sectors]:
        code = sheet.items.get(text) or sheet.sectors.get(text, "")
        if not code:
            zh, en = f"“{text}”没有认出，按原文读取", f"'{text}' is not recognised and read as it stands"
            if text in sheet.items:
                zh += "；所用方法不认得时，核算不计入并列出"
                en += "; where the method does not know it, accounting leaves it out and lists it"
            yield Loss(text, said(zh, en), read=True)
        elif text in sheet.guessed:
            name = item_name(code) if sheet.items.get(text) else codelist("sectors").label(code, language())
            what = said(
                f"“{text}”猜作“{name}”（{code}）", f"'{text}' is taken for '{name}' ({code}), a guess"
            )
            yield Loss(text, what, read=True)


def _counts(column: Column) -> bool:
    """Whether an unread column may hold amounts."""
    return column.numbers * 2 >= column.filled and not _SERIAL.search(column.heading)


def _key(column: Column) -> str:
    return one_line(column.heading, 60) or f"C{column.column}"
