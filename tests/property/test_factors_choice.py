"""The order of choice against a naive reference: one sort key a row, the smallest wins, a tie is an error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.codes import codelist, region_chain
from tanheng.errors import FactorAmbiguous, FactorNotFound
from tanheng.factors.lookup import FactorAnswer, FactorIndex, lookup
from tanheng.factors.model import columns, factor
from tanheng.factors.query import ask

REGIONS = ["CN-5101", "CN-51", "CN-50", "CN-GRID-CENTRAL", "CN-GRID-SOUTHWEST", "CN", "IPCC-ASIA", "GLOBAL"]
SECTORS = ["", "power", "energy_industries", "industry", "manufacturing_construction"]
EQUIPMENT = ["", "kiln", "boiler"]
CHECKS = ["read", "derived", "recalled"]
PLAIN = {
    "item": "raw_coal",
    "property": "ncv",
    "category": "property",
    "activity": "ncv",
    "value": "20",
    "unit": "GJ/t",
}


@st.composite
def libraries(draw):
    # few places, categories and years in one library, so that rows meet at every rule
    places = st.sampled_from(draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=2)))
    sectors = st.sampled_from(draw(st.lists(st.sampled_from(SECTORS), min_size=1, max_size=2)))
    kinds = st.sampled_from(draw(st.lists(st.sampled_from(EQUIPMENT), min_size=1, max_size=2)))
    starts = st.integers(2016, 2016 + draw(st.integers(0, 4)))
    rows = []
    for number in range(draw(st.integers(0, 10))):
        first = draw(starts)
        length = draw(st.sampled_from([None, 0, 2, 4]))
        cells = {
            "id": f"row_{number}",
            "region": draw(places),
            "sector": draw(sectors),
            "equipment": draw(kinds),
            "source_check": draw(st.sampled_from(CHECKS)),
            "year_valid_from": str(first),
            "year_valid_to": "" if length is None else str(first + length),
        }
        user = draw(st.sampled_from([False, False, True]))
        rows.append(
            factor(
                dict.fromkeys(columns(), "") | PLAIN | cells, pack="mine" if user else "release", user=user
            )
        )
    return rows


def rank(own, asked, chain):
    """Place of a row's name in what is asked for: exact, wider, any; when nothing is asked: any, then some."""
    if not asked:
        return 0 if own == "" else 1
    order = [*chain, ""]
    return order.index(own) if own in order else None


def reference(rows, place, year, sector, equipment):
    """Id of the row that applies; None when there is none; a set of ids when they tie."""
    chain = [step.code for step in region_chain(place, year=year)]
    wider = [sector, *(row["code"] for row in codelist("sectors").ancestors(sector))] if sector else []
    keyed = []
    for row in rows:
        ranks = rank(row.sector, sector, wider), rank(row.equipment, equipment, [equipment])
        if row.region in chain and None not in ranks and row.year_from <= year:
            carried = row.year_to is not None and row.year_to < year
            keyed.append(((chain.index(row.region), *ranks, carried, not row.user), row))
    if not keyed:
        return None
    best = min(key for key, _ in keyed)
    left = [row for key, row in keyed if key == best]
    if len({(row.sector, row.equipment) for row in left}) > 1:
        return {row.id for row in left}
    fine = [
        ((-(row.year_to or 9999) if best[3] else 0), -row.year_from, CHECKS.index(row.check)) for row in left
    ]
    tied = {row.id for row, key in zip(left, fine, strict=True) if key == min(fine)}
    return tied if len(tied) > 1 else tied.pop()


def outcome(rows, question):
    """Answer of the library, None when nothing fits, the set of ids of a tie."""
    try:
        return lookup(FactorIndex(rows), question)
    except FactorNotFound:
        return None
    except FactorAmbiguous as error:
        return set(error.fields["ids"].split(", "))


def name_of(found):
    return found.id if isinstance(found, FactorAnswer) else found


@settings(max_examples=500, deadline=None)
@given(
    rows=libraries(),
    place=st.sampled_from(["CN-5101", "CN-51", "CN-50", "CN", "GLOBAL"]),
    year=st.integers(2016, 2025),
    sector=st.sampled_from([None, "power", "industry", "agriculture"]),
    equipment=st.sampled_from([None, "kiln"]),
)
def test_the_choice_is_the_one_of_the_naive_reference(rows, place, year, sector, equipment):
    asked = equipment if any(row.equipment == equipment for row in rows) else None
    found = outcome(rows, ask("raw_coal", place, year, property="ncv", sector=sector, equipment=asked))
    assert name_of(found) == reference(rows, place, year, sector, asked)
    if isinstance(found, FactorAnswer):
        chain = [step.code for step in region_chain(place, year=year)]
        assert [step["region"] for step in found.tried] == chain[: chain.index(found.region) + 1]
        assert (found.carried_from is None) == found.covers(year)
        assert found.tried[-1]["ids"] == [found.id]


@settings(max_examples=100, deadline=None)
@given(rows=libraries(), order=st.randoms(use_true_random=False), year=st.integers(2016, 2025))
def test_the_order_of_the_rows_does_not_matter(rows, order, year):
    shuffled = list(rows)
    order.shuffle(shuffled)
    question = ask("raw_coal", "CN-51", year, property="ncv")
    assert name_of(outcome(rows, question)) == name_of(outcome(shuffled, question))
