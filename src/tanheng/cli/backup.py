"""``tanheng backup``: the database and every object, at one moment, in one file, while the server runs."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, common_options, emit_json, say, writing
from tanheng.cli.people import data_options, open_platform, operator


@click.command(
    help=say(
        "把数据库与全部文件备份为一个文件 FILE，服务运行时也可以。密钥 secrets.key 不在其中，请另存。",
        "Back up database and files into one FILE, also while the server runs. The key secrets.key is not in it: keep it apart.",
    )
)
@click.argument("file", type=PATH)
@data_options
@common_options
def backup(file: Path, *, data: Path | None, database: str | None, as_json: bool) -> int:
    """Write a backup, and tell what it holds."""
    from tanheng import __version__
    from tanheng.record.backup import back_up
    from tanheng.record.chain import append
    from tanheng.record.versions import file_sha256

    platform = open_platform(data, database)
    with writing(file):
        manifest = back_up(platform, file, program=__version__)
    sha256, by = file_sha256(file), operator()
    with platform.writing() as connection:
        told = {"sha256": sha256, "schema": manifest.schema, "damaged": len(manifest.damaged)}
        append(connection, "backup.make", file.name, login=by.login, source=by.source, detail=told)
    if as_json:
        emit_json({"file": str(file), "size": file.stat().st_size, "sha256": sha256, **manifest.summary()})
    else:
        rows, objects = manifest.summary()["rows"], len(manifest.objects)
        click.echo(say(f"{file}：{rows} 行，{objects} 个文件，SHA-256 {sha256}", f"{file}: {rows} rows, {objects} files, SHA-256 {sha256}"))  # fmt: skip
        tell_damaged(manifest.damaged)
    return CHECK_FAILED if manifest.damaged else OK


def tell_damaged(damaged: tuple[str, ...]) -> None:
    """Say which objects were broken when the backup was made."""
    for one in damaged:
        click.echo(
            say(
                f"文件 {one} 缺失或被改动，备份中没有它",
                f"file {one} is missing or was changed; the backup has none of it",
            ),
            err=True,
        )
