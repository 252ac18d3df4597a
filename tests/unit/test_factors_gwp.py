"""GWP sets: values of each report, methane by origin, and nothing silently missing."""

import pytest

from tanheng.errors import FactorAmbiguous, GwpMissing, NotFound
from tanheng.factors import load_factors


@pytest.fixture(scope="module")
def library():
    return load_factors()


@pytest.mark.parametrize(
    ("name", "methane", "fossil", "biogenic", "n2o"),
    [
        ("SAR", 21, 21, 21, 310),
        ("AR4", 25, 25, 25, 298),
        ("AR5", 28, 30, 28, 265),
        ("AR5_CCF", 34, 34, 34, 298),
        ("AR6", 27.9, 29.8, 27.0, 273),
    ],
)
def test_hundred_year_values(library, name, methane, fossil, biogenic, n2o):
    gwp = library.gwp(name)
    assert [gwp.value(gas) for gas in ("CH4", "CH4_fossil", "CH4_biogenic", "N2O")] == [
        methane,
        fossil,
        biogenic,
        n2o,
    ]
    assert (gwp.value("CO2"), gwp.value("CO2e"), gwp.name, gwp.horizon) == (1, 1, name, 100)


def test_other_horizons(library):
    twenty = library.gwp("ar6", horizon=20)
    assert [twenty.value(gas) for gas in ("CH4", "CH4_fossil", "CH4_biogenic")] == [81.2, 82.5, 79.7]
    assert library.gwp("AR6", horizon=500).value("CH4") == 7.95
    assert library.gwp("AR4", horizon=20).value("CO2") == 1


def test_values_that_nobody_has_seen_are_marked(library):
    assert library.gwp("AR5").is_unverified("CH4_fossil")
    assert not library.gwp("AR5").is_unverified("CH4")
    assert library.gwp("AR6", horizon=20).unverified == {"CH4_biogenic"}
    assert library.gwp("AR5").ids["CH4_fossil"] == "gwp100_ar5_ch4_fossil_methane"


def test_what_a_set_does_not_value_is_an_error_not_a_zero(library):
    with pytest.raises(GwpMissing, match="SF5CF3"):
        library.gwp("SAR").value("SF5CF3")
    with pytest.raises(GwpMissing):
        library.gwp("SAR").value("XY9")
    with pytest.raises(NotFound, match="AR6"):
        library.gwp("AR7")
    with pytest.raises(NotFound):
        library.gwp("SAR", horizon=500)


def test_a_users_value_is_a_pick_and_two_of_them_are_a_tie(tmp_path):
    head = "id,item,property,activity,gas,value,unit,region,year_valid_from,source_title\n"
    line = "{},ch4,gwp,GWP100_AR5,CH4_fossil,29.7,kgCO2e/kg,GLOBAL,2013,premise\n"
    one = tmp_path / "one.csv"
    one.write_text(head + line.format("mine"), encoding="utf-8")
    gwp = load_factors(packs=[one]).gwp("AR5")
    assert (gwp.value("CH4_fossil"), gwp.value("CH4"), gwp.is_unverified("CH4_fossil")) == (29.7, 28, False)
    one.write_text(head + line.format("mine") + line.format("mine_too"), encoding="utf-8")
    with pytest.raises(FactorAmbiguous, match="mine, mine_too"):
        load_factors(packs=[one]).gwp("AR5")
