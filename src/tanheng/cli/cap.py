"""``tanheng cap``: the cheapest levers under a cap, or what an unreachable cap lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, Usage, common_options, emit_json, say, table

if TYPE_CHECKING:
    from tanheng.pathways import CapPlan


@click.command(
    help=say(
        "由每年的上限求最便宜的杠杆（因子树文件 FILE）；达不到时给出缺口、起约束的界限与最便宜的放宽，退出码 1。",
        "From a cap per year to the cheapest levers of a factor tree FILE; where it cannot be reached, the gap, the bounds "
        "that bind and the cheapest relaxation, with exit code 1.",
    )
)
@click.argument("file", type=PATH)
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="YEAR=AMOUNT",
    help=say("某年的上限，可重复；代替文件里的", "cap of a year, repeatable; instead of the file's"),
)
@click.option(
    "--discount",
    type=click.FloatRange(0, 100),
    help=say("折现率，%；代替文件里的", "discount rate, %; instead of the file's"),
)
@common_options
def cap(file: Path, *, caps: tuple[str, ...], discount: float | None, as_json: bool) -> int:
    """Print levers chosen, cost, shadow prices; gap, binding bounds and relaxation."""
    from tanheng.pathways import load_tree, solve_cap

    marks = _marks(caps)
    loaded = load_tree(file)
    if outside := [year for year in marks if not loaded.years[0] < year <= loaded.years[-1]]:
        raise Usage(
            f"{outside[0]} 不在 {loaded.years[0] + 1:.0f} 至 {loaded.years[-1]:.0f} 之间",
            f"{outside[0]} is not between {loaded.years[0] + 1:.0f} and {loaded.years[-1]:.0f}",
        )
    found = solve_cap(loaded, marks=marks or None, discount=None if discount is None else discount / 100)
    if as_json:
        emit_json(found.to_dict())
    else:
        _show(found)
    return OK if found.reachable else CHECK_FAILED


def _marks(texts: tuple[str, ...]) -> dict[int, float]:
    found: dict[int, float] = {}
    for text in texts:
        year, _, value = text.partition("=")
        try:
            found[int(year)] = float(value)
        except ValueError as cause:
            raise Usage(
                f"“{text}”应为 年=数，如 2030=4e8", f"'{text}' should be YEAR=NUMBER, such as 2030=4e8"
            ) from cause
    return found


def _show(found: CapPlan) -> None:
    from tanheng.errors import language
    from tanheng.pathways.cap.result import kind_named

    lang, told, unit = language(), found.to_dict(), found.tree.unit
    rows = [
        {"title": one["title"][lang], "from": one["from"], "depth": f"{one['depth']:.0%}", "cost": f"{one['present_value'] / 1e8:,.1f}"}
        for one in told["levers"]
    ]  # fmt: skip
    heads = {"title": say("采用的杠杆", "Lever taken"), "from": say("自", "From"), "depth": say("最深", "Deepest"),
             "cost": say("费用现值（亿元）", "Cost, present value (10^8 CNY)")}  # fmt: skip
    table(rows, heads, title=found.tree.title[lang], right=("depth", "cost"))
    rows = [
        {"year": row["year"], **{key: "" if row[key] is None else f"{row[key]:,.0f}" for key in ("baseline", "cap", "emission")},
         "gap": f"{row['gap']:,.0f}" if row["gap"] else "", "price": "" if row["price"] is None else f"{row['price']:,.1f}"}
        for row in found.by_year().to_dicts()
        if row["cap"] is not None
    ]  # fmt: skip
    heads = {"year": say("年", "Year"), "baseline": say("基准", "Baseline"), "cap": say("上限", "Cap"), "emission": say("排放", "Emission"),
             "gap": say("缺口", "Gap"), "price": say(f"影子价格（元/{unit}）", f"Shadow price (CNY/{unit})")}  # fmt: skip
    table(rows, heads, title=unit, right=tuple(heads))
    click.echo(
        say("费用现值", "Cost, present value")
        + f": {found.present_value / 1e8:,.1f} "
        + say("亿元", "x 10^8 CNY")
    )
    if found.reachable:
        return
    click.echo(
        say(
            f"达不到：缺口合计 {found.gap.sum():,.0f} {unit}",
            f"Unreachable: gaps of {found.gap.sum():,.0f} {unit} together",
        )
    )
    for one in found.binding[:10]:
        where = f"{one.years[0]}–{one.years[-1]}"
        click.echo(say(f"  起约束：{kind_named(one.kind)} {one.name}（{where}），每放宽 1 个百分点少 {one.worth:,.0f} t",
                       f"  binds: {kind_named(one.kind)} of {one.name} ({where}), {one.worth:,.0f} t less for each point more"))  # fmt: skip
    relaxed = found.relaxation
    if relaxed is not None:
        for row in relaxed.to_dicts(found.tree):
            bound = {
                "most": say("做得比做满更多", "more than fully done"),
                "course": say("做得更早更快", "earlier and faster"),
            }[row["bound"]]
            click.echo(say(f"  放宽：{row['title']['zh']} {bound}，最多多 {row['more']:.0%}（{row['year_of_most']} 年）",
                           f"  relax: {row['title']['en']} {bound}, at most {row['more']:.0%} more ({row['year_of_most']})"))  # fmt: skip
        if relaxed.gap.any():
            click.echo(
                say(
                    f"  即使放宽到物理上限仍缺 {relaxed.gap.sum():,.0f} {unit}：请提高上限",
                    f"  even at the physical limits {relaxed.gap.sum():,.0f} {unit} are missing: raise the cap",
                )
            )
