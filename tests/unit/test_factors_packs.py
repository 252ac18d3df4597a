"""Packs of a user: read in either language and encoding, checked by the rules of a release, never overwriting."""

import csv
import json
import zipfile

import pytest
import xlsxwriter

from tanheng.errors import ColumnMissing, FactorAmbiguous, InputUnreadable, NotFound, PackInvalid
from tanheng.factors import check_pack, load_factors

HEAD = ["编号", "项目", "数值", "单位", "地区", "起始年", "终止年", "来源文件"]
GRID = ["my_grid_2021", "电力", "0.2000", "tCO2/MWh", "四川省", "2021", "2021", "本厂检测报告"]


def pack(tmp_path, *lines, head=HEAD, name="mine.csv", encoding="utf-8"):
    path = tmp_path / name
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([head, *lines])
    return path


def workbook(tmp_path, *lines):
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return path


def refused(path):
    with pytest.raises(PackInvalid) as caught:
        load_factors(packs=[path])
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_chinese_csv_is_read_in_every_usual_encoding(tmp_path, encoding):
    library = load_factors(packs=[pack(tmp_path, GRID, encoding=encoding)])
    answer = library.lookup("electricity", "CN-51", 2021)
    assert (answer.id, answer.value, answer.pack, answer.gas) == ("my_grid_2021", 0.2, "mine", "CO2")
    assert (answer.activity, answer.category, answer.check) == (
        "purchased_electricity",
        "electricity",
        "read",
    )
    assert answer.source_title == "本厂检测报告"
    assert "cn_elec_prov_51_2021" in answer.tried[-1]["others"]
    assert library.name.endswith(" + mine")


def test_a_workbook_with_a_title_line_numbers_and_notes_is_read(tmp_path):
    title, note = ["本厂因子表（2021年）"], ["# 备注行"]
    line = ["my_coal", "原煤", 20.5, "GJ/t", "CN-51", 2021.0, "", ""]
    path = workbook(tmp_path, title, [], [*HEAD, "参数"], note, [*line, "ncv"])
    answer = load_factors(packs=[path]).lookup("raw_coal", "CN-51", 2022, property="ncv")
    assert (answer.id, answer.text, answer.year_from, answer.year_to) == ("my_coal", "20.5", 2021, None)
    assert (answer.check, answer.unverified) == ("recalled", True)


def test_a_folder_with_factors_and_items_is_read(tmp_path):
    folder = tmp_path / "plant"
    folder.mkdir()
    english = ["id", "value", "unit", "region", "year_valid_from", "gas"]
    pack(folder, ["plant_ch4", "3.1", "kg/TJ", "CN", "2020", "CH4"], head=english, name="factors.csv")
    pack(
        folder,
        ["plant_ch4", "natural_gas", "industry"],
        head=["factor_id", "item", "sector"],
        name="items.csv",
    )
    (folder / "datapackage.json").write_text(json.dumps({"name": "plant-a"}), encoding="utf-8")
    answer = load_factors(packs=[folder]).lookup("natural_gas", "CN-51", 2021, gas="CH4", sector="industry")
    assert (answer.id, answer.pack, answer.gas_code, answer.activity) == (
        "plant_ch4",
        "plant-a",
        "CH4_fossil",
        "combustion",
    )


@pytest.mark.parametrize(("number", "value"), [("1,234.5", 1234.5), ("０．２", 0.2), ("1.5e-3", 0.0015)])
def test_numbers_with_separators_and_full_width_digits_are_read(tmp_path, number, value):
    path = pack(tmp_path, [GRID[0], GRID[1], number, *GRID[3:]])
    assert load_factors(packs=[path]).get("my_grid_2021").value == value


def test_an_item_of_ones_own_starts_with_x(tmp_path):
    line = ["my_paste", "x_carbon_paste", "1.2", "tCO2/t", "CN", "2021", "", ""]
    assert load_factors(packs=[pack(tmp_path, line)]).lookup("x_carbon_paste", "成都", 2023).text == "1.2"


@pytest.mark.parametrize(
    ("place", "cell", "column", "sentence"),
    [
        (0, "cn_51_pilot_coal", "id", "不会被覆盖"),
        (0, "my grid", "id", "空格"),
        (0, "", "id", "未填写"),
        (1, "原媒", "item", "原煤"),
        (2, "0,20", "value", "不是数"),
        (2, "nan", "value", "不是数"),
        (2, "约0.2", "value", "不是数"),
        (3, "tCO2/MWhh", "unit", "无法识别"),
        (3, "t/MWh", "gas", "气体"),
        (4, "四川声", "region", "四川"),
        (5, "二〇二一", "year_valid_from", "不是年份"),
        (6, "2019", "year_valid_to", "早于"),
    ],
)
def test_a_bad_cell_is_refused_with_file_line_column_and_mend(tmp_path, place, cell, column, sentence):
    line = [*GRID[:place], cell, *GRID[place + 1 :]]
    error = refused(pack(tmp_path, ["my_good", *GRID[1:]], line))
    assert error.fields["line"] == 3
    assert error.fields["key"] == column
    assert error.fields["file"].endswith("mine.csv")
    assert sentence in error.message("zh")
    assert "应为" in error.message("zh")
    assert "Expected" in error.message("en")
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("head", "cell", "rule"),
    [
        ("核对状态", "seen", "choice"),
        ("甲烷来源", "fossil", "gas"),
        ("参数", "emission_facter", "property"),
        ("气体", "CO3", "gas"),
        ("上限", "0.1", "range"),
        ("下限", "0.3", "range"),
        ("上限", "high", "number"),
    ],
)
def test_optional_cells_are_checked_too(tmp_path, head, cell, rule):
    path = pack(tmp_path, [*GRID, cell], head=[*HEAD, head])
    _, _, broken = check_pack(path, over=load_factors())
    assert [problem.rule for problem in broken] == [rule]


@pytest.mark.parametrize(
    ("gas", "item", "code"),
    [
        ("甲烷", "natural_gas", "CH4_fossil"),
        ("CH₄", "沼气", "CH4_biogenic"),
        ("化石甲烷", "沼气", "CH4_fossil"),
        ("n2o", "natural_gas", "N2O"),
        ("二氧化碳", "natural_gas", "CO2"),
    ],
)
def test_gases_are_read_by_name_and_methane_takes_the_origin_of_its_carbon(tmp_path, gas, item, code):
    line = ["my_gas", item, "5", "kg/TJ", "CN", "2021", "", "", gas]
    assert load_factors(packs=[pack(tmp_path, line, head=[*HEAD, "气体"])]).get("my_gas").gas_code == code


def test_every_problem_of_a_pack_is_listed(tmp_path):
    path = pack(tmp_path, GRID, GRID, [*GRID[:2], "x", "y", *GRID[4:]])
    name, rows, broken = check_pack(path, over=load_factors())
    assert (name, len(rows)) == ("mine", 3)
    assert [(problem.rule, problem.row.line) for problem in broken] == [
        ("duplicate", 3),
        ("number", 4),
        ("unit", 4),
        ("gas", 4),
        ("duplicate", 4),
    ]
    assert broken[0].to_dict()["value"] == "my_grid_2021"


def test_an_id_of_another_pack_is_refused(tmp_path):
    first, second = pack(tmp_path, GRID, name="one.csv"), pack(tmp_path, GRID, name="two.csv")
    with pytest.raises(PackInvalid, match="one"):
        load_factors(packs=[first, second])


def test_two_packs_that_disagree_are_left_to_the_user(tmp_path):
    first = pack(tmp_path, GRID, name="one.csv")
    second = pack(tmp_path, ["other_grid", *GRID[1:]], name="two.csv")
    library = load_factors(packs=[first, second])
    with pytest.raises(FactorAmbiguous, match="my_grid_2021, other_grid"):
        library.lookup("electricity", "CN-51", 2021)
    assert library.lookup("electricity", "CN-51", 2021, source="two").id == "other_grid"


def test_a_column_that_no_factor_has_is_refused_with_the_names_near_it(tmp_path):
    with pytest.raises(PackInvalid) as caught:
        load_factors(packs=[pack(tmp_path, [*GRID, "3"], head=[*HEAD, "notess"])])
    assert "没有“notess”这一列，所填“3”不起作用" in caught.value.message("zh")
    assert "known: notes." in caught.value.message("en")
    assert load_factors(packs=[pack(tmp_path, [*GRID, ""], head=[*HEAD, "notess"])])


def test_a_missing_column_is_named_with_the_header_and_the_names_it_may_have(tmp_path):
    with pytest.raises(ColumnMissing) as caught:
        load_factors(packs=[pack(tmp_path, GRID[:2], head=HEAD[:2])])
    assert caught.value.fields["column"] == "value"
    assert "编号, 项目" in caught.value.message("zh")
    assert "数值" in caught.value.fields["names"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "没有任何数据"),
        ("odd.csv", b"\xff\xff\xfe\x81", "编码"),
        ("pack.pdf", b"x", ".pdf"),
        ("broken.xlsx", b"PK not a workbook", "不是有效的 Excel 文件"),
    ],
)
def test_unreadable_files_say_why(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputUnreadable) as caught:
        load_factors(packs=[path])
    assert sentence in caught.value.message("zh")
    assert path.name in caught.value.message("en")


def test_a_pack_that_is_not_there_is_named_with_what_is(tmp_path):
    pack(tmp_path, GRID)
    with pytest.raises(NotFound, match=r"mine\.csv"):
        load_factors(packs=[tmp_path / "mien.csv"])
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(NotFound, match=r"factors\.csv"):
        load_factors(packs=[folder])


@pytest.mark.parametrize("name", ["mine.csv", "mine.xlsx"])
def test_a_template_is_an_empty_pack_that_loads_when_filled_in(tmp_path, name):
    library = load_factors()
    path = library.template(tmp_path / name)
    read, rows, broken = check_pack(path, over=library)
    assert (read, rows, broken) == ("mine", [], [])
    with pytest.raises(InputUnreadable) as caught:
        library.template(path)
    assert "不会覆盖" in caught.value.message("zh")
    with pytest.raises(InputUnreadable):
        library.template(tmp_path / "mine.doc")


def test_the_example_line_of_the_template_is_a_valid_row(tmp_path):
    path = load_factors().template(tmp_path / "mine.csv")
    text = path.read_text(encoding="utf-8-sig").replace("# 示例：", "")
    path.write_text(text, encoding="utf-8")
    assert load_factors(packs=[path]).lookup("electricity", "四川", 2023).text == "0.4512"


@pytest.mark.parametrize(("category", "broken"), [("stationary_combustion", ["range"]), ("land_use", [])])
def test_only_land_takes_carbon_up(tmp_path, category, broken):
    head = ["id", "item", "value", "unit", "region", "year_valid_from", "gas", "category"]
    line = ["my_sink", "x_forest", "-1.5", "tCO2/t", "CN", "2020", "CO2", category]
    _, _, found = check_pack(pack(tmp_path, line, head=head), over=load_factors())
    assert [one.rule for one in found] == broken


@pytest.mark.parametrize(("unit", "broken"), [("tCO2/t", ["unit"]), ("kgCO2/kWh", [])])
def test_a_factor_of_electricity_is_per_energy(tmp_path, unit, broken):
    path = pack(tmp_path, [*GRID[:3], unit, *GRID[4:]])
    _, _, found = check_pack(path, over=load_factors())
    assert [one.rule for one in found] == broken


def test_the_message_of_a_broken_row_is_in_one_language(tmp_path):
    error = refused(pack(tmp_path, [*GRID[:2], "O.2", *GRID[3:]]))
    assert "（" not in error.message("en")
    assert "key 'value'" in error.message("en")


@pytest.mark.parametrize(
    ("sheet", "said"), [("x" * 60_000_000, "zip bomb"), ('<c r="XFD1048576"/>', "XFD1048576")]
)
def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_read(tmp_path, sheet, said):
    path = tmp_path / "pack.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet><sheetData><row>{sheet}</row></sheetData></worksheet>"
        )
    with pytest.raises(InputUnreadable) as caught:
        load_factors(packs=[path])
    assert said in caught.value.message("en")
