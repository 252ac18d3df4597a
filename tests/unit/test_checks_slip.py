"""Slips of the unit: in a series, from one year on, beside like entities, against the whole, per another amount."""

from __future__ import annotations

import polars as pl
import pytest

from tanheng.activity.checks.runner import CheckTables, run_checks

SPEC = {"by": ["item"], "factors": [10, 1000, 10000], "tolerance": 0.3}


def rows(amounts, entity="甲厂", item="coal", unit="t", start=2015):
    return pl.DataFrame(
        {
            "entity": [entity] * len(amounts),
            "period": [str(start + n) for n in range(len(amounts))],
            "item": [item] * len(amounts),
            "amount": [float(amount) for amount in amounts],
            "unit": [unit] * len(amounts),
        }
    )


def run(frame, parts=None, **more):
    found = run_checks([{"unit_slip": {**SPEC, **more}}], CheckTables(frame, parts))
    return [(one.rows[0]["entity"], one.rows[0].get("period"), one.fields["factor"]) for one in found]


@pytest.mark.parametrize(
    ("factor", "shown"), [(10, "10"), (1000, "1,000"), (10000, "10,000"), (0.1, "10"), (0.0001, "10,000")]
)
@pytest.mark.parametrize("at", range(6))
def test_one_year_of_a_series(factor, shown, at):
    amounts = [100, 104, 110, 108, 115, 121]
    amounts[at] *= factor
    assert run(rows(amounts)) == [("甲厂", str(2015 + at), shown)]


def test_the_message_says_what_it_was_compared_with():
    frame = rows([5.0, 5.2, 5100, 5.3], unit="万吨").with_columns(__file=pl.lit("a.csv"), __row=pl.lit(4))
    found = run_checks([{"unit_slip": SPEC}], CheckTables(frame))
    assert "“甲厂 2017 煤炭” 5,100 万吨 与同一序列的邻近各期（5.2 万吨）相差约 1,000 倍" in found[0].message(
        "zh"
    )
    assert "5,100 10⁴ t is about 1,000 times off its neighbours in the series (5.2 10⁴ t)" in found[
        0
    ].message("en")
    assert found[0].severity == "warning"


def test_two_slips_in_one_series():
    assert run(rows([100, 101, 102000, 103, 104, 105, 106000, 107])) == [
        ("甲厂", "2017", "1,000"),
        ("甲厂", "2021", "1,000"),
    ]


@pytest.mark.parametrize(
    "amounts",
    [
        [100, 110, 120, 130],
        [1, 2, 4, 8, 16, 32, 64],
        [100, 55, 100, 180, 90],
        [1, 1, 1, 12, 13, 12, 12],
        [3, 50, 2, 400, 7, 1000],
        [100],
        [100, 950],
        [0, 0, 100, 100],
    ],
)
def test_ordinary_series_are_left_alone(amounts):
    assert run(rows(amounts)) == []


def test_a_unit_that_changed_from_one_year_on():
    assert run(rows([100, 104, 110, 108000, 115000, 121000])) == [("甲厂", "2018", "1,000")]
    assert run(rows([100, 1_000_000])) == [("甲厂", "2016", "10,000")]


def test_a_series_in_several_units_is_compared_in_one():
    frame = pl.concat([rows([1000, 1010]), rows([0.102, 0.104], unit="万吨", start=2017)])
    assert run(frame) == []


def like(amounts, item="electricity"):
    return pl.concat([rows([amount], entity=f"厂{n}", item=item) for n, amount in enumerate(amounts)])


def test_like_entities_in_one_year():
    amounts = [90, 120, 75, 140, 101, 110, 95, 130]
    assert run(like(amounts)) == []
    amounts[3] *= 1000
    assert run(like(amounts)) == [("厂3", "2015", "1,000")]


def test_entities_of_all_sizes_are_no_measure_of_each_other():
    assert run(like([3, 4000, 70, 12, 900, 25, 60000, 1])) == []


def test_an_intensity_tells_what_amounts_do_not():
    output = [10, 20000, 300, 55, 4000, 130, 250000, 8]
    products = like(output, item="cement_product")
    power = like(
        [amount * rate for amount, rate in zip(output, [8, 9, 10, 8.5, 9, 11, 9.5, 10], strict=True)]
    )
    both = pl.concat([products, power])
    assert run(both, per="cement_product") == []
    slipped = both.with_columns(
        pl.when((pl.col("entity") == "厂4") & (pl.col("item") == "electricity"))
        .then(pl.col("amount") * 1000)
        .otherwise("amount")
        .alias("amount")
    )
    assert run(slipped) == []
    assert run(slipped, per="cement_product") == [("厂4", "2015", "1,000")]


def test_a_part_many_times_its_whole():
    whole = rows([100], unit="万吨")
    part = rows([60_000], unit="万吨").with_columns(sector=pl.lit("industry"))
    assert run(whole, part) == [("甲厂", "2015", "1,000")]
    assert run(whole, part.with_columns(amount=pl.lit(60.0))) == []
    assert run(whole, part.with_columns(amount=pl.lit(150.0))) == []
