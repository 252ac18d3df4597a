"""The energy balance: three spellings of one synthetic table, its checks, and what it must not do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from bad_input import text, workbook
from tanheng.activity import apply_mapping, suggest_mapping
from tanheng.activity.balance.reading import read_balance
from tanheng.cli import cli
from tanheng.errors import InputUnreadable
from tanheng.inventory import account
from tanheng.inventory.releases.releases import create_release, verify_release
from tanheng.record.store import Store

ITEMS = {"原煤": "万吨", "汽油": "万吨", "石脑油": "万吨", "天然气": "亿立方米", "电力": "亿千瓦时"}
# made up for the tests: every column closes
TABLE: dict[str, list[float | None]] = {
    "一、可供本地区消费的能源量": [1000, 50, 12, 20, 100],
    "1.一次能源生产量": [600, None, 12, 5, 40],
    "2.外省（区、市）调入量": [450, 50, None, 15, 90],
    "5.本省（区、市）调出量（-）": [-30, None, None, None, -30],
    "8.库存增（-）、减（+）量": [-20, None, None, None, None],
    "二、加工转换投入（-）产出（+）量": [-700, None, None, -2, 300],
    "1.火力发电": [-500, None, None, -2, 300],
    "2.供热": [-100, None, None, None, None],
    "4.炼焦": [-100, None, None, None, None],
    "三、损失量": [None, None, None, 1, 20],
    "四、终端消费量": [300, 50, 12, 17, 380],
    "1.农、林、牧、渔业": [10, 5, None, None, 10],
    "2.工业": [240, 5, 12, 10, 250],
    "其中：用作原料、材料": [40, None, 10, None, None],
    "3.建筑业": [10, 5, None, None, 10],
    "4.交通运输、仓储和邮政业": [None, 20, None, 2, 20],
    "5.批发、零售业和住宿、餐饮业": [10, 5, None, 2, 30],
    "6.其他": [10, 5, None, 1, 20],
    "7.居民生活": [20, 5, None, 2, 40],
    "城镇": [5, 4, None, 2, 30],
    "乡村": [15, 1, None, None, 10],
    "五、平衡差额": [0, 0, 0, 0, 0],
    "六、消费量合计": [1000, 50, 12, 20, 400],
}
SHARES = {"raw_coal": "share_anthracite=0; share_bituminous_coal=1; share_lignite=0"}


def _plain(sheet: Any, table: dict[str, list[float | None]]) -> None:
    sheet.append(["某省能源平衡表（实物量）—2021"])
    sheet.append(["项目", *(f"{item}（{unit}）" for item, unit in ITEMS.items())])
    for name, values in table.items():
        sheet.append([name, *values])


def _merged(sheet: Any, table: dict[str, list[float | None]]) -> None:
    """Merged group heads, units in a row of their own, English below, a coal total, spaces in names, wide notes."""
    sheet.append(["6-21 某省能源平衡表（实物量）2021 年"])
    sheet.append(["项 目", "煤 炭", None, "油 品", None, "天 然 气", "电  力"])
    sheet.append([None, "煤合计", "原 煤", "汽\n油", "石脑油", None, None])
    sheet.append(["Item", "Coal Total", "Raw Coal", "Gasoline", "Naphtha", "Natural Gas", "Electricity"])
    sheet.append([None, "(万吨标准煤)", "(万吨)", "(万吨)", "(万吨)", "(亿立方米)", "(亿千瓦小时)"])
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    sheet.merge_cells("F2:F3")
    sheet.merge_cells("A2:A3")
    for name, values in table.items():
        sheet.append([f"  {name.replace('（-）', '(－)')} ", 1, *values])
    sheet.append(["注：本表为测试虚构数据，不代表任何地区；" * 5])
    sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=7)


def _bare(sheet: Any, table: dict[str, list[float | None]]) -> None:
    """No numbers before names, aliases, numbers as text with separators, the unit above the table, a column apart."""
    sheet.append([None, "地区能源平衡表 2021"])
    sheet.append([None, "单位：万吨"])
    sheet.append(
        [
            None,
            "指标",
            *(item if unit == "万吨" else f"{item}/{unit}" for item, unit in ITEMS.items()),
            "备注数",
        ]
    )
    aliases = {"其他": "其它", "农、林、牧、渔业": "农林牧渔业", "库存增（-）、减（+）量": "库存增、减量"}
    for name, values in table.items():
        bare = name.split("、", 1)[-1] if name[1] == "、" else name.split(".")[-1]
        texts = [None if value is None else f"{value:,.2f}" for value in values]
        sheet.append([None, aliases.get(bare, bare), *texts, 7])


SPELLINGS = {"plain": _plain, "merged": _merged, "bare": _bare}


def balance(folder: Path, spelling: str = "plain", change: Any = None, **cells: list[float | None]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "平衡表"
    SPELLINGS[spelling](sheet, {**TABLE, **cells})
    if change:
        change(book)
    book.save(folder / "balance.xlsx")
    return folder / "balance.xlsx"


def rows(path: Path, **options: Any) -> set[tuple[Any, ...]]:
    activity = read_balance(path, "四川省", 2021, **options)
    assert activity.frame is not None
    return set(activity.frame.select("item", "activity", "sector", "amount").rows())


EXPECTED_COAL = {
    ("raw_coal", "combustion", "power", 500.0),
    ("raw_coal", "combustion", "heat_supply", 100.0),
    ("raw_coal", "transformation_input", "coking", 100.0),
    ("raw_coal", "combustion", "agriculture", 10.0),
    ("raw_coal", "combustion", "industry", 200.0),
    ("raw_coal", "non_energy_use", "industry", 40.0),
    ("raw_coal", "combustion", "construction", 10.0),
    ("raw_coal", "combustion", "commerce", 10.0),
    ("raw_coal", "combustion", "other_services", 10.0),
    ("raw_coal", "combustion", "residential_urban", 5.0),
    ("raw_coal", "combustion", "residential_rural", 15.0),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_three_spellings_are_one_table(spelling: str, tmp_path: Path) -> None:
    found = rows(balance(tmp_path, spelling))
    assert {row for row in found if row[0] == "raw_coal"} == EXPECTED_COAL
    power = {row for row in found if row[0] == "electricity"}
    assert ("electricity", "purchased_electricity", "", 90.0) in power
    assert ("electricity", "electricity_export", "", 30.0) in power
    assert ("electricity", "transformation_output", "power", 300.0) in power
    assert ("electricity", "loss", "", 20.0) in power
    assert ("electricity", "final_consumption", "industry", 250.0) in power
    assert not [row for row in power if row[1] == "combustion"]
    assert ("naphtha", "combustion", "industry", 2.0) in found
    assert len(found) == 40
    read = read_balance(balance(tmp_path, spelling), "四川省", 2021)
    assert [one.message("zh") for one in read.findings if one.severity != "note"] == []
    assert read.frame is not None
    assert set(read.frame.filter(pl.col("item") == "natural_gas").get_column("unit")) == {"亿Nm3"}
    assert {"万吨", "亿千瓦时"} <= {unit.replace("小时", "时") for unit in read.frame.get_column("unit")}
    ((_, letters),) = read.letters.items()
    for row in read.frame.iter_rows(named=True):
        assert f"{letters[row['item']]}{row['__row']}" in row["note"], (
            "the cell of the amount is the one that its note names"
        )


def test_fuel_is_counted_once(tmp_path: Path) -> None:
    """Final consumption and power and heat, less feedstock: sums of sums add nothing."""
    burnt = sum(row[3] for row in rows(balance(tmp_path)) if row[:2] == ("raw_coal", "combustion"))
    assert burnt == 300 - 40 + 500 + 100


def test_electricity_in_the_end_instead_of_trade(tmp_path: Path) -> None:
    found = rows(balance(tmp_path), electricity="final")
    bought = [
        row for row in found if row[0] == "electricity" and row[1] in {"consumption", "purchased_electricity"}
    ]
    assert sum(row[3] for row in bought) == 380
    assert ("electricity", "electricity_import", "", 90.0) in found


def codes(path: Path, year: int | None = 2021) -> list[str]:
    return [one.code for one in read_balance(path, "四川省", year).findings if one.severity != "note"]


def test_what_does_not_balance_is_told(tmp_path: Path) -> None:
    broken = balance(tmp_path, **{"2.工业": [340, 5, 12, 10, 250]})
    read = read_balance(broken, "四川省", 2021)
    assert "终端消费量”印为 300，各项相加为 400" in next(
        one for one in read.findings if one.code == "A-152"
    ).message("zh")
    broken = balance(tmp_path, **{"三、损失量": [50, None, None, 1, 20]})
    told = next(one for one in read_balance(broken, "四川省", 2021).findings if one.code == "A-151")
    assert "原煤" in told.message("zh")
    assert "-50" in told.message("zh")


def test_rounding_of_what_is_printed_is_no_finding(tmp_path: Path) -> None:
    assert codes(balance(tmp_path, **{"五、平衡差额": [0, 0.4, 0, 0, 0]})) == []
    assert codes(balance(tmp_path, **{"五、平衡差额": [0, 9.4, 0, 0, 0]})) == ["A-151"]
    fine = {
        "2.工业": [240.04, 5, 12, 10, 250],
        "7.居民生活": [19.97, 5, None, 2, 40],
        "城镇": [4.97, 4, None, 2, 30],
    }
    assert codes(balance(tmp_path, **fine)) == []
    fine["2.工业"] = [241.04, 5, 12, 10, 250]
    assert codes(balance(tmp_path, **fine)) == ["A-152"]


def test_wrong_signs_unknown_rows_and_more_feedstock_than_use(tmp_path: Path) -> None:
    assert codes(balance(tmp_path, **{"3.建筑业": [-10, 5, None, None, 10]}))[-1] == "A-159"
    assert "A-164" in codes(balance(tmp_path, **{"其中：用作原料、材料": [400, None, 10, None, None]}))
    assert codes(balance(tmp_path, **{"9.神秘": [1, None, None, None, None]})) == ["A-157"]
    read = read_balance(balance(tmp_path, **{"3.建筑业": [-10, 5, None, None, 10]}), "四川省", 2021)
    assert read.missing == 1


def test_a_column_without_a_unit_is_an_error_and_a_total_column_is_told(tmp_path: Path) -> None:
    def strip(book: Any) -> None:
        book["平衡表"]["C2"] = "汽油"

    read = read_balance(balance(tmp_path, change=strip), "四川省", 2021)
    told = next(one for one in read.findings if one.code == "A-154").message("zh")
    assert "“汽油”没有单位，或单位无法识别，其 13 个数未计入" in told
    assert read.missing == 13
    merged = read_balance(balance(tmp_path, "merged"), "四川省", 2021)
    assert "煤合计" in next(one for one in merged.findings if one.code == "A-153").message("zh") or any(
        "Coal Total" in one.message("zh") for one in merged.findings
    )


def test_standard_coal_and_other_years_are_not_mixed_in(tmp_path: Path) -> None:
    def more(book: Any) -> None:
        coal = book.create_sheet("标准量")
        coal.append(["某省能源平衡表（标准量）—2021"])
        coal.append(["项目", *(f"{item}（万吨标准煤）" for item in ITEMS)])
        old = book.create_sheet("平衡表2020")
        _plain(old, TABLE)
        old["A1"] = "某省能源平衡表（实物量）—2020"
        for name, values in TABLE.items():
            coal.append([name, *values])

    plain = rows(balance(tmp_path))
    path = balance(tmp_path, change=more)
    assert rows(path) == plain
    read = read_balance(path, "四川省", 2021)
    assert {"A-155", "A-162"} <= {one.code for one in read.findings}
    with pytest.raises(InputUnreadable, match="--year"):
        read_balance(path, "四川省")
    with pytest.raises(InputUnreadable, match="没有 2019 年的平衡表"):
        read_balance(path, "四川省", 2019)
    with pytest.raises(InputUnreadable, match="年份“20221”无法识别"):
        read_balance(path, "四川省", "20221")


def test_two_balances_of_one_year_are_refused(tmp_path: Path) -> None:
    def twice(book: Any) -> None:
        _plain(book.create_sheet("再一张"), TABLE)

    path = balance(tmp_path, change=twice)
    with pytest.raises(InputUnreadable, match="重复计算"):
        read_balance(path, "四川省", 2021)
    assert read_balance(path, "四川省", 2021, sheet="再一张").frame is not None


def test_only_sums_and_what_is_no_balance(tmp_path: Path) -> None:
    few = {name: values for name, values in TABLE.items() if name[0] in "一二三四五六"}
    book = openpyxl.Workbook()
    _plain(book.active, few)
    book.save(tmp_path / "sums.xlsx")
    read = read_balance(tmp_path / "sums.xlsx", "四川省", 2021)
    assert read.frame is not None
    assert ("raw_coal", "combustion", "", 300.0) in read.frame.select(
        "item", "activity", "sector", "amount"
    ).rows()
    assert "A-163" in [one.code for one in read.findings]
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputUnreadable, match="没有能源平衡表"):
        read_balance(tmp_path / "x.csv", "四川省", 2021)


def test_formulas_without_results_are_not_taken_as_nothing(tmp_path: Path) -> None:
    def formula(book: Any) -> None:
        book["平衡表"]["B4"] = "=300+300"

    assert "A-197" in codes(balance(tmp_path, change=formula))


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    balance(tmp_path)
    line = [
        "account",
        "balance.xlsx",
        "--format",
        "energy-balance",
        "--method",
        "cn-energy-2011",
        "--region",
        "四川省",
    ]
    shares = ["--parameters", f"原煤: {SHARES['raw_coal']}"]
    shown = CliRunner().invoke(cli, [*line, *shares, "--json", "--no-save"])
    answer = json.loads(shown.stdout)
    assert shown.exit_code == 1, shown.output
    told = {one["code"] for one in answer["findings"]}
    assert [(one["item"], one["amount"], one["unit"]) for one in answer["unmatched"]] == [
        ("naphtha", 10, "万吨"),
        ("raw_coal", 40, "万吨"),
    ]
    assert {"A-150", "A-156", "A-158"} <= told
    amounts = {(row["item"], row.get("sector")): row["amount"] for row in answer["rows"]}
    assert amounts["raw_coal", "industry"] == 200
    unknown = CliRunner().invoke(cli, [*line[:-1], "某省", *shares, "--json", "--no-save"])
    assert json.loads(unknown.stdout)["total"] == answer["total"]
    wrote = CliRunner().invoke(
        cli, ["balance", "balance.xlsx", "--region", "四川省", "--out", "activity.csv"]
    )
    assert wrote.exit_code == 0, wrote.output
    assert pl.read_csv("activity.csv").height == 40


@pytest.mark.parametrize("method", ["cn-provincial-2011", "gpc-cn", "sichuan-park-2022"])
def test_use_as_material_is_unmatched_by_balance_as_by_table(method: str, tmp_path: Path) -> None:
    """Deducted from industry, it must not vanish: whatever rule is lacking, item and amount are told."""
    read = read_balance(balance(tmp_path), "四川省", 2021, parameters=SHARES)
    by_balance = account(read, method)
    assert read.frame is not None
    used = read.frame.filter(pl.col("activity") == "non_energy_use").drop("parameters")
    for found in (by_balance, account(used, method)):
        assert not found.complete
        left = found.unmatched.filter(pl.col("activity") == "non_energy_use")
        assert left.filter(pl.col("item") == "raw_coal").get_column("amount").to_list() == [40]
    told = next(one for one in by_balance.findings if one.code == "A-156")
    assert {"item", "amount", "unit", "activity", "row"} <= set(told.rows[0])
    assert "non_energy_use" not in {row["activity"] for row in told.rows}


def test_a_release_of_a_balance_and_of_a_mapped_sheet_is_computed_anew(tmp_path: Path) -> None:
    read = read_balance(balance(tmp_path), "四川省", 2021, parameters=SHARES)
    store = Store(tmp_path / "store")
    verified = verify_release(
        create_release(account(read, "cn-energy-2011"), store, "甲", by="王", why="初稿"), store
    )
    assert verified.ok
    sheet = workbook(tmp_path, ("表", [("企业", "燃料种类名", "2021年（吨）"), ("四川省", "柴油", 5)], []))
    mapped = apply_mapping(sheet, suggest_mapping(sheet).confirm())
    assert verify_release(
        create_release(account(mapped, "cn-energy-2011"), store, "乙", by="王", why="初稿"), store
    ).ok


def test_the_mend_of_a_balance_names_the_option_for_its_parameters(tmp_path: Path) -> None:
    inventory = account(read_balance(balance(tmp_path), "四川省", 2021), "cn-energy-2011")
    coal = next(one for one in inventory.findings if one.code == "I-102" and "原煤" in one.message("zh"))
    assert "用 --parameters" in coal.message("zh")
    assert "无烟煤占比、烟煤占比、褐煤占比（合计为 1）" in coal.message("zh")
    assert '--parameters "原煤: 无烟煤占比=…; 烟煤占比=…; 褐煤占比=…"' in coal.message("zh")
    assert "use --parameters" in coal.message("en")


def test_the_mend_names_the_parameter_of_its_own_item(tmp_path: Path) -> None:
    rows = [
        "项目,其他焦化产品（万吨）,天然气（亿立方米）",
        "1.火力发电,-1,-1",
        "四、终端消费量,8,2",
        "2.工业,8,2",
    ]
    rows += ["其中：用作原料、材料,,1", "三、损失量,,", "1.一次能源生产量,,"]
    path = text(tmp_path, "\n".join(rows), "2021.csv")
    inventory = account(read_balance(path, "四川省", 2021), "cn-provincial-2011")
    told = [one.message("zh") for one in inventory.findings if one.code == "I-103"]
    assert any('--parameters "其他焦化产品: 低位发热量=… GJ/t"' in one for one in told)
    assert any("缺少参数 fixed_carbon（固碳率）" in one and '"天然气: 固碳率=…"' in one for one in told)
    assert not any("原煤" in one for one in told)
    english = [one.message("en") for one in inventory.findings if one.code == "I-103"]
    assert any('--parameters "natural_gas: fixed_carbon=…"' in one for one in english)
