"""``tanheng cap``: the cheapest levers under a cap, or what an unreachable cap lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.options import shared_options, write_page
from tanheng.cli.tree import sized_rows

if TYPE_CHECKING:
    from tanheng.pathways import CapPlan, Tree


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
@shared_options("html")
@click.option(
    "--curve",
    type=int,
    metavar="YEAR",
    help=say("改为给出某年的边际减排成本曲线", "the marginal cost curve of a year instead"),
)
@common_options
def cap(
    file: Path,
    *,
    caps: tuple[str, ...],
    discount: float | None,
    curve: int | None,
    html: Path | None,
    as_json: bool,
) -> int:
    """Print levers chosen, cost, shadow prices; gap, binding bounds and relaxation."""
    from tanheng.errors import language
    from tanheng.pathways import load_tree, solve_cap

    marks = _marks(caps)
    loaded = load_tree(file)
    if curve is not None:
        return _curve(loaded, curve, html=html, as_json=as_json)
    if outside := [year for year in marks if not loaded.years[0] < year <= loaded.years[-1]]:
        raise Usage(
            f"{outside[0]} 不在 {loaded.years[0] + 1:.0f} 至 {loaded.years[-1]:.0f} 之间",
            f"{outside[0]} is not between {loaded.years[0] + 1:.0f} and {loaded.years[-1]:.0f}",
        )
    found = solve_cap(loaded, marks=marks or None, discount=None if discount is None else discount / 100)
    write_page(html, found.tree.title[language()], lambda: _parts(found))
    if as_json:
        emit_json(found.to_dict())
    else:
        _show(found)
    return OK if found.reachable else CHECK_FAILED


def _curve(loaded: Tree, year: int, *, html: Path | None, as_json: bool) -> int:
    """The marginal cost of each tonne in a year, as the dual of a cap that is swept."""
    from tanheng.errors import language
    from tanheng.pathways import cost_curve
    from tanheng.pathways.cap.result import tonnes_of

    found = cost_curve(loaded, year)
    write_page(html, found.title, lambda: [found.chart()])
    if as_json:
        emit_json(
            {
                "tree": loaded.id,
                "year": year,
                "unit": loaded.unit,
                "prices": loaded.prices,
                "curve": found.to_dicts(),
            }
        )
        return OK
    tonnes = tonnes_of(loaded.unit)
    unit, sized = sized_rows(loaded.unit, found.to_dicts(), ("saved",))
    rows = [
        {"saved": row["saved"], "price": f"{row['price'] / tonnes:,.1f}", "cost": f"{row['cost'] / 1e8:,.2f}", "last": say("、", ", ").join(loaded.levers[one].title[language()] for one in _new(row, before))}
        for row, before in zip(sized, [None, *sized], strict=False)
    ]  # fmt: skip
    heads = {"saved": say(f"减少（{unit}）", f"Saved ({unit})"), "price": say("边际成本（元/t）", "Marginal cost (CNY/t)"),
             "cost": say("年费用（亿元）", "Cost a year (10⁸ CNY)"), "last": say("新采用的杠杆", "Levers that are new")}  # fmt: skip
    table(rows, heads, title=found.title, right=("saved", "price", "cost"))
    return OK


def _new(row: dict[str, Any], before: dict[str, Any] | None) -> list[str]:
    known = set() if before is None else set(before["levers"].split(", "))
    return [one for one in row["levers"].split(", ") if one and one not in known]


def _marks(texts: tuple[str, ...]) -> dict[int, float]:
    from tanheng.pathways.index.settings import LARGEST

    found: dict[int, float] = {}
    for text in texts:
        year, _, value = text.partition("=")
        try:
            found[int(year)] = float(value)
        except ValueError as cause:
            raise Usage(
                f"“{text}”应为 年=数，如 2030=4e8", f"'{text}' should be YEAR=NUMBER, such as 2030=4e8"
            ) from cause
        if not abs(found[int(year)]) < 1000 * LARGEST:  # in kg, the smallest unit of a tree
            raise Usage(
                f"“{text}”多于全世界的排放，或不是数", f"'{text}' is more than the world emits, or no number"
            )
    return found


def _parts(found: CapPlan) -> list[str]:
    """Chart and levers."""
    from tanheng.charts import grid
    from tanheng.errors import language
    from tanheng.pathways.index.wording import sized

    lang = language()
    rows = [
        [one["title"][lang], str(one["from"]), f"{one['depth']:.0%}", f"{one['present_value'] / 1e8:,.1f}"]
        for one in found.to_dict()["levers"]
    ]
    heads = [say("采用的杠杆", "Lever taken"), say("起始年", "From"), say("最大深度", "Deepest"), say("费用现值（亿元）", "Cost, present value (10⁸ CNY)")]  # fmt: skip
    state = "" if found.reachable else say(f"达不到：缺口合计 {sized(found.gap.sum(), found.tree.unit)}", f"Unreachable: gaps of {sized(found.gap.sum(), found.tree.unit)} together")  # fmt: skip
    return [found.chart(), f"<p>{state}</p>", grid(heads, rows)]


def _show(found: CapPlan) -> None:
    from tanheng.errors import language
    from tanheng.pathways.cap.result import held_said, kind_named, tonnes_of
    from tanheng.pathways.index.wording import sized

    lang, told, tonnes = language(), found.to_dict(), tonnes_of(found.tree.unit)
    rows = [
        {"title": one["title"][lang], "from": one["from"], "depth": f"{one['depth']:.0%}", "cost": f"{one['present_value'] / 1e8:,.1f}"}
        for one in told["levers"]
    ]  # fmt: skip
    heads = {"title": say("采用的杠杆", "Lever taken"), "from": say("起始年", "From"), "depth": say("最大深度", "Deepest"),
             "cost": say("费用现值（亿元）", "Cost, present value (10⁸ CNY)")}  # fmt: skip
    table(rows, heads, title=found.tree.title[lang], right=("depth", "cost"))
    capped = [
        row
        | {
            "gap": row["gap"] or None,
            "price": "" if row["price"] is None else f"{row['price'] / tonnes:,.1f}",
        }
        for row in found.by_year().to_dicts()
        if row["cap"] is not None
    ]
    unit, rows = sized_rows(found.tree.unit, capped, ("baseline", "cap", "emission", "gap"))
    heads = {"year": say("年", "Year"), "baseline": say("基准", "Baseline"), "cap": say("上限", "Cap"), "emission": say("排放", "Emission"),
             "gap": say("缺口", "Gap"), "price": say("影子价格（元/t）", "Shadow price (CNY/t)")}  # fmt: skip
    table(rows, heads, title=unit, right=tuple(heads))
    click.echo(
        say("费用现值", "Cost, present value")
        + f": {found.present_value / 1e8:,.1f} "
        + say("亿元", "× 10⁸ CNY")
    )
    if found.reachable:
        return
    click.echo(
        say(
            f"达不到：缺口合计 {sized(found.gap.sum(), found.tree.unit)}",
            f"Unreachable: gaps of {sized(found.gap.sum(), found.tree.unit)} together",
        )
    )
    for one in found.binding[:10]:
        where = "–".join(str(year) for year in dict.fromkeys((one.years[0], one.years[-1])))
        name = found.tree.levers[one.name].title[lang] if one.name in found.tree.levers else one.name
        click.echo(say(f"  起约束：{kind_named(one.kind)} {name}（{where}），每放宽 1 个百分点少 {sized(one.worth, 't')}",
                       f"  binds: {kind_named(one.kind)} of {name} ({where}), {sized(one.worth, 't')} less for each point more"))  # fmt: skip
    relaxed = found.relaxation
    if relaxed is not None:
        for row in relaxed.to_dicts(found.tree):
            bound = {
                "most": say("超过原定幅度", "more than fully done"),
                "course": say("更早更快", "earlier and faster"),
            }[row["bound"]]
            click.echo(say(f"  放宽：{row['title']['zh']} {bound}，最多再加 {row['more']:.0%}（{row['year_of_most']} 年）",
                           f"  relax: {row['title']['en']} {bound}, at most {row['more']:.0%} more ({row['year_of_most']})"))  # fmt: skip
        if relaxed.gap.any():
            click.echo("  " + held_said(relaxed, found.tree, sized(relaxed.gap.sum(), found.tree.unit)))
