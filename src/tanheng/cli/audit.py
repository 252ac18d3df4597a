"""``tanheng audit``: whether the audit chain and the decision logs of roads stand."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import CHECK_FAILED, OK, common_options, emit_json, group, say
from tanheng.cli.people import data_options, open_platform
from tanheng.errors import LANGS

audit = group("audit", "审计链：校验。", "Audit chain: verify.")
PROBLEMS = {
    "missing": ("缺失", "missing"),
    "not linked": ("与前一条不相接：有条目被插入或前一条被换", "not linked: an entry was put in, or the one before replaced"),
    "edited": ("被改动", "edited"),
    "not the kept head": ("与留存的链头不符：链被改写", "not the kept head: the chain was written anew"),
}  # fmt: skip


@audit.command(
    short_help=say("校验审计链与决策日志", "Check the audit chain and the decision logs"),
    help=say(
        "校验审计链与各路径的决策日志：条目被改动、删除或插入时退出码为 1。末尾被截去只有与另处留存的链头（--head）比较才能发现。",
        "Check the audit chain and the decision logs of roads: exit code 1 when an entry was edited, cut or inserted. Entries cut from the end are found "
        "only against a head that was kept elsewhere (--head).",
    ),
)
@click.option("--head", metavar="N:HASH", help=say("以前留存的链头", "a head that was kept before"))
@data_options
@common_options
def verify(*, head: str | None, data: Path | None, database: str | None, as_json: bool) -> int:
    """Check every entry, and tell the newest one."""
    from tanheng.record.chain import Head
    from tanheng.record.chain import verify as check
    from tanheng.serve.roads.decisions import broken_logs

    kept = Head.read(head) if head else None
    with open_platform(data, database).reading() as connection:
        found, logs = check(connection, kept), broken_logs(connection)
    ok = not found.broken and not logs
    decisions = [
        {"road": one.fields["file"], "number": one.fields["line"], "problem": {lang: one.fields[f"detail_{lang}"] for lang in LANGS}}
        for one in logs
    ]  # fmt: skip
    if as_json:
        emit_json(
            {
                "ok": ok,
                "entries": found.entries,
                "head": str(found.head),
                "broken": [{"number": one.number, "problem": one.problem} for one in found.broken],
                "decisions": decisions,
            }
        )
        return OK if ok else CHECK_FAILED
    for one in found.broken:
        zh, en = PROBLEMS[one.problem]
        click.echo(say(f"第 {one.number} 条：{zh}", f"entry {one.number}: {en}"))
    for wrong in decisions:
        road, number, told = wrong["road"], wrong["number"], wrong["problem"]
        click.echo(
            say(
                f"路径“{road}”的决策日志第 {number} 条：{told['zh']}",
                f"decision log of the road '{road}', entry {number}: {told['en']}",
            )
        )
    click.echo(
        say(
            f"{found.entries} 条，{'审计链已被破坏' if found.broken else '审计链完整'}；{'决策日志已被破坏' if logs else '决策日志完整'}；链头 {found.head}",
            f"{found.entries} entries, {'the chain is broken' if found.broken else 'the chain stands'}; {'decision logs are broken' if logs else 'decision logs stand'}; head {found.head}",
        )
    )
    return OK if ok else CHECK_FAILED
