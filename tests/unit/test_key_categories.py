"""Key categories and contribution to variance: zero bases, unknowns, shared factors, and draws against propagation."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from small import activity, pack, use
from tanheng.errors import CellNotFound, ColumnMissing, InputUnreadable, use_language
from tanheng.inventory import Inventory
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.uncertainty.key_analysis import key_categories, key_categories_of
from tanheng.inventory.uncertainty.line_terms import line_terms
from tanheng.inventory.uncertainty.shares import category_uncertainty

RULES = """
  - id: works
    title: &t {{zh: 工业, en: Industry}}
    clause: "1"
    when: {{items: [coal, coke]}}
    gases: [CO2]
    category: {{ipcc2006: 1.A.2}}
    formula: ef
    parameters: {{ef: {{unit: tCO2/t, value: 2, uncertainty: {ef}}}}}
  - id: homes
    title: *t
    clause: "2"
    when: {{items: [lignite]}}
    gases: [CO2]
    category: {{ipcc2006: 1.A.4.b}}
    formula: ef
    parameters: {{ef: {{unit: tCO2/t, value: 2, uncertainty: {other}}}}}
"""


def account(folder: Path, rows: Any, *, ef: float = 4, other: float = 3) -> Inventory:
    return th.account(rows, pack(folder, "spread", RULES.format(ef=ef, other=other)))


def by_category(inventory: Inventory, **more: Any) -> dict[str, dict[str, Any]]:
    return {row["category"]: row for row in category_uncertainty(inventory, **more).to_dicts()}


def test_a_base_of_zero_takes_the_limit_of_the_trend() -> None:
    found = key_categories_of({"category": ["1.A.1", "1.A.3"], "base": [100, 0], "current": [100, 25]})
    trend = dict(found.lines.select("category", "trend").iter_rows())
    # equation 4.3 for the new one; the old one against a total that grew by a quarter
    assert trend == {"1.A.1": pytest.approx(0.25), "1.A.3": pytest.approx(0.25)}


def test_a_threshold_that_is_met_exactly_ends_the_list() -> None:
    found = key_categories_of({"category": ["1.A.1", "1.A.3", "4.A"], "current": [70, 25, 5]})
    assert [category for category, _ in found.keys("level")] == ["1.A.1", "1.A.3"]
    assert found.keys("trend") == []


def test_unknown_is_never_zero() -> None:
    table = {"category": ["1.A.1", "1.A.3", "4.A"], "base": ["10", "", "5"], "current": ["20", "5", ""]}
    rows = {row["category"]: row for row in key_categories_of(table).lines.to_dicts()}
    assert rows["4.A"]["level"] is None
    assert rows["1.A.3"]["trend"] is None
    assert rows["1.A.1"]["level"] == pytest.approx(0.8)
    assert rows["1.A.1"]["trend"] == pytest.approx(0)
    assert rows["4.A"]["level_key"] is not True


def test_rows_of_one_category_are_added_up() -> None:
    table = {"类别": ["1.A.1", "1.A.1", "4.A"], "气体": ["CO2", "CO2", "CH4"], "排放量": [1, 2, 1]}
    found = key_categories_of(table)
    assert found.lines.select("category", "emission", "level").rows() == [
        ("1.A.1", 3.0, 0.75),
        ("4.A", 1.0, 0.25),
    ]
    assert found.lines.get_column("name").to_list() == ["能源工业", "固体废弃物处置"]


def test_wrong_tables_are_told_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="current"):
        key_categories_of({"category": ["1.A.1"]})
    with pytest.raises(InputUnreadable, match="1,2"):
        key_categories_of({"category": ["1.A.1"], "current": ["1,2"]})
    assert (
        key_categories_of({"category": ["1.A.1"], "current": ["1,200"], "uncertainty": ["5 %"]}).lines[
            "uncertainty"
        ][0]
        == 5
    )
    with pytest.raises(InputUnreadable, match="-5"):
        key_categories_of({"category": ["1.A.1"], "current": [1], "uncertainty": [-5]})
    with pytest.raises(ArgumentInvalid, match="approach"):
        key_categories_of({"category": ["1.A.1"], "current": [1]}, approach=3)
    with pytest.raises(ArgumentInvalid, match=r"1\.A\.1"):
        key_categories_of({"category": ["1.A.1"] * 2, "current": [1, 2], "uncertainty": [5, 5]})
    inventory = account(tmp_path, activity(use("煤品", 1, "t")))
    with pytest.raises(CellNotFound, match="gpc"):
        key_categories(inventory, by="gpc")
    with pytest.raises(ArgumentInvalid, match="draws"):
        category_uncertainty(inventory, approach=2, draws=1)


def test_a_category_of_one_year_only_is_named(tmp_path: Path) -> None:
    now = account(tmp_path, activity(use("煤品", 100, "t"), use("褐煤", 50, "t")))
    base = account(tmp_path, activity(use("煤品", 100, "t")))
    found = key_categories(now, base)
    assert [finding.code for finding in found.findings] == ["I-230"]
    assert "1.A.4.b CO2" in found.findings[0].message("en")
    assert found.keys("trend") == [("1.A.2", "CO2"), ("1.A.4.b", "CO2")]
    assert key_categories(now).keys("trend") == []


def test_activity_that_is_not_counted_makes_no_trend_unsaid(tmp_path: Path) -> None:
    """A fuel that is misspelt in one year looks like a fall to nothing."""
    base = account(tmp_path, activity(use("煤品", 100, "t"), use("褐煤", 50, "t")))
    now = account(tmp_path, activity(use("煤品", 100, "t"), use("褐媒", 50, "t"), use("煤品", "abc", "t")))
    found = key_categories(now, base)
    assert [one.code for one in found.findings] == ["I-235", "I-230"]
    assert "the year is incomplete: 2 not counted" in found.findings[0].message("en")
    assert [one.code for one in key_categories(now).findings] == ["I-235"]
    assert [one.fields["year"][1] for one in key_categories(base, now).findings] == ["the base year"] * 2


def test_what_has_no_trend_is_told() -> None:
    table = {"category": ["A", "B", "C"], "base": [10, "", 5], "current": [10, 20, 0]}
    found = key_categories_of(table).findings
    assert [one.code for one in found] == ["I-236"]
    assert found[0].message("en").startswith("[I-236] B: the emission of the base year is unknown")
    lost = key_categories_of({"category": ["A", "B"], "current": [10, ""]}).findings
    assert ["by level leaves" in one.message("en") for one in lost] == [True]
    nil = key_categories_of({"category": ["A", "B"], "base": [10, -10], "current": [10, 20]})
    assert [one.code for one in nil.findings] == ["I-237"]
    assert key_categories_of({"category": ["A", "B"], "current": [10, 20]}).findings == []


def test_approach_2_gives_no_verdict_on_a_small_known_part() -> None:
    table = {"category": ["A", "B"], "current": [95, 5], "uncertainty": ["", 50]}
    found = key_categories_of(table, approach=2)
    assert found.keys("level") == []
    assert "no verdict" in found.findings[0].message("en")
    table["uncertainty"] = [5, ""]
    assert key_categories_of(table, approach=2).keys("level") == [("A", "")]


def test_the_list_is_the_methods_own_and_the_title_in_the_language(tmp_path: Path) -> None:
    inventory = th.account(activity(use("石灰", 1000, "t")), "cn-provincial-2011")
    found = key_categories(inventory)
    assert found.keys("level") == [("P2.2", "CO2")]
    assert "第 1 卷第 4 章" in found.title
    use_language("en")
    try:
        assert "volume 1, chapter 4" in key_categories(inventory).title
    finally:
        use_language("zh")


def test_another_unit_of_the_base_year_is_refused(tmp_path: Path) -> None:
    rows = activity(use("柴油", 10, "t", sector="工业"))
    with pytest.raises(ArgumentInvalid, match="AR4"):
        key_categories(
            th.account(rows, "ipcc-2006-stationary"), th.account(rows, "ipcc-2006-stationary", gwp="AR4")
        )


def test_categories_are_taken_whole_where_told(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(use("煤品", 100, "t"), use("褐煤", 50, "t")))
    found = key_categories(inventory, at=["1.A"])
    assert found.lines.select("category", "emission").rows() == [("1.A", 300.0)]


def test_the_origins_of_a_gas_are_one_gas() -> None:
    rows = activity(use("柴油", 10, "t", sector="工业"))
    found = key_categories(th.account(rows, "ipcc-2006-stationary")).lines
    assert sorted(found.get_column("gas").to_list()) == ["CH4", "CO2", "N2O"]
    assert found.get_column("level").sum() == pytest.approx(1)


def test_a_factor_in_two_categories_is_one_variable(tmp_path: Path) -> None:
    """Halves of the total that share their factor: each brings half of the variance, all of it from the factor."""
    text = RULES.format(ef=10, other=10).replace("[coal, coke]", "[coal]").replace("[lignite]", "[coke]")
    shared = "ncv * ef, parameters: {ncv: {property: ncv, unit: GJ/t, source: 2006 IPCC, region: GLOBAL, uncertainty: 10}, ef: {unit: tCO2/GJ, value: 0.07, uncertainty: 0}}"
    text = text.replace("formula: ef\n    parameters: {ef: {unit: tCO2/t, value: 2, uncertainty: 10}}", "__")
    first, second = (
        f"when: {{{{items: [diesel], sectors: [{one}]}}}}".replace("{{", "{").replace("}}", "}")
        for one in ("industry", "residential")
    )
    text = text.replace("when: {items: [coal]}", first).replace("when: {items: [coke]}", second)
    formula, _, parameters = shared.partition(", parameters: ")
    text = text.replace("__", f"formula: {formula}\n    parameters: {parameters}")
    path = pack(tmp_path, "spread", text)
    rows = activity(*(use("柴油", 100, "t", sector=one, uncertainty=0.0) for one in ("工业", "居民")))
    inventory = th.account(rows, path)
    found = by_category(inventory)
    assert inventory.uncertainty().relative == pytest.approx(10)
    for row in found.values():
        assert row["uncertainty"] == pytest.approx(10)
        assert row["variance_share"] == pytest.approx(50)
        assert row["from_factors"] == pytest.approx(50)
        assert row["from_activity"] == 0


def test_an_unknown_uncertainty_stays_unknown(tmp_path: Path) -> None:
    rows = activity(
        use("煤品", 100, "t", uncertainty=5), use("焦炭", 100, "t"), use("褐煤", 50, "t", uncertainty=5)
    )
    found = by_category(account(tmp_path, rows))
    assert found["1.A.2"]["uncertainty"] is None
    assert found["1.A.2"]["known_share"] == pytest.approx(50)
    assert found["1.A.4.b"]["uncertainty"] == pytest.approx(math.hypot(5, 3))
    none = by_category(account(tmp_path, activity(use("煤品", 100, "t"))))
    assert none["1.A.2"]["variance_share"] is None


SMALL = (
    use("煤品", 100, "t", uncertainty=5),
    use("焦炭", 60, "t", uncertainty=8),
    use("褐煤", 90, "t", uncertainty=6),
)


def test_draws_of_the_lines_add_up_to_those_of_the_inventory(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(*SMALL))
    lines = line_terms(inventory, "ipcc2006")
    assert lines.emission.sum() == pytest.approx(inventory.total)
    assert sorted(lines.terms.emission) == sorted(inventory.rows.get_column("emission"))
    whole = by_category(inventory, at=["1.A"], approach=2, draws=500, seed=7)["1.A"]
    assert (whole["low"], whole["high"]) == pytest.approx(inventory.monte_carlo(draws=500, seed=7).interval())
    assert whole["variance_share"] == pytest.approx(100)


def test_approaches_agree_for_small_independent_uncertainties(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(*SMALL))
    first, second = (by_category(inventory, approach=one, draws=100_000, seed=1) for one in (1, 2))
    for category, row in first.items():
        drawn = second[category]
        # a standard deviation of 100,000 draws is known to 0.22 %, a quantile of the tail to about 0.8 %
        assert drawn["uncertainty"] == pytest.approx(row["uncertainty"], rel=0.02)
        for name in ("variance_share", "from_activity", "from_factors"):
            assert drawn[name] == pytest.approx(row[name], abs=1.0)
    assert sum(row["variance_share"] for row in second.values()) == pytest.approx(100)


def test_approaches_differ_for_large_skewed_uncertainties_as_is_known(tmp_path: Path) -> None:
    """A product of two lognormals: variance E²(a² + b² + a²b²) against E²(a² + b²), and an interval that leans upward."""
    rows = activity(use("煤品", 100, "t", uncertainty=100), use("褐煤", 10, "t", uncertainty=5))
    inventory = account(tmp_path, rows, ef=120)
    first, second = (by_category(inventory, approach=one, draws=200_000, seed=1)["1.A.2"] for one in (1, 2))
    assert first["low"] < 0 < second["low"]
    assert second["high"] - second["emission"] > 1.2 * (second["emission"] - second["low"])
    a, b = 1.00 / 1.96, 1.20 / 1.96
    interaction = a * a * b * b / (a * a + b * b + a * a * b * b) * 100
    left = second["variance_share"] - second["from_activity"] - second["from_factors"]
    assert left == pytest.approx(interaction, rel=0.15)
    assert first["variance_share"] == pytest.approx(first["from_activity"] + first["from_factors"])


def test_an_inventory_of_nothing_has_no_key_categories(tmp_path: Path) -> None:
    inventory = account(tmp_path, activity(use("煤品", 1, "t")))
    empty = dataclasses.replace(inventory, emissions=inventory.emissions.head(0))
    assert key_categories(empty).lines.height == 0
    assert category_uncertainty(empty, approach=2, draws=10).to_polars().height == 0


def test_the_result_travels(tmp_path: Path) -> None:
    found = key_categories(account(tmp_path, activity(*SMALL)))
    assert found.to_dict()["level_key"] == [["1.A.2", "CO2"], ["1.A.4.b", "CO2"]]
    file = found.table().to_csv(tmp_path / "key.csv")
    assert pl.read_csv(file).height == 2
    assert "1.A.2" in repr(found)
