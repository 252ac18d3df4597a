"""``tanheng account`` on bad input: one clear line, exit codes 0, 1 and 2, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bad_input import GOOD, HEAD, text
from tanheng.cli import cli


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(
        cli, ["account", str(path), "--method", "sichuan-park-2022", "--no-save", *options]
    )


CASES = {
    "good": (HEAD + GOOD, 0),
    "a note": (f"标题\n{HEAD}{GOOD}\n注：说明\n", 0),
    "a column more": ("地区,年份,品种,数量,单位,城市\n四川省,2021,煤品,1,t,成都\n", 0),
    "negative": (f"{HEAD}{GOOD}四川省,2022,煤品,-1,t\n", 1),
    "ragged": (f"{HEAD}{GOOD}四川省,2022,煤品,1,234,t\n", 1),
    "duplicate": (HEAD + GOOD + GOOD, 1),
    "unknown item": (f"{HEAD}{GOOD}四川省,2022,独角兽,1,t\n", 1),
    "too small": (f"{HEAD}四川省,2022,煤品,1e-9,t\n", 1),
    "empty": ("", 2),
    "no rows": (HEAD, 2),
    "no column": ("地区,年份,品种,数量\n四川省,2021,煤品,1\n", 2),
    "no header": ("说明\n", 2),
}


@pytest.mark.parametrize(("content", "code"), CASES.values(), ids=CASES.keys())
def test_exit_codes(content: str, code: int, tmp_path: Path) -> None:
    path = text(tmp_path, content)
    for options in ((), ("--json",), ("--lang", "en")):
        result = run(path, *options)
        assert result.exit_code == code
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", ["negative", "ragged", "duplicate", "unknown item"])
def test_strict_gives_no_result(name: str, tmp_path: Path) -> None:
    result = run(text(tmp_path, CASES[name][0]), "--strict", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "A-003"
    assert "3" in error["message"]["zh"]


@pytest.mark.parametrize("name", ["good", "a note", "a column more"])
def test_strict_lets_good_files_pass(name: str, tmp_path: Path) -> None:
    assert run(text(tmp_path, CASES[name][0]), "--strict").exit_code == 0


@pytest.mark.parametrize("name", ["empty", "no column"])
def test_unreadable_input_is_one_line(name: str, tmp_path: Path) -> None:
    result = run(text(tmp_path, CASES[name][0]))
    lines = [line for line in result.stderr.splitlines() if "…" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("[A-00")
    assert "表.csv" in lines[0]


def test_json_says_which_rows(tmp_path: Path) -> None:
    result = run(text(tmp_path, CASES["negative"][0]), "--json")
    found = json.loads(result.stdout)
    assert (found["complete"], found["refused"]) == (False, 1)
    finding = next(one for one in found["findings"] if one["code"] == "A-102")
    assert (
        finding["rows"][0] | {"row": 3, "amount": "-1", "file": "表.csv", "column": "amount"}
        == finding["rows"][0]
    )
    assert "第 3 行" in finding["message_zh"]
    assert "row 3" in finding["message_en"]
