"""Why the emissions of real provinces changed: CEADs with population and GDP at current prices, inside one window."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tests.shared import SHARED, ceads, needs_shared

from tanheng.cli import cli

FACTORS = "population,gdp/population,intensity=co2/gdp"


def run(*arguments: str) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(cli, ["drivers", *arguments, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def provinces(tmp_path: Path) -> Path:
    assert SHARED is not None
    long = [
        pl.read_csv(SHARED / "china_province_gdp_pop" / file, infer_schema=False)
        .unpivot(index="region", variable_name="year", value_name=name)
        .with_columns(pl.col(name).str.strip_chars().cast(float))
        for file, name in (("gdp_nominal_100m_rmb.csv", "gdp"), ("population_10k.csv", "population"))
    ]
    emissions = pl.read_csv(ceads("provinces_30_by_fuel_1997_2019.csv")).select(
        region="province", year=pl.col("year").cast(pl.String), co2="Scope_1_Total_mtco2"
    )
    file = tmp_path / "provinces.csv"
    emissions.join(long[0], on=["region", "year"]).join(long[1], on=["region", "year"]).write_csv(file)
    return file


@needs_shared
@pytest.mark.parametrize("form", ["additive", "multiplicative"])
@pytest.mark.parametrize("method", ["lmdi-1", "lmdi-2", "shapley"])
def test_liaoning_inside_a_window(provinces: Path, form: str, method: str) -> None:
    code, found = run(
        str(provinces), "--where", "region=Liaoning", "--total", "co2", "--factors", FACTORS, "--by", "region",
        "--period", "year", "--method", method, "--form", form, "--from", "2010", "--to", "2019", "--nominal", "gdp",
    )  # fmt: skip
    assert code == 0
    assert [(step["from"], step["to"]) for step in found["steps"]] == [
        (str(year), str(year + 1)) for year in range(2010, 2019)
    ]
    for step in [*found["steps"], found["chained"], found["unchained"]]:
        assert abs(step["residual"]) < 1e-9
        assert list(step["effects"]) == ["population", "gdp/population", "intensity"]
    whole = sum if form == "additive" else lambda values: __import__("math").prod(values)
    assert found["chained"]["change"] == pytest.approx(whole([step["change"] for step in found["steps"]]))
    assert [one["code"] for one in found["findings"]] == ["D-101"]


@needs_shared
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], "D-003"),
        (["--from", "2010"], "D-003"),
        (["--nominal", "gdp"], "D-004"),
        (["--nominal", "gdp", "--from", "2009", "--to", "2010"], "D-004"),
        (["--deflator", "gdp=population"], "D-004"),
    ],
)
def test_nominal_money_is_refused_and_the_break_is_never_crossed(
    provinces: Path, more: list[str], code: str
) -> None:
    exit_code, found = run(
        str(provinces),
        "--where",
        "region=Liaoning",
        "--total",
        "co2",
        "--factors",
        FACTORS,
        "--period",
        "year",
        *more,
    )
    assert exit_code == 2
    assert found["error"]["code"] == code
    assert "2009" in found["error"]["message"]["en"] or code == "D-003"


@needs_shared
def test_regions_roll_up_to_the_sum_of_regions(provinces: Path) -> None:
    asked = ["--total", "co2", "--factors", FACTORS, "--period", "year", "--nominal", "gdp", "--to", "2009"]
    _, together = run(str(provinces), "--by", "region", *asked)
    _, apart = run(str(provinces), "--place", "region", *asked)
    for name, effect in together["chained"]["effects"].items():
        each = {place["place"]: place["chained"]["effects"][name] for place in apart["places"]}
        assert sum(each.values()) == pytest.approx(effect)
        by = {region: effects[name] for region, effects in together["chained"]["by"]["region"].items()}
        assert by == pytest.approx(each)
