"""The accounting SQL on every engine against exact arithmetic in Python, at the edges where engines differ."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from tanheng.engine import Engine, Parquet, load_sql

AMOUNTS = [
    0.0,
    0.1,
    0.5,
    1.5,
    2.5,
    1e-7,
    5e-7,
    123456.7890125,
    8.9e12,
    1 / 3,
    None,
    math.nan,
    math.inf,
    -1.0,
    -0.0,
    9.1e12,
]
UNITS = ["t", "kt", "?", None]


def _activity() -> pl.DataFrame:
    rows = [
        (f"i{n % 3}", unit, amount) for n, amount in enumerate(AMOUNTS) for unit in UNITS for _ in range(2)
    ]
    return pl.DataFrame(
        rows, schema={"item": pl.String, "unit": pl.String, "amount": pl.Float64}, orient="row"
    )


def _half_away(value: float) -> int:
    exact = Fraction(value)
    return math.floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)


MICRO = {"t": 1e6, "kt": 1e9}
UPPER = {"t": 9e12, "kt": 9e9}


def test_aggregate_is_exact(engine: Engine) -> None:
    activity = _activity()
    engine.register("activity", activity)
    engine.register(
        "units",
        pl.DataFrame({"unit": list(MICRO), "micro": list(MICRO.values())}),
    )
    sql = load_sql(
        "tanheng.inventory.accounting",
        "aggregate.sql",
        outer="coalesce(cast(m.d0 as varchar), '') as d0, coalesce(cast(m.d1 as varchar), '') as d1",
        inner='a."item" as d0, a."unit" as d1',
        kept="b.d0 as d0, b.d1 as d1",
        groups="b.d0, b.d1",
        amount='"amount"',
        unit='"unit"',
        most="cast('9e18' as double)",
    )
    found = {
        (row["d0"], row["d1"]): (int(row["amount_micro"]), int(row["good"]))
        for row in engine.query(sql).to_dicts()
    }
    expected: dict[tuple[str, str], tuple[int, int]] = {}
    for item, unit, amount in activity.iter_rows():
        if unit in MICRO and amount is not None and 0 <= amount <= UPPER[unit]:
            total, good = expected.get((item, unit), (0, 0))
            expected[item, unit] = (total + _half_away(amount * MICRO[unit]), good + 1)
    assert found == expected


@pytest.mark.parametrize(
    "scaled", [1.9812e3, 1e-9, 0.0, 1 / 3 * 1e3, 28638.8888888889, 2.1650200000000003e3, -412.5, 1e6]
)
def test_products_are_rounded_once_and_cast_alike(engine: Engine, scaled: float) -> None:
    amounts = [
        0,
        1,
        2,
        77_960_937_810_000,
        9_007_199_254_740_993,
        9_000_000_000_000_000_000,
        328_627_777_000_000,
        5,
    ]
    engine.register(
        "amounts",
        pl.DataFrame(
            {
                "cell": range(len(amounts)),
                "key": [0] * len(amounts),
                "amount": [float(one) for one in amounts],
            }
        ),
    )
    engine.register("sheet", pl.DataFrame({"key": [0], "coefficient_row": [0], "scaled": [scaled]}))
    rows = engine.query(load_sql("tanheng.inventory.accounting", "account.sql")).sort("cell").to_dicts()
    found = [int(row["hi"]) * 2**32 + int(row["lo"]) for row in rows]
    assert found == [_half_away(float(amount) * scaled) for amount in amounts]


def test_columns_queries_and_kept_tables(engine: Engine, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"城市": ["成都", None], "n": [1, 2], "d": [Decimal("1.5"), Decimal("2.5")], "f": [True, False]}
    )
    frame.write_parquet(tmp_path / "a.parquet")
    engine.register("t", Parquet(tmp_path / "a.parquet"))
    assert engine.columns("t") == {"城市": "text", "n": "number", "d": "number", "f": "other"}
    engine.create("kept", 'select a."城市" as "城市", a.n + 1 as n from t as a where a.n > 1')
    assert engine.query("select k.n as n from kept as k").to_dicts() == [{"n": 3}]
    assert engine.query("select k.n as n from kept as k where k.n > 99").height == 0
    assert engine.rows_at("t", "n = 2", 5).get_column("城市").to_list() == [None]


def test_a_name_that_is_used_again_gives_the_new_rows(engine: Engine) -> None:
    for n in range(40):
        frame = pl.DataFrame(
            {"a": [str(n % 3) * (n % 5)] * (1 + n % 2), "s": ["x" * (n % 7), "y"][: 1 + n % 2]}
        )
        engine.register("t", frame)
        found = engine.query("select t.a as a, t.s as s from t as t").rows()
        assert sorted(found) == sorted(frame.rows())
