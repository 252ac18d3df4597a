"""Real servers that are killed at the worst moment, and two servers over one folder."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from processes import Served, prepared

ITEMS = (("原煤", "t"), ("柴油", "t"), ("电力", "MWh"))


def rows(count: int) -> bytes:
    lines = (f"厂{n % 5000},{2015 + n // 5000 % 8},{ITEMS[n // 40000 % 3][0]},{n % 977}.5,{ITEMS[n // 40000 % 3][1]}" for n in range(count))  # fmt: skip
    return ("主体,时期,品种,数量,单位\n" + "\n".join(lines)).encode()


def upload(served: Served, content: bytes) -> str:
    answer = served.client.post("/uploads", files={"file": ("a.csv", content)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def ask(served: Served, path: str, **asked: Any) -> str:
    answer = served.client.post(path, json=asked)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job"])


def total(served: Served, path: str) -> int:
    return int(served.client.get(path).json()["total"])


def half_an_upload(served: Served) -> socket.socket:
    """Send a part of a file and leave the line open."""
    session = served.client.cookies["tanheng_session"]
    head = (
        f"POST /api/v1/uploads HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nCookie: tanheng_session={session}\r\n"
        f"X-CSRF-Token: {served.client.headers['x-csrf-token']}\r\nContent-Length: 4000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="half.csv"\r\n\r\n'
    )
    line = socket.create_connection(("127.0.0.1", served.port))
    line.sendall(head.encode() + b"x" * 2_500_000)
    return line


def test_a_killed_server_leaves_nothing_half_done_and_goes_on_where_it_was(tmp_path: Path) -> None:
    prepared(tmp_path)
    settings = {"lease_seconds": 2, "workers": 1}
    with Served(tmp_path, **settings) as served:
        line = half_an_upload(served)
        while not [one for one in tmp_path.glob(".upload-*") if one.stat().st_size > 1_000_000]:
            pass
        served.kill()
        line.close()
    with Served(tmp_path, **settings) as served:
        assert total(served, "/uploads") == 0
        name = upload(served, rows(400_000))
        made = ask(served, "/datasets", upload=name, name="大表")
        served.job(made, "running")
        served.kill()
    with Served(tmp_path, **settings) as served:
        assert total(served, "/datasets") == 0
        found = served.job(made, "done", "failed")
        assert (found["state"], found["attempts"], found["done"]["number"]) == ("done", 2, 1)
        run = ask(served, "/runs", dataset=found["done"]["dataset"], method="cn-energy-2011", name="大表")
        served.job(run, "running")
        served.kill()
    with Served(tmp_path, **settings) as served:
        assert total(served, "/runs") == 0
        found = served.job(run, "done", "failed")
        assert (found["state"], found["attempts"]) == ("done", 2), found
        assert (total(served, "/uploads"), total(served, "/datasets"), total(served, "/runs")) == (1, 1, 1)
        assert served.stop() in (0, -signal.SIGTERM)


def test_two_servers_share_the_jobs_of_one_folder(tmp_path: Path) -> None:
    prepared(tmp_path)
    settings = {"lease_seconds": 2, "workers": 2}
    with Served(tmp_path, **settings) as one, Served(tmp_path, **settings) as other:
        name = upload(one, rows(2_000))
        asked = [
            ask((one, other)[number % 2], "/datasets", upload=name, name=f"n{number}") for number in range(12)
        ]
        found = [other.job(job, "done", "failed") for job in asked]
        assert {(job["state"], job["attempts"]) for job in found} == {("done", 1)}, [
            job for job in found if job["state"] == "failed"
        ]
        assert total(one, "/datasets") == 12
        large = upload(one, rows(400_000))
        left = [ask(one, "/datasets", upload=large, name=f"large{number}") for number in range(3)]
        one.job(left[0], "running")
        one.kill()
        found = [other.job(job, "done", "failed") for job in left]
        assert {job["state"] for job in found} == {"done"}, found
        assert total(other, "/datasets") == 15


@pytest.mark.slow
def test_a_job_that_kills_its_process_is_given_up(tmp_path: Path) -> None:
    prepared(tmp_path)
    made = ""
    for attempt in range(3):
        with Served(tmp_path, lease_seconds=1) as served:
            if not attempt:
                made = ask(served, "/datasets", upload=upload(served, rows(400_000)), name="x")
            served.job(made, "running")
            while served.job(made, "running", "waiting")["attempts"] <= attempt:
                pass
            served.kill()
    with Served(tmp_path, lease_seconds=1) as served:
        found = served.job(made, "failed", "done")
        assert (found["state"], found["done"]["error"]["code"]) == ("failed", "J-002")
