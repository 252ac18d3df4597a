"""The factor library ``tanheng factors``: search, show, audit, diff, validate, template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    FilledPath,
    Usage,
    common_options,
    emit_json,
    group,
    packs_option,
    say,
    table,
    writing,
)
from tanheng.cli.factor_tables import print_audit, print_factor, print_nothing, print_rows

if TYPE_CHECKING:
    from tanheng.factors import FactorLibrary


factors = group(
    "factors",
    "因子库：检索、查看、审核、比较、校验。",
    "Factor library: search, show, audit, diff, validate.",
)


def library_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--release`` and ``--pack``."""
    release = click.option(
        "--release", default="latest", show_default=True, help=say("因子库发布版", "release of the library")
    )
    return release(packs_option(command))


def _open(release: str, packs: tuple[Path, ...]) -> FactorLibrary:
    from tanheng.factors import load_factors

    return load_factors(release, packs)


@factors.command(
    "search",
    short_help=say("检索", "Search"),
    help=say("按中文或英文检索因子。", "Search factors in Chinese or English."),
)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--region", help=say("地区代码或名称，如 CN-51、四川省", "code or name of the region, such as CN-51")
)
@click.option("--year", type=click.IntRange(1900, 2200), help=say("年份，如 2021", "year, such as 2021"))
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help=say("最多列出几行", "rows to list at most"),
)
@library_options
@common_options
def search(
    *,
    text: tuple[str, ...],
    region: str | None,
    year: int | None,
    limit: int,
    release: str,
    packs: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Search factors in Chinese or English."""
    if not " ".join(text).strip():
        raise Usage("请给出要检索的文字，如 原煤。", "Give a text to search for, such as coal.")
    found = _open(release, packs).search(" ".join(text), region=region, year=year, limit=limit).to_dicts()
    if year is not None:
        found = [row | {"later": row["year_from"] > year} for row in found]
    if as_json:
        emit_json(
            {"query": " ".join(text), "region": region, "year": year, "count": len(found), "rows": found}
        )
    else:
        print_rows(found)
        if not found:
            print_nothing(" ".join(text))
    return OK if found else CHECK_FAILED


@factors.command(
    "show",
    short_help=say("查看适用的因子及其依据", "Show the factor that applies, and why"),
    help=say("按编号，或按项目、地区和日期查看因子。", "Show a factor by id, or by item, region and date."),
)
@click.argument("factor_id", required=False)
@click.option(
    "--item", help=say("品种代码或名称，如 raw_coal、原煤", "code or name of the item, such as raw_coal")
)
@click.option(
    "--region", help=say("地区代码或名称，如 CN-51、四川省", "code or name of the region, such as CN-51")
)
@click.option("--date", help=say("日期或年份，如 2021-06-30、2021", "date or year, such as 2021-06-30"))
@click.option(
    "--activity", help=say("活动，如 purchased_electricity", "activity, such as purchased_electricity")
)
@click.option(
    "--property",
    "property_",
    default="emission_factor",
    show_default=True,
    help=say("参数，如 ncv、oxidation_rate", "what of the item, such as ncv or oxidation_rate"),
)
@click.option("--gas", help=say("气体，如 CO2、CH4", "gas, such as CO2 or CH4"))
@click.option("--sector", help=say("部门代码或名称", "code or name of the sector"))
@click.option("--equipment", help=say("设备或车型", "equipment or kind of vehicle"))
@click.option("--source", help=say("来源文件名的一部分", "part of the document's title"))
@click.option("--origin", help=say("甲烷来源：fossil 或 biogenic", "origin of methane: fossil or biogenic"))
@library_options
@common_options
def show(
    *,
    factor_id: str | None,
    item: str | None,
    region: str | None,
    date: str | None,
    property_: str,
    release: str,
    packs: tuple[Path, ...],
    as_json: bool,
    **narrow: str | None,
) -> int:
    """Show a factor by id, or by item, region and date."""
    library = _open(release, packs)
    question = (item, region, date, *narrow.values())
    if factor_id and any(question):
        raise Usage(
            "编号本身已确定因子，不能再给 --item、--region、--date 等。",
            "An id tells the factor by itself: leave out --item, --region, --date and the like.",
        )
    if factor_id:
        found: Any = library.get(factor_id)
    elif item and region and date:
        found = library.lookup(item, region, date, property=property_, **narrow)
    else:
        raise Usage(
            "请给出编号，或 --item、--region 和 --date。", "Give an id, or --item, --region and --date."
        )
    if as_json:
        emit_json(found)
    else:
        print_factor(found.to_dict())
    return OK


@factors.command(
    "audit",
    short_help=say("审核整个库", "Audit the library"),
    help=say(
        "审核因子库：哈希、格式、单位、区间、含碳量一致性、未核实行。",
        "Audit the library; exit 1 when something fails.",
    ),
)
@click.option(
    "--check", "only", multiple=True, help=say("只列某类发现，可重复", "only findings of a check, repeatable")
)
@library_options
@common_options
def audit(only: tuple[str, ...], release: str, packs: tuple[Path, ...], *, as_json: bool) -> int:
    """Audit the library; exit 1 when something fails."""
    from tanheng.factors.audit import AUDITED

    wrong = [name for name in only if name not in AUDITED]
    if wrong:
        raise Usage(
            f"没有检查“{wrong[0]}”，可用：{', '.join(AUDITED)}。",
            f"No check '{wrong[0]}'. Known: {', '.join(AUDITED)}.",
        )
    result = _open(release, packs).audit()
    if as_json:
        emit_json(result)
    else:
        print_audit(result, only)
    return OK if result.ok else CHECK_FAILED


@factors.command(
    "diff",
    short_help=say("比较两个发布版或因子包", "Compare two releases or packs"),
    help=say(
        "逐行比较两个发布版或自有因子包（版本号、文件或文件夹）。",
        "Compare two releases or packs (a version, a file or a folder), row by row.",
    ),
)
@click.argument("old", type=FilledPath())
@click.argument("new", type=FilledPath())
@common_options
def diff(old: str, new: str, *, as_json: bool) -> int:
    """Compare two releases or packs, row by row."""
    from tanheng.factors import diff as compare
    from tanheng.factors.diff import open_sides

    result = compare(*open_sides(old, new))
    if as_json:
        emit_json(result)
        return OK
    counts = (len(result.added), len(result.removed), len({cell[0] for cell in result.changed}))
    click.echo(say("新增 {} 行，删除 {} 行，变更 {} 行", "{} added, {} removed, {} changed").format(*counts))
    if result:
        heads = {
            "id": "id",
            "change": say("变化", "change"),
            "column": say("列", "column"),
            "old": old,
            "new": new,
        }
        table(result.to_polars().to_dicts(), heads)
    return OK


@factors.command(
    "validate",
    short_help=say("校验自有因子包", "Check a pack of your own"),
    help=say(
        "按发布版的规则校验自有因子包，逐条列出问题。",
        "Check a pack by the rules of a release; exit 1 when it breaks one.",
    ),
)
@click.argument("pack", type=PATH)
@click.option(
    "--release", default="latest", show_default=True, help=say("叠加到的发布版", "release it is laid over")
)
@common_options
def validate(pack: Path, release: str, *, as_json: bool) -> int:
    """Check a pack by the rules of a release; exit 1 when it breaks one."""
    from tanheng.factors import check_pack

    name, rows, broken = check_pack(pack, over=_open(release, ()))
    ok = bool(rows) and not broken
    if as_json:
        emit_json(
            {"pack": name, "rows": len(rows), "ok": ok, "problems": [problem.to_dict() for problem in broken]}
        )
    else:
        for problem in broken:
            click.echo(problem.error().message(), err=True)
        if not rows:
            click.echo(
                say(f"{pack}：没有数据行。请填写后再校验。", f"{pack}: it has no rows. Fill it in first."),
                err=True,
            )
        click.echo(
            say("{}：{} 行，{} 个问题", "{}: {} rows, {} problems").format(name, len(rows), len(broken))
        )
    return OK if ok else CHECK_FAILED


@factors.command(
    "template",
    short_help=say("写一个空的因子包模板", "Write an empty pack to fill in"),
    help=say(
        "写出空的自有因子包（.csv 或 .xlsx），表头为中文。", "Write an empty pack with its header in Chinese."
    ),
)
@click.argument("path", type=PATH)
@common_options
def template(path: Path, *, as_json: bool) -> int:
    """Write an empty pack with its header in Chinese."""
    with writing(path):
        written = _open("latest", ()).template(path)
    if as_json:
        emit_json({"path": str(written)})
    else:
        click.echo(say(f"已写出 {written}", f"Wrote {written}"))
    return OK
