"""``tanheng user``: add, list, reset, tie and unlock people, for whoever has the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import OK, Usage, common_options, emit_json, group, say, table
from tanheng.cli.people import data_options, open_platform, operator, read_password

user = group("user", "用户：添加、列表、重设密码、解锁。", "People: add, list, reset a password, unlock.")
_STDIN = click.option(
    "--password-stdin",
    "from_stdin",
    is_flag=True,
    help=say("从标准输入读密码", "read the password from standard input"),
)


@user.command(
    short_help=say("添加用户", "Add somebody"),
    help=say(
        "添加用户。数据文件夹尚不存在时会建立，用于首次设置。",
        "Add somebody. The data folder is made where it is missing, for the first set-up.",
    ),
)
@click.argument("login")
@click.option("--name", help=say("姓名，缺省同登录名", "name; the login by default"))
@click.option(
    "--tenant",
    help=say(
        "单位（租户），没有则建立；缺省为唯一的单位",
        "organisation (tenant), made where it is missing; by default the only one there is",
    ),
)
@click.option(
    "--role", "roles", multiple=True, help=say("角色，可重复，如 analyst", "role, repeatable, as analyst")
)
@click.option(
    "--area",
    "areas",
    multiple=True,
    help=say(
        "责任范围，可重复：all、region:CN-51、entity:名称；缺省为 all",
        "area of responsibility, repeatable: all, region:CN-51, entity:NAME; all by default",
    ),
)
@click.option(
    "--must-change",
    is_flag=True,
    help=say("首次登录须改密码", "the password must be changed at the first sign-in"),
)
@_STDIN
@data_options
@common_options
def add(
    *,
    login: str,
    name: str | None,
    tenant: str | None,
    roles: tuple[str, ...],
    areas: tuple[str, ...],
    must_change: bool,
    from_stdin: bool,
    data: Path | None,
    database: str | None,
    as_json: bool,
) -> int:
    """Add a person to the database."""
    from tanheng.access.people import add_person, tenant_id

    password = read_password(from_stdin=from_stdin)
    platform, by = open_platform(data, database, make=True), operator()
    with platform.writing() as connection:
        person = add_person(
            connection, tenant=tenant_id(connection, tenant or _only_tenant(connection)), login=login, name=name or login, password=password,
            roles=roles, areas=[_area(one) for one in areas] or [("all", "")], by=by.login, source=by.source,
            must_change=must_change,
        )  # fmt: skip
    return _told(platform, person, say("已添加", "added"), as_json=as_json)


@user.command(
    "list", short_help=say("列出用户", "List people"), help=say("列出所有单位的用户。", "List the people of every tenant.")
)  # fmt: skip
@data_options
@common_options
def list_people(*, data: Path | None, database: str | None, as_json: bool) -> int:
    """Print everybody, without anything secret."""
    from tanheng.access.people import people_of

    with open_platform(data, database).reading() as connection:
        found = people_of(connection, None)
    if as_json:
        emit_json({"users": found})
        return OK
    rows = [
        {**one, "roles": " ".join(one["roles"]), "areas": " ".join(one["areas"]), "second": _mark(one)}
        for one in found
    ]
    heads = {
        "login": say("登录名", "Login"), "name": say("姓名", "Name"), "tenant": say("单位", "Tenant"),
        "roles": say("角色", "Roles"), "areas": say("责任范围", "Areas"), "state": say("状态", "State"),
        "second": say("第二因子", "Second factor"), "locked_until": say("锁定至", "Locked until"),
    }  # fmt: skip
    table(rows, heads)
    return OK


@user.command(
    short_help=say("重设密码", "Reset a password"),
    help=say(
        "重设密码，首次登录须更改；--second-factor 同时关闭第二因子。会话全部结束，令牌全部收回，--keep-tokens 除外。",
        "Set a password that must be changed at the next sign-in; --second-factor turns the second factor off as well. Sessions end, and tokens are taken back unless --keep-tokens.",
    ),
)
@click.argument("login")
@click.option("--second-factor", is_flag=True, help=say("关闭第二因子", "turn the second factor off"))
@click.option("--keep-tokens", is_flag=True, help=say("保留接口令牌", "keep the tokens"))
@_STDIN
@data_options
@common_options
def reset(
    *,
    login: str,
    second_factor: bool,
    keep_tokens: bool,
    from_stdin: bool,
    data: Path | None,
    database: str | None,
    as_json: bool,
) -> int:
    """Set somebody's password."""
    from tanheng.access import second
    from tanheng.access.people import find_person, set_password

    platform = open_platform(data, database)
    with platform.reading() as connection:
        find_person(connection, login)
    password = read_password(from_stdin=from_stdin)
    with platform.writing() as connection:
        row = find_person(connection, login)
        set_password(connection, row, password, operator(), must_change=True, keep_tokens=keep_tokens)
        if second_factor:
            second.reset(connection, row, operator())
    return _told(platform, row.id, say("密码已重设", "password reset"), as_json=as_json)


@user.command(
    short_help=say("关联统一身份", "Tie an identity"),
    help=say(
        "把身份提供方的 SUBJECT（sub）关联到用户；为空则解除。提供方取自设置 oidc_issuer。",
        "Tie the identity provider's SUBJECT (sub) to somebody; none where it is empty. The provider is the setting oidc_issuer.",
    ),
)
@click.argument("login")
@click.argument("subject")
@data_options
@common_options
def tie(*, login: str, subject: str, data: Path | None, database: str | None, as_json: bool) -> int:
    """Tie somebody to a subject."""
    from tanheng.access.oidc import Provider
    from tanheng.access.people import find_person, set_subject
    from tanheng.serve.settings import load_settings

    issuer = load_settings(None, data=data, database=database).oidc_issuer
    if not issuer:
        raise Usage("未设置 TANHENG_OIDC_ISSUER", "TANHENG_OIDC_ISSUER is not set")
    platform = open_platform(data, database)
    with platform.writing() as connection:
        row = find_person(connection, login)
        set_subject(connection, row, Provider(issuer, "", "").subject(subject) if subject else "", operator())
    return _told(platform, row.id, say("已关联", "tied"), as_json=as_json)


@user.command(
    short_help=say("解除锁定", "Take off a lock"),
    help=say("解除登录失败造成的锁定。", "Take off the lock that failures of signing in put on."),
)
@click.argument("login")
@data_options
@common_options
def unlock(*, login: str, data: Path | None, database: str | None, as_json: bool) -> int:
    """Unlock somebody."""
    from tanheng.access.people import find_person
    from tanheng.access.people import unlock as take_off

    platform = open_platform(data, database)
    with platform.writing() as connection:
        row = find_person(connection, login)
        take_off(connection, row, operator())
    return _told(platform, row.id, say("已解锁", "unlocked"), as_json=as_json)


def _only_tenant(connection: Any) -> str:
    import sqlalchemy as sa

    from tanheng.record.tables import TENANT

    names = list(connection.execute(sa.select(TENANT.c.name).order_by(TENANT.c.name)).scalars())
    if len(names) > 1:
        listed = ", ".join(names)
        raise Usage(
            f"有多个单位，请用 --tenant 指定：{listed}", f"several tenants, name one with --tenant: {listed}"
        )
    return str(names[0]) if names else "Tanheng"


def _area(text: str) -> tuple[str, str]:
    kind, _, code = text.partition(":")
    if kind not in ("all", "region", "entity"):
        raise Usage(
            f"--area “{text}”：应为 all、region:地区代码 或 entity:名称",
            f"--area '{text}': expected all, region:CODE or entity:NAME",
        )
    return kind, code


def _mark(one: dict[str, Any]) -> str:
    return say("有", "yes") if one["second_factor"] else ""


def _told(platform: Any, person: str, what: str, *, as_json: bool) -> int:
    from tanheng.access.people import people_of

    with platform.reading() as connection:
        (found,) = people_of(connection, None, person)
    if as_json:
        emit_json({"user": found})
    else:
        click.echo(f"{found['login']}{say('：', ': ')}{what}")
    return OK
