"""Trees of entities: reading, faults with their rows, and the state on a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanheng.codes import AmbiguousName, EntitiesInvalid, EntityTree
from tanheng.codes.entity_table import parse_day
from tanheng.errors import ColumnMissing, InputUnreadable, UnknownCode

TABLE = """编号,名称,类型,上级,地区,行业,生效日期,失效日期
SC,四川省,省,,四川省,,,
CD,成都市,市,SC,成都市,,,
GX,高新区,园区,CD,,,2000,
E1,示范水泥厂,企业,GX,,3011,2005-03,2020-06-30
E1,示范建材公司,企业,CD,,水泥制造,2020-07-01,
F1,一号窑,设施,E1,,,2010年,2025年12月
M1,电表,计量器具,F1,,,2015-01-01,
P1,42.5 水泥,产品,E1,,,,
V1,车队,车队,E1,,,,
"""


def row(name: str, kind: str = "enterprise", parent: str = "", **more: str) -> dict[str, str]:
    return {"id": name, "kind": kind, "parent": parent, **more}


@pytest.fixture
def tree(tmp_path: Path) -> EntityTree:
    path = tmp_path / "主体.csv"
    path.write_text(TABLE, encoding="gb18030")
    return EntityTree(path)


def faults(data: list[dict[str, str]], **options: Any) -> list[tuple[int, str]]:
    with pytest.raises(EntitiesInvalid) as caught:
        EntityTree(data, **options)
    return [(fault["row"], fault["fault"]) for fault in caught.value.rows]


def ids(found: list[Any]) -> list[str]:
    return [entity.id for entity in found]


def test_a_chinese_table_is_read(tree: EntityTree) -> None:
    assert len(tree) == 8
    assert tree.get("E1").industry == "3011"
    assert tree.get("F1").valid_from == dt.date(2010, 1, 1)
    assert tree.get("F1").valid_to == dt.date(2025, 12, 31)
    assert tree.get("GX").kind == "park"
    assert tree.get("CD").region == "CN-5101"


def test_the_state_on_a_day_and_in_a_year(tree: EntityTree) -> None:
    assert tree.get("E1", dt.date(2020, 6, 30)).name_zh == "示范水泥厂"
    assert tree.get("E1", dt.date(2020, 7, 1)).name_zh == "示范建材公司"
    assert tree.get("E1", 2020).name_zh == "示范建材公司"
    assert tree.get("E1", 2019).parent == "GX"
    with pytest.raises(UnknownCode, match=r"E1 \(2005-03-01 – 2020-06-30\)"):
        tree.get("E1", 2004)
    with pytest.raises(UnknownCode, match="E1"):
        tree.get("E9")


def test_paths_children_and_subtrees_as_of_a_day(tree: EntityTree) -> None:
    assert ids(tree.path("M1", 2019)) == ["SC", "CD", "GX", "E1", "F1", "M1"]
    assert ids(tree.path("M1", 2021)) == ["SC", "CD", "E1", "F1", "M1"]
    assert ids(tree.ancestors("F1")) == ["E1", "CD", "SC"]
    assert ids(tree.children("CD", 2019)) == ["GX"]
    assert ids(tree.children("CD", 2021)) == ["GX", "E1"]
    assert ids(tree.subtree("CD", 2021)) == ["CD", "GX", "E1", "F1", "M1", "P1", "V1"]
    assert ids(tree.subtree("CD", 2012)) == ["CD", "GX", "E1", "F1", "P1", "V1"]
    assert ids(tree.roots()) == ["SC"]


def test_region_and_industry_are_inherited(tree: EntityTree) -> None:
    found = tree.region_of("M1", 2021)
    assert found is not None
    assert found.code == "CN-5101"
    assert tree.industry_of("M1") == "3011"
    assert tree.industry_of("CD") is None
    assert EntityTree([row("e")]).region_of("e") is None


def test_find_by_name(tree: EntityTree) -> None:
    assert tree.find("示范建材公司").id == "E1"
    assert tree.find("E1").id == "E1"
    with pytest.raises(UnknownCode):
        tree.find("示范水泥厂", 2021)
    twins = EntityTree([row("a", name_zh="同名"), row("b", name_zh="同名")])
    with pytest.raises(AmbiguousName):
        twins.find("同名")


def test_to_polars(tree: EntityTree) -> None:
    table = tree.to_polars()
    assert table.height == 9
    assert table.schema["valid_from"] == pl.Date
    again = EntityTree(table)
    assert again.to_polars().equals(table)


def test_an_unknown_parent_and_a_kind_that_may_not_stand_there() -> None:
    assert faults([row("a", parent="x")]) == [(2, "unknown_parent")]
    assert faults([row("m", "meter"), row("e", "enterprise", "m")]) == [(3, "parent_kind")]
    assert faults([row("a", parent="x")], first_row=7) == [(7, "unknown_parent")]


def test_rings_are_named_once() -> None:
    ring = [row("a", parent="b"), row("b", parent="c"), row("c", parent="a"), row("d", parent="c")]
    assert faults(ring) == [(2, "cycle")]
    assert faults([row("a", parent="a")]) == [(2, "cycle")]
    with pytest.raises(EntitiesInvalid, match="a → b → c → a"):
        EntityTree(ring)


def test_a_ring_of_some_days_only() -> None:
    early = [row("a", valid_to="2019"), row("a", parent="b", valid_from="2020")]
    assert faults([*early, row("b", parent="a")]) == [(3, "cycle")]
    swapped = [
        row("a", parent="b", valid_to="2019"),
        row("a", valid_from="2020"),
        row("b", valid_to="2019"),
        row("b", parent="a", valid_from="2020"),
    ]
    assert len(EntityTree(swapped)) == 2


def test_overlapping_spans_of_one_id() -> None:
    assert faults([row("a", valid_to="2020"), row("a", valid_from="2020-12-31")]) == [(3, "overlap")]
    assert faults([row("a"), row("a")]) == [(3, "overlap")]
    assert len(EntityTree([row("a", valid_to="2020"), row("a", valid_from="2021")])) == 1


def test_faults_of_single_rows() -> None:
    rows = [
        row("", "enterprise"),
        row("a", "galaxy"),
        row("b", region="朝阳区"),
        row("c", industry="99Z"),
        row("d", valid_from="someday"),
        row("e", valid_from="2021", valid_to="2020"),
    ]
    with pytest.raises(EntitiesInvalid) as caught:
        EntityTree(rows)
    assert caught.value.fields["count"] == 5 + 1
    assert [(f["row"], f["fault"]) for f in caught.value.rows] == [
        (2, "id"), (3, "kind"), (4, "region"), (5, "industry"), (6, "date"),
    ]  # fmt: skip
    assert "CN-110105" in caught.value.rows[2]["en"]


def test_an_entity_that_outlives_the_one_above_is_a_finding() -> None:
    rows = [
        row("p", "park", valid_from="2010", valid_to="2020"),
        row("e", parent="p", valid_from="2012"),
        row("f", "facility", "e", valid_from="2011", valid_to="2015"),
        row("g", "facility", "e", valid_from="2012", valid_to="2015"),
    ]
    tree = EntityTree(rows)
    assert [(f.key, f.row, f.id) for f in tree.findings] == [
        ("outlives_parent", 3, "e"),
        ("outlives_parent", 4, "f"),
    ]
    assert "2021-01-01" in tree.findings[0].en
    assert ids(tree.path("e", 2022)) == ["e"]


def test_a_region_that_was_abolished_is_a_finding() -> None:
    rows = [
        row("e", region="莱芜市", valid_from="2005"),
        row("f", region="莱芜市", valid_from="2005", valid_to="2018"),
    ]
    tree = EntityTree(rows)
    assert [(f.key, f.id) for f in tree.findings] == [("outlives_region", "e")]
    for name, on in (("e", 2010), ("e", 2024), ("f", None), ("f", 2018)):
        found = tree.region_of(name, on)
        assert found is not None
        assert found.code == "CN-3712"


def test_spans_of_the_parent_that_follow_each_other_leave_no_gap() -> None:
    rows = [row("p", "park", valid_to="2020"), row("p", "park", valid_from="2021"), row("e", parent="p")]
    assert EntityTree(rows).findings == []


def test_bad_tables(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="kind"):
        EntityTree([{"id": "a"}])
    with pytest.raises(InputUnreadable, match=r"no\.csv"):
        EntityTree(tmp_path / "no.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputUnreadable):
        EntityTree(binary)
    assert len(EntityTree([])) == 0
    assert len(EntityTree([row("a"), row("", "")])) == 1


def test_a_year_of_a_table_may_be_a_number_or_a_date() -> None:
    table = pl.DataFrame(
        {"id": ["a"], "kind": ["city"], "valid_from": [2020], "valid_to": [dt.date(2021, 5, 6)]}
    )
    entity = EntityTree(table).get("a")
    assert (entity.valid_from, entity.valid_to) == (dt.date(2020, 1, 1), dt.date(2021, 5, 6))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", (2021, 1, 1), (2021, 12, 31)),
        ("2021年", (2021, 1, 1), (2021, 12, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2021年12月", (2021, 12, 1), (2021, 12, 31)),
        ("2021/6/3", (2021, 6, 3), (2021, 6, 3)),
        ("2021年6月3日", (2021, 6, 3), (2021, 6, 3)),
        ("20210603", (2021, 6, 3), (2021, 6, 3)),
        ("2021-06-03 00:00:00", (2021, 6, 3), (2021, 6, 3)),
        ("9999", (9999, 1, 1), (9999, 12, 31)),
    ],
)
def test_days_months_and_years(text: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    assert parse_day(text, last=False) == dt.date(*first)
    assert parse_day(text, last=True) == dt.date(*last)


@pytest.mark.parametrize("text", ["2021-13", "2021-02-30", "6/3/2021", "0000", "x"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_day(text, last=True)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"])
def test_a_workbook_is_told_to_be_csv(start: bytes, tmp_path: Path) -> None:
    (tmp_path / "e.xlsx").write_bytes(start + b"\xff" * 9)
    with pytest.raises(InputUnreadable, match="须为 CSV"):
        EntityTree(tmp_path / "e.xlsx")
