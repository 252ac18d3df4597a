"""The carbon map over the API: packs with publisher and review number, layers that sum to the inventory, drivers, what-if."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import run, upload

from serving import add, enter, server

TILES = Path(__file__).parent / "files" / "squares.pmtiles"
ROWS = """entity,period,region,sector,item,amount,unit
甲厂,2019,成都市,工业,一般烟煤,100,t
甲厂,2020,成都市,工业,一般烟煤,80,t
甲厂,2020,成都市,工业,电力,500,MWh
乙厂,2020,自贡市,工业,一般烟煤,30,t
丙局,2019,四川省,商业,柴油,7,t
丙局,2020,四川省,商业,柴油,9,t
丁厂,2020,,工业,柴油,1,t
"""
POINTS = "entity,name,longitude,latitude,region\n甲厂,甲热电厂,104.06,30.66,成都市\n乙厂,乙厂,104.77,29.35,自贡市\n"


def area(code: object, west: float, **own: object) -> dict[str, Any]:
    ring = [[west, 28], [west + 1, 28], [west + 1, 29], [west, 28]]
    return {
        "type": "Feature",
        "properties": {"adcode": code, **own},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def pack(*areas: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": areas}).encode()


class Site:
    """A server with an inventory of two years."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        add(client, "wang", ["analyst"])
        self.head = enter(client, "wang")
        self.run = run(client, self.head, ROWS, region="CN-51")

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        answer = self.client.get(
            f"/api/v1/maps{path}", params=params, headers={"accept-language": "en", **self.head}
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers["content-type"].endswith("json") else answer

    def load(
        self, content: bytes, name: str = "a.geojson", status: int = 201, head: Any = None, **more: Any
    ) -> Any:
        asked = {"upload": upload(self.client, self.head, content, name), "name": "四川省地图", "publisher": "四川省测绘地理信息局",
                 "licence": "标准地图服务", "review": "图川审（2024）1号", **more}  # fmt: skip
        answer = self.client.post("/api/v1/maps", headers=head or self.head, json=asked)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with server(tmp_path_factory.mktemp("maps")) as client:
        yield Site(client)


def test_a_pack_keeps_who_published_it_and_answers_nothing_but_codes_names_and_outlines(site: Site) -> None:
    made = site.load(pack(area(510100, 103, owner="x"), area("510300", 105), area("999999", 107)))
    assert (made["areas"], made["places"], made["about"]["unknown"]) == (3, 2, ["999999"])
    listed = site.get("")["rows"]
    assert [listed[0][key] for key in ("publisher", "licence", "review", "crs", "made_by")] == [
        "四川省测绘地理信息局", "标准地图服务", "图川审（2024）1号", "CGCS2000", "wang",
    ]  # fmt: skip
    file = site.client.get(f"/api/v1/maps/{made['id']}/file")
    assert [one["properties"] for one in file.json()["features"]] == [
        {"code": "CN-5101", "name": "510100"}, {"code": "CN-5103", "name": "510300"}, {"code": "", "name": "999999"},
    ]  # fmt: skip
    assert site.client.delete(f"/api/v1/maps/{made['id']}", headers=site.head).status_code == 204
    site.get(f"/{made['id']}", 404)


def test_tiles_are_found_by_code_sent_whole_by_tile_and_by_range(site: Site) -> None:
    made = site.load(TILES.read_bytes(), "squares.pmtiles", review="")
    assert made["kind"] == "pmtiles"
    assert made["about"]["codes"] == {"510100": "CN-5101", "510300": "CN-5103", "510400": "CN-5104"}
    assert made["about"]["unknown"] == ["999999"]
    part = site.client.get(f"/api/v1/maps/{made['id']}/file", headers={"range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"PMTiles")
    tile = site.client.get(f"/api/v1/maps/{made['id']}/tiles/6/50/26")
    assert tile.status_code == 200
    assert "成都市".encode() in tile.content
    assert site.client.get(f"/api/v1/maps/{made['id']}/tiles/6/0/0").status_code == 204


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"{}", "a.geojson", "M-001"),
        (b"PMTiles\x03" + b"\0" * 200, "a.pmtiles", "M-001"),
        (TILES.read_bytes()[:400], "a.pmtiles", "M-001"),
        (pack(area("x", 1)), "a.geojson", "M-001"),
    ],
)
def test_what_is_no_map_is_refused_and_nothing_is_kept(
    site: Site, content: bytes, name: str, code: str
) -> None:
    before = site.get("")["total"]
    assert site.load(content, name, 422)["code"] == code
    assert site.get("")["total"] == before


def test_a_pack_must_say_where_it_comes_from(site: Site) -> None:
    assert site.load(pack(area("510100", 103)), status=422, publisher=" ")["code"] == "W-002"
    site.load(pack(area("510100", 103)), status=422, crs="GCJ02")


def test_everybody_of_the_tenant_sees_a_pack_and_only_analysts_load_one(site: Site) -> None:
    made = site.load(pack(area("510100", 103)))
    add(site.client, "gong", ["enterprise"], [("entity", "甲厂")])
    add(site.client, "jin", ["analyst"], tenant="天津市生态环境局")
    own = enter(site.client, "gong")
    assert made["id"] in [row["id"] for row in site.client.get("/api/v1/maps").json()["rows"]]
    assert site.client.get(f"/api/v1/maps/{made['id']}/file").status_code == 200
    assert site.client.delete(f"/api/v1/maps/{made['id']}", headers=own).status_code == 403
    enter(site.client, "jin")
    assert site.client.get("/api/v1/maps").json()["rows"] == []
    assert site.client.get(f"/api/v1/maps/{made['id']}/file").status_code == 404
    site.head = enter(site.client, "wang")


@pytest.mark.parametrize("level", ["province", "city", "district"])
def test_regions_and_rest_sum_to_the_inventory(site: Site, level: str) -> None:
    found = site.get("/values", run=site.run, level=level)
    table = site.client.get(f"/api/v1/runs/{site.run}/table", params={"by": "period"}).json()["rows"]
    for row in table:
        year = row["period"]
        here = sum(one[year] or 0 for one in found["rows"])
        assert here + found["rest"][year] == pytest.approx(row["emission"], rel=1e-12)
        assert found["whole"][year] == row["emission"]


def test_values_are_of_the_finest_level_and_a_year_without_a_row_is_unknown(site: Site) -> None:
    found = site.get("/values", run=site.run)
    assert (found["level"], found["levels"], found["years"]) == (
        "city",
        ["province", "city"],
        ["2019", "2020"],
    )
    rows = {row["region"]: row for row in found["rows"]}
    assert rows["CN-5103"]["2019"] is None
    assert rows["CN-5103"]["2020"] > 0
    apart = site.get("/values", run=site.run, by="sector", level="province")["rows"]
    assert {row["sector"] for row in apart} == {"industry", "commerce"}


def test_a_layer_is_cut_to_a_sector_or_a_gas_and_its_parts_sum(site: Site) -> None:
    whole = site.get("/values", run=site.run, level="city")
    assert [one["code"] for one in whole["choices"]["sector"]] == ["commerce", "industry"]
    assert whole["choices"]["sector"][1]["name"] == "Industry"
    gases = [one["code"] for one in whole["choices"]["gas"]]
    for name, codes in (("sector", ["commerce", "industry"]), ("gas", gases)):
        parts = [site.get("/values", run=site.run, level="city", cell=f"{name}={code}") for code in codes]
        for year in whole["years"]:
            assert sum(part["whole"][year] for part in parts) == pytest.approx(whole["whole"][year], rel=1e-12)  # fmt: skip
        for part in parts:
            here = sum(row["2020"] or 0 for row in part["rows"])
            assert here + part["rest"]["2020"] == pytest.approx(part["whole"]["2020"], rel=1e-12)
    points = site.get("/points", run=site.run, cell="sector=commerce")
    assert points["whole"] == pytest.approx(site.get("/values", run=site.run, cell="sector=commerce")["whole"])  # fmt: skip


def test_what_a_part_of_an_inventory_lacks_is_unknown_and_not_zero(site: Site) -> None:
    coal = site.get("/values", run=site.run, cell=["sector=industry", "item=电力"])
    assert (coal["years"], coal["whole"]["2019"], coal["level"]) == (["2019", "2020"], None, "city")
    none = site.get("/values", run=site.run, cell="sector=waste")
    assert (none["rows"], none["years"], none["levels"]) == ([], ["2019", "2020"], ["province", "city"])
    assert set(none["whole"].values()) == {None}
    assert site.get("/cells", run=site.run, cell="sector=waste")["rows"] == []


def test_a_row_without_a_region_lies_where_its_run_does(site: Site) -> None:
    with_all = site.get("/values", run=site.run, level="province")
    assert with_all["rest"] == {"2019": 0.0, "2020": 0.0}


def test_runs_of_one_year_are_not_added_up(site: Site) -> None:
    other = run(
        site.client, site.head, "\n".join(ROWS.splitlines()[:2]) + "\n", name="另一市", region="CN-51"
    )
    said = site.get("/values", 422, run=[site.run, other])
    assert "2019" in said["detail"]
    assert site.get("/values", 422)["code"] == "W-002"


def test_points_cells_and_rest_sum_to_the_inventory(site: Site) -> None:
    asked = {
        "upload": upload(site.client, site.head, POINTS, "p.csv"),
        "source": "示例坐标",
        "accept_outside": True,
    }
    taken = site.client.post("/api/v1/places", headers=site.head, json=asked)
    assert taken.json() == {"places": 2, "replaced": 0}
    again = site.client.post("/api/v1/places", headers=site.head, json=asked)
    assert again.json() == {"places": 2, "replaced": 2}
    points = site.get("/points", run=site.run)
    assert [(row["entity"], row["name"]) for row in points["rows"]] == [
        ("甲厂", "甲热电厂"),
        ("乙厂", "乙厂"),
    ]
    for shape in ("hexagon", "square"):
        for size in (10, 500):
            cells = site.get("/cells", run=site.run, size=size, shape=shape)
            assert sum(row["sources"] for row in cells["rows"]) == 2
            for found in (points, cells):
                for year, whole in found["whole"].items():
                    parts = sum(row[year] or 0 for row in found["rows"])
                    assert parts + found["rest"][year] == pytest.approx(whole, rel=1e-14)
    assert points["rest"]["2020"] > 0
    others = site.get("/points", run=site.run, placed="no")
    assert {row["entity"] for row in others["rows"]} == {"丙局", "丁厂"}
    assert sum(row["2020"] for row in others["rows"]) == pytest.approx(points["rest"]["2020"], rel=1e-12)
    assert len(cells["rows"][0]["outline"]) == 5


def test_places_are_kept_whole_or_not_at_all(site: Site) -> None:
    bad = "entity,longitude,latitude\n戊,1,1\n己,x,1\n"
    asked = {"upload": upload(site.client, site.head, bad, "bad.csv")}
    answer = site.client.post("/api/v1/places", headers=site.head, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "M-004")
    assert answer.json()["rows"][0]["row"] == 3
    assert "戊" not in {row["entity"] for row in site.client.get("/api/v1/places").json()["rows"]}


def test_places_outside_their_region_are_refused_unless_they_are_meant(site: Site) -> None:
    made = site.load(pack(area(510100, 103)))
    far = "单位,经度,纬度,地区\n远厂,87.6,43.8,成都市\n"
    asked = {"upload": upload(site.client, site.head, far, "far.csv")}
    answer = site.client.post("/api/v1/places", headers=site.head, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "M-005")
    assert (answer.json()["rows"][0]["row"], answer.json()["rows"][0]["entity"]) == (2, "远厂")
    kept = site.client.post("/api/v1/places", headers=site.head, json={**asked, "accept_outside": True})
    assert kept.json() == {"places": 1, "replaced": 0}
    asked = {
        "upload": upload(site.client, site.head, far.replace("87.6,43.8", "30.66,104.06"), "swapped.csv")
    }
    swapped = site.client.post("/api/v1/places", headers=site.head, json=asked).json()
    assert (swapped["code"], swapped["rows"][0]["column"]) == ("M-004", "C 纬度")
    assert "写反" in swapped["rows"][0]["expected"]
    (row,) = site.client.get("/api/v1/places?where=entity=远厂").json()["rows"]
    for path in (f"places/{row['id']}", f"maps/{made['id']}"):
        assert site.client.delete(f"/api/v1/{path}", headers=site.head).status_code == 204


def test_the_drivers_of_a_place_sum_to_its_change(site: Site) -> None:
    found = site.get("/drivers", run=site.run, region="CN-5101", start="2019", end="2020")
    values = {row["region"]: row for row in site.get("/values", run=site.run, level="city")["rows"]}[
        "CN-5101"
    ]
    assert found["before"] == pytest.approx(values["2019"])
    assert found["after"] == pytest.approx(values["2020"])
    assert sum(row["effect"] for row in found["rows"]) == pytest.approx(
        found["after"] - found["before"], abs=1e-9
    )
    assert abs(found["residual"]) < 1e-9
    more = site.get("/drivers", run=site.run, start="2019", end="2020", gdp_start=1, gdp_end=2)
    assert [row["driver"] for row in more["rows"]] == ["output", "activity_per_output", "structure", "factor", "rest"]  # fmt: skip
    assert (
        site.get("/drivers", 422, run=site.run, region="CN-5103", start="2019", end="2020")["code"] == "D-001"
    )
    assert site.get("/drivers", 422, run=site.run, start="2019", end="2020", gdp_start=1)["code"] == "W-002"


def test_a_supposition_scales_and_is_never_kept(site: Site) -> None:
    runs = site.client.get("/api/v1/runs").json()["total"]
    found = site.get("/what-if", run=site.run, region="CN-51", year="2020", change=["industry:-10:0"])
    assert found["supposed"] is True
    industry = next(row for row in found["rows"] if row["sector"] == "industry")
    assert industry["what_if"] == pytest.approx(industry["emission"] * 0.9)
    assert found["after"] - found["before"] == pytest.approx(-0.1 * industry["emission"])
    assert site.client.get("/api/v1/runs").json()["total"] == runs
    for wrong in ("industry", "industry:x:0", "industry:-101:0", "industry:nan:0"):
        site.get("/what-if", 422, run=site.run, year="2020", change=[wrong])


def test_alarms_are_counted_by_region(site: Site) -> None:
    from holding import dataset

    dataset(
        site.client, site.head, "entity,period,item,amount,unit\n甲,2020,煤炭,1,t\n甲,2021,煤炭,900,t\n甲,2021,煤炭,x,t\n",
        "有疑问", region="CN-5101",
    )  # fmt: skip
    found = {row["region"]: row for row in site.get("/alarms")["rows"]}
    assert found["CN-5101"]["alarms"] == found["CN-5101"]["errors"] + found["CN-5101"]["warnings"] > 0


def test_a_run_without_any_emission_has_empty_layers(site: Site) -> None:
    empty = run(
        site.client,
        site.head,
        "entity,period,item,amount,unit\n甲,2020,神秘燃料,1,t\n",
        name="空",
        region="CN-51",
    )
    assert site.get("/values", run=empty)["rows"] == []
    assert site.get("/points", run=empty)["rows"] == []
    assert site.get("/cells", run=empty)["rows"] == []


def test_layers_come_as_files_too(site: Site) -> None:
    answer = site.get("/values", run=site.run, format="csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "region,region_name,2019,2020"


def test_the_optional_outlines_are_told(site: Site) -> None:
    from tanheng.atlas import extra

    found = site.get("/extra")
    assert found["installed"] is extra.installed()
    asked = {"name": "演示", "extra": "city", "under": "51"}
    answer = site.client.post("/api/v1/maps", headers=site.head, json=asked)
    if extra.installed():
        assert (answer.json()["publisher"], answer.json()["review"]) == (extra.PUBLISHER, "")
        assert answer.json()["places"] == 21
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "M-003")
