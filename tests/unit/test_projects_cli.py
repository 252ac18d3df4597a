"""``tanheng projects``: the contract of its JSON, both languages, exit codes, pages and files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.unit.test_projects import EXAMPLE

from tanheng.cli import cli

FILE = str(EXAMPLE)


def run(*words: str) -> Result:
    found = CliRunner().invoke(cli, ["projects", *words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["list"], {"id", "projects", "loans", "as_of"}),
        (["show", "kiln-heat"], {"id", "state", "may_become", "expected_t", "measured", "plan", "money"}),
        (["effect"], {"whole", "by_owner", "years", "not_reported", "late", "without_plan"}),
        (["rollup"], {"unit", "years", "depths", "excess", "double", "not_counted", "not_reported"}),
        (["finance"], {"npv", "projects", "cash_flows", "discount", "basis"}),
        (
            ["finance", "--loan", "green"],
            {"loan", "payments", "unit", "interest", "interest_without_targets"},
        ),
    ],
)
def test_every_command_prints_one_object_and_words_in_both_languages(
    words: list[str], keys: set[str]
) -> None:
    found = run(FILE, *words, "--json")
    assert found.exit_code == 0, found.output
    assert keys <= set(json.loads(found.stdout))
    assert run(words[0], FILE, *words[1:], "--json").stdout == found.stdout
    chinese, english = (run(FILE, *words, "--lang", lang) for lang in ("zh", "en"))
    assert chinese.exit_code == english.exit_code == 0
    assert chinese.output != english.output
    ours = (
        "责任单位",
        "兑现率",
        "净现值",
        "年利率",
        "没有报告",
        "未计入",
        "状态",
        "预期",
        "实测",
        "元",
    )
    assert any(word in chinese.output for word in ours)
    assert not [word for word in ours if word in english.output]


def test_a_file_alone_lists_its_projects() -> None:
    assert run(FILE, "--json").stdout == run(FILE, "list", "--json").stdout


def test_what_is_missing_and_late_is_said() -> None:
    said = run(FILE, "effect", "--by", "kind").output
    assert "没有报告：公交电动化 2025 年，预期 5,333 t（不计入）" in said
    assert "逾期：造纸厂高温热泵 计划 2025 年见效，至今建设中（已 1 年）" in said
    assert "没有监测方案：造纸厂高温热泵" in said
    assert "Not reported: Electric buses 2025" in run(FILE, "effect", "--lang", "en").output


def test_a_double_count_leaves_with_1(tmp_path: Path) -> None:
    text = (
        EXAMPLE.read_text(encoding="utf-8")
        .replace("    within: kiln-heat\n", "")
        .replace("tree.yaml", str(EXAMPLE.parent.resolve() / "tree.yaml"))
    )
    file = tmp_path / "projects.yaml"
    file.write_text(text, encoding="utf-8")
    found = run(str(file), "rollup", "--json")
    assert found.exit_code == 1
    assert [(one["projects"], one["why"]) for one in json.loads(found.stdout)["double"]] == [
        (["kiln-heat", "kiln-heat-part"], "facility")
    ]
    assert "可能重复" in run(str(file), "rollup").output


def test_what_projects_bring_of_a_scenario_is_said() -> None:
    said = run(FILE, "rollup", "--scenario", "general").output
    assert "情景“一般政策”的填埋气回收：2025 年计划深度 36.00%，项目达到 1.99%" in said
    assert "情景“一般政策”中没有项目的杠杆：工业煤改气、" in said


def test_sensitivity_to_the_carbon_price() -> None:
    prices = ["--carbon-price", "0", "--carbon-price", "100"]
    told = json.loads(run(FILE, "finance", *prices, "--json").stdout)
    assert len(told["sensitivity"]) == 2 * len(told["projects"])
    assert "碳价（元/t）" in run(FILE, "finance", *prices).output


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["effect", "rollup", "finance"])
def test_a_page_has_its_chart_and_loads_nothing(command: str, lang: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert run(FILE, command, "--html", str(file), "--lang", lang).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "src=" not in text
    assert "href=" not in text


@pytest.mark.parametrize("command", ["list", "effect", "rollup", "finance"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_tables_are_written(command: str, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"table.{ending}"
    assert run(FILE, command, "--out", str(file)).exit_code == 0
    assert file.stat().st_size > 100


def test_the_template_is_written_and_told(tmp_path: Path) -> None:
    file = tmp_path / "new.xlsx"
    assert json.loads(run("template", "--out", str(file), "--json").stdout) == {"file": str(file)}
    assert run(str(file), "list").exit_code == 0
    assert run("template", "--out", str(file)).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["none.yaml", "list"], [FILE, "show", "none"], [FILE, "finance", "--loan", "none"], [FILE, "finance", "--project", "none"],
        [FILE, "rollup", "--tree", "none.yaml"], [FILE, "rollup", "--scenario", "none"], [FILE, "rollup", "--including", "none"],
        [FILE, "nothing"], [FILE, "finance", "--discount", "much"], [FILE, "finance", "--loan", "green", "--discount", "5"],
        ["examples/sichuan-road/tree.yaml", "list"], ["examples", "list"],
    ],
)  # fmt: skip
def test_mistakes_are_one_clear_line(words: list[str]) -> None:
    found = run(*words, "--json")
    assert found.exit_code == 2, found.output
    error = json.loads(found.stdout)["error"]
    assert set(error["message"]) == {"zh", "en"}
    assert "T-999" not in error["code"]


def test_an_uncertainty_that_may_be_a_fraction_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        "编号,状态,年份,预期减排量,实测减排量,实测不确定性\np,运行中,2024,10,9,0.08\n", encoding="utf-8"
    )
    found = run(str(file), "effect", "--json")
    assert "[A-135]" in found.stderr
    assert json.loads(found.stdout)["findings"][0]["code"] == "A-135"
    yaml = tmp_path / "p.yaml"
    yaml.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("uncertainty: 6,", "uncertainty: 0.06,", 1),
        encoding="utf-8",
    )
    assert "p.yaml" in run(str(yaml), "list").stderr


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_the_file_that_is_read_is_not_written_over(option: str, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("编号,状态\np,运行中\n", encoding="utf-8")
    found = run(str(file), "effect", option, str(file), "--json")
    assert json.loads(found.stdout)["error"]["code"] == "T-003"
    assert file.read_text(encoding="utf-8").startswith("编号")
    assert (
        json.loads(run(str(file), "effect", option, str(tmp_path / "none" / "x.html"), "--json").stdout)[
            "error"
        ]["code"]
        == "T-003"
    )


def test_the_workbook_of_cash_flows_says_what_its_money_means(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    file = tmp_path / "flows.xlsx"
    run(FILE, "finance", "--carbon-price", "60", "--out", str(file))
    book = load_workbook(file)
    assert book.sheetnames == ["现金流", "说明"]
    assert "投资（元）" in [cell.value for cell in book["现金流"][1]]
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert notes["金额"] == "元，2020 年不变价"
    assert notes["减排量"] == "预期，不是实测"


@pytest.mark.parametrize("name", ["p.txt", "p", "p.xls"])
def test_a_table_is_written_under_a_name_that_says_its_form(name: str, tmp_path: Path) -> None:
    found = run("list", FILE, "--out", str(tmp_path / name), "--lang", "en")
    assert found.exit_code != 0
    assert ".csv or .xlsx" in found.output
    assert not (tmp_path / name).exists()
    assert run("list", FILE, "--out", str(tmp_path / "p.CSV")).exit_code == 0


def test_money_of_projects_is_told_in_one_unit() -> None:
    for words in (["list"], ["finance"]):
        text = run(words[0], FILE, *words[1:], "--lang", "zh").output
        assert "万元" in text
        assert "百万元" not in text
    assert "-2,034.5 万元" in run("finance", FILE, "--lang", "zh").output
