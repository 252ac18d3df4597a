"""Releases: frozen with all that they were made from, verified by bytes and by computing anew."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import sqlite3
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import tanheng as th
from tanheng.activity.worklist import read_worklist
from tanheng.cli import cli
from tanheng.codes import EntityTree
from tanheng.errors import use_language
from tanheng.factors import load_factors
from tanheng.inventory import load_method, load_run
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.releases.inputs import InputChanged
from tanheng.inventory.releases.releases import (
    create_release,
    open_release,
    release_doubts,
    restatement,
    verify_all,
    verify_release,
)
from tanheng.record import VersionAltered
from tanheng.record.store import Store

ROWS = "entity,period,item,amount,unit,region\n甲厂,2021,原煤,{},t,四川省\n甲厂,2021,电力,50,万kWh,四川省\n"
OWN = """编号,名称,项目,参数,数值,单位,地区,起始年,来源文件,发布单位,发布年,出处
own_power,合同电力,电力,emission_factor,0.0962,tCO2/MWh,四川省,2021,供电合同,供电公司,2021,附件2
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "甲厂.csv"
    path.write_text(ROWS.format(100), encoding="utf-8")
    return path


def altered(folder: Path) -> int:
    """Change the first byte of one stored object after another; how many changes verification missed."""
    store = Store(folder)
    missed = 0
    for path in sorted(path for path in (folder / "objects").rglob("*") if path.is_file()):
        content = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        missed += any(verify_release(sha256, store).ok for sha256 in store.labels("release"))
        path.write_bytes(content)
    return missed


def test_a_release_opens_to_the_same_number_and_proof_without_its_file(table: Path, tmp_path: Path) -> None:
    inventory = th.account(table, "sichuan-park-2022")
    store = Store(tmp_path / "store")
    release = create_release(inventory, store, "甲厂", by="王工", why="初稿")
    table.unlink()
    opened = open_release(release, store)
    assert (opened.digest, opened.total) == (inventory.digest, inventory.total)
    assert opened.proof(item="electricity").to_dict() == inventory.proof(item="electricity").to_dict()
    assert verify_release(release, store).ok


def test_verification_sees_every_changed_object(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    assert verify_release(store.find("release", "甲厂"), store).ok
    assert altered(tmp_path / "store") == 0
    assert verify_release(store.find("release", "甲厂"), store).ok


def test_verification_computes_anew(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    release = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    from tanheng.inventory.releases import releases

    whole = releases.account
    monkeypatch.setattr(releases, "account", lambda table, *a, **k: whole({"entity": ["甲厂"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}, *a, **k))  # fmt: skip
    found = verify_release(release, store)
    assert not found.ok
    assert found.problems == ()
    assert found.digest != release.about["digest"]


def test_measured_parameters_packs_regions_and_entities_are_recomputed(tmp_path: Path) -> None:
    pack = tmp_path / "own.csv"
    pack.write_text(OWN, encoding="utf-8")
    library = load_factors(packs=[pack])
    tree = EntityTree([{"id": "甲厂", "kind": "企业", "region": "四川省"}, {"id": "乙厂", "kind": "企业", "region": "北京市", "valid_from": "2020"}])  # fmt: skip
    method = load_method("ipcc-2006-stationary")
    rule = method.rules[0]
    name = next(iter(rule.parameters))
    unit = rule.parameters[name].units[0]
    changed = method.with_parameter(rule.id, name, value=0.05, unit=unit, source="实测", uncertainty=3)
    rows = {"entity": ["甲厂", "乙厂"], "period": ["2021", "2021"], "item": ["天然气", "柴油"], "amount": [10, 5], "unit": ["TJ", "TJ"], "sector": ["industry", "industry"]}  # fmt: skip
    inventory = th.account(rows, changed, factors=library, gwp="AR4", entities=tree, region="四川省")
    store = Store(tmp_path / "store")
    release = create_release(inventory, store, "两厂", by="王工", why="")
    assert {"pack", "entities"} <= set(release.parents)
    assert verify_release(release, store).ok
    assert open_release(release, store).gwp_name == "AR4"


def test_parquet_on_disk_is_kept_with_its_parts(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for year in ("2020", "2021"):
        pl.DataFrame({"entity": ["甲厂"], "period": [year], "item": ["coal"], "amount": [3.0], "unit": ["t"], "region": ["CN-51"]}).write_parquet(folder / f"{year}.parquet")  # fmt: skip
    store = Store(tmp_path / "store")
    release = create_release(th.account(folder, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    for part in folder.iterdir():
        part.unlink()
    assert verify_release(release, store).ok


def test_a_file_that_changed_since_is_not_frozen(table: Path, tmp_path: Path) -> None:
    inventory = th.account(table, "sichuan-park-2022")
    table.write_text(ROWS.format(101), encoding="utf-8")
    with pytest.raises(InputChanged, match="甲厂"):
        create_release(inventory, Store(tmp_path / "store"), "甲厂", by="王工", why="")
    assert Store(tmp_path / "store").entries("release") == []


def test_a_correction_is_a_new_release_with_a_restatement(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    first = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="初稿")
    table.write_text(ROWS.format(120).replace("原煤", "煤品"), encoding="utf-8")
    second = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="李工", why="更正")
    assert (second.label, second.previous) == ("甲厂@2", first.sha256)
    found = restatement(second, first, store)
    assert sum(found.causes.values()) == pytest.approx(second.about["total"] - first.about["total"])
    assert store.find("release", "甲厂", known=first.known_from) == first


def test_verification_weighs_anew(table: Path, tmp_path: Path) -> None:
    """Equal masses under another GWP set are another number."""
    inventory = th.account(table, "cn-provincial-2011")
    rows = {"entity": ["甲厂"], "period": ["2021"], "item": ["柴油"], "amount": [100], "unit": ["t"], "region": ["四川省"], "sector": ["工业"]}  # fmt: skip
    inventory = th.account(rows, "ipcc-2006-stationary")
    values = {name: dict(one) for name, one in inventory.gwp_values.items()}
    values[inventory.gwp_name or ""] |= {"CH4": 1.0, "CH4_fossil": 1.0}
    store = Store(tmp_path / "store")
    release = create_release(
        dataclasses.replace(inventory, gwp_values=values), store, "甲厂", by="王工", why=""
    )
    found = verify_release(release, store)
    assert found.digest == found.released
    assert found.total == pytest.approx(inventory.total)
    assert found.released_total is not None
    assert found.released_total < inventory.total
    assert not found.ok


def test_what_did_not_change_is_no_new_release(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    first, second = (
        create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by=by, why="")
        for by in ("王工", "李工")
    )
    assert second == first
    assert len(store.entries("result")) == 1
    again = create_release(
        th.account(table, "sichuan-park-2022"), store, "甲厂", by="李工", why="", again=True
    )
    assert again.label == "甲厂@2"


def test_a_release_that_the_catalogue_lost_is_a_problem_and_its_number_is_gone(
    table: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    for amount in (100, 120):
        table.write_text(ROWS.format(amount), encoding="utf-8")
        create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    assert [one.ok for one in verify_all(store)] == [True, True]
    with sqlite3.connect(tmp_path / "store" / "catalogue.sqlite") as connection:
        connection.execute("update version set kind = 'x' where kind = 'release' and number = 2")
    connection.close()
    assert [(one.label, one.ok) for one in verify_all(store)] == [("甲厂@1", True), ("甲厂@2", False)]
    table.write_text(ROWS.format(130), encoding="utf-8")
    made = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    assert made.label == "甲厂@3"


def test_an_edit_of_the_catalogue_that_changes_nothing_is_told(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    made = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    with sqlite3.connect(tmp_path / "store" / "catalogue.sqlite") as connection:
        connection.execute("update about set format = 7")
    connection.close()
    found = verify_release(made, store)
    assert [(one.what, one.version) for one in found.problems] == [("about.format", "catalogue.sqlite")]
    assert not found.ok


def test_changed_parts_are_not_opened_even_where_the_run_was_sealed_anew(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    release = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    part = store.objects.path(store.entry(release.parents["result"]).parts["manifest.json"])
    part.chmod(0o644)
    part.write_text(part.read_text(encoding="utf-8").replace("2021", "2020"), encoding="utf-8")
    with pytest.raises(VersionAltered, match=r"甲厂@1: manifest\.json"):
        open_release(release, store)


def test_the_worklist_is_frozen_with_the_release(table: Path, tmp_path: Path) -> None:
    table.write_text(ROWS.format(100) + "甲厂,2021,怪煤,5,t,四川省\n", encoding="utf-8")
    inventory = th.account(table, "sichuan-park-2022")
    store = Store(tmp_path / "store")
    first = create_release(inventory, store, "甲厂", by="王工", why="")
    assert first.about["open_errors"] >= 1
    told = release_doubts(first, store)
    answered = told
    for doubt in told.open().get_column("id"):
        answered = answered.answered(doubt, "accepted", note="待查")
    second = create_release(inventory, store, "甲厂", by="王工", why="", doubts=answered)
    assert (second.label, second.about["open_errors"]) == ("甲厂@2", 0)
    assert release_doubts(second, store).counts() == answered.counts()
    assert release_doubts(first, store).counts()["open"] == first.about["doubts"]["open"]


def test_valid_time_is_that_of_the_periods(table: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    table.write_text(
        ROWS.format(100).replace("2021,原煤", "2021-Q2,原煤").replace("2021,电力", "2021-06,电力"),
        encoding="utf-8",
    )
    made = create_release(th.account(table, "sichuan-park-2022"), store, "甲厂", by="王工", why="")
    assert (made.valid_from, made.valid_to) == ("2021-04-01", "2021-06-30")
    assert store.entries("release", valid="2021-01-15") == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31mred", "\u202eabc", "甲厂@2"])
def test_names_that_mislead_are_refused(name: str, table: Path, tmp_path: Path) -> None:
    inventory = th.account(table, "sichuan-park-2022")
    with pytest.raises(ArgumentInvalid, match="name"):
        create_release(inventory, Store(tmp_path / "store"), name, by="王工", why="")
    if name.strip() and "@" not in name:
        with pytest.raises(ArgumentInvalid, match="why"):
            create_release(inventory, Store(tmp_path / "store"), "甲厂", by="王工", why=name)


def run(*arguments: str) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_the_command_line_freezes_lists_compares_and_verifies(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for amount in (100, 120):
        table.write_text(ROWS.format(amount).replace("原煤", "煤品"), encoding="utf-8")
        code, made = run("account", table.name, "--method", "sichuan-park-2022")
        assert code == 0
        code, frozen = run("release", "create", str(made["run"]["id"]), "--by", "王工", "--why", "稿")
        assert (code, frozen["name"]) == (0, "甲厂-2021")
    code, listed = run("release", "list")
    assert [one["id"] for one in listed["releases"]] == ["甲厂-2021@1", "甲厂-2021@2"]
    code, compared = run("release", "diff", "甲厂-2021@1", "甲厂-2021@2")
    assert compared["causes"]["activity"] == pytest.approx(20 * 1.9812)
    code, shown = run("release", "show", "甲厂-2021")
    assert {one["kind"] for one in shown["made_from"]} == {"file", "factors", "method", "activity", "sheet", "result"}  # fmt: skip
    assert run("release", "verify", "--all")[0] == 0
    code, _ = run("release", "open", "甲厂-2021@1", "--out", "out")
    assert code == 0
    assert load_run("out").total == pytest.approx(shown["about"]["total"] - 20 * 1.9812)
    whole = sorted(path for path in (tmp_path / "tanheng-store" / "objects").rglob("*") if path.is_file())
    for victim in whole:
        content = victim.read_bytes()
        victim.chmod(0o644)
        victim.write_bytes(content + b" ")
        code, found = run("release", "verify", "--all")
        assert (code, found["ok"]) == (1, False)
        victim.write_bytes(content)
    assert run("release", "verify", "甲厂-2021", "甲厂-2021@1")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["release", "list"], 2, "仓库"),
        (["release", "verify"], 2, "--all"),
        (["release", "create", "nothing"], 2, "运行"),
    ],
)
def test_what_is_not_there_is_said(arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code
    assert words in result.output
    assert not (tmp_path / "tanheng-store").exists()


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of a plant that burns diesel in two sectors; the second corrects one of them."""
    use_language("zh")
    folder = tmp_path_factory.mktemp("frozen")
    head = "entity,period,sector,item,amount,unit,region\n"
    with contextlib.chdir(folder):
        for amount in (100, 120):
            rows = f"甲厂,2021,工业,柴油,{amount},t,四川省\n甲厂,2021,居民,柴油,50,t,四川省\n甲厂,2021,工业,怪煤,5,t,四川省\n"
            Path("甲厂.csv").write_text(head + rows, encoding="utf-8")
            run("account", "甲厂.csv", "--method", "ipcc-2006-stationary", "--out", "draft", "--no-save")
            made = run("release", "create", "draft", "--name", "甲厂", "--by", "王工", "--why", f"稿{amount}")
            assert made[0] == 0
    return folder


@pytest.fixture
def frozen(two_releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the two releases that a test may change."""
    shutil.copytree(two_releases, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_creating_tells_what_is_the_same_and_what_waits(frozen: Path) -> None:
    said = CliRunner().invoke(cli, ["release", "create", "draft", "--name", "甲厂"])
    assert "内容与 甲厂@2 相同" in said.stdout
    assert "疑点待处理" in said.stderr
    code, made = run("release", "create", "draft", "--name", "甲厂")
    assert (code, made["id"], made["created"]) == (0, "甲厂@2", False)
    assert run("release", "create", "draft", "--name", "甲厂", "--again")[1]["id"] == "甲厂@3"
    run("inventory", "doubts", "draft", "--file", "doubts.csv")
    text = (frozen / "doubts.csv").read_text(encoding="utf-8-sig").replace(",open,", ",accepted,")
    (frozen / "doubts.csv").write_text(text, encoding="utf-8")
    made = run("release", "create", "draft", "--name", "甲厂", "--doubts", "doubts.csv")[1]
    assert (made["created"], made["about"]["doubts"]["open"]) == (True, 0)
    assert run("release", "open", "甲厂", "--out", "opened")[0] == 0
    assert read_worklist(frozen / "opened" / "doubts.csv").counts()["accepted"] >= 1


def test_the_restatement_names_the_sector_and_can_be_handed_on(frozen: Path) -> None:
    said = CliRunner().invoke(cli, ["release", "diff", "甲厂@1", "甲厂@2", "--out", "diff.xlsx"]).stdout
    for words in ("稿100", "稿120", "工业", "柴油"):
        assert words in said
    assert "diesel" not in said
    rows = pl.read_excel(frozen / "diff.xlsx", engine="openpyxl")
    assert set(rows.get_column("sector")) == {"industry"}
    assert {"item_name", "sector_name", "cause_name", "old", "new"} <= set(rows.columns)
    assert run("release", "diff", "甲厂@1", "甲厂@2", "--out", "diff.csv")[0] == 0
    assert (frozen / "diff.csv").is_file()


def test_a_series_is_enough_where_a_release_is_meant(frozen: Path) -> None:
    code, found = run("proof", "甲厂", "--cell", "item=柴油")
    assert (code, found["value"]) == (0, run("proof", "甲厂@2", "--cell", "item=柴油")[1]["value"])
    assert run("inventory", "completeness", "甲厂")[0] == 0
    code, error = run("proof", "乙厂", "--cell", "item=柴油")
    assert code == 2
    assert "甲厂@2" in error["error"]["message"]["zh"]


@pytest.mark.parametrize(
    ("option", "text"), [("--known", "yesterday"), ("--valid", "2021"), ("--valid", "foo")]
)
def test_days_are_days(option: str, text: str, frozen: Path) -> None:
    code, error = run("release", "list", option, text)
    assert (code, error["error"]["code"]) == (2, "R-006")


def test_a_list_by_day_and_time(frozen: Path) -> None:
    newest = run("release", "list")[1]["releases"][-1]["known_from"]
    for text, count in (("2099/01/01", 2), ("2000-01-01", 0), (newest[:19].replace("T", " ") + "+14:00", 0)):
        assert len(run("release", "list", "--known", text)[1]["releases"]) == count
    assert len(run("release", "list", "--valid", "2021年6月30日")[1]["releases"]) == 2


def test_an_emptied_or_broken_catalogue_ends_with_1(frozen: Path) -> None:
    file = frozen / "tanheng-store" / "catalogue.sqlite"
    whole = file.read_bytes()
    with sqlite3.connect(file) as connection:
        connection.execute("pragma foreign_keys = off")
        connection.execute("delete from version where kind = 'release'")
    connection.close()
    code, found = run("release", "verify", "--all")
    assert (code, found["ok"], len(found["releases"])) == (1, False, 2)
    file.write_bytes(b"garbage" * 100)
    code, error = run("release", "verify", "--all")
    assert (code, error["error"]["code"]) == (1, "R-005")
    file.write_bytes(whole)


def test_no_releases_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store(tmp_path / "tanheng-store")
    assert "没有发布版" in CliRunner().invoke(cli, ["release", "verify", "--all"]).output
    assert "没有这样的发布版" in CliRunner().invoke(cli, ["release", "list"]).output
