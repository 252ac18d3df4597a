"""Published figures against an inventory: the verdict follows from the rounding of what is printed."""

import csv
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from tanheng.errors import NotFound, PackInvalid
from tanheng.filings import cases, compare_published, html_report
from tanheng.filings.comparison import SCHEMA, read_printed
from tanheng.inventory.views.workbook import write_workbook

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sichuan-2021"
METHOD = "sichuan-park-2022"


@pytest.fixture(scope="module")
def case():
    return cases()["sichuan-2021"]


@pytest.fixture(scope="module")
def sichuan():
    return th.account(EXAMPLE / "activity.csv", METHOD)


@pytest.fixture(scope="module")
def parts():
    return th.account(EXAMPLE / "parts.csv", METHOD)


@pytest.fixture(scope="module")
def rows(sichuan, parts, case):
    return compare_published(sichuan, parts, case)


def test_fifty_agree_two_differ_three_cannot_be_compared(rows):
    assert rows.schema == pl.Schema(SCHEMA)
    assert rows.height == 55
    assert dict(rows.group_by("verdict").len().iter_rows()) == {
        "agrees": 50,
        "differs": 2,
        "not comparable": 3,
    }
    differs = rows.filter(pl.col("verdict") == "differs").get_column("key").to_list()
    assert differs == ["industry_emissions_s32", "other_services_min_2020"]
    without = rows.filter(pl.col("verdict") == "not comparable")
    assert set(without.get_column("key")) == {"transport_road_share", "national_park_share", "pilot_parks"}
    assert without.get_column("ours").null_count() == 3


def test_the_verdicts_are_those_of_the_source(rows, case):
    """`consistent` of the published table was found by hand, before this comparison."""
    with (case / "published.csv").open(encoding="utf-8") as stream:
        known = {row["key"]: row["consistent"] for row in csv.DictReader(stream)}
    for key, verdict in rows.select("key", "verdict").iter_rows():
        if known[key]:
            assert verdict == {"yes": "agrees", "no": "differs"}[known[key]], key


def test_ours_are_the_inventory_s_numbers(rows, sichuan, parts):
    ours = dict(rows.select("key", "ours").iter_rows())
    by_item = dict(sichuan.by("item").to_polars().select("item", "emission").iter_rows())
    assert ours["total"] == sichuan.total
    assert ours["fuel_coal_emissions"] == by_item["coal"]
    assert ours["oil_gas_emissions"] == pytest.approx(by_item["petroleum"] + by_item["natural_gas"], abs=0.01)
    assert ours["residential_gas_emissions"] == pytest.approx(12124112.0)
    assert ours["industry_coal_share_of_province"] == pytest.approx(98.07, abs=0.01)
    assert ours["industry_emissions_s32"] == pytest.approx(229655214.87, abs=0.01)
    assert ours["other_services_min_2020"] == pytest.approx(8625075.35)
    total = rows.row(by_predicate=pl.col("key") == "total", named=True)
    assert total["difference"] == pytest.approx(391619.72, abs=0.01)
    assert total["relative"] == pytest.approx(0.11867, abs=1e-5)


def test_every_line_is_described_and_quoted(rows, case):
    with (case / "published.csv").open(encoding="utf-8") as stream:
        sentence = {row["key"]: row["source_sentence"] for row in csv.DictReader(stream)}
    for row in rows.to_dicts():
        assert row["name_zh"]
        assert row["name_en"]
        assert row["printed"] in sentence[row["key"]]
        assert bool(row["note_zh"]) == bool(row["note_en"])
        assert row["verdict"] == "agrees" or row["note_zh"], row["key"]


def test_without_parts_their_figures_cannot_be_compared(sichuan, case):
    rows = compare_published(sichuan, None, case)
    verdict = dict(rows.select("key", "verdict").iter_rows())
    assert verdict["total"] == "agrees"
    assert (
        verdict["industry_coal_share_of_industry"] == verdict["residential_gas_emissions"] == "not comparable"
    )


def test_another_inventory_has_other_verdicts(case, parts):
    table = pl.read_csv(EXAMPLE / "activity.csv").with_columns(pl.col("amount") * 1.1)
    rows = compare_published(th.account(table, METHOD), parts, case)
    verdict = dict(rows.select("key", "verdict").iter_rows())
    assert verdict["total"] == "differs"
    assert verdict["fuel_coal_share"] == "agrees"


def test_nothing_counted_is_not_comparable(case):
    empty = th.account(
        {"entity": ["四川省"], "period": ["2021"], "item": ["神秘物质"], "amount": [1.0], "unit": ["t"]},
        METHOD,
    )
    rows = compare_published(empty, None, case)
    assert set(rows.filter(pl.col("key") == "total").get_column("verdict")) == {"not comparable"}
    assert rows.filter(pl.col("key") == "total").get_column("ours").to_list() == [None]


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("3.3 億噸", 3.3e8, 0.05e8), ("1 073萬噸", 10_730_000, 5_000), ("3 千萬噸", 3e7, 0.5e7), ("868 729.81噸", 868729.81, 0.005),
        ("18.70%", 18.7, 0.005), ("17 家", 17, 0), ("2.2 亿吨", 2.2e8, 0.05e8), ("1,217 万吨", 12_170_000, 5_000),
    ],
)  # fmt: skip
def test_a_printed_figure_is_an_interval(text, value, half):
    printed = read_printed(text)
    assert printed.value == value
    assert printed.half == pytest.approx(half)


def own_case(folder, expression, *, printed="100 吨", value="100", tolerance="0", beside=""):
    folder.mkdir(exist_ok=True)
    head = "key,section,name_zh,name_en,printed,beside,expression,tolerance,note_zh,note_en"
    (folder / "published.csv").write_text(f"key,name_zh,value,unit\na,甲,{value},t\n", encoding="utf-8")
    (folder / "comparison.csv").write_text(
        f"{head}\na,1,甲,A,{printed},{beside},{expression},{tolerance},,\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    ("emission", "tolerance", "verdict"),
    [(100.4, "0", "agrees"), (100.5, "0", "agrees"), (100.6, "0", "differs"), (101.4, "0.01", "agrees"), (101.6, "0.01", "differs"), (98.4, "0.01", "differs")],
)  # fmt: skip
def test_the_rounding_interval_decides(emission, tolerance, verdict, tmp_path):
    table = {
        "entity": ["甲"],
        "period": ["2021"],
        "item": ["煤品"],
        "amount": [emission / 1.9812],
        "unit": ["t"],
    }
    folder = own_case(tmp_path / "case", "emission_coal", tolerance=tolerance)
    rows = compare_published(th.account(table, METHOD), None, folder)
    assert rows.get_column("verdict").to_list() == [verdict]


def test_ours_is_an_interval_where_it_rests_on_printed_figures(sichuan, tmp_path):
    folder = own_case(tmp_path / "case", "beside * 10", beside="9.9 吨")
    assert compare_published(sichuan, None, folder).get_column("verdict").to_list() == ["agrees"]
    folder = own_case(tmp_path / "case", "beside * 10", beside="9.90 吨")
    assert compare_published(sichuan, None, folder).get_column("verdict").to_list() == ["differs"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"expression": "__import__('os')"}, "expression"), ({"expression": "emission_total +"}, "expression"),
        ({"expression": "", "printed": "about"}, "printed"), ({"expression": "", "printed": "101 吨"}, "printed"),
        ({"expression": "beside", "beside": "x"}, "beside"),
    ],
)  # fmt: skip
def test_a_bad_case_is_refused_with_its_line(sichuan, options, key, tmp_path):
    with pytest.raises(PackInvalid) as caught:
        compare_published(sichuan, None, own_case(tmp_path / "case", **options))
    assert caught.value.fields["line"] == 2
    assert caught.value.fields["key"] == key
    for lang in ("zh", "en"):
        assert "–" not in caught.value.message(lang)


def test_a_division_by_zero_is_not_comparable(tmp_path):
    table = {"entity": ["甲"], "period": ["2021"], "item": ["煤品"], "amount": [0.0], "unit": ["t"]}
    folder = own_case(tmp_path / "case", "100 / emission_total")
    assert compare_published(th.account(table, METHOD), None, folder).get_column("verdict").to_list() == [
        "not comparable"
    ]


def test_a_missing_case_is_named(sichuan, tmp_path):
    with pytest.raises(NotFound, match=r"published\.csv"):
        compare_published(sichuan, None, tmp_path)


def test_report_and_workbook_show_it_line_by_line(rows, sichuan, tmp_path):
    text = html_report(sichuan, tmp_path / "report.html", comparison=rows).read_text(encoding="utf-8")
    assert "共 55 个公布数值：一致 50 个，不一致 2 个，无从对照 3 个。" in text
    assert "55 published figures: 50 agree, 2 differ, 3 cannot be compared." in text
    assert text.count('class="verdict differs"') == 2
    assert all(f">{printed}</q>" in text for printed in rows.get_column("printed"))
    from openpyxl import load_workbook

    book = load_workbook(write_workbook(sichuan, tmp_path / "book.xlsx", comparison=rows))
    sheet = book["对照 Comparison"]
    assert sheet.max_row == 56
    heads = [cell.value.split("\n")[-1] for cell in sheet[1]]
    verdicts = [row[heads.index("verdict")].value for row in sheet.iter_rows(min_row=2)]
    assert verdicts.count("一致 agrees") == 50
