"""What the pack format gained: streams, signs, chapters, notation keys, fixed look-ups, models over years, equipment by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tanheng as th
from small import WEIGHTED, pack
from tanheng.activity import read_activity
from tanheng.errors import CellNotFound, PackInvalid
from tanheng.inventory.categories.official import chapter_table, official_table
from tanheng.inventory.methods.models import gathered, spread
from tanheng.inventory.quality.qa import run_qa

PLAIN = """\
  - id: sown
    title: {zh: 试, en: Trial}
    clause: "1"
    when: {items: [lime]}
    gases: [CO2]
    category: {provincial2011: P2.2}
    formula: ef
    parameters:
      ef: {unit: tCO2/t, measured: required}
"""


def load(folder: Path, text: str) -> th.Method:
    return th.load_method(pack(folder, "plant", text, gas=WEIGHTED))


def rule(name: str, **more: str) -> str:
    """The plain rule under another name, with more keys."""
    keys = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return PLAIN.replace("id: sown", f"id: {name}").replace("    gases:", f"{keys}    gases:")


def rows(*cells: tuple[str, str, float, str]) -> pl.DataFrame:
    """Rows of period, item, amount and parameters."""
    names = ("period", "item", "amount", "parameters")
    return pl.DataFrame(
        [
            {"entity": "厂", "region": "CN", "unit": "t", **dict(zip(names, cell, strict=True))}
            for cell in cells
        ]
    )


def test_streams_of_one_activity_add_up_and_the_first_rule_of_each_holds(tmp_path: Path) -> None:
    method = load(tmp_path, PLAIN + rule("again") + rule("beside", stream="second"))
    inventory = th.account(rows(("2021", "石灰", 10, "ef=2 tCO2/t")), method)
    assert {row["rule"]: row["emission"] for row in inventory.by("rule").to_dicts()} == {
        "sown": 20.0,
        "beside": 20.0,
    }
    assert inventory.cells().get_column("amount").to_list() == [10.0], "the amount stands once"
    assert inventory.proof(item="石灰").step_count == 2


@pytest.mark.parametrize(("effect", "total"), [("emission", 20), ("removal", -20), ("deduction", -20)])
def test_the_sign_follows_the_effect(tmp_path: Path, effect: str, total: float) -> None:
    method = load(tmp_path, rule("signed", effect=effect))
    inventory = th.account(rows(("2021", "石灰", 10, "ef=2 tCO2/t")), method)
    assert inventory.total == total
    assert inventory.proof(item="石灰").value == total


@given(amount=st.integers(1, 10**12), ef=st.floats(1e-6, 50))
@settings(max_examples=25, deadline=None)
def test_what_is_removed_is_what_would_have_been_emitted(
    tmp_path_factory: pytest.TempPathFactory, amount: int, ef: float
) -> None:
    folder = tmp_path_factory.mktemp("packs")
    stated = rows(("2021", "石灰", amount / 1000, f"ef={ef!r} tCO2/t"))
    out = th.account(stated, load(folder, rule("signed", effect="emission")))
    back = th.account(stated, load(folder, rule("signed", effect="removal")))
    assert out.complete
    assert back.total == -out.total, "to the nanotonne"


def test_nothing_removed_is_zero_without_a_sign(tmp_path: Path) -> None:
    method = load(tmp_path, rule("signed", effect="removal"))
    inventory = th.account(rows(("2021", "石灰", 10, "ef=0 tCO2/t")), method)
    assert str(inventory.sheet.get_column("coefficient")[0]) == "0.0"


def test_a_removal_that_turns_negative_is_refused(tmp_path: Path) -> None:
    text = rule("signed", effect="removal").replace("formula: ef", "formula: ef - loss") + (
        "      loss: {unit: tCO2/t, measured: required}\n"
    )
    inventory = th.account(rows(("2021", "石灰", 10, "ef=1 tCO2/t; loss=3 tCO2/t")), load(tmp_path, text))
    assert inventory.unmatched.get_column("code").to_list() == ["I-114"]


def test_uncertainty_of_emission_and_removal_is_not_relative_to_their_difference(tmp_path: Path) -> None:
    method = load(
        tmp_path,
        rule("out").replace("measured: required", "value: 1, uncertainty: 10")
        + rule("in", effect="removal")
        .replace("items: [lime]", "items: [clinker]")
        .replace("measured: required", "value: 1, uncertainty: 20"),
    )
    table = rows(("2021", "石灰", 100, ""), ("2021", "水泥熟料", 90, "")).with_columns(
        uncertainty=pl.lit(0.0)
    )
    inventory = th.account(table, method)
    found = inventory.uncertainty()
    assert inventory.total == 10
    assert found.half_width == pytest.approx((10**2 + 18**2) ** 0.5)
    low, high = inventory.monte_carlo(draws=20_000).interval() or (0.0, 0.0)
    assert (high - low) / 2 == pytest.approx(found.half_width, rel=0.05)


def test_a_blank_kind_of_activity_does_not_meet_an_explicit_rule(tmp_path: Path) -> None:
    method = load(
        tmp_path, PLAIN.replace("{items: [lime]}", "{items: [lime], activity: [output], explicit: true}")
    )
    table = rows(("2021", "石灰", 10, "ef=2 tCO2/t"))
    assert th.account(table, method).unmatched.get_column("code").to_list() == ["I-102"]
    assert th.account(table.with_columns(activity=pl.lit("output")), method).total == 20


def test_a_chapter_stands_apart(tmp_path: Path) -> None:
    method = load(tmp_path, rule("apart", chapter="lake", memo="true"))
    inventory = th.account(rows(("2021", "石灰", 10, "ef=2 tCO2/t")), method)
    assert inventory.total == 0
    assert chapter_table(inventory, "lake").to_dicts()[0]["emission"] == 20
    with pytest.raises(CellNotFound, match="lake"):
        chapter_table(inventory, "sea")
    with pytest.raises(CellNotFound, match="gpc"):
        official_table(inventory, "gpc")


def test_a_fixed_item_and_equipment_and_an_equipment_by_its_chinese_name(tmp_path: Path) -> None:
    looked = "{unit: t/ha, gas: true, activity: rice_cultivation, item: rice_paddy, equipment: double_season_late, as_of: 2011}"
    fixed = PLAIN.replace("[lime]", "[late_rice]").replace("[CO2]", "[CH4]")
    fixed = fixed.replace("{unit: tCO2/t, measured: required}", looked)
    named = fixed.replace("id: sown", "id: named").replace("[late_rice]", "[rice_paddy]")
    named = named.replace("item: rice_paddy, equipment: double_season_late", "by_equipment: true")
    table = pl.DataFrame(
        {"entity": ["县"] * 2, "region": ["浙江省"] * 2, "period": ["2009"] * 2, "item": ["双季晚稻", "稻田"], "amount": [10.0, 10.0], "unit": ["公顷"] * 2, "equipment": ["", "双季晚稻"]}
    )  # fmt: skip
    inventory = th.account(table, load(tmp_path, fixed + named))
    expected = 10 * th.load_factors().get("cn_prov2011_rice_east_late").value / 1000
    assert [row["mass"] for row in inventory.by("item", "gas").to_dicts()] == pytest.approx([expected] * 2)


DECAY = """\
  - id: landfill
    title: {zh: 填埋, en: Landfill}
    clause: "1"
    model: first_order_decay
    when: {items: [food_waste]}
    gases: [CH4]
    origin: biogenic
    formula: ef * age
    parameters:
      ef: {unit: tCH4/(t*year), value: 1}
      age: {unit: year, measured: required}
"""


def test_a_model_spreads_deposits_over_the_years_of_the_other_rows(tmp_path: Path) -> None:
    method = load(tmp_path, DECAY + PLAIN)
    table = read_activity(
        rows(("2010", "食品垃圾", 1, ""), ("2019-06", "食品垃圾", 1, ""), ("2020", "石灰", 5, "ef=1 tCO2/t"), ("2021", "石灰", 5, "ef=1 tCO2/t"))
    )  # fmt: skip
    grown = spread(table, method).to_polars().filter(pl.col("item") == "food_waste")
    found = list(zip(grown["period"], grown["parameters"], grown["__row"], strict=True))
    assert found == [
        ("2020", "age=10.0 year", 1), ("2021", "age=11.0 year", 1),
        ("2020", "age=1.0 year", 2), ("2021", "age=2.0 year", 2),
    ]  # fmt: skip
    inventory = th.account(table, method)
    assert inventory.complete
    assert {row["period"]: row["mass"] for row in inventory.by("period", "gas").to_dicts() if row["gas"] != "CO2"} == {
        "2020": 11.0,
        "2021": 13.0,
    }  # fmt: skip


def test_a_deposit_after_the_last_year_is_kept_and_emits_nothing(tmp_path: Path) -> None:
    table = rows(("2021", "石灰", 5, "ef=1 tCO2/t"), ("2023", "食品垃圾", 1, ""))
    inventory = th.account(table, load(tmp_path, DECAY + PLAIN))
    assert inventory.complete
    assert inventory.select({"item": "食品垃圾"}).get_column("mass").to_list() == [0.0]


def test_the_checks_see_the_rows_as_they_were_read(tmp_path: Path) -> None:
    table = read_activity(rows(*((str(year), "食品垃圾", 100, "") for year in range(2015, 2022))))
    method = load(tmp_path, DECAY)
    inventory = th.account(table, method)
    assert (inventory.rows_read, inventory.activity.to_polars().height) == (7, 28)
    seen = gathered(inventory.activity.to_polars())
    assert (
        seen.select(table.to_polars().columns).drop("parameters").equals(table.to_polars().drop("parameters"))
    )
    steady = replace(method, checks=({"jump": {"by": ["entity", "item"], "limit": 0.1}},))
    assert run_qa(inventory, steady) == []


def test_activity_without_such_rows_is_left_as_it_is(tmp_path: Path) -> None:
    table = read_activity(rows(("2021", "石灰", 5, "ef=1 tCO2/t")))
    assert spread(table, load(tmp_path, DECAY + PLAIN)) is table
    assert spread(table, load(tmp_path, PLAIN)) is table


NOTATION = (
    "notation:\n  - {category: {provincial2011: P2.10}, gases: [HFCs], key: NE, reason: {zh: 无, en: none}}\n"
)


def test_no_is_a_key_and_not_false(tmp_path: Path) -> None:
    method = load(tmp_path, PLAIN + NOTATION.replace("key: NE", "key: NO"))
    assert [one["key"] for one in method.notation] == ["NO"]


def test_notation_is_data_of_the_method(tmp_path: Path) -> None:
    method = load(tmp_path, PLAIN + NOTATION)
    assert [one["key"] for one in method.notation] == ["NE"]
    inventory = th.account(rows(("2021", "石灰", 10, "ef=2 tCO2/t")), method)
    table: dict[str, dict[str, Any]] = {row["code"]: row for row in official_table(inventory).to_dicts()}
    assert table["P2.10"]["notation"] == "HFCs: NE"
    assert (table["P2"]["CO2"], table["P2.1"]["CO2"]) == (20.0, None), "unknown is not zero"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (rule("apart", chapter="lake"), 13, "a chapter of its own may not enter the total"),
        (DECAY.replace("measured: required", "value: 1"), 12, "needs the parameter age"),
        (DECAY.replace("first_order_decay", "guess"), 12, "first_order_decay"),
        (rule("signed", effect="vanish"), 13, "removal"),
        (PLAIN.replace("measured: required", "item: limee"), 17, "the catalogue has no item 'limee'"),
        (PLAIN.replace("measured: required", "sector: landfil"), 17, "code list sectors has no 'landfil'"),
        (PLAIN.replace("measured: required", "as_of: 11"), 17, "'11' is no year"),
        (PLAIN + NOTATION.replace("P2.10", "P2.99"), 19, "code list provincial2011 has no 'P2.99'"),
        (PLAIN + NOTATION.replace("provincial2011:", "provincial2012:"), 19, "there is no such code list"),
        (PLAIN + NOTATION.replace("[HFCs]", "[HFC]"), 19, "code list gases has no 'HFC'"),
        (PLAIN + NOTATION.replace("key: NE", "key: RN"), 19, "'RN' is none of NO, NE, IE, C"),
        (PLAIN + NOTATION.replace(", reason: {zh: 无, en: none}", ""), 19, "this key is missing"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        load(tmp_path, text)
    assert said in caught.value.message("en")
    assert caught.value.fields["line"] == line
    assert caught.value.message("zh") != caught.value.message("en")
