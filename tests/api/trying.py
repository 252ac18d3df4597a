"""Tries every operation of the description of the API as schemathesis thinks, with names that exist and words that hurt."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import requests
import schemathesis
from fastapi.testclient import TestClient
from holding import GPC, upload
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from a_road import add_road, analysed
from serving import SICHUAN, add, enter, job

ALONE = {"/api/v1/session", "/api/v1/setup", "/api/v1/session/password", "/api/v1/session/second-factor"}
"""Routes that end or change the session with which the others are tried; they have tests of their own."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
HURTING = [
    "' or 1=1 --",
    '"; drop table person; --',
    "../../etc/passwd",
    "=1+1",
    "%00",
    "\u202e甲",
    "Ω" * 40,
    "9" * 40,
    "-1",
    "NaN",
]
DIMENSIONS = ["entity", "region", "period", "sector", "item", "scope", "gas", "ipcc_2006", "gpc"]
WORDS: dict[str, list[Any]] = {
    "by": [*DIMENSIONS, "region", "municipality"], "rows": DIMENSIONS, "columns": DIMENSIONS, "levels": DIMENSIONS, "at": DIMENSIONS,
    "cell": ["sector=工业", "region=CN-51", "item=", "nothing=x", "period=2021", "sector='"],
    "where": ["sector=工业", "emission>0", "period~2", "entity!=甲", "name=x", "state=open", "number>=1", "'=1", "emission<1e400"],
    "sort": ["emission", "-emission", "name", "-made_at", "1; select 1", "region,sector", "'"],
    "format": ["json", "csv", "xlsx", "parquet", "arrow"], "gwp": ["AR5", "AR6", "SAR", "ar5"], "region": ["CN-51", "四川省", "CN-3501", "", "CN"],
    "under": ["CN-51", "510000", "", "C"], "level": ["province", "city", "district"], "year": ["2021", "2020", "1800", ""],
    "period": ["2021", "2020", "2021-01", ""], "start": ["2020"], "end": ["2021"], "on": ["2021-01-01", "2021-13-01"], "date": ["2021-06-30", "2021-02-30"],
    "method": ["gpc-cn", "sichuan-park-2022", "cn-enterprise-power", "cn-provincial-2011"], "item": ["原煤", "diesel", "电力"], "q": ["煤", "%", "_"],
    "view": ["gpc", "ipcc_2006", "scope"], "table": ["1", "summary"], "change": ["工业=0.9", "sector=x", "=", "工业=-1"], "sheet": ["", "Sheet1", "nodes"],
    "limit": [1, 0, 10_000, -1], "offset": [0, 1, 10**9], "size": [0.5, 1e-9, 100.0], "base_period": ["2020"], "file": ["inventory.csv", "..", "report.docx", "road.yaml"],
    "head": ["1:" + "0" * 64, "x"], "roles": [["analyst"], ["system_admin", "audit_admin"]], "areas": [[{"kind": "region", "code": "CN-51"}]],
    "forms": [["csv"], ["xlsx", "report"], ["docx"], []], "kind": ["comparison", "montecarlo", "reconciliation", "factors", "method", "tree"],
    "constraints": [["甲 + 乙 = 总表"], ["甲 = "], ["= ="], ["甲*1e999 = 乙"]], "system": ["GCJ02", "BD09", "WGS84"], "placed": ["yes", "no"],
    "release": ["2025.1", ""], "factor": ["x"], "gas": ["CO2"], "property": ["emission_factor", "ncv"], "state": ["open", "cleared", "active", "suspended"],
}  # fmt: skip
POINTS = "entity,name,longitude,latitude,region\n示例市,甲,119.3,26.08,福建省\n乙,乙,119,26,福建省\n"


def square(code: str, west: float) -> dict[str, Any]:
    ring = [[west, 26], [west + 1, 26], [west + 1, 27], [west, 26]]
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip


def kept(client: TestClient, tiles: bytes) -> dict[str, list[Any]]:
    """Ids of everything, so that routes are tried beyond "not found"; the last of each may be deleted."""
    head = enter(client, "analyst")

    def post(path: str, **asked: Any) -> Any:
        answer = client.post(f"/api/v1{path}", headers=head, json=asked)
        assert answer.is_success, answer.text
        return answer

    bad = "主体,时期,品种,数量,单位\n甲,2021,柴油,-3,t\n乙,2021,柴油,3,t\n"
    files = {"file": (SICHUAN.name, SICHUAN.read_bytes())}
    uploads = [client.post("/api/v1/uploads", headers=head, files=files).json()["id"]]
    uploads += [upload(client, head, text) for text in (bad, GPC)]
    post(f"/uploads/{uploads[1]}/mapping")
    doubtful = post("/datasets", upload=uploads[1], name="疑点")
    datasets = [job(client, doubtful)["dataset"]]
    datasets += [job(client, post("/datasets", upload=one, name=one))["dataset"] for one in (uploads[0], uploads[2])]  # fmt: skip
    runs = [
        job(client, post("/runs", dataset=datasets[1], method="sichuan-park-2022", name="四川"))["run"],
        job(client, post("/runs", dataset=datasets[2], method="gpc-cn", name="示例市"))["run"],
    ]
    city = upload(client, head, "reference,emission,unit,notation,reason,year\nI.1.1,1.2,kt CO2e,,,2020\n", "city.csv")  # fmt: skip
    runs.append(job(client, post("/reported", upload=city, name="城"))["run"])
    export = post("/exports", run=runs[0], forms=["csv"])
    job(client, export)
    analysis = post("/analyses", kind="comparison", run=runs[0], other=runs[1])
    job(client, analysis)
    releases = [post("/releases", run=one, name=one, why="x").json()["id"] for one in runs]
    drawn = json.dumps({"type": "FeatureCollection", "features": [square("350100", 119), square("x", 121)]})
    sources = [upload(client, head, drawn, "a.geojson"), upload(client, head, tiles, "a.pmtiles")]
    maps = [
        post("/maps", upload=one, name="图", publisher="局", licence="x").json()["id"]
        for one in (*sources, sources[0])
    ]
    own = "id,item,gas,value,unit,region,year_valid_from,source_title\nown.power,电力,CO2,0.5,tCO2/MWh,CN-51,2021,x\n"
    factors = upload(client, head, own, "own.csv")
    packs = [post("/packs", upload=factors, kind="factors", name="因子").json()["id"]]
    post("/places", upload=upload(client, head, POINTS, "points.csv"))
    rows = [{"region": "CN-51", "period": "2021", "quantity": "gdp", "value": 1.0, "source": "x"}]
    post("/socio-economic", rows=rows)
    meters = upload(client, head, "名称,数值,单位,不确定度\n总表,100,t,1\n甲,66,t,1\n乙,40,t,1\n", "m.csv")
    compared = post("/sources/bottom-up", name="核对", enterprises=datasets[1:2], balance=datasets[2])
    measured = post("/sources/measurements", name="计量", measurements=meters, constraints=["甲 + 乙 = 总表"])
    checks = [job(client, one)["sources"] for one in (compared, measured)]
    roads = [add_road(client, head, name="路径", region="CN-51")]
    documents = [analysed(client, head, roads[0], "tree")]
    tokens = [post("/tokens", name="t").json()["id"] for _ in range(2)]
    person = add(client, "ghost", ["enterprise"])
    listed = {
        noun: [one["id"] for one in client.get(f"/api/v1/{noun}").json()["rows"]]
        for noun in ("doubts", "mappings", "places", "jobs")
    }
    approver = enter(client, "approver")
    job(client, client.post(f"/api/v1/releases/{releases[0]}/approve", headers=approver, json={}))
    return {
        **listed, "uploads": [*uploads, city, factors, *sources], "datasets": datasets, "runs": runs, "releases": releases, "maps": maps,
        "packs": packs, "tokens": tokens, "people": [person], "exports": [export.json()["job"]], "analyses": [analysis.json()["job"]],
        "methods": ["sichuan-park-2022", "gpc-cn", *packs], "codes": ["items", "sectors"], "regions": ["CN-51", "CN"], "catalogue": [datasets[0], runs[0]],
        "roads": roads, "road-analyses": documents, "sources": checks, "measurements": [meters], "enterprises": datasets, "balance": datasets,
        "factors": ["own.power"], "documents": ["provincial-guideline-2011"],
    }  # fmt: skip


def tried(
    client: TestClient, known: dict[str, list[Any]], login: str, examples: int, paths: str = ""
) -> list[str]:
    """Try every route as somebody, or those whose path fits an expression; what was found wrong."""
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    head = enter(client, login)
    wrong: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        chosen = operation.path not in ALONE and not operation.path.endswith("/events")
        if chosen and re.search(paths, operation.path):
            _try(operation, known, client, head, examples, wrong)
    return wrong


def _try(
    operation: Any, known: dict[str, list[Any]], client: TestClient, head: dict[str, str], examples: int, wrong: list[str]
) -> None:  # fmt: skip
    count = itertools.count()
    noun = re.match(r"/api/v1/([a-z-]+)", operation.path)
    ids = known.get(noun[1], []) if noun else []

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        number = next(count)
        if ids and number % 3 and "name" in (case.path_parameters or {}):
            last = ids[-1:] if operation.method.upper() == "DELETE" else ids
            case.path_parameters["name"] = last[number % len(last)]
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                _filled(place, known, number)
        case.headers = {**(case.headers or {}), **head}
        writes = operation.method.upper() in WRITES and number % 2
        if writes:
            case.headers["Idempotency-Key"] = f"{operation.label.encode().hex()[-120:]}-{id(client)}-{number}"
        try:
            answer = _sent(client, case)
            case.validate_response(answer, checks=CHECKS)
            if writes and answer.status_code < 400:
                _same_again(answer, _sent(client, case))
        except (Exception, BaseExceptionGroup) as error:
            wrong.append(f"{operation.label} {case.path_parameters} {case.query} {case.body!r:.300}: {str(error)[:900]}")  # fmt: skip

    one()


def _filled(place: dict[str, Any], known: dict[str, list[Any]], number: int) -> None:
    """Names that exist, words of the field and words that hurt, in turns; what schemathesis made stays in a third."""
    for at, name in enumerate(sorted(place)):
        turn = number + at
        nouns = known.get(name) or known.get(f"{name}s") or known.get({"other": "runs", "old": "runs", "new": "runs", "with": "datasets", "base": "runs"}.get(name, ""))  # fmt: skip
        choices = [*(nouns or []), *WORDS.get(name, [])]
        if name == "name":
            continue
        if choices and turn % 3 and (nouns or not isinstance(place[name], dict)):
            chosen = choices[turn // 3 % len(choices)]
            listed = isinstance(place[name], list) and not isinstance(chosen, list)
            place[name] = [chosen] if listed else chosen
        elif isinstance(place[name], str) and turn % 7 == 0:
            place[name] = HURTING[number % len(HURTING)]


def _same_again(first: Any, second: Any) -> None:
    """What was done under a key is answered again and not done again; what is shown once is not shown again."""
    assert second.status_code in (first.status_code, 409), (first.status_code, second.status_code, second.text)  # fmt: skip
    if second.status_code == first.status_code:
        assert second.headers.get("idempotent-replayed") == "true", second.headers
        assert second.content == first.content


def _sent(client: TestClient, case: Any) -> Any:
    asked = case.as_transport_kwargs(base_url="http://testserver")
    names = ("method", "url", "headers", "params", "json", "data", "files")
    made = requests.Request(**{name: asked.get(name) for name in names}).prepare()
    return client.request(str(made.method), str(made.url), headers=dict(made.headers), content=made.body)
