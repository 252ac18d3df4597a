"""Templates: what is filled in is what is accounted, for every method; what is left empty is neither zero nor an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from forms import asked, fill, made, places, plain, row_of, stated
from tanheng.activity import read_activity
from tanheng.cli import cli
from tanheng.errors import TanhengError, use_language
from tanheng.filings.form.write import write_template
from tanheng.inventory import account, method_files

METHODS = sorted(method_files())


@pytest.mark.parametrize("method", METHODS)
def test_a_filled_template_is_the_same_inventory_as_the_rows_as_csv(method: str, tmp_path: Path) -> None:
    lines = asked(method)
    some = lines[:: max(1, len(lines) // 40)]
    values = {line.id: stated(line, block, at) for at, (line, block) in enumerate(some)}
    filled = account(fill(made(tmp_path, method), values), method)
    rows = pl.DataFrame([plain(line, block, values[line.id]) for line, block in some])
    rows.write_csv(tmp_path / "rows.csv")
    assert filled.digest == account(tmp_path / "rows.csv", method).digest
    assert filled.rows_read == len(some)
    assert filled.refused == 0
    assert filled.activity.filled is not None
    optional = sum(line.id.startswith("use#") for line, _ in lines if line.id not in values)
    assert filled.activity.filled.unanswered.height == len(lines) - len(some) - optional
    assert filled.emissions.height > 0


@pytest.mark.parametrize("method", METHODS)
def test_no_line_is_one_that_the_method_does_not_take(method: str, tmp_path: Path) -> None:
    """A line may lack a factor; that no rule takes it (I-102 without detail) would be the template's fault."""
    rows = [plain(line, block, stated(line, block, at)) for at, (line, block) in enumerate(asked(method))]
    found = account(pl.DataFrame(rows), method)
    foreign = [f.message() for f in found.findings if f.code in {"I-101", "I-104"}]
    nothing = [f.message() for f in found.findings if f.code == "I-102" and not f.fields.get("detail_zh")]
    assert (foreign, nothing) == ([], [])


def test_keys_instead_of_amounts(tmp_path: Path) -> None:
    values: dict[str, dict[str, object]] = {
        "P2.1#1": {"数量": 1000},
        "P2.2#1": {"数量": "NO", "理由": "没有石灰厂"},
        "P2.4": {"标记": "IE", "理由": "计入 P2.1"},
        "P2.3#1": {"标记": "NE"},
        "P2.5#1": {"数量": 5, "标记": "NO"},
        "P2.6#1": {"标记": "XX"},
    }
    activity = read_activity(fill(made(tmp_path, "cn-provincial-2011"), values))
    assert activity.frame is not None
    assert activity.filled is not None
    assert activity.frame.select("item", "amount").rows() == [("clinker", 1000.0), ("adipic_acid", 5.0)]
    assert activity.filled.notation().rows() == [("P2.2", "NO", "没有石灰厂"), ("P2.4", "IE", "计入 P2.1")]
    assert activity.filled.answers.height == 3
    codes = [one.code for one in activity.findings]
    assert (codes.count("A-141"), codes.count("A-142")) == (1, 1)
    assert "没有填数量" in next(one for one in activity.findings if one.code == "A-140").message("zh")
    assert activity.missing == 0


def test_a_key_of_a_heading_over_amounts_is_told_and_answers_nothing(tmp_path: Path) -> None:
    form = made(tmp_path, "cn-provincial-2011")
    values: dict[str, dict[str, object]] = {"P1.1.1": {"标记": "NO", "理由": "误"}, "P2.2": {"标记": "NO"}}
    line = next(line for line, _ in asked("cn-provincial-2011") if line.id.startswith("P1.1.1#"))
    whole = read_activity(fill(form, {**values, "P2.1#1": {"数量": 1}})).filled
    found = read_activity(fill(form, {**values, line.id: {"数量": 10}}))
    assert found.filled is not None
    assert whole is not None
    told = [one for one in found.findings if one.code == "A-148"]
    assert [(one.severity, one.fields["category"], one.fields["count"]) for one in told] == [
        ("warning", "P1.1.1", 1)
    ]
    lines = sum(line.id.startswith("P1.1.1#") for line, _ in asked("cn-provincial-2011"))
    left = [one.unanswered.filter(pl.col("category") == "P1.1.1").height for one in (whole, found.filled)]
    assert left == [0, lines - 1]
    assert "P1.1.1" not in found.filled.notation().get_column("category")
    assert found.filled.unanswered.filter(pl.col("category") == "P2.2").height == 0


def test_a_formula_without_a_result_is_refused_and_not_taken_as_empty(tmp_path: Path) -> None:
    activity = read_activity(
        fill(made(tmp_path, "cn-provincial-2011"), {"P2.1#1": {"数量": "=1+1"}, "P2.2#1": {"数量": 3}})
    )
    assert [one.code for one in activity.findings if one.severity == "error"] == ["A-197"]
    assert activity.missing == 1


def test_rows_of_the_users_own_other_units_and_texts_as_numbers(tmp_path: Path) -> None:
    def more(book: Any) -> None:
        sheet = book["工业生产过程"]
        at = places(sheet)
        end = sheet.max_row + 1
        for column, value in {
            "品种": "石灰",
            "活动类型": "产量",
            "数量": "1,200",
            "单位": "万吨",
            "主体": "成都市",
        }.items():
            sheet.cell(end, at[column]).value = value

    path = fill(
        made(tmp_path, "cn-provincial-2011", year=""), {"P2.1#1": {"数量": "２０", "时期": 2022}}, more
    )
    activity = read_activity(path)
    assert activity.frame is not None
    assert activity.frame.select("entity", "period", "amount").rows() == [("四川省", "2022", 20.0)]
    assert [one.code for one in activity.findings if one.severity == "error"] == ["A-106"]

    def whom(book: Any) -> None:
        book["说明"].cell(
            next(r for r in range(1, 20) if book["说明"].cell(r, 1).value == "时期"), 2
        ).value = "2023年"

    activity = read_activity(fill(path, {}, whom))
    assert activity.frame is not None
    assert activity.frame.select("entity", "period", "amount", "unit").rows() == [
        ("四川省", "2022", 20.0, "吨"),
        ("成都市", "2023", 1200.0, "万吨"),
    ]


def test_a_sheet_that_was_removed_is_told(tmp_path: Path) -> None:
    def cut(book: Any) -> None:
        del book["农业"]

    activity = read_activity(fill(made(tmp_path, "cn-provincial-2011"), {"P2.1#1": {"数量": 1}}, cut))
    told = next(one for one in activity.findings if one.code == "A-144").message("zh")
    assert "“农业”不见了，其 16 行" in told


def test_a_sheet_of_another_name_is_read_and_told(tmp_path: Path) -> None:
    def rename(book: Any) -> None:
        book["农业"].title = "农业2021"

    activity = read_activity(fill(made(tmp_path, "cn-provincial-2011"), {"P3.1#1": {"数量": 1}}, rename))
    assert activity.frame is not None
    assert activity.frame.height == 1
    assert "A-144" not in [one.code for one in activity.findings]
    told = next(one for one in activity.findings if one.code == "A-196").message("zh")
    assert "没有工作表“农业”，而有“农业2021”" in told


def test_only_one_sheet_is_read_when_named(tmp_path: Path) -> None:
    path = fill(made(tmp_path, "cn-provincial-2011"), {"P2.1#1": {"数量": 1}, "P3.1#1": {"数量": 2}})
    found = read_activity(path, sheet="农业")
    assert found.frame is not None
    assert found.frame.get_column("item").to_list() == ["single_rice"]


def test_the_command_line_fits_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner()
    wrote = run.invoke(
        cli,
        [
            "template",
            "--method",
            "cn-provincial-2011",
            "--out",
            "F.xlsx",
            "--entity",
            "四川省",
            "--year",
            "2023",
        ],
    )
    assert wrote.exit_code == 0, wrote.output
    fill(Path("F.xlsx"), {"P2.1#1": {"数量": 1000}, "P2.2": {"标记": "NO", "理由": "无"}})
    shown = run.invoke(cli, ["account", "F.xlsx", "--method", "cn-provincial-2011", "--json", "--no-save"])
    answer = json.loads(shown.stdout)
    assert shown.exit_code == 0, shown.output
    assert answer["total"] == pytest.approx(538.0)
    template = answer["template"]
    assert len(template["unanswered"]) == sum(
        not line.id.startswith(("use#", "P2.1#", "P2.2#")) for line, _ in asked("cn-provincial-2011")
    )
    assert [row["category"] for row in template["answers"]] == ["P2.2"]
    lines = {row["missing"]: row["kind"] for row in answer["completeness"]["missing"]}
    assert lines["P3.1"] == "unanswered"
    assert not {"P2.1", "P2.2"} & set(lines)
    other = run.invoke(cli, ["account", "F.xlsx", "--method", "cn-energy-2011", "--json", "--no-save"])
    assert "A-143" in [one["code"] for one in json.loads(other.stdout)["findings"]]


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = made(tmp_path, "sichuan-park-2022")
    with pytest.raises(TanhengError, match="尚不存在"):
        write_template("sichuan-park-2022", path)


def test_in_english(tmp_path: Path) -> None:
    use_language("en")
    try:
        path = made(tmp_path, "sichuan-park-2022")
    finally:
        use_language("zh")
    book = openpyxl.load_workbook(path)
    sheet = book["Activity data"]
    sheet.cell(row_of(sheet, "1.A.2#1"), places(sheet)["Amount"]).value = 10
    book.save(path)
    assert account(path, "sichuan-park-2022").total == pytest.approx(19.812)


def test_the_workbook_has_drop_downs_and_frozen_heads(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path, "cn-provincial-2011"))
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"][:3] == [
        "说明",
        "能源活动",
        "工业生产过程",
    ]
    sheet = book["工业生产过程"]
    assert sheet.freeze_panes == "E4"
    kinds = [one.type for one in sheet.data_validations.dataValidation]
    assert {"list", "custom", "decimal"} <= set(kinds)
    note = sheet.cell(row_of(sheet, "P2.1#1"), places(sheet)["数量"]).comment
    assert note is not None
    assert "第二章，水泥生产过程" in note.text
