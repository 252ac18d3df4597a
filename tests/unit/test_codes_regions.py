"""Regions: names, dates, and the chain along which factors are looked up."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from tanheng.codes import AmbiguousName, region, region_chain, regions
from tanheng.codes.gazetteer import former, memberships, today
from tanheng.codes.pack import PACK, read_rows
from tanheng.errors import UnknownCode

CHINA = ["CN", "IPCC-ASIA", "GLOBAL"]
CHAINS = [
    ("CN-51", 2012, ["CN-51", "CN-GRID-CENTRAL"]),
    ("CN-51", 2020, ["CN-51", "CN-GRID-CENTRAL"]),
    ("CN-51", 2021, ["CN-51", "CN-GRID-SOUTHWEST"]),
    ("CN-51", 2030, ["CN-51", "CN-GRID-SOUTHWEST"]),
    ("CN-51", None, ["CN-51", "CN-GRID-SOUTHWEST"]),
    ("CN-51", 2009, ["CN-51"]),
    ("CN-51", dt.date(2020, 12, 31), ["CN-51", "CN-GRID-CENTRAL"]),
    ("重庆市", 2020, ["CN-50", "CN-GRID-CENTRAL"]),
    ("重庆", 2021, ["CN-50", "CN-GRID-SOUTHWEST"]),
    ("河南省", 2022, ["CN-41", "CN-GRID-CENTRAL"]),
    ("贵州", 2022, ["CN-52", "CN-GRID-SOUTH"]),
    ("内蒙古", 2021, ["CN-15", "CN-GRID-NORTH"]),
    ("西藏", 2012, ["CN-54"]),
    ("西藏", 2022, ["CN-54"]),
    ("香港", 2022, ["CN-81"]),
    ("成都", 2021, ["CN-5101", "CN-51", "CN-GRID-SOUTHWEST"]),
    ("510104", 2020, ["CN-510104", "CN-5101", "CN-51", "CN-GRID-CENTRAL"]),
    ("北京市东城区", 2021, ["CN-110101", "CN-1101", "CN-11", "CN-GRID-NORTH"]),
    ("仙桃市", 2021, ["CN-429004", "CN-42", "CN-GRID-CENTRAL"]),
    ("CN-500229", 2021, ["CN-500229", "CN-5002", "CN-50", "CN-GRID-SOUTHWEST"]),
    ("莱芜市", 2015, ["CN-3712", "CN-37", "CN-GRID-NORTH"]),
    ("重庆市", 1990, ["CN-5102", "CN-51"]),
]
NAMES = [
    ("CN-51", "CN-51"),
    ("cn-51", "CN-51"),
    ("510000", "CN-51"),
    ("CN-510000", "CN-51"),
    ("510100", "CN-5101"),
    ("510104", "CN-510104"),
    ("510104000000", "CN-510104"),
    ("５１０１００", "CN-5101"),
    ("四川省", "CN-51"),
    ("四川", "CN-51"),
    (" 四川 ", "CN-51"),
    ("Sichuan", "CN-51"),
    ("Tibet", "CN-54"),
    ("广西", "CN-45"),
    ("廣東省", "CN-44"),
    ("臺灣省", "CN-71"),
    ("成都市", "CN-5101"),
    ("成都", "CN-5101"),
    ("Chengdu", "CN-5101"),
    ("Xi'an", "CN-6101"),
    ("凉山州", "CN-5134"),
    ("凉山", "CN-5134"),
    ("长沙", "CN-4301"),
    ("长沙县", "CN-430121"),
    ("吉林", "CN-22"),
    ("吉林市", "CN-2202"),
    ("北京市", "CN-11"),
    ("海南", "CN-46"),
    ("四川省成都市武侯区", "CN-510107"),
    ("辽宁省朝阳市", "CN-2113"),
    ("北京市朝阳区", "CN-110105"),
    ("长春市朝阳区", "CN-220104"),
    ("中国", "CN"),
    ("GLOBAL", "GLOBAL"),
    ("全球", "GLOBAL"),
    ("CN-GRID-EAST", "CN-GRID-EAST"),
    ("华东电网", "CN-GRID-EAST"),
    ("IPCC-ASIA", "IPCC-ASIA"),
    ("GB", "GB"),
    ("CN-AGRN2O-4", "CN-AGRN2O-4"),
]


@pytest.mark.parametrize(("text", "year", "local"), CHAINS)
def test_a_chain_goes_from_near_to_far(text: str, year: int | dt.date | None, local: list[str]) -> None:
    assert [step.code for step in region_chain(text, year)] == [*local, *CHINA]


@pytest.mark.parametrize(("text", "code"), NAMES)
def test_a_region_by_code_or_name(text: str, code: str) -> None:
    assert region(text).code == code


def test_steps_carry_level_and_names() -> None:
    steps = region_chain("成都市", 2021)
    assert [step.level for step in steps] == ["city", "province", "grid", "country", "ipcc_region", "world"]
    assert (steps[0].name_zh, steps[0].name_en) == ("成都市", "Chengdu")
    assert all(step.name_zh and step.name_en for step in steps)


def test_chains_outside_china_and_of_wide_regions() -> None:
    assert [step.code for step in region_chain("GB", 2021)] == ["GB", "IPCC-WESTERN_EUROPE", "GLOBAL"]
    assert [step.code for step in region_chain("EU")] == ["EU", "GLOBAL"]
    assert [step.code for step in region_chain("CN-GRID-SOUTH", 2015)] == ["CN-GRID-SOUTH", *CHINA]
    assert [step.code for step in region_chain("GLOBAL")] == ["GLOBAL"]


def test_farming_zones_on_demand() -> None:
    steps = region_chain("成都市", 2021, zones=("farming_region", "n2o_zone"))
    assert [step.code for step in steps][2:4] == ["CN-AGR-SOUTHWEST", "CN-AGRN2O-4"]


def test_a_chain_may_be_changed_by_its_caller() -> None:
    region_chain("CN-51", 2021).clear()
    assert len(region_chain("CN-51", 2021)) == 5


def test_every_region_of_the_factor_release_has_a_chain() -> None:
    used = set()
    for table in (PACK.parent / "factors").glob("*/*.csv"):
        with table.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if "region" in (reader.fieldnames or []):
                used |= {row["region"] for row in reader if row["region"]}
    assert len(used) > 50
    for code in sorted(used):
        assert region_chain(code)[0].code == code


def test_a_name_of_several_regions_lists_them() -> None:
    with pytest.raises(AmbiguousName) as caught:
        region("朝阳区")
    assert "CN-110105 朝阳区 [北京市]" in caught.value.fields["near"]
    assert "CN-220104 朝阳区 [长春市 < 吉林省]" in caught.value.fields["near"]
    assert caught.value.code == "C-002"


@pytest.mark.parametrize("text", ["莱芜市", "CN-3712"])
def test_an_abolished_region_is_unknown_today_and_its_years_are_named(text: str) -> None:
    for year in (None, 2021):
        with pytest.raises(UnknownCode, match=r"CN-3712 莱芜市 \(1992–2019\)"):
            region(text, on=year)
    assert region(text, on=2018).valid_to == "201904"
    assert region("CN-3712", on=dt.date(2000, 7, 1)).name_zh == "莱芜市"


def test_todays_region_is_accepted_for_earlier_years() -> None:
    young = region("襄都区")
    assert not young.stands_in(2015)
    assert region("襄都区", on=2015) == young
    assert region("CN-1331", on=2015).name_zh == "雄安新区"


def test_a_code_means_the_region_that_bore_it_in_the_year() -> None:
    assert region("130502", on=2015).name_zh == "桥东区"
    assert region("130502", on=2024).name_zh == "襄都区"


def test_the_region_of_the_year_beats_its_namesake_of_today() -> None:
    assert region("重庆市", on=1995).code == "CN-5102"
    assert region("重庆市", on=1998).code == "CN-50"
    assert region("重庆市").code == "CN-50"


@pytest.mark.parametrize(
    "text", ["", "51", "9", "CN-99", "CN-519999", "成都是", "ZZ", "999999", "四川省朝阳市", "CN-"]
)
def test_unknown_regions(text: str) -> None:
    with pytest.raises(UnknownCode):
        region(text)


def test_every_region_stands_below_china_and_is_found_by_its_code() -> None:
    for place in today().regions:
        chain = region_chain(place.code)
        assert chain[0].code == place.code
        assert chain[-1].code == "GLOBAL"
        if place.gb2260:
            assert [step.code for step in chain][-3:] == CHINA
            assert region(place.gb2260).code == place.code


def test_every_region_is_found_by_its_full_path_name() -> None:
    for place in today().regions:
        if place.gb2260:
            steps = [step.name_zh for step in region_chain(place.code, zones=())][:-3]
            found = region("".join(dict.fromkeys(reversed(steps))))
            # The city rows of a municipality bear its name; the name means the municipality.
            shell = place.level == "city" and steps[0] == steps[1]
            assert found.code == (place.parent if shell else place.code)


def test_every_former_region_is_found_in_its_years() -> None:
    for place in former().regions:
        year = int(place.valid_to[:4])
        found = region(place.code, on=year)
        assert found.stands_in(year)
        assert region_chain(place.code, year)[-1].code == "GLOBAL"


def test_lists_of_regions() -> None:
    provinces = regions("province")
    assert len(provinces) == 34
    assert all(place.name_en for place in provinces)
    assert all(place.name_en for place in regions("city"))
    assert len(regions("city", under="CN-51")) == 21
    assert "CN-3712" in {place.code for place in regions("city", under="山东省", on=2015)}
    assert len(regions("district", under="成都市")) == 20


def test_each_province_has_one_grid_a_year() -> None:
    with_grid = {row["region"] for row in read_rows("grid_membership.csv")}
    for code in with_grid:
        spans = memberships()[code]
        for year in range(2010, 2026):
            grids = [zone for zone, level, start, end in spans if level == "grid" and start <= year <= end]
            assert len(grids) == 1, (code, year, grids)
    assert {place.code for place in regions("province")} - with_grid == {"CN-54", "CN-71", "CN-81", "CN-82"}


def test_the_grid_scheme_changes_in_2021() -> None:
    def members(zone: str, year: int) -> set[str]:
        spans = memberships().items()
        return {code for code, s in spans if any(z == zone and a <= year <= b for z, _, a, b in s)}

    assert members("CN-GRID-CENTRAL", 2020) - members("CN-GRID-CENTRAL", 2021) == {"CN-50", "CN-51"}
    assert members("CN-GRID-SOUTHWEST", 2020) == set()
    assert members("CN-GRID-SOUTHWEST", 2021) == {"CN-50", "CN-51"}


def test_memberships_name_their_document_and_check_state() -> None:
    for table in ("grid_membership.csv", "zone_membership.csv"):
        for row in read_rows(table):
            assert row["source"]
            assert row["check"] in ("read", "recalled")
    split = [row for row in read_rows("grid_membership.csv") if row["region"] == "CN-15"]
    assert {row["zone"] for row in split} == {"CN-GRID-NORTH"}
    assert all("Northeast grid" in row["note"] for row in split)


def test_every_administrative_place_has_a_chain_to_the_globe() -> None:
    codes = [place.code for place in regions() if place.gb2260]
    chains = [region_chain(code, year) for year in (2012, 2020, 2021) for code in codes]
    assert len(chains) > 10_000
    assert all([step.code for step in chain[-len(CHINA) :]] == CHINA for chain in chains)
