"""Levers of a road moved on the page: the total, what each takes off, and its wedges, answered at once."""

from __future__ import annotations

import functools
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer
from tanheng.pathways.scenarios.wedges import wedge_named
from tanheng.pathways.tree.model import BASELINE
from tanheng.record.platform import Platform
from tanheng.record.tables import ROAD
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import one
from tanheng.serve.roads.moving import Trees, panel, wedges_of
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.sets import TREE, KindNeeds
from tanheng.serve.work_roads import open_road

router = APIRouter(tags=["road-total"])
Name = Annotated[str, Field(max_length=80)]
Real = Annotated[float, Field(allow_inf_nan=False)]


class Moved(BaseModel):
    """A scenario and levers that replace its own: 0 to 1 of their course, or a depth for each year of the tree."""

    scenario: Name = BASELINE
    levers: Annotated[dict[Name, Real | Annotated[list[Real], Field(max_length=300)]], Field(max_length=1000)] = {}  # fmt: skip


class LeverHere(BaseModel):
    """A lever: what it changes and by how much in full, when, what it saves alone and costs in full in the last year (CNY), its bounds."""

    id: str
    title: str
    leaf: str
    most: str
    begins: int
    done: int
    group: str
    needs: list[str]
    whole: bool
    bound: str
    saves: float
    cost: float
    source: str


class ScenarioHere(BaseModel):
    """A scenario to begin from: how far it takes levers."""

    id: str
    title: str
    levers: dict[str, float]


class Levers(BaseModel):
    """Levers and scenarios of a tree; ``target`` is the last year of the path that the tree has, where the set holds one.

    A unit of mass is so many ``tonnes`` of a ``gas``; ``cap_scenario`` is the one whose courses the solver takes.
    """

    unit: str
    tonnes: float | None
    gas: str
    prices: int | None
    years: list[int]
    target: int | None
    cap: bool
    cap_scenario: str
    synthetic: bool
    scenarios: list[ScenarioHere]
    levers: list[LeverHere]


class LeverEffect(BaseModel):
    """A lever that is taken, by year: depth, what it takes off [unit], and its cost [CNY]."""

    id: str
    depth: list[float]
    less: list[float]
    cost: list[float]


class Total(BaseModel):
    """Where levers lead: mean of the draws with its 5th and 95th percentile, baseline and path by year [unit], cost [CNY].

    ``chance`` is the share of draws that keep the path in its last year.
    """

    scenario: str
    unit: str
    draws: int
    years: list[int]
    total: list[float]
    p5: list[float]
    p95: list[float]
    baseline: list[float]
    path: list[float | None]
    chance: float | None
    cost: list[float]
    levers: list[LeverEffect]
    warnings: list[str]


class Wedge(BaseModel):
    """What a group of levers takes off by year [unit]."""

    wedge: str
    title: str
    less: list[float]


class TotalWedges(BaseModel):
    """The baseline, where levers lead, and what lies between by group; the parts add up exactly."""

    unit: str
    years: list[int]
    baseline: list[float]
    total: list[float]
    sampled: bool
    parts: list[Wedge]


@router.get("/roads/{name}/levers")
def levers(name: str, request: Request, viewer: Reader, platform: Here) -> Levers:
    """Levers with their bounds and costs, and scenarios to begin from."""
    row = _row(platform, viewer, name)
    return Levers(**panel(_opened(request, platform, row)))


@router.post("/roads/{name}/total")
def total(name: str, asked: Moved, request: Request, viewer: Reader, platform: Here) -> Total:
    """The total with some levers; nothing is kept."""
    row = _row(platform, viewer, name)
    trees: Trees = request.app.state.trees
    found = trees.total(row.id, functools.partial(open_road, platform, row), asked.scenario, asked.levers)
    return Total(**found)


@router.post("/roads/{name}/wedges")
def wedges(name: str, asked: Moved, request: Request, viewer: Reader, platform: Here) -> TotalWedges:
    """What each group of levers takes off, by Shapley's value; nothing is kept."""
    row = _row(platform, viewer, name)
    opened = _opened(request, platform, row)
    found = wedges_of(opened, asked.scenario, asked.levers)
    return TotalWedges(
        unit=opened.tree.unit, years=opened.tree.years.astype(int).tolist(), baseline=found.baseline.tolist(),
        total=found.total.tolist(), sampled=found.sampled,
        parts=[Wedge(wedge=key, title=wedge_named(key), less=values.tolist()) for key, values in found.parts.items()],
    )  # fmt: skip


def _opened(request: Request, platform: Platform, row: Any) -> Opened:
    trees: Trees = request.app.state.trees
    return trees.opened(row.id, functools.partial(open_road, platform, row))


def _row(platform: Platform, viewer: Viewer, name: str) -> Any:
    """The row of a set that holds a tree."""
    with platform.reading() as connection:
        row = one(connection, viewer, ROAD, name)
    if row.holds == "file":
        raise KindNeeds(kind_zh="移动杠杆", kind_en="Moving levers", file=TREE)
    return row
