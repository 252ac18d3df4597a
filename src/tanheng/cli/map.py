"""``tanheng map``: suggest how an unknown sheet is read; the user confirms, and the mapping is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import CHECK_FAILED, OK, common_options, emit_json, say, table, writing

if TYPE_CHECKING:
    from tanheng.activity.mapping.mapping import Mapping, SheetMapping


@click.command(
    "map",
    help=say(
        "为陌生的表 FILE 建议一份映射：哪列是什么。",
        "Suggest a mapping for the unknown table FILE: which column is what.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", help=say("只看这张工作表", "this sheet only"))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=say("写到此处，默认 FILE.mapping.yaml", "where to write it, FILE.mapping.yaml by default"),
)
@click.option(
    "--confirm",
    is_flag=True,
    help=say(
        "照建议确认，并存入 tanheng-mappings/ 供同样表头的文件再用",
        "confirm it as suggested and keep it in tanheng-mappings/ for files with the same headings",
    ),
)
@common_options
def map_(file: Path, *, sheet: str | None, out: Path | None, confirm: bool, as_json: bool) -> int:
    """Suggest, show what would be lost, and write the mapping."""
    from tanheng.activity.mapping.mapping import FOLDER
    from tanheng.activity.mapping.suggest import suggest_mapping

    found = suggest_mapping(file, sheet=sheet)
    undecided = sum(len(one.open) for one in found.used)
    ready = bool(found.used) and not undecided and not any(one.missing for one in found.used)
    if confirm and ready:
        found = found.confirm()
    kept = Path(FOLDER) / f"{found.fingerprint[:12]}.yaml" if found.confirmed else None
    path = out or kept or Path(f"{file.name}.mapping.yaml")
    with writing(path, keep=[file]):
        found.save(path)
    if as_json:
        emit_json({**found.to_dict(), "written": str(path), "ready": ready, "open": undecided})
    else:
        _show(found, path, undecided)
    return OK if ready else CHECK_FAILED


map = map_  # the name by which the command line finds it


def _show(found: Mapping, path: Path, undecided: int) -> None:
    for one in found.sheets:
        _show_sheet(one)
    if undecided:
        click.secho(
            say(
                f"还有 {undecided} 处待填，未确认；留空则品种、部门按原文读取",
                f"{undecided} entries are open, so it is not confirmed; left empty, items and sectors are read as they stand",
            ),
            fg="red",
        )
    click.echo(say(f"已写出 {path}", f"Wrote {path}"))
    if not found.confirmed:
        click.echo(
            say(
                f"请核对，把 confirmed 改为 true，再运行 tanheng account {found.file} --mapping {path} --method …",
                f"Check it, set confirmed: true, then run tanheng account {found.file} --mapping {path} --method …",
            )
        )


def _show_sheet(one: SheetMapping) -> None:
    if not one.use:
        click.echo(
            say(
                f"工作表“{one.sheet}”不读：{one.reason}（{one.rows} 行）",
                f"Sheet '{one.sheet}' is not read: {one.reason} ({one.rows} rows)",
            )
        )
        if not one.columns:
            return
    rows = [
        {
            "heading": column.heading,
            "use": " ".join(
                filter(None, (column.use, column.item, column.period, column.unit and f"[{column.unit}]"))
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
    title = say(
        f"工作表“{one.sheet}”，表头在第 {one.header} 行，{one.rows} 行数据",
        f"Sheet '{one.sheet}', headings in row {one.header}, {one.rows} rows",
    )
    table(rows, heads, title=title, right=("confidence", "filled"))
    for name, value in one.fixed.items():
        click.echo(f"  {name} = {value or say('（待填）', '(to be filled in)')}")
    for text, code in [*one.items.items(), *one.sectors.items()]:
        click.echo(f"  {text} → {code or say('（待填）', '(to be filled in)')}")
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
