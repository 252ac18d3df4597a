"""Packs and tables of one's own that were made to read what is another's, to end the process, or to fill its memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import upload

from serving import add, enter, server
from tanheng.inventory import method_files
from tanheng.serve.holdings import file_of

OWN = "format: tanheng-method/1\nid: {id}\nversion: '1'\nextends: {base}\ntitle: {{zh: 甲, en: A}}\n"


@pytest.fixture
def wang(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path / "data") as found:
        add(found, "wang", ["analyst"])
        found.headers.update(enter(found, "wang"))
        yield found


def method(client: TestClient, text: str, name: str = "mine", head: dict[str, str] | None = None) -> Any:
    asked = {"upload": upload(client, head or {}, text, f"{name}.yaml"), "kind": "method", "name": "甲"}
    return client.post("/api/v1/packs", headers=head, json=asked)


@pytest.mark.parametrize("base", ["{folder}/secret", "../../../secret", "../{sha256}/theirs", "./secret"])
def test_a_method_is_based_on_no_file_elsewhere(wang: TestClient, tmp_path: Path, base: str) -> None:
    shipped = method_files()["gpc-cn"].read_text(encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(shipped.replace("id: gpc-cn", "id: secret"), encoding="utf-8")
    add(wang, "other", ["analyst"], tenant="另一单位")
    there = TestClient(wang.app)
    theirs = method(there, OWN.format(id="theirs", base="gpc-cn"), "theirs", enter(there, "other"))
    assert theirs.status_code == 201, theirs.text
    (kept,) = (tmp_path / "data" / "files").glob("*/theirs.yaml")
    found = method(wang, OWN.format(id="mine", base=base.format(folder=tmp_path, sha256=kept.parent.name)))
    assert (found.status_code, found.json()["code"]) == (422, "P-001"), found.text
    assert wang.get("/api/v1/methods/mine").status_code == 404


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "x"])
def test_a_pack_that_is_nested_without_end_ends_nothing(wang: TestClient, text: str) -> None:
    found = method(wang, text)
    assert (found.status_code, found.json()["code"]) == (422, "P-001")
    assert wang.get("/api/v1/health").status_code == 200


def test_a_pack_of_endless_entries_is_refused_while_it_is_read(wang: TestClient) -> None:
    found = method(wang, "a:\n" + "  - {b: [1, 2, 3]}\n" * 300_000)
    assert (found.status_code, found.json()["code"]) == (422, "P-001")


@pytest.mark.parametrize(
    "formula",
    ["-" * 499 + "ef", "-" * 5000 + "ef", "ef" + "+ef" * 165, "ef." + "b." * 200 + "c", "ef * " + "9" * 450, "ef * (((((((9**8)**8)**8)**8)**8)**8)**8)**8"],
)  # fmt: skip
def test_a_formula_that_does_not_end_is_refused_or_gives_no_number(wang: TestClient, formula: str) -> None:
    rule = f"rules:\n  - {{id: supplied-co2, formula: '{formula}'}}\n"
    found = method(wang, OWN.format(id="mine", base="gpc-cn") + rule)
    assert found.status_code in (201, 422), found.text
    assert wang.get("/api/v1/methods").status_code == 200


@pytest.mark.parametrize(
    ("path", "more"),
    [("places", {}), ("socio-economic/table", {}), ("sources/measurements", {"name": "x", "constraints": ["a = b"]}), ("packs", {"kind": "factors", "name": "x"})],
)  # fmt: skip
def test_a_table_that_is_read_while_one_waits_is_not_laid_out_without_end(
    wang: TestClient, path: str, more: dict[str, Any]
) -> None:
    rows = "甲,2021,gdp,1,亿元,CN-51,x,104,30,t,1\n" * 220_000
    file = upload(wang, {}, f"entity,period,quantity,value,unit,region,source,longitude,latitude,name,uncertainty\n{rows}", "t.csv")  # fmt: skip
    asked = {"measurements" if "measurements" in path else "upload": file, **more}
    found = wang.post(f"/api/v1/{path}", json=asked)
    assert (found.status_code, found.json()["code"]) == (422, "W-024")
    file = upload(wang, {}, f"entity,period,quantity,value,unit,region,source,longitude,latitude,name,uncertainty\n{rows[: len(rows) // 3]}", "t.csv")  # fmt: skip
    if path != "packs":
        found = wang.post(f"/api/v1/{path}", json={**asked, **dict.fromkeys(asked.keys() & {"upload", "measurements"}, file)})  # fmt: skip
        assert (found.status_code, found.json()["code"]) == (422, "A-001"), found.text


@pytest.mark.parametrize("system", ["GCJ02", "BD09"])
@pytest.mark.parametrize(("longitude", "latitude"), [(0, 90), (-180, -90), (180, 89.999), (100, 60)])
def test_coordinates_of_china_are_not_taken_for_places_elsewhere(
    wang: TestClient, system: str, longitude: float, latitude: float
) -> None:
    file = upload(wang, {}, f"entity,name,longitude,latitude\n甲,甲,{longitude},{latitude}\n", "p.csv")
    found = wang.post("/api/v1/places", json={"upload": file, "system": system})
    assert (found.status_code, found.json()["code"]) == (422, "M-004"), found.text


def test_digits_of_another_width_are_no_year(wang: TestClient) -> None:
    row = {"region": "CN-51", "period": "20２５", "quantity": "gdp", "value": 5, "source": "x"}
    assert wang.post("/api/v1/socio-economic", json={"rows": [row]}).json()["code"] == "W-002"


def test_a_file_lies_under_its_whole_fingerprint(wang: TestClient) -> None:
    content = b"a,b\n1,2\n"
    upload(wang, {}, content, "t.csv")
    platform = wang.app.state.platform
    sha256 = platform.store.objects.put(content)
    assert file_of(platform, sha256, "t.csv").parent.name == sha256


def test_a_method_that_is_no_longer_read_hides_no_other(wang: TestClient, tmp_path: Path) -> None:
    assert method(wang, OWN.format(id="mine", base="gpc-cn")).status_code == 201
    (kept,) = (tmp_path / "data" / "files").glob("*/mine.yaml")
    kept.unlink()
    kept.write_text(OWN.format(id="mine", base="gone"), encoding="utf-8")
    rows = {row["id"]: row for row in wang.get("/api/v1/methods").json()["rows"]}
    assert "gpc-cn" in rows
    assert "P-001" in rows["mine"]["title"]
    assert wang.get("/api/v1/methods/mine").json()["code"] == "P-001"
