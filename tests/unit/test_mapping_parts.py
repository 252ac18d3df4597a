"""A column "of which": its part is taken out of the amount, the sum stays, and nothing becomes negative."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bad_input import text, workbook
from small import taken
from tanheng.activity.mapping.files import mapping_of
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.mapping import MappingWrong
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.inventory import account
from tanheng.inventory.releases.releases import create_release, verify_release
from tanheng.record.store import Store

HEAD = "单位名称,年份,能源名称,计量单位,工业消费量,其中：用于原材料\n"
GAS = "化工厂,2021,天然气,万Nm3,8600,{part}\n"
MORE = "化工厂,2021,柴油,吨,5,\n乙厂,2021,汽油,吨,7,0\n"
OTHERS = "".join(f"{name}厂,2021,石脑油,吨,4,1\n" for name in "丙丁戊己")


def read(folder: Path, lines: str) -> Any:
    path = text(folder, HEAD + lines)
    return apply_mapping(path, suggest_mapping(path).confirm())


def split(activity: Any) -> list[tuple[Any, ...]]:
    return activity.to_polars().select("entity", "item", "amount", "activity").rows()  # type: ignore[no-any-return]


def codes(activity: Any) -> list[str]:
    return [one.code for one in activity.findings]


def test_the_part_is_material_and_the_rest_is_burnt(tmp_path: Path) -> None:
    found = read(tmp_path, GAS.format(part="2,100").replace("2,100", '"2,100.5"') + MORE)
    assert split(found) == [
        ("化工厂", "natural_gas", 6499.5, ""),
        ("化工厂", "natural_gas", 2100.5, "non_energy_use"),
        ("化工厂", "diesel", 5.0, ""),
        ("乙厂", "gasoline", 7.0, ""),
    ]
    told = [one for one in found.findings if one.code == "A-169"]
    assert len(told) == 1
    assert (
        "活动类型记为 用作原料、材料，两者之和不变（首个：第 2 行 天然气 8600 万Nm3 中的 2,100.5）"
        in told[0].message("zh")
    )
    assert "counted as non-energy use" in told[0].message("en")
    note = found.to_polars().get_column("note").to_list()[1]
    assert note == "其中：用于原材料 2100.5 / 8600"
    assert found.missing == 0


def test_the_feedstock_is_not_burnt_in_the_account(tmp_path: Path) -> None:
    whole, parted = (
        account(read(tmp_path, GAS.format(part=part) + MORE), "cn-energy-2011", region="四川省")
        for part in ("", "2150")
    )
    gas = [one.to_dict()["rows"] for one in (whole, parted)]
    burnt = [next(row["emission"] for row in rows if row["item"] == "natural_gas") for rows in gas]
    assert burnt[1] == pytest.approx(burnt[0] * 0.75, rel=1e-12)
    left = parted.unmatched.filter(item="natural_gas").get_column("amount").to_list()
    assert left == [2150]


def test_all_of_it_and_none_of_it(tmp_path: Path) -> None:
    found = read(tmp_path, GAS.format(part="8600") + MORE + "丙厂,2021,汽油,吨,0,0\n")
    assert split(found)[0] == ("化工厂", "natural_gas", 8600.0, "non_energy_use")
    assert [row[2] for row in split(found)] == [8600, 5, 7, 0]


@pytest.mark.parametrize("part", ["8601", "-1", "约两千"])
def test_a_part_that_does_not_fit_refuses_the_row(part: str, tmp_path: Path) -> None:
    found = read(tmp_path, GAS.format(part=part) + MORE + OTHERS)
    assert [row[1] for row in split(found)].count("natural_gas") == 0
    assert found.missing == 1
    told = next(one for one in found.findings if one.code == "A-170")
    assert f"第 2 行：“其中”的数（其中：用于原材料 {part}）" in told.message("zh")
    assert "数量 8600 万Nm3，不能分出，该行未计入" in told.message("zh")
    assert "A-170" in found.refused.get_column("__code").to_list()


def test_an_amount_that_is_no_number_is_refused_with_its_part(tmp_path: Path) -> None:
    found = read(tmp_path, GAS.format(part="1").replace("8600", "") + MORE)
    assert (found.missing, "A-103" in codes(found)) == (1, True)
    assert [row[2] for row in split(found)] == [5, 7]


def test_a_row_of_totals_is_set_aside_with_its_part(tmp_path: Path) -> None:
    found = read(tmp_path, GAS.format(part="2100") + MORE + "合计,2021,天然气,万Nm3,8600,2100\n")
    assert sum(row[2] for row in split(found) if row[1] == "natural_gas") == 8600
    assert found.missing == 0


def test_a_merged_part_belongs_to_no_single_row(tmp_path: Path) -> None:
    lines = [
        HEAD.strip().split(","),
        ["甲", 2021, "石脑油", "吨", 9, 4],
        ["乙", 2021, "石脑油", "吨", 8, None],
    ]
    lines += [["丙", 2021, "柴油", "吨", 7, 1], ["丁", 2021, "柴油", "吨", 6, 1]]
    path = workbook(tmp_path, ("表", lines, ["F2:F3"]))
    found = apply_mapping(path, suggest_mapping(path).confirm())
    assert (found.missing, "A-198" in codes(found)) == (1, True)
    assert not [row for row in split(found) if row[0] == "乙"]


def test_a_part_in_a_unit_of_its_own(tmp_path: Path) -> None:
    path = text(
        tmp_path,
        "单位名称,年份,能源名称,消费量（万吨）,其中：用作原料（吨）\n甲厂,2021,石脑油,3,2500\n乙厂,2021,柴油,7,\n丙厂,2021,石脑油,7,100\n",
    )
    found = apply_mapping(path, suggest_mapping(path).confirm())
    assert split(found)[:2] == [("甲厂", "naphtha", 2.75, ""), ("甲厂", "naphtha", 0.25, "non_energy_use")]
    assert set(found.to_polars().get_column("unit")) == {"万吨"}


def test_each_year_has_its_part(tmp_path: Path) -> None:
    path = text(
        tmp_path,
        "单位名称,能源名称,2021年（吨）,其中：用作原料,2022年（吨）,其中：用作原料\n甲厂,石脑油,9,4,8,3\n乙厂,石脑油,,2,7,1\n",
    )
    made = suggest_mapping(path)
    assert [(one.column, one.of) for one in made.sheets[0].columns if one.use == "part"] == [(4, 3), (6, 5)]
    found = apply_mapping(path, made.confirm())
    names = ("entity", "period", "amount", "activity")
    assert sorted(found.to_polars().select(names).rows()) == [
        ("乙厂", "2022", 1.0, "non_energy_use"),
        ("乙厂", "2022", 6.0, ""),
        ("甲厂", "2021", 4.0, "non_energy_use"),
        ("甲厂", "2021", 5.0, ""),
        ("甲厂", "2022", 3.0, "non_energy_use"),
        ("甲厂", "2022", 5.0, ""),
    ]
    assert found.missing == 1


def test_a_part_of_the_users_own_kind(tmp_path: Path) -> None:
    path = text(tmp_path, HEAD.replace("其中：用于原材料", "化工用气") + GAS.format(part="2100") + MORE)
    data = taken(suggest_mapping(path)).to_dict()
    data["sheets"][0]["columns"][5] |= {"use": "part", "activity": "原料"}
    found = apply_mapping(path, mapping_of(data))
    assert split(found)[:2] == [
        ("化工厂", "natural_gas", 6500.0, ""),
        ("化工厂", "natural_gas", 2100.0, "原料"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"activity": ""}, "列“其中：用于原材料”是其中的一部分，没有 activity.*activity: non_energy_use"),
        ({"of": 2}, "of: 2 不是数量列。请在 of 写数量列的列号：5"),
        ({"of": "5"}, "内容不合.*of: '5'"),
    ],
)
def test_a_part_that_is_not_told_fully(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    data = suggest_mapping(text(tmp_path, HEAD + GAS.format(part="1") + MORE)).to_dict()
    data["sheets"][0]["columns"][5] |= change
    with pytest.raises(MappingWrong, match=said):
        mapping_of(data)


def test_the_mend_of_a_mapped_sheet_names_the_table_of_parameters(tmp_path: Path) -> None:
    found = account(read(tmp_path, GAS.format(part="2100") + MORE), "cn-provincial-2011", region="四川省")
    told = next(one for one in found.findings if one.code == "I-103")
    assert "缺少参数 fixed_carbon（固碳率），数量 2100 万Nm3" in told.message("zh")
    assert "用参数表 --parameter-table）给出" in told.message("zh")
    assert "in a table of parameters, --parameter-table)" in told.message("en")


def test_a_release_of_a_sheet_with_parts_is_computed_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    inventory = account(read(tmp_path, GAS.format(part="2100") + MORE), "cn-energy-2011", region="四川省")
    assert verify_release(create_release(inventory, store, "甲", by="王", why="初稿"), store).ok
