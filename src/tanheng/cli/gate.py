"""``tanheng gate``: whether a new project is let into a place, and the register of the offsets that it claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    Usage,
    common_options,
    emit_json,
    group,
    say,
    table,
    writing,
)
from tanheng.cli.options import shared_options

if TYPE_CHECKING:
    from tanheng.pathways.gate import Claim, ClaimRegister, Project, Verdict
    from tanheng.pathways.road import Road

gate = group(
    "gate",
    "新项目准入：gate 路径文件 项目文件；抵消登记簿",
    "Whether a new project is let in: gate ROAD PROJECT; register of claims",
    meant="check",
)
claims = group("claims", "抵消登记簿：列出、释放、核对", "Register of claims: list, release, verify")
gate.add_command(claims)
_REGISTER = click.argument("register", type=PATH)


@gate.command(
    short_help=say("判定一个新项目；check 可省略", "judge a new project; check may be left out"),
    help=say(
        "判定新项目（PROJECT）能否进入一地（ROAD）：各年以要求的把握达到目标路径、强度、能耗；达不到路径时求最便宜的抵消。不予准入时退出码 1。",
        "Judge whether a new PROJECT may come to the place of ROAD: the target path in every year with the certainty asked for, intensity, "
        "energy; where the path is missed, the cheapest offsets. Exit code 1 when it is refused.",
    ),
)
@click.argument("road", type=PATH)
@click.argument("project", type=PATH)
@click.option("--scenario", help=say("因子树的情景；代替路径文件里的", "scenario of the tree; instead of the road's"))  # fmt: skip
@shared_options("draws", "seed", seed=2021, draws=(2, 20_000, 1000))
@click.option("--claims", "register", type=PATH, help=say("抵消登记簿：别的项目占用的量不再可用", "register of claims: what others hold is not there"))  # fmt: skip
@click.option("--lock", is_flag=True, help=say("准入时把所用的抵消登记到 --claims", "when it is admitted, claim its offsets in --claims"))  # fmt: skip
@shared_options("html")
@common_options
def check(
    road: Path, project: Path, *, scenario: str | None, draws: int, seed: int, register: Path | None, lock: bool, html: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Print the verdict, each test, the offsets; claim them where asked for."""
    from tanheng.pathways.gate import ClaimRegister, judge, load_project
    from tanheng.pathways.road import load_road

    if lock and register is None:
        raise Usage("--lock 需要 --claims 登记簿", "--lock needs --claims REGISTER")
    place = load_road(road)
    asked = load_project(project, place)
    book = None if register is None else ClaimRegister(register)
    taken = None if book is None else book.taken(without=(asked.id, place.id))
    found = judge(place, asked, scenario=scenario, draws=draws, seed=seed, taken=taken)
    made = _locked(found, asked, place, book) if lock and book is not None else []
    if html is not None:
        with writing(html, keep=[road, project]) as target:
            target.write_text(found.page(), encoding="utf-8")
    if as_json:
        emit_json(found.to_dict() | {"claims": [one.to_dict() for one in made]})
    else:
        _show(found)
        for one in made:
            click.echo(_line(one))
        if lock and not made:
            click.echo(say("没有登记抵消。", "No offset was claimed."))
    return OK if found.admitted else CHECK_FAILED


def _locked(found: Verdict, asked: Project, place: Road, book: ClaimRegister) -> list[Claim]:
    """The claims of the offsets of a project that is let in with them."""
    from tanheng.cli.people import operator

    if found.plan is None or not found.admitted or not found.plan.need.any():
        return []
    return book.lock(found.plan.lots(), project=asked.id, place=place.id, by=operator().login)


def _show(found: Verdict) -> None:
    from tanheng.errors import language
    from tanheng.pathways.gate.showing import shown
    from tanheng.pathways.gate.verdict import OUTCOMES

    place = 0 if language() == "zh" else 1
    lang = language()
    click.echo(
        f"{found.project.title[lang]} → {found.road.title[lang]}{say('：', ': ')}{OUTCOMES[found.outcome][place]}"
    )
    for said in [*found.reasons(), *found.notes()]:
        click.echo(f"  {said[place]}")
    texts = {say("结果", "Result"), say("状态", "State"), say("单位", "Unit"), say("出处", "Source")}
    for one in shown(found):
        keys = [str(at) for at in range(len(one.heads))]
        rows = [dict(zip(keys, row, strict=True)) for row in one.rows]
        numbers = [
            key for key, head in zip(keys, one.heads, strict=True) if key != keys[0] and head not in texts
        ]
        table(rows, dict(zip(keys, one.heads, strict=True)), title=one.title, right=numbers)
        if one.source:
            click.echo(one.source)


def _line(one: Claim) -> str:
    lot = one.lot
    return say(f"登记 {one.id}：{lot.option} {lot.vintage} 年 {lot.tonnes:,} t", f"claim {one.id}: {lot.option} {lot.vintage}, {lot.tonnes:,} t")  # fmt: skip


@claims.command("list", help=say("列出登记", "List the claims"))
@_REGISTER
@click.option("--all", "every", is_flag=True, help=say("连同已释放的", "with those that were released"))
@common_options
def list_(register: Path, *, every: bool, as_json: bool) -> int:
    """Print who holds what."""
    from tanheng.pathways.gate import ClaimRegister

    book = ClaimRegister(register, make=False)
    found = [one.to_dict() for one in book.claims(released=every)]
    if as_json:
        emit_json({"register": register.name, "claims": found, "tonnes": sum(one["tonnes"] for one in found if not one["released"])})  # fmt: skip
        return OK
    rows = [{**one, "tonnes": f"{one['tonnes']:,}", "issued": f"{one['issued']:,}", "serials": "–".join(map(str, one["serials"] or []))} for one in found]  # fmt: skip
    heads = {"claim": say("登记", "Claim"), "project": say("项目", "Project"), "place": say("地区", "Place"), "option": say("抵消", "Offset"),
             "vintage": say("年份", "Vintage"), "tonnes": say("吨", "t"), "issued": say("该年共有（t）", "Issued (t)"),
             "serials": say("序号", "Numbers")} | ({"released": say("已释放", "Released")} if every else {})  # fmt: skip
    table(rows, heads, right=("claim", "vintage", "tonnes", "issued"))
    return OK


@claims.command(help=say("释放一条登记（写明理由）", "Release a claim, with the reason"))
@_REGISTER
@click.argument("claim", type=int)
@click.option("--reason", required=True, help=say("理由", "why"))
@common_options
def release(register: Path, claim: int, *, reason: str, as_json: bool) -> int:
    """Give a claim up; it stays in the chain."""
    from tanheng.cli.people import operator
    from tanheng.pathways.gate import ClaimRegister

    one = ClaimRegister(register, make=False).release(claim, reason, by=operator().login)
    if as_json:
        emit_json(one.to_dict())
    else:
        click.echo(_line(one) + say("，已释放", ", released"))
    return OK


@claims.command(
    short_help=say("核对登记簿", "Check the register"),
    help=say(
        "核对登记簿：条目被改动、删除，或一吨登记两次时退出码 1。末尾被截去只有与另处留存的链头（--head）比较才能发现。",
        "Check the register: exit code 1 where an entry was edited or cut, or a tonne is held twice. Entries cut from the end are found only "
        "against a head that was kept elsewhere (--head).",
    ),
)
@_REGISTER
@click.option("--head", metavar="N:HASH", help=say("以前留存的链头", "a head that was kept before"))
@common_options
def verify(register: Path, *, head: str | None, as_json: bool) -> int:
    """Check every entry, and tell the newest one."""
    from tanheng.cli.audit import PROBLEMS
    from tanheng.pathways.gate import ClaimRegister
    from tanheng.record.chain import Head

    found = ClaimRegister(register, make=False).verify(Head.read(head) if head else None)
    chain = found.chain
    if as_json:
        broken: list[dict[str, Any]] = [
            {"number": one.number, "problem": one.problem} for one in chain.broken
        ]
        emit_json({"ok": found.sound, "entries": chain.entries, "head": str(chain.head), "broken": broken, "doubled": list(found.doubled)})  # fmt: skip
        return OK if found.sound else CHECK_FAILED
    for one in chain.broken:
        click.echo(say(f"第 {one.number} 条：{PROBLEMS[one.problem][0]}", f"entry {one.number}: {PROBLEMS[one.problem][1]}"))  # fmt: skip
    for name in found.doubled:
        click.echo(say(f"{name}：登记超过所有，或序号重复", f"{name}: more is held than there is, or a number twice"))  # fmt: skip
    state = say("登记簿完整", "the register stands") if found.sound else say("登记簿不可信", "the register cannot be trusted")  # fmt: skip
    click.echo(say(f"{chain.entries} 条，{state}；链头 {chain.head}", f"{chain.entries} entries, {state}; head {chain.head}"))  # fmt: skip
    return OK if found.sound else CHECK_FAILED
