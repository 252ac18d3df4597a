"""What a table says twice or does not hold: totals among entities, units and years elsewhere, zeros nobody computed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

import tanheng as th
from bad_input import GOOD, HEAD, HEADINGS, ROW, codes, counted, said, text, workbook
from tanheng.activity import read_activity
from tanheng.activity.clean import sums_entities
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.activity.reading.reasons import doubtful
from tanheng.errors import InputUnreadable
from tanheng.inventory.quality.qa import run_qa

METHOD = "sichuan-park-2022"
TOTALS = (
    "全省合计", "四川省合计", "各市合计", "全市总计", "以上合计", "合计1", "合计（全市）", "甲厂小计", "合計數", "合　计：",
    "（各厂）Total", "ＴＯＴＡＬ（all）", "\u200bsum", "Grand total (city)",
)  # fmt: skip
PLACES = (
    "联合计量中心",
    "混合计算所",
    "统计局",
    "总计划处",
    "公共计费中心",
    "TotalEnergies",
    "成都市",
    "全省",
)


def doubted(path: Path, code: str) -> list[str]:
    """What the checks of an account say under a code."""
    return [one.message("zh") for one in run_qa(th.account(path, METHOD)) if one.code == code]


@pytest.mark.parametrize("name", TOTALS)
def test_a_total_among_entities_is_set_aside_and_found_on_disk(name: str, tmp_path: Path) -> None:
    read = read_activity(text(tmp_path, HEAD + GOOD + f"{name},2021,煤品,100,t\n"))
    assert (codes(read), counted(read), read.missing) == (["A-107"], 2, 0)
    names = pl.DataFrame({"entity": [name]})
    assert names.filter(pl.sql_expr(doubtful("entity"))).height == 1
    table = {
        "entity": ["四川省", name], "period": ["2021"] * 2, "item": ["煤品"] * 2, "amount": [100.0] * 2, "unit": ["t"] * 2,
    }  # fmt: skip
    pl.DataFrame(table).write_parquet(tmp_path / "a.parquet")
    assert th.account(tmp_path / "a.parquet", METHOD).total == 198.12


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["合计,2021年,电力,30,万kWh"], ["电力”（2021）", "30 万kWh"]),
        (['合计,2022,煤品,"1,030",吨', "合计,2023,煤品,7,t"], ["煤炭”（2022）", "1,030 吨", "同类共 2 处"]),
        (["乙厂,去年,电力,3,万kWh", "合计,,电力,30,万kWh"], []),
        (["乙厂,2022-03,电力,3,万kWh", "合计,2022,电力,30,万kWh"], []),
        (["乙厂,2021,原煤,3,t", "乙厂,2022,原煤,3,t", "合计,2022,煤炭,3,t"], []),
        (["合计,2022,,30,万kWh", "合计,2022,电力,,万kWh", "合计,2022,电力,0,万kWh"], []),
        (["四川省,2022,合计,30,万kWh"], []),
    ],
)
def test_an_item_that_only_a_total_gives_is_told(rows: list[str], told: list[str], tmp_path: Path) -> None:
    """The fuel is named, on disk as in memory, and the row is set aside all the same."""
    table = text(tmp_path, HEAD + GOOD + "\n".join(rows) + "\n")
    read = read_activity(table)
    assert read.missing == sum("去年" in row for row in rows)
    assert counted(read) == 1 + len(rows)
    frame = pl.read_csv(table, infer_schema=False).with_columns(
        pl.col("数量").str.replace(",", "").cast(pl.Float64)
    )
    frame.write_parquet(tmp_path / "a.parquet")
    for found in (read.findings, th.account(tmp_path / "a.parquet", METHOD).findings):
        lone = [one for one in found if one.code == "A-179"]
        assert [one.severity for one in lone] == ["warning"] * bool(told)
        assert all(word in lone[0].message("zh") for word in told)
        assert not lone or "第 3 行" in lone[0].message("zh") or "第 2 行" in lone[0].message("zh")


@pytest.mark.parametrize("name", PLACES)
def test_the_name_of_an_entity_is_no_total(name: str) -> None:
    assert not sums_entities(name)


@pytest.mark.parametrize("name", ["全省", "全市", "全国", "全部", "全 厂", "全公司", "各厂汇总", "All"])
def test_a_whole_of_which_nobody_knows_is_doubted_beside_others(name: str, tmp_path: Path) -> None:
    rows = "成都市,2021,煤品,100,t\n绵阳市,2021,煤品,50,t\n"
    doubts = doubted(text(tmp_path, f"{HEAD}{rows}{name},2021,煤品,150,t\n"), "Q-033")
    assert len(doubts) == 1
    assert "2 行，共 150 t" in doubts[0]
    assert not doubted(text(tmp_path, f"{HEAD}{rows}{name},2021,石油,150,t\n"), "Q-033")


@pytest.mark.parametrize("word", ["合计", "总计", "全社会"])
def test_a_sector_of_totals_beside_its_sectors_is_doubted(word: str, tmp_path: Path) -> None:
    rows = "四川省,2021,煤品,100,t,工业\n四川省,2021,煤品,50,t,建筑业\n"
    path = text(tmp_path, f"{HEAD.strip()},部门\n{rows}四川省,2021,煤品,150,t,{word}\n")
    assert doubted(path, "Q-047")


def test_a_unit_of_a_title_or_heading_is_held_against_the_unit_column(tmp_path: Path) -> None:
    above = read_activity(text(tmp_path, f"能源表\n单位：万吨\n{HEAD}{GOOD}"))
    assert "row 4: the unit column says 't', the header or title '万吨'" in said(above, "A-145")[1]
    beside = read_activity(text(tmp_path, HEAD.replace("品种", "品种（单位：万吨）") + GOOD))
    assert codes(beside) == ["A-145"]
    for fits in (f"单位：吨\n{HEAD}{GOOD}", f"单位：万吨\n{HEAD}四川省,2021,电力,1,万kWh\n", HEAD + GOOD):
        assert "A-145" not in codes(read_activity(text(tmp_path, fits)))


def test_the_year_of_a_sheet_or_title_is_held_against_the_periods(tmp_path: Path) -> None:
    rows = [HEADINGS, ROW, ("四川省", "2021年6月", "石油", 1, "t")]
    read = read_activity(workbook(tmp_path, ("2020年", rows, ()), ("2021年", rows, ()), ("表", rows, ())))
    doubts = [one for one in read.findings if one.code == "A-146"]
    assert [(one.count, one.fields["value"]) for one in doubts] == [(2, "2020")]
    assert "第 2 行：时期为“2021”，工作表名或标题写 2020 年" in doubts[0].message("zh")
    title = read_activity(text(tmp_path, f"某市2020年能源表\n{HEAD}{GOOD}"))
    assert "A-146" in codes(title)
    others = (
        "某市2019—2021年能源表",
        "制表日期：2022.3.5",
        "按 GB/T 4754—2017 分行业",
        "2006年指南",
        "2020版",
    )
    for several in (*others, "2021年能源表（GB/T 2589-2020）"):
        assert "A-146" not in codes(read_activity(text(tmp_path, f"{several}\n{HEAD}{GOOD}")))


def zeros(folder: Path, value: float) -> Path:
    book = xlsxwriter.Workbook(folder / "表.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ROW[:3])
    sheet.write_formula("D2", "=50+50", None, value)
    sheet.write(1, 4, "t")
    book.close()
    return folder / "表.xlsx"


def test_a_zero_that_no_program_computed_is_doubted(tmp_path: Path) -> None:
    read = read_activity(zeros(tmp_path, 0))
    assert "row 2: column 'D' is a formula with the result 0" in said(read, "A-147")[1]
    mapped = apply_mapping(tmp_path / "表.xlsx", suggest_mapping(tmp_path / "表.xlsx").confirm())
    assert "A-147" in codes(mapped)
    assert codes(read_activity(zeros(tmp_path, 100))) == []
    with zipfile.ZipFile(zeros(tmp_path, 0)) as book:
        kept = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(tmp_path / "表.xlsx", "w") as book:
        for name, part in kept.items():
            book.writestr(name, part.replace(b' fullCalcOnLoad="1"', b""))
    assert codes(read_activity(tmp_path / "表.xlsx")) == []


def test_a_row_of_data_is_no_header(tmp_path: Path) -> None:
    odd = "城市名,统计年,能源种类,实际用掉,计量\n成都市,2021,煤品,100,t\n绵阳市,2021,石油,5,t\n德阳市,2021,石油,5,t\n"
    found = suggest_mapping(text(tmp_path, odd)).sheets[0]
    assert (found.header, found.use, found.rows) == (1, False, 3)
    assert found.missing == ["amount"]
    known = suggest_mapping(
        text(tmp_path, "甲厂,2021,煤,9\n" + odd.replace("实际用掉", "实际消费量"))
    ).sheets[0]
    assert (known.header, known.use) == (2, True)
    assert any("第 1 行" in doubt for doubt in known.doubts)


@pytest.mark.parametrize("count", [201, 3000])
def test_a_table_of_endless_columns_is_refused_at_once(count: int, tmp_path: Path) -> None:
    wide = HEAD.strip() + "".join(f",c{at}" for at in range(count))
    with pytest.raises(InputUnreadable, match=f"{count} 列不是活动表的列"):
        read_activity(text(tmp_path, f"{wide}\n{GOOD.strip()}{',x' * count}\n"))


VAST: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "rows of empty cells": (
        lambda sheet: sheet.replace(
            b"</sheetData>", (b"<row>" + b"<c/>" * 16_000 + b"</row>") * 1000 + b"</sheetData>"
        ),
        "压缩炸弹",
    ),
    "a stray cell": (
        lambda sheet: sheet.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "XFD1048576",
    ),
}


@pytest.mark.parametrize(("change", "named"), VAST.values(), ids=VAST.keys())
def test_a_small_file_with_a_vast_sheet_is_refused(
    change: Callable[[bytes], bytes], named: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(workbook(tmp_path, ("表", [HEADINGS, ROW], ()))) as book:
        kept = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(tmp_path / "大.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in kept.items():
            book.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    with pytest.raises(InputUnreadable, match=named):
        read_activity(tmp_path / "大.xlsx")


def test_a_folder_of_parquet_tells_what_it_leaves_and_never_reads_results(tmp_path: Path) -> None:
    root = tmp_path / "数据"
    root.mkdir()
    read_activity(text(tmp_path, HEAD + GOOD)).to_polars().select(
        "entity", "period", "item", "amount", "unit"
    ).write_parquet(root / "a.parquet")
    for name in ("b.csv", "c.xlsx", "~$c.xlsx", "_d.csv", "README.md"):
        (root / name).write_text(HEAD + GOOD, encoding="utf-8")
    assert "还有 2 个表没有读取（首个：b.csv）" in said(read_activity(root), "A-138")[0]
    for name in ("run", "other/run"):
        inventory = th.account(root, METHOD)
        assert inventory.total == 198.12
        inventory.save(root / "out" / name)
        pl.DataFrame({"amount": [1.0]}).write_parquet(root / "out" / "inventory.parquet")
    again = read_activity(root)
    assert codes(again) == ["A-124", "A-138", "A-139"]
    assert "2 accounts (out/other/run)" in said(again, "A-139")[1]
    with pytest.raises(InputUnreadable, match="核算结果"):
        read_activity(root / "out")


PART_ROWS = {
    "sector": ["四川省,2021,煤品,100,t,工业", "四川省,2021,煤品,40,t,其中：水泥", "四川省,2021,煤品,5,t,of which: steel"],
    "entity": ["四川省,2021,煤品,100,t,工业", "其中：一分厂,2021,煤品,40,t,工业", " # 其中二分厂,2021,煤品,5,t,工业"],
}  # fmt: skip


@pytest.mark.parametrize("column", PART_ROWS)
def test_a_part_of_another_row_is_set_aside_with_its_amount(column: str, tmp_path: Path) -> None:
    """In memory as on disk; nothing is missing, and where no row is large enough to hold the part, that is a warning."""
    head = f"{HEAD.strip()},部门\n"
    lone = PART_ROWS[column][1].replace(",40,", ",400,")
    for rows, warned in ((PART_ROWS[column], 0), ([*PART_ROWS[column][:1], lone], 1)):
        path = text(tmp_path, head + "\n".join(rows) + "\n")
        read = read_activity(path)
        assert (read.missing, counted(read)) == (0, len(rows))
        frame = pl.read_csv(path, infer_schema=False).with_columns(pl.col("数量").cast(pl.Float64))
        frame.write_parquet(tmp_path / "a.parquet")
        on_disk = th.account(tmp_path / "a.parquet", METHOD)
        assert (on_disk.total, on_disk.refused, on_disk.complete) == (198.12, 0, True)
        assert th.account(path, METHOD).total == 198.12
        for findings in (read.findings, on_disk.findings):
            told = [one for one in findings if one.code == "A-193"]
            assert [one.severity for one in told] == ["note"] * len(told)
            assert sum(one.count for one in told) == len(rows) - 1
            said = " ".join(one.message("zh") for one in told)
            assert all(amount in said for amount in (["400 t"] if warned else ["40 t", "5 t"]))
            alone = [one for one in findings if one.code == "A-194"]
            assert len(alone) == warned
            assert all("没有够大的行" in one.message("zh") and "400 t" in one.message("zh") for one in alone)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["甲,2021,煤品,100,t", "乙,2021,煤品,50,t", "合计,2021,煤品,180,t"], ("180 t", "150 t", "+30 t")),
        (["甲,2021,煤品,100,t", "乙,2021,石油,50,t", "合计,,,180,t"], ("180 t", "150 t", "+30 t")),
        (
            ["甲,2021,煤品,1,万吨", "乙,2021,煤品,50,t", "合计,2021,煤品,9950,t"],
            ("9,950 t", "10,050 t", "-100 t"),
        ),
        (
            ["甲,2021,煤品,100,t", "甲,2021,石油,50,t", "甲,2021,合计,180,t", "乙,2021,煤品,7,t"],
            ("180 t", "150 t"),
        ),
        (["甲,2021,煤品,100,t", "乙,2021,煤品,50,t", "合计,2021,煤品,150,t"], ()),
        (["甲,2021,煤品,100,t", "小计,,,100,t", "乙,2021,煤品,50,t", "小计,,,50,t", "合计,,,150,t"], ()),
        (["甲,2021,煤品,100.4,t", "乙,2021,煤品,50.4,t", "合计,2021,煤品,151,t"], ("151 t", "150.8 t")),
        (["甲,2021,煤品,100,t", "乙,2021,煤品,50,t", "合计,2021,煤品,151,t"], ()),
        (["甲,2021,煤品,100,t", "乙,2021,电力,50,MWh", "合计,,,180,t"], ()),
        (["甲,2021,煤品,100,t", "乙,2021,石油,50,t", "合计,2021,煤品,150,t"], ()),
        (["甲,2020,煤品,100,t", "合计,2021,石油,50,t"], ()),
    ],
)
def test_a_total_that_its_rows_do_not_make_is_a_doubt(
    rows: list[str], told: tuple[str, ...], tmp_path: Path
) -> None:
    """Both numbers are said: the difference may be a row that is missing."""
    path = text(tmp_path, HEAD + "\n".join(rows) + "\n")
    frame = pl.read_csv(path, infer_schema=False).with_columns(pl.col("数量").cast(pl.Float64))
    frame.write_parquet(tmp_path / "a.parquet")
    for findings in (read_activity(path).findings, th.account(tmp_path / "a.parquet", METHOD).findings):
        found = [one for one in findings if one.code == "A-195"]
        assert [one.severity for one in found] == ["warning"] * bool(told)
        assert all(word in one.message("zh") for one in found for word in told)
