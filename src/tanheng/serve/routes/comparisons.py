"""Comparisons: between runs, between methods, and between the views of standards."""

from __future__ import annotations

import io
import json
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.errors import NotFound, language
from tanheng.inventory import bridge
from tanheng.inventory.views.compared_runs import ComparedRuns, waterfall_sums
from tanheng.inventory.views.comparison import CAUSES, RESTATED, cause_name
from tanheng.record.tables import JOB, RUN
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader
from tanheng.serve.compared import compared
from tanheng.serve.holdings import one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.routes.quality import Period, of_year
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["comparisons"])
Run = Annotated[str, Query(max_length=32)]
OneYear = Annotated[str, Query(max_length=20, description="a year of both; all of them unless told")]
Changed = Annotated[bool, Query(description="only cells that differ; else the others follow")]


class NewAnalysis(BaseModel):
    """Runs to be analysed: ``comparison`` and ``reconciliation`` set ``run`` against ``other``; ``by`` names category lists.

    ``period`` is a year or a part of one: unless told, a comparison holds all, the others the latest.
    """

    kind: Literal["comparison", "reconciliation", "monte-carlo"]
    run: Annotated[str, Field(max_length=32)]
    other: Annotated[str, Field(max_length=32)] = ""
    by: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=2)] = []
    period: Annotated[str, Field(max_length=20)] = ""
    draws: Annotated[int, Field(ge=2, le=200_000)] = 10_000
    seed: Annotated[int, Field(ge=0, le=2**31)] = 2021


@router.get("/comparisons")
def comparison(
    new: Run,
    old: Run,
    viewer: Reader,
    platform: Here,
    asked: Table,
    *,
    changed: Changed = False,
    period: OneYear = "",
) -> Response:
    """Two runs set against each other, cell by cell with the cause of each difference, t; the largest difference first."""
    found = _compared(platform, viewer, new, old, period)
    about = {"old": found.old, "new": found.new, "causes": found.causes, "period": period}
    return answer(found.restated(whole=not changed), asked, "comparison", about=about)


def _compared(platform: Here, viewer: Reader, new: str, old: str, period: str) -> ComparedRuns:
    """Two runs that the viewer may see, in one year or in all."""
    with platform.reading() as connection:
        after, before = (one(connection, viewer, RUN, name).manifest for name in (new, old))
    return compared(platform, after, before, period)


@router.get("/comparisons/waterfall")
def waterfall(
    new: Run,
    old: Run,
    viewer: Reader,
    platform: Here,
    asked: Table,
    by: Annotated[str | None, Query(max_length=80, description="split each cause by this dimension")] = None,
    period: OneYear = "",
) -> Response:
    """Steps from the total of one run to that of another: ``old``, each cause, ``new``, t; ``start`` and ``end`` are running sums."""
    found = _compared(platform, viewer, new, old, period)
    dims = [name for name in found.cells.collect_schema().names() if name not in RESTATED]
    if by is not None and by not in dims:
        raise RequestInvalid(detail=f"by={by!r}; {', '.join(dims)}")
    before, after = found.totals
    added = waterfall_sums(found, by)
    steps = [
        ("old", "", before),
        *((cause, code, value) for cause in CAUSES for code, value in added[cause] if value),
    ]
    titles = {"old": found.titles[0], "new": found.titles[1]}
    rows, here = [], 0.0
    for step, code, value in [*steps, ("new", "", after)]:
        whole = step in ("old", "new")
        start, here = (0.0, value) if whole else (here, here + value)
        name = titles[step][language()] if whole else cause_name(step)
        rows.append((step, name, code, value, start, here))
    names = {"step": pl.String, "name": pl.String, "code": pl.String}
    figures = dict.fromkeys(("emission", "start", "end"), pl.Float64)
    return answer(pl.DataFrame(rows, schema={**names, **figures}, orient="row"), asked, "waterfall")


@router.get("/runs/{name}/bridge")
def standards(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    view: Annotated[
        str, Query(max_length=80, description="a category list, such as scopes or iso14064_categories")
    ] = "scopes",
    base: Annotated[
        Literal["location", "market"], Query(description="which scope 2 the view holds")
    ] = "location",
    period: Period = "",
) -> Response:
    """From the method's own total to the view of another standard: what it leaves out and adds, step by step, t."""
    held, year = of_year(platform, viewer, name, period)
    found = bridge(held, view, base=base)
    return answer(found.to_polars(), asked, "bridge", about={"title": found.title, "period": year})


@router.post("/analyses", status_code=202)
def analyse(asked: NewAnalysis, request: Request, viewer: Reader, platform: Here) -> jobs.Queued:
    """Compare two runs, reconcile two methods over one activity, or draw a Monte Carlo, as a job."""
    if (asked.kind == "monte-carlo") == bool(asked.other):
        raise RequestInvalid(detail="other")
    with platform.writing() as connection:
        row = one(connection, viewer, RUN, asked.run)
        if asked.other:
            one(connection, viewer, RUN, asked.other)
        chosen = {**asked.model_dump(), "lang": language()}
        name = jobs.enqueue(connection, viewer, "analysis", chosen, region=row.region, entity=row.entity)
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get("/analyses/{name}")
def analysis(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """The table that an analysis made, for who may see each of its runs."""
    with platform.reading() as connection:
        row = one(connection, viewer, JOB, name)
        made: dict[str, Any] = row.done
        if row.kind != "analysis" or "table" not in made:
            raise NotFound(what_zh="分析结果", what_en="result of an analysis", name=name, known=row.state)
        for run in filter(None, (made["run"], made["other"])):
            one(connection, viewer, RUN, run)
    objects = platform.store.objects
    frame = pl.read_parquet(io.BytesIO(objects.read(made["table"])))
    told = made["about"] if isinstance(made["about"], dict) else json.loads(objects.read(made["about"]))
    about = {"kind": made["kind"], "run": made["run"], "other": made["other"], **told}
    return answer(frame, asked, str(made["kind"]), about=about)
