"""Statements of a text and tables to hold them against, for tests."""

from __future__ import annotations

import polars as pl

from tanheng.activity.checks.runner import CheckTables, read_claims, run_checks

HEAD = ("subject", "period", "quantity", "value", "unit", "relation", "other", "section")
COEFFICIENTS = {"coal": ("t", 2.0), "electricity": ("万kWh", 6.0), "natural_gas": ("万m3", 21.0)}


def claims(*lines: str) -> pl.DataFrame:
    """Statements from lines of the form subject, period, quantity, value, unit, relation, other, section."""
    cells = [[cell.strip() for cell in line.split(";")] for line in lines]
    rows = [dict(zip(HEAD, row + [""] * (len(HEAD) - len(row)), strict=True)) for row in cells]
    return read_claims(pl.DataFrame(rows))[0]


def park(*years: str) -> CheckTables:
    """A park: industry burns coal and uses electricity, households burn gas; each year a tenth more."""
    rows = []
    for n, year in enumerate(years or ("2021",)):
        for sector, item, amount in (
            ("industry", "coal", 100_000),
            ("industry", "electricity", 20_000),
            ("residential", "natural_gas", 1_000),
        ):
            unit, per = COEFFICIENTS[item]
            grown = amount * 1.1**n
            rows.append(
                {
                    "entity": "某园区",
                    "period": year,
                    "sector": sector,
                    "item": item,
                    "amount": grown,
                    "unit": unit,
                    "emission": grown * per,
                }
            )
    frame = pl.DataFrame(rows)
    per_unit = pl.DataFrame(
        [{"item": item, "unit": unit, "coefficient": per} for item, (unit, per) in COEFFICIENTS.items()]
    )
    return CheckTables(frame.drop("emission"), emissions=frame, coefficients=per_unit)


NOTHING = CheckTables(
    pl.DataFrame(
        schema={
            "entity": pl.String,
            "period": pl.String,
            "item": pl.String,
            "amount": pl.Float64,
            "unit": pl.String,
        }
    )
)


def check(*lines: str, tables: CheckTables = NOTHING):
    full = CheckTables(
        tables.activity, claims=claims(*lines), emissions=tables.emissions, coefficients=tables.coefficients
    )
    found = run_checks([{"claims": {"tolerance": 0.02}}], full)
    for one in found:
        assert "{" not in one.message("zh") + one.message("en")
    return [one for one in found if one.code != "Q-092"]


def codes(*lines: str, tables: CheckTables = NOTHING, notes: bool = False):
    return [one.code for one in check(*lines, tables=tables) if notes or one.severity != "note"]
