"""The explorer: every table is the inventory's own, by any dimension, with names, ± and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import GPC, run

import tanheng as th
from serving import add, enter, job, server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str], str]]:
    with server(tmp_path_factory.mktemp("explorer")) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        yield client, head, run(client, head)


@pytest.fixture(scope="module")
def inventory() -> th.Inventory:
    rows = [line.split(",") for line in GPC.splitlines()]
    return th.account({name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}, "gpc-cn")


def get(made: tuple[TestClient, dict[str, str], str], path: str, lang: str = "zh", **params: Any) -> Any:
    client, _, name = made
    answer = client.get(f"/api/v1/runs/{name}/{path}", params=params, headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("gwp", ["", "AR4", "AR6"])
@pytest.mark.parametrize(
    "by", [["gpc"], ["sector", "item"], ["gas"], ["scope", "period"], ["iso14064_categories"], []]
)
def test_a_table_is_that_of_the_inventory(
    made: Any, inventory: th.Inventory, by: list[str], gwp: str
) -> None:
    found = get(made, "table", by=by, gwp=gwp)
    held = inventory.with_gwp(gwp) if gwp else inventory
    counted = [row for row in found["rows"] if row["emission"] is not None]
    assert [{name: row[name] for name in (*by, "emission", "share")} for row in counted] == [
        {name: row[name] for name in (*by, "emission", "share")} for row in held.by(*by).to_dicts()
    ]
    assert found["gwp"] == (gwp or inventory.gwp_name)
    assert found["digest"] == inventory.digest


def test_a_cell_narrows_and_columns_may_be_named_in_chinese(made: Any, inventory: th.Inventory) -> None:
    rows = get(made, "table", by=["品种"], cell=["period=2021", "部门=商业"])["rows"]
    assert [(row["item"], row["item_name"]) for row in rows] == [("electricity", "电力")]
    assert rows[0]["emission"] == pytest.approx(inventory.select({"sector": "商业"})["emission"].sum())
    assert (
        get(made, "table", "en", by=["item"], cell=["sector=商业"])["rows"][0]["item_name"] == "Electricity"
    )


def test_what_has_no_coefficient_is_shown_without_a_number(made: Any) -> None:
    client, head, _ = made
    text = "entity,period,region,sector,item,amount,unit\n示例市,2021,福建省,工业,柴油,1,t\n示例市,2021,福建省,工业,氢气,5,t\n"
    other = (client, head, run(client, head, text, name="缺"))
    rows = {row["item"]: row for row in get(other, "table", by=["item"])["rows"]}
    assert rows["hydrogen"]["emission"] is None
    assert (rows["hydrogen"]["unmatched"], rows["diesel"]["unmatched"]) == (1, 0)
    assert get(other, "unmatched")["rows"][0]["item"] == "hydrogen"


def test_keys_and_uncertainty_stand_beside_the_numbers(made: Any, inventory: th.Inventory) -> None:
    rows = get(made, "table", by=["gpc"], notation=True, uncertainty=True)["rows"]
    keys = {row["gpc"]: row["notation"] for row in rows if row["notation"]}
    assert keys["II.1.3"] == "NE"
    assert all(row["emission"] is None for row in rows if row["notation"])
    assert {"uncertainty", "known_share"} <= rows[0].keys()


def test_a_measured_uncertainty_is_told(made: Any) -> None:
    client, head, _ = made
    text = "entity,period,region,item,amount,unit,uncertainty\n四川省,2021,四川省,煤品,100,t,5%\n"
    measured = {
        "rule": "fuel-use",
        "parameter": "ef",
        "value": 2,
        "unit": "tCO2/t",
        "source": "2021 年实测",
        "uncertainty": 3,
    }
    name = run(client, head, text, "sichuan-park-2022", "实测", overrides=[measured])
    row = get((client, head, name), "table", by=["item"], uncertainty=True)["rows"][0]
    assert (row["emission"], row["known_share"]) == (200.0, 100.0)
    assert row["uncertainty"] == pytest.approx(34**0.5)


def test_a_pivot_names_its_columns_and_leaves_blanks_blank(made: Any, inventory: th.Inventory) -> None:
    found = get(made, "pivot", rows=["sector"], columns="period")
    assert [head["code"] for head in found["columns"]] == ["2020", "2021"]
    rows = {row["sector"]: row for row in found["rows"]}
    assert rows["commerce"]["2020"] is None
    assert rows["commerce"]["total"] == rows["commerce"]["2021"]
    assert sum(row["total"] for row in found["rows"]) == pytest.approx(inventory.total)
    found = get(made, "pivot", "en", rows=["period"], columns="gas")
    assert {"code": "CO2", "name": "Carbon dioxide"} in found["columns"]


def test_flows_leave_as_much_as_enters(made: Any, inventory: th.Inventory) -> None:
    rows = get(made, "flows")["rows"]
    for level in ("item", "sector"):
        assert sum(row["emission"] for row in rows if row["from_level"] == level) == pytest.approx(
            inventory.total
        )


def test_removals_are_flows_of_their_own_so_that_every_level_has_the_same(made: Any) -> None:
    client, head, _ = made
    city = (ROOT / "examples" / "provincial-city" / "activity.csv").read_text(encoding="utf-8-sig")
    other = (client, head, run(client, head, city, method="cn-provincial-2011", name="有移除"))
    total = get(other, "table")["rows"][0]["emission"]
    rows = get(other, "flows", levels=["scope", "sector", "gas"])["rows"]
    sides = [
        [sum(row["emission"] for row in rows if row["from_level"] == level and (row["emission"] < 0) is lowers) for level in ("scope", "sector")]
        for lowers in (False, True)
    ]  # fmt: skip
    for first, second in sides:
        assert first == pytest.approx(second)
    assert sides[1][0] < 0
    assert sides[0][0] + sides[1][0] == pytest.approx(total)
    leaves = [row for row in get(other, "tree", levels=["sector", "item"])["rows"] if row["level"] == "item"]
    assert sum(row["emission"] for row in leaves) == pytest.approx(total)
    assert any(row["emission"] < 0 for row in leaves)
    tops = {
        row["id"] for row in get(other, "tree", levels=["sector", "item"])["rows"] if row["level"] == "sector"
    }
    assert {row["parent"] for row in leaves} <= tops
    assert len(tops) == len({row["parent"] for row in leaves})


def test_a_tree_adds_up_at_every_level(made: Any, inventory: th.Inventory) -> None:
    rows = get(made, "tree", levels=["scope", "sector"])["rows"]
    for level in ("scope", "sector"):
        assert sum(row["emission"] for row in rows if row["level"] == level) == pytest.approx(inventory.total)
    assert {row["parent"] for row in rows if row["level"] == "sector"} <= {row["id"] for row in rows}


def test_a_series_sets_runs_below_one_another(made: Any, inventory: th.Inventory) -> None:
    client, head, name = made
    other = run(client, head, method="cn-energy-2011", name="省级口径")
    found = client.get("/api/v1/inventories/series", params={"run": [name, other], "by": ["scope"]}).json()
    assert {row["method"] for row in found["rows"]} == {"gpc-cn", "cn-energy-2011"}
    of_first = [
        row["emission"] for row in found["rows"] if row["run"] == name and row["emission"] is not None
    ]
    assert sum(of_first) == pytest.approx(inventory.total)


def test_a_proof_leads_to_the_cell_of_the_file(made: Any, inventory: th.Inventory) -> None:
    found = get(made, "proof", cell=["item=柴油"])
    assert found["value"] == pytest.approx(inventory.proof(item="柴油").value)
    row = found["steps"][0]["rows"][0]
    assert (row["file"], row["row"], row["heading"]) == ("activity.csv", 2, "amount")
    client, _, _ = made
    assert found["made"]["upload"]["id"] == row["upload"]
    assert [entry["action"] for entry in found["made"]["audit"]][:1] == ["upload.add"]
    assert found["made"]["run"]["by"] == "wang"
    alone = client.get(found["steps"][0]["address"]).json()
    assert alone["step_count"] == 1
    for address in (found["address"], found["method"]["address"]):
        assert client.get(address).status_code == 200
    factor = next(one for step in found["steps"] for one in step["inputs"] if one["address"])
    assert client.get(factor["address"]).json()["id"] == factor["factor"]
    document = client.get(factor["document_address"]).json()
    assert factor["factor"] in {one["id"] for one in document["factors"]}


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("table", {"by": "colour"}, "I-004"),
        ("table", {"cell": "item"}, "W-002"),
        ("table", {"cell": "item="}, "I-004"),
        ("table", {"gwp": "AR9"}, "C-002"),
        ("pivot", {"rows": "item", "columns": "item"}, "I-"),
        ("flows", {"levels": "item"}, "I-"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told(
    made: Any, path: str, params: dict[str, str], code: str
) -> None:
    client, _, name = made
    answer = client.get(f"/api/v1/runs/{name}/{path}", params=params)
    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["uncertainty", "key-categories", "completeness", "coverage", "grades", "notation", "findings", "factors", "doubts"])  # fmt: skip
def test_quality_leaves_as_tables(made: Any, path: str) -> None:
    client, _, name = made
    answer = client.get(f"/api/v1/runs/{name}/{path}")
    assert answer.status_code == 200, answer.text
    assert {"rows", "total", "next"} <= answer.json().keys()
    csv = client.get(f"/api/v1/runs/{name}/{path}", params={"format": "csv"})
    assert csv.status_code == 200
    assert csv.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("by", ["iso14064_categories", "gpc", "item"])
def test_a_cell_in_which_nothing_stands_gives_an_empty_table(made: Any, by: str) -> None:
    found = get(made, "table", by=[by], cell=["period=1999"], uncertainty=True, notation=by == "item")
    assert found["rows"] == []


def test_memo_items_have_no_interval(made: Any) -> None:
    for by in ([], ["item"]):
        rows = get(made, "table", by=by, memo=True, uncertainty=True)["rows"]
        assert all(row["uncertainty"] is None for row in rows)


def test_a_run_of_several_years_is_judged_in_one(made: Any, inventory: th.Inventory) -> None:
    """GPC holds 1 t of diesel in 2020 and all else in 2021: a sum over both would be larger than either."""
    years = {row["period"]: row["emission"] for row in inventory.by("period").to_dicts()}
    for path in ("uncertainty", "key-categories", "coverage", "grades"):
        for asked, year in (("", "2021"), ("2020", "2020"), ("2021", "2021")):
            found = get(made, path, limit=10_000, **({"period": asked} if asked else {}))
            assert found["period"] == year, path
            assert sum(row["emission"] or 0 for row in found["rows"]) == pytest.approx(years[year]), path
    for asked, year in (("", "2021"), ("2020", "2020")):
        steps = get(made, "bridge", view="scopes", **({"period": asked} if asked else {}))
        assert (steps["period"], steps["rows"][0]["emission"]) == (year, pytest.approx(years[year]))
        lacking = get(made, "completeness", **({"period": asked} if asked else {}))
        assert (lacking["period"], lacking["absolute_size"]) == (year, pytest.approx(years[year]))
    each = get(made, "grades", by=["period"])
    assert ({row["period"] for row in each["rows"]}, each["period"]) == ({"2020", "2021"}, "")
    client, _, name = made
    assert client.get(f"/api/v1/runs/{name}/uncertainty", params={"period": "1999"}).status_code == 404


def test_the_same_run_holds_its_base_year(made: Any) -> None:
    found = get(made, "trend", base=made[2], base_period="2020")
    assert (found["period"], found["base_period"]) == ("2021", "2020")


@pytest.mark.parametrize(("asked", "year"), [("", "2021"), ("2020", "2020")])
def test_a_monte_carlo_is_of_one_year(made: Any, asked: str, year: str) -> None:
    client, head, name = made
    body = {"kind": "monte-carlo", "run": name, "draws": 50, "period": asked}
    answer = client.post("/api/v1/analyses", headers=head, json=body)
    job(client, answer)
    assert client.get(f"/api/v1/analyses/{answer.json()['job']}").json()["period"] == year
