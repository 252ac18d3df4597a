"""``tanheng index``: words in both languages, the contract of its JSON, several places, text of a file on its page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_road import observed, small_road
from tests.unit.test_index import SICHUAN

from tanheng.cli import cli
from tanheng.pathways import dual_carbon_index


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_parts_whole_grade_and_verdict(lang: str, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    run = CliRunner()
    made = run.invoke(cli, ["index", str(SICHUAN), "--draws", "200", "--html", str(page), "--lang", lang])
    assert made.exit_code == 0, made.output
    for word in ("总分", "合成数据") if lang == "zh" else ("Overall", "synthetic"):
        assert word in made.output
    assert ("4.122 亿" if lang == "zh" else "412.2 million") in made.output
    assert "412,223,885" not in made.output
    text = page.read_text(encoding="utf-8")
    assert text.count("<details") == 6
    assert "src=" not in text
    assert ("合成" if lang == "zh" else "synthetic") in text
    for word in (
        ("按预测：缺口 p5–p95", "不计分") if lang == "zh" else ("by the forecast: gap p5–p95", "no score")
    ):
        assert word in text


def test_the_contract_of_the_command() -> None:
    made = CliRunner().invoke(cli, ["index", str(SICHUAN), "--draws", "200", "--json"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert list(told["parts"]) == [
        "path_consistency", "realised_degree", "reachable_space", "adjustable_direction", "forecast_consistency",
    ]  # fmt: skip
    assert told["p5"] <= told["overall"] <= told["p95"]
    direction = told["parts"]["adjustable_direction"]
    assert direction["gap_p5"] < direction["gap_p95"]
    assert direction["dual_p5"] < direction["dual"] < direction["dual_p95"]
    assert told["grade"] == "D"  # of other.csv, whose factors nobody verified; the worst year counts
    assert told["verdict"] in {"on path", "off path", "cannot tell"}
    assert told["synthetic"] is True
    assert told["tree_and_observed"]["apart"] is False
    (first, second) = told["ledger"]["2021"]
    assert first["method"] == "sichuan-park-2022"
    assert len(first["digest"]) == 64
    assert second["grade"] == "D"


def test_several_places_stand_side_by_side(tmp_path: Path) -> None:
    made = CliRunner().invoke(cli, ["index", str(SICHUAN), str(SICHUAN), "--draws", "200", "--json"])
    assert made.exit_code == 0, made.output
    assert len(json.loads(made.stdout)["places"]) == 2
    page = tmp_path / "x.html"
    shown = CliRunner().invoke(
        cli, ["index", str(SICHUAN), str(SICHUAN), "--draws", "200", "--html", str(page), "--lang", "en"]
    )
    assert shown.exit_code == 0, shown.output
    assert shown.output.count("Sichuan (synthetic)") == 2
    assert page.read_text(encoding="utf-8").count("<svg") == 2
    gone = CliRunner().invoke(cli, ["index", "none.yaml", "--json"])
    assert gone.exit_code == 2
    assert json.loads(gone.stdout)["error"]["code"] == "T-002"


def test_text_of_a_file_stays_text_on_the_page(tmp_path: Path) -> None:
    from tanheng.pathways.index.showing import page_of

    table = observed()
    table["cell"] = ["<img src=x>" if cell == "a" else cell for cell in table["cell"]]
    text = page_of([dual_carbon_index(small_road(table, title={"zh": "<b>甲</b>", "en": "<script>"}))])
    assert "<img" not in text
    assert "<script" not in text
    assert "<b>甲" not in text
