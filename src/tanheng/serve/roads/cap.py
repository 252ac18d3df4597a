"""The cheapest levers under a cap, what an unreachable cap lacks, and the marginal cost curve of a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tanheng.charts import Bar, Line, bars, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import NotFound, TanhengError, language
from tanheng.inventory.table import Pictured
from tanheng.pathways import CapPlan, cost_curve, solve_cap
from tanheng.pathways.cap.result import held_said, kind_named, tonnes_of
from tanheng.pathways.index.settings import LARGEST
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.document import Column, Document, Figure, Sheet, Shown
from tanheng.serve.roads.options import Option
from tanheng.serve.roads.places import Opened, once
from tanheng.serve.roads.telling import amount_said, by_year, money, money_said, titled, year_column
from tanheng.serve.roads.tree import notes_of

OWN, PATH = "tree", "path"
OPTIONS = (
    Option("of", "choice", "上限取自", "where the cap comes from", choices=(
        (OWN, "因子树文件的 cap", "cap of the tree's file"), (PATH, "目标路径，自末次核查的次年起", "the target path, from the year after the last observed one"))),
    Option("marks", "text", "另写上限，如 2030=4e8, 2060=1e8（合计的单位）", "another cap, such as 2030=4e8, 2060=1e8 (unit of the total)"),
    Option("discount", "number", "折现率，%；空为文件里的", "discount rate, %; the file's unless told", least=0, most=100),
    Option("curve", "year", "边际减排成本曲线的年份；空为上限的末年", "year of the marginal cost curve; the last of the cap unless told", least=1900, most=2200, source="modelled"),
)  # fmt: skip
_DRAWN, _NAMED = 8, 3
_BINDING = 50


class CapUnreadable(TanhengError):
    """A cap that cannot be read, or levers that the platform cannot move."""

    code = "W-073"
    zh = "{what_zh}：{detail_zh}。"
    en = "{what_en}: {detail_en}."
    remedy_zh = "{mend_zh}"
    remedy_en = "{mend_en}"


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Levers chosen with depth and cost, shadow prices; for an unreachable cap gap, binding bounds and relaxation, as an alarm."""
    tree = opened.tree
    if not tree.levers:
        raise NotFound(what_zh="杠杆", what_en="lever", name=tree.id, known="levers: …")
    marks, told = marks_of(opened, asked)
    last = min(max(marks or (tree.cap.marks if tree.cap else [0])), int(tree.years[-1]))
    year = asked["curve"] or last
    found, curve = _solved(opened, marks, asked["discount"], year)
    sheets = [_levers(found), _depths(found), _years(found), _binding(found)]
    if found.relaxation is not None:
        sheets.append(_relaxed(found))
    return Document(
        headline=_headline(found, told),
        figures=_figures(found, last),
        charts=[
            titled(found.chart(), say("上限与最便宜的解", "The cap and the cheapest solution")),
            _depth_chart(found),
            _cost_chart(found),
            curve.chart(),
        ],
        sheets=[*sheets, _curve(found, curve, year)],
        warnings=[*_unreachable(found), *notes_of(tree)],
        alarm=not found.reachable,
        synthetic=opened.made_up,
        result={
            **found.to_dict(),
            "of": told,
            "curve": {"year": year, "unit": tree.unit, "prices": tree.prices, "curve": curve.to_dicts()},
        },
    )


@once
def _solved(
    opened: Opened, marks: Mapping[int, float] | None, percent: float | None, year: int
) -> tuple[CapPlan, Pictured]:
    plan = solve_cap(opened.tree, marks=marks, discount=None if percent is None else percent / 100)
    return plan, cost_curve(opened.tree, year)


def marks_of(opened: Opened, asked: Mapping[str, Any]) -> tuple[dict[int, float] | None, str]:
    """The cap by year, None for that of the tree's file, and what it is called.

    Raises
    ------
    CapUnreadable, NotFound
    """
    tree = opened.tree
    if asked["marks"]:
        return _written(opened, str(asked["marks"])), say("所写的上限", "the cap as written")
    of = asked["of"] or (OWN if tree.cap or not opened.whole else PATH)
    if of == OWN:
        if tree.cap is None:
            raise NotFound(what_zh="上限", what_en="cap", name=tree.id, known="cap: {years: {2030: …}}")
        return None, say("因子树文件的上限", "the cap of the tree's file")
    road = opened.road
    first, until = max(road.observed.last, int(tree.years[0])) + 1, min(road.path.target, int(tree.years[-1]))
    if first > until:
        raise CapUnreadable(
            what_zh="目标路径", what_en="Target path",
            detail_zh=f"{first - 1} 年之后路径与因子树没有共同的年份", detail_en=f"path and tree have no year after {first - 1} in common",
            mend_zh="请延长路径或因子树，或另写上限。", mend_en="Make path or tree longer, or write a cap.",
        )  # fmt: skip
    marks = {year: float(road.path.at(year)) for year in range(first, until + 1)}
    return marks, say(
        f"目标路径（{first}–{until}，其后持平）", f"the target path ({first}–{until}, level after)"
    )


def _written(opened: Opened, text: str) -> dict[int, float]:
    years, found = opened.tree.years, {}
    for one in filter(None, (part.strip() for part in text.replace("，", ",").replace("\n", ",").split(","))):
        year, equals, value = one.replace("＝", "=").partition("=")
        try:
            amount = float(value)
            place = int(year)
        except ValueError:
            equals, amount, place = "", 0.0, 0
        if not equals or not abs(amount) < 1000 * LARGEST:
            raise CapUnreadable(
                what_zh="上限", what_en="Cap", detail_zh=f"“{one[:60]}”应为 年=数，且不多于全世界的排放",
                detail_en=f"'{one[:60]}' should be YEAR=NUMBER, no more than the world emits",
                mend_zh="例如 2030=4e8, 2060=1e8。", mend_en="Such as 2030=4e8, 2060=1e8.",
            )  # fmt: skip
        if not years[0] < place <= years[-1]:
            raise CapUnreadable(
                what_zh="上限", what_en="Cap", detail_zh=f"{place} 不在 {years[0] + 1:.0f} 至 {years[-1]:.0f} 之间",
                detail_en=f"{place} is not between {years[0] + 1:.0f} and {years[-1]:.0f}",
                mend_zh="请写因子树有的年份。", mend_en="Write years that the tree has.",
            )  # fmt: skip
        found[place] = amount
    return found


def _headline(found: CapPlan, told: str) -> str:
    cost = money_said(found.present_value)
    lang = language()
    if found.reachable:
        return say(
            f"{found.tree.title[lang]}：{told}可以达到，采用 {len(found.chosen)} 个杠杆，费用现值 {cost}",
            f"{found.tree.title[lang]}: {told} can be kept with {len(found.chosen)} levers, present value of the cost {cost}",
        )
    worst = int(found.tree.years[int(np.argmax(found.gap))])
    most = amount_said(float(found.gap.max()), found.tree.unit)
    return say(
        f"{found.tree.title[lang]}：{told}达不到，{worst} 年缺口最大，为 {most}",
        f"{found.tree.title[lang]}: {told} cannot be kept, the gap is largest in {worst}: {most}",
    )


def _figures(found: CapPlan, year: int) -> list[Figure]:
    tree, unit = found.tree, unit_said(found.tree.unit)
    factor, name = money(found.present_value)
    last = int(year - tree.years[0])
    price = found.price[last] / tonnes_of(tree.unit)
    discounted = say("折现率", "discount rate") + f" {100 * found.discount:.3g} %"
    figures = [
        Figure(say("是否达到", "Kept"), text=say("达到", "yes") if found.reachable else say("达不到", "no")),
        Figure(say("采用的杠杆", "Levers taken"), len(found.chosen), shown="count"),
        Figure(say("费用现值", "Cost, present value"), found.present_value / factor, name, "money", note=discounted),
        Figure(say(f"{year} 年排放", f"Emission in {year}"), float(found.emission[last]), unit),
    ]  # fmt: skip
    if np.isfinite(price):
        figures.append(
            Figure(
                say(f"{year} 年的影子价格", f"Shadow price in {year}"),
                float(price),
                say("元/t", "CNY/t"),
                "money",
            )
        )
    if not found.reachable:
        figures.insert(1, Figure(say("缺口合计", "Gaps together"), float(found.gap.sum()), unit))
    return figures


def _unreachable(found: CapPlan) -> list[str]:
    if found.reachable:
        return []
    lang, unit, tree = language(), found.tree.unit, found.tree
    told = [
        say(
            f"达不到：缺口合计 {amount_said(float(found.gap.sum()), unit)}",
            f"Unreachable: gaps of {amount_said(float(found.gap.sum()), unit)} together",
        )
    ]
    relaxed = found.relaxation
    if relaxed is not None:
        rows = relaxed.to_dicts(tree)
        parts = say("；", "; ").join(
            say(f"{row['title'][lang]}{_bound(row['bound'])}，最多再加 {row['more']:.0%}（{row['year_of_most']} 年）",
                f"{row['title'][lang]} {_bound(row['bound'])}, at most {row['more']:.0%} more ({row['year_of_most']})")
            for row in rows[:_NAMED]
        )  # fmt: skip
        more = say(
            f"；共 {len(rows)} 个杠杆，见“最便宜的放宽”",
            f"; {len(rows)} levers in all, see 'Cheapest relaxation'",
        )
        if rows:
            told.append(
                say("最便宜的放宽：", "Cheapest relaxation: ") + parts + (more if len(rows) > _NAMED else "")
            )
        if relaxed.gap.any():
            missing = amount_said(float(relaxed.gap.sum()), unit)
            said = held_said(relaxed, tree, missing)
            told.append(said[:1].upper() + said[1:])
    return told


def _bound(kind: str) -> str:
    return (
        say("超过原定幅度", "more than fully done")
        if kind == "most"
        else say("更早更快", "earlier and faster")
    )


def _levers(found: CapPlan) -> Sheet:
    rows = found.to_dict()["levers"]
    factor, name = money(max((abs(one["present_value"]) for one in rows), default=0.0))
    columns = (Column("title", say("采用的杠杆", "Lever taken")), Column("from", say("起始年", "From"), "year"),
               Column("depth", say("最大深度", "Deepest"), "share"), Column("cost", say("费用现值", "Cost, present value"), "money", name))  # fmt: skip
    shown = [
        {"title": one["title"][language()], "from": one["from"], "depth": one["depth"], "cost": one["present_value"] / factor}
        for one in rows
    ]  # fmt: skip
    return Sheet("levers", say("采用的杠杆", "Levers taken"), columns, shown)


def _depths(found: CapPlan) -> Sheet:
    lang = language()
    columns = [
        year_column(),
        *(Column(name, found.tree.levers[name].title[lang], "share") for name in found.chosen),
    ]
    rows = by_year(found.tree.years, {name: found.depths[name].tolist() for name in found.chosen})
    return Sheet("depths", say("逐年深度（1 为做满）", "Depth by year (1 is in full)"), columns, rows)


def _years(found: CapPlan) -> Sheet:
    unit, cost = unit_said(found.tree.unit), found.cost.sum(axis=0)
    factor, name = money(float(np.abs(cost).max(initial=0.0)))
    columns = (
        year_column(), Column("baseline", say("基准", "Baseline"), "amount", unit), Column("cap", say("上限", "Cap"), "amount", unit),
        Column("emission", say("排放", "Emission"), "amount", unit), Column("gap", say("缺口", "Gap"), "amount", unit),
        Column("cost", say("费用", "Cost"), "money", name), Column("price", say("影子价格", "Shadow price"), "money", say("元/t", "CNY/t")),
    )  # fmt: skip
    values = {
        "baseline": found.baseline, "cap": found.cap, "emission": found.emission,
        "gap": np.where(np.isfinite(found.cap), found.gap, np.nan), "cost": cost / factor,
        "price": found.price / tonnes_of(found.tree.unit),
    }  # fmt: skip
    note = say(
        "影子价格：再少排一单位的成本；为后来年份提前建设的费用也在其中，所以首年与末年可以很高",
        "Shadow price: what one unit less costs, with what is built early for later years; so the first and last year can stand out",
    )
    return Sheet("years", say("逐年", "By year"), columns, by_year(found.tree.years, {key: one.tolist() for key, one in values.items()}), note)  # fmt: skip


def _binding(found: CapPlan) -> Sheet:
    lang = language()
    tonnes = not found.reachable
    factor, name = money(max((one.worth for one in found.binding), default=0.0))
    shown: Shown = "amount" if tonnes else "money"
    columns = (
        Column("kind", say("界限", "Bound")), Column("name", say("杠杆或组", "Lever or group")), Column("years", say("年份", "Years")),
        Column("worth", say("每放宽 1 个百分点", "One point more brings"), shown, "t" if tonnes else name),
    )  # fmt: skip
    rows = [
        {"kind": kind_named(one.kind), "name": _named(found, one.name, lang), "years": years_said(one.years),
         "worth": one.worth if tonnes else one.worth / factor}
        for one in found.binding[:_BINDING]
    ]  # fmt: skip
    note = say("缺口减少", "less of the gap") if tonnes else say("费用现值减少", "less of the present value")
    return Sheet("binding", say("起约束的界限", "Bounds that bind"), columns, rows, note)


def _named(found: CapPlan, name: str, lang: str) -> str:
    """A lever, two of which one needs the other, a leaf, or a group by its own name."""
    levers = found.tree.levers
    parts = [levers[one].title[lang] if one in levers else one for one in name.split("|")]
    if len(parts) == 1 and name in found.tree.leaves:
        return found.tree.leaves[name].title[lang]
    return " → ".join(parts)


def years_said(years: tuple[int, ...] | list[int]) -> str:
    """Years as ranges.

    Examples
    --------
    >>> years_said([2024, 2025, 2026, 2030])
    '2024–2026, 2030'
    """
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(f"{low}–{high}" if high > low else str(low) for low, high in spans)


def _relaxed(found: CapPlan) -> Sheet:
    assert found.relaxation is not None
    columns = (
        Column("title", say("杠杆", "Lever")), Column("bound", say("放宽", "Relaxed")), Column("more", say("最多再加", "At most more"), "share"),
        Column("year", say("放宽最多的年份", "Year of most"), "year"), Column("needed", say("须做到", "Depth needed"), "share"),
        Column("years", say("年份", "Years")),
    )  # fmt: skip
    rows = [
        {"title": row["title"][language()], "bound": _bound(row["bound"]), "more": row["more"], "year": row["year_of_most"],
         "needed": row["depth_needed"], "years": years_said(row["years"])}
        for row in found.relaxation.to_dicts(found.tree)
    ]  # fmt: skip
    note = say("放宽部分的费用现值：", "present value of what lies beyond: ") + money_said(
        found.relaxation.cost
    )
    return Sheet("relaxation", say("最便宜的放宽", "Cheapest relaxation"), columns, rows, note)


def _curve(found: CapPlan, curve: Pictured, year: int) -> Sheet:
    rows = curve.to_dicts()
    factor, name = money(max(abs(row["cost"]) for row in rows))
    unit, tonnes, levers = unit_said(found.tree.unit), tonnes_of(found.tree.unit), found.tree.levers
    columns = (
        Column("saved", say("减少", "Saved"), "amount", unit), Column("price", say("边际成本", "Marginal cost"), "money", say("元/t", "CNY/t")),
        Column("cost", say("年费用", "Cost a year"), "money", name), Column("new", say("新采用的杠杆", "Levers that are new")),
    )  # fmt: skip
    known: set[str] = set()
    shown = []
    for row in rows:
        taken = list(filter(None, row["levers"].split(", ")))
        new = say("、", ", ").join(levers[one].title[language()] for one in taken if one not in known)
        known = set(taken)
        shown.append(
            {"saved": row["saved"], "price": row["price"] / tonnes, "cost": row["cost"] / factor, "new": new}
        )
    note = say(
        "上限扫过时的对偶值，已计入杠杆之间的相互作用",
        "the dual of a cap that is swept; it counts that levers act on each other",
    )
    return Sheet(
        "curve", say(f"边际减排成本（{year} 年）", f"Marginal cost of saving in {year}"), columns, shown, note
    )


def _depth_chart(found: CapPlan) -> str:
    lang = language()
    lines = [
        Line(found.tree.levers[name].title[lang], 100 * found.depths[name]) for name in found.chosen[:_DRAWN]
    ]
    title = say("费用最大的杠杆逐年做到几成", "How far the most expensive levers go")
    return chart(title, "%", found.tree.years, lines)


def _cost_chart(found: CapPlan) -> str:
    rows = found.to_dict()["levers"]
    series = say("费用现值", "present value")
    factor, name = money(max((abs(one["present_value"]) for one in rows), default=0.0))
    shown = [Bar(one["title"][language()], {series: one["present_value"] / factor}) for one in rows]
    return bars(say("各杠杆的费用现值", "Present value of each lever"), name, shown)
