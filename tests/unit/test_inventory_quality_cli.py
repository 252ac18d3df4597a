"""``tanheng inventory key-categories | completeness | doubts``: what they print, what they keep, how they exit."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tanheng.cli import cli

HEAD = "entity,region,period,sector,item,amount,unit,uncertainty\n"
YEAR = HEAD + "Town,四川省,{0},工业,柴油,{1},t,5\nTown,四川省,{0},居民,汽油,100,t,10\n"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for period, amount in (("2015", 100), ("2021", 900)):
        (tmp_path / f"{period}.csv").write_text(YEAR.format(period, amount), encoding="utf-8")
        call("account", f"{period}.csv", "-m", "ipcc-2006-stationary", "--out", period, "--no-save")
    return tmp_path


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def loaded(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("inventory", *arguments, "--json").stdout)
    return found


def test_key_categories_by_level_and_trend(runs: Path) -> None:
    alone = loaded("key-categories", "2021")
    assert (alone["level_key"][0], alone["trend_key"]) == (["1.A.2", "CO2"], [])
    both = loaded("key-categories", "2021", "--base", "2015")
    assert both["trend_key"][0] == ["1.A.2", "CO2"]
    assert both["lines"][0]["base"] < both["lines"][0]["emission"]
    assert loaded("key-categories", "2021", "--approach", "2")["threshold"] == 0.9
    whole = loaded("key-categories", "2021", "--at", "1.A")
    assert [line["category"] for line in whole["lines"] if line["gas"] == "CO2"] == ["1.A"]


def test_key_categories_are_shown_in_both_languages(runs: Path) -> None:
    chinese, english = (
        call("inventory", "key-categories", "2021", "--lang", one).stdout for one in ("zh", "en")
    )
    assert "类别" in chinese
    assert "Category" in english
    assert "1.A.2" in chinese
    assert "1.A.2" in english


def test_what_is_asked_wrongly_is_one_line(runs: Path) -> None:
    assert call("inventory", "key-categories", "2021", "--approach", "3").exit_code == 2
    unknown = call("inventory", "key-categories", "2021", "--by", "gpc9")
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (2, 1)
    missing = call("inventory", "doubts", "nowhere", "--json")
    assert "error" in json.loads(missing.stdout)
    assert missing.exit_code != 0


def test_completeness_says_what_is_missing(runs: Path) -> None:
    assert loaded("completeness", "2021")["covered_low_percent"] == 100
    text = HEAD + "Town,四川省,2021,工业,柴油,10,t,5\nTown,四川省,2021,工业,不明燃料,5,t,\n"
    (runs / "part.csv").write_text(text, encoding="utf-8")
    call("account", "part.csv", "-m", "cn-energy-2011", "--out", "part", "--no-save")
    found = loaded("completeness", "part")
    assert (found["unknown"], found["covered_low_percent"]) == (1, None)
    (runs / "estimates.csv").write_text(
        "category,estimate_t,uncertainty,source\n不明燃料,10,50,talk\n", encoding="utf-8"
    )
    told = loaded("completeness", "part", "--estimates", "estimates.csv")
    assert told["covered_low_percent"] < told["covered_high_percent"] < 100
    assert "talk" in call("inventory", "completeness", "part", "--estimates", "estimates.csv").stdout


def test_doubts_keep_their_states_from_run_to_run(runs: Path) -> None:
    """A jump of 800 % is a warning: it waits for an answer, which the file keeps when the run is looked at again."""
    rows = YEAR.format("2015", 100) + YEAR.format("2016", 900).removeprefix(HEAD)
    (runs / "both.csv").write_text(rows, encoding="utf-8")
    call("account", "both.csv", "-m", "ipcc-2006-stationary", "--out", "both", "--no-save")
    first = call("inventory", "doubts", "both", "--file", "doubts.csv")
    assert first.exit_code == 0, "a warning that waits is no failure"
    found = loaded("doubts", "both", "--file", "doubts.csv")
    assert [(row["code"], row["state"]) for row in found["doubts"]] == [("Q-002", "open")]
    (runs / "reasons.csv").write_text(
        "entity,period,code,note\nTown,2016,new_plant,power station\n", encoding="utf-8"
    )
    told = loaded("doubts", "both", "--file", "doubts.csv", "--reasons", "reasons.csv")
    assert told["counts"] == {"open": 0, "explained": 1, "corrected": 0, "accepted": 0}
    with (runs / "doubts.csv").open(encoding="utf-8-sig") as stream:
        assert [row["note"] for row in csv.DictReader(stream)] == ["power station"]
    assert loaded("doubts", "both", "--file", "doubts.csv")["counts"]["explained"] == 1
    gone = loaded("doubts", "2015", "--file", "doubts.csv")
    assert gone["doubts"][0]["found"] == "no"


def test_an_open_error_ends_with_1_until_it_is_answered(runs: Path) -> None:
    (runs / "bad.csv").write_text(YEAR.format("2021", "about 100"), encoding="utf-8")
    call("account", "bad.csv", "-m", "ipcc-2006-stationary", "--out", "bad", "--no-save")
    assert call("inventory", "doubts", "bad", "--file", "doubts.csv").exit_code == 1
    text = (runs / "doubts.csv").read_text(encoding="utf-8-sig")
    (runs / "doubts.csv").write_text(text.replace(",open,", ",accepted,"), encoding="utf-8")
    assert call("inventory", "doubts", "bad", "--file", "doubts.csv").exit_code == 0


def test_a_file_that_is_no_worklist_is_refused_and_left_alone(runs: Path) -> None:
    (runs / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert call("inventory", "doubts", "2021", "--file", "notes.csv").exit_code == 2
    assert (runs / "notes.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"
    assert call("inventory", "doubts", "2021", "--file", "nowhere/doubts.csv").exit_code != 0
