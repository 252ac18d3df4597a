"""Releases that a road is bound to and of which a newer one was published: the road says so, and takes it in its next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tanheng.record.tables import RELEASE
from tanheng.serve.work_releases import RELEASED

Bound = Mapping[str, Sequence[Mapping[str, Any]]]
"""Runs and releases by year, as a version of a road keeps them."""


def newer_releases(connection: sa.Connection, bound: Bound) -> dict[str, int]:
    """The number of the newest release by the id of an older one that is bound: of the same name and place."""
    ids = [one["id"] for ones in bound.values() for one in ones if one["kind"] == "release"]
    newer = RELEASE.alias("newer")
    same = sa.and_(*(newer.c[key] == RELEASE.c[key] for key in ("tenant", "name", "region", "entity")))
    later = sa.and_(same, newer.c.state == RELEASED, newer.c.number > RELEASE.c.number)
    query = sa.select(RELEASE.c.id, sa.func.max(newer.c.number)).join(newer, later)
    rows = connection.execute(query.where(RELEASE.c.id.in_(ids)).group_by(RELEASE.c.id))
    return {str(name): int(number) for name, number in rows}


def warnings(bound: Bound, newer: Mapping[str, int]) -> list[dict[str, str]]:
    """What a road, and what is analysed of it, says of them."""
    return [
        {
            "zh": f"{year} 年绑定的是发布版“{one['name']}”第 {one['number']} 版，现已有第 {newer[one['id']]} 版；请绑定新版，存为路径的新版本后再分析",
            "en": f"{year} is bound to release {one['number']} of '{one['name']}', of which release {newer[one['id']]} is published: bind that one in a new version of the road and analyse it",
        }
        for year, ones in sorted(bound.items())
        for one in ones
        if one["id"] in newer
    ]
