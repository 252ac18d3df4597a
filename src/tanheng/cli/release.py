"""``tanheng release``: freeze an inventory, list, show, compare, verify and open what was frozen."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.common import (
    CHECK_FAILED,
    OK,
    PATH,
    common_options,
    emit_json,
    group,
    say,
    table,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanheng.inventory import Inventory
    from tanheng.record.store import Entry, Store

_SHOWN = 40


release = group(
    "release",
    "冻结清单：编号、哈希、不可更改的发布版。",
    "Freeze inventories: numbered, hashed, immutable releases.",
)


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store``."""
    return click.option(
        "--store",
        type=PATH,
        default=Path("tanheng-store"),
        envvar="TANHENG_STORE",
        show_default=True,
        help=say("仓库文件夹", "folder of the store"),
    )(command)


@release.command(help=say("冻结一次运行 RUN（编号或文件夹）。", "Freeze the run RUN (its id or folder)."))
@click.argument("run")
@click.option(
    "--name",
    help=say("发布系列名，同名递增编号", "series; the next release of a series gets the next number"),
)
@click.option("--by", help=say("冻结人", "who freezes it"))
@click.option(
    "--why",
    default="",
    help=say("事由，如“初稿”“更正电力数据”", "what for, such as 'first' or 'electricity corrected'"),
)
@click.option(
    "--doubts",
    type=PATH,
    help=say(
        "疑点清单（inventory doubts 所写），随发布版冻结", "worklist of doubts, frozen with the release"
    ),
)
@click.option(
    "--again",
    is_flag=True,
    help=say("内容与最新一版相同也另立一版", "make a new release even where nothing changed"),
)
@store_option
@common_options
def create(
    run: str, *, name: str | None, by: str | None, why: str, doubts: Path | None, again: bool, store: Path, as_json: bool,
) -> int:  # fmt: skip
    """Freeze a run."""
    from tanheng.activity.worklist import Worklist, read_worklist
    from tanheng.inventory import load_run
    from tanheng.inventory.releases.releases import create_release
    from tanheng.inventory.views.listings import doubts_of
    from tanheng.record.store import Store

    inventory = load_run(run)
    answers = None if doubts is None else Worklist.of(doubts_of(inventory), before=read_worklist(doubts))
    with writing(store):
        kept = Store(store)
        before = set(kept.labels("release"))
        made = create_release(
            inventory, kept, name or _name(inventory), by=by or _user(), why=why, doubts=answers, again=again
        )
    created = made.sha256 not in before
    if as_json:
        emit_json({**made.to_dict(), "created": created})
        return OK
    _print([made])
    if not created:
        click.echo(say(f"内容与 {made.label} 相同，没有另立一版；要另立请加 --again", f"The same as {made.label}: no new release was made; --again makes one"))  # fmt: skip
    errors, waiting = made.about["open_errors"], made.about["doubts"]["open"]
    if waiting:
        click.secho(say(f"冻结时还有 {waiting} 项疑点待处理，其中错误 {errors} 项", f"Frozen with {waiting} open doubts, {errors} of them errors"), fg="red" if errors else "yellow", err=True)  # fmt: skip
    click.echo(
        say(f"校验：tanheng release verify {made.label}", f"Verify: tanheng release verify {made.label}")
    )
    return OK


def _user() -> str:
    """Who is at the machine; a container may know no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "–"


@release.command("list", help=say("列出发布版。", "List releases."))
@click.option("--name", help=say("只看一个系列", "of one series only"))
@click.option("--known", metavar="DATE", help=say("某日所知（其后的不列）", "what was known on a day"))
@click.option("--valid", metavar="DATE", help=say("核算期包含某日的", "whose period holds a day"))
@store_option
@common_options
def list_(name: str | None, *, known: str | None, valid: str | None, store: Path, as_json: bool) -> int:
    """List releases, oldest first."""
    from tanheng.activity import parse_period

    days = [None if one is None else parse_period(one) or one for one in (known, valid)]
    known = days[0] if known is None or ":" not in known else known
    found = _open(store).entries("release", name, known=known, valid=days[1])
    if as_json:
        emit_json({"releases": [one.to_dict() for one in found]})
    elif found:
        _print(found)
    else:
        click.echo(say("没有这样的发布版", "No such releases"))
    return OK


@release.command(help=say("查看一个发布版由什么构成。", "Show what a release stands on."))
@click.argument("name")
@store_option
@common_options
def show(name: str, *, store: Path, as_json: bool) -> int:
    """Show a release with every version that it was made from."""
    kept = _open(store)
    found = find_release(kept, name)
    made_from = kept.ancestors(found)
    if as_json:
        emit_json({**found.to_dict(), "made_from": [one.to_dict() for one in made_from]})
        return OK
    _print([found])
    click.echo(say("由以下版本构成：", "Made from:"))
    rows = [
        {"kind": one.kind, "id": one.label, "sha256": one.sha256[:12], "known": one.known_from[:19], "by": one.by, "parts": len(one.parts)}
        for one in made_from
    ]  # fmt: skip
    heads = {
        "kind": say("种类", "Kind"), "id": say("版本", "Version"), "sha256": "SHA-256", "known": say("入库时间（UTC）", "Known since (UTC)"),
        "by": say("经手", "By"), "parts": say("文件数", "Files"),
    }  # fmt: skip
    table(rows, heads, right=("parts",))
    return OK


@release.command(
    help=say("逐格比较两个发布版：更正说明表。", "Compare two releases cell by cell: the restatement.")
)
@click.argument("old")
@click.argument("new")
@click.option("--out", type=PATH, help=say("另存为 .xlsx 或 .csv", "write it as .xlsx or .csv"))
@store_option
@common_options
def diff(old: str, new: str, *, out: Path | None, store: Path, as_json: bool) -> int:
    """Say what the newer release states otherwise, with the cause of each difference."""
    from tanheng.inventory.releases.releases import restatement

    kept = _open(store)
    before, after = find_release(kept, old), find_release(kept, new)
    compared = restatement(after, before, kept)
    totals = {"old": before.about["total"], "new": after.about["total"]}
    restated = compared.restated()
    if out is not None:
        restated.write(out)
    if as_json:
        emit_json({"old": before.label, "new": after.label, "totals": totals,
                   "causes": compared.causes, "cells": compared.to_dict()["cells"]})  # fmt: skip
        return OK
    _print([before, after])
    click.echo(
        f"{before.label} {totals['old']:,.2f} t → {after.label} {totals['new']:,.2f} t ({totals['new'] - totals['old']:+,.2f} t)"
    )
    rows = restated.to_dicts()
    heads = {
        "entity": say("主体", "Entity"), "period": say("时期", "Period"), "region": say("区域", "Region"),
        "sector_name": say("部门", "Sector"), "item_name": say("品种", "Item"), **_own_columns(rows), "gas": say("气体", "Gas"),
        "old": say("原值 t", "Old t"), "new": say("新值 t", "New t"), "difference": say("差 t", "Difference t"),
        "cause_name": say("原因", "Cause"),
    }  # fmt: skip
    shown = [
        {**row, **{key: f"{row[key]:,.2f}" for key in ("old", "new", "difference")}} for row in rows[:_SHOWN]
    ]
    used = {key: head for key, head in heads.items() if any(row.get(key) for row in shown)}
    table(shown, used, title=say("更正说明", "Restatement"), right=("old", "new", "difference"))
    if len(rows) > _SHOWN:
        click.echo(say(f"… 另有 {len(rows) - _SHOWN} 行", f"… {len(rows) - _SHOWN} more rows"))
    return OK


def _own_columns(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Further columns of the activity by which cells differ, under the user's names."""
    ours = {"entity", "period", "region", "sector", "item", "gas"}
    free = list(rows[0])[: list(rows[0]).index("old")] if rows else []
    return {
        name: name
        for name in free
        if name not in ours and not name.endswith("_name") and len({row[name] for row in rows}) > 1
    }


@release.command(help=say("校验：逐字节核对并重新计算。", "Verify: hash every byte and compute anew."))
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help=say("全部发布版", "every release"))
@store_option
@common_options
def verify(names: tuple[str, ...], *, every: bool, store: Path, as_json: bool) -> int:
    """Verify releases; exit code 1 where anything differs."""
    from tanheng.cli.common import Usage
    from tanheng.inventory.releases.releases import verify_all, verify_release

    if not names and not every:
        raise Usage("请写发布版名，或用 --all", "Name a release, or use --all")
    kept = _open(store)
    labels = kept.labels("release")
    done = (
        verify_all(kept) if every else [verify_release(_listed(kept, labels, name), kept) for name in names]
    )
    if as_json:
        emit_json({"ok": all(one.ok for one in done), "releases": [one.to_dict() for one in done]})
    elif not done:
        click.echo(say("仓库中没有发布版", "The store holds no releases"))
    for one in [] if as_json else done:
        if one.ok:
            click.echo(say(f"{one.label}：字节与目录相符，重算摘要一致 {one.digest[:12]}", f"{one.label}: bytes and catalogue as written, recomputed digest equal {one.digest[:12]}"))  # fmt: skip
            continue
        click.secho(say(f"{one.label}：校验不通过", f"{one.label}: NOT as it was released"), fg="red")
        for problem in one.problems:
            click.echo("  " + say(problem.zh, problem.en))
        if not one.problems and one.digest == one.released:
            click.echo("  " + say(f"重算合计 {one.total:,.6f} t 与发布时的 {one.released_total:,.6f} t 不同（质量相同：GWP 或折算变了）", f"recomputed total {one.total:,.6f} t differs from the released {one.released_total:,.6f} t (the masses are equal: GWPs or weighting changed)"))  # fmt: skip
        elif not one.problems:
            click.echo("  " + say(f"重算摘要 {one.digest[:12]} 与发布时的 {one.released[:12]} 不同", f"recomputed digest {one.digest[:12]} differs from the released {one.released[:12]}"))  # fmt: skip
    return OK if all(one.ok for one in done) else CHECK_FAILED


@release.command(
    "open",
    help=say(
        "把一个发布版的清单、报告与证据写到文件夹。",
        "Write a release's inventory, report and proofs to a folder.",
    ),
)
@click.argument("name")
@click.option("--out", type=PATH, required=True, help=say("输出文件夹", "output folder"))
@store_option
@common_options
def open_(name: str, *, out: Path, store: Path, as_json: bool) -> int:
    """Write the files of a release; ``tanheng proof FOLDER`` opens its numbers."""
    from tanheng.cli.outputs import write_files
    from tanheng.inventory.releases.releases import open_release, release_doubts

    kept = _open(store)
    found = find_release(kept, name)
    earlier = kept.entry(found.previous) if found.previous else None
    previous = open_release(earlier, kept) if earlier else None
    written = write_files(open_release(found, kept), out, release=found, previous=previous)
    doubts = release_doubts(found, kept)
    if doubts.frame.height:
        with writing(out):
            written.append(doubts.to_csv(out / "doubts.csv"))
    if as_json:
        emit_json({"release": found.label, "files": [str(path) for path in written]})
    else:
        click.echo(
            say(f"已写入 {out}/：", f"Written to {out}/: ")
            + say("、", ", ").join(path.name for path in written)
        )
    return OK


def _open(folder: Path) -> Store:
    """A store that is there: a command that reads makes none."""
    from tanheng.errors import NotFound
    from tanheng.record.store import Store

    if not (folder / "catalogue.sqlite").is_file():
        raise NotFound(
            what_zh="仓库", what_en="store", name=str(folder), known="–",
            mend_zh="请用 --store 指出仓库，或先用 `tanheng release create` 冻结一次运行。",
            mend_en="Name the store by --store, or freeze a run first with `tanheng release create`.",
        )  # fmt: skip
    return Store(folder)


def find_release(store: Store, name: str) -> Entry:
    """A release by ``NAME@NUMBER``, or the newest of a name."""
    series, at, number = name.rpartition("@")
    if at and number.isdigit():
        return store.find("release", series, int(number))
    return store.find("release", name)


def _listed(store: Store, labels: dict[str, str], name: str) -> str:
    """The manifest of a release as the catalogue has it, whether or not it can still be read."""
    found = [sha256 for sha256, label in labels.items() if name in (label, label.rpartition("@")[0])]
    return found[-1] if found else find_release(store, name).sha256


def _name(inventory: Inventory) -> str:
    """Entity and period where there is one of each, else the file's name."""
    entities = inventory.emissions.get_column("entity").unique().to_list()
    periods = inventory.emissions.get_column("period").unique().to_list()
    if len(entities) == 1 and len(periods) == 1:
        return f"{entities[0]}-{periods[0]}"
    return Path(inventory.activity.name).stem


def _print(entries: list[Entry]) -> None:
    rows = [
        {
            "id": one.label, "total": f"{one.about['total']:,.2f}", "gas": f"t {one.about['gas']}", "method": one.about["method"],
            "complete": say("完整", "complete") if one.about["complete"] else say("不完整", "INCOMPLETE"),
            "known": one.known_from[:19], "by": one.by, "why": one.why, "sha256": one.sha256[:12],
        }
        for one in entries
    ]  # fmt: skip
    heads = {
        "id": say("发布版", "Release"), "total": say("合计", "Total"), "gas": say("单位", "Unit"), "method": say("方法", "Method"),
        "complete": say("完整性", "Complete"), "known": say("时间（UTC）", "Time (UTC)"), "by": say("经手", "By"), "why": say("事由", "Why"), "sha256": "SHA-256",
    }  # fmt: skip
    table(rows, heads, right=("total",))
