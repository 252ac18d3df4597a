"""The HTML report: one file, two languages, the inventory's own numbers, and nothing that a user's text could run."""

import base64
import csv
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from shared import SHARED
from tanheng.filings import html_report
from tanheng.filings.numbers import full, in_tonnes, masses
from tanheng.filings.words import sentences, template
from tanheng.inventory import load_run, save_run

ROOT = Path(__file__).parents[2]
ACTIVITY = ROOT / "examples" / "sichuan-2021" / "activity.csv"
METHOD = "sichuan-park-2022"
VOID = {"meta"}
TAGS = """html head meta title style body a nav b span button main header p h1 h2 h3 div figure figcaption svg g rect text
tspan line circle polyline ul li i details summary table thead tbody tr th td small section dl dt dd code q footer script"""
"""Every element that a report is made of."""
NAUGHTY = [
    "<script>alert(1)</script>", "</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "</style><b>", "</script><i>", "<!--", "]]>", "javascript:alert(1)", "{{7*7}}", "${7*7}", "$title", "{who}", "%s", "&lt;b&gt;",
    "\u202etest\u202e", "a\x07b", "‘’“”", "𝕿𝖍𝖊 🐵 ☃", "=cmd|' /C calc'!A0", "https://example.org/x.png", "url(//example.org)",
]  # fmt: skip
if SHARED is not None:
    listed = json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    NAUGHTY += [text for text in listed if text.strip()]


class Page(HTMLParser):
    """Elements of a page: tags, attributes, text by element, and whether all of them are closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.open, self.elements = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        element = {"tag": tag, "attrs": dict(attrs), "text": ""}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def ids(self):
        return [element["attrs"]["id"] for element in self.elements if "id" in element["attrs"]]

    def of_class(self, name, tag=None):
        return [
            one
            for one in self.elements
            if name in one["attrs"].get("class", "").split() and tag in (None, one["tag"])
        ]


def report(inventory, tmp_path, **options):
    path = html_report(inventory, tmp_path / "report.html", **options)
    text = path.read_text(encoding="utf-8")
    return text, Page(text)


def table(**columns):
    size = max(len(values) for values in columns.values())
    base = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1.0], "unit": ["t"]}
    return pl.DataFrame(
        {name: values * size if len(values) == 1 else values for name, values in (base | columns).items()}
    )


@pytest.fixture(scope="module")
def sichuan():
    return th.account(ACTIVITY, METHOD)


@pytest.fixture(scope="module")
def gases():
    """Two entities, ten years with one left out, two sectors, three gases."""
    rows = [
        (entity, str(year), item, amount * (1 + 0.05 * (year - 2012)), sector)
        for entity in ("绵阳市", "某某钢铁有限公司")
        for year in (2012, 2013, 2014, 2015, 2017, 2018, 2019, 2020, 2021)
        for item, amount in (("烟煤", 50000.0), ("柴油", 3000.0))
        for sector in ("能源工业", "居民")
    ]
    names = ["entity", "period", "item", "amount", "sector"]
    return th.account(
        pl.DataFrame(rows, schema=names, orient="row").with_columns(unit=pl.lit("t")), "ipcc-2006-stationary"
    )


@pytest.fixture(scope="module")
def partly():
    """One row counted, one item unknown, one unit that does not fit, one row refused."""
    rows = table(
        entity=["成都厂"],
        item=["煤品", "神秘物质", "煤品", "石油"],
        amount=[10.0, 7.5, 3.0, -2.0],
        unit=["t", "t", "m3", "t"],
    )
    return th.account(rows, METHOD)


def test_the_file_asks_for_nothing(sichuan, gases, tmp_path):
    for inventory in (sichuan, gases):
        text, page = report(inventory, tmp_path)
        assert not re.search(
            r"https?:|//[a-z]|@import|url\(", text.replace("// The address", "").replace("// On paper", "")
        )
        names = {name for _, name, _ in page.attributes}
        assert not names & {"src", "srcset", "action", "style"}
        assert not [name for name in names if name.startswith("on")]
        assert not {"link", "iframe", "object", "img", "form", "input"} & set(page.tags)
        assert all(value.startswith("#") for _, name, value in page.attributes if name == "href")


def test_only_its_own_style_and_script_may_run(sichuan, tmp_path):
    text, page = report(sichuan, tmp_path)
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()}'" in policy


def test_every_link_has_its_place(sichuan, gases, partly, tmp_path):
    for inventory in (sichuan, gases, partly):
        _, page = report(inventory, tmp_path)
        ids = page.ids()
        assert len(ids) == len(set(ids))
        targets = {value[1:] for _, name, value in page.attributes if name == "href"}
        assert targets <= set(ids), targets - set(ids)


def test_both_languages_are_complete(sichuan, gases, partly, tmp_path):
    for inventory in (sichuan, gases, partly):
        _, page = report(inventory, tmp_path, parts=inventory)
        zh, en = page.of_class("zh"), page.of_class("en")
        assert len(zh) == len(en) > 50
        assert all(one["text"].strip() for one in (*zh, *en))
        names = re.compile(
            "四川省|绵阳市|某某钢铁有限公司|成都厂|神秘物质|清单不完整|万|"
            + "|".join(re.escape(str(rule["clause"])) for rule in inventory.method["rules"])
        )
        left = [one["text"] for one in en if re.search(r"[\u4e00-\u9fff]", names.sub("", one["text"]))]
        documents = [text for text in left if "2021" not in text and "《" not in text]
        assert not documents, documents[:3]


def test_sentences_are_all_said_and_all_there():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "tanheng" / "filings").rglob("*.py")
    )
    with template("sentences.csv").open(encoding="utf-8") as stream:
        keys = [row["key"] for row in csv.DictReader(stream)]
    assert len(keys) == len(set(keys))
    for key, sentence in sentences().items():
        assert sentence.zh
        assert sentence.en
        assert sorted(re.findall(r"{(\w+)}", sentence.zh)) == sorted(re.findall(r"{(\w+)}", sentence.en)), key
        used = (
            re.search(f"[\"']{key}[\"']", source)
            or key.startswith(("check_", "state_", "official_matrix_"))
            or key.removesuffix("_period") in ("rose", "fell")
        )
        assert used, f"no report says {key}"
    said = set(re.findall(r'said\(\s*"(\w+)"', source))
    assert said <= set(keys), said - set(keys)
    for state in ("read", "derived", "recalled", "user", "measured", "method", "exact"):
        assert f"check_{state}" in keys


def test_the_numbers_are_the_inventory_s(sichuan, gases, tmp_path):
    for inventory in (sichuan, gases):
        text, page = report(inventory, tmp_path)
        big = next(one for one in page.elements if one["attrs"].get("title") == f"{full(inventory.total)} t")
        assert {key: big["attrs"][f"data-{key}"] for key in "twykm"} == masses(inventory.total)
        shown = inventory.cells().sort("emission", descending=True).head(200)
        for cell, emission in shown.select("cell", "emission").iter_rows():
            start = text.index(f'<tr id="cell-{cell}">')
            row = text[start : text.index("</tr>", start)]
            assert f'href="#proof-{cell}"' in row
            assert f'title="{full(emission)} t"' in row
        assert inventory.digest in text
        assert all(digest in text for digest in inventory.run["files"].values())


def test_the_sichuan_report_says_what_the_charts_show(sichuan, tmp_path):
    text, page = report(sichuan, tmp_path)
    assert "煤炭最多，占 46.7 %；连同石油共占 71.0 %" in text
    assert "Coal leads with 46.7 %; with petroleum it makes up 71.0 %" in text
    assert "四川省 2021 年温室气体清单报告" in text
    assert "Greenhouse-gas inventory of Sichuan (四川省), 2021" in text
    assert "–（未知：活动或因子未给出）" in text
    release = sichuan.run["release"]
    for figure in (one for one in page.elements if one["tag"] == "figure"):
        assert release["name"] in figure["text"]
        assert sichuan.digest[:12] in figure["text"]


def test_a_proof_leads_to_row_factor_document_and_clause(sichuan, tmp_path):
    _, page = report(sichuan, tmp_path)
    proofs = page.of_class("proof", "details")
    assert len(proofs) == 4
    coal = next(one for one in proofs if "煤炭" in one["text"])["text"]
    for part in (
        "154,456,209.989172 t CO₂",
        "77,960,937.81 t × 1.9812 t CO₂/t",
        "cn_51_pilot_coal",
        "四川省近零碳排放園區建設的路徑探索",
        "section 1, table 1",
        "已核读",
        "activity.csv",
        "论文第 1 节，表 1",
    ):
        assert part in coal, part


@pytest.mark.parametrize("place", ["entity", "item", "source", "extra"])
def test_text_of_a_user_stays_text(place, tmp_path):
    rows = table(entity=["甲"], amount=[float(n + 1) for n in range(len(NAUGHTY))])
    column = {"extra": "<b>onclick=</b>"}.get(place, place)
    kept = (
        rows.with_columns(pl.Series(column, NAUGHTY))
        if place != "item"
        else pl.concat([rows.with_columns(item=pl.Series(NAUGHTY)), rows.head(1)])
    )
    inventory = th.account(kept, METHOD)
    text, page = report(inventory, tmp_path, title=NAUGHTY[1])
    assert set(page.tags) <= set(TAGS.split())
    assert page.tags.count("script") == 1
    assert page.tags.count("style") == 1
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert all(value.startswith("#") for _, name, value in page.attributes if name == "href")
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "<script>alert" not in text
    whole = " ".join(one["text"] for one in page.elements if one["tag"] == "main")
    assert "<script>alert(1)</script>" in whole


def test_an_incomplete_inventory_says_so_first(partly, tmp_path):
    text, page = report(partly, tmp_path)
    ids = page.ids()
    assert ids.index("incomplete") < ids.index("cells")
    missing = next(one for one in page.elements if one["attrs"].get("id") == "incomplete")["text"]
    assert "清单不完整INCOMPLETE" in missing
    assert "神秘物质" in missing
    assert "7.5" in missing
    assert "有 2 项活动没有系数、1 行被拒收" in missing
    assert "Entries of activity without a coefficient: 2; rows refused: 1" in missing
    assert "A-102" in text
    codes = [one["text"] for one in page.elements if one["tag"] == "code"]
    assert {"I-101", "I-104", "A-102"} <= set(codes)


@pytest.mark.parametrize(("item", "amount"), [("神秘物质", 5.0), ("煤品", -5.0)])
def test_where_nothing_is_counted_the_total_is_unknown(item, amount, tmp_path):
    inventory = th.account(table(item=[item], amount=[amount]), METHOD)
    assert inventory.emissions.height == 0
    _, page = report(inventory, tmp_path)
    total = next(one for one in page.of_class("big"))
    assert total["text"] == "–"
    assert "figure" not in page.tags
    assert (
        "四川省 2021 年温室气体清单报告" in next(one for one in page.elements if one["tag"] == "h1")["text"]
    )


def test_a_true_zero_is_a_zero(tmp_path):
    _, page = report(th.account(table(amount=[0.0]), METHOD), tmp_path)
    assert page.of_class("big")[0]["text"] == "0"


def test_periods_make_columns_with_a_dash_for_a_year_without_data(gases, tmp_path):
    text, page = report(gases, tmp_path)
    figure = next(one for one in page.elements if one["attrs"].get("id") == "by-period")
    years = [year for year in range(2012, 2022) if str(year) in figure["text"]]
    assert years == list(range(2012, 2022))
    assert "2021 年比 2012 年增加 45.0 %" in text
    assert "From 2012 to 2021 emissions rose by 45.0 %" in text
    assert [one["text"] for one in page.of_class("unknown", "tspan")] == ["–"]


def test_a_month_is_not_compared_with_a_year(tmp_path):
    rows = table(amount=[1.0, 5.0, 6.0], period=["2023", "2023-01", "2023-12"])
    text, page = report(th.account(rows, METHOD), tmp_path)
    assert any(one["attrs"].get("id") == "by-period" for one in page.elements)
    assert "比 2023" not in text
    assert "From 2023 to" not in text


def test_many_periods_make_a_line(tmp_path):
    months = [f"{year}-{month:02d}" for year in (2020, 2021) for month in range(1, 13)]
    inventory = th.account(table(period=months, amount=[100.0 + n for n in range(24)]), METHOD)
    text, page = report(inventory, tmp_path)
    assert page.tags.count("polyline") == 1
    assert "2021-12 比 2020-01 增加 23.0 %" in text
    assert "四川省 2020-01–2021-12 温室气体清单报告" in text


def test_gases_are_weighted_by_the_named_set(gases, tmp_path):
    texts = {}
    for name in ("AR5", "AR6"):
        text, page = report(gases.with_gwp(name), tmp_path)
        figure = next(one for one in page.elements if one["attrs"].get("id") == "by-gas")["text"]
        assert f"CO₂e（{name}）" in figure
        assert "CH₄（化石源）" in figure
        masses_shown = [in_tonnes(row["mass"]) for row in gases.by("gas").to_dicts()]
        assert all(mass in figure for mass in masses_shown)
        texts[name] = text
    assert "× GWP 30" in texts["AR5"]
    assert "× GWP 29.8" in texts["AR6"]


def test_memo_items_stand_outside_the_total(tmp_path):
    rows = table(item=["烟煤", "木材及木材废料"], amount=[10.0, 20.0], sector=["居民"])
    inventory = th.account(rows, "ipcc-2006-stationary")
    _, page = report(inventory, tmp_path)
    memo = next(one for one in page.elements if one["attrs"].get("id") == "memo")["text"]
    assert "木材及木材废料" in memo
    assert "信息项（不计入合计）" in memo


def test_a_large_inventory_shows_two_hundred_cells(tmp_path):
    rows = table(entity=[f"厂{n}" for n in range(250)], amount=[float(n + 1) for n in range(250)])
    text, page = report(th.account(rows, METHOD), tmp_path)
    assert len(page.of_class("proof", "details")) == 200
    assert len([one for one in page.ids() if one.startswith("cell-")]) == 200
    assert "另有 50 行未在此列出" in text
    assert "50 more rows are not shown here" in text
    assert "其余 239 项" in text
    assert " 等 250 个主体 2021 年温室气体清单报告" in text


def test_parts_stand_beside_the_total(sichuan, tmp_path):
    parts = th.account(table(item=["煤品"], amount=[7646.0], unit=["万吨"], sector=["工业"]), METHOD)
    text, page = report(sichuan, tmp_path, parts=parts)
    figure = next(one for one in page.elements if one["attrs"].get("id") == "by-part")["text"]
    assert "已列出的分部门数据覆盖合计的 45.8 %" in figure
    assert "不加入合计" in figure
    assert page.of_class("big")[0]["text"] == masses(sichuan.total)["w"]
    assert f'title="{full(sichuan.total)} t"' in text


def test_findings_are_grouped_with_their_mend(sichuan, tmp_path):
    from tanheng.activity import Finding

    found = [
        Finding("A-124"),
        Finding(
            "Q-021",
            {"subject": ("工业", "industry"), "value": "2.2", "other_value": "2.3", "unit": "亿吨"},
            ({"row": 3},),
        ),
        Finding("Q-006", {"subject": "煤", "value": "5", "factor": "1000"}, count=4),
    ]
    _, page = report(replace(sichuan, findings=found), tmp_path)
    text = next(one for one in page.elements if one["attrs"].get("id") == "findings")["text"]
    assert text.index("Q-021") < text.index("Q-006") < text.index("A-124")
    assert "请以可复算的数为准，改正另一处。" in text
    assert "Keep the one that can be recomputed and mend the other." in text
    assert "“工业”" in text
    assert "'industry'" in text
    assert "同类共 4 处" in text


def test_the_same_run_gives_the_same_bytes_also_after_saving(sichuan, tmp_path):
    first = report(sichuan, tmp_path)[0]
    assert report(sichuan, tmp_path)[0] == first
    assert report(load_run(save_run(sichuan, tmp_path / "run")), tmp_path)[0] == first


def test_data_on_disk_name_their_files(tmp_path):
    path = tmp_path / "activity.parquet"
    table(item=["coal", "petroleum"]).write_parquet(path)
    _, page = report(th.account(path, METHOD), tmp_path)
    proofs = page.of_class("proof", "details")
    assert len(proofs) == 2
    assert all("activity.parquet" in one["text"] for one in proofs)


def test_a_title_of_one_s_own(sichuan, tmp_path):
    text, page = report(sichuan, tmp_path, title="季度报告")
    assert "<title>季度报告</title>" in text
    assert next(one for one in page.elements if one["tag"] == "h1")["text"] == "季度报告"
