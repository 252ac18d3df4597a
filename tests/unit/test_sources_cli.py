"""``tanheng sources``: firms against a balance and redundant meters, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tanheng.cli import cli

BALANCE = """某市能源平衡表 2021,,
项目,天然气（亿立方米）,电力（亿千瓦时）
1.一次能源生产量,12,
1.火力发电,-4,8
三、损失量,1,1
四、终端消费量,7,7
2.工业,7,7
其中：用作原料、材料,2,
"""
METERS = "名称,数值,单位,不确定度\n总表,100,t,1\n一车间,66,t,1\n二车间,40,t,1\n锅炉,25,t,1\n窑,35,t,1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("balance.csv").write_text(BALANCE, encoding="utf-8")
    Path("a.csv").write_text("企业,年份,品种,数量,单位\n甲厂,2021,电力,40000,万千瓦时\n", encoding="utf-8")
    Path("b.csv").write_text("企业,年份,品种,数量,单位\n乙厂,2021,电力,3,亿千瓦时\n", encoding="utf-8")
    Path("meters.csv").write_text(METERS, encoding="utf-8")
    return tmp_path


def run(*line: str) -> Result:
    return CliRunner().invoke(cli, ["sources", *line])


def test_firms_against_a_balance() -> None:
    shown = run("compare", "balance.csv", "a.csv", "b.csv", "--json")
    answer = json.loads(shown.stdout)
    verdicts = {row["item"]: (row["balance"], row["verdict"]) for row in answer["rows"]}
    assert verdicts == {"electricity": (7.0, "agrees"), "natural_gas": (11.0, "uncovered")}
    assert shown.exit_code == 0
    short = run("compare", "balance.csv", "a.csv", "--out", "out.csv")
    assert short.exit_code == 0
    assert "企业少" in short.stdout
    assert pl.read_csv("out.csv").height == 2
    more = run("compare", "balance.csv", "a.csv", "b.csv", "b.csv", "--lang", "en")
    assert more.exit_code == 1
    assert "firms have more" in more.stdout
    assert "Q-050" in more.stderr
    loss = run("compare", "balance.csv", "a.csv", "--activity", "loss", "--by", "item", "--json")
    assert {row["balance"] for row in json.loads(loss.stdout)["rows"]} == {1.0}


def test_two_tables_of_activity() -> None:
    shown = run("compare", "a.csv", "b.csv", "--format", "table", "--tolerance", "0.3", "--json")
    assert [row["verdict"] for row in json.loads(shown.stdout)["rows"]] == ["agrees"]


@pytest.mark.parametrize(
    "line",
    [
        ("compare", "balance.csv", "nothing.csv"),
        ("compare", "balance.csv", "a.csv", "--year", "20221"),
        ("compare", "balance.csv", "a.csv", "--by", "workshop"),
        ("compare", "balance.csv", "a.csv", "--activity", "nothing"),
        ("measurements", "meters.csv"),
        ("measurements", "meters.csv", "--constraint", "总表 = 总"),
        ("measurements", "a.csv", "--constraint", "总表 = 1"),
    ],
)
def test_what_cannot_be_used_is_told(line: tuple[str, ...]) -> None:
    shown = run(*line)
    assert shown.exit_code == 2
    assert "T-999" not in shown.output
    assert json.loads(run(*line, "--json").stdout)["error"]["code"]


def test_meters_of_one_network() -> None:
    Path("rules.txt").write_text("# 两条\n一车间 + 二车间 = 总表\n锅炉 + 窑 = 一车间\n", encoding="gb18030")
    shown = run("measurements", "meters.csv", "--constraints", "rules.txt", "--json")
    answer = json.loads(shown.stdout)
    assert shown.exit_code == 1
    assert [one["name"] for one in answer["suspects"]] == ["一车间"]
    assert (answer["freedom"], answer["consistent"]) == (2, False)
    assert [row["adjusted"] for row in answer["rows"]] == pytest.approx([101.5, 63, 38.5, 26.5, 36.5])
    table = run("measurements", "meters.csv", "--constraint", "锅炉 + 窑 + 40 = 总表", "--out", "out.csv")
    assert table.exit_code == 0
    assert "整体检验通过" in table.stdout
    assert pl.read_csv("out.csv").height == 5
