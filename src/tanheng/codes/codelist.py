"""A code list: codes with names in two languages, a parent each, and look-up by code or name."""

from __future__ import annotations

import difflib
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

import polars as pl

from tanheng.codes.pack import descriptor, read_rows
from tanheng.codes.problems import AmbiguousName
from tanheng.codes.text import normalise
from tanheng.errors import Lang, NotFound, UnknownCode, language

Row = Mapping[str, str]
_PRINTED = re.compile(r"^\d+\.")


class CodeList:
    """Codes of one list in their printed order.

    Parameters
    ----------
    name : str
        Name of the list, as messages show it.
    rows : sequence of mapping
        One row a code, with at least ``code``; ``parent``, ``name_zh``, ``name_en`` and ``aliases`` (names
        separated by ``|``) where the list has them.

    Examples
    --------
    >>> fuels = CodeList("fuels", [{"code": "coal", "name_zh": "煤", "aliases": "煤炭|煤品"}])
    >>> fuels.find("煤炭")["code"]
    'coal'
    """

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = list(rows)

    @cached_property
    def _by_code(self) -> dict[str, Row]:
        return {row["code"]: row for row in self.rows}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for row in self.rows:
            for name in spellings(row):
                codes = names.setdefault(normalise(name), [])
                if row["code"] not in codes:
                    codes.append(row["code"])
        return names

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for row in self.rows:
            below.setdefault(row.get("parent") or "", []).append(row["code"])
        return below

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __repr__(self) -> str:
        return f"CodeList({self.name!r}, {len(self)} codes)"

    def get(self, code: str) -> Row:
        """Row of one code.

        Raises
        ------
        UnknownCode
            The list does not hold the code.

        Examples
        --------
        >>> codelist("ipcc2006").get("1.A.1")["name_en"]
        'Energy Industries'
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise self.unknown(code) from None

    def find(self, text: str) -> Row:
        """Row of a code, a Chinese or English name, or another spelling of either.

        Parameters
        ----------
        text : str
            What a user wrote; width, case, spaces, brackets and traditional characters do not matter.

        Returns
        -------
        mapping
            The one row that is meant.

        Raises
        ------
        UnknownCode
            Nothing fits; near names are given.
        AmbiguousName
            Several codes carry the name; none is guessed. A code whose namesakes all stand below it is meant itself.

        Examples
        --------
        >>> codelist("sectors").find("交通運輸業")["code"]
        'transport'
        """
        codes = self.match(text)
        if not codes:
            raise self.unknown(text)
        if len(codes) > 1:
            raise AmbiguousName(codelist=self.name, name=text, near=self._show(codes))
        return self._by_code[codes[0]]

    def match(self, text: str) -> list[str]:
        """Codes that a text may mean: none, the one, or several where the name is not unique; near names are not sought.

        Examples
        --------
        >>> codelist("sectors").match("交通運輸業"), codelist("sectors").match("nothing of the kind")
        (['transport'], [])
        """
        if text in self._by_code:
            return [text]
        return self._widest(self._by_name.get(normalise(text), []))

    def label(self, code: str, lang: Lang | None = None) -> str:
        """Name of a code in a language, or in the other one where the list lacks it.

        Parameters
        ----------
        code : str
            A code of the list.
        lang : {"zh", "en"}, optional
            Language; the language of messages unless told.

        Returns
        -------
        str
            The name.

        Raises
        ------
        UnknownCode
            The list does not hold the code.

        Examples
        --------
        >>> codelist("ipcc2006").label("1.A.4.b", "zh"), codelist("industries").label("0111", "en")
        ('居民', '稻谷种植')
        """
        row = self.get(code)
        first, second = ("name_zh", "name_en") if (lang or language()) == "zh" else ("name_en", "name_zh")
        return row.get(first) or row.get(second) or code

    def bare(self, code: str, lang: Lang | None = None) -> str:
        """Name of a code without the running number that a printed list has before it; the code says more.

        Raises
        ------
        UnknownCode
            The list does not hold the code.

        Examples
        --------
        >>> codelist("provincial2011").label("P2.1"), codelist("provincial2011").bare("P2.1")
        ('1.水泥生产过程', '水泥生产过程')
        """
        return _PRINTED.sub("", self.label(code, lang))

    def told_apart(self, code: str, lang: Lang | None = None) -> str:
        """Name of a code without its printed number; where another code of the list has the same name, that of the code above stands before it.

        Raises
        ------
        UnknownCode
            The list does not hold the code.

        Examples
        --------
        >>> codelist("gpc").told_apart("I.1.1", "en"), codelist("gpc").told_apart("I.1", "en")
        ('Residential buildings: Emissions from fuel combustion within the city boundary', 'Residential buildings')
        """
        told = lang or language()
        name, above = self.label(code, told), self.ancestors(code)
        if name not in self._shared[told] or not above:
            return self.bare(code, told)
        name, first = self.bare(code, told), self.bare(above[0]["code"], told)
        return name if first == name else f"{first}{'：' if told == 'zh' else ': '}{name}"

    @cached_property
    def _shared(self) -> dict[Lang, set[str]]:
        """Names that several codes have."""
        found: dict[Lang, set[str]] = {}
        langs: tuple[Lang, Lang] = ("zh", "en")
        for lang in langs:
            names = [self.label(code, lang) for code in self]
            found[lang] = {name for name, count in Counter(names).items() if count > 1}
        return found

    def children(self, code: str) -> list[Row]:
        """Rows directly below a code, in printed order.

        Examples
        --------
        >>> [row["code"] for row in codelist("ipcc2006").children("1.A.4")]
        ['1.A.4.a', '1.A.4.b', '1.A.4.c']
        """
        self.get(code)
        return [self._by_code[child] for child in self._children.get(code, [])]

    def ancestors(self, code: str) -> list[Row]:
        """Rows above a code, nearest first.

        Examples
        --------
        >>> [row["code"] for row in codelist("industries").ancestors("0111")]
        ['011', '01', 'A']
        """
        above: list[Row] = []
        parent = self.get(code).get("parent")
        while parent:
            above.append(self.get(parent))
            parent = above[-1].get("parent")
        return above

    def is_under(self, code: str, ancestor: str) -> bool:
        """Whether a code is another code or stands below it.

        Examples
        --------
        >>> codelist("ipcc2006").is_under("1.A.4.a", "1.A")
        True
        """
        self.get(ancestor)
        return code == ancestor or any(row["code"] == ancestor for row in self.ancestors(code))

    def to_polars(self) -> pl.DataFrame:
        """The list as a table of text columns, one row a code.

        Examples
        --------
        >>> codelist("industries").to_polars().height
        1971
        """
        columns = list(dict.fromkeys(key for row in self.rows for key in row))
        return pl.DataFrame(
            {column: [row.get(column) for row in self.rows] for column in columns},
            schema=dict.fromkeys(columns, pl.String),
        )

    def near(self, text: str, *, count: int = 5) -> list[str]:
        """Codes whose code or name comes closest to a text, closest first.

        Examples
        --------
        >>> codelist("sectors").near("transprt")[0]
        'transport'
        """
        return list(self._near(normalise(text), count))

    @functools.lru_cache(maxsize=1024)  # noqa: B019  (code lists live as long as the process)
    def _near(self, wanted: str, count: int) -> tuple[str, ...]:
        keys = self._by_name
        close = difflib.get_close_matches(wanted, keys, n=count, cutoff=0.5)
        close += [name for name in keys if len(wanted) > 1 and wanted in name]
        codes = [code for name in close for code in keys[name]]
        return tuple(dict.fromkeys(codes))[:count]

    def unknown(self, text: str) -> UnknownCode:
        """The error for a text that the list does not hold."""
        return UnknownCode(codelist=self.name, code=text, near=self._show(self.near(text)) or "–")

    def _widest(self, codes: list[str]) -> list[str]:
        for code in codes:
            if all(self.is_under(other, code) for other in codes):
                return [code]
        return codes

    def _show(self, codes: Sequence[str]) -> str:
        return ", ".join(f"{code} {self._by_code[code].get('name_zh', '')}".strip() for code in codes)


def spellings(row: Row) -> list[str]:
    """All that a row may be called: its code, its names and their other spellings."""
    names = [row["code"], row.get("name_zh", ""), row.get("name_en", ""), *row.get("aliases", "").split("|")]
    return [name for name in names if name]


def code_lists() -> list[str]:
    """Names of the code lists that ship.

    Examples
    --------
    >>> "ipcc2006" in code_lists()
    True
    """
    return [part["name"] for part in descriptor()["resources"] if part["kind"] == "codelist"]


@lru_cache(maxsize=64)
def codelist(name: str) -> CodeList:
    """One code list of the pack.

    Parameters
    ----------
    name : str
        One of `code_lists`.

    Returns
    -------
    CodeList
        The list; it is read once.

    Raises
    ------
    NotFound
        No such list.

    Examples
    --------
    >>> codelist("gpc").get("I.1.1")["scope"]
    '1'
    """
    if name not in code_lists():
        raise NotFound(what_zh="代码表", what_en="code list", name=name, known=", ".join(code_lists()))
    return CodeList(name, read_rows(f"{name}.csv"))
