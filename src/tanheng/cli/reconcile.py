"""``tanheng reconcile``: one activity by two methods, and why the totals differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tanheng.cli.common import OK, common_options, emit_json, say, table
from tanheng.schemas import gwp_sets

_SHOWN = 60


@click.command(
    help=say(
        "用两个方法核算活动表 FILE，逐类解释两个合计之差。",
        "Account the activity FILE by two methods and explain the difference of the totals, category by category.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--method", "-m", required=True, help=say("前一个方法", "first method"))
@click.option("--with", "other", required=True, help=say("后一个方法", "second method"))
@click.option("--gwp", type=click.Choice(gwp_sets()), help=say("两边都用这组 GWP", "GWP set of both"))
@click.option("--region", help=say("未写地区的行按此地区查找因子", "region of rows that name none"))
@common_options
def reconcile(file: Path, *, method: str, other: str, as_json: bool, **options: Any) -> int:
    """Print the reconciliation."""
    from tanheng.activity import read_activity
    from tanheng.inventory import account
    from tanheng.inventory.reconciling import reconcile as explain

    activity = read_activity(file)
    found = explain(account(activity, method, **options), account(activity, other, **options))
    if as_json:
        emit_json(found.to_dict())
        return OK
    rows = [row for row in found.lines.to_dicts() if abs(row["difference"]) > 0 or row["cause"] != "same"]
    shown = [
        {
            "a": f"{row['category_a']} {row['name_a']}".strip() or "–",
            "b": f"{row['category_b']} {row['name_b']}".strip() or "–",
            **{key: f"{row[key]:,.2f}" for key in ("amount_a", "amount_b", "difference")},
            "reason": row["reason"],
        }
        for row in rows[:_SHOWN]
    ]
    heads = {"a": found.a, "b": found.b, "amount_a": f"{found.a} t", "amount_b": f"{found.b} t",
             "difference": say("合计之差 t", "Difference of totals t"), "reason": say("原因", "Reason")}  # fmt: skip
    table(shown, heads, title=say("对账", "Reconciliation"), right=("amount_a", "amount_b", "difference"))
    if len(rows) > _SHOWN:
        click.echo(say(f"… 另有 {len(rows) - _SHOWN} 行", f"… {len(rows) - _SHOWN} more rows"))
    words = {"boundary": say("边界", "boundary"), "activity": say("活动", "activity"), "factor": say("因子", "factors"),
             "method": say("方法", "method"), "gwp": "GWP"}  # fmt: skip
    click.echo(
        f"{found.a}: {found.total_a:,.2f} t → {found.b}: {found.total_b:,.2f} t ({found.total_b - found.total_a:+,.2f} t)"
    )
    click.echo(say("其中：", "Of this: ") + say("，", ", ").join(f"{words[cause]} {value:+,.2f} t" for cause, value in found.causes.items() if value))  # fmt: skip
    return OK
