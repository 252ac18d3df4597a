"""What a person reads is words: of units, parameters, places and causes, and cells as a spreadsheet names them."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from holding import run, upload

from serving import add, enter, job
from tanheng.access import all_permissions
from tanheng.access.roles import permission_words

HEAD = "entity,period,region,sector,item,amount,unit\n"
OLD = (
    HEAD
    + "甲市,2020,福建省,工业,柴油,7,t\n甲市,2021,福建省,工业,柴油,10,t\n甲市,2021,福建省,商业,电力,30,MWh\n甲市,2021,福建省,工业,汽油,2,t\n"
)
NEW = OLD.replace("柴油,10", "柴油,11").replace("电力,30", "电力,300")


def proof(client: TestClient, name: str, lang: str = "zh", **cell: str) -> Any:
    asked = {"cell": [f"{key}={value}" for key, value in cell.items()]}
    answer = client.get(f"/api/v1/runs/{name}/proof", params=asked, headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return answer.json()


def workbook(rows: list[list[Any]], sheet: str = "能源", left: int = 0, top: int = 0) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        page = book.add_worksheet(sheet)
        for line, row in enumerate(rows, top):
            page.write_row(line, left, row)
    return held.getvalue()


def test_a_step_speaks_the_language_of_the_request(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head, OLD)
    (step, *_) = proof(client, name, item="diesel", gas="CO2", period="2021")["steps"]
    said = {one["name"]: (one["said"], one["unit_said"]) for one in step["inputs"]}
    assert said["ncv"] == ("低位发热量", "GJ/t")
    assert said["oxidation"][1] == "比例"
    assert (step["names"]["region"], step["names"]["item"], step["gas_said"]) == ("福建省", "柴油", "CO₂")
    assert "低位发热量" in step["formula_said"]
    (step, *_) = proof(client, name, "en", item="diesel", gas="CO2", period="2021")["steps"]
    assert step["names"]["region"] == "Fujian"
    assert "net calorific value" in step["formula_said"]
    assert all(one["cited"] for one in step["inputs"] if one["factor"])


def test_a_row_names_its_cell_as_the_spreadsheet_does(client: TestClient, head: dict[str, str]) -> None:
    rows = [["entity", "period", "region", "sector", "item", "unit", "amount"], ["甲市", "2021", "福建省", "工业", "柴油", "t", 10]]  # fmt: skip
    asked = {"upload": upload(client, head, workbook(rows, left=1, top=3), "能源.xlsx"), "name": "工作簿"}
    held = job(client, client.post("/api/v1/datasets", headers=head, json=asked))["dataset"]
    made = job(
        client,
        client.post(
            "/api/v1/runs", headers=head, json={"dataset": held, "method": "gpc-cn", "name": "工作簿"}
        ),
    )
    (row,) = proof(client, made["run"], item="diesel", gas="CO2")["steps"][0]["rows"]
    assert (row["file"], row["cell"], row["heading"]) == ("能源.xlsx", "能源!H5", "amount")


def test_differences_come_largest_first_and_alone_where_asked(
    client: TestClient, head: dict[str, str]
) -> None:
    old, new = run(client, head, OLD, name="旧"), run(client, head, NEW, name="新")
    ask = {"old": old, "new": new, "limit": 1000}
    rows = client.get("/api/v1/comparisons", params={**ask, "changed": True}).json()["rows"]
    sizes = [abs(row["difference"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] > 0
    assert (rows[0]["item_name"], rows[0]["sector_name"], rows[0]["gas_name"], rows[0]["cause"]) == ("电力", "商业", "二氧化碳", "activity")  # fmt: skip
    assert rows[0]["cause_name"] == "活动"
    whole = client.get("/api/v1/comparisons", params=ask).json()["rows"]
    assert whole[: len(rows)] == rows
    assert {row["cause"] for row in whole[len(rows) :]} == {""}
    assert sum(row["difference"] for row in whole) == pytest.approx(sum(row["difference"] for row in rows))


def test_one_year_is_compared_with_the_same_year(client: TestClient, head: dict[str, str]) -> None:
    old, new = run(client, head, OLD, name="旧年"), run(client, head, NEW, name="新年")
    ask = {"old": old, "new": new, "limit": 1000, "period": "2021"}
    rows = client.get("/api/v1/comparisons", params=ask).json()["rows"]
    assert {row["period"] for row in rows} == {"2021"}
    steps = client.get("/api/v1/comparisons/waterfall", params=ask).json()["rows"]
    assert steps[0]["emission"] == pytest.approx(sum(row["old"] for row in rows))
    assert steps[-1]["emission"] == pytest.approx(sum(row["new"] for row in rows))


def test_units_and_parameters_have_names_in_both_languages(client: TestClient, head: dict[str, str]) -> None:
    words = client.get("/api/v1/words").json()
    assert words["units"]["fraction"] == {"zh": "比例", "en": "fraction"}
    assert words["units"]["percent"]["zh"] == "%"
    assert words["parameters"]["ncv"] == {"zh": "低位发热量", "en": "Net calorific value"}
    assert all(both["zh"] != name for name, both in words["parameters"].items()), (
        "a parameter without a Chinese name"
    )


def test_a_request_that_does_not_fit_is_told_whole_in_each_language(
    client: TestClient, head: dict[str, str]
) -> None:
    for lang in ("zh", "en"):
        told = client.post(
            "/api/v1/runs", headers={**head, "accept-language": lang}, json={"name": "甲"}
        ).json()
        assert (told["status"], told["code"]) == (422, "W-002")
        assert "method: 必须填写" in told["message"]["zh"]
        assert "method: is needed" in told["message"]["en"]
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in told["message"]["en"])
        assert told["detail"] == told["message"][lang]


def test_a_refusal_names_the_permission_in_words(client: TestClient) -> None:
    assert set(permission_words()) == {*all_permissions(), "setup"}
    add(client, "li", ["reviewer"])
    head = enter(client, "li")
    for lang, said in (("zh", "“审批发布”权限"), ("en", "permission 'Approve releases'")):
        answer = client.post("/api/v1/releases/x/approve", headers={**head, "accept-language": lang}, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "P-003")
        assert said in answer.json()["detail"]
        assert "release.approve" not in answer.json()["detail"]
    assert client.get("/api/v1/words").json()["permissions"]["data.read"] == {
        "zh": "查看数据",
        "en": "Read data",
    }


def test_several_regions_are_named_at_once(client: TestClient, head: dict[str, str]) -> None:
    found = client.get("/api/v1/regions", params={"code": ["CN-5101", "CN-51", "nowhere"]}).json()["rows"]
    assert {row["code"]: row["name_zh"] for row in found} == {"CN-51": "四川省", "CN-5101": "成都市"}
