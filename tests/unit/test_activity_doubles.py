"""Two columns of one meaning, compared by what they say; sheets of files that have none; paths that are empty."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bad_input import codes
from tanheng.activity import read_activity
from tanheng.errors import InputUnreadable

HEAD, ROW = "entity,period,item,amount,unit", "甲厂,2021,柴油,100,t"
DIFFER = [
    ("区域,所在地区", "四川省,北京市"),
    ("区域,所在地区", ",北京市"),
    ("部门,行业", "工业,居民"),
    ("部门,行业", "一车间,居民"),
    ("gas,气体", "CO2,CH4"),
    ("gas,气体", "N2O,CO2"),
    ("parameters,参数", "ncv=40 GJ/t,ncv=43 GJ/t"),
    ("parameters,参数", "ncv=40 GJ/t,oxidation=98 %"),
    ("parameters,参数", ",ncv=43 GJ/t"),
    ("不确定性,不确定度", "5,8"),
    ("不确定性,不确定度", ",8"),
    ("企业名称,所在地区,地区", "甲厂,四川省,北京市"),
]
AGREE = [
    ("区域,所在地区", "四川省,510000"),
    ("区域,所在地区", "四川省,成都市"),
    ("区域,所在地区", "四川省,川西片区"),
    ("部门,行业", "工业,industry"),
    ("部门,行业", "能源工业,发电"),
    ("部门,行业", "工业,二期工程"),
    ("gas,气体", "CH4,甲烷"),
    ("gas,气体", "CH4,CH4_fossil"),
    ("gas,气体", "CH4,废气"),
    ("parameters,参数", "oxidation=98 %; ncv=43 GJ/t,ncv=43000 MJ/t"),
    ("parameters,参数", "ncv=43 GJ/t,见附表"),
    ("不确定性,不确定度", "5,±5 %"),
    ("不确定性,不确定度", "5,低"),
    ("企业名称,所在地区,地区", "甲厂,四川省,四川"),
]


def table(headings: str, cells: str) -> pl.DataFrame:
    names = [*HEAD.split(","), *headings.split(",")]
    values = [*ROW.split(","), *cells.split(",")]
    row = dict(zip(names, values, strict=True))
    if "企业名称" in row:
        del row["entity"]
    return pl.DataFrame([row])


@pytest.mark.parametrize(("headings", "cells"), DIFFER)
def test_columns_that_contradict_each_other_are_refused(headings: str, cells: str) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_activity(table(headings, cells))
    for lang, said, mend in (
        ("zh", "内容却不同（第 1 行", "只保留一列"),
        ("en", "differ (row 1", "Keep one"),
    ):
        message = caught.value.message(lang)
        assert said in message
        assert mend in message
        assert all(one in message for one in cells.split(",")[-1:])


@pytest.mark.parametrize(("headings", "cells"), AGREE)
def test_columns_that_say_the_same_or_label_it_are_told(headings: str, cells: str) -> None:
    activity = read_activity(table(headings, cells))
    assert activity.extra
    assert "A-128" in codes(activity)


def test_data_on_disk_go_by_the_same_rule(tmp_path: Path) -> None:
    frame = table("parameters,参数", "ncv=40 GJ/t,ncv=43 GJ/t").with_columns(
        pl.col("amount").cast(pl.Float64)
    )
    frame.write_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputUnreadable, match="ncv=43"):
        read_activity(tmp_path / "a.parquet")


def test_a_sheet_is_asked_of_workbooks_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    frame = pl.read_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "a.parquet")
    for source in (tmp_path / "a.csv", tmp_path / "a.parquet", frame):
        with pytest.raises(InputUnreadable) as caught:
            read_activity(source, sheet="表一")
        assert "没有工作表“表一”" in caught.value.message("zh")
        assert "Leave out --sheet" in caught.value.message("en")


@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_not_the_current_folder(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.parquet").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputUnreadable, match=r"路径是空的|path is empty"):
        read_activity(path)
