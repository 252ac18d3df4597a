"""Data sets: versions, differences, refused cells, doubts that keep their answers, balances, templates, lineage."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient

from serving import SICHUAN, add, enter, job, server

HEAD = "主体,时期,品种,数量,单位\n"
FIRST = HEAD + "甲厂,2021,柴油,5,t\n甲厂,2021,原煤,7,t\n乙厂,2021,汽油,-3,t\n乙厂,2021,电力,8,MWh\n"
SECOND = HEAD + "甲厂,2021,柴油,6,t\n乙厂,2021,汽油,-3,t\n乙厂,2021,电力,8,MWh\n乙厂,2021,热力,2,GJ\n"

BALANCE = """某省能源平衡表（实物量）—2021
项目,原煤（万吨）,汽油（万吨）,电力（亿千瓦时）
一、可供本地区消费的能源量,500,50,80
1.一次能源生产量,500,,80
2.外省（区、市）调入量,,50,
二、加工转换投入（-）产出（+）量,-200,,300
1.火力发电,-200,,300
三、损失量,,,20
四、终端消费量,300,50,360
1.农、林、牧、渔业,20,20,60
2.工业,240,10,200
3.建筑业,40,20,100
五、平衡差额,0,0,0
六、消费量合计,500,50,380
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path / "data") as found:
        add(found, "wang", ["analyst"], [("region", "CN-51")])
        add(found, "zhao", ["reviewer"], [("region", "CN-51")])
        add(found, "li", ["analyst"], [("region", "CN-12")])
        found.headers.update(enter(found, "wang"))
        yield found


def upload(client: TestClient, name: str, content: str | bytes) -> str:
    body = content.encode() if isinstance(content, str) else content
    answer = client.post("/api/v1/uploads", files={"file": (name, body)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def dataset(
    client: TestClient, content: str | bytes, name: str = "企业", file: str = "a.csv", **asked: Any
) -> dict[str, Any]:
    sent = {"upload": upload(client, file, content), "name": name, **asked}
    return job(client, client.post("/api/v1/datasets", json=sent))


def test_a_new_version_follows_and_the_difference_is_told(client: TestClient) -> None:
    first, second = dataset(client, FIRST), dataset(client, SECOND)
    found = client.get(f"/api/v1/datasets/{second['dataset']}").json()
    assert (found["number"], found["previous"], found["newest"], found["made_by"]) == (
        2,
        first["dataset"],
        True,
        "wang",
    )
    assert found["headings"]["amount"] == "数量"
    assert client.get(f"/api/v1/datasets/{first['dataset']}").json()["newest"] is False
    assert [
        one["number"] for one in client.get(f"/api/v1/datasets/{first['dataset']}/versions").json()["rows"]
    ] == [2, 1]
    assert client.get("/api/v1/datasets", params={"newest": True}).json()["total"] == 1
    rows = client.get(f"/api/v1/datasets/{second['dataset']}/diff").json()["rows"]
    told = {(one["change"], one["item"], one["amount_old"], one["amount_new"]) for one in rows}
    assert told == {
        ("changed", "diesel", 5.0, 6.0), ("removed", "raw_coal", 7.0, None), ("added", "purchased_heat", None, 2.0)
    } or told == {("changed", "diesel", 5.0, 6.0), ("removed", "raw_coal", 7.0, None), ("added", "heat", None, 2.0)}  # fmt: skip
    assert next(one for one in rows if one["change"] == "changed")["__row_new"] == 2
    back = client.get(f"/api/v1/datasets/{first['dataset']}/diff", params={"with": second["dataset"]}).json()[
        "rows"
    ]
    assert {one["change"] for one in back} == {"changed", "added", "removed"}
    none = client.get(f"/api/v1/datasets/{first['dataset']}/diff")
    assert none.status_code == 422


def test_refused_rows_name_the_cell_and_the_reason(client: TestClient) -> None:
    found = dataset(client, FIRST)
    rows = client.get(
        f"/api/v1/datasets/{found['dataset']}/refused", headers={"accept-language": "en"}
    ).json()["rows"]
    assert [(one["__row"], one["__column"], one["__code"], one["amount"]) for one in rows] == [
        (4, "amount", "A-102", "-3")
    ]
    assert rows[0]["__reason"].startswith("[A-102] a.csv, row 4: column 'amount': -3 is negative")


def test_a_doubt_is_answered_and_the_answer_goes_with_the_next_version(client: TestClient) -> None:
    first = dataset(client, FIRST)
    (doubt,) = client.get("/api/v1/doubts", params={"where": "code=A-102"}).json()["rows"]
    assert (doubt["state"], doubt["dataset"], doubt["facts"]["rows"][0]["amount"]) == (
        "open",
        first["dataset"],
        "-3",
    )
    bare = client.post(f"/api/v1/doubts/{doubt['id']}", json={"state": "accepted"})
    assert (bare.status_code, bare.json()["code"]) == (422, "W-002")
    said = {"state": "explained", "note": "退货", "owner": "zhao", "seen": doubt["changed_at"]}
    answered = client.post(f"/api/v1/doubts/{doubt['id']}", json=said)
    assert answered.status_code == 200, answered.text
    assert (answered.json()["state"], answered.json()["owner"]) == ("explained", "zhao")
    late = client.post(f"/api/v1/doubts/{doubt['id']}", json=said)
    assert (late.status_code, late.json()["code"]) == (409, "W-013")

    second = dataset(client, SECOND.replace("乙厂,2021,汽油,-3,t\n", "") + "乙厂,2021,汽油,-3,t\n")
    (carried,) = client.get(
        f"/api/v1/datasets/{second['dataset']}/doubts", params={"where": "code=A-102"}
    ).json()["rows"]
    assert carried["dataset"] == second["dataset"]
    assert carried["owner"] == "zhao"
    third = dataset(client, SECOND)
    states = client.get(f"/api/v1/datasets/{third['dataset']}/doubts").json()["rows"]
    assert all(one["facts"]["id"] == one["finding"] for one in states)
    assert client.get("/api/v1/doubts").json()["total"] == len(states)
    assert client.post(f"/api/v1/doubts/{doubt['id']}", json={"owner": "nobody"}).status_code == 404
    assert client.post(f"/api/v1/doubts/{doubt['id']}", json={"reason": "xyz"}).status_code == 422


def test_several_doubts_are_answered_together_or_not_at_all(client: TestClient) -> None:
    found = dataset(client, FIRST + "乙厂,去年,汽油,3,t\n")
    doubts = [one["id"] for one in client.get(f"/api/v1/datasets/{found['dataset']}/doubts").json()["rows"]]
    assert len(doubts) == 2
    enter_as = enter(client, "zhao")
    half = client.post(
        "/api/v1/doubts",
        json={"doubts": [*doubts, "none"], "note": "x", "state": "accepted"},
        headers=enter_as,
    )
    assert half.status_code == 404
    assert {one["state"] for one in client.get("/api/v1/doubts").json()["rows"]} == {"open"}
    whole = client.post("/api/v1/doubts", json={"doubts": doubts, "reason": "real"}, headers=enter_as)
    assert [one["state"] for one in whole.json()] == ["accepted", "accepted"]
    words = client.get("/api/v1/doubts/words", headers={"accept-language": "en"}).json()
    assert "closure" in {one["code"] for one in words["reasons"]}


def test_another_place_sees_nothing_and_cannot_take_the_name(client: TestClient) -> None:
    found = dataset(client, FIRST)
    client.headers.update(enter(client, "li"))
    for path in ("", "/rows", "/refused", "/doubts", "/diff", "/versions"):
        assert client.get(f"/api/v1/datasets/{found['dataset']}{path}").status_code == 404, path
    assert client.get(f"/api/v1/catalogue/dataset/{found['dataset']}/lineage").status_code == 404
    for path in ("/doubts", "/catalogue", "/jobs", "/mappings", "/datasets", "/uploads"):
        assert client.get(f"/api/v1{path}").json()["total"] == 0, path
    taken = client.post("/api/v1/datasets", json={"upload": upload(client, "a.csv", FIRST), "name": "企业"})
    assert (taken.status_code, taken.json()["code"]) == (409, "W-012")


def test_tables_leave_in_every_form_and_only_when_changed(client: TestClient) -> None:
    found = dataset(client, FIRST + "=1+1,2021,柴油,5,t\n")
    place = f"/api/v1/datasets/{found['dataset']}/rows"
    frames = {
        "csv": pl.read_csv, "parquet": lambda body: pl.read_parquet(io.BytesIO(body)),
        "arrow": lambda body: pl.read_ipc(io.BytesIO(body)), "xlsx": lambda body: pl.DataFrame(list(openpyxl.load_workbook(io.BytesIO(body)).active.values)[1:], orient="row"),
    }  # fmt: skip
    for form, read in frames.items():
        answer = client.get(place, params={"format": form})
        assert answer.headers["content-disposition"] == f'attachment; filename="rows.{form}"'
        assert read(answer.content).height == 4, form
        again = client.get(place, params={"format": form}, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code in (200, 304) if form == "xlsx" else again.status_code == 304, form
    text = client.get(place, params={"format": "csv"}).content.decode("utf-8-sig")
    assert "\n=1+1" not in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(place, params={"format": "xlsx"}).content))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    page = client.get(place, params={"limit": 3, "sort": "-amount", "where": "amount>=5"})
    assert [one["amount"] for one in page.json()["rows"]] == [8.0, 7.0, 5.0]
    assert page.json()["next"] == 3
    assert "offset=3" in page.headers["link"]
    assert client.get(place, headers={"if-none-match": client.get(place).headers["etag"]}).status_code == 304
    for bad in ({"where": "nothing=1"}, {"where": "amount=x"}, {"sort": "nothing"}, {"where": "amount>nan"}):
        assert client.get(place, params=bad).json()["code"] == "W-002"
    named = client.get("/api/v1/datasets", params={"where": "name~企"}).json()
    assert (named["total"], client.get("/api/v1/datasets", params={"where": "number>1"}).json()["total"]) == (
        1,
        0,
    )
    assert client.get("/api/v1/datasets", params={"where": "name=' or 1=1 --"}).json()["total"] == 0


def test_an_energy_balance_is_read_as_the_options_say(client: TestClient) -> None:
    table = BALANCE
    lacking = client.post(
        "/api/v1/datasets", json={"upload": upload(client, "b.csv", table), "name": "平衡表", "form": "energy-balance", "region": ""}
    )  # fmt: skip
    assert lacking.status_code == 202  # the only area of the viewer is the region
    asked = {"form": "energy-balance", "region": "CN-51", "year": "2021", "electricity": "final"}
    made = dataset(client, table, "四川平衡表", "b.csv", **asked)
    rows = client.get(f"/api/v1/datasets/{made['dataset']}/rows").json()["rows"]
    assert {(one["entity"], one["period"]) for one in rows} == {("四川省", "2021")}
    assert {one["activity"] for one in rows} >= {"combustion"}
    run = {"dataset": made["dataset"], "method": "cn-energy-2011", "name": "平衡表"}
    assert job(client, client.post("/api/v1/runs", json=run))["digest"]


def test_a_template_is_fetched_filled_and_read(client: TestClient, tmp_path: Path) -> None:
    asked = {"entity": "四川省", "year": "2023", "region": "四川省"}
    found = client.get("/api/v1/methods/cn-energy-2011/template", params=asked)
    assert found.status_code == 200, found.text
    form = tmp_path / "form.xlsx"
    form.write_bytes(found.content)
    book = openpyxl.load_workbook(form)
    sheet = next(
        one
        for one in book.worksheets
        if one.sheet_state == "visible" and one.title != book.worksheets[0].title
    )
    amount = next(cell.column for cell in sheet[3] if cell.value == "数量")
    line = next(row for row in range(4, sheet.max_row + 1) if "#" in str(sheet.cell(row, 1).value))
    sheet.cell(line, amount).value = 12
    book.save(form)
    kept = client.post("/api/v1/uploads", files={"file": ("t.xlsx", form.read_bytes())}).json()["id"]
    seen = client.get(f"/api/v1/uploads/{kept}/mapping").json()
    whose = {"entity": "四川省", "period": "2023", "region": "CN-51"}
    assert seen["template"] == {"method": "cn-energy-2011", **whose}
    assert seen["mapping"]["sheets"] == seen["losses"] == []
    made = dataset(client, form.read_bytes(), "模板", "t.xlsx")
    assert client.get(f"/api/v1/datasets/{made['dataset']}/rows").json()["rows"][0]["amount"] == 12
    assert client.get("/api/v1/methods/none/template").status_code == 404
    assert client.get("/api/v1/methods/sichuan-park-2022/template", params={"by": "month"}).status_code == 422


def test_a_table_of_parameters_goes_into_the_rows(client: TestClient) -> None:
    table = upload(client, "p.csv", "品种,参数,数值,单位,来源\n柴油,ncv,43.1,GJ/t,化验\n")
    made = dataset(client, FIRST, parameter_table=table)
    rows = client.get(f"/api/v1/datasets/{made['dataset']}/rows", params={"where": "item=diesel"}).json()[
        "rows"
    ]
    assert rows[0]["parameters"] == "ncv=43.1 GJ/t"
    nodes = client.get(f"/api/v1/catalogue/dataset/{made['dataset']}/lineage").json()
    assert {one["role"] for one in nodes["edges"]} == {"file", "parameters"}


def test_the_catalogue_knows_where_everything_came_from(client: TestClient) -> None:
    made = dataset(client, SICHUAN.read_bytes(), "四川2021")
    asked = {"dataset": made["dataset"], "method": "sichuan-park-2022", "name": "四川2021"}
    run = job(client, client.post("/api/v1/runs", json=asked))["run"]
    rows = client.get("/api/v1/catalogue").json()["rows"]
    assert [(one["kind"], one["used_by"]) for one in rows] == [("run", 0), ("dataset", 1), ("upload", 1)]
    found = client.get(f"/api/v1/catalogue/dataset/{made['dataset']}/lineage").json()
    kinds = {one["node"]: one["kind"] for one in found["nodes"]}
    edges = {(kinds[one["source"]], kinds[one["target"]]) for one in found["edges"]}
    assert {("upload", "dataset"), ("dataset", "run"), ("method", "run")} <= edges
    uploaded = client.get(f"/api/v1/datasets/{made['dataset']}").json()["upload"]
    uses = client.get(f"/api/v1/catalogue/upload/{uploaded}/uses").json()["rows"]
    assert {one["node"] for one in uses} == {f"dataset:{made['dataset']}", f"run:{run}"}


def test_a_pooled_name_in_a_surrogate_or_a_great_number_is_refused_not_broken(client: TestClient) -> None:
    for body in (
        b'{"upload": "\\ud800", "name": "x"}',
        b'{"upload": "x", "name": "\\ud800"}',
        b'{"upload": 1e999}',
        b"[" * 100_000,
    ):
        answer = client.post("/api/v1/datasets", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, answer.text
