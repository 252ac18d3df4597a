"""``tanheng inventory read --format ceads``: CEADs matrices of CO2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import CHECK_FAILED, OK, emit_json, say, table

if TYPE_CHECKING:
    from tanheng.inventory.reported.series import Series

_SHOWN, _FINDINGS = 60, 20


def show_ceads(file: Path, *, as_json: bool) -> int:
    """Read a CEADs file and print its totals by year, its sums that differ and what was refused."""
    from tanheng.inventory.reported.ceads import read_ceads

    grid = read_ceads(file)
    found = grid.to_dict()
    failed = found["refused"] or found["sums_apart"]
    if as_json:
        emit_json(found)
        return CHECK_FAILED if failed else OK
    rows = [{"year": row["year"], "emission": f"{row['emission'] / 1e6:,.6f}"} for row in found["by_year"]]
    heads = {"year": say("年份", "Year"), "emission": "Mt CO2"}
    table(rows[:_SHOWN], heads, title=f"{found['file']} (ceads)", right=("emission",))
    click.echo(
        say(
            f"合计 {grid.total / 1e6:,.6f} Mt CO2（范围一）；{found['cells']} 格，{len(found['regions'])} 个地区，{found['sectors']} 个部门，{found['items']} 个品种。",
            f"Total {grid.total / 1e6:,.6f} Mt CO2 (scope 1); {found['cells']} cells, {len(found['regions'])} regions, {found['sectors']} sectors, {found['items']} items.",
        )
    )
    click.secho(
        say(
            f"文件自述的合计 {found['sums_stated']} 个，与各格之和不符 {found['sums_apart']} 个；拒绝 {found['refused']} 个数。",
            f"Sums stated in the file: {found['sums_stated']}, of which {found['sums_apart']} differ from their cells; {found['refused']} values refused.",
        ),
        fg="red" if failed else None,
    )
    _show_series(grid.series())
    for row in found["apart"][:10]:
        where = " / ".join(
            str(row[name]) for name in ("sum", "region", "year", "sector", "item") if row[name]
        )
        click.echo(f"  {where}: {row['stated']:,.2f} → {row['ours']:,.2f} t ({row['difference']:+,.2f})")
    for row in found["refused_rows"][:10]:
        click.echo(
            f"  {row['row']}: {row['region']} {row['year']} {row['fuel']} {row['mt']!r}: {_reason(row['reason'])}"
        )
    return CHECK_FAILED if failed else OK


def _show_series(found: Series) -> None:
    """Print how many jumps and gaps there are, by code, and the first of them."""
    if not found.findings:
        return
    jumps, gaps = len(found.jumps), len(found.gaps)
    places = found.regions(found.jumps), found.regions(found.gaps)
    codes = say("，", ", ").join(f"{code} {count}" for code, count in found.counts().items())
    click.secho(
        say(
            f"逐年突变（超过 {found.limit:.0%}）{jumps} 处，涉及 {places[0]} 个地区；缺年 {gaps} 段，涉及 {places[1]} 个地区，共缺 {found.missing} 年（{codes}）。",
            f"{jumps} jumps (beyond {found.limit:.0%}) in {places[0]} regions; {gaps} gaps in {places[1]} regions, {found.missing} years missing ({codes}).",
        ),
        fg="yellow",
    )
    for finding in found.findings[:_FINDINGS]:
        click.echo(f"  {finding.message()}")
    if len(found.findings) > _FINDINGS:
        left = len(found.findings) - _FINDINGS
        click.echo(say(f"  … 另有 {left} 条，见 --json", f"  … and {left} more, see --json"))


def _reason(code: str) -> str:
    return {
        "not a number": say("不是数", "not a number"),
        "unknown sector": say("不认识的部门", "unknown sector"),
        "unknown fuel": say("不认识的品种", "unknown fuel"),
        "not a year": say("不是年份", "not a year"),
        "twice": say("重复", "stands twice"),
    }[code]
