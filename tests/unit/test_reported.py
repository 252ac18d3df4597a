"""Reported inventories with something wrong in them: what is kept, what is refused, and what is said of it."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bad_input import text, workbook
from tanheng import account
from tanheng.cli import cli
from tanheng.errors import InputUnreadable, NotFound, SeveralInventories, UnknownCode
from tanheng.inventory.reported.as_activity import method_for, reported_activity
from tanheng.inventory.reported.reading import Reported, read_reported
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.proof_words import worded

HEAD = "GPC Reference Number,Notation Key,Total Emissions,Total Emission Units,CO2 Emissions,CH4 Emissions,N2O Emissions,Data source name\n"


def read(folder: Path, rows: str, **options: object) -> Reported:
    return read_reported(text(folder, HEAD + rows, "city.csv"), **options)  # type: ignore[arg-type]


def codes(found: Reported) -> list[str]:
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("row", "code", "zh", "en"),
    [
        (",,5,t CO2e", "I-201", "没有类别编号", "no reference"),
        ("N/A,,5,t CO2e", "I-201", "没有类别编号", "no reference"),
        ("I.1.2,RN,,t CO2e", "I-202", "“RN”不是 NO, NE, IE, C 之一", "'RN' is none of NO, NE, IE, C"),
        ("I.1.2,NO/NE,5,t CO2e", "I-202", "NO/NE", "NO/NE"),
        ("I.9.1,,5,t CO2e", "I-203", "I.9.1", "I.9.1"),
        ("I.1.1.1,,5,t CO2e", "I-203", "I.1.1.1", "I.1.1.1"),
        ("I,,5,t CO2e", "I-204", "I.1.1", "heading"),
        ("I.1,,5,t CO2e", "I-204", "I.1.1", "heading"),
        ("V,,5,t CO2e", "I-204", "V.1", "V.1"),
        ("I.1.2,,约5,t CO2e", "I-205", "约5", "约5"),
        ("I.1.2,,1e999,t CO2e", "I-205", "1e999", "1e999"),
        ('I.1.2,,"1.234,5",t CO2e', "I-205", "1.234,5", "1.234,5"),
        ("I.1.2,,5,t", "I-206", "二氧化碳当量", "CO2e"),
        ("I.1.2,,5,GJ", "I-206", "GJ", "GJ"),
        ("I.1.2,,5,", "I-206", "–", "–"),
        ("I.1.2,,5,t CO2e,,,,source,more", "A-110", "9 个字段", "9 fields"),
    ],
)
def test_a_row_that_cannot_be_counted_is_refused_and_told(
    tmp_path: Path, row: str, code: str, zh: str, en: str
) -> None:
    found = read(tmp_path, f"I.1.1,,10,t CO2e\n{row}\n")
    assert found.totals()["basic_t"] == 10
    assert (found.rows_read, found.frame.height) == (2, 1)
    refused = found.refused.row(0, named=True)
    assert (refused["row"], refused["code"]) == (3, code)
    assert zh in refused["reason_zh"]
    assert en in refused["reason_en"]
    finding = next(one for one in found.findings if one.code == code)
    assert "第 3 行" in finding.message("zh")
    assert "row 3" in finding.message("en")


def test_unknown_keys_are_counted_and_never_zero(tmp_path: Path) -> None:
    rows = "I.1.1,,10,t CO2e\nI.1.2,RN,,t CO2e\nI.1.3,RN,,t CO2e\nI.2.1,XX,,t CO2e\n"
    found = read(tmp_path, rows)
    assert found.refused_notation_keys == {"RN": 2, "XX": 1}
    assert found.coverage().counts()["unanswered"] == 47
    mapped = read(tmp_path, rows, map_keys={"rn": "NE", "XX": "no"})
    assert mapped.refused_notation_keys == {}
    assert mapped.coverage().counts() == {
        "estimated": 1, "NO": 1, "NE": 2, "IE": 0, "C": 0, "unmatched": 0, "unanswered": 44
    }  # fmt: skip
    assert mapped.frame.get_column("emission_g").to_list() == [10_000_000, None, None, None]
    assert mapped.frame.get_column("reason").to_list() == ["", "RN → NE", "RN → NE", "XX → NO"]
    assert codes(mapped) == ["I-215", "I-215"]


def test_many_wrong_references_make_few_findings(tmp_path: Path) -> None:
    found = read(tmp_path, "".join(f"Z.{n},,1,t CO2e\n" for n in range(50)))
    assert found.refused.height == 50
    assert len(found.findings) == 21
    assert sum(one.count for one in found.findings) == 50


def test_a_key_may_be_mapped_to_a_key_only(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode, match="notation_keys"):
        read(tmp_path, "I.1.1,,10,t CO2e\n", map_keys={"RN": "0"})


def test_key_and_value_together_are_a_doubt(tmp_path: Path) -> None:
    found = read(tmp_path, "I.1.1,NO,10,t CO2e\nI.1.2,,5,t CO2e\n")
    assert codes(found) == ["I-207"]
    assert found.findings[0].severity == "error"
    assert (found.totals()["basic_t"], found.totals()["doubtful_t"]) == (15, 10)


def test_neither_value_nor_key_is_unanswered(tmp_path: Path) -> None:
    found = read(tmp_path, "I.1.1,,10,t CO2e\nI.1.2,,,t CO2e\n,,,\n")
    assert (found.rows_read, found.unanswered, found.refused.height) == (2, 1, 0)
    assert codes(found) == ["I-212"]


@pytest.mark.parametrize(
    ("value", "unit", "tonnes"),
    [
        ('"1,234,567.891"', "t CO2e", 1234567.891),
        ("１２３．５", "tCO2e", 123.5),
        ("1 234.5", "t CO2e", 1234.5),
        ("1500", "kg CO2e", 1.5),
        ("1.5", "kt CO2e", 1500.0),
        ("2", "万t CO2e", 20000.0),
        ("1e3", "吨二氧化碳当量", 1000.0),
        ("0", "t CO2e", 0.0),
    ],
)
def test_numbers_and_units_as_people_write_them(tmp_path: Path, value: str, unit: str, tonnes: float) -> None:
    found = read(tmp_path, f"I.1.1,,{value},{unit}\n")
    assert found.to_polars().get_column("emission_t").to_list() == [tonnes]
    assert found.findings == []


@pytest.mark.parametrize(
    ("reference", "category", "total"),
    [
        ("Ⅰ．１．１", "I.1.1", "basic_t"),
        (" ii.1.2. ", "II.1.2", "scope2_t"),
        ("III.1.2", "III.1.2", "basic_t"),
        ("III.1.3", "III.1.3", "territorial_only_t"),
        ("I.4.4", "I.4.4", "territorial_only_t"),
        ("II.5.3", "II.5.3", "basic_plus_additions_t"),
        ("IV.1", "IV.1", "basic_plus_additions_t"),
        ("IV.2.1", "IV.2", "basic_plus_additions_t"),
        ("V.1.1.a", "V.1", "basic_plus_additions_t"),
        ("VI", "VI.1", "other_t"),
        ("VI.1.4", "VI.1", "other_t"),
    ],
)
def test_references_of_every_depth(tmp_path: Path, reference: str, category: str, total: str) -> None:
    found = read(tmp_path, f"{reference},,3,t CO2e\n")
    assert found.frame.get_column("category").to_list() == [category]
    assert found.totals()[total] == 3
    inside = ("basic_plus_t", "territorial_only_t", "other_t")
    assert sum(found.totals()[name] for name in inside) == 3
    assert found.coverage().by_group().to_polars().get_column("emission").drop_nulls().sum() == 3


def test_other_scope_3_is_outside_every_total(tmp_path: Path) -> None:
    totals = read(tmp_path, "VI.1,,7,t CO2e\n").totals()
    assert {name for name, value in totals.items() if value} == {"other_t"}


def test_removals_of_land_count_and_others_are_doubted(tmp_path: Path) -> None:
    found = read(tmp_path, "V.2,,-20,t CO2e\nV.2,,5,t CO2e\nI.1.1,,-1,t CO2e\n")
    assert found.totals()["basic_plus_additions_t"] == -15
    assert found.totals()["basic_t"] == -1
    assert codes(found) == ["I-211"]


def test_rows_of_one_category_add_up_and_repeats_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, "I.1.1,,5,t CO2e\nI.1.1,,6,t CO2e\nI.1.1,,5,t CO2e\n")
    assert found.totals()["basic_t"] == 16
    (repeat,) = found.findings
    assert repeat.code == "I-210"
    assert "第 4 行" in repeat.message("zh")
    assert "row 2" in repeat.message("en")


def test_a_row_of_totals_is_set_aside(tmp_path: Path) -> None:
    found = read(tmp_path, "I.1.1,,5,t CO2e\n合计,,5,t CO2e\n")
    assert (found.totals()["basic_t"], found.refused.height, codes(found)) == (5, 0, ["A-107"])


@pytest.mark.parametrize(
    ("gases", "state", "code", "said"),
    [
        ("9000,1000,", "sums", None, ""),
        ("8990,1000,", "rounded", "I-209", ""),  # 10 kg apart: a kilogram of CO2 and one of CH4 weigh 29
        ("8970,1000,", "differs", "I-208", "0.030 t"),
        ("9,1,", "differs", "I-208", "t CO2e"),
        ("9720,10,", "differs", "I-208", "kg of each gas"),
        ("约,10000,", "sums", "I-216", "约"),
        (",,", "none", None, ""),
    ],
)
def test_gases_against_the_total(tmp_path: Path, gases: str, state: str, code: str | None, said: str) -> None:
    found = read(tmp_path, f"I.1.1,,10,t CO2e,{gases}\n")
    assert found.frame.get_column("gas_check").to_list() == [state]
    assert codes(found) == ([code] if code else [])
    assert all(said in finding.message("en") for finding in found.findings)
    split = found.gases()
    assert sum(split.values()) == 10
    assert (split["not_split"] == 10) == (state in {"differs", "none"})


def test_an_empty_file_and_others_that_are_no_table(tmp_path: Path) -> None:
    for name, content in {
        "a.csv": b"",
        "b.csv": b"\n \n",
        "c.pdf": b"%PDF-1.4",
        "d.xlsx": b"PK\x03\x04broken",
    }.items():
        with pytest.raises(InputUnreadable):
            read_reported(text(tmp_path, content, name))
    with pytest.raises(InputUnreadable):
        read_reported(tmp_path / "missing.csv")
    with pytest.raises(InputUnreadable):
        read_reported(tmp_path)


def test_a_header_alone_is_an_inventory_without_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "")
    assert (found.rows_read, found.frame.height, found.totals()["basic_t"]) == (0, 0, 0)
    assert found.coverage().counts()["unanswered"] == 48
    assert set(found.to_dict()["rows_by_total"].values()) == {0}


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_reported(
            text(tmp_path, "GPC Reference Number,Notation Key,Total Emissions\nI.1.1,,5\n"),
            format="citycatalyst-csv",
        )
    assert "Total Emission Units" in caught.value.message("zh")
    with pytest.raises(NotFound):
        read(tmp_path, "", format="ciris")


def test_chinese_headings_in_gbk_with_semicolons(tmp_path: Path) -> None:
    rows = "编号;排放量;单位;标记符号;说明\nI.1.1;1.5;万t CO2e;;\nI.1.2;;;列于他处;计入 I.2.2\nI.2.2;3;t CO2e;;\n"
    found = read_reported(text(tmp_path, rows.encode("gb18030")))
    assert (found.format, found.totals()["basic_t"], codes(found)) == ("long", 15003, ["A-121"])
    cell = found.coverage().cells.filter(found.coverage().cells["category"] == "I.1.2").row(0, named=True)
    assert (cell["state"], cell["place"]) == ("IE", "I.2.2")


def test_lines_that_are_no_rows_are_refused(tmp_path: Path) -> None:
    good = HEAD.encode() + "I.1.1,,5,t CO2e,,,,来源\nI.2.1,,1,t CO2e,,,,来源\n".encode()
    found = read_reported(
        text(tmp_path, good + "I.1.2,,7,t CO2e,,,,来源\n".encode("gb18030") + b'I.1.3,,"8,t CO2e\n')
    )
    assert found.totals()["basic_t"] == 6
    assert set(found.refused.get_column("code")) == {"A-115", "A-116"}
    assert found.rows_read == 4


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    heads = HEAD.strip().split(",")

    def hide(book: object) -> None:
        book["old"].sheet_state = "hidden"  # type: ignore[index]

    rows = [heads, ["I.1.1", None, 5, "t CO2e"]]
    path = workbook(tmp_path, ("now", rows, ()), ("old", rows, ()), change=hide)
    found = read_reported(path)
    assert (found.totals()["basic_t"], codes(found)) == (5, ["A-127"])


def test_the_command_tells_totals_and_exit_codes(tmp_path: Path) -> None:
    good = text(tmp_path, HEAD + "I.1.1,,5,t CO2e\nI.4.4,,2,t CO2e\n", "good.csv")
    bad = text(tmp_path, HEAD + "I.1.1,RN,,t CO2e\n", "bad.csv")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["inventory", "read", *words])
        return result.exit_code, result.output

    code, output = run(str(good), "--json", "--out", str(tmp_path / "city.xlsx"))
    told = json.loads(output)
    assert code == 0
    assert (
        told["basic_t"],
        told["territorial_only_t"],
        told["scope1_t"],
        told["rows_by_total"]["scope2_t"],
    ) == (5, 2, 7, 0)
    assert read_reported(tmp_path / "city.xlsx").totals()["scope1_t"] == 7
    assert run(str(bad))[0] == 1
    assert run(str(bad), "--map-key", "RN=NE")[0] == 0
    assert run(str(bad), "--map-key", "RN")[0] == 2
    assert run(str(bad), "--map-key", "RN=0")[0] == 2
    assert run(str(tmp_path / "missing.csv"), "--json")[0] == 2
    assert "属地合计" in run(str(good), "--lang", "zh")[1]
    assert "Completeness by subsector" in run(str(good), "--lang", "en")[1]


def test_several_sheets_are_not_added_up(tmp_path: Path) -> None:
    heads = HEAD.strip().split(",")
    pages = [
        (year, [heads, ["I.1.1", None, 1000 + at, "t CO2e"]], ()) for at, year in enumerate(("2015", "2016"))
    ]
    path = workbook(tmp_path, *pages)
    with pytest.raises(SeveralInventories) as caught:
        read_reported(path)
    assert "2015, 2016" in caught.value.message("zh")
    assert "--sheet" in caught.value.message("en")
    assert read_reported(path, sheet="2016").totals()["basic_t"] == 1001
    assert read_reported(path, sheet=["2015", "2016"]).totals()["basic_t"] == 2001
    with pytest.raises(NotFound):
        read_reported(path, sheet="2017")


def test_several_years_are_not_added_up(tmp_path: Path) -> None:
    rows = "编号,排放量,单位,标记符号,年份\nI.1.1,1000,t CO2e,,2015\nI.1.1,1100,t CO2e,,2016年\nI.1.2,,,RN,2016\nI.1.3,,,NO,\n"
    path = text(tmp_path, rows, "city.csv")
    with pytest.raises(SeveralInventories) as caught:
        read_reported(path)
    assert "2015, 2016" in caught.value.message("en")
    found = read_reported(path, year=2015)
    assert (found.totals()["basic_t"], found.rows_read, found.refused.height) == (1000, 1, 0)
    (left,) = found.findings
    assert (left.code, left.fields["count"]) == ("I-221", 3)
    assert read_reported(path, year="2016").refused.height == 1
    with pytest.raises(NotFound):
        read_reported(path, year="2020")
    result = CliRunner().invoke(cli, ["inventory", "read", str(path), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (2, "I-004")
    result = CliRunner().invoke(cli, ["inventory", "read", str(path), "--year", "2015", "--json"])
    assert (result.exit_code, json.loads(result.output)["basic_t"]) == (0, 1000)


def test_every_row_is_in_one_of_the_counts(tmp_path: Path) -> None:
    rows = "I.1.1,,5,t CO2e\nTotal,,5,t CO2e\nI.1.2,,,t CO2e,500000\nI.1.3,,#REF!,t CO2e\nI.2.1,,,t CO2e\nI.2.2,NO,,\n"
    found = read(tmp_path, rows)
    counts = (found.frame.height, found.refused.height, found.unanswered, found.total_rows)
    assert (found.rows_read, counts) == (6, (2, 1, 2, 1))
    told = {finding.code: finding.message("en") for finding in found.findings}
    assert "500.000 t" in told["I-218"]
    assert "#REF!" in told["I-205"]
    assert found.to_dict()["total_rows"] == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=9), max_size=5),
    st.sampled_from([",", ";", "\t"]),
)
@example([[","], [","]], ";")
@example([[",,,,,,,,"]] * 5, "\t")
def test_any_rows_are_read_or_refused_never_lost(rows: list[list[str]], separator: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.csv"
        with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            writer = csv.writer(stream, delimiter=separator)
            writer.writerow(HEAD.strip().split(","))
            writer.writerows(rows)
        try:
            found = read_reported(path)
        except InputUnreadable:
            assert any("\x00" in cell for row in rows for cell in row)
            return
    aside = sum(one.count for one in found.findings if one.code == "A-107")
    assert aside == found.total_rows
    assert found.rows_read == found.frame.height + found.refused.height + found.unanswered + aside
    assert all(one.message("zh") and one.message("en") for one in found.findings)
    json.dumps(found.to_dict(), allow_nan=False)


def test_an_emission_is_told_by_its_cell_also_of_a_gas(tmp_path: Path) -> None:
    text = "reference,emission,unit,year,CO2,CH4,N2O\nI.1.1,1.5,kt CO2e,2020,,,\nI.1.2,1500,t CO2e,2020,1000,400,100\n"
    (tmp_path / "city.csv").write_text(text, encoding="utf-8")
    found = reported_activity(tmp_path / "city.csv", entity="甲市")
    cube = Cube(account(found, method_for(found)).save(tmp_path / "run"))
    steps = worded(cube.proof({}).to_dict(), cube)["steps"]
    assert {row["cell"]: row["amount"] for step in steps for row in step["rows"]} == {
        "B2": 1500, "E3": 1000, "F3": 400, "G3": 100,
    }  # fmt: skip
