"""Columns as people name them: in either language, by what the file calls them, several in one text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tanheng.activity import Activity
from tanheng.activity.schema import canonical_column, squeeze
from tanheng.activity.schema import columns as schema_of
from tanheng.codes.pack import descriptor
from tanheng.errors import CellNotFound
from tanheng.inventory.categories.scope_lists import following
from tanheng.inventory.problems import invalid

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_BETWEEN = re.compile(r"[,，、;；]")


def column_of(inventory: Inventory, name: str) -> str:
    """The dimension or category list that a name means, in either language.

    Raises
    ------
    CellNotFound
        Naming the columns that there are.
    ArgumentInvalid
        When it is no name at all.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> column_of(th.account(table, "sichuan-park-2022"), "品种")
    'item'
    """
    return columns_of(inventory, name)[0]


def columns_of(inventory: Inventory, name: str) -> list[str]:
    """All columns that a name may mean, the likeliest first.

    Raises
    ------
    CellNotFound, ArgumentInvalid
        As for `column_of`.
    """
    known = [*inventory.dimensions, *inventory.category_lists, *following(inventory)]
    found = meant(_text("column", name), known, inventory.activity.headings)
    if not found:
        raise CellNotFound(cell=name, columns=", ".join(known))
    return found


def asked_dimensions(activity: Activity, by: str | Sequence[str] | None) -> list[str] | None:
    """The dimensions that ``account(by=...)`` is to keep; None is all of them.

    Parameters
    ----------
    activity : Activity
    by : str or sequence of str, optional
        Names of columns in either language; a text may hold several with commas.

    Raises
    ------
    ArgumentInvalid
        For a name that is no dimension of the activity, and when nothing is named.

    Examples
    --------
    >>> import tanheng as th
    >>> rows = {"企业名称": ["甲厂"], "地区": ["四川省"], "年份": ["2021"], "品种": ["煤品"], "数量": [1], "单位": ["t"]}
    >>> asked_dimensions(th.read_activity(rows), "地区，品种")
    ['region', 'item']
    """
    if by is None:
        return None
    names = _BETWEEN.split(by) if isinstance(by, str) else list(by)
    if not all(isinstance(name, str) for name in names):
        raise invalid("by", by, "列名", "names of columns")
    names = [name.strip() for name in names if name.strip()]
    if not names and (by or isinstance(by, str)):
        raise invalid("by", str(by), "至少一个列名", "the name of one column at least")
    known = list(dict.fromkeys([*activity.dimensions, "region"]))
    return list(dict.fromkeys(_dimension(activity, name, known) for name in names))


def _dimension(activity: Activity, name: str, known: Sequence[str]) -> str:
    found = meant(name, known, activity.headings)
    if not found:
        raise invalid(
            "by", name, f"{activity.name} 的维度 {'、'.join(known)} 之一", f"one of {', '.join(known)}"
        )
    return found[0]


def meant(name: str, known: Iterable[str], headings: Mapping[str, str]) -> list[str]:
    """Which of some columns a name may mean, the likeliest first.

    That is the column that was read under this heading, then one that no heading was read as, as 地区 is the region where
    企业名称 is the entity.

    Examples
    --------
    >>> meant("地区", ["entity", "region"], {"entity": "企业名称", "region": "地区"})
    ['region', 'entity']
    """
    columns = list(dict.fromkeys(known))
    if name in columns:
        return [name]
    found = [column for column in columns if squeeze(name) in _names(column)]
    first = canonical_column(name)

    def rank(column: str) -> tuple[int, bool]:
        heading = headings.get(column)
        read = 1 if heading is None else 0 if squeeze(heading) == squeeze(name) else 2
        return read, column != first

    return sorted(found, key=rank)


def _text(argument: str, name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise invalid(argument, name, "列名", "the name of a column")
    return name


def _names(column: str) -> set[str]:
    """A column's names in both languages, and its other spellings."""
    titles = [part["title"].values() for part in descriptor()["resources"] if part["name"] == column]
    found = {squeeze(text) for text in (column, *(text for title in titles for text in title))}
    for table in ("emission", "activity"):
        row = schema_of(table).get(column)
        if row:
            names = (row["name_zh"], row["name_en"], *row["aliases"].split("|"))
            found |= {squeeze(text) for text in names if text}
    return found
