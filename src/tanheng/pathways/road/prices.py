"""Money in the factors of a road: constant prices, or current ones that the file asks for and that stay within one series."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.activity import Finding
from tanheng.drivers import NominalMoney, SeriesBreak
from tanheng.drivers.prices import check_money
from tanheng.drivers.series import Series
from tanheng.errors import fill
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_


def checked_prices(
    told: Mapping[str, str], series: Series, base: int, checker: PackChecker
) -> tuple[Finding, ...]:
    """Refuse money of factors across years since ``base`` unless the file says whose prices it is at.

    Parameters
    ----------
    told : mapping
        Column to ``real`` or ``nominal``, as ``observed.prices`` has it.
    series : Series
    base : int
        Earlier years are not compared.
    checker : PackChecker

    Returns
    -------
    tuple of Finding
        A warning for each column that is taken at current prices.

    Raises
    ------
    PackInvalid
        For money whose prices are not told, for current prices across a break of the series, and for columns that no factor uses.
    """
    columns = list(dict.fromkeys(column for factor in series.factors for column in factor.columns))
    at: Path_ = ("observed", "prices")
    for name in told:
        if name not in columns:
            raise checker.error(
                (*at, name), ("没有因子用到这一列", "no factor uses this column"),
                (f"可用：{', '.join(columns)}。", f"Known: {', '.join(columns)}."),
            )  # fmt: skip
    by = {kind: [name for name, one in told.items() if one == kind] for kind in ("real", "nominal")}
    periods = [one for one in series.periods if int(one) >= base]
    try:
        return tuple(check_money(columns, periods, real=by["real"], nominal=by["nominal"]))
    except (NominalMoney, SeriesBreak) as cause:
        zh, en = (fill(text, cause.fields).rstrip("。.") for text in (cause.zh, cause.en))
        raise checker.error(
            at, (zh, en),
            ("不变价写 列: real；确要用现价写 列: nominal，且各年须在同一口径之内。",
             "For constant prices write COLUMN: real; for current ones all the same COLUMN: nominal, within one series."),
        ) from cause  # fmt: skip
