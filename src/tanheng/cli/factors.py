"""The factor library ``tanheng factors``: search, show, audit, diff, validate, template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    Group,
    Usage,
    common_options,
    emit_json,
    language_option,
    say,
    table,
    writing,
)

if TYPE_CHECKING:
    from tanheng.factors import Audit, FactorLibrary

_COLUMNS = {
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "value": ("值", "value"),
    "unit": ("单位", "unit"),
    "gas": ("气体", "gas"),
    "region": ("地区", "region"),
    "years": ("年份", "years"),
    "check": ("核对", "check"),
    "source": ("来源", "source"),
}
_FACTS = {
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "item": ("项目", "item"),
    "property": ("参数", "property"),
    "activity": ("活动", "activity"),
    "value": ("值", "value"),
    "range": ("区间", "range"),
    "unit": ("单位", "unit"),
    "gas": ("气体", "gas"),
    "region": ("地区", "region"),
    "years": ("年份", "years"),
    "sector": ("部门", "sector"),
    "equipment": ("设备", "equipment"),
    "check": ("核对", "check"),
    "document": ("来源", "source"),
    "notes": ("备注", "notes"),
    "why": ("选取理由", "why"),
}
_CHECKS = {
    "read": ("已核读", "read"),
    "derived": ("由已核读数据算得", "derived"),
    "recalled": ("未核实", "recalled, unverified"),
}
_LEVELS = {"error": ("错误", "error"), "explained": ("已说明", "explained"), "note": ("提示", "note")}


@click.group(
    cls=Group,
    short_help=say("因子库", "factor library"),
    help=say(
        "因子库：检索、查看、审核、比较、校验。", "Factor library: search, show, audit, diff, validate."
    ),
)
@language_option
def factors() -> None:
    """Group of commands."""


def library_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--release`` and ``--pack``."""
    pack = click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="PATH",
        help=say("自有因子包，可重复", "a pack of your own, repeatable"),
    )
    release = click.option("--release", default="latest", show_default=True, help=say("发布版", "release"))
    return release(pack(command))


def _open(release: str, packs: tuple[str, ...]) -> FactorLibrary:
    from tanheng.factors import load_factors

    return load_factors(release, packs)


@factors.command(
    "search",
    short_help=say("检索", "search"),
    help=say("按中文或英文检索因子。", "Search factors in Chinese or English."),
)
@click.argument("text", nargs=-1, required=True)
@click.option("--region", help=say("地区代码或名称", "region"))
@click.option("--year", type=int, help=say("年份", "year"))
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help=say("行数", "rows"))
@library_options
@common_options
def search(
    *,
    text: tuple[str, ...],
    region: str | None,
    year: int | None,
    limit: int,
    release: str,
    packs: tuple[str, ...],
    as_json: bool,
) -> int:
    """Search factors in Chinese or English."""
    found = _open(release, packs).search(" ".join(text), region=region, year=year, limit=limit).to_dicts()
    if year is not None:
        found = [row | {"later": row["year_from"] > year} for row in found]
    if as_json:
        emit_json(
            {"query": " ".join(text), "region": region, "year": year, "count": len(found), "rows": found}
        )
    else:
        _print_rows(found)
    return OK if found else CHECK_FAILED


@factors.command(
    "show",
    short_help=say("查看适用的因子及其依据", "the factor that applies, and why"),
    help=say("按编号，或按项目、地区和日期查看因子。", "Show a factor by id, or by item, region and date."),
)
@click.argument("factor_id", required=False)
@click.option("--item", help=say("项目代码或名称", "item"))
@click.option("--region", help=say("地区代码或名称", "region"))
@click.option("--date", help=say("日期或年份", "date or year"))
@click.option("--activity", help=say("活动", "activity"))
@click.option(
    "--property", "property_", default="emission_factor", show_default=True, help=say("参数", "property")
)
@click.option("--gas", help=say("气体", "gas"))
@click.option("--sector", help=say("部门", "sector"))
@click.option("--equipment", help=say("设备", "equipment"))
@click.option("--source", help=say("来源文件名的一部分", "part of the document's title"))
@click.option("--origin", help=say("甲烷来源", "methane origin"))
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
    packs: tuple[str, ...],
    as_json: bool,
    **narrow: str | None,
) -> int:
    """Show a factor by id, or by item, region and date."""
    library = _open(release, packs)
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
        _print_factor(found.to_dict())
    return OK


@factors.command(
    "audit",
    short_help=say("审核整个库", "audit the library"),
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
def audit(only: tuple[str, ...], release: str, packs: tuple[str, ...], *, as_json: bool) -> int:
    """Audit the library; exit 1 when something fails."""
    result = _open(release, packs).audit()
    if as_json:
        emit_json(result)
    else:
        _print_audit(result, only)
    return OK if result.ok else CHECK_FAILED


@factors.command(
    "diff",
    short_help=say("比较两个发布版或因子包", "compare two releases"),
    help=say(
        "逐行比较两个发布版或自有因子包（版本号、文件或文件夹）。",
        "Compare two releases or packs (a version, a file or a folder), row by row.",
    ),
)
@click.argument("old")
@click.argument("new")
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
    short_help=say("校验自有因子包", "check a pack of your own"),
    help=say(
        "按发布版的规则校验自有因子包，逐条列出问题。",
        "Check a pack by the rules of a release; exit 1 when it breaks one.",
    ),
)
@click.argument("pack")
@click.option(
    "--release", default="latest", show_default=True, help=say("叠加到的发布版", "release it is laid over")
)
@common_options
def validate(pack: str, release: str, *, as_json: bool) -> int:
    """Check a pack by the rules of a release; exit 1 when it breaks one."""
    from tanheng.factors import check_pack

    name, rows, broken = check_pack(Path(pack), over=_open(release, ()))
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
    short_help=say("写一个空的因子包模板", "write an empty pack to fill in"),
    help=say(
        "写出空的自有因子包（.csv 或 .xlsx），表头为中文。", "Write an empty pack with its header in Chinese."
    ),
)
@click.argument("path")
@common_options
def template(path: str, *, as_json: bool) -> int:
    """Write an empty pack with its header in Chinese."""
    with writing(Path(path)):
        written = _open("latest", ()).template(path)
    if as_json:
        emit_json({"path": str(written)})
    else:
        click.echo(say(f"已写出 {written}", f"Wrote {written}"))
    return OK


def _heads(columns: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {key: say(*names) for key, names in columns.items()}


def _years(row: Mapping[str, Any]) -> str:
    last = "" if row["year_to"] is None else row["year_to"]
    return str(row["year_from"]) if last == row["year_from"] else f"{row['year_from']}–{last}"


def _print_rows(rows: list[dict[str, Any]]) -> None:
    if not rows:
        click.echo(say("没有找到。", "Nothing found."))
        return
    shown = [
        row
        | {
            "name": say(row["name_zh"], row["name_en"]),
            "value": row["text"],
            "years": _years(row),
            "check": say(*_CHECKS[row["check"]]),
            "source": row["source_title"],
            "remark": say("{} 年起才有效", "valid only from {}").format(row["year_from"])
            if row.get("later")
            else "",
        }
        for row in rows
    ]
    remark = {"remark": ("备注", "remark")} if any(row.get("later") for row in rows) else {}
    table(shown, _heads(_COLUMNS | remark), right=("value",))


def _print_factor(row: dict[str, Any]) -> None:
    document = row["source"]
    carried = row.get("carried_from")
    shown = row | {
        "name": say(row["name_zh"], row["name_en"]),
        "value": row["text"],
        "range": f"{row['low']} – {row['high']}" if row["low"] is not None or row["high"] is not None else "",
        "years": _years(row)
        + (say(f"（沿用 {carried} 年）", f" (carried from {carried})") if carried else ""),
        "check": say(*_CHECKS[row["check"]]),
        "document": ", ".join(
            str(document[key]) for key in ("title", "publisher", "year", "locator") if document[key]
        ),
        "why": say(row.get("why_zh", ""), row.get("why_en", "")),
    }
    facts = [
        {"key": head, "fact": shown.get(key)}
        for key, head in _heads(_FACTS).items()
        if shown.get(key) not in (None, "")
    ]
    table(facts, {"key": "", "fact": ""})
    if "tried" in row:
        heads = {
            "region": say("地区", "region"),
            "name": "",
            "outcome": say("结果", "outcome"),
            "note": say("说明", "note"),
        }
        steps = [
            s | {"name": say(s["name_zh"], s["name_en"]), "note": say(s["note_zh"], s["note_en"])}
            for s in row["tried"]
        ]
        table(steps, heads, title=say("查找链", "chain"))


def _print_audit(result: Audit, only: tuple[str, ...]) -> None:
    lines = [
        {"check": check, "level": say(*_LEVELS[level]), "count": count}
        for check, levels in result.counts().items()
        for level, count in levels.items()
    ]
    heads = {"check": say("检查", "check"), "level": say("级别", "level"), "count": say("条数", "count")}
    table(lines, heads, title=f"{result.library}: {result.rows}", right=("count",))
    shown = [
        one
        for one in result.findings
        if (one.check in only if only else one.level != "note" or one.check == "unverified")
    ]
    for finding in shown:
        click.echo(f"[{finding.check}] {' '.join(finding.ids)}: {say(finding.zh, finding.en)}")
    click.echo(
        say("审核通过" if result.ok else "审核未通过", "Audit passed" if result.ok else "Audit failed")
    )
