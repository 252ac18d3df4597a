"""Confirming a suggested mapping: what would be lost or is a guess is named, and taken only knowingly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from bad_input import text, workbook
from tanheng.activity.mapping.files import load_mapping
from tanheng.activity.mapping.losses import losses
from tanheng.activity.mapping.mapping import FOLDER, MappingWrong
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.cli import cli
from tanheng.errors import NotFound, use_language

PLAIN = "单位名称,燃料种类,年份,消费量（吨）,联系电话\n甲厂,柴油,2021,5,138\n乙厂,汽油,2021,7,139\n"
STOCK = "序号,单位名称,行业,燃料种类,年份,消费量（吨）,年初库存\n1,甲厂,化学原料,柴油,2021,5,9\n2,乙厂,龙鳞业,汽油,2021,7,\n"
CARS = [("车型", "保有量（辆）", "年均行驶里程（km）"), ("出租车", 300, 90000)]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["map", *words])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_to_lose_needs_no_word(here: Path) -> None:
    assert losses(suggest_mapping(text(here, PLAIN))) == []
    assert run("表.csv", "--confirm").exit_code == 0
    assert len(list((here / FOLDER).glob("*.yaml"))) == 1


def test_what_would_be_lost_is_accepted_by_name(here: Path) -> None:
    text(here, STOCK)
    shown = run("表.csv", "--confirm")
    assert (shown.exit_code, (here / FOLDER).exists()) == (1, False)
    assert "年初库存: 列“年初库存”不读，其中 1 格是数" in shown.output
    assert "化学原料: “化学原料”猜作“化工”（chemicals）" in shown.output
    assert "龙鳞业: “龙鳞业”没有认出，按原文读取" in shown.output
    assert "--accept 年初库存" in shown.output.replace("'", "")
    assert not load_mapping(here / "表.csv.mapping.yaml").confirmed
    names = ("年初库存", "化学原料", "龙鳞业")
    words = [word for name in names for word in ("--accept", name)]
    some = run("表.csv", "--confirm", *words[:4], "--json")
    assert [one["key"] for one in json.loads(some.stdout)["losses"]] == ["龙鳞业"]
    assert (some.exit_code, json.loads(some.stdout)["ready"]) == (1, False)
    taken = run("表.csv", "--confirm", *words)
    assert taken.exit_code == 0, taken.output
    kept = load_mapping(next((here / FOLDER).glob("*.yaml")))
    assert (kept.confirmed, kept.accepted) == (True, names)


def test_a_slip_in_a_name_accepts_nothing(here: Path) -> None:
    text(here, STOCK)
    wrong = run("表.csv", "--confirm", "--accept", "库存")
    assert wrong.exit_code == 2
    assert "找不到要接受的损失“库存”。可用：年初库存, 化学原料, 龙鳞业" in wrong.output
    alone = run("表.csv", "--accept", "年初库存")
    assert alone.exit_code == 2
    assert "--accept 要与 --confirm 同用" in alone.output
    assert not (here / FOLDER).exists()


def test_a_sheet_with_numbers_and_rows_out_of_place_are_losses(here: Path) -> None:
    sheet = [("甲厂", "柴油", 2021, 3), ("单位名称", "燃料种类", "年份", "消费量（吨）")]
    sheet += [("甲厂", "柴油", 2021, 5), ("乙厂", "汽油", 2021, 7)]
    workbook(here, ("表", sheet, []), ("车辆", CARS, []), ("目录", [("目录",)], []))
    shown = run("表.xlsx", "--confirm")
    assert shown.exit_code == 1
    assert "R1: 第 1 行不读" in shown.output
    assert "车辆: 工作表“车辆”不读（看不出是活动水平表），其中 1 行有数" in shown.output
    assert "还缺" not in shown.output
    assert "目录:" not in shown.output
    assert run("表.xlsx", "--confirm", "--accept", "R1", "--accept", "车辆").exit_code == 0
    assert run("表.xlsx", "--confirm", "--sheet", "车辆").exit_code == 1


def test_what_is_missing_cannot_be_accepted(here: Path) -> None:
    text(here, "单位名称,燃料种类,消费量（吨）\n甲厂,柴油,5\n乙厂,汽油,7\n")
    shown = run("表.csv", "--confirm")
    assert shown.exit_code == 1
    assert "还缺：period" in shown.output
    assert "--accept" not in shown.output


def test_the_losses_in_english(here: Path) -> None:
    text(here, STOCK)
    shown = CliRunner().invoke(cli, ["--lang", "en", "map", "表.csv", "--confirm"])
    use_language("zh")
    assert "column '年初库存' is not read; 1 of its cells are numbers" in shown.output
    assert "'化学原料' is taken for 'Chemicals' (chemicals), a guess" in shown.output
    assert "To confirm it knowingly as it stands: tanheng map" in shown.output


@pytest.mark.parametrize(
    ("name", "sector"),
    [("化学原料", "chemicals"), ("黑色金属冶炼", "steel"), ("化学原料和化学制品制造业", "chemicals"), ("黑色金属", ""), ("石油", "")],
)  # fmt: skip
def test_short_names_of_divisions_are_guesses(name: str, sector: str, tmp_path: Path) -> None:
    found = suggest_mapping(text(tmp_path, STOCK.replace("化学原料", name))).sheets[0]
    assert found.sectors[name] == sector
    assert (name in found.guessed) == bool(sector)


def test_what_was_accepted_survives_the_file(tmp_path: Path) -> None:
    found = suggest_mapping(text(tmp_path, STOCK))
    with pytest.raises(MappingWrong, match="可接受 年初库存"):
        found.confirm()
    with pytest.raises(NotFound, match="年末库存"):
        found.confirm([*(one.key for one in losses(found)), "年末库存"])
    keys = [one.key for one in losses(found)]
    made = found.confirm(keys)
    data: dict[str, Any] = yaml.safe_load(made.save(tmp_path / "m.yaml").read_text(encoding="utf-8"))
    assert data["accepted"] == keys
    again = load_mapping(tmp_path / "m.yaml")
    assert (again.accepted, again.sheets) == (made.accepted, made.sheets)
