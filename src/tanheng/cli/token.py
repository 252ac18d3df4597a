"""``tanheng token``: tokens with which programs use the API."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import OK, common_options, emit_json, group, say, table
from tanheng.cli.people import data_options, open_platform, operator

token = group("token", "接口令牌：生成、列表、收回。", "API tokens: create, list, revoke.")


@token.command(
    short_help=say("生成令牌", "Create a token"),
    help=say(
        "为用户生成令牌；令牌只显示这一次，用于 Authorization: Bearer。",
        "Create a token of somebody; it is shown this once, for Authorization: Bearer.",
    ),
)
@click.argument("login")
@click.option("--name", default="shell", show_default=True, help=say("用途", "what it is for"))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help=say(
        "权限，可重复，如 data.read；缺省为本人的全部权限",
        "permission, repeatable, as data.read; all of the person's own by default",
    ),
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help=say("有效天数", "days it is good")
)  # fmt: skip
@data_options
@common_options
def create(
    *,
    login: str,
    name: str,
    scopes: tuple[str, ...],
    days: int,
    data: Path | None,
    database: str | None,
    as_json: bool,
) -> int:
    """Make a token and show it once."""
    from tanheng.access.people import find_person
    from tanheng.access.tokens import create_token

    with open_platform(data, database).writing() as connection:
        person = find_person(connection, login)
        made, secret = create_token(connection, person, name, scopes, days, operator())
    if as_json:
        emit_json({"id": made, "token": secret})
    else:
        click.echo(secret)
    return OK


@token.command(
    "list", short_help=say("列出令牌", "List tokens"), help=say("列出令牌，不含令牌本身。", "List tokens, not the secrets.")
)  # fmt: skip
@data_options
@common_options
def list_tokens(*, data: Path | None, database: str | None, as_json: bool) -> int:
    """Print every token."""
    from tanheng.access.tokens import tokens_of

    with open_platform(data, database).reading() as connection:
        found = tokens_of(connection, None)
    if as_json:
        emit_json({"tokens": found})
        return OK
    heads = {
        "id": say("编号", "Id"), "login": say("登录名", "Login"), "name": say("用途", "Name"),
        "scopes": say("权限", "Scopes"), "ends_at": say("到期", "Ends"), "used_at": say("最近使用", "Last used"),
        "revoked_at": say("收回", "Revoked"),
    }  # fmt: skip
    table([{**one, "scopes": " ".join(one["scopes"])} for one in found], heads)
    return OK


@token.command(
    short_help=say("收回令牌", "Revoke a token"),
    help=say("按编号收回令牌，立即失效。", "Take a token back by its id; it stops working at once."),
)
@click.argument("number", metavar="ID")
@data_options
@common_options
def revoke(*, number: str, data: Path | None, database: str | None, as_json: bool) -> int:
    """Revoke a token."""
    from tanheng.access.tokens import find_token, revoke_token

    with open_platform(data, database).writing() as connection:
        revoke_token(connection, find_token(connection, number), operator())
    if as_json:
        emit_json({"id": number, "revoked": True})
    else:
        click.echo(say(f"{number}：已收回", f"{number}: revoked"))
    return OK
