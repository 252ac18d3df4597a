"""``tanheng inventory key-categories | completeness | doubts``: what weighs most, what is missing, what is not clear."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    FilledPath,
    common_options,
    emit_json,
    say,
    table,
    writing,
)
from tanheng.cli.proof import open_inventory
from tanheng.cli.release import store_option
from tanheng.codes.wording import unit_name

if TYPE_CHECKING:
    from tanheng.activity import Finding
    from tanheng.activity.worklist import Worklist
    from tanheng.inventory import Completeness, KeyCategories

_SHOWN = 40
_UNCODED = {"unmatched", "refused"}
"""Kinds of what is missing that have a name and no category."""


def _allowed(name: str) -> str:
    """Codes of a list with their names."""
    from tanheng.codes import codelist

    listed = codelist(name)
    return say("、".join(f"{code} {listed.label(code, 'zh')}" for code in listed), ", ".join(listed))


@click.command(
    "key-categories",
    help=say(
        "一次运行或一个发布版 RUN 的关键类别：按水平，给出基年时另按趋势。",
        "Key categories of a run or a release RUN: by level and, with a base year, by trend.",
    ),
)
@click.argument("run")
@click.option("--base", help=say("基年的运行或发布版", "run or release of the base year"))
@click.option(
    "--by", help=say("类别表；不写则用方法自己的", "list of categories; the method's own unless told")
)
@click.option(
    "--at",
    multiple=True,
    metavar="CODE",
    help=say("整体看待的类别，可重复", "category taken whole, repeatable"),
)
@click.option(
    "--approach",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help=say("1 按占比，2 再乘不确定性", "1: by share; 2: by share times uncertainty"),
)
@store_option
@common_options
def key_categories(
    run: str,
    *,
    base: str | None,
    by: str | None,
    at: tuple[str, ...],
    approach: int,
    store: Path,
    as_json: bool,
) -> int:
    """Print the key categories of a run."""
    before = open_inventory(base, store) if base else None
    found = open_inventory(run, store).key_categories(before, by=by, at=at, approach=approach)
    if as_json:
        emit_json(found.to_dict())
    else:
        _show_categories(found)
    return _code(found.findings)


def _show_categories(found: KeyCategories) -> None:
    numbers = {
        "emission": ",.2f",
        "uncertainty": ".1f",
        "level_share": ".1%",
        "trend_share": ".1%",
        "variance_share": ".1f",
    }
    rows = [
        {
            **{name: "" if row[name] is None else format(row[name], form) for name, form in numbers.items()},
            **({} if row["uncertainty"] is not None else {"variance_share": ""}),
            **{name: row[name] for name in ("category", "name", "gas")},
            **{name: say("是", "yes") if row[name] else "" for name in ("level_key", "trend_key")},
        }
        for row in found.lines.head(_SHOWN).to_dicts()
    ]
    heads = {
        "category": say("类别", "Category"), "name": say("名称", "Name"), "gas": say("气体", "Gas"),
        "emission": say("排放量 t", "Emission t"), "uncertainty": say("不确定性 %", "Uncertainty %"),
        "level_share": say("水平", "Level"), "level_key": say("水平关键", "Key by level"),
        "trend_share": say("趋势", "Trend"), "trend_key": say("趋势关键", "Key by trend"),
        "variance_share": say("占方差 %", "Of variance %"),
    }  # fmt: skip
    used = {name: head for name, head in heads.items() if any(row[name] for row in rows)}
    table(rows, used, title=found.title, right=tuple(numbers))
    if found.lines.height > _SHOWN:
        click.echo(
            say(
                f"… 另有 {found.lines.height - _SHOWN} 类", f"… {found.lines.height - _SHOWN} more categories"
            )
        )
    _tell(found.findings)


@click.command(
    help=say(
        "一次运行或一个发布版 RUN 覆盖排放的多少，缺了什么。",
        "How much of the emissions a run or a release RUN covers, and what is missing.",
    )
)
@click.argument("run")
@click.option(
    "--by",
    help=say(
        "类别表：未估算与未答的类别也算缺",
        "list of categories: those not estimated or unanswered are missing too",
    ),
)
@click.option(
    "--within", metavar="CODE", help=say("只看此类别及其下", "only this category and what lies below it")
)
@click.option("--estimates", type=PATH, help=say("估算表", "table of estimates"))
@store_option
@common_options
def completeness(
    run: str, *, by: str | None, within: str | None, estimates: Path | None, store: Path, as_json: bool
) -> int:
    """Print what a run covers."""
    found = open_inventory(run, store).completeness(by=by, within=within, estimates=estimates)
    if as_json:
        emit_json(found.to_dict())
    else:
        _show_missing(found)
    return _code(found.findings)


def _unit(unit: str) -> str:
    named = unit_name(unit)
    return say(named.zh, named.en)


def _show_missing(found: Completeness) -> None:
    kinds = {
        "unmatched": say("未匹配", "unmatched"), "refused": say("被拒绝", "refused"),
        "unanswered": say("无人回答", "unanswered"), "estimate": say("用户估算", "estimate"),
    }  # fmt: skip
    rows = [
        {
            **{name: row[name] for name in ("name", "gas", "stands_on", "rows")},
            "kind": kinds.get(row["kind"], row["kind"]),
            "missing": "" if row["kind"] in _UNCODED else row["missing"],
            "amount": "" if row["amount"] is None else f"{row['amount']:,.15g} {_unit(row['unit'])}",
            "range": say("未知", "unknown")
            if row["low"] is None
            else f"{row['low']:,.2f}–{row['high']:,.2f}",
        }
        for row in found.lines.head(_SHOWN).to_dicts()
    ]
    heads = {
        "kind": say("种类", "Kind"), "missing": say("所缺", "Missing"), "name": say("名称", "Name"), "gas": say("气体", "Gas"),
        "amount": say("数量", "Amount"), "rows": say("行数", "Rows"), "range": say("排放量 t", "Emission t"),
        "stands_on": say("依据", "Stands on"),
    }  # fmt: skip
    title = found.sentence()
    if rows:
        table(rows, heads, title=title, right=("amount", "rows", "range"))
    else:
        click.echo(title)
    if found.lines.height > _SHOWN:
        click.echo(say(f"… 另有 {found.lines.height - _SHOWN} 项", f"… {found.lines.height - _SHOWN} more"))
    _tell(found.findings)


@click.command(
    help=say(
        "一次运行或一个发布版 RUN 的疑点清单；给出 --file 时沿用其中的状态并写回。",
        "The worklist of doubts of a run or a release RUN; --file keeps their states from run to run.",
    )
)
@click.argument("run")
@click.option(
    "--file",
    "file",
    type=FilledPath(path_type=Path, dir_okay=False),
    help=say(
        f"疑点清单 CSV，没有则新建；state 列写 {_allowed('doubt_states')}，代码或名称均可",
        f"worklist (CSV), made where there is none; its state is one of {_allowed('doubt_states')}, by code or name",
    ),
)
@click.option(
    "--reasons",
    type=PATH,
    help=say(
        f"原因表；原因（疑点清单的 reason 列亦同）为 {_allowed('doubt_reasons')}",
        f"table of reasons; a reason (also in the worklist) is one of {_allowed('doubt_reasons')}",
    ),
)
@store_option
@common_options
def doubts(run: str, *, file: Path | None, reasons: Path | None, store: Path, as_json: bool) -> int:
    """Print the doubts of a run with their states; 1 where an error is open."""
    from tanheng.activity.worklist import Worklist, read_worklist
    from tanheng.inventory.views.listings import doubts_of

    before = read_worklist(file) if file is not None and file.exists() else None
    found = Worklist.of(doubts_of(open_inventory(run, store)), before=before)
    if reasons is not None:
        found = found.explained(reasons)
    if file is not None:
        with writing(file):
            found.to_csv(file)
    if as_json:
        emit_json(_as_dict(found, file))
    else:
        _show_doubts(found)
    open_errors = found.open().filter(found.open().get_column("severity") == "error").height
    return CHECK_FAILED if open_errors else _code(found.findings)


def _as_dict(found: Worklist, file: Path | None) -> dict[str, Any]:
    return {
        "counts": found.counts(),
        "doubts": found.frame.to_dicts(),
        "findings": [finding.to_dict() for finding in found.findings],
        "file": str(file) if file is not None else None,
    }


def _show_doubts(found: Worklist) -> None:
    from tanheng.codes import codelist
    from tanheng.errors import language

    states = codelist("doubt_states")
    lang = language()
    counted = say("，", ", ").join(
        f"{states.label(state, lang)} {count}" for state, count in found.counts().items()
    )
    waiting = found.open()
    grave = {"error": say("错误", "error"), "warning": say("警告", "warning"), "note": say("提示", "note")}
    rows = [
        {**row, "severity": grave[row["severity"]], "message": row[f"message_{lang}"]}
        for row in waiting.head(_SHOWN).to_dicts()
    ]
    heads = {
        "id": say("编号", "Id"),
        "code": say("代码", "Code"),
        "severity": say("级别", "Severity"),
        "message": say("待处理的疑点", "Open doubts"),
    }
    if rows:
        table(rows, heads)
    if waiting.height > _SHOWN:
        click.echo(say(f"… 另有 {waiting.height - _SHOWN} 项", f"… {waiting.height - _SHOWN} more"))
    click.echo(say(f"疑点：{counted}", f"Doubts: {counted}"))
    _tell(found.findings)


def _tell(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(finding.message(), err=finding.severity != "note")


def _code(findings: list[Finding]) -> int:
    return CHECK_FAILED if any(finding.severity == "error" for finding in findings) else OK
