"""What others script against: health, the description, 401 everywhere but on the public routes, and the commands with ``--json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from test_access_routes import filled, table

from cluster import database_of
from forms import fill
from serving import PASSWORD, SICHUAN, add, server
from tanheng.cli import cli

ROOT = Path(__file__).parents[2]
PUBLIC = re.compile(r"^\| `(GET|POST) (/api/v1/\S+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with server(tmp_path_factory.mktemp("contracts")) as found:
        yield found


def run(*words: str, said: str = "") -> tuple[int, dict[str, Any]]:
    """A command with ``--json``: how it ended, and the one object on its standard output."""
    result = CliRunner().invoke(cli, [*words, "--json"], input=said)
    return result.exit_code, json.loads(result.stdout)


def test_health_answers_exactly_this(client: TestClient) -> None:
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.text) == (200, '{"status":"ok"}')
    assert client.get("/openapi.json").json()["openapi"].startswith("3.")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_docs_list_the_routes_without_login(lang: str) -> None:
    text = (ROOT / "docs" / lang / "access.md").read_text(encoding="utf-8")
    public = {key for key, permission in table().items() if permission == "public"}
    assert set(PUBLIC.findall(text)) == public


def test_every_other_route_answers_401_as_a_problem(client: TestClient) -> None:
    others = [key for key, permission in table().items() if permission != "public"]
    assert len(others) > 100
    for method, path in others:
        answer = client.request(method, filled(path, {}))
        assert answer.status_code == 401, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401


def test_the_commands_answer_json(tmp_path: Path) -> None:
    place = tmp_path / "data"
    with server(place) as client:
        add(client, "wang", ["analyst"])
    url = database_of(place)
    data = ("--data", str(place), *(("--database", url) if url else ()))
    status, told = run(
        "user", "add", "li", "--role", "reviewer", "--password-stdin", *data, said=PASSWORD + "\n"
    )
    assert (status, told["user"]["login"]) == (0, "li")
    status, told = run("token", "create", "wang", "--name", "script", *data)
    assert (status, set(told)) == (0, {"id", "token"})
    with server(place) as client:
        head = {"authorization": f"Bearer {told['token']}"}
        assert client.get("/api/v1/runs", headers=head).status_code == 200
    status, told = run("audit", "verify", *data)
    assert (status, told["broken"]) == (0, [])
    backup = tmp_path / "all.tar"
    status, told = run("backup", str(backup), *data)
    assert (status, told["size"], told["damaged"]) == (0, backup.stat().st_size, [])
    if not url:
        again = ("--data", str(tmp_path / "again"))
        assert run("restore", str(backup), *again)[1]["audit"] == told["audit"]
        assert {one["login"] for one in run("user", "list", *again)[1]["users"]} == {"li", "wang"}
    status, told = run("doctor", *data)
    assert (status == 0) is told["ok"]
    assert {"settings", "folder"} <= {one["check"] for one in told["lines"]}


def test_a_template_that_is_filled_is_an_input(tmp_path: Path) -> None:
    form, method = tmp_path / "t.xlsx", ("--method", "cn-provincial-2011")
    of = ("--entity", "示例市", "--year", "2021", "--region", "福建省")
    assert run("template", *method, *of, "--out", str(form))[1]["method"] == "cn-provincial-2011"
    fill(form, {"P2.1#1": {"数量": 3}})
    assert run("account", str(form), *method, "--no-save")[1]["total"] > 0


def test_releases_answer_json_and_a_changed_byte_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("account", str(SICHUAN), "--method", "sichuan-park-2022", "--out", "out")[1]["unit"] == "t"
    assert run("release", "create", "out/run", "--name", "sc")[1]["number"] == 1
    assert [(one["name"], one["number"]) for one in run("release", "list")[1]["releases"]] == [("sc", 1)]
    assert run("release", "show", "sc")[1]["kind"] == "release"
    assert run("release", "diff", "sc@1", "sc@1")[1]["old"] == "sc@1"
    status, told = run("release", "verify", "sc")
    assert (status, told["ok"]) == (0, True)
    stored = max(
        (one for one in tmp_path.rglob("objects/**/*") if one.is_file()), key=lambda one: one.stat().st_size
    )
    stored.chmod(0o644)
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(bytes(content))
    status, told = run("release", "verify", "sc")
    assert (status, told["ok"]) == (1, False)
