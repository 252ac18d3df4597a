"""The Word report and the official workbook: what stands in them, in both languages."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn

import tanheng as th
from tanheng.cli import cli
from tanheng.filings.word.report import docx_report

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    return th.account(CITY, "cn-provincial-2011")


@pytest.fixture(scope="module")
def reports(city: th.Inventory, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    return {lang: docx_report(city, folder / f"{lang}.docx", lang=lang) for lang in ("zh", "en")}


def headings(path: Path) -> list[str]:
    return [one.text for one in docx.Document(str(path)).paragraphs if one.style.name == "Heading 1"]


def words(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


def test_the_chapters_stand_in_their_order_in_both_languages(reports: dict[str, Path]) -> None:
    assert headings(reports["zh"]) == [
        "摘要", "核算结果", "汇总表", "方法", "因子与来源", "不确定性", "关键类别", "数据质量", "检查发现与疑点",
        "附录 A　来历", "附录 B　主要排放量的证据",
    ]  # fmt: skip
    assert len(headings(reports["en"])) == len(headings(reports["zh"]))
    assert not any(HAN.search(one) for one in headings(reports["en"]))


def test_no_field_of_a_sentence_is_left_open(reports: dict[str, Path]) -> None:
    for path in reports.values():
        text = words(path)
        assert "<" not in re.sub(r"<0\.0+1", "", text)
        assert "&amp;" not in text
        assert "{" not in text


def test_the_total_of_the_summary_is_the_inventory_s(city: th.Inventory, reports: dict[str, Path]) -> None:
    shown = f"{city.total / 1e4:,.0f}"
    assert shown in words(reports["zh"])
    assert f"{city.total / 1e6:.2f} Mt CO₂e" in words(reports["en"])
    assert f"{city.total:,.0f}" in words(reports["zh"])  # the official table has whole tonnes


def test_numbers_are_right_aligned_and_heads_are_repeated(reports: dict[str, Path]) -> None:
    document = docx.Document(str(reports["zh"]))
    headed = [table for table in document.tables if table.rows[0].cells[0].text != "摘要"]
    assert len(headed) == len(document.tables) - 1, "the provenance has no heads"
    for table in headed:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    table = document.tables[1]
    assert all(row.cells[1].paragraphs[0].alignment == 2 for row in table.rows)


def test_chinese_and_latin_fonts_are_named_and_not_the_theme_s(reports: dict[str, Path]) -> None:
    styles = docx.Document(str(reports["zh"])).styles
    for name, chinese in (
        ("Normal", "宋体"),
        ("Heading 1", "黑体"),
        ("Heading 2", "黑体"),
        ("Caption", "黑体"),
    ):
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == chinese
        assert not [key for key in fonts.attrib if "Theme" in key]


def test_the_charts_are_native_with_their_numbers_inside(
    city: th.Inventory, reports: dict[str, Path]
) -> None:
    with zipfile.ZipFile(reports["zh"]) as package:
        charts = sorted(
            name for name in package.namelist() if re.fullmatch(r"word/charts/chart\d+.xml", name)
        )
        books = [name for name in package.namelist() if name.startswith("word/embeddings/")]
        assert len(charts) == len(books) == 3, "by category, gas and item"
        space = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
        tree = ElementTree.fromstring(package.read(charts[0]))
        values = [
            float(one.text or "")
            for one in tree.iter(f"{space}v")
            if re.fullmatch(r"-?[\d.]+", one.text or "")
        ]
        largest = max(row["emission"] for row in city.by("provincial2011").to_dicts())
        assert max(values) == pytest.approx(largest / 1e4, rel=1e-3)
        assert not [name for name in package.namelist() if name.endswith((".png", ".emf"))]


def test_the_contents_and_page_numbers_are_fields(reports: dict[str, Path]) -> None:
    with zipfile.ZipFile(reports["zh"]) as package:
        body = package.read("word/document.xml").decode()
        feet = "".join(package.read(name).decode() for name in package.namelist() if "footer" in name)
    assert 'TOC \\o "1-2"' in body
    assert 'w:dirty="true"' in body
    assert body.count("w:hyperlink w:anchor") >= 15
    assert " PAGE " in feet
    assert " NUMPAGES " in feet
    begins, ends = (body.count(f'w:fldCharType="{kind}"') for kind in ("begin", "end"))
    assert begins == ends


def test_the_same_inventory_gives_the_same_bytes(
    city: th.Inventory, reports: dict[str, Path], tmp_path: Path
) -> None:
    again = docx_report(city, tmp_path / "again.docx", lang="zh")
    assert again.read_bytes() == reports["zh"].read_bytes()


def test_an_incomplete_inventory_says_so_before_its_results(tmp_path: Path) -> None:
    table = {
        "entity": ["甲市"] * 2, "period": ["2021"] * 2, "item": ["煤品", "不明燃料"], "amount": [10, 20], "unit": ["t", "t"]
    }  # fmt: skip
    inventory = th.account(table, "sichuan-park-2022")
    path = docx_report(inventory, tmp_path / "r.docx")
    document = docx.Document(str(path))
    assert [one.text for one in document.paragraphs if one.style.name == "Alarm"]
    assert "不明燃料" in words(path)


def test_nothing_matched_is_unknown_and_not_zero(tmp_path: Path) -> None:
    table = {"entity": ["甲市"], "period": ["2021"], "item": ["不明燃料"], "amount": [20], "unit": ["t"]}
    path = docx_report(th.account(table, "sichuan-park-2022"), tmp_path / "r.docx")
    assert "合计未知（不是零）" in words(path)


def test_a_user_s_text_is_text(tmp_path: Path) -> None:
    name = '=HYPERLINK("x")&<w:t>\x01'
    table = {"entity": [name], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    path = docx_report(th.account(table, "sichuan-park-2022"), tmp_path / "r.docx")
    text = words(path)
    assert '=HYPERLINK("x")&<w:t>' in text
    assert "\x01" not in text


def test_a_restatement_names_what_changed_and_why(tmp_path: Path) -> None:
    def year(amount: float) -> th.Inventory:
        table = {
            "entity": ["四川省"],
            "period": ["2021"],
            "item": ["煤品"],
            "amount": [amount],
            "unit": ["万吨"],
        }
        return th.account(table, "sichuan-park-2022")

    path = docx_report(year(2), tmp_path / "r.docx", previous=year(1))
    assert "更正说明" in headings(path)
    text = words(path)
    assert "合计由 19,812 t 改为 39,624 t，相差 19,812 t" in text
    assert "活动 19,812 t" in text


def test_several_years_are_columns(tmp_path: Path) -> None:
    table = {
        "entity": ["四川省"] * 3, "period": ["2019", "2020", "2021"], "item": ["煤品"] * 3, "amount": [1, 2, 3], "unit": ["万吨"] * 3
    }  # fmt: skip
    path = docx_report(th.account(table, "sichuan-park-2022"), tmp_path / "r.docx", lang="en")
    with zipfile.ZipFile(path) as package:
        charts = [
            package.read(name).decode() for name in package.namelist() if name.startswith("word/charts/")
        ]
    assert any('<c:barDir val="col"/>' in chart for chart in charts)


def test_a_path_that_cannot_be_written_is_one_line(city: th.Inventory, tmp_path: Path) -> None:
    with pytest.raises(th.TanhengError):
        docx_report(city, tmp_path / "none" / "r.docx")


def test_account_and_release_write_the_word_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    activity = tmp_path / "a.csv"
    activity.write_text("主体,年份,地区,品种,数量,单位\n示例市,2021,福建省,石灰,1000,吨\n", encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(
        cli, ["account", str(activity), "-m", "cn-provincial-2011", "--out", "out", "--no-save"]
    )
    assert "合计" in done.output
    assert {"report.docx", "official.xlsx", "report.html"} <= {path.name for path in Path("out").iterdir()}
    assert runner.invoke(cli, ["release", "create", "out/run", "--name", "示例市"]).exit_code == 0
    opened = runner.invoke(cli, ["release", "open", "示例市", "--out", "opened"])
    assert opened.exit_code == 0, opened.output
    assert "示例市 第 1 版" in words(tmp_path / "opened" / "report.docx")


def test_factors_are_named_by_what_they_were_used_for(reports: dict[str, Path]) -> None:
    document = docx.Document(str(reports["zh"]))
    (table,) = [one for one in document.tables if one.rows[0].cells[0].text == "用于"]
    assert not re.search(r"[a-z]+_[a-z0-9_]+", "".join(cell.text for cell in table.columns[1].cells))
    assert "原煤" in words(reports["zh"])
    assert not re.search("因子 [a-z]", words(reports["zh"]))
    for place in table.columns[4].cells[1:]:
        assert place.text.startswith(("[", "–")) or not place.text.startswith("GB/T"), place.text


def test_the_contents_say_where_their_page_numbers_come_from(reports: dict[str, Path]) -> None:
    for lang, said in (("zh", "页码由 Word 打开时生成"), ("en", "Word fills in the page numbers")):
        lines = [one for one in docx.Document(str(reports[lang])).paragraphs if one.text.startswith(said)]
        assert len(lines) == 1


def test_documents_of_a_method_s_own_tables_are_named_in_english(tmp_path: Path) -> None:
    row = {
        "entity": "works",
        "region": "CN",
        "period": "2024",
        "item": "洗精煤",
        "activity": "消耗",
        "amount": 1500,
        "unit": "t",
    }
    inventory = th.account({name: [value] for name, value in row.items()}, "cn-enterprise-steel")
    text = words(docx_report(inventory, tmp_path / "steel.docx", lang="en"))
    assert "[1] Guideline for enterprise greenhouse gas accounting and reporting, iron and steel" in text
    assert "(in Chinese)" not in text
    assert HAN.search(text) is None
    assert "No emission has an uncertainty of both its activity and its factors" in text
