"""Numbers that used to come out wrong without a word: each is refused, reported, or does not depend on how it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

import tanheng as th
from tanheng.cli import cli
from tanheng.errors import PackInvalid, ValueOutOfRange
from tanheng.filings import html_report
from tanheng.filings.word.report import docx_report
from tanheng.inventory.quality.grades import unverified_share

CASE = Path(th.__file__).parent / "packs" / "methods"


def table(**columns: list[Any]) -> dict[str, list[Any]]:
    rows = max((len(values) for values in columns.values()), default=1)
    base: dict[str, list[Any]] = {
        "entity": ["四川省"],
        "period": ["2021"],
        "item": ["柴油"],
        "amount": [1],
        "unit": ["t"],
    }
    return {
        name: values * rows if len(values) == 1 else values for name, values in {**base, **columns}.items()
    }


def codes(inventory: th.Inventory) -> set[str]:
    return {finding.code for finding in inventory.findings if finding.severity == "error"}


@pytest.mark.parametrize("activity", ["production", "closing_stock", "non_energy_use"])
def test_a_stated_activity_that_no_rule_names_is_not_burned(activity: str) -> None:
    for method in ("cn-energy-2011", "ipcc-2006-stationary"):
        found = th.account(table(activity=[activity], sector=["工业"]), method)
        assert (found.total, found.complete, codes(found)) == (0, False, {"I-102"})
        assert th.account(table(activity=["消费"], sector=["工业"]), method).complete


@pytest.mark.parametrize("region", [None, "CN-11"])
def test_the_total_does_not_depend_on_what_is_kept(region: str | None) -> None:
    rows = table(entity=["四川省", "甲厂", "甲厂"], item=["电力"], amount=[100, 10, 1], unit=["MWh"])
    for more in ({}, {"region": ["", "CN-12", ""]}):
        whole = th.account({**rows, **more}, "cn-energy-2011", region=region)
        kept = th.account({**rows, **more}, "cn-energy-2011", region=region, by=["item"])
        assert whole.by("item", memo=True).to_dicts() == kept.by("item", memo=True).to_dicts()
        assert "entity" not in kept.dimensions


@pytest.mark.parametrize(
    "text", ["oxidation=98", "oxidation=150 %", "oxidation=-1", "ncv=-42 GJ/t", "ncv=42700 GJ/t"]
)
def test_an_impossible_measured_value_is_not_used(text: str) -> None:
    found = th.account(table(parameters=[text]), "cn-energy-2011")
    assert (found.total, codes(found)) == (0, {"I-114"})
    assert "oxidation" in found.findings[0].message("en") or "ncv" in found.findings[0].message("en")


@pytest.mark.parametrize("text", ["ncv=42,7 GJ/t", "oxidation=0.98; oxidation=0.97"])
def test_an_ambiguous_measured_value_is_refused(text: str) -> None:
    found = th.account(table(parameters=[text]), "cn-energy-2011")
    assert (found.refused, codes(found)) == (1, {"A-112"})


def test_an_override_has_bounds_too() -> None:
    with pytest.raises(ValueOutOfRange):
        th.load_method("cn-energy-2011").with_parameter(
            "combustion-co2", "oxidation", value=250, unit="%", source="x"
        )


def test_methane_of_another_origin_is_not_given() -> None:
    found = th.account(table(gas=["CH4_biogenic"], sector=["工业"]), "ipcc-2006-stationary")
    assert (found.emissions.height, codes(found)) == (0, {"I-102"})
    assert set(th.account(table(gas=["CH4"], sector=["工业"]), "ipcc-2006-stationary").emissions["gas"]) == {
        "CH4_fossil"
    }


def test_mobile_combustion_is_none_of_the_stationary_method() -> None:
    found = th.account(table(sector=["道路运输"]), "ipcc-2006-stationary")
    assert (found.total, codes(found)) == (0, {"I-102"})


def changed(tmp_path: Path, **keys: Any) -> Path:
    data = yaml.safe_load((CASE / "ipcc-2006-stationary.yaml").read_text(encoding="utf-8"))
    data.update(keys, id="mine")
    path = tmp_path / "mine.yaml"
    path.write_text(
        yaml.safe_dump({k: v for k, v in data.items() if v is not None}, allow_unicode=True), encoding="utf-8"
    )
    return path


def test_a_total_that_would_lose_gases_is_refused(tmp_path: Path) -> None:
    for keys in ({"gas": "CO2"}, {"gwp": None}):
        with pytest.raises(PackInvalid):
            th.load_method(changed(tmp_path, **keys))


def test_a_pin_of_another_gas_is_not_taken(tmp_path: Path) -> None:
    data = yaml.safe_load((CASE / "ipcc-2006-stationary.yaml").read_text(encoding="utf-8"))
    rule = next(rule for rule in data["rules"] if rule["id"] == "non-co2-by-energy")
    rule["parameters"]["ef"] = {"unit": "t/GJ", "gas": True, "pin": {"diesel": "ipcc06_co2_diesel_oil"}}
    path = changed(tmp_path, rules=[rule])
    found = th.account(table(amount=[1], unit=["GJ"], sector=["工业"]), path)
    assert (found.emissions.height, codes(found)) == (0, {"I-103"})


def test_an_unverified_gwp_is_named() -> None:
    found = th.account(table(sector=["工业"]), "ipcc-2006-stationary")
    assert any(finding.code == "I-115" for finding in found.findings)
    step = next(step for step in found.proof(gas="CH4").steps if step["gas"] == "CH4_fossil")
    assert step["gwp_source"]["check"] == "recalled"
    assert not any(finding.code == "I-115" for finding in found.with_gwp("AR6").findings)


def test_nothing_known_has_no_interval() -> None:
    found = th.account(table(), "cn-energy-2011")
    assert found.monte_carlo(draws=100).interval() is None
    assert found.monte_carlo(draws=100).to_dict()["mean_t"] is None


def test_the_digest_does_not_depend_on_the_order_of_columns() -> None:
    rows = table(workshop=["一"], line=["a"])
    turned = dict(reversed(rows.items()))
    assert th.account(rows, "cn-energy-2011").digest == th.account(turned, "cn-energy-2011").digest


def test_what_rests_on_unchecked_factors_is_said_everywhere(tmp_path: Path) -> None:
    """One share, by absolute value: in text, JSON, the head of the page and the summary of the Word report."""
    rows = table(item=["柴油", "水泥熟料"], amount=[100.0, 50.0], unit=["t", "t"], sector=["工业", "工业"],
                 activity=["", "产量"])  # fmt: skip
    found = th.account(rows, "cn-provincial-2011")
    share = unverified_share(found)
    assert 0 < share < 100
    assert found.to_dict()["unverified_share"] == share
    said = f"{share:.1f} %"
    page = html_report(found, tmp_path / "a.html", lang="zh").read_text(encoding="utf-8")
    assert f"未经核实：{said}" in page.split("</header>")[0]
    paper = docx.Document(str(docx_report(found, tmp_path / "a.docx", lang="en")))
    assert any(f"Unverified: {said}" in one.text for one in paper.paragraphs)
    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    line = ["account", str(tmp_path / "a.csv"), "-m", "cn-provincial-2011", "--no-save", "--lang", "en"]
    assert f"Unverified: {said}" in CliRunner().invoke(cli, line).stdout


def test_a_total_of_which_nothing_was_computed_is_null() -> None:
    lost = th.account(table(item=["独角兽燃料"], sector=["工业"]), "cn-energy-2011").to_dict()
    assert (lost["total"], lost["complete"]) == (None, False)
    nothing = th.account(table(amount=[0.0], sector=["工业"]), "cn-energy-2011").to_dict()
    assert (nothing["total"], nothing["complete"]) == (0, True)
