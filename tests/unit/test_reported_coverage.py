"""Coverage of category lists: GPC and the provincial table, from reported figures and from an inventory of our own."""

from __future__ import annotations

import polars as pl
import pytest

import tanheng as th
from tanheng.codes import codelist
from tanheng.errors import CellNotFound, UnknownCode
from tanheng.inventory.categories.covering import coverage, inventory_coverage, states
from tanheng.inventory.categories.gpc import leaves, total_names

TABLE = {
    "entity": ["四川省"] * 2,
    "period": ["2021"] * 2,
    "item": ["汽油", "柴油"],
    "amount": [1, 2],
    "unit": ["t", "t"],
    "sector": ["交通运输业", "居民生活"],
}


def test_the_gpc_has_43_subcategories_and_23_subsectors() -> None:
    subcategories = [one for one in leaves() if one.code.count(".") == 2]
    assert len(subcategories) == 43
    assert [sum(one.level == level for one in subcategories) for level in ("basic", "basic+", "territorial")] == [32, 10, 1]  # fmt: skip
    subsectors = {one.subsector for one in leaves()}
    assert len(subsectors) == 22  # and VI.1, which is outside
    assert sum(row["level"] == "subsector" for row in codelist("gpc").rows) == 23
    assert {rule["total"] for rule in total_names()} >= {"basic_t", "territorial_t", "other_t"}


def test_every_cell_of_the_provincial_table_is_category_by_gas() -> None:
    found = inventory_coverage(th.account(TABLE, "cn-energy-2011"), "provincial2011")
    listed = codelist("provincial2011")
    cells = sum(len(row["gases"].split("|")) for row in listed.rows if not listed.children(row["code"]))
    assert found.cells.height == cells
    assert found.counts()["estimated"] == 2
    assert found.counts()["unanswered"] == cells - 2
    estimated = found.cells.filter(pl.col("state") == "estimated")
    assert sorted(estimated.select("category", "gas").rows()) == [("P1.1.4", "CO2"), ("P1.1.6", "CO2")]
    groups = found.by_group().to_polars().filter(pl.col("group") == "P1.1").row(0, named=True)
    assert groups["emission"] == pytest.approx(estimated.get_column("emission").sum(), abs=1e-6)
    assert groups["estimated"] + groups["unanswered"] == groups["cells"]


def test_keys_answer_one_gas_or_all() -> None:
    keys = pl.DataFrame(
        {
            "category": ["P1.1.4", "P2.1", "P3.1", "P5.2"],
            "notation": ["NE", "未发生", "IE", "C"],
            "reason": ["no factor", "", "somewhere", "one plant"],
            "gas": ["CH4", "", "", ""],
        }
    )
    found = inventory_coverage(th.account(TABLE, "cn-energy-2011"), "provincial2011", notation=keys)
    state = {(row["category"], row["gas"]): row["state"] for row in found.cells.to_dicts()}
    assert state["P1.1.4", "CO2"] == "estimated"
    assert state["P1.1.4", "CH4"] == "NE"
    assert state["P1.1.4", "N2O"] == "unanswered"
    assert (state["P2.1", "CO2"], state["P5.2", "CH4"], state["P5.2", "N2O"]) == ("NO", "C", "C")
    assert [(one.code, one.fields["value"]) for one in found.findings] == [("I-214", "NO"), ("I-213", "IE")]
    assert list(found.counts()) == states()
    assert sum(found.counts().values()) == found.cells.height


def test_fluorinated_gases_answer_for_their_group() -> None:
    values = pl.DataFrame(
        {"category": ["P2.12", "P2.12"], "gas": ["HFC134a", "HFC32"], "emission": [1.0, 2.0]}
    )
    found = coverage(values, "provincial2011")
    (cell,) = found.cells.filter(pl.col("category") == "P2.12").to_dicts()
    assert (cell["gas"], cell["emission"]) == ("HFCs", 3.0)


def test_a_value_at_a_heading_answers_nothing_and_is_told() -> None:
    found = coverage(pl.DataFrame({"category": ["P1.1"], "emission": [5.0]}), "provincial2011")
    assert found.counts()["estimated"] == 0
    assert [one.code for one in found.findings] == ["I-217"]
    assert "P1.1" in found.findings[0].message("zh")


def test_what_has_no_category_is_told_as_that() -> None:
    found = inventory_coverage(th.account({**TABLE, "sector": ["", ""]}, "cn-energy-2011"), "provincial2011")
    told = next(one for one in found.findings if one.code == "I-217")
    assert "没有类别的部分 有排放量" in told.message("zh")
    assert "what has no category has an emission" in told.message("en")


def test_what_a_list_or_method_does_not_know_is_refused() -> None:
    values = pl.DataFrame({"category": ["I.1.1"], "emission": [5.0]})
    with pytest.raises(UnknownCode):
        coverage(
            values, "gpc", notation=pl.DataFrame({"category": ["I.1.2"], "notation": ["RN"], "reason": [""]})
        )
    with pytest.raises(CellNotFound):
        inventory_coverage(th.account(TABLE, "cn-energy-2011"), "gpc")


def test_the_method_answers_what_it_marks_and_the_user_wins() -> None:
    table = {
        "entity": ["四川省"],
        "period": ["2021"],
        "item": ["汽油"],
        "amount": [1],
        "unit": ["t"],
        "sector": ["road"],
    }
    inventory = th.account(table, "cn-provincial-2011")
    found = inventory.coverage("provincial2011")
    state = {(row["category"], row["gas"]): row for row in found.to_polars().to_dicts()}
    assert (state["P1.4", "CH4"]["state"], bool(state["P1.4", "CH4"]["reason"])) == ("NE", True)
    own = pl.DataFrame({"category": ["P1.4"], "notation": ["NO"], "reason": ["no oil or gas here"]})
    told = {
        (row["category"], row["gas"]): row
        for row in inventory.coverage("provincial2011", notation=own).to_polars().to_dicts()
    }
    assert (told["P1.4", "CH4"]["state"], told["P1.4", "CH4"]["reason"]) == ("NO", "no oil or gas here")
    assert told["P2.12", "HFCs"]["state"] == "NE"


def test_memo_items_answer_their_categories() -> None:
    table = {
        "entity": ["四川省"],
        "period": ["2021"],
        "item": ["电力"],
        "amount": [1],
        "unit": ["MWh"],
        "activity": ["外购电力"],
    }
    inventory = th.account(table, "cn-energy-2011")
    assert inventory.total == 0
    cells = inventory.coverage("provincial2011").to_polars().filter(pl.col("category") == "M2")
    assert set(cells.get_column("state")) == {"estimated"}
