"""CEADs grid of CO2 (Guan et al. 2021; Shan et al. 2018): import, sums, and the crosswalk to IPCC, GPC and the guideline."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from shared import ceads, needs_shared
from tanheng.cli import cli
from tanheng.codes import codelist
from tanheng.inventory.problems import ArgumentInvalid
from tanheng.inventory.reported.ceads import CeadsGrid, grid_of, read_ceads
from tanheng.inventory.reported.ceads_crosswalk import LISTS, place_of

SECTORS = [row["name_en"] for row in codelist("ceads_sectors").rows]


@pytest.fixture(scope="module")
def three() -> CeadsGrid:
    return read_ceads(ceads("liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv"))


@needs_shared
@pytest.mark.shared
def test_every_stated_sum_of_the_three_provinces_is_the_sum_of_its_cells(three: CeadsGrid) -> None:
    assert three.refused.height == 0
    assert dict(three.stated.group_by("sum").len().iter_rows()) == {"fuels": 3191, "sectors": 1086}
    assert three.check().to_dicts() == []


@needs_shared
@pytest.mark.shared
def test_nothing_is_counted_twice_against_the_table_of_provinces(three: CeadsGrid) -> None:
    """The two files are extracts of one inventory: their scope 1 totals agree for each province and year."""
    whole = read_ceads(ceads("provinces_30_by_fuel_1997_2019.csv"))
    assert whole.check().to_dicts() == []
    assert whole.stated.height == 690
    ours = three.by("region", "year").to_polars()
    both = ours.join(whole.by("region", "year").to_polars(), on=["region", "year"], how="left")
    assert both.height == 69
    assert both.select((pl.col("emission") - pl.col("emission_right")).abs().max()).item() < 20  # 2e-5 Mt


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["national_by_fuel_1997_2019.csv", "national_by_sector_scope1_1997_2019.csv"]
)
def test_the_national_tables_agree_with_their_own_sums(name: str) -> None:
    grid = read_ceads(ceads(name))
    assert grid.refused.height == 0
    assert grid.stated.height == 23
    assert grid.check().to_dicts() == []


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize("to", LISTS)
def test_the_crosswalk_loses_and_doubles_nothing(three: CeadsGrid, to: str) -> None:
    table = three.crosswalk(to, by=("region", "year")).to_polars()
    ours = three.by("region", "year").to_polars().rename({"emission": "whole"})
    sums = table.group_by("region", "year").agg(pl.col("emission").sum()).join(ours, on=["region", "year"])
    assert sums.height == 69
    assert sums.select((pl.col("emission") - pl.col("whole")).abs().max()).item() < 1e-3
    codes = [code for code in table.get_column("category").unique() if code]
    inside = [
        (one, other) for one, other in itertools.permutations(codes, 2) if codelist(to).is_under(one, other)
    ]
    held = set(table.filter(how="above").get_column("category"))
    assert {other for _, other in inside} <= held
    assert "none" not in table.get_column("how")


@needs_shared
@pytest.mark.shared
def test_cement_stands_with_processes_and_not_with_its_sector(three: CeadsGrid) -> None:
    process = three.by("kind").to_polars().filter(kind="process").get_column("emission").item()
    for to, code in (("ipcc2006", "2.A.1"), ("gpc", "IV.1"), ("provincial2011", "P2.1")):
        found = three.crosswalk(to).to_polars().filter(category=code).get_column("emission").item()
        assert found == pytest.approx(process, abs=1e-3)


@needs_shared
@pytest.mark.shared
def test_the_command_prints_totals_by_year() -> None:
    path = str(ceads("provinces_30_by_fuel_1997_2019.csv"))
    done = CliRunner().invoke(cli, ["--lang", "en", "inventory", "read", path, "--format", "ceads"])
    assert done.exit_code == 0, done.output
    assert "2019" in done.output
    assert "Sums stated in the file: 690, of which 0 differ" in done.output
    assert "0 values refused" in done.output


def test_where_each_sector_stands() -> None:
    assert place_of("21", "ipcc2006") == ("1.A.1", "above")
    assert place_of("43", "gpc") == ("II", "above")
    assert place_of("39", "gpc") == ("I.4", "whole")
    assert place_of("46", "ipcc2006") == ("1.A.4.b", "whole")
    assert place_of("27", "ipcc2006") == ("1.A.2.f", "whole")
    assert place_of("27", "ipcc2006", with_process=True) == ("0", "above")
    for sector, to in itertools.product((row["code"] for row in codelist("ceads_sectors").rows), LISTS):
        assert place_of(sector, to)[1] in {"whole", "above"}


def test_shares_split_a_sector_without_losing_a_gram() -> None:
    grid = grid_of(pl.DataFrame({"year": ["2019"], "sector": [SECTORS[42]], "fuel": ["Diesel Oil"], "mt": ["0.100000000001"]}))  # fmt: skip
    shares = {"43": {"II.1": 0.7, "II.2": 0.2, "II.3": 0.1}}
    table = grid.crosswalk("gpc", shares=shares).to_polars()
    assert table.get_column("how").to_list() == ["shared"] * 3
    grams = [round(value * 1e6) for value in table.get_column("emission")]
    assert sum(grams) == 100_000_000_001
    for wrong in ({"43": {"II.1": 0.7}}, {"43": {"I.3": 1.0}}, {"43": {"II.1": 1.5, "II.2": -0.5}}):
        with pytest.raises(ArgumentInvalid):
            grid.crosswalk("gpc", shares=wrong)


def test_values_that_cannot_be_counted_are_refused_with_their_reason(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "province,year,sector,fuel,co2_mt\nA,2019,Urban,Raw Coal,1\nA,2019,Urban,Raw Coal,1\nA,2019,Urban,Coke,n.a.\n"
        "A,2019,Moon,Coke,1\nA,2019,Urban,Unobtainium,1\nA,19,Urban,Coke,1\nA,2019,Urban,Gasoline,\n",
        encoding="utf-8",
    )
    grid = read_ceads(file)
    assert grid.total == 1e6
    reasons = dict(grid.refused.select("row", "reason").iter_rows())
    assert reasons == {3: "twice", 4: "not a number", 5: "unknown sector", 6: "unknown fuel", 7: "not a year"}
    done = CliRunner().invoke(cli, ["inventory", "read", str(file), "--format", "ceads"])
    assert done.exit_code == 1


def test_a_matrix_in_a_workbook_with_a_sheet_for_each_year(tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "Sichuan.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        for year in ("2018", "2019"):
            page = book.add_worksheet(year)
            page.write_row(0, 0, ["Sector", "Raw Coal", "Coke", "Process", "Scope 1 Total"])
            page.write_row(1, 0, ["Total Consumption", 5, 3, 1, 9])
            page.write_row(2, 0, [SECTORS[0], 2, 1, 0, 3])
            page.write_row(3, 0, [SECTORS[26], 3, 2, 1, 6])
    grid = read_ceads(file)
    assert grid.by("year").to_dicts() == [
        {"year": "2018", "emission": 9e6},
        {"year": "2019", "emission": 9e6},
    ]
    assert grid.check().to_dicts() == []


def test_a_stated_sum_that_is_wrong_is_shown() -> None:
    rows = {"year": ["2019"] * 3, "sector": [SECTORS[0]] * 3, "fuel": ["Raw Coal", "Coke", "Scope 1 Total"], "mt": [1.0, 2.0, 3.1]}  # fmt: skip
    (apart,) = grid_of(pl.DataFrame(rows)).check().to_dicts()
    assert apart["difference"] == pytest.approx(-0.1e6)


@pytest.mark.slow
def test_thirty_provinces_in_one_call(tmp_path: Path) -> None:
    """Synthetic enlargement: 30 provinces, 23 years, 47 sectors, 17 fuels; every cell arrives and the sum holds."""
    fuels = [
        "Raw Coal", "Cleaned Coal", "Other Washed Coal", "Briquettes", "Coke", "Coke Oven Gas", "Other Gas", "Other Coking Products",
        "Crude Oil", "Gasoline", "Kerosene", "Diesel Oil", "Fuel Oil", "LPG", "Refinery Gas", "Other Petroleum Products", "Natural Gas",
    ]  # fmt: skip
    keys = list(itertools.product([f"P{n}" for n in range(30)], range(1997, 2020), SECTORS, fuels))
    mt = np.random.default_rng(1).random(len(keys)).round(6)
    table = pl.DataFrame(keys, schema=["province", "year", "sector", "fuel"], orient="row")
    file = tmp_path / "big.csv"
    table.with_columns(pl.Series("co2_mt", mt)).write_csv(file)
    started = time.perf_counter()
    grid = read_ceads(file)
    tables = [grid.crosswalk(to, by=("region", "year")).to_polars() for to in LISTS]
    seconds = time.perf_counter() - started
    print(f"{len(keys)} cells: {seconds:.2f} s")
    assert grid.cells.height == len(keys) == 551_310
    grams = sum(round(one * 1e12) for one in mt.tolist())
    assert round(grid.total * 1e6) == pytest.approx(grams, rel=1e-15)
    assert all(one.get_column("emission").sum() == pytest.approx(grid.total, rel=1e-12) for one in tables)


def test_a_formula_without_a_result_and_a_merged_number_are_refused(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("province", "year", "Raw_Coal_mtco2", "Coke_mtco2"),
        ("Sichuan", 2019, 1.5, "=1+1"),
        ("Liaoning", None, 2.5, 3),
        ("Sichuan", 2020, 4, None),
    ):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("D3:D4")
    book.save(tmp_path / "grid.xlsx")
    grid = read_ceads(tmp_path / "grid.xlsx")
    assert [(row["row"], row["fuel"]) for row in grid.refused.to_dicts()] == [
        (2, "Coke_mtco2"),
        (4, "Coke_mtco2"),
    ]
    assert grid.total == pytest.approx(11_000_000.0)
