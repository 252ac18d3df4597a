"""The first set-up over the network asks for the one-time code of the console; on the machine itself it does not."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving import PASSWORD, server
from tanheng.record.tables import PERSON
from tanheng.serve import first

ASKED = {"tenant": "某市", "login": "root", "name": "管理员", "password": PASSWORD}


def asked(client: TestClient, code: str | None) -> Any:
    return client.post("/api/v1/setup", json=ASKED if code is None else ASKED | {"code": code})


@pytest.mark.parametrize(
    "settings", [{"host": "0.0.0.0"}, {"host": "::"}, {"host": "city.example"}, {"public_url": "https://city.example"}]
)  # fmt: skip
def test_beyond_the_machine_the_code_is_asked_and_good_once(tmp_path: Path, settings: dict[str, str]) -> None:
    with server(tmp_path, **settings) as client:
        assert client.get("/api/v1/setup").json()["code"] is True
        for wrong in (None, "", "AAAA-AAAA-AAAA-AAAA", "四川", "-" * 40):
            answer = asked(client, wrong)
            assert (answer.status_code, answer.json()["code"]) == (403, "P-023")
        with client.app.state.platform.reading() as connection:
            assert connection.execute(PERSON.select()).first() is None
        file = tmp_path / first.CODE_FILE
        code = first.to_tell(client.app.state.platform, client.app.state.settings)
        assert file.read_text() == code
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert asked(client, code.lower().replace("-", " ")).status_code == 201
        assert not file.exists()
        assert asked(client, code).json()["code"] == "P-003"
        assert client.get("/api/v1/setup").json()["code"] is False
        assert first.to_tell(client.app.state.platform, client.app.state.settings) == ""


def test_whoever_asks_from_elsewhere_through_a_proxy_needs_the_code(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        away = TestClient(client.app, client=("10.0.0.7", 4000))
        assert away.get("/api/v1/setup").json()["code"] is True
        assert asked(away, "").json()["code"] == "P-023"
        here = TestClient(client.app, client=("127.0.0.1", 4000))
        assert here.get("/api/v1/setup").json()["code"] is False
        assert asked(here, None).status_code == 201
