"""Mappings that would read another unit, another year or half a sheet: refused or told, never read unsaid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from bad_input import text, workbook
from small import taken
from tanheng.activity import read_activity
from tanheng.activity.mapping.files import load_mapping, mapping_of
from tanheng.activity.mapping.fitting import fitting_mapping
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.mapping import FOLDER, Mapping, MappingWrong
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.cli import cli
from tanheng.errors import InputUnreadable, use_language

WIDE = [
    ("单位名称", "燃料种类", "2021年（吨）", "2022年（吨）"),
    ("甲厂", "柴油", 5, 6),
    ("乙厂", "汽油", 7, 8),
]
LONG = "单位名称,燃料种类,年份,部门,消费量（{unit}）\n甲厂,柴油,2021,工业,5\n乙厂,汽油,2021,工业,7\n"


def rows(activity: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(
        activity.to_polars().select(*(names or ("entity", "period", "item", "amount", "unit"))).rows()
    )


def codes(activity: Any) -> list[str]:
    return [one.code for one in activity.findings]


def titled(folder: Path, year: int, name: str) -> Path:
    (folder / name).mkdir()
    sheet = [
        (f"{year}年各厂能源消费",),
        ("单位名称", "燃料种类", "消费量（吨）"),
        ("甲厂", "柴油", 5),
        ("乙厂", "汽油", 7),
    ]
    return workbook(folder / name, ("表", sheet, []))


def test_a_kept_mapping_does_not_read_another_unit(tmp_path: Path) -> None:
    kept = suggest_mapping(text(tmp_path, LONG.format(unit="吨"))).confirm()
    kept.save(tmp_path / FOLDER / "a.yaml")
    other = text(tmp_path, LONG.format(unit="万吨"), "b.csv")
    assert fitting_mapping(other, tmp_path / FOLDER) is None
    with pytest.raises(MappingWrong, match="没有表头"):
        apply_mapping(other, kept)
    same = text(tmp_path, LONG.format(unit="吨").replace("（", "(").replace("）", ")"), "c.csv")
    assert fitting_mapping(same, tmp_path / FOLDER) is not None


def test_a_kept_mapping_does_not_stamp_last_years_year(tmp_path: Path) -> None:
    first, second = titled(tmp_path, 2021, "one"), titled(tmp_path, 2022, "two")
    suggest_mapping(first).confirm().save(tmp_path / FOLDER / "a.yaml")
    fitting = fitting_mapping(second, tmp_path / FOLDER)
    assert fitting is not None
    with pytest.raises(MappingWrong) as caught:
        apply_mapping(second, fitting)
    assert "定为“2021”" in caught.value.message("zh")
    assert "写“2022”" in caught.value.message("zh")
    assert "'2021', but 表.xlsx, sheet '表', states '2022'" in caught.value.message("en")
    suggest_mapping(second).confirm().save(tmp_path / FOLDER / "b.yaml")
    assert (
        rows(apply_mapping(second, fitting_mapping(second, tmp_path / FOLDER)), "period") == [("2022",)] * 2
    )
    assert rows(apply_mapping(first, fitting_mapping(first, tmp_path / FOLDER)), "period") == [("2021",)] * 2


def test_a_title_that_is_gone_or_of_another_place_and_unit(tmp_path: Path) -> None:
    sheet = "{place},单位：{unit},\n燃料种类,消费量,年份\n柴油,5,2021\n汽油,6,2021\n"
    kept = taken(suggest_mapping(text(tmp_path, sheet.format(place="四川省", unit="吨"))))
    assert kept.sheets[0].fixed == {"unit": "吨", "entity": "四川省"}
    for place, unit, said in (("云南省", "吨", "云南省"), ("四川省", "万吨", "万吨"), ("", "吨", "没有写")):
        with pytest.raises(MappingWrong, match=said):
            apply_mapping(text(tmp_path, sheet.format(place=place, unit=unit), "b.csv"), kept)
    again = text(tmp_path, sheet.format(place="四川", unit="t"), "c.csv")
    assert rows(apply_mapping(again, kept), "entity", "unit")[0] == ("四川省", "吨")


def test_a_value_of_the_users_is_told_for_another_file(tmp_path: Path) -> None:
    bare = "单位名称,燃料种类,消费量（吨）\n甲厂,柴油,5\n乙厂,汽油,7\n"
    data = suggest_mapping(text(tmp_path, bare)).to_dict()
    data["confirmed"] = True
    data["sheets"][0]["fixed"]["period"] = "2021"
    kept = mapping_of(data)
    assert "A-137" not in codes(apply_mapping(tmp_path / "表.csv", kept))
    told = next(
        one
        for one in apply_mapping(text(tmp_path, f"{bare}丙厂,汽油,7\n", "b.csv"), kept).findings
        if one.code == "A-137"
    )
    assert "period = 2021" in told.message("zh")
    text(tmp_path, bare.replace("5", "6"))
    assert "A-137" in codes(apply_mapping(tmp_path / "表.csv", kept))
    against = titled(tmp_path, 2021, "one")
    data = suggest_mapping(against).confirm().to_dict()
    data["sheets"][0]["fixed"]["period"] = "2020"
    assert rows(apply_mapping(against, mapping_of(data)), "period") == [("2020",)] * 2


def test_the_unit_of_a_column_goes_before_that_of_the_title(tmp_path: Path) -> None:
    path = text(
        tmp_path,
        "2021年能源消费,单位：万吨,,\n地区,原煤,天然气（亿立方米）,电力（亿千瓦时）\n四川省,5,3,2\n成都市,4,2,1\n",
    )
    read = apply_mapping(path, suggest_mapping(path).confirm())
    units = {"electricity": "亿千瓦时", "natural_gas": "亿立方米", "raw_coal": "万吨"}
    assert dict(rows(read, "item", "unit")) == units


def test_a_unit_column_beside_the_unit_of_an_item(tmp_path: Path) -> None:
    path = text(tmp_path, "地区,年份,单位,原煤,电力（万kWh）\n四川省,2021,吨,5,3\n成都市,2021,吨,4,2\n")
    read = apply_mapping(path, suggest_mapping(path).confirm())
    assert dict(rows(read, "item", "unit")) == {"electricity": "万kWh", "raw_coal": "吨"}
    told = [one for one in read.findings if one.code == "A-136"]
    assert len(told) == 1
    assert "第 2 行：单位列写“吨”，列名“电力（万kWh）”" in told[0].message("zh")
    path = text(
        tmp_path, "地区,年份,燃料,单位,消费量（吨）\n四川省,2021,柴油,万吨,5\n成都市,2021,柴油,吨,4\n"
    )
    read = apply_mapping(path, suggest_mapping(path).confirm())
    assert rows(read, "amount", "unit") == [(4.0, "吨"), (5.0, "万吨")]
    assert "A-131" in codes(read)


def test_rows_that_cannot_be_split_or_decoded_are_refused(tmp_path: Path) -> None:
    path = text(tmp_path, '单位名称,燃料种类,2021年（吨）,2022年（吨）\n"甲厂,柴油,5,6\n乙厂,汽油,7,8\n')
    found = suggest_mapping(path)
    assert any("第 2 行" in doubt for doubt in found.sheets[0].doubts)
    read = apply_mapping(path, taken(found))
    assert (read.missing, codes(read).count("A-116")) == (1, 1)
    lines = "单位名称,燃料种类,2021年（吨）,2022年（吨）\n乙厂,汽油,7,8\n丙厂,汽油,1,2\n".encode("gb18030")
    path = text(tmp_path, lines + "丁厂,汽油,3,4".encode("gb18030") + b"\xff\xff\n", "g.csv")
    read = apply_mapping(path, taken(suggest_mapping(path)))
    assert read.missing == 1
    assert {"A-115", "A-121"} <= set(codes(read))


def test_a_merged_amount_is_one_amount(tmp_path: Path) -> None:
    sheet = [*WIDE, ("丙厂", "汽油", 1, 9), ("丁厂", "柴油", None, 9)]
    path = workbook(tmp_path, ("表", sheet, ["C4:C5", "A2:A3"]))
    read = apply_mapping(path, suggest_mapping(path).confirm())
    assert sorted(read.to_polars().filter(period="2021").get_column("amount").to_list()) == [1, 5, 7]
    assert (codes(read).count("A-198"), read.missing) == (1, 1)


def test_a_merged_year_holds_for_its_rows(tmp_path: Path) -> None:
    sheet = [
        ("单位名称", "年份", "燃料种类", "消费量（吨）"),
        ("甲", 2021, "柴油", 5),
        ("乙", None, "柴油", 6),
        ("丙", 2022, "柴油", 6),
    ]
    path = workbook(tmp_path, ("表", sheet, ["B2:B3"]))
    read = apply_mapping(path, suggest_mapping(path).confirm())
    assert rows(read, "entity", "period") == [("丙", "2022"), ("乙", "2021"), ("甲", "2021")]


def test_a_formula_without_a_result_in_any_column_that_is_read(tmp_path: Path) -> None:
    sheet = [
        ("单位名称", "年份", "燃料种类", "部门", "消费量（吨）", "电话"),
        *(("甲厂", 2021, "柴油", "工业", n, 1) for n in range(5)),
    ]
    path = workbook(tmp_path, ("表", sheet, []))
    found = suggest_mapping(path).confirm()
    book = openpyxl.load_workbook(path)
    book["表"]["D3"], book["表"]["E4"], book["表"]["F5"] = '="工业"', "=1+1", "=1+1"
    book.save(path)
    read = apply_mapping(path, found)
    told = [one.message("zh") for one in read.findings if one.code == "A-197"]
    assert any("第 3 行：列“部门”" in one for one in told)
    assert (len(rows(read)), read.missing) == (3, 2)


def test_a_formula_that_gave_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", WIDE, []))
    mapping = suggest_mapping(path).confirm()
    with_formula(path, '<c r="D2" t="str"><f>IF(C2&gt;9,C2,"")</f><v></v></c>')
    read = apply_mapping(path, mapping)
    assert (read.missing, "A-166" in codes(read)) == (0, True)


def with_formula(path: Path, cell: str) -> None:
    import re
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = re.sub(r'<c r="D2".*?</c>', cell, sheet).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def test_a_sheet_that_is_asked_for(tmp_path: Path) -> None:
    other = [(*WIDE[0],), ("甲厂", "柴油", 50, 60)]
    path = workbook(tmp_path, ("一", WIDE, []), ("二", other, []), ("三", [("别的", "表"), (1, 2)], []))
    mapping = suggest_mapping(path, sheet="一").confirm()
    read = apply_mapping(path, mapping, sheet="二")
    assert sorted(read.to_polars().get_column("amount").to_list()) == [50, 60]
    assert read.recipe["mapping"]["sheets"][0]["sheet"] == "二"
    assert codes(read).count("A-167") == 2
    with pytest.raises(InputUnreadable, match="没有工作表“四”，只有一、二、三"):
        apply_mapping(path, mapping, sheet="四")
    with pytest.raises(MappingWrong, match="没有表头"):
        apply_mapping(path, mapping, sheet="三")
    with pytest.raises(InputUnreadable, match="没有工作表“四”"):
        suggest_mapping(path, sheet="四")
    with pytest.raises(InputUnreadable, match="不是工作簿"):
        suggest_mapping(text(tmp_path, "a,b\n1,2"), sheet="四")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column": "4"}, "内容不合.*column: '4'"),
        ({"column": None}, "内容不合.*column: None"),
        ({"column": 0}, "内容不合.*column: 0"),
        ({"column": 1}, "第 1 列写了两次"),
        ({"use": "entity"}, "列“单位名称”与“消费量（吨）”的 use 都是 entity"),
        ({"confidence": "sure"}, "内容不合"),
    ],
)
def test_an_edit_that_does_not_fit(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    data = suggest_mapping(text(tmp_path, LONG.format(unit="吨"))).to_dict()
    data["sheets"][0]["columns"][4] |= change
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(MappingWrong, match=said):
        load_mapping(tmp_path / "m.yaml")


@pytest.mark.parametrize(
    ("place", "said"),
    [("", "键 confirmd 不认得，不起作用"), ("fixed", "键 fixed.confirmd 不认得")],
)
def test_a_key_that_changes_nothing_is_refused(place: str, said: str, tmp_path: Path) -> None:
    data = suggest_mapping(text(tmp_path, LONG.format(unit="吨"))).to_dict()
    (data["sheets"][0][place] if place else data)["confirmd"] = "CN-51"
    with pytest.raises(MappingWrong, match=said):
        mapping_of(data)


def test_tabs_are_not_taken_for_thousands_commas(tmp_path: Path) -> None:
    lines = "单位名称\t燃料种类\t2021年（吨）\t2022年（吨）\n" + "甲厂\t柴油\t1,234,567.0\t1,234,000\n" * 9
    path = text(tmp_path, lines)
    assert rows(apply_mapping(path, suggest_mapping(path).confirm()), "amount")[-1] == (1234567.0,)


def test_two_heading_rows_with_a_merged_group(tmp_path: Path) -> None:
    head = [
        ("青石市2021年规模以上工业企业能源购进消费与库存（汇总）",),
        ("填报单位：市统计局   制表日期：2022.3.5",),
        (
            "序号",
            "单位详细名称",
            "行业类别",
            "能源名称",
            "计量单位",
            "年初库存",
            "本期消费（实物量）",
            None,
            "备注",
        ),
        (None, None, None, None, None, None, "工业生产消费", "其中：用于原材料", None),
    ]
    body = [
        (1, "青石钢铁", "黑色金属冶炼", "洗精煤", "吨", 1200, "1,512,300", None, ""),
        (2, "青石钢铁", "黑色金属冶炼", "焦碳", "吨", 900, 60321.5, None, "自产"),
        (3, "水泥厂", "非金属矿物", "原煤(烟煤)", "吨", None, "298000", None, ""),
        (4, "水泥厂", "非金属矿物", "电", "万度", None, 14500, None, ""),
        (5, "化工", "化学原料", "天然气", "万方", None, 8600, 2100, ""),
        (7, "合计", None, None, None, None, "—", None, ""),
    ]
    found = suggest_mapping(workbook(tmp_path, ("规上", [*head, *body], ["A1:I1", "G3:H3"]))).sheets[0]
    uses = {column.heading: column.use for column in found.columns}
    group = "本期消费（实物量） / "
    assert (found.use, found.header, found.heads, found.missing) == (True, 4, 2, [])
    assert (uses[f"{group}工业生产消费"], uses[f"{group}其中：用于原材料"], uses["单位详细名称"]) == (
        "amount",
        "part",
        "entity",
    )
    assert found.fixed == {"period": "2021"}
    assert found.items == {"焦碳": "coke", "原煤(烟煤)": "bituminous_coal", "电": "electricity"}
    assert found.sectors == {
        "黑色金属冶炼": "steel",
        "非金属矿物": "building_materials",
        "化学原料": "chemicals",
    }
    assert found.guessed == ("原煤(烟煤)", "黑色金属冶炼", "化学原料")
    assert [one.heading for one in found.lost] == ["序号", "年初库存"]


def test_a_quantity_is_no_year_and_what_is_open_is_not_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sheet = "青石市2021年能源消费,,,,\n单位名称,行业类别,能源名称,消费量（吨）,其中：用于外供\n甲,黑色金属,柴油,5,2100\n乙,工业,汽油,6,\n"
    path = text(tmp_path, sheet, "a.csv")
    found = suggest_mapping(path).sheets[0]
    assert "period" not in [column.use for column in found.columns]
    assert (found.fixed, found.sectors) == ({"period": "2021"}, {"黑色金属": ""})
    shown = CliRunner().invoke(cli, ["map", "a.csv", "--confirm"])
    assert shown.exit_code == 1
    assert "黑色金属: “黑色金属”没有认出，按原文读取" in shown.output
    assert "其中：用于外供: 列“其中：用于外供”不读，其中 1 格是数" in shown.output
    assert not (tmp_path / FOLDER).exists()
    assert not load_mapping(tmp_path / "a.csv.mapping.yaml").confirmed


def test_one_language_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text(tmp_path, LONG.format(unit="吨"), "a.csv")
    workbook(tmp_path, ("目录", [("目录",), ("附表",)], []))
    zh = CliRunner().invoke(cli, ["map", "a.csv"])
    assert "heading" not in zh.output
    en = CliRunner().invoke(cli, ["--lang", "en", "map", "表.xlsx"])
    use_language("zh")
    assert "没有" not in en.output.replace("表.xlsx", "")
    answer = json.loads(CliRunner().invoke(cli, ["map", "a.csv", "--json"]).stdout)
    assert answer["sheets"][0]["columns"][0]["reason"] == "列名相同"


def test_a_sheet_without_amounts_still_shows_its_columns(tmp_path: Path) -> None:
    sheet = [
        ("单位名称", "能源名称", "年份", "折标系数"),
        ("甲", "柴油", 2021, 1.4571),
        ("乙", "汽油", 2021, 1.4714),
    ]
    found = suggest_mapping(workbook(tmp_path, ("表", sheet, []))).sheets[0]
    assert (found.use, found.reason) == (False, "没有数量列")
    assert [column.use for column in found.columns] == ["entity", "item", "period", ""]


def test_a_mapping_of_an_older_version_is_still_read(tmp_path: Path) -> None:
    path = text(tmp_path, LONG.format(unit="吨"))
    data = suggest_mapping(path).confirm().to_dict()
    for one in data["sheets"]:
        del one["titles"]
        one["fingerprint"] = "0123"
    assert len(rows(apply_mapping(path, mapping_of(data)))) == 2
    assert not Mapping("a", ()).used


def test_a_heading_behind_a_cell_of_two_lines_is_found_again(tmp_path: Path) -> None:
    path = text(tmp_path, '"能源\n消费",,,\n区县,柴油,,汽油\n,（吨）,,（吨）\n锦江区,10,,3\n青羊区,20,,4\n')
    found = suggest_mapping(path)
    assert (found.sheets[0].header, found.sheets[0].heads) == (4, 2)
    data = found.confirm().to_dict()
    data["sheets"][0]["fixed"]["period"] = "2021"
    assert len(rows(apply_mapping(path, mapping_of(data)))) == 4


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("2021年6月各厂能源消费", "2021-06"),
        ("2021年1—12月各厂能源消费", "2021"),
        ("2021年1-6月各厂能源消费", ""),
        ("2021年1月至6月各厂能源消费", ""),
        ("2021年第一季度各厂能源消费", "2021-Q1"),
        ("2021年各厂能源消费（2022年3月5日制表）", "2021"),
        ("2020、2021年各厂能源消费", ""),
        ("各厂能源消费（2022年3月5日制表）", ""),
    ],
)
def test_the_period_of_a_title(title: str, period: str, tmp_path: Path) -> None:
    path = text(tmp_path, f"{title},,\n单位名称,燃料种类,消费量（吨）\n甲厂,柴油,5\n乙厂,汽油,7\n")
    assert suggest_mapping(path).sheets[0].fixed == {"period": period}


def test_a_percent_cell_is_doubted(tmp_path: Path) -> None:
    table = {
        "主体": ["甲", "乙", "丙"],
        "时期": ["2021"] * 3,
        "品种": ["柴油"] * 3,
        "数量": [1, 2, 3],
        "单位": ["t"] * 3,
    }
    told = [
        one
        for one in read_activity({**table, "不确定性": ["0.05", "0.5%", "5"]}).findings
        if one.code == "A-135"
    ]
    assert [one.count for one in told] == [1]
    assert "不确定性“0.05”小于 1，按 0.05 % 读取" in told[0].message("zh")
    assert "A-135" not in codes(read_activity({**table, "不确定性": ["0", "", "1"]}))
