"""``tanheng template``: a workbook to fill in for a method."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, packs_option, say


@click.command(
    help=say("为方法写一份待填的 Excel 模板。", "Write the workbook that is filled in for a method.")
)
@click.option(
    "--method", "-m", required=True, help=say("方法编号或方法包文件", "id of a method, or a pack file")
)
@click.option(
    "--out",
    required=True,
    type=PATH,
    help=say("要写的 .xlsx 文件", ".xlsx file to write"),
)
@click.option("--entity", default="", help=say("主体，如 某市", "entity that it is for"))
@click.option("--year", default="", help=say("时期，如 2023", "period, such as 2023"))
@click.option("--region", default="", help=say("所在地区，如 四川省", "region, such as CN-51"))
@click.option(
    "--by",
    type=click.Choice(["year", "month"]),
    default="year",
    show_default=True,
    help=say(
        "每个品种一行，或按月十二行（须有 --year）",
        "one line for each item, or one for each month (needs --year)",
    ),
)
@packs_option
@common_options
def template(
    *,
    method: str,
    out: Path,
    entity: str,
    year: str,
    region: str,
    by: str,
    packs: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Write the template and say what to do with it."""
    from tanheng.filings.form.write import write_template

    path = write_template(method, out, entity=entity, year=year, region=region, by=by, packs=packs)
    if as_json:
        emit_json(
            {"file": str(path), "method": method, "entity": entity, "year": year, "region": region, "by": by}
        )
    else:
        click.echo(
            say(
                f"已写出 {path}。填好后运行：tanheng account {path} --method {method}",
                f"Wrote {path}. When filled: tanheng account {path} --method {method}",
            )
        )
    return OK
