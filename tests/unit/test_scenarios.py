"""Scenarios over a tree: comparison, wedges that add up, and exchange in the IAMC form."""

from __future__ import annotations

import copy
import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.shared import SHARED, needs_shared
from tests.unit.test_tree import SICHUAN, lever, small

from tanheng.cli import cli
from tanheng.errors import NotFound
from tanheng.pathways import Tree, compare_scenarios, load_tree, read_iamc, to_iamc, tree_of, wedges
from tanheng.pathways.scenarios.beside import against
from tanheng.pathways.scenarios.iamc import write_iamc
from tanheng.pathways.scenarios.wedges import COURSES
from tanheng.pathways.tree.problems import ExchangeInvalid


@pytest.fixture(scope="module")
def sichuan() -> Tree:
    return load_tree(SICHUAN)


def test_stronger_policy_emits_less_in_every_draw_year_by_year(sichuan: Tree) -> None:
    totals = [sichuan.evaluate(name, draws=100).total for name in ("baseline", "general", "strong")]
    assert (totals[0] >= totals[1]).all()
    assert (totals[1][:, 9:] > totals[2][:, 9:]).all()
    table = compare_scenarios(sichuan, draws=100).to_polars()
    assert table.filter(pl.col("scenario") == "strong").get_column("less").to_numpy()[-1] == pytest.approx(
        (totals[0] - totals[2]).mean(axis=0)[-1]
    )


@pytest.mark.parametrize("name", ["general", "strong"])
def test_wedges_add_up_exactly(sichuan: Tree, name: str) -> None:
    found = wedges(sichuan, name)
    whole = found.baseline - found.total
    np.testing.assert_allclose(sum(found.parts.values()), whole, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(found.total, sichuan.evaluate(name).total[0], rtol=1e-12)
    assert (COURSES in found.parts) == (name == "strong")


def test_wedges_of_two_that_multiply_are_what_shapley_says() -> None:
    data = small(
        levers={"a": lever("coal", -0.5, wedge="energy"), "b": lever("coal_factor", -0.4, wedge="industry")},
        scenarios={"both": {"title": {"zh": "两者", "en": "Both"}, "levers": {"a": 1, "b": 1}}},
    )
    found = wedges(tree_of(data), "both")
    # 200 t: a alone 100, b alone 80, both 140
    assert found.parts["energy"][-1] == pytest.approx((100 + 60) / 2 * 1000)
    assert found.parts["industry"][-1] == pytest.approx((80 + 40) / 2 * 1000)


def test_many_groups_are_drawn_and_still_add_up() -> None:
    names = ["energy", "industry", "transport", "buildings", "agriculture", "waste", "sinks", "other"]
    data = small()
    for place in range(11):
        data["leaves"][f"x{place}"] = copy.deepcopy(data["leaves"]["coal_factor"]) | {"unit": "1", "value": 1}
    data["nodes"]["coal_part"]["formula"] = "coal * coal_factor * " + " * ".join(
        f"x{place}" for place in range(11)
    )
    data["levers"] = {f"l{place}": lever(f"x{place}", -0.1, wedge=names[place % 8]) for place in range(11)}
    data["scenarios"] = {
        "all": {"title": {"zh": "全", "en": "All"}, "levers": {f"l{place}": 1 for place in range(11)}}
    }
    tree = tree_of(data)
    from dataclasses import replace

    apart = replace(tree, levers={name: replace(one, wedge=name) for name, one in tree.levers.items()})
    found = wedges(apart, "all")
    assert found.sampled
    assert len(found.parts) == 11
    np.testing.assert_allclose(sum(found.parts.values()), found.baseline - found.total, rtol=1e-12, atol=1e-6)
    values = [series[-1] for series in found.parts.values()]
    assert max(values) / min(values) == pytest.approx(1, abs=0.05)  # alike levers get alike parts


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_written_is_read_again(sichuan: Tree, tmp_path: Path, form: str, suffix: str) -> None:
    table = to_iamc(sichuan, form=form)  # type: ignore[arg-type]
    again = read_iamc(write_iamc(table, tmp_path / f"scenarios{suffix}"))
    long = to_iamc(sichuan, form="long")
    assert again.drop("value").equals(long.drop("value"))
    np.testing.assert_allclose(again.get_column("value"), long.get_column("value"), rtol=1e-12, atol=1e-12)


def test_parts_that_do_not_add_up_are_refused() -> None:
    data = small()
    data["nodes"]["emission"]["iamc"] = "Emissions|CO2"
    data["nodes"]["coal_part"]["iamc"] = "Emissions|CO2|Coal"
    with pytest.raises(ExchangeInvalid) as caught:
        to_iamc(tree_of(data))
    assert caught.value.rows[0]["year"] == 2020
    with pytest.raises(NotFound):
        to_iamc(tree_of(small()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model,scenario,region,variable\nm,s,r,v\n", "unit"),
        ("model,scenario,region,variable,unit\nm,s,r,v,u\n", "year, value"),
        ("model,scenario,region,variable,unit,2020\nm,s,r,v,u,some\n", "第 2 行"),
        ("model,scenario,region,variable,unit,2020\nm,s,r,v,u,1\nm,s,r,v,u,2\n", "第 3 行与前面重复"),
        ("model,scenario,region,variable,unit,year,value\nm,s,r,v,u,soon,1\n", "第 2 行"),
    ],
)
def test_faults_of_a_table_are_told_by_row(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "iamc.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExchangeInvalid) as caught:
        read_iamc(file)
    assert said in caught.value.message("zh")
    assert caught.value.message("en")


def test_blank_cells_are_unknown_and_not_zero(tmp_path: Path) -> None:
    file = tmp_path / "iamc.csv"
    file.write_text("Model,Scenario,Region,Variable,Unit,2020,2021\nm,s,r,v,u,1,\n", encoding="utf-8")
    assert read_iamc(file).select("year", "value").rows() == [(2020, 1.0)]


PYAM = Path(os.environ.get("TANHENG_PYAM", Path(sys.prefix) / "pyam"))
CHECK = """
import sys, pyam
frame = pyam.IamDataFrame(sys.argv[1], encoding="utf-8-sig")
assert sorted(frame.scenario) == ["baseline", "general", "strong"], frame.scenario
for name in ("", "|Energy", "|Agriculture", "|Waste", "|Sinks", "|Industrial Processes"):
    assert frame.filter(variable=f"Emissions|Kyoto Gases{name}|*").data.size, name
    wrong = frame.check_aggregate(f"Emissions|Kyoto Gases{name}")
    assert wrong is None, wrong
"""


@pytest.mark.skipif(not PYAM.is_dir(), reason="pyam is not installed in a folder of its own (tools/test.sh)")
@pytest.mark.parametrize("form", ["wide", "long"])
def test_pyam_finds_that_parts_add_up(sichuan: Tree, tmp_path: Path, form: str) -> None:
    file = write_iamc(to_iamc(sichuan, form=form), tmp_path / "scenarios.csv")  # type: ignore[arg-type]
    # the cache of units of pyam names files of the copy of pyam that filled it
    environment = {**os.environ, "PYTHONPATH": str(PYAM), "IAM_UNITS_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", CHECK, str(file)]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


def eps(name: str) -> Path:
    assert SHARED is not None
    return SHARED / "eps_china_low_bau_2024" / name


@needs_shared
@pytest.mark.parametrize(
    ("name", "scenario", "of_2023"),
    [
        ("co2_by_sector_g.csv", "BAU", 10_566.041),
        ("co2_scope1_by_sector_100Mt.csv", "BAU (scope 1)", 10_566.04),
        ("co2_scope12_by_sector_100Mt.csv", "Policy (scope 1+2)", 10_565.99),
    ],
)
def test_tables_of_eps_china_are_read_as_they_are(name: str, scenario: str, of_2023: float) -> None:
    found = read_iamc(eps(name)).filter(pl.col("scenario") == scenario)
    assert set(found["region"]) == {"CHN"}
    total = found.filter(pl.col("variable") == "Emissions|CO2")
    assert total["year"].to_list() == list(range(2023, 2061))
    assert total["value"][0] == pytest.approx(of_2023, abs=0.01)
    assert set(total["unit"]) == {"Mt CO2/yr"}
    in_2050 = dict(found.filter(pl.col("year") == 2050).select("variable", "value").iter_rows())
    assert in_2050["Emissions|CO2|Sinks"] == -434
    leaves = [
        value for one, value in in_2050.items()
        if one.startswith("Emissions|CO2|") and not any(other.startswith(f"{one}|") for other in in_2050)
    ]  # fmt: skip
    assert in_2050["Emissions|CO2"] == pytest.approx(sum(leaves))


@needs_shared
def test_eps_china_stands_beside_the_tree_with_gas_and_boundary_told(sichuan: Tree) -> None:
    found, told = against(sichuan, read_iamc(eps("co2_by_sector_g.csv")))
    assert [one.code for one in told] == ["K-101", "K-102"]
    rows = {(row["model"], row["year"]): row for row in found.to_dicts()}
    for model, unit in (("EPS China", "Mt CO2/yr"), ("Tanheng", "Mt CO2-equiv/yr")):
        assert (rows[model, 2023]["index"], rows[model, 2023]["unit"]) == (1.0, unit)
    with (eps("co2_by_sector_g.csv")).open(encoding="utf-8-sig") as stream:
        sectors = [row for row in csv.reader(stream) if row[0].startswith("BAU Total Pollutant")]
    assert rows["EPS China", 2060]["value"] == pytest.approx(sum(float(row[38]) for row in sectors) / 1e12)
    equal, told = against(sichuan, read_iamc(eps("co2_scope1_by_sector_100Mt.csv")))
    assert [one.code for one in told] == ["K-101"]
    assert set(equal.to_polars()["unit"]) == {"Mt CO2-equiv/yr"}
    with pytest.raises(NotFound):
        against(sichuan, read_iamc(eps("co2_by_sector_g.csv")), "Final Energy")


@needs_shared
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_sets_eps_china_beside_the_tree(lang: str, tmp_path: Path) -> None:
    page = tmp_path / "eps.html"
    command = ["scenario", "against", str(SICHUAN), str(eps("co2_by_sector_g.csv")), "--html", str(page), "--lang", lang]  # fmt: skip
    shown = CliRunner().invoke(cli, command)
    assert shown.exit_code == 0, shown.output
    assert "CO2" in shown.stderr
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "K-101" in text
    assert "K-102" in text


EPS = """,,conversion,gram,100 mt,Scope 1 CO2 Emission by Sector,,
,2023,,2025
Transportation ,1,2,3
Electricity,4,5,6
LULUCF,-1,-1,-1

CO2 emission,4,6,8
,2023,,2025
BAU Transportation,2,2,2
"""


def test_a_table_of_eps_fills_its_years_and_its_total_must_be_that_of_the_sectors(tmp_path: Path) -> None:
    file = tmp_path / "eps.csv"
    file.write_text(EPS, encoding="utf-8")
    found = read_iamc(file).filter(pl.col("variable") == "Emissions|CO2")
    assert found.select("scenario", "year", "value").rows() == [
        ("BAU (scope 1)", 2023, 200.0), ("BAU (scope 1)", 2024, 200.0), ("BAU (scope 1)", 2025, 200.0),
        ("Policy (scope 1)", 2023, 400.0), ("Policy (scope 1)", 2024, 600.0), ("Policy (scope 1)", 2025, 800.0),
    ]  # fmt: skip
    file.write_text(EPS.replace("CO2 emission,4,6,8", "CO2 emission,4,6,9"), encoding="utf-8")
    with pytest.raises(ExchangeInvalid) as caught:
        read_iamc(file)
    assert "2025" in caught.value.message("en")


def beside(tmp_path: Path, *rows: str) -> pl.DataFrame:
    file = tmp_path / "iamc.csv"
    file.write_text("\n".join(["model,scenario,region,variable,unit,2023,2030", *rows]), encoding="utf-8")
    return read_iamc(file)


def test_other_units_are_converted_and_a_zero_has_no_index(sichuan: Tree, tmp_path: Path) -> None:
    kyoto = "Emissions|Kyoto Gases"
    found, told = against(
        sichuan, beside(tmp_path, f"X,A,CN-51,{kyoto},kt CO2-equiv/yr,400000,390000"), kyoto
    )
    own = found.to_polars().filter(pl.col("model") == "X")
    assert own.select("value", "unit", "index").rows() == [
        (400.0, "Mt CO2-equiv/yr", 1.0), (390.0, "Mt CO2-equiv/yr", 0.975)
    ]  # fmt: skip
    assert [one.code for one in told] == ["K-103"]
    found, told = against(sichuan, beside(tmp_path, f"X,A,CHN,{kyoto},Mt CO2-equiv/yr,0,5"), kyoto)
    assert found.to_polars().filter(pl.col("model") == "X")["index"].to_list() == [None, None]
    assert [one.code for one in told] == ["K-101", "K-104"]
    assert "<svg" in found.chart()
    found, told = against(sichuan, beside(tmp_path, "X,A,CN-51,Emissions|CO2|Energy,t CO2/a,1e6,2e6"), f"{kyoto}|Energy")  # fmt: skip
    assert found.to_polars().filter(pl.col("model") == "X")["value"].to_list() == [1.0, 2.0]
    assert [one.code for one in told] == ["K-102", "K-103"]
    for unit in ("EJ/yr", "Mt C/yr", "m/s²"):
        with pytest.raises(ExchangeInvalid) as caught:
            against(sichuan, beside(tmp_path, f"X,A,CHN,{kyoto},{unit},1,5"), kyoto)
        assert unit in caught.value.message("zh")
        assert unit in caught.value.message("en")


def test_the_commands(tmp_path: Path) -> None:
    run = CliRunner()
    file, out = str(SICHUAN), str(tmp_path / "out.csv")
    split = json.loads(
        run.invoke(cli, ["scenario", "wedges", file, "strong", "--year", "2050", "--json"]).stdout
    )
    assert sum(row["less"] for row in split["wedges"]) == pytest.approx(split["less"], rel=1e-12)
    written = run.invoke(cli, ["scenario", "export", file, "--out", out, "--json"])
    assert json.loads(written.stdout)["scenarios"] == ["baseline", "general", "strong"]
    beside = run.invoke(
        cli, ["scenario", "against", file, out, "--variable", "Emissions|Kyoto Gases", "--json"]
    )
    assert beside.exit_code == 0, beside.output
    for lang in ("zh", "en"):
        for words in (
            ["run", file, "general"], ["compare", file, "--draws", "50"], ["wedges", file, "strong"],
            ["against", file, out, "--variable", "Emissions|Kyoto Gases"],
        ):  # fmt: skip
            shown = run.invoke(cli, ["scenario", *words, "--lang", lang])
            assert shown.exit_code == 0, shown.output
    assert run.invoke(cli, ["scenario", "run", file, "none"]).exit_code == 2
    assert run.invoke(cli, ["scenario", "wedges", file, "strong", "--year", "1990"]).exit_code == 2
