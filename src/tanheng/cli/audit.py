"""``tanheng audit``: whether the audit chain stands."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import CHECK_FAILED, OK, common_options, emit_json, group, say
from tanheng.cli.people import data_options, open_platform

audit = group("audit", "审计链：校验。", "Audit chain: verify.")
PROBLEMS = {
    "missing": ("缺失", "missing"),
    "not linked": ("与前一条不相接：有条目被插入或前一条被换", "not linked: an entry was put in, or the one before replaced"),
    "edited": ("被改动", "edited"),
    "not the kept head": ("与留存的链头不符：链被改写", "not the kept head: the chain was written anew"),
}  # fmt: skip


@audit.command(
    short_help=say("校验审计链", "Check the audit chain"),
    help=say(
        "校验审计链：条目被改动、删除或插入时退出码为 1。末尾被截去只有与另处留存的链头（--head）比较才能发现。",
        "Check the audit chain: exit code 1 when an entry was edited, cut or inserted. Entries cut from the end are found "
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

    kept = Head.read(head) if head else None
    with open_platform(data, database).reading() as connection:
        found = check(connection, kept)
    if as_json:
        emit_json(
            {
                "ok": not found.broken,
                "entries": found.entries,
                "head": str(found.head),
                "broken": [{"number": one.number, "problem": one.problem} for one in found.broken],
            }
        )
        return CHECK_FAILED if found.broken else OK
    for one in found.broken:
        zh, en = PROBLEMS[one.problem]
        click.echo(say(f"第 {one.number} 条：{zh}", f"entry {one.number}: {en}"))
    click.echo(
        say(
            f"{found.entries} 条，{'审计链完整' if not found.broken else '审计链已被破坏'}；链头 {found.head}",
            f"{found.entries} entries, {'the chain stands' if not found.broken else 'the chain is broken'}; head {found.head}",
        )
    )
    return CHECK_FAILED if found.broken else OK
