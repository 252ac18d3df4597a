"""绿色金融 What projects are worth: cash flows in one kind of money, present value, returns, cost of a tonne, carbon price, loans."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart, grid
from tanheng.errors import NotFound, TanhengError, language
from tanheng.inventory.table import Table
from tanheng.pathways.projects.effect import span
from tanheng.pathways.projects.loan import Loan, schedule
from tanheng.pathways.projects.model import Money, Pipeline, Project, Terms
from tanheng.pathways.projects.worth import (
    CostOfTonne,
    FlowsInvalid,
    Payback,
    RatesOfReturn,
    cost_of_tonne,
    internal_rates,
    net_present_value,
    payback,
)
from tanheng.pathways.tree.arithmetic import Floats


class MoneyMixed(TanhengError):
    """Money of several kinds in one sum."""

    code = "L-152"
    zh = "项目“{project}”的金额是{own_zh}，{other_zh}，不能相加或折现。"
    en = "The money of project '{project}' is {own_en}, {other_en}: they are not added up or discounted together."
    remedy_zh = "请统一口径；价格年不同时在 money.deflators 给出倍数与 source。"
    remedy_en = (
        "Give all in one kind; for other price years give the multiple and its source under money.deflators."
    )


@dataclass(frozen=True, eq=False)
class Worth:
    """What one project is worth: payments by year [CNY of the pipeline's kind], tonnes expected, and what follows from them.

    ``npv`` is the value in ``first``, with carbon sold at the price asked for; ``cost`` leaves the sale of carbon out.
    ``break_even`` is the carbon price [CNY/t in the first year of any of the projects] at which the project is worth nothing, None where there are no tonnes.
    """

    project: Project
    first: int
    net: Floats
    tonnes: Floats
    discount: float
    npv: float
    rates: RatesOfReturn
    back: Payback
    cost: CostOfTonne | None
    break_even: float | None
    parts: Mapping[str, Floats]

    @property
    def earns(self) -> bool:
        """Whether it is worth more than nothing without any carbon price; its cost per tonne then ranks nothing."""
        return self.cost is not None and self.cost.levelised < 0

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "project": self.project.id, "title": dict(self.project.title), "first": self.first, "last": self.first + len(self.net) - 1,
            "npv": round(self.npv, 2), "irr": list(self.rates.rates), "irr_single": self.rates.single,
            "payback_years": self.back.plain, "discounted_payback_years": self.back.discounted,
            "cost_per_t": None if self.cost is None else {"levelised": self.cost.levelised, "plain": self.cost.plain, "ranks": not self.earns},
            "break_even_carbon_price": self.break_even,
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Finance:
    """金融 Projects by what they are worth: those that earn by their value, then the others by the cost of a tonne."""

    pipeline: Pipeline
    terms: Terms
    carbon: float
    growth: float
    worths: tuple[Worth, ...]
    apart: Mapping[str, str]

    @property
    def first(self) -> int:
        """The first year of any of the projects, to which sums are discounted."""
        return min(one.first for one in self.worths)

    @property
    def npv(self) -> float:
        """All of them together, in the first year [CNY]."""
        rate = 1 + self.discount
        return float(sum(one.npv * rate ** (self.first - one.first) for one in self.worths))

    @property
    def discount(self) -> float:
        """Discount rate as a share."""
        return self.terms.discount or 0.0

    def at(self, prices: Sequence[float]) -> Table:
        """Net present value of each project at some carbon prices: ``project``, ``carbon_price`` [CNY/t], ``npv`` [CNY]."""
        rows = [
            {"project": one.project.id, "carbon_price": float(price),
             "npv": net_present_value(one.net + _sold(one.tonnes, price, self.growth, one.first - self.first), self.discount)}
            for one in self.worths
            for price in prices
        ]  # fmt: skip
        return Table(pl.DataFrame(rows), self.pipeline.title[language()])

    def cash_flows(self) -> Table:
        """One row per project and year [CNY to the fen]: payments, net with carbon sold, discounted, and summed up; tonnes expected."""
        frames = []
        for one in self.worths:
            carbon = _sold(one.tonnes, self.carbon, self.growth, one.first - self.first)
            net = one.net + carbon
            present = net * (1 + self.discount) ** -np.arange(len(net), dtype=float)
            columns = {"year": np.arange(one.first, one.first + len(net)), **one.parts, "carbon": carbon, "net": net, "present": present,
                       "summed": np.cumsum(net), "present_summed": np.cumsum(present), "expected_t": one.tonnes}  # fmt: skip
            frames.append(pl.DataFrame(columns).select(pl.lit(one.project.id).alias("project"), pl.all()))
        return Table(
            pl.concat(frames).with_columns(pl.col(pl.Float64).round(2)), self.pipeline.title[language()]
        )

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng projects FILE finance --json`` prints it."""
        return {
            "id": self.pipeline.id, "unit": "CNY", "basis": self.terms.basis, "prices": self.terms.prices, "discount": self.discount,
            "carbon_price": self.carbon, "carbon_price_growth": self.growth, "first": self.first, "npv": round(self.npv, 2),
            "projects": [one.to_dict() for one in self.worths], "without_money": dict(self.apart),
        }  # fmt: skip

    def __repr__(self) -> str:
        if language() == "zh":
            return f"{self.pipeline.title['zh']}：净现值 {self.npv:,.0f} 元（{self.first} 年，折现率 {self.discount:.2%}，{kind_of(self.terms, 'zh')}）"
        return f"{self.pipeline.title['en']}: net present value {self.npv:,.0f} CNY in {self.first} at {self.discount:.2%}, {kind_of(self.terms, 'en')}"

    def chart(self) -> str:
        """Payments summed up over the years, as they come and discounted, as an SVG."""
        zh = language() == "zh"
        table = self.cash_flows().to_polars()
        years = np.array(span(table.get_column("year").to_list()), float)
        rate = 1 + self.discount
        net, present = np.zeros(years.size), np.zeros(years.size)
        for row in table.iter_rows(named=True):
            at = int(row["year"] - years[0])
            net[at] += row["net"]
            present[at] += row["net"] * rate ** -(row["year"] - years[0])
        lines = [
            Line("累计" if zh else "Summed up", np.cumsum(net)),
            Line("累计现值" if zh else "Discounted", np.cumsum(present)),
            Line("零" if zh else "Zero", np.zeros(years.size), dashed=True),
        ]
        return chart("现金流累计" if zh else "Payments summed up", "元" if zh else "CNY", years, lines)

    def _repr_html_(self) -> str:
        zh = language() == "zh"
        heads = (
            ["项目", "净现值（元）", "内部收益率", "吨成本（元/t）"]
            if zh
            else ["Project", "Net present value (CNY)", "Rate of return", "Cost (CNY/t)"]
        )
        rows = [
            [one.project.title[language()], f"{one.npv:,.0f}", rates_told(one.rates), cost_told(one)]
            for one in self.worths
        ]
        return f"<p><b>{html.escape(repr(self))}</b></p>" + self.chart() + grid(heads, rows)


def finance(
    pipeline: Pipeline, projects: Sequence[str] = (), *, discount: float | None = None, carbon: float = 0.0, growth: float = 0.0
) -> Finance:  # fmt: skip
    """What projects are worth, in the money of the pipeline.

    Parameters
    ----------
    pipeline : Pipeline
    projects : sequence of str, optional
        Ids; all that have money unless told.
    discount : float, optional
        A share per year, instead of the pipeline's; of the same basis as its money.
    carbon : float
        Price at which every tonne expected is sold in the first year of any of the projects, CNY/t; 0 for none.
    growth : float
        By which that price grows each year, a share.

    Returns
    -------
    Finance

    Raises
    ------
    NotFound
        For an id that is not there, and without money or a discount rate.
    MoneyMixed
        When constant and current prices, or price years without a deflator, come together.
    FlowsInvalid
        For years without payments, and tonnes in years without any.

    Examples
    --------
    >>> from tanheng.pathways.projects.reading import load_projects
    >>> found = finance(load_projects("examples/sichuan-road/projects.yaml"))
    >>> [(one.project.id, one.earns) for one in found.worths][:2]
    [('kiln-heat', True), ('mill-heat-pump', False)]
    """
    chosen = [pipeline[name] for name in projects] or list(pipeline.projects.values())
    told = [one for one in chosen if one.money is not None and one.money.years]
    if not told:
        raise NotFound(
            what_zh="有金额的项目", what_en="project with money", name=", ".join(projects) or pipeline.id, known="–",
            mend_zh="请填写投资、运行费用与收入。", mend_en=" Fill in investment, running cost and income.",
        )  # fmt: skip
    terms = _terms(pipeline, told, discount)
    base = min(one.money.years[0] for one in told if one.money)
    worths = [_worth(one, terms, carbon, growth, base) for one in told]
    worths.sort(key=lambda one: (not one.earns, -one.npv if one.earns else one.cost.levelised if one.cost else np.inf, one.project.id))  # fmt: skip
    apart = {one.id: "no-money" for one in chosen if one not in told}
    return Finance(pipeline, terms, carbon, growth, tuple(worths), apart)


def loan_schedule(pipeline: Pipeline, name: str, *, linked: bool = True) -> Table:
    """Payments of a loan, its interest following what its projects were measured to reduce.

    Parameters
    ----------
    pipeline : Pipeline
    name : str
        Id of the loan.
    linked : bool
        Whether its interest follows the targets; without, as if there were none.

    Returns
    -------
    Table
        As `tanheng.pathways.projects.loan.schedule`, amounts as texts to the fen; ``doubtful`` where the target lies within the
        uncertainty of the measurement, that is unknown, or projects were not measured; ``unmeasured`` names these.

    Raises
    ------
    NotFound
    FlowsInvalid
        For terms that make no loan.

    Examples
    --------
    >>> from tanheng.pathways.projects.reading import load_projects
    >>> table = loan_schedule(load_projects("examples/sichuan-road/projects.yaml"), "green").to_polars()
    >>> table.get_column("balance")[-1]
    '0.00'
    """
    if name not in pipeline.loans:
        raise NotFound(what_zh="贷款", what_en="loan", name=name, known=", ".join(pipeline.loans) or "–")
    loan = pipeline.loans[name] if linked else replace(pipeline.loans[name], targets=None)
    reduced, widths = measured_of(pipeline, loan)
    lacking = {
        year: [one for one in loan.projects if year not in pipeline[one].measured]
        for year in loan.targets or {}
    }
    rows = []
    partial = {year for year, names in lacking.items() if names}
    for row in schedule(loan, reduced, partial=partial, until=pipeline.until):
        before = row["year"] - 1
        over = before in reduced or pipeline.until is None or before <= pipeline.until
        absent = lacking.get(before, []) if over else []
        width = widths.get(before)
        doubtful = bool(absent) or (
            row["met"] is not None
            and (width is None or abs(float(row["reduced_t"] - row["target_t"])) <= width)
        )
        shown = {key: str(row[key]) for key in ("rate", "interest", "repaid", "paid", "balance")}
        tonnes = {key: None if row[key] is None else float(row[key]) for key in ("target_t", "reduced_t")}
        rows.append(
            {"year": row["year"], "number": row["number"], **tonnes, "unmeasured": ", ".join(absent), "met": row["met"],
             "doubtful": doubtful, **shown}
        )  # fmt: skip
    kinds = {"target_t": pl.Float64, "reduced_t": pl.Float64, "met": pl.Boolean}
    return Table(pl.DataFrame(rows, schema_overrides=kinds), loan.title[language()])


def measured_of(pipeline: Pipeline, loan: Loan) -> tuple[dict[int, Decimal], dict[int, float | None]]:
    """What the projects of a loan reduced as far as they were measured, by year [t], and its half width."""
    held = [pipeline[one] for one in loan.projects]
    sums: dict[int, Decimal] = {}
    widths: dict[int, float | None] = {}
    for year in sorted(set().union(*(one.measured for one in held))):
        there = [one.measured[year] for one in held if year in one.measured]
        sums[year] = sum((Decimal(str(one.amount)) for one in there), Decimal(0))
        each = [one.width for one in there]
        known = [width for width in each if width is not None]
        widths[year] = float(np.hypot.reduce(known)) if len(known) == len(each) else None
    return sums, widths


def kind_of(money: Terms | Money, lang: str) -> str:
    """Which kind of money it is, in words."""
    if money.basis == "nominal":
        return "现价" if lang == "zh" else "current prices"
    return f"{money.prices} 年不变价" if lang == "zh" else f"constant prices of {money.prices}"


def rates_told(found: RatesOfReturn) -> str:
    """Rates of return in words: none, one, or that there are several."""
    if not found.rates:
        return "无" if language() == "zh" else "none"
    shown = ", ".join(f"{one:.2%}" for one in found.rates)
    if found.single is not None:
        return shown
    return (
        f"有 {len(found.rates)} 个：{shown}" if language() == "zh" else f"{len(found.rates)} roots: {shown}"
    )


def cost_told(one: Worth) -> str:
    """Levelised cost of a tonne; of one that earns that it does, as its cost ranks nothing."""
    if one.cost is None:
        return "–"
    if not one.earns:
        return f"{one.cost.levelised:,.1f}"
    return (
        f"{one.cost.levelised:,.1f}（有收益，不排序）"
        if language() == "zh"
        else f"{one.cost.levelised:,.1f} (earns: not ranked)"
    )


def _terms(pipeline: Pipeline, told: Sequence[Project], discount: float | None) -> Terms:
    """The money of the pipeline, or of its projects where they agree; every project must be turned into it."""
    own = told[0].money
    assert own is not None
    terms = pipeline.terms or Terms(own.basis, own.prices)
    rate = terms.discount if discount is None else discount
    if rate is None:
        raise NotFound(
            what_zh="折现率", what_en="discount rate", name=pipeline.id, known="–",
            mend_zh="请写 money.discount，或用 --discount。", mend_en=" Write money.discount, or use --discount.",
        )  # fmt: skip
    found = Terms(terms.basis, terms.prices, rate, terms.deflators, terms.source)
    for one in told:
        money = one.money
        assert money is not None
        if money.basis != found.basis or (
            money.prices != found.prices and money.prices not in found.deflators
        ):
            raise MoneyMixed(
                project=one.id, own_zh=kind_of(money, "zh"), own_en=kind_of(money, "en"),
                other_zh=f"其余是{kind_of(found, 'zh')}", other_en=f"the rest {kind_of(found, 'en')}",
            )  # fmt: skip
    return found


def _worth(one: Project, terms: Terms, carbon: float, growth: float, base: int) -> Worth:
    money, rate = one.money, terms.discount or 0.0
    assert money is not None
    first, last = money.years[0], money.years[-1]
    if gaps := sorted(set(range(first, last + 1)) - set(money.years)):
        shown = ", ".join(map(str, gaps[:5]))
        raise FlowsInvalid(
            detail_zh=f"项目“{one.id}”缺少 {shown} 年的金额（没有收支请写 0）", detail_en=f"project '{one.id}' has no money in {shown} (write 0 where nothing is paid)"
        )  # fmt: skip
    if beyond := sorted(
        year for year, amount in one.expected.items() if amount and not first <= year <= last
    ):
        raise FlowsInvalid(
            detail_zh=f"项目“{one.id}”在 {beyond[0]} 年有减排量却没有金额", detail_en=f"project '{one.id}' reduces in {beyond[0]}, a year without money"
        )  # fmt: skip
    years = range(first, last + 1)
    times = terms.deflators.get(money.prices or 0, 1.0) if money.prices != terms.prices else 1.0
    parts = {
        name: times * sign * np.array([getattr(money, name).get(year, 0.0) for year in years])
        for name, sign in (("investment", -1.0), ("running_cost", -1.0), ("income", 1.0))
    }
    net = parts["investment"] + parts["running_cost"] + parts["income"]
    tonnes: Floats = np.array([one.expected.get(year, 0.0) for year in years])
    flows = net + _sold(tonnes, carbon, growth, first - base)
    earning = net_present_value(_sold(tonnes, 1.0, growth, first - base), rate)
    price = -net_present_value(net, rate) / earning if earning > 0 else np.inf
    told = bool(np.isfinite(price))
    return Worth(
        project=one, first=first, net=net, tonnes=tonnes, discount=rate, npv=net_present_value(flows, rate), rates=internal_rates(flows),
        back=payback(flows, rate), cost=cost_of_tonne(net, tonnes, rate) if told else None, break_even=price if told else None, parts=parts,
    )  # fmt: skip


def _sold(tonnes: Floats, price: float, growth: float, later: int) -> Floats:
    """What tonnes bring by year, ``later`` years after the one in which carbon has that price."""
    return np.asarray(tonnes * price * (1 + growth) ** np.arange(later, later + len(tonnes), dtype=float))
