"""What an energy balance holds and a reader may lose: rows, columns, signs, units, parts that are not printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from tanheng.activity.activity import Activity
from tanheng.activity.balance.reading import balance_kinds, read_balance
from tanheng.activity.worklist import Worklist
from tanheng.errors import NotFound

HEAD = "项目,原煤（万吨）,电力（亿千瓦时）"
TOP = ["1.一次能源生产量,10,", "1.火力发电,-4,8", "三、损失量,,1", "四、终端消费量,6,7"]


def read(folder: Path, *lines: str, head: str = HEAD, top: list[str] = TOP, **options: Any) -> Activity:
    file = folder / "b.csv"
    file.write_text("\n".join([head, *top, *lines, "五、平衡差额"]), encoding="utf-8")
    return read_balance(file, "四川省", 2021, **options)


def told(found: Activity) -> list[str]:
    return [one.code for one in found.findings if one.severity != "note"]


def amounts(found: Activity, item: str, *activities: str) -> dict[str, float]:
    frame = found.to_polars().filter(pl.col("item") == item, pl.col("activity").is_in(activities))
    return dict(frame.select("sector", "amount").iter_rows())


def test_a_line_that_is_no_row_of_cells_is_refused_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, '"2.工业,6,7')
    assert "A-116" in told(found)
    assert found.missing == 1
    lossy = (
        "\n".join([HEAD, *TOP, "五、平衡差额,0,0"]).encode("gbk")
        + "\n2.工业,6,7".encode("gbk")
        + b"\xff\xff\n"
    )
    (tmp_path / "l.csv").write_bytes(lossy)
    read_lossy = read_balance(tmp_path / "l.csv", "四川省", 2021)
    assert {"A-115", "A-121"} <= {one.code for one in read_lossy.findings}
    assert read_lossy.missing == 1


def test_a_merged_number_counts_once_and_an_open_formula_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["项目", "原煤（万吨）", "洗精煤（万吨）"],
        ["1.一次能源生产量", 13, 4],
        ["1.火力发电", -4, -4],
        ["三、损失量", 0, 0],
        ["四、终端消费量", 9, 6],
        ["2.工业", 6, None],
        ["3.建筑业", 3, "=1+1"],
    ):
        sheet.append(row)
    sheet.merge_cells("B6:C6")
    book.save(tmp_path / "m.xlsx")
    found = read_balance(tmp_path / "m.xlsx", "四川省", 2021)
    assert amounts(found, "raw_coal", "combustion") == {"power": 4, "industry": 6, "construction": 3}
    assert amounts(found, "cleaned_coal", "combustion") == {"power": 4}
    assert found.missing == 2
    said = next(one for one in found.findings if one.code == "A-198")
    assert "'Cleaned coal'" in said.message("en")


@pytest.mark.parametrize(
    ("line", "code", "missing"),
    [
        ("2.工业,约6,7", "A-101", 1),
        ("9.神秘,6,0", "A-157", 1),
        ("9.神秘,约6,", "A-157", 1),
        ("# 煤炭开采和洗选业,3,", "A-157", 1),
        ("9.神秘,0,–", "", 0),
        ("注：2021 年数据,,", "", 0),
    ],
)
def test_what_cannot_be_read_leaves_the_total_incomplete(
    line: str, code: str, missing: int, tmp_path: Path
) -> None:
    found = read(tmp_path, line)
    assert ([code] if code else []) == [one for one in told(found) if one not in {"A-163", "A-152"}]
    assert found.missing == missing


def test_a_refused_part_is_not_made_up_from_its_sum(tmp_path: Path) -> None:
    found = read(tmp_path, "2.工业,约6,7", "3.建筑业,0.5,")
    assert amounts(found, "raw_coal", "combustion") == {"power": 4, "construction": 0.5}
    assert found.missing == 1


def test_a_repeated_row_is_left_out_whole(tmp_path: Path) -> None:
    head = "项目,焦炭（万吨）,原煤（万吨）"
    top = ["1.一次能源生产量,,10", "1.火力发电,,-4", "三、损失量,,", "四、终端消费量,,6"]
    found = read(tmp_path, "2.工业,,6", "工业,7,5", head=head, top=top)
    assert amounts(found, "coke", "combustion") == {}
    assert amounts(found, "raw_coal", "combustion")["industry"] == 6
    assert told(found) == ["A-160"]
    assert found.missing == 1


@pytest.mark.parametrize(
    ("heading", "code", "count"),
    [
        ("柴油（万吨实物量）", "A-154", 5),
        ("柴油", "A-154", 5),
        ("电力（万千瓦时）", "A-161", 5),
        ("神秘煤（万吨）", "A-180", 5),
        ("煤合计（万吨标准煤）", "A-153", 0),
        ("备注", "A-153", 0),
    ],
)
def test_a_column_that_is_not_read_is_an_error_unless_it_holds_no_energy(
    heading: str, code: str, count: int, tmp_path: Path
) -> None:
    lines = ["1.一次能源生产量,10,,1", "1.火力发电,-4,8,", "三、损失量,,1,", "四、终端消费量,6,7,1"]
    lines = [f"{line},{at + 1}" for at, line in enumerate(lines)]
    found = read(tmp_path, "2.工业,6,7,1,5", head=f"{HEAD},汽油（万吨）,{heading}", top=lines)
    assert code in [one.code for one in found.findings]
    assert found.missing == count
    assert len(found.to_polars().filter(pl.col("item") == "gasoline")) == 1


@pytest.mark.parametrize("unit", ["10^10千焦", "10¹⁰ kJ", "百亿千焦", "万百万千焦"])
def test_units_with_a_power_of_ten_are_read(unit: str, tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "2.工业,6,7",
        head=f"项目,热力（{unit}）,电力（亿千瓦时）",
        top=["2.供热,10,", *TOP[2:], "1.火力发电,,8"],
    )
    assert amounts(found, "heat", "final_consumption") == {"industry": 6}
    assert found.missing == 0


@pytest.mark.parametrize(
    "line",
    [
        "5.本省（区、市）调出量（-）,,5",
        "2.外省（区、市）调入量,,-5",
        "2.供热,3,",
        "3.建筑业,-1,",
        "9.回收能,,-1",
    ],
)
def test_a_number_with_the_sign_the_other_way_round_is_refused(line: str, tmp_path: Path) -> None:
    found = read(tmp_path, line, "2.工业,6,7")
    assert "A-159" in told(found)
    assert found.missing == 1


def test_feedstock_is_known_as_yearbooks_print_it(tmp_path: Path) -> None:
    for name in ("其中：用作原料、材料", "#用作原料、材料", "＃ 用作原料、材料", "用作原料、材料"):
        found = read(tmp_path, "2.工业,6,7", f"{name},2,")
        assert amounts(found, "raw_coal", "combustion")["industry"] == 4
        assert amounts(found, "raw_coal", "non_energy_use") == {"industry": 2}
        assert found.missing == 0
    stock = read(tmp_path, "2.工业,6,7", "1.年初年末库存差额（+、-）,-5,")
    assert stock.missing == 0


def test_what_no_printed_part_holds_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "2.工业,3,7", "7.居民生活,3,", "城镇,2,")
    residential = {"industry": 3, "residential": 1, "residential_urban": 2, "power": 4}
    assert amounts(found, "raw_coal", "combustion") == residential
    assert "1 of it is in no part" in next(one for one in found.findings if one.code == "A-163").message("en")
    found = read(tmp_path, "2.工业,3.00,7", "#用作原料、材料,1.00,", top=[*TOP[:3], "四、终端消费量,6.20,7"])
    assert amounts(found, "raw_coal", "combustion") == {"power": 4, "industry": 2, "": 3.2}
    zeros = read(tmp_path, "2.工业,3,7", "7.居民生活,3,", "城镇,0,0", "乡村,0,0")
    assert amounts(zeros, "raw_coal", "combustion")["residential"] == 3


def test_rounding_makes_no_remainder(tmp_path: Path) -> None:
    top = ["1.一次能源生产量,10.21,", *TOP[1:3], "四、终端消费量,6.21,7"]
    found = read(tmp_path, "2.工业,4.10,7", "3.建筑业,1.05,", "6.其他,1.05,", top=top)
    assert "" not in amounts(found, "raw_coal", "combustion")
    assert told(found) == []


def test_a_zero_opens_no_slack(tmp_path: Path) -> None:
    """Half a unit of the last digit of what is not 0: 10.00 against 5.12 + 1.50 is told however many zeros stand there."""
    zeros = [
        f"{name},0,0"
        for name in ("1.农、林、牧、渔业", "5.批发、零售业和住宿、餐饮业", "6.其他", "7.居民生活")
    ]
    top = ["1.一次能源生产量,14.00,", "1.火力发电,-4.00,8", "三、损失量,0,1", "四、终端消费量,10.00,7"]
    found = read(tmp_path, "2.工业,5.12,7", "3.建筑业,1.50,0", *zeros, top=top)
    assert told(found) == ["A-163"]
    assert amounts(found, "raw_coal", "combustion")[""] == 3.38
    more = read(
        tmp_path, "2.工业,5.12,7", "3.建筑业,1.50,0", "4.交通运输、仓储和邮政业,3.40,", *zeros, top=top
    )
    assert told(more) == ["A-152"]


def test_transformation_of_fuel_without_its_parts_is_refused(tmp_path: Path) -> None:
    top = [
        "1.一次能源生产量,10,",
        "二、加工转换投入（-）产出（+）量,-4,8",
        "三、损失量,,1",
        "四、终端消费量,6,7",
    ]
    found = read(tmp_path, "2.工业,6,7", top=top)
    assert told(found) == ["A-181"]
    assert found.missing == 1


def test_only_two_ways_to_count_electricity(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="finale"):
        read(tmp_path, "2.工业,6,7", electricity="finale")


def test_every_kind_of_a_balance_is_named(tmp_path: Path) -> None:
    from tanheng.activity.balance.reading import _activities

    assert set(_activities().values()) <= set(balance_kinds())
    assert {"consumption", "electricity_import"} <= set(balance_kinds())
    kept = [one.activity for one in balance_kinds().values() if not one.optional]
    assert kept == ["combustion", "non_energy_use"]


def test_doubts_about_a_balance_are_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, "2.工业,约6,7", "3.建筑业,约6,", "9.神秘,1,", "9.神秘,2,")
    doubts = Worklist.of(one for one in found.findings if one.severity == "error")
    assert doubts.frame.get_column("id").n_unique() == doubts.frame.get_column("facts").n_unique() == 4
    assert set(doubts.frame.select("entity", "period").iter_rows()) == {("四川省", "2021")}
    mended = read(tmp_path, "2.工业,6,7", "3.建筑业,约6,", "9.神秘,2,")
    answered = doubts.answered(doubts.frame.get_column("id")[0], "accepted")
    again = Worklist.of((one for one in mended.findings if one.severity == "error"), before=answered)
    assert again.open().height == 2


def test_a_row_above_the_first_known_one_is_not_lost(tmp_path: Path) -> None:
    found = read(tmp_path, "2.工业,6,7", top=["甲,1,2", "可供的量,10,", *TOP])
    assert [one.fields["value"] for one in found.findings if one.code == "A-157"] == ["可供的量"]
    assert found.missing == 1


def test_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, rows in (
        ("平衡表", [HEAD, *TOP, "2.工业,6,7"]),
        ("隐藏", [HEAD, *TOP, "2.工业,6,7"]),
        ("产量", ["钢,1,2", "铁,3,4"]),
    ):
        sheet = book.create_sheet(name)
        for line in rows:
            sheet.append([float(cell) if cell.lstrip("-").isdigit() else cell for cell in line.split(",")])
    book["隐藏"].sheet_state = "hidden"
    del book["Sheet"]
    book.save(tmp_path / "b.xlsx")
    found = read_balance(tmp_path / "b.xlsx", "四川省", 2021)
    told = {(one.code, one.fields["value"]) for one in found.findings if one.code in {"A-127", "A-182"}}
    assert told == {("A-127", "隐藏"), ("A-182", "产量")}
    assert amounts(found, "raw_coal", "combustion") == {"power": 4, "industry": 6}
