"""The form itself: what it asks for is what the methods need, said in one language, and one form serves two methods."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from forms import HEAD, asked, fill, made, places, row_of
from tanheng.activity import read_activity
from tanheng.activity.reading.titles import sizes_differ
from tanheng.errors import TanhengError, language, use_language
from tanheng.factors import load_factors
from tanheng.filings.form.about import _document
from tanheng.filings.form.lines import EITHER, Group
from tanheng.filings.form.rows import chapters
from tanheng.filings.form.write import write_template
from tanheng.inventory import account, load_method, method_files

CITY, GPC = "cn-provincial-2011", "gpc-cn"
CHINESE, CODE = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"\b[a-z]+_[a-z_]+\b")


@functools.cache
def groups(method: str, **options: str) -> dict[str, Group]:
    sheets = chapters(load_method(method), load_factors(), **options)
    return {group.code: group for sheet in sheets for group in sheet.groups}


def needed(method: str, number: str, **options: str) -> set[str]:
    line = next(one for one, _ in asked(method, **options) if one.id == number)
    return {need.name for need in line.needs if need.required}


def number_of(method: str, item: str, sector: str = "", activity: str = "", **options: str) -> str:
    return next(
        one.id
        for one, _ in asked(method, **options)
        if one.item == item and sector in {"", one.sector} and activity in {"", one.activity}
    )


def test_one_filled_form_serves_the_provincial_guideline_and_the_gpc(tmp_path: Path) -> None:
    """All sub-sectors of energy and transport, and electricity by who uses it; pipelines alone have no place in the GPC."""
    values: dict[str, dict[str, object]] = {}
    taken = (
        "power",
        "heat_supply",
        "petroleum_refining",
        "coking",
        "other_energy_industries",
        "road",
        "rail",
        "water",
    )
    for sector in taken:
        values[number_of(CITY, "diesel", sector, region="CN-51")] = {"数量": 100}
    values[number_of(CITY, "electricity", "residential")] = {"数量": 5}
    path = fill(made(tmp_path, CITY, region="四川省"), values)
    city, gpc = account(path, CITY), account(path, GPC)
    assert [one.message() for one in gpc.findings if one.code == "I-102"] == []
    assert [one.message() for one in city.findings if one.code == "I-102"] == []
    assert "A-143" not in {one.code for one in gpc.findings}
    rows = {row["gpc"]: row["emission"] for row in gpc.by("gpc").to_polars().iter_rows(named=True)}
    assert {"I.4.1", "II.1.1", "II.2.1", "II.3.1", "I.1.2"} <= rows.keys()
    assert rows["I.1.2"] > 0


def test_biomass_stands_by_sector_and_is_accounted(tmp_path: Path) -> None:
    number = number_of(CITY, "wood", "residential")
    assert number.startswith("P1.2#")
    found = account(fill(made(tmp_path, CITY), {number: {"数量": 1000}}), CITY)
    assert set(found.emissions.get_column("gas").to_list()) == {"CH4_biogenic", "N2O"}


def test_equipment_is_offered_where_it_is_used(tmp_path: Path) -> None:
    lines = {(one.item, one.sector): one for one, _ in asked(CITY) if one.id.startswith("P1.1")}
    assert lines["gasoline", "road"].equipment_needed
    assert lines["diesel", "road"].equipment == lines["diesel", "power"].equipment == ()
    book = openpyxl.load_workbook(made(tmp_path, CITY))
    options = {cell.value for row in book["选项"].iter_rows() for cell in row}
    assert {"汽油车（氧化催化转化器）", "农户散养"} <= options
    number = lines["gasoline", "road"].id
    path = fill(tmp_path / "t.xlsx", {number: {"数量": 10, "设备或技术": "汽油车（氧化催化转化器）"}})
    gases = account(path, CITY).emissions.get_column("gas").to_list()
    assert {"CO2", "CH4_fossil", "N2O"} <= set(gases)


def test_the_region_of_the_first_sheet_holds_for_every_row(tmp_path: Path) -> None:
    number = number_of(CITY, "early_rice")
    path = made(tmp_path, CITY, entity="青石市", region="四川省")
    book = openpyxl.load_workbook(path)
    assert any(
        "B" in str(one.sqref) and one.type == "list" for one in book["说明"].data_validations.dataValidation
    )
    found = account(fill(path, {number: {"数量": 100}}), CITY)
    assert found.emissions.height == 1
    assert not {"A-114", "I-103"} & {one.code for one in found.findings}
    with pytest.raises(TanhengError):
        write_template(CITY, tmp_path / "other.xlsx", region="无此地")


@pytest.mark.parametrize("method", sorted(method_files()))
def test_orange_is_what_an_account_would_miss(method: str, tmp_path: Path) -> None:
    """With all that is orange filled in no parameter is missing that could have been written."""
    for line, block in asked(method, region="CN-51")[::7]:
        for need in line.needs:
            if need.required:
                assert need.name in {one.name for one in block.shown}, line.id
    if method == CITY:
        assert needed(CITY, number_of(CITY, "bitumen", activity="非能源利用")) >= {"fixed_carbon"}
        assert needed(CITY, number_of(CITY, "coking_coal", "power")) == {"ncv"}
        assert needed(CITY, number_of(CITY, "anthracite", "power")) == set()


def test_measured_carbon_of_power_coal_is_one_of_several_ways() -> None:
    line = next(
        one for one, _ in asked("cn-enterprise-power", region="CN-51") if one.item == "bituminous_coal"
    )
    states = {need.name: need.state for need in line.needs}
    assert states["carbon_ar"] == states["carbon_ad"] == states["ncv"] == EITHER
    assert line.units[0] == "吨"


def test_keys_on_headings_leave_no_line_open(tmp_path: Path) -> None:
    values: dict[str, dict[str, object]] = {
        "P2.1#1": {"数量": 10},
        "P2.12": {"标记": "NO", "理由": "无此产业"},
        "P2.3@1": {"标记": "NE", "理由": "缺数"},
    }
    found = read_activity(fill(made(tmp_path, CITY), values))
    assert found.filled is not None
    left = set(found.filled.unanswered.get_column("category").to_list())
    assert "P2.12" not in left
    steel = found.filled.answers.filter(category="P2.3")
    assert steel.height == len(groups(CITY)["P2.3"].blocks[0].lines)
    assert set(steel.get_column("reason").to_list()) == {"缺数"}
    told = [one for one in found.findings if one.code == "A-140"]
    assert len(told) == 1
    assert "工业生产过程" in told[0].message("zh")
    assert "原煤" in told[0].message("zh")
    assert "Raw coal" in told[0].message("en")


def test_an_untouched_form_says_where_to_begin(tmp_path: Path) -> None:
    path = made(tmp_path, CITY)
    with pytest.raises(TanhengError) as raised:
        read_activity(path)
    assert "模板还没有填" in raised.value.message("zh")
    assert "能源活动" in raised.value.message("zh")
    assert "not filled in yet" in raised.value.message("en")
    with pytest.raises(TanhengError, match="1 个标记"):
        read_activity(fill(path, {"P2.2": {"标记": "NO"}}))


@pytest.mark.parametrize(
    ("column", "named"), [("低位发热量\n[GJ/t]", "ncv"), ("不确定性（%）", "不确定性"), ("部门", "部门")]
)
def test_a_formula_without_result_refuses_the_row(column: str, named: str, tmp_path: Path) -> None:
    number = number_of(CITY, "diesel", "road")
    found = read_activity(
        fill(made(tmp_path, CITY), {number: {"数量": 7, column: "=1+1"}, "P2.1#1": {"数量": 1}})
    )
    assert found.missing == 1
    assert found.frame is not None
    assert found.frame.get_column("item").to_list() == ["clinker"]
    told = [one.message("zh") for one in found.findings if one.code == "A-197"]
    assert len(told) == 1
    assert named in told[0]


def test_a_merged_amount_counts_once_and_the_other_row_is_refused(tmp_path: Path) -> None:
    first, second = (number_of(CITY, item, "power") for item in ("anthracite", "bituminous_coal"))

    def merge(book: Any) -> None:
        sheet = book["能源活动"]
        at = places(sheet)["数量"]
        top, bottom = row_of(sheet, first), row_of(sheet, second)
        sheet.merge_cells(start_row=top, start_column=at, end_row=bottom, end_column=at)

    found = read_activity(fill(made(tmp_path, CITY), {first: {"数量": 50}}, merge))
    assert found.frame is not None
    assert found.frame.select("item", "amount").rows() == [("anthracite", 50.0)]
    assert found.missing == 1
    assert [one.code for one in found.findings if one.severity == "error"] == ["A-198"]


def test_uncertainty_is_asked_as_a_number_of_percent(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(made(tmp_path, CITY))["工业生产过程"]
    at = places(sheet)["不确定性（%）"]
    assert sheet.cell(row_of(sheet, "P2.1#1"), at).number_format == "0.##"
    letter = get_column_letter(at)
    rules = [one for one in sheet.data_validations.dataValidation if str(one.sqref).startswith(letter)]
    assert [(one.type, one.formula1, one.errorStyle) for one in rules] == [("decimal", "1", "warning")]
    assert "0.05" in rules[0].prompt


@pytest.mark.parametrize(
    ("method", "lang"),
    [*((method, "en") for method in sorted(method_files())), (CITY, "zh"), ("cn-enterprise-power", "zh")],
)
def test_a_form_speaks_one_language_and_shows_no_codes(method: str, lang: str, tmp_path: Path) -> None:
    use_language(lang)  # type: ignore[arg-type]
    try:
        book = openpyxl.load_workbook(write_template(method, tmp_path / "t.xlsx"))
    finally:
        use_language("zh")
    notes = load_method(method).notes[lang]
    hidden = {"Item code", "品种代码"}
    shown = [
        (sheet.title, text)
        for sheet in book.worksheets[:-1]
        for row in sheet.iter_rows()
        for cell in row
        if sheet.cell(HEAD, cell.column).value not in hidden
        for text in (cell.value, cell.comment.text if cell.comment else "")
        if isinstance(text, str) and text != notes
    ]
    assert [one for one in shown if CODE.search(one[1])] == []
    assert [one for one in shown if lang == "en" and CHINESE.search("".join(one))] == []


def test_an_english_form_is_read_as_the_chinese_one(tmp_path: Path) -> None:
    use_language("en")
    try:
        path = write_template(CITY, tmp_path / "e.xlsx", entity="四川省", year=2021)
    finally:
        use_language("zh")
    book = openpyxl.load_workbook(path)
    sheet = book["Memo items"]
    row = row_of(sheet, "M2#1")
    assert (sheet.cell(row, places(sheet)["Activity"]).value, sheet.cell(row, places(sheet)["Unit"]).value) == (
        "purchased electricity", "MWh",
    )  # fmt: skip
    sheet.cell(row, places(sheet)["Amount"]).value = 1000
    energy = book["Energy activities"]
    line = row_of(energy, "P1.1.1#2")
    energy.cell(line, places(energy)["Amount"]).value = 10
    energy.cell(line, places(energy)["Parameter 4"]).value = 25
    book.save(path)
    found = read_activity(path)
    assert found.frame is not None
    assert found.frame.get_column("activity").to_list() == ["combustion", "purchased_electricity"]
    assert found.frame.get_column("parameters").to_list()[0] == "ncv=25.0 GJ/t"


def test_what_is_said_beside_the_lines(tmp_path: Path) -> None:
    found = groups(CITY)
    assert "P3.4 4.动物粪便管理系统" in found["P3.3"].also
    assert "猪" in found["P3.4"].hints[0]
    assert [one.item for one in found["P3.1"].lines] == ["single_rice", "early_rice", "late_rice"]
    assert any("原煤" in one and "无烟煤" in one for one in found["P1.1.3"].hints)
    steps = [str(cell.value) for cell in openpyxl.load_workbook(made(tmp_path, CITY))["说明"]["B"]]
    assert not any("深色标题行" in one for one in steps)
    assert any("浅蓝的类别行" in one for one in steps)


def test_enterprises_heat_in_joules_and_the_plant_before_its_power_units() -> None:
    assert next(one for one, _ in asked("cn-enterprise-steel") if one.item == "heat").units[0] == "GJ"
    sectors = [block.sector for block in groups("cn-enterprise-steel")["1"].blocks]
    assert sectors == sorted(sectors)


def test_months_have_lines_of_their_own(tmp_path: Path) -> None:
    path = write_template("cn-enterprise-power", tmp_path / "m.xlsx", entity="某电厂", year=2024, by="month")
    number = number_of("cn-enterprise-power", "bituminous_coal")
    carbon = "收到基元素碳含量\n[0–1]"
    found = read_activity(
        fill(path, {f"{number}.{month:02d}": {"数量": 10, carbon: 0.6} for month in (1, 12)})
    )
    assert found.frame is not None
    assert found.frame.select("period", "parameters").rows() == [
        ("2024-01", "carbon_ar=0.6 fraction"),
        ("2024-12", "carbon_ar=0.6 fraction"),
    ]
    with pytest.raises(TanhengError, match="四位年份"):
        write_template("cn-enterprise-power", tmp_path / "n.xlsx", by="month")


def test_a_sheet_is_printed_with_its_headings_and_few_columns(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(made(tmp_path, CITY))
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and sheet.title != "说明":
            assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
            headings = [cell.value for cell in sheet[HEAD] if cell.value]
            assert len(headings) == len(set(headings)) <= 25
            assert "备注" in headings[-5]


@pytest.mark.parametrize("method", ["ipcc-2006-stationary", "sichuan-park-2022", CITY])
def test_a_volume_is_asked_for_in_the_size_that_its_parameters_are_per(method: str) -> None:
    pairs = {
        (line.units[0], need.unit.rpartition("/")[2])
        for line, _ in asked(method)
        for need in line.needs
        if need.unit.endswith("m3")
    }
    assert pairs
    assert not [pair for pair in pairs if sizes_differ(*pair)]


def test_a_heating_value_per_the_wrong_volume_is_impossible() -> None:
    row = {
        "entity": "四川省",
        "period": "2021",
        "item": "天然气",
        "amount": 5,
        "unit": "万Nm3",
        "sector": "工业",
    }
    for stated, possible in (("389.31 GJ/万Nm3", True), ("389.31 GJ/Nm3", False), ("0.0389 GJ/万Nm3", False)):
        found = account(
            {**{k: [v] for k, v in row.items()}, "parameters": [f"ncv={stated}"]}, "cn-energy-2011"
        )
        assert ("I-114" in {one.code for one in found.findings}) != possible, stated


@pytest.mark.parametrize("method", ["cn-enterprise-steel", "cn-enterprise-power", "cn-enterprise-other"])
def test_an_english_form_names_its_document(method: str) -> None:
    before = language()
    use_language("en")
    try:
        named = _document(load_method(method))
        assert named
        assert not CHINESE.search(named)
    finally:
        use_language(before)
