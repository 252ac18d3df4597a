"""Seven Brazilian city inventories for 2022 (CityCatalyst exports of SEEG and EPE data): GPC totals to the kilogram.

The expected values are added up here from the files, with `csv` and `Decimal` alone and with the rules of the GPC written
out: nothing of the package is used for them.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared import GPC_CITIES, gpc_city, needs_shared
from tanheng.cli import cli
from tanheng.filings.ecrf import write_ecrf
from tanheng.inventory.reported.reading import read_reported

TOTALS = ("basic_t", "basic_plus_additions_t", "territorial_only_t", "territorial_t", "scope1_t", "scope2_t", "scope3_t", "other_t")  # fmt: skip
KEYS = {"NO", "NE", "IE", "C"}

pytestmark = needs_shared


def rows_of(code: str) -> list[dict[str, str]]:
    with gpc_city(code).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def counts_in(reference: str) -> set[str]:
    """The totals in which a reference counts, by the GPC."""
    sector, *rest = reference.split(".")
    last = rest[1] if len(rest) > 1 else ""
    if sector == "VI":
        return {"other_t"}
    if sector in {"IV", "V"}:
        return {"basic_plus_additions_t", "territorial_t", "scope1_t"}
    if reference == "I.4.4" or (sector == "III" and last == "3"):
        return {"territorial_only_t", "territorial_t", "scope1_t"}
    if last == "1":
        return {"basic_t", "territorial_t", "scope1_t"}
    if sector == "III":
        return {"basic_t", "scope3_t"}
    return {"basic_t", "scope2_t"} if last == "2" else {"basic_plus_additions_t", "scope3_t"}


def expected(code: str) -> dict[str, Decimal]:
    sums = dict.fromkeys(TOTALS, Decimal(0))
    for row in rows_of(code):
        if row["Total Emissions"] and row["GPC Reference Number"]:
            assert row["Total Emission Units"] == "t CO2e"
            for total in counts_in(row["GPC Reference Number"]):
                sums[total] += Decimal(row["Total Emissions"])
    return sums


@pytest.mark.parametrize("code", GPC_CITIES)
def test_totals_to_the_kilogram(code: str) -> None:
    found = read_reported(gpc_city(code), format="citycatalyst-csv")
    totals = found.totals()
    for name, value in expected(code).items():
        assert Decimal(repr(totals[name])) == value, name
    assert totals["doubtful_t"] == 0


@pytest.mark.parametrize("code", GPC_CITIES)
def test_the_command_prints_the_contract(code: str) -> None:
    result = CliRunner().invoke(
        cli, ["inventory", "read", str(gpc_city(code)), "--format", "citycatalyst-csv", "--json"]
    )
    told = json.loads(result.stdout)
    rows = rows_of(code)
    unknown = Counter(
        row["Notation Key"]
        for row in rows
        if row["GPC Reference Number"] and row["Notation Key"] and row["Notation Key"] not in KEYS
    )
    blank = sum(not row["GPC Reference Number"] for row in rows)
    assert result.exit_code == 1  # RN rows were refused
    assert told["refused_notation_keys"] == dict(unknown)
    assert told["blank_references"] == blank == (1 if code == "GYN" else 0)
    assert told["rows"] == len(rows) == told["kept"] + told["refused"]
    assert told["refused"] == sum(unknown.values()) + blank == len(told["refused_rows"])
    for name, value in expected(code).items():
        assert abs(Decimal(repr(told[name])) - value) < Decimal("0.0005"), name
    estimated = {row["GPC Reference Number"] for row in rows if row["Total Emissions"]}
    assert told["coverage"]["estimated"] == len(estimated)
    assert sum(told["coverage"].values()) == 48


@pytest.mark.parametrize("code", GPC_CITIES)
def test_all_rows_together_are_no_total_where_there_is_grid_supply(code: str) -> None:
    together = sum(Decimal(row["Total Emissions"]) for row in rows_of(code) if row["Total Emissions"])
    totals = read_reported(gpc_city(code)).totals()
    parts = ("basic_t", "basic_plus_additions_t", "territorial_only_t", "other_t")
    assert sum((Decimal(repr(totals[name])) for name in parts), Decimal(0)) == together
    assert (totals["basic_plus_t"] != float(together)) == (code in {"RIO", "SJM"})


def test_gases_are_kg_co2e_but_for_three_rows() -> None:
    """Rows whose gases differ from the total by more than a kilogram of each gas (GWP 28 and 265, AR5)."""
    differ = {}
    for code in GPC_CITIES:
        for number, row in enumerate(rows_of(code), 2):
            gases = {gas: row[f"{gas} Emissions"] for gas in ("CO2", "CH4", "N2O")}
            if row["Total Emissions"] and any(gases.values()):
                gap = abs(
                    sum(Decimal(text) for text in gases.values() if text)
                    - 1000 * Decimal(row["Total Emissions"])
                )
                allowed = sum({"CO2": 1, "CH4": 28, "N2O": 265}[gas] for gas, text in gases.items() if text)
                if gap > allowed:
                    differ[code, number] = row["GPC Reference Number"]
    assert differ == {("POA", 44): "III.1.2", ("RIO", 47): "III.2.1", ("RIO", 51): "III.4.1"}
    for code in GPC_CITIES:
        found = read_reported(gpc_city(code))
        told = found.frame.filter(found.frame["gas_check"] == "differs")
        assert dict(told.select("row", "reference").iter_rows()) == {
            number: reference for (where, number), reference in differ.items() if where == code
        }
        split = found.gases()
        totals = found.totals()
        whole = totals["basic_plus_t"] + totals["territorial_only_t"]
        assert sum(split.values()) == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize("code", GPC_CITIES)
def test_a_mapped_key_answers_and_the_workbook_reads_back(code: str, tmp_path: Path) -> None:
    found = read_reported(gpc_city(code), map_keys={"RN": "NE"})
    keys = sum(row["Notation Key"] == "RN" for row in rows_of(code))
    assert found.refused_notation_keys == {}
    assert found.frame.filter(found.frame["notation"] == "NE").height == keys
    assert found.totals()["basic_t"] == read_reported(gpc_city(code)).totals()["basic_t"]
    again = read_reported(write_ecrf(found, tmp_path / "city.xlsx"))
    assert again.frame.drop("row", "sheet").equals(found.frame.drop("row", "sheet"))
    assert again.totals() == found.totals()
    assert again.coverage().counts() == found.coverage().counts()
