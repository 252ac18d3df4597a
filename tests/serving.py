"""A server in the test's own process, with people to sign in as."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from cluster import database_of
from tanheng.access import add_person
from tanheng.access.people import tenant_id
from tanheng.serve import Settings, create_app

SICHUAN = Path(__file__).parent.parent / "examples" / "sichuan-2021" / "activity.csv"
PASSWORD = "correct horse battery"


@contextlib.contextmanager
def server(folder: Path, **settings: Any) -> Iterator[TestClient]:
    free = {"rate_person": 0, "rate_source": 0, "rate_sign_in": 0, "rate_exports": 0, "at_once": 0}
    chosen = {"data": folder, "database": database_of(folder) or "", **free, **settings}
    app = create_app(Settings(**chosen))
    with TestClient(app) as client:
        yield client


def add(
    client: TestClient,
    login: str,
    roles: Sequence[str],
    areas: Sequence[tuple[str, str]] = (("all", ""),),
    tenant: str = "四川省生态环境厅",
) -> str:
    with client.app.state.platform.writing() as connection:
        return add_person(
            connection, tenant=tenant_id(connection, tenant), login=login, name=login, password=PASSWORD,
            roles=roles, areas=areas,
        )  # fmt: skip


def enter(client: TestClient, login: str) -> dict[str, str]:
    answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return {"x-csrf-token": answer.json()["csrf"]}


def job(client: TestClient, answer: Any, state: str = "done") -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        found = client.get(f"/api/v1/jobs/{answer.json()['job']}").json()
        if found["state"] in ("done", "failed", "cancelled"):
            assert found["state"] == state, found
            return dict(found["done"])
        time.sleep(0.02)
    raise AssertionError(found)
