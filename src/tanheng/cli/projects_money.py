"""What ``tanheng projects FILE finance`` prints and writes: worth, carbon prices, cash flows, loans."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import say, table
from tanheng.cli.projects_tables import myriad, whole
from tanheng.errors import language
from tanheng.pathways.projects.loan import met_said

if TYPE_CHECKING:
    from pathlib import Path

    from tanheng.inventory.table import Table
    from tanheng.pathways.projects import Finance, Pipeline


def show_finance(found: Finance, prices: tuple[float, ...]) -> None:
    """What projects are worth, and at which carbon price."""
    from tanheng.pathways.projects.finance import cost_told, kind_of, rates_told

    lang = language()
    rows = [
        {"title": one.project.title[lang], "first": one.first, "npv": myriad(one.npv), "irr": rates_told(one.rates), "back": _years(one.back.plain),
         "discounted": _years(one.back.discounted), "cost": cost_told(one), "break": _price(one.break_even)}
        for one in found.worths
    ]  # fmt: skip
    heads = {"title": say("项目", "Project"), "first": say("首年", "First year"), "npv": say("净现值（万元）", "Present value (10⁴ CNY)"),
             "irr": say("内部收益率", "Rate of return"), "back": say("回收期（年）", "Payback (years)"), "discounted": say("动态回收期", "Discounted payback"),
             "cost": say("吨成本（元/t）", "Cost of a tonne (CNY/t)"), "break": say("盈亏平衡碳价", "Break-even carbon price")}  # fmt: skip
    title = say(
        f"{kind_of(found.terms, 'zh')}，折现率 {found.discount:.2%}",
        f"{kind_of(found.terms, 'en')}, discounted at {found.discount:.2%}",
    )
    table(rows, heads, title=title, right=("first", "npv", "back", "discounted", "cost", "break"))
    click.echo(say(f"合计净现值 {myriad(found.npv)} 万元（折到 {found.first} 年，碳价 {found.carbon:g} 元/t）",
                   f"Together {myriad(found.npv)} × 10⁴ CNY (in {found.first}, carbon at {found.carbon:g} CNY/t)"))  # fmt: skip
    if any(one.earns for one in found.worths):
        click.echo(say("不计碳价已有收益的项目按净现值排列：其吨成本为负，减得少的反而显得更便宜，不能用来排序。",
                       "Projects that earn without a carbon price are sorted by present value: their cost is below 0, where reducing less looks cheaper, and ranks nothing."))  # fmt: skip
    if len(prices) > 1:
        heads, priced = _by_price(found, prices)
        table(priced, heads, title=_sensitive(), right=tuple(heads)[1:])
    if found.apart:
        click.echo(say(f"没有金额：{'、'.join(found.apart)}", f"Without money: {', '.join(found.apart)}"))


def _sensitive() -> str:
    return say("碳价（元/t）与净现值（万元）", "Carbon price (CNY/t) and present value (10⁴ CNY)")


def _by_price(found: Finance, prices: tuple[float, ...]) -> tuple[dict[str, str], list[dict[str, str]]]:
    by_price = found.at(prices).to_dicts()
    rows = [
        {"title": one.project.title[language()]} | {f"{row['carbon_price']:g}": myriad(row["npv"]) for row in by_price if row["project"] == one.project.id}
        for one in found.worths
    ]  # fmt: skip
    return {"title": say("项目", "Project")} | {f"{price:g}": f"{price:g}" for price in prices}, rows


def price_grid(found: Finance, prices: tuple[float, ...]) -> str:
    """Present values at some carbon prices as a table of a page."""
    from tanheng.charts import grid

    if len(prices) < 2:
        return ""
    heads, rows = _by_price(found, prices)
    return f"<p><b>{_sensitive()}</b></p>" + grid(
        list(heads.values()), [[row[key] for key in heads] for row in rows]
    )


def show_loan(pipeline: Pipeline, name: str, payments: Table, without: Table) -> None:
    """Payments of a loan, and its interest beside that of the same loan without targets."""
    rows = [
        {**row, "rate": f"{float(row['rate']):.3%}", "target_t": whole(row["target_t"]), "reduced_t": whole(row["reduced_t"]),
         "met": met_said(row), **{key: f"{Decimal(row[key]):,}" for key in ("interest", "repaid", "paid", "balance")}}
        for row in payments.to_dicts()
    ]  # fmt: skip
    heads = {"year": say("年", "Year"), "number": say("期", "No"), "target_t": say("上年目标 t", "Target t"), "reduced_t": say("上年实测 t", "Measured t"),
             "met": say("达标", "Met"), "rate": say("年利率", "Interest"), "interest": say("利息", "Interest paid"), "repaid": say("还本", "Repaid"),
             "paid": say("合计", "Together"), "balance": say("余额（元）", "Balance (CNY)")}  # fmt: skip
    table(
        rows,
        heads,
        title=pipeline.loans[name].title[language()],
        right=("number", "target_t", "reduced_t", "rate", "interest", "repaid", "paid", "balance"),
    )
    paid, plain = (f"{Decimal(interest(one)):,}" for one in (payments, without))
    click.echo(
        say(
            f"利息合计 {paid} 元；不挂钩时 {plain} 元",
            f"Interest together {paid} CNY; {plain} CNY without targets",
        )
    )


def interest(payments: Table) -> str:
    """Interest of all payments, to the fen."""
    return str(sum((Decimal(row["interest"]) for row in payments.to_dicts()), Decimal("0.00")))


def write_cash_flows(found: Finance, out: Path) -> None:
    """Cash flows as CSV, or as Excel with headings and what they mean."""
    from tanheng.pathways.projects.finance import kind_of

    table_, lang = found.cash_flows(), language()
    if out.suffix.lower() != ".xlsx":
        table_.write(out)
        return
    notes = [
        (say("项目库", "Pipeline"), found.pipeline.title[lang]),
        (say("金额", "Money"), say("元，", "CNY, ") + kind_of(found.terms, lang)),
        (say("折现率", "Discount rate"), say(f"{found.discount:.2%}，各项目折到其首年", f"{found.discount:.2%}, to the first year of each project")),
        (say("碳价", "Carbon price"), say(f"{found.first} 年 {found.carbon:g} 元/t，年增长 {found.growth:.2%}", f"{found.carbon:g} CNY/t in {found.first}, growing {found.growth:.2%} a year")),
        (say("减排量", "Reduction"), say("预期，不是实测", "expected, not measured")),
    ]  # fmt: skip
    table_.to_excel(
        out, heads=_cash_heads(), notes=notes, titles=(say("现金流", "Cash flows"), say("说明", "Notes"))
    )


def _cash_heads() -> dict[str, str]:
    return {"project": say("项目", "Project"), "year": say("年", "Year"), "investment": say("投资（元）", "Investment (CNY)"),
            "running_cost": say("运行费用（元）", "Running cost (CNY)"), "income": say("收入（元）", "Income (CNY)"), "carbon": say("碳收入（元）", "Sale of carbon (CNY)"),
            "net": say("净现金流（元）", "Net (CNY)"), "present": say("现值（元）", "Discounted (CNY)"), "summed": say("累计（元）", "Summed up (CNY)"),
            "present_summed": say("累计现值（元）", "Discounted, summed up (CNY)"), "expected_t": say("预期减排（t）", "Expected reduction (t)")}  # fmt: skip


def _price(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.1f}" if value > 0 else say("不需要", "none needed")


def _years(value: float | None) -> str:
    return say("不能收回", "never") if value is None else f"{value:.1f}"
