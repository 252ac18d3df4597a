"""Accounting: coefficients, dimensions, memo items, gases, and what is not counted."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import tanheng as th
from small import COAL, activity, use
from tanheng.errors import CellNotFound, NotFound, StrictRefusal, language, use_language
from tanheng.inventory import Inventory

DIESEL = 42.652 * 0.0202 * 0.98 * 44 / 12
GAS = 389.31 * 0.0153 * 0.99 * 44 / 12
COALS = {
    "anthracite": 26.7 * 0.0274 * 0.94 * 44 / 12,
    "bituminous_coal": 19.570 * 0.0261 * 0.93 * 44 / 12,
    "lignite": 11.9 * 0.0280 * 0.96 * 44 / 12,
}


def plant() -> pl.DataFrame:
    return activity(
        use("柴油", 10, "t", sector="transport"),
        use("天然气", 30, "万Nm3", sector="industry"),
        use("原煤", 400, "t", sector="industry", parameters=COAL),
        use("电力", 500, "万kWh", sector="industry", activity="外购电力"),
        use("柴油", 12, "t", sector="transport", period="2022年"),
    )


def found(inventory: Inventory, *dimensions: str, memo: bool = False) -> dict[Any, float]:
    rows = inventory.by(*dimensions, memo=memo).to_dicts()
    return {
        tuple(row[name] for name in dimensions) if len(dimensions) > 1 else row[dimensions[0]]: row[
            "emission"
        ]
        for row in rows
    }


def test_every_dimension_adds_up_to_the_total() -> None:
    inventory = th.account(plant(), "cn-energy-2011")
    coal = 400 * sum(share * COALS[item] for item, share in zip(COALS, (0.2, 0.7, 0.1), strict=True))
    assert found(inventory, "item") == pytest.approx(
        {"diesel": 22 * DIESEL, "natural_gas": 30 * GAS, "raw_coal": coal}
    )
    assert found(inventory, "period") == pytest.approx(
        {"2021": 10 * DIESEL + 30 * GAS + coal, "2022": 12 * DIESEL}
    )
    assert found(inventory, "sector", "period")["transport", "2022"] == pytest.approx(12 * DIESEL)
    assert found(inventory, "provincial2011") == pytest.approx(
        {"P1.1.3": 30 * GAS + coal, "P1.1.4": 22 * DIESEL}
    )
    assert found(inventory, "ipcc2006") == pytest.approx({"1.A.2": 30 * GAS + coal, "1.A.3": 22 * DIESEL})
    for dimension in (*inventory.dimensions, *inventory.category_lists):
        table = inventory.by(dimension).to_polars()
        assert table.get_column("emission").sum() == pytest.approx(inventory.total, rel=1e-12), dimension
        assert table.get_column("share").sum() == pytest.approx(100), dimension
    assert inventory.by().to_dicts() == [{"emission": inventory.total, "share": 100.0}]


def test_parts_add_up_to_the_whole_to_the_last_digit() -> None:
    inventory = th.account(plant(), "cn-energy-2011")
    rows = inventory.rows.filter(~pl.col("memo"))
    whole = rows.get_column("emission_nano").sum()
    for dimension in ("item", "sector", "period", "part", "factors"):
        assert (
            rows.group_by(dimension).agg(pl.col("emission_nano").sum()).get_column("emission_nano").sum()
            == whole
        )
    assert inventory.total == whole / 1e9


def test_a_dimension_that_is_not_there_names_those_that_are() -> None:
    inventory = th.account(plant(), "cn-energy-2011")
    with pytest.raises(CellNotFound) as error:
        inventory.by("colour")
    assert "colour" in error.value.message("zh")
    assert "provincial2011" in error.value.message("en")


def test_electricity_is_a_memo_item_of_the_provincial_guideline() -> None:
    inventory = th.account(plant(), "cn-energy-2011")
    assert "electricity" not in found(inventory, "item")
    assert found(inventory, "item", memo=True) == pytest.approx({"electricity": 5000 * 0.1255})
    assert found(inventory, "provincial2011", memo=True) == pytest.approx({"M2": 5000 * 0.1255})
    assert inventory.proof(item="electricity").value == pytest.approx(627.5)


def test_co2_of_biomass_is_a_memo_item_and_its_methane_is_not() -> None:
    inventory = th.account(activity(use("木柴", 100, "t", sector="industry")), "ipcc-2006-stationary")
    energy = 100 * 15.6
    assert found(inventory, "gas", memo=True) == pytest.approx({"CO2_biogenic": energy * 0.112})
    assert found(inventory, "gas") == pytest.approx(
        {"CH4_biogenic": energy * 30e-6 * 28, "N2O": energy * 4e-6 * 265}
    )


@pytest.mark.parametrize(
    ("asked", "gases"),
    [
        ("", {"CO2", "CH4_fossil", "N2O"}),
        ("CO2e", {"CO2", "CH4_fossil", "N2O"}),
        ("CO2", {"CO2"}),
        ("CH4", {"CH4_fossil"}),
        ("CH4_fossil", {"CH4_fossil"}),
        ("N2O", {"N2O"}),
    ],
)
def test_a_row_may_ask_for_one_gas(asked: str, gases: set[str]) -> None:
    inventory = th.account(
        activity(use("柴油", 1, "t", sector="industry", gas=asked)), "ipcc-2006-stationary"
    )
    assert set(found(inventory, "gas")) == gases
    assert inventory.complete


def test_a_gas_that_the_method_lacks_leaves_the_row_unmatched() -> None:
    inventory = th.account(activity(use("柴油", 1, "t", gas="CH4")), "cn-energy-2011")
    assert (inventory.total, inventory.complete) == (0, False)
    assert "方法对它只核算 CO2" in inventory.findings[0].message("zh")
    assert "the method has CO2 for it" in inventory.findings[0].message("en")


@pytest.mark.parametrize(
    ("parameters", "said_zh", "said_en"),
    [
        ("", "需在“参数”列给出占比", "State the shares"),
        ("share_anthracite=0.2; share_lignite=0.8", "需在“参数”列给出占比", "State the shares"),
        (
            "share_anthracite=0.2; share_bituminous_coal=0.7; share_lignite=0.2",
            "合计为 1.1，应为非负且合计为 1",
            "add up to 1.1",
        ),
        (
            "share_anthracite=-0.2; share_bituminous_coal=1; share_lignite=0.2",
            "应为非负",
            "must be 0 or more",
        ),
        ("share_anthracite=0.2 GJ/t; share_bituminous_coal=0.7; share_lignite=0.1", "GJ/t", "GJ/t"),
    ],
)
def test_raw_coal_needs_shares_that_add_up(parameters: str, said_zh: str, said_en: str) -> None:
    inventory = th.account(activity(use("原煤", 10, "t", parameters=parameters)), "cn-energy-2011")
    assert (inventory.total, inventory.complete, inventory.unmatched.height) == (0, False, 1)
    finding = inventory.findings[0]
    assert finding.code == "I-102"
    assert said_zh in finding.message("zh")
    assert said_en in finding.message("en")


def test_shares_may_be_percent_and_one_kind_may_be_absent() -> None:
    shares = "无烟煤占比=30%; 烟煤占比=70 %; 褐煤占比=0"
    rows = activity(use("原煤", 10, "t", sector="工业", parameters=shares))
    inventory = th.account(rows, "cn-energy-2011")
    assert inventory.findings == []
    assert found(inventory, "part") == pytest.approx(
        {"anthracite": 3 * COALS["anthracite"], "bituminous_coal": 7 * COALS["bituminous_coal"]}
    )


def test_a_split_is_counted_whole_or_not_at_all() -> None:
    rows = activity(use("原煤", 10, "t", parameters=f"{COAL}; ncv=20 GJ/万Nm3"))
    inventory = th.account(rows, "cn-energy-2011")
    assert inventory.total == 0
    assert inventory.unmatched.get_column("amount").to_list() == [10]


def test_a_measured_value_of_the_row_comes_first() -> None:
    rows = activity(
        use("柴油", 10, "t", parameters="ncv=10000 kcal/kg; 氧化率=99%"), use("柴油", 10, "t", period="2022")
    )
    inventory = th.account(rows, "cn-energy-2011")
    own = 10000 * 4.1868e-3 * 0.0202 * 0.99 * 44 / 12
    assert found(inventory, "period") == pytest.approx({"2021": 10 * own, "2022": 10 * DIESEL})
    step = inventory.proof(period="2021").steps[0]
    assert {one["name"]: one["check"] for one in step["inputs"]} == {
        "ncv": "measured", "carbon_content": "read", "oxidation": "measured", "c_to_co2": "exact",
    }  # fmt: skip


def test_a_measured_value_that_the_method_does_not_use_is_told() -> None:
    inventory = th.account(activity(use("柴油", 10, "t", parameters="nvc=20 GJ/t")), "cn-energy-2011")
    assert inventory.complete
    notes = [finding for finding in inventory.findings if finding.code == "I-113"]
    assert "nvc" in notes[0].message("zh")
    assert "nvc" in notes[0].message("en")


@pytest.mark.parametrize(
    ("row", "method", "code", "zh", "en"),
    [
        (use("龙鳞粉", 3, "t"), "cn-energy-2011", "I-101", ["龙鳞粉", "3 t"], ["龙鳞粉", "not in the catalogue"]),
        (use("蒸汽", 3, "t"), "cn-energy-2011", "I-102", ["没有适用于“蒸汽”", "cn-energy-2011"], ["has no rule for 'Steam'"]),
        (use("柴油", 3, "t"), "ipcc-2006-stationary", "I-103", ["柴油 (CH4, N2O)", "请填“部门”列"], ["Diesel (CH4, N2O)", "fill the sector column"]),
        (use("炼焦煤", 3, "t"), "cn-energy-2011", "I-103", ["缺少参数 ncv（低位发热量）", "没有为“炼焦煤”指定因子"], ["lacks parameter ncv (net calorific value)"]),
        (use("天然气", 3, "万m3"), "cn-energy-2011", "I-104", ["“万m3”", "Nm3"], ["'万m3'", "write Nm³"]),
        (use("天然气", 3, "万Nm3", sector="industry"), "ipcc-2006-stationary", "I-104", ["ncv [GJ/Nm3]"], ["Give a measured ncv [GJ/Nm3]"]),
        (use("柴油", 3, "t", parameters="ncv=20 tC/t"), "cn-energy-2011", "I-103", ["单位 tC/t 与 GJ/t"], ["Unit tC/t does not fit"]),
        (use("柴油", 3, "kWh"), "cn-energy-2011", "I-104", ["“kWh”", "t"], ["'kWh'"]),
    ],
)  # fmt: skip
def test_what_is_not_counted_says_why_in_both_languages(
    row: dict[str, Any], method: str, code: str, zh: list[str], en: list[str]
) -> None:
    inventory = th.account(activity(row, use("汽油", 1, "t", sector="industry")), method)
    assert not inventory.complete
    unmatched = inventory.unmatched.to_dicts()
    assert [(one["amount"], one["unit"], one["code"]) for one in unmatched] == [(3.0, row["unit"], code)]
    finding = next(one for one in inventory.findings if one.code == code)
    assert finding.severity == "error"
    assert [word for word in zh if word not in finding.message("zh")] == []
    assert [word for word in en if word not in finding.message("en")] == []
    assert finding.rows[0]["row"] == 1
    assert found(inventory, "item")["gasoline"] > 0
    assert "INCOMPLETE" in repr(inventory)


def test_unknown_is_never_zero() -> None:
    inventory = th.account(activity(use("蒸汽", 3, "t"), use("柴油", 1, "t")), "cn-energy-2011")
    assert "steam" not in inventory.emissions.get_column("item").to_list()
    assert inventory.to_dict()["complete"] is False
    assert inventory.to_dict()["unmatched"][0]["amount"] == 3
    with pytest.raises(StrictRefusal) as error:
        th.account(activity(use("蒸汽", 3, "t")), "cn-energy-2011", strict=True)
    assert "蒸汽" in error.value.message("zh")


def test_one_reason_over_many_rows_is_one_finding() -> None:
    rows = [use("蒸汽", month, "t", period=f"2021-{month:02}") for month in range(1, 13)]
    inventory = th.account(activity(*rows), "cn-energy-2011")
    assert inventory.unmatched.height == 12
    findings = [finding for finding in inventory.findings if finding.code == "I-102"]
    assert [finding.count for finding in findings] == [12]
    assert "78 t" in findings[0].message("zh")


def test_an_item_of_ones_own_is_counted_by_a_pack_of_ones_own(tmp_path: Any) -> None:
    pack = tmp_path / "own.csv"
    pack.write_text(
        "编号,名称,项目,数值,单位,地区,起始年\nown_slag,炉渣,x_slag,0.5,tCO2/t,CN,2020\n", encoding="utf-8"
    )
    method = tmp_path / "own-process.yaml"
    method.write_text(
        """
format: tanheng-method/1
id: own-process
version: "1"
title: {zh: 自有过程, en: Own process}
document: {title: 厂内规程, publisher: 示例厂, year: 2021}
gas: CO2
rules:
  - id: slag
    title: {zh: 炉渣, en: Slag}
    clause: "1"
    when: {items: [x_slag]}
    gases: [CO2]
    scope: 1
    formula: ef
    parameters: {ef: {unit: tCO2/t}}
""",
        encoding="utf-8",
    )
    library = th.load_factors(packs=[pack])
    inventory = th.account(activity(use("x_slag", 10, "t")), method, factors=library)
    assert found(inventory, "item") == {"x_slag": 5.0}
    assert th.account(activity(use("x_dust", 10, "t")), method, factors=library).unmatched.height == 1


def test_sub_sectors_take_what_the_method_says_of_their_sector() -> None:
    rows = activity(use("柴油", 1, "t", sector="钢铁"), use("柴油", 1, "t", sector="城镇居民生活"))
    inventory = th.account(rows, "cn-energy-2011")
    assert set(found(inventory, "ipcc2006")) == {"1.A.2", "1.A.4.b"}


@pytest.mark.parametrize(
    ("name", "fossil", "biogenic", "n2o"),
    [("SAR", 21, 21, 310), ("AR4", 25, 25, 298), ("AR5", 30, 28, 265), ("AR6", 29.8, 27.0, 273)],
)
def test_methane_is_weighted_by_its_origin(name: str, fossil: float, biogenic: float, n2o: float) -> None:
    rows = activity(use("柴油", 1000, "t", sector="industry"), use("木柴", 1000, "t", sector="industry"))
    inventory = th.account(rows, "ipcc-2006-stationary").with_gwp(name)
    assert found(inventory, "gas") == pytest.approx(
        {
            "CO2": 43000 * 0.0741,
            "CH4_fossil": 43000 * 3e-6 * fossil,
            "CH4_biogenic": 15600 * 30e-6 * biogenic,
            "N2O": (43000 * 0.6e-6 + 15600 * 4e-6) * n2o,
        }
    )


@pytest.mark.parametrize(("name", "value"), [("AR5", 28), ("AR6", 27.9)])
def test_methane_of_unknown_origin_has_a_weight_of_its_own(name: str, value: float, tmp_path: Any) -> None:
    method = tmp_path / "leaks.yaml"
    method.write_text(
        """
format: tanheng-method/1
id: leaks
version: "1"
title: {zh: 泄漏, en: Leaks}
document: {title: 厂内规程, publisher: 示例厂, year: 2021}
gas: CO2e
gwp: AR5
rules:
  - id: leak
    title: {zh: 泄漏, en: Leak}
    clause: "1"
    when: {items: [natural_gas]}
    gases: [CH4]
    formula: share
    parameters: {share: {unit: tCH4/t, value: 0.01}}
""",
        encoding="utf-8",
    )
    inventory = th.account(activity(use("天然气", 100, "t")), method, gwp=name)
    assert found(inventory, "gas") == pytest.approx({"CH4": value})


def test_the_gwp_set_is_chosen_when_reporting() -> None:
    inventory = th.account(activity(use("柴油", 1, "t", sector="industry")), "ipcc-2006-stationary")
    other = inventory.with_gwp("AR6")
    assert (inventory.gwp_name, other.gwp_name) == ("AR5", "AR6")
    assert inventory.digest == other.digest
    assert (
        other.total
        == th.account(
            activity(use("柴油", 1, "t", sector="industry")), "ipcc-2006-stationary", gwp="AR6"
        ).total
    )
    assert inventory.emissions.equals(other.emissions)
    for call in (lambda: inventory.with_gwp("AR7"), lambda: th.account(plant(), "cn-energy-2011", gwp="AR7")):
        with pytest.raises(NotFound) as error:
            call()
        assert "AR6" in error.value.message("en")


def test_the_digest_does_not_know_the_order_of_rows() -> None:
    frame = plant()
    first = th.account(frame, "cn-energy-2011")
    for seed in range(3):
        again = th.account(frame.sample(fraction=1, shuffle=True, seed=seed), "cn-energy-2011")
        assert (again.digest, again.total) == (first.digest, first.total)
    changed = th.account(frame.with_columns(pl.col("amount") + 0.001), "cn-energy-2011")
    assert changed.digest != first.digest


def test_no_rows_make_an_empty_inventory() -> None:
    rows = activity(use("蒸汽", 3, "t"))
    inventory = th.account(rows, "cn-energy-2011")
    assert inventory.total == 0
    assert inventory.by("item").to_dicts() == []
    assert inventory.cells().height == 0
    assert inventory.quality().to_dicts() == []
    assert inventory.to_dict()["quality"] == "E"


def test_quality_is_told_by_the_state_of_the_factors() -> None:
    inventory = th.account(activity(use("煤品", 1, "t"), use("电力", 1, "MWh")), "sichuan-park-2022")
    rows = {row["state"]: row for row in inventory.quality().to_dicts()}
    assert sum(row["share"] for row in rows.values()) == pytest.approx(100)
    assert set(rows) <= {"read", "recalled", "derived"}
    assert inventory.to_dict()["quality"] in {"B", "C", "D"}


def test_a_coefficient_is_as_sure_as_its_weakest_input() -> None:
    own = "ncv=42 GJ/t; carbon_content=20 tC/TJ; oxidation=99%"
    rows = activity(use("柴油", 1, "t", parameters=own), use("汽油", 1, "t", parameters="oxidation=99%"))
    inventory = th.account(rows, "cn-energy-2011")
    states = dict(inventory.emissions.select("item", "check").rows())
    assert states == {"diesel": "measured", "gasoline": "read"}
    assert {row["state"]: row["grade"] for row in inventory.quality().to_dicts()} == {
        "measured": "A",
        "read": "B",
    }


def test_the_notebook_sees_a_table_in_the_language_of_the_session() -> None:
    inventory = th.account(plant(), "cn-energy-2011")
    assert "柴油" in inventory._repr_html_()
    use_language("en")
    assert language() == "en"
    assert "Diesel" in inventory._repr_html_()


def test_one_unit_in_several_spellings_is_one_finding_and_named_in_its_language() -> None:
    rows = [use("蒸汽", amount, unit) for amount, unit in ((5, "吨"), (7, "t"), (12, "万吨"))]
    inventory = th.account(activity(*rows), "cn-energy-2011")
    assert inventory.unmatched.height == 3
    findings = [finding for finding in inventory.findings if finding.code == "I-102"]
    told = sorted(
        (finding.count, finding.message("en").partition("rule for ")[2][:60]) for finding in findings
    )
    assert [(count, text.partition(" are not")[0]) for count, text in told] == [
        (1, "'Steam' (10⁴ t); 12 10⁴ t"),
        (2, "'Steam' (t); 12 t"),
    ]
    assert {"12 吨", "12 万吨"} == {
        finding.message("zh").split("数量 ")[1].split(" 未")[0] for finding in findings
    }
