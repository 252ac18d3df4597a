"""Classes of cities 城市类型: service, eco-priority, industrial and comprehensive by declared rules."""

from __future__ import annotations

import csv
import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any

import polars as pl

from tanheng.activity.clean import number_of
from tanheng.drivers.lmdi import DriversInvalid
from tanheng.drivers.tables import one_each, read_frame, shown_rows
from tanheng.errors import language

_OPS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


@functools.cache
def _pack(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def quantities() -> dict[str, dict[str, str]]:
    """Quantities that the rules ask for, with names and aliases; all are shares, 0.6 or 60 %.

    Examples
    --------
    >>> list(quantities())[:2]
    ['tertiary_share', 'secondary_share']
    """
    return {row["quantity"]: row for row in _pack("city_quantities.csv")}


@dataclass(frozen=True)
class PlaceClass:
    """The class of a place by the rules: ``kind``, empty where it cannot be told; ``because`` says what decided it.

    ``missing`` are the quantities that would decide.
    """

    place: str
    kind: str
    because: str
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the class in the language of the run."""
        if not self.kind:
            return "无法判断" if language() == "zh" else "cannot tell"
        return next(
            row[f"name_{language()}"] for row in _pack("city_classes.csv") if row["class"] == self.kind
        )

    def to_dict(self) -> dict[str, Any]:
        """The class as plain data."""
        return {"place": self.place, "class": self.kind or None, "name": self.name, "because": self.because, "missing": list(self.missing)}  # fmt: skip


def class_of(place: str, values: Mapping[str, float]) -> PlaceClass:
    """The class of one place.

    Parameters
    ----------
    place : str
    values : mapping of str to float
        Shares by quantity, see `quantities`; one that is not there is unknown, not zero.

    Returns
    -------
    PlaceClass
        The first class, in the order of the pack, one of whose ways holds whole; none, where an earlier one might hold but
        for want of a quantity.

    Notes
    -----
    The rules are ours: packs/rules/city_classes.csv.

    Examples
    --------
    >>> found = class_of("x", {"tertiary_share": 0.7, "industry_emission_share": 0.3})
    >>> found.kind, found.because
    ('service', 'tertiary_share 0.7 >= 0.6; industry_emission_share 0.3 < 0.5')
    >>> class_of("x", {"secondary_share": 0.55}).missing
    ('tertiary_share', 'industry_emission_share')
    """
    for kind, rows in groupby(_pack("city_classes.csv"), key=lambda row: row["class"]):
        waiting: set[str] = set()
        for _, conditions in groupby(rows, key=lambda row: row["way"]):
            asked = [row for row in conditions if row["quantity"]]
            known = [row for row in asked if row["quantity"] in values]
            if not all(_holds(row, values) for row in known):
                continue
            if len(known) == len(asked):
                said = [
                    f"{row['quantity']} {values[row['quantity']]:.3g} {row['op']} {row['limit']}"
                    for row in asked
                ]
                return PlaceClass(place, kind, "; ".join(said))
            waiting |= {row["quantity"] for row in asked} - set(values)
        if waiting:
            return PlaceClass(place, "", "", tuple(one for one in quantities() if one in waiting))
    return PlaceClass(place, "", "")


def _holds(row: Mapping[str, str], values: Mapping[str, float]) -> bool:
    return _OPS[row["op"]](values[row["quantity"]], float(row["limit"]))


def classify(table: Any, *, place: str) -> list[PlaceClass]:
    """The class of each place of a table.

    Parameters
    ----------
    table : path or table
        One row for each place, with any of the columns of `quantities`, by code or Chinese name; a blank is unknown.
    place : str
        Column of the place.

    Returns
    -------
    list of PlaceClass
        In the order of the table.

    Raises
    ------
    InputUnreadable, ColumnMissing
        For a table or column that is not there.
    DriversInvalid
        For a share that is none, or a place said twice.

    Examples
    --------
    >>> data = {"city": ["甲", "乙"], "第三产业占比": ["72 %", "38 %"], "第二产业占比": ["", "55 %"], "工业排放占比": ["20 %", "81 %"]}
    >>> data |= {"森林覆盖率": ["30 %", "30 %"], "碳汇占比": ["1 %", "1 %"]}
    >>> [(one.place, one.kind) for one in classify(data, place="city")]
    [('甲', 'service'), ('乙', 'industrial')]
    """
    frame = read_frame(table, [place])
    columns = {
        column: quantity
        for quantity, row in quantities().items()
        for column in frame.columns
        if column.strip() in (quantity, row["name_zh"], *row["aliases"].split("|"))
    }
    rows = one_each(frame, place)
    return [
        class_of(name, {quantity: share for column, quantity in columns.items() if (share := _share(row, column)) is not None})
        for name, row in rows.items()
    ]  # fmt: skip


def _share(row: Mapping[str, Any], column: str) -> float | None:
    text = "" if row[column] is None else str(row[column]).strip()
    if not text:
        return None
    percent = text.endswith(("%", "％"))
    found = number_of(text.rstrip("%％ "))
    value = None if found is None else found / 100 if percent else found
    if value is None or not 0 <= value <= 1:
        raise DriversInvalid(
            rows=[{"row": row["__row"], column: text}], detail_zh=f"第 {row['__row']} 行，列“{column}”的“{text}”不是比例",
            detail_en=f"row {row['__row']}, column '{column}': '{text}' is no share",
            mend_zh="请写 0.6 或 60 %。", mend_en="Write 0.6 or 60 %.",
        )  # fmt: skip
    return value


def shares_of(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Columns of amounts as shares of their sum in each row.

    Raises
    ------
    DriversInvalid
        For negative amounts, and for rows without any.

    Examples
    --------
    >>> shares_of(pl.DataFrame({"a": [1.0], "b": [3.0]}), ["a", "b"]).row(0)
    (0.25, 0.75)
    """
    whole = frame.select(pl.sum_horizontal(columns)).to_series()
    bad = frame.filter((whole <= 0) | (pl.min_horizontal(columns).lt(0) if columns else False))
    if bad.height or not columns:
        raise DriversInvalid(
            rows=shown_rows(bad) if "__row" in bad.columns else bad.head(5).to_dicts(), detail_zh="构成须为非负且不全为零", detail_en="a structure is of amounts that are not negative and not all zero",
        )  # fmt: skip
    return frame.select(pl.col(column) / whole for column in columns)
