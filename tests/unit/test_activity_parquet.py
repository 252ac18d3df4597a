"""Parquet: kinds of columns, partitions, parts that differ, bad rows with their file and row, names that collide."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tanheng as th
from tanheng.activity import read_activity
from tanheng.errors import ColumnMissing, InputUnreadable, UnknownCode

METHOD = "sichuan-park-2022"
BASE: dict[str, Any] = {
    "entity": ["四川省"] * 3, "period": ["2021", "2022", "2021"], "item": ["煤品", "石油", "电力"],
    "amount": [100.0, 200.5, 7.0], "unit": ["t", "t", "万kWh"],
}  # fmt: skip
TOTAL = 810.2856


def parts(folder: Path, *tables: dict[str, Any], hive: list[str] | None = None) -> Path:
    """Write tables as parts of a folder."""
    root = folder / "数据"
    root.mkdir(exist_ok=True)
    for at, table in enumerate(tables):
        if hive:
            pq.write_to_dataset(pa.table(table), root, partition_cols=hive)
        else:
            pq.write_table(pa.table(table), root / f"part-{at}.parquet")
    return root


def account(path: Path, **options: Any) -> th.Inventory:
    return th.account(path, METHOD, **options)


def rows_of(inventory: th.Inventory) -> int:
    """Good rows, refused ones and summary rows set aside."""
    aside = sum(finding.count for finding in inventory.findings if finding.code == "A-107")
    return inventory.rows_read + inventory.refused + aside


KINDS: dict[str, dict[str, Any]] = {
    "integer periods": {"period": [2021, 2022, 2021]},
    "float periods": {"period": [2021.0, 2022.0, 2021.0]},
    "dates": {"period": [dt.date(2021, 6, 30)] * 3},
    "times": {"period": [dt.datetime(2021, 6, 30, 1, 2)] * 3},  # noqa: DTZ001
    "dictionary": {
        "item": pa.array(BASE["item"]).dictionary_encode(),
        "unit": pa.array(BASE["unit"]).dictionary_encode(),
    },
    "decimals": {
        "amount": pa.array([Decimal("100.0"), Decimal("200.5"), Decimal("7.0")], pa.decimal128(12, 1))
    },
    "wide decimals": {
        "amount": pa.array([Decimal("100.0"), Decimal("200.5"), Decimal("7.0")], pa.decimal128(38, 10))
    },
    "single floats": {"amount": pa.array([100.0, 200.5, 7.0], pa.float32())},
    "text amounts": {"amount": ["100", "200.5", "7"]},
    "spaces": {
        "entity": [" 四川省", "四川省 ", "四川省"],
        "unit": [" t", "t ", "万kWh"],
        "item": ["煤品 ", "石油", "电力"],
    },
    "lists": {"tags": [["a"], ["b"], []]},
    "bytes": {"tags": [b"\xff", b"a", b""]},
    "booleans": {"tags": [True, False, None]},
    "floats with NaN": {"tags": [1.5, float("nan"), None]},
    "region codes as floats": {"region": [510000.0, None, 510000.0]},
}


@pytest.mark.parametrize("columns", KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_column(columns: dict[str, Any], tmp_path: Path) -> None:
    inventory = account(parts(tmp_path, {**BASE, **columns}))
    assert (inventory.total, inventory.complete, inventory.rows_read) == (TOTAL, True, 3)


@pytest.mark.parametrize(
    "amounts", [[1, 2, 3], pa.array([1, 2, 3], pa.uint8()), pa.array([1, 2, 3], pa.uint64())]
)
def test_integer_amounts(amounts: Any, tmp_path: Path) -> None:
    assert account(parts(tmp_path, {**BASE, "amount": amounts})).total == 11.1086


@pytest.mark.parametrize(
    "hive", [["period"], ["item", "period"], ["unit"], ["entity", "unit"], ["period", "item"]]
)
def test_partitions_are_columns(hive: list[str], tmp_path: Path) -> None:
    assert account(parts(tmp_path, BASE, hive=hive)).digest == th.account(BASE, METHOD).digest


def test_codes_in_folder_names_stay_text(tmp_path: Path) -> None:
    table = {**BASE, "厂": ["007", "008", "009"]}
    assert account(parts(tmp_path, table, hive=["厂"])).digest == th.account(table, METHOD).digest


BAD: dict[str, tuple[dict[str, Any], list[tuple[str, int, int]]]] = {
    # columns, then code, first row and count of each finding
    "null amount": ({"amount": [None, 1.0, 2.0]}, [("A-103", 1, 1)]),
    "NaN": ({"amount": [float("nan"), 1.0, 2.0]}, [("A-103", 1, 1)]),
    "all NaN": ({"amount": [float("nan")] * 3}, [("A-103", 1, 3)]),
    "infinite": ({"amount": [1.0, float("inf"), float("-inf")]}, [("A-101", 2, 2)]),
    "negative": ({"amount": [1.0, -1.0, -2.0]}, [("A-102", 2, 2)]),
    "negative decimals": (
        {"amount": pa.array([Decimal(1), Decimal(-1), Decimal(2)], pa.decimal128(9, 2))},
        [("A-102", 2, 1)],
    ),
    "huge": ({"amount": [1.0, 2.0, 1e20]}, [("A-109", 3, 1)]),
    "huge in its unit": ({"amount": [1e10, 1.0, 2.0], "unit": ["亿t", "t", "万kWh"]}, [("A-109", 1, 1)]),
    "three kinds": (
        {"amount": [-1.0, float("nan"), 1e20]},
        [("A-103", 2, 1), ("A-102", 1, 1), ("A-109", 3, 1)],
    ),
    "no unit": ({"unit": [None, "t", "万kWh"]}, [("A-106", 1, 1)]),
    "blank unit": ({"unit": ["t", " ", ""]}, [("A-106", 3, 1), ("A-106", 2, 1)]),
    "unknown unit": ({"unit": ["t", "袋", "万kWh"]}, [("A-104", 2, 1)]),
    "numbers as units": ({"unit": [5, 6, 7]}, [("A-104", 1, 1), ("A-104", 2, 1), ("A-104", 3, 1)]),
    "unknown unit and negative": (
        {"unit": ["袋", "t", "万kWh"], "amount": [-1.0, 2.0, 3.0]},
        [("A-102", 1, 1)],
    ),
    "SQL as unit": ({"unit": ["o'x\"; drop table activity; --", "t", "万kWh"]}, [("A-104", 1, 1)]),
    "NUL in a unit": ({"unit": ["a\0b", "t", "万kWh"]}, [("A-104", 1, 1)]),
    "NUL in a period": ({"period": ["a\0b", "2021", "2021"]}, [("A-105", 1, 1)]),
    "no period": ({"period": [None, "2021", "2021"]}, [("A-106", 1, 1)]),
    "bad period": ({"period": ["2021", "2021", "去年"]}, [("A-105", 3, 1)]),
    "bad period and negative": (
        {"period": ["去年", "2021", "2021"], "amount": [-1.0, 2.0, 3.0]},
        [("A-105", 1, 1)],
    ),
    "no entity, no item": (
        {"entity": [None, "四川省", "四川省"], "item": ["煤品", None, "电力"]},
        [("A-106", 1, 1), ("A-106", 2, 1)],
    ),
    "bad region": ({"region": ["火星", "CN-51", None]}, [("A-113", 1, 1)]),
    "bad parameters": ({"parameters": ["", "胡说", None]}, [("A-112", 2, 1)]),
    "totals": ({"entity": ["合计", "四川省", "四川省"]}, [("A-107", 1, 1), ("A-179", 1, 1)]),
    "unknown sector": ({"sector": ["怪", "工业", None]}, [("A-125", 1, 1)]),
    "too small": ({"amount": [1e-9] * 3}, [("A-132", 1, 3)]),
}


@pytest.mark.parametrize(("columns", "expected"), BAD.values(), ids=BAD.keys())
def test_bad_rows_name_file_and_row(
    columns: dict[str, Any], expected: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    inventory = account(parts(tmp_path, {**BASE, **columns}))
    found = [
        one
        for one in inventory.findings
        if one.code.startswith("A-") and (one.severity != "note" or one.code == "A-107")
    ]
    assert [(one.code, one.rows[0]["row"], one.count) for one in found] == expected
    for one, (_, row, _) in zip(found, expected, strict=True):
        assert f"part-0.parquet 第 {row} 行：" in one.message("zh")
        assert f"part-0.parquet, row {row}: " in one.message("en")
    assert rows_of(inventory) == 3
    json.dumps(inventory.to_dict(), default=str, allow_nan=False)


def test_a_bad_partition_names_its_folder(tmp_path: Path) -> None:
    inventory = account(parts(tmp_path, {**BASE, "period": ["2021", "baddy", None]}, hive=["period"]))
    said = sorted(one.message("en") for one in inventory.findings if one.severity == "error")
    assert "period=baddy/" in said[0]
    assert "period=__HIVE_DEFAULT_PARTITION__/" in said[1]
    assert (inventory.rows_read, inventory.refused) == (1, 2)


def test_many_bad_texts_are_counted(tmp_path: Path) -> None:
    table = {
        "entity": ["四川省"] * 51,
        "period": [*(f"x{n}" for n in range(50)), "2021"],
        "item": ["煤品"] * 51,
        "amount": [1.0] * 51,
        "unit": ["t"] * 51,
    }
    inventory = account(parts(tmp_path, table))
    assert (inventory.rows_read, inventory.refused) == (1, 50)
    assert sum(one.code == "A-105" for one in inventory.findings) == 20


DIFFERING: dict[str, tuple[list[dict[str, Any]], float, int, int]] = {
    # tables, total, good rows, refused rows
    "a column more": ([BASE, {**BASE, "城市": ["a", "b", "c"]}], 2 * TOTAL, 6, 0),
    "integers and text as period": ([BASE, {**BASE, "period": [2031, 2032, 2031]}], 2 * TOTAL, 6, 0),
    "integers and floats": (
        [BASE, {**BASE, "amount": [100, 0, 0], "period": ["2031"] * 3}],
        TOTAL + 198.12,
        6,
        0,
    ),
    "text amounts in one": ([BASE, {**BASE, "amount": ["1,000", "2", "x"]}], 2797.52, 5, 1),
    "no unit in one": ([BASE, {name: cells for name, cells in BASE.items() if name != "unit"}], TOTAL, 3, 3),
    "other names": (
        [BASE, {"地区": ["四川省"], "年份": ["2021"], "品种": ["煤品"], "数量": [1.0], "单位": ["t"]}],
        812.2668,
        4,
        0,
    ),
    "another name of one column": (
        [{**BASE, "部门": ["工业"] * 3}, {**BASE, "行业": ["建筑业"] * 3}],
        2 * TOTAL,
        6,
        0,
    ),
    "one without rows": ([BASE, {name: cells[:0] for name, cells in BASE.items()}], TOTAL, 3, 0),
    "unit in the heading": (
        [{"地区": ["四川省"], "年份": ["2021"], "品种": ["煤品"], "消费量（万吨）": [1.0]}],
        19812.0,
        1,
        0,
    ),
}


@pytest.mark.parametrize(("tables", "total", "good", "refused"), DIFFERING.values(), ids=DIFFERING.keys())
def test_parts_that_differ(
    tables: list[dict[str, Any]], total: float, good: int, refused: int, tmp_path: Path
) -> None:
    inventory = account(parts(tmp_path, *tables))
    assert inventory.total == pytest.approx(total, abs=1e-9)
    assert (inventory.rows_read, inventory.refused) == (good, refused)


BESIDE: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty part": (lambda root: (root / "z.parquet").write_bytes(b""), "数据/z.parquet"),
    "a damaged part": (
        lambda root: (root / "z.parquet").write_bytes(b"PAR1 nonsense PAR1"),
        "数据/z.parquet",
    ),
    "a success mark": (lambda root: (root / "_SUCCESS").write_bytes(b""), ""),
    "a hidden file": (lambda root: (root / "._z.parquet").write_bytes(b"x"), ""),
    "a part in the making": (
        lambda root: ((root / "_temporary").mkdir(), (root / "_temporary" / "z.parquet").write_bytes(b"x")),
        "",
    ),
}


@pytest.mark.parametrize(("put", "named"), BESIDE.values(), ids=BESIDE.keys())
def test_what_stands_beside_the_parts(put: Callable[[Path], object], named: str, tmp_path: Path) -> None:
    root = parts(tmp_path, BASE)
    put(root)
    if not named:
        assert account(root).total == TOTAL
        return
    with pytest.raises(InputUnreadable, match=named):
        read_activity(root)


@pytest.mark.parametrize("name", ["x=9", "we'ird [dir]*", "问?号"])
def test_odd_paths(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    root = parts(folder, {**BASE, "amount": [-1.0, 200.5, 7.0]})
    assert account(root).refused == 1
    (root / "part-0.parquet").rename(root / "a[1]*.parquet")
    assert account(root).refused == 1
    assert account(root / "a[1]*.parquet").refused == 1


def test_no_rows_and_no_column(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="没有可核算的数据行"):
        account(
            parts(
                tmp_path,
                {
                    name: pa.array([], pa.string()) if name != "amount" else pa.array([], pa.float64())
                    for name in BASE
                },
            )
        )
    with pytest.raises(ColumnMissing, match="数量 amount"):
        read_activity(parts(tmp_path, {name: cells for name, cells in BASE.items() if name != "amount"}))


NAMES = [
    "amount_micro",
    "cell",
    "key",
    "d0",
    "good",
    "filename",
    "file",
    "row",
    "file_row_number",
    "City",
    "city",
    "a b",
    'a"b',
    "a\0b",
    "中文",
    "x; --",
]


def test_nothing_but_totals_is_no_inventory(tmp_path: Path) -> None:
    for source in (parts(tmp_path, {**BASE, "entity": ["合计"] * 3}), {**BASE, "item": ["合计"] * 3}):
        with pytest.raises(InputUnreadable, match="若只有汇总行"):
            th.account(source, METHOD)


def test_names_that_collide(tmp_path: Path) -> None:
    root = parts(
        tmp_path, {**BASE, "amount": [-1.0, 200.5, 7.0], **{name: ["p", "q", "r"] for name in NAMES}}
    )
    inventory = account(root)
    assert (inventory.rows_read, inventory.refused) == (2, 1)
    for name in inventory.activity.extra:
        assert sorted(inventory.by(name).to_polars().get_column(name)) == ["q", "r"]


def test_names_that_collide_on_disk(tmp_path: Path) -> None:
    root = parts(tmp_path, {**BASE, "cell": ["p", "q", "r"], "good": ["p", "q", "r"]})
    activity = read_activity(root)
    assert (activity.parquet is not None, activity.extra) == (True, ["cell_", "good_"])
    assert account(root, by=["cell_"]).by("cell_").to_polars().height == 3


def test_a_second_amount_on_disk_is_refused_unless_it_is_the_same(tmp_path: Path) -> None:
    same = {**BASE, "消费量": pa.array([100.0, None, 7.0]), "计量单位": ["t", None, "万kWh"]}
    root = parts(tmp_path, same)
    assert [one.code for one in read_activity(root).findings] == ["A-124", "A-134", "A-134"]
    assert account(root).total == TOTAL
    parts(tmp_path, same, {**same, "消费量": [100, 2, 7]})
    with pytest.raises(InputUnreadable, match=r"part-1.parquet.*“amount”与“消费量”.*第 2 行为“200.5”与“2”"):
        read_activity(root)


@pytest.mark.parametrize(
    ("total", "blank"),
    [
        ("ｔｏｔａｌ", " "),
        ("SUM", "\u3000\u2003"),
        ("合 計：", None),
        ("小计", "\u00a0"),
        ("Grand Total", "\t"),
    ],
)
@pytest.mark.parametrize("by", [None, ["item"], ["period", "sector"]])
def test_rows_of_totals_are_set_aside_whatever_is_kept(
    by: list[str] | None, total: str, blank: str | None, tmp_path: Path
) -> None:
    table = {
        **BASE,
        "entity": ["四川省", total, blank],
        "region": ["CN-51"] * 3,
        "sector": ["工业"] * 3,
    }
    inventory = account(parts(tmp_path, table), by=by)
    assert (inventory.total, inventory.rows_read, inventory.refused) == (198.12, 1, 1)


def test_numbers_name_entities_too(tmp_path: Path) -> None:
    table = {**BASE, "entity": [510100, 510200, None], "region": ["CN-51"] * 3}
    assert account(parts(tmp_path, table), by=["item"]).refused == 1
    assert account(parts(tmp_path, {**table, "entity": [1, 2, 3]}), by=["item"]).total == TOTAL


def test_a_row_of_totals_is_set_aside_though_its_cells_are_empty(tmp_path: Path) -> None:
    table = {
        **BASE,
        "entity": ["四川省", "合计", "四川省"],
        "unit": ["t", None, "万kWh"],
        "period": ["2021", "", "2021"],
    }
    inventory = account(parts(tmp_path, table))
    assert (inventory.rows_read, inventory.refused) == (2, 0)
    assert inventory.total == th.account(table, METHOD).total == 205.337


def test_uncertainty_on_disk_is_told(tmp_path: Path) -> None:
    activity = read_activity(parts(tmp_path, {**BASE, "uncertainty": [5.0, None, 2.0]}))
    assert [one.code for one in activity.findings] == ["A-124", "A-133"]


def test_sums_beyond_64_bits_are_exact(tmp_path: Path) -> None:
    table = {name: cells[:1] * 3 for name, cells in BASE.items()} | {"amount": [8e12] * 3}
    inventory = account(parts(tmp_path, table))
    assert inventory.emissions.get_column("amount_micro").to_list() == [24 * 10**18]


def test_an_unknown_default_region_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode):
        account(parts(tmp_path, {**BASE, "entity": ["甲", "乙", "丙"]}), region="火星")


def test_read_whole(tmp_path: Path) -> None:
    root = parts(tmp_path, BASE, hive=["period"])
    assert read_activity(root).to_polars().height == 3
    frame = read_activity(BASE)
    assert isinstance(frame.to_polars(), pl.DataFrame)
