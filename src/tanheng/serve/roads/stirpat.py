"""STIRPAT of a table: elasticities of an impact by ridge regression, with what the data can and cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import column_said
from tanheng.drivers import Stirpat, stirpat
from tanheng.drivers.series import factor_said
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.asked import (
    BREAKS,
    DEFLATOR,
    FILE,
    FIRST,
    LAST,
    NOMINAL,
    PERIOD,
    REAL,
    WHERE,
    listed,
    paired,
    said,
)
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

OPTIONS = (
    FILE,
    Option("impact", "text", "排放列", "column of the impact", needed=True, source="columns"),
    Option("factors", "texts", "因子：列或两列之商", "factors: columns or quotients A/B", needed=True, source="columns"),
    PERIOD, FIRST, LAST, WHERE, REAL, NOMINAL, DEFLATOR, BREAKS,
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Elasticities, their range with a year left out, least squares, VIF, and the error by lambda."""
    found = stirpat(
        opened.path(asked["file"]), impact=asked["impact"], factors=listed(asked["factors"]), period=asked["period"],
        first=asked["from"] or None, last=asked["to"] or None, where=paired("where", listed(asked["where"])),
        real=listed(asked["real"]), nominal=listed(asked["nominal"]),
        deflators=paired("deflator", listed(asked["deflator"])), breaks=listed(asked["breaks"]),
    )  # fmt: skip
    told = say("，", ", ").join(
        f"{factor_said(name)} {one['elasticity']:.3f}" for name, one in found.coefficients.items()
    )
    impact = column_said(found.impact)
    return Document(
        headline=say(
            f"{impact}的弹性：{told}；{found.rows} 行，{found.years} 年，R² {found.r2:.3f}，留一年 R² {found.r2_out:.3f}。",
            f"Elasticities of {impact}: {told}; {found.rows} rows, {found.years} years, R² {found.r2:.3f}, with the year left out {found.r2_out:.3f}.",
        ),
        figures=(
            Figure("R²", found.r2, shown="amount"), Figure(say("留一年 R²", "R² with the year left out"), found.r2_out, shown="amount"),
            Figure("λ", found.lambda_, shown="amount"), Figure(say("年数", "Years"), found.years, shown="count", note=say(f"{found.rows} 行", f"{found.rows} rows")),
        ),
        charts=(found.chart(),),
        sheets=(_coefficients(found), _errors(found)),
        warnings=said(found.findings),
        result=found.to_dict(),
    )  # fmt: skip


def _coefficients(found: Stirpat) -> Sheet:
    heads = [
        Column("factor", say("因子", "Factor")), Column("elasticity", say("弹性（岭）", "Elasticity (ridge)"), "amount"),
        Column("low", say("最小", "Lowest"), "amount"), Column("high", say("最大", "Highest"), "amount"),
        Column("ols", say("最小二乘", "Least squares"), "amount"), Column("vif", "VIF", "amount"),
    ]  # fmt: skip
    rows = [{**one, "factor": factor_said(name)} for name, one in found.coefficients.items()]
    note = say(
        "最小与最大是逐年去掉一年时的弹性，不是置信区间。",
        "Lowest and highest are those with a year left out, no confidence interval.",
    )
    return Sheet("coefficients", say("弹性", "Elasticities"), heads, rows, note)


def _errors(found: Stirpat) -> Sheet:
    heads = [
        Column("lambda", "λ", "amount"),
        Column(
            "rmse",
            say("留一年的均方根误差（对数）", "Error in the years left out (RMSE of logarithms)"),
            "amount",
        ),
    ]
    rows = [{"lambda": one, "rmse": error} for one, error in found.errors.items()]
    return Sheet("errors", say("各 λ 的误差", "Error by λ"), heads, rows)
