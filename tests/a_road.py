"""Sichuan's road as one flat set of files, as it is uploaded to the platform."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from serving import job

EXAMPLE = Path(__file__).parent.parent / "examples" / "sichuan-road"


def flat() -> dict[str, bytes]:
    """The files of the example by name; the activity that it takes from beside it is one of them."""
    files = {one.name: one.read_bytes() for one in sorted(EXAMPLE.iterdir())}
    for name in ("activity.csv", "parts.csv"):
        files[name] = (EXAMPLE.parent / "sichuan-2021" / name).read_bytes()
    for name in ("road.yaml", "tree.yaml"):
        files[name] = files[name].replace(b"../sichuan-2021/", b"")
    return files


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def sent(client: TestClient, head: dict[str, str], files: dict[str, bytes], **where: str) -> list[str]:
    """Upload files, and return their ids."""
    answers = [
        client.post("/api/v1/uploads", headers=head, files={"file": (name, content)}, data=where)
        for name, content in files.items()
    ]
    return [answer.json()["id"] for answer in answers]


def ask_road(
    client: TestClient, head: dict[str, str], files: dict[str, bytes], name: str = "四川", **more: Any
) -> Any:
    return client.post("/api/v1/roads", headers=head, json={"name": name, "files": sent(client, head, files), **more})  # fmt: skip


def add_road(
    client: TestClient, head: dict[str, str], files: dict[str, bytes] | None = None, name: str = "四川", **more: Any
) -> str:  # fmt: skip
    return str(job(client, ask_road(client, head, files or flat(), name, **more))["road"])


def analysed(client: TestClient, head: dict[str, str], road: str, kind: str = "index", **options: Any) -> str:
    asked = {"kind": kind, "options": options}
    return str(job(client, client.post(f"/api/v1/roads/{road}/analyses", headers=head, json=asked))["analysis"])  # fmt: skip
