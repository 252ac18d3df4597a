"""The demonstration: an empty folder is filled with the case that ships, and never filled twice."""

from __future__ import annotations

from pathlib import Path

from serving import server
from tanheng.serve.demo import fill


def test_the_demonstration_holds_the_published_total_and_its_contradictions(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        filled = fill(client.app.state.platform)
        assert filled is not None
        assert fill(client.app.state.platform) is None
        answer = client.post("/api/v1/session", json={"login": "analyst", "password": filled.password})
        assert answer.status_code == 201
        (run,) = client.get("/api/v1/runs").json()["rows"]
        assert round(run["total"], 2) == 330_391_619.72
        assert "演示" in client.get("/api/v1/session").json()["name"]
        codes = [row["code"] for row in client.get(f"/api/v1/runs/{run['id']}/doubts").json()["rows"]]
        assert {"Q-021", "Q-022", "Q-023"} <= set(codes)
