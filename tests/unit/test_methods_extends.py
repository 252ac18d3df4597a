"""Packs on the ground of another: what is kept, what is changed, and where a fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng as th
from small import activity, use
from tanheng.errors import IncompatibleUnit, NotFound, PackInvalid

HEAD = "format: tanheng-method/1\nextends: {base}\nid: {id}\nversion: '1'\n"


def load(folder: Path, text: str, *, base: str = "cn-energy-2011", name: str = "own") -> th.Method:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.format(base=base, id=name) + text, encoding="utf-8")
    return th.load_method(path)


def test_what_is_not_written_is_kept(tmp_path: Path) -> None:
    base, own = th.load_method("cn-energy-2011"), load(tmp_path, "")
    assert [rule.id for rule in own.rules] == [rule.id for rule in base.rules]
    assert own.document == base.document
    assert own.sectors == base.sectors
    assert own.digest != base.digest
    rows = activity(use("柴油", 10, "t"), use("电力", 5, "MWh"))
    assert th.account(rows, own).digest == th.account(rows, base).digest


def test_one_pin_changes_one_item_only(tmp_path: Path) -> None:
    own = load(
        tmp_path,
        "rules:\n  - id: combustion-co2\n    parameters: {ncv: {pin: {diesel: ipcc06_ncv_diesel_oil}}}\n",
    )
    pins = own.rules[0].parameters["ncv"].pin
    assert pins["diesel"] == "ipcc06_ncv_diesel_oil"
    assert pins["gasoline"] == "cn_gbt32151_gasoline_ncv"
    assert (
        own.rules[0].parameters["oxidation"]
        == th.load_method("cn-energy-2011").rules[0].parameters["oxidation"]
    )
    assert th.account(activity(use("柴油", 1, "t")), own).total == pytest.approx(
        43.0 * 0.0202 * 0.98 * 44 / 12
    )


def test_a_rule_is_changed_by_its_id_and_a_new_one_is_added(tmp_path: Path) -> None:
    own = load(
        tmp_path,
        """rules:
  - id: electricity-imported
    memo: false
  - id: heat
    title: {zh: 外购热力, en: Purchased heat}
    clause: "2"
    when: {items: [heat]}
    gases: [CO2]
    scope: 2
    formula: ef
    parameters: {ef: {unit: tCO2/GJ, value: 0.11}}
""",
    )
    assert [rule.id for rule in own.rules] == [
        "combustion-co2",
        "electricity-imported",
        "electricity-exported",
        "heat",
    ]
    inventory = th.account(activity(use("电力", 10, "MWh", activity="外购电力"), use("热力", 10, "GJ")), own)
    assert {row["item"]: row["emission"] for row in inventory.by("item").to_dicts()} == pytest.approx(
        {"electricity": 1.255, "heat": 1.1}
    )


def test_null_takes_a_key_away(tmp_path: Path) -> None:
    own = load(
        tmp_path,
        "rules:\n  - id: combustion-co2\n    parameters: {oxidation: {pin: null, value: 1}}\n    split: null\n",
    )
    assert own.rules[0].parameters["oxidation"].value == 1
    assert own.rules[0].split == {}
    assert th.account(activity(use("柴油", 1, "t")), own).total == pytest.approx(42.652 * 0.0202 * 44 / 12)
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, "gas: null\n")
    assert "'gas'" in error.value.message("en")
    assert "missing" in error.value.message("en")


def test_a_pack_may_extend_one_that_extends(tmp_path: Path) -> None:
    load(
        tmp_path,
        "rules:\n  - id: combustion-co2\n    parameters: {oxidation: {pin: null, value: 1}}\n",
        name="first",
    )
    second = load(
        tmp_path, "rules:\n  - id: electricity-imported\n    memo: false\n", base="first", name="second"
    )
    inventory = th.account(activity(use("柴油", 1, "t"), use("电力", 10, "MWh", activity="外购电力")), second)
    assert inventory.total == pytest.approx(42.652 * 0.0202 * 44 / 12 + 1.255)


FAULTS = {
    # text, line in the file, key, word of the message in English
    "a key is unknown": ("gass: CO2\n", 5, "gass", "Did you mean gas?"),
    "a formula of the second rule": ("rules:\n  - id: electricity-imported\n    formula: ef *\n", 7, "rules.1.formula", "arithmetic"),
    "a unit of a rule": ("rules:\n  - id: electricity-imported\n    parameters:\n      ef: {unit: tCO2/zorkmid}\n", 8, "rules.1.parameters.ef.unit", "not known"),
    "what the change breaks elsewhere": ("rules:\n  - id: combustion-co2\n    formula: ncv * carbon_content * c_to_co2\n", 6, "rules.0.parameters.oxidation", "does not use it"),
    "both value and pin": ("rules:\n  - id: combustion-co2\n    parameters:\n      oxidation: {value: 1}\n", 8, "rules.0.parameters.oxidation", "with extends write null"),
    "rules are a text": ("rules: none\n", 5, "rules", "must be a list"),
    "a rule is a text": ("rules:\n  - none\n", 6, "rules.3", "keys and values"),
    "a new rule lacks its keys": ("rules:\n  - id: heat\n", 6, "rules.3", "missing"),
    "an item is unknown": ("rules:\n  - id: combustion-co2\n    parameters: {ncv: {pin: {deisel: x}}}\n", 7, "rules.0.parameters.ncv.pin.deisel", "no item 'deisel'"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_where_it_stands(tmp_path: Path, fault: str) -> None:
    text, line, key, word = FAULTS[fault]
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, text)
    fields = error.value.fields
    assert (fields["file"], fields["line"]) == ("own.yaml", line), error.value.message("en")
    assert str(fields["key"]).startswith(key)
    assert word in error.value.message("en")


def test_a_fault_of_the_ground_is_told_there(tmp_path: Path) -> None:
    (tmp_path / "ground.yaml").write_text(
        HEAD.format(base="cn-energy-2011", id="ground") + "gas: CO3\n", encoding="utf-8"
    )
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, "", base="ground")
    assert (error.value.fields["file"], error.value.fields["line"]) == ("ground.yaml", 5)


@pytest.mark.parametrize("base", ["cn-energy-1999", "own"])
def test_what_is_not_there_cannot_be_extended(tmp_path: Path, base: str) -> None:
    with pytest.raises(PackInvalid) as error:
        load(tmp_path, "", base=base)
    assert (error.value.fields["line"], error.value.fields["key"]) == (2, "extends")
    assert "cn-energy-2011" in error.value.message("en")


def test_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD.format(base="two", id="one"), encoding="utf-8")
    (tmp_path / "two.yaml").write_text(HEAD.format(base="one", id="two"), encoding="utf-8")
    with pytest.raises(PackInvalid) as error:
        th.load_method(tmp_path / "one.yaml")
    assert error.value.fields["key"] == "extends"


def test_a_parameter_is_overridden_in_the_session() -> None:
    base = th.load_method("cn-energy-2011")
    own = base.with_parameter(
        "combustion-co2", "oxidation", value=99, unit="percent", source="2021 年检测", uncertainty=1
    )
    inventory = th.account(activity(use("柴油", 1, "t"), use("汽油", 1, "t")), own)
    assert inventory.by("item").to_polars().filter(item="diesel").get_column(
        "emission"
    ).item() == pytest.approx(42.652 * 0.0202 * 0.99 * 44 / 12)
    proof = inventory.proof(item="gasoline")
    value = next(one for one in proof.steps[0]["inputs"] if one["name"] == "oxidation")
    assert (value["value"], value["source"]["title"], value["uncertainty"]) == (0.99, "2021 年检测", 0.01)
    assert value["check"] == "measured"
    assert "oxidation=99 percent (2021 年检测)" in proof.text()
    assert own.digest != base.digest
    assert base.overridden == ()
    with pytest.raises(IncompatibleUnit):
        base.with_parameter("combustion-co2", "ncv", value=20, unit="tC/t", source="")
    with pytest.raises(NotFound) as error:
        base.with_parameter("combustion-co2", "gcv", value=1, unit="GJ/t", source="")
    assert "combustion-co2.oxidation" in error.value.message("en")
