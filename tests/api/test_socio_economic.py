"""GDP, population and targets: who may write them, that the newest counts, and that the audit chain holds them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl

from serving import add, enter, server

GDP = {"region": "四川省", "period": "2019", "quantity": "gdp", "value": 46_615.82, "source": "中国统计年鉴"}


def test_the_newest_row_counts_and_only_of_places_that_one_may_see(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        add(client, "liu", ["analyst"], areas=[("region", "CN-21")])
        head = enter(client, "wang")
        for value in (1.0, 46_615.82):
            answer = client.post(
                "/api/v1/socio-economic", headers=head, json={"rows": [{**GDP, "value": value}]}
            )
            assert answer.status_code == 201, answer.text
        (row,) = client.get("/api/v1/socio-economic").json()["rows"]
        assert (row["region"], row["value"], row["made_by"]) == ("CN-51", 46_615.82, "wang")
        refused = client.post("/api/v1/socio-economic", headers=head, json={"rows": [{**GDP, "value": -1}]})
        assert refused.status_code == 422
        other = enter(client, "liu")
        assert client.get("/api/v1/socio-economic").json()["rows"] == []
        outside = client.post("/api/v1/socio-economic", headers=other, json={"rows": [GDP]})
        assert outside.status_code == 403


def test_a_target_is_set_by_an_approver_with_its_document_and_told_in_the_chain(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        add(client, "li", ["approver"])
        add(client, "zhou", ["audit_admin"])
        asked = {"region": "CN-51", "period": "2025", "value": 0.6, "source": "川府发〔2022〕18号"}
        assert client.post("/api/v1/targets", headers=enter(client, "wang"), json=asked).status_code == 403
        head = enter(client, "li")
        assert client.post("/api/v1/targets", headers=head, json={**asked, "source": " "}).status_code == 422
        assert client.post("/api/v1/targets", headers=head, json=asked).status_code == 201
        (row,) = client.get("/api/v1/socio-economic?where=quantity=intensity_target").json()["rows"]
        assert (row["value"], row["source"]) == (0.6, "川府发〔2022〕18号")
        enter(client, "zhou")
        (told,) = client.get("/api/v1/audit?where=action=target.set").json()["rows"]
        assert told["login"] == "li"
        assert "18号" in str(told["detail"])
        assert client.get("/api/v1/audit/verification").json()["ok"]


def test_a_target_of_the_total_has_its_own_unit_base_year_and_clause(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "li", ["approver"])
        head = enter(client, "li")
        asked = {
            "region": "四川省", "period": "2030", "quantity": "emission_target", "value": 3.2, "unit": "亿吨",
            "base_year": "2020", "source": "碳达峰实施方案", "clause": "二（一）",
        }  # fmt: skip
        assert client.post("/api/v1/targets", headers=head, json=asked).status_code == 201
        (row,) = client.get("/api/v1/socio-economic").json()["rows"]
        assert (row["quantity"], row["value"]) == ("emission_target", 320_000_000)
        assert (row["base_year"], row["clause"], row["synthetic"]) == ("2020", "二（一）", False)
        for wrong in ({"unit": "亿元"}, {"base_year": "2030"}, {"base_year": "20"}):
            refused = client.post("/api/v1/targets", headers=head, json={**asked, **wrong})
            assert refused.status_code == 422, wrong
        assert client.get("/api/v1/socio-economic").json()["total"] == 1


def test_what_is_synthetic_says_so_row_by_row_or_for_a_whole_file(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        table = "地区,年份,指标,数值,计量单位,出处,合成\n四川省,2019,GDP,1,亿元,甲,是\n四川省,2020,GDP,1,亿元,甲,\n"
        assert sent(client, head, table.encode(), "a.csv").json() == {"rows": 2}
        rows = client.get("/api/v1/socio-economic").json()["rows"]
        assert [row["synthetic"] for row in rows] == [True, False]
        assert sent(client, head, table.encode(), "a.csv", synthetic=True).json() == {"rows": 2}
        assert all(row["synthetic"] for row in client.get("/api/v1/socio-economic").json()["rows"])
        wrong = sent(client, head, table.replace("是", "也许").encode(), "a.csv").json()
        assert [(one["row"], one["column"]) for one in wrong["rows"]] == [(2, "G 合成")]


def sent(client: Any, head: dict[str, str], content: bytes, name: str, **more: Any) -> Any:
    upload = client.post("/api/v1/uploads", headers=head, files={"file": (name, content)}).json()["id"]
    return client.post("/api/v1/socio-economic/table", headers=head, json={"upload": upload, **more})


def test_the_template_that_is_downloaded_is_taken_back_by_who_may_approve(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        add(client, "both", ["analyst", "approver"])
        for lang, form in (("zh", "xlsx"), ("en", "xlsx"), ("zh", "csv"), ("en", "csv")):
            head = {**enter(client, "both"), "accept-language": lang}
            made = client.get(f"/api/v1/socio-economic/template?form={form}", headers=head)
            assert made.status_code == 200
            answer = sent(client, head, made.content, f"t.{form}")
            assert answer.status_code == 201, answer.text
        rows = {row["quantity"]: row["value"] for row in client.get("/api/v1/socio-economic").json()["rows"]}
        assert (rows["gdp"], rows["population"], rows["intensity_target"]) == (46615.82, 8375, 0.6)
        refused = sent(client, enter(client, "wang"), made.content, "t.csv")
        assert refused.status_code == 403


def targets(client: Any, head: dict[str, str], content: bytes, name: str, **more: str) -> Any:
    return client.post("/api/v1/targets/table", headers=head, files={"file": (name, content)}, data=more)


def test_who_approves_sets_the_targets_of_a_table_and_nothing_else(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        add(client, "chen", ["approver"])
        head = enter(client, "chen")
        for lang, form in (("zh", "xlsx"), ("en", "csv")):
            own = {**head, "accept-language": lang}
            made = client.get(f"/api/v1/socio-economic/template?form={form}&of=targets", headers=own)
            assert targets(client, own, made.content, f"t.{form}").json() == {"rows": 2}
        table = "地区,年份,指标,数值,计量单位,出处,基准年,条款\n四川省,2030,排放总量目标,3.2,亿吨,方案,2020,二（一）\n"
        assert targets(client, head, table.encode(), "目标.csv", synthetic="yes").status_code == 201
        rows = client.get("/api/v1/socio-economic", params={"where": "period=2030"}).json()["rows"]
        (row,) = rows
        assert (row["value"], row["base_year"], row["clause"], row["synthetic"]) == (
            320_000_000,
            "2020",
            "二（一）",
            True,
        )
        wrong = table + "四川省,2020,GDP,1,亿元,甲,,\n四川省,2035,排放总量目标,-1,亿吨,方案,2040,\n"
        for lang, file in (("zh", "“坏.csv”"), ("en", "'坏.csv'")):
            told = targets(client, {**head, "accept-language": lang}, wrong.encode(), "坏.csv").json()
            assert (told["status"], told["code"], file in told["detail"]) == (422, "W-022", True)
            assert [(one["row"], one["column"]) for one in told["rows"]] == [
                (3, "C 指标"),
                (4, "G 基准年"),
                (4, "D 数值"),
            ]
        assert "total emissions target" in str(told["rows"]).lower() or "emission_target" in str(told["rows"])
        assert targets(client, head, table.encode(), "t.csv", synthetic="maybe").status_code == 422
        assert client.get("/api/v1/socio-economic", params={"where": "period=2030"}).json()["total"] == 1
        assert targets(client, enter(client, "wang"), table.encode(), "t.csv").status_code == 403
        assert not list(tmp_path.glob(".upload-*"))


def test_values_are_brought_to_the_unit_of_their_quantity(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        table = "地区,年份,指标,数值,计量单位,出处\n四川省,2019年,GDP,466158200,万元,年鉴\n四川省,2019,常住人口,83750000,人,年鉴\n"
        assert sent(client, head, table.encode("gbk"), "a.csv").json() == {"rows": 2}
        rows = {row["quantity"]: row["value"] for row in client.get("/api/v1/socio-economic").json()["rows"]}
        assert rows == {"gdp": 46615.82, "population": 8375.0}


def test_each_fault_is_told_by_row_and_column_and_nothing_is_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    sheet.append(["2019 年"])
    sheet.append(["地区", "年份", "指标", "数值", "计量单位", "出处"])
    for row in (
        ["四川省", 2019, "gdp", 46615.82, "亿元", "年鉴"],
        ["四川省", 2019, "gdp", 46615.82, "亿元", "年鉴"],
        ["某地", 19, "产值", "多", "亿元", ""],
        ["四川省", 2020, "gdp", 1, "亿美元", "年鉴"],
    ):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        answer = sent(client, head, kept.getvalue(), "a.xlsx").json()
        assert (answer["status"], answer["code"]) == (422, "W-022")
        assert "工作表“数据”第 4 行" in answer["detail"]
        assert [(one["row"], one["column"]) for one in answer["rows"]] == [
            (4, "C 指标"), (5, "A 地区"), (5, "B 年份"), (5, "C 指标"), (5, "D 数值"),
        ]  # fmt: skip
        assert client.get("/api/v1/socio-economic").json()["rows"] == []
        lacking = sent(client, head, b"a,b\n1,2\n", "b.csv").json()
        assert lacking["code"] == "A-001"
        assert "计量单位" in lacking["detail"]
