"""``tanheng balance``: an energy balance as a table of activity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import CHECK_FAILED, OK, PATH, common_options, emit_json, say, table, writing
from tanheng.cli.inputs import Source, balance_options, read_as_balance


@click.command(
    help=say("把能源平衡表 FILE 变为活动表。", "Turn the energy balance FILE into a table of activity.")
)
@click.argument("file", type=PATH)
@click.option("--region", required=True, help=say("地区", "region"))
@click.option("--sheet", help=say("工作表名", "sheet of a workbook"))
@click.option("--out", type=PATH, help=say("要写的 CSV 文件", "CSV file to write"))
@common_options
def balance(
    file: Path, *, region: str, sheet: str | None, out: Path | None, as_json: bool, **options: Any
) -> int:
    """Read it, say what does not balance, and write the rows."""
    from tanheng.activity.checks.base import name_of
    from tanheng.errors import language
    from tanheng.inventory.writing import as_text

    found = read_as_balance(file, Source(**options), sheet=sheet, region=region)
    frame = found.to_polars()
    shown = frame.select(name for name in frame.columns if not name.startswith("__"))
    if out is not None:
        with writing(out) as path:
            as_text(shown).write_csv(path, include_bom=True)
    if as_json:
        emit_json(
            {
                "rows": shown.to_dicts(),
                "refused": found.missing,
                "findings": [one.to_dict() for one in found.findings],
            }
        )
    else:
        heads = {
            "item": say("品种", "Item"),
            "activity": say("活动类型", "Activity"),
            "sector": say("部门", "Sector"),
            "amount": say("数量", "Amount"),
            "unit": say("单位", "Unit"),
            "note": say("出处", "Cell"),
        }
        rows = [
            {
                **row,
                **{name: name_of(name, row[name], language()) for name in ("item", "sector")},
                "activity": _kind(row["activity"]),
            }
            for row in shown.to_dicts()
        ]
        table(rows, heads, title=f"{region} {file.name}", right=("amount",))
        for finding in found.findings:
            click.echo(finding.message())
    failed = any(one.severity != "note" for one in found.findings)
    return CHECK_FAILED if failed else OK


def _kind(activity: str) -> str:
    from tanheng.activity.balance.reading import balance_kinds

    kind = balance_kinds()[activity]
    return say(kind.name_zh, kind.name_en)


for _option in reversed(balance_options()):
    balance = _option(balance)
