"""Every route, with what schemathesis thinks of: no internal error, and every answer fits its description."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from serving import SICHUAN, add, enter, job, server

_ALONE = {"/api/v1/session", "/api/v1/setup", "/api/v1/session/password", "/api/v1/session/second-factor"}
"""Routes that end or change the session with which the others are tried; they have tests of their own."""
_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with server(tmp_path_factory.mktemp("schema")) as found:
        add(found, "wang", ["analyst"])
        add(found, "zhao", ["approver"])
        add(found, "root", ["system_admin"])
        add(found, "guard", ["security_admin"])
        add(found, "eye", ["audit_admin"])
        yield found


@pytest.fixture(scope="module")
def known(client: TestClient) -> dict[str, list[str]]:
    """Ids that exist, so that routes are tried beyond "not found"."""
    head = enter(client, "wang")
    upload = client.post(
        "/api/v1/uploads", headers=head, files={"file": (SICHUAN.name, SICHUAN.read_bytes())}
    ).json()["id"]
    bad = "主体,时期,品种,数量,单位\n甲,2021,柴油,-3,t\n乙,2021,柴油,3,t\n".encode()
    other = client.post("/api/v1/uploads", headers=head, files={"file": ("b.csv", bad)}).json()["id"]
    client.post(f"/api/v1/uploads/{other}/mapping", headers=head, json={})
    first = client.post("/api/v1/datasets", headers=head, json={"upload": other, "name": "四川"})
    job(client, first)
    asked = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "四川"})
    dataset = job(client, asked)["dataset"]
    run = job(
        client, client.post("/api/v1/runs", headers=head, json={"dataset": dataset, "method": "sichuan-park-2022", "name": "四川"})
    )["run"]  # fmt: skip
    found = {
        "uploads": [upload, other],
        "datasets": [dataset],
        "runs": [run],
        "jobs": [asked.json()["job"]],
        "methods": ["sichuan-park-2022"],
    }
    found["doubts"] = [one["id"] for one in client.get("/api/v1/doubts").json()["rows"]][:3]
    found["mappings"] = [one["id"] for one in client.get("/api/v1/mappings").json()["rows"]][:3]
    found["catalogue"] = found["datasets"]
    return found


def _tried(client: TestClient, known: dict[str, list[str]], login: str, examples: int) -> list[str]:
    """Try every route as somebody; what was found wrong."""
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    head = enter(client, login)
    wrong: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in _ALONE or operation.path.endswith("/events"):
            continue
        noun = re.match(r"/api/v1/([a-z-]+)", operation.path)
        _try(operation, known.get(noun[1], []) if noun else [], client, head, examples, wrong)
    return wrong


def _try(
    operation: Any, ids: list[str], client: TestClient, head: dict[str, str], examples: int, wrong: list[str]
) -> None:
    count = itertools.count()

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        number = next(count)
        if ids and number % 3 and "name" in (case.path_parameters or {}):
            case.path_parameters["name"] = ids[number % len(ids)]
            if "kind" in case.path_parameters:
                case.path_parameters["kind"] = "dataset"
        case.headers = {**(case.headers or {}), **head}
        try:
            case.validate_response(_sent(client, case), checks=_CHECKS)
        except Exception as error:
            wrong.append(f"{operation.label} {case.query} {case.body!r:.200}: {str(error)[:900]}")

    tried()


def _sent(client: TestClient, case: Any) -> Any:
    asked = case.as_transport_kwargs(base_url="http://testserver")
    names = ("method", "url", "headers", "params", "json", "data", "files")
    made = requests.Request(**{name: asked.get(name) for name in names}).prepare()
    return client.request(str(made.method), str(made.url), headers=dict(made.headers), content=made.body)


@pytest.mark.parametrize("login", ["wang", "root"])
def test_no_route_breaks_and_every_answer_fits(
    client: TestClient, known: dict[str, list[str]], login: str
) -> None:
    wrong = _tried(client, known, login, 6)
    assert not wrong, "\n\n".join(dict.fromkeys(wrong))


@pytest.mark.slow
@pytest.mark.parametrize("login", ["wang", "zhao", "root", "guard", "eye"])
def test_no_route_breaks_when_tried_for_long(
    client: TestClient, known: dict[str, list[str]], login: str
) -> None:
    wrong = _tried(client, known, login, 60)
    assert not wrong, "\n\n".join(dict.fromkeys(wrong))


def test_operations_have_names_of_their_own_from_which_clients_are_made(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    names = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in names), names
    assert not [name for name in described["components"]["schemas"] if "__" in name]
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            assert operation.get("description") or operation.get("summary"), (verb, path)
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], (verb, path)
