"""A city that the tests of the pages about inventories look at, and those pages."""

from __future__ import annotations

import csv
import io

from browsing import ROOT, Api, Site

CITY = ROOT / "examples" / "provincial-city" / "activity.csv"
OWN = "id,item,gas,value,unit,region,year_valid_from,source_title\nown.power,电力,CO2,0.5,tCO2/MWh,CN-51,2021,本单位实测\n"


def _years(*years: int) -> bytes:
    """The example of a city for several years, each of a little more."""
    rows = list(csv.DictReader(io.StringIO(CITY.read_text(encoding="utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for year in years:
        for row in rows:
            amount = float(row["数量"]) * (1 + (year - years[0]) / 50)
            writer.writerow({**row, "年份": f"{year}年", "数量": f"{amount:.6g}"})
    return out.getvalue().encode()


def city(site: Site) -> Site:
    """What the pages are of: a city in three years by two methods, all synthetic, and a proposal."""
    if "city" in site.ids:
        return site
    api = Api(site, "wang")
    upload = api.upload("示例市.csv", _years(2019, 2020, 2021))
    data = {"upload": upload, "name": "示例市", "region": "CN-51", "synthetic": True}
    site.ids["city-data"] = api.job("/datasets", data)["dataset"]
    for name, method in (
        ("city", "cn-provincial-2011"),
        ("city-energy", "cn-energy-2011"),
        ("city-gpc", "gpc-cn"),
    ):
        asked = {"dataset": site.ids["city-data"], "method": method, "name": f"示例市 {method}"}
        site.ids[name] = api.job("/runs", asked)["run"]
    earlier = {**data, "upload": api.upload("示例市2019.csv", _years(2019)), "name": "示例市2019"}
    before = {"dataset": api.job("/datasets", earlier)["dataset"], "method": "cn-provincial-2011"}
    site.ids["city-before"] = api.job("/runs", {**before, "name": "示例市 2019"})["run"]
    for name, asked in (
        ("drawn", {"kind": "monte-carlo", "draws": 500}),
        ("reconciled", {"kind": "reconciliation", "other": site.ids["city-energy"]}),
    ):
        answer = api.http.post("/analyses", json={"run": site.ids["city"], **asked})
        site.ids[name] = answer.json()["job"]
    pack = {"upload": api.upload("实测电.csv", OWN.encode()), "kind": "factors", "name": "实测电"}
    assert api.http.post("/packs", json=pack).status_code == 201
    answer = api.http.post("/releases", json={"run": site.ids["run"], "name": "四川2021", "why": "年度发布"})
    assert answer.status_code == 201, answer.text
    site.ids["release"] = answer.json()["id"]
    (factor, other) = api.http.get("/factors", params={"q": "原煤", "limit": 2}).json()["rows"]
    site.ids |= {"factor": factor["id"], "other-factor": other["id"]}
    site.ids["document"] = api.http.get("/documents", params={"limit": 1}).json()["rows"][0]["id"]
    return site


def city_pages(site: Site) -> dict[str, str]:
    """Their names and addresses."""
    one = site.ids
    run, city = f"/gov/inventory/{one['run']}", f"/gov/inventory/{one['city']}"
    return {
        "overview": f"/gov/overview?run={one['city']}",
        "screen": f"/gov/overview/screen?run={one['city']}",
        "inventory": "/gov/inventory",
        "inventory-new": f"/gov/inventory/new?dataset={one['city-data']}",
        "explore": f"{city}/explore",
        "explore-pivot": f"{city}/explore?rows=sector&cols=gas",
        "explore-standard": f"{city}/explore?standard=ipcc2006&period=2020",
        **{f"explore-{view}": f"{city}/explore?view={view}&rows=sector" for view in ("bars", "stacked", "trend", "sankey", "treemap", "change")},
        "proof": f"{run}/explore?proof=runs/{one['run']}%3Fitem%3Dcoal",
        **{name: f"{city}/{name}" for name in ("quality", "coverage", "findings", "notation")},
        "gpc": f"/gov/inventory/{one['city-gpc']}/gpc",
        "values": f"{city}/factors",
        "unmatched": f"/gov/inventory/{one['city-energy']}/unmatched",
        "compare-causes": f"/gov/inventory/compare?old={one['run']}&new={one['city-energy']}",
        "compare-years": f"/gov/inventory/compare?old={one['city']}&new={one['city']}&old_year=2019&new_year=2021",
        "factors": "/gov/factors?q=原煤",
        "factor": f"/gov/factors/{one['factor']}",
        "factors-compare": f"/gov/factors/compare?factor={one['factor']}&factor={one['other-factor']}",
        "applies": "/gov/factors/applies?item=electricity&region=CN-51&date=2021",
        "documents": "/gov/factors/documents",
        "document": f"/gov/factors/documents/{one['document']}",
        "methods": "/gov/methods",
        "method": "/gov/methods/sichuan-park-2022",
        "releases": "/gov/releases",
        "release-new": f"/gov/releases/new?run={one['city']}",
        "release": f"/gov/releases/{one['release']}",
        "map": f"/gov/map?run={one['city']}",
        "uncertainty": f"{city}/uncertainty?draws={one['drawn']}",
        "uncertainty-trend": f"{city}/uncertainty?base={one['city-before']}&approach=2",
        "standards": f"{city}/standards?to=iso14064_categories&reconciled={one['reconciled']}",
        "packs": "/gov/factors/own",
        "template": "/gov/methods/cn-provincial-2011/template",
    }  # fmt: skip
