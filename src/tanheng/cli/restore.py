"""``tanheng restore``: a backup into an empty place, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.backup import tell_damaged
from tanheng.cli.common import CHECK_FAILED, OK, PATH, common_options, emit_json, say, writing
from tanheng.cli.people import data_options, operator


@click.command(
    help=say(
        "把备份 FILE 恢复到空的数据文件夹（和空的数据库）；逐个核对哈希与审计链。SQLite 的备份可恢复到 PostgreSQL，反之亦然。",
        "Restore the backup FILE into an empty data folder (and an empty database); every hash and the audit chain are "
        "checked. A backup of SQLite can be restored into PostgreSQL and the other way round.",
    )
)
@click.argument("file", type=PATH)
@click.option(
    "--key", type=PATH, help=say("原数据文件夹的 secrets.key", "secrets.key of the former data folder")
)
@data_options
@common_options
def restore(file: Path, *, key: Path | None, data: Path | None, database: str | None, as_json: bool) -> int:
    """Restore, and tell what stands now."""
    from tanheng.record.restore import restore as put_back
    from tanheng.serve.settings import load_settings

    settings = load_settings(None, data=data, database=database)
    with writing(settings.data, keep=[file]):
        manifest = put_back(file, settings.data, settings.database or None, key=key, by=operator().login)
    locked = bool(manifest.key) and key is None and not settings.secret_key
    if as_json:
        emit_json({"data": str(settings.data), **manifest.summary(), "key_needed": locked})
    else:
        summary = manifest.summary()
        click.echo(say(f"已恢复到 {settings.data}：{summary['rows']} 行，{summary['objects']} 个文件，备份于 {manifest.made_at}", f"Restored into {settings.data}: {summary['rows']} rows, {summary['objects']} files, backed up at {manifest.made_at}"))  # fmt: skip
        if locked:
            click.echo(
                say(
                    "请把原来的 secrets.key 放入数据文件夹，否则第二因子须重设。",
                    "Put the former secrets.key into the data folder, else second factors must be reset.",
                )
            )
        tell_damaged(manifest.damaged)
    return CHECK_FAILED if manifest.damaged else OK
