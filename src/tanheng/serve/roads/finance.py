"""Green finance of projects: present value, rates of return, payback, cost of a tonne, carbon prices, loans that follow targets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.index.wording import say
from tanheng.pathways.projects import Finance, Pipeline, finance, loan_schedule
from tanheng.pathways.projects.finance import kind_of, rates_told
from tanheng.pathways.projects.loan import met_said
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option, OptionWrong
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.projects import pipeline_of, said_of, synthetic
from tanheng.serve.roads.telling import money_said

_MOST_PRICES = 12
_HIGHEST = 1e6
OPTIONS = (
    Option("file", "file", "项目库文件", "file of projects", default="projects.yaml"),
    Option("projects", "text", "只看这些项目（编号，以逗号分开）", "these projects only (ids, with commas between)", default=""),
    Option("discount", "number", "折现率，%（代替文件里的）", "discount rate, % (instead of the file's)", least=-99, most=100),
    Option("carbon", "number", "碳价，元/t，计入现金流", "carbon price, CNY/t, in the cash flow", default=0, least=0, most=_HIGHEST),
    Option("growth", "number", "碳价年增长率，%", "growth of the carbon price a year, %", default=0, least=-99, most=100),
    Option("prices", "text", "敏感性：这些碳价（元/t，以逗号分开）", "sensitivity: these carbon prices (CNY/t, with commas between)", default="0, 50, 100, 200"),
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """What each project is worth, at which carbon price, its cash flow, and the payments of loans."""
    pipeline = pipeline_of(opened, asked["file"])
    rate = asked["discount"]
    found = finance(
        pipeline, _ids(asked["projects"]), discount=None if rate is None else rate / 100, carbon=float(asked["carbon"] or 0),
        growth=float(asked["growth"] or 0) / 100,
    )  # fmt: skip
    prices = _prices(asked["prices"])
    loans = {
        name: (loan_schedule(pipeline, name), loan_schedule(pipeline, name, linked=False))
        for name in pipeline.loans
    }
    sheets = [_worth(found), *([_sensitivity(found, prices)] if prices else []), _cash(found)]
    sheets += [_loan(at, pipeline, name, *both) for at, (name, both) in enumerate(loans.items(), 1)]
    return Document(
        headline=repr(found),
        figures=_figures(found, pipeline, loans),
        charts=(found.chart(),),
        sheets=sheets,
        warnings=[*said_of(pipeline), *_warnings(found)],
        synthetic=synthetic(opened),
        result=found.to_dict() | {
            "sensitivity": found.at(prices).to_dicts() if prices else [], "cash_flows": found.cash_flows().to_dicts(),
            "loans": {name: {"unit": "CNY", "payments": linked.to_dicts(), "interest": str(interest(linked)), "interest_without_targets": str(interest(plain))}
                      for name, (linked, plain) in loans.items()},
        },
    )  # fmt: skip


def interest(payments: Table) -> Decimal:
    """Interest of all payments, to the fen."""
    return sum((Decimal(row["interest"]) for row in payments.to_dicts()), Decimal("0.00"))


def _ids(text: str | None) -> list[str]:
    return [one.strip() for one in (text or "").replace("，", ",").split(",") if one.strip()]


def _prices(text: str | None) -> list[float]:
    try:
        found = [float(one) for one in _ids(text)]
    except ValueError:
        found = [-1.0]
    if len(found) > _MOST_PRICES or not all(0 <= one <= _HIGHEST for one in found):
        raise OptionWrong(
            name="prices",
            detail_zh=f"应为以逗号分开的碳价，0 至 {_HIGHEST:g}，至多 {_MOST_PRICES} 个",
            detail_en=f"it should be carbon prices with commas between, 0 to {_HIGHEST:g}, {_MOST_PRICES} at most",
        )
    return list(dict.fromkeys(found))


def _figures(found: Finance, pipeline: Pipeline, loans: Mapping[str, tuple[Table, Table]]) -> list[Figure]:
    cny = say("万元", "10⁴ CNY")
    figures = [
        Figure(say("合计净现值", "Net present value of all"), found.npv / 1e4, cny, shown="money",
               note=say(f"折到 {found.first} 年；{kind_of(found.terms, 'zh')}", f"in {found.first}; {kind_of(found.terms, 'en')}")),
        Figure(say("折现率", "Discount rate"), found.discount, shown="share"),
        Figure(say("碳价", "Carbon price"), found.carbon, say("元/t", "CNY/t"), note=say(f"年增长 {found.growth:.1%}", f"growing {found.growth:.1%} a year") if found.growth else ""),
        Figure(say("不计碳价已有收益的项目", "Projects that earn without a carbon price"), sum(one.earns for one in found.worths), shown="count",
               note=say(f"共 {len(found.worths)} 个有金额", f"of {len(found.worths)} with money")),
    ]  # fmt: skip
    for name, (linked, plain) in loans.items():
        saved = interest(plain) - interest(linked)
        figures.append(Figure(f"{pipeline.loans[name].title[language()]}{say('：利息', ': interest')}", float(interest(linked)) / 1e4, cny, shown="money",
                              note=say(f"比不挂钩{'少' if saved >= 0 else '多'} {money_said(float(abs(saved)))}", f"{money_said(float(abs(saved)))} {'less' if saved >= 0 else 'more'} than without targets")))  # fmt: skip
    return figures


def _warnings(found: Finance) -> list[str]:
    told = []
    if any(one.earns for one in found.worths):
        told.append(say("不计碳价已有收益的项目按净现值排列：其吨成本为负，减得少的反而显得更便宜，不能用来排序。",
                        "Projects that earn without a carbon price are sorted by present value: their cost is below 0, where reducing less looks cheaper, and ranks nothing."))  # fmt: skip
    if found.apart:
        titles = [found.pipeline[one].title[language()] for one in found.apart]
        told.append(say(f"没有金额：{'、'.join(titles)}", f"Without money: {', '.join(titles)}"))
    return told


def _worth(found: Finance) -> Sheet:
    rows = [
        {"title": one.project.title[language()], "first": one.first, "npv": one.npv, "irr": one.rates.single, "rates": rates_told(one.rates),
         "back": one.back.plain, "discounted": one.back.discounted, "cost": one.cost.levelised if one.cost else None,
         "ranks": "–" if one.cost is None else say("有收益，不排序", "earns: not ranked") if one.earns else say("按吨成本", "by cost of a tonne"),
         "break_even": one.break_even, "project": one.project.id}
        for one in found.worths
    ]  # fmt: skip
    cny, per_t = say("元", "CNY"), say("元/t", "CNY/t")
    columns = (
        Column("title", say("项目", "Project")), Column("first", say("首年", "First year"), "year"), Column("npv", say("净现值", "Net present value"), "money", cny),
        Column("irr", say("内部收益率", "Rate of return"), "share"), Column("back", say("回收期", "Payback"), "amount", say("年", "years")),
        Column("discounted", say("动态回收期", "Discounted payback"), "amount", say("年", "years")), Column("cost", say("吨成本", "Cost of a tonne"), "amount", per_t),
        Column("ranks", say("排序", "Ranked")), Column("break_even", say("盈亏平衡碳价", "Break-even carbon price"), "amount", per_t),
        Column("rates", say("收益率的根", "Roots of the rate")), Column("project", say("编号", "Id")),
    )  # fmt: skip
    note = say("空的回收期：不能收回。盈亏平衡碳价不大于零：不需要碳价。", "No payback: never. A break-even price of 0 or below: none is needed.")  # fmt: skip
    return Sheet("worth", say("项目的价值", "What projects are worth"), columns, rows, note)


def _sensitivity(found: Finance, prices: list[float]) -> Sheet:
    npv = {(row["project"], row["carbon_price"]): row["npv"] for row in found.at(prices).to_dicts()}
    rows = [
        {"title": one.project.title[language()], **{f"p{at}": npv[one.project.id, price] for at, price in enumerate(prices)}}
        for one in found.worths
    ]  # fmt: skip
    columns = [Column("title", say("项目", "Project"))]
    columns += [Column(f"p{at}", say(f"碳价 {price:g} 元/t", f"At {price:g} CNY/t"), "money", say("元", "CNY")) for at, price in enumerate(prices)]  # fmt: skip
    return Sheet("sensitivity", say("碳价与净现值", "Carbon price and net present value"), columns, rows)


def _cash(found: Finance) -> Sheet:
    titles = {one.project.id: one.project.title[language()] for one in found.worths}
    rows = [
        {key: value + 0.0 if isinstance(value, float) else value for key, value in row.items()} | {"title": titles[row["project"]]}
        for row in found.cash_flows().to_dicts()
    ]  # fmt: skip
    columns = [Column("title", say("项目", "Project")), Column("year", say("年", "Year"), "year")]
    columns += [Column(key, title, "money", say("元", "CNY")) for key, title in (
        ("investment", say("投资", "Investment")), ("running_cost", say("运行费用", "Running cost")), ("income", say("收入", "Income")),
        ("carbon", say("碳收入", "Sale of carbon")), ("net", say("净现金流", "Net")), ("present", say("现值", "Discounted")),
        ("summed", say("累计", "Summed up")), ("present_summed", say("累计现值", "Discounted, summed up")),
    )]  # fmt: skip
    columns.append(Column("expected_t", say("预期减排", "Expected reduction"), "amount", "t"))
    note = say(f"{kind_of(found.terms, 'zh')}；减排量为预期，不是实测。", f"{kind_of(found.terms, 'en').capitalize()}; reductions are expected, not measured.")  # fmt: skip
    return Sheet("cash", say("现金流", "Cash flow"), columns, rows, note)


def _loan(at: int, pipeline: Pipeline, name: str, linked: Table, plain: Table) -> Sheet:
    rows = [
        {**row, "rate": float(row["rate"]), "met": met_said(row), **{key: float(row[key]) for key in ("interest", "repaid", "paid", "balance")}}
        for row in linked.to_dicts()
    ]  # fmt: skip
    cny = say("元", "CNY")
    columns = (
        Column("year", say("年", "Year"), "year"), Column("number", say("期", "No"), "count"), Column("target_t", say("上年目标", "Target of the year before"), "amount", "t"),
        Column("reduced_t", say("上年实测", "Measured"), "amount", "t"), Column("met", say("达标", "Met")), Column("rate", say("年利率", "Interest a year"), "share"),
        *(Column(key, title, "money", cny) for key, title in (
            ("interest", say("利息", "Interest paid")), ("repaid", say("还本", "Repaid")), ("paid", say("合计", "Together")), ("balance", say("余额", "Balance")))),
    )  # fmt: skip
    note = say(f"利息合计 {interest(linked):,} 元；不挂钩时 {interest(plain):,} 元。", f"Interest together {interest(linked):,} CNY; {interest(plain):,} CNY without targets.")  # fmt: skip
    return Sheet(f"loan-{at}", pipeline.loans[name].title[language()], columns, rows, note)
