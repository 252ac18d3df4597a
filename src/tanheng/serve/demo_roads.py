"""The road of the demonstration: a set of files as a user would upload it, and analyses that are made once the server runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.filings import cases
from tanheng.record.platform import Platform
from tanheng.record.tables import ROAD
from tanheng.serve.demo_data import PACK, rows
from tanheng.serve.jobs import enqueue
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.options import chosen

NAME, REGION, CASE = "四川省路径（合成示例）", "CN-51", "sichuan-2021"


def road_files() -> list[Path]:
    """The files of the set: those of the pack, and the activity of the published case."""
    case = cases()[CASE]
    return [*sorted((PACK / "road").iterdir()), *(case / name for name in ("activity.csv", "parts.csv"))]


def asked_for(uploads: list[str]) -> dict[str, Any]:
    """What the job of the road is asked, with the uploads that are its files."""
    return {"name": NAME, "files": uploads, "region": REGION, "entity": "", "why": "演示", "synthetic": True, "inventories": {}}  # fmt: skip


def ask_analyses(platform: Platform, viewer: Viewer, road: str) -> None:
    """Put the analyses of the pack into the queue: in the name of a person of their own, so that they keep nobody waiting."""
    with platform.writing() as connection:
        manifest = connection.execute(sa.select(ROAD.c.manifest).where(ROAD.c.id == road)).scalar_one()
        files = sorted(platform.store.entry(manifest).parts)
        for one in rows("road_analyses"):
            stated: Mapping[str, Any] = json.loads(one["options"])
            options = chosen(KINDS[one["kind"]].options, stated, files)
            asked = {"road": road, "kind": one["kind"], "options": options}
            enqueue(connection, viewer, "road-analysis", asked, region=REGION)
