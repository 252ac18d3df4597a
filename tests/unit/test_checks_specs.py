"""A method pack's checks are refused with line, key and the mend where the vocabulary does not hold them."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from tanheng.activity.checks.base import check_format
from tanheng.activity.checks.runner import CHECKS, check_specs
from tanheng.activity.findings import catalogue
from tanheng.errors import PackInvalid
from tanheng.inventory import load_method, method_files
from tanheng.inventory.methods.method import Method

GOOD = [
    {"range": {"item": "coal", "low": 0, "high": 1.0e9, "unit": "t", "source": "年鉴"}},
    {"jump": {"by": ["entity", "item"], "limit": 0.5}},
    {"series": {"by": ["entity", "item"], "limit": 0.5}},
    {"parts": {"by": ["entity"], "of": "sector", "tolerance": 0.01, "complete": True}},
    {"balance": {"by": ["entity"], "of": "activity", "inflow": ["a"], "outflow": ["b"], "tolerance": 0.02}},
    {"unit_slip": {"by": ["item"], "factors": [10, 1000], "tolerance": 0.3, "per": "electricity"}},
    {"overlap": {"by": ["item", "sector"]}},
    {"shares": {"by": ["entity"], "tolerance": 0.005}},
    {"claims": {"tolerance": 0.02, "slack": 0.001}},
]


def refused(specs):
    with pytest.raises(KeyError) as caught:
        check_specs(specs, KeyError)
    return caught.value.args


def test_every_key_of_the_vocabulary_is_taken():
    check_specs(GOOD, lambda at, detail, mend: AssertionError((at, detail, mend)))
    used = {(name, key) for entry in GOOD for name, spec in entry.items() for key in spec}
    declared = {(name, key) for name, keys in check_format().items() for key in keys}
    assert {name for name, _ in declared} == set(CHECKS)
    assert declared - used == {("range", "sector")}


@pytest.mark.parametrize(
    ("specs", "at", "detail", "mend"),
    [
        ("jump", (), "expected a list", "Write entries"),
        ([[]], (0,), "expected the name", "For example"),
        ([{}], (0,), "expected the name", "For example"),
        ([{"jmp": {}}], (0, "jmp"), "no such check", "Did you mean jump?"),
        ([{"jump": 0.5}], (0, "jump"), "expected keys", "indentation"),
        (
            [GOOD[0], {"jump": {"by": ["item"], "limt": 1}}],
            (1, "jump", "limt"),
            "no such key",
            "Did you mean limit?",
        ),
        ([{"jump": {"by": ["item"]}}], (0, "jump", "limit"), "missing", "limit: 0.5"),
        ([{"jump": {"by": "item", "limit": 0.5}}], (0, "jump", "by"), "list of texts", "by: [entity"),
        ([{"jump": {"by": ["item"], "limit": "half"}}], (0, "jump", "limit"), "not a number", "limit"),
        ([{"jump": {"by": ["item"], "limit": -1}}], (0, "jump", "limit"), "negative", "limit"),
        ([{"jump": {"by": ["item"], "limit": True}}], (0, "jump", "limit"), "not a number", "limit"),
        ([{"jump": {"by": ["item"], "limit": float("nan")}}], (0, "jump", "limit"), "not a number", "limit"),
        ([{"range": {"high": 1, "unit": "furlongs"}}], (0, "range", "unit"), "not known", "unit: t"),
        (
            [{"range": {"high": 1, "unit": "t", "item": "cole"}}],
            (0, "range", "item"),
            "holds no 'cole'",
            "coal",
        ),
        (
            [{"range": {"high": 1, "unit": "t", "sector": "industri"}}],
            (0, "range", "sector"),
            "industry",
            "industry",
        ),
        ([{"range": {"unit": "t"}}], (0, "range"), "neither", "Give low or high"),
        ([{"range": {"low": 2, "high": 1, "unit": "t"}}], (0, "range", "low"), "above the highest", "Swap"),
        (
            [{"unit_slip": {"by": ["item"], "factors": 10, "tolerance": 0.3}}],
            (0, "unit_slip", "factors"),
            "list of numbers",
            "factors",
        ),
        (
            [{"unit_slip": {"by": ["item"], "factors": ["x"], "tolerance": 0.3}}],
            (0, "unit_slip", "factors"),
            "not a number",
            "factors",
        ),
        (
            [{"parts": {"by": ["item"], "of": 3, "tolerance": 0.1}}],
            (0, "parts", "of"),
            "expected a text",
            "of: sector",
        ),
        (
            [{"parts": {"by": ["item"], "of": "sector", "tolerance": 0.1, "complete": "yes"}}],
            (0, "parts", "complete"),
            "true or false",
            "complete",
        ),
    ],
)
def test_a_bad_check_is_refused_with_its_place_and_mend(specs, at, detail, mend):
    place, said, how = refused(specs)
    assert place == at
    assert detail in said[1]
    assert mend in how[1]
    assert any("一" <= char <= "鿿" for char in said[0])
    assert how[0].endswith(("。", "？"))


def test_the_pack_error_names_file_line_and_key(tmp_path):
    text = method_files()["sichuan-park-2022"].read_text(encoding="utf-8")
    assert "limit: 0.5" in text
    bad = tmp_path / "sichuan-park-2022.yaml"
    bad.write_text(text.replace("limit: 0.5", "limt: 0.5"), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_method(bad)
    line = text[: text.index("limit: 0.5")].count("\n") + 1
    assert f"line {line}, key 'checks.1.series.limt'" in caught.value.message("en")
    assert "是否为 limit" in caught.value.message("zh")


def test_every_shipped_method_passes():
    for name in method_files():
        method = load_method(name)
        assert isinstance(method, Method)
        assert method.checks


def test_formats_and_findings_are_complete_in_both_languages():
    for keys in check_format().values():
        for key in keys.values():
            assert key.meaning_zh
            assert key.meaning_en
            assert key.example or key.type == "flag"
            assert key.need in {"yes", "no"}
    for code, row in catalogue().items():
        if code.startswith("Q-"):
            assert None not in row, f"{code} has too many cells"
            assert not any("一" <= char <= "鿿" for char in row["en"] + row["remedy_en"].replace("万", ""))
            assert row["zh"]
            assert row["en"]
            assert bool(row["remedy_zh"]) == bool(row["remedy_en"])


def test_claims_columns_are_described():
    with (files("tanheng.packs") / "schemas" / "tables.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["table"] == "claims"]
    assert [row["column"] for row in rows] == [
        "subject",
        "period",
        "quantity",
        "value",
        "unit",
        "relation",
        "other",
        "section",
    ]
    assert all(row["meaning_zh"] and row["meaning_en"] and row["name_zh"] for row in rows)
