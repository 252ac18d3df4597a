"""Code lists: every list loads, names resolve, mappings hold, and the descriptor tells the truth."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path

import polars as pl
import pytest

from shared import SHARED, needs_shared
from tanheng.codes import (
    AmbiguousName,
    CodeList,
    code_lists,
    codelist,
    items,
    mapping,
    mappings,
    normalise,
    term,
    terms,
)
from tanheng.codes.pack import PACK
from tanheng.errors import Lang, NotFound, UnknownCode, use_language

ROOT = Path(__file__).parents[2]
PACKAGE = json.loads((PACK / "datapackage.json").read_text(encoding="utf-8"))
RELATIONS = {"1:1", "n:1", "1:n", "n:m", "partial"}
SIZES = {
    "industries": 1971,
    "energy_items": 30,
    "energy_balance_rows": 36,
    "ipcc2006": 290,
    "ipcc1996": 233,
    "crf": 967,
    "gpc": 72,
    "provincial2011": 49,
    "ceads_sectors": 47,
    "enterprise_guidelines": 24,
}


@pytest.mark.parametrize("name", code_lists())
def test_a_list_is_sound(name: str) -> None:
    listed = codelist(name)
    codes = [row["code"] for row in listed.rows]
    assert len(set(codes)) == len(codes) > 0
    assert all(row["name_zh"] or row["name_en"] for row in listed.rows)
    for code in codes:
        for above in listed.ancestors(code):
            assert code != above["code"], "a code stands above itself"
            assert listed.is_under(code, above["code"])
        assert listed.find(code)["code"] == code


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_list_has_all_rows_of_its_source(name: str, size: int) -> None:
    assert len(codelist(name)) == size == codelist(name).to_polars().height


def test_industries_have_the_levels_of_the_standard() -> None:
    levels = codelist("industries").to_polars().group_by("level").len().sort("level")["len"].to_list()
    assert levels == [20, 97, 473, 1381]
    assert "note" in codelist("industries").to_polars().columns
    assert [row["code"] for row in codelist("industries").ancestors("0111")] == ["011", "01", "A"]


def test_the_notes_of_the_standard_do_not_ship() -> None:
    notes = {row["note"] for row in codelist("industries").rows}
    assert all(note == "" or "source row" in note or "single 小类" in note for note in notes)


@pytest.mark.parametrize("name", ["ipcc2006", "gpc", "provincial2011", "sectors", "scopes", "gases", "items"])
def test_both_languages_are_complete(name: str) -> None:
    assert [row["code"] for row in codelist(name).rows if not (row["name_zh"] and row["name_en"])] == []


def test_find_by_any_spelling() -> None:
    sectors = codelist("sectors")
    for text in ("交通运输业", "交通運輸業", "交通运输、仓储和邮政业", " Transport ", "ｔｒａｎｓｐｏｒｔ"):
        assert sectors.find(text)["code"] == "transport"
    assert sectors.find("批發、零售業和住宿、餐飲業")["code"] == "commerce"
    assert codelist("gases").find("HFC-134a")["code"] == "HFC134a"
    assert codelist("ipcc2006").find("1A1a")["code"] == "1.A.1.a"
    assert codelist("energy_balance_rows").find("运输和输配损失量")["code"] == "B3a"


def test_a_name_of_several_codes_is_not_guessed() -> None:
    with pytest.raises(AmbiguousName, match=r"1\.A\.3.*1\.B\.2\.a\.iii\.3"):
        codelist("ipcc2006").find("Transport")


def test_a_code_whose_namesakes_stand_below_it_is_meant() -> None:
    assert codelist("industries").find("烟煤和无烟煤开采洗选")["code"] == "061"


def test_an_unknown_code_names_near_ones() -> None:
    with pytest.raises(UnknownCode) as caught:
        codelist("sectors").find("transprot")
    assert "transport" in caught.value.fields["near"]
    with pytest.raises(UnknownCode):
        codelist("sectors").get("交通运输业")
    with pytest.raises(UnknownCode):
        codelist("ipcc2006").is_under("1.A", "no such code")


def test_an_unknown_list_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="ipcc2006"):
        codelist("ipcc2099")


def test_sectors_cover_those_of_the_factor_release() -> None:
    releases = sorted((PACK.parent / "factors").glob("*/items.csv"))
    assert releases, "no factor release in the package"
    for release in releases:
        with release.open(encoding="utf-8", newline="") as handle:
            used = {row["sector"] for row in csv.DictReader(handle)} - {""}
        assert sorted(used - set(codelist("sectors"))) == []


def test_gases_cover_those_of_the_gwp_tables() -> None:
    for table in sorted((PACK.parent / "factors").glob("*/gwp.csv")):
        with table.open(encoding="utf-8", newline="") as handle:
            used = {row["gas"] for row in csv.DictReader(handle)}
        assert sorted(used - set(codelist("gases"))) == []


def test_items_answer_to_code_and_names() -> None:
    catalogue = items()
    assert catalogue.find("原煤") == catalogue.get("raw_coal")
    assert catalogue.find("天然氣").code == "natural_gas"
    assert [item.code for item in catalogue.family("raw_coal")][:2] == ["raw_coal", "coal"]
    assert len(list(catalogue)) == len(catalogue) == catalogue.to_polars().height
    with pytest.raises(UnknownCode):
        catalogue.get("原煤")
    with pytest.raises(UnknownCode):
        catalogue.find("没有这种燃料")


def test_every_energy_item_of_the_balance_has_an_item() -> None:
    assert {item.energy_item for item in items()} - {""} == set(codelist("energy_items"))


@pytest.mark.parametrize(("origin", "target"), mappings())
def test_a_mapping_holds_known_codes_and_turns_round(origin: str, target: str) -> None:
    there, back = mapping(origin, target), mapping(target, origin)
    for row in there.rows:
        assert row["from_code"] in codelist(origin)
        assert row["to_code"] in codelist(target)
        assert row["relation"] in RELATIONS
        assert row["source"]
    pairs = {(row["from_code"], row["to_code"]) for row in there.rows}
    assert len(pairs) == len(there.rows)
    assert {(b, a) for a in {p[1] for p in pairs} for b in (t.code for t in back.targets(a))} == pairs
    assert back.inverse().rows == there.rows
    assert there.to_polars().height == len(there.rows)


def test_mapping_relations_are_seen_from_the_asked_side() -> None:
    refining = mapping("ceads_sectors", "ipcc2006").targets("21")
    assert [(t.code, t.relation) for t in refining] == [("1.A.1.b", "1:n"), ("1.A.1.c", "n:m")]
    assert {t.relation for t in mapping("ipcc2006", "ceads_sectors").targets("1.A.4.a")} == {"1:n"}
    assert mapping("scopes", "provincial2011").targets("2")[0].relation == "partial"
    assert mapping("ceads_sectors", "industries").targets("46") == []


def test_ceads_sectors_cover_every_division_but_the_international_one() -> None:
    covered = {row["to_code"] for row in mapping("ceads_sectors", "industries").rows}
    divisions = {row["code"] for row in codelist("industries").rows if row["level"] == "2"}
    # 29 is split into its groups 291 and 292.
    assert divisions - covered == {"29"}
    assert {"291", "292"} <= covered


def test_the_sum_rules_of_ipcc_1996_are_kept_in_the_notes() -> None:
    targets = mapping("ipcc1996", "ipcc2006").targets("1.A.2.f")
    assert [t.code for t in targets] == [f"1.A.2.{letter}" for letter in "fghijklm"]
    assert {t.relation for t in targets} == {"1:n"}
    assert "gas" not in targets[0].note
    assert "N2O only" in mapping("ipcc1996", "ipcc2006").targets("4.D")[0].note


def test_mapping_errors() -> None:
    with pytest.raises(NotFound, match="ipcc1996"):
        mapping("gases", "gpc")
    with pytest.raises(UnknownCode):
        mapping("ipcc1996", "ipcc2006").targets("9.Z")


def _term_in(lang: Lang) -> str:
    use_language(lang)
    return term("emission")


def test_terms_in_both_languages() -> None:
    assert term("unmatched", "zh") == "未匹配"
    assert term("unmatched", "en") == "unmatched"
    assert copy_context().run(_term_in, "en") == "emission"
    assert copy_context().run(_term_in, "zh") == "排放量"
    assert all(row["name_zh"] and row["name_en"] for row in terms().rows)
    assert len(set(terms())) == len(terms())
    with pytest.raises(UnknownCode):
        term("no_such_term", "zh")


def test_normalise_folds_width_case_script_and_punctuation() -> None:
    assert normalise("（批發）Ｃｏａｌ  A-1") == normalise("批发coal a1")
    assert normalise("") == ""


def test_the_descriptor_is_true() -> None:
    paths = {part["path"] for part in PACKAGE["resources"]}
    on_disk = {path.relative_to(PACK).as_posix() for path in PACK.rglob("*.csv")}
    mend = "run tools/code_lists.py --describe src/tanheng/packs/codes"
    assert paths == on_disk, mend
    for part in PACKAGE["resources"]:
        raw = (PACK / part["path"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == part["sha256"], f"{part['path']} changed: {mend}"
        table = pl.read_csv(raw, infer_schema=False)
        assert (table.height, table.columns) == (part["rows"], part["columns"])
        assert part["source"]
        assert part["licence"]
        assert part["title"]["zh"]
        assert part["title"]["en"]


def test_tables_are_utf8_with_unix_lines() -> None:
    for path in PACK.rglob("*.csv"):
        raw = path.read_bytes()
        assert b"\r" not in raw, path.name
        assert not raw.startswith(b"\xef\xbb\xbf"), path.name
        assert raw.decode("utf-8").endswith("\n")


@needs_shared
@pytest.mark.shared
def test_the_pack_is_rebuilt_to_the_byte(tmp_path: Path) -> None:
    assert SHARED is not None
    copy = tmp_path / "codes"
    shutil.copytree(PACK, copy)
    tool = ROOT / "tools" / "code_lists.py"
    subprocess.run([sys.executable, tool, SHARED / "codes", copy], check=True)
    for path in sorted(PACK.rglob("*")):
        if path.is_file():
            assert (copy / path.relative_to(PACK)).read_bytes() == path.read_bytes(), path.name


def test_a_label_falls_back_to_the_other_language() -> None:
    assert codelist("ipcc2006").label("1.A.4.b", "en") == "Residential"
    assert codelist("crf").label("1.A.4.b", "zh") == "居民"
    assert codelist("industries").label("0111", "en") == "稻谷种植"
    with pytest.raises(UnknownCode):
        codelist("ipcc2006").label("9", "zh")


def test_a_list_of_ones_own() -> None:
    rows = [
        {"code": "a", "name_zh": "甲", "aliases": "first|一"},
        {"code": "b", "name_zh": "乙", "parent": "a"},
    ]
    own = CodeList("own", rows)
    assert own.find("FIRST")["code"] == "a"
    assert [row["code"] for row in own.children("a")] == ["b"]
    assert own.to_polars()["parent"].to_list() == [None, "a"]
    assert "2 codes" in repr(own)
