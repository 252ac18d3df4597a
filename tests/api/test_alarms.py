"""Alarms: every kind is computed from what is kept, has its limit told, and one definition holds for panel and map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import dataset

from serving import SICHUAN, add, enter, job, server
from tanheng.record.tables import DOUBT, RELEASE

POWER = "entity,region,period,sector,item,activity,amount,unit\n" + "".join(
    f"沈阳市,CN-2101,{year},商业,电力,终端消费,{amount},MWh\n"
    for year, amount in ((2020, 1000), (2021, 1100))
)
KINDS = [
    "intensity_above_path", "total_above_path", "series_jump", "factor_break", "factor_expired", "series_seam", "unrecorded", "release_altered", "open_errors",
]  # fmt: skip


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        add(found, "wang", ["analyst"])
        add(found, "li", ["approver"])
        add(found, "liu", ["analyst"], areas=[("region", "CN-51")])
        yield found


def run(
    client: TestClient,
    head: dict[str, str],
    text: str,
    method: str = "gpc-cn",
    name: str = "示例市",
    region: str = "",
) -> str:
    asked = {"dataset": dataset(client, head, text, name, region=region), "method": method, "name": name}
    return str(job(client, client.post("/api/v1/runs", headers=head, json=asked))["run"])


def ringing(client: TestClient, **params: Any) -> dict[str, dict[str, Any]]:
    rows = client.get("/api/v1/alarms", params=params).json()["rows"]
    return {row["kind"]: row for row in rows}


def test_every_kind_has_a_name_and_a_limit_with_its_source(client: TestClient) -> None:
    enter(client, "wang")
    for lang in ("zh", "en"):
        rows = client.get("/api/v1/alarms/kinds", headers={"accept-language": lang}).json()["rows"]
        assert [row["kind"] for row in rows] == KINDS
        assert all(row["name"] and row["source"] for row in rows)
    assert client.get("/api/v1/alarms").json()["rows"] == []


def test_other_factors_than_the_year_before_break_a_series_until_somebody_explains(
    client: TestClient,
) -> None:
    head = enter(client, "wang")
    made = run(client, head, POWER, region="CN-2101")
    alarm = ringing(client)["factor_break"]
    assert (alarm["run"], alarm["region"], alarm["level"], alarm["limit"]) == (
        made,
        "CN-2101",
        "warning",
        1.0,
    )
    assert "0.910" in alarm["message"]
    assert "0.5876" in alarm["message"]
    assert alarm["address"] == f"/gov/doubts?run={made}"
    (row,) = client.get("/api/v1/inventories/breaks", params={"run": made}).json()["rows"]
    assert row["effect"] == pytest.approx(1100 * (0.5876 - 0.910))
    assert row["share"] == pytest.approx((0.5876 - 0.910) / 0.5876 * 100)
    assert (row["earlier"], row["later"], row["item_name"]) == ("2020", "2021", "电力")
    (doubt,) = client.get("/api/v1/doubts", params={"run": made, "where": "code=Q-045"}).json()["rows"]
    answer = client.post(
        f"/api/v1/doubts/{doubt['id']}", headers=head, json={"state": "explained", "note": "报告中写明"}
    )
    assert answer.status_code == 200, answer.text
    assert "factor_break" not in ringing(client)


def test_yearly_announcements_of_one_series_are_no_break_and_neither_is_a_small_one(
    client: TestClient,
) -> None:
    head = enter(client, "wang")
    yearly = run(client, head, POWER.replace("2020", "2022"), name="同系列", region="CN-2101")
    diesel = "沈阳市,CN-2101,2021,工业,柴油,,9000000,t\n沈阳市,CN-2101,2020,工业,柴油,,9000000,t\n"
    small = run(client, head, POWER + diesel, name="占比小", region="CN-2101")
    for one in (yearly, small):
        assert client.get("/api/v1/inventories/breaks", params={"run": one}).json()["rows"] == []
        assert "factor_break" not in ringing(client, run=one)


def test_a_break_between_the_runs_of_two_years_is_told(client: TestClient) -> None:
    head = enter(client, "wang")
    first, *lines = POWER.splitlines()
    ids = [
        run(client, head, f"{first}\n{line}\n", name=f"沈阳{at}", region="CN-2101")
        for at, line in enumerate(lines)
    ]
    (row,) = client.get("/api/v1/inventories/breaks", params={"run": ids}).json()["rows"]
    assert (row["earlier"], row["later"]) == ("2020", "2021")


def test_years_in_several_runs_are_checked_where_they_meet(client: TestClient) -> None:
    head = enter(client, "wang")
    heads = "entity,region,period,sector,item,amount,unit\n"
    made = [
        run(client, head, f"{heads}沈阳市,CN-2101,{year},工业,柴油,{amount},t\n", name=f"沈阳 {year}", region="CN-2101")
        for year, amount in ((2018, 100), (2019, 110), (2021, 300))
    ]  # fmt: skip
    rows = client.get("/api/v1/inventories/seams", params={"run": made[::-1]}).json()["rows"]
    told = {(row["code"], row["earlier"], row["later"]) for row in rows}
    assert told == {("Q-041", "2019", "2021"), ("Q-040", "2019", "2021")}
    assert len([row for row in rows if row["code"] == "Q-040"]) == 1
    alarm = ringing(client)["series_seam"]
    assert (alarm["run"], alarm["count"], alarm["limit"]) == (made[2], len(rows), 50)
    assert "2020" in alarm["message"]
    assert ringing(client, run=made[0])["series_seam"]["count"] == len(rows)
    assert client.get("/api/v1/inventories/seams", params={"run": made[:2]}).json()["rows"] == []
    assert client.get("/api/v1/inventories/seams", params={"run": made[:1]}).json()["rows"] == []


def test_a_run_that_was_never_put_to_the_checks_says_so(client: TestClient) -> None:
    head = enter(client, "wang")
    made = run(client, head, POWER, region="CN-2101")
    assert "unrecorded" not in ringing(client, run=made)
    platform = client.app.state.platform  # type: ignore[attr-defined]
    with platform.writing() as connection:
        connection.execute(sa.delete(DOUBT).where(DOUBT.c.run == made, DOUBT.c.code == "Q-045"))
    alarm = ringing(client, run=made)["unrecorded"]
    assert (alarm["count"], alarm["level"]) == (1, "warning")
    assert "0.5876 tCO2/MWh" in alarm["message"]
    assert alarm["address"] == f"/gov/inventory/{made}"


def test_the_gpc_of_ones_own_activity_tells_its_jumps(client: TestClient) -> None:
    head = enter(client, "wang")
    heads = "entity,region,period,sector,item,amount,unit\n"
    rows = f"{heads}沈阳市,CN-2101,2020,工业,柴油,100,t\n沈阳市,CN-2101,2021,工业,柴油,300,t\n"
    made = run(client, head, rows, region="CN-2101")
    assert ringing(client, run=made)["series_jump"]["count"] == 1


def test_a_factor_past_its_years_rings_for_the_latest_year_alone(client: TestClient) -> None:
    head = enter(client, "wang")
    made = run(client, head, POWER.replace("2021", "2019").replace("2020", "2018"), region="CN-2101")
    assert "cn_elec_prov_21_2018（2018）" in ringing(client, run=made)["factor_expired"]["message"]
    later = run(client, head, POWER.replace("2020", "2019"), region="CN-2101", name="近年")
    assert "factor_expired" not in ringing(client, run=later)


def test_an_inventory_above_the_path_of_its_targets_rings(client: TestClient) -> None:
    head = enter(client, "wang")
    coal = "entity,region,period,item,amount,unit\n" + "".join(
        f"四川省,CN-51,{year},煤品,{amount},万吨\n"
        for year, amount in ((2019, 5000), (2020, 4900), (2021, 4800))
    )
    made = run(client, head, coal, method="sichuan-park-2022", name="四川", region="CN-51")
    gdp = [
        {"region": "CN-51", "period": str(year), "quantity": "gdp", "value": 50_000, "source": "年鉴"}
        for year in (2019, 2020, 2021)
    ]
    assert client.post("/api/v1/socio-economic", headers=head, json={"rows": gdp}).status_code == 201
    total = {
        row["year"]: row
        for row in client.get("/api/v1/inventories/intensity", params={"run": made}).json()["rows"]
    }
    now, before = total["2021"]["per_gdp"], total["2019"]["per_gdp"]
    assert total["2021"]["emission"] == pytest.approx(4800e4 * 1.9812)
    assert ringing(client) == {}
    target = {"region": "CN-51", "period": "2023", "source": "规划"}
    head = enter(client, "li")
    client.post("/api/v1/targets", headers=head, json={**target, "value": before * 0.8})
    alarm = ringing(client, run=made)["intensity_above_path"]
    assert (alarm["level"], alarm["synthetic"]) == ("error", False)
    assert alarm["address"] == "/gov/data/socio-economic?region=CN-51&entity="
    path = client.get("/api/v1/inventories/intensity", params={"run": made}).json()["rows"][-1][
        "intensity_path"
    ]
    assert path == pytest.approx(before * 0.9)
    assert f"{(now / path - 1) * 100:.2f}".rstrip("0").rstrip(".") + "%" in alarm["message"]
    client.post("/api/v1/targets", headers=head, json={**target, "value": before})
    assert "intensity_above_path" not in ringing(client)
    client.post("/api/v1/targets", headers=head, json={**target, "quantity": "emission_target", "value": 1e6})
    assert ringing(client)["total_above_path"]["run"] == made


def test_a_path_begins_in_the_base_year_though_another_run_holds_it(client: TestClient) -> None:
    head = enter(client, "wang")
    made = [
        run(client, head, f"entity,region,period,item,amount,unit\n四川省,CN-51,{year},煤品,{amount},万吨\n",
            method="sichuan-park-2022", name=f"四川 {year}", region="CN-51")
        for year, amount in ((2018, 4000), (2019, 5000), (2021, 4950))
    ]  # fmt: skip
    assert client.get(f"/api/v1/runs/{made[2]}").json()["series"] == [made[2], made[1], made[0]]
    target = {
        "region": "CN-51",
        "period": "2023",
        "quantity": "emission_target",
        "unit": "万吨",
        "source": "规划",
    }
    head = enter(client, "li")
    value = 4800 * 1.9812
    asked = {**target, "value": value, "base_year": "2019"}
    assert client.post("/api/v1/targets", headers=head, json=asked).status_code == 201
    alarm = ringing(client)["total_above_path"]
    assert (alarm["run"], alarm["count"], alarm["synthetic"]) == (made[2], 1, False)
    rows = client.get("/api/v1/inventories/intensity", params={"run": made}).json()["rows"]
    paths = {row["year"]: row["emission_path"] for row in rows}
    assert paths["2018"] is None
    assert paths["2021"] == pytest.approx(4900e4 * 1.9812)
    assert "total_above_path" not in ringing(client, run=made[0])


def test_intensities_of_synthetic_data_say_so(client: TestClient) -> None:
    head = enter(client, "wang")
    coal = "entity,region,period,item,amount,unit\n四川省,CN-51,2021,煤品,1,万吨\n"
    made = run(client, head, coal, method="sichuan-park-2022", name="四川", region="CN-51")
    gdp = {"region": "CN-51", "period": "2021", "quantity": "gdp", "value": 1, "source": "甲"}
    for synthetic in (False, True):
        rows = [{**gdp, "synthetic": synthetic}]
        client.post("/api/v1/socio-economic", headers=head, json={"rows": rows})
        told = client.get("/api/v1/inventories/intensity", params={"run": made})
        assert told.json().get("synthetic", False) is synthetic
        assert told.json()["rows"][0]["synthetic_data"] is synthetic
    csv = client.get("/api/v1/inventories/intensity", params={"run": made, "format": "csv"}).text
    assert "合成" in csv.splitlines()[1]
    target = {"region": "CN-51", "period": "2021", "value": 0.01, "source": "规划", "synthetic": True}
    client.post("/api/v1/targets", headers=enter(client, "li"), json=target)
    assert ringing(client)["intensity_above_path"]["synthetic"] is True


def test_jumps_and_errors_ring_with_the_place_where_they_are_answered(client: TestClient) -> None:
    head = enter(client, "wang")
    name = dataset(
        client,
        head,
        "entity,period,item,amount,unit\n甲,2021,煤炭,abc,t\n甲,2020,煤炭,1,t\n",
        "有错",
        region="CN-5101",
    )
    alarm = ringing(client)["open_errors"]
    assert (alarm["dataset"], alarm["region"], alarm["what"]) == (name, "CN-5101", "有错")
    assert alarm["address"] == f"/gov/doubts?dataset={name}"
    jumping = "entity,period,item,amount,unit\n甲,2020,煤炭,1,t\n甲,2021,煤炭,900,t\n"
    made = run(client, head, jumping, method="cn-energy-2011", name="突变", region="CN-51")
    assert ringing(client, run=made)["series_jump"]["count"] == 1
    enter(client, "liu")
    rows = client.get("/api/v1/alarms").json()["rows"]
    assert {row["region"] for row in rows} == {"CN-51", "CN-5101"}
    pins = {row["region"]: row for row in client.get("/api/v1/maps/alarms").json()["rows"]}
    for region, pin in pins.items():
        here = [row["level"] for row in rows if row["region"] == region]
        assert (pin["alarms"], pin["errors"], pin["warnings"]) == (
            len(here),
            here.count("error"),
            here.count("warning"),
        )


def test_doubts_and_alarms_of_other_inventories_are_left_out_where_one_is_asked_for(
    client: TestClient,
) -> None:
    head = enter(client, "wang")
    one_ = run(client, head, POWER, region="CN-2101")
    other = run(client, head, POWER, name="另一份", region="CN-2101")
    assert len(client.get("/api/v1/alarms").json()["rows"]) == 2
    assert {row["run"] for row in client.get("/api/v1/alarms", params={"run": other}).json()["rows"]} == {
        other
    }
    doubts = client.get("/api/v1/doubts", params={"run": one_}).json()["rows"]
    assert {row["run"] for row in doubts} == {one_}
    enter(client, "liu")
    assert client.get("/api/v1/alarms", params={"run": one_}).status_code == 404
    assert ringing(client) == {}


def test_a_release_that_was_changed_rings_after_it_was_verified(client: TestClient) -> None:
    head = enter(client, "wang")
    made = run(
        client,
        head,
        SICHUAN.read_text(encoding="utf-8-sig"),
        method="sichuan-park-2022",
        name="四川",
        region="CN-51",
    )
    name = client.post(
        "/api/v1/releases", headers=head, json={"run": made, "name": "四川", "why": "年报"}
    ).json()["id"]
    head = enter(client, "li")
    job(client, client.post(f"/api/v1/releases/{name}/approve", headers=head, json={}))
    assert job(client, client.post(f"/api/v1/releases/{name}/verify", headers=head))["ok"]
    assert "release_altered" not in ringing(client)
    platform = client.app.state.platform
    with platform.reading() as connection:
        manifest = connection.execute(sa.select(RELEASE.c.manifest)).scalar_one()
    result = platform.store.entry(platform.store.entry(manifest).parents["result"])
    file = platform.store.objects.path(next(iter(result.parts.values())))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b" ")
    assert not job(client, client.post(f"/api/v1/releases/{name}/verify", headers=head))["ok"]
    alarm = ringing(client)["release_altered"]
    assert (alarm["address"], alarm["what"]) == (f"/gov/releases/{name}", "四川 #1")
    assert result.parts.keys() & set(alarm["message"].split())


def test_a_path_that_begins_at_nothing_has_no_share_and_breaks_nothing(client: TestClient) -> None:
    head = enter(client, "wang")
    run(client, head, POWER.replace("1000", "0").replace("1100", "0"), region="CN-2101")
    data = {"region": "CN-2101", "period": "2021", "quantity": "gdp", "value": 5, "source": "x"}
    client.post("/api/v1/socio-economic", headers=head, json={"rows": [data]})
    head = enter(client, "li")
    for quantity in ("emission_target", "intensity_target"):
        asked = {**data, "period": "2025", "quantity": quantity}
        assert client.post("/api/v1/targets", headers=head, json=asked).status_code == 201
    assert client.get("/api/v1/alarms").status_code == 200
    assert "total_above_path" not in ringing(client)


def test_some_months_over_the_gdp_of_a_year_are_no_intensity(client: TestClient) -> None:
    head = enter(client, "wang")
    half = POWER.replace(",2021,", ",2021-01,")
    made = run(client, head, half, region="CN-2101")
    rows = client.get("/api/v1/inventories/intensity", params={"run": made}).json()["rows"]
    assert [row["year"] for row in rows] == ["2020"]


def test_runs_of_two_places_are_no_series_and_a_year_counts_once(client: TestClient) -> None:
    head = enter(client, "wang")
    here, there = (run(client, head, POWER, name=place, region=place) for place in ("CN-2101", "CN-2102"))
    again = run(client, head, POWER, name="again", region="CN-2101")
    for path in ("intensity", "breaks"):
        mixed = client.get(f"/api/v1/inventories/{path}", params={"run": [here, there]})
        assert (mixed.status_code, mixed.json()["code"]) == (422, "W-002")
        once, twice = (
            client.get(f"/api/v1/inventories/{path}", params={"run": runs}).json()["rows"]
            for runs in ([here], [here, again])
        )
        assert once
        assert twice == once
