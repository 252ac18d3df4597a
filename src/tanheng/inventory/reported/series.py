"""Series of reported emissions: jumps and gaps of each region over its years, as a worklist of doubts."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl

from tanheng.activity import Finding
from tanheng.activity.checks.runner import CheckTables
from tanheng.activity.checks.series import check_series
from tanheng.activity.worklist import Worklist

GAP = "Q-040"
_TONNES_IN_MT = 1e6
_SHOWN = ("id", "code", "severity", "state", "reason", "entity", "period", "message_zh", "message_en")


@dataclass(frozen=True)
class Series:
    """Doubts about series: jumps (Q-002 from one year to the next, Q-041 across missing years) and gaps (Q-040)."""

    findings: list[Finding]
    limit: float

    @property
    def jumps(self) -> list[Finding]:
        """Changes to the next known year beyond the limit."""
        return [one for one in self.findings if one.code != GAP]

    @property
    def gaps(self) -> list[Finding]:
        """Runs of years without a number between two that have one."""
        return [one for one in self.findings if one.code == GAP]

    @property
    def missing(self) -> int:
        """Years that the gaps lack, all together."""
        return sum(int(one.rows[0]["missing"]) for one in self.gaps)

    def regions(self, findings: list[Finding]) -> int:
        """How many regions some of the findings are about."""
        return len({str(one.rows[0]["entity"]) for one in findings})

    def counts(self) -> dict[str, int]:
        """Findings by code."""
        codes = sorted({one.code for one in self.findings})
        return {code: sum(one.code == code for one in self.findings) for code in codes}

    def to_dict(self) -> dict[str, Any]:
        """Counts, and each doubt with its id, code, state and reason, as `Worklist` has them."""
        return {
            "limit": self.limit,
            "jumps": len(self.jumps), "regions_with_jumps": self.regions(self.jumps),
            "gaps": len(self.gaps), "regions_with_gaps": self.regions(self.gaps), "missing_years": self.missing,
            "codes": self.counts(),
            "doubts": Worklist.of(self.findings).frame.select(_SHOWN).to_dicts(),
        }  # fmt: skip


@functools.cache
def _rules() -> dict[str, dict[str, str]]:
    with (files("tanheng.packs") / "rules" / "reported_series.csv").open(encoding="utf-8") as stream:
        return {row["format"]: row for row in csv.DictReader(stream)}


def series_of(totals: pl.DataFrame, format: str) -> Series:
    """Jumps and gaps of totals by region and year.

    Parameters
    ----------
    totals : DataFrame
        ``region, year, emission`` [t CO2] and the ``row`` where each stands.
    format : str
        Whose limit holds: ``ceads``.

    Source
    ------
    packs/rules/reported_series.csv

    Examples
    --------
    >>> years = pl.DataFrame({"region": ["a", "a"], "year": ["2015", "2017"], "emission": [2e7, 4e7], "row": [2, 3]})
    >>> found = series_of(years, "ceads")
    >>> len(found.jumps), found.missing, found.counts()
    (1, 1, {'Q-040': 1, 'Q-041': 1})
    """
    rule = _rules()[format]
    rows = totals.select(
        entity=pl.when(pl.col("region") == "").then(pl.lit("–")).otherwise("region"),
        period=pl.col("year").cast(pl.String),
        item=pl.lit("co2"),
        amount=pl.col("emission") / _TONNES_IN_MT,
        unit=pl.lit("MtCO2"),
        __row="row",
    )
    limit = float(rule["limit"])
    return Series(check_series({"by": rule["by"].split("|"), "limit": limit}, CheckTables(rows)), limit)
