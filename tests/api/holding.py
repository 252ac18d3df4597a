"""Runs for tests of the API, made the short way: upload, data set, run."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from serving import job

GPC = (
    "entity,period,region,sector,item,amount,unit\n"
    "示例市,2020,福建省,工业,柴油,1,t\n示例市,2021,福建省,工业,原煤,2,t\n"
    "示例市,2021,福建省,商业,电力,30,MWh\n示例市,2021,福建省,交通运输业,汽油,4,t\n"
)


def upload(client: TestClient, head: dict[str, str], text: str | bytes, name: str = "activity.csv") -> str:
    body = text.encode() if isinstance(text, str) else text
    answer = client.post("/api/v1/uploads", headers=head, files={"file": (name, body)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def dataset(
    client: TestClient, head: dict[str, str], text: str | bytes, name: str = "示例市", **more: Any
) -> str:
    asked = {"upload": upload(client, head, text), "name": name, **more}
    return str(job(client, client.post("/api/v1/datasets", headers=head, json=asked))["dataset"])


def run(
    client: TestClient, head: dict[str, str], text: str | bytes = GPC, method: str = "gpc-cn", name: str = "示例市", **more: Any
) -> str:  # fmt: skip
    asked = {"dataset": dataset(client, head, text, name), "method": method, "name": name, **more}
    return str(job(client, client.post("/api/v1/runs", headers=head, json=asked))["run"])
