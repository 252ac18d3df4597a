"""Names and texts that users never should write and do: they label rows, and nothing breaks or is run as SQL."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from bad_input import codes, counted
from shared import SHARED, needs_shared
from tanheng.activity import read_activity
from tanheng.activity.schema import extra_names, map_header
from tanheng.activity.text import narrow, one_line

METHOD = "sichuan-park-2022"
BASE: dict[str, Any] = {
    "entity": ["四川省", "四川省"], "period": ["2021", "2022"], "item": ["煤品", "石油"], "amount": [100.0, 200.5], "unit": ["t", "t"],
}  # fmt: skip
TOTAL = 803.0686
ODD = [
    "__row", "__file", "__code", "d0", "d1", "unit2", "a b", 'a"b', "a'b", "中文", "$item", "${unit}", "{where}", "select", "c0", "x\ny",
    "a\0b", "Cell", "KEY", "Amount_Micro", "市" * 300, "; drop table activity; --", "ipcc2006", "total", "x", "n", "text", "%s", "\\",
]  # fmt: skip


def _internal() -> list[str]:
    """Every column of every table that an inventory holds."""
    inventory = th.account({**BASE, "uncertainty": [5, 5]}, METHOD)
    tables = [
        inventory.rows,
        inventory.sheet,
        inventory.cells(),
        inventory.to_iamc(),
        inventory.activity.to_polars(),
    ]
    names = {name for table in tables for name in table.columns} | {
        "key",
        "good",
        "reason",
        "code",
        "file",
        "row",
        "hi",
        "lo",
        "scaled",
    }
    return sorted(name for name in names if name not in map_header([name]))


@pytest.mark.parametrize("name", [*_internal(), *ODD])
def test_a_column_of_any_name_is_a_dimension(name: str) -> None:
    inventory = th.account({**BASE, name: ["p", "q"]}, METHOD)
    assert inventory.total == TOTAL
    assert len(inventory.activity.extra) == 1
    own = inventory.activity.extra[0]
    assert sorted(inventory.by(own).to_polars().get_column(own)) == ["p", "q"]
    inventory.to_dict()
    inventory.to_iamc()
    inventory.uncertainty()
    assert set(inventory.compare(inventory).causes.values()) == {0.0}
    assert inventory.proof(**{own: "p"}).value == 198.12


def test_names_are_made_unique_in_any_case() -> None:
    assert extra_names(["City", "city", "CITY", "cell", "__row", "\0", "Entity"]) == [
        "City",
        "city_",
        "CITY__",
        "cell_",
        "row_",
        "column",
        "Entity_",
    ]


def test_equal_headings_keep_their_cells_apart(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text(
        "地区,年份,品种,数量,单位,City,city,city\n四川省,2021,煤品,1,t,a,b,c\n四川省,2021,煤品,1,t,a,d,c\n",
        encoding="utf-8",
    )
    inventory = th.account(path, METHOD)
    assert inventory.activity.extra == ["City", "city_", "city__"]
    assert sorted(inventory.by("city_").to_polars().get_column("city_")) == ["b", "d"]
    assert inventory.by("City").to_polars().height == 1


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["地区", "年份"], {"entity": 0, "period": 1}),
        (["地区", "企业名称"], {"entity": 1, "region": 0}),
        (["区域", "地区"], {"entity": 1, "region": 0}),
        (["所在地区"], {"entity": 0, "region": 0}),
        (["名称", "能源品种"], {"item": 1}),
        (["月份", "年份"], {"period": 1}),
        (["Year", "FUEL", "Value"], {"period": 0, "item": 1, "amount": 2}),
        (["消费量 （万吨）", "计量单位"], {"amount": 0, "unit": 1}),
    ],
)
def test_headings_find_their_columns(headings: list[str], expected: dict[str, int]) -> None:
    assert map_header(headings) == expected


def test_text_helpers() -> None:
    assert narrow("１，２\u3000（a）−\u200b5②") == "1,2 (a)-5②"
    assert one_line("a\r\n\tb\0c\x1b[1m\u202e") == "a b c [1m"
    assert one_line("x" * 1000, 10) == "x" * 10 + "…"


def _naughty() -> list[str]:
    assert SHARED is not None
    listed = json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    return list(
        dict.fromkeys(
            [
                *listed,
                "a\0b",
                "\u202eabc",
                "$item",
                "${x}",
                "{where}",
                "%s",
                "\x1b[31m",
                "'; drop table activity; --",
            ]
        )
    )


COLUMNS = [
    "entity",
    "period",
    "item",
    "amount",
    "unit",
    "sector",
    "region",
    "gas",
    "parameters",
    "equipment",
    "uncertainty",
    "note",
    "own",
]


@needs_shared
@pytest.mark.parametrize("column", COLUMNS)
def test_naughty_cells_are_labels_or_refused(column: str, tmp_path: Path) -> None:
    strings = _naughty()
    row = {"entity": "四川省", "period": "2021", "item": "煤品", "amount": "1", "unit": "t", "own": ""}
    rows = [{**row, column: string, "serial": str(n)} for n, string in enumerate(strings)]
    activity = read_activity(pl.DataFrame(rows))
    assert counted(activity) == len(rows)
    for finding in activity.findings:
        for message in (finding.message("zh"), finding.message("en")):
            assert not set(message) & {"\n", "\r", "\0", "\x1b", "\u202e"}
    path = tmp_path / "表.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    again = read_activity(path)
    assert activity.frame is not None
    assert again.frame is not None
    assert again.frame.drop("__file", "__row").equals(activity.frame.drop("__file", "__row"))


@needs_shared
@pytest.mark.parametrize("column", ["entity", "unit", "period", "gas", "own"])
def test_naughty_cells_reach_the_engine_as_text(column: str, tmp_path: Path) -> None:
    strings = _naughty()
    row = {"entity": "四川省", "period": "2021", "item": "煤品", "amount": 1.0, "unit": "t", "own": ""}
    rows = [{**row, column: string, "serial": str(n)} for n, string in enumerate(strings)]
    frame = pl.DataFrame(rows)
    frame.write_parquet(tmp_path / "表.parquet")
    found = th.account(tmp_path / "表.parquet", METHOD)
    expected = th.account(frame, METHOD)
    assert found.rows_read + found.refused == len(rows)
    assert (found.digest, found.refused) == (expected.digest, expected.refused)


@needs_shared
def test_naughty_headings_are_dimensions_or_not_read(tmp_path: Path) -> None:
    strings = [string for string in _naughty() if string not in BASE]
    for start in range(0, len(strings), 130):
        names = strings[start : start + 130]
        frame = pl.DataFrame({**BASE, **{name: ["p", "q"] for name in names}})
        activity = read_activity(frame)
        assert activity.frame is not None
        assert activity.frame.height == 2
        frame.write_parquet(tmp_path / "表.parquet")
        assert th.account(tmp_path / "表.parquet", METHOD).total == TOTAL


@needs_shared
def test_naughty_headers_are_refused_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    for string in _naughty():
        for place in range(5):
            headings = ["地区", "年份", "品种", "数量", "单位"]
            headings[place] = string
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([headings, ["四川省", "2021", "煤品", "1", "t"]])
            said = ""
            try:
                found = codes(read_activity(path))
            except th.TanhengError as error:
                said = error.message("zh") + error.message("en")
            else:
                assert found
            assert "\n" not in said
