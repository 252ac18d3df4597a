"""``tanheng deviation``: where places stand against their paths, alarms with their cause, corrections, decisions and their review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, Usage, common_options, emit_json, group, say, writing
from tanheng.cli.options import shared_options

if TYPE_CHECKING:
    from tanheng.pathways.deviation import Deviation


deviation = group(
    "deviation",
    "偏差：核查对路径，CUSUM 警报与原因，调整与模拟；决策日志与一年后的回看。FILE 前的 show 可省略。",
    "Deviation: observed against path, CUSUM alarms with their cause, correction and simulation; decisions and their review. "
    "The word show before FILE may be left out.",
    meant="show",
)
_DRAWS = click.option("--draws", type=click.IntRange(1, 100_000), help=say("模拟的抽样次数；默认取文件里的，否则 500", "draws of the simulation; unless told those of the file, else 500"))  # fmt: skip


@deviation.command(
    help=say(
        "对照路径：逐层偏差、警报、原因与调整（路径文件 FILE，可给几个地区）；有警报时退出码 1。",
        "Against the path: deviation by level, alarms, cause and correction of a road FILE, or of several places; exit code 1 while "
        "an alarm stands.",
    )
)
@click.argument("files", type=PATH, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--correct/--no-correct",
    "correct",
    default=None,
    help=say("是否求调整；默认超出路径时才求", "whether to look for a correction; unless told, where the path is exceeded"),
)  # fmt: skip
@_DRAWS
@shared_options("seed", "html", seed=2021)
@common_options
def show(
    files: tuple[Path, ...],
    *,
    correct: bool | None,
    draws: int | None,
    seed: int,
    html: Path | None,
    as_json: bool,
) -> int:
    """Print deviations, alarms, causes and corrections."""
    from tanheng.cli.deviation_tables import page_of, show_one, show_places
    from tanheng.pathways import deviation_of, load_road

    found = [deviation_of(load_road(file), correct=correct, draws=draws, seed=seed) for file in files]
    if html is not None:
        with writing(html, keep=files) as target:
            target.write_text(page_of(found), encoding="utf-8")
    if as_json:
        emit_json(_told(found))
    else:
        for one in found:
            show_one(one)
        if len(found) > 1:
            show_places(found)
    return CHECK_FAILED if any(one.alarms_stand for one in found) else OK


def _told(found: list[Deviation]) -> dict[str, object]:
    from tanheng.pathways.deviation import together

    if len(found) == 1:
        return found[0].to_dict()
    return {"places": together(found).to_dicts(), "roads": [one.to_dict() for one in found]}


_LOG = click.option("--log", "log_file", type=PATH, help=say("决策日志；默认为路径文件旁的 decisions.jsonl", "decision log; unless told, decisions.jsonl beside the road"))  # fmt: skip


@deviation.command(
    help=say(
        "把对一次偏差的决策写入日志（只追加，逐条哈希相连）：采取哪些杠杆、预期各年效果。",
        "Write a decision on a deviation into the log, which is only added to and chained by hashes: which levers, with the effect "
        "that is expected of them by year.",
    )
)
@click.argument("file", type=PATH)
@_LOG
@click.option("--who", required=True, help=say("由谁决策", "who decided"))
@click.option("--note", default="", help=say("说明", "a note"))
@click.option("--lever", "levers", multiple=True, help=say("采取的杠杆，可重复；默认调整里的全部", "lever that is taken, repeatable; all of the correction unless told"))  # fmt: skip
@click.option("--nothing", is_flag=True, help=say("记录不采取行动", "record that nothing is done"))
@_DRAWS
@shared_options("seed", seed=2021)
@common_options
def log(
    file: Path, *, log_file: Path | None, who: str, note: str, levers: tuple[str, ...], nothing: bool, draws: int | None, seed: int,
    as_json: bool,
) -> int:  # fmt: skip
    """Append a decision."""
    from tanheng.pathways import deviation_of, load_road
    from tanheng.pathways.deviation import decide

    if nothing and levers:
        raise Usage("--nothing 与 --lever 只写其一", "give either --nothing or --lever")
    found = deviation_of(load_road(file), correct=not nothing, draws=draws, seed=seed)
    target = _log_of(file, log_file)
    line = decide(found, target, who=who, note=note, levers=[] if nothing else list(levers) or None)
    if as_json:
        emit_json(line)
        return OK
    from tanheng.cli.decision_tables import show_decisions

    show_decisions([line])
    click.echo(say(f"已记入 {target.name} 第 {line['number']} 条：{line['hash']}", f"Entry {line['number']} of {target.name}: {line['hash']}"))  # fmt: skip
    return OK


@deviation.command(help=say("列出决策，并校验日志 FILE 的哈希链；被改过时退出码 1", "List decisions and check the chain of the log FILE; exit code 1 where it was altered"))  # fmt: skip
@click.argument("file", type=PATH)
@click.option("--kept", default="", metavar="HASH", help=say("另存的某一条的哈希，日志里应有它", "hash of an entry that was kept elsewhere, which the log must hold"))  # fmt: skip
@common_options
def decisions(file: Path, *, kept: str, as_json: bool) -> int:
    """Print the log."""
    from tanheng.pathways.journal import lines_of

    lines = lines_of(file, kept=kept.strip().lower())
    if as_json:
        emit_json({"file": file.name, "decisions": lines})
        return OK
    from tanheng.cli.decision_tables import show_decisions

    show_decisions(lines)
    return OK


@deviation.command(
    help=say(
        "回看：当时的预测是否胜过沿用末值，杠杆是否兑现（路径文件 FILE 应含其后年份的核查）。",
        "Review: whether the forecast of then beat the last value, whether levers delivered; the road FILE holds later years than then.",
    )
)  # fmt: skip
@click.argument("file", type=PATH)
@_LOG
@shared_options("html")
@common_options
def review(file: Path, *, log_file: Path | None, html: Path | None, as_json: bool) -> int:
    """Print what became of decisions."""
    from tanheng.pathways import load_road
    from tanheng.pathways.deviation import review as look_back

    log = _log_of(file, log_file)
    found = look_back(load_road(file), log)
    if html is not None:
        from tanheng.cli.decision_tables import review_page

        with writing(html, keep=[file, log]) as target:
            target.write_text(review_page(found), encoding="utf-8")
    if as_json:
        emit_json(found.to_dict())
        return OK
    from tanheng.cli.decision_tables import show_review

    show_review(found)
    return OK


def _log_of(file: Path, log_file: Path | None) -> Path:
    from tanheng.pathways.deviation import LOG

    return file.parent / LOG if log_file is None else log_file
