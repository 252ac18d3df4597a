"""The demonstration: an empty folder is filled with what packs/demo lists, each with its source, and never filled twice."""

from __future__ import annotations

import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient

from a_road import flat
from serving import job, server
from shared import SHARED, needs_shared
from tanheng.serve.demo import fill
from tanheng.serve.demo_data import PACK, rows


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with server(tmp_path_factory.mktemp("demo")) as found:
        filled = fill(found.app.state.platform)  # type: ignore[attr-defined]
        assert filled is not None
        assert fill(found.app.state.platform) is None  # type: ignore[attr-defined]
        answer = found.post("/api/v1/session", json={"login": "analyst", "password": filled.password})
        assert answer.status_code == 201
        yield found


@pytest.fixture(scope="module")
def runs(client: TestClient) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in client.get("/api/v1/runs").json()["rows"]}


def test_the_published_case_has_its_total_and_its_contradictions(
    client: TestClient, runs: dict[str, Any]
) -> None:
    run = runs["四川省 2021"]
    assert round(run["total"], 2) == 330_391_619.72
    assert "演示" in client.get("/api/v1/session").json()["name"]
    codes = [row["code"] for row in client.get(f"/api/v1/runs/{run['id']}/doubts").json()["rows"]]
    assert {"Q-021", "Q-022", "Q-023"} <= set(codes)


def test_everything_listed_is_there_complete_with_its_source_and_licence(runs: dict[str, Any]) -> None:
    listed = {row["name"]: row for row in rows("contents")}
    assert set(runs) == set(listed)
    for name, run in runs.items():
        assert run["complete"], name
        assert run["synthetic"] is (listed[name]["synthetic"] == "yes"), name
        assert listed[name]["source_zh"] in run["about"]["source"]
        assert listed[name]["licence_en"] in run["about"]["licence"]
        assert run["synthetic"] is ("合成" in name)


@needs_shared
@pytest.mark.shared
def test_the_series_of_the_provinces_are_those_of_the_source(
    client: TestClient, runs: dict[str, Any]
) -> None:
    """Table annual_31_provinces of Cui et al. 2021; their daily ground transport of 2020 lacks a day."""
    assert SHARED is not None
    table = pl.read_csv(SHARED / "china_provinces_daily_co2_2019_2020" / "annual_31_provinces_t.csv")
    published = {(actor, year): total for actor, year, total in table.select("actor_id", "year", "total_emissions").iter_rows()}  # fmt: skip
    for name, code in (("辽宁省", "CN-LN"), ("天津市", "CN-TJ"), ("四川省", "CN-SC")):
        run = runs[f"{name} 2019–2020（三个部门）"]
        seen = client.get(f"/api/v1/runs/{run['id']}/table?by=period").json()["rows"]
        years = {int(row["period"]): row["emission"] for row in seen}
        assert years[2019] == pytest.approx(published[code, 2019], abs=30)
        assert published[code, 2020] - 200_000 < years[2020] < published[code, 2020]


def test_the_points_of_the_map_are_the_synthetic_enterprises_and_plants_have_no_emission(
    client: TestClient, runs: dict[str, Any]
) -> None:
    kept = client.get("/api/v1/places?limit=1000").json()["rows"]
    made_up = {row["entity"] for row in kept if "合成" in row["source"]}
    plants = {row["entity"] for row in kept if "World Resources Institute" in row["source"]}
    assert (len(made_up), len(plants)) == (9, len(rows("power_plants")))
    assert made_up | plants == {row["entity"] for row in kept}
    run = runs["合成：辽宁重点企业 2014–2023"]["id"]
    layer = client.get("/api/v1/maps/points", params={"run": run}).json()
    assert {row["entity"] for row in layer["rows"]} == made_up
    assert layer["synthetic"]
    assert not any(layer["rest"].values())
    cells = client.get("/api/v1/maps/cells", params={"run": run, "size": 50}).json()["rows"]
    assert sum(row["sources"] for row in cells) == len(made_up)


@needs_shared
@pytest.mark.shared
def test_the_extracts_are_remade_to_the_byte(tmp_path: Path) -> None:
    import runpy
    import sys

    assert SHARED is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["demo_extract.py", str(SHARED), str(tmp_path)])
        runpy.run_path(str(Path(__file__).parents[2] / "tools" / "demo_extract.py"), run_name="__main__")
    made = sorted(tmp_path.iterdir())
    assert len(made) == 5
    for path in made:
        assert path.read_bytes() == (PACK / path.name).read_bytes(), path.name


def test_the_synthetic_cities_stand_in_their_places_over_ten_years(
    client: TestClient, runs: dict[str, Any]
) -> None:
    run = runs["合成：辽宁各市 2014–2023"]
    assert (run["first_day"], run["last_day"]) == ("2014", "2023")
    seen = client.get(f"/api/v1/runs/{run['id']}/table?by=region&by=period&limit=1000").json()["rows"]
    assert len(seen) == 14 * 10
    assert {row["region"][:5] for row in seen} == {"CN-21"}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "arrow"])
@pytest.mark.parametrize("what", ["table?by=sector", "pivot?rows=sector&columns=period", "flows", "tree", "entities", "factors"])  # fmt: skip
def test_a_table_of_a_synthetic_run_says_so_in_its_first_column(
    client: TestClient, runs: dict[str, Any], what: str, form: str
) -> None:
    for name, run in runs.items():
        if name.startswith(("合成：辽宁各市", "四川省 2021")):
            sign = "&" if "?" in what else "?"
            answer = client.get(f"/api/v1/runs/{run['id']}/{what}{sign}format={form}")
            assert answer.status_code == 200, answer.text
            frame = _frame(answer.content, form)
            assert frame.height
            assert (frame.columns[0] == "合成数据 synthetic") is run["synthetic"], (name, frame.columns)
            if run["synthetic"]:
                assert set(frame.to_series(0)) == {"合成数据 Synthetic"}


def test_every_export_of_a_synthetic_run_and_the_report_say_so(
    client: TestClient, runs: dict[str, Any]
) -> None:
    run = runs["合成：辽宁重点企业 2014–2023"]
    head = {"x-csrf-token": client.get("/api/v1/session").json()["csrf"]}
    forms = ["workbook", "word", "html", "csv", "parquet"]
    asked = client.post("/api/v1/exports", headers=head, json={"run": run["id"], "forms": forms})
    done = job(client, asked)
    assert [one["form"] for one in done["files"]] == forms
    for one in done["files"]:
        content = client.get(f"/api/v1/exports/{asked.json()['job']}/files/{one['name']}").content
        assert _says(content, one["name"]), one["name"]


def _says(content: bytes, name: str) -> bool:
    if name.endswith(".docx"):
        document = docx.Document(io.BytesIO(content))
        return "合成数据" in document.paragraphs[0].text and all(
            "合成" in one.header.paragraphs[0].text for one in document.sections
        )
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "合成数据" in str(book.active["A1"].value) and all(
            "合成" in str(one.oddHeader.center.text) for one in book.worksheets[:-1]
        )
    if name.endswith(".parquet"):
        return "合成" in pl.read_parquet(io.BytesIO(content)).columns[0]
    text = content.decode("utf-8-sig")
    return "合成数据" in (text.partition("<body")[2][:600] if name.endswith(".html") else text[:20])


def _frame(content: bytes, form: str) -> pl.DataFrame:
    if form == "xlsx":
        heads, *lines = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        return pl.DataFrame(
            [[str(cell) for cell in line] for line in lines], schema=[str(one) for one in heads], orient="row"
        )
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "arrow": pl.read_ipc}
    return readers[form](io.BytesIO(content))  # type: ignore[no-any-return, operator]


def test_the_road_is_the_example_and_its_analyses_are_made_while_the_server_runs(client: TestClient) -> None:
    (row,) = client.get("/api/v1/roads").json()["rows"]
    assert row["synthetic"]
    road = client.get(f"/api/v1/roads/{row['id']}").json()
    files = {one["name"]: one["sha256"] for one in road["files"]}
    assert files == {name: hashlib.sha256(content).hexdigest() for name, content in flat().items()}
    wanted = {one["kind"] for one in rows("road_analyses")}
    ends = time.monotonic() + 300
    states: dict[str, int] = {"waiting": 1}
    while states.keys() & {"waiting", "running"} and time.monotonic() < ends:
        found = client.get("/api/v1/jobs", params={"where": "kind=road-analysis", "limit": 100}).json()[
            "rows"
        ]
        states = Counter(one["state"] for one in found)
        time.sleep(0.2)
    assert states == {"done": len(wanted)}
    made = client.get(f"/api/v1/roads/{row['id']}").json()["analyses"]
    assert {one["kind"] for one in made} == wanted
    assert all(
        client.get(f"/api/v1/road-analyses/{one['id']}").json()["document"]["synthetic"] for one in made
    )
    assert (
        client.get("/api/v1/roads")
        .json()["rows"][0]["headline"]
        .startswith("四川省（合成数据） 2024 年双碳指数")
    )
