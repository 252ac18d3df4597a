"""Text files: encodings, separators, quotes, headers, numbers and periods as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_input import GOOD, HEAD, codes, counted, said, text
from tanheng.activity import read_activity
from tanheng.errors import ColumnMissing, InputUnreadable

ENCODED = {
    "utf-8": (HEAD + GOOD).encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + (HEAD + GOOD).encode(),
    "gbk": (HEAD + GOOD).encode("gbk"),
    "gb18030": (HEAD + GOOD.replace("t", "t,㐀").replace("单位", "单位"))
    .replace(",㐀", "")
    .encode("gb18030"),
    "utf-16 with mark": (HEAD + GOOD).encode("utf-16"),
    "utf-16 little": (HEAD + GOOD).encode("utf-16-le"),
    "utf-16 big": b"\xfe\xff" + (HEAD + GOOD).encode("utf-16-be"),
    "carriage returns": (HEAD + GOOD).replace("\n", "\r").encode(),
    "both line ends": (HEAD + GOOD).replace("\n", "\r\n").encode(),
    "tabs": (HEAD + GOOD).replace(",", "\t").encode(),
    "semicolons": (HEAD + GOOD).replace(",", ";").encode(),
    "bars": (HEAD + GOOD).replace(",", "|").encode(),
    "Chinese commas": (HEAD + GOOD).replace(",", "，").encode(),
    "notes full of other separators": ("说明，甲，乙，丙，丁，戊，己\n" * 3 + HEAD + GOOD).encode(),
    "named xls": (HEAD + GOOD).replace(",", "\t").encode("gbk"),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED.keys())
def test_common_encodings_and_separators_are_read(content: bytes, tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, content))
    assert activity.frame is not None
    assert activity.frame.select("entity", "period", "item", "amount", "unit").rows() == [
        ("四川省", "2021", "coal", 100.0, "t")
    ]


def test_the_encoding_is_named_where_it_is_not_utf8(tmp_path: Path) -> None:
    assert (
        said(read_activity(text(tmp_path, ENCODED["gbk"])), "A-121")[1]
        == "[A-121] 表.csv was read as GB18030."
    )
    assert codes(read_activity(text(tmp_path, ENCODED["utf-8 with mark"]))) == []


UNREADABLE = {
    "empty": (b"", "it is empty"),
    "a mark and nothing else": (b"\xef\xbb\xbf", "empty"),
    "blank lines": (b"\n\n\n", "empty"),
    "only notes": ("这是说明\n请看\n".encode(), "no header"),
    "one column": ("数量\n1\n2\n".encode(), "no header"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF"),
    "Parquet": (b"PAR1....PAR1", "it is a Parquet file"),
    "gzip": (b"\x1f\x8b\x08\x00abc", "it is compressed"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "it is a picture"),
    "a web page": (b"\n<!DOCTYPE html><table><tr><td>x</td></tr></table>", "web page"),
    "binary": (bytes(range(256)) * 8, "cannot be read"),
    "JSON": ('{"地区": "四川省"}'.encode(), "no header"),
}


@pytest.mark.parametrize(("content", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_table_is_said_in_one_line(content: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_activity(text(tmp_path, content))
    assert why in caught.value.message("en")
    assert "表.csv" in caught.value.message("zh")
    assert "\n" not in caught.value.message("zh") + caught.value.message("en")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nope.csv", "does not exist"),
        ("x" * 5000, "cannot be opened"),
        ("地区,年份\n四川,2021\n", "does not exist"),
        ("a\0b.csv", "does not exist"),
        ("/dev/null", "not a file"),
        ("nope.parquet", "does not exist"),
    ],
)
def test_a_path_that_leads_nowhere(path: str, why: str) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_activity(path)
    assert why in caught.value.message("en")
    assert "\n" not in caught.value.message("en")


def test_a_folder_without_parquet(tmp_path: Path) -> None:
    text(tmp_path, HEAD + GOOD)
    with pytest.raises(InputUnreadable, match="没有 Parquet"):
        read_activity(tmp_path)


def test_a_missing_column_is_named_with_what_it_may_be_called(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing) as caught:
        read_activity(text(tmp_path, "地区,年份,品种,数量\n四川省,2021,煤品,1\n"))
    message = caught.value.message("zh")
    assert "表.csv" in message
    assert "单位 unit" in message
    assert "地区 | 年份 | 品种 | 数量" in message
    assert "计量单位" in message


REFUSED = {
    "text": ("约120", "A-101"), "unit in the amount": ("120吨", "A-101"), "percent": ("45%", "A-101"), "brackets": ("(5)", "A-101"),
    "two numbers": ("3 4", "A-101"), "footnote": ("5①", "A-101"), "power": ("5²", "A-101"), "decimal comma": ('"1.000,5"', "A-101"),
    "infinite": ("inf", "A-101"), "overflow": ("1e400", "A-101"), "hexadecimal": ("0x10", "A-101"), "underscore": ("1_000", "A-101"),
    "other digits": ("٣", "A-101"), "half": ("½", "A-101"), "scaled": ("1.2万", "A-101"),
    "negative": ("-5", "A-102"), "minus sign": ("−5", "A-102"), "full-width minus": ("－５", "A-102"),
    "blank": ("", "A-103"), "dash": ("—", "A-103"), "NaN": ("NaN", "A-103"), "none": ("无", "A-103"), "n/a": ("N/A", "A-103"), "Excel error": ("#DIV/0!", "A-103"),
    "huge": ("1e13", "A-109"), "very huge": ("1" * 40, "A-109"),
}  # fmt: skip


@pytest.mark.parametrize(("amount", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_an_amount_that_is_none_is_refused_with_its_place(amount: str, code: str, tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, f"{HEAD}{GOOD}四川省,2021,石油,{amount},t\n"))
    assert activity.frame is not None
    assert (activity.frame.height, activity.refused.height) == (1, 1)
    zh, en = said(activity, code)
    assert zh.startswith(f"[{code}] 表.csv 第 3 行：")
    assert en.startswith(f"[{code}] 表.csv, row 3: ")
    assert "数量 amount" in zh
    assert "'amount'" in en


TAKEN = {
    '"1,234.5"': 1234.5, "１２３４．５": 1234.5, '"１，２３４．５"': 1234.5, "77 960 937.81": 77960937.81, "1\u00a0234": 1234.0,
    "1'234": 1234.0, "1e3": 1000.0, "+5": 5.0, ".5": 0.5, "5.": 5.0, " 7 ": 7.0, "0": 0.0, "1\u200b": 1.0, "1e-3": 0.001,
}  # fmt: skip


@pytest.mark.parametrize(("amount", "value"), TAKEN.items())
def test_numbers_as_people_write_them(amount: str, value: float, tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, f"{HEAD}四川省,2021,石油,{amount},t\n"))
    assert activity.frame is not None
    assert activity.frame.get_column("amount").to_list() == [value]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",2021,煤品,1,t", "A-106", "entity"),
        ("四川省,,煤品,1,t", "A-106", "period"),
        ("四川省,2021,,1,t", "A-106", "item"),
        ("四川省,2021,煤品,1,", "A-106", "unit"),
        ("四川省,去年,煤品,1,t", "A-105", "period"),
        ("四川省,2021.1,煤品,1,t", "A-105", "period"),
        ("四川省,2021年①,煤品,1,t", "A-105", "period"),
        ("四川省,2021,煤品,1,袋", "A-104", "unit"),
        ("四川省,2021,煤品,1,0t", "A-104", "unit"),
        ("四川省,2021,煤品,1,MT", "A-104", "unit"),
        ("四川省,2021,煤品,1,t/h", "A-104", "unit"),
        ("合计,2021,煤品,1,t", "A-107", "entity"),
        ("四川省,2021,总 计：,1,t", "A-107", "item"),
        ("合计,,,200,", "A-107", "entity"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(row: str, code: str, column: str, tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, f"{HEAD}{GOOD}{row}\n"))
    assert activity.refused.get_column("__code").to_list() == [code]
    zh, en = said(activity, code)
    assert "表.csv 第 3 行" in zh
    assert "表.csv, row 3" in en
    assert f"'{column}'" in en
    assert counted(activity) == 2


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("区域", "火星", "A-113"),
        ("参数", "胡说", "A-112"),
        ("参数", " " * 5000 + "x", "A-112"),
        ("不确定性", "高", "A-101"),
        ("不确定性", "-5", "A-101"),
        ("不确定性", "inf", "A-101"),
    ],
)
def test_a_bad_optional_cell_is_refused(heading: str, cell: str, code: str, tmp_path: Path) -> None:
    head, row = HEAD.strip(), GOOD.strip()
    activity = read_activity(text(tmp_path, f"{head},{heading}\n{row},\n{row},{cell}\n"))
    assert activity.refused.get_column("__code").to_list() == [code]
    assert "row 3" in said(activity, code)[1]


def test_optional_cells_are_cleaned(tmp_path: Path) -> None:
    content = "地区,年份,品种,数量,单位,气体,不确定性,部门\n四川省,2021年,煤品,1,吨, 二氧化碳 ,±5%,工业\n四川省,2022年,煤品,1,吨,CH₄,5,怪部门\n"
    activity = read_activity(text(tmp_path, content))
    assert activity.frame is not None
    assert activity.frame.select("gas", "uncertainty", "sector").rows() == [
        ("CO2", 5.0, "industry"),
        ("CH4", 5.0, "怪部门"),
    ]
    assert "怪部门" in said(activity, "A-125")[0]


def test_rows_of_other_widths(tmp_path: Path) -> None:
    content = f"{HEAD}四川省,2021,煤品,1,234.5,t\n{GOOD}四川省,2021\n四川省,2022,煤品,1,t,,\n"
    activity = read_activity(text(tmp_path, content))
    assert said(activity, "A-110")[1].startswith(
        "[A-110] 表.csv, row 2: has 6 fields where the header has 5."
    )
    assert activity.frame is not None
    assert activity.frame.get_column("__row").to_list() == [3, 5]
    assert sorted(activity.refused.get_column("__code")) == ["A-106", "A-110"]
    assert counted(activity) == 4


def test_duplicates_point_at_the_first(tmp_path: Path) -> None:
    activity = read_activity(
        text(tmp_path, HEAD + GOOD + GOOD.replace("100", "１００.0") + GOOD.replace("2021", "2022"))
    )
    assert "the same as row 2" in said(activity, "A-108")[1]
    assert "与第 2 行完全相同" in said(activity, "A-108")[0]
    assert (codes(activity), counted(activity)) == (["A-108"], 3)


def test_notes_blank_lines_and_repeated_headers_are_counted(tmp_path: Path) -> None:
    content = f"四川省能源消费\n{HEAD}{GOOD}\n注：来源统计年鉴\n{HEAD},,,,\n{GOOD.replace('2021', '2022')}"
    activity = read_activity(text(tmp_path, content))
    assert activity.frame is not None
    assert activity.frame.get_column("__row").to_list() == [3, 8]
    assert counted(activity) == 6
    assert (
        "有 4 行是空行、注释或表头，已跳过（首个：第 5 行“注：来源统计年鉴”）" in said(activity, "A-120")[0]
    )


def test_a_line_break_in_a_cell_leaves_row_numbers_right(tmp_path: Path) -> None:
    content = f'{HEAD}"四川\n省",2021,煤品,1,t\n四川省,2021,煤品,-1,t\n四川\u2028省,2021,"a""b",1,t\n四川省,2021,煤品,-2,t\n'
    activity = read_activity(text(tmp_path, content))
    assert activity.refused.get_column("__row").to_list() == [4, 6]
    assert counted(activity) == 4


@pytest.mark.parametrize(
    "opening",
    ['"四川省,2021,石油,1,t\n', '四川省,2021,石油,1,"t\n', f'四川省,2021,石油,1,"{"x" * 200_000}"\n'],
)
def test_a_quote_that_never_closes_costs_one_row(opening: str, tmp_path: Path) -> None:
    more = "".join(f"四川省,{year},天然气,1,万m3\n" for year in range(2000, 2020))
    activity = read_activity(text(tmp_path, HEAD + GOOD + opening + more))
    assert activity.frame is not None
    assert activity.frame.height == 21
    assert "表.csv, row 3" in said(activity, "A-116")[1]


def test_a_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    activity = read_activity(
        text(
            tmp_path,
            '地区,年份,品种,数量,单位,口径\n四川省,2021,煤品,1,t,5" 管\n四川省,2021,煤品,1,t,6" 管\n',
        )
    )
    assert activity.frame is not None
    assert activity.frame.get_column("口径").to_list() == ['5" 管', '6" 管']


@pytest.mark.parametrize("name", ["四川省", "成都市"])
def test_a_row_in_another_encoding_costs_one_row(name: str, tmp_path: Path) -> None:
    years = "".join(f"四川省,{year},煤品,1,t\n" for year in range(2000, 2020))
    content = (HEAD + years).encode() + f"{name},2021,石油,5,t\n".encode("gbk") + GOOD.encode()
    activity = read_activity(text(tmp_path, content))
    assert activity.frame is not None
    assert activity.frame.height == 21
    assert "表.csv, row 22" in said(activity, "A-115")[1]


def test_a_torn_utf16_file_keeps_its_rows(tmp_path: Path) -> None:
    activity = read_activity(text(tmp_path, (HEAD + GOOD).encode("utf-16") + b"A"))
    assert activity.frame is not None
    assert activity.frame.height == 1
    assert "A-115" in codes(activity)


def test_an_amount_below_the_resolution_is_told(tmp_path: Path) -> None:
    activity = read_activity(
        text(tmp_path, HEAD + "四川省,2021,煤品,1e-9,t\n四川省,2021,石油,1e-9,万t\n四川省,2021,电力,0,kWh\n")
    )
    assert codes(activity) == ["A-132"]
    assert "表.csv, row 2: 1e-09 t" in said(activity, "A-132")[1]


def test_an_amount_that_rounding_changes_is_told(tmp_path: Path) -> None:
    lines = "四川省,2021,六氟化硫,1.4,g\n四川省,2021,六氟化硫,0.3,磅\n四川省,2021,六氟化硫,0.0025,kg\n四川省,2022,六氟化硫,1.5,kg\n"
    activity = read_activity(text(tmp_path, HEAD + lines))
    assert codes(activity) == ["A-149"]
    zh, en = said(activity, "A-149")
    assert "第 2 行" in zh
    assert "row 2: 1.4 g is rounded to millionths of the canonical unit and counts as 1 g" in en
    assert activity.findings[0].count == 2


def test_many_of_a_kind_are_listed_to_twenty_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"四川省,{1950 + n},煤品,-1,t\n" for n in range(100)) + "四川省,2021,煤品,1,2,t\n" * 50
    activity = read_activity(text(tmp_path, HEAD + rows))
    for code, count in (("A-102", 100), ("A-110", 50)):
        found = [finding for finding in activity.findings if finding.code == code]
        assert len(found) == 20
        assert sum(finding.count for finding in found) == count
    assert counted(activity) == 150
