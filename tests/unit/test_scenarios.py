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
from tanheng.pathways.scenarios.iamc import against, write_iamc
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


@needs_shared
def test_a_scenario_of_eps_china_is_read_and_stands_beside_the_tree(sichuan: Tree, tmp_path: Path) -> None:
    assert SHARED is not None
    with (SHARED / "eps_china_low_bau_2024" / "co2_by_sector_g.csv").open(encoding="utf-8-sig") as stream:
        head, *rows = list(csv.reader(stream))
    years = head[1:39]
    sectors = [row for row in rows if row[0].startswith("BAU Total Pollutant") and row[1]]
    assert len(sectors) >= 5
    total = [sum(float(row[at + 1]) for row in sectors) / 1e12 for at in range(len(years))]
    file = tmp_path / "eps.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["model", "scenario", "region", "variable", "unit", *years])
        out.writerow(["EPS China", "Low BAU", "CHN", "Emissions|Kyoto Gases", "Mt CO2-equiv/yr", *total])
    found = against(sichuan, read_iamc(file), "Emissions|Kyoto Gases").to_polars()
    eps = found.filter(pl.col("model") == "EPS China")
    assert eps.get_column("year").to_list() == list(range(2023, 2061))
    assert eps.filter(pl.col("year") == 2023).get_column("index").item() == 1.0
    assert (
        found.filter((pl.col("model") == "Tanheng") & (pl.col("year") == 2023)).get_column("index").item()
        == 1.0
    )
    assert 5_000 < eps.get_column("value").max() < 20_000  # type: ignore[operator]
    with pytest.raises(NotFound):
        against(sichuan, read_iamc(file), "Emissions|CO2")


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
