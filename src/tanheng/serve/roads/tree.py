"""The factor tree of a road: its total under a scenario and levers, opened to parts, nodes, leaves and levers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, language
from tanheng.pathways import Evaluation, Tree
from tanheng.pathways.index.wording import say
from tanheng.pathways.tree.listing import described, levers_listed, origin_of
from tanheng.pathways.tree.model import BASELINE
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.room import refuse_vast
from tanheng.serve.roads.telling import amount_said, by_year, change_said, money, titled, year_column

OPTIONS = (
    Option("scenario", "text", "情景", "scenario", default=BASELINE, source="scenarios"),
    Option("levers", "levers", "杠杆做到几成（代替情景里的）", "how far levers are taken, instead of the scenario's"),
    Option("nodes", "texts", "另看的节点或叶", "nodes or leaves to be shown too", source="nodes"),
    Option("draws", "count", "抽样次数", "number of draws", default=500, least=0, most=20_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=2021, least=0, most=2**31 - 1),
)  # fmt: skip
_KINDS = {"relative": ("按比例", "by share"), "absolute": ("按量", "by amount"), "move": ("移到", "moved to")}
_MOST_PARTS = 12
_SPAN = (0.05, 0.95)
_NAME = re.compile(r"[^\W\d]\w*")


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """The total by year with its interval, by part; nodes, leaves and levers of the tree."""
    tree = opened.tree
    named = names_in(asked["nodes"])
    for name in named:
        if name not in tree.nodes and name not in tree.leaves:
            raise NotFound(
                what_zh="节点", what_en="node", name=name, known=", ".join([*tree.nodes, *tree.leaves])
            )
    found = _evaluated(opened, asked)
    shown = found.table(named or [tree.total])
    charts = [titled(found.chart(), say("合计", "Total")), _parts_chart(found)] + [
        _node_chart(found, name) for name in named
    ]
    sheets = [_total(found), _parts(found), _nodes(tree), _leaves(tree), levers_sheet(tree, found.depths)]
    if named:
        columns = (Column("node", say("代号", "Code")), Column("title", say("节点", "Node")), Column("unit", say("单位", "Unit")),
                   year_column(), Column("value", say("值", "Value"), "amount"), Column("p5", "p5", "amount"), Column("p95", "p95", "amount"))  # fmt: skip
        rows = [{**row, "unit": unit_said(row["unit"])} for row in shown.to_dicts()]
        sheets.append(Sheet("asked", say("所看的节点", "Nodes asked for"), columns, rows))
    return Document(
        headline=_headline(found),
        figures=_figures(found),
        charts=charts,
        sheets=sheets,
        warnings=notes_of(tree),
        synthetic=opened.made_up,
        result={
            **found.to_dict(), "nodes": shown.to_dicts(), "about": described(tree), "listed": levers_listed(tree),
        },
    )  # fmt: skip


@once
def _evaluated(opened: Opened, asked: Mapping[str, Any]) -> Evaluation:
    refuse_vast(opened.tree, asked["draws"])
    levers, draws, seed = asked["levers"] or None, asked["draws"], asked["seed"]
    return opened.tree.evaluate(asked["scenario"], levers=levers, draws=draws, seed=seed)


def names_in(asked: str | Sequence[str] | None) -> list[str]:
    """Names of a list, or of a text in which commas or spaces of either language separate them."""
    text = asked if isinstance(asked, str) else " ".join(asked or ())
    return text.replace("，", " ").replace("、", " ").replace(",", " ").split()


def notes_of(tree: Tree) -> list[str]:
    """What the file says of itself."""
    return [tree.notes[language()]] if tree.notes else []


def _headline(found: Evaluation) -> str:
    tree, ends = found.tree, found.total.mean(axis=0)
    lang = language()
    name, scenario = tree.title[lang], found.scenario.title[lang]
    first, last = int(tree.years[0]), int(tree.years[-1])
    change = change_said(ends[-1], ends[0])
    return say(
        f"{name} · {scenario}：{first} 年 {amount_said(ends[0], tree.unit)}，{last} 年 {amount_said(ends[-1], tree.unit)}{change}",
        f"{name} · {scenario}: {amount_said(ends[0], tree.unit)} in {first}, {amount_said(ends[-1], tree.unit)} in {last}{change}",
    )


def _figures(found: Evaluation) -> list[Figure]:
    tree, unit = found.tree, unit_said(found.tree.unit)
    ends, years = found.total.mean(axis=0), tree.years.astype(int)
    low, high = np.quantile(found.total, _SPAN, axis=0) if found.draws else (None, None)
    costs = tree.yearly_cost(found.scenario)
    spent = sum(costs[list(tree.levers).index(name)] * depth for name, depth in found.depths.items())
    paid = float(np.ravel(spent)[-1]) if found.depths else 0.0
    factor, name = money(paid)
    last = int(years[-1])
    peak = int(years[int(np.argmax(ends))])
    figures = [
        Figure(say(f"{years[0]} 年", f"In {years[0]}"), float(ends[0]), unit, low=None if low is None else float(low[0]),
               high=None if high is None else float(high[0])),
        Figure(say(f"{last} 年", f"In {last}"), float(ends[-1]), unit, low=None if low is None else float(low[-1]),
               high=None if high is None else float(high[-1])),
        Figure(say("最高的年份", "Year of the peak"), peak, shown="year"),
        Figure(say("累计", "Cumulated"), float(ends.sum()), unit, note=f"{years[0]}–{last}"),
    ]  # fmt: skip
    if found.depths:
        priced = say(f"{tree.prices} 年价格", f"prices of {tree.prices}") if tree.prices else ""
        label = say(f"{last} 年的费用", f"Cost in {last}")
        figures.append(Figure(label, paid / factor, name, "money", note=priced))
    return figures


def parts_of(tree: Tree) -> list[str]:
    """The nodes of its unit that the formula of the total names, in its order."""
    named = dict.fromkeys(_NAME.findall(tree.nodes[tree.total].formula.text))
    names = [name for name in named if name in tree.nodes and tree.nodes[name].unit == tree.unit]
    return names if 1 < len(names) <= _MOST_PARTS else []


def _parts_chart(found: Evaluation) -> str:
    tree, lang = found.tree, language()
    lines = [Line(tree.nodes[name].title[lang], found[name].mean(axis=0)) for name in parts_of(tree)]
    total = Line(tree.nodes[tree.total].title[lang], found.total.mean(axis=0))
    title = say("合计与各部分", "The total and its parts")
    return titled(chart(title, unit_said(tree.unit), tree.years, [total, *lines]), title)


def _node_chart(found: Evaluation, name: str) -> str:
    tree = found.tree
    one = tree.nodes.get(name) or tree.leaves[name]
    low, high = np.quantile(found[name], _SPAN, axis=0) if found.draws else (None, None)
    line = Line(one.title[language()], found[name].mean(axis=0), low, high)
    title = one.title[language()]
    return titled(chart(title, unit_said(one.unit), tree.years, [line]), title)


def _total(found: Evaluation) -> Sheet:
    tree, unit = found.tree, unit_said(found.tree.unit)
    columns = [year_column(), Column("value", tree.nodes[tree.total].title[language()], "amount", unit)]
    values = {"value": found.total.mean(axis=0).tolist()}
    if found.draws:
        low, high = np.quantile(found.total, _SPAN, axis=0)
        values |= {"p5": low.tolist(), "p95": high.tolist()}
        columns += [Column("p5", "p5", "amount", unit), Column("p95", "p95", "amount", unit)]
    start = tree.evaluate(BASELINE, draws=found.draws, seed=found.seed).total
    values["less"] = (start - found.total).mean(axis=0).tolist()
    columns.append(Column("less", say("比基准少", "Less than the baseline"), "amount", unit))
    return Sheet("total", say("逐年合计", "Total by year"), columns, by_year(tree.years, values))


def _parts(found: Evaluation) -> Sheet:
    tree, unit, lang = found.tree, unit_said(found.tree.unit), language()
    names = parts_of(tree)
    columns = [year_column(), *(Column(name, tree.nodes[name].title[lang], "amount", unit) for name in names),
               Column("total", tree.nodes[tree.total].title[lang], "amount", unit)]  # fmt: skip
    values = {name: found[name].mean(axis=0).tolist() for name in names}
    values["total"] = found.total.mean(axis=0).tolist()
    return Sheet("parts", say("逐年各部分", "Parts by year"), columns, by_year(tree.years, values))


def _nodes(tree: Tree) -> Sheet:
    start, lang = tree.evaluate(), language()
    first, last = int(tree.years[0]), int(tree.years[-1])
    columns = (Column("name", say("代号", "Code")), Column("title", say("节点", "Node")), Column("first", str(first), "amount"),
               Column("last", str(last), "amount"), Column("unit", say("单位", "Unit")), Column("formula", say("公式", "Formula")))  # fmt: skip
    rows = [
        {"name": one.name, "title": one.title[lang], "first": float(start[one.name][0, 0]), "last": float(start[one.name][0, -1]),
         "unit": unit_said(one.unit), "formula": one.formula.text}
        for one in tree.nodes.values()
    ]  # fmt: skip
    return Sheet("nodes", say("节点与公式（基准情景）", "Nodes and formulas (baseline)"), columns, rows)


def _leaves(tree: Tree) -> Sheet:
    lang = language()
    columns = (Column("name", say("代号", "Code")), Column("title", say("叶", "Leaf")),
               Column("value", str(int(tree.years[0])), "amount"), Column("unit", say("单位", "Unit")),
               Column("width", say("不确定性（95 % 半宽）", "Uncertainty (95 % half width)"), "share"), Column("from", say("来自", "From")))  # fmt: skip
    rows = [
        {"name": one["name"], "title": one["title"][lang], "value": one["value"], "unit": unit_said(one["unit"]), "from": origin_of(one, lang),
         "width": None if one["uncertainty_percent"] is None else one["uncertainty_percent"] / 100}
        for one in described(tree)["leaves"]
    ]  # fmt: skip
    return Sheet("leaves", say("叶", "Leaves"), columns, rows)


def levers_sheet(tree: Tree, depths: Mapping[str, Any]) -> Sheet:
    """Levers with size, course, cost and bounds, and how far they are taken in the last year."""
    lang, unit, listed = language(), unit_said(tree.unit), levers_listed(tree)
    factor, name = money(max((abs(one["cost_last_year"]) for one in listed), default=0.0))
    last = int(tree.years[-1])
    columns = (
        Column("lever", say("代号", "Code")), Column("title", say("杠杆", "Lever")), Column("depth", say(f"{last} 年做到", f"Taken by {last}"), "share"),
        Column("leaf", say("叶", "Leaf")), Column("kind", say("方式", "Kind")), Column("most", say("做满", "In full")),
        Column("time", say("年份", "Years")), Column("saves", say(f"单独做满 {last} 年减少", f"Saves alone in full, {last}"), "amount", unit),
        Column("cost", say(f"做满的年费用（{last}）", f"Cost a year in full ({last})"), "money", name),
        Column("bound", say("互斥、依赖", "Group, needs")), Column("source", say("来源", "Source")),
    )  # fmt: skip
    rows = [
        {"lever": one["lever"], "title": one["title"][lang], "depth": float(np.ravel(depths.get(one["lever"], 0.0))[-1]),
         "leaf": tree.leaves[one["leaf"]].title[lang], "kind": _kind(tree, one), "most": most_said(tree, one),
         "time": f"{one['from']}–{one['from'] + one['build'] - 1}", "saves": one["saves_alone_last_year"],
         "cost": one["cost_last_year"] / factor, "bound": bound_said(tree, one), "source": (one["source"] or {}).get(lang, "")}
        for one in listed
    ]  # fmt: skip
    return Sheet("levers", say("杠杆", "Levers"), columns, rows)


def _kind(tree: Tree, one: Mapping[str, Any]) -> str:
    where = tree.leaves[one["to"]].title[language()] if one["to"] else ""
    return f"{say(*_KINDS[one['kind']])} {where}".strip()


def most_said(tree: Tree, one: Mapping[str, Any]) -> str:
    """What a lever does to its leaf when it is taken in full."""
    if one["kind"] == "absolute":
        return f"{one['most']:+,.6g} {unit_said(tree.leaves[one['leaf']].unit)}"
    return f"{one['most']:+.0%}" if one["kind"] == "relative" else f"{one['most']:.0%}"


def bound_said(tree: Tree, one: Mapping[str, Any]) -> str:
    """The exclusive group of a lever and the levers that it needs."""
    lang = language()
    needs = say("、", ", ").join(tree.levers[name].title[lang] for name in one["needs"])
    parts = [
        say(f"互斥组 {one['group']}", f"exclusive group {one['group']}") if one["group"] else "",
        say(f"依赖 {needs}", f"needs {needs}") if needs else "",
        say("只能整个做", "whole or not at all") if one["whole"] else "",
    ]
    return say("；", "; ").join(filter(None, parts))
