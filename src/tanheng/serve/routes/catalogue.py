"""The catalogue of data: every upload, data set, run, release and road, where it came from, and what uses it."""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from tanheng.access.areas import may_see
from tanheng.record.tables import DATASET, PERSON, RELEASE, ROAD, ROAD_ANALYSIS, RUN, UPLOAD
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import SYNTHETIC_FILE, one
from tanheng.serve.lineage import KINDS, Edge, Node, downstream, graph
from tanheng.serve.tables import Table, answer, listed

router = APIRouter(tags=["catalogue"])
Kind = Annotated[Literal["upload", "dataset", "run", "release", "road"], Path()]
_COLUMNS = ("kind", "id", "name", "number", "region", "entity", "synthetic", "used_by", "made_by", "made_at")


_SYNTHETIC: dict[str, sa.ColumnElement[bool]] = {
    "upload": SYNTHETIC_FILE,
    "dataset": DATASET.c.synthetic,
    "run": RUN.c.synthetic,
    "road": ROAD.c.synthetic,
    "release": sa.select(RUN.c.synthetic).where(RUN.c.id == RELEASE.c.run).scalar_subquery(),
}


class Lineage(BaseModel):
    """What something was made from and what was made from it; ``here`` is the node that was asked for."""

    here: str
    nodes: list[Node]
    edges: list[Edge]


@router.get("/catalogue")
def catalogue(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Every asset that the viewer may see, newest first, with how many others were made from it."""
    counts = {
        "upload": _count(DATASET.c.about["upload"].as_string() == UPLOAD.c.id, DATASET),
        "dataset": _count(RUN.c.dataset == DATASET.c.id, RUN),
        "run": _count(RELEASE.c.run == RUN.c.id, RELEASE),
        "release": sa.literal(0),
        "road": _count(ROAD_ANALYSIS.c.road == ROAD.c.id, ROAD_ANALYSIS),
    }
    parts = [
        sa.select(
            sa.literal(kind).label("kind"), table.c.id, table.c.name,
            (table.c.number if "number" in table.c else sa.literal(0)).label("number"),
            table.c.region, table.c.entity,
            _SYNTHETIC[kind].label("synthetic"),
            counts[kind].label("used_by"), PERSON.c.login.label("made_by"), table.c.made_at,
        ).join(PERSON, PERSON.c.id == table.c.made_by).where(may_see(viewer, table))
        for kind, table in KINDS.items()
    ]  # fmt: skip
    every = sa.union_all(*parts).subquery()
    query = sa.select(*(every.c[name] for name in _COLUMNS)).order_by(every.c.made_at.desc(), every.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "catalogue")


@router.get("/catalogue/{kind}/{name}/lineage")
def lineage(kind: Kind, name: str, viewer: Reader, platform: Here) -> Lineage:
    """The graph of what it was made from and what was made from it, as far as the viewer may see."""
    with platform.reading() as connection:
        row = one(connection, viewer, KINDS[kind], name)
        nodes, edges = graph(connection, platform.store, viewer, kind, row)
    return Lineage(here=f"{kind}:{name}", nodes=nodes, edges=edges)


@router.get("/catalogue/{kind}/{name}/uses")
def uses(kind: Kind, name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Everything that was made from it, near and far."""
    with platform.reading() as connection:
        row = one(connection, viewer, KINDS[kind], name)
        nodes, edges = graph(connection, platform.store, viewer, kind, row)
    after = downstream(f"{kind}:{name}", edges)
    rows = [node.model_dump() for node in nodes if node.node in after]
    kinds = {"number": pl.Int64, "synthetic": pl.Boolean}
    schema = {name: kinds.get(name, pl.String) for name in Node.model_fields}
    return answer(pl.DataFrame(rows, schema=schema), asked, "uses")


def _count(condition: sa.ColumnElement[bool], table: sa.Table) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(condition).scalar_subquery()
