"""Lineage: what was made from what, as a graph of the rows that a viewer may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from tanheng.access.areas import Viewer, may_see
from tanheng.record.catalogue import LINEAGE
from tanheng.record.store import Store
from tanheng.record.tables import DATASET, MAPPING, RELEASE, ROAD, RUN, UPLOAD
from tanheng.serve.holdings import is_synthetic

KINDS = {"upload": UPLOAD, "dataset": DATASET, "run": RUN, "release": RELEASE, "road": ROAD}
_FILES = {"upload": "file", "parameter_table": "parameters"}


class Node(BaseModel):
    """Something in the graph: an asset, a mapping, a method, or a release of the factor library."""

    node: str
    kind: str
    id: str
    name: str
    number: int
    region: str
    entity: str
    synthetic: bool
    made_at: str


class Edge(BaseModel):
    """``source`` went into ``target`` as ``role``."""

    source: str
    target: str
    role: str


def graph(
    connection: sa.Connection, store: Store, viewer: Viewer, kind: str, row: Any
) -> tuple[list[Node], list[Edge]]:
    """All that an asset was made from and that was made from it.

    Parameters
    ----------
    store : Store
        Whose versions say what they were made from.
    kind : str
        A key of ``KINDS``.
    row : row
        That the viewer may see.

    Returns
    -------
    tuple of list of Node and list of Edge
        Edges join nodes that are there.
    """
    begin = list(_begin(connection, viewer, kind, row))
    above = {entry.sha256 for one in begin for entry in store.ancestors(store.entry(one))}
    known = _below(connection, begin) | above | set(begin)
    nodes: dict[str, Node] = {f"{kind}:{row.id}": _node(connection, kind, row)}
    edges: list[Edge] = []
    versions: dict[str, str] = {}
    for name in ("dataset", "run", "release", "road"):
        for found in _seen(connection, viewer, KINDS[name], KINDS[name].c.manifest, known):
            nodes[f"{name}:{found.id}"] = _node(connection, name, found)
            versions[found.manifest] = f"{name}:{found.id}"
            edges += _sources(connection, viewer, name, found, nodes)
    runs = [node.id for node in nodes.values() if node.kind == "run"]
    for found in _seen(connection, viewer, RELEASE, RELEASE.c.run, runs):
        nodes[f"release:{found.id}"] = _node(connection, "release", found)
        edges.append(Edge(source=f"run:{found.run}", target=f"release:{found.id}", role="run"))
    links = connection.execute(sa.select(LINEAGE).where(LINEAGE.c.manifest.in_(versions))).all()
    edges += [
        Edge(source=versions[link.parent], target=versions[link.manifest], role=link.role)
        for link in links
        if link.parent in versions
    ]
    unique = {(edge.source, edge.target): edge for edge in edges if {edge.source, edge.target} <= set(nodes)}
    return list(nodes.values()), list(unique.values())


def downstream(begin: str, edges: Collection[Edge]) -> set[str]:
    """Nodes that were made from one, near and far.

    Examples
    --------
    >>> downstream("a", [Edge(source="a", target="b", role=""), Edge(source="b", target="c", role="")]) == {"b", "c"}
    True
    """
    found: set[str] = set()
    waiting = [begin]
    while waiting:
        here = waiting.pop()
        after = {edge.target for edge in edges if edge.source == here} - found
        found |= after
        waiting += after
    return found


def _begin(connection: sa.Connection, viewer: Viewer, kind: str, row: Any) -> Iterator[str]:
    """Versions from which the graph is followed."""
    if kind == "upload":
        for name in _FILES:
            here = DATASET.c.about[name].as_string() == row.id
            query = sa.select(DATASET.c.manifest).where(may_see(viewer, DATASET), here)
            yield from connection.execute(query).scalars()
    elif row.manifest:
        yield row.manifest
    else:
        query = sa.select(RUN.c.manifest).where(RUN.c.id == row.run, may_see(viewer, RUN))
        yield from connection.execute(query).scalars()


def _below(connection: sa.Connection, begin: Collection[str]) -> set[str]:
    found: set[str] = set()
    waiting = set(begin)
    while waiting:
        query = sa.select(LINEAGE.c.manifest).where(LINEAGE.c.parent.in_(waiting))
        waiting = set(connection.execute(query).scalars()) - found
        found |= waiting
    return found


def _sources(
    connection: sa.Connection, viewer: Viewer, kind: str, row: Any, nodes: dict[str, Node]
) -> Iterator[Edge]:
    """What a row was made from that is no version: files, a mapping, a method, factors."""
    here = f"{kind}:{row.id}"
    if kind == "dataset":
        named = {
            **{name: ("upload", role) for name, role in _FILES.items()},
            "mapping": ("mapping", "mapping"),
        }
        for name, (source, role) in named.items():
            table = MAPPING if source == "mapping" else UPLOAD
            for found in _seen(connection, viewer, table, table.c.id, [row.about.get(name) or ""]):
                nodes[f"{source}:{found.id}"] = _node(connection, source, found)
                yield Edge(source=f"{source}:{found.id}", target=here, role=role)
    if kind == "run":
        for source, name in (("method", row.method), ("factors", row.about.get("factors") or "")):
            if name:
                nodes[f"{source}:{name}"] = Node(
                    node=f"{source}:{name}", kind=source, id=name, name=name, number=0, region="", entity="",
                    synthetic=False, made_at="",
                )  # fmt: skip
                yield Edge(source=f"{source}:{name}", target=here, role=source)


def _seen(
    connection: sa.Connection,
    viewer: Viewer,
    table: sa.Table,
    column: sa.Column[Any],
    values: Collection[str],
) -> list[Any]:
    return list(connection.execute(sa.select(table).where(may_see(viewer, table), column.in_(values))))


def _node(connection: sa.Connection, kind: str, row: Any) -> Node:
    synthetic = kind in KINDS and is_synthetic(connection, row, KINDS[kind])
    return Node(
        node=f"{kind}:{row.id}", kind=kind, id=row.id, name=row.name, number=getattr(row, "number", 0),
        region=row.region, entity=row.entity, synthetic=synthetic, made_at=row.made_at,
    )  # fmt: skip
