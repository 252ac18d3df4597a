"""A table of factors as arrays: places, periods, cells and columns, with what is missing named and never taken for zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.codes.wording import column_said
from tanheng.drivers.lmdi import DriversInvalid, Floats
from tanheng.drivers.tables import order, said_twice, within
from tanheng.errors import TanhengError, language

_WHOLE = 1e-9
_REST = 0.01
"""Largest relative gap between the total and the product of the factors that becomes a factor of its own."""
REST = "rest"
_SHOWN = 5


class ProductDiffers(TanhengError):
    """Factors whose product is not the total."""

    code = "D-002"
    zh = "“{where}”的因子之积为 {product}，而“{total}”为 {value}，相差 {share}。"
    en = "{where}: the product of the factors is {product}, but '{total}' is {value}, {share} apart."
    remedy_zh = "因子相乘须等于总量；可写商，如 人口,GDP/人口,排放/GDP。"
    remedy_en = (
        "The factors must multiply to the total; quotients may be written: population,gdp/population,co2/gdp."
    )


@dataclass(frozen=True)
class Factor:
    """A factor: its name, the column above and, for a quotient, the column below."""

    name: str
    above: str
    below: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it uses."""
        return (self.above, self.below) if self.below else (self.above,)


@dataclass(frozen=True)
class Series:
    """Arrays of places x periods x cells; ``there`` says which place has data in which period (places x periods)."""

    places: list[str]
    periods: list[str]
    cells: list[tuple[str, ...]]
    by: tuple[str, ...]
    factors: list[Factor]
    columns: dict[str, Floats]
    total: Floats
    there: np.ndarray
    common: frozenset[str]
    rest: Floats | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Names of the factors; the last is ``rest``, where the total is not quite their product."""
        return [factor.name for factor in self.factors] + ([REST] if self.rest is not None else [])

    def values(self, columns: Mapping[str, Floats] | None = None) -> Floats:
        """Factors, shape ``(..., places, periods, factors, cells)``; a quotient of two zeros is not a number."""
        held = columns or self.columns
        found = []
        with np.errstate(divide="ignore", invalid="ignore"):
            for factor in self.factors:
                found.append(held[factor.above] / held[factor.below] if factor.below else held[factor.above])
        if self.rest is not None:
            found.append(np.broadcast_to(self.rest, found[0].shape))
        return np.stack(np.broadcast_arrays(*found), axis=-2)

    def between(self, first: str | None = None, last: str | None = None) -> Series:
        """The same of the periods from ``first`` to ``last``.

        Raises
        ------
        DriversInvalid
            When there are none.
        """
        at = [place for place, text in enumerate(self.periods) if within(text, first, last)]
        if not at:
            raise DriversInvalid(
                detail_zh=f"没有 {first or '…'}–{last or '…'} 的数据", detail_en=f"there is nothing from {first or '…'} to {last or '…'}",
                mend_zh=f"已有 {self.periods[0]}–{self.periods[-1]}。", mend_en=f"There is {self.periods[0]} to {self.periods[-1]}.",
            )  # fmt: skip
        return replace(
            self, periods=[self.periods[place] for place in at], total=self.total[:, at], there=self.there[:, at],
            columns={name: values[:, at] for name, values in self.columns.items()},
            rest=None if self.rest is None else self.rest[:, at],
        )  # fmt: skip


def factor_said(name: str) -> str:
    """What a factor of a table is called in the language of the run; the one that is added here has a name of its own.

    Examples
    --------
    >>> factor_said("rest"), factor_said("GDP/人口")
    ('其余', '地区生产总值/人口')
    """
    return ("其余" if language() == "zh" else "Rest") if name == REST else column_said(name)


def parse_factors(texts: Sequence[str], columns: Sequence[str]) -> list[Factor]:
    """Factors as written: a column, a quotient ``A/B`` of columns, either with a name in front: ``intensity=co2/gdp``.

    Raises
    ------
    ColumnMissing
        For a column that the table does not have.

    Examples
    --------
    >>> parse_factors(["p", "i=co2/p"], ["p", "co2"])
    [Factor(name='p', above='p', below=''), Factor(name='i', above='co2', below='p')]
    """
    found = []
    for text in texts:
        name, equals, formula = text.partition("=")
        if text.strip() in columns or not equals:
            name = formula = text
        above, _, below = (formula.strip(), "", "") if formula.strip() in columns else formula.partition("/")
        found.append(Factor(name.strip(), above.strip(), below.strip()))
    names = [factor.name for factor in found]
    if len(set(names)) != len(names) or not found or REST in names:
        raise DriversInvalid(
            detail_zh=f"因子名重复或不可用：{'、'.join(names)}", detail_en=f"factors are named twice or not usable: {', '.join(names)}",
            mend_zh="请给每个因子一个名字：名=列/列。", mend_en="Give each a name of its own: NAME=COLUMN/COLUMN.",
        )  # fmt: skip
    return found


def read_series(
    frame: pl.DataFrame,
    *,
    total: str,
    factors: Sequence[Factor],
    period: str,
    by: Sequence[str] = (),
    place: str = "",
) -> Series:
    """The arrays of a table that `read_frame` has read.

    Returns
    -------
    Series
        A cell that has no row in a period is zero there, as CEADs leaves zeros out, and a finding says so; columns that are
        the same for all cells of a period, such as population, keep their value.

    Raises
    ------
    DriversInvalid
        When two rows say the same cell.
    ProductDiffers
        When the product of the factors is more than one percent off the total.

    Examples
    --------
    >>> rows = pl.DataFrame({"year": ["1", "2"], "a": [1.0, 2.0], "b": [10.0, 5.0], "v": [10.0, 10.0], "__row": [2, 3]})
    >>> read_series(rows, total="v", factors=[Factor("a", "a"), Factor("b", "b")], period="year").total.ravel().tolist()
    [10.0, 10.0]
    """
    keys = [*([place] if place else []), period, *by]
    twice = frame.filter(frame.select(keys).is_duplicated()).sort(keys)
    if twice.height:
        raise said_twice(twice, keys)
    places = order(frame[place].unique().to_list()) if place else [""]
    periods = order(frame[period].unique().to_list())
    cells = sorted(frame.select(by).unique().rows()) if by else [()]
    where = {
        "p": _codes(frame[place], places) if place else np.zeros(frame.height, int),
        "t": _codes(frame[period], periods),
        "c": np.array(
            [{cell: at for at, cell in enumerate(cells)}[row] for row in frame.select(by).rows()], int
        )
        if by
        else np.zeros(frame.height, int),
    }
    shape = (len(places), len(periods), len(cells))
    index = (where["p"], where["t"], where["c"])
    seen = np.zeros(shape, bool)
    seen[index] = True
    used = dict.fromkeys([column for factor in factors for column in factor.columns])
    columns, common = {}, set()
    for column in used:
        columns[column], same = _spread(frame[column].to_numpy(), index, seen)
        common |= {column} if same else set()
    whole, same = _spread(frame[total].to_numpy(), index, seen)
    there = np.asarray(seen.any(axis=2))
    made = Series(
        places, periods, list(cells), tuple(by), list(factors), columns, whole, there, frozenset(common),
        findings=_absent(seen, places, periods, cells),
    )  # fmt: skip
    return _against(made, total, whole_is_common=same, seen=seen)


def _codes(values: pl.Series, known: list[str]) -> np.ndarray:
    at = {value: place for place, value in enumerate(known)}
    return np.array([at[value] for value in values], int)


def _spread(values: np.ndarray, index: tuple[np.ndarray, ...], seen: np.ndarray) -> tuple[Floats, bool]:
    """The array of a column, and whether all cells of a period have one value; cells that are not there have it too."""
    found = np.zeros(seen.shape)
    found[index] = values
    low = np.where(seen, found, np.inf).min(axis=2)
    high = np.where(seen, found, -np.inf).max(axis=2)
    several = seen.sum(axis=2) > 1
    same = bool(several.any() and (low == high)[several].all())
    if same:
        found = np.where(seen, found, np.where(np.isfinite(low), low, 0.0)[..., None])
    return found, same


def _absent(
    seen: np.ndarray, places: list[str], periods: list[str], cells: Sequence[tuple[str, ...]]
) -> list[Finding]:
    """What has no row in a period in which its place has others: it counts as zero."""
    expected = seen.any(axis=1, keepdims=True) if len(periods) > 1 else np.True_
    gone = np.argwhere(seen.any(axis=2, keepdims=True) & ~seen & expected)
    if not len(gone):
        return []
    named = [
        " ".join(filter(None, (places[place], periods[at], *cells[cell])))
        for place, at, cell in gone[:_SHOWN]
    ]
    return [
        Finding(
            "D-107", {"number": len(gone), "names": ", ".join(named) + (" …" if len(gone) > _SHOWN else "")}
        )
    ]


def _against(made: Series, total: str, *, whole_is_common: bool, seen: np.ndarray) -> Series:
    """The series with its total held against the product of its factors; a small gap becomes the factor ``rest``."""
    product = np.nan_to_num(made.values().prod(axis=-2), nan=0.0, posinf=np.inf)
    whole, found = made.total, product
    of_all = whole_is_common and not np.allclose(product[seen], whole[seen], rtol=_REST, atol=0)
    if of_all:
        whole, found = whole[..., :1], product.sum(axis=2, keepdims=True)
    scale = np.maximum(np.abs(whole), np.abs(found))
    share = np.divide(np.abs(found - whole), scale, where=scale > 0, out=np.zeros_like(scale))
    if not (np.isfinite(found).all() and share.max(initial=0.0) <= _REST):
        at = np.unravel_index(np.argmax(np.where(np.isfinite(found), share, np.inf)), share.shape)
        named = [made.places[at[0]], made.periods[at[1]], *(() if of_all else made.cells[at[2]])]
        raise ProductDiffers(
            where=" ".join(filter(None, named)), product=f"{found[at]:.6g}", value=f"{whole[at]:.6g}", total=total,
            share=f"{share[at]:.1%}",
        )  # fmt: skip
    most = share.max(initial=0.0)
    if most <= _WHOLE:
        return replace(made, total=product) if of_all else made
    ratio = np.divide(whole, found, where=found != 0, out=np.ones_like(scale))
    rest = np.broadcast_to(ratio, product.shape)
    told = Finding("D-102", {"share": f"{most:.2g}"})
    return replace(
        made, total=product * rest if of_all else whole, rest=rest, findings=[*made.findings, told]
    )


@dataclass(frozen=True)
class Pairs:
    """Pairs of periods: the place, the two periods, and whether the pair is the whole span of the place."""

    place: np.ndarray
    start: np.ndarray
    end: np.ndarray
    whole: np.ndarray

    def sides(self, values: Floats) -> tuple[Floats, Floats]:
        """Factors of both sides, see `settled`."""
        return settled(values[..., self.place, self.start, :, :], values[..., self.place, self.end, :, :])


def settled(old: Floats, new: Floats) -> tuple[Floats, Floats]:
    """Both sides with a quotient of two zeros taken from the other side, so that it has no effect.

    Examples
    --------
    >>> [side.tolist() for side in settled(np.array([np.nan, 1.0]), np.array([2.0, 3.0]))]
    [[2.0, 1.0], [2.0, 3.0]]
    """
    one, two = np.where(np.isnan(old), new, old), np.where(np.isnan(new), old, new)
    return np.nan_to_num(one, nan=0.0, posinf=np.inf), np.nan_to_num(two, nan=0.0, posinf=np.inf)


def pairs_of(held: Series) -> Pairs:
    """Steps between the periods that a place has, one after the other, and its whole span.

    Examples
    --------
    >>> data = {"year": ["1", "2", "4"], "v": [1.0, 2.0, 3.0], "__row": [2, 3, 4]}
    >>> held = read_series(pl.DataFrame(data), total="v", factors=[Factor("v", "v")], period="year")
    >>> pairs = pairs_of(held)
    >>> [(int(a), int(b), bool(c)) for a, b, c in zip(pairs.start, pairs.end, pairs.whole)]
    [(0, 1, False), (1, 2, False), (0, 2, True)]
    """
    rows = []
    for place, known in enumerate(held.there):
        at = np.flatnonzero(known)
        rows += [(place, one, two, 0) for one, two in pairwise(at)]
        rows += [(place, at[0], at[-1], 1)] if len(at) > 1 else []
    found = np.array(rows, int).reshape(-1, 4)
    return Pairs(found[:, 0], found[:, 1], found[:, 2], found[:, 3] == 1)
