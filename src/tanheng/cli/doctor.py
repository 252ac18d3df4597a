"""``tanheng doctor``: what is wrong with an installation, its data and its settings, each with the mend."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, common_options, emit_json, say
from tanheng.cli.people import data_options


@click.command(
    help=say(
        "检查设置、文件夹、磁盘、数据库、每个文件的哈希、审计链、任务、时钟与网页；有错误时退出码为 1。",
        "Check settings, folder, disk, database, the hash of every file, audit chain, jobs, clock and web pages; exit code 1 "
        "on an error.",
    )
)
@click.option("--config", type=PATH, help=say("设置文件（TOML）", "settings file (TOML)"))
@click.option("--quick", is_flag=True, help=say("只抽查一部分文件的哈希", "hash a sample of the files alone"))
@data_options
@common_options
def doctor(
    *, config: Path | None, quick: bool, data: Path | None, database: str | None, as_json: bool
) -> int:
    """Look at everything, and tell it line by line."""
    from tanheng.serve.doctor import ERROR, examine
    from tanheng.serve.settings import load_settings

    marks = {"ok": say("正常", "ok"), "warn": say("注意", "warn"), "error": say("错误", "error")}
    found = []
    for line in examine(load_settings(config, data=data, database=database), quick=quick):
        found.append(line)
        if not as_json:
            said, mend = say(line.zh, line.en), say(line.remedy_zh, line.remedy_en)
            click.echo(
                f"{marks[line.state]}  {line.check}  {said}" + (say("。", ". ") + mend if mend else "")
            )
    bad = any(line.state == ERROR for line in found)
    if as_json:
        emit_json({"ok": not bad, "lines": [line.to_dict() for line in found]})
    return CHECK_FAILED if bad else OK
