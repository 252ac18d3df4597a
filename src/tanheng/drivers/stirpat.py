"""STIRPAT by ridge regression: elasticities of an impact, with what the data can and cannot tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Bar, bars
from tanheng.codes.wording import column_said
from tanheng.drivers.limits import limit
from tanheng.drivers.lmdi import DriversInvalid, Floats
from tanheng.drivers.prices import check_breaks, check_money
from tanheng.drivers.series import Factor, factor_said, parse_factors
from tanheng.drivers.tables import between, deflated, name_of, order, read_frame
from tanheng.errors import language
from tanheng.inventory import Table

_GRID = (0.0, *np.logspace(-4, 2, 61))


@dataclass(frozen=True)
class Stirpat:
    """Elasticities of an impact: ``lambda_`` as chosen, ``errors`` left-out error by lambda [log], ``r2`` and left-out ``r2_out``.

    ``coefficients`` has for each factor: ``elasticity``, ``low`` and ``high`` over the fits that leave a year out, ``ols``,
    ``vif``.
    """

    impact: str
    rows: int
    years: int
    lambda_: float
    constant: float
    coefficients: dict[str, dict[str, float]]
    r2: float
    r2_out: float
    errors: dict[float, float]
    findings: list[Finding]

    def table(self) -> Table:
        """One row for each factor: factor, elasticity, low, high, ols, vif."""
        rows = [{"factor": name, **held} for name, held in self.coefficients.items()]
        return Table(pl.DataFrame(rows), f"ln {self.impact} · λ = {self.lambda_:.4g}")

    def chart(self) -> str:
        """Elasticities with their range, beside those of least squares, as an SVG."""
        zh = language() == "zh"
        ridge, plain = ("岭回归", "最小二乘") if zh else ("ridge", "least squares")
        rows = [
            Bar(
                factor_said(name),
                {ridge: one["elasticity"], plain: one["ols"]},
                {ridge: (one["low"], one["high"])},
            )
            for name, one in self.coefficients.items()
        ]
        impact = column_said(self.impact)
        title = f"ln {impact}：弹性" if zh else f"ln {impact}: elasticities"
        return bars(title, "", rows)

    def _repr_html_(self) -> str:
        return self.chart() + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data."""
        told = {
            name: value for name, value in vars(self).items() if name not in ("errors", "findings", "lambda_")
        }
        return told | {
            "lambda": self.lambda_,
            "errors": [{"lambda": one, "rmse": error} for one, error in self.errors.items()],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def stirpat(
    table: Any,
    *,
    impact: str,
    factors: Sequence[str],
    period: str,
    first: str | None = None,
    last: str | None = None,
    where: Mapping[str, str] | None = None,
    real: Collection[str] = (),
    nominal: Collection[str] = (),
    deflators: Mapping[str, str] | None = None,
    breaks: Collection[str] = (),
) -> Stirpat:
    """Fit ln I = a + Σ b_j ln x_j by ridge regression, lambda chosen by leaving one year out.

    Parameters
    ----------
    table : path or table
        One row for each period (and place: all rows of a year are left out together).
    impact : str
        Column above zero, any unit.
    factors : sequence of str
        Columns above zero, or quotients of columns.
    period : str
        Column of the year.
    first, last : str, optional
        Periods from and to which is looked.
    where : mapping of str to str, optional
        Columns and the value that rows must have.
    real, nominal : collection of str
        Columns of money at constant prices, and those taken at current prices all the same.
    deflators : mapping of str to str, optional
        Columns of money to the column of their price index (any base).
    breaks : collection of str
        First periods of a new series.

    Returns
    -------
    Stirpat
        Findings warn of fewer than five rows for each factor, and of factors that move together (VIF above 10).

    Raises
    ------
    InputUnreadable, ColumnMissing
        For a table or column that is not there.
    DriversInvalid
        For values that are not above zero, factors that do not change, and fewer years than factors and two.
    NominalMoney, SeriesBreak
        As of `decompose`.

    Notes
    -----
    Factors are standardised within each fit. b = (Z'Z + λ n I)⁻¹ Z'y; λ is the one of 62 values between 0 and 100 with the
    least error in the years that were left out, and of equal ones the largest. VIF_j is the j-th diagonal element of the inverse of
    the correlation matrix. The range of an elasticity is that of the fits with one year left out: no confidence interval.

    Source: York, R., Rosa, E.A. and Dietz, T. (2003): Ecological Economics 46, 351-365; Hoerl, A.E. and Kennard, R.W. (1970):
    Technometrics 12, 55-67 (recalled).

    Examples
    --------
    >>> years = list(range(2000, 2012))
    >>> people = [100.0 + 3 * at for at in range(12)]
    >>> wealth = [5.0 * 1.07**at * (1 + 0.1 * (at % 3)) for at in range(12)]
    >>> co2 = [2 * p**0.9 * w**0.5 for p, w in zip(people, wealth)]
    >>> data = {"year": years, "people": people, "wealth": wealth, "co2": co2}
    >>> found = stirpat(data, impact="co2", factors=["people", "wealth"], period="year")
    >>> {name: round(one["elasticity"], 3) for name, one in found.coefficients.items()}
    {'people': 0.9, 'wealth': 0.5}
    """
    frame = read_frame(table, [period, *(where or {})])
    parsed = parse_factors(factors, frame.columns)
    for column, value in (where or {}).items():
        frame = frame.filter(pl.col(column) == value)
    frame = between(frame, period, first, last)
    numbers = [impact, *(column for factor in parsed for column in factor.columns)]
    frame = read_frame(frame, [period], numbers=numbers, positive=True, name=name_of(table))
    frame = deflated(frame, deflators or {}, list(dict.fromkeys(numbers[1:])), name_of(table))
    years = order(frame[period].unique().to_list())
    told = check_money(numbers[1:], years, real=real, nominal=nominal, deflated=list(deflators or {}))
    check_breaks(breaks, years)
    response, design = np.log(frame[impact].to_numpy()), _logs(frame, parsed)
    _refuse_thin(design, years, parsed)
    groups = np.array([years.index(text) for text in frame[period]])
    return _fitted(impact, [factor.name for factor in parsed], design, response, groups, told)


def _logs(frame: pl.DataFrame, factors: Sequence[Factor]) -> Floats:
    columns = [
        frame[one.above].to_numpy() / (frame[one.below].to_numpy() if one.below else 1.0) for one in factors
    ]
    return np.asarray(np.log(np.column_stack(columns)))


def _refuse_thin(design: Floats, years: Sequence[str], factors: Sequence[Factor]) -> None:
    still = [
        factor.name for factor, spread in zip(factors, np.ptp(design, axis=0), strict=True) if spread < 1e-12
    ]
    if still:
        raise DriversInvalid(
            detail_zh=f"因子“{'、'.join(still)}”没有变化", detail_en=f"the factors {', '.join(still)} do not change",
            mend_zh="请去掉它们。", mend_en="Leave them out.",
        )  # fmt: skip
    if len(years) < len(factors) + 2:
        raise DriversInvalid(
            detail_zh=f"只有 {len(years)} 年，{len(factors)} 个因子", detail_en=f"{len(years)} years for {len(factors)} factors",
            mend_zh=f"至少需要 {len(factors) + 2} 年。", mend_en=f"At least {len(factors) + 2} are needed.",
        )  # fmt: skip


def _fit(design: Floats, response: Floats, ridge: float) -> Floats:
    """Constant and elasticities, in the units of the logarithms."""
    middle, spread = design.mean(axis=0), design.std(axis=0)
    scaled = (design - middle) / np.where(spread > 0, spread, 1.0)
    square = scaled.T @ scaled / len(scaled) + ridge * np.eye(scaled.shape[1])
    slopes = np.linalg.lstsq(square, scaled.T @ (response - response.mean()) / len(scaled), rcond=None)[0]
    slopes = slopes / np.where(spread > 0, spread, 1.0)
    return np.append(response.mean() - middle @ slopes, slopes)


def _fitted(
    impact: str, names: list[str], design: Floats, response: Floats, groups: np.ndarray, told: list[Finding]
) -> Stirpat:
    left = [groups != year for year in np.unique(groups)]
    misses = {}
    for ridge in _GRID:
        apart = [
            response[~kept] - (fit[0] + design[~kept] @ fit[1:])
            for kept in left
            for fit in [_fit(design[kept], response[kept], ridge)]
        ]
        misses[float(ridge)] = float(np.sqrt(np.mean(np.concatenate(apart) ** 2)))
    least = min(misses.values())
    chosen = max(ridge for ridge, miss in misses.items() if miss <= least * (1 + 1e-9) + 1e-15)
    whole, plain = _fit(design, response, chosen), _fit(design, response, 0.0)
    without = np.array([_fit(design[kept], response[kept], chosen) for kept in left])
    factors = _inflation(design)
    told = [*told, *_warned(names, factors, len(response))]
    coefficients = {
        name: {
            "elasticity": float(whole[at]), "low": float(without[:, at].min()), "high": float(without[:, at].max()),
            "ols": float(plain[at]), "vif": float(factors[at - 1]),
        }
        for at, name in enumerate(names, start=1)
    }  # fmt: skip
    variance = float(np.mean((response - response.mean()) ** 2))
    missed = float(np.mean((response - whole[0] - design @ whole[1:]) ** 2))
    r2, r2_out = (
        1 - error / variance if variance > 0 else float("nan") for error in (missed, misses[chosen] ** 2)
    )
    return Stirpat(
        impact, len(response), len(left), chosen, float(whole[0]), coefficients, r2, r2_out, misses, told
    )


def _inflation(design: Floats) -> Floats:
    """Variance inflation factors; as large as the numbers allow where factors are collinear."""
    if design.shape[1] == 1:
        return np.ones(1)
    square = np.corrcoef(design, rowvar=False)
    values, vectors = np.linalg.eigh(square)
    return np.asarray((vectors**2 / np.maximum(values, 1e-12)).sum(axis=1))


def _warned(names: Sequence[str], factors: Floats, rows: int) -> list[Finding]:
    found = []
    least = int(limit("rows_per_factor")) * len(names)
    if rows < least:
        found.append(Finding("D-104", {"rows": rows, "factors": len(names), "least": least}))
    high = [f"{name} {value:.3g}" for name, value in zip(names, factors, strict=True) if value > limit("vif")]
    if high:
        found.append(Finding("D-105", {"names": ", ".join(high), "limit": f"{limit('vif'):g}"}))
    return found
