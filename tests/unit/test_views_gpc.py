"""One activity through the provincial guideline and the GPC, and the table that explains the difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from tanheng.codes import codelist
from tanheng.errors import CellNotFound, PackInvalid
from tanheng.inventory.categories.gpc import category_of, leaves
from tanheng.inventory.categories.gpc_view import gpc_totals
from tanheng.inventory.methods.loading import load_method
from tanheng.inventory.views.reconciling import reconcile

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"


def account(method: str, gwp: str | None = None, **columns: Any) -> th.Inventory:
    length = max(len(value) for value in columns.values() if isinstance(value, list))
    table = {
        "entity": ["示例市"] * length,
        "period": ["2021"] * length,
        "region": ["福建省"] * length,
        **columns,
    }
    return th.account(table, method, gwp=gwp)


@pytest.fixture(scope="module")
def provincial() -> th.Inventory:
    return th.account(CITY, "cn-provincial-2011")


@pytest.fixture(scope="module")
def gpc() -> th.Inventory:
    return th.account(CITY, "gpc-cn")


def test_every_counted_tonne_stands_in_a_leaf_of_the_gpc_with_its_scope(gpc: th.Inventory) -> None:
    assert gpc.complete
    known = {one.code: one for one in leaves()}
    rows = gpc.by("gpc", "scope").to_polars()
    assert rows.height > 15
    for code, scope in rows.select("gpc", "scope").iter_rows():
        assert str(known[code].scope) == scope, code
        assert known[code].level != "territorial"


def test_the_total_is_basic_plus_and_generation_counts_in_the_territorial_view_alone(
    gpc: th.Inventory,
) -> None:
    totals = gpc_totals(gpc)
    assert totals["basic_plus_t"] == pytest.approx(gpc.total, abs=1e-6)
    assert totals["unplaced_t"] == 0
    supplied = gpc.by("gpc", memo=True).to_polars().filter(gpc="I.4.4").get_column("emission").item()
    assert totals["territorial_only_t"] == pytest.approx(supplied, abs=1e-6)
    scope_1 = gpc.by("scope").to_polars().filter(scope="1").get_column("emission").item()
    assert totals["territorial_t"] == pytest.approx(scope_1 + supplied, abs=1e-6)


def test_the_lines_add_up_to_the_difference_of_the_totals_exactly(
    provincial: th.Inventory, gpc: th.Inventory
) -> None:
    found = reconcile(provincial, gpc)
    nano = int(found.cells.get_column("difference").sum())
    old, new = (
        int(one.rows.filter(~pl.col("memo")).get_column("emission_nano").sum()) for one in (provincial, gpc)
    )
    assert nano == new - old
    split = sum(int(found.cells.get_column(f"due_{cause}").sum()) for cause in found.causes)
    assert split == nano
    assert found.lines.get_column("difference").sum() == pytest.approx(gpc.total - provincial.total, abs=1e-3)


def test_differences_of_boundary_are_named(provincial: th.Inventory, gpc: th.Inventory) -> None:
    lines = {
        (row["category_a"], row["category_b"]): row for row in reconcile(provincial, gpc).lines.to_dicts()
    }
    assert lines["P1.1.1", "I.4.4"]["cause"] == "counted_memo"
    assert lines["", "I.3.2"]["cause"] == "absent_counted", "use of electricity is no part of the province's"
    assert "I.6.2" not in {category for _, category in lines}, "what is brought in is no use"
    assert lines["M1.1", "II.4.3"]["cause"] == "memo_counted"
    assert lines["P3.3", "V.1"]["cause"] == "gwp"
    assert lines["P2.1", "IV.1"]["cause"] == "same"
    assert lines["P3.4", "V.1"]["due_gwp"] == lines["P3.4", "V.1"]["difference"]


def test_with_one_gwp_set_nothing_but_the_boundary_is_left(gpc: th.Inventory) -> None:
    found = reconcile(th.account(CITY, "cn-provincial-2011", gwp="AR5"), gpc)
    assert found.causes["boundary"] == pytest.approx(found.total_b - found.total_a, abs=1e-6)
    assert {name: value for name, value in found.causes.items() if name != "boundary"} == dict.fromkeys(
        ("unmatched", "activity", "factor", "method", "gwp"), 0.0
    )


def test_the_other_way_round_has_the_opposite_sign(provincial: th.Inventory, gpc: th.Inventory) -> None:
    there, back = reconcile(provincial, gpc), reconcile(gpc, provincial)
    assert there.causes["boundary"] == pytest.approx(-back.causes["boundary"], abs=1e-6)
    assert back.lines.get_column("difference").sum() == pytest.approx(provincial.total - gpc.total, abs=1e-3)


def test_losses_of_the_grid_are_scope_3_only_where_a_rate_is_stated() -> None:
    columns: dict[str, Any] = {
        "item": ["电力", "电力"], "sector": ["工业", "居民生活"], "amount": [1000, 1000], "unit": ["MWh"] * 2,
        "parameters": ["loss_rate=5%", ""],
    }  # fmt: skip
    found = account("gpc-cn", **columns)
    by = dict(found.by("gpc").to_polars().select("gpc", "emission").iter_rows())
    factor = by["I.1.2"] / 1000
    assert factor == pytest.approx(0.4711)
    assert by["I.3.2"] == by["I.1.2"]
    assert by["I.3.3"] == pytest.approx(1000 * factor * 0.05 / 0.95)
    assert set(by) == {"I.1.2", "I.3.2", "I.3.3"}


def test_own_use_of_power_plants_and_heat_have_their_categories() -> None:
    found = account(
        "gpc-cn", item=["柴油", "柴油", "热力"], sector=["发电", "其他能源工业", "商业"], amount=[1, 1, 100],
        unit=["t", "t", "GJ"],
    )  # fmt: skip
    assert found.complete
    by = dict(found.by("gpc").to_polars().select("gpc", "emission").iter_rows())
    assert set(by) == {"I.4.1", "I.2.2"}
    assert by["I.2.2"] == pytest.approx(11.0)


@pytest.mark.parametrize("sector", ["", "交通运输业", "能源工业", "居民和农业", "管道运输", "废弃物处理"])
def test_fuel_of_a_sector_that_is_too_wide_is_unmatched_and_not_guessed(sector: str) -> None:
    found = account("gpc-cn", item=["柴油"], sector=[sector], amount=[1], unit=["t"])
    assert not found.complete
    assert found.total == 0


def test_bunkers_by_the_share_of_the_city() -> None:
    columns: dict[str, Any] = {"item": ["喷气煤油"], "activity": ["国际航空"], "amount": [100], "unit": ["t"]}
    whole, part = account("gpc-cn", **columns), account("gpc-cn", **columns, parameters=["city_share=40%"])
    assert part.total == pytest.approx(0.4 * whole.total)
    assert whole.by("gpc").to_dicts()[0]["gpc"] == "II.4.3"


def test_electricity_sent_out_is_outside_the_gpc() -> None:
    alone = account("gpc-cn", item=["柴油"], sector=["工业"], amount=[1], unit=["t"])
    found = account(
        "gpc-cn",
        item=["柴油", "电力"],
        sector=["工业", ""],
        activity=["燃烧", "调出"],
        amount=[1, 10],
        unit=["t", "MWh"],
    )
    assert found.complete
    assert gpc_totals(found) == gpc_totals(alone)


def test_keys_of_the_pack_name_categories_of_the_gpc() -> None:
    left = load_method("gpc-cn").notation
    assert {one["key"] for one in left} == {"NE"}
    assert all(category_of(one["category"]["gpc"]) not in (None, "heading") for one in left)


def test_a_change_of_amount_and_of_factor_are_told_apart() -> None:
    columns: dict[str, Any] = {"item": ["柴油"], "sector": ["工业"], "unit": ["t"]}
    old = account("cn-energy-2011", amount=[100], **columns)
    more = account("cn-energy-2011", amount=[150], **columns)
    wetter = account("cn-energy-2011", amount=[150], parameters=["ncv=40 GJ/t"], **columns)
    assert reconcile(old, more).causes["activity"] == pytest.approx(more.total - old.total)
    split = reconcile(more, wetter, by="item").to_dict()
    assert split["difference"] == pytest.approx(wetter.total - more.total)
    assert sum(split["causes"].values()) == pytest.approx(split["difference"])


def test_dimensions_can_be_the_lines(provincial: th.Inventory, gpc: th.Inventory) -> None:
    found = reconcile(provincial, gpc, by=("item", "gpc"))
    assert found.lines.filter(category_a="jet_kerosene").get_column("category_b").to_list() == ["II.4.3"]
    with pytest.raises(CellNotFound):
        reconcile(provincial, gpc, by="crf")


def test_what_a_method_could_not_match_is_no_boundary() -> None:
    columns: dict[str, Any] = {
        "item": ["柴油", "柴油"], "sector": ["工业", "交通运输业"], "amount": [1, 2], "unit": ["t"] * 2,
    }  # fmt: skip
    old, new = account("cn-provincial-2011", "AR5", **columns), account("gpc-cn", **columns)
    found = reconcile(old, new)
    assert (found.unmatched[1], found.refused, found.complete) == (new.unmatched.height, (0, 0), False)
    transport = old.by("sector").to_polars().filter(sector="transport").get_column("emission").item()
    assert found.causes["unmatched"] == pytest.approx(-transport)
    assert sum(found.causes.values()) == pytest.approx(found.total_b - found.total_a)
    line = found.lines.filter(cause="counted_unmatched").row(0, named=True)
    assert (line["category_a"], line["category_b"], line["stands_b"]) == ("P1.1.4", "", "unmatched")
    assert "未匹配" in line["reason"]
    assert {finding.code for finding in new.findings} <= {finding.code for finding in found.findings}
    assert reconcile(new, old).causes["unmatched"] == pytest.approx(transport)


def test_a_dimension_answers_to_its_chinese_name(provincial: th.Inventory, gpc: th.Inventory) -> None:
    assert reconcile(provincial, gpc, by="品种").lines.equals(reconcile(provincial, gpc, by="item").lines)


def test_a_rule_like_another_stands_before_it_and_takes_what_it_does_not_say(tmp_path: Path) -> None:
    pack = tmp_path / "mine.yaml"
    pack.write_text(
        "format: tanheng-method/1\nid: mine\nversion: '1'\nextends: cn-energy-2011\ntitle: {zh: 我的, en: Mine}\n"
        "rules:\n  - {id: plants, like: combustion-co2, when: {sectors: [power]}, memo: true}\n",
        encoding="utf-8",
    )
    rules = [rule.id for rule in load_method(pack).rules]
    assert rules[:2] == ["plants", "combustion-co2"]
    rows = {"item": ["柴油"] * 2, "sector": ["发电", "工业"], "amount": [1, 1], "unit": ["t"] * 2}
    mine, base = account(str(pack), **rows), account("cn-energy-2011", **rows)
    assert mine.total == pytest.approx(base.total / 2)


@pytest.mark.parametrize(
    "rule", ["{id: plants, like: nothing}", "{id: combustion-co2, like: electricity-imported}"]
)
def test_a_rule_like_nothing_is_refused_with_its_line(tmp_path: Path, rule: str) -> None:
    pack = tmp_path / "mine.yaml"
    pack.write_text(
        "format: tanheng-method/1\nid: mine\nversion: '1'\nextends: cn-energy-2011\ntitle: {zh: 我的, en: Mine}\n"
        f"rules:\n  - {rule}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackInvalid) as caught:
        load_method(pack)
    assert caught.value.fields["line"] == 7
    assert caught.value.fields["key"] == "rules.0.like"


def test_names_of_the_lines_are_those_of_the_lists(provincial: th.Inventory, gpc: th.Inventory) -> None:
    row = reconcile(provincial, gpc).lines.filter(category_a="P1.1.1").to_dicts()[0]
    assert row["name_a"] == codelist("provincial2011").label("P1.1.1", "zh")
    assert row["name_b"] == codelist("gpc").label("I.4.4", "zh")
