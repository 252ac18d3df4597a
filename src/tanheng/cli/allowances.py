"""``tanheng allowances``: allowances by a plan, each term with its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, Usage, common_options, emit_json, say, table

if TYPE_CHECKING:
    from tanheng.holdings import Plan


@click.command(
    help=say(
        "按配额方案核算：CALCULATION 为 unit（机组）、firm（重点排放单位）、advance（预分配）或 carry-over（结转），"
        "其后是输入，如 class=I year=2023 electricity=3000000 heat=500000 load=60%；都不写则列出方案的基准值与输入。",
        "Calculate by a plan of allowances: CALCULATION is unit, firm, advance or carry-over, then its inputs, such as "
        "class=I year=2023 electricity=3000000 heat=500000 load=60%; without any, list benchmarks and inputs of the plan.",
    )
)
@click.argument("calculation", required=False)
@click.argument("inputs", nargs=-1, metavar="[NAME=VALUE]...")
@click.option(
    "--plan",
    default="cn-power-2023-2024",
    show_default=True,
    help=say("配额方案的编号，或自有方案文件", "id of a plan, or a plan file of your own"),
)
@common_options
def allowances(calculation: str | None, inputs: tuple[str, ...], *, plan: str, as_json: bool) -> int:
    """Print the terms of a calculation, or the plan."""
    from tanheng.holdings import calculate, load_plan

    loaded = load_plan(plan)
    if calculation is None:
        if as_json:
            emit_json(loaded.data)
        else:
            _show(loaded)
        return OK
    given: dict[str, str] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise Usage(f"“{text}”应为 名=值", f"'{text}' should be NAME=VALUE")
        if name.strip() in given:
            raise Usage(f"“{name.strip()}”给出了两次", f"'{name.strip()}' is given twice")
        given[name.strip()] = value.strip()
    found = calculate(calculation, plan=loaded, **given)
    if as_json:
        emit_json(found.to_dict())
    else:
        click.echo(found.text())
    return OK


def _show(plan: Plan) -> None:
    from tanheng.errors import language

    lang, data = language(), plan.data
    rows = [
        {"class": code, "title": one["title"][lang], "criterion": one["criterion"][lang], "year": year}
        | {name: printed["values"][year].get(code) for name, printed in data["benchmarks"].items()}
        for year in plan.years
        for code, one in data.get("classes", {}).items()
    ]
    benchmarks = data.get("benchmarks", {})
    heads = {"year": say("年度", "Year"), "class": say("类别", "Class"), "title": say("名称", "Name"),
             "criterion": say("判定标准", "What belongs to it")}  # fmt: skip
    heads |= {name: f"{name} {one['title'][lang]} {one['unit']}" for name, one in benchmarks.items()}
    table(rows, heads, title=plan.title[lang], right=tuple(benchmarks))
    listed = [
        {"calculation": name, "title": one["title"][lang], "input": key, "meaning": about["title"][lang],
         "symbol": about["symbol"], "unit": about.get("unit", "")}
        for name, one in data["calculations"].items()
        for key, about in one["inputs"].items()
    ]  # fmt: skip
    names = {"calculation": say("核算", "Calculation"), "title": say("名称", "Name"), "input": say("输入", "Input"),
             "meaning": say("含义", "Meaning"), "symbol": say("符号", "Symbol"), "unit": say("单位", "Unit")}  # fmt: skip
    table(listed, names)
    click.echo(data.get("notes", {}).get(lang, ""))
