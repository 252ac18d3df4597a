"""The audit: what ships passes it, and what is wrong is found."""

import pytest

from tanheng.factors import load_factors
from tanheng.factors.audit import EXPLAINED, Finding, _explained
from tanheng.factors.carbon import carbon_checks
from tanheng.factors.model import columns, factor
from tanheng.factors.tables import Row
from tanheng.factors.validate import problems

CARBON = {
    "item": "lignite",
    "region": "CN",
    "year_valid_from": "2020",
    "source_title": "standard",
    "source_check": "read",
    "category": "property",
}


def row(name, property, value, unit, **cells):
    own = {"id": name, "property": property, "value": value, "unit": unit}
    return factor(dict.fromkeys(columns(), "") | CARBON | own | cells, pack="test")


def co2(value, unit, **cells):
    return row("co2", "emission_factor", value, unit, gas="CO2", category="stationary_combustion", **cells)


@pytest.fixture(scope="module")
def audit():
    return load_factors().audit()


def test_the_release_passes(audit):
    failures = [finding.en for finding in audit.findings if finding.level == "error"]
    assert failures == []
    assert audit.ok


def test_every_recalled_row_is_listed(audit):
    assert audit.unverified == [row.id for row in load_factors() if row.check == "recalled"]
    assert len(audit.unverified) == 339


def test_every_combustion_co2_factor_is_paired_or_told_why_not():
    checks = list(carbon_checks(load_factors()))
    paired = [check for check in checks if check.ratio is not None]
    assert {check.row.id for check in paired} >= {"ipcc06_co2_natural_gas", "cn_gbt32151_natural_gas_co2"}
    assert len(paired) >= 80
    assert all(check.agrees for check in paired)
    assert all(check.why_zh and check.why_en for check in checks if check.ratio is None)


def test_disagreements_stand_side_by_side_as_notes(audit):
    groups = {finding.ids for finding in audit.of("alternatives")}
    assert ("cn_prov2011_refinery_gas_of", "cn_prov2011_refinery_gas_of_99") in groups
    assert all(finding.level == "note" for finding in audit.of("alternatives"))


def test_the_audit_as_table_and_plain_data(audit):
    assert len(audit.to_polars()) == len(audit.findings)
    told = audit.to_dict()
    assert (told["ok"], told["rows"]) == (audit.ok, len(load_factors()))
    assert sum(sum(levels.values()) for levels in told["counts"].values()) == len(audit.findings)


@pytest.mark.parametrize(
    ("value", "unit", "agrees"),
    [
        ("101.2", "tCO2/TJ", True),
        ("101200", "kg/TJ", True),
        ("103.0", "tCO2/TJ", False),
        ("99.9", "tCO2/TJ", False),
    ],
)
def test_co2_per_energy_follows_from_carbon_content(value, unit, agrees):
    (check,) = carbon_checks([row("cc", "carbon_content", "27.6", "kg/GJ"), co2(value, unit)])
    assert check.parts == ("cc",)
    assert check.expected == pytest.approx(27.6 * 44 / 12 * (1000 if unit == "kg/TJ" else 1))
    assert check.agrees is agrees


@pytest.mark.parametrize(("value", "agrees"), [("1.1561", True), ("1.2043", False)])
def test_co2_per_mass_needs_ncv_and_oxidation(value, agrees):
    parts = [
        row("cc", "carbon_content", "27.6", "tC/TJ"),
        row("ncv", "ncv", "11.9", "GJ/t"),
        row("of", "oxidation_rate", "96", "percent"),
    ]
    (check,) = carbon_checks([*parts, co2(value, "tCO2/t")])
    assert check.parts == ("cc", "ncv", "of")
    assert check.agrees is agrees
    (bare,) = carbon_checks([parts[0], co2(value, "tCO2/t")])
    assert (bare.ratio, bare.agrees) == (None, True)
    assert "TJ/t" in bare.why_en


def test_carbon_contents_of_another_document_item_or_dimension_do_not_count():
    others = [
        row("other", "carbon_content", "27.6", "tC/TJ", source_title="another"),
        row("coke", "carbon_content", "27.6", "tC/TJ", item="coke"),
        row("share", "carbon_content", "60", "percent"),
    ]
    (check,) = carbon_checks([*others, co2("103", "tCO2/TJ")])
    assert check.ratio is None
    (trip,) = carbon_checks([*others, co2("103", "tCO2/vkm")])
    assert "vkm" in trip.why_zh


def test_of_several_printed_carbon_contents_the_nearest_counts():
    rows = [row("old", "carbon_content", "27.6", "tC/TJ"), row("new", "carbon_content", "28.0", "tC/TJ")]
    (check,) = carbon_checks([*rows, co2("102.7", "tCO2/TJ")])
    assert (check.parts, check.agrees) == (("new",), True)


def test_the_rules_find_a_value_outside_its_range_and_a_bad_unit():
    cells = dict.fromkeys(columns(), "") | CARBON
    cells |= {"id": "odd", "property": "ncv", "value": "9", "low": "10", "high": "12", "unit": "GJ/tt"}
    assert [problem.rule for problem in problems([Row("f.csv", 2, cells)])] == ["unit", "range"]


def test_exceptions_explain_errors_and_an_idle_exception_is_an_error():
    finding = Finding("carbon", "error", ("co2", "cc"), "差", "off")
    reason = {"check": "carbon", "id": "co2", "reason_zh": "文件如此印刷", "reason_en": "printed so"}
    (explained,) = _explained([finding], [reason])
    assert (explained.level, explained.en) == (EXPLAINED, "off; printed so")
    idle = _explained([], [reason])
    assert [(one.check, one.level) for one in idle] == [("exception", "error")]
