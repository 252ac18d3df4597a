"""What counts once: rows as yearbooks have them, activity that a method leaves knowingly, and deductions without input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tanheng as th
from tanheng.errors import PackInvalid
from tanheng.inventory import load_method

PROVINCIAL, GPC = "cn-provincial-2011", "gpc-cn"
_BLANK = {"sector": "", "activity": "", "equipment": "", "parameters": ""}


def row(item: str, activity: str, amount: float, unit: str = "t", **more: str) -> dict[str, Any]:
    plain = {"entity": "某市", "period": "2021", "region": "四川省", **_BLANK}
    return {**plain, "item": item, "activity": activity, "amount": amount, "unit": unit, **more}


def account(method: Any, *rows: dict[str, Any], **options: Any) -> th.Inventory:
    return th.account({name: [one[name] for one in rows] for name in rows[0]}, method, **options)


def codes(inventory: th.Inventory, *, severity: str = "") -> list[str]:
    found = (one for one in inventory.findings if not severity or one.severity == severity)
    return [one.code for one in found if one.code.startswith("I-1") and one.code not in {"I-110", "I-115"}]


def by(inventory: th.Inventory, name: str, *, memo: bool = False) -> dict[str, float]:
    return {one[name]: one["emission"] for one in inventory.by(name, memo=memo).to_dicts()}


# —— steel ——

IRON = row("生铁", "炼钢用生铁", 1000)


def test_yearbook_rows_of_steel_are_deducted_once() -> None:
    found = account(PROVINCIAL, IRON, row("粗钢", "产量", 1000), row("钢材", "产量", 1000))
    assert found.total == pytest.approx((0.041 - 0.00248) * 1000 * 44 / 12)
    assert found.complete
    (told,) = (one for one in found.findings if one.code == "I-122")
    assert "粗钢" in told.message("zh")
    assert told.severity == "note"


def test_steel_without_pig_iron_is_no_negative_emission() -> None:
    found = account(PROVINCIAL, row("钢材", "产量", 1000))
    assert found.total == 0
    assert codes(found, severity="warning") == ["I-124"]
    assert "炼钢用生铁" in found.findings[0].message("zh")


@pytest.mark.parametrize(
    ("method", "deducted", "brought"),
    [
        ("cn-enterprise-steel", row("粗钢", "产量", 1000), row("焦炭", "消费", 1000)),
        ("cn-enterprise-steel", row("焦炭", "外销", 1000), row("洗精煤", "消耗", 2000)),
        ("cn-enterprise-steel", row("焦油", "外销", 1000), row("废钢", "外购", 1000)),
        (
            "cn-enterprise-chemical",
            row("x_urea", "产品", 1000, parameters="carbon=0.2 tC/t"),
            row("天然气", "原料", 10, "万Nm3", parameters="carbon=5.9 tC/万Nm3"),
        ),
    ],
)
def test_an_enterprise_is_told_of_carbon_that_leaves_and_never_entered(
    method: str, deducted: dict[str, Any], brought: dict[str, Any]
) -> None:
    alone, both = account(method, deducted), account(method, deducted, brought)
    assert alone.total < 0
    (told,) = (one for one in alone.findings if one.code == "I-124")
    assert (told.severity, "没有来处" in told.message("zh")) == ("warning", True)
    assert "I-124" not in codes(both)


def test_crude_steel_serves_where_there_are_no_products_and_only_then() -> None:
    alone = account(PROVINCIAL, IRON, row("粗钢", "炼钢", 1000))
    both = account(PROVINCIAL, IRON, row("粗钢", "炼钢", 1000), row("钢材", "产量", 1000))
    assert alone.total == pytest.approx(both.total)
    assert codes(both) == ["I-123"]


def test_another_city_or_year_is_another_place() -> None:
    other = {"entity": "乙市"}
    found = account(PROVINCIAL, IRON, row("钢材", "产量", 1000, **other), IRON | other | {"period": "2020"})
    assert codes(found) == ["I-124"]
    assert found.total == pytest.approx(2 * 0.041 * 1000 * 44 / 12)


def test_kept_dimensions_hold_the_entity_where_it_decides() -> None:
    rows = [IRON, row("钢材", "产量", 1000, entity="乙市")]
    assert account(PROVINCIAL, *rows, by="item").total == account(PROVINCIAL, *rows).total


def test_tar_of_a_works_is_deducted_once_and_its_own_iron_not_at_all() -> None:
    steel = "cn-enterprise-steel"
    tar = account(steel, row("焦油", "产量", 10), row("焦油", "外销", 10))
    assert tar.total == pytest.approx(-26.99)
    assert codes(tar) == ["I-123", "I-124", "I-125"]
    assert account(steel, row("焦油", "外销", 10)).total == pytest.approx(-26.99)
    works = account(steel, row("焦炭", "消耗", 100), row("生铁", "产量", 1000), row("粗钢", "产量", 1000))
    assert works.total == pytest.approx(28.435 * 0.02942 * 100 * 44 / 12 - 37)
    assert account(steel, row("生铁", "外销", 1000)).total == pytest.approx(-172)


# —— cement ——


def test_limestone_of_raw_meal_is_counted_with_the_clinker() -> None:
    cement = "cn-enterprise-cement"
    found = account(cement, row("熟料", "产量", 1000), row("石灰石", "消耗", 1300))
    assert found.total == pytest.approx(538)
    assert (found.complete, codes(found)) == (True, ["I-122"])
    desulphurised = account(cement, row("熟料", "产量", 1000), row("石灰石", "脱硫", 10))
    assert desulphurised.total == pytest.approx(538 + 4.3971)
    alone = account(cement, row("石灰石", "消耗", 1300))
    assert (alone.complete, codes(alone)) == (False, ["I-102"])
    assert "脱硫" in alone.findings[0].message("zh")


# —— waste ——


def cod(activity: str, amount: float, **more: str) -> dict[str, Any]:
    return row("工业废水COD", activity, amount, equipment="厌氧处理", **more)


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ((cod("产生", 1000),), 1000),
        ((cod("产生", 1000), cod("去除", 700)), 700),
        ((cod("产生", 1000), cod("去除", 700), cod("排放", 300)), 1000),
        ((cod("产生", 1000), cod("处理", 900)), 900),
        ((cod("处理", 900), cod("去除", 700)), 700),
        ((cod("产生", 1000, sector="造纸业"), cod("去除", 700, sector="纺织业")), 1700),
        ((cod("产生", 1000), cod("去除", 0)), 1000),
    ],
)
def test_the_load_of_wastewater_counts_once(rows: tuple[dict[str, Any], ...], counted: float) -> None:
    one = account(PROVINCIAL, cod("去除", 1)).total
    found = account(PROVINCIAL, *rows)
    assert found.total == pytest.approx(counted * one)
    assert found.complete
    assert (codes(found) == ["I-123"]) == (sum(one["amount"] for one in rows) > counted)


def test_other_ways_to_count_one_thing() -> None:
    nitrogen = row("污水氮", "排放", 10)
    people = row("常住人口", "生活污水", 1e6, "人", parameters="protein=0.03 t/(person*year); f_npr=0.16; f_non_con=1.1; f_ind_com=1.25")  # fmt: skip
    both = account(PROVINCIAL, nitrogen, people)
    assert both.total == account(PROVINCIAL, nitrogen).total < account(PROVINCIAL, people).total
    mixed = row("城市生活垃圾", "填埋", 1000, equipment="管理型填埋场", parameters="share_food=0.5; share_paper=0.1; share_textile=0; share_wood=0; share_garden=0")  # fmt: skip
    part = row("食品垃圾", "填埋", 500, equipment="管理型填埋场")
    assert account(PROVINCIAL, mixed, part).total == account(PROVINCIAL, mixed).total
    assert codes(account(PROVINCIAL, mixed, part)) == ["I-123"]


def test_shares_of_one_whole_may_not_exceed_it() -> None:
    shares = "share_food=0.9; share_paper=80%; share_textile=0.03; share_wood=0.02; share_garden=0.02"
    found = account(
        PROVINCIAL, row("城市生活垃圾", "填埋", 1000, equipment="管理型填埋场", parameters=shares)
    )
    assert (found.total, codes(found)) == (0, ["I-114"])
    assert "share_food" in found.findings[0].message("en")
    assert "1.77" in found.findings[0].message("en")
    felled = "biomass_loss=85 t/ha; burned=80%; oxidation=90%; decayed=70%; ch4_ratio=1.2%; nitrogen_ratio=1%; n2o_ratio=0.7%"
    assert account(PROVINCIAL, row("乔木林", "森林转化", 120, "公顷", parameters=felled)).total == 0


# —— coal ——


@pytest.mark.parametrize(
    ("activity", "equipment", "cubic_metres"),
    [
        ("矿后活动", "高瓦斯矿", 3.0), ("矿后活动", "低瓦斯矿", 0.94), ("矿后活动", "国有重点煤矿", None),
        ("井工开采", "国有重点煤矿", 8.37), ("井工开采", "露天", None), ("露天开采", "", 2.0), ("露天开采", "乡镇煤矿", None),
        ("原煤产量", "露天", 2.0), ("原煤产量", "", None),
    ],
)  # fmt: skip
def test_the_kind_of_mining_decides_the_factor(
    activity: str, equipment: str, cubic_metres: float | None
) -> None:
    found = account(PROVINCIAL, row("原煤", activity, 1000, equipment=equipment))
    assert found.complete == (cubic_metres is not None)
    assert found.total == pytest.approx((cubic_metres or 0) * 0.67 * 21)
    if cubic_metres is None:
        said = found.findings[0].message("zh")
        assert codes(found) == ["I-103"]
        assert "请在“设备”列填写：" in said
        assert "--activity" not in said
    else:
        assert ("I-124" in codes(found)) == (activity != "矿后活动")


def test_coal_given_whole_and_by_kind_of_mining_counts_once() -> None:
    whole = row("原煤", "原煤产量", 1000, equipment="个体煤矿")
    underground = row("原煤", "井工开采", 1000, equipment="乡镇煤矿")
    after = row("原煤", "矿后活动", 1000, equipment="低瓦斯矿")
    found = account(PROVINCIAL, whole, underground, after)
    assert found.total == pytest.approx((6.93 + 0.94) * 0.67 * 21)
    assert codes(found) == ["I-123"]


# —— electricity ——


def power(activity: str, amount: float, sector: str = "") -> dict[str, Any]:
    return row("电力", activity, amount, "MWh", sector=sector)


def test_the_province_takes_what_crosses_its_border_alone() -> None:
    rows = [
        power("消费", 1000, "工业"),
        power("终端消费", 10),
        power("", 10),
        power("外购电力", 100),
        power("调出", 50),
    ]
    for method in ("cn-energy-2011", PROVINCIAL):
        found = account(method, *rows)
        assert by(found, "provincial2011", memo=True) == pytest.approx({"M2": 50 * 0.1255})
        assert (found.total, found.complete) == (0, True)
        assert set(codes(found)) == {"I-122"}


def test_the_gpc_takes_what_is_consumed_and_not_what_is_brought_in() -> None:
    used = account(GPC, power("终端消费", 1000, "工业"), power("消费", 100), power("外购电力", 900))
    assert by(used, "gpc") == pytest.approx({"I.3.2": 125.5, "I.6.2": 12.55})
    assert (used.complete, codes(used)) == (True, ["I-122"])
    brought = account(GPC, power("外购电力", 900))
    assert (brought.complete, brought.total, codes(brought)) == (False, 0, ["I-102"])
    assert "按部门填写电力消费量" in brought.findings[0].message("zh")
    bought = account(GPC, power("外购电力", 1000, "服务业"))
    assert by(bought, "gpc") == pytest.approx({"I.2.2": 125.5})


@pytest.mark.parametrize("item", ["电力", "热力"])
def test_energy_of_a_sector_that_is_too_wide_is_unmatched_as_fuel_is(item: str) -> None:
    unit = "MWh" if item == "电力" else "GJ"
    found = account(GPC, row(item, "消费", 1000, unit, sector="交通运输业"))
    assert (found.total, codes(found)) == (0, ["I-102"])
    assert "道路运输、铁路运输、水路运输、航空运输" in found.findings[0].message("zh")
    off_road = account(GPC, row(item, "消费", 1000, unit, sector="非道路"))
    assert set(by(off_road, "gpc")) == {"II.5.2"}


# —— gases that a category has ——


def gases(inventory: th.Inventory) -> dict[str, float]:
    found = inventory.by("gas").to_dicts()
    return {one["gas"].split("_")[0]: one["mass"] for one in found}


def test_stationary_fuel_of_the_gpc_has_its_methane_and_nitrous_oxide() -> None:
    energy = 1000 * th.load_factors().get("cn_gbt32151_bituminous_coal_ncv").value / 1e6
    found = gases(account(GPC, row("烟煤", "", 1000, sector="居民生活")))
    assert (found["CH4"], found["N2O"]) == pytest.approx((energy * 300, energy * 1.5))
    plant = account(GPC, row("烟煤", "", 1000, sector="发电"))
    assert {one["gas"] for one in plant.by("gas", memo=True).to_dicts()} == {"CO2", "CH4_fossil", "N2O"}


def test_aviation_and_off_road_fuel_too() -> None:
    jet = gases(account(PROVINCIAL, row("喷气煤油", "", 1000, sector="航空")))
    assert (jet["CH4"], jet["N2O"]) == pytest.approx((0.0441 * 0.5, 0.0441 * 2))
    assert set(gases(account(GPC, row("煤油", "", 1, sector="航空")))) == {"CO2", "CH4", "N2O"}
    diesel = gases(account(GPC, row("柴油", "", 1000, sector="非道路")))
    assert (diesel["CH4"], diesel["N2O"]) == pytest.approx((0.042652 * 4.15, 0.042652 * 28.6))
    gasoline = account(GPC, row("汽油", "", 1, sector="非道路"))
    assert "农用四冲程汽油机" in gasoline.findings[0].message("zh")


def test_a_sector_that_is_too_wide_for_a_factor_names_those_that_have_one() -> None:
    found = account(PROVINCIAL, row("柴油", "", 1, sector="交通运输业"))
    assert "道路运输、铁路运输、水路运输" in found.findings[0].message("zh")


def test_a_gas_without_a_gwp_leaves_the_rest_of_the_inventory_alone() -> None:
    rows = [row("石灰", "产量", 1000), row("HFC-245fa", "产量", 1, parameters="ef=0.005 t/t")]
    found = account(PROVINCIAL, *rows)
    assert found.total == pytest.approx(683)
    assert codes(found) == ["I-103"]
    assert "--gwp" in found.findings[0].message("en")
    assert account(PROVINCIAL, *rows, gwp="AR5").complete


def test_cleaned_coal_and_bitumen_have_the_values_that_the_guideline_lacks() -> None:
    coal = account("cn-energy-2011", row("洗精煤", "", 1, sector="工业"))
    assert coal.complete
    proof = coal.proof(item="洗精煤").to_dict()["steps"][0]["inputs"]
    oxidation = next(one for one in proof if one["name"] == "oxidation")
    assert (oxidation["value"], oxidation["factor"]) == (0.9, "cn_gbt32151_washed_coal_of")
    assert "指南碳氧化率表" in oxidation["why_zh"]
    bitumen = account(PROVINCIAL, row("石油沥青", "非能源利用", 1, parameters="固碳率=80%"))
    assert bitumen.complete
    assert bitumen.total > 0


def test_the_words_of_a_farm() -> None:
    found = account(PROVINCIAL, row("奶牛", "存栏", 10, "头", equipment="规模化"))
    assert found.complete


# —— the format ——

PACK = "format: tanheng-method/1\nid: mine\nversion: '1'\nextends: cn-energy-2011\ntitle: {{zh: 我的, en: Mine}}\n{text}"


@pytest.mark.parametrize(
    ("text", "key", "word"),
    [
        ("alternatives:\n  - {rules: [combustion-co2, combustoin], reason: {zh: 甲, en: a}}\n", "alternatives.0.rules", "combustoin"),
        ("needs:\n  - {rule: combustion-co2, one_of: [none], otherwise: told, reason: {zh: 甲, en: a}}\n", "needs.0.one_of", "none"),
        ("needs:\n  - {rule: combustion-co2, one_of: [combustion-co2], otherwise: maybe, reason: {zh: 甲, en: a}}\n", "needs.0.otherwise", "maybe"),
        ("leaves:\n  - {when: {items: [deisel]}, reason: {zh: 甲, en: a}}\n", "leaves.0.when.items", "deisel"),
        ("rules:\n  - {id: combustion-co2, when: {equipment: [engine]}}\n", "rules.0.when.equipment", "engine"),
    ],
)  # fmt: skip
def test_a_fault_of_these_keys_is_told_with_its_place(tmp_path: Path, text: str, key: str, word: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PACK.format(text=text), encoding="utf-8")
    with pytest.raises(PackInvalid) as error:
        load_method(path)
    assert str(error.value.fields["key"]).startswith(key)
    assert word in error.value.message("en")
