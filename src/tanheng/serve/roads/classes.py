"""Classes of cities by the rules that ship, clusters with their stability beside them, and the peers of a place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.drivers import Clusters, PlaceClass, classify, cluster, peers
from tanheng.drivers.classes import quantities
from tanheng.inventory.table import Pictured
from tanheng.pathways.index.wording import say
from tanheng.serve.roads.asked import EACH_PLACE, FILE, NEAREST, SEED, SHARES, listed, said
from tanheng.serve.roads.document import Column, Document, Figure, Sheet
from tanheng.serve.roads.options import Option, OptionWrong
from tanheng.serve.roads.places import Opened, once

OPTIONS = (
    FILE, EACH_PLACE, SHARES,
    Option("way", "choice", "聚类方法", "method of clustering", default="k-means", choices=[("k-means", "k-means", "k-means"), ("gmm", "高斯混合 gmm", "Gaussian mixture, gmm")]),
    Option("clusters", "count", "类数；不写则按轮廓系数选", "number of clusters; by silhouette unless told", least=2, most=50),
    Option("of", "text", "列出此地区的同类", "list the peers of this place", default="", source="values:place"),
    NEAREST, SEED,
)  # fmt: skip


def document(opened: Opened, asked: Mapping[str, Any]) -> Document:
    """Classes by rules; clusters where a structure is given, peers where a place is named."""
    file, place, columns, of = (
        opened.path(asked["file"]),
        asked["place"],
        listed(asked["shares"]),
        asked["of"].strip(),
    )
    if of and not columns:
        raise OptionWrong(name="of", detail_zh="需要构成列", detail_en="it needs columns of the structure")
    ruled = classify(file, place=place)
    grouped = _grouped(opened, asked) if columns else None
    near = peers(file, place=place, of=of, shares=columns, count=asked["nearest"]) if of else None
    counts = Counter(one.name for one in ruled)
    told = say("，", ", ").join(f"{name} {count}" for name, count in counts.most_common())
    figures = [Figure(name, count, shown="count") for name, count in counts.most_common()]
    if grouped:
        figures.append(
            Figure(
                say("自助抽样的一致度 ARI", "Agreement of bootstrap samples, ARI"),
                grouped.agreement,
                shown="amount",
            )
        )
    return Document(
        headline=say(f"{len(ruled)} 个地区：{told}。", f"{len(ruled)} places: {told}.")
        + (say(f"构成聚为 {grouped.count} 类。", f" Their structures make {grouped.count} clusters.") if grouped else ""),
        figures=figures,
        charts=[one.chart() for one in (grouped, near) if one is not None],
        sheets=[_classes(ruled, grouped), *(_of_clusters(grouped) if grouped else []), *([_peers(near, of)] if near else [])],
        warnings=said(grouped.findings) if grouped else (),
        result={
            "classes": [one.to_dict() for one in ruled], "clusters": grouped.to_dict() if grouped else None,
            "peers": {"of": of, "places": near.to_dicts()} if near else None,
        },
    )  # fmt: skip


@once
def _grouped(opened: Opened, asked: Mapping[str, Any]) -> Clusters:
    file, place, columns = opened.path(asked["file"]), asked["place"], listed(asked["shares"])
    return cluster(file, place=place, shares=columns, way=asked["way"], count=asked["clusters"], seed=asked["seed"])  # fmt: skip


def _classes(ruled: Sequence[PlaceClass], grouped: Clusters | None) -> Sheet:
    rows = [
        {
            "place": one.place, "name": one.name, "why": _because(one),
            **({
                "cluster": grouped.of[one.place], "silhouette": grouped.silhouette[one.place], "stability": grouped.stability[grouped.of[one.place]],
            } if grouped else {}),
        }
        for one in ruled
    ]  # fmt: skip
    heads = [
        Column("place", say("地区", "Place")),
        Column("name", say("类型（规则）", "Class (rules)")),
        Column("why", say("依据或所缺", "Because, or missing")),
    ]
    if grouped:
        heads += [
            Column("cluster", say("聚类", "Cluster"), "count"), Column("silhouette", say("轮廓系数", "Silhouette"), "amount"),
            Column("stability", say("稳定性", "Stability"), "amount"),
        ]  # fmt: skip
    note = say(
        "规则是我们的约定，见随包规则表 city_classes.csv。",
        "The rules are ours: city_classes.csv among the rules that ship.",
    )
    return Sheet("places", say("城市类型", "Classes of cities"), heads, rows, note)


def _of_clusters(grouped: Clusters) -> list[Sheet]:
    many = Counter(grouped.of.values())
    rows = [
        {"cluster": at, "places": many[at], "stability": grouped.stability[at], **{f"s{place}": grouped.centres[at][name] for place, name in enumerate(grouped.shares)}}
        for at in sorted(grouped.centres)
    ]  # fmt: skip
    heads = [
        Column("cluster", say("聚类", "Cluster"), "count"), Column("places", say("地区数", "Places"), "count"),
        Column("stability", say("稳定性", "Stability"), "amount"), *(Column(f"s{place}", name, "share") for place, name in enumerate(grouped.shares)),
    ]  # fmt: skip
    tried = [{"count": count, "silhouette": value} for count, value in grouped.by_count.items()]
    return [
        Sheet("clusters", say("各类的平均构成", "Mean structure of each cluster"), heads, rows),
        Sheet("counts", say("试过的类数", "Numbers of clusters that were tried"),
              [Column("count", say("类数", "Clusters"), "count"), Column("silhouette", say("平均轮廓系数", "Mean silhouette"), "amount")], tried),
    ]  # fmt: skip


def _peers(near: Pictured, of: str) -> Sheet:
    heads = [
        Column("place", say("地区", "Place")),
        Column("distance", say("构成距离", "Distance of structures"), "amount"),
    ]
    return Sheet("peers", say(f"{of} 的同类", f"Peers of {of}"), heads, near.to_dicts())


def _because(one: PlaceClass) -> str:
    """What decided, by the names of the quantities; or those that would decide."""
    told = one.because or ", ".join(one.missing)
    for quantity in quantities():
        told = re.sub(rf"\b{quantity}\b", _called(quantity), told)
    return told


def _called(quantity: str) -> str:
    return quantities()[quantity][say("name_zh", "name_en")]
