"""``tanheng reconcile``: what account reads it reads, what account tells it tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

import tanheng as th
from tanheng.cli import cli

HEAD = "地区,年份,部门,品种,数量,单位\n"
BOTH = ("-m", "cn-energy-2011", "--with", "ipcc-2006-stationary")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(HEAD + "四川省,2021,工业,柴油,100,t\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text(
        HEAD + "四川省,2021,工业,柴油,100,t\n四川省,2021,工业,怪煤,5000,t\n四川省,2021,工业,柴油,abc,t\n",
        encoding="utf-8",
    )
    return tmp_path


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["reconcile", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def loaded(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call(*arguments, "--json").stdout)
    return found


def test_what_both_leave_out_is_told(folder: Path) -> None:
    said = call("bad.csv", *BOTH)
    assert said.exit_code == 1
    assert said.stdout.count("不完整：1 项没有系数，1 行被拒绝") == 2
    assert "怪煤" in said.stderr
    found = loaded("bad.csv", *BOTH)
    assert (found["complete"], found["unmatched"], found["refused"]) == (
        False,
        {"a": 1, "b": 1},
        {"a": 1, "b": 1},
    )
    assert {"I-101", "A-101"} <= {one["code"] for one in found["findings"]}


def test_the_same_on_both_sides_ends_without_a_list_of_causes(folder: Path) -> None:
    said = call("good.csv", "-m", "cn-energy-2011", "--with", "cn-energy-2011")
    assert said.exit_code == 0
    assert "其中" not in said.stdout
    assert "不完整" not in said.stdout


def test_the_lines_go_to_a_file(folder: Path) -> None:
    assert call("good.csv", *BOTH, "--out", "r.xlsx", "--by", "品种").exit_code == 0
    page = openpyxl.load_workbook(folder / "r.xlsx")["对账"]
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    (top,) = (at for at, line in enumerate(lines) if line[0] == "cn-energy-2011 类别")
    assert [line[0] or "" for line in lines[top + 1 : -1]] == ["diesel", ""], (
        "by product gases that the first leaves out have no line there"
    )
    assert not any("_" in str(head) for head in lines[top])
    found = loaded("good.csv", *BOTH, "--by", "品种")
    assert lines[-1][0] == "合计（不含信息项）"
    at = lines[top].index("合计之差 (t)")
    assert lines[-1][at] == pytest.approx(found["difference"])
    assert sum(line[at] for line in lines[top + 1 : -1]) == pytest.approx(found["difference"])
    assert call("good.csv", *BOTH, "--out", "r.csv").exit_code == 0
    assert "due_unmatched" in pl.read_csv(folder / "r.csv").columns


@pytest.mark.parametrize(
    ("lang", "sheet", "told"),
    [("zh", "对账", "不完整：1 项没有系数"), ("en", "Reconciliation", "INCOMPLETE: 1 without")],
)
def test_the_file_says_what_it_lacks_in_the_language_of_the_run(
    folder: Path, lang: str, sheet: str, told: str
) -> None:
    assert call("bad.csv", *BOTH, "--out", "r.xlsx", "--lang", lang).exit_code == 1
    page = openpyxl.load_workbook(folder / "r.xlsx")[sheet]
    above = [str(page.cell(row, 1).value) for row in range(1, 6)]
    assert sum(told in one for one in above) == 2
    texts = {str(cell.value) for line in page.iter_rows() for cell in line}
    assert not {"counted", "absent", "counted_absent"} & texts


def test_each_side_has_its_own_lines(folder: Path) -> None:
    found = loaded("good.csv", *BOTH, "--by", "provincial2011,ipcc2006")
    assert ("P1.1.3", "1.A.2") in {(row["category_a"], row["category_b"]) for row in found["lines"]}
    assert call("good.csv", *BOTH, "--by", "a,b,c").exit_code == 2
    assert "crf9" in call("good.csv", *BOTH, "--by", "crf9").output


def test_measured_values_packs_and_regions_hold_for_the_method_that_knows_them(folder: Path) -> None:
    plain = loaded("good.csv", *BOTH)
    told = loaded("good.csv", *BOTH, "--set", "combustion-co2.ncv=40 GJ/t; report")
    assert told["total_a"] != plain["total_a"]
    assert call("good.csv", *BOTH, "--set", "nothing.ncv=40 GJ/t").exit_code == 2


def test_a_sheet_with_a_mapping_is_read_as_account_reads_it(folder: Path) -> None:
    text = "城市名,统计年,行业,能源种类,实际消费量,计量\n四川省,2021,工业,柴油,100,t\n"
    (folder / "own.csv").write_text(text, encoding="utf-8")
    mapped = CliRunner().invoke(cli, ["map", "own.csv", "--out", "m.yaml", "--confirm"])
    assert mapped.exit_code == 0, mapped.output
    found = loaded("own.csv", *BOTH, "--mapping", "m.yaml")
    assert found["total_a"] == pytest.approx(th.account(folder / "good.csv", "cn-energy-2011").total)
