"""Whatever stands in the cells, every row is good, refused with its number, or told as a note; and nothing but our errors."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bad_input import counted
from tanheng.activity import Activity, read_activity
from tanheng.activity.clean import number_of
from tanheng.activity.periods import parse_period
from tanheng.activity.reading import delimited
from tanheng.errors import TanhengError

HEADINGS = ["地区", "年份", "品种", "数量", "单位", "部门", "城市"]
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELL = {
    "地区": ["四川省", "成都市", "甲厂", "合计", "", " "],
    "年份": ["2021", "2021年", "二〇二一年", "2021年6月30日", "去年", "2021.1", ""],
    "品种": ["煤品", "电力", "独角兽", "合计", ""],
    "数量": ["1", "1,000", "１２", "-1", "约120", "NaN", "", "1e300", "1e-9", "inf", '"5', "5\n6"],
    "单位": ["t", "万吨", "万kWh", "袋", "0t", ""],
    "部门": ["工业", "怪", "", "\u2028"],
    "城市": ["a", 'b"c', "d\ne", "'; drop table activity; --", ""],
}
ROWS = st.lists(
    st.one_of(
        st.tuples(*(st.sampled_from(CELL[heading]) for heading in HEADINGS)),
        st.just(("",) * 7),
        st.just(tuple(HEADINGS)),
        st.just(("注：说明", *[""] * 6)),
        st.tuples(
            *(
                st.text(
                    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
                )
                for _ in HEADINGS
            )
        ),
    ),
    min_size=1,
    max_size=12,
)


def _numbers(activity: Activity) -> list[int]:
    assert activity.frame is not None
    return sorted([*activity.frame.get_column("__row"), *activity.refused.get_column("__row")])


@RELAXED
@given(rows=ROWS)
def test_every_row_of_a_text_file_is_accounted_for(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])
    activity = read_activity(path)
    assert counted(activity) == len(rows)
    assert len(set(_numbers(activity))) == len(_numbers(activity))
    assert activity.frame is not None
    assert activity.frame.get_column("amount").is_finite().all()


@RELAXED
@given(rows=ROWS)
def test_every_row_of_a_frame_is_accounted_for(rows: list[tuple[str, ...]]) -> None:
    activity = read_activity(pl.DataFrame(rows, schema=dict.fromkeys(HEADINGS, pl.String), orient="row"))
    assert counted(activity) == len(rows)
    assert set(_numbers(activity)) <= set(range(1, len(rows) + 1))
    errors = sum(
        finding.count
        for finding in activity.findings
        if finding.severity == "error" or finding.code == "A-107"
    )
    assert errors == activity.refused.height


@RELAXED
@given(rows=ROWS)
def test_every_row_of_a_workbook_is_accounted_for(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append([_writable(cell) for cell in row])
    book.save(tmp_path / "表.xlsx")
    activity = read_activity(tmp_path / "表.xlsx")
    last = max((at for at, row in enumerate(rows, 1) if any(map(_writable, row))), default=0)
    assert counted(activity) == last


def _writable(cell: str) -> str | None:
    """What openpyxl takes: no control characters, no formula; blank is no cell."""
    plain = "".join(char for char in cell if char >= " " or char == "\n").lstrip("=")
    return plain or None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet=st.sampled_from('地区年份品种数量单位t,;\t"\n\r0189.-万'), max_size=200).map(
            str.encode
        ),
    )
)
def test_any_bytes_are_read_or_refused_on_one_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    for head in (b"", "地区,年份,品种,数量,单位\n".encode()):
        path.write_bytes(head + content)
        said = ""
        try:
            activity = read_activity(path)
        except TanhengError as error:
            said = error.message("zh") + error.message("en")
        else:
            assert counted(activity) >= 0
        assert "\n" not in said


@RELAXED
@given(lines=st.lists(st.text(alphabet=st.sampled_from('ab,"\n\r'), max_size=12), max_size=12))
def test_the_quick_way_agrees_with_the_exact_one(lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("x,y\n" + "\n".join(lines)).encode())
    quick = delimited._quick(path, ",", 1, 2)
    with path.open(encoding="utf-8", newline="") as stream:
        frame, misfits = delimited._exact(stream, ",", 1, 2)
    if quick is not None:
        assert quick[0].with_columns(pl.col("c0", "c1").fill_null("")).rows() == frame.rows()
        assert quick[1] == misfits


FINITE = st.floats(min_value=0, max_value=1e12, allow_nan=False)


@given(FINITE)
def test_numbers_read_back(value: float) -> None:
    assert number_of(repr(value)) == value
    wide = "".join(chr(ord(char) + 0xFEE0) for char in repr(value))
    assert number_of(wide) == value


@given(st.integers(min_value=0, max_value=10**15), st.sampled_from([",", " ", "\u2009", "\u00a0", "'"]))
def test_grouped_numbers_read_back(value: int, mark: str) -> None:
    assert number_of(f"{value:,}".replace(",", mark)) == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = number_of(text)
    assert value is None or value == value


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 12, 31)))
def test_dates_read_back_in_every_form(date: dt.date) -> None:
    year, month, day = date.year, date.month, date.day
    iso = f"{year:04d}-{month:02d}-{day:02d}"
    forms = [
        iso,
        f"{year}年{month}月{day}日",
        f"{year}/{month}/{day}",
        f"{year}.{month:02d}.{day:02d}",
        f"{year}{month:02d}{day:02d}",
    ]
    for form in [*forms, f"{iso} 00:00:00", f"{year}/{month}/{day} 0:00"]:
        assert parse_period(form) == iso
    for form in [f"{iso}T12:30:00Z", f"{year}/{month}/{day} 12:05", f"{year}年{month}月{day}日12时"]:
        assert parse_period(form) == f"{iso}T12"
    digits = "〇一二三四五六七八九"
    chinese = "".join(digits[int(one)] for one in str(year))
    assert parse_period(f"{chinese}年{_chinese(month)}月{_chinese(day)}日") == iso
    assert parse_period(f"{chinese}年") == str(year)


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{digits[tens]}十")
    return head + (digits[ones] if ones else "")


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = parse_period(text)
    assert found is None or parse_period(found) == found
