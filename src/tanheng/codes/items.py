"""Items: what an amount of activity counts (a fuel, electricity, a product, livestock, a waste stream)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from tanheng.codes.codelist import CodeList
from tanheng.codes.pack import read_rows
from tanheng.errors import Lang, language


@dataclass(frozen=True, slots=True)
class Item:
    """One item 项目.

    Parameters
    ----------
    code, name_zh, name_en : str
        Code and names.
    kind : str
        fuel, electricity, heat, material, product, livestock, land, waste, transport, gas, indicator or other.
    unit : str
        Unit in which its activity is normally counted.
    carbon_origin : str
        fossil, biogenic, mixed or none.
    parent : str
        Code of the wider item, or empty.
    energy_item : str
        Column E01 ... E30 of the energy balance, or empty.
    aliases : tuple of str
        Other spellings.
    """

    code: str
    name_zh: str
    name_en: str
    kind: str
    unit: str
    carbon_origin: str
    parent: str
    energy_item: str
    aliases: tuple[str, ...]


class ItemCatalogue:
    """All items, found by code or by any of their names.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of ``items.csv``.

    Examples
    --------
    >>> items().find("外购电力").code
    'electricity'
    """

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.codes = CodeList("items", rows)
        self._items = {row["code"]: _item(row) for row in rows}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __contains__(self, code: object) -> bool:
        return code in self._items

    def get(self, code: str) -> Item:
        """Item of a code.

        Raises
        ------
        UnknownCode
            No such code.

        Examples
        --------
        >>> items().get("natural_gas").name_zh
        '天然气'
        """
        return self._items[self.codes.get(code)["code"]]

    def find(self, text: str) -> Item:
        """Item of a code or a name in either language; width, case and traditional characters do not matter.

        Raises
        ------
        UnknownCode
            Nothing fits; near names are given.
        AmbiguousName
            Several items carry the name.

        Examples
        --------
        >>> items().find("Natural gas").code
        'natural_gas'
        """
        return self._items[self.codes.find(text)["code"]]

    def family(self, code: str) -> list[Item]:
        """An item and the wider items above it, nearest first.

        Examples
        --------
        >>> [item.code for item in items().family("natural_gas")][0]
        'natural_gas'
        """
        return [self.get(code), *(self._items[row["code"]] for row in self.codes.ancestors(code))]

    def to_polars(self) -> pl.DataFrame:
        """The catalogue as a table, one row an item.

        Examples
        --------
        >>> "carbon_origin" in items().to_polars().columns
        True
        """
        return self.codes.to_polars()


def _item(row: Mapping[str, str]) -> Item:
    return Item(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        kind=row["kind"],
        unit=row["unit"],
        carbon_origin=row["carbon_origin"],
        parent=row["parent"],
        energy_item=row["energy_item"],
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
    )


@lru_cache(maxsize=1)
def items() -> ItemCatalogue:
    """The catalogue of items that ships, read once.

    Examples
    --------
    >>> items().get("electricity").kind
    'electricity'
    """
    return ItemCatalogue(read_rows("items.csv"))


def item_name(code: str, lang: Lang | None = None) -> str:
    """Name of an item in a language; a code that the catalogue lacks is its own name.

    Parameters
    ----------
    code : str
        Code of an item, or a name of the user's own.
    lang : {"zh", "en"}, optional
        Language; the language of messages unless told.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> item_name("natural_gas", "zh"), item_name("x_slag", "en")
    ('天然气', 'x_slag')
    """
    if code not in items():
        return code
    item = items().get(code)
    return item.name_zh if (lang or language()) == "zh" else item.name_en
