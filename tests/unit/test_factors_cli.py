"""`tanheng factors`: what scripts rely on: JSON, exit codes, one clear line for bad input."""

import json

import pytest
from click.testing import CliRunner

from tanheng.cli.factors import factors
from tanheng.errors import use_language

GRID = "id,item,value,unit,region,year_valid_from,source_title\nmy_grid,electricity,0.2,tCO2/MWh,CN-51,2020,报告\n"


@pytest.fixture(autouse=True)
def chinese():
    use_language("zh")


@pytest.fixture
def pack(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(GRID, encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(factors, [str(argument) for argument in arguments])


def told(*arguments, code=0):
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def show(date, *more):
    return told("show", "--item", "electricity", "--region", "CN-51", "--date", date, *more)


def test_show_answers_with_value_source_and_chain():
    read = show("2021-06-30")
    assert (read["value"], read["unit"], read["gas"], read["region"]) == (0.1255, "tCO2/MWh", "CO2", "CN-51")
    assert (read["check"], read["unverified"], read["carried_from"]) == ("read", False, None)
    assert read["source"].keys() >= {"title", "publisher", "year", "locator"}
    assert read["tried"][-1]["outcome"] == "chosen"
    carried = show("2019-06-30")
    assert (carried["value"], carried["check"], carried["carried_from"]) == (0.1031, "recalled", 2018)


def test_show_by_id_and_as_a_table_in_both_languages():
    assert told("show", "cn_51_pilot_coal")["value"] == 1.9812
    chinese = run("show", "--item", "电力", "--region", "成都", "--date", "2019")
    assert chinese.exit_code == 0
    assert "未核实" in chinese.stdout
    assert "沿用 2018 年" in chinese.stdout
    english = run("show", "--item", "electricity", "--region", "CN-51", "--date", "2019", "--lang", "en")
    assert "carried from 2018" in english.stdout
    assert "recalled, unverified" in english.stdout


def test_a_pack_is_laid_over_the_release(pack):
    mine = show("2021", "--pack", pack)
    assert (mine["id"], mine["pack"], mine["value"]) == ("my_grid", "mine", 0.2)
    assert "用户数据包 mine" in mine["why_zh"]


@pytest.mark.parametrize(
    ("arguments", "code", "start"),
    [
        (("--item", "coal", "--region", "CN-51", "--date", "2021"), 1, "[F-001]"),
        (("--item", "natural_gas", "--region", "CN", "--date", "2021", "--gas", "CH4"), 1, "[F-002]"),
        (("--item", "electricity", "--region", "CN", "--date", "soon"), 2, "[F-003]"),
        (("--item", "electricty", "--region", "CN", "--date", "2021"), 2, "[C-001]"),
        (("no_such_id",), 2, "[T-002]"),
        (("cn_51_pilot_coal", "--release", "1999.01"), 2, "[T-002]"),
        (("cn_51_pilot_coal", "--pack", "nowhere.csv"), 2, "[T-002]"),
    ],
)
def test_what_goes_wrong_is_one_line_with_its_exit_code(arguments, code, start):
    result = run("show", *arguments)
    assert result.exit_code == code
    assert result.stderr.startswith(start)
    assert "Traceback" not in result.output
    error = json.loads(run("show", *arguments, "--json").stdout)["error"]
    assert f"[{error['code']}]" == start


def test_show_without_a_question_is_a_usage_error():
    result = run("show", "--item", "electricity")
    assert result.exit_code == 2
    assert "--region" in result.stderr


def test_search_lists_rows_best_first():
    found = told("search", "原煤", "--region", "CN-51", "--year", "2021")
    assert found["count"] == len(found["rows"]) > 0
    assert found["rows"][0]["item"] == "raw_coal"
    assert "原煤" in run("search", "原煤").stdout
    assert told("search", "no-such-thing-anywhere", code=1)["rows"] == []
    assert run("search", "no-such-thing-anywhere").exit_code == 1


def test_audit_lists_what_is_unverified():
    audit = json.loads(run("audit", "--json").stdout)
    listed = [name for one in audit["findings"] if one["check"] == "unverified" for name in one["ids"]]
    assert "cn_elec_prov_51_2018" in listed
    shown = run("audit")
    assert "cn_elec_prov_51_2018" in shown.stdout
    assert shown.exit_code == (0 if audit["ok"] else 1)
    only = run("audit", "--check", "alternatives", "--lang", "en")
    assert "side by side" in only.stdout
    assert "unverified:" not in only.stdout


def test_diff_of_a_release_with_itself_is_empty():
    same = told("diff", "latest", "latest")
    assert (same["added"], same["removed"], same["changed"]) == ([], [], [])
    assert run("diff", "latest", "1999.01").exit_code == 2


def test_diff_takes_packs_beside_each_other_and_beside_a_release(pack):
    newer = pack.with_name("newer.csv")
    newer.write_text(GRID.replace("0.2", "0.3").replace(",2020,", ",2021,"), encoding="utf-8")
    changed = told("diff", pack, newer)["changed"]
    assert {
        (cell["column"], cell["old"], cell["new"]) for cell in changed if cell["column"] != "source_title"
    } == {("text", "0.2", "0.3"), ("year_from", "2020", "2021")}
    added = told("diff", "latest", pack)
    assert (added["added"], added["removed"], added["changed"]) == (["my_grid"], [], [])


def test_search_marks_rows_that_are_valid_only_later():
    rows = told("search", "电力", "--region", "CN-51", "--year", "2005", "--limit", "5")["rows"]
    assert all(row["later"] == (row["year_from"] > 2005) for row in rows)
    assert any(row["later"] for row in rows)
    shown = run("search", "电力", "--region", "CN-51", "--year", "2005", "--limit", "1", "--lang", "en")
    assert "valid only" in shown.stdout
    early = run("search", "电力", "--region", "CN-51", "--year", "2024", "--limit", "1", "--lang", "en")
    assert "valid only" not in early.stdout


def test_validate_tells_good_from_bad(pack):
    assert told("validate", pack) == {"pack": "mine", "rows": 1, "ok": True, "problems": []}
    pack.write_text(GRID.replace("tCO2/MWh", "tCO2/MWhh").replace("0.2", "O.2"), encoding="utf-8")
    bad = told("validate", pack, code=1)
    assert [(problem["rule"], problem["line"], problem["column"]) for problem in bad["problems"]][:2] == [
        ("number", 2, "value"),
        ("unit", 2, "unit"),
    ]
    shown = run("validate", pack, "--lang", "en")
    assert shown.exit_code == 1
    assert "'O.2' is not a number" in shown.stderr
    assert run("validate", pack.with_name("nowhere.csv")).exit_code == 2


def test_template_writes_a_pack_to_fill_in(tmp_path):
    path = tmp_path / "pack.xlsx"
    assert told("template", path) == {"path": str(path)}
    assert path.stat().st_size > 1000
    empty = run("validate", path)
    assert empty.exit_code == 1
    assert "没有数据行" in empty.stderr
    assert run("template", path).exit_code == 2


@pytest.mark.parametrize(
    "command", [[], ["search"], ["show"], ["audit"], ["diff"], ["validate"], ["template"]]
)
def test_every_command_has_help(command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert not command or "--json" in result.stdout


def test_an_audit_of_an_unknown_check_names_those_that_are():
    result = run("audit", "--check", "carbn", "--lang", "en")
    assert result.exit_code == 2
    assert "carbon_unpaired" in result.stderr
    assert run("audit", "--check", "carbon").exit_code == 0, (
        "a check that finds nothing is known all the same"
    )


def test_every_finding_of_an_audit_names_a_known_check():
    from tanheng.factors import load_factors
    from tanheng.factors.audit import AUDITED

    assert {one.check for one in load_factors().audit().findings} <= set(AUDITED)


def test_a_search_for_nothing_or_for_a_slip_is_told():
    assert run("search", "").exit_code == 2
    assert run("search", "煤", "--year", "21").exit_code == 2
    slip = run("search", "electricty", "--lang", "en")
    assert slip.exit_code == 1
    assert "Items that come near: electricity" in slip.stdout


def test_an_id_and_a_question_exclude_each_other():
    result = run("show", "cn_51_pilot_coal", "--item", "coal")
    assert result.exit_code == 2
    assert "--item" in result.stderr


def test_show_names_item_region_and_outcome():
    shown = run("show", "--item", "电力", "--region", "成都", "--date", "2021").stdout
    for words in ("electricity 电力", "CN-51 四川省", "选用", "没有行"):
        assert words in shown
    assert "chosen" not in shown


def test_a_nested_message_ends_with_one_stop(pack):
    pack.write_text(GRID.replace("electricity", "elektricity"), encoding="utf-8")
    for lang, stops in (("zh", "。。"), ("en", "..")):
        result = run("validate", pack, "--lang", lang)
        assert "C-001" in result.stderr
        assert stops not in result.stderr
