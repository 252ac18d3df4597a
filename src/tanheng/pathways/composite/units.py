"""The table of units that an index compares: numbers by unit and indicator, what they are divided by, the groups they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.problems import composite_invalid, method_unfit
from tanheng.pathways.tree.arithmetic import Floats

VAST = 1e100
"""No quantity of an indicator is larger: beyond it squares leave the range of numbers. A convention of ours."""


@dataclass(frozen=True, eq=False)
class Units:
    """Units of comparison 评价单元: ``columns`` of numbers by code (n), as they stand, gaps are NaN.

    ``groups`` are columns of words (n); ``years`` (n) where there are several or one is stated; ``whole`` the table of all years from
    which one was taken.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    columns: Mapping[str, Floats]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: NDArray[np.int64] | None = None
    file: str = ""
    whole: Units | None = None

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def span(self) -> tuple[int, ...]:
        """The years that stand in the table, ascending."""
        return () if self.years is None else tuple(sorted({int(year) for year in self.years}))

    def where(self, taken: NDArray[np.bool_]) -> Units:
        """The rows that are taken."""
        at = np.flatnonzero(taken)
        return replace(
            self,
            codes=tuple(self.codes[one] for one in at),
            names=tuple(self.names[one] for one in at),
            columns={name: values[at] for name, values in self.columns.items()},
            groups={name: tuple(words[one] for one in at) for name, words in self.groups.items()},
            years=None if self.years is None else self.years[at],
        )

    def of_year(self, year: int) -> Units:
        """The rows of one year.

        Raises
        ------
        CompositeInvalid
            For a year that the table does not hold.
        """
        if self.years is None or year not in self.span:
            held = ", ".join(map(str, self.span)) or "–"
            raise composite_invalid(
                (f"数据“{self.file}”", f", data '{self.file}'"),
                (f"没有 {year} 年，有 {held}", f"there is no year {year}; it has {held}"),
                ("请改用其中一年", "Take one of these"),
            )
        return replace(self.where(self.years == year), whole=self.whole or self)

    def covering(self, framework: Framework, share: float) -> Units:
        """The units of which at least a share of the indicators [0 to 1] is known, such as COINr's Screen keeps.

        Raises
        ------
        CompositeInvalid
            For a share that is none.
        """
        if not 0 <= share <= 1:
            raise composite_invalid(
                ("的数据", ", data"), ("最低数据覆盖率应在 0 与 1 之间", "the least share of data should be between 0 and 1"),
                ("如 0.9", "Such as 0.9"),
            )  # fmt: skip
        return self.where(np.isfinite(self.matrix(framework)).mean(axis=1) >= share)

    def column(self, name: str) -> Floats:
        """A column of numbers, or a quotient of two written as ``GDP/Population``.

        Raises
        ------
        CompositeInvalid
            For a column that is not there.
        """
        parts = [part.strip() for part in name.split("/")]
        for part in parts:
            if part not in self.columns:
                known = ", ".join(self.columns)
                raise composite_invalid(
                    (f"数据“{self.file}”", f", data '{self.file}'"),
                    (f"没有数值列“{part}”，有 {known}"[:300], f"there is no column of numbers '{part}'; it has {known}"[:300]),
                    ("请核对列名", "Check the name of the column"),
                )  # fmt: skip
        values = self.columns[parts[0]]
        for part in parts[1:]:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(self.columns[part] != 0, values / self.columns[part], np.nan)
        return values

    def matrix(self, framework: Framework) -> Floats:
        """Indicators (n, k) in the order of the framework, each divided by its denominator where it has one.

        Raises
        ------
        CompositeInvalid
            For an indicator or denominator that has no column.
        MethodUnfit
            For a denominator of zero, or so small that the quotient is out of range.
        """
        found = np.empty((len(self), len(framework.indicators)))
        for at, one in enumerate(framework.indicators):
            values = self.column(one.code)
            if one.denominator:
                below = self.column(one.denominator)
                if (zero := np.flatnonzero(below == 0)).size:
                    unit = self.codes[zero[0]]
                    raise method_unfit(
                        f"{one.code}/{one.denominator}", (f"“{unit}”", f"'{unit}'"),
                        ("分母为零", "the denominator is zero"), ("请核对该单元的分母", "Check the denominator of this unit"),
                    )  # fmt: skip
                values = values / below
                if (vast := np.flatnonzero(np.abs(values) > VAST)).size:
                    unit = self.codes[vast[0]]
                    raise method_unfit(
                        f"{one.code}/{one.denominator}", (f"“{unit}”", f"'{unit}'"),
                        ("商超出数的范围", "the quotient is out of range"), ("请核对分母与单位", "Check the denominator and the units"),
                    )  # fmt: skip
            found[:, at] = values
        return found


def units_of(
    rows: Sequence[Mapping[str, Any]],
    *,
    unit: str,
    columns: Sequence[str],
    year: str = "",
    groups: Sequence[str] = (),
) -> Units:
    """A table of units from rows at hand.

    Parameters
    ----------
    rows : sequence of mapping
        One for each unit (and year).
    unit, year : str
        Keys of the unit and its year.
    columns, groups : sequence of str
        Keys of numbers (None is a gap) and of words.

    Raises
    ------
    CompositeInvalid
        For what is no number, and for a unit that stands twice.

    Examples
    --------
    >>> units_of([{"city": "A", "x": 1}, {"city": "B", "x": None}], unit="city", columns=["x"]).columns["x"]
    array([ 1., nan])
    """
    if lacking := next(
        (key for key in (unit, *columns, *groups) if any(key not in row for row in rows)), None
    ):
        raise composite_invalid(
            ("的数据", ", data"), (f"没有列“{lacking}”", f"there is no column '{lacking}'"), ("请核对列名", "Check the columns")
        )  # fmt: skip
    codes = tuple(str(row[unit]) for row in rows)
    years = np.array([int(row[year]) for row in rows], np.int64) if year else None
    keys = list(zip(codes, years.tolist() if years is not None else [0] * len(codes), strict=True))
    if twice := next((code for code, at in keys if keys.count((code, at)) > 1), None):
        raise composite_invalid(
            ("的数据", ", data"), (f"“{twice}”出现两次", f"'{twice}' stands twice"), ("每个单元（与年份）一行", "One row for each unit (and year)")
        )  # fmt: skip
    return Units(
        codes,
        codes,
        {name: np.array([_number(row[name], str(row[unit]), name) for row in rows]) for name in columns},
        {name: tuple(str(row[name]) for row in rows) for name in groups},
        years,
    )


def _number(value: Any, unit: str, name: str) -> float:
    if value is None:
        return np.nan
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.inf
    if abs(number) > VAST:
        raise composite_invalid(
            ("的数据", ", data"),
            (
                f"“{unit}”的“{name}”为“{value}”，应为不大于 1e100 的一个数",
                f"'{name}' of '{unit}' is '{value}', expected a number up to 1e100",
            ),
            ("请改正", "Correct it"),
        )
    return number
