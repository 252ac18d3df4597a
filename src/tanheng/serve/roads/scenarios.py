"""Scenarios of a tree side by side, split into wedges, beside those of other models, and in the IAMC form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, TanhengError, language
from tanheng.inventory.table import Table
from tanheng.pathways import Tree, compare_scenarios, read_iamc, to_iamc, wedges
from tanheng.pathways.index.wording import say
from tanheng.pathways.scenarios.beside import against
from tanheng.pathways.scenarios.wedges import Wedges, wedge_named
from tanheng.pathways.tree.model import BASELINE
from tanheng.serve.roads.asked import said
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.room import refuse_vast
from tanheng.serve.roads.telling import amount_said, change_said, titled, year_column
from tanheng.serve.roads.tree import names_in, notes_of

OPTIONS = (
    Option("scenarios", "texts", "情景；空为全部", "scenarios; all unless told", source="scenarios"),
    Option("draws", "count", "抽样次数", "number of draws", default=500, least=0, most=20_000),
    Option("seed", "count", "随机数种子", "where draws begin", default=2021, least=0, most=2**31 - 1),
    Option("year", "year", "归因的年份；空为末年", "year of the wedges; the last unless told", least=1900, most=2200, source="modelled"),
    Option("other", "file", "别的模型的 IAMC 表", "IAMC table of another model", source="tables"),
    Option("variable", "text", "并列的 IAMC 变量；空为合计", "IAMC variable to set side by side; the total unless told"),
    Option("beside", "text", "与之并列的情景", "scenario that stands beside it", default=BASELINE, source="scenarios"),
    Option("model", "text", "IAMC 表里的模型名", "name of the model in the IAMC form", default="Tanheng"),
)  # fmt: skip
_IAMC = ("model", "scenario", "region", "variable", "unit")


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Totals by scenario, wedges that add up exactly, another model's scenarios, and the table for exchange."""
    tree = opened.tree
    names = list(dict.fromkeys([BASELINE, *(names_in(asked["scenarios"]) or tree.scenarios)]))
    year = asked["year"] or int(tree.years[-1])
    if not tree.years[0] <= year <= tree.years[-1]:
        known = f"{tree.years[0]:.0f}–{tree.years[-1]:.0f}"
        raise NotFound(what_zh="年份", what_en="year", name=str(year), known=known)
    refuse_vast(tree, asked["draws"])
    compared = compare_scenarios(tree, names, draws=asked["draws"], seed=asked["seed"])
    rows = compared.to_dicts()
    split = _split(opened, names)
    charts = [titled(compared.chart(), say("各情景的合计", "Totals of the scenarios"))]
    charts += [titled(one.chart(), _wedged(one)) for one in split]
    sheets = [
        _totals(tree, rows, asked["draws"]),
        _wedges(tree, split, year),
        _wedges_by_year(tree, split),
        _levers(tree, names),
    ]
    warnings, exchange = notes_of(tree), _iamc(tree, names, asked["model"])
    if isinstance(exchange, Sheet):
        sheets.append(exchange)
    else:
        warnings.append(exchange)
    beside: list[dict[str, Any]] = []
    if asked["other"]:
        found, told = against(
            tree, read_iamc(opened.path(asked["other"])), asked["variable"], scenario=asked["beside"]
        )
        warnings += said(told)
        beside = found.to_dicts()
        charts.append(found.chart())
        sheets.append(_beside(found))
    if any(one.sampled for one in split):
        warnings.append(
            say(
                "多于十组：Shapley 值由抽取的 500 个次序得出，和仍然精确",
                "More than ten groups: Shapley's values are of 500 drawn orders; their sum is exact even so",
            )
        )
    return Document(
        headline=_headline(tree, rows, names),
        figures=_figures(tree, rows, names, asked["draws"]),
        charts=charts,
        sheets=sheets,
        warnings=warnings,
        synthetic=opened.made_up,
        result={
            "tree": tree.id, "unit": tree.unit, "draws": asked["draws"], "rows": rows,
            "wedges": [_told(tree, one, year) for one in split], "against": beside,
        },
    )  # fmt: skip


@once
def _split(opened: Opened, names: Sequence[str]) -> list[Wedges]:
    return [wedges(opened.tree, name) for name in names if name != BASELINE]


def _headline(tree: Tree, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    last = int(tree.years[-1])
    start = {row["scenario"]: row["total"] for row in rows if row["year"] == last}
    told = say("；", "; ").join(
        f"{tree.scenario(name).title[language()]} {amount_said(start[name], tree.unit)}"
        + ("" if name == BASELINE else change_said(start[name], start[BASELINE]))
        for name in names
    )
    return say(f"{last} 年：{told}", f"In {last}: {told}")


def _figures(tree: Tree, rows: Sequence[Mapping[str, Any]], names: Sequence[str], draws: int) -> list[Figure]:
    last, unit = int(tree.years[-1]), unit_said(tree.unit)
    ends = {row["scenario"]: row for row in rows if row["year"] == last}
    return [
        Figure(f"{tree.scenario(name).title[language()]} · {last}", ends[name]["total"], unit,
               low=ends[name]["p5"] if draws else None, high=ends[name]["p95"] if draws else None,
               note="" if name == BASELINE else say("比基准少 ", "less than the baseline: ") + amount_said(ends[name]["less"], tree.unit))
        for name in names
    ]  # fmt: skip


def _totals(tree: Tree, rows: Sequence[Mapping[str, Any]], draws: int) -> Sheet:
    unit = unit_said(tree.unit)
    columns = [
        Column("title", say("情景", "Scenario")),
        year_column(),
        Column("total", say("合计", "Total"), "amount", unit),
    ]
    columns += [Column(name, name, "amount", unit) for name in ("p5", "p95")] if draws else []
    columns += [Column("less", say("比基准少", "Less than the baseline"), "amount", unit),
                Column("cumulated", say("累计", "Cumulated"), "amount", unit)]  # fmt: skip
    return Sheet("totals", say("各情景逐年合计", "Totals of scenarios by year"), columns, rows)


def _told(tree: Tree, found: Wedges, year: int) -> dict[str, Any]:
    """As ``tanheng scenario wedges --json`` prints it."""
    at = int(year - tree.years[0])
    before, after = float(found.baseline[at]), float(found.total[at])
    return {
        "scenario": found.scenario.name, "year": year, "unit": tree.unit, "baseline": before, "total": after, "less": before - after,
        "sampled": found.sampled, "wedges": [{"wedge": name, "less": float(values[at])} for name, values in found.parts.items()],
    }  # fmt: skip


def _wedged(found: Wedges) -> str:
    name = found.scenario.title[language()]
    return say(f"{name}：各组的减排", f"{name}: what each group takes off")


def _wedges(tree: Tree, split: Sequence[Wedges], year: int) -> Sheet:
    rows: list[dict[str, Any]] = []
    for one in split:
        told, title = _told(tree, one, year), one.scenario.title[language()]
        parts = sorted(told["wedges"], key=lambda row: -row["less"])
        rows += [
            {"scenario": title, "wedge": wedge_named(row["wedge"]), "less": row["less"],
             "share": row["less"] / told["less"] if told["less"] else None}
            for row in parts
        ]  # fmt: skip
        rows.append(
            {"scenario": title, "wedge": say("合计", "Total"), "less": told["less"], "share": 1.0 if told["less"] else None}
        )  # fmt: skip
    columns = (Column("scenario", say("情景", "Scenario")), Column("wedge", say("组", "Group")),
               Column("less", say("减少", "Less"), "amount", unit_said(tree.unit)), Column("share", say("占比", "Share"), "share"))  # fmt: skip
    note = say("Shapley 值：各组在所有加入次序中的平均减排，相加恰为合计", "Shapley's values: the mean of what a group saves over all orders; they add up exactly")  # fmt: skip
    return Sheet("wedges", say(f"归因（{year} 年）", f"Wedges in {year}"), columns, rows, note)


def _wedges_by_year(tree: Tree, split: Sequence[Wedges]) -> Sheet:
    rows = [
        {"scenario": one.scenario.title[language()], "wedge": wedge_named(name), "year": int(year), "less": float(value)}
        for one in split
        for name, values in one.parts.items()
        for year, value in zip(tree.years, values, strict=True)
    ]  # fmt: skip
    columns = (Column("scenario", say("情景", "Scenario")), Column("wedge", say("组", "Group")), year_column(),
               Column("less", say("减少", "Less"), "amount", unit_said(tree.unit)))  # fmt: skip
    return Sheet("wedges-by-year", say("逐年归因", "Wedges by year"), columns, rows)


def _levers(tree: Tree, names: Sequence[str]) -> Sheet:
    taken = {name: tree.scenario(name).levers for name in names}
    columns = [Column("title", say("杠杆", "Lever"))]
    columns += [Column(name, tree.scenario(name).title[language()], "share") for name in names]
    rows = [
        {"title": one.title[language()], **{scenario: taken[scenario].get(name, 0.0) for scenario in names}}
        for name, one in tree.levers.items()
    ]
    return Sheet("levers", say("各情景的杠杆做到几成", "How far scenarios take levers"), columns, rows)


def _iamc(tree: Tree, names: Sequence[str], model: str) -> Sheet | str:
    """The wide form, or why there is none."""
    try:
        frame = to_iamc(tree, names, model=model)
    except TanhengError as error:
        return say(f"没有 IAMC 表：{error}", f"There is no IAMC table: {error}")
    columns = [Column(name, name) for name in _IAMC]
    columns += [Column(name, name, "amount") for name in frame.columns if name not in _IAMC]
    return Sheet("iamc", say("IAMC 表（可导出为 CSV 或 Excel）", "IAMC form (take it as CSV or Excel)"), columns, frame.to_dicts())  # fmt: skip


def _beside(found: Table) -> Sheet:
    columns = (
        Column("model", say("模型", "Model")), Column("scenario", say("情景", "Scenario")), Column("region", say("地区", "Region")),
        year_column(), Column("value", say("值", "Value"), "amount"), Column("unit", say("单位", "Unit")),
        Column("index", say("指数（首个共同年份为 1）", "Index (1 in the first common year)"), "amount"),
    )  # fmt: skip
    return Sheet("against", say("与别的模型并列", "Beside another model"), columns, found.to_dicts())
