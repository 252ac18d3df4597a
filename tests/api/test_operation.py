"""What an operator sees: measures, request ids, logs, and errors that tell their id."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from processes import Served, prepared
from serving import PASSWORD, SICHUAN, add, enter, server
from tanheng.access.people import By, find_person
from tanheng.access.tokens import create_token
from tanheng.serve.logs import Lines
from tanheng.serve.settings import SettingInvalid, load_settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the server as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=True))
    root = logging.getLogger("tanheng")
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(one) for one in log.getvalue().splitlines()]


def token(client: TestClient, login: str, *scopes: str) -> dict[str, str]:
    with client.app.state.platform.writing() as connection:
        _, secret = create_token(connection, find_person(connection, login), "test", scopes, 1, By())
    return {"authorization": f"Bearer {secret}"}


def values(text: str) -> dict[str, float]:
    """Samples as the library of Prometheus reads them; every metric is described, none has samples of another."""
    found: dict[str, float] = {}
    for metric in text_string_to_metric_families(text):
        assert metric.documentation, metric.name
        assert metric.type in ("counter", "gauge", "histogram"), metric
        for sample in metric.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            name = f"{sample.name}{{{labels}}}" if labels else sample.name
            assert name not in found
            found[name] = sample.value
    return found


def test_measures_tell_requests_jobs_and_sizes(client: TestClient) -> None:
    add(client, "root", ["system_admin"])
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    content = SICHUAN.read_bytes()
    for name in ("a.csv", "b.csv"):
        upload = client.post("/api/v1/uploads", headers=head, files={"file": (name, content)}).json()["id"]
    client.app.state.runner.stop()
    client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "x"}).raise_for_status()
    client.get(f"/api/v1/uploads/{upload}")
    client.get("/api/v1/uploads/nobody")
    client.get("/api/v1/no/such/route")
    answer = client.get("/api/v1/metrics", headers=token(client, "root", "system.manage"))
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = values(answer.text)
    assert found['tanheng_requests_total{method="POST",route="/api/v1/uploads",status="201"}'] == 2
    assert found['tanheng_requests_total{method="GET",route="/api/v1/uploads/{name}",status="200"}'] == 1
    assert found['tanheng_requests_total{method="GET",route="/api/v1/uploads/{name}",status="404"}'] == 1
    assert "nobody" not in answer.text
    assert "no/such/route" not in answer.text
    buckets = [value for name, value in found.items() if name.startswith("tanheng_request_seconds_bucket{") and 'route="/api/v1/uploads"' in name]  # fmt: skip
    assert buckets == sorted(buckets)
    assert buckets[-1] == found['tanheng_request_seconds_count{route="/api/v1/uploads"}'] == 2
    assert found['tanheng_request_seconds_sum{route="/api/v1/uploads"}'] > 0
    assert found['tanheng_jobs{state="waiting"}'] == 1
    assert found["tanheng_queue_age_seconds"] > 0
    assert (found["tanheng_uploads"], found["tanheng_upload_bytes"]) == (2, 2 * len(content))
    assert found["tanheng_database_bytes"] > 100_000
    assert found["process_resident_memory_bytes"] > 50e6
    assert any(name.startswith("tanheng_build_info{") for name in found)
    assert {name.partition("{")[0] for name in found if name.startswith("tanheng")} == {
        "tanheng_requests_total", "tanheng_request_seconds_bucket", "tanheng_request_seconds_count", "tanheng_request_seconds_sum",
        "tanheng_start_time_seconds", "tanheng_jobs", "tanheng_queue_age_seconds", "tanheng_uploads", "tanheng_upload_bytes",
        "tanheng_database_bytes", "tanheng_build_info",
    }  # fmt: skip
    assert {"process_threads", "process_cpu_seconds_total"} <= set(found)


def test_who_may_read_the_measures(tmp_path: Path) -> None:
    with server(tmp_path / "a") as client:
        add(client, "root", ["system_admin"])
        add(client, "wang", ["analyst"])
        assert client.get("/api/v1/metrics").status_code == 401
        assert client.get("/api/v1/metrics", headers=token(client, "wang")).json()["code"] == "P-003"
        narrow = token(client, "root", "people.read")
        assert client.get("/api/v1/metrics", headers=narrow).json()["code"] == "P-003"
    with server(tmp_path / "b", metrics_from="10.1.0.0/16, 2001:db8::/32") as client:
        for address, status in (
            ("10.1.2.3", 200),
            ("10.2.2.3", 401),
            ("2001:db8::7", 200),
            ("testclient", 401),
        ):
            near = TestClient(client.app, client=(address, 1))
            assert near.get("/api/v1/metrics").status_code == status, address
            said = near.get("/api/v1/metrics", headers={"x-forwarded-for": "10.1.2.3"})
            assert said.status_code == status, "a head that anybody can send"


def test_every_answer_bears_an_id_that_the_log_tells(client: TestClient, log: io.StringIO) -> None:
    add(client, "wang", ["analyst"])
    enter(client, "wang")
    answer = client.get("/api/v1/uploads/none?secret=xyzzy", headers={"x-request-id": "mine-12345"})
    assert answer.headers["x-request-id"] == answer.json()["request"] == "mine-12345"
    for bad in ("short", "x" * 65, "a b c d e f g", 'x"}\n{"level": 1'):
        other = client.get("/api/v1/session", headers={"x-request-id": bad}).headers["x-request-id"]
        assert other != bad
        assert len(other) == 16
    told = next(one for one in lines(log) if one.get("request") == "mine-12345")
    assert told["route"] == "/api/v1/uploads/{name}"
    assert (told["method"], told["status"], told["level"]) == ("GET", 404, "info")
    assert told["ms"] > 0
    assert len(told["person"]) == 32
    assert "xyzzy" not in log.getvalue()
    assert PASSWORD not in log.getvalue()


def test_an_unforeseen_error_is_told_once_with_its_id(
    client: TestClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("tanheng.serve.routes.uploads.listed", breaks)
    add(client, "wang", ["analyst"])
    enter(client, "wang")
    answer = client.get("/api/v1/uploads")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    name = answer.headers["x-request-id"]
    assert (answer.json()["code"], answer.json()["request"]) == ("W-004", name)
    assert name in answer.json()["detail"]
    assert "inside" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    traces = [one for one in lines(log) if "traceback" in one]
    assert [one["request"] for one in traces] == [name]
    assert "ZeroDivisionError: inside" in traces[0]["traceback"]
    assert [one["status"] for one in lines(log) if one.get("request") == name and "status" in one] == [500]


def test_a_served_process_writes_json_lines_and_no_secret(tmp_path: Path) -> None:
    prepared(tmp_path)
    with Served(tmp_path, log_format="json") as served:
        secret = served.client.cookies["tanheng_session"]
        served.client.get("/uploads").raise_for_status()
        served.stop_quietly()
        told = [json.loads(line) for line in served.log().splitlines() if line.startswith("{")]
        rest = [line for line in served.log().splitlines() if not line.startswith("{")]
    assert [one["route"] for one in told if one["logger"] == "tanheng.request"][-1] == "/api/v1/uploads"
    assert len(rest) == 1, rest  # the address
    for hidden in (secret, PASSWORD, served.client.headers["x-csrf-token"]):
        assert hidden not in str(told)


def test_settings_of_operation_are_checked() -> None:
    for name, value in (
        ("log_format", "xml"),
        ("log_level", "loud"),
        ("metrics_from", "10.0.0.0/33"),
        ("trusted_proxies", "*"),
    ):
        with pytest.raises(SettingInvalid, match=name):
            load_settings(environment={f"TANHENG_{name.upper()}": value})


def test_only_a_named_proxy_says_whom_a_request_is_from(tmp_path: Path) -> None:
    prepared(tmp_path)
    for trusted, status in (("127.0.0.1", 200), ("10.9.9.9", 401), ("", 401)):
        with Served(tmp_path, metrics_from="10.1.0.0/16", trusted_proxies=trusted) as served:
            head = {"x-forwarded-for": "10.1.2.3"}
            served.client.cookies.clear()
            answer = served.client.get("/metrics", headers=head)
            assert answer.status_code == status, trusted
