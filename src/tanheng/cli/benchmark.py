"""``tanheng benchmark``: places against the frontier of the best, with peers of like structure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanheng.cli.common import OK, PATH, common_options, emit_json, say, table
from tanheng.cli.options import listed, pairs, shared_options, tell, write_page

if TYPE_CHECKING:
    from tanheng.drivers import Frontier


@click.command(
    help=say(
        "前沿对标：同样的排放下谁的产出最多（数据包络），同样的产出下排放的低分位线在哪里；给出 --shares 时与构成最近的同类相比。"
        "不是排行榜：每个效率都有换一批地区时的范围。",
        "Benchmark by a frontier: who makes most with the same emissions (data envelopment), and where the lower quantile of emissions "
        "lies at the same output; with --shares also against the peers nearest in structure. No league table: every efficiency has "
        "its range over other sets of places.",
    )
)
@click.argument("file", type=PATH)
@shared_options("each_place", "emission")
@click.option("--output", "outputs", required=True, metavar="A,B", help=say("产出列", "columns of outputs"))
@click.option("--input", "inputs", default="", metavar="A,B", help=say("其他投入列，如人口", "columns of other inputs, such as population"))  # fmt: skip
@shared_options("shares", "nearest")
@click.option("--returns", type=click.Choice(["constant", "variable"]), default="constant", show_default=True, help=say("规模报酬不变或可变", "returns to scale"))  # fmt: skip
@click.option("--quantile", type=click.FloatRange(0.01, 0.99), default=0.25, show_default=True, help=say("排放的分位", "quantile of emissions"))  # fmt: skip
@shared_options("draws", draws=(2, 100_000, 100))
@shared_options("where", "seed", "out", "html")
@common_options
def benchmark(
    file: Path, *, place: str, emission: str, outputs: str, inputs: str, shares: str, nearest: int, returns: str, quantile: float,
    draws: int, where: Sequence[str], seed: int, out: Path | None, html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print efficiencies, their ranges, models and peers."""
    from tanheng.charts import grid
    from tanheng.drivers import benchmark as hold

    found = hold(
        file, place=place, emission=emission, outputs=listed(outputs), inputs=listed(inputs), shares=listed(shares),
        where=pairs("--where", where), nearest=nearest, returns=returns, quantile=quantile, draws=draws, seed=seed,  # type: ignore[arg-type]
    )  # fmt: skip
    if out is not None:
        found.table().write(out)
    heads, rows = _rows(found)
    title = say("前沿对标", "Benchmark by a frontier")
    cells = [[row[key] or "–" for key in heads] for row in rows]
    write_page(html, title, lambda: [*found.charts(), grid(list(heads.values()), cells)], found.findings)
    if as_json:
        emit_json({"file": file.name} | found.to_dict())
        return OK
    table(rows, heads, title=title, right=("intensity", "efficiency", "range", "ranks", "excess", "beyond"))
    tell(found.findings)
    return OK


def _rows(found: Frontier) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Heads, and a row for each place."""
    heads = {
        "place": say("地区", "Place"), "intensity": f"{found.emission}/{found.outputs[0]}", "efficiency": say("效率", "Efficiency"),
        "range": "p5–p95", "ranks": say("名次范围", "Ranks"), "models": say("前沿上的榜样", "Models on the frontier"),
        "excess": say(f"比 {found.quantile:.0%} 分位多排", f"Above the {found.quantile:.0%} quantile"),
    }  # fmt: skip
    alike = any(one.peers for one in found.places.values())
    if alike:
        heads |= {
            "beyond": say("比同类中位多排", "Above its peers"),
            "peers": say("构成最近的同类", "Peers by structure"),
        }
    rows = [
        {
            "place": one.place, "intensity": f"{one.intensity:.4g}", "efficiency": f"{one.efficiency:.3f}",
            "range": f"{one.low:.3f}–{one.high:.3f}", "ranks": f"{one.rank_low}–{one.rank_high}",
            "models": ", ".join(name for name in one.models if name != one.place), "excess": f"{round(one.excess, 3) + 0.0:+.1%}",
            "beyond": "" if one.beyond_peers is None else f"{one.beyond_peers:+.1%}", "peers": ", ".join(one.peers),
        }
        for one in found.ranked
    ]  # fmt: skip
    return heads, rows
