"""Alarms of the newest inventories, or of one: what is above its target, broken, past its time or not as it was frozen."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Query, Response

from tanheng.errors import language
from tanheng.inventory.quality.breaks import kinds
from tanheng.record.tables import RUN
from tanheng.serve import alarms as computed
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import one
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["alarms"])


@router.get("/alarms")
def alarms(
    viewer: Reader,
    platform: Here,
    asked: Table,
    run: Annotated[
        str, Query(max_length=32, description="only of this run, its data set, its releases and its targets")
    ] = "",
) -> Response:
    """Alarms as they stand now, errors first, each with the page where it is mended."""
    row = None
    if run:
        with platform.reading() as connection:
            row = one(connection, viewer, RUN, run)
    return answer(computed.alarms(platform, viewer, row), asked, "alarms")


@router.get("/alarms/kinds")
def alarm_kinds(viewer: Reader, asked: Table) -> Response:
    """Kinds of alarms: their level, limit, and where the limit comes from."""
    lang = language()
    rows = [
        {"kind": code, "level": said["level"], "name": said[f"name_{lang}"], "limit": float(said["limit"]) if said["limit"] else None,
         "unit": said["unit"], "source": said[f"source_{lang}"]}
        for code, said in kinds().items()
    ]  # fmt: skip
    return answer(pl.DataFrame(rows, infer_schema_length=None), asked, "alarm-kinds")
