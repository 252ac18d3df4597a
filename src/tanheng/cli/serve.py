"""``tanheng serve``: the web application and its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import PATH, say


@click.command(help=say("启动网页应用与接口。", "Start the web application and its API."))
@click.option("--data", type=PATH, help=say("数据文件夹", "data folder"))
@click.option("--host", help=say("监听地址", "address to listen on"))
@click.option("--port", type=int, help=say("端口", "port"))
@click.option(
    "--database",
    help=say("数据库地址，缺省为数据文件夹中的 SQLite", "database URL; SQLite in the data folder by default"),
)
@click.option("--config", type=PATH, help=say("设置文件（TOML）", "settings file (TOML)"))
def serve(config: Path | None, **stated: Any) -> None:
    """Run the server until it is stopped."""
    import uvicorn

    from tanheng.serve import create_app
    from tanheng.serve.settings import load_settings

    settings = load_settings(config, **stated)
    app = create_app(settings)
    click.echo(
        say(
            f"碳衡：http://{settings.host}:{settings.port}",
            f"Tanheng: http://{settings.host}:{settings.port}",
        )
    )
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_level="warning", server_header=False, ws="none"
    )
