"""``tanheng serve``: the web application and its API."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import PATH, Usage, common_options, emit_json, say


@click.command(help=say("启动网页应用与接口。", "Start the web application and its API."))
@click.option("--data", type=PATH, help=say("数据文件夹", "data folder"))
@click.option("--host", help=say("监听地址", "address to listen on"))
@click.option("--port", type=int, help=say("端口", "port"))
@click.option(
    "--database",
    help=say("数据库地址，缺省为数据文件夹中的 SQLite", "database URL; SQLite in the data folder by default"),
)
@click.option("--config", type=PATH, help=say("设置文件（TOML）", "settings file (TOML)"))
@click.option(
    "--demo",
    is_flag=True,
    help=say(
        "空的数据文件夹先装入四川 2021 演示数据", "fill an empty data folder with the Sichuan 2021 case first"
    ),
)
@common_options
def serve(config: Path | None, *, demo: bool, as_json: bool, **stated: Any) -> int:
    """Run the server until it is stopped."""
    if importlib.util.find_spec("uvicorn") is None:
        raise Usage(
            "未安装服务端组件，请运行 pip install 'tanheng[serve]'",
            "the server is not installed: pip install 'tanheng[serve]'",
        )
    import uvicorn

    from tanheng.serve import create_app, first, logs
    from tanheng.serve.demo import fill
    from tanheng.serve.settings import load_settings

    settings = load_settings(config, **stated)
    app = create_app(settings)
    filled = fill(app.state.platform) if demo else None
    code = first.to_tell(app.state.platform, settings)
    address = f"http://{settings.host}:{settings.port}"
    if as_json:
        people = {"logins": list(filled.logins), "password": filled.password} if filled else {}
        once = {"setup_code": code} if code else {}
        emit_json({"address": address, "data": str(settings.data), **people, **once})
    else:
        click.echo(say(f"碳衡：{address}（Ctrl+C 结束）", f"Tanheng: {address} (Ctrl+C ends it)"))
        if code:
            click.echo(say(f"首次设置的一次性代码：{code}", f"One-time code of the first set-up: {code}"))
        if filled:
            logins = ", ".join(filled.logins)
            click.echo(
                say(
                    f"演示登录名：{logins}；密码：{filled.password}",
                    f"Demo logins: {logins}; password: {filled.password}",
                )
            )
    logs.start(settings.log_format, settings.log_level)
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False, ws="none",
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip
    return 0
