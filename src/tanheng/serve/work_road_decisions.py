"""A decision on a deviation: the analysis is made again, so that any choice of its levers can be told with its effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tanheng.inventory.methods.beside import confined
from tanheng.pathways.deviation import entry_of
from tanheng.record.chain import alone
from tanheng.record.tables import PERSON, ROAD, ROAD_ANALYSIS
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.roads.decisions import DECISION, By, add_entry, checked_log, refused
from tanheng.serve.roads.deviation import found_of
from tanheng.serve.work_roads import open_road


@work("road-decision", needs="release.approve")
def decide(task: Task) -> Publish:
    """Add a decision to the log of a road: deviation, cause, levers with their expected effect, forecast, hashes of the files."""
    asked, platform = task.asked, task.platform
    with platform.reading() as connection:
        analysis = connection.execute(
            sa.select(ROAD_ANALYSIS).where(ROAD_ANALYSIS.c.id == asked["analysis"])
        ).one()
        road = connection.execute(sa.select(ROAD).where(ROAD.c.id == analysis.road)).one()
        person = connection.execute(sa.select(PERSON).where(PERSON.c.id == task.person)).one()
    task.tell("重算偏差与调整", "Computing deviation and correction again", 0.1)
    options = {**analysis.options, **({"correct": "no"} if asked["nothing"] else {})}
    with confined():
        found = found_of(open_road(platform, road), options)
        task.tell("计算预期效果", "Computing the effect that is expected", 0.7)
        entry = entry_of(
            found, who=asked["who"] or person.name or person.login, note=asked["note"],
            levers=[] if asked["nothing"] else asked["levers"],
        )  # fmt: skip

    def publish(connection: sa.Connection) -> dict[str, Any]:
        _refuse_twice(connection, road, {**entry, "analysis": analysis.id, "person": task.person})
        by = By(task.person, person.login, asked["source"])
        line = add_entry(connection, road, DECISION, entry, analysis=analysis.id, by=by)
        return {"road": road.id, "decision": line["number"], "hash": line["hash"]}

    return publish


def _refuse_twice(connection: sa.Connection, road: Any, entry: Mapping[str, Any]) -> None:
    alone(connection)
    lines = checked_log(connection, road.tenant, road.name)
    if lines and _of(lines[-1]) == _of(entry):
        number = lines[-1]["number"]
        raise refused(
            (f"第 {number} 条已是您对这次分析的同一决策", f"entry {number} is this decision on this analysis already"),
            ("不必再记；要改决策，请选别的杠杆。", "It need not be entered again; for another decision choose other levers."),
        )  # fmt: skip


def _of(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two decisions the same."""
    return (
        *(entry[key] for key in ("kind", "analysis", "person")),
        {one["lever"] for one in entry.get("levers", ())},
    )
