"""The command line: contracts that others script against, exit codes, two languages, one line per error."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import tanheng
from tanheng.cli import cli

EXAMPLES = Path(tanheng.__file__).parents[2] / "examples" / "sichuan-2021"
GOOD = "entity,period,item,amount,unit\n四川省,2021,煤品,100,t\n四川省,2021,电力,10,万kWh\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def loaded(*arguments: str) -> dict[str, Any]:
    result = call(*arguments, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_account_prints_the_sichuan_figures(here: Path) -> None:
    found = loaded("account", str(EXAMPLES / "activity.csv"), "--method", "sichuan-park-2022")
    assert found["total"] == pytest.approx(330_391_619.72, abs=0.01)
    assert (found["unit"], found["gas"], found["complete"], found["unmatched"]) == ("t", "CO2", True, [])
    rows = {row["item"]: row for row in found["rows"]}
    expected = {
        "coal": (154_456_209.99, 46.75, 1.9812),
        "petroleum": (80_259_113.47, 24.29, 3.0172),
        "natural_gas": (61_794_772.45, 18.70, 21.6502),
        "electricity": (33_881_523.81, 10.25, 1.0310),
    }
    assert set(rows) == set(expected)
    for item, (emission, share, coefficient) in expected.items():
        assert rows[item]["emission"] == pytest.approx(emission, abs=0.01)
        assert round(rows[item]["share"], 2) == share
        assert rows[item]["coefficient"] == pytest.approx(coefficient)
        assert {"item", "amount", "unit", "coefficient", "emission", "share"} <= set(rows[item])
    assert len(found["digest"]) == 64


def test_a_run_is_kept_and_its_proof_opens(here: Path) -> None:
    run = loaded("account", str(EXAMPLES / "activity.csv"), "-m", "sichuan-park-2022")["run"]["id"]
    proof = loaded("proof", run, "--cell", "item=煤品")
    step = proof["steps"][0]
    assert proof["value"] == pytest.approx(154_456_209.99, abs=0.01)
    assert step["rows"][0]["row"] == 2
    assert step["inputs"][0]["factor"] == "cn_51_pilot_coal"
    assert step["inputs"][0]["source"]["locator"]
    assert proof["method"]["id"] == "sichuan-park-2022"
    text = call("proof", run, "--cell", "item=coal", "--lang", "en")
    assert text.exit_code == 0
    assert "not looked up by date" in text.stdout
    missing = call("proof", run, "--cell", "item=wood")
    assert missing.exit_code == 2
    assert "I-001" in missing.stderr
    assert call("proof", "nowhere", "--cell", "item=coal").exit_code == 2


def test_exit_codes(here: Path) -> None:
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("refused.csv").write_text(GOOD + "四川省,2021,石油,-5,t\n", encoding="utf-8")
    Path("unmatched.csv").write_text(GOOD + "四川省,2021,独角兽燃料,5,t\n", encoding="utf-8")
    method = ("-m", "sichuan-park-2022", "--no-save")
    assert call("account", "good.csv", *method).exit_code == 0
    refused = call("account", "refused.csv", *method, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["refused"] == 1
    unmatched = call("account", "unmatched.csv", *method, "--json")
    assert unmatched.exit_code == 1
    assert json.loads(unmatched.stdout)["unmatched"][0]["item"] == "独角兽燃料"
    strict = call("account", "refused.csv", *method, "--strict")
    assert strict.exit_code == 1
    assert strict.stdout == ""
    assert "A-003" in strict.stderr
    for wrong in (
        ("account", "nothing.csv", *method),
        ("account", "good.csv", "-m", "nothing"),
        ("account", "good.csv"),
        ("nothing",),
    ):
        result = call(*wrong)
        assert result.exit_code == 2, wrong
        assert "Traceback" not in result.output
    assert not Path("tanheng-runs").exists()


def test_an_error_is_one_line_in_either_language(here: Path) -> None:
    Path("x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for lang, word in (("zh", "表头"), ("en", "header")):
        result = call("account", "x.csv", "-m", "sichuan-park-2022", "--lang", lang)
        lines = [line for line in result.stderr.splitlines() if "A-001" in line]
        assert len(lines) == 1
        assert word in lines[0]
    found = json.loads(call("account", "x.csv", "-m", "sichuan-park-2022", "--json").stdout)
    assert found["error"]["code"] == "A-001"
    assert set(found["error"]["message"]) == {"zh", "en"}


def test_measured_values_from_the_command_line(here: Path) -> None:
    Path("a.csv").write_text("entity,period,item,amount,unit\n四川省,2021,柴油,100,t\n", encoding="utf-8")
    plain = loaded("account", "a.csv", "-m", "cn-energy-2011", "--no-save")
    changed = loaded(
        "account",
        "a.csv",
        "-m",
        "cn-energy-2011",
        "--no-save",
        "--set",
        "combustion-co2.oxidation=99 %; 2021 实测",
    )
    assert changed["total"] / plain["total"] == pytest.approx(0.99 / 0.98)
    assert "2021 实测" in changed["method"]["overridden"][0]
    assert call("account", "a.csv", "-m", "cn-energy-2011", "--set", "nonsense").exit_code == 2


def test_files_are_written(here: Path) -> None:
    assert (
        call(
            "account", str(EXAMPLES / "activity.csv"), "-m", "sichuan-park-2022", "--out", "out", "--no-save"
        ).exit_code
        == 0
    )
    assert {path.name for path in Path("out").iterdir()} == {
        "inventory.xlsx",
        "inventory.parquet",
        "report.html",
        "report.docx",
        "proof.json",
        "run",
    }
    assert call("proof", "out", "--cell", "item=coal").exit_code == 0
    again = (
        "account",
        str(EXAMPLES / "activity.csv"),
        "-m",
        "sichuan-park-2022",
        "--out",
        "out",
        "--no-save",
    )
    assert call(*again).exit_code == 0


def test_what_cannot_be_written_is_one_line(here: Path) -> None:
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("taken").write_text("", encoding="utf-8")
    account = ("account", "good.csv", "-m", "sichuan-park-2022", "--no-save", "--lang", "en")
    for arguments in (
        (*account, "--out", "taken"),
        (*account, "--out", "/proc/x"),
        ("demo", "--out", "taken", "--lang", "en"),
    ):
        result = call(*arguments)
        assert result.exit_code == 2, arguments
        assert result.stderr.splitlines()[-1].startswith("[T-003] Cannot write ")
    assert json.loads(call(*account, "--out", "taken", "--json").stdout)["error"]["code"] == "T-003"


def test_an_unforeseen_error_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("out of\nluck")

    monkeypatch.delenv("TANHENG_DEBUG", raising=False)
    monkeypatch.setattr("tanheng.inventory.load_run", broken)
    result = call("proof", "x", "--cell", "item=coal", "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr.startswith("[T-999] Unexpected RuntimeError: out of luck.")
    assert len(result.stderr.splitlines()) == 1
    monkeypatch.setenv("TANHENG_DEBUG", "1")
    assert isinstance(call("proof", "x", "--cell", "item=coal").exception, RuntimeError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "--json"),
        ("nothing", "--json"),
        ("--json",),
        ("factors", "nothing", "--json"),
        ("factors", "show", "--json"),
        ("account", "x.csv", "-m", "y", "--gwp", "AR9", "--json"),
        ("--json", "demo", "--nothing"),
        ("units", "nan", "t", "kg", "--json"),
    ],
)
def test_usage_errors_are_json_where_json_is_asked(here: Path, arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "T-001"
    assert set(error["message"]) == {"zh", "en"}
    assert result.stderr


def test_a_cell_key_stands_once(here: Path) -> None:
    result = call("proof", "x", "--cell", "item=diesel", "--cell", "item=anthracite", "--lang", "en")
    assert result.exit_code == 2
    assert "given twice" in result.stderr


def test_an_unknown_total_is_no_zero_and_memo_items_are_shown(here: Path) -> None:
    head = "entity,period,item,amount,unit\n"
    Path("none.csv").write_text(head + "四川省,2021,独角兽燃料,5,t\n", encoding="utf-8")
    none = call("account", "none.csv", "-m", "sichuan-park-2022", "--no-save", "--lang", "en")
    assert "Total: –" in none.stdout
    Path("wood.csv").write_text(head + "四川省,2021,wood,50,t\n四川省,2021,柴油,1,t\n", encoding="utf-8")
    arguments = ("account", "wood.csv", "-m", "ipcc-2006-stationary", "--no-save")
    memo = loaded(*arguments)["memo"]
    shown = call(*arguments, "--lang", "en").stdout
    assert [row["gas"] for row in memo] == ["CO2_biogenic"]
    assert "Memo items, not in the total" in shown
    assert f"{memo[0]['mass']:,.2f}" in shown
    assert not set("（），、：") & set(shown)


def test_demo(here: Path) -> None:
    first = call("demo")
    assert first.exit_code == 0, first.output
    again = call("demo", "--json", "--lang", "en")
    found = json.loads(again.stdout)
    assert found["inventory"]["total"] == pytest.approx(330_391_619.72, abs=0.01)
    assert len(found["contradictions"]) == 3
    assert len(found["comparison"]) >= 55
    assert {"inventory.xlsx", "inventory.parquet", "report.html", "proof.json"} <= {
        path.name for path in Path("tanheng-demo").iterdir()
    }
    assert call("proof", "tanheng-demo", "--cell", "item=coal").exit_code == 0


def test_methods(here: Path) -> None:
    listed = loaded("methods", "list")["methods"]
    assert {"cn-energy-2011", "cn-provincial-2011", "sichuan-park-2022"} <= {one["id"] for one in listed}
    shown = loaded("methods", "show", "cn-energy-2011")
    assert shown["rules"][0]["formula"] == "ncv * carbon_content * oxidation * c_to_co2"
    source = Path(tanheng.__file__).parent / "packs" / "methods" / "cn-energy-2011.yaml"
    shutil.copy(source, here / "cn-energy-2011.yaml")
    assert call("methods", "check", "cn-energy-2011.yaml").exit_code == 0
    Path("broken.yaml").write_text(
        source.read_text(encoding="utf-8")
        .replace("id: cn-energy-2011", "id: broken")
        .replace("formula: ncv", "formul: ncv"),
        encoding="utf-8",
    )
    broken = call("methods", "check", "broken.yaml", "--lang", "en")
    assert broken.exit_code == 2
    assert "broken.yaml, line" in broken.stderr
    assert "formula" in broken.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("cn_51_pilot_coal", "cn_51_pilot_cool", "no id 'cn_51_pilot_cool'"),
        ("cn_51_pilot_coal", "cn_51_pilot_petroleum", "no reason is given"),
        ("cn_51_pilot_coal", "ipcc06_ncv_diesel_oil", "does not fit"),
        ("cn_51_pilot_coal", "{ch4}", "is of CH4"),
    ],
)
def test_methods_check_looks_into_every_pin(here: Path, right: str, wrong: str, told: str) -> None:
    from tanheng.factors import load_factors

    methane = next(row.id for row in load_factors() if row.gas == "CH4" and row.property == "emission_factor")
    source = Path(tanheng.__file__).parent / "packs" / "methods" / "sichuan-park-2022.yaml"
    text = source.read_text(encoding="utf-8").replace("id: sichuan-park-2022", "id: mine")
    place = text.index(right)
    line = text[:place].count("\n") + 1
    pinned = wrong.format(ch4=methane)
    if "reason" in told:
        text = text.replace("        reason: 试点方案给定的系数\n", "")
    Path("mine.yaml").write_text(text.replace(right, pinned, 1), encoding="utf-8")
    result = call("methods", "check", "mine.yaml", "--lang", "en")
    assert result.exit_code == 2
    assert f"mine.yaml, line {line}," in result.stderr
    assert pinned in result.stderr
    assert told in result.stderr


def test_units(here: Path) -> None:
    assert loaded("units", "1", "万吨标准煤", "GJ")["result"] == pytest.approx(293_076)
    assert any(row["unit"] == "kWh" for row in loaded("units")["units"])
    wrong = call("units", "1", "m3", "Nm3")
    assert wrong.exit_code == 2
    assert "Nm³" in wrong.stderr
    for amount in ("one", "nan", "1e400", "inf", "1,5", "1,00", "1_000"):
        assert call("units", amount, "t", "kg").exit_code == 2
    for amount, tonnes in (("1,000", 1000), ("１，０００", 1000), ("-2.5", -2.5)):
        assert loaded("units", amount, "t", "kg")["result"] == pytest.approx(tonnes * 1000)


def test_what_is_empty_is_refused_by_its_name(here: Path) -> None:
    (here / "a.csv").write_text(GOOD, encoding="utf-8")
    method = ("-m", "sichuan-park-2022")
    assert loaded("account", "a.csv", *method, "--by", "地区，品种")["run"]["by"] == ["region", "item"]
    run = next((here / "tanheng-runs").iterdir()).name
    for arguments, said in (
        (("account", "", *method), "FILE"),
        (("account", "a.csv", *method, "--parts", ""), "--parts"),
        (("account", "a.csv", *method, "--mapping", ""), "--mapping"),
        (("template", *method, "--out", ""), "--out"),
        (("inventory", "read", " "), "FILE"),
        (("inventory", "read", "a.csv", "--out", ""), "--out"),
        (("inventory", "completeness", run, "--estimates", ""), "--estimates"),
        (("inventory", "doubts", run, "--file", ""), "--file"),
        (("inventory", "doubts", run, "--reasons", ""), "--reasons"),
        (("factors", "search", "coal", "--pack", ""), "--pack"),
        (("factors", "validate", ""), "PACK"),
        (("factors", "template", ""), "PATH"),
        (("factors", "diff", "", "2026.11"), "OLD"),
        (("methods", "show", ""), "NAME"),
        (("account", "a.csv", *method, "--by", ""), "by"),
        (("account", "a.csv", *method, "--by", "颜色"), "entity, period, item"),
        (("account", "a.csv", *method, "--sheet", "表一"), "a.csv"),
        (("account", "a.csv", "-m", "."), "Pack . "),
        (("proof", run, "--cell", "=x"), "KEY=VALUE"),
        (("proof", run, "--cell", "item="), "KEY=VALUE"),
        (("proof", run, "--cell", "item"), "KEY=VALUE"),
    ):
        result = call(*arguments, "--lang", "en")
        assert result.exit_code == 2, arguments
        assert said in result.stderr, result.stderr
        assert "Traceback" not in result.stderr


def test_help_and_version_in_both_languages() -> None:
    for arguments in (["--help"], ["account", "--help"], ["factors", "--help"], ["methods", "--help"]):
        for lang in ("zh", "en"):
            done = subprocess.run(
                [sys.executable, "-m", "tanheng", "--lang", lang, *arguments],
                capture_output=True,
                text=True,
                check=True,
            )
            assert "Usage" in done.stdout
            assert ("清单" in done.stdout or "因子" in done.stdout or "方法" in done.stdout) or lang == "en"
    done = subprocess.run(
        [sys.executable, "-m", "tanheng", "--version"], capture_output=True, text=True, check=True
    )
    assert tanheng.__version__ in done.stdout


def test_a_total_of_several_years_says_so(here: Path) -> None:
    Path("two.csv").write_text(GOOD + "四川省,2020,煤品,90,t\n", encoding="utf-8")
    told = [
        call("account", "two.csv", "-m", "sichuan-park-2022", "--no-save", "--lang", lang).stdout
        for lang in ("zh", "en")
    ]
    assert "合计（2020–2021 年中 2 年之和）：" in told[0]
    assert "Total of 2 years, 2020 to 2021: " in told[1]
