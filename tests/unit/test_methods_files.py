"""What is no method pack is told in one line: code, file, what was expected and the mend, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import tanheng as th
from small import activity, use
from tanheng.errors import MethodNeeded, NotFound, PackInvalid, PackUnreadable
from tanheng.inventory import method_files
from tanheng.inventory.methods.pins import check_pins
from tanheng.inventory.quality.qa import run_qa

GOOD = method_files()["sichuan-park-2022"].read_text(encoding="utf-8")
FILES: dict[str, tuple[str, Callable[[Path], object], str, str]] = {
    "GBK": ("own.yaml", lambda path: path.write_bytes(GOOD.encode("gb18030")), "像是 GBK", "seems to be GBK"),
    "UTF-16": ("own.yaml", lambda path: path.write_bytes(GOOD.encode("utf-16")), "UTF-16", "UTF-16"),
    "another suffix": ("own.txt", lambda path: path.write_text(GOOD, encoding="utf-8"), "改名为 own.yaml", "rename it to own.yaml"),
    "two suffixes": ("own.yaml.txt", lambda path: path.write_text(GOOD, encoding="utf-8"), "改名为 own.yaml", "rename it to own.yaml"),
    "a folder": ("own.yaml", lambda path: path.mkdir(), "它是文件夹", "it is a folder"),
    "empty": ("own.yaml", lambda path: path.write_text(" \n"), "文件是空的", "the file is empty"),
    "binary": ("own.yaml", lambda path: path.write_bytes(bytes(range(256))), "二进制", "binary"),
    "text with NUL": ("own.yaml", lambda path: path.write_bytes(b"format: x\0"), "二进制", "binary"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, kind: str) -> None:
    name, write, zh, en = FILES[kind]
    write(tmp_path / name)
    with pytest.raises(PackUnreadable) as error:
        th.load_method(tmp_path / name)
    for lang, words, expected in (("zh", zh, "应为 UTF-8"), ("en", en, "Expected a text file in UTF-8")):
        message = error.value.message("zh" if lang == "zh" else "en")
        assert message.startswith("[P-002]")
        assert "\n" not in message
        assert all(one in message for one in (name, words, expected))
        assert error.value.fields[f"mend_{lang}"] in message


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "sichuan-park-2022.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert th.load_method(path).digest == th.load_method("sichuan-park-2022").digest


def test_a_method_that_ships_is_read_once_and_no_use_of_it_changes_it(tmp_path: Path) -> None:
    method = th.load_method("gpc-cn")
    assert th.load_method("gpc-cn") is method
    shown = method.to_dict()
    shown["rules"][0]["when"].clear()
    shown["title"]["zh"] = ""
    th.account(activity(use("柴油", 10, "t", sector="transport_road")), "gpc-cn").to_dict()
    method.with_parameter("combustion-co2", "oxidation", value=99, unit="percent", source="2021")
    again = tmp_path / "gpc-cn.yaml"
    again.write_bytes(method_files()["gpc-cn"].read_bytes())
    assert th.load_method(again).to_dict() == th.load_method("gpc-cn").to_dict()
    assert th.load_method(again).data == method.data


def test_an_id_comes_before_a_folder_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sichuan-park-2022").mkdir()
    assert th.load_method("sichuan-park-2022").gas == "CO2"
    assert th.load_method(Path("sichuan-park-2022")).gas == "CO2"
    with pytest.raises(NotFound):
        th.load_method("somewhere/else")


def test_a_document_and_a_clause_may_be_said_in_both_languages() -> None:
    method = th.load_method("cn-energy-2011")
    zh, en = method.document_facts("zh"), method.document_facts("en")
    assert zh[0].startswith("省级温室气体清单编制指南")
    assert en[0].startswith("Guidelines for the preparation of provincial")
    assert [one for one in en if any("\u4e00" <= sign <= "\u9fff" for sign in one)] == []
    assert (method.document["title"], method.document["title_en"]) == (zh[0], en[0])
    assert (method.rules[0].clause[:3], method.rules[0].clause_en[:9]) == ("第一章", "Chapter 1")
    assert th.load_method("ipcc-2006-stationary").rules[0].clause_en == "Volume 2, eq. 2.1"


@pytest.mark.parametrize(
    "wrong", ["clause: {zh: 第一节}", "clause: 7", "clause: {zh: 第一节, de: eins}", "clause: ' '"]
)
def test_a_clause_is_text_or_both_languages(tmp_path: Path, wrong: str) -> None:
    line = next(line.strip() for line in GOOD.splitlines() if "clause:" in line)
    path = tmp_path / "own.yaml"
    path.write_text(
        GOOD.replace("id: sichuan-park-2022", "id: own").replace(line, wrong, 1), encoding="utf-8"
    )
    with pytest.raises(PackInvalid) as error:
        th.load_method(path)
    assert error.value.fields["key"] == "rules.0.clause"
    assert "Chinese and English" in error.value.message("en")


def own_pack(folder: Path, old: str, new: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(GOOD.replace("id: sichuan-park-2022", "id: own").replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("pin", "zh", "en"),
    [
        (
            "cn_51_pilot_cool",
            "因子库没有编号“cn_51_pilot_cool”",
            "the factor library has no id 'cn_51_pilot_cool'",
        ),
        ("ipcc06_ncv_diesel_oil", "量纲不符", "does not fit the parameter's"),
        ("ipcc06_ch4_energy_industries_natural_gas", "是 CH4 的", "is of CH4"),
    ],
)
def test_a_run_and_the_check_say_the_same_of_a_pin(tmp_path: Path, pin: str, zh: str, en: str) -> None:
    path = own_pack(tmp_path, "coal: cn_51_pilot_coal", f"coal: {pin}")
    method, library = th.load_method(path), th.load_factors()
    with pytest.raises(PackInvalid) as error:
        check_pins(method, library, path)
    finding = th.account(activity(use("煤品", 1, "t")), method).findings[0]
    assert finding.code == "I-103"
    for lang, words in (("zh", zh), ("en", en)):
        for told in (error.value, finding):
            message = told.message("zh" if lang == "zh" else "en")
            assert words in message
            assert str(error.value.fields[f"mend_{lang}"]) in message


def test_a_measured_value_in_a_wrong_unit_is_told_with_row_units_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "厂.csv"
    file.write_text(
        "entity,period,region,item,amount,unit,parameters\n厂,2021,四川省,柴油,3,t,ncv=20 tC/t\n",
        encoding="utf-8",
    )
    finding = th.account(file, "cn-energy-2011").findings[0]
    zh, en = finding.message("zh"), finding.message("en")
    for words in (
        "厂.csv 第 2 行",
        "ncv=20 tC/t",
        "[mass_C] / [mass]",
        "[energy] / [mass]",
        "请改为以 GJ/t、GJ/万Nm3",
    ):
        assert words in zh
    for words in ("厂.csv, row 2", "ncv=20 tC/t", "Unit tC/t does not fit GJ/t", "Give a value in GJ/t"):
        assert words in en


def test_parts_of_an_own_pack_need_the_method(tmp_path: Path) -> None:
    path = own_pack(tmp_path, "x", "x")
    rows = activity(use("煤品", 10, "t"))
    parts = activity(use("煤品", 4, "t", sector="industry"), use("煤品", 7, "t", sector="residential"))
    inventory = th.account(rows, path)
    assert run_qa(inventory) == []
    with pytest.raises(MethodNeeded) as error:
        run_qa(inventory, parts=parts)
    assert "method=" in error.value.message("zh")
    assert "own" in error.value.message("en")
    assert [one.severity for one in run_qa(inventory, path, parts=parts)] == ["error"]


def test_parts_are_not_accounted_for_without_what_was_overridden() -> None:
    method = th.load_method("sichuan-park-2022").with_parameter(
        "fuel-use", "ef", value=2, unit="tCO2/t", source="2021 test"
    )
    inventory = th.account(activity(use("煤品", 10, "t")), method)
    with pytest.raises(MethodNeeded):
        run_qa(inventory, parts=activity(use("煤品", 10, "t", sector="industry")))
