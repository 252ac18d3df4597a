"""``tanheng classes``: classes of cities by rules, clusters beside them, and peers."""

from __future__ import annotations

from pathlib import Path

import click

from tanheng.cli.common import OK, PATH, Usage, common_options, emit_json, say, table
from tanheng.cli.options import listed, shared_options, tell, write_page


@click.command(
    help=say(
        "城市类型：按随包规则分为服务型、综合型、生态优先型、工业型；给出 --shares 时与聚类并列；--peers-of 列出构成最近的地区。",
        "Classes of cities by the rules that ship (service, comprehensive, eco-priority, industrial), beside clusters where "
        "--shares is given; --peers-of lists the places nearest in structure.",
    )
)
@click.argument("file", type=PATH)
@shared_options("each_place", "shares")
@click.option(
    "--way",
    type=click.Choice(["k-means", "gmm"]),
    default="k-means",
    show_default=True,
    help=say("聚类方法", "method of clustering"),
)
@click.option(
    "--clusters",
    "count",
    type=click.IntRange(2, 50),
    help=say("类数；不写则按轮廓系数选", "number of clusters; by silhouette unless told"),
)
@click.option(
    "--peers-of", "of", metavar="NAME", help=say("列出此地区的同类", "list the peers of this place")
)
@shared_options("nearest", "seed", "html")
@common_options
def classes(
    file: Path, *, place: str, shares: str, way: str, count: int | None, of: str | None, nearest: int, seed: int,
    html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Print classes and clusters, or peers."""
    from tanheng.charts import grid
    from tanheng.drivers import classify, cluster, peers

    columns = listed(shares)
    if of is not None:
        if not columns:
            raise Usage("--peers-of 需要 --shares", "--peers-of needs --shares")
        near = peers(file, place=place, of=of, shares=columns, count=nearest)
        title = say(f"{of} 的同类", f"Peers of {of}")
        heads = {"place": say("地区", "Place"), "distance": say("构成距离", "Distance of structures")}
        rows = [{**row, "distance": f"{row['distance']:.4f}"} for row in near.to_dicts()]
        cells = [[row[key] for key in heads] for row in rows]
        write_page(html, title, lambda: [near.chart(), grid(list(heads.values()), cells)])
        if as_json:
            emit_json({"of": of, "peers": near.to_dicts()})
            return OK
        table(rows, heads, title=title, right=("distance",))
        return OK
    ruled = classify(file, place=place)
    grouped = cluster(file, place=place, shares=columns, way=way, count=count, seed=seed) if columns else None  # type: ignore[arg-type]
    heads = {
        "place": say("地区", "Place"),
        "name": say("类型（规则）", "Class (rules)"),
        "why": say("依据或所缺", "Because, or missing"),
    }
    if grouped:
        heads |= {
            "cluster": say("聚类", "Cluster"),
            "silhouette": say("轮廓系数", "Silhouette"),
            "stability": say("稳定性", "Stability"),
        }
    rows = [
        {
            "place": one.place, "name": one.name, "why": one.because or ", ".join(_called(name) for name in one.missing),
            **({
                "cluster": str(grouped.of[one.place]), "silhouette": f"{grouped.silhouette[one.place]:.3f}",
                "stability": f"{grouped.stability[grouped.of[one.place]]:.3f}",
            } if grouped else {}),
        }
        for one in ruled
    ]  # fmt: skip
    cells = [[row[key] for key in heads] for row in rows]

    write_page(html, say("城市类型", "Classes of cities"), lambda: [*([grouped.chart()] if grouped else []), grid(list(heads.values()), cells)], grouped.findings if grouped else ())  # fmt: skip
    if as_json:
        emit_json({
            "classes": [one.to_dict() for one in ruled], "clusters": grouped.to_dict() if grouped else None,
        })  # fmt: skip
        return OK
    table(rows, heads, right=("cluster", "silhouette", "stability"))
    if grouped:
        click.echo(
            say(
                f"各次自助抽样与整体的一致度（ARI）{grouped.agreement:.3f}",
                f"Agreement of bootstrap samples with the whole (ARI) {grouped.agreement:.3f}",
            )
        )
        tell(grouped.findings)
    return OK


def _called(quantity: str) -> str:
    from tanheng.drivers.classes import quantities

    return quantities()[quantity][say("name_zh", "name_en")]
