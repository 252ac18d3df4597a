"""``tanheng reconcile``: one activity by two methods, and why the totals differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tanheng.cli.account import exit_code, method_options, run
from tanheng.cli.common import PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.inputs import Source, input_options

if TYPE_CHECKING:
    from tanheng.inventory.views.reconciling import Reconciliation

_SHOWN = 60


@click.command(
    help=say(
        "用两个方法核算活动表 FILE，逐类解释两个合计之差。",
        "Account the activity FILE by two methods and explain the difference of the totals, category by category.",
    )
)
@click.argument("file", type=PATH)
@click.option("--method", "-m", required=True, help=say("前一个方法", "first method"))
@click.option("--with", "other", required=True, help=say("后一个方法", "second method"))
@click.option(
    "--by",
    metavar="LIST[,LIST]",
    help=say(
        "按此类别表或维度逐行对账，如 品种、gpc；两边不同用逗号隔开",
        "category list or dimension of the lines, such as item or gpc; with a comma, one for each method",
    ),
)
@click.option("--out", type=PATH, help=say("另存为 .xlsx 或 .csv", "write the lines as .xlsx or .csv"))
@method_options
@input_options
@common_options
def reconcile(
    file: Path, *, method: str, other: str, by: str | None, out: Path | None, as_json: bool, overrides: tuple[str, ...],
    form: str, mapping: Path | None, year: str | None, electricity: str, stated: tuple[str, ...],
    parameter_table: Path | None, **options: Any,
) -> int:  # fmt: skip
    """Print the reconciliation."""
    from tanheng.inventory.views.reconciling import reconcile as explain

    source = Source(form, mapping, year, electricity, stated, parameter_table)
    one, two = (
        run(file, method=name, source=source, overrides=chosen, **options)
        for name, chosen in _overrides((method, other), overrides)
    )
    found = explain(one, two, by=_lists(by))
    if out is not None:
        found.write(out)
    if as_json:
        emit_json(found.to_dict())
    else:
        _show(found)
    return max(exit_code(one), exit_code(two))


def _lists(by: str | None) -> str | tuple[str, str] | None:
    """The list of both sides, or of each."""
    if by is None:
        return None
    names = [name.strip() for name in by.replace("，", ",").split(",")]
    if len(names) > 2 or not all(names):
        raise Usage(f"--by “{by}”应为一个或两个名称", f"--by '{by}' should be one name or two")
    return names[0] if len(names) == 1 else (names[0], names[1])


def _overrides(methods: tuple[str, str], overrides: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """For each method the measured values whose rule it has; a rule that neither has is a slip."""
    from tanheng.inventory import load_method

    rules = {name: {rule.id for rule in load_method(name).rules} for name in methods}
    for text in overrides:
        if not any(_rule(text) in known for known in rules.values()):
            raise Usage(
                f"--set “{text}”：两个方法都没有这条规则", f"--set '{text}': neither method has this rule"
            )
    return [(name, tuple(text for text in overrides if _rule(text) in rules[name])) for name in methods]


def _rule(text: str) -> str:
    return text.partition("=")[0].strip().rpartition(".")[0]


def _show(found: Reconciliation) -> None:
    from tanheng.inventory.views.comparison import cause_name

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
    if shown:
        table(shown, heads, title=say("对账", "Reconciliation"), right=("amount_a", "amount_b", "difference"))
    if len(rows) > _SHOWN:
        click.echo(say(f"… 另有 {len(rows) - _SHOWN} 行", f"… {len(rows) - _SHOWN} more rows"))
    click.echo(
        f"{found.a}: {found.total_a:,.2f} t → {found.b}: {found.total_b:,.2f} t ({found.total_b - found.total_a:+,.2f} t)"
    )
    split = [f"{cause_name(cause)} {value:+,.2f} t" for cause, value in found.causes.items() if value]
    if split:
        click.echo(say("其中：", "Of this: ") + say("，", ", ").join(split))
    for sentence in found.incomplete():
        click.secho(sentence, fg="red")
    for finding in found.findings:
        if finding.severity != "note":
            click.echo(finding.message(), err=True)
