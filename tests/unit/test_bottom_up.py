"""Sums of enterprises against a balance, cell by cell."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanheng.activity.activity import read_activity
from tanheng.activity.balance.reading import read_balance
from tanheng.activity.reconciliation.bottom_up import ActivityMixed, bottom_up
from tanheng.errors import ColumnMissing, NotFound


def rows(*lines: tuple[str, str, str, float, str]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=["entity", "period", "item", "amount", "unit"], orient="row")


def test_every_verdict_of_a_cell() -> None:
    plants = rows(
        ("A", "2021", "diesel", 600.0, "t"),
        ("B", "2021", "diesel", 500_000.0, "kg"),
        ("A", "2021", "gasoline", 98.0, "t"),
        ("A", "2021", "coal", 40.0, "t"),
        ("A", "2021", "coke", 5.0, "t"),
        ("A", "2021", "natural_gas", 5.0, "t"),
    )
    whole = rows(
        ("城", "2021", "diesel", 0.1, "万t"),
        ("城", "2021", "gasoline", 100.0, "t"),
        ("城", "2021", "coal", 100.0, "t"),
        ("城", "2021", "electricity", 7.0, "万kWh"),
        ("城", "2021", "natural_gas", 7.0, "万Nm3"),
    )
    found = bottom_up(plants, whole, tolerance=0.02)
    verdicts = dict(found.table.select("item", "verdict").unique().iter_rows())
    assert verdicts == {
        "diesel": "excess",
        "gasoline": "agrees",
        "coal": "short",
        "coke": "unlisted",
        "electricity": "uncovered",
        "natural_gas": "units",
    }
    diesel = found.table.filter(pl.col("item") == "diesel").row(0, named=True)
    assert diesel["unit"] == "万t"
    assert diesel["rows"] == 2
    assert (diesel["enterprises"], diesel["balance"]) == (pytest.approx(0.11), 0.1)
    assert (diesel["difference"], diesel["share"]) == (pytest.approx(0.01), pytest.approx(0.1))
    coded = [one.code for one in found.findings if one.code.startswith("Q-05")]
    assert coded == ["Q-050", "Q-051", "Q-052", "Q-053", "Q-054", "Q-054"]
    severe = {one.code for one in found.findings if one.severity == "error"}
    assert severe == {"Q-050", "Q-054"}
    short = next(one for one in found.findings if one.code == "Q-053")
    assert "40% of the balance's 100 t" in short.message("en")


def test_the_edge_of_the_tolerance_agrees() -> None:
    whole = rows(("城", "2021", "diesel", 100.0, "t"))
    for amount, verdict in ((105.0, "agrees"), (95.0, "agrees"), (105.001, "excess"), (94.999, "short")):
        found = bottom_up(rows(("A", "2021", "diesel", amount, "t")), whole, tolerance=0.05)
        assert found.table.get_column("verdict").to_list() == [verdict]


def test_a_balance_of_nought_is_exceeded_by_anything() -> None:
    found = bottom_up(rows(("A", "2021", "diesel", 1.0, "t")), rows(("城", "2021", "diesel", 0.0, "t")))
    assert found.table.select("verdict", "share").row(0) == ("excess", None)


def test_a_column_that_is_not_there_is_named() -> None:
    table = rows(("A", "2021", "diesel", 1.0, "t"))
    with pytest.raises(ColumnMissing, match="workshop"):
        bottom_up(table, table, by=("period", "workshop"))


def test_parquet_with_headings_of_its_own_is_summed_as_well(tmp_path: Path) -> None:
    table = rows(("A", "2021", "diesel", 60.0, "t"), ("B", "2021", "diesel", 40.0, "t"))
    path = tmp_path / "企业.parquet"
    table.rename({"period": "年份", "item": "品种", "amount": "数量", "unit": "单位"}).write_parquet(path)
    for source in (path, read_activity(path)):
        found = bottom_up(source, rows(("城", "2021", "diesel", 100.0, "t")))
        assert found.table.select("enterprises", "verdict").row(0) == (pytest.approx(100.0), "agrees")


def test_parquet_is_checked_as_any_table(tmp_path: Path) -> None:
    whole = rows(("城", "2021", "diesel", 1000.0, "t"))
    raw = rows(
        ("甲", "2021年", "柴油", 600.0, "吨"),
        ("乙", "2021年", "柴油", 400.0, "吨"),
        ("合计", "2021年", "柴油", 1000.0, "吨"),
    )
    negative = rows(("甲", "2021", "diesel", 1000.0, "t"), ("丙", "2021", "diesel", -500.0, "t"))
    for table, code in ((raw, "A-107"), (negative, "A-102")):
        table.write_parquet(tmp_path / "p.parquet")
        found = bottom_up(tmp_path / "p.parquet", whole)
        assert found.table.select("enterprises", "verdict").rows() == [(pytest.approx(1000.0), "agrees")]
        assert code in [one.code for one in found.findings]


BALANCE = """项目,天然气（亿立方米）,电力（亿千瓦时）
1.一次能源生产量,12,
2.外省（区、市）调入量,,3
1.火力发电,-4,8
三、损失量,1,1
四、终端消费量,7,10
2.工业,7,10
其中：用作原料、材料,2,
"""


def test_of_a_balance_only_what_firms_use_is_compared(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(BALANCE, encoding="utf-8")
    balance = read_balance(tmp_path / "b.csv", "四川省", 2021)
    firms = [
        rows(("甲", "2021", "electricity", 6.0, "亿kWh"), ("甲", "2021", "natural_gas", 11.0, "亿Nm3")),
        rows(("乙", "2021", "electricity", 4.0, "亿kWh")),
    ]
    found = bottom_up(firms, balance)
    assert found.table.select("item", "balance", "verdict").rows() == [
        ("electricity", 10.0, "agrees"),
        ("natural_gas", 11.0, "agrees"),
    ]
    told = next(one for one in found.findings if one.code == "Q-059").message("zh")
    assert "调入电力" in told
    assert "损失" in told
    traded = bottom_up(firms[1], balance, activities=["purchased_electricity"])
    assert traded.table.get_column("balance").to_list() == [3.0]
    split = bottom_up(firms[1].with_columns(activity=pl.lit("loss")), balance, by=("item", "activity"))
    assert split.table.filter(pl.col("activity") == "loss").get_column("balance").to_list() == [1.0, 1.0]
    with pytest.raises(NotFound, match="燃烧"):
        bottom_up(firms[1], balance, activities=["燃烧"])


def test_kinds_of_activity_are_not_mixed() -> None:
    mixed = rows(
        ("甲", "2021", "electricity", 6.0, "kWh"), ("甲", "2021", "electricity", 4.0, "kWh")
    ).with_columns(activity=pl.Series(["外购", "外销"]))
    whole = rows(("城", "2021", "electricity", 6.0, "kWh"))
    with pytest.raises(ActivityMixed, match="reported"):
        bottom_up(mixed, whole)
    with pytest.raises(ActivityMixed, match="activities"):
        bottom_up(whole, mixed)
    assert bottom_up(mixed, whole, reported=["外购"]).table.get_column("verdict").to_list() == ["agrees"]
