"""``tanheng composite``: a composite index from a framework and its data, and the audit of its ranking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say
from tanheng.cli.options import shared_options, write_page
from tanheng.pathways.composite.choices import MEANT, WAYS


def _settings(command: Any) -> Any:
    for name in reversed(list(WAYS)):
        zh, en = MEANT[name]
        ways = ", ".join(WAYS[name])
        command = click.option(f"--{name}", metavar="WAY", help=say(f"{zh}：{ways}", f"{en}: {ways}"))(
            command
        )
    return command


@click.command(
    help=say(
        "由指标表 --meta 与数据 DATA 合成指数（COINr 的 iMeta、iData 两表，CSV，或一个 Excel 的两张工作表）；--audit 把各项假设一起变动，给出名次区间与 Sobol 指数。",
        "Make a composite index from a framework --meta and DATA (COINr's iMeta and iData as CSV, or two sheets of one workbook); "
        "--audit varies the assumptions together and gives intervals of ranks and Sobol indices.",
    )
)
@click.argument("data", type=PATH)
@click.option(
    "--meta",
    type=PATH,
    help=say("指标表；不写则在 DATA 的另一张工作表中找", "framework; without, another sheet of DATA"),
)
@_settings
@click.option("--year", type=int, help=say("只看这一年", "this year only"))
@click.option(
    "--ahp", "judgements", type=PATH, multiple=True,
    help=say("判断矩阵（方形表，行列名为代码），可重复；一致性比率不小于 0.1 即拒绝", "pairwise judgements, a square table named by codes, repeatable; refused from a consistency ratio of 0.1"),
)  # fmt: skip
@click.option(
    "--wealth",
    default="",
    metavar="COLUMN",
    help=say(
        "与此列（如 GDP/Population）求相关：指数是否只是财富",
        "correlate with this column, such as GDP/Population: is it only wealth?",
    ),
)
@click.option(
    "--against",
    multiple=True,
    metavar="SETTING=WAY",
    help=say(
        "与另一种做法比较名次，如 normalisation=z-score，可重复",
        "compare ranks with another way, such as normalisation=z-score; repeatable",
    ),
)
@click.option(
    "--leave-out",
    type=int,
    metavar="LEVEL",
    help=say(
        "逐一去掉该层的元素（1 为指标）", "leave out the elements of a level one by one (1 is the indicators)"
    ),
)
@click.option(
    "--coupling",
    is_flag=True,
    help=say(
        "最高一层各部分的耦合协调度（2021 年修正式）",
        "coupling coordination of the parts of the index (corrected formula of 2021)",
    ),
)
@click.option(
    "--least-data",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help=say(
        "只留已知指标占比不低于此的单元，如 0.9",
        "keep units of which at least this share of indicators is known, such as 0.9",
    ),
)
@click.option("--audit", is_flag=True, help=say("稳健性审计", "audit"))
@click.option(
    "--assume",
    multiple=True,
    metavar="SETTING=WAY|WAY",
    help=say(
        "审计中该假设的备选，如 aggregation=arithmetic|geometric、noise=0.25、leave-out=no；只变动写明的",
        "alternatives of an assumption in the audit, such as aggregation=arithmetic|geometric, noise=0.25, leave-out=no; only those stated vary",
    ),
)
@click.option(
    "--of",
    "unit",
    metavar="UNIT",
    help=say(
        "审计中再给出此单元名次的 Sobol 指数", "in the audit, Sobol indices of the rank of this unit as well"
    ),
)
@click.option(
    "--runs",
    type=click.IntRange(16, 10_000_000),
    default=10_000,
    show_default=True,
    help=say("审计至少运行的次数", "runs of the audit, at least"),
)
@shared_options("seed", "html")
@common_options
def composite(
    data: Path, *, meta: Path | None, year: int | None, judgements: tuple[Path, ...], wealth: str, against: tuple[str, ...],
    leave_out: int | None, coupling: bool, least_data: float, unit: str | None, audit: bool, assume: tuple[str, ...], runs: int, seed: int, html: Path | None,
    as_json: bool, **chosen: str | None,
) -> int:  # fmt: skip
    """Print ranks, weights and what was done to the data; rank intervals and Sobol indices with --audit."""
    from tanheng.cli import composite_tables as tables
    from tanheng.pathways import composite as room

    if (assume or unit) and not audit:
        raise Usage("--assume 与 --of 用于 --audit", "--assume and --of go with --audit")
    settings = room.Settings(**{name: way for name, way in chosen.items() if way is not None})
    others = [room.other_settings(settings, text) for text in against]
    framework, told = room.judged(room.read_framework(meta or data), judgements)
    read = room.read_units(data, framework)
    units = read.covering(framework, least_data)
    rewritten = room.rewriting(units, framework, settings) if year is None else None
    if year is not None:
        units = units.of_year(year)
    made = room.composite_index(units, framework, settings)
    answer: dict[str, Any] = {"data": data.name, "meta": (meta or data).name} | made.to_dict()
    answer["dropped"] = dropped = [code for code in dict.fromkeys(read.codes) if code not in units.codes]
    answer["ahp"] = [one.to_dict() for one in told]
    answer["diagnosis"] = diagnosis = room.diagnose(made, wealth)
    if rewritten is not None:
        answer["rewriting"] = rewritten
    compared = [
        (text, room.compare(made, room.composite_index(units, framework, other)))
        for text, other in zip(against, others, strict=True)
    ]
    answer["comparisons"] = [{"against": text, "ranks": table.to_dicts()} for text, table in compared]
    left = room.leave_out(made, level=leave_out) if leave_out is not None else None
    if left is not None:
        answer["left_out"] = left.to_dicts()
    coupled = room.coupling_of(made) if coupling else None
    if coupled is not None:
        answer["coupling"] = coupled
    found = (
        room.audit_composite(units, framework, settings, room.assumed(assume), runs=runs, seed=seed)
        if audit
        else None
    )
    if found is not None:
        answer["audit"] = {key: value for key, value in found.to_dict().items() if key != "index"}
        if unit:
            answer["audit"]["sensitivity_of"] = {"unit": unit} | found.sensitivity_of(unit).to_dict()

    def parts() -> list[str]:
        return tables.page_parts(made, found, diagnosis, room.sentences(diagnosis, told, rewritten))

    told_beside = [*made.findings, *diagnosis.findings]
    write_page(html, framework.nodes[framework.top].name, parts, told_beside)
    if as_json:
        emit_json(answer)
    else:
        tables.show(made, diagnosis, told, rewritten)
        for text, table in compared:
            tables.show_compared(text, table)
        if left is not None:
            tables.show_left(left)
        if coupled is not None:
            tables.show_coupled(coupled)
        if found is not None:
            tables.show_audit(found, unit)
        if dropped:
            click.echo(
                say(
                    f"数据不足未列入：{', '.join(dropped)}",
                    f"Left out for want of data: {', '.join(dropped)}",
                )
            )
    return OK
