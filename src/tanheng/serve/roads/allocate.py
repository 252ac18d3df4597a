"""A cap shared among the regions or firms of a table, to the tonne, by several methods side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.pathways.allocation import METHODS, Allocation, allocate
from tanheng.pathways.allocation.methods import NAMES, method_name
from tanheng.pathways.allocation.reading import rate_of, read_participants, sign_of
from tanheng.pathways.allocation.wording import terms_told
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.asked import FILE, listed
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened

OPTIONS = (
    FILE,
    Option("cap", "count", "总量，吨", "the cap in t", least=1, most=10**15, needed=True),
    Option("by", "text", "参与者的列", "column of the participants", needed=True, source="columns"),
    Option("methods", "choices", "分配方法，各法并列", "methods, side by side", default=["grandfathering"], choices=[(name, *NAMES[name]) for name in METHODS]),
    Option("emissions", "text", "历史排放的列，吨", "column of past emissions in t", default="", source="columns"),
    Option("base", "text", "历史排放的基准年，如 2018-2020，取均值；文件须有年份列", "base years such as 2018-2020, whose mean is taken; the file has a column of years", default=""),
    Option("benchmarks", "pairs", "产量列与基准值（吨每单位，数或列名）：列=值", "columns of output and their benchmark in t per unit, a number or a column: COLUMN=VALUE", default="", source="columns", then="columns"),
    Option("indicators", "pairs", "指标列，列:+ 越大分得越多，列:- 相反", "columns of indicators, COLUMN:+ the more the more, COLUMN:- the reverse", default="", source="columns", joint=":", choices=[("+", "+", "+"), ("-", "-", "-")]),
    Option("outputs", "texts", "零和 DEA 的产出列", "columns of outputs of ZSG-DEA", default="", source="columns"),
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The tonnes of every participant by each method, adding up to the cap, with the terms behind them."""
    who = read_participants(
        opened.path(asked["file"]), by=asked["by"], emissions=asked["emissions"].strip(), base=asked["base"].strip(),
        benchmarks=dict(map(rate_of, listed(asked["benchmarks"]))), indicators=dict(map(sign_of, listed(asked["indicators"]))),
        outputs=listed(asked["outputs"]),
    )  # fmt: skip
    found = allocate(who, asked["cap"], asked["methods"] or ["grandfathering"])
    names = say("、", ", ").join(map(method_name, found.tonnes))
    figures = [
        Figure(say("总量（t）", "Cap (t)"), found.cap, shown="count"),
        Figure(say("参与者", "Participants"), len(found.names), shown="count"),
    ]
    if found.past is not None:
        figures.append(
            Figure(say("历史排放合计（t）", "Past emissions (t)"), round(sum(found.past)), shown="count")
        )
    return Document(
        headline=say(
            f"总量 {found.cap:,} 吨分给 {len(found.names)} 个参与者，按{names}；各法合计都等于总量。",
            f"A cap of {found.cap:,} t shared among {len(found.names)} participants by {names}; each adds up to the cap.",
        ),
        figures=figures,
        charts=(found.chart(),),
        sheets=(_tonnes(found), _terms(found)),
        result=found.to_dict(),
    )


def _tonnes(found: Allocation) -> Sheet:
    total = {"name": say("合计", "Total"), "past_t": None if found.past is None else sum(found.past)}
    rows = [*found.rows(), total | {method: sum(own) for method, own in found.tonnes.items()}]
    heads = [
        Column("name", say("参与者", "Participant")),
        *([Column("past_t", say("历史排放（t）", "Past emissions (t)"), "amount")] if found.past is not None else []),
        *(Column(method, say(f"{method_name(method)}（t）", f"{method_name(method)} (t)"), "count") for method in found.tonnes),
    ]  # fmt: skip
    return Sheet("tonnes", say("各参与者的吨数", "Tonnes of the participants"), heads, rows)


def _terms(found: Allocation) -> Sheet:
    rows = [
        {"method": method_name(method), "said": told}
        for method, terms in found.terms.items()
        for told in terms_told(terms)
    ]
    return Sheet(
        "terms",
        say("各法的依据", "What stands behind them"),
        [Column("method", say("方法", "Method")), Column("said", say("依据", "Terms"))],
        rows,
    )
