"""CEADs, 290 cities, 1997-2019 (Shan et al. 2022): the jumps and gaps that the source holds, as a worklist with reasons."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from shared import ceads, ceads_cities, needs_shared
from tanheng.activity import Finding
from tanheng.activity.checks.runner import CheckTables, run_checks
from tanheng.activity.checks.series import check_series
from tanheng.activity.worklist import Worklist, read_worklist
from tanheng.cli import cli

pytestmark = [needs_shared, pytest.mark.shared]
SPEC = {"by": ["entity", "item"], "limit": 0.5}
PANJIN = "辽宁盘锦"


@pytest.fixture(scope="module")
def cities() -> pl.DataFrame:
    return ceads_cities()


@pytest.fixture(scope="module")
def found(cities: pl.DataFrame) -> list[Finding]:
    return check_series(SPEC, CheckTables(cities))


def entities(findings: list[Finding]) -> set[str]:
    return {finding.rows[0]["entity"] for finding in findings}


def test_the_count_of_the_source_is_of_changes_to_the_next_known_year(cities: pl.DataFrame) -> None:
    """|E_t / E_before - 1| > 0.5, where before is the last known year, whatever lies between: 167 in 112 cities."""
    jumps = run_checks([{"jump": SPEC}], CheckTables(cities))
    assert len(jumps) == 167
    assert len(entities(jumps)) == 112


def test_jumps_between_years_that_follow_are_told_from_those_across_a_gap(found: list[Finding]) -> None:
    kinds = Counter(finding.code for finding in found)
    assert kinds == {"Q-002": 115, "Q-041": 52, "Q-040": 224}
    jumps = [finding for finding in found if finding.code != "Q-040"]
    assert len(entities(jumps)) == 112
    assert len(entities([finding for finding in found if finding.code == "Q-002"])) == 77


def test_every_gap_is_listed(found: list[Finding], cities: pl.DataFrame) -> None:
    gaps = [finding for finding in found if finding.code == "Q-040"]
    assert len(entities(gaps)) == 147
    year = pl.col("period").cast(pl.Int64)
    span = cities.group_by("entity").agg((year.max() - year.min() + 1 - pl.len()).alias("lacking"))
    assert sum(finding.rows[0]["missing"] for finding in gaps) == span.get_column("lacking").sum() == 359


def test_panjin_2015_to_2017(found: list[Finding]) -> None:
    here = [finding for finding in found if finding.rows[0]["entity"] == PANJIN]
    assert [finding.code for finding in here] == ["Q-041", "Q-040"]
    jump, gap = (finding.message("en") for finding in here)
    assert "from 20.931774 in 2015 to 38.747514 MtCO2 in 2017 (+85.1%, +36.1% a year)" in jump
    assert "across the missing 2016" in jump
    assert "no number for 2016, between 2015 and 2017" in gap
    assert "折合每年 +36.1%" in here[0].message("zh")


def test_reasons_turn_doubts_into_explained_ones_and_survive(
    found: list[Finding], cities: pl.DataFrame, tmp_path: Path
) -> None:
    first = Worklist.of(found)
    assert first.frame.get_column("id").n_unique() == len(found) == 391
    told = first.explained({"城市": [PANJIN], "年份": ["2017"], "原因": ["口径调整"], "说明": ["口径试例"]})
    assert not told.findings
    assert told.counts() == {"open": 390, "explained": 1, "corrected": 0, "accepted": 0}
    assert told.breaks() == [(PANJIN, "2017")]
    kept = read_worklist(told.to_csv(tmp_path / "doubts.csv"))
    assert kept.frame.equals(told.frame)
    again = Worklist.of(check_series(SPEC, CheckTables(cities.reverse())), before=kept)
    assert again.counts() == told.counts()
    mended = cities.with_columns(
        pl.when((pl.col("entity") == PANJIN) & (pl.col("period") == "2017"))
        .then(40.0)
        .otherwise("amount")
        .alias("amount")
    )
    changed = Worklist.of(check_series(SPEC, CheckTables(mended)), before=kept)
    opened = changed.frame.filter(pl.col("was") == "explained").row(0, named=True)
    assert (opened["entity"], opened["code"], opened["state"], opened["note"]) == (
        PANJIN,
        "Q-041",
        "open",
        "口径试例",
    )


def test_the_command_line_counts_them_and_names_panjin() -> None:
    file = str(ceads("cities_290_total_1997_2019.csv"))
    run = CliRunner().invoke(cli, ["inventory", "read", file, "--format", "ceads", "--json"])
    told = json.loads(run.stdout)["series"]
    assert (told["jumps"], told["regions_with_jumps"]) == (167, 112)
    assert (told["gaps"], told["regions_with_gaps"], told["missing_years"]) == (224, 147, 359)
    assert told["codes"] == {"Q-002": 115, "Q-040": 224, "Q-041": 52}
    here = {one["code"]: one for one in told["doubts"] if one["entity"] == PANJIN}
    assert set(here) == {"Q-040", "Q-041"}
    assert "2016" in here["Q-041"]["message_zh"]
    assert {one["state"] for one in told["doubts"]} == {"open"}
    text = CliRunner().invoke(cli, ["inventory", "read", file, "--format", "ceads", "--lang", "en"]).stdout
    assert "167 jumps (beyond 50%) in 112 regions; 224 gaps in 147 regions, 359 years missing" in text
