"""GDP, population and targets: who may write them, that the newest counts, and that the audit chain holds them."""

from __future__ import annotations

from pathlib import Path

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
