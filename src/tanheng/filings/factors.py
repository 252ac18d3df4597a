"""Values behind an inventory in the words of a report: what each was used for, and its document as a number of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tanheng.codes.wording import Both, wording
from tanheng.errors import Lang
from tanheng.filings.numbers import DASH
from tanheng.filings.page.markup import plain
from tanheng.filings.page.proofs import document
from tanheng.filings.words import listed, name_of, said, within

_NAMED = 3
_OF_DOCUMENT = ("title", "publisher", "year", "title_en", "publisher_en")
_PRINTED = {"read", "recalled", "derived", "user"}


class Citations:
    """Documents in the order in which they are first named: ``[1]`` in the rows, the list below them."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._numbers: dict[str, int] = {}

    def number(self, source: Mapping[str, Any]) -> str:
        """The number of a document, such as ``[1]``."""
        both = document({key: value for key, value in source.items() if key in _OF_DOCUMENT})
        text = plain(both.zh if self.lang == "zh" else both.en)
        return f"[{self._numbers.setdefault(text, len(self._numbers) + 1)}]"

    def numbers(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """The numbers of the documents of some coefficients, each once."""
        cited = (
            self.number(one["source"])
            for record in records
            for one in record["inputs"]
            if one["check"] in _PRINTED and one["source"].get("title")
        )
        return sorted(set(cited), key=lambda mark: int(mark[1:-1]))

    def place(self, row: Mapping[str, Any]) -> Both:
        """The document of a value by its number with the place in it; what is no document stands as it is."""
        if row["check"] not in _PRINTED or not row["title"]:
            return _both(row, "title") if row["title"] else Both(DASH, DASH)
        number, place = self.number(row), _both(row, "locator")
        return Both(f"{number} {place.zh}".rstrip(), f"{number} {place.en}".rstrip())

    def listed(self) -> list[str]:
        """The list of documents, one line each."""
        return list(self._lines())

    def _lines(self) -> Iterator[str]:
        for text, number in self._numbers.items():
            yield f"[{number}] {text}"


def _both(row: Mapping[str, Any], name: str) -> Both:
    """A text of a document in both languages: its own English where the pack has it, else that of the catalogue."""
    both = wording(str(row[name] or ""))
    return Both(both.zh, str(row.get(f"{name}_en") or both.en))


def used_for(row: Mapping[str, Any]) -> Both:
    """What a value was used for: items, and the gas and sector where it served only one, and when it was measured; see `factor_uses`.

    Examples
    --------
    >>> used_for({"items": ["diesel"], "gases": ["N2O"], "sectors": ["road"], "periods": ["2021"], "check": "read"}).zh
    '柴油（N₂O，道路运输）'
    """
    first, *rest = (name_of("item", code) for code in row["items"])
    names = [first, *(within(name) for name in rest)]
    what = listed(names[:_NAMED])
    if len(names) > _NAMED:
        what = said("used_for_many", first=what, count=len(names))
    more = [name_of("gas", code) for code in row["gases"][:1] if len(row["gases"]) == 1 and code != "CO2"]
    more += [Both(code, code) for code in row["periods"][:1] if len(row["periods"]) == 1 and row["check"] == "measured"]  # fmt: skip
    more += [name_of("sector", code) for code in row["sectors"][:1] if len(row["sectors"]) == 1]
    if not more:
        return what
    return Both(
        f"{what.zh}（{'，'.join(one.zh for one in more)}）",
        f"{what.en} ({', '.join(one.en for one in more)})",
    )
