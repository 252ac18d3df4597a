"""Key categories by IPCC 2006, volume 1, chapter 4, on six categories worked out from equations 4.1 and 4.2."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from tanheng.inventory.uncertainty.key_analysis import KeyCategories, key_categories_of
from tanheng.inventory.uncertainty.shares import category_uncertainty

METHOD = Path(__file__).parent / "packs" / "five-categories.yaml"
#: category, gas: E0, Et [t], U of the activity and of the factor [%], L, T, share of T
TABLE = {
    ("1.A.1", "CO2"): (10000, 12000, 2, 3, 0.474308, 0.019162, 0.099398),
    ("1.A.3", "CO2"): (5000, 7000, 5, 3, 0.276680, 0.055452, 0.287651),
    ("3.B.1", "CO2"): (-3000, -3500, None, None, 0.138340, 0.044710, 0.231928),
    ("3.A.1", "CH4"): (2000, 1500, 10, 30, 0.059289, 0.037452, 0.194277),
    ("3.C.4", "N2O"): (1000, 900, 20, 100, 0.035573, 0.011845, 0.061446),
    ("4.A", "CH4"): (800, 400, 20, 50, 0.015810, 0.024155, 0.125301),
}
SPREAD = {
    key: math.hypot(row[2], row[3]) for key, row in TABLE.items() if row[2] is not None and row[3] is not None
}


def table(*keys: tuple[str, str]) -> pl.DataFrame:
    rows = [
        {"category": key[0], "gas": key[1], "base": row[0], "current": row[1], "uncertainty": SPREAD.get(key)}
        for key, row in TABLE.items()
        if not keys or key in keys
    ]
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def found() -> KeyCategories:
    return key_categories_of(table())


def test_level_and_trend_of_each_category(found: KeyCategories) -> None:
    rows = {(row["category"], row["gas"]): row for row in found.lines.to_dicts()}
    assert rows.keys() == TABLE.keys()
    for key, (_, _, _, _, level, trend, share) in TABLE.items():
        assert rows[key]["level"] == pytest.approx(level, abs=5e-7)
        assert rows[key]["trend"] == pytest.approx(trend, abs=5e-7)
        assert rows[key]["trend_share"] == pytest.approx(share, abs=5e-7)


def test_the_category_that_passes_95_percent_is_key(found: KeyCategories) -> None:
    level = [("1.A.1", "CO2"), ("1.A.3", "CO2"), ("3.B.1", "CO2"), ("3.A.1", "CH4"), ("3.C.4", "N2O")]
    assert found.keys("level") == level
    cumulative = {row["category"]: row["level_cumulative"] for row in found.lines.to_dicts()}
    assert cumulative["3.A.1"] == pytest.approx(0.948617, abs=5e-7)
    trend = [
        ("1.A.3", "CO2"),
        ("3.B.1", "CO2"),
        ("3.A.1", "CH4"),
        ("4.A", "CH4"),
        ("1.A.1", "CO2"),
        ("3.C.4", "N2O"),
    ]
    assert found.keys("trend") == trend
    fifth = {row["category"]: row["trend_cumulative"] for row in found.lines.to_dicts()}["1.A.1"]
    # printed as the sum of five rounded shares
    assert fifth == pytest.approx(0.938555, abs=5 * 5e-7)
    assert set(found.keys()) == set(TABLE)


def test_approach_2_weighs_by_uncertainty_and_does_not_rank_what_has_none() -> None:
    found = key_categories_of(table(), approach=2)
    weights = {key: TABLE[key][1] / 25300 * spread for key, spread in SPREAD.items()}
    for row in found.lines.to_dicts():
        key = (row["category"], row["gas"])
        expected = weights[key] / sum(weights.values()) if key in weights else None
        assert row["level_share"] == (expected if expected is None else pytest.approx(expected))
    # L x U: 0.0363 (3.C.4), 0.0187, 0.0171, 0.0161, 0.0085: the first four make 91 %
    assert found.keys("level") == [("3.C.4", "N2O"), ("3.A.1", "CH4"), ("1.A.1", "CO2"), ("1.A.3", "CO2")]
    assert [(one.code, one.count) for one in found.findings] == [("I-231", 1)]
    assert "3.B.1 CO2" in found.findings[0].message("en")


def test_contribution_to_variance_of_independent_categories() -> None:
    """Column "variance" of the worked table of approach 1: (E x U / sum of E) squared."""
    listed = [key for key in TABLE if key in SPREAD]
    found = key_categories_of(table(*listed))
    squares = {key: (TABLE[key][1] * SPREAD[key]) ** 2 for key in listed}
    for row in found.lines.to_dicts():
        expected = squares[row["category"], row["gas"]] / sum(squares.values()) * 100
        assert row["variance_share"] == pytest.approx(expected)
    assert math.sqrt(sum(squares.values())) / sum(TABLE[key][1] for key in listed) == pytest.approx(
        5.557089, abs=5e-7
    )


def test_an_inventory_gives_what_the_table_gives(tmp_path: Path) -> None:
    """The five categories as activity with factors of known uncertainty: variance by category and by source."""
    path = tmp_path / METHOD.name
    text = METHOD.read_text(encoding="utf-8")
    for rule, category in (
        ("energy-industries", "1.A.1"),
        ("transport", "1.A.3"),
        ("enteric", "3.A.1"),
        ("soils", "3.C.4"),
        ("landfill", "4.A"),
    ):
        text = text.replace(f"id: {rule},", f"id: {rule}, category: {{ipcc2006: {category}}},")
    path.write_text(text, encoding="utf-8")
    items = {"1.A.1": "x_1a1", "1.A.3": "x_1a3", "3.A.1": "x_3a1", "3.C.4": "x_3c4", "4.A": "x_4a"}
    rows = [
        {"entity": "country", "region": "CN", "period": "2020", "item": items[key[0]], "amount": TABLE[key][1],
         "unit": "tCO2e", "uncertainty": TABLE[key][2]}
        for key in SPREAD
    ]  # fmt: skip
    inventory = th.account(pl.DataFrame(rows), path)
    found = {row["category"]: row for row in category_uncertainty(inventory).to_dicts()}
    squares = {key[0]: (TABLE[key][1] * SPREAD[key]) ** 2 for key in SPREAD}
    for (category, _), spread in SPREAD.items():
        row = found[category]
        assert row["uncertainty"] == pytest.approx(spread)
        assert row["variance_share"] == pytest.approx(squares[category] / sum(squares.values()) * 100)
        of_activity = (TABLE[category, _][2] / spread) ** 2 * row["variance_share"]
        assert row["from_activity"] == pytest.approx(of_activity)
        assert row["from_activity"] + row["from_factors"] == pytest.approx(row["variance_share"])
