"""Servers that are killed while a road is added and while it is analysed."""

from __future__ import annotations

from pathlib import Path

from a_road import flat, zipped
from processes import Served, prepared


def test_a_killed_server_leaves_no_half_road_and_makes_the_document_once(tmp_path: Path) -> None:
    prepared(tmp_path)
    settings = {"lease_seconds": 2, "workers": 1}
    large = {f"table{place}.csv": bytes([48 + place]) * 12_000_000 for place in range(5)}
    with Served(tmp_path, **settings) as served:
        sent = served.client.post("/uploads", files={"file": ("set.zip", zipped({**flat(), **large}))}).json()
        asked = {"name": "四川", "files": [sent["id"]], "region": "CN-51"}
        made = served.client.post("/roads", json=asked).json()["job"]
        served.job(made, "running")
        served.kill()
    with Served(tmp_path, **settings) as served:
        assert served.client.get("/roads").json()["total"] == 0
        found = served.job(made, "done", "failed")
        assert (found["state"], found["attempts"], found["done"]["number"]) == ("done", 2, 1), found
        road = found["done"]["road"]
        asked = {"kind": "index", "options": {"draws": 2000}}
        analysed = served.client.post(f"/roads/{road}/analyses", json=asked).json()["job"]
        served.job(analysed, "running")
        served.kill()
    with Served(tmp_path, **settings) as served:
        assert served.client.get(f"/roads/{road}/analyses").json()["total"] == 0
        found = served.job(analysed, "done", "failed")
        assert (found["state"], found["attempts"]) == ("done", 2), found
        rows = served.client.get(f"/roads/{road}/analyses").json()["rows"]
        assert [row["id"] for row in rows] == [found["done"]["analysis"]]
        assert (
            served.client.get(f"/road-analyses/{rows[0]['id']}").json()["document"]["headline"]
            == rows[0]["headline"]
        )
