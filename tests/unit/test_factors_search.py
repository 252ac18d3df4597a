"""Search in Chinese and English."""

import pytest

from tanheng.factors import load_factors


@pytest.fixture(scope="module")
def library():
    return load_factors()


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("原煤", "raw_coal"),
        ("raw coal", "raw_coal"),
        ("natural gas", "natural_gas"),
        ("天然气", "natural_gas"),
        ("天然氣", "natural_gas"),
        ("电力", "electricity"),
        ("外购电力", "electricity"),
        ("柴油 热值", "diesel"),
        ("diesel ncv", "diesel"),
        ("水泥熟料", "clinker"),
    ],
)
def test_the_item_that_is_meant_comes_first(library, text, item):
    assert library.search(text)["item"][0] == item


def test_ids_and_documents_are_found(library):
    assert library.search("cn_51_pilot_coal")["id"].to_list() == ["cn_51_pilot_coal"]
    assert set(library.search("51366", limit=None)["source_title"]) == {"GB/T 51366-2019 建筑碳排放计算标准"}


def test_a_region_keeps_its_chain_and_puts_the_nearest_first(library):
    found = library.search("电力 purchased_electricity", region="四川省", year=2021, limit=None)
    regions = found["region"].unique(maintain_order=True).to_list()
    assert regions == ["CN-51", "CN-GRID-SOUTHWEST", "CN"]
    assert found["id"][0] == "cn_elec_prov_51_2021"


def test_the_year_puts_covering_rows_first_then_earlier_then_later_ones(library):
    found = library.search("电力平均", region="CN-51", year=2019, limit=None)
    years = [
        year for year, place in zip(found["year_from"], found["region"], strict=True) if place == "CN-51"
    ]
    earlier, later = [year for year in years if year <= 2019], [year for year in years if year > 2019]
    assert years == [*sorted(earlier, reverse=True), *sorted(later)]
    assert years[0] == 2018


def test_every_word_must_be_found_and_the_limit_holds(library):
    assert library.search("电力 nonsense").is_empty()
    assert library.search("nonsense").columns == library.search("电力").columns
    assert len(library.search("电力", limit=3)) == 3
    assert len(library.search("", limit=None)) == len(library)


def test_a_compound_chinese_word_is_found_in_pieces(library):
    assert set(library.search("四川电力", limit=None)["region"]) == {"CN-51"}
