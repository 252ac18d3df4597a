"""Passwords of the tests are hashed at little cost: hundreds of people sign in. One server for a file whose tests share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import argon2
import pytest
from fastapi.testclient import TestClient

from cluster import put_away
from serving import add, enter, server
from tanheng.access import passwords


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))
        yield


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    yield
    put_away()


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server with the people whom the test file names (login to roles), else with an analyst."""
    with server(tmp_path_factory.mktemp("server")) as found:
        for login, roles in getattr(request.module, "PEOPLE", {"wang": ["analyst"]}).items():
            add(found, login, roles)
        yield found


@pytest.fixture
def head(client: TestClient) -> dict[str, str]:
    """What the analyst sends with each write."""
    return enter(client, "wang")


@pytest.fixture(scope="module")
def known(client: TestClient) -> dict[str, list[Any]]:
    """Ids of everything that a server can hold."""
    from trying import kept  # schemathesis takes seconds to import

    return kept(client, (Path(__file__).parent / "files" / "squares.pmtiles").read_bytes())
