"""The mapping assistant: sheets as people have them are suggested right, nothing is lost unsaid, and it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from bad_input import workbook
from small import taken
from tanheng.activity.mapping.files import load_mapping
from tanheng.activity.mapping.fitting import fitting_mapping
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.mapping import FOLDER, MappingWrong
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.cli import cli

WIDE_YEARS = [
    ("附表3 重点用能单位能源消费情况",),
    ("单位：吨",),
    ("用能单位名称", "能源种类", "所属行业", "2021年", "2022年", "联系电话", "备注说明"),
    ("甲钢铁厂", "原  煤（洗前）", "钢铁", 100, 120, 13800000000, "自报"),
    ("乙厂", "柴油", "化工", None, 7, 13900000000, None),
    ("合计", None, None, 100, 127, None, None),
    ("注：数据由企业上报",),
]
WIDE_ITEMS = [
    ("2021年各区县能源消费",),
    ("区县", "柴油消费量", None, "汽油", "电力"),
    (None, "（吨）", None, "（吨）", "（万千瓦时）"),
    ("锦江区", 10, None, 3, 50),
    ("青羊区", 20, None, 4, 60),
]
LONG = [
    ("填报企业", "能源名称及代码", "统计年度", "实物消费量（吨）", "折标系数"),
    ("甲", "柴油", 2021, 5, 1.4571),
    ("乙", "汽油", 2021, 6, 1.4714),
]


def rows(activity: Any) -> list[tuple[Any, ...]]:
    return sorted(activity.to_polars().select("entity", "period", "item", "amount", "unit").rows())


def test_years_side_by_side(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", WIDE_YEARS, ["A1:G1"]), ("目录", [("目录",), ("附表3",)], []))
    found = suggest_mapping(path)
    one, other = found.sheets
    assert (one.header, one.rows, other.use) == (3, 4, False)
    assert [column.use for column in one.columns] == [
        "entity",
        "item",
        "sector",
        "amount",
        "amount",
        "",
        "note",
    ]
    assert [column.period for column in one.columns][3:5] == ["2021", "2022"]
    assert one.fixed == {"unit": "吨"}
    assert one.items == {"原  煤（洗前）": "raw_coal"}
    assert [(column.heading, column.filled) for column in one.lost] == [("联系电话", 2)]
    assert all(column.reason for column in one.columns)
    read = apply_mapping(path, taken(found))
    assert rows(read) == [
        ("乙厂", "2022", "diesel", 7.0, "吨"),
        ("甲钢铁厂", "2021", "raw_coal", 100.0, "吨"),
        ("甲钢铁厂", "2022", "raw_coal", 120.0, "吨"),
    ]
    told = {one.code: one.message("zh") for one in read.findings}
    assert "列“联系电话”按映射不读，其中 2 格有内容" in told["A-165"]
    assert "有 1 个数量格为空" in told["A-166"]
    assert "有 1 行" in told["A-120"]
    assert "“目录”不在映射中，其 2 行未读" in told["A-167"]
    assert read.refused.filter(read.refused.get_column("__code") == "A-107").height == 2
    assert read.missing == 0


def test_items_side_by_side_with_units_below(tmp_path: Path) -> None:
    found = suggest_mapping(workbook(tmp_path, ("表", WIDE_ITEMS, [])))
    one = found.sheets[0]
    amounts = [(column.item, column.unit) for column in one.amounts]
    assert amounts == [("diesel", "吨"), ("gasoline", "吨"), ("electricity", "万千瓦时")]
    assert one.fixed == {"period": "2021"}
    assert not one.missing
    read = apply_mapping(tmp_path / "表.xlsx", found.confirm())
    assert ("锦江区", "2021", "electricity", 50.0, "万kWh") in [
        (*row[:4], row[4].replace("万千瓦时", "万kWh")) for row in rows(read)
    ]
    assert len(rows(read)) == 6
    assert read.letters == {"表": {one.item: "ABCDEFG"[one.column - 1] for one in found.sheets[0].amounts}}


def test_names_that_are_only_close(tmp_path: Path) -> None:
    found = suggest_mapping(workbook(tmp_path, ("表", LONG, [])))
    one = found.sheets[0]
    uses = {column.heading: (column.use, column.unit) for column in one.columns}
    assert uses["实物消费量（吨）"] == ("amount", "吨")
    assert uses["填报企业"][0] == "entity"
    assert uses["能源名称及代码"][0] == "item"
    assert uses["统计年度"][0] == "period"
    assert uses["折标系数"][0] == ""
    assert all(0 < column.confidence <= 1 for column in one.columns if column.use)
    assert rows(apply_mapping(tmp_path / "表.xlsx", taken(found)))[0] == (
        "乙",
        "2021",
        "gasoline",
        6.0,
        "吨",
    )


def test_nothing_is_read_before_it_is_confirmed_and_complete(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", LONG, []))
    found = suggest_mapping(path)
    with pytest.raises(MappingWrong, match="还没有确认"):
        apply_mapping(path, found)
    lacking = [row[:3] for row in LONG]
    hopeless = suggest_mapping(workbook(tmp_path, ("表", lacking, [])))
    assert not hopeless.used
    with pytest.raises(MappingWrong, match="没有要读的工作表"):
        apply_mapping(path, taken(hopeless))
    bare = suggest_mapping(workbook(tmp_path, ("表", [(*LONG[0][:3], "消费量", "x"), *LONG[1:]], [])))
    assert bare.sheets[0].missing == ["unit"]
    with pytest.raises(MappingWrong, match="还缺 单位 unit"):
        apply_mapping(tmp_path / "表.xlsx", taken(bare))


def test_a_mapping_survives_its_file_and_edits(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", WIDE_YEARS, ["A1:G1"]))
    kept = taken(suggest_mapping(path)).save(tmp_path / "m.yaml")
    again = load_mapping(kept)
    assert again.sheets == suggest_mapping(path).sheets
    data = yaml.safe_load(kept.read_text(encoding="utf-8"))
    data["sheets"][0]["columns"][5]["use"] = "keep"
    data["sheets"][0]["items"]["原  煤（洗前）"] = "bituminous_coal"
    kept.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    read = apply_mapping(path, kept)
    assert "bituminous_coal" in read.to_polars().get_column("item").to_list()
    assert read.extra == ["联系电话"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "读不出来"),
        ("format: other/1", "不是 tanheng-mapping/1"),
        ("format: tanheng-mapping/1\nsheets: [{sheet: a, nonsense: 1, columns: [{x: 1}]}]", "内容不合"),
        ("format: tanheng-mapping/1\nsheets: [{sheet: a, use: true, columns: [{column: 1, heading: 甲, use: wrong}]}]", "use: wrong 不认得"),
    ],
)  # fmt: skip
def test_a_mapping_that_is_none(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingWrong, match=said):
        load_mapping(tmp_path / "m.yaml")


def test_a_kept_mapping_serves_the_next_file_of_the_same_form(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", WIDE_YEARS, ["A1:G1"]))
    taken(suggest_mapping(path)).save(tmp_path / FOLDER / "a.yaml")
    later = [*WIDE_YEARS[:3], ("丙厂", "汽油", "化工", 1, 2, 1, "")]
    (tmp_path / "next").mkdir()
    other = workbook(tmp_path / "next", ("另一张", later, ["A1:G1"]))
    found = fitting_mapping(other, tmp_path / FOLDER)
    assert found is not None
    assert len(rows(apply_mapping(other, found))) == 2
    changed = [*WIDE_YEARS[:2], ("x", *WIDE_YEARS[2][1:]), *later[3:]]
    assert fitting_mapping(workbook(tmp_path / "next", ("表", changed, [])), tmp_path / FOLDER) is None
    with pytest.raises(MappingWrong, match="没有表头与“表”相同的工作表"):
        apply_mapping(tmp_path / "next" / "表.xlsx", found)


def test_a_formula_without_a_result_is_a_refused_row(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", WIDE_YEARS, ["A1:G1"]))
    found = taken(suggest_mapping(path))
    book = openpyxl.load_workbook(path)
    book["表"]["E4"] = "=1+1"
    book.save(path)
    assert "A-197" in [one.code for one in apply_mapping(path, found).findings]


def test_a_hidden_sheet_is_told(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["旧"].sheet_state = "hidden"

    path = workbook(tmp_path, ("表", LONG, []), ("旧", LONG, []), change=hide)
    found = suggest_mapping(path)
    assert [(one.sheet, one.use) for one in found.sheets] == [("表", True), ("旧", False)]
    assert "A-167" in [one.code for one in apply_mapping(path, taken(found)).findings]


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    workbook(tmp_path, ("表", LONG, []))
    run = CliRunner()
    shown = run.invoke(cli, ["map", "表.xlsx"])
    assert shown.exit_code == 1, shown.output
    assert "折标系数" in shown.output
    line = ["account", "表.xlsx", "--method", "cn-energy-2011", "--region", "四川省", "--no-save", "--json"]
    refused = run.invoke(cli, [*line, "--mapping", "表.xlsx.mapping.yaml"])
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]["code"] == "A-004"
    kept = run.invoke(cli, ["map", "表.xlsx", "--confirm", "--accept", "折标系数", "--json"])
    assert Path(json.loads(kept.stdout)["written"]).parent.name == FOLDER
    answer = json.loads(run.invoke(cli, line).stdout)
    assert "A-168" in [one["code"] for one in answer["findings"]]
    assert sorted(row["amount"] for row in answer["rows"]) == [5, 6]
    hopeless = run.invoke(cli, ["map", "nothing.xlsx"])
    assert hopeless.exit_code == 2
