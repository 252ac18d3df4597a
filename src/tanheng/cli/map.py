"""``tanheng map``: suggest how an unknown sheet is read; the user confirms, and the mapping is kept."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, Usage, common_options, emit_json, say, table, writing

if TYPE_CHECKING:
    from tanheng.activity.mapping.losses import Loss
    from tanheng.activity.mapping.sheet import SheetMapping


@click.command(
    "map",
    help=say(
        "为陌生的表 FILE 建议一份映射：哪列是什么。",
        "Suggest a mapping for the unknown table FILE: which column is what.",
    ),
)
@click.argument("file", type=PATH)
@click.option("--sheet", help=say("只看这张工作表", "this sheet only"))
@click.option(
    "--out",
    type=PATH,
    help=say("写到此处，默认 FILE.mapping.yaml", "where to write it, FILE.mapping.yaml by default"),
)
@click.option(
    "--confirm",
    is_flag=True,
    help=say(
        "照建议确认，并存入 tanheng-mappings/ 供同样表头的文件再用；有不读的数、待填或猜测时须用 --accept 逐项接受",
        "confirm it as suggested and keep it in tanheng-mappings/ for files with the same headings; numbers that are not read, open names and guesses must be accepted by --accept",
    ),
)
@click.option(
    "--accept",
    multiple=True,
    metavar=say("名称", "NAME"),
    help=say(
        "连同 --confirm：明知这一列、表、行不读或这个名字是猜的，仍予确认；可重复",
        "with --confirm: knowingly leave out this column, sheet or row, or take this guess; repeatable",
    ),
)
@common_options
def map_(
    file: Path, *, sheet: str | None, out: Path | None, confirm: bool, accept: tuple[str, ...], as_json: bool
) -> int:
    """Suggest, show what would be lost, and write the mapping."""
    from tanheng.activity.mapping.losses import unaccepted
    from tanheng.activity.mapping.mapping import FOLDER
    from tanheng.activity.mapping.suggest import suggest_mapping

    if accept and not confirm:
        raise Usage("--accept 要与 --confirm 同用", "--accept goes with --confirm")
    found = suggest_mapping(file, sheet=sheet)
    standing = unaccepted(found, accept)
    complete = bool(found.used) and not any(one.missing for one in found.used)
    ready = complete and not standing
    if confirm and ready:
        found = found.confirm(accept)
    kept = Path(FOLDER) / f"{found.fingerprint[:12]}.yaml" if found.confirmed else None
    path = out or kept or Path(f"{file.name}.mapping.yaml")
    with writing(path, keep=[file]):
        found.save(path)
    if as_json:
        told = {"ready": ready, "losses": [vars(one) for one in standing]}
        emit_json({**found.to_dict(), "written": str(path), **told})
    else:
        for one in found.sheets:
            _show_sheet(one)
        _show_losses(standing)
        click.echo(say(f"已写出 {path}", f"Wrote {path}"))
        if not found.confirmed:
            _show_next(file, path)
            if complete and standing:
                _show_accepting(file, sheet, out, standing)
    return OK if ready else CHECK_FAILED


map = map_  # the name by which the command line finds it


def _show_losses(losses: Sequence[Loss]) -> None:
    """What confirming would lose or take as a guess; nothing of it is confirmed unless it is accepted."""
    if losses:
        click.secho(
            say("不读的数、待填与猜测：", "Numbers that are not read, open names and guesses:"), fg="red"
        )
    for one in losses:
        click.secho(f"  {one.key}: {one.what}", fg="red")


def _show_next(file: Path, path: Path) -> None:
    """How to confirm the mapping by hand."""
    click.echo(
        say(
            f"请核对，把 confirmed 改为 true，再运行 tanheng account {file} --mapping {path} --method …",
            f"Check it, set confirmed: true, then run tanheng account {file} --mapping {path} --method …",
        )
    )


def _show_accepting(file: Path, sheet: str | None, out: Path | None, losses: Sequence[Loss]) -> None:
    """How to confirm the mapping knowingly as it was suggested."""
    given = {"--sheet": sheet, "--out": out}
    words = [word for name, value in given.items() if value for word in (name, str(value))]
    words += [word for one in losses for word in ("--accept", one.key)]
    line = shlex.join(["tanheng", "map", str(file), "--confirm", *words])
    click.echo(say(f"明知而照此确认：{line}", f"To confirm it knowingly as it stands: {line}"))


def _show_sheet(one: SheetMapping) -> None:
    if not one.use:
        click.echo(
            say(
                f"工作表“{one.sheet}”不读：{one.reason}（{one.rows} 行）",
                f"Sheet '{one.sheet}' is not read: {one.reason} ({one.rows} rows)",
            )
        )
    rows = [
        {
            "heading": column.heading,
            "use": " ".join(
                filter(
                    None,
                    (
                        column.use,
                        column.activity,
                        column.item,
                        column.period,
                        column.unit and f"[{column.unit}]",
                    ),
                )
            ),
            "confidence": f"{column.confidence:.2f}",
            "filled": column.filled,
            "reason": column.reason,
        }
        for column in one.columns
    ]
    heads = {
        "heading": say("列名", "Heading"),
        "use": say("作为", "Read as"),
        "confidence": say("把握", "Confidence"),
        "filled": say("有内容", "Filled"),
        "reason": say("理由", "Reason"),
    }
    if not rows:
        return
    named = (
        (f"工作表“{one.sheet}”，表头", f"Sheet '{one.sheet}', headings")
        if one.sheet
        else ("表头", "Headings")
    )
    title = say(
        f"{named[0]}在第 {one.header} 行，{one.rows} 行数据",
        f"{named[1]} in row {one.header}, {one.rows} rows",
    )
    table(rows, heads, title=title, right=("confidence", "filled"))
    if not one.use:
        return
    for name, value in one.fixed.items():
        click.echo(f"  {name} = {value or say('（待填）', '(to be filled in)')}")
    guess = say("（猜测）", " (a guess)")
    for text, code in [*one.items.items(), *one.sectors.items()]:
        told = f"{code}{guess if text in one.guessed else ''}"
        click.echo(f"  {text} → {told if code else say('（待填）', '(to be filled in)')}")
    for column in one.lost:
        click.secho(
            say(
                f"  不读：列“{column.heading}”，{column.filled} 格",
                f"  not read: column '{column.heading}', {column.filled} cells",
            ),
            fg="yellow",
        )
    for name in one.missing:
        click.secho(say(f"  还缺：{name}", f"  still missing: {name}"), fg="red")
