"""What the Word report and the web page both hold, and that they say the same of one inventory."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pytest

import tanheng as th
from small import activity, use
from tanheng.activity import Finding, read_activity
from tanheng.activity.reading.filled import ANSWERS, Filled, framed
from tanheng.filings import chapters, docx_report, html_report, summary_tables
from tanheng.filings.grids import Mass
from tanheng.filings.lumped import grouped
from tanheng.filings.numbers import percent, tonnes
from tanheng.filings.official.workbook import write_official
from tanheng.filings.page.figures import _marks
from tanheng.filings.page.markup import plain
from tanheng.filings.page.view import View
from tanheng.filings.word.paper import Paper
from tanheng.filings.word.view import Words
from tanheng.inventory.categories.official import chapter_table
from tanheng.inventory.releases.releases import create_release
from tanheng.record.store import Store

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    return th.account(CITY, "cn-provincial-2011")


def word_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def page_text(path: Path) -> str:
    return html.unescape(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("lang", "unit", "title"),
    [("zh", "w", "温室气体清单报告"), ("en", "m", "Greenhouse-gas inventory")],
)
def test_a_page_opens_in_the_language_asked_for_with_its_units(
    lang: str, unit: str, title: str, city: th.Inventory, tmp_path: Path
) -> None:
    page = page_text(html_report(city, tmp_path / "r.html", lang="en" if lang == "en" else "zh"))
    root = re.search(r"<html ([^>]*)>", page)
    assert root is not None
    assert f'data-lang="{lang}" data-unit="{unit}"' in root[1]
    heading = re.search("<title>(.*?)</title>", page)
    assert heading is not None
    assert title in heading[1]
    shown = re.findall(r'<button type="button" data-set-unit="(\w)"(?! hidden)', page)
    assert shown == (["t", "w", "y"] if lang == "zh" else ["t", "k", "m"])


def test_word_and_page_state_one_gross_and_one_base_of_shares(city: th.Inventory, tmp_path: Path) -> None:
    view = View(city)
    assert view.removed is not None
    shown = [plain(view.scale.mass(value)) for value in (view.gross.total, -view.removed.total)]
    text = word_text(docx_report(city, tmp_path / "r.docx"))
    assert all(re.search(rf"{re.escape(one)}\D", text) for one in shown)
    assert f"占比以清除前的排放 {shown[0]} 万吨" in text
    page = page_text(html_report(city, tmp_path / "r.html"))
    coal = percent(view.share(view.rows_by("item").row(0, named=True)["emission"]))
    assert coal in text
    assert page.count(f"{coal} %") >= 1
    heads = {
        head.unit.zh for name in view.breakdowns for head in chapters.breakdown(view, name).heads if head.unit
    }
    assert "% 清除前排放" in heads
    assert "%" not in heads


def test_shares_of_a_table_with_removals_add_up_to_the_net(city: th.Inventory) -> None:
    view = View(city)
    for name in view.breakdowns:
        rows = view.rows_by(name)
        assert rows.filter(~pl.col("removal")).get_column("share").sum() == pytest.approx(100)
        assert rows.get_column("share").sum() == pytest.approx(view.share(city.total))


def test_import_and_export_are_never_one_memo_line(city: th.Inventory) -> None:
    grid = chapters.memo(View(city))
    assert grid is not None
    names = [row[1].zh for row in grid.rows if "电力" in row[0].zh]  # type: ignore[union-attr]
    assert len(names) == 2
    assert any("调入" in name for name in names)
    assert any("调出" in name for name in names)


def test_the_memo_table_prints_tonnes_as_the_official_table_does(city: th.Inventory, tmp_path: Path) -> None:
    grid = chapters.memo(View(city))
    assert grid is not None
    masses = city.rows.filter(pl.col("memo")).group_by("item", "rule", "gas").agg(pl.col("mass").sum())
    shown = {f"{mass:,.0f}".replace("-", "−") for mass in masses.get_column("mass") if abs(mass) >= 100}
    assert shown
    assert shown <= {
        str(cell) for one in (grid, *chapters.apart(View(city))) for row in one.rows for cell in row
    }
    assert shown <= set(word_text(docx_report(city, tmp_path / "r.docx")).split("\n"))


def test_a_chapter_apart_has_its_range_in_every_output(city: th.Inventory, tmp_path: Path) -> None:
    """The sink of the wetland stands alone, from its lower to its upper bound, and never among the memo items."""
    (row,) = (one for one in chapter_table(city, "wetland").to_dicts() if one["item"] == "salt_marsh")
    bounds = (row["low"], row["emission"], row["high"])
    printed = {f"{value:,.0f}".replace("-", "−") for value in bounds}
    assert len(printed) == 3
    grid = chapters.memo(View(city))
    assert grid is not None
    assert not printed & {str(cell) for line in grid.rows for cell in line}
    page = page_text(html_report(city, tmp_path / "r.html"))
    assert all(f">{one}<" in page for one in printed)
    for lang in ("zh", "en"):
        assert printed <= set(word_text(docx_report(city, tmp_path / f"{lang}.docx", lang=lang)).split("\n"))
    for book in (city.to_xlsx(tmp_path / "i.xlsx"), write_official(city, tmp_path / "o.xlsx", lang="en")):
        pages = {page.title: list(page.values) for page in openpyxl.load_workbook(book)}
        (held,) = (lines for title, lines in pages.items() if "etland" in title or "Chapters" in title)
        numbers = {cell for line in held for cell in line if isinstance(cell, int | float)}
        assert all(any(cell == pytest.approx(value) for cell in numbers) for value in bounds)


def test_one_share_of_unverified_factors_everywhere(city: th.Inventory, tmp_path: Path) -> None:
    counted = city.rows.filter(~pl.col("memo")).select(pl.col("emission").abs(), "check")
    weak = float(counted.filter(check="recalled").get_column("emission").sum())
    share = weak / float(counted.get_column("emission").sum()) * 100
    grid = chapters.quality(View(city))
    assert grid is not None
    (row,) = (row for row in grid.rows if row[0] == "D")
    assert isinstance(row[2], Mass)
    assert row[2].value == pytest.approx(weak)
    assert row[3] == percent(share)
    assert sum(float(str(one[3])) for one in grid.rows) == pytest.approx(100, abs=0.05)
    book = openpyxl.load_workbook(write_official(city, tmp_path / "o.xlsx"))
    said = {str(cell.value) for page in book for line in page.iter_rows() for cell in line}
    assert any(f"未经核实：{percent(share, places=1)} %" in one for one in said)


def test_keys_of_lines_and_of_chapters_outside_the_list_stand_in_word_and_page(tmp_path: Path) -> None:
    keys = [
        ("P3.3", "sheep", "NO", "无绵羊"),
        ("wetland", "", "NO", "内陆城市"),
        ("P1.3", "", "NO", "无煤矿"),
    ]
    answers = [
        {"category": code, "item": item, "sector": "", "activity": "", "notation": key, "reason": why, "sheet": "s", "row": at}
        for at, (code, item, key, why) in enumerate(keys, 5)
    ]  # fmt: skip
    filled = Filled("cn-provincial-2011", "2011", "d", "h", "provincial2011", framed(answers, ANSWERS))
    inventory = th.account(
        replace(read_activity(activity(use("石灰", 1000, "t"))), filled=filled), "cn-provincial-2011"
    )
    for lang, names in (("zh", ("绵羊", "湿地和蓝碳")), ("en", ("Sheep", "Wetland and blue carbon"))):
        text = word_text(docx_report(inventory, tmp_path / f"{lang}.docx", lang=lang))
        page = page_text(html_report(inventory, tmp_path / f"{lang}.html", lang=lang))
        for told in ("无绵羊", "内陆城市", "无煤矿", *names):
            assert told in text, told
            assert told in page, told
    grid = chapters.left_open(View(inventory))
    assert grid is not None
    names = [str(getattr(row[0], "zh", row[0])) for row in grid.rows[: grid.most]]
    assert names.count("P3.3 动物肠道发酵 · 绵羊") == 1
    assert names.count("P1.3 煤炭开采逃逸") == 1, "a key of a whole category stands beside its gas alone"
    gpc = chapters.left_open(View(th.account(inventory.activity, "gpc-cn")))
    assert gpc is not None
    assert all(why in str(gpc.rows[: gpc.most]) for *_, why in keys)


def test_the_page_holds_what_the_word_report_holds(city: th.Inventory, tmp_path: Path) -> None:
    page = page_text(html_report(city, tmp_path / "r.html"))
    for part in ("official", "keys", "open", "quality", "memo", "by-provincial2011"):
        assert f'id="{part}"' in page, part
    assert "by-sector" not in page, "a part of the total has no sector: the category tells more"
    text = word_text(docx_report(city, tmp_path / "r.docx"))
    for told in ("19,121,449", "没有数值的类别", "% 绝对值合计", "NE"):
        assert told in text
        assert told in page


def test_a_release_is_named_in_both_with_its_hash_and_restatement(tmp_path: Path) -> None:
    first = th.account(activity(use("柴油", 3, "t", sector="工业")), "cn-energy-2011")
    second = th.account(activity(use("柴油", 4, "t", sector="工业")), "cn-energy-2011")
    made = create_release(second, Store(tmp_path / "store"), "甲市2021", by="x", why="更正")
    page = page_text(html_report(second, tmp_path / "r.html", release=made, previous=first))
    text = word_text(docx_report(second, tmp_path / "r.docx", release=made, previous=first))
    for told in ("甲市2021 第 1 版", made.sha256, "与上一版相比", "更正说明"):
        assert told in page
        assert told in text
    assert 'id="restatement"' in page
    assert "工业" in page.split('id="restatement"')[1].split("</section>")[0]


def test_a_formal_report_has_no_commands_and_tells_a_doubt_once(tmp_path: Path) -> None:
    rows = activity(
        use("柴油", 3, "t", sector="工业"), use("沥青", 5, "t", sector="工业"), use("怪煤", 5, "t")
    )
    found = th.account(rows, "cn-energy-2011")
    assert found.unmatched.height
    for lang in ("zh", "en"):
        text = word_text(docx_report(found, tmp_path / f"{lang}.docx", lang="en" if lang == "en" else "zh"))
        assert "`" not in text
        assert "--pack" not in text
        assert not re.search(r"\btanheng (?:factors|account|proof)", text)
        assert "c_to_co2" not in text
        assert text.count("怪煤") <= 2, "in the table of what is not counted, and in its reason"


def test_only_documents_stand_in_the_list_of_documents(city: th.Inventory, tmp_path: Path) -> None:
    document = docx.Document(str(docx_report(city, tmp_path / "r.docx")))
    listed = [one.text for one in document.paragraphs if re.match(r"\[\d+\] ", one.text)]
    assert listed
    assert all(re.search(r"，\d{4}$", one) for one in listed), listed
    assert not [one for one in listed if "分子量" in one]


def test_every_cut_is_said(tmp_path: Path) -> None:
    found = th.account(activity(use("柴油", 3, "t", sector="工业")), "cn-energy-2011")
    many = [Finding("A-121", {"file": f"{number}.csv", "value": "GBK"}) for number in range(350)]
    text = word_text(docx_report(replace(found, findings=many), tmp_path / "r.docx"))
    assert "另有 50 条见网页报告" in text


def test_a_small_known_share_is_no_headline(city: th.Inventory, tmp_path: Path) -> None:
    spread = View(city).spread
    share = percent(city.uncertainty().known_share, places=1)
    assert "±" not in spread.zh + spread.en
    assert f"{share} %" in spread.zh
    assert f"{share} %" in spread.en
    head = page_text(html_report(city, tmp_path / "r.html")).split("</header>")[0].split("<header>")[1]
    assert "±" not in head


def test_several_years_have_a_table_each(tmp_path: Path) -> None:
    rows = [{**use("石灰", 1000 * number, "t"), "period": f"{2018 + number}"} for number in range(1, 7)]
    grids = summary_tables.official(View(th.account(activity(*rows), "cn-provincial-2011")))
    assert len(grids) == 4
    assert "2019" in plain(grids[0].caption.zh)
    assert "另有 2 份" in grids[-1].notes[0].zh


def test_the_gpc_charts_speak_of_subsectors(tmp_path: Path) -> None:
    view = View(th.account(CITY, "gpc-cn"))
    codes = set(view.charted("gpc").get_column("gpc"))
    assert {"I.1", "I.3"} <= codes
    assert "I.3.1" not in codes
    names = [row[0].zh for row in chapters.breakdown(view, "gpc").rows]  # type: ignore[union-attr]
    assert any(name.startswith("I.1.1 居住建筑：") for name in names)


def test_word_and_page_chart_the_same_bars(city: th.Inventory) -> None:
    view = View(city)
    for dimension in ("item", "gas", "provincial2011"):
        rows = view.charted(dimension)
        marks = _marks(view, dimension, rows)
        drawn = Words(view, Paper(title="", lang="zh"), "zh")._bars(dimension, rows.to_dicts())
        assert [bar.value for bar in drawn] == [
            pytest.approx((mark.value or 0.0) / tonnes()[view.scale.key], rel=5e-4) for mark in marks
        ]
        assert len(drawn) > 2
        others = {bar.name for bar in drawn if bar.name.startswith("其余")}
        assert others == {mark.name.zh for mark in marks if mark.name.zh.startswith("其余")}


def test_what_lies_below_zero_is_no_part_of_the_others() -> None:
    rows = [{"item": str(at), "emission": 20.0 - at, "share": 1.0, "removal": False} for at in range(30)]
    found = grouped("item", rows)
    assert [one.count for one in found if one.key] == [10]
    assert [one.emission for one in found if one.emission < 0] == [20.0 - at for at in range(21, 30)]
    assert sum(one.emission for one in found) == sum(20.0 - at for at in range(30))
