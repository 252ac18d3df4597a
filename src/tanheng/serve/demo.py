"""A server filled with the case that ships: Sichuan 2021 by its published method, read, checked and accounted by jobs."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.access.people import add_person, held, tenant_id
from tanheng.access.roles import permissions_of
from tanheng.errors import TanhengError
from tanheng.filings import cases
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import JOB, PERSON, UPLOAD
from tanheng.serve.jobs import DONE, ENDED, Runner, enqueue

CASE, METHOD, REGION, PERIOD = "sichuan-2021", "sichuan-park-2022", "CN-51", 120
TENANT = "碳衡演示（四川省 2021 年，论文公开数据）"
PEOPLE = (
    ("system", "系统管理员（演示）", ("system_admin",)),
    ("security", "安全管理员（演示）", ("security_admin",)),
    ("audit", "审计管理员（演示）", ("audit_admin",)),
    ("analyst", "分析员（演示）", ("analyst",)),
    ("reviewer", "复核员（演示）", ("reviewer",)),
    ("approver", "审批员（演示）", ("approver",)),
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
                connection, tenant=tenant, login=login, name=name, password=password, roles=roles
            )
            for login, name, roles in PEOPLE
        }
        roles, areas = held(connection, people["analyst"])
    viewer = Viewer(people["analyst"], "analyst", "analyst", tenant, permissions_of(roles), areas, roles)
    runner = Runner(platform)
    runner.start()
    try:
        uploads = {
            name: _upload(platform, viewer, name) for name in ("activity.csv", "parts.csv", "claims.csv")
        }
        read = {"upload": uploads["activity.csv"], "name": "四川省 2021", "region": REGION, "why": "演示"}
        dataset = _done(platform, runner, viewer, "dataset", read)["dataset"]
        asked = {"dataset": dataset, "method": METHOD, "name": "四川省 2021", "why": "演示",
                 "parts": uploads["parts.csv"], "claims": uploads["claims.csv"]}  # fmt: skip
        _done(platform, runner, viewer, "run", asked)
    finally:
        runner.stop()
    return Filled(tuple(people), password)


def _upload(platform: Platform, viewer: Viewer, name: str) -> str:
    file = cases()[CASE] / name
    row = {"id": new_id(), "tenant": viewer.tenant, "region": REGION, "entity": "", "name": name,
           "sha256": platform.store.objects.put(file), "size": file.stat().st_size,
           "made_by": viewer.person, "made_at": now()}  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.insert(UPLOAD), row)
    return str(row["id"])


def _done(
    platform: Platform, runner: Runner, viewer: Viewer, kind: str, asked: dict[str, str]
) -> dict[str, str]:
    with platform.writing() as connection:
        name = enqueue(connection, viewer, kind, asked, region=REGION)
    runner.wake()
    ends = time.monotonic() + PERIOD
    while time.monotonic() < ends:
        with platform.reading() as connection:
            row = connection.execute(sa.select(JOB.c.state, JOB.c.done).where(JOB.c.id == name)).one()
        if row.state in ENDED:
            if row.state != DONE:
                raise DemoFailed(detail=str(row.done))
            return dict(row.done)
        time.sleep(0.05)
    raise DemoFailed(detail=f"{kind}: {PERIOD} s")
