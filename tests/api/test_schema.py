"""Every route, with what schemathesis thinks of: no internal error, and every answer fits its description."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from trying import tried

from tanheng.access import roles

PEOPLE = {role: [role] for role in roles()}


@pytest.mark.parametrize("login", ["analyst", "system_admin"])
def test_no_route_breaks_and_every_answer_fits(
    client: TestClient, known: dict[str, list[Any]], login: str
) -> None:
    wrong = tried(client, known, login, 6)
    assert not wrong, "\n\n".join(dict.fromkeys(wrong))


@pytest.mark.slow
@pytest.mark.parametrize("login", list(roles()))
def test_no_route_breaks_when_tried_for_long(
    client: TestClient, known: dict[str, list[Any]], login: str
) -> None:
    wrong = tried(client, known, login, 60)
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
