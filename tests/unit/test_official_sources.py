"""The official workbook of an enterprise: emission sources, their activity and factors, power and heat, all on paper that can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import tanheng as th
from tanheng.cli import cli
from tanheng.errors import PackInvalid
from tanheng.filings import docx_report
from tanheng.filings.official.workbook import write_official, write_officials
from tanheng.inventory.categories.emission_sources import emission_sources, rule_masses
from tanheng.inventory.rounding import official_figures

UNITS = Path(__file__).parents[2] / "examples" / "power-plant" / "activity.csv"
CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"
METHODS = ("aluminium", "cement", "chemical", "other", "petrochemical", "power", "steel")
STEEL = [
    ("洗精煤", "消耗", 1500, "t"), ("石灰石", "消耗", 480, "t"), ("废钢", "外购", 300, "t"), ("粗钢", "产量", 3200, "t"), ("焦炭", "外销", 30, "t"),
    ("电力", "外购电力", 800, "MWh"), ("热力", "外供热力", 52, "GJ"), ("怪煤", "消耗", 3, "t"),
]  # fmt: skip
A4_ACROSS, MARGINS, LETTER = 297 / 25.4, 1.0, 8.7 / 96
"""Inches: the long side of A4, both margins, the width of a letter of a column (LibreOffice; Excel's is 7/96)."""


@pytest.fixture(scope="module")
def steel() -> th.Inventory:
    names = ("item", "activity", "amount", "unit")
    table = {name: [row[at] for row in STEEL] for at, name in enumerate(names)}
    fixed = {"entity": "甲钢厂", "period": "2024", "region": "河北省"}
    return th.account(table | {name: [value] * len(STEEL) for name, value in fixed.items()}, "cn-enterprise-steel")  # fmt: skip


def body(page: Any) -> dict[str, tuple[Any, ...]]:
    return {str(row[0]): row for row in page.iter_rows(values_only=True) if row[0]}


@pytest.mark.parametrize("name", METHODS)
def test_every_rule_of_an_industry_belongs_to_a_source(name: str) -> None:
    method = th.load_method(f"cn-enterprise-{name}").to_dict()
    assert all(rule["group"] for rule in method["rules"])


def test_the_sources_make_the_total_and_memo_items_stand_beside_it(steel: th.Inventory, tmp_path: Path) -> None:  # fmt: skip
    book = openpyxl.load_workbook(write_official(steel, tmp_path / "o.xlsx"))
    assert book.sheetnames == ["汇总表", "活动与排放", "因子与来源", "按规定修约", "未计入"]
    found = body(book["汇总表"])
    names = ["化石燃料燃烧排放", "生产过程排放", "产品和外销、输出物隐含的碳（扣减）"]
    assert sum(found[name][-1] for name in names) == pytest.approx(steel.total)
    assert found["合计"][-1] == pytest.approx(steel.total)
    assert found["产品和外销、输出物隐含的碳（扣减）"][-1] < 0
    masses = rule_masses(steel)
    assert found["外购电力（基于位置）"][-1] == pytest.approx(masses["electricity-location"]["CO2"][1])
    assert any("未核实" in text and "GB/T 32150" in text for text in found)
    assert any("不完整：1 项活动没有系数" in text for text in found)
    assert [row[1] for row in book["未计入"].iter_rows(min_row=4, values_only=True)] == ["怪煤"]


def test_activity_shows_factors_power_and_heat_and_its_documents(steel: th.Inventory, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_official(steel, tmp_path / "o.xlsx"))
    found = body(book["活动与排放"])
    line = found["洗精煤 · 消耗"]
    assert line[1:4] == (1500, "t", "CO₂")
    assert line[4] * line[1] == pytest.approx(line[6])
    assert line[9] == "[1]"
    assert "信息项" in found["电力 · 外购电力"][-1]
    assert any(name.startswith("[1] ") and "CETS-AG-03.01" in name for name in found)
    values = [row for row in book["因子与来源"].iter_rows(values_only=True) if row[0] == "洗精煤"]
    assert {row[1]: (row[2], row[3]) for row in values} == {
        "低位发热量": (26.344, "GJ/t"),
        "单位热值含碳量": (0.02541, "t C/GJ"),
    }
    printed = list(book["按规定修约"].iter_rows(values_only=True))[-1]
    assert printed[-1] == float(official_figures(steel).to_dicts()[-1]["emission"])


def test_the_english_workbook_speaks_english(steel: th.Inventory, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_official(steel, tmp_path / "o.xlsx", lang="en"))
    names = [page.title for page in book]
    assert names == ["Summary", "Activity and emissions", "Factors and sources", "As prescribed", "Not counted"]  # fmt: skip
    found = body(book["Activity and emissions"])
    assert {"Combustion of fossil fuels", "Purchased electricity", "Cleaned coal · consumption"} <= set(found)


def test_each_unit_has_a_workbook_with_the_values_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        done = CliRunner().invoke(cli, ["account", str(UNITS), "-m", "cn-enterprise-power", "--out", "out"])
        assert done.exit_code == 0, done.output
    names = sorted(path.name for path in Path("out/official").iterdir())
    assert names == ["1号机组（虚构）-2023.xlsx", "2号机组（虚构）-2023.xlsx"]
    book = openpyxl.load_workbook(Path("out/official") / names[0])
    used = list(book["因子与来源"].iter_rows(values_only=True))
    assert not [row for row in used if row[1] and "空气干燥基" in str(row[1])]
    assert str(book.worksheets[0]["A1"].value).startswith("1号机组（虚构） 2023 ")


def test_rules_of_a_pack_of_ones_own_come_under_other(tmp_path: Path) -> None:
    pack = tmp_path / "own.yaml"
    text = (
        'format: tanheng-method/1\nid: own\nversion: "1"\nextends: cn-enterprise-other\nrules:\n'
        "  - {id: heat-purchased, group: null}\n"
    )
    pack.write_text(text, encoding="utf-8")
    table = {"entity": ["甲厂"], "period": ["2023"], "item": ["热力"], "amount": [10], "unit": ["GJ"]}
    found = th.account(table, str(pack))
    assert emission_sources(found)[-1].title["zh"] == "其他"
    (path,) = write_officials(found, tmp_path)
    assert body(openpyxl.load_workbook(path)["汇总表"])["其他"][-1] == pytest.approx(1.1)
    pack.write_text(text.replace("group: null", "group: nothing"), encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"own\.yaml.*没有排放源“nothing”"):
        th.load_method(str(pack))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_legible_on_a4(steel: th.Inventory, lang: Any, tmp_path: Path) -> None:
    city = th.account(CITY, "cn-provincial-2011")
    for number, one in enumerate((steel, city)):
        book = openpyxl.load_workbook(write_official(one, tmp_path / f"{number}.xlsx", lang=lang))
        for page in book:
            assert page.page_setup.orientation == "landscape"
            width = sum(one.width for one in page.column_dimensions.values() if one.width) * LETTER
            assert 10.5 * min(1, (A4_ACROSS - MARGINS) / width) >= 7, page.title


def test_categories_carry_no_second_number(tmp_path: Path) -> None:
    city = th.account(CITY, "cn-provincial-2011")
    book = openpyxl.load_workbook(write_official(city, tmp_path / "o.xlsx"))
    found = body(book["工业生产过程"])
    assert "P2.1 水泥生产过程" in found
    assert not [name for name in found if name.startswith("P2.1 1.")]


def test_the_word_report_has_the_sources(steel: th.Inventory, tmp_path: Path) -> None:
    import docx

    document = docx.Document(str(docx_report(steel, tmp_path / "r.docx")))
    cells = {cell.text for table in document.tables for cell in table.columns[0].cells}
    assert {"化石燃料燃烧排放", "生产过程排放"} <= cells
