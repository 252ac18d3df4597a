"""Runs with all their options, set against one another, and written as files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient
from holding import GPC, dataset, run, upload

import tanheng as th
from serving import add, enter, job, server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str], str, str]]:
    with server(tmp_path_factory.mktemp("runs")) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        first = run(client, head, name="初算")
        yield client, head, first, run(client, head, GPC.replace("30,MWh", "40,MWh"), name="复算")


COAL = "entity,period,region,item,amount,unit\n四川省,2021,四川省,煤品,100,t\n四川省,2021,四川省,油品,50,t\n"


def test_a_run_takes_parts_claims_and_entities(made: Any) -> None:
    client, head, *_ = made
    parts = "entity,period,region,item,amount,unit\n四川省甲,2021,四川省,煤品,70,t\n"
    claims = "subject,period,quantity,value,unit\n煤品,2021,排放量,500,t\n"
    tree = "id,kind,name_zh,parent,region\n四川省,province,四川省,,四川省\n成都市,city,成都市,四川省,成都市\n"
    more = {"parts": upload(client, head, parts, "parts.csv"), "claims": upload(client, head, claims, "claims.csv"),
            "entities": upload(client, head, tree, "entities.csv")}  # fmt: skip
    name = run(client, head, COAL, "sichuan-park-2022", "附表", **more)
    found = client.get(f"/api/v1/runs/{name}").json()
    assert found["about"]["beside"] == ["claims", "entities", "parts"]
    below = client.get(f"/api/v1/runs/{name}/entities", params={"under": "四川省"}).json()["rows"]
    assert [(row["entity"], row["parent"], row["emission"] is None) for row in below] == [
        ("四川省", "", False),
        ("成都市", "四川省", True),
    ]
    assert client.get(f"/api/v1/runs/{name}/entities", params={"under": "无"}).status_code == 422
    codes = {
        row["code"]
        for row in client.get(f"/api/v1/runs/{name}/findings", params={"limit": 1000}).json()["rows"]
    }
    assert "Q-025" in codes
    inventory = th.account({"entity": ["四川省"] * 2, "period": ["2021"] * 2, "item": ["煤品", "油品"], "amount": [100, 50], "unit": ["t"] * 2}, "sichuan-park-2022")  # fmt: skip
    assert found["total"] == inventory.total


def test_a_run_takes_a_pack_and_says_so(made: Any) -> None:
    client, head, *_ = made
    answer = client.post("/api/v1/runs", headers=head, json={"dataset": dataset(client, head, COAL, "包"), "method": "sichuan-park-2022", "name": "包", "packs": ["no such upload"]})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (404, "T-002")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"method": "../etc/passwd"}, 422),
        ({"method": "no-such-method"}, 404),
        ({"factors": ".."}, 404),
        ({"parts": "nobody's"}, 404),
        ({"overrides": [{"rule": "x", "parameter": "y", "value": 1, "unit": "t", "source": "z"}]}, 404),
    ],
)
def test_options_that_do_not_fit_are_refused_at_once(made: Any, change: dict[str, Any], status: int) -> None:
    client, head, *_ = made
    asked = {"dataset": "x", "method": "gpc-cn", "name": "x", **change}
    answer = client.post("/api/v1/runs", headers=head, json=asked)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_two_runs_differ_by_their_causes(made: Any) -> None:
    client, _, first, second = made
    found = client.get("/api/v1/comparisons", params={"new": second, "old": first}).json()
    assert found["causes"]["activity"] == pytest.approx(4.711)
    steps = client.get("/api/v1/comparisons/waterfall", params={"new": second, "old": first}).json()["rows"]
    assert [row["step"] for row in steps] == ["old", "activity", "new"]
    assert steps[1]["end"] == pytest.approx(steps[2]["emission"])
    split = client.get(
        "/api/v1/comparisons/waterfall", params={"new": second, "old": first, "by": "item"}
    ).json()["rows"]
    assert split[1]["code"] == "electricity"
    assert (
        client.get(
            "/api/v1/comparisons/waterfall", params={"new": second, "old": first, "by": "new"}
        ).status_code
        == 422
    )


def test_two_methods_are_reconciled_as_a_job(made: Any) -> None:
    client, head, first, _ = made
    other = run(client, head, method="cn-provincial-2011", name="省级")
    asked = {"kind": "reconciliation", "run": other, "other": first}
    queued = client.post("/api/v1/analyses", headers=head, json=asked)
    assert "table" in job(client, queued)
    found = client.get(f"/api/v1/analyses/{queued.json()['job']}").json()
    assert sum(row["difference"] for row in found["rows"]) == pytest.approx(
        found["total_b"] - found["total_a"]
    )
    drawn = client.post(
        "/api/v1/analyses", headers=head, json={"kind": "monte-carlo", "run": first, "draws": 200}
    )
    job(client, drawn)
    assert client.get(f"/api/v1/analyses/{drawn.json()['job']}").json()["kind"] == "monte-carlo"
    assert (
        client.post("/api/v1/analyses", headers=head, json={"kind": "comparison", "run": first}).status_code
        == 422
    )


def test_another_standards_view_is_reached_step_by_step(made: Any) -> None:
    client, _, first, _ = made
    rows = client.get(f"/api/v1/runs/{first}/bridge", params={"view": "scopes"}).json()["rows"]
    assert rows[0]["step"] == "method_total"
    assert sum(row["emission"] for row in rows[:-1]) == pytest.approx(rows[-1]["emission"])


def test_a_filtered_csv_says_by_what_in_every_row(made: Any) -> None:
    client, _, first, _ = made
    asked = {"format": "csv", "where": "severity!=错"}
    table = pl.read_csv(client.get(f"/api/v1/runs/{first}/findings", params=asked).content)
    assert table.height > 0
    assert set(table["filter"]) == {"级别 ≠ 错"}


def test_exports_are_written_and_downloaded(made: Any) -> None:
    client, head, first, _ = made
    forms = ["official", "workbook", "word", "html", "iamc", "ecrf", "csv", "parquet"]
    queued = client.post("/api/v1/exports", headers=head, json={"run": first, "forms": forms, "entity": "示例市", "period": "2021"})  # fmt: skip
    done = job(client, queued)
    files = done["files"]
    assert [one["form"] for one in files] == forms[1:]
    assert done["refused"]["official"]["code"] == "I-005"
    for one in files:
        answer = client.get(f"/api/v1/exports/{queued.json()['job']}/files/{one['name']}")
        assert (answer.status_code, len(answer.content)) == (200, one["size"])
        assert answer.headers["content-disposition"].startswith("attachment")
        assert f"示例市-2021-{one['name']}" in unquote(answer.headers["content-disposition"])
        if one["name"].endswith((".xlsx", ".docx")):
            assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert (
        client.get(f"/api/v1/exports/{queued.json()['job']}/files/..%2F..%2Fcatalogue.sqlite").status_code
        == 404
    )
    assert client.post("/api/v1/exports", headers=head, json={"forms": ["csv"]}).status_code == 422
    alone = client.post(
        "/api/v1/exports",
        headers=head,
        json={"run": first, "forms": ["official"], "entity": "示例市", "period": "2021"},
    )
    assert job(client, alone, "failed")["error"]["code"] == "I-005"
    other = run(client, head, method="cn-provincial-2011", name="官方表")
    asked = {"run": other, "forms": ["official"], "entity": "示例市", "period": "2021"}
    assert (
        job(client, client.post("/api/v1/exports", headers=head, json=asked))["files"][0]["name"]
        == "official.xlsx"
    )


def test_an_export_speaks_the_language_of_the_request(made: Any) -> None:
    client, head, first, _ = made
    for lang, word in (("en", "Total"), ("zh", "合计")):
        queued = client.post("/api/v1/exports", headers={**head, "accept-language": lang}, json={"run": first, "forms": ["html"]})  # fmt: skip
        job(client, queued)
        text = client.get(f"/api/v1/exports/{queued.json()['job']}/files/report.html").text
        assert f'lang="{lang}' in text
        assert word in text


def test_names_from_uploads_are_no_formulas_in_exports(made: Any) -> None:
    client, head, *_ = made
    text = (
        'entity,period,region,sector,item,amount,unit\n"=HYPERLINK(""http://x"")",2021,福建省,工业,柴油,1,t\n'
    )
    name = run(client, head, text, name="=cmd")
    queued = client.post("/api/v1/exports", headers=head, json={"run": name, "forms": ["workbook"]})
    job(client, queued)
    body = client.get(f"/api/v1/exports/{queued.json()['job']}/files/inventory.xlsx").content
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(body)) for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    table = client.get(f"/api/v1/runs/{name}/table", params={"by": "entity", "format": "csv"}).text
    assert "'=HYPERLINK" in table


def test_a_run_of_another_area_is_not_there(made: Any) -> None:
    client, _, first, _ = made
    add(client, "li", ["analyst"], [("region", "CN-12")])
    head = enter(client, "li")
    for path in (
        "",
        "/table",
        "/pivot?rows=item&columns=gas",
        "/proof",
        "/uncertainty",
        "/findings",
        "/bridge",
    ):
        assert client.get(f"/api/v1/runs/{first}{path}").status_code == 404, path
    assert client.get("/api/v1/inventories/series", params={"run": first}).status_code == 404
    assert client.get("/api/v1/comparisons", params={"new": first, "old": first}).status_code == 404
    for path, body in (
        ("exports", {"run": first, "forms": ["csv"]}),
        ("analyses", {"kind": "monte-carlo", "run": first}),
    ):
        assert client.post(f"/api/v1/{path}", headers=head, json=body).status_code == 404
    enter(client, "wang")
