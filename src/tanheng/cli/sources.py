"""``tanheng sources``: sums of enterprises against a balance, and measurements against what they must add up to."""

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
from tanheng.cli.inputs import BALANCE, TABLE, Source, read_input

if TYPE_CHECKING:
    import polars as pl

    from tanheng.activity import Finding

_SHOWN = 60


sources = group(
    "sources",
    "数据源之间的核对：企业之和与平衡表，互相印证的计量。",
    "Sources against each other: enterprises and a balance, meters of one network.",
)


@sources.command(
    short_help=say("企业之和与平衡表对照", "Sums of enterprises against a balance"),
    help=say(
        "把企业活动表 FIRMS 之和与平衡表 BALANCE 逐格对照；只对照，不改数据。",
        "Hold the sums of the enterprises' tables FIRMS against BALANCE, cell by cell; nothing is changed.",
    ),
)
@click.argument("balance", type=PATH)
@click.argument("firms", type=PATH, nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice([BALANCE, TABLE]),
    default=BALANCE,
    show_default=True,
    help=say("BALANCE 是能源平衡表还是活动表", "whether BALANCE is an energy balance or a table of activity"),
)
@click.option("--year", help=say("能源平衡表的年份", "year of an energy balance"))
@click.option("--sheet", help=say("BALANCE 的工作表名", "sheet of BALANCE"))
@click.option(
    "--by",
    multiple=True,
    default=("period", "item"),
    show_default=True,
    metavar=say("列", "COLUMN"),
    help=say("对照的列，可重复", "column of a cell, repeatable"),
)
@click.option(
    "--activity",
    "activities",
    multiple=True,
    metavar=say("活动类型", "KIND"),
    help=say(
        "BALANCE 中参加对照的活动类型，可重复；默认为用能的各行",
        "kind of activity of BALANCE that counts, repeatable; by default what is used",
    ),
)
@click.option(
    "--reported",
    multiple=True,
    metavar=say("活动类型", "KIND"),
    help=say("FIRMS 中参加对照的活动类型，可重复", "kind of activity of FIRMS that counts, repeatable"),
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=0.05,
    show_default=True,
    help=say("容差，占平衡表的比例", "largest difference that agrees, as a share of the balance"),
)
@click.option("--out", type=PATH, help=say("要写的 CSV 文件", "CSV file to write"))
@common_options
def compare(
    balance: Path, *, firms: tuple[Path, ...], form: str, year: str | None, sheet: str | None, out: Path | None,
    as_json: bool, **options: Any,
) -> int:  # fmt: skip
    """Print every cell with its verdict; 1 where a finding is more than a note."""
    from tanheng.activity.checks.base import name_of
    from tanheng.activity.reconciliation.bottom_up import bottom_up
    from tanheng.errors import language

    above = read_input(balance, Source(form=form, year=year), sheet=sheet, region=balance.stem)
    below = [read_input(file, Source(), sheet=None, region=None) for file in firms]
    found = bottom_up(below, above, **options)
    _write(found.table, out)
    if as_json:
        emit_json(_as_dict(found.table, found.findings))
        return _code(found.findings)
    words = {
        "agrees": say("一致", "agrees"), "excess": say("企业多", "firms have more"), "short": say("企业少", "firms have less"),
        "uncovered": say("只有平衡表", "balance only"), "unlisted": say("只有企业", "firms only"),
        "units": say("量纲不同", "other dimension"),
    }  # fmt: skip
    keys = options["by"]
    rows = [
        {
            **{key: name_of(key, row[key], language()) for key in keys},
            **{key: _figure(row[key]) for key in ("enterprises", "balance", "difference")},
            "share": "" if row["share"] is None else f"{row['share']:+.1%}",
            "unit": row["unit"],
            "verdict": words[row["verdict"]],
        }
        for row in found.table.to_dicts()
    ]
    heads = {
        **dict(zip(keys, map(_column_name, keys), strict=True)),
        "enterprises": say("企业", "Enterprises"), "balance": say("平衡表", "Balance"), "difference": say("差", "Difference"),
        "share": say("占平衡表", "Of the balance"), "unit": say("单位", "Unit"), "verdict": say("结论", "Verdict"),
    }  # fmt: skip
    _show(rows, heads, found.findings, right=("enterprises", "balance", "difference", "share"))
    return _code(found.findings)


@sources.command(
    short_help=say("互相印证的计量", "Redundant measurements"),
    help=say(
        "按约束协调 FILE 中的计量，指出可疑的表计；只提出建议，不改数据。",
        "Adjust the measurements of FILE to the constraints and name suspects; values are proposed, nothing is changed.",
    ),
)
@click.argument("file", type=PATH)
@click.option(
    "--constraint",
    "constraints",
    multiple=True,
    metavar=say("等式", "EQUATION"),
    help=say(
        "约束，如 “一车间 + 二车间 = 总表”，可重复；减号两边空格",
        "such as 'a + b = total', repeatable; a minus between spaces",
    ),
)
@click.option(
    "--constraints",
    "listed",
    type=PATH,
    help=say("约束文件，每行一个等式", "text file with one equation a line"),
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help=say("误报的概率", "probability of a false alarm"),
)
@click.option("--out", type=PATH, help=say("要写的 CSV 文件", "CSV file to write"))
@common_options
def measurements(
    file: Path, *, constraints: tuple[str, ...], listed: Path | None, level: float, out: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Print the proposed values, the global test and the suspects; 1 where a finding is more than a note."""
    from tanheng.activity.reconciliation.measurements import reconcile_measurements

    said = [*constraints, *(_lines(listed) if listed else [])]
    if not said:
        raise Usage("请用 --constraint 或 --constraints 给出约束", "give --constraint or --constraints")
    found = reconcile_measurements(file, said, level=level)
    _write(found.table, out)
    if as_json:
        tests = {name: getattr(found, name) for name in ("chi_square", "freedom", "limit", "p", "consistent")}
        emit_json(
            {
                **tests,
                "suspects": [vars(one) for one in found.suspects],
                **_as_dict(found.table, found.findings),
            }
        )
        return _code(found.findings)
    words = {
        "adjusted": say("已协调", "adjusted"), "fixed": say("固定", "fixed"), "unchecked": say("无从核对", "unchecked"),
        "observable": say("由约束算出", "computed"), "unobservable": say("算不出", "not determined"),
    }  # fmt: skip
    numbers = ("measured", "uncertainty", "adjusted", "adjusted_uncertainty", "adjustment")
    rows = [
        {
            "name": row["name"],
            **{key: _figure(row[key]) for key in numbers},
            "unit": row["unit"],
            "status": words[row["status"]],
            "suspect": say("可疑", "suspect") if row["suspect"] else "",
        }
        for row in found.table.to_dicts()
    ]
    heads = {
        "name": say("名称", "Name"), "measured": say("测量", "Measured"), "uncertainty": say("不确定度", "Uncertainty"),
        "adjusted": say("协调", "Adjusted"), "adjusted_uncertainty": say("其不确定度", "Its uncertainty"),
        "adjustment": say("调整", "Adjustment"), "unit": say("单位", "Unit"), "status": say("状态", "Status"),
        "suspect": say("粗差", "Gross error"),
    }  # fmt: skip
    _show(rows, heads, found.findings, right=numbers)
    if found.freedom:
        verdict = say("通过", "passed") if found.consistent else say("不通过", "failed")
        click.echo(
            say(
                f"整体检验{verdict}：χ² = {found.chi_square:.4g}，限值 {found.limit:.4g}，自由度 {found.freedom}",
                f"Global test {verdict}: chi-square {found.chi_square:.4g}, limit {found.limit:.4g}, {found.freedom} degrees of freedom",
            )
        )
    return _code(found.findings)


def _lines(path: Path) -> list[str]:
    from tanheng.activity.reading.cells import read_cells

    cells = [row for page in read_cells(path) for _, row in page.rows]
    return [text for row in cells if (text := ",".join(row).strip(", ")) and not text.startswith("#")]


def _column_name(column: str) -> str:
    from tanheng.activity.schema import columns
    from tanheng.errors import language

    known = columns().get(column)
    return known[f"name_{language()}"] if known else column


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"


def _write(frame: pl.DataFrame, out: Path | None) -> None:
    from tanheng.inventory.writing import as_text

    if out is not None:
        with writing(out) as path:
            as_text(frame).write_csv(path, include_bom=True)


def _as_dict(frame: pl.DataFrame, findings: list[Finding]) -> dict[str, Any]:
    return {"rows": frame.to_dicts(), "findings": [one.to_dict() for one in findings]}


def _show(
    rows: list[dict[str, Any]], heads: dict[str, str], findings: list[Finding], *, right: tuple[str, ...]
) -> None:
    table(rows[:_SHOWN], heads, right=right)
    if len(rows) > _SHOWN:
        click.echo(say(f"… 另有 {len(rows) - _SHOWN} 行", f"… {len(rows) - _SHOWN} more rows"))
    for finding in findings:
        click.echo(finding.message(), err=finding.severity != "note")


def _code(findings: list[Finding]) -> int:
    return CHECK_FAILED if any(one.severity != "note" for one in findings) else OK
