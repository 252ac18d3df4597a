"""Makes the fixture of a released schema: a data folder with real small content, written by the code of that revision.

    python tools/schema_fixture.py                # of this code
    python tools/schema_fixture.py --code FOLDER  # of older code: git worktree add FOLDER COMMIT

Writes tests/fixtures/schemas/<revision>.zip: the catalogue as SQL, the objects, and the key of secrets. A fixture is made
once, when its revision is released, and never again.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "tests" / "fixtures" / "schemas"
EXAMPLE = "examples/power-plant/activity.csv"
PLATFORM = """
import json
import sys
from pathlib import Path
import pyotp
from serving import PASSWORD, SICHUAN, add, enter, job, server

with server(Path(sys.argv[1])) as client:
    add(client, "wang", ["analyst"])
    add(client, "chen", ["approver"], [("region", "CN-51")])
    add(client, "li", ["reviewer"])
    head = enter(client, "wang")
    routes = client.get("/openapi.json").json()["paths"]

    def has(path):
        return f"/api/v1{path}" in routes

    def send(path, asked):
        answer = client.post(f"/api/v1{path}", headers=head, json=asked)
        assert answer.is_success, answer.text
        return answer

    def file(name, content):
        sent = {"file": (name, content)}
        return client.post("/api/v1/uploads", headers=head, files=sent, data={"region": "CN-51"}).json()["id"]

    upload = file(SICHUAN.name, SICHUAN.read_bytes())
    made = job(client, client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "四川"}))
    asked = {"dataset": made["dataset"], "method": "sichuan-park-2022", "name": "四川"}
    run = job(client, client.post("/api/v1/runs", headers=head, json=asked))["run"]
    job(client, client.post("/api/v1/exports", headers=head, json={"run": run, "forms": ["csv"]}))
    bad = "主体,时期,品种,数量,单位\\n甲,2021,柴油,-3,t\\n乙,2021,柴油,3,t\\n"
    upload = file("bad.csv", bad)
    head["Idempotency-Key"] = "fixture"
    send(f"/uploads/{upload}/mapping", {})
    del head["Idempotency-Key"]
    job(client, send("/datasets", {"upload": upload, "name": "有疑点"}))
    if has("/maps"):
        ring = [[103, 30], [104, 30], [104, 31], [103, 30]]
        area = {"type": "Feature", "properties": {"adcode": 510100}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        drawn = json.dumps({"type": "FeatureCollection", "features": [area]})
        asked = {"upload": file("a.geojson", drawn), "name": "示例地图", "publisher": "示例局", "licence": "示例", "review": "示例1号"}
        send("/maps", asked)
        points = "entity,name,longitude,latitude,region\\n示例厂,示例厂,103.8,30.4,成都市\\n"
        send("/places", {"upload": file("points.csv", points)})
    if has("/socio-economic"):
        gdp = {"region": "CN-51", "period": "2021", "quantity": "gdp", "value": 53850.79, "source": "示例"}
        send("/socio-economic", {"rows": [gdp]})
        reported = "reference,emission,unit,notation,reason,year\\nI.1.1,1.2,kt CO2e,,,2021\\n"
        job(client, send("/reported", {"upload": file("city.csv", reported), "name": "示例市"}))
    if has("/packs"):
        own = "id,item,gas,value,unit,region,year_valid_from,source_title\\nown.power,电力,CO2,0.5,tCO2/MWh,CN-51,2021,示例\\n"
        send("/packs", {"upload": file("own.csv", own), "kind": "factors", "name": "示例因子"})
    if has("/sources/bottom-up"):
        same = {"name": "示例核对", "enterprises": [made["dataset"]], "balance": made["dataset"]}
        job(client, send("/sources/bottom-up", same))
    if has("/roads"):
        from a_road import add_road, analysed

        analysed(client, head, add_road(client, head, name="示例路径", inventories={}), "tree")
    release = client.post("/api/v1/releases", headers=head, json={"run": run, "name": "四川", "why": "初稿"}).json()["id"]
    client.post("/api/v1/tokens", headers=head, json={"name": "nightly"}).raise_for_status()
    head = enter(client, "chen")
    job(client, client.post(f"/api/v1/releases/{release}/approve", headers=head, json={}))
    head = enter(client, "li")
    told = client.post("/api/v1/session/second-factor", headers=head, json={"password": PASSWORD}).json()
    code = pyotp.TOTP(told["secret"]).now()
    client.post("/api/v1/session/second-factor/confirm", headers=head, json={"code": code}).raise_for_status()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--code", type=Path, default=ROOT)
    code = parser.parse_args().code.resolve()
    environment = {**os.environ, "PYTHONPATH": f"{code / 'src'}:{code / 'tests'}"}

    def tanheng(*words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "tanheng", *words],
            env=environment,
            cwd=code,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    with tempfile.TemporaryDirectory() as temporary:
        data, out = Path(temporary) / "data", str(Path(temporary) / "out")
        store = data / "store"
        tanheng("account", EXAMPLE, "--method", "cn-enterprise-power", "--out", out)
        for why in ("初稿", "更正"):
            tanheng(
                "release", "create", out, "--name", "电厂", "--store", str(store), "--why", why, "--again"
            )
        if (code / "src" / "tanheng" / "serve").is_dir():
            subprocess.run([sys.executable, "-c", PLATFORM, str(data)], env=environment, cwd=code, check=True)
        print(packed(data))


def packed(data: Path) -> Path:
    store = data / "store"
    with sqlite3.connect(store / "catalogue.sqlite") as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        has = "alembic_version" in names
        revision = (
            connection.execute("select version_num from alembic_version").fetchone()[0] if has else "0001"
        )
        sql = "\n".join(connection.iterdump())
        counts = {
            one: connection.execute(f'select count(*) from "{one}"').fetchone()[0] for one in sorted(names)
        }
    PLACE.mkdir(parents=True, exist_ok=True)
    file = PLACE / f"{revision}.zip"
    with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("catalogue.sql", sql)
        archive.writestr("rows.json", json.dumps(counts, indent=1))
        for path in sorted((store / "objects").rglob("*")):
            if path.is_file():
                archive.write(path, f"objects/{path.parent.name}/{path.name}")
        if (data / "secrets.key").is_file():
            archive.write(data / "secrets.key", "secrets.key")
    return file


if __name__ == "__main__":
    main()
