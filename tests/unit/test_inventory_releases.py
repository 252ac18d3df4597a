"""Releases: frozen with all that they were made from, verified by bytes and by computing anew."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import tanheng as th
from tanheng.cli import cli
from tanheng.codes import EntityTree
from tanheng.errors import TanhengError
from tanheng.factors import load_factors
from tanheng.inventory import load_method, load_run
from tanheng.inventory.releases import (
    InputChanged,
    create_release,
    open_release,
    restatement,
    verify_release,
)
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
        with contextlib.suppress(TanhengError):
            missed += verify_release(store.find("release", "甲厂"), store).ok
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
    from tanheng.inventory import releases

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
