"""Tables of factors: what is missing, said twice or no product is told; absent cells, negative leaves, breaks, prices."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from tanheng.cli import cli
from tanheng.drivers import (
    DriversInvalid,
    NominalMoney,
    ProductDiffers,
    SeriesBreak,
    Spread,
    class_of,
    cluster,
    compare_places,
    decompose,
    decouple,
    peers,
    state_of,
    stirpat,
)
from tanheng.errors import ColumnMissing, NotFound, TanhengError

HOW = {"total": "co2", "factors": ["people", "each"], "period": "year"}
DATA = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 3.0], "co2": [10.0, 12.0]}


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"each": ["5", ""]}, DriversInvalid, "each"),
        ({"each": ["5", "约 3"]}, DriversInvalid, "约 3"),
        ({"each": [5.0, float("nan")]}, DriversInvalid, "row 2"),
        ({"each": [5.0, 4.0]}, ProductDiffers, "16"),
        ({"year": [2015, 2015]}, DriversInvalid, "2015"),
    ],
)
def test_what_cannot_be_is_told_in_both_languages(
    change: dict, error: type[TanhengError], words: str
) -> None:
    with pytest.raises(error) as caught:
        decompose({**DATA, **change}, **HOW)
    for lang in ("zh", "en"):
        assert words.replace("row 2", "2") in caught.value.message(lang)
        assert "–" not in caught.value.message(lang)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"factors": ["people", "none"]}, ColumnMissing),
        ({"factors": ["people", "people"]}, DriversInvalid),
        ({"total": "none"}, ColumnMissing),
        ({"first": "2030"}, DriversInvalid),
        ({"first": "2020"}, DriversInvalid),
        ({"method": "magic"}, NotFound),
        ({"breaks": ["2018"]}, SeriesBreak),
        ({"breaks": ["2018-06"]}, SeriesBreak),
        ({"breaks": ["二零一五"]}, DriversInvalid),
        ({"breaks": ["²"]}, DriversInvalid),
        ({"last": "二零一五"}, DriversInvalid),
        ({"deflators": {"co2": "people"}}, DriversInvalid),
        ({"deflators": {"people": "none"}}, ColumnMissing),
        ({"uncertainty": {"none": 0.1}}, DriversInvalid),
        ({"uncertainty": {"each": -0.1}}, DriversInvalid),
    ],
)
def test_what_is_asked_wrongly_is_told(how: dict, error: type[TanhengError]) -> None:
    with pytest.raises(error):
        decompose(DATA, **{**HOW, **how})


def test_a_small_gap_is_a_factor_of_its_own_and_is_told() -> None:
    found = decompose({**DATA, "co2": [10.0, 12.06]}, **HOW)
    assert list(found.chained[""].effects) == ["people", "each", "rest"]
    assert abs(found.chained[""].residual) < 1e-9
    assert [one.code for one in found.findings] == ["D-102"]


def test_a_total_of_all_cells_in_every_row_is_met_exactly_and_its_gap_is_told() -> None:
    data = {
        "year": [2015, 2015, 2020, 2020], "sector": ["a", "b"] * 2, "act": [10.0, 5.0, 12.0, 6.0], "rate": [6.0, 8.0] * 2,
        "total": [100.0, 100.0, 120.9, 120.9],
    }  # fmt: skip
    how = {"total": "total", "factors": ["act", "rate"], "period": "year", "by": ["sector"]}
    found = decompose(data, **how)
    step = found.chained[""]
    assert step.change == pytest.approx(20.9)
    assert sum(step.effects.values()) == pytest.approx(20.9)
    # one factor for all cells: 1 before, 120.9 / 120 after
    assert step.effects["rest"] == pytest.approx(20.9 - step.effects["act"])
    assert step.effects["rest"] == pytest.approx(0.8228, abs=1e-4)
    assert [one.code for one in found.findings] == ["D-102"]
    exact = decompose({**data, "total": [100.0, 100.0, 120.0, 120.0]}, **how)
    assert (exact.factors, exact.findings) == (["act", "rate"], [])
    with pytest.raises(ProductDiffers, match="2020"):
        decompose({**data, "total": [100.0, 100.0, 130.0, 130.0]}, **how)


def test_a_cell_without_a_row_is_told() -> None:
    data = {
        "year": [2015, 2015, 2016, 2017, 2017], "sector": ["a", "b", "a", "a", "b"], "co2": [60.0, 40.0, 66.0, 72.0, 48.0],
    }  # fmt: skip
    found = decompose(data, total="co2", factors=["co2"], period="year", by=["sector"], uncertainty={"co2": 0.1}, draws=20)  # fmt: skip
    assert [(one.code, one.fields.get("names")) for one in found.findings] == [("D-107", "2016 b"), ("D-108", None)]  # fmt: skip
    panel = {"city": ["x", "x", "y"], "sector": ["a", "b", "a"], "co2": [1.0, 2.0, 3.0]}
    compared = compare_places(panel, total="co2", factors=["co2"], place="city", by=["sector"])
    assert [one.fields["names"] for one in compared.findings] == ["y b"]
    years = {**{name: values * 2 for name, values in panel.items()}, "year": [1] * 3 + [2] * 3}
    apart = decompose(years, total="co2", factors=["co2"], period="year", place="city", by=["sector"])
    assert apart.findings == []  # y never had b


def test_a_cell_that_is_not_there_is_zero_and_shared_columns_keep_their_value() -> None:
    rows = [
        ("2015", "coal", 2.0, 10.0, 20.0), ("2015", "oil", 2.0, 5.0, 8.0), ("2020", "coal", 4.0, 12.0, 25.0),
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["year", "fuel", "people", "energy", "co2"], orient="row")
    found = decompose(
        frame, total="co2", factors=["people", "energy/people", "co2/energy"], period="year", by=["fuel"]
    )
    oil = found.chained[""].by["fuel"]["oil"]
    assert oil["people"] == oil["co2/energy"] == 0
    assert oil["energy/people"] == pytest.approx(-8)
    assert sum(found.chained[""].effects.values()) == pytest.approx(-3)


def test_sinks_are_decomposed_by_shapley_and_say_so() -> None:
    rows = [(year, cell, a, b, a * b) for year, cell, a, b in
            [(1, "coal", 2.0, 5.0), (1, "forest", 3.0, -1.0), (2, "coal", 3.0, 5.0), (2, "forest", 3.5, -1.2)]]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["year", "cell", "area", "rate", "co2"], orient="row")
    found = decompose(frame, total="co2", factors=["area", "rate"], period="year", by=["cell"])
    forest = found.chained[""].by["cell"]["forest"]
    assert forest == pytest.approx({"area": 0.5 * -1.1, "rate": 3.25 * -0.2})
    assert [one.code for one in found.findings] == ["D-103"]
    assert "Shapley" in found.findings[0].message("en")


def test_laspeyres_shows_its_residual() -> None:
    found = decompose({**DATA}, **HOW, method="laspeyres")
    assert found.chained[""].effects == {"people": 10.0, "each": -4.0}
    assert found.chained[""].residual == pytest.approx(-4.0)


def test_gaps_of_a_place_are_steps_over_more_than_one_year() -> None:
    data = {"city": ["a"] * 3 + ["b"] * 2, "year": [1, 2, 4, 2, 3], "v": [1.0, 2.0, 3.0, 5.0, 4.0]}
    found = decompose(data, total="v", factors=["v"], period="year", place="city")
    assert [(one.start, one.end, one.change) for one in found.steps["a"]] == [
        ("1", "2", 1.0),
        ("2", "4", 1.0),
    ]
    assert found.unchained["b"].change == -1


@pytest.mark.parametrize("form", ["additive", "multiplicative"])
def test_draws_agree_with_the_error_of_a_product(form: str) -> None:
    spread = {"each": Spread(0.05), "people": Spread(0.1, steady=True)}
    found = decompose(DATA, **HOW, uncertainty=spread, draws=20_000, form=form)
    again = decompose(DATA, **HOW, uncertainty=spread, draws=20_000, form=form)
    step = found.chained[""]
    assert again.chained[""].ranges == step.ranges
    assert found.steps[""][0].ranges == step.ranges
    if form == "multiplicative":
        # ln D of `each` has the two independent errors of 5 %, ln D of `people` the difference of one and the same
        width = 1.645 * np.sqrt(2) * 0.05 / 1.96
        assert step.ranges["each"]["p95"] == pytest.approx(0.6 * np.exp(width), rel=0.01)
        assert step.ranges["people"]["p95"] == pytest.approx(2.0)
    else:
        assert step.ranges["each"]["p5"] < step.effects["each"] < step.ranges["each"]["p95"] < 0
        assert step.ranges["each"]["same_sign"] == 1.0


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({}, NominalMoney),
        ({"nominal": ["gdp"]}, SeriesBreak),
        ({"first": "2010", "nominal": ["gdp"]}, None),
        ({"first": "2010", "last": "2021", "nominal": ["gdp"]}, None),
        ({"real": ["gdp"]}, None),
        ({"deflators": {"gdp": "index"}}, SeriesBreak),
        ({"first": "2010", "deflators": {"gdp": "index"}}, None),
    ],
)
def test_money_across_years(how: dict, error: type[TanhengError] | None) -> None:
    data = {
        "year": [2009, 2010, 2019],
        "gdp": [5.0, 8.0, 12.0],
        "index": [1.0, 1.1, 1.4],
        "co2": [9.0, 10.0, 11.0],
    }
    asked = {"total": "co2", "factors": ["gdp", "co2/gdp"], "period": "year", **how}
    if error is not None:
        with pytest.raises(error):
            decompose(data, **asked)
        return
    found = decompose(data, **asked)
    assert [one.code for one in found.findings] == (["D-101"] if "nominal" in how else [])
    if "deflators" in how:
        assert found.chained[""].effects["gdp"] == pytest.approx(
            1 / np.log(1.1) * np.log(12 / 1.4 / (8 / 1.1))
        )


def test_output_is_deflated_for_decoupling_and_elasticities(tmp_path: Path) -> None:
    years = list(range(2011, 2020))
    index = [1.05**at for at in range(9)]
    real = [100.0 * 1.02**at * (1 + 0.1 * (at % 3)) for at in range(9)]
    co2 = [3 * value**0.5 for value in real]
    data = {
        "year": years,
        "gdp": [a * b for a, b in zip(real, index, strict=True)],
        "index": index,
        "co2": co2,
    }
    plain = {**data, "gdp": real}
    asked = {"emission": "co2", "output": "gdp", "period": "year"}
    found, told = decouple(data, **asked, deflators={"gdp": "index"})
    np.testing.assert_allclose(
        found.to_polars()["elasticity"], decouple(plain, **asked, real=["gdp"])[0].to_polars()["elasticity"]
    )
    assert told == []
    fitted = stirpat(data, impact="co2", factors=["gdp"], period="year", deflators={"gdp": "index"})
    assert fitted.coefficients["gdp"]["elasticity"] == pytest.approx(0.5)
    with pytest.raises(SeriesBreak):
        decouple({**data, "year": range(2005, 2014)}, **asked, deflators={"gdp": "index"})
    with pytest.raises(DriversInvalid, match="index"):
        decouple({**data, "index": [0.0, *index[1:]]}, **asked, deflators={"gdp": "index"})
    file = tmp_path / "gdp.csv"
    pl.DataFrame(data).write_csv(file)
    for words in (["decoupling", "--emission", "co2", "--output", "gdp"], ["stirpat", "--impact", "co2", "--factors", "gdp"]):  # fmt: skip
        command = [words[0], str(file), *words[1:], "--period", "year"]
        assert (run(*command)[0], run(*command, "--deflator", "gdp=index")[0]) == (2, 0)


def test_current_prices_outside_the_known_years_are_refused() -> None:
    data = {"year": [2020, 2022], "gdp": [5.0, 8.0], "co2": [9.0, 10.0]}
    with pytest.raises(NominalMoney, match="2000–2009"):
        decompose(data, total="co2", factors=["gdp", "co2/gdp"], period="year", nominal=["gdp"])
    with pytest.raises(NominalMoney):
        decouple(data, emission="co2", output="gdp", period="year")
    assert compare_places(
        {"city": ["a", "b"], "gdp": [5.0, 8.0], "co2": [9.0, 10.0]}, total="co2", factors=["gdp", "co2/gdp"], place="city"
    ).places["a"].difference == pytest.approx(-0.5)  # fmt: skip


@pytest.mark.parametrize(
    ("emission", "output", "state"),
    [
        (-0.01, 0.05, "SD"), (0.01, 0.05, "WD"), (0.04, 0.05, "WD"), (0.05, 0.05, "EC"), (0.06, 0.05, "EC"),
        (0.0601, 0.05, "END"), (0.01, -0.05, "SND"), (-0.01, -0.05, "WND"), (-0.04, -0.05, "WND"),
        (-0.06, -0.05, "RC"), (-0.07, -0.05, "RD"), (0.0, 0.05, ""), (0.05, 0.0, ""),
    ],
)  # fmt: skip
def test_the_eight_states_with_their_bounds(emission: float, output: float, state: str) -> None:
    # PMC10559243, table 3: 0.8 belongs to weak decoupling, 1.2 to coupling
    assert state_of(emission, output)[1] == state


def test_stirpat_warns_and_finds_what_made_the_data() -> None:
    generator = np.random.default_rng(7)
    years = np.arange(1990, 2020)
    people = 100 * 1.01 ** (years - 1990) * np.exp(generator.normal(0, 0.05, 30))
    wealth = np.exp(generator.normal(2, 0.4, 30))
    data = {"year": years, "people": people, "wealth": wealth, "co2": 3 * people**0.8 * wealth**0.4 * np.exp(generator.normal(0, 0.01, 30))}  # fmt: skip
    found = stirpat(data, impact="co2", factors=["people", "wealth"], period="year")
    assert found.coefficients["people"]["elasticity"] == pytest.approx(0.8, abs=0.05)
    assert found.coefficients["wealth"]["elasticity"] == pytest.approx(0.4, abs=0.02)
    assert found.coefficients["people"]["vif"] < 2
    assert found.r2_out > 0.99
    assert not found.findings
    twin = {**data, "twin": people * np.exp(generator.normal(0, 0.001, 30))}
    short = {name: list(values)[:12] for name, values in twin.items()}
    warned = stirpat(short, impact="co2", factors=["people", "twin", "wealth"], period="year")
    assert {one.code for one in warned.findings} == {"D-104", "D-105"}
    with pytest.raises(DriversInvalid):
        stirpat({**data, "people": np.ones(30)}, impact="co2", factors=["people", "wealth"], period="year")
    with pytest.raises(DriversInvalid):
        stirpat({name: list(values)[:3] for name, values in data.items()}, impact="co2", factors=["people", "wealth"], period="year")  # fmt: skip


def test_ridge_is_that_of_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    from tanheng.drivers.stirpat import _fit

    generator = np.random.default_rng(3)
    design, response = generator.normal(size=(20, 3)), generator.normal(size=20)
    middle, spread = design.mean(axis=0), design.std(axis=0)
    other = linear.Ridge(alpha=0.5 * 20).fit((design - middle) / spread, response)
    assert _fit(design, response, 0.5)[1:] == pytest.approx(other.coef_ / spread)


CITIES = {
    "city": [f"c{at}" for at in range(12)],
    "coal": [9, 8.5, 9.2, 8.8, 1, 1.3, 0.8, 1.1, 4, 4.2, 3.9, 4.1],
    "oil": [0.5, 1, 0.4, 0.7, 8, 7.6, 8.3, 7.9, 1, 1.1, 0.9, 1],
    "gas": [0.5, 0.5, 0.4, 0.5, 1, 1.1, 0.9, 1, 5, 4.7, 5.2, 4.9],
}


@pytest.mark.parametrize("way", ["k-means", "gmm"])
def test_clusters_of_clear_groups_are_stable(way: str) -> None:
    pytest.importorskip("sklearn")
    found = cluster(CITIES, place="city", shares=["coal", "oil", "gas"], way=way, draws=30)
    assert found.count == 3
    assert [found.of[f"c{at}"] for at in range(12)] == [1] * 4 + [2] * 4 + [3] * 4
    assert min(found.stability.values()) > 0.8
    assert min(found.silhouette.values()) > 0.7
    again = cluster(CITIES, place="city", shares=["coal", "oil", "gas"], way=way, draws=30)
    assert again == found


def test_clusters_without_a_structure_are_told() -> None:
    pytest.importorskip("sklearn")
    generator = np.random.default_rng(1)
    data = {"city": [str(at) for at in range(30)], **{name: generator.uniform(1, 2, 30) for name in "abcd"}}
    found = cluster(data, place="city", shares=list("abcd"), count=6, draws=20)
    assert [one.code for one in found.findings] == ["D-106"]
    with pytest.raises(DriversInvalid):
        cluster(CITIES, place="city", shares=["coal", "oil"], count=12)


def test_peers_are_the_nearest_in_structure() -> None:
    found = peers(CITIES, place="city", of="c4", shares=["coal", "oil", "gas"], count=3).to_polars()
    assert set(found["place"]) == {"c5", "c6", "c7"}
    with pytest.raises(NotFound):
        peers(CITIES, place="city", of="none", shares=["coal"])


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = {
        "年份": [2015, 2015, 2020, 2020],
        "市": ["甲", "乙"] * 2,
        "人口": [2.0, 3.0, 2.2, 3.3],
        "排放": [8.0, 9.0, 8.5, 12.0],
    }
    place = tmp_path / "城市.csv"
    place.write_bytes(pl.DataFrame(rows).write_csv().encode("gb18030"))
    return place


def test_the_command_compares_places_and_writes_a_page(file: Path, tmp_path: Path) -> None:
    asked = [
        "drivers",
        str(file),
        "--total",
        "排放",
        "--factors",
        "人口，人均=排放/人口",
        "--period",
        "年份",
        "--place",
        "市",
    ]
    code, out = run(*asked, "--against", "mean", "--from", "2020", "--to", "2020", "--json")
    assert code == 0
    assert json.loads(out)["reference_value"] == 10.25
    code, out = run(
        *asked, "--html", str(tmp_path / "a.html"), "--out", str(tmp_path / "a.csv"), "--lang", "en"
    )
    assert code == 0
    assert "Chained" in out
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert run(*asked, "--against", "mean", "--from", "2015")[0] == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_other_commands_speak_both_languages(file: Path, tmp_path: Path, lang: str) -> None:
    code, out = run("decoupling", str(file), "--emission", "排放", "--output", "人口", "--period", "年份", "--place", "市", "--lang", lang)  # fmt: skip
    assert code == 0
    assert ("扩张负脱钩" if lang == "zh" else "expansive negative decoupling") in out
    cities = tmp_path / "c.csv"
    pl.DataFrame(CITIES, strict=False).with_columns(
        tertiary_share=0.7, industry_emission_share=0.2
    ).write_csv(cities)
    code, out = run("classes", str(cities), "--place", "city", "--shares", "coal,oil,gas", "--lang", lang)
    assert code == 0
    assert ("服务型" if lang == "zh" else "service") in out
    code, out = run(
        "classes", str(cities), "--place", "city", "--shares", "coal,oil,gas", "--peers-of", "c0", "--json"
    )
    assert len(json.loads(out)["peers"]) == 5
    years = tmp_path / "y.csv"
    pl.DataFrame({"year": range(2000, 2010), "a": [2.0**at for at in range(10)], "i": [3.0 * 2.0**at for at in range(10)]}).write_csv(years)  # fmt: skip
    code, out = run(
        "stirpat", str(years), "--impact", "i", "--factors", "a", "--period", "year", "--lang", lang
    )
    assert code == 0
    assert "1.0000" in out


@pytest.mark.parametrize(
    ("values", "kind", "missing"),
    [
        ({"tertiary_share": 0.6, "industry_emission_share": 0.49}, "service", ()),
        ({"tertiary_share": 0.6, "industry_emission_share": 0.5, "forest_share": 0.6, "secondary_share": 0.39}, "eco-priority", ()),
        ({"tertiary_share": 0.3, "sink_ratio": 0.2, "secondary_share": 0.39}, "eco-priority", ()),
        ({"tertiary_share": 0.3, "secondary_share": 0.5}, "industrial", ()),
        ({"tertiary_share": 0.3, "secondary_share": 0.45, "industry_emission_share": 0.7}, "industrial", ()),
        ({"tertiary_share": 0.3, "secondary_share": 0.45, "industry_emission_share": 0.6}, "comprehensive", ()),
        ({"tertiary_share": 0.3, "secondary_share": 0.45}, "", ("industry_emission_share",)),
        ({}, "", ("tertiary_share", "industry_emission_share")),
    ],
)  # fmt: skip
def test_classes_by_the_rules_and_what_would_decide(
    values: dict, kind: str, missing: tuple[str, ...]
) -> None:
    found = class_of("x", values)
    assert (found.kind, found.missing) == (kind, missing)


def test_decoupling_needs_two_periods() -> None:
    for data in ({"year": [2019], "co2": [1.0], "output": [1.0]}, {"year": [], "co2": [], "output": []}):
        with pytest.raises(DriversInvalid) as caught:
            decouple(data, emission="co2", output="output", period="year")
        assert "两个时期" in caught.value.message("zh")
        assert "two periods" in caught.value.message("en")
