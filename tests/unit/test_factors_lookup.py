"""Look-up as of a date: the order of choice, rule by rule, and the figures of Sichuan."""

import datetime

import pytest

from tanheng.codes import AmbiguousName
from tanheng.errors import FactorAmbiguous, FactorNotFound, NotFound, UnknownCode
from tanheng.factors import load_factors
from tanheng.factors.lookup import FactorIndex, lookup
from tanheng.factors.model import columns, factor
from tanheng.factors.problems import DateUnreadable
from tanheng.factors.query import ask, year_of

HEAT = {
    "item": "raw_coal",
    "property": "ncv",
    "category": "property",
    "activity": "ncv",
    "value": "20.9",
    "unit": "GJ/t",
    "region": "CN",
    "year_valid_from": "2010",
    "source_title": "table",
    "source_check": "read",
}


def row(name, *, user=False, **cells):
    pack = "mine" if user else "release"
    return factor(dict.fromkeys(columns(), "") | HEAT | {"id": name} | cells, pack=pack, user=user)


def find(rows, region="CN-5101", date=2021, **narrow):
    return lookup(FactorIndex(rows), ask("原煤", region, date, property="ncv", **narrow))


@pytest.fixture(scope="module")
def library():
    return load_factors()


def test_the_nearest_region_wins_over_a_newer_and_better_row_further_away():
    rows = [
        row("country", year_valid_from="2020"),
        row("province", region="CN-51", year_valid_from="2015", source_check="recalled"),
    ]
    answer = find(rows)
    assert (answer.id, answer.unverified) == ("province", True)
    assert [(step["region"], step["outcome"]) for step in answer.tried] == [
        ("CN-5101", "none"),
        ("CN-51", "chosen"),
    ]


def test_a_row_that_covers_the_year_wins_over_a_carried_one():
    rows = [
        row("old", year_valid_from="2019", year_valid_to="2019"),
        row("now", year_valid_from="2021", year_valid_to="2021", source_check="recalled"),
    ]
    assert find(rows).id == "now"


def test_the_latest_earlier_row_is_carried_before_the_next_region_is_tried():
    rows = [
        row("national", year_valid_from="2019", year_valid_to="2019"),
        row("province_2012", region="CN-51", year_valid_from="2012", year_valid_to="2012"),
        row(
            "province_2018",
            region="CN-51",
            year_valid_from="2018",
            year_valid_to="2018",
            source_check="recalled",
        ),
    ]
    answer = find(rows, date=2019)
    assert (answer.id, answer.carried_from) == ("province_2018", 2018)
    assert "沿用 2018" in answer.why_zh
    assert "carried from 2018" in answer.why_en


def test_of_earlier_rows_the_one_that_was_valid_last_is_carried():
    long = row("long", year_valid_from="2010", year_valid_to="2018")
    short = row("short", year_valid_from="2015", year_valid_to="2016")
    answer = find([short, long], date=2020)
    assert (answer.id, answer.carried_from) == ("long", 2018)


def test_a_row_that_is_valid_only_later_never_applies():
    rows = [row("province", region="CN-51", year_valid_from="2022"), row("country")]
    answer = find(rows)
    assert answer.id == "country"
    later = next(step for step in answer.tried if step["region"] == "CN-51")
    assert (later["outcome"], later["ids"]) == ("later_only", ["province"])
    with pytest.raises(FactorNotFound, match="CN-51：只有晚于 2021 年的行"):
        find(rows[:1])


def test_among_open_rows_the_newest_vintage_wins():
    rows = [
        row("first", year_valid_from="2011"),
        row("second", year_valid_from="2015", source_check="recalled"),
    ]
    assert find(rows).id == "second"
    assert find(rows, date=2014).id == "first"


@pytest.mark.parametrize(
    ("better", "worse"), [("read", "derived"), ("read", "recalled"), ("derived", "recalled")]
)
def test_read_beats_derived_beats_recalled_in_one_vintage(better, worse):
    rows = [row("worse", source_check=worse), row("better", source_check=better)]
    assert find(rows).id == "better"
    assert find(rows[:1]).unverified == (worse == "recalled")


def test_equal_candidates_are_an_error_that_lists_the_ids():
    with pytest.raises(FactorAmbiguous) as caught:
        find([row("one"), row("two", value="21.0")])
    assert caught.value.fields["ids"] == "one, two"
    assert [shown["text"] for shown in caught.value.rows] == ["20.9", "21.0"]
    assert caught.value.exit_code == 1


def test_source_picks_one_of_equal_candidates():
    rows = [row("one"), row("two", source_title="GB/T 2589-2020")]
    assert find(rows, source="gb/t 2589").id == "two"


def test_category_falls_back_from_the_sector_to_wider_ones_to_any():
    rows = [
        row("any"),
        row("wide", sector="energy_industries", year_valid_from="2005", source_check="recalled"),
        row("other", sector="industry"),
    ]
    answer = find(rows, sector="power")
    assert (answer.id, answer.tried[-1]["category"]) == ("wide", "sector=energy_industries")
    assert find(rows, sector="发电").id == "wide"
    assert find(rows, sector="agriculture").id == "any"


def test_rows_for_any_sector_come_before_rows_that_name_one_when_none_is_asked():
    assert find([row("power", sector="power", year_valid_from="2020"), row("any")]).id == "any"
    assert find([row("power", sector="power")]).sector == "power"


def test_rows_of_several_sectors_are_never_ranked_by_their_years():
    with pytest.raises(FactorAmbiguous, match="power, kiln"):
        find([row("power", sector="power"), row("kiln", sector="cement_kiln", year_valid_from="2020")])


def test_equipment_narrows_and_falls_back_to_the_general_row():
    rows = [row("general"), row("boiler", equipment="power_boiler")]
    assert find(rows, equipment="power_boiler").id == "boiler"
    assert find(rows).id == "general"
    assert find(rows).tried[-1]["others"] == ["boiler"]


@pytest.mark.parametrize("narrow", [{"sector": "indutry"}, {"equipment": "no_such_boiler"}])
def test_a_misspelt_sector_or_equipment_is_not_passed_over(narrow):
    with pytest.raises(UnknownCode):
        find([row("general")], **narrow)


def test_a_user_row_is_a_pick_at_equal_region_category_and_coverage():
    rows = [
        row("release", year_valid_from="2020"),
        row("mine", user=True, year_valid_from="2015", value="19.8"),
    ]
    answer = find(rows)
    assert (answer.id, answer.pack) == ("mine", "mine")
    assert "用户数据包 mine" in answer.why_zh
    assert "user pack mine" in answer.why_en


def test_a_user_row_further_away_or_out_of_date_does_not_win():
    near = row("near", region="CN-51")
    assert find([near, row("mine", user=True)]).id == "near"
    old = row("old", user=True, region="CN-51", year_valid_from="2018", year_valid_to="2018")
    assert find([near, old]).id == "near"


def test_two_user_packs_that_disagree_are_ambiguous():
    with pytest.raises(FactorAmbiguous, match="one, two"):
        find([row("one", user=True), row("two", user=True, value="19.0"), row("release")])


def test_gas_left_open_over_several_gases_is_ambiguous():
    cells = {"property": "emission_factor", "activity": "combustion", "unit": "kg/TJ"}
    index = FactorIndex([row("a", gas="CO2", **cells), row("b", gas="CH4", origin="fossil", **cells)])
    with pytest.raises(FactorAmbiguous):
        lookup(index, ask("raw_coal", "CN", 2021))
    assert lookup(index, ask("raw_coal", "CN", 2021, gas="CH4")).gas_code == "CH4_fossil"
    assert lookup(index, ask("raw_coal", "CN", 2021, gas="CH4_fossil")).id == "b"
    with pytest.raises(FactorNotFound):
        lookup(index, ask("raw_coal", "CN", 2021, gas="CH4_biogenic"))


def test_electricity_of_sichuan(library):
    read = library.lookup("electricity", "CN-51", "2021-06-30")
    assert (read.value, read.text, read.unit, read.gas, read.region) == (
        0.1255,
        "0.1255",
        "tCO2/MWh",
        "CO2",
        "CN-51",
    )
    assert (read.check, read.carried_from) == ("read", None)
    carried = library.lookup("electricity", "CN-51", datetime.date(2019, 6, 30))
    assert (carried.value, carried.check, carried.unverified, carried.carried_from) == (
        0.1031,
        "recalled",
        True,
        2018,
    )


@pytest.mark.parametrize("place", ["CN-51", "510000", "四川省", "四川", "CN-5101", "成都市", "510104"])
def test_every_spelling_of_a_place_in_sichuan_leads_to_the_same_row(library, place):
    assert library.lookup("外购电力", place, 2021).id == "cn_elec_prov_51_2021"


def test_the_grid_of_sichuan_changes_with_the_year(library):
    def grid(year):
        tried = library.lookup("natural_gas", "CN-51", year, property="ncv").tried
        return [step["region"] for step in tried if step["level"] == "grid"]

    assert (grid(2012), grid(2020), grid(2021)) == (
        ["CN-GRID-CENTRAL"],
        ["CN-GRID-CENTRAL"],
        ["CN-GRID-SOUTHWEST"],
    )


def test_a_grid_row_answers_where_the_province_has_only_later_rows(library):
    answer = library.lookup("electricity", "CN-51", 2011)
    assert answer.region in {"CN-51", "CN-GRID-CENTRAL"}
    assert answer.year_from <= 2011


@pytest.mark.parametrize(
    ("activity", "date", "text"),
    [
        ("purchased_electricity_ets_constant", 2022, "0.5703"),
        ("purchased_electricity_residual", 2023, "0.6096"),
    ],
)
def test_other_electricity_factors_are_asked_for_by_activity(library, activity, date, text):
    assert library.lookup("electricity", "CN", date).activity == "purchased_electricity"
    other = library.lookup("electricity", "CN", date, activity=activity)
    assert (other.activity, other.text) == (activity, text)


def test_purchased_heat_is_meant_by_heat(library):
    assert library.lookup("heat", "CN-51", 2021).activity == "purchased_heat"


def test_ipcc_methane_follows_the_sector(library):
    home = library.lookup("natural_gas", "CN-51", 2021, gas="CH4", sector="居民生活")
    plant = library.lookup("natural_gas", "CN-51", 2021, gas="CH4", sector="power")
    assert (home.text, plant.text, plant.sector) == ("5", "1", "energy_industries")
    with pytest.raises(FactorAmbiguous, match="energy_industries"):
        library.lookup("natural_gas", "CN-51", 2021, gas="CH4")


def test_disagreeing_transcriptions_are_left_to_the_user(library):
    with pytest.raises(FactorAmbiguous, match="cn_prov2011_refinery_gas_of, cn_prov2011_refinery_gas_of_99"):
        library.lookup("炼厂干气", "CN", 2012, property="oxidation_rate")


def test_livestock_is_looked_up_in_its_farming_region(library):
    manure = library.lookup("奶牛", "四川", 2025, gas="CH4", activity="manure_management")
    assert manure.region == "CN-AGR-SOUTHWEST"
    with pytest.raises(FactorAmbiguous, match="enteric"):
        library.lookup("奶牛", "四川", 2025, gas="CH4")


def test_answers_as_plain_data_keep_the_document(library):
    told = library.lookup("electricity", "CN-51", 2021).to_dict()
    assert told["source"]["title"].startswith("关于发布2021年电力二氧化碳排放因子的公告")
    assert told["source"]["year"] == 2024
    assert {
        "value",
        "unit",
        "gas",
        "region",
        "check",
        "tried",
        "why_zh",
        "why_en",
        "carried_from",
    } <= told.keys()


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (("no such thing", "CN", 2021), UnknownCode),
        (("electricity", "nowhere", 2021), UnknownCode),
        (("electricity", "朝阳区", 2021), AmbiguousName),
        (("electricity", "CN", "yesterday"), DateUnreadable),
        (("coal", "CN-51", 2021), FactorNotFound),
    ],
)
def test_questions_that_cannot_be_answered_say_why(library, question, error):
    with pytest.raises(error) as caught:
        library.lookup(*question)
    assert caught.value.message("zh")
    assert caught.value.message("en") != caught.value.message("zh")


def test_an_unknown_gas_and_an_unknown_id_are_errors(library):
    with pytest.raises(UnknownCode):
        library.lookup("coal", "CN", 2021, gas="XY9")
    with pytest.raises(NotFound, match="cn_51_pilot_coal"):
        library.get("cn_51_pilot_cola")
    assert library.get("cn_51_pilot_coal").text == "1.9812"


@pytest.mark.parametrize(
    "text", ["2021", "2021-06", "2021-06-30", "2021/6/30", "2021年6月30日", "２０２１", "2021-06-30T00:00"]
)
def test_years_of_dates(text):
    assert year_of(text) == 2021


@pytest.mark.parametrize("date", ["2021-13-01", "2021-02-30", "2021/00/01", "2021年13月", "2021年2月30日"])
def test_a_day_that_the_calendar_lacks_is_refused(date):
    with pytest.raises(DateUnreadable, match="F-003"):
        year_of(date)


def test_dates_of_the_calendar_are_read():
    dates = ("2021", "2020-02-29", "2021年第一季度", "2021年6月30日", "2021-06-30T12:00", "2021.6")
    assert [year_of(date) for date in dates] == [2021, 2020, 2021, 2021, 2021, 2021]


def test_what_was_asked_and_tried_is_told():
    with pytest.raises(FactorNotFound) as caught:
        find([row("province", region="CN-51", year_valid_from="2030")], gas="CO2")
    fields = caught.value.fields
    assert (fields["property"], fields["gas"]) == ("ncv", "CO2")
    assert "/ ncv, CO2" in caught.value.message("en")
    assert "CN-51: only rows later than 2021" in fields["tried_en"]
    assert "CN: no row" in fields["tried_en"]
    assert "CN：没有行" in fields["tried_zh"]
    for lang in ("zh", "en"):
        assert fields[f"tried_{lang}"] in caught.value.message(lang)
    assert [row["ids"] for row in caught.value.rows] == [["province"]], "what was held, not every empty place"


def test_a_property_that_no_row_has_is_told_with_near_ones():
    with pytest.raises(UnknownCode) as caught:
        load_factors().lookup("diesel", "CN", 2021, property="oxidation_rates")
    assert "oxidation_rate" in caught.value.fields["near"]
