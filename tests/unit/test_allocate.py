"""The command that shares a cap: several ways side by side, base years, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tanheng.cli import cli

TABLE = "地区,CO2,产出,基准\n甲,100,50,2\n乙,150,90,1.5\n丙,200,110,1\n丁,250,100,1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "地区.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["allocate", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def test_methods_stand_side_by_side_and_add_up(file: Path) -> None:
    code, output = _run(
        str(file), "--cap", "600", "--by", "地区", "--emissions", "CO2", "--output", "产出", "--benchmark", "产出=基准",
        "--indicator", "产出:+", "--indicator", "CO2:-", "--json",
        *(part for one in ("grandfathering", "benchmark", "entropy", "shapley", "zsg-dea") for part in ("--method", one)),
    )  # fmt: skip
    told = json.loads(output)
    assert code == 0
    assert [row["name"] for row in told["allocations"]] == ["甲", "乙", "丙", "丁"]
    for method in ("grandfathering", "benchmark", "entropy", "shapley", "zsg-dea"):
        assert sum(row[method] for row in told["allocations"]) == 600
    assert told["terms"]["benchmark"]["needed_t"] == 100 + 135 + 110 + 100
    assert told["terms"]["grandfathering"]["factor"] == pytest.approx(600 / 700)


def test_base_years_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "历年.csv"
    path.write_text(
        "年份,企业,CO2\n2018,甲,10\n2019,甲,30\n2018,乙,20\n2019,乙,20\n2020,乙,99\n2020,甲,1\n",
        encoding="utf-8",
    )
    _, output = _run(
        str(path), "--cap", "30", "--by", "企业", "--emissions", "CO2", "--base", "2018-2019", "--json"
    )
    assert [(row["past_t"], row["grandfathering"]) for row in json.loads(output)["allocations"]] == [
        (20.0, 15),
        (20.0, 15),
    ]


def test_words_tell_the_terms_in_both_languages(file: Path) -> None:
    for lang, words in (
        ("zh", ("修正系数 0.857143", "合计")),
        ("en", ("one factor corrects all: 0.857143", "Total")),
    ):
        _, output = _run(str(file), "--cap", "600", "--by", "地区", "--emissions", "CO2", "--lang", lang)
        assert all(one in output for one in words)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "地区"], "请写明所用的列"),
        (["--by", "地区", "--output", "产出", "--method", "zsg-dea"], "没有给出历史排放"),
        (["--by", "地区", "--emissions", "CO2", "--method", "entropy"], "没有给出指标"),
        (["--by", "城市", "--emissions", "CO2"], "没有列“城市”"),
        (["--by", "地区", "--emissions", "CO2", "--base", "2018"], "没有年份列"),
        (["--by", "地区", "--benchmark", "产出", "--method", "benchmark"], "应为 产量列=基准值"),
    ],
)
def test_what_is_missing_is_said(file: Path, arguments: list[str], said: str) -> None:
    code, output = _run(str(file), "--cap", "600", *arguments, "--json", "--lang", "zh")
    assert code != 0
    assert said in json.dumps(json.loads(output)["error"], ensure_ascii=False)


def test_a_cap_above_all_claims_needs_no_shapley_value(file: Path) -> None:
    code, output = _run(
        str(file),
        "--cap",
        "800",
        "--by",
        "地区",
        "--emissions",
        "CO2",
        "--method",
        "shapley",
        "--json",
        "--lang",
        "en",
    )
    assert code != 0
    assert "above past emissions" in output
