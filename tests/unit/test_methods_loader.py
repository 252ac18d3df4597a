"""The loader of method packs: a good pack with one fault each is refused with file, line, key and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng as th
from small import activity, use
from tanheng.errors import NotFound, PackInvalid
from tanheng.inventory import method_files

GOOD = """\
format: tanheng-method/1
id: plant
version: "1"
title: {zh: 厂内方法, en: Plant method}
document:
  title: 厂内规程
  publisher: 示例厂
  year: 2021
levels: [enterprise]
gas: CO2e
gwp: AR5
constants:
  c_to_co2: {value: 44/12, unit: tCO2/tC, source: 分子量之比}
sectors:
  industry: {category: {ipcc2006: 1.A.2}}
rules:
  - id: fuels
    title: {zh: 燃料, en: Fuels}
    clause: "1"
    when:
      kind: fuel
      sectors: [industry]
    gases: [CO2]
    scope: 1
    category: {ipcc2006: "{ipcc2006}"}
    formula: ncv * carbon_content * (1 - slip) * c_to_co2
    parameters:
      ncv: {property: ncv, unit: [GJ/t, GJ/Nm3], source: 2006 IPCC}
      carbon_content:
        unit: tC/GJ
        pin: {diesel: cn_prov2011_diesel_cc}
      slip: {unit: fraction, value: 0.01}
    split:
      raw_coal: {anthracite: share_anthracite, lignite: share_lignite}
  - id: leaks
    title: {zh: 泄漏, en: Leaks}
    clause: "2"
    when: {items: [natural_gas]}
    gases: [CH4, N2O]
    formula: ef
    parameters:
      ef: {unit: kg/TJ, gas: true}
checks:
  - jump: {by: [entity, item], limit: 0.5}
tables:
  - {id: by-category, title: {zh: 汇总, en: Summary}, rows: ipcc2006, columns: gas}
"""


def load(folder: Path, text: str, name: str = "plant.yaml") -> th.Method:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return th.load_method(path)


def test_the_good_pack_loads(tmp_path: Path) -> None:
    method = load(tmp_path, GOOD)
    assert (method.id, method.gas, method.gwp, len(method.rules)) == ("plant", "CO2e", "AR5", 2)
    assert method.rules[0].parameters["ncv"].units == ("GJ/t", "GJ/Nm3")
    rows = activity(use("柴油", 10, "t", sector="钢铁"))
    inventory = th.account(rows, method)
    assert inventory.total == pytest.approx(10 * 43.0 * 0.0202 * 0.99 * 44 / 12)
    assert inventory.by("ipcc2006").to_dicts()[0]["ipcc2006"] == "1.A.2"


FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    # name: what to replace, by what, text of the line that is told, key, word of the message in English
    "a key is missing": ("gas: CO2e\n", "", "format:", "gas", "missing"),
    "a rule's key is missing": ('    clause: "1"\n', "", "id: fuels", "rules.0.clause", "missing"),
    "a parameter's key is missing": ("ef: {unit: kg/TJ, gas: true}", "ef: {gas: true}", "ef: {gas", "rules.1.parameters.ef.unit", "missing"),
    "a key is unknown": ("levels:", "level:", "level:", "level", "Did you mean levels?"),
    "a rule's key is unknown": ("    formula: ef", "    fromula: ef", "fromula", "rules.1.fromula", "Did you mean formula?"),
    "a condition is unknown": ("kind: fuel", "kinds: fuel", "kinds:", "rules.0.when.kinds", "Did you mean kind?"),
    "the format is another": ("tanheng-method/1", "tanheng-method/9", "format:", "format", "none of"),
    "the id has capitals": ("id: plant", "id: Plant", "id: Plant", "id", "lower-case"),
    "the id is not the file's": ("id: plant", "id: other", "id: other", "id", "differs from the file name"),
    "the version is a number": ('version: "1"', "version: 1", "version:", "version", "quotes"),
    "a title lacks a language": ("title: {zh: 厂内方法, en: Plant method}", "title: {zh: 厂内方法}", "厂内方法", "title", "Chinese and English"),
    "a map is a text": ("document:\n  title: 厂内规程\n  publisher: 示例厂\n  year: 2021\n", "document: 厂内规程\n", "document:", "document", "keys and values"),
    "a number is a text": ("year: 2021", "year: now", "year:", "document.year", "must be a number"),
    "a flag is a text": ("gas: true", "gas: maybe", "ef: {unit", "rules.1.parameters.ef.gas", "true or false"),
    "a list is empty": ("gases: [CO2]", "gases: []", "gases: []", "rules.0.gases", "list of texts"),
    "a rule is a text": ("  - id: leaks", "  - leaks\n  - id: leaks", "- leaks", "rules.1", "keys and values"),
    "the total is of another gas": ("gas: CO2e", "gas: CO3", "gas: CO3", "gas", "none of"),
    "the GWP set is unknown": ("gwp: AR5", "gwp: AR7", "gwp:", "gwp", "none of"),
    "a level is unknown": ("[enterprise]", "[firm]", "levels:", "levels", "'firm' is none of province, city"),
    "a unit is unknown": ("unit: tC/GJ", "unit: tC/zorkmid", "zorkmid", "rules.0.parameters.carbon_content.unit", "not known"),
    "a list of units is empty": ("[GJ/t, GJ/Nm3]", "[]", "ncv: {", "rules.0.parameters.ncv.unit", "expected a unit"),
    "a formula is no arithmetic": ("formula: ef", "formula: ef *", "formula: ef *", "rules.1.formula", "arithmetic"),
    "a formula calls what it may not": ("formula: ef", "formula: open(ef)", "open(ef)", "rules.1.formula", "not allowed"),
    "a formula uses an unknown name": ("formula: ef", "formula: ef * gcv", "gcv", "rules.1.formula", "gcv is not defined"),
    "a formula uses a reserved word": ("formula: ef", "formula: ef * yield", "yield", "rules.1.formula", "reserved"),
    "a formula adds what differs": ("(1 - slip)", "(ncv - slip)", "ncv - slip", "rules.0.formula", "joins different units"),
    "a formula gives no mass of a gas": ("* c_to_co2", "* 1", "(1 - slip)", "rules.0.formula", "no mass of CO2"),
    "a formula fits one gas only": ("ef: {unit: kg/TJ, gas: true}", "ef: {unit: tCH4/TJ}", "formula: ef", "rules.1.formula", "no mass of N2O"),
    "a parameter is not used": ("      slip:", "      gcv: {unit: GJ/t}\n      slip:", "gcv:", "rules.0.parameters.gcv", "does not use it"),
    "a parameter has a constant's name": ("      slip:", "      c_to_co2: {unit: tCO2/tC}\n      slip:", "c_to_co2: {unit: tCO2/tC}", "rules.0.parameters.c_to_co2", "same name"),
    "a parameter is pinned and fixed": ("value: 0.01}", "value: 0.01, pin: {diesel: x}}", "slip:", "rules.0.parameters.slip", "exclude each other"),
    "a constant is no number": ("value: 44/12", "value: 44/0", "c_to_co2:", "constants.c_to_co2.value", "gives no number"),
    "a constant lacks its source": (", source: 分子量之比", "", "c_to_co2:", "constants.c_to_co2.source", "missing"),
    "a gas is unknown": ("gases: [CH4, N2O]", "gases: [CH4, N20]", "N20", "rules.1.gases.1", "no gas 'N20'"),
    "an item is unknown": ("items: [natural_gas]", "items: [naturalgas]", "naturalgas", "rules.1.when.items.0", "no item 'naturalgas'"),
    "an item of a split is unknown": ("lignite: share_lignite", "ligniet: share_lignite", "ligniet", "rules.0.split.raw_coal.ligniet", "no item 'ligniet'"),
    "a kind is unknown": ("kind: fuel", "kind: feul", "feul", "rules.0.when.kind", "no item is of kind 'feul'"),
    "a sector of a condition is unknown": ("sectors: [industry]", "sectors: [industri]", "industri]", "rules.0.when.sectors.0", "Near: industry"),
    "a sector is unknown": ("  industry: {cat", "  industri: {cat", "industri:", "sectors.industri", "Near: industry"),
    "a category is unknown": ("{ipcc2006: 1.A.2}", "{ipcc2006: 1.A.99}", "1.A.99", "sectors.industry.category.ipcc2006", "has no '1.A.99'"),
    "a category list is unknown": ("{ipcc2006: 1.A.2}", "{ipcc2007: 1.A.2}", "ipcc2007", "sectors.industry.category.ipcc2007", "no such code list"),
    "a place for a category is unknown": ('"{ipcc2006}"', '"{ipcc2009}"', "{ipcc2009}", "rules.0.category.ipcc2006", "is no code list"),
    "the item of a pin is unknown": ("pin: {diesel:", "pin: {deisel:", "deisel", "rules.0.parameters.carbon_content.pin.deisel", "no item 'deisel'"),
    "a pin is a number": ("cn_prov2011_diesel_cc", "7", "pin:", "rules.0.parameters.carbon_content.pin.diesel", "must be text"),
    "a rule's id stands twice": ("id: leaks", "id: fuels", "id: fuels", "rules.1.id", "stands twice"),
    "a key stands twice": ("gas: CO2e", "gas: CO2e\ngas: CO2", "gas: CO2\n", "gas", "stands twice"),
    "the YAML is broken": ("rules:", "rules: [", "- id: fuels", "–", "not valid YAML"),
    "a value has a tag": ("gwp: AR5", "gwp: !python AR5", "!python", "gwp", "cannot be read"),
    "a value refers to itself": ("levels: [enterprise]", "levels: &me [*me]", "&me", "levels.0.0", "refers to itself"),
    "a table's rows are unknown": ("rows: ipcc2006", "rows: ipcc", "rows: ipcc,", "tables.0.rows", "no column or code list"),
    "a check is unknown": ("jump:", "hop:", "hop:", "checks.0", "hop"),
    "a key of a check is unknown": ("limit: 0.5", "limits: 0.5", "limits", "checks.0", "limit"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_file_line_key_and_mend(tmp_path: Path, fault: str) -> None:
    old, new, line, key, word = FAULTS[fault]
    assert GOOD.count(old) == 1, "the fault must be planted once"
    text = GOOD.replace(old, new)
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, text)
    where = error.value.fields
    assert where["file"] == "plant.yaml"
    assert str(where["key"]).startswith(key)
    told = text.splitlines()[int(where["line"]) - 1]
    assert line.strip() in told, told
    zh, en = error.value.message("zh"), error.value.message("en")
    assert word in en
    assert f"第 {where['line']} 行" in zh
    assert f"line {where['line']}" in en
    assert error.value.fields["mend_zh"].strip()
    assert error.value.fields["mend_en"].strip()


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_what_is_no_pack_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, text)
    assert "tanheng-method/1" in error.value.message("en")


def test_a_pack_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plant.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(PackInvalid):
        th.load_method(path)


def test_a_method_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    for name in ("cn-energy-1999", tmp_path / "none.yaml"):
        with pytest.raises(NotFound) as error:
            th.load_method(name)
        assert "cn-energy-2011" in error.value.message("zh")


def test_a_pinned_factor_that_is_not_there_leaves_the_row_unmatched(tmp_path: Path) -> None:
    method = load(tmp_path, GOOD.replace("cn_prov2011_diesel_cc", "own_diesel_cc"))
    inventory = th.account(activity(use("柴油", 10, "t", sector="industry")), method)
    assert inventory.unmatched.get_column("code").to_list() == ["I-103"]
    assert "own_diesel_cc" in inventory.findings[0].message("zh")


@pytest.mark.parametrize("name", sorted(method_files()))
def test_every_method_that_ships_has_its_document_and_clauses(name: str) -> None:
    method = th.load_method(name)
    assert method.id == name
    assert method.document["title"]
    assert method.document["check"] in {"read", "recalled", "derived"}
    assert all(rule.clause for rule in method.rules)
    assert all(constant.source for constant in method.constants.values())
    library = th.load_factors()
    pinned = [
        factor for rule in method.rules for one in rule.parameters.values() for factor in one.pin.values()
    ]
    assert [factor for factor in pinned if factor not in library] == []
    assert method.to_dict()["digest"] == th.load_method(name).digest


def test_a_formula_that_gives_no_number_leaves_the_row_unmatched(tmp_path: Path) -> None:
    text = GOOD.replace("formula: ef", "formula: ef / efficiency").replace(
        "      ef: {unit: kg/TJ, gas: true}", "      ef: {unit: kg/TJ, gas: true, value: 1}\n      efficiency: {unit: fraction, value: 0.9}"
    )  # fmt: skip
    method = load(tmp_path, text)
    rows = activity(use("天然气", 9, "TJ"), use("天然气", 9, "TJ", parameters="efficiency=0", period="2022"))
    inventory = th.account(rows, method)
    assert {
        row["period"]: row["mass"] for row in inventory.by("period", "gas").to_dicts() if row["gas"] == "CH4"
    } == {"2021": pytest.approx(0.01)}
    assert inventory.unmatched.get_column("period").to_list() == ["2022"]
    assert "gives no number (ef=" in next(one for one in inventory.findings if one.code == "I-103").message(
        "en"
    )


def test_a_parameter_may_require_or_forbid_a_measured_value(tmp_path: Path) -> None:
    slip = "slip: {unit: fraction, value: 0.01}"
    required = load(tmp_path, GOOD.replace(slip, "slip: {unit: fraction, measured: required}"))
    forbidden = load(tmp_path, GOOD.replace(slip, "slip: {unit: fraction, value: 0.01, measured: forbidden}"))
    plain = activity(use("柴油", 10, "t", sector="industry"))
    own = activity(use("柴油", 10, "t", sector="industry", parameters="slip=50%"))
    full = 10 * 43.0 * 0.0202 * 44 / 12
    assert th.account(plain, required).unmatched.height == 1
    assert th.account(own, required).total == pytest.approx(full * 0.5)
    assert th.account(own, forbidden).total == pytest.approx(full * 0.99)
    assert [one.code for one in th.account(own, forbidden).findings] == ["I-113"], (
        "it is told that the value is not used"
    )
