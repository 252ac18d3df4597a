"""A large file is proposed for by its first rows and counted afterwards: the answers are those of the whole file."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.activity.mapping.counting import count_mapping
from tanheng.activity.mapping.losses import losses
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.mapping import MappingWrong
from tanheng.activity.mapping.suggest import suggest_mapping
from tanheng.activity.reading import shortened as cutting
from tanheng.activity.reading.cells import read_cells

HEAD = ["单位名称", "燃料种类", "所属行业", "统计年度", "实物消费量（吨）", "年初库存"]
ITEMS = ["柴油", "汽油", "原  煤（洗前）", "某物", "焦碳", "合计", ""]
SECTORS = ["钢铁", "黑色金属冶炼", "某业", ""]


def table(count: int, seed: int) -> list[list[object]]:
    chance = random.Random(seed)
    return [
        [f"企业{at % 7}", chance.choice(ITEMS), chance.choice(SECTORS), 2021, chance.choice([1.5, "无", "-", 3]),
         chance.choice([None, 7, "x"])]
        for at in range(count)
    ]  # fmt: skip


def written(path: Path, rows: list[list[object]]) -> Path:
    if path.suffix == ".csv":
        lines = (",".join("" if one is None else str(one) for one in row) for row in [HEAD, *rows])
        path.write_text("\n".join(lines), encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet.append(["附表 能源消费"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(start_row=len(rows) - 1, end_row=len(rows), start_column=1, end_column=1)
    book.save(path)
    return path


@pytest.mark.parametrize("end", ["csv", "xlsx"])
@settings(max_examples=12, deadline=None)
@given(count=st.integers(30, 90), rows=st.integers(12, 110), seed=st.integers(0, 1000))
def test_counting_afterwards_gives_what_the_whole_file_gives(
    tmp_path_factory: pytest.TempPathFactory, end: str, count: int, rows: int, seed: int
) -> None:
    path = written(tmp_path_factory.mktemp("a") / f"a.{end}", table(count, seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "ROOM", 500)
        patch.setattr(cutting, "_LEAST", 100_000)
        first = suggest_mapping(path, rows=rows)
    whole = suggest_mapping(path)
    assert first.partial is (rows < count + 1 + (end == "xlsx"))
    shape = [(one.column, one.heading) for one in first.sheets[0].columns]
    assert shape == [(one.column, one.heading) for one in whole.sheets[0].columns]
    if [one.use for one in first.sheets[0].columns] == [one.use for one in whole.sheets[0].columns]:
        counted = count_mapping(path, first)
        assert not counted.partial
        assert losses(counted) == losses(whole)
        told = [
            [(column.filled, column.numbers) for column in made.sheets[0].columns]
            for made in (counted, whole)
        ]
        assert told[0] == told[1]
        assert (counted.sheets[0].rows, counted.sheets[0].items) == (
            whole.sheets[0].rows,
            whole.sheets[0].items,
        )
    assert suggest_mapping(path, rows=1000) == whole


def test_a_workbook_is_cut_with_its_texts_and_merged_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table(3000, 4)
    path = written(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.create_sheet("短").append(["只有一行"])
    book.save(path)
    monkeypatch.setattr(cutting, "ROOM", 1000)
    monkeypatch.setattr(cutting, "_LEAST", 400_000)
    with cutting.shortened(path, 50) as (copy, beyond):
        assert beyond == {"表"}
        assert copy.stat().st_size < path.stat().st_size
        with zipfile.ZipFile(copy) as archive:
            assert archive.getinfo("xl/worksheets/sheet1.xml").file_size < 30_000
    whole = {page.sheet: page for page in read_cells(path)}
    cut = {page.sheet: page for page in read_cells(path, rows=50)}
    assert cut["表"].rows == whole["表"].rows[:50]
    assert cut["短"].rows == whole["短"].rows
    assert (cut["表"].whole, cut["短"].whole) == (False, True)
    assert cut["表"].rows[0][1] == ["附表 能源消费"] * 6


def test_what_was_not_counted_is_not_confirmed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(60, 1))
    first = suggest_mapping(path, rows=30)
    with pytest.raises(MappingWrong, match="只看了前面的行"):
        first.confirm([one.key for one in losses(first)])
    told: list[str] = []
    counted = count_mapping(path, first, lambda zh, _: told.append(zh))
    assert told == ["已清点 61 行"]
    confirmed = counted.confirm([one.key for one in losses(counted)])
    assert (
        apply_mapping(path, confirmed, rows=30).to_polars().height
        < apply_mapping(path, confirmed).to_polars().height
    )


def test_counting_ends_where_it_is_told_to(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(60, 1))

    def stop(zh: str, en: str) -> None:
        raise InterruptedError(en)

    with pytest.raises(InterruptedError, match="61 rows counted"):
        count_mapping(path, suggest_mapping(path, rows=30), stop)
