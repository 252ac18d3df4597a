"""``tanheng scenario``: scenarios of a factor tree run, compared, split into wedges, and exchanged in the IAMC form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, group, say, table
from tanheng.cli.options import shared_options, tell, write_page
from tanheng.cli.tree import sized_rows

scenario = group(
    "scenario",
    "情景：运行、比较、归因与 IAMC 交换",
    "Scenarios: run, compare, wedges, exchange in the IAMC form",
)
_FILE = click.argument("file", type=PATH)
_NAMES = click.option("--scenario", "names", multiple=True, help=say("情景，可重复；默认全部", "scenario, repeatable; all unless told"))  # fmt: skip
_DRAWN = shared_options("draws", "seed", seed=2021)


@scenario.command(
    help=say("运行一个情景：合计与所采用的杠杆", "Run a scenario: its total and the levers that it takes")
)
@_FILE
@click.argument("name", default="baseline")
@_DRAWN
@shared_options("html")
@common_options
def run(file: Path, name: str, *, draws: int, seed: int, html: Path | None, as_json: bool) -> int:
    """Print the total by year."""
    from tanheng.errors import language
    from tanheng.pathways import load_tree

    tree = load_tree(file)
    found = tree.evaluate(name, draws=draws, seed=seed)
    write_page(
        html, f"{tree.title[language()]} · {found.scenario.title[language()]}", lambda: [found.chart()]
    )
    if as_json:
        emit_json(found.to_dict())
        return OK
    lang = language()
    unit, rows = sized_rows(tree.unit, found.to_dict()["total"], ("value", "p5", "p95"))
    heads = {"year": say("年", "Year"), "value": unit} | ({"p5": "p5", "p95": "p95"} if draws else {})
    table(rows, heads, title=f"{tree.title[lang]} · {tree.scenario(name).title[lang]}", right=tuple(heads))
    for lever, share in tree.scenario(name).levers.items():
        click.echo(f"  {tree.levers[lever].title[lang]} {share:.0%}")
    return OK


@scenario.command(help=say("比较情景：逐年合计、比基准少多少、累计", "Compare scenarios: totals by year, less than the baseline, cumulated"))  # fmt: skip
@_FILE
@_NAMES
@_DRAWN
@click.option("--every", type=click.IntRange(1), default=5, show_default=True, help=say("表中每隔几年一行", "a row of the table every so many years"))  # fmt: skip
@shared_options("html")
@common_options
def compare(
    file: Path, *, names: tuple[str, ...], draws: int, seed: int, every: int, html: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Print scenarios side by side."""
    from tanheng.errors import language
    from tanheng.pathways import compare_scenarios, load_tree

    tree = load_tree(file)
    found = compare_scenarios(tree, names, draws=draws, seed=seed)
    write_page(html, found.title, lambda: [found.chart()])
    if as_json:
        emit_json({"tree": tree.id, "unit": tree.unit, "draws": draws, "rows": found.to_dicts()})
        return OK
    first, last = int(tree.years[0]), int(tree.years[-1])
    shown = [row for row in found.to_dicts() if (row["year"] - first) % every == 0 or row["year"] == last]
    unit, rows = sized_rows(tree.unit, shown, ("total", "p5", "p95", "less", "cumulated"))
    heads = {"title": say("情景", "Scenario"), "year": say("年", "Year"), "total": say("合计", "Total")}
    heads |= {"p5": "p5", "p95": "p95"} if draws else {}
    heads |= {"less": say("比基准少", "Less than the baseline"), "cumulated": say("累计", "Cumulated")}
    title = tree.title[language()]
    table(rows, heads, title=say(f"{title}（{unit}）", f"{title} ({unit})"), right=tuple(heads)[1:])
    return OK


@scenario.command(
    help=say(
        "归因：各组杠杆的减排，相加恰为合计", "Wedges: what each group of levers saves; they add up exactly"
    )
)
@_FILE
@click.argument("name")
@click.option("--year", type=int, help=say("只看一年；默认末年", "one year; the last unless told"))
@shared_options("html")
@common_options
def wedges(file: Path, name: str, *, year: int | None, html: Path | None, as_json: bool) -> int:
    """Print wedges by Shapley's value."""
    from tanheng.errors import NotFound, language
    from tanheng.pathways import load_tree
    from tanheng.pathways import wedges as split

    tree = load_tree(file)
    chosen = int(tree.years[-1]) if year is None else year
    if not tree.years[0] <= chosen <= tree.years[-1]:
        known = f"{tree.years[0]:.0f}–{tree.years[-1]:.0f}"
        raise NotFound(what_zh="年份", what_en="year", name=str(year), known=known)
    found = split(tree, name)
    title = f"{tree.title[language()]} · {tree.scenario(name).title[language()]}"
    write_page(html, title, lambda: [found.chart()])
    at = int(chosen - tree.years[0])
    rows: list[dict[str, Any]] = [row for row in found.table().to_dicts() if row["year"] == chosen]
    whole = float(found.baseline[at] - found.total[at])
    if as_json:
        emit_json({"tree": tree.id, "scenario": name, "year": chosen, "unit": tree.unit, "baseline": float(found.baseline[at]),
                   "total": float(found.total[at]), "less": whole, "sampled": found.sampled,
                   "wedges": [{"wedge": row["wedge"], "less": row["less"]} for row in rows]})  # fmt: skip
        return OK
    parts = [*sorted(rows, key=lambda row: -row["less"]), {"title": say("合计", "Total"), "less": whole}]
    shares = [{**row, "share": f"{row['less'] / whole:.1%}" if whole else ""} for row in parts]
    unit, shown = sized_rows(tree.unit, shares, ("less",))
    heads = {
        "title": say("组", "Group"),
        "less": f"{say('减少', 'Less')} ({unit})",
        "share": "%",
    }
    table(shown, heads, title=f"{tree.scenario(name).title[language()]} · {chosen}", right=("less", "share"))
    return OK


@scenario.command(help=say("导出 IAMC 表：CSV 或 .xlsx", "Export the IAMC form: CSV or .xlsx"))
@_FILE
@click.option("--out", required=True, type=PATH, help=say("写到哪里", "where to write it"))
@_NAMES
@click.option("--model", default="Tanheng", show_default=True, help=say("模型名", "name of the model"))
@click.option("--form", type=click.Choice(["wide", "long"]), default="wide", show_default=True, help=say("宽表或长表", "wide or long"))  # fmt: skip
@common_options
def export(file: Path, *, out: Path, names: tuple[str, ...], model: str, form: str, as_json: bool) -> int:
    """Write scenarios so that pyam and other models can read them."""
    from tanheng.pathways import load_tree, to_iamc
    from tanheng.pathways.scenarios.iamc import write_iamc

    found = to_iamc(load_tree(file), names, model=model, form="long" if form == "long" else "wide")
    written = write_iamc(found, out)
    if as_json:
        emit_json({"file": str(written), "rows": found.height, "scenarios": found.get_column("scenario").unique().sort().to_list()})  # fmt: skip
    else:
        click.echo(say(f"已写出 {written}（{found.height} 行）", f"Wrote {written} ({found.height} rows)"))
    return OK


@scenario.command(help=say("与别的模型的情景比较：OTHER 为 IAMC 表或 EPS 中国的结果表，同一变量逐年并列", "Compare with another model: OTHER is an IAMC table or one of EPS China, one variable side by side"))  # fmt: skip
@_FILE
@click.argument("other", type=PATH)
@click.option("--variable", default="", help=say("IAMC 变量；默认为合计", "IAMC variable; that of the total unless told"))  # fmt: skip
@click.option(
    "--scenario",
    "name",
    default="baseline",
    show_default=True,
    help=say("因子树的情景", "scenario of the tree"),
)
@shared_options("html")
@common_options
def against(file: Path, other: Path, *, variable: str, name: str, html: Path | None, as_json: bool) -> int:
    """Print one variable of a tree beside scenarios that are read in."""
    from tanheng.charts import grid
    from tanheng.pathways import load_tree, read_iamc
    from tanheng.pathways.scenarios.beside import against as beside

    found, told = beside(load_tree(file), read_iamc(other), variable, scenario=name)
    rows = [
        {**row, "year": str(row["year"]), "value": f"{row['value']:,.4g}" if abs(row["value"]) < 1000 else f"{row['value']:,.0f}",
         "index": "–" if row["index"] is None else f"{row['index']:.3f}"}
        for row in found.to_dicts()
    ]  # fmt: skip
    heads = {"model": say("模型", "Model"), "scenario": say("情景", "Scenario"), "region": say("地区", "Region"), "year": say("年", "Year"),
             "value": say("值", "Value"), "index": say("指数", "Index"), "unit": say("单位", "Unit")}  # fmt: skip
    cells = [[row[key] for key in heads] for row in rows]
    write_page(html, found.title, lambda: [found.chart(), grid(list(heads.values()), cells)], told)
    if as_json:
        emit_json({"variable": found.title, "rows": found.to_dicts(), "findings": [one.to_dict() for one in told]})  # fmt: skip
        return OK
    table(rows, heads, title=found.title, right=("year", "value", "index"))
    tell(told)
    return OK
