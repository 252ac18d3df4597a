"""Money across years: what may be compared, and which breaks of a series may not be crossed."""

from __future__ import annotations

import csv
import functools
from collections.abc import Collection, Iterable, Sequence
from importlib.resources import files

from tanheng.activity import Finding
from tanheng.activity.text import narrow
from tanheng.drivers.tables import check_periods, within
from tanheng.errors import TanhengError, language


class NominalMoney(TanhengError):
    """Money at current prices, or at prices nobody named, compared across periods."""

    code = "D-003"
    zh = "列“{column}”是金额，{detail_zh}，不能跨期（{first}–{last}）分解。"
    en = "Column '{column}' is money {detail_en} and cannot be decomposed across periods ({first} to {last})."
    remedy_zh = (
        "不变价数据请写 --real {column}；有平减指数请写 --deflator {column}=指数列；"
        "确要用现价请写 --nominal {column}，只限 {windows} 之内，结果会注明。"
    )
    remedy_en = (
        "For constant prices write --real {column}; with a deflator, --deflator {column}=COLUMN; to take current prices all "
        "the same, --nominal {column}, only within {windows}, and the result says so."
    )


class SeriesBreak(TanhengError):
    """A break of a series between the periods that are compared."""

    code = "D-004"
    zh = "序列在 {before} 与 {after} 之间有断点（{reason_zh}），不能跨越。"
    en = "The series breaks between {before} and {after} ({reason_en}) and is not crossed."
    remedy_zh = "请用 --from 与 --to 限定在断点一侧。"
    remedy_en = "Stay on one side of it with --from and --to."


@functools.cache
def _rules(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def price_basis(column: str) -> str:
    """What the name of a column says of prices: ``real``, ``nominal``, ``money`` (basis unknown), or an empty text.

    Examples
    --------
    >>> price_basis("gdp_nominal_100m_rmb"), price_basis("GDP"), price_basis("地区生产总值（不变价）"), price_basis("population")
    ('nominal', 'money', 'real', '')
    """
    text = narrow(column).lower()
    said = {row["says"] for row in _rules("price_words.csv") if row["word"] in text}
    if "money" not in said:
        return "nominal" if "nominal" in said else ""
    return next((kind for kind in ("nominal", "real") if kind in said), "money")


def check_money(
    columns: Iterable[str],
    periods: Sequence[str],
    *,
    real: Collection[str] = (),
    nominal: Collection[str] = (),
    deflated: Collection[str] = (),
) -> list[Finding]:
    """Refuse money across periods unless its prices are constant, it is deflated, or current prices are asked for.

    Parameters
    ----------
    columns : iterable of str
        Columns that factors use.
    periods : sequence of str
        In order.
    real, nominal, deflated : collection of str
        Columns declared so.

    Returns
    -------
    list of Finding
        A warning for every column that is taken at current prices.

    Raises
    ------
    NominalMoney
        For money whose prices are current or not told, and for current prices outside the windows in which a series is one.
    SeriesBreak
        When current or deflated prices cross from one such window into another.

    Examples
    --------
    >>> [one.code for one in check_money(["gdp"], ["2010", "2015"], nominal=["gdp"])]
    ['D-101']
    """
    if len(periods) < 2:
        return []
    found = []
    for column in dict.fromkeys(columns):
        basis = price_basis(column)
        if column in real or (basis in ("", "real") and column not in (*nominal, *deflated)):
            continue
        if column not in nominal and column not in deflated:
            raise _refused(column, periods, basis)
        inside = [_window(period) for period in periods]
        for (before, one), (after, two) in zip(
            zip(periods, inside, strict=True), zip(periods[1:], inside[1:], strict=True), strict=False
        ):
            if one != two and one is not None and two is not None:
                raise SeriesBreak(
                    before=before, after=after, reason_zh=_name(two, "zh"), reason_en=_name(two, "en")
                )
        if column in deflated:
            continue
        if None in inside:
            raise _refused(column, periods, "outside")
        found.append(Finding("D-101", {"column": column, "first": periods[0], "last": periods[-1]}))
    return found


def check_breaks(breaks: Collection[str], periods: Sequence[str]) -> None:
    """Refuse to cross a break that the user flagged: the first period of the new series.

    Raises
    ------
    DriversInvalid
        For a break that is written like no period.
    SeriesBreak
        When periods lie on both sides.

    Examples
    --------
    >>> check_breaks(["2010"], ["2010", "2012"])
    """
    check_periods(breaks, periods)
    for at in breaks:
        later = [within(period, at, None) for period in periods]
        sides = [
            [period for period, after in zip(periods, later, strict=True) if after is side]
            for side in (False, True)
        ]
        if all(sides):
            raise SeriesBreak(
                before=sides[0][-1],
                after=sides[1][0],
                reason_zh=f"用户标出的断点 {at}",
                reason_en=f"flagged at {at}",
            )


def _window(period: str) -> int | None:
    year = period[:4]
    rows = _rules("price_windows.csv")
    return next((at for at, row in enumerate(rows) if row["from"] <= year <= row["to"]), None)


def _name(window: int, lang: str) -> str:
    return _rules("price_windows.csv")[window][f"name_{lang}"]


_WHY = {
    "money": ("未说明是不变价还是现价", "whose prices are not told"),
    "nominal": ("为现价", "at current prices"),
    "outside": (
        "所请求的时期不在现价可比的年份之内",
        "at current prices outside the years in which they compare",
    ),
}


def _refused(column: str, periods: Sequence[str], why: str) -> NominalMoney:
    windows = [f"{row['from']}–{row['to']}" for row in _rules("price_windows.csv")]
    joined = ("、" if language() == "zh" else " or ").join(windows)
    zh, en = _WHY[why]
    return NominalMoney(
        column=column, detail_zh=zh, detail_en=en, first=periods[0], last=periods[-1], windows=joined
    )
