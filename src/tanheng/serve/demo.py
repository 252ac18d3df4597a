"""A server filled with what packs/demo lists: public data with their sources, and synthetic ones that say so."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.people import add_person, held, tenant_id
from tanheng.access.roles import permissions_of
from tanheng.atlas import extra
from tanheng.errors import TanhengError, language
from tanheng.filings import cases
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import JOB, PERSON, UPLOAD
from tanheng.serve import demo_roads
from tanheng.serve.demo_data import PACK, places, rows, synthetic
from tanheng.serve.jobs import DONE, ENDED, Runner, enqueue
from tanheng.serve.routes.maps import NewMap, load
from tanheng.serve.routes.places import keep as keep_places
from tanheng.serve.routes.socio_economic import keep

PERIOD = 120
TENANT = "碳衡演示（公开数据与合成数据）"
_ALL = (("all", ""),)
ENTERPRISE = "鞍山某钢铁厂（合成）"
PEOPLE = (
    ("system", "系统管理员（演示）", "system_admin", _ALL),
    ("security", "安全管理员（演示）", "security_admin", _ALL),
    ("audit", "审计管理员（演示）", "audit_admin", _ALL),
    ("analyst", "分析员（演示）", "analyst", _ALL),
    ("planner", "规划员（演示）", "analyst", _ALL),
    ("reviewer", "复核员（演示）", "reviewer", _ALL),
    ("approver", "审批员（演示）", "approver", _ALL),
    ("enterprise", "企业用户（演示）", "enterprise", (("entity", ENTERPRISE),)),
)


OUTLINES: tuple[tuple[Literal["province", "city"], str], ...] = (
    ("province", "省级边界（演示）"),
    ("city", "地级边界（演示）"),
)


class DemoFailed(TanhengError):
    """A job of the demonstration that did not end well."""

    code = "W-020"
    zh = "演示数据未能装入：{detail}。"
    en = "The demonstration could not be filled: {detail}."
    exit_code = 1


@dataclass(frozen=True)
class Filled:
    """Logins of the demonstration and their password, which is made anew for each data folder and kept nowhere."""

    logins: tuple[str, ...]
    password: str


def fill(platform: Platform) -> Filled | None:
    """Fill an empty platform; one that has people is left as it is.

    Raises
    ------
    DemoFailed
    """
    with platform.reading() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(PERSON)).scalar():
            return None
    password = f"demo-{secrets.token_urlsafe(9)}"
    with platform.writing() as connection:
        tenant = tenant_id(connection, TENANT)
        people = {
            login: add_person(
                connection, tenant=tenant, login=login, name=name, password=password, roles=(role,), areas=own
            )
            for login, name, role, own in PEOPLE
        }
        viewer, planner = (_viewer(connection, tenant, people, login) for login in ("analyst", "planner"))
    runner = Runner(platform)
    runner.start()
    try:
        for one in rows("contents"):
            _made(platform, runner, viewer, one)
        where = {"region": demo_roads.REGION, "entity": ""}
        files = [
            _upload(platform, planner, file.name, where, file.read_bytes())
            for file in demo_roads.road_files()
        ]
        road = _done(platform, runner, planner, "road", demo_roads.asked_for(files))["road"]
        keep(platform, viewer, [_datum(one) for one in rows("socio_economic")], "socio_economic.add")
        keep_places(platform, viewer, places(), "packs/demo")
    finally:
        runner.stop()
    demo_roads.ask_analyses(platform, planner, road)
    for level, name in OUTLINES if extra.installed() else ():
        load(NewMap(name=name, extra=level), viewer, platform)
    return Filled(tuple(people), password)


def _viewer(connection: sa.Connection, tenant: str, people: Mapping[str, str], login: str) -> Viewer:
    roles, areas = held(connection, people[login])
    return Viewer(people[login], login, login, tenant, permissions_of(roles), areas, roles)


def _datum(one: Mapping[str, str]) -> dict[str, Any]:
    named = {name: one[name] for name in ("region", "period", "quantity", "source")}
    return {**named, "entity": "", "value": float(one["value"])}


def _made(platform: Platform, runner: Runner, viewer: Viewer, one: Mapping[str, str]) -> None:
    """One row of the contents as a user would make it: an upload, then the jobs."""
    file, place, entity = one["file"], one["region"], one["entity"]
    read = {
        "name": one["name"], "region": place, "entity": entity, "why": "演示", "synthetic": one["synthetic"] == "yes",
        **{key: " / ".join(dict.fromkeys((one[f"{key}_zh"], one[f"{key}_en"]))) for key in ("source", "licence")},
    }  # fmt: skip
    if one["kind"] == "reported":
        upload = _upload(platform, viewer, file, one, (PACK / file).read_bytes())
        asked = {**read, "upload": upload, "whose": one["name"], "form": "reported", "format": "rows"}
        _done(platform, runner, viewer, "reported", asked)
        return
    known = cases().get(file)
    tables = {path.stem: path.read_bytes() for path in known.glob("*.csv")} if known else {"activity": synthetic(file, entity).encode()}  # fmt: skip
    uploads: dict[str, str] = {
        role: _upload(platform, viewer, f"{role}.csv" if known else f"{file}.csv", one, tables[role])
        for role in ("activity", "parts", "claims") if role in tables
    }  # fmt: skip
    activity = uploads.pop("activity")
    dataset = _done(platform, runner, viewer, "dataset", {**read, "upload": activity})["dataset"]
    run = {"dataset": dataset, "method": one["method"], "name": one["name"], "why": "演示"}
    _done(platform, runner, viewer, "run", {**run, **uploads})


def _upload(platform: Platform, viewer: Viewer, name: str, of: Mapping[str, str], content: bytes) -> str:
    row = {"id": new_id(), "tenant": viewer.tenant, "region": of["region"], "entity": of["entity"], "name": name,
           "sha256": platform.store.objects.put(content), "size": len(content),
           "made_by": viewer.person, "made_at": now()}  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.insert(UPLOAD), row)
    return str(row["id"])


def _done(
    platform: Platform, runner: Runner, viewer: Viewer, kind: str, asked: Mapping[str, Any]
) -> dict[str, str]:
    with platform.writing() as connection:
        name = enqueue(
            connection, viewer, kind, asked, region=asked.get("region", ""), entity=asked.get("entity", "")
        )
    runner.wake()
    ends = time.monotonic() + PERIOD
    while time.monotonic() < ends:
        with platform.reading() as connection:
            row = connection.execute(sa.select(JOB.c.state, JOB.c.done).where(JOB.c.id == name)).one()
        if row.state in ENDED:
            if row.state != DONE:
                said = row.done.get("error", {}).get("message", {})
                raise DemoFailed(detail=said.get(language(), str(row.done)))
            return dict(row.done)
        time.sleep(0.05)
    raise DemoFailed(detail=f"{kind}: {PERIOD} s")
