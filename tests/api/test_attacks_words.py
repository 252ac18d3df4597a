"""Words that are SQL, paths or formulas, in every place of the API that takes or gives a word."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import GPC, run, upload

from serving import add, enter, job
from tanheng.access import roles
from tanheng.record.catalogue import METADATA

PEOPLE = {role: [role] for role in roles()}
SQL = [
    "' or '1'='1", "x' union select password from person --", '"; drop table person; --', "1) or (1=1", "%' or 1=1 --",
    "read_csv('/etc/passwd')", "(select count(*) from duckdb_settings())", "x'; attach 'y.db' as y; --", "\\'; select 1 --", "甲' or ''='",
]  # fmt: skip
EVIL = ["=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(1,1)", "\t=1+1", "=HYPERLINK(\"http://x\",\"y\")", "＝1+1"]  # fmt: skip
EVIL_NAME = "=1+cmd|'x'"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CELLS = ("where", "cell")


def routes(client: TestClient, *, tables: bool = False) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Paths that are read, with their parameters of the address."""
    for path, verbs in client.get("/openapi.json").json()["paths"].items():
        asked = [one for one in verbs.get("get", {}).get("parameters", ()) if one["in"] == "query"]
        whole = "format" in {one["name"] for one in asked}
        if "get" in verbs and not path.endswith("/events") and (whole or not tables):
            yield path, asked


def filled(path: str, known: dict[str, list[Any]]) -> Iterator[str]:
    """A path for each of the names that exist."""
    path = path.replace("{kind}", "run").replace("{file}", "x")
    path = re.sub(r"\{(zoom|column|row)\}", "1", path)
    noun = path.split("/")[3]
    for name in known.get(noun, ["none"]) if "{name}" in path else [""]:
        yield path.replace("{name}", str(name))


def needed(asked: list[dict[str, Any]], known: dict[str, list[Any]], path: str) -> dict[str, Any]:
    """What a route needs to answer at all."""
    of_map = path.startswith("/api/v1/maps")
    right = {"old": known["runs"][0], "new": known["runs"][1], "run": known["runs"][1], "base": known["runs"][0], "view": "gpc",
             "region": "CN-35", "start": "2020", "end": "2021", "year": "2021", "item": "电力", "factor": "x"}  # fmt: skip
    if path.endswith("/change"):
        return {"by": "entity", "old": "2020", "new": "2021"}
    if path.endswith("/gpc"):
        return {"entity": "*"}
    wanted = {one["name"] for one in asked if one.get("required")} | ({"run"} if of_map else set())
    return {name: right[name] for name in wanted if name in right}


def password_hashes(client: TestClient) -> set[str]:
    with client.app.state.platform.reading() as connection:
        return set(connection.execute(sa.text("select password from person")).scalars())


def counts(client: TestClient) -> dict[str, int]:
    with client.app.state.platform.reading() as connection:
        return {
            one.name: int(connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one())
            for one in METADATA.sorted_tables
            if one.name not in ("audit", "session")
        }


def test_sql_in_any_word_of_an_address_is_a_word(client: TestClient, known: dict[str, list[Any]]) -> None:
    before, hidden = counts(client), password_hashes(client)
    for login in ("analyst", "system_admin", "audit_admin"):
        head, number = enter(client, login), 0
        for path, asked in routes(client):
            texts = [one["name"] for one in asked if '"string"' in str(one["schema"]).replace("'", '"')]
            for name in texts:
                number += 1
                word = SQL[number % len(SQL)]
                said = f"{'name' if name == 'where' else 'sector'}={word}" if name in CELLS else word
                for place in filled(path, known):
                    params = {**needed(asked, known, path), name: said}
                    answer = client.get(place, params=params, headers=head)
                    assert answer.status_code < 500, (place, params, answer.text)
                    assert not [one for one in hidden if one and one in answer.text]
                    assert "root:" not in answer.text
    assert counts(client) == before


@pytest.mark.parametrize("word", SQL)
def test_a_filter_holds_only_for_what_has_that_word(
    client: TestClient, known: dict[str, list[Any]], word: str
) -> None:
    enter(client, "analyst")
    tables = [("/api/v1/runs", "name"), ("/api/v1/uploads", "name"), ("/api/v1/datasets", "name"), ("/api/v1/places", "entity"),
              ("/api/v1/factors", "item"), (f"/api/v1/datasets/{known['datasets'][1]}/rows", "entity")]  # fmt: skip
    for path, column in tables:
        assert client.get(path).json()["total"] > 0, path
        for sign in ("=", "~"):
            answer = client.get(path, params={"where": f"{column}{sign}{word}"})
            assert (answer.status_code, answer.json().get("total")) == (200, 0), (path, sign, answer.text)
        for params in ({"sort": word}, {"where": f"{word}=x"}):
            assert client.get(path, params=params).status_code == 422, (path, params)
    one = known["runs"][1]
    for name in ("by", "rows", "columns", "levels"):
        place = {"by": "table", "rows": "pivot", "columns": "pivot", "levels": "tree"}[name]
        answer = client.get(f"/api/v1/runs/{one}/{place}", params={name: word})
        assert answer.status_code == 422, (name, answer.text)


@pytest.mark.parametrize("name", ["../../secrets.key", "..%2f..%2fsecrets.key", "%2e%2e/secrets.key", "/etc/passwd", "..\\secrets.key", "a.zip/../../secrets.key", "%00.zip", ".half-x.zip", "notes.txt"])  # fmt: skip
def test_no_name_leads_out_of_its_folder(client: TestClient, known: dict[str, list[Any]], name: str) -> None:
    secret, folder = b"for nobody outside", client.app.state.platform.folder
    (folder / "secrets.key").write_bytes(secret)
    (folder / "backups").mkdir(exist_ok=True)
    (folder / "backups" / "notes.txt").write_text("no archive")
    for login in ("system_admin", "analyst"):
        head = enter(client, login)
        for path in (f"/backups/{name}/file", f"/exports/{known['exports'][0]}/files/{name}", f"/maps/{name}/file", f"/uploads/{name}/file", f"/methods/{name}/template"):  # fmt: skip
            answer = client.get(f"/api/v1{path}", headers=head)
            page = answer.headers["content-type"].startswith("text/html")
            assert page or answer.status_code in (403, 404, 405, 409, 422), (path, answer.status_code)
            assert secret not in answer.content
        assert client.delete(f"/api/v1/backups/{name}", headers=head).status_code >= 400
    assert (folder / "secrets.key").read_bytes() == secret
    assert (folder / "backups" / "notes.txt").is_file()


@pytest.fixture(scope="module")
def hostile(client: TestClient) -> dict[str, list[Any]]:
    """A run, a release and what hangs on them, with formulas wherever somebody may write a word."""
    head = enter(client, "analyst")
    quoted = ['"' + one.replace('"', '""') + '"' for one in EVIL]
    good = [
        f"{one},{year},福建省,工业,柴油,{at + 1},t,{one}"
        for at, one in enumerate(quoted)
        for year in (2020, 2021)
    ]
    bad = [f"{one},2021,福建省,{one},{one},{one},{one},{one}" for one in quoted]
    text = GPC.splitlines()[0] + ",source\n" + "\n".join([*good, *bad]) + "\n"
    made = run(client, head, text, name=EVIL_NAME)
    asked = {"run": made, "name": "=1+1", "why": "=1+1"}
    release = client.post("/api/v1/releases", headers=head, json=asked)
    assert release.status_code == 201, release.text
    points = "entity,name,longitude,latitude,region\n" + "".join(f"{one},{one},119.3,26.08,福建省\n" for one in quoted if "\t" not in one)  # fmt: skip
    file = upload(client, head, points, "=1+1.csv")
    placed = client.post("/api/v1/places", headers=head, json={"upload": file, "source": "=1+1"})
    assert placed.status_code == 201, placed.text
    rows = [{"region": "CN-35", "period": "2021", "quantity": "gdp", "value": 1.0, "source": "=1+1"}]
    assert client.post("/api/v1/socio-economic", headers=head, json={"rows": rows}).status_code == 201
    client.post("/api/v1/tokens", headers=head, json={"name": "=1+1"}).raise_for_status()
    add(client, "=1+1", ["enterprise"])
    datasets = [row["id"] for row in client.get("/api/v1/datasets").json()["rows"] if row["name"] == EVIL_NAME]  # fmt: skip
    compared = {
        "name": "=1+1",
        "enterprises": datasets[:1],
        "balance": datasets[0],
        "by": ["entity", "item"],
        "tolerance": 0,
    }
    rows_ = "".join(f"{one},{at + 1},t,1\n" for at, one in enumerate(quoted[:2]))
    meters = {
        "name": "=1+1",
        "measurements": upload(
            client, head, f"名称,数值,单位,不确定度\n{rows_}总表,9,t,1\n甲,8,t,1\n", "=1+1.csv"
        ),
        "constraints": ["甲 = 总表"],
    }
    sources = [
        job(client, client.post(f"/api/v1/sources/{kind}", headers=head, json=asked_))["sources"]
        for kind, asked_ in (("bottom-up", compared), ("measurements", meters))
    ]
    own = (
        "format: tanheng-method/1\nid: evil\nversion: '1'\nextends: gpc-cn\ntitle: {zh: '=1+1', en: '=1+1'}\n"
    )
    kept_ = {"upload": upload(client, head, own, "evil.yaml"), "kind": "method", "name": "=1+1"}
    assert client.post("/api/v1/packs", headers=head, json=kept_).status_code == 201
    doubts = [row["id"] for row in client.get("/api/v1/doubts", params={"limit": 1000}).json()["rows"]]
    for one in doubts[:3]:
        told = client.post(f"/api/v1/doubts/{one}", headers=head, json={"state": "explained", "reason": "=1+1"})  # fmt: skip
        assert told.status_code < 500
    approver = enter(client, "approver")
    job(client, client.post(f"/api/v1/releases/{release.json()['id']}/approve", headers=approver, json={"said": "=1+1"}))  # fmt: skip
    return {
        "runs": [made],
        "datasets": datasets,
        "releases": [release.json()["id"]],
        "catalogue": [made],
        "sources": sources,
        "methods": ["evil"],
    }


def formulas(content: bytes, kind: str) -> list[str]:
    """Cells of a file that a spreadsheet would run."""
    if kind == "csv":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return [cell for row in rows for cell in row if cell.startswith(FORMULA) and not _number(cell)]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(one).decode() for one in book.namelist() if "worksheets/sheet" in one]
        links = [one for one in book.namelist() if "externalLink" in one]
    found = [one for sheet in sheets for one in re.findall(r"<f[ >].*?</f>", sheet)]
    return found + links + [one for sheet in sheets for one in re.findall(r"<hyperlink [^>]*>", sheet)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_no_table_that_leaves_holds_a_formula(
    client: TestClient, known: dict[str, list[Any]], hostile: dict[str, list[Any]]
) -> None:
    mine = known | hostile
    evil, seen = 0, set()
    for login in roles():
        head = enter(client, login)
        for path, asked in routes(client, tables=True):
            for place in filled(path, mine):
                for kind in ("csv", "xlsx"):
                    params = {**needed(asked, {**mine, "runs": mine["runs"] * 2}, path), "format": kind}
                    answer = client.get(place, params=params, headers=head)
                    assert answer.status_code < 500, (place, answer.text)
                    if answer.status_code == 200:
                        seen.add(path)
                        assert formulas(answer.content, kind) == [], (place, kind)
                        evil += kind == "csv" and b"'=1+" in answer.content
    assert evil >= 6, "the formulas did not reach the tables"
    assert len(seen) > 30, sorted(seen)
    assert {
        f"/api/v1/{one}"
        for one in (
            "runs/{name}/change",
            "runs/{name}/gpc",
            "sources",
            "sources/{name}/table",
            "alarms",
            "methods",
            "places",
        )
    } <= seen


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_export_holds_a_formula(client: TestClient, hostile: dict[str, list[Any]], lang: str) -> None:
    head = enter(client, "analyst")
    tried = 0
    for form in ("official", "workbook", "iamc", "ecrf", "csv"):
        asked = {
            "run": hostile["runs"][0],
            "forms": [form],
            "lang": lang,
            "entity": EVIL[0],
            "period": "2021",
        }
        queued = client.post("/api/v1/exports", headers=head, json=asked)
        name = queued.json()["job"]
        while (state := client.get(f"/api/v1/jobs/{name}").json())["state"] in ("waiting", "running"):
            pass
        for file in state["done"].get("files", ()):
            content = client.get(f"/api/v1/exports/{name}/files/{file['name']}").content
            kind = "csv" if file["name"].endswith(".csv") else "xlsx"
            if file["name"].endswith((".csv", ".xlsx")):
                tried += 1
                held = [one for one in formulas(content, kind) if kind == "csv" or "cmd" in one or "1+1" in one]  # fmt: skip
                assert held == [], (form, file["name"])
    assert tried >= 4
