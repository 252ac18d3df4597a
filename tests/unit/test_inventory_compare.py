"""Comparing two inventories: the causes of a difference, and that they add up to it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tanheng as th
from small import COAL, activity, use
from tanheng.errors import use_language
from tanheng.inventory.methods.method import Method
from tanheng.inventory.views.comparison import CAUSES, Comparison

DIESEL_2011 = 42.652 * 0.0202 * 0.98 * 44 / 12
DIESEL_IPCC = 43.0 * 0.0741


def cell(found: Comparison, **named: str) -> dict[str, Any]:
    rows = found.cells.filter(*(pl.col(key) == value for key, value in named.items())).to_dicts()
    assert len(rows) == 1
    return rows[0]


def split(row: dict[str, Any]) -> dict[str, float]:
    return {cause: row[cause] for cause in CAUSES if row[cause]}


def test_more_activity() -> None:
    old = th.account(activity(use("柴油", 10, "t"), use("汽油", 1, "t")), "cn-energy-2011")
    new = th.account(activity(use("柴油", 12, "t"), use("汽油", 1, "t")), "cn-energy-2011")
    row = cell(new.compare(old), item="diesel")
    assert split(row) == pytest.approx({"activity": 2 * DIESEL_2011})
    assert (row["cause"], row["factors_old"], row["old"]) == (
        "activity",
        row["factors_new"],
        pytest.approx(10 * DIESEL_2011),
    )
    assert split(cell(new.compare(old), item="gasoline")) == {}
    assert cell(new.compare(old), item="gasoline")["cause"] == ""


def test_another_value_in_the_same_formula_is_of_the_factor() -> None:
    method = th.load_method("cn-energy-2011")
    measured = method.with_parameter("combustion-co2", "oxidation", value=100, unit="percent", source="test")
    rows = activity(use("柴油", 10, "t"))
    found = th.account(rows, measured).compare(th.account(rows, method))
    assert split(cell(found, item="diesel")) == pytest.approx({"factor": 10 * DIESEL_2011 * (1 / 0.98 - 1)})


def test_another_formula_is_of_the_method() -> None:
    rows = activity(use("柴油", 10, "t", sector="industry"))
    found = th.account(rows, "ipcc-2006-stationary").compare(th.account(rows, "cn-energy-2011"))
    assert split(cell(found, gas="CO2")) == pytest.approx({"method": 10 * (DIESEL_IPCC - DIESEL_2011)})
    assert split(cell(found, gas="CH4")) == pytest.approx({"method": 430 * 3e-6 * 30})
    assert found.causes["activity"] == 0


def test_another_gwp_set() -> None:
    old = th.account(activity(use("柴油", 10, "t", sector="industry")), "ipcc-2006-stationary")
    found = old.with_gwp("AR6").compare(old)
    assert split(cell(found, gas="CH4")) == pytest.approx({"gwp": 430 * 3e-6 * (29.8 - 30)})
    assert split(cell(found, gas="N2O")) == pytest.approx({"gwp": 430 * 0.6e-6 * (273 - 265)})
    assert split(cell(found, gas="CO2")) == {}
    assert (found.old, found.new) == ("ipcc-2006-stationary AR5", "ipcc-2006-stationary AR6")


def test_a_cell_that_only_one_has() -> None:
    old = th.account(activity(use("柴油", 10, "t"), use("原煤", 5, "t")), "cn-energy-2011")
    new = th.account(
        activity(use("柴油", 10, "t"), use("汽油", 1, "t"), use("原煤", 5, "t", parameters=COAL)),
        "cn-energy-2011",
    )
    found = new.compare(old)
    assert cell(found, item="gasoline")["cause"] == "activity"
    assert cell(found, item="raw_coal")["cause"] == "factor", "the row was there, its parameters were not"
    back = old.compare(new)
    assert cell(back, item="gasoline")["difference"] == -cell(found, item="gasoline")["difference"]
    other = th.account(activity(use("柴油", 10, "t", sector="industry")), "sichuan-park-2022")
    assert other.total == 0
    assert (
        cell(th.account(activity(use("柴油", 10, "t", sector="industry")), "cn-energy-2011").compare(other))[
            "cause"
        ]
        == "method"
    )


def test_another_split_of_the_same_amount_is_of_the_factor() -> None:
    shares = (
        "share_anthracite=0.5; share_bituminous_coal=0.5; share_lignite=0",
        "share_anthracite=0.4; share_bituminous_coal=0.3; share_lignite=0.3",
    )
    old, new = (
        th.account(activity(use("原煤", 100, "t", parameters=share)), "cn-energy-2011") for share in shares
    )
    found = new.compare(old)
    assert abs(new.total - old.total) > 1
    assert split(cell(found, item="raw_coal")) == pytest.approx({"factor": new.total - old.total})


def test_amounts_in_units_of_another_kind_are_not_split() -> None:
    old, new, more, both = (
        th.account(activity(*(use("柴油", *amount, sector="industry") for amount in amounts)), "ipcc-2006-stationary")
        for amounts in ([(10, "t")], [(430, "GJ")], [(860, "GJ")], [(10, "t"), (430, "GJ")])
    )  # fmt: skip
    same = new.compare(old)
    assert same.causes == pytest.approx(dict.fromkeys(CAUSES, 0.0), abs=1e-6)
    assert set(same.cells["cause"]) == {""}
    assert more.compare(old).causes == pytest.approx(
        {"activity": old.total, "factor": 0, "method": 0, "gwp": 0}, abs=1e-6
    )
    weighted = both.with_gwp("AR6").compare(both)
    assert weighted.causes == {
        "activity": 0,
        "factor": 0,
        "method": 0,
        "gwp": pytest.approx(both.with_gwp("AR6").total - both.total),
    }
    kilos = th.account(activity(use("柴油", 12_000, "kg", sector="industry")), "ipcc-2006-stationary")
    assert split(cell(kilos.compare(old), gas="CO2")) == pytest.approx({"activity": 2 * DIESEL_IPCC})


def test_a_blank_dimension_of_an_unmatched_cell_is_the_same_blank() -> None:
    def burnt(**more: object) -> th.Inventory:
        return th.account(
            activity(use("原煤", 5, "t", site="", **more), use("原煤", 7, "t", site="东区", **more)),
            "cn-energy-2011",
        )

    old, new = burnt(), burnt(parameters=COAL)
    assert None in old.unmatched["site"].to_list()
    found = new.compare(old)
    assert [cell(found, site=site)["cause"] for site in ("", "东区")] == ["factor", "factor"]
    assert new.total > 0
    assert found.causes["factor"] == pytest.approx(new.total)


@pytest.mark.parametrize("name", ["old", "new", "cause", "present", "difference", "method", "factors_old"])
def test_a_column_of_the_activity_may_be_named_like_one_of_the_result(name: str) -> None:
    old, new = (
        th.account(
            activity(use("柴油", 10, "t", **{name: "x"}), use("柴油", extra, "t", **{name: "y"})),
            "cn-energy-2011",
        )
        for extra in (1, 3)
    )
    found = new.compare(old)
    assert found.causes == pytest.approx({"activity": 2 * DIESEL_2011, "factor": 0, "method": 0, "gwp": 0})
    assert found.cells["difference"].sum() == pytest.approx(2 * DIESEL_2011)
    apart = name == "present"
    assert found.cells.height == (2 if apart else 1), "what cannot stand beside the figures is added up"
    assert not apart or cell(found, **{name: "y"})["difference"] == pytest.approx(2 * DIESEL_2011)


def test_memo_items_are_not_compared() -> None:
    rows = activity(use("电力", 10, "MWh"))
    assert th.account(rows, "cn-energy-2011").compare(th.account(rows, "cn-energy-2011")).cells.height == 0


def test_it_is_told_in_both_languages() -> None:
    old = th.account(activity(use("柴油", 10, "t")), "cn-energy-2011")
    new = th.account(activity(use("柴油", 12, "t")), "cn-energy-2011")
    assert "活动 +" in repr(new.compare(old))
    use_language("en")
    assert "activity +" in repr(new.compare(old))
    assert list(new.compare(old).to_dict()) == ["old", "new", "causes", "cells"]


ITEMS = ("柴油", "汽油", "木柴", "焦炭")
METHODS = [th.load_method(name) for name in ("cn-energy-2011", "ipcc-2006-stationary")]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(ITEMS),
        st.sampled_from(("industry", "residential")),
        st.sampled_from(("2021", "2022")),
        st.one_of(st.just(0.0), st.floats(1e-6, 1e9)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    one=ROWS,
    other=ROWS,
    methods=st.tuples(st.sampled_from(METHODS), st.sampled_from(METHODS)),
    sets=st.tuples(st.sampled_from(("SAR", "AR5", "AR6")), st.sampled_from(("AR4", "AR6"))),
)
def test_the_causes_add_up_to_the_difference(
    one: Any, other: Any, methods: tuple[Method, Method], sets: tuple[str, str]
) -> None:
    inventories = [
        th.account(activity(*(use(item, amount, "t", sector=sector, period=period) for item, sector, period, amount in rows)), method, gwp=gwp)
        for rows, method, gwp in zip((one, other), methods, sets, strict=True)
    ]  # fmt: skip
    new, old = inventories
    found = new.compare(old)
    size = max(abs(new.total), abs(old.total), 1e-9)
    for row in found.cells.iter_rows(named=True):
        scale = max(abs(row["old"]), abs(row["new"]), 1e-9)
        assert row["difference"] == row["new"] - row["old"]
        assert sum(row[cause] for cause in CAUSES) == pytest.approx(row["difference"], abs=1e-12 * scale)
        assert (row["cause"] == "") == (abs(row["difference"]) <= 1e-9)
    assert sum(found.causes.values()) == pytest.approx(new.total - old.total, abs=1e-11 * size)
    if methods[0] == methods[1]:
        assert found.causes["method"] == 0
