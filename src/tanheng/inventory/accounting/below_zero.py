"""What is recovered or leaves as carbon cannot be more than what there is: categories that deductions bring below zero."""

from __future__ import annotations

import polars as pl

from tanheng.activity import Finding
from tanheng.codes import codelist
from tanheng.inventory.methods.method import Method
from tanheng.inventory.weights import NANO
from tanheng.quantities import gases

_ROWS = 5


def below_zero(method: Method, emissions: pl.DataFrame) -> list[Finding]:
    """A warning for each entity, year, category and gas of scope 1 that its deductions bring below zero.

    Parameters
    ----------
    method : Method
    emissions : DataFrame
        One row per cell, part and gas, with ``nano`` [10^-9 t of the gas].

    Returns
    -------
    list of Finding
        I-125. Removals are left out; energy sent out may be more than what is bought, and is of scope 2.
    """
    takers = {
        rule.id: next(iter(rule.category))
        for rule in method.rules
        if rule.effect == "deduction" and rule.scope == "1" and rule.category
    }
    here = emissions.filter(pl.col("rule").is_in(list(takers)) & (pl.col("nano") < 0) & ~pl.col("memo"))
    if here.is_empty():
        return []
    name = takers[here.get_column("rule")[0]]
    removals = [rule.id for rule in method.rules if rule.effect == "removal"]
    places = [one for one in ("entity", "period") if one in emissions.columns]
    keyed = emissions.filter(~pl.col("memo"), pl.col("scope") == "1", ~pl.col("rule").is_in(removals)).select(
        *(pl.col(one).cast(pl.String).str.slice(0, 4 if one == "period" else None) for one in places),
        code=pl.col("category").str.json_path_match(f"$.{name}"),
        gas=pl.col("gas").replace_strict(
            {code: row["family"] for code, row in gases().items()}, default=pl.col("gas")
        ),
        nano="nano",
        taken=pl.col("rule").is_in(list(takers)),
    )
    sums = keyed.group_by(*places, "code", "gas").agg(pl.col("nano").sum(), pl.col("taken").any())
    short = sums.filter(pl.col("taken") & (pl.col("nano") < 0)).sort(*places, "code", "gas")
    return [
        Finding(
            "I-125",
            {
                "where": tuple(" ".join([*(str(row[one]) for one in places), ""]) for _ in range(2)),
                "value": tuple(
                    f"{row['code']} {codelist(name).bare(row['code'], lang)}" for lang in ("zh", "en")
                ),
                "gas": row["gas"],
                "amount": f"{row['nano'] / NANO:,.6g}",
            },
            count=1,
        )
        for row in short.head(_ROWS).iter_rows(named=True)
    ]
