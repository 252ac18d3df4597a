"""``tanheng index``: the dual-carbon index of places, each part opening to its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table, unit_here, writing
from tanheng.cli.options import shared_options
from tanheng.errors import language

if TYPE_CHECKING:
    from tanheng.pathways import DualCarbonIndex
    from tanheng.pathways.index import IndexAudit


@click.command(
    help=say(
        "双碳指数：路径文件 FILE（road.yaml）的五个部分、总分与区间、数据质量等级；几个文件则并列。",
        "The dual-carbon index: five parts, the whole with its interval and the grade of the data, for each road FILE (road.yaml); "
        "several stand side by side.",
    )
)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option(
    "--year", type=int, help=say("评价年；代替文件里的", "year that is judged; instead of the file's")
)
@shared_options("draws", "seed", "html", seed=1, draws=(100, 100_000, 2000))
@click.option(
    "--audit",
    is_flag=True,
    help=say("总分与名次对各项约定的敏感性", "how far the whole and the ranks depend on the conventions"),
)
@click.option(
    "--history", is_flag=True, help=say("基准年以来各年的指数", "the index of every year since the base year")
)
@click.option(
    "--against",
    type=PATH,
    help=say(
        "同一地区的另一版本：重算前的路径文件，列出变动",
        "another version of the place, such as before a restatement: what moved",
    ),
)
@common_options
def index(
    files: tuple[Path, ...], *, year: int | None, draws: int, seed: int, html: Path | None, audit: bool, history: bool, against: Path | None,
    as_json: bool
) -> int:  # fmt: skip
    """Print the five parts, the whole with its interval, the grade and the verdict."""
    from tanheng.pathways import dual_carbon_index, load_road
    from tanheng.pathways.index import audit_conventions, index_change, index_history

    roads = [load_road(file) for file in files]
    found = [dual_carbon_index(road, year=year, draws=draws, seed=seed) for road in roads]
    audited = audit_conventions(found) if audit else None
    past = [index_history(road, until=year, draws=draws, seed=seed) for road in roads] if history else []
    change = None
    if against is not None:
        if len(found) > 1:
            raise Usage("--against 只用于一个文件", "--against is for one file")
        old = dual_carbon_index(load_road(against), year=found[0].year, draws=draws, seed=seed)
        change = index_change(old, found[0])
    if html is not None:
        from tanheng.pathways.index.showing import page_of

        more = {say("历年", "Over the years"): "".join(one._repr_html_() for one in past)} if past else {}
        more |= {say("变动", "What moved"): change._repr_html_()} if change else {}
        more |= {say("敏感性审计", "Sensitivity audit"): audited._repr_html_()} if audited else {}
        with writing(html) as target:
            target.write_text(page_of(found, more), encoding="utf-8")
    if as_json:
        told = found[0].to_dict() if len(found) == 1 else {"places": [one.to_dict() for one in found]}
        told |= {"audit": audited.to_dict()} if audited else {}
        told |= {"against": change.to_dict()} if change else {}
        emit_json(told | ({"history": [one.to_dict() for one in past]} if past else {}))
        return OK
    if len(found) == 1:
        _show(found[0])
    else:
        _compare(found)
    for one in past:
        _show_rows(one.heads(), one.rows(), one.table().title + say(" · 历年", " · over the years"))
    if change:
        _show_rows(change.heads(), change.rows(), change.table().title + say(" · 变动", " · what moved"))
    if audited:
        _show_audit(audited)
    return OK


def _show_rows(heads: list[str], rows: list[list[str]], title: str) -> None:
    keys = [str(at) for at in range(len(heads))]
    texts = [dict(zip(keys, row, strict=True)) for row in rows]
    table(texts, dict(zip(keys, heads, strict=True)), title=title, right=tuple(keys[1:]))


def _show_audit(audited: IndexAudit) -> None:
    from tanheng.pathways.index.audit_showing import readable

    for title, heads, rows in readable(audited):
        keys = [str(at) for at in range(len(heads))]
        table(
            [dict(zip(keys, row, strict=True)) for row in rows], dict(zip(keys, heads, strict=True)), title=title, right=tuple(keys[2:])
        )  # fmt: skip
    if audited.methods is not None:
        places = [
            {"name": row["name"], "rank": row["rank"], "span": f"{row['p5']:.0f}–{row['p95']:.0f}"}
            for row in audited.methods.table().to_dicts()
        ]
        columns = {"name": say("地区", "Place"), "rank": say("名次", "Rank"), "span": "p5–p95"}
        table(places, columns, title=say("其他方法下的名次", "Ranks by methods"), right=("rank", "span"))


def _show(found: DualCarbonIndex) -> None:
    from tanheng.pathways.index.consistency import verdict_named
    from tanheng.pathways.index.overall import NAMES
    from tanheng.pathways.index.wording import amount, score, sentence, span

    place, unit = int(language() != "zh"), unit_here(found.road.unit)
    rows = [
        {"part": NAMES[name][place], "score": score(getattr(found, name).value if name in found.joint else None),
         "span": span(found.joint[name]) if name in found.joint else "–", "said": sentence(found, name)}
        for name in NAMES
    ]  # fmt: skip
    heads = {"part": say("部分", "Part"), "score": say("分", "Score"), "span": "p5–p95", "said": say(f"说明（{unit}）", f"What it says ({unit})")}  # fmt: skip
    title = f"{found.road.title[language()]} {found.year}"
    if found.road.observed.synthetic:
        title += say("（合成数据，不是统计）", " (synthetic data, no statistics)")
    table(rows, heads, title=title, right=("score", "span"))
    whole = say("总分", "Overall") + say("：", ": ") + score(found.value)
    whole += f" ({found.withheld[place]})" if found.withheld else f" (p5–p95 {span(found.draws)})"
    grade = say("数据质量", "data quality") + f" {found.grade.letter}"
    click.echo(f"{whole} · {grade} · {verdict_named(found.path_consistency.verdict)}")
    for finding in found.road.observed.findings:
        click.echo(finding.message())
    gap = found.tree_gap
    if gap and gap["apart"]:
        click.echo(say(f"因子树在 {gap['year']} 年为 {amount(gap['tree'])}，核查为 {amount(gap['observed'])}：请先校准因子树",
                       f"In {gap['year']} the tree says {amount(gap['tree'])}, observed were {amount(gap['observed'])}: calibrate the tree first"))  # fmt: skip


def _compare(found: list[DualCarbonIndex]) -> None:
    from tanheng.pathways.index.showing import compared, compared_heads

    title = say("双碳指数", "Dual-carbon index")
    table(compared(found), compared_heads(), title=title, right=("whole", "span", *found[0].scores))
