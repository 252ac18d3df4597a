"""The Sichuan park method: data of the indicators are collected and make no emission; a park is the sum of its firms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import tanheng as th
from tanheng.codes import EntityTree, codelist, items
from tanheng.errors import PackInvalid
from tanheng.factors import load_factors
from tanheng.filings.form.write import write_template
from tanheng.inventory import load_method
from tanheng.inventory.releases.releases import create_release, open_release, verify_release
from tanheng.record.store import Store

METHOD = "sichuan-park-2022"


def table(*rows: tuple[str, str, float, str]) -> dict[str, list[Any]]:
    entity, item, amount, unit = (list(column) for column in zip(*rows, strict=True))
    return {"entity": entity, "period": ["2023"] * len(rows), "item": item, "amount": amount, "unit": unit}


PARK = table(
    ("甲厂", "煤品", 1000, "t"),
    ("甲厂", "工业增加值", 2, "亿元"),
    ("乙厂", "电力", 300, "万kWh"),
    ("乙厂", "工业重复用水量", 90, "万m3"),
    ("丙厂", "天然气", 50, "万m3"),
)
TREE = [
    {"id": "park", "kind": "park", "name": "示例园区"},
    *({"id": one, "kind": "enterprise", "name": one, "parent": "park"} for one in ("甲厂", "乙厂", "丙厂")),
]


def test_every_indicator_names_its_target_and_data_that_can_be_collected() -> None:
    taken = {code for rule in load_method(METHOD).rules for code in rule.when["items"]}
    collects = set(load_method(METHOD).data["collects"])
    library = load_factors()
    needed = set()
    for row in codelist("park_indicators").rows:
        target = library.get(row["target"])
        assert items().get(row["code"]).kind == "indicator"
        assert target.unit.replace("**", "") == row["unit"].replace("**", "")
        needed |= {row["numerator"], row["denominator"]} - {"", "emission"}
    assert needed - taken == collects
    assert len(codelist("park_indicators")) == sum("cn51_park" in row.id for row in library)


def test_collected_data_are_kept_and_never_counted() -> None:
    inventory = th.account(PARK, METHOD)
    fuels = pl.DataFrame(PARK).filter(~pl.col("item").is_in(["工业增加值", "工业重复用水量"]))
    bare = th.account(fuels, METHOD)
    assert inventory.complete
    assert (inventory.total, inventory.digest) == (bare.total, bare.digest)
    assert inventory.collected.select("entity", "item", "amount", "unit").rows() == [
        ("甲厂", "industrial_value_added", 2e8, "CNY"),
        ("乙厂", "industrial_water_reused", 9e5, "m3"),
    ]
    assert (inventory.rows_read, bare.rows_read, bare.collected.height) == (5, 3, 0)
    assert [one.fields["count"] for one in inventory.findings if one.code == "I-121"] == [2]


def test_a_unit_of_another_kind_is_unmatched_and_not_collected() -> None:
    inventory = th.account(table(("甲厂", "煤品", 1, "t"), ("甲厂", "工业增加值", 2, "t")), METHOD)
    assert inventory.unmatched.get_column("item").to_list() == ["industrial_value_added"]
    assert inventory.collected.height == 0
    assert not inventory.complete


def test_a_method_that_does_not_collect_an_item_lists_it_as_unmatched() -> None:
    inventory = th.account(PARK, "cn-energy-2011")
    assert "industrial_value_added" in inventory.unmatched.get_column("item").to_list()


def test_a_release_keeps_the_collected_data(tmp_path: Path) -> None:
    inventory, store = th.account(PARK, METHOD), Store(tmp_path)
    release = create_release(inventory, store, "园区", by="王工", why="初稿")
    assert verify_release(release, store).ok
    assert open_release(release, store).collected.equals(inventory.collected)


def test_the_template_asks_for_them_on_a_sheet_and_the_filled_one_is_read(tmp_path: Path) -> None:
    path = write_template(METHOD, tmp_path / "park.xlsx", entity="示例园区", year=2023)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1:3] == ["活动数据", "指标数据（不计排放）"]
    for sheet, number, amount in (
        (book.worksheets[1], "1.A.2#1", 7),
        (book.worksheets[2], "collected#1", 12.5),
    ):
        heads = {cell.value: cell.column for cell in sheet[3]}
        row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value == number)
        sheet.cell(row, heads["数量"]).value = amount
    book.save(path)
    inventory = th.account(path, METHOD)
    assert inventory.complete
    assert inventory.total > 0
    assert inventory.collected.select("item", "amount", "unit").rows() == [
        ("renewable_energy_use", 12.5, "tce")
    ]


@pytest.mark.parametrize(("code", "word"), [("no_such_item", "no_such_item"), ("coal", "coal")])
def test_a_pack_may_not_collect_what_is_unknown_or_counted(code: str, word: str, tmp_path: Path) -> None:
    text = Path(load_pack()).read_text(encoding="utf-8").replace("id: sichuan-park-2022", "id: own")
    own = tmp_path / "own.yaml"
    own.write_text(text.replace("  - renewable_energy_use\n", f"  - {code}\n"), encoding="utf-8")
    with pytest.raises(PackInvalid, match=word):
        load_method(own)


def load_pack() -> Path:
    from tanheng.inventory.methods.loading import method_files

    return method_files()[METHOD]


def test_a_park_is_the_sum_of_its_firms() -> None:
    tree = EntityTree(TREE)
    inventory = th.account(PARK, METHOD, entities=tree)
    firms = {row["entity"]: row["emission"] for row in inventory.by("entity").to_dicts()}
    assert set(firms) == {"甲厂", "乙厂", "丙厂"}
    assert firms["甲厂"] == pytest.approx(1981.2)
    (park,) = inventory.roll_up(tree, "park").to_dicts()
    assert park["park"] == "park"
    assert park["emission"] == pytest.approx(sum(firms.values()), abs=1e-9)
    assert park["emission"] == pytest.approx(inventory.total, abs=1e-9)
    alone = [th.account(pl.DataFrame(PARK).filter(pl.col("entity") == one), METHOD).total for one in firms]
    assert sum(alone) == pytest.approx(park["emission"], abs=1e-9)
