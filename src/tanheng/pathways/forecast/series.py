"""Series over years, one for each group of a panel: nothing is missing within, and no break is crossed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tanheng.activity import Finding
from tanheng.activity.reading.panel import Panel
from tanheng.drivers.prices import check_money
from tanheng.errors import TanhengError, language

Floats = NDArray[np.float64]


class SeriesInvalid(TanhengError):
    """A series that cannot be forecast."""

    code = "L-101"
    zh = "“{group}”不能预测：{detail_zh}。"
    en = "'{group}' cannot be forecast: {detail_en}."
    remedy_zh = "请补齐年份，或只取口径一致、连续的年份。"
    remedy_en = (
        "Fill in the years, or take only those years that follow one another and are of one definition."
    )


def named(group: tuple[str, ...]) -> str:
    """What a message calls a series; one without groups is the whole table.

    Examples
    --------
    >>> named(("成都", "工业")), named(())
    ('成都 / 工业', '(全部)')
    """
    return " / ".join(group) or ("(全部)" if language() == "zh" else "(all)")


@dataclass(frozen=True)
class Series:
    """Values of successive years: ``values`` (n), the first of them of ``first`` year, all finite.

    ``left`` counts the earlier years that were left out because a break lies between them and the rest.
    """

    group: tuple[str, ...]
    first: int
    values: Floats
    left: int = 0
    factors: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its groups; empty for the whole table."""
        return " / ".join(self.group)

    @property
    def last(self) -> int:
        """The last year."""
        return self.first + len(self.values) - 1

    @property
    def years(self) -> list[int]:
        """All years."""
        return list(range(self.first, self.last + 1))


def series_of(
    panel: Panel,
    column: str,
    *,
    factors: Sequence[str] = (),
    breaks: Sequence[int] = (),
    until: int | None = None,
) -> list[Series]:
    """One series for each group, in the order of the file.

    Parameters
    ----------
    panel : Panel
        As `tanheng.activity.reading.panel.read_panel` gives it.
    column : str
        The column that is forecast.
    factors : sequence of str, optional
        Columns whose product is the column.
    breaks : sequence of int, optional
        First years of a new definition: years before the last of them are left out.
    until : int, optional
        The last year that is taken.

    Raises
    ------
    SeriesInvalid
        When a year is missing between others.
    """
    found = []
    start = max((one for one in breaks if until is None or one <= until), default=None)
    for group in dict.fromkeys(panel.groups):
        rows = [at for at, own in enumerate(panel.groups) if own == group]
        rows = sorted(
            (at for at in rows if until is None or panel.years[at] <= until),
            key=lambda at: int(panel.years[at]),
        )
        years = [int(panel.years[at]) for at in rows]
        kept = [at for at, year in zip(rows, years, strict=True) if start is None or year >= start]
        if not kept:
            raise SeriesInvalid(
                group=named(group), detail_zh="没有所取的年份", detail_en="it has none of these years"
            )
        own = [int(panel.years[at]) for at in kept]
        lacking = sorted(set(range(own[0], own[-1])) - set(own))
        if lacking:
            text = ", ".join(map(str, lacking[:8]))
            raise SeriesInvalid(group=named(group), detail_zh=f"缺 {text} 年", detail_en=f"it lacks {text}")
        found.append(
            Series(group, own[0], panel.values[column][kept], len(rows) - len(kept),
                   {name: panel.values[name][kept] for name in factors})
        )  # fmt: skip
    return found


def check_prices(
    series: Sequence[Series],
    columns: Iterable[str],
    *,
    real: Collection[str] = (),
    nominal: Collection[str] = (),
) -> list[Finding]:
    """Refuse money across the years of series as `tanheng.drivers.prices.check_money` does; a warning for what is taken at current prices.

    Raises
    ------
    NominalMoney, SeriesBreak

    Examples
    --------
    >>> one = Series((), 2010, np.arange(1.0, 9.0))
    >>> [found.code for found in check_prices([one], ["gdp"], nominal=["gdp"])]
    ['D-101']
    """
    years = sorted({str(year) for one in series for year in one.years})
    return check_money(columns, years, real=real, nominal=nominal)
