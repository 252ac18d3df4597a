"""Roads on the platform: sets of files as versions, and analyses as documents in both languages."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from importlib.resources import files as pack
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from holding import run

from a_road import EXAMPLE, add_road, analysed, ask_road, flat, sent, zipped
from serving import SICHUAN, add, enter, job
from tanheng.pathways import dual_carbon_index, load_road
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.sets import REFERS
from tanheng.serve.routes.road_analyses import _sheet

PEOPLE = {"wang": ["analyst"], "zhou": ["reviewer"], "chen": ["approver"], "gao": ["audit_admin"]}
FEW = {"draws": 200}
FORMATS = Path(str(pack("tanheng.packs") / "schemas"))
NAMING = {"file", "tree", "table", "run", "activity", "method"}


@pytest.fixture(scope="module")
def head(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def sichuan(client: TestClient, head: dict[str, str]) -> str:
    return add_road(client, head, region="CN-51", why="初稿")


@pytest.fixture(scope="module")
def index(client: TestClient, head: dict[str, str], sichuan: str) -> str:
    return analysed(client, head, sichuan, **FEW)


def get(client: TestClient, path: str, lang: str = "zh", **params: Any) -> Any:
    answer = client.get(f"/api/v1{path}", headers={"accept-language": lang}, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_set_becomes_a_version_that_says_what_it_holds(client: TestClient, sichuan: str) -> None:
    found = get(client, f"/roads/{sichuan}")
    road = load_road(EXAMPLE / "road.yaml")
    assert (found["base"], found["target"], found["last"]) == (road.path.base, road.path.target, road.observed.last)  # fmt: skip
    assert (found["region"], found["number"], found["newest"], found["synthetic"], found["why"]) == ("CN-51", 1, True, True, "初稿")  # fmt: skip
    facts = found["facts"]
    assert (facts["title"], facts["unit"]) == ("四川省", "t CO₂e")
    assert [one["id"] for one in facts["levers"]] == list(road.tree.levers)
    assert facts["scenarios"][0]["id"] == "baseline"
    assert {one["name"] for one in found["files"]} == set(flat())
    assert get(client, f"/roads/{sichuan}", "en")["facts"]["title"] == "Sichuan"
    sent = client.get(f"/api/v1/roads/{sichuan}/files/road.yaml")
    assert sent.content == flat()["road.yaml"]


def test_the_index_is_that_of_the_library_in_both_languages(client: TestClient, index: str) -> None:
    expected = dual_carbon_index(load_road(EXAMPLE / "road.yaml"), draws=200)
    for lang, words in (("zh", "路径一致性"), ("en", "Path consistency")):
        found = get(client, f"/road-analyses/{index}", lang)
        document = found["document"]
        assert document["result"]["overall"] == expected.to_dict()["overall"]
        assert (found["version"], document["synthetic"], document["result"]["bound"]) == (1, True, {})
        assert document["sheets"][0]["rows"][0]["part"] == words
        (direction,) = (one for one in document["sheets"] if one["name"] == "direction")
        assert [row["p5"] != row["p95"] for row in direction["rows"]] == [True] * 3
        assert ("no score" in direction["note"]) == (lang == "en")


def failed(client: TestClient, answer: Any) -> dict[str, Any]:
    return dict(job(client, answer, "failed")["error"])


def test_a_zip_is_the_same_set_and_the_same_name_again_the_next_version(
    client: TestClient, head: dict[str, str]
) -> None:
    sichuan = add_road(client, head, name="两版", region="CN-51", why="初稿")
    index = analysed(client, head, sichuan, **FEW)
    files = {f"四川/{name}": content for name, content in flat().items()} | {"__MACOSX/._road.yaml": b"x"}
    second = add_road(client, head, {"set.zip": zipped(files)}, "两版", region="CN-51", why="更正")
    found = get(client, f"/roads/{second}")
    assert (found["number"], found["newest"], [one["why"] for one in found["versions"]]) == (
        2,
        True,
        ["更正", "初稿"],
    )
    assert found["files"] == get(client, f"/roads/{sichuan}")["files"]
    assert not get(client, f"/roads/{sichuan}")["newest"]
    assert [one["id"] for one in get(client, "/roads")["rows"] if one["name"] == "两版"] == [second]
    assert {
        one["number"] for one in get(client, "/roads", newest=False)["rows"] if one["name"] == "两版"
    } == {1, 2}
    assert [(one["id"], one["version"]) for one in found["analyses"]] == [(index, 1)]
    later = analysed(client, head, sichuan, year=2023, **FEW)
    rows = get(client, f"/roads/{second}/analyses")["rows"]
    assert [(row["id"], row["version"], row["road"]) for row in rows] == [
        (later, 1, sichuan),
        (index, 1, sichuan),
    ]
    assert get(client, f"/road-analyses/{later}")["document"]["result"]["year"] == 2023
    answer = ask_road(client, head, flat(), "两版", region="CN-12")
    assert (answer.status_code, answer.json()["code"]) == (409, "W-012")


def test_runs_and_releases_are_bound_to_years_with_their_proofs(
    client: TestClient, head: dict[str, str]
) -> None:
    total = load_road(EXAMPLE / "road.yaml").observed
    made = run(client, head, SICHUAN.read_bytes(), "sichuan-park-2022", "四川清单")
    other = run(client, head, (EXAMPLE / "other.csv").read_bytes(), "cn-provincial-2011", "其余清单")
    asked = {"run": other, "name": "其余", "why": "路径用"}
    release = client.post("/api/v1/releases", headers=head, json=asked).json()["id"]
    files = flat()
    lines = files["road.yaml"].decode().splitlines()
    at = lines.index("  inventories:")
    files["road.yaml"] = "\n".join(lines[:at] + lines[at + 4 :]).encode()
    bound = {"inventories": {"2021": [made, release]}}
    answer = ask_road(client, head, files, "绑定", **bound)
    assert (answer.status_code, answer.json()["code"]) == (409, "W-032")
    approver = TestClient(client.app)
    mine = enter(approver, "chen")
    job(client, approver.post(f"/api/v1/releases/{release}/approve", headers=mine, json={}))
    road = add_road(client, head, files, "绑定", **bound)
    found = get(client, f"/roads/{road}")
    assert [(one["year"], one["kind"], one["id"], one["run"]) for one in found["inventories"]] == [
        ("2021", "run", made, made),
        ("2021", "release", release, other),
    ]
    proofs = found["facts"]["proofs"]["2021"]
    assert [one["inventory"] for one in proofs] == ["四川清单", "其余#1"]
    assert sum(one["total"] for one in proofs) == pytest.approx(total.total[total.at(2021)], rel=1e-3)
    document = get(client, f"/road-analyses/{analysed(client, head, road, **FEW)}")["document"]
    assert [one["id"] for one in document["result"]["bound"]["2021"]] == [made, release]
    rows = next(one for one in document["sheets"] if one["name"] == "proofs")["rows"]
    digests = {row["digest"] for row in rows}
    assert get(client, f"/runs/{made}")["digest"] in digests
    assert {row["run"] for row in rows} == {made, other}
    nodes = get(client, f"/catalogue/road/{road}/lineage")["nodes"]
    assert {f"run:{made}", f"release:{release}", f"road:{road}"} <= {one["node"] for one in nodes}
    assert f"road:{road}" in {one["node"] for one in get(client, f"/catalogue/run/{made}/uses")["rows"]}
    error = failed(client, ask_road(client, head, files, "错", inventories={"2021": [made]}))
    assert error["code"] == "P-001"
    assert "2021" in error["message"]["zh"]
    assert found["facts"]["warnings"] == get(client, f"/roads/{road}")["facts"]["warnings"]
    again = run(client, head, (EXAMPLE / "other.csv").read_bytes(), "cn-provincial-2011", "其余重报")
    restated = client.post("/api/v1/releases", headers=head, json={**asked, "run": again}).json()["id"]
    job(client, approver.post(f"/api/v1/releases/{restated}/approve", headers=mine, json={}))
    shown = get(client, f"/roads/{road}", "en")
    assert [one["newest"] for one in shown["inventories"]] == [0, 2]
    told = "2021 is bound to release 1 of '其余', of which release 2 is published"
    assert [told in one for one in shown["facts"]["warnings"]] == [False] * len(
        found["facts"]["warnings"]
    ) + [True]
    document = get(client, f"/road-analyses/{analysed(client, head, road, **FEW)}", "en")["document"]
    assert told in document["warnings"][0]
    newest = add_road(client, head, files, "绑定", inventories={"2021": [made, restated]})
    assert not any(
        "is published" in one for one in get(client, f"/roads/{newest}", "en")["facts"]["warnings"]
    )


def test_runs_of_elsewhere_are_not_bound(client: TestClient, head: dict[str, str]) -> None:
    made = run(client, head, name="外省", method="gpc-cn")
    answer = ask_road(client, head, flat(), "别处", region="CN-51", inventories={"2021": [made]})
    assert (answer.status_code, answer.json()["code"]) == (422, "W-076")
    for year, name, status in (("21", made, 422), ("2021", "0" * 32, 404)):
        answer = ask_road(client, head, flat(), "别处", inventories={year: [name]})
        assert answer.status_code == status


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    files = flat()
    assert old in files[name].decode()
    return {**files, name: files[name].decode().replace(old, new).encode()}


OUTSIDE = [
    ("road.yaml", "file: observed.csv", "file: /etc/passwd", "observed.file"),
    ("road.yaml", "file: observed.csv", "file: other_set.csv", "observed.file"),
    ("road.yaml", "tree: tree.yaml", "tree: ../tree.yaml", "tree"),
    (
        "road.yaml",
        "{activity: activity.csv,",
        "{activity: ../../activity.csv,",
        "observed.inventories.2021.0.activity",
    ),
    (
        "road.yaml",
        "method: sichuan-park-2022",
        "method: /etc/method.yaml",
        "observed.inventories.2021.0.method",
    ),
    (
        "road.yaml",
        "{activity: activity.csv, method: sichuan-park-2022}",
        "{run: runs/2021}",
        "observed.inventories.2021.0.run",
    ),
    ("tree.yaml", "{activity: parts.csv,", "{activity: 'C:\\parts.csv',", "inventories.parts.activity"),
]


@pytest.mark.parametrize(("file", "old", "new", "key"), OUTSIDE, ids=[one[2] for one in OUTSIDE])
def test_files_outside_of_the_set_are_refused(
    client: TestClient, head: dict[str, str], file: str, old: str, new: str, key: str
) -> None:
    error = failed(client, ask_road(client, head, changed(file, old, new), "外面"))
    assert error["code"] == "W-070", error
    for said in error["message"].values():
        assert file in said
        assert key in said


@pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028", "\u2029"])
def test_a_tree_that_hides_under_another_name_is_refused(
    client: TestClient, head: dict[str, str], end: str
) -> None:
    files = changed("road.yaml", "tree: tree.yaml", "tree: tree.txt")
    del files["projects.yaml"]
    tree = yaml.load(files.pop("tree.yaml"), Loader=yaml.BaseLoader)
    for one in tree["inventories"].values():
        one["activity"] = str(EXAMPLE.parent / "sichuan-2021" / "activity.csv")
    files["tree.txt"] = f"# x{end}{json.dumps(tree, ensure_ascii=False)}".encode()
    error = failed(client, ask_road(client, head, files, "外面"))
    assert (error["code"], error["where"]["file"]) == ("W-070", "road.yaml")


def archived(names: dict[str, bytes], **attributes: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return made.getvalue()


ARCHIVES = {
    "above": archived({"../road.yaml": b"x"}), "absolute": archived({"/etc/road.yaml": b"x"}),
    "windows": archived({"c:\\road.yaml": b"x"}), "below": archived({"road.yaml": b"x", "data/a.csv": b"x"}),
    "link": archived({"road.yaml": b"/etc/passwd"}, external_attr=0o120777 << 16),
    "bomb": archived({"road.yaml": bytes(65 << 20)}), "many": archived({f"{n}.csv": b"" for n in range(101)}),
    "no archive": b"PK nothing", "empty": archived({}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ARCHIVES))
def test_archives_that_are_no_sets_are_refused(client: TestClient, head: dict[str, str], name: str) -> None:
    assert failed(client, ask_road(client, head, {"set.zip": ARCHIVES[name]}, "压缩包"))["code"] == "W-070"


def test_files_of_one_name_and_an_archive_beside_files_are_refused(
    client: TestClient, head: dict[str, str]
) -> None:
    twice = [*sent(client, head, {"a.csv": b"x"}), *sent(client, head, {"A.csv": b"y"})]
    beside = sent(client, head, {"a.zip": zipped(flat()), "b.csv": b"x"})
    for files in (twice, beside):
        answer = client.post("/api/v1/roads", headers=head, json={"name": "两份", "files": files})
        assert failed(client, answer)["code"] == "W-070"


def test_errors_of_the_library_are_the_failure_of_the_job(client: TestClient, head: dict[str, str]) -> None:
    error = failed(client, ask_road(client, head, changed("road.yaml", "unit: 万tCO2e", "unit: 万kWh"), "错"))
    assert error["code"] == "P-001"
    assert "road.yaml" in error["message"]["en"]
    error = failed(client, ask_road(client, head, {**flat(), "road.yaml": b"a: [1"}, "错"))
    assert error["code"] == "P-001"


def test_a_set_without_road_can_only_be_asked_what_it_holds(client: TestClient, head: dict[str, str]) -> None:
    files = {name: content for name, content in flat().items() if name != "road.yaml"}
    tree = add_road(client, head, files, "树")
    found = get(client, f"/roads/{tree}", "en")
    assert (found["holds"], found["facts"]["title"], found["base"]) == (
        "tree",
        "Factor tree of Sichuan",
        None,
    )
    tables = add_road(client, head, {"observed.csv": flat()["observed.csv"]}, "表", synthetic=True)
    assert (get(client, f"/roads/{tables}")["holds"], get(client, f"/roads/{tables}")["synthetic"]) == (
        "file",
        True,
    )
    for road in (tree, tables):
        answer = client.post(f"/api/v1/roads/{road}/analyses", headers=head, json={"kind": "index"})
        assert (answer.status_code, answer.json()["code"]) == (422, "W-075")
        assert "road.yaml" in answer.json()["detail"]


def test_kinds_tell_their_options_and_what_is_wrong_with_them(
    client: TestClient, head: dict[str, str], sichuan: str
) -> None:
    for lang, place in (("zh", "双碳指数"), ("en", "Dual-carbon index")):
        kinds = {one["kind"]: one for one in get(client, "/road-kinds", lang)}
        assert set(kinds) == set(KINDS)
        assert (kinds["index"]["word"], kinds["index"]["needs"]) == (place, "road")
    assert {one["name"] for one in kinds["index"]["options"]} >= {"year", "draws", "seed"}
    for kind, options, status, code in (
        ("index", {"draws": 5}, 422, "W-071"), ("index", {"nothing": 1}, 422, "W-071"), ("nothing", {}, 404, "T-002"),
    ):  # fmt: skip
        asked = {"kind": kind, "options": options}
        answer = client.post(f"/api/v1/roads/{sichuan}/analyses", headers=head, json=asked)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_a_table_of_a_document_leaves_in_every_form(client: TestClient, index: str) -> None:
    path = f"/road-analyses/{index}/sheets/parts"
    hits = _sheet.cache_info().hits
    assert get(client, path) == get(client, path)
    assert _sheet.cache_info().hits > hits, "a document is read once for all pages of a table"
    whole = get(client, path)
    assert whole["synthetic"]
    scores = [row["score"] for row in whole["rows"] if row["score"] is not None]
    ordered = get(client, path, sort="-score", where="score>0")
    assert [row["score"] for row in ordered["rows"]] == sorted(scores, reverse=True)
    answer = client.get(f"/api/v1{path}", params={"format": "csv"})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["part"] for row in rows] == [row["part"] for row in whole["rows"]]
    assert client.get(f"/api/v1{path}", params={"format": "xlsx"}).content[:2] == b"PK"
    again = client.get(
        f"/api/v1{path}", headers={"if-none-match": client.get(f"/api/v1{path}").headers["etag"]}
    )
    assert again.status_code == 304
    assert client.get(f"/api/v1/road-analyses/{index}/sheets/nothing").status_code == 404


def test_who_only_reads_sees_and_asks_for_nothing(
    client: TestClient, head: dict[str, str], sichuan: str, index: str
) -> None:
    reader = TestClient(client.app)
    mine = enter(reader, "zhou")
    assert reader.get(f"/api/v1/road-analyses/{index}").status_code == 200
    assert (
        reader.post(f"/api/v1/roads/{sichuan}/analyses", headers=mine, json={"kind": "index"}).status_code
        == 403
    )
    assert reader.post("/api/v1/roads", headers=mine, json={"name": "x", "files": ["x"]}).status_code == 403


def test_somebody_of_another_area_sees_nothing(client: TestClient, sichuan: str, index: str) -> None:
    add(client, "far", ["analyst"], [("region", "CN-12")])
    far = TestClient(client.app)
    head = enter(far, "far")
    for path in (f"/roads/{sichuan}", f"/roads/{sichuan}/analyses", f"/roads/{sichuan}/files/road.yaml", f"/road-analyses/{index}", f"/road-analyses/{index}/sheets/parts"):  # fmt: skip
        assert far.get(f"/api/v1{path}").status_code == 404, path
    assert far.get("/api/v1/roads").json()["total"] == 0
    asked = {"kind": "index", "options": FEW}
    assert far.post(f"/api/v1/roads/{sichuan}/analyses", headers=head, json=asked).status_code == 404


def test_the_same_request_twice_is_one_road_and_one_analysis(
    client: TestClient, head: dict[str, str], sichuan: str
) -> None:
    asked = {"name": "一次", "files": sent(client, head, flat())}
    once = {**head, "Idempotency-Key": "one-road"}
    first, second = (client.post("/api/v1/roads", headers=once, json=asked) for _ in range(2))
    assert first.json() == second.json()
    job(client, first)
    assert len(get(client, "/roads", where="name=一次", newest=False)["rows"]) == 1
    once = {**head, "Idempotency-Key": "one-analysis"}
    asked = {"kind": "index", "options": FEW}
    path = f"/api/v1/roads/{sichuan}/analyses"
    first, second = (client.post(path, headers=once, json=asked) for _ in range(2))
    assert first.json() == second.json()
    job(client, first)


def test_the_audit_chain_tells_what_was_added_and_analysed(
    client: TestClient, head: dict[str, str], sichuan: str, index: str
) -> None:
    auditor = TestClient(client.app)
    enter(auditor, "gao")
    rows = get(auditor, "/audit", limit=1000)["rows"]
    assert {("road.add", sichuan), ("road.analyse", index)} <= {
        (row["action"], row["object"]) for row in rows
    }


def test_every_key_that_names_a_file_is_looked_at() -> None:
    for name, wanted in REFERS.items():
        stem = name.partition("/")[0].removeprefix("tanheng-")
        with (FORMATS / f"{stem}_format.csv").open(encoding="utf-8") as stream:
            rows = [row["path"] for row in csv.DictReader(stream) if row["type"] == "text"]
        named = {row.replace("[]", ".*") for row in rows if row.rpartition(".")[2] in NAMING}
        assert named - set(wanted) <= {"projects.*.plan.method", "projects.*.measured.*.file"}
