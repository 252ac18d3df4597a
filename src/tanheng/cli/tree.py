"""``tanheng tree``: a factor tree shown, computed, and its levers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, group, say, table, unit_here
from tanheng.cli.options import shared_options, write_page

tree = group(
    "tree",
    "因子树：由叶、公式与杠杆组成的地区模型",
    "Factor trees: a model of a place made of leaves, formulas and levers",
)
_FILE = click.argument("file", type=PATH)


@tree.command(help=say("显示因子树的叶与节点", "Show leaves and nodes of a factor tree"))
@_FILE
@common_options
def show(file: Path, *, as_json: bool) -> int:
    """Print leaves with their value, source and proof, and nodes with their formula."""
    from tanheng.errors import language
    from tanheng.pathways import load_tree
    from tanheng.pathways.tree.listing import described, origin_of

    found = load_tree(file)
    start = found.evaluate()
    told = described(found)
    if as_json:
        emit_json(told)
        return OK
    lang = language()
    click.echo(f"{found.title[lang]}（{found.id}）" if lang == "zh" else f"{found.title[lang]} ({found.id})")
    if found.notes:
        click.echo(found.notes[lang])
    rows = [
        {"name": one["name"], "title": one["title"][lang], "value": number(one["value"]), "unit": one["unit"],
         "width": "–" if one["uncertainty_percent"] is None else f"±{one['uncertainty_percent']:g} %", "from": origin_of(one, lang)}
        for one in told["leaves"]
    ]  # fmt: skip
    heads = {"name": say("叶", "Leaf"), "title": say("名称", "Name"), "value": say("基准年", "Base year"), "unit": say("单位", "Unit"),
             "width": say("不确定性", "Uncertainty"), "from": say("来自", "From")}  # fmt: skip
    table(rows, heads, right=("value", "width"))
    years = (int(found.years[0]), int(found.years[-1]))
    rows = [
        {"name": one.name, "title": one.title[lang], "first": number(start[one.name][0, 0]),
         "last": number(start[one.name][0, -1]), "unit": one.unit, "formula": one.formula.text}
        for one in found.nodes.values()
    ]  # fmt: skip
    heads = {"name": say("节点", "Node"), "title": say("名称", "Name"), "first": str(years[0]), "last": str(years[1]),
             "unit": say("单位", "Unit"), "formula": say("公式", "Formula")}  # fmt: skip
    table(rows, heads, right=("first", "last"))
    return OK


def number(value: float) -> str:
    """A number as tables show it."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.6g}"


def sized_rows(
    unit: str, rows: Iterable[Mapping[str, Any]], keys: Sequence[str]
) -> tuple[str, list[dict[str, Any]]]:
    """The unit in a size in which the amounts of ``keys`` can be read, and the rows with those amounts in it."""
    from tanheng.charts.frame import scaled

    held = list(rows)
    most = max((abs(row[key]) for row in held for key in keys if row.get(key) is not None), default=0.0)
    factor, shown = scaled(unit_here(unit), most)
    return shown, [
        row | {key: "" if row[key] is None else number(row[key] / factor) for key in keys if key in row} for row in map(dict, held)
    ]  # fmt: skip


def settings_of(texts: tuple[str, ...]) -> dict[str, float]:
    """Settings of levers as written: NAME=0.5, or NAME=50%."""
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            share = float(value.strip().removesuffix("%")) / (100 if value.strip().endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not equals or not 0 <= share <= 1:
            raise Usage(
                f"“{text}”应为 杠杆=0 到 1，如 clean-power=0.5",
                f"'{text}' should be LEVER=0 to 1, such as clean-power=0.5",
            )
        found[name.strip()] = share
    return found


@tree.command(help=say("自下而上求值：移动杠杆，看合计", "Compute bottom-up: move levers and see the total"))
@_FILE
@click.option("--scenario", default="baseline", show_default=True, help=say("情景", "scenario"))
@click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="NAME=0..1",
    help=say("杠杆做到几成，可重复", "how far a lever is taken, repeatable"),
)
@click.option(
    "--node",
    "nodes",
    multiple=True,
    help=say("要看的节点，可重复；默认合计", "node to show, repeatable; the total unless told"),
)
@shared_options("draws", "seed", "html", seed=2021)
@common_options
def evaluate(
    file: Path, *, scenario: str, levers: tuple[str, ...], nodes: tuple[str, ...], draws: int, seed: int, html: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Print nodes by year."""
    from tanheng.errors import NotFound, language
    from tanheng.pathways import load_tree

    settings = settings_of(levers)
    loaded = load_tree(file)
    for name in nodes:
        if name not in loaded.nodes and name not in loaded.leaves:
            raise NotFound(
                what_zh="节点", what_en="node", name=name, known=", ".join([*loaded.nodes, *loaded.leaves])
            )
    found = loaded.evaluate(scenario, levers=settings, draws=draws, seed=seed)
    shown = list(nodes) or [loaded.total]
    title = f"{loaded.title[language()]} · {loaded.scenario(scenario).title[language()]}"
    write_page(html, title, lambda: [found.chart()])
    if as_json:
        emit_json({**found.to_dict(), "nodes": found.table(shown).to_dicts()})
        return OK
    rows = [
        {**row, **{key: number(row[key]) for key in ("value", "p5", "p95") if key in row}}
        for row in found.table(shown).to_dicts()
    ]
    heads = {"title": say("节点", "Node"), "year": say("年", "Year"), "value": say("值", "Value")}
    heads |= {"p5": "p5", "p95": "p95"} if draws else {}

    table(rows, {**heads, "unit": say("单位", "Unit")}, title=title, right=("year", "value", "p5", "p95"))  # fmt: skip
    return OK


@tree.command(
    help=say(
        "列出杠杆：幅度、走势、费用、互斥与依赖",
        "List levers: size, course, cost, exclusive groups and dependence",
    )
)
@_FILE
@common_options
def levers(file: Path, *, as_json: bool) -> int:
    """Print the levers and what each would save alone in the last year."""
    from tanheng.errors import language
    from tanheng.pathways import load_tree
    from tanheng.pathways.tree.listing import levers_listed

    lang, loaded = language(), load_tree(file)
    listed = levers_listed(loaded)
    if as_json:
        emit_json(
            {"unit": loaded.unit, "prices": loaded.prices, "year": int(loaded.years[-1]), "levers": listed}
        )
        return OK
    kinds = {
        "relative": say("按比例", "by share"),
        "absolute": say("按量", "by amount"),
        "move": say("移到", "moved to"),
    }
    unit, sized = sized_rows(loaded.unit, listed, ("saves_alone_last_year",))
    rows = [
        {**row, "title": row["title"][lang], "kind": f"{kinds[row['kind']]} {row['to'] or ''}".strip(),
         "most": f"{row['most']:+.0%}" if row["kind"] != "absolute" else f"{row['most']:+,.6g} {unit_here(loaded.leaves[row['leaf']].unit)}",
         "time": f"{row['from']}–{row['from'] + row['build'] - 1}", "saves": row["saves_alone_last_year"],
         "cost": f"{row['cost_last_year'] / 1e8:,.2f}", "bound": ", ".join(filter(None, [row["group"], *row["needs"]]))}
        for row in sized
    ]  # fmt: skip
    last = int(loaded.years[-1])
    heads = {
        "lever": say("杠杆", "Lever"), "title": say("名称", "Name"), "leaf": say("叶", "Leaf"), "kind": say("方式", "Kind"),
        "most": say("做满", "Full"), "time": say("年份", "Years"), "saves": say(f"{last} 年单独减少（{unit}）", f"Saves alone in {last} ({unit})"),
        "cost": say("年费用（亿元）", "Cost a year (10⁸ CNY)"), "bound": say("互斥/依赖", "Group, needs"),
    }  # fmt: skip
    table(rows, heads, right=("most", "saves", "cost"))
    return OK
