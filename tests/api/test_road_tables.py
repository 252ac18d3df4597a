"""Analyses of tables over the API: a set without a road, columns that are not there, money at current prices."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from a_road import add_road, analysed
from serving import enter, job

PEOPLE = {"wang": ["analyst"]}
TABLE = "城市,年份,排放,人口,产值_不变价,gdp_nominal\n" + "".join(
    f"{city},{2010 + step},{(9 + at) * 1.03**step:.4f},{30 + at},{(15 + at) * 1.06**step:.4f},{20 * 1.09**step:.4f}\n"
    for at, city in enumerate("甲乙丙")
    for step in range(10)
)
STIRPAT = {"file": "城市.csv", "impact": "排放", "factors": "产值_不变价", "period": "年份"}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def tables(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, {"城市.csv": TABLE.encode()}, name="城市表", region="CN-51")


def failed(client: TestClient, head: dict[str, str], road: str, kind: str, **options: Any) -> dict[str, Any]:
    asked = client.post(
        f"/api/v1/roads/{road}/analyses", headers=head, json={"kind": kind, "options": options}
    )
    return dict(job(client, asked, "failed")["error"])


def test_a_table_is_analysed_and_read_in_both_languages(
    client: TestClient, head: dict[str, str], tables: str
) -> None:
    made = analysed(client, head, tables, "stirpat", **STIRPAT)
    for lang, word in (("zh", "弹性（岭）"), ("en", "Elasticity (ridge)")):
        found = client.get(f"/api/v1/road-analyses/{made}", headers={"accept-language": lang}).json()[
            "document"
        ]
        assert word in {column["title"] for column in found["sheets"][0]["columns"]}
        assert found["charts"][0]["kind"] == "bars"
    sheet = client.get(f"/api/v1/road-analyses/{made}/sheets/coefficients").json()
    assert [row["factor"] for row in sheet["rows"]] == ["产值_不变价"]


def test_what_cannot_be_is_told_by_the_job(client: TestClient, head: dict[str, str], tables: str) -> None:
    lacking = failed(client, head, tables, "stirpat", **(STIRPAT | {"impact": "碳排放"}))
    assert lacking["code"] == "A-002"
    assert "产值_不变价" in lacking["message"]["en"]
    money = failed(client, head, tables, "stirpat", **(STIRPAT | {"factors": "gdp_nominal"}))
    assert money["code"] == "D-003"
    assert "--" not in money["message"]["zh"]


def test_a_set_of_tables_has_no_road_to_forecast(
    client: TestClient, head: dict[str, str], tables: str
) -> None:
    asked = {"kind": "forecast", "options": {}}
    answer = client.post(f"/api/v1/roads/{tables}/analyses", headers=head, json=asked)
    assert answer.status_code in (409, 422), answer.text
    needed = client.post(
        f"/api/v1/roads/{tables}/analyses", headers=head, json={"kind": "stirpat", "options": {}}
    )
    assert needed.status_code == 422
    assert needed.json()["code"] == "W-071"
