"""An analysis of a road that is cancelled ends at once, also within one long computation."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from benchmarks.tree import synthetic
from fastapi.testclient import TestClient

from a_road import add_road
from serving import enter

PEOPLE = {"wang": ["analyst"]}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


def units() -> bytes:
    random = np.random.default_rng(1)
    heads = [f"x{at}" for at in range(12)]
    rows = [[f"城{at}", *random.uniform(1, 9, 12).round(3).tolist()] for at in range(40)]
    return "\n".join([",".join(["uCode", *heads]), *(",".join(map(str, row)) for row in rows)]).encode()


def framework() -> bytes:
    rows = [
        "iCode,Level,Type,Parent,Weight,Direction",
        *(f"x{at},1,Indicator,all,1,1" for at in range(12)),
        "all,2,Aggregate,,1,1",
    ]
    return "\n".join(rows).encode()


@pytest.mark.parametrize(
    ("files", "kind", "options"),
    [
        ({"tree.yaml": json.dumps(synthetic(levers=200)).encode()}, "cap", {"marks": "2060=1"}),
        ({"data.csv": units(), "meta.csv": framework()}, "composite", {"file": "data.csv", "meta": "meta.csv", "audit": True, "runs": 1_000_000}),
    ],
    ids=["a cap on 500 nodes", "an audit of a million runs"],
)  # fmt: skip
def test_an_analysis_that_is_cancelled_ends_at_once(
    client: TestClient, head: dict[str, str], files: dict[str, bytes], kind: str, options: dict[str, Any]
) -> None:
    road = add_road(client, head, files, kind)
    asked = client.post(
        f"/api/v1/roads/{road}/analyses", headers=head, json={"kind": kind, "options": options}
    )
    job = f"/api/v1/jobs/{asked.json()['job']}"
    ends = time.monotonic() + 30
    while (
        client.get(job).json()["doing"].get("en") != "Computing, writing in Chinese"
        and time.monotonic() < ends
    ):
        time.sleep(0.01)
    time.sleep(0.5)
    assert client.get(job).json()["state"] == "running"
    began = time.monotonic()
    client.post(f"{job}/cancel", headers=head)
    while (state := client.get(job).json()["state"]) == "running" and time.monotonic() < ends:
        time.sleep(0.01)
    assert (state, time.monotonic() - began < 5.0) == ("cancelled", True)
