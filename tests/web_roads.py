"""A road that the tests of its pages look at: two versions of the example, with analyses of the first and of the second."""

from __future__ import annotations

from a_road import flat
from browsing import Api, Site

NAME = "四川示例路径"
OPEN = ("tree", "scenarios", "cap", "gate", "projects", "finance", "forecast", "drivers")
"""Analyses that need nothing but the set, beside the index."""
ASKED = {"file": "observed.csv", "impact": "emission", "factors": ["gdp", "use/gdp"], "period": "year", "where": ["sector=工业"], "from": "2010", "real": ["gdp"]}  # fmt: skip


def roads(site: Site) -> Site:
    """Put them in, once."""
    if "road" in site.ids:
        return site
    api = Api(site, "wang")
    place = {"region": "CN-51"}

    def added(why: str) -> str:
        files = [api.upload(name, content) for name, content in flat().items()]
        return str(api.job("/roads", {"name": NAME, "files": files, "why": why, **place})["road"])

    def analysed(road: str, kind: str, **options: object) -> str:
        return str(api.job(f"/roads/{road}/analyses", {"kind": kind, "options": options})["analysis"])

    site.ids["road-old"] = added("首次")
    site.ids["index-old"] = analysed(site.ids["road-old"], "index", draws=200)
    analysed(site.ids["road-old"], "tree")
    site.ids["road"] = added("更新核查序列")
    site.ids["index"] = analysed(site.ids["road"], "index", draws=200)
    known = {one["kind"] for one in api.http.get("/road-kinds").json()}
    for kind in OPEN:
        if kind in known and kind != "tree":
            analysed(site.ids["road"], kind)
    analysed(site.ids["road"], "stirpat", **ASKED)
    return site


def road_pages(site: Site) -> dict[str, str]:
    """Their names and addresses."""
    here, before = f"/gov/roads/{site.ids['road']}", f"/gov/roads/{site.ids['road-old']}"
    return {
        "roads": "/gov/roads",
        "road-new": "/gov/roads/new",
        "road-next": f"/gov/roads/new?after={site.ids['road']}",
        "road": f"{here}/summary",
        "road-old": f"{before}/summary",
        "road-index": f"{here}/index",
        "road-index-old": f"{before}/index?at.index={site.ids['index-old']}",
        "road-tree": f"{here}/tree",
        **{f"road-{kind}": f"{here}/tree?kind={kind}" for kind in ("scenarios", "cap")},
        "road-gate": f"{here}/gate",
        "road-projects": f"{here}/projects",
        "road-finance": f"{here}/projects?kind=finance",
        "road-forecast": f"{here}/forecast",
        "road-drivers": f"{here}/forecast?kind=drivers",
        "road-tables": f"{here}/tables?kind=benchmark",
        "road-tables-asked": f"{here}/tables?kind=stirpat",
    }
