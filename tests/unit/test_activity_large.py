"""One bad row among very many is found with its number; good rows are kept. 10^7 rows are in the slow tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from bad_input import codes, said
from tanheng.activity import read_activity
from tanheng.activity.reading import delimited

METHOD = "sichuan-park-2022"
SIZES = [200_000, pytest.param(10_000_000, marks=pytest.mark.slow)]
PROVINCES = ["四川省", "浙江省", "广东省", "江苏省", "山东省", "河北省", "湖北省", "陕西省"]
ITEMS = ["煤品", "石油", "天然气", "电力"]
UNITS = ["t", "t", "万m3", "万kWh"]


def table(rows: int) -> pl.DataFrame:
    """Distinct rows of eight provinces, twelve years and four items."""
    number = pl.int_range(rows, eager=True).alias("n").to_frame()
    at = pl.col("n")

    def pick(values: list[str], index: pl.Expr) -> pl.Expr:
        return index.replace_strict(dict(enumerate(values)), return_dtype=pl.String)

    return number.select(
        pick(PROVINCES, at % 8).alias("主体"),
        pl.format("{}年", 2010 + at // 32 % 12).alias("时期"),
        pick(ITEMS, at // 8 % 4).alias("品种"),
        (at * 7919 % 100_000_007 / 1000).alias("数量"),
        pick(UNITS, at // 8 % 4).alias("单位"),
    )


def _text(line: bytes) -> bytes:
    cells = line.split(b",")
    return b",".join([*cells[:3], "约120".encode(), cells[4]])


def _ragged(line: bytes) -> bytes:
    cells = line.split(b",")
    return b",".join([*cells[:3], b"1,234.5", cells[4]])


BAD: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "text": (_text, "A-101"),
    "thousands": (_ragged, "A-110"),
    "bytes": (lambda line: b"\xcb\xc4" + line, "A-115"),
    "quote": (lambda line: b'"' + line, "A-116"),
}


@pytest.fixture(scope="module", params=SIZES)
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    path = tmp_path_factory.mktemp("large") / "good.csv"
    table(request.param).write_csv(path)
    return request.param, path


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_row_in_a_text_file(
    kind: str, good: tuple[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "SMALL", 1_000_000)
    rows, path = good
    spoil, code = BAD[kind]
    lines = path.read_bytes().split(b"\n")
    at = rows * 3 // 4
    lines[at] = spoil(lines[at])
    (tmp_path / "一行坏.csv").write_bytes(b"\n".join(lines))
    activity = read_activity(tmp_path / "一行坏.csv")
    assert activity.frame is not None
    assert (activity.frame.height, activity.refused.height) == (rows - 1, 1)
    assert activity.refused.get_column("__row").to_list() == [at + 1]
    assert f"第 {at + 1} 行" in said(activity, code)[0]


def test_a_large_gbk_file(good: tuple[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "SMALL", 1_000_000)
    rows, path = good
    content = path.read_bytes().decode().encode("gbk")
    (tmp_path / "国标.csv").write_bytes(content)
    activity = read_activity(tmp_path / "国标.csv")
    assert activity.frame is not None
    assert (activity.frame.height, codes(activity)) == (rows, ["A-121"])


@pytest.mark.parametrize("rows", SIZES)
def test_one_bad_row_in_parquet(rows: int, tmp_path: Path) -> None:
    at = rows * 3 // 4
    place = pl.int_range(rows, eager=True)
    frame = table(rows).with_columns(
        数量=pl.when(place == at).then(pl.lit(float("nan"))).otherwise(pl.col("数量"))
    )
    frame.write_parquet(tmp_path / "一行坏.parquet")
    inventory = th.account(tmp_path / "一行坏.parquet", METHOD)
    assert (inventory.rows_read, inventory.refused) == (rows - 1, 1)
    finding = next(one for one in inventory.findings if one.code == "A-103")
    assert f"一行坏.parquet 第 {at + 1} 行" in finding.message("zh")


AWKWARD = [
    'a,b\n1,2\n\n3\n4,5,\n6,7,8\n"x,y","z ""q"""\n', 'a,b\r\n1,2\r\n"3\r\n4",5\r\n6,7\r\n', "a,b\n", "a,b\n1,2", "a,b\n\n\n1,2\n\n",
    'a,b\n"1,2\n3,4\n', "a,b\n1,2,,,x\n3,4\n", 'a,b\n5" x,2\n3,"y"z\n', "a,b\n" + "1,2,3\n" * 3 + "4,5\n", "a,b\r1,2\r3,4\r", "a,b\n1\0,2\n",
]  # fmt: skip


@pytest.mark.parametrize("content", AWKWARD)
def test_the_quick_way_is_exact_or_not_taken(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    with path.open(encoding="utf-8", newline="") as stream:
        expected, misfits = delimited._exact(stream, ",", 1, 2)
    quick = delimited._quick(path, ",", 1, 2)
    if quick is not None:
        cells = quick[0].with_columns(pl.col("c0", "c1").fill_null(""))
        assert cells.rows() == expected.rows()
        assert quick[1] == misfits
