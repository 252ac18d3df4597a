"""What ``tanheng projects`` prints: projects, what was measured of them, totals in the tree."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import say, table, unit_here
from tanheng.cli.tree import number
from tanheng.errors import language

if TYPE_CHECKING:
    from tanheng.pathways.projects import Effects, Pipeline, Project, RollUp

_EVERY = 5


def show_list(found: Pipeline) -> None:
    """One row per project."""
    from tanheng.pathways.projects.states import state_named

    rows = [
        {**row, "state": state_named(row["state"]), "years": "" if row["first"] is None else f"{row['first']}–{row['last']}",
         "largest_t": whole(row["largest_t"]), "investment": myriad(row["investment"])}
        for row in found.table().to_dicts()
    ]  # fmt: skip
    heads = {"project": say("编号", "Id"), "title": say("项目", "Project"), "owner": say("责任单位", "Owner"), "state": say("状态", "State"),
             "acts_on": say("作用于", "Acts on"), "years": say("年份", "Years"), "largest_t": say("每年最多 t", "Most t a year"),
             "measured_years": say("已测年数", "Years measured"), "investment": say("投资（万元）", "Investment (10⁴ CNY)")}  # fmt: skip
    table(rows, heads, title=found.title[language()], right=("largest_t", "measured_years", "investment"))
    if found.notes:
        click.echo(found.notes[language()])


def show_project(found: Project) -> None:
    """What is known of one project."""
    from tanheng.pathways.projects.effect import effects
    from tanheng.pathways.projects.model import Pipeline
    from tanheng.pathways.projects.states import measurement_options, state_named, states

    lang = language()
    joint = say("、", ", ")
    past = say("；", "; ").join(f"{state_named(state)} {year}" for state, year in found.history.items())
    acts = joint.join(name if share == 1 else f"{name} {share:.0%}" for name, share in found.acts_on.items())
    told = [
        (say("项目", "Project"), f"{found.id} {found.title[lang]}"), (say("地区", "Place"), found.place), (say("责任单位", "Owner"), found.owner),
        (say("类型", "Kind"), found.kind), (say("设施", "Facility"), found.facility), (say("状态", "State"), state_named(found.state)),
        (say("可变为", "May become"), joint.join(map(state_named, states()[found.state].following)) or say("无", "none")),
        (say("进程", "History"), past), (say("作用于", "Acts on"), acts), (say("包含于", "Within"), found.within),
    ]  # fmt: skip
    if found.plan is not None:
        named = measurement_options().get(found.plan.method)
        told += [(say("测什么", "Measured"), found.plan.what), (say("频次", "How often"), found.plan.often), (say("方法", "Method"), named[lang] if named else found.plan.method),
                 (say("基线", "Baseline"), found.plan.baseline), (say("监测单位", "Who measures"), found.plan.responsible)]  # fmt: skip
    else:
        told.append((say("监测方案", "Measurement plan"), say("没有", "none")))
    table([{"what": what, "told": text} for what, text in told if text], {"what": "", "told": ""})
    alone = Pipeline(
        found.id, found.title, {found.id: found}, as_of=max([*found.expected, *found.measured], default=None)
    )
    judged = {one.year: one for one in effects(alone).rows}
    rows = [
        {"year": year, "expected": whole(found.expected.get(year)), "measured": _plus_minus(judged[year]) if year in found.measured else "",
         "file": found.measured[year].file if year in found.measured else ""}
        for year in sorted({*found.expected, *found.measured})
    ]  # fmt: skip
    heads = {
        "year": say("年", "Year"),
        "expected": say("预期 t", "Expected t"),
        "measured": say("实测 t", "Measured t"),
        "file": say("证据", "Evidence"),
    }
    table(rows, heads, right=("expected", "measured"))


def show_effects(found: Effects, by: str) -> None:
    """Years with their verdicts, realisation, what is missing and late."""
    from tanheng.pathways.projects.effect import verdict_named
    from tanheng.pathways.projects.ratio import interval
    from tanheng.pathways.projects.remarks import effect_remarks

    heads = _year_heads()
    table(
        _year_rows(found),
        heads,
        title=found.pipeline.title[language()],
        right=("expected", "measured", "ratio"),
    )
    sums = [*found.by(by), found.whole]
    rows = [
        {"name": one.name or "–", "years": f"{one.years}/{one.due}", "expected": whole(one.expected), "measured": whole(one.measured) if one.years else "",
         "ratio": interval(one.ratio), "verdict": verdict_named(one.verdict), "missing": whole(one.unreported) if one.unreported else ""}
        for one in sums
    ]  # fmt: skip
    heads = {"name": {"project": say("项目", "Project"), "owner": say("责任单位", "Owner"), "kind": say("类型", "Kind"), "place": say("地区", "Place")}[by],
             "years": say("已测/应测", "Measured/due"), "expected": say("预期 t（已测年份）", "Expected t (years measured)"),
             "measured": say("实测 t", "Measured t"), "ratio": say("兑现率", "Realised"), "verdict": say("判断", "Verdict"),
             "missing": say("没有报告的预期 t", "Expected t not reported")}  # fmt: skip
    table(
        rows,
        heads,
        title=say("兑现率", "Realisation"),
        right=("years", "expected", "measured", "ratio", "missing"),
    )
    for line in effect_remarks(found):
        click.echo(line)


def years_grid(found: Effects) -> str:
    """The years as a table of a page, and what is missing or late."""
    from tanheng.charts import grid
    from tanheng.pathways.projects.remarks import effect_remarks

    heads = _year_heads()
    remarks = _paragraphs(effect_remarks(found))
    return (
        grid(list(heads.values()), [[str(row[key]) for key in heads] for row in _year_rows(found)]) + remarks
    )


def _paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _year_heads() -> dict[str, str]:
    return {"title": say("项目", "Project"), "year": say("年", "Year"), "expected": say("预期 t", "Expected t"),
            "measured": say("实测 t", "Measured t"), "ratio": say("之比", "Ratio"), "verdict": say("判断", "Verdict")}  # fmt: skip


def _year_rows(found: Effects) -> list[dict[str, Any]]:
    from tanheng.pathways.projects.effect import verdict_named
    from tanheng.pathways.projects.ratio import interval

    return [
        {"title": _titled(one.project), "year": one.year, "expected": whole(one.expected), "measured": _plus_minus(one),
         "ratio": interval(one.ratio), "verdict": verdict_named(one.verdict)}
        for one in found.rows
    ]  # fmt: skip


def _titled(one: Project) -> str:
    return one.title[language()] + (
        say(f"（已含在 {one.within} 中）", f" (within {one.within})") if one.within else ""
    )


def show_roll_up(found: RollUp) -> None:
    """Totals by year, then what is wrong or left out."""
    from tanheng.pathways.projects.remarks import roll_up_remarks

    table(_total_rows(found), _total_heads(found), title=f"{found.pipeline.title[language()]} · {unit_here(found.tree.unit)}", right=tuple(_total_heads(found)))  # fmt: skip
    heads = _depth_heads(found)
    table(_depth_rows(found), heads, title=say("深度", "Depth"), right=tuple(heads)[1:])
    for line in roll_up_remarks(found):
        click.echo(line)


def depth_grid(found: RollUp) -> str:
    """Totals and depths as tables of a page, and what is wrong or left out."""
    from tanheng.charts import grid
    from tanheng.pathways.projects.remarks import roll_up_remarks

    tables = ((_total_heads(found), _total_rows(found)), (_depth_heads(found), _depth_rows(found)))
    return "".join(
        grid(list(heads.values()), [[str(row[key]) for key in heads] for row in rows])
        for heads, rows in tables
    ) + _paragraphs(roll_up_remarks(found))


def _total_heads(found: RollUp) -> dict[str, str]:
    heads = {"year": say("年", "Year"), "reference": say("没有项目", "Without projects"), "with_projects": say("计入预期", "With what is expected"),
             "counted_reduction": say("预期减少", "Expected less"), "with_measured": say("计入实测", "With what was measured"), "half": "±"}  # fmt: skip
    return heads if found.tree.cap is None else heads | {"cap": say("上限", "Cap"), "gap": say("缺口", "Gap")}


def _total_rows(found: RollUp) -> list[dict[str, Any]]:
    years = found.by_year().to_dicts()
    first, last = years[0]["year"], years[-1]["year"]
    return [
        {key: whole(value) if isinstance(value, float) else value or "" for key, value in row.items()}
        | {
            "half": ""
            if row["measured_high"] is None
            else f"{row['measured_high'] - row['with_measured']:,.0f}"
        }
        for row in years
        if row["with_measured"] is not None or (row["year"] - first) % _EVERY == 0 or row["year"] == last
    ]


def _depth_heads(found: RollUp) -> dict[str, str]:
    at = _shown_years(found)
    return {"lever": say("杠杆或叶", "Lever or leaf")} | {str(year): str(year) for year in at}


def _depth_rows(found: RollUp) -> list[dict[str, Any]]:
    years = found.tree.years.astype(int).tolist()
    return [
        {"lever": found.named(name)} | {str(year): _deep(name, float(depth[years.index(year)])) for year in _shown_years(found)}
        for name, depth in found.expected.depths.items()
    ]  # fmt: skip


def _shown_years(found: RollUp) -> list[int]:
    years = found.tree.years.astype(int).tolist()
    return [year for year in years if (year - years[0]) % _EVERY == 0 or year == years[-1]]


def _deep(name: str, depth: float) -> str:
    return number(depth) if name.startswith("leaf:") else f"{depth:.2%}"


def _plus_minus(one: Any) -> str:
    if one.measured is None:
        return ""
    return f"{one.measured:,.0f}" + (
        say("（不确定性未知）", " (uncertainty unknown)") if one.width is None else f" ± {one.width:,.0f}"
    )


def whole(value: float | None) -> str:
    """A whole number, or nothing."""
    return "" if value is None else f"{value:,.0f}"


def myriad(value: float | None) -> str:
    """An amount of money in 万元, or nothing."""
    return "" if value is None else f"{value / 1e4:,.1f}"
