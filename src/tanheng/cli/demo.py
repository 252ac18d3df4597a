"""``tanheng demo``: the main job on the Sichuan 2021 data that ship with the package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.account import run, show
from tanheng.cli.common import OK, PATH, common_options, emit_json, say, table, writing
from tanheng.cli.outputs import write_files

if TYPE_CHECKING:
    import polars as pl

    from tanheng.activity import Finding
    from tanheng.inventory import Inventory
    from tanheng.inventory.releases.releases import Verification
    from tanheng.record.store import Entry

METHOD = "sichuan-park-2022"


@click.command(
    help=say("用随包的四川 2021 数据跑一遍主流程。", "Run the main job on the Sichuan 2021 data that ship.")
)
@click.option(
    "--out",
    type=PATH,
    default=Path("tanheng-demo"),
    show_default=True,
    help=say("输出文件夹", "output folder"),
)
@common_options
def demo(out: Path, *, as_json: bool) -> int:
    """Check, account, compare with the published figures, write the files."""
    from importlib.resources import as_file, files

    from tanheng.filings import compare_published

    with as_file(files("tanheng.packs") / "cases" / "sichuan-2021") as case:
        inventory, parts = _account(case)
        comparison = compare_published(inventory, parts, case)
        written = write_files(inventory, out, comparison=comparison, parts=parts)
        with writing(out):
            frozen, verified = _freeze(inventory, out / "store")
    contradictions = [finding for finding in inventory.findings if finding.severity == "error"]
    if as_json:
        emit_json(
            {
                "inventory": inventory.to_dict(),
                "comparison": comparison.to_dicts(),
                "contradictions": [finding.to_dict() for finding in contradictions],
                "files": [str(path) for path in written],
                "release": frozen.to_dict(),
                "verified": verified.ok,
            }
        )
        return OK
    notes = [finding for finding in inventory.findings if finding.severity != "error"]
    show(replace(inventory, findings=notes))
    _show_comparison(comparison)
    _show_contradictions(contradictions)
    click.echo(
        say(f"\n已写入 {out}/：", f"\nWritten to {out}/: ")
        + say("、", ", ").join(path.name for path in written)
    )
    click.echo(
        say(
            f"已冻结为发布版 {frozen.label}，校验{'通过' if verified.ok else '不通过'}（逐字节核对并重新计算）：tanheng release verify {frozen.label} --store {out}/store",
            f"Frozen as release {frozen.label}, {'verified' if verified.ok else 'NOT verified'} (every byte, and computed anew): tanheng release verify {frozen.label} --store {out}/store",
        )
    )
    click.echo(
        say(f"证据链：tanheng proof {out} --cell item=煤品", f"Proof: tanheng proof {out} --cell item=coal")
    )
    click.echo(say("网页应用：tanheng serve --demo", "Web application: tanheng serve --demo"))
    return OK


def _account(case: Path) -> tuple[Inventory, Inventory]:
    """The inventory with its findings, and that of the parts, which are checked and never added."""
    from tanheng.inventory import account

    parts, claims = case / "parts.csv", case / "claims.csv"
    inventory = run(case / "activity.csv", method=METHOD, parts=parts, claims=claims, engine="duckdb")
    return inventory, account(parts, METHOD)


def _freeze(inventory: Inventory, folder: Path) -> tuple[Entry, Verification]:
    """Freeze the inventory in a store of its own and verify it."""
    from tanheng.inventory.releases.releases import create_release, verify_release
    from tanheng.record.store import Store

    store = Store(folder)
    frozen = create_release(inventory, store, "sichuan-2021", by="demo", why=say("演示", "demonstration"))
    return frozen, verify_release(frozen, store)


def _show_comparison(comparison: pl.DataFrame) -> None:
    from tanheng.errors import language

    words = {
        "agrees": say("一致", "agrees"),
        "differs": say("不符", "differs"),
        "not comparable": say("无法复算", "no data"),
    }
    rows = [
        {
            "name": row[f"name_{language()}"],
            "printed": row["printed"],
            "ours": "" if row["ours"] is None else f"{row['ours']:,.10g}",
            "unit": row["unit"],
            "verdict": words[row["verdict"]],
            "note": row[f"note_{language()}"],
        }
        for row in comparison.iter_rows(named=True)
    ]
    heads = {
        "name": say("论文数字", "Published figure"), "printed": say("论文", "Paper"), "ours": say("本次", "Ours"), "unit": say("单位", "Unit"),
        "verdict": say("结论", "Verdict"), "note": say("说明", "Note"),
    }  # fmt: skip
    table(
        rows, heads, title=say("与论文逐项对照", "Line by line against the paper"), right=("printed", "ours")
    )
    counts = {word: sum(row["verdict"] == shown for row in rows) for word, shown in words.items()}
    click.echo(
        say(
            f"一致 {counts['agrees']} 项，不符 {counts['differs']} 项，论文无数据可复算 {counts['not comparable']} 项。",
            f"{counts['agrees']} agree, {counts['differs']} differ, {counts['not comparable']} cannot be recomputed from the paper.",
        )
    )


def _show_contradictions(found: list[Finding]) -> None:
    click.secho(
        say(f"\n论文自相矛盾之处（{len(found)}）：", f"\nWhere the paper contradicts itself ({len(found)}):"),
        bold=True,
    )
    for place, finding in enumerate(found, 1):
        click.echo(f"{place}. {finding.message()}")
