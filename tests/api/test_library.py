"""The library over the API: factors with their documents and chain, methods with their clauses, codes and places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving import add, enter, server
from tanheng.factors import load_factors
from tanheng.inventory import method_files


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with server(tmp_path_factory.mktemp("library")) as found:
        add(found, "wang", ["analyst"])
        enter(found, "wang")
        yield found


def get(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_search_marks_what_nobody_has_seen(client: TestClient) -> None:
    found = get(client, "factors", q="原煤", region="CN-51", year=2021)
    assert found["rows"][0]["item"] == "raw_coal"
    unseen = get(client, "factors", where="unverified=true", limit=5)
    assert 0 < unseen["total"] < len(load_factors())
    assert {row["check"] for row in unseen["rows"]} == {"recalled"}


def test_a_factor_leads_to_its_document_and_back(client: TestClient) -> None:
    row = get(client, "factors/cn_51_pilot_coal")
    document = client.get(row["document_address"]).json()
    assert "cn_51_pilot_coal" in {one["id"] for one in document["factors"]}
    guideline = client.get(get(client, "methods/cn-provincial-2011")["document_address"]).json()
    assert "cn-provincial-2011" in {one["id"] for one in guideline["methods"]}
    assert guideline["factors"]
    assert guideline["licence"]
    assert client.get("/api/v1/factors/no_such").status_code == 404
    assert client.get("/api/v1/documents/doc-0").status_code == 404


def test_the_answer_tells_the_chain_that_was_tried(client: TestClient) -> None:
    found = get(client, "factors/answer", item="electricity", region="四川省", date="2019-06-30")
    assert (found["carried_from"], found["unverified"]) == (2018, True)
    assert found["tried"][0]["region"] == "CN-51"


def test_factors_stand_beside_one_another(client: TestClient) -> None:
    ids = [row["id"] for row in get(client, "factors", q="电力", region="CN-51")["rows"][:2]]
    rows = {row["field"]: row for row in get(client, "factors/compare", factor=ids, limit=100)["rows"]}
    assert [rows["id"][name] for name in ids] == ids
    assert rows["item"]["same"] is True
    assert rows["id"]["same"] is False


def test_releases_of_the_library_are_compared(client: TestClient) -> None:
    newest = get(client, "factor-releases")["rows"][-1]
    assert newest["rows"] == len(load_factors())
    assert get(client, "factor-releases/diff", old=newest["name"], new=newest["name"])["total"] == 0
    assert (
        client.get("/api/v1/factor-releases/diff", params={"old": "/etc", "new": newest["name"]}).status_code
        == 404
    )


def test_every_document_is_listed_once(client: TestClient) -> None:
    rows = get(client, "documents", limit=1000)["rows"]
    assert len({row["id"] for row in rows}) == len(rows)
    assert sum(row["factors"] for row in rows) == len(load_factors())


def test_gwp_sets_name_their_factors(client: TestClient) -> None:
    rows = get(client, "gwp-sets", where=["set=AR5", "horizon=100"], limit=200)["rows"]
    methane = next(row for row in rows if row["gas"] == "CH4_fossil")
    assert methane["value"] == load_factors().gwp("AR5").value("CH4_fossil")
    assert get(client, f"factors/{methane['factor']}")["gas"] == "CH4"


@pytest.mark.parametrize("name", method_files())
def test_a_method_shows_rules_clauses_and_document(client: TestClient, name: str) -> None:
    found = get(client, f"methods/{name}")
    assert found["rules"]
    assert all(rule["clause"] and rule["formula"] for rule in found["rules"])
    assert client.get(found["document_address"]).status_code == 200
    assert get(client, f"methods/{name}/rules", limit=1000)["total"] == len(found["rules"])


def test_methods_are_named_in_the_language_of_the_request(client: TestClient) -> None:
    assert get(client, "methods", limit=100)["total"] == len(method_files())
    english = client.get("/api/v1/methods", headers={"accept-language": "en"}).json()["rows"]
    assert all(row["title"] == row["title_en"] for row in english)
    assert client.get("/api/v1/methods/..%2Fx").status_code == 404


def test_code_lists_are_searched_and_opened(client: TestClient) -> None:
    assert "ipcc2006" in {row["name"] for row in get(client, "codes", limit=100)["rows"]}
    assert [row["code"] for row in get(client, "codes/ipcc2006", under="1.A.4")["rows"]] == [
        "1.A.4.a",
        "1.A.4.b",
        "1.A.4.c",
    ]
    found = get(client, "codes/sectors", q="钢铁")["rows"]
    assert (found[0]["code"], found[0]["has_children"]) == ("steel", True)
    assert client.get("/api/v1/codes/nothing").status_code == 404


def test_regions_are_found_with_what_lies_below_and_above(client: TestClient) -> None:
    assert get(client, "regions", q="成都")["rows"][0]["code"] == "CN-5101"
    found = get(client, "regions/四川省", on=2021)
    assert len(found["children"]) == 21
    assert "CN-GRID-SOUTHWEST" in [step["code"] for step in found["chain"]]
    assert get(client, "regions", under="CN-51", level="city")["total"] == 21
    assert client.get("/api/v1/regions/nowhere").status_code == 422


def test_the_library_needs_a_permission(client: TestClient) -> None:
    add(client, "audit", ["audit_admin"])
    enter(client, "audit")
    for path in ("factors", "methods", "documents", "gwp-sets", "factor-releases"):
        assert client.get(f"/api/v1/{path}").json()["code"] == "P-003"
    enter(client, "wang")
