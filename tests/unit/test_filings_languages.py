"""Each report speaks one language: no Chinese in English, no code names in Chinese, but for what the user wrote and proper names."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
import yaml

import tanheng as th
from tanheng.codes import codelist
from tanheng.codes.wording import formula_text, parameter_name, published, unit_name, wording
from tanheng.filings import docx_report, html_report
from tanheng.inventory import load_method, method_files
from tanheng.quantities import read_rows

ROOT = Path(__file__).parents[2]
CITY = ROOT / "examples" / "provincial-city" / "activity.csv"
HAN = re.compile("[\u4e00-\u9fff]")
CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
LATIN_WORDS = re.compile(r"\b[A-Za-z]{3,}(?:[ ,]+[A-Za-z]{2,}){2,}")
PROPER = re.compile("GHG Protocol|Scope 2 Guidance|Frontiers in Ecology and the Environment")


class Page(HTMLParser):
    """Text of a page in one language, without code, scripts and the tips of charts, which hold both."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.other = "en" if lang == "zh" else "zh"
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"meta", "link", "br"}:
            return
        classes = (dict(attrs).get("class") or "").split()
        quiet = tag in {"script", "style", "nav", "code"} or (tag == "title" and len(self.open) > 2)
        hidden = quiet or self.other in classes or "code" in classes
        self.open.append((tag, hidden or bool(self.open and self.open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(data)


def word_texts(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [one.text for one in document.paragraphs] + cells


def page_texts(path: Path, lang: str) -> list[str]:
    page = Page(lang)
    page.feed(path.read_text(encoding="utf-8"))
    return page.texts


@pytest.fixture(scope="module")
def users_own() -> re.Pattern[str]:
    """What the user wrote: names, activities, equipment and sources of the rows."""
    with CITY.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    words = {value for row in rows for value in row.values() if value and HAN.search(value)}
    return re.compile("|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)))


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    return th.account(CITY, "cn-provincial-2011")


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_an_english_report_holds_no_chinese(
    kind: str, city: th.Inventory, users_own: re.Pattern[str], tmp_path: Path
) -> None:
    file = tmp_path / f"report.{kind}"
    if kind == "docx":
        texts = word_texts(docx_report(city, file, lang="en"))
    else:
        texts = page_texts(html_report(city, file, lang="en"), "en")
    left = {text for text in texts if HAN.search(users_own.sub("", text))}
    assert not left, sorted(left)[:5]


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_a_chinese_report_holds_no_code_names_nor_english_sentences(
    kind: str, city: th.Inventory, tmp_path: Path
) -> None:
    file = tmp_path / f"report.{kind}"
    if kind == "docx":
        texts = word_texts(docx_report(city, file))
    else:
        texts = page_texts(html_report(city, file), "zh")
    factors = {name for names in city.sheet.get_column("factors") for name in names.split(";")}
    ids = {one["factor"] for record in city.records for one in record["inputs"]} | factors
    codes = {
        found for text in texts for found in CODE.findall(text) if not any(found in str(one) for one in ids)
    }
    assert not codes, sorted(codes)
    sentences = {found for text in texts for found in LATIN_WORDS.findall(PROPER.sub("", text))}
    assert not sentences, sorted(sentences)


def texts_of_methods() -> set[str]:
    """Clauses, sources and reasons of the methods that ship."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, str) and key in {"clause", "source", "reason", "locator", "publisher"}:
                    found.add(value)
                else:
                    walk(value)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    for file in sorted((ROOT / "src" / "tanheng" / "packs" / "methods").glob("*.yaml")):
        walk(yaml.safe_load(file.read_text(encoding="utf-8")))
    return found


def test_every_text_of_the_methods_has_english() -> None:
    left = [text for text in texts_of_methods() if HAN.search(wording(text).en)]
    assert not left, sorted(left)


def test_every_document_of_the_factors_has_both_languages() -> None:
    left = set()
    for file in sorted((ROOT / "src" / "tanheng" / "packs" / "factors" / "2026.11").glob("*.csv")):
        with file.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                if "source_locator" not in row or row["source_title"].startswith("UK Government"):
                    continue
                for name in ("source_title", "source_publisher", "source_locator"):
                    both = wording(row[name])
                    if HAN.search(both.en) or LATIN_WORDS.search(PROPER.sub("", both.zh)):
                        left.add(row[name])
    assert not left, sorted(left)


def test_every_parameter_of_the_methods_has_a_name() -> None:
    for name in method_files():
        method = load_method(name)
        for rule in method.to_dict()["rules"]:
            told = formula_text(rule["formula"])
            assert not CODE.findall(told.zh), (method.id, rule["id"], told.zh)
            assert not HAN.search(told.en), (method.id, rule["id"], told.en)
            for parameter in rule.get("parameters") or {}:
                assert parameter_name(parameter).zh != parameter, (method.id, rule["id"], parameter)


def test_every_unit_has_a_name_in_both_languages() -> None:
    for row in read_rows("units.csv"):
        for text in (row["unit"], row["name_zh"], f"万{row['name_zh']}", f"e4{row['unit']}"):
            both = unit_name(text)
            assert not HAN.search(both.en), text
            assert "_" not in both.zh, text


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("亿千瓦时", "亿千瓦时", "10⁸ kWh"), ("tCO2/亿kWh", "t CO₂/亿千瓦时", "t CO₂/10⁸ kWh"), ("万头", "万头", "10⁴ head"),
        ("kg/(head*year)", "kg/(头·年)", "kg/(head·year)"), ("t/m**3", "t/m³", "t/m³"), ("x/y", "x/y", "x/y"),
    ],
)  # fmt: skip
def test_units_as_each_language_writes_them(text: str, zh: str, en: str) -> None:
    assert (unit_name(text).zh, unit_name(text).en) == (zh, en)
    assert published(f"1.5 {text}").en == f"1.5 {en}"


def test_rows_of_the_gpc_say_whose_they_are() -> None:
    leaves = [code for code in codelist("gpc") if not codelist("gpc").children(code)]
    names = [codelist("gpc").told_apart(code, lang) for code in leaves for lang in ("zh", "en")]
    assert len(names) == len(set(names))
