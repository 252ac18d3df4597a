"""The server as a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from cluster import database_of, platform
from serving import PASSWORD
from tanheng.access import add_person
from tanheng.access.people import tenant_id


def prepared(folder: Path) -> None:
    """A data folder with an analyst."""
    held = platform(folder)
    with held.writing() as connection:
        add_person(
            connection, tenant=tenant_id(connection, "四川省生态环境厅"), login="wang", name="wang", password=PASSWORD,
            roles=["analyst"], areas=[("all", "")],
        )  # fmt: skip
    held.store.engine.dispose()


class Served:
    """``tanheng serve`` over a folder, with a client that has signed in."""

    def __init__(self, folder: Path, **settings: object) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        settings = {"database": database_of(folder) or "", **settings}
        environment = {f"TANHENG_{name.upper()}": str(value) for name, value in settings.items()}
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tanheng", "serve", "--data", str(folder), "--port", str(self.port)],
            env={**os.environ, **environment}, stdout=self.said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=60)
        self._wait()
        answer = self.client.post("/session", json={"login": "wang", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        self.client.headers["x-csrf-token"] = answer.json()["csrf"]

    def kill(self) -> None:
        """End it at once, as a power failure would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.close()

    def stop(self) -> int:
        """End it as an operator would."""
        self.close()
        return self.stop_quietly()

    def stop_quietly(self) -> int:
        """End it, and leave its log to be read."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def log(self) -> str:
        """What it wrote so far."""
        self.said.seek(0)
        return self.said.read().decode()

    def close(self) -> None:
        self.client.close()
        self.said.close()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self.close()

    def job(self, name: str, *states: str, seconds: float = 60, every: float = 0.01) -> dict[str, Any]:
        """A job, when it is in one of some states."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found: dict[str, Any] = self.client.get(f"/jobs/{name}").json()
            if found["state"] in states:
                return found
            time.sleep(every)
        raise AssertionError(found)

    def _wait(self) -> None:
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                raise AssertionError(self.log())
            try:
                if self.client.get("/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")
