"""Every route of the API as every role, as nobody, and as people of another tenant, against the table of permissions.

``permissions.csv`` is written by hand: a route that it does not have, or whose code declares another permission, fails.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from a_road import add_road, analysed
from serving import PASSWORD, SICHUAN, add, enter, job, server
from tanheng.access import all_permissions, permissions_of, roles
from tanheng.access.people import By, find_person
from tanheng.access.tokens import create_token
from tanheng.record.catalogue import METADATA
from tanheng.record.tables import AREA, DOUBT, GRANT, PERSON, SESSION, TOKEN
from tanheng.serve.asking import declared

ROOT = Path(__file__).parents[2]
NOBODYS = "0" * 32
SECRET = "机密甲"
VERBS = ("get", "post", "put", "patch", "delete")
TENANTS = {
    f"/api/v1/maps{end}" for end in ("", "/{name}", "/{name}/file", "/{name}/tiles/{zoom}/{column}/{row}")
}
"""Maps lie in no place: they are the whole tenant's."""
ADMITS_ALL = ("person", "signed", "entered")


@cache
def table() -> dict[tuple[str, str], str]:
    with (Path(__file__).parent / "permissions.csv").open(encoding="utf-8") as stream:
        return {(row["method"], row["path"]): row["permission"] for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with server(tmp_path_factory.mktemp("routes"), upload_mb=1) as found:
        yield found


@pytest.fixture(scope="module")
def routes(client: TestClient) -> dict[tuple[str, str], dict[str, Any]]:
    """Operations of the OpenAPI, by verb and path."""
    paths = client.get("/openapi.json").json()["paths"]
    return {
        (verb.upper(), path): paths[path][verb] for path in paths for verb in VERBS if verb in paths[path]
    }


def token(client: TestClient, login: str) -> dict[str, str]:
    with client.app.state.platform.writing() as connection:
        _, secret = create_token(connection, find_person(connection, login), "test", (), 1, By())
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def heads(client: TestClient) -> dict[str, dict[str, str]]:
    """A token of somebody of each role, and of one person of each role in another tenant."""
    found = {}
    for role in roles():
        add(client, f"one-{role}", [role])
        add(client, f"other-{role}", [role], tenant="天津市生态环境局")
        found[role] = token(client, f"one-{role}")
        found[f"other {role}"] = token(client, f"other-{role}")
    return found


@pytest.fixture(scope="module")
def held(client: TestClient) -> dict[str, str]:
    """What a tenant has of every kind: its names, to be asked for by others."""
    add(client, f"wang{SECRET}", ["analyst", "reviewer"])
    head = enter(client, f"wang{SECRET}")
    files = {"file": (f"{SECRET}.csv", SICHUAN.read_bytes())}
    upload = client.post("/api/v1/uploads", headers=head, files=files).json()["id"]
    made = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": SECRET})
    dataset = job(client, made)["dataset"]
    asked = {"dataset": dataset, "method": "sichuan-park-2022", "name": SECRET}
    answer = client.post("/api/v1/runs", headers=head, json=asked)
    run = job(client, answer)["run"]
    found = {"uploads": upload, "datasets": dataset, "runs": run, "jobs": answer.json()["job"]}
    mapped = client.post(f"/api/v1/uploads/{upload}/mapping", headers=head, json={"name": SECRET})
    found["mappings"] = mapped.json()["id"]
    found["exports"] = client.post(
        "/api/v1/exports", headers=head, json={"run": run, "forms": ["csv"]}
    ).json()["job"]
    compared = {"kind": "comparison", "run": run, "other": run}
    found["analyses"] = client.post("/api/v1/analyses", headers=head, json=compared).json()["job"]
    found |= placed(client, head)
    asked = {"run": run, "name": SECRET, "why": "test"}
    found["releases"] = client.post("/api/v1/releases", headers=head, json=asked).json()["id"]
    meters = {"file": ("m.csv", f"name,value,unit,uncertainty\n{SECRET},3,t,1\nb,1,t,1\n".encode())}
    meters = client.post("/api/v1/uploads", headers=head, files=meters).json()["id"]
    asked = {"measurements": meters, "name": SECRET, "constraints": [f"b = {SECRET}"]}
    found["sources"] = job(client, client.post("/api/v1/sources/measurements", headers=head, json=asked))[
        "sources"
    ]
    found["roads"] = add_road(client, head, name=SECRET)
    found["road-analyses"] = analysed(client, head, found["roads"], "tree")
    found["people"] = client.get("/api/v1/session").json()["id"]
    found["tokens"] = client.post("/api/v1/tokens", headers=head, json={"name": SECRET}).json()["id"]
    found["sessions"] = client.get("/api/v1/sessions").json()[0]["id"]
    with client.app.state.platform.writing() as connection:
        row = {"id": "d" * 32, "tenant": tenant_of(connection, found["people"]), "run": run, "finding": SECRET, "code": "Q-002",
               "level": "warning", "facts": {"id": SECRET}, "changed_at": "2026"}  # fmt: skip
        connection.execute(sa.insert(DOUBT), row)
    return {**found, "doubts": "d" * 32}


def placed(client: TestClient, head: dict[str, str]) -> dict[str, str]:
    """A map, a point, a pack and a figure of a place, each with the secret word."""
    ring = [[103, 30], [104, 30], [104, 31], [103, 30]]
    area = {"type": "Feature", "properties": {"adcode": 510100, "name": SECRET}, "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    points = f"entity,name,longitude,latitude,region\n{SECRET},{SECRET},104,30,四川省\n"
    own = f"id,item,gas,value,unit,region,year_valid_from,source_title\nown,电力,CO2,0.5,tCO2/MWh,CN-51,2021,{SECRET}\n"
    drawn = json.dumps({"type": "FeatureCollection", "features": [area]})
    files = {"maps": ("m.geojson", drawn), "places": ("p.csv", points), "packs": ("f.csv", own)}
    told = {"maps": {"name": SECRET, "publisher": SECRET, "licence": SECRET}, "places": {"source": SECRET}, "packs": {"kind": "factors", "name": SECRET}}  # fmt: skip
    found = {}
    for noun, file in files.items():
        upload = client.post("/api/v1/uploads", headers=head, files={"file": file}).json()["id"]
        made = client.post(f"/api/v1/{noun}", headers=head, json={"upload": upload, **told[noun]})
        assert made.status_code == 201, made.text
        found[noun] = str(made.json().get("id") or client.get(f"/api/v1/{noun}").json()["rows"][0]["id"])
    rows = [{"region": "CN-51", "period": "2021", "quantity": "gdp", "value": 1.0, "source": SECRET}]
    assert client.post("/api/v1/socio-economic", headers=head, json={"rows": rows}).status_code == 201
    return found


def tenant_of(connection: sa.Connection, person: str) -> str:
    return str(connection.execute(sa.select(PERSON.c.tenant).where(PERSON.c.id == person)).scalar_one())


def filled(path: str, names: dict[str, str]) -> str:
    """A path with the names of a tenant in its places, by the noun before them."""
    path = re.sub(r"/catalogue/\{kind\}/\{\w+\}", f"/catalogue/run/{names.get('runs', NOBODYS)}", path)
    path = re.sub(
        r"/([\w-]+)/\{\w+\}", lambda place: f"/{place[1]}/{names.get(place[1], NOBODYS)}", path, count=1
    )
    return re.sub(r"\{\w+\}", "1", path)


def asked_of(
    operation: dict[str, Any], names: dict[str, str], schemas: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Parameters and bodies that fit, with the names of a tenant wherever a noun stands for one: all, and each alone."""
    run = names["runs"]
    nouns = {noun.removesuffix("s"): name for noun, name in names.items()} | {
        "file": names["uploads"],
        "new": run,
        "old": run,
        "other": run,
    }
    query = {
        one["name"]: nouns.get(one["name"]) or "x"
        for one in operation.get("parameters", ())
        if one["in"] == "query" and (one.get("required") or nouns.get(one["name"]))
    }
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        yield {"params": query, "files": {"file": ("x.csv", b"x\n1\n")}}
    elif "application/json" in content:
        schema = content["application/json"]["schema"]
        yield {"params": query, "json": sample(schema, schemas, nouns)}
        fields = schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {})
        for one in fields:
            if one in nouns:
                others = {name: nouns[name] for name in ("other",) if name != one}
                yield {"params": query, "json": sample(schema, schemas, {one: nouns[one], **others})}
    else:
        yield {"params": query}


def sample(schema: dict[str, Any], schemas: dict[str, Any], nouns: dict[str, Any], name: str = "") -> Any:
    """Something that fits a schema, with what it needs and no more."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], schemas, nouns, name)
    kind = schema.get("type")
    if nouns.get(name) and kind in ("string", None):
        return nouns[name]
    if kind == "object" or "properties" in schema:
        wanted = {
            *schema.get("required", ()),
            *(one for one in schema.get("properties", {}) if nouns.get(one)),
        }
        return {one: sample(schema["properties"][one], schemas, nouns, one) for one in sorted(wanted)}
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    if kind == "array":
        few = schema.get("minItems", 0)
        return [sample(schema.get("items", {}), schemas, nouns, name.removesuffix("s"))] * few
    return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": False}.get(
        str(kind), "sichuan-park-2022"
    )


def test_every_route_declares_what_the_table_says(
    client: TestClient, routes: dict[tuple[str, str], Any]
) -> None:
    code = {
        (verb, one.path): declared(one.dependant)
        for one in iter_route_contexts(client.app.routes)
        if one.path.startswith("/api/")
        for verb in one.methods
    }
    assert set(code) == set(routes), "a route that the OpenAPI does not show"
    assert {key: word for key, word in code.items() if table().get(key) != word} == {}, (
        "permissions.csv says otherwise"
    )
    assert not set(table()) - set(code), "routes that are gone"
    assert set(table().values()) <= all_permissions() | {*ADMITS_ALL, "public"}


def test_the_docs_list_the_public_routes() -> None:
    public = {f"{verb} {path}" for (verb, path), word in table().items() if word == "public"}
    for lang in ("zh", "en"):
        text = (ROOT / "docs" / lang / "access.md").read_text(encoding="utf-8")
        listed = re.findall(r"^\| `((?:GET|POST) /\S+)` \|", text, re.M)
        assert set(listed) == public


def test_nobody_gets_in_but_by_the_public_routes(
    client: TestClient, routes: dict[tuple[str, str], Any]
) -> None:
    stranger = TestClient(client.app)
    for verb, path in routes:
        for place in (filled(path, {}), path):
            answer = stranger.request(verb, place, follow_redirects=False)
            if table()[verb, path] == "public":
                assert answer.status_code < 500, (verb, path)
            else:
                assert (answer.status_code, answer.json()["code"]) == (401, "P-011"), (verb, path)


@pytest.mark.parametrize("role", list(roles()))
def test_each_role_may_do_what_the_table_says(
    client: TestClient, routes: dict[tuple[str, str], Any], heads: dict[str, dict[str, str]], role: str
) -> None:
    person = TestClient(client.app, headers=heads[role])
    for verb, path in routes:
        word = table()[verb, path]
        if word == "public":
            continue
        body = {} if verb == "GET" else {"json": {}}
        answer = person.request(verb, filled(path, {}), follow_redirects=False, **body)
        assert answer.status_code < 500, (verb, path, answer.text)
        refused = answer.status_code in (401, 403) and answer.json()["code"] != "P-017"
        admitted = word in ADMITS_ALL or word in permissions_of([role])
        assert refused == (not admitted), (verb, path, answer.status_code, answer.text[:200])
        assert admitted or answer.json()["code"] == "P-003"


def test_another_tenant_reads_and_changes_nothing(
    client: TestClient,
    routes: dict[tuple[str, str], Any],
    heads: dict[str, dict[str, str]],
    held: dict[str, str],
) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    before = everything_of(client, held["people"])
    assert SECRET in str(before)
    for role in roles():
        stranger = TestClient(client.app, headers=heads[f"other {role}"])
        for (verb, path), operation in routes.items():
            if table()[verb, path] != "public":
                for asked in asked_of(operation, held, schemas):
                    answer = stranger.request(verb, filled(path, held), follow_redirects=False, **asked)
                    assert_hidden(answer, path, held, (role, verb, path))
    assert everything_of(client, held["people"]) == before


def test_somebody_of_another_area_reads_nothing(
    client: TestClient, routes: dict[tuple[str, str], Any], held: dict[str, str]
) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    people = {"tokens", "people", "sessions"}
    held = {noun: name for noun, name in held.items() if noun not in people}
    add(client, "elsewhere", ["analyst", "reviewer", "approver"], [("region", "CN-12"), ("entity", "另一家")])
    stranger = TestClient(client.app, headers=token(client, "elsewhere"))
    for (verb, path), operation in routes.items():
        if verb == "GET" and table()[verb, path] != "public" and path not in TENANTS:
            for asked in asked_of(operation, held, schemas):
                answer = stranger.request(verb, filled(path, held), follow_redirects=False, **asked)
                assert_hidden(answer, path, held, (verb, path))


def assert_hidden(answer: Any, path: str, held: dict[str, str], where: tuple[str, ...]) -> None:
    """Nothing of what is held shows, and what is asked for by its name is as if it did not exist."""
    said = (*where, answer.status_code, answer.text[:300])
    assert SECRET not in answer.text, said
    assert answer.status_code < 500, said
    noun = re.match(r"/api/v1/([\w-]+)/\{", path)
    if noun and noun[1] in held:
        assert answer.status_code in (403, 404), said
    elif answer.status_code < 300 and path != "/api/v1/audit":  # which tells what they asked for
        assert not any(name in answer.text for name in held.values()), said


def test_a_person_of_the_tenant_does_reach_them(client: TestClient, held: dict[str, str]) -> None:
    """Without this the test above could pass by asking for nothing."""
    head = enter(client, f"wang{SECRET}")
    for noun in (
        "uploads",
        "datasets",
        "runs",
        "jobs",
        "releases",
        "doubts",
        "maps",
        "mappings",
        "analyses",
        "roads",
        "road-analyses",
    ):
        assert client.get(f"/api/v1/{noun}/{held[noun]}", headers=head).status_code == 200, noun
    assert (
        client.post("/api/v1/session", json={"login": f"wang{SECRET}", "password": PASSWORD}).status_code
        == 201
    )


def everything_of(client: TestClient, person: str) -> dict[str, list[Any]]:
    """Every row of a tenant but the audit chain and when a session was seen."""
    with client.app.state.platform.reading() as connection:
        tenant = tenant_of(connection, person)
        people = sa.select(PERSON.c.id).where(PERSON.c.tenant == tenant)
        found = {
            one.name: connection.execute(sa.select(one).where(one.c.tenant == tenant)).all()
            for one in METADATA.sorted_tables
            if "tenant" in one.c and one.name != "audit"
        }
        for one in (GRANT, AREA, TOKEN, SESSION):
            columns = [column for column in one.c if column.name not in ("seen_at", "used_at")]
            found[one.name] = connection.execute(sa.select(*columns).where(one.c.person.in_(people))).all()
    return {name: sorted(map(str, rows)) for name, rows in found.items()}
