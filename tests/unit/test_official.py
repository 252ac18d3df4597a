"""Official tables and their workbook: every tonne of the total stands somewhere, nothing of two inventories is added up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import tanheng as th
from tanheng.cli import cli
from tanheng.codes import codelist
from tanheng.errors import CellNotFound, ListNotPlaced, NotFound, SeveralInventories
from tanheng.filings.official.workbook import official_list, write_official, write_officials
from tanheng.inventory.categories.gpc_view import gpc_totals
from tanheng.inventory.categories.official import official_table
from tanheng.inventory.categories.official_lines import fuels_by_category, sector_lines, sheets_of
from tanheng.inventory.part import one_part, parts_of

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"
PROVINCIAL = "provincial2011"


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    return th.account(CITY, "cn-provincial-2011")


def rows(**more: list[Any]) -> dict[str, list[Any]]:
    count = len(next(iter(more.values())))
    fixed = {"entity": "甲市", "period": "2021", "region": "福建省", "sector": "", "item": "石灰", "activity": "", "amount": 1000, "unit": "t"}  # fmt: skip
    return {name: more.get(name, [value] * count) for name, value in fixed.items()}


def by_code(inventory: th.Inventory, **options: Any) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in official_table(inventory, **options).to_dicts()}


def body(page: Any) -> dict[str, tuple[Any, ...]]:
    """Rows of a sheet by their first cell, below the heads."""
    found = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    return {str(row[0]): row for row in found if row[0]}


def test_what_has_no_category_stands_below_the_table_and_is_told() -> None:
    table = rows(sector=["", "非道路", "道路"], item=["柴油", "汽油", "汽油"])
    found = th.account(table, "cn-provincial-2011")
    table_rows = by_code(found)
    assert table_rows["unplaced"]["total"] == pytest.approx(found.total - table_rows["P0"]["total"])
    assert table_rows["unplaced"]["total"] > 0
    (told,) = [one for one in found.findings if one.code == "I-219"]
    assert told.severity == "warning"
    assert "汽油 (非道路移动机械)" in told.message("zh")
    assert not any("一" <= letter <= "鿿" for letter in told.message("en"))
    assert "I-219" not in [one.code for one in th.account(CITY, "cn-provincial-2011").findings]
    changed = found.with_gwp("AR5")
    assert [one.code for one in changed.findings].count("I-219") == 1


@pytest.mark.parametrize("method", ["cn-energy-2011", "cn-provincial-2011"])
def test_the_rows_of_the_table_and_the_one_below_it_make_the_total(method: str) -> None:
    sectors = ["", "工业", "园区", "居民和农业", "道路", "非道路", "发电", "居民生活"]
    found = th.account(rows(sector=sectors, item=["柴油"] * len(sectors)), method)
    table = by_code(found)
    outside = (table.get("unplaced") or {"total": 0.0})["total"]
    assert table["P0"]["total"] + outside == pytest.approx(found.total)


def test_memo_items_stand_in_memo_rows_or_below_the_table() -> None:
    found = th.account(rows(sector=["发电", "工业"], item=["柴油"] * 2, amount=[1000, 100]), "gpc-cn")
    table = by_code(found)
    assert table["P0"]["total"] == pytest.approx(found.total)
    assert table["P1.1.1"]["total"] is None
    assert table["memo"]["total"] > 3000


def test_a_list_without_gases_is_no_official_table(city: th.Inventory) -> None:
    for wrong in ("gpc", "nothing"):
        with pytest.raises(CellNotFound) as caught:
            official_table(th.account(rows(amount=[1]), "gpc-cn"), wrong)
        assert PROVINCIAL in caught.value.message("zh")


def test_years_and_entities_have_tables_of_their_own(tmp_path: Path) -> None:
    found = th.account(
        rows(entity=["甲市", "甲市", "乙市"], period=["2020", "2021-03", "2021"]), "cn-provincial-2011"
    )
    assert parts_of(found) == [("乙市", "2021"), ("甲市", "2020"), ("甲市", "2021")]
    for refused in (lambda: official_table(found), lambda: write_official(found, tmp_path / "o.xlsx")):
        with pytest.raises(SeveralInventories):
            refused()
    assert by_code(found, entity="甲市", period="2020")["P0"]["total"] == 683
    assert by_code(found, entity="*", period="2021")["P0"]["total"] == 1366
    with pytest.raises(NotFound):
        one_part(found, entity="甲市", period="2019")
    names = [path.name for path in write_officials(found, tmp_path)]
    assert names == ["乙市-2021.xlsx", "甲市-2020.xlsx", "甲市-2021.xlsx"]
    page = openpyxl.load_workbook(tmp_path / "official" / "甲市-2020.xlsx").worksheets[0]
    assert "甲市 2020" in str(page["A1"].value)


def test_workbooks_that_were_not_made_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanheng.filings.official.workbook._MOST", 1)
    found = th.account(rows(period=["2020", "2021"]), "cn-provincial-2011")
    assert [path.name for path in write_officials(found, tmp_path)] == ["甲市-2020.xlsx", "more.txt"]
    assert "2 份" in (tmp_path / "official" / "more.txt").read_text(encoding="utf-8")


def test_a_part_has_its_own_unmatched_and_refused_rows() -> None:
    table = rows(entity=["甲市", "乙市", "乙市"], item=["石灰", "怪煤", "石灰"], amount=[1, 1, "abc"])
    found = th.account(table, "cn-provincial-2011")
    assert not found.complete
    assert one_part(found, entity="甲市").complete
    other = one_part(found, entity="乙市")
    assert (other.unmatched.height, other.refused, other.total) == (1, 1, 0)


def test_the_workbook_has_the_cells_of_the_guideline(city: th.Inventory, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_official(city, tmp_path / "official.xlsx"))
    assert book.sheetnames == [
        "汇总表", "汇总表 CO2e", "含与不含 LUCF", "燃料×部门", "能源活动", "工业生产过程", "农业", "土地利用变化和林业", "废弃物处理",
        "电力调入调出和国际燃料舱", "因子与来源", "湿地和蓝碳（信息项）", "标记符号", "未计入",
    ]  # fmt: skip
    page = book["汇总表"]
    found = body(page)
    for name, row in {row["name"]: row for row in official_table(city).to_dicts()}.items():
        for at, gas in enumerate(("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "total"), 1):
            if row[gas] is not None:
                assert found[name][at] == pytest.approx(row[gas]), (name, gas)
            else:
                assert found[name][at] in (None, "NE"), (name, gas)
    assert found["4.油气系统逃逸"][2] == "NE"
    grey = next(row for row in page.iter_rows() if row[0].value == "1.水泥生产过程")[2]
    assert (grey.value, grey.fill.fgColor.rgb) == (None, "FFEFEFEF")


def test_the_second_sheet_adds_up_and_the_third_parts_land_use(city: th.Inventory, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_official(city, tmp_path / "o.xlsx", lang="en"))
    whole = body(book["Summary CO2e"])["Total emissions (including land-use change and forestry)"][1:]
    assert sum(whole[:-1]) == pytest.approx(whole[-1])
    assert whole[-1] == pytest.approx(city.total)
    totals = body(book["With and without LUCF"])
    without = totals["Total without land-use change and forestry"][-1]
    land = by_code(city, weighted=True)["P4"]["total"]
    assert without == pytest.approx(city.total - land)
    assert "ours" in str(book["Energy"]["A3"].value)
    texts = [str(cell.value) for page in book for line in page.iter_rows() for cell in line if cell.value]
    ours = [page.title for page in book] + [str(page["A1"].value) for page in book]
    assert texts
    assert not [
        text for text in ours if any("一" <= letter <= "鿿" for letter in text.replace("示例市（虚构）", ""))
    ]


def test_lines_of_the_sectors_add_up_to_their_categories(city: th.Inventory) -> None:
    table = by_code(city)
    for one in sheets_of(PROVINCIAL):
        tops = one["categories"].split("|")
        lines = sector_lines(city, PROVINCIAL, tops)
        emitted = sum(line["emission"] for line in lines)
        assert emitted == pytest.approx(sum(table[top]["total"] for top in tops)), one["sheet"]
    frame = fuels_by_category(city, PROVINCIAL, "P1.1")
    assert frame.get_column("mass").sum() == pytest.approx(table["P1.1"]["CO2"])
    assert set(frame.get_column("category")) == {row["code"] for row in codelist(PROVINCIAL).children("P1.1")}


def test_the_workbook_says_what_is_missing_and_not_verified(tmp_path: Path) -> None:
    table = rows(item=["石灰", "沥青", "怪煤"], activity=["", "非能源利用", ""])
    found = th.account(table, "cn-provincial-2011")
    book = openpyxl.load_workbook(write_official(found, tmp_path / "o.xlsx"))
    first = [str(row[0].value) for row in book.worksheets[0].iter_rows(max_row=5)]
    assert any("不完整：2 项活动没有系数" in text for text in first)
    assert any("未经核实：100" in text for text in first)
    assert body(book["汇总表"])["5.非能源利用"][1] == "未匹配"
    left = [row[1].value for row in book["未计入"].iter_rows(min_row=4) if row[1].value]
    assert left == ["石油沥青", "怪煤"]
    energy = [row for row in book["能源活动"].iter_rows(values_only=True) if "石油沥青 · 非能源利用" in row]
    assert len(energy) == 1
    assert "I-103" in str(energy[0][-1])


def test_a_text_of_the_input_is_never_a_formula(tmp_path: Path) -> None:
    found = th.account(
        rows(entity=["=1+1"], period=["2021"]) | {"source": ["=HYPERLINK(1)"]}, "cn-provincial-2011"
    )
    book = openpyxl.load_workbook(write_official(found, tmp_path / "o.xlsx"))
    assert not [cell for page in book for line in page.iter_rows() for cell in line if cell.data_type == "f"]


def test_the_unit_of_the_workbook(city: th.Inventory, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(write_official(city, tmp_path / "o.xlsx", unit="万吨")).worksheets[0]
    found = body(page)
    assert found["总排放量（包括土地利用变化和林业）"][7] == pytest.approx(city.total / 1e4)
    assert "万吨" in str(found["排放源与吸收汇种类"][1])


def test_a_method_without_such_a_table_is_refused(tmp_path: Path) -> None:
    found = th.account(rows(item=["煤品"]), "sichuan-park-2022")
    assert official_list(found) is None
    assert write_officials(found, tmp_path) == []
    for by in (None, "gpc"):
        with pytest.raises(CellNotFound):
            write_official(found, tmp_path / "o.xlsx", by=by)
    with pytest.raises(ListNotPlaced, match=r"没有分气体的官方表.*cn-provincial-2011"):
        write_official(found, tmp_path / "o.xlsx")
    with pytest.raises(ListNotPlaced, match=r"sichuan-park-2022.*没有类别表“gpc”.*gpc-cn"):
        gpc_totals(found)


def test_the_command_writes_one_of_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    th.account(rows(period=["2020", "2021"]), "cn-provincial-2011").save("run")
    run = CliRunner()
    assert run.invoke(cli, ["inventory", "official", "run", "--out", "o.xlsx"]).exit_code == 2
    done = run.invoke(cli, ["inventory", "official", "run", "--out", "o.xlsx", "--period", "2020", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["total"]) == (0, 683)
    assert (tmp_path / "o.xlsx").is_file()
